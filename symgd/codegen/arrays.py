"""SymPy expressions as functions of arrays, in real numbers."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np
import sympy

from symgd.terms.functions import FUNCTIONS

# What NumPy does not have, and Python's own `math` has for one number at a time.
_ENTRY_BY_ENTRY: Mapping[str, Any] = MappingProxyType(
    {
        f.value.__name__: np.vectorize(getattr(math, f.name), otypes=[float])
        for f in FUNCTIONS.values()
        if f.numpy.startswith("np.vectorize(")
    }
)


def as_real(
    exprs: Sequence[sympy.Expr], names: Sequence[str]
) -> tuple[list[sympy.Expr], list[sympy.Symbol]]:
    """The expressions in new real symbols, one for each name, so that abs and sign derive plainly."""
    real = [sympy.Dummy(f"v{number}", real=True) for number in range(len(names))]
    swap = {sympy.Symbol(name): symbol for name, symbol in zip(names, real, strict=True)}
    return [expr.xreplace(swap) for expr in exprs], real


def on_arrays(
    exprs: Sequence[sympy.Expr], names: Sequence[str], *, cse: bool = False
) -> Callable[..., list[Any]]:
    """The function of the names' values, numbers or arrays, that answers the value of each expression.

    Examples
    --------
    >>> x = sympy.Symbol("x")
    >>> [value.tolist() for value in on_arrays([x**2, sympy.erf(x)], ["x"])(np.array([0.0, 30.0]))]
    [[0.0, 900.0], [0.0, 1.0]]
    """
    real, symbols = as_real(exprs, names)
    made: Callable[..., list[Any]] = sympy.lambdify(
        symbols, real, modules=[dict(_ENTRY_BY_ENTRY), "numpy"], cse=cse
    )
    return made
