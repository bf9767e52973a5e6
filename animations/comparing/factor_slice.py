"""FactorSlice: the slice across the ravine, where it bends most, and how a rate carries a distance d to (1 − αλ)d, again and again.

The first distance is 1: the factor alone decides.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from manim import Animation, Circle, Line, VGroup, VMobject

from symgd.animations.comparing import learning_rates_words as words
from symgd.animations.comparing.arrows_picture import arrow
from symgd.animations.comparing.lanes import look_of, marker
from symgd.animations.comparing.rate_directions import ACROSS, ALONG
from symgd.animations.comparing.rate_lanes import RateLane, RateLanes
from symgd.animations.formulas.formula import Formula
from symgd.animations.formulas.numerals import numeral
from symgd.animations.pictures.plot_panel import drawn, stroke
from symgd.animations.staging.stage import Stage, Zone
from symgd.data.arrays import FloatArray

REACH, SAMPLES = 1.8, 80  # of the slice, in first distances from the floor
BOUNCES, ENOUGH = 4, 0.03  # steps that are shown; so near to the floor none is seen any more
LOW = 0.27  # of the frame's height, the floor lies
SIDE, BELOW, ABOVE = 0.3, 0.75, 0.2  # of the zone, round the curve
TICK, TICK_EM, NAME_EM, EM = 0.08, 0.3, 0.4, 0.36
STEP, OVER = 4.0, 0.2  # the first step's arrow, over the line of distances
LANE, LANES, SMALL = 0.26, 4, 0.7  # from one lane's arrow to the next, and of the mark at its start
STOP, CROSS = 0.06, 0.13
TANGENT = 0.3  # of the first distance, on both sides of its place
ASIDE, APART = 0.2, 0.34  # of a landing's number from the curve, and from the one before
TOLD = 4  # landings with their numbers
DIGITS = 3


class FactorSlice:
    """The curve over d, with its floor, its slope at d = 1 and its scale: `still`; `walk` answers what a rate does there."""

    def __init__(self, stage: Stage, zone: Zone, lanes: RateLanes) -> None:
        assert lanes.limit is not None
        self.stage, self.zone, self.limit = stage, zone, lanes.limit
        self.box = Zone(zone.left + SIDE, zone.right - SIDE, zone.bottom + BELOW, zone.top - ABOVE)
        palette = stage.palette
        ds = np.linspace(-REACH, REACH, SAMPLES).tolist()
        self.curve = drawn(stroke(palette.error, 3.0), [*pairwise(map(self.place, ds))])
        foot = self.place(0.0)
        corner, other = np.array([CROSS, CROSS, 0]), np.array([CROSS, -CROSS, 0])
        arms = [(foot - corner, foot + corner), (foot - other, foot + other)]
        self.scale = self._scale()
        self.foot = drawn(stroke(palette.ink, 3.0), arms)
        self.still = VGroup(self.scale, self.curve, self.foot)
        if lanes.basis != "curvature":  # farther away the cost is no parabola
            said = stage.sentence(words.NEAR_ALONE, em=EM)
            self.still.add(said.put(self.box.left, zone.bottom + TICK))
        self.slope = self._slope()

    def place(self, d: float) -> FloatArray:
        """Where a distance from the floor is on the curve; beyond the frame, where the curve leaves it."""
        box, part = self.box, float(np.clip(d / REACH, -1, 1))
        x = box.left + box.width * (1 + part) / 2
        y = box.bottom + box.height * (LOW + (1 - LOW) * part**2)
        return np.array([x, y, 0.0])

    def flat(self, ratio: float) -> VGroup:
        """The same cut along the ravine, which bends so much less, and what each of both is."""
        floor = self.place(0.0)
        made = VGroup()
        corners = [self.place(float(d)) for d in np.linspace(-REACH, REACH, SAMPLES)]
        level = [floor + (each - floor) * (1, ratio, 1) for each in corners]
        made.add(drawn(stroke(self.stage.palette.error, 5.0), [*pairwise(level)]))
        for said, curve in zip((ACROSS, ALONG), (corners, level), strict=True):
            word = self.stage.sentence(said, em=EM)
            place = curve[SAMPLES // 8]
            made.add(word.put(place[0] + ASIDE, place[1] + ASIDE))
        return made

    def _scale(self) -> VGroup:
        """The line of distances, with −1, 0 and 1."""
        box, ink = self.box, self.stage.palette.ink
        made = VGroup(
            Line((box.left, box.bottom, 0), (box.right, box.bottom, 0), color=ink, stroke_width=1.5)
        )
        for value in (-1.0, 0.0, 1.0):
            x = float(self.place(value)[0])
            number = self.stage.formula(numeral(value), em=TICK_EM)
            made.add(
                Line((x, box.bottom, 0), (x, box.bottom - TICK, 0), color=ink, stroke_width=1.5),
                number.put(x - number.width / 2, box.bottom - TICK - TICK_EM),
            )
        name = self.stage.formula(words.GAP, em=NAME_EM)
        return made.add(name.put(box.right - name.width, box.bottom - TICK - NAME_EM))

    def _slope(self) -> VGroup:
        """The tangent at d = 1, and what its slope is."""
        here, ahead = self.place(1.0), self.place(1.0 + 1e-3)
        way = (ahead - here) * TANGENT / 1e-3
        ink = self.stage.palette.ink
        line = Line(here - way, here + way, color=ink, stroke_width=3)
        said = self.stage.sentence(words.SLOPE, em=EM)
        said.put(
            here[0] - ASIDE - said.width, here[1] + ASIDE / 2
        )  # within the curve, over its tangent
        dot = Circle(radius=STOP, stroke_width=0, fill_opacity=1).set_fill(ink).move_to(here)
        return VGroup(line, dot, said)

    def walk(self, lane: RateLane, number: int) -> FactorWalk:
        """A rate's way there."""
        return FactorWalk(self, lane, number)


