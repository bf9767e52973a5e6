"""RideMarks: while one walk runs, what it carries on as an arrow at its mark, and the plain rule's mark on the same clock."""

from __future__ import annotations

from functools import cache

import numpy as np
from manim import VGroup

from symgd.animations.comparing.arrows_picture import arrow
from symgd.animations.comparing.paths_picture import PathsPicture
from symgd.animations.comparing.race_story import RaceStory
from symgd.animations.comparing.step_parts import StepParts, step_parts
from symgd.animations.staging.run_lesson import refill

GHOST, BOLD = 0.45, 4.0
SEEN = 0.12  # in the frame's units: a shorter arrow is none


class RideMarks:
    """`live` is what moves with the clock beside a walk's own path."""

    def __init__(self, picture: PathsPicture, story: RaceStory, number: int) -> None:
        self.picture, self.story, self.number = picture, story, number
        self.carried = VGroup()
        look, ground = picture.looks[0], picture.stage.palette.ground
        self.plain = look.mark(ground).set_opacity(GHOST) if number else VGroup()
        self.live = VGroup(self.plain, self.carried)
        self._parts = cache(self._made)
        self.show(0.0)

    def _made(self, step: int) -> StepParts:
        return step_parts(self.story, self.story.walks[self.number], step)

    def show(self, time: float) -> RideMarks:
        """Both at a time."""
        panel, picture = self.picture.panel, self.picture
        if self.number:
            clock, points, _ = self.story.walks[0].until(time)
            self.plain.move_to(panel.border(*picture.place(points[-1], float(clock[-1]))))
        if not picture.single:
            self._show_carried(time)
        return self

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
        colour = picture.stage.palette.error
        refill(self.carried, [arrow(*ends, colour, BOLD)])
