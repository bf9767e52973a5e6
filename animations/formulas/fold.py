"""Fold: what stands in a box shrinks into the letter for it, or the letter grows to it again, in one place of a line."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from manim import Animation, VGroup, VMobject, smooth

from symgd.animations.formulas.formula import Formula, Rewrite
from symgd.animations.formulas.glyph_travel import Box, stretched
from symgd.animations.formulas.typeset import Glyph, Points
from symgd.terms import Path
from symgd.writing.moves import Move

EXCHANGED = 0.55  # of the way to the smaller one: then the other one is seen in the box
SOON = 0.12  # of the way, on which one is out before the other comes


class FoldedRewrite(Rewrite):
    """A line becomes the next but for one part, which a `Fold` brings from one to the other meanwhile."""

    def __init__(
        self,
        lines: tuple[Formula, Formula],
        moves: Sequence[Move],
        taken: Path,
        brought: Path,
    ) -> None:
        before, after = lines
        kept = [m for m in moves if not _inside(m.before, taken) and not _inside(m.after, brought)]
        super().__init__(before, after, kept, withheld=brought)
        inside = {*before.inside(taken)}
        pairs = [*zip(self.match.died, self.dying, strict=True)]
        self.mobject.remove(*self.strikes, *(glyph for n, glyph in pairs if n in inside))
        self.dying = [glyph for n, glyph in pairs if n not in inside]
        self.strikes, self.struck = [], []


def _inside(path: Path | None, root: Path) -> bool:
    return path is not None and path[: len(root)] == root


class Fold(Animation):
    """The glyphs of a part give way to others in a box that goes with the rest of the line, at the same time.

    The larger of both is scaled as a whole, to what has room in the box; the smaller one keeps its size.
    """

    def __init__(self, card: VMobject, old: VGroup, new: VGroup, place: VMobject) -> None:
        self.card, self.outline = card, np.array(card.points)
        self.start, self.end = Box.of([card.points]), Box.of([place.points])
        self.shrinks = bool(self.start.sides[0] >= self.end.sides[0])
        self.groups = [group.copy() for group in (old, new)]
        self.outlines = [[np.array(glyph.points) for glyph in group] for group in self.groups]
        self.own = [Box.of(points) for points in self.outlines]
        self.room = self.start.sides - self.own[0].sides
        glyphs = [glyph for group in self.groups for glyph in group]
        super().__init__(VGroup(card, *glyphs), remover=True, introducer=True)

    def interpolate_mobject(self, alpha: float) -> None:
        """Set everything as it is at `alpha`, from 0 to 1."""
        start, end = Rewrite.goes
        way = float(smooth(np.clip((alpha - start) / (end - start), 0, 1)))
        box = self.start.towards(self.end, way)
        stretched(self.card, self.outline, self.start, box)
        part = way if self.shrinks else 1 - way
        large, small = np.clip(np.array([EXCHANGED - part, part - EXCHANGED]) / SOON, 0, 1)
        seen = (large, small) if self.shrinks else (small, large)
        inner = np.maximum(box.sides - self.room, 1e-3)
        for group, outlines, own, opacity in zip(
            self.groups, self.outlines, self.own, seen, strict=True
        ):
            factor = min(1.0, *(inner / own.sides).tolist())
            for glyph, points in zip(group, outlines, strict=True):
                _placed(glyph, points, own, (box, factor))
                glyph.set_fill(opacity=float(opacity))


def _placed(glyph: Glyph, points: Points, own: Box, place: tuple[Box, float]) -> None:
    """A glyph of a group that stands in the middle of a box, so much smaller."""
    box, factor = place
    made = np.array(points)
    made[:, :2] = (points[:, :2] - own.middle) * factor + box.middle
    glyph.set_points(made)
