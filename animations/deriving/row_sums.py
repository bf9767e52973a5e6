"""The derivatives with numbers: what each row of the data gives to the sum, and what the sums come to.

Laws
----
- a row's numbers stand beside its residual, and each is the number that the sum then has
- what comes out is the slope that the film shows afterwards
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from manim import VGroup

from symgd.animations.formulas.formula import Formula, extent_of
from symgd.animations.staging.stage import Stage, Zone
from symgd.animations.stories.descent_story import DescentStory
from symgd.derivation.at_point.bindings import bindings_of
from symgd.derivation.at_point.substitution import Substitution
from symgd.derivation.gradient import Gradient
from symgd.errors import SymgdError
from symgd.terms import BigSum, Equation, Path, Sum, Term
from symgd.writing.formulas.rounding import About

EM, LEAST = 0.5, 0.27
FEW = 3  # rows whose numbers are all put in
DIGITS = 5
APART, GAP = 0.5, 0.4  # of an em, between rows; between columns, in the frame's units
TALL = 1.15  # a row's height at least, in ems


@dataclass(frozen=True)
class RowSum:
    """One partial derivative: its name, a line for each row, and the line with their sum."""

    name: Term
    rows: tuple[Term, ...]
    total: Term
    results: tuple[Path, ...]  # where in the last line each row's number stands

    @classmethod
    def of(cls, left: Term, last: Term, value: Term, story: DescentStory) -> RowSum | None:
        """None where it is not one sum over the rows, or has no numbers."""
        sums = [part for part in last.parts() if isinstance(part, BigSum)]
        if len(sums) != 1:
            return None
        values = dict(zip(story.names, story.parameters[0].tolist(), strict=True))
        data = {name: story.run.data[name] for name in story.problem.columns}
        try:
            rows = []
            for row in range(len(story.run.data)):
                alone = {name: column[row : row + 1] for name, column in data.items()}
                bound = bindings_of([sums[0]], values, alone)
                rows.append(Substitution(bound, DIGITS).worked(sums[0]))
            numbers = tuple(_right(each) for each in rows)
            made = Substitution(bindings_of([last], values, data), DIGITS)
            mark = last.substitute({sums[0]: Sum(numbers) if len(numbers) > 1 else numbers[0]})
            total = About(made.put(mark), value)
        except (SymgdError, ArithmeticError, KeyError):
            return None
        return cls(left, tuple(rows), total, _places(total, numbers))

    @property
    def lines(self) -> tuple[Term, ...]:
        """All that is written of it."""
        return self.name, *self.rows, self.total


def row_sums(
    gradient: Gradient, values: Sequence[Term], story: DescentStory
) -> list[RowSum] | None:
    """Those of all partial derivatives; None where one has none, or there are too many rows."""
    if not story.problem.has_examples or len(story.run.data) > FEW:
        return None
    pairs = zip(gradient.partials.values(), values, strict=True)
    found = [RowSum.of(each.left, each.last, value, story) for each, value in pairs]
    return [each for each in found if each is not None] if all(found) else None


class RowSumTable:
    """A column for each partial derivative, all in one size, with a row for each row of the data."""

    def __init__(self, stage: Stage, zone: Zone, sums: Sequence[RowSum], em: float) -> None:
        self.sums = sums
        wide = [max(extent_of(line, stage.words).width for line in each.lines) for each in sums]
        columns = zone.columns(*wide, gap=GAP)
        made = [[stage.formula(line, em=em) for line in each.lines] for each in sums]
        top = zone.top
        for number in range(len(sums[0].lines)):
            row = [column[number] for column in made]
            high = max(TALL * em, *(formula.height for formula in row))
            for formula, column in zip(row, columns, strict=True):
                middle = top - high / 2 - float(formula.get_center()[1])
                formula.shift([column.left - formula.get_left()[0], middle, 0.0])
            top -= high + APART * em
        self.heads = [column[0] for column in made]
        self.rows = [*zip(*(column[1:-1] for column in made), strict=True)]
        self.totals = [column[-1] for column in made]
        self.bottom = top + APART * em

    @classmethod
    def fitted(cls, stage: Stage, zone: Zone, sums: Sequence[RowSum]) -> RowSumTable | None:
        """The largest that a zone has room for; None where none can be read."""
        em = EM
        while em >= LEAST:
            made = cls(stage, zone, sums, em)
            right = max(float(part.get_right()[0]) for part in made.all)
            if right <= zone.right and made.bottom >= zone.bottom:
                return made
            em *= 0.96
        return None

    @property
    def all(self) -> VGroup:
        """Everything."""
        return VGroup(*self.heads, *(each for row in self.rows for each in row), *self.totals)

    def flights(self, number: int) -> list[tuple[VGroup, VGroup]]:
        """For one derivative: each row's result, and where it goes in the sum."""
        total, made = self.totals[number], []
        for row, path in zip(self.rows, self.sums[number].results, strict=False):
            line: Formula = row[number]
            side = (1,) if isinstance(line.term, Equation) else ()
            made.append((line.glyphs(side), total.glyphs(path)))
        return made


def _right(line: Term) -> Term:
    """What a line comes to."""
    return line.right if isinstance(line, Equation) else line


def _places(total: Term, numbers: Sequence[Term]) -> tuple[Path, ...]:
    """Where the sum of these numbers has each of them."""
    for path, part in total.walk():
        if isinstance(part, Sum) and len(part.terms) == len(numbers):
            return tuple((*path, n) for n in range(len(numbers)))
    return ()
