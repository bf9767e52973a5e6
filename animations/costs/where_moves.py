"""What moves in the lesson `where_cost_lives`: the dot over the floor with its line, the view, the surface."""

from __future__ import annotations

from itertools import product

import numpy as np
from manim import FadeIn, Mobject, VGroup

from symgd.animations.costs import where_words as words
from symgd.animations.costs.cost_floor import CostFloor
from symgd.animations.costs.line_floor import LineFloor
from symgd.animations.costs.squares_picture import SquaresPicture
from symgd.animations.costs.surface_picture import SurfacePicture
from symgd.animations.costs.told_rows import FollowedRows
from symgd.animations.formulas.names import brief
from symgd.animations.formulas.numerals import numeral
from symgd.animations.staging.rows import Rows
from symgd.animations.staging.run_lesson import RunLesson, refill
from symgd.terms import Equation

MOVE, FADE, TRY, TILT, RISE = 1.2, 0.6, 0.18, 2.5, 2.5
EM, COST_EM = 0.38, 0.48


class WhereMoves(RunLesson):
    """A scene with a floor, and the line that belongs to a place of it."""

    floor: CostFloor
    surface: SurfacePicture | LineFloor
    fit: SquaresPicture | None
    said: VGroup
    note: VGroup = VGroup()

    def prepare(self) -> None:
        """The floor, the fit beside it, and rows for numbers."""
        layout = self.stage.layout
        self.floor = CostFloor(self.story)
        kind = LineFloor if len(self.floor.names) == 1 else SurfacePicture
        self.surface = kind(self.stage, layout.picture, self.floor)
        zone = layout.mathematics
        if zone.width > 2 * zone.height:
            upper, lower = zone.columns(1.3, 1, gap=0.4)
        else:
            upper, lower = zone.rows(2.3, 1)
        self.rows = lower.rows(1, 1)
        self.fit, self.formula = None, VGroup()
        if self.story.problem.has_examples:
            corners = [self.floor.at(*ends) for ends in product(*self._ends())]
            self.fit = SquaresPicture(self.stage, upper, FollowedRows(self.story), corners)
        else:
            self.formula = Rows(self.stage).set_into(upper, self.story.problem.equations)

    def _ends(self) -> list[tuple[float, float]]:
        """The first and the last value that the grid tries of each parameter."""
        return [(float(axis[0]), float(axis[-1])) for axis in self.floor.axes]

    @property
    def flat(self) -> bool:
        """Whether there is one parameter, and the floor a line."""
        return isinstance(self.surface, LineFloor)

    def said_of(self, place: tuple[float, ...]) -> VGroup:
        """A place's parameters and its cost, in the rows for numbers."""
        upper, lower = self.rows
        values = self.stage.sentence(words.values(self.floor, place, brief), em=EM)
        values.at_most(upper.width).put(upper.left, upper.centre[1] - 0.1)
        cost = self.floor.cost(*place)
        made = VGroup(values)
        if np.isfinite(cost):
            equation = Equation(self.story.problem.cost_name, numeral(cost))
            shown = self.stage.formula(equation, em=COST_EM).set_color(self.stage.palette.error)
            made.add(shown.at_most(lower.width).put(lower.left, lower.centre[1] - 0.1))
        return made

    def go(self, place: tuple[float, ...]) -> None:
        """Dot, line and numbers at another place at once."""
        self.surface.show_here(place)
        if self.fit is not None:
            self.fit.show(self.floor.at(*place))
        refill(self.said, self.said_of(place).submobjects)

    def glide(self, place: tuple[float, ...], seconds: float) -> None:
        """From where the dot is straight to another place."""
        start = np.array(self.surface.here)
        way = np.array(place) - start
        self.moving(
            lambda part: self.go(place if part == 1 else tuple(map(float, start + part * way))),
            seconds,
            *(() if self.fit is None else (self.fit.live,)),
            self.said,
            self.surface.dot,
        )

    def reveal(self, *mobjects: Mobject, seconds: float = FADE) -> None:
        """Fade in, each as itself."""
        self.play(*map(FadeIn, mobjects), run_time=seconds)
