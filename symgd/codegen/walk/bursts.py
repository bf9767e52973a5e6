"""Bursts: many steps at a constant rate at once, where they need a few numbers; modules of a line have this text.

Laws
----
- a burst makes the steps that the loop of `walk` makes, and of these only such as pass all that it watches for
- the cost is sums, products and quotients, which are the same to the last bit for arrays and for floats
- the steps of a burst are kept all at once, so that who interrupts it finds the walk where it began
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from symgd.codegen.walk.arrival import Evaluate
from symgd.codegen.walk.walk import Leapt, Row, Tests, TraceRows

FloatArray = NDArray[np.float64]

# From here on, generated modules have this text.

# From the rate, how many steps, and a point, to that and all that they lead to.
Advance: TypeAlias = Callable[[float, int, Sequence[float]], list[float]]

LEAST_STEPS, FIRST_STEPS, MOST_STEPS = 32, 512, 2048  # of a burst
STEEP = 1e290  # gradients from which on one text may overflow where another does not


class Bursts:
    """Steps at one rate; `evaluate` takes arrays as well, one for each parameter."""

    def __init__(self, evaluate: Evaluate, advance: Advance, rate: float) -> None:
        self.evaluate, self.advance, self.rate = evaluate, advance, rate
        self.most = FIRST_STEPS  # of the next burst
        self.due = 0  # the step from which there may be one
        self.stop = math.inf  # the step before which it is to end

    def __call__(
        self,
        step: int,
        values: list[float],
        previous: float,
        row: Row | None,
        watch: Tests,
        rows: TraceRows,
    ) -> Leapt | None:
        """The steps from a point, before the first that is to be looked at."""
        count = int(min(self.most, self.stop - step, watch.pause - step))
        if step < self.due or count < LEAST_STEPS:
            return None
        points = self.points(step, count, values)
        made = self._rows(step, points)
        passed = self.passed(made, previous, watch)
        kept = len(made) if passed.all() else int(np.argmin(passed))
        self.most = min(MOST_STEPS, 2 * self.most) if kept == count else FIRST_STEPS
        self.due = step + kept + (kept < count)
        if not kept:
            return None
        watch.lowest = min(watch.lowest, float(made[:kept, -3].min()))
        self.keep(rows, made[:kept])
        last = [(int(first), *others) for first, *others in made[max(0, kept - 2) : kept].tolist()]
        before, row = [row, *last][-2:]
        return (step + kept, points[kept].tolist(), before, row) if row else None

    def points(self, step: int, count: int, values: list[float]) -> FloatArray:
        """A point, and where each step leads from there."""
        made = self.advance(self.rate, count, values)
        return np.fromiter(made, np.float64, len(made)).reshape(-1, len(values))

    def _rows(self, first: int, points: FloatArray) -> FloatArray:
        """The rows of the steps from point to point."""
        count, width = len(points) - 1, points.shape[1]
        rows = np.empty((count, width + 4))
        rows[:, 0], rows[:, 1:-3] = np.arange(first, first + count), points[:-1]
        table: Any = np.ascontiguousarray(points[:-1].T)
        rows[:, -3], slopes = self.evaluate(table)
        arrays = (np.asarray(slope) for slope in slopes)
        sides = (side.tolist() if side.ndim else [float(side)] * count for side in arrays)
        rows[:, -2] = [*map(math.hypot, *sides)]
        rows[:, -1] = self.rates(rows[:, -2])
        return rows

    def rates(self, lengths: FloatArray) -> FloatArray | float:
        """The rate of each step, by the gradient's length."""
        return self.rate

    def passed(self, made: FloatArray, previous: float, watch: Tests) -> NDArray[np.bool_]:
        """Of each step, whether there is nothing to be looked at."""
        costs, lengths = made[:, -3], made[:, -2]
        moves = made[:, -1] * lengths
        passed = (moves > watch.step) & (moves < math.inf) & (lengths > watch.gradient)
        passed &= lengths < STEEP
        passed &= (costs > -math.inf) & (costs < math.inf) & (costs <= watch.ceiling)
        if watch.cost >= 0:
            passed &= ~(np.abs(np.diff(costs, prepend=previous)) <= watch.cost)
        found: NDArray[np.bool_] = passed
        return found

    def keep(self, rows: TraceRows, made: FloatArray) -> None:
        """Keep the steps."""
        add(rows, made)


def add(rows: TraceRows, made: FloatArray) -> None:
    """Add those that are due of steps that follow each other."""
    first = int(made[0, 0])
    while rows.due < first + len(made):
        room = rows.most - len(rows.table) // rows.width
        chosen = made[rows.due - first :: rows.stride][:room]
        rows.table.frombytes(chosen.tobytes())
        rows.due += rows.stride * (len(chosen) - 1)
        if len(chosen) == room:
            rows.thin()
        rows.due += rows.stride
