"""Four descents of one cost from one start, each at a learning rate of its own: nothing here needs Manim.

Laws
----
- a lane has arrived after so many steps where it is first nearer to the minimum than a part of the way from the start
- every rate is a share of one that the problem's own curvature gives, or one that was tried, and `basis` says which
- best is the rate that took the fewest steps of all that were tried, its neighbours among them; where none arrives it
  is the one that came lowest; for other lessons `best_constant` is 2/(λ_min + λ_max), best in the long run, where the
  curvature is the same everywhere
- where every rate that the reference suggests is lost, smaller ones are tried until one is not
- a lane runs at the number that is printed
- where somebody chose the run's own rate it is a lane: too large above the limit, else in the place of the nearest of
  those below the best; between the best and the limit it is among the rates that were tried
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Literal, TypeAlias

import numpy as np

from symgd.animations.comparing.rate_choices import BEYOND as BEYOND
from symgd.animations.comparing.rate_choices import CRAWL, best_of, between, place_of, rates_about
from symgd.animations.comparing.rate_exercises import EXERCISES as EXERCISES
from symgd.animations.comparing.rate_exercises import NEAR as NEAR
from symgd.animations.comparing.rate_exercises import Kind as Kind
from symgd.animations.comparing.rate_exercises import RateExercise, exercise_of, near_of
from symgd.animations.comparing.rate_lane import ALIKE
from symgd.animations.comparing.rate_lane import MOST_FIGURES as MOST_FIGURES
from symgd.animations.comparing.rate_lane import RateLane as RateLane
from symgd.animations.comparing.rate_lane import as_printed as as_printed
from symgd.animations.comparing.rate_plane import plane_of
from symgd.animations.stories.descent_story import DescentStory
from symgd.animations.stories.known_least import known_least
from symgd.animations.stories.scaled_story import over_scaled_columns
from symgd.data.arrays import FloatArray
from symgd.optimize.curvature import local_curvature
from symgd.optimize.descend import descend
from symgd.optimize.descent_options import DescentOptions
from symgd.optimize.run import Run

Basis: TypeAlias = Literal["curvature", "curvature at the minimum", "trial"]

MOST, FEWER = 20_000, 2_000  # steps of a lane, where a cost is a quadratic, and where it is not
FIRST, MORE = 200, 10  # steps that are made at first, and times as many where they are not enough
SEARCH = 5_000  # steps after a minimum that is not known beforehand
SHARES = (
    *(float(share) for share in np.geomspace(CRAWL, 1.0, 25)),
    *(float(share) for share in np.geomspace(1.0, 2 * BEYOND, 9)[1:]),
)
CLOSER = range(1, 6)  # halvings of what lies between the best rate and the limit
REFINED = 2  # times, rates between the best and its neighbours are tried
HALVINGS, RISES = (
    60,
    2,
)  # of a rate that is lost; so many smaller ones came less low, and none is tried any more
PER_CENT, ROUNDING = 100, 1e-12
LEVEL = 1e-6  # of the curvature at the start; a cost that bends so much less goes on falling


@dataclass(frozen=True, eq=False)
class RateLanes:
    """Lanes side by side, and what they were made from."""

    story: DescentStory
    lanes: tuple[RateLane, ...]
    target: FloatArray | None  # the minimum, as far as there is one
    limit: float | None  # rates above it do not settle, near the minimum at least
    basis: Basis
    exercise: RateExercise | None
    tried: Mapping[float, int | None]  # steps by rate
    near: float = NEAR
    times: float | None = (
        None  # so much more the cost bends one way than another, as far as that is known
    )
    lost: float | None = None  # a rate from which on, down to those tried, all were lost
    plane: tuple[int, int] | None = (
        None  # of more parameters, those that hold the steepest way and the flattest
    )
    own: float | None = None  # the run's rate, where somebody chose one

    @property
    def start(self) -> FloatArray:
        """Where all begin."""
        return np.asarray(self.story.parameters[0])

    @property
    def best(self) -> RateLane:
        """The lane that is called so."""
        return next(lane for lane in self.lanes if lane.kind == "best")

    @property
    def arrive(self) -> bool:
        """Whether any lane arrives."""
        return any(lane.arrived is not None for lane in self.lanes)

    def away(self, lane: RateLane) -> FloatArray | None:
        """By step the part of the way to the minimum that is left, in per cent; None where no lane arrives: there costs count."""
        if self.target is None or not self.arrive:
            return None
        with np.errstate(all="ignore"):
            ways = np.linalg.norm(lane.parameters - self.target, axis=1)
        return np.asarray(PER_CENT * ways / ways[0])

    def gap(self, lane: RateLane, step: int) -> float | None:
        """How far a lane's cost is above the least, where that is known and more than rounding."""
        if self.least is None:
            return None
        found = float(lane.cost[step]) - self.least
        return found if found > ROUNDING * abs(self.least) else None

    @cached_property
    def axes(self) -> tuple[int, ...]:
        """The parameters that the pictures show: those of the plane, else the two that have the farthest to go."""
        if self.plane is not None:
            return self.plane
        ends = self.target if self.target is not None else self.lanes[1].parameters[-1]
        ways = np.abs(ends - self.start)
        return tuple(sorted(np.argsort(-ways, kind="stable")[:2].tolist()))

    @property
    def most(self) -> int:
        """When the last lane that arrives has arrived; without any, how far the lanes go."""
        arrived = [lane.arrived for lane in self.lanes if lane.arrived is not None]
        return max(arrived) if arrived else max(lane.last for lane in self.lanes)

    @property
    def least(self) -> float | None:
        """The least cost, where the minimum is known."""
        return None if self.target is None else self.story.cost_of(self.target.tolist())


