"""Gradient descent for y = a exp(−b x) + c: mean squared error.

Made by symgd from the formula. It needs NumPy alone.

The cost
    J = (1/N) Σᵢ (a exp(−b xᵢ) + c − yᵢ)²

Conventions
    parameters, in this order: a, b, c
    data: x, y, one value of each for every example; N examples
    residual = prediction - target
    the sum over the examples is divided by N
    a step: each parameter minus the learning rate times its partial derivative

Use
    found = descend(x, y)
    predict(found.parameters, x)

The derivation
    The first lines are the same for θ = a, b, c:
      ∂J/∂θ = ∂/∂θ ((1/N) Σᵢ (a exp(−b xᵢ) + c − yᵢ)²)
            = (1/N) ∂/∂θ Σᵢ (a exp(−b xᵢ) + c − yᵢ)²
                [constant multiple rule]
            = (1/N) Σᵢ ∂/∂θ (a exp(−b xᵢ) + c − yᵢ)²
                [sum rule over the examples]
            = (1/N) Σᵢ 2(a exp(−b xᵢ) + c − yᵢ) ∂/∂θ (a exp(−b xᵢ) + c − yᵢ)
                [chain rule, power rule, with uᵢ = a exp(−b xᵢ) + c − yᵢ]
            = (1/N) Σᵢ 2(a exp(−b xᵢ) + c − yᵢ) (∂/∂θ (a exp(−b xᵢ)) + ∂c/∂θ − ∂yᵢ/∂θ)
                [sum rule]

    Derivative by a, with b, c held constant:
      ∂J/∂a = (1/N) Σᵢ 2(a exp(−b xᵢ) + c − yᵢ) (∂/∂a (a exp(−b xᵢ)) + ∂c/∂a − ∂yᵢ/∂a)
            = (1/N) Σᵢ 2(a exp(−b xᵢ) + c − yᵢ) (exp(−b xᵢ)·1 + 0 − 0)
                [constant multiple rule, variable, constant rule]
            = (1/N) Σᵢ 2(a exp(−b xᵢ) + c − yᵢ) exp(−b xᵢ)
                [zero terms, factor one]
            = (2/N) Σᵢ exp(−b xᵢ) (a exp(−b xᵢ) + c − yᵢ)
                [constant out of the sum, one fraction]

    Derivative by b, with a, c held constant:
      ∂J/∂b = (1/N) Σᵢ 2(a exp(−b xᵢ) + c − yᵢ) (∂/∂b (a exp(−b xᵢ)) + ∂c/∂b − ∂yᵢ/∂b)
            = (1/N) Σᵢ 2(a exp(−b xᵢ) + c − yᵢ) (a ∂/∂b exp(−b xᵢ) + ∂c/∂b − ∂yᵢ/∂b)
                [constant multiple rule]
            = (1/N) Σᵢ 2(a exp(−b xᵢ) + c − yᵢ) (a (exp(−b xᵢ) ∂/∂b (−b xᵢ)) + ∂c/∂b − ∂yᵢ/∂b)
                [chain rule, derivative of exp, with vᵢ = −b xᵢ]
            = (1/N) Σᵢ 2(a exp(−b xᵢ) + c − yᵢ) (a (exp(−b xᵢ) (xᵢ·(−1))) + 0 − 0)
                [constant multiple rule, variable, constant rule]
            = (1/N) Σᵢ −2(a exp(−b xᵢ) + c − yᵢ) a exp(−b xᵢ) xᵢ
                [zero terms, signs, factor one]
            = −(2a/N) Σᵢ xᵢ exp(−b xᵢ) (a exp(−b xᵢ) + c − yᵢ)
                [constant out of the sum, signs, one fraction]

    Derivative by c, with a, b held constant:
      ∂J/∂c = (1/N) Σᵢ 2(a exp(−b xᵢ) + c − yᵢ) (∂/∂c (a exp(−b xᵢ)) + ∂c/∂c − ∂yᵢ/∂c)
            = (1/N) Σᵢ 2(a exp(−b xᵢ) + c − yᵢ)·(0 + 1 − 0)
                [constant rule, variable]
            = (1/N) Σᵢ 2(a exp(−b xᵢ) + c − yᵢ)
                [zero terms, factor one]
            = (2/N) Σᵢ (a exp(−b xᵢ) + c − yᵢ)
                [constant out of the sum, one fraction]

    Checked by sampling: 49 steps at 3 random points each (11 in exact rational arithmetic, 38 to 30
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

PARAMETERS = ("a", "b", "c")
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


# ------------------------------------------------------------------------------------------------
# What was derived.


def predict(parameters: Sequence[float], x: ArrayLike) -> FloatArray:
    """What the model says of each example; parameters are in the order of PARAMETERS."""
    (x,) = _columns(x)
    a, b, c = (np.float64(value) for value in _point(parameters))
    with np.errstate(all="ignore"):
        prediction = a * np.exp(-b * x) + c
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
    return _checked(_evaluator(*columns), _point(parameters))


def update(
    parameters: Sequence[float], x: ArrayLike, y: ArrayLike, learning_rate: float
) -> tuple[float, ...]:
    """The parameters after one step: each minus the learning rate times its partial derivative."""
    pairs = zip(_point(parameters), gradient(parameters, x, y), strict=True)
    return _point([value - learning_rate * slope for value, slope in pairs])


def _series(point: Values, n: float, known: Values) -> Values:
    """The series of exponentials; none where there are no nodes."""
    _a, b, _c = point
    (nodes_0,) = known
    return (nodes_0 and exp_series(-b * nodes_0[0], nodes_0),)


def _sums(_total: Way, _dot: Way, point: Values, n: float, columns: Values, kept: Values) -> Values:
    """The sums over some rows, one operation after the other."""
    a, b, c, series_0 = point
    x, y, offsets_0, places_0 = columns
    kept_0, kept_1 = kept
    if series_0 is None:
        np.multiply(-b, x, out=kept_0)
        np.exp(kept_0, out=kept_1)
    else:
        exp_near(series_0, offsets_0, places_0, kept_0, out=kept_1)
    np.multiply(a, kept_1, out=kept_0)
    np.add(kept_0, c, out=kept_0)
    np.subtract(kept_0, y, out=kept_0)
    sum_1 = _dot(kept_1, kept_0)
    np.multiply(kept_1, kept_0, out=kept_1)
    sum_0 = _dot(kept_0, kept_0)
    sum_2 = _dot(x, kept_1)
    sum_3 = _total(kept_0)
    return (sum_0, sum_1, sum_2, sum_3)


def _results(point: Values, n: float, sums: Values) -> Values:
    """Cost and gradient from the sums over all rows."""
    a, _b, _c = point
    sum_0, sum_1, sum_2, sum_3 = sums
    return (sum_0 / n, 2 * sum_1 / n, -2 * a * sum_2 / n, 2 * sum_3 / n)


def _row_by_row(point: Values, n: float, known: Values, rows: Values) -> Values:
    """The same for few rows in plain floats, one row after the other."""
    a, b, c = point
    sum_0 = sum_1 = sum_2 = sum_3 = -0.0  # which adds nothing, not even a sign
    for x, y in rows:
        exponential = math.exp(-b * x)
        residual = a * exponential + c - y
        exponential_residual = exponential * residual
        sum_0 += residual * residual
        sum_1 += exponential_residual
        sum_2 += x * exponential_residual
        sum_3 += residual
    return (sum_0 / n, 2 * sum_1 / n, -2 * a * sum_2 / n, 2 * sum_3 / n)


def _evaluator(*columns: FloatArray, often: bool = False) -> Evaluate:
    """Cost and gradient by the parameters, in blocks that stay in the cache; few rows as a loop."""
    rows, count = len(columns[0]), float(len(columns[0]))
    total, dot = (_in_order, _in_order) if rows <= 1024 else (np.add.reduce, np.dot)
    nodes = [nodes_of(part) if often else None for part in (columns[0],)]
    near = [part for each in nodes for part in (each[1:3] if each else (None, None))]
    size, blocks = min(rows, 10000), []
    kept = [np.empty(size) for _ in range(2)]
    for start in range(0, rows, size):
        cut = slice(start, start + size)
        block = [part[cut] if np.ndim(part) else part for part in (*columns, *near)]
        blocks.append((block, [part[: len(block[0])] for part in kept]))

    def evaluate(point: Sequence[float]) -> CostAndGradient:
        values = [np.float64(value) for value in point]
        cells = [np.asarray(value) for value in values]
        with np.errstate(all="ignore"):
            cells += _series(cells, count, nodes)
            parts = [_sums(total, dot, cells, count, block, room) for block, room in blocks]
            sums = parts[0] if len(parts) == 1 else map(sum, zip(*parts, strict=True))
            value, *slopes = _results(values, count, [*sums])
        return float(value), tuple(map(float, slopes))

    if rows > 40:  # so many go faster as arrays
        return evaluate
    table = [*zip(*(part.tolist() for part in columns), strict=True)]

    def of_few(point: Sequence[float]) -> CostAndGradient:
        try:
            value, *slopes = _row_by_row([*map(float, point)], count, (), table)
        except (ArithmeticError, ValueError):  # NumPy answers inf or nan, and has the say
            return evaluate(point)
        return float(value), tuple(map(float, slopes))

    return of_few


def _in_order(one: FloatArray, other: Any = 1.0) -> Any:
    return np.add.accumulate(one * other)[-1]


# ------------------------------------------------------------------------------------------------
# Descent.


class Descent(NamedTuple):
    """What a descent came to.

    `trace` has a row for every step, row 0 being the start: the parameters, in order, and the cost;
    its shape is (steps + 1, 4). Where that would be millions of numbers it has one step in 2,
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
    start: Sequence[float] | Mapping[str, float] = (0.0, 0.0, 0.0),
    learning_rate: float | None = None,
    max_iter: int | None = None,
    tolerance: float | None = None,
) -> Descent:
    """Gradient descent.

    `start` is in the order of PARAMETERS, or by name; what is not named starts at 0.
    Without a learning rate, each step has its own, at which the cost falls.
    It makes `max_iter` steps at most (without it 10,000).
    It ends when a step is no longer than `tolerance` (0: never); without one, when a step is no
    longer than 1e-9 and the cost can fall no further. "converged" is only what is a minimum on the
    parameters' own scale.
    Raises ValueError for arguments that do not fit, and FloatingPointError where the start has no
    finite cost.
    """
    columns = _columns(x, y)
    point, asked = _start_point(start), (learning_rate, max_iter, tolerance)
    return _run(_evaluator(*columns, often=True), point, asked, FEW)


