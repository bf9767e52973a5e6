"""Walks: runs from one start that a lesson compares, on one clock; nothing here needs Manim.

Laws
----
- every walk is a run of the library's own: what is drawn, counted and said is in its trace
- the clock counts epochs where walks look at other numbers of rows, and else steps
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from symgd.animations.formulas.numerals import settled
from symgd.data.arrays import FloatArray
from symgd.derivation.gradient import Gradient
from symgd.errors import ProblemError, parameter
from symgd.optimize.descend import descend
from symgd.optimize.descent_options import DescentOptions
from symgd.optimize.run import Run
from symgd.terms import Symbol
from symgd.writing.words import Message

PLANE = 2  # parameters that a picture has room for


@dataclass(frozen=True, eq=False)
class Walk:
    """A run, what it is called, and how many of its steps are one of the clock's units."""

    name: Message | str
    run: Run
    each: float = 1

    @property
    def points(self) -> FloatArray:
        """The parameters by row of the trace, of shape (rows, p)."""
        trace = self.run.trace
        return trace.table[:, : len(trace.parameters)]

    def seen_from(self, back: FloatArray) -> Walk:
        """The same walk in other coordinates, those that `back` makes of the parameters."""
        trace = self.run.trace
        count = len(trace.parameters)
        table = np.column_stack((self.points @ back.T, trace.table[:, count:]))
        return replace(self, run=replace(self.run, trace=replace(trace, table=table)))

    @property
    def cost(self) -> FloatArray:
        """The whole cost by row of the trace."""
        return self.run.trace.cost

    @cached_property
    def clock(self) -> FloatArray:
        """When each row was reached."""
        return np.asarray(self.run.trace.steps / self.each)

    @property
    def end(self) -> float:
        """When it ends."""
        return float(self.clock[-1])

    @property
    def rises(self) -> int:
        """How many steps made the whole cost larger."""
        return int(np.count_nonzero(np.diff(self.cost) > 0))

    def until(self, time: float) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Clock, points and costs until a time, which lies on the straight way between two rows."""
        rows = int(np.searchsorted(self.clock, time + 1e-9, side="right"))
        clock, points, cost = self.clock[:rows], self.points[:rows], self.cost[:rows]
        if rows == len(self.clock) or time <= self.clock[rows - 1] + 1e-9:
            return clock, points, cost
        before, after = self.clock[rows - 1 : rows + 1]
        part = (time - before) / (after - before)
        here = (1 - part) * self.points[rows - 1] + part * self.points[rows]
        height = (1 - part) * self.cost[rows - 1] + part * self.cost[rows]
        return np.append(clock, time), np.vstack((points, here)), np.append(cost, height)

    def arrives(self, least: float, part: float) -> int | None:
        """The first step after which no more than a `part` of the start's gap to the least cost is left; None for never."""
        gap = self.cost - least
        there = np.flatnonzero(gap <= part * gap[0])
        return int(self.run.trace.steps[there[0]]) if there.size else None

    def settles(self, least: float, part: float) -> int | None:
        """The step from which on no more than a `part` of the start's gap is ever left; None where the last row has more."""
        gap = self.cost - least
        outside = np.flatnonzero(~(gap <= part * gap[0]))
        first = int(outside[-1]) + 1 if outside.size else 0
        return int(self.run.trace.steps[first]) if first < len(gap) else None


def start_of(run: Run) -> dict[str, float]:
    """Where a run began."""
    names = run.trace.parameters
    return dict(zip(names, run.trace.table[0].tolist(), strict=False))


def again(run: Run, derive: Callable[[], Gradient], **options: Any) -> Run:
    """Another descent of the same problem and data, from the same start where the options name no other.

    Raises
    ------
    KeyboardInterrupt
        When Ctrl-C stopped it.
    ProblemError
        When its trace has not all steps.
    """
    chosen = DescentOptions(**{"start": start_of(run), "tolerance": 0, **options})
    data = [run.data] if run.problem.has_examples else []
    made = descend(run.problem, derive, data, {}, chosen)
    if made.outcome.kind == "interrupted":
        raise KeyboardInterrupt
    if made.trace.numbers is not None:
        cause = f"the descent has {made.steps:,} steps, and the trace has not all of them"
        raise ProblemError(cause, f"film a shorter one: {parameter('max_iter')}")
    return made


def least_of(walks: Sequence[Walk]) -> tuple[float, bool]:
    """The least cost, and whether it is known to be that; else the lowest that any walk reached."""
    exact = walks[0].run.exact
    if exact is not None:
        return settled(exact.cost, float(walks[0].cost[0])), True
    return float(min(np.nanmin(walk.cost) for walk in walks)), False


def lateness(walk: Walk, arrivals: Iterable[int | None]) -> tuple[float, ...]:
    """By what walks are compared: when each arrives, the first place counting most, and else how low it ends.

    Of those that all arrive the ends are not compared: they differ by rounding, on each machine otherwise.
    """
    end = float(walk.cost[-1])
    steps = [math.inf if step is None else float(step) for step in arrivals]
    if all(map(math.isfinite, steps)):
        return *steps, 0.0
    return *steps, end if np.isfinite(end) else math.inf


def best_of(walks: Iterable[Walk], least: float, part: float) -> Walk:
    """Who is first to stay where so small a part of the start's gap is left; else who ends lowest."""
    return min(walks, key=lambda walk: lateness(walk, [walk.settles(least, part)]))


def axes_of(walks: Sequence[Walk]) -> tuple[int, ...]:
    """The parameters that a plane shows: the two that go furthest, in the model's order; or the only one."""
    count = walks[0].points.shape[1]
    if count <= PLANE:
        return tuple(range(count))
    moves = np.max([np.ptp(walk.points, axis=0) for walk in walks], axis=0)
    return tuple(sorted(np.argsort(-moves, kind="stable")[:PLANE].tolist()))


def held_at(walks: Sequence[Walk]) -> FloatArray:
    """Where the parameters that a plane does not show are held: at the exact minimum, or else where the best walk ended."""
    exact = walks[0].run.exact
    if exact is not None:
        return np.array([exact.parameters[name] for name in walks[0].run.trace.parameters])
    best = min(walks, key=lambda walk: float(walk.cost[-1]))
    return np.array(best.points[-1])


def left_out(run: Run, axes: Sequence[int]) -> tuple[Symbol, ...]:
    """The parameters that a plane does not show."""
    names = run.trace.parameters
    return tuple(Symbol(name) for index, name in enumerate(names) if index not in axes)
