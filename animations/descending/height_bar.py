"""The data's misses become his height: each part of an upright bar is one of them, squared, in a mean."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from manim import Line, VGroup

from symgd.animations.descending.mountain import Mountain
from symgd.animations.formulas.numerals import numeral, rounded
from symgd.animations.pictures.fit_picture import FitPicture
from symgd.animations.pictures.plot_panel import PlotPanel, drawn, stroke
from symgd.data.arrays import FloatArray
from symgd.terms import Fraction, Power, Sum, number

EM, BELOW, WRITTEN = 0.44, 0.2, 4  # the mean in numbers, and for how many rows it is written
FEW = 12  # rows, of which each has a part of its own
WIDE, THICK, GAP = 7.0, 2.5, 0.03
ALIKE = 1e-6


class HeightBar:
    """`misses` are dashed lines over the data, `parts` what of the bar each becomes; nothing where heights begin above 0."""

    def __init__(self, panel: PlotPanel, mountain: Mountain, fit: FitPicture) -> None:
        self.misses, self.parts = VGroup(), VGroup()
        self.squares, self.mean = VGroup(), VGroup()
        self.mountain = mountain
        height = float(mountain.story.cost[0])
        if panel.y.low > 0 or height <= 0:
            return
        shares = shares_of(mountain, fit)
        colour = fit.residuals.get_stroke_color().to_hex()
        ends, x = np.concatenate(([0.0], np.cumsum(shares))), float(mountain.feet[0])
        for low, high in pairwise(ends):
            one, other = (panel.position(x, part * height) for part in (low, high))
            gap = np.array([0.0, min(GAP, (other[1] - one[1]) / 4), 0.0])
            self.parts.add(Line(one, other - gap, stroke_width=WIDE, color=colour))
        self.misses = self._over(fit, colour) if len(shares) > 1 else VGroup(fit.residuals)
        squares = fit.squares() if len(shares) > 1 else VGroup()
        self.squares = squares if len(squares) == len(self.parts) else VGroup()
        self.mean = self._mean(fit) if len(self.squares) else VGroup()

    def _mean(self, fit: FitPicture) -> VGroup:
        """The mean of the squares in numbers, below the data."""
        stage, panel = fit.panel.stage, fit.panel
        said = fit.predict(fit.story.at(0.0), fit.inputs)
        sizes = [abs(float(each)) for each in fit.actual - said]
        if len(sizes) > WRITTEN:
            return VGroup()
        misses = [numeral(size) for size in sizes]
        two = number(2)
        squares = Sum(tuple(Power(each, two) for each in misses))
        height = float(self.mountain.story.cost[0])
        exact = sum(rounded(size) ** 2 for size in sizes) == len(sizes) * rounded(height)
        mean = Fraction(squares, number(len(misses)))
        left = stage.formula(mean, em=EM)
        right = stage.sentence(" = " if exact else " ≈ ", numeral(height), em=EM)
        left.put(0.0, 0.0)
        right.put(float(left.get_right()[0]) + EM / 2, left.baseline)
        made = VGroup(left, right)
        made.scale(min(1.0, panel.box.width / made.width))
        made.shift((panel.box.left - made.get_left()[0], 0, 0))
        low = float(panel.drawing.get_bottom()[1]) - BELOW
        return VGroup(made.shift((0, low - made.get_top()[1], 0)))

    def _over(self, fit: FitPicture, colour: str) -> VGroup:
        said = fit.predict(fit.story.at(0.0), fit.inputs)
        xs = fit.actual if fit.across else fit.inputs[0]
        made = VGroup()
        for x, actual, height in zip(xs, fit.actual, said, strict=True):
            pieces = fit.panel.segments([x, x], [actual, height])
            made.add(drawn(stroke(colour, THICK), pieces))
        return made


def shares_of(mountain: Mountain, fit: FitPicture) -> FloatArray:
    """Which part of his height each row is; one part where there are many rows, or the cost is no mean of squares."""
    whole = np.ones(1)
    if not 1 < len(fit.actual) <= FEW or len(mountain.story.run.data) != len(fit.actual):
        return whole
    squares = (fit.predict(fit.story.at(0.0), fit.inputs) - fit.actual) ** 2
    if abs(float(squares.mean()) - float(mountain.story.cost[0])) > ALIKE * float(squares.mean()):
        return whole
    return np.asarray(squares / squares.sum())
