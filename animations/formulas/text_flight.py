"""Texts that become others: what travels is whole, and what does not correspond goes before the other comes.

Laws
----
- a number that travels is its own glyphs, moved and scaled together, on a plate that keeps it clear of what it passes
- two texts that share too few glyphs in order do not correspond: the old is gone before the new comes
- of two texts in one place, one fades out before the other fades in
"""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Any

import numpy as np
from manim import (
    Animation,
    FadeIn,
    FadeOut,
    Mobject,
    Rectangle,
    ReplacementTransform,
    Scene,
    Transform,
    TransformFromCopy,
    VGroup,
    VMobject,
    interpolate_color,
    smooth,
    squish_rate_func,
)

from symgd.animations.formulas.glyph_travel import Box, same_outline
from symgd.animations.formulas.typeset import Glyph
from symgd.data.arrays import FloatArray

CORRESPOND = 0.6  # of the shorter text's glyphs are the other's, where one becomes the other
OUT, IN = 0.42, 0.58  # of the time: until then the old goes, from then on the new comes
LEFT, COME = 0.25, 0.75  # the same for what is left over of texts that correspond
PLATE, MARGIN = 0.9, 0.04  # how much is covered, and how far round the glyphs
SHOWN = 0.2  # of its way, on which a copy comes out of what it leaves
FAINT = 0.05


class TextFlight(Animation):
    """A text becomes another as a Transform of Manim's would, but no glyph is bent into another."""

    def __init__(self, inner: Transform, ground: str) -> None:
        self.inner = inner
        copied = isinstance(inner, TransformFromCopy)
        origin, target = inner.mobject, inner.target_mobject
        self.stays = copied
        if copied:
            origin, target = target, origin
        old, new = parts_of(origin), parts_of(target)
        pairs = pairs_of(old, new)
        taken = [{id(pair[side]) for pair in pairs} for side in (0, 1)]
        self.ends = pairs
        self.moving = [one.copy() for one, _ in pairs]
        gone = [] if copied else [each for each in old if id(each) not in taken[0]]
        self.going = [(each.copy(), *opacities(each)) for each in gone]
        self.coming = [(n.copy(), *opacities(n)) for n in new if id(n) not in taken[1]]
        self.out, self.come = (LEFT, COME) if pairs else (OUT, IN)
        self.plate = Rectangle(stroke_width=0).set_fill(ground, opacity=0)
        shown = [*(each for each, *_ in (*self.going, *self.coming)), self.plate, *self.moving]
        super().__init__(VGroup(*shown), run_time=inner.run_time, remover=True, introducer=True)
        self.rate_func = inner.rate_func

    def _setup_scene(self, scene: Scene) -> None:
        scene.remove(self.inner.mobject)
        super()._setup_scene(scene)

    def clean_up_from_scene(self, scene: Scene) -> None:
        """The scene is left as Manim's own animation leaves it."""
        super().clean_up_from_scene(scene)
        self.inner._setup_scene(scene)
        scene.add_mobjects_from_animations([self.inner])
        self.inner.begin()
        self.inner.finish()
        self.inner.clean_up_from_scene(scene)

    def interpolate_mobject(self, alpha: float) -> None:
        """Set everything as it is at `alpha`, from 0 to 1."""
        part = float(self.rate_func(float(np.clip(alpha, 0, 1))))
        leaving = 1 - float(smooth(np.clip(alpha / self.out, 0, 1)))
        arriving = float(smooth(np.clip((alpha - self.come) / (1 - self.come), 0, 1)))
        shown = min(1.0, part / SHOWN) if self.stays else 1.0
        for (start, end), glyph in zip(self.ends, self.moving, strict=True):
            glyph.set_points((1 - part) * start.points + part * end.points)
            colour = interpolate_color(start.get_fill_color(), end.get_fill_color(), part)
            seen = [each.get_fill_opacity() for each in (start, end)]
            glyph.set_fill(colour, opacity=((1 - part) * seen[0] + part * seen[1]) * shown)
        for parts, share in ((self.going, leaving), (self.coming, arriving)):
            for each, fill, line in parts:
                each.set_fill(opacity=fill * share, family=False)
                each.set_stroke(opacity=line * share, family=False)
        self._cover(part)

    def _cover(self, part: float) -> None:
        """The plate below what travels, there only on the way."""
        away = float(np.clip(4 * part * (1 - part), 0, 1))
        if not self.moving or not self._goes_far:
            return
        box = Box.of([glyph.points for glyph in self.moving])
        low, high = box.middle - box.sides / 2 - MARGIN, box.middle + box.sides / 2 + MARGIN
        corners = [(low[0], low[1]), (high[0], low[1]), (high[0], high[1]), (low[0], high[1])]
        self.plate.set_points_as_corners([(x, y, 0.0) for x, y in (*corners, corners[0])])
        self.plate.set_fill(opacity=PLATE * away)

    @property
    def _goes_far(self) -> bool:
        """Whether it leaves its own place."""
        start, end = (Box.of([pair[side].points for pair in self.ends]) for side in (0, 1))
        return bool((np.abs(end.middle - start.middle) > (start.sides + end.sides) / 2).any())


