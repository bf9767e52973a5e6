"""The fog round a lantern: thin where he stands, thicker with every ring, and whole beyond its reach."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
from manim import VGroup, VMobject

from symgd.animations.pictures.plot_panel import drawn
from symgd.animations.staging.stage import Zone
from symgd.data.arrays import FloatArray

RINGS, CLEAR, DENSE = (
    14,
    0.75,
    1.85,
)  # rings, from a radius that is clear to one beyond which nothing is seen
VEIL = 0.3  # of what is behind it, that each ring hides
SIDES = 48
SHINE, GLOWS = 0.025, 0.9  # of the glow, each disc; how far it reaches, in radii of the holes
RIM = 0.02  # of the box, that no hole reaches: nothing shines through where two edges lie on one another


class LanternFog:
    """Sheets of fog over a box, each with a larger hole: `whole` is what is seen, `cover` one sheet without a hole.

    Where the ground is dark a hole is no light, and his lantern has a `glow`.
    """

    def __init__(self, box: Zone, colour: str, glow: str | None = None) -> None:
        self.box = box
        self.radii = np.linspace(CLEAR, DENSE, RINGS)
        sheets = [VMobject(stroke_width=0).set_fill(colour, opacity=VEIL) for _ in self.radii]
        self.sheets, self.lights = VGroup(*sheets), VGroup()
        if glow is not None:
            discs = [VMobject(stroke_width=0).set_fill(glow, opacity=SHINE) for _ in self.radii]
            self.lights.add(*discs)
        self.whole = VGroup(self.lights, self.sheets)
        self.cover = drawn(VMobject(stroke_width=0).set_fill(colour, opacity=1), self._border())

    def _border(self) -> list[tuple[FloatArray, FloatArray]]:
        box = self.box
        corners = [
            np.array([x, y, 0.0])
            for x, y in (
                (box.left, box.bottom),
                (box.right, box.bottom),
                (box.right, box.top),
                (box.left, box.top),
            )
        ]
        return [*zip(corners, (*corners[1:], corners[0]), strict=True)]

    def stand(self, here: FloatArray) -> None:
        """Put the holes round a place, as far as they lie in the box."""
        box, turns = self.box, -np.linspace(0, 2 * math.pi, SIDES + 1)
        unit = np.column_stack((np.cos(turns), np.sin(turns), 0 * turns))
        for sheet, radius in zip(self.sheets, self.radii, strict=True):
            low, high = (box.left + RIM, box.bottom + RIM, 0), (box.right - RIM, box.top - RIM, 0)
            rim = np.clip(here + radius * unit, low, high)
            drawn(sheet, [*self._border(), *pairwise(rim)])
        for disc, radius in zip(self.lights, self.radii, strict=False):
            rim = np.clip(here + GLOWS * radius * unit, low, high)
            drawn(disc, list(pairwise(rim)))
