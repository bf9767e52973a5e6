"""CostBands: what the latest steps of each walk cost on the average, as a line, in a band that most of them are within."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
from manim import VGroup

from symgd.animations.comparing.cost_curves import CostCurves
from symgd.animations.comparing.walk_looks import WalkLook
from symgd.animations.comparing.walks import Walk
from symgd.animations.pictures.plot_panel import drawn, stroke
from symgd.animations.staging.stage import Stage, Zone
from symgd.data.arrays import FloatArray, spread

LATEST = 0.3  # of the clock so far, whose steps are the latest ones; one of its units at least
WITHIN = 0.1, 0.9  # quantiles, between which the band is
PLACES = 160  # along the clock
PALE = 0.22


@dataclass(frozen=True, eq=False)
class LatestCosts:
    """By clock: the mean of the latest values, and the borders of the band."""

    clock: FloatArray
    low: FloatArray
    mean: FloatArray
    high: FloatArray

    def until(self, time: float) -> LatestCosts:
        """As far as a time, where it ends between two places."""
        if time >= self.clock[-1]:
            return self
        kept = self.clock < time
        clock = np.append(self.clock[kept], time)
        parts = (np.interp(clock, self.clock, part) for part in (self.low, self.mean, self.high))
        return LatestCosts(clock, *parts)


def spread_of(
    clock: FloatArray, values: FloatArray, *, even: bool, unit: float = 1.0
) -> LatestCosts:
    """The mean and the band at places of the clock, spread as its axis is; of each step alone where a unit has one.

    Examples
    --------
    >>> made = spread_of(np.array([0.0, 0.5, 1.0]), np.array([4.0, 2.0, 6.0]), even=True)
    >>> made.mean.tolist()
    [4.0, 3.0, 4.0]
    """
    last = len(clock) - 1
    rows = [*spread(len(clock), PLACES)]
    if not even:
        rows = [0, *np.unique(np.geomspace(1, max(last, 1), PLACES).astype(int)).tolist()]
    found = []
    for row in rows[: len(clock)]:
        begin = clock[row] - max(unit, LATEST * clock[row])
        first = int(np.searchsorted(clock, begin, side="right")) if begin >= 0 else 0
        latest = values[min(first, row) : row + 1]
        found.append((*np.quantile(latest, WITHIN), latest.mean()))
    low, high, mean = np.array(found).T
    return LatestCosts(np.asarray(clock[rows]), low, mean, high)


class CostBands(CostCurves):
    """Costs by the clock: a walk with one step in each of its units is a line, one with more is a line in a band."""

    def __init__(
        self,
        stage: Stage,
        zone: Zone,
        walks: Sequence[Walk],
        looks: Sequence[WalkLook],
        **settings: Any,
    ) -> None:
        self.even = not settings.get("log_clock", False)
        self.bands = [stroke(look.colour, 0).set_fill(look.colour, opacity=PALE) for look in looks]
        super().__init__(stage, zone, walks, looks, **settings)
        self.live = VGroup(*self.bands, *self.live)

    @cached_property
    def spreads(self) -> list[LatestCosts]:
        """Of each walk; by step, where a step is one of the clock's units."""
        return [
            spread_of(walk.clock, walk.cost, even=self.even)
            if walk.each > 1
            else LatestCosts(walk.clock, walk.cost, walk.cost, walk.cost)
            for walk in self.walks
        ]

    def _held(self, first: float, end: float) -> list[float]:
        """All lines and bands are held."""
        kept = [
            part[(each.clock >= first) & (each.clock <= end)]
            for each in self.spreads
            for part in (each.low, each.mean, each.high)
        ]
        return self._fitting(np.concatenate(kept))

    def show(self, time: float, only: Sequence[int] | None = None) -> CostBands:
        """Draw lines and bands until a time of the clock."""
        for number in range(len(self.walks)) if only is None else only:
            told = self.spreads[number].until(time)
            clock = self.read(number, told.clock)
            self._draw(number, clock, self._grounded(told.mean))
            self._draw_band(number, clock, told)
        return self

    def _draw_band(self, number: int, clock: FloatArray, told: LatestCosts) -> None:
        """The area between the borders, as far as it is in the panel."""
        panel, band = self.panel, self.bands[number]
        low, high = self._grounded(told.low), self._grounded(told.high)
        shown = np.flatnonzero((clock >= panel.x.low) & np.isfinite(low) & np.isfinite(high))
        if len(shown) < 2 or self.walks[number].each == 1:
            band.clear_points()
            return
        upper = [panel.border(clock[row], high[row]) for row in shown]
        lower = [panel.border(clock[row], low[row]) for row in shown[::-1]]
        corners = [*upper, *lower, upper[0]]
        drawn(band, [*pairwise(corners)])