def _run(evaluate: Evaluate, point: tuple[float, ...], asked: Asked, most: int) -> Descent:
    """The walk from a point, as it is asked for: learning rate, steps at most, tolerance."""
    rate, steps, tolerance = asked
    if rate is not None and not (math.isfinite(rate) and rate > 0):
        raise ValueError(f"the learning rate must be a positive number, not {rate:g}")
    if (steps or 0) < 0 or not (tolerance or 0.0) >= 0:
        raise ValueError("max_iter and tolerance must not be negative")
    first, _ = _checked(evaluate, point)
    most = most if steps is None else steps
    chosen = course(evaluate, rate, most)
    look = partial(ahead_by_differences, evaluate, over=over_plateau)
    step = 1e-9 if tolerance is None else tolerance or -1.0
    limits = Limits(chosen.most, step, tolerance is None, ceiling(first, chosen))
    rows, tests = TraceRows(len(point) + 4), Tests(limits, look, len(point))
    with np.errstate(all="ignore"):
        ending = walk(evaluate, chosen.stride, [*point], tests, rows)
    kind = kind_of(ending, rows.rows, chosen.most, steps is not None, True)
    ended = kind in ("converged", "stalled", "diverged")
    if ended and has_faded(evaluate, point, rows.rows[-1, 1:-3].tolist()):
        kind = "no minimum"
    return _descent(ending, rows.rows, kind, chosen.rate)


