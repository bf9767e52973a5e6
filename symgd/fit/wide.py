"""Least squares of very many columns that do not depend on each other: one factorisation, and no singular values.

Laws
----
- XᵀX = RᵀR, so that R⁻¹R⁻ᵀXᵀ(y − Xθ) is what θ lacks; taken again it is right to the digits of the residual
- the largest stretch of R and of R⁻¹ are found by going to and fro: a unit vector that either turns to its own longest
- where the condition number is not small beside what floats hold, singular values have the say
"""

from __future__ import annotations

import numpy as np

from symgd.data.arrays import FloatArray

WIDE = 300  # columns, whose singular values take seconds
SAFE = 1e6  # the condition number of columns that one factorisation does for
TURNS = 60  # to and fro


def solved_wide(table: FloatArray, aim: FloatArray) -> tuple[FloatArray, float] | None:
    """The θ of table·θ ≈ aim, and the condition number; None where columns are few, or too much alike.

    Examples
    --------
    >>> table = np.random.default_rng(0).normal(size=(500, 320))
    >>> found = solved_wide(table, table.sum(axis=1))
    >>> found is not None and bool(np.abs(found[0] - 1).max() < 1e-12)
    True
    """
    rows, width = table.shape
    if width <= WIDE or rows < width:
        return None
    factor: FloatArray = np.asarray(np.linalg.qr(table, mode="r"), dtype=np.float64)
    sizes = np.abs(np.diag(factor))
    if not sizes.min() * SAFE > sizes.max():
        return None
    inverse: FloatArray = np.asarray(np.linalg.inv(factor), dtype=np.float64)
    condition = _stretch(factor) * _stretch(inverse)
    if not condition < SAFE:
        return None
    values, exactly, target = (
        np.zeros(width),
        table.astype(np.longdouble),
        aim.astype(np.longdouble),
    )
    for _ in range(3):
        rest = (target - exactly @ values).astype(np.float64)
        values = values + inverse @ (inverse.T @ (table.T @ rest))
    return values, condition


def _stretch(matrix: FloatArray) -> float:
    """How much longer a matrix makes a vector at most, to a few digits."""
    along = np.cos(np.arange(1.0, len(matrix) + 1))
    length = 0.0
    for _ in range(TURNS):
        along = matrix.T @ (matrix @ (along / np.linalg.norm(along)))
        length = float(np.sqrt(np.linalg.norm(along)))
    return length
