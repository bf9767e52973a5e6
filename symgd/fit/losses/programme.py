"""The least of a cost that is linear between its corners, by a linear programme.

Laws
----
- min l·θ + Σ c·|b·θ − e| is the negative of min Σ μ·e over |μ| ≤ c with Σ μ·b = −l; θ is what that least changes by with −l
- the second has a row for each parameter and no more, however many examples there are
- at a corner of the cost as many of the |b·θ − e| are 0 as there are parameters: they are solved for, so that every digit counts
"""

from __future__ import annotations

import numpy as np

from symgd.data.arrays import FloatArray
from symgd.fit.losses.corners import Corners
from symgd.fit.losses.newton import EPS, Bounds

NEAR = 1e-7


def solved(corners: Corners, bounds: Bounds) -> FloatArray | None:
    """The parameters of the least cost; None where the cost is not linear between corners, or has no least value."""
    objective = corners.objective
    zero = np.zeros(len(objective.names))
    if not objective.affine or not is_linear_between(corners):
        return None
    table, at_zero = corners.gradients(zero), corners.distances(zero)
    sizes = np.abs(table).max(axis=0, initial=0.0)
    sizes[sizes == 0] = 1.0
    slope = corners.without(zero, np.zeros(len(at_zero))).gradient
    found = _dual(table / sizes, at_zero, corners.heights, slope / sizes, bounds, sizes)
    if found is None:
        return None
    values = bounds.inside(found / sizes)
    return _at_corner(corners, bounds, values, table)


def is_linear_between(corners: Corners) -> bool:
    """Whether the cost bends nowhere but at its corners."""
    objective = corners.objective
    spots = [np.zeros(len(objective.names)), np.ones(len(objective.names))]
    for values in (*spots, spots[1] * -7.3, spots[1] * 1e3):
        made = corners.without(values, np.zeros(len(corners.heights)))
        if not np.isfinite(made.hessian).all() or np.abs(made.hessian).max(initial=0) > 0:
            return False
    one, other = (corners.without(v, np.zeros(len(corners.heights))).gradient for v in spots)
    room = 1e-9 * (np.abs(one) + np.abs(corners.gradients(spots[0]).T @ corners.heights))
    return bool((np.abs(one - other) <= room + 1e-300).all())


def _dual(
    table: FloatArray,
    offsets: FloatArray,
    heights: FloatArray,
    slope: FloatArray,
    bounds: Bounds,
    sizes: FloatArray,
) -> FloatArray | None:
    """The parameters, each times its size, as the prices of the dual programme."""
    from scipy.optimize import linprog
    from scipy.sparse import csc_array, eye_array, hstack

    low, high = bounds.low * sizes, bounds.high * sizes
    below, above = np.isfinite(low), np.isfinite(high)
    one = eye_array(len(sizes), format="csc")
    largest = float(heights.max())
    matrix = hstack([csc_array(table.T), -one[:, below], one[:, above]], format="csc")
    aim = np.concatenate([-offsets, -low[below], high[above]])
    unit = float(np.abs(aim).max(initial=0.0)) or 1.0  # the solver's tolerances are absolute
    reach = [(-h / largest, h / largest) for h in heights]
    reach += [(0, None)] * int(below.sum() + above.sum())
    made = linprog(aim / unit, A_eq=matrix, b_eq=-slope / largest, bounds=reach, method="highs")
    if made.status != 0:
        return None
    values: FloatArray = np.asarray(made.eqlin.marginals, dtype=np.float64) * unit
    return values if np.isfinite(values).all() else None


def _at_corner(
    corners: Corners, bounds: Bounds, values: FloatArray, table: FloatArray
) -> FloatArray:
    """The same with all digits: the corners that it lies on are solved for."""
    objective = corners.objective
    u = corners.distances(values)
    reach = np.abs(table) @ np.abs(values) + np.abs(u - table @ values)
    on = np.abs(u) <= NEAR * np.maximum(reach, np.abs(u).max(initial=0.0) * 1e-6)
    at = (np.abs(values - bounds.low) <= NEAR * np.abs(values)) | (
        np.abs(values - bounds.high) <= NEAR * np.abs(values)
    )
    free = ~at
    if not on.any() or not free.any():
        return values
    rows = table[on][:, free]
    size = np.abs(rows).max(axis=0, initial=0.0)
    size[size == 0] = 1.0
    better = values.copy()
    for _ in range(2):
        better[free] -= (
            np.linalg.lstsq(rows / size, corners.distances(better)[on], rcond=1e-11)[0] / size
        )
    better = corners.snapped(better, np.flatnonzero(on))
    room = 8 * EPS * objective.sizes(values)
    return better if objective.cost(better) <= objective.cost(values) + room else values
