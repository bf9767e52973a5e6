"""The data with the model's line beside a slice of the cost: the line moves as the dot slides along the slice.

Laws
----
- what the model says is in the picture wherever the dot is read, unless the data would be too small for that
- where the cost is a mean of squares of few rows, they are drawn: the dot's height is their mean
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from manim import VGroup

from symgd.animations.costs.told_rows import FollowedRows
from symgd.animations.formulas.numerals import numeral
from symgd.animations.formulas.typeset import Typeset
from symgd.animations.pictures.fit_picture import FitPicture
from symgd.animations.pictures.plot_panel import stroke
from symgd.animations.staging.stage import Stage, Zone
from symgd.animations.stories.descent_story import DescentStory

EM, ASIDE = 0.28, 0.13
SHORT = 3.5  # so many times a number's height is a residual that has room for it
NUMBERED = 4  # rows, of whose residuals the numbers are written
REACH = 4.0  # how far beyond the data the picture reaches, in ranges of the data
SQUARED, TINT = 1.2, 0.12  # a square's outline, and how dense it is


class LineInset:
    """Data, prediction and residuals; `still` stays, `live` moves with `show`, as far as `beside` too."""

    def __init__(
        self, stage: Stage, zone: Zone, story: DescentStory, beside: Sequence[Sequence[float]] = ()
    ) -> None:
        self.stage, self.story = stage, story
        seen = [np.array(values, dtype=np.float64) for values in beside]
        self.fit = FitPicture(stage, zone, story, seen, REACH, alone=True)
        self.squares = self._squares()
        self.still = VGroup(self.fit.panel.drawing)
        self.live = VGroup(self.squares, self.fit.live)

    def show(self, values: Sequence[float]) -> LineInset:
        """What the model says where the parameters have these values."""
        self.fit.show_values(np.array(values, dtype=np.float64))
        self._draw_squares()
        return self

    def _squares(self) -> VGroup:
        """An outline for each square; none where the cost is no mean of squares, or has many rows."""
        fit = self.fit
        if fit.across or len(fit.actual) > NUMBERED or not FollowedRows(self.story).is_square:
            return VGroup()
        colour = self.stage.palette.error
        made = VGroup(*(stroke(colour, SQUARED) for _ in fit.actual))
        return made.set_fill(colour, opacity=TINT)

    def _draw_squares(self) -> None:
        """The squares on the residuals, each on the side where it has room."""
        fit, panel = self.fit, self.fit.panel
        said = fit.predict(fit.values, fit.inputs)
        for square, x, *ends in zip(self.squares, fit.inputs[0], fit.actual, said, strict=False):
            if not all(panel.holds(x, end) for end in ends):
                square.clear_points()
                continue
            (left, foot, _), (_, top, _) = (panel.border(x, end) for end in ends)
            side = abs(top - foot)
            way = side if left + side <= panel.box.right else -side
            corners = [(left, foot), (left + way, foot), (left + way, top), (left, top)]
            square.set_points_as_corners([(*c, 0.0) for c in (*corners, corners[0])])

    def numbers(self, values: Sequence[float]) -> list[Typeset]:
        """The residuals' numbers beside them, in the order of the rows; nothing where there are many rows."""
        fit, problem = self.fit, self.story.problem
        if fit.across or len(fit.actual) > NUMBERED:
            return []
        said = fit.predict(np.array(values, dtype=np.float64), fit.inputs)
        made = []
        for x, actual, height in zip(fit.inputs[0], fit.actual, said, strict=True):
            label = self.stage.formula(numeral(float(actual - height)), em=EM)
            label.set_fill(self.stage.palette.error)
            ends = [fit.panel.border(x, y) for y in (actual, height)]
            middle = (ends[0] + ends[1]) / 2
            if (
                abs(ends[0][1] - ends[1][1]) < SHORT * label.height
            ):  # beside its point, off the line
                middle = ends[0]
            right = len(self.squares) > 0 and middle[0] - ASIDE - label.width > fit.panel.box.left
            right |= middle[0] + ASIDE + label.width > fit.panel.box.right
            left = middle[0] - ASIDE - label.width if right else middle[0] + ASIDE
            made.append(label.put(left, float(middle[1]) - label.height / 2))
        return made if problem.has_examples else []
