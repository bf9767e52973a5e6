"""Whether a walk has arrived: the one test of it, for `Problem.descend` and, word for word, for every generated module.

Laws
----
- the cost can still fall by about gᵀH⁻¹g/2, g its gradient and H its Hessian: the same number in all units
- arrived: the cost bends down in no direction, and can fall by no more than a small part of itself, or no parameter has to
  move by more than a small part of its own size, or the fall is below the rounding of the cost
- where H is 0, up to rounding, only a gradient of 0 is flat
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
CostAndGradient: TypeAlias = tuple[float, tuple[float, ...]]
Evaluate: TypeAlias = Callable[[Sequence[float]], CostAndGradient]

# From here on, generated modules have this text.

EPSILON = float(np.finfo(np.float64).eps)
CLOSE = 1e-6  # the part of the cost, or of a parameter, that "converged" leaves at most
NOTHING = 1e-160  # of a cost that is nowhere negative: its slopes have no squares in floats


class Ahead(NamedTuple):
    """What lies ahead of a point, on the parameters' own scale.

    `fall` is by how much the cost can still fall, about; `moves` what a Newton step adds to each
    parameter, `effects` by how much the cost would change without each; `flat` the parameters
    that make no difference there, by number.
    """

    fall: float
    moves: tuple[float, ...]
    effects: tuple[float, ...]
    bends_down: bool = False
    settles: bool = True  # whether a Newton step brings the gradient nearer to 0
    runs_off: bool = False  # whether the cost goes on falling, hundreds of Newton steps further
    flat: tuple[int, ...] = ()
    kink: bool = False  # whether the slopes jump there, and cancel
    plateau: bool = False  # whether the cost falls from the edge of where they make no difference


def has_arrived(ahead: Ahead | None, values: Sequence[float], cost: float, part: float) -> bool:
    """Whether the cost can fall by no more than `part` of itself; 0 means, than floats can tell."""
    if ahead is None or ahead.bends_down or not ahead.settles or not math.isfinite(ahead.fall):
        return False
    return is_least(ahead, values, cost, part)


def is_least(ahead: Ahead, values: Sequence[float], cost: float, part: float) -> bool:
    """The same where the cost has a minimum ahead."""
    close = CLOSE if part else 1e-3 * CLOSE
    pairs = zip(ahead.moves, values, strict=True)
    near = all(abs(move) <= close * abs(value) for move, value in pairs)
    rounding = (16 * EPSILON) ** 2 * (abs(cost) + sum(ahead.effects))
    return near or ahead.fall <= max(part * abs(cost), rounding)
