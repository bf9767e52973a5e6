"""descend: line, parameters, cost and numbers, all at once, step by step.

Every number is one of the trace's or of the exact minimum's; the update is the problem's own Terms with numbers in them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from manim import FadeIn, FadeOut, Mobject, ReplacementTransform, ShowIncreasingSubsets, UpdateFromAlphaFunc, VGroup

from symgd.animations import descend_words as words
from symgd.animations.beats import Beat
from symgd.animations.descend_panels import (
    BOTTOM,
    NUMBERS,
    TOP_LEFT,
    TOP_RIGHT,
    cost_panel,
    last_cost,
    log_panel,
    parameter_panels,
)
from symgd.animations.descent_story import DescentStory, tell
from symgd.animations.fit_picture import FitPicture
from symgd.animations.formula import Rewrite
from symgd.animations.lesson import Lesson
from symgd.animations.numerals import numeral
from symgd.animations.parameter_picture import ParameterPicture
from symgd.animations.readouts import Readouts
from symgd.animations.stage import COLUMNS, Zone
from symgd.animations.step_curve import StepCurve
from symgd.animations.trace_table import TraceTable
from symgd.animations.update_lines import SLOPE_DIGITS, UpdateLines, rate_letter
from symgd.errors import ProblemError
from symgd.notation import Equation, Partial, Symbol
from symgd.problem import Problem

MOVE, QUICK, FADE = 1.2, 0.4, 0.6
SWEEP = 2.5
GAP = 0.15
EM, BOLD_EM = 0.4, 0.34


class Descend(Lesson):
    """Lesson 6: a descent, watched from all sides."""

    zones = COLUMNS
    table: TraceTable
    fit: FitPicture
    place: ParameterPicture
    curve: StepCurve
    lines: UpdateLines

    def example(self) -> Problem:
        """Three points, and a line through them."""
        from symgd.demo import demo_problem

        return demo_problem()

    def prepared(self) -> DescentStory:
        """The run's story; without a problem and a run, the built-in one's."""
        if self.run is None:
            from symgd.demo import demo_run

            if self.problem.model != self.example().model:
                raise ProblemError("the lesson descend is about a descent", "pass data, or a run")
            self.run = demo_run(self.problem)
        return tell(self.run)

    # ---------------------------------------------------------------------------------------------
    # What happens

    def beats(self) -> Iterator[Beat]:
        """The start, the first steps with care, the others quicker, and how far it is to the minimum."""
        self.story = story = self.prepared()
        self.rate = rate_letter(story)
        self.shown: list[Mobject] = []
        yield Beat("the data", words.data(story), Descend.show_data)
        yield Beat("the residuals", words.residuals(story), Descend.show_residuals)
        yield Beat("the parameters", words.place(story), Descend.show_place)
        if story.steps == 0:
            yield Beat("nothing to do", words.nothing_to_do(story), Descend.show_answer)
            return
        yield Beat("the gradient", words.gradient(story), Descend.show_gradient)
        yield Beat("the update", words.update(), Descend.show_update)
        yield Beat("the first step", words.first_step(story), Descend.show_first_step)
        yield from self.step_beats()
        yield from self.last_beats()

    def step_beats(self) -> Iterator[Beat]:
        """The steps after the first, and where a parameter turns."""
        story, turn = self.story, self.story.turn
        if story.singly > 1:
            yield Beat("the second step", words.second_step(story), partial(Descend.show_steps, first=1, last=2, time=MOVE))
        seen = turn.step + 1 if turn is not None else story.singly
        middle = min(max(seen, 2), story.singly)
        if middle > 2:
            yield self.steps(2, middle)
        if turn is not None and seen <= story.singly:
            yield Beat("a parameter turns", words.turning(story), Descend.show_turn)
        if middle < story.singly:
            yield self.steps(middle, story.singly)
        if story.steps > story.singly:
            yield Beat("fast motion", words.sweep(story), Descend.show_sweep)
            if turn is not None and seen > story.singly:
                yield Beat("a parameter turns", words.turning(story), Descend.show_turn)

    def steps(self, first: int, last: int) -> Beat:
        """Some steps in a row."""
        show = partial(Descend.show_steps, first=first, last=last, time=QUICK)
        return Beat(f"from step {first + 1}", words.more_steps(self.story, first + 1), show)

    def last_beats(self) -> Iterator[Beat]:
        """How far it is, and what comes of going on."""
        story = self.story
        if story.diverged or story.unstable:
            yield Beat("too large a rate", words.too_large(story), Descend.show_answer)
        else:
            yield Beat("are we there", words.asked(story), Descend.show_question, hold=1.5)
            yield Beat("the gap", words.answer(story), Descend.show_answer)
            if log_panel(self.stage, story, BOTTOM, story.steps) is not None:
                yield Beat("a log scale", words.log_scale(story), Descend.show_log)
        if story.last > story.steps:
            yield Beat("run on", words.run_on(story), Descend.show_run_on)
        yield Beat("the whole descent", words.ending(story), Descend.show_ending, hold=3.0)

    # ---------------------------------------------------------------------------------------------
    # The start

    def show_data(self) -> None:
        """Points, and the first line."""
        problem, stage = self.story.problem, self.stage
        model = Equation(Symbol(problem.target), problem.prediction)
        heading = stage.sentence("Gradient descent:  ", model, em=0.46)
        zone = self.zones.heading
        self.fit = FitPicture(stage, TOP_LEFT, self.story)
        self.readouts = Readouts(stage, NUMBERS, self.story, self.rate)
        self.below = Zone(NUMBERS.left, NUMBERS.right, NUMBERS.bottom, self.readouts.bottom - GAP)
        loss = stage.words(problem.loss.title, em=0.34)
        loss.put(zone.right - loss.width, zone.bottom + 0.2)
        heading.at_most(zone.width - loss.width - 0.4).put(zone.left, zone.bottom + 0.2)
        self.add(heading, loss, self.fit.panel.drawing)
        self.play(FadeIn(self.fit.live))

    def show_residuals(self) -> None:
        """Dashes, and the cost that they make."""
        self.fit.show(0.0)
        self.play(FadeIn(self.fit.residuals))
        self.next_sentence()
        problem, ink = self.story.problem, self.stage
        equation = ink.formula(Equation(problem.cost_name, problem.cost_term), em=EM)
        equation.at_most(NUMBERS.width).put(NUMBERS.left, NUMBERS.top - 0.75)
        value = ink.sentence("at the start: ", Equation(problem.cost_name, numeral(float(self.story.cost[0]))), em=EM)
        value.at_most(NUMBERS.width).put(NUMBERS.left, equation.get_bottom()[1] - 0.6)
        self.shown = [equation, value]
        self.play(FadeIn(equation))
        self.play(FadeIn(value))

    def show_place(self) -> None:
        """The plane of the parameters, or the cost's curve."""
        self.place = ParameterPicture(self.stage, TOP_RIGHT, self.story)
        self.clear_numbers()
        self.play(FadeIn(self.place.panel.drawing))
        self.play(FadeIn(self.place.dot))
        self.next_sentence()
        self.play(FadeIn(self.place.lines))
        self.add(self.place.live)
        if self.place.sliced:
            self.next_sentence()
            self.slice = self.place.slice_note(0)
            self.play(FadeIn(self.slice))

    def show_gradient(self) -> None:
        """The partial derivatives with their values; the arrow uphill, which the minus turns round."""
        gradient = self.story.gradient(0)
        top = NUMBERS.top
        for name, value in zip(self.story.names, gradient, strict=True):
            derivation = self.problem.derive(name)
            term = Equation(Partial(self.story.problem.cost_name, Symbol(name)), derivation.last)
            line = self.stage.formula(term, em=EM).at_most(NUMBERS.width)
            line.put(NUMBERS.left, 0.0).shift((0, top - line.get_top()[1], 0))
            number = self.stage.sentence("at the start: ", numeral(value, SLOPE_DIGITS), em=EM).at_most(NUMBERS.width)
            number.put(NUMBERS.left, 0.0).shift((0, line.get_bottom()[1] - 0.15 - number.get_top()[1], 0))
            self.play(FadeIn(line), run_time=FADE)
            self.play(FadeIn(number), run_time=FADE)
            self.shown += [line, number]
            top = number.get_bottom()[1] - 0.25
        self.arrow = self.place.arrow(0, 1.0)
        if len(self.arrow):
            self.play(FadeIn(self.arrow))
        self.next_sentence()
        down = self.place.arrow(0, -1.0)
        if len(self.arrow) and len(down):
            self.play(ReplacementTransform(self.arrow, down), run_time=MOVE)
            self.arrow = down

    # ---------------------------------------------------------------------------------------------
    # Steps

    def show_update(self) -> None:
        """Symbols, numbers, result; and only then the move."""
        self.clear_numbers()
        self.lines = UpdateLines(self.stage, self.below, self.story, self.rate)
        places = range(len(self.story.names))
        self.play(FadeIn(VGroup(self.readouts.still, self.readouts.moving)))
        self.add(self.readouts.still, self.readouts.moving)
        symbols = [self.lines.symbols(place) for place in places]
        self.play(FadeIn(VGroup(self.lines.tall_heads, *symbols)))
        self.next_sentence()
        numbers = [self.lines.numbers(place, 0) for place in places]
        for place in places:
            moved = self.lines.tall_heads[place].animate.move_to(self.lines.heads[place])
            self.play(Rewrite(symbols[place], numbers[place], ()), moved, run_time=1.6)
        results = VGroup(*(self.lines.result(place, 0) for place in places))
        for result in results:
            self.play(FadeIn(result), run_time=FADE)
        self.remove(*numbers, *results, *self.lines.tall_heads, self.lines.tall_heads)
        self.numbers = self.lines.whole(0)
        self.add(self.lines.heads, self.numbers)
        self.next_sentence()
        self.play(FadeOut(self.arrow), run_time=QUICK)
        self.follow(self.place, 0, 1, MOVE)
        self.show_slice(1)

    def show_first_step(self) -> None:
        """The line follows, the cost is noted, the first rows are typed."""
        self.follow(self.fit, 0, 1, MOVE)
        self.next_sentence()
        self.curve = cost_panel(self.stage, self.story).show(0)
        self.play(FadeIn(self.curve.panel.drawing), run_time=FADE)
        self.add(self.curve.live)
        self.follow(self.curve, 0, 1, MOVE)
        zone = Zone(NUMBERS.left, NUMBERS.right, NUMBERS.bottom, self.lines.bottom - GAP)
        self.table = TraceTable(self.stage, zone, self.story, range(self.story.singly + 1))
        self.play(FadeIn(self.table.head), run_time=FADE)
        for step in (0, 1):
            self.type_row(step)

    def show_steps(self, first: int, last: int, time: float) -> None:
        """Step after step: the arithmetic, then point, line and cost, then the row."""
        for step in range(first, last):
            self.show_numbers(step, time)
            self.follow(self.place, step, step + 1, time)
            self.show_slice(step + 1)
            self.follow(self.fit, step, step + 1, time)
            self.make_room()
            row = self.table.row(step + 1)
            self.follow(self.curve, step, step + 1, time, ShowIncreasingSubsets(letters(row)))
            self.keep_row(step + 1, row)

    def show_numbers(self, step: int, time: float) -> None:
        """The update and the readouts of a step."""
        old, new = self.numbers, self.lines.whole(step)
        measures = self.readouts.measures(step)
        self.play(ReplacementTransform(self.readouts.moving, measures), run_time=time)
        self.remove(old)
        self.play(FadeIn(new), run_time=time / 2)
        self.numbers, self.readouts.moving = new, measures

    def show_slice(self, step: int) -> None:
        """The lines of equal cost at the third parameter's new value."""
        if not self.place.sliced:
            return
        self.remove(self.place.lines, self.slice)
        self.place.lines = VGroup(*self.place.contours(step))
        self.slice = self.place.slice_note(step)
        self.remove(self.place.live)
        self.add(self.place.lines, self.slice, self.place.live)

    def show_turn(self) -> None:
        """A ring at the place where a parameter turned, and round its number."""
        turn = self.story.turn
        assert turn is not None
        ring = self.place.mark(turn.step)
        self.play(FadeIn(ring))
        row = self.table.steps.index(turn.step) if turn.step in self.table.steps else -1
        box = self.table.ring(self.story.names.index(turn.name) + 1, row)
        if box is not None:
            self.play(FadeIn(box))
            self.wait(MOVE)
            self.remove(box)
        self.wait(MOVE)
        self.remove(ring)

    def show_sweep(self) -> None:
        """The rest of the run, one picture after the other."""
        self.sweep(self.story.singly, self.story.steps, self.curve)
        self.type_row(self.story.steps)

    def sweep(self, first: int, last: int, curve: StepCurve | None) -> None:
        """Many steps in fast motion."""
        if hasattr(self, "numbers"):
            self.remove(self.numbers, self.lines.heads)
        if curve is not None:
            self.follow(curve, first, last, SWEEP)
        self.follow(self.place, first, last, SWEEP)
        self.show_slice(last)
        self.follow(self.fit, first, last, SWEEP)
        measures = self.readouts.measures(last)
        self.play(ReplacementTransform(self.readouts.moving, measures), run_time=FADE)
        self.readouts.moving = measures

    # ---------------------------------------------------------------------------------------------
    # How far it is

    def show_question(self) -> None:
        """Everything stands still."""
        box = self.curve.panel.box
        self.asked = self.stage.words(words.question(self.story), em=BOLD_EM, bold=True)
        self.asked.put(box.right - self.asked.width, box.centre[1])
        self.play(FadeIn(self.asked))

    def show_answer(self) -> None:
        """The exact minimum, in the plane and below the cost."""
        cross = self.place.cross()
        self.marks = VGroup(cross)
        if len(cross):
            self.play(FadeIn(cross))
        if self.story.least is not None and self.story.steps:
            level = self.curve.level(self.story.least, ["minimum ", numeral(self.story.least)])
            self.marks.add(level)
            self.play(FadeIn(level))
        self.next_sentence()

    def show_log(self) -> None:
        """The same steps on a log scale."""
        new = log_panel(self.stage, self.story, BOTTOM, self.story.steps)
        assert new is not None
        self.swap_curve(new.show(self.story.steps))

    def show_run_on(self) -> None:
        """The same descent goes on."""
        wider = log_panel(self.stage, self.story, BOTTOM, self.story.last)
        if wider is not None:
            self.swap_curve(wider.show(self.story.steps))
        self.sweep(self.story.steps, self.story.last, wider)
        self.next_sentence()
        self.type_row(self.story.last)

    def swap_curve(self, new: StepCurve) -> None:
        """One panel of the cost in the place of another."""
        old = VGroup(self.curve.whole, *self.marks[1:])
        if hasattr(self, "asked"):
            old.add(self.asked)
        self.play(FadeOut(old), run_time=FADE)
        self.remove(*old)
        self.play(FadeIn(new.panel.drawing, new.live), run_time=FADE)
        self.curve = new

    def show_ending(self) -> None:
        """Data, parameters and cost by step: the whole descent in one picture."""
        gone = [self.place.panel.drawing, self.place.lines, self.place.live, self.curve.whole, *self.marks]
        if self.place.sliced:
            gone.append(self.slice)
        self.play(*(FadeOut(mobject) for mobject in gone))
        if hasattr(self, "asked"):
            self.remove(self.asked)
        self.play(FadeIn(parameter_panels(self.stage, self.story)))
        self.play(FadeIn(last_cost(self.stage, self.story).whole))
        self.show_last_table()

    def show_last_table(self) -> None:
        """The start, the run's end, the last step, and the exact minimum."""
        self.remove(self.numbers, self.lines.heads)
        self.play(FadeOut(VGroup(self.table.head, *self.table.rows)), run_time=FADE)
        steps = sorted({0, self.story.steps, self.story.last})
        table = TraceTable(self.stage, self.below, self.story, steps)
        self.play(FadeIn(table.head), run_time=FADE)
        self.table = table
        for step in steps:
            self.type_row(step)
        if self.story.exact is not None:
            self.play(FadeIn(table.least()), run_time=FADE)
        self.show_rule(table.bottom)

    # ---------------------------------------------------------------------------------------------
    # Small things

    def next_sentence(self) -> None:
        """The caption's next sentence."""
        self.turn()

    def clear_numbers(self) -> None:
        """The mathematics make room."""
        if self.shown:
            self.play(*(FadeOut(mobject) for mobject in self.shown), run_time=FADE)
        self.shown = []

    def follow(self, picture: Any, start: float, end: float, seconds: float, *others: Any) -> None:
        """A picture goes from one time of the descent to another."""
        show: Callable[[float], Any] = picture.show
        moving = UpdateFromAlphaFunc(picture.live, lambda _, part: show(start + (end - start) * part))
        self.play(moving, *others, run_time=seconds)
        show(end)

    def make_room(self) -> None:
        """A full table loses the row after the start's, and the others move up."""
        table = self.table
        if not table.full:
            return
        gone = table.rows.pop(1)
        table.steps.pop(1)
        self.remove(gone)
        for place, row in enumerate(table.rows):
            row.shift((0, table.line(place) - row[0].baseline, 0))

    def type_row(self, step: int) -> None:
        """A row of the table, letter by letter."""
        self.make_room()
        row = self.table.row(step)
        self.play(ShowIncreasingSubsets(letters(row)), run_time=FADE)
        self.keep_row(step, row)

    def keep_row(self, step: int, row: VGroup) -> None:
        """What was typed is a row from now on."""
        self.remove(*letters(row))
        self.add(row)
        self.table.rows.append(row)
        self.table.steps.append(step)

    def show_rule(self, top: float) -> None:
        """The rule that made it all."""
        zone = Zone(NUMBERS.left, NUMBERS.right, NUMBERS.bottom, top - GAP)
        lines = UpdateLines(self.stage, zone, self.story, self.rate)
        rule = VGroup(lines.tall_heads, *(lines.symbols(place) for place in range(len(self.story.names))))
        if rule.get_bottom()[1] >= zone.bottom:
            self.play(FadeIn(rule), run_time=FADE)


def letters(row: VGroup) -> VGroup:
    """The glyphs of a row, in the order in which they are typed."""
    return VGroup(*(glyph for cell in row for glyph in cell))
