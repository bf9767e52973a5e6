"""Adaptive moments (adam) for y = sigmoid(w x + b): binary cross-entropy.

Made by symgd from the formula. It needs NumPy alone.

The cost
    J = (1/N) Σᵢ (−yᵢ log(pᵢ) − (1 − yᵢ) log(1 − pᵢ))
    pᵢ = sigmoid(w xᵢ + b)

Conventions
    parameters, in this order: w, b
    data: x, y, one value of each for every example; N examples
    residual = prediction - target
    the sum over the examples is divided by N
    a step: m′ = β₁ m + (1 − β₁) g; v′ = β₂ v + (1 − β₂) g²; θ′ = θ − α (m′/(1 − β₁^t))/(√(v′/(1 −
      β₂^t)) + ε)

Use
    found = descend(x, y)
    predict(found.parameters, x)

The derivation
    The first lines are the same for θ = w, b:
      ∂J/∂θ = ∂/∂θ ((1/N) Σᵢ (−yᵢ log(pᵢ) − (1 − yᵢ) log(1 − pᵢ)))
            = (1/N) ∂/∂θ Σᵢ (−yᵢ log(pᵢ) − (1 − yᵢ) log(1 − pᵢ))
                [constant multiple rule]
            = (1/N) Σᵢ ∂/∂θ (−yᵢ log(pᵢ) − (1 − yᵢ) log(1 − pᵢ))
                [sum rule over the examples]
            = (1/N) Σᵢ ∂/∂pᵢ (−yᵢ log(pᵢ) − (1 − yᵢ) log(1 − pᵢ))·∂pᵢ/∂θ
                [chain rule through a name]
            = (1/N) Σᵢ (∂/∂pᵢ (−yᵢ log(pᵢ)) − ∂/∂pᵢ ((1 − yᵢ) log(1 − pᵢ)))·∂pᵢ/∂θ
                [sum rule]
            = (1/N) Σᵢ (−yᵢ ∂/∂pᵢ log(pᵢ) − ∂/∂pᵢ ((1 − yᵢ) log(1 − pᵢ)))·∂pᵢ/∂θ
                [constant multiple rule]
            = (1/N) Σᵢ (−yᵢ (1/pᵢ) − ∂/∂pᵢ ((1 − yᵢ) log(1 − pᵢ)))·∂pᵢ/∂θ    [derivative of log]
            = (1/N) Σᵢ (−yᵢ (1/pᵢ) − (1 − yᵢ) ∂/∂pᵢ log(1 − pᵢ))·∂pᵢ/∂θ
                [constant multiple rule]
            = (1/N) Σᵢ (−yᵢ (1/pᵢ) − (1 − yᵢ) ((1/(1 − pᵢ)) ∂/∂pᵢ (1 − pᵢ)))·∂pᵢ/∂θ
                [chain rule, derivative of log, with uᵢ = 1 − pᵢ]
            = (1/N) Σᵢ (−yᵢ (1/pᵢ) − (1 − yᵢ) ((1/(1 − pᵢ)) (∂/∂pᵢ 1 − ∂pᵢ/∂pᵢ)))·∂pᵢ/∂θ
                [sum rule]
            = (1/N) Σᵢ (−yᵢ (1/pᵢ) − (1 − yᵢ) ((1/(1 − pᵢ))·(0 − 1)))·∂pᵢ/∂θ
                [constant rule, variable]
            = (1/N) Σᵢ (−yᵢ/pᵢ + (1 − yᵢ)/(1 − pᵢ))·∂pᵢ/∂θ
                [zero terms, signs, factor one, one fraction]
            = (1/N) Σᵢ (−yᵢ/pᵢ + (1 − yᵢ)/(1 − pᵢ)) ∂/∂θ sigmoid(w xᵢ + b)   [definition]
            = (1/N) Σᵢ (−yᵢ/pᵢ + (1 − yᵢ)/(1 − pᵢ)) (pᵢ (1 − pᵢ) ∂/∂θ (w xᵢ + b))
                [chain rule, derivative of sigmoid, with vᵢ = w xᵢ + b]
            = (1/N) Σᵢ (−yᵢ/pᵢ + (1 − yᵢ)/(1 − pᵢ)) (pᵢ (1 − pᵢ) (∂/∂θ (w xᵢ) + ∂b/∂θ))
                [sum rule]

    Derivative by w, with b held constant:
      ∂J/∂w = (1/N) Σᵢ (−yᵢ/pᵢ + (1 − yᵢ)/(1 − pᵢ)) (pᵢ (1 − pᵢ) (∂/∂w (w xᵢ) + ∂b/∂w))
            = (1/N) Σᵢ (−yᵢ/pᵢ + (1 − yᵢ)/(1 − pᵢ)) (pᵢ (1 − pᵢ) (xᵢ·1 + 0))
                [constant multiple rule, variable, constant rule]
            = (1/N) Σᵢ xᵢ (pᵢ − yᵢ)
                [zero terms, factor one, multiply in, multiply out and cancel]

    Derivative by b, with w held constant:
      ∂J/∂b = (1/N) Σᵢ (−yᵢ/pᵢ + (1 − yᵢ)/(1 − pᵢ)) (pᵢ (1 − pᵢ) (∂/∂b (w xᵢ) + ∂b/∂b))
            = (1/N) Σᵢ (−yᵢ/pᵢ + (1 − yᵢ)/(1 − pᵢ)) (pᵢ (1 − pᵢ)·(0 + 1))
                [constant rule, variable]
            = (1/N) Σᵢ (pᵢ − yᵢ)
                [zero terms, factor one, multiply in, multiply out and cancel]

    Checked by sampling: 45 steps at 3 random points each (11 in exact rational arithmetic, 34 to 30
      digits, sums unrolled to 3 terms); results equal to sympy.diff in value, in another form.
"""

from __future__ import annotations

import math
import numbers
from array import array
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

PARAMETERS = ("w", "b")
COLUMNS = ("x", "y")
MISSING = ("na", "n/a", "#n/a", "nan", "<na>", "nat", "null", "none", "nil", "-", "?", ".")
REMOVE = "remove that row from every column"
NOT_REAL = (bool, np.bool_, np.timedelta64)

