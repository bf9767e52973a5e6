"""What can be known of a cost before descending it: exact minimum, curvature, rates.

Laws
----
- a quadratic cost is J(θ) = ‖M·θ + r‖²; its Hessian 2MᵀM is constant, and its eigenvalues are the curvature
- descent of a quadratic at a constant rate α comes to the minimum if and only if 0 < α < 2/λ_max
- the constant rate that is best in the worst case is 2/(λ_min + λ_max), λ_min the least eigenvalue that is not 0

Why singular values
-------------------
The eigenvalues of MᵀM would do in exact numbers. In floats they are wrong by about 10⁻¹⁶ of the largest, and λ_max/λ_min
is 10⁴ for ages beside a column of ones, 10¹⁰ for the years since 1900 and 2·10¹⁵ for the days of a month counted from
1970: then the smallest, which the best rate and the minimum hang on, has no digit or a wrong sign. Singular values of M
are its square roots and lose half as many. The rank is judged with
every column brought to one length, since the unit of a column says nothing of whether another repeats it, and with room
for what rounding in a pass over so many rows adds up to. The minimum is taken as a change from the pilot fit, whose
offset is small: solving for θ itself would round at the size of θ.

Best in the worst case is not good on raw data. With x in years, after 100,000 steps at 2/(λ_min + λ_max) the cost of a
line stood at 199.968, having begun at 199.97, where ten steps at 1/λ_max come to .00274 (the least is .00128): the rate is
so near the stability limit 2/λ_max, and in floats can equal it, that the steep direction only swings from side to side.

Why a trial, and no formula
---------------------------
Where the cost is no quadratic, 2/λ_max holds at one point only. At the start of a logistic fit the cost may be nearly
flat, and a rate from there throws the second step far out; at the start of an exponential one it may be so steep that a
rate from there would need a million steps. So a rate is tried for 64 steps, each of which must lower the cost, and the
curvature at their end must bear it too; then a quarter of it is said, since the way goes on from there. A rise by a part
of 10⁻¹² is rounding and no rise: near the minimum the cost's last digits go up and down at any rate. It stays a guess, and
is called one in every message; "auto" has a rate for each step instead.
"""

from __future__ import annotations

import html
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import sympy

from symgd.codegen.evaluators.evaluator import Evaluate
from symgd.codegen.evaluators.summary import Summary, least_squares, lengths, rounding
from symgd.data.arrays import FloatArray, spread
from symgd.errors import DataError
from symgd.registry.options import names_options
from symgd.registry.registry import FrozenMap
from symgd.registry.table import as_html
from symgd.writing.words import message, words_in

SMALLEST = float(np.nextafter(0, 1))
MOST_PARTS = 12  # whose rank is worked out in fractions
WHOLE = 2.0**63  # whole numbers below this are counts, codes or times, and not rounded
TRIAL = 64  # steps of a trial of a rate
ROUNDING = 1e-12  # a cost that rises by no more than this part has not risen
TRIALS = 40  # rates that are tried, each a quarter of the one before


@names_options
@dataclass(frozen=True, repr=False)
class Minimum:
    """The least cost there is.

    Parameters
    ----------
    parameters : mapping of str to float
        Where it is; where `unique` is False, the point nearest to the start, to which descent comes.
    cost : float
    unique : bool
        Whether no other parameters have this cost.
    """

    parameters: Mapping[str, float]
    cost: float
    unique: bool

    def __repr__(self) -> str:
        values = ", ".join(f"{name}={value:.6g}" for name, value in self.parameters.items())
        unique = "" if self.unique else ", not the only one"
        return f"Minimum({values}: cost {self.cost:.6g}{unique})"

    def _repr_html_(self) -> str:
        words = words_in()
        named = {**self.parameters, words(message("least cost")): self.cost}
        table = as_html((), [(name, f"{value:.10g}") for name, value in named.items()])
        others = html.escape(words(message("Other parameters have this cost as well.")))
        return table if self.unique else f"{table}\n<p>{others}</p>"


