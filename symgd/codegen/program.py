"""Program: cost and gradient over whole arrays, the same for every target."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import sympy

from symgd.errors import GenerationError, either
from symgd.problem.problem import Problem
from symgd.terms import Indexed, Number, Power, Term


@dataclass(frozen=True)
class Local(Term):
    """A name for a part that is worked out once; `array` says whether it has a value for each example."""

    name: str
    array: bool

    @cached_property
    def value(self) -> sympy.Expr:
        return sympy.Symbol(f"local {self.name}")

    @cached_property
    def names(self) -> frozenset[str]:
        return frozenset({f"local {self.name}"})


@dataclass(frozen=True)
class Total(Term, children=("body",)):
    """The sum of an array over all examples."""

    body: Term

    @cached_property
    def value(self) -> sympy.Expr:
        return sympy.Function("total")(self.body.value)


@dataclass(frozen=True)
class Assignment:
    """local = term."""

    local: Local
    term: Term


@dataclass(frozen=True)
class Program:
    """Cost and gradient as assignments over whole arrays."""

    problem: Problem
    hoisted: tuple[Assignment, ...]  # what the data alone decide
    assignments: tuple[Assignment, ...]  # what changes; each uses only what stands before it
    cost: Term
    gradient: tuple[Term, ...]  # in the parameters' order


def expect_numbers(problem: Problem) -> None:
    """Refuse problems whose parameters or inputs are vectors: they can be derived, and have no code yet."""
    names = [f'"{name}"' for name in problem.vectors]
    if names:
        lengths = ", ".join(f"{length}=2" for length in problem.lengths)
        are = "is a vector" if len(names) == 1 else f"and {names.pop()} are vectors"
        raise GenerationError(
            f"there is no code for sums over indices: {', '.join(names)} {are}",
            either(
                f"give them lengths: problem.written_out({lengths}) has code and descends",
                "write the sums out, such as w1*x1 + w2*x2",
            ),
        )


def is_array(term: Term) -> bool:
    """Whether a lowered Term has a value for each example."""
    if isinstance(term, Indexed):
        return True
    if isinstance(term, Local):
        return term.array
    return not isinstance(term, Total) and any(is_array(child) for child in term.children)


def is_short_power(term: Power) -> bool:
    """Whether a power is better written as a product: x·x·x is far faster than x³."""
    return isinstance(term.exponent, Number) and term.exponent.number in (3, 4)