def lanes_of(story: DescentStory) -> RateLanes:
    """Four lanes of a story's problem and start: crawling, good, best and too large."""
    target = _target(story)
    exercise = exercise_of(story)
    near = near_of(story)
    bent, basis = _curvature(story, target)
    limit = 2 / bent[-1] if bent else None
    runner = _Runner(story, target, near, MOST if story.exact is not None else FEWER)
    reference = as_printed(_reference(story, bent), limit)
    first = reference
    tried = runner.all(reference * share for share in SHARES)
    if basis != "curvature" and all(math.isinf(lane.lowest) for lane in tried.values()):
        reference = as_printed(_not_lost(runner, reference * SHARES[0]))
        limit, basis = None, "trial"  # the minimum's curvature says nothing of so far a start
        tried = runner.all(reference * share for share in SHARES)
    best = best_of(tried, reference)
    if limit is not None and best < limit:  # the counts rise steeply there
        tried |= runner.all((limit - (limit - best) / 2**power for power in CLOSER), limit)
    for _ in range(REFINED):
        best = best_of(tried, reference)
        tried |= runner.all(between(best, sorted(tried)), limit)
    own = own_rate(story)
    if own is not None:
        tried |= {own: runner(own)}
    best = best_of(tried, reference)
    rates = rates_about(best, limit, tried)
    if own is not None:
        rates |= place_of(tried[own], rates, limit)
    if exercise is not None:
        rates = {**rates, **exercise.rates}
    lanes = tuple(runner(rate, kind) for kind, rate in rates.items())
    return RateLanes(
        story,
        lanes,
        target,
        limit,
        basis,
        exercise,
        MappingProxyType({rate: lane.arrived for rate, lane in sorted(tried.items())}),
        near,
        bent[-1] / bent[0] if len(bent) > 1 else None,
        first if first > max(tried) else None,
        plane_of(story, target),
        own,
    )


def own_rate(story: DescentStory) -> float | None:
    """The run's rate, as it is printed, where somebody chose one that stays the same."""
    given = story.run.options.get("learning_rate", "auto")
    if story.rule is not None or story.varies or not isinstance(given, (int, float)):
        return None
    return as_printed(float(given)) if given > 0 else None


def scaled_lanes(lanes: RateLanes) -> RateLanes | None:
    """Where none of the lanes arrives, the same over standardised columns; None where none arrives there either."""
    if lanes.arrive:
        return None
    story = over_scaled_columns(lanes.story, 1)
    if story is None:
        return None
    scaled = lanes_of(story)
    return scaled if scaled.arrive else None


def best_constant(story: DescentStory) -> tuple[float, bool]:
    """The best rate that stays the same, by the gradient alone: that of the lane called best; and whether it arrives."""
    if story.run.curvature is not None:
        bent, _ = _curvature(story, None)
        if bent:
            return as_printed(_reference(story, bent), 2 / bent[-1]), True
    best = next(lane for lane in lanes_of(story).lanes if lane.kind == "best")
    return best.rate, best.arrived is not None


