"""Rewrites of quotients, roots and whole sums: what a quotient looks like when a textbook prints it."""

from __future__ import annotations

import fractions
from collections import Counter

from symgd import terms as nt
from symgd.derivation.algebra.rewrites import (
    LARGEST_POWER,
    base_and_exponent,
    coefficient,
    raised,
    scaled,
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
    if not isinstance(term, nt.Call) or len(term.arguments) != 1:
        return None
    inner = term.argument
    if not isinstance(inner, nt.Number) or inner.decimal or inner.number.denominator != 1:
        return None
    value = _VALUES.get((term.function, int(inner.number)))
    return None if value is None else nt.number(value)


def square_of_root(term: nt.Term) -> nt.Term | None:
    """(√a)² = a, and any even power."""
    if not isinstance(term, nt.Power) or not isinstance(term.exponent, nt.Number):
        return None
    base, exponent = term.base, term.exponent.number
    if not isinstance(base, nt.Call) or base.function != "sqrt" or exponent % 2:
        return None
    return raised(base.argument, exponent / 2)


def power_of_quotient(term: nt.Term) -> nt.Term | None:
    """(a/b)² = a²/b²."""
    if not isinstance(term, nt.Power) or not isinstance(term.base, nt.Fraction):
        return None
    exponent = term.exponent
    if not isinstance(exponent, nt.Number) or exponent.number.denominator != 1:
        return None
    if not 0 < exponent.number <= LARGEST_POWER:
        return None
    top, bottom = (_raised_each(part, exponent) for part in term.base.children)
    return nt.Fraction(top, bottom)


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
    for position, (size, first, decimal) in enumerate(rows):
        squared = _squared_call(first)
        if squared is None or squared.function not in _SQUARES:
            continue
        name, sign = _SQUARES[squared.function]
        wanted = size * sign, nt.Power(nt.Call(name, squared.arguments), nt.number(2)), decimal
        if wanted in rows:
            at = rows.index(wanted)
            one = nt.Number(size, decimal)
            return nt.sum_of(
                tuple(one if n == position else t for n, t in enumerate(term.terms) if n != at)
            )
    return None


def _squared_call(term: nt.Term) -> nt.Call | None:
    if not isinstance(term, nt.Power) or not nt.is_number(term.exponent, 2):
        return None
    return term.base if isinstance(term.base, nt.Call) else None


def cancel_in_every_term(term: nt.Term) -> nt.Term | None:
    """(a·c + b·c)/(c·d) = (a + b)/d."""
    if not isinstance(term, nt.Fraction) or not isinstance(term.numerator, nt.Sum):
        return None
    terms = [_exponents(t) for t in term.numerator.terms]
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
        bottom = nt.product_of(tuple(f for f in below if not nt.is_number(f, 1)))
        return nt.Sum(above) if nt.is_number(bottom, 1) else nt.Fraction(nt.Sum(above), bottom)
    return None


def _exponents(term: nt.Term) -> dict[nt.Term, fractions.Fraction]:
    """The factors of one term of a sum, each with its exponent."""
    bare = nt.unsigned(term)
    found: dict[nt.Term, fractions.Fraction] = {}
    for factor in nt.factors_of(bare):
        base, exponent = base_and_exponent(factor)
        found[base] = found.get(base, fractions.Fraction(0)) + exponent
    return found


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


def _added(parts: list[Polynomial | None]) -> Polynomial | None:
    total: Polynomial = {}
    for part in parts:
        if part is None:
            return None
        for atoms, value in part.items():
            total[atoms] = total.get(atoms, fractions.Fraction(0)) + value
    return total if len(total) <= MOST_TERMS else None


def _multiplied(parts: list[Polynomial | None]) -> Polynomial | None:
    product: Polynomial = {_ONE: fractions.Fraction(1)}
    for part in parts:
        if part is None or len(product) * len(part) > MOST_TERMS:
            return None
        rows = [
            {_joined(left, right): value * other}
            for left, value in product.items()
            for right, other in part.items()
        ]
        added = _added(list(rows))
        if added is None:
            return None
        product = added
    return product


def _joined(left: Monomial, right: Monomial) -> Monomial:
    exponents = Counter(dict(left))
    exponents.update(dict(right))
    return frozenset(exponents.items())


def _term(atoms: Monomial, value: fractions.Fraction) -> nt.Term:
    if not atoms:
        return nt.Negative(nt.number(-value)) if value < 0 else nt.number(value)
    factors = [raised(atom, fractions.Fraction(n)) for atom, n in atoms]
    # A set has no order of its own: names come first, each kind by its size and its letters.
    factors.sort(key=lambda factor: (factor.size, repr(factor)))
    return scaled(value, nt.product_of(tuple(factors)), False)
