"""The told rows as a table: what is actual, what is predicted, the residual, and the loss."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from manim import Line, Mobject, VGroup

from symgd.animations.costs.told_rows import FollowedRow, FollowedRows
from symgd.animations.formulas.numerals import numeral
from symgd.animations.formulas.typeset import LEAST_EM
from symgd.animations.staging.stage import Stage, Zone
from symgd.data.arrays import FloatArray
from symgd.writing.words import Message, message

EM, GAP, LEAST_GAP = 0.33, 0.24, 0.1
DIGITS = 4
HEIGHT = 0.55  # of a row, at most
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
    """A column for each number of a row; `cells` are made where they stand."""

    def __init__(self, stage: Stage, zone: Zone, told: FollowedRows) -> None:
        self.stage, self.zone, self.told = stage, zone, told
        last = "square" if told.is_square else "loss"
        residual = ["residual"] if told.of_residual else []
        weighted = [] if told.problem.weights is None else ["adds"]
        self.columns = ["actual", "predicted", *residual, last, *weighted]
        self.pitch = min(HEIGHT, zone.height / (len(told.rows) + 1))
        self.line = Line((zone.left, self._foot(0), 0), (zone.right, self._foot(0), 0))
        self.line.set_stroke(stage.palette.ink, width=1.5)

    def _foot(self, row: int) -> float:
        return float(self.zone.top - (row + 1) * self.pitch)

    def _put(self, made: Mobject, column: str, row: int) -> Mobject:
        number, wide = self.columns.index(column), self.zone.width / len(self.columns)
        right = self.zone.left + (number + 1) * wide
        made.at_most(wide - self.gap)
        return made.put(right - made.width, self._foot(row) + LIFT * self.pitch)

    def head(self, column: str) -> Mobject:
        """A column's name."""
        said: Message = HEADS[column]
        return self._put(self.stage.sentence(said, em=self.em), column, 0)

    @cached_property
    def _widest(self) -> float:
        """How wide the widest head is in the tables' size."""
        return float(max(self.stage.sentence(HEADS[name], em=EM).width for name in self.columns))

    @property
    def gap(self) -> float:
        """Between two columns: less of it where heads could not be read for it."""
        room = self.zone.width / len(self.columns) - GAP
        return GAP if self._widest * LEAST_EM / EM <= room else LEAST_GAP

    @property
    def em(self) -> float:
        """The size of all heads, in which the widest has room."""
        return EM * min(1.0, (self.zone.width / len(self.columns) - self.gap) / self._widest)

    def cells(self, column: str, values: FloatArray) -> VGroup:
        """A column's numbers with certain parameters, in the colour of what they are."""
        palette, made = self.stage.palette, VGroup()
        colour = {"actual": palette.ink, "predicted": palette.prediction}.get(column, palette.error)
        for row, told in enumerate(self.told.at(values), start=1):
            number = self.stage.formula(numeral(_of(told, column), DIGITS), em=EM).set_color(colour)
            made.add(self._put(number, column, row))
        return made

    def whole(self, values: FloatArray) -> VGroup:
        """All numbers."""
        return VGroup(*(self.cells(column, values) for column in self.columns))


def _of(told: FollowedRow, column: str) -> float:
    value = float(getattr(told, "loss" if column == "square" else column))
    return value if np.isfinite(value) else float("nan")
