"""A sum of numbers folds to the sign of a sum: what all its terms have in common is written below them, and stays.

Laws
----
- what both formulas have is moved as it is; what only one has is never seen together with what only the other has
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from manim import Animation, Underline, VGroup, VMobject

from symgd.animations.formulas.formula import Formula, match
from symgd.animations.formulas.glyph_travel import same_outline
from symgd.animations.formulas.number_flight import carried
from symgd.animations.pictures.plot_panel import drawn, stroke
from symgd.animations.staging.stage import Stage
from symgd.terms import BigSum, Fraction, Path
from symgd.writing.moves import Move

ROUND, UNDER, HOOK = 0.07, 0.1, 0.09  # round a term, below the terms, and the bracket's ends
SMALLEST = 0.7  # of its size in the sum, for a term below it


class SumFold:
    """From the numbers of `before` to `after`, a formula or rows of them, by the `moves` of what both have.

    Attributes
    ----------
    frames : VGroup
        Lines below the told terms, which mark them alike.
    term : VGroup
        What each of them is, below a bracket; nothing where `floor` leaves no room for it.
    gone, born, stays : VGroup
        What goes, what comes, and what both have, as it stands in `after`.
    held : VGroup
        What goes last: it stands in a fraction that stays, and what comes takes its place.
    signs, counts : VGroup
        What comes: first all else, and last what takes the place of what was held.
    """

    def __init__(
        self,
        stage: Stage,
        before: Formula,
        places: Sequence[VGroup],
        after: VGroup,
        moves: Sequence[Move],
        floor: float,
    ) -> None:
        colour = stage.palette.error
        self.frames = VGroup(
            *(Underline(each, color=colour, buff=ROUND, stroke_width=3) for each in places)
        )
        self.summand = _summand(after)
        self.bracket = stroke(stage.palette.ink, 2)
        self.term = self._below(VGroup(*places), floor)
        glyphs = [part for part in after.get_family() if len(part.points)]
        stays: list[tuple[VMobject, VMobject]] = []
        if isinstance(after, Formula):
            pairs = match(before, after, moves).pairs
            alike = [
                (before[old], after[new])
                for old, new in pairs
                if same_outline(before[old].points, after[new].points)
            ]
            rest = {id(glyph) for glyph in self.summand}
            stays = [(old, new) for old, new in alike if id(new) not in rest]
        old, new = ({id(pair[side]) for pair in stays} for side in (0, 1))
        if len(self.term):
            new |= {id(glyph) for glyph in self.summand}
        inside = {id(glyph) for path in below_bars(before, moves) for glyph in before.glyphs(path)}
        going = [glyph for glyph in before if id(glyph) not in old]
        self.held = VGroup(*(glyph for glyph in going if id(glyph) in inside))
        self.gone = VGroup(*(glyph for glyph in going if id(glyph) not in inside))
        self.born = VGroup(*(glyph for glyph in glyphs if id(glyph) not in new))
        under = {id(g) for path in below_bars(before, moves) for g in _at(after, path)}
        self.counts = VGroup(*(g for g in self.born if len(self.held) and id(g) in under))
        self.signs = VGroup(*(g for g in self.born if g not in self.counts.submobjects))
        self.stays = VGroup(*(pair[1] for pair in stays))
        self._came = VGroup(*(pair[0] for pair in stays))

    def _below(self, places: VGroup, floor: float) -> VGroup:
        """The term that all are, below them, as large as there is room for."""
        if not len(self.summand):
            return VGroup()
        foot = float(places.get_bottom()[1]) - ROUND - UNDER
        left, right = float(places.get_left()[0]), float(places.get_right()[0])
        edge = float(self.summand.get_right()[0])
        made = self.summand.copy()
        room = foot - HOOK - UNDER - floor
        size = min(1.0, room / made.height)
        if size < SMALLEST:
            return VGroup()
        made.scale(size)
        made.move_to(((left + right) / 2, foot - HOOK - UNDER - made.height / 2, 0))
        over = float(made.get_right()[0]) - max(right, edge)
        made.shift((-max(0.0, over), 0, 0))
        corners = [(left, foot + HOOK), (left, foot), (right, foot), (right, foot + HOOK)]
        ends = [np.array([*corner, 0.0]) for corner in corners]
        drawn(self.bracket, [*pairwise(ends)])
        return made

    def moving(self) -> list[Animation]:
        """What is kept goes to its place, and the term into the sum."""
        pairs = (self._came, self.stays), (self.term, self.summand)
        moves: list[Animation] = [carried(old, new) for old, new in pairs if len(old)]
        if len(self.held) and len(self._came):
            apart = self.stays.get_center() - self._came.get_center()
            moves.append(self.held.animate.shift(apart).build())
        return moves


def below_bars(before: Formula, moves: Sequence[Move]) -> list[Path]:
    """Where the denominators stand of fractions that stay."""
    terms = dict(before.term.walk())
    paths = [move.before for move in moves if move.before is not None]
    return [(*path, 1) for path in paths if isinstance(terms.get(path), Fraction)]


def _at(after: VGroup, path: Path) -> VGroup:
    """A part of what comes, if that is one formula."""
    return after.glyphs(path) if isinstance(after, Formula) else VGroup()


def _summand(after: VGroup) -> VGroup:
    """What stands after the sign of the sum."""
    lines = (part for part in after.get_family() if isinstance(part, Formula))
    found = (
        line.glyphs((*path, 0))
        for line in lines
        for path, part in line.term.walk()
        if isinstance(part, BigSum)
    )
    return next(found, VGroup())
