"""Bindings: the numbers that stand for a formula's names, from parameters and data."""

from __future__ import annotations

import fractions
import math
import numbers
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np

from symgd.data.columns import columns_from
from symgd.derivation.checking.point import Bindings, Key, exact
from symgd.errors import DataError, DerivationError, either, parameter
from symgd.parsing.tokens import by_spelling
from symgd.terms import BigSum, Delta, Indexed, Partial, Symbol, Term
from symgd.terms.identity_map import IdentityMap

MOST_ROWS = 2000
_BY_ENTRY = "give the entries names of their own, such as w1*x1 + w2*x2"


def bindings_of(
    lines: Iterable[Term], parameters: Mapping[str, object], data: object | None = None
) -> Bindings:
    """The numbers for every name in `lines`; an error for a name without a number, or a number without a name.

    Examples
    --------
    >>> from symgd.parsing.formula import parse
    >>> bindings_of([parse("m*x + b")], {"m": 0.1, "b": 2, "x": -3})["m", ()]
    Fraction(1, 10)
    """
    if not isinstance(parameters, Mapping):
        raise DerivationError(
            f"the parameters are {parameters!r}", 'expected a mapping such as {"m": 0.2, "b": 0.5}'
        )
    parameters = by_spelling(parameters)
    found = _Needed(lines)
    columns = sorted(found.entries.keys() - parameters.keys())
    from_data = {name: found.entries[name] for name in columns}
    _expect_all(found, parameters, data, from_data)
    arrays = {n: _array(n, value, found.entries.get(n, 0)) for n, value in parameters.items()}
    arrays |= _columns(from_data, data)
    values = dict(entry for name, array in arrays.items() for entry in _entries(name, array))
    indices = {index: _position(index, values.pop((index, ()))) for index in found.indices}
    shapes = {name: array.shape for name, array in arrays.items()}
    return Bindings(values, _sizes(found, shapes), frozenset(parameters), indices)


def _position(index: str, number: fractions.Fraction) -> int:
    if number.denominator == 1 and number > 0:
        return int(number)
    raise DerivationError(f'the index "{index}" is {number}', "expected a whole number from 1")


class _Needed:
    """What the lines need numbers for: plain names and free indices, names with indices, and counts."""

    def __init__(self, lines: Iterable[Term]) -> None:
        self.entries: dict[str, int] = {}
        self.counts: dict[str, list[tuple[str, int]]] = {}
        plain: dict[str, None] = {}
        bound: set[str] = set()
        indices: set[str] = set()
        for part in parts_of(lines):
            if isinstance(part, Indexed | Delta):
                indices.update(index for index in part.indices if not index.isdigit())
            if isinstance(part, Indexed):
                self.entries[part.name] = len(part.indices)
            elif isinstance(part, Symbol):
                plain[part.name] = None
            elif isinstance(part, BigSum):
                bound.add(part.index)
                if isinstance(part.upper, Symbol):
                    self.counts.setdefault(part.upper.name, []).extend(_columns_over(part))
        self.indices = tuple(sorted(indices - bound))
        plain |= dict.fromkeys(self.indices)
        self.names = tuple(n for n in plain if n not in {*self.counts, *bound, *self.entries})


def parts_of(lines: Iterable[Term]) -> Iterator[Term]:
    """All sub-terms, those of definitions, bounds and variables included; each object once.

    `parts` would visit again in every line what a rewrite kept from the line before.
    """
    seen: IdentityMap[Term, bool] = IdentityMap()
    waiting = list(lines)[::-1]
    while waiting:
        term = waiting.pop()
        if term in seen:
            continue
        seen[term] = True
        yield term
        waiting += (*reversed(term.children), *term.hidden)
        if isinstance(term, BigSum):
            waiting += [term.upper, term.lower]
        elif isinstance(term, Partial):
            waiting.append(term.variable)


def _columns_over(total: BigSum) -> list[tuple[str, int]]:
    """The names whose index the Σ counts, and which of their indices it is."""
    return [
        (part.name, part.indices.index(total.index))
        for part in parts_of([total.body])
        if isinstance(part, Indexed) and total.index in part.indices
    ]


