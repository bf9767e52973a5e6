"""The least of a sum of c·|b·θ + e| and l·θ by an interior point, where it is one corner: some tens of least squares, however many examples there are.

Portnoy and Koenker, The Gaussian Hare and the Laplacian Tortoise (1997); Mehrotra, On the Implementation of a Primal-Dual
Interior Point Method (1992).

Laws
----
- where the sum's slope is 0 it is flat, and least: so it is for ever along a way that parts the rows of a hinge
- the end of a search is only a guess of the corners that the least value lies on: these are solved for, and it is the least
  where μ with Σ μ·b = −l is ±c by the side of every other corner and inside ±c at these
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from symgd.data.arrays import FloatArray, IntArray
from symgd.fit.costs.smooth_cost import weighted_square

ROUNDS = 40  # at most: it takes ten to twenty
SHORT = 0.99995  # of the way to the nearest bound
FIRST = 0.1  # of the usual distance: what prices are at first, at least
INSIDE = 1 - 1e-9  # of c: a μ at its bound would leave other least points open
MOST = 1e12  # the condition of rows that meet at one point
FLAT = 1e-13  # of what a slope adds up: less is none
FURTHER = 1e3  # times as far out: what is flat there as well has no end
NOTHING = 1e-13  # of what the prices add up to at first: less is left to no rounding


@dataclass(frozen=True, eq=False)
class Angular:
    """l·θ + Σ c·|b·θ + e|, its parameters not bounded."""

    table: FloatArray  # b of each corner, of shape (m, p)
    offsets: FloatArray  # e of each
    heights: FloatArray  # c of each
    slope: FloatArray  # l

    def corner(self) -> FloatArray | None:
        """The one point of the least value, or one inside a flat part without an end; None where there are others, or it is not found.

        Examples
        --------
        >>> one = np.ones((3, 1))
        >>> Angular(one, -np.array([1.0, 2.0, 9.0]), np.ones(3), np.zeros(1)).corner()
        array([2.])
        """
        count, width = self.table.shape
        if count <= width:
            return None
        at = self._start()
        most = NOTHING * at.gap
        try:
            for _ in range(ROUNDS):
                at = at.next(self)
                if not np.isfinite(at.values).all():
                    return None
                if self._is_flat_at(at.values) and self._is_flat_at(FURTHER * at.values):
                    return at.values
                inside = np.minimum(at.above, at.below) / self.heights
                found = self._proved(np.argpartition(-inside, width)[:width])
                if found is not None or at.gap <= most:
                    return found
        except (np.linalg.LinAlgError, ValueError):  # columns that depend on each other
            pass
        return None

    def _start(self) -> Inside:
        """Every μ at 0, and prices that tell the distances of a fit by least squares."""
        values: FloatArray = np.linalg.lstsq(self.table, -self.offsets, rcond=None)[0].astype(
            np.float64
        )
        u = self.offsets + self.table @ values
        least = FIRST * float(np.abs(u).mean()) or 1.0
        prices = np.maximum(-u, 0) + least, np.maximum(u, 0) + least
        return Inside(values, self.heights, self.heights, *prices)

    def _is_flat_at(self, values: FloatArray) -> bool:
        """Whether the sum has a slope there, and it is 0: then it is least."""
        sides = np.sign(self.offsets + self.table @ values)
        if not sides.all():
            return False
        slope = self.slope + (sides * self.heights) @ self.table
        return bool((np.abs(slope) <= FLAT * (self.heights @ np.abs(self.table))).all())

    def _proved(self, on: IntArray) -> FloatArray | None:
        """The point on as many corners as parameters, if the least value is there and nowhere else."""
        rows = self.table[on]
        if np.linalg.cond(rows, 1) > MOST:
            return None
        values: FloatArray = np.linalg.solve(rows, -self.offsets[on]).astype(np.float64)
        values -= np.linalg.solve(rows, self.offsets[on] + rows @ values)
        sides = np.sign(self.offsets + self.table @ values) * self.heights
        sides[on] = 0.0
        forces = np.linalg.solve(rows.T, -(self.slope + sides @ self.table))
        proved = (np.abs(forces) < INSIDE * self.heights[on]).all()
        return values if proved else None


@dataclass(frozen=True, eq=False)
class Inside:
    """Parameters, how far each μ is above −c and below c, and the prices of these two bounds."""

    values: FloatArray
    above: FloatArray
    below: FloatArray
    low: FloatArray
    high: FloatArray

    @property
    def gap(self) -> float:
        """By how much the sum may be above its least value, if Σ μ·b = −l."""
        return float(self.above @ self.low + self.below @ self.high)

    def next(self, of: Angular) -> Inside:
        """The place after one step of the predictor and the corrector, which have one factor in common."""
        from scipy.linalg import cho_factor, cho_solve

        turned = of.table.T
        lacking = -of.slope - turned @ ((self.above - self.below) / 2)
        share = 1 / (self.low / self.above + self.high / self.below)
        factor = cho_factor(weighted_square(turned, share, turned))

        def towards(low: FloatArray, high: FloatArray) -> Inside:
            step = cho_solve(factor, lacking + turned @ (share * (low - high)))
            moved = share * (of.table @ step - low + high)
            prices = -low - self.low / self.above * moved, -high + self.high / self.below * moved
            return Inside(step, moved, -moved, *prices)

        first = towards(self.low, self.high)
        reached = self._moved(first).gap / self.gap
        centre = self.gap * reached**3 / (2 * len(share))
        return self._moved(
            towards(
                self.low - (centre - first.above * first.low) / self.above,
                self.high - (centre - first.below * first.high) / self.below,
            )
        )

    def _moved(self, by: Inside) -> Inside:
        """The place after a step that stays inside all bounds."""
        within = min(_length(self.above, by.above), _length(self.below, by.below))
        priced = min(_length(self.low, by.low), _length(self.high, by.high))
        return Inside(
            self.values + priced * by.values,
            self.above + within * by.above,
            self.below + within * by.below,
            self.low + priced * by.low,
            self.high + priced * by.high,
        )


def _length(sizes: FloatArray, step: FloatArray) -> float:
    """The part of a step that leaves all sizes above 0."""
    return min(1.0, SHORT / max(float((-step / sizes).max()), 1e-300))
