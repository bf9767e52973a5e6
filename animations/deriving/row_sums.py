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

from symgd.animations.formulas.formula import Formula
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
APART = 0.4  # of an em, between rows
APART_SUMS = 0.9  # of an em, between sums
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
            total = Equation(left, About(made.put(mark), value))
        except (SymgdError, ArithmeticError, KeyError):
            return None
        return cls(left, tuple(rows), total, _places(total, numbers))


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
    """One derivative after the other: its rows, then their sum, which goes up below those before it."""

    def __init__(self, stage: Stage, zone: Zone, sums: Sequence[RowSum], em: float) -> None:
        self.sums = sums
        self.rows: list[list[Formula]] = []
        self.totals: list[Formula] = []
        self.ways: list[float] = []  # how far each sum goes up in the end
        top, self.bottom = zone.top, zone.bottom
        for each in sums:
            made = [stage.formula(line, em=em) for line in (*each.rows, each.total)]
            low = top
            for formula in made:
                high = max(TALL * em, formula.height)
                down = low - high / 2 - float(formula.get_center()[1])
                formula.shift([zone.left - formula.get_left()[0], down, 0.0])
                low -= high + APART * em
            self.rows.append(made[:-1])
            self.totals.append(made[-1])
            self.ways.append(top - float(made[-1].get_top()[1]))
            self.bottom = min(self.bottom, low + APART * em)
            top -= made[-1].height + APART_SUMS * em

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
        return VGroup(*(each for rows in self.rows for each in rows), *self.totals)

    def name(self, number: int) -> VGroup:
        """What a sum is, with the sign of equality after it."""
        total = self.totals[number]
        return VGroup(*(glyph for glyph in total if total.owner(glyph)[:1] != (1,)))

    def value(self, number: int) -> VGroup:
        """What a sum comes to, with the sign before it."""
        total = self.totals[number]
        owned = [(glyph, total.owner(glyph)) for glyph in total]
        return VGroup(*(glyph for glyph, path in owned if path == (1,) or path[:2] == (1, 1)))

    def flights(self, number: int) -> list[tuple[VGroup, VGroup]]:
        """For one derivative: each row's result, and where it goes in the sum."""
        total, made = self.totals[number], []
        for line, path in zip(self.rows[number], self.sums[number].results, strict=False):
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
