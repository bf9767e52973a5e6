"""Long sums inside functions, sigmoid(w0*x0 + … + b): they are worked out once, and what is around them in one name for them.

SymPy looks through every term of a sum whenever it builds what is around it anew, and Python's compiler through every sign.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import sympy

INNER = "long sum"  # what stands for it: no name in a formula has a space
LONG = 8  # terms


def longest_sum(term: sympy.Expr) -> sympy.Expr | None:
    """The sum of the most terms inside, where these are many; None where they are not."""
    longest = max(term.atoms(sympy.Add), key=lambda part: len(part.args), default=None)
    return longest if longest is not None and len(longest.args) > LONG else None


def around(expr: sympy.Expr, inner: sympy.Expr) -> sympy.Expr:
    """An expression with one name in the place of a long sum."""
    return expr.xreplace({inner: sympy.Symbol(INNER)})


def sum_of_products(expr: sympy.Expr, names: Sequence[str]) -> Callable[..., list[Any]] | None:
    """The function of the names' values for a long sum of names, numbers, and products of two names at most; None of others.

    Examples
    --------
    >>> names = [f"w{number}" for number in range(20)]
    >>> sum_of_products(sympy.Add(*map(sympy.Symbol, names)) + 2, names)(*range(20))
    [192.0]
    """
    places = {sympy.Symbol(name): place for place, name in enumerate(names)}
    parts: list[tuple[float, list[int]]] = []
    for term in sympy.Add.make_args(expr):
        number, product = term.as_coeff_Mul()
        factors = () if product == 1 else sympy.Mul.make_args(product)
        if len(factors) > 2 or not all(factor in places for factor in factors):
            return None
        parts.append((float(number), [places[factor] for factor in factors]))
    if len(parts) <= LONG:
        return None

    def compute(*values: Any) -> list[Any]:
        total: Any = 0.0
        with np.errstate(all="ignore"):
            for number, factors in parts:
                for place in factors:
                    number = number * values[place]
                total = total + number
        return [total]

    return compute
