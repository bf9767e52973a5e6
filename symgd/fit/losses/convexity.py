"""Convexity: whether a cost bends down nowhere, so that it has one minimum at most."""

from __future__ import annotations

import numpy as np

from symgd.fit.costs.smooth_cost import SmoothCost
from symgd.fit.task import thinned

SCORES = 33  # at so many places a loss is looked at
UNDRAWN = 20  # parameters in sums of inputs from which no start is drawn


def is_convex(objective: SmoothCost) -> bool:
    """Whether the cost bends down nowhere, by the loss's curvature at many scores of many rows."""
    if not objective.affine or objective.root:
        return False
    if len(objective.parts.names) > 1:
        return objective.task.problem.loss.name == "categorical_cross_entropy"
    if (few := thinned(objective.task)) is not objective.task:
        objective = SmoothCost(few, objective.parts)  # one formula is the loss of all rows
    rows = len(objective.weights)
    size = 1.0 + max(float(np.abs(c).max()) for c in objective.columns[-1:])
    ladder = np.concatenate([np.linspace(-8, 8, SCORES), size * np.linspace(-2, 2, SCORES)])
    before = np.full(rows, -np.inf)
    with np.errstate(all="ignore"):
        for score in np.sort(ladder):
            slopes, second = objective.loss_slopes(np.full((1, rows), score))
            bends, slope = second[0, 0], slopes[0]
            if (bends < -1e-9 * np.nanmax(np.abs(bends), initial=1e-300)).any():
                return False
            if (slope < before - 1e-9 * np.nanmax(np.abs(slope), initial=1e-300)).any():
                return False  # it bends down at a corner
            before = np.where(np.isfinite(slope), slope, before)
    return True


def is_of_many_inputs(objective: SmoothCost) -> bool:
    """Whether a cost hangs on sums of many inputs alone: it has hardly ever a second minimum, and Newton's steps cost little."""
    return objective.affine and len(objective.names) > UNDRAWN
