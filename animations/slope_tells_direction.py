"""slope_tells_direction: a slice of the cost, a secant that becomes a tangent, and the minus that turns the arrow.

Every height, slope and step is worked out by the run's own cost and gradient.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from manim import DOWN, FadeIn, FadeOut, Rotate, SurroundingRectangle, VGroup

from symgd.animations.costs import slope_words as words
from symgd.animations.costs.fit_sums import shorter
from symgd.animations.costs.secant import Secant
from symgd.animations.costs.slope_moves import FADE, FLIGHT, LIFT, MOVE, SLIDE, SlopeMoves
from symgd.animations.costs.slope_readouts import SlopeReadouts
from symgd.animations.costs.slope_step import RATE, SLOPE, VALUE, seen_in
from symgd.animations.formulas.formula import Formula
from symgd.animations.formulas.number_flight import NumberArrives
from symgd.animations.formulas.numerals import SLOPE_DIGITS, numeral
from symgd.animations.pictures.plot_panel import drawn, stroke
from symgd.animations.staging.beats import Beat
from symgd.animations.staging.stage import Zone
from symgd.animations.stories.level_start import ELSEWHERE, expect_slope
from symgd.derivation.engine import gradient_of
from symgd.errors import ProblemError
from symgd.terms import Equation, Partial, Path, Symbol, Term, abbreviations
from symgd.writing.words import message

MINUS: Path = ()  # in an update
SIGN = (0.06, 0.16)  # round a sign, which is flat


class SlopeTellsDirection(SlopeMoves):
    """Lesson 3: which way is down, and how far."""

    lesson = "slope_tells_direction"
    statement: VGroup = VGroup()
    above: VGroup = VGroup()  # the statement that stays above the last one
    signs: VGroup = VGroup()  # what is said at the end of each side
    cut: VGroup = VGroup()  # that an arrow goes on outside
    asked: list[VGroup]
    labels: VGroup  # of the secant's legs
    triangle: VGroup
    steps_shown: VGroup  # of the steps whose numbers are read
    fallen: VGroup = VGroup()  # how far there is to fall from a plateau

    def beats(self) -> Iterator[Beat]:
        """A secant, the tangent, the question, the minus, the other side, and three readouts apart."""
        self.story = self.prepared()
        expect_slope(self.story.evaluate, self.story.parameters[0].tolist())
        self.prepare()
        picture, lesson = self.picture, SlopeTellsDirection
        if picture.lowest == picture.start:
            cause = f"no step along {picture.name}, however short, lowers the cost at the start"
            raise ProblemError(cause, ELSEWHERE)
        yield self.beat(message("the slice"), words.slice_seen(picture), lesson.show_slice)
        yield self.beat(message("the secant"), words.secant(), lesson.show_secant)
        yield self.beat(message("the tangent"), words.tangent(), lesson.show_tangent)
        yield self.beat(
            message("left or right"), words.asked(picture), lesson.show_question, asks=True
        )
        yield self.beat(message("the minus"), words.minus(picture), lesson.show_minus)
        if self.other is not None:
            show = partial(lesson.show_other_side, value=self.other)
            yield self.beat(message("the other side"), words.other_side(picture), show)
        yield self.beat(
            message("less steep"),
            words.less_steep(picture, self.places, stepped=bool(self.stepped)),
            lesson.show_less_steep,
        )
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
        picture = self.picture
        self.play(FadeIn(picture.panel.drawing), FadeIn(picture.note), run_time=FADE)
        self.play(FadeIn(picture.curve), run_time=MOVE)
        self.turn()
        self.play(FadeIn(picture.dot), run_time=FADE)
        self.add(picture.live)
        zones = self.zones.cost, self.zones.whole
        tried = [(each, zone) for zone in zones for each in shorter(self.story.problem)]
        if self.written is not self.story.problem:
            tried = [(self.written.equations, self.zones.cost)]
        fits = (pair for pair in tried if len(self.set_rows(pair[1], pair[0])))
        self.show_statements(*next(fits, tried[0]))

    def show_secant(self) -> None:
        """A second point, the line through both, and its slope."""
        start, other = self.picture.start, self.second
        self.secant = Secant(self.picture).show(start, other)
        self.play(FadeIn(self.secant.second), run_time=FADE)
        self.play(FadeIn(self.secant.line), run_time=FADE)
        self.turn()
        self.play(FadeIn(self.secant.legs), run_time=FADE)
        self.bring_forward()
        self.labels = self.secant.numbered(start, other)
        self.play(FadeIn(self.labels), run_time=FADE)
        row, (rise, run) = self.secant_row()
        self.said_slope = VGroup(row)
        self.travelling(self.said_slope, [(self.secant.rise, rise), (self.secant.run, run)])

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
        self.turn()
        slope = Partial(self.story.problem.cost_name, Symbol(picture.name))
        if self.written is not self.story.problem:  # its residual's letter is known
            last = gradient_of(self.written)[picture.name].last
            self.show_statements((Equation(slope, last),), self.zones.formula)
        else:
            last = self.gradient[picture.name].last
            self.show_statements((Equation(slope, last), *where(last)), self.zones.formula)
        self.pulse(picture.tangent)

    def show_statements(self, statements: Sequence[Equation], zone: Zone) -> None:
        """Formulas in a zone, with what their letters stand for, where there is room; what stood there goes."""
        made, whole = self.set_rows(zone, statements), self.zones.whole
        if not len(made):
            made, zone = self.set_rows(whole, statements), whole
        if not len(made):
            return
        beside = len(self.statement) and zone.left >= self.statement.get_right()[0]
        if len(self.statement) and zone.top > self.statement.get_bottom()[1] and not beside:
            self.play(FadeOut(self.statement), run_time=FADE)
        else:
            self.above = self.statement
        self.play(FadeIn(made), run_time=FADE)
        self.statement = made

    # ---------------------------------------------------------------------------------------------
    # The direction

    def show_question(self) -> None:
        """Two arrows: one of them is uphill."""
        start = self.picture.start
        if len(self.triangle):  # the arrows are along its run
            self.play(FadeOut(self.triangle), run_time=FADE / 2)
        self.asked = [self.question(self.arrow(start, sign)) for sign in (1.0, -1.0)]
        self.play(FadeIn(VGroup(*self.asked)), run_time=FADE)

    def show_minus(self) -> None:
        """The arrow uphill, the arithmetic, the turn, and only then the move."""
        start = self.picture.start
        (uphill, mark), downhill = self.asked
        self.play(FadeOut(VGroup(mark, *downhill)), run_time=FADE)
        self.add(uphill)
        self.step_from(start, uphill)
        if len(self.scaled):
            self.add(self.scaled)
        elif len(self.beyond):  # it goes with what the step leaves
            note = self.beyond
            self.play(FadeIn(note), run_time=FADE)
            self.left.add(note)

    def step_from(self, value: float, arrow: VGroup) -> None:
        """One step: its rule, the arrow turned by the minus, its arithmetic, and only then the move."""
        picture, rows = self.picture, self.rows
        rule, (symbols, *stages) = rows.rule(), rows.stages(value)
        said = self.sides.named(message("uphill"), arrow, turns=True)
        self.play(FadeIn(said), run_time=FADE)
        self.play(FadeIn(rule), run_time=FADE)
        self.turn()
        down = self.turn_round(value, arrow, rule[1])
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
        self.step(value, value - picture.rate * picture.slope(value), MOVE)
        self.sides_shown.add(down, side)
        self.update = VGroup(rule, head, symbols, result)

    def turn_round(self, value: float, arrow: VGroup, rule: Formula) -> VGroup:
        """The rule's minus is marked, and the arrow turns round its tail; a faint one stays for a while where it was."""
        down, faint = self.arrow(value, -1.0), self.sides.faint(arrow)
        minus = VGroup(*(rule[n] for n in rule.own(MINUS)))
        mark = self.sign_mark(minus)
        self.add(faint, arrow)
        self.bring_to_back(mark)
        self.play(FadeIn(mark), run_time=FADE / 2)
        tail, way = self.picture.dot.get_center(), self.sides.turned(arrow)
        self.play(Rotate(arrow, way, about_point=tail), run_time=MOVE)
        self.remove(arrow)
        self.add(down)
        self.play(FadeOut(VGroup(mark, faint)), run_time=FADE / 2)
        return down

    def sign_mark(self, sign: VGroup) -> VGroup:
        """A plate and a frame behind a sign."""
        if not len(sign):
            return VGroup()
        plate = SurroundingRectangle(sign, color=self.stage.palette.ink, buff=SIGN, stroke_width=2)
        return VGroup(plate.set_fill(self.stage.palette.mark, opacity=1))

    def show_other_side(self, value: float) -> None:
        """The dot on the other side of the least cost; the same rule."""
        self.clear_update()
        self.set_heading(message("And if we start on the other side?"))
        self.go(value, 2 * MOVE)
        arrow = self.arrow(value, 1.0)
        self.play(FadeIn(arrow), run_time=FADE)
        self.step_from(value, arrow)

    # ---------------------------------------------------------------------------------------------
    # How far

    def show_less_steep(self) -> None:
        """Rate, slope and step where it is steep, and where it is less so."""
        picture, places = self.picture, self.places
        zone, rate = self.zones.readouts, self.story.rate
        visited = places if self.plateau is None else [*places, self.plateau]
        self.readouts = SlopeReadouts(self.stage, zone, picture, visited, rate, self.magnified)
        self.clear_update()
        self.clear_sides()
        self.set_heading(message("Is the step as long where the curve is less steep?"))
        self.go(places[0], MOVE, said=False)
        self.measures = self.readouts.measures(self.here)
        self.play(FadeIn(self.readouts.still), FadeIn(self.measures), run_time=FADE)
        if self.cuts or len(self.beyond):
            self.cut = VGroup(picture.below(words.CUT))
            self.play(FadeIn(self.cut), run_time=FADE)
        self.steps_shown = VGroup()
        self.show_arrow(self.here)
        self.turn()
        for place in places[1:]:
            if self.stepped:
                self.steps_shown.add(self.land(self.here, place, self.steps_shown[-1]))
            else:
                ring = self.ring(self.here)
                self.add(ring, picture.live)
                self.steps_shown.add(ring)
                self.slide(self.here, place, MOVE)
            self.show_arrow(place)

    def show_arrow(self, value: float) -> None:
        """The arrow of a step from a value."""
        arrow = self.arrow(value, -1.0)
        self.play(FadeIn(arrow), run_time=FADE)
        self.steps_shown.add(arrow)

    def show_plateau(self, value: float) -> None:
        """Where the curve is nearly level, though high: small slope, small step, and how far there is to fall."""
        self.set_heading(message("Is a small slope always near the lowest point?"))
        self.slide(self.here, value, 2 * MOVE)
        picture = self.picture
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
            self.play(FadeOut(self.steps_shown), run_time=FADE)
            self.slide(self.here, lowest, MOVE)
            self.show_signs(lowest)
        self.turn()
        self.set_heading(
            message("Which way: against the slope. How far: {rate} times it.", rate=self.story.rate)
        )
        self.pulse(self.picture.curve)

    def show_signs(self, lowest: float) -> None:
        """A step from each side, and none from the lowest point: what the sign of the slope says."""
        sides, picture = self.sides, self.picture
        sides.clear()
        self.signs = said = VGroup()
        if picture.is_level:
            said.add(sides.named(message("slope zero: no step"), VGroup(picture.dot)))
            self.play(FadeIn(said), run_time=FADE)
        for value in sides.visited:
            arrow = self.arrow(value, -1.0)
            tangent = drawn(
                stroke(self.stage.palette.ink, 3), picture.straight(value, picture.slope(value))
            )
            label = sides.named(sides.side(value), arrow)
            said.add(label)
            self.play(FadeIn(VGroup(tangent, arrow, self.ring(value), label)), run_time=FADE)


def where(term: Term) -> Iterator[Equation]:
    """What the letters in a term stand for."""
    for part in abbreviations(term):
        yield Equation(part, part.definition)
