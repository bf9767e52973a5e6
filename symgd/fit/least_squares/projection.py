"""Many candidates at once: affine parameters solved for exactly, the others by damped steps.

Laws
----
- for given others θ, the least cost over affine parameters β is that of the residual at right angles to the basis A(θ)
- Kaufman: the Gauss–Newton step of θ is that of the slopes at right angles to A, with β solved for anew after it
- Marquardt: (JᵀJ + λ·diag JᵀJ)·δ = −Jᵀr, λ less after a step that lowers the cost, more after one that does not

Every array has a candidate in its first axis and a row in its second; a loop over candidates is nowhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np

from symgd.data.arrays import FloatArray, IntArray
from symgd.fit.least_squares.curve import Curve
from symgd.fit.least_squares.marquardt import BoolArray
from symgd.fit.least_squares.observed import Observed

# Columns and what they are to come near to; the numbers that do, what is left, and axes.
Solve: TypeAlias = Callable[[FloatArray, FloatArray], tuple[FloatArray, FloatArray, FloatArray]]

ALIKE = 1e-6  # costs that differ by less than this part are one
MOST_ALIKE = 6  # points that have come to one cost are followed so often
LARGEST = 1e150  # slopes whose squares are floats
REST = 1e-14  # of the cost: what steps can gain and sums of squares do not tell
FEW = 6  # columns of which products are factored one by one
PERFECT = 1e-16  # of a sum of squares: what is left of it is rounding
APART = 1e-4  # squared sines of angles between columns: less is too near to one plane for their products
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
        return self._solved(others, _by_products).front

    def _solved(self, others: FloatArray, solve: Solve | None = None) -> _Projected:
        curve, rows = self.curve, self.rows
        with np.errstate(all="ignore"):
            rest, *columns = curve.basis(others.T[:, :, None], rows.inputs)
            aim = -rows.residual(rest)
            aim = np.broadcast_to(aim, (len(others), len(rows)))
            table = _stacked(map(rows.weighted, columns), aim.shape)
            beyond = _beyond(columns, table)
            beta, left, axes = (solve or _least_squares)(table, aim)
            cost = _dot(left, left)
        theta = np.empty((len(others), len(curve.names)))
        theta[:, list(curve.others)] = others
        theta[:, list(curve.affine)] = beta
        cost[beyond | ~(np.isfinite(cost) & np.isfinite(theta).all(axis=1))] = np.inf
        return _Projected(Front(theta, cost), axes, left)

    def descended(self, front: Front, steps: int, keep: Sequence[int]) -> Front:
        """The candidates after damped steps; `keep` says how many go on, after each third of the steps."""
        if not len(front.cost):
            return front
        solved = self._solved(front.theta[:, list(self.curve.others)])
        state = _State(front, np.full(len(front.cost), 1e-2), *self._leaning(solved))
        for step in range(steps):
            if step and step % (steps // 3) == 0:
                state = state.take(_different(state.front.cost, keep[step // (steps // 3) - 1]))
            moving = np.flatnonzero(state.moving)
            if len(moving):
                self._step(state, moving)
        return state.front

    def _step(self, state: _State, moving: IntArray) -> None:
        """One damped step of the candidates that are not at rest, where it lowers the cost."""
        places = list(self.curve.others)
        part = state.take(moving)
        here = part.front.theta[:, places]
        with np.errstate(all="ignore"):
            tried = np.clip(here + part.change(), self.bounds[:, 0], self.bounds[:, 1])
            tried = np.where(np.isfinite(tried), tried, here)
            after = self._solved(tried)
        better = after.front.cost < part.front.cost
        damping = np.where(better, part.damping / 5, part.damping * 4)
        state.damping[moving] = np.clip(damping, 1e-12, 1e12)
        lower = moving[better]
        if not len(lower):
            return
        there = after.take(np.flatnonzero(better))
        state.front.theta[lower], state.front.cost[lower] = there.front.theta, there.front.cost
        state.normal[lower], state.aim[lower], state.lengths[lower] = self._leaning(there)

    def _leaning(self, solved: _Projected) -> tuple[FloatArray, FloatArray, FloatArray]:
        """What Kaufman's step is made of: JᵀJ, Jᵀr and the lengths by which columns of J are divided."""
        curve, rows = self.curve, self.rows
        count = len(curve.others)
        with np.errstate(all="ignore"):
            slopes = curve.bent(solved.front.theta.T[:, :, None], rows.inputs)
            sought = _stacked(map(rows.weighted, slopes), solved.left.shape)
            frame = solved.axes
            matrix = sought - (sought @ frame.transpose(0, 2, 1)) @ frame
            lengths, whole = np.sqrt(_squares(matrix)), np.sqrt(_squares(sought))
            # else it is rounding, and leads nowhere
            told = (lengths > FLAT * whole) & np.isfinite(lengths)
            lengths = np.where(told, lengths, 1.0)
            if not told.all():
                matrix = np.where(told[:, :, None], matrix, 0.0)
            matrix /= lengths[:, :, None]
            normal = matrix @ matrix.transpose(0, 2, 1)
            aim = -np.einsum("cmn,cn->cm", matrix, solved.left)
        sound = np.isfinite(normal).all(axis=(1, 2)) & np.isfinite(aim).all(axis=1)
        normal[~sound], aim[~sound] = np.eye(count), 0.0
        return normal, aim, lengths


