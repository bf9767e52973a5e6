"""FactorTable: by rate the factors across and along the ravine, the larger one marked, and the steps."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

from manim import RoundedRectangle, VGroup

from symgd.animations.comparing.lanes import LanePicture
from symgd.animations.comparing.rate_directions import RateDirections
from symgd.animations.comparing.rate_lanes import MOST_FIGURES, RateLanes
from symgd.animations.comparing.rate_table import RateTable
from symgd.animations.formulas.formula import Formula
from symgd.animations.formulas.numerals import MOST_DIGITS, numeral, rounded
from symgd.animations.formulas.typeset import Typeset
from symgd.animations.staging.stage import Label, Stage
from symgd.terms import Negative, Product, Sum, Symbol, Term, number
from symgd.writing.words import message

EM, HEAD_EM = 0.36, 0.32
APART, PLATE, ROUND = 0.16, 0.07, 0.06
DIGITS, CLOSE = 3, 1e-3  # a factor that is so near to 1 is written as 1 less what is missing
LEAST, MOST = Symbol("lambda_min"), Symbol("lambda_max")
ONE = number(1)


class FactorTable:
    """Columns right of the marks of a `RateTable`, whose rows it takes over."""

    def __init__(
        self,
        stage: Stage,
        table: RateTable,
        lanes: RateLanes,
        directions: RateDirections,
    ) -> None:
        self.stage, self.table, self.lanes, self.directions = stage, table, lanes, directions
        stepped = [stage.words.number(lane.arrived or 0) for lane in lanes.lanes]
        self.heads = [stage.sentence(said, em=HEAD_EM) for said in self._said()]
        self.rates = [self._made(self._rate(row)) for row in range(len(lanes.lanes))]
        self.factors = [[self._made(term) for term in self._terms(way)] for way in range(2)]
        said: list[Label] = [*stepped, message("never"), message("not yet")]
        counts = [stage.sentence(each, em=EM) for each in said]
        columns: list[Sequence[Typeset]] = [self.rates, *self.factors, counts]
        shown = (
            len(columns) if lanes.arrive else len(columns) - 1
        )  # where none arrives none is counted
        self.heads, columns = self.heads[:shown], columns[:shown]
        wide = [
            max(each.width for each in (head, *column))
            for head, column in zip(self.heads, columns, strict=True)
        ]
        room = table.right - table.left
        self.size = min(1.0, (room - APART * len(wide)) / sum(wide))
        gap = (room - self.size * sum(wide)) / len(wide)
        ends = accumulate(self.size * width + gap for width in wide)
        self.rights = [table.left + end for end in ends]
        for column, head in enumerate(self.heads):
            head.scale(self.size)
            head.put(self.rights[column] - head.width, table.zone.top - HEAD_EM)
        for column, cells in enumerate((self.rates, *self.factors)):
            for row, cell in enumerate(cells):
                self._placed(cell, column, row)
        self.plates = VGroup(*(self._plate(row) for row in range(len(lanes.lanes))))

    def _said(self) -> tuple[Label, ...]:
        """What the columns are."""
        rate = self.lanes.story.rate
        across, along = (Sum((ONE, Negative(Product((rate, each))))) for each in (MOST, LEAST))
        return rate, across, along, message("steps")

    def _made(self, said: Term) -> Formula:
        return self.stage.formula(said, em=EM)

    def _placed(self, cell: Typeset, column: int, row: int) -> None:
        """A number in its column, of the size that all have."""
        cell.scale(self.size * EM / cell.em)
        cell.put(self.rights[column] - cell.width, self.table.bases[row])

    def _rate(self, row: int) -> Term:
        return numeral(self.lanes.lanes[row].rate, MOST_FIGURES)

    def _terms(self, way: int) -> list[Term]:
        """The factors of all rates, with as many digits as tell them apart."""
        direction = (self.directions.across, self.directions.along)[way]
        values = [direction.factor(lane.rate) for lane in self.lanes.lanes]
        if all(0 < 1 - value < CLOSE for value in values):
            return [Sum((ONE, Negative(numeral(1 - value, 2)))) for value in values]
        for digits in range(DIGITS, MOST_DIGITS):
            if len({rounded(value, digits) for value in values}) == len({*values}):
                break
        return [numeral(value, digits) for value in values]

    def steps(self, row: int, picture: LanePicture) -> Typeset:
        """How many steps a lane takes."""
        made = self.stage.sentence(picture.outcome(), em=EM)
        self._placed(made, 3, row)
        return made

    def _plate(self, row: int) -> RoundedRectangle:
        """Behind the larger of both factors."""
        cell = self.factors[self.directions.larger(self.lanes.lanes[row].rate)][row]
        palette = self.stage.palette
        plate = RoundedRectangle(
            corner_radius=ROUND, width=cell.width + 2 * PLATE, height=cell.height + 2 * PLATE
        )
        plate.set_fill(palette.mark, opacity=1).set_stroke(palette.ink, width=1.5)
        return plate.move_to(cell)
