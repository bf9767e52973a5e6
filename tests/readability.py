"""What cannot be read on a frame: faults of a scene's mobjects as they stand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from typing import Any

import numpy as np
from manim import ManimColor, VMobject, interpolate_color

from symgd.animations.formulas.typeset import POINTS, Glyph, Typeset, compiled
from symgd.animations.staging.contrast import contrast
from symgd.animations.staging.lesson import Lesson

LEAST_EM = 0.26
OF_TEXT, OF_LINES = 4.5, 3.0  # least contrasts, by the Web Content Accessibility Guidelines
FAINT = 0.05  # what is this faint is not there
SLACK = 0.06  # beyond the zones, in units of the frame
OVER = 0.1  # the part of a glyph's box that may lie in another's
LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789αβγδεθμρσΔΣ∂∇"


@dataclass(frozen=True)
class Text:
    """The glyphs of one thing that is read, and their boxes: left, bottom, right, top."""

    glyphs: list[Glyph]
    boxes: Any

    @property
    def sides(self) -> Any:
        """The box of all."""
        return np.concatenate([self.boxes[:, :2].min(axis=0), self.boxes[:, 2:].max(axis=0)])

    @property
    def em(self) -> float | None:
        """Its size, by its largest letter; None where it has no letters."""
        known, tall = _heights(), self.boxes[:, 3] - self.boxes[:, 1]
        return max(
            (
                float(t) / known[g.shape]
                for g, t in zip(self.glyphs, tall, strict=True)
                if g.shape in known
            ),
            default=None,
        )

    def __str__(self) -> str:
        left, low, right, high = self.sides
        return f"a text at x {left:.2f} to {right:.2f}, y {low:.2f} to {high:.2f}"


def faults(scene: Lesson) -> Iterator[str]:
    """What stands outside the zones, over other words, or is too small or too pale."""
    texts = [*texts_of(scene)]
    yield from _places(scene, texts)
    yield from over_each_other(texts)
    ground = ManimColor(scene.stage.palette.ground)
    for text in texts:
        if text.em is not None and text.em < LEAST_EM - 1e-3:
            yield f"{text}: {text.em:.3f} em"
        found = min(
            _contrast(g.get_fill_color(), g.get_fill_opacity(), ground) for g in text.glyphs
        )
        if found < OF_TEXT - 0.01:
            yield f"{text}: contrast {found:.2f}"
    yield from _lines(scene, ground)


def texts_of(scene: Lesson) -> Iterator[Text]:
    """All that is read: groups of glyphs that can be seen."""
    taken: set[int] = set()
    for part in _family(scene):
        glyphs = [
            each
            for each in part.submobjects
            if isinstance(each, Glyph)
            and id(each) not in taken
            and len(each.points)
            and each.get_fill_opacity() > FAINT
        ]
        taken |= {id(each) for each in glyphs}
        if glyphs:
            points = [each.points[:, :2] for each in glyphs]
            boxes = np.array([[*p.min(axis=0), *p.max(axis=0)] for p in points])
            yield Text(glyphs, boxes)


def _family(scene: Lesson) -> list[Any]:
    """All mobjects, each once, Typeset ones first: their glyphs may be in other groups as well."""
    found = {id(part): part for each in scene.mobjects for part in each.get_family()}
    return sorted(found.values(), key=lambda part: not isinstance(part, Typeset))


def _places(scene: Lesson, texts: list[Text]) -> Iterator[str]:
    layout = scene.stage.layout
    zones = (layout.heading, layout.whole)
    least = np.array([min(zone.left for zone in zones), layout.captions.top]) - SLACK
    most = np.array([max(zone.right for zone in zones), layout.heading.top]) + SLACK
    for text in texts:
        sides = text.sides
        if (sides[:2] < least).any() or (sides[2:] > most).any():
            yield f"{text}: outside the zones"


def over_each_other(texts: list[Text]) -> Iterator[str]:
    """Which texts lie over others."""
    for one, other in combinations(texts, 2):
        a, b = one.sides, other.sides
        if (np.minimum(a[2:], b[2:]) <= np.maximum(a[:2], b[:2])).any():
            continue
        if one.boxes.shape == other.boxes.shape and np.allclose(one.boxes, other.boxes, atol=1e-3):
            continue  # a copy that has arrived
        first, second = one.boxes[:, None], other.boxes[None]
        both = np.minimum(first[..., 2:], second[..., 2:]) - np.maximum(
            first[..., :2], second[..., :2]
        )
        areas = [np.prod(boxes[..., 2:] - boxes[..., :2], axis=-1) for boxes in (first, second)]
        part = np.prod(np.maximum(both, 0), axis=-1) / np.maximum(np.minimum(*areas), 1e-9)
        if (part > OVER).any():
            yield f"{one} lies over {other}"


def _lines(scene: Lesson, ground: ManimColor) -> Iterator[str]:
    for part in _family(scene):
        if not isinstance(part, VMobject) or isinstance(part, Glyph) or not len(part.points):
            continue
        opacity = part.get_stroke_opacity()
        filled = part.get_fill_opacity() > FAINT  # its outline sets it off from what lies below
        if part.get_stroke_width() > 0 and opacity > FAINT and not filled:
            found = _contrast(part.get_stroke_color(), opacity, ground)
            if found < OF_LINES - 0.01:
                x, y, _ = part.get_center()
                yield f"{type(part).__name__} at {x:.2f}, {y:.2f}: contrast {found:.2f}"


def _contrast(colour: ManimColor, opacity: float, ground: ManimColor) -> float:
    """That of a colour as it looks on the ground."""
    return _seen(colour.to_hex(), round(float(opacity), 3), ground.to_hex())


@cache
def _seen(colour: str, opacity: float, ground: str) -> float:
    under = ManimColor(ground)
    return contrast(interpolate_color(under, ManimColor(colour), opacity), under)


@cache
def _heights() -> dict[str, float]:
    """How high each letter is, upright and italic, in texts and formulas, for an em of 1."""
    maths = " ".join(f"{letter}" for letter in LETTERS)
    words = f'$"{LETTERS}"$'  # names of several letters in formulas
    drawn = (*compiled(LETTERS), *compiled(f"${maths}$"), *compiled(words))
    return {each.shape: float(np.ptp(each.points[:, 1])) / POINTS for each in drawn}
