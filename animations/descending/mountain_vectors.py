"""His first step from above, in the plane of the parameters: there the gradient and the step are vectors, and true."""

from __future__ import annotations

from itertools import product

import numpy as np
from manim import BackgroundRectangle, Dot, Polygon, VGroup

from symgd.animations.descending.mountain_map import MountainMap
from symgd.animations.descending.mountain_rows import POSITION
from symgd.animations.formulas.typeset import Typeset
from symgd.animations.pictures.plot_panel import drawn, stroke
from symgd.animations.staging.stage import Label
from symgd.data.arrays import FloatArray
from symgd.terms import Term
from symgd.writing.words import message

EM, OFF, PLATE = 0.34, 0.1, 0.04
UPHILL = (
    0.8  # of the step's length in the picture, the gradient is drawn: its own is of another unit
)
THIN, THICK = 3.0, 6.5
HEAD, HALF = 0.2, 0.09
DOT, SHORT = 0.07, 1e-9
FARTHER = 0.0, 0.25, 0.5, 0.8  # from its mark, where a name has no room beside it
ROOM = 0.8  # of the map's width, a name has at most


def rows_for(start: FloatArray, end: FloatArray) -> FloatArray:
    """What the map shows: the step, and as far uphill as the gradient is drawn."""
    return np.array([start - UPHILL * (end - start), start, end])


class MountainVectors:
    """`start` and `end` are places, `gradient` and `step` arrows; each is a mark, and last its name."""

    def __init__(self, above: MountainMap, after: Term) -> None:
        self.above, self.stage, story = above, above.stage, above.story
        here, there = above.place(0), above.place(1)
        way = there - here
        size = float(np.linalg.norm(way))
        self.along = way / size if size > SHORT else np.array([1.0, 0.0, 0.0])
        side = np.array([-self.along[1], self.along[0], 0.0])
        up = side if side[1] >= 0 else -side
        tip = above.frame.clipped(here, here - UPHILL * way)
        cost, rate = story.problem.cost_name, story.rate
        slope = message("∇{cost}", cost=cost)
        self.names = list[tuple[FloatArray, FloatArray]]()  # middles, and how far they reach
        self.gradient = self._arrow(here, here if tip is None else tip[1], THIN, up, [slope])
        self.step = self._arrow(here, there, THICK, up, ["−", rate, " ", slope])
        self.start = self._dot(here, -up, [POSITION])
        self.end = self._dot(there, -up, [after])

    def _arrow(
        self, start: FloatArray, end: FloatArray, width: float, aside: FloatArray, said: list[Label]
    ) -> VGroup:
        ink, way = self.stage.palette.ink, end - start
        size = max(float(np.linalg.norm(way)), SHORT)
        head = min(HEAD * (1 if width < THICK else 1.3), 0.6 * size)
        half = HALF * head / HEAD
        along = way / size
        across = np.array([-along[1], along[0], 0.0])
        neck = end - head * along
        tip = Polygon(end, neck + half * across, neck - half * across, stroke_width=0)
        mark = VGroup(drawn(stroke(ink, width), [(start, neck)]), tip.set_fill(ink, opacity=1))
        return VGroup(mark, *self._named((start + end) / 2, aside, said))

    def _dot(self, here: FloatArray, aside: FloatArray, said: list[Label]) -> VGroup:
        mark = Dot(here, radius=DOT, color=self.stage.palette.ink)
        return VGroup(mark, *self._named(here, aside, said))

    def _is_clear(self, place: FloatArray, reach: FloatArray) -> bool:
        """Whether a name that reaches so far from its middle lies over none of the others."""
        return not any(
            (np.abs(place - other)[:2] < (reach + far)[:2] + 2 * PLATE).all()
            for other, far in self.names
        )

    def _named(self, spot: FloatArray, aside: FloatArray, said: list[Label]) -> VGroup:
        """A name beside a place, inside the map."""
        box = self.above.zone
        made: Typeset = self.stage.sentence(*said, em=EM).at_most(ROOM * box.width)
        reach = np.array([made.width / 2, made.height / 2, 0.0])
        low = np.array([box.left, box.bottom, 0.0]) + reach + OFF
        high = np.array([box.right, box.top, 0.0]) - reach - OFF
        ways = aside, -aside, self.along, -self.along
        spots = [
            np.clip(spot + (far + OFF + DOT + float(np.abs(way) @ reach)) * way, low, high)
            for far, way in product(FARTHER, ways)
        ]
        made.move_to(next((at for at in spots if self._is_clear(at, reach)), spots[0]))
        self.names.append((made.get_center(), reach))
        plate = BackgroundRectangle(
            made, color=self.stage.palette.ground, fill_opacity=0.85, buff=PLATE
        )
        return VGroup(plate, made)
