"""Sums, products, fractions, powers and calls, in the writer's order."""

from __future__ import annotations

import operator
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import sympy

from symgd.terms.function import Function
from symgd.terms.functions import FUNCTIONS
from symgd.terms.leaves import number
from symgd.terms.size import expect_call, expect_power
from symgd.terms.term import Term, kept


@dataclass(frozen=True)
class Negative(Term, children=("term",), value=operator.neg):
    """−a. As a later term of a Sum it is read as a subtraction."""

    term: Term


def _quotient(above: sympy.Expr, below: sympy.Expr) -> sympy.Expr:
    expect_power(below, sympy.S.NegativeOne)
    # SymPy divides by no matrix, not even by one of 1 entry.
    return above / (sympy.Trace(below) if below.is_Matrix else below)


@dataclass(frozen=True)
class Sum(Term, children=("terms",), value=sympy.Add):
    """a + b − c: terms in the writer's order."""

    terms: tuple[Term, ...]


@dataclass(frozen=True)
class Product(Term, children=("factors",), value=sympy.Mul):
    """a b c: factors in the writer's order."""

    factors: tuple[Term, ...]


@dataclass(frozen=True)
class Fraction(Term, children=("numerator", "denominator"), value=_quotient):
    """numerator / denominator."""

    numerator: Term
    denominator: Term


@dataclass(frozen=True)
class Power(Term, children=("base", "exponent")):
    """base ^ exponent."""

    base: Term
    exponent: Term

    @cached_property
    def value(self) -> sympy.Expr:
        base, exponent = self._values
        expect_power(base, exponent)
        return base**exponent


@dataclass(frozen=True)
class Call(Term, children=("arguments",)):
    """function(argument, …), for a function declared in `functions`; `own` declares one that is not there."""

    function: str
    arguments: tuple[Term, ...]
    own: Function | None = None

    @kept
    def declared(self) -> Function:
        """What is known of the function."""
        return self.own or FUNCTIONS[self.function]

    @property
    def argument(self) -> Term:
        """The first argument, which most functions have alone."""
        return self.arguments[0]

    @cached_property
    def value(self) -> sympy.Expr:
        arguments = tuple(self._values)
        expect_call(self.declared, arguments)
        return self.declared.value(*arguments)


def call(function: str, *arguments: Term) -> Call:
    """function(argument, …)."""
    return Call(function, arguments)


def sum_of(terms: tuple[Term, ...]) -> Term:
    """The terms added: none is 0, one is itself."""
    if not terms:
        return number(0)
    return terms[0] if len(terms) == 1 else Sum(terms)


def product_of(factors: tuple[Term, ...]) -> Term:
    """The factors multiplied: none is 1, one is itself."""
    if not factors:
        return number(1)
    return factors[0] if len(factors) == 1 else Product(factors)


def terms_of(term: Term) -> tuple[Term, ...]:
    """The terms of a Sum; any other Term is its own only one."""
    return term.terms if isinstance(term, Sum) else (term,)


def factors_of(term: Term) -> tuple[Term, ...]:
    """The factors of a Product; any other Term is its own only one."""
    return term.factors if isinstance(term, Product) else (term,)


def unsigned(term: Term) -> Term:
    """What stands behind a minus sign; a Term without one is itself."""
    return term.term if isinstance(term, Negative) else term


def negated(term: Term) -> Term:
    """−term, without a double sign."""
    return term.term if isinstance(term, Negative) else Negative(term)


def signed_as(model: Term, term: Term) -> Term:
    """`term`, with a minus sign where `model` has one."""
    return Negative(term) if isinstance(model, Negative) else term


def minus(left: Term, right: Term) -> Sum:
    """left − right, in two terms."""
    return Sum((left, Negative(right)))


def squared(term: Term) -> Power:
    """term²."""
    return Power(term, number(2))


def added(terms: Iterable[Term]) -> Term:
    """The terms added, those of the sums among them included."""
    return sum_of(tuple(part for term in terms for part in terms_of(term)))


def multiplied(factors: Iterable[Term]) -> Term:
    """The factors multiplied, those of the products among them included."""
    return product_of(tuple(part for factor in factors for part in factors_of(factor)))
