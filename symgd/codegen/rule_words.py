"""What update rules call while they run: the words that NumPy has no one name for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from symgd.data.arrays import FloatArray
from symgd.errors import DescentError

MOST_TRIED = 200  # numbers k that `first` tries


def solve(matrix: Any, right: FloatArray) -> FloatArray:
    """x with A·x = b for a matrix that has an inverse; for one with more rows than columns, or fewer, the nearest, the shortest."""
    if np.ndim(matrix) != 2:
        cause = "solve(A, b) was given no matrix"
        raise DescentError(cause, "write such as solve(H, g) or solve(Jac, r)")
    if not (np.all(np.isfinite(matrix)) and np.all(np.isfinite(right))):
        return np.full(matrix.shape[1], np.nan)
    rows, columns = matrix.shape
    if rows != columns:
        return np.asarray(np.linalg.lstsq(matrix, right, rcond=None)[0], dtype=np.float64)
    try:
        return np.asarray(np.linalg.solve(matrix, right), dtype=np.float64)
    except np.linalg.LinAlgError:
        cause = "the step is A⁻¹·b with a matrix A that has no inverse here"
        remedy = "start elsewhere, or add to its diagonal, as solve(H + lambda*I, g) does"
        raise DescentError(cause, remedy) from None


def first(formula: Callable[[int], Any], fits: Callable[[int], Any]) -> Any:
    """The formula at the first k that fits; at the last that is tried where none does."""
    for number in range(MOST_TRIED):
        if fits(number):
            return formula(number)
    return formula(MOST_TRIED)


def push(matrix: Any, column: FloatArray, most: float) -> FloatArray:
    """A matrix with one more column, of which the last are kept; a number is a matrix without columns."""
    kept = [] if np.ndim(matrix) == 0 else [*np.transpose(matrix)]
    return np.column_stack([*kept, column][-int(most) :])


def two_loop(steps: Any, changes: Any, g: FloatArray) -> FloatArray:
    """The inverse Hessian that steps and changes of the gradient tell, times g: Nocedal and Wright, algorithm 7.4."""
    if np.ndim(steps) == 0:
        return g
    pairs = [(s, y, 1 / np.dot(s, y)) for s, y in zip(steps.T, changes.T, strict=True)]
    wanted, parts = g, []
    for s, y, weight in reversed(pairs):
        parts.append(weight * np.dot(s, wanted))
        wanted = wanted - parts[-1] * y
    s, y, _ = pairs[-1]
    wanted = wanted * (np.dot(s, y) / np.dot(y, y))
    for s, y, weight in pairs:
        wanted = wanted + (parts.pop() - weight * np.dot(y, wanted)) * s
    return np.asarray(wanted, dtype=np.float64)
