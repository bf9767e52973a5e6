"""What is done with matrices: sums, products, norms, differentials; with their shapes beside them where a reader wants that.

Shapes that do not fit are an error.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import sympy

from symgd.errors import ShapeError
from symgd.terms import Call, Equation, Negative, Number, Power, Product, Sum, Symbol, Term, number
from symgd.terms.function import Function
from symgd.terms.functions import FUNCTIONS
from symgd.terms.matrix.terms import (
    SCALAR,
    Entry,
    Matrix,
    MatrixTerm,
    Ones,
    Shape,
    SideBySide,
    Stacked,
    as_matrix,
    product_shape,
    shape_of,
    shape_text,
    size_of,
)
from symgd.terms.size import expect_call


@dataclass(frozen=True)
class MatrixSum(Sum, MatrixTerm, value=sympy.MatAdd):
    """A + B − C: terms of one shape."""

    def __post_init__(self) -> None:
        _expect_one_shape(self.terms, "added", "terms of a sum have the same shape")

    def rebuild(self, children: tuple[Term, ...]) -> Term:
        return matrix_sum(children)


@dataclass(frozen=True)
class MatrixProduct(Product, MatrixTerm):
    """A B C: factors in their order; numbers may stand anywhere among them."""

    def __post_init__(self) -> None:
        self.shape  # noqa: B018 - shapes that do not fit are found when the product is built

    def rebuild(self, children: tuple[Term, ...]) -> Term:
        return matrix_product(children)

    @cached_property
    def shape(self) -> Shape:
        return product_shape(self.factors)

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
class Hadamard(MatrixTerm, children=("factors",), value=sympy.HadamardProduct):
    """a ⊙ b: entry by entry."""

    factors: tuple[Term, ...]

    def __post_init__(self) -> None:
        _expect_one_shape(
            self.factors, "multiplied entry by entry", "both must have the same shape"
        )

    def rebuild(self, children: tuple[Term, ...]) -> Term:
        return entrywise(children)


@dataclass(frozen=True)
class _Of(MatrixTerm, children=("term",)):
    """What is made of one matrix."""

    term: Term


def _transposed(matrix: sympy.Expr) -> sympy.Expr:
    """The transpose, without SymPy's moving it inwards."""
    return matrix.arg if isinstance(matrix, sympy.Transpose) else sympy.Transpose(matrix)


@dataclass(frozen=True)
class Transpose(_Of, value=_transposed):
    """Aᵀ: rows become columns."""

    @cached_property
    def shape(self) -> Shape:
        rows, columns = shape_of(self.term)
        return (columns, rows)


@dataclass(frozen=True)
class SquaredNorm(_Of, value=lambda vector: sympy.MatMul(_transposed(vector), vector)):
    """‖u‖², the sum of the squares of a vector's entries."""

    shape = SCALAR

    def __post_init__(self) -> None:
        _expect_vector(self.term, "the norm", "write a vector between the bars: one with 1 column")


@dataclass(frozen=True)
class Inverse(_Of, value=sympy.Inverse):
    """A⁻¹, of a square matrix."""

    def __post_init__(self) -> None:
        rows, columns = shape_of(self.term)
        if rows != columns:
            raise ShapeError(
                f"a matrix of shape {shape_text((rows, columns))} has no inverse",
                "only square matrices can have one",
            )


@dataclass(frozen=True)
class Diagonal(_Of, value=sympy.DiagMatrix):
    """diag(u): the vector's entries on the diagonal, zeros elsewhere."""

    def __post_init__(self) -> None:
        _expect_vector(self.term, "diag", "pass a vector: a matrix with 1 column")

    @cached_property
    def shape(self) -> Shape:
        rows, _ = shape_of(self.term)
        return (rows, rows)


@dataclass(frozen=True)
class Elementwise(MatrixTerm, children=("term",)):
    """f(u): a function of one argument, applied to each entry."""

    function: str
    term: Term

    @property
    def declared(self) -> Function:
        """What is known of the function."""
        return FUNCTIONS[self.function]

    @cached_property
    def value(self) -> sympy.Expr:
        z, argument = sympy.Symbol("z"), as_matrix(self.term)
        expect_call(self.declared, (self.term.value,))
        return argument.applyfunc(sympy.Lambda(z, self.declared.value(z)))


