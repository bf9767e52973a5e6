"""The square of a residual that grows: two strips, each as long as the residual, and a small corner between them.

Laws
----
- its sides are equal on the screen, and as long as the residual in the target's scale
- one parameter moves, the one that moves that prediction, and the square with the corner stays in the picture
"""

from __future__ import annotations

from itertools import product
from typing import Any, Self

import numpy as np
from manim import Animation, UpdateFromAlphaFunc, VGroup, VMobject, smooth

from symgd.animations.deriving.swing_picture import SwingPicture
from symgd.animations.pictures.label_places import LabelPlaces, along, rounds
from symgd.animations.pictures.plot_panel import drawn, stroke
from symgd.animations.staging.stage import Label, Zone
from symgd.data.arrays import FloatArray

GROWN = (0.3, 0.22, 0.15)  # by how much of itself the residual grows, the largest that has room
LEAST = 0.45  # a residual shorter than this, in the frame's units, has no square that is seen
FILLED, STRIPS, CORNER = 0.18, 0.55, 0.3
EM, RADIUS = 0.36, 0.085
ASIDE, MARGIN = 0.1, 0.3  # of a residual's name; beside the scales a name may stand, so far
UNFOLDED = 0.45  # of the time: then the square is there, and grows
GRID = np.linspace(0.1, 0.9, 9)


