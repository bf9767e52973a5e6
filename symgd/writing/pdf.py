"""Derivations as Typst documents, and as PDF through the typst package: accessible, and the same file every time."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial
from types import MappingProxyType
from typing import Any

from symgd.errors import MissingPackage
from symgd.terms import Equation, Term
from symgd.writing.layout import Layout, RowStyle
from symgd.writing.outline import Outline, Section
from symgd.writing.pages import MARGIN
from symgd.writing.prose import Prose, prose
from symgd.writing.speech import speech
from symgd.writing.styles import RELATIONS
from symgd.writing.text import text
from symgd.writing.typst import TYPST, typst

_ROWS = RowStyle(
    " \\\n  &quad ",
    MappingProxyType({"+": "+ ", "−": "- ", "·": "dot "}),
    TYPST.parentheses,
    r"\( ",
    r" \)",
)
_PREAMBLE = """#set page(%s, margin: %dmm)
#set text(size: 10pt)
#show math.equation.where(block: true): set block(breakable: true)
#show math.equation.where(block: true): set align(left)
#show math.frac: it => math.class("normal", h(0.08em) + it + h(0.08em))"""
_PDF_PREAMBLE = """
#set text(lang: "%s")
#set document(title: "%s", date: none)
#show heading.where(level: 1): set text(size: 14pt)
#show heading.where(level: 2): set text(size: 10.5pt)
#show heading.where(level: 2): set block(above: 1.6em, sticky: true)

#heading(level: 1)[%s]"""


def as_typst(outline: Outline, space: Layout) -> str:
    """A Typst document."""
    words = prose(
        outline,
        partial(typst, derivative_style=outline.reading.derivative_style, words=outline.words),
        _escaped,
        "$",
    )
    parts = [_PREAMBLE % (space.paper.in_typst, MARGIN)]
    parts += [_definition(equation, words, space) for equation in outline.definitions]
    for section in outline.sections:
        parts.append(f"#block(sticky: true)[{words.heading(section.heading)}]")
        parts.append(f"$\n{_lines(section, words, space)}\n$")
        parts += map(words.said, section.said)
    parts.append(words.closing(outline.exposition))
    return "\n\n".join(parts) + "\n"


def as_pdf(outline: Outline, space: Layout) -> bytes:
    """A PDF that screen readers can read: with headings, a language, and every formula in words.

    Raises
    ------
    MissingPackage
        When the typst package is not installed.
    """
    compiler, source = _compiler(), _accessible(outline, space)
    written: bytes = compiler.compile(source.encode(), pdf_standards=["ua-1"])
    return written


def _compiler() -> Any:
    try:
        import typst as compiler
    except ImportError as error:
        raise MissingPackage(
            "a PDF needs the package typst, which is not installed",
            'install it: pip install "symgd[pdf]"; or write --format typst or latex',
        ) from error
    return compiler


def _accessible(outline: Outline, space: Layout) -> str:
    """The document with headings, and with every formula's speech as its alternative text."""
    said = partial(speech, words=outline.words, derivative_style=outline.reading.derivative_style)
    plain = prose(
        outline,
        partial(typst, derivative_style=outline.reading.derivative_style, words=outline.words),
        _escaped,
        "$",
    )
    spoken = prose(outline, said)

    def inline(term: Term) -> str:
        return f"#math.equation(alt: {_quoted(said(term))}, {plain.write(term)})"

    words = replace(plain, write=inline)
    title = outline.exposition.title
    plain_title = title.written(
        partial(text, derivative_style=outline.reading.derivative_style, words=outline.words),
        outline.words,
    )
    head = _PDF_PREAMBLE % (_language(outline), _quoted(plain_title)[1:-1], words.said(title))
    parts = [_PREAMBLE % (space.paper.in_typst, MARGIN) + head]
    for equation in outline.definitions:
        parts.append(_block(_definition(equation, words, space), said(equation)))
    for section in outline.sections:
        parts.append(f"#heading(level: 2)[{words.said(section.heading)}]")
        heard = " ".join(spoken.sentence(line) for line in section.lines)
        parts.append(_block(f"$\n{_lines(section, words, space)}\n$", heard))
        parts += map(words.said, section.said)
    parts.append(words.closing(outline.exposition))
    return "\n\n".join(parts) + "\n"


def _block(formula: str, alternative: str) -> str:
    return f"#math.equation(block: true, alt: {_quoted(alternative)}, {formula})"


def _definition(equation: Equation, words: Prose, space: Layout) -> str:
    """What a name stands for, over several rows where it is long."""
    if type(equation) is not Equation:  # X ∈ ℝ^(N×p)
        return f"$ {words.formula(equation)} $"
    right = space.written(equation.right, words.formula, _ROWS)
    return f"$ {words.formula(equation.left)} &= {right} $"


def _lines(section: Section, words: Prose, space: Layout) -> str:
    """The lines of a section, aligned at their = signs, with the reasons beside them or below."""
    rows = []
    for line in section.lines:
        left = words.formula(line.left) + " " if line.left else ""
        above, left = space.begun(line, section, left)
        rows += [f"  {above}"] if above else []
        reason = _reason(words.reason(line), space)
        right = space.written(line.right, words.formula, _ROWS)
        rows.append(f"  {left}{RELATIONS[line.relation].typst} {right}{reason}")
    return " \\\n".join(rows)


def _reason(reason: str, space: Layout) -> str:
    small = f"#text(size: 0.85em)[{reason}]"
    if not reason or space.paper.beside:
        return f" && #[#h(2em){small}]" if reason else ""
    box = f"#box(width: {space.paper.reason}mm, inset: (bottom: 0.5em))[{small}]"
    return f" \\\n  &quad {box}"


def _escaped(words: str) -> str:
    """Words in which no sign means anything to Typst; its quotes would turn an apostrophe round beside a formula."""
    words = words.replace("'", "’")
    return re.sub(r"([\\`*_\[\]<>$#@~/])", r"\\\1", words)


def _quoted(words: str) -> str:
    escaped = words.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _language(outline: Outline) -> str:
    """A code of two or three letters; Typst takes no others."""
    code = outline.words.language.lower()[:2]
    return code if re.fullmatch("[a-z]{2}", code) else "en"
