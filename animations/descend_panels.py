"""Numbers by step (the cost, its gap to the least cost on a log scale, a parameter), and where each picture stands."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from manim import VGroup

from symgd.animations.descent_story import DescentStory, Form
from symgd.animations.numerals import Scale, numeral, scale_of
from symgd.animations.plot_panel import PlotPanel, drawn, stroke
from symgd.animations.stage import Label, Stage, Zone
from symgd.data.arrays import FloatArray, spread
from symgd.terms import Negative, Sum, Symbol
from symgd.writing.words import message

# Pictures on the left, mathematics on the right.
PICTURE, NUMBERS = Zone(-6.75, 1.25, -2.95, 3.1), Zone(1.65, 6.75, -2.95, 3.1)
MIDDLE, SEAM = (PICTURE.left + PICTURE.right) / 2, -0.2
BETWEEN = 0.08
LEVELS = 1e-9  # a least cost so small is none on the scale

TOP_LEFT = Zone(PICTURE.left, MIDDLE - BETWEEN, SEAM, PICTURE.top)
TOP_RIGHT = Zone(MIDDLE + BETWEEN, PICTURE.right, SEAM, PICTURE.top)
BOTTOM = Zone(PICTURE.left, PICTURE.right, PICTURE.bottom, SEAM - BETWEEN)
TOP = Zone(PICTURE.left, PICTURE.right, SEAM, PICTURE.top)
BOTTOM_LEFT = Zone(PICTURE.left, MIDDLE - BETWEEN, PICTURE.bottom, SEAM - BETWEEN)
BOTTOM_RIGHT = Zone(MIDDLE + BETWEEN, PICTURE.right, PICTURE.bottom, SEAM - BETWEEN)

DOTTED = 30  # up to so many steps have a dot each
CORNERS = 400
DOT = 0.055
EM = 0.27
ACROSS = 12
ABOVE, BELOW = 0.1, 0.29  # from a level to the foot of its name
ROOM, OVERHANG = 0.36, 0.15
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
        self.stage, self.values, self.steps = stage, values, steps
        self.colour = colour or stage.palette.error
        held = np.append(values[: steps + 1], beside)
        x = Scale(0.0, float(max(steps, 1)), whole=True)
        y = scale_of(held[np.isfinite(held)].tolist(), room, log=log)
        self.panel = PlotPanel(stage, zone, x, y, x_label=message("step"), y_label=label)
        self.curve = stroke(self.colour, 2.5)
        self.dots = VGroup()
        self.live = VGroup(self.curve, self.dots)

    @property
    def whole(self) -> VGroup:
        """Panel and curve."""
        return VGroup(self.panel.drawing, self.live)

    def show(self, time: float) -> StepCurve:
        """Draw the values to a time of the descent."""
        whole = int(time)
        steps = spread(whole + 1, CORNERS)
        xs = steps.astype(float).tolist()
        ys = self.values[steps].tolist()
        if time > whole and whole + 1 < len(self.values):
            xs.append(time)
            ys.append(self._between(whole, time - whole))
        drawn(self.curve, self.panel.segments(xs, ys))
        if self.steps <= DOTTED:
            points = zip(steps.tolist(), self.values[steps].tolist(), strict=True)
            self.panel.dot(self.dots, points, DOT, self.colour)
        return self

    def _between(self, step: int, part: float) -> float:
        """A value between two steps, straight on the scale that is seen."""
        before, after = float(self.values[step]), float(self.values[step + 1])
        if self.panel.y.log:
            return float(np.exp((1 - part) * np.log(before) + part * np.log(after)))
        return (1 - part) * before + part * after

    def clear_of_curve(self, height: float, left: float, right: float) -> float:
        """Where words stand that belong to a height: close to it, and not on the curve."""
        near, top = self._heights(left, right), self.panel.box.top + OVERHANG
        over = height + ROOM < top and not any(height - 0.02 < y < height + ROOM for y in near)
        under = height - ROOM > self.panel.box.bottom
        under = under and not any(height - ROOM < y < height + 0.02 for y in near)
        if over or under:
            return height + ABOVE if over else height - BELOW
        highest = max([*near, height])
        return highest + ABOVE if highest + ROOM < top else min([*near, height]) - BELOW

    def _heights(self, left: float, right: float) -> list[float]:
        """How high the curve is in the frame from `left` to `right`."""
        steps = enumerate(self.values[: self.steps + 1].tolist())
        positions = [self.panel.position(x, y) for x, y in steps if self.panel.holds(x, y)]
        xs, ys, _ = np.transpose(positions)
        made: list[float] = np.interp(np.linspace(left - 0.1, right + 0.1, ACROSS), xs, ys).tolist()
        return made

    def level(self, value: float, label: Label, *, colour: str | None = None) -> VGroup:
        """A dashed line with its name at a value that the scale holds, such as the least cost."""
        box, shade = self.panel.box, colour or self.stage.palette.ink
        height = self.panel.position(self.panel.x.low, value)[1]
        ends = np.array([box.left, height, 0]), np.array([box.right, height, 0])
        line = drawn(stroke(shade, 2), [ends], dashed=True)
        words = self.stage.sentence(label, em=EM)
        lefts = (box.right - words.width, box.centre[0] - words.width / 2, box.left + 2 * ABOVE)
        spots = [
            (left, self.clear_of_curve(float(height), left, left + words.width)) for left in lefts
        ]
        left, foot = min(spots, key=lambda spot: round(abs(spot[1] + ABOVE - height), 1))
        words.put(left, foot)
        return VGroup(line, words)


def last_zones(count: int, form: Form) -> tuple[list[Zone], Zone]:
    """Where the parameters and the cost stand in the last picture, whose top left holds the data, where there are any."""
    if form == "function":
        every = [TOP_LEFT, TOP_RIGHT, BOTTOM_LEFT]
        parameters = [TOP] if count == 1 else every[:count]
        return parameters, BOTTOM_RIGHT if count > len(every[:2]) else BOTTOM
    if count == 1:
        return [TOP_RIGHT], BOTTOM
    if count == 2:
        return [TOP_RIGHT, BOTTOM_LEFT], BOTTOM_RIGHT
    wide = (BOTTOM.width - 2 * BETWEEN) / 3
    lefts = [BOTTOM.left + number * (wide + BETWEEN) for number in range(3)]
    return [Zone(left, left + wide, BOTTOM.bottom, BOTTOM.top) for left in lefts], TOP_RIGHT


def cost_panel(stage: Stage, story: DescentStory, zone: Zone, steps: int) -> StepCurve:
    """The cost by step, on an even scale that holds the least cost too."""
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
    curve = StepCurve(stage, zone, story.on_log, label=label, steps=steps, log=True)
    curve.panel.noted(message("log scale"))
    return curve


def last_panels(stage: Stage, story: DescentStory) -> tuple[VGroup, VGroup]:
    """The last picture: each parameter by step, its exact value dashed where it is known; and the cost by step."""
    zones, wide = last_zones(len(story.names), story.form)
    group, last = VGroup(), story.last
    for index, (name, zone) in enumerate(zip(story.names, zones, strict=True)):
        exact = [] if story.exact is None else [float(story.exact[index])]
        curve = StepCurve(
            stage,
            zone,
            story.parameters[:, index],
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
    cost = log_panel(stage, story, wide, last) or cost_panel(stage, story, wide, last)
    return group, cost.show(last).whole
