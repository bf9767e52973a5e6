"""Terms as plain text: Unicode for people, ASCII for plain terminals."""

from __future__ import annotations

import re

from symgd.terms import Term
from symgd.writing.formulas.names import (
    AFTER,
    GREEK,
    UNBOUNDED,
    apart,
    joined,
    primed,
    primes,
    split_name,
    split_sign,
    straight,
    subscripts,
)
from symgd.writing.formulas.styles import IF, Style, relations
from symgd.writing.formulas.write import write
from symgd.writing.reading import DerivativeStyle
from symgd.writing.words import ENGLISH, Words

_SUBSCRIPTS = dict(zip("0123456789aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", strict=True))
MACRON = "\u0304"
_SUPERSCRIPTS = dict(zip("0123456789−+", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", strict=True))


def text(
    term: Term,
    *,
    ascii: bool = False,
    derivative_style: DerivativeStyle = "leibniz",
    words: Words = ENGLISH,
) -> str:
    """`term` as one line of text; with `ascii`, in those characters alone, with a sign for every multiplication.

    Examples
    --------
    >>> from symgd.parsing.formula import parse
    >>> text(parse("3*theta_1^2 + b")), text(parse("3*theta_1^2 + b"), ascii=True)
    ('3θ₁² + b', '3*theta_1^2 + b')
    """
    return write(term, ASCII if ascii else UNICODE, derivative_style, words)


# Small letters below the line are hard to read as a word; indices and λₘₐₓ are no words.
_WORD = re.compile(r"(?!max$|[i-n]+$)[a-z]{3,}")


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
    if name.endswith(AFTER):
        return _name(name.removesuffix(AFTER)) + primes(1)
    name, sign = split_sign(name)
    if sign:
        return _name(name) + _SUPERSCRIPTS[sign]
    base, subscript = split_name(name.removesuffix("_bar"))
    over = MACRON if name.endswith("_bar") else ""
    parts = subscripts(subscript)
    between = "_" if apart(parts) else ""  # as it is typed, where it has words
    below = between.join(GREEK.get(part, part) for part in parts)
    lowered = f"_{below}" if any(map(_WORD.fullmatch, parts)) else _lowered(below)
    return GREEK.get(base, base) + over + (lowered if below else "")


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


UNICODE = Style(
    kept="unicode",
    forms="unicode",
    relations=relations(lambda sign: sign.unicode),
    minus=" − ",
    times="·",
    dots="…",
    name=lambda name, indices=(): _name(name) + (_lowered(joined(indices)) if indices else ""),
    power=_raised,
    root="√({0})".format,
    big_sum=lambda index, lower, upper, body: f"Σ{_lowered(index)}{_bounds(lower, upper)} {body}",
    partial="{0}/{0}{1} {2}".format,
    twice="∂²{1}/∂{0}²".format,
    mixed="∂²{2}/∂{0}∂{1}".format,
    prime=primed(primes, lambda lower: _lowered(joined(lower))),
    logarithm=lambda base, argument: f"log_{base if base.isalnum() else f'({base})'}({argument})",
    case=f"{{0}} {IF} {{1}}".format,
    between_cases="; ",
    cases="{{{0}}}".format,
    flat=True,
    matrix=_name,
    ones="𝟏".format,
    identity="I".format,
    transpose="{0}ᵀ".format,
    norm="‖{0}‖²".format,
    inverse="{0}⁻¹".format,
    entrywise=" ⊙ ",
    nabla="∇{0}".format,
    hessian="∇²{0}".format,
    columns=lambda columns: f"[{'  '.join(columns)}]",
    stacked=lambda entries: f"({', '.join(entries)})ᵀ",
    grid=lambda rows: f"[{'; '.join('  '.join(row) for row in rows)}]",
    entry=lambda body, row: f"{body}{_lowered(row)}",
    by="×",
    vectors="ℝ^{0}".format,
    space="ℝ^({0})".format,
)

ASCII = Style(
    kept="ascii",
    relations=relations(lambda sign: sign.ascii),
    times="*",
    beside="*",
    dots="...",
    name=lambda name, indices=(): (
        name.replace(UNBOUNDED, "oo") + (f"_{joined(indices)}" if indices else "")
    ),
    power="{0}^{1}".format,
    root="sqrt({0})".format,
    big_sum=lambda index, lower, upper, body: (
        f"sum_{index}({body})"
        if is_usual(lower, upper)
        else f"sum({body}, {index}, {lower}, {upper})"
    ),
    signs={"d": "d", "∂": "d"},
    partial="{0}/{0}{1}{2}".format,
    twice="d^2{1}/d{0}^2".format,
    mixed="d^2{2}/(d{0} d{1})".format,
    prime=primed(straight, lambda lower: f"_{joined(lower)}"),
    logarithm="log({1}, {0})".format,
    case="({0}, {1})".format,
    last_case="({0}, {1})".format,
    cases="piecewise({0})".format,
    flat=True,
    explicit=True,
    matrix=str,
    ones="ones({0})".format,
    identity="eye({0})".format,
    transpose="{0}.T".format,
    norm="norm({0})^2".format,
    inverse=lambda body: f"inv({body[1:-1] if body.startswith('(') else body})",
    entrywise="*",
    nabla="grad({0})".format,
    hessian="hess({0})".format,
    columns=lambda columns: f"[{', '.join(columns)}]",
    stacked=lambda entries: f"({', '.join(entries)}).T",
    grid=lambda rows: f"[{'; '.join(', '.join(row) for row in rows)}]",
    entry="{0}_{1}".format,
    by=" x ",
    vectors="R^{0}".format,
    space="R^({0})".format,
    product="@",
)
