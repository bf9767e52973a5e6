"""CutMap: the map of two parameters, cut straight across the ravine and along it, through the minimum."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from manim import Circle, VGroup, VMobject

from symgd.animations.comparing.factor_slice import REACH, SAMPLES, FactorSlice
from symgd.animations.comparing.lane_scales import FOOT, HEAD, LaneScales
from symgd.animations.comparing.lanes import CROSS
from symgd.animations.comparing.rate_directions import RateDirection, RateDirections, named
from symgd.animations.comparing.rate_lanes import RateLanes
from symgd.animations.pictures.even_picture import evened
from symgd.animations.pictures.plot_panel import PlotPanel, clipped, drawn, shape_of, stroke
from symgd.animations.staging.layout import Zone
from symgd.animations.staging.stage import Stage
from symgd.data.arrays import FloatArray
from symgd.terms import Symbol
from symgd.writing.words import message

THIN, CUT, DOT, FAR = 1.2, 4.0, 0.1, 1e3
EM, BESIDE, INSIDE = 0.36, 0.18, 0.1
FLAT = 0.5  # of its way, a cut has turned; then it rises


class CutMap:
    """`drawing` is the map; `cuts` are the lines across and along, with their names; a cut becomes a slice: `rises`."""

    def __init__(
        self, stage: Stage, zone: Zone, lanes: RateLanes, directions: RateDirections
    ) -> None:
        self.stage, self.lanes, self.directions = stage, lanes, directions
        shape = shape_of(zone)
        scales = LaneScales(lanes, Zone(0.0, shape, 0.0, 1.0 + HEAD + FOOT))
        x, y, even = evened(scales.x, scales.y, shape, 1.0)
        first, second = (Symbol(lanes.story.names[axis]) for axis in lanes.axes)
        self.panel = PlotPanel(stage, zone, x, y, x_label=first, y_label=second)
        if not even:
            self.panel.foot(message("axes not to scale"))
        palette = stage.palette
        self.lines = stroke(palette.error, THIN, 0.75)
        pieces = [
            piece for line in scales.lines for piece in self.panel.segments(line[:, 0], line[:, 1])
        ]
        drawn(self.lines, pieces)
        assert lanes.target is not None
        self.target = lanes.target
        self.cross = self._cross()
        self.start = self._dot(lanes.start)
        self.drawing = VGroup(self.panel.drawing, self.lines, self.cross, self.start)
        ways = (directions.across, directions.along)
        self.cuts = [drawn(stroke(palette.error, CUT), self._line(way)) for way in ways]
        self.names = [self._name(n, way) for n, way in enumerate(ways)]

    def position(self, values: FloatArray) -> FloatArray:
        first, second = self.lanes.axes
        return self.panel.position(float(values[first]), float(values[second]))

    def _dot(self, values: FloatArray) -> VMobject:
        dot = Circle(radius=DOT, stroke_width=0, fill_opacity=1)
        return dot.set_fill(self.stage.palette.ink).move_to(self.position(values))

    def _cross(self) -> VMobject:
        centre = self.position(self.target)
        arms = [np.array([CROSS, CROSS, 0]), np.array([CROSS, -CROSS, 0])]
        line = stroke(self.stage.palette.ink, 3.0)
        return drawn(line, [(centre - arm, centre + arm) for arm in arms])

    def _line(self, way: RateDirection) -> list[tuple[FloatArray, FloatArray]]:
        """A cut through the whole frame."""
        middle = self.position(self.target)
        ahead = self.position(self.target + way.reach * way.way) - middle
        ahead *= FAR / max(float(np.linalg.norm(ahead)), 1e-9)
        piece = clipped(self.panel.box, middle - ahead, middle + ahead)
        return [] if piece is None else [piece]

    def _name(self, number: int, way: RateDirection) -> VMobject:
        """Beside the cut's end that is away from the start, inside of the frame."""
        said = self.stage.sentence(named(number), em=EM)
        box = self.panel.box
        pieces = self._line(way)
        if not pieces:
            return said
        start, end = pieces[0]
        along = (end - start) / float(np.linalg.norm(end - start))
        tip = start + 0.12 * (end - start)
        aside = np.array([-along[1], along[0], 0.0])
        off = float(np.abs(aside) @ (said.width / 2, said.height / 2, 0.0)) + BESIDE
        low = np.array([box.left + said.width / 2, box.bottom + said.height / 2, 0.0]) + INSIDE
        high = np.array([box.right - said.width / 2, box.top - said.height / 2, 0.0]) - INSIDE
        said.move_to(np.clip(tip + off * aside, low, high))
        plate = said.copy()
        plate.set_stroke(self.stage.palette.ground, width=6, opacity=1)
        return VGroup(plate, said)

    def rises(self, ground: FactorSlice) -> CutRises:
        """The cut across on its way to become the slice."""
        return CutRises(self, ground)


class CutRises:
    """The cut across turns level, and then each of its places rises to what the cost is there.

    A line is the same at any scale: what is 1 on the slice is a distance of 1, wherever the start is.
    """

    def __init__(self, map_: CutMap, ground: FactorSlice) -> None:
        way = map_.directions.across
        self.ground, self.map = ground, map_
        self.ds: FloatArray = np.linspace(-REACH, REACH, SAMPLES)
        self.middle = map_.position(map_.target)
        self.arm = map_.position(map_.target + way.reach * way.way) - self.middle
        self.ends = np.array([ground.place(float(d)) for d in self.ds])
        self.line = stroke(map_.stage.palette.error, 3.0)
        self.cross = map_.cross.copy()
        self.whole = VGroup(self.line, self.cross)
        self.show(0.0)

    def show(self, part: float) -> CutRises:
        """All of it a part of the way."""
        turned = min(1.0, part / FLAT)
        risen = max(0.0, (part - FLAT) / (1 - FLAT))
        level = self.ends.copy()
        level[:, 1] = self.ground.place(0.0)[1]
        places = self._turned(self.ds if risen else FAR * self.ds, turned)
        places += risen * (self.ends - level)
        one, other = self.map.panel.box, self.ground.box
        box = Zone(
            min(one.left, other.left),
            max(one.right, other.right),
            min(one.bottom, other.bottom),
            max(one.top, other.top),
        )
        pairs = (clipped(box, a, b) for a, b in pairwise(places))
        drawn(self.line, [each for each in pairs if each is not None])
        self.cross.move_to(self._turned(np.array([0.0]), turned)[0])
        return self

    def _turned(self, ds: FloatArray, part: float) -> FloatArray:
        """Places on the cut while it turns about the minimum, which goes to the slice's lowest place."""
        here, there = self.middle, self.ground.place(0.0)
        arm, last = self.arm, self.ground.place(1.0)[0] - there[0]
        angle = (1 - part) * float(np.arctan2(arm[1], arm[0]))
        size = (1 - part) * float(np.linalg.norm(arm)) + part * last
        way = size * np.array([np.cos(angle), np.sin(angle), 0.0])
        return np.asarray((1 - part) * here + part * there + ds[:, None] * way)
