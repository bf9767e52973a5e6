"""The leaves: numbers, names, entries of vectors, and names that stand for longer Terms."""

from __future__ import annotations

import fractions
from collections.abc import Mapping, Set
from dataclasses import dataclass
from functools import cached_property

import sympy

from symgd.terms.term import Term, Variable


@dataclass(frozen=True)
class Number(Term):
    """A number, kept exactly; `decimal` says whether it was written with a decimal point."""

    number: fractions.Fraction
    decimal: bool = False

    @cached_property
    def value(self) -> sympy.Expr:
        return sympy.Rational(self.number.numerator, self.number.denominator)


@dataclass(frozen=True)
class Constant(Term):
    """A number with a name of its own, π."""

    name: str

    @cached_property
    def value(self) -> sympy.Expr:
        return CONSTANTS[self.name]


@dataclass(frozen=True)
class Symbol(Variable):
    """A parameter, a count, an index where it is a number (Σ_j j·w_j), or any other name."""

    name: str

    @cached_property
    def value(self) -> sympy.Expr:
        return sympy.Symbol(self.name)

    @cached_property
    def names(self) -> frozenset[str]:
        return frozenset({self.name})

    def with_index(self, old: str, new: str) -> Symbol:
        return Symbol(new) if self.name == old else self


@dataclass(frozen=True)
class Indexed(Variable):
    """One entry of a column, a vector or a table: x_i, w_j, x_ij."""

    name: str
    indices: tuple[str, ...]

    @cached_property
    def value(self) -> sympy.Expr:
        return sympy.IndexedBase(self.name)[tuple(map(sympy.Symbol, self.indices))]

    @cached_property
    def names(self) -> frozenset[str]:
        return frozenset({self.name, *self.indices})

    def with_index(self, old: str, new: str) -> Indexed:
        return Indexed(self.name, _with_index(self.indices, old, new))


@dataclass(frozen=True)
class Delta(Term):
    """Kronecker's δ_jk: 1 where both indices are the same, else 0."""

    indices: tuple[str, ...]

    @cached_property
    def value(self) -> sympy.Expr:
        return sympy.KroneckerDelta(*map(sympy.Symbol, self.indices))

    @cached_property
    def names(self) -> frozenset[str]:
        return frozenset(self.indices)

    def with_index(self, old: str, new: str) -> Delta:
        return Delta(_with_index(self.indices, old, new))


@dataclass(frozen=True)
class Abbreviation(Variable):
    """A name that stands for a longer Term: e_i, u. Its value is that of its definition."""

    name: str
    definition: Term
    indices: tuple[str, ...] = ()

    @cached_property
    def value(self) -> sympy.Expr:
        return self.definition.value

    @property
    def hidden(self) -> tuple[Term, ...]:
        return (self.definition,)

    def written_out(self, only: Set[str] | None = None) -> Term:
        if only is not None and self.name not in only:
            return self
        return self.definition.written_out(only)

    @cached_property
    def names(self) -> frozenset[str]:
        return self.definition.names | {self.name}

    def with_index(self, old: str, new: str) -> Abbreviation:
        if old not in self.definition.names:
            return self
        definition = self.definition.with_index(old, new)
        return Abbreviation(self.name, definition, _with_index(self.indices, old, new))


CONSTANTS: Mapping[str, sympy.Expr] = {"pi": sympy.pi}


def number(value: int | fractions.Fraction, decimal: bool = False) -> Number:
    """A Number of `value`."""
    return Number(fractions.Fraction(value), decimal)


def is_number(term: Term, value: int) -> bool:
    """Whether `term` is written as exactly the number `value`."""
    return isinstance(term, Number) and term.number == value


def _with_index(indices: tuple[str, ...], old: str, new: str) -> tuple[str, ...]:
    return tuple(new if index == old else index for index in indices)
