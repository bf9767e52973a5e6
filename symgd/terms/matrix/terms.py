"""Matrices and vectors by their names, or put together of columns and numbers; and the shape of any Term."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import sympy

from symgd.errors import ShapeError
from symgd.terms import Equation, Negative, Product, Sum, Term

Dimension: TypeAlias = str | int

Shape: TypeAlias = tuple[Dimension, Dimension]

SCALAR: Shape = (1, 1)


class MatrixTerm(Term):
    """A Term of matrices; `shape` says how many rows and columns it has."""

    holds_matrices = True

    @cached_property
    def shape(self) -> Shape:
        """Rows and columns, each a number or the name of one: those of the first part, unless the kind says others."""
        return shape_of(self.children[0])

    @property
    def _values(self) -> Iterable[sympy.Expr]:
        return map(as_matrix, self.children)


@dataclass(frozen=True)
class Matrix(MatrixTerm):
    """A matrix or vector with a name; a vector has 1 column.

    Examples
    --------
    >>> Matrix("X", "N", "p").value.shape
    (N, p)
    """

    name: str
    rows: Dimension
    columns: Dimension = 1
    entry: str = ""  # what one entry is called, x for X
    definition: Term | None = None  # what the name stands for, where it stands for something

    @cached_property
    def shape(self) -> Shape:
        return (self.rows, self.columns)

    @cached_property
    def value(self) -> sympy.Expr:
        return sympy.MatrixSymbol(self.name, size_of(self.rows), size_of(self.columns))

    @property
    def hidden(self) -> tuple[Term, ...]:
        return () if self.definition is None else (self.definition,)

    @cached_property
    def names(self) -> frozenset[str]:
        return frozenset({self.name})


@dataclass(frozen=True)
class Sized(MatrixTerm):
    """What a number of rows and columns alone says."""

    rows: Dimension
    columns: Dimension = 1

    @cached_property
    def shape(self) -> Shape:
        return (self.rows, self.columns)


@dataclass(frozen=True)
class Space(Sized):
    """The set of all matrices of one shape."""


@dataclass(frozen=True)
class Belongs(Equation):
    """X ∈ ℝ^(N×p): what shape a name has. Its value is the name's."""

    @cached_property
    def value(self) -> sympy.Expr:
        return self.left.value


@dataclass(frozen=True)
class Ones(Sized):
    """The vector of `rows` ones."""

    @cached_property
    def value(self) -> sympy.Expr:
        return sympy.OneMatrix(size_of(self.rows), 1)


@dataclass(frozen=True)
class Zeros(Sized):
    """The matrix of zeros."""

    @cached_property
    def value(self) -> sympy.Expr:
        return sympy.ZeroMatrix(size_of(self.rows), size_of(self.columns))


@dataclass(frozen=True)
class Identity(MatrixTerm):
    """The identity matrix I."""

    rows: Dimension

    @cached_property
    def shape(self) -> Shape:
        return (self.rows, self.rows)

    @cached_property
    def value(self) -> sympy.Expr:
        return sympy.Identity(size_of(self.rows))


@dataclass(frozen=True)
class SideBySide(
    MatrixTerm, children=("columns",), value=lambda *columns: sympy.BlockMatrix([columns])
):
    """[x 1]: vectors of one length side by side."""

    columns: tuple[Term, ...]

    @cached_property
    def shape(self) -> Shape:
        return (shape_of(self.columns[0])[0], len(self.columns))


@dataclass(frozen=True)
class Vector(MatrixTerm, children=("body",)):
    """(xᵢ²)ᵢ: the vector whose entry at `index` is `body`."""

    body: Term
    index: str
    rows: Dimension

    @cached_property
    def names(self) -> frozenset[str]:
        return self.body.names - {self.index}

    @cached_property
    def shape(self) -> Shape:
        return (self.rows, 1)

    @cached_property
    def value(self) -> sympy.Expr:
        i, j = sympy.Symbol(self.index), sympy.Dummy("j")
        body = self.body.value.subs(i, i + 1)
        return sympy.FunctionMatrix(size_of(self.rows), 1, sympy.Lambda((i, j), body))


@dataclass(frozen=True)
class Entries(MatrixTerm, children=("entries",)):
    """A matrix by its entries, `entries` row after row, `width` in each."""

    entries: tuple[Term, ...]
    width: int

    @cached_property
    def shape(self) -> Shape:
        return (len(self.entries) // self.width, self.width)

    @cached_property
    def value(self) -> sympy.Expr:
        rows = len(self.entries) // self.width
        return sympy.ImmutableMatrix(rows, self.width, [entry.value for entry in self.entries])


@dataclass(frozen=True)
class Stacked(MatrixTerm, children=("entries",)):
    """(m, b)ᵀ: the vector of these numbers, one above the other."""

    entries: tuple[Term, ...]

    @cached_property
    def shape(self) -> Shape:
        return (len(self.entries), 1)

    @cached_property
    def value(self) -> sympy.Expr:
        return sympy.ImmutableMatrix([as_matrix(entry)[0, 0] for entry in self.entries])


@dataclass(frozen=True)
class Entry(MatrixTerm, children=("term",)):
    """(Xw)ᵢ: one entry of a vector, in row `row`."""

    term: Term
    row: Dimension
    shape = SCALAR

    @cached_property
    def names(self) -> frozenset[str]:
        own = {self.row} if isinstance(self.row, str) else set()
        return self.term.names | own

    @cached_property
    def value(self) -> sympy.Expr:
        return as_matrix(self.term)[size_of(self.row) - 1, 0]


def size_of(dimension: Dimension) -> sympy.Expr:
    """A dimension as SymPy knows it."""
    return sympy.Symbol(dimension) if isinstance(dimension, str) else sympy.Integer(dimension)


def shape_of(term: Term) -> Shape:
    """Rows and columns of any Term; a number has one of each."""
    if isinstance(term, MatrixTerm):
        return term.shape
    if isinstance(term, Negative | Sum | Equation):
        return shape_of(term.children[0])
    return product_shape(term.factors) if isinstance(term, Product) else SCALAR


def product_shape(factors: Sequence[Term]) -> Shape:
    """Rows of the first and columns of the last; numbers may stand anywhere."""
    shape = SCALAR
    for factor in factors:
        right = shape_of(factor)
        if SCALAR in (shape, right):
            shape = right if shape == SCALAR else shape
        elif shape[1] != right[0]:
            raise ShapeError(
                f"a matrix of shape {shape_text(shape)} cannot be multiplied by one of shape "
                f"{shape_text(right)}",
                "the columns of the first must be as many as the rows of the second: is a transpose missing?",
            )
        else:
            shape = (shape[0], right[1])
    return shape


def shape_text(shape: Shape) -> str:
    """A shape in words: N×p."""
    return "×".join(map(str, shape))


def as_matrix(term: Term) -> sympy.Expr:
    """The value of a Term as a SymPy matrix; a number becomes a 1×1 matrix."""
    value = term.value
    return value if value.is_Matrix else value * sympy.OneMatrix(1, 1)
