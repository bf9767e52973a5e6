"""Conjugate gradients, Polak–Ribière for y = m x + b: mean squared error.

Made by symgd from the formula. It needs NumPy alone.

The cost
    J = (1/N) Σᵢ (m xᵢ + b − yᵢ)²

Conventions
    parameters, in this order: m, b
    data: x, y, one value of each for every example; N examples
    residual = prediction - target
    the sum over the examples is divided by N
    a step: β = {max(g·(g − h)/(h·h), 0) if h·h > 0; 0 otherwise}; d′ = β d − g; h′ = g; rate′ =
      argmin_s J(θ + s d′); θ′ = θ + rate′·d′, where β is share

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
from array import array
from collections.abc import Callable, Mapping, Sequence
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

STATES = ("d[m]", "d[b]", "h[m]", "h[b]", "rate")

# What `Descent.states` has is named in STATES; what goes from step to step:
State: TypeAlias = tuple[int, Any]  # how many steps have been made, and what is remembered


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
    parameters: Sequence[float],
    x: ArrayLike,
    y: ArrayLike,
    state: State | None = None,
) -> tuple[tuple[float, ...], State]:
    """The parameters after one step, and the state to pass to the next; the first has none.

    β = {max(g·(g − h)/(h·h), 0) if h·h > 0; 0 otherwise}
    d′ = β d − g
    h′ = g
    rate′ = argmin_s J(θ + s d′)
    θ′ = θ + rate′·d′
    where β is share
    """
    columns, point = _columns(x, y), _point(parameters)

    def evaluate(point: Sequence[float]) -> CostAndGradient:
        return _evaluate(point, *columns)

    made, kept = (0, _begun(1.0)) if state is None else state
    slopes = np.array(_checked(evaluate, point)[1])
    with np.errstate(all="ignore"):
        moved, kept, _ = _step(np.array(point), slopes, made + 1, 1.0, kept, evaluate)
    return _point(np.broadcast_to(moved, len(point)).tolist()), (made + 1, kept)


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
    d, h = state
    evaluate = last_kept(evaluate)
    share = np.maximum(np.dot(g, g - h) / np.dot(h, h), 0) if np.dot(h, h) > 0 else 0
    d = share * d - g
    h = g
    rate = lowest_by_slopes(
        lambda s: evaluate(np.asarray(theta + s * d).tolist())[0],
        lambda s: np.dot(np.array(evaluate(np.asarray(theta + s * d).tolist())[1]), d),
    )
    theta = theta + rate * d
    told = (*d, *h, rate)
    return theta, (d, h), told


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
    told = (*begun[0].tolist(), *begun[1].tolist(), 0.0)
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
    """Conjugate gradients, Polak–Ribière.

    `start` is in the order of PARAMETERS, or by name; what is not named starts at 0.
    Without a learning rate, as it has to be, each step is as long as the rule makes it.
    It makes `max_iter` steps at most (without it 10,000).
    It ends when a step is no longer than `tolerance` (0: never); without one, when a step is no
    longer than 1e-9 and the cost can fall no further. "converged" is only what is a minimum on the
    parameters' own scale.
    Raises ValueError for arguments that do not fit, and FloatingPointError where the start has no
    finite cost.
    """
    columns = _columns(x, y)
    point, asked = _start_point(start), (learning_rate, max_iter, tolerance)
    if learning_rate is not None:
        raise ValueError("leave out learning_rate: conjugate_gradients has none")
    triangle, anchor = _summarise(*columns)
    evaluate = _quiet(_from_summary(triangle, anchor, len(columns[0])))
    squares = _squares(triangle, anchor, len(columns[0]))
    return _run(evaluate, point, asked, FEW, squares)


def _run(
    evaluate: Evaluate, point: tuple[float, ...], asked: Asked, most: int, squares: Squares
) -> Descent:
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
    chosen = Course(ruled.stride, most, None)
    matrix, reached = squares  # M, and M·θ + r by θ: the cost is |M·θ + r|²

    def look(values: list[float], cost: float, gradient: Sequence[float]) -> Ahead | None:
        return ahead_of_squares(matrix, reached(values), values)

    step = 1e-9 if tolerance is None else tolerance or -1.0
    limits = Limits(chosen.most, step, tolerance is None, ceiling(first, chosen))
    rows = StateRows(len(point) + 4, ruled, len(STATES))
    tests = RuledTests(limits, look, len(point))
    tests.rule = ruled
    with np.errstate(all="ignore"):
        ending = walk(evaluate, chosen.stride, [*point], tests, rows)
    table, states = rows.rows[:, : len(point) + 4], np.array(rows.rows[:, len(point) + 4 :])
    chosen = chosen._replace(rate=base)
    if ending.ended == "refused" and not table[-1, 0]:
        raise FloatingPointError(str(ruled.refused))
    kind = kind_of(ending, table, chosen.most, steps is not None)
    if kind == "diverged" and ending.ended == "max_iter" and not rises(table[:, -3]):
        kind = "out of steps"  # what goes down with a swing may stand above its start for a while
    if ending.ended == "refused" and table[-1, -3] > table[0, -3]:
        kind = "diverged"
    if ending.ended == "refused" and kind != "no minimum":
        found = _descent(ending, table, kind, chosen.rate, states)
        rose = f", the cost rose from {table[0, -3]:g} to {found.cost:g}" * (kind == "diverged")
        made = f"{found.steps} step{'s' * (found.steps != 1)}"
        said = f"{kind} after {made}{rose}, there is no further one: {ruled.refused}"
        return found._replace(message=said)
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
    by = "of conjugate_gradients"
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
    if kind == "stalled" and ahead is not None and ahead.plateau:
        return ": this is a plateau, the cost falls further off; pass another start"
    if kind == "stalled" and ahead is not None and ahead.bends_down:
        return ": the cost bends down from here, it is no minimum; pass another start"
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


DOUBLINGS = 1100  # more than there are powers of two
Along: TypeAlias = Callable[[float], float]


def lowest_by_slopes(value: Along, slope: Along) -> float:
    """The s above 0 at which `value` is least, or the first such that doubling meets.

    `slope` is its derivative.
    """
    value, slope = seen_along(value), seen_along(slope)
    begun = value_at_0(value)
    if not slope(0.0) < 0:  # nothing falls, or nobody knows
        return 0.0

    def is_beyond(place: float) -> bool:
        return not (value(place) <= begun and slope(place) <= 0)

    near, far = enclosed(value, slope, is_beyond)
    if near == far:
        return near
    for _ in range(DOUBLINGS):  # until the slope rises at the far end, and not only the value
        if slope(far) > 0 and math.isfinite(slope(far)):
            return slope_root(slope, near, far)
        middle = near + (far - near) / 2
        if not near < middle < far:
            break
        near, far = (near, middle) if is_beyond(middle) else (middle, far)
    return near


def enclosed(value: Along, slope: Along, is_beyond: Callable[[float], bool]) -> tuple[float, float]:
    """A place before the lowest point and one beyond; the same twice where the slope is 0 there."""
    place = 1.0
    if is_beyond(place):
        for _ in range(DOUBLINGS):
            place /= 2
            if place == 0 or not is_beyond(place):
                return place, 2 * place if place else 1.0
        return 0.0, 0.0
    for _ in range(DOUBLINGS):
        if slope(place) == 0:
            return place, place
        if math.isinf(2 * place) or value(2 * place) == -math.inf:
            break
        if is_beyond(2 * place):
            return place, 2 * place
        place *= 2
    raise falls_for_ever()


def slope_root(slope: Along, near: float, far: float) -> float:
    """Where the slope is 0, between a place where it falls and one where it rises.

    Chandrupatla, A new hybrid quadratic/bisection algorithm for finding the zero of a nonlinear
    function (1997), with a secant for the first step, which for a parabola is the last.
    """
    here, here_up, other, other_up = near, slope(near), far, slope(far)
    share = here_up / (here_up - other_up)
    for _ in range(DOUBLINGS):
        place = here + share * (other - here)
        up = slope(place)
        up = up if math.isfinite(up) else math.inf
        if (up > 0) == (here_up > 0):
            left, left_up = here, here_up
        else:
            left, left_up, other, other_up = other, other_up, here, here_up
        here, here_up = place, up
        best = here if abs(here_up) < abs(other_up) else other
        room = 1e-15 * abs(best)
        width = abs(other - here)
        if here_up == 0 or width <= room:
            return best if here_up else here
        share = inverse_parabola((here, here_up), (other, other_up), (left, left_up))
        least = 0.5 * room / width
        share = min(1 - least, max(least, share))
    return best


def inverse_parabola(
    here: tuple[float, float], other: tuple[float, float], left: tuple[float, float]
) -> float:
    """The part of the way from here to the other end at which a parabola through three slopes is 0.

    It is a half where the parabola bends too far.
    """
    (a, up_a), (b, up_b), (c, up_c) = here, other, left
    across, rises = (a - b) / (c - b), (up_a - up_b) / (up_c - up_b)
    if not (rises**2 < across and (1 - rises) ** 2 < 1 - across):
        return 0.5
    part = up_a / (up_b - up_a) * up_c / (up_b - up_c)
    part += (c - a) / (b - a) * up_a / (up_c - up_a) * up_b / (up_c - up_b)
    return part if math.isfinite(part) else 0.5


def value_at_0(value: Along) -> float:
    """What a line begins with."""
    begun = value(0.0)
    if math.isfinite(begun):
        return begun
    cause = "what argmin is asked for has no finite value where its line begins"
    raise NoStep(cause, "give another start, or another optimizer")


def falls_for_ever() -> NoStep:
    """What is said of a line without a lowest point."""
    cause = "the cost falls for ever along this line, so argmin has no lowest point to step to"
    remedy = "add what bounds the cost, such as a penalty, give another start, "
    return NoStep(cause, remedy + "or take steps of a given length, as gradient_descent does")


def seen_along(function: Along) -> Along:
    """The same, remembered, and nan where it has no value."""
    known: dict[float, float] = {}

    def at(place: float) -> float:
        if place not in known:
            try:
                known[place] = float(function(place))
            except (ArithmeticError, ValueError):
                known[place] = math.nan
        return known[place]

    return at


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


def last_kept(evaluate: Evaluate) -> Evaluate:
    """The same; asked for cost and slope at one point in turn, it works out both at once."""
    kept: list[tuple[list[float], CostAndGradient]] = []

    def at(point: Sequence[float]) -> CostAndGradient:
        values = [*point]
        if not kept or kept[0][0] != values:
            kept[:] = [(values, evaluate(values))]
        return kept[0][1]

    return at


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


def _quiet(evaluate: Evaluate) -> Evaluate:
    """The same, nan where a number is too large for a float, or not defined."""

    def quiet(point: Sequence[float]) -> CostAndGradient:
        try:
            return evaluate(point)
        except (ArithmeticError, ValueError):
            return math.nan, (math.nan,) * len(PARAMETERS)

    return quiet


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
