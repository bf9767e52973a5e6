"""Derivations as Typst documents, and as PDF through the typst package: accessible, and the same file every time."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial
from typing import Any

from symgd.errors import MissingPackage, OutputError, either
from symgd.terms import Equation, Term
from symgd.writing.documents.breaks import RowStyle
from symgd.writing.documents.layout import MARGIN, Layout
from symgd.writing.documents.prose import Prose, prose
from symgd.writing.formulas.speech import speech
from symgd.writing.formulas.styles import RELATIONS
from symgd.writing.formulas.text import text
from symgd.writing.formulas.typst import TYPST, escaped, typst
from symgd.writing.outline import Outline, Section

_ROWS = RowStyle(
    " \\\n  &quad ",
    {"+": "+ ", "−": "- ", "·": "dot "},
    r"\( ",
    r" \)",
    TYPST.parentheses,
    lambda relation: RELATIONS[relation].typst,
)
_LACKING = re.compile(r"the text `?\"?(.+?)\"?`? could not be displayed")
_CODE = re.compile(r"\\u\{([0-9a-f]+)\}")  # as typst writes letters that it takes for unknown
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
    words = prose(outline, outline.by(typst), _escaped, "$")

    def section(section: Section) -> list[str]:
        heading = f"#block(sticky: true)[{words.heading(section.heading)}]"
        return [heading, *([_lines(section, words, space)] if section.lines else [])]

    parts = words.told(lambda e: _definition(e, words, space), section)
    return "\n\n".join([_preamble(space), *parts]) + "\n"


def as_pdf(outline: Outline, space: Layout) -> bytes:
    """A PDF that screen readers can read: with headings, a language, and every formula in words.

    Raises
    ------
    MissingPackage
        When the typst package is not installed.
    OutputError
        When no font has a character of it.
    """
    return typeset(_accessible(outline, space))


def typeset(source: str) -> bytes:
    """A Typst source as a PDF in which every character can be seen; the system's fonts have what Typst's own lack.

    Raises
    ------
    MissingPackage, OutputError
        As for `as_pdf`.
    """
    compiler = _compiler()
    try:
        written: bytes = compiler.compile(source.encode(), pdf_standards=["ua-1"])
    except compiler.TypstError as error:
        lacking = _LACKING.search(str(error))
        if lacking is None:
            raise
        letters = _CODE.sub(lambda code: chr(int(code[1], 16)), lacking[1])
        raise OutputError(
            f'no font on this machine has "{letters}"',
            "install a font that has it, such as one of Noto's; HTML is shown with the reader's fonts",
        ) from error
    return written


def _compiler() -> Any:
    try:
        import typst as compiler
    except ImportError as error:
        raise MissingPackage.of(
            error,
            "typst",
            "a PDF needs the package typst, which is not installed",
            f'install it: pip install "symgd[pdf]"; or write {either("with .typst() or .latex()", "--format typst or latex")}',
        ) from error
    return compiler


def _accessible(outline: Outline, space: Layout) -> str:
    """The document with headings, and with every formula's speech as its alternative text."""
    said = outline.by(speech)
    plain, spoken = prose(outline, outline.by(typst), _escaped, "$"), prose(outline, said)

    def inline(term: Term) -> str:
        return f"#math.equation(alt: {_quoted(said(term))}, {plain.write(term)})"

    words = replace(plain, write=inline)

    def section(section: Section) -> list[str]:
        heard = " ".join(spoken.sentence(line) for line in section.lines)
        heading = f"#heading(level: 2)[{words.said(section.heading)}]"
        shown = [_block(_lines(section, words, space), heard)] if section.lines else []
        return [heading, *shown]

    def definition(equation: Equation) -> str:
        return _block(_definition(equation, words, space), said(equation))

    title = outline.exposition.title
    plain_title = _quoted(title.written(outline.by(text), outline.words))[1:-1]
    head = _PDF_PREAMBLE % (_language(outline), plain_title, words.said(title))
    return "\n\n".join([_preamble(space) + head, *words.told(definition, section)]) + "\n"


def _preamble(space: Layout) -> str:
    a4 = 'paper: "a4"'
    size = space.paper.named(a4, f"{a4}, flipped: true", "width: {}mm, height: {}mm")
    return _PREAMBLE % (size, MARGIN)


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
    rows = space.lines(section, words, _ROWS, partial(_reason, space=space))
    return "$\n" + " \\\n".join(f"  {row}" for row in rows) + "\n$"


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
    return f'"{escaped(words)}"'


def _language(outline: Outline) -> str:
    """A code of two or three letters; Typst takes no others."""
    code = outline.words.language.lower()[:2]
    return code if re.fullmatch("[a-z]{2}", code) else "en"
