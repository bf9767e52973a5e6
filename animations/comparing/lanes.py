"""Lanes: the same descent at several learning rates side by side, in frames of one size and one scale.

A lane's frame has no numbers of its own: the axes are named, the steps and what became of them are said below.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import chain
from typing import TypeAlias

import numpy as np
from manim import Rectangle, VGroup, VMobject

from symgd.animations.comparing.lane_details import ROOM as BESIDE
from symgd.animations.comparing.lane_details import SHAPE as SHAPE
from symgd.animations.comparing.lane_details import lane_zones as lane_zones
from symgd.animations.comparing.lane_details import level_lines, ticks
from symgd.animations.comparing.lane_details import marker as marker
from symgd.animations.comparing.lane_scales import FOOT as FOOT
from symgd.animations.comparing.lane_scales import HEAD as HEAD
from symgd.animations.comparing.lane_scales import SHORT_FOOT as SHORT_FOOT
from symgd.animations.comparing.lane_scales import SHORT_HEAD
from symgd.animations.comparing.lane_scales import LaneScales as LaneScales
from symgd.animations.comparing.rate_lanes import MOST_FIGURES, Kind, RateLane
from symgd.animations.comparing.walk_looks import WalkLook, looks_of
from symgd.animations.formulas.formula import Formula
from symgd.animations.formulas.numerals import numeral
from symgd.animations.formulas.typeset import LEAST_EM, Typeset
from symgd.animations.pictures.bare_frame import BareFrame
from symgd.animations.pictures.plot_panel import drawn, stroke
from symgd.animations.staging.contrast import faintest
from symgd.animations.staging.stage import Label, Stage, Zone
from symgd.data.arrays import FloatArray, spread
from symgd.terms import Equation, Symbol
from symgd.writing.words import Message, message

EM, STATUS_EM, NAME_EM = 0.34, 0.3, 0.3
BAR = 0.15  # of a step's length
UNDER = 0.38  # from the frame to what stands below its numbers
RAISED, LIFT = 0.16, 0.12  # of words above the frame, and of those at the zone's foot
WORD = 0.4  # of a frame's width, for what the bar is
BARS, THIN = 0.82, 0.03  # of a frame's width, with their word; the shortest bar
DOT, STOP, CROSS = 0.1, 0.045, 0.1
GAP = 0.12
CORNERS, STOPS, CLEAR = 400, 30, 8  # of a longer way only so many steps are drawn with their dots
DOTS_APART = 2.4 * STOP
ALMOST = 1e-6  # of a step, by which the clock may be short of one
FEW = 0.45  # the width of a name of few letters
BACK = 0.5  # of the first steps, that turn back in a zigzag

Points: TypeAlias = FloatArray
KINDS: dict[Kind, Message] = {
    "crawling": message("crawling"),
    "good": message("good", context="learning rate"),
    "best": message("best", context="learning rate"),
    "too large": message("too large"),
}


class LanePicture:
    """One lane: its rate above it, its way in a frame, and below what has become of it.

    `drawing` stands still, `live` follows the clock.
    """

    def __init__(
        self,
        stage: Stage,
        zone: Zone,
        scales: LaneScales,
        lane: RateLane,
        number: int,
        *,
        small: bool = False,
        first: bool = True,
    ) -> None:
        self.stage, self.zone, self.scales, self.lane, self.number = (
            stage,
            zone,
            scales,
            lane,
            number,
        )
        self.small, self.foot = small, SHORT_FOOT if small else FOOT
        self.head = SHORT_HEAD if small and self._has_room() else HEAD
        height = zone.height - self.head - self.foot
        width = min(zone.width, height * scales.shape)
        left, top = zone.centre[0] - width / 2, zone.top - self.head
        box = Zone(left, left + width, top - width / scales.shape, top)
        self.panel = BareFrame(stage, box, scales.x, scales.y)
        self.left, lanes = self._left(), scales.lanes
        self.longest = scales.longest
        palette = stage.palette
        way = np.array([scales.point(row) for row in lane.parameters[: STOPS + 1]])
        ends = [scales.point(lanes.start)]
        ends += [] if lanes.target is None else [scales.point(lanes.target)]
        marks = ticks(stage, self.panel, ends)
        self.ticks = VGroup(*marks) if first else VGroup(marks[0])
        self.first = first
        self.names = self._names()
        self.lines, self.levels = self._lines(), VGroup()
        if not small and scales.levels:
            self.lines, self.levels = level_lines(stage, self.panel, scales.levels, way)
        self.cross = self._target()
        parts = (self.panel.drawing, self.lines, *self.cross)
        self.drawing = VGroup(*parts, *self.names, self.ticks, self.levels)
        self.title = self._title()
        self.path, self.stops = stroke(palette.ink, 2), VGroup()
        self.trail = stroke(palette.ink, 1.2, faintest(palette.ink, palette.ground))
        self.dot = marker(
            number, look_of(stage, number).colour
        )  # its own shape, as in the panel below
        self.dot.set_stroke(palette.ground, width=1.5)
        self.word = self._word()
        self.bar, self.status = (VMobject(stroke_width=0) for _ in range(2))
        for shown in (self.bar, self.status):
            shown.set_fill(palette.ink, opacity=1)
        self.measure = VGroup(self.word, self.bar, self.status)
        if small:
            self.measure = VGroup(self.status)
        self.live = VGroup(self.trail, self.path, self.stops, self.dot, self.measure)
        self.show(0.0)

    # ---------------------------------------------------------------------------------------------
    # What stands still

    def _title(self) -> VGroup:
        """The lane's mark, its rate, and what it is called."""
        stage, zone, lane = self.stage, self.zone, self.lane
        mark = marker(self.number, look_of(stage, self.number).colour)
        rate = self.titled(EM)
        room = zone.width - 2 * SHAPE - GAP
        if rate.width * LEAST_EM > room * EM:  # the letter stands in the rule beside the lanes
            rate = stage.formula(numeral(lane.rate, MOST_FIGURES), em=EM)
        rate.at_most(room)
        said = self.called(EM)
        mark.move_to((zone.left + SHAPE, zone.top - 0.5 * EM, 0))
        rate.put(zone.left + 2 * SHAPE + GAP, zone.top - 0.8 * EM)
        if self.head == SHORT_HEAD:
            said.put(zone.right - said.width, self.panel.box.bottom - self.foot + LIFT)
            return VGroup(mark, rate, said)
        box, left = self.panel.box, float(self.panel.box.left)
        for name in self.names[1:]:
            left = max(left, float(name.get_right()[0]) + GAP)
        said.at_most(zone.right - left)
        said.put(max(left, box.right - said.width), box.top + RAISED)
        return VGroup(mark, rate, said)

    def _has_room(self) -> bool:
        """Whether what a lane is called has room beside its count, in all lanes, and the axis' name beside the frame."""
        if not self.scales.lanes.arrive:
            return False
        zone, stage = self.zone, self.stage
        wide = min(zone.width, (zone.height - SHORT_HEAD - self.foot) * self.scales.shape)
        if stage.sentence(self._up, em=NAME_EM).width > (zone.width - wide) / 2 - GAP:
            return False
        called = max(self.called(EM, lane).width for lane in self._all)
        count = max(stage.sentence(_after(lane), em=STATUS_EM).width for lane in self._all)
        return float(called + GAP + count) <= zone.width

    @property
    def _up(self) -> Label:
        """What the axis is that goes up."""
        story, axes = self.scales.story, self.scales.lanes.axes
        return story.problem.cost_name if len(axes) == 1 else Symbol(story.names[axes[1]])

    @property
    def _all(self) -> Sequence[RateLane]:
        return self.scales.lanes.lanes

    def titled(self, em: float, lane: RateLane | None = None) -> Formula:
        """A lane's rate, this one's or another's."""
        rate = numeral((lane or self.lane).rate, MOST_FIGURES)
        return self.stage.formula(Equation(self.scales.story.rate, rate), em=em)

    def called(self, em: float, lane: RateLane | None = None) -> Typeset:
        """What a lane is called; where none arrives no rate is best, and the cost that each came to is seen."""
        step = self.last if lane is None else lane.last
        lane, stage = lane or self.lane, self.stage
        if self.scales.lanes.arrive:
            return stage.sentence(bold=stage.said(KINDS[lane.kind]), em=em)
        if math.isinf(lane.lowest):
            return stage.sentence(bold=stage.said(message("lost")), em=em)
        if (gap := self.scales.lanes.gap(lane, step)) is not None:
            return stage.sentence(message("gap {gap}", gap=numeral(gap, 3)), em=em)
        reached = numeral(float(lane.cost[step]))
        return stage.sentence(Equation(self.scales.story.problem.cost_name, reached), em=em)

    def _names(self) -> list[VMobject]:
        """The axes' names, at the ends of the axes and outside of the frame.

        Where a frame has no room for them, they stand left of the first: all have one scale.
        """
        box, story = self.panel.box, self.scales.story
        across, up = Symbol(story.names[self.scales.lanes.axes[0]]), self._up
        spare = (self.zone.width - box.width) / 2 - GAP
        half = box.width / 2
        top = self.stage.fitted(up, NAME_EM, half if self.small else max(half, spare + half))
        said = max(self.called(EM, lane).width for lane in self._all) if self.small else 0.0
        if self.small and top.width > spare and top.width + GAP + said > self.zone.width:
            return self._margin(across, up)
        right = self._beneath(across, spare)
        if right is None:
            return self._margin(across, up)
        if self.small and top.width <= spare:  # above it stands what the lane is called
            lift = GAP / 2 if self.head == HEAD else -0.7 * NAME_EM
            return [right, top.put(box.left - top.width - GAP, box.top + lift)]
        return [right, top.put(box.left, box.top + RAISED)]

    def _beneath(self, across: Label, spare: float) -> Typeset | None:
        """The name of the axis that goes across, beside the frame or its numbers; nothing without room."""
        box, fitted = self.panel.box, self.stage.fitted
        right = fitted(across, NAME_EM, max(box.width / 2, spare))
        if right.width <= spare:
            return right.put(box.right + GAP, box.bottom)
        right = fitted(across, NAME_EM, box.width / 2)
        end = max((float(tick.get_right()[0]) for tick in self.ticks[0]), default=box.left)
        room = box.right - GAP - end
        if room < min(FEW, float(right.width)):
            return None
        right = fitted(across, NAME_EM, min(room, box.width / 2))
        return right.put(box.right - right.width, box.bottom - UNDER + GAP / 2)

    def _margin(self, across: Label, up: Label) -> list[VMobject]:
        """Both names, where the first frame's numbers stand."""
        if not self.first:
            return []
        box, room = self.panel.box, BESIDE - GAP
        below, above = (self.stage.fitted(each, NAME_EM, room) for each in (across, up))
        below.put(box.left - GAP - below.width, box.bottom - UNDER + GAP / 2)
        return [below, above.put(box.left - GAP - above.width, box.top)]

    def _lines(self) -> VMobject:
        """The curve, or the lines of equal cost."""
        width = 2.5 if self.scales.curved else 1.2
        line = stroke(self.stage.palette.error, width, 0.75)
        pieces = (self.panel.segments(part[:, 0], part[:, 1]) for part in self.scales.lines)
        return drawn(line, [*chain.from_iterable(pieces)])

    def without_gaps(self) -> VMobject:
        """The lines as they are where no costs stand in them."""
        return self.lines.set_points(self._lines().points)

    def _target(self) -> list[VMobject]:
        """A cross at the minimum."""
        target = self.scales.lanes.target
        if target is None:
            return []
        centre = self.panel.border(*self.scales.point(target))
        corner, other = np.array([CROSS, CROSS, 0]), np.array([CROSS, -CROSS, 0])
        pieces = [(centre - corner, centre + corner), (centre - other, centre + other)]
        return [drawn(stroke(self.stage.palette.ink, 2.5), pieces)]

    # ---------------------------------------------------------------------------------------------
    # What moves

    def _left(self) -> int | None:
        """The step at which a lane that does not arrive leaves the frame; None where it stays."""
        if self.lane.arrived is not None:
            return None
        for step, values in enumerate(self.lane.parameters):
            x, y = self.scales.point(values)
            if not (np.isfinite(y) and self.panel.holds(x, y)):
                return step
        return None

    @property
    def last(self) -> int:
        """The last step that is drawn."""
        return self.lane.last if self.left is None else self.left

    def _length(self, step: int) -> float:
        """How long the step is that leads on from a place."""
        rows = self.lane.parameters
        step = min(step, len(rows) - 2)
        return float(np.linalg.norm(rows[step + 1] - rows[step])) if step >= 0 else 0.0

    @property
    def zigzags(self) -> bool:
        """Whether the way is long and turns back at most of its steps: drawn in full it would be a solid block."""
        if self.last <= STOPS:
            return False
        ways = np.diff(self.lane.parameters[: STOPS + 1], axis=0)
        return float(((ways[1:] * ways[:-1]).sum(axis=1) < 0).mean()) > BACK

    def at(self, time: float) -> tuple[float, float]:
        """Where the lane is in the values of the frame."""
        rows, before = self.lane.parameters, int(time)
        after, part = min(before + 1, len(rows) - 1), time - int(time)
        with np.errstate(all="ignore"):
            return self.scales.point((1 - part) * rows[before] + part * rows[after])

    def show(self, time: float) -> LanePicture:
        """Draw the way to a step, or to a time between two; the lane stays where it arrived or left the frame."""
        time = min(time + ALMOST, float(self.last))
        steps = spread(int(time) + 1, CORNERS).tolist()
        points = [self.scales.point(self.lane.parameters[step]) for step in steps]
        corners = [*points, self.at(time)] if time > int(time) else points
        finite = [point for point in corners if np.isfinite(point[1])]
        pieces = self.panel.segments(*zip(*finite, strict=True))
        many = self.zigzags
        drawn(self.path, pieces[:CLEAR] if many else pieces)
        drawn(self.trail, self._banks(time) if many else [])
        stops = self.panel.apart(points[: CLEAR if many else STOPS], DOTS_APART)
        self.panel.dot(self.stops, stops, STOP, self.stage.palette.ink)
        here = finite[-1]
        self.dot.move_to(self._inside(self.panel.border(*here)))
        gone = self.left is not None and time >= self.left
        self.dot.set_fill(opacity=0.0 if gone else 1.0)
        self.dot.set_stroke(self.stage.palette.ink if gone else self.stage.palette.ground)
        self._measure(int(time))
        self._say(int(time))
        return self

    def _banks(self, time: float) -> list[tuple[FloatArray, FloatArray]]:
        """The lines through the even and through the odd steps after the first ones."""
        pieces = []
        for first in (CLEAR, CLEAR + 1):
            steps = range(first, int(time) + 1, 2)
            kept = [steps[n] for n in spread(len(steps), CORNERS)] if steps else []
            places = [self.scales.point(self.lane.parameters[step]) for step in kept]
            pieces += self.panel.segments([x for x, _ in places], [y for _, y in places])
        return pieces

    def _inside(self, here: FloatArray) -> FloatArray:
        """So far within the frame that the whole dot is."""
        box = self.panel.box
        low, high = (box.left + DOT, box.bottom + DOT, 0), (box.right - DOT, box.top - DOT, 0)
        return np.asarray(np.clip(here, low, high))

    def _measure(self, step: int) -> None:
        """A bar as long as the step that comes, on the scale of all lanes."""
        box = self.panel.box
        part = self._length(step) / self.longest if self.longest else 0.0
        room = box.width * BARS - self.word.width - 2 * GAP
        bar = Rectangle(width=max(THIN, min(1.0, part) * room), height=BAR)
        left = self.word.get_right()[0] + GAP
        bar.move_to((left + bar.width / 2, self.word.get_center()[1], 0))
        self.bar.set_points(bar.points)

    def _word(self) -> Typeset:
        """What the bar is."""
        box = self.panel.box
        word = self.stage.sentence(message("length"), em=NAME_EM)
        return word.at_most(box.width * WORD).put(box.left, box.bottom - UNDER - 0.9 * NAME_EM)

    def _say(self, step: int) -> None:
        """What has become of the lane, as one outline: it stays one object while it changes."""
        said = self.stage.sentence(self.said(step), em=STATUS_EM)
        box = self.panel.box
        left = self.zone.left if self.small else box.left
        room = self.zone.right - left
        if self.head == SHORT_HEAD:
            room = self.title[2].get_left()[0] - GAP - left
        if said.width > room:
            said = self.stage.sentence(self.said(step, short=True), em=STATUS_EM)
        said.at_most(room).put(left, box.bottom - self.foot + LIFT)
        self.status.set_points(np.concatenate([glyph.points for glyph in said]))

    def said(self, step: int, *, short: bool = False) -> Label:
        """In words: the step, the arrival, or that it has left the frame."""
        lane, short = self.lane, short or self.small
        if step >= self.last and lane.arrived is not None:
            if short:
                return _after(lane)
            return message(
                "there after {number} step", "there after {number} steps", number=lane.arrived
            )
        if self.left is not None and step >= self.left:
            if short:
                return message("left at step {number}", number=self.left)
            return message("left the frame at step {number}", number=self.left)
        if step >= self.last and short:
            return message("not yet")
        if step >= self.last:
            return message("not there after {number} steps", number=step)
        return message("step no. {number}", number=step)

    @property
    def not_yet(self) -> bool:
        """Whether it may arrive after more steps: it has neither left its frame nor swings."""
        return self.lane.arrived is None and self.left is None and not self.lane.swings

    def outcome(self) -> Label:
        """How often it stepped, in one word."""
        if self.lane.arrived is None:
            return message("not yet") if self.not_yet else message("never")
        return self.stage.words.number(self.lane.arrived)


def _after(lane: RateLane) -> Label:
    """When a lane that arrives is there."""
    return message("in {number} step", "in {number} steps", number=lane.arrived or 0)


def look_of(stage: Stage, number: int) -> WalkLook:
    """A lane's colour and dash; its mark is `marker`'s."""
    return looks_of(stage.palette)[number % len(KINDS)]
