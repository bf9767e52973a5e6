"""The rewrites behind the algebra page: what a Term becomes, or None where the rewrite does not apply."""

from __future__ import annotations

import fractions
import math
from collections import Counter
from collections.abc import Mapping

from symgd.terms import (
    Abbreviation,
    BigSum,
    Call,
    Cases,
    Delta,
    Fraction,
    Negative,
    Number,
    Otherwise,
    Partial,
    Power,
    Product,
    Sum,
    Symbol,
    Term,
    factors_of,
    is_number,
    number,
    product_of,
    sum_of,
    terms_of,
)
from symgd.terms.exact import exact_number

LARGEST_POWER = 12  # to which a number is raised


def zero_terms(term: Term) -> Term | None:
    if not isinstance(term, Sum):
        return None
    kept = tuple(t for t in term.terms if not is_number(t, 0) and not _negative_zero(t))
    return sum_of(kept) if len(kept) < len(term.terms) else None


def _negative_zero(term: Term) -> bool:
    return isinstance(term, Negative) and is_number(term.term, 0)


def zero(term: Term) -> Term | None:
    match term:
        case Product() if any(is_number(factor, 0) for factor in term.factors):
            return number(0)
        case Fraction() if is_number(term.numerator, 0):
            return number(0)
        case Negative() if is_number(term.term, 0):
            return number(0)
        case BigSum() if is_number(term.body, 0):
            return number(0)
    return None


def ones(term: Term) -> Term | None:
    match term:
        case Product() if any(is_number(factor, 1) for factor in term.factors):
            return product_of(tuple(f for f in term.factors if not is_number(f, 1)))
        case Fraction() if is_number(term.denominator, 1):
            return term.numerator
        case Power() if is_number(term.exponent, 1):
            return term.base
        case Power() if is_number(term.exponent, 0) or is_number(term.base, 1):
            return number(1)
    return None


def nested(term: Term) -> Term | None:
    for kind in (Product, Sum):
        if isinstance(term, kind) and any(isinstance(child, kind) for child in term.children):
            return kind(_unnested(term, kind))
    return None


def _unnested(term: Term, kind: type[Product] | type[Sum]) -> tuple[Term, ...]:
    """The factors of a product, those of the products among them included; or the same with sums."""
    if not isinstance(term, kind):
        return (term,)
    return tuple(part for child in term.children for part in _unnested(child, kind))


def _unsigned(term: Term) -> Term | None:
    """What a minus sign stands before, or None without one."""
    if isinstance(term, Negative):
        return term.term
    if isinstance(term, Number) and term.number < 0:
        return Number(-term.number, term.decimal)
    if isinstance(term, Sum):
        bare = [_unsigned(part) for part in term.terms]
        return Sum(tuple(part for part in bare if part is not None)) if None not in bare else None
    return None


def signs(term: Term) -> Term | None:
    match term:
        case Negative():
            return _unsigned(term.term)
        case Number() if term.number < 0:
            return Negative(Number(-term.number, term.decimal))
        case Product():
            bare = [_unsigned(factor) for factor in term.factors]
            if all(part is None for part in bare):
                return None
            pairs = zip(bare, term.factors, strict=True)
            product = product_of(tuple(f if part is None else part for part, f in pairs))
            minuses = sum(part is not None for part in bare)
            return Negative(product) if minuses % 2 else product
        case Fraction():
            top, bottom = _unsigned(term.numerator), _unsigned(term.denominator)
            if top is None and bottom is None:
                return None
            fraction = Fraction(top or term.numerator, bottom or term.denominator)
            return fraction if top and bottom else Negative(fraction)
    return None


def numbers(term: Term) -> Term | None:
    match term:
        case Product():
            numbers = [number for number in map(_plain, term.factors) if number is not None]
            if len(numbers) < 2:
                return None
            value = fractions.Fraction(math.prod(n.number for n in numbers))
            rest = tuple(factor for factor in term.factors if _plain(factor) is None)
            decimal = any(n.decimal for n in numbers)
            return product_of((Number(value, decimal), *rest))
        case Sum():
            return _added_numbers(term)
        case Power():
            return _plain(term)
    return None


