"""Terms as MathML, which browsers typeset by themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from html import escape

from symgd.terms import Path, Term
from symgd.terms.function import Function
from symgd.writing.fold import AND, IF, OR, OTHERWISE, Kinds, Style, write
from symgd.writing.names import GREEK, apart, primes, split_name, subscripts
from symgd.writing.reading import DerivativeStyle
from symgd.writing.text import text
from symgd.writing.words import ENGLISH, Words

_OTHERWISE = f"<mtext>{OTHERWISE}</mtext>"


def mathml(
    term: Term,
    *,
    classes: Mapping[str, str] | None = None,
    marks: Mapping[Path, str] | None = None,
    relation: str = "",
    spoken: str | None = None,
    block: bool = False,
    derivative_style: DerivativeStyle = "leibniz",
    words: Words = ENGLISH,
) -> str:
    """`term` as a ``<math>`` element, with the same in words for those who hear it.

    Parameters
    ----------
    term : Term
    classes : mapping of str to str, optional
        A CSS class for some names, such as a parameter's.
    marks : mapping of Path to str, optional
        A CSS class for some parts.
    relation : str
        A sign before it, such as "=".
    spoken : str, optional
        What is heard; without it, the plain text.
    block : bool
        On a line of its own.
    derivative_style : {"leibniz", "prime"}
        How a derivative is written.
    words : Words
        The language of "if" and "otherwise".

    Examples
    --------
    >>> from symgd.parsing.formula import parse
    >>> mathml(parse("x^2"))
    '<math alttext="x²"><msup><mrow><mi>x</mi></mrow><mrow><mn>2</mn></mrow></msup></math>'
    """
    marked = classes or {}

    def name(word: str, indices: tuple[str, ...] = ()) -> str:
        return _name(word, indices, marked.get(word, ""))

    style = replace(MATHML, name=name, subscripted=name)
    if marks:
        style = _marking(style, marks)
    display = ' display="block"' if block else ""
    sign = f'<mo class="relation">{escape(relation)}</mo>' if relation else ""
    written = write(term, style, derivative_style, replace(words, escape=escape))
    heard = escape(text(term, derivative_style=derivative_style) if spoken is None else spoken)
    return f'<math{display} alttext="{heard}">{sign}{written}</math>'


def _marking(style: Style, marks: Mapping[Path, str]) -> Style:
    """The style with some parts marked; all else is written as without marks."""
    calls: dict[str, tuple[Function, str]] = {}

    def tag(path: Path, term: Term, written: str) -> str:
        kind = marks.get(path)
        return f'<mrow class="{escape(kind)}">{written}</mrow>' if kind else written

    def call(function: Function, argument: str) -> str:
        written = style.call(function, argument)
        calls[written] = function, argument
        return written

    def power(base: str, exponent: str) -> str:
        """The exponent of a function stands after its name, unless it is marked."""
        if base in calls and calls[base][0].name not in ("exp", "abs"):
            return style.call_power(*calls[base], exponent)
        return style.power(base, exponent)

    return replace(style, tag=tag, call=call, power=power)


def _word(word: str, kind: str = "") -> str:
    marked = f' class="{escape(kind)}"' if kind else ""
    if word.isdigit():
        return f"<mn{marked}>{word}</mn>"
    return f"<mi{marked}>{escape(GREEK.get(word, word))}</mi>"


def _name(name: str, indices: tuple[str, ...] = (), kind: str = "") -> str:
    if name.endswith("_bar"):
        below = _name(name.removesuffix("_bar"), indices, kind)
        return f"<mover accent='true'>{below}<mo>¯</mo></mover>"
    base, subscript = split_name(name)
    comma, unseen = "<mo>,</mo>", "<mo>&#x2063;</mo>"
    between = comma if any(len(index) > 1 for index in indices) else unseen
    below = between.join(_word(index, kind) for index in indices)
    parts = subscripts(subscript)
    own = (comma if apart(parts) else unseen).join(_word(part, kind) for part in parts)
    lower = [part for part in (own, below) if part]
    if not lower:
        return _word(base, kind)
    return f"<msub>{_word(base, kind)}<mrow>{comma.join(lower)}</mrow></msub>"


def _row(inside: str) -> str:
    return f"<mrow>{inside}</mrow>"


def _parentheses(body: str) -> str:
    return _row(f"<mo>(</mo>{body}<mo>)</mo>")


def _operator(function: Function) -> str:
    return f"<mi>{escape(function.written)}</mi><mo>&#x2061;</mo>"


def _heavy(tag: str, letter: str) -> str:
    """A bold, upright letter; browsers draw it from the font at hand."""
    return f'<{tag} mathvariant="normal" style="font-weight: bold">{escape(letter)}</{tag}>'


def _bold(name: str) -> str:
    base, subscript = split_name(name)
    letter = _heavy("mi", GREEK.get(base, base))
    return f"<msub>{letter}{_word(subscript)}</msub>" if subscript else letter


def _table(opening: str, rows: Sequence[Sequence[str]], closing: str) -> str:
    inside = "".join(
        f"<mtr>{''.join(f'<mtd>{_row(cell)}</mtd>' for cell in row)}</mtr>" for row in rows
    )
    return _row(f"<mo>{opening}</mo><mtable>{inside}</mtable><mo>{closing}</mo>")


def _call(function: Function, argument: str) -> str:
    if function.name == "abs":
        return _row(f"<mo>|</mo>{argument}<mo>|</mo>")
    return _row(_operator(function) + _parentheses(argument))


def _cases(rows: Sequence[tuple[str, str]]) -> str:
    lines = "".join(
        f"<mtr><mtd>{body}</mtd><mtd>{_if(condition)}</mtd></mtr>" for body, condition in rows
    )
    return _row(f'<mo stretchy="true">{{</mo><mtable columnalign="left">{lines}</mtable>')


def _if(condition: str) -> str:
    return condition if condition == _OTHERWISE else f"<mtext>{IF}&#xA0;</mtext>{condition}"


def _sign(sign: str) -> str:
    return '<mi mathvariant="normal">d</mi>' if sign == "d" else "<mi>∂</mi>"


def _fraction(top: str, bottom: str) -> str:
    return f"<mfrac>{_row(top)}{_row(bottom)}</mfrac>"


def _power(base: str, exponent: str) -> str:
    return f"<msup>{_row(base)}{_row(exponent)}</msup>"


def _prime(body: str, times: int, lower: tuple[str, ...]) -> str:
    marks = f"<mo>{primes(times)}</mo>"
    if lower:
        return f"<msubsup>{_row(body)}{_row(''.join(lower))}{marks}</msubsup>"
    return f"<msup>{_row(body)}{marks}</msup>"


@cache
def _matrices() -> Kinds:
    """How matrices are written."""
    from symgd.writing.matrix_fold import MatrixStyle, matrix_kinds

    return matrix_kinds(
        MatrixStyle(
            name=_bold,
            ones=lambda rows: _heavy("mn", "1"),
            zeros=lambda rows, columns: _heavy("mn", "0"),
            identity=lambda rows: _heavy("mi", "I"),
            transpose=lambda body: _power(body, "<mo>⊤</mo>"),
            norm=lambda body: _power(_row(f"<mo>‖</mo>{body}<mo>‖</mo>"), "<mn>2</mn>"),
            inverse=lambda body: _power(body, "<mo>−</mo><mn>1</mn>"),
            diagonal=lambda body: _row(f"<mi>diag</mi><mo>&#x2061;</mo>{_parentheses(body)}"),
            entrywise="<mo>⊙</mo>",
            differential=lambda body: _row(f'<mi mathvariant="normal">d</mi>{body}'),
            nabla=lambda order, body: _row(
                (_power("<mo>∇</mo>", "<mn>2</mn>") if order == 2 else "<mo>∇</mo>") + body
            ),
            columns=lambda columns: _table("[", [columns], "]"),
            grid=lambda rows: _table("(", rows, ")"),
            stacked=lambda entries: _table("(", [[entry] for entry in entries], ")"),
            vector=lambda body, index: f"<msub>{body}<mi>{escape(index)}</mi></msub>",
            entry=lambda body, row: f"<msub>{body}{_word(row)}</msub>",
            shaped=lambda body, shape: (
                f"<munder><munder>{_row(body)}<mo>⏟</mo></munder>"
                f'<mrow style="font-size: 0.7em">{shape}</mrow></munder>'
            ),
            shape="<mo>×</mo>".join,
            space=lambda shape: _power("<mi>ℝ</mi>", shape),
            belongs="<mo>∈</mo>",
        )
    )


MATHML = Style(
    plus="<mo>+</mo>",
    minus="<mo>−</mo>",
    times="<mo>·</mo>",
    beside="<mo>&#x2062;</mo>",
    equals="<mo>=</mo>",
    about="<mo>≈</mo>",
    dots="<mo>⋯</mo>",
    listed='<mo>,</mo><mspace width="1em"/>',
    number=lambda digits: f"<mn>{digits}</mn>",
    name=_name,
    subscripted=_name,
    parentheses=_parentheses,
    fraction=_fraction,
    power=_power,
    call=_call,
    call_power=lambda function, argument, exponent: _row(
        f"<msup><mi>{escape(function.written)}</mi>{_row(exponent)}</msup>"
        f"<mo>&#x2061;</mo>{_parentheses(argument)}"
    ),
    root=lambda body: f"<msqrt>{body}</msqrt>",
    exponential=lambda exponent: _power("<mi>e</mi>", exponent),
    big_sum=lambda index, lower, upper, body: _row(
        f'<munderover><mo movablelimits="false">∑</mo>{_row(f"{index}<mo>=</mo>{lower}")}'
        f"{_row(upper)}</munderover>{body}"
    ),
    partial=lambda sign, variable, body: _row(
        _fraction(_sign(sign), _sign(sign) + variable) + body
    ),
    second_partial=lambda by, body: _fraction(
        _power(_sign("∂"), "<mn>2</mn>") + body,
        "".join(_sign("∂") + name for name in by)
        if len(by) > 1
        else _sign("∂") + _power(by[0], "<mn>2</mn>"),
    ),
    prime=_prime,
    prime_call=lambda function, times, argument: _row(
        f"<msup><mi>{escape(function.written)}</mi><mo>{primes(times)}</mo></msup>"
        f"<mo>&#x2061;</mo>{_parentheses(argument)}"
    ),
    partial_of_name=lambda sign, variable, body: _fraction(
        _sign(sign) + body, _sign(sign) + variable
    ),
    logarithm=lambda base, argument: _row(
        f"<msub><mi>log</mi>{_row(base)}</msub><mo>&#x2061;</mo>{_parentheses(argument)}"
    ),
    cases=_cases,
    otherwise=_OTHERWISE,
    words={
        **{sign: f"<mo>{escape(sign)}</mo>" for sign in ("<", ">")},
        **{"<=": "<mo>≤</mo>", ">=": "<mo>≥</mo>", "==": "<mo>=</mo>", "!=": "<mo>≠</mo>"},
        **{word: f"<mtext>&#xA0;{sign}&#xA0;</mtext>" for word, sign in (("and", AND), ("or", OR))},
    },
    comma="<mo>,</mo>",
    kinds=_matrices,
)
