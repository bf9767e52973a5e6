"""Terms as plain text: Unicode for people, ASCII for plain terminals."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from symgd.terms import Term
from symgd.terms.function import Function
from symgd.writing.fold import IF, OTHERWISE, Kinds, Style, common_words, write
from symgd.writing.names import GREEK, joined, primes, split_name, subscripts
from symgd.writing.reading import DerivativeStyle
from symgd.writing.words import ENGLISH, Words

_SUBSCRIPTS = dict(zip("0123456789aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", strict=True))
MACRON = "\u0304"
_SUPERSCRIPTS = dict(zip("0123456789−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻", strict=True))

APOSTROPHE = "'"


def text(
    term: Term,
    *,
    ascii: bool = False,
    derivative_style: DerivativeStyle = "leibniz",
    words: Words = ENGLISH,
) -> str:
    """`term` as one line of text.

    Parameters
    ----------
    term : Term
    ascii : bool
        Use nothing but ASCII characters, with a sign for every multiplication.
    derivative_style : {"leibniz", "prime"}
        How a derivative is written.
    words : Words
        The language of "if" and "otherwise".

    Examples
    --------
    >>> from symgd.parsing.formula import parse
    >>> text(parse("3*theta_1^2 + b")), text(parse("3*theta_1^2 + b"), ascii=True)
    ('3θ₁² + b', '3*theta_1^2 + b')
    """
    return write(term, ASCII if ascii else UNICODE, derivative_style, words)


def width(written: str) -> int:
    """How many columns a text takes: a bar over a letter takes none.

    Examples
    --------
    >>> width("y\u0304 = 2")
    5
    """
    return len(written) - written.count(MACRON)


def padded(written: str, columns: int) -> str:
    """A text with spaces after it, so that it takes so many columns."""
    return written + " " * (columns - width(written))


def _lowered(subscript: str) -> str:
    if all(character in _SUBSCRIPTS for character in subscript):
        return "".join(_SUBSCRIPTS[character] for character in subscript)
    return f"_{subscript}"


def _name(name: str) -> str:
    bar = name.endswith("_bar")
    base, subscript = split_name(name.removesuffix("_bar"))
    over = MACRON if bar else ""
    below = joined(subscripts(subscript))
    return GREEK.get(base, base) + over + (_lowered(below) if below else "")


def _raised(base: str, exponent: str) -> str:
    bare = exponent[1:-1] if exponent.startswith("(−") and exponent.endswith(")") else exponent
    if bare and all(character in _SUPERSCRIPTS for character in bare):
        return base + "".join(_SUPERSCRIPTS[character] for character in bare)
    return f"{base}^{exponent}"


def is_usual(lower: str, upper: str) -> bool:
    """Whether a sum goes from 1 to a name, which a line of text leaves unsaid."""
    return lower == "1" and not upper[:1].isdigit() and " " not in upper


def _bounds(lower: str, upper: str) -> str:
    if is_usual(lower, upper):
        return ""
    return f"₌{_lowered(lower)}^{upper if upper.isalnum() else f'({upper})'}"


def _call(function: Function, argument: str) -> str:
    return f"{function.name}({argument})"


def _cases(rows: Sequence[tuple[str, str]]) -> str:
    written = (f"{body} {_if(condition)}" for body, condition in rows)
    return "{" + "; ".join(written) + "}"


def _if(condition: str) -> str:
    return condition if condition == OTHERWISE else f"{IF} {condition}"


def _piecewise(rows: Sequence[tuple[str, str]]) -> str:
    return "piecewise(" + ", ".join(f"({body}, {condition})" for body, condition in rows) + ")"


@cache
def _unicode_matrices() -> Kinds:
    """How matrices are written."""
    from symgd.writing.matrix_fold import MatrixStyle, matrix_kinds

    return matrix_kinds(
        MatrixStyle(
            name=_name,
            ones=lambda rows: "𝟏",
            zeros=lambda rows, columns: "0",
            identity=lambda rows: "I",
            transpose=lambda body: f"{body}ᵀ",
            norm=lambda body: f"‖{body}‖²",
            inverse=lambda body: f"{body}⁻¹",
            diagonal=lambda body: f"diag({body})",
            entrywise=" ⊙ ",
            differential=lambda body: f"d{body}",
            nabla=lambda order, body: f"∇{'²' * (order == 2)}{body}",
            columns=lambda columns: f"[{'  '.join(columns)}]",
            stacked=lambda entries: f"({', '.join(entries)})ᵀ",
            grid=lambda rows: f"[{'; '.join('  '.join(row) for row in rows)}]",
            vector=lambda body, index: f"{body}{_lowered(index)}",
            entry=lambda body, row: f"{body}{_lowered(row)}",
            shaped=lambda body, shape: f"{body}[{shape}]",
            shape="×".join,
            space=lambda shape: f"ℝ^({shape})" if "×" in shape else f"ℝ^{shape}",
            belongs=" ∈ ",
        )
    )


@cache
def _ascii_matrices() -> Kinds:
    """How matrices are written."""
    from symgd.writing.matrix_fold import MatrixStyle, matrix_kinds

    return matrix_kinds(
        MatrixStyle(
            name=lambda name: name,
            ones=lambda rows: f"ones({rows})",
            zeros=lambda rows, columns: "0",
            identity=lambda rows: f"eye({rows})",
            transpose=lambda body: f"{body}.T",
            norm=lambda body: f"norm({body})^2",
            inverse=lambda body: f"inv({body[1:-1] if body.startswith('(') else body})",
            diagonal=lambda body: f"diag({body})",
            entrywise="*",
            differential=lambda body: f"d{body}",
            nabla=lambda order, body: f"{'hess' if order == 2 else 'grad'}({body})",
            columns=lambda columns: f"[{', '.join(columns)}]",
            stacked=lambda entries: f"({', '.join(entries)}).T",
            grid=lambda rows: f"[{'; '.join(', '.join(row) for row in rows)}]",
            vector=lambda body, index: f"{body}_{index}",
            entry=lambda body, row: f"{body}_{row}",
            shaped=lambda body, shape: f"{body}[{shape}]",
            shape=" x ".join,
            space=lambda shape: f"R^({shape})" if " x " in shape else f"R^{shape}",
            belongs=" in ",
            product="@",
        )
    )


UNICODE = Style(
    plus=" + ",
    minus=" − ",
    times="·",
    beside=" ",
    equals=" = ",
    about=" ≈ ",
    dots="…",
    listed=", ",
    number=str,
    name=_name,
    subscripted=lambda name, indices: _name(name) + _lowered(joined(indices)),
    parentheses=lambda body: f"({body})",
    fraction=lambda top, bottom: f"{top}/{bottom}",
    power=_raised,
    call=_call,
    call_power=lambda function, argument, exponent: _raised(_call(function, argument), exponent),
    root=lambda body: f"√({body})",
    exponential=None,
    big_sum=lambda index, lower, upper, body: f"Σ{_lowered(index)}{_bounds(lower, upper)} {body}",
    partial=lambda sign, variable, body: f"{sign}/{sign}{variable} {body}",
    partial_of_name=lambda sign, variable, body: f"{sign}{body}/{sign}{variable}",
    prime=lambda body, times, lower: (
        f"{body}{primes(times)}{_lowered(joined(lower)) if lower else ''}"
    ),
    prime_call=lambda function, times, argument: f"{function.name}{primes(times)}({argument})",
    second_partial=lambda by, body: (
        f"∂²{body}/∂{by[0]}∂{by[1]}" if len(by) > 1 else f"∂²{body}/∂{by[0]}²"
    ),
    logarithm=lambda base, argument: f"log_{base if base.isalnum() else f'({base})'}({argument})",
    cases=_cases,
    otherwise=OTHERWISE,
    words=common_words(**{"<=": " ≤ ", ">=": " ≥ ", "==": " = ", "!=": " ≠ "}),
    flat=True,
    kinds=_unicode_matrices,
)

ASCII = Style(
    plus=" + ",
    minus=" - ",
    times="*",
    beside="*",
    equals=" = ",
    about=" ~ ",
    dots="...",
    listed=", ",
    number=str,
    name=lambda name: name,
    subscripted=lambda name, indices: f"{name}_{joined(indices)}",
    parentheses=lambda body: f"({body})",
    fraction=lambda top, bottom: f"{top}/{bottom}",
    power=lambda base, exponent: f"{base}^{exponent}",
    call=_call,
    call_power=lambda function, argument, exponent: f"{function.name}({argument})^{exponent}",
    root=lambda body: f"sqrt({body})",
    exponential=None,
    big_sum=lambda index, lower, upper, body: (
        f"sum_{index}({body})"
        if is_usual(lower, upper)
        else f"sum({body}, {index}, {lower}, {upper})"
    ),
    partial=lambda sign, variable, body: (
        f"d/d{variable}{body}" if body.startswith("(") else f"d/d{variable}({body})"
    ),
    partial_of_name=lambda sign, variable, body: f"d{body}/d{variable}",
    prime=lambda body, times, lower: (
        f"{body}{APOSTROPHE * times}{'_' * bool(lower)}{joined(lower)}"
    ),
    prime_call=lambda function, times, argument: f"{function.name}{APOSTROPHE * times}({argument})",
    second_partial=lambda by, body: (
        f"d^2{body}/(d{by[0]} d{by[1]})" if len(by) > 1 else f"d^2{body}/d{by[0]}^2"
    ),
    logarithm=lambda base, argument: f"log({argument}, {base})",
    cases=_piecewise,
    otherwise=OTHERWISE,
    words=common_words(),
    flat=True,
    explicit=True,
    kinds=_ascii_matrices,
)
