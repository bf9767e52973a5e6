"""descend: line, parameters, cost and numbers, all at once, step by step; what is shown, the run decides.

Every number is one of the trace's or of the exact minimum's; the update is the problem's own Terms with numbers in them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

from manim import (
    FadeIn,
    FadeOut,
    ReplacementTransform,
    TransformFromCopy,
    VGroup,
)

from symgd.animations.descending import descend_end_words as end_words
from symgd.animations.descending import descend_words as words
from symgd.animations.descending import rule_words
from symgd.animations.descending.descend_ends import ASKED, GAP
from symgd.animations.descending.descend_moves import FADE, MOVE, QUICK
from symgd.animations.descending.descend_panels import cost_panel, log_panel
from symgd.animations.descending.descend_places import places_of
from symgd.animations.descending.descend_starts import EM, DescentStarts
from symgd.animations.descending.descent_map import DescentMap
from symgd.animations.descending.descent_numbers import (
    INDENT,
    TraceTable,
    UpdateLines,
    ValueLine,
)
from symgd.animations.descending.path_names import PathNames
from symgd.animations.descending.rule_lines import RuleLines
from symgd.animations.formulas.names import Named, brief, ever_shorter
from symgd.animations.formulas.numerals import SLOPE_DIGITS, is_whole, numeral, settled
from symgd.animations.formulas.typeset import LEAST_EM, ROUNDING, Typeset
from symgd.animations.staging.beats import Beat
from symgd.animations.staging.stage import Zone
from symgd.animations.stories.descent_story import DescentStory, tell
from symgd.animations.stories.director import Director
from symgd.animations.stories.hindrances import left
from symgd.errors import ProblemError
from symgd.optimize.example import demo_problem, demo_run
from symgd.optimize.run import Run
from symgd.problem.problem import Problem
from symgd.terms import Equation, Partial, Symbol
from symgd.writing.words import Message, message

ROWS = 7  # of the table, at most, with the dots for those that are left out
BRISK, HELD = 2.0, 0.4  # seconds that most beats last at least, and stand still
SMALLER = 0.85  # a line that would be scaled down to less is broken in two
TWO_LINES = 2.4  # the height that it then takes, with its value


class Descend(DescentStarts):
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
        self.director = Director(story)
        self.places = places_of(self.stage.layout, story)
        self.shown = []
        if story.form == "function":
            yield self.beat(
                message("the function"), words.function(story), Descend.show_function, asks=True
            )
        else:
            yield self.beat(message("the data"), words.opening(story), Descend.show_data, asks=True)
            yield self.brisk(message("the start"), words.data(story), Descend.show_start)
            yield self.brisk(
                message("the residuals"), words.residuals(story), Descend.show_residuals
            )
        yield self.brisk(message("the parameters"), words.point(story), Descend.show_point)
        if story.steps == 0:
            yield self.beat(
                message("nothing to do"), end_words.nothing_to_do(), Descend.show_answer
            )
            return
        self.try_both()
        yield self.beat(
            message("which way"), words.which_way(story), Descend.show_which_way, asks=True
        )
        yield self.brisk(message("both ways"), words.tried(self.answers), Descend.show_tried)
        yield self.brisk(message("the gradient"), words.gradient(story), Descend.show_gradient)
        if story.rule is None:
            yield self.brisk(message("the rate"), words.rate(story), Descend.show_rate)
        yield self.update_beat()
        yield self.brisk(
            message("the first step"), words.first_step(story), Descend.show_first_step
        )
        yield from self.step_beats()
        yield from self.last_beats()

    def brisk(
        self, name: Message, caption: Message | Sequence[Message], show: Callable[[Any], None]
    ) -> Beat:
        """A beat after which the next one begins at once."""
        return self.beat(name, caption, show, seconds=BRISK, hold=HELD)

    def update_beat(self) -> Beat:
        """The rule, in symbols and with numbers."""
        rule = self.story.rule
        self.head_room()
        if rule is None:
            self.lines = UpdateLines(self.stage, self.below, self.story)
            return self.brisk(message("the update"), words.update(), Descend.show_update)
        boards = self.places.board, self.places.large
        self.lines = RuleLines(self.stage, self.below, boards, rule, self.story.singly)
        said = rule_words.update(self.story, self.lines.seen)
        return self.brisk(message("the update"), said, Descend.show_rule_update)

    def step_beats(self) -> Iterator[Beat]:
        """The steps after the first, one by one as far as they are, and where a parameter turns; the rest run on."""
        story, turn = self.story, self.story.turn
        seen = turn.step + 1 if turn is not None else story.singly
        middle = min(max(seen, 2), story.singly)
        if story.singly > 1:
            told: tuple[Message, ...] = (words.second_step(story),)
            if middle > 2:
                told = (*told, words.more_steps(3, self.director))
            show = partial(Descend.show_second_steps, last=middle)
            yield self.brisk(message("further steps"), told, show)
        if seen <= story.singly:
            yield from self.turn_beats()
        if middle < story.singly:
            yield self.steps(middle, story.singly)
        if story.steps > story.singly:
            said = words.sweep(story, self.director)
            yield self.brisk(message("fast motion"), said, Descend.show_sweep)
            if seen > story.singly:
                yield from self.turn_beats()

    def turn_beats(self) -> Iterator[Beat]:
        """Where a parameter turns, if one does."""
        turn = self.story.turn
        if turn is not None:
            show = partial(Descend.show_turn, turn=turn)
            yield self.brisk(message("a parameter turns"), words.turns(turn, self.story), show)

    def steps(self, first: int, last: int) -> Beat:
        """Some steps in a row, gone near to where they are small."""
        show = partial(Descend.show_near_steps, first=first, last=last)
        name = message("from step {first}", first=first + 1)
        return self.brisk(name, words.more_steps(first + 1, self.director), show)

    def last_beats(self) -> Iterator[Beat]:
        """What kind of descent it was, how far it is, and what comes of going on."""
        story, director = self.story, self.director
        kind = message("what is seen")
        if director.kind == "divergence":
            yield self.brisk(kind, director.named(), Descend.show_kind)
            yield self.brisk(
                message("too large a rate"), end_words.too_large(story), Descend.show_answer
            )
        else:
            asked = words.asked(story)
            yield self.beat(message("are we there"), asked, Descend.show_question, asks=True)
            yield self.brisk(message("the gap"), end_words.answer(story), Descend.show_answer)
            yield from self.onward_beats()
            better = director.better()
            if better and self.logs:
                yield self.brisk(message("another rate"), better, Descend.show_other_rate)
            seen = (director.named(), *director.lesson())
            yield self.brisk(kind, seen, Descend.show_kind)
        if director.unmoved:
            said = end_words.unmoved(story, director.unmoved)
            yield self.beat(message("what hardly moves"), said, Descend.show_unmoved)
        last = end_words.ending(story)
        if director.cure is not None:
            last = (*last[:-1], *end_words.far(story, director.cure, left(story) or 0.0), last[-1])
        elif story.rule is None and len(last) > 1:
            last = last[:-1]  # the rule in the picture answers, and stays
        yield self.beat(message("the whole descent"), last, Descend.show_ending, hold=2.0)
        self.scaled = director.scaled
        if self.scaled is not None:
            said = end_words.scaled_columns(story)
            yield self.beat(message("scaled columns"), said, Descend.show_scaled, hold=2.0)

    def onward_beats(self) -> Iterator[Beat]:
        """The gap on a log scale, and the descent run on."""
        story, director = self.story, self.director
        places = self.places.curve
        log = director.log and log_panel(self.stage, story, places, story.steps) is not None
        self.logs = log
        if story.last > story.steps:
            said = (*((end_words.log_scale(story),) if log else ()), *end_words.run_on(story))
            yield self.brisk(message("run on"), said, partial(Descend.show_run_on, log=log))
        elif log:
            yield self.brisk(message("a log scale"), end_words.log_scale(story), Descend.show_log)

    # ---------------------------------------------------------------------------------------------
    # The parameters

    def show_point(self) -> None:
        """The data go aside; the plane of the parameters, or the cost's curve, and the cost's first value."""
        if len(self.squares):
            self.play(FadeOut(self.squares), run_time=QUICK)
            self.remove(self.squares, *self.squares)
        self.park(self.places.fit)
        self.point = DescentMap(
            self.stage, self.places.point, self.story, banks=self.director.banks
        )
        self.play(FadeIn(self.point.panel.drawing), run_time=FADE)
        self.play(FadeIn(self.point.dot), run_time=FADE)
        self.turn()
        self.play(FadeIn(self.point.lines), run_time=FADE)
        self.add(self.point.live)
        self.curve = cost_panel(self.stage, self.story, self.places.curve, self.story.steps)
        self.curve.show(0)
        self.play(FadeIn(self.curve.panel.drawing), run_time=FADE)
        self.play(TransformFromCopy(self.first_cost, self.curve.dots), run_time=FADE)
        self.remove(self.curve.dots)
        self.add(self.curve.live)
        if self.story.sliced:
            self.turn()
            self.slice = self.point.slice_note(0)
            self.play(FadeIn(self.slice))

    def show_gradient(self) -> None:
        """The partial derivatives with their values; the arrow uphill, which the minus turns round."""
        self.shown.append(self.arrow)
        self.clear_numbers()
        self.values, self.slopes, self.slope_ems = [], [], []
        zones = self.places.partials(len(self.story.names))
        for name, value, zone in zip(self.story.names, self.story.gradient(0), zones, strict=True):
            line, number, slope = self.slope_block(name, value, zone)
            self.slopes.append(slope)
            self.slope_ems.append(line[0].em)
            self.play(FadeIn(line, number), run_time=FADE)
            self.shown.append(line)
            self.values.append(number)
        answer = words.which_way_answered(self.story)
        if answer is not None and not self.answered:
            self.set_heading(answer)
        if self.story.rule is None:
            self.show_uphill()
            return
        self.arrow, self.arrow_name = self.point.arrow(1.0), VGroup()
        down = self.point.arrow(-1.0)
        if not (len(self.arrow) and len(down)):
            self.turn()
            return
        self.name_arrow(1.0)
        self.turn()
        self.play(FadeOut(self.arrow_name), run_time=QUICK)
        self.play(ReplacementTransform(self.arrow, down), run_time=MOVE)
        self.arrow = down
        self.name_arrow(-1.0)

    def name_arrow(self, sign: float) -> None:
        """What the arrow is, beside it: with the minus, once that has turned it round."""
        self.arrow_name = PathNames(self.point, self.director).arrow(sign, self.arrow)
        come = [self.arrow, self.arrow_name] if sign > 0 else [self.arrow_name]
        self.play(FadeIn(*come))

    def slope_block(self, name: str, value: float, zone: Zone) -> tuple[VGroup, ValueLine, VGroup]:
        """A partial derivative, its value below it, and of the first the left side, as large as there is room for."""
        sizes = [(EM, brief), ((EM + LEAST_EM) / 2, brief)]
        for em, named in (*sizes, *((LEAST_EM, named) for named in ever_shorter())):
            line, equals, slope = self.partial_line(name, zone, em, named)
            line.shift((0, zone.top - line.get_top()[1], 0))
            number = self.value_line(value, em).put(equals, 0.0)
            number.shift((0, line.get_bottom()[1] - 0.2 - number.get_top()[1], 0))
            made = VGroup(line, number)
            least = min(part.em for part in made.get_family() if isinstance(part, Typeset))
            if made.height * LEAST_EM <= zone.height * least + ROUNDING:
                break
        corner = (zone.left, zone.top, 0)
        part = min(1.0, zone.height / made.height)
        made.scale(part, about_point=corner)
        number.em *= part
        return line, number, slope

    def value_line(self, value: float, em: float) -> ValueLine:
        """A partial derivative's value at the start, as a derivation's further line."""
        size = max(map(abs, self.story.gradient(0)))
        slope = numeral(settled(value, size), SLOPE_DIGITS)
        sign = "=" if is_whole(settled(value, size), SLOPE_DIGITS) else "≈"
        equals = Typeset(f"${sign}$", em=em, colour=self.stage.palette.ink)
        return ValueLine(equals, self.stage.formula(slope, em=em), em)

    def partial_line(
        self, name: str, zone: Zone, em: float, named: Named = brief
    ) -> tuple[VGroup, float, VGroup]:
        """The last line of a derivation, where its equals sign begins, and its left side; over two lines where it would get small."""
        slope = Partial(self.story.problem.cost_name, Symbol(name))
        right = self.gradient[name].last
        whole = self.stage.formula(Equation(slope, right), em=em, named=named)
        few = zone.height < TWO_LINES or em <= LEAST_EM
        if whole.width <= zone.width / SMALLER or few:
            whole.at_most(zone.width).put(zone.left, 0.0)
            sign = VGroup(*(whole[index] for index in whole.own(())))
            return VGroup(whole), float(sign.get_left()[0]), whole.glyphs((0,))
        left = self.stage.formula(slope, em=em, named=named).put(zone.left, 0.0)
        equals = Typeset("$=$", em=em, colour=self.stage.palette.ink)
        second = self.stage.formula(right, em=em, named=named)
        spare = zone.width - equals.width - GAP - second.width
        at = zone.left + max(0.0, min(INDENT, spare))
        start = at + equals.put(at, 0.0).width + GAP
        second.at_most(zone.right - start).put(start, 0.0)
        below = VGroup(equals, second)
        below.shift((0, left.get_bottom()[1] - GAP - below.get_top()[1], 0))
        return VGroup(left, below), at, VGroup(*left)

    # ---------------------------------------------------------------------------------------------
    # Steps

    def show_first_step(self) -> None:
        """The line follows, the cost is noted, the first rows are typed."""
        self.follow_fit(0, 1, MOVE)
        self.turn()
        self.follow(self.curve, 0, 1, MOVE)
        zone = self.places.table(min(self.lines.bottom, self.below.top - ASKED) - GAP)
        steps = range(self.story.singly + 1)
        self.table = TraceTable(self.stage, zone, self.story, steps, ROWS)
        self.play(FadeIn(self.table.head), run_time=FADE)
        for step in (0, 1):
            self.type_row(step)

    def show_second_steps(self, last: int) -> None:
        """The second step at leisure, and some more, nearer where they are small."""
        self.set_heading(words.STEPS)
        self.show_steps(1, 2, MOVE)
        if last > 2:
            self.turn()
            self.show_near_steps(2, last)

    def show_near_steps(self, first: int, last: int) -> None:
        """Some steps, nearer where the whole would make them small."""
        near = self.director.near
        if near is not None and not self.story.sliced:
            self.go(self.point.near(*near))
        self.show_steps(first, last, QUICK)
