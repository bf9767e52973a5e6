"""What lies ahead of a point of any cost, by differences of its gradient.

Laws
----
- a Newton step leaves (1 − 1/q)^q < 1/e of the gradient at a minimum of order q + 1, and 1/e or more of it on a slope that
  runs out to infinity
- where a parameter makes no difference, it is followed to where it does: a plateau from whose edge the cost falls is no
  minimum

Why differences of the fourth order
-----------------------------------
H comes from differences of the exact gradient. Of the second order they leave six digits, and parameters that are
correlated to seven would look as if nothing told them apart. With steps h and 2h the error is that of rounding, about 10⁻¹³,
and the entries H_ij and H_ji, found apart, tell how large it is. The steps are on each parameter's own scale: its size, or
the change that would alter the cost by the cost itself, whichever serves; a step of 10⁻⁶ is nothing for a distance in
metres, and everything for a decay of 10⁻⁹ a second.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np

from symgd.codegen.walk.arrival import CLOSE, EPSILON, Ahead, Evaluate, FloatArray

# From here on, generated modules have this text.

STAYS = 0.36  # of the gradient, after a Newton step: just below 1/e
LONE = 4  # parameters without a difference that are followed at most
# From a point, the parameters that make no difference there, cost and what was found, to that.
Over: TypeAlias = Callable[[Evaluate, Sequence[float], Sequence[int], float, Ahead], Ahead]
POWERS = 2.0 ** np.arange(-30, 31)


def ahead_by_differences(
    evaluate: Evaluate,
    values: Sequence[float],
    cost: float,
    gradient: Sequence[float],
    *,
    over: Over | None = None,
) -> Ahead | None:
    """What lies ahead of any cost; None where the cost is not finite beside the point.

    What is convex has no plateau to look `over`.
    """
    rows = []
    shaken = evaluate([value * (1 + 4 * EPSILON) for value in values])[1]
    for number, value in enumerate(values):

        def slopes_at(change: float, number: int = number) -> float:
            return evaluate(_moved(values, number, change))[1][number]

        noise = abs(shaken[number] - gradient[number])
        step = _own_step(slopes_at, abs(value), cost, noise)
        rows.append(_second_slopes(evaluate, values, number, step, gradient[number]))
    return ahead_by_hessian(evaluate, np.array(rows), values, cost, gradient, over=over)


def ahead_by_hessian(
    evaluate: Evaluate,
    hessian: FloatArray,
    values: Sequence[float],
    cost: float,
    gradient: Sequence[float],
    *,
    over: Over | None = None,
) -> Ahead | None:
    """The same, where the Hessian is known."""
    slope = np.array(gradient)
    if not np.isfinite(hessian).all():
        return None
    with np.errstate(all="ignore"):
        units = _units(hessian)
        if not units.any() or (slope[units == 0] != 0).any():
            return _flat(values, slope, cost)
        found = _newton(hessian, slope, units, cost)
        moves = np.array(found.moves)
        effects = (np.abs(np.diag(hessian)) * np.array(values) ** 2 / 2).tolist()
        if not found.settles:
            return found
        if over is not None:
            found = over(evaluate, values, np.flatnonzero(units == 0).tolist(), cost, found)
            if found.plateau:
                return found
        settles, off = _followed(evaluate, values, cost, slope, units, moves)
    return found._replace(effects=tuple(effects), settles=settles, runs_off=off)


def _flat(values: Sequence[float], slope: FloatArray, cost: float) -> Ahead:
    """What lies ahead where some direction has no curvature, but a slope; or all have neither."""
    nothing, sloping = (0.0,) * len(values), bool(slope.any())
    moves = tuple(math.inf if part else 0.0 for part in slope.tolist())
    least = cost == 0 and not sloping  # else nothing says that the cost is least
    return Ahead(math.inf if sloping else 0.0, moves, nothing, settles=least)


def over_plateau(
    evaluate: Evaluate, values: Sequence[float], lone: Sequence[int], cost: float, found: Ahead
) -> Ahead:
    """What was found, or that the cost falls from the edge of a plateau.

    Each parameter without a difference is followed to its edges, also with another's sign turned.
    """
    for number in lone[:LONE]:
        for other in lone[:LONE]:
            turned = list(values)
            turned[other] *= 1 if other == number else -1
            for side in _outward(values[number]):
                change, fall = _edge(evaluate, turned, number, side, cost)
                if fall > 0:
                    moves = [change if place == number else 0.0 for place in range(len(values))]
                    return found._replace(fall=fall, moves=(*moves,), settles=False, plateau=True)
    return found


def _edge(
    evaluate: Evaluate, values: Sequence[float], number: int, side: Sequence[float], cost: float
) -> tuple[float, float]:
    """A change of a parameter just beyond the edge, and by how much the cost falls there, or 0."""

    def fall(change: float) -> float:
        after = evaluate(_moved(values, number, change))[0]
        return 0.0 if abs(after - cost) <= CLOSE * abs(cost) else cost - after

    inside, found = 0.0, fall(0.0)
    if found:
        return 0.0, 0.0  # another's sign makes a difference
    for outside in side:
        found = fall(outside)
        if found:
            break
        inside = outside
    else:
        return 0.0, 0.0
    for _ in range(40):
        middle = (inside + outside) / 2
        part = fall(middle)
        inside, outside, found = (inside, middle, part) if part else (middle, outside, found)
    return (outside, found) if found > 0 else (0.0, 0.0)


def _outward(value: float) -> tuple[list[float], list[float]]:
    """Changes of a parameter: to 0 and on through it, and away from it."""
    if value == 0:
        return POWERS.tolist(), (-POWERS).tolist()
    nearer = np.append(POWERS[:30][::-1], -POWERS)
    return (value * (nearer - 1)).tolist(), (value * (POWERS[31:] - 1)).tolist()


def _newton(hessian: FloatArray, slope: FloatArray, units: FloatArray, cost: float) -> Ahead:
    """The Newton step and what it brings, in units in which the Hessian's rows are alike."""
    scaled = hessian * np.outer(units, units)
    unsure = max(4 * float(np.abs(scaled - scaled.T).max()), 1e-12)
    if unsure > 1e-2:  # a kink has no Hessian
        return _flat(slope.tolist(), slope, cost)
    bends, ways = np.linalg.eigh((scaled + scaled.T) / 2)
    pulls = ways.T @ (units * slope)
    sure = np.maximum(np.abs(bends), unsure)
    moves = -units * (ways @ (pulls / sure))
    flat = np.abs(ways[:, np.abs(bends) <= unsure]).max(axis=1, initial=0.0) > 0.1
    return Ahead(
        fall=float((pulls**2 / sure).sum()) / 2,
        moves=tuple(moves.tolist()),
        effects=(),
        bends_down=bool(bends[0] < -max(1e-5, 10 * unsure)),
        flat=tuple(np.flatnonzero(flat | (units == 0)).tolist()),
    )


