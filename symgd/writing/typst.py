"""Terms as Typst mathematics, and the same with every sub-term tagged for films."""

from __future__ import annotations

from dataclasses import replace

from symgd.notation import Path, Term
from symgd.writing.fold import GREEK, Style, split_name, write

_OPERATORS = {
    "log": "ln",
    "asin": "arcsin",
    "acos": "arccos",
    "atan": "arctan",
    "sign": 'op("sgn")',
}
_SIGNS = {"∂": "diff", "d": "upright(d)"}


def typst(term: Term) -> str:
    """`term` as the inside of a Typst formula, to stand between dollar signs.

    Examples
    --------
    >>> from symgd.parsing import parse
    >>> typst(parse("(m*x + b)^2/2"))
    'frac((m x + b)^(2), 2)'
    """
    return write(term, TYPST)


def tagged(term: Term) -> tuple[str, dict[int, Path]]:
    """`term` as Typst with each sub-term wrapped in ``#tag(n)[$...$]``, and the path of each n.

    Numbers count from 1 in the order in which the fold finishes the sub-terms; an inner tag takes precedence over the outer.
    """
    paths: dict[int, Path] = {}

    def tag(path: Path, part: Term, written: str) -> str:
        paths[len(paths) + 1] = path
        return f"#tag({len(paths)}, ${written}$)"

    return write(term, replace(TYPST, tag=tag)), paths


def _word(word: str) -> str:
    if word in GREEK:
        return GREEK[word]
    if len(word) == 1 or word.isdigit():
        return word
    return f'"{word}"'


def _name(name: str, index: str = "") -> str:
    base, subscript = split_name(name)
    lower = ", ".join(_word(part) for part in (subscript, index) if part)
    return f"{_word(base)}_({lower})" if lower else _word(base)


def _call(function: str, argument: str) -> str:
    if function == "abs":
        return f"abs({argument})"
    return f"{_OPERATORS.get(function, function)}({argument})"


TYPST = Style(
    plus=" + ",
    minus=" - ",
    times=" dot ",
    beside=" ",
    equals=" = ",
    number=str,
    name=_name,
    subscripted=_name,
    parentheses=lambda body: f"({body})",
    fraction=lambda top, bottom: f"frac({top}, {bottom})",
    power=lambda base, exponent: f"{base}^({exponent})",
    call=_call,
    call_power=lambda function, argument, exponent: (
        f"{_OPERATORS.get(function, function)}^({exponent})({argument})"
    ),
    root=lambda body: f"sqrt({body})",
    exponential=lambda exponent: f"e^({exponent})",
    big_sum=lambda index, upper, body: f"sum_({index} = 1)^({upper}) {body}",
    partial=lambda sign, variable, body: (
        f"frac({_SIGNS[sign]}, {_SIGNS[sign]} {variable}) {body}"
    ),
    partial_of_name=lambda sign, variable, body: (
        f"frac({_SIGNS[sign]} {body}, {_SIGNS[sign]} {variable})"
    ),
)
