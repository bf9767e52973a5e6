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

The exercise of lesson 001 shows one parameter, two of whose versions are known. Its counts are published, its cost is
not: the curvature and the part of the way that give all counts are our inference.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Literal, TypeAlias

import numpy as np

from symgd.animations.stories.descent_story import DescentStory
from symgd.animations.stories.known_least import known_least
from symgd.animations.stories.scaled_story import over_scaled_columns
from symgd.data.arrays import FloatArray
from symgd.optimize.curvature import local_curvature
from symgd.optimize.descend import descend
from symgd.optimize.descent_options import DescentOptions
from symgd.optimize.run import Run

Kind: TypeAlias = Literal["crawling", "good", "best", "too large"]
Basis: TypeAlias = Literal["curvature", "curvature at the minimum", "trial"]

NEAR = 0.0055  # of the way from the start, within which a lane has arrived: the exercise's own
CRAWL, GOOD, BEYOND = 1 / 16, 5 / 8, 5 / 4  # of the best rate, and of the largest that settles
MOST, FEWER = 20_000, 2_000  # steps of a lane, where a cost is a quadratic, and where it is not
FIRST, MORE = 200, 10  # steps that are made at first, and times as many where they are not enough
SEARCH = 5_000  # steps after a minimum that is not known beforehand
SHARES = (
    *(float(share) for share in np.geomspace(CRAWL, 1.0, 25)),
    *(float(share) for share in np.geomspace(1.0, 2 * BEYOND, 9)[1:]),
)
FIGURES, MOST_FIGURES, NEAR_LIMIT = 4, 6, 0.1  # of the way to the limit, that rounding may take
CLOSER = range(1, 6)  # halvings of what lies between the best rate and the limit
BETWEEN, REFINED = 5, 2  # rates on each side of the best, up to its neighbours, and how often
HALVINGS, RISES = (
    60,
    2,
)  # of a rate that is lost; so many smaller ones came less low, and none is tried any more
ALIKE = 1e-9
PER_CENT, ROUNDING = 100, 1e-12
LEVEL = 1e-6  # of the curvature at the start; a cost that bends so much less goes on falling


@dataclass(frozen=True)
class RateExercise:
    """A version of lesson 001's exercise: its curvature and when it stops, as inferred, and the rates that it names."""

    curvature: float
    near: float
    rates: Mapping[Kind, float]


EXERCISES = (
    RateExercise(0.625, 0.0055, {"crawling": 0.1, "good": 1.0, "best": 1.6, "too large": 4.0}),
    RateExercise(3.48, 0.0134, {"crawling": 0.03, "good": 0.1, "too large": 1.0}),
)


@dataclass(frozen=True, eq=False)
class RateLane:
    """One descent, at a rate."""

    kind: Kind
    rate: float
    table: FloatArray  # rows of parameters and cost
    arrived: int | None  # after so many steps
    diverged: bool = False

    @property
    def parameters(self) -> FloatArray:
        """The parameters at every step."""
        return self.table[:, :-1]

    @property
    def cost(self) -> FloatArray:
        """The cost at every step."""
        return self.table[:, -1]

    @property
    def last(self) -> int:
        """The last step that is shown: that of its arrival, where it arrives."""
        return len(self.table) - 1 if self.arrived is None else self.arrived

    @property
    def lowest(self) -> float:
        """The cost it came to; beyond all others, where it is lost: a step threw it higher than it began."""
        end = float(self.cost[-1])
        lost = self.diverged or not np.isfinite(end) or float(self.cost.max()) > float(self.cost[0])
        return math.inf if self.arrived is None and lost else end


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

    @property
    def start(self) -> FloatArray:
        """Where all begin."""
        return np.asarray(self.story.parameters[0])

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
        """The parameters that the pictures show: the two that have the farthest to go, in their own order."""
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
    exercise = _exercise(story)
    near = NEAR if exercise is None else exercise.near
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
    best = _best(tried, reference)
    if limit is not None and best < limit:  # the counts rise steeply there
        tried |= runner.all((limit - (limit - best) / 2**power for power in CLOSER), limit)
    for _ in range(REFINED):
        best = _best(tried, reference)
        tried |= runner.all(_between(best, sorted(tried)), limit)
    best = _best(tried, reference)
    rates = _rates(best, limit, tried)
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
    )


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


def as_printed(rate: float, limit: float | None = None) -> float:
    """A rate with the figures that are printed; with more, where it would come too near to the limit else.

    Examples
    --------
    >>> as_printed(3 / 17, 0.18), as_printed(0.19996, 0.2)
    (0.1765, 0.19996)
    """
    for figures in range(FIGURES, MOST_FIGURES + 1):
        made = float(f"{rate:.{figures}g}")
        if limit is None or not rate < limit or abs(made - rate) < NEAR_LIMIT * (limit - rate):
            break
    return made


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


def _equals(tried: Mapping[float, RateLane]) -> list[float]:
    """The rates that arrived first; where none did, those that came lowest; none, where all are lost."""
    there = {rate: lane.arrived for rate, lane in tried.items() if lane.arrived is not None}
    if there:
        least = min(there.values())
        return [rate for rate, steps in there.items() if steps == least]
    low = min(lane.lowest for lane in tried.values())
    return [
        rate for rate, lane in tried.items() if lane.lowest <= low + ALIKE * abs(low) < math.inf
    ]


def _best(tried: Mapping[float, RateLane], reference: float) -> float:
    """Of the best rates the one nearest to the reference."""
    equal = _equals(tried)
    return min(equal, key=lambda rate: abs(math.log(rate / reference)), default=reference)


def _between(best: float, rates: Sequence[float]) -> list[float]:
    """Rates between one and its neighbours."""
    place = rates.index(best) if best in rates else 0
    sides = [*rates[max(0, place - 1) : place], *rates[place + 1 : place + 2]]
    return [
        best + (side - best) * part / (BETWEEN + 1)
        for side in sides
        for part in range(1, BETWEEN + 1)
    ]


def _rates(best: float, limit: float | None, tried: Mapping[float, RateLane]) -> dict[Kind, float]:
    """The four rates, in the lanes' order; where none arrives, too large is one that is lost."""
    found = any(lane.arrived is not None for lane in tried.values())
    lost = [
        rate
        for rate, lane in tried.items()
        if rate > best and (lane.arrived is None if found else math.isinf(lane.lowest))
    ]
    large = 2 * BEYOND * best if not lost else max(min(lost), BEYOND * best)
    if limit is not None:
        large = max(large if not lost else 0.0, BEYOND * limit)
    crawling, good, large = map(as_printed, (CRAWL * best, GOOD * best, large))
    return {"crawling": crawling, "good": good, "best": best, "too large": large}


def _exercise(story: DescentStory) -> RateExercise | None:
    """The exercise that a problem is, told by its one curvature."""
    bent = story.run.curvature
    if bent is None or len(bent) != 1:
        return None
    for exercise in EXERCISES:
        if math.isclose(bent[0], exercise.curvature, rel_tol=ALIKE):
            return exercise
    return None
