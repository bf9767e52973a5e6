"""Curve: the model as functions of arrays, with its slopes, and which parameters it is affine in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import sympy

from symgd.codegen.compiled import as_real
from symgd.data.arrays import FloatArray
from symgd.fit.least_squares.affine import affine_set
from symgd.fit.losses.compiled import (
    LogSumExp,
    Sigmoid,
    joined,
    steady,
    steady_functions,
)

Compute: TypeAlias = Callable[..., list[Any]]
Column: TypeAlias = npt.NDArray[Any]  # of floats, or of longer ones
Given: TypeAlias = Sequence[Any] | npt.NDArray[Any]  # a value for each parameter

# What SciPy has and NumPy has not.
_SPECIAL = (
    *(sympy.erf, sympy.erfc, sympy.erfi, sympy.gamma, sympy.loggamma, sympy.digamma),
    *(sympy.polygamma, sympy.beta, sympy.LambertW, sympy.Ei, sympy.Si, sympy.Ci, sympy.li),
)


@dataclass(frozen=True, eq=False)
class Curve:
    """A model of one prediction.

    Parameters
    ----------
    formula : SymPy expression
        In plain Symbols of the names and the inputs.
    names : tuple of str
        The parameters that are sought.
    inputs : tuple of str
    apart : frozenset of int
        The places of parameters that are not to be solved for, such as bounded ones.

    Examples
    --------
    >>> a, b, x = sympy.symbols("a b x")
    >>> curve = Curve(a * sympy.exp(-b * x), ("a", "b"), ("x",))
    >>> curve.affine, curve.others
    ((0,), (1,))
    >>> curve.values([2.0, 0.0], (np.array([0.0, 1.0]),)).tolist()
    [2.0, 2.0]
    """

    formula: sympy.Expr
    names: tuple[str, ...]
    inputs: tuple[str, ...]
    apart: frozenset[int] = frozenset()

    @cached_property
    def _real(self) -> tuple[sympy.Expr, list[sympy.Symbol]]:
        exprs, symbols = as_real([self.formula], (*self.names, *self.inputs))
        return steady(exprs[0]), symbols

    @cached_property
    def _slopes(self) -> list[sympy.Expr]:
        formula, symbols = self._real
        found = [sympy.diff(formula, symbol) for symbol in symbols[: len(self.names)]]
        return [slope.replace(sympy.DiracDelta, lambda *_: sympy.Integer(0)) for slope in found]

    @cached_property
    def affine(self) -> tuple[int, ...]:
        """The places of parameters that the model is affine in, all of them together."""
        found = affine_set(self._slopes, self._real[1][: len(self.names)])
        return tuple(place for place in found if place not in self.apart)

    @cached_property
    def others(self) -> tuple[int, ...]:
        """The places of the other parameters."""
        return tuple(place for place in range(len(self.names)) if place not in self.affine)

    @cached_property
    def _value(self) -> Compute:
        return compiled([self._real[0]], self._real[1])

    @cached_property
    def _value_and_slopes(self) -> Compute:
        return compiled([self._real[0], *self._slopes], self._real[1])

    @cached_property
    def _basis(self) -> Compute:
        formula, symbols = self._real
        zero = {symbols[place]: sympy.Integer(0) for place in self.affine}
        rest = formula.xreplace(zero)
        columns = [self._slopes[place].xreplace(zero) for place in self.affine]
        known = [symbols[place] for place in self.others] + symbols[len(self.names) :]
        if any(part.has(sympy.nan, sympy.zoo) for part in (rest, *columns)):
            return self._basis_by_difference
        return compiled([rest, *columns], known)

    def _basis_by_difference(self, *known: Any) -> list[Any]:
        """For a formula that has no form at 0: the model at 0 and at 1, in each parameter that it is affine in."""
        given: list[Any] = [0.0] * len(self.names)
        for place, value in zip(self.others, known, strict=False):
            given[place] = value
        inputs = known[len(self.others) :]
        rest = self._value(*given, *inputs)[0]
        found = [rest]
        for place in self.affine:
            found.append(self._value(*given[:place], 1.0, *given[place + 1 :], *inputs)[0] - rest)
        return found

    def values(self, theta: Given, inputs: Sequence[Column]) -> FloatArray:
        """The prediction; nan or infinite where it has no value. Each parameter a number, or of shape (c, 1)."""
        with np.errstate(all="ignore"):
            return _whole(self._value(*theta, *inputs)[0], theta, inputs)

    def linearised(
        self, theta: Given, inputs: Sequence[Column]
    ) -> tuple[FloatArray, list[FloatArray]]:
        """The prediction, and its slope by each parameter, which is 0 where it has none."""
        with np.errstate(all="ignore"):
            made = self._value_and_slopes(*theta, *inputs)
        value, *slopes = (_whole(part, theta, inputs) for part in made)
        return value, [np.where(np.isfinite(slope), slope, 0.0) for slope in slopes]

    def basis(self, others: Given, inputs: Sequence[Column]) -> list[FloatArray]:
        """The prediction where the affine parameters are 0, then its slopes by each of these."""
        with np.errstate(all="ignore"):
            made = self._basis(*others, *inputs)
        return [_whole(part, others, inputs) for part in made]


def compiled(exprs: Sequence[sympy.Expr], symbols: Sequence[sympy.Symbol]) -> Compute:
    """The function of the symbols' values that answers the value of each expression."""
    special = any(expr.has(*_SPECIAL) for expr in exprs)
    named = any(expr.has(Sigmoid, LogSumExp) for expr in exprs)
    modules: list[Any] = [joined(), *(["scipy"] if special else []), "numpy"]
    if named:
        modules.insert(0, steady_functions())
    made: Compute = sympy.lambdify(list(symbols), list(exprs), modules=modules, cse=True)
    return made


def _whole(part: Any, theta: Given, inputs: Sequence[Column]) -> FloatArray:
    """A value for each candidate and row, where the formula may hang on neither."""
    array = np.asarray(part)
    if np.iscomplexobj(array):
        array = np.where(array.imag == 0, array.real, np.nan)
    shape = np.broadcast_shapes(*(np.shape(each) for each in (*theta, *inputs)))
    kind = array.dtype if array.dtype == np.longdouble else np.dtype(np.float64)
    made: FloatArray = np.broadcast_to(array.astype(kind, copy=False), shape)
    return made
