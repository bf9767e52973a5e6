"""Terms for matrices and vectors, each of which knows its shape.

A vector is a matrix with one column, and a 1×1 matrix is its only entry, so that uᵀv is a number. Sums and products
whose shapes do not fit cannot be built.

Laws
----
- the shape of a Term is that of its SymPy value
- a product's factors keep their order
"""

from symgd.terms.matrix.changes import Differential, Nabla
from symgd.terms.matrix.entries import Entries, Entry, SideBySide, Stacked, Vector
from symgd.terms.matrix.operations import (
    Diagonal,
    Elementwise,
    Hadamard,
    Inverse,
    MatrixProduct,
    MatrixSum,
    SquaredNorm,
    Transpose,
    as_elementwise,
    entrywise,
    matrix_product,
    matrix_sum,
)
from symgd.terms.matrix.shapes import Belongs, Shaped, Space, belongs, with_shapes
from symgd.terms.matrix.terms import (
    SCALAR,
    Dimension,
    Identity,
    Matrix,
    MatrixTerm,
    Ones,
    Shape,
    Zeros,
    as_matrix,
    holds_matrices,
    shape_of,
    shape_text,
    size_of,
)

__all__ = [
    "SCALAR",
    "Belongs",
    "Diagonal",
    "Differential",
    "Dimension",
    "Elementwise",
    "Entries",
    "Entry",
    "Hadamard",
    "Identity",
    "Inverse",
    "Matrix",
    "MatrixProduct",
    "MatrixSum",
    "MatrixTerm",
    "Nabla",
    "Ones",
    "Shape",
    "Shaped",
    "SideBySide",
    "Space",
    "SquaredNorm",
    "Stacked",
    "Transpose",
    "Vector",
    "Zeros",
    "as_elementwise",
    "as_matrix",
    "belongs",
    "entrywise",
    "holds_matrices",
    "matrix_product",
    "matrix_sum",
    "shape_of",
    "shape_text",
    "size_of",
    "with_shapes",
]
