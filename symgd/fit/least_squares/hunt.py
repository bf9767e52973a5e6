"""Hunt: starts are drawn, followed downhill together, and the best are finished on all rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from symgd.codegen.expressions.long_sums import longest_sum
from symgd.data.arrays import FloatArray
from symgd.fit.costs.chained import linear_columns
from symgd.fit.least_squares.candidates import Drawer, Scales
from symgd.fit.least_squares.curve import Curve
from symgd.fit.least_squares.likes import likes_of
from symgd.fit.least_squares.marquardt import STEPS as FINISHING
from symgd.fit.least_squares.marquardt import BoolArray, Descent, Marquardt
from symgd.fit.least_squares.observed import Observed, rows_of, sampled
from symgd.fit.least_squares.piecemeal import Piecemeal
from symgd.fit.least_squares.projection import Front, Projection, merged, promising
from symgd.fit.least_squares.sloped import Sloped
from symgd.fit.least_squares.ties import Ties, roughness
from symgd.fit.least_squares.verdict import downhill, floor
from symgd.fit.least_squares.verdict import size as size_of
from symgd.fit.task import Task

LEAST = 1e-120  # targets below this, or above one over it, are brought to 1
DRAWS = 1024  # in one round
SAMPLE = 400  # rows on which candidates are compared
SHOWN = 4000  # rows on which peaks are looked for
PLACED = 2000  # rows on which like terms are placed
MANY = 50_000  # rows from which steps are first made on some of them
ROUNDS = (1, 2, 3, 4, 8)  # at most, by the number of parameters that are not solved for
AGREED = 3  # starts that come to one minimum are enough
STEPS = 30  # of candidates together
KEPT = (32, 12)  # candidates after a third of them, and after two
PARENTS = 24  # of the best so far, from which new starts are bred
ENDS = 6  # different minima that are finished
WORTH = 3.0  # one whose cost on the sample is so many times the least is not finished
IDLE = 3  # rounds without anything better are enough
FEW = 20  # parameters from which fewer candidates are followed
ENTRIES = 400_000  # numbers that are held at once for one column
AT_ONCE = 50_000  # the same, of candidates: near memory holds so many
TWINS = 2  # ends of one cost that are looked at: one may be an alias of the other
APART = 1e-3  # parameters that differ by less than this part are the same
UNFELT = 1e-9  # of the targets: what moves predictions by less moves nothing
SAME = 1e-6  # ends whose costs differ by less than this part are one


@dataclass(frozen=True, eq=False)
class Caught:
    """What a hunt has come to: candidates on the sample, the best first, and how many starts were tried."""

    front: Front
    drawn: int = 0
    agreed: int = 0
    interrupted: bool = False
    idle: int = 0  # rounds since anything better was found
    added: int = 0  # like terms that were placed one after the other, where that is the best so far
    is_sloped: bool = False  # whether many inputs were first taken along one direction


@dataclass(frozen=True, eq=False)
class Hunt:
    """The search for minima of one task."""

    task: Task
    apart: frozenset[int] = frozenset()  # affine parameters that are drawn, since bounds hold them

    @cached_property
    def curve(self) -> Curve:
        task = self.task
        return Curve(task.predictions[0], task.free, task.problem.inputs, self.apart)

    @cached_property
    def rows(self) -> Observed:
        task = self.task
        *inputs, target = (task.columns[name] for name in task.problem.columns)
        rows = rows_of(inputs, target, task.weights)
        if self.unit == 1.0:
            return rows
        roots = np.ones(len(rows)) if rows.roots is None else rows.roots
        return replace(rows, roots=roots / self.unit)

    @cached_property
    def unit(self) -> float:
        """By which residuals are divided: 1, but where the squares of the targets would be no floats."""
        target = self.task.columns[self.task.problem.target]
        largest = float(np.abs(target).max())
        return 1.0 if largest == 0 or LEAST < largest < 1 / LEAST else largest

    @cached_property
    def sample(self) -> Observed:
        return sampled(self.rows, SAMPLE, self.task.seed)

    @cached_property
    def bounds(self) -> FloatArray:
        """Of shape (p, 2)."""
        given = [self.task.bounds.get(name, (-np.inf, np.inf)) for name in self.curve.names]
        return np.array(given, dtype=np.float64).reshape(-1, 2)

    @cached_property
    def finder(self) -> Marquardt:
        return Marquardt(self.curve, self.rows, self.bounds)

    @cached_property
    def projection(self) -> Projection:
        return Projection(self.curve, self.sample, self.bounds[list(self.curve.others)])

    @cached_property
    def scales(self) -> Scales:
        return Scales(self.curve, self.sample)

    @cached_property
    def ties(self) -> Ties:
        return Ties(self.curve, self.scales.units, self.bounds)

    # -----------------------------------------------------------------------------------------

    def caught(self) -> Caught:
        """Candidates from as many rounds as it takes until several come to the same minimum."""
        others = self.curve.others
        if not others:
            return Caught(self.projection.solved(np.zeros((1, 0))), 0, 1)
        rounds = ROUNDS[min(len(others), len(ROUNDS)) - 1]
        rounds = max(2, rounds * FEW // len(self.curve.names)) if self.is_wide else rounds
        if self.drawer.waves.sweeps:  # as many minima as there are waves
            rounds *= 4
        along = self._along() if self.is_wide else None
        if along is not None:
            return along
        found = self._piecemeal()
        if found.interrupted or found.agreed:
            return found
        for number in range(rounds):
            try:
                found = self._round(found, number)
            except KeyboardInterrupt:
                if not len(found.front.cost):
                    raise
                return replace(found, interrupted=True)
            if self.task.progress is not None:
                self.task.progress(number + 1, rounds)
            enough = AGREED if number or len(others) < 3 else 2 * AGREED
            if found.agreed >= enough or found.idle >= IDLE or self._is_perfect(found.front):
                break
        if self.task.progress is not None and number + 1 < rounds:
            self.task.progress(rounds, rounds)
        return found

    def _along(self) -> Caught | None:
        """Starts of many inputs in one sum, along the direction of a linear fit; None where they come to nothing better than that."""
        some = sampled(self.rows, PLACED, self.task.seed)
        made = Sloped(self.curve, some, self.bounds, self.task.seed).front()
        if made is None:
            return None
        starts, least = made
        finder = Marquardt(self.curve, some, self.bounds)
        ends = [finder.descend(start, self.steps) for start in starts[:TWINS]]
        best = min(ends, key=lambda end: end.cost)
        if not best.cost <= least:
            return None
        return Caught(Front(best.theta[None], np.array([best.cost])), agreed=AGREED, is_sloped=True)

    def _piecemeal(self) -> Caught:
        """Like terms placed one after the other; it has agreed where they leave nothing but noise."""
        found = Caught(Front(np.zeros((0, len(self.curve.names))), np.zeros(0)))
        likes = likes_of(self.curve)
        if likes is None or not self.curve.inputs:
            return found
        rows = sampled(self.rows, PLACED, self.task.seed)
        pieces = Piecemeal(likes, self.curve, rows, self.bounds, self.task.seed)
        finder = Marquardt(self.curve, self.sample, self.bounds)
        try:
            for theta, is_noise in pieces.ends():
                front = Front(theta[None], np.array([finder.cost(theta)]))
                enough = is_noise or (self.is_wide and pieces.bumps is not None)
                found = Caught(front, agreed=int(enough), added=len(likes.places))
        except KeyboardInterrupt:
            if not found.added:
                raise
            return replace(found, interrupted=True)
        return found

    def _round(self, known: Caught, number: int) -> Caught:
        """One more round: new starts, and from the second on children of the best so far."""
        count = self._draws
        fresh = self._followed(self.drawer.draw(count, number) / self._crowd)
        others = list(self.curve.others)
        fronts = [known.front, fresh]
        if len(known.front.cost):
            parents = known.front.theta[:PARENTS, others]
            fronts.append(self._followed(self.drawer.bred(parents, count, number)))
        whole = merged(*fronts)
        order = np.argsort(whole.cost, kind="stable")[: 4 * PARENTS]
        best = whole.take(order)
        near = best.cost[0] * (1 + SAME) + floor(self.finder) if len(best.cost) else 0.0
        still = bool(len(known.front.cost)) and known.front.cost[0] <= near
        agreed = known.agreed * still + int(np.count_nonzero(fresh.cost <= near))
        drawn = known.drawn + count * (len(fronts) - 1)
        added = known.added if still else 0
        return Caught(best, drawn, agreed, idle=known.idle + 1 if still else 0, added=added)

    def _followed(self, drawn: FloatArray) -> Front:
        """The most promising of the candidates, after steps."""
        parts = -(-len(drawn) * len(self.sample) // AT_ONCE)
        solved = merged(*map(self.projection.solved, np.array_split(drawn, max(parts, 1))))
        share = FEW / len(self.curve.names) if self.is_wide else 1.0
        chosen = solved.take(promising(solved.cost, share))
        return self.projection.descended(chosen, STEPS, KEPT) if len(chosen.cost) else chosen

    @property
    def _draws(self) -> int:
        """Starts in one round: fewer where most parameters are solved for, and that is what takes long."""
        solved, drawn = len(self.curve.affine), len(self.curve.others)
        return DRAWS * FEW // solved if solved > max(FEW, drawn) else DRAWS

    @property
    def steps(self) -> int:
        """The steps in which a candidate is finished, at most."""
        return FINISHING * FEW // len(self.curve.names) if self.is_wide else FINISHING

    @property
    def is_wide(self) -> bool:
        """Whether the parameters are so many that every step takes long."""
        return len(self.curve.names) > FEW

    def _is_perfect(self, front: Front) -> bool:
        return bool(len(front.cost) and front.cost[0] <= floor(self.finder))

    @cached_property
    def drawer(self) -> Drawer:
        shown = sampled(self.rows, SHOWN, self.task.seed)
        return Drawer(self.scales, self.bounds[list(self.curve.others)], shown, self.task.seed)

    @cached_property
    def _crowd(self) -> FloatArray:
        """By what draws are divided: of many parameters in one sum each by the root of their number, so that the sum is as large as one."""
        inner = longest_sum(self.curve.formula)
        found = None if inner is None else linear_columns(inner, self.curve.names)
        held = {} if found is None else found[0]
        names = (self.curve.names[place] for place in self.curve.others)
        return np.sqrt([len(held) if name in held else 1.0 for name in names])

    def from_start(self) -> Descent | None:
        """Where the caller's start leads, what it does not name being drawn about it; None where there is none."""
        given = {
            place: self.task.start[name]
            for place, name in enumerate(self.curve.names)
            if name in self.task.start
        }
        if not given:
            return None
        if len(given) == len(self.curve.names):
            return self.descended(np.array([given[place] for place in sorted(given)]))
        others = list(self.curve.others)
        drawn = self.drawer.draw(DRAWS // 8, 0) if others else np.zeros((1, 0))
        for number, place in enumerate(others):
            if place in given:
                drawn[:, number] = given[place]
        front = self._followed(drawn) if others else self.projection.solved(drawn)
        return self.descended(front.theta[np.argmin(front.cost)]) if len(front.cost) else None

    def ends(self, front: Front) -> Iterator[Descent]:
        """The candidates that come to different minima, finished on all rows."""
        seen: list[tuple[float, FloatArray]] = []
        later: list[tuple[float, FloatArray]] = []  # equal ones leave room for others
        if self.is_wide and len(self.rows) > len(self.sample):
            front = self._on_all_rows(front)
        twins, most = (1, 2) if len(self.rows) > MANY or self.is_wide else (TWINS, ENDS)
        worth = WORTH * front.cost[0] + SAME * size_of(self.finder) if len(front.cost) else 0.0
        for place in self._ordered(front):
            theta, cost = front.theta[place], float(front.cost[place])
            if not (np.isfinite(cost) and cost <= worth):
                continue
            if len(self._alike(cost, seen)) >= twins:
                later.append((cost, theta))
            elif len(seen) < most:
                seen.append((cost, theta))
                yield self.descended(theta)
        for cost, theta in later:
            if len(seen) >= most:
                return
            if all(self.are_apart(theta, one) for one in self._alike(cost, seen)):
                seen.append((cost, theta))
                yield self.descended(theta)

    def _alike(self, cost: float, seen: Sequence[tuple[float, FloatArray]]) -> list[FloatArray]:
        """Those of what was seen that cost as much."""
        room = SAME * cost + floor(self.finder)
        return [there for one, there in seen if abs(cost - one) <= room]

    def _on_all_rows(self, front: Front) -> Front:
        """The best with their costs on all rows: a sample of the rows hardly tells many parameters."""
        few = front.theta[:PARENTS]
        costs = np.array([self.finder.cost(theta) for theta in few])
        return Front(few, costs).take(np.argsort(costs, kind="stable"))

    def _ordered(self, front: Front) -> list[int]:
        """The best first; of those that fit alike, the one whose parameters are nearest to their scales."""
        room = SAME * np.abs(front.cost) + floor(self.finder)
        first: list[int] = []
        left = list(range(len(front.cost)))
        while left:
            best = left[0]
            alike = [p for p in left if front.cost[p] - front.cost[best] <= room[best]] or [best]
            first += sorted(alike, key=lambda place: self.drawer.distance(front.theta[place]))
            left = [place for place in left if place not in alike]
        return first

    def first(self, places: Sequence[FloatArray]) -> int:
        """Of places that fit alike the number of the one that is taken: the smoothest, then the nearest to its scales, then the one with the fewest minus signs and the least values."""
        left = [*range(len(places))]
        for size in (self.roughness, self.drawer.distance) if len(left) > 1 else ():
            sizes = {number: size(places[number]) for number in left}
            left = [n for n in left if sizes[n] <= min(sizes.values()) * (1 + APART)] or left
        return int(min(left, key=lambda number: in_order(places[number])))

    def roughness(self, theta: FloatArray) -> float:
        """How far a curve goes up and down on these rows, worked out once."""
        key = theta.tobytes()
        if key not in self._rough:
            self._rough[key] = roughness(self.curve, theta, self.rows)
        return self._rough[key]

    @cached_property
    def _rough(self) -> dict[bytes, float]:
        return {}

    def are_apart(self, one: FloatArray, other: FloatArray) -> bool:
        """Whether two places differ by more than rounding and a symmetry of the formula."""
        if not _differ(one, other).any():
            return False
        here, there = self._settled(one), self._settled(other)
        differ = _differ(here, there)
        if not differ.any():
            return False
        lengths = np.maximum(*(self._on_sample.near(theta).lengths for theta in (here, there)))
        felt = np.abs(here - there) * lengths > UNFELT * np.sqrt(size_of(self._on_sample))
        return bool(np.any(felt & differ))

    def _settled(self, theta: FloatArray) -> FloatArray:
        """Which of the equal points is taken, worked out once."""
        key = theta.tobytes()
        if key not in self._places:
            self._places[key] = self.ties.settled(theta, self.rows)
        return self._places[key]

    @cached_property
    def _places(self) -> dict[bytes, FloatArray]:
        return {}

    @cached_property
    def _on_sample(self) -> Marquardt:
        return replace(self.finder, rows=self.sample)

    def descended(self, theta: FloatArray) -> Descent:
        """A minimum near a start, on all rows, past saddles; from one place once."""
        for place, end in self._ends:
            if np.allclose(theta, place, rtol=SAME, atol=0.0):  # steps lead to one minimum
                return end
        self._ends.append((theta, self._descended(theta)))
        return self._ends[-1][1]

    @cached_property
    def _ends(self) -> list[tuple[FloatArray, Descent]]:
        return []

    def _descended(self, theta: FloatArray) -> Descent:
        if len(self.rows) > MANY:
            some = replace(self.finder, rows=sampled(self.rows, MANY // 2, self.task.seed))
            theta = some.descend(theta).theta
        end = self.finder.descend(theta, self.steps)
        reached = end.theta
        unwound = self.ties.unwound(reached, self.rows)
        if unwound is not reached:
            end = self.finder.descend(unwound, self.steps)
        for _ in range(0 if self.is_wide else 3):
            if end.steps >= self.steps:
                break  # it still goes down: this is no saddle
            lower = downhill(self.finder, end)
            if lower is None:
                break
            end = self.finder.descend(lower)
        return end


def _differ(one: FloatArray, other: FloatArray) -> BoolArray:
    """Which parameters differ by more than rounding."""
    differ: BoolArray = np.abs(one - other) > APART * np.maximum(np.abs(one), np.abs(other))
    return differ


def in_order(theta: FloatArray) -> tuple[int, tuple[float, ...]]:
    """How many minus signs there are, and the values but for rounding."""
    return int((theta < 0).sum()), tuple(float(f"{value:.3g}") for value in theta)
