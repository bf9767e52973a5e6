"""Terms as MathML, which browsers typeset by themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from html import escape

from symgd.terms import Path, Term
from symgd.terms.function import Function
from symgd.writing.formulas.names import GREEK, UNBOUNDED, NameStyle, primes, split_name
from symgd.writing.formulas.styles import IF, OTHERWISE, Style, relations
from symgd.writing.formulas.text import text
from symgd.writing.formulas.write import write
from symgd.writing.reading import DerivativeStyle
from symgd.writing.words import ENGLISH, Words

_ROW = "<mrow>{0}</mrow>".format
_FRACTION = "<mfrac><mrow>{0}</mrow><mrow>{1}</mrow></mfrac>".format
_POWER = "<msup><mrow>{0}</mrow><mrow>{1}</mrow></msup>".format
_SECOND = _POWER("<mi>∂</mi>", "<mn>2</mn>")


def mathml(
    term: Term,
    *,
    classes: Mapping[str, str] | None = None,
    marks: Mapping[Path, str] | None = None,
    relation: str = "",
    spoken: str | None = None,
    derivative_style: DerivativeStyle = "leibniz",
    words: Words = ENGLISH,
) -> str:
    """`term` as a ``<math>`` element, after a `relation` such as "=".

    Some names, such as a parameter's, have CSS `classes`, and some parts have others, `marks`. What is heard is
    `spoken`; without it, the plain text.
    """
    marked = classes or {}

    def name(word: str, indices: tuple[str, ...] = ()) -> str:
        return replace(_NAMES, word=partial(_word, kind=marked.get(word, "")))(word, indices)

    style = replace(MATHML, name=name)
    if marks:
        style = replace(style, tag=partial(_marked, marks))
    sign = f'<mo class="relation">{escape(relation)}</mo>' if relation else ""
    written = write(term, style, derivative_style, replace(words, escape=escape))
    heard = escape(text(term, derivative_style=derivative_style) if spoken is None else spoken)
    return f'<math alttext="{heard}">{sign}{written}</math>'


def _marked(marks: Mapping[Path, str], path: Path, term: Term, written: str) -> str:
    kind = marks.get(path)
    return f'<mrow class="{escape(kind)}">{written}</mrow>' if kind else written


def _word(word: str, kind: str = "") -> str:
    marked = f' class="{escape(kind)}"' if kind else ""
    if word.isdigit() or word == UNBOUNDED:
        return f"<mn{marked}>{word}</mn>"
    return f"<mi{marked}>{escape(GREEK.get(word, word))}</mi>"


def _function(function: Function) -> str:
    return f"<mi>{escape(function.written)}</mi>"


def _heavy(tag: str, letter: str) -> str:
    """A bold, upright letter; browsers draw it from the font at hand."""
    return f'<{tag} mathvariant="normal" style="font-weight: bold">{escape(letter)}</{tag}>'


def _bold(name: str) -> str:
    base, subscript = split_name(name)
    letter = _heavy("mi", GREEK.get(base, base))
    return f"<msub>{letter}{_word(subscript)}</msub>" if subscript else letter


def _table(opening: str, rows: Sequence[Sequence[str]], closing: str) -> str:
    inside = "".join(
        f"<mtr>{''.join(f'<mtd>{_ROW(cell)}</mtd>' for cell in row)}</mtr>" for row in rows
    )
    return _ROW(f"<mo>{opening}</mo><mtable>{inside}</mtable><mo>{closing}</mo>")


def _prime(body: str, times: int, lower: tuple[str, ...]) -> str:
    marks = f"<mo>{primes(times)}</mo>"
    if lower:
        return f"<msubsup>{_ROW(body)}{_ROW(''.join(lower))}{marks}</msubsup>"
    return f"<msup>{_ROW(body)}{marks}</msup>"


_COMMA, _UNSEEN = "<mo>,</mo>", "<mo>&#x2063;</mo>"
_APPLIED = "<mrow>{0}<mo>&#x2061;</mo><mrow><mo>(</mo>{1}<mo>)</mo></mrow></mrow>".format
_NAMES = NameStyle(
    _word,
    "<msub>{0}<mrow>{1}</mrow></msub>".format,
    "<mover accent='true'>{0}<mo>¯</mo></mover>".format,
    "<msup>{0}<mo>′</mo></msup>".format,
    _UNSEEN,
    _UNSEEN,
    _COMMA,
    "<msup>{0}<mo>{1}</mo></msup>".format,
)
MATHML = Style(
    forms="mathml",
    relations=relations(lambda sign: escape(sign.unicode), "<mo>{0}</mo>".format),
    plus="<mo>+</mo>",
    minus="<mo>−</mo>",
    times="<mo>·</mo>",
    beside="<mo>&#x2062;</mo>",
    comma=_COMMA,
    dots="<mo>⋯</mo>",
    listed='<mo>,</mo><mspace width="1em"/>',
    number="<mn>{0}</mn>".format,
    name=_NAMES,
    function=_function,
    parentheses="<mrow><mo>(</mo>{0}<mo>)</mo></mrow>".format,
    fraction=_FRACTION,
    power=_POWER,
    call=_APPLIED,
    raised="<msup>{0}<mrow>{1}</mrow></msup>".format,
    absolute="<mrow><mo>|</mo>{0}<mo>|</mo></mrow>".format,
    root="<msqrt>{0}</msqrt>".format,
    exponential=partial(_POWER, "<mi>e</mi>"),
    logarithm=lambda base, argument: _APPLIED(f"<msub><mi>log</mi>{_ROW(base)}</msub>", argument),
    big_sum=(
        '<mrow><munderover><mo movablelimits="false">∑</mo><mrow>{0}<mo>=</mo>{1}</mrow>'
        "<mrow>{2}</mrow></munderover>{3}</mrow>"
    ).format,
    signs={"d": '<mi mathvariant="normal">d</mi>', "∂": "<mi>∂</mi>"},
    partial="<mrow><mfrac><mrow>{0}</mrow><mrow>{0}{1}</mrow></mfrac>{2}</mrow>".format,
    partial_of_name="<mfrac><mrow>{0}{2}</mrow><mrow>{0}{1}</mrow></mfrac>".format,
    twice=lambda name, body: _FRACTION(_SECOND + body, "<mi>∂</mi>" + _POWER(name, "<mn>2</mn>")),
    mixed=lambda first, second, body: _FRACTION(
        _SECOND + body, f"<mi>∂</mi>{first}<mi>∂</mi>{second}"
    ),
    prime=_prime,
    prime_call=lambda function, times, argument: _APPLIED(
        f"<msup>{_function(function)}<mo>{primes(times)}</mo></msup>", argument
    ),
    case=f"<mtr><mtd>{{0}}</mtd><mtd><mtext>{IF}&#xA0;</mtext>{{1}}</mtd></mtr>".format,
    last_case="<mtr><mtd>{0}</mtd><mtd>{1}</mtd></mtr>".format,
    between_cases="",
    cases='<mrow><mo stretchy="true">{{</mo><mtable columnalign="left">{0}</mtable></mrow>'.format,
    otherwise=f"<mtext>{OTHERWISE}</mtext>",
    joining="<mtext>&#xA0;{0}&#xA0;</mtext>".format,
    matrix=_bold,
    ones=_heavy("mn", "1").format,
    zeros=_heavy("mn", "0").format,
    identity=_heavy("mi", "I").format,
    transpose=lambda body: _POWER(body, "<mo>⊤</mo>"),
    norm=lambda body: _POWER(f"<mrow><mo>‖</mo>{body}<mo>‖</mo></mrow>", "<mn>2</mn>"),
    inverse=lambda body: _POWER(body, "<mo>−</mo><mn>1</mn>"),
    diagonal=partial(_APPLIED, "<mi>diag</mi>"),
    entrywise="<mo>⊙</mo>",
    differential='<mrow><mi mathvariant="normal">d</mi>{0}</mrow>'.format,
    nabla="<mrow><mo>∇</mo>{0}</mrow>".format,
    hessian=lambda body: _ROW(_POWER("<mo>∇</mo>", "<mn>2</mn>") + body),
    columns=lambda columns: _table("[", [columns], "]"),
    grid=lambda rows: _table("(", rows, ")"),
    stacked=lambda entries: _table("(", [[entry] for entry in entries], ")"),
    entry=lambda body, row: f"<msub>{body}{_word(row)}</msub>",
    shaped=(
        "<munder><munder><mrow>{0}</mrow><mo>⏟</mo></munder>"
        '<mrow style="font-size: 0.7em">{1}</mrow></munder>'
    ).format,
    by="<mo>×</mo>",
    space=partial(_POWER, "<mi>ℝ</mi>"),
)