def _plain(term: Term) -> Number | None:
    """A number, or a small whole power of one, worked out."""
    if isinstance(term, Number):
        return term
    if not isinstance(term, Power) or not isinstance(term.base, Number):
        return None
    exponent = term.exponent
    if not isinstance(exponent, Number) or exponent.number not in (2, 3, 4, 5, 6):
        return None
    return Number(term.base.number**exponent.number.numerator, term.base.decimal)


def _signed_number(term: Term) -> Number | None:
    if isinstance(term, Negative) and isinstance(term.term, Number):
        return Number(-term.term.number, term.term.decimal)
    return term if isinstance(term, Number) else None


def _added_numbers(term: Sum) -> Term | None:
    numbers = [n for n in map(_signed_number, term.terms) if n is not None]
    if len(numbers) < 2:
        return None
    total = Number(
        sum((n.number for n in numbers), fractions.Fraction(0)), any(n.decimal for n in numbers)
    )
    first = next(position for position, t in enumerate(term.terms) if _signed_number(t) is not None)
    shown = Negative(Number(-total.number, total.decimal)) if total.number < 0 else total
    terms = [
        shown if position == first else t
        for position, t in enumerate(term.terms)
        if position == first or _signed_number(t) is None
    ]
    return sum_of(tuple(terms))


def base_and_exponent(term: Term) -> tuple[Term, fractions.Fraction]:
    if isinstance(term, Power) and isinstance(term.exponent, Number):
        return term.base, term.exponent.number
    return term, fractions.Fraction(1)


def raised(base: Term, exponent: fractions.Fraction) -> Term:
    return base if exponent == 1 else Power(base, number(exponent))


def power_of_power(term: Term) -> Term | None:
    if not isinstance(term, Power) or not isinstance(term.base, Power):
        return None
    inner, outer = term.base.exponent, term.exponent
    if not isinstance(inner, Number) or not isinstance(outer, Number):
        return None
    if inner.number.denominator * outer.number.denominator != 1:
        return None
    return Power(term.base.base, number(inner.number * outer.number))


def power_of_product(term: Term) -> Term | None:
    """(2x)² = 4x²: a number comes out of a whole power."""
    if not isinstance(term, Power) or not isinstance(term.base, Product):
        return None
    exponent = term.exponent
    whole = isinstance(exponent, Number) and exponent.number.denominator == 1
    first, *rest = term.base.factors
    if not whole or not isinstance(first, Number) or first.decimal or not rest:
        return None
    assert isinstance(exponent, Number)
    power = int(exponent.number)
    if not 0 < power <= LARGEST_POWER:
        return None
    return Product((number(first.number**power), *(Power(factor, exponent) for factor in rest)))


def negative_exponent(term: Term) -> Term | None:
    """a^(−1/3) = 1/a^(1/3); whole negative exponents stay, as the writer wrote them so."""
    exponent = exact_number(term.exponent) if isinstance(term, Power) else None
    if not isinstance(term, Power) or exponent is None:
        return None
    if exponent >= 0 or exponent.denominator == 1:
        return None
    decimal = isinstance(term.exponent, Number) and term.exponent.decimal
    return Fraction(number(1), Power(term.base, Number(-exponent, decimal)))


def equal_cases(term: Term) -> Term | None:
    if not isinstance(term, Cases) or not isinstance(term.cases[-1].condition, Otherwise):
        return None
    first, *others = (case.body for case in term.cases)
    return first if all(body == first for body in others) else None


def nested_cases(term: Term) -> Term | None:
    """Cases that are what holds otherwise continue the list."""
    if not isinstance(term, Cases):
        return None
    *front, last = term.cases
    if not isinstance(last.condition, Otherwise) or not isinstance(last.body, Cases):
        return None
    return Cases((*front, *last.body.cases))


