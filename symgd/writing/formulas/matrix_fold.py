"""The fold over Terms of matrices as well.

Laws
----
- matrices are bold capitals, vectors bold small letters, both upright, where the format has bold letters
- numbers stand before matrices, and matrices side by side are a product
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from symgd import terms as nt
from symgd.terms import matrix as mx
from symgd.writing.formulas.fold import ATOM, POWER, PRODUCT, SUM, Piece, Writer
from symgd.writing.formulas.styles import Style, Template

# What is written after d without parentheses.
_BARE = (mx.Matrix, nt.Abbreviation, nt.Symbol, mx.Nabla)


class MatrixWriter(Writer):
    """Writes Terms of numbers and of matrices in one style."""

    def __init__(self, style: Style, e_is_free: bool) -> None:
        super().__init__(style, e_is_free)
        self.writers |= {
            mx.Matrix: lambda t, p: Piece(style.matrix(t.name), ATOM),
            mx.Ones: lambda t, p: Piece(style.ones(str(t.rows)), ATOM),
            mx.Zeros: lambda t, p: Piece(style.zeros(str(t.rows), str(t.columns)), ATOM),
            mx.Identity: lambda t, p: Piece(style.identity(str(t.rows)), ATOM),
            mx.MatrixSum: self.sum,
            mx.MatrixProduct: self.matrix_product,
            mx.Hadamard: self.hadamard,
            mx.Transpose: self.behind(style.transpose),
            mx.SquaredNorm: lambda t, p: Piece(style.norm(self.only(t, p).text), POWER),
            mx.Inverse: self.behind(style.inverse),
            mx.Diagonal: lambda t, p: Piece(style.diagonal(self.only(t, p).text), ATOM),
            mx.Elementwise: lambda t, p: Piece(self.called(t.declared, self.only(t, p).text), ATOM),
            mx.Differential: self.differential,
            mx.Nabla: self.nabla,
            mx.SideBySide: lambda t, p: Piece(style.columns(self.all(t, p)), ATOM),
            mx.Entries: self.grid,
            mx.Stacked: lambda t, p: Piece(style.stacked(self.all(t, p)), ATOM),
            mx.Vector: self.vector,
            mx.Entry: self.entry,
            mx.Shaped: self.shaped,
            mx.Space: self.space,
            mx.Belongs: lambda t, p: self.sides("∈", t, p),
        }

    def only(self, term: nt.Term, path: nt.Path) -> Piece:
        return self.piece(term.children[0], (*path, 0))

    def behind(self, sign: Template) -> Callable[[Any, nt.Path], Piece]:
        """How a sign is written with what it belongs to: in parentheses unless that is one thing."""
        return lambda t, p: Piece(sign(self.wrapped(self.only(t, p), ATOM)), POWER)

    def nabla(self, term: mx.Nabla, path: nt.Path) -> Piece:
        return self.behind(self.style.hessian if term.order == 2 else self.style.nabla)(term, path)

    def matrix_product(self, term: mx.MatrixProduct, path: nt.Path) -> Piece:
        if self.style.product is None:
            return self.product(term, path)
        text = ""
        for number, factor in enumerate(term.factors):
            if number:
                before = mx.matrix_product(term.factors[:number])
                numbers = mx.SCALAR in (mx.shape_of(factor), mx.shape_of(before))
                text += self.style.times if numbers else self.style.product
            text += self.wrapped(self.piece(factor, (*path, number)), POWER)
        return Piece(text, PRODUCT)

    def hadamard(self, term: mx.Hadamard, path: nt.Path) -> Piece:
        parts = (self.piece(child, (*path, n)) for n, child in enumerate(term.factors))
        return Piece(self.style.entrywise.join(self.wrapped(p, POWER) for p in parts), SUM)

    def differential(self, term: mx.Differential, path: nt.Path) -> Piece:
        body = self.only(term, path).text
        norm = isinstance(term.body, mx.SquaredNorm) and not self.style.explicit
        bare = isinstance(term.body, _BARE) or norm
        inner = body if bare else self.style.parentheses(body)
        return Piece(self.style.differential(inner), POWER)

    def grid(self, term: mx.Entries, path: nt.Path) -> Piece:
        cells, width = self.all(term, path), term.width
        rows = [cells[start : start + width] for start in range(0, len(cells), width)]
        return Piece(self.style.grid(rows), ATOM)

    def vector(self, term: mx.Vector, path: nt.Path) -> Piece:
        body = self.style.parentheses(self.only(term, path).text)
        return Piece((self.style.vector or self.style.entry)(body, term.index), ATOM)

    def entry(self, term: mx.Entry, path: nt.Path) -> Piece:
        body = self.only(term, path).text
        closed = body if isinstance(term.term, mx.Matrix) else self.style.parentheses(body)
        return Piece(self.style.entry(closed, str(term.row)), ATOM)

    def shaped(self, term: mx.Shaped, path: nt.Path) -> Piece:
        body = self.wrapped(self.only(term, path), POWER)
        return Piece(self.style.shaped(body, self.dimensions(term.shape)), ATOM)

    def space(self, term: mx.Space, path: nt.Path) -> Piece:
        if term.columns == 1:
            vectors = self.style.vectors or self.style.space
            return Piece(vectors(self.dimensions(term.shape[:1])), ATOM)
        return Piece(self.style.space(self.dimensions(term.shape)), ATOM)

    def dimensions(self, shape: tuple[mx.Dimension, ...]) -> str:
        style = self.style
        return style.by.join(
            style.name(d) if isinstance(d, str) else style.number(str(d)) for d in shape
        )
