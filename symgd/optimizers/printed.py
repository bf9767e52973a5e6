"""The statements of a rule as they are printed: a matrix times a vector is written side by side, and two vectors gᵀg."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from symgd import terms as nt
from symgd.derivation.checking.point import exact
from symgd.optimizers.letters import in_letters
from symgd.optimizers.optimizer import Optimizer
from symgd.optimizers.rule import PARAMETERS_AFTER, UpdateRule
from symgd.optimizers.word_forms import WORD_FORMS
from symgd.optimizers.words import WORDS, kind_of
from symgd.registry.registry import FrozenMap
from symgd.terms.functions import FUNCTIONS
from symgd.writing.formulas.rounding import shown

_DOT = WORDS["dot"].function
_FORM = WORD_FORMS["product"]
BARS = replace(FUNCTIONS["abs"], forms={"unicode": "|{0}|"})  # which is typed abs(g)
PRODUCT = replace(_DOT, forms=_FORM.forms, holding=_FORM.holding)  # H v, which is typed dot(H, v)


def printed(term: nt.Term, rule: UpdateRule) -> nt.Term:
    """A Term of a rule as it is printed.

    Examples
    --------
    >>> from symgd.writing.formulas.text import text
    >>> rule = UpdateRule.read("theta' = theta - alpha*dot(g, g)/dot(g, dot(H, g))*g")
    >>> text(printed(rule.statements[0].term, rule))
    'θ − (α g·g/(g·(H g))) g'
    """
    after = term.map(lambda child: printed(child, rule))
    if isinstance(after, nt.Call) and after.function == BARS.name:
        return nt.Call(after.function, after.arguments, BARS)
    if isinstance(after, nt.Call) and after.function == _DOT.name:
        kinds = [kind_of(argument, rule.kinds) for argument in term.children]
        if "matrix" in kinds or "number" in kinds:
            return nt.Call(after.function, after.arguments, PRODUCT)
    return after


def equations(
    rule: UpdateRule, letters: Mapping[str, str] = FrozenMap()
) -> tuple[nt.Equation, ...]:
    """The statements, to be printed, with letters for some names."""
    new = in_letters(letters)
    return tuple(
        nt.Equation(nt.Symbol(s.name).substitute(new), printed(s.term, rule).substitute(new))
        for s in rule.statements
    )


def initial_of(optimizer: Optimizer, name: str) -> nt.Term:
    """What is remembered before the first step."""
    formula = optimizer.initial.get(name, "0")
    return UpdateRule.read(f"{PARAMETERS_AFTER} = {formula}").statements[0].term


def decimal_of(value: float) -> nt.Term:
    """A number as it is printed: 0.9, 10⁻⁸."""
    return shown(exact(value), 15).term
