"""The cost along one parameter, the others held: a curve with a dot on it, and its tangent.

Laws
----
- every height and every slope is the run's own cost and gradient, worked out there
- a secant's slope is that of the straight line through two points of the curve
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from manim import Circle, Polygon, VGroup

from symgd.animations.formulas.numerals import Scale, listed, numeral, scale_of
from symgd.animations.formulas.typeset import Typeset
from symgd.animations.pictures.plot_panel import APART, PlotPanel, drawn, stroke
from symgd.animations.staging.stage import Stage, Zone
from symgd.animations.stories.descent_story import DescentStory
from symgd.data.arrays import FloatArray
from symgd.terms import Equation, Symbol
from symgd.writing.words import Message, message

SAMPLES = 160
DOT = 0.1
NOTE_EM = 0.27
BESIDE = (
    1.4  # how far to both sides of the least cost the curve reaches, in ways from the start to it
)
ABOVE = 1.15  # how high, in heights of the start over the least cost
HALF_TANGENT = 1.5  # in the frame's units
HEAD, HALF_HEAD = 0.24, 0.1
DOUBLINGS, SECTIONS = 60, 90
FALLEN, TAIL = (
    0.98,
    3,
)  # where so much of the fall is done the curve has bent; so many halvings of the way before its end, the rest is a tail
BEHIND, AHEAD = 0.4, 1.6  # what is seen of such a curve, in ways from the start to there
GOLDEN = (math.sqrt(5) - 1) / 2
NOTHING = 1e-9  # a fall so small, relatively, is none
ZERO = 1e-12  # a slope so small, compared with the start's, is what rounding leaves of none
ROUNDING = 1e-5  # a slope so small, compared with the start's, is what the search for the lowest point leaves


class SlicePicture:
    """The cost along the parameter of an `index`, the others as they are at a step.

    Without an index it is the parameter along which the cost is steepest there, which moves most. `panel.drawing`,
    `curve` and `note` stand still, `live` (the tangent and the dot) moves with `show`.

    Attributes
    ----------
    start : float
        The parameter's value at the step.
    lowest : float or None
        Where the cost along it is least, next downhill; None where it falls for ever, or along a plateau.
    rate, first_step : float
        The learning rate there, and how far a step of gradient descent moves the parameter.

    Examples
    --------
    >>> picture = SlicePicture(stage, zone, story, index=0, at=0)  # doctest: +SKIP
    >>> picture.slope(picture.start), picture.show(picture.start).live  # doctest: +SKIP
    """

    def __init__(
        self,
        stage: Stage,
        zone: Zone,
        story: DescentStory,
        *,
        index: int | None = None,
        at: int = 0,
        x: Scale | None = None,
        y: Scale | None = None,
    ) -> None:
        self.stage, self.story = stage, story
        self.across = False  # whether the tangent goes from border to border
        self.held = np.array(story.parameters[at], dtype=np.float64)
        self.index = steepest(story, at) if index is None else index
        self.name = story.names[self.index]
        self.start = float(self.held[self.index])
        self.rate = float(story.rate_at(at))
        slope = self._slope(self.start)
        self.first_step = -self.rate * slope
        self.lowest = lowest_along(self.cost, self.start, slope, self.first_step)
        bent = self._bent()
        self.lowest = self.lowest if bent is None else None
        self.x = x or (self._across() if bent is None else self._round(bent))
        values = np.linspace(self.x.low, self.x.high, SAMPLES)
        with np.errstate(all="ignore"):
            heights = np.array([self.cost(value) for value in values.tolist()])
        label = story.problem.cost_name
        self.panel = PlotPanel(
            stage, zone, self.x, y or self._up(heights), x_label=Symbol(self.name), y_label=label
        )
        palette = stage.palette
        self.curve = drawn(stroke(palette.error, 3), self.panel.segments(values, heights))
        self.tangent = stroke(palette.ink, 3)
        self.dot = Circle(radius=DOT, stroke_color=palette.ground, stroke_width=1.5)
        self.dot.set_fill(palette.prediction, opacity=1).set_z_index(2)
        self.note = VGroup(*self._note())
        self.live = VGroup(self.tangent, self.dot)
        self.show(self.start, tangent=False)

    def take_rate(self, rate: float) -> None:
        """Another learning rate: slice and scales stay."""
        self.rate = rate
        self.first_step = -rate * self._slope(self.start)

    @property
    def is_level(self) -> bool:
        """Whether the slope is zero where the cost is least: it is not where the curve has a kink."""
        if self.lowest is None:
            return False
        return abs(self._slope(self.lowest)) <= ROUNDING * abs(self._slope(self.start))

    def at(self, value: float) -> list[float]:
        """All parameters where this one has a value."""
        values = self.held.copy()
        values[self.index] = value
        return [*map(float, values)]

    def cost(self, value: float) -> float:
        """The cost where the parameter has a value; nan where it has none."""
        return float(self.story.cost_of(self.at(value)))

    def slope(self, value: float) -> float:
        """The partial derivative there; at a level lowest point it is zero, not what rounding leaves."""
        made = self._slope(value)
        nothing = abs(made) <= ZERO * abs(self._slope(self.start))
        return 0.0 if nothing or (value == self.lowest and self.is_level) else made

    def _slope(self, value: float) -> float:
        return float(self.story.evaluate(self.at(value))[1][self.index])

    def secant_slope(self, value: float, other: float) -> float:
        """Rise over run between two points of the curve; in one point, the derivative."""
        if value == other:
            return self.slope(value)
        return (self.cost(other) - self.cost(value)) / (other - value)

    def _bent(self) -> float | None:
        """Where a curve that goes on as a long plateau has bent into it; None for others."""
        path = self.story.parameters[: self.story.steps + 1, self.index]
        ends = [self.start + self.first_step, *path.tolist()]
        far = (
            max(ends, key=lambda v: (v - self.start) * self.first_step)
            if self.lowest is None
            else self.lowest
        )
        way, here, there = far - self.start, self.cost(self.start), self.cost(far)
        if not (math.isfinite(way) and there < here):
            return None
        halvings = 0
        while halvings < DOUBLINGS and self.cost(self.start + way / 2) <= here - FALLEN * (
            here - there
        ):
            way, halvings = way / 2, halvings + 1
        return self.start + way if halvings >= TAIL else None

    def _round(self, bent: float) -> Scale:
        """The start, and where the curve has bent."""
        way = bent - self.start
        ends = self.start - BEHIND * way, self.start + AHEAD * way
        return Scale(min(ends), max(ends))

    def _across(self) -> Scale:
        """The start, the least cost, and as much on its other side."""
        if self.lowest is None:
            path = self.story.parameters[: self.story.steps + 1, self.index]
            return scale_of([self.start, self.start - self.first_step, *path.tolist()], 0.15)
        way = BESIDE * abs(self.start - self.lowest)
        if way <= NOTHING * max(abs(self.lowest), NOTHING):
            return scale_of([self.lowest])
        return Scale(self.lowest - way, self.lowest + way)

    def _up(self, heights: FloatArray) -> Scale:
        """The least cost and the start's, and 0 where it is not far."""
        there = heights[np.isfinite(heights)].tolist() or [0.0]
        low, here = min(there), self.cost(self.start)
        top = low + ABOVE * (here - low) if here > low else max(there)
        if 0 <= low < top - low:
            return scale_of([0.0, top], 0.05)
        return scale_of([low, top], 0.08)

    def _note(self) -> list[Typeset]:
        """What the other parameters are."""
        others = [
            Equation(Symbol(name), numeral(float(value)))
            for n, (name, value) in enumerate(zip(self.story.names, self.held, strict=True))
            if n != self.index
        ]
        if not others:
            return []
        return [self.panel.corner(message("slice at {point}", point=listed(others)), NOTE_EM)]

    @property
    def unit(self) -> float:
        """How long 1 of the parameter is in the frame."""
        return self.panel.box.width / (self.panel.x.high - self.panel.x.low)

    def below(self, said: Message) -> Typeset:
        """A remark under the scale, at the left."""
        words = self.stage.sentence(said, em=NOTE_EM)
        room = float(self.panel.x_label.get_left()[0]) - self.panel.box.left - APART
        words.at_most(room)
        return words.put(self.panel.box.left, self.panel.x_label.baseline)

    def position(self, value: float) -> FloatArray:
        """Where the curve's point of a value is in the frame; at the box's border where it lies outside."""
        return self.panel.border(value, self.cost(value))

    def show(self, value: float, *, tangent: bool = True) -> SlicePicture:
        """The dot where the parameter has a value, with the tangent there or without one."""
        self.dot.move_to(self.position(value))
        slope = self.slope(value) if tangent else 0.0
        drawn(self.tangent, self.straight(value, slope, whole=self.across) if tangent else [])
        return self

    def straight(
        self, value: float, slope: float, *, whole: bool = False
    ) -> list[tuple[FloatArray, FloatArray]]:
        """The straight line through the curve's point of a value, of some slope: a part of it, or from border to border."""
        way = self.way(slope) * (2 * self.panel.box.width if whole else HALF_TANGENT)
        here = self.panel.position(value, self.cost(value))
        piece = self.panel.clipped(here - way, here + way)
        return [] if piece is None else [piece]

    def way(self, slope: float) -> FloatArray:
        """The direction in the frame, to the right, of a line of some slope in the values of the scales."""
        up = self.panel.box.height / (self.panel.y.high - self.panel.y.low)
        way = np.array([self.unit, slope * up, 0.0])
        return np.asarray(way / np.linalg.norm(way))

    def fall(self, value: float) -> VGroup:
        """From the curve's point of a value down to the height of the lowest that is seen, dashed."""
        values = np.linspace(self.panel.x.low, self.panel.x.high, SAMPLES).tolist()
        seen = [h for v in values if self.panel.holds(v, h := self.cost(v))]
        pieces = self.panel.segments([value, value], [self.cost(value), min(seen, default=np.nan)])
        return VGroup(drawn(stroke(self.stage.palette.error, 2.5), pieces, dashed=True))

    def along(
        self, value: float, change: float, height: float, colour: str | None = None
    ) -> VGroup:
        """A level arrow at a height in the frame, from a value on by a change; nothing where it is too short to be seen."""
        left = float(self.panel.position(value, self.panel.y.low)[0])
        right = float(self.panel.border(value + change, self.panel.y.low)[0])
        if abs(right - left) < NOTHING * self.panel.box.width:
            return VGroup()
        return level_arrow(left, right, height, colour or self.stage.palette.ink)

    @property
    def colour(self) -> str:
        """The parameter's: changes of it have it."""
        return self.stage.colours.get(self.name, self.stage.palette.ink)


