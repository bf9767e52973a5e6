"""slope_tells_direction: a slice of the cost, a secant that becomes a tangent, and the minus that turns the arrow.

Every height, slope and step is worked out by the run's own cost and gradient.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from manim import DOWN, Create, FadeIn, FadeOut, VGroup

from symgd.animations.costs import slope_words as words
from symgd.animations.costs.secant import Secant
from symgd.animations.costs.slope_far import FarSlice, leaves
from symgd.animations.costs.slope_moves import FADE, FLIGHT, LIFT, MOVE, SLIDE
from symgd.animations.costs.slope_readouts import STEP
from symgd.animations.costs.slope_step import RATE, SLOPE, VALUE, seen_in
from symgd.animations.costs.slope_table import SlopeTable
from symgd.animations.formulas.number_flight import NumberArrives
from symgd.animations.formulas.numerals import SLOPE_DIGITS, numeral
from symgd.animations.pictures.plot_panel import drawn, stroke
from symgd.animations.staging.beats import Beat
from symgd.animations.staging.lesson import leaving
from symgd.animations.staging.run_lesson import refill
from symgd.animations.stories.level_start import ELSEWHERE, expect_slope
from symgd.errors import ProblemError
from symgd.terms import Path
from symgd.writing.words import message

MINUS: Path = ()  # in an update


class SlopeTellsDirection(SlopeTable):
    """Lesson 3: which way is down, and how far."""

    lesson = "slope_tells_direction"
    worked: VGroup = (
        VGroup()
    )  # the derivative with numbers, and the residuals' numbers among the data
    asked: list[VGroup]
    labels: VGroup  # of the secant's legs
    triangle: VGroup
    fallen: VGroup = VGroup()  # how far there is to fall from a plateau

    def beats(self) -> Iterator[Beat]:
        """A secant, the tangent, its formula, the question, the minus, three numbers apart, and the other side."""
        self.story = self.prepared()
        expect_slope(self.story.evaluate, self.story.parameters[0].tolist())
        self.prepare()
        picture, lesson = self.picture, SlopeTellsDirection
        if picture.lowest == picture.start:
            cause = f"no step along {picture.name}, however short, lowers the cost at the start"
            raise ProblemError(cause, ELSEWHERE)
        line = self.inset is not None
        yield self.beat(
            message("the slice"), words.slice_seen(picture, line=line), lesson.show_slice
        )
        yield self.beat(message("the secant"), words.secant(), lesson.show_secant)
        yield self.beat(message("the tangent"), words.tangent(), lesson.show_tangent)
        said = words.derivative(numbers=self.worked_slope is not None)
        yield self.beat(message("the derivative"), said, lesson.show_derivative)
        yield self.beat(
            message("left or right"), words.asked(picture), lesson.show_question, asks=True
        )
        far = leaves(picture, picture.start + picture.first_step)
        yield self.beat(message("the minus"), words.minus(picture, far=far), lesson.show_minus)
        yield self.beat(
            message("less steep"),
            words.less_steep(
                self.later,
                self.places,
                stepped=bool(self.stepped),
                calmer=self.later is not picture,
            ),
            lesson.show_less_steep,
        )
        if self.other is not None:
            show = partial(lesson.show_other_side, value=self.other)
            yield self.beat(message("the other side"), words.other_side(picture), show)
        if self.plateau is not None:
            show = partial(lesson.show_plateau, value=self.plateau)
            yield self.beat(message("the plateau"), words.plateau(picture), show, hold=1.5)
        if self.great is not None:
            yield self.beat(message("too great"), words.great(self.great), lesson.show_great)
        end = words.ending(picture)
        yield self.beat(message("the answer"), end, lesson.show_end, hold=2.5)

    # ---------------------------------------------------------------------------------------------
    # The slope

    def show_slice(self) -> None:
        """The curve, the dot, and what is held."""
        self.set_heading(message("Which way is down, and how far?"))
        picture, inset = self.picture, self.inset
        self.here = picture.start
        if inset is not None:
            inset.show(picture.at(picture.start))
            self.play(FadeIn(inset.still), FadeIn(inset.live), run_time=FADE)
        self.show_statements(self.first_statements())
        self.play(FadeIn(picture.panel.drawing), FadeIn(picture.note), run_time=FADE)
        self.turn()
        self.play(FadeIn(picture.dot), run_time=FADE)
        self.add(picture.live)
        self.play(Create(picture.curve), run_time=MOVE)
        self.remove(picture.live)
        self.add(picture.live)
        if inset is not None and picture.panel.holds(self.second, picture.cost(self.second)):
            for end in (self.second, picture.start):
                self.travel(self.here, end, MOVE)
                self.here = end

    def show_secant(self) -> None:
        """A second point, the line through both, and its slope."""
        self.set_heading(message("How steep is it between two points?"))
        start, other = self.picture.start, self.second
        self.secant = Secant(self.picture).show(start, other)
        self.play(FadeIn(self.secant.second), run_time=FADE)
        self.play(FadeIn(self.secant.line), run_time=FADE)
        self.turn()
        self.play(FadeIn(self.secant.legs), run_time=FADE)
        self.bring_forward()
        self.labels = self.secant.numbered(start, other)
        self.play(FadeIn(self.labels), run_time=FADE)
        row, (rise, run, comes) = self.secant_row()
        self.said_slope = VGroup(row)
        places = [(self.secant.rise, rise), (self.secant.run, run)]
        self.filling(self.said_slope, places, comes)

    def bring_forward(self) -> None:
        """The dot lies over the secant."""
        self.remove(*self.secant.live)
        self.add(self.secant.live, self.picture.dot)

    def show_tangent(self) -> None:
        """The second point slides in; the number settles; the derivative is what the formula says."""
        self.set_heading(message("How steep is it at one point?"))
        picture, start = self.picture, self.picture.start

        def slid(part: float) -> None:
            other = start + (self.second - start) * (1 - part)
            self.secant.show(start, other)
            if other != start:
                self.say_slope(self.passing_row(other))

        self.play(FadeOut(self.labels), run_time=FADE / 2)
        self.moving(slid, SLIDE, self.said_slope, self.secant.live, self.picture.dot)
        self.remove(self.secant.live)
        picture.show(start)
        self.add(picture.live)
        self.say_slope(self.slope_row(start))
        self.triangle = self.secant.triangle(start)
        if len(self.triangle):
            self.play(FadeIn(self.triangle), run_time=FADE)
        self.pulse(picture.tangent)

    # ---------------------------------------------------------------------------------------------
    # The direction

    def show_question(self) -> None:
        """Two arrows: one of them is uphill."""
        self.set_heading(message("Which way is down?"))
        start = self.picture.start
        gone = [each for each in (self.triangle, self.worked) if len(each)]
        if gone:  # the arrows are along the triangle's run
            self.play(*map(FadeOut, gone), run_time=FADE / 2)
        self.asked = [self.question(self.arrow(start, sign)) for sign in (1.0, -1.0)]
        self.said_scale = self.scaled
        self.play(FadeIn(VGroup(*self.asked, self.said_scale)), run_time=FADE)
        self.add(self.said_scale)

    def show_minus(self) -> None:
        """The arrow uphill, the arithmetic, the turn, and only then the move."""
        start = self.picture.start
        (uphill, mark), downhill = self.asked
        self.play(FadeOut(VGroup(mark, *downhill)), run_time=FADE)
        self.add(uphill)
        self.step_from(start, uphill)

    def step_from(self, value: float, arrow: VGroup) -> None:
        """One step: its rule, the arrow turned by the minus, its arithmetic, and only then the move."""
        picture, rows = self.picture, self.rows
        rule, (symbols, *stages) = rows.rule(), rows.stages(value)
        said = self.sides.named(message("uphill"), arrow)
        self.play(FadeIn(said), run_time=FADE)
        self.play(FadeIn(rule), run_time=FADE)
        self.turn()
        down = self.turn_round(value, arrow, VGroup(*(rule[1][n] for n in rule[1].own(MINUS))))
        self.play(FadeOut(said), run_time=FADE / 2)
        side = self.sides.named(self.sides.side(value), down)
        self.play(FadeIn(side), run_time=FADE)
        head = rows.head(rows.zones[1])
        below = VGroup(head, symbols)
        room = max(0.0, float(rule.get_bottom()[1] - below.get_top()[1]))
        self.play(FadeIn(below, shift=min(room, LIFT) * DOWN), run_time=FADE)
        self.remove(below)
        self.add(head, symbols)
        here, much = numeral(value), numeral(picture.rate)
        steep = numeral(picture.slope(value), SLOPE_DIGITS)
        row = self.said_slope
        sources = ((row, here, VALUE), (rule[2], much, RATE), (row, steep, SLOPE))
        for (source, number, path), after in zip(sources, stages, strict=True):
            seen = seen_in(source, self.stage.formula(number))
            self.play(NumberArrives(symbols, after, path, seen), run_time=FLIGHT)
            symbols = after
        result = rows.result(value)
        self.play(FadeIn(result), run_time=FADE)
        self.turn()
        self.update = VGroup(rule, head, symbols, result)
        end = value - picture.rate * picture.slope(value)
        if leaves(picture, end):
            self.sides_shown.add(self.ring(value), down, side)
            self.step_far(value, end)
            return
        self.step(value, end, MOVE)
        self.sides_shown.add(down, side)

    def step_far(self, value: float, end: float) -> None:
        """A step out of the picture: the slice is drawn as far as it goes, and there the dot moves."""
        picture = self.picture
        self.far = far = FarSlice(picture, self.slice_zone, end)
        near = VGroup(picture.panel.drawing, picture.note, self.sides_shown[1:], self.said_scale)
        self.remove(picture.curve, picture.live)
        self.play(FadeOut(near), run_time=FADE / 2)
        self.moving(lambda part: far.between(part, value), MOVE, far.live)
        self.play(FadeIn(far.far.panel.drawing), run_time=FADE)
        self.turn()

        def stepped(part: float) -> None:
            here = value + (end - value) * part
            far.between(1.0, here)
            if self.inset is not None:
                self.inset.show(picture.at(here))

        self.moving(stepped, MOVE, far.live, *self.moved[1:])
        self.here, self.left = end, VGroup()

    def turn_round(self, value: float, arrow: VGroup, rule: VGroup) -> VGroup:
        """The minus is marked, and the arrow turns through no length to the other side; a faint one stays for a while."""
        down, faint = self.arrow(value, -1.0), self.sides.faint(arrow)
        mark = self.sign_mark(rule)
        holder = VGroup(*arrow)
        self.add(faint, holder)
        self.remove(arrow)
        self.bring_to_back(mark)
        self.play(FadeIn(mark), run_time=FADE / 2)
        self.moving(lambda part: refill(holder, [self.arrow(value, 1 - 2 * part)]), MOVE, holder)
        self.remove(holder)
        self.add(down)
        self.play(FadeOut(VGroup(mark, faint)), run_time=FADE / 2)
        return down

    # ---------------------------------------------------------------------------------------------
    # How far

    def show_other_side(self, value: float) -> None:
        """The dot on the other side of the least cost; the same minus."""
        self.set_heading(message("And if we start on the other side?"))
        self.go(value, 2 * MOVE)
        arrow = self.arrow(value, 1.0)
        said = self.sides.named(message("uphill"), arrow)
        self.play(FadeIn(arrow), FadeIn(said), run_time=FADE)
        assert self.readouts is not None
        self.turn()
        down = self.turn_round(value, arrow, VGroup(self.readouts.head[STEP]))
        self.play(FadeOut(said), run_time=FADE / 2)
        side = self.sides.named(self.sides.side(value), down)
        self.play(FadeIn(side), run_time=FADE)
        self.tell_row()
        end = value - self.picture.rate * self.picture.slope(value)
        self.step(value, end, MOVE)
        self.sides_shown.add(down, side)

    def show_plateau(self, value: float) -> None:
        """Where the curve is nearly level, though high: small slope, small step, and how far there is to fall."""
        self.set_heading(message("Is a small slope always near the lowest point?"))
        picture = self.picture
        self.go(value, 2 * MOVE)
        self.tell_row()
        self.turn()
        fall = picture.fall(value)
        if len(fall):
            self.play(FadeIn(fall), run_time=FADE)
            label = self.sides.named(message("still far to fall"), fall)
            self.play(FadeIn(label), run_time=FADE)
            self.fallen = VGroup(fall, label)

    def show_great(self) -> None:
        """From the start again, with a rate with which the step goes too far."""
        assert self.great is not None
        picture, start = self.picture, self.picture.start
        self.set_heading(message("And with a greater rate?"))
        gone = (self.steps_shown, self.sides_shown, self.left, self.fallen, self.said_scale)
        self.play(*leaving(*gone), run_time=FADE)
        self.sides_shown, self.left, self.fallen = VGroup(), VGroup(), VGroup()
        self.sides.clear()
        self.go(start, MOVE)
        end = start - self.great * picture.slope(start)
        arrow = picture.along(start, end - start, float(picture.position(start)[1]), picture.colour)
        self.play(FadeIn(arrow), run_time=FADE)
        self.tell_row()
        self.turn()
        self.step(start, end, MOVE)
        heights = [picture.cost(start), picture.cost(end)]
        rise = drawn(
            stroke(self.stage.palette.error, 4), picture.panel.segments([end, end], heights)
        )
        self.sides.placed.append(arrow)
        said = self.sides.named(message("higher"), VGroup(rise))
        self.play(FadeIn(VGroup(rise, said)), run_time=FADE)
        self.steps_shown = VGroup(arrow, rise, said)

    def show_end(self) -> None:
        """The level tangent, where there is one; and the question answered."""
        lowest = self.picture.lowest
        if len(self.fallen):
            self.play(FadeOut(self.fallen), run_time=FADE)
        if lowest is not None:
            self.play(*leaving(self.steps_shown, self.sides_shown, self.left), run_time=FADE)
            self.sides.clear()
            self.slide(self.here, lowest, MOVE)
            self.tell_row()
            self.show_signs()
        self.turn()
        self.set_heading(
            message("Which way: against the slope. How far: {rate} times it.", rate=self.story.rate)
        )
        self.pulse(self.picture.curve)

    def show_signs(self) -> None:
        """A step from each side, and none from the lowest point: what the sign of the slope says."""
        sides, picture = self.sides, self.picture
        if self.great is not None and len(self.said_scale):
            self.play(FadeIn(self.said_scale), run_time=FADE)
        if picture.is_level:
            said = sides.named(message("slope zero: no step"), VGroup(picture.dot))
            self.play(FadeIn(said), run_time=FADE)
        for value in sides.visited:
            arrow = self.arrow(value, -1.0)
            tangent = drawn(
                stroke(self.stage.palette.ink, 3), picture.straight(value, picture.slope(value))
            )
            label = sides.named(sides.side(value), arrow)
            self.play(FadeIn(VGroup(tangent, arrow, self.ring(value), label)), run_time=FADE)
