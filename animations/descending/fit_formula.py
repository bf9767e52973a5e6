"""FitFormula: the model with the numbers of its parameters, beside what it draws among the data."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from manim import Line, VGroup

from symgd.animations.formulas.numerals import numeral
from symgd.animations.formulas.typeset import LEAST_EM
from symgd.animations.pictures.fit_picture import FitPicture
from symgd.animations.pictures.label_places import LabelPlaces, along
from symgd.animations.staging.stage import Stage
from symgd.terms import Equation, Negative, Symbol, Term

EM, WIDEST = 0.44, 0.95  # the last, of the picture's width
ACROSS = 60  # places along the model that are kept clear


class FitFormula:
    """A formula in the picture of a fit, clear of its points and of its line, or nothing where it can't be read there."""

    def __init__(self, stage: Stage, fit: FitPicture) -> None:
        self.stage, self.fit, self.story = stage, fit, fit.story

    def placed(self) -> VGroup:
        """The formula in its place."""
        box, model = self.fit.panel.box, self.story.problem.model_equations
        values = self.story.at(self.fit.time)
        if len(model) != 1 or not (self.fit.across or self.fit.shows(values)):
            return VGroup()
        pairs = zip(self.story.names, values.tolist(), strict=True)
        numbers: dict[Term, Term] = {Symbol(name): _signed(value) for name, value in pairs}
        before = model[0]
        made = self.stage.formula(Equation(before.left, before.right.substitute(numbers)), em=EM)
        if made.width * LEAST_EM > WIDEST * box.width * EM:
            return VGroup()
        made.at_most(WIDEST * box.width)
        for path, part in before.right.walk():
            if isinstance(part, Symbol) and part.name in self.stage.colours:
                made.glyphs((1, *path)).set_color(self.stage.colours[part.name])
        hard = [point.get_center() for point in self.fit.points]
        line = self.fit.line
        if len(line.points):
            corners = np.array([line.point_from_proportion(p) for p in np.linspace(0, 1, ACROSS)])
            hard += along(list(pairwise(corners)))
        middle = np.array([*box.centre])
        placed = LabelPlaces(self.stage, box, hard).put(made, middle)
        return VGroup(*(each for each in placed if not isinstance(each, Line)))  # it is of no point


def _signed(value: float) -> Term:
    """A number whose minus a sum takes for its own."""
    return Negative(numeral(-value)) if value < 0 else numeral(value)