def level_arrow(start: float, end: float, height: float, colour: str) -> VGroup:
    """Shaft and head of an arrow at a height in the frame."""
    head = math.copysign(min(HEAD, 0.6 * abs(end - start)), end - start)
    wide = HALF_HEAD * abs(head) / HEAD
    neck = end - head
    tip = Polygon(
        (end, height, 0), (neck, height + wide, 0), (neck, height - wide, 0), stroke_width=0
    )
    shaft = stroke(colour, 4)
    drawn(shaft, [(np.array([start, height, 0.0]), np.array([neck, height, 0.0]))])
    return VGroup(shaft, tip.set_fill(colour, opacity=1))


def steepest(story: DescentStory, at: int = 0) -> int:
    """The parameter along which the cost is steepest at a step: a step of gradient descent moves it most."""
    return int(np.argmax(np.abs(story.gradient(at))))


def lowest_along(
    cost: Callable[[float], float], start: float, slope: float, step: float
) -> float | None:
    """Where a cost is least next downhill; None where it falls for ever, the start where it is level there.

    The way downhill is doubled until the cost rises, and what lies between is halved by golden sections.
    """
    if not slope or not math.isfinite(slope):
        return start
    way = math.copysign(abs(step) or 1.0, -slope)
    here, there, before = cost(start), cost(start + way), start
    while not there < here:  # too far already: the least is nearer
        if abs(way) <= NOTHING * max(abs(start), NOTHING):
            return start
        way /= 2
        there = cost(start + way)
    for _ in range(DOUBLINGS):
        beyond = cost(start + 2 * way)
        if not beyond < there:
            return _between(cost, before, start + 2 * way)
        if there - beyond <= NOTHING * (here - there):
            return None
        before, way, there = start + way, 2 * way, beyond
    return None


def _between(cost: Callable[[float], float], one: float, other: float) -> float:
    """Where a cost that falls and then rises is least between two values; of a level floor, the end near the first."""
    for _ in range(SECTIONS):
        left, right = other - GOLDEN * (other - one), one + GOLDEN * (other - one)
        if cost(left) <= cost(right) or not math.isfinite(cost(right)):
            other = right
        else:
            one = left
    return (one + other) / 2
