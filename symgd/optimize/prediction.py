"""What the model of a run says, and which of its rows a picture shows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np
import sympy

from symgd.codegen.compiled import on_arrays
from symgd.data.arrays import FloatArray
from symgd.problem.problem import Problem

Predict: TypeAlias = Callable[[FloatArray, Sequence[FloatArray]], FloatArray]


def predictor(problem: Problem) -> Predict:
    """What the model says: parameters of shape (p,), one array of shape (n,) for each input -> shape (n,)."""
    compute = on_arrays([problem.prediction.value], (*problem.parameters, *problem.inputs))

    def predict(values: FloatArray, inputs: Sequence[FloatArray]) -> FloatArray:
        with np.errstate(all="ignore"):
            made = np.asarray(compute(*values, *inputs)[0], dtype=np.float64)
        return made + np.zeros_like(inputs[0])

    return predict


def is_straight(problem: Problem) -> bool:
    """Whether the model draws a straight line over its first input."""
    name = sympy.Symbol(problem.inputs[0])
    slope = problem.prediction.value.diff(name)
    return name not in sympy.expand(slope).free_symbols


def readable(data: FloatArray, shown: FloatArray, reach: float) -> tuple[float, float]:
    """Limits that hold the data, and what is shown as far as `reach` times the data's own height.

    Examples
    --------
    >>> readable(np.array([1.0, 3.0]), np.array([2.0, 99.0, np.nan]), 0.5)
    (1.0, 4.0)
    """
    low, high = float(data.min()), float(data.max())
    room = reach * ((high - low) or abs(high) or 1.0)
    there = shown[np.isfinite(shown)]
    if not there.size:
        return low, high
    lowest, highest = float(there.min()), float(there.max())
    return max(min(low, lowest), low - room), min(max(high, highest), high + room)
