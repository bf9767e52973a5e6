"""What he has found so far, written into the fog: each place's step, height and slope."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from manim import DL, UR, VGroup

from symgd.animations.descending.mountain import Mountain
from symgd.animations.descending.mountain_picture import LIGHT
from symgd.animations.formulas.numerals import numeral
from symgd.animations.pictures.plot_panel import PlotPanel
from symgd.animations.staging.stage import Label, Stage
from symgd.data.arrays import FloatArray
from symgd.writing.words import message

EM, ROW = 0.3, 0.38
COLUMN, STEP, EDGE = 1.2, 0.5, 0.15
GAP = 0.25  # to what stands beside them
MOST = 7  # rows, with their head


class MountainNotes:
    """Rows in a corner away from where he begins, the upper one if it is free; none where his light or what is written beside it comes there."""

    def __init__(
        self, stage: Stage, panel: PlotPanel, mountain: Mountain, beside: Sequence[VGroup]
    ) -> None:
        self.stage, self.mountain, self.box = stage, mountain, panel.box
        middle = (panel.x.low + panel.x.high) / 2
        width = STEP + 2 * COLUMN
        self.right = self.box.right - EDGE
        if mountain.feet[0] > middle:
            self.right = self.box.left + EDGE + width
        self.left = self.right - width
        lights = [
            panel.position(x, y)
            for x, y in zip(
                mountain.feet[: mountain.steps + 1].tolist(),
                mountain.story.cost.tolist(),
                strict=False,
            )
        ]
        reach = np.array([LIGHT, LIGHT, 0.0])
        areas = [(here - reach, here + reach) for here in lights]
        areas += [(each.get_corner(DL), each.get_corner(UR)) for each in beside]
        tall = MOST * ROW + EDGE
        tops = self.box.top, self.box.bottom + tall
        free = [t for t in tops if not any(self._meets(t - tall, t, *each) for each in areas)]
        self.has_room, self.top = bool(free), free[0] if free else self.box.top
        self.made = VGroup()

    def _meets(self, bottom: float, top: float, low: FloatArray, high: FloatArray) -> bool:
        """Whether an area comes to where the rows would stand."""
        across = low[0] < self.right + GAP and high[0] > self.left - GAP
        return bool(across and high[1] > bottom and low[1] < top)

    def _put(self, labels: list[Label], number: int) -> VGroup:
        """Labels in their columns, each ending at its column's right edge."""
        height, row = self.top - EDGE - EM - number * ROW, VGroup()
        for column, label in enumerate(reversed(labels)):
            part = self.stage.sentence(label, em=EM)
            row.add(part.put(self.right - column * COLUMN - part.width, height))
        return row

    def note(self, step: int) -> VGroup:
        """The row of a step, with the head before the first; nothing without room."""
        if not self.has_room:
            return VGroup()
        mountain = self.mountain
        slope = mountain.slope(step)
        new = VGroup()
        if not len(self.made):
            new.add(self._put([message("step"), message("height"), message("slope")], 0))
            self.made.add(new[0])
        values = float(mountain.story.cost[step]), slope if mountain.over_parameter else abs(slope)
        labels: list[Label] = [numeral(step), *(numeral(value) for value in values)]
        new.add(self._put(labels, len(self.made)))
        self.made.add(new[-1])
        return new
