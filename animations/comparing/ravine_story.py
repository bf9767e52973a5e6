"""What a film tells of a ravine and of standardising: nothing here needs Manim.

Laws
----
- standardised coordinates are those of the library's own ``standardise=True``: parameters = T·coordinates, its T
- condition numbers, rates and steps are those of runs
- where the viewer's own columns make no ravine, that is said, and one column is written in another unit
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from symgd.animations.comparing.ravine_cause import RavineCause, cause_of
from symgd.animations.comparing.ravine_columns import StandardColumn, columns_of
from symgd.animations.comparing.ravine_walks import FEW, HORIZON, RavineWalks
from symgd.animations.comparing.walks import axes_of, held_at, start_of
from symgd.animations.stories.cost_map import CostMap, principal_axes
from symgd.animations.stories.level_start import ELSEWHERE, expect_slope
from symgd.data.arrays import FloatArray
from symgd.derivation.gradient import Gradient
from symgd.errors import ProblemError
from symgd.optimize.descend import descend
from symgd.optimize.descent_options import DescentOptions
from symgd.optimize.run import Run

ROUNDING = 1e-12  # of the first gap, that is nothing
GENTLE = 5.0  # a condition number below this makes no ravine
AWAY = 2.0  # spreads, by which a mean that is far from zero is away from it
TIMES = 10.0  # by so much a column's unit is made smaller then
ROUND = 1.5  # below, lines of equal cost are nearly circles
PLACES = 400  # along the way downhill, among which its lowest is looked for
TURNS = 6  # steps that go to and fro across the ravine make a zigzag


@dataclass(frozen=True, eq=False)
class RavineStory(RavineWalks):
    """A run's ravine, before and after; `original` is the viewer's own run, where a column was written otherwise."""

    original: RavineStory | None = None

    @property
    def limit(self) -> float | None:
        """The rate above which plain descent climbs the steep walls; None where none is known."""
        largest = max(self.curvatures[0], default=0.0)
        return 2 / largest if largest > 0 and not self.plain.run.varies else None

    @property
    def factors(self) -> tuple[float, float] | None:
        """What a step leaves of the distance along and across a bowl's valley; None where the cost is no quadratic, or the rate varies."""
        if self.quadratic is None or not self.is_bent or self.plain.run.varies:
            return None
        bent, rate = self.before.hessian, self.plain.run.learning_rate
        along, across = (1 - rate * np.linalg.eigvalsh(bent)).tolist()
        return along, across

    @property
    def is_exact_there(self) -> bool:
        """Whether the standardised walk ends with nothing left of its gap but rounding."""
        cost = self.scaled.cost
        return bool(cost[-1] - self.least <= ROUNDING * (cost[0] - self.least))

    @property
    def is_quick(self) -> bool:
        """Whether the walk needs so few steps that nobody would complain."""
        steps = self.steps(self.plain)
        return steps is not None and steps <= FEW

    @cached_property
    def cause(self) -> RavineCause | None:
        """What makes the ravine; None where the cost is no quadratic, or an exact condition number is missing."""
        found = None if self.quadratic is None else cause_of(self.quadratic.matrix, self.turn)
        return found if found is not None and found.is_known else None

    @cached_property
    def columns(self) -> tuple[StandardColumn, ...]:
        """What standardising does to the columns; none where that is not known."""
        if self.quadratic is None:
            return ()
        return columns_of(self.run.problem, self.run.data, self.turn)

    @property
    def in_two_moves(self) -> bool:
        """Whether the map is first centred and then scaled: where one column stands beside a parameter, and another is alone."""
        return (
            self.is_whole
            and self.cause is not None
            and len(self.columns) == 1
            and self.columns[0].is_centred
        )

    @property
    def far(self) -> str | None:
        """The input that is furthest from zero for its spread."""
        names = [name for name in self.run.problem.inputs if self.spread(name)[1] > 0]
        return max(names, key=lambda n: abs(self.spread(n)[0]) / self.spread(n)[1], default=None)

    @cached_property
    def axes(self) -> tuple[int, ...]:
        """The parameters of the picture."""
        return axes_of(self.walks)

    @cached_property
    def before(self) -> CostMap:
        """Lines of equal cost over the parameters."""
        start: FloatArray = np.array(self.plain.points[0])
        return CostMap(self.evaluate, self.axes, held_at(self.walks), start, not self.is_local)

    @cached_property
    def after(self) -> CostMap:
        """The same over the standardised coordinates."""
        return self.seen_by(self.turn)

    def seen_by(self, turn: FloatArray) -> CostMap:
        """The same over coordinates that a matrix turns into the parameters."""
        back = np.linalg.inv(turn)

        def turned(values: Any) -> tuple[float, tuple[float, ...]]:
            cost, slopes = self.evaluate((turn @ np.array(values)).tolist())
            return cost, tuple((np.array(slopes) @ turn).tolist())

        held, start = back @ self.before.held, back @ self.before.start
        return CostMap(turned, self.axes, held, start, not self.is_local)

    @property
    def wall(self) -> FloatArray | None:
        """The place on the other wall, straight across the ravine from the start; None where the plane is no bowl."""
        ground = self.before
        if not ground.is_bowl:
            return None
        axes = list(ground.axes)
        across = principal_axes(ground.hessian)[1][:, -1]
        away = across @ (ground.start[axes] - ground.centre)
        place = ground.held.copy()
        place[axes] = ground.start[axes] - 2 * away * across
        return place

    @property
    def ring(self) -> tuple[FloatArray, ...]:
        """Corners round the standardised line of equal cost through the start, where it is round."""
        ground, after = self.after, self.ratios[1]
        if not ground.is_bowl or after is None or after > GENTLE:
            return ()
        axes, made = list(ground.axes), []
        height = ground.at(*ground.start[axes]) - ground.at(*ground.centre)
        reach = np.sqrt(2 * max(height, 0.0) * np.diag(np.linalg.inv(ground.hessian)))
        for sign in (-1.0, 1.0):
            place = ground.held.copy()
            place[axes] = ground.centre + sign * reach
            made.append(place)
        return tuple(made)

    @cached_property
    def valley(self) -> FloatArray:
        """Where straight downhill from the start is lowest, as far as the minimum is away at most."""
        ground = self.before
        axes = list(ground.axes)
        slopes, start = self.slopes[axes], ground.start[axes]
        way = float(np.linalg.norm(ground.held[axes] - start))
        ends = start - way / (float(np.linalg.norm(slopes)) or 1.0) * slopes
        places = np.linspace(start, ends, PLACES)
        with np.errstate(all="ignore"):
            heights = np.array([ground.at(*place) for place in places.tolist()])
        if not np.isfinite(heights).any():
            return start
        return np.asarray(places[int(np.nanargmin(heights))])

    @property
    def is_whole(self) -> bool:
        """Whether the picture holds all parameters, so that one picture becomes the other."""
        return len(self.run.trace.parameters) == len(self.axes)

    @property
    def is_changed(self) -> bool:
        """Whether standardising changes the parameters: not so where none has a column at the start."""
        return not np.allclose(self.turn, np.eye(len(self.turn)))

    @property
    def is_bent(self) -> bool:
        """Whether the picture's own curvatures make the condition number."""
        return self.is_whole and not self.is_local and None not in self.ratios

    @property
    def zigzags(self) -> bool:
        """Whether the walk goes to and fro: one step against the one before, again and again."""
        ways = np.diff(self.plain.points[: 2 * TURNS], axis=0)
        against = (ways[1:] * ways[:-1]).sum(axis=1) < 0
        return bool(np.count_nonzero(against) >= TURNS)

    @property
    def angle(self) -> float | None:
        """Degrees between straight downhill and the way to the minimum, where that is known."""
        if self.run.exact is None:
            return None
        axes = list(self.axes)
        down = -self.slopes[axes]
        way = (self.before.held - self.before.start)[axes]
        lengths = float(np.linalg.norm(down) * np.linalg.norm(way))
        if not lengths:
            return None
        return float(np.degrees(np.arccos(np.clip(down @ way / lengths, -1, 1))))

    @cached_property
    def slopes(self) -> FloatArray:
        """The gradient at the start."""
        return np.array(self.evaluate(self.before.start.tolist())[1])

    def spread(self, name: str) -> tuple[float, float]:
        """An input's mean and spread."""
        column, weights = self.run.data[name], self.run.problem.weights
        counts = None if weights is None else self.run.data[weights]
        mean = float(np.average(column, weights=counts))
        return mean, float(np.sqrt(np.average((column - mean) ** 2, weights=counts)))


