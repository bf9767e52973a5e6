"""Down by gradients alone, where a Hessian of many parameters costs as much as hundreds of them: Newton's method then begins near the end."""

from __future__ import annotations

import numpy as np

from symgd.data.arrays import FloatArray
from symgd.fit.costs.smooth_cost import SmoothCost
from symgd.fit.losses.newton import Bounds

MANY = 200  # parameters
STEPS = 200
ENOUGH = 1e-9  # of the cost: what a step gains, where Newton's method is quicker


def nearer(objective: SmoothCost, start: FloatArray, bounds: Bounds) -> FloatArray:
    """A place that costs less than a start of many parameters, by L-BFGS within bounds; the start itself where there is none.

    Byrd, Lu, Nocedal and Zhu, A Limited Memory Algorithm for Bound Constrained Optimization (1995).
    """
    if len(start) < MANY or not objective.affine or objective.root:
        return start
    from scipy.optimize import minimize

    slopes = objective.slopes(start)
    with np.errstate(all="ignore"):
        scale = 1 / np.sqrt(np.einsum("kpn,kpn->p", slopes, slopes) / slopes.shape[2])
    scale[~np.isfinite(scale)] = 1.0
    ends = np.column_stack([bounds.low, bounds.high]) / scale[:, None]

    def downhill(scaled: FloatArray) -> tuple[float, FloatArray]:
        cost, gradient = objective.slope(scaled * scale)
        return cost, gradient * scale

    made = minimize(
        downhill,
        start / scale,
        jac=True,
        method="L-BFGS-B",
        bounds=ends,
        options={"maxiter": STEPS, "ftol": ENOUGH, "gtol": 0.0},
    )
    found = bounds.inside(made.x * scale)
    return found if objective.cost(found) < objective.cost(start) else start
