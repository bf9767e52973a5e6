"""The numbers that a listing is called on: few, such as its loss is meant for, and a rate at which the cost falls."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from itertools import chain, cycle, islice, pairwise, product
from typing import NamedTuple, TypeAlias

import numpy as np

from symgd.codegen.evaluators.evaluator import compile_rows
from symgd.codegen.evaluators.residuals import compiled_residuals
from symgd.codegen.functions.functions import Functions
from symgd.codegen.functions.loss_targets import expect_targets
from symgd.codegen.rules.rule_code import RuleCode
from symgd.codegen.rules.update_entries import over_arrays
from symgd.codegen.rules.update_rule import Oracle, UpdateFunction
from symgd.codegen.walk.arrival import CostAndGradient, Evaluate
from symgd.data.arrays import FloatArray
from symgd.derivation.gradient import Gradient
from symgd.derivation.second_order.hessian import hessian
from symgd.errors import DataError, DescentError
from symgd.problem.problem import Problem

# The points of the first lesson that has any; then what losses of classes and counts are meant for.
INPUTS = ((1.0, 2.0, 3.0), (2.0, 1.0, 4.0), (3.0, 5.0, 1.0), (1.0, 4.0, 2.0))
TARGETS = ((1.2, 1.8, 3.4), (0.0, 1.0, 1.0), (-1.0, 1.0, 1.0))
WEIGHTS = (1.0, 2.0, 1.0)
STARTS = (0.0, 1.0, 0.5)
# Of functions without data, which at 0 are often at rest: one value after the other, again and again.
ALONE = ((-1.2, 1.0), (2.0, 1.0), (1.0, 2.0), (0.5,), (0.3, 0.2), (3.0,), (10.0,), (0.0,))
RATES = tuple(10.0**-power for power in range(1, 13))
FINER = (1.0, *(part * rate for rate in RATES for part in (5, 2, 1)))  # for rules, which differ
NEAR = (0.95, 0.45, 0.99)  # what every parameter of an exact model is, near a start
STEPS = 20
SHOWN = 10  # steps of an optimizer, which may turn round in the next


Columns: TypeAlias = tuple[tuple[float, ...], ...]
Arrays: TypeAlias = Sequence[FloatArray]


class Example(NamedTuple):
    """Columns, what the parameters start at, a learning rate, and whether a rule goes nowhere from there."""

    columns: Columns
    start: tuple[float, ...]
    rate: float
    lost: bool = False


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

    squares = {"r", "Jac"} & code.rule.used
    residuals = compiled_residuals(problem) if squares else None

    def walked(evaluate: Evaluate, columns: Arrays, begun: list[float], rate: float) -> list[float]:
        def rows(point: FloatArray) -> tuple[FloatArray, FloatArray]:
            assert residuals is not None
            return residuals(point.tolist(), columns)

        def at(point: FloatArray) -> tuple[float, tuple[float, ...]]:
            return evaluate(point.tolist())

        oracle = Oracle(lambda p: at(p)[0], lambda p: np.array(at(p)[1]), _curvature(at), rows)
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


def _walked(evaluate: Evaluate, columns: Arrays, begun: list[float], rate: float) -> list[float]:
    """The costs of some steps of gradient descent, for which the columns are not asked."""
    values, costs = begun, []
    for _ in range(STEPS):
        cost, slopes = evaluate(values)
        costs.append(cost if math.isfinite(math.hypot(*slopes)) else math.nan)
        values = [v - rate * slope for v, slope in zip(values, slopes, strict=True)]
    return costs


def _that_falls(
    problem: Problem,
    gradient: Gradient,
    walked: Callable[[Evaluate, Arrays, list[float], float], list[float]],
    rates: Sequence[float],
    shown: Columns,
    *,
    best: bool = False,
) -> Example:
    """The first numbers on which the cost falls at every step; or the rate that brings it lowest, so if there is one."""
    on_rows = compile_rows(problem, gradient)
    near = _columns_near(problem, gradient) if best and not shown else ()
    usual = [*_columns_of(problem, shown)]
    starts, kept, first = [*_starts_of(problem)], None, None
    for columns in chain(usual, near):  # those near are made where no other serves
        first = columns if first is None else first
        arrays = [np.array(column) for column in columns]
        evaluate = on_rows(arrays)
        for start in starts:
            least = (True, math.inf)
            for rate in rates:
                with np.errstate(all="ignore"):
                    costs = walked(evaluate, arrays, [*start], rate)
                if _falls(costs) and not best:
                    return Example(columns, start, rate)
                order = not _falls(costs), costs[-1]
                if costs[0] > costs[-1] and order < least and math.isfinite(sum(costs)):
                    least, found = order, Example(columns, start, rate)
            if best and least[1] < math.inf:
                if not least[0] or len(rates) > 1:
                    return found
                kept = kept or found  # a rule without a rate may rise first, and falls elsewhere
    if kept is not None:
        return kept
    assert first is not None
    evaluate = on_rows([np.array(column) for column in first])
    finite = (start for start in starts if math.isfinite(evaluate([*start])[0]))
    return Example(first, next(finite, starts[0]) if best else starts[0], rates[0], best)


def _falls(costs: Sequence[float]) -> bool:
    """Whether the cost is finite, falls, and rises at no step."""
    pairs = pairwise(costs)
    kept = all(map(math.isfinite, costs)) and all(before >= after for before, after in pairs)
    return kept and costs[-1] < costs[0]


def _starts_of(problem: Problem) -> Iterator[tuple[float, ...]]:
    """Where descents may begin."""
    for values in [(start,) for start in STARTS] if problem.has_examples else ALONE:
        yield tuple(islice(cycle(values), len(problem.parameters)))


def _columns_of(problem: Problem, shown: Columns) -> Iterator[Columns]:
    """Columns that the loss is meant for."""
    usual = tuple(INPUTS[place % len(INPUTS)] for place in range(len(problem.inputs)))
    inputs = shown or usual
    classes = len(problem.targets)
    beside = (WEIGHTS,) * (len(problem.columns) - len(inputs) - classes)
    shares = tuple(tuple(float(row == place) for row in range(3)) for place in range(classes))
    for targets in [(column,) for column in TARGETS] if classes == 1 else [shares]:
        made = (*inputs, *targets, *beside)
        if _suits(problem, made):
            yield made


def _columns_near(problem: Problem, gradient: Gradient) -> Iterator[Columns]:
    """Longer columns, whose targets the model has near a start: where equations of many parameters have a solution."""
    if len(problem.targets) > 1 or not problem.inputs:
        return
    count = len(problem.parameters) + 3
    functions = Functions(problem, lambda: gradient, lambda: hessian(gradient))
    beside = (WEIGHTS * count,)[: len(problem.columns) - len(problem.inputs) - 1]
    for first, point in product((0.5, -1.5), NEAR):
        inputs = [
            tuple(first + (place * (1 + row * row % 5) + row) / 2 for row in range(count))
            for place in range(len(problem.inputs))
        ]
        with np.errstate(all="ignore"):
            arrays: list[FloatArray] = [np.array(column) for column in inputs]
            said = np.asarray(functions.predict([point] * len(problem.parameters), *arrays))
        if np.isfinite(said).all():
            targets = tuple(np.round(np.broadcast_to(said, count), 4).tolist())
            made = (*inputs, targets, *(column[:count] for column in beside))
            if _suits(problem, made):
                yield made


def _suits(problem: Problem, columns: Sequence[Sequence[float]]) -> bool:
    """Whether the targets are what the loss is for."""
    try:
        expect_targets(problem, [np.array(column) for column in columns])
    except DataError:
        return False
    return True
