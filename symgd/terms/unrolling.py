"""Sums unrolled: over so many terms as so many terms, whose entries have names; and how far for a check."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import reduce

from symgd import terms as nt
from symgd.errors import ProblemError
from symgd.terms.exact import exact_number

MAX_LENGTH = 50


@dataclass
class WrittenOut:
    """A formula with its sums written out, and what its entries are called now.

    Examples
    --------
    >>> from symgd.parsing.formula import parse
    >>> written = WrittenOut({"p": 2}, "i")
    >>> written.term(parse("sum(w[j]*x[j], j, p) + b")).value, written.entries["w"]
    (b + w_1*x_1 + w_2*x_2, ['w_1', 'w_2'])
    """

    lengths: Mapping[str, int]  # what each sum's last index is
    given: str  # an index that is left out of names: it counts the examples
    entries: dict[str, list[str]] = field(default_factory=dict)  # of each vector, as they were met

    def __post_init__(self) -> None:
        for name, length in self.lengths.items():
            if not isinstance(length, int) or isinstance(length, bool) or length < 1:
                raise ProblemError(f"the length {name} is {length!r}", "expected a whole number")
            if length > MAX_LENGTH:
                cause = f"{name} = {length} is too long to be written out"
                raise ProblemError(cause, f"at most {MAX_LENGTH} is")

    def term(self, term: nt.Term, positions: Mapping[str, int] | None = None) -> nt.Term:
        """`term` written out, where the indices around it stand at `positions`."""
        at = positions or {}
        match term:
            case nt.Symbol():
                known = {**self.lengths, **at}
                return nt.number(known[term.name]) if term.name in known else term
            case nt.Indexed():
                return self.entry(term, at)
            case nt.BigSum():
                return self.total(term, at)
            case nt.Power(exponent=nt.Symbol()):
                return _power(self.term(term.base, at), self.term(term.exponent, at))
        return _joined(term, tuple(self.term(child, at) for child in term.children))

    def entry(self, term: nt.Indexed, at: Mapping[str, int]) -> nt.Symbol:
        """The name of an entry: w_2, and A_1_2 in a table."""
        below = [str(at[index]) for index in term.indices if index != self.given]
        name = "_".join((term.name, *below))
        others = (names for base, names in self.entries.items() if base != term.name)
        if any(name in names for names in others):
            raise ProblemError(f'two entries would be called "{name}"', "rename one of the vectors")
        known = self.entries.setdefault(term.name, [])
        if name not in known:
            known.append(name)
        return nt.Symbol(name)

    def total(self, term: nt.BigSum, at: Mapping[str, int]) -> nt.Term:
        """The terms of a sum, one after the other."""
        first, last = (self.bound(bound, at) for bound in (term.lower, term.upper))
        parts = (
            self.term(term.body, {**at, term.index: position})
            for position in range(first, last + 1)
        )
        return nt.sum_of(tuple(t for part in parts for t in terms_of_part(term.body, part)))

    def bound(self, bound: nt.Term, at: Mapping[str, int]) -> int:
        value = exact_number(self.term(bound, at))
        if value is None:
            unknown = ", ".join(sorted(bound.names - {*self.lengths, *at}))
            raise ProblemError(f'"{unknown}" has no length', f"pass one, such as {unknown}=3")
        return int(value)


def _power(base: nt.Term, exponent: nt.Term) -> nt.Term:
    """The power as people write it: x^0 is 1, and x^1 is x."""
    if nt.is_number(exponent, 0):
        return nt.number(1)
    return base if nt.is_number(exponent, 1) else nt.Power(base, exponent)


def _joined(term: nt.Term, parts: tuple[nt.Term, ...]) -> nt.Term:
    """The same kind of node over what its parts became: terms of a sum among its terms, and no new factor 1."""
    if isinstance(term, nt.Sum):
        pairs = zip(term.terms, parts, strict=True)
        return nt.Sum(tuple(t for old, new in pairs for t in terms_of_part(old, new)))
    if isinstance(term, nt.Product):
        pairs = zip(term.factors, parts, strict=True)
        return nt.product_of(
            tuple(new for old, new in pairs if new is old or not nt.is_number(new, 1))
        )
    return term.rebuild(parts) if parts else term


def terms_of_part(old: nt.Term, new: nt.Term) -> tuple[nt.Term, ...]:
    """The terms that a term of a sum has become: those of a Σ need no parentheses there."""
    return nt.terms_of(new) if isinstance(old, nt.BigSum) else (new,)


# How many terms the first, second, third count of a formula has: others, so that one taken for another is seen.
SIZES = (3, 2, 4)

# The numbers that an index goes from and to; None for a name.
Span = tuple[int | None, int | None]


@dataclass(frozen=True)
class Unrolling:
    """What the Terms of a check have in common."""

    counts: frozenset[str] = frozenset()  # the names that sums count to
    first: int = 1  # the largest number that a sum begins at, and at least 1
    # Each index that no sum binds, with the name that has it and its slot there.
    free: frozenset[tuple[str, str, int]] = frozenset()
    # What the index of a name in a slot goes over, where a sum binds it.
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
    def fixed(self) -> frozenset[str]:
        """The names that stand for numbers of terms, and for positions."""
        return self.counts | {index for index, _, _ in self.free}

    @property
    def sizes(self) -> Mapping[str, int]:
        """A number for each count: every sum has two terms at least, unless numbers say how many it has."""
        more = self.first - 1
        return {name: SIZES[n % len(SIZES)] + more for n, name in enumerate(sorted(self.counts))}

    def positions(self, trial: int) -> Mapping[str, int]:
        """Positions for the free indices: any two of them apart at one trial, and together at another."""
        names = sorted({index for index, _, _ in self.free})
        found = {}
        for rank, name in enumerate(names):
            low, high = self._span(name)
            flipped = (rank >> (trial % 3) & 1) ^ (trial % 3 == 2)
            found[name] = high if flipped else low
        return found

    def _span(self, index: str) -> tuple[int, int]:
        """Two positions, the same where there is but one, that all names with the free index have."""
        slots = {(name, slot) for free, name, slot in self.free if free == index}
        own = [span for name, slot, span in self.spans if (name, slot) in slots]
        low = max([1, *(first for first, _ in own if first is not None)])
        return low, min([low + 1, *(last for _, last in own if last is not None)])


NOTHING = Unrolling()


@nt.each_term
def unrolling_of(term: nt.Term) -> Unrolling:
    """What there is to write out in a Term; a line costs what is new in it."""
    if isinstance(term, nt.Indexed):
        return Unrolling(free=_free(term.name, term.indices))
    if isinstance(term, nt.Delta):
        return Unrolling(free=_free("", term.indices))
    behind = (term.variable,) if isinstance(term, nt.Partial) else term.hidden
    inside = {unrolling_of(part) for part in (*term.children, *behind)} - {NOTHING}
    found = inside.pop() if len(inside) == 1 else reduce(Unrolling.joined, inside, NOTHING)
    return _bound_by(term, found) if isinstance(term, nt.BigSum) else found


def _free(name: str, indices: tuple[str, ...]) -> frozenset[tuple[str, str, int]]:
    return frozenset((index, name, slot) for slot, index in enumerate(indices))


def _bound_by(total: nt.BigSum, inner: Unrolling) -> Unrolling:
    """What is inside a Σ, whose index is free no more."""
    own = frozenset(entry for entry in inner.free if entry[0] == total.index)
    span = _number(total.lower), _number(total.upper)
    return Unrolling(
        inner.counts - {total.index} | total.lower.names | total.upper.names,
        max(inner.first, _number(total.lower) or 1),
        inner.free - own,
        inner.spans | {(name, slot, span) for _, name, slot in own},
    )


def _number(term: nt.Term) -> int | None:
    return int(term.number) if isinstance(term, nt.Number) else None
