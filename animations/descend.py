"""descend: line, parameters, cost and numbers, all at once, step by step.

Every number is one of the trace's or of the exact minimum's; the update is the problem's own Terms with numbers in them.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from manim import DOWN, LEFT, UP, FadeIn, FadeOut, ReplacementTransform, VGroup

from symgd.animations import descend_words as words
from symgd.animations import rule_words
from symgd.animations.beats import Beat
from symgd.animations.descend_ends import GAP, DescentEnds
from symgd.animations.descend_moves import FADE, MOVE, QUICK
from symgd.animations.descend_panels import (
    BOTTOM,
    NUMBERS,
    TOP,
    TOP_LEFT,
    TOP_RIGHT,
    cost_panel,
    log_panel,
)
from symgd.animations.descent_numbers import Readouts, TraceTable, UpdateLines
from symgd.animations.descent_story import DescentStory, tell
from symgd.animations.fit_picture import FitPicture
from symgd.animations.formula import Rewrite
from symgd.animations.numerals import SLOPE_DIGITS, numeral
from symgd.animations.parameter_picture import ParameterPicture
from symgd.animations.rule_lines import RuleLines
from symgd.animations.stage import Zone
from symgd.animations.typeset import Typeset
from symgd.errors import ProblemError
from symgd.optimize.example import demo_problem, demo_run
from symgd.optimize.run import Run
from symgd.problem.problem import Problem
from symgd.terms import Equation, Partial, Symbol
from symgd.writing.words import message

EM, LOSS_EM, HEADING_EM = 0.4, 0.34, 0.46
SMALLER = 0.85  # a line that would be scaled down to less is broken in two
TWO_LINES = 2.6  # the height that it then takes, with its value


class Descend(DescentEnds):
    """Lesson 6: a descent, watched from all sides."""

    run: Run | None

    def example(self) -> Problem:
        """Three points, and a line through them."""
        return demo_problem(Problem)

    def prepared(self) -> DescentStory:
        """The run's story; without a problem and a run, the built-in one's."""
        if self.run is None:
            if self.problem.model != self.example().model:
                raise ProblemError("the lesson descend is about a descent", "pass data, or a run")
            self.run = demo_run(self.problem)
        return tell(self.run, lambda: self.gradient)

    # ---------------------------------------------------------------------------------------------
    # What happens

    def beats(self) -> Iterator[Beat]:
        """The start, the first steps with care, the others quicker, and how far it is to the minimum."""
        self.story = story = self.prepared()
        self.shown = []
        if story.form == "function":
            yield self.beat(message("the function"), words.function(story), Descend.show_function)
        else:
            yield self.beat(message("the data"), words.data(story), Descend.show_data)
            yield self.beat(
                message("the residuals"), words.residuals(story), Descend.show_residuals
            )
        yield self.beat(message("the parameters"), words.point(story), Descend.show_point)
        if story.steps == 0:
            yield self.beat(message("nothing to do"), words.nothing_to_do(), Descend.show_answer)
            return
        yield self.beat(message("the gradient"), words.gradient(story), Descend.show_gradient)
        yield self.update_beat()
        yield self.beat(message("the first step"), words.first_step(story), Descend.show_first_step)
        yield from self.step_beats()
        yield from self.last_beats()

    def update_beat(self) -> Beat:
        """The rule, in symbols and with numbers."""
        rule = self.story.rule
        if rule is None:
            return self.beat(message("the update"), words.update(), Descend.show_update)
        self.head_room()
        self.lines = RuleLines(self.stage, self.below, BOTTOM, rule, self.story.singly)
        said = rule_words.update(self.story, self.lines.seen)
        return self.beat(message("the update"), said, Descend.show_rule_update)

    def step_beats(self) -> Iterator[Beat]:
        """The steps after the first, and where a parameter turns."""
        story, turn = self.story, self.story.turn
        if story.singly > 1:
            yield self.beat(
                message("the second step"),
                words.second_step(story),
                partial(Descend.show_steps, first=1, last=2, time=MOVE),
            )
        seen = turn.step + 1 if turn is not None else story.singly
        middle = min(max(seen, 2), story.singly)
        if middle > 2:
            yield self.steps(2, middle)
        if seen <= story.singly:
            yield from self.turn_beats()
        if middle < story.singly:
            yield self.steps(middle, story.singly)
        if story.steps > story.singly:
            yield self.beat(message("fast motion"), words.sweep(story), Descend.show_sweep)
            if seen > story.singly:
                yield from self.turn_beats()

    def turn_beats(self) -> Iterator[Beat]:
        """Where a parameter turns, if one does."""
        turn = self.story.turn
        if turn is not None:
            show = partial(Descend.show_turn, turn=turn)
            yield self.beat(message("a parameter turns"), words.turning(turn, self.story), show)

    def steps(self, first: int, last: int) -> Beat:
        """Some steps in a row."""
        show = partial(Descend.show_steps, first=first, last=last, time=QUICK)
        name = message("from step {first}", first=first + 1)
        return self.beat(name, words.more_steps(first + 1), show)

    def last_beats(self) -> Iterator[Beat]:
        """How far it is, and what comes of going on."""
        story = self.story
        if story.diverged or story.unstable:
            yield self.beat(
                message("too large a rate"), words.too_large(story), Descend.show_answer
            )
        else:
            yield self.beat(
                message("are we there"), words.asked(story), Descend.show_question, hold=1.5
            )
            yield self.beat(message("the gap"), words.answer(story), Descend.show_answer)
            if log_panel(self.stage, story, BOTTOM, story.steps) is not None:
                yield self.beat(message("a log scale"), words.log_scale(story), Descend.show_log)
        if story.last > story.steps:
            yield self.beat(message("run on"), words.run_on(story), Descend.show_run_on)
        yield self.beat(
            message("the whole descent"), words.ending(story), Descend.show_ending, hold=3.0
        )

    # ---------------------------------------------------------------------------------------------
    # The start

    def head(self, beside: str) -> None:
        """What is descended, and beside it what else is to be said; and room for the numbers."""
        stage = self.stage
        heading = stage.sentence(rule_words.heading(self.story), em=HEADING_EM)
        self.head_room()
        zone = self.stage.layout.heading
        width = zone.width
        if beside:
            loss = stage.sentence(beside, em=LOSS_EM)
            loss.put(zone.right - loss.width, zone.bottom + 0.2)
            self.add(loss)
            width -= loss.width + 0.4
        self.add(heading.at_most(width).put(zone.left, zone.bottom + 0.2))

    def head_room(self) -> None:
        """Room for the numbers, below the readouts."""
        self.readouts = Readouts(self.stage, NUMBERS, self.story)
        self.below = Zone(NUMBERS.left, NUMBERS.right, NUMBERS.bottom, self.readouts.bottom - GAP)

    def show_function(self) -> None:
        """The formula, and its value at the start."""
        self.fit = None
        self.head("")
        self.show_cost()

    def show_data(self) -> None:
        """Points, and the first line."""
        self.fit = FitPicture(self.stage, TOP_LEFT, self.story)
        self.head(self.stage.words.declared(self.story.problem.loss.title))
        self.add(self.fit.panel.drawing)
        self.play(FadeIn(self.fit.live))

    def show_residuals(self) -> None:
        """Dashes, and the cost that they make."""
        assert self.fit is not None
        self.fit.show(0.0)
        self.play(FadeIn(self.fit.residuals))
        self.turn()
        self.show_cost()

    def show_cost(self) -> None:
        """The cost, and its value at the start."""
        problem, ink = self.story.problem, self.stage
        equation = ink.formula(Equation(problem.cost_name, problem.cost_term), em=EM)
        equation.at_most(NUMBERS.width).put(NUMBERS.left, NUMBERS.top - 0.75)
        first = Equation(problem.cost_name, words.cost_at(self.story, 0))
        value = ink.sentence(message("at the start: {value}", value=first), em=EM)
        value.at_most(NUMBERS.width).put(NUMBERS.left, equation.get_bottom()[1] - 0.6)
        self.shown = [equation, value]
        self.play(FadeIn(equation))
        self.play(FadeIn(value))

    def show_point(self) -> None:
        """The plane of the parameters, or the cost's curve."""
        place = TOP if self.story.form == "function" else TOP_RIGHT
        self.point = ParameterPicture(self.stage, place, self.story)
        self.clear_numbers()
        self.play(FadeIn(self.point.panel.drawing))
        self.play(FadeIn(self.point.dot))
        self.turn()
        self.play(FadeIn(self.point.lines))
        self.add(self.point.live)
        if self.story.sliced:
            self.turn()
            self.slice = self.point.slice_note(0)
            self.play(FadeIn(self.slice))

    def show_gradient(self) -> None:
        """The partial derivatives with their values; the arrow uphill, which the minus turns round."""
        gradient = self.story.gradient(0)
        top = NUMBERS.top
        for name, value in zip(self.story.names, gradient, strict=True):
            line = self.partial_line(name).align_to((0, top, 0), UP)
            first = message("at the start: {value}", value=numeral(value, SLOPE_DIGITS))
            number = self.stage.sentence(first, em=EM).at_most(NUMBERS.width)
            number.next_to(line, DOWN, buff=0.15, aligned_edge=LEFT)
            self.play(FadeIn(line), run_time=FADE)
            self.play(FadeIn(number), run_time=FADE)
            self.shown += [line, number]
            top = number.get_bottom()[1] - 0.25
        self.arrow = self.point.arrow(1.0)
        if len(self.arrow):
            self.play(FadeIn(self.arrow))
        self.turn()
        down = self.point.arrow(-1.0)
        if len(self.arrow) and len(down):
            self.play(ReplacementTransform(self.arrow, down), run_time=MOVE)
            self.arrow = down

    def partial_line(self, name: str) -> VGroup:
        """The last line of a derivation, over two lines where it would get small and there is room."""
        slope = Partial(self.story.problem.cost_name, Symbol(name))
        right = self.gradient[name].last
        whole = self.stage.formula(Equation(slope, right), em=EM)
        if (
            whole.width <= NUMBERS.width / SMALLER
            or len(self.story.names) * TWO_LINES > NUMBERS.height
        ):
            return VGroup(whole.at_most(NUMBERS.width).put(NUMBERS.left, 0.0))
        left = self.stage.formula(slope, em=EM).put(NUMBERS.left, 0.0)
        equals = Typeset("$=$", em=EM, colour=self.stage.palette.ink).put(NUMBERS.left, 0.0)
        start = NUMBERS.left + equals.width + GAP
        second = self.stage.formula(right, em=EM).at_most(NUMBERS.right - start).put(start, 0.0)
        below = VGroup(equals, second)
        return VGroup(left, below.next_to(left, DOWN, buff=GAP, aligned_edge=LEFT))

    # ---------------------------------------------------------------------------------------------
    # Steps

    def show_update(self) -> None:
        """Symbols, numbers, result; and only then the move."""
        self.clear_numbers()
        self.lines = UpdateLines(self.stage, self.below, self.story)
        indices = range(len(self.story.names))
        self.play(FadeIn(VGroup(self.readouts.still, self.readouts.moving)))
        self.add(self.readouts.still, self.readouts.moving)
        symbols = self.lines.symbols
        self.play(FadeIn(VGroup(self.lines.tall_heads, *symbols)))
        self.turn()
        numbers = [self.lines.numbers(index, 0) for index in indices]
        for index in indices:
            moved = self.lines.tall_heads[index].animate.move_to(self.lines.heads[index])
            self.play(Rewrite(symbols[index], numbers[index], ()), moved, run_time=1.6)
        results = VGroup(*(self.lines.result(index, 0) for index in indices))
        for result in results:
            self.play(FadeIn(result), run_time=FADE)
        self.remove(*numbers, *results, *self.lines.tall_heads, self.lines.tall_heads)
        self.numbers = self.lines.whole(0)
        self.add(self.lines.heads, self.numbers)
        self.turn()
        self.play(FadeOut(self.arrow), run_time=QUICK)
        self.follow(self.point, 0, 1, MOVE)
        self.show_slice(1)

    def show_rule_update(self) -> None:
        """The rule in symbols, then with numbers, and only then the move, beside the way straight downhill."""
        self.clear_numbers()
        lines = self.lines
        assert isinstance(lines, RuleLines)
        self.play(FadeIn(VGroup(self.readouts.still, self.readouts.moving)))
        self.add(self.readouts.still, self.readouts.moving)
        rule, board = lines.symbols.copy(), VGroup(*lines.board)
        told = VGroup(*rule, *board, *lines.note)
        self.play(FadeIn(told))
        self.turn()
        self.numbers = lines.whole(0)
        if lines.shown:
            self.turn()
            self.play(FadeOut(lines.note), run_time=FADE)
            for symbols, numbers in zip(rule, self.numbers, strict=True):
                self.put_numbers(symbols, numbers)
        self.turn()
        self.play(FadeOut(self.arrow), run_time=QUICK)
        self.arrows_note = self.point.arrows_note()
        self.play(FadeIn(self.arrows_note), run_time=QUICK)
        self.move_point(0, MOVE)
        if not lines.shown:  # what stays is one thing, which is removed as one
            if len(board):
                self.play(FadeOut(told), run_time=QUICK)
            self.remove(told)
            self.add(self.numbers)

    def put_numbers(self, symbols: VGroup, numbers: VGroup) -> None:
        """A line's name stays, its symbols become numbers, and then what they come to is seen."""
        name, sign, formula = symbols
        new_name, new_sign, new_formula, *result = numbers
        moved = name.animate.move_to(new_name), sign.animate.move_to(new_sign)
        self.play(Rewrite(formula, new_formula, ()), *moved, run_time=MOVE)
        self.play(FadeIn(VGroup(*result)), run_time=FADE)
        self.remove(*symbols, new_formula, *result)
        self.add(numbers)

    def show_first_step(self) -> None:
        """The line follows, the cost is noted, the first rows are typed."""
        self.follow_fit(0, 1, MOVE)
        self.turn()
        self.curve = cost_panel(self.stage, self.story, BOTTOM, self.story.steps).show(0)
        self.play(FadeIn(self.curve.panel.drawing), run_time=FADE)
        self.add(self.curve.live)
        self.follow(self.curve, 0, 1, MOVE)
        zone = Zone(NUMBERS.left, NUMBERS.right, NUMBERS.bottom, self.lines.bottom - GAP)
        self.table = TraceTable(self.stage, zone, self.story, range(self.story.singly + 1))
        self.play(FadeIn(self.table.head), run_time=FADE)
        for step in (0, 1):
            self.type_row(step)
