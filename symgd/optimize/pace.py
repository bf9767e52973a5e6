"""Pace: how a walk makes its steps, where it does not follow the whole gradient of all parameters at once."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from symgd.codegen.evaluators.evaluator import OnRows
from symgd.codegen.walk.arrival import Evaluate
from symgd.codegen.walk.backtracking import backtracking
from symgd.codegen.walk.strides import Stepped, Stride
from symgd.data.arrays import FloatArray
from symgd.optimize.batches import Batches
from symgd.optimize.curvature import local_curvature

# From a cost, a point and the gradient there, where it is known already, to the rate and the next point.
Advance: TypeAlias = Callable[
    [Evaluate, list[float], Sequence[float] | None], tuple[float, list[float]]
]
SEEN = 64  # batches whose curvature is looked at for a rate
LEAST_TRIED, MOST_TRIED = 100, 10_000  # batches of a trial of a rate


def together(rate: float) -> Advance:
    """All parameters at once."""

    def advance(
        evaluate: Evaluate, values: list[float], gradient: Sequence[float] | None
    ) -> tuple[float, list[float]]:
        slopes = evaluate(values)[1] if gradient is None else gradient
        return rate, [value - rate * slope for value, slope in zip(values, slopes, strict=True)]

    return advance


def one_by_one(
    rate: float | None, order: Sequence[int], least: Callable[[float], float] | None = None
) -> Advance:
    """One parameter after the other, each from where the one before has led; without a rate, each by backtracking.

    `least` is the rate below which none is tried, by the cost that a step leads to, as `Least` has it.
    """

    def advance(
        evaluate: Evaluate, values: list[float], gradient: Sequence[float] | None
    ) -> tuple[float, list[float]]:
        rates: list[float] = []
        values = list(values)
        for number in order:
            if gradient is None or rates:
                gradient = evaluate(values)[1]
            if rate is None:
                made, values[number] = _lower(evaluate, values, number, least)
            else:
                made, values[number] = rate, values[number] - rate * gradient[number]
            rates.append(made)
        return max(rates), values

    return advance


def _lower(
    evaluate: Evaluate, values: list[float], number: int, least: Callable[[float], float] | None
) -> tuple[float, float]:
    """A rate at which the cost falls along one parameter alone, and where that leads."""

    def along(point: Sequence[float]) -> tuple[float, tuple[float, ...]]:
        cost, gradient = evaluate([*values[:number], *point, *values[number + 1 :]])
        return cost, (gradient[number],)

    here = [values[number]]
    bound = None if least is None else lambda step, cost: least(cost)
    rate, (value,), _ = backtracking(along, least=bound)(0, here, *along(here))
    return rate, value


def striding(evaluate: Evaluate, advance_at: Callable[[int], Advance]) -> Stride:
    """Steps on all rows, by the step's number."""

    def stride(step: int, values: list[float], cost: float, gradient: Sequence[float]) -> Stepped:
        rate, ahead = advance_at(step)(evaluate, values, gradient)
        return rate, ahead, None

    return stride


@dataclass(frozen=True, eq=False)
class BatchCosts:
    """The cost of each batch, in the walk's coordinates."""

    batches: Batches
    on: OnRows
    columns: Sequence[FloatArray]
    lower: Callable[[Evaluate], Evaluate]

    def evaluate(self, number: int) -> Evaluate:
        """The cost of a batch's rows alone, as though they were all."""
        chosen = self.batches.at(number)
        return self.lower(self.on([column[chosen] for column in self.columns]))

    def stride(self, advance: Advance, moves: int) -> Stride:
        """Steps each on one batch; a step of the walk is so many of them."""

        def stride(
            step: int, values: list[float], cost: float, gradient: Sequence[float]
        ) -> Stepped:
            rate = 0.0
            for number in range(step * moves, (step + 1) * moves):
                rate, values = advance(self.evaluate(number), values, None)
            return rate, values, None

        return stride

    def rate(self, evaluate: Evaluate, start: list[float], most: int) -> float:
        """A constant rate: of those tried on the first batches of so many, what brings the whole cost lowest.

        The first is one over the largest curvature of a batch, each a quarter of the one before; what was met at the
        end of the best trial has a say as well.
        """
        rate = min(self._rates(start), default=1.0)
        first = least = evaluate(start)[0]
        best, values = rate, start
        for _ in range(40):
            reached = self._tried(rate, start, most)
            cost = evaluate(reached)[0]
            if cost < least:
                best, least, values = rate, cost, reached
            elif least < first:
                break
            rate /= 4
        return float(f"{min(best, *self._rates(values), best):.3g}")

    def _tried(self, rate: float, start: list[float], most: int) -> list[float]:
        """Where some batches lead at a rate."""
        values, advance = list(start), together(rate)
        tried = min(MOST_TRIED, max(LEAST_TRIED, self.batches.each_epoch), most or 1)
        for number in range(tried):
            _, values = advance(self.evaluate(number), values, None)
        return values

    def _rates(self, start: list[float]) -> Iterator[float]:
        count = self.batches.each_epoch
        for number in range(0, count, max(1, count // SEEN)):
            with np.errstate(all="ignore"):
                bends = local_curvature(self.evaluate(number), start)
            largest = max(map(abs, bends), default=0.0) if bends else 0.0
            if math.isfinite(largest) and largest > 0:
                yield 1 / largest
