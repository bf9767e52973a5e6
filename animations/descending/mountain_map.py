"""A small map in the fog: his path from above, and the arrow against the gradient, which says which way is down."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

import numpy as np
from manim import DL, UR, BackgroundRectangle, Polygon, Rectangle, VGroup, VMobject

from symgd.animations.descending.lantern_fog import CLEAR, DENSE
from symgd.animations.descending.mountain import Mountain
from symgd.animations.formulas.numerals import Scale, listed, scale_of
from symgd.animations.formulas.typeset import Typeset
from symgd.animations.pictures.bare_frame import BareFrame
from symgd.animations.pictures.plot_panel import PlotPanel, drawn, stroke
from symgd.animations.staging.stage import Label, Stage, Zone
from symgd.animations.stories.cost_map import CostMap, equal_axes
from symgd.data.arrays import FloatArray
from symgd.terms import Symbol
from symgd.writing.words import message

SIZES, EDGE = ((2.9, 2.15), (2.5, 1.85)), 0.13  # of the map's frame, and from it to the panel's
EM, TITLE = 0.29, 0.4
INSIDE = 0.4  # round the path, that is seen of the map
LENGTH, CLEARED = 0.85, 0.09  # of the arrow, which tells a direction alone
DOT, SMALL, PLATE = 0.06, 0.04, 0.04
HALF, SAMPLES = 0.5, 9
BROAD, MAN = 0.4, 1.0  # how far he reaches to both sides, and up
TALLEST = 1.3  # of its width, a map aside is high
SIDES = (1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, 1), (1, -1), (-1, -1)
HEAD, HALF_HEAD = 0.26, 0.11  # of an arrow's length


class MountainMap:
    """`whole` stands still, `live` follows `show`; in the panel it has no room where his light, or what is beside it, comes.

    It is drawn in the panel's corner, or else in a zone `aside`; `rows` are the places that it shows, without fog; `last`
    is the last step that he makes beside it.
    """

    def __init__(
        self,
        stage: Stage,
        panel: PlotPanel,
        mountain: Mountain,
        beside: Sequence[VGroup] = (),
        aside: Zone | None = None,
        size: tuple[float, float] = SIZES[0],
        rows: FloatArray | None = None,
        last: int | None = None,
    ) -> None:
        self.stage, self.mountain, self.story = stage, mountain, mountain.story
        self.aside = aside
        self.rows = self.story.parameters[: mountain.last + 1] if rows is None else rows
        self._last = mountain.steps if last is None else last
        box = panel.box
        right, top = box.right - EDGE, box.top - EDGE - TITLE
        self.zone = Zone(right - size[0], right, top - size[1], top)
        if aside is not None:
            top = min(box.top, aside.top) - TITLE
            foot = box.bottom if box.bottom < aside.top - TITLE else aside.bottom
            low = max(foot, top - TALLEST * aside.width)
            self.zone = Zone(aside.left, aside.right, low, top)
        self.dotted = False  # whether each step is seen
        self.has_room = aside is not None or self.is_free(panel, beside, lights=rows is None)
        self.has_room = self.has_room and not mountain.over_parameter
        if not self.has_room:
            return
        self.frame = BareFrame(stage, self.zone, *self._scales())
        wide, high = self.zone.width, self.zone.height
        self.plate = Rectangle(
            width=wide + EDGE, height=high + TITLE + EDGE, stroke_width=0
        ).set_fill(stage.palette.ground, opacity=1 if aside is None else 0)
        self.plate.move_to((*self.zone.centre[:2], 0)).shift((0, TITLE / 2, 0))
        self.path, self.stops = stroke(stage.palette.ink, 2), VGroup()
        self.trodden = VGroup()  # dots where steps began
        self.lines, self.names = VGroup(), self._named()
        self.whole = VGroup(self.plate, self.frame.drawing, self.lines, self.names)
        self.live = VGroup(self.path, self.trodden, self.stops)
        self.show(0.0)

    def is_free(self, panel: PlotPanel, beside: Sequence[VGroup], *, lights: bool = True) -> bool:
        """Whether he, his light if that counts, and what is written beside it do not come to the map in the fog."""
        areas = [(each.get_corner(DL), each.get_corner(UR)) for each in beside]
        if lights:
            reach = HALF * (CLEAR + DENSE) * np.array([1.0, 1.0, 0.0])
            areas += [(here - reach, here + reach) for here in self._seen(panel, self._walked)]
        return self.is_clear(panel, self._walked) and not any(self._meets(*each) for each in areas)

    @property
    def _walked(self) -> range:
        return range(self._last + 1)

    def _seen(self, panel: PlotPanel, steps: Sequence[int]) -> list[FloatArray]:
        """Where he stands in a panel, where that shows it."""
        feet, cost = self.mountain.feet, self.story.cost
        places = [(float(feet[step]), float(cost[step])) for step in steps]
        return [panel.position(*place) for place in places if panel.holds(*place)]

    def is_clear(self, panel: PlotPanel, steps: Sequence[int]) -> bool:
        """Whether he himself does not come to the map at some steps in a panel."""
        low, high = np.array([-BROAD, 0.0, 0.0]), np.array([BROAD, MAN, 0.0])
        return not any(self._meets(here + low, here + high) for here in self._seen(panel, steps))

    def _meets(self, low: FloatArray, high: FloatArray) -> bool:
        if self.aside is not None:
            return False
        left, bottom = self.zone.left - EDGE, self.zone.bottom - EDGE
        return bool(high[0] > left and high[1] > bottom)

    def _scales(self) -> tuple[Scale, Scale]:
        x, y = (scale_of(self.rows[:, axis].tolist(), INSIDE) for axis in self.story.axes)
        return equal_axes(x, y, self.zone.width, self.zone.height)

    def _named(self) -> VGroup:
        """What it is, and the axes' names, inside the frame."""
        stage, zone = self.stage, self.zone
        first, second = (Symbol(name) for name in self.story.shown_names)
        title: Label = message("from above")
        shown = [self.story.names[axis] for axis in self.story.axes]
        others = [Symbol(name) for name in self.story.names if name not in shown]
        if others:
            title = message("from above, without {names}", names=listed(others))
        said = stage.sentence(title, em=EM).at_most(zone.width)
        said.put(zone.left, zone.top + CLEARED)
        across = self._name(first)
        across.put(zone.right - CLEARED - across.width, zone.bottom + CLEARED)
        up = self._name(second)
        up.put(zone.left + CLEARED, zone.top - CLEARED - EM)
        plates = (
            BackgroundRectangle(name, color=stage.palette.ground, fill_opacity=1, buff=PLATE)
            for name in (across, up)
        )
        return VGroup(said, *plates, across, up)

    def _name(self, name: Symbol) -> Typeset:
        made = self.stage.fitted(name, EM, self.zone.width * HALF)
        made.set_fill(self.stage.colours[name.name])
        return made

    def place(self, step: int) -> FloatArray:
        """Where a step begins, in the frame."""
        return self.frame.border(*self.story.parameters[step][list(self.story.axes)].tolist())

    def show(self, time: float) -> MountainMap:
        """His path until a time."""
        whole = min(int(time), self.mountain.last)
        rows = [*self.story.parameters[: whole + 1], self.story.at(time)]
        places = np.array(rows)[:, list(self.story.axes)]
        drawn(self.path, self.frame.segments(places[:, 0], places[:, 1]))
        here = tuple(places[-1].tolist())
        self.stops.remove(*self.stops)
        if self.dotted:
            steps = [(float(x), float(y)) for x, y in places[:-1]]
            self.frame.dot(self.trodden, steps, SMALL, self.stage.palette.ink)
        self.frame.dot(self.stops, [here], DOT, self.stage.palette.ink)
        return self

    def downhill(self, step: int) -> VGroup:
        """The arrow against the gradient, of one length, with its name at the side that is free."""
        axes = list(self.story.axes)
        slope = np.array(self.story.gradient(step))[axes]
        box, frame = self.zone, self.frame
        units = box.width / (frame.x.high - frame.x.low), box.height / (frame.y.high - frame.y.low)
        way = np.array([-slope[0] * units[0], -slope[1] * units[1], 0.0])
        size = float(np.linalg.norm(way))
        if not size:
            return VGroup()
        here = self.place(step)
        ends = frame.clipped(here, here + LENGTH * way / size)
        if ends is None:
            return VGroup()
        made = self._arrow(*ends)
        cost = self.story.problem.cost_name
        name = self.stage.sentence(message("−∇{cost}", cost=cost), em=EM)
        name.at_most(box.width - 2 * EDGE)
        self._stand(name, ends, step)
        return VGroup(made, name)

    def _stand(self, name: Typeset, ends: tuple[FloatArray, FloatArray], step: int) -> None:
        """Put an arrow's name beside its tip or its middle, clear of border, arrow, path and axes' names as far as may be."""
        box = self.zone
        reach = np.array([name.width / 2, name.height / 2, 0.0])
        low = np.array([box.left, box.bottom, 0.0]) + reach + EDGE
        high = np.array([box.right, box.top, 0.0]) - reach - EDGE
        arrow = [ends[0] + part * (ends[1] - ends[0]) for part in np.linspace(0.0, 1.0, SAMPLES)]
        spots = [(spot, np.zeros(3)) for spot in (*arrow, *map(self.place, range(step + 1)))]
        spots += [
            (each.get_center(), np.array([each.width / 2, each.height / 2, 0.0]))
            for each in self.names[-2:]
        ]

        def meets(here: FloatArray) -> int:
            return sum(
                bool((np.abs(here - spot)[:2] < (reach + half + CLEARED)[:2]).all())
                for spot, half in spots
            )

        aside = reach + EDGE + CLEARED
        places = [
            np.clip(spot + aside * np.array([*side, 0.0]), low, high)
            for spot in (arrow[-1], arrow[SAMPLES // 2])
            for side in SIDES
        ]
        name.move_to(min(places, key=meets))

    def _arrow(self, start: FloatArray, end: FloatArray) -> VGroup:
        """An arrow as long as the way between two places, however short that is."""
        way, colour = end - start, self.stage.palette.ink
        aside = np.array([-way[1], way[0], 0.0]) * HALF_HEAD
        neck = end - HEAD * way
        tip = Polygon(end, neck + aside, neck - aside, stroke_width=0)
        shaft = drawn(stroke(colour, 3.5), [(start, neck)])
        return VGroup(shaft, tip.set_fill(colour, opacity=1))

    def levels(self) -> VGroup:
        """Lines of equal cost, which the fog hid."""
        story, frame = self.story, self.frame
        held = np.array(story.parameters[self.mountain.last])
        ground = CostMap(
            story.evaluate,
            story.axes,
            held if story.exact is None else story.exact,
            np.array(story.parameters[0]),
            story.run.curvature is not None,
        )
        made = VGroup()
        for parts in ground.lines(frame.x, frame.y):
            pieces = chain.from_iterable(frame.segments(part[:, 0], part[:, 1]) for part in parts)
            line: VMobject = stroke(self.stage.palette.error, 1.4, 0.65)
            made.add(drawn(line, [*pieces]))
        return made
