"""The floor of a single parameter: a line with dots of a grid search on it, which rise to the curve of the cost."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from manim import Circle, VGroup, VMobject

from symgd.animations.costs.cost_floor import CostFloor
from symgd.animations.costs.grid_dots import LARGE, dot_of
from symgd.animations.costs.surface_picture import NUMBER_EM
from symgd.animations.formulas.numerals import Scale, numeral
from symgd.animations.formulas.typeset import Typeset
from symgd.animations.pictures.plot_panel import drawn, stroke
from symgd.animations.pictures.slice_picture import SlicePicture
from symgd.animations.staging.stage import Stage, Zone
from symgd.data.arrays import FloatArray
from symgd.writing.words import Message

ROOM = 0.12  # under the least cost and over the greatest, in parts of what lies between
BELOW = 0.5  # of that room, below 0
CROSS = 0.13


class LineFloor:
    """The same as a `SurfacePicture` where there is one parameter: what rises is a curve."""

    def __init__(self, stage: Stage, zone: Zone, floor: CostFloor) -> None:
        self.stage, self.floor, self.zone = stage, floor, zone
        room = ROOM * (floor.high - floor.low)
        near = 0 <= floor.low < 2 * room  # a cost that is never below 0 has no scale there
        self.level = 0.0 if near else floor.low - room
        y = Scale(self.level - (BELOW if near else 1) * room, floor.high + room)
        (index,) = floor.indices
        self.slice = SlicePicture(stage, zone, floor.story, index=index, x=floor.scales[0], y=y)
        self.panel = self.slice.panel
        self.dots = VGroup(*(dot_of(stage, floor.part(cost)) for cost in floor.costs))
        self.stems = stroke(stage.palette.error, 1.5)
        self.dot = Circle(radius=0.11, stroke_color=stage.palette.ground, stroke_width=1.5)
        self.dot.set_fill(stage.palette.prediction, opacity=1)
        self.here: tuple[float, ...] = (float(floor.held[index]),)
        self.every = False  # whether costs stand at all dots
        self.show(0.0)

    @property
    def floor_parts(self) -> VGroup:
        """The scale."""
        return VGroup(self.panel.drawing)

    def place(self, place: Sequence[float], cost: float | None = None) -> FloatArray:
        """Where a value is on the scale, or the point of the curve above it, as far as it has risen."""
        foot = self.panel.position(place[0], self.level)
        if cost is None or not np.isfinite(cost):
            return np.asarray(foot)
        return np.asarray(foot + self.lift * (self.panel.border(place[0], cost) - foot))

    def show(self, lift: float) -> LineFloor:
        """All as it is when the costs have risen by a part of their heights."""
        self.lift = lift
        pairs = [*zip(self.floor.places, self.floor.costs, strict=True)]
        for dot, (place, cost) in zip(self.dots, pairs, strict=True):
            dot.move_to(self.place(place, cost))
        ends = [(self.place(place), self.place(place, cost)) for place, cost in pairs]
        drawn(self.stems, [(a, b) for a, b in ends if np.linalg.norm(a - b) > CROSS])
        return self.show_here(self.here)

    def show_here(self, place: tuple[float, ...]) -> LineFloor:
        """The dot at another value."""
        self.here = place
        self.dot.move_to(self.place(place, self.floor.cost(*place)))
        return self

    def numbers(self) -> VGroup:
        """The grid's costs above their dots."""
        made = VGroup()
        for dot, cost in zip(self.dots, self.floor.costs, strict=True):
            said: VMobject = VGroup()
            if np.isfinite(cost):
                said = self.stage.formula(numeral(cost), em=NUMBER_EM)
                said.move_to(dot.get_center() + np.array([0, LARGE + NUMBER_EM, 0]))
            made.add(said)
        return made

    def cross(self, place: tuple[float, ...]) -> VGroup:
        """A cross on the curve, and a dashed line to the scale."""
        centre, foot = self.place(place, self.floor.cost(*place)), self.place(place)
        arms, plumb = stroke(self.stage.palette.ink, 4), stroke(self.stage.palette.ink, 2)
        one, two = np.array([CROSS, CROSS, 0]), np.array([CROSS, -CROSS, 0])
        drawn(arms, [(centre - one, centre + one), (centre - two, centre + two)])
        drawn(plumb, [(centre, foot)], dashed=True)
        return VGroup(plumb, arms)

    def note(self, said: Message) -> Typeset:
        """A remark at the top right."""
        return self.panel.corner(said, NUMBER_EM)
