"""The parameters' plane with one unit on both axes, where the ravine leaves room for it.

Laws
----
- an arrow along the gradient stands upright on the lines of equal cost, but where a note says that the units differ
- the gradient's arrow is whole: where it has no room in its own length it is drawn smaller, and that is said
- drawn smaller it is still longer than its step, where the rate is below 1: times the rate it is seen to shrink
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import cached_property
from itertools import count

import numpy as np
from manim import Arc, BackgroundRectangle, VGroup

from symgd.animations.formulas.numerals import BASE, NOTHING, ROUND, Scale, numeral, scale_of
from symgd.animations.pictures.label_places import PLATE, LabelPlaces, along, rounds
from symgd.animations.pictures.parameter_picture import DOT, ParameterPicture
from symgd.animations.pictures.plot_panel import BOTTOM, LEFT, RIGHT, TOP, PlotPanel, drawn, stroke
from symgd.animations.stories.descent_story import DescentStory
from symgd.animations.stories.views import ROOM, View, limits, opened, with_whole_lines
from symgd.data.arrays import FloatArray
from symgd.terms import Symbol
from symgd.writing.words import message

MOST = 6.0  # times that one axis may be widened for equal units
EM, NARROW = 0.26, 2.4
GUIDED = 2  # places whose numbers are read on the axes: the start, and the first step's
THIN = 2.0  # a gradient's shaft; a step's is thicker
ARC, LEAST_TURN, ANGLE_EM = 0.75, 0.02, 0.32
WIDER, BESIDE = (
    2.2,
    1.55,
)  # times that a picture may grow, so that a line of equal cost is whole in it
LONGER = 1.25  # times its step's length, that a drawn gradient has at least
SHORT = 0.1  # of the picture's sides, a way whose direction is wanted


class EvenPicture(ParameterPicture):
    """The path of a descent over its parameters, the axes in equal units where that leaves the path to be seen."""

    even, gone_near, fine = True, False, True

    def look(self, view: View, *, ready: bool = True) -> ParameterPicture:
        """Draw everything as it is seen in a view, which need not be the whole."""
        self.gone_near = True
        return super().look(view, ready=ready)

    def _all(self) -> View:
        """All that the picture is to hold."""
        return self._holding(closed(self.story, self._sides, BESIDE))

    @property
    def _sides(self) -> tuple[float, float]:
        return self.zone.width - LEFT - RIGHT, self.zone.height - BOTTOM - TOP

    def _holding(self, points: FloatArray) -> View:
        points = np.vstack((points, self._shortest_ends()[:, self.story.axes]))
        x, y = (scale_of(values, ROOM) for values in points.T.tolist())
        return View(*evened(x, y, *self._sides))

    def holding(self, last: int) -> View:
        """All that the whole view holds, and the way to a step."""
        rows = self.story.parameters[: last + 1, self.story.axes]
        return self._holding(np.vstack((closed(self.story, self._sides, BESIDE), rows)))

    def _plane_panel(self) -> PlotPanel:
        first, second = (Symbol(name) for name in self.story.shown_names)
        if not self.gone_near or self.view is None:
            self.view = self._all()
        x, y, self.even = self.view.x, self.view.y, self.view.equal
        panel = PlotPanel(self.stage, self.zone, x, y, x_label=first, y_label=second)
        short = message("not to scale")
        if not self.even and panel.box.width < NARROW and panel.has_corner(short):
            panel.noted(short)
        elif not self.even:
            panel.foot(message("axes not to scale"))
        return panel

    def _taken(self) -> list[tuple[FloatArray, FloatArray]]:
        """Where no cost may stand: the path, arrows, and the ways from its first places to the axes."""
        found, panel = super()._taken(), self.panel
        for row in self.story.parameters[:GUIDED]:
            x, y = self.place(row)
            found += panel.segments([x, x], [panel.y.low, y])
            found += panel.segments([panel.x.low, x], [y, y])
        here = self.story.parameters[0]
        way = self.story.uphill() / (self.story.rate_at(0) or 1.0)
        ends = [here + way, here - way]
        ends += [] if self.story.exact is None else [self.story.exact]
        for end in ends:
            xs, ys = np.array([here, end])[:, self.story.axes].T.tolist()
            found += panel.segments(xs, ys)
        return found

    def _limits(self) -> FloatArray:
        return np.vstack((super()._limits(), self._shortest_ends()))

    @property
    def _most_shrunk(self) -> int:
        """The most times that the gradient may be drawn smaller, so that it is longer than its step."""
        most, found = 1.0 / (LONGER * self.story.rate_at(0)), 1
        for size in _sizes():
            if size > most:
                return found
            found = size
        return found

    def _shortest_ends(self) -> FloatArray:
        """Where the gradient ends when it is drawn as small as it may be, uphill and downhill."""
        here = self.story.parameters[0]
        way = self.story.uphill() / (self.story.rate_at(0) * self._most_shrunk)
        return np.array([here + way, here - way])

    @cached_property
    def shrunk(self) -> int:
        """How many times smaller the gradient is drawn, so that its arrow is in the picture, uphill and downhill."""
        most = 1.0 / self.story.rate_at(0)
        room = min(self.reach(1.0, most), self.reach(-1.0, most))
        if not room > 0:
            return 1
        fitting = next(size for size in _sizes() if size * room >= most * (1 - NOTHING))
        return min(fitting, self._most_shrunk)

    def gradient(self, sign: float) -> VGroup:
        """The gradient, uphill or downhill, so many times smaller as it is `shrunk`."""
        made = self.arrow(sign / (self.story.rate_at(0) * self.shrunk))
        if len(made):
            made[0].set_stroke(width=THIN)
        return made

    def short_arrow(self, sign: float, length: float, step: int = 0) -> VGroup:
        """An arrow of a length in the frame that points as the gradient's does in the picture; nothing without one."""
        story, here = self.story, self.story.parameters[step]
        slopes = np.array(story.gradient(step))
        steep = float(np.abs(slopes[[*story.axes]]).max())
        if not np.isfinite(steep) or not steep:
            return VGroup()
        scales = [self.panel.x] if self.curved else [self.panel.x, self.panel.y]
        reach = SHORT * min(scale.high - scale.low for scale in scales)
        tip = here + sign * reach / steep * slopes
        across, up = self.point(step)
        end = (float(tip[0]), up) if self.curved else self.place(tip)
        shift = np.asarray(self.panel.position(*end)) - self.panel.position(across, up)
        size = float(np.linalg.norm(shift))
        if not np.isfinite(size) or not size:
            return VGroup()
        way = shift / size
        made = self._between(np.zeros(3), length * way)
        if len(made):
            made[0].set_stroke(width=THIN)
        return made

    def angle(self) -> tuple[VGroup, float]:
        """The arc from downhill to the straight way to the minimum, and how many degrees it has.

        Nothing where the angle in the picture is not that in the parameters, or where it is none.
        """
        story = self.story
        if story.exact is None or story.sliced or self.curved or not self.even:
            return VGroup(), 0.0
        ways = [-np.array(story.gradient(0)), story.exact - story.parameters[0]]
        first, second = (
            math.atan2(way[axis[1]], way[axis[0]])
            for way, axis in zip(ways, [story.axes] * 2, strict=True)
        )
        turn = (second - first + math.pi) % (2 * math.pi) - math.pi
        if abs(turn) < LEAST_TURN:
            return VGroup(), 0.0
        reach = min(ARC, 0.7 * float(np.linalg.norm(self._seen_way(ways[1]))))
        arc = Arc(reach, first, turn, arc_center=self.dot.get_center(), stroke_width=2.5)
        return VGroup(arc.set_color(self.stage.palette.ink)), math.degrees(abs(turn))

    def _seen_way(self, way: FloatArray) -> FloatArray:
        """A way from the start, in the frame."""
        rows = self.story.parameters[0], self.story.parameters[0] + way
        one, other = (self.panel.position(*self.place(row)) for row in rows)
        return np.asarray(other - one)

    def angle_said(self, arc: VGroup, degrees: float) -> VGroup:
        """How many degrees an arc has, beside its middle."""
        label = self.stage.sentence(f"{round(degrees)}°", em=ANGLE_EM)
        middle, here = arc[0].point_from_proportion(0.5), self.dot.get_center()
        out = (middle - here) / float(np.linalg.norm(middle - here))
        label.move_to(middle + out * (0.12 + max(label.width, label.height) / 2))
        ground = self.stage.palette.ground
        return VGroup(
            BackgroundRectangle(label, color=ground, fill_opacity=PLATE, buff=0.02), label
        )

    def scale_said(self, arrow: VGroup, times: int) -> VGroup:
        """Beside an arrow, how many times smaller than it is, it is drawn."""
        said = message("drawn {one} : {times}", one=numeral(1.0), times=numeral(float(times)))
        if not len(arrow):
            return VGroup()
        if (
            self.even and not self.story.sliced and not self.curved
        ):  # below, where nothing is in its way
            foot = self.panel.foot(said, EM, stays=False)
            return VGroup(foot)
        label, ground = self.stage.sentence(said, em=EM), self.stage.palette.ground
        plate = BackgroundRectangle(label, color=ground, fill_opacity=PLATE, buff=0.03)
        shaft, tip = arrow
        lines = along([*self.straight_way(), (shaft.get_start(), tip.get_start())])
        centre = self.dot.get_center()
        places = LabelPlaces(self.stage, self.panel.box, [*lines, *rounds([centre], DOT)])
        places.add(along(self.written()))
        return places.put(VGroup(plate, label), (shaft.get_start() + tip.get_start()) / 2)

    def written(self) -> list[tuple[FloatArray, FloatArray]]:
        """The costs that are written into their lines, as strokes through their middles."""
        labels = [each for each in self.lines if isinstance(each, VGroup)]
        return [(each.get_left(), each.get_right()) for each in labels if len(each)]

    def still_to_go(self, step: int) -> VGroup:
        """Dashed: what is left from a step's place to the minimum; nothing where that isn't in this plane."""
        story = self.story
        if self.curved or story.sliced or story.exact is None or story.diverged:
            return VGroup()
        ends = np.array([story.parameters[step], story.exact])[:, story.axes]
        pieces, line = self.panel.segments(*ends.T.tolist()), stroke(self.stage.palette.ink, 2)
        return VGroup(drawn(line, pieces, dashed=True)) if pieces else VGroup()

    def straight_way(self) -> list[tuple[FloatArray, FloatArray]]:
        """From the start to the minimum, as far as it is in the picture."""
        if self.curved or self.story.exact is None:
            return []
        ends = np.array([self.story.parameters[0], self.story.exact])[:, self.story.axes]
        return self.panel.segments(*ends.T.tolist())

    def straight(self) -> VGroup:
        """Dashed: the straight way from the start to the minimum; nothing where it is not known, or on a curve."""
        pieces, line = self.straight_way(), stroke(self.stage.palette.ink, 2)
        return VGroup(drawn(line, pieces, dashed=True)) if pieces else VGroup()

    def reach(self, sign: float, most: float) -> float:
        """How many steps long, at most, an arrow from the start may be along the gradient without leaving the box."""
        story, panel = self.story, self.panel
        way, length = sign * story.uphill(), most
        scales = [panel.x] if self.curved else [panel.x, panel.y]
        axes = [*story.axes]
        for scale, start, change in zip(scales, story.parameters[0][axes], way[axes], strict=True):
            room = (scale.high if change > 0 else scale.low) - start
            if change:
                length = min(length, float(room / change))
        return length


