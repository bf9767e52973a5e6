"""Points: the numbers at which Terms are evaluated, drawn at random or given."""

from __future__ import annotations

import fractions
import itertools
import random
from collections.abc import Hashable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Self

from symgd.derivation.checking.numeric import MP
from symgd.errors import DerivationError, either
from symgd.terms import Indexed, Term
from symgd.terms.exact import exact_number
from symgd.terms.unrolling import Unrolling

SAMPLES = 2**20
MOST_CENTRES = 30  # around which points are looked for
MOST_ROWS = 20_000  # beyond this, exact sums in fractions are no longer worth their time

_RANGES = (
    *((0.2, 0.9), (1.1, 2.5), (-0.9, 0.9), (-2.5, 2.5), (0.01, 0.1)),
    *((-0.1, 0.1), (-12, 12), (2, 5), (-300, 300), (-4000, 4000)),
)

# Where those give no value: numbers near and far, as powers of ten.
_NEAR, _FAR = (-2, 2), (-3, 9)
USUAL_TRIALS = 24  # within the ranges
ALL_TRIALS = 500

# One number: a name, and the positions of its indices.
Key = tuple[str, tuple[int, ...]]

# What each index means: its name and its position.
Rows = tuple[tuple[str, int], ...]


class Point:
    """Random values for every name, an indexed one having one for each position of its indices.

    In the usual trials all are from one range. In those after them they are looked for at any distance from 0 and from
    the `centres`, at every second trial each name at another one.
    """

    def __init__(
        self,
        seed: int,
        trial: int,
        exact: bool,
        unrolling: Unrolling,
        centres: Sequence[fractions.Fraction] = (),
    ) -> None:
        self.seed = seed
        self.exact = exact
        self.sizes = unrolling.sizes
        self.positions: Mapping[str, int] = unrolling.positions(trial)
        self.trial = trial
        self.centres = centres
        self.values: dict[Key, Any] = {}
        self.of_sympy: dict[Hashable, Any] = {}  # values of SymPy expressions, once they are known

    def __getitem__(self, key: Key) -> Any:
        if key[0] in self.sizes and not key[1]:
            return self.number(fractions.Fraction(self.sizes[key[0]]))
        if key not in self.values:
            drawn, sign = _drawn(self.seed, self.trial, key)
            if self.exact:
                self.values[key] = fractions.Fraction(drawn * sign)
            else:
                low, high = self.range_of(key[0])
                self.values[key] = MP.mpf(drawn) / SAMPLES * (high - low) + low
        return self.values[key]

    def range_of(self, name: str) -> tuple[Any, Any]:
        """Between which numbers the values of a name are."""
        if self.trial < USUAL_TRIALS:
            return _RANGES[self.trial % len(_RANGES)]
        own = random.Random(f"{self.seed}/{self.trial}/{name}")
        scales = own if self.trial % 2 else random.Random(f"{self.seed}/{self.trial}")
        width = 10 ** scales.uniform(*scales.choice((_NEAR, _FAR)))
        zero = fractions.Fraction(0)
        centre = self.number(own.choice((zero, own.choice((zero, *self.centres)))))
        ends = own.choice(((-1, 1), (-1, 0), (0, 1)))
        return centre + width * ends[0], centre + width * ends[1]

    def number(self, value: fractions.Fraction) -> Any:
        if self.exact:
            return value
        whole = MP.mpf(value.numerator)
        return whole if value.denominator == 1 else whole / value.denominator


@lru_cache(maxsize=20_000)
def _drawn(seed: int, trial: int, key: Key) -> tuple[int, int]:
    """A whole number and its sign, the same ones for a name wherever it is met: each check would draw them anew."""
    source = random.Random(f"{seed}/{trial}/{key}")
    return source.randint(1, SAMPLES), source.choice((-1, 1))


