"""The parameters' plane with one unit on both axes, where the ravine leaves room for it, and heights on its lines.

Laws
----
- an arrow along the gradient stands upright on the lines of equal cost, but where a note says that the units differ
- a height stands on its line, clear of the path and of other heights
"""

from __future__ import annotations

import numpy as np
from manim import BackgroundRectangle, VGroup, VMobject

from symgd.animations.numerals import Scale, numeral, scale_of
from symgd.animations.parameter_picture import ParameterPicture, Plane
from symgd.animations.plot_panel import BOTTOM, LEFT, RIGHT, TOP, PlotPanel
from symgd.animations.views import ROOM, limits
from symgd.data.arrays import FloatArray
from symgd.terms import Symbol
from symgd.writing.words import message

MOST = 6.0  # times that one axis may be widened for equal units
EM = 0.26
INSIDE, CLEAR, AWAY = 0.3, 0.45, 1.2  # from the border, from what is there, and enough of that
DIGITS = 3
LABELS = 4


class EvenPicture(ParameterPicture):
    """The path of a descent over its parameters, the axes in equal units where that leaves the path to be seen."""

    even = True

    def _plane_panel(self) -> PlotPanel:
        first, second = (Symbol(name) for name in self.story.names[:2])
        xs, ys, *_ = limits(self.story).T.tolist()
        x, y = scale_of(xs, ROOM), scale_of(ys, ROOM)
        width = self.zone.width - LEFT - RIGHT
        height = self.zone.height - BOTTOM - TOP
        x, y, self.even = evened(x, y, width, height)
        panel = PlotPanel(self.stage, self.zone, x, y, x_label=first, y_label=second)
        if not self.even:
            said = self.stage.sentence(message("the axes have different units"), em=EM)
            said.at_most(panel.x_label.get_left()[0] - panel.box.left - EM)
            panel.drawing.add(said.put(panel.box.left, self.zone.bottom + 0.08))
        return panel

    def contours(self, step: int) -> list[VMobject]:
        """Lines of equal cost, some with their heights."""
        made = super().contours(step)
        return made if self.curved else [*made, *self._heights(step)]

    def _heights(self, step: int) -> list[VGroup]:
        story, panel, palette = self.story, self.panel, self.stage.palette
        taken = [panel.position(*story.parameters[k][:2]) for k in range(min(story.steps, 30) + 1)]
        if story.exact is not None:
            taken.append(panel.position(*story.exact[:2]))
        plane = Plane(story, story.parameters[step], panel.x, panel.y)
        made: list[VGroup] = []
        for level, lines in reversed([*plane.lines()]):
            points = [panel.position(*point) for line in lines for point in line]
            spot = self._spot(points, taken)
            if spot is None or len(made) == LABELS:
                continue
            word = self.stage.formula(numeral(level, DIGITS), em=EM).set_fill(palette.error)
            word.move_to(spot)
            plate = BackgroundRectangle(word, color=palette.ground, fill_opacity=1, buff=0.05)
            made.append(VGroup(plate, word))
            taken.append(spot)
        return made

    def _spot(self, points: list[FloatArray], taken: list[FloatArray]) -> FloatArray | None:
        """The point of a line that is farthest from all that is there already; None where none is clear."""
        box = self.panel.box
        inside = [
            p
            for p in points
            if box.left + INSIDE < p[0] < box.right - INSIDE
            and box.bottom + INSIDE < p[1] < box.top - INSIDE
        ]
        if not inside:
            return None
        there = np.array(taken)
        far = [min(AWAY, float(np.linalg.norm(there - p, axis=1).min())) for p in inside]
        best = int(np.argmax(far))
        return inside[best] if far[best] > CLEAR else None

    def reach(self, sign: float, most: float) -> float:
        """How many steps long, at most, an arrow from the start may be along the gradient without leaving the box."""
        story, panel = self.story, self.panel
        way, length = sign * story.uphill(), most
        scales = [panel.x] if self.curved else [panel.x, panel.y]
        for scale, start, change in zip(scales, story.parameters[0], way, strict=False):
            room = (scale.high if change > 0 else scale.low) - start
            if change:
                length = min(length, float(room / change))
        return length


def evened(x: Scale, y: Scale, width: float, height: float) -> tuple[Scale, Scale, bool]:
    """Both scales in one unit, the longer of the two, and true; as they were, where the other would nearly vanish."""
    units = (x.high - x.low) / width, (y.high - y.low) / height
    if max(units) > MOST * min(units):
        return x, y, False
    return _widened(x, width * max(units)), _widened(y, height * max(units)), True


def _widened(scale: Scale, length: float) -> Scale:
    """The same middle, and so long."""
    middle = (scale.low + scale.high) / 2
    return Scale(middle - length / 2, middle + length / 2)
