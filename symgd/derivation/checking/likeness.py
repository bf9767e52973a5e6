"""Likeness: what two Terms are but for the names in them, so that an equation that holds for one input is not checked for each.

Laws
----
- an equation that holds at all points holds with other names, each for another: it is the same statement
- what sums count to, and indices, keep their names: they say which numbers a check writes the sums out with
- SymPy orders what it makes by names: an answer of its own holds for names in the same order
"""

from __future__ import annotations

from collections.abc import Hashable, Set

from symgd import terms as nt

MOST = 600  # parts: longer equations are hardly ever alike

_PLAIN = (
    *(nt.Number, nt.Constant, nt.Delta, nt.Negative, nt.Sum, nt.Product, nt.Fraction, nt.Power),
    *(nt.Call, nt.Cases, nt.Case, nt.Comparison, nt.Junction, nt.Otherwise),
)


def likeness(
    *terms: nt.Term, fixed: Set[str] = frozenset(), ordered: bool = False
) -> Hashable | None:
    """What Terms have in common with all that differ from them in names alone; None where they are too long, or of other kinds.

    Names that are `fixed`, counts and free indices, are not exchanged; where it is `ordered`, the others must be in the
    same order.

    Examples
    --------
    >>> from symgd.parsing.formula import parse
    >>> likeness(parse("a*exp(x)"), parse("a")) == likeness(parse("b*exp(z)"), parse("b"))
    True
    >>> likeness(parse("a*exp(x)"), parse("a")) == likeness(parse("b*exp(z)"), parse("z"))
    False
    """
    if any(term.holds_matrices for term in terms):
        return None
    like = _Likeness(fixed)
    try:
        found = tuple(like.of(term) for term in terms)
    except _Unlike:
        return None
    if not ordered:
        return found
    return found, tuple(like.names[name] for name in sorted(like.names))


class _Unlike(Exception):
    """A Term of a kind that is checked each time, or too long."""


class _Likeness:
    """Terms with numbers for their names, the first name that comes up being 0."""

    def __init__(self, fixed: Set[str]) -> None:
        self.names: dict[str, int] = {}
        self.bound = {*fixed}
        self.met: dict[nt.Abbreviation, int] = {}
        self.parts = 0

    def of(self, term: nt.Term) -> Hashable:
        """The Term, all of whose parts have a place in the answer."""
        self.parts += 1
        if self.parts > MOST:
            raise _Unlike
        match term:
            case nt.Symbol():
                return nt.Symbol, self.name(term.name)
            case nt.Indexed():
                return nt.Indexed, self.name(term.name), term.indices
            case nt.Abbreviation():
                return self.abbreviation(term)
            case nt.Partial():
                return nt.Partial, self.of(term.variable), self.of(term.body)
            case nt.BigSum():
                return self.big_sum(term)
        if not isinstance(term, _PLAIN):
            raise _Unlike
        fields = term.__getstate__().items()
        own = tuple(value for name, value in fields if name not in term._child_fields)
        return (type(term), own, *map(self.of, term.children))

    def name(self, name: str) -> Hashable:
        return name if name in self.bound else self.names.setdefault(name, len(self.names))

    def abbreviation(self, term: nt.Abbreviation) -> Hashable:
        """Its definition goes with it, once."""
        if term in self.met:
            return nt.Abbreviation, self.met[term]
        self.met[term] = len(self.met)
        return nt.Abbreviation, self.name(term.name), term.indices, self.of(term.definition)

    def big_sum(self, term: nt.BigSum) -> Hashable:
        """Inside, its index is no name."""
        bounds = self.of(term.lower), self.of(term.upper)
        outer = self.bound
        self.bound = outer | {term.index}
        body = self.of(term.body)
        self.bound = outer
        return nt.BigSum, term.index, *bounds, body
