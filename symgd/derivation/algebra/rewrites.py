"""The rewrites behind the algebra page: what a Term becomes, or None where the rewrite does not apply."""

from __future__ import annotations

import fractions
import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from symgd import terms as nt
from symgd.terms.exact import exact_number

LARGEST_POWER = 12  # to which a number is raised


def zero_terms(term: nt.Term) -> nt.Term | None:
    if not isinstance(term, nt.Sum):
        return None
    kept = tuple(t for t in term.terms if not nt.is_number(nt.unsigned(t), 0))
    return nt.sum_of(kept) if len(kept) < len(term.terms) else None


def zero(term: nt.Term) -> nt.Term | None:
    match term:
        case nt.Product(factors) if any(nt.is_number(factor, 0) for factor in factors):
            return nt.number(0)
        case nt.Fraction(part) | nt.Negative(part) | nt.BigSum(part) if nt.is_number(part, 0):
            return nt.number(0)
    return None


def ones(term: nt.Term) -> nt.Term | None:
    match term:
        case nt.Product(factors) if any(nt.is_number(factor, 1) for factor in factors):
            return without_ones(factors)
        case nt.Fraction(part, one) | nt.Power(part, one) if nt.is_number(one, 1):
            return part
        case nt.Power(base, exponent) if nt.is_number(exponent, 0) or nt.is_number(base, 1):
            return nt.number(1)
    return None


def without_ones(factors: Iterable[nt.Term]) -> nt.Term:
    """The product of those factors that are not 1."""
    return nt.product_of(tuple(factor for factor in factors if not nt.is_number(factor, 1)))


def over(above: tuple[nt.Term, ...], below: tuple[nt.Term, ...]) -> nt.Term:
    """The product of some factors over that of others, if there are any."""
    top = nt.product_of(above)
    return nt.Fraction(top, nt.product_of(below)) if below else top


def nested(term: nt.Term) -> nt.Term | None:
    for kind in (nt.Product, nt.Sum):
        if isinstance(term, kind) and any(isinstance(child, kind) for child in term.children):
            return kind(_unnested(term, kind))
    return None


def _unnested(term: nt.Term, kind: type[nt.Product] | type[nt.Sum]) -> tuple[nt.Term, ...]:
    """The factors of a product, those of the products among them included; or the same with sums."""
    if not isinstance(term, kind):
        return (term,)
    return tuple(part for child in term.children for part in _unnested(child, kind))


def _unsigned(term: nt.Term) -> nt.Term | None:
    """What a minus sign stands before, or None without one."""
    if isinstance(term, nt.Negative):
        return term.term
    if isinstance(term, nt.Number) and term.number < 0:
        return nt.Number(-term.number, term.decimal)
    if isinstance(term, nt.Sum):
        bare = [part for part in map(_unsigned, term.terms) if part is not None]
        return nt.Sum(tuple(bare)) if len(bare) == len(term.terms) else None
    return None


def signs(term: nt.Term) -> nt.Term | None:
    match term:
        case nt.Negative():
            return _unsigned(term.term)
        case nt.Number() if term.number < 0:
            return nt.Negative(nt.Number(-term.number, term.decimal))
        case nt.Product() | nt.Fraction():
            bare = [_unsigned(child) for child in term.children]
            minuses = sum(part is not None for part in bare)
            if not minuses:
                return None
            pairs = zip(bare, term.children, strict=True)
            after = term.rebuild(tuple(old if part is None else part for part, old in pairs))
            return nt.Negative(after) if minuses % 2 else after
    return None


def numbers(term: nt.Term) -> nt.Term | None:
    match term:
        case nt.Product():
            numbers = [number for number in map(_plain, term.factors) if number is not None]
            if len(numbers) < 2:
                return None
            value = fractions.Fraction(math.prod(n.number for n in numbers))
            rest = tuple(factor for factor in term.factors if _plain(factor) is None)
            decimal = any(n.decimal for n in numbers)
            return nt.product_of((nt.Number(value, decimal), *rest))
        case nt.Sum():
            return _added_numbers(term)
        case nt.Power():
            return _plain(term)
    return None


def _plain(term: nt.Term) -> nt.Number | None:
    """A number, or a small whole power of one, worked out."""
    match term:
        case nt.Number():
            return term
        case nt.Power(nt.Number(base, decimal), nt.Number(power)) if power in (2, 3, 4, 5, 6):
            return nt.Number(base**power.numerator, decimal)
    return None


