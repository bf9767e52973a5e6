"""Punishment: what a penalty adds to a cost, with its derivatives; each formula is derived once, for all parameters that it is of."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import sympy

from symgd.data.arrays import FloatArray
from symgd.fit.costs.compiled import Compute, derived, on_rows, second_slopes

_ALONE = "weight"


class Punishment:
    """A penalty as a function of the parameters.

    Examples
    --------
    >>> a, b = sympy.symbols("a b")
    >>> made = Punishment(a**2 + b**2 + a * b, ["a", "b"])
    >>> made.value(np.array([1.0, 2.0])), made.slopes(np.array([1.0, 2.0])).tolist()
    (7.0, [4.0, 5.0])
    """

    def __init__(self, penalty: sympy.Expr, names: Sequence[str]) -> None:
        places = {sympy.Symbol(name): place for place, name in enumerate(names)}
        alone = sympy.Symbol(_ALONE)
        alike: dict[sympy.Expr, list[int]] = {}
        others: list[sympy.Expr] = []
        for term in sympy.Add.make_args(sympy.expand(penalty)):
            if len(term.free_symbols) == 1:
                (symbol,) = term.free_symbols
                alike.setdefault(term.xreplace({symbol: alone}), []).append(places[symbol])
            else:
                others.append(term)
        self._groups = [(np.array(group), _of_one(term)) for term, group in alike.items()]
        rest = [sympy.Add(*others)]
        slopes = derived(rest, names, names, 1)[1][0]
        bends = second_slopes(slopes, [*places])
        self._pairs = np.array([*bends], dtype=np.intp).reshape(-1, 2).T
        self._value, self._slopes = on_rows(rest, names), on_rows(slopes, names)
        self._bends = on_rows([*bends.values()], names)

    def value(self, values: FloatArray) -> float:
        """What it adds."""
        alone = sum(float(made(values[group])[0].sum()) for group, made in self._groups)
        return float(self._value(*values)[0]) + alone

    def slopes(self, values: FloatArray) -> FloatArray:
        """Its gradient, of shape (p,)."""
        found = self._slopes(*values)
        for group, made in self._groups:
            np.add.at(found, group, made(values[group])[1])
        return found

    def bends(self, values: FloatArray) -> FloatArray:
        """Its Hessian, of shape (p, p)."""
        row, column = self._pairs
        found = np.zeros((len(values), len(values)))
        found[row, column] = found[column, row] = self._bends(*values)
        for group, made in self._groups:
            np.add.at(found, (group, group), made(values[group])[2])
        return found


def _of_one(term: sympy.Expr) -> Compute:
    """A formula of one parameter, its slope and its curvature, for an array of such parameters."""
    name = (_ALONE,)
    (value,), (slopes,), (bends,) = derived([term], name, name)
    return on_rows([value, *slopes, *bends], name)
