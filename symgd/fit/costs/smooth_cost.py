"""SmoothCost: a task's cost over its data as a function of the free parameters, with its first and second derivatives."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np

from symgd.codegen.expressions.compiled import on_arrays
from symgd.codegen.walk.arrival import EPSILON as EPS
from symgd.data.arrays import FloatArray, IntArray
from symgd.errors import DataError, at_row
from symgd.fit.costs.chained import slopes_on_rows, values_on_rows, with_limits
from symgd.fit.costs.compiled import Compute, derived, on_rows
from symgd.fit.costs.punishment import Punishment
from symgd.fit.costs.scores import Scored, scored
from symgd.fit.task import Task

BLOCK, LEAST_BLOCK = 2**19, 256  # numbers, and rows, that are worked on at once


@dataclass(frozen=True, eq=False)
class Expansion:
    """A cost with its gradient and Hessian."""

    cost: float
    gradient: FloatArray  # of shape (p,)
    hessian: FloatArray  # of shape (p, p)

    @property
    def finite(self) -> bool:
        """Whether all of it is."""
        parts = (self.cost, self.gradient.sum(), self.hessian.sum())
        return all(map(math.isfinite, parts))


class SmoothCost:
    """The smooth part of a task's cost.

    Corners are left to `symgd.fit.losses.corners`: here a derivative is the one that holds beside them.
    """

    def __init__(self, task: Task, parts: Scored | None = None) -> None:
        self.task = task
        self.names = task.free
        self.parts = scored(task) if parts is None else parts
        self.columns = task.columns.values
        self.weights = _weights(task)
        self.root = task.problem.loss.reduction == "root mean"
        self.penalty = task.penalty
        self._last: tuple[bytes, FloatArray, FloatArray] | None = None
        self._derivatives: dict[str, tuple[bytes, FloatArray]] = {}

    def _seen(self, values: FloatArray) -> tuple[FloatArray, FloatArray]:
        """The scores and the losses; those of the last place are kept, since cost, size and slopes are asked for in turn."""
        key = values.tobytes()
        if self._last is None or self._last[0] != key:
            scores = self.scores(values)
            self._last = key, scores, self.losses(scores)
        return self._last[1:]

    def _once(self, name: str, values: FloatArray, make: Callable[[], FloatArray]) -> FloatArray:
        """Derivatives, 0 where there are none; those of the last place are kept, unless they are very many."""
        key, known = values.tobytes(), self._derivatives.get(name)
        if known is not None and known[0] == key:
            return known[1]
        found = _there(make())
        found.flags.writeable = False
        if found.size <= BLOCK:
            self._derivatives[name] = key, found
        return found

    @cached_property
    def _scores(self) -> tuple[Compute, Compute]:
        names, scores = (*self.names, *self.task.problem.columns), self.parts.scores
        return values_on_rows(scores, names), slopes_on_rows(scores, names, self.names)

    @cached_property
    def _bends(self) -> Compute:
        names = (*self.names, *self.task.problem.columns)
        _, _, bends = derived(self.parts.scores, names, self.names)
        return with_limits(on_rows([entry for row in bends for entry in row], names))

    @cached_property
    def _loss(self) -> tuple[Compute, Compute]:
        names = (*self.parts.names, *self.task.problem.columns)
        values, slopes, bends = derived([self.parts.loss], names, self.parts.names)
        return on_rows(values, names), on_rows([*slopes[0], *bends[0]], names)

    @cached_property
    def _punishment(self) -> Punishment:
        return Punishment(self.penalty, self.names)

    @cached_property
    def _constant(self) -> tuple[FloatArray, FloatArray]:
        """Where every score is affine: the scores at 0, of shape (K, n), and their slopes, of shape (K, p, n)."""
        zero = [0.0] * len(self.names)
        return self.scores_at(zero), self._slopes_at(zero)

    @property
    def affine(self) -> bool:
        """Whether every score is affine in the free parameters."""
        return self.parts.affine

    @property
    def is_plain(self) -> bool:
        """Whether the one score is the prediction itself."""
        return self.parts.scores == self.task.predictions and len(self.parts.names) == 1

    def scores_at(self, values: Sequence[float]) -> FloatArray:
        """The scores of every row, of shape (K, n)."""
        found: FloatArray = self._scores[0](*values, *self.columns)
        return found

    def _slopes_at(self, values: Sequence[float]) -> FloatArray:
        found = self._scores[1](*values, *self.columns)
        return found.reshape(len(self.parts.names), len(self.names), -1)

    def scores(self, values: FloatArray) -> FloatArray:
        """The scores of every row, of shape (K, n)."""
        if not self.affine:
            return self.scores_at(values.tolist())
        start, slopes = self._constant
        found: FloatArray = start + values @ slopes
        return found

    def slopes(self, values: FloatArray) -> FloatArray:
        """The scores' derivatives by the parameters, of shape (K, p, n); 0 where there is none, as of 0^p."""
        if self.affine:
            return self._constant[1]
        return self._once("slopes", values, lambda: self._slopes_at(values.tolist()))

    def without_slopes(self, values: FloatArray) -> int:
        """How many of the scores' derivatives are nan: where x^n/(K^n + x^n) has none by K, 0 is no gradient. One too large for floats is a slope."""
        with np.errstate(all="ignore"):
            return int(np.count_nonzero(np.isnan(self._slopes_at(values.tolist()))))

    def losses(self, scores: FloatArray) -> FloatArray:
        """Each row's loss."""
        found: FloatArray = self._loss[0](*scores, *self.columns)[0]
        return found

    def loss_slopes(self, scores: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Each row's loss derived by the scores, of shape (K, n), and twice, of shape (K, K, n)."""
        count = len(scores)
        found = self._loss[1](*scores, *self.columns)
        bends = np.empty((count, count, found.shape[1]))
        pairs = [(a, b) for a in range(count) for b in range(a, count)]
        for (a, b), bend in zip(pairs, found[count:], strict=True):
            bends[a, b] = bends[b, a] = bend
        return found[:count], bends

    def cost(self, values: FloatArray) -> float:
        """The problem's cost, whole: its corners and its penalty with it."""
        with np.errstate(all="ignore"):
            mean = _total(self.weights, self._seen(values)[1])
            reduced = math.sqrt(mean) if self.root and mean >= 0 else mean
            return reduced + self._punished(values)

    def _punished(self, values: FloatArray) -> float:
        """What the penalty adds."""
        return 0.0 if self.penalty == 0 else self._punishment.value(values)

    def sizes(self, values: FloatArray) -> float:
        """The size of the numbers that the cost is a sum of: what its rounding is measured by."""
        with np.errstate(all="ignore"):
            losses = np.abs(self._seen(values)[1])
            return _total(self.weights, losses) + abs(self._punished(values))

    def rounding(self, values: FloatArray) -> float:
        """By how much the cost may be wrong, since predictions are rounded, as longer floats tell it."""
        long = [np.longdouble(value) for value in values]
        with np.errstate(all="ignore"):
            short, rounded = self.scores(values), 8 * EPS * self.sizes(values)
            try:
                exact = self._long_scores(*long, *(c.astype(np.longdouble) for c in self.columns))
            except TypeError:  # SciPy's functions have no longer floats
                return rounded
            wrong = [np.broadcast_to(np.asarray(e, dtype=float), short[0].shape) for e in exact]
            off = self.losses(short) - self.losses(np.array(wrong))
            total = _total(self.weights, np.abs(off))
            return rounded + (total if math.isfinite(total) else 0.0)

    @cached_property
    def _long_scores(self) -> Callable[..., list[Any]]:
        return on_arrays(self.parts.scores, (*self.names, *self.task.problem.columns))

    def at(self, values: FloatArray, beside: FloatArray | None = None) -> Expansion:
        """The cost, its gradient and its Hessian; derivatives are taken at other scores `beside` where these are given."""
        with np.errstate(all="ignore"):
            return self._at(values, beside)

    def slope(self, values: FloatArray) -> tuple[float, FloatArray]:
        """The cost and its gradient."""
        with np.errstate(all="ignore"):
            scores, losses = self._seen(values)
            first, _ = self.loss_slopes(scores)
            first = np.where(self.weights != 0, first * self.weights, 0.0)
            cost = _total(self.weights, losses)
            gradient = (self.slopes(values) @ first[:, :, None]).sum(axis=(0, 2))
            if self.penalty != 0:
                cost += self._punished(values)
                gradient = gradient + self._punishment.slopes(values)
            return cost, gradient

    def _at(self, values: FloatArray, beside: FloatArray | None) -> Expansion:
        (scores, losses), slopes = self._seen(values), self.slopes(values)
        first, second = self.loss_slopes(scores if beside is None else beside)
        first, second = first * self.weights, second * self.weights
        used = self.weights != 0
        cost = _total(self.weights, losses)
        first, second = np.where(used, first, 0.0), np.where(used, second, 0.0)
        gradient = (slopes @ first[:, :, None]).sum(axis=(0, 2))
        hessian = self.bent(values, first)
        for a, b in np.ndindex(len(scores), len(scores)):
            hessian += weighted_square(slopes[a], second[a, b], slopes[b])
        if self.root:
            cost, gradient, hessian = _root(cost, gradient, hessian)
        return Expansion(*self._with_penalty(values, cost, gradient, hessian))

    def slope_sizes(self, values: FloatArray) -> FloatArray:
        """The size of the numbers that each part of the gradient is a sum of."""
        with np.errstate(all="ignore"):
            first = self.loss_slopes(self.scores(values))[0] * self.weights
            slopes = np.abs(self.slopes(values))
            rows: FloatArray = (slopes @ np.abs(first)[:, :, None]).sum(axis=(0, 2))
            if self.penalty != 0:
                rows += np.abs(self._punishment.slopes(values))
            return rows

    def bent(self, values: FloatArray, first: FloatArray) -> FloatArray:
        """The sum of the scores' second derivatives, each row's times its part of `first`, of shape (K, n)."""
        if self.affine:
            return np.zeros((len(values), len(values)))
        bends = self._once("bends", values, lambda: self._bends(*values, *self.columns))
        sums = np.einsum("kbn,kn->b", bends.reshape(len(first), -1, first.shape[1]), first)
        return _symmetric(sums, len(values))

    def _with_penalty(
        self, values: FloatArray, cost: float, gradient: FloatArray, hessian: FloatArray
    ) -> tuple[float, FloatArray, FloatArray]:
        if self.penalty == 0:
            return cost, gradient, hessian
        made = self._punishment
        return (
            cost + made.value(values),
            gradient + made.slopes(values),
            hessian + made.bends(values),
        )


def weighted_square(one: FloatArray, weights: FloatArray, other: FloatArray) -> FloatArray:
    """one·W·otherᵀ of matrices of shape (p, n), by blocks of rows: no whole copy of these is made.

    Examples
    --------
    >>> weighted_square(np.array([[1.0, 2.0]]), np.array([3.0, 0.5]), np.array([[1.0, 2.0]]))
    array([[5.]])
    """
    made = np.zeros((len(one), len(other)))
    size = max(LEAST_BLOCK, BLOCK // max(1, len(one)))
    alike = one is other and bool((weights >= 0).all())
    by = np.sqrt(weights) if alike else weights
    for begin in range(0, len(weights), size):
        rows = slice(begin, begin + size)
        part = one[:, rows] * by[rows]
        made += part @ (part if alike else other[:, rows]).T  # of a matrix by itself a half is made
    return made


def _there(slopes: FloatArray) -> FloatArray:
    """Derivatives, 0 in place of those that are no numbers."""
    return np.where(np.isfinite(slopes), slopes, 0.0)


def expect_values(objective: SmoothCost) -> None:
    """Refuse rows at which a model that is affine in its parameters has no value, whatever these are."""
    if not objective.affine:
        return
    zero = np.zeros(len(objective.names))
    parts = (objective.scores(zero)[:, None], objective.slopes(zero))
    if all(math.isfinite(part.sum()) for part in parts):
        return
    bad = ~np.all([np.isfinite(part).all(axis=(0, 1)) for part in parts], axis=0)
    bad &= objective.weights > 0
    if bad.any():
        raise DataError(
            f"{at_row(int(np.argmax(bad)))}: the model has no finite value there, whatever its parameters are",
            "remove the row, or choose a model that is defined for it",
        )


def _weights(task: Task) -> FloatArray:
    """What each row's loss is multiplied by: the sum of these products is the cost, or its square under a root."""
    rows = len(task.columns)
    weights = np.ones(rows) if task.weights is None else task.weights
    if task.problem.loss.reduction == "sum":
        return weights
    below = float(weights.sum())
    return weights / (2 * below if task.problem.loss.reduction == "half mean" else below)


def _total(weights: FloatArray, losses: FloatArray) -> float:
    """The weighted sum; a row of weight 0 counts for nothing, whatever its loss is."""
    shares = weights * losses
    return float((shares if weights.all() else np.where(weights == 0, 0.0, shares)).sum())


def _symmetric(upper: FloatArray, size: int) -> FloatArray:
    whole = np.empty((size, size))
    rows, columns = _upper(size)
    whole[rows, columns] = whole[columns, rows] = upper
    return whole + 0.0  # no −0


@lru_cache(maxsize=16)
def _upper(size: int) -> tuple[IntArray, IntArray]:
    """The places of a square's upper triangle."""
    rows, columns = np.triu_indices(size)
    return rows, columns


def _root(
    cost: float, gradient: FloatArray, hessian: FloatArray
) -> tuple[float, FloatArray, FloatArray]:
    """The same of the root of a cost."""
    root = math.sqrt(cost) if cost >= 0 else math.nan
    if root == 0:
        return root, np.zeros_like(gradient), np.zeros_like(hessian)
    slope = gradient / (2 * root)
    return root, slope, hessian / (2 * root) - np.outer(slope, slope) / root
