"""What a callout's part looks like in the picture, small beside its title: the dot, the ring, the arrow.

Laws
----
- it has the colour and the form of the thing in the picture, and an arrow its direction
- where it would lie over another text or line, there is none
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from manim import Circle, Mobject, VGroup

from symgd.animations.pictures.callouts import Callout
from symgd.animations.pictures.even_picture import EvenPicture

SIZE, ASIDE = 0.3, 0.07  # a look's width, and how far from its title it stands
SMALL = 0.07  # a dot's radius


def dot_look(picture: EvenPicture) -> VGroup:
    """The dot: where we are."""
    return VGroup(picture.dot.copy().scale_to_fit_width(2 * SMALL))


def ring_look(picture: EvenPicture) -> VGroup:
    """The ring: where the step ends."""
    ring = Circle(radius=SMALL + 0.02, stroke_color=picture.stage.palette.ink, stroke_width=2)
    return VGroup(ring)


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
        apart = np.abs(look.get_center() - other.get_center())[:2]
        sizes = np.array([look.width + other.width, look.height + other.height]) / 2
        if (apart < sizes + ASIDE / 2).all():
            return VGroup()
    return look
