"""Kinks: how a walk gets past them, and when it has arrived at one; generated modules of costs with kinks have this text.

Laws
----
- along a kink the gradient points across it: steps that must lower the cost become shorter and shorter, and jam
- steps whose rates shrink slowly go to and fro across it, and further along it, as the subgradient method does: on a cost
  that rises from its minimum at once, they come nearer by the same part each step
- at a minimum at a kink the slopes around it cancel: 0 is in their convex hull, so near to it that no parameter has to move by
  more than a small part of its size, or of what would change the cost by itself

References
----------
Shor, Minimization Methods for Non-differentiable Functions (1985), section 2.3, for the rates; Burke, Lewis and Overton, A
robust gradient sampling algorithm for nonsmooth, nonconvex optimization, SIAM J. Optim. 15 (2005), for the test; Wolfe,
Finding the nearest point in a polytope, Math. Programming 11 (1976), for the hull's point nearest to 0.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from symgd.codegen.walk.arrival import CLOSE, Ahead, Evaluate, FloatArray
from symgd.codegen.walk.backtracking import Least, backtracking, first_rate
from symgd.codegen.walk.differences import ahead_by_differences, over_plateau
from symgd.codegen.walk.strides import Course, constant

# From here on, generated modules have this text.

SHRINK = 0.998  # of the least rate of a step, that of the next


def shrinking(evaluate: Evaluate, start: Sequence[float]) -> Least:
    """The least rate of each step: from a part of a good first one it shrinks by the same part each time.

    There is none for a step to above where the walk began.
    """
    begun, gradient = evaluate(start)
    first = first_rate(evaluate, [*start], begun, gradient) / 4
    return lambda step, cost: first * SHRINK**step if cost <= begun else 0.0


def course_past_kinks(
    evaluate: Evaluate, rate: float | None, most: int, start: Sequence[float]
) -> Course:
    """Steps at a given rate, else by backtracking, with the least rates that get past kinks."""
    if rate is not None:
        return Course(constant(rate), most, rate)
    return Course(backtracking(evaluate, least=shrinking(evaluate, start)), most, None)


def ahead_at_kinks(
    evaluate: Evaluate, values: Sequence[float], cost: float, gradient: Sequence[float]
) -> Ahead | None:
    """What lies ahead of a cost whose slope may jump: at a minimum the slopes around it cancel."""
    ahead = ahead_by_differences(evaluate, values, cost, gradient, over=over_plateau)
    if ahead is not None and (ahead.plateau or (ahead.settles and not ahead.bends_down)):
        return ahead
    here, every = np.array(values), range(len(values))
    with np.errstate(all="ignore"):
        sizes = np.array(
            [_size(evaluate, here, number, cost, gradient[number]) for number in every]
        )
        found = _around(evaluate, here, CLOSE / 2 * sizes, cost, gradient)
    return ahead if found is None else found


def _size(evaluate: Evaluate, here: FloatArray, number: int, cost: float, slope: float) -> float:
    """A parameter's size, or the change of it that alters the cost by about the cost, if that is more."""
    own = abs(float(here[number]))
    change = abs(cost / slope) if slope else 2.0**64 * max(own, 1.0) * bool(cost)
    most = 2 * cost + abs(cost)
    while own < change < math.inf:  # the slope alone promises too much where the cost bends up
        side = np.zeros(len(here))
        side[number] = change
        if all(evaluate((here + part).tolist())[0] <= most for part in (side, -side)):
            return change
        change /= 4
    return own


def _around(
    evaluate: Evaluate, here: FloatArray, sizes: FloatArray, cost: float, gradient: Sequence[float]
) -> Ahead | None:
    """What slopes that cancel say of a point, or None: each is met by going down along the mean of those before."""
    moves, costs, slopes = [np.zeros(len(here))], [cost], [sizes * np.array(gradient)]
    for _ in range(16 + 8 * len(here)):
        shares = _shares(np.array(slopes))
        mean = shares @ np.array(slopes)
        square, largest = float(mean @ mean), float(np.linalg.norm(slopes, axis=1).max())
        if not 0 < largest < np.inf:
            return None
        # All parameters moved by their own size, as straight on, would bring the cost no lower.
        if 2 / CLOSE * np.abs(mean).sum() <= CLOSE * abs(cost) or square <= (1e-9 * largest) ** 2:
            break
        for part in (1.0, 1 / 8, 1 / 64, 1 / 512):
            move = -part * mean / np.abs(mean).max()
            after, slope = evaluate((here + sizes * move).tolist())
            if not sizes * np.array(slope) @ mean > square / 2:
                break
        else:
            return None  # it goes on down that way
        moves, costs, slopes = [*moves, move], [*costs, after], [*slopes, sizes * np.array(slope)]
    else:
        return None
    # Where the cost bends up, it is at all points at least what each slope says.
    least = np.array(costs) - (np.array(slopes) * np.array(moves)).sum(axis=1)
    excess = np.array(costs) - (least[:, None] + np.array(slopes) @ np.array(moves).T)
    if not excess.min() >= -1e-3 * np.abs(costs - least).max():
        return None
    return Ahead(max(0.0, cost - float(shares @ least)), tuple(sizes.tolist()), (), kink=True)


def _shares(slopes: FloatArray) -> FloatArray:
    """The shares of slopes in the mean of them that is the shortest."""
    lengths = np.linalg.norm(slopes, axis=1)
    chosen, parts = [int(np.argmin(lengths))], np.ones(1)
    for _ in range(8 * len(slopes)):
        mean = parts @ slopes[chosen]
        along = slopes @ mean
        new = int(np.argmin(along))
        if new in chosen or not along[new] < mean @ mean - 1e-15 * lengths.max() * lengths[new]:
            break
        chosen, parts = [*chosen, new], np.append(parts, 0.0)
        while True:
            first, *others = slopes[chosen]
            changes = np.array(others).reshape(-1, len(first)) - first
            rest = np.linalg.lstsq(changes.T, -first, rcond=None)[0]
            wanted = np.append(1 - rest.sum(), rest)
            if (wanted >= 0).all():
                parts = wanted
                break
            away = np.flatnonzero(wanted < 0)
            reach = parts[away] / (parts[away] - wanted[away])
            parts = parts + reach.min() * (wanted - parts)
            parts[away[np.argmin(reach)]] = 0.0
            kept = parts > 0
            chosen, parts = [c for c, stays in zip(chosen, kept, strict=True) if stays], parts[kept]
    shares = np.zeros(len(slopes))
    shares[chosen] = parts
    return shares
