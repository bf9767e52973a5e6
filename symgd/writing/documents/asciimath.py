"""Terms as AsciiMath, and derivations as text with AsciiMath between backticks, as wikis and course systems take it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import partial

from symgd.writing.documents.layout import Layout
from symgd.writing.documents.prose import prose
from symgd.writing.formulas.names import GREEK, UNBOUNDED, NameStyle, signed
from symgd.writing.formulas.styles import IF, relations
from symgd.writing.formulas.typst import TYPST
from symgd.writing.formulas.write import write
from symgd.writing.outline import Line, Outline, Section


def as_asciimath(outline: Outline, space: Layout) -> str:
    """Paragraphs, one a line, each with its reason in brackets."""
    words = prose(outline, outline.by(asciimath), lambda words: words.replace("`", "'"), "`")

    def row(line: Line) -> str:
        formula, reason = f"`{words.line(line, _SIGNS[line.relation].strip())}`", words.reason(line)
        return f"{formula} [{reason}]" if reason else formula

    def section(section: Section) -> list[str]:
        return [words.heading(section.heading), *map(row, section.lines)]

    return "\n\n".join(filter(None, words.told(words.write, section))) + "\n"


def _word(word: str) -> str:
    if word == UNBOUNDED:
        return "oo"
    return word if word in GREEK or word.isdigit() or len(word) == 1 else f'"{word}"'


_SIGNS = {**relations(lambda sign: sign.ascii), "≈": " ~~ ", "==": " = "}
_UNQUOTED = str.maketrans(
    {'"': "'", "`": "'"}
)  # a formula's words stand between the first, the formula the second
_NAMES = NameStyle(
    _word, "{0}_({1})".format, "bar({0})".format, "{0}'".format, " ", " ", ",", signed("{0}^({1})")
)


def _bracketed(parts: Iterable[str]) -> str:
    return f"({', '.join(f'({part})' for part in parts)})"


# Powers, roots, sums and primes are written as in Typst.
ASCIIMATH = replace(
    TYPST,
    forms="asciimath",
    relations=_SIGNS,
    times=" * ",
    dots="cdots",
    listed=", ",
    name=_NAMES,
    function=lambda function: function.in_typst.removeprefix("op(").removesuffix(")"),
    parentheses="({0})".format,
    fraction="({0})/({1})".format,
    signs={"∂": "del", "d": "d"},
    partial="({0})/({0} {1}) {2}".format,
    partial_of_name="({0} {2})/({0} {1})".format,
    twice="(del^(2) {1})/(del {0}^(2))".format,
    mixed="(del^(2) {2})/(del {0} del {1})".format,
    word=lambda words: words.translate(_UNQUOTED),
    case=f'({{0}}, "{IF} " {{1}})'.format,
    last_case="({0}, {1})".format,
    cases="{{{0}:}}".format,
    joining=' " {0} " '.format,
    matrix=lambda name: f"bb({_NAMES(name)})",
    ones="bb(1)".format,
    zeros="bb(0)".format,
    identity="bb(I)".format,
    transpose="{0}^(TT)".format,
    diagonal='"diag"({0})'.format,
    entrywise=" o. ",
    differential="d {0}".format,
    nabla="grad {0}".format,
    hessian="grad^(2) {0}".format,
    columns=lambda columns: f"[[{', '.join(columns)}]]",
    grid=lambda rows: _bracketed(map(", ".join, rows)),
    stacked=_bracketed,
    shaped="underbrace({0})_({1})".format,
    by=" xx ",
)

# Writes a Term, to stand between backticks.
asciimath = partial(write, style=ASCIIMATH)
