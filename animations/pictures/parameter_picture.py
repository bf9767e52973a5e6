"""Where the descent is among its parameters: a point in their plane with lines of equal cost, or on the cost's curve.

With more than two parameters the plane is that of the two which move furthest, through the others as they are at the
time: a slice, and said so.
The lines have their cost written into a gap of each, where there is room. The view goes near to what is small.
"""

from __future__ import annotations

import math
from itertools import chain

import numpy as np
from manim import Circle, Mobject, Polygon, Scene, VGroup, VMobject

from symgd.animations.formulas.numerals import Scale, numeral, scale_of
from symgd.animations.pictures.level_labels import LevelLine, labelled
from symgd.animations.pictures.plot_panel import PlotPanel, drawn, shape_of, stroke
from symgd.animations.staging.stage import Stage, Zone
from symgd.animations.stories.cost_plane import RATIO as RATIO
from symgd.animations.stories.cost_plane import Plane as Plane
from symgd.animations.stories.descent_story import DescentStory
from symgd.animations.stories.views import ROOM, View, limits, near_view, whole_view
from symgd.data.arrays import FloatArray
from symgd.terms import Equation, Symbol
from symgd.writing.words import Message, message

SAMPLES = 120
DOT, STOP = 0.1, 0.045
APART = 3.0  # radii of stops, from one that is drawn to the next
STOPS = 30  # up to so many points of a path are marked one by one
CORNERS = 300  # of a path, at most
CROSS = 0.11
HEAD, HALF_HEAD = 0.22, 0.09
EM = 0.27
ASKED, SHORTEST, INSIDE = (
    0.55,
    0.3,
    0.8,
)  # lengths of arrows that ask; of the room to the border, at most
SMALL = 3.0  # the width of a picture that stands aside
LINES = 0.65  # the opacity of lines of equal cost: 3.5 : 1 on either ground


