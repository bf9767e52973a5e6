"""Sample: the rows of a fit that count, those of weight above 0, with what the fit says of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from symgd.data.arrays import FloatArray
from symgd.data.columns import Columns
from symgd.fit.found import Found
from symgd.fit.slopes import Slopes
from symgd.fit.task import Task


@dataclass(frozen=True, eq=False)
class Sample:
    """A fit's rows of weight above 0.

    Parameters
    ----------
    task : Task
    found : Found
    slopes : Slopes
    """

    task: Task
    found: Found
    slopes: Slopes

    @cached_property
    def _counts(self) -> FloatArray:
        weights = self.task.weights
        return np.ones(len(self.task.columns)) if weights is None else np.asarray(weights, float)

    @cached_property
    def weights(self) -> FloatArray:
        """The rows' weights, of shape (rows,)."""
        return self._counts[self._counts > 0]

    @cached_property
    def columns(self) -> Columns:
        """The rows themselves."""
        whole = self.task.columns
        return Columns(whole.names, tuple(column[self._counts > 0] for column in whole.values))

    @property
    def rows(self) -> int:
        """How many they are."""
        return len(self.weights)

    @cached_property
    def losses(self) -> FloatArray:
        """Each row's loss, of shape (rows,)."""
        return self.slopes.losses(self.found.values, self.columns)

    @cached_property
    def total(self) -> float:
        """The weighted sum of the losses: of squares, the residual sum of squares."""
        return float(self.weights @ self.losses)

    def dispersion(self, rank: int) -> float:
        """What the covariance is multiplied by: s² of squares, b² of absolute errors, and 1 where there is no scale."""
        likelihood = self.task.problem.loss.likelihood
        power = 0 if likelihood is None else likelihood.power
        if power == 2:
            return self.total / (self.rows - rank)
        return (self.total / self.rows) ** (2 * power)
