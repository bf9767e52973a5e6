"""The statements of an update rule: names with a prime, v', and words that take a formula of a bound variable."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from symgd import terms as nt
from symgd.errors import FormulaError
from symgd.parsing.formula import CONSTANT_NAMES, FormulaReader
from symgd.parsing.tokens import NAME_ENDS, REMEDIES, TOKEN, Token, expect_text, spelled
from symgd.terms.function import Function

EXAMPLE = "v' = beta*v + g; theta' = theta - alpha*v'"
FIRST = "first"  # first(formula, k, condition): the only word that takes a condition
_AUGMENTED = re.compile(r"([^\W\d]\w*)['′]? ?([-+*/])= ?([^=]+)")
_NAME = re.compile(r"\s*([^\W\d]\w*['′]?)\s*\Z")


@dataclass(frozen=True)
class RuleLine:
    """``name = term``; a name that ends with a prime is what something is after the step."""

    name: str
    term: nt.Term


def parse_statements(text: str, functions: Mapping[str, Function]) -> tuple[RuleLine, ...]:
    """Read the statements of an update rule, which semicolons or line ends keep apart.

    Parameters
    ----------
    text : str
        Each statement is a name, a sign "=" and a formula, in which names may have a prime.
    functions : mapping of str to Function
        What may be called.

    Raises
    ------
    FormulaError
        With the statement and the position in it.

    Examples
    --------
    >>> from symgd.terms.functions import FUNCTIONS
    >>> [s.name for s in parse_statements(EXAMPLE, FUNCTIONS)]
    ["v'", "theta'"]
    """
    expect_text(text, EXAMPLE)
    if not text.replace(";", "").strip():
        raise FormulaError("the update rule is empty", f'write one such as "{EXAMPLE}"')
    return tuple(_statement(part, functions) for part in _parts(text))


def _parts(text: str) -> Iterator[str]:
    """The statements' texts: a line that ends inside a parenthesis goes on, and so do cases in braces."""
    part, depth, braces = "", 0, 0
    for character in text:
        depth += {"(": 1, ")": -1}.get(character, 0)
        braces += {"{": 1, "}": -1}.get(character, 0)
        if (character == ";" and braces <= 0) or (character == "\n" and depth + braces <= 0):
            yield from [part] if part.strip() else []
            part = ""
        else:
            part += character
    yield from [part] if part.strip() else []


def _statement(text: str, functions: Mapping[str, Function]) -> RuleLine:
    _expect_no_other_notation(text)
    found = re.match(r"([^=<>!]*)=(?!=)", text)
    name = None if found is None else _NAME.match(found.group(1))
    if found is None or name is None:
        cause = f'"{" ".join(text.split())}" is no statement of an update rule'
        raise FormulaError(cause, f'write a name, "=" and a formula, as in "{EXAMPLE}"')
    right = text[found.end() :]
    if not right.strip():
        cause = f'nothing stands behind "{name.group(1)} ="'
        raise FormulaError(cause, "write a formula there")
    reader = _StatementReader(right, CONSTANT_NAMES, functions)
    return RuleLine(_plain(name.group(1)), reader.term())


def _expect_no_other_notation(text: str) -> None:
    """Refuse v_{t+1}, as papers have it, and v += g, as programs do, with what either is here."""
    plain = " ".join(text.split())
    if re.search(r"_\s*\{", text):
        cause = f'"{plain}" has an index in braces'
        remedy = "leave the step's number out: v is what it is before the step, v' after it"
        raise FormulaError(cause, f'{remedy}, as in "{EXAMPLE}"')
    added = _AUGMENTED.fullmatch(plain)
    if added:
        name, sign, right = added.groups()
        right = f"({right})" if re.search(r"[-+*/]", right) and sign in "*/" else right
        right = f"({right})" if re.search(r"[-+]", right) and sign == "-" else right
        cause = f'"{plain}" is no statement of an update rule'
        raise FormulaError(cause, f'write it as "{name}\' = {name} {sign} {right}"')


def _plain(name: str) -> str:
    return spelled(name.replace("′", "'"))


class _StatementReader(FormulaReader):
    """Reads a formula in which names may have a prime."""

    remedies: ClassVar[Mapping[str, str]] = {
        **REMEDIES,
        **dict.fromkeys("∇∂", "the gradient is called g, and that at another point g(...)"),
    }

    pattern: ClassVar[re.Pattern[str]] = re.compile(
        TOKEN.pattern.replace(NAME_ENDS, f"{NAME_ENDS}['′]?")
    )

    def leaf(self, token: Token) -> nt.Term:
        if token.kind == "name" and (token.text[-1] in "'′" or len(token.text) == 1):
            return nt.Symbol(_plain(token.text))  # g is the gradient, and g(θ − s) that elsewhere
        return super().leaf(token)

    def call(self, token: Token, args: list[ast.expr], depth: int, position: int) -> nt.Term:
        declared = self.functions.get(token.text)
        if declared is None or declared.name != FIRST:
            return super().call(token, args, depth, position)
        self.expect_count(token, len(args), declared.arity, position)
        *formulas, last = args
        parts = [self.visit(arg, depth + 1) for arg in formulas]
        return nt.Call(declared.name, (*parts, self.condition(last, depth + 1)), declared)
