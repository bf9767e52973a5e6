"""RaceMarks: all walks of a picture at once, each as its mark with its last steps behind it, and the clock's step in a corner."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from manim import BackgroundRectangle, Circle, Mobject, VGroup

from symgd.animations.comparing import race_words as words
from symgd.animations.comparing.paths_picture import PathsPicture
from symgd.animations.staging.run_lesson import refill

TAIL = 3  # steps behind a mark
OUTSIDE, ARRIVED = 0.35, 0.55  # how faint a mark is beyond the frame, and how small one that stays
CLOCK_EM, CORNER, PLATE = 0.4, 0.2, 0.05
RING, THICK = 0.17, 3.0


class RaceMarks:
    """`live` is what moves: `show` draws the walks at a time.

    Where a walk stays from some step on, a ring shows the place, and its mark gets small.
    """

    def __init__(
        self, picture: PathsPicture, stays: Sequence[int | None], *, rings: bool = True
    ) -> None:
        self.picture, self.stays = picture, stays
        ground = picture.stage.palette.ground
        self.tails = [look.line(ground) for look in picture.looks]
        self.marks = [look.mark(ground) for look in picture.looks]
        self.rings = [self._ring(n) if rings else VGroup() for n, _ in enumerate(picture.walks)]
        self.small = [False for _ in self.marks]
        self.clock: VGroup = VGroup()
        self.counted = -1
        self.live = VGroup(*self.tails, *self.rings, *self.marks, self.clock)
        self.show(0.0)

    def _ring(self, number: int) -> Mobject:
        """Where a walk comes to stay."""
        picture, step = self.picture, self.stays[number]
        if step is None:
            return VGroup()
        walk = picture.walks[number]
        row = int(np.searchsorted(walk.run.trace.steps, step))
        place = picture.place(walk.points[row], float(walk.clock[row]))
        made = Circle(radius=RING, color=picture.looks[number].colour)
        made.set_stroke(width=THICK, opacity=0.0)
        return made.move_to(picture.panel.border(*place))

    def show(self, time: float) -> RaceMarks:
        """All walks at a time of the clock."""
        for number, walk in enumerate(self.picture.walks):
            clock, points, _ = walk.until(time)
            recent = np.flatnonzero(clock >= time - TAIL - 1e-9)
            first = int(recent[0]) if recent.size else len(clock) - 1
            places = [
                self.picture.place(point, float(when))
                for point, when in zip(points[first:], clock[first:], strict=True)
            ]
            look, panel = self.picture.looks[number], self.picture.panel
            look.draw(self.tails[number], panel.segments(*zip(*places, strict=True)))
            step = self.stays[number]
            self._place(number, places[-1], arrived=step is not None and time >= step - 1e-9)
        self._count(int(time + 1e-9))
        return self

    def _place(self, number: int, place: tuple[float, float], *, arrived: bool) -> None:
        mark, panel = self.marks[number], self.picture.panel
        if arrived != self.small[number]:
            mark.scale(ARRIVED if arrived else 1 / ARRIVED)
            self.small[number] = arrived
        mark.move_to(panel.border(*place))
        mark.set_fill(opacity=1.0 if panel.holds(*place) else OUTSIDE)
        for part in self.rings[number].family_members_with_points():
            part.set_stroke(opacity=float(arrived))

    def _count(self, step: int) -> None:
        if step == self.counted:
            return
        self.counted, stage, box = step, self.picture.stage, self.picture.panel.box
        said = stage.sentence(words.clock(step), em=CLOCK_EM)
        said.put(box.right - CORNER - said.width, box.top - CORNER - CLOCK_EM)
        plate = BackgroundRectangle(said, color=stage.palette.ground, fill_opacity=0.9, buff=PLATE)
        refill(self.clock, [plate, said])
