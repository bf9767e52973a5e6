"""A secant of a slice: the line through two points of the curve, its run and its rise dashed and numbered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from manim import Circle, VGroup

from symgd.animations.formulas.numerals import SLOPE_DIGITS, is_whole, numeral, rounded
from symgd.animations.formulas.typeset import Typeset
from symgd.animations.pictures.label_places import LabelPlaces, along, rounds
from symgd.animations.pictures.plot_panel import drawn, stroke
from symgd.animations.pictures.slice_picture import DOT, SlicePicture
from symgd.data.arrays import FloatArray
from symgd.terms import Equation, Fraction, Symbol, Term
from symgd.writing.formulas.rounding import About
from symgd.writing.words import message

EM = 0.3
RUNS = (10.0, 5.0, 2.5, 2.0, 1.0)  # the short numbers of a decade
DECADES = 12
SAMPLES = 60

Pieces: TypeAlias = list[tuple[FloatArray, FloatArray]]
"""A straight line as far as it is seen."""


class Secant:
    """The line through the curve's points of two values, which `show` moves; `live` is all that is drawn."""

    def __init__(self, picture: SlicePicture) -> None:
        self.picture = picture
        palette = picture.stage.palette
        self.line = stroke(palette.ink, 2.5)
        self.across, self.up = stroke(picture.colour, 3), stroke(palette.error, 3)
        self.legs = VGroup(self.across, self.up)
        self.second = Circle(radius=DOT, stroke_color=palette.prediction, stroke_width=3)
        self.second.set_fill(palette.ground, opacity=1)
        self.live = VGroup(self.legs, self.line, self.second)
        self.run, self.rise = VGroup(), VGroup()  # their numbers beside the legs

    def show(self, value: float, other: float) -> Secant:
        """The secant from one value to another; in one point, the tangent."""
        picture = self.picture
        slope = picture.secant_slope(value, other)
        drawn(self.line, picture.straight(value, slope, whole=True))
        across, up = self._legs(value, other, picture.cost(other))
        drawn(self.across, across, dashed=True)
        drawn(self.up, up, dashed=True)
        self.second.move_to(picture.position(other))
        return self

    def _legs(self, value: float, other: float, height: float) -> list[Pieces]:
        """The way across at the height of the curve's point, and from there the way up or down."""
        panel, here = self.picture.panel, self.picture.cost(value)
        ends = panel.segments([value, other], [here, here])
        return [ends, panel.segments([other, other], [here, height])]

    def slope(self, value: float, other: float) -> Term:
        """Rise over run, and what it comes to."""
        picture = self.picture
        rise, run = picture.cost(other) - picture.cost(value), other - value
        made = Fraction(numeral(rise), numeral(run))
        return valued(made, picture.secant_slope(value, other), SLOPE_DIGITS)

    # ---------------------------------------------------------------------------------------------
    # Numbers on the legs

    def numbered(self, value: float, other: float) -> VGroup:
        """What run and rise of the secant are, each beside its leg."""
        picture = self.picture
        rise, cost = picture.cost(other) - picture.cost(value), picture.story.problem.cost_name
        terms = [
            Equation(Symbol(picture.name), numeral(other - value)),
            Equation(cost, numeral(rise)),
        ]
        said = [message("Δ{change}", change=term) for term in terms]
        labels = [picture.stage.sentence(each, em=EM) for each in said]
        self.run, self.rise = (
            picture.stage.part(label, term, (1,)) for label, term in zip(labels, terms, strict=True)
        )
        self._coloured(labels)
        return self._beside(self._legs(value, other, picture.cost(other)), labels)

    def _coloured(self, labels: Sequence[Typeset]) -> None:
        """The run's number has the parameter's colour, the rise's the cost's."""
        for label, colour in zip(labels, self.colours, strict=True):
            label.set_fill(colour)

    @property
    def colours(self) -> tuple[str, str]:
        """Of a run, a change of the parameter, and of a rise, one of the cost."""
        return self.picture.colour, self.picture.stage.palette.error

    def triangle(self, value: float) -> VGroup:
        """Under the tangent: a run that is a short number and its rise, dashed and numbered."""
        picture, slope = self.picture, self.picture.slope(value)
        run = self.short_run(value)
        if not run:
            return VGroup()
        self.second.move_to(picture.dot)
        legs = self._legs(value, value + run, picture.cost(value) + slope * run)
        numbers = [numeral(run), numeral(slope * run, SLOPE_DIGITS)]
        labels = [picture.stage.formula(number, em=EM) for number in numbers]
        self._coloured(labels)
        lines = VGroup(
            *(
                drawn(stroke(colour, 3), leg, dashed=True)
                for colour, leg in zip(self.colours, legs, strict=True)
            )
        )
        return VGroup(lines, self._beside(legs, labels))

    def short_run(self, value: float) -> float:
        """The longest way downhill of one figure or two, after which the tangent is still in the picture; 0 for none."""
        picture, slope = self.picture, self.picture.slope(value)
        panel, cost = picture.panel, picture.cost(value)
        most = panel.x.high - panel.x.low
        first = int(np.floor(np.log10(most)))
        ways = (part * 10.0**power for power in range(first, first - DECADES, -1) for part in RUNS)
        for way in ways:
            run = float(rounded(-np.sign(slope) * way))
            fits = panel.holds(value + run, cost) and panel.holds(value + run, cost + slope * run)
            if fits and run != float(rounded(value)):  # two things are not the same number
                return run
        return 0.0

    def _beside(self, legs: list[Pieces], labels: Sequence[Typeset]) -> VGroup:
        """Labels near the middles of the legs, clear of the curve and of all lines."""
        picture, made = self.picture, VGroup()
        values = np.linspace(picture.panel.x.low, picture.panel.x.high, SAMPLES).tolist()
        curve = picture.panel.segments(values, [picture.cost(value) for value in values])
        ends = legs[0][:1] and legs[1][-1:]
        across = [(legs[0][0][0], legs[1][-1][1])] if ends else []
        dots = rounds([picture.dot.get_center(), self.second.get_center()], DOT)
        lines = along([*curve, *legs[0], *legs[1], *across])
        places = LabelPlaces(picture.stage, picture.panel.box, [*lines, *dots])
        for leg, label in zip(legs, labels, strict=True):
            if leg:
                made.add(places.put(label, (leg[0][0] + leg[-1][1]) / 2))
        return made


def valued(left: Term, value: float, digits: int) -> Equation:
    """What a term comes to: equal to the number that is shown, or about that where digits are left out."""
    exact = is_whole(value, digits)
    if isinstance(left, Fraction):  # as it is shown
        exact = bool(left.value == numeral(value, digits).value)
    return (Equation if exact else About)(left, numeral(value, digits))
