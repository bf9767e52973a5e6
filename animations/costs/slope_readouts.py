"""Three readouts apart: the learning rate in a box that stays, the slope and the step as bars with a sign.

Laws
----
- the step is the slope times the rate, the other way: its bar stands on the other side of the middle
- a bar is as long, compared with the longest, as its number is
"""

from __future__ import annotations

from collections.abc import Sequence

from manim import Line, Rectangle, VGroup

from symgd.animations.formulas.numerals import SLOPE_DIGITS, numeral
from symgd.animations.formulas.typeset import LEAST_EM
from symgd.animations.pictures.slice_picture import SlicePicture
from symgd.animations.staging.stage import Label, Stage, Zone
from symgd.terms import Negative, Partial, Product, Symbol, Term
from symgd.writing.words import message

EM, VALUE_EM = 0.38, 0.4
LABELS, VALUES = 0.42, 0.24  # parts of the width
LONG = 0.6  # of it, for labels with long names
THICK, LEAST = 0.3, 0.03
BOX_PART = 0.5  # of half the room for bars: the rate is compared with nothing
LIFT = 0.1


class SlopeReadouts:
    """Rate, slope and step where the parameter has a value; `still` stays, `measures` are made anew."""

    def __init__(
        self, stage: Stage, zone: Zone, picture: SlicePicture, values: Sequence[float], letter: Term
    ) -> None:
        self.stage, self.zone, self.picture = stage, zone, picture
        self.rate = picture.rate
        self.longest = max(abs(picture.slope(value)) for value in values)
        self.pitch = zone.height / 3
        slope = Partial(picture.story.problem.cost_name, Symbol(picture.name))
        labels: tuple[Label, ...] = (
            message("rate {rate}", rate=letter),
            message("slope {slope}", slope=slope),
            message("step {step}", step=Negative(Product((letter, slope)))),
        )
        written = [stage.sentence(label, em=EM) for label in labels]
        least = max(said.width for said in written) * LEAST_EM / EM + LIFT
        room = min(max(LABELS * zone.width, least), LONG * zone.width)
        self.left, self.right = zone.left + room, zone.right - VALUES * zone.width
        self.middle = (self.left + self.right) / 2
        self.still = VGroup()
        for row, said in enumerate(written):
            self.still.add(said.at_most(room - LIFT).put(zone.left, self.line(row)))
        half, ink = (self.right - self.left) / 2, stage.palette.ink
        box = Rectangle(width=BOX_PART * half, height=THICK + 0.05, color=ink, stroke_width=2.5)
        box.move_to((self.middle + box.width / 2, self.line(0) + LIFT, 0))
        foot = self.line(len(labels) - 1) - LIFT
        axis = Line((self.middle, foot, 0), (self.middle, self.line(1) + 3.5 * LIFT, 0))
        axis.set_stroke(ink, width=1.5)
        self.still.add(VGroup(box), self._value(0, self.rate), axis)

    def line(self, row: int) -> float:
        """The height on which a row stands."""
        return float(self.zone.top - (row + 0.62) * self.pitch)

    def _value(self, row: int, number: float) -> VGroup:
        made = self.stage.formula(numeral(number, SLOPE_DIGITS), em=VALUE_EM)
        made.at_most(VALUES * self.zone.width - LIFT)
        return VGroup(made.put(self.zone.right - made.width, self.line(row)))

    def measures(self, value: float) -> VGroup:
        """The bars of slope and step with their numbers, where the parameter has a value."""
        slope = self.picture.slope(value)
        made = VGroup()
        for row, part in enumerate((slope, -slope), start=1):
            made.add(self._bar(row, part / self.longest if self.longest else 0.0))
        return made.add(self._value(1, slope), self._value(2, -self.rate * slope))

    def _bar(self, row: int, part: float) -> Rectangle:
        """From the middle to the right, or to the left; none is longer than the room for it."""
        half = (self.right - self.left) / 2
        length = min(max(LEAST, abs(part) * half), half) if part else 0.0
        bar = Rectangle(width=length, height=THICK, stroke_width=0, fill_opacity=1 if part else 0)
        bar.set_fill(self.stage.palette.ink)
        side = length / 2 if part >= 0 else -length / 2
        return bar.move_to((self.middle + side, self.line(row) + LIFT, 0))
