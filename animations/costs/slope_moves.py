"""What moves in the lesson `slope_tells_direction`: the dot along the curve, numbers with it, and the rows of a step."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice, product

import numpy as np
from manim import Circle, FadeIn, FadeOut, Mobject, VGroup

from symgd.animations.costs.fit_sums import LETTERS
from symgd.animations.costs.line_inset import LineInset
from symgd.animations.costs.secant import Secant, valued
from symgd.animations.costs.slope_rates import greater_rate, smaller_rate
from symgd.animations.costs.slope_reach import SlopeReach, magnified, seen_end, short, shrunk
from symgd.animations.costs.slope_readouts import SlopeReadouts
from symgd.animations.costs.slope_sides import SlopeSides
from symgd.animations.costs.slope_step import SlopeStep
from symgd.animations.costs.slope_zones import SlopeZones
from symgd.animations.costs.told_table import fixed, places_in
from symgd.animations.formulas.names import ever_shorter
from symgd.animations.formulas.number_flight import carried
from symgd.animations.formulas.numerals import SLOPE_DIGITS, numeral
from symgd.animations.formulas.typeset import LEAST_EM, Typeset
from symgd.animations.pictures.plot_panel import drawn, stroke
from symgd.animations.pictures.slice_picture import DOT, SlicePicture, steepest
from symgd.animations.staging.rows import Rows, stacked
from symgd.animations.staging.run_lesson import RunLesson, refill
from symgd.animations.staging.stage import Zone
from symgd.derivation.engine import gradient_of
from symgd.problem.problem import Problem
from symgd.terms import Equation, Partial, Symbol, Term, abbreviations
from symgd.writing.words import Message, message

MOVE, FADE, SLIDE, FLIGHT = 1.4, 0.6, 4.5, 0.9
EM, SLOPE_EM, LIFT = 0.42, 0.4, 0.2
BEYOND = (
    1.5,
    1.25,
    0.8,
)  # where the secant's second point may be, in ways from the start to the least cost
PART = 0.6  # or, where none is known, in parts of the way to the scale's far end
NEARER = (0.0, 0.5, 0.85)  # where it is read again, in the same parts
CUTS = 3  # ways to cut names, of which each leaves less of them
BROKEN = (0.36, 0.33, 0.3, 0.28, 0.26)
HEIGHTS = (1.0, 1.45, 1.9, 2.4)  # of the formulas' zone, in rows


class SlopeMoves(RunLesson):
    """A scene with a slice of the cost, and the numbers of a slope and of a step."""

    picture: SlicePicture
    zones: SlopeZones
    written: Problem  # as its formulas stand in the film
    secant: Secant
    inset: LineInset | None = None  # the data, where there are some
    readouts: SlopeReadouts | None = None
    update: VGroup | None = None
    left: VGroup  # in the picture, by a step
    slice_zone: Zone
    said_scale: VGroup = VGroup()  # how long the arrows are drawn
    sides: SlopeSides
    sides_shown: (
        VGroup  # where steps began, their arrows, and the side to which each slope sends the dot
    )
    stepped: list[float]  # where steps begin that are made one after the other
    places: list[float]  # where the readouts are read
    plateau: float | None  # where the curve is nearly level, and high
    rows: SlopeStep
    said_slope: VGroup  # holds the row, which is made anew
    here: float
    given: float  # the run's rate
    eased: float | None  # a smaller one, where that is too great
    greater: float | None  # one that is too great, where the run's isn't
    reach: SlopeReach
    times: float  # as long as its step is an arrow, with the rate of the lesson's places
    magnified: float  # the same as it is now
    other: float | None  # where a step begins on the other side of the lowest point

    def prepare(self) -> None:
        """The slice, and what of it is visited."""
        layout = self.stage.layout
        compared = self.story.problem.has_examples
        self._lay_out(layout.mathematics, data=compared)
        place = layout.picture
        self.slice_zone = place
        self.picture = picture = SlicePicture(self.stage, place, self.story)
        picture.across = True
        end = picture.x.low if picture.first_step < 0 else picture.x.high
        least = picture.lowest
        self.way = PART * (end - picture.start) if least is None else least - picture.start
        runs = (part * self.way for part in ((1.0,) if least is None else BEYOND))
        seconds = [picture.start + short(run, self._rise) for run in runs]
        self.second = next(
            (v for v in seconds if picture.panel.holds(v, picture.cost(v))), seconds[-1]
        )
        self.given, self.eased = picture.rate, smaller_rate(picture, self.way)
        picture.take_rate(self.eased or self.given)
        self.greater = None if self.eased else greater_rate(picture)
        self.reach = reach = SlopeReach(picture, self.way)
        self.other = None if least is None else reach.other_side()
        self.plateau = reach.plateau()
        visited = [picture.start] if self.other is None else [picture.start, self.other]
        if self.zones.data is not None:
            beside = [picture.at(value) for value in (*visited, self.second)]
            self.inset = LineInset(self.stage, self.zones.data, self.story, beside)
        self.sides, self.sides_shown = SlopeSides(picture, visited), VGroup()
        self.stepped = reach.steps()
        self.places = self._read_at()
        room = reach.room(visited, self.places)
        long = abs(picture.first_step) * picture.unit
        self.times: float = 1 if self.stepped else magnified(long, room)
        if not self.stepped:
            self.times /= shrunk(reach.ahead({*visited, *self.places}))
        self.magnified = self.sides.times = self.times
        self.rows = SlopeStep(self.stage, self.zones.rule, self.zones.numbers, picture, visited)
        widest = max(self._placed(value, 1.0).width for value in (*visited, *self.places))
        self.slope_em = min(SLOPE_EM, self._room / widest)  # one size, wherever the dot is

    def _rise(self, run: float) -> float:
        """How much the cost rises from the start to a second point."""
        return self.picture.cost(self.picture.start + run) - self.picture.cost(self.picture.start)

    def _lay_out(self, zone: Zone, *, data: bool) -> None:
        """The zones in which the cost and its derivative have room; with a letter for its residual, if only so."""
        named = self._named()
        problems = [self.story.problem, *([] if named is None else [named])]
        tried = [
            (problem, SlopeZones.of(zone, share=share, data=data))
            for share in HEIGHTS
            for problem in problems
        ]
        found = (each for each in tried if self._fits(*each))
        self.written, self.zones = next(found, (self.story.problem, tried[-1][1]))

    def _named(self) -> Problem | None:
        """The problem with a letter for its residual, where it compares numbers and there is such a letter."""
        problem = self.story.problem
        used = {*problem.parameters, *problem.columns, *problem.cost_name.names}
        letter = next((name for name in LETTERS if name not in used), "")
        compared = problem.has_examples and problem.written_cost.compares_numbers
        return problem.written(residual=letter) if letter and compared else None

    def _fits(self, problem: Problem, zones: SlopeZones) -> bool:
        """Whether the cost and the derivative of a problem have room, unbroken."""
        rows = Rows(self.stage)
        kept = self.derivative(problem)
        return all(len(rows.set_into(zones.statement, e)) for e in (problem.equations, kept))

    def derivative(self, problem: Problem) -> tuple[Equation, ...]:
        """The derivative along the slice, and what the letters in it stand for."""
        name = steepest(self.story)
        slope = Partial(problem.cost_name, Symbol(self.story.names[name]))
        last = gradient_of(problem)[self.story.names[name]].last
        told = [
            e
            for e in problem.equations
            if problem is not self.story.problem and e.left != problem.cost_name
        ]
        letters = [Equation(part, part.definition) for part in abbreviations(last)]
        return (Equation(slope, last), *dict.fromkeys((*told, *letters)))

    def share(self, part: float) -> float:
        """A value between the start, at 0, and the least cost, at 1; beyond 1 on its other side."""
        return float(self.picture.start + part * self.way)

    def _read_at(self) -> list[float]:
        """Where the readouts are read, from steep to nearly level: where steps begin, or else places on the way."""
        if self.stepped:
            return self.stepped
        shares = [self.share(part) for part in NEARER]
        return sorted(shares, key=lambda value: -abs(self.picture.slope(value)))

    def step(self, start: float, end: float, seconds: float) -> None:
        """The dot makes a step, as far as the picture goes; a ring stays where the slope was taken, with the tangent."""
        ring = self.ring(start)
        self.left = VGroup(self.picture.tangent.copy())
        self.sides_shown.add(ring)
        self.add(self.left, ring, self.picture.live)
        end = seen_end(self.picture, start, end)
        self.travel(start, end, seconds)
        self.here = end

    def travel(self, start: float, end: float, seconds: float) -> None:
        """The dot goes along the curve, and the line among the data with it."""
        self.moving(
            lambda part: self.stand(start + (end - start) * part, tangent=False),
            seconds,
            *self.moved,
        )

    def stand(self, value: float, *, tangent: bool = True) -> None:
        """Slice and data where the parameter has a value."""
        self.picture.show(value, tangent=tangent)
        if self.inset is not None:
            self.inset.show(self.picture.at(value))

    @property
    def moved(self) -> list[VGroup]:
        """What moves as the dot does."""
        return [self.picture.live, *([] if self.inset is None else [self.inset.live])]

    def ring(self, value: float) -> Circle:
        """What stays on the curve where the dot was."""
        ring = Circle(radius=DOT, stroke_color=self.stage.palette.prediction, stroke_width=3)
        ring.set_fill(self.stage.palette.ground, opacity=1)
        return ring.move_to(self.picture.position(value))

    def land(self, start: float, end: float) -> VGroup:
        """A step to where its arrow points; the ring and the way down stay."""
        picture, ink = self.picture, self.stage.palette.ink
        heights = [picture.cost(start), picture.cost(end)]
        down = drawn(stroke(ink, 1.5), picture.panel.segments([end, end], heights), dashed=True)
        self.play(FadeIn(down), run_time=FADE / 2)
        ring = self.ring(start)
        self.add(ring, picture.live)
        self.go(end, MOVE)
        return VGroup(down, ring)

    def go(self, end: float, seconds: float) -> None:
        """The dot goes along the curve alone; where it arrives, the tangent comes anew."""
        start = self.here
        self.travel(start, end, seconds)
        self.here = end
        self.touch(end)

    def touch(self, value: float) -> None:
        """The tangent comes where the dot stands."""
        picture = self.picture
        self.remove(picture.live)
        picture.show(value)
        self.add(picture.dot)
        self.play(FadeIn(picture.tangent), run_time=FADE)
        self.remove(picture.tangent, picture.dot)
        self.add(picture.live)

    def slide(self, start: float, end: float, seconds: float) -> None:
        """The dot goes along the curve with its tangent."""
        self.moving(
            lambda part: self.stand(end if part == 1 else start + (end - start) * part),
            seconds,
            *self.moved,
        )
        self.here = end

    # ---------------------------------------------------------------------------------------------
    # Rows

    def set_rows(self, zone: Zone, statements: Sequence[Equation]) -> VGroup:
        """Statements in a zone: whole, or broken where they may be, also within their parentheses; nothing without room."""
        rows = Rows(self.stage)
        made = rows.set_into(zone, statements)
        made = made if len(made) else rows.folded_into(zone, statements)
        return made if len(made) else self._broken(zone, statements)

    def _broken(self, zone: Zone, statements: Sequence[Equation]) -> VGroup:
        """Broken rows, with their names cut as far as it takes."""
        for named, em in product(islice(ever_shorter(), CUTS), BROKEN):
            shown = [
                self.stage.formula(each, em=em, named=named).broken(zone.width)
                for each in statements
            ]
            made = stacked(shown, zone.top)
            for formula in made:
                formula.shift([zone.left - formula.get_left()[0], 0.0, 0.0])
            if made.height <= zone.height and made.width <= zone.width:
                return made
        return VGroup()

    def clear_update(self) -> None:
        """The rows of the last step go, and what it left in the picture."""
        gone = [self.left] if self.update is None else [self.update, self.left]
        if len(gone) > 1:
            self.play(FadeOut(*gone), run_time=FADE)
        self.update = None

    def clear_sides(self) -> None:
        """The arrows of the steps go, with what they say."""
        if len(self.sides_shown):
            self.play(FadeOut(self.sides_shown), run_time=FADE / 2)
        self.sides_shown = VGroup()
        self.sides.clear()

    def say_slope(self, row: Mobject) -> None:
        """Another value stands in the slope's row."""
        refill(self.said_slope, [row])

    def row(self, said: Message) -> Typeset:
        """A sentence in the slope's row."""
        zone = self.zones.slope
        made = self.stage.sentence(said, em=EM).at_most(zone.width)
        return made.put(zone.left, zone.centre[1] - LIFT / 2)

    def secant_row(self) -> tuple[Typeset, list[VGroup]]:
        """Rise over run of the secant as it is first seen, and what it comes to; where rise, run and that stand."""
        term, zone = self.secant.slope(self.picture.start, self.second), self.zones.worked
        said = message("secant: {slope}", slope=term)
        made = self.stage.sentence(said, em=EM, displayed=True).at_most(zone.width)
        made.put(zone.left, zone.centre[1] - LIFT / 2)
        parts = [self.stage.part(made, term, (0, n)) for n in (0, 1)]
        for part, colour in zip(parts, reversed(self.secant.colours), strict=True):
            part.set_fill(colour)
        left = {id(glyph) for glyph in self.stage.part(made, term, (0,))}
        comes = VGroup(*(g for g in self.stage.part(made, term, ()) if id(g) not in left))
        return made, [*parts, comes]

    def passing_row(self, other: float) -> Typeset:
        """The secant's slope alone, while its second point moves: with a fixed number of places."""
        slope = self.picture.secant_slope(self.picture.start, other)
        ends = self.picture.start, self.second
        most = max(abs(self.picture.secant_slope(self.picture.start, each)) for each in ends)
        places = places_in(most)
        shown = numeral(slope) if places is None else fixed(slope, places)
        return self.row(message("slope of the secant: {slope}", slope=shown))

    def slope_row(self, value: float) -> Typeset:
        """The derivative's value where the parameter has one, with the place where there is room to say it."""
        if self.slope_em >= LEAST_EM:
            made = self._placed(value, self.slope_em)
            return made.at_most(self._room).put(self.zones.slope.left, self._slope_line)
        return self.row(message("slope: {slope}", slope=self._valued(value)))

    @property
    def _room(self) -> float:
        return self.zones.slope.width

    @property
    def _slope_line(self) -> float:
        return self.zones.slope.centre[1] - LIFT / 2

    def _placed(self, value: float, em: float) -> Typeset:
        place = Equation(Symbol(self.picture.name), numeral(value))
        said = message("slope at {place}: {slope}", place=place, slope=self._valued(value))
        return self.stage.sentence(said, em=em)

    def _valued(self, value: float) -> Term:
        slope = Partial(self.story.problem.cost_name, Symbol(self.picture.name))
        return valued(slope, self.picture.slope(value), SLOPE_DIGITS)

    def filling(
        self, row: Mobject, places: Sequence[Sequence[tuple[VGroup, VGroup]]], last: VGroup
    ) -> None:
        """A row comes with gaps; its numbers come into them, those of a row of data together, then what they come to."""
        ends = [end for each in places for _, end in each]
        apart = {id(glyph) for end in (last, *ends) for glyph in end}
        rest = VGroup(*(g for g in row.family_members_with_points() if id(g) not in apart))
        self.play(FadeIn(rest), run_time=FADE)
        for each in places:
            coming = [
                carried(start, end) if len(start) else FadeIn(end)
                for start, end in each
                if len(end)
            ]
            if coming:
                self.play(*coming, run_time=FLIGHT)
        self.turn()
        self.play(FadeIn(last), run_time=FADE)
        self.remove(rest, last, *ends)
        self.add(row)

    # ---------------------------------------------------------------------------------------------
    # Arrows

    def arrow(self, value: float, sign: float) -> VGroup:
        """An arrow at the dot's height, uphill or downhill, as long as the step, or so many times as long."""
        change = sign * self.magnified * self.picture.rate * self.picture.slope(value)
        height = float(self.picture.position(value)[1])
        return self.picture.along(value, change, height, self.picture.colour)

    def question(self, arrow: VGroup) -> VGroup:
        """An arrow with a question mark beyond its tip, on the side where the tangent isn't."""
        mark, box = self.stage.sentence("?", em=EM), self.picture.panel.box
        outwards = np.sign(arrow.get_center()[0] - self.picture.dot.get_center()[0])
        edge = arrow.get_right() if outwards > 0 else arrow.get_left()
        left = min(max(edge[0] - mark.width / 2, box.left + LIFT), box.right - LIFT - mark.width)
        rises = outwards * self.picture.slope(self.picture.start) > 0
        foot = edge[1] + LIFT if not rises else edge[1] - LIFT - mark.height
        return VGroup(arrow, mark.put(left, foot))

    @property
    def scaled(self) -> VGroup:
        """How many times as long as the steps the arrows are; nothing where they are as long."""
        if self.magnified == 1:
            return VGroup()
        if self.magnified < 1:
            said = message("arrows drawn 1 : {number}", number=round(1 / self.magnified))
        else:
            said = message("arrows: {number} times the step", number=self.magnified)
        return VGroup(self.picture.below(said))
