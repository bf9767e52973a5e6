"""Levenberg and Marquardt to the last digit: QR of scaled columns, bounds by an active set.

Laws
----
- columns of the Jacobian are brought to length 1, so that no unit of a parameter matters; the system is solved by QR
  of J, never by JᵀJ, which would lose half of the digits
- the cost can still fall by about ‖Qᵀr‖², r the residual and Q an orthonormal basis of J: the relative offset of
  Bates and Watts, A Relative Offset Orthogonality Convergence Criterion for Nonlinear Least Squares (1981), squared
- a cost is known to 16 digits and is flat at its minimum, so costs tell a parameter to 8; the step, which is 0 there,
  tells it to the digits of the residual: the last steps are judged by their length, with residuals in longer floats
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from symgd.data.arrays import FloatArray, IntArray
from symgd.fit.least_squares.curve import Column, Curve
from symgd.fit.least_squares.observed import BLOCK, Observed, sampled

BoolArray: TypeAlias = npt.NDArray[np.bool_]

STEPS = 300  # at most, from one start
# Smaller numbers, or larger than one over it, are nothing to divide by.
SMALL = float(np.finfo(np.float64).tiny)
ROUNDING = 1e-26  # of the targets' sum of squares: a perfect fit
LOW = 1e-200  # sums of squares above this, and below one over it, are far from where floats end
TOLD = 1e-8  # the share of the largest curvature that the least has where Newton's steps can be trusted
SHORTER = (
    0.5  # a Newton's step that is not so much shorter than the last is one where they do not serve
)
UNTOLD = 1e-14  # of the cost: what can be gained and is less than sums of squares tell
FLAT = 1e-13  # a direction of which the slopes tell less than this part is not told
FEW = 20_000  # rows on which bending is measured
LONG = 200_000  # rows from which longer floats would take long, and rounding averages out


@dataclass(frozen=True, eq=False)
class LocalModel:
    """The cost near a point: ‖R·D·δ + q‖² + rest, for a change δ."""

    theta: Column  # of shape (p,)
    factor: FloatArray  # R, of J with columns of length 1, of shape (r, p)
    lengths: FloatArray  # D, of J's columns
    aim: FloatArray  # q = Qᵀr, of shape (r,)
    cost: float  # ‖r‖²
    gradient: FloatArray  # of the cost, by θ, halved

    def change(self, damping: float, free: BoolArray) -> FloatArray:
        """The damped step of the parameters that are free; 0 of the others."""
        columns = self.factor[:, free]
        if damping:
            columns = np.vstack([columns, np.sqrt(damping) * np.eye(columns.shape[1])])
        aim = np.concatenate([self.aim, np.zeros(len(columns) - len(self.aim))])
        made = np.zeros(len(self.theta))
        made[free] = -np.linalg.lstsq(columns, aim, rcond=FLAT)[0] / self.lengths[free]
        return made

    def gain(self, free: BoolArray) -> float:
        """By how much the cost can still fall, as far as it is a quadratic."""
        if not free.any():
            return 0.0
        left, sizes, _ = np.linalg.svd(self.factor[:, free], full_matrices=False)
        told = sizes > FLAT * sizes[0]
        return float(np.sum((left[:, told].T @ self.aim) ** 2))


@dataclass(frozen=True, eq=False)
class Descent:
    """Where steps came to."""

    near: LocalModel
    steps: int
    free: BoolArray  # whether each parameter is off its bounds, or is drawn inwards

    @property
    def theta(self) -> FloatArray:
        return np.asarray(self.near.theta, dtype=np.float64)

    @property
    def cost(self) -> float:
        return self.near.cost


@dataclass(frozen=True, eq=False)
class Marquardt:
    """Finds the minimum near a start."""

    curve: Curve
    rows: Observed
    bounds: FloatArray  # of shape (p, 2)

    def cost(self, theta: FloatArray) -> float:
        """The sum of the squared residuals; infinite where there is none."""
        total = 0.0
        with np.errstate(all="ignore"):
            for block in self.rows.blocks():
                left = block.residual(self.curve.values(theta, block.inputs))
                total += float(left @ left)
        return total if np.isfinite(total) else np.inf

    @cached_property
    def few(self) -> Marquardt:
        """The same on some of the rows, where they are many."""
        if len(self.rows) <= FEW:
            return self
        return replace(self, rows=sampled(self.rows, FEW, 0))

    @cached_property
    def size(self) -> float:
        """The weighted sum of the squared targets."""
        target = self.rows.weighted(self.rows.target)
        return float(target @ target)

    @property
    def floor(self) -> float:
        """A sum of squares that is rounding and nothing else."""
        return ROUNDING * self.size

    @cached_property
    def grain(self) -> float:
        """The sum of the squares of what the targets are rounded by: less than this no step gains."""
        rounded = np.finfo(np.float64).eps * self.rows.weighted(self.rows.target)
        return float(rounded @ rounded)

    def rounding(self, theta: FloatArray) -> float:
        """The sum of the squares of what the predictions are rounded by, as longer floats tell it."""
        total = 0.0
        for block in self.rows.blocks():
            short, long = self.curve.values(theta, block.inputs), self._long_values(theta, block)
            wrong = block.weighted(np.asarray(short - long, dtype=np.float64))
            total += float(wrong @ wrong)
        return total if np.isfinite(total) else 0.0

    def blur(self, end: Descent) -> float:
        """By how much the cost at an end may be wrong."""
        rounded = self.rounding(end.theta)
        return self.floor + rounded + 2 * float(np.sqrt(abs(end.cost) * rounded))

    def near(self, theta: Column, *, long: bool = False) -> LocalModel:
        """The cost near a point; `long` evaluates residuals in longer floats."""
        with np.errstate(all="ignore"):
            return self._near(theta, long)

    def _near(self, theta: Column, long: bool) -> LocalModel:
        count = len(theta)
        whole = np.zeros((count + 1, 0))
        gradient, squares, cost = np.zeros(count), np.zeros(count), 0.0
        for block in self.rows.blocks():
            table = self._table(theta, block, long)
            gradient += table[:-1] @ table[-1]
            squares += np.einsum("pn,pn->p", table[:-1], table[:-1])
            cost += float(table[-1] @ table[-1])
            whole = np.hstack([whole, table]) if whole.size else table
            if len(self.rows) > BLOCK:
                whole = _factor(whole)
        if math.isfinite(cost) and ((squares > LOW) & (squares < 1 / LOW)).all():
            lengths = np.sqrt(squares)
            factor = _factor(
                whole
            )  # a column's length, far from where floats end, is no matter to it
            factor[:-1] /= lengths[:, None]
        else:
            whole[~np.isfinite(whole)] = 0.0  # where the cost is not finite, nothing here counts
            lengths = _lengths(whole[:-1])
            whole[:-1] /= lengths[:, None]
            lost = ~(np.abs(whole[:-1]) < 2).all(axis=1)
            whole[:-1][lost] = 0.0  # LAPACK may not come back from infinities
            factor = _factor(whole)
        made, rank = factor.T, min(factor.shape[1], count)
        return LocalModel(
            np.asarray(theta), made[:rank, :-1], lengths, made[:rank, -1], cost, gradient
        )

    def _table(self, theta: Column, block: Observed, long: bool) -> FloatArray:
        """Slopes and residual, one below the other, of shape (p + 1, n)."""
        short = np.asarray(theta, dtype=np.float64)
        value, slopes = self.curve.linearised(short, block.inputs)
        if long:
            value = self._long_values(theta, block)
        made = np.empty((len(slopes) + 1, len(block)))
        made[-1] = block.residual(value)
        for place, slope in enumerate(slopes):  # a constant's slope has one row
            made[place] = block.weighted(slope)
        return made

    def gradient(self, theta: FloatArray) -> FloatArray:
        """The gradient of the cost near a point, halved: a small part of what `near` is."""
        made = np.zeros(len(theta))
        with np.errstate(all="ignore"):
            for block in self.rows.blocks():
                table = self._table(theta, block, False)
                made += table[:-1] @ table[-1]
        return made

    def _long_values(self, theta: Column, block: Observed) -> FloatArray:
        inputs = tuple(column.astype(np.longdouble) for column in block.inputs)
        try:
            return self.curve.values([np.longdouble(each) for each in theta], inputs)
        except TypeError:  # SciPy's functions have no longer floats
            return self.curve.values(np.asarray(theta, dtype=np.float64), block.inputs)

    # -----------------------------------------------------------------------------------------

    def descend(self, theta: Sequence[float] | FloatArray, most: int = STEPS) -> Descent:
        """Damped steps until no cost is lower, or the cost can fall by rounding only."""
        here = self.near(self._inside(np.asarray(theta, dtype=np.float64)))
        height = self.cost(here.theta)  # by the same sums as those that it is compared with
        damping, raised, steps = 1e-3, 2.0, 0
        free, (low, high) = self._free(here), self.bounds.T
        rest = 1e-24 if len(self.rows) <= LONG else 1e-18  # rounding in the mean of many rows
        while (
            steps < most
            and np.isfinite(here.cost)
            and here.gain(free) > max(rest * here.cost, self.grain)
        ):
            steps += 1
            wished = self._inside(here.theta + here.change(damping, free))
            change = wished - here.theta
            ahead = np.where((wished == low) | (wished == high), wished, here.theta + change)
            cost = self.cost(ahead)
            if cost < height:
                foretold = here.cost - self._foretold(here, change)
                share = (here.cost - cost) / foretold if foretold > 0 else 1.0
                damping *= max(1 / 10, 1 - (2 * share - 1) ** 3)
                height, raised = cost, 2.0
                here = self.near(ahead)
                free = self._free(here)
                continue
            damping, raised = max(damping, 1e-12) * raised, raised * 2
            is_told = here.gain(free) > UNTOLD * here.cost  # else costs are rounded by more
            if damping > 1e16 or not np.any(change) or not is_told:
                break
        return Descent(here, steps, free)

    def _foretold(self, here: LocalModel, change: FloatArray) -> float:
        """The cost after a change, as far as it is a quadratic."""
        moved = here.factor @ (here.lengths * change)
        return here.cost + float(2 * here.aim @ moved + moved @ moved)

    def _inside(self, theta: FloatArray) -> FloatArray:
        made: FloatArray = np.clip(theta, self.bounds[:, 0], self.bounds[:, 1])
        return made

    def _free(self, here: LocalModel) -> BoolArray:
        """Which parameters are not held by a bound that the cost would fall beyond."""
        low, high = self.bounds.T
        held = ((here.theta <= low) & (here.gradient >= 0)) | (
            (here.theta >= high) & (here.gradient <= 0)
        )
        return np.asarray(~held)

    # -----------------------------------------------------------------------------------------

    def bent(self, near: LocalModel, free: IntArray) -> FloatArray | None:
        """The Hessian of half the cost in units of each column's length: of parameters that the model is affine in JᵀJ, else by differences of the gradient."""
        theta, lengths = np.asarray(near.theta, dtype=np.float64), near.lengths
        made = near.factor.T @ near.factor
        bent = [place for place in free if place not in self.curve.affine]
        for place in bent:
            step = 6e-6 * max(abs(theta[place]), 1e-3 * np.sqrt(self.size) / lengths[place])
            sides = []
            for sign in (1, -1):
                moved = theta.copy()
                moved[place] += sign * step
                sides.append(self.gradient(moved) / lengths)
            made[place] = (sides[0] - sides[1]) / (2 * step * lengths[place])
        flat = [place for place in free if place not in bent]
        made[np.ix_(flat, bent)] = made[np.ix_(bent, flat)].T
        made = made[np.ix_(free, free)]
        even: FloatArray = (made + made.T) / 2
        return even if np.isfinite(made).all() else None

    # -----------------------------------------------------------------------------------------

    def polished(self, ended: Descent) -> Descent:
        """The last digits: undamped steps for as long as they get shorter, with residuals in longer floats; Newton's, or Gauss's where these do not serve."""
        long = len(self.rows) <= LONG
        theta = ended.theta.astype(np.longdouble)
        here = self.near(theta, long=long)
        bent = self._told_bending(ended)
        best, shortest, before, worse = (theta, here), np.inf, np.inf, 0
        for _ in range(80 if long else 8):
            change = here.change(0.0, ended.free) if bent is None else _newton(here, ended, bent)
            length = float(np.linalg.norm(change * here.lengths))
            if length < shortest:
                best, shortest, worse = (theta, here), length, 0
            elif length >= before:  # one that is shorter than the last may come to be the shortest
                worse += 1
            if bent is not None and not length <= SHORTER * before:
                bent, before, (theta, here) = None, np.inf, best
                continue
            before = length
            if worse > 2 or not np.all(np.isfinite(change)):
                break
            tried = np.clip(theta + change, self.bounds[:, 0], self.bounds[:, 1])
            is_still = np.array_equal(tried.astype(np.float64), theta.astype(np.float64))
            if is_still and (worse or bent is not None):
                break
            theta, here = tried, self.near(tried, long=long)
        values: FloatArray = best[0].astype(np.float64)
        if not self.cost(values) <= ended.cost * (1 + 1e-9) + 1e-300:
            return ended
        return replace(ended, near=replace(best[1], theta=values), free=ended.free)

    def _told_bending(self, ended: Descent) -> FloatArray | None:
        """The Hessian at an end where every direction is told by it; else None."""
        free = np.flatnonzero(ended.free)
        some = self.few
        near = ended.near if some is self else some.near(ended.theta)
        made = some.bent(near, free) if len(free) else None
        if made is None:
            return None
        sizes = np.linalg.eigvalsh(made)
        return made if sizes[0] > TOLD * sizes[-1] else None


def _newton(here: LocalModel, ended: Descent, bent: FloatArray) -> FloatArray:
    """Newton's step of the parameters that are free, by the Hessian at an end."""
    made, free = np.zeros(len(here.theta)), ended.free
    lengths = here.lengths[free]
    made[free] = -np.linalg.solve(bent, here.gradient[free] / lengths) / lengths
    return made


def _lengths(columns: FloatArray) -> FloatArray:
    """The rows' lengths, and 1 for those of no length, or none that floats can divide by."""
    largest = np.abs(columns).max(axis=1, initial=0.0)
    largest = np.where((largest > SMALL) & (largest < 1 / SMALL), largest, 1.0)
    lengths = largest * np.sqrt(np.square(columns / largest[:, None]).sum(axis=1))
    return np.where((lengths > SMALL) & (lengths < 1 / SMALL), lengths, 1.0)


def _factor(table: FloatArray) -> FloatArray:
    """R of a table's transpose, transposed."""
    return np.asarray(np.linalg.qr(table.T, mode="r")).T