def _units(hessian: FloatArray) -> FloatArray:
    """The units in which the largest entry of each of the Hessian's rows is 1; 0 for none."""
    units = np.ones(len(hessian))
    for _ in range(12):
        largest = np.abs(hessian * np.outer(units, units)).max(axis=1)
        units = np.where(largest > 0, units / np.sqrt(np.where(largest > 0, largest, 1.0)), 0.0)
    return units


def _moved(values: Sequence[float], number: int, change: float) -> list[float]:
    moved = list(values)
    moved[number] += change
    return moved


def _own_step(slopes_at: Callable[[float], float], size: float, cost: float, noise: float) -> float:
    """A step for differences on one parameter's own scale, whose slope is `slopes_at` a change."""
    step, good, bend, here = CLOSE * (size or 1.0), 0.0, 0.0, slopes_at(0.0)
    most = size / 8 if size > CLOSE else 1e3
    for _ in range(8):
        change = abs(slopes_at(step) - here)
        if not math.isfinite(change):
            step /= 1e3
            continue
        if change <= 1e3 * noise or change / step == 0:  # lost in rounding, or of no effect
            if good or step >= most:
                return max(good or 1e-3 * (size or 1.0), 1e-150)
            step = min(max(1e3 * step, CLOSE), most)
            continue
        if step > good > 0 and not 0.5 <= change / step / bend <= 2:
            return good
        good, bend = step, change / step
        reach = math.sqrt(abs(cost) / bend)
        own = 1e-3 * min(max(size, 1e-4 * reach), max(reach, 1e-4 * size))
        if not 0 < own < math.inf or 0.1 <= own / step <= 10:
            break
        step = own
    return max(good or step, 1e-150)


def _second_slopes(
    evaluate: Evaluate, values: Sequence[float], number: int, step: float, here: float
) -> list[float]:
    """How each slope changes with one parameter, whose own slope is `here`: of the fourth order."""
    changes = _exact(values[number], step), _exact(values[number], 2 * step)
    sides = [
        [evaluate(_moved(values, number, way * change))[1] for way in (1, -1)] for change in changes
    ]
    near, far = (
        [(above - below) / (2 * change) for above, below in zip(*pair, strict=True)]
        for change, pair in zip(changes, sides, strict=True)
    )
    found = [(4 * one - other) / 3 for one, other in zip(near, far, strict=True)]
    above, below = (slopes[number] - here for slopes in sides[0])
    if above * below > 0:  # the slope is least or greatest here: it does not bend
        found[number] = 0.0
    elif abs(far[number]) > 2 * abs(near[number]):
        found[number] = near[number]  # of a higher order: the sign alone is known
    return found


def _exact(value: float, change: float) -> float:
    """The change that adding it to the value makes in floats."""
    return (value + change) - value or change


def _followed(
    evaluate: Evaluate,
    values: Sequence[float],
    cost: float,
    slope: FloatArray,
    units: FloatArray,
    moves: FloatArray,
) -> tuple[bool, bool]:
    """Whether a Newton step brings the gradient nearer to 0; if not, whether the cost falls on."""
    here = np.array(values)

    def at(point: FloatArray) -> FloatArray:
        return np.array(evaluate(point.tolist())[1])

    length = float(np.linalg.norm(units * slope))
    noise = float(np.linalg.norm(units * (at(here * (1 + 4 * EPSILON)) - slope)))
    if length <= 16 * noise or float(np.linalg.norm(units * at(here + moves))) <= STAYS * length:
        return True, False
    places = [here + times * moves for times in (1, 8, 64, 512)]
    falls = all(slope @ moves <= at(place) @ moves <= 0 for place in places)  # less and less
    return False, falls and all(evaluate(place.tolist())[0] <= cost for place in places)
