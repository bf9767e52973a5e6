"""Where labels stand: near what they belong to, inside a box, clear of points, lines and each other if there is room.

Laws
----
- a label that is far from what it belongs to, or nearer to another point, has a short line to its own
- where nothing is clear, it gets a plate
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from manim import BackgroundRectangle, Line, Mobject, VGroup

from symgd.animations.staging.stage import Stage, Zone
from symgd.data.arrays import FloatArray

AWAY, MARGIN = 0.14, 0.05
# To the right, to the left, above, below, between these, and farther to the sides.
WAYS = ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, 1), (1, -1), (-1, -1))
ASIDE = ((0.5, 1), (-0.5, 1), (0.5, -1), (-0.5, -1))
FARTHER = (1.0, 2.2, 3.6, 5.0, 6.5, 8.0, 11.0, 15.0)
PLATE = 0.85
FAR = 0.34  # from a label to what it belongs to, without a line between them
NEARER = 1.2  # times as far as its own point, any other is
LEADER, ENDS = 1.2, 0.13  # a line's width, and what stays free at its point
TRIED = 7  # places along each side of an area


class LabelPlaces:
    """Places in a box, taken one after the other.

    `rivals` are points that a label could seem to belong to; what is `pale` may lie behind the plate of a label that has
    its place in an area.
    """

    def __init__(
        self,
        stage: Stage,
        box: Zone,
        obstacles: Iterable[FloatArray],
        rivals: Iterable[FloatArray] = (),
        pale: Iterable[FloatArray] = (),
    ) -> None:
        self.stage, self.box = stage, box
        self.hard, self.rivals = _flat(obstacles), _flat(rivals)
        self.points = np.vstack((self.hard, _flat(pale)))
        self.taken: list[tuple[float, float, float, float]] = []

    def add(self, obstacles: list[FloatArray]) -> None:
        """More points that are to be kept clear."""
        if obstacles:
            self.hard, self.points = (
                np.vstack((points, _flat(obstacles))) for points in (self.hard, self.points)
            )

    def put(self, label: Mobject, anchor: FloatArray) -> VGroup:
        """Move a label to the best place near an anchor; where that is not clear, it gets a plate."""
        half, own = np.array([label.width, label.height]) / 2, np.array(anchor[:2])
        best, crowd, _ = self._best(half, own)
        label.move_to((*best, 0.0))
        self._take(best, half)
        made = VGroup(label) if not crowd else self._plated(label)
        if self._needs_line(best, half, own):
            made.add(self._line(best, half, own))
        return made

    def crowd(self, label: Mobject, anchor: FloatArray) -> tuple[int, int]:
        """How much lies under a label at its best place near an anchor, and what its line crosses."""
        half = np.array([label.width, label.height]) / 2
        return self._best(half, np.array(anchor[:2]))[1:]

    def _best(self, half: FloatArray, own: FloatArray) -> tuple[FloatArray, int, int]:
        """The best place for a label near its own point, with what lies under it and what its line crosses."""
        spots = [
            self._inside(own + np.array(way) * (half + AWAY * far), half)
            for far in FARTHER
            for way in (*WAYS, *ASIDE)
        ]
        crowds = [self._crowd(spot, half) for spot in spots]
        clear = [n for n in range(len(spots)) if crowds[n] == min(crowds)]
        crossed = {n: self._crossed(spots[n], half, own) for n in clear}
        best = min(clear, key=lambda n: (crossed[n], n))
        return spots[best], crowds[best], crossed[best]

    def within(self, label: Mobject, area: Mobject) -> VGroup:
        """Move a label to the clearest place in an area, its middle if that is one; out of it where none is clear."""
        half = np.array([label.width, label.height]) / 2
        room = np.array([area.width, area.height]) / 2 - half - AWAY / 2
        shares = sorted(
            ((x, y) for x in np.linspace(-1, 1, TRIED) for y in np.linspace(-1, 1, TRIED)),
            key=lambda share: abs(share[0]) + abs(share[1]),
        )
        spots = [area.get_center()[:2] + np.maximum(room, 0) * np.array(s) for s in shares]
        crowds = [self._crowd(spot, half, self.hard) for spot in spots]
        clear = [spot for spot, crowd in zip(spots, crowds, strict=True) if not crowd]
        if not clear:
            return self.put(label, area.get_center())
        best = min(clear, key=lambda spot: self._crowd(spot, half))
        under = self._crowd(best, half)
        label.move_to((*best, 0.0))
        self._take(best, half)
        return VGroup(label) if not under else self._plated(label)

    def _take(self, centre: FloatArray, half: FloatArray) -> None:
        self.taken.append((*(centre - half), *(centre + half)))

    def _plated(self, label: Mobject) -> VGroup:
        ground = self.stage.palette.ground
        return VGroup(
            BackgroundRectangle(label, color=ground, fill_opacity=PLATE, buff=0.03), label
        )

    def _inside(self, centre: FloatArray, half: FloatArray) -> FloatArray:
        low = np.array([self.box.left, self.box.bottom]) + half + MARGIN
        high = np.array([self.box.right, self.box.top]) - half - MARGIN
        return np.clip(centre, low, np.maximum(low, high))

    def _crowd(self, centre: FloatArray, half: FloatArray, points: FloatArray | None = None) -> int:
        """How much lies under a label there: another label counts for many points."""
        apart = np.abs((self.points if points is None else points) - centre)
        under = int((apart < half + MARGIN).all(axis=1).sum())
        (left, low), (right, high) = centre - half - MARGIN, centre + half + MARGIN
        over = sum(left < r and right > a and low < t and high > b for a, b, r, t in self.taken)
        return int(under + (len(self.points) + 1) * over)

    # ---------------------------------------------------------------------------------------------
    # Lines to what labels belong to

    def _needs_line(self, centre: FloatArray, half: FloatArray, own: FloatArray) -> bool:
        """Whether it is far from its own point, or another is about as near."""
        far = float(_gap(own[None], centre, half)[0])
        others = self.rivals[np.linalg.norm(self.rivals - own, axis=1) > MARGIN]
        near = float(_gap(others, centre, half).min()) if len(others) else np.inf
        return far > FAR or near < NEARER * far

    def _crossed(self, centre: FloatArray, half: FloatArray, own: FloatArray) -> int:
        """0 without a line, else 1 and how many points lie on it or beside it."""
        if not self._needs_line(centre, half, own):
            return 0
        start, end = self._ends(centre, half, own)
        way = end - start
        part = np.clip((self.points - start) @ way / max(float(way @ way), MARGIN**2), 0, 1)
        apart = np.linalg.norm(self.points - start - part[:, None] * way, axis=1)
        free = np.linalg.norm(self.points - own, axis=1) > ENDS
        return 1 + int(((apart < MARGIN) & free).sum())

    def _ends(
        self, centre: FloatArray, half: FloatArray, own: FloatArray
    ) -> tuple[FloatArray, FloatArray]:
        edge = np.clip(own, centre - half - MARGIN, centre + half + MARGIN)
        way = own - edge
        length = float(np.linalg.norm(way))
        return edge, edge + way * max(0.0, 1 - ENDS / length) if length else edge

    def _line(self, centre: FloatArray, half: FloatArray, own: FloatArray) -> Line:
        start, end = self._ends(centre, half, own)
        made = Line((*start, 0.0), (*end, 0.0), color=self.stage.palette.ink)
        return made.set_stroke(width=LEADER)


def _flat(points: Iterable[FloatArray]) -> FloatArray:
    """Places in the plane, of shape (n, 2)."""
    found = [np.asarray(point, dtype=np.float64)[:2] for point in points]
    return np.array(found) if found else np.zeros((0, 2))


def _gap(points: FloatArray, centre: FloatArray, half: FloatArray) -> FloatArray:
    """How far points are from a label's edge."""
    return np.asarray(np.linalg.norm(np.maximum(np.abs(points - centre) - half, 0), axis=1))


def rounds(centres: Iterable[FloatArray], radius: float) -> list[FloatArray]:
    """Dots as obstacles: their middles, and points on their edges."""
    turns = np.linspace(0, 2 * np.pi, 8, endpoint=False)
    edge = radius * np.column_stack((np.cos(turns), np.sin(turns), 0 * turns))
    return [point for centre in centres for point in (centre, *(np.asarray(centre) + edge))]


def along(pieces: Iterable[tuple[FloatArray, FloatArray]], step: float = 0.08) -> list[FloatArray]:
    """Points on straight pieces, close to each other."""
    made: list[FloatArray] = []
    for start, end in pieces:
        count = max(2, int(np.linalg.norm(end - start) / step))
        made += [start + (end - start) * part for part in np.linspace(0, 1, count)]
    return made
