"""Derivations as Markdown, with mathematics between dollar signs."""

from __future__ import annotations

import re
from dataclasses import replace

from symgd.writing.documents.latex import aligned, beside, definition
from symgd.writing.documents.layout import Layout
from symgd.writing.documents.prose import Prose, prose
from symgd.writing.formulas.latex import latex
from symgd.writing.formulas.styles import RELATIONS
from symgd.writing.outline import Line, Outline, Section


def as_markdown(outline: Outline, space: Layout) -> str:
    """Markdown with mathematics between dollar signs; at full detail a list, with each sentence under its line."""
    write = outline.by(latex)
    words = prose(outline, write, markdown_escaped)
    words = replace(words, write=lambda term: f"${inline(write(term))}$")

    def section(section: Section) -> list[str]:
        heading = f"**{words.said(section.heading)}**"
        if not section.lines:
            return [heading]
        if words.full:
            return [heading, "\n".join(_markdown_item(line, words) for line in section.lines)]
        body = aligned(section, words, space, beside)
        return [heading, f"$$\n\\begin{{aligned}}\n{body}\n\\end{{aligned}}\n$$"]

    *parts, closing = words.told(lambda e: f"$$\n{definition(e, words, space)}\n$$", section)
    closed = [f"*{closing}*"] if closing else []
    return "\n\n".join([*parts, *closed]) + "\n"


def markdown_escaped(words: str) -> str:
    """Words in which Markdown finds nothing of its own."""
    return re.sub(r"([\\`*_\[\]<>$#|])", r"\\\1", words)


def _markdown_item(line: Line, words: Prose) -> str:
    reason = words.reason(line)
    under = f" <br>{reason}" if reason else ""
    formula = inline(words.line(line, RELATIONS[line.relation].latex))
    return f"- $\\displaystyle {formula}${under}"


def inline(formula: str) -> str:
    """A formula between single dollar signs, in which Markdown itself finds nothing to change.

    It would take a backslash before a sign away, so that commands have names; an underscore between signs could begin
    emphasis, unless a space follows it.
    """
    for sign, command in _NAMED_COMMANDS:
        formula = formula.replace(sign, command)
    return re.sub(r"(?<=[^\w\s])_(?=\S)", "_ ", formula)


# Each the same as the sign before it, in TeX and in browsers' readers of TeX.
_NAMED_COMMANDS = (
    ("\\\\", r"\cr "),
    (r"\|", r"\Vert "),
    (r"\!", r"\negthinspace "),
    (r"\,", r"\thinspace "),
    (r"\;", r"\thickspace "),
    (r"\{", r"\lbrace "),
    (r"\}", r"\rbrace "),
    (r"\_", r"\underline{\ }"),
)
