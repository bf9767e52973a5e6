"""Shapes that are written: beside a part of a line, or as the space that a name belongs to."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import sympy

from symgd import notation as nt
from symgd.matrices.terms import Dimension, Matrix, MatrixTerm, Shape, shape_of


@dataclass(frozen=True)
class Shaped(MatrixTerm):
    """A part of a line, written with its shape."""

    term: nt.Term

    @property
    def children(self) -> tuple[nt.Term, ...]:
        return (self.term,)

    def rebuild(self, children: tuple[nt.Term, ...]) -> nt.Term:
        return Shaped(*children)

    @cached_property
    def shape(self) -> Shape:
        return shape_of(self.term)

    @cached_property
    def value(self) -> sympy.Expr:
        return self.term.value


@dataclass(frozen=True)
class Space(MatrixTerm):
    """The set of all matrices of one shape."""

    rows: Dimension
    columns: Dimension = 1

    @cached_property
    def shape(self) -> Shape:
        return (self.rows, self.columns)


@dataclass(frozen=True)
class Belongs(nt.Equation):
    """X ∈ ℝ^(N×p): what shape a name has. Its value is the name's."""

    def rebuild(self, children: tuple[nt.Term, ...]) -> nt.Term:
        return Belongs(*children)

    @cached_property
    def value(self) -> sympy.Expr:
        return self.left.value


def belongs(matrix: Matrix) -> Belongs:
    """What shape a matrix has, as a line."""
    return Belongs(matrix, Space(*matrix.shape))
