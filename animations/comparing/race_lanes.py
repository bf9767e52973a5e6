"""RaceLanes: a lane for each walk, along which its excess shrinks to the right, by its logarithm, and a finish.

Laws
----
- all are always in view: who is lower than the lanes go, or higher, waits at their end
- a tick stands wherever a step ended
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from manim import Circle, Line, Rectangle, VGroup

from symgd.animations.comparing import race_words as words
from symgd.animations.comparing.race_story import NEAR, RaceStory
from symgd.animations.comparing.walk_looks import WalkLook
from symgd.animations.formulas.numerals import Scale
from symgd.animations.pictures.plot_panel import drawn, stroke
from symgd.animations.staging.contrast import faintest
from symgd.animations.staging.run_lesson import refill
from symgd.animations.staging.stage import Stage, Zone
from symgd.data.arrays import FloatArray

DEPTH, MOST = NEAR / 10, 100.0  # parts of the first excess, between which lanes lie
BEYOND = 1.35  # times the highest part that is seen, lanes begin at
HEAD, FOOT, SIDE = 0.75, 0.85, 0.25
NAME_EM, TICK_EM, CLOCK_EM, COUNT_EM, AXIS_EM = 0.34, 0.28, 0.5, 0.5, 0.3
TRACK, STEP_TICK, TICK = 1.5, 0.09, 0.07
TICKED, SHADE = 2.0, 0.08
FINISH, MARK, RING, THICK = 3.0, 0.15, 0.26, 4.0
FAR_UP = 2  # times the first power of ten, the highest part has a tick of its own
COUNT_ROOM = 0.9  # at the right of low lanes, where their counts stand
LOWEST = 0.95  # a lane's room, that a name above it needs
RISE, LOW = 0.26, 0.7  # from a lane to what stands above it, and where in its room it lies


class RaceLanes:
    """`drawing` stands still, `finish` is the line, and `live` moves with the clock."""

    def __init__(self, stage: Stage, zone: Zone, story: RaceStory, looks: Sequence[WalkLook]):
        self.stage, self.story, self.looks, self.zone = stage, story, looks, zone
        self.least = story.least[0]
        self.names = [
            stage.sentence(walk.name, em=NAME_EM).set_fill(look.colour)
            for walk, look in zip(story.walks, looks, strict=True)
        ]
        for name in self.names:
            name.at_most(zone.width / 3)
        bottom, top = zone.bottom + FOOT, zone.top - HEAD
        self.is_low = top - bottom < LOWEST * len(story.walks)  # then names stand before the lanes
        beside = max(float(name.width) for name in self.names) if self.is_low else 0.0
        after = COUNT_ROOM if self.is_low else 0.0
        self.box = Zone(zone.left + SIDE + beside, zone.right - SIDE - after, bottom, top)
        shown = [walk.cost[walk.clock <= story.end] for walk in story.walks]
        parts = [self.part(number, cost) for number, cost in enumerate(shown)]
        high = min(MOST, max(1.0, *(float(np.nanmax(part)) for part in parts)))
        self.scale = Scale(DEPTH, high * BEYOND, log=True)
        self.high = high
        pitch = self.box.height / len(story.walks)
        low = 0.5 if self.is_low else LOW
        self.heights = [self.box.top - (n + low) * pitch for n in range(len(story.walks))]
        self.drawing, self.finish = self._still(), self._finish()
        ground = stage.palette.ground
        self.marks = [look.mark(ground, MARK) for look in looks]
        self.ticks = [stroke(look.colour, TICKED, faintest(look.colour, ground)) for look in looks]
        self.clock: VGroup = VGroup()
        self.counted = -1
        self.live = VGroup(*self.ticks, *self.marks, self.clock)
        self.show(0.0)

    def part(self, number: int, cost: FloatArray) -> FloatArray:
        """The part of the first excess that a walk's costs are, as far as the lanes go."""
        first = float(self.story.walks[number].cost[0]) - self.least
        part = np.where(np.isfinite(cost), (cost - self.least) / first, MOST)
        return np.asarray(np.clip(part, DEPTH, MOST))

    def position(self, number: int, part: float) -> FloatArray:
        """Where in a walk's lane so much is left."""
        across = min(1.0, max(0.0, 1 - self.scale.part(part)))
        return np.array([self.box.left + across * self.box.width, self.heights[number], 0.0])

    # ---------------------------------------------------------------------------------------------
    # What stands still

    def _still(self) -> VGroup:
        stage, box, ink = self.stage, self.box, self.stage.palette.ink
        made = VGroup()
        for name, height in zip(self.names, self.heights, strict=True):
            track = Line((box.left, height, 0), (box.right, height, 0), stroke_width=TRACK)
            made.add(track.set_stroke(ink, opacity=faintest(ink, stage.palette.ground)))
            left, up = (self.zone.left, -RISE / 2) if self.is_low else (box.left, RISE + TICK)
            made.add(name.put(left, height + up))
        axis = Line((box.left, box.bottom, 0), (box.right, box.bottom, 0), stroke_width=TRACK)
        made.add(axis.set_color(ink))
        for part in self._ticks():
            x = float(self.position(0, part)[0])
            foot = (x, box.bottom, 0), (x, box.bottom - TICK, 0)
            made.add(Line(*foot, stroke_width=TRACK, color=ink))
            said = stage.sentence(words.of_the_gap(part), em=TICK_EM)
            left = min(x - said.width / 2, self.zone.right - said.width)
            made.add(said.put(left, box.bottom - TICK - TICK_EM))
        label = stage.sentence(words.left_of_the_excess(), em=AXIS_EM).at_most(box.width)
        return made.add(label.put(box.right - label.width, self.zone.bottom + 0.08))

    def _ticks(self) -> list[float]:
        """Powers of ten; and the highest part, rounded down, where that is well beyond the first of them."""
        top = math.floor(math.log10(self.scale.high))
        powers = [10.0**power for power in range(top, round(math.log10(DEPTH)) - 1, -1)]
        high = math.floor(self.high)
        return [float(high), *powers] if high >= FAR_UP * powers[0] else powers

    def _finish(self) -> VGroup:
        box, ink = self.box, self.stage.palette.ink
        x = float(self.position(0, NEAR)[0])
        line = drawn(
            stroke(ink, FINISH),
            [(np.array([x, box.bottom, 0.0]), np.array([x, box.top, 0.0]))],
            dashed=True,
        )
        behind = Rectangle(width=box.right - x, height=box.height, stroke_width=0)
        behind.set_fill(ink, opacity=SHADE).move_to(((x + box.right) / 2, box.centre[1], 0))
        word = self.stage.sentence(words.finish(), em=NAME_EM)
        return VGroup(behind, line, word.put(x - word.width / 2, box.top + TICK))

    # ---------------------------------------------------------------------------------------------
    # What moves

    def show(self, time: float) -> RaceLanes:
        """All walks at a time of the clock."""
        up = np.array([0.0, STEP_TICK, 0.0])
        for number, walk in enumerate(self.story.walks):
            clock, _, cost = walk.until(time)
            places = [self.position(number, part) for part in self.part(number, cost).tolist()]
            whole = [place for place, when in zip(places, clock, strict=True) if when == int(when)]
            drawn(self.ticks[number], [(place - up, place + up) for place in whole])
            self.marks[number].move_to(places[-1])
        step = int(time + 1e-6)
        if step != self.counted:
            self.counted = step
            said = self.stage.sentence(words.clock(step), em=CLOCK_EM)
            refill(self.clock, [said.put(self.box.left, self.box.top + 2 * TICK)])
        return self

    def ring(self, number: int) -> Circle:
        """Round the mark of a walk."""
        made = Circle(radius=RING).set_stroke(self.looks[number].colour, width=THICK)
        return made.move_to(self.marks[number])

    def count(self, number: int, step: int) -> VGroup:
        """From which step on a walk is behind the finish, in its lane."""
        said = self.stage.sentence(str(step), em=COUNT_EM).set_fill(self.looks[number].colour)
        right, height = self.box.right - TICK, self.heights[number]
        if self.is_low:  # beside the lane: above it there is no room
            said.at_most(COUNT_ROOM)
            return VGroup(said.put(self.zone.right - said.width, height - said.height / 2))
        return VGroup(said.put(right - said.width, height + RISE + TICK))
