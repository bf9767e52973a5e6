"""ViewMoves: what is looked at in the lesson `annotated_update`: near where steps are short, farther where one leaves."""

from __future__ import annotations

import numpy as np
from manim import FadeIn, FadeOut, VGroup

from symgd.animations.descending.annotated_moves import FADE, MOVE, QUICK, AnnotatedMoves
from symgd.animations.descending.close_view import CloseView, inside
from symgd.animations.pictures.even_picture import EvenPicture
from symgd.animations.pictures.plot_panel import BOTTOM, LEFT, RIGHT, TOP, shape_of
from symgd.animations.pictures.view_flight import fly
from symgd.animations.stories.views import View, near_view

CLOSE = 0.45  # a shorter step, in the frame, is gone near to
SMALLER = 0.75  # a ring in the close view
NEARER = 1.5  # where that makes it so many times as long


class ViewMoves(AnnotatedMoves):
    """A scene with the whole map, and beside it a part of it from near."""

    @property
    def near(self) -> EvenPicture:
        """The picture that is looked at: from near, where there is one."""
        return self.point if self.close is None else self.close.lens

    def rings(self, step: int) -> VGroup:
        """A ring where a step would end, on the map and from near."""
        pictures = [self.point] if self.close is None else [self.point, self.close.lens]
        rings = VGroup(*(each.mark(step) for each in pictures))
        for ring in rings[1:]:
            ring.scale(SMALLER)
        return rings.set_stroke(self.stage.palette.prediction)

    def gain(self, view: View) -> float:
        """How many times as large as on the map something is in the close view of a part."""
        panel, aside, whole = self.point.panel, inside(self.places.aside), self.point.view
        if whole is None:
            return 0.0
        sides = [
            ((aside.width - LEFT - RIGHT) / panel.box.width, whole.x, view.x),
            ((aside.height - BOTTOM - TOP) / panel.box.height, whole.y, view.y),
        ]
        return min(part * (w.high - w.low) / (v.high - v.low) for part, w, v in sides)

    def closer_step(self) -> int:
        """The step from which on the steps are looked at from near, since they are short; 0 where none is."""
        story, point = self.story, self.point
        if point.curved or story.diverged:
            return 0
        for step in range(1, story.singly):
            ends = (point.panel.position(*point.point(k)) for k in (step, step + 1))
            length = float(np.linalg.norm(np.subtract(*ends)))
            if length < CLOSE and story.step_norm[step]:
                return step if self.gain(self.near_steps(step)) >= NEARER else 0
        return 0

    def near_steps(self, step: int) -> View:
        """Near to the steps from one on."""
        return near_view(self.story, step, self.story.singly, shape_of(inside(self.places.aside)))

    def look_close(self, view: View, *, costs: bool = True) -> None:
        """A part of the map beside it, larger; what stood there leaves. The lines have their costs, or not."""
        self.look_from_far()
        close = CloseView(self.point, self.places.aside, view)
        gone = [each for each in (*self.lengths.drawings,) if each in self.mobjects]
        if self.places.shares and self.fit is not None:
            gone += [self.fit.panel.drawing, self.fit.live]
        if gone:
            self.play(FadeOut(*gone), run_time=QUICK)
        if not costs:
            close.lens.lines.remove(*close.lens.levels)
        self.close = close
        mark, rays, *others = close.drawing
        self.play(FadeIn(mark), run_time=QUICK)
        self.play(FadeIn(rays, *others, close.lens.lines, close.lens.live), run_time=FADE)
        self.remove(close.lens.live)
        self.add(close.drawing, close.lens.lines, close.lens.live)

    def look_from_far(self) -> None:
        """The close view leaves."""
        close, self.close = self.close, None
        if close is None:
            return
        self.play(FadeOut(close.drawing, close.lens.lines, close.lens.live), run_time=QUICK)
        self.remove(*close.lens.live.submobjects)
        if self.places.shares and self.fit is not None:
            self.play(FadeIn(self.fit.panel.drawing, self.fit.live), run_time=QUICK)

    def hold_all(self, step: int) -> None:
        """The map shrinks until a step's place is in it."""
        point = self.point
        if point.curved or point.panel.holds(*point.point(step)):
            return
        gone = [each for each in (self.cross, self.arrow) if len(each)]
        if gone:
            self.play(FadeOut(*gone), run_time=QUICK)
        self.remove(*point.live.submobjects)
        self.add(point.live)
        fly(self, point, point.holding(step), MOVE)
        self.arrow, self.cross = VGroup(), point.cross()
        if len(self.cross):
            self.play(FadeIn(self.cross), run_time=QUICK)
