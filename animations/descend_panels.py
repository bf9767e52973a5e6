"""Where each picture of the lesson `descend` stands, and the panels that it ends with."""

from __future__ import annotations

import numpy as np
from manim import VGroup

from symgd.animations.descent_story import DescentStory
from symgd.animations.numerals import numeral
from symgd.animations.stage import COLUMNS, Label, Stage, Zone
from symgd.animations.step_curve import StepCurve
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


def last_zones(count: int) -> tuple[list[Zone], Zone]:
    """Where the parameters and the cost stand in the last picture, whose top left holds the data."""
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


def parameter_panels(stage: Stage, story: DescentStory) -> VGroup:
    """Each parameter by step, with its exact value as a dashed level where it is known."""
    zones, _ = last_zones(len(story.names))
    group = VGroup()
    for index, (name, zone) in enumerate(zip(story.names, zones, strict=True)):
        exact = [] if story.exact is None else [float(story.exact[index])]
        curve = StepCurve(
            stage,
            zone,
            story.parameters[:, index],
            label=Symbol(name),
            steps=story.last,
            beside=exact,
            room=ROOM,
            colour=stage.colours[name],
        )
        group.add(curve.show(story.last).whole)
        for value in exact:
            named = message("exact {value}", value=numeral(value))
            group.add(curve.level(value, named, colour=curve.colour))
    return group


def last_cost(stage: Stage, story: DescentStory) -> StepCurve:
    """The cost of the last picture: on a log scale where that can be."""
    _, zone = last_zones(len(story.names))
    last = story.last
    curve = log_panel(stage, story, zone, last) or cost_panel(stage, story, zone, last)
    return curve.show(last)
