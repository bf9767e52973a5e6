"""Oracles: what update rules ask of a cost beside its gradient, in a walk's coordinates.

Laws
----
- J and g elsewhere come from the same function as where a step begins
- the Hessian is the derived one; of a quadratic it is 2·MᵀM
- the residuals r have the cost for their square, |r|²: those of a quadratic are M·θ + r, else the square roots of each
  row's part of the cost, prediction less target, and below them those of a penalty's squares
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import cached_property

import numpy as np

from symgd.codegen.evaluators.evaluator import mean_weight
from symgd.codegen.evaluators.hessian_evaluator import HessianEvaluator
from symgd.codegen.evaluators.residuals import Residuals, compiled_residuals
from symgd.codegen.program.jumps import has_kinks, kinks_for
from symgd.codegen.rules.update_rule import Oracle
from symgd.codegen.summary.separation import share_of_squares
from symgd.codegen.walk.arrival import CostAndGradient, Evaluate
from symgd.codegen.walk.ruled import last_kept
from symgd.data.arrays import FloatArray
from symgd.errors import DescentError, either
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
        if self.asks_residuals and self._share is None and self._whole is None:
            cause = f"{optimizer.name} needs a cost that is a sum of squares, and this one is none"
            loss = "the loss mse, sse or half_mse, without a penalty or with ridge, or "
            remedy = f"take {loss * call.problem.has_examples}another optimizer"
            raise DescentError(cause, f"{remedy}, such as {FIRST_ORDER}")
        if self.asks_hessian and under.found is None and has_kinks(call.problem):
            cause, remedy = kinks_for(call.problem, optimizer.name)
            raise DescentError(cause, f"{remedy}, or take {FIRST_ORDER}")

    def of(self, evaluate: Evaluate, data: Sequence[FloatArray] | None = None) -> Oracle:
        """What is asked of a cost in the walk's coordinates; `data` are a batch's columns, else all."""
        kept = last_kept(evaluate)

        def at(point: FloatArray) -> CostAndGradient:
            return kept(np.asarray(point, dtype=np.float64).tolist())

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
        each = None if data is None else self._mean_weight
        columns = self._columns if data is None else data
        entries = self._second.on(columns, None if each is None else each * len(columns[0]))
        turn, kept = under.turn, np.ix_(under.places, under.places)

        def second(point: FloatArray) -> FloatArray:
            moving = entries(self._parameters(point))[kept]
            return moving if turn is None else np.asarray(turn.T @ moving @ turn)

        return second

    @cached_property
    def _second(self) -> HessianEvaluator:
        return HessianEvaluator(self.call.problem, self.call.derive)

    @cached_property
    def _mean_weight(self) -> float | None:
        return mean_weight(self.call.problem, self._columns)

    # Squares

    def _residuals(
        self, data: Sequence[FloatArray] | None
    ) -> Callable[[FloatArray], tuple[FloatArray, FloatArray]]:
        found = self.under.found or self._whole
        if found is None or data is not None:
            return self._row_by_row(self._columns if data is None else data, self._part(data))
        if found is self.under.found:
            return lambda point: (found.reached(point), found.matrix)
        matrix = self._turned(found.matrix)
        return lambda point: (found.reached(self._parameters(point)), matrix)

    def _row_by_row(
        self, data: Sequence[FloatArray], part: float
    ) -> Callable[[FloatArray], tuple[FloatArray, FloatArray]]:
        compiled = self._compiled

        def squares(point: FloatArray) -> tuple[FloatArray, FloatArray]:
            reached, table = compiled(self._parameters(point), data)
            if part != 1:
                reached, table = part * reached, part * table
            return reached, self._turned(table)

        return squares

    def _part(self, data: Sequence[FloatArray] | None) -> float:
        """What brings residuals that are divided by a batch's own weights to those divided by what so many rows weigh."""
        each, problem = self._mean_weight, self.call.problem
        if data is None or each is None or problem.weights is None:
            return 1.0
        weights = data[problem.columns.index(problem.weights)]
        return math.sqrt(float(weights.sum()) / (each * len(weights)))

    @cached_property
    def _share(self) -> float | None:
        """The number that one example's squared residual has in the cost; None where the cost is no sum of them."""
        return share_of_squares(self.call.problem)

    @cached_property
    def _whole(self) -> Quadratic | None:
        """The cost as a quadratic in all parameters, a penalty's squares among it."""
        return quadratic_of(self.call.problem, self.call.columns)

    @cached_property
    def _compiled(self) -> Residuals:
        """Residuals and their derivatives, row by row."""
        return compiled_residuals(self.call.problem)

    # Coordinates

    @property
    def _columns(self) -> list[FloatArray]:
        return [self.call.columns[name] for name in self.call.problem.columns]

    def _parameters(self, point: FloatArray) -> list[float]:
        return self.under.whole(point.tolist())

    def _turned(self, table: FloatArray) -> FloatArray:
        places = [*self.under.places]
        moves_all = places == [
            *range(table.shape[1])
        ]  # a copy of columns would be added up otherwise
        moving = table if moves_all else table[:, places]
        return moving if self.under.turn is None else np.asarray(moving @ self.under.turn)
