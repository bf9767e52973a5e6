"""Where labels stand: near what they belong to, inside a box, clear of points, lines and each other if there is room."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from manim import BackgroundRectangle, Mobject, VGroup

from symgd.animations.staging.stage import Stage, Zone
from symgd.data.arrays import FloatArray

AWAY, MARGIN = 0.14, 0.05
# To the right, to the left, above, below, and between these.
WAYS = ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, 1), (1, -1), (-1, -1))
FARTHER = (1.0, 2.2, 3.6)
PLATE = 0.85


class LabelPlaces:
    """Places in a box, taken one after the other."""

    def __init__(self, stage: Stage, box: Zone, obstacles: Iterable[FloatArray]) -> None:
        self.stage, self.box = stage, box
        points = [np.asarray(point, dtype=np.float64)[:2] for point in obstacles]
        self.points = np.array(points) if points else np.zeros((0, 2))
        self.taken: list[tuple[float, float, float, float]] = []

    def add(self, obstacles: list[FloatArray]) -> None:
        """More points that are to be kept clear."""
        if obstacles:
            self.points = np.vstack((self.points, np.array(obstacles)[:, :2]))

    def put(self, label: Mobject, anchor: FloatArray) -> VGroup:
        """Move a label to the best place near an anchor; where that is not clear, it gets a plate."""
        half = np.array([label.width, label.height]) / 2
        spots = [
            np.array(anchor[:2]) + np.array(way) * (half + AWAY * far)
            for far in FARTHER
            for way in WAYS
        ]
        crowds = [self._crowd(self._inside(spot, half), half) for spot in spots]
        best = min(range(len(spots)), key=lambda n: (crowds[n], n))
        centre = self._inside(spots[best], half)
        label.move_to((*centre, 0.0))
        self.taken.append((*(centre - half), *(centre + half)))
        return VGroup(label) if not crowds[best] else self._plated(label)

    def within(self, label: Mobject, area: Mobject) -> VGroup:
        """Move a label to the clearest place in an area, its middle if that is one."""
        half = np.array([label.width, label.height]) / 2
        room = np.array([area.width, area.height]) / 2 - half - AWAY / 2
        shares = ((0, 0), (0, 0.5), (0, -0.5), (-0.7, 0.7), (0.7, 0.7), (-0.7, -0.7), (0.7, -0.7))
        spots = [area.get_center()[:2] + np.maximum(room, 0) * np.array(s) for s in shares]
        best = min(spots, key=lambda spot: self._crowd(spot, half))
        crowd = self._crowd(best, half)
        label.move_to((*best, 0.0))
        self.taken.append((*(best - half), *(best + half)))
        return VGroup(label) if not crowd else self._plated(label)

    def _plated(self, label: Mobject) -> VGroup:
        ground = self.stage.palette.ground
        return VGroup(
            BackgroundRectangle(label, color=ground, fill_opacity=PLATE, buff=0.03), label
        )

    def _inside(self, centre: FloatArray, half: FloatArray) -> FloatArray:
        low = np.array([self.box.left, self.box.bottom]) + half + MARGIN
        high = np.array([self.box.right, self.box.top]) - half - MARGIN
        return np.clip(centre, low, np.maximum(low, high))

    def _crowd(self, centre: FloatArray, half: FloatArray) -> int:
        """How much lies under a label there: another label counts for many points."""
        apart = np.abs(self.points - centre)
        under = int((apart < half + MARGIN).all(axis=1).sum())
        (left, low), (right, high) = centre - half - MARGIN, centre + half + MARGIN
        over = sum(left < r and right > a and low < t and high > b for a, b, r, t in self.taken)
        return int(under + (len(self.points) + 1) * over)


def along(pieces: Iterable[tuple[FloatArray, FloatArray]], step: float = 0.08) -> list[FloatArray]:
    """Points on straight pieces, close to each other."""
    made: list[FloatArray] = []
    for start, end in pieces:
        count = max(2, int(np.linalg.norm(end - start) / step))
        made += [start + (end - start) * part for part in np.linspace(0, 1, count)]
    return made
