"""Rewrites of quotients, roots and whole sums: what a quotient looks like when a textbook prints it."""

from __future__ import annotations

import fractions
from collections import Counter

from symgd.derivation.algebra.rewrites import (
    LARGEST_POWER,
    base_and_exponent,
    coefficient,
    raised,
    scaled,
)
from symgd.terms import (
    BigSum,
    Call,
    Delta,
    Fraction,
    Negative,
    Number,
    Partial,
    Power,
    Product,
    Sum,
    Term,
    each_term,
    factors_of,
    is_number,
    number,
    product_of,
    sum_of,
    unsigned,
)

# A product of sums is multiplied out up to so many terms, if so few are left.
MOST_TERMS = 24
FEW_TERMS = 4

# A product of atoms, each with its exponent, and the number before it.
Monomial = frozenset[tuple[Term, int]]
Polynomial = dict[Monomial, fractions.Fraction]

_ONE: Monomial = frozenset()
_VALUES = {("log", 1): 0, ("exp", 0): 1, ("sin", 0): 0, ("cos", 0): 1, ("tan", 0): 0} | {
    ("sqrt", n * n): n for n in range(13)
}
_SQUARES = {"cos": ("sin", 1), "sin": ("cos", 1), "cosh": ("sinh", -1)}


def known_value(term: Term) -> Term | None:
    """ln 1 = 0, √4 = 2."""
    if not isinstance(term, Call) or len(term.arguments) != 1:
        return None
    inner = term.argument
    if not isinstance(inner, Number) or inner.decimal or inner.number.denominator != 1:
        return None
    value = _VALUES.get((term.function, int(inner.number)))
    return None if value is None else number(value)


def square_of_root(term: Term) -> Term | None:
    """(√a)² = a, and any even power."""
    if not isinstance(term, Power) or not isinstance(term.exponent, Number):
        return None
    base, exponent = term.base, term.exponent.number
    if not isinstance(base, Call) or base.function != "sqrt" or exponent % 2:
        return None
    return raised(base.argument, exponent / 2)


def power_of_quotient(term: Term) -> Term | None:
    """(a/b)² = a²/b²."""
    if not isinstance(term, Power) or not isinstance(term.base, Fraction):
        return None
    exponent = term.exponent
    if not isinstance(exponent, Number) or exponent.number.denominator != 1:
        return None
    if not 0 < exponent.number <= LARGEST_POWER:
        return None
    top, bottom = (_raised_each(part, exponent) for part in term.base.children)
    return Fraction(top, bottom)


def _raised_each(term: Term, exponent: Number) -> Term:
    if is_number(term, 1):
        return term
    if isinstance(term, Negative):
        inner = _raised_each(term.term, exponent)
        return Negative(inner) if exponent.number % 2 else inner
    return product_of(tuple(Power(factor, exponent) for factor in factors_of(term)))


def squares_to_one(term: Term) -> Term | None:
    """cos² + sin² = 1 and cosh² − sinh² = 1, both with the same number before them."""
    if not isinstance(term, Sum):
        return None
    rows = [coefficient(t) for t in term.terms]
    for position, (size, first, decimal) in enumerate(rows):
        squared = _squared_call(first)
        if squared is None or squared.function not in _SQUARES:
            continue
        name, sign = _SQUARES[squared.function]
        wanted = size * sign, Power(Call(name, squared.arguments), number(2)), decimal
        if wanted in rows:
            at = rows.index(wanted)
            one = Number(size, decimal)
            return sum_of(
                tuple(one if n == position else t for n, t in enumerate(term.terms) if n != at)
            )
    return None


def _squared_call(term: Term) -> Call | None:
    if not isinstance(term, Power) or not is_number(term.exponent, 2):
        return None
    return term.base if isinstance(term.base, Call) else None


