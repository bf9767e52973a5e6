"""One after the other: like terms are placed where the residual shows them, then all of them are led downhill together.

Laws
----
- a term about x − p is placed on a peak of the residual, as wide as it, by the rows around it alone; any other is
  found by a search of its own over the residual of all rows
- residuals that hold nothing but noise change from row to row by twice their variance, neither less, as those of a
  term that is missing, nor more, and the sum of k of them has k times it: von Neumann, Distribution of the Ratio of the Mean Square Successive Difference to the Variance (1941)
"""

from __future__ import annotations

import math
from collections.abc import Generator, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain, product
from typing import TypeAlias

import numpy as np

from symgd.data.arrays import FloatArray
from symgd.fit.least_squares.candidates import Drawer, Scales
from symgd.fit.least_squares.curve import Curve
from symgd.fit.least_squares.deconvolved import few, half_widths, heights_at
from symgd.fit.least_squares.likes import Likes, Placed
from symgd.fit.least_squares.marquardt import Marquardt
from symgd.fit.least_squares.observed import Observed
from symgd.fit.least_squares.projection import Projection
from symgd.fit.least_squares.summits import Bump, Peaks, bumps_of, peaks_of

# Rows over which bending is looked at, which shows shoulders; 0: not at all.
BLURS = (0, 2, 4, 8, 16)
TALL = 0.2  # of the highest peak: peaks that are taken together
AROUND = 2.0  # widths of a peak that its term is fitted on
DRAWS = 256  # of one term
WIDER = np.array([0.5, 0.7, 1.0, 1.4])  # times a peak's width
STEPS = 6  # of the terms that are placed, together: so many at once
ROUNDS = 10
ENOUGH = 0.02  # of the cost: more is gained by a round that is followed by another
OUT = (1, 2, 1, 2)  # terms that are taken out and placed anew, after all were placed
RANKS = 5  # terms that are taken out first, in turn
GAINED = 0.01  # of the cost: less is no better
ENOUGH_TRIED, MOST_TRIED = 3, 12  # times that it was no better, where noise is left, and where more
TOGETHER = 8  # residuals that are summed up
SPREAD = 4.0  # standard deviations by which the squares of such sums may be above those of noise

View: TypeAlias = tuple[tuple[int, ...], int]


