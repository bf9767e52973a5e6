"""Formula text cut into tokens, and names as symgd spells them."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_LOWER = {
    chr(code): unicodedata.name(chr(code)).split()[-1].lower() for code in range(0x3B1, 0x3CA)
}
_UPPER = {letter.upper(): name.capitalize() for letter, name in _LOWER.items()}
GREEK_LETTERS = {
    letter: name.replace("amda", "ambda") for letter, name in {**_LOWER, **_UPPER}.items()
}
SUBSCRIPT_DIGITS = dict(zip("₀₁₂₃₄₅₆₇₈₉", "0123456789", strict=True))
RAISED = dict(zip("²³", "23", strict=True))
SIGNS = {"−": "-", "·": "*", "×": "*", "⋅": "*", "÷": "/", "^": "**", "[": "(", "]": ")"}
SIGNS |= {"≤": "<=", "≥": ">=", "≠": "!="}
OPENING = ("(", "[")
TOKEN = re.compile(
    r"(?P<space>\s+)"
    r"|(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)"
    r"|(?P<name>√(?=\s*[(\[])|[^\W\d²³₀-₉][^\W²³₀-₉]*[₀-₉]*)"
    r"|(?P<raised>[²³])"
    r"|(?P<sign>\*\*|[<>=!]=|[-+*/^()\[\],<>≤≥≠−·×⋅÷|!])"
)


@dataclass(frozen=True)
class Token:
    kind: str
    text: str
    start: int


def spelled(text: str) -> str:
    """A name without letters and digits that only print: θ₁ is theta_1.

    Examples
    --------
    >>> spelled("θ₁")
    'theta_1'
    """
    name = "".join(SUBSCRIPT_DIGITS.get(c, c) for c in text)
    name = GREEK_LETTERS.get(name[0], name[0]) + name[1:]
    if name != text and text[1:2] and text[1] in SUBSCRIPT_DIGITS:
        name = re.sub(r"(\d+)$", r"_\1", name)
    return name


def is_letter(name: str) -> bool:
    """Whether a name is a letter's, so that it may be a parameter although a function is called the same."""
    return name in GREEK_LETTERS.values()
