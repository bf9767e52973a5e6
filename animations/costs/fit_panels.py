"""What is seen in the lesson `fit_a_line`: where picture, table and formulas stand, and how numbers travel among them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from manim import (
    FadeIn,
    FadeOut,
    Mobject,
    Underline,
    UpdateFromAlphaFunc,
    VGroup,
    smooth,
    squish_rate_func,
)

from symgd.animations.costs import fit_words as words
from symgd.animations.costs.fit_tables import FitTables
from symgd.animations.costs.loss_picture import LossPicture
from symgd.animations.costs.mean_square import MeanSquare
from symgd.animations.costs.nudges import nudges
from symgd.animations.costs.squares_picture import SquaresPicture
from symgd.animations.costs.sum_fold import SumFold
from symgd.animations.costs.told_rows import SKIPPED, FollowedRows, best_values
from symgd.animations.costs.told_table import HEADS, fixed, places_in
from symgd.animations.costs.worked_row import WorkedRow
from symgd.animations.formulas.formula import Formula, extent_of
from symgd.animations.formulas.names import brief, is_long
from symgd.animations.formulas.numerals import numeral
from symgd.animations.staging.rows import Rows
from symgd.animations.staging.run_lesson import refill
from symgd.animations.staging.stage import Zone, stood
from symgd.data.arrays import FloatArray
from symgd.problem.problem import Problem
from symgd.terms import BigSum, Comparison, Equation, Fraction, Indexed, Sum, Symbol, Term
from symgd.writing.moves import Move
from symgd.writing.words import Message, message

MOVE, FADE, GROW, TRAVEL = 1.2, 0.6, 1.5, 6.0
EM, VALUE_EM, COST_EM, NOTE_EM = 0.4, 0.36, 0.5, 0.3
# Of a fold's time: until then what goes has gone, from then on what is new comes.
EARLY, LATE = 0.35, 0.5
WIDEST = 0.36  # of the picture, for a square: their mean has room beside them
BESIDE = 0.35  # between the cost and a remark
UNDER = 0.25  # below the sum's zone there is so much room for a moment
LIFT = 0.12  # from a row's foot to its baseline
SMALLER = 0.75  # a formula that would be scaled down to less is broken in rows
LETTERS, PREDICTIONS = "erd", "pqf"  # for a residual, and for a prediction
ALONE = 1.0, 4.0, 1.5  # over, for, and under a table that is alone
LONG, OVER = (
    1.5,
    2.0,
)  # times the height of a model with long names and its parameters; what is below it, in its own
BOTH = (1.4, 1.0), (1.4, 1.2)  # parts of that height, for each; where names are long, in two rows
PICTURED = 1.25  # the data's part of the picture, the loss's being 1


@dataclass(frozen=True)
class FitZones:
    """Parts of the mathematics: the model and its parameters, the table, the cost's formula, and its value.

    As long as there is less to be seen the table is larger: alone in `first`, and below the model in `second`, with a
    worked row in `worked`.
    """

    model: Zone
    table: Zone
    total: Zone
    cost: Zone
    first: Zone
    second: Zone
    worked: Zone

    @classmethod
    def of(cls, zone: Zone, *, long: bool = False) -> FitZones:
        """Below one another, or in two columns where the zone is low; a model with `long` names has more room."""
        if zone.width > 2 * zone.height:
            left, right = zone.columns(1, 1, gap=0.4)
            if long:  # over both columns
                model, rest = zone.rows(1, OVER, gap=0.1)
                table, right = rest.columns(1, 1, gap=0.4)
            else:
                model, table = left.rows(1, 2.1, gap=0.1)
            total, cost = right.rows(2.2, 1)
            return cls(model, table, total, cost, left, table, total)
        model, table, total, cost = zone.rows(1.3 * (LONG if long else 1), 2.1, 1.5, 0.9)
        second = Zone(zone.left, zone.right, total.bottom, table.top)
        first = zone.rows(*ALONE)[1]
        return cls(model, table, total, cost, first, second, cost)


class FitPanels(FitTables):
    """A scene with data, what the loss makes of them, and the numbers of both."""

    fit: SquaresPicture
    losses: LossPicture | None
    numbers: VGroup | None = None
    coordinates: VGroup | None = None
    predictions: VGroup | None = None
    values: Mobject
    cost: Mobject
    total: Formula | VGroup
    formula: Formula | VGroup

    def prepare(self) -> None:
        """The rows that are told of, and their pictures."""
        layout, story = self.stage.layout, self.story
        self.told = told = FollowedRows(story)
        self.start = np.array(story.parameters[0], dtype=np.float64)
        self.best = best_values(story)
        long = any(map(is_long, (*story.problem.parameters, *story.problem.columns)))
        self.zones = FitZones.of(layout.mathematics, long=long)
        picture, other = layout.picture, None
        if not told.is_square:
            picture, other = picture.split(PICTURED, 1)
        also = [told.worse] if told.has_worse else []
        self.fit = SquaresPicture(self.stage, picture, told, also, widest=WIDEST)
        self.nudges = nudges(told)
        self.tries = [self.start, *also, self.best]
        self.mean = MeanSquare(self.fit, self.tries)
        self.losses = None if other is None else LossPicture(self.stage, other, told)
        zones = self.zones
        tries = [*self.tries, *self.nudges]
        self.prepare_tables(zones.first, zones.second, zones.table, tries)
        self.worked = WorkedRow(self.stage, self.zones.worked, told, self.start)
        zone = self.zones.model
        self.lower = zone.rows(*BOTH[long], gap=0.05)[1]
        self.model = self.modelled()

    def modelled(self) -> VGroup:
        """The model, which says what is predicted, broken in rows where it is long."""
        name = Symbol(self.stage.said(HEADS["predicted"]))
        made = self._modelled(name)
        for part in made.get_family():
            if isinstance(part, Formula):
                own = [path for path, term in part.term.walk() if term == name]
                for path in own:
                    part.glyphs(path).set_color(self.stage.palette.prediction)
        return made

    def _modelled(self, name: Symbol) -> VGroup:
        zone, problem = self.zones.model, self.story.problem
        statements = [Equation(name, each.right) for each in problem.model_equations]
        upper = Zone(zone.left, zone.right, self.lower.top, zone.top)
        short = tuple(cut(self.story.problem, statements))
        for each in (statements, short):
            if len(made := Rows(self.stage).set_into(upper, each)):
                return made
        return VGroup(stood(self.stage.formula(short[0], em=EM), upper, LIFT))

    def parameter_row(self, values: FloatArray) -> Mobject:
        """The parameters with their values."""
        said = message("with {values}", values=words.at(self.story, values, shown=brief))
        return stood(self.stage.sentence(said, em=VALUE_EM, whole=True), self.lower, LIFT)

    def cost_row(self, values: FloatArray, least: float | None = None) -> Formula:
        """The cost with these values, and that it is above the least."""
        zone, problem, cost = self.zones.cost, self.story.problem, self.told.cost(values)
        number, other = numeral(cost), numeral(least or 0.0)
        term = Equation(problem.cost_name, number)
        said = term if least is None else Comparison(term, ">", other)
        made = self.stage.formula(said, em=COST_EM).at_most(zone.width)
        made.set_color(self.stage.palette.error)
        return made.put(zone.left, zone.centre[1] - LIFT)

    def cost_passing(self, values: FloatArray) -> VGroup:
        """The cost on the way to other parameters, with a fixed number of places."""
        most = max(map(self.told.cost, self.tries))
        places = places_in(most)
        if places is None:
            return self.cost_row(values)
        made = self.cost_row(self.start)
        said = self.stage.sentence(fixed(self.told.cost(values), places), em=made.em)
        said.put(float(made.glyphs((1,)).get_left()[0]), made.baseline)
        rest = {id(glyph) for glyph in made.glyphs((1,))}
        head = [glyph for glyph in made if id(glyph) not in rest]
        return VGroup(*head, *said).set_color(self.stage.palette.error)

    def note_beside(self, said: Message) -> Mobject:
        """A remark beside the cost, or below it where there is no room."""
        zone = self.zones.cost
        left = float(self.cost.get_right()[0]) + BESIDE
        made = self.stage.sentence(said, em=NOTE_EM, width=zone.right - left)
        made.put(left, zone.centre[1] - LIFT)
        return made.shift((0, self.cost.get_center()[1] - made.get_center()[1], 0))

    # ---------------------------------------------------------------------------------------------
    # The sum

    def total_row(self, values: FloatArray) -> tuple[Formula, list[VGroup]]:
        """The cost with numbers, and where in it each told row's number stands."""
        problem, zone = self.story.problem, self.zones.total
        term = Equation(problem.cost_name, self.told.in_numbers(values))
        made = self.stage.formula(term, em=EM).at_most(zone.width)
        made.put(zone.left, zone.centre[1] - LIFT)
        return made, [made.glyphs(path) for path in self._places(term)]

    def _places(self, term: Term) -> list[tuple[int, ...]]:
        """The paths of the told rows' numbers in the sum of them."""
        numbers = [numeral(told.adds) for told in self.told.at(self.start)]
        for path, part in term.walk():
            terms = part.terms if isinstance(part, Sum) else (part,)
            own = [n for n, each in enumerate(terms) if each != Symbol(SKIPPED)]
            if [terms[n] for n in own] == numbers:
                return [(*path, n) if isinstance(part, Sum) else path for n in own]
        raise AssertionError("the told numbers are in the sum")  # by its construction

    def rewritten(self, total: Formula) -> Formula | VGroup:
        """The sum of numbers becomes the formula for any number of rows."""
        problem, zone = self.story.problem, self.zones.total
        made = self.stage.formula(Equation(problem.cost_name, problem.cost_term), em=EM)
        others = problem.equations[1:]
        if made.width <= zone.width / SMALLER and not others:
            made.at_most(zone.width).put(zone.left, zone.centre[1] - LIFT)
            self._fold(total, made, fraction_kept(total, made))
            return made
        rows = VGroup()
        for equations in shorter(problem):
            rows = rows if len(rows) else Rows(self.stage).set_into(zone, equations)
        if not len(rows):  # the sum stays on screen, however small
            least = min(shorter(problem), key=lambda each: self._wide(each[0]))[0]
            made = self.stage.formula(least, em=EM).at_most(zone.width)
            rows = VGroup(made.put(zone.left, zone.centre[1] - LIFT))
        self._fold(total, rows, ())
        return rows

    def _fold(self, total: Formula, made: VGroup, moves: Sequence[Move]) -> None:
        """The terms are marked alike, what each of them is is written below them, and goes into the sum."""
        places = [total.glyphs(path) for path in self._places(total.term)]
        # Above the cost, which stays on screen.
        floor = max(self.zones.total.bottom - UNDER, float(self.cost.get_top()[1]) + UNDER / 2)
        rows = self._row_terms(made)
        fold = SumFold(self.stage, total, places, made, moves, floor, rows)
        if len(fold.terms):
            for frame, term in zip(fold.frames, fold.terms, strict=True):
                self.play(FadeIn(frame), FadeIn(term), run_time=FADE)
        else:
            self.play(FadeIn(fold.frames), run_time=FADE)
        if len(fold.term):
            self.play(FadeIn(VGroup(fold.bracket, fold.term)), run_time=FADE)
        self.turn()
        moving = fold.moving()  # copies, which take the place of what they are copies of
        gone = VGroup(fold.frames, fold.bracket, fold.gone, fold.alone)
        self.remove(total, fold.term, fold.terms)
        self.add(fold.held)
        self.play(
            FadeOut(gone, rate_func=squish_rate_func(smooth, 0, EARLY)),
            *moving,
            FadeIn(fold.signs, rate_func=squish_rate_func(smooth, LATE, 1)),
            run_time=1.5 * MOVE,
        )
        if len(fold.held):  # a denominator stands until another takes its place
            self.play(FadeOut(fold.held), FadeIn(fold.counts), run_time=MOVE)
        self.remove(fold.terms, fold.born, fold.stays, fold.summand, *(m.mobject for m in moving))
        self.add(made)

    def _row_terms(self, made: VGroup) -> list[Term]:
        """What the term of each told row is, with its own index, and the number that it comes to."""
        problem = self.story.problem
        index, told = problem.notation.index, self.told
        lines = (part for part in made.get_family() if isinstance(part, Formula))
        sums = (each for line in lines for each in line.term.parts() if isinstance(each, BigSum))
        summand = next((each.body for each in sums), None)
        if summand is None or index not in summand.names:
            return []
        rows = zip(told.rows.tolist(), told.at(self.start), strict=True)
        return [
            Equation(summand.with_index(index, str(n + 1)), numeral(row.adds)) for n, row in rows
        ]

    def _wide(self, statement: Equation) -> float:
        return extent_of(statement, self.stage.words).width

    def parameter_marks(self, formula: VGroup) -> VGroup:
        """A line below each parameter of the formula."""
        made, names = VGroup(), {*self.story.names, *map(brief, self.story.names)}
        colour = self.stage.palette.ink
        parts = [formula] if isinstance(formula, Formula) else [*formula.get_family()]
        for part in parts:
            if not isinstance(part, Formula):
                continue
            for path, term in part.term.walk():
                if isinstance(term, Symbol) and term.name in names:
                    glyphs = part.glyphs(path)
                    if len(glyphs):
                        made.add(Underline(glyphs, color=colour, buff=0.06, stroke_width=3.5))
        return made

    # ---------------------------------------------------------------------------------------------
    # Other parameters

    def travel_to(
        self, values: FloatArray, seconds: float = TRAVEL, least: float | None = None
    ) -> None:
        """Picture, table and cost go to other parameters; where it is above the least cost, that is said there."""
        places = [places_in(max(abs(each[n]) for each in self.tries)) for n in range(len(values))]

        def gone(part: float) -> None:
            there = part == 1
            here = values if there else (1 - part) * start + part * values
            self.fit.show(here)
            self.mean.show(here)
            if self.losses is not None:
                self.losses.show(here)
            if there:
                parts = self.table.whole(here), self.parameter_row(here), self.cost_row(here, least)
            else:
                few = [v if p is None else round(v, p) for v, p in zip(here, places, strict=True)]
                row = self.parameter_row(np.array(few))
                parts = self.table.passing(here), row, self.cost_passing(here)
            refill(rows, parts)

        start, rows = self.fit.values, VGroup(self.shown, self.values, self.cost)
        self.remove(*rows)
        losses = [] if self.losses is None else [self.losses.live]
        moved = VGroup(self.fit.live, self.mean.live, *losses, rows)
        self.play(UpdateFromAlphaFunc(moved, lambda _, part: gone(float(part))), run_time=seconds)
        gone(1.0)
        self.shown, self.values, self.cost = rows
        self.remove(moved)
        self.add(*moved)

    def picture_numbers(self, values: FloatArray) -> VGroup:
        """What the loss makes of the told rows, written into the picture."""
        return self.fit.square_numbers() if self.losses is None else self.losses.numbers(values)


