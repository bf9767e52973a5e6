"""How Terms of matrices are written: one fold for all formats, each format a MatrixStyle.

Laws
----
- matrices are bold capitals, vectors bold small letters, both upright, where the format has bold letters
- numbers stand before matrices, and matrices side by side are a product
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from symgd import terms as nt
from symgd.terms import matrix as mx
from symgd.writing.fold import ATOM, EQUATION, POWER, PRODUCT, SUM, Kinds, Piece, Writer


@dataclass(frozen=True)
class MatrixStyle:
    """How one format writes each kind of matrix Term; every entry takes and gives text."""

    name: Callable[[str], str]
    ones: Callable[[str], str]
    zeros: Callable[[str, str], str]
    identity: Callable[[str], str]
    transpose: Callable[[str], str]
    norm: Callable[[str], str]
    inverse: Callable[[str], str]
    diagonal: Callable[[str], str]
    entrywise: str
    differential: Callable[[str], str]
    nabla: Callable[[int, str], str]
    columns: Callable[[Sequence[str]], str]
    stacked: Callable[[Sequence[str]], str]
    grid: Callable[[Sequence[Sequence[str]]], str]
    vector: Callable[[str, str], str]
    entry: Callable[[str, str], str]
    shaped: Callable[[str, str], str]
    shape: Callable[[Sequence[str]], str]
    space: Callable[[str], str]
    belongs: str
    product: str | None = None


# What is written after d without parentheses.
_BARE = (mx.Matrix, nt.Abbreviation, nt.Symbol, mx.Nabla)


def matrix_kinds(style: MatrixStyle) -> Kinds:
    """The kinds of matrix Terms and how they are written in `style`."""
    return MappingProxyType(_Kinds(style).kinds)


class _Kinds:
    def __init__(self, style: MatrixStyle) -> None:
        self.style = style
        self.kinds: dict[type, Callable[..., Piece]] = {
            mx.Matrix: self.matrix,
            mx.Ones: lambda w, t, p: Piece(style.ones(str(t.rows)), ATOM),
            mx.Zeros: lambda w, t, p: Piece(style.zeros(str(t.rows), str(t.columns)), ATOM),
            mx.Identity: lambda w, t, p: Piece(style.identity(str(t.rows)), ATOM),
            mx.MatrixSum: lambda w, t, p: w.sum(t, p),
            mx.MatrixProduct: self.product,
            mx.Hadamard: self.hadamard,
            mx.Transpose: self.transpose,
            mx.SquaredNorm: lambda w, t, p: Piece(style.norm(self.only(w, t, p).text), POWER),
            mx.Inverse: self.inverse,
            mx.Diagonal: lambda w, t, p: Piece(style.diagonal(self.only(w, t, p).text), ATOM),
            mx.Elementwise: self.elementwise,
            mx.Differential: self.differential,
            mx.Nabla: self.nabla,
            mx.SideBySide: lambda w, t, p: Piece(style.columns(self.all(w, t, p)), ATOM),
            mx.Entries: self.grid,
            mx.Stacked: lambda w, t, p: Piece(style.stacked(self.all(w, t, p)), ATOM),
            mx.Vector: self.vector,
            mx.Entry: self.entry,
            mx.Shaped: self.shaped,
            mx.Space: self.space,
            mx.Belongs: self.belongs,
        }

    @staticmethod
    def only(writer: Writer, term: nt.Term, path: nt.Path) -> Piece:
        return writer.piece(term.children[0], (*path, 0))

    @staticmethod
    def all(writer: Writer, term: nt.Term, path: nt.Path) -> list[str]:
        return [writer.piece(c, (*path, n)).text for n, c in enumerate(term.children)]

    def closed(self, writer: Writer, term: nt.Term, path: nt.Path) -> str:
        """What a sign stands behind: in parentheses unless it is one thing."""
        return writer.wrapped(self.only(writer, term, path), ATOM)

    def matrix(self, writer: Writer, term: mx.Matrix, path: nt.Path) -> Piece:
        return Piece(self.style.name(term.name), ATOM)

    def product(self, writer: Writer, term: mx.MatrixProduct, path: nt.Path) -> Piece:
        if self.style.product is None:
            return writer.product(term, path)
        text, level = "", EQUATION
        for number, factor in enumerate(term.factors):
            piece = writer.piece(factor, (*path, number))
            numbers = number and mx.SCALAR in (
                mx.shape_of(factor),
                mx.shape_of(mx.matrix_product(term.factors[:number])),
            )
            sign = writer.style.times if numbers else self.style.product
            text += (sign if number else "") + writer.wrapped(piece, POWER)
            level = PRODUCT
        return Piece(text, level)

    def hadamard(self, writer: Writer, term: mx.Hadamard, path: nt.Path) -> Piece:
        parts = [writer.piece(c, (*path, n)) for n, c in enumerate(term.factors)]
        return Piece(self.style.entrywise.join(writer.wrapped(p, POWER) for p in parts), SUM)

    def transpose(self, writer: Writer, term: mx.Transpose, path: nt.Path) -> Piece:
        return Piece(self.style.transpose(self.closed(writer, term, path)), POWER)

    def inverse(self, writer: Writer, term: mx.Inverse, path: nt.Path) -> Piece:
        return Piece(self.style.inverse(self.closed(writer, term, path)), POWER)

    def elementwise(self, writer: Writer, term: mx.Elementwise, path: nt.Path) -> Piece:
        argument = self.only(writer, term, path).text
        return Piece(writer.style.call(term.declared, argument), ATOM)

    def differential(self, writer: Writer, term: mx.Differential, path: nt.Path) -> Piece:
        body = self.only(writer, term, path).text
        norm = isinstance(term.body, mx.SquaredNorm) and not writer.style.explicit
        bare = isinstance(term.body, _BARE) or norm
        inner = body if bare else writer.style.parentheses(body)
        return Piece(self.style.differential(inner), POWER)

    def grid(self, writer: Writer, term: mx.Entries, path: nt.Path) -> Piece:
        cells, width = self.all(writer, term, path), term.width
        rows = [cells[start : start + width] for start in range(0, len(cells), width)]
        return Piece(self.style.grid(rows), ATOM)

    def nabla(self, writer: Writer, term: mx.Nabla, path: nt.Path) -> Piece:
        return Piece(self.style.nabla(term.order, self.closed(writer, term, path)), POWER)

    def vector(self, writer: Writer, term: mx.Vector, path: nt.Path) -> Piece:
        body = self.only(writer, term, path).text
        return Piece(self.style.vector(writer.style.parentheses(body), term.index), ATOM)

    def entry(self, writer: Writer, term: mx.Entry, path: nt.Path) -> Piece:
        body = self.only(writer, term, path)
        closed = (
            body.text if isinstance(term.term, mx.Matrix) else writer.style.parentheses(body.text)
        )
        return Piece(self.style.entry(closed, str(term.row)), ATOM)

    def shaped(self, writer: Writer, term: mx.Shaped, path: nt.Path) -> Piece:
        body = writer.wrapped(self.only(writer, term, path), POWER)
        return Piece(self.style.shaped(body, self.dimensions(writer, term.shape)), ATOM)

    def space(self, writer: Writer, term: mx.Space, path: nt.Path) -> Piece:
        shape = term.shape if term.columns != 1 else term.shape[:1]
        return Piece(self.style.space(self.dimensions(writer, shape)), ATOM)

    def belongs(self, writer: Writer, term: mx.Belongs, path: nt.Path) -> Piece:
        return Piece(self.style.belongs.join(self.all(writer, term, path)), EQUATION)

    def dimensions(self, writer: Writer, shape: tuple[mx.Dimension, ...]) -> str:
        return self.style.shape(
            [
                writer.style.name(d) if isinstance(d, str) else writer.style.number(str(d))
                for d in shape
            ]
        )
