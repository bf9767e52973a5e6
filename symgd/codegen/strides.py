"""Strides: how a walk makes its steps, and what a quadratic cost foretells of them; every generated module has this text.

Laws
----
- the best constant rate on a quadratic is 2/(λ_min + λ_max); it gets nowhere in fewer than λ_max/λ_min steps
- after k steps at a constant rate α what the cost has above its minimum is Σ c_i (1 − α λ_i)^2k, c_i its parts at the start
- by backtracking the cost falls at every step, but for rounding
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeAlias

import numpy as np

from symgd.codegen.arrival import EPSILON, CostAndGradient, Evaluate, FloatArray

# From here on, generated modules have this text.

FEW = 10_000  # steps at most where each is a pass over the data, or where a million bring no more
SHOWN = 50  # a walk of so few steps shows them all, as long as its numbers are finite
RISE = 1e3  # how far the cost may rise over the start's at a rate known to be unstable
HUGE = 1e12  # how far it may rise at any other

Stepped: TypeAlias = tuple[float, list[float], CostAndGradient | None]
# From the step's number, the point, and cost and gradient there, to the rate, the next point, and
# cost and gradient at that where they are known already.
Stride: TypeAlias = Callable[[int, list[float], float, Sequence[float]], Stepped]

Step: TypeAlias = tuple[float, list[float], Sequence[float]]  # its rate, and where it began


class Course(NamedTuple):
    """How the steps are made, how many at most, and their rate; None where each has its own."""

    stride: Stride
    most: int
    rate: float | None


def course(
    evaluate: Evaluate, bowl: Bowl | None, rate: float | None, most: int, asked: bool
) -> Course:
    """Steps at a given rate; else at the best on a quadratic, and by backtracking elsewhere.

    `asked`: whether somebody said how many steps at most.
    """
    if rate is None and bowl is not None:
        rate = bowl.rate(most)
        most = most if asked else most_steps(bowl, rate, most)
    return Course(backtracking(evaluate) if rate is None else constant(rate), most, rate)


def ceiling(first: float, chosen: Course, largest: float | None) -> float:
    """The cost above which all is lost; `largest` is the largest stable rate, where it is known."""
    if chosen.rate is None or chosen.most <= SHOWN:
        return math.inf
    if largest is None:
        return HUGE * max(abs(first), 1.0)
    return RISE * first if chosen.rate > largest else math.inf


def constant(rate: float) -> Stride:
    """Steps at one rate."""

    def stride(step: int, values: list[float], cost: float, gradient: Sequence[float]) -> Stepped:
        moved = [value - rate * slope for value, slope in zip(values, gradient, strict=True)]
        return rate, moved, None

    return stride


def backtracking(evaluate: Evaluate, last: Sequence[Step] = ()) -> Stride:
    """Steps each at a rate of its own, at which the cost falls by a part of what was promised.

    The first rate that is tried is one over the curvature that the last step met; a rate at which
    the cost does not fall enough is halved. A rate of 0 says that none is small enough. A walk that
    goes on has the `last` step.
    """
    met = [*last]

    def stride(step: int, values: list[float], cost: float, gradient: Sequence[float]) -> Stepped:
        square = math.fsum(slope * slope for slope in gradient)
        rate = _tried_first(met[-1], values, gradient) if met else 0.0
        factor = 2.0 if met else 8.0
        if not 0 < rate < math.inf:
            rate = _first_rate(evaluate, values, cost, gradient) if square else 0.0
        while rate * math.sqrt(square) > 0:
            ahead = [value - rate * slope for value, slope in zip(values, gradient, strict=True)]
            if ahead == values:
                break
            found = evaluate(ahead)
            if _falls_enough(cost, gradient, rate * square, found):
                met[:] = [(rate, values, gradient)]
                return rate, ahead, found
            rate /= factor
        return 0.0, list(values), None

    return stride


def _falls_enough(
    cost: float, gradient: Sequence[float], promised: float, found: CostAndGradient
) -> bool:
    """Whether the cost falls by a part of what was promised; in rounding, by the slope."""
    after, slopes = found
    if not (math.isfinite(after) and math.isfinite(math.hypot(*slopes))):
        return False
    if after <= cost - 1e-4 * promised:
        return True
    if promised > 1e3 * EPSILON * abs(cost) or after > cost + 1e2 * EPSILON * abs(cost):
        return False
    square = math.fsum(slope * slope for slope in gradient)
    along = math.fsum(one * other for one, other in zip(gradient, slopes, strict=True))
    return along >= -0.9 * square


def _tried_first(met: Step, values: list[float], gradient: Sequence[float]) -> float:
    """One over the last step's curvature, at most eight times its rate; twice that over a top."""
    rate, before, slopes = met
    moves = [here - there for here, there in zip(values, before, strict=True)]
    changes = [here - there for here, there in zip(gradient, slopes, strict=True)]
    bend = math.fsum(move * change for move, change in zip(moves, changes, strict=True))
    square = math.fsum(move * move for move in moves)
    return min(square / bend, 8 * rate) if bend > 0 else 2 * rate


def _first_rate(
    evaluate: Evaluate, values: list[float], cost: float, gradient: Sequence[float]
) -> float:
    """A rate to begin with: from 1, eight times more or less until the cost falls no further."""

    def falls(rate: float) -> float:
        ahead = [value - rate * slope for value, slope in zip(values, gradient, strict=True)]
        after, slopes = evaluate(ahead)
        return after if ahead != values and math.isfinite(math.hypot(*slopes)) else math.inf

    rate, least = 1.0, falls(1.0)
    while not least < cost and rate > 1e-300:
        rate /= 8
        least = falls(rate)
    for factor in (8.0, 1 / 8):
        after = falls(rate * factor)
        while after < least and rate < 1e300:
            rate, least = rate * factor, after
            after = falls(rate * factor)
    return rate


# ------------------------------------------------------------------------------------------------
# What a quadratic foretells


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
        """The largest stable rate; None where no rate is too large."""
        with np.errstate(all="ignore"):
            rate = float(2 / self.curvature[-1]) if self.bent else math.inf
        return rate if math.isfinite(rate) else None

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

    def steps(self, rate: float, enough: float) -> float:
        """How many steps it takes until the cost is so near its minimum; inf beyond counting."""
        if self.left(rate, 0) <= enough:
            return 0.0
        most = 1.0
        while not self.left(rate, most) <= enough:
            most *= 2
            if most > 1e18:
                return math.inf
        least = most / 2
        while most - least > max(1.0, 1e-3 * most):
            middle = (least + most) / 2
            least, most = (least, middle) if self.left(rate, middle) <= enough else (middle, most)
        return most


def most_steps(bowl: Bowl, rate: float, most: int) -> int:
    """How many steps are worth while at most: few, where many would hardly bring the cost lower."""
    few = min(FEW, most)
    left = bowl.left(rate, most)
    arrives = left <= EPSILON**2 * float(bowl.parts.sum())
    return most if arrives or left < 0.5 * bowl.left(rate, few) else few
