"""A floor of two parameters, dots of a grid search on it, and the cost as a surface above, with its lines of equal cost.

All stand where the view puts them: seen from above at first, tilted later, each height as far risen as `lift` says.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from itertools import pairwise

import numpy as np
from manim import Circle, Polygon, VGroup, VMobject

from symgd.animations.costs.axonometry import CORNERS, TURN, Axonometry, turn_along
from symgd.animations.costs.cost_floor import CostFloor
from symgd.animations.costs.equal_lines import EqualLines
from symgd.animations.costs.grid_dots import LARGE, SMALL, dot_of, inside, radius_of, shade_of
from symgd.animations.costs.surface_net import SurfaceNet
from symgd.animations.formulas.formula import Formula
from symgd.animations.formulas.names import brief
from symgd.animations.formulas.numerals import Scale, numeral
from symgd.animations.formulas.typeset import Typeset
from symgd.animations.pictures.plot_panel import TICK_EM, drawn, stroke
from symgd.animations.staging.stage import Stage, Zone
from symgd.data.arrays import FloatArray
from symgd.terms import Symbol
from symgd.writing.words import Message

LEFT, RIGHT, BOTTOM, TOP = 1.25, 0.45, 0.85, 0.5
TICK_ROOM, HEIGHT_ROOM = 0.7, 1.0  # of an edge, and of the heights, for a number at least
OUTWARDS, NAMED = 0.28, 0.72  # from the floor's edge to the numbers, and to the names
EM, NOTE_EM, NUMBER_EM = 0.31, 0.27, 0.32
SLICE = 160
DENSE, PLANE = 0.88, 0.12  # how dense the surface and a cutting plane are
NEARER = 0.05  # what lies before something
SHRINKS = 0.45  # dots that have risen are so much smaller
BESIDES = 0.5  # for numbers on the right
FEW = 3  # numbers along an edge that is seen tilted
SHORT, LONG, LEAST_EM = 0.25, 1.5, 0.26  # widths of names, and the size of the smallest
EDGE = 0.06  # between a name and the zone's edge
DOT, RINGED = 0.11, 0.17  # a dot's radius, and a ring's round it
UNDER, BETWEEN = 0.08, 0.85  # between a dot and its number, and of the way between dots for it


class SurfacePicture:
    """Floor, dots and surface; `show` puts everything where a view has it."""

    def __init__(self, stage: Stage, zone: Zone, floor: CostFloor) -> None:
        self.stage, self.floor, self.zone = stage, floor, zone
        palette = stage.palette
        self.border = stroke(palette.ink, 1.5)
        self.ticks, self.names = VGroup(), VGroup(*map(self._name, floor.names))
        left = zone.left + LEFT + max(0.0, self.names[1].width - SHORT)
        self.box = Zone(left, zone.right - RIGHT, zone.bottom + BOTTOM, zone.top - TOP)
        self.turn = self._turn()
        self._tick_places: list[tuple[float, float, int]] = []
        self._label_floor()
        self.heights, self._height_places = VGroup(), list[float]()
        self._label_heights()
        self.dots = VGroup(*(dot_of(stage, floor.part(cost)) for cost in floor.costs))
        self.dots.set_z_index(1)
        self.stems = stroke(palette.error, 1.5)
        self.dot = Circle(radius=DOT, stroke_color=palette.ground, stroke_width=1.5)
        self.dot.set_fill(palette.prediction, opacity=1).set_z_index(2)
        self.here = tuple(float(floor.held[n]) for n in floor.indices)
        self.along, self.is_cut = 0, False
        self.every = False  # whether there is room for the cost at every dot
        self.plane = stroke(palette.ink, 1.5).set_fill(palette.ink, opacity=PLANE)
        self.edge = stroke(palette.ink, 5)
        self.feet = stroke(palette.ink, 1.8)
        self.way = stroke(palette.prediction, 4).set_z_index(1)
        self.quads, self._corners = self._net()
        self.equal = EqualLines(self)
        self.lines = self.equal.drawn
        self.show(0.0, 0.0)

    @property
    def units(self) -> list[float]:
        """How much of each parameter a unit of the frame holds, seen from above."""
        sides = self.box.width, self.box.height
        return [(s.high - s.low) / side for s, side in zip(self.floor.scales, sides, strict=True)]

    def _turn(self) -> float:
        """So that we look along the valley, into it."""
        bent = self.floor.bent
        if bent is None:
            return TURN
        units = self.units
        ways = np.linalg.eigh(bent * np.outer(units, units))[1]
        return turn_along(ways[:, 0])

    # ---------------------------------------------------------------------------------------------
    # Parts

    def unit(self, place: Sequence[float]) -> tuple[float, float]:
        """A place of the floor, from −1 to 1 both ways."""
        u, v = (2 * s.part(x) - 1 for s, x in zip(self.floor.scales, place, strict=True))
        return u, v

    def _label_floor(self) -> None:
        """Numbers along the two edges in front."""
        rooms = self.box.width, self.box.height
        for side, (scale, axis, room) in enumerate(
            zip(self.floor.scales, self.floor.axes, rooms, strict=True)
        ):
            for value in axis[:: 1 if room / len(axis) > TICK_ROOM else 2].tolist():
                self.ticks.add(self.stage.formula(numeral(value), em=TICK_EM + 0.02))
                self._tick_places.append((*self._edge(side, scale, value), side))

    def _name(self, name: str) -> Formula:
        """A parameter's name, cut where it is long."""
        shown: Formula = self.stage.formula(Symbol(brief(name)), em=EM + 0.06)
        return shown.at_most(max(LONG, shown.width * LEAST_EM / (EM + 0.06)))

    def _edge(self, side: int, scale: Scale, value: float) -> tuple[float, float]:
        along = 2 * scale.part(value) - 1
        return (along, -1.0) if side == 0 else (-1.0, along)

    def _label_heights(self) -> None:
        """A scale of the cost, at the corner on the left."""
        scale = Scale(self.floor.low, self.floor.high)
        self.upright = stroke(self.stage.palette.ink, 1.5)
        for value in scale.ticks(max(2, int(self.box.height / HEIGHT_ROOM))):
            self.heights.add(self.stage.formula(numeral(value), em=TICK_EM + 0.02))
            self._height_places.append(scale.part(value))
        name = self.stage.formula(self.floor.story.problem.cost_name, em=EM)
        self.heights.add(name.at_most(self.box.width / 3))

    def _net(self) -> tuple[VGroup, list[FloatArray]]:
        """The surface's pieces, the farthest first, each with its corners."""
        pieces = SurfaceNet(self.floor, Axonometry(self.box, 1.0, turn=self.turn)).pieces
        group = VGroup()
        for corners in pieces:
            shade = shade_of(self.stage, float(np.sqrt(corners[2].mean())))
            zeros = np.zeros((corners.shape[1], 3))
            piece = Polygon(*zeros, stroke_color=self.stage.palette.error)
            group.add(piece.set_stroke(width=0.6, opacity=0.5).set_fill(shade, opacity=DENSE))
        return group, pieces

    # ---------------------------------------------------------------------------------------------
    # The view

    def show(
        self,
        tilt: float,
        lift: float,
        *,
        dropped: float = 1.0,
        into: float = 0.0,
        aloft: float = 0.0,
    ) -> SurfacePicture:
        """All as it is at a tilt, the heights risen by a part `lift`, and the surface `aloft` over its floor.

        `dropped` says how far the lines of equal cost have come down from the surface to the floor, the dot with the
        last of them, and `into` how far the view has turned into the cut.
        """
        self.lift, self.aloft = lift, aloft
        tops = tuple(part * lift + aloft for part in self._tops)
        self.view = Axonometry(self._seen(tilt), tilt, lift, self.turn, into, self.along, tops)
        self._show_floor(tilt)
        for dot, place, cost in zip(self.dots, self.floor.places, self.floor.costs, strict=True):
            dot.scale_to_fit_width(2 * radius_of(self.floor.part(cost)) * (1 - SHRINKS * lift))
            dot.move_to(self.place(place, cost))
        feet = [
            (self.place(p), self.place(p, c))
            for p, c in zip(self.floor.places, self.floor.costs, strict=True)
        ]
        drawn(self.stems, [ends for ends in feet if np.linalg.norm(ends[0] - ends[1]) > SMALL])
        fallen = self.equal.fallen(dropped)
        here = self.risen(self.floor.cost(*self.here)) * (1 - min(fallen) * bool(aloft))
        self.dot.move_to(self.view.one(*self.unit(self.here), here))
        if tilt:
            for piece, (u, v, w) in zip(self.quads, self._corners, strict=True):
                corners = self.view(u, v, w * lift + aloft)
                piece.set_points_as_corners([*corners, corners[0]])
        self.equal.show(fallen)
        self._show_cut()
        return self

    @cached_property
    def _tops(self) -> list[float]:
        """How high the surface is towards each corner; its scale stands at one."""
        u, v, w = (np.concatenate(each) for each in zip(*self._corners, strict=True))
        quarters = [w[(u * a >= 0) & (v * b >= 0)] for a, b in CORNERS]
        corner = -1, -1 if self.turn < 0 else 1
        return [
            1.0 if each == corner else float(part.max(initial=0.0))
            for each, part in zip(CORNERS, quarters, strict=True)
        ]

    def _seen(self, tilt: float) -> Zone:
        """The part of the frame that it fills: turned the other way, it has numbers on its right."""
        box = self.box
        return Zone(box.left, box.right - BESIDES * tilt * (self.turn < 0), box.bottom, box.top)

    def risen(self, cost: float) -> float:
        """How high a cost is as the surface stands now."""
        return self.floor.part(cost) * self.lift + self.aloft

    def place(self, place: Sequence[float], cost: float | None = None) -> FloatArray:
        """Where a place of the floor is in the frame, or the point of the surface above it."""
        height = 0.0 if cost is None else self.risen(cost)
        return self.view.one(*self.unit(place), height)

    def _show_floor(self, tilt: float) -> None:
        """Border, numbers and names."""
        corners = [self.view.one(u, v) for u, v in ((-1, -1), (1, -1), (1, 1), (-1, 1))]
        drawn(self.border, [*pairwise(corners), (corners[-1], corners[0])])
        if self.view.into:  # there is no writing
            return
        middle, side = self.view.one(0, 0), 1 if self.turn < 0 and tilt > 0.5 else -1
        ways, widest = [], max(float(tick.width) for tick in self.ticks)
        for edge, name in zip(((0, -1), (side, 0)), self.names, strict=True):
            foot = self.view.one(*edge)
            way = (foot - middle) / np.linalg.norm(foot - middle)
            ways.append(way)
            beyond = NAMED + abs(way[0]) * widest
            aside = float(np.clip(2 * way[0], -1, 1)) * name.width / 2
            name.move_to(foot + beyond * way + np.array([aside, 0, 0]))
            left = max(0.0, self.zone.left + EDGE - name.get_left()[0])
            name.shift((left + min(0.0, self.zone.right - EDGE - name.get_right()[0]), 0, 0))
        for tick, (u, v, n) in zip(self.ticks, self._tick_places, strict=True):
            way = ways[n]
            tick.move_to(self.view.one(side if n else u, v) + OUTWARDS * way)
            tick.shift((way[0] * tick.width / 2, 0, 0))
        self._clear_names(tilt)
        self._thin_out(tilt)
        corner = -1, -1 if self.turn < 0 else 1
        foot, top = (self.view.one(*corner, w) for w in (0.0, self.lift))
        drawn(self.upright, [(foot, top)] if tilt else [])
        for number, part in zip(self.heights, self._height_places, strict=False):
            number.move_to(foot + (top - foot) * part)
            number.shift((-OUTWARDS / 2 - number.width / 2, 0, 0))
        self.heights[-1].move_to(top + np.array([0, OUTWARDS, 0]))

    def _thin_out(self, tilt: float) -> None:
        """Every second number goes as all is tilted; what changes the floor's edge is not seen on its way."""
        turning = abs(1 - 2 * tilt) if self.turn < 0 else 1.0
        for edge in (0, 1):
            ticks = [
                t for t, (*_, n) in zip(self.ticks, self._tick_places, strict=True) if n == edge
            ]
            for number, tick in enumerate(ticks):
                crowded = len(ticks) > FEW and number % 2
                tick.set_fill(opacity=(1 - tilt if crowded else 1.0) * (turning if edge else 1.0))
        self.names[1].set_fill(opacity=turning)

    def _clear_names(self, tilt: float) -> None:
        """Names that are too long for their place stand below the numbers; beside a floor from above, over it."""
        for side, name in enumerate(self.names):
            while over := [tick for tick in self.ticks if _meet(name, tick)]:
                if side and not tilt:
                    corner = self.view.one(-1, 1)
                    name.shift((0, corner[1] + OUTWARDS - name.get_bottom()[1], 0))
                    break
                low = min(float(tick.get_bottom()[1]) for tick in over)
                name.shift((0, low - OUTWARDS / 2 - name.get_top()[1], 0))

    @property
    def floor_parts(self) -> VGroup:
        """What is seen of the floor."""
        return VGroup(self.border, self.ticks, self.names)

    def show_here(self, place: tuple[float, ...]) -> SurfacePicture:
        """The dot at another place of the floor."""
        self.here = place
        self.dot.move_to(self.place(place, self.floor.cost(*place)))
        return self

    # ---------------------------------------------------------------------------------------------
    # What is pointed at

    def numbers(self) -> VGroup:
        """The grid's costs below their dots, or beside them where rows lie close; all of one size."""
        wide = self.box.width / len(self.floor.axes[0])
        below = self.box.height / len(self.floor.axes[1]) > 2 * (LARGE + UNDER) + NUMBER_EM
        beyond = wide / 2 - EDGE - LARGE - UNDER  # from the last dots to the border
        room = BETWEEN * wide if below else min(wide - 3 * LARGE, beyond)
        said: list[VMobject] = [
            self.stage.formula(numeral(cost), em=NUMBER_EM) if np.isfinite(cost) else VGroup()
            for cost in self.floor.costs
        ]
        least = NUMBER_EM * min(room / max(each.width, 1e-9) for each in said)
        self.every = least >= LEAST_EM
        size = max(LEAST_EM, min(NUMBER_EM, least)) / NUMBER_EM
        clear = room if below else wide - RINGED - LARGE - 2 * UNDER  # as far as the next dot
        said = [each if each.width * size <= max(room, clear) else VGroup() for each in said]
        for each, dot in zip(said, self.dots, strict=True):
            if len(each):
                each.scale(size)
                own = max(DOT if below else RINGED, dot.width / 2)
                down = np.array([0, -own - each.height / 2 - UNDER, 0])
                aside = np.array([own + each.width / 2 + UNDER, 0, 0])
                each.move_to(dot.get_center() + (down if below else aside))
                if not below and each.get_right()[0] > self.box.right - EDGE:  # not over the border
                    each.shift((-2 * aside[0], 0, 0))
                each.shift((min(0.0, self.zone.right - EDGE - each.get_right()[0]), 0, 0))
        return VGroup(*said)

    def cross(self, place: tuple[float, ...]) -> VGroup:
        """A cross above a place, on the surface, and a dashed line to the floor."""
        centre, foot = self.place(place, self.floor.cost(*place)), self.place(place)
        arms, plumb = stroke(self.stage.palette.ink, 4), stroke(self.stage.palette.ink, 2)
        arms.set_z_index(3)
        one, two = np.array([0.13, 0.13, 0]), np.array([0.13, -0.13, 0])
        drawn(arms, [(centre - one, centre + one), (centre - two, centre + two)])
        drawn(plumb, [(centre, foot)], dashed=True)
        return VGroup(plumb, arms)

    def hidden(self) -> list[Circle]:
        """The dots behind some part of the surface."""
        view, found = self.view, []
        for dot, place, cost in zip(self.dots, self.floor.places, self.floor.costs, strict=True):
            far = view.depth(*self.unit(place), self.floor.part(cost) * self.lift)
            for quad, (u, v, w) in zip(self.quads, self._corners, strict=True):
                near = max(map(view.depth, u, v, w * self.lift))
                if near < far - NEARER and inside(dot.get_center(), quad.get_vertices()):
                    found.append(dot)
                    break
        return found

    def beyond(self) -> list[Circle]:
        """The dots of costs above where the surface is cut off."""
        pairs = zip(self.dots, self.floor.costs, strict=True)
        return [dot for dot, cost in pairs if not cost <= self.floor.high]

    def cut(self, along: int) -> None:
        """Cut through the dot, along the first or the second parameter of the floor."""
        self.along, self.is_cut = along, True
        self._show_cut()

    def _show_cut(self) -> None:
        """The cutting plane, and the surface's curve on it."""
        if not self.is_cut:
            return
        scale = self.floor.scales[self.along]
        low, high = ([*self.here] for _ in range(2))
        low[self.along], high[self.along] = scale.low, scale.high
        ends = [self.unit(low), self.unit(high)]
        feet, tops = ([self.view.one(*end, w) for end in ends] for w in (0.0, self.lift))
        over = max(float(top[1]) for top in tops) - self.box.top
        if over > 0:  # no edge of it runs over the heading
            rise = max(float(top[1] - foot[1]) for foot, top in zip(feet, tops, strict=True))
            tops = [top - (top - foot) * over / rise for foot, top in zip(feet, tops, strict=True)]
        self.plane.set_points_as_corners([*feet, *tops[::-1], feet[0]])
        drawn(self.edge, [*pairwise(self.place(p, c) for p, c in self.on_cut(self.floor.high))])

    def on_cut(self, highest: float, scale: Scale | None = None) -> list[tuple[list[float], float]]:
        """Places along the cut, or on a wider scale, with their costs, as far as these are no higher."""
        scale, made = scale or self.floor.scales[self.along], []
        for value in np.linspace(scale.low, scale.high, SLICE).tolist():
            place = [*self.here]
            place[self.along] = value
            cost = self.floor.cost(*place)
            if np.isfinite(cost) and cost <= highest:
                made.append((place, cost))
        return made

    def show_feet(self) -> None:
        """From the dot to both edges, where its values are read."""
        here = self.dot.get_center()
        ends = [
            self.view.one(*self._edge(n, s, self.here[n])) for n, s in enumerate(self.floor.scales)
        ]
        drawn(self.feet, [(here, end) for end in ends], dashed=True)

    def show_way(self, places: Sequence[Sequence[float]]) -> None:
        """A way over the surface, through these places."""
        points = [self.place(place, self.floor.cost(*place)) for place in places]
        drawn(self.way, [*pairwise(points)])

    def note(self, said: Message) -> Typeset:
        """A remark at the top right."""
        words = self.stage.sentence(said, em=NOTE_EM).at_most(self.zone.width / 2)
        return words.put(self.zone.right - words.width - 0.1, self.zone.top - NOTE_EM)


def _meet(one: VMobject, other: VMobject) -> bool:
    """Whether the boxes of two words meet."""
    apart = np.abs(one.get_center() - other.get_center())
    return bool(2 * apart[0] < one.width + other.width and 2 * apart[1] < one.height + other.height)
