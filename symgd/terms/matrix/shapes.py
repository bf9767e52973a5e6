"""Shapes that are written: beside a part of a line, or as the space that a name belongs to."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import sympy

from symgd.terms import Equation, Negative, Sum, Term
from symgd.terms.matrix.entries import Entry, SideBySide, Stacked
from symgd.terms.matrix.operations import Hadamard, MatrixProduct
from symgd.terms.matrix.terms import SCALAR, MatrixTerm, Sized, shape_of


@dataclass(frozen=True)
class Shaped(MatrixTerm, children=("term",), value=lambda matrix: matrix):
    """A part of a line, written with its shape."""

    term: Term


@dataclass(frozen=True)
class Space(Sized):
    """The set of all matrices of one shape."""


@dataclass(frozen=True)
class Belongs(Equation):
    """X ∈ ℝ^(N×p): what shape a name has. Its value is the name's."""

    @cached_property
    def value(self) -> sympy.Expr:
        return self.left.value


def with_shapes(term: Term) -> Term:
    """`term` with the shapes of its parts beside them: of each factor, and of each term that is a matrix."""
    if isinstance(term, MatrixProduct | Hadamard):
        # A factor that is a number has the shapes of what it is made of; a matrix is one part.
        return term.map(lambda f: with_shapes(f) if shape_of(f) == SCALAR else Shaped(f))
    if isinstance(term, Sum | Negative | Equation):
        return term.map(with_shapes)
    if shape_of(term) != SCALAR:
        return Shaped(term)
    return term if isinstance(term, Entry | SideBySide | Stacked) else term.map(with_shapes)