class ParameterPicture:
    """The path of a descent over its parameters.

    `banks` draws a path that goes to and fro as its even and its odd steps; `pointing` adds the arrow of the step that
    is made next.
    """

    fine = False  # whether lines of equal cost are smooth where little of them is seen

    def __init__(
        self, stage: Stage, zone: Zone, story: DescentStory, *, banks: bool = False
    ) -> None:
        self.stage, self.zone, self.story, self.banks = stage, zone, story, banks
        self.curved = len(story.names) == 1
        self.pointing, self.time, self.step = False, 0.0, 0
        self.found: list[tuple[float, list[FloatArray]]] = []  # lines of equal cost, by level
        self.view = self.whole
        self.panel = self._curve_panel() if self.curved else self._plane_panel()
        palette = stage.palette
        self.lines = VGroup(*self.contours(0))
        self.path = stroke(palette.ink, 2)
        self.stops, self.pointer = VGroup(), VGroup()
        self.dot = Circle(radius=DOT, stroke_color=palette.ground, stroke_width=1.5)
        self.dot.set_fill(palette.prediction, opacity=1)
        self.live = VGroup(self.path, self.stops, self.pointer, self.dot)
        self.show(0.0)

    # ---------------------------------------------------------------------------------------------
    # What is looked at

    @property
    def whole(self) -> View | None:
        """The view of all; None on a curve."""
        return None if self.curved else whole_view(self.story, shape_of(self.zone))

    def near(self, first: int, last: int) -> View:
        """A view near to some steps."""
        return near_view(self.story, first, last, shape_of(self.zone))

    def look(self, view: View, *, ready: bool = True) -> ParameterPicture:
        """Draw everything as it is seen in a view; while the view moves, and is not `ready`, without scales."""
        self.view, self.panel.x, self.panel.y = view, view.x, view.y
        self.stops.remove(*self.stops)
        if ready:
            self.panel = self._plane_panel()
            self.lines.remove(*self.lines)
            self.lines.add(*self.contours(self.step))
        else:
            for line, pieces in zip(self.lines, self.found, strict=False):
                drawn(line, self._segments(pieces[1]))
        return self.show(self.time)

    def within(self, box: Zone, view: View | None) -> None:
        """Everything as it is in another box, in a view: while it moves, without scales."""
        self.panel.box = box
        if view is not None:
            self.look(view, ready=False)
            return
        drawn(self.lines[0], self.panel.segments(self.xs, self.costs))
        self.stops.remove(*self.stops)
        self.show(self.time)

    def framed(self) -> PlotPanel:
        """The scales as they are in this zone and view, while both change."""
        if self.curved:
            x, y = self.panel.x, self.panel.y
            name, cost = Symbol(self.story.names[0]), self.story.problem.cost_name
            return PlotPanel(self.stage, self.zone, x, y, x_label=name, y_label=cost)
        return self._plane_panel()

    @property
    def levels(self) -> list[Mobject]:
        """The costs that are written into lines."""
        return [] if self.curved else [*self.lines[len(self.found) :]]

    def _plane_panel(self) -> PlotPanel:
        first, second = (Symbol(name) for name in self.story.shown_names)
        assert self.view is not None
        view = self.view
        panel = PlotPanel(self.stage, self.zone, view.x, view.y, x_label=first, y_label=second)
        if not view.equal:
            panel.foot(message("axes not to scale"))
        return panel

    def _limits(self) -> FloatArray:
        """Parameters that a curve is to hold."""
        return limits(self.story)

    def _curve_panel(self) -> PlotPanel:
        (name,) = self.story.names
        scale = scale_of(self._limits()[:, 0].tolist(), ROOM)
        self.xs = np.linspace(scale.low, scale.high, SAMPLES)
        with np.errstate(all="ignore"):
            self.costs = np.array([self.story.cost_of([x]) for x in self.xs.tolist()])
        there = self.costs[np.isfinite(self.costs)]
        most = min(float(there.max()), 3 * max(float(c) for c in self.story.cost[:2]))
        low = float(there.min()) if self.story.least is None else self.story.least
        y, cost = scale_of([low, most]), self.story.problem.cost_name
        return PlotPanel(self.stage, self.zone, scale, y, x_label=Symbol(name), y_label=cost)

    def contours(self, step: int) -> list[Mobject]:
        """Lines of equal cost through the parameters at a step, with their costs; or the cost's curve."""
        palette, self.step = self.stage.palette, step
        if self.curved:
            curve = stroke(palette.error, 2.5, LINES)
            return [drawn(curve, self.panel.segments(self.xs, self.costs))]
        held = self.story.parameters[step]
        plane = Plane(self.story, held, self.panel.x, self.panel.y, self.fine)
        self.found = [*plane.lines()]
        pieces = [self._segments(lines) for _, lines in self.found]
        taken = self._taken()
        written: list[LevelLine] = labelled(
            self.stage, self.panel.box, [level for level, _ in self.found], pieces, taken
        )
        lines = [drawn(stroke(palette.error, 1.5, LINES), each.pieces) for each in written]
        return [*lines, *(each.label for each in written if each.label is not None)]

    def _taken(self) -> list[tuple[FloatArray, FloatArray]]:
        """Where no cost may stand: the path."""
        return self.panel.segments(*self.story.parameters[:, self.story.axes].T)

    def _segments(self, lines: list[FloatArray]) -> list[tuple[FloatArray, FloatArray]]:
        parts = [self.panel.segments(part[:, 0], part[:, 1]) for part in lines]
        return [*chain.from_iterable(parts)]

    def slice_note(self, step: int) -> VGroup:
        """What the other parameters are in the plane that is seen; nothing where the picture is too small for it."""
        said = message("slice at {point}", point=self._held(self.story.parameters[step]))
        if self.is_small:
            return VGroup()
        return VGroup(self.panel.corner(said, 0.26))

    @property
    def is_small(self) -> bool:
        """Whether it stands aside, where there is no room for all that is said of it."""
        return self.panel.box.width < SMALL

    def sliced_anew(self, scene: Scene, note: VGroup, step: int) -> VGroup:
        """The lines of equal cost where the other parameters are now, and the note that takes the place of `note`."""
        scene.remove(self.lines, note)
        self.lines, new = VGroup(*self.contours(step)), self.slice_note(step)
        scene.remove(self.live)
        scene.add(self.lines, new, self.live)
        return new

    def _held(self, values: FloatArray) -> tuple[Equation, ...]:
        """The parameters that the plane does not show, with their values."""
        pairs = zip(self.story.names, values.tolist(), strict=True)
        held = self.story.held_names
        return tuple(Equation(Symbol(name), numeral(v)) for name, v in pairs if name in held)

    def point(self, time: float) -> tuple[float, float]:
        """Where the descent is, in the values of the scales."""
        values = self.story.at(time)
        if self.curved:
            return float(values[0]), float(self.story.cost_of(values.tolist()))
        return self.place(values)

    def place(self, values: FloatArray) -> tuple[float, float]:
        """Where some parameters are in the plane."""
        first, second = self.story.axes
        return float(values[first]), float(values[second])

    def show(self, time: float) -> ParameterPicture:
        """Draw the path to a time of the descent; a dot out of the picture waits at its border."""
        self.time = time
        stops = corners = [self.point(step) for step in _thinned(int(time))]
        if time > int(time):
            corners = [*corners, self.point(time)]
        if not self.curved:
            drawn(self.path, self._way(int(time), corners))
        few = stops[: min(STOPS, self.story.steps + 1)]
        stood = self.panel.apart(
            few, APART * STOP
        )  # where points would run together, the first stands for them
        self.panel.dot(self.stops, stood, STOP, self.stage.palette.ink)
        here = corners[-1]
        self.dot.move_to(self.panel.border(*here))
        self.dot.set_fill(opacity=1.0 if self.panel.holds(*here) else 0.3)
        self.pointer.remove(*self.pointer)
        if self.pointing and time < min(STOPS, self.story.last) and self.story.rule is None:
            step = int(time)  # the arrow of a step stays as it is while the dot goes along it
            self.pointer.add(*self._arrow(step, self.story.parameters[step + 1]))
        return self

    def _way(
        self, last: int, corners: list[tuple[float, float]]
    ) -> list[tuple[FloatArray, FloatArray]]:
        """The path; of many steps to and fro the first ones, and then the two banks that they go between."""
        if not self.banks or last <= STOPS:
            return self.panel.segments(*zip(*corners, strict=True))
        rows = self.story.parameters[: last + 1, self.story.axes]
        parts = [rows[: self.story.singly + 1], rows[::2], rows[1::2]]
        return self._segments(parts)

    def cross(self) -> VGroup:
        """A cross at the exact minimum, and above the picture what it is; nothing where it is not known."""
        exact = self.story.exact
        if exact is None:
            return VGroup()
        curved = self.curved
        place = (float(exact[0]), float(self.story.least or 0.0)) if curved else self.place(exact)
        arms = VGroup(*self.arms(*place))
        said = message("× {name}", name=self._minimum(exact))
        if not self.story.sliced:
            return VGroup(arms, self.panel.corner(said, EM))
        if self.is_small:
            return VGroup(arms)
        self.panel.footnote.set_fill(opacity=0.0)
        return VGroup(arms, self.panel.foot(said, stays=False))

    def arms(self, x: float, y: float) -> VGroup:
        """The cross; nothing where that is not in view."""
        arms = stroke(self.stage.palette.ink, 3)
        if not self.panel.holds(x, y):
            return VGroup()
        centre = self.panel.position(x, y)
        corner, other = np.array([CROSS, CROSS, 0]), np.array([CROSS, -CROSS, 0])
        drawn(arms, [(centre - corner, centre + corner), (centre - other, centre + other)])
        return VGroup(arms)

    def _minimum(self, exact: FloatArray) -> Message:
        """What the cross is; in a slice, where the others would have to be for that."""
        if self.story.sliced:
            return message("minimum, at {point}", point=self._held(exact))
        known = self.story.run.exact
        unique = known is None or known.unique
        return message("minimum") if unique else message("a minimum")

    def arrow(self, sign: float) -> VGroup:
        """An arrow from the start along the gradient, or its opposite."""
        return self.arrow_to(self.story.parameters[0] + sign * self.story.uphill())

    def arrow_to(self, tip: FloatArray) -> VGroup:
        """An arrow from the start to other parameters."""
        return self._arrow(0, tip)

    def asking(self, index: int, reach: float) -> VGroup:
        """Two arrows from the point along a parameter's scale, each with a question mark: this way, or that?"""
        here, made = self.dot.get_center(), VGroup()
        for way in (-1.0, 1.0):
            there = self.tried(index, way * reach)
            end = self._position(there)
            if self.curved:  # along the scale
                end = np.array([end[0], here[1], 0.0])
            made.add(self._between(here, end, dashed=True))
            mark = self.stage.sentence(bold="?", em=2 * EM).set_fill(self.stage.palette.ink)
            made.add(self.beside(mark, end, index, way))
        return made

    def reaches(self, index: int) -> list[float]:
        """How far a parameter may be tried to either side: round numbers, the longest arrow that has room first."""
        scale, box = self._along(index)
        here = self.dot.get_center()[1 if self._upright(index) else 0]
        room = min(ASKED, INSIDE * float(min(here - box[0], box[1] - here)))
        unit = (scale.high - scale.low) / (box[1] - box[0])
        power = math.floor(math.log10(room * unit))
        found = [part * 10.0**n for n in (power, power - 1) for part in (5, 3, 2, 1)]
        found = [each for each in found if each <= room * unit]
        return [each for each in found if each >= SHORTEST * unit] or found[:1]

    def tried(self, index: int, change: float) -> FloatArray:
        """The first parameters, one of them changed."""
        values: FloatArray = self.story.parameters[0].copy()
        values[index] += change
        return values

    def beside(self, mark: Mobject, end: FloatArray, index: int, way: float) -> Mobject:
        """Words beside an arrow's end, clear of the other's and of the costs in the lines."""
        upright = self._upright(index)
        outward = way * max(0.0, mark.width / 2 - HEAD / 2)
        mark.move_to((end[0] + outward, end[1] + HEAD + mark.height / 2, 0))
        if upright:
            mark.move_to((end[0] + 1.5 * HEAD + mark.width / 2, end[1], 0))
        if self._covers_cost(mark):  # on its arrow's other side, then
            mark.shift(2 * (end - mark.get_center()) * ([1, 0, 0] if upright else [0, 1, 0]))
        return mark

    def _along(self, index: int) -> tuple[Scale, tuple[float, float]]:
        """A parameter's scale, and where it begins and ends in the frame."""
        box = self.panel.box
        if self._upright(index):
            return self.panel.y, (box.bottom, box.top)
        return self.panel.x, (box.left, box.right)

    def _upright(self, index: int) -> bool:
        return not self.curved and index == self.story.axes[-1]

    def _position(self, values: FloatArray) -> FloatArray:
        """Where parameters are in the frame, at the border at most."""
        if self.curved:
            return self.panel.border(float(values[0]), self.story.cost_of(values.tolist()))
        return self.panel.border(*self.place(values))

    def try_out(self, values: FloatArray) -> None:
        """The dot goes to other parameters, which no step has led to."""
        self.dot.move_to(self._position(values))

    def _covers_cost(self, mark: Mobject) -> bool:
        """Whether it lies over a cost that stands in its line."""
        half = np.array([mark.width, mark.height]) / 2
        return any(
            bool(
                (
                    np.abs(mark.get_center() - words.get_center())[:2]
                    < half + np.array([words.width, words.height]) / 2
                ).all()
            )
            for words in self.lines[len(self.found) :]
        )

    def slow(self, rows: FloatArray) -> VGroup:
        """Other steps from the same start, as rings with a thin line through them."""
        points = [
            (float(row[0]), self.story.cost_of(row.tolist())) if self.curved else self.place(row)
            for row in rows
        ]
        ink, made = self.stage.palette.ink, VGroup()
        for x, y in points[1:]:
            ring = Circle(radius=STOP + 0.02, stroke_color=ink, stroke_width=2)
            ring.set_fill(self.stage.palette.ground, opacity=1)
            made.add(ring.move_to(self.panel.border(x, y)))
        return made

    def arrows(self, step: int) -> VGroup:
        """The step that is made, and beside it, thin and dashed, straight downhill."""
        story = self.story
        way = story.parameters[step + 1] - story.parameters[step]
        down = story.towards(step, -np.array(story.gradient(step)))
        here = story.parameters[step]
        return VGroup(self._arrow(step, here + down, dashed=True), self._arrow(step, here + way))

    def arrows_note(self) -> VGroup:
        """What the two arrows are."""
        said = message("arrow: the step; dashed: downhill")
        return VGroup() if self.story.sliced else VGroup(self.panel.corner(said, 0.26))

    def _arrow(self, time: float, tip: FloatArray, *, dashed: bool = False) -> VGroup:
        """An arrow from where the descent is to other parameters, to the border of the picture at most."""
        across, up = self.point(time)
        if not self.panel.holds(across, up):
            return VGroup()
        end = self.panel.border(*((tip[0], up) if self.curved else self.place(tip)))
        return self._between(self.panel.position(across, up), end, dashed=dashed)

    def _between(self, start: FloatArray, end: FloatArray, *, dashed: bool = False) -> VGroup:
        """An arrow from one place of the frame to another."""
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

    def level_along(self, index: int, step: int) -> VMobject:
        """A dashed line where the cost is level along a parameter, through the others as they are at a step."""
        name = self.story.names[index]
        line = stroke(self.stage.colours[name], 2.5)
        if self.curved:
            return line
        plane = Plane(self.story, self.story.parameters[step], self.panel.x, self.panel.y)
        return drawn(line, self._segments(plane.level_along(index)), dashed=True)

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
