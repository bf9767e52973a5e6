"""Rewrites of quotients, roots and whole sums: what a quotient looks like when a textbook prints it."""

from __future__ import annotations

import fractions
from collections import Counter
from collections.abc import Iterable

from symgd import terms as nt
from symgd.derivation.algebra.rewrites import (
    base_and_exponent,
    coefficient,
    exponents_of,
    is_small,
    raised,
    scaled,
    signed,
    without_ones,
)

# A product of sums is multiplied out up to so many terms, if so few are left.
MOST_TERMS = 24
FEW_TERMS = 4

# A product of atoms, each with its exponent, and the number before it.
Monomial = frozenset[tuple[nt.Term, int]]
Polynomial = dict[Monomial, fractions.Fraction]

_ONE: Monomial = frozenset()
_VALUES = {("log", 1): 0, ("exp", 0): 1, ("sin", 0): 0, ("cos", 0): 1, ("tan", 0): 0} | {
    ("sqrt", n * n): n for n in range(13)
}
_SQUARES = {"cos": ("sin", 1), "sin": ("cos", 1), "cosh": ("sinh", -1)}


def known_value(term: nt.Term) -> nt.Term | None:
    """ln 1 = 0, √4 = 2."""
    match term:
        case nt.Call(function, (nt.Number(argument, False),)) if argument.denominator == 1:
            value = _VALUES.get((function, argument.numerator))
            return None if value is None else nt.number(value)
    return None


def square_of_root(term: nt.Term) -> nt.Term | None:
    """(√a)² = a, and any even power."""
    match term:
        case nt.Power(nt.Call("sqrt", (inner,)), nt.Number(exponent)) if exponent % 2 == 0:
            return raised(inner, exponent / 2)
    return None


def power_of_quotient(term: nt.Term) -> nt.Term | None:
    """(a/b)² = a²/b²."""
    match term:
        case nt.Power(nt.Fraction(top, bottom), nt.Number(power) as exponent) if is_small(power):
            return nt.Fraction(_raised_each(top, exponent), _raised_each(bottom, exponent))
    return None


def _raised_each(term: nt.Term, exponent: nt.Number) -> nt.Term:
    if nt.is_number(term, 1):
        return term
    if isinstance(term, nt.Negative):
        inner = _raised_each(term.term, exponent)
        return nt.Negative(inner) if exponent.number % 2 else inner
    return nt.product_of(tuple(nt.Power(factor, exponent) for factor in nt.factors_of(term)))


def squares_to_one(term: nt.Term) -> nt.Term | None:
    """cos² + sin² = 1 and cosh² − sinh² = 1, both with the same number before them."""
    if not isinstance(term, nt.Sum):
        return None
    rows = [coefficient(t) for t in term.terms]
    for position, (size, squared, decimal) in enumerate(rows):
        match squared:
            case nt.Power(nt.Call(function, arguments), nt.Number(power)) if (
                power == 2 and function in _SQUARES
            ):
                name, sign = _SQUARES[function]
                wanted = size * sign, nt.Power(nt.Call(name, arguments), nt.number(2)), decimal
                if wanted in rows:
                    at, one = rows.index(wanted), nt.Number(size, decimal)
                    terms = (
                        one if n == position else t for n, t in enumerate(term.terms) if n != at
                    )
                    return nt.sum_of(tuple(terms))
    return None


def cancel_in_every_term(term: nt.Term) -> nt.Term | None:
    """(a·c + b·c)/(c·d) = (a + b)/d."""
    if not isinstance(term, nt.Fraction) or not isinstance(term.numerator, nt.Sum):
        return None
    terms = [exponents_of(nt.unsigned(t)) for t in term.numerator.terms]
    below = list(nt.factors_of(term.denominator))
    for position, factor in enumerate(below):
        base, lower = base_and_exponent(factor)
        if isinstance(base, nt.Number | nt.BigSum | nt.Partial) or lower < 0:
            continue
        common = min(lower, *(exponents.get(base, fractions.Fraction(0)) for exponents in terms))
        if common <= 0:
            continue
        above = tuple(_divided(t, base, common) for t in term.numerator.terms)
        below[position] = nt.number(1) if lower == common else raised(base, lower - common)
        bottom = without_ones(below)
        return nt.Sum(above) if nt.is_number(bottom, 1) else nt.Fraction(nt.Sum(above), bottom)
    return None


