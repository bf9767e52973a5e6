"""How matrices change: differentials that are still to be worked out, and gradients."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import sympy

from symgd.terms import Term
from symgd.terms.matrix.terms import Matrix, MatrixTerm, Shape, size_of


@dataclass(frozen=True)
class Differential(MatrixTerm, children=("body",)):
    """d(A): how A changes as `variable` does, to first order."""

    body: Term
    variable: Matrix

    @cached_property
    def value(self) -> sympy.Expr:
        rows, columns = map(size_of, self.shape)
        if self.body == self.variable:
            return sympy.MatrixSymbol(f"d{self.variable.name}", rows, columns)
        raise TypeError("SymPy has no value for a differential that is still to be taken")


@dataclass(frozen=True)
class Nabla(MatrixTerm, children=("body",)):
    """∇J, the gradient of J by a vector; of order 2 the Hessian, ∇²J."""

    body: Term
    variable: Matrix
    order: int = 1

    @cached_property
    def shape(self) -> Shape:
        rows = self.variable.rows
        return (rows, rows if self.order == 2 else 1)

    @cached_property
    def value(self) -> sympy.Expr:
        raise TypeError("SymPy has no value for a gradient that is still to be found")
