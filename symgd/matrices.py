"""Terms for matrices and vectors, each of which knows its shape.

A vector is a matrix with one column, and a 1×1 matrix is its only entry, so that uᵀv is a number. Sums and products
whose shapes do not fit cannot be built.

Laws
----
- the shape of a Term is that of its SymPy value
- a product's factors keep their order
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import sympy

from symgd import notation as nt
from symgd.errors import ShapeError
from symgd.functions import FUNCTIONS

Dimension: TypeAlias = str | int
Shape: TypeAlias = tuple[Dimension, Dimension]

SCALAR: Shape = (1, 1)


class MatrixTerm(nt.Term):
    """A Term of matrices; `shape` says how many rows and columns it has."""

    @cached_property
    def shape(self) -> Shape:
        """Rows and columns, each a number or the name of one."""
        raise TypeError(f"{type(self).__name__} has no shape of its own")


@dataclass(frozen=True)
class Matrix(MatrixTerm):
    """A matrix or vector with a name.

    Parameters
    ----------
    name : str
    rows, columns : int or str
        Numbers, or names of numbers: a vector has 1 column.
    entry : str
        What one entry is called, x for X.
    definition : Term or None
        What the name stands for, where it stands for something.

    Examples
    --------
    >>> Matrix("X", "N", "p").value.shape
    (N, p)
    """

    name: str
    rows: Dimension
    columns: Dimension = 1
    entry: str = ""
    definition: nt.Term | None = None

    @cached_property
    def shape(self) -> Shape:
        return (self.rows, self.columns)

    @cached_property
    def value(self) -> sympy.Expr:
        return sympy.MatrixSymbol(self.name, size_of(self.rows), size_of(self.columns))

    @cached_property
    def names(self) -> frozenset[str]:
        return frozenset({self.name})


@dataclass(frozen=True)
class Ones(MatrixTerm):
    """The vector of `rows` ones."""

    rows: Dimension

    @cached_property
    def shape(self) -> Shape:
        return (self.rows, 1)

    @cached_property
    def value(self) -> sympy.Expr:
        return sympy.OneMatrix(size_of(self.rows), 1)


@dataclass(frozen=True)
class Zeros(MatrixTerm):
    """The matrix of zeros."""

    rows: Dimension
    columns: Dimension = 1

    @cached_property
    def shape(self) -> Shape:
        return (self.rows, self.columns)

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
class MatrixSum(nt.Sum, MatrixTerm):
    """A + B − C: terms of one shape."""

    def __post_init__(self) -> None:
        first = self.terms[0]
        for term in self.terms[1:]:
            if shape_of(term) != shape_of(first):
                raise ShapeError(
                    f"a matrix of shape {shape_text(shape_of(first))} and one of shape "
                    f"{shape_text(shape_of(term))} cannot be added",
                    "terms of a sum have the same shape",
                )

    def rebuild(self, children: tuple[nt.Term, ...]) -> nt.Term:
        return matrix_sum(children)

    @cached_property
    def shape(self) -> Shape:
        return shape_of(self.terms[0])

    @cached_property
    def value(self) -> sympy.Expr:
        return sympy.MatAdd(*(as_matrix(term) for term in self.terms))


@dataclass(frozen=True)
class MatrixProduct(nt.Product, MatrixTerm):
    """A B C: factors in their order; numbers may stand anywhere among them."""

    def __post_init__(self) -> None:
        self.shape  # noqa: B018 - shapes that do not fit are found when the product is built

    def rebuild(self, children: tuple[nt.Term, ...]) -> nt.Term:
        return matrix_product(children)

    @cached_property
    def shape(self) -> Shape:
        shape = SCALAR
        for factor in self.factors:
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

    @cached_property
    def value(self) -> sympy.Expr:
        values = [
            sympy.Trace(factor.value)
            if shape_of(factor) == SCALAR != self.shape and isinstance(factor, MatrixTerm)
            else factor.value
            for factor in self.factors
        ]
        return sympy.MatMul(*values) if any(v.is_Matrix for v in values) else sympy.Mul(*values)


@dataclass(frozen=True)
class Hadamard(MatrixTerm):
    """a ⊙ b: entry by entry."""

    factors: tuple[nt.Term, ...]

    def __post_init__(self) -> None:
        first = shape_of(self.factors[0])
        for factor in self.factors[1:]:
            if shape_of(factor) != first:
                raise ShapeError(
                    f"a matrix of shape {shape_text(first)} and one of shape "
                    f"{shape_text(shape_of(factor))} cannot be multiplied entry by entry",
                    "both must have the same shape",
                )

    @property
    def children(self) -> tuple[nt.Term, ...]:
        return self.factors

    def rebuild(self, children: tuple[nt.Term, ...]) -> nt.Term:
        return entrywise(children)

    @cached_property
    def shape(self) -> Shape:
        return shape_of(self.factors[0])

    @cached_property
    def value(self) -> sympy.Expr:
        return sympy.HadamardProduct(*(as_matrix(factor) for factor in self.factors))


@dataclass(frozen=True)
class _Of(MatrixTerm):
    """What is made of one matrix."""

    term: nt.Term

    @property
    def children(self) -> tuple[nt.Term, ...]:
        return (self.term,)

    def rebuild(self, children: tuple[nt.Term, ...]) -> nt.Term:
        return type(self)(*children)


@dataclass(frozen=True)
class Transpose(_Of):
    """Aᵀ: rows become columns."""

    @cached_property
    def shape(self) -> Shape:
        rows, columns = shape_of(self.term)
        return (columns, rows)

    @cached_property
    def value(self) -> sympy.Expr:
        return _transposed(as_matrix(self.term))


@dataclass(frozen=True)
class SquaredNorm(_Of):
    """‖u‖², the sum of the squares of a vector's entries."""

    def __post_init__(self) -> None:
        if shape_of(self.term)[1] != 1:
            raise ShapeError(
                f"the norm is of a vector, not of a matrix of shape {shape_text(shape_of(self.term))}",
                "write a vector between the bars: one with 1 column",
            )

    @cached_property
    def shape(self) -> Shape:
        return SCALAR

    @cached_property
    def value(self) -> sympy.Expr:
        vector = as_matrix(self.term)
        return sympy.MatMul(_transposed(vector), vector)


