"""CostCurves: the costs of several walks on one clock, even or logarithmic, in the walks' looks."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from manim import BackgroundRectangle, VGroup

from symgd.animations.comparing.walk_looks import WalkLook
from symgd.animations.comparing.walks import Walk
from symgd.animations.formulas.numerals import Scale, scale_of
from symgd.animations.pictures.plot_panel import BOTTOM, TOP, PlotPanel, drawn, stroke
from symgd.animations.staging.stage import Label, Stage, Zone
from symgd.data.arrays import FloatArray
from symgd.writing.words import message

CORNERS = 400
HIGH = 2.0
DEEP = 1e-10  # of the start's gap, what is below is rounding, and lies on the floor
LOW = 0.5  # of the highest, costs above which are seen from near, and 0 is left out
UNDER = 1e-3  # of what the scale begins with, below which all is alike
SOON = 1e-9  # of the clock's units, by which a whole one may be missed
NAME_EM = 0.27
CLEAR = 0.16
CLEARED = 1.35  # times, by which a logarithmic clock begins before 1


class CostCurves:
    """Costs by the clock: `panel` stands still, `live` moves.

    With a `least` cost the gap to it is shown by its logarithm, from the clock's `first` on where that is logarithmic too.
    """

    def __init__(
        self,
        stage: Stage,
        zone: Zone,
        walks: Sequence[Walk],
        looks: Sequence[WalkLook],
        *,
        x_label: Label,
        y_label: Label,
        least: float | None = None,
        log_clock: bool = False,
        end: float | None = None,
        first: float = 1.0,
        depth: float = DEEP,
        stays: bool = False,
        clear: bool = False,
        high: float = HIGH,
        rows: int = 1,
        batches: Sequence[int] = (),
    ) -> None:
        self.stage, self.walks, self.looks, self.least = stage, walks, looks, least
        self.high = high  # times the highest start, above which a cost is out of the picture
        self.depth = depth  # with `clear`, marks at the first step stay clear of the other scale
        self.stays = stays  # a curve ends where it is on the floor for good
        self.rows = (
            rows  # that are read in one of the clock's units: the horizontal scale counts them
        )
        self.batches = batches  # rows that a step of each walk reads
        end = end or max(walk.end for walk in walks)
        self.is_log = log_clock
        first = min(first, end / 2) if log_clock else 0.0
        if clear and first == 1.0:
            first = 1.0 / CLEARED
        x = Scale(first * rows, (end or 1.0) * rows, log=log_clock, whole=True)
        room = CLEAR / (
            zone.height - BOTTOM - TOP
        )  # the lowest mark stays clear of the other scale's
        y = scale_of(self._held(first, end), room, log=least is not None)
        self.panel = PlotPanel(
            stage, zone, x, y, x_label=x_label, y_label=y_label, fewest=3 if clear else 2
        )
        if least is not None:
            note = message("log scales") if log_clock else message("log scale")
            self.panel.noted(note)
        elif y.low > 0:
            self.panel.noted(message("the scale does not begin at 0"))
        self.curves = [look.line(stage.palette.ground) for look in looks]
        self.marks = [look.mark(stage.palette.ground) for look in looks]
        self.each = [VGroup(*parts) for parts in zip(self.curves, self.marks, strict=True)]
        self.live = VGroup(*self.curves, *self.marks)
        self.show(first)

    def values(self, cost: FloatArray) -> FloatArray:
        """What is shown of costs; nan where it is rounding alone."""
        if self.least is None:
            return cost
        gap = cost - self.least
        most = max(float(walk.cost[0]) - self.least for walk in self.walks)
        return np.where(gap > self.depth * most, gap, np.nan)

    def read(self, number: int, clock: FloatArray) -> FloatArray:
        """The clock in rows that were read, where a walk reads batches: an epoch's last may be a smaller one."""
        if not self.batches:
            return clock * self.rows
        whole = np.floor(clock + SOON)
        within = (clock - whole) * self.walks[number].each * self.batches[number]
        made: FloatArray = whole * self.rows + np.clip(within, 0, self.rows)
        return made

    def _held(self, first: float, end: float) -> list[float]:
        shown = [walk.cost[(walk.clock >= first) & (walk.clock <= end)] for walk in self.walks]
        return self._fitting(np.concatenate(shown))

    def _fitting(self, costs: FloatArray) -> list[float]:
        """Those of the costs that the scale holds, and 0 where that is near."""
        highest = self.high * max(float(self.values(walk.cost[:1])[0]) for walk in self.walks)
        shown = self.values(costs)
        within = shown[np.isfinite(shown) & (shown <= highest)].tolist()
        if self.least is None and within and 0 <= min(within) < LOW * max(within):
            within.append(0.0)
        return within or [1.0]

    def show(self, time: float, only: Sequence[int] | None = None) -> CostCurves:
        """Draw the costs until a time of the clock: of all walks, or those with these numbers."""
        for number in range(len(self.walks)) if only is None else only:
            clock, _, cost = self.walks[number].until(time)
            clock = self.read(number, clock)
            values = self._grounded(cost)
            if self.stays and (last := self._on_the_floor(number)) is not None:
                shown = max(int(np.searchsorted(clock, last, side="right")), 1)
                clock, values = clock[:shown], values[:shown]
            self._draw(number, clock, values)
        return self

    def _on_the_floor(self, number: int) -> float | None:
        """When a walk's gap is on the panel's floor for good."""
        walk, least = self.walks[number], self.least
        if least is None or not walk.cost[0] > least:
            return None
        step = walk.settles(least, self.panel.y.low / (float(walk.cost[0]) - least))
        return None if step is None else step / walk.each

    def _grounded(self, cost: FloatArray) -> FloatArray:
        """What is shown of costs; on a log scale what is nothing lies on the floor."""
        values = self.values(cost)
        if not self.panel.y.log:
            return values
        if self.stays and self.least is not None:  # it leaves the panel, and may come back
            under = np.fmax(cost - self.least, UNDER * self.panel.y.low)
            return np.where(np.isfinite(cost), under, np.nan)
        return np.where(np.isfinite(cost), np.fmax(values, self.panel.y.low), np.nan)

    def _draw(self, number: int, clock: FloatArray, values: FloatArray) -> None:
        """A curve, and its mark at the end."""
        curve, mark = self.curves[number], self.marks[number]
        kept = self._spread(clock)
        self.looks[number].draw(curve, self.panel.segments(clock[kept], values[kept]))
        here = np.flatnonzero(np.isfinite(values) & (clock >= self.panel.x.low))
        mark.set_fill(opacity=float(here.size > 0)).set_stroke(opacity=float(here.size > 0))
        if not here.size:
            return
        mark.move_to(self.panel.border(clock[here[-1]], values[here[-1]]))
        if self.stays and values[here[-1]] <= self.panel.y.low:  # it is below what is seen
            mark.set_fill(opacity=0.0).set_stroke(opacity=0.0)

    def _spread(self, clock: FloatArray) -> list[int]:
        """The rows that are drawn, closer at the beginning where the clock is logarithmic."""
        last = len(clock) - 1
        first = int(np.searchsorted(clock, self.panel.x.low - 1e-9)) if self.panel.x.log else 0
        if last - first <= CORNERS:
            return list(range(first, last + 1))
        if not self.panel.x.log:
            return [*map(int, np.unique(np.linspace(first, last, CORNERS).astype(int)))]
        return [*map(int, np.unique(np.geomspace(max(first, 1), last, CORNERS).astype(int)))]

    def crossing(self, time: float, value: float) -> FloatArray:
        """Where a curve comes below a level."""
        return self.panel.border(max(time, self.panel.x.low), value)

    def level(self, value: float, said: Label, *, at_end: bool = False) -> VGroup:
        """A dashed line across the panel at a value, with its name below its left end, or above the right one."""
        panel, ink = self.panel, self.stage.palette.ink
        ends = panel.segments([panel.x.low, panel.x.high], [value, value])
        line = drawn(stroke(ink, 1.8), ends, dashed=True)
        word = self.stage.sentence(said, em=NAME_EM).at_most(panel.box.width * 0.6)
        _, height, _ = panel.position(panel.x.low, value)
        word.put(panel.box.left + 0.1, float(height) - NAME_EM - 0.04)
        if at_end:
            word.put(panel.box.right - 0.1 - word.width, float(height) + 0.08)
        plate = BackgroundRectangle(
            word, color=self.stage.palette.ground, fill_opacity=0.85, buff=0.03
        )
        return VGroup(line, plate, word)
