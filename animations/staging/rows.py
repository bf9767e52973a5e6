"""Rows of formulas and signs: measured without being drawn, stacked, and broken where they are too wide."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, combinations, pairwise, product
from typing import TypeAlias

from manim import VGroup

from symgd.animations.formulas.broken_rows import break_rows
from symgd.animations.formulas.formula import extent_of
from symgd.animations.formulas.typeset import Extent, Typeset
from symgd.animations.staging.stage import Stage, Zone
from symgd.terms import Equation, Term
from symgd.writing.documents.breaks import BrokenRow, pieces

SIZES = (0.42, 0.38, 0.35, 0.32, 0.29, 0.26)  # of all rows of a zone, the largest that fits
GAP, BETWEEN = 0.2, 0.12  # between rows, and between the parts of one
APART = 0.5  # between columns
INDENT = 0.4  # of a row that goes on with the one before

Part: TypeAlias = Term | str
"""A formula, or a sign: =, +, −."""
Row: TypeAlias = Sequence[Part]


@dataclass(frozen=True)
class SetRow:
    """A row, how far from the left it begins, and how large it is."""

    row: Row
    left: float
    size: Extent


class Rows:
    """What measures and draws rows in one look; a row's formulas and signs stand on one baseline."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self._known: dict[Part, Extent] = {}

    def extent(self, row: Row, em: float) -> Extent:
        """How large a row is."""
        sizes = [self._part(part).sized(em) for part in row]
        width = sum(size.width for size in sizes) + BETWEEN * (len(sizes) - 1)
        return Extent(width, min(size.bottom for size in sizes), max(size.top for size in sizes))

    def _part(self, part: Part) -> Extent:
        if part not in self._known:
            self._known[part] = (
                Extent.of(_sign(part))
                if isinstance(part, str)
                else extent_of(part, self.stage.words)
            )
        return self._known[part]

    def drawn(self, row: Row, em: float, left: float = 0.0) -> VGroup:
        """A row as a group of its parts."""
        made, ink = VGroup(), self.stage.palette.ink
        for part in row:
            shown = (
                Typeset(_sign(part), em=em, colour=ink)
                if isinstance(part, str)
                else self.stage.formula(part, em=em)
            )
            made.add(shown.put(left, 0.0))
            left += shown.width + BETWEEN
        return made

    def set_into(self, zone: Zone, statements: Sequence[Equation], columns: int = 1) -> VGroup:
        """Statements from the top of a zone, as large as there is room for; nothing where there is none.

        A group for each row: a name, a sign of equality and a formula, or what a long formula goes on with. They stand
        in so many columns at most.
        """
        for em, count, whole in product(SIZES, range(1, columns + 1), (True, False)):
            if count > len(statements):
                continue
            widest = (zone.width - APART * (count - 1)) / count
            blocks = [self._block(each, em, math.inf if whole else widest) for each in statements]
            found = [
                parts
                for ends in combinations(range(1, len(blocks)), count - 1)
                if _width(parts := _parted(blocks, ends)) <= zone.width
                and _height(parts) <= zone.height
            ]
            if found:
                return self._columns(min(found, key=_height), em, zone)
        return VGroup()

    def folded_into(self, zone: Zone, statements: Sequence[Equation]) -> VGroup:
        """The same in one column, where a long formula goes on below its beginning, inside its parentheses too."""
        for em in SIZES:
            made = [self.drawn((each.left, "=", each.right), em, zone.left) for each in statements]
            for row in made:
                break_rows(row[2], zone.right - float(row[2].get_left()[0]))
            whole = stacked(made, zone.top)
            if whole.get_bottom()[1] >= zone.bottom and whole.get_right()[0] <= zone.right:
                return whole
        return VGroup()

    def _columns(self, parts: Sequence[Sequence[SetRow]], em: float, zone: Zone) -> VGroup:
        made, start = VGroup(), zone.left
        for part in parts:
            rows = [self.drawn(placed.row, em, left=start + placed.left) for placed in part]
            made.add(*stacked(rows, zone.top))
            start += _widest(part) + APART
        return made

    def _block(self, statement: Equation, em: float, width: float) -> list[SetRow]:
        """A statement's rows; one that could be broken in parentheses alone stays whole."""
        head = (statement.left, "=")
        room = width - self.extent((*head, statement.right), em).width
        room += self._part(statement.right).width * em
        broken = list(pieces(statement.right, lambda term: self._part(term).width * em <= room))
        if any(piece.opens or piece.closes for piece in broken):
            broken = [BrokenRow("", statement.right)]
        rows: list[tuple[float, Row]] = [
            (INDENT, (piece.joint, piece.term)) if piece.joint else (0.0, (*head, piece.term))
            for piece in broken
        ]
        return [SetRow(row, left, self.extent(row, em)) for left, row in rows]


def _parted(blocks: Sequence[list[SetRow]], ends: tuple[int, ...]) -> list[list[SetRow]]:
    """Blocks in columns that end before those of these numbers."""
    return [list(chain.from_iterable(blocks[i:k])) for i, k in pairwise((0, *ends, len(blocks)))]


def _width(columns: Sequence[Sequence[SetRow]]) -> float:
    return sum(map(_widest, columns)) + APART * (len(columns) - 1)


def _widest(column: Sequence[SetRow]) -> float:
    return max(placed.left + placed.size.width for placed in column)


def _height(columns: Sequence[Sequence[SetRow]]) -> float:
    return max(
        sum(placed.size.top - placed.size.bottom for placed in column) + GAP * (len(column) - 1)
        for column in columns
    )


def _sign(sign: str) -> str:
    return f"${sign}$"


def stacked(lines: Sequence[VGroup], top: float) -> VGroup:
    """Groups below one another."""
    for line in lines:
        line.shift((0, top - line.get_top()[1], 0))
        top = float(line.get_bottom()[1]) - GAP
    return VGroup(*lines)
