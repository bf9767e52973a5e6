"""Losses of an error alone, their errors measured in a larger unit: convex and smooth over the whole of large errors.

Why
---
Where errors are a million times the δ of Huber's loss, its curvature is 0 for all rows but a handful, and Newton's method
stands still. In units of such errors it is a parabola; as the unit goes down to 1, each minimum is near the one before.

Laws
----
- s·ℓ(e/s) is to ℓ(e), where ℓ grows like c·|e| in the end, as near as s is small
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from symgd.data.arrays import FloatArray
from symgd.fit.costs.smooth_cost import Expansion, SmoothCost
from symgd.fit.losses.corners import corners_of
from symgd.fit.losses.newton import Bounds, newton
from symgd.fit.losses.programme import solved

LARGE = 10.0  # errors from which it is worth it
STEPS = 30  # at each unit, which only has to lead near the next
NARROWER = 10.0  # times smaller is the next unit


@dataclass(frozen=True, eq=False)
class Softened:
    """A cost whose errors are measured in a larger unit."""

    objective: SmoothCost
    unit: float

    def _scores(self, values: FloatArray) -> FloatArray:
        target = self.objective.columns[-1]
        found: FloatArray = target + (self.objective.scores(values) - target) / self.unit
        return found

    def at(self, values: FloatArray) -> Expansion:
        """The cost, its gradient and its Hessian."""
        objective = self.objective
        with np.errstate(all="ignore"):
            scores, slopes = self._scores(values), objective.slopes(values)[0]
            first, second = objective.loss_slopes(scores)
            first = first * objective.weights
            bends = second[0, 0] * objective.weights / self.unit
            hessian = (slopes * bends) @ slopes.T + objective.bent(values, first)
            return Expansion(self.cost(values), slopes @ first[0], hessian)

    def cost(self, values: FloatArray) -> float:
        """The cost alone."""
        with np.errstate(all="ignore"):
            losses = self.objective.losses(self._scores(values))
            return self.unit * float((self.objective.weights * losses).sum())

    def sizes(self, values: FloatArray) -> float:
        """The size of the numbers that it is a sum of."""
        return self.cost(values)


def is_of_errors(objective: SmoothCost) -> bool:
    """Whether the loss hangs on prediction minus target alone, and nothing is added to it."""
    if (
        objective.penalty != 0
        or objective.root
        or objective.parts.scores != objective.task.predictions
    ):
        return False
    if len(objective.parts.names) > 1:
        return False
    target = objective.columns[-1]
    slopes = [objective.loss_slopes(target[None] + error)[0][0] for error in (0.5, -3.0)]
    return all(bool(np.ptp(slope) <= 1e-6 * np.abs(slope).max()) for slope in slopes)


def softened(objective: SmoothCost, start: FloatArray, bounds: Bounds) -> FloatArray | None:
    """A place near the minimum that a start leads to, over units that get smaller; None where errors are not large."""
    if not is_of_errors(objective):
        return None
    errors = np.abs(objective.scores(start)[0] - objective.columns[-1])
    unit = float(np.median(errors[np.isfinite(errors)])) if np.isfinite(errors).any() else 0.0
    if unit <= LARGE:
        return None
    values = _least_absolute(objective, bounds) if objective.affine else None
    if values is not None:
        return values
    values = start
    while unit > 1:
        values = newton(Softened(objective, unit), values, bounds, STEPS).values
        unit /= NARROWER
    return values


def _least_absolute(objective: SmoothCost, bounds: Bounds) -> FloatArray | None:
    """The least sum of absolute errors, by a linear programme: beside large errors the cost is nearly that."""
    task = objective.task
    corners = corners_of(SmoothCost(replace(task, problem=task.problem.replace(loss="mae"))))
    return None if corners is None else solved(corners, bounds)