@dataclass(frozen=True, eq=False)
class Piecemeal:
    """Places like terms one after the other."""

    likes: Likes
    curve: Curve
    rows: Observed
    bounds: FloatArray  # of shape (p, 2), of all parameters
    seed: int

    def ends(self) -> Iterator[tuple[FloatArray, bool]]:
        """Values of all parameters, each better than the one before, and whether they leave nothing but noise."""
        nothing = np.zeros(len(self.likes.others))
        best, least = nothing, np.inf
        early = 1 if self._is_of_one_width else len(self._views)
        views = [(nothing, view) for view in self._views]
        begun = ((one, self._views[0]) for one in self._deconvolved())
        for start, view in chain(begun, views[:early]):
            tried, cost = self._filled(start, view)
            if cost < least:
                best, least = tried, cost
                yield self._whole(best), self._is_done(best)
            if self._is_done(best) and (early > 1 or self._is_full(start)):
                break
        if self._is_done(best) and self._is_full(start):
            return  # as many peaks as terms, and nothing but noise is left
        best, least = yield from self._replaced(best, least)
        for start, view in views[early:]:
            if self._is_done(best):
                return
            tried, cost = self._filled(start, view)
            if cost < least:
                best, least = tried, cost
                yield self._whole(best), self._is_done(best)

    def _is_full(self, theta: FloatArray) -> bool:
        return self._count(theta) == len(self.likes.places)

    def _is_done(self, theta: FloatArray) -> bool:
        return self._is_full(theta) and self.is_noise(self._residual(theta))

    def _replaced(
        self, best: FloatArray, least: float
    ) -> Generator[tuple[FloatArray, bool], None, tuple[FloatArray, float]]:
        """What is better once some terms are taken out and placed anew, as `ends` has it; at last the best and its cost."""
        failed = 0
        for out, view in product(OUT, self._views):
            tried, cost = self._filled(self._without(best, failed % RANKS, out), view)
            failed += 1
            if cost < least * (1 - GAINED):
                failed = 0
                yield self._whole(tried), self._is_done(tried)
            if cost < least:
                best, least = tried, cost
            if failed >= (ENOUGH_TRIED if self._is_done(best) else MOST_TRIED):
                break
        return best, least

    @property
    def _is_of_one_width(self) -> bool:
        """Whether a term is a height times a peak of some width, and only heights stand beside."""
        term = self.likes.term
        if self.bumps is None or len(term.affine) != 1 or len(self.rows.inputs) > 1:
            return False
        return len(term.others) == 1 + len(self.bumps[1].widths) and not self.likes.rest.others

    def _deconvolved(self) -> Iterator[FloatArray]:
        """Terms on peaks of one width that add up to the data, for several widths."""
        term, rest = self.likes.term, self.likes.rest
        if self.bumps is None or not self._is_of_one_width:
            return
        along, bump = self.bumps
        rows, count = few(self.rows), len(self.likes.places)
        beside = rest.basis([], rows.inputs)[1:] if self.likes.others else []
        for wide in half_widths(rows, along, count):
            found = heights_at(term, beside, rows, along, bump, wide)[:count]
            terms = np.empty((len(found), len(term.names)))
            terms[:, term.affine[0]] = found[:, 1]
            terms[:, term.others[bump.place]] = found[:, 0]
            for number, power in bump.widths:
                terms[:, term.others[number]] = wide**power
            begun = np.concatenate([np.zeros(len(self.likes.others)), terms.ravel()])
            yield self._together(self._within(begun))[0]

    def _within(self, theta: FloatArray) -> FloatArray:
        """The same inside the bounds."""
        made: FloatArray = np.clip(theta, *self.bounds[self.likes.chosen(self._count(theta))].T)
        return made

    @cached_property
    def _views(self) -> list[View]:
        """How peaks are looked for: their signs, and over how many rows bending is."""
        if self.bumps is None:
            return [((1,), 0)]
        few = [blur for blur in BLURS if 8 * blur < len(self.rows)]
        target = self.rows.target[np.argsort(self.rows.inputs[0], kind="stable")]
        up = 1 if target.mean() >= (target[0] + target[-1]) / 2 else -1
        return [*(((up,), blur) for blur in few), ((1, -1), 0), ((-up,), 0)]

    def _filled(self, theta: FloatArray, view: View) -> tuple[FloatArray, float]:
        """The same with terms added until all are placed."""
        cost = self._finder(theta).cost(theta)
        while (count := self._count(theta)) < len(self.likes.places):
            for term in self._found(theta, view, len(self.likes.places) - count):
                theta = np.concatenate([theta, term])
            theta, cost = self._together(theta)
        return theta, cost

    def _together(self, theta: FloatArray) -> tuple[FloatArray, float]:
        """Steps of all that is placed, until few of them gain little."""
        finder = self._finder(theta)
        cost = finder.cost(theta)
        for _ in range(ROUNDS):
            end = finder.descend(theta, STEPS)
            before, theta, cost = cost, end.theta, end.cost
            if not cost < (1 - ENOUGH) * before:
                break
        return theta, cost

    def _count(self, theta: FloatArray) -> int:
        return (len(theta) - len(self.likes.others)) // len(self.likes.term.names)

    def _finder(self, theta: FloatArray) -> Marquardt:
        chosen = self.likes.chosen(self._count(theta))
        return Marquardt(self._placed, self.rows, self.bounds[chosen])

    @cached_property
    def _placed(self) -> Placed:
        curve = self.curve
        return Placed(curve.formula, curve.names, curve.inputs, curve.apart, self.likes)

    def _residual(self, theta: FloatArray) -> FloatArray:
        """Targets less what is placed, unweighted."""
        return self.rows.target - self._placed.values(theta, self.rows.inputs)

    def _without(self, theta: FloatArray, rank: int, count: int) -> FloatArray:
        """The same without some of the terms that the others can replace the best, from a rank on."""
        head = len(self.likes.others)
        terms = theta[head:].reshape(-1, len(self.likes.term.names))
        parts = self.rows.weighted(self.likes.term.values([*terms.T[:, :, None]], self.rows.inputs))
        alone = 1 / np.diag(np.linalg.pinv(parts @ parts.T))  # what is left of each beside others
        gone = np.argsort(alone)[rank : rank + count]
        return np.concatenate([theta[:head], np.delete(terms, gone, axis=0).ravel()])

    def _whole(self, theta: FloatArray) -> FloatArray:
        made = np.empty(len(self.curve.names))
        made[self.likes.chosen(len(self.likes.places))] = theta
        return made

    def is_noise(self, residual: FloatArray) -> bool:
        """Whether residuals, and sums of neighbouring ones, are as small as noise that changes so much from row to row."""
        left = self.rows.weighted(residual)[np.argsort(self.rows.inputs[0], kind="stable")]
        sums = left[: len(left) // TOGETHER * TOGETHER].reshape(-1, TOGETHER).sum(axis=1)
        if len(self.rows.inputs) > 1 or not len(sums):
            return False
        noise = float(np.square(np.diff(left)).mean()) / 2
        each = noise * (1 + SPREAD * math.sqrt(1 / len(left)))
        most = TOGETHER * noise * (1 + SPREAD * math.sqrt(2 / len(sums)))
        return bool(np.square(left).mean() <= each and np.square(sums).mean() <= most)

    # -----------------------------------------------------------------------------------------
    # One term

    def _found(self, theta: FloatArray, view: View, most: int) -> Iterator[FloatArray]:
        """The parameters of terms that the residual shows."""
        rows = replace(self.rows, target=self._residual(theta))
        number = self._count(theta)
        if not self.bumps:
            yield self._hunted(rows, number)
            return
        along, _ = self.bumps
        peaks = self._peaks(rows.inputs[along], rows.target, *view)
        tall = np.flatnonzero(peaks.heights > TALL * peaks.heights.max(initial=0.0))[:most]
        for one in tall:
            at, wide = peaks.places[one], peaks.widths[one]
            term = self._on_peak(rows, number, at, wide)
            rows = replace(rows, target=rows.target - self.likes.term.values(term, rows.inputs))
            number += 1
            yield term
        if not len(tall):
            yield self._hunted(rows, number)

    def _peaks(
        self, column: FloatArray, target: FloatArray, signs: tuple[int, ...], blur: int
    ) -> Peaks:
        if not blur:
            return peaks_of(column, target, signs)
        from scipy.ndimage import gaussian_filter1d

        order = np.argsort(column, kind="stable")
        even = np.linspace(column.min(), column.max(), len(column))
        heights = np.interp(even, column[order], target[order])
        return peaks_of(even, -gaussian_filter1d(heights, blur, order=2), signs)

    def _on_peak(self, rows: Observed, number: int, at: float, wide: float) -> FloatArray:
        """A term on a peak, as the rows around it tell."""
        assert self.bumps is not None
        along, bump = self.bumps
        near = np.flatnonzero(np.abs(rows.inputs[along] - at) <= AROUND * wide)
        drawer = self._drawer(rows, number)
        drawn = drawer.draw(DRAWS, number)
        drawn[:, bump.place] = at
        for place, power in bump.widths:
            drawn[:, place] = (wide * np.resize(WIDER, DRAWS)) ** power
        drawn = np.clip(drawn, *drawer.bounds.T)
        front = Projection(self.likes.term, rows.take(near), drawer.bounds).solved(drawn)
        return self._inside(front.theta[np.argmin(front.cost)], number)

    def _hunted(self, rows: Observed, number: int) -> FloatArray:
        """A term by a search of its own."""
        drawer = self._drawer(rows, number)
        projection = Projection(self.likes.term, rows, drawer.bounds)
        front = projection.solved(drawer.draw(DRAWS, number))
        front = front.take(np.argsort(front.cost, kind="stable")[: DRAWS // 8])
        front = projection.descended(front, 12, (DRAWS // 16, DRAWS // 32))
        return self._inside(front.theta[np.argmin(front.cost)], number)

    def _inside(self, term: FloatArray, number: int) -> FloatArray:
        made: FloatArray = np.clip(term, *self.bounds[list(self.likes.places[number])].T)
        return made

    def _drawer(self, rows: Observed, number: int) -> Drawer:
        term = self.likes.term
        bounds = self.bounds[list(self.likes.places[number])][list(term.others)]
        return Drawer(Scales(term, rows), bounds, rows, self.seed)

    @cached_property
    def bumps(self) -> tuple[int, Bump] | None:
        """The input along which a term has its place, and which of its parameters are that and its widths."""
        scales = Scales(self.likes.term, self.rows)
        found = bumps_of(self.likes.term, scales.units)
        return next(((along, each[0]) for along, each in found.items()), None)
