"""A sum of numbers is written in rows; each number becomes what it is, and the rows fold to the sign of a sum.

Laws
----
- a row begins where the sum's term stands at the end, and the sign comes where the rows' signs were
- what is written is a true formula before the fold and after it; signs stay with the numbers that they stand before
- on the way rows lie down on each other, and none crosses another
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
from manim import (
    Animation,
    Dot,
    FadeIn,
    FadeOut,
    Mobject,
    UpdateFromAlphaFunc,
    VGroup,
    VMobject,
    smooth,
    squish_rate_func,
)

from symgd.animations.costs.sum_fold import below_bars
from symgd.animations.formulas.formula import Formula, match
from symgd.animations.formulas.glyph_travel import same_outline
from symgd.animations.formulas.number_flight import carried
from symgd.animations.formulas.text_flight import pairs_of
from symgd.animations.formulas.typeset import LEAST_EM, Glyph
from symgd.animations.staging.stage import Stage, Zone
from symgd.terms import BigSum, Path, Sum, Term, number
from symgd.writing.moves import Move

PITCH, SMALLEST = 1.18, 0.65  # from row to row, in rows; of its size in the sum, for a row
TALL = 1.5  # times as tall as wide: a bracket, no other sign
DOTS = 0.45  # of a row, for one that stands for rows left out
APART, WIDE, OVER = 0.07, 0.13, 0.06  # round the rows, and a bracket's width and overhang
# Of a fold's time: until then what goes has gone, and from then on what is new comes.
EARLY, LATE = 0.45, 0.3


class SumStack:
    """From the numbers of `before` over rows to the formula `after`; `has_room` in `zone` or not.

    Attributes
    ----------
    numbers, lines : list
        Each told row's number in its row, and what the number is.
    around : VGroup
        Brackets, signs between the rows, and dots for rows that are left out.
    held, counts : VGroup
        How many rows there are, as a number, and the letter that takes its place last.
    """

    def __init__(
        self,
        stage: Stage,
        before: Formula,
        places: Sequence[VGroup],
        after: Formula,
        moves: Sequence[Move],
        zone: Zone,
        rows: Sequence[Term],
        gaps: Sequence[bool],
    ) -> None:
        self.stage, self.before, self.after, self.places = stage, before, after, places
        path: Path = next(p for p, part in after.term.walk() if isinstance(part, BigSum))
        inside = {id(glyph) for glyph in after.glyphs(path)}
        self.summand = after.glyphs((*path, 0))
        own = {id(glyph) for glyph in self.summand}
        self.sign = VGroup(*(g for g in after if id(g) in inside and id(g) not in own))
        self._match(moves, inside)
        self.lines = [stage.formula(row, em=after.em) for row in rows]
        self.numbers = [place.copy().scale(after.em / before.em) for place in places]
        self.around, self.signs = VGroup(), list[VGroup]()
        self.brackets = list[tuple[VGroup, VGroup]]()  # as they stood, and round the rows
        self.has_room = self._put(zone, gaps)

    def _match(self, moves: Sequence[Move], inside: set[int]) -> None:
        """What stands before the sum in both formulas, and the count below its bar."""
        before, after = self.before, self.after
        pairs = [
            (before[old], after[new])
            for old, new in match(before, after, moves).pairs
            if id(after[new]) not in inside
        ]
        alike = [(a, b) for a, b in pairs if same_outline(a.points, b.points)]
        self.came, self.head = (VGroup(*(pair[side] for pair in alike)) for side in (0, 1))
        taken = {id(glyph) for pair in alike for glyph in pair}
        bars = below_bars(before, moves)
        old = [glyph for path in bars for glyph in before.glyphs(path) if id(glyph) not in taken]
        others = (g for g in after if id(g) not in taken and id(g) not in inside)
        self.counts = VGroup(*others)
        self.under = VGroup(*old)
        self.held = self.under.copy().scale(after.em / before.em)
        if len(self.held) and len(self.counts):
            self.held.move_to(self.counts)
        rest = taken | {id(g) for g in old} | {id(g) for place in self.places for g in place}
        self.rest = [glyph for glyph in before if id(glyph) not in rest]

    def _put(self, zone: Zone, gaps: Sequence[bool]) -> bool:
        """Rows below one another, about the height of the sum's term; whether they have room."""
        tall = max(float(line.height) for line in self.lines)
        units = len(self.lines) + DOTS * sum(gaps)
        size = min(1.0, zone.height / (PITCH * tall * units))
        if size < SMALLEST or size * self.after.em < LEAST_EM or not len(self.under):
            return False
        pitch = size * PITCH * tall
        left, middle = float(self.summand.get_left()[0]), float(self.summand.get_center()[1])
        half = units * pitch / 2
        middle = min(max(middle, zone.bottom + half), zone.top - half)
        foot = middle + half
        for n, (line, own) in enumerate(zip(self.lines, self.numbers, strict=True)):
            foot = self._dotted(foot, DOTS * pitch, left) if gaps[n] else foot
            for each in (line, own):
                each.scale(size)
                each.shift((left - each.get_left()[0], foot - pitch / 2 - each.get_center()[1], 0))
            if n:
                plus = self._plus(size * self.after.em)
                plus.next_to(own, buff=0).set_x(left - 1.5 * APART - plus.width / 2)
                self.signs.append(plus)
                self.around.add(plus)
            foot -= pitch
        if gaps[-1]:
            self._dotted(foot, DOTS * pitch, left)
        self._bracketed(middle, 2 * half, left)
        return bool(self.right <= zone.right + APART)

    def _plus(self, em: float) -> VGroup:
        sign = self.stage.formula(Sum((number(1), number(1))), em=em)
        return VGroup(*(sign[index] for index in sign.own(())))

    def _dotted(self, foot: float, height: float, left: float) -> float:
        """Three dots for rows left out; where the next row begins."""
        for part in (0.25, 0.5, 0.75):
            dot = Dot((left + WIDE, foot - part * height, 0), radius=0.02)
            self.around.add(dot.set_color(self.stage.palette.ink))
        return foot - height

    def _bracketed(self, middle: float, height: float, left: float) -> None:
        signs = [float(each.get_left()[0]) for each in self.around]
        edge = max(float(line.get_right()[0]) for line in self.lines)
        ends = (
            (self._bracket(0, "("), min(signs, default=left) - APART - WIDE / 2),
            (self._bracket(1, ")"), edge + APART + WIDE / 2),
        )
        for bracket, x in ends:
            bracket.stretch_to_fit_height(height + OVER).stretch_to_fit_width(WIDE)
            bracket.move_to((x, middle, 0))
            self.around.add(bracket)
        self.right = edge + APART + WIDE

    def _bracket(self, end: int, sign: str) -> VGroup:
        """The bracket that stands at this end of the numbers, or a new one."""
        low, high = VGroup(*self.places).get_left()[0], VGroup(*self.places).get_right()[0]
        beside = (
            max((g for g in self.rest if g.get_right()[0] <= low), key=_x, default=None)
            if end == 0
            else min((g for g in self.rest if g.get_left()[0] >= high), key=_x, default=None)
        )
        if beside is None or beside.height < TALL * beside.width:
            return self.stage.sentence(sign, em=self.after.em)
        made = VGroup(beside.copy())
        self.brackets.append((VGroup(beside), made))
        return made

    # ---------------------------------------------------------------------------------------------
    # How it moves

    def spread(self) -> list[Animation]:
        """The numbers go into rows, and what stands before them to where it stays."""
        moves: list[Animation] = [carried(self.came, self.head)] if len(self.came) else []
        moves += [carried(a, b) for a, b in zip(self.places, self.numbers, strict=True)]
        moves.append(carried(self.under, self.held))
        kept = [*self._kept()]
        moves += [carried(a, b) for a, b in kept]
        old, new = ({id(g) for pair in kept for g in pair[side].get_family()} for side in (0, 1))
        gone = VGroup(*(glyph for glyph in self.rest if id(glyph) not in old))
        come = VGroup(*(each for each in self.around if id(each) not in new))
        return [
            FadeOut(gone, rate_func=squish_rate_func(smooth, 0, EARLY)),
            *moves,
            FadeIn(come, rate_func=squish_rate_func(smooth, 1 - EARLY, 1)),
        ]

    def _kept(self) -> Iterator[tuple[VGroup, VGroup]]:
        """The sign before each number, and the brackets round them all, with what they become."""
        for place, sign in zip(self.places[1:], self.signs, strict=True):
            edge = float(place.get_left()[0])
            shapes = {glyph.shape for glyph in _glyphs(sign)}
            before = [g for g in self.rest if g.shape in shapes and g.get_right()[0] <= edge]
            if before:
                yield VGroup(max(before, key=_x)), sign
        yield from self.brackets

    def fold(self) -> Animation:
        """The rows lie down on one another, the sign comes while they go, and their own indices become the sum's."""
        lines = [self.middle, *(line for line in self.lines if line is not self.middle)]
        pairs = [pair for line in lines for pair in pairs_of([*line], [*self.summand])]
        old, new = ({id(pair[side]) for pair in pairs} for side in (0, 1))
        moving = VGroup(*(glyph.copy() for glyph, _ in pairs))
        stays = {id(glyph) for glyph in self.middle}
        above = VGroup(*(m for m, (g, _) in zip(moving, pairs, strict=True) if id(g) not in stays))
        left = (glyph for line in lines for glyph in line if id(glyph) not in old)
        going = VGroup(self.around, *left)
        coming = VGroup(self.sign, *(glyph for glyph in self.summand if id(glyph) not in new))

        def move(_: Mobject, part: float) -> None:
            way = float(smooth(part))
            for glyph, (start, end) in zip(moving, pairs, strict=True):
                glyph.set_points((1 - way) * start.points + way * end.points)
            above.set_opacity(1 - float(smooth(np.clip((part - LATE) / (1 - LATE), 0, 1))))
            going.set_opacity(1 - float(smooth(min(1.0, part / EARLY))))
            coming.set_opacity(float(smooth(np.clip((part - LATE) / (1 - 2 * LATE), 0, 1))))

        return UpdateFromAlphaFunc(VGroup(going, moving, coming), move)

    @property
    def middle(self) -> Formula:
        """The row that stays."""
        return self.lines[len(self.lines) // 2]

    @property
    def parts(self) -> list[VMobject]:
        """All that was on screen on the way."""
        return [self.around, self.held, *self.numbers, *self.lines]


def _x(glyph: Glyph) -> float:
    return float(glyph.get_center()[0])


def _glyphs(group: VGroup) -> list[Glyph]:
    return [part for part in group.get_family() if isinstance(part, Glyph)]


def gaps_between(places: Sequence[int], count: int) -> list[bool]:
    """Whether rows are left out before each told place, and after the last one.

    Examples
    --------
    >>> gaps_between([0, 2], 3), gaps_between([0, 1], 2)
    ([False, True, False], [False, False, False])
    """
    ends = pairwise([-1, *places, count])
    return [after > before + 1 for before, after in ends]
