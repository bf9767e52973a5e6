"""Inverse of a matrix whose directions may be open: XᵀX by the factor of X, and a Hessian by its eigenvalues."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from symgd.data.arrays import FloatArray
from symgd.fit.definite import definite

ROUNDING = 64 * float(np.finfo(float).eps)  # a singular value below so much of the largest is 0
CANCELLED = 1e-12  # the same of an eigenvalue of a Hessian, whose terms have cancelled
PART = 1e-6  # how far a column must stand out of what is determined, to be open


@dataclass(frozen=True, eq=False)
class Pseudoinverse:
    """The inverse in the directions that are determined.

    Parameters
    ----------
    matrix : array of shape (p, p)
    open : array of bool, of shape (p,)
        The columns that have a part in a direction that is not determined.
    rank : int
        How many directions are.
    """

    matrix: FloatArray
    open: npt.NDArray[np.bool_]
    rank: int


def inverse_of_square(factor: FloatArray, noise: float = 0.0) -> Pseudoinverse:
    """(XᵀX)⁻¹ of X, of shape (rows, p), by its QR factorisation; columns are brought to one length first, and known but for a part of noise.

    Examples
    --------
    >>> inverse_of_square(np.array([[2.0, 0.0, 0.0], [0.0, 1.0, 1.0]])).open.tolist()
    [False, True, True]
    """
    lengths = _lengths(factor)
    *_, upper = np.linalg.qr(factor / lengths)
    _, sizes, directions = np.linalg.svd(upper)
    sizes = np.append(sizes, np.zeros(len(directions) - len(sizes)))
    kept = sizes > max(ROUNDING, noise) * max(float(sizes.max(initial=0.0)), 0.0)
    return _inverse(directions, np.where(kept, sizes, 1.0) ** -2, kept, lengths)


def inverse_of_hessian(hessian: FloatArray) -> Pseudoinverse | None:
    """The inverse of a Hessian at a minimum; None where it bends down, which no minimum's does."""
    lengths = np.sqrt(np.abs(np.diag(hessian)))
    lengths[~(lengths > 0)] = 1.0
    scaled = hessian / np.outer(lengths, lengths)
    if (whole := definite(scaled)) is not None:
        matrix = whole.solved(np.eye(len(scaled))) / np.outer(lengths, lengths)
        return Pseudoinverse(matrix, np.zeros(len(scaled), dtype=bool), len(scaled))
    sizes, directions = np.linalg.eigh(scaled)
    largest = float(np.abs(sizes).max(initial=0.0))
    if sizes.min(initial=0.0) < -1e-8 * largest:
        return None
    kept = sizes > CANCELLED * largest
    return _inverse(directions.T, 1 / np.where(kept, sizes, 1.0), kept, lengths)


def _lengths(factor: FloatArray) -> FloatArray:
    """The columns' lengths without overflow; 1 for a column of zeros."""
    largest = np.abs(factor).max(axis=0, initial=0.0)
    largest[~(largest > 0)] = 1.0
    lengths: FloatArray = largest * np.sqrt(((factor / largest) ** 2).sum(axis=0))
    lengths[~(lengths > 0)] = 1.0
    return lengths


def _inverse(
    directions: FloatArray, sizes: FloatArray, kept: npt.NDArray[np.bool_], lengths: FloatArray
) -> Pseudoinverse:
    """Put together from orthogonal directions, a row each, and the sizes along those that are `kept`."""
    along = directions[kept]
    matrix = (along.T * sizes[kept]) @ along / np.outer(lengths, lengths)
    outside = np.sqrt((directions[~kept] ** 2).sum(axis=0))
    return Pseudoinverse(matrix, outside > PART, int(kept.sum()))