FloatArray = NDArray[np.float64]
CostAndGradient: TypeAlias = tuple[float, tuple[float, ...]]
Evaluate: TypeAlias = Callable[[Sequence[float]], CostAndGradient]
Values: TypeAlias = Sequence[Any]  # of arrays, or of numbers
Way: TypeAlias = Callable[..., Any]  # how terms are added up
Asked: TypeAlias = tuple[float | None, int | None, float | None]  # rate, steps, tolerance

BETA1 = 0.9
BETA2 = 0.999
EPSILON_ = 1e-8
STATES = ("m[w]", "m[b]", "v[w]", "v[b]")

# What `Descent.states` has is named in STATES; what goes from step to step:
State: TypeAlias = tuple[int, Any]  # how many steps have been made, and what is remembered


# ------------------------------------------------------------------------------------------------
# What was derived.


def predict(parameters: Sequence[float], x: ArrayLike) -> FloatArray:
    """What the model says of each example; parameters are in the order of PARAMETERS."""
    (x,) = _columns(x)
    w, b = (np.float64(value) for value in _point(parameters))
    with np.errstate(all="ignore"):
        prediction = 1 / (1 + np.exp(-(w * x + b)))
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
    columns = _fitting(_columns(x, y))
    return _checked(_evaluator(*columns), _point(parameters))


def update(
    parameters: Sequence[float],
    x: ArrayLike,
    y: ArrayLike,
    learning_rate: float,
    state: State | None = None,
) -> tuple[tuple[float, ...], State]:
    """The parameters after one step, and the state to pass to the next; the first has none.

    m′ = β₁ m + (1 − β₁) g
    v′ = β₂ v + (1 − β₂) g²
    θ′ = θ − α (m′/(1 − β₁^t))/(√(v′/(1 − β₂^t)) + ε)
    """
    columns, point = _fitting(_columns(x, y)), _point(parameters)
    evaluate = _evaluator(*columns)
    made, kept = (0, _begun(learning_rate)) if state is None else state
    slopes = np.array(_checked(evaluate, point)[1])
    with np.errstate(all="ignore"):
        moved, kept, _ = _step(np.array(point), slopes, made + 1, learning_rate, kept, evaluate)
    return _point(np.broadcast_to(moved, len(point)).tolist()), (made + 1, kept)


def _fixed(_total: Way, _dot: Way, n: float, columns: Values) -> Values:
    """What the data alone decide."""
    _x, y = columns
    one_minus_y = 1 - y
    return (one_minus_y,)


def _sums(_total: Way, _dot: Way, point: Values, n: float, columns: Values, kept: Values) -> Values:
    """The sums over some rows, one operation after the other."""
    w, b = point
    x, y, one_minus_y = columns
    kept_0, kept_1, kept_2, kept_3 = kept
    np.multiply(w, x, out=kept_0)
    np.add(kept_0, b, out=kept_0)
    np.exp(kept_0, out=kept_1)
    np.divide(1.0, kept_1, out=kept_2)
    np.minimum(kept_1, kept_2, out=kept_3)
    np.add(1.0, kept_2, out=kept_2)
    np.divide(1.0, kept_2, out=kept_2)
    np.add(1.0, kept_1, out=kept_1)
    np.divide(y, kept_1, out=kept_1)
    np.multiply(kept_2, one_minus_y, out=kept_2)
    np.subtract(kept_2, kept_1, out=kept_2)
    np.maximum(kept_0, 0.0, out=kept_1)
    np.multiply(one_minus_y, kept_1, out=kept_1)
    np.minimum(kept_0, 0.0, out=kept_0)
    np.multiply(y, kept_0, out=kept_0)
    np.subtract(kept_1, kept_0, out=kept_1)
    sum_0 = _total(kept_1) + log1p_total(_total, kept_3)
    sum_1 = _dot(x, kept_2)
    sum_2 = _total(kept_2)
    return (sum_0, sum_1, sum_2)


def _results(point: Values, n: float, sums: Values) -> Values:
    """Cost and gradient from the sums over all rows."""
    _w, _b = point
    sum_0, sum_1, sum_2 = sums
    return (sum_0 / n, sum_1 / n, sum_2 / n)


def _row_by_row(point: Values, n: float, known: Values, rows: Values) -> Values:
    """The same for few rows in plain floats, one row after the other."""
    w, b = point
    sum_0 = sum_1 = sum_2 = -0.0  # which adds nothing, not even a sign
    for x, y, one_minus_y in rows:
        inner = w * x + b
        exponential = math.exp(inner)
        one_over_exponential = 1 / exponential
        lesser_exponential = (
            exponential
            if exponential <= one_over_exponential or exponential != exponential
            else one_over_exponential
        )
        prediction = 1 / (1 + one_over_exponential)
        inner_2 = -y / (1 + exponential) + prediction * one_minus_y
        sum_0 += (
            one_minus_y * (0 if inner < 0 else inner)
            - y * (0 if inner > 0 else inner)
            + math.log1p(lesser_exponential)
        )
        sum_1 += x * inner_2
        sum_2 += inner_2
    return (sum_0 / n, sum_1 / n, sum_2 / n)


def _evaluator(*columns: FloatArray) -> Evaluate:
    """Cost and gradient by the parameters, in blocks that stay in the cache; few rows as a loop."""
    rows, count = len(columns[0]), float(len(columns[0]))
    total, dot = (_in_order, _in_order) if rows <= 1024 else (np.add.reduce, np.dot)
    with np.errstate(all="ignore"):
        fixed = _fixed(total, dot, count, columns)
    size, blocks = min(rows, 10000), []
    kept = [np.empty(size) for _ in range(4)]
    for start in range(0, rows, size):
        cut = slice(start, start + size)
        block = [part[cut] if np.ndim(part) else part for part in (*columns, *fixed)]
        blocks.append((block, [part[: len(block[0])] for part in kept]))

    def evaluate(point: Sequence[float]) -> CostAndGradient:
        values = [np.float64(value) for value in point]
        cells = [np.asarray(value) for value in values]
        with np.errstate(all="ignore"):
            parts = [_sums(total, dot, cells, count, block, room) for block, room in blocks]
            sums = parts[0] if len(parts) == 1 else map(sum, zip(*parts, strict=True))
            value, *slopes = _results(values, count, [*sums])
        return float(value), tuple(map(float, slopes))

    if rows > 40:  # so many go faster as arrays
        return evaluate
    table = [*zip(*(part.tolist() for part in (columns[0], columns[1], fixed[0])), strict=True)]

    def of_few(point: Sequence[float]) -> CostAndGradient:
        try:
            value, *slopes = _row_by_row([*map(float, point)], count, (), table)
        except (ArithmeticError, ValueError):  # NumPy answers inf or nan, and has the say
            return evaluate(point)
        return float(value), tuple(map(float, slopes))

    return of_few


