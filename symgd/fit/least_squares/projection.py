"""Many candidates at once: affine parameters solved for exactly, the others by damped steps.

Laws
----
- for given others θ, the least cost over affine parameters β is that of the residual at right angles to the basis A(θ)
- Kaufman: the Gauss–Newton step of θ is that of the slopes at right angles to A, with β solved for anew after it
- Marquardt: (JᵀJ + λ·diag JᵀJ)·δ = −Jᵀr, λ less after a step that lowers the cost, more after one that does not

Every array has a candidate in its first axis and a row in its second; a loop over candidates is nowhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from symgd.data.arrays import FloatArray, IntArray
from symgd.fit.least_squares.curve import Curve
from symgd.fit.least_squares.marquardt import BoolArray
from symgd.fit.least_squares.observed import Observed

ALIKE = 1e-6  # costs that differ by less than this part are one
MOST_ALIKE = 6  # points that have come to one cost are followed so often
LARGEST = 1e150  # slopes whose squares are floats
FLAT = 1e-11  # a column of which so little is at right angles to the others says nothing new


@dataclass(frozen=True, eq=False)
class Front:
    """Candidates, and how well each fits.

    Parameters
    ----------
    theta : array of shape (c, p)
        All parameters, those that are solved for among them.
    cost : array of shape (c,)
        The sum of squared residuals; infinite where the model has no value.
    """

    theta: FloatArray
    cost: FloatArray

    def take(self, places: IntArray) -> Front:
        """Some of the candidates."""
        return Front(self.theta[places], self.cost[places])


@dataclass(frozen=True, eq=False)
class Projection:
    """The cost as a function of the parameters that the model is not affine in."""

    curve: Curve
    rows: Observed
    bounds: FloatArray  # of these parameters, of shape (m, 2)

    def solved(self, others: FloatArray) -> Front:
        """Candidates of shape (c, m), with the affine parameters that suit them best."""
        curve, rows = self.curve, self.rows
        with np.errstate(all="ignore"):
            rest, *columns = curve.basis(others.T[:, :, None], rows.inputs)
            beyond = _beyond(columns, len(others))
            aim = -rows.residual(rest)
            aim = np.broadcast_to(aim, (len(others), len(rows)))
            beta, left = _least_squares(_stacked(map(rows.weighted, columns), aim.shape), aim)
            cost = _dot(left, left)
        theta = np.empty((len(others), len(curve.names)))
        theta[:, list(curve.others)] = others
        theta[:, list(curve.affine)] = beta
        cost[beyond | ~(np.isfinite(cost) & np.isfinite(theta).all(axis=1))] = np.inf
        return Front(theta, cost)

    def descended(self, front: Front, steps: int, keep: Sequence[int]) -> Front:
        """The candidates after damped steps; `keep` says how many go on, after each third of the steps."""
        state = front
        damping = np.full(len(front.cost), 1e-2)
        for step in range(steps):
            if step and step % (steps // 3) == 0:
                best = _different(state.cost, keep[step // (steps // 3) - 1])
                state, damping = state.take(best), damping[best]
            state, damping = self._stepped(state, damping)
        return state

    def _stepped(self, state: Front, damping: FloatArray) -> tuple[Front, FloatArray]:
        """One damped step of each candidate, where it lowers the cost."""
        places = list(self.curve.others)
        here = state.theta[:, places]
        with np.errstate(all="ignore"):
            change = self._change(state, damping)
            tried = np.clip(here + change, self.bounds[:, 0], self.bounds[:, 1])
            tried = np.where(np.isfinite(tried), tried, here)
            after = self.solved(tried)
        better = after.cost < state.cost
        theta = np.where(better[:, None], after.theta, state.theta)
        cost = np.where(better, after.cost, state.cost)
        return Front(theta, cost), np.clip(np.where(better, damping / 5, damping * 4), 1e-12, 1e12)

    def _change(self, state: Front, damping: FloatArray) -> FloatArray:
        """Kaufman's damped step of the parameters that are not solved for, of shape (c, m)."""
        curve, rows = self.curve, self.rows
        value, slopes = curve.linearised(state.theta.T[:, :, None], rows.inputs)
        shape = (len(state.cost), len(rows))
        weighted = _stacked(map(rows.weighted, slopes), shape)
        residual = np.broadcast_to(rows.residual(value), shape)
        frame = _orthonormal(weighted[:, curve.affine])[0]
        sought = weighted[:, curve.others]
        matrix = sought - (sought @ frame.transpose(0, 2, 1)) @ frame
        lengths = np.sqrt(np.einsum("cmn,cmn->cm", matrix, matrix))
        whole = np.sqrt(np.einsum("cmn,cmn->cm", sought, sought))
        told = (lengths > FLAT * whole) & np.isfinite(
            lengths
        )  # else it is rounding, and leads nowhere
        lengths = np.where(told, lengths, 1.0)
        matrix = np.where(told[:, :, None], matrix, 0.0) / lengths[:, :, None]
        normal = matrix @ matrix.transpose(0, 2, 1)
        normal = normal + (damping[:, None, None] + 1e-14) * np.eye(len(curve.others))
        aim = np.einsum("cmn,cn->cm", matrix, residual)
        sound = np.isfinite(normal).all(axis=(1, 2)) & np.isfinite(aim).all(axis=1)
        normal[~sound], aim[~sound] = np.eye(len(curve.others)), 0.0
        change: FloatArray = -np.linalg.solve(normal, aim[:, :, None])[:, :, 0] / lengths
        return change


