"""Derivations as plain text."""

from __future__ import annotations

import math
import re
import textwrap
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace

from symgd.terms import Equation, Term
from symgd.writing.documents.breaks import TEXT_ROWS, RowStyle
from symgd.writing.documents.layout import Layout
from symgd.writing.documents.prose import Prose, prose
from symgd.writing.formulas.names import GREEK, UNBOUNDED
from symgd.writing.formulas.styles import RELATIONS
from symgd.writing.formulas.text import padded, text, width
from symgd.writing.outline import Outline, Section

WIDTH = 100  # what reasons are put beside, where nobody says how wide a row may be
_SIGNS = re.compile(r" (?:[-+−=≈<>≤≥]|<=|>=|!=|≠) |(?<=[;,]) |  |(?<=\*)")
REASON = 30  # columns that a reason has at least

_ASCII_ROWS = replace(
    TEXT_ROWS,
    joints={"+": "    + ", "−": "    - ", "·": "    * "},
    relation=lambda relation: RELATIONS[relation].ascii,
)


def as_text(
    outline: Outline, space: Layout, *, ascii: bool = False, width: int | None = None
) -> str:
    """Plain text, the reasons in a column of their own; with `width`, rows that are wider are broken."""
    write = outline.by(text, ascii=ascii)
    words = prose(outline, write, unaccented if ascii else str, typed=True)
    plain = _PlainText(words, _ASCII_ROWS if ascii else TEXT_ROWS, width)
    blocks = ["\n".join(row for e in outline.definitions for row in plain.definition(e))]
    for section in outline.sections:
        said = [plain.wrapped(words.said(said), "  ") for said in section.said]
        heading = plain.wrapped(words.heading(section.heading))
        blocks.append("\n".join([heading, *plain.lines(section), *said]))
    blocks.append(plain.wrapped(words.closing()))
    return "\n\n".join(block for block in blocks if block) + "\n"


def _depth(written: str) -> int:
    """How many parentheses are open at the end."""
    return sum(map(written.count, "([{")) - sum(map(written.count, ")]}"))


def unaccented(words: str) -> str:
    """Words in ASCII: letters without accents, Greek ones by name, and a question mark for what has neither."""
    for name, letter in {**GREEK, "oo": UNBOUNDED}.items():
        words = words.replace(letter, name)
    plain = (c for c in unicodedata.normalize("NFKD", words) if not unicodedata.combining(c))
    return "".join(plain).encode("ascii", "replace").decode()


@dataclass(frozen=True)
class _PlainText:
    """Rows of characters, no wider than `width`, where that is given and can be."""

    words: Prose
    style: RowStyle
    width: int | None

    def wrapped(self, sentence: str, indent: str = "", hanging: str = "") -> str:
        """A sentence over as many rows as it needs."""
        if self.width is None:
            return indent + sentence
        after = indent + hanging
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
        write = self.words.formula
        room = math.inf if self.width is None else self.width - width(before) - len("    + ()")
        first, *rest = self.style.rows(
            term, write, lambda part: room == math.inf or width(write(part)) <= room
        )
        rows = [before + first, *(" " * width(before) + row for row in rest)]
        return [part for row in rows for part in self.cut(row, width(before))]

    def cut(self, row: str, indent: int) -> Iterator[str]:
        """A row that no part of its formula can break, cut where a sign stands least deep in parentheses."""
        least = " " * (indent + 4)
        while self.width is not None and width(row) > self.width:
            signs = [found.start() for found in _SIGNS.finditer(row, len(least) + 1)]
            fitting = [n for n in signs if width(row[:n]) <= self.width]
            if not fitting:
                break
            at = min(reversed(fitting), key=lambda n: _depth(row[:n]))
            yield row[:at]
            row = least + row[at:].lstrip()
        yield row

    def definition(self, equation: Equation) -> list[str]:
        """What a name stands for."""
        if type(equation) is not Equation:
            return [*self.cut(self.words.formula(equation), 0)]
        return self.formula(f"{self.words.formula(equation.left)} = ", equation.right)

    def lines(self, section: Section) -> Iterator[str]:
        """The lines of a section: their = signs under each other, and their reasons."""
        if not section.lines:
            return
        lefts = [self.words.formula(line.left) if line.left else "" for line in section.lines]
        widest = max(map(width, lefts))
        apart = self.width is not None and widest > self.width / 3
        formulas = []
        for left, line in zip(lefts, section.lines, strict=True):
            before = "   " if apart else f"  {padded(left, widest)}"
            rows = self.formula(f"{before} {self.style.relation(line.relation)} ", line.right)
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
        first, *more = self.wrapped(f"[{reason}]", " " * column, " ").split("\n")
        if width(last) + 2 <= column:
            return [*others, padded(last, column) + first.lstrip(), *more]
        return [*rows, first, *more]
