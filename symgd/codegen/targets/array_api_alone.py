"""A function without data in a generated module for any array library: the same texts without columns.

Laws
----
- the parameters say by which library they are worked with, in which dtype and on which device: one of them is an array
- numbers beside it are made like it
"""

from __future__ import annotations

from symgd.problem.problem import Problem

# What is otherwise where there are no columns, in this order.
_WITHOUT = (
    (
        "    xp, data = _columns(<<columns>>)\n    like, point = data[0], _values(xp, parameters, data[0])\n",
        "    xp, point = _point(parameters)\n    like = point[0]\n",
    ),
    (
        "    xp, data = _columns(<<columns>>)\n    point = _values(xp, parameters, data[0])\n",
        "    xp, point = _point(parameters)\n",
    ),
    (
        "    xp, data = _columns(<<columns>>)\n    _expect_finite(xp, data)\n<<expecting_weights>>",
        "",
    ),
    (
        "<<preparing>>    point = _values(xp, _whole(start), data[0])\n",
        "    xp, point = _started(start)\n",
    ),
    ("    like = data[0]\n", "    like = point[0]\n"),
    ("    prepared = <<prepared>>\n", ""),
    (", *<<prepared>>", ""),
    (", *prepared", ""),
    (", prepared)", ")"),
    (", *data", ""),
    (", data)", ")"),
    (", data: Sequence[Array]", ""),
    ("    data: Sequence[Array],\n", ""),
    (", <<columns>>", ""),
    (", <<arrays>>", ""),
    ("    <<array_lines>>,\n    *,\n", "    start: Parameters,\n    *,\n"),
    ("    start: Parameters = <<start>>,\n", ""),
    ("    <<array_lines>>,\n", ""),
    ("    <<count>> = <<last>>.shape[0]\n", ""),
    (", *_: Array", ""),
    ("COLUMNS = <<column_names>>\n", ""),
    ("# a cost so many", "# a value so many"),
    ("like[0, ...]", "like"),
    ("Cost and gradient over whole arrays", "Value and gradient"),
    ("Cost and gradient", "Value and gradient"),
    ('"""The cost, an array without dimensions', '"""The value, an array without dimensions'),
    ("The partial derivatives of the cost", "The partial derivatives"),
    ("in order, the cost and the", "in order, value and"),
    ("is not a finite number any more; pass a smaller", "is not finite any more; pass a smaller"),
    ("is not a finite number any more; pass another", "is not finite any more; pass another"),
    ("the cost or its gradient", "the function or its gradient"),
    ("The second derivatives of the cost", "The second derivatives"),
    ("the cost rose", "the function rose"),
    ("a start where the cost has no value", "a start where the function has no value"),
    (
        "what is not named starts at 0.\n",
        "what is not named starts at 0.\n    One of them is an array, whose library, dtype and device all have.\n",
    ),
)
_OF_COLUMNS = ("_columns", "_expect_finite", "_values", "_whole")  # functions
POINT = '''\
def _point(parameters: Parameters) -> tuple[Any, list[Array]]:
    """The library, and the parameters in order as arrays without dimensions, of one dtype."""
    named = dict(zip(PARAMETERS, _in_order(parameters), strict=True))
    arrays = {name: value for name, value in named.items() if hasattr(value, "ndim")}
    if not arrays:
        cause = "no parameter is an array, which says by which library it is worked with"
        raise TypeError(f"{cause}: pass one, such as numpy.full({len(PARAMETERS)}, 0.5)")
    xp = _namespace(arrays)
    for name, value in arrays.items():
        if value.ndim != 0:
            shape = tuple(value.shape)
            raise TypeError(f"the parameter {name} has shape {shape}: pass a number or a 0-d array")
        if not xp.isdtype(value.dtype, "real floating"):
            remedy = f"make it floats, such as xp.astype({name}, xp.float64)"
            raise TypeError(f"the parameter {name} has dtype {value.dtype}: {remedy}")
    dtype = xp.result_type(*arrays.values())
    like = xp.astype(xp.asarray(next(iter(arrays.values()))), dtype)
    return xp, [_like_others(xp, name, value, like) for name, value in named.items()]


def _like_others(xp: Any, name: str, value: Any, like: Array) -> Array:
    """A number or an array without dimensions as one of this dtype, or an error."""
    if hasattr(value, "ndim"):
        return value if value.dtype == like.dtype else xp.astype(xp.asarray(value), like.dtype)
    if not isinstance(value, (int, float)):
        kind = type(value).__name__
        raise TypeError(f"the parameter {name} is a {kind}: pass a number or a 0-d array")
    if not math.isfinite(value):
        raise ValueError(f"the parameter {name} is {value}: pass a finite number")
    return _number(xp, value, like)


def _started(start: Parameters) -> tuple[Any, list[Array]]:
    """The library and the start, of finite numbers; what is not named starts at 0."""
    zeros = dict.fromkeys(PARAMETERS, 0.0)
    xp, point = _point({**zeros, **start} if isinstance(start, Mapping) else start)
    for name, value in zip(PARAMETERS, map(float, point), strict=True):
        if not math.isfinite(value):
            raise ValueError(f"the parameter {name} is {value}: pass a finite number")
    return xp, point
'''


def without_data(text: str) -> str:
    """A text for a function without data."""
    for before, after in _WITHOUT:
        text = text.replace(before, after)
    return text


def checks_alone(checks: str) -> str:
    """What looks at the parameters."""
    functions = checks.split("\n\n\n")
    kept = [one for one in functions if not any(one.startswith(f"def {n}(") for n in _OF_COLUMNS)]
    return without_data("\n\n\n".join([POINT.rstrip("\n"), *kept]))


def use_alone(problem: Problem, rate: list[str]) -> tuple[str, ...]:
    """How the module is called."""
    start = f"numpy.full({len(problem.parameters)}, 0.5)"
    return (f"found = descend({', '.join([start, *rate])})", "cost(found.parameters)")
