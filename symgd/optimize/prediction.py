"""What the model of a run says, and which of its rows a picture shows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import sympy

from symgd.codegen.arrays import on_arrays
from symgd.problem.problem import Problem

FloatArray: TypeAlias = npt.NDArray[np.float64]
IntArray: TypeAlias = npt.NDArray[np.intp]
Predict: TypeAlias = Callable[[FloatArray, Sequence[FloatArray]], FloatArray]


def predictor(problem: Problem) -> Predict:
    """What the model says: parameters of shape (p,), one array of shape (n,) for each input -> shape (n,).

    Examples
    --------
    >>> predict = predictor(Problem("m*x + b"))
    >>> predict(np.array([2.0, 1.0]), [np.array([0.0, 3.0])]).tolist()
    [1.0, 7.0]
    """
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


def spread(count: int, most: int) -> IntArray:
    """At most `most` numbers from 0 to count − 1, evenly spread, both ends among them.

    Examples
    --------
    >>> spread(10, 4).tolist()
    [0, 3, 6, 9]
    """
    return np.unique(np.linspace(0, count - 1, min(count, most)).astype(np.intp))
