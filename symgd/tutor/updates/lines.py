"""A student's text cut into equations of an update: what stands on the left, by what sign, and what on the right."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from symgd.errors import FormulaError
from symgd.tutor.preprocess import TypedLine, typed_lines
from symgd.tutor.tokens import CLOSING, LineToken, equations_of, split, tokens_of
from symgd.tutor.updates.names import (
    GRADIENT_NAMES,
    TypedName,
    typed_on_keyboard,
    with_time_behind,
    without_components,
    written_name,
)

MAX_UPDATE_LINES = 200
_COMPOUND = ("+", "-", "*", "/", "−")
_PROGRAM = re.compile(r"\s*(?:for|while|repeat|until|end|return|do|def|if|else)\b(?!\s*[=:])")


@dataclass(frozen=True)
class UpdateEquation:
    """left = right = …, or := and the like, as tokens; `name` is what the left-hand side is called."""

    line: int
    text: str
    name: TypedName
    left: tuple[LineToken, ...]
    rights: tuple[tuple[LineToken, ...], ...]
    assigned: bool  # it is said that something is given a new value, :=, ← or -=
    joined: bool = False  # it goes on from the line before

    @property
    def written(self) -> str:
        """The right-hand side as it was typed."""
        last = self.rights[-1][-1]
        return self.text[self.rights[0][0].start : last.start + len(last.text)]


@dataclass(frozen=True)
class CutText:
    """All equations of a text, the lines that are words, and those that are about derivatives alone."""

    equations: tuple[UpdateEquation, ...]
    words: tuple[int, ...]
    derivatives: tuple[int, ...]


def cut(
    texts: Sequence[str],
    owners: Sequence[str],
    derived: Sequence[str],
    known: Callable[[str], bool],
) -> CutText:
    """A student's text as equations; FormulaError for a line that is none.

    `owners` are parameters that names may end with, v_m; what begins with a derivative by one of `derived` is left out.
    """
    if len(texts) > MAX_UPDATE_LINES:
        remedy = f"symgd reads at most {MAX_UPDATE_LINES}"
        raise FormulaError(f"there are {len(texts)} lines", remedy)
    program = [number for number, text in enumerate(texts, 1) if _PROGRAM.match(text)]
    plain = ["" if n in program else typed_on_keyboard(t) for n, t in enumerate(texts, 1)]
    plain = without_components(plain)
    lines, words = typed_lines(plain, known)
    found: list[UpdateEquation] = []
    derivatives: list[int] = []
    for line in lines:
        for name, formula in line.defined:
            found += _equations_in(
                replace(line, text=f"{name} = {formula}"), owners, derived, found, derivatives
            )
        if line.text.strip():
            found += _equations_in(line, owners, derived, found, derivatives)
    said = tuple(sorted({*words, *(n for n in program if texts[n - 1].strip())}))
    return CutText(tuple(found), said, tuple(dict.fromkeys(derivatives)))


def _equations_in(
    line: TypedLine,
    owners: Sequence[str],
    derived: Sequence[str],
    before: Sequence[UpdateEquation],
    derivatives: list[int],
) -> list[UpdateEquation]:
    try:
        tokens = tokens_of(line.text, lambda name: name in owners)
    except FormulaError as error:
        raise at_line(line.number, error) from None
    found: list[UpdateEquation] = []
    for equation in equations_of(tokens):
        goes_on = derivatives and derivatives[-1] >= max(
            (e.line for e in [*before, *found]), default=0
        )
        if (equation and equation[0].kind == "equals" and goes_on) or _is_of_derivative(
            equation, derived
        ):
            derivatives.append(line.number)
        elif equation:
            found.append(_equation(line, equation, owners, [*before, *found]))
    return found


def _is_of_derivative(tokens: Sequence[LineToken], owners: Sequence[str]) -> bool:
    """Whether an equation begins with a derivative: dJ/dm = …, ∂/∂b (…) = …"""
    first = tokens[0] if tokens else None
    if first is None or first.kind != "derivative" or not any(t.kind == "equals" for t in tokens):
        return False
    return written_name(first.by, owners).base in owners


def _equation(
    line: TypedLine,
    tokens: list[LineToken],
    owners: Sequence[str],
    before: Sequence[UpdateEquation],
) -> UpdateEquation:
    left, *rights = split(tokens, lambda token: token.kind == "equals")
    signs = [token.text for token in tokens if token.kind == "equals"]
    if not rights or any(not part for part in rights):
        cause = "nothing stands on the right" if rights else "this is no equation"
        remedy = 'write "v\' = ...", or mark words with #'
        raise refused(line.number, line.text, tokens[-1].start, cause, remedy)
    parts = tuple(map(tuple, rights))
    if not left:
        if not before:
            cause = "this line does not say what it is equal to"
            raise refused(line.number, line.text, 0, cause, 'begin with "v\' = ..."')
        last = before[-1]
        return UpdateEquation(line.number, line.text, last.name, last.left, parts, False, True)
    assigned = signs[0] == ":="
    if len(left) > 1 and left[-1].text in _COMPOUND:
        sign = left.pop()
        parts, assigned = ((*left, sign, *_grouped(parts[0], sign)),), True
    name, end = _name_of(left, owners)
    if name is not None and _is_change(left, name, end, owners):
        plus = LineToken("sign", "+", left[end].start)  # θ' − θ = a is θ' = θ + a
        parts = tuple((*left[end + 1 :], plus, *_grouped(part, left[end])) for part in parts)
        left = left[:end]
    if name is None or end != len(left):
        cause = "what stands on the left is no name"
        remedy = 'write what comes out alone, "v\' = ..."'
        raise refused(line.number, line.text, left[0].start, cause, remedy)
    return UpdateEquation(line.number, line.text, name, tuple(left), parts, assigned)


def _grouped(part: Sequence[LineToken], at: LineToken) -> tuple[LineToken, ...]:
    """Tokens in parentheses, which stand nowhere else than another token."""
    opened, closed = (LineToken("sign", sign, at.start) for sign in "()")
    return (opened, *part, closed)


def _is_change(left: Sequence[LineToken], name: TypedName, end: int, owners: Sequence[str]) -> bool:
    """Whether a name's value is taken from what it is after the step: θ' − θ."""
    if len(left) <= end + 1 or left[end].text not in ("-", "−"):
        return False
    other, over = _name_of(left[end + 1 :], owners)
    return other is not None and other.base == name.base and end + 1 + over == len(left)


def _name_of(tokens: Sequence[LineToken], owners: Sequence[str]) -> tuple[TypedName | None, int]:
    """The name at the beginning of some tokens, with what stands behind it."""
    if tokens[0].kind != "name":
        return None, 0
    name, end = with_time_behind(tokens, 1, written_name(tokens[0].text, owners), raised=True)
    closed = [token.text for token in tokens[end:]]
    if name.base in GRADIENT_NAMES and closed and closed[0] in CLOSING:  # g(θ) = …
        end = len(tokens) if closed[-1] == CLOSING[closed[0]] else end
    return name, end


def at_line(number: int, error: FormulaError) -> FormulaError:
    """The same error with the line's number."""
    where = f"line {number}, column {error.position + 1}" if error.text else f"line {number}"
    return FormulaError(
        f"{where}: {error.cause}", error.words[1], text=error.text, position=error.position
    )


def refused(number: int, text: str, position: int, cause: str, remedy: str) -> FormulaError:
    """The error of a line that is not understood."""
    return at_line(number, FormulaError(cause, remedy, text=text, position=position))
