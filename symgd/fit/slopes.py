"""Slopes: how predictions and losses change with the free parameters, by symbolic derivatives.

A prediction is g(z) where it is a function of one argument, as a sigmoid is, else z itself. The loss is derived by z, in
the forms of `codegen/stable.py`, and z by the parameters: so a thousand examples that are certain overflow nothing, and a
logistic model of many inputs has one second derivative, and not one for each pair of its parameters.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import sympy

from symgd import terms as nt
from symgd.codegen.compiled import as_real, on_arrays
from symgd.codegen.stable import named
from symgd.data.arrays import FloatArray
from symgd.data.columns import Columns
from symgd.fit.task import Task


@dataclass(frozen=True, eq=False)
class Slopes:
    """The derivatives of a task's predictions and losses; n rows, k scores, p free parameters.

    Parameters
    ----------
    task : Task

    Examples
    --------
    >>> from symgd import Problem
    >>> from symgd.data.columns import columns_from
    >>> columns = columns_from(["x", "y"], [[0, 1], [2, 7]], {})
    >>> slopes = Slopes(Task(Problem("y = exp(a*x)"), columns))
    >>> slopes.jacobian({"a": 0.0}, columns).ravel().tolist()
    [0.0, 1.0]
    """

    task: Task

    def predictions(self, values: Mapping[str, float], columns: Columns) -> FloatArray:
        """What the model says, of shape (n, k)."""
        return self._outside(self._inside(values, columns))[0]

    def jacobian(self, values: Mapping[str, float], columns: Columns) -> FloatArray:
        """The predictions' derivatives, of shape (n, k, p)."""
        _, slope = self._outside(self._inside(values, columns))
        made: FloatArray = slope[:, :, None] * self._inside_slopes(values, columns)
        return made

    def losses(self, values: Mapping[str, float], columns: Columns) -> FloatArray:
        """Each example's loss, of shape (n,)."""
        return self._of_loss(values, columns)[0]

    def loss_slopes(
        self, values: Mapping[str, float], columns: Columns
    ) -> tuple[FloatArray, FloatArray]:
        """Each example's gradient, of shape (n, p), and Hessian, of shape (n, p, p)."""
        _, first, second = self._of_loss(values, columns)
        inside = self._inside_slopes(values, columns)
        gradient = np.einsum("nk,nkp->np", first, inside)
        hessian = np.einsum("nkl,nkp,nlq->npq", second, inside, inside)
        if self._bends:
            hessian += np.einsum("nk,nkpq->npq", first, self._inside_bends(values, columns))
        return gradient, hessian

    # -----------------------------------------------------------------------------------------
    # Inside: z by the parameters

    @cached_property
    def _parts(self) -> tuple[nt.Term, ...]:
        return tuple(named(part.written_out()) for part in self.task.problem.predictions)

    @cached_property
    def _names(self) -> tuple[str, ...]:
        return (*self.task.free, *self.task.problem.inputs)

    @cached_property
    def _inner(self) -> list[sympy.Expr]:
        return [*self.task.put_in(_inner_of(part).value for part in self._parts)]

    @cached_property
    def _first(self) -> list[list[sympy.Expr]]:
        return [_derived(inner, self._names, len(self.task.free)) for inner in self._inner]

    @cached_property
    def _second(self) -> dict[tuple[int, int, int], sympy.Expr]:
        """The second derivatives that are not 0, by score and parameters."""
        count = len(self.task.free)
        found = {}
        for score, slopes in enumerate(self._first):
            for one, slope in enumerate(slopes):
                for other, bend in enumerate(_derived(slope, self._names, count)[: one + 1]):
                    if bend != 0:
                        found[score, one, other] = bend
        return found

    @property
    def _bends(self) -> bool:
        return bool(self._second)

    @cached_property
    def _compiled(self) -> dict[str, Callable[..., list[Any]]]:
        """The functions of parameters and inputs, as they are asked for."""
        return {}

    def _evaluated(
        self,
        kind: str,
        exprs: Sequence[sympy.Expr],
        values: Mapping[str, float],
        columns: Columns,
    ) -> FloatArray:
        """Expressions of the parameters and inputs at the rows, of shape (n, number of expressions)."""
        if kind not in self._compiled:
            self._compiled[kind] = on_arrays(exprs, self._names, cse=True)
        given = [np.float64(values[name]) for name in self.task.free]
        read = [columns[name] for name in self.task.problem.inputs]
        return _stacked(self._compiled[kind], [*given, *read], len(columns))

    def _inside(self, values: Mapping[str, float], columns: Columns) -> FloatArray:
        return self._evaluated("z", self._inner, values, columns)

    def _inside_slopes(self, values: Mapping[str, float], columns: Columns) -> FloatArray:
        flat = [slope for slopes in self._first for slope in slopes]
        made = self._evaluated("slopes", flat, values, columns)
        return made.reshape(len(columns), len(self._inner), len(self.task.free))

    def _inside_bends(self, values: Mapping[str, float], columns: Columns) -> FloatArray:
        made = self._evaluated("bends", [*self._second.values()], values, columns)
        count = len(self.task.free)
        bends = np.zeros((len(columns), len(self._inner), count, count))
        for place, (score, one, other) in enumerate(self._second):
            bends[:, score, one, other] = bends[:, score, other, one] = made[:, place]
        return bends

    # -----------------------------------------------------------------------------------------
    # Outside: predictions and losses by z

    @cached_property
    def _outer(self) -> Callable[..., list[Any]]:
        scores = [f"z_{number}" for number in range(len(self._parts))]
        predicted = [
            _outer_of(part, nt.Symbol(score)).value
            for part, score in zip(self._parts, scores, strict=True)
        ]
        slopes = [
            _derived(part, [score], 1)[0] for part, score in zip(predicted, scores, strict=True)
        ]
        return on_arrays([*predicted, *slopes], scores)

    def _outside(self, inside: FloatArray) -> tuple[FloatArray, FloatArray]:
        """g(z) and its slope, each of shape (n, k)."""
        made = _stacked(self._outer, [*inside.T], len(inside))
        count = inside.shape[1]
        return made[:, :count], made[:, count:]

    @cached_property
    def _loss(self) -> Callable[..., list[Any]]:
        """One example's loss and its first and second derivatives by z, of the z and the targets."""
        problem, count = self.task.problem, len(self._parts)
        scores = [f"prediction_{number}" for number in range(count)]
        targets = [f"target_{number}" for number in range(count)]
        cost = replace(
            problem.written_cost,
            predictions=tuple(
                _outer_of(p, nt.Symbol(s)) for p, s in zip(self._parts, scores, strict=True)
            ),
            targets=tuple(nt.Indexed(name, (problem.notation.index,)) for name in targets),
            penalty=None,
        )
        swap = {nt.Indexed(n, (problem.notation.index,)).value: sympy.Symbol(n) for n in targets}
        swap |= {sympy.Symbol(problem.letters[n]): v for n, v in problem.settings.items()}
        loss = named(cost.example_loss.written_out()).value.xreplace(swap)
        first = _derived(loss, [*scores, *targets], count)
        second = [bend for slope in first for bend in _derived(slope, [*scores, *targets], count)]
        return on_arrays([loss, *first, *second], [*scores, *targets])

    def _of_loss(
        self, values: Mapping[str, float], columns: Columns
    ) -> tuple[FloatArray, FloatArray, FloatArray]:
        inside, count = self._inside(values, columns), len(self._parts)
        targets = [columns[name] for name in self.task.problem.targets]
        made = _stacked(self._loss, [*inside.T, *targets], len(columns))
        if self.task.problem.loss.likelihood and self.task.problem.loss.likelihood.link != "log":
            made[:, 1:] = _settled(made[:, 1:], made[:, 0])
        return (
            made[:, 0],
            made[:, 1 : 1 + count],
            made[:, 1 + count :].reshape(len(columns), count, count),
        )