def centres_of(terms: Iterable[Term]) -> tuple[fractions.Fraction, ...]:
    """The numbers in Terms, their quotients and products: x/20 − 12 is small near 240."""
    parts = (part for term in terms for part in term.parts(definitions=True))
    numbers = [*dict.fromkeys(abs(n) for part in parts if (n := _number(part)))][:MOST_CENTRES]
    pairs = [*itertools.permutations(numbers, 2)]
    found = dict.fromkeys((*numbers, *(p / q for p, q in pairs), *(p * q for p, q in pairs)))
    return tuple(sign * number for number in found for sign in (1, -1))[:MOST_CENTRES]


def _number(term: Term) -> fractions.Fraction | None:
    """What a Term of numbers alone comes to, 10⁹; None for another, or where that is too large."""
    try:
        return exact_number(term)
    except (OverflowError, ZeroDivisionError):
        return None


class Bindings(Point):
    """A given number for each name, an indexed one having one for each position of its indices.

    `sizes` says what the counts stand for, N is 3, and `indices` where the free ones stand, k is 2; the numbers of
    `parameters` are not from the data. Numbers are rational where they are `exact`, else they have 30 digits.
    """

    def __init__(
        self,
        values: Mapping[Key, fractions.Fraction],
        sizes: Mapping[str, int],
        parameters: frozenset[str] = frozenset(),
        indices: Mapping[str, int] | None = None,
        exact: bool = True,
    ) -> None:
        self.numbers = values
        self.sizes = sizes
        largest = max((n for _, position in values for n in position), default=0)
        self.positions = {str(n): n for n in range(largest + 1)}
        self.parameters = parameters
        self.indices = indices or {}
        self.exact = exact

    @classmethod
    def of_columns(
        cls,
        columns: Mapping[str, Sequence[fractions.Fraction]],
        count: str,
        values: Mapping[str, fractions.Fraction] | None = None,
    ) -> Self:
        """A column of numbers for each data column, `values` for other names; `count` is how many rows there are."""
        rows = len(next(iter(columns.values()), ()))
        if rows > MOST_ROWS:
            raise DerivationError(
                f"{rows} rows are too many to be worked out exactly (at most {MOST_ROWS})",
                f"pass fewer rows, or use {either('descend', 'symgd fit')}, which finds the minimum of any number of rows",
            )
        numbers: dict[Key, fractions.Fraction] = {
            (name, (row,)): value
            for name, column in columns.items()
            for row, value in enumerate(column, start=1)
        }
        given = values or {}
        numbers |= {(name, ()): value for name, value in given.items()}
        return cls(numbers, {count: rows}, frozenset(given))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Bindings) and vars(self) == vars(other)

    __hash__ = Point.__hash__

    @property
    def has_rows(self) -> bool:
        """Whether there are columns of data."""
        return any(row for _, row in self.numbers)

    def rounded(self) -> Bindings:
        """The same numbers with 30 digits, for functions that are not rational."""
        return Bindings(self.numbers, self.sizes, self.parameters, self.indices, exact=False)

    def lengths(self, term: Term) -> dict[str, int]:
        """How many positions each free index of `term` has: as many as there are numbers with it."""
        found: dict[str, int] = {}
        for part in term.parts(definitions=True):
            if isinstance(part, Indexed):
                for axis, index in enumerate(part.indices):
                    if not index.isdigit():
                        lengths = [p[axis] for name, p in self.numbers if name == part.name]
                        found[index] = max(lengths)
        return found

    def __getitem__(self, key: Key) -> Any:
        name, positions = key
        if not positions and name in self.sizes:
            return self.number(fractions.Fraction(self.sizes[name]))
        if key not in self.numbers:
            entry = ", ".join(map(str, positions))
            raise DerivationError(f'"{name}" has no entry {entry}', "indices are counted from 1")
        return self.number(self.numbers[key])


def exact(value: float) -> fractions.Fraction:
    """A float as the shortest decimal that is read back as it: 0.1 is 1/10.

    Examples
    --------
    >>> exact(1.2)
    Fraction(6, 5)
    """
    return fractions.Fraction(repr(float(value)))
