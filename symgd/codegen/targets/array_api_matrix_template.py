"""The parts of a generated module for any array library that takes its inputs as one matrix; `<<...>>` is filled in."""

from __future__ import annotations

import re

# What is otherwise where parameters are one array, in this order.
_OTHERWISE = (
    (
        "`parameters` are arrays without dimensions, in the order of PARAMETERS.",
        "`parameters` is an array, in the order of PARAMETERS.",
    ),
    ("    parameters: tuple[Array, ...]\n", "    parameters: Array\n"),
    (
        "# numbers or arrays without dimensions, by name or in order",
        "# an array, or numbers by name or in order",
    ),
    ("start: Parameters = <<start>>", "start: Parameters | None = None"),
    ("data[0]", "data[-1]"),
    ("_evaluate(xp, *point, ", "_evaluate(xp, point, "),
    ("math.hypot(*map(float, slopes))", "math.hypot(*_floats(slopes))"),
    ("(*map(float, point), value", "(*_floats(point), value"),
    ("last: list[Array] | None", "last: Array | None"),
    ("point: list[Array]) -> Descent", "point: Array) -> Descent"),
    (
        "math.dist([*map(float, moved)], [*map(float, point)])",
        "math.dist(_floats(moved), _floats(point))",
    ),
    ("tuple(point)", "point"),
    ("tuple(last)", "last"),
    (
        "zip(PARAMETERS, map(float, point), strict=True)",
        "zip(PARAMETERS, _floats(point), strict=True)",
    ),
    ("def _whole(start: Parameters)", "def _whole(start: Parameters | None)"),
    (
        "    values = _in_order({**zeros, **start} if isinstance(start, Mapping) else start)\n",
        "    named = {} if start is None else start\n"
        "    values = _in_order({**zeros, **named} if isinstance(named, Mapping) else named)\n",
    ),
    ('wanted = ", ".join(PARAMETERS)', 'wanted = f"the {len(PARAMETERS)} names in PARAMETERS"'),
    ("Cost and gradient over whole arrays", "Cost and gradient over one matrix"),
    (
        "    point: Sequence[Array],\n    slopes: Sequence[Array],\n",
        "    point: Array,\n    slopes: Array,\n",
    ),
    ("-> tuple[list[Array], list[Any]]", "-> tuple[Array, list[Any]]"),
    (
        "        numbers = [float(place[k]) for k in range(len(PARAMETERS))]\n",
        "        numbers = _floats(place)\n",
    ),
    ("*(place[k, ...] for k in range(len(numbers)))", "place"),
    ("xp.stack(list(slopes))", "slopes"),
    ("xp.stack(list(point))", "point"),
    (
        "(\n    xp: Any, point: Sequence[Array], data: Sequence[Array]\n) -> tuple[Array, list[Array]]",
        "(xp: Any, point: Array, data: Sequence[Array]) -> tuple[Array, Array]",
    ),
    ("point: Sequence[Array], data", "point: Array, data"),
    ("(xp, *point, *data)", "(xp, point, *data)"),
    ("(xp, *point, *prepared)", "(xp, point, *prepared)"),
)


_EACH = re.compile(r"\[(\w+)\[k, \.\.\.\] for k in range\(len\(PARAMETERS\)\)\]")


def in_vectors(text: str) -> str:
    """A text for parameters that are one array."""
    for before, after in _OTHERWISE:
        text = text.replace(before, after)
    return _EACH.sub(r"\1", text)


MOVED = '''\
def _moved(point: Array, slopes: Array, learning_rate: float) -> Array:
    """One step: each parameter minus the learning rate times its partial derivative."""
    return point - learning_rate * slopes
'''

PREDICT = '''\
def predict(parameters: Parameters, X: Array) -> Array:
    """What the model says of each row of X."""
    xp, (X,) = _columns(X)
    point = _values(xp, parameters, X[:, 0])
<<table>>    return _predicted(<<arguments>>)
'''

FUNCTION = '''\
def <<name>>(<<typed>>) -> <<answer>>:
    """<<what>>"""
<<statements>>
    return <<results>>
'''

PREPARED = '''\
def _prepared(xp: Any, <<typed>>) -> list[Array]:
    """What the weights are multiplied by, worked out once, and what is passed."""
    return [_table(xp, X), <<passed>>]
'''

TABLE = '''\
def _table(xp: Any, X: Array) -> Array:
    """What the weights are multiplied by, a column each."""
    return <<columns>>
'''

EVALUATE = '''\
def _evaluate(xp: Any, point: Array, <<typed>>) -> tuple[Array, Array]:
    """Cost and gradient over one matrix; not finite where they are too large or not defined."""
    <<results>> = _examples(<<arguments>>)
    total = xp.sum(loss)
    value, scale = <<reduced>>
    pull = scale * (<<table>>.T @ slope)
    slopes = <<slopes>>
<<lines>>    return value, slopes
'''

PENALISED = """\
    extra, further = _penalty(xp, <<chosen>>)
"""

HESSIAN = '''\
def _hessian(xp: Any, <<given>>) -> Array:
    """The second derivatives of the cost: XᵀDX, with D how much each example's loss bends."""
<<taken>>    <<results>> = _bends(<<arguments>>)
<<root>>    scale = <<scale>>
<<steep>>    found = scale * (<<name>>.T @ (bend[:, None] * <<name>>))
<<around>>    return found
'''

MIXED = """\
    mixed = scale * (<<name>>.T @ xp.stack([<<mixed>>], axis=1))
    corner = scale * xp.stack([<<corner>>])
    beside = xp.concat([xp.matrix_transpose(mixed), corner], axis=1)
    found = xp.concat([xp.concat([found, mixed], axis=1), beside])
"""

