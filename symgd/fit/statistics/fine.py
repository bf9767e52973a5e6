"""Squares that are smaller than floats can tell: residuals of rows that the model meets to ten digits.

Laws
----
- data are taken as the decimals that they are written as, and the model is worked out with forty digits
- what is left of the residuals in the direction of the model's own slopes is the rounding of the parameters, and is taken off
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import sympy

from symgd.data.arrays import FloatArray
from symgd.fit.task import Task

CLOSE = 1e-9  # residuals that are less than so much of the targets
MOST = 5_000  # rows that are worked out so
DIGITS = 40  # the square of a residual in the last of 16 digits has as many left


def fine_squares(
    task: Task, values: Mapping[str, float], jacobian: FloatArray, weights: FloatArray
) -> float | None:
    """The weighted sum of squares at the minimum beside `values`; None where the formula has no digits to be had."""
    import mpmath

    columns = task.columns
    names = (*task.free, *task.problem.inputs, task.problem.target)
    residual = task.predictions[0] - sympy.Symbol(task.problem.target)
    own = [sympy.Dummy(f"v{number}") for number in range(len(names))]
    swap = dict(zip(map(sympy.Symbol, names), own, strict=True))
    rows = zip(*(columns[name].tolist() for name in names[len(task.free) :]), strict=True)
    with mpmath.workdps(DIGITS):
        try:
            compute = sympy.lambdify(own, residual.xreplace(swap), modules="mpmath")
            given = [mpmath.mpf(values[name]) for name in task.free]
            made = [compute(*given, *(mpmath.mpf(repr(cell)) for cell in row)) for row in rows]
            errors = np.array([float(error) for error in made])
        except (ValueError, TypeError, ArithmeticError, NameError, AttributeError):
            return None
    largest = float(np.abs(errors).max())
    if not (np.isfinite(errors).all() and largest):
        return 0.0 if largest == 0 else None
    roots = np.sqrt(weights)
    lengths = np.abs(jacobian).max(axis=0)
    lengths[~(lengths > 0)] = 1.0
    basis, sizes, _ = np.linalg.svd(roots[:, None] * jacobian / lengths, full_matrices=False)
    kept = basis[:, sizes > 1e-14 * sizes.max(initial=0.0)]
    left = roots * errors / largest
    left = left - kept @ (kept.T @ left)
    return float(left @ left) * largest**2
