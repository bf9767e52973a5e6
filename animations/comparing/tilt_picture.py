"""TiltPicture: the line among its points, tilted about x = 0 or about the mean of x, and what either is on the map.

Laws
----
- with a parameter b for the height at x = 0, a line that is tilted about the mean m has b − m·Δa: so b_c = b + m·a stays
- the map's dot goes as the line's own parameters go
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from manim import Circle, Triangle, VGroup

from symgd.animations.comparing.paths_picture import PathsPicture
from symgd.animations.comparing.ravine_cause import turns_of
from symgd.animations.comparing.ravine_columns import SAME
from symgd.animations.comparing.ravine_halves import CENTRED
from symgd.animations.comparing.ravine_story import RavineStory
from symgd.animations.formulas.numerals import scale_of
from symgd.animations.pictures.plot_panel import PlotPanel, drawn, stroke
from symgd.animations.staging.stage import Stage, Zone
from symgd.data.arrays import FloatArray, spread
from symgd.optimize.prediction import predictor
from symgd.terms import Symbol

POINTS, ROOM = 60, 0.12
DOT, SMALL, PIVOT = 0.085, 0.045, 0.12
FEW = 30
TILT, SHARE = 0.7, 0.85  # of the data's own slope, and of the map's sides, a tilt takes at most
WAY, LINE = 4.0, 4.0


@dataclass(frozen=True)
class Tilt:
    """Which parameter tilts the line, which shifts it, and where the column's mean is."""

    slope: int
    shift: int
    mean: float


def tilt_of(story: RavineStory) -> Tilt | None:
    """How a line is tilted; None where the cost is of no line through one column."""
    if not story.in_two_moves or len(story.run.trace.parameters) != 2:
        return None
    if not story.columns[0].is_input or len(story.run.problem.inputs) != 1:
        return None
    centring = turns_of(story.turn)[CENTRED] - np.eye(2)
    found = np.argwhere(np.abs(centring) > SAME * np.abs(centring).max())
    if len(found) != 1:
        return None
    shift, slope = (int(each) for each in found[0])
    return Tilt(slope, shift, story.columns[0].mean)


class TiltPicture:
    """`still` are scales and points; `live` are the line with its pivot, and the dot and its way on the map: `show`."""

    def __init__(
        self, stage: Stage, zone: Zone, story: RavineStory, tilt: Tilt, picture: PathsPicture
    ) -> None:
        self.stage, self.story, self.tilt, self.picture = stage, story, tilt, picture
        problem, data = story.run.problem, story.run.data
        rows = spread(len(data), POINTS)
        self.xs = data[problem.inputs[0]][rows]
        self.ys = data[problem.target][rows]
        self.predict = predictor(problem)
        self.least = story.before.held
        x = scale_of([0.0, *self.xs.tolist()], ROOM)
        at_ends = self._heights(self.least, np.array([0.0, tilt.mean]))
        y = scale_of([*self.ys.tolist(), *at_ends.tolist()], ROOM)
        names = problem.inputs[0], problem.target
        self.panel = PlotPanel(
            stage, zone, x, y, x_label=Symbol(names[0]), y_label=Symbol(names[1])
        )
        palette = stage.palette
        points = VGroup()
        size = DOT if len(rows) <= FEW else SMALL
        self.panel.dot(
            points, [*zip(self.xs.tolist(), self.ys.tolist(), strict=True)], size, palette.ink
        )
        self.still = VGroup(self.panel.drawing, points)
        self.line = stroke(palette.prediction, LINE)
        self.pivot = Triangle(stroke_width=0, fill_opacity=1).set_fill(palette.ink)
        self.pivot.scale_to_fit_height(2 * PIVOT)
        self.dot = Circle(radius=DOT, stroke_width=0, fill_opacity=1).set_fill(palette.prediction)
        self.way = stroke(stage.colours[self._name(tilt.slope)], WAY)
        self.live = VGroup(self.line, self.pivot, self.way, self.dot)
        self.most = self._most()
        self.show(0.0)

    def _name(self, number: int) -> str:
        return self.story.run.trace.parameters[number]

    def _heights(self, values: FloatArray, xs: FloatArray) -> FloatArray:
        named = self.story.run.problem.parameters
        order = [self.story.run.trace.parameters.index(name) for name in named]
        return np.asarray(self.predict(values[order], [xs])) + np.zeros(len(xs))

    def _most(self) -> tuple[float, float]:
        """How far the line is tilted about zero, and about the mean: it is seen, and its dot stays on the map."""
        panel, tilt = self.picture.panel, self.tilt
        spans = {}
        for number, scale in zip(self.story.axes, (panel.x, panel.y), strict=True):
            here = float(self.least[number])
            spans[number] = min(here - scale.low, scale.high - here)
        own = TILT * float(np.ptp(self.ys)) / float(np.ptp(self.xs))
        alone = min(own, spans[tilt.slope])
        kept = min(alone, spans[tilt.shift] / abs(tilt.mean) if tilt.mean else alone)
        return SHARE * alone, SHARE * kept

    def values(self, part: float, *, about_mean: bool) -> FloatArray:
        """The parameters of the line, tilted so far."""
        made = self.least.copy()
        tilted = part * self.most[about_mean]
        made[self.tilt.slope] += tilted
        if about_mean:
            made[self.tilt.shift] -= self.tilt.mean * tilted
        return made

    def show(self, part: float, *, about_mean: bool = False) -> TiltPicture:
        """The line tilted so far, −1 to 1, and the map's dot where its parameters are."""
        panel, tilt = self.panel, self.tilt
        values = self.values(part, about_mean=about_mean)
        xs = np.array([panel.x.low, panel.x.high])
        drawn(self.line, panel.segments(xs.tolist(), self._heights(values, xs).tolist()))
        centre = np.array([tilt.mean if about_mean else 0.0])
        height = float(self._heights(self.least, centre)[0])
        spot = panel.position(float(centre[0]), height)
        self.pivot.move_to(spot - np.array([0.0, PIVOT, 0.0]))
        ends = [self._place(self.values(each, about_mean=about_mean)) for each in (-1.0, 1.0)]
        colours = self.stage.colours
        colour = self.stage.palette.prediction if about_mean else colours[self._name(tilt.slope)]
        drawn(self.way, [(ends[0], ends[1])] if part else []).set_stroke(color=colour)
        self.dot.move_to(self._place(values))
        return self

    def _place(self, values: FloatArray) -> FloatArray:
        first, second = self.story.axes
        return self.picture.panel.position(float(values[first]), float(values[second]))