def tell_ravine(run: Run, derive: Callable[[], Gradient]) -> RavineStory:
    """The story of a run's ravine.

    Raises
    ------
    ProblemError
        Where there are no columns, one parameter, or nothing to walk.
    """
    if not run.problem.has_examples:
        cause = "the lesson is about columns of data, and this function has none"
        raise ProblemError(cause, "film a model with data, or the lesson optimizers")
    if len(run.trace.parameters) == 1:
        cause = "a model with one parameter has one direction, and so no ravine"
        raise ProblemError(cause, "film a model with two, such as a*x + b")
    story = RavineStory(run, derive)
    expect_slope(story.evaluate, [*start_of(run).values()])
    if not story.plain.run.steps:
        raise ProblemError("the start is the minimum: there is no step to make", ELSEWHERE)
    ratio = story.ratios[0]
    if ratio is None or ratio >= GENTLE or not run.problem.inputs:
        return story
    return RavineStory(_rescaled(run, derive), derive, story)


def _rescaled(run: Run, derive: Callable[[], Gradient]) -> Run:
    """The same with the first input in a smaller unit, so that its numbers are larger."""
    data, name = run.data, run.problem.inputs[0]
    values = tuple(
        column * TIMES if own == name else column
        for own, column in zip(data.names, data.values, strict=True)
    )
    columns = replace(data, values=values)
    options = DescentOptions(start=start_of(run), max_iter=HORIZON, tolerance=0)
    return descend(run.problem, derive, [columns], {}, options)
