"""Along corners: whether a cost bends down on the surface of the points that lie on the same corners.

Laws
----
- on that surface the cost bends as the smooth function does that has μ·u for each c·|u|: where it bends down, the point is a saddle
- a way that is told leads to a lower cost: it was tried
"""

from __future__ import annotations

import numpy as np

from symgd.data.arrays import FloatArray, IntArray
from symgd.fit.least_squares.marquardt import BoolArray
from symgd.fit.losses.corners import Corners
from symgd.fit.losses.newton import Bounds

BENT = 1e-6  # of the largest curvature: less is rounding
SAME_WAY = 1e-8  # of the largest: what corners hold less than this they do not hold
LOWER = 1e-9  # of the cost: what falls by less is rounding
PARTS = 10.0 ** -np.arange(5)  # of the largest distance from a corner: how far is gone
BACK = 3  # steps back to the corners


def lower_along(
    corners: Corners, values: FloatArray, on: IntArray, forces: FloatArray, bounds: Bounds
) -> FloatArray | None:
    """A point with a lower cost on the same corners, where the cost bends down along them; `forces` are μ of all corners."""
    free = ~bounds.at(values)
    whole = np.abs(corners.gradients(values)[:, free]).max(axis=0, initial=0.0)
    scale = 1 / np.where(whole > 0, whole, 1.0)
    bent = corners.without(values, forces).hessian[np.ix_(free, free)] * np.outer(scale, scale)
    table = corners.gradients(values, on)[:, free] * scale
    if not len(scale) or not (np.isfinite(bent).all() and np.isfinite(table).all()):
        return None
    left = np.eye(len(scale))
    if len(on):
        _, sizes, ways = np.linalg.svd(table)
        left = ways[np.count_nonzero(sizes > SAME_WAY * sizes.max()) :]
    if not len(left):
        return None
    curves, axes = np.linalg.eigh(left @ bent @ left.T)
    if curves[0] >= -BENT * np.abs(bent).max():
        return None
    way = np.zeros(len(values))
    way[free] = scale * (axes[:, 0] @ left)
    cost = corners.objective.cost(values)
    for length in float(np.abs(corners.distances(values)).max(initial=0.0)) * PARTS:
        for side in (length, -length):
            there = _back(corners, bounds.inside(values + side * way), on, free)
            if corners.objective.cost(there) < cost - LOWER * abs(cost):
                return there
    return None


def _back(corners: Corners, there: FloatArray, on: IntArray, free: BoolArray) -> FloatArray:
    """The same led back to corners that bend away."""
    for _ in range(BACK if len(on) else 0):
        table = corners.gradients(there, on)[:, free]
        sizes = np.abs(table).max(axis=0, initial=0.0)
        sizes[sizes == 0] = 1.0
        if not np.isfinite(table).all():
            break
        there = there.copy()
        by = np.linalg.lstsq(table / sizes, -corners.distances(there)[on], rcond=1e-9)[0]
        there[free] += by / sizes
    return there
