"""Expressions of rows and their slopes by the chain rule with numbers: many parameters in one sum cost what their columns do.

Laws
----
- of f(u, θ) with a long sum u the slope by θ_j is f_j + f_u·u_j: f is derived by u once, however many terms u has
- a sum of parameters times columns has these columns for its slopes: nothing is derived, and nothing is compiled
- where an input is 0, a slope may be 0·ln(0), as that of x^b by b: it is what the slopes nearby come to
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any

import numpy as np
import sympy

from symgd.codegen.expressions.long_sums import INNER, around, longest_sum, sum_of_products
from symgd.data.arrays import FloatArray
from symgd.fit.costs.compiled import Compute, derived, on_rows

# Inputs beside 0, and further from it, the nearest first: of (K/x)^n the nearest are too large for floats.
BESIDE = ((1e-300, 1e-200), (1e-60, 1e-40), (1e-30, 1e-20))
ROUNDED = 1e-6  # the part by which slopes nearer to 0 may be larger, and come to something


def linear_columns(
    expr: sympy.Expr, by: Sequence[str]
) -> tuple[Mapping[str, sympy.Expr], sympy.Expr] | None:
    """What each name is multiplied by in a sum, and the rest, where each stands in one term alone and as a factor; else None.

    Examples
    --------
    >>> a, b, x = sympy.symbols("a b x")
    >>> linear_columns(a * x + b + x**2, ["a", "b"]) == ({"a": x, "b": 1}, x**2)
    True
    >>> linear_columns(a * x + a, ["a"]), linear_columns(a * b, ["a", "b"])
    (None, None)
    """
    learned = {sympy.Symbol(name): name for name in by}
    columns: dict[str, sympy.Expr] = {}
    rest: list[sympy.Expr] = []
    for term in sympy.Add.make_args(expr):
        held = term.free_symbols & learned.keys()
        factors = sympy.Mul.make_args(term)
        if not held:
            rest.append(term)
            continue
        symbol, name = held.pop(), ""
        if not held and symbol in factors and learned[symbol] not in columns:
            others = [factor for factor in factors if factor != symbol]
            name = "" if any(symbol in f.free_symbols for f in others) else learned[symbol]
        if not name:
            return None
        columns[name] = sympy.Mul(*others)
    return columns, sympy.Add(*rest)


def values_on_rows(exprs: Sequence[sympy.Expr], names: Sequence[str]) -> Compute:
    """The function of the names' values that answers each expression's, one for each row, in steady forms."""
    return _together([_values_of(expr, tuple(names)) for expr in exprs])


def slopes_on_rows(exprs: Sequence[sympy.Expr], names: Sequence[str], by: Sequence[str]) -> Compute:
    """The same of each expression's slopes, one after another.

    Examples
    --------
    >>> a, b, x = sympy.symbols("a b x")
    >>> slopes_on_rows([a * x + sympy.exp(b)], ["a", "b", "x"], ["a", "b"])(1, 0, np.array([2.0, 3.0])).tolist()
    [[2.0, 3.0], [1.0, 1.0]]
    """
    return with_limits(_together([_slopes_of(expr, tuple(names), tuple(by)) for expr in exprs]))


def with_limits(compute: Compute) -> Compute:
    """The same, limits in place of what has no value at rows where an input is 0.

    Examples
    --------
    >>> b, x = sympy.symbols("b x")
    >>> slopes_on_rows([x**b], ["b", "x"], ["b"])(2, np.array([0.0, 1.0])).tolist()
    [[0.0, 0.0]]
    """

    def limited(*values: Any) -> FloatArray:
        found = compute(*values)
        if found.ndim == 2 and not np.isfinite(found.sum()):
            _fill(found, compute, values)
        return found

    return limited


def _fill(found: FloatArray, compute: Compute, values: Sequence[Any]) -> None:
    """Put limits where there are such."""
    lost = ~np.isfinite(found)
    columns = [value for value in values if np.ndim(value)]
    zero = np.any([np.broadcast_to(c, found.shape[1:]) == 0 for c in columns], axis=0)
    rows = np.flatnonzero(lost.any(axis=0) & zero)
    some = [np.broadcast_to(v, found.shape[1:])[rows] if np.ndim(v) else v for v in values]
    for sizes, sign in product(BESIDE, (1, -1)):
        lost = ~np.isfinite(found[:, rows])
        if not lost.any():
            break
        with np.errstate(all="ignore"):
            near, far = (
                compute(*(np.where(v == 0, sign * size, v) if np.ndim(v) else v for v in some))
                for size in sizes
            )
            settled = np.isfinite(near) & (np.abs(near) <= np.abs(far) * (1 + ROUNDED))
        found[:, rows] = np.where(lost & settled, near + 0.0, found[:, rows])  # 0, not −0


def _together(parts: Sequence[Compute]) -> Compute:
    if len(parts) == 1:
        return parts[0]
    return lambda *values: np.concatenate([part(*values) for part in parts])


def _values_of(expr: sympy.Expr, names: tuple[str, ...]) -> Compute:
    inner = longest_sum(expr)
    plain = sum_of_products(expr, names) if inner == expr else None
    if plain is not None:
        return lambda *values: _on_all_rows(plain(*values)[0], values)
    if inner is None or inner == expr:
        return on_rows(derived([expr], names, (), 0)[0], names)
    within, known = _values_of(inner, names), (INNER, *names)
    through = on_rows(derived([around(expr, inner)], known, (), 0)[0], known)
    return lambda *values: through(within(*values)[0], *values)


def _on_all_rows(found: Any, values: Sequence[Any]) -> FloatArray:
    shape = np.broadcast_shapes(*{np.shape(value) for value in values})
    return np.broadcast_to(np.asarray(found, dtype=np.float64), (1, *shape))


def _slopes_of(expr: sympy.Expr, names: tuple[str, ...], by: tuple[str, ...]) -> Compute:
    inner = longest_sum(expr)
    if inner is None:
        return on_rows(derived([expr], names, by, 1)[1][0], names)
    if inner == expr:
        found = linear_columns(expr, by)
        if found is None:
            return on_rows(derived([expr], names, by, 1)[1][0], names)
        return on_rows([found[0].get(name, sympy.Integer(0)) for name in by], names)
    outer, known = around(expr, inner), (INNER, *names)
    value, within = _values_of(inner, names), _slopes_of(inner, names, by)
    symbols = outer.free_symbols
    beside = [place for place, name in enumerate(by) if sympy.Symbol(name) in symbols]
    moving = (INNER, *(by[place] for place in beside))
    through = on_rows(derived([outer], known, moving, 1)[1][0], known)

    def compute(*values: Any) -> FloatArray:
        slopes = within(*values)
        by_inner, *others = through(value(*values)[0], *values)
        with np.errstate(all="ignore"):
            slopes *= by_inner
            for place, other in zip(beside, others, strict=True):
                slopes[place] += other
        return slopes

    return compute
