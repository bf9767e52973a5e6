"""Conditions, and expressions that differ from case to case."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, TypeAlias

import sympy

from symgd.terms.size import expect_comparable
from symgd.terms.term import Term

Sign: TypeAlias = Literal["<", "<=", ">", ">=", "==", "!="]

RELATIONS: Mapping[Sign, Callable[..., sympy.Expr]] = {
    "<": sympy.Lt,
    "<=": sympy.Le,
    ">": sympy.Gt,
    ">=": sympy.Ge,
    "==": sympy.Eq,
    "!=": sympy.Ne,
}


@dataclass(frozen=True)
class Comparison(Term, children=("left", "right")):
    """left < right and the like: the condition of a case, or of a step."""

    left: Term
    sign: Sign
    right: Term

    @cached_property
    def value(self) -> sympy.Expr:
        left, right = self._values
        expect_comparable(left, right)
        return RELATIONS[self.sign](left, right)


@dataclass(frozen=True)
class Junction(Term, children=("conditions",)):
    """Several conditions, of which all hold, or any."""

    word: Literal["and", "or"]
    conditions: tuple[Term, ...]

    @cached_property
    def value(self) -> sympy.Expr:
        join = sympy.And if self.word == "and" else sympy.Or
        return join(*(condition.value for condition in self.conditions))


@dataclass(frozen=True)
class Otherwise(Term):
    """The condition that always holds."""

    @cached_property
    def value(self) -> sympy.Expr:
        return sympy.true


@dataclass(frozen=True)
class Case(Term, children=("body", "condition"), value=lambda body, condition: body):
    """One piece of Cases: `body` where `condition` holds."""

    body: Term
    condition: Term


@dataclass(frozen=True)
class Cases(Term, children=("cases",)):
    """A piecewise expression: the first case whose condition holds."""

    cases: tuple[Case, ...]

    @cached_property
    def value(self) -> sympy.Expr:
        pieces = [(case.body.value, case.condition.value) for case in self.cases]
        try:
            return sympy.Piecewise(*pieces)
        except RecursionError:  # SymPy turns a − b > x − a over and over
            return sympy.Piecewise(*pieces, evaluate=False)
