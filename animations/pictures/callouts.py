"""Callouts: what the parts of a formula are called, each in a row of its own, with a line that leads to its part.

Laws
----
- no text lies over another text, nor over a line that leads to another part
- all above the formula stand at one height, and all below it, where they can be read so beside each other, each over
  or under its part, so that its line is upright
- else rows are stacked like stairs: the part whose line is longest has the row that is farthest off
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from manim import LEFT, VGroup

from symgd.animations.formulas.formula import Formula
from symgd.animations.formulas.typeset import LEAST_EM, Typeset
from symgd.animations.pictures.plot_panel import drawn, stroke
from symgd.animations.staging.stage import Stage, Zone
from symgd.data.arrays import FloatArray
from symgd.terms import Path, Term
from symgd.writing.words import Message

EM = 0.36
APART, OFF, STEM = 0.16, 0.09, 0.22  # between rows; from the formula to a mark; the shortest line
ASIDE = 0.32  # from a line to a text that it passes
LEDGE = 0.08  # from a line's end to its text
STAIRS = 0.84  # of the size, on stairs
REACH, GUTTER = 0.36, 0.6  # of lines to texts at one height; in ems, between these
COMMA = 0.36  # from a comma to the next number, in ems
FOLD, ROW = 0.66, 0.35  # a title's width when it is folded; in ems, from it to its numbers


class PlaceNumbers(VGroup):
    """Numbers as one place or direction: (0.2, 0.5); a single one without parentheses. `items` are its numbers."""

    def __init__(
        self,
        stage: Stage,
        terms: Sequence[Term],
        em: float,
        colours: Sequence[str] = (),
        comma: float = 0.25,
    ) -> None:
        super().__init__()
        self.items: list[Formula] = []
        left, several = 0.0, len(terms) > 1

        def put(made: Typeset, space: float = 0.0) -> None:
            nonlocal left
            self.add(made.put(left, 0.0))
            left += made.width + space

        close = 0.05 * em
        if several:
            put(stage.sentence("(", em=em), close)
        for number, term in enumerate(terms):
            made = stage.formula(term, em=em)
            if number < len(colours):
                made.set_fill(colours[number])
            self.items.append(made)
            put(made, close)
            if number < len(terms) - 1:
                put(stage.sentence(",", em=em), comma * em)
        if several:
            put(stage.sentence(")", em=em))


@dataclass(frozen=True, eq=False)
class Note:
    """What is said of the parts of a formula at some paths, above or below it, and what numbers stand there."""

    paths: tuple[Path, ...]
    title: Message
    terms: tuple[Term, ...] = ()
    colours: tuple[str, ...] = ()
    above: bool = False
    widest: float = 0.0  # that numbers which take the place of these will be, for an em of 1
    sign: bool = False  # the part is no more than the sign that stands there
    looked: float = 0.0  # room left of its name, for what the part is in the picture
    shade: str = ""  # of the part, its name and its line, where that is not the ink
    boxed: bool = False  # the part stands in a box


class Callout:
    """One note as it is drawn: its title, its values, and the line to the part that it names."""

    def __init__(self, stage: Stage, note: Note, part: VGroup, em: float) -> None:
        self.stage, self.note, self.part = stage, note, part
        self.values: VGroup = VGroup()
        self.plain(em)
        self.line = stroke(stage.palette.ink, 2)
        self.x = float(part.get_center()[0])

    def plain(self, em: float) -> None:
        """Title and numbers, each in one line."""
        stage, note, self.em = self.stage, self.note, em
        self.title = stage.sentence(bold=stage.said(note.title), em=em)
        if note.terms:
            self.values = PlaceNumbers(stage, note.terms, em, note.colours, COMMA)
        self.reserved = max(note.widest * em, float(self.values.width))

    @property
    def text(self) -> VGroup:
        """All that is read."""
        return VGroup(self.title, self.values) if len(self.values) else VGroup(self.title)

    @property
    def drawing(self) -> VGroup:
        """All of it."""
        return VGroup(self.line, *self.text)

    def natural(self) -> float:
        """How wide it is in one line, with room for its widest numbers."""
        return float(self.title.width) + (self.reserved + self.em / 2 if self.reserved else 0.0)

    def fit(self, low: float, high: float) -> None:
        """One line where there is room for it, else two; and as small as it takes."""
        width, room = self.natural(), high - low
        if self.reserved and width <= room:
            self.values.shift((self.title.width + self.em / 2, 0, 0))
        elif self.reserved:
            self.values.shift((0, -1.25 * self.em, 0))
            width = max(float(self.title.width), self.reserved)
        part = min(1.0, room / width)
        self.em *= part
        text = self.text.scale(part, about_point=(0, 0, 0))
        left = min(max(self.x - part * width / 2, low), high - part * width)
        text.shift((left - text.get_left()[0], 0, 0))

    def level(self, em: float) -> None:
        """The title, folded, and below it the numbers, all of one size."""
        said = self.stage.said(self.note.title)
        self.em, self.title = em, self.stage.sentence(bold=said, em=em)
        self.reserved = self.note.widest * em
        if self.note.terms:
            self.values = PlaceNumbers(self.stage, self.note.terms, em, self.note.colours, COMMA)
            self.reserved = max(self.reserved, float(self.values.width))
        if self.title.width > self.reserved:
            wide = max(FOLD * self.title.width, self.reserved)
            self.title = self.stage.sentence(bold=said, em=em, width=wide)
        if self.note.terms:
            down = float(self.title.get_bottom()[1] - self.values.get_top()[1]) - ROW * em
            self.values.shift((self.title.get_left()[0] - self.values.get_left()[0], down, 0))

    @property
    def broad(self) -> float:
        """How wide it is where it stands at one height with others."""
        return max(float(self.title.width), self.reserved)

    def renewed(self, terms: Sequence[Term]) -> PlaceNumbers:
        """Other numbers, in the place of those that it has."""
        made = PlaceNumbers(self.stage, terms, self.em, self.note.colours, COMMA)
        made.move_to(self.values).align_to(self.values, LEFT)
        return made

    def lead(self, edge: float, end: float) -> None:
        """A bar along the part at a height, and a line from its middle straight up or down."""
        low, high = float(self.part.get_left()[0]), float(self.part.get_right()[0])
        pieces = [
            (np.array([low, edge, 0.0]), np.array([high, edge, 0.0])),
            (np.array([self.x, edge, 0.0]), np.array([self.x, end, 0.0])),
        ]
        if self.note.boxed:
            pieces += self._box(low, high)
        drawn(self.line, pieces)

    def _box(self, low: float, high: float) -> list[tuple[FloatArray, FloatArray]]:
        """The four sides round the part."""
        bottom, top = float(self.part.get_bottom()[1]) - OFF, float(self.part.get_top()[1]) + OFF
        low, high = low - OFF / 2, high + OFF / 2
        corners = [(low, bottom), (high, bottom), (high, top), (low, top), (low, bottom)]
        places = [np.array([x, y, 0.0]) for x, y in corners]
        return [*pairwise(places)]

    def paint(self) -> None:
        """Part, name and line in the shade of the note."""
        if self.note.shade:
            VGroup(self.part, self.title).set_fill(self.note.shade)
            self.line.set_stroke(self.note.shade)


class Callouts:
    """A formula at the top of a zone, with rows above and below it."""

    def __init__(
        self, stage: Stage, zone: Zone, formula: Formula, notes: Sequence[Note], em: float = EM
    ) -> None:
        self.stage, self.zone, self.formula, self.em = stage, zone, formula, em
        formula.at_most(0.94 * zone.width)
        formula.put(zone.centre[0] - formula.width / 2, 0.0)
        parts = [_part(formula, note) for note in notes]
        self.callouts = [
            Callout(stage, note, part, em) for note, part in zip(notes, parts, strict=True)
        ]
        above = [c for c in self.callouts if c.note.above]
        below = [c for c in self.callouts if not c.note.above]
        size = min(self._level_em(above, em), self._level_em(below, em))
        if size >= LEAST_EM and self._are_upright(above, size) and self._are_upright(below, size):
            self._at_one_height(above, below, size)
        else:
            below = self._on_stairs()
        for callout in self.callouts:
            callout.paint()
        lowest = [c.text.get_bottom()[1] for c in below]
        self.bottom = float(min([*lowest, formula.get_bottom()[1]]))

    # ---------------------------------------------------------------------------------------------
    # At one height

    def _level_em(self, several: Sequence[Callout], em: float) -> float:
        """The largest size in which texts have room beside each other."""
        for callout in several:
            callout.level(em)
        wide = sum(c.broad + c.note.looked for c in several) + (len(several) - 1) * GUTTER * em
        return em * min(1.0, self.zone.width / wide) if wide else em

    def _starts(self, several: Sequence[Callout]) -> list[tuple[Callout, float]]:
        """Where the texts begin, beside each other, each as near to its part as the others leave it."""
        ordered = sorted(several, key=lambda c: c.x)
        lefts, low, found = list[float](), self.zone.left, list[tuple[Callout, float]]()
        for callout in ordered:
            low += callout.note.looked
            lefts.append(max(low, callout.x - callout.broad / 2))
            low = lefts[-1] + callout.broad + GUTTER * callout.em
        high = self.zone.right
        for callout, left in reversed([*zip(ordered, lefts, strict=True)]):
            start = min(left, high - callout.broad)
            high = start - callout.note.looked - GUTTER * callout.em
            found.append((callout, start))
        return found

    def _are_upright(self, several: Sequence[Callout], em: float) -> bool:
        """Whether each line leads straight up or down to its text."""
        for callout in several:
            callout.level(em)
        return all(
            start + LEDGE <= callout.x <= start + float(callout.text.width) - LEDGE
            for callout, start in self._starts(several)
        )

    def _at_one_height(self, above: Sequence[Callout], below: Sequence[Callout], em: float) -> None:
        for callout in (*above, *below):
            callout.level(em)
        rise = REACH + OFF + LEDGE + max((float(c.text.height) for c in above), default=0.0)
        self.formula.shift((0, self.zone.top - rise - self.formula.get_top()[1], 0))
        self._beside(above, float(self.formula.get_top()[1]) + OFF, 1.0)
        self._beside(below, float(self.formula.get_bottom()[1]) - OFF, -1.0)

    def _beside(self, several: Sequence[Callout], edge: float, sign: float) -> None:
        """Texts at one height, and a line from each to its part."""
        end = edge + sign * REACH
        for callout, start in self._starts(several):
            text = callout.text
            near = text.get_bottom()[1] if sign > 0 else text.get_top()[1]
            text.shift((start - callout.title.get_left()[0], end + sign * LEDGE - near, 0))
            callout.lead(edge, end)

    # ---------------------------------------------------------------------------------------------
    # On stairs

    def _on_stairs(self) -> list[Callout]:
        """Answers those below."""
        high = [c for c in self.callouts if c.note.above]
        above, below = self._stairs(high), self._stairs([c for c in self.callouts if c not in high])
        rise = STEM + OFF + LEDGE + sum(c.text.height + APART for c in above)
        self.formula.shift((0, self.zone.top - rise - self.formula.get_top()[1], 0))
        self._place(above, float(self.formula.get_top()[1]) + OFF, 1.0)
        self._place(below, float(self.formula.get_bottom()[1]) - OFF, -1.0)
        return below

    def _stairs(self, several: Sequence[Callout]) -> list[Callout]:
        """The order of the rows, nearest first, in which the texts have most room; they are made to fit it."""
        for callout in several:
            callout.plain(STAIRS * self.em)
        ordered = sorted(several, key=lambda c: c.x)
        ways = [ordered[::-1], ordered]
        best = max(ways, key=lambda way: min((self._spare(way, c) for c in way), default=0.0))
        for callout in best:
            callout.fit(*self._room(best, callout))
        return best

    def _room(self, way: Sequence[Callout], callout: Callout) -> tuple[float, float]:
        """From where to where its row is free: the lines of those that are farther off pass it."""
        passing = [c.x for c in way[way.index(callout) + 1 :]]
        low = max([self.zone.left, *(x + ASIDE for x in passing if x < callout.x)])
        high = min([self.zone.right, *(x - ASIDE for x in passing if x > callout.x)])
        return low + callout.note.looked, high

    def _spare(self, way: Sequence[Callout], callout: Callout) -> float:
        low, high = self._room(way, callout)
        return (high - low) / callout.natural()

    def _place(self, way: Sequence[Callout], edge: float, sign: float) -> None:
        """One row after the other, away from the formula."""
        height = edge + sign * STEM
        for callout in way:
            text = callout.text
            near = text.get_bottom()[1] if sign > 0 else text.get_top()[1]
            text.shift((0, height + sign * LEDGE - near, 0))
            callout.lead(edge, height)
            height += sign * (text.height + APART)


def _part(formula: Formula, note: Note) -> VGroup:
    """The glyphs that a note is about."""
    if note.sign:
        return VGroup(*(formula[n] for path in note.paths for n in formula.own(path)))
    return VGroup(*(glyph for path in note.paths for glyph in formula.glyphs(path)))
