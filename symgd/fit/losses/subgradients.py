"""Subgradients: whether 0 is one of a cost with corners."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from symgd.codegen.walk.arrival import CLOSE
from symgd.data.arrays import FloatArray, IntArray
from symgd.fit.losses.corners import Corners
from symgd.fit.losses.newton import EPS, Bounds

WITHIN = 1 + 1e-9  # of its limits: a share that is rounded may pass them by so little
MET = 1e-10  # of the size of what a slope is a sum of: an aim that is met
FEW = 300  # shares that are sought by an active set
FIRM = 1 - 1e-6  # of c: the cost rises beside a corner whose μ is less, by more than rounding


@dataclass(frozen=True, eq=False)
class Subgradient:
    """The shortest subgradient of a cost with corners, as far as one is found."""

    on: IntArray  # the corners that the point lies on
    forces: FloatArray  # μ of each corner
    rest: FloatArray  # of each parameter that can move
    sizes: FloatArray  # of the numbers that each is a sum of
    gain: float  # by how much the cost can still fall, as far as it bends
    cost: float
    held_fast: bool = False  # whether corners hold every parameter, with no μ near ±c

    @property
    def is_zero(self) -> bool:
        """Whether it is 0, to rounding or by the law of "converged"."""
        rounded = bool((np.abs(self.rest) <= 1e-9 * self.sizes + 1e-300).all())
        return rounded or bool(self.gain <= CLOSE * abs(self.cost))


def subgradient(corners: Corners, values: FloatArray, bounds: Bounds) -> Subgradient | None:
    """The shortest subgradient over the corners that a point lies on, or misses by less than the cost's rounding; None where it is no number."""
    u = corners.distances(values)
    slopes = corners.gradients(values)
    reach = np.abs(slopes) @ np.abs(values) + np.abs(u)
    nothing = 64 * EPS * corners.objective.sizes(values) / (len(u) * corners.heights)
    on = np.flatnonzero(np.abs(u) <= np.maximum(1e-11 * reach, nothing + 1e-300))
    forces = corners.heights * np.sign(u)
    forces[on] = 0.0
    made = corners.without(values, forces)
    if not made.finite:
        return None
    sizes = np.abs(slopes).T @ corners.heights + corners.objective.slope_sizes(values)
    sizes = np.where(sizes > 0, sizes, 1.0)
    rest, fast = made.gradient, False
    held = bounds.held(values, rest) | (bounds.at(values) if len(on) else False)
    if len(on):
        table = slopes[on].T / sizes[:, None]
        top = corners.heights[on]
        further = np.diag(np.where(values <= bounds.low, -1.0, 1.0))[:, held]
        table = np.column_stack([table * top, further])
        limits = np.concatenate([np.ones(len(on)), np.full(int(held.sum()), np.inf)])
        lows = np.concatenate([-np.ones(len(on)), np.zeros(int(held.sum()))])
        taken = _shares(table, -rest / sizes, lows, limits)
        rest = (table @ taken + rest / sizes) * sizes
        forces[on] = taken[: len(on)] * top
        firm = bool((np.abs(taken) < FIRM).all()) and not held.any()
        fast = firm and int(np.linalg.matrix_rank(table)) == len(values)
    else:
        rest = np.where(held, 0.0, rest)
    bends = np.abs(np.diag(made.hessian))
    bent = bool((bends > 0).all()) and not len(on)
    gain = float((rest**2 / bends).sum()) / 2 if bent else np.inf
    return Subgradient(on.astype(np.intp), forces, rest, sizes, gain, made.cost, fast)


def _shares(table: FloatArray, aim: FloatArray, low: FloatArray, high: FloatArray) -> FloatArray:
    """Shares within limits that make up an aim as nearly as they can: where least squares do not meet it, a linear programme may."""
    from scipy.optimize import linprog, lsq_linear

    method = "bvls" if table.shape[1] < FEW else "trf"
    nearest = lsq_linear(table, aim, bounds=(low, high), tol=1e-14, method=method)
    shares: FloatArray = np.asarray(nearest.x, dtype=np.float64)
    if np.abs(table @ shares - aim).max() <= MET:
        return shares
    limits = np.column_stack([low, high])
    zero = np.zeros(len(low))
    made = linprog(zero, A_eq=table, b_eq=aim, bounds=limits, method="highs-ds")
    if made.x is None:
        return shares
    taken: FloatArray = np.clip(made.x, low, high)
    inside = (taken > low) & (taken < high)
    for _ in range(2 if inside.any() else 0):
        left = aim - table @ taken
        taken[inside] += np.linalg.lstsq(table[:, inside], left, rcond=1e-12)[0]
    within = (taken >= low * WITHIN) & (taken <= high * WITHIN)
    return taken if within.all() else shares
