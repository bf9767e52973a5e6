"""A cut through the floor's surface, as the lesson `where_cost_lives` makes it: we turn into it, come nearer, and go back."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from manim import DL, UR, FadeIn, FadeOut, UpdateFromAlphaFunc, VGroup

from symgd.animations.costs.foot_marks import EM, FootMarks, slice_scale, slice_width
from symgd.animations.costs.surface_picture import DENSE, SurfacePicture
from symgd.animations.costs.where_moves import FADE, MOVE, RISE
from symgd.animations.costs.where_tries import RING, WhereTries
from symgd.animations.formulas.numerals import Scale, numeral
from symgd.animations.pictures.label_places import LabelPlaces, along, rounds
from symgd.animations.pictures.plot_panel import drawn
from symgd.animations.pictures.slice_picture import SlicePicture, steepest
from symgd.data.arrays import FloatArray
from symgd.writing.words import message

GHOST = 0.25  # how dense the surface is while it is cut
SLIDE = 3.0  # seconds from the start down to the cut's foot
BACK = 1.5  # for turning back


class WhereSlice(WhereTries):
    """A scene whose surface is cut through the start."""

    cut: int
    heads: VGroup
    levels: VGroup  # the costs of the map's lines
    compared: VGroup = VGroup()  # what the lowest point is compared with
    at_foot = False  # whether the dot stands at the foot of the cut, as seen from the floor

    def steeper(self) -> int:
        """Along which of the floor's parameters it is cut: the steepest of all, or the first."""
        index = steepest(self.story)
        return self.floor.indices.index(index) if index in self.floor.indices else 0

    def show_slice(self) -> None:
        """A plane through the start cuts the surface; we turn until we look straight at the cut, and come nearer."""
        surface = self.surface
        assert isinstance(surface, SurfacePicture)
        self.play(*map(FadeOut, self.heads), run_time=FADE)
        self.glide(self.start, MOVE)
        surface.cut(self.cut)
        surface.edge.set_z_index(1)
        ghost = surface.quads.animate.set_fill(opacity=GHOST)
        gone = [FadeOut(self.note)] * bool(len(self.note))
        self.play(FadeIn(surface.plane), ghost, *gone, run_time=MOVE)
        self.play(FadeIn(surface.edge), run_time=FADE)
        self.hidden = VGroup(surface.ticks, surface.names, surface.upright, surface.heights)
        self.play(FadeOut(self.hidden), run_time=FADE)
        self.turned(1.0, RISE)
        self.show_near()
        self.turn()
        self.slide()

    def turned(self, into: float, seconds: float) -> None:
        """The view turned into the cut, or out of it."""
        surface = self.surface
        assert isinstance(surface, SurfacePicture)
        parts = surface.border, surface.quads, surface.plane, surface.edge, surface.dot
        self.moving(
            lambda part: surface.show(1.0, 1.0, into=part if into else 1 - part), seconds, *parts
        )

    def show_near(self) -> None:
        """The cut's edge alone, nearer, with its scales."""
        surface, index = self.surface, self.floor.indices[self.cut]
        assert isinstance(surface, SurfacePicture)
        self.sliced = sliced = SlicePicture(
            self.stage,
            self.stage.layout.picture,
            self.story,
            index=index,
            x=slice_width(self.floor, self.cut),
            y=slice_scale(self.floor, self.cut),
        )
        sliced.curve.set_stroke(surface.edge.get_stroke_color(), surface.edge.get_stroke_width())
        coming = FadeIn(self.still_parts(sliced))
        self.play(FadeOut(self.ghosts()), coming, self.nearing(sliced), run_time=2 * MOVE)
        self.remove(surface.edge, surface.dot)
        self.add(sliced.panel.drawing, sliced.note, sliced.curve, sliced.dot)

    def still_parts(self, sliced: SlicePicture) -> VGroup:
        """A slice's scales and words, without the numbers that tell its heights."""
        panel = sliced.panel
        across, up = panel.scales
        words = (part for part in panel.drawing if part is not panel.scales)
        return VGroup(across, up[0], *words, sliced.note)

    def ghosts(self) -> VGroup:
        """What is seen of the surface while it is cut."""
        surface = self.surface
        assert isinstance(surface, SurfacePicture)
        return VGroup(surface.border, surface.quads, surface.plane)

    def slide(self) -> None:
        """From the start down the cut's edge to its foot, the line with it; the best try's cost beside it."""
        where, sliced, here = self.floor.foot_place(self.cut), self.sliced, [*self.start]
        foot = self.foot = FootMarks(self.stage, sliced, self.floor, self.cut)
        if where is None:
            return

        def gone(part: float) -> None:
            here[self.cut] = (1 - part) * self.start[self.cut] + part * where
            self.go(tuple(here), told=part == 1)
            self.pale(part)
            sliced.show(here[self.cut], tangent=False)

        fit = () if self.fit is None else (self.fit.live,)
        self.moving(gone, SLIDE, *fit, self.said, sliced.dot)
        self.at_foot = within(self.floor.scales[self.cut], where)
        for part in (foot.ring, foot.line, foot.names):
            if len(part):
                self.play(FadeIn(part), run_time=FADE)
        self.turn()

    def turn_back(self) -> None:
        """The cut's edge goes back into the surface, which is whole again."""
        surface, sliced, foot = self.surface, self.sliced, self.foot
        assert isinstance(surface, SurfacePicture)
        gone = [part for part in (foot.line, foot.ring, foot.names) if len(part)]
        if gone:
            self.play(*map(FadeOut, gone), run_time=FADE)
        if not self.at_foot:
            self.go(self.start)
            sliced.show(self.start[self.cut], tangent=False)
        self.remove(sliced.curve, sliced.dot)
        self.add(surface.edge, surface.dot)
        self.remove(sliced.panel.drawing, sliced.note)
        going = FadeOut(self.still_parts(sliced))
        coming = FadeIn(self.ghosts())
        self.play(going, coming, self.nearing(sliced, back=True), run_time=MOVE)
        self.remove(*sliced.panel.scales[1][1:])
        self.turned(0.0, BACK)
        surface.is_cut = False
        whole = surface.quads.animate.set_fill(opacity=DENSE)
        leaving = map(FadeOut, (surface.plane, surface.edge))
        note = [FadeIn(self.note)] * bool(len(self.note))
        self.play(FadeIn(self.hidden), whole, *leaving, *note, run_time=MOVE)

    def nearing(self, sliced: SlicePicture, *, back: bool = False) -> UpdateFromAlphaFunc:
        """The cut's edge, the dot and the marks of heights go to where a picture of the slice has them, or back."""
        surface = self.surface
        assert isinstance(surface, SurfacePicture)
        cut, wide = surface.along, sliced.panel.x
        scale, places = self.floor.scales[cut], surface.on_cut(self.floor.high, wide)

        marks = sliced.panel.scales[1][1:]
        homes = [mark.get_center() for mark in marks]
        lines = [float(mark.get_center()[1]) for mark in marks[::2] for _ in range(2)]
        box, y = sliced.panel.box, sliced.panel.y
        values = [y.low + (line - box.bottom) / box.height * (y.high - y.low) for line in lines]
        lows = [float(surface.place([*surface.here], value)[1]) for value in values]

        def marked(part: float) -> None:
            """The marks of heights grow apart: it is the same curve on a larger scale."""
            for mark, home, line, low in zip(marks, homes, lines, lows, strict=True):
                mark.move_to(home + np.array([0, (1 - part) * (low - line), 0]))
                mark.set_opacity(part)

        def gone(part: float) -> None:
            marked(part)
            low, high = (
                (1 - part) * one + part * other
                for one, other in ((scale.low, wide.low), (scale.high, wide.high))
            )

            def between(place: list[float], cost: float) -> FloatArray:
                there = sliced.panel.position(place[cut], cost)
                return (1 - part) * surface.place(place, cost) + part * there

            points = [between(at, cost) for at, cost in places if low <= at[cut] <= high]
            drawn(surface.edge, [*pairwise(p for p in points if p[1] <= sliced.panel.box.top)])
            surface.dot.move_to(between([*surface.here], self.floor.cost(*surface.here)))

        moved = VGroup(surface.edge, surface.dot, *marks)
        return UpdateFromAlphaFunc(moved, lambda _, part: gone(1 - part if back else float(part)))

    def compared_rings(self) -> VGroup:
        """Rings at what the lowest point is compared with, each with its cost: the best try, and the cut's foot."""
        surface, stage, floor = self.surface, self.stage, self.floor
        assert isinstance(surface, SurfacePicture)
        marked = [(floor.best, message("best try {cost}", cost=numeral(floor.grid.cost)))]
        if self.at_foot:
            here = surface.here
            marked.append((here, message("foot {cost}", cost=numeral(floor.cost(*here)))))
        points = [surface.place(place) for place, _ in marked]
        low = [surface.place(place) for place in floor.found_or()]
        way = [surface.place(place) for place in self.way_down()]
        taken = [*rounds([*points, *low], RING), *along([*pairwise(way)])]
        taken += [at for line in (*surface.lines, *self.levels) for at in line.get_all_points()]
        places = LabelPlaces(stage, surface.box, taken)
        places.taken += [(*n.get_corner(DL)[:2], *n.get_corner(UR)[:2]) for n in self.levels]
        made = VGroup()
        for at, (_, said) in zip(points, marked, strict=True):
            made.add(VGroup(self.ring_at(at), places.put(stage.sentence(said, em=EM), at)))
        return made.set_z_index(2)

    def way_down(self) -> list[tuple[float, ...]]:
        """The places of a way that will be walked."""
        return []


def within(scale: Scale, value: float) -> bool:
    """Whether a scale holds a value."""
    return scale.low <= value <= scale.high
