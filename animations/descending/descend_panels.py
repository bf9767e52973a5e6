"""Numbers by step: the cost, its gap to the least cost on a log scale, a parameter."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from manim import VGroup, VMobject

from symgd.animations.formulas.numerals import Scale, numeral, scale_of, settled
from symgd.animations.pictures.plot_panel import DASH, GAP, PlotPanel, drawn, stroke
from symgd.animations.staging.stage import Label, Stage, Zone
from symgd.animations.stories.descent_story import DescentStory
from symgd.animations.stories.views import opened
from symgd.data.arrays import FloatArray, spread
from symgd.terms import Equation, Negative, Sum, Symbol, Term
from symgd.writing.words import Message, message

LEVELS = 1e-9  # a least cost so small is none on the scale
BLOCK, HALF = 60, 0.5  # more steps that go to and fro, in more than this part, make a solid block
FAR = 1e3  # times: on an even scale the first of the costs would be none
DOTTED = 30  # up to so many steps have a dot each
CORNERS = 400
DOT = 0.055
EM, GAP_EM, APART = 0.27, 0.36, 0.12
PARAMETER_ROOM = 0.2


class StepCurve:
    """Values by step, drawn as far as the descent has come: `panel` stands still, `live` moves.

    Where a value is nan there is nothing to draw; `steps` says how far the scale of steps reaches. The other scale
    holds the values up to there, and those that are to be seen `beside` them. Without a colour the values are costs.
    """

    def __init__(
        self,
        stage: Stage,
        zone: Zone,
        values: FloatArray,
        *,
        label: Label,
        steps: int,
        beside: Sequence[float] = (),
        room: float = 0.08,
        log: bool = False,
        colour: str | None = None,
    ) -> None:
        self.stage, self.zone, self.values, self.steps = stage, zone, values, steps
        self.label, self.colour = label, colour or stage.palette.error
        held = np.append(values[: steps + 1], beside)
        x = Scale(0.0, float(max(steps, 1)), whole=True)
        ends = held[np.isfinite(held)]
        if colour is not None and len(ends):
            ends = np.append(ends, opened(np.array([ends.min()]), np.array([ends.max()])))
        self.banks = not log and self._swings(held)
        self.foot: Message | None = message("log scale") if log else None
        if self.banks:
            self.foot = message("a line for even steps, one for odd")
        self.panel = self._framed(x, scale_of(ends.tolist(), room, log=log))
        self.time = 0.0
        self.curve = stroke(self.colour, 2.5)
        self.dots = VGroup()
        self.live = VGroup(self.curve, self.dots)

    def _framed(self, x: Scale, y: Scale) -> PlotPanel:
        """Scales round the values."""
        words = message("step")
        panel = PlotPanel(self.stage, self.zone, x, y, x_label=words, y_label=self.label)
        if self.foot is not None:
            panel.foot(self.foot)
        return panel

    def on(self, x: Scale, y: Scale) -> StepCurve:
        """Draw the same values on other scales."""
        self.panel = self._framed(x, y)
        self.dots.remove(*self.dots)
        return self.show(self.time)

    @property
    def whole(self) -> VGroup:
        """Panel and curve."""
        return VGroup(self.panel.drawing, self.live)

    def show(self, time: float) -> StepCurve:
        """Draw the values to a time of the descent."""
        self.time = time
        whole = int(time)
        steps = spread(whole + 1, CORNERS)
        xs = steps.astype(float).tolist()
        ys = self.values[steps].tolist()
        if time > whole and whole + 1 < len(self.values):
            xs.append(time)
            ys.append(self._between(whole, time - whole))
        pieces = self.panel.segments(xs, ys)
        if self.banks:
            pieces = self._between_banks(whole)
        drawn(self.curve, pieces)
        if self.steps <= DOTTED:
            points = zip(steps.tolist(), self.values[steps].tolist(), strict=True)
            self.panel.dot(self.dots, points, DOT, self.colour)
        return self

    def places(self) -> list[FloatArray]:
        """Where each value that is seen stands in the frame; a value that there is not, below all others."""
        seen = self.values[: int(self.time) + 1].tolist()
        low = self.panel.y.low
        return [
            self.panel.position(step, v if np.isfinite(v) else low) for step, v in enumerate(seen)
        ]

    def through(self, places: Sequence[FloatArray]) -> None:
        """Draw the curve, and its dots, through places of the frame."""
        drawn(self.curve, [*pairwise(places)])
        for dot, place in zip(self.dots, places, strict=False):
            dot.move_to(place)

    def _swings(self, values: FloatArray) -> bool:
        """Whether values go up and down in turn, so many times that their curve would be a solid block."""
        ways = np.sign(np.diff(values[: self.steps + 1]))
        return len(ways) > BLOCK and bool((ways[1:] * ways[:-1] < 0).mean() > HALF)

    def _between_banks(self, last: int) -> list[tuple[FloatArray, FloatArray]]:
        """The even and the odd steps, each with a line of its own."""
        pieces = []
        for first in (0, 1):
            steps = np.arange(first, last + 1, 2)
            if len(steps) > 1:
                steps = steps[spread(len(steps), CORNERS)]
                pieces += self.panel.segments(steps.tolist(), self.values[steps].tolist())
        return pieces

    def _between(self, step: int, part: float) -> float:
        """A value between two steps, straight on the scale that is seen."""
        before, after = float(self.values[step]), float(self.values[step + 1])
        if self.panel.y.log:
            return float(np.exp((1 - part) * np.log(before) + part * np.log(after)))
        return (1 - part) * before + part * after

    def ghost(self, values: FloatArray) -> VMobject:
        """Other values by step, dashed, as far as they are in the panel."""
        steps = spread(len(values), CORNERS)
        pieces = self.panel.segments(steps.tolist(), values[steps].tolist())
        ways = np.cumsum([float(np.linalg.norm(end - start)) for start, end in pieces])
        shown = [p for p, way in zip(pieces, ways, strict=True) if way % (DASH + GAP) <= DASH]
        return drawn(stroke(self.colour, 2), shown)

    def beside(self, rate: float, letter: Symbol, values: FloatArray | None = None) -> VGroup:
        """The learning rate of a curve, written right of it, where half of what is seen of it is behind."""
        seen = self.values[: int(self.time) + 1] if values is None else values
        there = [
            self.panel.position(step, float(value))
            for step, value in enumerate(seen)
            if np.isfinite(value) and self.panel.holds(step, float(value))
        ]
        said = self.stage.formula(Equation(letter, numeral(rate)), em=GAP_EM)
        if not there:
            return VGroup()
        place = there[len(there) // 2 if values is None else -1]
        left = min(float(place[0]) + APART, self.panel.box.right - said.width)
        return VGroup(said.put(left, float(place[1]) + APART))

    def gap(self, step: int, least: float, label: Term) -> VGroup:
        """A bar from a step's value down to the least, and how long it is."""
        ink = self.stage.palette.ink
        high, low = (self.panel.position(step, each) for each in (float(self.values[step]), least))
        bar = drawn(stroke(ink, 6), [(high, low)])
        said = self.stage.formula(label, em=GAP_EM)
        left = min(self.panel.box.right, high[0] + said.width / 2) - said.width
        return VGroup(bar, said.put(left, high[1] + GAP_EM))

    def level(self, value: float, label: Message, *, colour: str | None = None) -> VGroup:
        """A dashed line at a value that the scale holds, such as the least cost, and above the panel what it is."""
        box, shade = self.panel.box, colour or self.stage.palette.ink
        height = self.panel.position(self.panel.x.low, value)[1]
        ends = np.array([box.left, height, 0]), np.array([box.right, height, 0])
        line = drawn(stroke(shade, 2), [ends], dashed=True)
        words = self.panel.corner(label, EM)
        return VGroup(line, words.set_fill(shade))