def _expect_all(
    found: _Needed, parameters: Mapping[str, object], data: object | None, columns: Iterable[str]
) -> None:
    missing = [name for name in found.names if name not in parameters]
    if missing:
        example = ", ".join(f'"{name}": 1' for name in found.names)
        typed = f"--at {','.join(f'{name}=1' for name in found.names)}"
        remedy = f"pass {either(f'{{{example}}}', typed)} or the like"
        raise DerivationError(f'"{missing[0]}" has no number', remedy)
    strange = [name for name in parameters if name not in {*found.names, *found.entries}]
    if strange:
        known = ", ".join((*found.names, *found.entries)) or "none"
        raise DerivationError(f'no name in the lines is "{strange[0]}"', f"the names are {known}")
    wanted = list(columns)
    if wanted and data is None:
        listed = ", ".join(wanted)
        raise DerivationError(
            f"the lines need data: {listed}",
            f"pass {either('a table', 'a CSV with --data')} that has them by name",
        )
    if data is not None and not wanted:
        raise DerivationError(
            f"{parameter('data')} is given, but the lines need none", "leave it out"
        )


def _columns(depths: Mapping[str, int], data: Any) -> dict[str, np.ndarray[Any, Any]]:
    """The data columns by name; one with two indices is a table of its own."""
    if not depths:
        return {}
    plain = [name for name, depth in depths.items() if depth == 1]
    deep = [name for name, depth in depths.items() if depth > 1]
    if deep and not isinstance(data, Mapping):
        raise DataError(
            f'"{deep[0]}" has {depths[deep[0]]} indices',
            either("pass a mapping of names to arrays", _BY_ENTRY),
        )
    found = {}
    for name in deep:
        if name not in data:
            raise DataError(f'the data has no "{name}"', f"it has {', '.join(map(str, data))}")
        found[name] = _array(name, data[name], depths[name])
    if plain:
        columns = columns_from(plain, [data], {})
        found.update({name: columns[name] for name in plain})
    most = max(len(array) for array in found.values())
    if most > MOST_ROWS:
        raise DataError(
            f"{most} rows are too many to be worked out term by term",
            f"pass {MOST_ROWS} rows at most; {either('descend', 'symgd fit')} takes any number",
        )
    return found


def _array(name: str, value: object, depth: int) -> np.ndarray[Any, Any]:
    array = np.asarray(value, dtype=object)
    if array.ndim != depth or not array.size:
        entries = either("expected an array with an entry for each index", _BY_ENTRY)
        raise DerivationError(f'"{name}" is {value!r}', entries if depth else "expected a number")
    return array


def _entries(name: str, array: np.ndarray[Any, Any]) -> Iterator[tuple[Key, fractions.Fraction]]:
    for position, value in np.ndenumerate(array):
        yield (name, tuple(n + 1 for n in position)), exactly(name, value)


def exactly(name: str, value: object) -> fractions.Fraction:
    """The number as it is printed: 0.1 is 1/10."""
    if isinstance(value, numbers.Rational) and not isinstance(value, bool):
        return fractions.Fraction(value)
    if isinstance(value, numbers.Real) and not isinstance(value, bool | np.bool_):
        if math.isfinite(value):
            return exact(float(value))
        raise DerivationError(f'"{name}" is {value}', "expected a finite number")
    raise DerivationError(f'"{name}" is {value!r}', "expected a number")


def _sizes(found: _Needed, shapes: Mapping[str, tuple[int, ...]]) -> dict[str, int]:
    """How many terms each count stands for."""
    sizes = {}
    for count, columns in found.counts.items():
        lengths = {shapes[name][axis]: name for name, axis in columns}
        if not lengths:
            raise DerivationError(f"nothing says what {count} is", "no data has its index")
        if len(lengths) > 1:
            told = " and ".join(f'"{name}" {length}' for length, name in lengths.items())
            raise DataError(f"{count} cannot be told: {told} entries", "pass as many of each")
        (sizes[count],) = lengths
    return sizes
