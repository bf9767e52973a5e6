"""ravine_and_scaling: columns of different size make a ravine, standardising makes it round, momentum crosses it.

Every line of equal cost, walk and number is the library's own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

import numpy as np
from manim import (
    Animation,
    Create,
    FadeIn,
    FadeOut,
    GrowFromPoint,
    Indicate,
    UpdateFromAlphaFunc,
    VGroup,
    linear,
)

from symgd.animations.comparing import ravine_end_words as end_words
from symgd.animations.comparing import ravine_words as words
from symgd.animations.comparing.carried_marks import CarriedMarks
from symgd.animations.comparing.half_axes import by_curvatures
from symgd.animations.comparing.paths_picture import PathsPicture
from symgd.animations.comparing.race_story import RaceStory
from symgd.animations.comparing.ravine_cause import turns_of
from symgd.animations.comparing.ravine_frames import RavineFrames
from symgd.animations.comparing.ravine_halves import CENTRED, NAMES, SCALED, halves_of
from symgd.animations.comparing.ravine_moves import MOVE
from symgd.animations.comparing.ravine_scenes import FADE, GAP, WALK, costs_in
from symgd.animations.comparing.ravine_story import tell_ravine
from symgd.animations.comparing.ravine_tilt import RavineTilt
from symgd.animations.comparing.tilt_picture import tilt_of
from symgd.animations.comparing.walk_looks import WalkLook, ravine_looks
from symgd.animations.comparing.walk_table import InTable, WalkTable
from symgd.animations.comparing.walks import Walk
from symgd.animations.formulas.numerals import SLOPE_DIGITS, numeral
from symgd.animations.staging.beats import Beat
from symgd.animations.staging.stage import Label
from symgd.optimize.example import demo_problem, demo_run
from symgd.problem.problem import Problem
from symgd.terms import Equation, Partial, Symbol
from symgd.writing.words import message

AGAIN = 1.6
CAUSES = {"size": (SCALED,), "place": (CENTRED,), "each": (SCALED, CENTRED)}  # what made most of it
NAME, NAME_BESIDE = 1.3, 1.5  # parts of the table's width that the names take


class RavineAndScaling(RavineTilt):
    """Lesson 9: the ravine, and how it goes away."""

    kept: float  # steps of momentum that were shown one by one

    def example(self) -> Problem:
        """Three points, and a line through them: a ravine."""
        return demo_problem(Problem)

    def beats(self) -> Iterator[Beat]:
        """The ravine, a walk in it, its cause; standardised; and momentum."""
        if self.run is None:
            self.run = demo_run(self.problem)
        self.story = story = tell_ravine(self.run, lambda: self.gradient)
        self.frames = RavineFrames(self.stage, story)
        self.make_room()
        self.map = self.frames.before(self.picture_zone, [story.plain, story.heavy])
        kind = RavineAndScaling
        if story.original is not None:
            gentle = words.gentle(story.original)
            yield self.beat(message("no ravine yet"), gentle, kind.show_gentle)
        said = (*words.opening(story, self.frames.stretch(self.map)), *words.walk(story))
        yield self.beat(message("a walk"), said, kind.show_walk, asks=True)
        axes = self.half_axes(self.map) is not None
        said = (*words.ravine(story, axes=axes), *(end_words.factored(story) if axes else ()))
        yield self.beat(message("the ravine"), said, kind.show_ravine)
        yield self.beat(message("units"), words.units(story), kind.show_units)
        self.tilt = tilt_of(story)
        if self.tilt is not None:
            said = words.tilted(story, self.tilt)
            yield self.beat(message("the line"), said, kind.show_tilt)
        if story.is_changed:
            yield self.beat(message("what would help?"), words.ask(), kind.show_asked, asks=True)
            said = words.standardise(story)
            yield self.beat(message("standardised"), said, kind.show_standardised)
            said = end_words.there(story, written=self.tilt is not None)
            yield self.beat(message("the walk there"), said, kind.show_there)
        if story.cause is not None:
            yield self.beat(
                message("which of the two?"), words.cause(story, story.cause), kind.show_cause
            )
        yield self.beat(message("momentum"), words.momentum(story), kind.show_momentum)
        said = end_words.ending(story, written=self.tilt is not None)
        yield self.beat(message("the answer"), said, kind.show_ending, hold=1.5)

    # ---------------------------------------------------------------------------------------------
    # The ravine

    def show_gentle(self) -> None:
        """The viewer's own map, which is no ravine."""
        original = self.story.original
        assert original is not None
        self.set_heading(words.question(self.story))
        picture = RavineFrames(self.stage, original).before(self.picture_zone, [original.plain])
        self.play(FadeIn(picture.panel.drawing, picture.lines), run_time=FADE)
        self.play(FadeIn(picture.live), run_time=FADE)
        self.turn()
        self.play(FadeOut(picture.panel.drawing, picture.lines, picture.live), run_time=FADE)

    def show_walk(self) -> None:
        """The map, and gradient descent on it; and the question why it takes so long."""
        story = self.story
        if self.heading is None:
            self.set_heading(words.first_heading())
        self.paths = self.map
        self.table = self.make_table()
        self.show_map()
        known = message("minimum") if story.run.exact is not None else None
        self.cross = self.paths.cross(known)
        self.play(FadeIn(self.paths.each[0], self.cross), run_time=FADE)
        problem = story.run.problem
        lines = [*problem.model_equations, Equation(problem.cost_name, problem.cost_term)]
        self.formulas = self.put(lines)
        self.curves = self.make_curves()
        self.play(FadeIn(self.formulas, self.curves.panel.drawing), run_time=FADE)
        if len(self.cross) > 1:
            self.play(FadeOut(*self.cross[1:]), run_time=FADE)
            self.cross = self.cross[:1]
        self.turn()
        self.follow(self.paths, 0, 0, 0.0, 0.5)
        self.told = self.say_undrawn(0)
        self.turn()
        self.follow(self.paths, 0, 0, 0.5, 1.0)
        heads = [self.table.head(1), self.table.head(2)]
        named = [self.table.rule, self.table.rows[0], *heads]
        self.play(FadeIn(*named, *self.numbers(0, story.plain)), run_time=FADE)
        self.set_heading(words.question(story))

    def make_table(self) -> WalkTable:
        """Of all walks, and of both halves of standardising, where these are known."""
        story = self.story
        looks = ravine_looks(self.stage.palette)[: len(story.walks)]
        self.halves, self.half_cells = halves_of(story), {}
        plain, scaled, heavy = story.walks
        rows: list[InTable] = [plain, *self.halves.values(), scaled, heavy]
        shown: list[WalkLook | None] = [looks[0], *[None for _ in self.halves], *looks[1:]]
        cells = [(self.ratio(0), *self.said(plain))]
        cells += [self.told_half(half) for half in self.halves.values()]
        cells += [(self.ratio(1), *self.said(scaled)), (self.ratio(0), *self.said(heavy))]
        self.at = (0, len(rows) - 2, len(rows) - 1)
        if not story.is_changed:  # the standardised walk is the same again
            self.at = (0, 0, 1)
            del rows[1], shown[1], cells[1]
        heads: list[Label] = [Symbol("kappa"), message("rate"), words.head_steps(story)]
        beside = self.formula_zone.left != self.table_zone.left
        columns = [list(column) for column in zip(*cells, strict=True)]
        part = NAME_BESIDE if beside else NAME
        return WalkTable(self.stage, self.table_zone, rows, shown, heads, part, columns)

    def show_map(self) -> None:
        """The lines of equal cost; stretched where they are too narrow to be seen."""
        paths, stretched = self.paths, self.frames.stretch(self.map) > 1
        first = self.frames.even(self.picture_zone) if stretched else paths
        self.play(FadeIn(first.panel.drawing, first.lines), run_time=FADE)
        if not stretched:
            return
        self.turn()
        plane = self.frames.stretching(first, paths).show(0.0)
        costs = costs_in(first.lines)
        self.remove(first.lines, *first.lines)
        self.add(plane.whole, *costs)
        self.play(FadeOut(first.panel.drawing, *costs), run_time=FADE)
        self.play(
            UpdateFromAlphaFunc(plane.whole, lambda _, part: plane.show(float(part))),
            run_time=WALK,
        )
        self.remove(plane.whole, *plane.whole)
        self.add(paths.lines)
        self.play(FadeIn(paths.panel.drawing), run_time=FADE)

    def show_ravine(self) -> None:
        """How many times more the cost bends across the ravine than along it."""
        self.play(FadeOut(self.told), run_time=FADE)
        if self.half_axes(self.paths) is not None:
            self.play(FadeOut(self.paths.each[0]), run_time=FADE)
        if (axes := self.half_axes(self.paths)) is not None:
            self.show_axes(self.paths)
            self.turn()
            self.change(axes.said[:1])
            self.lengths_travel()
        elif self.story.is_bent:
            self.turn()
            self.change([by_curvatures(self.paths.ground)])
        self.ratio_cells = [self.table.cell(0, 0, self.ratio(0))]
        self.play(FadeIn(self.table.head(0), *self.ratio_cells), run_time=FADE)
        if axes is not None and self.story.factors is not None:
            self.show_factors()

    def show_units(self) -> None:
        """The derivatives at the start; downhill, and the way to the minimum."""
        story, parameters = self.story, self.problem.parameters
        self.hide_axes()
        if (said := words.astray(story)) is not None:
            self.set_heading(said)
        names = [parameters[index] for index in story.axes]
        cost = self.problem.cost_name
        lines = [Equation(Partial(cost, Symbol(n)), self.gradient[n].last) for n in names]
        self.change(lines)
        values = [
            Equation(Partial(cost, Symbol(n)), numeral(float(story.slopes[index]), SLOPE_DIGITS))
            for n, index in zip(names, story.axes, strict=True)
        ]
        self.change(values)
        said = self.paths.below(message("solid: straight downhill; dashed: to the minimum"))
        if not story.is_whole:
            self.arrows = self.frames.downhill(self.paths)
            self.play(FadeIn(said, self.arrows[0]), run_time=FADE)
            self.turn()
            self.play(FadeIn(self.arrows[1]), run_time=FADE)
            self.arrows.add(said)
            return
        flat = np.eye(len(story.turn))
        self.carried = marks = CarriedMarks(
            self.stage, story, (self.paths, self.paths), (flat, flat)
        )
        new = FadeIn(said, marks.walk, marks.cross, marks.dot)
        self.remove(self.paths.each[0], self.cross)
        self.play(new, run_time=FADE)
        self.arrows = VGroup(said)
        if len(marks.down):
            self.play(GrowFromPoint(marks.down, marks.down[0].get_start()), run_time=MOVE)
        self.turn()
        self.play(FadeIn(marks.way), run_time=FADE)
        if len(marks.angle):
            self.arrows.add(number := marks.degrees())
            self.play(Create(marks.angle), FadeIn(number), run_time=FADE)

    def show_asked(self) -> None:
        """The question stands at the way that one step would have to take."""
        mark = self.frames.asked(self.paths)
        self.set_heading(words.which_map())
        self.play(FadeIn(mark), run_time=FADE)
        self.arrows.add(mark)

    def show_cause(self) -> None:
        """The map scaled alone, and centred alone, each with its row in the table."""
        assert self.story.cause is not None
        self.set_heading(words.which_of_two())
        self.play(FadeOut(self.there_cross, self.there.each[0]), run_time=FADE)
        self.there_cross = VGroup()
        for column in (SCALED,) if self.story.in_two_moves else (SCALED, CENTRED):
            if self.story.is_whole:
                turn = turns_of(self.story.turn)[column]
                alone = self.frames.alone(
                    self.picture_zone, column, message("{part} alone", part=NAMES[column])
                )
                if column == SCALED and (letters := self.scaled_alone()):
                    self.change(letters)
                self.go_to(alone, turn, AGAIN, briefly=True)
            self.show_half(column)
        if self.story.in_two_moves and self.halves:
            self.play(FadeIn(*self.half_counts(CENTRED)), run_time=FADE)
        self.turn()
        for column in CAUSES.get(self.story.cause.kind, ()):
            if column in self.half_cells:
                self.play(Indicate(self.half_cells[column], color=self.stage.palette.ink))
        self.set_heading(words.did_it(self.story.cause))

    # ---------------------------------------------------------------------------------------------
    # Momentum, and the end

    def show_momentum(self) -> None:
        """Back in the ravine: momentum beside plain descent."""
        self.set_heading(words.without(self.story))
        if self.story.is_changed:
            self.go_back()
        else:
            self.show_unchanged()
        paths, heavy = self.paths, self.story.heavy
        last = self.at[2]
        row = VGroup(self.table.rows[last], self.table.cell(0, last, self.ratio(0)))
        self._drop_marks()
        self.add(self.cross[0])
        rules = RaceStory(self.story.run, self.story.derive)
        slope = Equation(Symbol("g"), words.slopes(self.story))
        self.change([*rules.rule(heavy), slope, *rules.settings(heavy)], FadeIn(row))
        self.show_kept()
        self.told = self.say_undrawn(1)
        self.turn()
        end = self.last(heavy)
        self.follow(paths, 1, 2, float(np.log1p(min(self.kept, end)) / np.log1p(end)))
        self.play(FadeIn(*self.numbers(last, heavy)), run_time=FADE)

    def go_back(self) -> None:
        """To the map as it is: the walk over the other one leaves."""
        if self.there.each[0] in self.get_mobject_family_members():
            self.play(FadeOut(self.there_cross, self.there.each[0]), run_time=FADE)
        if self.frames.widen(self.paths):  # momentum goes farther
            self.paths = self.frames.before(self.picture_zone, [self.story.plain, self.story.heavy])
            self.cross = self.paths.cross()
        self.go_to(self.paths, np.eye(len(self.story.turn)), AGAIN, briefly=True, axes=False)

    def show_unchanged(self) -> None:
        """Where standardising changes no parameter, what stood at the start leaves."""
        gone = [self.arrows, *([] if self.carried is None else [self.carried.whole])]
        self.play(FadeOut(*gone), run_time=FADE)
        self.turn()

    def show_kept(self) -> None:
        """The first steps of momentum, each in two parts: what is kept of the last one, and the gradient's."""
        paths, heavy = self.paths, self.story.heavy
        self.kept = 1.0
        paths.show(1.0, [1])
        self.curves.show(1.0, [2])
        self.play(FadeIn(paths.each[1], self.curves.each[2]), run_time=FADE)
        if heavy.run.varies or paths.single:
            return
        made = self.frames.kept(paths, heavy)
        if not made:
            return
        said = paths.below(message("dashed: kept of the last step; solid: downhill"))
        self.play(FadeIn(said), run_time=FADE)
        for row in range(1, max(made) + 1):
            pair = made.get(row, VGroup())
            for part in pair:
                self.play(GrowFromPoint(part, part[0].get_start()), run_time=FADE)
            self.play(self.stepping(row), FadeOut(pair), run_time=FADE)
            self.kept = row + 1.0
        self.play(FadeOut(said), run_time=FADE)

    def stepping(self, row: int) -> Animation:
        """Momentum's next step, on the map."""
        seen = VGroup(self.paths.each[1], self.curves.each[2])

        def move(_: VGroup, part: float) -> None:
            self.paths.show(row + float(part), [1])
            self.curves.show(row + float(part), [2])

        return UpdateFromAlphaFunc(seen, move)

    def show_ending(self) -> None:
        """The answer: both maps beside each other in the whole frame, and both walks on one clock."""
        story, frames = self.story, self.frames
        self.set_heading(end_words.answer(story))
        left, right = self.stage.layout.whole.split(1, 1, gap=GAP)
        shown = [story.plain, story.heavy] if story.is_changed else [story.plain]
        first = frames.before(left, shown, noted=False)
        cure = story.scaled if story.is_changed else story.heavy
        second = frames.after if story.is_changed else partial(frames.before, walks=[cure])
        both = first, second(right, noted=False)
        for picture in both:
            frames.foot(picture)
        plane = frames.stretching(self.paths, first).show(0.0)
        self.remove(self.paths.lines, *self.paths.lines)
        gone = [each for each in self.mobjects if each is not self.heading]
        if not self.paths.single:
            self.add(plane.whole)
        self.play(FadeOut(*gone), run_time=FADE)
        self.remove(*gone)
        moving = UpdateFromAlphaFunc(plane.whole, lambda _, part: plane.show(float(part)))
        other = both[1]
        comes = [other.panel.drawing, other.lines, other.each[0], other.cross()]
        self.play(moving, FadeIn(*comes), run_time=MOVE)
        self.remove(plane.whole, *plane.whole)
        self.add(first.lines)
        self.play(FadeIn(first.panel.drawing, *first.each, first.cross()), run_time=FADE)
        self.turn()
        self.follow_both(both, cure)
        counts = [frames.counted(first, [story.steps(walk) for walk in shown])]
        counts.append(frames.counted(both[1], [story.steps(cure)]))
        self.play(FadeIn(*counts), run_time=FADE)

    def follow_both(self, pictures: Sequence[PathsPicture], cure: Walk) -> None:
        """All walks with the same number of steps at each moment, on a clock that begins slowly."""
        end = self.last(self.story.plain)

        def moving(shown: PathsPicture, number: int, last: float) -> UpdateFromAlphaFunc:
            return UpdateFromAlphaFunc(
                shown.each[number],
                lambda _, part: shown.show(min(last, float((1 + end) ** part - 1)), [number]),
                rate_func=linear,
            )

        lasts = [
            (shown, number, min(end, self.last(walk)))
            for shown in pictures
            for number, walk in enumerate((cure,) if shown is pictures[1] else shown.walks)
        ]
        self.play(*(moving(*each) for each in lasts), run_time=WALK)
        for shown, number, last in lasts:
            shown.show(last, [number])
