"""Onward: where a walk stands, so that it goes on to the last bit as though it had never stopped."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from symgd.codegen.walk import ruled
from symgd.codegen.walk.arrival import Evaluate
from symgd.codegen.walk.strides import Stepped, Stride
from symgd.codegen.walk.walk import Ending, Limits, Look, Row, Tests
from symgd.data.arrays import FloatArray
from symgd.optimize.rows import KeptRows, RuledRows
from symgd.optimize.ruled import RuleStanding

# The lowest cost, how long a short step is, when to look next, whether one was short.
Standing: TypeAlias = tuple[float, float, float, bool]
Seen: TypeAlias = Callable[[int, list[float], float, Sequence[float]], None]


@dataclass(frozen=True, eq=False)
class Onward:
    """Where a walk stands, in its own coordinates.

    Parameters
    ----------
    route : str
        What the cost is evaluated from.
    rate : float or None
        Of all steps; None where each has its own.
    step : int
        Steps made.
    values : tuple of float
    last : tuple of float or None
        The step that led here: its rate, then where it began, then the cost there.
    watch : tuple
        Of `TurnedTests`.
    rows : array
        The told rows of the steps before this one.
    stride : int
        So many steps lie between two of them.
    moves : int
        What counts as so many steps where it is told.
    """

    route: str
    rate: float | None
    step: int
    values: tuple[float, ...]
    last: tuple[float, ...] | None
    watch: Standing
    rows: FloatArray
    stride: int
    moves: int
    rule: RuleStanding | None = None  # what an update rule remembers there

    @property
    def previous(self) -> float:
        """The cost before the last step."""
        return float("inf") if self.last is None else self.last[-1]

    def met(self, evaluate: Evaluate) -> list[tuple[float, list[float], tuple[float, ...]]]:
        """The last step as backtracking remembers it."""
        if self.last is None or not self.last[0] > 0:
            return []
        rate, *values, _ = self.last
        return [(rate, values, evaluate(values)[1])]


class TurnedTests(Tests):
    """Ends a walk by what lies ahead in the parameters, where its own coordinates are others, and goes on with one.

    `state` is what a walk that goes on begins with; `before` is what it was at the last question.
    """

    moved: Callable[[Sequence[float]], list[float]] | None = None

    def __init__(self, limits: Limits, look: Look, width: int) -> None:
        super().__init__(limits, look, width)
        self.gradient, self.cost = limits.gradient, limits.cost
        self.before = (-1, self.state)

    @property
    def state(self) -> Standing:
        """The lowest cost, how long a short step is, when to look next, whether one was short."""
        return self.lowest, self.step, self.planned, self.short

    def go_on(self, state: Standing) -> None:
        """Watch on from there."""
        self.lowest, self.step, planned, self.short = state
        self._plan(planned)

    def ending(
        self, row: Row, gradient: Sequence[float], ahead: list[float], change: float
    ) -> Ending | None:
        """The ending, if there is one here."""
        self.before = int(row[0]), self.state
        if self.moved is not None:
            row, ahead = (row[0], *self.moved(row[1:-3]), *row[-3:]), self.moved(ahead)
        return super().ending(row, gradient, ahead, change)

    def _test(self, moved: float, length: float, change: float) -> str:
        """The tolerance that is kept, if one is."""
        ended = super()._test(moved, length, change)
        if ended or length <= self.gradient:
            return ended or "gradient"
        return "cost" if change <= self.cost else ""


class TurnedRuledTests(ruled.RuledTests, TurnedTests):
    """Ends a walk by the way that an update rule goes, where its own coordinates are others."""


def onward_from(
    route: str, rate: float | None, rows: KeptRows, watch: TurnedTests, moves: int
) -> Onward | None:
    """Where a walk stands that has ended."""
    before, last = rows.ends
    if last is None:
        return None
    step, *values, _, _, _ = last
    asked_at, state = watch.before
    told = rows.rows
    numbers = told[:, 0] / moves
    earlier = (numbers < step) & (numbers % rows.stride == 0)
    kept = told[earlier]
    return Onward(
        route,
        rate,
        int(step),
        tuple(values),
        before and _made(before),
        state if asked_at == step else watch.state,
        kept,
        rows.stride,
        moves,
        _remembered(rows, int(step), earlier),
    )


def _remembered(rows: KeptRows, step: int, kept: Any) -> RuleStanding | None:
    """What an update rule remembers at a step, and the `kept` rows of what is told of that."""
    if not isinstance(rows, RuledRows):
        return None
    stride, beside = rows.rule, np.array(rows.beside.rows[kept])
    state, told = stride.remembered(step)
    return RuleStanding(stride.steps.stored(state), told, beside, stride.last)


def _made(row: Row) -> tuple[float, ...]:
    """The step that leads on from a row: rate, values, cost."""
    _, *values, cost, _, rate = row
    return (rate, *values, cost)


class Keeper:
    """Stands beside a walk: told of every step before it is made, it tells others, and keeps where the walk stands.

    Parameters
    ----------
    stride : Stride
        The steps.
    last : tuple or None
        The step that led to where it begins, as in `Onward`.
    """

    def __init__(self, stride: Stride, last: tuple[float, ...] | None) -> None:
        self.made, self.last = stride, last
        self.step, self.values = 0, [0.0]
        self.seen: list[Seen] = []

    def stride(
        self, step: int, values: list[float], cost: float, gradient: Sequence[float]
    ) -> Stepped:
        """The step, after all have been told where it begins."""
        self.step, self.values = step, values
        for seen in self.seen:
            seen(step, values, cost, gradient)
        stepped = self.made(step, values, cost, gradient)
        self.last = (stepped[0], *values, cost)
        return stepped

    def onward(
        self, route: str, rate: float | None, rows: KeptRows, watch: TurnedTests, moves: int
    ) -> Onward:
        """Where the walk stands before the step that it was last told of."""
        here, kept = tuple(self.values), np.array(rows.rows)
        rule = _remembered(rows, self.step, slice(None))
        return Onward(
            route, rate, self.step, here, self.last, watch.state, kept, rows.stride, moves, rule
        )
