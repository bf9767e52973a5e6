"""How predictions change with parameters, and which changes leave them as they are."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from symgd.data.arrays import FloatArray
from symgd.fit.costs.chained import slopes_on_rows
from symgd.fit.definite import MANY, definite
from symgd.fit.jumps import stepped
from symgd.fit.noise import noise_of
from symgd.fit.task import Task

NOTHING = 1e-13  # singular values below this, of columns brought to one length, are 0


class Changes:
    """How predictions change with the free parameters, over rows of inputs."""

    def __init__(self, task: Task) -> None:
        self.inputs = task.problem.inputs
        self.width = len(task.free)
        self.exprs = task.predictions
        names = (*task.free, *self.inputs)
        self._compute = slopes_on_rows(task.predictions, names, task.free)
        self.stepped = [task.free.index(name) for name in stepped(task)]

    def at(self, values: FloatArray, inputs: Sequence[FloatArray]) -> FloatArray:
        """Of shape (rows, p): rows where they are not finite are left out."""
        table = self._table(values, inputs)
        return self._jumping(table[np.isfinite(table).all(axis=1)])

    def null(
        self, values: FloatArray, inputs: Sequence[FloatArray], nothing: float = NOTHING
    ) -> FloatArray | None:
        """The changes that leave predictions as they are, as `null_of` has them; what is rounding of the inputs is 0."""
        table = self.at(values, inputs)
        idle, part = noise_of(lambda at: self._table(values, at), inputs, self.exprs)
        table[:, idle & np.isin(np.arange(self.width), self.stepped, invert=True)] = 0.0
        return null_of(table, max(nothing, part))

    def _table(self, values: FloatArray, inputs: Sequence[FloatArray]) -> FloatArray:
        columns = [*inputs] or [np.zeros(1)]
        given = inputs if inputs else []
        found = self._compute(*values, *given)
        if found.ndim == 1:
            found = found[:, None] * np.ones(len(columns[0]))
        parts = found.reshape(-1, self.width, found.shape[1])
        return np.asarray(parts.transpose(0, 2, 1).reshape(-1, self.width))

    def _jumping(self, table: FloatArray) -> FloatArray:
        for place in self.stepped:  # it has no slope, and predictions jump by it
            if not table[:, place].any():
                table[:, place] = np.sin(np.arange(1.0, len(table) + 1) * (1 + place))
        return table


def null_of(table: FloatArray, nothing: float = NOTHING) -> FloatArray | None:
    """The changes that leave all rows as they are, in columns, each parameter in units of its own; None without any rows. What is less than `nothing` of the largest is 0."""
    if not len(table):
        return None
    sizes = np.abs(table).max(axis=0)
    if not np.isfinite(sizes).all():
        return None
    sizes[sizes == 0] = 1.0
    if table.shape[1] >= MANY and definite(table.T @ table / np.outer(sizes, sizes)) is not None:
        return np.zeros((table.shape[1], 0))
    factor = np.linalg.qr(table / sizes, mode="r")  # the rows need not be turned, and may be many
    _, bends, right = np.linalg.svd(factor)
    full = np.zeros(table.shape[1])
    full[: len(bends)] = bends
    return right[full <= nothing * max(float(full[0]), 1e-300)].T
