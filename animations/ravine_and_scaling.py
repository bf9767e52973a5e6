"""ravine_and_scaling: columns of different size make a ravine, standardising makes it round, momentum crosses it.

Every line of equal cost, walk and number is the library's own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from manim import (
    Create,
    FadeIn,
    FadeOut,
    GrowFromPoint,
    Mobject,
    TransformFromCopy,
    UpdateFromAlphaFunc,
    VGroup,
    linear,
)

from symgd.animations.comparing import ravine_words as words
from symgd.animations.comparing.cost_curves import CostCurves
from symgd.animations.comparing.paths_picture import PathsPicture
from symgd.animations.comparing.rate_lanes import MOST_FIGURES
from symgd.animations.comparing.ravine_frames import RavineFrames
from symgd.animations.comparing.ravine_story import HORIZON, NEAR, RavineStory, tell_ravine
from symgd.animations.comparing.walk_looks import ravine_looks
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
KNOWN = {0: 0, 3: 1}  # condition numbers that the table has already, and in which row
CAUSES = {"size": (1,), "place": (2,), "both": (3,)}  # what made most of it, by column
NAME = 1.3  # parts of the table's width that the names take
NOTHING = 1e-12  # a least cost so small beside the first is none
TABLE, CURVES, HIGHER, BESIDE = 0.34, 0.42, 0.62, 0.59  # of the mathematics
SMALL = 1e-2  # a rate that is less has fewer figures, which take room
LOW = 4.0  # mathematics lower than this stand beside each other
DEPTH = NEAR / 10  # of the first gap, the curves go down to


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
        self.frames = RavineFrames(self.stage, story)
        self.map = self.frames.before(self.stage.layout.picture, [story.plain, story.heavy])
        kind = RavineAndScaling
        if story.original is not None:
            gentle = words.gentle(story.original)
            yield self.beat(message("no ravine yet"), gentle, kind.show_gentle)
        yield self.beat(
            message("the ravine"),
            words.ravine(story, self.frames.stretch(self.map)),
            kind.show_ravine,
        )
        yield self.beat(message("a walk in it"), words.walk(story), kind.show_walk)
        yield self.beat(message("units"), words.units(story), kind.show_units)
        yield self.beat(message("what would help?"), words.ask(), kind.show_asked, asks=True)
        yield self.beat(message("standardised"), words.standardise(story), kind.show_standardised)
        yield self.beat(message("the walk there"), words.there(story), kind.show_there)
        if story.cause is not None:
            yield self.beat(
                message("which of the two?"), words.cause(story, story.cause), kind.show_cause
            )
        yield self.beat(message("momentum"), words.momentum(story), kind.show_momentum)
        yield self.beat(message("the answer"), words.ending(story), kind.show_ending, hold=2.0)

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

    def put(self, statements: Sequence[Equation]) -> VGroup:
        """Formulas below the table, as many as there is room for."""
        rows, zone = Rows(self.stage), self.formula_zone
        for count in range(len(statements), 0, -1):
            for columns in (1, 2):
                if len(found := rows.set_into(zone, statements[:count], columns=columns)):
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
        picture = RavineFrames(self.stage, original).before(
            self.stage.layout.picture, [original.plain]
        )
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
        self.paths = self.map
        heads: list[Label] = [words.head_ratio(), message("learning rate"), words.head_steps()]
        looks = ravine_looks(self.stage.palette)[: len(story.walks)]
        self.table = WalkTable(self.stage, self.table_zone, story.walks, looks, heads, NAME)
        self.show_map()
        known = message("minimum") if story.run.exact is not None else None
        self.cross = self.paths.cross(known)
        self.play(FadeIn(self.paths.each[0], self.cross), run_time=FADE)
        problem = story.run.problem
        lines = [*problem.model_equations, Equation(problem.cost_name, problem.cost_term)]
        self.formulas = self.put(lines)
        self.play(FadeIn(self.formulas), run_time=FADE)

    def show_map(self) -> None:
        """The lines of equal cost, and how many times more they bend one way; stretched where they are too narrow to be seen."""
        paths, stretched = self.paths, self.frames.stretch(self.map) > 1
        first = self.frames.even(self.stage.layout.picture) if stretched else paths
        self.play(FadeIn(first.panel.drawing), run_time=FADE)
        self.play(FadeIn(first.lines), run_time=FADE)
        head = VGroup(self.table.rule, self.table.rows[0], self.table.head(0))
        self.play(FadeIn(head), run_time=FADE)
        self.ratio_cells = [self.table.cell(0, 0, self.ratio(0))]
        self.play(FadeIn(self.ratio_cells[0]), run_time=FADE)
        if not stretched:
            return
        self.turn()
        plane = self.frames.stretching(first, paths).show(0.0)
        self.remove(first.lines, *first.lines)
        self.add(plane.whole)
        self.play(FadeOut(first.panel.drawing), run_time=FADE)
        self.play(
            UpdateFromAlphaFunc(plane.whole, lambda _, part: plane.show(float(part))),
            run_time=WALK,
        )
        self.remove(plane.whole, *plane.whole)
        self.add(paths.lines)
        self.play(FadeIn(paths.panel.drawing), run_time=FADE)
        self.turn()

    def ratio(self, number: int) -> Label:
        """A condition number; a word where there is none."""
        value = self.story.ratios[number]
        return message("none") if value is None else numeral(value, 3)

    def numbers(self, row: int, walk: Walk) -> list[Mobject]:
        """A walk's rate and its steps."""
        steps = self.story.steps(walk)
        said: Label = message("> {count}", count=HORIZON) if steps is None else numeral(steps, 12)
        small = walk.run.learning_rate < SMALL
        rate: Label = numeral(walk.run.learning_rate, 2 if small else MOST_FIGURES)
        if walk.run.varies:
            rate = message("varies")
        return [self.table.cell(1, row, rate), self.table.cell(2, row, said)]

    def show_walk(self) -> None:
        """Gradient descent in the ravine."""
        if len(self.cross) > 1:
            self.play(FadeOut(*self.cross[1:]), run_time=FADE)
        self.curves = self.make_curves()
        self.play(FadeIn(self.curves.panel.drawing), run_time=FADE)
        self.follow(self.paths, 0, 0, 0.0, 0.5)
        heads = VGroup(self.table.head(1), self.table.head(2))
        self.turn()
        self.follow(self.paths, 0, 0, 0.5, 1.0)
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
            ravine_looks(self.stage.palette)[: len(story.walks)],
            x_label=message("step"),
            y_label=label,
            least=story.least,
            log_clock=True,
            end=max(self.last(walk) for walk in story.walks),
            depth=DEPTH,
            clear=True,
        )

    def follow(
        self, picture: PathsPicture, number: int, row: int, first: float = 0.0, last: float = 1.0
    ) -> None:
        """A part of a walk until it is near, in the picture and as a cost, on a clock that begins slowly."""
        end = self.last(picture.walks[number])

        def when(part: float) -> float:
            return float((1 + end) ** (first + (last - first) * part) - 1)

        def moving(shown: PathsPicture | CostCurves, index: int) -> UpdateFromAlphaFunc:
            return UpdateFromAlphaFunc(
                shown.each[index],
                lambda _, part: shown.show(when(float(part)), [index]),
                rate_func=linear,
            )

        self.play(moving(picture, number), moving(self.curves, row), run_time=WALK)
        picture.show(when(1.0), [number])
        self.curves.show(when(1.0), [row])

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
        self.arrows = self.frames.downhill(self.paths)
        self.arrows.add(
            self.paths.below(message("whole: straight downhill; dashed: to the minimum"))
        )
        for each in self.arrows:
            self.play(FadeIn(each), run_time=FADE)

    def show_asked(self) -> None:
        """The question stands at the way that one step would have to take."""
        mark = self.frames.asked(self.paths)
        self.play(FadeIn(mark), run_time=FADE)
        self.arrows.add(mark)

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
        self.there = self.frames.after(self.stage.layout.picture)
        self.turn()
        self.turn_plane(0.0, 1.0)
        self.ratio_cells.append(self.table.cell(0, 1, self.ratio(1)))
        self.play(FadeIn(self.ratio_cells[1]), run_time=FADE)

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
        walked = self.story.plain.until(self.last(self.story.plain))[1]
        plane = self.frames.plane(self.paths, self.there, walked).show(start)
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
        self.turn()
        downhill = self.frames.straight(self.there)
        if len(downhill):
            self.play(GrowFromPoint(downhill, downhill[0].get_start()), run_time=MOVE)
            self.there_cross.add(downhill)

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
            known = KNOWN.get(column)
            comes = FadeIn(number)
            if known is not None:
                comes = TransformFromCopy(self.ratio_cells[known], number)
            self.play(comes, run_time=MOVE)
            self.formulas.add(number)
        self.turn()
        kind = self.story.cause.kind
        for column in CAUSES.get(kind, ()):
            line = grid.below(column, self.stage.palette.ink)
            self.play(Create(line), run_time=FADE)
            self.formulas.add(line)

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
        """The answer: both maps beside each other, and both walks on one clock."""
        story, frames = self.story, self.frames
        self.set_heading(words.answer(story))
        left, right = self.stage.layout.picture.columns(1, 1, gap=GAP)
        both = frames.before(left, [story.plain], noted=False), frames.after(right, noted=False)
        for picture, walk in zip(both, (story.plain, story.scaled), strict=True):
            frames.counted(picture, story.steps(walk))
        paths = self.paths
        self.play(FadeOut(paths.panel.drawing, paths.lines, *paths.each, self.cross[0]))
        shown = VGroup(*(VGroup(p.panel.drawing, p.lines, p.cross(), p.each[0]) for p in both))
        self.play(FadeIn(shown))
        self.remove(shown)
        self.add(*(part for group in shown for part in group))
        self.turn()
        self.follow_both(both)

    def follow_both(self, pictures: Sequence[PathsPicture]) -> None:
        """The two walks with the same number of steps at each moment, on a clock that begins slowly."""
        end = self.last(self.story.plain)

        def moving(shown: PathsPicture, last: float) -> UpdateFromAlphaFunc:
            return UpdateFromAlphaFunc(
                shown.each[0],
                lambda _, part: shown.show(min(last, float((1 + end) ** part - 1)), [0]),
                rate_func=linear,
            )

        lasts = end, min(end, self.last(self.story.scaled))
        both = zip(pictures, lasts, strict=True)
        self.play(*(moving(picture, last) for picture, last in both), run_time=WALK)
        for picture, last in zip(pictures, lasts, strict=True):
            picture.show(last, [0])
