"""What an end of a search is: a minimum, a saddle, an edge of where the model has a value.

Laws
----
- converged: the cost can still fall by 10⁻⁶ of itself at most (the Newton decrement, the same in all units), or each
  parameter's Newton step is at most 10⁻⁶ of its own size; and no direction leads down
"""

from __future__ import annotations

import numpy as np

from symgd.codegen.walk.arrival import CLOSE
from symgd.data.arrays import FloatArray
from symgd.fit.least_squares.marquardt import Descent, Marquardt

WEAK = 1e-6  # a direction of which the slopes tell so little is looked along
LIKE = 1e-9  # costs that differ by less than this part are the same


def at_rest(finder: Marquardt, end: Descent) -> bool:
    """Whether the gradient is 0, on the parameters' own scale."""
    near, free = end.near, end.free
    if not np.isfinite(end.cost):
        return False
    if near.gain(free) <= CLOSE * end.cost or near.gain(free) <= floor(finder):
        return True
    step = np.abs(near.change(0.0, free))
    reach = np.sqrt(size(finder)) / near.lengths
    return bool(np.all(step <= CLOSE * np.maximum(np.abs(end.theta), CLOSE * reach)))


def size(finder: Marquardt) -> float:
    """The weighted sum of the squared targets."""
    return finder.size


def floor(finder: Marquardt) -> float:
    """A cost that is rounding and nothing else."""
    return finder.floor


def downhill(finder: Marquardt, end: Descent) -> FloatArray | None:
    """A point with a lower cost, where the cost bends down from an end; None where it bends up."""
    if not end.free.any() or end.cost <= floor(finder):
        return None
    free = np.flatnonzero(end.free)
    if {*free.tolist()} <= {*finder.curve.affine}:  # a sum of squares of affine functions bends up
        return None
    some, near = finder.few, end.near
    if some is not finder:
        near = some.near(end.theta)
    bent = some.bent(near, free)
    if bent is None:
        return None
    values, directions = np.linalg.eigh(bent)
    if values[0] > -1e-4 * np.abs(values).max():
        return None
    way = np.zeros(len(end.theta))
    way[free] = directions[:, 0] / near.lengths[free]
    reach = np.sqrt(end.cost)
    for length in reach * 10.0 ** -np.arange(0, 5):
        for sign in (1, -1):
            tried: FloatArray = np.clip(end.theta + sign * length * way, *finder.bounds.T)
            if finder.cost(tried) < end.cost * (1 - LIKE):
                return np.asarray(tried)
    return None


def is_told(end: Descent) -> bool:
    """Whether the data tell every direction well."""
    sizes = np.linalg.svd(end.near.factor[:, end.free], compute_uv=False)
    return bool(sizes.size) and bool(sizes[-1] > WEAK * sizes[0])


def edge(finder: Marquardt, end: Descent) -> int | None:
    """The parameter that the cost drives to where the model has no value; None where there is none."""
    downwards = -np.sign(end.near.gradient) * end.free
    reach = np.sqrt(size(finder)) / end.near.lengths
    for place in np.flatnonzero(downwards):
        beyond = end.theta.copy()
        beyond[place] += downwards[place] * max(abs(end.theta[place]) * 1e-3, 1e-6 * reach[place])
        if not np.isfinite(finder.cost(beyond)):
            return int(place)
    return None
