r"""Terms as LaTeX, for amsmath's math mode."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from symgd.terms import Term
from symgd.terms.function import Function
from symgd.writing.fold import AND, IF, OR, OTHERWISE, Kinds, Style, common_words, write
from symgd.writing.names import GREEK, apart, joined, split_name, subscripts
from symgd.writing.reading import DerivativeStyle
from symgd.writing.words import ENGLISH, Words

_OTHERWISE = rf"\text{{{OTHERWISE}}}"
_SIGNS = {"∂": r"\partial", "d": r"\mathrm{d}"}


def latex(
    term: Term, *, derivative_style: DerivativeStyle = "leibniz", words: Words = ENGLISH
) -> str:
    r"""`term` as LaTeX.

    Examples
    --------
    >>> from symgd.parsing.formula import parse
    >>> latex(parse("(m*x + b)^2/2"))
    '\\frac{\\left(m x + b\\right)^{2}}{2}'
    """
    return write(term, LATEX, derivative_style, words)


def _word(word: str) -> str:
    if not word:
        return ""
    if word in GREEK:
        return "o" if word == "omicron" else rf"\{word}"
    if (len(word) == 1 and word.isalpha()) or word.isdigit():
        return word
    escaped = word.replace("_", r"\_")
    return rf"\mathrm{{{escaped}}}"


def _name(name: str, indices: tuple[str, ...] = ()) -> str:
    if name.endswith("_bar"):
        return rf"\bar{{{_name(name.removesuffix('_bar'), indices)}}}"
    base, subscript = split_name(name)
    below = joined([_word(index) for index in indices])
    parts = subscripts(subscript)
    own = ("," if apart(parts) else " ").join(map(_word, parts))
    lower = ",".join(part for part in (own, below) if part)
    return _word(base) + (f"_{{{lower}}}" if lower else "")


def _bold(name: str) -> str:
    """A matrix's name: bold and upright; Greek letters keep their slope."""
    base, subscript = split_name(name)
    bold = rf"\boldsymbol{{{_word(base)}}}" if base in GREEK else rf"\mathbf{{{base}}}"
    return bold + (f"_{{{_word(subscript)}}}" if subscript else "")


def _call(function: Function, argument: str) -> str:
    if function.name == "abs":
        return rf"\left|{argument}\right|"
    return rf"{function.in_latex}\left({argument}\right)"


def _cases(rows: Sequence[tuple[str, str]]) -> str:
    written = (rf"{body} & {_if(condition)}" for body, condition in rows)
    return r"\begin{cases} " + r" \\ ".join(written) + r" \end{cases}"


def _if(condition: str) -> str:
    return condition if condition == _OTHERWISE else rf"\text{{{IF} }} {condition}"


def _twice(by: tuple[str, ...]) -> str:
    """The lower half of a second derivative."""
    return rf"\partial {by[0]}^{{2}}" if len(by) == 1 else rf"\partial {by[0]} \partial {by[1]}"


def _displayed(cell: str) -> str:
    """A cell of a matrix, with sums and fractions in their full size."""
    return rf"\displaystyle {cell}"


@cache
def _matrices() -> Kinds:
    """How matrices are written."""
    from symgd.writing.matrix_fold import MatrixStyle, matrix_kinds

    return matrix_kinds(
        MatrixStyle(
            name=_bold,
            ones=lambda rows: r"\mathbf{1}",
            zeros=lambda rows, columns: r"\mathbf{0}",
            identity=lambda rows: r"\mathbf{I}",
            transpose=lambda body: rf"{body}^{{\top}}",
            norm=lambda body: rf"\left\|{body}\right\|^{{2}}",
            inverse=lambda body: rf"{body}^{{-1}}",
            diagonal=lambda body: rf"\operatorname{{diag}}\left({body}\right)",
            entrywise=r" \odot ",
            differential=lambda body: rf"\mathop{{}}\!\mathrm{{d}}{body}",
            nabla=lambda order, body: rf"\nabla{'^{2}' if order == 2 else ''} {body}",
            columns=lambda columns: rf"\begin{{bmatrix}} {' & '.join(columns)} \end{{bmatrix}}",
            grid=lambda rows: (
                "\\begin{pmatrix} "
                + r" \\[2.5ex] ".join(" & ".join(map(_displayed, row)) for row in rows)
                + r" \end{pmatrix}"
            ),
            stacked=lambda entries: "\\begin{pmatrix} " + r" \\ ".join(entries) + r" \end{pmatrix}",
            vector=lambda body, index: f"{body}_{{{index}}}",
            entry=lambda body, row: f"{body}_{{{row}}}",
            shaped=lambda body, shape: rf"\underbrace{{{body}}}_{{{shape}}}\,",
            shape=r" \times ".join,
            space=lambda shape: rf"\mathbb{{R}}^{{{shape}}}",
            belongs=r" \in ",
        )
    )


LATEX = Style(
    plus=" + ",
    minus=" - ",
    times=r" \cdot ",
    beside=r" ",
    equals=" = ",
    about=r" \approx ",
    dots=r"\cdots",
    listed=r",\quad ",
    number=str,
    name=_name,
    subscripted=_name,
    parentheses=lambda body: rf"\left({body}\right)",
    fraction=lambda top, bottom: rf"\frac{{{top}}}{{{bottom}}}",
    power=lambda base, exponent: f"{base}^{{{exponent}}}",
    call=_call,
    call_power=lambda function, argument, exponent: (
        rf"{function.in_latex}^{{{exponent}}}\left({argument}\right)"
    ),
    root=lambda body: rf"\sqrt{{{body}}}",
    exponential=lambda exponent: f"e^{{{exponent}}}",
    big_sum=lambda index, lower, upper, body: rf"\sum_{{{index}={lower}}}^{{{upper}}} {body}",
    partial=lambda sign, variable, body: (
        rf"\frac{{{_SIGNS[sign]}}}{{{_SIGNS[sign]} {variable}}} {body}"
    ),
    second_partial=lambda by, body: rf"\frac{{\partial^{{2}} {body}}}{{{_twice(by)}}}",
    prime=lambda body, times, lower: (
        body + "'" * times + (f"_{{{' '.join(lower)}}}" if lower else "")
    ),
    prime_call=lambda function, times, argument: (
        rf"{function.in_latex}{chr(39) * times}\left({argument}\right)"
    ),
    partial_of_name=lambda sign, variable, body: (
        rf"\frac{{{_SIGNS[sign]} {body}}}{{{_SIGNS[sign]} {variable}}}"
    ),
    logarithm=lambda base, argument: rf"\log_{{{base}}}\left({argument}\right)",
    cases=_cases,
    otherwise=_OTHERWISE,
    words=common_words(
        **{"<=": r" \le ", ">=": r" \ge ", "==": " = ", "!=": r" \ne "},
        **{word: rf" \text{{ {sign} }} " for word, sign in (("and", AND), ("or", OR))},
    ),
    kinds=_matrices,
)
