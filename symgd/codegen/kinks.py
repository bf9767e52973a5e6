"""Kinks: how a walk gets past them, and when it has arrived at one; generated modules of costs with kinks have this text.

Laws
----
- along a kink the gradient points across it: steps that must lower the cost become shorter and shorter, and jam
- steps whose rates shrink slowly go to and fro across it, and further along it, as the subgradient method does: on a cost
  that rises from its minimum at once, they come nearer by the same part each step
- at a minimum at a kink the slopes around it cancel: 0 is in their convex hull, so near that no parameter moves by more than
  a small part of its size, or changes the cost by more than that part of it

References
----------
Shor, Minimization Methods for Non-differentiable Functions (1985), section 2.3, for the rates; Burke, Lewis and Overton, A
robust gradient sampling algorithm for nonsmooth, nonconvex optimization, SIAM J. Optim. 15 (2005), for the test; Gilbert,
SIAM J. Control 4 (1966), for the hull's point nearest to 0.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from symgd.codegen.arrival import CLOSE, Ahead, Evaluate, FloatArray
from symgd.codegen.backtracking import Least, first_rate
from symgd.codegen.differences import ahead_by_differences

# From here on, generated modules have this text.

SHRINK = 0.998  # of the least rate of a step, that of the next


def shrinking(evaluate: Evaluate, start: Sequence[float]) -> Least:
    """The least rate of each step: from a part of a good first one it shrinks by the same part each time.

    There is none for a step to above where the walk began.
    """
    begun, gradient = evaluate(start)
    first = first_rate(evaluate, [*start], begun, gradient) / 4
    return lambda step, cost: first * SHRINK**step if cost <= begun else 0.0


def ahead_at_kinks(
    evaluate: Evaluate, values: Sequence[float], cost: float, gradient: Sequence[float]
) -> Ahead | None:
    """What lies ahead of a cost whose slope may jump: at a minimum the slopes around it cancel."""
    ahead = ahead_by_differences(evaluate, values, cost, gradient)
    if ahead is not None and ahead.settles and not ahead.bends_down:
        return ahead
    here, slope = np.array(values), np.abs(gradient)
    width, count = len(here), 64 + 16 * len(here)
    with np.errstate(all="ignore"):
        sizes = np.maximum(np.abs(here), np.where(slope > 0, abs(cost) / slope, 0.0))
        sizes *= CLOSE / (2 * width)
        moves = sizes * np.random.default_rng(0).uniform(-1.0, 1.0, (count, width))
        found = [evaluate((here + move).tolist()) for move in moves]
        costs, slopes = np.array([one[0] for one in found]), np.array([one[1] for one in found])
        shares = _cancelling(slopes * sizes) if np.isfinite(slopes).all() else None
        # What each slope says that the cost is at least, at all these points, where it bends up.
        least = costs - (slopes * moves).sum(axis=1)
        excess = costs - (least[:, None] + slopes @ moves.T)
    if shares is None or excess.min() < -1e-3 * np.abs(costs - least).max():
        return ahead
    return Ahead(max(0.0, cost - float(shares @ least)), tuple(sizes.tolist()), (), kink=True)


def _cancelling(slopes: FloatArray) -> FloatArray | None:
    """Shares of some slopes in a mean that is 0, or next to it; None where there are none."""
    shares = np.full(len(slopes), 1 / len(slopes))
    enough = 1e-3 * float(np.linalg.norm(slopes, axis=1).max())
    for _ in range(2000):
        mean = shares @ slopes
        if float(np.linalg.norm(mean)) <= enough:
            return shares if enough > 0 else None
        best = int(np.argmin(slopes @ mean))
        away = slopes[best] - mean
        part = min(1.0, -float(mean @ away) / float(away @ away)) if away.any() else 0.0
        if part <= 0:
            return None
        shares *= 1 - part
        shares[best] += part
    return None
