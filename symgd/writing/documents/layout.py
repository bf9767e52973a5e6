"""How an outline fits a page: how wide written lines are, which page they need, and which go over several rows."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from symgd.terms import Term
from symgd.writing.documents.breaks import TEXT_ROWS, Fits, RowStyle
from symgd.writing.documents.prose import Prose, prose
from symgd.writing.formulas.text import text
from symgd.writing.outline import Line, Outline, Section

# Widths in points of ten-point type, as measured in Computer Modern.
_WIDTHS = (
    ("Σ", 12.0),
    ("MWmw", 9.0),
    ("ABCDEFGHIJKLNOPQRSTUVXYZΓΔΘΛΞΠΦΨΩ", 8.5),
    ("+−=", 8.0),
    ("·", 6.5),
    ("()", 5.5),
    ("₀₁₂₃₄₅₆₇₈₉ᵢ⁰¹²³⁴⁵⁶⁷⁸⁹", 4.2),
    (",", 2.8),
    (" ", 2.2),
)
_OTHER = 5.4
_PROSE = 4.6
# A fraction without spaces, which is set with one part over the other: (1/N), ∂J/∂m.
_STACKED = re.compile(r"\(([∂\w]+)/([∂\w]+)\)|([∂\w]+)/([∂\w]+)")
_SUBSCRIPT = re.compile(r"_\w+")
_SMALLER = 0.25  # what a subscript's letters lack
_WIDTH = {character: width for characters, width in _WIDTHS for character in characters}
_MILLIMETRE = 72.27 / 25.4

MARGIN = 18
A4 = (210, 297)
WIDEST = 5000  # TeX and PDF know no dimension of six metres
SENTENCE = 200.0  # points that a sentence under a line has at least
GAP = 18.0  # points between a line and the reason beside it, or the margin
WIDE_LEFT = 60  # millimetres, more than a quarter of an upright page
_RELATION = 20  # points, an = sign and the spaces round it


@dataclass(frozen=True)
class PageRow:
    """What stands on a line, as plain text: left = right, and the reason."""

    left: str
    right: str
    reason: str = ""


@dataclass(frozen=True)
class Page:
    """A page in millimetres."""

    width: int
    height: int
    beside: bool  # a reason stands beside its line, not under it
    left: int  # the width that is taken by what stands before the = signs
    room: float = math.inf  # points that rows are no wider than, where that can be
    apart: bool = False  # what stands left of the first = sign has a row of its own

    def named(self, upright: str, sideways: str, size: str) -> str:
        """The page as a format calls it: A4 either way round, or by its width and height."""
        names = {A4: upright, A4[::-1]: sideways}
        return names.get((self.width, self.height), size.format(self.width, self.height))

    @property
    def reason(self) -> int:
        """The width of a reason under its line: what is left beside the margins and the = sign."""
        return self.width - 2 * MARGIN - self.left - 10


@lru_cache(maxsize=1024)  # a page is laid out several times, of the same lines
def width(written: str) -> float:
    """The width in points of a formula, from its plain text; generous."""
    line = _STACKED.sub(_wider, written)
    return _sum(line) - _SMALLER * sum(_sum(lower) for lower in _SUBSCRIPT.findall(line))


def _sum(written: str) -> float:
    return sum(_WIDTH.get(character, _OTHER) for character in written)


def _wider(fraction: re.Match[str]) -> str:
    """The longer part of a fraction, and the space around it."""
    return max((part for part in fraction.groups() if part), key=len) + " "


def _prose_width(sentence: str) -> float:
    """The width in points of words among which names may stand."""
    return sum(
        _PROSE if character.islower() else _WIDTH.get(character, _OTHER) for character in sentence
    )


def page(blocks: Sequence[Sequence[PageRow]], *, beside: bool) -> Page:
    """The page on which no line of any block is cut.

    It is A4 upright where the lines fit; else the reasons, which stand `beside` the lines if they may, go under them;
    else it is A4 on its side, and at last as wide as the longest line. The rows of one block share their columns.

    Examples
    --------
    >>> page([[PageRow("y", "m x + b", "definition")]], beside=True)
    Page(width=210, height=297, beside=True, left=3, room=inf, apart=False)
    >>> page([[PageRow("y", "m x + b + " * 12, "definition")]], beside=True)
    Page(width=297, height=210, beside=False, left=3, room=inf, apart=False)
    """
    left = max(width(row.left) for block in blocks for row in block)
    lines = max(left + SENTENCE, *(_columns(block) for block in blocks))
    full = max(_columns(block, with_reasons=True) for block in blocks)
    before = round(left / _MILLIMETRE) + 1
    if beside and _paper(full) <= A4[0]:
        return Page(*A4, True, before)
    if _paper(lines) <= A4[0]:
        return Page(*A4, False, before)
    if _paper(lines) <= A4[1]:
        return Page(*A4[::-1], False, before)
    return Page(min(_paper(lines), WIDEST), A4[1], False, before)


def room(side: int, left: int) -> float:
    """The points that a formula has on a page as wide as `side`, after `left` millimetres before its = sign."""
    indent = width("     · ()")
    return (side - 2 * MARGIN - left - 1) * _MILLIMETRE - width(" = ") - GAP - indent


def _columns(block: Sequence[PageRow], *, with_reasons: bool = False) -> float:
    """A block's width in points: each column is as wide as its widest entry."""
    sides = max(width(row.left) for row in block) + max(width(row.right) for row in block)
    reasons = max(_prose_width(row.reason) for row in block) if with_reasons else 0
    return sides + width(" = ") + reasons + GAP


def _paper(points: float) -> int:
    return round(points / _MILLIMETRE) + 1 + 2 * MARGIN


@dataclass(frozen=True)
class Layout:
    """The page for an outline, worked out when it is asked for."""

    outline: Outline

    def width(self, term: Term) -> float:
        """A Term's width in points."""
        return width(self.outline.by(text)(term))

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

    def _fits(self, room: float) -> Fits:
        return lambda term: room == math.inf or self.width(term) <= room

    def _page(self, space: float, *, apart: bool) -> Page:
        """The page that all rows fit on; whole sentences never stand beside them."""
        plain = self.outline.by(text)
        words = prose(self.outline, plain)

        def rows(left: Term | None, right: Term, reason: str = "") -> list[PageRow]:
            before = plain(left) if left else ""
            above = [PageRow("", before)] if apart else []
            beside = "" if apart else before
            written = TEXT_ROWS.rows(right, plain, self._fits(space))
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
        blocks = [block for block in blocks if block] or [[PageRow("", "")]]
        return replace(page(blocks, beside=not words.full), room=space, apart=apart)

    def written(self, term: Term, formula: Callable[[Term], str], style: RowStyle) -> str:
        """A formula over as many rows as it needs."""
        return style.begin.join(style.rows(term, formula, self._fits(self.paper.room)))

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
