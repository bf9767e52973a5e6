"""How wide written lines are, and the page that they need."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

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

    @property
    def in_latex(self) -> str:
        """The page as an option of the geometry package."""
        named = {A4: "a4paper", A4[::-1]: "a4paper,landscape"}
        size = f"paperwidth={self.width}mm,paperheight={self.height}mm"
        return named.get((self.width, self.height), size)

    @property
    def in_typst(self) -> str:
        """The page as arguments of Typst's page."""
        named = {A4: 'paper: "a4"', A4[::-1]: 'paper: "a4", flipped: true'}
        size = f"width: {self.width}mm, height: {self.height}mm"
        return named.get((self.width, self.height), size)

    @property
    def reason(self) -> int:
        """The width of a reason under its line: what is left beside the margins and the = sign."""
        return self.width - 2 * MARGIN - self.left - 10


def width(written: str) -> float:
    """The width in points of a formula, from its plain text; generous.

    Examples
    --------
    >>> round(width("m x + b")), round(width("(1/N) m x + b"))
    (34, 44)
    """
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