def _sizes() -> Iterator[int]:
    """1, 2, 5, 10 and so on."""
    return (part * int(BASE**power) for power in count() for part in ROUND)


def closed(
    story: DescentStory, sides: tuple[float, float] | None = None, wider: float = WIDER
) -> FloatArray:
    """What the picture is to hold, and the lines of equal cost that are whole when it is not much larger for them.

    Where its sides in the frame are known, the way that needs less of them may grow until its unit is as long.
    """
    points = limits(story)[:, story.axes]
    low, high = points.min(axis=0), points.max(axis=0)
    low, high = opened(low, high)
    size = high - low
    if not (size > 0).all():
        return np.array((low, high))
    units = size if sides is None else size / sides
    most = wider * size
    if sides is not None and units.max() <= MOST * units.min():
        most = wider * units.max() * np.array(sides)
    return with_whole_lines(story, low, high, most)


def evened(x: Scale, y: Scale, width: float, height: float) -> tuple[Scale, Scale, bool]:
    """Both scales in one unit, the longer of the two, and true; as they were, where the other would nearly vanish."""
    units = (x.high - x.low) / width, (y.high - y.low) / height
    if max(units) > MOST * min(units):
        return x, y, False
    return _widened(x, width * max(units)), _widened(y, height * max(units)), True


def _widened(scale: Scale, length: float) -> Scale:
    """The same middle, and so long."""
    middle = (scale.low + scale.high) / 2
    return Scale(middle - length / 2, middle + length / 2)
