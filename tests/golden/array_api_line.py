"""Gradient descent for y = m x + b: mean squared error.

Made by symgd from the formula. It needs no library but the one whose arrays it is given: NumPy,
  JAX, CuPy, and with array_api_compat PyTorch and others. What it returns has their dtype and is on
  their device.

The cost
    J = (1/N) Σᵢ (m xᵢ + b − yᵢ)²

Conventions
    parameters, in this order: m, b
    data: x, y, one value of each for every example; N examples
    residual = prediction - target
    the sum over the examples is divided by N
    a step: each parameter minus the learning rate times its partial derivative

Use
    found = descend(x, y, learning_rate=0.01)
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
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

PARAMETERS = ("m", "b")
COLUMNS = ("x", "y")
FAR = 1e12  # a cost so many times the first one's is lost

Array: TypeAlias = Any  # an array of one library that follows the Python array API standard
Parameters: TypeAlias = Any  # numbers or arrays without dimensions, by name or in order


def predict(parameters: Parameters, x: Array) -> Array:
    """What the model says of each example."""
    xp, columns = _columns(x)
    (x,) = columns
    m, b = _values(xp, parameters, x)
    value = m * x + b
    return value


def cost(parameters: Parameters, x: Array, y: Array) -> Array:
    """The cost, an array without dimensions; not finite where it is too large or not defined."""
    return cost_and_gradient(parameters, x, y)[0]


def gradient(parameters: Parameters, x: Array, y: Array) -> Parameters:
    """The partial derivatives of the cost, in the form that the parameters come in."""
    return cost_and_gradient(parameters, x, y)[1]


def cost_and_gradient(parameters: Parameters, x: Array, y: Array) -> tuple[Array, Parameters]:
    """Cost and gradient together, which share most of the work.

    Raises TypeError or ValueError for what does not fit by kind, dtype or shape; values are not
    looked at, so that a library can trace, compile and differentiate this.
    """
    xp, data = _columns(x, y)
    point = _values(xp, parameters, data[0])
    value, slopes = _evaluate(xp, *point, *data)
    return value, _like(xp, parameters, slopes)


def update(parameters: Parameters, x: Array, y: Array, learning_rate: float) -> Parameters:
    """The parameters after one step, in the form that they come in."""
    xp, data = _columns(x, y)
    point = _values(xp, parameters, data[0])
    _, slopes = _evaluate(xp, *point, *data)
    return _like(xp, parameters, _moved(point, slopes, learning_rate))


def descend(
    x: Array,
    y: Array,
    *,
    learning_rate: float,
    start: Parameters = (0.0, 0.0),
    max_iter: int = 10_000,
    tolerance: float = 1e-9,
) -> Descent:
    """Gradient descent.

    `start` is in the order of PARAMETERS, or by name; what is not named starts at 0.
    It makes `max_iter` steps at most, and ends where the next one is no longer than `tolerance`
    (0: never). Cost and gradient are asked for as floats at every step.
    Raises TypeError or ValueError for arguments that do not fit, values that are not finite, and
    a start where the cost has no value.
    """
    xp, data = _columns(x, y)
    _expect_finite(xp, data)
    rate, most = _settled(learning_rate, max_iter, tolerance)
    rows = _summarised(xp, data)  # None where each step is over all rows
    point = _values(xp, _whole(start), data[0])
    trace: list[tuple[float, ...]] = []
    last: list[Array] | None = None
    for step in range(most + 1):
        found, slopes = _from_summary(xp, point, rows) if rows else _evaluate(xp, *point, *data)
        value, length = float(found), math.hypot(*map(float, slopes))
        if not math.isfinite(value + length):
            return _lost(trace, last, point)
        trace.append((*map(float, point), value, length))
        ended = _ending(trace, rate * length, most, tolerance)
        if ended is not None:
            return Descent(tuple(point), value, step, *ended, trace)
        last, point = point, _moved(point, slopes, rate)
    raise AssertionError("the last step ends it")


class Descent(NamedTuple):
    """What a descent came to.

    `parameters` are arrays without dimensions, in the order of PARAMETERS. `trace` has a row for
    every step, row 0 being the start: the parameters, in order, the cost and the gradient's length,
    as floats. `outcome` is "short step", "out of steps" or "diverged"; a short step is where the
    next one would be no longer than the tolerance, which a crawl on a long slope can be as well as
    a minimum. `message` says the same in a sentence.
    """

    parameters: tuple[Array, ...]
    cost: float
    steps: int
    outcome: str
    message: str
    trace: list[tuple[float, ...]]


def _moved(point: Sequence[Array], slopes: Sequence[Array], learning_rate: float) -> list[Array]:
    """One step: each parameter minus the learning rate times its partial derivative."""
    return [value - learning_rate * slope for value, slope in zip(point, slopes, strict=True)]


def _evaluate(xp: Any, m: Array, b: Array, x: Array, y: Array) -> tuple[Array, list[Array]]:
    """Cost and gradient over whole arrays; not finite where they are too large or not defined."""
    n = y.shape[0]
    residual = m * x + b - y
    value = xp.sum(residual**2) / n
    slope_m = 2 * xp.sum(x * residual) / n
    slope_b = 2 * xp.sum(residual) / n
    return value, [slope_m, slope_b]


def _rows(xp: Any, point: Array, middles_: Array, x: Array, y: Array) -> Array:
    """Each row's slopes by the parameters and its residual."""
    m, b = (point[k, ...] for k in range(len(PARAMETERS)))
    residual = m * x + b - y
    table_ = xp.stack([x, xp.zeros_like(y) + 1], axis=1)
    table_ = table_ - table_[:, CONSTANT : CONSTANT + 1] * middles_
    return xp.concat([table_, residual[:, None]], axis=1)


