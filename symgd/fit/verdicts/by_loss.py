"""By loss: the steps that follow a parameter to infinity, for any loss: its slopes are the model's, its costs the loss's.

Laws
----
- costs are told above those of predictions that meet every target, so that a part of them is a part of what is left
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from symgd.data.arrays import FloatArray
from symgd.fit.costs.scores import of_predictions
from symgd.fit.costs.smooth_cost import SmoothCost
from symgd.fit.least_squares.marquardt import STEPS, Descent, LocalModel, Marquardt
from symgd.fit.least_squares.observed import Observed
from symgd.fit.losses.cornered import WIDTHS, descended
from symgd.fit.losses.corners import Corners, corners_of
from symgd.fit.losses.equals import by_squares
from symgd.fit.losses.newton import Bounds, newton
from symgd.fit.losses.softened import is_of_errors
from symgd.fit.task import Task

PASSES = 2  # of these, and of Newton's steps after them
ROUNDS = 10  # of least squares, rows weighed anew
ENOUGH = 1e-8  # of the cost: a round that brings less is the last
LEFT = 1e-8  # of the cost: what a short descent over corners may leave of it
ROUNDING = 1e-13  # of the targets: errors that are rounding and nothing else


@dataclass(frozen=True, eq=False)
class ByLoss(Marquardt):
    """Finds the least of a loss near a start, as `Marquardt` does of squares."""

    objective: SmoothCost
    corners: Corners | None

    @classmethod
    def of(cls, task: Task) -> ByLoss:
        """For a task with one prediction."""
        finder, objective = by_squares(task).finder, SmoothCost(task)
        made = finder.curve, finder.rows, finder.bounds
        return cls(*made, objective, corners_of(objective))

    @cached_property
    def _met(self) -> tuple[float, float]:
        """The cost of predictions that meet every target, and of those that miss it by rounding."""
        task = self.objective.task
        plain, target = SmoothCost(task, of_predictions(task)), task.columns[task.problem.target]
        with np.errstate(all="ignore"):
            near, beside = (
                plain.losses((target + off)[None]) for off in (0.0, ROUNDING * np.abs(target).max())
            )
        told = np.isfinite(near) & np.isfinite(beside)
        sums = [float((plain.weights * np.where(told, each, 0.0)).sum()) for each in (near, beside)]
        return (0.0, 0.0) if plain.root else (sums[0], sums[1])

    @property
    def floor(self) -> float:
        """A cost that is rounding and nothing else."""
        return max(self._met[1] - self._met[0], 0.0)

    def cost(self, theta: FloatArray) -> float:
        """The cost above that of predictions that meet every target; infinite where there is none."""
        cost = self.objective.cost(np.asarray(theta, dtype=np.float64)) - self._met[0]
        return cost if np.isfinite(cost) else np.inf

    def rounding(self, theta: FloatArray) -> float:
        """By how much the cost may be wrong."""
        return self.objective.rounding(theta)

    def blur(self, end: Descent) -> float:
        """The same: what predictions are rounded by is in it already, and over corners what descents leave."""
        left = 0.0 if self.corners is None else LEFT * abs(end.cost)
        return self.floor + self.rounding(end.theta) + left

    def descend(self, theta: Sequence[float] | FloatArray, most: int = STEPS) -> Descent:
        """Newton's steps, where there are corners over these rounded off less and less."""
        start, bounds = np.asarray(theta, dtype=np.float64), Bounds(*self.bounds.T)
        if self.corners is not None:
            few = most // len(WIDTHS)
            values = descended(self.corners, start, bounds, few) if most else bounds.inside(start)
            return Descent(self._told(values), most, ~bounds.at(values))
        end = newton(self.objective, start, bounds, 0)
        for _ in range(PASSES if most else 0):
            end = newton(self.objective, self._reweighted(end.values), bounds, most)
            if end.is_minimum:
                break
        return Descent(self._told(end.values), end.steps, end.free)

    def _reweighted(self, start: FloatArray) -> FloatArray:
        """A lower place by least squares, which keep all digits, rows weighed as the loss has it, where it is of errors alone."""
        values, cost = start, self.cost(start)
        *inputs, target = self.objective.columns
        for _ in range(ROUNDS if self._is_of_errors else 0):
            errors = self.objective.scores(values)[0] - target
            slopes = self.objective.loss_slopes(target + errors[None])[0][0]
            with np.errstate(all="ignore"):
                weights = self.objective.weights * slopes / errors
            if not (np.isfinite(weights) & (weights >= 0)).all():
                break
            rows = Observed(tuple(inputs), target, np.sqrt(weights))
            there = Marquardt(self.curve, rows, self.bounds).descend(values, STEPS // 10).theta
            lower = self.cost(there)
            if not lower < cost:
                break
            is_done, values, cost = lower >= cost * (1 - ENOUGH), there, lower
            if is_done:
                break
        return values

    @cached_property
    def _is_of_errors(self) -> bool:
        return is_of_errors(self.objective)

    def _told(self, values: FloatArray) -> LocalModel:
        return replace(self.near(values), cost=self.cost(values))

    def polished(self, ended: Descent) -> Descent:
        """The same: Newton's steps come to the last digits."""
        return ended
