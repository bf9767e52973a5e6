"""RuledBursts: many steps of an update rule at once, on a cost that is sums and products of a few numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from contextlib import suppress
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symgd.codegen.expressions.scalars import FAULTS
from symgd.codegen.rules.update_entries import Moved, UpdateEntries
from symgd.codegen.walk.arrival import Evaluate
from symgd.codegen.walk.bursts import FIRST_STEPS, LEAST_STEPS, Bursts, add
from symgd.codegen.walk.walk import Leapt, Row, Tests, TraceRows
from symgd.data.arrays import FloatArray
from symgd.optimize.rows import LARGEST, RuledRows
from symgd.optimize.ruled import RuledStride

HUGE = 1e300  # below it, sums of what is remembered are no infinity


class RuledBursts(Bursts):
    """Steps of a rule that is worked out entry by entry; the last of them are left where it looks for them.

    Parameters
    ----------
    evaluate : callable
        The cost, which takes arrays as well.
    stride : RuledStride
    entries : UpdateEntries
    """

    def __init__(self, evaluate: Evaluate, stride: RuledStride, entries: UpdateEntries) -> None:
        super().__init__(evaluate, lambda rate, steps, point: [*point], 0.0)
        self.stride, self.made = stride, entries.made
        self.moved: list[Moved] = []  # what the burst begins with, and where each step leads
        self.distances: list[float] = []
        self.told = np.empty((0, 0))
        self.pause = 0  # steps one by one after a burst of which few were kept

    def __call__(
        self,
        step: int,
        values: list[float],
        previous: float,
        row: Row | None,
        watch: Tests,
        rows: TraceRows,
    ) -> Leapt | None:
        """The steps from a point; where steps are to be looked at again and again, there is a burst ever more seldom."""
        due = self.due
        found = super().__call__(step, values, previous, row, watch, rows)
        if self.due != due:  # there was a burst
            few = self.due - step <= LEAST_STEPS
            self.pause = min(2 * self.pause + 1, FIRST_STEPS) if few else 0
            self.due += self.pause
        return found

    def points(self, step: int, count: int, values: list[float]) -> FloatArray:
        """A point, and where each step leads from there; fewer where floats raise at one."""
        evaluate, made, rate = self.evaluate, self.made, self.stride.rate
        state, told = self.stride.here
        self.moved, theta = [(values, state, told)], values
        keep = self.moved.append
        with suppress(*FAULTS):
            for t in range(step + 1, step + count + 1):
                moved = made(theta, evaluate(theta)[1], t, rate(t), state)
                keep(moved)
                theta, state, _ = moved
        points, _, tolds = zip(*self.moved, strict=True)
        self.distances = [*map(math.dist, points[1:], points)]
        self.told = _table(tolds, len(told))
        return _table(points, len(values))

    def rates(self, lengths: FloatArray) -> FloatArray:
        """The way over the gradient's length; 0 where that is 0."""
        return np.divide(self.distances, lengths, out=np.zeros_like(lengths), where=lengths != 0)

    def passed(self, made: FloatArray, previous: float, watch: Tests) -> NDArray[np.bool_]:
        """Of each step, whether there is nothing to be looked at, and what is remembered is no huge number."""
        return super().passed(made, previous, watch) & (np.abs(self.told[1:]) < HUGE).all(axis=1)

    def keep(self, rows: TraceRows, made: FloatArray) -> None:
        """Keep the steps, what is remembered at each, and how far it leads."""
        assert isinstance(rows, RuledRows)
        first, count, moved = int(made[0, 0]), len(made), self.moved
        leaps: list[Any] = [
            (first + n, *moved[n][1:], moved[n + 1][0], self.distances[n], *moved[n + 1][1:])
            for n in range(max(0, count - 3), count)
        ]
        self.stride.leaps = (*self.stride.leaps, *leaps)[-3:]
        distances = np.minimum(self.distances[:count], LARGEST)
        add(rows.beside, np.column_stack([made[:, 0], self.told[:count], distances]))
        add(rows, made)


def _table(rows: Sequence[Sequence[float]], width: int) -> FloatArray:
    """Rows of so many numbers."""
    count = len(rows) * width
    return np.fromiter(chain.from_iterable(rows), np.float64, count).reshape(len(rows), width)
