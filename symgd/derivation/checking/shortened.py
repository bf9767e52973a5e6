"""Shortened: an equation with one name for many terms that its long sums have in common, so that its check costs no more with them.

Laws
----
- a sum of terms by which nothing is derived is a number: where an equation holds with any number there, it holds with theirs
- terms that the same long sums have go together, wherever they stand; the others stay
- an equation that fails with a name in their place may hold with the terms: it is then compared in full
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache

from symgd import terms as nt
from symgd.terms.identity_map import IdentityMap

LONG = 6  # terms of a sum


def shortened(*terms: nt.Term) -> tuple[nt.Term, ...]:
    """The Terms with names for what their long sums have in common; the same objects where none is long.

    Examples
    --------
    >>> from symgd.parsing.formula import parse
    >>> long = parse(" + ".join(f"a{n}*x" for n in range(30)))
    >>> [part.size for part in shortened(nt.Partial(long, nt.Symbol("a3")), nt.Symbol("x"))]
    [6, 1]
    """
    sums = tuple(dict.fromkeys(total for term in terms for total in _long_sums(term)))
    if not sums or any(term.holds_matrices for term in terms):
        return terms
    by = frozenset().union(*map(_derived_by, terms))
    names = frozenset().union(*(total.names for total in sums))
    short = _short(sums, names & by)
    return tuple(map(short.of, terms))


@lru_cache(maxsize=64)
def _short(sums: tuple[nt.Sum, ...], by: frozenset[str]) -> _Short:
    """What the sums become, without their terms in which the names derived by are; a derivation's steps ask for the same."""
    found: dict[nt.Term, list[int]] = defaultdict(list)
    for number, total in enumerate(sums):
        for part in total.terms:
            if by.isdisjoint(part.names):
                found[part].append(number)
    lumps: dict[tuple[int, ...], list[nt.Term]] = defaultdict(list)
    for part, numbers in found.items():
        if len(numbers) == len(set(numbers)):
            lumps[tuple(numbers)].append(part)
    named: dict[nt.Term, nt.Term] = {}
    firsts: set[nt.Term] = set()
    for number, lump in enumerate(lump for lump in lumps.values() if len(lump) > 1):
        name = _name(number, lump)
        named |= dict.fromkeys(lump, name)
        firsts.add(lump[0])
    return _Short({total: _with_names(total, named, firsts) for total in sums})


def _name(number: int, lump: list[nt.Term]) -> nt.Term:
    """A name that no formula has, with the indices of what it stands for."""
    indices = tuple(dict.fromkeys(index for term in lump for index in _indices(term)))
    name = f"rest {number}"
    return nt.Indexed(name, indices) if indices else nt.Symbol(name)


@nt.each_term
def _indices(term: nt.Term) -> tuple[str, ...]:
    parts = (part for part in term.parts() if isinstance(part, nt.Indexed))
    return tuple(dict.fromkeys(index for part in parts for index in part.indices))


def _with_names(total: nt.Sum, named: dict[nt.Term, nt.Term], firsts: set[nt.Term]) -> nt.Term:
    kept = [named.get(part, part) for part in total.terms if part not in named or part in firsts]
    return nt.sum_of(tuple(kept))


@nt.each_term
def _long_sums(term: nt.Term) -> tuple[nt.Sum, ...]:
    """Those of every part, also of what names stand for, but for the terms of long sums."""
    if isinstance(term, nt.Sum) and len(term.terms) > LONG:
        return (term,)
    inside = (total for child in (*term.children, *term.hidden) for total in _long_sums(child))
    return tuple(dict.fromkeys(inside))


@nt.each_term
def _derived_by(term: nt.Term) -> frozenset[str]:
    """The names by which something in the Term, but for the terms of long sums, is derived."""
    if isinstance(term, nt.Sum) and len(term.terms) > LONG:
        return frozenset()
    own = frozenset({term.variable.name} if isinstance(term, nt.Partial) else ())
    return own.union(*map(_derived_by, (*term.children, *term.hidden)))


class _Short:
    """Terms with short sums for long ones, also in what names stand for and what is derived by.

    A part that is met again gives the same object, so that what is known of it stays known.
    """

    def __init__(self, sums: Mapping[nt.Term, nt.Term]) -> None:
        self.sums = sums
        self.known: IdentityMap[nt.Term, nt.Term] = IdentityMap()

    def of(self, term: nt.Term) -> nt.Term:
        if not _long_sums(term):
            return term
        return self.known.once(term, lambda: self._rewritten(term))

    def _rewritten(self, term: nt.Term) -> nt.Term:
        match term:
            case nt.Sum() if term in self.sums:
                return self.sums[term]
            case nt.Abbreviation():
                return self._named(term)
            case nt.Partial():
                variable = term.variable
                if isinstance(variable, nt.Abbreviation):
                    variable = self._named(variable)
                return nt.Partial(self.of(term.body), variable, term.ordinary)
        return term.map(self.of)

    def _named(self, name: nt.Abbreviation) -> nt.Abbreviation:
        definition = self.of(name.definition)
        return name if definition is name.definition else replace(name, definition=definition)
