"""SymPy expressions as functions: of arrays, and of a handful of floats, where plain Python is the fastest there is.

Names never reach the code: the symbols that are printed are numbered by us.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import sympy
from sympy.printing.pycode import PythonCodePrinter

from symgd.codegen.expressions.long_sums import INNER, around, longest_sum, sum_of_products
from symgd.errors import GenerationError
from symgd.terms.exact import MOST_BITS
from symgd.terms.functions import FUNCTIONS

# What NumPy does not have, and Python's own `math` has for one number at a time.
_ENTRY_BY_ENTRY: Mapping[str, Any] = {
    f.value.__name__: np.vectorize(getattr(math, f.name), otypes=[float])
    for f in FUNCTIONS.values()
    if f.numpy.startswith("np.vectorize(")
}


_FLOAT_BITS = 1023
_WHOLE_BITS = 63


def _is_beyond_floats(number: sympy.Rational) -> bool:
    """Whether a number is larger than floats are, or is a fraction of numbers that are too long to be written."""
    above: int = abs(number.p).bit_length()
    below: int = number.q.bit_length()
    return above - below > _FLOAT_BITS or max(above, below) > MOST_BITS


def as_real(
    exprs: Sequence[sympy.Expr], names: Sequence[str]
) -> tuple[list[sympy.Expr], list[sympy.Symbol]]:
    """The expressions in new real symbols, one for each name, so that abs and sign derive plainly."""
    numbers: set[sympy.Rational] = set().union(*(expr.atoms(sympy.Rational) for expr in exprs))
    if any(_is_beyond_floats(number) for number in numbers):
        cause = "a number in the formula does not fit a floating-point number"
        raise GenerationError(cause, "its size must be between 1e-307 and 1e308")
    # no Dummies: lambdify puts each into all expressions by itself
    real = [sympy.Symbol(f"v{number:05}", real=True) for number in range(len(names))]
    swap = dict(zip(map(sympy.Symbol, names), real, strict=True))
    # NumPy's functions take whole numbers of so many bits
    long = (n for n in numbers if n.is_Integer and abs(n.p).bit_length() > _WHOLE_BITS)
    swap |= {number: sympy.Float(number, 17) for number in long}
    return [expr.xreplace(swap) for expr in exprs], real


def on_arrays(
    exprs: Sequence[sympy.Expr],
    names: Sequence[str],
    *,
    cse: bool = False,
    modules: Sequence[Any] = (),
) -> Callable[..., list[Any]]:
    """The function of the names' values, numbers or arrays, that answers the value of each expression.

    What NumPy has not is looked for in `modules` first, as `sympy.lambdify` takes them.

    Examples
    --------
    >>> x = sympy.Symbol("x")
    >>> [value.tolist() for value in on_arrays([x**2, sympy.erf(x)], ["x"])(np.array([0.0, 30.0]))]
    [[0.0, 900.0], [0.0, 1.0]]
    """
    sums = [longest_sum(expr) for expr in exprs]
    inner = {part for part, expr in zip(sums, exprs, strict=True) if part not in (None, expr)}
    if len(inner) != 1:
        return _lambdified(exprs, names, cse, modules)
    (part,) = inner
    plain = sum_of_products(part, names)
    within = _lambdified([part], names, cse, modules) if plain is None else plain
    through = _lambdified([around(expr, part) for expr in exprs], (INNER, *names), cse, modules)
    return lambda *values: through(*within(*values), *values)


def _lambdified(
    exprs: Sequence[sympy.Expr], names: Sequence[str], cse: bool, modules: Sequence[Any]
) -> Callable[..., list[Any]]:
    real, symbols = as_real(exprs, names)
    known = [*modules, dict(_ENTRY_BY_ENTRY), "numpy"]
    made: Callable[..., list[Any]] = sympy.lambdify(symbols, real, modules=known, cse=cse)
    return made


# ---------------------------------------------------------------------------------------------
# Of plain floats


_ERRORS = {error.__name__: error for error in (OverflowError, ValueError, ZeroDivisionError)}
_NAMESPACE = {"__builtins__": _ERRORS, "math": math, "abs": abs}
_SHORT = 4  # x*x*x*x is faster than x**4, and overflows to inf instead of raising


class _ScalarPrinter(PythonCodePrinter):  # type: ignore[misc]  # SymPy has no types
    """Python's own float arithmetic, in forms that never turn complex."""

    def _print_Rational(self, expr: sympy.Expr) -> str:
        return repr(float(expr))

    _print_Half = _print_Integer = _print_One = _print_Zero = _print_NegativeOne = _print_Rational
    _print_NumberSymbol = _print_Pi = _print_Exp1 = _print_Rational

    def _print_Pow(self, expr: sympy.Expr, rational: bool = False) -> str:
        base, exponent = expr.args
        if exponent == sympy.Rational(1, 2):
            return f"math.sqrt({self._print(base)})"
        if not exponent.is_Integer:
            return f"math.pow({self._print(base)}, {self._print(exponent)})"
        text, whole = f"({self._print(base)})", int(exponent)
        if base.is_Symbol and 1 < abs(whole) <= _SHORT:
            power = f"({'*'.join([text] * abs(whole))})"
        else:
            power = text if abs(whole) == 1 else f"({text}**{abs(whole)})"
        return power if whole > 0 else f"(1.0/{power})"

    def _print_Mul(self, expr: sympy.Expr) -> str:
        return "*".join(f"({self._print(factor)})" for factor in expr.args)

    def _print_sign(self, expr: sympy.Expr) -> str:
        argument = self._print(expr.args[0])
        return f"(0.0 if ({argument}) == 0.0 else math.copysign(1.0, {argument}))"


def printed(exprs: Sequence[sympy.Expr], names: Sequence[str]) -> tuple[list[str], list[str]]:
    """Lines that name the `values`, v0, v1, …, and what is shared, s0, s1, …; and the expressions in terms of them.

    Examples
    --------
    >>> x = sympy.Symbol("x")
    >>> printed([sympy.exp(x) + 1, sympy.exp(x) * 2], ["x"])
    (['v0, = values', 's0 = math.exp(v0)'], ['s0 + 1.0', '(2.0)*(s0)'])
    """
    printer = _ScalarPrinter({"fully_qualified_modules": True})
    own = [sympy.Symbol(f"v{number}") for number in range(len(names))]
    swap = dict(zip(map(sympy.Symbol, names), own, strict=True))
    numbered = [expr.xreplace(swap) for expr in exprs]
    shared, rest = sympy.cse(numbered, symbols=sympy.numbered_symbols("s"), order="none")
    lines = [f"{', '.join(map(str, own))}, = values"]
    lines += [f"{symbol} = {printer.doprint(expr)}" for symbol, expr in shared]
    return lines, [printer.doprint(expr) for expr in rest]


def function(lines: Sequence[str], **known: Any) -> Callable[..., Any]:
    """The function of `values` that has these lines as its body; `lines` are ours, never text from outside."""
    body = "\n    ".join(lines)
    namespace: dict[str, Any] = {**_NAMESPACE, **known}
    exec(f"def function(values):\n    {body}\n", namespace)
    made: Callable[..., Any] = namespace["function"]
    return made
