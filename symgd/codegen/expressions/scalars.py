"""Update rules and rates as Python text for one number: cases are decided, and no other is worked out.

Laws
----
- the operations come in the order in which NumPy's text has them, so that +, -, ·, / and roots give the same numbers;
  powers, exp, log and the like may differ in the last bit
- where Python raises what NumPy answers inf or nan, FAULTS is raised: whoever runs the text decides
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from symgd import terms as nt
from symgd.codegen.expressions.expressions import ATOM, SUM, Code, ExpressionWriter
from symgd.errors import GenerationError
from symgd.optimizers.words import WORDS
from symgd.parsing.formula import parse

FAULTS = (ArithmeticError, ValueError, TypeError)


class ScalarWriter(ExpressionWriter):
    """Writes for one number; GenerationError for words that look at whole vectors."""

    def __init__(self, name: Callable[[nt.Term], str]) -> None:
        super().__init__(name, _no_total, "python")

    def code(self, term: nt.Term) -> Code:
        """`term` as Python."""
        if isinstance(term, nt.Cases):
            return Code(f"({self._decided(term.cases)})", ATOM)
        if isinstance(term, nt.Call) and term.function in WORDS:
            code = WORDS[term.function].code(self.target, *map(self.text, term.arguments))
            if not code:
                cause = f'"{term.function}" looks at other parameters'
                raise GenerationError(cause, "work it out over arrays")
            return Code(code, ATOM)
        if isinstance(term, nt.Call) and term.function in _OWN:
            first, *others = map(self.text, term.arguments)
            for other in others:
                first = f"_{term.function}({first}, {other})"
            return Code(first if others else f"_{term.function}({first})", ATOM)
        plain = in_others(term)
        return super().code(term) if plain is None else self.code(plain)

    def _decided(self, cases: tuple[nt.Case, ...]) -> str:
        first, *others = cases
        if isinstance(first.condition, nt.Otherwise):
            return self.text(first.body)
        rest = self._decided(tuple(others)) if others else "math.nan"
        return f"{self._wrapped(first.body, SUM)} if {self._asked(first.condition)} else {rest}"

    def _asked(self, condition: nt.Term) -> str:
        if isinstance(condition, nt.Junction):
            return f" {condition.word} ".join(f"({self._asked(c)})" for c in condition.conditions)
        return self._condition(condition)


def in_others(term: nt.Term) -> nt.Term | None:
    """A call of what no library has, in functions that they have: sigmoid(g) is 1/(1 + exp(-g)); None for all else."""
    if not isinstance(term, nt.Call):
        return None
    arguments = term.arguments
    if term.function == "log" and len(arguments) == 2:
        return nt.Fraction(*(nt.call("log", argument) for argument in arguments))
    if term.declared.numpy:
        return None
    if term.declared.meaning:
        letters: dict[nt.Term, nt.Term] = {
            nt.Symbol(letter): argument for letter, argument in zip("uv", arguments, strict=False)
        }
        return parse(term.declared.meaning, constants=()).substitute(letters)
    cause = f"NumPy has no {term.function}, and so there is no code for this formula"
    raise GenerationError(cause, "write it with other functions")


def _no_total(writer: ExpressionWriter, body: nt.Term) -> str:
    raise GenerationError("here is no sum over examples", "write it without")


# What NumPy does with one number, a hundred times faster: what is no number stays none.


def _max(one: float, other: float) -> float:
    return one if one >= other or one != one else other


def _min(one: float, other: float) -> float:
    return one if one <= other or one != one else other


def _sign(number: float) -> float:
    return 1.0 if number > 0 else -1.0 if number < 0 else number * 0.0


def _floor(number: float) -> float:
    return float(math.floor(number)) if math.isfinite(number) else number


def _mod(number: float, divisor: float) -> float:
    return number % divisor


_OWN = ("max", "min", "sign")
SCALARS: Mapping[str, Any] = {
    "np": np,
    "math": math,
    "float": float,
    "abs": abs,
    "_max": _max,
    "_min": _min,
    "_sign": _sign,
    "_floor": _floor,
    "_mod": _mod,
    "__builtins__": {},
}
