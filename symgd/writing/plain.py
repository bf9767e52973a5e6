"""Derivations as plain text."""

from __future__ import annotations

import unicodedata
from functools import partial

from symgd.writing.names import GREEK
from symgd.writing.outline import RELATIONS, Line, Outline, Section
from symgd.writing.prose import Prose, as_it_is, prose
from symgd.writing.text import padded, text, width

WIDTH = 100


def as_text(outline: Outline, *, ascii: bool = False) -> str:
    """Plain text, the reasons in a column of their own."""
    write = partial(
        text, ascii=ascii, derivative_style=outline.reading.derivative_style, words=outline.words
    )
    words = prose(outline, write, unaccented if ascii else as_it_is)
    blocks = ["\n".join(write(equation) for equation in outline.definitions)]
    for section in outline.sections:
        rows = _text_rows(section, words, ascii)
        said = [f"  {words.said(said)}" for said in section.said]
        blocks.append("\n".join([words.heading(section.heading), *rows, *said]))
    blocks.append(words.closing(outline.exposition))
    return "\n\n".join(block for block in blocks if block) + "\n"


def unaccented(words: str) -> str:
    """Words in ASCII: letters without accents, Greek ones by name, and a question mark for what has neither."""
    for name, letter in GREEK.items():
        words = words.replace(letter, name)
    plain = (c for c in unicodedata.normalize("NFKD", words) if not unicodedata.combining(c))
    return "".join(plain).encode("ascii", "replace").decode()


def _text_rows(section: Section, words: Prose, ascii: bool) -> list[str]:
    write = words.formula
    left = max((width(write(line.left)) for line in section.lines if line.left), default=0)
    written = [
        f"  {padded(write(line.left) if line.left else '', left)} {_relation(line, ascii)} {write(line.right)}"
        for line in section.lines
    ]
    column = min(max(map(width, written)), WIDTH - 30) + 3
    rows = []
    for line, row in zip(section.lines, written, strict=True):
        reason = words.reason(line)
        mark = f"[{reason}]" if reason else ""
        same_row = not mark or width(row) + 2 <= column
        start = padded(row, column) if same_row else f"{row}\n{'':<{column}}"
        rows.append(f"{start}{mark}".rstrip())
    return rows


def _relation(line: Line, ascii: bool) -> str:
    return RELATIONS[line.relation][0] if ascii else line.relation
