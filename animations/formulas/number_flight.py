"""A number that travels from where it is seen to where it takes the place of a symbol."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from manim import FadeIn, Mobject, Scene, Transform, VGroup, smooth

from symgd.animations.formulas.formula import Formula, Rewrite
from symgd.animations.formulas.typeset import Glyph
from symgd.data.arrays import FloatArray
from symgd.terms import Path
from symgd.writing.moves import Move, moves_between

THIN = 0.02  # boxes that reach so little into each other hardly touch
LOOKS = 61  # at a way, for what is in it
OPENED, LEAVES = 0.5, 0.25  # when the line has made room for the number, and when the number leaves


class NumberArrives(Rewrite):
    """A line is rewritten, and the part at `path`, born in it, comes from the same number as it stands elsewhere.

    The source stays where it is: what travels is a copy of it, seen when it is clear of its source. The line has
    made room before the number comes. It is seen when the last of what is `written` on its way lies behind it.
    """

    def __init__(
        self,
        before: Formula,
        after: Formula,
        path: Path,
        source: VGroup,
        written: Sequence[Mobject] = (),
    ) -> None:
        moves: Sequence[Move] = moves_between(before.term, after.term)
        super().__init__(before, after, moves)
        made = dict(zip(self.match.born, self.coming, strict=True))
        inside = [n for n in after.inside(path) if n in made]
        self.flying = [
            (made[n], *_alike(glyph, after[n]))
            for glyph, n in _in_order([*source], [after[n] for n in inside], inside)
        ]
        flown = {id(glyph) for glyph, _, _ in self.flying}
        self.standing = [glyph for n, glyph in enumerate(after) if n not in set(inside)]
        self.hidden = self._until_clear(written)
        self.coming = [glyph for glyph in self.coming if id(glyph) not in flown]

    def interpolate_mobject(self, alpha: float) -> None:
        """As for any line; the number is on its way when there is room for it."""
        super().interpolate_mobject(min(1.0, max(0.0, alpha) / OPENED))
        part = float(smooth(np.clip((alpha - LEAVES) / (1 - LEAVES), 0, 1)))
        seen = self._seen(part)
        for glyph, start, end in self.flying:
            glyph.set_points((1 - part) * start.points + part * end.points)
            glyph.set_fill((end if part > 0 else start).get_fill_color(), opacity=seen)

    def _seen(self, part: float) -> float:
        """How much of the number is seen: nothing over its source or over the line, all of it a height away from there."""
        if not self.flying or part >= 1:
            return 1.0
        if part <= self.hidden:
            return 0.0
        start, way = self._way()
        clear = _between(start, part * way, start)
        over = min((_between(start, part * way, glyph) for glyph in self.standing), default=clear)
        return float(np.clip(2 * clear / start.height, 0, 1) * np.clip(1 + over / THIN, 0, 1))

    def _way(self) -> tuple[VGroup, FloatArray]:
        """The number where it begins, and from there to its place."""
        start, end = (VGroup(*(each[n] for each in self.flying)) for n in (1, 2))
        return start, np.asarray(end.get_center() - start.get_center())

    def _until_clear(self, written: Sequence[Mobject]) -> float:
        """The part of its way after which nothing of what is written is in it; -1 where nothing is."""
        if not self.flying:
            return -1.0
        start, way = self._way()
        parts = np.linspace(0.0, 1.0, LOOKS).tolist()
        in_it = [p for p in parts if any(_between(start, p * way, each) < THIN for each in written)]
        return float(in_it[-1]) if in_it else -1.0


class Carried(Transform):
    """A copy of what is written in one place on its way to the same in another, which is there when it has come."""

    def __init__(self, source: Mobject, target: Mobject, arc: float = 0.0) -> None:
        self.goal = target
        start, end = (VGroup(*(glyph.copy() for glyph in _glyphs(e))) for e in (source, target))
        super().__init__(start, end, path_arc=arc, remover=True, introducer=True)

    def clean_up_from_scene(self, scene: Scene) -> None:
        super().clean_up_from_scene(scene)
        scene.add(self.goal)


class Emerging(Carried):
    """The same, seen only where it is clear of what it comes from and of what stands in its way."""

    def __init__(self, source: Mobject, target: Mobject, standing: Sequence[Mobject] = ()) -> None:
        self.standing = standing
        super().__init__(source, target)

    def interpolate_mobject(self, alpha: float) -> None:
        """As for any copy; nothing of it is drawn through other glyphs."""
        super().interpolate_mobject(alpha)
        start, here = self.starting_mobject, self.mobject
        seen = 1.0
        if alpha < 1:
            away = here.get_center() - start.get_center()
            clear = 2 * _between(start, away, start) / start.height
            over = min((_between(here, 0 * away, each) for each in self.standing), default=1.0)
            seen = float(np.clip(clear, 0, 1) * np.clip(1 + over / THIN, 0, 1))
        here.set_fill(opacity=seen)


def emerging(
    source: Mobject, target: Mobject, standing: Sequence[Mobject] = ()
) -> Carried | FadeIn:
    """As `carried`, where the copy would be drawn out through its source, or through what is `standing`."""
    found = carried(source, target)
    return Emerging(source, target, standing) if isinstance(found, Carried) else found


def carried(source: Mobject, target: Mobject, arc: float = 0.0) -> Carried | FadeIn:
    """What is written in one place goes to another as one thing, moved and scaled; its source stays as it is.

    Its way is straight, or turns by an angle, in radians: to the left of where it goes.

    What is written otherwise at its target comes there by itself.
    """
    one, other = ([glyph.shape for glyph in _glyphs(each)] for each in (source, target))
    return Carried(source, target, arc) if one == other else FadeIn(target)


def _glyphs(mobject: Mobject) -> list[Glyph]:
    return [part for part in mobject.get_family() if isinstance(part, Glyph)]


def _in_order(
    source: Sequence[Glyph], target: Sequence[Glyph], numbers: Sequence[int]
) -> Iterator[tuple[Glyph, int]]:
    """Glyphs of the same shape, in order; the target may have more, such as parentheses."""
    left = [*source]
    for glyph, number in zip(target, numbers, strict=True):
        if left and left[0].shape == glyph.shape:
            yield left.pop(0), number


def _between(number: VGroup, gone: FloatArray, other: Mobject) -> float:
    """How far the boxes of a number that has gone some way and of something else are apart; negative where they overlap."""
    apart = np.abs(number.get_center() + gone - other.get_center())
    return float(
        max(
            apart[0] - (number.width + other.width) / 2,
            apart[1] - (number.height + other.height) / 2,
        )
    )


def _alike(origin: Glyph, target: Glyph) -> tuple[Glyph, Glyph]:
    """Copies with equally many points."""
    start, end = origin.copy(), target.copy()
    if len(start.points) != len(end.points):
        start.align_points(end)
    return start, end
