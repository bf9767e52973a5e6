"""Where each picture of the lesson `descend` stands, and the panels that it ends with."""

from __future__ import annotations

from manim import VGroup

from symgd.animations.descent_story import DescentStory
from symgd.animations.numerals import numeral, scale_of
from symgd.animations.stage import COLUMNS, Label, Stage, Zone
from symgd.animations.step_curve import StepCurve, finite
from symgd.terms import Negative, Sum, Symbol
from symgd.writing.words import message

PICTURE, NUMBERS = COLUMNS.picture, COLUMNS.mathematics
MIDDLE, SEAM = (PICTURE.left + PICTURE.right) / 2, -0.2
BETWEEN = 0.08
LEVELS = 1e-9  # a least cost so small is none on the scale
ROOM = 0.2

TOP_LEFT = Zone(PICTURE.left, MIDDLE - BETWEEN, SEAM, PICTURE.top)
TOP_RIGHT = Zone(MIDDLE + BETWEEN, PICTURE.right, SEAM, PICTURE.top)
BOTTOM = Zone(PICTURE.left, PICTURE.right, PICTURE.bottom, SEAM - BETWEEN)
BOTTOM_LEFT = Zone(PICTURE.left, MIDDLE - BETWEEN, PICTURE.bottom, SEAM - BETWEEN)
BOTTOM_RIGHT = Zone(MIDDLE + BETWEEN, PICTURE.right, PICTURE.bottom, SEAM - BETWEEN)


def thirds(zone: Zone) -> list[Zone]:
    """Three equal parts, side by side."""
    wide = (zone.width - 2 * BETWEEN) / 3
    lefts = [zone.left + number * (wide + BETWEEN) for number in range(3)]
    return [Zone(left, left + wide, zone.bottom, zone.top) for left in lefts]


def last_zones(count: int) -> tuple[list[Zone], Zone]:
    """Where the parameters and the cost stand in the last picture, whose top left holds the data."""
    if count == 1:
        return [TOP_RIGHT], BOTTOM
    if count == 2:
        return [TOP_RIGHT, BOTTOM_LEFT], BOTTOM_RIGHT
    return thirds(BOTTOM), TOP_RIGHT


def cost_panel(stage: Stage, story: DescentStory) -> StepCurve:
    """The cost by step, on an even scale that holds the least cost too."""
    values = finite(story.cost[: story.steps + 1])
    if story.least is not None:
        values.append(story.least)
    if min(values) >= 0:
        values.append(0.0)
    name, scale = story.problem.cost_name, scale_of(values)
    return StepCurve(stage, BOTTOM, story.cost, scale, label=name, steps=story.steps)


def log_panel(stage: Stage, story: DescentStory, zone: Zone, steps: int) -> StepCurve | None:
    """The gap to the least cost on a log scale, or the cost itself; None where neither can be shown so."""
    if story.on_log is None:
        return None
    values = finite(story.on_log[: steps + 1])
    if len(values) <= 1:
        return None
    label: Label = story.problem.cost_name
    if story.least is not None and abs(story.least) > LEVELS * max(values):
        label = Sum((story.problem.cost_name, Negative(numeral(story.least))))
    scale = scale_of(values, log=True)
    curve = StepCurve(stage, zone, story.on_log, scale, label=label, steps=steps)
    curve.panel.noted(message("log scale"))
    return curve


def parameter_panels(stage: Stage, story: DescentStory) -> VGroup:
    """Each parameter by step, with its exact value as a dashed level where it is known."""
    zones, _ = last_zones(len(story.names))
    group = VGroup()
    for place, (name, zone) in enumerate(zip(story.names, zones, strict=True)):
        values, colour = story.parameters[:, place], stage.colours[name]
        exact = None if story.exact is None else float(story.exact[place])
        held = finite(values) + ([] if exact is None else [exact])
        label, scale = Symbol(name), scale_of(held, ROOM)
        curve = StepCurve(stage, zone, values, scale, label=label, colour=colour, steps=story.last)
        group.add(curve.show(story.last).whole)
        if exact is not None:
            named = message("exact {value}", value=numeral(exact))
            group.add(curve.level(exact, named, colour=colour))
    return group


def last_cost(stage: Stage, story: DescentStory) -> StepCurve:
    """The cost of the last picture: on a log scale where that can be."""
    _, zone = last_zones(len(story.names))
    made = log_panel(stage, story, zone, story.last)
    if made is None:
        values = finite(story.cost) + ([] if story.least is None else [story.least])
        name, scale = story.problem.cost_name, scale_of(values)
        made = StepCurve(stage, zone, story.cost, scale, label=name, steps=story.last)
    return made.show(story.last)