@dataclass(frozen=True)
class Differential(MatrixTerm, children=("body",)):
    """d(A): how A changes as `variable` does, to first order."""

    body: Term
    variable: Matrix

    @cached_property
    def value(self) -> sympy.Expr:
        if self.body != self.variable:
            raise TypeError("SymPy has no value for a differential that is still to be taken")
        return sympy.MatrixSymbol(f"d{self.variable.name}", *map(size_of, self.shape))


@dataclass(frozen=True)
class Nabla(MatrixTerm, children=("body",)):
    """∇J, the gradient of J by a vector; of order 2 the Hessian, ∇²J. SymPy has no value for it."""

    body: Term
    variable: Matrix
    order: int = 1

    @cached_property
    def shape(self) -> Shape:
        rows = self.variable.rows
        return (rows, rows if self.order == 2 else 1)


@dataclass(frozen=True)
class Shaped(MatrixTerm, children=("term",), value=lambda matrix: matrix):
    """A part of a line, written with its shape."""

    term: Term


def _expect_one_shape(terms: Sequence[Term], joined: str, remedy: str) -> None:
    first, *others = map(shape_of, terms)
    for other in others:
        if other != first:
            raise ShapeError(
                f"a matrix of shape {shape_text(first)} and one of shape {shape_text(other)} "
                f"cannot be {joined}",
                remedy,
            )


def _expect_vector(term: Term, sign: str, remedy: str) -> None:
    shape = shape_of(term)
    if shape[1] != 1:
        raise ShapeError(
            f"{sign} is of a vector, not of a matrix of shape {shape_text(shape)}", remedy
        )


def matrix_sum(terms: Sequence[Term]) -> Term:
    """The terms added, as numbers where they are plain numbers: one is itself."""
    if len(terms) == 1:
        return terms[0]
    plain = not any(term.holds_matrices for term in terms)
    return Sum(tuple(terms)) if plain else MatrixSum(tuple(terms))


def matrix_product(factors: Sequence[Term]) -> Term:
    """The factors multiplied in their order, as numbers where they are plain numbers: none is 1, one is itself.

    Examples
    --------
    >>> from symgd.terms.matrix import Matrix
    >>> X, w = Matrix("X", "N", "p"), Matrix("w", "p")
    >>> matrix_product((X, w)).value
    X*w
    >>> matrix_product((w, X))
    Traceback (most recent call last):
        ...
    symgd.errors.ShapeError: a matrix of shape p×1 cannot be multiplied by one of shape N×p; the columns of the first must be as many as the rows of the second: is a transpose missing?
    """
    if len(factors) < 2:
        return factors[0] if factors else number(1)
    plain = not any(factor.holds_matrices for factor in factors)
    return Product(tuple(factors)) if plain else MatrixProduct(tuple(factors))


def entrywise(factors: Sequence[Term]) -> Term:
    """The factors multiplied entry by entry; numbers are multiplied as usual."""
    plain = len(factors) == 1 or all(shape_of(factor) == SCALAR for factor in factors)
    return matrix_product(factors) if plain else Hadamard(tuple(factors))


def as_elementwise(term: Term, put: Term) -> Term:
    """A formula in u, of numbers, as the same formula entry by entry of a vector `put`."""
    if term == Symbol("u"):
        return put
    rows, columns = shape_of(put)
    one = number(1) if (rows, columns) == SCALAR else Ones(rows)
    parts = term.children[:1] if isinstance(term, Power) else term.children
    children = tuple(as_elementwise(child, put) for child in parts)
    match term:
        case Number() if term.number == 1:
            return one
        case Number():
            return matrix_product((term, one))
        case Call():
            return Elementwise(term.function, *children)
        case Product():
            return entrywise(children)
        case Power(_, Number(exponent)) if exponent in (2, 3):
            return entrywise((children[0],) * int(exponent))
        case Sum():
            return matrix_sum(children)
        case Negative():
            return Negative(*children)
    raise ShapeError(
        f"the derivative has the part {term.value}, which has no form entry by entry here",
        "use a function whose derivative has no fraction",
    )


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