def _in_order(one: FloatArray, other: Any = 1.0) -> Any:
    return np.add.accumulate(one * other)[-1]


def _begun(learning_rate: float) -> tuple[Any, ...]:
    """What is remembered before the first step."""
    return (np.zeros(2), np.zeros(2))


def _step(
    theta: FloatArray,
    g: FloatArray,
    step: float,
    alpha: float,
    state: tuple[Any, ...],
    evaluate: Evaluate,
) -> tuple[FloatArray, tuple[Any, ...], Any]:
    """One step of the rule: the parameters, what is remembered, and what is told of that."""
    m, v = state
    t = step
    m = BETA1 * m + (1 - BETA1) * g
    v = BETA2 * v + (1 - BETA2) * g**2
    theta = theta - alpha * (m / (1 - BETA1**t)) / (np.sqrt(v / (1 - BETA2**t)) + EPSILON_)
    told = (*m, *v)
    return theta, (m, v), told


def _ruled(evaluate: Evaluate, learning_rate: float, most: int) -> Ruled:
    """The steps of a walk, each at its rate."""

    def move(step: int, values: list[float], gradient: Sequence[float], state: Any) -> Moved:
        number = np.float64(step + 1)
        alpha = learning_rate
        try:
            moved, state, told = _step(
                np.array(values), np.array(gradient), number, alpha, state, evaluate
            )
        except (np.linalg.LinAlgError, ArithmeticError, ValueError):
            return [math.nan] * len(values), state, (math.nan,) * len(STATES)
        ahead = np.broadcast_to(np.asarray(moved, dtype=np.float64), len(values)).tolist()
        return ahead, state, tuple(map(float, told))

    begun = _begun(learning_rate)
    told = (*begun[0].tolist(), *begun[1].tolist())
    return Ruled(move, (begun, told))


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
    states: FloatArray  # a row for each of the trace's, with what STATES names


def descend(
    x: ArrayLike,
    y: ArrayLike,
    *,
    start: Sequence[float] | Mapping[str, float] = (0.0, 0.0),
    learning_rate: float | None = None,
    max_iter: int | None = None,
    tolerance: float | None = None,
) -> Descent:
    """Adaptive moments (adam).

    `start` is in the order of PARAMETERS, or by name; what is not named starts at 0.
    Without a learning rate, it is refused: this rule has none of its own.
    It makes `max_iter` steps at most (without it 10,000).
    It ends when a step is no longer than `tolerance` (0: never); without one, when a step is no
    longer than 1e-9 and the cost can fall no further. "converged" is only what is a minimum on the
    parameters' own scale.
    Raises ValueError for arguments that do not fit, and FloatingPointError where the start has no
    finite cost.
    """
    columns = _fitting(_columns(x, y))
    point, asked = _start_point(start), (learning_rate, max_iter, tolerance)
    if learning_rate is None:
        said = "pass a learning_rate, such as 0.01: adam has none of its own "
        said += "here; problem.descend finds one by trial, "
        said += "and so do modules generated with learning_rate auto"
        raise ValueError(said)
    return _run(_evaluator(*columns), point, asked, FEW)


def _run(evaluate: Evaluate, point: tuple[float, ...], asked: Asked, most: int) -> Descent:
    """The walk from a point, as it is asked for: learning rate, steps at most, tolerance."""
    rate, steps, tolerance = asked
    if rate is not None and not (math.isfinite(rate) and rate > 0):
        raise ValueError(f"the learning rate must be a positive number, not {rate:g}")
    if (steps or 0) < 0 or not (tolerance or 0.0) >= 0:
        raise ValueError("max_iter and tolerance must not be negative")
    first, _ = _checked(evaluate, point)
    most = most if steps is None else steps
    base = 1.0 if rate is None else rate
    ruled = _ruled(evaluate, base, most)
    chosen = Course(ruled.stride, most, base)
    look = partial(ahead_by_differences, evaluate)
    step = 1e-9 if tolerance is None else tolerance or -1.0
    limits = Limits(chosen.most, step, tolerance is None, ceiling(first, chosen))
    rows = StateRows(len(point) + 4, ruled, len(STATES))
    tests = RuledTests(limits, look, len(point))
    tests.rule = ruled
    with np.errstate(all="ignore"):
        ending = walk(evaluate, chosen.stride, [*point], tests, rows)
    table, states = rows.rows[:, : len(point) + 4], np.array(rows.rows[:, len(point) + 4 :])
    if ending.ended == "refused" and not table[-1, 0]:
        raise FloatingPointError(str(ruled.refused))
    kind = kind_of(ending, table, chosen.most, steps is not None)
    if kind == "diverged" and ending.ended == "max_iter" and not rises(table[:, -3]):
        kind = "out of steps"  # what goes down with a swing may stand above its start for a while
    ended = kind in ("converged", "stalled", "diverged")
    if ended and has_faded(evaluate, point, table[-1, 1:-3].tolist()):
        kind = "no minimum"
    looked = kind not in ("interrupted", "not begun") and (kind != "out of steps" or steps is None)
    if looked and falls_on(evaluate, point, table[-1, 1:-3].tolist()):
        kind = "no minimum"
    if kind == "diverged" and (ruled.lost or not math.isfinite(ruled.leaps[-1][4])):
        number, state = ruled.leaps[-1][:2]
        values, beyond = table[-1, 1:-3].tolist(), list[str]()
        with np.errstate(all="ignore", over="call", call=lambda said, _: beyond.append(said)):
            ruled.move(number, values, evaluate(values)[1], state)
        if not beyond:
            found = _descent(ending, table, kind, chosen.rate, states)
            said = f"diverged: at step {found.steps + 1} the rule has no finite value, it divides "
            said += "by 0 there, or works out what is not defined; change it, or a setting of it"
            return found._replace(message=said)
    if kind == "diverged" and ruled.lost:
        found = _descent(ending, table, kind, chosen.rate, states)
        said = f"diverged after {found.steps} step{'s' * (found.steps != 1)}: what the next would "
        said += "remember is too large for a float; rescale the columns, or pass a nearer start"
        return found._replace(message=said)
    return _descent(ending, table, kind, chosen.rate, states)


