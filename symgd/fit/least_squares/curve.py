"""Curve: the model as functions of arrays, with its slopes, and which parameters it is affine in."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import sympy

from symgd.codegen.expressions.long_sums import INNER, around, longest_sum
from symgd.data.arrays import FloatArray
from symgd.fit.costs.chained import values_on_rows
from symgd.fit.costs.compiled import compiled, derived
from symgd.fit.least_squares.affine import affine_set

Compute: TypeAlias = Callable[..., list[Any]]
Column: TypeAlias = npt.NDArray[Any]  # of floats, or of longer ones
Given: TypeAlias = Sequence[Any] | npt.NDArray[Any]  # a value for each parameter


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
    def _derived(self) -> tuple[sympy.Expr, list[sympy.Expr]]:
        """The formula in a steady form, and its slope by each parameter."""
        names = (*self.names, *self.inputs)
        (formula,), (slopes,), _ = derived([self.formula], names, self.names, 1)
        return formula, slopes

    @cached_property
    def affine(self) -> tuple[int, ...]:
        """The places of parameters that the model is affine in, all of them together."""
        found = affine_set(self._derived[1], [*map(sympy.Symbol, self.names)])
        return tuple(place for place in found if place not in self.apart)

    @cached_property
    def others(self) -> tuple[int, ...]:
        """The places of the other parameters."""
        return tuple(place for place in range(len(self.names)) if place not in self.affine)

    @cached_property
    def _value(self) -> Compute:
        return compiled([self._derived[0]], (*self.names, *self.inputs))

    @cached_property
    def _value_and_slopes(self) -> Compute:
        formula, slopes = self._derived
        return compiled([formula, *slopes], (*self.names, *self.inputs))

    @cached_property
    def _bent(self) -> Compute:
        slopes = [self._derived[1][place] for place in self.others]
        return compiled(slopes, (*self.names, *self.inputs))

    @cached_property
    def _basis(self) -> Compute:
        formula, slopes = self._derived
        zero = {sympy.Symbol(self.names[place]): sympy.Integer(0) for place in self.affine}
        rest = formula.xreplace(zero)
        columns = [slopes[place].xreplace(zero) for place in self.affine]
        known = [self.names[place] for place in self.others] + [*self.inputs]
        inner = longest_sum(formula)
        if inner not in (None, formula) and not inner.free_symbols & zero.keys():
            return self._basis_around(inner, known)
        if any(part.has(sympy.nan, sympy.zoo) for part in (rest, *columns)):
            return self._basis_by_difference
        return compiled([rest, *columns], known)

    def _basis_around(self, inner: sympy.Expr, known: Sequence[str]) -> Compute:
        """The same, with one name for a long sum, since SymPy looks through all of it to build what is around it."""
        outer, symbols = around(self._derived[0], inner), [*map(sympy.Symbol, self.names)]
        zero = {symbols[place]: sympy.Integer(0) for place in self.affine}
        slopes = [outer.diff(symbols[place]) for place in self.affine]
        made = compiled([part.xreplace(zero) for part in (outer, *slopes)], (INNER, *known))
        within = values_on_rows([inner], known)
        return lambda *given: made(within(*given)[0], *given)

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
            return _whole(self._value(*theta, *inputs), theta, inputs)[0]

    def linearised(
        self, theta: Given, inputs: Sequence[Column]
    ) -> tuple[FloatArray, list[FloatArray]]:
        """The prediction, and its slope by each parameter, which is 0 where it has none."""
        with np.errstate(all="ignore"):
            value, *slopes = self._value_and_slopes(*theta, *inputs)
            value, *slopes = _whole([value, *map(_there, slopes)], theta, inputs)
        return value, slopes

    def bent(self, theta: Given, inputs: Sequence[Column]) -> list[FloatArray]:
        """The slopes by the parameters that are not solved for, 0 where there are none."""
        with np.errstate(all="ignore"):
            made = self._bent(*theta, *inputs)
            return _whole([*map(_there, made)], theta, inputs)

    def basis(self, others: Given, inputs: Sequence[Column]) -> list[FloatArray]:
        """The prediction where the affine parameters are 0, then its slopes by each of these."""
        with np.errstate(all="ignore"):
            made = self._basis(*others, *inputs)
        return _whole(made, others, inputs)


def _whole(parts: Sequence[Any], theta: Given, inputs: Sequence[Column]) -> list[FloatArray]:
    """Values for each candidate and row, where the formulas may hang on neither."""
    shape = np.broadcast_shapes(*{np.shape(each) for each in (*theta, *inputs)})
    reals = (_real(np.asarray(part)) for part in parts)
    return [real if real.shape == shape else np.broadcast_to(real, shape) for real in reals]


def _there(slope: Any) -> FloatArray:
    """A slope, 0 where it has none."""
    made = _real(np.asarray(slope))
    return made if math.isfinite(made.sum()) else np.where(np.isfinite(made), made, 0.0)


def _real(array: npt.NDArray[Any]) -> FloatArray:
    """Floats of the length that they have; nan for what is not real."""
    if np.iscomplexobj(array):
        array = np.where(array.imag == 0, array.real, np.nan)
    kind = array.dtype if array.dtype == np.longdouble else np.dtype(np.float64)
    made: FloatArray = array.astype(kind, copy=False)
    return made
