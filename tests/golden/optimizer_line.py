"""Gradient descent for y = m x + b: mean squared error.

Made by symgd from the formula. It needs NumPy alone.

The cost
    J = (1/N) Σᵢ (m xᵢ + b − yᵢ)²

Conventions
    parameters, in this order: m, b
    data: x, y, one value of each for every example; N examples
    residual = prediction - target
    the sum over the examples is divided by N
    a step: each parameter minus the learning rate times its partial derivative

Use
    found = descend(x, y)
    predict(found.parameters, x)

The derivation
    The first lines are the same for θ = m, b:
      ∂J/∂θ = ∂/∂θ ((1/N) Σᵢ (m xᵢ + b − yᵢ)²)
            = (1/N) ∂/∂θ Σᵢ (m xᵢ + b − yᵢ)²                             [constant multiple rule]
            = (1/N) Σᵢ ∂/∂θ (m xᵢ + b − yᵢ)²
                [sum rule over the examples]
            = (1/N) Σᵢ 2(m xᵢ + b − yᵢ) ∂/∂θ (m xᵢ + b − yᵢ)
                [chain rule, power rule, with uᵢ = m xᵢ + b − yᵢ]
            = (1/N) Σᵢ 2(m xᵢ + b − yᵢ) (∂/∂θ (m xᵢ) + ∂b/∂θ − ∂yᵢ/∂θ)   [sum rule]

    Derivative by m, with b held constant:
      ∂J/∂m = (1/N) Σᵢ 2(m xᵢ + b − yᵢ) (∂/∂m (m xᵢ) + ∂b/∂m − ∂yᵢ/∂m)
            = (1/N) Σᵢ 2(m xᵢ + b − yᵢ) (xᵢ·1 + 0 − 0)
                [constant multiple rule, variable, constant rule]
            = (1/N) Σᵢ 2(m xᵢ + b − yᵢ) xᵢ                               [zero terms, factor one]
            = (2/N) Σᵢ xᵢ (m xᵢ + b − yᵢ)
                [constant out of the sum, one fraction]

    Derivative by b, with m held constant:
      ∂J/∂b = (1/N) Σᵢ 2(m xᵢ + b − yᵢ) (∂/∂b (m xᵢ) + ∂b/∂b − ∂yᵢ/∂b)
            = (1/N) Σᵢ 2(m xᵢ + b − yᵢ)·(0 + 1 − 0)                      [constant rule, variable]
            = (1/N) Σᵢ 2(m xᵢ + b − yᵢ)                                  [zero terms, factor one]
            = (2/N) Σᵢ (m xᵢ + b − yᵢ)
                [constant out of the sum, one fraction]

    Checked by sampling: 27 steps at 3 random points each (27 in exact rational arithmetic, sums
      unrolled to 3 terms); results equal to sympy.diff in value, in another form.
"""

from __future__ import annotations

import math
import numbers
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

PARAMETERS = ("m", "b")
COLUMNS = ("x", "y")
MISSING = ("na", "n/a", "#n/a", "nan", "<na>", "nat", "null", "none", "nil", "-", "?", ".")
REMOVE = "remove that row from every column"
NOT_REAL = (bool, np.bool_, np.timedelta64)

FloatArray = NDArray[np.float64]
CostAndGradient: TypeAlias = tuple[float, tuple[float, ...]]
Evaluate: TypeAlias = Callable[[Sequence[float]], CostAndGradient]
Asked: TypeAlias = tuple[float | None, int | None, float | None]  # rate, steps, tolerance


# ------------------------------------------------------------------------------------------------
# What was derived.


def predict(parameters: Sequence[float], x: ArrayLike) -> FloatArray:
    """What the model says of each example; parameters are in the order of PARAMETERS."""
    (x,) = _columns(x)
    m, b = (np.float64(value) for value in _point(parameters))
    with np.errstate(all="ignore"):
        prediction = m * x + b
    return prediction + np.zeros_like(x)


def cost(parameters: Sequence[float], x: ArrayLike, y: ArrayLike) -> float:
    """The cost; parameters are in the order of PARAMETERS."""
    return cost_and_gradient(parameters, x, y)[0]


def gradient(parameters: Sequence[float], x: ArrayLike, y: ArrayLike) -> tuple[float, ...]:
    """The partial derivatives of the cost, in the parameters' order."""
    return cost_and_gradient(parameters, x, y)[1]


def cost_and_gradient(parameters: Sequence[float], x: ArrayLike, y: ArrayLike) -> CostAndGradient:
    """Cost and gradient together, which share most of the work.

    Raises ValueError for data or parameters that do not fit, and FloatingPointError where the
    result is not a finite number.
    """
    columns = _columns(x, y)
    return _checked(lambda point: _evaluate(point, *columns), _point(parameters))


def update(
    parameters: Sequence[float], x: ArrayLike, y: ArrayLike, learning_rate: float
) -> tuple[float, ...]:
    """The parameters after one step: each minus the learning rate times its partial derivative."""
    pairs = zip(_point(parameters), gradient(parameters, x, y), strict=True)
    return _point([value - learning_rate * slope for value, slope in pairs])


def _evaluate(point: Sequence[float], x: FloatArray, y: FloatArray) -> CostAndGradient:
    """Cost and gradient over whole arrays; not finite where they are too large or not defined."""
    m, b = (np.float64(value) for value in point)
    n = len(y)
    with np.errstate(all="ignore"):
        residual = m * x + b - y
        value = _total(residual**2) / n
        slope_m = 2 * _total(x * residual) / n
        slope_b = 2 * _total(residual) / n
    return float(value), (float(slope_m), float(slope_b))


