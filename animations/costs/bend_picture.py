"""The cost along both axes of a valley, over the way from its lowest point: two curves, of which one is bent more.

Laws
----
- both have the same scales, so that at one height they are as wide as the valley is at that cost
"""

from __future__ import annotations

import math

import numpy as np
from manim import VGroup, VMobject

from symgd.animations.costs.cost_floor import CostFloor
from symgd.animations.costs.valley_axes import END, WIDTH
from symgd.animations.formulas.numerals import Scale, numeral
from symgd.animations.pictures.label_places import LabelPlaces, along
from symgd.animations.pictures.plot_panel import PlotPanel, drawn, stroke
from symgd.animations.staging.stage import Stage, Zone
from symgd.animations.stories.cost_map import principal_axes
from symgd.data.arrays import FloatArray
from symgd.terms import Call, Equation
from symgd.writing.words import message

EM, FORMULA_EM, ROW = 0.32, 0.42, 0.8
SAMPLES = 81
WIDER, HIGHER = 1.25, 1.45  # than the valley where its widest closed line is
BROAD = 2.2  # times as thick is the shorter of two bars at one height


class BendPicture:
    """`across` and `along` are bars as long as the valley's axes, `curves` the costs over them, `row` their ratio."""

    def __init__(self, stage: Stage, zone: Zone, floor: CostFloor) -> None:
        assert floor.bent is not None
        assert floor.lowest is not None
        assert floor.rim is not None
        self.stage, self.floor = stage, floor
        sizes, self.ways = principal_axes(floor.bent)
        self.low = floor.cost(*floor.lowest)
        rise = floor.rim - self.low
        self.halves = [math.sqrt(2 * rise / size) for size in sizes]
        reach = WIDER * self.halves[0]
        self.panel = PlotPanel(
            stage,
            Zone(zone.left, zone.right, zone.bottom + ROW, zone.top),
            Scale(-reach, reach),
            Scale(min(0.0, self.low) if self.low < rise else self.low, self.low + HIGHER * rise),
            x_label=message("distance"),
            y_label=floor.story.problem.cost_name,
        )
        colour = stage.palette.error
        self.curves = VGroup(*(self._curve(n, colour) for n in (0, 1)))
        self.along, self.across = (self._bar(half) for half in self.halves)
        self.across[0].set_stroke(width=BROAD * WIDTH)
        self.names = self._named()
        self.row = self._ratio(zone)

    def _curve(self, number: int, colour: str) -> VMobject:
        """The cost along an axis, as far as it is seen."""
        reach = math.sqrt(HIGHER) * self.halves[number]
        steps = np.linspace(-reach, reach, SAMPLES)
        costs = [self.floor.cost(*self._at(number, step)) for step in steps.tolist()]
        line = stroke(colour, 3.5)
        return drawn(line, self.panel.segments(steps, costs))

    def _at(self, number: int, step: float) -> list[float]:
        assert self.floor.lowest is not None
        return [*map(float, np.array(self.floor.lowest) + step * self.ways[:, number])]

    def _bar(self, half: float) -> VGroup:
        assert self.floor.rim is not None
        start, end = (self.panel.position(x, self.floor.rim) for x in (-half, half))
        up = np.array([0, END, 0])
        pieces = [(start, end), *((at - up, at + up) for at in (start, end))]
        return VGroup(drawn(stroke(self.stage.palette.ink, WIDTH), pieces).set_z_index(1))

    def _named(self) -> VGroup:
        """Beside the end of each curve what it is."""
        curves = [_pieces(curve) for curve in self.curves]
        bars = [_pieces(bar[0]) for bar in (self.along, self.across)]
        taken = along(piece for line in (*curves, *bars) for piece in line)
        room, made = LabelPlaces(self.stage, self.panel.box, taken), VGroup()
        spots = (0.55, self.halves[0]), (1.2, self.halves[1])
        for said, (part, half) in zip((message("along"), message("across")), spots, strict=True):
            height = self.low + part * ((self.floor.rim or 0.0) - self.low)
            at = self.panel.position(math.sqrt(part) * half, height)
            made.add(room.put(self.stage.sentence(said, em=EM), at))
        return made

    def _ratio(self, zone: Zone) -> VGroup:
        """How many times as long it is as wide."""
        bent = (self.halves[0] / self.halves[1]) ** 2
        ratio = Equation(Call("sqrt", (numeral(bent, 2),)), numeral(math.sqrt(bent), 2))
        said = self.stage.sentence(
            message("length over width: {ratio}", ratio=ratio), em=FORMULA_EM
        )
        made: VGroup = said.at_most(zone.width).put(zone.left + 0.2, zone.bottom + ROW / 3)
        return made


def bends(floor: CostFloor) -> bool:
    """Whether both cuts are parabolas round a lowest point that is on the floor, and none of them is as good as straight."""
    known = floor.bent is not None and floor.lowest is not None and floor.rim is not None
    return known and floor.story.run.curvature is not None


def _pieces(line: VMobject) -> list[tuple[FloatArray, FloatArray]]:
    parts = line.points.reshape(-1, 4, 3)
    return [(start, end) for start, end in parts[:, [0, 3]]]
