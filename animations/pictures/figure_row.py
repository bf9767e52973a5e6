"""FigureRow: one row of numbers, each under its name, that has a zone of little height."""

from __future__ import annotations

from collections.abc import Sequence

from manim import Line, VGroup

from symgd.animations.formulas.typeset import Typeset
from symgd.animations.staging.stage import Label, Stage, Zone

EM, HEAD_EM = 0.36, 0.27
NAME_PART = 0.1  # of the width, the row's name takes
CLOSE = 0.1
BOLD = 4.0


class FigureRow:
    """A name of what is counted, heads over a rule, and numbers that come one by one."""

    def __init__(self, stage: Stage, zone: Zone, name: Label, heads: Sequence[Label]) -> None:
        self.stage = stage
        start = zone.left + zone.width * NAME_PART
        self.wide = (zone.right - start) / len(heads)
        self.rights = [start + self.wide * (number + 1) for number in range(len(heads))]
        self.foot = zone.top - HEAD_EM - CLOSE
        self.base = self.foot - EM - CLOSE
        ends = (zone.left, self.foot - CLOSE, 0), (zone.right, self.foot - CLOSE, 0)
        rule = Line(*ends, stroke_width=1.5, color=stage.palette.ink)
        named = stage.sentence(name, em=EM).put(zone.left, self.base)
        titles = (
            self._at(right, self.foot, said, HEAD_EM)
            for said, right in zip(heads, self.rights, strict=True)
        )
        self.head = VGroup(*titles, rule, named)

    def _at(self, right: float, base: float, said: Label, em: float) -> Typeset:
        made = self.stage.sentence(said, em=em).at_most(self.wide - CLOSE)
        return made.put(right - made.width, base)

    def below(self, column: int, colour: str) -> Line:
        """A bold line under a number."""
        right, foot = self.rights[column], self.base - CLOSE
        return Line(
            (right - self.wide / 2, foot, 0), (right, foot, 0), stroke_width=BOLD, color=colour
        )

    def cell(self, column: int, said: Label) -> Typeset:
        """A number under its name."""
        return self._at(self.rights[column], self.base, said, EM)