def _descent(
    ending: Ending, rows: FloatArray, kind: str, rate: float | None, states: FloatArray
) -> Descent:
    """What a walk came to."""
    *point, cost = rows[-1, 1:-2].tolist()
    steps, trace = int(rows[-1, 0]), np.array(rows[:, 1:-2])
    last = float(rows[max(0, len(rows) - 2), -1]) if rate is None else rate
    not_yet = "" if kind == "converged" else ", not converged,"
    by = f"of adam with learning rate {last:g}"
    said = f"{kind}{not_yet} after {steps} step{'s' * (steps != 1)} {by}"
    said += _why(ending, rows, kind)
    if kind == "diverged":
        made, trouble = steps, f"the cost rose from {rows[0, -3]:g} to {cost:g}"
        if not math.isfinite(ending.cost) or ending.ended == "no gradient":
            made, trouble = steps + 1, "the cost or its gradient is not a finite number any more"
        said = f"{by} the descent diverged in {made} step{'s' * (made != 1)}: {trouble}; "
        said += "pass a smaller learning rate, or a start nearer the minimum"
    return Descent(tuple(point), cost, steps, kind == "converged", last, trace, kind, said, states)


def _why(ending: Ending, rows: FloatArray, kind: str) -> str:
    """Why a walk that has not converged has not, and what to do."""
    thrown, ahead = throw_in(rows[:, 0], rows[:, -3], rows[:, -2]), ending.ahead
    if kind in ("converged", "interrupted", "not begun", "diverged"):
        return ": no step was asked for" if kind == "not begun" else ""
    if kind == "stalled" and thrown is not None:
        return (
            f": step {thrown.step} threw it onto a plateau, the cost rose from {thrown.before:g} "
            f"to {thrown.after:g}; pass a smaller learning rate, or another start"
        )
    if kind == "no minimum":
        return ": the cost falls on and on, its least value lies at infinity"
    if ahead is not None and rows[-1, -3] < ahead.fall < math.inf:  # more than there is
        return f": the cost can fall by no more than it is, {rows[-1, -3]:g}"
    if ahead is None or not 0 < ahead.fall < math.inf:
        return ": the cost has a kink here, or a slope without curvature"
    pairs = zip(ahead.moves, rows[-1, 1:-3].tolist(), PARAMETERS, strict=True)
    parts = [(abs(move) / (abs(v) + abs(move) or 1.0), name, move) for move, v, name in pairs]
    _, name, move = max(parts)
    return f": the cost can still fall by about {ahead.fall:g}, most as {name} changes by {move:g}"


# ------------------------------------------------------------------------------------------------
# The walk: steps, and when they have arrived, by the laws by which symgd itself descends.


EPSILON = float(np.finfo(np.float64).eps)
CLOSE = 1e-6  # the part of the cost, or of a parameter, that "converged" leaves at most
NOTHING = 1e-160  # of a cost that is nowhere negative: its slopes have no squares in floats


class Ahead(NamedTuple):
    """What lies ahead of a point, on the parameters' own scale.

    `fall` is by how much the cost can still fall, about; `moves` what a Newton step adds to each
    parameter, `effects` by how much the cost would change without each; `flat` the parameters
    that make no difference there, by number.
    """

    fall: float
    moves: tuple[float, ...]
    effects: tuple[float, ...]
    bends_down: bool = False
    settles: bool = True  # whether a Newton step brings the gradient nearer to 0
    runs_off: bool = False  # whether the cost goes on falling, hundreds of Newton steps further
    flat: tuple[int, ...] = ()
    kink: bool = False  # whether the slopes jump there, and cancel
    plateau: bool = False  # whether the cost falls from the edge of where they make no difference


def has_arrived(ahead: Ahead | None, values: Sequence[float], cost: float, part: float) -> bool:
    """Whether the cost can fall by no more than `part` of itself; 0 means, than floats can tell."""
    if ahead is None or ahead.bends_down or not ahead.settles or not math.isfinite(ahead.fall):
        return False
    return is_least(ahead, values, cost, part)


def is_least(ahead: Ahead, values: Sequence[float], cost: float, part: float) -> bool:
    """The same where the cost has a minimum ahead."""
    close = CLOSE if part else 1e-3 * CLOSE
    pairs = zip(ahead.moves, values, strict=True)
    near = all(abs(move) <= close * abs(value) for move, value in pairs)
    rounding = (16 * EPSILON) ** 2 * (abs(cost) + sum(ahead.effects))
    return near or ahead.fall <= max(part * abs(cost), rounding)


FEW = 10_000  # steps at most where each is a pass over the data, or where a million bring no more
SHOWN = 50  # a walk of so few steps shows them all, as long as its numbers are finite
HUGE = 1e12  # how far it may rise at any other
Stepped: TypeAlias = tuple[float, list[float], CostAndGradient | None]
# From the step's number, the point, and cost and gradient there, to the rate, the next point, and
# cost and gradient at that where they are known already.
Stride: TypeAlias = Callable[[int, list[float], float, Sequence[float]], Stepped]


class Course(NamedTuple):
    """How the steps are made, how many at most, and their rate; None where each has its own."""

    stride: Stride
    most: int
    rate: float | None


def ceiling(first: float, chosen: Course) -> float:
    """The cost above which all is lost."""
    if chosen.rate is None or chosen.most <= SHOWN:
        return math.inf
    return HUGE * max(abs(first), 1.0)


