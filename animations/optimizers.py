"""optimizers: several optimizers on one ravine, each rule as it is declared, one start, one clock."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

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
from symgd.animations.comparing.race_endings import RaceEndings
from symgd.animations.comparing.race_rules import FADE, MOVE, SHORT
from symgd.animations.comparing.race_story import NEAR, tell_race
from symgd.animations.comparing.ride_marks import RideMarks
from symgd.animations.comparing.step_parts import step_parts
from symgd.animations.comparing.walk_looks import looks_of
from symgd.animations.staging.beats import Beat
from symgd.data.arrays import FloatArray
from symgd.optimize.example import demo_problem, demo_run
from symgd.problem.problem import Problem
from symgd.writing.words import message

WALK, EACH, SLOW = 1.5, 0.3, 10  # seconds of a walk, and of each of its first steps, so many
HOLD = 0.2  # seconds, after a walk
RATIO_EM, WIDEST, EDGE = 0.34, 0.7, 0.12  # of the condition number in the map's corner


class Optimizers(RaceEndings):
    """A race of optimizers."""

    half_axes: HalfAxes | None = None  # of the ravine, where they are shown

    def example(self) -> Problem:
        """Three points, and a line through them: a ravine."""
        return demo_problem(Problem)

    def beats(self) -> Iterator[Beat]:
        """The start; rule by rule a walk; all together; and who was first."""
        if self.run is None:
            self.run = demo_run(self.problem)
        self.story = story = tell_race(self.run, lambda: self.gradient)
        self.set_stage()
        kind = Optimizers
        yield self.beat(message("the start"), words.ground(story), kind.show_ground)
        restless = self.restless()
        for number, walk in enumerate(story.walks):
            show = partial(kind.show_rule, number=number)
            yield self.beat(walk.name, self.told_of(number), show, hold=HOLD)
            if not number and self.half_axes is not None:
                yield self.beat(message("the ravine"), words.ravine(story), kind.show_ravine)
            if walk is restless:
                said = words.settles(story, walk)
                yield self.beat(message("it goes on for ever"), said, kind.show_settling)
        yield self.beat(message("which is first?"), words.ask(), kind.show_ask, asks=True)
        yield self.beat(message("all together"), words.race(story), kind.show_race)
        if words.differs(story) or not story.first(NEAR):
            yield self.beat(message("who was first"), words.counted(story), kind.show_counted)
        yield self.beat(message("the answer"), words.ending(story), kind.show_ending, hold=2.0)

    def told_of(self, number: int) -> words.Caption:
        """What is said of a rule."""
        story, walk = self.story, self.story.walks[number]
        said = words.rule(story, walk)
        if self.map_for(number).zigzags(number) and not any(
            self.map_for(other).zigzags(other) for other in range(number)
        ):
            said = (*said, words.banks())
        if number == 1:
            said = (*said, words.beside(story, walk))
        if self.summed(number) is not None:
            said = (*said, *words.cancels())
        return said

    # ---------------------------------------------------------------------------------------------
    # The ravine

    def set_stage(self) -> None:
        """The maps of all walks, and room for table and rules."""
        story = self.story
        self.looks = looks_of(self.stage.palette)[: len(story.walks)]
        self.table_zone, self.other_zone = self.halves()
        self.set_maps()
        self.finish = FinishLine(self.whole_map, story.finish)
        panel = self.paths.panel
        height = closed_height(story.ground, panel) if words.is_ravine(story) else None
        if height is not None and self.paths.is_equal:
            self.half_axes = HalfAxes(self.paths, height)

    def tips(self, number: int) -> list[FloatArray]:
        """Where a walk's first places and the arrows of what it carries on there end."""
        walk, found = self.story.walks[number], []
        for step in range(min(self.most_steps(number), walk.run.steps)):
            parts = step_parts(self.story, walk, step)
            found += [walk.points[step], walk.points[step] + parts.carried * parts.adds_up]
        return found or [walk.points[0]]

    def show_ground(self) -> None:
        """The map, the start, and where the cost is least."""
        self.set_heading(words.question())
        self.play(FadeIn(self.paths.panel.drawing), run_time=FADE)
        self.play(FadeIn(self.paths.lines), run_time=FADE)
        self.cross = self.paths.cross(words.cross(self.story))
        self.make_table()
        self.play(FadeIn(self.cross), run_time=FADE)
        self.turn()
        self.show_facts()
        if named := self.cross[1:]:
            self.play(FadeOut(*named), run_time=FADE)
        self.cross = self.cross[:1]

    def show_ravine(self) -> None:
        """Why the plain walk zigzags: an ellipse's half axes, and the condition number."""
        axes = self.half_axes
        assert axes is not None
        path = self.paths.each[0]
        self.play(FadeOut(*self.ridden), FadeIn(axes.outline), run_time=FADE)
        self.ridden = VGroup(path)
        self.play(FadeIn(axes.lines), FadeIn(axes.plates, axes.labels), run_time=FADE)
        said = self.say_ratio(axes)
        self.turn()
        self.play(FadeOut(axes.plates, axes.labels, *said), run_time=SHORT)
        self.play(FadeIn(path), run_time=FADE)
        self.play(FadeOut(axes.outline, axes.lines), run_time=FADE)

    def say_ratio(self, axes: HalfAxes) -> VGroup:
        """The condition number, in the map's corner, of the lengths that stand at the half axes."""
        box, made = self.paths.panel.box, self.stage.formula(axes.said[1], em=RATIO_EM)
        if made.width > WIDEST * box.width:
            return VGroup()
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
        return VGroup(plate, made)

    # ---------------------------------------------------------------------------------------------
    # Rules

    def show_rule(self, number: int) -> None:
        """A rule as it is declared, made of the plain one, and then where it leads, alone."""
        walk = self.story.walks[number]
        if number:  # two zigzags over one another cannot be read
            if len(self.ridden):
                self.play(FadeOut(*self.ridden), run_time=SHORT)
            self.fly(self.map_for(number))
        self.change_rule(number)
        if not number:
            self.turn()
        self.add(self.paths.each[number])
        shown = min(self.steps_of(number), walk.run.steps)
        for step in range(shown):
            self.show_step(number, step)
        self.turn()
        self.clear_numbers()
        self.ride(number, shown)

    def ride(self, number: int, shown: float) -> None:
        """The walk goes on to the end; one step on the way is looked at, where its parts cancel across a valley."""
        paths = self.paths
        ride = RideMarks(paths, self.story, number)

        def show(time: float) -> None:
            paths.show(time, [number])
            ride.show(time)

        show(shown)
        slow = min(float(SLOW), self.story.end)
        if (found := self.summed(number)) is not None:
            self.go(show, number, ride, shown, found.step, even=found.step <= slow)
            self.play(FadeOut(ride.live), run_time=FADE)
            self.turn()
            self.show_sum(number, found)
            show(shown := found.step + 1.0)
            self.turn()
        if shown < slow and found is None and (not number or paths.zigzags(number)):
            self.go(show, number, ride, shown, slow, even=True)
            shown = slow
        self.go(show, number, ride, shown, self.story.end)
        self.add(paths.each[number])
        self.ridden = VGroup(paths.each[number], ride.live)

    def go(
        self,
        show: Callable[[float], None],
        number: int,
        ride: RideMarks,
        first: float,
        last: float,
        *,
        even: bool = False,
    ) -> None:
        """A walk from one time to another, with what goes along with it; each step as long, or ever faster."""
        if last <= first:
            return

        def time(part: float) -> float:
            return first + part * (last - first) if even else self.clock(part, first, last)

        moving = UpdateFromAlphaFunc(
            VGroup(self.paths.each[number], ride.live),
            lambda _, part: show(time(part)),
            rate_func=linear,
        )
        self.play(moving, run_time=EACH * (last - first) if even else WALK)
        show(last)
