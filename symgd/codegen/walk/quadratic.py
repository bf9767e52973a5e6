"""The walk on a cost |M·θ + r|² at one rate: many steps at once, looked over afterwards; modules of such costs have this text.

Laws
----
- it makes the steps that `walk` makes at a constant rate, and ends where that ends: tests hold the one against the other
- of such a cost nothing need be found out by differences: it bends up or not at all, and has no kink and no plateau
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from symgd.codegen.walk.arrival import (
    CLOSE,
    EPSILON,
    Ahead,
    Evaluate,
    FloatArray,
    is_least,
)
from symgd.codegen.walk.bowl import Squares, ahead_of_squares
from symgd.codegen.walk.walk import MOST_LEFT, MOST_NUMBERS, has_moved

# From here on, generated modules have this text.

# From the rate, how many steps, and a point, to that and where each step leads,
Advance: TypeAlias = Callable[[float, int, Sequence[float]], list[float]]
# and that with the cost and the length of the gradient where each begins.
Made: TypeAlias = tuple[FloatArray, FloatArray | list[float], list[float]]
Steps: TypeAlias = Callable[[float, int, Sequence[float]], Made]
AT_ONCE = 2048  # steps that are made before they are looked over


class Stopped(NamedTuple):
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
    steps: Steps,
    rate: float,
    point: Sequence[float],
    most: int,
    tolerance: float | None,
    ceiling: float,
) -> Stopped:
    """Steps at one rate until one is no longer than `tolerance` (0: never), or they are `most`.

    Without a tolerance it ends where the cost can fall no further; above `ceiling` all is lost.
    """
    step, values, trace, lowest = 0, [*point], Trace(len(point) + 3), math.inf
    near = (1e-9 if tolerance is None else tolerance) or -1.0
    least = max(64, 16 * len(point))  # steps from one look at what lies ahead to the next
    pause, short = min(most, 4 * least) if near > 0 else most, False
    try:
        while True:
            count = min(AT_ONCE, pause - step + 1)
            points, *beside = steps(rate, count, values)
            rows = np.column_stack([range(step, step + count), points[:-1], *beside])
            costs, moves = rows[:, -2], rate * rows[:, -1]
            calm = (costs <= ceiling) & (costs < math.inf) & (moves > near) & (moves < math.inf)
            calm &= rows[:, 0] < pause
            at = len(rows) - 1 if calm.all() else int(np.argmin(calm))
            finite = bool(np.isfinite(rows[at]).all())
            trace.add(rows[: at + finite])
            if not (finite and moves[at] < math.inf):
                return Stopped("beyond", trace.rows)
            if costs[at] > ceiling and moves[at] > near:
                return Stopped("too high", trace.rows)
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
                part = CLOSE if last or short else 0.0
                if ended:
                    part = max(CLOSE, min(near, MOST_LEFT))
                cost = float(costs[at])
                arrived = cost <= lowest + room and is_least(ahead, values, cost, part)
                if final or arrived:
                    name = "step" if ended else "max_iter" if last else "scale"
                    return Stopped(name, trace.rows, ahead, arrived)
                pause = min(most, step + at + max(least, (step + at) // 4))
            step, values = step + at + 1, after
    except KeyboardInterrupt:
        if not len(trace.last):
            raise
        return Stopped("interrupt", trace.rows)


def steps_at_once(
    evaluate: Evaluate, advance: Advance, rate: float, steps: int, point: Sequence[float]
) -> Made:
    """Steps whose cost is sums and products, the same to the last bit for arrays and for floats."""
    points = np.array(advance(rate, steps, point)).reshape(-1, len(point))
    table: Any = np.ascontiguousarray(points[:-1].T)
    cost, slopes = evaluate(table)
    sides = (np.broadcast_to(slope, steps).tolist() for slope in slopes)
    return points, np.broadcast_to(cost, steps), [*map(math.hypot, *sides)]


def steps_one_by_one(evaluate: Evaluate, rate: float, steps: int, point: Sequence[float]) -> Made:
    """Steps one after the other."""
    points, costs, lengths = [[*point]], [], []
    for _ in range(steps):
        cost, slopes = evaluate(points[-1])
        points.append([value - rate * s for value, s in zip(points[-1], slopes, strict=True)])
        costs.append(cost)
        lengths.append(math.hypot(*slopes))
    return np.array(points), costs, lengths