def like_factors(term: Term) -> Term | None:
    if not isinstance(term, Product):
        return None
    exponents: dict[Term, fractions.Fraction] = {}
    for factor in term.factors:
        base, exponent = base_and_exponent(factor)
        if not isinstance(base, BigSum | Delta | Partial | Fraction | Number):
            exponents[base] = exponents.get(base, fractions.Fraction(0)) + exponent
    kept: list[Term] = []
    done: set[Term] = set()
    for factor in term.factors:
        base, exponent = base_and_exponent(factor)
        if base not in exponents:
            kept.append(factor)
        elif base not in done:
            done.add(base)
            kept.append(factor if exponents[base] == exponent else raised(base, exponents[base]))
    return product_of(tuple(kept)) if len(kept) < len(term.factors) else None


def coefficient(term: Term) -> tuple[fractions.Fraction, Term, bool]:
    """A term's numeric factor, the rest, and whether the factor is a decimal."""
    if isinstance(term, Negative):
        value, rest, decimal = coefficient(term.term)
        return -value, rest, decimal
    factors = factors_of(term)
    if len(factors) > 1 and isinstance(factors[0], Number):
        return factors[0].number, product_of(factors[1:]), factors[0].decimal
    return fractions.Fraction(1), term, False


def like_terms(term: Term) -> Term | None:
    if not isinstance(term, Sum):
        return None
    totals: dict[frozenset[tuple[Term, int]], tuple[fractions.Fraction, Term, bool]] = {}
    for t in term.terms:
        value, rest, decimal = coefficient(t)
        alike = frozenset(Counter(factors_of(rest)).items())  # in any order
        total, first, inexact = totals.get(alike, (fractions.Fraction(0), rest, False))
        totals[alike] = total + value, first, inexact or decimal
    if len(totals) == len(term.terms):
        return None
    return sum_of(tuple(scaled(*row) for row in totals.values()))


def scaled(value: fractions.Fraction, rest: Term, decimal: bool) -> Term:
    if value == 0:
        return number(0)
    size = Number(abs(value), decimal)
    term = rest if abs(value) == 1 else Product((size, *factors_of(rest)))
    return Negative(term) if value < 0 else term


def fractions_joined(term: Term) -> Term | None:
    """(a/b)·c is a c/b and (a/b)/c is a/(b c); a Σ stays beside its coefficient."""
    if isinstance(term, Fraction) and isinstance(term.numerator, Fraction):
        inner = term.numerator
        lines = (*factors_of(inner.denominator), *factors_of(term.denominator))
        return Fraction(inner.numerator, product_of(lines))
    if not isinstance(term, Product) or not any(isinstance(f, Fraction) for f in term.factors):
        return None
    apart = tuple(f for f in term.factors if isinstance(f, BigSum | Partial))
    joined = [f for f in term.factors if not isinstance(f, BigSum | Partial)]
    if apart:
        joined = [f for f in joined if not isinstance(base_and_exponent(f)[0], Sum)]
    if len(joined) < 2:
        return None
    rest = tuple(f for f in term.factors if f not in joined)
    above = [f.numerator if isinstance(f, Fraction) else f for f in joined]
    below = [f.denominator for f in joined if isinstance(f, Fraction)]
    top = product_of(tuple(part for f in above for part in factors_of(f) if not is_number(part, 1)))
    bottom = product_of(tuple(part for f in below for part in factors_of(f)))
    return product_of((Fraction(top, bottom), *rest))


def cancel(term: Term) -> Term | None:
    """A factor that stands above and below the line is taken out of both."""
    if not isinstance(term, Fraction):
        return None
    above, below = list(factors_of(term.numerator)), list(factors_of(term.denominator))
    for i, top in enumerate(above):
        for j, bottom in enumerate(below):
            pair = _cancelled(top, bottom)
            if pair is None:
                continue
            above[i], below[j] = pair
            upper = product_of(tuple(f for f in above if not is_number(f, 1)))
            lower = product_of(tuple(f for f in below if not is_number(f, 1)))
            return upper if is_number(lower, 1) else Fraction(upper, lower)
    return None


def _cancelled(top: Term, bottom: Term) -> tuple[Term, Term] | None:
    if isinstance(top, Number) and isinstance(bottom, Number):
        return _cancelled_numbers(top, bottom)
    base, upper = base_and_exponent(top)
    other, lower = base_and_exponent(bottom)
    if not _alike(base, other) or isinstance(base, Number) or upper < 0 or lower < 0:
        return None
    common_power = min(upper, lower)
    left, right = upper - common_power, lower - common_power
    return (
        number(1) if left == 0 else raised(base, left),
        number(1) if right == 0 else raised(base, right),
    )


