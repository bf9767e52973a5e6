"""The functions of a data summary whose ψ are the parameters themselves: in arrays, however many there are.

They are what `SummarySource` writes as text for few.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from symgd.codegen.summary.filling import filling
from symgd.codegen.summary.separation import Separation
from symgd.codegen.walk.arrival import CostAndGradient
from symgd.data.arrays import FloatArray
from symgd.problem.problem import Problem

Evaluate = Callable[[Sequence[float]], CostAndGradient]


class PlainSummary:
    """Features of the data, and cost and gradient from their triangle."""

    def __init__(self, separation: Separation, problem: Problem) -> None:
        self.scale_of = separation.scale_of
        self.fill = filling(separation.plain, problem.columns)
        self.order = separation.order
        weights = problem.weights
        self.weights = None if weights is None else problem.columns.index(weights)

    def features(self, table: FloatArray, *columns: FloatArray) -> FloatArray | None:
        """Write φ, a column each, and what has no parameters in the last; answer the rows' weights."""
        self.fill(columns, table)
        return None if self.weights is None else columns[self.weights]

    def from_summary(self, triangle: FloatArray, anchor: FloatArray, size: float) -> Evaluate:
        """Cost and gradient as a function of the parameters alone, for rows that count so much."""
        scale = self.scale_of(size)
        shift, order = np.append(anchor, 0.0), self.order
        distance = np.ones(len(anchor) + 1)
        inward = np.argsort(order)
        table = np.ascontiguousarray(triangle[:, :-1])

        def evaluate(values: Sequence[float]) -> CostAndGradient:
            distance[:-1] = np.asarray(values, dtype=np.float64)[order]
            with np.errstate(all="ignore"):
                reached = triangle @ (distance - shift)
                pulls = 2 * scale * (reached @ table)[inward]
                return scale * float(reached @ reached), tuple(pulls.tolist())

        return evaluate
