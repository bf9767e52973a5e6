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

SIZE, ASIDE = 0.3, 0.07  # a look's width, and how far from its title it stands
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
    box = Rectangle(width=SIZE, height=SIZE / 2, stroke_width=2)
    return VGroup(box.set_stroke(picture.stage.palette.ink))


def shaded(group: VGroup, opacity: float) -> None:
    """What is filled and what is outlined in it, so bright; what is hollow stays so."""
    for each in group.get_family():
        if each.get_fill_opacity():
            each.set_fill(opacity=opacity, family=False)
        if each.get_stroke_width() and each.get_stroke_opacity():
            each.set_stroke(opacity=opacity, family=False)


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
