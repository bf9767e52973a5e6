"""One step along a slice: its rule in symbols with the value of the rate, and below it the same in numbers.

Laws
----
- all of it has one size, in every step that is shown
- each number comes from where it is seen
"""

from __future__ import annotations

from collections.abc import Sequence

from manim import Mobject, VGroup

from symgd.animations.formulas.formula import Formula
from symgd.animations.formulas.names import ever_shorter
from symgd.animations.formulas.numerals import (
    DIGITS,
    MOST_DIGITS,
    SLOPE_DIGITS,
    numeral,
    rounded,
)
from symgd.animations.formulas.typeset import LEAST_EM, Glyph, Typeset
from symgd.animations.pictures.slice_picture import SlicePicture
from symgd.animations.staging.stage import Stage, Zone
from symgd.terms import Equation, Negative, Partial, Product, Sum, Symbol, Term

EM, APART = 0.42, 1.4  # the largest size; in ems, from the rule to the rate's value
BETWEEN, DOWN = 0.33, 0.25  # in ems: between parts; from a zone's middle to the line
GAP = 0.4
FILLED = 0.97  # of a zone's width, at most
VALUE, RATE, SLOPE = (0,), (1, 0, 0), (1, 0, 1)  # where the symbols stand in an update


class SlopeStep:
    """The rows of steps from some values, in the two zones where rule and numbers stand."""

    def __init__(
        self,
        stage: Stage,
        rule: Zone,
        numbers: Zone,
        picture: SlicePicture,
        values: Sequence[float],
    ) -> None:
        self.stage, self.picture = stage, picture
        self.name = Symbol(picture.name)
        self.slope = Partial(picture.story.problem.cost_name, self.name)
        for self.named in ever_shorter():
            self._lay_out(rule, numbers, values)
            if self.em >= LEAST_EM:
                break

    def _lay_out(self, rule: Zone, numbers: Zone, values: Sequence[float]) -> None:
        """One size, in which all rows have room."""
        self.em, self.zones = 1.0, (rule, numbers)
        wide = [
            float(self.rule().get_right()[0]) - rule.left,
            max(float(self.result(value).get_right()[0]) for value in values) - numbers.left,
        ]
        if rule.top == numbers.top:  # beside each other: the longer has more room
            whole = Zone(rule.left, numbers.right, rule.bottom, rule.top)
            rule, numbers = whole.columns(*wide, gap=GAP)
            self.zones = rule, numbers
        rooms = zip((rule, numbers), wide, strict=True)
        high = max(LEAST_EM, rule.height / self.rule().height)  # its fraction touches no other row
        self.em = min(EM, high, *(FILLED * zone.width / each for zone, each in rooms))

    def _formula(self, term: Term) -> Formula:
        def named(name: str) -> str:
            return self.named(name) if name == self.picture.name else name  # the rate has a letter

        return self.stage.formula(term, em=self.em, named=named)

    def _line(self, zone: Zone) -> float:
        return zone.centre[1] - DOWN * self.em

    def _put(self, parts: Sequence[Typeset], zone: Zone, left: float) -> VGroup:
        for part in parts:
            part.put(left, self._line(zone))
            left += part.width + BETWEEN * self.em
        return VGroup(*parts)

    def head(self, zone: Zone) -> VGroup:
        """The parameter, and the arrow of what it becomes."""
        arrow = Typeset("$←$", em=self.em, colour=self.stage.palette.ink)
        return self._put((self._formula(self.name), arrow), zone, zone.left)

    def _after(self, zone: Zone) -> float:
        return float(self.head(zone).get_right()[0]) + BETWEEN * self.em

    def rule(self) -> VGroup:
        """Head, the update in symbols, and what the rate is."""
        zone, story = self.zones[0], self.picture.story
        update = self._formula(self._update(self.name, story.rate, self.slope))
        update.put(self._after(zone), self._line(zone))
        rate = self.stage.formula(Equation(story.rate, numeral(self.picture.rate)), em=self.em)
        rate.put(float(update.get_right()[0]) + APART * self.em, self._line(zone))
        return VGroup(self.head(zone), update, rate)

    def _update(self, value: Term, rate: Term, slope: Term) -> Term:
        return Sum((value, Negative(Product((rate, slope)))))

    def stages(self, value: float) -> list[Formula]:
        """The update in symbols, and with one number more in each."""
        zone, rate = self.zones[1], self.picture.story.rate
        here, much = numeral(value), numeral(self.picture.rate)
        steep = numeral(self.picture.slope(value), SLOPE_DIGITS)
        terms = [
            self._update(self.name, rate, self.slope),
            self._update(here, rate, self.slope),
            self._update(here, much, self.slope),
            self._update(here, much, steep),
        ]
        made = [self._formula(term) for term in terms]
        for number, formula in enumerate(made):
            formula.put(self._after(zone), self._line(zone))
            if number:
                formula.glyphs(VALUE).set_fill(self.stage.colours[self.picture.name])
        return made

    def result(self, value: float) -> VGroup:
        """The sign of equality and what the numbers come to."""
        picture, zone = self.picture, self.zones[1]
        there = value - picture.rate * picture.slope(value)
        sign = Typeset(f"${self._sign(value)}$", em=self.em, colour=self.stage.palette.ink)
        number = self.stage.formula(numeral(there, apart(value, there)), em=self.em)
        number.set_fill(self.stage.colours[picture.name])
        left = float(self.stages(value)[-1].get_right()[0]) + BETWEEN * self.em
        return self._put((sign, number), zone, left)

    def _sign(self, value: float) -> str:
        """An equals sign where the numbers as they are shown give the result as it is shown."""
        picture = self.picture
        slope = rounded(picture.slope(value), SLOPE_DIGITS)
        made = rounded(value) - rounded(picture.rate) * slope
        result = value - picture.rate * picture.slope(value)
        there = rounded(result, apart(value, result))
        return "=" if made == there else "≈"


def apart(value: float, other: float) -> int:
    """Digits with which the second of two values differs from the first as it is written.

    Examples
    --------
    >>> apart(1.35, 1.34954), apart(0.2, 0.568)
    (5, 4)
    """
    before = rounded(value)
    digits = range(DIGITS, MOST_DIGITS + 1)
    return next((n for n in digits if rounded(other, n) != before), DIGITS)


def seen_in(row: Mobject, number: Typeset) -> VGroup:
    """The glyphs of a number where it stands in a row, the last time that it does; none where it doesn't."""
    glyphs = [each for each in row.get_family() if isinstance(each, Glyph)]
    shapes, sought = [glyph.shape for glyph in glyphs], [glyph.shape for glyph in number]
    ends = range(len(shapes) - len(sought), -1, -1)
    start = next((n for n in ends if shapes[n : n + len(sought)] == sought), None)
    return VGroup() if start is None else VGroup(*glyphs[start : start + len(sought)])
