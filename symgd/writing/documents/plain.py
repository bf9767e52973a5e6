"""Derivations as plain text."""

from __future__ import annotations

import math
import textwrap
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace

from symgd.terms import Equation, Term
from symgd.writing.documents.breaks import pieces
from symgd.writing.documents.layout import TEXT_ROWS, Layout
from symgd.writing.documents.prose import Prose, prose
from symgd.writing.formulas.names import GREEK
from symgd.writing.formulas.styles import RELATIONS
from symgd.writing.formulas.text import padded, text, width
from symgd.writing.outline import Line, Outline, Section

WIDTH = 100  # what reasons are put beside, where nobody says how wide a row may be
REASON = 30  # columns that a reason has at least

_ASCII_ROWS = replace(TEXT_ROWS, joints={"+": "    + ", "−": "    - ", "·": "    * "})


def as_text(
    outline: Outline, space: Layout, *, ascii: bool = False, width: int | None = None
) -> str:
    """Plain text, the reasons in a column of their own; with `width`, rows that are wider are broken."""
    write = outline.by(text, ascii=ascii)
    words = prose(outline, write, unaccented if ascii else str)
    plain = _PlainText(words, ascii, width)
    blocks = ["\n".join(row for e in outline.definitions for row in plain.definition(e))]
    for section in outline.sections:
        said = [plain.wrapped(words.said(said), "  ") for said in section.said]
        heading = plain.wrapped(words.heading(section.heading))
        blocks.append("\n".join([heading, *plain.lines(section), *said]))
    blocks.append(plain.wrapped(words.closing(outline.exposition)))
    return "\n\n".join(block for block in blocks if block) + "\n"


def unaccented(words: str) -> str:
    """Words in ASCII: letters without accents, Greek ones by name, and a question mark for what has neither."""
    for name, letter in GREEK.items():
        words = words.replace(letter, name)
    plain = (c for c in unicodedata.normalize("NFKD", words) if not unicodedata.combining(c))
    return "".join(plain).encode("ascii", "replace").decode()


@dataclass(frozen=True)
class _PlainText:
    """Rows of characters, no wider than `width`, where that is given and can be."""

    words: Prose
    ascii: bool
    width: int | None

    def wrapped(self, sentence: str, indent: str = "", hanging: str | None = None) -> str:
        """A sentence over as many rows as it needs."""
        if self.width is None:
            return indent + sentence
        after = indent if hanging is None else hanging
        room = max(self.width, len(after) + REASON // 2)
        return textwrap.fill(
            sentence,
            room,
            initial_indent=indent,
            subsequent_indent=after,
            break_long_words=False,
            break_on_hyphens=False,
        )

    def formula(self, before: str, term: Term) -> list[str]:
        """A formula after what stands before it, over as many rows as it needs."""
        write, style = self.words.formula, _ASCII_ROWS if self.ascii else TEXT_ROWS
        room = math.inf if self.width is None else self.width - width(before) - len("    + ()")
        first, *rest = (
            style.row(piece, write) for piece in pieces(term, room, lambda t: width(write(t)))
        )
        return [before + first, *(" " * width(before) + row for row in rest)]

    def definition(self, equation: Equation) -> list[str]:
        """What a name stands for."""
        if type(equation) is not Equation:
            return [self.words.formula(equation)]
        return self.formula(f"{self.words.formula(equation.left)} = ", equation.right)

    def lines(self, section: Section) -> Iterator[str]:
        """The lines of a section: their = signs under each other, and their reasons."""
        lefts = [self.words.formula(line.left) if line.left else "" for line in section.lines]
        widest = max(map(width, lefts))
        apart = self.width is not None and widest > self.width / 3
        formulas = []
        for left, line in zip(lefts, section.lines, strict=True):
            before = "   " if apart else f"  {padded(left, widest)}"
            rows = self.formula(f"{before} {self._relation(line)} ", line.right)
            formulas.append([f"  {left}", *rows] if apart and left else rows)
        most = max(width(row) for rows in formulas for row in rows)
        column = min(most, max((self.width or WIDTH) - REASON, 4)) + 3
        for line, rows in zip(section.lines, formulas, strict=True):
            yield from self._with_reason(rows, self.words.reason(line), column)

    def _with_reason(self, rows: list[str], reason: str, column: int) -> list[str]:
        """The reason stands beside the last row where there is room, else under it."""
        if not reason:
            return rows
        *others, last = rows
        first, *more = self.wrapped(f"[{reason}]", " " * column, " " * (column + 1)).split("\n")
        if width(last) + 2 <= column:
            return [*others, padded(last, column) + first.lstrip(), *more]
        return [*rows, first, *more]

    def _relation(self, line: Line) -> str:
        return RELATIONS[line.relation].ascii if self.ascii else line.relation