# Of the root of a mean J, second derivatives are those of the mean over 2J, less ∇J·∇Jᵀ/J.
ROOT = """\
    total = xp.sum(loss)
    value = <<value>>
"""
ROOT_LESS = """\
    pull = scale * (<<table>>.T @ slope)
    slopes = <<slopes>>
    found = found - slopes[:, None] * slopes[None, :] / value
"""

RESIDUALS = '''\
def _residuals(xp: Any, point: Array, <<typed>>) -> tuple[Array, Array]:
    """What the cost is the sum of squares of, a number for each row, and its derivatives."""
    <<results>> = _differences(<<arguments>>)
    scale = <<scale>>
    table = <<columns>>
<<ordered>>    reached, rows = scale * difference, scale<<by_rows>> * table
<<below>>    return reached, rows
'''

BELOW = """\
    every = math.sqrt(<<square>>) * _identity(xp, len(PARAMETERS), point)  # the penalty's rows
    below = <<chosen>>
    reached, rows = xp.concat([reached, below @ point]), xp.concat([rows, below])
"""

IS_FINITE = '''\
def _is_finite(xp: Any, part: Any) -> bool:
    """Whether a number is finite, or each of an array."""
    return bool(xp.all(xp.isfinite(part))) if hasattr(part, "ndim") else math.isfinite(part)
'''

COLUMNS = '''\
def _columns(X: Array, *others: Array) -> tuple[Any, list[Array]]:
    """The library, and the matrix and the columns of one floating-point dtype, or an error."""
    named = dict(zip(PASSED, (X, *others), strict=False))
    xp = _namespace(named)
    for name, array in named.items():
        if not xp.isdtype(array.dtype, "real floating"):
            remedy = f"make it floats, such as xp.astype({name}, xp.float64)"
            raise TypeError(f"{name} has dtype {array.dtype}: {remedy}")
    if X.ndim != 2 or X.shape[0] == 0 or X.shape[1] != WIDTH:
        wanted = f"pass a row for each example, of {WIDTH} numbers, in the order of COLUMNS"
        raise ValueError(f"X has shape {tuple(X.shape)}: {wanted}")
    for name, column in zip(PASSED[1:], others, strict=False):
        if column.ndim != 1:
            shape = tuple(column.shape)
            raise ValueError(f"{name} has shape {shape}: pass one number for each example")
        if column.shape[0] != X.shape[0]:
            lengths = f"{column.shape[0]} values, but X has {X.shape[0]} rows"
            raise ValueError(f"{name} has {lengths}: pass one for each example")
    dtype = xp.result_type(X, *others)
    return xp, [one if one.dtype == dtype else xp.astype(one, dtype) for one in (X, *others)]
'''

EXPECT_FINITE = '''\
def _expect_finite(xp: Any, data: Sequence[Array]) -> None:
    """Refuse values that are not finite."""
    for array, names in zip(data, (COLUMNS[:WIDTH], *COLUMNS[WIDTH:]), strict=True):
        if not bool(xp.all(xp.isfinite(array))):
            flat = xp.reshape(array, (-1,))
            place = int(xp.argmin(xp.astype(xp.isfinite(flat), xp.int32)))
            row, k = divmod(place, WIDTH) if array.ndim == 2 else (place, 0)
            name = names[k] if array.ndim == 2 else names
            raise ValueError(f"column {name} is {float(flat[place])} at index {row}: leave it out")
'''

VALUES = '''\
def _values(xp: Any, parameters: Parameters, like: Array) -> Array:
    """Parameters in order as one array, of the dtype and device of `like`."""
    if _is_of(xp, parameters, like) and parameters.ndim == 1:
        if parameters.shape[0] == len(PARAMETERS):
            return parameters if parameters.dtype == like.dtype else xp.astype(parameters, like.dtype)
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
    return xp.stack(values)


def _is_of(xp: Any, array: Any, like: Array) -> bool:
    """Whether something is an array of this library."""
    known = getattr(array, "__array_namespace__", None)
    return type(array) is type(like) or (known is not None and known() is xp)
'''

LIKE = '''\
def _like(xp: Any, parameters: Parameters, values: Array) -> Parameters:
    """A number for each parameter in the form that the parameters come in."""
    if isinstance(parameters, Mapping):
        return {name: values[PARAMETERS.index(name), ...] for name in parameters}
    if hasattr(parameters, "shape"):
        return values
    return tuple(values[k, ...] for k in range(len(PARAMETERS)))


def _floats(array: Array) -> list[float]:
    """The numbers of an array."""
    if hasattr(array, "tolist"):
        return array.tolist()
    return [float(array[k]) for k in range(array.shape[0])]
'''

# Of the target alone.
TARGETS = '''\
def _expect_targets(xp: Any, data: Sequence[Array]) -> None:
    """Refuse targets that the loss is not meant for."""
    target, name = data[1], COLUMNS[WIDTH]
    if not bool(xp.all(<<fits>>)):
        place = int(xp.argmin(xp.astype(<<fits>>, xp.int32)))
        said = f"column {name} is {float(target[place]):g} at index {place}"
        raise ValueError(f"{said}, which does not fit {MEANT_FOR}")
'''


def checks_of_a_matrix(checks: str) -> str:
    """What looks at what is passed."""
    own = {
        "_columns": COLUMNS,
        "_expect_finite": EXPECT_FINITE,
        "_values": VALUES,
        "_like": LIKE,
    }
    parts = []
    for part in checks.rstrip("\n").split("\n\n\n"):
        name = part.removeprefix("def ").split("(", 1)[0]
        parts.append(own.get(name, part).rstrip("\n"))
    return in_vectors("\n\n\n".join(parts)) + "\n"
