"""Rewrites of quotients, roots, and products of sums, which are multiplied out only where something cancels."""

from __future__ import annotations

import fractions
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache

import sympy

from symgd import terms as nt
from symgd.derivation.algebra.rewrites import (
    base_and_exponent,
    coefficient,
    exponents_of,
    is_small,
    like_terms,
    over,
    raised,
    scaled,
    signed,
    without_ones,
)

MOST = 8  # terms of a sum whose products are multiplied out one by one
# Above a line, a product of sums is multiplied out up to so many terms, if so few are left.
MOST_TERMS = 24
FEW_TERMS = 4

# A product of atoms, each with its exponent, and the number before it.
Monomial = frozenset[tuple[nt.Term, int]]
Polynomial = dict[Monomial, fractions.Fraction]

_ONE: Monomial = frozenset()
_SQUARES = {"cos": ("sin", 1), "sin": ("cos", 1), "cosh": ("sinh", -1)}


def known_value(term: nt.Term) -> nt.Term | None:
    """ln 1 = 0, √4 = 2."""
    match term:
        case nt.Call(_, (nt.Number(argument, False),)) if argument.denominator == 1:
            value = dict(term.declared.known).get(argument.numerator)
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


def multiplied_out_above(term: nt.Term) -> nt.Term | None:
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
    exponents = Counter(dict(left))
    exponents.update(dict(right))
    return frozenset(exponents.items())


def _term(atoms: Monomial, value: fractions.Fraction) -> nt.Term:
    if not atoms:
        return signed(value)
    factors = [raised(atom, fractions.Fraction(n)) for atom, n in atoms]
    # A set has no order of its own: names come first, each kind by its size and its letters.
    factors.sort(key=lambda factor: (factor.size, repr(factor)))
    return scaled(value, nt.product_of(tuple(factors)), False)


def multiplied_out(term: nt.Term) -> nt.Term | None:
    """A sum of products with sums, written out, where that makes it shorter."""
    if not isinstance(term, nt.Sum) or len(term.terms) > MOST:
        return None
    if not any(_sums(part) for part in term.terms):
        return None
    if any(isinstance(part, nt.BigSum | nt.Partial | nt.Delta | nt.Cases) for part in term.parts()):
        return None
    written: list[nt.Term] = []
    for part in term.terms:
        written += _written_out(part)
    counted = like_terms(nt.Sum(tuple(written))) if len(written) <= MOST else None
    if counted is None:
        return None
    kept = [part for part in nt.terms_of(counted) if not nt.is_number(part, 0)]
    kept.sort(key=lambda part: isinstance(part, nt.Negative))  # p − y rather than −y + p
    after = nt.sum_of(tuple(kept))
    return after if after.size < term.size else None


def _sums(term: nt.Term) -> list[nt.Sum]:
    return [factor for factor in nt.factors_of(nt.unsigned(term)) if isinstance(factor, nt.Sum)]


def _written_out(term: nt.Term) -> list[nt.Term]:
    """The terms of a product with at most one sum."""
    sums = _sums(term)
    if len(sums) > 1:
        return [term]
    others = [factor for factor in nt.factors_of(nt.unsigned(term)) if factor not in sums]
    found: list[nt.Term] = []
    for part in sums[0].terms if sums else (nt.number(1),):
        factors = [
            f for f in (*others, *nt.factors_of(nt.unsigned(part))) if not nt.is_number(f, 1)
        ]
        # One order for all, so that like terms are known by their looks.
        names = [factor for factor in factors if not factor.children]
        longer = [factor for factor in factors if factor.children]
        factors = [*_by_letters(names), *_by_letters(longer)]
        result = nt.signed_as(part, nt.product_of(tuple(factors)))
        found.append(nt.negated(result) if isinstance(term, nt.Negative) else result)
    return found


def _by_letters(factors: list[nt.Term]) -> list[nt.Term]:
    if len(factors) < 2:  # SymPy takes long to write a long one
        return factors
    return sorted(factors, key=lambda factor: _letters(factor.value))


@lru_cache(maxsize=256)
def _letters(value: sympy.Expr) -> str:
    """What a value is written as; a long one is asked for again and again."""
    return str(value)


def multiplied_in(term: nt.Term) -> nt.Term | None:
    """Factors that stand under a line in a sum beside them are multiplied into it."""
    if not isinstance(term, nt.Product):
        return None
    for position, factor in enumerate(term.factors):
        if not isinstance(factor, nt.Sum):
            continue
        others = [*term.factors[:position], *term.factors[position + 1 :]]
        below = [bottom for part in factor.terms for bottom in _below(part)]
        taken = [other for other in others if other in below]
        if taken:
            rest = tuple(other for other in others if other not in taken)
            inner = nt.Sum(tuple(_times(part, taken) for part in factor.terms))
            return nt.product_of((*rest, inner))
    return None


def _below(term: nt.Term) -> tuple[nt.Term, ...]:
    bare = nt.unsigned(term)
    return nt.factors_of(bare.denominator) if isinstance(bare, nt.Fraction) else ()


def _times(term: nt.Term, factors: list[nt.Term]) -> nt.Term:
    """`term` times the factors, those that stand under its line cancelled."""
    bare, left, below = nt.unsigned(term), list(factors), [*_below(term)]
    for factor in factors:
        if factor in below:
            below.remove(factor)
            left.remove(factor)
    above = bare.numerator if isinstance(bare, nt.Fraction) else bare
    top = without_ones((*nt.factors_of(above), *left))
    return nt.signed_as(term, over((top,), tuple(below)))


def zero_with_its_factor(term: nt.Term) -> nt.Term | None:
    """max(0, u) times cases that are 0 where u is not positive."""
    if not isinstance(term, nt.Product):
        return None
    for largest in term.factors:
        if isinstance(largest, nt.Call) and largest.function == "max":
            for position, factor in enumerate(term.factors):
                body = _where_positive(factor, largest)
                if body is not None:
                    return term.replace((position,), body)
    return None


def _where_positive(cases: nt.Term, largest: nt.Call) -> nt.Term | None:
    """The first of two cases, where they are 0 exactly where the maximum of 0 and u is."""
    match cases:
        case nt.Cases(
            (nt.Case(body, nt.Comparison(u, ">", nt.Number(0))), nt.Case(zero, nt.Otherwise()))
        ) if nt.is_number(zero, 0) and len(largest.arguments) == 2:
            others = [part for part in largest.arguments if not nt.is_number(part, 0)]
            return body if others == [u] else None
    return None
