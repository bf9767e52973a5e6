"""A loss as a curve over the residual, or over the prediction, and what it makes of some rows: bars up to the curve."""

from __future__ import annotations

import numpy as np
from manim import DL, UR, Dot, VGroup

from symgd.animations.costs.told_rows import FollowedRow, FollowedRows, best_values
from symgd.animations.formulas.numerals import Scale, numeral, scale_of
from symgd.animations.pictures.label_places import LabelPlaces, along
from symgd.animations.pictures.plot_panel import PlotPanel, drawn, stroke
from symgd.animations.staging.stage import Label, Stage, Zone
from symgd.data.arrays import FloatArray
from symgd.terms import Equation, Symbol
from symgd.writing.words import message

SAMPLES, ROOM = 200, 0.15
EM = 0.3
ABOVE = 1.6  # how high a curve is drawn, in the largest loss that is told of
MOST = 3  # curves


class LossPicture:
    """The loss over the residual where it depends on that alone; else over the prediction, a curve for each target."""

    def __init__(self, stage: Stage, zone: Zone, told: FollowedRows) -> None:
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
        drawn_for = [0.0] if told.of_residual else self.targets
        for target in drawn_for:
            curve = stroke(stage.palette.error, 3)
            pieces = self.panel.segments(grid, self.heights(grid, target))
            self.curves.add(drawn(curve, pieces))
        self._places = self._room()
        for target in [] if told.of_residual else drawn_for:
            self._name(target, grid, self.heights(grid, target))
        self.bars = stroke(stage.palette.error, 2)
        self.dots = VGroup(*(Dot(radius=0.09, color=stage.palette.prediction) for _ in told.rows))
        self.live = VGroup(self.bars, self.dots)
        self.show(start)

    def across(self, row: FollowedRow) -> float:
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
        equation = Equation(Symbol(self.told.problem.target), numeral(target))
        said = self.stage.sentence(equation, em=EM)
        said.at_most(self.panel.box.width / 2)
        place = self.panel.position(grid[highest], heights[highest])
        self.names.add(self._places.put(said, place))

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
        made, bars = VGroup(), self.bars.points.reshape(-1, 4, 3)[:, [0, 3]]
        places = self._room()
        places.taken = [(*n.get_corner(DL)[:2], *n.get_corner(UR)[:2]) for n in self.names]
        places.add(along([(start, end) for start, end in bars]))
        known: dict[tuple[float, ...], VGroup] = {}
        for dot, row in zip(self.dots, self.told.at(values), strict=True):
            said = self.stage.formula(numeral(row.loss), em=EM)
            at = (*dot.get_center().round(3).tolist(), round(row.loss, 9))
            known[at] = known[at].copy() if at in known else places.put(said, dot.get_center())
            made.add(known[at])
        return made

    def _room(self) -> LabelPlaces:
        """Room for labels, clear of the curves."""
        pieces = [
            (a, b) for curve in self.curves for a, b in curve.points.reshape(-1, 4, 3)[:, [0, 3]]
        ]
        return LabelPlaces(self.stage, self.panel.box, along(pieces))
