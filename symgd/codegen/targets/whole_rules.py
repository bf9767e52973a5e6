"""Whole rules: those that look at all parameters at once, or ask the cost elsewhere, for targets without NumPy."""

from __future__ import annotations

from symgd import terms as nt
from symgd.codegen.rules.along import direction
from symgd.optimizers.rule import UpdateRule
from symgd.optimizers.words import ARGMIN, COST, WORDS, kind_of
from symgd.parsing.updates import FIRST

SQUARES = ("r", "Jac")
OF_COST = ("H", *SQUARES)  # what a step is handed of the cost
REFUSING = (ARGMIN, FIRST)  # words that may find no step, beside solve(H, g)


def is_whole(rule: UpdateRule) -> bool:
    """Whether a rule cannot be worked out for one parameter after the other.

    Examples
    --------
    >>> is_whole(UpdateRule.read("theta' = theta - alpha*g"))
    False
    >>> is_whole(UpdateRule.read("theta' = theta - alpha*g/norm(g)"))
    True
    """
    parts = (part for s in rule.statements for part in s.term.parts())
    return bool(rule.used & {*OF_COST, "I"}) or any(map(is_whole_word, parts))


def is_whole_word(term: nt.Term) -> bool:
    """Whether a Term calls a word that has no value at one parameter alone."""
    if not isinstance(term, nt.Call):
        return False
    word = WORDS.get(term.function)
    return word is not None and not word.entrywise


def asks_elsewhere(rule: UpdateRule) -> bool:
    """Whether a rule asks for the cost or its gradient at other points.

    Examples
    --------
    >>> rules = map(UpdateRule.read, ("theta' = theta - solve(H, g)", "theta' = theta - g(theta - g)"))
    >>> [asks_elsewhere(rule) for rule in rules]
    [False, True]
    """
    parts = (part for s in rule.statements for part in s.term.parts())
    return any(isinstance(part, nt.Call) and part.function in (COST, "g") for part in parts)


def may_refuse(rule: UpdateRule) -> bool:
    """Whether there are points from which a rule makes no step."""
    return "H" in rule.used or any(rule.calls(word) for word in REFUSING)


def along(term: nt.Call, rule: UpdateRule) -> tuple[nt.Term, nt.Term] | None:
    """Of argmin(J(point), s) the point, and the direction in which s moves it; None of another formula."""
    formula, name = term.arguments
    if not (isinstance(formula, nt.Call) and formula.function == COST):
        return None
    (point,) = formula.arguments
    ahead = direction(point, str(name.value))
    if ahead is None or kind_of(ahead, rule.kinds) != "vector":
        return None
    return point, ahead
