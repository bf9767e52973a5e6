"""Formula text cut into tokens, and names as symgd spells them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar, TypeVar

from symgd.errors import FormulaError
from symgd.registry.near import near_names

Value = TypeVar("Value")
MAX_LENGTH = 100_000
MAX_NAME = 200  # characters: a name stands many times in every line
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
REMEDIES = {"√": 'write "sqrt(...)"', ":": 'write only the formula, "m*x + b"'}
REMEDIES |= dict.fromkeys("=~", "write only the right-hand side, m*x + b")
REMEDIES |= dict.fromkeys("{}$\\", 'write it as people type it, "a*e^(-b*x)"; LaTeX is not read')
# Whose functions are pasted with the module before them: np.exp is exp.
MODULES = "np|numpy|jnp|math|sp|scipy|special|sympy|torch"
NAME_ENDS = "[₀-₉]*"
TOKEN = re.compile(
    rf"(?P<space>\s+|(?:(?:{MODULES})\.)+(?=[^\W\d])|\.(?=[*/^]))"  # a.*b is a*b
    r"|(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)"
    r"|(?P<word>(?:if|else|and|or)(?![^\W²³]))"  # between formulas; in capitals they are names
    rf"|(?P<name>√(?=\s*[(\[])|[^\W\d²³₀-₉][^\W²³₀-₉]*{NAME_ENDS})"
    r"|(?P<raised>[²³])"
    r"|(?P<sign>\*\*|[<>=!]=|[-+*/^()\[\],<>≤≥≠−·×⋅÷|!{};=])"
)


@dataclass(frozen=True)
class Token:
    kind: str
    text: str
    start: int


class Reader:
    """A formula's text and the tokens that it is cut into; what is wrong is told with its place."""

    remedies: ClassVar[Mapping[str, str]] = REMEDIES

    def __init__(self, text: str) -> None:
        self.text = text

    def error(self, cause: str, remedy: str, position: int) -> FormulaError:
        return FormulaError(cause, remedy, text=self.text, position=position)

    def no_function(
        self, name: str, known: Iterable[str], page: str, otherwise: str, position: int
    ) -> FormulaError:
        """The error for a call of what is no function: the nearest of those `known`, and the page that lists them."""
        near = near_names(name, known, cutoff=0.75)
        guess = f'did you mean "{near[0]}"?' if near else otherwise
        remedy = f'{guess} The page "{page}" of the documentation lists all functions.'
        return self.error(f'there is no function "{name}"', remedy, position)

    def cut(self, pattern: re.Pattern[str], expected: str) -> Iterator[Token]:
        """The tokens of the text, each of the kind that its group in `pattern` is called."""
        position = 0
        while position < len(self.text):
            match = pattern.match(self.text, position)
            if match is None:
                found = self.text[position]
                remedy = self.remedies.get(found, f"expected {expected}")
                raise self.error(f'unexpected "{found}"', remedy, position)
            if match.lastgroup == "name" and len(match.group()) > MAX_NAME:
                cause = f"this name has {len(match.group())} characters"
                raise self.error(cause, f"use at most {MAX_NAME}", position)
            if match.lastgroup != "space":
                yield Token(str(match.lastgroup), match.group(), position)
            position = match.end()


def expect_text(text: object, example: str) -> None:
    """Refuse what is no formula's text, is empty, or is too long to be read."""
    if not isinstance(text, str):
        cause = f"a formula is a text, not {type(text).__name__}"
        raise FormulaError(cause, f'write it as "{example}"')
    if not text.strip():
        raise FormulaError("the formula is empty", f'write one such as "{example}"')
    if len(text) > MAX_LENGTH:
        cause = f"the formula has {len(text)} characters"
        raise FormulaError(cause, f"symgd reads at most {MAX_LENGTH}")


def expect_short(name: str) -> None:
    """Refuse a name that is too long to be written in every line."""
    if len(name) > MAX_NAME:
        cause = f'the name "{name[:20]}…" has {len(name)} characters'
        raise FormulaError(cause, f"use at most {MAX_NAME}")


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


def by_spelling(given: Mapping[str, Value]) -> dict[str, Value]:
    """What is given by name, by the names as formulas have them.

    Examples
    --------
    >>> by_spelling({"α": 1, "b": 2})
    {'alpha': 1, 'b': 2}
    """
    return dict(zip(as_spelled(given), given.values(), strict=True))


def as_spelled(given: Iterable[str]) -> tuple[str, ...]:
    """Names as formulas have them; what is no name stays what it is."""
    return tuple(spelled(name) if isinstance(name, str) and name else name for name in given)


def is_letter(name: str) -> bool:
    """Whether a name is a letter's, so that it may be a parameter although a function is called the same."""
    return name in GREEK_LETTERS.values()
