"""Slopes: how predictions, losses and their sum change with the free parameters, by symbolic derivatives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from symgd.data.arrays import FloatArray
from symgd.data.columns import Columns
from symgd.fit.costs.chained import slopes_on_rows, values_on_rows
from symgd.fit.costs.compiled import Compute
from symgd.fit.costs.smooth_cost import SmoothCost
from symgd.fit.noise import noise_of
from symgd.fit.task import Task


@dataclass(frozen=True, eq=False)
class FitSlopes:
    """The derivatives of a task's predictions and losses; n rows, k scores, p free parameters.

    Parameters
    ----------
    task : Task

    Examples
    --------
    >>> from symgd import Problem
    >>> from symgd.data.columns import columns_from
    >>> columns = columns_from(["x", "y"], [[0, 1], [2, 7]], {})
    >>> slopes = FitSlopes(Task(Problem("y = exp(a*x)"), columns))
    >>> slopes.jacobian({"a": 0.0}, columns).ravel().tolist()
    [0.0, 1.0]
    """

    task: Task

    @cached_property
    def _objective(self) -> SmoothCost:
        return SmoothCost(self.task)

    @cached_property
    def _predicted(self) -> tuple[Compute, Compute]:
        """The predictions, and their slopes, of parameters and inputs."""
        names = (*self.task.free, *self.task.problem.inputs)
        formulas = self.task.predictions
        slopes = slopes_on_rows(formulas, names, self.task.free)
        return values_on_rows(formulas, names), slopes

    def _at(self, compute: Compute, values: Mapping[str, float], inputs: Columns) -> FloatArray:
        """What was computed of each row, of shape (n, number of formulas)."""
        given = [np.float64(value) for value in self._vector(values)]
        made = compute(*given, *(inputs[name] for name in self.task.problem.inputs))
        columns = [np.broadcast_to(column, len(inputs)) for column in made]
        return np.column_stack(columns) if columns else np.zeros((len(inputs), 0))

    def _vector(self, values: Mapping[str, float]) -> FloatArray:
        return np.array([values[name] for name in self.task.free])

    def predictions(self, values: Mapping[str, float], inputs: Columns) -> FloatArray:
        """What the model says of rows, of shape (n, k)."""
        return self._at(self._predicted[0], values, inputs)

    def jacobian(self, values: Mapping[str, float], inputs: Columns) -> FloatArray:
        """The predictions' derivatives, of shape (n, k, p)."""
        made = self._at(self._predicted[1], values, inputs)
        return made.reshape(len(inputs), len(self.task.predictions), len(self.task.free))

    def noise(
        self, values: Mapping[str, float], inputs: Columns
    ) -> tuple[npt.NDArray[np.bool_], float]:
        """Which of these are rounding in every row, and by what part the others are."""
        names = self.task.problem.inputs
        if not names:  # such as the mean: nothing that could be off by a digit
            return np.zeros(len(self.task.free), dtype=bool), 0.0

        def moved(columns: Sequence[FloatArray]) -> FloatArray:
            return self.jacobian(values, Columns(names, tuple(columns)))

        return noise_of(moved, [inputs[name] for name in names], self.task.predictions)

    def losses(self, values: Mapping[str, float]) -> FloatArray:
        """The loss of each of the task's own rows, of shape (n,)."""
        return self._objective.losses(self._objective.scores(self._vector(values)))

    @property
    def affine(self) -> bool:
        """Whether every score is affine in the free parameters."""
        return self._objective.affine

    def first(self, values: Mapping[str, float]) -> FloatArray:
        """Each loss derived by the scores, of shape (k, n)."""
        return self._objective.loss_slopes(self._objective.scores(self._vector(values)))[0]

    def gradients(self, values: Mapping[str, float]) -> FloatArray:
        """Each loss's gradient, of shape (n, p)."""
        vector = self._vector(values)
        return np.asarray(
            np.einsum("kn,kpn->np", self.first(values), self._objective.slopes(vector))
        )

    def hessian(self, values: Mapping[str, float]) -> FloatArray:
        """The Hessian of the weighted sum of the losses at a minimum, of shape (p, p)."""
        found = self._objective.at(self._vector(values))
        weights, reduction = self.task.weights, self.task.problem.loss.reduction
        whole = float(len(self.task.columns) if weights is None else weights.sum())
        factors = {"sum": 1.0, "half mean": 2 * whole, "root mean": 2 * whole * found.cost}
        return found.hessian * factors.get(reduction, whole)
