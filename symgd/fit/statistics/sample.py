"""Sample: the rows of a fit that count, those of weight above 0, and what the fit loses on them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from symgd.data.arrays import FloatArray
from symgd.data.columns import Columns
from symgd.data.labels import chosen
from symgd.fit.costs.squared import square_factor
from symgd.fit.found import Found
from symgd.fit.statistics.fine import CLOSE, MOST, fine_squares
from symgd.fit.statistics.slopes import FitSlopes
from symgd.fit.task import Task
from symgd.problem.likelihoods import NORMAL, Likelihood


@dataclass(frozen=True, eq=False)
class Sample:
    """A fit's rows of weight above 0.

    Parameters
    ----------
    task : Task
        What was asked of these rows alone.
    found : Found
    """

    task: Task
    found: Found

    @cached_property
    def slopes(self) -> FitSlopes:
        """The derivatives."""
        return FitSlopes(self.task)

    @property
    def columns(self) -> Columns:
        """The rows themselves."""
        return self.task.columns

    @cached_property
    def weights(self) -> FloatArray:
        """Their weights, of shape (rows,)."""
        return np.ones(self.rows) if self.task.weights is None else self.task.weights

    @property
    def rows(self) -> int:
        """How many they are."""
        return len(self.columns)

    @cached_property
    def likelihood(self) -> Likelihood | None:
        """What the loss is minus the logarithm of; squares in whatever words are of the normal distribution."""
        loss = self.task.problem.loss
        return loss.likelihood or (None if self._square is None else NORMAL)

    @cached_property
    def _square(self) -> float | None:
        factor = square_factor(self.task.problem)
        return None if factor is None else float(factor)

    @cached_property
    def losses(self) -> FloatArray:
        """Each row's loss, of shape (rows,); of squares the square itself."""
        return self.losses_at(self.found.values)

    def losses_at(self, values: Mapping[str, float]) -> FloatArray:
        """The same elsewhere."""
        return self.slopes.losses(values) / (self._square or 1.0)

    @cached_property
    def total(self) -> float:
        """The weighted sum of the losses: of squares, the residual sum of squares."""
        total = float(self.weights @ self.losses)
        if self._square is None or self.rows > MOST or self.found.outcome.kind != "converged":
            return total
        size = float(np.abs(self.columns[self.task.problem.target]).max())
        if (
            not 0 < float(self.losses.max()) < (CLOSE * size) * (CLOSE * size)
        ):  # ** raises beyond floats
            return total
        slopes = self.slopes.jacobian(self.found.values, self.columns)[:, 0]
        fine = fine_squares(self.task, self.found.values, slopes, self.weights)
        return total if fine is None else fine

    def dispersion(self, rank: int) -> float:
        """What the covariance is multiplied by: s² of squares, b² of absolute errors, and 1 where there is no scale."""
        power = 0 if self.likelihood is None else self.likelihood.power
        if power == 2:
            return self.total / (self.rows - rank)
        return (self.total / self.rows) ** (2 * power)


def sample_of(task: Task, found: Found) -> Sample:
    """The rows that count."""
    if task.weights is None:
        return Sample(task, found)
    kept = np.flatnonzero(task.weights > 0)
    columns = chosen(task.columns, kept)
    return Sample(replace(task, columns=columns, weights=task.weights[kept]), found)