@dataclass(frozen=True, eq=False)
class Quadratic:
    """A cost J(θ) = ‖M·θ + r‖² with psi affine in the parameters θ; or a function, which may be that and a number more.

    M·θ + r is M·(θ − centre) + offset, and offset is small: the pilot fit is near the minimum.
    """

    parameters: tuple[str, ...]
    matrix: FloatArray  # M, of shape (r, p)
    centre: FloatArray  # of shape (p,)
    offset: FloatArray  # of shape (r,)
    rank: int  # of M, judged with its columns brought to one length
    evaluate: Evaluate
    unit: float = (
        1.0  # the length of a column of M whose mean square, over all rows of the data, is 1
    )
    # M·θ + r as generated modules work it out, where the parameters are the problem's own.
    exactly: Callable[[Sequence[float] | FloatArray], FloatArray] | None = None
    least: float = 0.0  # the number more

    @property
    def curvature(self) -> tuple[float, ...]:
        """The Hessian's eigenvalues in ascending order, from M's singular values; directions without any are 0."""
        with np.errstate(over="ignore", under="ignore"):
            squares = 2 * np.linalg.svd(self.matrix, compute_uv=False) ** 2
        squares = np.maximum(squares, SMALLEST)  # what is too small for a float is not flat
        flat = len(self.parameters) - self.rank
        return (*[0.0] * flat, *reversed(squares[: self.rank].tolist()))

    def minimum(self, near: Sequence[float] | None = None) -> Minimum:
        """The exact minimum; of many, the one nearest to `near` (without it, to 0)."""
        count = len(self.parameters)
        if self.rank == count:
            # Rows without any parameter hold what no change can mend; their size would only add rounding.
            kept = self.matrix.any(axis=1)
            point = self.centre + least_squares(self.matrix[kept], -self.offset[kept])
        else:
            start = np.zeros(count) if near is None else np.array(near, dtype=np.float64)
            point = start + self._nearest(self.reached(start))
        values = point.tolist()
        cost = self.evaluate(values)[0]
        named = FrozenMap(dict(zip(self.parameters, values, strict=True)))
        return Minimum(named, cost, self.rank == count)

    def reached(self, values: Sequence[float] | FloatArray) -> FloatArray:
        """M·θ + r, whose square is the cost."""
        if self.exactly is not None:
            return self.exactly(values)
        found: FloatArray = self.matrix @ (np.array(values) - self.centre) + self.offset
        return found

    def _nearest(self, reached: FloatArray) -> FloatArray:
        """The shortest change that brings M·change + reached to its least length."""
        left, sizes, right = np.linalg.svd(self.matrix, full_matrices=False)
        kept = slice(self.rank)
        change: FloatArray = -right[kept].T @ (left[:, kept].T @ reached / sizes[kept])
        return change


def quadratic(summary: Summary) -> Quadratic | None:
    """The cost as a quadratic in the parameters; None where it is none."""
    with np.errstate(all="ignore"):
        return _quadratic(summary)


def _quadratic(summary: Summary) -> Quadratic | None:
    separation = summary.separation
    if not separation.linear:
        return None
    slopes, constant = separation.affine
    there = summary.anchor - constant
    if _is_order(slopes):
        centre = slopes.T @ there
    else:
        centre = np.asarray(np.linalg.lstsq(slopes, there, rcond=None)[0], dtype=np.float64)
    distance = np.append(slopes @ centre + constant - summary.anchor, 1.0)
    root, triangle = summary.root, summary.triangle
    matrix = root * (triangle[:, :-1] @ slopes)
    rank = rank_of(matrix, summary.rows)
    if rank < len(separation.parameters) and _exact_rank(summary) > rank:
        raise DataError(
            "floats do not tell the parameters apart with these columns, whose numbers are too much alike beside their size",
            "take a number near its middle away from each column",
        )
    offset = root * (triangle @ distance)
    unit = root * math.sqrt(summary.size)

    def exactly(values: Sequence[float] | FloatArray) -> FloatArray:
        away = slopes @ np.array(values) + constant - summary.anchor
        found: FloatArray = root * (triangle @ np.append(away, 1.0))
        return found

    evaluate = summary.evaluate
    return Quadratic(separation.parameters, matrix, centre, offset, rank, evaluate, unit, exactly)


def _is_order(slopes: FloatArray) -> bool:
    """Whether the psi are the parameters themselves, in whatever order."""
    ones = (slopes == 1).sum() == (slopes != 0).sum()
    return bool(ones and all((slopes.sum(axis=axis) == 1).all() for axis in (0, 1)))


def rank_of(matrix: FloatArray, rows: int) -> int:
    """The rank, leaving room for what rounding in a pass over so many rows adds up to."""
    scaled = matrix / lengths(matrix)
    sizes = np.linalg.svd(scaled, compute_uv=False)
    return int(np.count_nonzero(sizes > rounding(rows) * float(sizes[0])))


def _exact_rank(summary: Summary) -> int:
    """The rank that a few rows of whole numbers have; 0 where numbers may be rounded, and none is exact."""
    parts, known = summary.separation, summary.problem.inputs
    inputs, names = [summary.pilot[name] for name in known], [*map(sympy.Symbol, known)]
    if not inputs or len(parts.phi) > MOST_PARTS:
        return 0
    table = np.unique(np.column_stack(inputs), axis=0)
    if not ((table == np.floor(table)) & (np.abs(table) < WHOLE)).all():
        return 0
    chosen = table[spread(len(table), 4 * len(parts.phi))]
    given = [dict(zip(names, map(int, row), strict=True)) for row in chosen]
    rows = sympy.Matrix([[part.subs(values) for part in parts.phi] for values in given])
    product = rows * sympy.Matrix(parts.slopes).T
    return int(product.rank()) if all(entry.is_Rational for entry in product) else 0


