"""A number by step: the cost, its gap to the least cost on a log scale, or a parameter."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from manim import Circle, VGroup

from symgd.animations.numerals import Scale
from symgd.animations.plot_panel import Label, PlotPanel, drawn, stroke
from symgd.animations.stage import Stage, Zone

FloatArray = npt.NDArray[np.float64]

DOTTED = 30  # up to so many steps have a dot each
CORNERS = 400
DOT = 0.055
EM = 0.27


class StepCurve:
    """Values by step, drawn as far as the descent has come: `panel` stands still, `live` moves.

    Parameters
    ----------
    stage : Stage
    zone : Zone
    values : array of shape (rows,)
        nan where there is nothing to draw.
    y : Scale
    label : sequence of str and Term
        What the values are.
    colour : str
    steps : int
        How far the scale of steps reaches.
    """

    def __init__(
        self,
        stage: Stage,
        zone: Zone,
        values: FloatArray,
        y: Scale,
        *,
        label: Label,
        colour: str,
        steps: int,
        dashed: bool = False,
    ) -> None:
        self.stage, self.values, self.colour, self.dashed = stage, values, colour, dashed
        x = Scale(0.0, float(max(steps, 1)))
        self.steps = steps
        self.panel = PlotPanel(stage, zone, x, y, x_label=["step"], y_label=label, whole_steps=True)
        self.curve = stroke(colour, 2.5)
        self.dots = VGroup()
        self.live = VGroup(self.curve, self.dots)

    @property
    def whole(self) -> VGroup:
        """Panel and curve."""
        return VGroup(self.panel.drawing, self.live)

    def show(self, time: float) -> StepCurve:
        """Draw the values to a time of the descent."""
        whole = int(time)
        steps = np.unique(np.linspace(0, whole, min(whole + 1, CORNERS)).astype(int))
        xs = steps.astype(float).tolist()
        ys = self.values[steps].tolist()
        if time > whole and whole + 1 < len(self.values):
            xs.append(time)
            ys.append(self._between(whole, time - whole))
        drawn(self.curve, self.panel.segments(xs, ys), dashed=self.dashed)
        if self.steps <= DOTTED:
            self._dot(zip(steps.tolist(), self.values[steps].tolist(), strict=True))
        return self

    def _between(self, step: int, part: float) -> float:
        """A value between two steps, straight on the scale that is seen."""
        before, after = float(self.values[step]), float(self.values[step + 1])
        if self.panel.y.log:
            return float(np.exp((1 - part) * np.log(before) + part * np.log(after)))
        return (1 - part) * before + part * after

    def _dot(self, places: zip[tuple[int, float]]) -> None:
        inside = [(x, y) for x, y in places if np.isfinite(y) and self.panel.holds(x, y)]
        while len(self.dots) > len(inside):
            self.dots.remove(self.dots[-1])
        for x, y in inside[len(self.dots) :]:
            dot = Circle(radius=DOT, stroke_width=0, fill_opacity=1).set_fill(self.colour)
            self.dots.add(dot.move_to(self.panel.place(x, y)))

    def _heights(self, left: float) -> list[float]:
        """How high the curve is in the frame, right of a place."""
        places = (self.panel.place(x, y) for x, y in enumerate(self.values[: self.steps + 1]) if self.panel.holds(x, y))
        return [float(place[1]) for place in places if place[0] >= left - 0.1]

    def level(self, value: float, label: Label, *, colour: str | None = None) -> VGroup:
        """A dashed level line with its name, such as the least cost."""
        box, shade = self.panel.box, colour or self.stage.palette.ink
        if not self.panel.holds(self.panel.x.low, value):
            return VGroup()
        height = self.panel.place(self.panel.x.low, value)[1]
        line = stroke(shade, 2)
        drawn(line, [(np.array([box.left, height, 0]), np.array([box.right, height, 0]))], dashed=True)
        words = self.stage.sentence(*label, em=EM)
        near = self._heights(box.right - words.width) + [float(height)]
        over, under = max(near) + 0.1, min(near) - 0.3
        words.put(box.right - words.width, over if over + 0.2 < box.top + 0.15 else under)
        return VGroup(line, words)


def finite(values: Sequence[float] | FloatArray) -> list[float]:
    """Those that are finite."""
    return [float(value) for value in values if np.isfinite(value)]