def cancel_in_every_term(term: Term) -> Term | None:
    """(a·c + b·c)/(c·d) = (a + b)/d."""
    if not isinstance(term, Fraction) or not isinstance(term.numerator, Sum):
        return None
    terms = [_exponents(t) for t in term.numerator.terms]
    below = list(factors_of(term.denominator))
    for position, factor in enumerate(below):
        base, lower = base_and_exponent(factor)
        if isinstance(base, Number | BigSum | Partial) or lower < 0:
            continue
        common = min(lower, *(exponents.get(base, fractions.Fraction(0)) for exponents in terms))
        if common <= 0:
            continue
        above = tuple(_divided(t, base, common) for t in term.numerator.terms)
        below[position] = number(1) if lower == common else raised(base, lower - common)
        bottom = product_of(tuple(f for f in below if not is_number(f, 1)))
        return Sum(above) if is_number(bottom, 1) else Fraction(Sum(above), bottom)
    return None


def _exponents(term: Term) -> dict[Term, fractions.Fraction]:
    """The factors of one term of a sum, each with its exponent."""
    bare = unsigned(term)
    found: dict[Term, fractions.Fraction] = {}
    for factor in factors_of(bare):
        base, exponent = base_and_exponent(factor)
        found[base] = found.get(base, fractions.Fraction(0)) + exponent
    return found


def _divided(term: Term, base: Term, exponent: fractions.Fraction) -> Term:
    """`term` without base^exponent, which it has as a factor."""
    if isinstance(term, Negative):
        return Negative(_divided(term.term, base, exponent))
    left, kept = exponent, []
    for factor in factors_of(term):
        own, power = base_and_exponent(factor)
        taken = min(left, power) if own == base else fractions.Fraction(0)
        left -= taken
        if taken == 0:
            kept.append(factor)
        elif power > taken:
            kept.append(raised(base, power - taken))
    return product_of(tuple(kept))


def multiplied_out(term: Term) -> Term | None:
    """The sum above the line multiplied out, where equal terms then cancel and the line becomes shorter."""
    if not isinstance(term, Fraction) or not isinstance(term.numerator, Sum):
        return None
    above = term.numerator
    if isinstance(term.denominator, Number) or not any(map(_holds_sum, above.terms)):
        return None
    polynomial = _expanded(above)
    if polynomial is None:
        return None
    parts = [_term(atoms, value) for atoms, value in polynomial.items() if value]
    if not parts:
        return number(0)
    positive = next((n for n, part in enumerate(parts) if not isinstance(part, Negative)), 0)
    parts.insert(0, parts.pop(positive))  # a minus does not come first
    shorter = sum_of(tuple(parts))
    if len(parts) > FEW_TERMS or shorter.size >= above.size:
        return None
    if all(isinstance(part, Negative) for part in parts):
        bare = sum_of(tuple(part.term for part in parts if isinstance(part, Negative)))
        return Negative(Fraction(bare, term.denominator))
    return Fraction(shorter, term.denominator)


def _holds_sum(term: Term) -> bool:
    bare = unsigned(term)
    return any(isinstance(base_and_exponent(f)[0], Sum) for f in factors_of(bare))


@each_term
def _expanded(term: Term) -> Polynomial | None:
    """A Term as a polynomial in its atoms; None where it is too long, or holds what is better left."""
    match term:
        case BigSum() | Partial() | Delta():
            return None
        case Number():
            return None if term.decimal else {_ONE: term.number}
        case Negative():
            inner = _expanded(term.term)
            return None if inner is None else {atoms: -value for atoms, value in inner.items()}
        case Sum():
            return _added([_expanded(t) for t in term.terms])
        case Product():
            return _multiplied([_expanded(f) for f in term.factors])
        case Power() if isinstance(term.exponent, Number) and term.exponent.number in range(2, 7):
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


def _term(atoms: Monomial, value: fractions.Fraction) -> Term:
    if not atoms:
        return Negative(number(-value)) if value < 0 else number(value)
    factors = [raised(atom, fractions.Fraction(n)) for atom, n in atoms]
    # A set has no order of its own: names come first, each kind by its size and its letters.
    factors.sort(key=lambda factor: (factor.size, repr(factor)))
    return scaled(value, product_of(tuple(factors)), False)