def _total(terms: FloatArray) -> float:
    # One after the other, as a loop over the examples adds: the same sum to the last bit. np.sum
    # adds in pairs, which is fast: more terms are added so, in blocks as symgd itself adds them.
    if len(terms) <= 1024:
        return float(np.add.accumulate(terms)[-1])
    return float(sum(np.sum(terms[start : start + 8192]) for start in range(0, len(terms), 8192)))


# Why no step needs the data again: the loss is the square of the residual, and the residual is a
# sum of functions ψ of the parameters times functions φ of the data, (b)·(1) + (m)·(x) + (−y). With
# these φ as the columns of a matrix Φ, whose QR factorisation has the triangle R, the cost is 1/N
# ‖Φ ψ‖² = 1/N ‖R ψ‖². The ψ are taken as distances from an anchor, a least-squares fit, which keeps
# the digits that a small cost would lose.
FEATURES = ("1", "x")


def _summarise(*columns: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The triangle R, shape (3, 3), and the anchor, shape (2,), of the data."""
    return summarised(_filling(columns), len(columns[0]), FEATURES, True, by_products)


def _filling(columns: Sequence[FloatArray]) -> Fill:
    return lambda rows, table: _features(table, *(column[rows] for column in columns))


def _features(table: FloatArray, x: FloatArray, y: FloatArray) -> None:
    """Write the functions of the data, a column each, and what has no parameters in the last."""
    with np.errstate(all="ignore"):
        table[:, 0] = 1
        table[:, 1] = x
        table[:, 2] = -y


def _from_summary(
    triangle: FloatArray, anchor: FloatArray, n: float
) -> Callable[[Sequence[float]], CostAndGradient]:
    """Cost and gradient as a function of the parameters alone, in plain floats."""
    (r00, r01, r02), (_, r11, r12), (*_, r22) = triangle.tolist()
    a0, a1 = anchor.tolist()

    def evaluate(point: Sequence[float]) -> CostAndGradient:
        m, b = point
        d0 = b - a0
        d1 = m - a1
        t0 = r00 * d0 + r01 * d1 + r02
        t1 = r11 * d1 + r12
        value = (t0 * t0 + t1 * t1 + r22 * r22) / n
        slope_m = 2 * (r01 * t0 + r11 * t1) / n
        slope_b = 2 * r00 * t0 / n
        return value, (slope_m, slope_b)

    return evaluate


def _squares(triangle: FloatArray, anchor: FloatArray, n: float) -> Squares:
    """M, and M·θ + r as a function of the parameters θ: the cost is |M·θ + r|²."""
    root = math.sqrt(1 / n)

    def reached(point: Sequence[float]) -> FloatArray:
        found: FloatArray = root * (triangle @ np.append(np.array(point)[[1, 0]] - anchor, 1.0))
        return found

    return root * (triangle[:, [1, 0]]), reached


def _advance_by_summary(
    triangle: FloatArray,
    anchor: FloatArray,
    n: float,
    learning_rate: float,
    steps: int,
    point: Sequence[float],
) -> list[float]:
    """A point, and where each of so many steps leads from there."""
    (r00, r01, r02), (_, r11, r12), (*_, _r22) = triangle.tolist()
    a0, a1 = anchor.tolist()
    m, b = point
    made = [*point]
    for _ in range(steps):
        d0 = b - a0
        d1 = m - a1
        t0 = r00 * d0 + r01 * d1 + r02
        t1 = r11 * d1 + r12
        slope_m = 2 * (r01 * t0 + r11 * t1) / n
        slope_b = 2 * r00 * t0 / n
        m = m - learning_rate * slope_m
        b = b - learning_rate * slope_b
        made += (m, b)
    return made


# ------------------------------------------------------------------------------------------------
# Descent.


class Descent(NamedTuple):
    """What a descent came to.

    `trace` has a row for every step, row 0 being the start: the parameters, in order, and the cost;
    its shape is (steps + 1, 3). Where that would be millions of numbers it has one step in 2,
    4, 8, and the last two. `learning_rate` is the last step's. `outcome` is "converged", "stalled",
    "no minimum", "out of steps", "not begun", "diverged" or "interrupted"; `message` says why.
    """

    parameters: tuple[float, ...]
    cost: float
    steps: int
    converged: bool
    learning_rate: float
    trace: FloatArray
    outcome: str
    message: str


def descend(
    x: ArrayLike,
    y: ArrayLike,
    *,
    start: Sequence[float] | Mapping[str, float] = (0.0, 0.0),
    learning_rate: float | None = None,
    max_iter: int | None = None,
    tolerance: float | None = None,
) -> Descent:
    """Gradient descent.

    `start` is in the order of PARAMETERS, or by name; what is not named starts at 0.
    Without a learning rate, the best constant one is taken, from the curvature.
    It makes `max_iter` steps at most (without it 1,000,000, if so many help).
    It ends when a step is no longer than `tolerance` (0: never); without one, when a step is no
    longer than 1e-9 and the cost can fall no further. "converged" is only what is a minimum on the
    parameters' own scale.
    Raises ValueError for arguments that do not fit, and FloatingPointError where the start has no
    finite cost.
    """
    columns = _columns(x, y)
    point, asked = _start_point(start), (learning_rate, max_iter, tolerance)
    triangle, anchor = _summarise(*columns)
    evaluate = _from_summary(triangle, anchor, len(columns[0]))
    advance = partial(_advance_by_summary, triangle, anchor, float(len(columns[0])))
    steps = partial(steps_at_once, evaluate, advance)
    return _run(evaluate, steps, point, asked, _squares(triangle, anchor, len(columns[0])))


def _run(
    evaluate: Evaluate, steps: Steps, point: tuple[float, ...], asked: Asked, squares: Squares
) -> Descent:
    """The walk from a point, as it is asked for: learning rate, steps at most, tolerance."""
    rate, max_iter, tolerance = asked
    if rate is not None and not (math.isfinite(rate) and rate > 0):
        raise ValueError(f"the learning rate must be a positive number, not {rate:g}")
    if (max_iter or 0) < 0 or not (tolerance or 0.0) >= 0:
        raise ValueError("max_iter and tolerance must not be negative")
    first, _ = _checked(evaluate, point)
    bowl = Bowl.of(squares[0], squares[1](point))
    if bowl.beyond and (rate is None or not bowl.bent):
        raise ValueError("the curvature is beyond the range of floats: rescale the columns")
    many, largest = 1_000_000 if max_iter is None else max_iter, bowl.largest
    best, most = rate_on_bowl(bowl, rate, many, max_iter is not None)
    rises = largest is not None and most > SHOWN and best > largest
    limits = (most, tolerance, RISE * first if rises else math.inf)
    with np.errstate(all="ignore"):
        stopped = walk_on_squares(squares, steps, best, point, *limits)
    unstable = rate is not None and largest is not None and rate > largest * (1 + 1e-12)
    kind, (step, *values, cost, _) = stopped.kind(unstable), stopped.rows[-1].tolist()
    said = _said(stopped, kind, f"with learning rate {best:g}", largest)
    trace, converged = stopped.rows[:, 1:-1], kind == "converged"
    return Descent(tuple(values), cost, int(step), converged, best, trace, kind, said)


def _said(stopped: Stopped, kind: str, by: str, largest: float | None) -> str:
    """What a walk came to, why it has not converged if it has not, and what to do."""
    (step, *values, cost, _), ahead = stopped.rows[-1].tolist(), stopped.ahead
    if kind == "diverged":
        beyond = stopped.ended == "beyond"
        made = f"{step + beyond:g} step{'s' * (step + beyond != 1)}"
        trouble = f"the cost rose from {stopped.rows[0, -2]:g} to {cost:g}"
        trouble = "the cost or its gradient is not a finite number any more" if beyond else trouble
        remedy = "pass a smaller learning rate, or a start nearer the minimum"
        remedy = remedy if largest is None else f"pass a rate below {largest:.10g}"
        return f"{by} the descent diverged in {made}: {trouble}; {remedy}"
    not_yet = "" if kind == "converged" else ", not converged,"
    said = f"{kind}{not_yet} after {step:.0f} step{'s' * (step != 1)} {by}"
    if kind == "not begun":
        return f"{said}: no step was asked for"
    if ahead is None or kind == "converged":
        return said
    pairs = zip(ahead.moves, values, PARAMETERS, strict=True)
    parts = [(abs(move) / (abs(v) + abs(move) or 1.0), name, move) for move, v, name in pairs]
    _, name, move = max(parts)
    said += f": the cost can still fall by about {ahead.fall:g}, most as {name} changes by "
    return f"{said}{move:g}"


# ------------------------------------------------------------------------------------------------
# The walk: steps, and when they have arrived, by the laws by which symgd itself descends.


EPSILON = float(np.finfo(np.float64).eps)
CLOSE = 1e-6  # the part of the cost, or of a parameter, that "converged" leaves at most


class Ahead(NamedTuple):
    """What lies ahead of a point, on the parameters' own scale.

    `fall` is by how much the cost can still fall, about; `moves` what a Newton step adds to each
    parameter, `effects` by how much the cost would change without each; `flat` the parameters
    that make no difference there, by number.
    """

    fall: float
    moves: tuple[float, ...]
    effects: tuple[float, ...]
    flat: tuple[int, ...] = ()


def is_least(ahead: Ahead, values: Sequence[float], cost: float, part: float) -> bool:
    """The same where the cost has a minimum ahead."""
    close = CLOSE if part else 1e-3 * CLOSE
    pairs = zip(ahead.moves, values, strict=True)
    near = all(abs(move) <= close * abs(value) for move, value in pairs)
    rounding = (16 * EPSILON) ** 2 * (abs(cost) + sum(ahead.effects))
    return near or ahead.fall <= max(part * abs(cost), rounding)


FEW = 10_000  # steps at most where each is a pass over the data, or where a million bring no more
SHOWN = 50  # a walk of so few steps shows them all, as long as its numbers are finite
RISE = 1e3  # how far the cost may rise over the start's at a rate known to be unstable
MOST_LEFT = 0.01  # the part of the cost that a large tolerance leaves at most where it has arrived
MOST_NUMBERS = 1 << 23  # 64 MiB: a million steps by up to four parameters are kept whole


def has_moved(first: FloatArray, last: FloatArray) -> bool:
    """Whether a walk did more than stir the last digits of the parameters."""
    return float(np.linalg.norm(last - first)) > 1e-9 * float(np.linalg.norm(last))


IntArray: TypeAlias = NDArray[np.intp]
# Writes φ and the rest of some rows into a table, or into what takes its place, a column each;
# answers the rows' weights, where they have any.
Fill: TypeAlias = Callable[[slice | IntArray, Any], FloatArray | None]
# From what fills such a table, its rows, an anchor and middles, and R of some rows' φ, to its R.
Factor: TypeAlias = Callable[[Fill, int, FloatArray, FloatArray | None, FloatArray], FloatArray]
BLOCK = 10000  # rows that stay in the cache; a longer dot product would start threads
PILOT = 4096  # rows of the pilot fit
FAR = 1e3  # a column so many times further from 0 than it varies is centred
NOISE = 4  # units in the last place by which numbers may vary where they are meant to be the same
SHORT = 1000  # rows up to which the anchor stays within reach
BESIDE = 1e10  # and no column is so many times further from 0 than it varies
REACH = 16  # there, how far an anchor's parts may be beyond what they add up to
LOST = 256 * EPSILON  # a column with less than this beside those before it is a sum of them
MISSED = 8.0  # a pilot that leaves so many times the least residual is made anew


class NoSummary(ValueError):
    """Why some data have no summary, and what helps; one of the `rows` is to blame."""

    def __init__(self, cause: str, remedy: str, rows: slice | IntArray | None = None) -> None:
        super().__init__(f"{cause}: {remedy}")
        self.cause, self.remedy, self.rows = cause, remedy, rows


def summarised(
    fill: Fill, rows: int, names: Sequence[str], linear: bool, factor: Factor
) -> tuple[FloatArray, FloatArray]:
    """The triangle R and the anchor, by the names of the φ; "1" is the first where it is one."""
    few, width = some_rows(rows), len(names) + 1
    pilot = np.empty((len(few), width), order="F")
    with np.errstate(all="ignore"):
        counts = fill(few, pilot)
        if not np.isfinite(pilot).all():
            raise _beyond(few)
        middles = _middles(pilot[:, :-1], names, rounding(rows) if linear else 0.0)
        pilot[:, :-1] -= middles
        near = np.abs(middles) <= BESIDE * np.abs(pilot[:, :-1]).max(axis=0)
        reach = REACH if rows <= SHORT and near.all() else math.inf
        of_few = np.asarray(np.linalg.qr(weighed(pilot, counts), mode="r"))
        anchor = _way_down(of_few, np.zeros(len(names)), reach, middles)
        if middles.any():
            anchor[0] = math.fsum([anchor[0], *(-middles * anchor).tolist()])
        bent = of_few[: width - 1, :-1]
        triangle = _triangle_at(fill, rows, anchor, middles, factor, bent)
        change = _way_down(triangle, anchor, reach)
        least = norm(triangle[:, :-1] @ change + triangle[:, -1])
        missed = rows >= width and norm(triangle[:, -1]) > MISSED * least
        if missed or _is_far(triangle, change, least):
            anchor = anchor + change
            triangle = _triangle_at(fill, rows, anchor[: len(names)], middles, factor, bent)
    return triangle, anchor


def _is_far(triangle: FloatArray, change: FloatArray, least: float) -> bool:
    """Whether R · change is small only since what it adds up is large."""
    return bool(norm(norm(triangle[:, :-1]) * change) > FAR * least)


def some_rows(rows: int) -> IntArray:
    """Rows for a pilot, evenly spread."""
    count = min(rows, PILOT)
    return np.arange(count) * (rows - 1) // max(1, count - 1)


def _triangle_at(
    fill: Fill, rows: int, anchor: FloatArray, middles: FloatArray, factor: Factor, bent: FloatArray
) -> FloatArray:
    """R of [φ, φ · anchor + rest]."""
    whole, far = anchor.copy(), middles if middles.any() else None
    if far is not None:
        whole[0] = math.fsum([anchor[0], *(far * anchor).tolist()])
    triangle = factor(fill, rows, whole, far, bent)
    triangle[0, :-1] += triangle[0, 0] * middles
    return triangle


def by_qr(
    fill: Fill, rows: int, whole: FloatArray, middles: FloatArray | None, bent: FloatArray
) -> FloatArray:
    """R of a table: blocks have an R each, and these, one below the other, have the R of all.

    A block below the R of all before it would round that as often as there are blocks.
    """
    width = len(whole) + 1
    table = np.empty((min(BLOCK, rows), width), order="F")
    found: list[FloatArray] = []
    for start in range(0, rows, BLOCK):
        block = slice(start, min(start + BLOCK, rows))
        part = table[: block.stop - start]
        counts = fill_at(fill, block, part, whole, middles)
        found.append(np.asarray(np.linalg.qr(weighed(part, counts), mode="r")))
        if not np.isfinite(found[-1]).all():  # a block with one such value has such an R
            raise _beyond(block)
        if len(found) * width > BLOCK:
            found = [np.asarray(np.linalg.qr(np.vstack(found), mode="r"))]
    if len(found) == 1 and len(found[0]) == width:
        return found[0]
    return np.asarray(np.linalg.qr(np.vstack([np.zeros((width, width)), *found]), mode="r"))


def fill_at(
    fill: Fill, rows: slice, below: FloatArray, whole: FloatArray, middles: FloatArray | None
) -> FloatArray | None:
    """Write some rows of φ less their middles, and of the residual at the anchor; their weights."""
    counts = fill(rows, below)
    if middles is not None:
        below[:, :-1] -= middles
    total, part = below[:, 0] * whole[0], np.empty(len(below))
    for number in range(1, len(whole)):  # added up by parts, as direct evaluation does
        total += np.multiply(below[:, number], whole[number], out=part)
    below[:, -1] += total
    return counts


def weighed(values: FloatArray, counts: FloatArray | None) -> FloatArray:
    """Rows, each times the root of its weight where it has one."""
    return values if counts is None else (values.T * np.sqrt(counts)).T


def rounding(rows: int) -> float:
    """What rounding in a pass over so many rows adds up to, in parts of the largest number."""
    return EPSILON * max(64.0, 8 * math.sqrt(rows))


def norm(values: FloatArray) -> Any:
    """The length of a vector, or of each column of a matrix, whose square may be no float."""
    largest = np.abs(values).max(axis=0, initial=0.0)
    sizes = np.where((largest > 0) & (largest < math.inf), largest, 1.0)
    return sizes * np.sqrt(((values / sizes) ** 2).sum(axis=0))


def _beyond(rows: slice | IntArray) -> NoSummary:
    cause = "the model is not defined, or too large, for a row of the data"
    return NoSummary(cause, "remove the row, or rescale the columns", rows)


def _way_down(
    triangle: FloatArray, anchor: FloatArray, reach: float, middles: FloatArray | None = None
) -> FloatArray:
    """The way from an anchor to the least ‖R · [way, 1]‖², in reach; 0 where it is no float.

    Where columns are nearly alike, what is least may be where large parts cancel. There a sum of
    squares at 0 would lose the digits that the parts have above it, and direct evaluation does not.
    """
    way, sizes = np.zeros(len(anchor)), norm(triangle[:, :-1]).tolist()
    if middles is not None:
        sizes = [math.hypot(size, far * sizes[0]) for size, far in zip(sizes, middles, strict=True)]
    if reach < math.inf:
        reach *= norm(triangle[:, -1] - triangle[:, :-1] @ anchor)
    for k in reversed(range(min(len(way), len(triangle)))):  # few rows have a short R
        own, size = float(triangle[k, k]), sizes[k]
        if abs(own) > LOST * size:
            left = triangle[k, -1] + triangle[k, k + 1 : -1] @ way[k + 1 :]
            there = min(max(anchor[k] - left / own, -reach / size), reach / size)
            way[k], reach = there - anchor[k], reach + abs(there) * size
    return way if np.isfinite(way).all() else np.zeros_like(way)


def _middles(phi: FloatArray, names: Sequence[str], room: float) -> FloatArray:
    """The middles of columns far from 0, if there are ones; 0 where a column stays as it is.

    Where x = 10⁸ + noise, a QR of [x, 1] rounds at 10⁸ and loses what the noise says; one of
    [1, x − 10⁸] does not. With `room` for rounding, a column that is lost in it is an error.
    """
    if names[0] != "1":
        return np.zeros(len(names))
    middles = phi.min(axis=0) / 2 + phi.max(axis=0) / 2
    varies, sizes = np.abs(phi - middles).max(axis=0), np.abs(phi).max(axis=0)
    far = (varies > 0) & (np.abs(middles) > FAR * varies)
    lost = far & (varies > NOISE * EPSILON * sizes) & (varies < 4 * room * sizes)
    if lost.any():
        at = int(np.argmax(lost))
        raise NoSummary(
            f"{names[at]} varies by {2 * varies[at]:.3g} about {middles[at]:.6g}, "
            "too little for a fit in floats",
            "take a number near its middle away from the column",
        )
    far[0] = False
    return np.where(far, middles, 0.0)


# From what fills a table, its rows, an anchor, middles and a turn to the products of its columns.
Products: TypeAlias = Callable[[Fill, int, FloatArray, FloatArray | None, FloatArray], FloatArray]
ROUND = 3.0  # columns whose lengths along their axes are so much alike are nearly at right angles
BENT = 1e3  # columns further from that are not turned
UPRIGHT = 0.05  # the least eigenvalue of columns of length 1 that are nearly at right angles


def products_of_table(
    fill: Fill, rows: int, whole: FloatArray, middles: FloatArray | None, turn: FloatArray
) -> FloatArray:
    """The products of the columns, those of φ turned."""
    width, turned = len(whole), not np.array_equal(turn, np.eye(len(whole)))
    # A column more, of zeros: BLAS is slow at the product of a narrow matrix with itself.
    table = np.zeros((min(BLOCK, rows), width + 2), order="F")
    products = np.zeros((width + 1, width + 2))
    for start in range(0, rows, BLOCK):
        below = table[: min(BLOCK, rows - start)]
        counts = fill_at(fill, slice(start, start + len(below)), below[:, :-1], whole, middles)
        if turned:
            below[:, :width] = below[:, :width] @ turn
        across = below[:, :-1].T
        products += (across if counts is None else across * counts) @ below
    return products[:, :-1]


def by_products(
    fill: Fill,
    rows: int,
    whole: FloatArray,
    middles: FloatArray | None,
    bent: FloatArray,
    products: Products = products_of_table,
) -> FloatArray:
    """R of a table by products, where it has many rows and these serve with a turn, else by QR."""
    triangle: FloatArray | None = None
    turn = _turn(bent) if rows > 2 * BLOCK else None
    if turn is not None:
        triangle = _by_products(products(fill, rows, whole, middles, turn), turn)
    return by_qr(fill, rows, whole, middles, bent) if triangle is None else triangle


def _turn(bent: FloatArray) -> FloatArray | None:
    """What turns columns with this R to right angles; 1 where they nearly are, None far from it."""
    sizes, width = np.sqrt((bent * bent).sum(axis=0)), len(bent)
    if not (np.isfinite(sizes) & (sizes > 1e-100)).all():
        return None
    bent = bent / sizes
    stretch = np.linalg.svd(bent, compute_uv=False)
    if not stretch[0] < BENT * stretch[-1]:
        return None
    if stretch[0] < ROUND * stretch[-1]:
        return np.eye(width)
    turned: FloatArray = np.linalg.inv(bent) / sizes[:, None]
    return turned


def _by_products(products: FloatArray, turn: FloatArray) -> FloatArray | None:
    """R by products of the columns, those of φ turned; None where right angles are far."""
    width = len(turn)
    sizes = np.sqrt(products.diagonal())
    if not (np.isfinite(products).all() and (sizes > 1e-100).all()):
        return None
    alike = products / sizes / sizes[:, None]
    if np.linalg.eigvalsh(alike[:-1, :-1])[0] < UPRIGHT:
        return None
    upper = np.linalg.cholesky(alike[:-1, :-1]).T
    last = np.linalg.solve(upper.T, alike[:-1, -1])
    triangle = np.zeros((width + 1, width + 1))
    triangle[:-1, :-1] = upper * sizes[:-1] @ np.linalg.inv(turn)
    triangle[:-1, -1] = last * sizes[-1]
    triangle[-1, -1] = math.sqrt(max(0.0, 1.0 - float(last @ last))) * sizes[-1]
    return triangle


# M, and M·θ + r by the point θ: the cost is |M·θ + r|².
Squares: TypeAlias = tuple[FloatArray, Callable[[Sequence[float]], FloatArray]]


def ahead_of_squares(matrix: FloatArray, reached: FloatArray, values: Sequence[float]) -> Ahead:
    """What lies ahead where the cost is |M·θ + r|²; `reached` is M·θ + r."""
    with np.errstate(all="ignore"):
        sizes = np.abs(matrix).max(axis=0)
        sizes = np.where(sizes == 0, 1.0, sizes)
        left, stretch, right = np.linalg.svd(matrix / sizes, full_matrices=False)
        bent = stretch > 64 * EPSILON * max(stretch[0], np.finfo(float).tiny)
        pulls = (left.T @ reached)[bent]
        moves = -(right[bent].T @ (pulls / stretch[bent])) / sizes
        effects = ((matrix * np.array(values)) ** 2).sum(axis=0)
        flat = np.flatnonzero((right[bent] ** 2).sum(axis=0) < 0.99)
        fall = float(pulls @ pulls)
    return Ahead(fall, tuple(moves.tolist()), tuple(effects.tolist()), flat=tuple(flat.tolist()))


class Bowl(NamedTuple):
    """A cost |M·θ + r|² from a point: its curvature, ascending, and how far it falls that way."""

    curvature: FloatArray
    parts: FloatArray

    @classmethod
    def of(cls, matrix: FloatArray, reached: FloatArray) -> Bowl:
        """The bowl; `reached` is M·θ + r at the point. What has no curvature is left out."""
        with np.errstate(all="ignore"):
            sizes = np.abs(matrix).max(axis=0)
            scaled = matrix / np.where(sizes == 0, 1.0, sizes)
            stretch = np.linalg.svd(scaled, compute_uv=False)
            rank = int(np.count_nonzero(stretch > 64 * EPSILON * stretch[0]))
            left, stretch, _ = np.linalg.svd(matrix, full_matrices=False)
            kept = slice(rank - 1, None, -1) if rank else slice(0, 0)
            curvature = np.asarray(2 * stretch[kept] ** 2, dtype=np.float64)
            return cls(curvature, (left.T @ reached)[kept] ** 2)

    @property
    def bent(self) -> bool:
        """Whether the cost changes at all."""
        return len(self.curvature) > 0

    @property
    def largest(self) -> float | None:
        """The largest stable rate; None where no rate is too large, or all are."""
        with np.errstate(all="ignore"):
            rate = float(2 / self.curvature[-1]) if self.bent else math.inf
        return rate if 0 < rate < math.inf else None

    @property
    def beyond(self) -> bool:
        """Whether the curvature is beyond the range of floats."""
        with np.errstate(all="ignore"):
            rates = 2 / (self.curvature[:1] + self.curvature[-1:])
        return not (np.isfinite(rates) & (rates > 0)).all()

    def left(self, rate: float, steps: float) -> float:
        """How far above the minimum the cost is after so many steps."""
        with np.errstate(all="ignore"):
            return float(self.parts @ np.abs(1 - rate * self.curvature) ** (2 * steps))

    def rate(self, steps: int) -> float:
        """The best constant rate, where it comes further in these steps than 1/λ_max; else that."""
        if not len(self.curvature):
            return 1.0
        best = float(2 / (self.curvature[0] + self.curvature[-1]))
        safe = float(1 / self.curvature[-1])
        enough = max(self.left(safe, steps), EPSILON**2 * float(self.parts.sum()))
        return best if self.left(best, steps) <= enough else safe


def most_steps(bowl: Bowl, rate: float, most: int) -> int:
    """How many steps are worth while at most: few, where many would hardly bring the cost lower."""
    few = min(FEW, most)
    left = bowl.left(rate, most)
    arrives = left <= EPSILON**2 * float(bowl.parts.sum())
    return most if arrives or left < 0.5 * bowl.left(rate, few) else few


def rate_on_bowl(bowl: Bowl, rate: float | None, most: int, asked: bool) -> tuple[float, int]:
    """A given rate, else the best, and how many steps; `asked`: whether somebody said at most."""
    if rate is not None:
        return rate, most
    best = bowl.rate(most)
    return best, most if asked else most_steps(bowl, best, most)


# From the rate, how many steps, and a point, to that and where each step leads,
Advance: TypeAlias = Callable[[float, int, Sequence[float]], list[float]]
# and that with the cost and the length of the gradient where each begins.
Made: TypeAlias = tuple[FloatArray, FloatArray | list[float], list[float]]
Steps: TypeAlias = Callable[[float, int, Sequence[float]], Made]
AT_ONCE = 2048  # steps that are made before they are looked over


class Stopped(NamedTuple):
    """How a walk ended, its rows, and what lies ahead of the last one."""

    ended: str  # "step", "scale", "max_iter", "too high", "beyond" all floats, "interrupt"
    rows: FloatArray  # step, parameters, cost, length of the gradient
    ahead: Ahead | None = None
    arrived: bool = False

    def kind(self, unstable: bool) -> str:
        """What it came to, in a word; `unstable`: whether the rate is known to be."""
        first, last = self.rows[0], self.rows[-1]
        moved = has_moved(first[1:-2], last[1:-2])
        up = self.ended == "max_iter" and last[-2] > first[-2] and moved
        if self.ended == "interrupt":
            return "interrupted"
        if self.ended in ("beyond", "too high") or (up and (unstable or not self.arrived)):
            return "diverged"
        if self.arrived:
            return "converged"
        if self.ended != "max_iter":
            return "stalled"
        return "out of steps" if last[0] else "not begun"


class Trace:
    """The rows of a walk: all, or every 2nd, 4th, 8th of many; and the last two."""

    def __init__(self, width: int) -> None:
        self.kept, self.last, self.stride = np.empty((0, width)), np.empty((0, width)), 1
        self.waiting: list[FloatArray] = []
        self.most = max(3, MOST_NUMBERS // (width + 1) - 1 | 1)

    def add(self, rows: FloatArray) -> None:
        """Keep those that are due of rows that follow the ones before."""
        self.waiting.append(rows[rows[:, 0] % self.stride == 0])
        self.last = np.concatenate([self.last, rows])[-2:]
        while len(self.kept) + sum(map(len, self.waiting)) >= self.most:
            self.kept, self.waiting = np.concatenate([self.kept, *self.waiting])[::2], []
            self.stride *= 2

    @property
    def rows(self) -> FloatArray:
        """The rows as a table."""
        kept = np.concatenate([self.kept, *self.waiting])
        return np.concatenate([kept[kept[:, 0] < self.last[0, 0]], self.last])


def walk_on_squares(
    squares: Squares,
    steps: Steps,
    rate: float,
    point: Sequence[float],
    most: int,
    tolerance: float | None,
    ceiling: float,
) -> Stopped:
    """Steps at one rate until one is no longer than `tolerance` (0: never), or they are `most`.

    Without a tolerance it ends where the cost can fall no further; above `ceiling` all is lost.
    """
    step, values, trace, lowest = 0, [*point], Trace(len(point) + 3), math.inf
    near = (1e-9 if tolerance is None else tolerance) or -1.0
    least = max(64, 16 * len(point))  # steps from one look at what lies ahead to the next
    pause, short = min(most, 4 * least) if near > 0 else most, False
    try:
        while True:
            count = min(AT_ONCE, pause - step + 1)
            points, *beside = steps(rate, count, values)
            rows = np.column_stack([range(step, step + count), points[:-1], *beside])
            costs, moves = rows[:, -2], rate * rows[:, -1]
            calm = (costs <= ceiling) & (costs < math.inf) & (moves > near) & (moves < math.inf)
            calm &= rows[:, 0] < pause
            at = len(rows) - 1 if calm.all() else int(np.argmin(calm))
            finite = bool(np.isfinite(rows[at]).all())
            trace.add(rows[: at + finite])
            if not (finite and moves[at] < math.inf):
                return Stopped("beyond", trace.rows)
            if costs[at] > ceiling and moves[at] > near:
                return Stopped("too high", trace.rows)
            lowest, last = min(lowest, float(costs[: at + 1].min())), step + at >= most
            values, after = points[at].tolist(), points[at + 1].tolist()
            if not calm[at]:
                still = values == after
                ended = moves[at] <= near or (still and short)
                final = last or (ended and (still or tolerance is not None))
                if ended and tolerance is None:
                    near, short = 0.0, True
                ahead = ahead_of_squares(squares[0], squares[1](values), values)
                room = 1e-6 * lowest + (64 * EPSILON) ** 2 * sum(ahead.effects)
                part = CLOSE if last or short else 0.0
                if ended:
                    part = max(CLOSE, min(near, MOST_LEFT))
                cost = float(costs[at])
                arrived = cost <= lowest + room and is_least(ahead, values, cost, part)
                if final or arrived:
                    name = "step" if ended else "max_iter" if last else "scale"
                    return Stopped(name, trace.rows, ahead, arrived)
                pause = min(most, step + at + max(least, (step + at) // 4))
            step, values = step + at + 1, after
    except KeyboardInterrupt:
        if not len(trace.last):
            raise
        return Stopped("interrupt", trace.rows)


def steps_at_once(
    evaluate: Evaluate, advance: Advance, rate: float, steps: int, point: Sequence[float]
) -> Made:
    """Steps whose cost is sums and products, the same to the last bit for arrays and for floats."""
    points = np.array(advance(rate, steps, point)).reshape(-1, len(point))
    table: Any = np.ascontiguousarray(points[:-1].T)
    cost, slopes = evaluate(table)
    sides = (np.broadcast_to(slope, steps).tolist() for slope in slopes)
    return points, np.broadcast_to(cost, steps), [*map(math.hypot, *sides)]


# ------------------------------------------------------------------------------------------------
# What is passed, checked.


def _checked(evaluate: Evaluate, point: tuple[float, ...]) -> CostAndGradient:
    """What `evaluate` gives at a point, or FloatingPointError where that is not finite."""
    try:
        value, slopes = evaluate(point)
    except (ArithmeticError, ValueError):
        value, slopes = math.nan, ()
    if not all(map(math.isfinite, (value, *slopes))):
        pairs = zip(PARAMETERS, point, strict=True)
        place = ", ".join(f"{name} = {number:g}" for name, number in pairs)
        raise FloatingPointError(f"the cost or its gradient is not a finite number at {place}")
    return value, slopes


def _point(parameters: Sequence[float]) -> tuple[float, ...]:
    """The parameters as floats, or ValueError."""
    try:
        point = tuple(float(value) for value in parameters)
    except (TypeError, ValueError):
        point = ()
    if len(point) != len(PARAMETERS):
        wanted = ", ".join(PARAMETERS)
        raise ValueError(f"expected a number for each of the parameters {wanted}, in this order")
    for name, value in zip(PARAMETERS, point, strict=True):
        if not math.isfinite(value):
            raise ValueError(f"the parameter {name} is {value}, not a finite number")
    return point


def _start_point(start: Sequence[float] | Mapping[str, float]) -> tuple[float, ...]:
    """The start in the parameters' order, or ValueError."""
    if not isinstance(start, Mapping):
        return _point(start)
    for name in start:
        if name not in PARAMETERS:
            wanted = ", ".join(PARAMETERS)
            raise ValueError(f'start: there is no parameter "{name}"; expected {wanted}')
    return _point([start.get(name, 0.0) for name in PARAMETERS])


def _columns(*columns: ArrayLike) -> tuple[FloatArray, ...]:
    """The columns as arrays of one length, every value finite, or ValueError."""
    pairs = [*zip(COLUMNS, columns, strict=False)]
    loaded = tuple(_column(f'argument "{name}"', column) for name, column in pairs)
    for (name, _), column in zip(pairs, loaded, strict=True):
        if len(column) != len(loaded[0]):
            said = f'"{pairs[0][0]}" has {len(loaded[0])} rows, "{name}" {len(column)}'
            raise ValueError(f"{said}; pass columns of equal length")
    if not len(loaded[0]):
        names = ", ".join(f'"{name}"' for name, _ in pairs)
        raise ValueError(f"{names}: there are no rows; pass at least one row of numbers")
    return loaded


def _column(label: str, given: Any) -> FloatArray:
    """One column as floats: no text and no dates, nothing complex, masked, missing or infinite."""
    if isinstance(given, np.ma.MaskedArray) and np.ma.getmaskarray(given).any():
        row = int(np.argwhere(np.ma.getmaskarray(given))[0][0])
        raise ValueError(f"{label}, row index {row}: the value is masked; {REMOVE}")
    each = isinstance(given, list | tuple) and not {*map(type, given)} <= {int, float}
    array = np.array([*given], dtype=object) if each else np.asarray(given)
    if array.ndim == 0:
        said = "one number" if isinstance(given, numbers.Number) else f"a {type(given).__name__}"
        said = f"{label} is {said}, not a column"
        raise ValueError(f"{said}; pass a sequence of numbers, such as a list")
    if array.ndim > 2 or (array.ndim == 2 and array.shape[1] != 1):
        said = f"{label} has shape {array.shape}, where one column is meant"
        raise ValueError(f"{said}; pass an array of shape (n,), such as a[:, 0] or a.ravel()")
    array = array.reshape(-1)
    for row, value in enumerate(array if array.dtype.kind not in "fiu" else ()):
        _expect_number(f"{label}, row index {row}", value)
    with np.errstate(over="ignore"):
        values = np.array(array, dtype=np.float64)
    if not np.isfinite(values).all():
        row = int(np.argmin(np.isfinite(values)))
        _expect_number(f"{label}, row index {row}", array[row])
    return values


def _expect_number(where: str, value: Any) -> None:
    """ValueError where a value is not a finite real number."""
    long = isinstance(value, int) and value.bit_length() > 1023
    shown = f"an integer of {value.bit_length()} bits" if long else str(value)[:40]
    shown = f'"{value}"' if isinstance(value, str) else shown
    real = isinstance(value, numbers.Real) and not isinstance(value, NOT_REAL)
    if not long and str(value).lower() in MISSING:
        raise ValueError(f"{where}: {shown} marks a missing value; {REMOVE}")
    if not real:
        said = f"{where}: {shown} is of type {type(value).__name__}, not a real number"
        raise ValueError(f"{said}; convert the column to integers or floats")
    size = abs(value.item() if isinstance(value, np.generic) else value)
    if size == math.inf:
        raise ValueError(f"{where}: {shown} is infinite; {REMOVE}")
    if size > float(np.finfo(np.float64).max):
        said = f"{where}: {shown} is too large for a float (the limit is 1.8e308)"
        raise ValueError(f"{said}; {REMOVE}")