@dataclass(frozen=True)
class Inverse(_Of):
    """A⁻¹, of a square matrix."""

    def __post_init__(self) -> None:
        rows, columns = shape_of(self.term)
        if rows != columns:
            raise ShapeError(
                f"a matrix of shape {shape_text((rows, columns))} has no inverse",
                "only square matrices can have one",
            )

    @cached_property
    def shape(self) -> Shape:
        return shape_of(self.term)

    @cached_property
    def value(self) -> sympy.Expr:
        return sympy.Inverse(as_matrix(self.term))


@dataclass(frozen=True)
class Diagonal(_Of):
    """diag(u): the vector's entries on the diagonal, zeros elsewhere."""

    def __post_init__(self) -> None:
        if shape_of(self.term)[1] != 1:
            raise ShapeError(
                f"diag is of a vector, not of a matrix of shape {shape_text(shape_of(self.term))}",
                "pass a vector: a matrix with 1 column",
            )

    @cached_property
    def shape(self) -> Shape:
        rows, _ = shape_of(self.term)
        return (rows, rows)

    @cached_property
    def value(self) -> sympy.Expr:
        return sympy.DiagMatrix(as_matrix(self.term))


@dataclass(frozen=True)
class Elementwise(MatrixTerm):
    """f(u): a function of one argument, applied to each entry."""

    function: str
    term: nt.Term

    @property
    def children(self) -> tuple[nt.Term, ...]:
        return (self.term,)

    def rebuild(self, children: tuple[nt.Term, ...]) -> nt.Term:
        return Elementwise(self.function, *children)

    @cached_property
    def shape(self) -> Shape:
        return shape_of(self.term)

    @cached_property
    def value(self) -> sympy.Expr:
        z = sympy.Dummy("z")
        return as_matrix(self.term).applyfunc(sympy.Lambda(z, FUNCTIONS[self.function].value(z)))


