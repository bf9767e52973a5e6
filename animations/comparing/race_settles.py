"""RaceSettles: how a walk whose steps keep their length goes to and fro about the least cost, from very near; hence a race has a line."""

from __future__ import annotations

import numpy as np
from manim import FadeIn, FadeOut, UpdateFromAlphaFunc, VGroup, linear

from symgd.animations.comparing import race_words as words
from symgd.animations.comparing.arrows_picture import arrow
from symgd.animations.comparing.finish_line import FinishLine
from symgd.animations.comparing.paths_picture import PathsPicture
from symgd.animations.comparing.race_marks import RaceMarks
from symgd.animations.comparing.race_rules import FADE, HEAD_GAP, NOTE_EM, SHORT
from symgd.animations.comparing.race_steps import RaceSteps
from symgd.animations.comparing.race_story import NEAR
from symgd.animations.comparing.race_unsettled import unsettled
from symgd.animations.comparing.step_numbers import StepNumbers
from symgd.animations.comparing.walks import Walk
from symgd.animations.staging.stage import Zone

HOPS, HOP = 4, 0.6  # steps that are seen, and seconds of each
AROUND = 3.0  # times as far as the steps lead from the least cost, is seen of the finish
BOLD = 6.0


class RaceSettles(RaceSteps):
    """Why near is all that some can be."""

    finish: FinishLine

    def restless(self) -> Walk | None:
        """The first walk that never settles, where that can be seen round the finish."""
        if self.whole_map.single or not self.finish.there:
            return None
        return next((walk for walk in unsettled(self.story) if walk.run.steps > HOPS), None)

    def show_settling(self) -> None:
        """The last steps of a walk, with the finish round them."""
        walk = self.restless()
        assert walk is not None
        number = self.story.walks.index(walk)
        first = walk.run.steps - HOPS
        near = self.round_finish(walk, first)
        self.play(FadeOut(*self.ridden), run_time=SHORT)
        self.ridden = VGroup()
        self.fly(near)
        line = self.finish.drawing(words.of_the_gap(NEAR), on=near)
        self.play(FadeIn(line), run_time=FADE)
        numbers = VGroup()
        marks = RaceMarks(near, [number], HOPS).show(first, since=first)
        self.play(FadeIn(marks.live), run_time=FADE)
        for step in range(first, walk.run.steps):
            if step == first + 1:
                self.turn()
            numbers = self.hop(near, number, step, marks, numbers)
        self.play(FadeOut(marks.live, line, numbers), run_time=SHORT)

    def hop(
        self, near: PathsPicture, number: int, step: int, marks: RaceMarks, numbers: VGroup
    ) -> VGroup:
        """A step: its numbers in the place of those before, its arrow, and then the mark goes along it."""
        walk = self.story.walks[number]
        first, new = walk.run.steps - HOPS, self.late_numbers(walk, step)
        start, end = (
            near.panel.position(*near.place(place)) for place in walk.points[step : step + 2]
        )
        mark = arrow(start, end, near.looks[number].colour, BOLD)
        if len(numbers):
            self.play(FadeOut(numbers), run_time=HOP / 3)
        coming = [part for part in (mark, new) if len(part)]
        if coming:
            self.play(*map(FadeIn, coming), run_time=HOP)
        moving = UpdateFromAlphaFunc(
            marks.live,
            lambda _, part: marks.show(step + float(part), since=first),
            rate_func=linear,
        )
        self.play(moving, run_time=HOP)
        self.remove(mark, *mark.get_family())
        return new

    def round_finish(self, walk: Walk, first: int) -> PathsPicture:
        """The map of the last steps, and as much of the finish as is beside them."""
        whole, axes = self.whole_map, list(self.story.ground.axes)
        last, held = walk.points[first:], self.story.ground.held
        places = np.vstack((self.finish.points, last[:, axes])) - held[axes]
        half = np.minimum(np.abs(places), AROUND * np.abs(last[:, axes] - held[axes]).max()).max(
            axis=0
        )
        corners = []
        for side in (-1, 1):
            made = held.copy()
            made[axes] += side * half
            corners.append(made)
        return PathsPicture(
            self.stage,
            whole.zone,
            whole.walks,
            whole.looks,
            whole.ground,
            window=corners,
            equal=whole.is_equal,
            alike=0.0,
        )

    def late_numbers(self, walk: Walk, step: int) -> VGroup:
        """A late step in numbers: what it is divided by is as small as what is divided."""
        zone = self.numbers_zone
        room = Zone(zone.left, zone.right, zone.bottom, zone.top - NOTE_EM - 2 * HEAD_GAP)
        shown = StepNumbers(self.stage, room, self.story, walk, step)
        if not len(shown.lines):
            return VGroup()
        said = words.step(step + 1, shown.whose, shown.left_out)
        head = self.stage.sentence(said, em=NOTE_EM).at_most(zone.width)
        return VGroup(head.put(zone.left, zone.top - NOTE_EM), shown.lines)
