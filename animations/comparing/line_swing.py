"""LineSwing: the model among its points and a ring on the map, which go together to any place of the parameters."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from manim import Animation, Circle, UpdateFromAlphaFunc, VGroup

from symgd.animations.comparing.row_points import RowPoints
from symgd.data.arrays import FloatArray

RING, WIDTH = 0.1, 3.0


class LineSwing:
    """`whole` moves: the ring, and the model with its residuals where there are points."""

    def __init__(
        self,
        points: RowPoints | None,
        place: FloatArray,
        spot: Callable[[FloatArray], FloatArray],
        colour: str,
    ) -> None:
        self.points, self.place, self.spot = points, place, spot
        self.ring = Circle(radius=RING).set_stroke(colour, width=WIDTH)
        self.whole = VGroup(self.ring)
        if points is not None:
            self.whole.add(points.live, *points.lights.values())
        self.show(place)

    def lit(self, colour: str) -> None:
        """The ring in the colour of a row, over the rows that are lit by now."""
        self.ring.set_stroke(colour)
        if self.points is not None:
            lights = [each for each in self.points.lights.values() if each not in self.whole]
            self.whole.add(*lights)

    def show(self, place: FloatArray) -> LineSwing:
        """The model with these parameters, and the ring where they are."""
        self.now = np.asarray(place)
        self.ring.move_to(self.spot(self.now))
        if self.points is not None:
            self.points.show_at(self.now)
        return self

    def to(self, place: FloatArray) -> Animation:
        """From where it is, straight to another place."""
        start = self.now
        return UpdateFromAlphaFunc(
            self.whole, lambda _, part: self.show((1 - part) * start + part * place)
        )
