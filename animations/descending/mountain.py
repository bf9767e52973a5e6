"""The mountain that a run walks down: the cost along its own way, and some of what lies behind and before it.

Laws
----
- with one parameter the mountain is the cost over that parameter
- with more it is the cost along the path, rolled out: to the right is the distance walked, so that a step is as long as
  it is, and the slope where a step begins is the gradient's length, downhill
- every height where he stands is the run's own cost, and the ground there is as steep as its gradient is long; between
  two places the ground is the cost itself, or, where a step crosses no dip, a smooth way from one to the next
- a run whose rate changes by itself is walked at one rate, at which the cost falls with every step
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from symgd.animations.stories.descent_story import DescentStory, tell
from symgd.animations.stories.known_least import known_least
from symgd.codegen.program.convexity import is_convex
from symgd.data.arrays import FloatArray
from symgd.derivation.gradient import Gradient
from symgd.errors import SymgdError
from symgd.optimize.descend import descend
from symgd.optimize.descent_options import DescentOptions
from symgd.optimize.run import Run

SAMPLES = 900
BEHIND, BEYOND = 0.36, 0.4  # of the way, that is seen behind the start, and after the end at most
ASIDE = 0.12  # of the way, that is seen after the end at least
RISE = 0.4  # of the start's height, to which the other side is seen
PARTS = 40
FAR = 8.0  # ways to both sides, as far as other valleys are looked for
WIDE = 1.1  # of the way, that is seen on both sides with one parameter
HIGHEST = 8.0  # times the start's height, above which a diverging run has left the picture
CAREFUL = 2  # steps that are shown with all that belongs to them
HALVES = 30  # times that a rate is halved until the cost falls with each step
FURTHER = 2000  # steps of a longer descent
STEEP = 3.0  # times the mean slope, that a cubic may end with and not rise
NEAR = 1e-3  # of the way down, that is as good as nothing
BESIDE = 0.01  # of the least cost of data, that is as good as nothing beside it
LITTLE = 0.02  # of the picture: who goes less hardly moves
TURNED = 0.5  # the cosine of an angle, from which on he has turned
DIP = 0.02  # of a step's rise or fall that a dip on the way must have to be one


def steadied(story: DescentStory, derive: Callable[[], Gradient]) -> DescentStory:
    """The same walk at one rate, where the run's own changes without a schedule: the largest of its halves that suits."""
    run, rate = story.run, story.rate_at(0)
    if not run.varies or story.has_schedule or story.scaled is not None or story.diverged:
        return story
    for _ in range(HALVES):
        made = _descended(run, derive, story.parameters[0], learning_rate=rate, max_iter=run.steps)
        if _is_steady(made) and _falls(further := tell(made, derive)):
            return further
        rate /= 2
    return story


def _descended(
    run: Run, derive: Callable[[], Gradient], start: FloatArray, **options: object
) -> Run:
    """Another descent of the same cost, by the gradient alone."""
    places = dict(zip(run.trace.parameters, start.tolist(), strict=True))
    chosen = DescentOptions(**{"start": places, "tolerance": 0, **options})  # type: ignore[arg-type]
    data = [run.data] if run.problem.has_examples else []
    return descend(run.problem, derive, data, {}, chosen)


def _is_steady(run: Run) -> bool:
    """Whether the cost falls at every step, and no step turns back on the one before."""
    rows = run.trace.table[:, : len(run.trace.parameters)]
    if run.outcome.kind == "diverged" or run.trace.numbers is not None or len(rows) < 2:
        return False
    if not np.isfinite(run.trace.table).all():
        return False
    ways = np.diff(rows, axis=0)
    return bool((np.diff(run.trace.cost) < 0).all() and ((ways[1:] * ways[:-1]).sum(1) >= 0).all())


def _falls(story: DescentStory) -> bool:
    """Whether the cost falls further on, too, as far as it is seen."""
    cost = story.cost[: story.last + 1]
    return bool(np.isfinite(cost).all() and (np.diff(cost) <= 0).all())


