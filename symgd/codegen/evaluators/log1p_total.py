"""The sum of many log1p(v), which NumPy takes longest for; generated modules have this text where they need it.

Laws
----
- Σ log(1 + v) = log Π (1 + v): of sixteen factors the logarithm of one product is taken, a sixteenth of the work
- a product is off by a few units in the last place, which beside a sum of logarithms of 0.16 is a relative error of 10⁻¹⁴ at
  most; where the logarithms are smaller, where a factor is no float and where rows are few, each is taken by itself
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

# From here on, generated modules have this text.

LOG_ROWS, LOG_FACTORS, LOG_LEAST = 1024, 16, 0.01  # more rows, so many at once, whose mean is more


def log1p_total(total: Callable[[FloatArray], Any], values: FloatArray) -> Any:
    """The total of log1p: of many by products of factors, where these lose no digits."""
    groups = len(values) // LOG_FACTORS
    if len(values) > LOG_ROWS:
        factors = np.add(values[: groups * LOG_FACTORS], 1.0).reshape(LOG_FACTORS, groups)
        found = np.log(np.multiply.reduce(factors, axis=0)).sum()
        if LOG_LEAST * len(values) < found < math.inf:
            return found + np.log1p(values[groups * LOG_FACTORS :]).sum()
    return total(np.log1p(values))
