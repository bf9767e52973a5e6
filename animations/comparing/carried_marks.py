"""CarriedMarks: what goes with a map into other coordinates: the start, the minimum, the way there, a walk, and costs in lines.

Laws
----
- every place goes as the map's linear maps take it; straight downhill is found anew at each moment, as it is no place:
  it stands square on the lines of equal cost of the map that is seen
- where both axes have one unit, the angle between downhill and the way to the minimum is that on the screen
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from manim import Arc, BackgroundRectangle, Circle, Mobject, VGroup

from symgd.animations.comparing.arrows_picture import arrow
from symgd.animations.comparing.paths_picture import CROSS, STEPS, PathsPicture
from symgd.animations.comparing.ravine_story import RavineStory
from symgd.animations.comparing.walk_looks import MARK, THIN
from symgd.animations.pictures.plot_panel import clipped, drawn, stroke
from symgd.animations.staging.contrast import faintest
from symgd.animations.staging.stage import Stage
from symgd.data.arrays import FloatArray

SHORT, ARC, LEAST = (
    0.14,
    0.62,
    2.0,
)  # before the minimum an arrow ends; an arc's radius, and its least degrees
PLATE, DOWN, WAY = 0.04, 5.0, 3.0
DEGREES, BESIDE = 0.3, 0.28  # the angle's number, outside of its arc


class CarriedMarks:
    """Marks over a map, `whole`, on their way from it into another: `show` draws them a part of the way."""

    def __init__(
        self,
        stage: Stage,
        story: RavineStory,
        pictures: tuple[PathsPicture, PathsPicture],
        turns: tuple[FloatArray, FloatArray],
        said: Sequence[Mobject] = (),
    ) -> None:
        self.stage, self.story = stage, story
        self.first, self.second = pictures
        axes, ground = list(story.axes), self.first.ground
        begun, ended = turns
        self.back: FloatArray = (np.linalg.inv(ended) @ begun)[np.ix_(axes, axes)]
        self.start, self.end = ground.start[axes], ground.held[axes]
        points = story.plain.points[: STEPS + 1] @ np.linalg.inv(begun).T
        self.places: FloatArray = points[:, axes]
        self.walk, self.dot, self.cross = VGroup(), VGroup(), VGroup()
        self.down, self.way, self.angle = VGroup(), VGroup(), VGroup()
        self.costs = VGroup(*(self._plated(each) for each in said))
        self._from = [self._value(each.get_center()) for each in said]
        self.whole = VGroup(self.walk, self.cross, self.angle, self.way, self.down, self.dot)
        self.show(0.0)

    def take(self, before: CarriedMarks | None) -> None:
        """Have the marks that were carried before; without these, the start and the minimum."""
        kept = [self.cross, self.dot]
        if before is not None:
            pairs = zip(self._all, before._all, strict=True)
            kept = [mine for mine, theirs in pairs if theirs in before.whole.submobjects]
        self.whole.remove(*(each for each in self._all if each not in kept))

    @property
    def _all(self) -> tuple[VGroup, ...]:
        return self.walk, self.cross, self.angle, self.way, self.down, self.dot

    def _plated(self, words: Mobject) -> VGroup:
        copy = words.copy()
        ground = self.stage.palette.ground
        return VGroup(BackgroundRectangle(copy, color=ground, fill_opacity=1, buff=PLATE), copy)

    def _value(self, position: FloatArray) -> FloatArray:
        """What the first map has at a position."""
        panel = self.first.panel
        parts = (position[:2] - (panel.box.left, panel.box.bottom)) / (
            panel.box.width,
            panel.box.height,
        )
        low = np.array([panel.x.low, panel.y.low])
        high = np.array([panel.x.high, panel.y.high])
        return np.asarray(low + parts * (high - low))

    def place(self, value: FloatArray, part: float) -> FloatArray:
        """Where a value of the first map is on the screen."""
        here = self.first.panel.position(*value)
        return np.asarray((1 - part) * here + part * self.second.panel.position(*self.back @ value))

    def inside(self, position: FloatArray) -> FloatArray:
        """The position, or the nearest in the frame."""
        box = self.first.panel.box
        return np.clip(position, (box.left, box.bottom, 0), (box.right, box.top, 0))

    def downhill(self, part: float) -> FloatArray | None:
        """Where straight downhill from the start is lowest, in the first map's values; None where that is not known."""
        ground = self.first.ground
        if not ground.is_bowl:
            is_first = ground is self.story.before and part <= 0
            return self.story.valley if is_first else None
        slope = ground.hessian @ (self.start - ground.centre)
        seen = self._seen(part)
        way = -np.linalg.solve(seen, np.linalg.solve(seen.T, slope))
        bend = float(way @ ground.hessian @ way)
        return np.asarray(self.start - float(slope @ way) / bend * way) if bend > 0 else None

    def _seen(self, part: float) -> FloatArray:
        """What turns the first map's values into those that are seen: of the screen, where both maps have one unit."""
        if not (self.first.is_equal and self.second.is_equal):
            return np.asarray((1 - part) * np.eye(2) + part * self.back)
        origin = self.place(np.zeros(2), part)
        return np.column_stack([(self.place(unit, part) - origin)[:2] for unit in np.eye(2)])

    def show(self, part: float) -> CarriedMarks:
        """All marks a part of the way."""
        palette = self.stage.palette
        here, there = (self.inside(self.place(each, part)) for each in (self.start, self.end))
        places = [self.place(each, part) for each in self.places]
        box = self.first.panel.box
        cut = (clipped(box, one, other) for one, other in pairwise(places))
        faint = faintest(palette.ink, palette.ground)
        line = drawn(stroke(palette.ink, THIN, faint), [each for each in cut if each is not None])
        _refill(self.walk, line)
        arms = [np.array([CROSS, CROSS, 0]), np.array([CROSS, -CROSS, 0])]
        _refill(
            self.cross,
            drawn(stroke(palette.ink, 3), [(there - each, there + each) for each in arms]),
        )
        spot = Circle(radius=MARK, stroke_color=palette.ground, stroke_width=1.5)
        _refill(self.dot, spot.set_fill(palette.ink, opacity=1).move_to(here))
        way = there - here
        length = max(float(np.linalg.norm(way)), 1e-9)
        end = there - min(SHORT, length / 2) / length * way
        _refill(self.way, *arrow(here, end, palette.prediction, WAY, dashed=True))
        floor = self.downhill(part)
        lowest = here if floor is None else self.inside(self.place(floor, part))
        _refill(self.down, *arrow(here, lowest, palette.error, DOWN))
        _refill(self.angle, *self._arc(here, lowest, there))
        self._show_costs(part)
        return self

    def _show_costs(self, part: float) -> None:
        panel = self.first.panel
        for each, value in zip(self.costs, self._from, strict=True):
            here = self.place(value, part)
            each.move_to(here)
            held = panel.box.left <= here[0] <= panel.box.right
            held = held and panel.box.bottom <= here[1] <= panel.box.top
            each.set_opacity(1.0 if held else 0.0)

    def degrees(self) -> VGroup:
        """The angle in degrees, beside its arc, on a plate over the walk's lines."""
        arc = self.angle[0]
        said = self.stage.sentence(f"{abs(np.degrees(arc.angle)):.2g}°", em=DEGREES)
        way = arc.point_from_proportion(0.5) - arc.get_arc_center()
        said.move_to(arc.get_arc_center() + (1 + BESIDE / ARC) * way)
        ground = self.stage.palette.ground
        return VGroup(BackgroundRectangle(said, color=ground, fill_opacity=1, buff=PLATE), said)

    def _arc(self, here: FloatArray, one: FloatArray, other: FloatArray) -> list[Mobject]:
        """The angle between both ways, as far as it is one."""
        if not (self.first.is_equal and self.second.is_equal):
            return []
        ways = [(end - here)[:2] for end in (one, other)]
        if min(float(np.linalg.norm(way)) for way in ways) < ARC:
            return []
        begin, end = (float(np.arctan2(way[1], way[0])) for way in ways)
        turn = (end - begin + np.pi) % (2 * np.pi) - np.pi
        if abs(np.degrees(turn)) < LEAST:
            return []
        ink = self.stage.palette.ink
        return [Arc(ARC, begin, turn, arc_center=here, color=ink, stroke_width=2)]


def _refill(group: VGroup, *parts: Mobject) -> None:
    group.remove(*group)
    group.add(*parts)
