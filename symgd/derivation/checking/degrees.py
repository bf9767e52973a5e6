"""Which Terms are rational functions, and of what degree: that is how sure an exact check can be."""

from __future__ import annotations

from symgd import terms as nt
from symgd.terms.unrolling import SIZES, unrolling_of

MAX_EXACT_EXPONENT = 24


@nt.each_term
def is_rational(term: nt.Term) -> bool:
    """Whether a Term is a rational function of its symbols, small enough for exact arithmetic."""
    if isinstance(term, nt.Call | nt.Constant | nt.Cases):
        return False
    if isinstance(term, nt.Power) and not _is_small_integer(nt.unsigned(term.exponent)):
        return False
    return all(is_rational(part) for part in (*term.children, *term.hidden))


def _is_small_integer(term: nt.Term) -> bool:
    if not isinstance(term, nt.Number):
        return False
    return term.number.denominator == 1 and abs(term.number) <= MAX_EXACT_EXPONENT


def difference_degree(before: nt.Term, after: nt.Term) -> int:
    """An upper bound of the degree of the difference's numerator."""
    first = unrolling_of(before).joined(unrolling_of(after)).first
    longest = max(SIZES) + first - 1
    (a, b), (c, d) = _degrees(before, longest), _degrees(after, longest)
    return max(a + d, b + c)


def _degrees(term: nt.Term, longest: int) -> tuple[int, int]:
    """Upper bounds of the degrees of numerator and denominator."""
    known = _by_longest(term)
    if longest not in known:
        known[longest] = _worked_out(term, longest)
    return known[longest]


@nt.each_term
def _by_longest(term: nt.Term) -> dict[int, tuple[int, int]]:
    return {}


def _worked_out(term: nt.Term, longest: int) -> tuple[int, int]:
    parts = [_degrees(child, longest) for child in term.children]
    match term:
        case nt.Number():
            return 0, 0
        case nt.Abbreviation():
            return _degrees(term.definition, longest)
        case nt.Sum():
            return _sum_degrees(parts)
        case nt.BigSum():
            return _sum_degrees(parts * _most_terms(term, longest))
        case nt.Product():
            return sum(n for n, _ in parts), sum(d for _, d in parts)
        case nt.Fraction():
            (n, d), (p, q) = parts
            return n + q, d + p
        case nt.Power():
            bare = nt.unsigned(term.exponent)
            times = int(abs(bare.number)) if isinstance(bare, nt.Number) else 0
            return (max(parts[0]) * times,) * 2
        case nt.Partial():
            (n, d) = parts[0]
            return n + d, 2 * d
        case nt.Negative():
            return parts[0]
    return 1, 0


def _most_terms(term: nt.BigSum, longest: int) -> int:
    """How many terms a Σ has at most, where counts are at most `longest`."""
    if isinstance(term.upper, nt.Symbol) and isinstance(term.lower, nt.Number):
        return max(0, longest + 1 - int(term.lower.number))
    first, last = term.lower.value, term.upper.value
    most = dict.fromkeys(last.free_symbols, longest)
    return max(0, int(last.subs(most)) + 1 - int(first.subs(dict.fromkeys(first.free_symbols, 1))))


def _sum_degrees(parts: list[tuple[int, int]]) -> tuple[int, int]:
    below = sum(d for _, d in parts)
    return max((n + below - d for n, d in parts), default=0), below
