"""The numbers that a listing is called on: few, such as its loss is meant for, and a rate at which the cost falls."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple, TypeAlias

import numpy as np

from symgd.codegen.evaluators.evaluator import compile_rows
from symgd.codegen.functions.loss_targets import expect_targets
from symgd.codegen.rules.rule_code import RuleCode
from symgd.codegen.rules.update_entries import over_arrays
from symgd.codegen.rules.update_rule import Oracle, UpdateFunction
from symgd.codegen.walk.arrival import CostAndGradient, Evaluate
from symgd.data.arrays import FloatArray
from symgd.derivation.gradient import Gradient
from symgd.errors import DataError, DescentError
from symgd.problem.problem import Problem

# The points of the first lesson that has any; then what losses of classes and counts are meant for.
INPUTS = ((1.0, 2.0, 3.0), (2.0, 1.0, 4.0), (3.0, 5.0, 1.0), (1.0, 4.0, 2.0))
TARGETS = ((1.2, 1.8, 3.4), (0.0, 1.0, 1.0), (-1.0, 1.0, 1.0))
WEIGHTS = (1.0, 2.0, 1.0)
STARTS = (0.0, 1.0, 0.5)
RATES = tuple(10.0**-power for power in range(1, 13))
FINER = (1.0, *(part * rate for rate in RATES for part in (5, 2, 1)))  # for rules, which differ
STEPS = 20
SHOWN = 10  # steps of an optimizer, which may turn round in the next


Columns: TypeAlias = tuple[tuple[float, ...], ...]


class Example(NamedTuple):
    """Columns, what every parameter starts at, and a learning rate."""

    columns: Columns
    start: float
    rate: float


def example_of(problem: Problem, gradient: Gradient, inputs: Columns = ()) -> Example:
    """Numbers on which a few steps lower the cost; the first there are, where none do.

    The `inputs` are those that are shown, where there are such.
    """
    return _that_falls(problem, gradient, _walked, RATES, inputs)


def ruled_example(
    problem: Problem, gradient: Gradient, code: RuleCode, inputs: Columns = ()
) -> Example:
    """The same for an optimizer."""
    update = UpdateFunction(code.optimizer, code.settings)

    def walked(evaluate: Evaluate, begun: list[float], rate: float) -> list[float]:
        def at(point: FloatArray) -> tuple[float, tuple[float, ...]]:
            return evaluate(point.tolist())

        oracle = Oracle(lambda p: at(p)[0], lambda p: np.array(at(p)[1]), _curvature(at))
        values, state, costs = begun, update.start(len(begun), rate), []
        for step in range(SHOWN + 1):
            cost, slopes = evaluate(values)
            costs.append(cost if math.isfinite(math.hypot(*slopes)) else math.nan)
            try:
                made = over_arrays(update, values, slopes, step + 1, rate, state, oracle)
            except DescentError:  # such as where the cost bends down
                return [*costs, math.nan]
            values, state = made.theta.tolist(), made.state
        return costs

    rates = (1.0,) if code.needs != "asked" else FINER
    return _that_falls(problem, gradient, walked, rates, inputs, best=True)


def _curvature(at: Callable[[FloatArray], CostAndGradient]) -> Callable[[FloatArray], FloatArray]:
    """The Hessian by differences: it only chooses numbers."""

    def second(point: FloatArray) -> FloatArray:
        steps = 1e-5 * np.eye(len(point))
        columns = [np.subtract(at(point + s)[1], at(point - s)[1]) / 2e-5 for s in steps]
        found = np.array(columns)
        return np.asarray((found + found.T) / 2)

    return second


def _walked(evaluate: Evaluate, begun: list[float], rate: float) -> list[float]:
    """The costs of some steps of gradient descent."""
    values, costs = begun, []
    for _ in range(STEPS):
        cost, slopes = evaluate(values)
        costs.append(cost if math.isfinite(math.hypot(*slopes)) else math.nan)
        values = [v - rate * slope for v, slope in zip(values, slopes, strict=True)]
    return costs


def _that_falls(
    problem: Problem,
    gradient: Gradient,
    walked: Callable[[Evaluate, list[float], float], list[float]],
    rates: Sequence[float],
    shown: Columns,
    *,
    best: bool = False,
) -> Example:
    """The first numbers on which the cost falls at every step; or the rate that brings it lowest, so if there is one."""
    on_rows = compile_rows(problem, gradient)
    tried = [*_columns_of(problem, shown)]
    for columns in tried:
        evaluate = on_rows([np.array(column) for column in columns])
        for start in STARTS:
            least = (True, math.inf)
            for rate in rates:
                with np.errstate(all="ignore"):
                    costs = walked(evaluate, [start] * len(problem.parameters), rate)
                if _falls(costs) and not best:
                    return Example(columns, start, rate)
                order = not _falls(costs), costs[-1]
                if costs[0] > costs[-1] and order < least and math.isfinite(sum(costs)):
                    least, found = order, Example(columns, start, rate)
            if best and least[1] < math.inf:
                return found
    return Example(tried[0], STARTS[0], rates[0])


def _falls(costs: Sequence[float]) -> bool:
    """Whether the cost is finite, falls, and rises at no step."""
    pairs = pairwise(costs)
    kept = all(map(math.isfinite, costs)) and all(before >= after for before, after in pairs)
    return kept and costs[-1] < costs[0]


def _columns_of(problem: Problem, shown: Columns) -> Iterator[Columns]:
    """Columns that the loss is meant for."""
    usual = tuple(INPUTS[place % len(INPUTS)] for place in range(len(problem.inputs)))
    inputs = shown or usual
    classes = len(problem.targets)
    beside = (WEIGHTS,) * (len(problem.columns) - len(inputs) - classes)
    shares = tuple(tuple(float(row == place) for row in range(3)) for place in range(classes))
    for targets in [(column,) for column in TARGETS] if classes == 1 else [shares]:
        made = (*inputs, *targets, *beside)
        arrays: list[FloatArray] = [np.array(column) for column in made]
        try:
            expect_targets(problem, arrays)
        except DataError:
            continue
        yield made
