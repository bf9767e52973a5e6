"""A secant of a slice: the line through two points of the curve, its run and its rise dashed."""

from __future__ import annotations

from manim import Circle, VGroup

from symgd.animations.formulas.numerals import ALIKE, SLOPE_DIGITS, numeral, rounded
from symgd.animations.pictures.plot_panel import drawn, stroke
from symgd.animations.pictures.slice_picture import DOT, SlicePicture
from symgd.terms import Equation, Fraction, Term
from symgd.writing.formulas.rounding import About


class Secant:
    """The line through the curve's points of two values, which `show` moves; `live` is all that is drawn."""

    def __init__(self, picture: SlicePicture) -> None:
        self.picture = picture
        palette = picture.stage.palette
        self.line, self.legs = stroke(palette.ink, 2.5), stroke(palette.ink, 2)
        self.second = Circle(radius=DOT, stroke_color=palette.prediction, stroke_width=3)
        self.second.set_fill(palette.ground, opacity=1)
        self.live = VGroup(self.legs, self.line, self.second)

    def show(self, value: float, other: float) -> Secant:
        """The secant from one value to another; in one point, the tangent."""
        picture = self.picture
        slope = picture.secant_slope(value, other)
        drawn(self.line, picture.straight(value, slope, whole=True))
        panel, here, there = picture.panel, picture.cost(value), picture.cost(other)
        run = panel.segments([value, other], [here, here])
        rise = panel.segments([other, other], [here, there])
        drawn(self.legs, [*run, *rise], dashed=True)
        self.second.move_to(picture.position(other))
        return self

    def slope(self, value: float, other: float) -> Term:
        """Rise over run, and what it comes to."""
        picture = self.picture
        rise, run = picture.cost(other) - picture.cost(value), other - value
        made = Fraction(numeral(rise), numeral(run))
        return valued(made, picture.secant_slope(value, other), SLOPE_DIGITS)


def valued(left: Term, value: float, digits: int) -> Term:
    """What a term comes to: equal to the number that is shown, or about that where digits are left out."""
    short = rounded(value, digits)
    exact = abs(float(short) - value) <= ALIKE * abs(value)
    if isinstance(left, Fraction):  # as it is shown
        exact = bool(left.value == numeral(value, digits).value)
    return (Equation if exact else About)(left, numeral(value, digits))
