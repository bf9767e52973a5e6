"""Where the descent is among its parameters: a point in their plane with lines of equal cost, or on the cost's curve.

With three parameters the plane is that of the first two, through the third as it is at the time: a slice, and said so.
A line of equal cost is an exact ellipse where the cost is a quadratic, and else runs between values on a grid.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

import contourpy
import numpy as np
from manim import BackgroundRectangle, Circle, Polygon, VGroup, VMobject

from symgd.animations.descent_story import DescentStory
from symgd.animations.numerals import Scale, numeral, scale_of
from symgd.animations.plot_panel import PlotPanel, drawn, stroke
from symgd.animations.stage import Stage, Zone
from symgd.data.arrays import FloatArray
from symgd.terms import Equation, Symbol
from symgd.writing.words import Message, message

SAMPLES = 120
DOT, STOP = 0.1, 0.045
STOPS = 30  # up to so many points of a path are marked one by one
CORNERS = 300  # of a path, at most
CROSS = 0.11
HEAD, HALF_HEAD = 0.22, 0.09
EM = 0.28
ROOM = 0.15

GRID = (64, 48)
ELLIPSE = 160  # corners
RATIO = 3.0  # from one line's height above the least cost to the next
BELOW, ABOVE = 5, 2  # lines below and above the one through the start
ROUND = 1e-12


@dataclass(frozen=True, eq=False)
class Plane:
    """The cost over two parameters, the others as they are at some step; the scales are the part that is looked at."""

    story: DescentStory
    held: FloatArray  # all parameters; the first two of these are not used for the heights
    x: Scale
    y: Scale

    def cost(self, first: float, second: float) -> float:
        """The cost at a point; nan where it has none."""
        values = [float(first), float(second), *self.held[2:].tolist()]
        return float(self.story.cost_of(values))

    def lines(self) -> Iterator[tuple[float, list[FloatArray]]]:
        """Levels of the cost with their lines, each of shape (n, 2), from low to high."""
        quadratic = self._quadratic()
        if quadratic is not None:
            centre, half_axes, least = quadratic
            turns = np.linspace(0, 2 * np.pi, ELLIPSE)
            circle = np.vstack((np.cos(turns), np.sin(turns)))
            for level in self.levels(least, least + 1.0):
                radius = np.sqrt(2 * (level - least))
                yield level, [(centre[:, None] + radius * half_axes @ circle).T]
            return
        with np.errstate(all="ignore"):
            xs, ys = (
                np.linspace(scale.low, scale.high, count)
                for scale, count in zip((self.x, self.y), GRID, strict=True)
            )
            heights = np.array([[self.cost(x, y) for x in xs] for y in ys])
        heights[~np.isfinite(heights)] = np.nan
        if np.isnan(heights).all():
            return
        found = contourpy.contour_generator(xs, ys, np.ma.masked_invalid(heights))
        for level in self.levels(float(np.nanmin(heights)), float(np.nanmax(heights))):
            yield level, [np.asarray(line) for line in found.lines(level)]

    def levels(self, least: float, most: float) -> list[float]:
        """Costs at which lines are drawn: one goes through the start, each has a multiple of the next one's height."""
        start = self.cost(*self.story.parameters[0][:2])
        first = start - least if start > least else most - least
        if not np.isfinite(first) or first <= 0:
            return []
        return [least + first * RATIO**power for power in range(-BELOW, ABOVE + 1)]

    def _quadratic(self) -> tuple[FloatArray, FloatArray, float] | None:
        """The point of least cost in the plane, axes by which a circle becomes a line of equal cost, and the least cost.

        None where the cost is no quadratic, or flat in some direction.
        """
        if self.story.run.curvature is None:
            return None
        at = np.array([*self.held], dtype=np.float64)
        here = np.array(self.story.evaluate(at.tolist())[1])[:2]
        columns = []
        for index in range(2):
            beside = at.copy()
            beside[index] += max(1.0, abs(float(at[index])))
            slope = np.array(self.story.evaluate(beside.tolist())[1])[:2]
            columns.append((slope - here) / (beside[index] - at[index]))
        hessian = np.array(columns)
        sizes, axes = np.linalg.eigh((hessian + hessian.T) / 2)
        if not np.isfinite(sizes).all() or sizes[0] <= ROUND * sizes[1]:
            return None
        centre = at[:2] - axes @ (axes.T @ here / sizes)
        exact = self.story.exact
        if exact is not None and len(exact) == 2:
            centre = exact
        return centre, axes / np.sqrt(sizes), self.cost(*centre)


