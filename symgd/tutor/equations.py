"""Equations that people write another way: ∇J = [a, b], m_new = m_old − …, m = θ₁ for θ₁ = m."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TypeAlias

from symgd import terms as nt
from symgd.errors import FormulaError
from symgd.tutor.tokens import CLOSING, LineToken, split
from symgd.tutor.vocabulary import Vocabulary, spelled

# What stands between the = signs of one equation.
Parts: TypeAlias = list[list[LineToken]]

_GRADIENT = ("∇", "grad", "gradient")
_NEW = re.compile(r"(?P<name>\w+?)_(?:new|next|neu|[tkn]\+1)")
_OLD = re.compile(r"(?P<name>\w+?)_(?:old|current|alt|[tkn])")


def equations(text: str, parts: Parts, vocabulary: Vocabulary) -> tuple[list[Parts], bool]:
    """The same in the usual way, one equation or several; and whether the student says which is which.

    Raises
    ------
    FormulaError
        For a gradient without its entries.
    """
    if len(parts) < 2 or not parts[0]:
        return [parts], True
    first = parts[0]
    if len(first) == 1 and first[0].kind == "derivative" and not first[0].of:  # D_m = …, d/dx = …
        return [[[replace(first[0], of=next(iter(vocabulary.costs)))], *parts[1:]]], True
    if len(first) > 1 and first[0].text in _GRADIENT and first[1].text in vocabulary.costs:
        return _entries(text, parts, vocabulary)
    if all(len(part) == 1 and part[0].kind == "name" for part in parts) and len(parts) == 2:
        left, right = (spelled(part[0].text) for part in parts)
        if vocabulary.variable(left) and not vocabulary.meaning(right):
            return [parts[::-1]], True
    return [_step(parts, vocabulary)], True


def _entries(text: str, parts: Parts, vocabulary: Vocabulary) -> tuple[list[Parts], bool]:
    """∇J(m, b) = [∂J/∂m, ∂J/∂b], entry by entry."""
    first, *rest = parts
    wanted = [v for v in vocabulary.variables if isinstance(v, nt.Symbol)]
    named = [vocabulary.variable(spelled(t.text)) for t in first[2:] if t.kind == "name"]
    in_order = {*named} == {*wanted} and len(named) == len(wanted)
    if in_order:
        wanted = [v for v in named if isinstance(v, nt.Symbol)]
    rows = [_inside(part) for part in rest]
    if any(len(row) != len(wanted) for row in rows):
        names = ", ".join(v.name for v in vocabulary.variables)
        cause = f"this gradient has not the entries by {names}"
        raise FormulaError(
            cause, 'write "∇J = [..., ...]"', text=text, position=rest[0][0].start if rest[0] else 0
        )
    found = []
    for number, variable in enumerate(wanted):
        left = LineToken("derivative", first[1].text, first[0].start, of=first[1].text, by=variable.name)  # fmt: skip
        found.append([[left], *(row[number] for row in rows)])
    return found, in_order or len(wanted) == 1


def _inside(tokens: Sequence[LineToken]) -> Parts:
    """The entries of [a, b], (a, b) and [a, b]^T; none where it is no vector."""
    signs = [token.text for token in tokens]
    end = -2 if signs[-2:] == ["^", "T"] else None
    inside = [*tokens[1 : (end or 0) - 1]]
    if not signs or CLOSING.get(signs[0]) != [*signs[:end]][-1]:
        return []
    return split(inside, lambda token: token.text in (",", ";"))


def _step(parts: Parts, vocabulary: Vocabulary) -> Parts:
    """m_new = m_old − … and m_{t+1} = m_t − … as m = m − …"""
    first, *rest = parts
    name = spelled(first[0].text)
    match = _NEW.fullmatch(name)
    name = match["name"] if match else name
    if len(first) > 1 or not _is_parameter(name, vocabulary):
        return parts

    def plain(token: LineToken) -> LineToken:
        if token.text == "L" and next(iter(vocabulary.costs)) != "L":
            return replace(token, text="alpha")  # a learning rate
        old = _OLD.fullmatch(spelled(token.text))
        if token.kind != "name" or old is None or vocabulary.meaning(spelled(token.text)):
            return token
        return replace(token, text=old["name"]) if _is_parameter(old["name"], vocabulary) else token

    left = replace(first[0], text=name)
    return [[left], *([plain(token) for token in part] for part in rest)]


def _is_parameter(name: str, vocabulary: Vocabulary) -> bool:
    return nt.Symbol(name) in vocabulary.variables
