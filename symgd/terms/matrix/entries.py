"""Matrices that are put together of columns or numbers, and entries that are taken from them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import sympy

from symgd.terms import Term
from symgd.terms.matrix.terms import (
    SCALAR,
    Dimension,
    MatrixTerm,
    Shape,
    as_matrix,
    shape_of,
    size_of,
)


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
