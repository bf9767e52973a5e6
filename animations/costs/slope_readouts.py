"""Three readouts apart: the learning rate in a box that stays, the slope as a bar, the step as its arrow.

Laws
----
- the step is the slope times the rate, the other way: its arrow stands on the other side of the middle
- a bar is as long, compared with the longest, as its number is; the arrow is as long as that in the picture
"""

from __future__ import annotations

from collections.abc import Sequence

from manim import Line, Rectangle, SurroundingRectangle, VGroup

from symgd.animations.formulas.numerals import SLOPE_DIGITS, numeral
from symgd.animations.formulas.typeset import LEAST_EM, Typeset
from symgd.animations.pictures.slice_picture import SlicePicture, level_arrow
from symgd.animations.staging.stage import Label, Stage, Zone
from symgd.terms import Negative, Partial, Product, Symbol, Term
from symgd.writing.words import message

EM, SHARES = 0.5, (0.7, 1.0, 1.0)  # of the rate's row, the slope's and the step's
VALUES = 0.34  # of a row's width, for its number
THICK, LEAST, NOTHING = 0.3, 0.03, 1e-6
LINE, BAR = (
    0.85,
    0.06,
)  # in ems, how far down in its row the words stand; how far below it the bar reaches
LIFT, BOX = 0.1, 0.08
LOW = 1.6  # a zone lower than this has no room for three rows
GAP = 0.5  # between rows that stand beside each other


class SlopeReadouts:
    """Rate, slope and step where the parameter has a value; `still` stays, `measures` are made anew."""

    def __init__(
        self,
        stage: Stage,
        zone: Zone,
        picture: SlicePicture,
        values: Sequence[float],
        letter: Term,
        magnified: float = 1.0,
    ) -> None:
        self.stage, self.picture, self.rate = stage, picture, picture.rate
        beside = zone.height < LOW
        self.rows = zone.columns(1, 1, 1, gap=GAP) if beside else zone.rows(*SHARES, gap=2 * LIFT)
        self.half = self.rows[0].width / 2
        self.longest = max(abs(picture.slope(value)) for value in values)
        steps = magnified * self.rate * self.longest * picture.unit
        self.unit = magnified * picture.unit * min(1.0, self.half / steps if steps else 1.0)
        slope = Partial(picture.story.problem.cost_name, Symbol(picture.name))
        labels: tuple[Label, ...] = (
            message("rate {rate}", rate=letter),
            message("slope {slope}", slope=slope),
            message("step {step}", step=Negative(Product((letter, slope)))),
        )
        written = [stage.sentence(label, em=EM) for label in labels]
        self.em = self._size(written, values)
        self.still = VGroup()
        for row, label in enumerate(labels):
            said, least = stage.sentence(label, em=self.em), self.rows[row].width * (1 - VALUES)
            self.still.add(said.at_most(least).put(self.rows[row].left, self._line(row)))
        number = self._value(0, self.rate)
        frame = SurroundingRectangle(number, buff=BOX, color=stage.palette.ink, stroke_width=2)
        number.add(frame).shift((-BOX, 0, 0))
        self.still.add(number, *(self._axis(row) for row in (1, 2)))

    def _size(self, labels: Sequence[Typeset], values: Sequence[float]) -> float:
        """The largest in which each label has room beside its numbers."""
        slopes = [self.picture.slope(value) for value in values]
        several = [self.rate], slopes, [-self.rate * slope for slope in slopes]
        em = EM
        for label, numbers in zip(labels, several, strict=True):
            shown = [self.stage.formula(self._numeral(number), em=EM) for number in numbers]
            wide = label.width + max(each.width for each in shown) + 2 * LIFT
            em = min(em, EM * self.rows[0].width / wide)
        return max(LEAST_EM, em)

    def _numeral(self, number: float) -> Term:
        return numeral(number) if number == self.rate else numeral(number, SLOPE_DIGITS)

    def _line(self, row: int) -> float:
        """The height on which a row's words stand."""
        return float(self.rows[row].top - LINE * self.em)

    def _middle(self, row: int) -> tuple[float, float]:
        zone = self.rows[row]
        return zone.centre[0], float(zone.bottom + THICK / 2 - BAR)

    def _axis(self, row: int) -> Line:
        """Where nothing is."""
        across, height = self._middle(row)
        up = THICK / 2 + LIFT / 2
        axis = Line((across, height - up, 0), (across, height + up, 0))
        return axis.set_stroke(self.stage.palette.ink, width=1.5)

    def _value(self, row: int, number: float) -> VGroup:
        made = self.stage.formula(self._numeral(number), em=self.em)
        made.at_most((1 - VALUES) * self.rows[row].width)
        return VGroup(made.put(self.rows[row].right - made.width, self._line(row)))

    def measures(self, value: float) -> VGroup:
        """The slope's bar and the step's arrow with their numbers, where the parameter has a value."""
        slope = self.picture.slope(value)
        made = VGroup(self._bar(slope / self.longest if self.longest else 0.0))
        made.add(self._arrow(-self.rate * slope))
        return made.add(self._value(1, slope), self._value(2, -self.rate * slope))

    def _bar(self, part: float) -> Rectangle:
        """From the middle to the right, or to the left; none is longer than the room for it."""
        length = min(max(LEAST, abs(part) * self.half), self.half) if part else 0.0
        bar = Rectangle(width=length, height=THICK, stroke_width=0, fill_opacity=1 if part else 0)
        bar.set_fill(self.stage.palette.ink)
        side = length / 2 if part >= 0 else -length / 2
        across, height = self._middle(1)
        return bar.move_to((across + side, height, 0))

    def _arrow(self, step: float) -> VGroup:
        """From the middle on, as long as in the picture, where there is room for that."""
        length = max(-self.half, min(step * self.unit, self.half))
        if abs(length) < NOTHING:
            return VGroup()
        across, height = self._middle(2)
        return level_arrow(across, across + length, height, self.stage.palette.ink)
