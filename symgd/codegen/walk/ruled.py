"""Ruled: the steps of an update rule, and when they end; for `Problem.descend` and, word for word, for generated modules.

Laws
----
- step number k of the walk, counted from 0, is the rule's step t = k + 1
- what is remembered is kept for the last few steps, so that a walk that is stopped anywhere stands where its row does
- a rule rests where neither this step nor those that would follow at the same gradient move a parameter
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from symgd.codegen.rules.rule_words import NoStep
from symgd.codegen.walk.arrival import CostAndGradient, Evaluate
from symgd.codegen.walk.strides import Stepped
from symgd.codegen.walk.walk import Ending, Row, Tests, TraceRows

FloatArray = NDArray[np.float64]

# From here on, generated modules have this text.

FAR_ABOVE = 1e3  # a cost so many times the start's is no swing
AFTERWARDS = 3  # steps that are made in thought, to see whether a rule rests
Told: TypeAlias = tuple[float, ...]  # what is told of what is remembered
# Where a step leads, and what is remembered and told there.
Moved: TypeAlias = tuple[list[float], Any, Told]
LeapMade: TypeAlias = tuple[int, Any, Told, list[float], float, Any, Told]  # as Leap has it
Move: TypeAlias = Callable[[int, list[float], Sequence[float], Any], Moved]


class Leap(NamedTuple):
    """A step: what is remembered where it begins, where it leads and how far, and what then."""

    step: int
    state: Any
    told: Told
    ahead: list[float]
    distance: float
    state_after: Any
    told_after: Told


class Ruled:
    """The steps of a walk by a rule, from what is remembered where the first one begins."""

    refusals: tuple[type[Exception], ...] = (NoStep,)

    def __init__(self, move: Move, begun: tuple[Any, Told]) -> None:
        self.move, self.begun = move, begun
        self.leaps: tuple[LeapMade, ...] = ()  # the last few
        self.lost = False  # whether what is remembered has left the floats
        self.refused: Any = None  # why the rule makes no step

    def stride(
        self, step: int, values: list[float], cost: float, gradient: Sequence[float]
    ) -> Stepped:
        """The step from a point, whose rate is its length over the gradient's."""
        state, told = self.here
        try:
            ahead, state_after, told_after = self.move(step, values, gradient, state)
        except self.refusals as refused:
            self.refused = refused
            ahead, state_after, told_after = values, state, told
        distance, length = math.dist(ahead, values), math.hypot(*gradient)
        leap = (step, state, told, ahead, distance, state_after, told_after)
        self.leaps = (*self.leaps[-2:], leap)
        self.lost = not math.isfinite(sum(told_after))
        if self.lost or self.refused is not None:
            return math.inf, ahead, None
        return (distance / length if length else 0.0), ahead, None

    @property
    def here(self) -> tuple[Any, Told]:
        """What is remembered where the last step has led, and what is told of it."""
        return self.leaps[-1][5:] if self.leaps else self.begun

    def remembered(self, step: int) -> tuple[Any, Told]:
        """What is remembered where one of the last steps begins, and what is told of it."""
        for leap in reversed(self.leaps):
            if leap[0] == step:
                return leap[1:3]
            if leap[0] == step - 1:
                return leap[5:]
        return self.begun

    def leap(self, step: int) -> Leap:
        """One of the last steps."""
        return Leap(*next(leap for leap in reversed(self.leaps) if leap[0] == step))

    def rests(self, step: int, values: list[float], gradient: Sequence[float]) -> bool:
        """Whether the next steps would not move a parameter either."""
        state = self.leaps[-1][5]
        try:
            for later in range(step + 1, step + 1 + AFTERWARDS):
                ahead, state, _ = self.move(later, values, gradient, state)
                if ahead != values:
                    return False
        except self.refusals:
            pass
        return True


class RuledTests(Tests):
    """Ends a walk by the way that an update rule goes, which is another than the gradient's."""

    rule: Ruled | None = None
    moving: bool = False  # whether the rule goes on from where a step of it leads nowhere

    def ending(
        self, row: Row, gradient: Sequence[float], ahead: list[float], change: float
    ) -> Ending | None:
        """The ending, if there is one here."""
        rule, (number, *values, cost, _, _) = self.rule, row
        assert rule is not None
        step = int(number)
        if rule.lost or rule.refused is not None:
            return Ending("beyond" if rule.lost else "refused", step, cost)
        distance = rule.leap(step).distance
        if not math.isfinite(distance):
            return Ending("beyond", step, math.nan)
        self.moving = distance == 0 and not rule.rests(step, values, gradient)
        if distance == 0:
            row = (*row[:-1], 5e-324)
        if self.moving:
            if step < self.pause:
                return None
            ahead = [math.nan] * len(ahead)
        return super().ending(row, gradient, ahead, change)

    def _test(self, moved: float, length: float, change: float) -> str:
        """The tolerance that is kept, if one is; no step of a rule that goes on is a short one."""
        ended = super()._test(moved, length, change)
        return "" if self.moving and ended in ("step", "cost") else ended


class StateRows(TraceRows):
    """The rows of a walk by a rule, and behind each what the rule remembers there."""

    def __init__(self, width: int, rule: Ruled, more: int) -> None:
        super().__init__(width + more)
        self.rule = rule

    def add(self, row: Row) -> None:
        """Keep the row that is due: the step has just been made."""
        super().add((*row, *self.rule.leap(int(row[0])).told))

    def end(self, before: Row | None, last: Row | None) -> None:
        """Keep the last two rows."""
        rows = (row and (*row, *self.rule.leap(int(row[0])).told) for row in (before, last))
        super().end(*rows)


def rises(costs: FloatArray) -> bool:
    """Whether the cost rises higher and higher.

    It is far above the start's, or in its last third above twice all before. What
    goes down with a swing, as momentum does, may stand above its start for a while.
    """
    part = len(costs) // 3
    if costs[-1] > FAR_ABOVE * abs(costs[0]):
        return True
    return part > 1 and bool(costs[-part:].max() > 2 * costs[:-part].max())


def last_kept(evaluate: Evaluate) -> Evaluate:
    """The same; asked for cost and slope at one point in turn, it works out both at once."""
    kept: list[tuple[list[float], CostAndGradient]] = []

    def at(point: Sequence[float]) -> CostAndGradient:
        values = [*point]
        if not kept or kept[0][0] != values:
            kept[:] = [(values, evaluate(values))]
        return kept[0][1]

    return at