def parts_of(text: Mobject) -> list[VMobject]:
    """All that is drawn of it, each once."""
    return [*dict.fromkeys(each for each in text.get_family() if len(each.points))]


def is_text(mobject: Any) -> bool:
    """Whether it is made of glyphs, but for what lies behind them."""
    if not isinstance(mobject, Mobject):
        return False
    parts = parts_of(mobject)
    others = [each for each in parts if not isinstance(each, Glyph)]
    return len(others) < len(parts) and all(isinstance(each, Rectangle) for each in others)


def opacities(part: VMobject) -> tuple[float, float]:
    """Of what is filled, and of its outline."""
    return float(part.get_fill_opacity()), float(part.get_stroke_opacity())


def pairs_of(old: Sequence[VMobject], new: Sequence[VMobject]) -> list[tuple[Glyph, Glyph]]:
    """Which glyphs become which; none, where the texts do not correspond."""
    one, other = ([each for each in text if isinstance(each, Glyph)] for text in (old, new))
    first, second = ([each.shape for each in text] for text in (one, other))
    matcher = SequenceMatcher(None, first, second, autojunk=False)
    pairs = [
        (one[block.a + n], other[block.b + n])
        for block in matcher.get_matching_blocks()
        for n in range(block.size)
    ]
    pairs = [pair for pair in pairs if same_outline(pair[0].points, pair[1].points)]
    return pairs if len(pairs) >= CORRESPOND * min(len(first), len(second)) else []


def unbroken(animation: Any, ground: str) -> Any:
    """An animation as it is, or what it is for texts."""
    if type(animation) not in (Transform, ReplacementTransform, TransformFromCopy):
        return animation
    ends = animation.mobject, animation.target_mobject
    return TextFlight(animation, ground) if all(map(is_text, ends)) else animation


def in_turn(animations: Sequence[Any]) -> None:
    """Of texts that come where others go: those that go have gone before these come."""
    going, coming = (
        [
            (each, boxes)
            for each in animations
            if isinstance(each, kind)
            if len(boxes := _boxes(each))
        ]
        for kind in (FadeOut, FadeIn)
    )
    met: set[Any] = set()
    for one, first in going:
        for other, second in coming:
            if _share_a_place(first, second):
                met |= {one, other}
    for each in met:
        span = (0.0, OUT) if isinstance(each, FadeOut) else (IN, 1.0)
        each.rate_func = squish_rate_func(each.rate_func, *span)


def _boxes(fade: FadeIn | FadeOut) -> FloatArray:
    """Left, bottom, right and top of the glyphs that can be seen."""
    seen = (g for g in parts_of(fade.mobject) if isinstance(g, Glyph))
    points = [g.points[:, :2] for g in seen if g.get_fill_opacity() > FAINT]
    return np.array([[*each.min(axis=0), *each.max(axis=0)] for each in points])


def _share_a_place(one: FloatArray, other: FloatArray) -> bool:
    first, second = one[:, None], other[None]
    low = np.maximum(first[..., :2], second[..., :2])
    high = np.minimum(first[..., 2:], second[..., 2:])
    return bool((low < high).all(axis=-1).any())