def _target(story: DescentStory) -> FloatArray | None:
    """The minimum: the exact one, else where a descent comes to, else what a fit finds."""
    if story.exact is not None:
        return story.exact
    reached = _reached(story)
    if reached is not None:
        return reached
    known = known_least(story)
    return known.values if known.source == "search" and _bends(story, known.values) else None


@dataclass(frozen=True, eq=False)
class _Runner:
    """Descents of one story's problem from its start."""

    story: DescentStory
    target: FloatArray | None
    near: float
    most: int

    def __call__(self, rate: float, kind: Kind = "good") -> RateLane:
        steps, arrived, run = FIRST, None, walked(self.story, rate, FIRST)
        while True:
            rows = run.trace.table[:, : len(self.story.names) + 1]
            arrived = self.arrival(rows[:, :-1])
            if arrived is not None or run.outcome.kind != "out of steps" or steps >= self.most:
                break
            steps = min(self.most, steps * MORE)
            run = walked(self.story, rate, steps)
        kept = len(rows) if arrived is None else arrived + 1
        diverged = arrived is None and run.outcome.kind == "diverged"
        return RateLane(kind, rate, rows[:kept], arrived, diverged)

    def all(self, rates: Iterable[float], limit: float | None = None) -> dict[float, RateLane]:
        """Lanes at rates as they are printed."""
        printed = dict.fromkeys(as_printed(rate, limit) for rate in rates)
        return {rate: self(rate) for rate in printed}

    def arrival(self, rows: FloatArray) -> int | None:
        """The first step that is near the minimum."""
        if self.target is None:
            return None
        away = np.linalg.norm(rows - self.target, axis=1)
        found = np.flatnonzero(away < self.near * away[0])
        return int(found[0]) if found.size else None


def walked(story: DescentStory, rate: float | Literal["auto"], most: int) -> Run:
    """A descent by the gradient alone, from the story's start."""
    start = dict(zip(story.names, story.parameters[0].tolist(), strict=True))
    options = DescentOptions(start=start, learning_rate=rate, max_iter=most, tolerance=0)
    return descend(story.problem, story.derive, [story.run.data], {}, options)


def _reached(story: DescentStory) -> FloatArray | None:
    """Where a descent at rates of its own comes to; None where it comes to no place that is flat."""
    run = walked(story, "auto", SEARCH)
    flat = run.trace.table[-1, -2] <= ALIKE**0.5 * (1 + run.trace.table[0, -2])
    if run.outcome.kind in ("diverged", "no minimum") or not flat:
        return None
    found: FloatArray = run.trace.table[-1, : len(story.names)]
    return found if _bends(story, found) else None


def _bends(story: DescentStory, found: FloatArray) -> bool:
    """Whether the cost bends up there every way, and it is not the start."""
    first, last = (
        local_curvature(story.evaluate, place.tolist()) for place in (story.parameters[0], found)
    )
    if first is None or last is None or last[-1] <= LEVEL * abs(first[-1]):
        return False
    if last[0] <= ALIKE * last[-1]:  # the floor of a valley, of which no place is the lowest
        return False
    return bool(np.linalg.norm(found - story.parameters[0]) > 0)


def _curvature(story: DescentStory, target: FloatArray | None) -> tuple[tuple[float, ...], Basis]:
    """The curvatures above 0: everywhere, or at the minimum; none where it is not known."""
    if story.run.curvature is not None:
        return tuple(value for value in story.run.curvature if value > 0), "curvature"
    if target is None:
        return (), "trial"
    there = local_curvature(story.evaluate, target.tolist())
    if there is None or there[-1] <= 0:
        return (), "trial"
    bent = tuple(value for value in there if value > ALIKE * there[-1])
    return bent, "curvature at the minimum"


def _reference(story: DescentStory, bent: Sequence[float]) -> float:
    """2/(λ_min + λ_max), which is best in the worst case; without curvature, the run's own rate."""
    if bent:
        return 2 / (bent[0] + bent[-1])
    return story.rate_at(0) or story.run.learning_rate


def _not_lost(runner: _Runner, rate: float) -> float:
    """The first of ever smaller rates that arrives; else the one that came lowest."""
    best, low, worse = rate, math.inf, 0
    for _ in range(HALVINGS):
        rate /= 2
        lane = runner(rate)
        if lane.arrived is not None:
            return rate
        if lane.lowest < low:
            best, low, worse = rate, lane.lowest, 0
        elif math.isfinite(low):
            worse += 1
        if worse == RISES:
            break
    return best
