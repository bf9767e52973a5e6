"""RideMarks: while one walk runs, the clock's step, what it carries on as an arrow at its mark, and the plain rule's mark on the same clock."""

from __future__ import annotations

from functools import cache

import numpy as np
from manim import BackgroundRectangle, VGroup

from symgd.animations.comparing import race_words as words
from symgd.animations.comparing.arrows_picture import arrow
from symgd.animations.comparing.paths_picture import PathsPicture
from symgd.animations.comparing.race_story import RaceStory
from symgd.animations.comparing.step_parts import StepParts, step_parts
from symgd.animations.staging.run_lesson import refill

GHOST, BOLD = 0.45, 4.0
CLOCK_EM, CORNER, PLATE = 0.4, 0.2, 0.12
SEEN = 0.12  # in the frame's units: a shorter arrow is none


class RideMarks:
    """`live` is what moves with the clock beside a walk's own path."""

    def __init__(self, picture: PathsPicture, story: RaceStory, number: int) -> None:
        self.picture, self.story, self.number = picture, story, number
        self.carried = VGroup()
        look, ground = picture.looks[0], picture.stage.palette.ground
        self.plain = look.mark(ground).set_opacity(GHOST) if number else VGroup()
        self.clock, self.counted = VGroup(), -1
        self.live = VGroup(self.plain, self.carried, self.clock)
        self._parts = cache(self._made)
        self.show(0.0)

    def _made(self, step: int) -> StepParts:
        return step_parts(self.story, self.story.walks[self.number], step)

    def show(self, time: float) -> RideMarks:
        """All at a time."""
        self._count(int(time + 1e-6))
        panel, picture = self.picture.panel, self.picture
        if self.number:
            clock, points, _ = self.story.walks[0].until(time)
            self.plain.move_to(panel.border(*picture.place(points[-1], float(clock[-1]))))
        if not picture.single:
            self._show_carried(time)
        return self

    def _count(self, step: int) -> None:
        """The clock's step, in the picture's corner."""
        if step == self.counted:
            return
        self.counted = step
        refill(self.clock, [*clock_of(self.picture, step)])

    def _show_carried(self, time: float) -> None:
        walk = self.story.walks[self.number]
        step = int(np.searchsorted(walk.clock, time + 1e-9, side="right")) - 1
        if not 0 <= step < walk.run.steps:
            refill(self.carried, [])
            return
        carried, here = self._parts(step).carried, walk.until(time)[1][-1]
        panel, picture = self.picture.panel, self.picture
        ends = panel.clipped(
            panel.position(*picture.place(here)), panel.position(*picture.place(here + carried))
        )
        if ends is None or float(np.linalg.norm(ends[1] - ends[0])) < SEEN:
            refill(self.carried, [])
            return
        colour = picture.looks[self.number].colour
        refill(self.carried, [arrow(*ends, colour, BOLD)])


def clock_of(picture: PathsPicture, step: int) -> VGroup:
    """A step's number, in a picture's corner."""
    stage, box = picture.stage, picture.panel.box
    said = stage.sentence(words.clock(step), em=CLOCK_EM)
    said.put(box.right - CORNER - said.width, box.top - CORNER - CLOCK_EM)
    plate = BackgroundRectangle(said, color=stage.palette.ground, fill_opacity=1, buff=PLATE)
    return VGroup(plate, said)