def _settled(slopes: FloatArray, losses: FloatArray) -> FloatArray:
    """Slopes where a probability has rounded to 0 or 1, and ∞/∞ stands for a 0 that is too small for a float."""
    lost = ~np.isfinite(slopes) & np.isfinite(losses)[:, None]
    return np.where(lost, 0.0, slopes)


def _inner_of(part: nt.Term) -> nt.Term:
    """The one argument of a prediction that is a function of it; the prediction itself where it is none."""
    if isinstance(part, nt.Call) and len(part.arguments) == 1:
        return part.argument
    return part


def _outer_of(part: nt.Term, inside: nt.Term) -> nt.Term:
    """A prediction with its one argument's place taken by a name; the name itself where it has none."""
    if isinstance(part, nt.Call) and len(part.arguments) == 1:
        return replace(part, arguments=(inside,))
    return inside


def _derived(expr: sympy.Expr, names: Sequence[str], count: int) -> list[sympy.Expr]:
    """The derivatives by the first `count` of the names; what stands at a kink alone is left out."""
    (real,), symbols = as_real([expr], names)
    back = dict(zip(symbols, map(sympy.Symbol, names), strict=True))
    made = []
    for symbol in symbols[:count]:
        slope = real.diff(symbol).doit() if real.has(symbol) else sympy.S.Zero
        slope = slope.replace(sympy.DiracDelta, lambda *_: sympy.S.Zero)
        made.append(slope.xreplace(back))
    return made


def _stacked(compute: Callable[..., list[Any]], given: Sequence[Any], rows: int) -> FloatArray:
    """What was computed as one table: a column an expression, a row an example."""
    with np.errstate(all="ignore"):
        made = compute(*given)
    table = np.empty((rows, len(made)))
    for place, column in enumerate(made):
        table[:, place] = column
    return table
