"""BatchLines: the derived gradient beside the arrows, of all rows and of one, and how one becomes the other."""

from __future__ import annotations

from collections.abc import Sequence

from manim import FadeIn, FadeOut, VGroup

from symgd.animations.comparing.batch_story import BatchStory
from symgd.animations.comparing.rule_moves import rows_become
from symgd.animations.formulas.formula import Formula
from symgd.animations.staging.lesson import Lesson
from symgd.animations.staging.rows import Rows, stacked
from symgd.animations.staging.stage import Zone
from symgd.terms import (
    BigSum,
    Equation,
    Fraction,
    Partial,
    Product,
    Symbol,
    Term,
    abbreviations,
    number,
)

MOVE, SOON = 1.2, 0.4
GAP = 0.15
FORMULAS, FORMULAS_BESIDE = 0.42, 0.55  # of the mathematics
LONG_EM = 0.29  # of a formula that has to be broken
LOW = 4.0  # mathematics lower than this stand beside each other


class BatchLines(Lesson):
    """The lines of formulas in the upper part of the mathematics."""

    story: BatchStory
    formulas: VGroup
    formula_zone: Zone

    def halves(self, first: float, beside: float = FORMULAS_BESIDE) -> list[Zone]:
        """The mathematics in two parts, below each other, or beside each other where they are low."""
        zone = self.stage.layout.mathematics
        if zone.height < LOW:
            return zone.columns(beside, 1 - beside, gap=GAP)
        return zone.rows(first, 1 - first, gap=GAP)

    @property
    def names(self) -> list[Symbol]:
        """The picture's parameters."""
        return [Symbol(self.problem.parameters[index]) for index in self.story.axes]

    def derived(self, cost: Term, parts: dict[str, Term], *before: Equation) -> VGroup:
        """The derived gradient by the picture's parameters, as large as there is room for."""
        statements = [Equation(Partial(cost, Symbol(n)), part) for n, part in parts.items()]
        letters = dict.fromkeys(each for part in parts.values() for each in abbreviations(part))
        whats = [Equation(each, each.definition) for each in letters if each != cost]
        return self.set_lines(
            [*before, *whats, *statements],
            [*whats, *statements],
            [*whats, *statements[:1]],
            statements[:1],
        )

    def unwritten(self) -> list[Symbol]:
        """The picture's parameters by which there is no room for the derivative."""
        self.formula_zone = self.halves(FORMULAS)[0]
        lines = self.derived(
            self.problem.cost_name, {n.name: self.gradient[n.name].last for n in self.names}
        )
        written = [row[0].term for row in lines if isinstance(row[0], Formula)]
        cost = self.problem.cost_name
        return [n for n in self.names if not any(_is_by(each, cost, n) for each in written)]

    def set_lines(self, *choices: Sequence[Equation]) -> VGroup:
        """The first of these groups of lines that has room; else as many of the last's, from its end, as have room."""
        rows, zone = Rows(self.stage), self.formula_zone
        for chosen in choices:
            if len(found := rows.set_into(zone, chosen)):
                return found
        lines = [
            self.stage.formula(each, em=LONG_EM).broken(zone.width).at_most(zone.width)
            for each in choices[-1]
        ]
        groups = [VGroup(line.put(zone.left, 0.0)) for line in lines]
        while len(groups) > 1 and stacked(groups, zone.top).height > zone.height:
            del groups[0]
        return stacked(groups, zone.top)

    def change_formulas(self, statements: Sequence[Equation]) -> None:
        """Other lines in the place of those that are there, as many as there is room for."""
        self.become(self.set_lines(statements, statements[:1]))

    def become(self, new: VGroup) -> None:
        """The lines that are there become others: what stays, stays and moves."""
        old = self.formulas
        moves = rows_become(old, new)
        leaving = [each for each in moves if isinstance(each, FadeOut)]
        coming = [each for each in moves if isinstance(each, FadeIn)]
        going = [each for each in moves if each not in (*leaving, *coming)]
        for each, seconds in ((leaving, SOON), (going, MOVE), (coming, SOON)):
            if each:
                self.play(*each, run_time=seconds)
        self.remove(old, *old.get_family(), *new.get_family())
        self.add(new)
        self.formulas = new

    def mean_lines(self) -> list[Equation]:
        """The gradient as the mean of the rows' own, or as their sum."""
        problem, loss = self.problem, self.story.example.cost_name
        index, count = problem.notation.index, Symbol(problem.notation.count)
        made = []
        for name in self.names:
            every: Term = BigSum(Partial(loss, name), index, count)
            if not self.story.is_sum:
                every = Product((Fraction(number(1), count), every))
            made.append(Equation(Partial(problem.cost_name, name), every))
        return made


def _is_by(said: Term, cost: Term, name: Symbol) -> bool:
    """Whether a formula begins with the cost's derivative by a parameter."""
    first = said.left if isinstance(said, Equation) else said
    return first == Partial(cost, name)
