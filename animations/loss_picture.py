"""A loss as a curve over the residual, or over the prediction, and what it makes of some rows: bars up to the curve."""

from __future__ import annotations

import numpy as np
from manim import Dot, VGroup

from symgd.animations.numerals import Scale, numeral, scale_of
from symgd.animations.plot_panel import PlotPanel, drawn, stroke
from symgd.animations.stage import Label, Stage, Zone
from symgd.animations.told_rows import ToldRow, ToldRows, best_values
from symgd.data.arrays import FloatArray
from symgd.terms import Equation, Symbol
from symgd.writing.words import message

SAMPLES, ROOM = 200, 0.15
EM, BESIDE, LOW = 0.3, 0.1, 0.9
ABOVE = 1.6  # how high a curve is drawn, in the largest loss that is told of
MOST = 3  # curves


class LossPicture:
    """The loss over the residual where it depends on that alone; else over the prediction, a curve for each target."""

    def __init__(self, stage: Stage, zone: Zone, told: ToldRows) -> None:
        self.stage, self.told = stage, told
        start = np.array(told.story.parameters[0], dtype=np.float64)
        ends = [*told.at(start), *told.at(best_values(told.story))]
        xs = [x for x in map(self.across, ends) if np.isfinite(x)]
        if told.of_residual:
            xs = [*xs, *(-x for x in xs), 0.0]
        x = scale_of(xs, ROOM)
        losses = [row.loss for row in ends if np.isfinite(row.loss)]
        least, most = min(0.0, *losses), max(losses)
        y = Scale(least, ABOVE * most) if most > 0 else scale_of([least, most])
        x_label: Label = message("residual") if told.of_residual else message("predicted")
        self.panel = PlotPanel(stage, zone, x, y, x_label=x_label, y_label=message("loss"))
        self.targets: list[float] = sorted({row.actual for row in told.at(start)})[:MOST]
        self.curves, self.names = VGroup(), VGroup()
        grid = np.linspace(x.low, x.high, SAMPLES)
        for target in [0.0] if told.of_residual else self.targets:
            heights = self.heights(grid, target)
            curve = stroke(stage.palette.error, 3)
            self.curves.add(drawn(curve, self.panel.segments(grid, heights)))
            if not told.of_residual:
                self._name(target, grid, heights)
        self.bars = stroke(stage.palette.error, 2)
        self.dots = VGroup(*(Dot(radius=0.09, color=stage.palette.prediction) for _ in told.rows))
        self.live = VGroup(self.bars, self.dots)
        self.show(start)

    def across(self, row: ToldRow) -> float:
        """What the loss is drawn over."""
        return row.residual if self.told.of_residual else row.predicted

    def heights(self, values: FloatArray, target: float) -> FloatArray:
        """The loss over residuals, or over predictions of a target."""
        if not self.told.of_residual:
            return self.told.loss(values, np.full_like(values, target))
        forwards = self.told.problem.notation.residual_sign == "prediction - target"
        return self.told.loss(values if forwards else -values, np.zeros_like(values))

    def _name(self, target: float, grid: FloatArray, heights: FloatArray) -> None:
        """Which target a curve belongs to, where it is high."""
        inside = [
            n for n, h in enumerate(heights) if np.isfinite(h) and self.panel.holds(grid[n], h)
        ]
        if not inside:
            return
        highest = max(inside, key=lambda n: heights[n])
        place = self.panel.position(grid[highest], heights[highest])
        equation = Equation(Symbol(self.told.problem.target), numeral(target))
        said = self.stage.sentence(message("{equation}", equation=equation), em=EM)
        box = self.panel.box
        said.at_most(box.width / 2)
        left = place[0] + BESIDE if place[0] < box.centre[0] else place[0] - BESIDE - said.width
        left = min(max(left, box.left + BESIDE), box.right - said.width)
        self.names.add(said.put(left, min(place[1], box.top) - EM))

    def show(self, values: FloatArray) -> LossPicture:
        """The bars of the told rows with certain parameters."""
        pieces = []
        for dot, row in zip(self.dots, self.told.at(values), strict=True):
            x, inside = self.across(row), False
            height = float(self.heights(np.array([x]), row.actual)[0])
            if np.isfinite(x) and np.isfinite(height):
                inside = True
                dot.move_to(self.panel.border(x, height))
                pieces += self.panel.segments([x, x], [0.0, height])
            dot.set_fill(opacity=float(inside))
        drawn(self.bars, pieces, dashed=True)
        return self

    def numbers(self, values: FloatArray) -> VGroup:
        """The told losses beside their dots, none over another."""
        made, taken = VGroup(), list[float]()
        for dot, row in zip(self.dots, self.told.at(values), strict=True):
            said = self.stage.formula(numeral(row.loss), em=EM).set_color(self.stage.palette.error)
            box, place = self.panel.box, dot.get_center()
            right = place[0] + 2 * BESIDE + said.width < box.right
            left = place[0] + 1.5 * BESIDE if right else place[0] - 1.5 * BESIDE - said.width
            height = place[1] + BESIDE / 2
            while any(abs(height - other) < EM * LOW for other in taken):
                height += EM * LOW
            taken.append(height)
            made.add(said.put(left, height))
        return made
