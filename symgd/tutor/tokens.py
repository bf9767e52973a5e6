"""Tokens: a student's line cut into numbers, names, Σ, derivative signs and other signs."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from symgd.errors import FormulaError
from symgd.tutor.notes import IsKnown

MAX_LENGTH = 4000
_SUBSCRIPT = r"_\{[^{}]*\}|_\(\w+(?:\s*=\s*\w+)?\)|_\w\s*=\s*\d+|_[^\W\d_]|[ᵢⱼₖₗₘₙ]"
_NAME = r"[^\W\d_⁰¹²³⁴-⁹ᵢ-ᵪₐ-ₜ₀-₉Σ∑](?:_\{[^{}]*\}|[^\W⁰¹²³⁴-⁹ⁿΣ∑])*"
_TOKEN = re.compile(
    r"(?P<space>\s+)"
    r"|(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+(?!\w))?)"
    rf"|(?P<sigma>(?:[Σ∑]|\\sum\b|[Ss]um(?![^\W_])|[Mm]ean(?![^\W_]))"
    rf"(?:{_SUBSCRIPT})?(?:\^\{{[^{{}}]*\}}|\^\([^()]*\)|\^\w(?!\w)|[ᴺⁿ])?)"
    rf"|(?P<derivative>[d∂δ]\s*(?P<of>{_NAME})?\s*/\s*[d∂δ]\s*(?P<by>{_NAME}))"
    rf"|(?P<below>[∂D∇]_(?:\{{[^{{}}]*\}}|\w+))"
    r"|(?P<word>(?:if|else|otherwise|and|or)(?!\w))"
    rf"|(?P<name>{_NAME})"
    r"|(?P<raised>⁻?[⁰¹²³⁴-⁹]+|ⁿ)"
    r"|(?P<prime>['′’]+(?:_\{[^{}]*\}|_\w+|[₀-₉ₐ-ₜᵢ-ᵪ]+)?)"
    r"|(?P<compared><=|>=|!=|[<>≤≥≠])"
    r"|(?P<equals>==|:=|=>|⇒|=|:)"
    r"|(?P<sign>\*\*|[-+*/^()\[\]{}−–·×⋅∙÷√∂∇,;|])"
)
_COMMAND = re.compile(r"\\[A-Za-z]+")
_TYPED = "write it as it is typed on a keyboard"
_INSTEAD = {
    r"\mathbb": 'write the mean as "mean(...)" or "1/N sum(...)"',
    r"\text": "words are left out at the end of a line alone",
    r"\infty": "write a formula that has a value",
    r"\prod": "write the product with its factors",
}
RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻ⁿ", "0123456789-n")
SIGNS = {"−": "-", "–": "-", "·": "*", "×": "*", "⋅": "*", "∙": "*", "÷": "/", "**": "^"}
SIGNS |= {"≤": "<=", "≥": ">=", "≠": "!="}
CLOSING = {"(": ")", "[": "]", "{": "}"}


@dataclass(frozen=True)
class LineToken:
    """A piece of a line; `apart` says whether a space stands before it."""

    kind: str
    text: str
    start: int
    apart: bool = False
    of: str = ""
    by: str = ""


def tokens_of(text: str, is_name: IsKnown) -> list[LineToken]:
    """Cut a line into tokens; FormulaError where a character belongs to none.

    D_m is a derivative by m, or a name where the exercise has it.
    """
    if len(text) > MAX_LENGTH:
        raise FormulaError(
            f"the line has {len(text)} characters", f"symgd reads at most {MAX_LENGTH}"
        )
    found: list[LineToken] = []
    position, apart = 0, False
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            cause = f'unexpected "{text[position]}"'
            remedy = "expected a number, a name, one of + - * / ^, Σ, d/dm or a parenthesis"
            command = _COMMAND.match(text, position)
            if command:
                cause, remedy = (
                    f'"{command.group()}" is not read',
                    _INSTEAD.get(command.group(), _TYPED),
                )
            if text.startswith(("...", "…"), position):
                cause = "dots do not say what goes on"
                remedy = 'write the sum with its sign, "sum_i ..."'
            raise FormulaError(cause, remedy, text=text, position=position)
        if match.lastgroup == "space":
            apart = True
        else:
            token = _token(match, apart, is_name)
            if found and found[-1].kind == token.kind == "number":
                cause = "two numbers stand side by side"
                raise FormulaError(cause, "write a sign between them", text=text, position=position)
            found.append(token)
            apart = False
        position = match.end()
    return found


def _token(match: re.Match[str], apart: bool, is_name: IsKnown) -> LineToken:
    text, below = match.group(), match.group("below")
    if below and below.startswith("D") and is_name(below):
        return LineToken("name", text, match.start(), apart)
    if below:
        return LineToken("derivative", text, match.start(), apart, by=below[2:])
    of, by = match.group("of") or "", match.group("by") or ""
    return LineToken(str(match.lastgroup), text, match.start(), apart, of, by)


def equations_of(tokens: list[LineToken]) -> list[list[LineToken]]:
    """The equations of a line, "u = x^2, v = 3x"; the whole line where what stands between commas is none."""
    parts = split(tokens, lambda token: token.text in (",", ";", "and"))
    found = [equation for equation in parts if equation]
    whole = all(any(t.kind == "equals" for t in equation[1:]) for equation in found)
    return found if whole and len(found) > 1 else [tokens]


def split(tokens: list[LineToken], between: Callable[[LineToken], bool]) -> list[list[LineToken]]:
    """What stands between certain tokens outside all parentheses."""
    parts: list[list[LineToken]] = [[]]
    depth = 0
    for token in tokens:
        depth += (token.text in CLOSING) - (token.text in CLOSING.values())
        if between(token) and not depth:
            parts.append([])
        else:
            parts[-1].append(token)
    return parts
