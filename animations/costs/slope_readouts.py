"""A table of places on a slice: slope, learning rate and step where the parameter has a value, a row for each.

Laws
----
- the step is minus the rate times the slope
- the rate stands in every row, the same: it is not the length of the step
- all rows have one size, whatever their numbers
"""

from __future__ import annotations

from collections.abc import Sequence

from manim import Line, VGroup

from symgd.animations.formulas.numerals import SLOPE_DIGITS, numeral
from symgd.animations.formulas.typeset import LEAST_EM, Typeset
from symgd.animations.pictures.slice_picture import SlicePicture
from symgd.animations.staging.stage import Label, Stage, Zone
from symgd.terms import Symbol, Term
from symgd.writing.words import message

EM, GAP = 0.4, 0.35  # the largest size; between columns
PITCH, HEAD = 1.35, 1.5  # of rows and of the head, in ems
VALUE, SLOPE, RATE, STEP = range(4)


class SlopeReadouts:
    """Place, slope, rate and step; `head` stays, and `row` is made for each of the `values` in their order."""

    def __init__(
        self, stage: Stage, zone: Zone, picture: SlicePicture, values: Sequence[float], letter: Term
    ) -> None:
        self.stage, self.zone, self.picture, self.values = stage, zone, picture, [*values]
        steps = message("step −{rate} · slope", rate=letter), message("step")
        cells = [self._cells(value, 1.0) for value in values]
        high, gaps = zone.height / (HEAD + PITCH * len(values)), GAP * STEP
        for step in steps:
            labels: tuple[Label, ...] = (
                Symbol(picture.name),
                message("slope"),
                message("rate {rate}", rate=letter),
                step,
            )
            head = [stage.fitted(label, 1.0, 6.0) for label in labels]
            wide = [max(row[n].width for row in (head, *cells)) for n in range(len(labels))]
            self.em = min(EM, high, (zone.width - gaps) / sum(wide))
            if self.em >= LEAST_EM:
                break
        self.em = max(LEAST_EM, self.em)
        share = min(1.0, (zone.width - gaps) / (self.em * sum(wide)))  # then numbers are smaller
        wide = [share * each for each in wide]
        pitch = min(PITCH * self.em, (zone.height - HEAD * self.em) / max(1, len(values)))
        room = max(0.0, (zone.width - gaps - self.em * sum(wide)) / len(wide))
        self.ends = [
            zone.left + sum(self.em * w + room for w in wide[: n + 1]) + GAP * n
            for n in range(len(wide))
        ]
        self.starts = [zone.left, *(end + GAP for end in self.ends[:-1])]
        self.lines = [
            zone.top - (HEAD + 0.3) * self.em - pitch * (n + 0.5) for n in range(len(values))
        ]
        self.head = self._head(labels)

    def _head(self, labels: Sequence[Label]) -> VGroup:
        made = VGroup()
        foot = self.zone.top - self.em
        for column, label in enumerate(labels):
            said = self.stage.fitted(label, self.em, self.ends[column] - self.starts[column])
            made.add(said.put(self.ends[column] - said.width, foot))
        made[STEP].set_fill(self.picture.colour)
        under = self.zone.top - HEAD * self.em
        rule = Line((self.zone.left, under, 0), (self.zone.right, under, 0), stroke_width=1.5)
        return made.add(rule.set_color(self.stage.palette.ink))

    def _cells(self, value: float, em: float) -> list[Typeset]:
        picture, slope = self.picture, self.picture.slope(value)
        numbers = numeral(value), numeral(slope, SLOPE_DIGITS), numeral(picture.rate)
        terms = (*numbers, numeral(-picture.rate * slope + 0.0, SLOPE_DIGITS))
        made = [self.stage.formula(term, em=em) for term in terms]
        for column in (VALUE, STEP):
            made[column].set_fill(picture.colour)
        return made

    def row(self, number: int) -> VGroup:
        """The numbers at one of the values, each at the right end of its column."""
        made = VGroup()
        for column, cell in enumerate(self._cells(self.values[number], self.em)):
            cell.scale(min(1.0, (self.ends[column] - self.starts[column]) / cell.width))
            made.add(cell.put(self.ends[column] - cell.width, self.lines[number]))
        return made
