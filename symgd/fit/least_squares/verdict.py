"""What an end of a search is: a minimum, a saddle, a place on the way to infinity.

Laws
----
- converged: the cost can still fall by 10⁻⁶ of itself at most (the Newton decrement, the same in all units), or each
  parameter's Newton step is at most 10⁻⁶ of its own size; and no direction leads down
- there is no minimum where a parameter, made 10, 100, 1,000 times as large with all others fitted anew, never costs more,
  and made smaller does
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from symgd.data.arrays import FloatArray, IntArray
from symgd.fit.least_squares.marquardt import Descent, Marquardt
from symgd.fit.least_squares.observed import sampled

ENOUGH = 1e-6
WEAK = 1e-6  # a direction of which the slopes tell so little is looked along
FEW = 20_000  # rows on which bending is measured
INWARDS = (1, 2, 3, 4, 6, 8, 10, 12, 14, 16, 18)  # decades by which a parameter is made smaller
POWERS = (0, -1, 1, -2, 2, -3, 3, -6, 6)  # decades at which slopes are looked at
LIKE = 1e-9  # costs that differ by less than this part are the same
ROUNDING = 1e-26  # of the targets' sum of squares: a perfect fit


@dataclass(frozen=True)
class Runaway:
    """A parameter that grows for ever while the cost falls."""

    place: int
    along: tuple[int, ...]  # others that go with it, to infinity or to 0
    cost: float  # far out


def at_rest(finder: Marquardt, end: Descent) -> bool:
    """Whether the gradient is 0, on the parameters' own scale."""
    near, free = end.near, end.free
    if not np.isfinite(end.cost):
        return False
    if near.gain(free) <= ENOUGH * end.cost or near.gain(free) <= floor(finder):
        return True
    step = np.abs(near.change(0.0, free))
    reach = np.sqrt(size(finder)) / near.lengths
    return bool(np.all(step <= ENOUGH * np.maximum(np.abs(end.theta), ENOUGH * reach)))


def size(finder: Marquardt) -> float:
    """The weighted sum of the squared targets."""
    target = finder.rows.weighted(finder.rows.target)
    return float(target @ target)


def floor(finder: Marquardt) -> float:
    """A sum of squares that is rounding and nothing else."""
    return ROUNDING * size(finder)


def downhill(finder: Marquardt, end: Descent) -> FloatArray | None:
    """A point with a lower cost, where the cost bends down from an end; None where it bends up."""
    if not end.free.any() or end.cost <= floor(finder):
        return None
    some = replace(finder, rows=sampled(finder.rows, FEW, 0))
    near = some.near(end.theta)
    free = np.flatnonzero(end.free)
    bent = _bending(some, end.theta, near.lengths, free)
    if bent is None:
        return None
    values, directions = np.linalg.eigh(bent)
    if values[0] > -1e-4 * np.abs(values).max():
        return None
    way = np.zeros(len(end.theta))
    way[free] = directions[:, 0] / near.lengths[free]
    reach = np.sqrt(end.cost)
    for length in reach * 10.0 ** -np.arange(0, 5):
        for sign in (1, -1):
            tried: FloatArray = np.clip(end.theta + sign * length * way, *finder.bounds.T)
            if finder.cost(tried) < end.cost * (1 - LIKE):
                return np.asarray(tried)
    return None


def _bending(
    finder: Marquardt, theta: FloatArray, lengths: FloatArray, free: IntArray
) -> FloatArray | None:
    """The Hessian of half the cost in units of each column's length, by differences of the gradient."""
    rows = []
    for place in free:
        step = 6e-6 * max(abs(theta[place]), 1e-3 * np.sqrt(size(finder)) / lengths[place])
        sides = []
        for sign in (1, -1):
            moved = theta.copy()
            moved[place] += sign * step
            sides.append(finder.near(moved).gradient / lengths)
        rows.append((sides[0] - sides[1])[free] / (2 * step * lengths[place]))
    made: FloatArray = np.array(rows)
    even: FloatArray = (made + made.T) / 2
    return even if np.isfinite(made).all() else None


def is_told(end: Descent) -> bool:
    """Whether the data tell every direction well."""
    sizes = np.linalg.svd(end.near.factor[:, end.free], compute_uv=False)
    return bool(sizes.size) and bool(sizes[-1] > WEAK * sizes[0])


def edge(finder: Marquardt, end: Descent) -> int | None:
    """The parameter that the cost drives to where the model has no value; None where there is none."""
    downwards = -np.sign(end.near.gradient) * end.free
    reach = np.sqrt(size(finder)) / end.near.lengths
    for place in np.flatnonzero(downwards):
        beyond = end.theta.copy()
        beyond[place] += downwards[place] * max(abs(end.theta[place]) * 1e-3, 1e-6 * reach[place])
        if not np.isfinite(finder.cost(beyond)):
            return int(place)
    return None


