"""Definite: matrices of many columns that are far from singular, told by Cholesky's factor, which costs a tenth of eigenvalues."""

from __future__ import annotations

from typing import Any

import numpy as np

from symgd.data.arrays import FloatArray

MANY = 50  # columns: of fewer the eigenvalues cost nothing
FAR = 1e-8  # a smallest eigenvalue of so much of the largest is none of rounding


class Definite:
    """A symmetric matrix, factored.

    Examples
    --------
    >>> import numpy as np
    >>> from symgd.fit.definite import definite
    >>> matrix = definite(2 * np.eye(60))
    >>> round(float(matrix.solved(np.ones(60)).sum()), 9), definite(np.ones((60, 60))), definite(np.eye(2))
    (30.0, None, None)
    """

    def __init__(self, factor: FloatArray) -> None:
        self._factor = factor

    def solved(self, right: FloatArray) -> FloatArray:
        """The matrix's inverse times a vector, or times columns."""
        from scipy.linalg import cho_solve

        found: FloatArray = cho_solve((self._factor, False), right)
        return found


def definite(matrix: FloatArray) -> Definite | None:
    """The factored matrix, if it has many columns and is definite beyond doubt."""
    if len(matrix) < MANY or not np.isfinite(matrix).all():
        return None
    from scipy.linalg import cho_factor
    from scipy.linalg.lapack import dpocon

    size: Any = np.abs(matrix).sum(axis=0).max()
    try:
        factor, _ = cho_factor(matrix)
    except np.linalg.LinAlgError:
        return None
    share, failed = dpocon(factor, size)
    return Definite(factor) if not failed and share > FAR else None