def _alike(left: Term, right: Term) -> bool:
    """Whether two Terms are the same, the order of a sum's terms apart."""
    both = isinstance(left, Sum) and isinstance(right, Sum)
    return left == right or (both and Counter(terms_of(left)) == Counter(terms_of(right)))


def _cancelled_numbers(top: Number, bottom: Number) -> tuple[Term, Term] | None:
    if top.decimal or bottom.decimal:
        value = top.number / bottom.number if bottom.number not in (0, 1) else None
        # 9.8/2 is 4.9, but 0.1/3 has no end.
        return (Number(value, True), number(1)) if value is not None and _ends(value) else None
    if top.number.denominator * bottom.number.denominator != 1:
        return None
    common = math.gcd(top.number.numerator, bottom.number.numerator)
    return (number(top.number / common), number(bottom.number / common)) if common > 1 else None


def _ends(value: fractions.Fraction) -> bool:
    """Whether a number is a short decimal."""
    return 10**6 % value.denominator == 0


def _rank(factor: Term) -> int:
    """Where a factor stands in a product: numbers, fractions, names, functions, sums, Σ."""
    base = factor.base if isinstance(factor, Power) else factor
    if isinstance(factor, Power) and isinstance(base, Number):
        return 4
    kinds: tuple[tuple[type, int], ...] = (
        (Number, 0),
        (Fraction, 1),
        (Abbreviation, 3),
        (Call, 4),
        (Sum, 5),
        (Cases, 6),
        (Partial, 7),
        (BigSum, 8),
    )
    return next((rank for kind, rank in kinds if isinstance(base, kind)), 2)


def order(term: Term) -> Term | None:
    if not isinstance(term, Product):
        return None
    ordered = tuple(sorted(term.factors, key=_rank))
    return (
        Product(ordered)
        if any(a is not b for a, b in zip(ordered, term.factors, strict=True))
        else None
    )


def _is_free(term: Term, index: str) -> bool:
    return index not in term.names


def constants_out(term: Term) -> Term | None:
    if not isinstance(term, BigSum):
        return None
    body = term.body
    if isinstance(body, Negative):
        return Negative(term.rebuild((body.term,)))
    if _is_free(body, term.index):
        return None
    if isinstance(body, Fraction):
        return _fraction_out(term, body)
    free, bound = _split(body, term.index)
    return Product((*free, term.rebuild((product_of(bound),)))) if free else None


def _split(term: Term, index: str) -> tuple[tuple[Term, ...], tuple[Term, ...]]:
    """The factors that do not change with the index, and the others."""
    factors = [factor for factor in factors_of(term) if not is_number(factor, 1)]
    free = tuple(factor for factor in factors if _is_free(factor, index))
    return free, tuple(factor for factor in factors if not _is_free(factor, index))


def _fraction_out(term: BigSum, body: Fraction) -> Term | None:
    free_top, top = _split(body.numerator, term.index)
    free_bottom, bottom = _split(body.denominator, term.index)
    if not free_top and not free_bottom:
        return None
    inner = Fraction(product_of(top), product_of(bottom)) if bottom else product_of(top)
    front = product_of(free_top)
    if free_bottom:
        front = Fraction(front, product_of(free_bottom))
    return Product((*factors_of(front), term.rebuild((inner,))))


def sum_of_constant(term: Term) -> Term | None:
    if not isinstance(term, BigSum) or not _is_free(term.body, term.index):
        return None
    return Product((_how_many(term), *factors_of(term.body)))


def counted(term: Term) -> Mapping[str, Term]:
    """A Σ's index and the number of its terms, for the sentences about it."""
    return {"i": Symbol(term.index), "n": _how_many(term)} if isinstance(term, BigSum) else {}


def _how_many(term: BigSum) -> Term:
    """The number of a Σ's terms: N from 1 to N, N + 1 from 0."""
    if is_number(term.lower, 1):
        return term.upper
    count = Sum((*terms_of(term.upper), Negative(term.lower), number(1)))
    return _added_numbers(count) or count
