"""Second derivatives of a cost by all parameters, for any data.

Law
---
- where the model holds a sum of some weights, they are those by its score, in matrices: no formula is derived for each pair
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TypeAlias

import numpy as np

from symgd.codegen.evaluators.evaluator import Compiled
from symgd.codegen.evaluators.matrix_evaluator import ScoreForm
from symgd.codegen.program.lower import lower_hessian
from symgd.codegen.program.score import FEW, score_of
from symgd.data.arrays import FloatArray
from symgd.derivation.gradient import Gradient
from symgd.derivation.second_order.hessian import Hessian, hessian
from symgd.problem.problem import Problem

Bends: TypeAlias = Callable[[Sequence[float]], FloatArray]


class HessianEvaluator:
    """The second derivatives of a problem's cost.

    Parameters
    ----------
    problem : Problem
    derive : callable
        The cost's gradient, which is asked for where they are derived from it.
    second : callable, optional
        The cost's Hessian, where somebody has it.

    Examples
    --------
    >>> from symgd import Problem
    >>> line = Problem("m*x + b")
    >>> bends = HessianEvaluator(line, line.derive).on([np.array([1.0, 2.0, 3.0]), np.zeros(3)])
    >>> bends([0.0, 0.0]).tolist()
    [[9.333333333333334, 4.0], [4.0, 2.0]]
    """

    def __init__(
        self,
        problem: Problem,
        derive: Callable[[], Gradient],
        second: Callable[[], Hessian] | None = None,
    ) -> None:
        self.problem, self.derive = problem, derive
        self.second = second or (lambda: hessian(derive()))

    def on(self, columns: Sequence[FloatArray], size: float | None = None) -> Bends:
        """They as a function of the parameters, on columns whose rows count as much as `size` says, or their weights."""
        if self._by_score is not None:
            return self._by_score.on(columns, size).hessian
        compiled = self._compiled if size is None else self._sized
        entries = compiled.on(columns) if size is None else compiled.on(columns, size)
        count, pairs = len(self.problem.parameters), self._pairs

        def whole(values: Sequence[float]) -> FloatArray:
            found = np.empty((count, count))
            for (row, column), value in zip(pairs, entries(values), strict=True):
                found[row, column] = found[column, row] = value
            return found

        return whole

    @cached_property
    def _by_score(self) -> ScoreForm | None:
        score = score_of(self.problem, FEW)
        return None if score is None else ScoreForm(score)

    @cached_property
    def _compiled(self) -> Compiled:
        program, self._pairs = lower_hessian(self.problem, self.derive(), self.second)
        return Compiled(self.problem, program)

    @cached_property
    def _sized(self) -> Compiled:
        """Those of a batch whose rows have weights."""
        program, self._pairs = lower_hessian(self.problem, self.derive(), self.second, sized=True)
        return Compiled(self.problem, program)

    _pairs: tuple[tuple[int, int], ...] = ()  # each entry's row and column