@dataclass(frozen=True, eq=False)
class _Projected:
    """Candidates, axes of what their affine parameters can do, of shape (c, L, n), and what is left of the targets."""

    front: Front
    axes: FloatArray
    left: FloatArray  # of shape (c, n)

    def take(self, places: IntArray) -> _Projected:
        return _Projected(self.front.take(places), self.axes[places], self.left[places])


@dataclass(frozen=True, eq=False)
class _State:
    """Candidates on their way, and what their next steps are made of: only those that moved ask for it anew."""

    front: Front
    damping: FloatArray
    normal: FloatArray  # of shape (c, m, m)
    aim: FloatArray  # of shape (c, m)
    lengths: FloatArray

    def take(self, places: IntArray) -> _State:
        kept = (self.damping, self.normal, self.aim, self.lengths)
        return _State(self.front.take(places), *(each[places] for each in kept))

    @property
    def moving(self) -> BoolArray:
        """Those whose cost steps can lower by more than a sum of squares tells."""
        solved = self._solve(np.full(len(self.damping), 1e-14))
        gain = np.einsum("cm,cm->c", self.aim, solved)
        return np.asarray(~(gain <= REST * self.front.cost))

    def change(self) -> FloatArray:
        """Kaufman's damped step of the parameters that are not solved for, of shape (c, m)."""
        return -self._solve(self.damping + 1e-14) / self.lengths

    def _solve(self, damping: FloatArray) -> FloatArray:
        damped = self.normal + damping[:, None, None] * np.eye(self.normal.shape[1])
        solved = np.linalg.solve(damped, self.aim[:, :, None])[:, :, 0]
        return np.asarray(solved, dtype=np.float64)


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


def _squares(table: FloatArray) -> FloatArray:
    """The sum of the squares of each row of shape (c, L, n)."""
    made: FloatArray = np.einsum("cmn,cmn->cm", table, table)
    return made


