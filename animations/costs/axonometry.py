"""From a floor with heights above it to the frame: seen from above at first, and tilted by and by.

Laws
----
- seen from above, the floor is the whole box
- tilted, floor and heights fill the box as far as their shape lets them, and nothing leaves it
- lines that are parallel stay so
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from itertools import product

import numpy as np

from symgd.animations.staging.stage import Zone
from symgd.data.arrays import FloatArray

TURN, FLATTEST = math.radians(32), math.radians(32)
ABOVE = math.pi / 2
TALL = 0.85  # the highest height, in widths of the floor's shorter side

STRETCH = 1.6  # by how much a picture is stretched at most, one way against the other


@dataclass(frozen=True)
class Axonometry:
    """How places of a floor, from −1 to 1 both ways, and heights, from 0 to 1, are seen at a tilt from 0 to 1."""

    box: Zone
    tilt: float = 0.0
    tallest: float = 0.0  # the greatest height that is to be seen

    def _plain(self, u: FloatArray, v: FloatArray, w: FloatArray) -> FloatArray:
        """The places before they are made to fit, of shape (n, 2)."""
        turn, rise = self.tilt * TURN, ABOVE + self.tilt * (FLATTEST - ABOVE)
        across, along = u * self.box.width / 2, v * self.box.height / 2
        tall = TALL * min(self.box.width, self.box.height)
        x = across * math.cos(turn) - along * math.sin(turn)
        depth = across * math.sin(turn) + along * math.cos(turn)
        return np.stack((x, depth * math.sin(rise) + w * tall * math.cos(rise)), axis=-1)

    @cached_property
    def _fit(self) -> tuple[FloatArray, float, float]:
        corners = np.array([*product((-1.0, 1.0), (-1.0, 1.0), (0.0, self.tallest))])
        seen = self._plain(*corners.T)
        low, high = seen.min(axis=0), seen.max(axis=0)
        wide, tall = high - low
        across, up = self.box.width / wide, self.box.height / tall
        return (low + high) / 2, min(across, STRETCH * up), min(up, STRETCH * across)

    def __call__(self, u: FloatArray, v: FloatArray, w: FloatArray) -> FloatArray:
        """Where places are in the frame, of shape (n, 3)."""
        middle, across, up = self._fit
        flat = (self._plain(u, v, w) - middle) * np.array([across, up])
        return np.column_stack((flat + np.array(self.box.centre[:2]), np.zeros(len(flat))))

    def one(self, u: float, v: float, w: float = 0.0) -> FloatArray:
        """Where one place is."""
        return np.asarray(self(np.array([u]), np.array([v]), np.array([w]))[0])

    def depth(self, u: float, v: float) -> float:
        """How far away a place is once all is tilted."""
        across, along = u * self.box.width, v * self.box.height
        return across * math.sin(TURN) + along * math.cos(TURN)