@dataclass(frozen=True)
class Differential(MatrixTerm):
    """d(A): how A changes as `variable` does, to first order."""

    body: nt.Term
    variable: Matrix

    @property
    def children(self) -> tuple[nt.Term, ...]:
        return (self.body,)

    def rebuild(self, children: tuple[nt.Term, ...]) -> nt.Term:
        (body,) = children
        return Differential(body, self.variable)

    @cached_property
    def shape(self) -> Shape:
        return shape_of(self.body)

    @cached_property
    def value(self) -> sympy.Expr:
        rows, columns = map(size_of, self.shape)
        if self.body == self.variable:
            return sympy.MatrixSymbol(f"d{self.variable.name}", rows, columns)
        raise TypeError("SymPy has no value for a differential that is still to be taken")


@dataclass(frozen=True)
class Nabla(MatrixTerm):
    """∇J, the gradient of J by a vector; of order 2 the Hessian, ∇²J."""

    body: nt.Term
    variable: Matrix
    order: int = 1

    @property
    def children(self) -> tuple[nt.Term, ...]:
        return (self.body,)

    def rebuild(self, children: tuple[nt.Term, ...]) -> nt.Term:
        (body,) = children
        return Nabla(body, self.variable, self.order)

    @cached_property
    def shape(self) -> Shape:
        rows = self.variable.rows
        return (rows, rows if self.order == 2 else 1)

    @cached_property
    def value(self) -> sympy.Expr:
        raise TypeError("SymPy has no value for a gradient that is still to be found")


@dataclass(frozen=True)
class Columns(MatrixTerm):
    """[x 1]: vectors side by side."""

    columns: tuple[nt.Term, ...]

    def __post_init__(self) -> None:
        first = shape_of(self.columns[0])
        for column in self.columns:
            if shape_of(column) != first or first[1] != 1:
                raise ShapeError(
                    f"columns of shapes {shape_text(first)} and {shape_text(shape_of(column))} cannot "
                    "stand side by side",
                    "columns are vectors of one length",
                )

    @property
    def children(self) -> tuple[nt.Term, ...]:
        return self.columns

    def rebuild(self, children: tuple[nt.Term, ...]) -> nt.Term:
        return Columns(children)

    @cached_property
    def shape(self) -> Shape:
        return (shape_of(self.columns[0])[0], len(self.columns))

    @cached_property
    def value(self) -> sympy.Expr:
        return sympy.BlockMatrix([[as_matrix(column) for column in self.columns]])


@dataclass(frozen=True)
class Vector(MatrixTerm):
    """(xᵢ²)ᵢ: the vector whose entry at `index` is `body`."""

    body: nt.Term
    index: str
    rows: Dimension

    @property
    def children(self) -> tuple[nt.Term, ...]:
        return (self.body,)

    def rebuild(self, children: tuple[nt.Term, ...]) -> nt.Term:
        (body,) = children
        return Vector(body, self.index, self.rows)

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
class Stacked(MatrixTerm):
    """(m, b)ᵀ: the vector of these numbers, one above the other."""

    entries: tuple[nt.Term, ...]

    @property
    def children(self) -> tuple[nt.Term, ...]:
        return self.entries

    def rebuild(self, children: tuple[nt.Term, ...]) -> nt.Term:
        return Stacked(children)

    @cached_property
    def shape(self) -> Shape:
        return (len(self.entries), 1)

    @cached_property
    def value(self) -> sympy.Expr:
        entries = [
            entry.value[0, 0] if entry.value.is_Matrix else entry.value for entry in self.entries
        ]
        return sympy.ImmutableMatrix(entries)


@dataclass(frozen=True)
class Entry(MatrixTerm):
    """(Xw)ᵢ: one entry of a vector, in row `row`."""

    term: nt.Term
    row: Dimension

    @property
    def children(self) -> tuple[nt.Term, ...]:
        return (self.term,)

    def rebuild(self, children: tuple[nt.Term, ...]) -> nt.Term:
        (term,) = children
        return Entry(term, self.row)

    @cached_property
    def names(self) -> frozenset[str]:
        own = {self.row} if isinstance(self.row, str) else set()
        return self.term.names | own

    @cached_property
    def shape(self) -> Shape:
        return SCALAR

    @cached_property
    def value(self) -> sympy.Expr:
        return as_matrix(self.term)[size_of(self.row) - 1, 0]


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


