"""Σ over the examples becomes a total of an array, with what has no index before it.

Laws
----
- Σ_i c·f_i = c · total(f): factors without the index stand outside
- Σ_i c = N · c: a sum of what has no index is a product
- (a/b) · (c/d) = a·c / (b·d): one fraction line, so that 2·total/N is rounded as it is written
"""

from __future__ import annotations

import fractions
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from symgd import terms as nt
from symgd.codegen.program.program import Total, is_array

ONE = fractions.Fraction(1)


@dataclass(frozen=True)
class _Quotient:
    """sign · number · Π above / Π below, each factor in the writer's order."""

    number: fractions.Fraction
    above: tuple[nt.Term, ...]
    below: tuple[nt.Term, ...]

    def times(self, other: _Quotient) -> _Quotient:
        return _Quotient(
            self.number * other.number, self.above + other.above, self.below + other.below
        )

    def flipped(self) -> _Quotient:
        return _Quotient(1 / self.number, self.below, self.above)

    def kept(self, test: Callable[[nt.Term], bool]) -> _Quotient:
        """The factors that pass, without the number."""
        return _Quotient(ONE, tuple(filter(test, self.above)), tuple(filter(test, self.below)))

    def size(self) -> int:
        return len(self.above) + len(self.below)

    def common(self, other: _Quotient) -> tuple[_Quotient, _Quotient]:
        """The factors that `other` has too, and what it has beside them."""
        above, rest_above = _shared(self.above, other.above)
        below, rest_below = _shared(self.below, other.below)
        return _Quotient(ONE, above, below), _Quotient(ONE, rest_above, rest_below)

    def term(self) -> nt.Term:
        size = abs(self.number)
        top, bottom = size.numerator, size.denominator
        front = () if top == 1 and self.above else (nt.number(top),)
        below = (*(() if bottom == 1 else (nt.number(bottom),)), *self.below)
        term = nt.product_of((*front, *self.above))
        if below:
            term = nt.Fraction(term, nt.product_of(below))
        return nt.Negative(term) if self.number < 0 else term


def _quotient(term: nt.Term) -> _Quotient:
    """`term` taken apart into factors above and below the fraction line."""
    match term:
        case nt.Number():
            return _Quotient(term.number, (), ())
        case nt.Negative():
            return _Quotient(-ONE, (), ()).times(_quotient(term.term))
        case nt.Product():
            result = _Quotient(ONE, (), ())
            for factor in term.factors:
                result = result.times(_quotient(factor))
            return result
        case nt.Fraction():
            below = _quotient(term.denominator)
            if below.number != 0:
                return _quotient(term.numerator).times(below.flipped())
        case nt.Power(base=base, exponent=nt.Negative(term=nt.Number() as size)):
            raised = base if nt.is_number(size, 1) else nt.Power(base, size)
            return _quotient(raised).flipped()
    return _Quotient(ONE, (term,), ())


def gathered(term: nt.Term) -> nt.Term:
    """`term` as one quotient: numbers worked out and in front, one fraction line.

    Examples
    --------
    >>> from symgd.parsing.formula import parse
    >>> from symgd.writing.formulas.text import text
    >>> text(gathered(parse("(1/2)*a*(4/b)")), ascii=True)
    '2*a/b'
    """
    return _quotient(term).term()


def summed(term: nt.Term) -> nt.Term:
    """`term` with every Σ as a Total, and what stands before it gathered into one quotient."""
    return term.rewrite(_summed)


def _summed(term: nt.Term) -> nt.Term | None:
    if isinstance(term, nt.BigSum):
        return _total(term.body, term.upper)
    totals = any(isinstance(part, Total) for part in term.parts())
    return _quotient(term).term() if totals else None


def _total(body: nt.Term, count: nt.Term) -> nt.Term:
    """Σ of `body`, with what has no index before it."""
    parts = _quotient(body)
    inside, outside = parts.kept(is_array), parts.kept(lambda factor: not is_array(factor))
    inside = _Quotient(ONE, tuple(map(_by_common, inside.above)), inside.below)
    summed = Total(inside.term()) if inside.above or inside.below else count
    return _Quotient(parts.number, (*outside.above, summed), outside.below).term()


# ---------------------------------------------------------------------------------------------
# Factors in common


def _by_common(term: nt.Term) -> nt.Term:
    """A sum of products by what all of them have in common, x·u − x·v as x·(u − v); any other Term as it is."""
    if not isinstance(term, nt.Sum):
        return term
    first, *others = map(_quotient, term.terms)
    common = first
    for other in others:
        common = common.common(other)[0]
    if not any(map(is_array, common.above)):
        return term
    rest = [common.common(quotient)[1] for quotient in (first, *others)]
    numbers = (q.number for q in (first, *others))
    inside = [_Quotient(n, r.above, r.below).term() for n, r in zip(numbers, rest, strict=True)]
    return _Quotient(ONE, (*common.above, nt.Sum(tuple(inside))), common.below).term()


def share_factors(roots: Sequence[nt.Term]) -> list[nt.Term]:
    """Group the factors that several summed products have in common, the largest group first."""
    totals = [t for root in roots for t in root.parts() if isinstance(t, Total)]
    quotients = {
        value: _quotient(body) for value, body in {t.body.value: t.body for t in totals}.items()
    }
    for _ in range(len(quotients)):
        group = _largest_common(list(quotients.values()))
        if group is None:
            break
        quotients = {value: _grouped(body, group) for value, body in quotients.items()}
    new: dict[nt.Term, nt.Term] = {t: Total(quotients[t.body.value].term()) for t in totals}
    return [root.substitute(new) for root in roots]


def _largest_common(quotients: Sequence[_Quotient]) -> _Quotient | None:
    groups = [
        left.common(right)[0] for index, left in enumerate(quotients) for right in quotients[:index]
    ]
    largest = max(groups, key=_Quotient.size, default=None)
    return largest if largest is not None and largest.size() > 1 else None


def _grouped(quotient: _Quotient, group: _Quotient) -> _Quotient:
    """`quotient` with the factors of `group` as one factor, where it has them all."""
    common, rest = group.common(quotient)
    if common.size() < group.size():
        return quotient
    return _Quotient(quotient.number, (*rest.above, group.term()), rest.below)


def _shared(
    left: Sequence[nt.Term], right: Sequence[nt.Term]
) -> tuple[tuple[nt.Term, ...], tuple[nt.Term, ...]]:
    """The factors on the left that the right has too, and what it has beside them."""
    found, rest = [], list(right)
    for factor in left:
        same = next((other for other in rest if other.value == factor.value), None)
        if same is not None:
            rest.remove(same)
            found.append(factor)
    return tuple(found), tuple(rest)
