"""Terms for matrices and vectors, each of which knows its shape.

A vector is a matrix with one column, and a 1×1 matrix is its only entry, so that uᵀv is a number. Sums and products
whose shapes do not fit cannot be built.

Laws
----
- the shape of a Term is that of its SymPy value
- a product's factors keep their order
"""

from symgd.terms.matrix.operations import Diagonal as Diagonal
from symgd.terms.matrix.operations import Differential as Differential
from symgd.terms.matrix.operations import Elementwise as Elementwise
from symgd.terms.matrix.operations import Hadamard as Hadamard
from symgd.terms.matrix.operations import Inverse as Inverse
from symgd.terms.matrix.operations import MatrixProduct as MatrixProduct
from symgd.terms.matrix.operations import MatrixSum as MatrixSum
from symgd.terms.matrix.operations import Nabla as Nabla
from symgd.terms.matrix.operations import Shaped as Shaped
from symgd.terms.matrix.operations import SquaredNorm as SquaredNorm
from symgd.terms.matrix.operations import Transpose as Transpose
from symgd.terms.matrix.operations import as_elementwise as as_elementwise
from symgd.terms.matrix.operations import entrywise as entrywise
from symgd.terms.matrix.operations import matrix_product as matrix_product
from symgd.terms.matrix.operations import matrix_sum as matrix_sum
from symgd.terms.matrix.operations import with_shapes as with_shapes
from symgd.terms.matrix.terms import SCALAR as SCALAR
from symgd.terms.matrix.terms import Belongs as Belongs
from symgd.terms.matrix.terms import Dimension as Dimension
from symgd.terms.matrix.terms import Entries as Entries
from symgd.terms.matrix.terms import Entry as Entry
from symgd.terms.matrix.terms import Identity as Identity
from symgd.terms.matrix.terms import Matrix as Matrix
from symgd.terms.matrix.terms import MatrixTerm as MatrixTerm
from symgd.terms.matrix.terms import Ones as Ones
from symgd.terms.matrix.terms import Shape as Shape
from symgd.terms.matrix.terms import SideBySide as SideBySide
from symgd.terms.matrix.terms import Space as Space
from symgd.terms.matrix.terms import Stacked as Stacked
from symgd.terms.matrix.terms import Vector as Vector
from symgd.terms.matrix.terms import Zeros as Zeros
from symgd.terms.matrix.terms import as_matrix as as_matrix
from symgd.terms.matrix.terms import shape_of as shape_of
from symgd.terms.matrix.terms import shape_text as shape_text
from symgd.terms.matrix.terms import size_of as size_of
