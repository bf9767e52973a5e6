"""How an outline fits a page: which page, and which lines go over several rows."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from symgd.terms import Term
from symgd.writing.documents.breaks import BrokenRow, pieces
from symgd.writing.documents.pages import A4, Page, PageRow, page, room, width
from symgd.writing.documents.prose import Prose, prose
from symgd.writing.formulas.text import text
from symgd.writing.outline import Line, Outline, Section


@dataclass(frozen=True)
class RowStyle:
    """How one format joins the rows of a formula."""

    begin: str  # ends a row and begins the next
    joints: Mapping[str, str]  # how each sign is written that joins a row to the one before
    opening: str = "("  # parentheses round several rows
    closing: str = ")"
    parentheses: Callable[[str], str] | None = None  # round a whole row, where these are others
    relation: Callable[[str], str] = str  # takes how a line stands to the one before it

    def rows(
        self,
        term: Term,
        formula: Callable[[Term], str],
        room: float,
        width: Callable[[Term], float],
    ) -> list[str]:
        """A formula over as many rows as it needs."""
        return [self._row(piece, formula) for piece in pieces(term, room, width)]

    def _row(self, piece: BrokenRow, formula: Callable[[Term], str]) -> str:
        """One row, with its joint and its parentheses."""
        body = formula(piece.term)
        if piece.opens and piece.closes and self.parentheses:
            body = self.parentheses(body)
        else:
            body = self.opening * piece.opens + body + self.closing * piece.closes
        return (self.joints[piece.joint] if piece.joint else "") + body


@dataclass(frozen=True)
class Layout:
    """The page for an outline, worked out when it is asked for."""

    outline: Outline

    def width(self, term: Term) -> float:
        """A Term's width in points."""
        return width(self._plain(term))

    @cached_property
    def _plain(self) -> Callable[[Term], str]:
        return self.outline.by(text)

    @cached_property
    def paper(self) -> Page:
        """A4 upright where the lines fit, broken if need be; on its side; wider at last."""
        paper = self._page(math.inf, apart=False)
        if paper.width <= A4[0]:
            return paper
        apart = paper.left > WIDE_LEFT
        for side in A4:
            broken = self._page(room(side, 0 if apart else paper.left), apart=apart)
            if broken.width <= side:
                break
        return broken

    def _page(self, space: float, *, apart: bool) -> Page:
        """The page that all rows fit on; whole sentences never stand beside them."""
        words = prose(self.outline, self._plain)

        def rows(left: Term | None, right: Term, reason: str = "") -> list[PageRow]:
            before = self._plain(left) if left else ""
            above = [PageRow("", before)] if apart else []
            beside = "" if apart else before
            written = TEXT_ROWS.rows(right, self._plain, space, self.width)
            return above + [PageRow(beside, row, reason) for row in written]

        blocks = [
            [
                row
                for line in section.lines
                for row in rows(line.left, line.right, words.reason(line))
            ]
            for section in self.outline.sections
        ]
        blocks += [rows(equation.left, equation.right) for equation in self.outline.definitions]
        return replace(page(blocks, beside=not words.full), room=space, apart=apart)

    def written(self, term: Term, formula: Callable[[Term], str], style: RowStyle) -> str:
        """A formula over as many rows as it needs."""
        return style.begin.join(style.rows(term, formula, self.paper.room, self.width))

    def lines(
        self, section: Section, words: Prose, style: RowStyle, reasoned: Callable[[str], str]
    ) -> list[str]:
        """A section's rows, to be aligned at their & signs; `reasoned` writes what stands beside or under a line."""
        rows = []
        for line in section.lines:
            above, left = self.begun(line, section, words.left(line))
            rows += [above] if above else []
            right = self.written(line.right, words.formula, style)
            reason = reasoned(words.reason(line))
            rows.append(f"{left}{style.relation(line.relation)} {right}{reason}")
        return rows

    def begun(self, line: Line, section: Section, left: str) -> tuple[str, str]:
        """The row above a line, if its left side has one of its own, and what stands before the = sign.

        Where left sides have rows of their own, an equation whose two sides fit one row keeps them together.
        """
        if line.left is None or not self.paper.apart:
            return "", f"{left}&"
        equations = all(other.left is not None for other in section.lines)
        sides = self.width(line.left) + self.width(line.right) + _RELATION
        if equations and not self.paper.beside and sides <= self.paper.room:
            return "", f"&{left}"
        return f"&{left}", "&"


WIDE_LEFT = 60  # millimetres, more than a quarter of an upright page
_RELATION = 20  # points, an = sign and the spaces round it

# Rows as plain text, as wide as what is in front of them makes them.
TEXT_ROWS = RowStyle("\n", {joint: f"    {joint} " for joint in ("+", "−", "·")})