def _different(costs: FloatArray, count: int) -> IntArray:
    """The places of the best, those that have come to one cost a few times at most, so that others are followed too."""
    order = np.argsort(costs, kind="stable")
    ordered = costs[order]
    apart = np.diff(ordered, prepend=-np.inf) > ALIKE * np.abs(ordered)
    first = np.maximum.accumulate(np.where(apart, np.arange(len(order)), 0))
    few = np.arange(len(order)) - first < MOST_ALIKE
    made: IntArray = np.sort(np.concatenate([order[few], order[~few]])[:count])
    return made


def _dot(one: FloatArray, other: FloatArray) -> FloatArray:
    made: FloatArray = np.einsum("cn,cn->c", one, other)
    return made


def _stacked(columns: Iterable[FloatArray], shape: tuple[int, ...]) -> FloatArray:
    """Columns of each candidate as one array of shape (c, L, n)."""
    parts = [np.broadcast_to(column, shape) for column in columns]
    return np.stack(parts, axis=1) if parts else np.zeros((shape[0], 0, shape[1]))


def _orthonormal(columns: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Gram and Schmidt, twice for rounding: axes of length 1 or 0, of shape (c, L, n), and R, of shape (c, L, L)."""
    axes, shares = np.zeros_like(columns), np.zeros((*columns.shape[:2], columns.shape[1]))
    for place in range(columns.shape[1]):
        column, before = columns[:, place], axes[:, :place]
        size = np.abs(column).max(axis=1)
        size = np.where((size > 0) & np.isfinite(size), size, 1.0)
        left = column / size[:, None]
        whole = np.sqrt(_dot(left, left))
        for _ in range(2):
            part = (before @ left[:, :, None])[:, :, 0]
            shares[:, :place, place] += part * size[:, None]
            left = left - (part[:, None, :] @ before)[:, 0]
        length = np.sqrt(_dot(left, left))
        told = length > FLAT * whole
        axes[:, place] = np.where(told[:, None], left / np.where(told, length, 1.0)[:, None], 0.0)
        shares[:, place, place] = np.where(told, length * size, np.inf)
    return axes, shares


def _beyond(columns: Sequence[FloatArray], count: int) -> BoolArray:
    """Which candidates have slopes whose squares are no floats: steps would find none there."""
    found = np.zeros(count, dtype=bool)
    for column in columns:
        found |= ~(np.abs(column).max(axis=-1, initial=0.0) < LARGEST)
    return found


def _least_squares(columns: FloatArray, aim: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The numbers by which the columns come nearest to `aim`, of shape (c, L), and what is left of it."""
    axes, shares = _orthonormal(columns)
    beta = _solved(axes, shares, aim)
    left = aim - (beta[:, None, :] @ columns)[:, 0]  # what these numbers leave, with their rounding
    more = _solved(axes, shares, left)
    after = left - (more[:, None, :] @ columns)[:, 0]
    better = _dot(after, after) < _dot(left, left)
    return np.where(better[:, None], beta + more, beta), np.where(better[:, None], after, left)


def _solved(axes: FloatArray, shares: FloatArray, aim: FloatArray) -> FloatArray:
    """β of R·β = Qᵀ·aim, of shape (c, L)."""
    left, beta = aim, np.zeros(shares.shape[:2])
    for place in range(shares.shape[1]):
        axis = axes[:, place]
        beta[:, place] = _dot(axis, left)
        left = left - beta[:, place, None] * axis
    for place in reversed(range(shares.shape[1])):
        known = beta[:, place] - _dot(shares[:, place, place + 1 :], beta[:, place + 1 :])
        beta[:, place] = known / shares[:, place, place]
    return beta


def merged(*fronts: Front) -> Front:
    """Several fronts as one."""
    first = fronts[0]
    return replace(
        first,
        theta=np.concatenate([front.theta for front in fronts]),
        cost=np.concatenate([front.cost for front in fronts]),
    )
