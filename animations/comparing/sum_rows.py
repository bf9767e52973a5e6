"""SumRows: a step as the sum of what is carried on and of the gradient's part, along a valley and across it, in words, bars and numbers.

Law
---
- one unit for all bars: what cancels across is seen to be less than what adds up along
"""

from __future__ import annotations

import numpy as np
from manim import VGroup

from symgd.animations.comparing.arrows_picture import arrow
from symgd.animations.comparing.valley_parts import ValleyParts
from symgd.animations.formulas.numerals import numeral
from symgd.animations.formulas.typeset import Typeset
from symgd.animations.staging.stage import Label, Stage, Zone
from symgd.data.arrays import FloatArray
from symgd.terms import Negative, Symbol, Term
from symgd.writing.words import Message, message

EM, TITLE_EM, FIGURES = 0.35, 0.36, 3
LINES, MOST, LEAST_LINE = 4, 0.44, 0.26  # of a row; a line is so high at most and at least
GAP, SHORT = 0.15, 1e-9
THIN, BOLD = 3.4, 6.5
RISE = 0.1  # from the baseline to the middle of letters


class SumRows:
    """`rows` are first along, above, and then across; each is a `title` and `parts`, each a word, its bar and its number.

    `dated`, across is first, and its title says which step it is.
    """

    def __init__(
        self, stage: Stage, zone: Zone, found: ValleyParts, colour: str, *, dated: bool = False
    ) -> None:
        self.stage, self.zone, self.found = stage, zone, found
        ink = stage.palette.ink
        self.colours = colour, ink, colour
        self.names = [
            self._said(each, tint) for each, tint in zip(said(), self.colours, strict=True)
        ]
        ways = (found.across, found.along) if dated else (found.along, found.across)
        sums = [found.numbers(way) for way in ways]
        self.numbers = [
            [
                self._said(_signed(value), tint)
                for value, tint in zip(each, self.colours, strict=True)
            ]
            for each in sums
        ]
        wide = max(float(name.width) for name in self.names)
        tail = max(float(each.width) for row in self.numbers for each in row)
        low = min(0.0, *(min(one, one + other) for one, other, _ in sums))
        high = max(0.0, *(max(one, one + other) for one, other, _ in sums))
        self.left, self.low = zone.left + wide + GAP, low
        self.unit = (zone.width - wide - tail - 2 * GAP) / max(high - low, SHORT)
        self.pitch = min(MOST, zone.height / (2 * LINES + 0.5))
        self.fits = self.pitch >= LEAST_LINE and self.unit > 0
        heads = message("along it"), message("across the valley")
        if dated:
            heads = message("at step {step}, across the valley", step=str(found.step + 1)), heads[0]
        self.titles, self.rows = [], []
        for number, (head, each) in enumerate(zip(heads, sums, strict=True)):
            top = zone.top - number * (LINES + 0.5) * self.pitch
            title = stage.sentence(bold=stage.said(head), em=TITLE_EM).at_most(zone.width)
            self.titles.append(title.put(zone.left, top - 0.75 * self.pitch))
            self.rows.append(self._parts(number, top - self.pitch, each))
        self.whole = VGroup(*self.titles, *(part for row in self.rows for part in row))

    def _said(self, said: Label, tint: str) -> Typeset:
        made = self.stage.sentence(said, em=EM)
        made.set_fill(tint)
        return made

    def _parts(self, number: int, top: float, sums: tuple[float, float, float]) -> list[VGroup]:
        """What is carried on, the gradient's part from there, and their sum."""
        one, other, whole = sums
        ends = (0.0, one), (one, one + other), (0.0, whole)
        made = []
        for line, (start, end) in enumerate(ends):
            base, last = top - (line + 0.75) * self.pitch, line == len(ends) - 1
            name = self.names[line] if not number else self.names[line].copy()
            shown = self.numbers[number][line]
            bar = arrow(
                self._spot(start, base),
                self._spot(end, base),
                self.colours[line],
                BOLD if last else THIN,
                dashed=not last,
            )
            shown.put(self.zone.right - shown.width, base)
            made.append(VGroup(name.put(self.zone.left, base), bar, shown))
        return made

    def _spot(self, value: float, base: float) -> FloatArray:
        return np.array([self.left + self.unit * (value - self.low), base + RISE, 0.0])


def said() -> tuple[Message, Message, Message]:
    """What the parts and their sum are called."""
    rated = message("−{rate} {gradient}", rate=Symbol("alpha"), gradient=Symbol("g"))
    return message("carried on"), rated, message("step")


def _signed(value: float) -> Term:
    """A number with its sign, to so many figures."""
    made = numeral(abs(value), FIGURES)
    return Negative(made) if value < 0 else made
