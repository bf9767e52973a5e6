"""The arrays that symgd passes about, and rows chosen from them."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

FloatArray: TypeAlias = npt.NDArray[np.float64]
IntArray: TypeAlias = npt.NDArray[np.intp]


def spread(count: int, most: int) -> IntArray:
    """At most `most` numbers from 0 to count − 1, evenly spread, both ends among them.

    Examples
    --------
    >>> spread(9, 3).tolist(), spread(2, 3).tolist()
    ([0, 4, 8], [0, 1])
    """
    return np.unique(np.linspace(0, count - 1, min(count, most)).astype(np.intp))