def _orthonormal(columns: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Gram and Schmidt, twice for rounding: axes of length 1 or 0, of shape (c, L, n), and R, of shape (c, L, L)."""
    axes, shares = np.empty_like(columns), np.zeros((*columns.shape[:2], columns.shape[1]))
    for place in range(columns.shape[1]):
        left, before = columns[:, place], axes[:, :place]
        whole, size = np.sqrt(_dot(left, left)), np.ones(len(left))
        if not ((whole > 1 / LARGEST) & (whole < LARGEST)).all():
            size = np.abs(left).max(axis=1)
            size = np.where((size > 0) & np.isfinite(size), size, 1.0)
            left = left / size[:, None]
            whole = np.sqrt(_dot(left, left))
        for _ in range(2 if place else 0):
            part = (before @ left[:, :, None])[:, :, 0]
            shares[:, :place, place] += part * size[:, None]
            left = left - (part[:, None, :] @ before)[:, 0]
        length = np.sqrt(_dot(left, left)) if place else whole
        told = length > FLAT * whole
        np.divide(left, np.where(told, length, 1.0)[:, None], out=axes[:, place])
        axes[~told, place] = 0.0
        shares[:, place, place] = np.where(told, length * size, np.inf)
    return axes, shares


def _least_squares(
    columns: FloatArray, aim: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """The numbers by which the columns come nearest to `aim`, of shape (c, L), what is left of it, and the columns' axes."""
    axes, shares = _orthonormal(columns)
    beta = _solved(axes, shares, aim)
    left = aim - (beta[:, None, :] @ columns)[:, 0]  # what these numbers leave, with their rounding
    more = _solved(axes, shares, left)
    after = left - (more[:, None, :] @ columns)[:, 0]
    better = _dot(after, after) < _dot(left, left)
    left[better] = after[better]
    return np.where(better[:, None], beta + more, beta), left, axes


def _beyond(columns: Sequence[FloatArray], table: FloatArray) -> BoolArray:
    """Which candidates have slopes whose squares are no floats: steps would find none there; `table` has them weighted."""
    found = np.zeros(len(table), dtype=bool)
    if (_squares(table) < LARGEST * LARGEST).all():
        return found
    for column in columns:
        found |= ~(np.abs(column).max(axis=-1, initial=0.0) < LARGEST)
    return found


def _by_products(columns: FloatArray, aim: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """The same by Cholesky's factor of the columns' products and once more for what is left, which takes fewer passes; no axes are told.

    With columns far from one plane, as the pivots tell, the second pass leaves rounding alone, as Björck has it of the
    seminormal equations (1987); the others go by their axes.
    """
    if not 0 < columns.shape[1] <= FEW:
        return _least_squares(columns, aim)
    lengths = np.sqrt(_squares(columns))
    factor = (columns @ columns.transpose(0, 2, 1)) / (lengths[:, :, None] * lengths[:, None, :])
    sound = ((lengths > 1 / LARGEST) & (lengths < LARGEST)).all(axis=1) & _factored(factor)
    factor[~sound] = np.eye(columns.shape[1])
    beta, left = np.zeros(columns.shape[:2]), aim
    for _ in range(2):
        beta = beta + _back(factor, (columns @ left[:, :, None])[:, :, 0] / lengths) / lengths
        left = aim - (beta[:, None, :] @ columns)[:, 0]
    # where nothing is left but rounding, axes keep an exact 0
    rest = np.flatnonzero(~(sound & (_dot(left, left) > PERFECT * _dot(aim, aim))))
    if len(rest):
        beta[rest], left[rest], _ = _least_squares(columns[rest], aim[rest])
    return beta, left, columns[:, :0]


def _factored(matrix: FloatArray) -> BoolArray:
    """Put Cholesky's factors, of shape (c, L, L), in place of matrices; whether every pivot is far from 0."""
    sound = np.ones(len(matrix), dtype=bool)
    for place in range(matrix.shape[1]):
        row = matrix[:, place, :place]
        pivot = matrix[:, place, place] - _dot(row, row)
        sound &= pivot > APART
        matrix[:, place, place] = np.sqrt(np.where(pivot > APART, pivot, 1.0))
        for below in range(place + 1, matrix.shape[1]):
            rest = matrix[:, below, place] - _dot(matrix[:, below, :place], row)
            matrix[:, below, place] = rest / matrix[:, place, place]
    return sound


def _back(factor: FloatArray, aim: FloatArray) -> FloatArray:
    """β of C·Cᵀ·β = aim, of shape (c, L)."""
    made = aim.copy()
    for place in range(made.shape[1]):
        made[:, place] -= _dot(factor[:, place, :place], made[:, :place])
        made[:, place] /= factor[:, place, place]
    for place in reversed(range(made.shape[1])):
        made[:, place] -= _dot(factor[:, place + 1 :, place], made[:, place + 1 :])
        made[:, place] /= factor[:, place, place]
    return made


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


def promising(costs: FloatArray, share: float = 1.0) -> IntArray:
    """The best candidates of all, and the best of each of many parts of them; of these a share."""
    _, order = np.unique(costs, return_index=True)  # of the same start, one
    parts = np.array_split(np.arange(len(costs)), max(2, round(32 * share)))
    among = [part[np.argmin(costs[part])] for part in parts if len(part)]
    best = order[: max(4, round(48 * share))]
    chosen = np.unique(np.concatenate([best, np.array(among, dtype=np.intp)]))
    made: IntArray = chosen[np.isfinite(costs[chosen])]
    return made
