"""Shortened: an equation with one name for many terms that its long sums have in common, so that its check costs no more with them.

Laws
----
- a sum of terms by which nothing is derived is a number: where an equation holds with any number there, it holds with theirs
- terms that the same long sums have go together, wherever they stand; the others stay
- an equation that fails with a name in their place may hold with the terms: it is then compared in full
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

from symgd import terms as nt

LONG = 20  # terms of a sum


def shortened(*terms: nt.Term) -> tuple[nt.Term, ...]:
    """The Terms with names for what their long sums have in common; the same objects where none is long.

    Examples
    --------
    >>> from symgd.parsing.formula import parse
    >>> long = parse(" + ".join(f"a{n}*x" for n in range(30)))
    >>> [part.size for part in shortened(nt.Partial(long, nt.Symbol("a3")), nt.Symbol("x"))]
    [6, 1]
    """
    sums = list(dict.fromkeys(total for term in terms for total in _long_sums(term)))
    if not sums or any(term.holds_matrices for term in terms):
        return terms
    by = {
        part.variable.name for term in terms for part in _all(term) if isinstance(part, nt.Partial)
    }
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
    short: dict[nt.Term, nt.Term] = {total: _with_names(total, named, firsts) for total in sums}
    return tuple(_rewritten(term, short) for term in terms)


def _name(number: int, lump: list[nt.Term]) -> nt.Term:
    """A name that no formula has, with the indices of what it stands for."""
    parts = (part for term in lump for part in term.parts() if isinstance(part, nt.Indexed))
    indices = tuple(dict.fromkeys(index for part in parts for index in part.indices))
    name = f"rest {number}"
    return nt.Indexed(name, indices) if indices else nt.Symbol(name)


def _with_names(total: nt.Sum, named: dict[nt.Term, nt.Term], firsts: set[nt.Term]) -> nt.Term:
    kept = [named.get(part, part) for part in total.terms if part not in named or part in firsts]
    return nt.sum_of(tuple(kept))


def _long_sums(term: nt.Term) -> Iterator[nt.Sum]:
    for part in _all(term):
        if isinstance(part, nt.Sum) and len(part.terms) > LONG:
            yield part


def _all(term: nt.Term) -> Iterator[nt.Term]:
    """Every part, also of what names stand for, but for the terms of long sums."""
    yield term
    if isinstance(term, nt.Sum) and len(term.terms) > LONG:
        return
    for child in (*term.children, *term.hidden):
        yield from _all(child)


def _rewritten(term: nt.Term, short: dict[nt.Term, nt.Term]) -> nt.Term:
    """The Term, also what names in it stand for and what is derived by, with the short sums."""
    if isinstance(term, nt.Sum) and term in short:
        return short[term]
    if isinstance(term, nt.Abbreviation):
        return _named(term, short)
    if isinstance(term, nt.Partial):
        variable, body = term.variable, _rewritten(term.body, short)
        if isinstance(variable, nt.Abbreviation):
            variable = _named(variable, short)
        return nt.Partial(body, variable, term.ordinary)
    return term.map(lambda child: _rewritten(child, short))


def _named(name: nt.Abbreviation, short: dict[nt.Term, nt.Term]) -> nt.Abbreviation:
    definition = _rewritten(name.definition, short)
    return name if definition is name.definition else replace(name, definition=definition)
