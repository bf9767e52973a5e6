"""TurnedPlane: lines and walks on their way from one plane into another, as one linear map takes them there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple
from itertools import pairwise

import numpy as np
from manim import VGroup, VMobject

from symgd.animations.pictures.plot_panel import PlotPanel, clipped, drawn, stroke
from symgd.animations.staging.stage import Zone
from symgd.data.arrays import FloatArray


class TurnedPlane:
    """Polylines with a place in each of two panels; between them every corner goes straight.

    Parameters
    ----------
    first, second : PlotPanel
    back : array of shape (2, 2)
        From the first panel's values to the second's.
    """

    def __init__(self, first: PlotPanel, second: PlotPanel, back: FloatArray) -> None:
        self.first, self.second, self.back = first, second, back
        self.lines: list[tuple[VMobject, FloatArray, FloatArray]] = []
        self.whole = VGroup()

    def add(self, points: FloatArray, colour: str, width: float, opacity: float = 1.0) -> None:
        """A polyline through values of the first panel, of shape (n, 2)."""
        starts = np.array([self.first.position(*point) for point in points])
        ends = np.array([self.second.position(*point) for point in points @ self.back.T])
        line = stroke(colour, width, opacity)
        self.lines.append((line, starts, ends))
        self.whole.add(line)

    def show(self, part: float) -> TurnedPlane:
        """All lines a part of their way."""
        for line, starts, ends in self.lines:
            drawn(line, self._clipped((1 - part) * starts + part * ends, part))
        return self

    def box(self, part: float) -> Zone:
        """The frame a part of its way from the first panel's to the second's."""
        pairs = zip(astuple(self.first.box), astuple(self.second.box), strict=True)
        return Zone(*((1 - part) * one + part * other for one, other in pairs))

    def _clipped(self, corners: FloatArray, part: float) -> Sequence[tuple[FloatArray, FloatArray]]:
        box = self.box(part)
        pieces = (clipped(box, start, end) for start, end in pairwise(corners))
        return [piece for piece in pieces if piece is not None]
