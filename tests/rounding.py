"""How far apart two ways to the same numbers may be: by how much the numbers change where their arguments are rounded."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from hypothesis import assume

SHIFT = 1e-12  # a part of each argument: thousands of roundings


def rounding_room(
    numbers: Callable[[Sequence[float], Sequence[Any]], Sequence[float]],
    point: Sequence[float],
    data: Sequence[Any],
) -> float:
    """What two forms of `numbers` may differ by; models that have no digits at the point are left out."""
    with np.errstate(all="ignore"):
        here = np.array(numbers(point, data), dtype=float)
        assume(np.isfinite(here).all() and np.abs(here).max() < 1e9)
        room = 1e-10 * (1 + np.abs(here).max())
        for sign in (1, -1, 2):
            moved = [value * (1 + sign * SHIFT) for value in point]
            rows = [np.asarray(column) * (1 - sign * SHIFT) for column in data]
            for there in (numbers(moved, data), numbers(point, rows)):
                change = np.abs(np.array(there, dtype=float) - here).max()
                assume(change <= 1e-4 * (1 + np.abs(here).max()))
                room = max(room, 10 * change)
    return float(room)
