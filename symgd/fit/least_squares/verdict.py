"""What an end of a search is: a minimum, a saddle, an edge of where the model has a value.

Laws
----
- converged: the cost can still fall by 10⁻⁶ of itself at most (the Newton decrement, the same in all units), or each
  parameter's Newton step is at most 10⁻⁶ of its own size; and no direction leads down
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from symgd.codegen.walk.arrival import CLOSE
from symgd.data.arrays import FloatArray, IntArray
from symgd.fit.least_squares.marquardt import Descent, Marquardt
from symgd.fit.least_squares.observed import sampled

WEAK = 1e-6  # a direction of which the slopes tell so little is looked along
FEW = 20_000  # rows on which bending is measured
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
    target = finder.rows.weighted(finder.rows.target)
    return float(target @ target)


def floor(finder: Marquardt) -> float:
    """A cost that is rounding and nothing else."""
    return finder.floor


def downhill(finder: Marquardt, end: Descent) -> FloatArray | None:
    """A point with a lower cost, where the cost bends down from an end; None where it bends up."""
    if not end.free.any() or end.cost <= floor(finder):
        return None
    some = replace(finder, rows=sampled(finder.rows, FEW, 0))
    near = some.near(end.theta)
    free = np.flatnonzero(end.free)
    bent = _bending(some, end.theta, near.lengths, free)
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


def _bending(
    finder: Marquardt, theta: FloatArray, lengths: FloatArray, free: IntArray
) -> FloatArray | None:
    """The Hessian of half the cost in units of each column's length, by differences of the gradient."""
    rows = []
    for place in free:
        step = 6e-6 * max(abs(theta[place]), 1e-3 * np.sqrt(size(finder)) / lengths[place])
        sides = []
        for sign in (1, -1):
            moved = theta.copy()
            moved[place] += sign * step
            sides.append(finder.near(moved).gradient / lengths)
        rows.append((sides[0] - sides[1])[free] / (2 * step * lengths[place]))
    made: FloatArray = np.array(rows)
    even: FloatArray = (made + made.T) / 2
    return even if np.isfinite(made).all() else None


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
