"""CostMeans: what the latest steps of each walk cost on the average: at first each step by itself, later a smooth line."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np

from symgd.animations.comparing.cost_curves import SOON, CostCurves
from symgd.animations.comparing.walk_looks import WalkLook
from symgd.animations.comparing.walks import Walk
from symgd.animations.pictures.plot_panel import drawn, stroke
from symgd.animations.staging.stage import Stage, Zone
from symgd.data.arrays import FloatArray, spread
from symgd.writing.words import message

LATEST = 0.3  # of the clock so far, whose steps are the latest ones
PLACES = 160  # along the clock
STEM = 1.2  # the width of what joins a mark to its line


def means_of(clock: FloatArray, values: FloatArray, *, even: bool) -> tuple[FloatArray, FloatArray]:
    """The mean of the latest values at places of the clock, spread as its axis is; the first ones are values themselves.

    Examples
    --------
    >>> clock, values = np.array([0.0, 1, 2, 3, 4, 5, 6, 7]), np.array([8.0, 7, 6, 5, 4, 3, 2, 1])
    >>> means_of(clock, values, even=True)[1].tolist()
    [8.0, 7.0, 6.0, 5.0, 4.5, 3.5, 2.5, 2.0]
    """
    last = len(clock) - 1
    rows = [*spread(len(clock), PLACES)]
    if not even:
        rows = [0, *np.unique(np.geomspace(1, max(last, 1), PLACES).astype(int)).tolist()]
    found = []
    for row in rows[: len(clock)]:
        first = int(np.searchsorted(clock, (1 - LATEST) * clock[row], side="right"))
        found.append(values[min(first, row) : row + 1].mean())
    return np.asarray(clock[rows[: len(clock)]]), np.array(found)


class CostMeans(CostCurves):
    """Costs by the clock: a walk with one step in each of its units as it is, one with more as the mean of its latest."""

    def __init__(
        self,
        stage: Stage,
        zone: Zone,
        walks: Sequence[Walk],
        looks: Sequence[WalkLook],
        **settings: Any,
    ) -> None:
        self.stems = [stroke(look.colour, STEM) for look in looks]
        super().__init__(stage, zone, walks, looks, **settings)
        self.live.submobjects = [*self.stems, *self.live.submobjects]
        for stem, each in zip(self.stems, self.each, strict=True):
            each.submobjects.insert(0, stem)
        self.panel.foot(message("lines: means"))

    @cached_property
    def means(self) -> list[tuple[FloatArray, FloatArray]]:
        """Of each walk, by places of the clock."""
        even = not self.is_log
        return [
            means_of(walk.clock, walk.cost, even=even) if walk.each > 1 else (walk.clock, walk.cost)
            for walk in self.walks
        ]

    def _held(self, first: float, end: float) -> list[float]:
        """All lines are held."""
        kept = [values[(clock >= first) & (clock <= end)] for clock, values in self.means]
        kept += [walk.cost[-1:] for walk in self.walks]
        return self._fitting(np.concatenate(kept))

    def show(self, time: float, only: Sequence[int] | None = None) -> CostMeans:
        """Draw lines until a time of the clock."""
        for number in range(len(self.walks)) if only is None else only:
            clock, values = self.means[number]
            begun = (
                not self.is_log or time >= clock[1] - SOON
            )  # on such a clock, a step is seen when it is made
            clock, values = (clock, values) if begun else (clock[:1], values[:1])
            if time < clock[-1]:
                kept = np.append(clock[clock < time], time)
                clock, values = kept, np.interp(kept, clock, values)
            self._draw(number, self.read(number, clock), self._grounded(values))
            if begun and self.walks[number].each > 1:
                self._mark_true(number, time, values[-1:])
        return self

    def _mark_true(self, number: int, time: float, mean: FloatArray) -> None:
        """A walk's mark stands at what its latest step costs, on a stem from its line of means."""
        walk = self.walks[number]
        row = int(np.searchsorted(walk.clock, min(time, walk.end) + SOON, side="right")) - 1
        across = float(self.read(number, np.array([min(time, walk.end)]))[0])
        height = float(self._grounded(walk.cost[row : row + 1])[0])
        if np.isfinite(height) and across >= self.panel.x.low:
            self.marks[number].move_to(self.panel.border(across, height))
            foot = self.panel.border(across, float(self._grounded(mean)[0]))
            drawn(self.stems[number], [(foot, self.marks[number].get_center())])
