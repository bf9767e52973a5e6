"""SlopeMeasure: the slope of the cut's parabola, read at distance 1 and at half of it: what it is at 1 is the curvature."""

from __future__ import annotations

import numpy as np
from manim import Circle, Line, VGroup, VMobject

from symgd.animations.comparing.factor_slice import ASIDE, EM, STOP, TANGENT, FactorSlice
from symgd.animations.comparing.learning_rates_words import GAP
from symgd.animations.formulas.numerals import numeral
from symgd.animations.formulas.typeset import Typeset
from symgd.animations.staging.stage import Label, Zone
from symgd.terms import Equation, Product
from symgd.writing.words import Message, message

PLACES = (1.0, 0.5)
ROW_EM, PITCH = 0.42, 0.62
DIGITS = 4


class SlopeMeasure:
    """A tangent with its slope in numbers, `live`, at any distance: `show`; `rows` are what was read, and the law of both."""

    def __init__(self, ground: FactorSlice, zone: Zone) -> None:
        self.ground, self.stage = ground, ground.stage
        self.curvature = 2 / ground.limit
        ink = self.stage.palette.ink
        self.tangent = Line((0, 0, 0), (1, 0, 0), color=ink, stroke_width=3)
        self.dot = Circle(radius=STOP, stroke_width=0, fill_opacity=1).set_fill(ink)
        self.label = VMobject(stroke_width=0).set_fill(ink, opacity=1)
        self.live = VGroup(self.tangent, self.dot, self.label)
        said: list[tuple[Label, ...]] = [
            (Equation(GAP, numeral(place)), ": ", self._said(place)) for place in PLACES
        ]
        law = Product((numeral(self.curvature, DIGITS), GAP))
        said.append((message("so the slope is {slope}", slope=law),))
        self.rows: list[Typeset] = []
        pitch = min(PITCH, zone.height / len(said))
        for n, parts in enumerate(said):
            row = self.stage.sentence(*parts, em=ROW_EM * pitch / PITCH).at_most(zone.width)
            self.rows.append(row.put(zone.left, zone.top - (n + 0.7) * pitch))
        self.show(PLACES[0])

    def _said(self, d: float) -> Message:
        return message("slope {slope}", slope=numeral(d * self.curvature, DIGITS))

    def parts(self, n: int) -> tuple[VGroup, VGroup]:
        """A row's place, and the words that stand at the tangent as well."""
        row = self.rows[n]
        said = len(self.stage.sentence(self._said(PLACES[n]), em=EM))
        return VGroup(*row[:-said]), VGroup(*row[-said:])

    def show(self, d: float) -> SlopeMeasure:
        """The tangent at a distance."""
        here, ahead = self.ground.place(d), self.ground.place(d + 1e-3)
        way = (ahead - here) * TANGENT / 1e-3
        self.tangent.put_start_and_end_on(here - way, here + way)
        self.dot.move_to(here)
        said = self.stage.sentence(self._said(d), em=EM)
        said.put(here[0] - ASIDE - said.width, here[1] + ASIDE / 2)
        self.label.set_points(np.concatenate([glyph.points for glyph in said]))
        return self