class GrowingSquare:
    """The square of one row's residual, on one side of it, and the parameter that makes it grow."""

    def __init__(
        self, picture: SwingPicture, row: int, index: int, part: float, side: float
    ) -> None:
        self.picture, self.row, self.index, self.part, self.side = picture, row, index, part, side
        colour = picture.stage.palette.error
        self.whole = stroke(colour, 2.5).set_fill(colour, opacity=FILLED)
        self.strips = [stroke(colour, 1).set_fill(colour, opacity=STRIPS) for _ in range(2)]
        self.corner = stroke(colour, 1).set_fill(colour, opacity=CORNER)
        self.edge = picture.residual(row) or VMobject()
        self.live = VGroup(self.whole, *self.strips, self.corner)

    @classmethod
    def of(cls, picture: SwingPicture) -> Self | None:
        """That of the longest residual which has room; None where none is seen well."""
        residuals = picture.said(picture.start) - picture.ys
        rows = [row for row in picture.among if picture.residual(row) is not None]
        rows.sort(key=lambda row: -abs(residuals[row]))
        indices = range(len(picture.names) - 1, -1, -1)
        slopes = [picture.slopes(index) for index in range(len(picture.names))]
        for row, grown, index in product(rows, GROWN, indices):
            slope = slopes[index][row]
            if not np.isfinite(slope) or not slope:
                continue
            part = float(grown * residuals[row] / slope / picture.reach(index))
            if abs(part) > 1:
                continue
            sides = [
                made
                for side in (1.0, -1.0)
                if (made := cls(picture, row, index, part, side)).fits()
            ]
            if sides:
                return min(sides, key=lambda made: made.covers())
        return None

    @property
    def values(self) -> FloatArray:
        """The parameters with which it has grown."""
        return self.picture.moved(self.index, self.part)

    def _corners(self, values: FloatArray) -> tuple[FloatArray, float]:
        """Where the datum is, and how far above it the prediction is, in the frame."""
        panel, x = self.picture.panel, float(self.picture.xs[self.row])
        datum = panel.position(x, float(self.picture.ys[self.row]))
        there = panel.position(x, float(self.picture.said(values)[self.row]))
        return datum, float(there[1] - datum[1])

    def fits(self) -> bool:
        """Whether it is large enough to be seen, and in the picture when it has grown."""
        box = self.picture.panel.box
        datum, small = self._corners(self.picture.start)
        _, grown = self._corners(self.values)
        across, up = datum[0] + self.side * abs(grown), datum[1] + grown
        inside = box.left <= across <= box.right and box.bottom <= up <= box.top
        return abs(small) >= LEAST and abs(grown) > abs(small) and inside

    def covers(self) -> int:
        """How many points lie in it."""
        datum, up = self._corners(self.values)
        middle = datum[:2] + np.array([self.side * abs(up), up]) / 2
        points = np.array([dot.get_center()[:2] for dot in self.picture.points])
        return int((np.abs(points - middle) < abs(up) / 2 + RADIUS).all(axis=1).sum())

    def show(self, values: FloatArray, unfolded: float = 1.0) -> None:
        """The square as it was, opened as far as that, and what it has grown by."""
        datum, before = self._corners(self.picture.start)
        _, now = self._corners(values)
        sign, wide, more = np.sign(before), abs(before), max(0.0, abs(now) - abs(before))
        _rectangle(self.whole, datum, (0.0, self.side * wide * unfolded), (0.0, before))
        outer = (self.side * wide, self.side * (wide + more))
        above = (before, before + sign * more)
        _rectangle(self.strips[0], datum, (0.0, self.side * wide), above)
        _rectangle(self.strips[1], datum, outer, (0.0, before))
        _rectangle(self.corner, datum, outer, above)

    def grows(self) -> list[Animation]:
        """It opens beside its residual, then the model moves and it grows."""
        picture = self.picture

        def grown(_: Any, alpha: float) -> None:
            part = max(0.0, (alpha - UNFOLDED) / (1 - UNFOLDED))
            values = picture.moved(self.index, self.part * float(smooth(part)))
            picture.show(values)
            self.show(values, float(smooth(min(1.0, alpha / UNFOLDED))))

        self.show(picture.start, 0.0)
        both = VGroup(picture.live, self.live)
        return [UpdateFromAlphaFunc(both, grown, rate_func=lambda t: t)]

    # ---------------------------------------------------------------------------------------------
    # Labels

    def side_label(self, label: Label) -> VGroup:
        """A name of the residual, beside it, where the square is not."""
        datum, up = self._corners(self.picture.start)
        aside = -self.side * ASIDE
        return self._places(inside=True).put(
            self._said(label), datum + np.array([aside, up / 2, 0])
        )

    def area_label(self, label: Label) -> VGroup:
        """A name of the square, in it."""
        return self._places(inside=False).within(self._said(label), self.whole)

    def strip_label(self, label: Label) -> VGroup:
        """What the strips are, outside the square."""
        return self._places(inside=True).put(self._said(label), self.strips[1].get_center())

    def _said(self, label: Label) -> Any:
        made = self.picture.stage.sentence(label, em=EM)
        return made.set_color(self.picture.stage.palette.error)

    def _places(self, *, inside: bool) -> LabelPlaces:
        """Room in the picture, clear of points and lines, and, unless a label is put into it, of the square."""
        picture = self.picture
        dots = rounds([dot.get_center() for dot in picture.points], RADIUS)
        lines = [picture.line, picture.residuals, picture.still, *self.live]
        firm = along([piece for line in lines for piece in _pieces(line)])
        filled: list[FloatArray] = []
        if inside:
            datum, up = self._corners(self.values)
            size = self.side * abs(up)
            filled = [datum + np.array([a * size, b * up, 0.0]) for a, b in product(GRID, GRID)]
        box = picture.panel.box
        wider = Zone(box.left, box.right + MARGIN, box.bottom, box.top)
        return LabelPlaces(picture.stage, wider, [*dots, *firm, *filled])


def _rectangle(
    mobject: VMobject, corner: FloatArray, xs: tuple[float, float], ys: tuple[float, float]
) -> None:
    """A rectangle between two ways to the side and two ways upwards from a corner; nothing where it is flat."""
    if min(abs(xs[1] - xs[0]), abs(ys[1] - ys[0])) < 1e-6:
        mobject.clear_points()
        return
    ends = [(xs[0], ys[0]), (xs[0], ys[1]), (xs[1], ys[1]), (xs[1], ys[0])]
    points = [corner + np.array([x, y, 0.0]) for x, y in ends]
    drawn(mobject, [*zip(points, [*points[1:], points[0]], strict=True)])


def _pieces(line: VMobject) -> list[tuple[FloatArray, FloatArray]]:
    """The straight pieces of what is drawn."""
    curves = np.asarray(line.points).reshape(-1, 4, 3)
    return [(curve[0], curve[3]) for curve in curves]