@dataclass(frozen=True, eq=False)
class Mountain:
    """Places by how far they are to the right, with heights and slopes."""

    story: DescentStory

    @property
    def over_parameter(self) -> bool:
        """Whether to the right means a larger parameter, and not farther on the way."""
        return len(self.story.names) == 1

    @cached_property
    def last(self) -> int:
        """The last step that is seen: of a diverging run, before its cost is out of all proportion."""
        story = self.story
        if not story.diverged and not story.unstable:
            return story.last
        floor = story.least if story.least is not None else float(story.cost.min())
        high = np.flatnonzero(story.cost - floor > HIGHEST * (story.cost[0] - floor))
        return max(1, int(high[0]) - 1) if high.size else story.last

    @property
    def steps(self) -> int:
        """How many of the run's own steps are seen."""
        return min(self.story.steps, self.last)

    @cached_property
    def feet(self) -> FloatArray:
        """How far to the right each step's place is."""
        rows = self.story.parameters[: self.last + 1]
        if self.over_parameter:
            return np.asarray(rows[:, 0])
        ways = np.linalg.norm(np.diff(rows, axis=0), axis=1)
        return np.concatenate(([0.0], np.cumsum(ways)))

    @property
    def hardly_moves(self) -> bool:
        """Whether his last steps come to next to nothing in the picture."""
        low, high = self.ends
        later = self.feet[min(CAREFUL, self.steps) : self.steps + 1]
        return len(later) > 1 and bool(np.ptp(later) < LITTLE * (high - low))

    @property
    def hardly_falls(self) -> bool:
        """Whether all his steps together are next to nothing of the way down."""
        first, here = (float(self.story.cost[step]) for step in (0, self.steps))
        return self.floor is not None and 0 <= first - here < LITTLE * (first - self.floor)

    @property
    def turns(self) -> bool:
        """Whether straight down is quite another direction at the end than at the start."""
        first, last = (np.array(self.story.gradient(step)) for step in (0, self.steps))
        lengths = float(np.linalg.norm(first) * np.linalg.norm(last))
        return not self.over_parameter and float(first @ last) < TURNED * lengths

    def place(self, x: float) -> FloatArray:
        """The parameters there."""
        if self.over_parameter:
            return np.array([x])
        rows, feet = self.story.parameters[: self.last + 1], self.feet
        if x < 0:
            return np.asarray(rows[0] + x * self._way(0))
        if x >= feet[-1]:
            return np.asarray(rows[-1] + (x - feet[-1]) * self._onward)
        return np.array([np.interp(x, feet, rows[:, column]) for column in range(rows.shape[1])])

    def _way(self, step: int) -> FloatArray:
        """The direction of a step, of length 1."""
        rows = self.story.parameters
        while step > 0 and not np.linalg.norm(rows[step + 1] - rows[step]):
            step -= 1
        way = rows[step + 1] - rows[step]
        return np.asarray(way / (np.linalg.norm(way) or 1.0))

    @cached_property
    def _onward(self) -> FloatArray:
        """The direction in which he would go on, of length 1."""
        down = -np.array(self.story.gradient(self.last))
        length = float(np.linalg.norm(down))
        return np.asarray(down / length) if length else self._way(self.last - 1)

    def height(self, x: float) -> float:
        """The cost there; nan where it has none. On his way, smoothly from place to place."""
        if self.over_parameter or not 0 <= x <= self.feet[-1] or self.crosses:
            return self.story.cost_of(self.place(x).tolist())
        return self._between(x)

    def _between(self, x: float) -> float:
        """The cubic that has the heights and the slopes of the two places, made flatter where it would rise."""
        feet = self.feet
        step = min(int(np.searchsorted(feet, x, side="right")) - 1, self.last - 1)
        way = float(feet[step + 1] - feet[step])
        low, high = (float(self.story.cost[each]) for each in (step, step + 1))
        if way <= 0:
            return low
        part = (x - float(feet[step])) / way
        first, last = way * self.slope(step), way * self.slope(step + 1)
        last = max(last, min(STEEP * (high - low), 0.0))
        rest = 1 - part
        return (
            low * rest**2 * (1 + 2 * part)
            + high * part**2 * (1 + 2 * rest)
            + part * rest * (first * rest - last * part)
        )

    def slope(self, step: int) -> float:
        """How steep it is where a step begins; below 0 it falls to the right."""
        if self.over_parameter:
            return float(self.story.gradient(step)[0])
        return -float(self.story.gradient_norm[step])

    def at(self, time: float) -> float:
        """How far to the right the run is at a time between steps."""
        time = min(time, float(self.last))
        before = int(time)
        after, part = min(before + 1, self.last), time - before
        return float((1 - part) * self.feet[before] + part * self.feet[after])

    @cached_property
    def ends(self) -> tuple[float, float]:
        """From where to where it is seen."""
        low, high = float(self.feet.min()), float(self.feet.max())
        way = (high - low) or 1.0
        if self.over_parameter:
            others = self._valleys_near(low - FAR * way, high + FAR * way)
            return min([low - WIDE * way, *(x - way / 2 for x in others)]), max(
                [high + WIDE * way, *(x + way / 2 for x in others)]
            )
        start, end = self.height(0.0), self.height(high)
        for part in range(1, PARTS + 1):
            beyond = high + BEYOND * way * part / PARTS
            if not self.height(beyond) < end + RISE * (start - end):
                break
        return low - BEHIND * way, max(beyond, high + ASIDE * way)

    def _valleys_near(self, low: float, high: float) -> list[float]:
        """Where valleys are, as far as they are looked for, that are no deeper than the picture can show."""
        xs = np.linspace(low, high, SAMPLES)
        with np.errstate(all="ignore"):
            heights = np.array([self.height(x) for x in xs.tolist()])
        floors = (heights[1:-1] < heights[:-2]) & (heights[1:-1] <= heights[2:])
        drop = HIGHEST * abs(float(self.story.cost[0] - self.story.cost[self.last]))
        deep = heights[1:-1] > self.story.cost[self.last] - drop
        return [float(x) for x in xs[1:-1][floors & deep]]

    @cached_property
    def profile(self) -> tuple[FloatArray, FloatArray]:
        """Places to the right, among them all that were stood on, and the heights there."""
        low, high = self.ends
        xs = np.union1d(np.linspace(low, high, SAMPLES), self.feet)
        with np.errstate(all="ignore"):
            return xs, np.array([self.height(x) for x in xs.tolist()])

    @cached_property
    def crosses(self) -> bool:
        """Whether a step goes through a dip and up again: the floor is crossed, and each dip is the same valley."""
        for step in range(min(self.last, PARTS)):
            middle = np.linspace(self.feet[step], self.feet[step + 1], PARTS)[1:-1]
            low = min(self.story.cost_of(self.place(x).tolist()) for x in middle.tolist())
            ends = self.story.cost[step], self.story.cost[step + 1]
            if low < min(ends) - DIP * abs(ends[0] - ends[1]):
                return True
        return False

    @cached_property
    def floor(self) -> float | None:
        """How low the valley is: the least cost, by a formula or a fit, or what a longer descent comes to; None for neither."""
        story = self.story
        if story.least is not None:
            return story.least
        if story.diverged or story.scaled is not None:
            return None
        last = float(story.cost[self.last])
        if (known := self._fitted) is not None:
            return min(known, last)
        try:
            further = _descended(
                story.run, story.derive, story.parameters[self.last], max_iter=FURTHER
            )
        except SymgdError:
            return None
        if further.outcome.kind in ("diverged", "interrupted", "no minimum"):
            return None
        found = float(np.nanmin(further.trace.cost))
        return min(found, last) if np.isfinite(found) else None

    @cached_property
    def _fitted(self) -> float | None:
        """The cost of a fit of the run's own rows; None where it came to no minimum."""
        if self.story.form == "function":
            return None
        known = known_least(self.story)
        return self.story.cost_of(known.values.tolist()) if known.is_best else None

    @property
    def is_fitted(self) -> bool:
        """Whether a fit found the floor."""
        return self.story.least is None and self._fitted is not None

    @cached_property
    def lowest(self) -> float | None:
        """How low the lowest place is that is known of; None where none is."""
        if self.over_parameter and not self.has_one_valley:
            return min(self.valleys, default=float(self.story.cost[self.steps]))
        return self.floor

    @property
    def went_up(self) -> bool:
        """Whether he stands higher than he began."""
        return self.story.diverged or bool(self.story.cost[self.steps] > self.story.cost[0])

    @property
    def is_down(self) -> bool:
        """Whether next to nothing is left to the lowest place: of the way down, and beside the least cost of data."""
        first, here = (float(self.story.cost[step]) for step in (0, self.steps))
        if self.lowest is None:
            return True
        left, way = here - self.lowest, first - self.lowest
        if self.story.form != "function" and left > max(BESIDE * abs(self.lowest), NEAR**2 * way):
            return False
        return left <= NEAR * way

    @property
    def has_one_valley(self) -> bool:
        """Whether the cost is known to have no other."""
        story = self.story
        return story.least is not None or (story.problem.has_examples and is_convex(story.problem))

    @property
    def shows_several(self) -> bool:
        """Whether its own picture has several valleys."""
        return self.over_parameter and len(self.valleys) > 1

    @cached_property
    def valleys(self) -> list[float]:
        """With one parameter: how low each valley is that is seen, from left to right."""
        _, heights = self.profile
        inner = heights[1:-1]
        floors = (inner < heights[:-2]) & (inner <= heights[2:])
        return [float(height) for height in inner[floors]]
