"""The sight before, in small, when he is looked at from near: what he has walked, and a frame round what is seen now."""

from __future__ import annotations

import numpy as np
from manim import Rectangle, VGroup

from symgd.animations.descending.mountain_picture import MountainPicture
from symgd.animations.staging.stage import Zone

WIDE, EDGE = 1.7, 0.12
LEAST, STROKE = 0.16, 2.0  # of the frame round what is seen now: never smaller
PLATE = 0.85


class EarlierSight:
    """`large` is what it is made of, over the picture before; `small` is the same in a corner of the other one."""

    def __init__(self, before: MountainPicture, near: MountainPicture) -> None:
        palette, box = before.stage.palette, before.panel.box
        border = Rectangle(width=box.width, height=box.height).move_to((*box.centre[:2], 0))
        border.set_stroke(palette.ink, width=1.2, opacity=1)
        x, y = near.sight
        corners = [before.panel.border(a, b) for a, b in ((x.low, y.low), (x.high, y.high))]
        size = np.abs(corners[1] - corners[0])
        ratio = WIDE / box.width
        least = LEAST / ratio
        seen = Rectangle(width=max(float(size[0]), least), height=max(float(size[1]), least))
        seen.set_stroke(palette.ink, width=STROKE).move_to((corners[0] + corners[1]) / 2)
        walked = before.lit.copy()
        self.large = VGroup(border, walked, seen)
        self.small = self.large.copy().scale(ratio)
        self.small[0].set_fill(palette.ground, opacity=PLATE)
        self.small[1].set_stroke(width=STROKE)
        zone = near.panel.box
        place = np.array([zone.left + EDGE + self.small[0].width / 2, zone.bottom + EDGE, 0.0])
        place[1] += self.small[0].height / 2
        self.small.shift(place - self.small[0].get_center())

    @property
    def zone(self) -> Zone:
        """Where the small one stands."""
        border = self.small[0]
        (left, low, _), (right, high, _) = (
            border.get_corner((-1, -1, 0)),
            border.get_corner((1, 1, 0)),
        )
        return Zone(float(left), float(right), float(low), float(high))
