"""Laws of algebra as people write them: the letters of a pattern stand for anything, sin(a)/cos(a) for tan(a).

A product is found among the factors of a longer one, a sum among the terms of a longer one, and a quotient above and
below the line of a larger one, in any order; what the pattern does not speak of stays where it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from symgd import terms as nt
from symgd.derivation.algebra.rewrites import over
from symgd.parsing.formula import parse
from symgd.writing.formulas.text import text
from symgd.writing.placeholders import placeholders
from symgd.writing.steps import Rewritten, Rule

Meanings = Mapping[nt.Term, nt.Term]


def identity(
    name: str,
    left: str,
    right: str,
    why: str,
    examples: tuple[tuple[str, str], ...] = (),
    law: str = "",
) -> Rule[nt.Term]:
    """A rule of algebra in one row: `left` becomes `right`, whatever the letters in them stand for.

    Parameters
    ----------
    name : str
        What teachers call it.
    left, right : str
        Both sides, as people type them.
    why : str
        The reason in words; ``{a}`` stands for what the letter a does.
    examples : tuple of (str, str)
        What becomes of what, beside the law itself.
    law : str
        The law as it is printed, where that is not simply left = right.

    Examples
    --------
    >>> from symgd.derivation.engine import derive
    >>> from symgd.derivation.algebra.tidy import TIDY
    >>> double = identity("double angle", "2*sin(a)*cos(a)", "sin(2*a)", "that is the sine of twice {a}")
    >>> body = parse("sin(x)^2")
    >>> derive(body, body, nt.Symbol("x"), tidy=(*TIDY, double)).result
    sin(2*x)
    """
    named = placeholders(why)

    def rewrite(term: nt.Term) -> Rewritten | None:
        found = _found(_read(left), _read(right), term)
        if found is None:
            return None
        after, meanings = found
        letters = {str(letter.value): meant for letter, meant in meanings.items()}
        return Rewritten(after, {name: letters[name] for name in named})

    printed = law or f"{text(_read(left))} = {text(_read(right))}"
    return Rule(name, printed, why, rewrite, ((left, right), *examples), group="clean")


@cache
def _read(formula: str) -> nt.Term:
    return parse(formula)


def _found(left: nt.Term, right: nt.Term, term: nt.Term) -> tuple[nt.Term, Meanings] | None:
    """What `term` becomes where `left` is found in it, and what the letters mean; None where it is not."""
    if type(left) is not type(term):
        return None
    if isinstance(left, nt.Fraction) and isinstance(term, nt.Fraction):
        return _in_quotient(left, right, term)
    if not isinstance(left, nt.Product | nt.Sum):
        meanings = next(_matches(left, term, {}), None)
        return None if meanings is None else (right.substitute(meanings), meanings)
    found = next(_among(left.children, term.children, {}), None)
    if found is None:
        return None
    positions, meanings = found
    new = right.substitute(meanings)
    if isinstance(left, nt.Product):
        return nt.product_of(_exchanged(term.children, positions, _factors(new))), meanings
    terms = () if nt.is_number(new, 0) else nt.terms_of(new)
    return nt.sum_of(_exchanged(term.children, positions, terms)), meanings


def _in_quotient(
    left: nt.Fraction, right: nt.Term, term: nt.Fraction
) -> tuple[nt.Term, Meanings] | None:
    """The same above and below the line."""
    above, below = nt.factors_of(term.numerator), nt.factors_of(term.denominator)
    for upper, known in _among(_factors(left.numerator), above, {}):
        for lower, meanings in _among(_factors(left.denominator), below, known):
            new = right.substitute(meanings)
            top, bottom = new.children if isinstance(new, nt.Fraction) else (new, nt.number(1))
            above = _exchanged(above, upper, _factors(top))
            below = _exchanged(below, lower, _factors(bottom))
            return over(above, below), meanings
    return None


def _factors(term: nt.Term) -> tuple[nt.Term, ...]:
    """The factors of a product, none for 1."""
    return () if nt.is_number(term, 1) else nt.factors_of(term)


def _exchanged(
    parts: tuple[nt.Term, ...], positions: Sequence[int], new: tuple[nt.Term, ...]
) -> tuple[nt.Term, ...]:
    """The parts with new ones in the place of those at `positions`, where the first of these stood."""
    first = min(positions, default=len(parts))
    kept = (part for n, part in enumerate(parts) if n > first and n not in positions)
    return (*parts[:first], *new, *kept)


def _among(
    patterns: Sequence[nt.Term],
    parts: Sequence[nt.Term],
    known: Meanings,
    taken: tuple[int, ...] = (),
) -> Iterator[tuple[tuple[int, ...], Meanings]]:
    """Where each of the patterns is found, every one at a position of its own, and what the letters then mean."""
    if not patterns:
        yield taken, known
        return
    for position, part in enumerate(parts):
        if position not in taken:
            for meanings in _matches(patterns[0], part, known):
                yield from _among(patterns[1:], parts, meanings, (*taken, position))


def _matches(pattern: nt.Term, term: nt.Term, known: Meanings) -> Iterator[Meanings]:
    """What the letters mean, if the whole of `term` is of the pattern."""
    if isinstance(pattern, nt.Symbol):
        if known.get(pattern, term) == term:
            yield {**known, pattern: term}
        return
    if type(pattern) is not type(term) or len(pattern.children) != len(term.children):
        return
    if isinstance(pattern, nt.Product | nt.Sum):
        yield from (meanings for _, meanings in _among(pattern.children, term.children, known))
    elif pattern.rebuild(term.children) == term:  # the same function, the same number
        found = [known]
        for inner, part in zip(pattern.children, term.children, strict=True):
            found = [new for old in found for new in _matches(inner, part, old)]
        yield from found
