"""optimizers: several optimizers on one ravine, each rule as it is declared, one start, one clock."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
from manim import (
    BackgroundRectangle,
    FadeIn,
    FadeOut,
    TransformFromCopy,
    UpdateFromAlphaFunc,
    VGroup,
    linear,
)

from symgd.animations.comparing import race_words as words
from symgd.animations.comparing.finish_line import FinishLine
from symgd.animations.comparing.half_axes import HalfAxes, closed_height
from symgd.animations.comparing.paths_picture import PathsPicture
from symgd.animations.comparing.race_rules import FADE, MOVE
from symgd.animations.comparing.race_scenes import RaceScenes
from symgd.animations.comparing.race_story import FAR, NEAR, tell_race
from symgd.animations.comparing.ride_marks import RideMarks
from symgd.animations.comparing.step_parts import step_parts
from symgd.animations.comparing.walk_looks import looks_of
from symgd.animations.comparing.walk_table import WalkTable
from symgd.animations.staging.beats import Beat
from symgd.animations.staging.stage import Label
from symgd.data.arrays import FloatArray
from symgd.optimize.example import demo_problem, demo_run
from symgd.problem.problem import Problem
from symgd.writing.words import message

WALK = 1.8  # seconds
RATIO_EM, WIDEST, EDGE = 0.34, 0.7, 0.12  # of the condition number in the map's corner
NAME, NAME_BESIDE, LITTLE = 1.9, 1.4, 5.3  # parts of the table's width that the names take


class Optimizers(RaceScenes):
    """A race of optimizers."""

    half_axes: VGroup | None = None  # of the ravine, while they are seen in the cross' name's place

    def example(self) -> Problem:
        """Three points, and a line through them: a ravine."""
        return demo_problem(Problem)

    def beats(self) -> Iterator[Beat]:
        """The ravine; rule by rule a walk; all together; and who was first."""
        if self.run is None:
            self.run = demo_run(self.problem)
        self.story = story = tell_race(self.run, lambda: self.gradient)
        self.set_stage()
        kind, told = Optimizers, False
        yield self.beat(message("the start"), words.ground(story), kind.show_ground)
        for number, walk in enumerate(story.walks):
            show = partial(kind.show_rule, number=number)
            said = words.rule(story, walk)
            if self.paths.zigzags(number) and not told:
                said, told = (*said, words.banks()), True
            if number == 1:
                said = (*said, words.beside(story, walk))
            if self.summed(number) is not None:
                said = (*said, words.cancels(story))
            yield self.beat(walk.name, said, show)
        yield self.beat(message("which is first?"), words.ask(), kind.show_ask, asks=True)
        yield self.beat(message("all together"), words.race(story), kind.show_race)
        yield self.beat(message("who was first"), words.counted(story), kind.show_counted)
        yield self.beat(message("the answer"), words.ending(story), kind.show_ending, hold=2.0)

    # ---------------------------------------------------------------------------------------------
    # The ravine

    def set_stage(self) -> None:
        """The picture of all walks, and room for table and rules."""
        stage, story = self.stage, self.story
        self.looks = looks_of(stage.palette)[: len(story.walks)]
        self.table_zone, self.other_zone = self.halves()
        picture = stage.layout.picture
        about = stage, picture, story.walks, self.looks, story.ground
        tips = [np.array(self.tips(number)) for number, _ in enumerate(story.walks)]
        self.paths = PathsPicture(*about, banks=True, end=story.end, beside=tips)
        self.paths.noted()
        self.finish = FinishLine(self.paths, story.finish)

    def tips(self, number: int) -> list[FloatArray]:
        """Where a walk's first places and the arrows of what it carries on there end."""
        walk, found = self.story.walks[number], []
        for step in range(min(self.most_steps(number), walk.run.steps)):
            parts = step_parts(self.story, walk, step)
            found += [walk.points[step], walk.points[step] + parts.carried * parts.adds_up]
        return found or [walk.points[0]]

    def show_ground(self) -> None:
        """The map, the start, and where the cost is least."""
        stage, story = self.stage, self.story
        self.set_heading(words.question())
        self.play(FadeIn(self.paths.panel.drawing), run_time=FADE)
        self.play(FadeIn(self.paths.lines), run_time=FADE)
        self.cross = self.paths.cross(words.cross(story))
        heads: list[Label] = [words.rates(story), words.head(FAR), words.head(NEAR)]
        name = NAME if self.table_zone.width > LITTLE else NAME_BESIDE
        walks = story.named_briefly
        self.table = WalkTable(stage, self.table_zone, walks, self.looks, heads, name)
        self.show_facts()
        self.play(FadeIn(self.cross), run_time=FADE)
        height = closed_height(story.ground, self.paths.panel) if words.is_ravine(story) else None
        if height is None or not self.paths.is_equal:
            return
        axes = HalfAxes(self.paths, height)
        self.play(FadeOut(*self.cross[1:]), FadeIn(axes.outline), run_time=FADE)
        self.play(FadeIn(axes.lines), FadeIn(axes.plates, axes.labels), run_time=FADE)
        self.half_axes = axes.whole
        self.say_ratio(axes)

    def say_ratio(self, axes: HalfAxes) -> None:
        """The condition number, in the map's corner, of the lengths that stand at the half axes."""
        box, made = self.paths.panel.box, self.stage.formula(axes.said[1], em=RATIO_EM)
        if made.width > WIDEST * box.width:
            return
        made.put(box.right - EDGE - made.width, 0.0)
        made.shift((0, box.top - EDGE - made.get_top()[1], 0))
        plate = BackgroundRectangle(
            made, color=self.stage.palette.ground, fill_opacity=1, buff=EDGE
        )
        fraction = (1, 0, 0)
        parts = [made.glyphs((*fraction, n)) for n in (0, 1)]
        flying = {id(glyph) for part in parts for glyph in part}
        rest = VGroup(*(glyph for glyph in made if id(glyph) not in flying))
        flights = (TransformFromCopy(*pair) for pair in zip(axes.labels, parts, strict=True))
        self.play(FadeIn(plate, rest), *flights, run_time=MOVE)
        self.remove(*made)
        self.add(plate, made)
        self.half_axes = VGroup(axes.whole, plate, made)

    # ---------------------------------------------------------------------------------------------
    # Rules

    def show_rule(self, number: int) -> None:
        """A rule as it is declared, made of the plain one, and then where it leads, alone."""
        walk = self.story.walks[number]
        if number:  # two zigzags over one another cannot be read
            self.play(FadeOut(self.paths.each[number - 1]), run_time=FADE)
        self.change_rule(number)
        if not number:
            self.turn()
        if not number and (named := self.half_axes or VGroup(*self.cross[1:])):
            self.play(FadeOut(named), run_time=FADE)
        self.add(self.paths.each[number])
        shown = min(self.steps_of(number), walk.run.steps)
        for step in range(shown):
            self.show_step(number, step)
        self.turn()
        self.clear_numbers()
        self.ride(number, shown)

    def ride(self, number: int, shown: float) -> None:
        """The walk goes on to the end; one step on the way is looked at, where its parts cancel across a valley."""
        ride = RideMarks(self.paths, self.story, number)

        def show(time: float) -> None:
            self.paths.show(time, [number])
            ride.show(time)

        show(shown)
        if (found := self.summed(number)) is not None:
            self.go(show, number, ride, shown, found.step)
            self.turn()
            self.show_sum(number, found)
            shown = found.step
        self.go(show, number, ride, shown, self.story.end)
        self.add(self.paths.each[number])
        self.play(FadeOut(ride.live), run_time=FADE)

    def go(
        self, show: Callable[[float], None], number: int, ride: RideMarks, first: float, last: float
    ) -> None:
        """A walk from one time to another, with what goes along with it."""
        moving = UpdateFromAlphaFunc(
            VGroup(self.paths.each[number], ride.live),
            lambda _, part: show(self.clock(part, first, last)),
            rate_func=linear,
        )
        self.play(moving, run_time=WALK)
        show(last)
