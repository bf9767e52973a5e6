"""ravine_and_scaling: columns of different size make a ravine, standardising makes it round, momentum crosses it.

Every line of equal cost, walk and number is the library's own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from manim import FadeIn, FadeOut, Mobject, UpdateFromAlphaFunc, VGroup, linear

from symgd.animations.comparing import ravine_words as words
from symgd.animations.comparing.arrows_picture import arrow
from symgd.animations.comparing.cost_curves import CostCurves
from symgd.animations.comparing.paths_picture import LEVEL_OPACITY, LEVEL_WIDTH, PathsPicture
from symgd.animations.comparing.ravine_story import HORIZON, NEAR, RavineStory, tell_ravine
from symgd.animations.comparing.turned_plane import TurnedPlane
from symgd.animations.comparing.walk_looks import looks_of
from symgd.animations.comparing.walk_table import WalkTable
from symgd.animations.comparing.walks import Walk
from symgd.animations.formulas.numerals import SLOPE_DIGITS, numeral
from symgd.animations.pictures.figure_row import FigureRow
from symgd.animations.staging.beats import Beat
from symgd.animations.staging.lesson import Lesson
from symgd.animations.staging.rows import Rows
from symgd.animations.staging.stage import Label
from symgd.optimize.example import demo_problem, demo_run
from symgd.problem.problem import Problem
from symgd.terms import Equation, Fraction, Negative, Partial, Sum, Symbol, Term
from symgd.writing.words import message

FADE, MOVE, WALK, TURN = 0.6, 1.2, 3.0, 4.0
NOTE_EM = 0.27
GAP = 0.2
THIN = 1.6
NAME = 1.3  # parts of the table's width that the names take
NOTHING = 1e-12  # a least cost so small beside the first is none
TABLE, CURVES, HIGHER, BESIDE = 0.34, 0.42, 0.62, 0.59  # of the mathematics
LOW = 4.0  # mathematics lower than this stand beside each other
DEPTH = NEAR / 10  # of the first gap, the curves go down to
DOWN_PART = 0.45  # of the way to the minimum, the arrow downhill is long
CORNERS = 40  # of the walk that turns with the plane


class RavineAndScaling(Lesson):
    """Lesson 9: the ravine, and how it goes away."""

    story: RavineStory
    formulas: VGroup
    seen: VGroup = VGroup()  # the first walk, as it looks where coordinates are standardised

    def example(self) -> Problem:
        """Three points, and a line through them: a ravine."""
        return demo_problem(Problem)

    def beats(self) -> Iterator[Beat]:
        """The ravine, a walk in it, its cause; standardised; and momentum."""
        if self.run is None:
            self.run = demo_run(self.problem)
        self.story = story = tell_ravine(self.run, lambda: self.gradient)
        kind = RavineAndScaling
        if story.original is not None:
            gentle = words.gentle(story.original)
            yield self.beat(message("no ravine yet"), gentle, kind.show_gentle)
        yield self.beat(message("the ravine"), words.ravine(story), kind.show_ravine)
        yield self.beat(message("a walk in it"), words.walk(story), kind.show_walk)
        yield self.beat(message("units"), words.units(story), kind.show_units)
        yield self.beat(message("what would help?"), words.ask(), asks=True)
        yield self.beat(message("standardised"), words.standardise(story), kind.show_standardised)
        yield self.beat(message("the walk there"), words.there(story), kind.show_there)
        if story.cause is not None:
            yield self.beat(
                message("which of the two?"), words.cause(story, story.cause), kind.show_cause
            )
        yield self.beat(message("momentum"), words.momentum(story), kind.show_momentum)
        yield self.beat(message("the answer"), words.ending(story), kind.show_ending, hold=3.0)

    # ---------------------------------------------------------------------------------------------
    # Where things stand

    def make_room(self) -> None:
        """Room for table, formulas and curves: below each other, or the table beside the others."""
        zone = self.stage.layout.mathematics
        if zone.height < LOW:
            self.table_zone, right = zone.columns(BESIDE, 1 - BESIDE, gap=GAP)
            self.formula_zone, self.curve_zone = right.rows(1 - HIGHER, HIGHER, gap=GAP)
            return
        rest = 1 - TABLE - CURVES
        self.table_zone, self.formula_zone, self.curve_zone = zone.rows(
            TABLE, rest, CURVES, gap=GAP
        )

    def pictured(self, story: RavineStory, walks: Sequence[Walk]) -> PathsPicture:
        """Walks over the parameters, with equal axes."""
        looks = dict(zip(story.walks, looks_of(self.stage.palette), strict=False))
        chosen = [looks[walk] for walk in walks]
        zone = self.stage.layout.picture
        made = PathsPicture(self.stage, zone, walks, chosen, story.before, equal=True)
        self.note(made)
        return made

    def note(self, picture: PathsPicture) -> None:
        """Say that the axes are equal, or that it is a slice."""
        picture.noted()
        if not len(picture.panel.note):
            picture.panel.noted(message("both axes have the same scale"))

    def put(self, statements: Sequence[Equation]) -> VGroup:
        """Formulas below the table, as many as there is room for."""
        rows, zone = Rows(self.stage), self.formula_zone
        for count in range(len(statements), 0, -1):
            if len(found := rows.set_into(zone, statements[:count])):
                return found
        return VGroup()

    def change(self, statements: Sequence[Equation]) -> None:
        """Other formulas in the place of those that are there."""
        new = self.put(statements)
        self.play(FadeOut(self.formulas), run_time=FADE)
        self.play(FadeIn(new), run_time=FADE)
        self.formulas = new

    # ---------------------------------------------------------------------------------------------
    # The ravine

    def show_gentle(self) -> None:
        """The viewer's own map, which is no ravine."""
        original = self.story.original
        assert original is not None
        self.set_heading(words.question(self.story))
        picture = self.pictured(original, [original.plain])
        self.play(FadeIn(picture.panel.drawing, picture.lines), run_time=FADE)
        self.play(FadeIn(picture.live), run_time=FADE)
        self.turn()
        self.play(FadeOut(picture.panel.drawing, picture.lines, picture.live), run_time=FADE)

    def show_ravine(self) -> None:
        """The map with equal axes, the start and the minimum; and how much it bends."""
        story = self.story
        self.make_room()
        if self.heading is None:
            self.set_heading(words.question(story))
        self.paths = self.pictured(story, [story.plain, story.heavy])
        self.play(FadeIn(self.paths.panel.drawing), run_time=FADE)
        self.play(FadeIn(self.paths.lines), run_time=FADE)
        known = message("minimum") if story.run.exact is not None else None
        self.cross = self.paths.cross(known)
        self.play(FadeIn(self.paths.each[0], self.cross), run_time=FADE)
        heads: list[Label] = [words.head_ratio(), message("learning rate"), words.head_steps()]
        looks = looks_of(self.stage.palette)[: len(story.walks)]
        self.table = WalkTable(self.stage, self.table_zone, story.walks, looks, heads, NAME)
        head = VGroup(self.table.rule, self.table.rows[0], self.table.head(0))
        self.play(FadeIn(head), run_time=FADE)
        self.play(FadeIn(self.table.cell(0, 0, self.ratio(0))), run_time=FADE)
        problem = story.run.problem
        lines = [*problem.model_equations, Equation(problem.cost_name, problem.cost_term)]
        self.formulas = self.put(lines)
        self.play(FadeIn(self.formulas), run_time=FADE)

    def ratio(self, number: int) -> Label:
        """A condition number; a word where there is none."""
        value = self.story.ratios[number]
        return message("none") if value is None else numeral(value, 3)

    def numbers(self, row: int, walk: Walk) -> list[Mobject]:
        """A walk's rate and its steps."""
        steps = self.story.steps(walk)
        said: Label = (
            message("over {count}", count=HORIZON) if steps is None else numeral(steps, 12)
        )
        rate: Label = numeral(walk.run.learning_rate, 3)
        if walk.run.varies:
            rate = message("varies")
        return [self.table.cell(1, row, rate), self.table.cell(2, row, said)]

    def show_walk(self) -> None:
        """Gradient descent in the ravine."""
        if len(self.cross) > 1:
            self.play(FadeOut(*self.cross[1:]), run_time=FADE)
        self.curves = self.make_curves()
        self.play(FadeIn(self.curves.panel.drawing), run_time=FADE)
        self.follow(self.paths, 0, 0)
        heads = VGroup(self.table.head(1), self.table.head(2))
        self.turn()
        self.play(FadeIn(heads, *self.numbers(0, self.story.plain)), run_time=FADE)

    def make_curves(self) -> CostCurves:
        """How far the walks are above the least cost, by the step."""
        story, name = self.story, self.problem.cost_name
        label: Label = name
        if abs(story.least) > NOTHING * abs(float(story.plain.cost[0])):
            least = story.least
            label = Sum((name, Negative(numeral(least)) if least > 0 else numeral(-least)))
        return CostCurves(
            self.stage,
            self.curve_zone,
            story.walks,
            looks_of(self.stage.palette)[: len(story.walks)],
            x_label=message("step"),
            y_label=label,
            least=story.least,
            log_clock=True,
            end=max(self.last(walk) for walk in story.walks),
            depth=DEPTH,
        )

    def follow(self, picture: PathsPicture, number: int, row: int) -> None:
        """A walk until it is near, in the picture and as a cost, on a clock that begins slowly."""
        end = self.last(picture.walks[number])

        def moving(shown: PathsPicture | CostCurves, index: int) -> UpdateFromAlphaFunc:
            return UpdateFromAlphaFunc(
                shown.each[index],
                lambda _, part: shown.show(float((1 + end) ** part - 1), [index]),
                rate_func=linear,
            )

        self.play(moving(picture, number), moving(self.curves, row), run_time=WALK)
        picture.show(end, [number])
        self.curves.show(end, [row])

    def last(self, walk: Walk) -> float:
        """How long a walk is shown."""
        steps = self.story.steps(walk)
        return walk.end if steps is None else float(max(steps, 1))

    def show_units(self) -> None:
        """The derivatives at the start; downhill, and the way to the minimum."""
        story, parameters = self.story, self.problem.parameters
        names = [parameters[index] for index in story.axes]
        cost = self.problem.cost_name
        lines = [Equation(Partial(cost, Symbol(n)), self.gradient[n].last) for n in names]
        self.change(lines)
        values = [
            Equation(Partial(cost, Symbol(n)), numeral(float(story.slopes[index]), SLOPE_DIGITS))
            for n, index in zip(names, story.axes, strict=True)
        ]
        self.turn()
        self.change(values)
        self.arrows = self.downhill()
        self.arrows.add(
            self.paths.below(message("whole: straight downhill; dashed: to the minimum"))
        )
        for each in self.arrows:
            self.play(FadeIn(each), run_time=FADE)

    def downhill(self) -> VGroup:
        """An arrow straight downhill, and one, dashed, to the minimum."""
        story, panel = self.story, self.paths.panel
        axes = list(story.axes)
        start, end = story.before.start[axes], story.before.held[axes]
        here, there = panel.position(*start), panel.position(*end)
        unit = np.array([*-story.slopes[axes], 0.0]) / (
            float(np.linalg.norm(story.slopes[axes])) or 1.0
        )
        tip = here + DOWN_PART * float(np.linalg.norm(there - here)) * unit
        palette = self.stage.palette
        return VGroup(
            arrow(here, tip, palette.error, 5.0),
            arrow(here, there, palette.prediction, 3.0, dashed=True),
        )

    # ---------------------------------------------------------------------------------------------
    # Standardised

    def scaling(self) -> list[Equation]:
        """Each input less its mean, over its spread."""
        made = []
        for name in self.problem.inputs:
            mean, spread = self.story.spread(name)
            shift: Term = Negative(numeral(mean)) if mean >= 0 else numeral(-mean)
            above = Sum((Symbol(name), shift)) if mean else Symbol(name)
            made.append(Equation(Symbol(f"{name}_z"), Fraction(above, numeral(spread))))
        return made

    def show_standardised(self) -> None:
        """The plane turns into that of the standardised coordinates."""
        story = self.story
        self.play(FadeOut(self.arrows), run_time=FADE)
        if not story.is_local:
            self.change(self.scaling())
        self.play(FadeIn(self.table.rows[1]), run_time=FADE)
        self.there = self.standardised_picture()
        self.turn()
        self.turn_plane(0.0, 1.0)
        self.play(FadeIn(self.table.cell(0, 1, self.ratio(1))), run_time=FADE)

    def standardised_picture(self) -> PathsPicture:
        """The standardised walk, and lines of equal cost, in the coordinates in which it was made."""
        story, stage = self.story, self.stage
        seen = story.scaled.seen_from(story.back)
        look = looks_of(stage.palette)[1]
        zone = stage.layout.picture
        names = {name: f"{name}_z" for name in self.problem.parameters}
        stage = replace(stage, parameters=tuple(names[name] for name in stage.parameters))
        made = PathsPicture(stage, zone, [seen], [look], story.after, equal=True, names=names)
        self.note(made)
        return made

    def plane(self) -> TurnedPlane:
        """The lines of equal cost and the walk, ready to turn."""
        story, palette = self.story, self.stage.palette
        axes = list(story.axes)
        first, second = self.paths.panel, self.there.panel
        plane = TurnedPlane(first, second, story.back[np.ix_(axes, axes)])
        for parts in story.before.lines(first.x, first.y):
            for part in parts:
                plane.add(part, palette.error, LEVEL_WIDTH, LEVEL_OPACITY)
        walked = story.plain.until(self.last(story.plain))[1][:CORNERS, axes]
        plane.add(walked, palette.ink, THIN)
        return plane

    def turn_plane(self, start: float, end: float) -> None:
        """The whole plane goes from one set of coordinates into the other; a slice is changed for another."""
        pictures = [self.paths, self.there]
        old, new = pictures if end > start else pictures[::-1]
        self.remove(
            *old.each, *(part for each in old.each for part in each), *self.seen, *self.cross
        )
        if not self.story.is_whole:
            self.play(FadeOut(old.panel.drawing, old.lines), run_time=FADE)
            self.play(FadeIn(new.panel.drawing, new.lines), run_time=FADE)
            return
        plane = self.plane().show(start)
        self.remove(old.lines)
        self.add(plane.whole)
        self.play(FadeOut(old.panel.drawing), run_time=FADE)
        moving = UpdateFromAlphaFunc(
            plane.whole, lambda _, part: plane.show(start + (end - start) * part)
        )
        self.play(moving, run_time=TURN)
        plane.show(end)
        self.play(FadeIn(new.panel.drawing), run_time=FADE)
        self.seen = plane.whole[-1:] if end > start else VGroup()
        self.play(FadeIn(new.lines), FadeOut(plane.whole[:-1]), run_time=FADE)
        self.remove(plane.whole, *plane.whole)
        self.add(*self.seen)

    def show_there(self) -> None:
        """The walk from the same start, where lines are round."""
        cross = self.there.cross()
        self.play(FadeIn(self.there.each[0], cross), run_time=FADE)
        self.there_cross = cross
        self.follow(self.there, 0, 1)
        self.play(FadeIn(*self.numbers(1, self.story.scaled)), run_time=FADE)

    def show_cause(self) -> None:
        """The four condition numbers side by side."""
        assert self.story.cause is not None
        self.play(FadeOut(self.formulas), run_time=FADE)
        names = message("as it is"), message("scaled"), message("centred"), message("both")
        grid = FigureRow(self.stage, self.formula_zone, Symbol("kappa"), names)
        self.formulas = VGroup(grid.head)
        self.play(FadeIn(grid.head), run_time=FADE)
        for column in (0, 3, 1, 2):
            value = self.story.cause.ratios[column]
            number = grid.cell(column, numeral(value or 0.0, 3))
            self.play(FadeIn(number), run_time=FADE)
            self.formulas.add(number)

    # ---------------------------------------------------------------------------------------------
    # Momentum, and the end

    def show_momentum(self) -> None:
        """Back in the ravine: momentum beside plain descent."""
        self.play(FadeOut(self.there_cross, self.there.each[0]), run_time=FADE)
        self.turn_plane(1.0, 0.0)
        self.play(FadeIn(self.paths.each[0]), FadeIn(self.cross[0]), run_time=FADE)
        self.paths.dim(1)
        row = VGroup(self.table.rows[2], self.table.cell(0, 2, self.ratio(0)))
        self.play(FadeIn(row), run_time=FADE)
        self.add(self.paths.each[1])
        self.turn()
        self.follow(self.paths, 1, 2)
        self.play(FadeIn(*self.numbers(2, self.story.heavy)), run_time=FADE)

    def show_ending(self) -> None:
        """The answer."""
        self.set_heading(words.answer(self.story))
