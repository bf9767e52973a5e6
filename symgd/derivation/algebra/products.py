"""The rewrites behind the algebra page that multiply sums: only where something cancels."""

from __future__ import annotations

from symgd.derivation.algebra.rewrites import like_terms
from symgd.terms import (
    BigSum,
    Call,
    Cases,
    Comparison,
    Delta,
    Fraction,
    Negative,
    Otherwise,
    Partial,
    Product,
    Sum,
    Term,
    factors_of,
    is_number,
    negated,
    number,
    product_of,
    signed_as,
    sum_of,
    terms_of,
    unsigned,
)

MOST = 8  # terms of a sum that is multiplied out


def multiplied_out(term: Term) -> Term | None:
    """A sum of products with sums, written out, where that makes it shorter."""
    if not isinstance(term, Sum) or len(term.terms) > MOST:
        return None
    if not any(_sums(part) for part in term.terms):
        return None
    if any(isinstance(part, BigSum | Partial | Delta | Cases) for part in term.parts()):
        return None
    written: list[Term] = []
    for part in term.terms:
        written += _written_out(part)
    counted = like_terms(Sum(tuple(written))) if len(written) <= MOST else None
    if counted is None:
        return None
    kept = [part for part in terms_of(counted) if not is_number(part, 0)]
    kept.sort(key=lambda part: isinstance(part, Negative))  # p − y rather than −y + p
    after = sum_of(tuple(kept))
    return after if after.size < term.size else None


def _sums(term: Term) -> list[Sum]:
    return [factor for factor in factors_of(unsigned(term)) if isinstance(factor, Sum)]


def _written_out(term: Term) -> list[Term]:
    """The terms of a product with at most one sum."""
    sums = _sums(term)
    if len(sums) > 1:
        return [term]
    others = [factor for factor in factors_of(unsigned(term)) if factor not in sums]
    found: list[Term] = []
    for part in sums[0].terms if sums else (number(1),):
        factors = [f for f in (*others, *factors_of(unsigned(part))) if not is_number(f, 1)]
        # One order for all, so that like terms are known by their looks.
        factors.sort(key=lambda factor: (bool(factor.children), str(factor.value)))
        result = signed_as(part, product_of(tuple(factors)))
        found.append(negated(result) if isinstance(term, Negative) else result)
    return found


def multiplied_in(term: Term) -> Term | None:
    """Factors that stand under a line in a sum beside them are multiplied into it."""
    if not isinstance(term, Product):
        return None
    for position, factor in enumerate(term.factors):
        if not isinstance(factor, Sum):
            continue
        others = [*term.factors[:position], *term.factors[position + 1 :]]
        below = [bottom for part in factor.terms for bottom in _below(part)]
        taken = [other for other in others if other in below]
        if taken:
            rest = tuple(other for other in others if other not in taken)
            inner = Sum(tuple(_times(part, taken) for part in factor.terms))
            return product_of((*rest, inner))
    return None


def _below(term: Term) -> tuple[Term, ...]:
    bare = unsigned(term)
    return factors_of(bare.denominator) if isinstance(bare, Fraction) else ()


def _times(term: Term, factors: list[Term]) -> Term:
    """`term` times the factors, those that stand under its line cancelled."""
    bare, left, below = unsigned(term), list(factors), [*_below(term)]
    for factor in factors:
        if factor in below:
            below.remove(factor)
            left.remove(factor)
    above = bare.numerator if isinstance(bare, Fraction) else bare
    top = product_of(tuple(f for f in (*factors_of(above), *left) if not is_number(f, 1)))
    result = Fraction(top, product_of(tuple(below))) if below else top
    return signed_as(term, result)


def zero_with_its_factor(term: Term) -> Term | None:
    """max(0, u) times cases that are 0 where u is not positive."""
    if not isinstance(term, Product):
        return None
    for largest in term.factors:
        if not isinstance(largest, Call) or largest.function != "max":
            continue
        for position, factor in enumerate(term.factors):
            if isinstance(factor, Cases) and _is_zero_with(factor, largest):
                return term.replace((position,), factor.cases[0].body)
    return None


def _is_zero_with(cases: Cases, largest: Call) -> bool:
    """Whether the cases are 0 exactly where the maximum of 0 and u is."""
    if len(cases.cases) != 2 or len(largest.arguments) != 2:
        return False
    first, last = cases.cases
    zeros = [argument for argument in largest.arguments if is_number(argument, 0)]
    rest = [argument for argument in largest.arguments if not is_number(argument, 0)]
    when = first.condition
    positive = isinstance(when, Comparison) and when.sign == ">" and is_number(when.right, 0)
    if len(zeros) != 1 or not positive or not isinstance(when, Comparison):
        return False
    return (
        when.left == rest[0] and is_number(last.body, 0) and isinstance(last.condition, Otherwise)
    )
