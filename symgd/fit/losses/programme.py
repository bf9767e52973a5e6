"""The least of a cost that is linear between its corners, by a linear programme.

Laws
----
- min l·θ + Σ c·|b·θ − e| is the negative of min Σ μ·e over |μ| ≤ c with Σ μ·b = −l; θ is what that least changes by with −l
- the second has a row for each parameter and no more, however many examples there are
- c·|u| is nowhere below ±c·u: a least value found with some corners straight is the least of all where they are on that side
- at a corner of the cost as many of the |b·θ − e| are 0 as there are parameters: they are solved for, so that every digit counts
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from symgd.data.arrays import FloatArray
from symgd.fit.costs.smooth_cost import SmoothCost
from symgd.fit.losses.corners import Corners, corners_of
from symgd.fit.losses.interior import Angular
from symgd.fit.losses.newton import EPS, Bounds
from symgd.fit.task import thinned

BoolArray: TypeAlias = npt.NDArray[np.bool_]

NEAR = 1e-7  # the part of a parameter by which the programme's own end may miss a bound
PRESSED = 1e-9  # of the largest height: what a bound is worth, and so holds its parameter
THINNED = 8  # one in so many corners says first where the least value is
ON = 1e-12  # of the size of what a corner's distance is a sum of
MUCH = 500_000  # multiplications in a step of an interior point: of less the solver of programmes makes nothing
FEW = 5_000  # corners that are no trouble
# So many times the corners that are drawn are bent at first, those nearest to their bend.
BANDS = (3, 12, 48)


def solved(corners: Corners, bounds: Bounds) -> FloatArray | None:
    """The parameters of the least cost; None where the cost is not linear between corners, or has no least value."""
    objective = corners.objective
    zero = np.zeros(len(objective.names))
    if not objective.affine or not is_linear_between(_thinned(corners)):
        return None
    table, at_zero = corners.gradients(zero), corners.distances(zero)
    sizes = np.abs(table).max(axis=0, initial=0.0)
    sizes[sizes == 0] = 1.0
    slope = corners.without(zero, np.zeros(len(at_zero))).gradient
    limits = bounds.low * sizes, bounds.high * sizes
    form = Programme(table / sizes, at_zero, corners.heights, slope / sizes, *limits)
    found = form.sifted(np.arange(len(at_zero)) >= len(corners.rows))
    if found is None:
        return None
    values = bounds.inside(found / sizes)
    return _at_corner(corners, bounds, values, table)


def _thinned(corners: Corners) -> Corners:
    """The same over some of the rows: one formula is the loss of all."""
    few = thinned(corners.objective.task)
    if few is corners.objective.task:
        return corners
    parts = corners.objective.parts
    return corners_of(SmoothCost(few, parts)) or corners


def is_linear_between(corners: Corners) -> bool:
    """Whether the cost bends nowhere but at its corners."""
    objective = corners.objective
    spots = [np.zeros(len(objective.names)), np.ones(len(objective.names))]
    for values in (*spots, spots[1] * -7.3, spots[1] * 1e3):
        made = corners.without(values, np.zeros(len(corners.heights)))
        if not np.isfinite(made.hessian).all() or np.abs(made.hessian).max(initial=0) > 0:
            return False
    one, other = (corners.without(v, np.zeros(len(corners.heights))).gradient for v in spots)
    room = 1e-9 * (np.abs(one) + np.abs(corners.gradients(spots[0]).T @ corners.heights))
    return bool((np.abs(one - other) <= room + 1e-300).all())


@dataclass(frozen=True, eq=False)
class Programme:
    """min l·θ + Σ c·|b·θ + e| within bounds.

    Examples
    --------
    >>> one = np.ones((3, 1))
    >>> Programme(one, -np.array([1.0, 2.0, 9.0]), np.ones(3), np.zeros(1), -np.inf * one[0], np.inf * one[0]).least()
    array([2.])
    """

    table: FloatArray  # b of each corner, of shape (m, p)
    offsets: FloatArray  # e of each
    heights: FloatArray  # c of each
    slope: FloatArray  # l
    low: FloatArray
    high: FloatArray

    def least(self) -> FloatArray | None:
        """The parameters of the least value, as the prices of the dual programme; None where there is none."""
        from scipy.optimize import linprog
        from scipy.sparse import csc_array, eye_array, hstack

        below, above = np.isfinite(self.low), np.isfinite(self.high)
        one = eye_array(len(self.slope), format="csc")
        largest = float(self.heights.max())
        matrix = hstack([csc_array(self.table.T), -one[:, below], one[:, above]], format="csc")
        aim = np.concatenate([-self.offsets, -self.low[below], self.high[above]])
        unit = float(np.abs(aim).max(initial=0.0)) or 1.0  # the solver's tolerances are absolute
        reach = np.column_stack([-self.heights, self.heights]) / largest
        more = np.tile([0.0, np.inf], (int(below.sum() + above.sum()), 1))
        made = linprog(
            aim / unit,
            A_eq=matrix,
            b_eq=-self.slope / largest,
            bounds=np.concatenate([reach, more]),
            method="highs",
        )
        if made.status != 0:
            return None
        values: FloatArray = np.asarray(made.eqlin.marginals, dtype=np.float64) * unit
        if not np.isfinite(values).all():
            return None
        room, prices = 1 - 1e-9, made.x[len(reach) :] > PRESSED
        values[below] = np.where(prices[: below.sum()], self.low[below], values[below])
        values[above] = np.where(prices[below.sum() :], self.high[above], values[above])
        values = np.clip(values, self.low, self.high)
        return self._on(values, np.abs(made.x[: len(reach)]) < room * reach[:, 1])

    def _on(self, values: FloatArray, corners: BoolArray) -> FloatArray:
        """The same to the last digit: on the corners whose μ is inside ±c."""
        near = NEAR * np.abs(values)
        free = (values - self.low > near) & (self.high - values > near)
        made = values.copy()
        for _ in range(2 if corners.any() and free.any() else 0):
            left = self.offsets[corners] + self.table[corners] @ made
            made[free] -= np.linalg.lstsq(self.table[corners][:, free], left, rcond=1e-11)[0]
        return made

    def sifted(self, always: BoolArray) -> FloatArray | None:
        """The same, most corners far from their bend being taken for straight; `always` are never.

        Portnoy and Koenker, The Gaussian Hare and the Laplacian Tortoise (1997).
        """
        count, width = self.table.shape
        if (
            count * width * width > MUCH
            and not (np.isfinite(self.low) | np.isfinite(self.high)).any()
        ):
            corner = Angular(self.table, self.offsets, self.heights, self.slope).corner()
            if corner is not None:
                return corner
        few = max(FEW, int((count * width) ** (2 / 3) / 2))
        if count <= 2 * few:
            return self.least()
        some = always | (np.random.default_rng(count).random(count) < 1 / THINNED)
        heights = np.where(always, self.heights, self.heights * THINNED)
        thin = replace(self, heights=heights)._of(some, self.slope, 0 * self.slope)
        values = thin.sifted(always[some])
        if values is None:
            return self.least()
        u = self.offsets + self.table @ values
        sides = np.where(u < 0, -1.0, 1.0)
        away = np.abs(u) / np.maximum(np.abs(self.table).sum(axis=1), 1e-300)
        for wide in BANDS:
            band = min(wide * few, count - 1)
            bent = always | (away <= np.partition(away, band)[band])
            found = self._certified(bent, sides, values)
            if found is not None:
                return found
        return self.least()

    def _of(self, which: BoolArray, slope: FloatArray, origin: FloatArray) -> Programme:
        """Some of the corners, with another slope, for what is added to `origin`."""
        table = self.table[which]
        offsets, limits = (
            self.offsets[which] + table @ origin,
            (self.low - origin, self.high - origin),
        )
        return Programme(table, offsets, self.heights[which], slope, *limits)

    def _certified(
        self, bent: BoolArray, sides: FloatArray, values: FloatArray
    ) -> FloatArray | None:
        """The least of all, by corners that are straight but for the bent ones, until each is on its side; None where that has none."""
        while True:
            straight = np.where(bent, 0.0, self.heights * sides)
            step = self._of(bent, self.slope + straight @ self.table, values).least()
            if step is None:
                return None
            values = values + step
            wrong = ~bent & ((self.offsets + self.table @ values) * sides < 0)
            if not wrong.any():
                return values
            bent = bent | wrong


def _at_corner(
    corners: Corners, bounds: Bounds, values: FloatArray, table: FloatArray
) -> FloatArray:
    """The same with all digits: the corners that it lies on are solved for."""
    objective = corners.objective
    u = corners.distances(values)
    reach = np.abs(table) @ np.abs(values) + np.abs(u - table @ values)
    on = np.abs(u) <= ON * np.maximum(reach, np.abs(u).max(initial=0.0) * 1e-6)
    low = np.abs(values - bounds.low) <= NEAR * np.abs(values)
    high = np.abs(values - bounds.high) <= NEAR * np.abs(values)
    values = np.where(low, bounds.low, np.where(high, bounds.high, values))
    free = ~(low | high)
    if not on.any() or not free.any():
        return values
    rows = table[on][:, free]
    size = np.abs(rows).max(axis=0, initial=0.0)
    size[size == 0] = 1.0
    better = values.copy()
    for _ in range(2):
        better[free] -= (
            np.linalg.lstsq(rows / size, corners.distances(better)[on], rcond=1e-11)[0] / size
        )
    better = corners.snapped(better, np.flatnonzero(on))
    room = 8 * EPS * objective.sizes(values)
    return better if objective.cost(better) <= objective.cost(values) + room else values
