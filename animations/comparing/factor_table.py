"""FactorTable: by rate the factors across and along the ravine, the larger one marked, and the steps."""

from __future__ import annotations

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
PARTS = (1.1, 1.5, 1.5, 0.95)  # of the width, the columns take
APART, PLATE, ROUND = 0.2, 0.07, 0.06
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
        left = table.left
        unit = (table.right - left) / sum(PARTS)
        ends = [left + unit * sum(PARTS[: n + 1]) for n in range(len(PARTS))]
        self.rights, self.widths = ends, [unit * part - APART for part in PARTS]
        self.rates = [self._cell(0, row, self._rate(row)) for row in range(len(lanes.lanes))]
        self.factors = [
            [self._cell(1 + way, row, term) for row, term in enumerate(self._terms(way))]
            for way in range(2)
        ]
        self._alike()
        self.heads = [self._head(column) for column in range(len(PARTS))]
        self.plates = VGroup(*(self._plate(row) for row in range(len(lanes.lanes))))

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

    def _cell(self, column: int, row: int, said: Term) -> Formula:
        """A number in its column."""
        made = self.stage.formula(said, em=EM).at_most(self.widths[column])
        return made.put(self.rights[column] - made.width, self.table.bases[row])

    def _alike(self) -> None:
        """All cells have the size of the smallest."""
        cells = [*self.rates, *(cell for column in self.factors for cell in column)]
        em = min(cell.em for cell in cells)
        for column, each in enumerate((self.rates, *self.factors)):
            for row, cell in enumerate(each):
                cell.scale(em / cell.em)
                cell.put(self.rights[column] - cell.width, self.table.bases[row])
        self.em = em

    def steps(self, row: int, picture: LanePicture) -> Typeset:
        """How many steps a lane takes."""
        made = self.stage.sentence(picture.outcome(), em=self.em).at_most(self.widths[3])
        return made.put(self.rights[3] - made.width, self.table.bases[row])

    def _head(self, column: int) -> Typeset:
        """What a column is."""
        rate = self.lanes.story.rate
        said: tuple[Label, ...] = (
            rate,
            Sum((ONE, Negative(Product((rate, MOST))))),
            Sum((ONE, Negative(Product((rate, LEAST))))),
            message("steps"),
        )
        made = self.stage.sentence(said[column], em=HEAD_EM).at_most(self.widths[column])
        return made.put(self.rights[column] - made.width, self.table.zone.top - HEAD_EM)

    def _plate(self, row: int) -> RoundedRectangle:
        """Behind the larger of both factors."""
        cell = self.factors[self.directions.larger(self.lanes.lanes[row].rate)][row]
        palette = self.stage.palette
        plate = RoundedRectangle(
            corner_radius=ROUND, width=cell.width + 2 * PLATE, height=cell.height + 2 * PLATE
        )
        plate.set_fill(palette.mark, opacity=1).set_stroke(palette.ink, width=1.5)
        return plate.move_to(cell)
