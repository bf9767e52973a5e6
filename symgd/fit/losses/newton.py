"""Newton's method with a safeguard: down to the last digit that floats have, within bounds, for costs of any form.

Laws
----
- no step makes the cost rise by more than rounding does
- a parameter leaves its bound only where the cost falls that way
- every length is measured by the cost's own curvature, so that units of columns and parameters change nothing
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
import numpy.typing as npt

from symgd.codegen.walk.arrival import CLOSE
from symgd.data.arrays import FloatArray
from symgd.fit.costs.smooth_cost import Expansion
from symgd.fit.definite import Definite, definite

EPS = float(np.finfo(float).eps)
FLAT = 1e-12  # a curvature of so little of the largest, parameters brought to one length, is none
STEPS = 300  # at most: it converges in tens, or not at all
NO_SIZE = 1e-50  # beside what a parameter bends others: its own curvature is 0
HALVINGS = 60  # after so many a step changes no float
AWAY = (1e1, 1e2, 1e3, 1e4, 1e6)  # so many steps further on the cost is looked at


class Smooth(Protocol):
    """A cost that has a gradient and a Hessian."""

    def at(self, values: FloatArray) -> Expansion:
        """The cost, its gradient and its Hessian."""

    def cost(self, values: FloatArray) -> float:
        """The cost alone."""

    def sizes(self, values: FloatArray) -> float:
        """The size of the numbers that it is a sum of."""


@dataclass(frozen=True, eq=False)
class Bounds:
    """The least and the greatest value of each parameter."""

    low: FloatArray
    high: FloatArray

    def inside(self, values: FloatArray) -> FloatArray:
        """The nearest values within."""
        return np.clip(values, self.low, self.high)

    def at(self, values: FloatArray) -> npt.NDArray[np.bool_]:
        """Which parameters stand at a bound."""
        return (values <= self.low) | (values >= self.high)

    def held(self, values: FloatArray, gradient: FloatArray) -> npt.NDArray[np.bool_]:
        """Which parameters stand at a bound that the cost presses them against."""
        at_low, at_high = values <= self.low, values >= self.high
        return (at_low & (gradient >= 0)) | (at_high & (gradient <= 0))


@dataclass(frozen=True, eq=False)
class Nearby:
    """A cost near a point, in coordinates in which every parameter bends it alike."""

    scale: FloatArray  # of a parameter for one of its coordinates
    hessian: FloatArray  # in those coordinates
    gradient: FloatArray
    free: npt.NDArray[np.bool_]  # which parameters can move

    @cached_property
    def _definite(self) -> Definite | None:
        """The Hessian, where there are many parameters and it bends up beyond doubt."""
        return definite(self.hessian)

    @cached_property
    def _bent(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        """The curvatures, ascending, their directions, in columns, and the gradient along them."""
        bends, axes = np.linalg.eigh(self.hessian)
        return bends, axes, axes.T @ self.gradient

    @property
    def _top(self) -> float:
        """The largest curvature, up or down."""
        return float(np.abs(self._bent[0]).max(initial=0.0))

    @property
    def downward(self) -> FloatArray | None:
        """The direction in which the cost bends down the most, if there is one."""
        if self._definite is not None:
            return None
        bends, axes, _ = self._bent
        return axes[:, 0] if bends.size and bends[0] < -1e-8 * self._top else None

    @cached_property
    def level(self) -> npt.NDArray[np.bool_]:
        """Which directions have no curvature."""
        if self._definite is not None:
            return np.zeros(len(self.gradient), dtype=bool)
        return np.abs(self._bent[0]) <= FLAT * self._top

    @cached_property
    def _whole_step(self) -> FloatArray:
        """The step to the least of a definite parabola."""
        assert self._definite is not None
        return -self._definite.solved(self.gradient)

    def gain(self, of: npt.NDArray[np.bool_]) -> float:
        """By how much the cost can still fall in some directions, as far as it is a parabola."""
        if self._definite is not None:  # all of them, or none is asked for
            return -float(self.gradient @ self._whole_step) / 2 if of.any() else 0.0
        bends = np.maximum(np.abs(self._bent[0]), FLAT * self._top)[of]
        slopes = self._bent[2]
        if not bends.size:
            return 0.0
        if self._top == 0:
            return math.inf if slopes.any() else 0.0
        return float((slopes[of] ** 2 / bends).sum()) / 2

    def step(self, ignored: npt.NDArray[np.bool_]) -> FloatArray:
        """Newton's step, turned round where the cost bends down; along directions that are not ignored."""
        whole = np.zeros(len(self.free))
        if self._definite is not None:
            whole[self.free] = self.scale * self._whole_step
            return whole
        bends, axes, slopes = self._bent
        sizes = np.maximum(np.abs(bends), FLAT * self._top) if self._top else np.ones_like(bends)
        whole[self.free] = self.scale * (axes @ np.where(ignored, 0.0, -slopes / sizes))
        return whole


def model_of(point: Expansion, free: npt.NDArray[np.bool_]) -> Nearby:
    """The cost near a point, over the parameters that can move."""
    hessian, gradient = point.hessian[np.ix_(free, free)], point.gradient[free]
    with np.errstate(all="ignore"):
        sizes = np.sqrt(np.abs(np.diag(hessian)))
        beside = np.abs(hessian) / np.where(
            sizes > 0, sizes, np.inf
        )  # no more than `sizes` where it bends up
        rows = np.sqrt(np.abs(hessian).max(axis=1, initial=0.0))
        sizes = np.where(sizes > NO_SIZE * beside.max(axis=1, initial=0.0), sizes, rows)
        scale = np.where(sizes > 0, 1 / sizes, 1.0)
        if not sizes.any():  # of a slope alone each parameter takes its share
            steep = np.abs(gradient) > 0
            share = math.sqrt(max(point.cost, 0.0)) or 1.0
            scale = np.where(steep, share / np.abs(gradient), 1.0)
        scaled = hessian * np.outer(scale, scale)
        scaled[~(np.abs(scaled) < 1e100)] = 0.0  # LAPACK may not come back from infinities
    return Nearby(scale, (scaled + scaled.T) / 2, scale * gradient, free)


