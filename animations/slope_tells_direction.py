"""slope_tells_direction: a slice of the cost, a secant that becomes a tangent, and the minus that turns the arrow.

Every height, slope and step is worked out by the run's own cost and gradient.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import pairwise

from manim import DOWN, Create, FadeIn, FadeOut, VGroup

from symgd.animations.costs import slope_words as words
from symgd.animations.costs.secant import Secant
from symgd.animations.costs.slope_far import leaves
from symgd.animations.costs.slope_moves import FADE, FLIGHT, LIFT, MOVE, SLIDE
from symgd.animations.costs.slope_readouts import RATE as RATES
from symgd.animations.costs.slope_readouts import SLOPE as SLOPES
from symgd.animations.costs.slope_readouts import STEP, SlopeReadouts
from symgd.animations.costs.slope_readouts import VALUE as VALUES
from symgd.animations.costs.slope_step import RATE, SLOPE, VALUE, seen_in
from symgd.animations.costs.slope_ways import SlopeWays
from symgd.animations.formulas.number_flight import NumberArrives, carried
from symgd.animations.formulas.numerals import SLOPE_DIGITS, numeral
from symgd.animations.pictures.plot_panel import drawn, stroke
from symgd.animations.staging.beats import Beat
from symgd.animations.staging.lesson import leaving
from symgd.animations.stories.level_start import ELSEWHERE, expect_slope
from symgd.errors import ProblemError
from symgd.terms import Path
from symgd.writing.words import message

MINUS: Path = ()  # in an update


class SlopeTellsDirection(SlopeWays):
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
        self.rate_is(self.given)
        far = leaves(picture, picture.start + picture.first_step)
        yield self.beat(message("the minus"), words.minus(picture, far=far), lesson.show_minus)
        self.rate_is(self.eased or self.given)
        yield self.beat(
            message("less steep"),
            words.less_steep(
                picture, self.places, stepped=bool(self.stepped), eased=self.eased is not None
            ),
            lesson.show_less_steep,
        )
        if self.greater is not None:
            show = partial(lesson.show_too_great, rate=self.greater)
            yield self.beat(message("too great a rate"), words.too_great(), show)
        if self.other is not None:
            show = partial(lesson.show_other_side, value=self.other)
            yield self.beat(message("the other side"), words.other_side(picture), show)
        if self.plateau is not None:
            show = partial(lesson.show_plateau, value=self.plateau)
            yield self.beat(message("the plateau"), words.plateau(picture), show, hold=1.5)
        end = words.ending(picture)
        yield self.beat(message("the answer"), end, lesson.show_end, hold=2.5)

    # ---------------------------------------------------------------------------------------------
    # The slope

    def show_slice(self) -> None:
        """The curve, the dot, and what is held."""
        self.set_heading(message("Which way is down, and how far?"))
        self.rate_is(self.given)
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
        self.set_heading(message("How steep is the curve at one point?"))
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
        places = [[(self.secant.rise, rise)], [(self.secant.run, run)]]
        self.filling(self.said_slope, places, comes)

    def bring_forward(self) -> None:
        """The dot lies over the secant."""
        self.remove(*self.secant.live)
        self.add(self.secant.live, self.picture.dot)

    def show_tangent(self) -> None:
        """The second point slides in; the number settles; the derivative is what the formula says."""
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
        self.rate_is(self.given)
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
        self.rate_is(self.given)
        (uphill, mark), downhill = self.asked
        self.play(FadeOut(VGroup(mark, *downhill)), run_time=FADE)
        self.add(uphill)
        self.try_uphill(start)
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

    # ---------------------------------------------------------------------------------------------
    # How far

    def show_less_steep(self) -> None:
        """Slope, rate and step where it is steep, and where it is less so: a row of a table for each."""
        picture, places = self.picture, self.places
        self.rate_is(self.eased or self.given)
        marks = [self.other, self.plateau, picture.lowest]
        greater = [] if self.greater is None else [self.greater]
        tried = [picture.start for _ in greater]
        values = [*places, *tried, *(value for value in marks if value is not None)]
        zone, letter = self.zones.readouts, self.story.rate
        rates = dict(enumerate(greater, len(places)))
        self.readouts = SlopeReadouts(self.stage, zone, picture, values, letter, rates)
        self.set_heading(message("Is the step as long where the curve is less steep?"))
        if self.far is not None or not self.stepped:
            self.play(*leaving(self.statement, self.said_slope), run_time=FADE / 2)
            self.clear_update()
        if self.magnified == 1:  # arrows are now as long as steps
            self.remove(self.said_scale)
            self.said_scale = VGroup()
        self.come_near(places[0])
        self.shown, self.steps_shown = VGroup(), VGroup()
        if self.stepped and self.eased is None:  # the first of them has been made
            self.tell_first_row()
            self.touch(places[1])
        else:
            self.clear_sides()
            self.play(FadeIn(self.readouts.head), run_time=FADE)
            if self.here == places[0]:
                self.touch(places[0])
            else:
                self.go(places[0], MOVE)
            self.tell_place(places[0])
        self.turn()
        for before, place in pairwise(places):
            if not self.stepped:
                if self.magnified == 1:  # it doesn't lead to the next place
                    self.play(FadeOut(self.steps_shown[-1]), run_time=FADE / 2)
                ring = self.ring(before)
                self.add(ring, picture.live)
                self.steps_shown.add(ring)
                self.go(place, MOVE)
            elif before != places[0] or self.eased is not None:
                self.steps_shown.add(self.land(before, place))
            self.tell_place(place)

    def tell_place(self, value: float) -> None:
        """The row of a place, and the arrow of the step from there."""
        self.tell_row()
        arrow = self.arrow(value, -1.0)
        self.play(FadeIn(arrow), run_time=FADE)
        self.steps_shown.add(arrow)

    def tell_first_row(self) -> None:
        """The step that was made, as the table's first row: its numbers come from the rows that go."""
        assert self.readouts is not None
        assert self.update is not None
        row, rate = self.readouts.row(0), self.update[0][2]
        cells = {VALUES: self.said_slope, SLOPES: self.said_slope, RATES: rate}
        seen = {column: seen_in(source, row[column]) for column, source in cells.items()}
        kept = VGroup(*(glyphs.copy() for glyphs in seen.values()))
        self.add(kept)
        self.play(*leaving(self.statement, self.said_slope, self.update, self.left), run_time=FADE)
        flown = [
            carried(glyphs, row[n]) for n, glyphs in zip(seen, kept, strict=True) if len(glyphs)
        ]
        self.play(FadeIn(self.readouts.head), run_time=FADE)
        self.remove(kept)
        self.play(*flown, run_time=MOVE)
        late = [cell for n, cell in enumerate(row) if not len(seen.get(n, VGroup()))]
        self.play(*map(FadeIn, late), run_time=FADE)
        self.remove(*row)
        self.add(row)
        self.shown.add(row)
        self.tell_lengths(0)
        self.update, self.left = None, VGroup()

    def show_other_side(self, value: float) -> None:
        """The dot on the other side of the least cost; the same minus."""
        self.set_heading(message("And if we start on the other side?"))
        self.rate_is(self.eased or self.given)
        self.come_near(value)
        if self.here == value:
            self.touch(value)
        else:
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
            self.bring_to_back(tangent)  # it covers none of the curve
