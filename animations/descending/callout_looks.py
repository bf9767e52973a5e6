"""What a callout's part looks like in the picture, small beside its title: the dot, the ring, the arrow.

Laws
----
- it has the colour and the form of the thing in the picture, and an arrow its direction
- where it would lie over another text or line, there is none
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from manim import Circle, Mobject, Rectangle, VGroup

from symgd.animations.pictures.callouts import Callout
from symgd.animations.pictures.even_picture import EvenPicture
from symgd.data.arrays import FloatArray

SIZE, ASIDE = 0.3, 0.07  # a look's width, and how far from its title it stands
ROOM = SIZE + 2 * ASIDE  # beside a title
BOXED = 0.75  # of a look's width, so that it stands a space before its title
SMALL = 0.07  # a dot's radius


def dot_look(picture: EvenPicture) -> VGroup:
    """The dot: where we are."""
    return VGroup(picture.dot.copy().scale_to_fit_width(2 * SMALL))


def ring_look(picture: EvenPicture) -> VGroup:
    """The ring: where the step ends."""
    shade = picture.stage.palette.prediction
    return VGroup(Circle(radius=SMALL + 0.02, stroke_color=shade, stroke_width=2))


def box_look(picture: EvenPicture) -> VGroup:
    """The box in which the rate stands, and of which the step's bar is a part."""
    box = Rectangle(width=BOXED * SIZE, height=SIZE / 2, stroke_width=2)
    return VGroup(box.set_stroke(picture.stage.palette.ink))


def arrow_look(picture: EvenPicture, sign: float, step: int = 0) -> VGroup:
    """The gradient's arrow at a step, uphill or downhill, as it points in the picture."""
    return picture.short_arrow(sign, SIZE, step)


def beside(look: VGroup, callout: Callout, others: Iterable[Mobject]) -> VGroup:
    """A look at the left of a callout's title; nothing where that isn't free."""
    title, layout = callout.title, callout.stage.layout
    if not len(look):
        return VGroup()
    middle = float(title.get_left()[0]) - ASIDE - SIZE / 2
    look.move_to((middle, float(title.get_top()[1]) - title.em / 3, 0))
    if look.get_left()[0] < -layout.width / 2 + ASIDE:
        return VGroup()
    for other in others:
        if other is title or not other.width + other.height:
            continue
        if any(_is_over(look, part) for part in _pieces(other)):
            return VGroup()
    return look


def _pieces(other: Mobject) -> list[FloatArray]:
    """The points of all of it, or, of a line, those of its straight pieces."""
    lone = not other.submobjects and len(other.points)
    return [*other.points.reshape(-1, 4, 3)] if lone else [np.array(other.get_all_points())]


def _is_over(look: VGroup, points: FloatArray) -> bool:
    """Whether it lies over the box of some points."""
    low, high = points.min(axis=0), points.max(axis=0)
    apart = np.abs(look.get_center() - (low + high) / 2)[:2]
    sizes = np.array([look.width, look.height]) + (high - low)[:2]
    return bool((apart < sizes / 2 + ASIDE / 2).all())