def cost_panel(stage: Stage, story: DescentStory, zone: Zone, steps: int) -> StepCurve:
    """The cost by step, on an even scale that holds the least cost too; on a log one where it grows by far."""
    shown = story.cost[: steps + 1]
    if (
        len(shown) > 1
        and shown.min() > 0
        and shown.max() > FAR * shown[0]
        and np.isfinite(shown).all()
    ):
        name = story.problem.cost_name
        return StepCurve(stage, zone, story.cost, label=name, steps=steps, log=True)
    beside = [] if story.least is None else [story.least]
    if min(*story.cost[: steps + 1], *beside) >= 0:
        beside.append(0.0)
    name = story.problem.cost_name
    return StepCurve(stage, zone, story.cost, label=name, steps=steps, beside=beside)


def log_panel(stage: Stage, story: DescentStory, zone: Zone, steps: int) -> StepCurve | None:
    """The gap to the least cost on a log scale, or the cost itself; None where neither can be shown so."""
    if story.on_log is None:
        return None
    values = story.on_log[: steps + 1]
    if np.isfinite(values).sum() <= 1:
        return None
    label: Label = story.problem.cost_name
    if story.least is not None and abs(story.least) > LEVELS * np.nanmax(values):
        label = Sum((story.problem.cost_name, Negative(numeral(story.least))))
    return StepCurve(stage, zone, story.on_log, label=label, steps=steps, log=True)


def last_panels(stage: Stage, story: DescentStory, zones: Sequence[Zone]) -> VGroup:
    """Each parameter of the plane by step, its exact value dashed where it is known."""
    group, last = VGroup(), story.last
    for index, zone in zip(story.axes, zones, strict=True):
        name = story.names[index]
        values = story.parameters[:, index]
        size = float(story.magnitudes[index])
        exact = [] if story.exact is None else [settled(float(story.exact[index]), size)]
        curve = StepCurve(
            stage,
            zone,
            values,
            label=Symbol(name),
            steps=last,
            beside=exact,
            room=PARAMETER_ROOM,
            colour=stage.colours[name],
        )
        group.add(curve.show(last).whole)
        for value in exact:
            named = message("exact {value}", value=numeral(value))
            group.add(curve.level(value, named, colour=curve.colour))
    return group