Row: TypeAlias = tuple[float, ...]  # step, parameters, cost, gradient norm, rate
Look: TypeAlias = Callable[[list[float], float, Sequence[float]], Ahead | None]
MOST_LEFT = 0.01  # the part of the cost that a large tolerance leaves at most where it has arrived
MOST_NUMBERS = 1 << 23  # 64 MiB: a million steps by up to four parameters are kept whole


class Limits(NamedTuple):
    """When to look whether a walk has arrived, and when to give up; a negative one is not used."""

    most: int  # steps
    step: float  # the next step's length
    patient: bool  # whether to walk on where a short step is no arrival
    ceiling: float  # the cost above which all is lost
    gradient: float = -1.0  # its length
    cost: float = -1.0  # the last step's change of it


class Ending(NamedTuple):
    """How a walk ended, after how many steps, at which cost, and what lies ahead of there."""

    ended: str
    steps: int
    cost: float
    ahead: Ahead | None = None
    arrived: bool = False


class TraceRows:
    """The rows of a walk: row 0, then every step, or every 2nd, 4th, 8th of many; the last two."""

    def __init__(self, width: int, most: int = MOST_NUMBERS) -> None:
        self.width, self.stride, self.due = width, 1, 0
        self.table = array("d")
        self.most = max(3, most // width - 1 | 1)  # odd: the last row stays when every second goes

    def add(self, row: Row) -> None:
        """Keep the row that is due, and where there is no room for another, every second alone."""
        self.table.extend(row)
        if len(self.table) >= self.most * self.width:
            self.thin()
        self.due += self.stride

    def thin(self) -> None:
        """Keep every second row alone, and of those that come."""
        thinned = array("d")
        thinned.frombytes(np.ascontiguousarray(self.rows[::2]).tobytes())
        self.table, self.stride = thinned, 2 * self.stride

    def end(self, before: Row | None, last: Row | None) -> None:
        """Keep the last two rows, whether they are due or not."""
        if last is not None and self.table and self.table[-self.width] == last[0]:
            del self.table[-self.width :]
        for row in (before, last):
            if row is not None and (not self.table or row[0] > self.table[-self.width]):
                self.table.extend(row)

    @property
    def rows(self) -> FloatArray:
        """The rows as a table."""
        return np.frombuffer(self.table, dtype=np.float64).reshape(-1, self.width)


def walk(
    evaluate: Evaluate, stride: Stride, values: list[float], watch: Tests, rows: TraceRows
) -> Ending:
    """Step after step, a row for each, until a test ends it."""
    step, previous, hypot, inf = 0, math.inf, math.hypot, math.inf
    found: CostAndGradient | None = None
    before: Row | None = None
    row: Row | None = None
    try:
        while True:
            cost, gradient = evaluate(values) if found is None else found
            length = hypot(*gradient)
            if not (-inf < cost < inf and length < inf):
                lost = math.isfinite(cost)
                return Ending("no gradient" if lost else "beyond", step - 1, cost)
            rate, ahead, found = stride(step, values, cost, gradient)
            before, row = row, (step, *values, cost, length, rate)
            if step == rows.due:
                rows.add(row)
            if cost < watch.lowest:
                watch.lowest = cost
            if (
                step >= watch.pause
                or rate * length <= watch.step
                or length <= watch.gradient
                or abs(previous - cost) <= watch.cost
                or not rate * length < inf
                or cost > watch.ceiling
            ):
                ending = watch.ending(row, gradient, ahead, abs(previous - cost))
                if ending is not None:
                    return ending
            previous, values = cost, ahead
            step += 1
    except KeyboardInterrupt:
        if row is None and not rows.table:
            raise
        return Ending("interrupt", step, math.nan)
    finally:
        rows.end(before, row)


class Tests:
    """Ends a walk where it has arrived, can get no further, or is lost."""

    gradient = cost = -1.0  # as in Limits, where somebody asked for such an end

    def __init__(self, limits: Limits, look: Look, width: int) -> None:
        self.limits, self.look, self.lowest = limits, look, math.inf
        self.step, self.ceiling, self.short = limits.step, limits.ceiling, False
        self.least = max(64, 16 * width)  # steps from one look to the next
        self._plan(4.0 * self.least)

    def _plan(self, step: float) -> None:
        self.planned, self.pause = step, min(self.limits.most, step)

    def ending(
        self, row: Row, gradient: Sequence[float], ahead: list[float], change: float
    ) -> Ending | None:
        """The ending, if there is one here."""
        (number, *values, cost, length, rate), limits = row, self.limits
        step, moved = int(number), rate * length
        if not math.isfinite(moved):
            return Ending("beyond", step, math.inf)
        ended = self._test(moved, length, change)
        if not ended and cost > self.ceiling:
            return Ending("beyond", step, cost)
        still = ahead == values
        if still and self.short:
            ended = "step"
        if rate == 0 and length > 0:
            ended = "no lower"
        elif ended == "step" and limits.patient and not self.short:
            self.short, self.step = True, 0.0
        final = ended != "" and (still or not (ended == "step" and limits.patient))
        last = step >= limits.most
        if not (final or last or ended) and limits.step < 0:
            self._plan(math.inf)
            return None
        before = self.look(values, cost, gradient)
        room = 0.0 if before is None else (64 * EPSILON) ** 2 * sum(before.effects)
        if before is not None and before.kink:  # no point is lower by more
            room = before.fall
        here = cost <= self.lowest + 1e-6 * abs(self.lowest) + room
        arrived = here and has_arrived(before, values, cost, self._part(ended, last))
        if final or last or arrived:
            ended = ended or ("max_iter" if last else "scale")
            return Ending(ended, step, cost, before, arrived)
        self._plan(step + max(self.least, step // 4))
        return None

    def _test(self, moved: float, length: float, change: float) -> str:
        """The tolerance that is kept, if one is."""
        return "step" if moved <= self.step else ""

    def _part(self, ended: str, last: bool) -> float:
        """The part of the cost that may be left: none where the look alone ends the walk."""
        if not (ended or last or self.short):
            return 0.0
        asked: float = getattr(self.limits, ended, 0.0)  # the tolerance that is kept
        return max(CLOSE, min(asked, MOST_LEFT))


class Throw(NamedTuple):
    """The step that threw a walk onto a plateau, and the cost before it and at the end."""

    step: int
    before: float
    after: float


def throw_in(steps: FloatArray, costs: FloatArray, lengths: FloatArray) -> Throw | None:
    """The step since which the cost is far above, and the gradient next to nothing."""
    if len(costs) < 2:
        return None
    row = int(np.argmax(np.diff(costs)))
    before, last = float(costs[row]), float(costs[-1])
    if not (last - before > 0.05 * abs(before) and lengths[-1] <= 0.01 * lengths[row]):
        return None
    return Throw(int(steps[row + 1]), before, last)


def kind_of(ending: Ending, rows: FloatArray, most: int, asked: bool, floored: bool = False) -> str:
    """What a walk came to; `asked` for so many steps, of a cost that is `floored`: at 0 or more."""
    costs, ended = rows[:, -3], ending.ended
    up = ended == "max_iter" and costs[-1] > costs[0] and has_moved(rows[0, 1:-3], rows[-1, 1:-3])
    if ended == "interrupt":
        return "interrupted"
    if ended in ("beyond", "no gradient"):
        return "diverged"
    nothing, end = floored and costs[-1] <= NOTHING * min(costs[0], 1.0), rows[-1, 1:-3].tolist()
    if ending.arrived or (nothing and has_arrived(ending.ahead, end, costs[-1], 1.0)):
        return "converged"
    if throw_in(rows[:, 0], costs, rows[:, -2]) is not None:
        return "stalled"
    if up:
        return "diverged"
    runs_off = ending.steps > 0 and ending.ahead is not None and ending.ahead.runs_off
    if ending.ended != "max_iter":
        return "no minimum" if runs_off else "stalled"
    if most == 0:
        return "not begun"
    return "no minimum" if runs_off and not asked else "out of steps"


def has_moved(first: FloatArray, last: FloatArray) -> bool:
    """Whether a walk did more than stir the last digits of the parameters."""
    return float(np.linalg.norm(last - first)) > 1e-9 * float(np.linalg.norm(last))


class NoStep(Exception):
    """An update rule has no step here: the cause, and what to do."""

    def __init__(self, cause: str, remedy: str) -> None:
        super().__init__(f"{cause}; {remedy}")
        self.cause, self.remedy = cause, remedy


FAR_ABOVE = 1e3  # a cost so many times the start's is no swing
AFTERWARDS = 3  # steps that are made in thought, to see whether a rule rests
Told: TypeAlias = tuple[float, ...]  # what is told of what is remembered
# Where a step leads, and what is remembered and told there.
Moved: TypeAlias = tuple[list[float], Any, Told]
LeapMade: TypeAlias = tuple[int, Any, Told, list[float], float, Any, Told]  # as Leap has it
Move: TypeAlias = Callable[[int, list[float], Sequence[float], Any], Moved]


class Leap(NamedTuple):
    """A step: what is remembered where it begins, where it leads and how far, and what then."""

    step: int
    state: Any
    told: Told
    ahead: list[float]
    distance: float
    state_after: Any
    told_after: Told


class Ruled:
    """The steps of a walk by a rule, from what is remembered where the first one begins."""

    refusals: tuple[type[Exception], ...] = (NoStep,)

    def __init__(self, move: Move, begun: tuple[Any, Told]) -> None:
        self.move, self.begun = move, begun
        self.leaps: tuple[LeapMade, ...] = ()  # the last few
        self.lost = False  # whether what is remembered has left the floats
        self.refused: Any = None  # why the rule makes no step

    def stride(
        self, step: int, values: list[float], cost: float, gradient: Sequence[float]
    ) -> Stepped:
        """The step from a point, whose rate is its length over the gradient's."""
        state, told = self.here
        try:
            ahead, state_after, told_after = self.move(step, values, gradient, state)
        except self.refusals as refused:
            self.refused = refused
            ahead, state_after, told_after = values, state, told
        distance, length = math.dist(ahead, values), math.hypot(*gradient)
        leap = (step, state, told, ahead, distance, state_after, told_after)
        self.leaps = (*self.leaps[-2:], leap)
        self.lost = not math.isfinite(sum(told_after))
        if self.lost or self.refused is not None:
            return math.inf, ahead, None
        return (distance / length if length else 0.0), ahead, None

    @property
    def here(self) -> tuple[Any, Told]:
        """What is remembered where the last step has led, and what is told of it."""
        return self.leaps[-1][5:] if self.leaps else self.begun

    def leap(self, step: int) -> Leap:
        """One of the last steps."""
        return Leap(*next(leap for leap in reversed(self.leaps) if leap[0] == step))

    def rests(self, step: int, values: list[float], gradient: Sequence[float]) -> bool:
        """Whether the next steps would not move a parameter either."""
        state = self.leaps[-1][5]
        try:
            for later in range(step + 1, step + 1 + AFTERWARDS):
                ahead, state, _ = self.move(later, values, gradient, state)
                if ahead != values:
                    return False
        except self.refusals:
            pass
        return True


class RuledTests(Tests):
    """Ends a walk by the way that an update rule goes, which is another than the gradient's."""

    rule: Ruled | None = None
    moving: bool = False  # whether the rule goes on from where a step of it leads nowhere

    def ending(
        self, row: Row, gradient: Sequence[float], ahead: list[float], change: float
    ) -> Ending | None:
        """The ending, if there is one here."""
        rule, (number, *values, cost, _, _) = self.rule, row
        assert rule is not None
        step = int(number)
        if rule.lost or rule.refused is not None:
            return Ending("beyond" if rule.lost else "refused", step, cost)
        distance = rule.leap(step).distance
        if not math.isfinite(distance):
            return Ending("beyond", step, math.nan)
        self.moving = distance == 0 and not rule.rests(step, values, gradient)
        if distance == 0:
            row = (*row[:-1], 5e-324)
        if self.moving:
            if step < self.pause:
                return None
            ahead = [math.nan] * len(ahead)
        return super().ending(row, gradient, ahead, change)

    def _test(self, moved: float, length: float, change: float) -> str:
        """The tolerance that is kept, if one is; no step of a rule that goes on is a short one."""
        ended = super()._test(moved, length, change)
        return "" if self.moving and ended in ("step", "cost") else ended


class StateRows(TraceRows):
    """The rows of a walk by a rule, and behind each what the rule remembers there."""

    def __init__(self, width: int, rule: Ruled, more: int) -> None:
        super().__init__(width + more)
        self.rule = rule

    def add(self, row: Row) -> None:
        """Keep the row that is due: the step has just been made."""
        super().add((*row, *self.rule.leap(int(row[0])).told))

    def end(self, before: Row | None, last: Row | None) -> None:
        """Keep the last two rows."""
        rows = (row and (*row, *self.rule.leap(int(row[0])).told) for row in (before, last))
        super().end(*rows)


def rises(costs: FloatArray) -> bool:
    """Whether the cost rises higher and higher.

    It is far above the start's, or in its last third above twice all before. What
    goes down with a swing, as momentum does, may stand above its start for a while.
    """
    part = len(costs) // 3
    if costs[-1] > FAR_ABOVE * abs(costs[0]):
        return True
    return part > 1 and bool(costs[-part:].max() > 2 * costs[:-part].max())


LOG_ROWS, LOG_FACTORS, LOG_LEAST = 1024, 16, 0.01  # more rows, so many at once, whose mean is more


def log1p_total(total: Callable[[FloatArray], Any], values: FloatArray) -> Any:
    """The total of log1p: of many by products of factors, where these lose no digits."""
    groups = len(values) // LOG_FACTORS
    if len(values) > LOG_ROWS:
        factors = np.add(values[: groups * LOG_FACTORS], 1.0).reshape(LOG_FACTORS, groups)
        found = np.log(np.multiply.reduce(factors, axis=0)).sum()
        if LOG_LEAST * len(values) < found < math.inf:
            return found + np.log1p(values[groups * LOG_FACTORS :]).sum()
    return total(np.log1p(values))


STAYS = 0.36  # of the gradient, after a Newton step: just below 1/e
# From a point, the parameters that make no difference there, cost and what was found, to that.
Over: TypeAlias = Callable[[Evaluate, Sequence[float], Sequence[int], float, Ahead], Ahead]


def ahead_by_differences(
    evaluate: Evaluate,
    values: Sequence[float],
    cost: float,
    gradient: Sequence[float],
    *,
    over: Over | None = None,
) -> Ahead | None:
    """What lies ahead of any cost; None where the cost is not finite beside the point.

    What is convex has no plateau to look `over`.
    """
    rows = []
    shaken = evaluate([value * (1 + 4 * EPSILON) for value in values])[1]
    for number, value in enumerate(values):

        def slopes_at(change: float, number: int = number) -> float:
            return evaluate(_moved(values, number, change))[1][number]

        noise = abs(shaken[number] - gradient[number])
        step = _own_step(slopes_at, abs(value), cost, noise)
        rows.append(_second_slopes(evaluate, values, number, step, gradient[number]))
    return ahead_by_hessian(evaluate, np.array(rows), values, cost, gradient, over=over)


def ahead_by_hessian(
    evaluate: Evaluate,
    hessian: FloatArray,
    values: Sequence[float],
    cost: float,
    gradient: Sequence[float],
    *,
    over: Over | None = None,
) -> Ahead | None:
    """The same, where the Hessian is known."""
    slope = np.array(gradient)
    if not np.isfinite(hessian).all():
        return None
    with np.errstate(all="ignore"):
        units = _units(hessian)
        if not units.any() or (slope[units == 0] != 0).any():
            return _flat(values, slope, cost)
        found = _newton(hessian, slope, units, cost)
        moves = np.array(found.moves)
        effects = (np.abs(np.diag(hessian)) * np.array(values) ** 2 / 2).tolist()
        if not found.settles:
            return found
        if over is not None:
            found = over(evaluate, values, np.flatnonzero(units == 0).tolist(), cost, found)
            if found.plateau:
                return found
        settles, off = _followed(evaluate, values, cost, slope, units, moves)
    return found._replace(effects=tuple(effects), settles=settles, runs_off=off)


def _flat(values: Sequence[float], slope: FloatArray, cost: float) -> Ahead:
    """What lies ahead where some direction has no curvature, but a slope; or all have neither."""
    nothing, sloping = (0.0,) * len(values), bool(slope.any())
    moves = tuple(math.inf if part else 0.0 for part in slope.tolist())
    least = cost == 0 and not sloping  # else nothing says that the cost is least
    return Ahead(math.inf if sloping else 0.0, moves, nothing, settles=least)


def _newton(hessian: FloatArray, slope: FloatArray, units: FloatArray, cost: float) -> Ahead:
    """The Newton step and what it brings, in units in which the Hessian's rows are alike."""
    scaled = hessian * np.outer(units, units)
    unsure = max(4 * float(np.abs(scaled - scaled.T).max()), 1e-12)
    if unsure > 1e-2:  # a kink has no Hessian
        return _flat(slope.tolist(), slope, cost)
    bends, ways = np.linalg.eigh((scaled + scaled.T) / 2)
    pulls = ways.T @ (units * slope)
    sure = np.maximum(np.abs(bends), unsure)
    moves = -units * (ways @ (pulls / sure))
    flat = np.abs(ways[:, np.abs(bends) <= unsure]).max(axis=1, initial=0.0) > 0.1
    return Ahead(
        fall=float((pulls**2 / sure).sum()) / 2,
        moves=tuple(moves.tolist()),
        effects=(),
        bends_down=bool(bends[0] < -max(1e-5, 10 * unsure)),
        flat=tuple(np.flatnonzero(flat | (units == 0)).tolist()),
    )


def _units(hessian: FloatArray) -> FloatArray:
    """The units in which the largest entry of each of the Hessian's rows is 1; 0 for none."""
    units = np.ones(len(hessian))
    for _ in range(12):
        largest = np.abs(hessian * np.outer(units, units)).max(axis=1)
        units = np.where(largest > 0, units / np.sqrt(np.where(largest > 0, largest, 1.0)), 0.0)
    return units


def _moved(values: Sequence[float], number: int, change: float) -> list[float]:
    moved = list(values)
    moved[number] += change
    return moved


def _own_step(slopes_at: Callable[[float], float], size: float, cost: float, noise: float) -> float:
    """A step for differences on one parameter's own scale, whose slope is `slopes_at` a change."""
    step, good, bend, here = CLOSE * (size or 1.0), 0.0, 0.0, slopes_at(0.0)
    most = size / 8 if size > CLOSE else 1e3
    for _ in range(8):
        change = abs(slopes_at(step) - here)
        if not math.isfinite(change):
            step /= 1e3
            continue
        if change <= 1e3 * noise or change / step == 0:  # lost in rounding, or of no effect
            if good or step >= most:
                return max(good or 1e-3 * (size or 1.0), 1e-150)
            step = min(max(1e3 * step, CLOSE), most)
            continue
        if step > good > 0 and not 0.5 <= change / step / bend <= 2:
            return good
        good, bend = step, change / step
        reach = math.sqrt(abs(cost) / bend)
        own = 1e-3 * min(max(size, 1e-4 * reach), max(reach, 1e-4 * size))
        if not 0 < own < math.inf or 0.1 <= own / step <= 10:
            break
        step = own
    return max(good or step, 1e-150)


def _second_slopes(
    evaluate: Evaluate, values: Sequence[float], number: int, step: float, here: float
) -> list[float]:
    """How each slope changes with one parameter, whose own slope is `here`: of the fourth order."""
    changes = _exact(values[number], step), _exact(values[number], 2 * step)
    sides = [
        [evaluate(_moved(values, number, way * change))[1] for way in (1, -1)] for change in changes
    ]
    near, far = (
        [(above - below) / (2 * change) for above, below in zip(*pair, strict=True)]
        for change, pair in zip(changes, sides, strict=True)
    )
    found = [(4 * one - other) / 3 for one, other in zip(near, far, strict=True)]
    above, below = (slopes[number] - here for slopes in sides[0])
    if above * below > 0:  # the slope is least or greatest here: it does not bend
        found[number] = 0.0
    elif abs(far[number]) > 2 * abs(near[number]):
        found[number] = near[number]  # of a higher order: the sign alone is known
    return found


def _exact(value: float, change: float) -> float:
    """The change that adding it to the value makes in floats."""
    return (value + change) - value or change


def _followed(
    evaluate: Evaluate,
    values: Sequence[float],
    cost: float,
    slope: FloatArray,
    units: FloatArray,
    moves: FloatArray,
) -> tuple[bool, bool]:
    """Whether a Newton step brings the gradient nearer to 0; if not, whether the cost falls on."""
    here = np.array(values)

    def at(point: FloatArray) -> FloatArray:
        return np.array(evaluate(point.tolist())[1])

    length = float(np.linalg.norm(units * slope))
    noise = float(np.linalg.norm(units * (at(here * (1 + 4 * EPSILON)) - slope)))
    if length <= 16 * noise or float(np.linalg.norm(units * at(here + moves))) <= STAYS * length:
        return True, False
    places = [here + times * moves for times in (1, 8, 64, 512)]
    falls = all(slope @ moves <= at(place) @ moves <= 0 for place in places)  # less and less
    return False, falls and all(evaluate(place.tolist())[0] <= cost for place in places)


DOWN = 12, 30  # powers of 8 before an end, and beyond it, at which the cost is looked at


@np.errstate(all="ignore")
def falls_on(evaluate: Evaluate, first: Sequence[float], last: Sequence[float]) -> bool:
    """Whether a convex cost falls from a walk's start through its end, as far as floats go."""
    begun, end = np.array(first), np.array(last)
    places = (begun + (end - begun) * 8.0**power for power in range(-DOWN[0], DOWN[1]))
    return goes_down([evaluate(place.tolist())[0] for place in places])


def goes_down(costs: Sequence[float]) -> bool:
    """Whether costs that far apart fall up to the end of a walk, and rise nowhere beyond it."""
    falls = -np.diff(costs)
    return bool(np.isfinite(costs).all() and (falls >= 0).all() and falls[: DOWN[0]].all())


@np.errstate(all="ignore")
def has_faded(evaluate: Evaluate, first: Sequence[float], last: Sequence[float]) -> bool:
    """Whether the cost falls on to infinity, by less than floats hold; at a minimum it does not."""
    end, origin = np.array(last), np.zeros(len(last))
    begun = origin if [*first] == [*last] else np.array(first)  # if no step was made
    way, here = end - begun, evaluate(last)[0]

    def above(times: float) -> float:
        return evaluate((begun + times * way).tolist())[0] - here

    beyond = max(above(8.0**power) for power in range(10))
    if not way.any() or beyond > NOTHING or evaluate(first)[0] < here:
        return False
    outside, edge = 1e-40, 1.0
    for _ in range(60):
        middle = math.sqrt(outside * edge)
        outside, edge = (middle, edge) if above(middle) > NOTHING else (outside, middle)
    aside = CLOSE * float(np.abs(begun + edge * way).max() / np.abs(way).max())
    near, further = above(edge - aside), above(edge - 2 * aside)
    before = [above(8.0**power) for power in range(-12, 1)]
    highest = np.nanmax([*before, evaluate(origin.tolist())[0] - here])
    return bool(0 < further < 1.5 * near <= CLOSE * highest)


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
        place += "; the binary cross-entropy reads predictions between 0 and 1"
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


MEANT_FOR = (
    "the binary cross-entropy; expected targets 0 or 1, or probabilities; the "
    "prediction is a probability between 0 and 1"
)


def _fitting(columns: tuple[FloatArray, ...]) -> tuple[FloatArray, ...]:
    """The columns, or ValueError where a target is none that the loss is meant for."""
    for name, target in zip(COLUMNS, columns, strict=True):
        if name in ("y",) and not (fits := (0 <= target) & (target <= 1)).all():
            row = int(np.argmin(fits))
            said = f'argument "{name}", row index {row}: {target[row]:g} does not fit'
            raise ValueError(f"{said} {MEANT_FOR}")
    return columns