def _signed_number(term: nt.Term) -> nt.Number | None:
    if isinstance(term, nt.Negative) and isinstance(term.term, nt.Number):
        return nt.Number(-term.term.number, term.term.decimal)
    return term if isinstance(term, nt.Number) else None


def signed(value: fractions.Fraction, decimal: bool = False) -> nt.Term:
    """A number, its minus sign before it."""
    number = nt.Number(abs(value), decimal)
    return nt.Negative(number) if value < 0 else number


def _added_numbers(term: nt.Sum) -> nt.Term | None:
    pairs = ((position, _signed_number(t)) for position, t in enumerate(term.terms))
    numbers = {position: number for position, number in pairs if number is not None}
    if len(numbers) < 2:
        return None
    total = sum((n.number for n in numbers.values()), fractions.Fraction(0))
    shown, first = signed(total, any(n.decimal for n in numbers.values())), min(numbers)
    terms = (
        shown if position == first else t
        for position, t in enumerate(term.terms)
        if position == first or position not in numbers
    )
    return nt.sum_of(tuple(terms))


def base_and_exponent(term: nt.Term) -> tuple[nt.Term, fractions.Fraction]:
    if isinstance(term, nt.Power) and isinstance(term.exponent, nt.Number):
        return term.base, term.exponent.number
    return term, fractions.Fraction(1)


def raised(base: nt.Term, exponent: fractions.Fraction) -> nt.Term:
    return base if exponent == 1 else nt.Power(base, nt.number(exponent))


def power_of_power(term: nt.Term) -> nt.Term | None:
    match term:
        case nt.Power(nt.Power(base, nt.Number(inner)), nt.Number(outer)):
            whole = inner.denominator * outer.denominator == 1
            return nt.Power(base, nt.number(inner * outer)) if whole else None
    return None


def is_small(power: fractions.Fraction) -> bool:
    """Whether each factor is raised to a power by itself."""
    return power.denominator == 1 and 0 < power <= LARGEST_POWER


def power_of_product(term: nt.Term) -> nt.Term | None:
    """(2x)² = 4x²: a number comes out of a whole power."""
    match term:
        case nt.Power(nt.Product((nt.Number(first, False), *rest)), nt.Number(power) as exponent):
            if not rest or not is_small(power):
                return None
            front = nt.number(first**power.numerator)
            return nt.Product((front, *(nt.Power(factor, exponent) for factor in rest)))
    return None


def negative_exponent(term: nt.Term) -> nt.Term | None:
    """a^(−1/3) = 1/a^(1/3); whole negative exponents stay, as the writer wrote them so."""
    exponent = exact_number(term.exponent) if isinstance(term, nt.Power) else None
    if not isinstance(term, nt.Power) or exponent is None:
        return None
    if exponent >= 0 or exponent.denominator == 1:
        return None
    decimal = isinstance(term.exponent, nt.Number) and term.exponent.decimal
    return nt.Fraction(nt.number(1), nt.Power(term.base, nt.Number(-exponent, decimal)))


def equal_cases(term: nt.Term) -> nt.Term | None:
    if not isinstance(term, nt.Cases) or not isinstance(term.cases[-1].condition, nt.Otherwise):
        return None
    first, *others = (case.body for case in term.cases)
    return first if all(body == first for body in others) else None


def nested_cases(term: nt.Term) -> nt.Term | None:
    """Cases that are what holds otherwise continue the list."""
    match term:
        case nt.Cases((*front, nt.Case(nt.Cases(inner), nt.Otherwise()))):
            return nt.Cases((*front, *inner))
    return None


def exponents_of(term: nt.Term) -> dict[nt.Term, fractions.Fraction]:
    """The bases among the factors of a product, each with its exponent in all."""
    found: dict[nt.Term, fractions.Fraction] = {}
    for factor in nt.factors_of(term):
        base, exponent = base_and_exponent(factor)
        found[base] = found.get(base, fractions.Fraction(0)) + exponent
    return found


