"""The gradient as a vector: on lines of equal cost, with its components along both parameters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

import numpy as np
from manim import DL, DR, UL, UR, BackgroundRectangle, Circle, VGroup, VMobject

from symgd.animations.deriving.swing_picture import arrow
from symgd.animations.formulas.numerals import SLOPE_DIGITS, Scale, numeral
from symgd.animations.pictures.even_picture import closed
from symgd.animations.pictures.level_labels import Pieces, labelled
from symgd.animations.pictures.parameter_picture import Plane
from symgd.animations.pictures.plot_panel import PlotPanel, drawn, stroke
from symgd.animations.staging.stage import Label, Stage, Zone
from symgd.animations.stories.descent_story import DescentStory
from symgd.data.arrays import FloatArray
from symgd.terms import Equation, Symbol
from symgd.writing.words import Message, message

LENGTH = 0.3  # of the picture's shorter side
DOT, EM, NOTE_EM, NAME_EM = 0.1, 0.3, 0.27, 0.3
SHORT = 0.5  # a part of the arrow that is no longer has its number clear of the dot too
AFTER = 0.1  # from an end to its name
ROOM = 0.08
ACROSS, UPWARDS = 0.98, 1.08  # what is written round the box takes so much of the zone
STEPS = 10
LEAST = 1e-3  # of the parameters' size: no picture is narrower
ROUNDING, NEAR = 1e-12, 1e-3  # beside slopes; so far from a place is near to it
WIDEST = 6.0  # scales that differ by more are not made equal
PASSES = 4
LABEL = 0.75, 0.4  # what a number beside the arrow takes


class GradientPicture:
    """The plane of two parameters round the point where the gradient is taken."""

    def __init__(
        self,
        stage: Stage,
        zone: Zone,
        story: DescentStory,
        said: Message | None = None,
        meanings: Mapping[str, str] | None = None,
        also: Sequence[FloatArray] = (),
    ) -> None:
        self.stage, self.story = stage, story
        self.also = also  # places that it shows too, in its plane
        self.axes = [*story.axes]
        self.start: FloatArray = story.parameters[0][self.axes]
        self.slopes = np.array([told(value, story) for value in story.gradient(0)])
        x, y, self.equal = self._scales(zone)
        first, second = (self._named(name, meanings or {}) for name in story.shown_names)
        self.panel = PlotPanel(stage, zone, x, y, x_label=first, y_label=second)
        self.dot = Circle(radius=DOT, stroke_color=stage.palette.ground, stroke_width=1.5)
        self.dot.set_fill(stage.palette.prediction, opacity=1)
        self.dot.move_to(self.panel.position(*self.start))
        self.lines = VGroup(*self._contours())
        if said is not None:
            self.panel.foot(said)
        note = message("the arrow’s length is not to scale")
        if not self.equal:
            note = message("axes not to scale, nor the arrow’s length")
        if story.sliced:
            held = zip(story.names, story.parameters[0].tolist(), strict=True)
            where = tuple(Equation(Symbol(n), numeral(v)) for n, v in held if n in story.held_names)
            note = message("slice at {point}", point=where)
            if not self.equal:
                note = message("slice at {point}; axes not to scale", point=where)
        self.note = self.panel.corner(note, NOTE_EM)

    @staticmethod
    def _named(name: str, meanings: Mapping[str, str]) -> Label:
        if name not in meanings:
            return Symbol(name)
        return message("{letter}: {name}", letter=Symbol(name), name=meanings[name])

    def _scales(self, zone: Zone) -> tuple[Scale, Scale, bool]:
        """Scales that hold the line of equal cost through the point, and the arrow with its numbers."""
        reached = self._widened(*self._reach())
        sides = np.array([zone.width - ACROSS, zone.height - UPWARDS])
        low, high = reached
        for _ in range(PASSES):  # what the arrow needs depends on the scales
            x, y, _ = _fitted(low, high, sides)
            units = np.array([x.high - x.low, y.high - y.low]) / sides
            needed = np.array([self.start, self.start + self._length(sides, units) * units])
            room = np.array(LABEL) * units
            low = np.minimum(reached[0], needed.min(axis=0) - room)
            high = np.maximum(reached[1], needed.max(axis=0) + room)
        return _fitted(low, high, sides)

    def _length(self, sides: FloatArray, units: FloatArray) -> FloatArray:
        """The arrow in the frame, where a unit of each parameter is so long."""
        way = self.slopes[self.axes] / units
        length = float(np.linalg.norm(way))
        return way * (LENGTH * float(sides.min()) / length) if length else way

    def _widened(self, low: FloatArray, high: FloatArray) -> tuple[FloatArray, FloatArray]:
        """The corners, so far from each other that the other places are between them."""
        every = np.array([low, high, *self.also])
        return every.min(axis=0), every.max(axis=0)

    def _reach(self) -> tuple[FloatArray, FloatArray]:
        """The corners of what is to be seen, each of shape (2,)."""
        story = self.story
        if not story.sliced and story.exact is not None:
            low, high = closed(story)
            return low, high
        ellipse = self._ellipse()
        if ellipse is not None:
            centre, half = ellipse
            points = [centre - half, centre + half, self.start]
        else:
            near = [] if story.exact is None else [story.exact[self.axes]]
            path = [
                story.parameters[step][self.axes] for step in range(min(story.steps, STEPS) + 1)
            ]
            points = [self.start, *near, *(path if not near and not story.diverged else path[:1])]
        every = np.array(points)
        low, high = every.min(axis=0), every.max(axis=0)
        least = LEAST * np.maximum(np.abs(every).max(axis=0), LEAST)
        return low - least, high + least

    def _ellipse(self) -> tuple[FloatArray, FloatArray] | None:
        """Middle and half sides of the line of equal cost through the point, where the cost is a quadratic in the plane."""
        story, at = self.story, np.array(self.story.parameters[0])
        if story.run.curvature is None:
            return None
        here, columns = np.array(story.gradient(0))[self.axes], []
        for index in self.axes:
            beside = at.copy()
            beside[index] += 1.0
            columns.append(np.array(story.evaluate(beside.tolist())[1])[self.axes] - here)
        hessian = np.array(columns)
        if not np.isfinite(hessian).all() or np.linalg.cond(hessian) > 1 / ROUNDING:
            return None
        inverse = np.linalg.inv(hessian)
        drop = float(here @ inverse @ here)  # twice the cost above the plane's least
        if drop <= 0 or not (np.diag(inverse) > 0).all():
            return None
        half: FloatArray = np.sqrt(drop * np.diag(inverse))
        return at[self.axes] - inverse @ here, half

    def _contours(self) -> Iterator[VMobject]:
        """Lines of equal cost, each with its cost where there is room."""
        plane = Plane(self.story, self.story.parameters[0], self.panel.x, self.panel.y)
        levels, lines = [], []
        for level, found in plane.lines():
            parts = [self.panel.segments(part[:, 0], part[:, 1]) for part in found]
            levels.append(level)
            lines.append([*chain.from_iterable(parts)])
        colour = self.stage.palette.error
        for line in labelled(self.stage, self.panel.box, levels, lines, self._taken()):
            yield drawn(stroke(colour, 1.8, 0.7), line.pieces)
            if line.label is not None:
                yield line.label

    def _taken(self) -> Pieces:
        """Where the arrow, its parts and the way against it stand."""
        here, way = self.panel.position(*self.start), self.way()
        corner = here + np.array([way[0], 0.0, 0.0])
        taken = [(here - way, here + way), (here, corner), (corner, here + way)]
        opposite = self._opposite()
        names = [self._name_of(opposite)] if opposite else []
        for label in (*self.leg_labels(), *names):
            taken.append((label.get_corner(DL), label.get_corner(UR)))
            taken.append((label.get_corner(UL), label.get_corner(DR)))
        return taken

    @property
    def drawing(self) -> VGroup:
        """All that is there before the arrow."""
        return VGroup(self.panel.drawing, self.lines, self.note, self.dot)

    def way(self) -> FloatArray:
        """The gradient in the frame, in the units of the scales, always as long."""
        box, x, y = self.panel.box, self.panel.x, self.panel.y
        sides = np.array([box.width, box.height])
        units = np.array([x.high - x.low, y.high - y.low]) / sides
        return np.array([*self._length(sides, units), 0.0])

    def vector(self) -> VGroup:
        """The gradient, uphill."""
        here = self.panel.position(*self.start)
        return arrow(here, here + self.way(), self.stage.palette.ink)

    def legs(self) -> list[VGroup]:
        """Its components, each along its own scale and in its parameter's colour."""
        here, way = self.panel.position(*self.start), self.way()
        corner = here + np.array([way[0], 0.0, 0.0])
        made = []
        for name, (a, b) in zip(
            self.story.shown_names, ((here, corner), (corner, here + way)), strict=True
        ):
            made.append(arrow(a, b, self.stage.colours[name]))
        return made

    def leg_labels(self) -> list[VGroup]:
        """What each component is, beside it, on a plate that keeps it clear of the lines."""
        way, made = self.way(), []
        for number, (leg, value) in enumerate(
            zip(self.legs(), self.slopes[self.axes], strict=True)
        ):
            shown = self.stage.formula(numeral(float(value), SLOPE_DIGITS), em=EM)
            shown.set_fill(self.stage.colours[self.story.shown_names[number]])
            aside = np.array([0.0, -np.sign(way[1]) or 1.0, 0.0])
            if number:
                aside = np.array([np.sign(way[0]) or 1.0, 0.0, 0.0])
            short = not len(leg) or max(leg.width, leg.height) < SHORT
            shown.next_to(VGroup(leg, self.dot) if short else leg, aside, buff=0.1)
            self._inside(shown)
            plate = BackgroundRectangle(
                shown, color=self.stage.palette.ground, fill_opacity=0.85, buff=0.04
            )
            made.append(VGroup(plate, shown))
        return made

    def _inside(self, shown: VGroup) -> None:
        """Keep something in the box."""
        box = self.panel.box
        right = min(0.0, box.right - float(shown.get_right()[0]))
        up = max(0.0, box.bottom - float(shown.get_bottom()[1]))
        shown.shift([right + max(0.0, box.left - float(shown.get_left()[0])), up, 0.0])

    def downhill(self) -> VGroup:
        """The opposite, dashed, with its name."""
        piece = self._opposite()
        line = drawn(stroke(self.stage.palette.ink, 3), [piece] if piece else [], dashed=True)
        return VGroup(line, self._name_of(piece) if piece else VGroup())

    def _opposite(self) -> tuple[FloatArray, FloatArray] | None:
        here = self.panel.position(*self.start)
        return self.panel.clipped(here, here - self.way())

    def _name_of(self, piece: tuple[FloatArray, FloatArray]) -> VGroup:
        """What the way against the gradient is, beyond its end, on a plate."""
        along = piece[1] - piece[0]
        along = along / max(float(np.linalg.norm(along)), ROUNDING)
        shown = self.stage.sentence(message("downhill"), em=NAME_EM)
        half = np.array([shown.width / 2, shown.height / 2, 0.0])
        beyond = 1 / max(*(np.abs(along[:2]) / half[:2]).tolist(), ROUNDING)  # to its box's edge
        shown.move_to(piece[1] + along * (beyond + AFTER))
        self._inside(shown)
        up = min(0.0, self.panel.box.top - float(shown.get_top()[1]))
        shown.shift([0.0, up, 0.0])
        plate = BackgroundRectangle(
            shown, color=self.stage.palette.ground, fill_opacity=0.85, buff=0.04
        )
        return VGroup(plate, shown)


def _fitted(low: FloatArray, high: FloatArray, sides: FloatArray) -> tuple[Scale, Scale, bool]:
    """Scales for two corners; with equal units, where it is not too narrow."""
    middle, wide = (low + high) / 2, (high - low) * (1 + 2 * ROOM)
    units = wide / sides
    equal = bool(units.max() <= WIDEST * units.min())
    half = (units.max() if equal else units) * sides / 2
    x, y = (Scale(float(m - h), float(m + h)) for m, h in zip(middle, half, strict=True))
    return x, y, equal


def told(value: float, story: DescentStory) -> float:
    """A slope, 0 where it is so small that rounding explains it: beside those far from here, and those near."""
    here = story.parameters[0]
    for part, least in ((1.0, ROUNDING), (NEAR, ROUNDING / NEAR)):
        beside = here + part * np.maximum(np.abs(here), 1.0)
        try:
            size = max(abs(slope) for slope in story.evaluate(beside.tolist())[1])
        except (OverflowError, ArithmeticError):
            return value
        if not np.isfinite(size) or abs(value) > least * size:
            return value
    return 0.0