def _descent(ending: Ending, rows: FloatArray, kind: str, rate: float | None) -> Descent:
    """What a walk came to."""
    *point, cost = rows[-1, 1:-2].tolist()
    steps, trace = int(rows[-1, 0]), np.array(rows[:, 1:-2])
    last = float(rows[max(0, len(rows) - 2), -1]) if rate is None else rate
    not_yet = "" if kind == "converged" else ", not converged,"
    by = f"with learning rate {last:g}"
    said = f"{kind}{not_yet} after {steps} step{'s' * (steps != 1)} {by}"
    said += _why(ending, rows, kind)
    if kind == "diverged":
        made, trouble = steps, f"the cost rose from {rows[0, -3]:g} to {cost:g}"
        if not math.isfinite(ending.cost) or ending.ended == "no gradient":
            made, trouble = steps + 1, "the cost or its gradient is not a finite number any more"
        said = f"{by} the descent diverged in {made} step{'s' * (made != 1)}: {trouble}; "
        said += "pass a smaller learning rate, or a start nearer the minimum"
    return Descent(tuple(point), cost, steps, kind == "converged", last, trace, kind, said)


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


def constant(rate: float) -> Stride:
    """Steps at one rate."""

    def stride(step: int, values: list[float], cost: float, gradient: Sequence[float]) -> Stepped:
        moved = [value - rate * slope for value, slope in zip(values, gradient, strict=True)]
        return rate, moved, None

    return stride


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