# ---------------------------------------------------------------------------------------------
# To infinity


def runaway(finder: Marquardt, end: Descent) -> Runaway | None:
    """The parameter that runs off, if one does."""
    for place in _suspects(finder, end):
        found = _followed(finder, end, place)
        if found is not None:
            return found
    return None


def _suspects(finder: Marquardt, end: Descent) -> Iterator[int]:
    """Parameters that the data hardly tell, the one that is told least first."""
    free = np.flatnonzero(end.free & (end.theta != 0))
    if not len(free) or is_redundant(finder, end):
        return
    _, sizes, ways = np.linalg.svd(end.near.factor[:, free])
    short = len(sizes) < len(free)
    if not short and sizes[-1] > WEAK * sizes[0] and at_rest(finder, end):
        return
    share = np.abs(ways[-1] / (end.near.lengths[free] * end.theta[free]))
    for number in np.argsort(-share, kind="stable")[:3]:
        if share[number] > 1e-3 * share.max():
            yield int(free[number])


def is_redundant(finder: Marquardt, end: Descent) -> bool:
    """Whether no data at these rows could tell all parameters: nothing can be said of where one of them goes."""
    places = np.flatnonzero(end.free)
    for theta in _elsewhere(end.theta):
        factor = finder.near(theta).factor[:, places]
        if not np.isfinite(factor).all():
            continue
        sizes = np.linalg.svd(factor, compute_uv=False)
        if len(sizes) == len(places) and sizes[-1] > 1e-10 * sizes[0]:
            return False
    return True


def _elsewhere(theta: FloatArray) -> Iterator[FloatArray]:
    """An end, and places near and far from it: it may be so far out that slopes there look alike."""
    yield theta
    rng = np.random.default_rng(0)
    for _ in range(3):
        moved = theta * (1 + 0.3 * rng.uniform(-1, 1, len(theta)))
        yield moved
        yield moved / np.maximum(np.abs(theta), 1.0)
    signs = np.where(theta < 0, -1.0, 1.0)
    for power in POWERS:
        yield signs * 10.0**power * (1 + 0.3 * rng.uniform(-1, 1, len(theta)))


def _followed(finder: Marquardt, end: Descent, place: int) -> Runaway | None:
    """What becomes of the cost as one parameter grows, with the others fitted anew."""
    last, cost = end.theta, end.cost
    for factor in (10.0, 100.0, 1000.0):
        there = _held(finder, last, place, end.theta[place] * factor)
        if there is None:
            return None
        room = ENOUGH * end.cost + floor(finder) + 100 * finder.rounding(there.theta)
        if there.cost > cost + room:
            return None
        last, cost = there.theta, min(there.cost, cost)
    if not _rises_inwards(finder, end, place):
        return None  # every value is as good: it is not determined
    moved = np.abs(last) / np.where(end.theta == 0, np.inf, np.abs(end.theta))
    along = np.flatnonzero((moved > 30) | ((moved < 1 / 30) & (end.theta != 0)))
    return Runaway(place, tuple(int(one) for one in along if one != place), cost)


def moved_near(finder: Marquardt, end: Descent, wanted: Sequence[tuple[int, float]]) -> Descent:
    """Of the points that a redundant formula fits alike, one at which parameters have the values that are wanted."""
    room = LIKE * end.cost + floor(finder)
    bounds = finder.bounds.copy()
    for place, value in wanted:
        holding = replace(finder, bounds=bounds.copy())
        there = _held(holding, end.theta, place, float(np.copysign(value, end.theta[place])))
        if there is not None and there.cost <= end.cost + room:
            bounds[place] = there.theta[place]
            end = replace(there, free=end.free)
    return end


def _rises_inwards(finder: Marquardt, end: Descent, place: int) -> bool:
    """Whether the cost is higher at some smaller value of a parameter, the others fitted anew on the way there."""
    most = end.cost * (1 + 100 * LIKE) + 100 * floor(finder)
    last = end.theta
    for power in INWARDS:
        there = _held(finder, last, place, end.theta[place] / 10.0**power)
        if there is None or there.cost > most:
            return True
        last = there.theta
    return False


def _held(finder: Marquardt, theta: FloatArray, place: int, value: float) -> Descent | None:
    """The least cost with one parameter held."""
    low, high = finder.bounds[place]
    if not (low <= value <= high and np.isfinite(value)):
        return None
    bounds = finder.bounds.copy()
    bounds[place] = value
    start = theta.copy()
    start[place] = value
    end = replace(finder, bounds=bounds).descend(start, 100)
    return end if np.isfinite(end.cost) else None