def limits(story: DescentStory) -> FloatArray:
    """Points among the parameters that a picture of them is to hold, of shape (n, p).

    The exact minimum, the start and what lies opposite the first step (the gradient points there) are always among
    them; the path is, as long as it stays near these.
    """
    rows = story.parameters
    first = [rows[0]]
    if story.steps:
        opposite = 2 * rows[0] - rows[1] if story.rule is None else rows[0] + story.uphill()
        first += [opposite, rows[1]]
    if story.exact is not None:
        first.append(story.exact)
    if story.diverged and story.exact is not None:
        far = 4 * np.abs(np.array(first) - story.exact).max(axis=0) + 1e-300
        rows = rows[(np.abs(rows - story.exact) <= far).all(axis=1)]
    return np.vstack((first, rows))


class ParameterPicture:
    """The path of a descent over its parameters."""

    def __init__(self, stage: Stage, zone: Zone, story: DescentStory) -> None:
        self.stage, self.zone, self.story = stage, zone, story
        self.curved = len(story.names) == 1
        self.panel = self._curve_panel() if self.curved else self._plane_panel()
        palette = stage.palette
        self.lines = VGroup(*self.contours(0))
        self.path = stroke(palette.ink, 2)
        self.stops = VGroup()
        self.dot = Circle(radius=DOT, stroke_color=palette.ground, stroke_width=1.5)
        self.dot.set_fill(palette.prediction, opacity=1)
        self.live = VGroup(self.path, self.stops, self.dot)
        self.show(0.0)

    def _plane_panel(self) -> PlotPanel:
        first, second = (Symbol(name) for name in self.story.names[:2])
        xs, ys, *_ = limits(self.story).T.tolist()
        x, y = scale_of(xs, ROOM), scale_of(ys, ROOM)
        return PlotPanel(self.stage, self.zone, x, y, x_label=first, y_label=second)

    def _curve_panel(self) -> PlotPanel:
        (name,) = self.story.names
        scale = scale_of(limits(self.story)[:, 0].tolist(), ROOM)
        self.xs = np.linspace(scale.low, scale.high, SAMPLES)
        with np.errstate(all="ignore"):
            self.costs = np.array([self.story.cost_of([x]) for x in self.xs.tolist()])
        there = self.costs[np.isfinite(self.costs)]
        most = min(float(there.max()), 3 * max(float(c) for c in self.story.cost[:2]))
        low = float(there.min()) if self.story.least is None else self.story.least
        y, cost = scale_of([low, most]), self.story.problem.cost_name
        return PlotPanel(self.stage, self.zone, scale, y, x_label=Symbol(name), y_label=cost)

    def contours(self, step: int) -> list[VMobject]:
        """Lines of equal cost through the parameters at a step; or the cost's curve."""
        palette = self.stage.palette
        if self.curved:
            curve = stroke(palette.error, 2.5, 0.75)
            return [drawn(curve, self.panel.segments(self.xs, self.costs))]
        plane = Plane(self.story, self.story.parameters[step], self.panel.x, self.panel.y)
        made = []
        for _, lines in plane.lines():
            parts = [self.panel.segments(part[:, 0], part[:, 1]) for part in lines]
            made.append(drawn(stroke(palette.error, 1.5, 0.5), [*chain.from_iterable(parts)]))
        return made

    def slice_note(self, step: int) -> VGroup:
        """What the third parameter is in the plane that is seen."""
        name, value = self.story.names[-1], float(self.story.parameters[step][-1])
        where = Equation(Symbol(name), numeral(value))
        return VGroup(self.panel.corner(message("slice at {point}", point=where), 0.26))

    def point(self, time: float) -> tuple[float, float]:
        """Where the descent is, in the values of the scales."""
        values = self.story.at(time)
        second = self.story.cost_of(values.tolist()) if self.curved else values[1]
        return float(values[0]), float(second)

    def show(self, time: float) -> ParameterPicture:
        """Draw the path to a time of the descent; a dot out of the picture waits at its border."""
        stops = corners = [self.point(step) for step in _thinned(int(time))]
        if time > int(time):
            corners = [*corners, self.point(time)]
        xs, ys = zip(*corners, strict=True)
        if not self.curved:
            drawn(self.path, self.panel.segments(xs, ys))
        few = stops[: min(STOPS, self.story.steps + 1)]
        self.panel.dot(self.stops, few, STOP, self.stage.palette.ink)
        here = corners[-1]
        self.dot.move_to(self.panel.border(*here))
        self.dot.set_fill(opacity=1.0 if self.panel.holds(*here) else 0.3)
        return self

    def cross(self) -> VGroup:
        """A cross at the exact minimum, with a word beside it; nothing where it is not known."""
        exact = self.story.exact
        if exact is None:
            return VGroup()
        second = float(self.story.least or 0.0) if self.curved else float(exact[1])
        centre = self.panel.position(float(exact[0]), second)
        box, palette = self.panel.box, self.stage.palette
        arms = stroke(palette.ink, 3)
        corner, other = np.array([CROSS, CROSS, 0]), np.array([CROSS, -CROSS, 0])
        drawn(arms, [(centre - corner, centre + corner), (centre - other, centre + other)])
        word = self.stage.sentence(self._minimum(exact), em=EM).at_most(box.width - CROSS)
        leftwards = centre[0] + CROSS + word.width > box.right
        left = centre[0] - word.width / 2 if not leftwards else box.right - word.width
        below = centre[1] - 0.42 > box.bottom
        word.put(left, centre[1] - 0.4 if below else centre[1] + 0.2)
        plate = BackgroundRectangle(word, color=palette.ground, fill_opacity=0.8, buff=0.03)
        return VGroup(arms, plate, word)

    def _minimum(self, exact: FloatArray) -> Message:
        """What the cross is; in a slice, where the third parameter would have to be for that."""
        if self.story.sliced:
            third = Equation(Symbol(self.story.names[-1]), numeral(float(exact[-1])))
            return message("minimum, at {point}", point=third)
        known = self.story.run.exact
        unique = known is None or known.unique
        return message("minimum") if unique else message("a minimum")

    def arrow(self, sign: float) -> VGroup:
        """An arrow from the start along the gradient, or its opposite."""
        return self._arrow(0, sign * self.story.uphill())

    def arrows(self, step: int) -> VGroup:
        """The step that is made, and beside it, thin and dashed, straight downhill."""
        story = self.story
        way = story.parameters[step + 1] - story.parameters[step]
        down = story.towards(step, -np.array(story.gradient(step)))
        return VGroup(self._arrow(step, down, dashed=True), self._arrow(step, way))

    def arrows_note(self) -> VGroup:
        """What the two arrows are."""
        said = message("arrow: the step; dashed: downhill")
        return VGroup() if self.story.sliced else VGroup(self.panel.corner(said, 0.26))

    def _arrow(self, step: int, way: FloatArray, *, dashed: bool = False) -> VGroup:
        """An arrow from a step's point, to the border of the picture at most."""
        across, up = self.point(step)
        start, tip = self.panel.position(across, up), self.story.parameters[step] + way
        end = self.panel.border(tip[0], up if self.curved else tip[1])
        ink, shift = self.stage.palette.ink, end - start
        length = float(np.linalg.norm(shift))
        if length < 1e-6:
            return VGroup()
        along = shift / length
        aside = np.array([-along[1], along[0], 0.0])
        head = min(HEAD, 0.6 * length)
        neck = end - head * along
        wide = HALF_HEAD * head / HEAD
        tip = Polygon(end, neck + wide * aside, neck - wide * aside, stroke_width=0)
        shaft = drawn(stroke(ink, 2 if dashed else 3.5), [(start, neck)], dashed=dashed)
        return VGroup(shaft, tip.set_fill(ink, opacity=1))

    def mark(self, step: int) -> Circle:
        """A ring round a step's point."""
        ring = Circle(radius=0.18, stroke_color=self.stage.palette.ink, stroke_width=2.5)
        return ring.move_to(self.panel.border(*self.point(step)))


def _thinned(last: int) -> list[int]:
    """Steps from 0 to `last`; many are thinned out, closer at the beginning."""
    if last <= CORNERS:
        return list(range(last + 1))
    early = range(STOPS + 1)
    later = np.linspace(STOPS, last, CORNERS - STOPS).astype(int).tolist()
    return [*early, *later[1:]]