NODES, NEAR_ROWS = 4096, 32768  # for so many rows at least: fewer take as long by series
TERMS, UNIT = 8, 2.0**-54  # of a series at most, and what it may leave of 1
# Nodes at equal distances, how far from its nearest each row is, that node's place, the furthest.
Nodes: TypeAlias = tuple[FloatArray, FloatArray, Any, float]
Series: TypeAlias = tuple[FloatArray, list[FloatArray]]  # exp at the nodes, and coefficients


def nodes_of(column: FloatArray) -> Nodes | None:
    """The nodes of many rows; None where exp is quicker without, or powers would be no floats."""
    first, last = float(column.min()), float(column.max())
    width = last / (NODES - 1) - first / (NODES - 1)
    if len(column) < NEAR_ROWS or not 1e-30 < width < 1e30 or not is_exp_slow():
        return None
    centres = np.linspace(first, last, NODES)
    places = np.rint((column - first) / width).astype(np.intp)
    offsets = column - centres[places]
    return centres, offsets, places, float(np.abs(offsets).max())


def is_exp_slow() -> bool:
    """Whether NumPy works out exp one entry after the other here."""
    introspect = getattr(np.lib, "introspect", None)  # since NumPy 2.0
    found = introspect and introspect.opt_func_info(func_name="^exp$", signature="float64")
    used = (found or {}).get("exp", {}).get("dd", {}).get("current", "")
    return bool(used) and not any(name in used for name in ("AVX512", "X86_V4"))


def exp_series(exponents: FloatArray, nodes: Nodes) -> Series | None:
    """The series of exp for an affine exponent, from its values at the nodes; None if long."""
    centres, _, _, reach = nodes
    rate = (exponents[-1] - exponents[0]) / (centres[-1] - centres[0])
    powers = [np.asarray(rate**k / math.factorial(k)) for k in range(TERMS + 1)]
    enough = [k for k in range(1, TERMS) if abs(powers[k + 1]) * reach ** (k + 1) <= UNIT]
    return (np.exp(exponents), powers[enough[0] : 0 : -1]) if enough else None


def exp_near(
    series: Series, offsets: FloatArray, places: Any, spare: FloatArray, out: FloatArray
) -> None:
    """Write exp of some rows into `out`; `spare` is written too."""
    table, (last, *others) = series
    np.multiply(offsets, last, out=out)
    for coefficient in others:
        np.multiply(np.add(out, coefficient, out=out), offsets, out=out)
    table.take(places, out=spare, mode="clip")
    np.multiply(np.add(out, 1.0, out=out), spare, out=out)


STAYS = 0.36  # of the gradient, after a Newton step: just below 1/e
LONE = 4  # parameters without a difference that are followed at most
# From a point, the parameters that make no difference there, cost and what was found, to that.
Over: TypeAlias = Callable[[Evaluate, Sequence[float], Sequence[int], float, Ahead], Ahead]
POWERS = 2.0 ** np.arange(-30, 31)


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


def over_plateau(
    evaluate: Evaluate, values: Sequence[float], lone: Sequence[int], cost: float, found: Ahead
) -> Ahead:
    """What was found, or that the cost falls from the edge of a plateau.

    Each parameter without a difference is followed to its edges, also with another's sign turned.
    """
    for number in lone[:LONE]:
        for other in lone[:LONE]:
            turned = list(values)
            turned[other] *= 1 if other == number else -1
            for side in _outward(values[number]):
                change, fall = _edge(evaluate, turned, number, side, cost)
                if fall > 0:
                    moves = [change if place == number else 0.0 for place in range(len(values))]
                    return found._replace(fall=fall, moves=(*moves,), settles=False, plateau=True)
    return found


def _edge(
    evaluate: Evaluate, values: Sequence[float], number: int, side: Sequence[float], cost: float
) -> tuple[float, float]:
    """A change of a parameter just beyond the edge, and by how much the cost falls there, or 0."""

    def fall(change: float) -> float:
        after = evaluate(_moved(values, number, change))[0]
        return 0.0 if abs(after - cost) <= CLOSE * abs(cost) else cost - after

    inside, found = 0.0, fall(0.0)
    if found:
        return 0.0, 0.0  # another's sign makes a difference
    for outside in side:
        found = fall(outside)
        if found:
            break
        inside = outside
    else:
        return 0.0, 0.0
    for _ in range(40):
        middle = (inside + outside) / 2
        part = fall(middle)
        inside, outside, found = (inside, middle, part) if part else (middle, outside, found)
    return (outside, found) if found > 0 else (0.0, 0.0)