@dataclass(frozen=True, eq=False)
class Arrival:
    """Where Newton's method ended."""

    values: FloatArray
    point: Expansion
    steps: int
    size: float  # of the numbers that the cost is a sum of
    free: npt.NDArray[np.bool_]  # which parameters no bound holds
    costs: tuple[float, ...] = ()  # by step, the start's first

    @cached_property
    def model(self) -> Nearby:
        """The cost near the end, over the parameters that no bound holds."""
        return model_of(self.point, self.free)

    @property
    def is_minimum(self) -> bool:
        """The law of "converged"."""
        if not self.point.finite:
            return False
        near = self.model
        if near.downward is not None:
            return False
        steep = near.gain(~near.level)
        rounded = 1e3 * EPS * self.size
        if near.gain(near.level) > max(rounded / FLAT * EPS, CLOSE * abs(self.point.cost)):
            return False
        if steep <= CLOSE * abs(self.point.cost) or steep <= rounded * EPS:
            return True
        step = np.abs(near.step(near.level))
        return bool((step <= CLOSE * np.abs(self.values)).all())


def newton(function: Smooth, start: FloatArray, bounds: Bounds, most: int = STEPS) -> Arrival:
    """Go down to a minimum from a start; where there is none, as far as it goes."""
    values = bounds.inside(np.array(start, dtype=np.float64))
    point, steps = function.at(values), 0
    costs = [point.cost]
    while steps < most and point.finite:
        found = _next(function, values, point, bounds)
        if found is None:
            break
        values, point = found
        steps += 1
        costs.append(point.cost)
    free = ~bounds.held(values, point.gradient)
    return Arrival(values, point, steps, function.sizes(values), free, tuple(costs))


def _next(
    function: Smooth, values: FloatArray, point: Expansion, bounds: Bounds
) -> tuple[FloatArray, Expansion] | None:
    """The point after one step; None where there is no better one."""
    free = ~bounds.held(values, point.gradient)
    if not free.any():
        return None
    near, rounded = model_of(point, free), 8 * EPS * function.sizes(values)
    idle = near.level & (near.gain(near.level) <= rounded / FLAT * EPS)
    gain = near.gain(~idle)
    if gain <= rounded:
        better = _polished(function, values, near.step(near.level), bounds, gain)
        return better or _off_saddle(function, values, point, near, bounds, rounded)
    step = near.step(idle)
    for length in _lengths():
        trial = bounds.inside(values + length * step)
        if (trial == values).all():  # nor does a shorter step lead anywhere
            return None
        fall = float(point.gradient @ (trial - values))
        cost = function.cost(trial)
        if math.isfinite(cost) and cost <= point.cost + 1e-4 * min(fall, 0.0):
            there = function.at(trial)
            if there.finite:
                return trial, there
    return None


def _lengths() -> Iterator[float]:
    return (0.5**halving for halving in range(HALVINGS))


def _polished(
    function: Smooth,
    values: FloatArray,
    step: FloatArray,
    bounds: Bounds,
    gain: float,
) -> tuple[FloatArray, Expansion] | None:
    """One whole step where the cost itself is rounding already: kept if the gradient is much shorter after it."""
    trial = bounds.inside(values + step)
    if (trial == values).all() or gain == 0:
        return None
    there = function.at(trial)
    if not there.finite:
        return None
    free = ~bounds.held(trial, there.gradient)
    near = model_of(there, free)
    rest = near.gain(~near.level) if free.any() else 0.0
    return (trial, there) if rest < gain / 4 else None


def _off_saddle(
    function: Smooth,
    values: FloatArray,
    point: Expansion,
    near: Nearby,
    bounds: Bounds,
    rounded: float,
) -> tuple[FloatArray, Expansion] | None:
    """A lower point along the direction in which the cost bends down the most, where it does."""
    downward = near.downward
    if downward is None:
        return None
    way = np.zeros(len(values))
    way[near.free] = near.scale * downward * math.sqrt(max(abs(point.cost), rounded))
    for length in (1.0, 0.1, 0.01, 1e-3, 1e-4):
        for side in (length, -length):
            trial = bounds.inside(values + side * way)
            if function.cost(trial) < point.cost - rounded:
                there = function.at(trial)
                if there.finite:
                    return trial, there
    return None


def runs_off(function: Smooth, end: Arrival, bounds: Bounds) -> FloatArray | None:
    """The direction in which the cost falls for ever, by all that is seen; None where it turns up."""
    if not end.point.finite or not end.free.any():
        return None
    near = end.model
    ways = (near.step(np.zeros(len(near.gradient), dtype=bool)), end.values)
    return next((way for way in ways if _falls(function, end, way, bounds)), None)


def _falls(function: Smooth, end: Arrival, way: FloatArray, bounds: Bounds) -> bool:
    """Whether the cost falls, however far one goes."""
    before = end.point.cost
    for length in AWAY:
        trial = bounds.inside(end.values + length * way)
        cost = function.cost(trial)
        if math.isnan(cost) or cost > before + EPS * end.size or (trial == end.values).all():
            return False
        before = cost
    return True
