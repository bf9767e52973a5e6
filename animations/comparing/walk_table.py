"""WalkTable: the walks by name, with their looks beside them, and numbers in columns: key and result in one."""

from __future__ import annotations

from collections.abc import Sequence

from manim import Line, VGroup

from symgd.animations.comparing.walk_looks import SAMPLE, WalkLook
from symgd.animations.comparing.walks import Walk
from symgd.animations.formulas.typeset import Typeset
from symgd.animations.staging.stage import Label, Stage, Zone

EM, HEAD_EM, LEAST_EM = 0.32, 0.27, 0.26
PITCH = 0.5
NAME = 1.4  # parts that the name's column takes, beside one for each other
APART, CLOSE = 0.15, 0.04
NARROW, SHORT = 5.6, 0.5  # a table that has less room has shorter samples
NARROWEST, SHORTEST = 4.8, 0.26
CLEAR, LETTER = 0.12, 0.24  # below the rule; as high is a letter, with its mark
RISE = 0.1  # from the baseline to the middle of a letter


class WalkTable:
    """Rows of walks from the top of a zone; a column of numbers comes when it is known."""

    def __init__(
        self,
        stage: Stage,
        zone: Zone,
        walks: Sequence[Walk],
        looks: Sequence[WalkLook],
        heads: Sequence[Label],
        name: float = NAME,
    ) -> None:
        self.stage, self.zone, self.heads = stage, zone, heads
        self.sample = SAMPLE if zone.width > NARROW else SHORT
        self.sample = self.sample if zone.width > NARROWEST else SHORTEST
        start = zone.left + self.sample + APART
        unit = (zone.right - start) / (name + len(heads))
        self.rights = [start + unit * (name + number + 1) for number in range(len(heads))]
        self.wide, self.name_width = unit - APART, unit * name - CLOSE
        made = [self._worded(said) for said in heads]
        top = zone.top - max([head.height for head in made], default=-APART) - APART
        pitch = min(PITCH, (top - CLEAR - zone.bottom) / len(walks))
        under = max(CLEAR + 0.75 * pitch, LETTER + CLEAR)
        self.bases = [top - under - pitch * number for number in range(len(walks))]
        self.bottom = top - CLEAR - pitch * len(walks)
        named = [stage.sentence(walk.name, em=EM).width for walk in walks]
        self.em = EM if max(named) <= self.name_width else LEAST_EM
        ink = stage.palette.ink
        left, right = (zone.left, top, 0), (zone.right, top, 0)
        self.rule = VGroup(Line(left, right, stroke_width=1.5, color=ink)) if heads else VGroup()
        self.rows = VGroup(
            *(
                self._named(walk, look, base, start)
                for walk, look, base in zip(walks, looks, self.bases, strict=True)
            )
        )
        self.top = top

    def _named(self, walk: Walk, look: WalkLook, base: float, start: float) -> VGroup:
        sample = look.sample(self.stage.palette.ground, self.sample)
        sample.shift((self.zone.left, base + RISE, 0))
        name = self.stage.sentence(walk.name, em=self.em)
        if name.width > self.name_width:
            wide = self.name_width
            name = self.stage.sentence(walk.name, em=LEAST_EM, width=wide, hyphens=True)
            name.at_most(self.name_width)
            return VGroup(sample, name.move_to((start + name.width / 2, base + RISE, 0)))
        return VGroup(sample, name.put(start, base))

    def _worded(self, said: Label) -> Typeset:
        made = self.stage.sentence(said, em=HEAD_EM, width=self.wide, align="center")
        if made.width * LEAST_EM > (self.wide + APART - CLOSE) * HEAD_EM:
            made = self.stage.sentence(
                said, em=LEAST_EM, width=self.wide, align="center", hyphens=True
            )
        return made.at_most(self.wide + APART - CLOSE)  # a long word reaches into the gap

    def head(self, column: int) -> Typeset:
        """What a column is, in one line or two."""
        made = self._worded(self.heads[column])
        left = self.rights[column] - made.width
        made.shift((left - made.get_left()[0], self.top + 0.08 - made.get_bottom()[1], 0))
        return made

    def cell(self, column: int, row: int, said: Label) -> Typeset:
        """A number, or a word where there is none."""
        made = self.stage.sentence(said, em=EM).at_most(self.wide + CLOSE)
        return made.put(self.rights[column] - made.width, self.bases[row])

    def column(self, column: int, cells: Sequence[Label]) -> VGroup:
        """A whole column, with its head."""
        made = (self.cell(column, row, said) for row, said in enumerate(cells))
        return VGroup(self.head(column), *made)
