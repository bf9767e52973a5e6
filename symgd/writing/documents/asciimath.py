"""Terms as AsciiMath, and derivations as text with AsciiMath between backticks, as wikis and course systems take it."""

from __future__ import annotations

from collections.abc import Iterable

from symgd.terms import Term
from symgd.writing.documents.layout import Layout
from symgd.writing.documents.prose import prose, told
from symgd.writing.formulas.matrix_fold import write
from symgd.writing.formulas.names import GREEK, NameStyle, primed, straight
from symgd.writing.formulas.styles import IF, OTHERWISE, MatrixStyle, Style, relations
from symgd.writing.outline import Line, Outline
from symgd.writing.reading import DerivativeStyle
from symgd.writing.words import ENGLISH, Words


def asciimath(
    term: Term, *, derivative_style: DerivativeStyle = "leibniz", words: Words = ENGLISH
) -> str:
    """`term` as AsciiMath, to stand between backticks.

    Examples
    --------
    >>> from symgd.parsing.formula import parse
    >>> asciimath(parse("(m*x + b)^2/2"))
    '((m x + b)^(2))/(2)'
    """
    return write(term, ASCIIMATH, derivative_style, words)


def as_asciimath(outline: Outline, space: Layout) -> str:
    """Paragraphs, one a line, each with its reason in brackets."""
    words = prose(outline, outline.by(asciimath), lambda words: words.replace("`", "'"), "`")

    def row(line: Line) -> str:
        formula, reason = f"`{words.line(line, _SIGNS[line.relation].strip())}`", words.reason(line)
        return f"{formula} [{reason}]" if reason else formula

    parts = told(
        outline,
        words,
        words.write,
        lambda section: [words.heading(section.heading), *map(row, section.lines)],
    )
    return "\n\n".join(parts) + "\n"


def _word(word: str) -> str:
    return word if word in GREEK or word.isdigit() or len(word) == 1 else f'"{word}"'


_SIGNS = {**relations(lambda sign: sign.ascii), "≈": " ~~ ", "==": " = "}
_NAMES = NameStyle(_word, "{0}_({1})".format, "bar({0})".format, " ", " ", ",")


def _bracketed(parts: Iterable[str]) -> str:
    return f"({', '.join(f'({part})' for part in parts)})"


ASCIIMATH = Style(
    relations=_SIGNS,
    times=" * ",
    dots="cdots",
    name=_NAMES,
    function=lambda function: function.in_typst.removeprefix("op(").removesuffix(")"),
    fraction="({0})/({1})".format,
    power="{0}^({1})".format,
    raised="{0}^({1})".format,
    absolute="abs({0})".format,
    root="sqrt({0})".format,
    exponential="e^({0})".format,
    logarithm="log_({0})({1})".format,
    big_sum="sum_({0} = {1})^({2}) {3}".format,
    signs={"∂": "del", "d": "d"},
    partial="({0})/({0} {1}) {2}".format,
    partial_of_name="({0} {2})/({0} {1})".format,
    twice="(del^(2) {1})/(del {0}^(2))".format,
    mixed="(del^(2) {2})/(del {0} del {1})".format,
    prime=primed(straight, lambda lower: f"_({' '.join(lower)})"),
    case=f'({{0}}, "{IF} " {{1}})'.format,
    last_case="({0}, {1})".format,
    cases="{{{0}:}}".format,
    otherwise=f'"{OTHERWISE}"',
    joining=' " {0} " '.format,
    matrices=MatrixStyle(
        name=lambda name: f"bb({_NAMES(name)})",
        ones="bb(1)".format,
        zeros="bb(0)".format,
        identity="bb(I)".format,
        transpose="{0}^(TT)".format,
        norm="norm({0})^(2)".format,
        inverse="{0}^(-1)".format,
        diagonal='"diag"({0})'.format,
        entrywise=" o. ",
        differential="d {0}".format,
        nabla="grad {0}".format,
        hessian="grad^(2) {0}".format,
        columns=lambda columns: f"[[{', '.join(columns)}]]",
        grid=lambda rows: _bracketed(map(", ".join, rows)),
        stacked=_bracketed,
        entry="{0}_({1})".format,
        shaped="underbrace({0})_({1})".format,
        by=" xx ",
        vectors="RR^({0})".format,
        matrices="RR^({0})".format,
    ),
)
