"""The table of the lesson `fit_a_line`, and how numbers travel into it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from manim import Animation, FadeIn, Line, Mobject, Transform, VGroup, there_and_back_with_pause

from symgd.animations.costs.told_rows import FollowedRows
from symgd.animations.costs.told_table import ToldTable
from symgd.animations.formulas.number_flight import carried
from symgd.animations.staging.run_lesson import RunLesson
from symgd.animations.staging.stage import Zone
from symgd.data.arrays import FloatArray

MOVE, FADE = 1.2, 0.6
DIM = 0.15  # what a number leaves behind it on its way


class FitTables(RunLesson):
    """A scene with a table of the told rows."""

    told: FollowedRows
    start: FloatArray
    table: ToldTable
    line: Line
    heads: dict[str, Mobject]
    shown: VGroup = VGroup()

    def prepare_table(self, zone: Zone, tries: Sequence[FloatArray]) -> None:
        """The table, which stands from its first column on where it stands at the end."""
        self.table = ToldTable(self.stage, zone, self.told, tries)
        self.line = self.table.line
        self.heads = {}

    def type(self, *columns: str) -> None:
        """Columns of the table with their names, at the start."""
        for column in columns:
            self.head(column)
            cells = self.table.cells(column, self.start)
            self.play(FadeIn(cells), run_time=FADE)
            self.keep(cells)

    def travel(self, numbers: VGroup, column: str, arc: float = 0.0) -> None:
        """Numbers go from where they are seen into a column, one after the other, straight or along an arc."""
        self.head(column)
        cells = self.table.cells(column, self.start)
        for number, cell in zip(numbers, cells, strict=True):
            self.play(*copied(number, cell, arc), run_time=FADE * (1 + bool(arc)))
        self.remove(*cells)
        self.keep(cells)

    def head(self, column: str) -> None:
        """A column's name; the line below all names grows with it."""
        longer = self.table.ruled(column)
        grown = [] if longer is None else [Transform(self.line, longer)]
        self.heads[column] = self.table.head(column)
        self.play(FadeIn(self.heads[column]), *grown, run_time=FADE / 2)

    def keep(self, cells: VGroup) -> None:
        """A column is of those that move with the parameters."""
        self.remove(cells, self.shown)
        self.shown = VGroup(*self.shown, cells)
        self.add(self.shown)


def copied(source: VGroup, target: Mobject, arc: float = 0.0) -> Iterator[Animation]:
    """A number goes to its place; where it comes from is dim meanwhile, so that the two can be told apart."""
    yield carried(source, target, arc)
    if len(source):
        yield source.animate(rate_func=there_and_back_with_pause).set_opacity(DIM).build()