def _divided(term: nt.Term, base: nt.Term, exponent: fractions.Fraction) -> nt.Term:
    """`term` without base^exponent, which it has as a factor."""
    if isinstance(term, nt.Negative):
        return nt.Negative(_divided(term.term, base, exponent))
    left, kept = exponent, []
    for factor in nt.factors_of(term):
        own, power = base_and_exponent(factor)
        taken = min(left, power) if own == base else fractions.Fraction(0)
        left -= taken
        if taken == 0:
            kept.append(factor)
        elif power > taken:
            kept.append(raised(base, power - taken))
    return nt.product_of(tuple(kept))


def multiplied_out(term: nt.Term) -> nt.Term | None:
    """The sum above the line multiplied out, where equal terms then cancel and the line becomes shorter."""
    if not isinstance(term, nt.Fraction) or not isinstance(term.numerator, nt.Sum):
        return None
    above = term.numerator
    if isinstance(term.denominator, nt.Number) or not any(map(_holds_sum, above.terms)):
        return None
    polynomial = _expanded(above)
    if polynomial is None:
        return None
    parts = [_term(atoms, value) for atoms, value in polynomial.items() if value]
    if not parts:
        return nt.number(0)
    positive = next((n for n, part in enumerate(parts) if not isinstance(part, nt.Negative)), 0)
    parts.insert(0, parts.pop(positive))  # a minus does not come first
    shorter = nt.sum_of(tuple(parts))
    if len(parts) > FEW_TERMS or shorter.size >= above.size:
        return None
    if all(isinstance(part, nt.Negative) for part in parts):
        bare = nt.sum_of(tuple(part.term for part in parts if isinstance(part, nt.Negative)))
        return nt.Negative(nt.Fraction(bare, term.denominator))
    return nt.Fraction(shorter, term.denominator)


def _holds_sum(term: nt.Term) -> bool:
    bare = nt.unsigned(term)
    return any(isinstance(base_and_exponent(f)[0], nt.Sum) for f in nt.factors_of(bare))


@nt.each_term
def _expanded(term: nt.Term) -> Polynomial | None:
    """A Term as a polynomial in its atoms; None where it is too long, or holds what is better left."""
    match term:
        case nt.BigSum() | nt.Partial() | nt.Delta():
            return None
        case nt.Number():
            return None if term.decimal else {_ONE: term.number}
        case nt.Negative():
            inner = _expanded(term.term)
            return None if inner is None else {atoms: -value for atoms, value in inner.items()}
        case nt.Sum():
            return _added([_expanded(t) for t in term.terms])
        case nt.Product():
            return _multiplied([_expanded(f) for f in term.factors])
        case nt.Power() if isinstance(term.exponent, nt.Number) and term.exponent.number in range(
            2, 7
        ):
            return _multiplied([_expanded(term.base)] * int(term.exponent.number))
    return {frozenset({(term, 1)}): fractions.Fraction(1)}


def _added(parts: Iterable[Polynomial | None]) -> Polynomial | None:
    total: Polynomial = {}
    for part in parts:
        if part is None:
            return None
        for atoms, value in part.items():
            total[atoms] = total.get(atoms, fractions.Fraction(0)) + value
    return total if len(total) <= MOST_TERMS else None


def _multiplied(parts: list[Polynomial | None]) -> Polynomial | None:
    product: Polynomial | None = {_ONE: fractions.Fraction(1)}
    for part in parts:
        if part is None or product is None or len(product) * len(part) > MOST_TERMS:
            return None
        product = _added(
            {_joined(left, right): value * other}
            for left, value in product.items()
            for right, other in part.items()
        )
    return product


def _joined(left: Monomial, right: Monomial) -> Monomial:
    return frozenset((Counter(dict(left)) + Counter(dict(right))).items())


def _term(atoms: Monomial, value: fractions.Fraction) -> nt.Term:
    if not atoms:
        return signed(value)
    factors = [raised(atom, fractions.Fraction(n)) for atom, n in atoms]
    # A set has no order of its own: names come first, each kind by its size and its letters.
    factors.sort(key=lambda factor: (factor.size, repr(factor)))
    return scaled(value, nt.product_of(tuple(factors)), False)
