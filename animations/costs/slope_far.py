"""A step that leads out of the slice's picture: the slice is drawn again as far as the step goes.

Laws
----
- where the picture changes, each point of the curve goes straight from one scale's place to the other's
- the dot ends where the step ends
"""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
from manim import VGroup

from symgd.animations.formulas.numerals import scale_of
from symgd.animations.pictures.plot_panel import drawn, stroke
from symgd.animations.pictures.slice_picture import SlicePicture, level_arrow
from symgd.animations.staging.stage import Zone
from symgd.data.arrays import FloatArray

SAMPLES = 400
MARGIN = 0.08


class FarSlice:
    """The slice in a picture that holds a step's end too; `between` is the curve on the way from one to the other."""

    def __init__(self, near: SlicePicture, zone: Zone, end: float) -> None:
        values = [near.start, end, *([] if near.lowest is None else [near.lowest])]
        heights = [near.cost(value) for value in values]
        x, y = scale_of(values, MARGIN), scale_of([min(0.0, *heights), *heights], MARGIN)
        self.near = near
        self.far = SlicePicture(near.stage, zone, near.story, index=near.index, x=x, y=y)
        self.values = np.linspace(x.low, x.high, SAMPLES).tolist()
        inner = np.linspace(near.x.low, near.x.high, SAMPLES).tolist()
        self.values = sorted([*self.values, *inner])
        self.curve = stroke(near.stage.palette.error, 3)
        self.dot = near.dot.copy()
        self.live = VGroup(self.curve, self.dot)

    def between(self, part: float, value: float) -> FarSlice:
        """Curve and dot where so much of the way from the near picture to the far one is done."""
        places = [self._place(v, part) for v in self.values]
        pieces = [
            piece
            for a, b in pairwise(places)
            if (piece := self.near.panel.clipped(a, b)) is not None
        ]
        drawn(self.curve, pieces)
        self.dot.move_to(self._place(value, part))
        return self

    def arrow(self, value: float, end: float) -> VGroup:
        """The step in the far picture, as long as it is."""
        left, height, _ = self._place(value, 1.0)
        return level_arrow(
            float(left), float(self._place(end, 1.0)[0]), float(height), self.near.colour
        )

    def _place(self, value: float, part: float) -> FloatArray:
        height = self.near.cost(value)
        one, other = (each.panel.position(value, height) for each in (self.near, self.far))
        return (1 - part) * one + part * other


def leaves(picture: SlicePicture, end: float) -> bool:
    """Whether a step ends outside the picture, and where it can be shown."""
    height = picture.cost(end)
    return math.isfinite(end) and math.isfinite(height) and not picture.panel.holds(end, height)