def _outward(value: float) -> tuple[list[float], list[float]]:
    """Changes of a parameter: to 0 and on through it, and away from it."""
    if value == 0:
        return POWERS.tolist(), (-POWERS).tolist()
    nearer = np.append(POWERS[:30][::-1], -POWERS)
    return (value * (nearer - 1)).tolist(), (value * (POWERS[31:] - 1)).tolist()


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


Step: TypeAlias = tuple[float, list[float], Sequence[float]]  # its rate, and where it began


def course(evaluate: Evaluate, rate: float | None, most: int) -> Course:
    """Steps at a given rate, else by backtracking."""
    return Course(backtracking(evaluate) if rate is None else constant(rate), most, rate)


def backtracking(evaluate: Evaluate) -> Stride:
    """Steps each at a rate of its own, halved until the cost falls enough; 0 where none does."""
    met: list[Step] = []

    def stride(step: int, values: list[float], cost: float, gradient: Sequence[float]) -> Stepped:
        square = math.fsum(slope * slope for slope in gradient)
        rate = _tried_first(met[-1], values, gradient) if met else 0.0
        factor = 2.0 if met else 8.0
        if not 0 < rate < math.inf:
            rate = first_rate(evaluate, values, cost, gradient) if square else 0.0
        while rate * math.sqrt(square) > 0:
            ahead = [value - rate * slope for value, slope in zip(values, gradient, strict=True)]
            if ahead == values:
                break
            found = evaluate(ahead)
            enough = _falls_enough(cost, gradient, rate, found)
            if enough:
                met[:] = [(rate, values, gradient)]
                return rate, ahead, found
            rate /= factor
        return 0.0, list(values), None

    return stride


def _falls_enough(
    cost: float, gradient: Sequence[float], rate: float, found: CostAndGradient
) -> bool:
    """Whether the cost falls by a part of what the rate promises; in rounding, by the slope."""
    after, slopes = found
    if not (math.isfinite(after) and math.isfinite(math.hypot(*slopes))):
        return False
    # In units of a power of 2, whose squares are floats, however steep it is.
    power = max(-1000, min(math.frexp(math.hypot(*gradient))[1], 1023))
    unit = [math.ldexp(slope, -power) for slope in gradient]
    square = math.fsum(slope * slope for slope in unit)
    promised = rate * square * 2.0**power * 2.0**power
    if after <= cost - 1e-4 * promised:
        return True
    if promised > 1e3 * EPSILON * abs(cost) or after > cost + 1e2 * EPSILON * abs(cost):
        return False
    along = math.fsum(one * other for one, other in zip(unit, slopes, strict=True))
    return along >= -0.9 * square * 2.0**power


def _tried_first(met: Step, values: list[float], gradient: Sequence[float]) -> float:
    """One over the last step's curvature, at most eight times its rate; 0 if it moves nothing."""
    rate, before, slopes = met
    moves = [here - there for here, there in zip(values, before, strict=True)]
    changes = [here - there for here, there in zip(gradient, slopes, strict=True)]
    bend = math.fsum(move * change for move, change in zip(moves, changes, strict=True))
    square = math.fsum(move * move for move in moves)
    tried = min(square / bend, 8 * rate) if bend > 0 else 2 * rate
    still = all(v - tried * slope == v for v, slope in zip(values, gradient, strict=True))
    return 0.0 if still and math.hypot(*gradient) <= EPSILON * math.hypot(*slopes) else tried


def first_rate(
    evaluate: Evaluate, values: list[float], cost: float, gradient: Sequence[float]
) -> float:
    """A rate to begin with, from 1: eight times more or less until the cost falls no further."""

    def to(rate: float) -> list[float]:
        return [value - rate * slope for value, slope in zip(values, gradient, strict=True)]

    def falls(rate: float) -> float:
        after, slopes = evaluate(to(rate))
        return after if math.isfinite(math.hypot(*slopes)) else math.inf

    rate = 1.0
    while to(rate) == values and rate < 1e300:
        rate *= 8
    least = falls(rate)
    while not least < cost and rate > 0 and to(rate) != values:
        rate /= 8
        least = falls(rate)
    for factor in (8.0, 1 / 8):
        after = falls(rate * factor)
        while after < least and rate < 1e300:
            rate, least = rate * factor, after
            after = falls(rate * factor)
    return rate


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
