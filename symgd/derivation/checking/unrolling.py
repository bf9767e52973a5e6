"""How sums are written out for a check: how many terms each count has, and where the free indices stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from symgd import terms as nt

# How many terms the first, second, third count of a formula has: others, so that one taken for another is seen.
SIZES = (3, 2, 4)

# The numbers that an index goes from and to; None for a name.
Span = tuple[int | None, int | None]


@dataclass(frozen=True)
class Unrolling:
    """What the Terms of a check have in common.

    Parameters
    ----------
    counts : frozenset of str
        The names that sums count to.
    first : int
        The largest number that a sum begins at, and at least 1.
    free : frozenset of (str, str, int)
        Each index that no sum binds, with the name that has it and its place there.
    spans : frozenset of (str, int, Span)
        What the index of a name at a place goes over, where a sum binds it.
    """

    counts: frozenset[str] = frozenset()
    first: int = 1
    free: frozenset[tuple[str, str, int]] = frozenset()
    spans: frozenset[tuple[str, int, Span]] = frozenset()

    def joined(self, other: Unrolling) -> Unrolling:
        """Both together."""
        return Unrolling(
            self.counts | other.counts,
            max(self.first, other.first),
            self.free | other.free,
            self.spans | other.spans,
        )

    @property
    def sizes(self) -> Mapping[str, int]:
        """A number for each count: every sum has two terms at least, unless numbers say how many it has."""
        more = self.first - 1
        return {name: SIZES[n % len(SIZES)] + more for n, name in enumerate(sorted(self.counts))}

    def places(self, trial: int) -> Mapping[str, int]:
        """Positions for the free indices: any two of them apart at one trial, and together at another."""
        names = sorted({index for index, _, _ in self.free})
        found = {}
        for number, name in enumerate(names):
            low, high = self._span(name)
            flipped = (number >> (trial % 3) & 1) ^ (trial % 3 == 2)
            found[name] = high if flipped else low
        return found

    def _span(self, index: str) -> tuple[int, int]:
        """Two positions, the same where there is but one, that all names with the free index have."""
        slots = {(name, place) for free, name, place in self.free if free == index}
        own = [span for name, place, span in self.spans if (name, place) in slots]
        low = max([1, *(first for first, _ in own if first is not None)])
        return low, min([low + 1, *(last for _, last in own if last is not None)])


@nt.each_term
def unrolling_of(term: nt.Term) -> Unrolling:
    """What there is to write out in a Term."""
    if not _is_written_out(term):
        return NOTHING
    counts: set[str] = set()
    first = 1
    for total, bound in _sums(term, frozenset()):
        counts |= (total.lower.names | total.upper.names) - bound
        first = max(first, _number(total.lower) or 1)
    free, spans = set(), set()
    for name, place, index, span in _slots(term, {}):
        if span is None:
            free.add((index, name, place))
        else:
            spans.add((name, place, span))
    return Unrolling(frozenset(counts), first, frozenset(free), frozenset(spans))


NOTHING = Unrolling()


@nt.each_term
def _is_written_out(term: nt.Term) -> bool:
    """Whether a Σ or an index occurs."""
    own = isinstance(term, nt.BigSum | nt.Indexed | nt.Delta)
    return own or any(map(_is_written_out, _inside(term)))


def _inside(term: nt.Term) -> tuple[nt.Term, ...]:
    """The sub-terms, and what stands behind a name or a ∂ sign."""
    if isinstance(term, nt.Abbreviation):
        return (term.definition,)
    return (*term.children, term.variable) if isinstance(term, nt.Partial) else term.children


def _sums(term: nt.Term, bound: frozenset[str]) -> Iterator[tuple[nt.BigSum, frozenset[str]]]:
    """Every Σ, with the indices that are bound around it."""
    if isinstance(term, nt.BigSum):
        yield term, bound
        bound |= {term.index}
    for part in _inside(term):
        yield from _sums(part, bound)


def _slots(term: nt.Term, bound: Mapping[str, Span]) -> Iterator[tuple[str, int, str, Span | None]]:
    """Each place for an index: the name that has it, the place's number, the index, and its span if a Σ binds it."""
    if isinstance(term, nt.Indexed | nt.Delta):
        name = term.name if isinstance(term, nt.Indexed) else ""
        for place, index in enumerate(term.indices):
            yield name, place, index, bound.get(index)
    if isinstance(term, nt.BigSum):
        bound = {**bound, term.index: (_number(term.lower), _number(term.upper))}
    for part in _inside(term):
        yield from _slots(part, bound)


def _number(term: nt.Term) -> int | None:
    return int(term.number) if isinstance(term, nt.Number) else None
