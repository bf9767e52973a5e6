"""A cut through the floor's surface, as the lesson `where_cost_lives` makes it: we turn into it, come nearer, and go back."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from manim import Circle, Dot, FadeIn, FadeOut, UpdateFromAlphaFunc, VGroup

from symgd.animations.costs.foot_marks import EM, FootMarks, slice_scale, slice_width
from symgd.animations.costs.surface_picture import DENSE, SurfacePicture
from symgd.animations.costs.where_moves import FADE, MOVE, RISE, WhereMoves
from symgd.animations.formulas.numerals import Scale, numeral
from symgd.animations.pictures.label_places import LabelPlaces, rounds
from symgd.animations.pictures.plot_panel import drawn
from symgd.animations.pictures.slice_picture import SlicePicture, steepest
from symgd.data.arrays import FloatArray
from symgd.writing.words import message

RING = 0.19
GHOST = 0.25  # how dense the surface is while it is cut
SLIDE = 3.0  # seconds from the start down to the cut's foot
BACK = 1.5  # for turning back
STOP = 0.06
STRIDE, STRIDES = 0.4, 10  # seconds for a step of the descent, and how many are walked one by one


class WhereSlice(WhereMoves):
    """A scene whose surface is cut through the start."""

    cut: int
    start: tuple[float, ...]
    heads: VGroup
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
        coming = FadeIn(VGroup(sliced.panel.drawing, sliced.note))
        self.play(FadeOut(self.ghosts()), coming, self.nearing(sliced), run_time=2 * MOVE)
        self.remove(surface.edge, surface.dot)
        self.add(sliced.curve, sliced.dot)

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
            self.go(tuple(here))
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
        going = FadeOut(VGroup(sliced.panel.drawing, sliced.note))
        coming = FadeIn(self.ghosts())
        self.play(going, coming, self.nearing(sliced, back=True), run_time=MOVE)
        self.turned(0.0, BACK)
        surface.is_cut = False
        whole = surface.quads.animate.set_fill(opacity=DENSE)
        leaving = map(FadeOut, (surface.plane, surface.edge))
        note = [FadeIn(self.note)] * bool(len(self.note))
        self.play(FadeIn(self.hidden), whole, *leaving, *note, run_time=MOVE)

    def nearing(self, sliced: SlicePicture, *, back: bool = False) -> UpdateFromAlphaFunc:
        """The cut's edge and the dot go from where they are seen to where a picture of the slice has them, or back."""
        surface = self.surface
        assert isinstance(surface, SurfacePicture)
        cut, wide = surface.along, sliced.panel.x
        scale, places = self.floor.scales[cut], surface.on_cut(self.floor.high, wide)

        def gone(part: float) -> None:
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

        moved = VGroup(surface.edge, surface.dot)
        return UpdateFromAlphaFunc(moved, lambda _, part: gone(1 - part if back else float(part)))

    def foot_ring(self) -> VGroup:
        """A ring where the dot is on the surface, and that this is the cut's foot."""
        surface, stage = self.surface, self.stage
        assert isinstance(surface, SurfacePicture)
        at, cost = surface.dot.get_center(), self.floor.cost(*surface.here)
        named = stage.sentence(message("foot {cost}", cost=numeral(cost)), em=EM)
        box = surface.box
        places = LabelPlaces(stage, box, rounds([at], RING))
        return VGroup(self.ring_at(at), places.put(named, at)).set_z_index(2)

    def ring_at(self, centre: FloatArray) -> Circle:
        """A ring round something that is compared."""
        ring = Circle(radius=RING, color=self.stage.palette.ink, stroke_width=3).set_z_index(2)
        return ring.move_to(centre)

    # ---------------------------------------------------------------------------------------------
    # The way of the descent

    def way_down(self) -> list[tuple[float, ...]]:
        """Places of the run's descent; none where they leave the floor, or the floor doesn't hold all parameters."""
        floor, story = self.floor, self.story
        if floor.others:
            return []
        places = [tuple(map(float, p)) for p in story.parameters[: story.steps + 1]]
        inside = all(
            within(scale, value)
            for place in places
            for scale, value in zip(floor.scales, place, strict=True)
        )
        return places if inside and story.cost[story.steps] < story.cost[0] else []

    def walk(self, way: list[tuple[float, ...]]) -> None:
        """The dot at the start, and down along the way, which it draws."""
        surface = self.surface
        assert isinstance(surface, SurfacePicture)
        self.glide(way[0], MOVE)
        first, last = way[: STRIDES + 1], way[STRIDES:]
        colour = self.stage.palette.prediction
        stops = VGroup(
            *(
                Dot(surface.place(place, self.floor.cost(*place)), radius=STOP, color=colour)
                for place in first
            )
        ).set_z_index(1)

        def gone(part: float) -> None:
            done = part * (len(first) - 1)
            whole = min(int(done), len(first) - 2)
            one, other = np.array(first[whole]), np.array(first[whole + 1])
            here = tuple(map(float, one + (done - whole) * (other - one)))
            self.go(here if part < 1 else first[-1])
            surface.show_way([*first[: whole + 1], here])
            for number, stop in enumerate(stops):
                stop.set_fill(opacity=float(number <= done))

        fit = () if self.fit is None else (self.fit.live,)
        seconds = STRIDE * (len(first) - 1) + FADE
        self.moving(gone, seconds, surface.way, stops, *fit, self.said, surface.dot)
        if len(last) > 1:
            self.glide(last[-1], MOVE)
            surface.show_way(way)


def within(scale: Scale, value: float) -> bool:
    """Whether a scale holds a value."""
    return scale.low <= value <= scale.high