class FactorWalk:
    """How one rate goes from d = 1 on: its `mark`, and by step a `hop` with its landing."""

    def __init__(self, ground: FactorSlice, lane: RateLane, number: int) -> None:
        self.ground = ground
        self.factor = 1 - lane.rate * 2 / ground.limit
        self.colour = look_of(ground.stage, number).colour
        stops = [float(self.factor**k) for k in range(BOUNCES + 1)]
        self.leaves = any(abs(d) > REACH for d in stops)
        inside = [d for d in stops if abs(d) <= REACH]
        near = next((k for k, d in enumerate(inside) if abs(d) < ENOUGH), len(inside) - 1)
        self.stops = inside[: near + 1]
        if self.leaves:
            self.stops.append(stops[len(inside)])
        self.places = [ground.place(d) for d in self.stops]
        self.mark = marker(number, self.colour).move_to(self.places[0])
        self.hops = [drawn(stroke(self.colour, 2.5), [piece]) for piece in pairwise(self.places)]
        self.dots = [self._dot(place) for place in self.places[: len(inside)]]
        self.numbers = self._numbers()
        self.step = self._first(number)

    def _first(self, number: int) -> VGroup:
        """The first step along the scale, a lane's below another's, with the lane's mark where it begins."""
        below = np.array([0.0, self.ground.box.bottom + OVER + LANE * (LANES - 1 - number), 0.0])
        start, end = (below + place * (1, 0, 0) for place in self.places[:2])
        mark = marker(number, self.colour).scale(SMALL).move_to(start)
        return VGroup(*arrow(start, end, self.colour, STEP), mark)

    def _dot(self, place: FloatArray) -> VMobject:
        dot = Circle(radius=STOP, stroke_width=0, fill_opacity=1)
        return dot.set_fill(self.colour).move_to(place)

    def _numbers(self) -> list[Formula | None]:
        """The first landings' distances, outside of the curve; none where the one before is too near."""
        made: list[Formula | None] = []
        taken = [self.places[0]]
        for k, (d, place) in enumerate(zip(self.stops, self.places, strict=True)):
            apart = min(float(np.linalg.norm(place - other)) for other in taken)
            if not 1 <= k <= TOLD or apart < APART:
                made.append(None)
                continue
            taken.append(place)
            said = self.ground.stage.formula(numeral(d, DIGITS), em=TICK_EM)
            left, right = place[0] - ASIDE - said.width, place[0] + ASIDE
            beyond = right + said.width > self.ground.zone.right
            outside = right if d > 0 and not beyond else left
            low = place[1] - TICK_EM / 2
            if abs(d) > REACH:  # at the frame's edge, over the way that leads there
                outside, low = (left if d > 0 else right), place[1] + 2 * STOP
            if -REACH <= d <= 0 and left < self.ground.zone.left:  # no room beside the curve
                made.append(None)
                continue
            said.put(outside, low)
            told = [each for each in made if each is not None]
            made.append(None if any(_touch(said, other) for other in told) else said)
        return made

    def arriving(self, step: int) -> Animation:
        """The mark goes to a landing; it is hollow at the frame's edge, beyond which its landing is."""
        mark = self.mark.animate.move_to(self.places[step])
        if abs(self.stops[step]) > REACH:
            mark = mark.set_fill(self.ground.stage.palette.ground).set_stroke(self.colour, width=2)
        moving: Animation = mark.build()
        return moving

    def landing(self, step: int) -> list[VMobject]:
        """What stays where a step has led to."""
        found: list[VMobject] = [*self.dots[step : step + 1]]
        number = self.numbers[step]
        return found if number is None else [*found, number]

    @property
    def fleeting(self) -> VGroup:
        """What makes room for the next one's way."""
        numbers = [number for number in self.numbers if number is not None]
        return VGroup(*self.hops, *self.dots, *numbers, self.mark)

    @property
    def whole(self) -> VGroup:
        """All of it that is drawn."""
        return VGroup(self.step, *self.fleeting)


def _touch(one: VMobject, other: VMobject) -> bool:
    """Whether two numbers are in each other's way."""
    apart = np.abs(one.get_center() - other.get_center())[:2]
    room = np.array([one.width + other.width, one.height + other.height]) / 2 + STOP
    return bool((apart < room).all())
