"""A local least of a cost whose loss is straight between its corners, over linear programmes near one point after the other.

Laws
----
- where the scores are straight lines nearby, the cost is that of a linear programme, and its least within a small region is exact
- the region grows where the programme foretells what the cost does, and shrinks where it does not
- with fewer corners on it than parameters, a point is the least along them by Newton's method: programmes crawl there
- the programme's prices are the forces μ: a point at which they hold is one at which 0 is a subgradient
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from symgd.data.arrays import FloatArray, IntArray
from symgd.fit.losses.corners import Corners
from symgd.fit.losses.newton import EPS, Bounds
from symgd.fit.losses.programme import Programme

MOST = 60  # programmes
WIDER, NARROWER = 4.0, 0.25  # times as large is the next region
TRUE, FALSE = 0.75, 0.25  # parts of what a programme foretold
CORRECTIONS = 3  # steps back to corners that are no straight lines
SMALLEST = 1e-13  # of the targets: a region in which floats see nothing
ON = 1e-9  # of the region: a corner so near is one that the programme's end lies on
LARGEST = 2_000_000  # numbers in all programmes of one search

Settle: TypeAlias = Callable[[FloatArray, IntArray], "FloatArray | None"]


def is_straight(corners: Corners, values: FloatArray) -> bool:
    """Whether the loss bends nowhere but at its corners, and programmes are small enough."""
    objective = corners.objective
    if objective.root or len(objective.parts.names) > 1 or objective.penalty != 0:
        return False
    if len(corners.heights) * len(values) * MOST > LARGEST:
        return False
    scores, _ = corners.beside(values)
    with np.errstate(all="ignore"):
        used = objective.weights > 0
        first, second = objective.loss_slopes(scores)
        return bool((np.abs(second[0, 0][used]) <= 1e-12 * np.abs(first[0][used]).max()).all())


@dataclass
class Sequential:
    """Goes down from a point; `settle` finds the least along corners near a point, or None where that is none."""

    corners: Corners
    bounds: Bounds
    settle: Settle

    def descended(self, start: FloatArray) -> FloatArray:
        """Where the descent from a point ends."""
        values, cost = start, self.corners.objective.cost(start)
        u = np.abs(self.corners.distances(values))
        region = float(np.median(u)) or float(u.max(initial=0.0)) or 1.0
        least = SMALLEST * (
            float(u.max(initial=0.0)) + float(np.abs(self.corners.places).max(initial=0.0))
        )
        tried, part = b"", 1.0
        for _ in range(MOST):
            made = self._programme(values, region)
            if made is None:
                break
            trial, foretold, on, edge = made
            if on.tobytes() != tried or not edge or part < FALSE:
                tried = on.tobytes()
                settled = self._settled((trial, values), on, cost)
                if settled is not None:
                    return settled
            if foretold <= self._rounding(values):
                break
            trial, there = self._followed(trial, on)
            part = (cost - there) / foretold
            if part > 0:
                values, cost = trial, there
            if part >= TRUE and edge:
                region *= WIDER
            elif part < FALSE:
                region *= NARROWER
            if region <= least:
                break
        return values

    def _settled(
        self, places: Sequence[FloatArray], on: IntArray, cost: float
    ) -> FloatArray | None:
        """The least along some corners from one of these places, where it is no higher than a cost."""
        for near in places:
            found = self.settle(near, on)
            if found is not None and self.corners.objective.cost(found) <= cost + self._rounding(
                found
            ):
                return found
        return None

    def _followed(self, trial: FloatArray, on: IntArray) -> tuple[FloatArray, float]:
        """The same led back to the corners that bend away from the programme's straight ones, where it costs less there, and its cost."""
        best, cost, at = trial, self.corners.objective.cost(trial), trial
        for _ in range(CORRECTIONS if len(on) else 0):
            table = self.corners.gradients(at, on)
            sizes = np.abs(table).max(axis=0, initial=0.0)
            sizes[sizes == 0] = 1.0
            if not np.isfinite(table).all():
                break
            back = np.linalg.lstsq(table / sizes, -self.corners.distances(at)[on], rcond=1e-9)[0]
            at = self.bounds.inside(at + back / sizes)
            there = self.corners.objective.cost(at)
            if not there < cost:
                break
            best, cost = at, there
        return best, cost if np.isfinite(cost) else np.inf

    def _rounding(self, values: FloatArray) -> float:
        return 4 * EPS * self.corners.objective.sizes(values)

    def _programme(
        self, values: FloatArray, region: float
    ) -> tuple[FloatArray, float, IntArray, bool] | None:
        """The least of the programme within a region, by how much it foretells the cost to fall, the corners that it lies on, and whether it is at the region's edge."""
        corners = self.corners
        table, u = corners.gradients(values), corners.distances(values)
        slope = corners.without(values, np.zeros(len(u))).gradient
        sizes = np.abs(table).max(axis=0, initial=0.0)
        sizes[sizes == 0] = 1.0
        if not (np.isfinite(table).all() and np.isfinite(u).all() and np.isfinite(slope).all()):
            return None
        low = np.maximum((self.bounds.low - values) * sizes, -region)
        high = np.minimum((self.bounds.high - values) * sizes, region)
        form = Programme(table / sizes, u, corners.heights, slope / sizes, low, high)
        step = form.least()
        if step is None:
            return None
        there = u + form.table @ step
        fall = corners.heights @ (np.abs(u) - np.abs(there)) - form.slope @ step
        on = np.flatnonzero(np.abs(there) <= ON * (region + np.abs(u)))
        edge = bool((np.abs(step) >= region * (1 - 1e-9)).any())
        return self.bounds.inside(values + step / sizes), float(fall), on.astype(np.intp), edge
