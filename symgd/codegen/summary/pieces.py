"""Pieces: rows in blocks that stay in the cache, each of a few pieces, whose sums are made piece by piece.

Laws
----
- a piece is a block of a generated module, and is added as that is: the sums are the same to the last bit
- one call of NumPy's serves all pieces of a block, which is quicker by what a call costs
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeAlias

import numpy as np

from symgd.codegen.summary.triangle import BLOCK, FloatArray

PIECES = 3  # of a block: a few arrays of so many stay in the cache
Dots: TypeAlias = Callable[..., FloatArray]
Shape: TypeAlias = tuple[int, int]  # so many pieces of so many rows


def shapes_of(rows: int) -> Iterator[Shape]:
    """The shapes of the blocks, in order.

    Examples
    --------
    >>> [*shapes_of(5 * BLOCK + 7)]
    [(3, 10000), (2, 10000), (1, 7)]
    """
    whole, left = divmod(rows, BLOCK)
    for start in range(0, whole, PIECES):
        yield min(PIECES, whole - start), BLOCK
    if left:
        yield 1, left


def blocks_of(parts: Sequence[Any], shapes: Sequence[tuple[int, ...]]) -> Iterator[list[Any]]:
    """The parts block by block; a number is the same in each."""
    start = 0
    for shape in shapes:
        rows = slice(start, start + math.prod(shape))
        yield [part[rows].reshape(shape) if np.ndim(part) else part for part in parts]
        start = rows.stop


def places_of(
    sums: int, shapes: Sequence[tuple[int, ...]]
) -> tuple[FloatArray, list[list[FloatArray]]]:
    """An array of shape (sums, pieces) for the sums of all pieces, and block by block the places for its own.

    Of several pieces the sum begins at 0, in a place before them.
    """
    pieces = sum(shape[0] for shape in shapes)
    end, places = int(pieces > 1), []
    whole = np.zeros((sums, end + pieces))
    for many, *_ in shapes:
        start, end = end, end + many
        places.append([row[start:end] for row in whole])
    return whole, places


def added(sums: FloatArray) -> FloatArray:
    """The sum over the pieces of all blocks, one after the other; `sum` adds otherwise from Python 3.12 on.

    Examples
    --------
    >>> float(added(np.array([1.0, 1e100, 1.0, -1e100])))
    0.0
    """
    return np.add.accumulate(sums, axis=-1)[..., -1]


def _dot_by_dot(one: FloatArray, other: FloatArray, out: FloatArray | None = None) -> FloatArray:
    pairs = zip(*np.broadcast_arrays(one, other), strict=True)
    found = np.empty(len(one)) if out is None else out
    found[:] = [np.dot(*pieces) for pieces in pairs]
    return found


# The dot product of each piece: NumPy has one call for all of them since 2.0.
dots: Dots = getattr(np, "vecdot", _dot_by_dot)