def shorter(problem: Problem) -> Iterator[tuple[Equation, ...]]:
    """The cost as it is, with a letter for a part, without what the letter stands for; and all these with names cut."""
    whole = [*_named(problem)]
    yield from whole
    if any(map(is_long, (*problem.parameters, *problem.columns))):
        for statements in whole:
            yield tuple(cut(problem, statements))


def cut(problem: Problem, statements: Iterable[Equation]) -> Iterator[Equation]:
    """Statements with long names cut."""
    names = (*problem.parameters, *problem.columns)
    short: dict[Term, Term] = {Symbol(name): Symbol(brief(name)) for name in names}
    index = (problem.notation.index,)
    short |= {Indexed(name, index): Indexed(brief(name), index) for name in names}
    for each in statements:
        yield Equation(each.left.substitute(short), each.right.substitute(short))


def fraction_kept(before: Formula, after: Formula) -> tuple[Move, ...]:
    """The cost's name, and the mean's fraction where it stands at one place before and after: they stay."""
    named = (Move("stays", (0,), (0,)),)
    sums = [path for path, part in after.term.walk() if isinstance(part, BigSum)]
    for path, part in after.term.walk():
        inside = any(path[: len(each)] == each for each in sums)
        if isinstance(part, Fraction) and not inside:
            there = dict(before.term.walk()).get(path)
            fraction = (Move("stays", path, path),) if isinstance(there, Fraction) else ()
            return named + fraction
    return named


def _named(problem: Problem) -> Iterator[tuple[Equation, ...]]:
    """The cost as it is, and with a letter for its residual or its prediction."""
    yield problem.equations
    taken = {*problem.parameters, *problem.columns, *problem.cost_name.names}
    letter = next((name for name in LETTERS if name not in taken), "")
    if letter and problem.written_cost.compares_numbers:
        named = problem.written(residual=letter).equations
        yield named
        yield named[:1]
    letter = next((name for name in PREDICTIONS if name not in taken), "")
    if letter:
        named = problem.written(prediction=letter).equations
        yield named
        yield named[:1]
