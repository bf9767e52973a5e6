"""The told rows as a table: what goes in, what is actual, what is predicted, the residual, and the loss.

Laws
----
- all numbers have one size, and those of a column stand point under point
- where the parameters rest a number is as it is anywhere in the film; on the way it has a fixed number of places
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cached_property
from itertools import accumulate

import numpy as np
from manim import Line, Mobject, VGroup

from symgd.animations.costs.told_rows import FollowedRow, FollowedRows
from symgd.animations.formulas.formula import extent_of
from symgd.animations.formulas.numerals import DIGITS, LEAST, MOST, numeral
from symgd.animations.formulas.typeset import LEAST_EM, Typeset
from symgd.animations.staging.stage import Label, Stage, Zone
from symgd.data.arrays import FloatArray
from symgd.terms import Number, Symbol, Term, number
from symgd.writing.words import Message, message

EM, GAP, LEAST_GAP = 0.33, 0.2, 0.1
HEIGHT = 1.7  # of a row, at most, in ems
CLOSEST = 1.35  # from row to row at least, in ems
MOST_GAP = 3.0  # more between columns than they need, in ems at most
CUT = 2.5  # the width of a name that is cut, in ems
LETTERS = 2  # of a target's name that stands beside the word for its column
LIFT = 0.3  # from a row's foot to its baseline, in rows
HEADS = {
    "actual": message("actual"),
    "predicted": message("predicted"),
    "residual": message("residual"),
    "square": message("square"),
    "loss": message("loss"),
    "adds": message("weighted"),
}


class ToldTable:
    """A column for each number of a row, with room for those of all `tries`; `cells` are made where they stand.

    What is written is no larger than `most`.
    """

    def __init__(
        self,
        stage: Stage,
        zone: Zone,
        told: FollowedRows,
        tries: Sequence[FloatArray],
        *,
        most: float = EM,
    ) -> None:
        self.stage, self.zone, self.told, self.tries = stage, zone, told, tries
        self.most = most
        last = "square" if told.is_square else "loss"
        residual = ["residual"] if told.of_residual else []
        weighted = [] if told.problem.weights is None else ["adds"]
        self.columns = ["actual", "predicted", *residual, last, *weighted]
        self.given = [f"given {number}" for number in range(len(told.inputs))]
        self.cut = False  # names of inputs, where there is no room for them
        for self.cut in (False, True):
            if self._has_room(*self.given, *self.columns):
                self.columns = [*self.given, *self.columns]
                break
        self.pitch = min(HEIGHT * most, zone.height / (len(told.rows) + 1))
        self.line = Line((zone.left, self._foot(0), 0), (self.right("actual"), self._foot(0), 0))
        self.line.set_stroke(stage.palette.ink, width=1.5)

    def ruled(self, column: str) -> Line | None:
        """The line below the heads, up to a column; None where it is so long already."""
        right = self.right(column)
        if right <= self.line.get_right()[0]:
            return None
        start = self.line.get_start()
        return self.line.copy().put_start_and_end_on(start, (right, start[1], 0))

    def _foot(self, row: int) -> float:
        return float(self.zone.top - (row + 1) * self.pitch)

    # ---------------------------------------------------------------------------------------------
    # Where columns stand

    def _said(self, column: str) -> Label:
        if column in self.given:
            return Symbol(self.told.problem.inputs[self.given.index(column)])
        target = self.told.problem.target
        if column == "actual" and len(target) <= LETTERS:
            return message("actual {target}", target=Symbol(target))
        said: Message = HEADS[column]
        return said

    @cached_property
    def _advance(self) -> tuple[float, float]:
        """How wide a digit and a point are, at an em of 1."""
        two, one = (self.stage.formula(number(n), em=1.0).width for n in (88, 8))
        spelt = self.stage.sentence("8.8", em=1.0).width
        return two - one, max(0.0, spelt - two)

    def _has_room(self, *columns: str) -> bool:
        """Whether these columns can be read beside each other."""
        wide = sum(self._wide(column, self._in_line(column, 0)) for column in columns)
        return LEAST_EM * wide + LEAST_GAP * (len(columns) - 1) <= self.zone.width

    @cached_property
    def _places(self) -> dict[str, int]:
        """How many digits after the point stand in line: so many more than all need as there is room for."""
        for more in (2, 1, 0):
            found = {column: self._in_line(column, more) for column in self.columns}
            room = self.zone.width - GAP * (len(found) - 1)
            if LEAST_EM * sum(self._wide(*each) for each in found.items()) <= room:
                break
        return found

    def _in_line(self, column: str, more: int) -> int:
        numbers = [n for each in self.tries for n in self._numbers(column, each)]
        largest = max((abs(n) for n in numbers if np.isfinite(n)), default=0.0)
        places = [places_of(numeral(n)) or 0 for n in numbers]
        return min(max(places, default=0), (places_in(largest) or 0) + more)

    def _terms(self, column: str, values: FloatArray) -> list[Term]:
        return [numeral(each) for each in self._numbers(column, values)]

    def _numbers(self, column: str, values: FloatArray) -> list[float]:
        if column in self.given:
            return [
                float(self.told.inputs[self.given.index(column)][row]) for row in self.told.rows
            ]
        return [_of(told, column) for told in self.told.at(values)]

    def _beside(self, places: int | None, most: int) -> float:
        """How far from a column's right end a number with so many places ends, at an em of 1."""
        if places is None or places > most:
            return 0.0
        digit, point = self._advance
        return digit * (most - places) + point * (places == 0 < most)

    def _wide(self, column: str, most: int) -> float:
        """How wide a column is at an em of 1."""
        wide = float(self._head(column, 1.0).width)
        for each in self.tries:
            for term in self._terms(column, each):
                beside = self._beside(places_of(term), most)
                wide = max(wide, extent_of(term, self.stage.words).width + beside)
        return wide

    @cached_property
    def _needed(self) -> dict[str, float]:
        """How wide the columns are at an em of 1."""
        return {column: self._wide(column, most) for column, most in self._places.items()}

    @cached_property
    def em(self) -> float:
        """The size of all that is written here."""
        room = self.zone.width - GAP * (len(self.columns) - 1)
        tallest = self.pitch / CLOSEST
        return max(LEAST_EM, min(self.most, tallest, room / sum(self._needed.values())))

    @cached_property
    def _rights(self) -> dict[str, float]:
        """Where each column ends: what room there is more is shared alike."""
        first, *others = [self.em * width for width in self._needed.values()]
        more = (self.zone.width - first - sum(others)) / len(others)
        more = min(more, MOST_GAP * self.em)
        ends = accumulate((first, *(width + more for width in others)))
        return {c: self.zone.left + end for c, end in zip(self._needed, ends, strict=True)}

    def right(self, column: str) -> float:
        """Where a column ends."""
        return self._rights[column]

    def _put(self, made: Typeset, column: str, row: int, places: int | None = None) -> Typeset:
        room = self.em * self._needed[column]
        aside = self.em * self._beside(places, self._places[column])
        made.at_most(min(room, self.zone.width / len(self.columns) * 2))
        left = self.right(column) - aside - made.width
        return made.put(left, self._foot(row) + LIFT * self.pitch)

    # ---------------------------------------------------------------------------------------------
    # What stands in them

    def head(self, column: str) -> Mobject:
        """A column's name."""
        return self._put(self._head(column, self.em), column, 0)

    def _head(self, column: str, em: float) -> Typeset:
        said = self._said(column)
        if not (self.cut and column in self.given):
            return self.stage.sentence(said, em=em)
        made = self.stage.fitted(said, LEAST_EM, CUT * LEAST_EM)
        made.scale(em / LEAST_EM)
        return made

    def cells(self, column: str, values: FloatArray) -> VGroup:
        """A column's numbers with certain parameters, in the colour of what they are."""
        made = VGroup()
        for row, term in enumerate(self._terms(column, values), start=1):
            shown = self.stage.formula(term, em=self.em).set_color(self._colour(column))
            made.add(self._put(shown, column, row, places_of(term)))
        return made

    def _colour(self, column: str) -> str:
        palette = self.stage.palette
        own = {"actual": palette.ink, "predicted": palette.prediction}
        return palette.ink if column in self.given else own.get(column, palette.error)

    def _rolling(self, column: str) -> int | None:
        """How many places the numbers have that go by; None where they are too large to be written out."""
        sizes = [abs(n) for v in self.tries for n in self._numbers(column, v) if np.isfinite(n)]
        places = places_in(max(sizes, default=0.0))
        return None if places is None else min(places, self._places[column])

    def passing(self, values: FloatArray) -> VGroup:
        """All numbers on the way to other parameters."""
        made = VGroup()
        for column in self.columns:
            places = self._rolling(column)
            if places is None or column in (*self.given, "actual"):
                made.add(self.cells(column, values))
                continue
            cells = VGroup()
            for row, value in enumerate(self._numbers(column, values), start=1):
                said = fixed(value, places)
                shown = self.stage.sentence(said, em=self.em).set_color(self._colour(column))
                cells.add(self._put(shown, column, row, places))
            made.add(cells)
        return made

    def whole(self, values: FloatArray) -> VGroup:
        """All numbers."""
        return VGroup(*(self.cells(column, values) for column in self.columns))


def fixed(value: float, places: int) -> str:
    """A number with so many digits after the point, whatever they are.

    Examples
    --------
    >>> fixed(-0.25, 3), fixed(-1e-9, 2)
    ('−0.250', '0.00')
    """
    return f"{round(value, places) + 0.0:.{places}f}".replace("-", "−")


def places_in(largest: float) -> int | None:
    """How many digits after the point numbers have that go by and are no larger; None where these are not written out."""
    power = math.floor(math.log10(largest)) if largest > 0 and math.isfinite(largest) else 0
    return None if not LEAST <= power < MOST else max(0, DIGITS - 1 - power)


def places_of(term: Term) -> int | None:
    """How many digits after the point a number has; None for one with a power of ten.

    Examples
    --------
    >>> [places_of(numeral(value)) for value in (5, 0.25, 1e-9)]
    [0, 2, None]
    """
    if not isinstance(term, Number):
        return None
    return next((n for n in range(MOST * 2) if (term.number * 10**n).denominator == 1), None)


def _of(told: FollowedRow, column: str) -> float:
    value = float(getattr(told, "loss" if column == "square" else column))
    return value if np.isfinite(value) else float("nan")
