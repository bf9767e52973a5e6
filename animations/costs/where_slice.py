"""A cut through the floor's surface, as the lesson `where_cost_lives` makes it: we turn into it, come nearer, and go back."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from manim import FadeIn, FadeOut, UpdateFromAlphaFunc, VGroup

from symgd.animations.costs.foot_marks import FootMarks, slice_scale, slice_width
from symgd.animations.costs.surface_picture import SurfacePicture
from symgd.animations.costs.where_moves import FADE, MOVE, RISE
from symgd.animations.costs.where_tries import WhereTries
from symgd.animations.formulas.numerals import Scale
from symgd.animations.pictures.plot_panel import drawn
from symgd.animations.pictures.slice_picture import SlicePicture, steepest
from symgd.data.arrays import FloatArray
from symgd.terms import Symbol
from symgd.writing.words import message

GHOST = 0.25  # how dense the surface is while it is cut
SLIDE = 2.4  # seconds from the start down to the cut's foot
BACK = 1.5  # for turning back


class WhereSlice(WhereTries):
    """A scene whose surface is cut through the start."""

    cut: int
    heads: VGroup
    at_foot = False  # whether the dot stands at the foot of the cut, as seen from the floor

    def steeper(self) -> int:
        """Along which of the floor's parameters it is cut: the steepest of all, or the first."""
        index = steepest(self.story)
        return self.floor.indices.index(index) if index in self.floor.indices else 0

    def show_slice(self) -> None:
        """A plane through the start cuts the surface; we turn until we look straight at the cut, and come nearer."""
        surface = self.surface
        assert isinstance(surface, SurfacePicture)
        name = Symbol(self.floor.names[self.cut])
        self.set_heading(message("A cut: {name} alone changes", name=name))
        self.glide(self.start, MOVE)
        surface.cut(self.cut)
        surface.edge.set_z_index(1)
        ghost = surface.quads.animate.set_fill(opacity=GHOST)
        gone = map(FadeOut, (*self.heads, *[self.note] * bool(len(self.note))))
        self.play(FadeIn(surface.plane), ghost, *gone, run_time=MOVE)
        self.hidden = VGroup(surface.ticks, surface.names)
        gone = map(FadeOut, (self.hidden, surface.upright, surface.heights))
        self.play(FadeIn(surface.edge), *gone, run_time=FADE)
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
        self.play(self.nearing(sliced), run_time=1.5 * MOVE)
        self.remove(surface.edge, surface.dot)
        self.add(sliced.curve, sliced.dot)
        scales = FadeIn(sliced.panel.drawing, sliced.note)
        self.play(FadeOut(self.ghosts()), scales, run_time=FADE)
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
        if len(foot.line):
            self.pulse(foot.line, *foot.ring)

    def turn_back(self) -> None:
        """The cut's edge goes back into the surface, and we turn away from it."""
        surface, sliced, foot = self.surface, self.sliced, self.foot
        assert isinstance(surface, SurfacePicture)
        if not self.at_foot:
            self.go(self.start)
            sliced.show(self.start[self.cut], tangent=False)
        near = self.nearing(sliced, back=True)
        near.interpolate(0.0)
        self.remove(sliced.curve, sliced.dot)
        self.add(surface.edge, surface.dot)
        marks = [part for part in (foot.line, foot.ring, foot.names) if len(part)]
        self.play(*map(FadeOut, (*marks, sliced.panel.drawing, sliced.note)), run_time=FADE)
        self.play(FadeIn(self.ghosts()), run_time=FADE / 2)
        self.play(near, run_time=MOVE)
        self.turned(0.0, BACK)
        surface.is_cut = False

    def nearing(self, sliced: SlicePicture, *, back: bool = False) -> UpdateFromAlphaFunc:
        """The cut's edge with all that is seen of the surface, and the dot, go to a picture's scales, or back."""
        surface = self.surface
        assert isinstance(surface, SurfacePicture)
        cut, wide, panel = surface.along, sliced.panel.x, sliced.panel
        scale, places = self.floor.scales[cut], surface.on_cut(self.floor.high, wide)
        surface.show(1.0, 1.0, into=1.0)
        ghosts = [part for part in self.ghosts().get_family() if len(part.points)]
        before = [part.points.copy() for part in ghosts]
        low, high = ([*surface.here] for _ in range(2))
        low[cut], high[cut] = scale.low, scale.high
        ends = (low, self.floor.low), (high, self.floor.high)
        here = [surface.place(place, cost)[:2] for place, cost in ends]
        there = [panel.position(place[cut], cost)[:2] for place, cost in ends]
        grown = (there[1] - there[0]) / (here[1] - here[0])
        box = panel.box
        lows, highs = np.array([box.left, -np.inf]), np.array([box.right, box.top])

        def mapped(points: FloatArray, part: float) -> FloatArray:
            """Places in the frame, with the scales so far on their way."""
            made = points.copy()
            far = there[0] + grown * (points[:, :2] - here[0])
            made[:, :2] = (1 - part) * points[:, :2] + part * far
            return made

        def gone(part: float) -> None:
            left, right = (
                (1 - part) * one + part * other
                for one, other in ((scale.low, wide.low), (scale.high, wide.high))
            )
            for ghost, points in zip(ghosts, before, strict=True):
                made = mapped(points, part)
                within = (made[:, 1] <= box.top).any()
                made[:, :2] = np.clip(made[:, :2], lows, highs)
                ghost.set_points(made if within or not part else made[:0])
            edge = np.array(
                [surface.place(at, cost) for at, cost in places if left <= at[cut] <= right]
            )
            points = mapped(edge, part)
            drawn(surface.edge, [*pairwise(p for p in points if p[1] <= box.top)])
            dot = surface.place([*surface.here], self.floor.cost(*surface.here))
            surface.dot.move_to(mapped(dot[None], part)[0])

        moved = VGroup(*ghosts, surface.edge, surface.dot)
        return UpdateFromAlphaFunc(moved, lambda _, part: gone(1 - part if back else float(part)))

    def way_down(self) -> list[tuple[float, ...]]:
        """The places of a way that will be walked."""
        return []


def within(scale: Scale, value: float) -> bool:
    """Whether a scale holds a value."""
    return scale.low <= value <= scale.high
