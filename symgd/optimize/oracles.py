"""Oracles: what update rules ask of a cost beside its gradient, in a walk's coordinates.

Laws
----
- J and g elsewhere come from the same function as where a step begins
- the Hessian is the derived one; of a quadratic it is 2·MᵀM
- the residuals r have the cost for their square, |r|²: those of a quadratic are M·θ + r, else the square roots of each
  row's part of the cost, prediction less target
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import cached_property

import numpy as np
import sympy

from symgd.codegen.evaluators.evaluator import Compiled
from symgd.codegen.expressions.compiled import as_real, on_arrays
from symgd.codegen.program.jumps import has_kinks
from symgd.codegen.program.lower import lower_hessian
from symgd.codegen.rules.update_rule import Oracle
from symgd.codegen.summary.separation import square_factor
from symgd.codegen.walk.arrival import Evaluate
from symgd.data.arrays import FloatArray
from symgd.derivation.second_order.hessian import hessian
from symgd.errors import DescentError, either, parameter
from symgd.optimize.constant_curvature import quadratic_of
from symgd.optimize.curvature import Quadratic
from symgd.optimize.ground import Ground
from symgd.optimize.request import Request
from symgd.optimizers.optimizer import Optimizer

FIRST_ORDER = either('optimizer="momentum"', "--optimizer momentum")


class Oracles:
    """What a rule asks of a cost on some data.

    Raises
    ------
    DescentError
        Where the cost has not what the rule asks.
    """

    def __init__(self, call: Request, under: Ground, optimizer: Optimizer) -> None:
        self.call, self.under = call, under
        rule = optimizer.rule
        self.asks_hessian = rule.calls("H")
        self.asks_residuals = rule.calls("r") or rule.calls("Jac")
        if self.asks_residuals and self._factor is None and self._whole is None:
            cause = f"{optimizer.name} needs a cost that is a sum of squares, and this one is none"
            remedy = "take the loss mse, sse or half_mse without a penalty, or another optimizer"
            raise DescentError(cause, f"{remedy}, such as {FIRST_ORDER}")
        if self.asks_hessian and under.found is None and has_kinks(call.problem):
            cause = f"{optimizer.name} needs second derivatives, and this cost has kinks"
            raise DescentError(cause, f"take a loss without kinks, such as huber, or {FIRST_ORDER}")

    def of(self, evaluate: Evaluate, data: Sequence[FloatArray] | None = None) -> Oracle:
        """What is asked of a cost in the walk's coordinates; `data` are a batch's columns, else all."""
        seen: list[tuple[list[float], tuple[float, tuple[float, ...]]]] = []

        def at(point: FloatArray) -> tuple[float, tuple[float, ...]]:
            values = np.asarray(point, dtype=np.float64).tolist()
            if not seen or seen[0][0] != values:
                seen[:] = [(values, evaluate(values))]
            return seen[0][1]

        return Oracle(
            lambda point: at(point)[0],
            lambda point: np.array(at(point)[1]),
            self._hessian(data) if self.asks_hessian else None,
            self._residuals(data) if self.asks_residuals else None,
        )

    # Second derivatives

    def _hessian(self, data: Sequence[FloatArray] | None) -> Callable[[FloatArray], FloatArray]:
        under, found = self.under, self.under.found
        if found is not None and data is None:
            constant: FloatArray = 2 * found.matrix.T @ found.matrix
            return lambda point: constant
        compiled, pairs = self._second
        entries = compiled.on(self._columns if data is None else data)
        count, turn, kept = len(self.call.start), under.turn, np.ix_(under.places, under.places)

        def second(point: FloatArray) -> FloatArray:
            whole = np.zeros((count, count))
            for (row, column), value in zip(pairs, entries(self._parameters(point)), strict=True):
                whole[row, column] = whole[column, row] = value
            moving = whole[kept]
            return moving if turn is None else np.asarray(turn.T @ moving @ turn)

        return second

    @cached_property
    def _second(self) -> tuple[Compiled, tuple[tuple[int, int], ...]]:
        problem, gradient = self.call.problem, self.call.derive()
        program, pairs = lower_hessian(problem, gradient, lambda: hessian(gradient))
        return Compiled(problem, program), pairs

    # Squares

    def _residuals(
        self, data: Sequence[FloatArray] | None
    ) -> Callable[[FloatArray], tuple[FloatArray, FloatArray]]:
        found = self.under.found or self._whole
        if found is None or data is not None:
            return self._row_by_row(self._columns if data is None else data)
        if found is self.under.found:
            return lambda point: (found.reached(point), found.matrix)
        matrix = self._turned(found.matrix)
        return lambda point: (found.reached(self._parameters(point)), matrix)

    def _row_by_row(
        self, data: Sequence[FloatArray]
    ) -> Callable[[FloatArray], tuple[FloatArray, FloatArray]]:
        problem, rows = self.call.problem, len(data[0])
        if self._factor is None:
            cause = "a batch of a penalised cost is no sum of squares"
            raise DescentError(cause, f"leave out {parameter('batch_size')}, or the penalty")
        divisor = {"mean": rows, "half mean": 2 * rows}.get(problem.loss.reduction, 1)
        root, count = math.sqrt(self._factor / divisor), len(problem.inputs)

        def squares(point: FloatArray) -> tuple[FloatArray, FloatArray]:
            values = map(np.float64, self._parameters(point))
            made, *slopes = self._predicted(*values, *data[:count])
            table = np.column_stack([np.broadcast_to(slope, rows) for slope in slopes])
            return root * (made - data[count]), root * self._turned(table)

        return squares

    @cached_property
    def _factor(self) -> float | None:
        """The number that one example's squared residual has in the cost; None where the cost is no sum of them."""
        problem = self.call.problem
        known = problem.loss.reduction in ("mean", "sum", "half mean") and problem.penalty is None
        factor = square_factor(problem) if known else None
        return None if factor is None else float(factor)

    @cached_property
    def _whole(self) -> Quadratic | None:
        """The cost as a quadratic in all parameters, a penalty's squares among it."""
        return quadratic_of(self.call.problem, self.call.columns)

    @cached_property
    def _predicted(self) -> Callable[..., list[FloatArray]]:
        """The prediction and its derivatives."""
        problem = self.call.problem
        names = (*problem.parameters, *problem.inputs)
        (formula,), real = as_real([problem.prediction.written_out().value], names)
        slopes = [sympy.diff(formula, name) for name in real[: len(problem.parameters)]]
        return on_arrays([formula, *slopes], [name.name for name in real], cse=True)

    # Coordinates

    @property
    def _columns(self) -> list[FloatArray]:
        return [self.call.columns[name] for name in self.call.problem.columns]

    def _parameters(self, point: FloatArray) -> list[float]:
        return self.under.whole(point.tolist())

    def _turned(self, table: FloatArray) -> FloatArray:
        moving = table[:, self.under.places]
        return moving if self.under.turn is None else np.asarray(moving @ self.under.turn)
