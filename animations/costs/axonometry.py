"""From a floor with heights above it to the frame: seen from above at first, and tilted by and by.

Laws
----
- seen from above, the floor is the whole box
- tilted, floor and heights fill the box as far as their shape lets them, and nothing leaves it
- lines that are parallel stay so
- turned into a cut, what lies on it is seen straight from the side: its parameter to the right, heights upwards
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from itertools import product

import numpy as np

from symgd.animations.staging.stage import Zone
from symgd.data.arrays import FloatArray

TURN, FLATTEST = math.radians(32), math.radians(44)
LEAST_TURN, MOST_TURN = math.radians(20), math.radians(40)
ABOVE = math.pi / 2
ASIDE = (0.0, -ABOVE)  # turns that let the first and the second parameter run to the right
TALL = 0.75  # the highest height, in widths of the floor's shorter side

CORNERS = tuple(product((-1.0, 1.0), (-1.0, 1.0)))  # of the floor
STRETCH = 1.6  # by how much a picture is stretched at most, one way against the other


@dataclass(frozen=True)
class Axonometry:
    """How places of a floor, from −1 to 1 both ways, and heights, from 0 to 1, are seen at a tilt from 0 to 1."""

    box: Zone
    tilt: float = 0.0
    tallest: float = 0.0  # the greatest height that is to be seen
    turn: float = TURN  # once all is tilted
    into: float = 0.0  # how far the view has turned into a cut, from 0 to 1
    along: int = 0  # the parameter along which that is
    tops: tuple[float, ...] | None = (
        None  # the heights at the corners, where they are not all alike
    )

    @property
    def _angles(self) -> tuple[float, float]:
        """How far the floor is turned, and how high above it we are."""
        turn, rise = self.tilt * self.turn, ABOVE + self.tilt * (FLATTEST - ABOVE)
        return turn + self.into * (ASIDE[self.along] - turn), (1 - self.into) * rise

    def _plain(self, u: FloatArray, v: FloatArray, w: FloatArray) -> FloatArray:
        """The places before they are made to fit, of shape (n, 2)."""
        turn, rise = self._angles
        across, along = u * self.box.width / 2, v * self.box.height / 2
        tall = TALL * min(self.box.width, self.box.height)
        x = across * math.cos(turn) - along * math.sin(turn)
        depth = across * math.sin(turn) + along * math.cos(turn)
        return np.stack((x, depth * math.sin(rise) + w * tall * math.cos(rise)), axis=-1)

    @cached_property
    def _fit(self) -> tuple[FloatArray, float, float]:
        tops = (self.tallest,) * len(CORNERS) if self.tops is None else self.tops
        ends = [(*c, w) for c, top in zip(CORNERS, tops, strict=True) for w in (0.0, top)]
        seen = self._plain(*np.array(ends).T)
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

    def depth(self, u: float, v: float, w: float = 0.0) -> float:
        """How far away a place is, seen from where we are."""
        turn, rise = self._angles
        across, along = u * self.box.width / 2, v * self.box.height / 2
        tall = TALL * min(self.box.width, self.box.height)
        level = across * math.sin(turn) + along * math.cos(turn)
        return level * math.cos(rise) - w * tall * math.sin(rise)


def turn_along(way: FloatArray) -> float:
    """The turn that lets us look along a way on the floor, or as nearly as lets both sides be seen.

    Examples
    --------
    >>> round(math.degrees(turn_along(np.array([-1.0, 2.0]))), 1)
    -26.6
    """
    across, along = way if way[1] >= 0 else -way
    turn = math.atan2(across, along)
    return math.copysign(min(max(abs(turn), LEAST_TURN), MOST_TURN), turn)
