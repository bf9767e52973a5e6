"""The walk on a cost |M·θ + r|² at one rate: many steps at once, looked over afterwards; modules of such costs have this text.

Laws
----
- it makes the steps that `walk` makes at a constant rate, and ends where that ends: tests hold the one against the other
- of such a cost nothing need be found out by differences: it bends up or not at all, and has no kink and no plateau
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeAlias

import numpy as np

from symgd.codegen.walk.arrival import (
    CLOSE,
    EPSILON,
    Ahead,
    CostAndGradient,
    FloatArray,
    is_least,
)
from symgd.codegen.walk.bowl import Squares, ahead_of_squares
from symgd.codegen.walk.walk import MOST_LEFT, MOST_NUMBERS, has_moved

# From here on, generated modules have this text.

# From the rate, how many steps, and a point, to that and where each step leads.
Advance: TypeAlias = Callable[[float, int, Sequence[float]], Sequence[float] | FloatArray]
AT_ONCE = 2048  # steps that are made before they are looked over


class Walked(NamedTuple):
    """How a walk ended, its rows, and what lies ahead of the last one."""

    ended: str  # "step", "scale", "max_iter", "too high", "beyond" all floats, "interrupt"
    rows: FloatArray  # step, parameters, cost, length of the gradient
    ahead: Ahead | None = None
    arrived: bool = False

    def kind(self, unstable: bool) -> str:
        """What it came to, in a word; `unstable`: whether the rate is known to be."""
        first, last = self.rows[0], self.rows[-1]
        moved = has_moved(first[1:-2], last[1:-2])
        up = self.ended == "max_iter" and last[-2] > first[-2] and moved
        if self.ended == "interrupt":
            return "interrupted"
        if self.ended in ("beyond", "too high") or (up and (unstable or not self.arrived)):
            return "diverged"
        if self.arrived:
            return "converged"
        if self.ended != "max_iter":
            return "stalled"
        return "out of steps" if last[0] else "not begun"


class Trace:
    """The rows of a walk: all, or every 2nd, 4th, 8th of many; and the last two."""

    def __init__(self, width: int) -> None:
        self.kept, self.last, self.stride = np.empty((0, width)), np.empty((0, width)), 1
        self.waiting: list[FloatArray] = []
        self.most = max(3, MOST_NUMBERS // (width + 1) - 1 | 1)

    def add(self, rows: FloatArray) -> None:
        """Keep those that are due of rows that follow the ones before."""
        self.waiting.append(rows[rows[:, 0] % self.stride == 0])
        self.last = np.concatenate([self.last, rows])[-2:]
        while len(self.kept) + sum(map(len, self.waiting)) >= self.most:
            self.kept, self.waiting = np.concatenate([self.kept, *self.waiting])[::2], []
            self.stride *= 2

    @property
    def rows(self) -> FloatArray:
        """The rows as a table."""
        kept = np.concatenate([self.kept, *self.waiting])
        return np.concatenate([kept[kept[:, 0] < self.last[0, 0]], self.last])


def walk_on_squares(
    squares: Squares,
    advance: Advance,
    rate: float,
    point: Sequence[float],
    most: int,
    tolerance: float | None,
    ceiling: float,
) -> Walked:
    """Steps at one rate until one is no longer than `tolerance` (0: never), or they are `most`.

    Without a tolerance it ends where the cost can fall no further; above `ceiling` all is lost.
    """
    step, values, trace, lowest = 0, [*point], Trace(len(point) + 3), math.inf
    near = (1e-9 if tolerance is None else tolerance) or -1.0
    least = max(64, 16 * len(point))  # steps from one look at what lies ahead to the next
    pause, short = min(most, 4 * least) if near > 0 else most, False
    try:
        while True:
            made = advance(rate, min(AT_ONCE, pause - step + 1), values)
            points = np.reshape(made, (-1, len(values)))
            rows = rows_on_squares(squares, step, points[:-1])
            costs, moves = rows[:, -2], rate * rows[:, -1]
            calm = (costs <= ceiling) & (costs < math.inf) & (moves > near) & (moves < math.inf)
            calm &= rows[:, 0] < pause
            at = len(rows) - 1 if calm.all() else int(np.argmin(calm))
            finite = bool(np.isfinite(rows[at]).all())
            trace.add(rows[: at + finite])
            if not (finite and moves[at] < math.inf):
                return Walked("beyond", trace.rows)
            if costs[at] > ceiling and moves[at] > near:
                return Walked("too high", trace.rows)
            lowest, last = min(lowest, float(costs[: at + 1].min())), step + at >= most
            values, after = points[at].tolist(), points[at + 1].tolist()
            if not calm[at]:
                still = values == after
                ended = moves[at] <= near or (still and short)
                final = last or (ended and (still or tolerance is not None))
                if ended and tolerance is None:
                    near, short = 0.0, True
                ahead = ahead_of_squares(squares[0], squares[1](values), values)
                room = 1e-6 * lowest + (64 * EPSILON) ** 2 * sum(ahead.effects)
                part = max(CLOSE, min(near, MOST_LEFT)) if ended or last or short else 0.0
                cost = float(costs[at])
                arrived = cost <= lowest + room and is_least(ahead, values, cost, part)
                if final or arrived:
                    name = "step" if ended else "max_iter" if last else "scale"
                    return Walked(name, trace.rows, ahead, arrived)
                pause = min(most, step + at + max(least, (step + at) // 4))
            step, values = step + at + 1, after
    except KeyboardInterrupt:
        if not len(trace.last):
            raise
        return Walked("interrupt", trace.rows)


def rows_on_squares(squares: Squares, first: int, points: FloatArray) -> FloatArray:
    """The rows of some steps: number, point, cost, and length of the gradient."""
    matrix, reached = squares
    left = reached(points)
    lengths = np.hypot.reduce(2 * left @ matrix, axis=1)
    return np.column_stack(
        [range(first, first + len(points)), points, (left**2).sum(axis=1), lengths]
    )


def cost_on_squares(squares: Squares, point: Sequence[float]) -> CostAndGradient:
    """Cost and gradient at a point."""
    matrix, reached = squares
    left = reached(point)
    return float(left @ left), tuple((2 * left @ matrix).tolist())


def steps_on_squares(
    squares: Squares, rate: float, steps: int, point: Sequence[float]
) -> FloatArray:
    """A point, and where each of so many steps leads from there."""
    matrix, reached = squares
    made = np.empty((steps + 1, len(point)))
    made[0] = point
    for step in range(steps):
        made[step + 1] = made[step] - rate * (2 * reached(made[step]) @ matrix)
    return made
