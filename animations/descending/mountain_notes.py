"""What he has found so far, written into the fog: each place's step, height and slope."""

from __future__ import annotations

from manim import VGroup

from symgd.animations.descending.mountain import Mountain
from symgd.animations.formulas.numerals import numeral
from symgd.animations.pictures.plot_panel import PlotPanel
from symgd.animations.staging.stage import Label, Stage
from symgd.writing.words import message

EM, ROW = 0.3, 0.42
COLUMN, STEP, EDGE = 1.25, 0.75, 0.2
LEAST = 6.0  # a picture narrower than this has no room beside his light


class MountainNotes:
    """Rows in the upper corner away from where he begins; none in a narrow picture."""

    def __init__(self, stage: Stage, panel: PlotPanel, mountain: Mountain) -> None:
        self.stage, self.mountain, self.box = stage, mountain, panel.box
        self.has_room = self.box.width >= LEAST
        middle = (panel.x.low + panel.x.high) / 2
        width = STEP + 2 * COLUMN
        self.right = self.box.right - EDGE
        if mountain.feet[0] > middle:
            self.right = self.box.left + EDGE + width
        self.made = VGroup()

    def _put(self, labels: list[Label], number: int) -> VGroup:
        """Labels in their columns, each ending at its column's right edge."""
        height, row = self.box.top - EDGE - EM - number * ROW, VGroup()
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
