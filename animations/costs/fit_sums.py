"""The cost's sum in the lesson `fit_a_line`: with numbers, and how it becomes the formula for any number of rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from manim import Animation, FadeIn, FadeOut, Underline, VGroup, smooth, squish_rate_func

from symgd.animations.costs.fit_tables import FADE, MOVE, FitTables
from symgd.animations.costs.fit_zones import FitZones
from symgd.animations.costs.sum_fold import SumFold
from symgd.animations.costs.sum_stack import SumStack, gaps_between
from symgd.animations.costs.told_rows import SKIPPED
from symgd.animations.formulas.formula import Formula, extent_of
from symgd.animations.formulas.names import brief, is_long
from symgd.animations.formulas.numerals import numeral
from symgd.animations.staging.rows import Rows
from symgd.data.arrays import FloatArray
from symgd.problem.problem import Problem
from symgd.terms import BigSum, Equation, Fraction, Indexed, Sum, Symbol, Term
from symgd.writing.moves import Move

EM, ROW = 0.4, 1.0  # seconds: a row's number becomes what it is
CLOSED = 0.3  # beside a sum, for the bracket of its rows
# Of a fold's time: until then what goes has gone, from then on what is new comes.
EARLY, LATE = 0.35, 0.5
UNDER = 0.25  # below the sum's zone there is so much room for a moment
LIFT = 0.12  # from a row's foot to its baseline
SMALLER = 0.75  # a formula that would be scaled down to less is broken in rows
LETTERS, PREDICTIONS = "erd", "pqf"  # for a residual, and for a prediction


class FitSums(FitTables):
    """A scene with the cost of the told rows as a sum."""

    zones: FitZones
    cost: Formula | VGroup
    total: Formula | VGroup
    formula: Formula | VGroup

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
            made.at_most(zone.width - CLOSED).put(zone.left, zone.centre[1] - LIFT)
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
        """The numbers go into rows, each becomes what it is, and the rows fold to the sign of the sum."""
        rows = self._row_terms(made)
        places = [total.glyphs(path) for path in self._places(total.term)]
        if rows and isinstance(made, Formula):
            gaps, zone = gaps_between(self.told.order, len(self.told.actual)), self.zones.total
            stack = SumStack(self.stage, total, places, made, moves, zone, rows, gaps)
            if stack.has_room:
                self._folded_rows(stack)
                return
        self._folded_term(total, places, made, moves)

    def _folded_rows(self, stack: SumStack) -> None:
        self.remove(stack.before)
        self.play(*stack.spread(), run_time=MOVE)
        for n, (number, line) in enumerate(zip(stack.numbers, stack.lines, strict=True)):
            self.play(FadeOut(number), FadeIn(line), *self.row_marked(n), run_time=ROW)
        self.turn()
        folding = stack.fold()
        self.remove(stack.around, *stack.lines)
        self.play(folding, run_time=1.5 * MOVE)
        if len(stack.counts):  # the number stands until the letter takes its place
            self.play(FadeOut(stack.held), FadeIn(stack.counts), run_time=MOVE)
        self.remove(
            folding.mobject, *stack.parts, stack.head, stack.sign, stack.counts, stack.summand
        )
        self.add(stack.after)

    def row_marked(self, number: int) -> list[Animation]:
        """What of a told row is in picture and table grows, and is as it was."""
        raise NotImplementedError  # abstract: a scene has its own picture

    def _folded_term(
        self, total: Formula, places: Sequence[VGroup], made: VGroup, moves: Sequence[Move]
    ) -> None:
        """The terms are marked alike, what each of them is is written below them, and goes into the sum."""
        # Above the cost, which stays on screen.
        floor = max(self.zones.total.bottom - UNDER, float(self.cost.get_top()[1]) + UNDER / 2)
        fold = SumFold(self.stage, total, places, made, moves, floor)
        self.play(FadeIn(fold.frames), run_time=FADE)
        if len(fold.term):
            self.play(FadeIn(VGroup(fold.bracket, fold.term)), run_time=FADE)
        self.turn()
        moving = fold.moving()  # copies, which take the place of what they are copies of
        gone = VGroup(fold.frames, fold.bracket, fold.gone)
        self.remove(total, fold.term)
        self.add(fold.held)
        self.play(
            FadeOut(gone, rate_func=squish_rate_func(smooth, 0, EARLY)),
            *moving,
            FadeIn(fold.signs, rate_func=squish_rate_func(smooth, LATE, 1)),
            run_time=1.5 * MOVE,
        )
        if len(fold.held):  # a denominator stands until another takes its place
            self.play(FadeOut(fold.held), FadeIn(fold.counts), run_time=MOVE)
        self.remove(fold.born, fold.stays, fold.summand, *(m.mobject for m in moving))
        self.add(made)

    def _row_terms(self, made: VGroup) -> list[Term]:
        """What the term of each told row is, with its own index."""
        problem = self.story.problem
        index = problem.notation.index
        lines = (part for part in made.get_family() if isinstance(part, Formula))
        sums = (each for line in lines for each in line.term.parts() if isinstance(each, BigSum))
        summand = next((each.body for each in sums), None)
        if summand is None or index not in summand.names:
            return []
        return [summand.with_index(index, str(row + 1)) for row in self.told.rows.tolist()]

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
