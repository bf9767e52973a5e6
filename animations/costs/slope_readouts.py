"""A table of places on a slice: slope, learning rate and step where the parameter has a value, a row for each.

Laws
----
- the step is minus the rate times the slope
- the rate stands in every row, the same: it is not the length of the step
- all rows have one size, whatever their numbers
- under slope and step are bars, each in parts of the longest of its column: the rate makes one of the other
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
from manim import Line, VGroup

from symgd.animations.costs.told_table import places_of
from symgd.animations.formulas.numerals import DIGITS, SLOPE_DIGITS, cell, numeral
from symgd.animations.formulas.typeset import LEAST_EM, Typeset
from symgd.animations.pictures.plot_panel import drawn, stroke
from symgd.animations.pictures.slice_picture import SlicePicture, level_arrow
from symgd.animations.staging.stage import Label, Stage, Zone
from symgd.terms import Symbol, Term
from symgd.writing.words import message

EM, GAP = 0.4, 0.35  # the largest size; between columns
PITCH, HEAD = 1.35, 1.5  # of rows and of the head, in ems
ROOMY, UNDER = 2.1, 0.42  # of a row with bars; from its line down to them
BARRED = 1.7  # of rows in which bars have room
READ = 0.24  # so large are numbers at least, where bars take room
SEEN = 0.02  # a bar shorter than this isn't drawn
ROUNDING = 1e-6
SPREAD = 100  # so many times the least of a column is its largest, at most, for points that stand in line
VALUE, SLOPE, RATE, STEP = range(4)


class SlopeReadouts:
    """Place, slope, rate and step; `head` stays, and `row` is made for each of the `values` in their order.

    The rate is the picture's, but where `rates` have another one for a row's number.
    """

    def __init__(
        self,
        stage: Stage,
        zone: Zone,
        picture: SlicePicture,
        values: Sequence[float],
        letter: Term,
        rates: Mapping[int, float] | None = None,
    ) -> None:
        self.rates = [(rates or {}).get(number, picture.rate) for number in range(len(values))]
        self.stage, self.zone, self.picture, self.values = stage, zone, picture, [*values]
        steps = message("step −{rate} · slope", rate=letter), message("step")
        slopes = [picture.slope(value) for value in values]
        self.sizes = max(map(abs, slopes)), max(abs(picture.rate * slope) for slope in slopes)
        self.decimals = (
            in_line(slopes, SLOPE_DIGITS),
            in_line([picture.rate * slope for slope in slopes], DIGITS),
        )
        cells = [self._cells(number, 1.0) for number in range(len(values))]
        high, gaps = zone.height / (HEAD + PITCH * len(values)), GAP * STEP
        with_bars = zone.height / (HEAD + BARRED * len(values))
        high = with_bars if with_bars >= READ else high
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
        pitch = min(ROOMY * self.em, (zone.height - HEAD * self.em) / max(1, len(values)))
        self.barred = pitch >= (1 - ROUNDING) * BARRED * self.em
        pitch = pitch if self.barred else min(PITCH * self.em, pitch)
        room = max(0.0, (zone.width - gaps - self.em * sum(wide)) / len(wide))
        self.ends = [
            zone.left + sum(self.em * w + room for w in wide[: n + 1]) + GAP * n
            for n in range(len(wide))
        ]
        self.starts = [zone.left, *(end + GAP for end in self.ends[:-1])]
        self.lines = [
            zone.top - (HEAD + 0.3) * self.em - PITCH * self.em / 2 - pitch * n
            for n in range(len(values))
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

    def _cells(self, number: int, em: float) -> list[Typeset]:
        picture, value, rate = self.picture, self.values[number], self.rates[number]
        slope = picture.slope(value)
        step = -rate * slope + 0.0
        terms = (
            numeral(value),
            _written(slope, self.decimals[0], SLOPE_DIGITS),
            numeral(rate),
            _written(step, self.decimals[1], SLOPE_DIGITS),
        )
        made = [self.stage.sentence(term, em=em) for term in terms]
        for column in (VALUE, STEP):
            made[column].set_fill(picture.colour)
        return made

    def row(self, number: int) -> VGroup:
        """The numbers at one of the values, each at the right end of its column."""
        made = VGroup()
        for column, said in enumerate(self._cells(number, self.em)):
            said.scale(min(1.0, (self.ends[column] - self.starts[column]) / said.width))
            made.add(said.put(self.ends[column] - said.width, self.lines[number]))
        return made

    def bars(self, number: int) -> VGroup:
        """How long slope and step are, each compared with the longest of its column; without room for them, nothing."""
        if not self.barred or self.rates[number] != self.picture.rate:  # of one rate alone
            return VGroup()
        picture, made = self.picture, VGroup()
        slope = picture.slope(self.values[number])
        height = self.lines[number] - UNDER * self.em
        for column, value, most in zip(
            (SLOPE, STEP), (slope, -picture.rate * slope), self.sizes, strict=True
        ):
            left, right = self.starts[column], self.ends[column]
            long = (right - left) * (abs(value) / most if most else 0.0)
            if long < SEEN:
                made.add(VGroup())
            elif column == STEP:
                ends = (right - long, right) if value > 0 else (right, right - long)
                made.add(level_arrow(*ends, height, picture.colour))
            else:
                ends = (np.array([right - long, height, 0.0]), np.array([right, height, 0.0]))
                made.add(drawn(stroke(self.stage.palette.ink, 4), [ends]))
        return made


def in_line(values: Sequence[float], digits: int) -> int | None:
    """So many digits after the point, with which a column's largest number has some digits; None where others are lost.

    Examples
    --------
    >>> in_line([-6.1333, 4.6, 0.0], 5), in_line([0.368, 0.0712], 4), in_line([1200.0, 0.5], 4)
    (4, 4, None)
    """
    sizes = [abs(value) for value in values if value]
    if not sizes or not math.isfinite(max(sizes)) or max(sizes) > SPREAD * min(sizes):
        return None
    power = math.floor(math.log10(max(sizes)))
    return max(0, digits - 1 - power) if abs(power) < digits else None


def _written(value: float, decimals: int | None, digits: int) -> Term | str:
    """As a term where that has the column's digits: then it is written as everywhere else."""
    made = numeral(value, digits)
    alike = decimals is None or not value or places_of(made) == decimals
    return made if alike else cell(value, decimals, digits)