def like_factors(term: nt.Term) -> nt.Term | None:
    if not isinstance(term, nt.Product):
        return None
    exponents = exponents_of(term)
    kept: list[nt.Term] = []
    for factor in term.factors:
        base, exponent = base_and_exponent(factor)
        if isinstance(base, nt.BigSum | nt.Delta | nt.Partial | nt.Fraction | nt.Number):
            kept.append(factor)
        elif base in exponents:
            total = exponents.pop(base)
            kept.append(factor if total == exponent else raised(base, total))
    return nt.product_of(tuple(kept)) if len(kept) < len(term.factors) else None


def coefficient(term: nt.Term) -> tuple[fractions.Fraction, nt.Term, bool]:
    """A term's numeric factor, the rest, and whether the factor is a decimal."""
    if isinstance(term, nt.Negative):
        value, rest, decimal = coefficient(term.term)
        return -value, rest, decimal
    factors = nt.factors_of(term)
    if len(factors) > 1 and isinstance(factors[0], nt.Number):
        return factors[0].number, nt.product_of(factors[1:]), factors[0].decimal
    return fractions.Fraction(1), term, False


def like_terms(term: nt.Term) -> nt.Term | None:
    if not isinstance(term, nt.Sum):
        return None
    totals: dict[frozenset[tuple[nt.Term, int]], tuple[fractions.Fraction, nt.Term, bool]] = {}
    for t in term.terms:
        value, rest, decimal = coefficient(t)
        alike = frozenset(Counter(nt.factors_of(rest)).items())  # in any order
        total, first, inexact = totals.get(alike, (fractions.Fraction(0), rest, False))
        totals[alike] = total + value, first, inexact or decimal
    if len(totals) == len(term.terms):
        return None
    return nt.sum_of(tuple(scaled(*row) for row in totals.values()))


def scaled(value: fractions.Fraction, rest: nt.Term, decimal: bool) -> nt.Term:
    if value == 0:
        return nt.number(0)
    size = nt.Number(abs(value), decimal)
    term = rest if abs(value) == 1 else nt.Product((size, *nt.factors_of(rest)))
    return nt.Negative(term) if value < 0 else term


def fractions_joined(term: nt.Term) -> nt.Term | None:
    """(a/b)·c is a c/b and (a/b)/c is a/(b c); a Σ stays beside its coefficient."""
    if isinstance(term, nt.Fraction) and isinstance(term.numerator, nt.Fraction):
        inner = term.numerator
        return nt.Fraction(inner.numerator, nt.multiplied((inner.denominator, term.denominator)))
    if not isinstance(term, nt.Product) or not any(
        isinstance(f, nt.Fraction) for f in term.factors
    ):
        return None
    apart = tuple(f for f in term.factors if isinstance(f, nt.BigSum | nt.Partial))
    joined = [f for f in term.factors if not isinstance(f, nt.BigSum | nt.Partial)]
    if apart:
        joined = [f for f in joined if not isinstance(base_and_exponent(f)[0], nt.Sum)]
    if len(joined) < 2:
        return None
    rest = tuple(f for f in term.factors if f not in joined)
    above = [f.numerator if isinstance(f, nt.Fraction) else f for f in joined]
    below = [f.denominator for f in joined if isinstance(f, nt.Fraction)]
    top = without_ones(part for f in above for part in nt.factors_of(f))
    bottom = nt.multiplied(below)
    return nt.product_of((nt.Fraction(top, bottom), *rest))


def cancel(term: nt.Term) -> nt.Term | None:
    """A factor that stands above and below the line is taken out of both."""
    if not isinstance(term, nt.Fraction):
        return None
    above, below = list(nt.factors_of(term.numerator)), list(nt.factors_of(term.denominator))
    for i, top in enumerate(above):
        for j, bottom in enumerate(below):
            pair = _cancelled(top, bottom)
            if pair is None:
                continue
            above[i], below[j] = pair
            upper, lower = without_ones(above), without_ones(below)
            return upper if nt.is_number(lower, 1) else nt.Fraction(upper, lower)
    return None


def _cancelled(top: nt.Term, bottom: nt.Term) -> tuple[nt.Term, nt.Term] | None:
    if isinstance(top, nt.Number) and isinstance(bottom, nt.Number):
        return _cancelled_numbers(top, bottom)
    base, upper = base_and_exponent(top)
    other, lower = base_and_exponent(bottom)
    if not _alike(base, other) or isinstance(base, nt.Number) or upper < 0 or lower < 0:
        return None
    common_power = min(upper, lower)
    left, right = upper - common_power, lower - common_power
    return (
        nt.number(1) if left == 0 else raised(base, left),
        nt.number(1) if right == 0 else raised(base, right),
    )


