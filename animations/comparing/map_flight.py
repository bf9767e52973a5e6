"""MapFlight: a map of two parameters goes over into another of the same, nearer or farther or smaller, with the walks on it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from manim import VGroup, VMobject

from symgd.animations.comparing.paths_picture import LEVEL_WIDTH, PathsPicture, level_opacity
from symgd.animations.comparing.turned_plane import TurnedPlane
from symgd.animations.comparing.zoom import corners
from symgd.animations.pictures.plot_panel import clipped
from symgd.animations.staging.layout import Zone
from symgd.data.arrays import FloatArray

FRAME = 2.0


class MapFlight:
    """`whole` is what moves, and nothing of it is ever outside of the box; `show` takes it so far on the way.

    Parameters
    ----------
    first, last : PathsPicture
        Of the same two parameters.
    numbers : sequence of int
        The walks that are seen, until a `time`.
    """

    def __init__(
        self,
        first: PathsPicture,
        last: PathsPicture,
        numbers: Sequence[int] = (),
        time: float = 0.0,
    ) -> None:
        self.first, self.last, self.numbers = first, last, [*numbers]
        palette, (wide, near) = first.stage.palette, sorted((first, last), key=_span)[::-1]
        self.plane = TurnedPlane(first.panel, last.panel, np.eye(2))
        for parts in wide.ground.lines(wide.panel.x, wide.panel.y):
            for part in parts:
                self.plane.add(part, palette.error, LEVEL_WIDTH, level_opacity(palette))
        self.plane.show(0.0)
        self.ways = [_both(self, first.walks[n].until(time)[1]) for n in self.numbers]
        self.trails = [first.looks[n].line(palette.ground) for n in self.numbers]
        self.marks = [first.looks[n].mark(palette.ground) for n in self.numbers]
        held = first.ground.held[None, :]
        self.middle, self.cross = _both(self, held), VGroup(*first.cross()[:1])
        self.outline = VMobject().set_stroke(palette.ink, width=FRAME)
        window = corners(wide.panel, near.panel)
        whole = corners(near.panel, near.panel)
        self.frame = (window, whole) if near is last else (whole, window)
        self.whole = VGroup(*self.plane.whole, self.outline, *self.trails, self.cross, *self.marks)
        self.show(0.0)

    def show(self, part: float) -> MapFlight:
        """All of it a part of its way."""
        self.plane.show(part)
        box = self.plane.box(part)
        self.outline.set_points_as_corners(self._outlined(part, box))
        here = _between(self.middle, part)[0]
        self.cross.move_to(here).set_stroke(opacity=_within(box, here))
        for number, way, trail, mark in zip(
            self.numbers, self.ways, self.trails, self.marks, strict=True
        ):
            places = _between(way, part)
            pieces = (clipped(box, start, end) for start, end in pairwise(places))
            self.first.looks[number].draw(trail, [each for each in pieces if each is not None])
            seen = _within(box, places[-1])
            mark.move_to(places[-1]).set_fill(opacity=seen).set_stroke(opacity=seen)
        return self

    def _outlined(self, part: float, box: Zone) -> FloatArray:
        """The frame's corners: of the nearer map's window, or, where the map itself changes its size, of that."""
        if self.first.panel.box == self.last.panel.box:
            return _between(self.frame, part)
        low, high = (box.left, box.bottom), (box.right, box.top)
        around = low, (high[0], low[1]), high, (low[0], high[1]), low
        return np.array([(*corner, 0.0) for corner in around])


def _span(picture: PathsPicture) -> tuple[float, float]:
    """How much of the plane is seen, and how large."""
    x = picture.panel.x
    return x.high - x.low, picture.panel.box.width


def _both(flight: MapFlight, points: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Where places are in both pictures."""
    one, other = flight.first, flight.last
    starts = np.array([one.panel.position(*one.place(point)) for point in points])
    return starts, np.array([other.panel.position(*other.place(point)) for point in points])


def _between(ends: tuple[FloatArray, FloatArray], part: float) -> FloatArray:
    made: FloatArray = (1 - part) * ends[0] + part * ends[1]
    return made


def _within(box: Zone, here: FloatArray) -> float:
    """1 inside a box and 0 outside of it."""
    across = box.left <= here[0] <= box.right
    return float(across and box.bottom <= here[1] <= box.top)
