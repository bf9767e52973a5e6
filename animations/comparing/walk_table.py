"""WalkTable: the walks by name, with their looks beside them, and numbers in columns: key and result in one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Protocol

from manim import Line, VGroup

from symgd.animations.comparing.walk_looks import SAMPLE, WalkLook
from symgd.animations.formulas.typeset import Typeset
from symgd.animations.staging.stage import Label, Stage, Zone
from symgd.terms import Term
from symgd.writing.formulas.text import text
from symgd.writing.words import Message

EM, HEAD_EM, LEAST_EM = 0.32, 0.27, 0.26
PITCH = 0.5
NAME = 1.4  # parts that the name's column takes, beside one for each other
APART, CLOSE = 0.15, 0.04
NARROW, SHORT = 5.6, 0.5  # a table that has less room has shorter samples
NARROWEST, SHORTEST = 4.8, 0.26
CLEAR, LETTER = 0.12, 0.24  # below the rule; as high is a letter, with its mark
ALMOST = 0.99  # of its room, a number takes that is made smaller
DECIMAL = re.compile(r"\d+(\.\d+)?")
LEADING = 1.35  # a row's height, in sizes of its letters
RISE = 0.1  # from the baseline to the middle of a letter


class InTable(Protocol):
    """What has a row."""

    @property
    def name(self) -> Message | str:
        """What it is called."""


class WalkTable:
    """Rows of walks from the top of a zone; a column of numbers comes when it is known."""

    def __init__(
        self,
        stage: Stage,
        zone: Zone,
        walks: Sequence[InTable],
        looks: Sequence[WalkLook | None],
        heads: Sequence[Label],
        name: float = NAME,
        columns: Sequence[Sequence[Label]] = (),
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
        self.cell_em, self.tails = EM, [0.0 for _ in heads]
        if columns:  # all cells are known: one size for all, point under point
            self._align(max(named), columns, pitch)
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

    def _named(self, walk: InTable, look: WalkLook | None, base: float, start: float) -> VGroup:
        """A row's sample, where it has a line in the pictures, and its name."""
        sample = VGroup() if look is None else look.sample(self.stage.palette.ground, self.sample)
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

    def _align(self, named: float, columns: Sequence[Sequence[Label]], pitch: float) -> None:
        """The one size in which every name and every cell has room, and what follows the points."""
        parts = [[self._parted(said, EM) for said in column] for column in columns]
        tails = [max(tail for _, tail, _ in column) for column in parts]
        wide = max(
            head + (most if decimal else 0.0)
            for column, most in zip(parts, tails, strict=True)
            for head, _, decimal in column
        )
        most = min(1.0, self.name_width / named, (self.wide - APART) / wide, pitch / LEADING / EM)
        self.em = self.cell_em = max(LEAST_EM, EM * most)
        self.tails = [tail * self.em / EM for tail in tails]

    def _parted(self, said: Label, em: float) -> tuple[float, float, bool]:
        """How wide a cell is before its point and from there on, and whether it is a decimal at all."""
        whole = self.stage.sentence(said, em=em).width
        shown = text(said) if isinstance(said, Term) else ""
        if not DECIMAL.fullmatch(shown):
            return whole, 0.0, False
        head = self.stage.sentence(shown.split(".")[0], em=em).width
        return head, whole - head, True

    def head(self, column: int) -> Typeset:
        """What a column is, in one line or two."""
        made = self._worded(self.heads[column])
        left = self.rights[column] - made.width
        made.shift((left - made.get_left()[0], self.top + 0.08 - made.get_bottom()[1], 0))
        return made

    def cell(self, column: int, row: int, said: Label) -> Typeset:
        """A number, or a word where there is none."""
        made, most = self.stage.sentence(said, em=self.cell_em), self.wide + CLOSE
        if isinstance(said, Term) and made.width > most:  # a number is small rather than broken
            small = ALMOST * self.cell_em * most / made.width
            made = self.stage.sentence(said, em=max(LEAST_EM, small))
            most += APART - CLOSE  # and it reaches into the gap
            made.scale(min(1.0, most / made.width))
        made.at_most(most)
        _, tail, decimal = self._parted(said, self.cell_em)
        free = max(0.0, self.tails[column] - tail) if decimal else 0.0
        return made.put(self.rights[column] - free - made.width, self.bases[row])

    def column(self, column: int, cells: Sequence[Label]) -> VGroup:
        """A whole column, with its head."""
        made = (self.cell(column, row, said) for row, said in enumerate(cells))
        return VGroup(self.head(column), *made)
