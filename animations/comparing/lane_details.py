"""What stands round and in a lane's frame: ticks at start and minimum, costs in the lines, its mark, and where frames stand."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from manim import Circle, Line, RegularPolygon, Square, Triangle, VGroup, VMobject

from symgd.animations.formulas.formula import Formula
from symgd.animations.formulas.numerals import Scale, numeral, settled
from symgd.animations.pictures.level_labels import labelled
from symgd.animations.pictures.plot_panel import PlotPanel, drawn, stroke
from symgd.animations.staging.stage import Stage, Zone
from symgd.data.arrays import FloatArray
from symgd.terms import Symbol

TICK, TICK_EM, ROOM, DOWN = 0.07, 0.26, 0.95, 0.32  # of a tick, its number, and the number's room
APART = 0.3  # of ticks along an axis that goes up
DIGITS = 3
SHAPE = 0.1  # of a lane's mark
LIMIT = Symbol("lambda_max")


def ticks(stage: Stage, panel: PlotPanel, places: Sequence[tuple[float, float]]) -> VGroup:
    """Ticks on both axes at some places, with their values; those on the left are `[1]`."""
    box, ink = panel.box, stage.palette.ink
    across, up, end = VGroup(), VGroup(), -np.inf
    for x, _ in sorted(places):
        here = panel.border(x, panel.y.low)
        mark = _number(stage, x, panel.x)
        middle = here[0] - mark.width / 2
        left = min(max(middle, box.left, end + APART / 2), box.right - mark.width)
        if left < end + TICK or left > middle + max(APART, mark.width / 2):
            continue
        end = left + mark.width
        below = (here[0], box.bottom - TICK, 0)
        across.add(Line(here, below, color=ink, stroke_width=1.5))
        across.add(mark.put(left, box.bottom - DOWN))
    last = -np.inf
    for _, y in sorted(places, key=lambda place: place[1]):
        here = panel.border(panel.x.low, y)
        mark = _number(stage, y, panel.y)
        if here[1] < last + APART or mark.width > ROOM - 2 * TICK:
            continue
        last = float(here[1])
        beside = (box.left - TICK, here[1], 0)
        up.add(Line(here, beside, color=ink, stroke_width=1.5))
        up.add(mark.put(box.left - 2 * TICK - mark.width, here[1] - TICK_EM / 3))
    return VGroup(across, up)


def _number(stage: Stage, value: float, scale: Scale) -> Formula:
    """A value with as many digits as there is room for."""
    known = settled(value, abs(scale.high - scale.low))
    made = stage.formula(numeral(known, DIGITS), em=TICK_EM)
    return made if made.width <= ROOM - 3 * TICK else stage.formula(numeral(known, 2), em=TICK_EM)


def level_lines(
    stage: Stage,
    panel: PlotPanel,
    levels: Sequence[tuple[float, list[FloatArray]]],
    way: FloatArray,
) -> tuple[VMobject, VGroup]:
    """The lines of equal cost with gaps for their costs, and the costs, clear of a way."""
    pieces = [
        [piece for part in lines for piece in panel.segments(part[:, 0], part[:, 1])]
        for _, lines in levels
    ]
    taken = panel.segments(way[:, 0], way[:, 1])
    found = labelled(stage, panel.box, [level for level, _ in levels], pieces, taken)
    line = stroke(stage.palette.error, 1.2, 0.75)
    drawn(line, [piece for each in found for piece in each.pieces])
    return line, VGroup(*(each.label for each in found if each.label is not None))


def marker(number: int, colour: str) -> VMobject:
    """The mark of a lane: each has a shape of its own."""
    shapes: Sequence[VMobject] = (
        Circle(radius=SHAPE),
        Square(side_length=1.8 * SHAPE),
        Triangle(radius=1.25 * SHAPE),
        RegularPolygon(4, radius=1.25 * SHAPE),
    )
    made = shapes[number % len(shapes)]
    return made.set_stroke(width=0).set_fill(colour, opacity=1)


def lane_zones(zone: Zone, count: int, upright: bool) -> list[Zone]:
    """Frames beside each other, or in an upright film in two rows; left of the first, numbers have room."""
    equal, zone = [1.0] * count, Zone(zone.left + ROOM, zone.right, zone.bottom, zone.top)
    if not upright:
        return zone.columns(*equal)
    half = equal[: (count + 1) // 2]
    return [part for row in zone.rows(1, 1) for part in row.columns(*half)][:count]