CONSTANT = 1  # the parameter whose slope is the same in every row
BLOCK = 4096  # rows that are factorised together
OWN = 0.01  # a column with less than this beside the others has no way of its own
MISSED = 8  # a fit that leaves so much more than the least is made anew


def _summarised(xp: Any, data: Sequence[Array]) -> list[Array] | None:
    """Few rows in the place of all, as `_scaled` has them.

    The loss is the square of the residual, which is linear in the parameters: the triangle of a QR
    factorisation has the same sum of squares, whatever these are. It is made near a fit.
    """
    every = _identity(xp, len(PARAMETERS), data[-1])
    try:
        xp.linalg.pinv(xp.linalg.qr(every)[1], rtol=OWN)
    except (AttributeError, RuntimeError, TypeError, ValueError):
        return None  # there is none in this library, or for this dtype or device
    few = [column[:: -(-data[-1].shape[0] // BLOCK), ...] for column in data]
    zeros = xp.zeros_like(every[0, :])
    sums = xp.sum(_rows(xp, zeros, zeros, *few), axis=0)[:-1]
    middles = sums / sums[CONSTANT, ...] - every[CONSTANT, :]
    middles = xp.where(xp.isfinite(middles), middles, zeros)
    fit = _way_down(xp, _triangle(xp, zeros, middles, few), middles)
    found = _triangle(xp, fit, middles, data)
    way = _way_down(xp, found, middles)
    if _largest(xp, found[2]) > MISSED * _largest(xp, found[1] @ way + found[2]):
        found = _triangle(xp, fit + way, middles, data)
    if math.isfinite(_largest(xp, found[2])):
        return found
    return _triangle(xp, zeros, middles, data)  # at the fit a row is beyond the floats


def _scaled(xp: Any, point: Array, table: Array, rest: Array, data: Sequence[Array]) -> list[Array]:
    """A point, rows' slopes, and what they are there: the cost is the sum of their squares."""
    scale = math.sqrt(1 / data[-1].shape[0])
    table, rest = scale * table, scale * rest
    return [point, table, rest]


def _triangle(xp: Any, point: Array, middles: Array, data: Sequence[Array]) -> list[Array]:
    """R of all rows at a point: of those of each block, and then of what these come to."""
    count, parts = data[-1].shape[0], []
    for start in range(0, count, BLOCK):
        block = [column[start : min(start + BLOCK, count), ...] for column in data]
        parts.append(xp.linalg.qr(_rows(xp, point, middles, *block))[1])
    found = parts[0] if len(parts) == 1 else xp.linalg.qr(xp.concat(parts))[1]
    table = found[:, :-1] + found[:, CONSTANT : CONSTANT + 1] * middles
    return _scaled(xp, point, table, found[:, -1], data)


def _way_down(xp: Any, rows: Sequence[Array], middles: Array) -> Array:
    """How far from the point the least sum of squares is, in what each column has of its own."""
    point, table, rest = rows
    if not math.isfinite(_largest(xp, table) + _largest(xp, rest)):
        return xp.zeros_like(point)
    sizes = xp.max(xp.abs(table), axis=0)
    sizes = xp.where(sizes > 0, sizes, xp.ones_like(sizes))
    table = table - table[:, CONSTANT : CONSTANT + 1] * middles
    way = -(xp.linalg.pinv(table / sizes, rtol=OWN) @ rest) / sizes
    unit = _identity(xp, len(PARAMETERS), way)[CONSTANT, :]
    way = way - unit * xp.sum(middles * way)
    return xp.where(xp.isfinite(way), way, xp.zeros_like(way))


def _largest(xp: Any, values: Array) -> float:
    return float(xp.max(xp.abs(values)))


def _from_summary(
    xp: Any, point: Sequence[Array], data: Sequence[Array]
) -> tuple[Array, list[Array]]:
    """Cost and gradient at a point."""
    start, table, rest = data
    here = table @ (xp.stack(list(point)) - start) + rest
    slopes = 2 * (here @ table)
    return xp.sum(here * here), [slopes[k, ...] for k in range(len(PARAMETERS))]


def _identity(xp: Any, count: int, like: Array) -> Array:
    """The identity matrix of so many rows, of the dtype and on the device of an array."""
    return xp.eye(count, dtype=like.dtype, device=getattr(like, "device", None))


def _namespace(named: Mapping[str, Array]) -> Any:
    """The library that arrays belong to, or TypeError."""
    found: dict[str, Any] = {}
    for name, array in named.items():
        if hasattr(array, "__array_namespace__"):
            if hasattr(array, "mask"):
                raise TypeError(f"{name} is masked: leave masked rows out, and pass plain arrays")
            found[name] = array.__array_namespace__()
        else:
            found[name] = _compatible(name, array)
    first, *others = found
    for name in others:
        if found[name] is not found[first]:
            kinds = f"{type(named[first]).__name__} and {type(named[name]).__name__}"
            raise TypeError(f"{first} and {name} are {kinds}: pass arrays of one library")
    return found[first]


def _compatible(name: str, array: Array) -> Any:
    """The library of an array that does not say it itself, by array_api_compat."""
    kind = f"{name} is a {type(array).__name__}"
    if isinstance(array, (int, float, list, tuple)):
        raise TypeError(
            f"{kind}, not an array: pass one, numpy.asarray({name}, dtype=float) for one"
        )
    try:
        import array_api_compat
    except ImportError:
        cause = f"{kind}, which does not say by which library it is worked with"
        raise TypeError(
            f"{cause}: install array_api_compat, which knows, or pass another"
        ) from None
    try:
        return array_api_compat.array_namespace(array)
    except TypeError:
        remedy = f"pass an array, numpy.asarray({name}, dtype=float) for one"
        raise TypeError(f"{kind}, of no array library that is known: {remedy}") from None


def _columns(*columns: Array) -> tuple[Any, list[Array]]:
    """The library, and the columns of one floating-point dtype and one length, or an error."""
    named = dict(zip(COLUMNS, columns, strict=False))
    xp = _namespace(named)
    for name, column in named.items():
        if not xp.isdtype(column.dtype, "real floating"):
            remedy = f"make it floats, such as xp.astype({name}, xp.float64)"
            raise TypeError(f"column {name} has dtype {column.dtype}: {remedy}")
        if column.ndim != 1 or column.shape[0] == 0:
            shape = tuple(column.shape)
            raise ValueError(f"column {name} has shape {shape}: pass one number for each example")
        if column.shape[0] != columns[0].shape[0]:
            lengths = f"{column.shape[0]} values, but {COLUMNS[0]} has {columns[0].shape[0]}"
            raise ValueError(f"column {name} has {lengths}: pass one for each example")
    dtype = xp.result_type(*columns)
    return xp, [column if column.dtype == dtype else xp.astype(column, dtype) for column in columns]


def _expect_finite(xp: Any, columns: Sequence[Array]) -> None:
    """Refuse values that are not finite."""
    for name, column in zip(COLUMNS, columns, strict=True):
        if not bool(xp.all(xp.isfinite(column))):
            place = int(xp.argmin(xp.astype(xp.isfinite(column), xp.int32)))
            raise ValueError(
                f"column {name} is {float(column[place])} at index {place}: leave it out"
            )


def _number(xp: Any, value: float, like: Array) -> Array:
    """A number as an array without dimensions, of the dtype and on the device of an array."""
    return xp.full_like(like[0, ...], float(value))


def _in_order(parameters: Parameters) -> Sequence[Any]:
    """Parameters in the order of PARAMETERS, or an error."""
    wanted = ", ".join(PARAMETERS)
    if isinstance(parameters, Mapping):
        for name in parameters:
            if name not in PARAMETERS:
                raise ValueError(f'there is no parameter "{name}": expected {wanted}')
        for name in PARAMETERS:
            if name not in parameters:
                raise ValueError(f'the parameter "{name}" is missing: pass each of {wanted}')
        return [parameters[name] for name in PARAMETERS]
    if getattr(parameters, "ndim", 1) != 1 or not hasattr(parameters, "__getitem__"):
        raise TypeError(
            f"parameters must be a number for each of {wanted}, by name or in this order"
        )
    count = parameters.shape[0] if hasattr(parameters, "shape") else len(parameters)
    if count != len(PARAMETERS) or isinstance(parameters, str):
        raise ValueError(f"there are {count} parameters: pass a number for each of {wanted}")
    return [parameters[k] for k in range(count)]


def _values(xp: Any, parameters: Parameters, like: Array) -> list[Array]:
    """Parameters in order, as arrays without dimensions, of the dtype and device of `like`."""
    values = []
    for name, value in zip(PARAMETERS, _in_order(parameters), strict=True):
        if isinstance(value, (int, float)):
            if not math.isfinite(value):
                raise ValueError(f"the parameter {name} is {value}: pass a finite number")
            values.append(_number(xp, value, like))
        elif getattr(value, "ndim", None) == 0:
            values.append(value if value.dtype == like.dtype else xp.astype(value, like.dtype))
        else:
            kind = type(value).__name__
            raise TypeError(f"the parameter {name} is a {kind}: pass a number or a 0-d array")
    return values


def _like(xp: Any, parameters: Parameters, values: Sequence[Array]) -> Parameters:
    """A number for each parameter in the form that the parameters come in."""
    if isinstance(parameters, Mapping):
        return {name: values[PARAMETERS.index(name)] for name in parameters}
    return xp.stack(list(values)) if hasattr(parameters, "shape") else tuple(values)


def _whole(start: Parameters) -> list[float]:
    """The start as floats in order; what is not named starts at 0."""
    zeros = dict.fromkeys(PARAMETERS, 0.0)
    values = _in_order({**zeros, **start} if isinstance(start, Mapping) else start)
    return [float(value) for value in values]


def _settled(learning_rate: float, max_iter: int, tolerance: float) -> tuple[float, int]:
    """The learning rate and the steps at most, or ValueError."""
    rate = float(learning_rate)
    if not (math.isfinite(rate) and rate > 0):
        raise ValueError(
            f"learning_rate must be a positive number, not {rate:g}: pass 0.01, for one"
        )
    if max_iter != int(max_iter) or max_iter < 0:
        raise ValueError(f"max_iter must be a whole number, 0 or more, not {max_iter}")
    if not tolerance >= 0:
        raise ValueError(f"tolerance must be a number, 0 or more, not {tolerance}")
    return rate, int(max_iter)


def _ending(
    trace: Sequence[tuple[float, ...]], ahead: float, most: int, tolerance: float
) -> tuple[str, str] | None:
    """The outcome and the message where a walk ends here; `ahead` is the next step's length."""
    first, last, steps = trace[0][-2], trace[-1][-2], len(trace) - 1
    if tolerance > 0 and ahead <= tolerance:
        why = f"the next would be {ahead:g} long, no longer than the tolerance {tolerance:g}"
        why += f"; the gradient's length is {trace[-1][-1]:g}"
        return "short step", f"{_after('short step', steps)}: {why}"
    way = math.dist(trace[0][:-2], trace[-1][:-2])
    risen = steps >= most and last > first and way > 1e-9 * math.hypot(*trace[-1][:-2])
    if risen or last > FAR * max(abs(first), 1.0):
        why = f"the cost rose from {first:g} to {last:g}; pass a smaller learning_rate"
        return "diverged", f"{_after('diverged', steps)}: {why}"
    if steps >= most:
        why = f"max_iter allows no more, and the next would be {ahead:g} long"
        return "out of steps", f"{_after('out of steps', steps)}: {why}; raise max_iter to go on"
    return None


def _after(outcome: str, steps: int) -> str:
    return f"{outcome} after {steps} {'step' if steps == 1 else 'steps'}"


def _lost(trace: list[tuple[float, ...]], last: list[Array] | None, point: list[Array]) -> Descent:
    """What a walk came to whose cost is no number any more; ValueError where it began so."""
    if last is None:
        pairs = zip(PARAMETERS, map(float, point), strict=True)
        place = ", ".join(f"{name} = {value:g}" for name, value in pairs)
        raise ValueError(f"the cost or its gradient is not finite at {place}: pass another start")
    why = "the cost or its gradient is not a finite number any more; pass a smaller learning_rate"
    steps = len(trace) - 1
    message = f"{_after('diverged', steps)}: {why}"
    return Descent(tuple(last), trace[-1][-2], steps, "diverged", message, trace)
