"""The map in the lesson `where_cost_lives`: how it comes of the surface, the valley's axes on it, and its lowest point."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, pairwise, permutations

from manim import DL, UR, FadeIn, FadeOut, Line, Transform, VGroup

from symgd.animations.costs.bend_picture import BendPicture, bends
from symgd.animations.costs.map_bands import map_bands
from symgd.animations.costs.surface_picture import SurfacePicture
from symgd.animations.costs.valley_axes import ValleyAxes
from symgd.animations.costs.where_moves import FADE, MOVE, TILT
from symgd.animations.costs.where_slice import WhereSlice
from symgd.animations.costs.where_tries import RING
from symgd.animations.costs.where_words import BOWL
from symgd.animations.formulas.numerals import numeral
from symgd.animations.pictures.label_places import LabelPlaces, along, rounds
from symgd.animations.staging.stage import Zone
from symgd.data.arrays import FloatArray
from symgd.writing.words import Message, message

EM = 0.32
THIN = 0.3  # how dense the surface is while lines are let down from it
ALOFT, FALL = (
    0.8,
    5.0,
)  # how high over its floor it is then, in heights of the cost, and how long that takes
EDGE = 0.1  # between a name and the map's border
EVEN = 1.03  # units of the axes that are as good as equal
PALE = 0.3  # lines that stay behind
CLOSE = 0.01  # points on a label's line, which no other is to cross


class WhereMap(WhereSlice):
    """A scene with a map of lines of equal cost."""

    compared: VGroup = VGroup()  # what the lowest point is compared with
    levels: VGroup  # the costs of the map's lines
    bands: VGroup = VGroup()

    def show_shadow(self) -> None:
        """Lines of equal cost are let down from the surface to the floor, one by one, which we then see from above."""
        surface = self.surface
        assert isinstance(surface, SurfacePicture)
        self.set_heading(message("The surface becomes a map"))
        self.turn_back()
        surface.show(1.0, 1.0, dropped=0.0)
        pale = surface.quads.animate.set_fill(opacity=THIN)
        gone = map(FadeOut, (surface.plane, surface.edge))
        coming = map(FadeIn, (self.hidden, *[self.note] * bool(len(self.note)), surface.lines))
        self.play(pale, *coming, *gone, run_time=MOVE)
        parts = surface.floor_parts, surface.quads, surface.lines, surface.dot
        self.moving(
            lambda part: surface.show(1.0, 1.0, dropped=0.0, aloft=ALOFT * part), MOVE, *parts
        )
        above = surface.lines.copy().set_stroke(opacity=PALE)
        traces = surface.equal.traces
        self.add(surface.quads, above, traces, surface.lines, surface.dot)
        self.moving(
            lambda part: surface.show(1.0, 1.0, dropped=part, aloft=ALOFT),
            FALL,
            traces,
            surface.lines,
            surface.dot,
        )
        self.play(*map(FadeOut, (above, traces, surface.quads)), run_time=FADE)
        self.turn()
        flat = surface.floor_parts, surface.lines, surface.dot
        self.moving(lambda part: surface.show(1 - part, 1.0, aloft=ALOFT * (1 - part)), TILT, *flat)
        surface.show(0.0, 0.0)
        marked = [self.floor.best, surface.here, *self.floor.found_or(), *self.way_down()]
        self.levels = surface.equal.label(marked)
        self.play(FadeIn(self.levels), run_time=FADE)
        self.bands = map_bands(surface)
        self.play(FadeIn(self.bands), run_time=MOVE)
        self.pulse(*surface.lines)

    def show_lowest(self) -> None:
        """The valley's axes; then from where the dot is to the lowest point, where that is known."""
        lowest, surface = self.floor.lowest, self.surface
        if isinstance(surface, SurfacePicture):
            self.show_axes(surface)
        if lowest is None:
            return
        self.set_heading(message("The lowest point"))
        if isinstance(surface, SurfacePicture):
            self.play(FadeOut(self.levels), run_time=FADE)  # places' names take their room
            self.levels = VGroup()
            surface.equal.show([1.0] * len(surface.lines))  # without gaps
            self.compared = self.compared_rings()
            self.play(FadeIn(self.compared[:-1]), run_time=FADE)
        self.glide(lowest, 2 * MOVE)
        self.cross = surface.cross(lowest)
        if len(self.compared):
            self.cross.add(self.compared[-1])
        self.play(FadeIn(self.cross), run_time=FADE)

    def show_axes(self, surface: SurfacePicture) -> None:
        """Across the valley and along it; both go into a picture of the cost over them, where their lengths are told."""
        axes = ValleyAxes(surface)
        if not len(axes.across):
            self.turn()
            return
        self.set_heading(message("How the valley bends"))
        uneven = VGroup()
        if max(surface.units) > EVEN * min(surface.units):
            uneven = surface.note(message("axes not to scale"))
            self.play(FadeIn(uneven), run_time=FADE)
        for bar, name in zip((axes.across, axes.along), reversed(axes.names), strict=True):
            self.play(FadeIn(bar, name), run_time=FADE)
        self.turn()
        if self.has_curves():
            self.show_bends(axes)
            self.turn()
        self.play(*map(FadeOut, (axes.across, axes.along, *axes.names, uneven)), run_time=FADE)

    def has_curves(self) -> bool:
        """Whether the costs over the valley's axes are shown: of a quadratic cost, where both axes are seen."""
        surface, bent = self.surface, self.floor.story.run.landscape.condition_number
        if not isinstance(surface, SurfacePicture) or self.floor.others or not bends(self.floor):
            return False
        return bent is not None and bent >= BOWL and len(ValleyAxes(surface).across) > 0

    def show_bends(self, axes: ValleyAxes) -> None:
        """Both cuts through the lowest point, in the place of the data."""
        zone = self.stage.layout.mathematics
        picture = BendPicture(self.stage, zone, self.floor)
        beside = (
            [self.said] if self.fit is None else [self.fit.panel.drawing, self.fit.live, self.said]
        )
        self.play(*map(FadeOut, beside), run_time=FADE)
        self.play(FadeIn(picture.panel.drawing), run_time=FADE)
        flying = [(axes.along, picture.along, 0), (axes.across, picture.across, 1)]
        for bar, goal, number in flying:
            self.play(Transform(copy := bar.copy(), goal), run_time=MOVE)
            self.remove(copy)
            self.add(goal)
            self.play(FadeIn(picture.curves[number], picture.names[number]), run_time=FADE)
        self.play(FadeIn(picture.row), run_time=FADE)
        shown = picture.panel.drawing, picture.along, picture.across, picture.curves
        self.bent = VGroup(*shown, picture.names, picture.row)
        self.wait(1.6 * MOVE)
        self.play(FadeOut(self.bent), run_time=FADE)
        self.play(*map(FadeIn, beside), run_time=FADE)

    def compared_rings(self) -> VGroup:
        """Rings at what the lowest point is compared with, each with its cost: the best try, and the cut's foot; last its own."""
        surface, floor = self.surface, self.floor
        assert isinstance(surface, SurfacePicture)
        marked = [(floor.best, message("best try {cost}", cost=numeral(floor.grid.cost)))]
        if self.at_foot:
            here = surface.here
            marked.append((here, message("foot {cost}", cost=numeral(floor.cost(*here)))))
        points = [surface.place(place) for place, _ in marked]
        low = [surface.place(place) for place in floor.found_or()]
        least = numeral(floor.cost(*floor.found_or()[0]))
        way = [surface.place(place) for place in self.way_down()]
        taken = [*rounds([*points, *low], RING), *along([*pairwise(way)])]
        taken += [at for line in (*surface.lines, *self.levels) for at in line.get_all_points()]
        marked.append((floor.found_or()[0], message("least {cost}", cost=least)))
        anchors, said = [*points, *low], [each for _, each in marked]
        tries = (
            self._named(anchors, said, order, taken) for order in permutations(range(len(said)))
        )
        named = min(tries, key=_crossings)
        rings = zip(map(self.ring_at, points), named, strict=False)
        made = VGroup(*(VGroup(ring, label) for ring, label in rings), named[-1])
        return made.set_z_index(2)

    def _named(
        self,
        anchors: Sequence[FloatArray],
        said: Sequence[Message],
        order: Sequence[int],
        taken: list[FloatArray],
    ) -> VGroup:
        """Labels of places, put one after the other in some order."""
        assert isinstance(self.surface, SurfacePicture)
        box = self.surface.box
        inner = Zone(box.left + EDGE, box.right - EDGE, box.bottom + EDGE, box.top - EDGE)
        room = LabelPlaces(self.stage, inner, taken)
        made = [VGroup() for _ in said]
        room.taken += [(*n.get_corner(DL)[:2], *n.get_corner(UR)[:2]) for n in self.levels]
        for n in order:
            made[n] = room.put(self.stage.sentence(said[n], em=EM), anchors[n])
            room.add(along(_leaders(made[n]), CLOSE))
        return VGroup(*made)


def _leaders(label: VGroup) -> list[tuple[FloatArray, FloatArray]]:
    """The lines that lead from a label to its own place."""
    lines = [part for part in label if isinstance(part, Line)]
    return [(line.get_start(), line.get_end()) for line in lines]


def _crossings(labels: VGroup) -> int:
    """How many of the labels' lines cross one another."""
    lines = [line for label in labels for line in _leaders(label)]
    return sum(_cross(one, other) for one, other in combinations(lines, 2))


def _cross(one: tuple[FloatArray, FloatArray], other: tuple[FloatArray, FloatArray]) -> bool:
    """Whether two straight pieces have a point in common."""

    def side(line: tuple[FloatArray, FloatArray], point: FloatArray) -> float:
        (x, y), (u, v) = (line[1] - line[0])[:2], (point - line[0])[:2]
        return float(x * v - y * u)

    apart = [side(a, b[0]) * side(a, b[1]) for a, b in ((one, other), (other, one))]
    return max(apart) < 0
