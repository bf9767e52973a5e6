"""The numbers that a listing is called on: few, such as its loss is meant for, and a rate at which the cost falls."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from symgd.codegen.evaluator import compile_rows
from symgd.codegen.targets import expect_targets
from symgd.data.arrays import FloatArray
from symgd.derivation.gradient import Gradient
from symgd.errors import DataError
from symgd.problem.problem import Problem

# The points of the first lesson that has any; then what losses of classes and counts are meant for.
INPUTS = ((1.0, 2.0, 3.0), (2.0, 1.0, 4.0), (3.0, 5.0, 1.0), (1.0, 4.0, 2.0))
TARGETS = ((1.2, 1.8, 3.4), (0.0, 1.0, 1.0), (-1.0, 1.0, 1.0))
STARTS = (0.0, 1.0, 0.5)
RATES = tuple(10.0**-power for power in range(1, 13))
STEPS = 20


class Example(NamedTuple):
    """Columns, what every parameter starts at, and a learning rate."""

    columns: tuple[tuple[float, ...], ...]
    start: float
    rate: float


def example_of(problem: Problem, gradient: Gradient) -> Example:
    """Numbers on which a few steps lower the cost; the first there are, where none do."""
    on_rows = compile_rows(problem, gradient)
    tried = [*_columns_of(problem)]
    for columns in tried:
        evaluate = on_rows([np.array(column) for column in columns])
        for start in STARTS:
            for rate in RATES:
                values, costs = [start] * len(problem.parameters), []
                for _ in range(STEPS):
                    cost, slopes = evaluate(values)
                    costs.append(cost if math.isfinite(math.hypot(*slopes)) else math.nan)
                    values = [v - rate * slope for v, slope in zip(values, slopes, strict=True)]
                if _falls(costs):
                    return Example(columns, start, rate)
    return Example(tried[0], STARTS[0], RATES[0])


def _falls(costs: Sequence[float]) -> bool:
    """Whether the cost is finite, falls, and rises at no step."""
    pairs = pairwise(costs)
    kept = all(map(math.isfinite, costs)) and all(before >= after for before, after in pairs)
    return kept and costs[-1] < costs[0]


def _columns_of(problem: Problem) -> Iterator[tuple[tuple[float, ...], ...]]:
    """Columns that the loss is meant for."""
    inputs = tuple(INPUTS[place % len(INPUTS)] for place in range(len(problem.inputs)))
    classes = len(problem.targets)
    shares = tuple(tuple(float(row == place) for row in range(3)) for place in range(classes))
    for targets in [(column,) for column in TARGETS] if classes == 1 else [shares]:
        arrays: list[FloatArray] = [np.array(column) for column in (*inputs, *targets)]
        try:
            expect_targets(problem, arrays)
        except DataError:
            continue
        yield (*inputs, *targets)
