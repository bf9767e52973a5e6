"""Fog over a mountain on which two men walk: what lies between them is known, and what is farther than their lanterns shine is not."""

from __future__ import annotations

import numpy as np
from manim import VGroup, VMobject

from symgd.animations.staging.stage import Zone

RINGS, CLEAR, DENSE = (
    14,
    0.5,
    1.5,
)  # sheets at each side, from where the fog begins to where it is whole
VEIL = 0.3  # of what is behind it, that each sheet hides
LEAST = 1e-3


class PairFog:
    """`whole` are sheets from both ends of a box to where somebody is, and their edges one behind the other."""

    def __init__(self, box: Zone, colour: str) -> None:
        self.box, self.reaches = box, np.linspace(CLEAR, DENSE, RINGS)
        sheets = (VMobject(stroke_width=0).set_fill(colour, opacity=VEIL) for _ in range(2 * RINGS))
        self.whole = VGroup(*sheets)

    def stand(self, *places: float) -> None:
        """Men are at these places across; the fog begins beyond the first and the last of them."""
        for row, reach in enumerate(self.reaches.tolist()):
            self._spread(row, self.box.left, min(places) - reach)
            self._spread(row + RINGS, max(places) + reach, self.box.right)

    def _spread(self, row: int, left: float, right: float) -> None:
        box = self.box
        left = min(max(left, box.left), box.right - LEAST)
        right = max(min(right, box.right), left)
        corners = (left, box.bottom), (right, box.bottom), (right, box.top), (left, box.top)
        points = [np.array([*corner, 0.0]) for corner in (*corners, corners[0])]
        self.whole[row].set_points_as_corners(points)
