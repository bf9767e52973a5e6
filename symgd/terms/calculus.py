"""Σ, derivatives that are still to be taken, and equations; what is bound and what is free in them, and renaming."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property, partial

import sympy

from symgd.terms.leaves import Abbreviation, Delta, Indexed, Symbol, number
from symgd.terms.term import Term, Variable, each_term

ONE = number(1)


@dataclass(frozen=True)
class BigSum(Term, children=("body",)):
    """Σ of `body` over `index` = `lower` … `upper`; inside the body, `index` is the Σ's own."""

    body: Term
    index: str
    upper: Term
    lower: Term = ONE

    @cached_property
    def value(self) -> sympy.Expr:
        limits = (sympy.Symbol(self.index), self.lower.value, self.upper.value)
        return sympy.Sum(self.body.value, limits)

    @cached_property
    def names(self) -> frozenset[str]:
        return (self.body.names - {self.index}) | self.upper.names | self.lower.names

    def with_index(self, old: str, new: str) -> Term:
        bounds = self.upper.with_index(old, new), self.lower.with_index(old, new)
        if self.index == old or old not in self.body.names:
            return BigSum(self.body, self.index, *bounds)
        own = (
            self.reindexed(fresh_index(self.body.names | {old, new})) if self.index == new else self
        )
        return BigSum(own.body.with_index(old, new), own.index, *bounds)

    def reindexed(self, index: str) -> BigSum:
        """The same sum, counted by another index that its body does not use."""
        return BigSum(self.body.with_index(self.index, index), index, self.upper, self.lower)


@dataclass(frozen=True)
class Partial(Term, children=("body",)):
    """A derivative still to be taken: ∂/∂variable of body, or d/d variable where `ordinary`."""

    body: Term
    variable: Variable
    ordinary: bool = False

    @cached_property
    def value(self) -> sympy.Expr:
        if isinstance(self.variable, Symbol | Indexed):
            return sympy.Derivative(self.body.value, self.variable.value)
        name = Symbol(self.variable.name)
        inner = sympy.Derivative(self.body.substitute({self.variable: name}).value, name.value)
        return sympy.Subs(inner, name.value, self.variable.value)

    @cached_property
    def names(self) -> frozenset[str]:
        indexed = isinstance(self.variable, Indexed)
        return self.body.names | (self.variable.names if indexed else frozenset())

    def with_index(self, old: str, new: str) -> Term:
        variable = self.variable.with_index(old, new)
        return Partial(self.body.with_index(old, new), variable, self.ordinary)


@dataclass(frozen=True)
class Equation(Term, children=("left", "right"), value=partial(sympy.Eq, evaluate=False)):
    """left = right: a line of a derivation or a definition."""

    left: Term
    right: Term


def fresh_index(used: Collection[str], letters: str = "jklmnqrsi") -> str:
    """The first letter for an index that is not in `used`."""
    names: tuple[str, ...] = (*letters, *(f"{letters[0]}_{n}" for n in range(1, 10_000)))
    return next(name for name in names if name not in used)


@each_term
def indices_of(term: Term) -> tuple[str, ...]:
    """The indices that tell one value of `term` from another, in reading order; those of a Σ inside are its own.

    Examples
    --------
    >>> indices_of(BigSum(Indexed("x", ("i", "j")), "j", Symbol("p")))
    ('i',)
    """
    if isinstance(term, Indexed | Delta | Abbreviation):
        return term.indices
    found = dict.fromkeys(index for child in term.children for index in indices_of(child))
    return tuple(index for index in found if not (isinstance(term, BigSum) and index == term.index))


@each_term
def abbreviations(term: Term) -> tuple[Abbreviation, ...]:
    """The names in `term` that stand for something, each once, and before those in its own definition.

    Examples
    --------
    >>> from symgd.terms import Sum
    >>> h = Abbreviation("h", Symbol("x"))
    >>> [name.name for name in abbreviations(Sum((Abbreviation("k", h), h)))]
    ['k', 'h']
    """
    found: dict[Abbreviation, None] = {}

    def visit(part: Term) -> None:
        for inner in part.parts():
            if isinstance(inner, Abbreviation):
                found.pop(inner, None)
                found[inner] = None
                visit(inner.definition)

    visit(term)
    return tuple(found)


def definitions_of(name: Abbreviation) -> tuple[Equation, ...]:
    """What a name stands for, and the names in that."""
    return tuple(Equation(part, part.definition) for part in abbreviations(name))


@each_term
def holds_partial(term: Term) -> bool:
    """Whether something in `term` is still to be derived."""
    return isinstance(term, Partial) or any(holds_partial(child) for child in term.children)


def renamed(term: Term, old: Abbreviation, new: Abbreviation) -> Term:
    """`term` with `new` for `old`, where it is derived by as well; what does not hold it is the same object."""
    if old.name not in term.names and not holds_partial(term):
        return term
    after = term.map(lambda child: renamed(child, old, new))
    if after == old:
        return new
    if isinstance(after, Partial) and after.variable == old:
        return Partial(after.body, new, after.ordinary)
    return after


def by_letter(line: Term, names: Collection[str], letter: Symbol) -> Term:
    """`line` with `letter` in the place of the parameter that is derived by."""
    if isinstance(line, Partial) and line.variable.name in names:
        # ∂²J/∂m∂b stands for ∂/∂m of ∂J/∂b: only what is derived by now has the letter.
        return Partial(line.body, letter, line.ordinary)
    return line.map(lambda child: by_letter(child, names, letter))
