"""SymPy expressions as text that SymPy reads back to the same value."""

from __future__ import annotations

import builtins
import keyword
import sys
from typing import Any

import sympy
from sympy.printing.str import StrPrinter

from symgd.errors import OutputError


class _SympyPrinter(StrPrinter):  # type: ignore[misc]  # SymPy has no types
    """SymPy's own text, with names that mean something else to SymPy written as Symbol('N')."""

    # Objects may print themselves through the method of this name; Indexed would, and could not be read back.
    printmethod = "_symgd_text"

    def __init__(self, known: dict[sympy.Basic, str]) -> None:
        super().__init__()
        self.known = known

    def _print(self, expression: Any, **options: Any) -> str:
        """How a part is written: lines share most of their parts, and each is written once."""
        if not isinstance(expression, sympy.Expr) or options:
            return str(super()._print(expression, **options))
        if expression not in self.known:
            self.known[expression] = str(super()._print(expression))
        return self.known[expression]

    def _print_Symbol(self, symbol: sympy.Symbol) -> str:
        name: str = symbol.name
        taken = hasattr(sympy, name) or hasattr(builtins, name) or keyword.iskeyword(name)
        return f"Symbol({name!r})" if taken or keyword.issoftkeyword(name) else name

    def _print_Mul(self, product: sympy.Mul) -> str:
        # Read from the left, 2*(a + b)*x would first become 2*a + 2*b: a number before a sum goes last.
        coefficient, rest = product.as_coeff_Mul()
        factors = sympy.Mul.make_args(rest)
        above = len(factors) > 1 and any(factor.is_Add for factor in factors)
        below = any(factor.is_Pow and factor.base.is_Add for factor in factors)
        if coefficient != 1 and (above or below):
            number = self._print(coefficient)
            return f"{self._print(rest)}*{f'({number})' if coefficient < 0 else number}"
        return str(super()._print_Mul(product))

    def _print_Indexed(self, indexed: sympy.Indexed) -> str:
        indices = ", ".join(self._print(index) for index in indexed.indices)
        return f"Indexed({str(indexed.base)!r}, {indices})"

    def _print_MatrixSymbol(self, matrix: sympy.MatrixSymbol) -> str:
        rows, columns = map(self._print, matrix.shape)
        return f"MatrixSymbol({matrix.name!r}, {rows}, {columns})"

    def _print_as_called(self, expression: sympy.Expr) -> str:
        """Signs would be worked out when they are read: products of matrices are written as calls."""
        return f"{type(expression).__name__}({', '.join(map(self._print, expression.args))})"

    _print_MatMul = _print_MatAdd = _print_HadamardProduct = _print_as_called
    _print_Transpose = _print_Inverse = _print_DiagMatrix = _print_as_called
    _print_OneMatrix = _print_ZeroMatrix = _print_Identity = _print_as_called

    def _print_ElementwiseApplyFunction(self, applied: sympy.Expr) -> str:
        z = sympy.Symbol("z")
        body = self._print(applied.function(z))
        return f"({self._print(applied.expr)}).applyfunc(Lambda(z, {body}))"


def sympy_text(expression: sympy.Expr, known: dict[sympy.Basic, str] | None = None) -> str:
    """`expression` as text; ``sympy.sympify`` of it gives an equal expression. What is `known` of parts is kept there."""
    try:
        return str(_SympyPrinter({} if known is None else known).doprint(expression))
    except ValueError:  # of an integer: Python writes none that is longer
        digits = sys.get_int_max_str_digits()
        cause = f"the result has a number of more than {digits} digits"
        raise OutputError(cause, "use smaller numbers, or a format without SymPy's form, such as text") from None  # fmt: skip