# ---------------------------------------------------------------------------------------------
# Rates


@dataclass(frozen=True)
class Landscape:
    """What is known of a cost: all None where it is not a quadratic in the parameters."""

    exact: Minimum | None = None
    curvature: tuple[float, ...] | None = None  # the Hessian's eigenvalues in ascending order

    def reached(self, cost: float) -> Landscape:
        """The same, its least cost no more than one that was reached: they may differ by rounding."""
        if self.exact is None or self.exact.cost <= cost:
            return self
        return replace(self, exact=replace(self.exact, cost=cost))

    @property
    def largest_stable_rate(self) -> float | None:
        """2/λ_max, below which descent at a constant rate comes to the minimum; None where no rate is too large, or safe."""
        return (
            _finite(2 / self.curvature[-1]) if self.curvature and self.curvature[-1] > 0 else None
        )

    @property
    def best_rate(self) -> float | None:
        """The constant rate that is best in the worst case: 2/(λ_min + λ_max)."""
        bent = self._bent
        return _finite(2 / (bent[0] + bent[-1])) if bent else None

    def is_unstable(self, rate: float) -> bool:
        """Whether a learning rate is known to be above the largest stable one."""
        largest = self.largest_stable_rate
        return largest is not None and rate > largest * (1 + 1e-12)

    @property
    def condition_number(self) -> float | None:
        """How many times more the cost bends in one direction than in another: λ_max/λ_min."""
        bent = self._bent
        return bent[-1] / bent[0] if bent else None

    @property
    def _bent(self) -> list[float]:
        """The curvatures that are not 0, where the cost bends down in no direction."""
        bent = [value for value in self.curvature or () if value != 0]
        return bent if bent and bent[0] > 0 else []


def _finite(rate: float) -> float | None:
    """A rate; None where it is too large or too small for a float, and so no float is it."""
    return rate if 0 < rate < math.inf else None


def landscape(found: Quadratic | None, near: Sequence[float] | None = None) -> Landscape:
    """Exact minimum (of many, the one nearest to `near`) and curvature, where the cost is a quadratic."""
    if found is None:
        return Landscape()
    with np.errstate(all="ignore"):
        return Landscape(found.minimum(near), found.curvature)


def local_curvature(evaluate: Evaluate, values: Sequence[float]) -> tuple[float, ...] | None:
    """The Hessian's eigenvalues at one point in ascending order; None where a gradient beside it is not finite."""
    hessian = local_hessian(evaluate, values)
    return None if hessian is None else tuple(np.linalg.eigvalsh(hessian).tolist())


def local_hessian(evaluate: Evaluate, values: Sequence[float]) -> FloatArray | None:
    """The Hessian at one point, by differences of the gradient.

    A step h errs by h² from the cost's bending and by 10⁻¹⁶/h from rounding: ε^(1/3) of the parameter's size makes both
    small, and leaves about six digits. None where a gradient beside the point is not finite.
    """
    rows = []
    for number, value in enumerate(values):
        step = float(np.finfo(float).eps) ** (1 / 3) * max(1.0, abs(value))
        above, below = list(values), list(values)
        above[number], below[number] = value + step, value - step
        with np.errstate(all="ignore"):
            up, down = evaluate(above)[1], evaluate(below)[1]
        rows.append(
            [(u - d) / (above[number] - below[number]) for u, d in zip(up, down, strict=True)]
        )
    if not all(math.isfinite(entry) for row in rows for entry in row):
        return None
    hessian = np.array(rows)
    return np.asarray((hessian + hessian.T) / 2)


# ---------------------------------------------------------------------------------------------
# Rates found by trial


def tried(evaluate: Evaluate, start: list[float], most: float) -> float | None:
    """A quarter of a rate at which the cost falls from the start, at every step of a trial; at most `most`.

    Where a descent goes later the cost may bend more: this is a guess.
    """
    near = _near(evaluate, start)
    rate = min(near / 2, most) if near else most
    with np.errstate(all="ignore"):
        for _ in range(TRIALS):
            if _falls(evaluate, start, rate):
                return float(f"{rate / 4:.3g}")
            rate /= 4
    return None


def _falls(evaluate: Evaluate, values: list[float], rate: float) -> bool:
    """Whether the cost falls at every step of a trial, and is not so bent at its end that it would rise."""
    cost, gradient = evaluate(values)
    for _ in range(TRIAL):
        values = [value - rate * slope for value, slope in zip(values, gradient, strict=True)]
        before = cost
        cost, gradient = evaluate(values)
        if not (cost <= before * (1 + ROUNDING) and math.isfinite(rate * math.hypot(*gradient))):
            return False
    largest = _near(evaluate, values)
    return largest is None or rate < largest


def _near(evaluate: Evaluate, values: list[float]) -> float | None:
    """2/λ_max at one point."""
    return Landscape(curvature=local_curvature(evaluate, values)).largest_stable_rate
