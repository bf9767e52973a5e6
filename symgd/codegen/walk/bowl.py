"""Bowl: what a cost that is a quadratic foretells of a walk on it; generated modules have this text for such costs.

Laws
----
- the best constant rate on a quadratic is 2/(λ_min + λ_max); it gets nowhere in fewer than λ_max/λ_min steps
- after k steps at a constant rate α what the cost has above its minimum is Σ c_i (1 − α λ_i)^2k, c_i its parts at the start
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeAlias

import numpy as np

from symgd.codegen.walk.arrival import EPSILON, Ahead, FloatArray
from symgd.codegen.walk.strides import FEW, Course, constant

# From here on, generated modules have this text.

# M, and M·θ + r by the point θ: the cost is |M·θ + r|².
Squares: TypeAlias = tuple[FloatArray, Callable[[Sequence[float]], FloatArray]]


def ahead_of_squares(matrix: FloatArray, reached: FloatArray, values: Sequence[float]) -> Ahead:
    """What lies ahead where the cost is |M·θ + r|²; `reached` is M·θ + r."""
    with np.errstate(all="ignore"):
        sizes = np.abs(matrix).max(axis=0)
        sizes = np.where(sizes == 0, 1.0, sizes)
        left, stretch, right = np.linalg.svd(matrix / sizes, full_matrices=False)
        bent = stretch > 64 * EPSILON * max(stretch[0], np.finfo(float).tiny)
        pulls = (left.T @ reached)[bent]
        moves = -(right[bent].T @ (pulls / stretch[bent])) / sizes
        effects = ((matrix * np.array(values)) ** 2).sum(axis=0)
        flat = np.flatnonzero((right[bent] ** 2).sum(axis=0) < 0.99)
        fall = float(pulls @ pulls)
    return Ahead(fall, tuple(moves.tolist()), tuple(effects.tolist()), flat=tuple(flat.tolist()))


class Bowl(NamedTuple):
    """A cost |M·θ + r|² from a point: its curvature, ascending, and how far it falls that way."""

    curvature: FloatArray
    parts: FloatArray

    @classmethod
    def of(cls, matrix: FloatArray, reached: FloatArray) -> Bowl:
        """The bowl; `reached` is M·θ + r at the point. What has no curvature is left out."""
        with np.errstate(all="ignore"):
            sizes = np.abs(matrix).max(axis=0)
            scaled = matrix / np.where(sizes == 0, 1.0, sizes)
            stretch = np.linalg.svd(scaled, compute_uv=False)
            rank = int(np.count_nonzero(stretch > 64 * EPSILON * stretch[0]))
            left, stretch, _ = np.linalg.svd(matrix, full_matrices=False)
            kept = slice(rank - 1, None, -1) if rank else slice(0, 0)
            curvature = np.asarray(2 * stretch[kept] ** 2, dtype=np.float64)
            return cls(curvature, (left.T @ reached)[kept] ** 2)

    @property
    def bent(self) -> bool:
        """Whether the cost changes at all."""
        return len(self.curvature) > 0

    @property
    def largest(self) -> float | None:
        """The largest stable rate; None where no rate is too large, or all are."""
        with np.errstate(all="ignore"):
            rate = float(2 / self.curvature[-1]) if self.bent else math.inf
        return rate if 0 < rate < math.inf else None

    @property
    def beyond(self) -> bool:
        """Whether the curvature is beyond the range of floats."""
        with np.errstate(all="ignore"):
            rates = 2 / (self.curvature[:1] + self.curvature[-1:])
        return not (np.isfinite(rates) & (rates > 0)).all()

    def left(self, rate: float, steps: float) -> float:
        """How far above the minimum the cost is after so many steps."""
        with np.errstate(all="ignore"):
            return float(self.parts @ np.abs(1 - rate * self.curvature) ** (2 * steps))

    def rate(self, steps: int) -> float:
        """The best constant rate, where it comes further in these steps than 1/λ_max; else that."""
        if not len(self.curvature):
            return 1.0
        best = float(2 / (self.curvature[0] + self.curvature[-1]))
        safe = float(1 / self.curvature[-1])
        enough = max(self.left(safe, steps), EPSILON**2 * float(self.parts.sum()))
        return best if self.left(best, steps) <= enough else safe


def most_steps(bowl: Bowl, rate: float, most: int) -> int:
    """How many steps are worth while at most: few, where many would hardly bring the cost lower."""
    few = min(FEW, most)
    left = bowl.left(rate, most)
    arrives = left <= EPSILON**2 * float(bowl.parts.sum())
    return most if arrives or left < 0.5 * bowl.left(rate, few) else few


def rate_on_bowl(bowl: Bowl, rate: float | None, most: int, asked: bool) -> tuple[float, int]:
    """A given rate, else the best, and how many steps; `asked`: whether somebody said at most."""
    if rate is not None:
        return rate, most
    best = bowl.rate(most)
    return best, most if asked else most_steps(bowl, best, most)


def bowl_course(bowl: Bowl, rate: float | None, most: int, asked: bool) -> Course:
    """Steps at one rate."""
    rate, most = rate_on_bowl(bowl, rate, most, asked)
    return Course(constant(rate), most, rate)
