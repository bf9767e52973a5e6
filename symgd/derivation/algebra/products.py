"""The rewrites behind the algebra page that multiply sums: only where something cancels."""

from __future__ import annotations

from symgd import terms as nt
from symgd.derivation.algebra.rewrites import like_terms, without_ones

MOST = 8  # terms of a sum that is multiplied out


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
        factors.sort(key=lambda factor: (bool(factor.children), str(factor.value)))
        result = nt.signed_as(part, nt.product_of(tuple(factors)))
        found.append(nt.negated(result) if isinstance(term, nt.Negative) else result)
    return found


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
    result = nt.Fraction(top, nt.product_of(tuple(below))) if below else top
    return nt.signed_as(term, result)


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