def size_of(dimension: Dimension) -> sympy.Expr:
    """A dimension as SymPy knows it."""
    return sympy.Symbol(dimension) if isinstance(dimension, str) else sympy.Integer(dimension)


def shape_of(term: nt.Term) -> Shape:
    """Rows and columns of any Term; a number has one of each.

    Examples
    --------
    >>> shape_of(Transpose(Matrix("X", "N", "p")))
    ('p', 'N')
    """
    if isinstance(term, MatrixTerm):
        return term.shape
    if isinstance(term, nt.Negative):
        return shape_of(term.term)
    if isinstance(term, nt.Equation):
        return shape_of(term.left)
    return SCALAR


def shape_text(shape: Shape) -> str:
    """A shape in words: N×p."""
    return "×".join(map(str, shape))


def as_matrix(term: nt.Term) -> sympy.Expr:
    """The value of a Term as a SymPy matrix; a number becomes a 1×1 matrix."""
    value = term.value
    return value if value.is_Matrix else value * sympy.OneMatrix(1, 1)


def _transposed(matrix: sympy.Expr) -> sympy.Expr:
    """The transpose, without SymPy's moving it inwards."""
    return matrix.arg if isinstance(matrix, sympy.Transpose) else sympy.Transpose(matrix)


def matrix_sum(terms: Sequence[nt.Term]) -> nt.Term:
    """The terms added, as numbers where they are plain numbers: one is itself."""
    if len(terms) == 1:
        return terms[0]
    plain = not any(holds_matrices(term) for term in terms)
    return nt.Sum(tuple(terms)) if plain else MatrixSum(tuple(terms))


def matrix_product(factors: Sequence[nt.Term]) -> nt.Term:
    """The factors multiplied in their order, as numbers where they are plain numbers: none is 1, one is itself.

    Examples
    --------
    >>> X, w = Matrix("X", "N", "p"), Matrix("w", "p")
    >>> matrix_product((X, w)).value
    X*w
    >>> matrix_product((w, X))
    Traceback (most recent call last):
        ...
    symgd.errors.ShapeError: a matrix of shape p×1 cannot be multiplied by one of shape N×p; the columns of the first must be as many as the rows of the second: is a transpose missing?
    """
    if len(factors) < 2:
        return factors[0] if factors else nt.number(1)
    plain = not any(holds_matrices(factor) for factor in factors)
    return nt.Product(tuple(factors)) if plain else MatrixProduct(tuple(factors))


def holds_matrices(term: nt.Term) -> bool:
    """Whether a Term has a matrix in it."""
    return isinstance(term, MatrixTerm) or any(holds_matrices(child) for child in term.children)


def as_elementwise(term: nt.Term, put: nt.Term) -> nt.Term:
    """A formula in u, of numbers, as the same formula entry by entry of a vector `put`.

    Examples
    --------
    >>> from symgd.parsing import parse
    >>> as_elementwise(parse("exp(u)"), Matrix("z", "N")).shape
    ('N', 1)
    """
    if term == nt.Symbol("u"):
        return put
    rows, columns = shape_of(put)
    one = nt.number(1) if (rows, columns) == SCALAR else Ones(rows)
    parts = term.children[:1] if isinstance(term, nt.Power) else term.children
    children = tuple(as_elementwise(child, put) for child in parts)
    match term:
        case nt.Number() if term.number == 1:
            return one
        case nt.Number():
            return matrix_product((term, one))
        case nt.Call():
            return Elementwise(term.function, *children)
        case nt.Product():
            return entrywise(children)
        case nt.Power(_, nt.Number(exponent)) if exponent in (2, 3):
            return entrywise((children[0],) * int(exponent))
        case nt.Sum():
            return matrix_sum(children)
        case nt.Negative():
            return nt.Negative(*children)
    raise ShapeError(f"{term.value} has no form entry by entry", "use another function")


def entrywise(factors: Sequence[nt.Term]) -> nt.Term:
    """The factors multiplied entry by entry; numbers are multiplied as usual."""
    plain = len(factors) == 1 or all(shape_of(factor) == SCALAR for factor in factors)
    return matrix_product(factors) if plain else Hadamard(tuple(factors))


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
