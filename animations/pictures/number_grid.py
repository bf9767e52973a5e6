"""NumberGrid: rows of numbers under heads, a row by its name; columns stand point under point."""

from __future__ import annotations

from collections.abc import Sequence

from manim import Line, SurroundingRectangle, VGroup

from symgd.animations.formulas.numerals import cell, decimals_of
from symgd.animations.formulas.typeset import Typeset
from symgd.animations.staging.stage import Label, Stage, Zone

EM, HEAD_EM = 0.34, 0.3
PITCH, HEAD_HEIGHT = 0.46, 0.72
NAME_PART = 0.3
DIGITS = 6
LINE = 1.5  # times its letters, a line is lower
DOTS = "⋮"


class NumberGrid:
    """A head, and rows from the top of a zone, one a `PITCH`; lower where there are more than there is room for."""

    def __init__(
        self,
        stage: Stage,
        zone: Zone,
        heads: Sequence[Label],
        values: Sequence[Sequence[float]],
    ) -> None:
        self.stage, self.zone = stage, zone
        self.decimals = [decimals_of(column, DIGITS) for column in zip(*values, strict=True)]
        wide = zone.width * (1 - NAME_PART) / len(heads)
        self.wide = wide - 0.1
        self.rights = [
            zone.left + zone.width * NAME_PART + wide * (n + 1) for n in range(len(heads))
        ]
        self.pitch = min(PITCH, (zone.height - HEAD_HEIGHT) / max(len(values), 1))
        self.em = min(EM, self.pitch * 0.8)
        self.head = VGroup(*map(self._head, heads, self.rights))
        foot = zone.top - HEAD_HEIGHT
        ends = (zone.left, foot, 0), (zone.right, foot, 0)
        self.rule = Line(*ends, stroke_width=1.5, color=stage.palette.ink)

    def _head(self, said: Label, right: float) -> Typeset:
        made = self.stage.fitted(said, HEAD_EM, self.wide)
        if made.height > LINE * HEAD_EM:  # two lines end where the column does
            made = self.stage.sentence(said, em=HEAD_EM, width=self.wide, align="right")
            made.at_most(self.wide)
        foot = self.zone.top - HEAD_HEIGHT + 0.08
        made.shift((right - made.get_right()[0], foot - made.get_bottom()[1], 0))
        return made

    def base(self, row: int) -> float:
        """The line on which a row stands."""
        return self.zone.top - HEAD_HEIGHT - self.pitch * (row + 0.78)

    def row(self, row: int, name: Label, values: Sequence[float]) -> VGroup:
        """A name and its numbers."""
        numbers = VGroup()
        for value, decimals, right in zip(values, self.decimals, self.rights, strict=True):
            made = self.stage.sentence(cell(float(value), decimals), em=self.em).at_most(self.wide)
            numbers.add(made.put(right - made.width, self.base(row)))
        named, left = self.stage.sentence(name, em=self.em), self.zone.left
        named.at_most(float(numbers.get_left()[0]) - left - 0.1).put(left, self.base(row))
        over = (
            self.base(row) - named.get_bottom()[1] - self.em / 2
        )  # of two lines, half stands above
        named.shift((0, max(0.0, over) / 2, 0))
        return VGroup(named, numbers)

    def dots(self, row: int) -> VGroup:
        """In a row's place, that rows are left out."""
        made = VGroup()
        for left in (self.zone.left, *self.rights):
            each = self.stage.sentence(DOTS, em=self.em)
            made.add(each.put(left - (each.width if len(made) else 0.0), self.base(row)))
        return made

    def ring(self, *rows: VGroup) -> SurroundingRectangle:
        """A frame round some rows."""
        return SurroundingRectangle(
            VGroup(*rows), color=self.stage.palette.ink, stroke_width=2, buff=0.09
        )
