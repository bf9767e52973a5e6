"""Kinds of parameters: those that stand in a cost in the same way, w₁x₁ᵢ and w₂x₂ᵢ, of which one derivation tells all.

Laws
----
- two parameters are of one kind where exchanging them, with the columns that stand beside them and nowhere else, leaves
  the cost as it is: their derivatives are then the same but for these names
- a sum is the same in whatever order: what a parameter's own terms look like is all that counts of it
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Sequence
from typing import NamedTuple

from symgd import terms as nt
from symgd.writing.words import Message, Part, message

SHOWN = 6  # names in a list of very many


class Alike(NamedTuple):
    """The parameters of one kind, the first of them first, and what stands beside each of them alone."""

    names: tuple[str, ...]
    beside: tuple[tuple[str, ...], ...]

    @property
    def said(self) -> tuple[Message, ...]:
        """What is told of the others under the derivation by the first."""
        others = self.names[1:]
        if not others:
            return ()
        own, *theirs = self.beside
        names = few(others)
        if not own:
            return (message("By {names} it is the same.", names=names),)
        columns = few(tuple("·".join(each) for each in theirs))
        return (
            message(
                "By {names} it is the same, with {columns} in the place of {column}.",
                names=names,
                columns=columns,
                column="·".join(own),
            ),
        )


def few(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    """A long list with its middle left out.

    Examples
    --------
    >>> few(tuple(range(100)))
    (0, 1, 2, 3, 4, '…', 99)
    """
    return parts if len(parts) <= 2 * SHOWN else (*parts[: SHOWN - 1], "…", parts[-1])


def kinds_of(cost: nt.Term, names: Sequence[str]) -> tuple[Alike, ...]:
    """The kinds of some names in a cost, in the order of the first of each.

    Examples
    --------
    >>> from symgd import Problem
    >>> [kind.names for kind in kinds_of(Problem("u*x1 + v*x2 + b").cost_term, ["u", "v", "b"])]
    [('u', 'v'), ('b',)]
    """
    plain = cost.written_out()
    looks = _Looks(plain)
    found: dict[Hashable, list[tuple[str, tuple[str, ...]]]] = defaultdict(list)
    for name in names:
        beside: dict[str, int] = {}
        found[looks.of(plain, name, beside)].append((name, tuple(beside)))
    return tuple(map(_kind, found.values()))


def _kind(alike: Sequence[tuple[str, tuple[str, ...]]]) -> Alike:
    """The kind of some names, without what stands beside all of them."""
    common = frozenset(alike[0][1]).intersection(*(beside for _, beside in alike))
    own = tuple(tuple(name for name in beside if name not in common) for _, beside in alike)
    return Alike(tuple(name for name, _ in alike), own)


class _Looks:
    """What the parts of a cost look like from a name that stands in them."""

    def __init__(self, cost: nt.Term) -> None:
        times: Counter[str] = Counter()
        met: set[nt.Term] = set()

        def count(term: nt.Term) -> None:
            """Count columns once for every different place that they stand in."""
            if isinstance(term, nt.Indexed):
                times[term.name] += 1
            elif term not in met:
                met.add(term)
                for child in term.children:
                    count(child)

        count(cost)
        self.lone = frozenset(name for name, count in times.items() if count == 1)
        self.terms: dict[nt.Term, dict[str, list[nt.Term]]] = {}

    def of(self, term: nt.Term, name: str, beside: dict[str, int]) -> Hashable:
        """How `term` looks: the name is itself, what stands `beside` it alone a number, all else what it is."""
        if isinstance(term, nt.Symbol | nt.Indexed):
            place: Hashable = term.name
            if term.name == name:
                place = 0
            elif isinstance(term, nt.Indexed) and term.name in self.lone:
                place = beside.setdefault(term.name, len(beside) + 1)
            return (type(term), place, *(term.indices if isinstance(term, nt.Indexed) else ()))
        if not term.children or (name not in term.names and self.lone.isdisjoint(term.names)):
            return term
        if isinstance(term, nt.Sum) and name in term.names:
            own = self._holding(term, name)
            return (nt.Sum, term, *(self.of(child, name, beside) for child in own))
        parts = [self.of(child, name, beside) for child in term.children]
        bound = (term.index,) if isinstance(term, nt.BigSum) else ()
        called = (term.function,) if isinstance(term, nt.Call) else ()
        return (type(term), *bound, *called, *parts)

    def _holding(self, total: nt.Sum, name: str) -> list[nt.Term]:
        """The terms of a sum that hold a name: found for all names at once."""
        if total not in self.terms:
            holding: dict[str, list[nt.Term]] = defaultdict(list)
            for term in total.terms:
                for held in term.names:
                    holding[held].append(term)
            self.terms[total] = holding
        return self.terms[total][name]