def _alike(left: nt.Term, right: nt.Term) -> bool:
    """Whether two Terms are the same, the order of a sum's terms apart."""
    both = isinstance(left, nt.Sum) and isinstance(right, nt.Sum)
    return left == right or (both and Counter(nt.terms_of(left)) == Counter(nt.terms_of(right)))


def _cancelled_numbers(top: nt.Number, bottom: nt.Number) -> tuple[nt.Term, nt.Term] | None:
    if top.decimal or bottom.decimal:
        # 9.8/2 is 4.9, but 0.1/3 has no end.
        if bottom.number in (0, 1) or not _ends(top.number / bottom.number):
            return None
        return nt.Number(top.number / bottom.number, True), nt.number(1)
    if top.number.denominator * bottom.number.denominator != 1:
        return None
    common = math.gcd(top.number.numerator, bottom.number.numerator)
    if common <= 1:
        return None
    return nt.number(top.number / common), nt.number(bottom.number / common)


def _ends(value: fractions.Fraction) -> bool:
    """Whether a number is a short decimal."""
    return 10**6 % value.denominator == 0


def _rank(factor: nt.Term) -> int:
    """Where a factor stands in a product: numbers, fractions, names, functions, sums, Σ."""
    base = factor.base if isinstance(factor, nt.Power) else factor
    if isinstance(factor, nt.Power) and isinstance(base, nt.Number):
        return 4
    kinds: tuple[tuple[type, int], ...] = (
        (nt.Number, 0),
        (nt.Fraction, 1),
        (nt.Abbreviation, 3),
        (nt.Call, 4),
        (nt.Sum, 5),
        (nt.Cases, 6),
        (nt.Partial, 7),
        (nt.BigSum, 8),
    )
    return next((rank for kind, rank in kinds if isinstance(base, kind)), 2)


def order(term: nt.Term, key: Callable[[nt.Term], Any] = _rank) -> nt.Term | None:
    if not isinstance(term, nt.Product):
        return None
    ordered = tuple(sorted(term.factors, key=key))
    same = all(a is b for a, b in zip(ordered, term.factors, strict=True))
    return None if same else nt.Product(ordered)


def _is_free(term: nt.Term, index: str) -> bool:
    return index not in term.names


def constants_out(term: nt.Term) -> nt.Term | None:
    if not isinstance(term, nt.BigSum):
        return None
    body = term.body
    if isinstance(body, nt.Negative):
        return nt.Negative(term.rebuild((body.term,)))
    if _is_free(body, term.index):
        return None
    above, below = body.children if isinstance(body, nt.Fraction) else (body, nt.number(1))
    (free, top), (free_below, bottom) = _split(above, term.index), _split(below, term.index)
    if not free and not free_below:
        return None
    front = (over(free, free_below),) if free_below else free
    return nt.Product((*front, term.rebuild((over(top, bottom),))))


def _split(term: nt.Term, index: str) -> tuple[tuple[nt.Term, ...], tuple[nt.Term, ...]]:
    """The factors that do not change with the index, and the others."""
    factors = [factor for factor in nt.factors_of(term) if not nt.is_number(factor, 1)]
    free = tuple(factor for factor in factors if _is_free(factor, index))
    return free, tuple(factor for factor in factors if not _is_free(factor, index))


def sum_of_constant(term: nt.Term) -> nt.Term | None:
    if not isinstance(term, nt.BigSum) or not _is_free(term.body, term.index):
        return None
    return nt.Product((_how_many(term), *nt.factors_of(term.body)))


def counted(term: nt.Term) -> Mapping[str, nt.Term]:
    """A Σ's index and the number of its terms, for the sentences about it."""
    return {"i": nt.Symbol(term.index), "n": _how_many(term)} if isinstance(term, nt.BigSum) else {}


def _how_many(term: nt.BigSum) -> nt.Term:
    """The number of a Σ's terms: N from 1 to N, N + 1 from 0."""
    if nt.is_number(term.lower, 1):
        return term.upper
    count = nt.Sum((*nt.terms_of(term.upper), nt.Negative(term.lower), nt.number(1)))
    return _added_numbers(count) or count
