"""RateTable: the lanes as rows, a mark, a rate, what it is called; and the factor that comes to each."""

from __future__ import annotations

from collections.abc import Sequence

from manim import Line, VGroup

from symgd.animations.comparing.lane_details import LIMIT
from symgd.animations.comparing.lanes import SHAPE, LanePicture, look_of, marker
from symgd.animations.formulas.formula import Formula
from symgd.animations.formulas.numerals import numeral
from symgd.animations.formulas.typeset import Typeset
from symgd.animations.staging.stage import Stage, Zone
from symgd.terms import Negative, Product, Sum, Term, number

EM, HEAD_EM = 0.36, 0.34
PITCH, HEAD = 0.56, 0.5
NAMES, FACTORS = 0.44, 0.99  # of the width, where names begin and factors end
DIGITS = 3
CLOSE = 0.1
ONE = number(1)


class RateTable:
    """Rows from the top of a zone, of which the pictures' titles become the first parts."""

    def __init__(
        self, stage: Stage, zone: Zone, pictures: Sequence[LanePicture], rate: Term
    ) -> None:
        self.stage, self.zone = stage, zone
        pitch = min(PITCH, (zone.height - HEAD) / max(len(pictures), 1))
        bases = [zone.top - HEAD - pitch * (n + 0.75) for n in range(len(pictures))]
        self.bottom = zone.top - HEAD - pitch * len(pictures)
        self.right = zone.left + FACTORS * zone.width
        left, names = zone.left + 3 * SHAPE, zone.left + NAMES * zone.width
        self.rows: list[tuple[VGroup, Typeset, Typeset]] = []
        for picture, base in zip(pictures, bases, strict=True):
            mark = marker(picture.number, look_of(stage, picture.number).colour)
            mark.move_to((zone.left + SHAPE, base + EM / 4, 0))
            shown = picture.titled(EM).at_most(names - left - CLOSE).put(left, base)
            called = picture.called(EM).at_most(self.right - names - zone.width / 4)
            self.rows.append((mark, shown, called.put(names, base)))
        self.bases = bases
        rule = zone.top - HEAD
        ends = (zone.left, rule, 0), (zone.right, rule, 0)
        self.rule = Line(*ends, stroke_width=1.5, color=stage.palette.ink)
        factor: Term = Sum((ONE, Negative(Product((rate, LIMIT)))))
        self.head = stage.formula(factor, em=HEAD_EM).at_most(zone.width / 2)
        self.head.put(self.right - self.head.width, rule + CLOSE + 0.06)

    def factor(self, row: int, value: float) -> Formula:
        """A row's factor."""
        made = self.stage.formula(numeral(value, DIGITS), em=EM)
        return made.put(self.right - made.width, self.bases[row])
