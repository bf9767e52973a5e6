"""To infinity: whether a parameter runs off while the cost falls, so that there is no minimum.

Laws
----
- there is no minimum where a parameter, made 10, 100, 1,000 times as large with all others fitted anew, never costs more,
  and made smaller does; or the other way round, where the model has no such value at 0
- where the formula leaves the floats on that way, what was seen before counts
- nor is there one where the costs on the way inwards, by decades, are c + k/θ^p with one p: they come to c, and no lower; so it
  is told where the costs further out are rounding
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import sympy

from symgd.codegen.walk.arrival import CLOSE
from symgd.data.arrays import FloatArray
from symgd.fit.least_squares.marquardt import BoolArray, Descent, Marquardt
from symgd.fit.least_squares.verdict import LIKE, WEAK, at_rest, floor, size

KINKS = (sympy.Abs, sympy.Max, sympy.Min, sympy.Piecewise, sympy.sign, sympy.Heaviside)
OUTWARDS = (10.0, 100.0, 1000.0)  # times the value at an end
SHORTLY = (1.2, 1.5, 2.0)  # the same where floats would end
HIGH = 1e50  # numbers whose powers are no floats
INWARDS = (1, 2, 3, 4, 6, 8, 10, 12, 14, 16, 18)  # decades by which a parameter is made smaller
STEADY = 0.99  # of the fall over one decade, that over the next: less would come to an end
DECADES = 8  # inwards, over which costs are looked at
LAWFUL = 4  # of these that follow one law
TOLD = 10.0  # times what a cost is rounded by: a difference of costs that tells a power, to within EVEN
EVEN = 0.15  # powers that differ by less are one
STEEPEST = 2.1  # powers above: a square and its square, between which there may be a minimum
# Times the rounding, and of the first difference: so near to the limit is at it.
VAGUE, VAGUELY = 30.0, 1e-3
STEPS = 100  # from one value of the parameter that is followed to the next
POWERS = (0, -1, 1, -2, 2, -3, 3, -6, 6)  # decades at which slopes are looked at
# Of the targets: a parameter of which all of it changes predictions by less is looked at.
UNFELT = 1e-7
EDGE = 1e150  # numbers beyond which floats soon end
# Powers of a parameter by which another moves with it: as a logarithm, exponentially.
LITTLE, MUCH = 0.1, 5.0


@dataclass(frozen=True, eq=False)
class Runaway:
    """A parameter that grows for ever while the cost falls."""

    place: int
    along: tuple[int, ...]  # others that go with it
    theta: FloatArray  # far out
    cost: float  # there
    inwards: bool = False  # whether it goes to 0 instead
    endless: bool = False  # whether the cost falls without end on the way to 0


def runaway(finder: Marquardt, end: Descent, rests: bool | None = None) -> Runaway | None:
    """The parameter that runs off, if one does; `rests`: whether it is known that the gradient is 0."""
    rests = at_rest(finder, end) if rests is None else rests
    for place in _suspects(finder, end, rests):
        ways = (_followed, _followed_inwards, _levelled, *(() if rests else (_followed_to_a_pole,)))
        for way in ways:
            found: Runaway | None = way(finder, end, place)
            if found is not None:
                return None if _is_attained(finder, end, found) else found
    return None


def _is_attained(finder: Marquardt, end: Descent, far: Runaway) -> bool:
    """Whether the cost stays as it is on a way on which only kinks bend predictions, as beyond c of min(x, c): it falls no further."""
    formula = finder.curve.formula
    moving = {sympy.Symbol(finder.curve.names[place]) for place in (far.place, *far.along)}
    if far.inwards or not formula.atoms(*KINKS):
        return False
    for part in sympy.preorder_traversal(formula):
        is_power = isinstance(part, sympy.Pow) and not (part.exp.is_integer and part.exp > 0)
        is_curved = isinstance(part, sympy.Function) and not isinstance(part, KINKS)
        if (is_power or is_curved) and part.free_symbols & moving:
            return False
    room = LIKE * abs(end.cost) + VAGUE * finder.blur(end)
    return bool(far.cost >= end.cost - room)


def _suspects(finder: Marquardt, end: Descent, rests: bool) -> Iterator[int]:
    """Parameters that the data hardly tell, the one that is told least first, and those that predictions hardly feel."""
    free = np.flatnonzero(end.free & (end.theta != 0))
    if not len(free) or is_redundant(finder, end):
        return
    felt = end.near.lengths[free] * np.abs(end.theta[free])
    felt[~end.near.factor[:, free].any(axis=0)] = 0.0
    unfelt = felt <= UNFELT * np.sqrt(size(finder))
    _, sizes, ways = np.linalg.svd(end.near.factor[:, free])
    share = np.abs(ways[-1] / (end.near.lengths[free] * end.theta[free]))
    is_weak = len(sizes) < len(free) or sizes[-1] <= WEAK * sizes[0] or not rests
    order = np.argsort(-share, kind="stable")
    weak = [n for n in order[:3] if is_weak and share[n] > 1e-3 * share.max()]
    for number in dict.fromkeys((*weak, *(n for n in order if unfelt[n]))):
        yield int(free[number])


def is_redundant(finder: Marquardt, end: Descent) -> bool:
    """Whether no data at these rows could tell all parameters, those at a bound staying there: nothing can be said of where one goes."""
    places = np.flatnonzero(end.free)
    if not len(places):  # bounds hold them all
        return False
    for there in _elsewhere(end.theta):
        theta = np.where(end.free, there, end.theta)
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
    seen = [end]
    for factor in SHORTLY if np.abs(end.theta).max() > HIGH else OUTWARDS:
        value = float(end.theta[place]) * factor
        if not np.isfinite(value):  # as far out as floats go
            break
        if not finder.bounds[place, 0] <= value <= finder.bounds[place, 1]:
            return None
        there = _as_low(finder, end, seen, place, value)
        if there is None:
            if not _is_at_edge(seen[-1].theta):
                return None
            break
        seen.append(there)
    if not _rises(finder, end, place, -1):
        return None  # every value is as good: it is not determined
    along = tuple(int(one) for one in np.flatnonzero(_moving(seen)) if one != place)
    return Runaway(place, along, seen[-1].theta, seen[-1].cost)


def _as_low(
    finder: Marquardt, end: Descent, seen: Sequence[Descent], place: int, value: float
) -> Descent | None:
    """The least cost with one parameter held, at once or over halfway places; None where it is higher than what was seen."""
    least, near = min(one.cost for one in seen), seen[-1]
    apart = value / near.theta[place]
    for steps in (1, max(2, round(float(np.log2(abs(apart))))) if apart > 1 else 1):
        there = near
        for part in range(1, steps + 1):
            way = near.theta[place] * apart ** (part / steps) if part < steps else value
            tried = held(finder, there, place, way)
            if tried is None:
                break
            room = CLOSE * abs(end.cost) + floor(finder) + 100 * finder.rounding(tried.theta)
            if tried.cost > least + room:
                break
            there = tried
        else:
            return there
    return None


def _is_at_edge(theta: FloatArray) -> bool:
    """Whether floats end soon."""
    sizes = np.abs(theta[theta != 0])
    return bool(((sizes > EDGE) | (sizes < 1 / EDGE)).any())


def _moving(seen: Sequence[Descent]) -> BoolArray:
    """Which parameters go to infinity or to 0, or come to no rest on the way."""
    first, last = seen[0].theta, seen[-1].theta
    with np.errstate(all="ignore"):
        by = np.abs(np.log(np.abs(last / first)))
    moving: BoolArray = (first != 0) & (by > np.log(30))
    if len(seen) > 3:
        before, after = seen[2].theta - seen[1].theta, seen[3].theta - seen[2].theta
        moving |= (np.abs(after) > 0.3 * np.abs(before)) & (np.abs(after) > 1e-3 * np.abs(last))
    return moving


def _followed_inwards(finder: Marquardt, end: Descent, place: int) -> Runaway | None:
    """The same as one parameter goes to 0, where a perfect fit is left beside 0 and not at it: a spike that gets narrower."""
    if not 0 <= end.cost <= floor(finder):
        return None
    last = end
    for factor in OUTWARDS:
        there = held(finder, last, place, end.theta[place] / factor)
        if there is None or there.cost > floor(finder):
            return None
        last = there
    if finder.cost(_with(last.theta, place, 0.0)) <= floor(finder) or not _rises(
        finder, end, place, 1
    ):
        return None
    return Runaway(place, (), last.theta, last.cost, inwards=True)


def _levelled(finder: Marquardt, end: Descent, place: int) -> Runaway | None:
    """What the costs on the way inwards tell: that they fall to a limit as a power of the parameter, and the end lies at the limit."""
    seen = [end]
    for _ in range(DECADES):
        there = held(finder, seen[-1], place, seen[-1].theta[place] / 10)
        if there is None:
            return None
        seen.append(there)
        window = seen[1:][-LAWFUL:]
        rises = np.diff([one.cost for one in window])
        if len(window) < LAWFUL or not (rises > TOLD * finder.blur(window[0])).all():
            continue
        powers = np.log10(rises[1:] / rises[:-1])
        if np.ptp(powers) > EVEN or powers[0] > STEEPEST:
            continue
        limit = window[0].cost - rises[0] / (10 ** powers[0] - 1)
        if abs(end.cost - limit) > VAGUE * finder.blur(end) + VAGUELY * rises[0]:
            return None
        along = [int(one) for one in np.flatnonzero(_moving(window[::-1])) if one != place]
        return Runaway(place, tuple(along), end.theta, end.cost)
    return None


def _followed_to_a_pole(finder: Marquardt, end: Descent, place: int) -> Runaway | None:
    """The same as one parameter goes to 0, where the cost has no value: it falls by no less for each decade, as log does."""
    last, costs = end, [end.cost]
    if np.isfinite(finder.cost(_with(end.theta, place, 0.0))):
        return None
    for factor in OUTWARDS:
        there = held(finder, last, place, end.theta[place] / factor)
        if there is None:
            return None
        last = there
        costs.append(there.cost)
    falls = -np.diff(costs)
    if np.isfinite(finder.cost(_with(last.theta, place, 0.0))) or falls[0] <= CLOSE * abs(end.cost):
        return None
    if (falls[1:] < STEADY * falls[:-1]).any():
        return None
    return Runaway(place, (), last.theta, last.cost, inwards=True, endless=True)


def _rises(finder: Marquardt, end: Descent, place: int, sign: int) -> bool:
    """Whether the cost is higher at some larger value of a parameter, or smaller one, the others fitted anew on the way there."""
    last, value = end, end.theta[place]
    further = (
        range(INWARDS[-1] + 4, int(abs(np.log10(abs(value)))) + 4, 4)
        if sign * np.log10(abs(value)) < 0
        else ()
    )
    most = end.cost + 100 * (LIKE * abs(end.cost) + floor(finder))
    for power in (*INWARDS, *further):
        there = held(finder, last, place, end.theta[place] * 10.0 ** (sign * power), most)
        if there is None:
            return True
        if there.cost > most + 100 * finder.rounding(there.theta):
            return True
        last = there
    return False


def held(
    finder: Marquardt, near: Descent, place: int, value: float, enough: float = -np.inf
) -> Descent | None:
    """The least cost with one parameter held, the others going with it as they do nearby; not to the last digits where it is low enough."""
    low, high = finder.bounds[place]
    if not (low <= value <= high and np.isfinite(value)):
        return None
    bounds = finder.bounds.copy()
    bounds[place] = value
    starts = [np.clip(one, *bounds.T) for one in _guesses(near, place, value)]
    start = min(starts, key=finder.cost)
    holding = replace(finder, bounds=bounds)
    end = holding.descend(start, STEPS)
    if end.cost <= enough:
        return end
    return holding.polished(end) if np.isfinite(end.cost) else None


def _with(theta: FloatArray, place: int, value: float) -> FloatArray:
    made = theta.copy()
    made[place] = value
    return made


def _guesses(near: Descent, place: int, value: float) -> Iterator[FloatArray]:
    """Where the others may be once a parameter has a value: by its powers, logarithms, inverse, in a line, or unmoved."""
    here = near.theta
    plain = _with(here, place, value)
    yield plain
    others = np.flatnonzero(near.free & (np.arange(len(here)) != place))
    if not len(others) or here[place] == 0 or value / here[place] <= 0:
        return
    columns = near.near.factor
    along = np.linalg.lstsq(columns[:, others], -columns[:, place], rcond=1e-13)[0]
    with np.errstate(all="ignore"):
        moved = along * near.near.lengths[place] / near.near.lengths[others] * here[place]
        powers, factor = moved / here[others], value / here[place]
        steady = np.abs(powers) > LITTLE
        grown = np.where(
            np.abs(powers) > MUCH, np.exp(powers * (factor - 1)), np.exp(powers * np.log(factor))
        )
        for length in (np.log(factor), 1 - 1 / factor, factor - 1):
            for by_power in (steady, np.zeros_like(steady)):
                made = plain.copy()
                made[others] = np.where(
                    by_power, here[others] * grown, here[others] + moved * length
                )
                if np.isfinite(made).all():
                    yield made


def moved_near(finder: Marquardt, end: Descent, wanted: Sequence[tuple[int, float]]) -> Descent:
    """Of the points that a redundant formula fits alike, one at which parameters have the values that are wanted."""
    room = LIKE * abs(end.cost) + floor(finder)
    bounds = finder.bounds.copy()
    for place, value in wanted:
        holding = replace(finder, bounds=bounds.copy())
        there = held(holding, end, place, float(np.copysign(value, end.theta[place])))
        if there is not None and there.cost <= end.cost + room:
            bounds[place] = there.theta[place]
            end = replace(there, free=end.free)
    return end
