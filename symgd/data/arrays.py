"""The arrays that symgd passes about, and rows chosen from them."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from symgd.errors import DataError

FAR = (
    2.0**20
)  # what floats round is far less than a column varies by, where that is so many of their steps
FloatArray: TypeAlias = npt.NDArray[np.float64]
IntArray: TypeAlias = npt.NDArray[np.intp]


LINE = 64  # bytes of a cache line


def room_for(columns: int, rows: int) -> FloatArray:
    """An array of shape (columns, rows), not filled, each of whose rows begins a cache line: NumPy goes through it a fifth faster."""
    numbers = LINE // 8
    each = -(-rows // numbers) * numbers
    room = np.empty(columns * each + numbers)
    first = -room.ctypes.data % LINE // 8
    return room[first : first + columns * each].reshape(columns, each)[:, :rows]


def spread(count: int, most: int) -> IntArray:
    """At most `most` numbers from 0 to count − 1, evenly spread, both ends among them.

    Examples
    --------
    >>> spread(9, 3).tolist(), spread(2, 3).tolist()
    ([0, 4, 8], [0, 1])
    """
    if count <= most:
        return np.arange(count)
    return np.unique(np.linspace(0, count - 1, min(count, most)).astype(np.intp))


def expect_kept(values: FloatArray, whole: Iterable[tuple[str, int]]) -> None:
    """Raise where floats round the `whole` numbers of a column, each with its place, and it varies by little more."""
    if not values.size:
        return
    least, most = float(values.min()), float(values.max())
    step = math.ulp(max(abs(least), abs(most)))
    if step <= 1 or most / 2 - least / 2 > FAR * step:
        return
    for place, number in whole:
        if number != float(number):
            raise DataError(
                f"{place}: a float rounds {number} to {int(float(number))}, and the column varies by {most - least:g} only",
                "take a number near it away from the whole column",
            )
