"""What stands round and in a lane's frame: ticks at start and minimum, costs in the lines, and the cut across the ravine."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from manim import Circle, Line, VGroup, VMobject

from symgd.animations.comparing.rate_lanes import RateLane, RateLanes
from symgd.animations.formulas.formula import Formula
from symgd.animations.formulas.numerals import Scale, numeral, settled
from symgd.animations.formulas.typeset import Typeset
from symgd.animations.pictures.level_labels import labelled
from symgd.animations.pictures.plot_panel import PlotPanel, drawn, stroke
from symgd.animations.staging.stage import Stage
from symgd.data.arrays import FloatArray
from symgd.terms import Symbol
from symgd.writing.words import message

TICK, TICK_EM, ROOM, DOWN = 0.07, 0.26, 0.95, 0.32  # of a tick, its number, and the number's room
APART = 0.3  # of ticks along an axis that goes up
DIGITS = 3
REACH, SAMPLES = 1.7, 60  # of the cut, in first distances from the floor
BOUNCES, STOP, CROSS = 8, 0.05, 0.1
LOW = 0.15  # of the frame's height, the floor lies
LIMIT = Symbol("lambda_max")


def ticks(stage: Stage, panel: PlotPanel, places: Sequence[tuple[float, float]]) -> VGroup:
    """Ticks on both axes at some places, with their values; those on the left are `[1]`."""
    box, ink = panel.box, stage.palette.ink
    across, up, end = VGroup(), VGroup(), -np.inf
    for x, _ in sorted(places):
        here = panel.border(x, panel.y.low)
        mark = _number(stage, x, panel.x)
        left = min(max(here[0] - mark.width / 2, box.left), box.right - mark.width)
        if left < end + TICK:
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


class LaneCut:
    """The cut across the ravine, where it bends most: how a lane's rate carries a distance d to (1 − αλ)d, again and again.

    The first distance is 1: the factor alone decides.
    """

    def __init__(self, stage: Stage, panel: PlotPanel, lanes: RateLanes, lane: RateLane) -> None:
        assert lanes.limit is not None
        self.stage = stage
        self.factor = 1 - lane.rate * 2 / lanes.limit
        self.box, ink = panel.box, stage.palette.ink
        ds = np.linspace(-REACH, REACH, SAMPLES)
        curve = stroke(stage.palette.error, 2.5, 0.75)
        drawn(curve, [*pairwise([self.place(d) for d in ds.tolist()])])
        foot = self.place(0.0)
        corner, other = np.array([CROSS, CROSS, 0]), np.array([CROSS, -CROSS, 0])
        arms = [(foot - corner, foot + corner), (foot - other, foot + other)]
        self.still = VGroup(curve, drawn(stroke(ink, 2.5), arms))
        stops = [float(self.factor**k) for k in range(BOUNCES + 1)]
        inside = [d for d in stops if abs(d) <= REACH]
        self.leaves = len(inside) < len(stops)
        ends = [self.place(d) for d in stops[: len(inside) + 1]]
        self.dots = [VGroup(_dot(place, ink)) for place in ends[: len(inside)]]
        self.hops = [drawn(stroke(ink, 2), [piece]) for piece in pairwise(ends)]

    def place(self, d: float) -> FloatArray:
        """Where a distance from the floor is on the curve; beyond the frame, where the curve leaves it."""
        box, part = self.box, float(np.clip(d / REACH, -1, 1))
        x = box.left + box.width * (1 + part) / 2
        y = box.bottom + box.height * (LOW + (1 - LOW) * part**2)
        return np.array([x, y, 0.0])

    def hop(self, step: int) -> list[VMobject]:
        """What comes with a step: the way across, and where it lands."""
        return [*self.hops[step : step + 1], *self.dots[step + 1 : step + 2]]

    @property
    def everything(self) -> VGroup:
        """The curve and all steps."""
        return VGroup(self.still, *self.hops, *self.dots)

    def said(self, em: float) -> Typeset:
        """By how much each step multiplies the distance."""
        factor = message("factor {number}", number=numeral(self.factor, DIGITS))
        return self.stage.sentence(factor, em=em)


def _dot(place: FloatArray, colour: str) -> VMobject:
    """A stop."""
    return Circle(radius=STOP, stroke_width=0, fill_opacity=1).set_fill(colour).move_to(place)
