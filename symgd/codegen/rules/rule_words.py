"""What update rules call while they run: the words that NumPy has no one name for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

# From here on, generated modules have this text.

MOST_TRIED = 200  # numbers k that `first` tries


class NoStep(Exception):
    """An update rule has no step here: the cause, and what to do."""

    def __init__(self, cause: str, remedy: str) -> None:
        super().__init__(f"{cause}; {remedy}")
        self.cause, self.remedy = cause, remedy


def nearest_solution(matrix: FloatArray, right: FloatArray) -> FloatArray:
    """x with A·x = b, or without an inverse the shortest that comes nearest; else nan."""
    if not (np.all(np.isfinite(matrix)) and np.all(np.isfinite(right))):
        return np.full(np.shape(matrix)[1], np.nan)
    rows, columns = matrix.shape
    if rows == columns:
        try:
            return np.asarray(np.linalg.solve(matrix, right), dtype=np.float64)
        except np.linalg.LinAlgError:
            pass
    return np.asarray(np.linalg.lstsq(matrix, right, rcond=None)[0], dtype=np.float64)


def newton_step(hessian: FloatArray, g: FloatArray) -> FloatArray:
    """Newton's step H⁻¹·g; NoStep where it does not lead to a minimum."""
    if not (np.all(np.isfinite(hessian)) and np.all(np.isfinite(g))):
        return np.full(len(g), np.nan)
    # In units in which each parameter bends alike; whether a cost bends down is the same in all.
    eps, sizes = np.finfo(np.float64).eps, np.abs(hessian)
    bends = np.maximum(np.diagonal(sizes), eps * np.max(sizes, axis=1))
    units = np.exp2(np.round(np.log2(np.where(bends > 0, bends, 1.0)) / 2))
    curvatures = np.linalg.eigvalsh(hessian / units / units[:, None])
    least, room = float(curvatures[0]), len(g) * eps * float(np.max(np.abs(curvatures)))
    if least > room:
        return np.asarray(np.linalg.solve(hessian, g), dtype=np.float64)
    if least < -room:
        bent = float(np.linalg.eigvalsh(hessian)[0])
        cause = f"the cost curves downwards here, by {bent if bent < 0 else least:.3g}: "
        cause += "Newton's step leads to a saddle or a maximum"
    else:
        cause = "the Hessian has no inverse here: in some direction the cost is flat"
    remedy = "start nearer to the minimum, choose another optimizer such as lbfgs, "
    remedy += "or write solve(H + mu*I, g) with a large mu"
    raise NoStep(cause, remedy)


def first_that_fits(formula: Callable[[float], Any], fits: Callable[[float], Any]) -> Any:
    """The formula at the first k that fits.

    Where none does, it is that at the last one tried, if it has shrunk to next to nothing.
    """
    numbers = map(np.float64, range(MOST_TRIED))  # whole ones of Python grow without end
    found = next((k for k in numbers if fits(k)), None)
    if found is not None:
        return formula(found)
    last = formula(np.float64(MOST_TRIED))
    if np.max(np.abs(last)) <= 1e-9 * np.max(np.abs(formula(np.float64(0)))):
        return last
    cause = f"no k from 0 to {MOST_TRIED - 1} fits the condition of first(...)"
    raise NoStep(cause, "write a condition that a short enough step fits, or give another start")


def push(matrix: FloatArray, column: FloatArray, most: float) -> FloatArray:
    """A matrix with one more column, of which the last are kept."""
    return np.column_stack([matrix, column])[:, -max(int(most), 1) :]


def two_loop(steps: FloatArray, changes: FloatArray, g: FloatArray) -> FloatArray:
    """The inverse Hessian that steps and the gradient's changes tell, times g.

    Nocedal and Wright, Numerical optimization, algorithm 7.4.
    """
    columns = zip(steps.T, changes.T, strict=True)
    pairs = [(s, y, 1 / np.dot(s, y)) for s, y in columns if np.dot(s, y) > 0]
    if not pairs:
        return g
    wanted, parts = g, []
    for s, y, weight in reversed(pairs):
        parts.append(weight * np.dot(s, wanted))
        wanted = wanted - parts[-1] * y
    s, y, _ = pairs[-1]
    wanted = wanted * (np.dot(s, y) / np.dot(y, y))
    for s, y, weight in pairs:
        wanted = wanted + (parts.pop() - weight * np.dot(y, wanted)) * s
    return np.asarray(wanted, dtype=np.float64)
