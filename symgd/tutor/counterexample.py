"""Counterexample: small numbers at which two lines differ."""

from __future__ import annotations

import fractions
import itertools
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeAlias

from symgd import terms as nt
from symgd.derivation.checking.degrees import is_rational
from symgd.derivation.checking.evaluate import Evaluator
from symgd.derivation.checking.numeric import Undefined, same
from symgd.derivation.checking.point import Key, Point
from symgd.terms.unrolling import Unrolling
from symgd.tutor.exercise import Exercise
from symgd.tutor.vocabulary import LEARNING_RATES

# How many examples there are; more where three do not tell two lines apart.
ROWS = (3, 4)

# What parameters, inputs and targets are tried as, in this order.
_HALF = fractions.Fraction(1, 2)
_PLAIN = ((2, 1, 3, -1, 4), (1, 2, -1, 3, 2), (3, -2, 1, 2, -1), (_HALF, -_HALF, 1, -1, 2))
_INPUTS = (((1, 2, 3, 5), (2, 0, 1, 3), (1, 4, 2, 0)), ((2, 1, 4, 3), (1, 3, 2, 5), (3, 1, 0, 2)))
_TARGETS = ((2, 6, 5, 9), (4, 3, 8, 1))
# Values that are good to look at.
_SMALLEST, _LARGEST = 0.05, 10_000

# The number that a name stands for, or one for each example; a float where a formula made it, and it is not rational.
Numbers: TypeAlias = Mapping[str, tuple[fractions.Fraction | float, ...]]


@dataclass(frozen=True)
class Counterexample:
    """Numbers that make two Terms differ, and what they are then; one for each example for a column.

    `row` is the example that an index outside every Σ stands for.
    """

    numbers: Numbers
    expected: Any
    written: Any
    row: int | None = None


class _Positions(dict[str, int]):
    """Where indices outside every Σ stand: i at the first example, others apart from each other."""

    def __missing__(self, index: str) -> int:
        return ord(index[0]) % ROWS[0] + 1


class _SmallPoint(Point):
    """A point with the numbers of a Counterexample.

    `Bindings` would ask for every number. Here a column begins anew where a Σ counts further than it goes, and a name
    that an attempt alone has is given a random number.
    """

    def __init__(self, numbers: Numbers, exact: bool) -> None:
        super().__init__(0, 0, exact, Unrolling())
        self.positions = _Positions()
        self.numbers = numbers

    def __getitem__(self, key: Key) -> Any:
        name, positions = key
        column = self.numbers.get(name)
        if column is None:
            return super().__getitem__(key)
        width = math.isqrt(len(column))
        last = positions[-1] - 1 if positions else 0
        entry = (positions[0] - 1) * width + last if len(positions) > 1 else last
        found = column[entry % len(column)]
        return self.number(
            found if isinstance(found, fractions.Fraction) else fractions.Fraction(found)
        )


def value_at(term: nt.Term, numbers: Numbers, exact: bool = True) -> Any:
    """The value of a Term at given numbers, exact where it is rational in its names; None where it has none."""
    try:
        point = _SmallPoint(numbers, exact and is_rational(term))
        return Evaluator(point).dual(term, None, ()).value
    except (Undefined, ZeroDivisionError, OverflowError, ValueError, TypeError):
        return None


def counterexample(
    exercise: Exercise, expected: nt.Term, written: nt.Term
) -> Counterexample | None:
    """The first of some small numbers at which both Terms have values that differ to be seen, and are good to read."""
    row = 1 if any(map(exercise.vocabulary.is_loose, (expected, written))) else None
    spare = None
    for numbers, left, right in _real_values(exercise, expected, written, ROWS):
        scale = max(abs(left), abs(right))
        if abs(left - right) * 1000 > scale:
            found = Counterexample(numbers, left, right, row)
            if _SMALLEST < scale < _LARGEST:
                return found
            spare = spare or found
    return spare


def agree_with_more_examples(exercise: Exercise, expected: nt.Term, written: nt.Term) -> bool:
    """Whether two Terms that agree at random points do so for four examples and small numbers too.

    A 3 may have been written for the number of examples; and small numbers reach other cases than random ones.
    """
    if not exercise.vocabulary.bounds:
        return True
    exact = is_rational(expected) and is_rational(written)
    values = _real_values(exercise, expected, written, ROWS[-1:])
    return all(
        left == right if exact else same(partial(_both, expected, written, numbers))
        for numbers, left, right in values
    )


def _both(one: nt.Term, other: nt.Term, numbers: Numbers) -> tuple[Any, Any] | None:
    """The values of two Terms that are not rational, with the digits of now; None where one has none."""
    left, right = (value_at(term, numbers, False) for term in (one, other))
    return None if left is None or right is None else (left, right)


def are_proportional(exercise: Exercise, one: nt.Term, other: nt.Term) -> bool:
    """Whether one Term is the same multiple of another at all small numbers; both rational, neither zero."""
    found = set()
    for numbers in small_numbers(exercise, one.names | other.names):
        values = [value_at(term, numbers) for term in (one, other)]
        if not all(isinstance(value, fractions.Fraction) and value for value in values):
            return False
        found.add(values[0] / values[1])
    return len(found) == 1


def _real_values(
    exercise: Exercise, one: nt.Term, other: nt.Term, sizes: tuple[int, ...]
) -> Iterator[tuple[Numbers, Any, Any]]:
    """The values of two Terms at small numbers, for so many examples, where both have one that is real."""
    exact = is_rational(one) and is_rational(other)
    for rows in sizes:
        for numbers in small_numbers(exercise, one.names | other.names, rows):
            values = [value_at(term, numbers, exact) for term in (one, other)]
            if all(value is not None and not getattr(value, "imag", 0) for value in values):
                yield numbers, *values


def small_numbers(
    exercise: Exercise, used: frozenset[str], rows: int = ROWS[-1]
) -> Iterator[Numbers]:
    """Small numbers for the names that are used, so many examples of them."""
    vocabulary = exercise.vocabulary
    counts = {upper.name for upper, _ in vocabulary.bounds.values() if isinstance(upper, nt.Symbol)}
    vectors = [v.name for v in vocabulary.variables if isinstance(v, nt.Indexed)]
    variables = [v.name for v in vocabulary.variables if not isinstance(v, nt.Indexed)]
    plain = [*variables, *sorted(vocabulary.symbols - counts - set(variables))]
    columns = [name for name in vocabulary.columns if name not in vectors]
    inputs, targets = columns[:-1] or columns, columns[-1:]
    for round, values in enumerate(_PLAIN):
        sets, target = _INPUTS[round % len(_INPUTS)], _TARGETS[round % len(_TARGETS)]
        found: dict[str, tuple[Any, ...]] = {
            name: (value,) for name, value in zip(plain, itertools.cycle(values), strict=False)
        }
        found |= dict.fromkeys(vectors, values[:rows])
        for number, name in enumerate(inputs):
            found[name] = sets[number % len(sets)][:rows]
            if vocabulary.columns[name] > 1:
                found[name] = tuple(
                    n for line in range(rows) for n in sets[line % len(sets)][:rows]
                )
        found |= dict.fromkeys(targets, target[:rows])
        found |= dict.fromkeys(sorted(counts), (rows,))
        found |= dict.fromkeys(LEARNING_RATES, (fractions.Fraction(1, 10),))
        yield {
            name: tuple(map(fractions.Fraction, numbers))
            for name, numbers in found.items()
            if name in used
        }
