"""What a generated module checks of what it is passed: a function a part; `<<...>>` is filled in by a MatrixModule."""

from __future__ import annotations

CONSTANTS = """\
MISSING = ("na", "n/a", "#n/a", "nan", "<na>", "nat", "null", "none", "nil", "-", "?", ".")
REMOVE = "remove that row from every column"
NOT_REAL = (bool, np.bool_, np.timedelta64)
"""

CHECKED = '''\
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
'''

QUIET = '''\
def _quiet(evaluate: Evaluate) -> Evaluate:
    """The same, nan where a number is too large for a float, or not defined."""

    def quiet(point: Sequence[float]) -> CostAndGradient:
        try:
            return evaluate(point)
        except (ArithmeticError, ValueError):
            return math.nan, (math.nan,) * len(PARAMETERS)

    return quiet
'''

POINT = '''\
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
'''

START_POINT = '''\
def _start_point(start: Sequence[float] | Mapping[str, float]) -> tuple[float, ...]:
    """The start in the parameters' order, or ValueError."""
    if not isinstance(start, Mapping):
        return _point(start)
    for name in start:
        if name not in PARAMETERS:
            wanted = ", ".join(PARAMETERS)
            raise ValueError(f'start: there is no parameter "{name}"; expected {wanted}')
    return _point([start.get(name, 0.0) for name in PARAMETERS])
'''

COLUMNS = '''\
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
'''

WEIGHED = '''\
def _weighed(columns: tuple[FloatArray, ...]) -> tuple[FloatArray, ...]:
    """The rows of a weight above 0, or ValueError; one of weight 0 counts for nothing."""
    counts = columns[<<place>>]
    if (counts < 0).any():
        row = int(np.argmax(counts < 0))
        said = f'argument "{COLUMNS[<<place>>]}", row index {row}: {counts[row]:g} is below 0'
        raise ValueError(f"{said}; a weight is 0 or more: 0 leaves a row out, 2 counts it twice")
    if not counts.any():
        said = f'argument "{COLUMNS[<<place>>]}": every weight is 0'
        raise ValueError(f"{said}; give at least one row a weight above 0")
    if not 1e-150 <= counts.max() <= 1e150:
        said = f'argument "{COLUMNS[<<place>>]}": the largest weight is {counts.max():g}'
        raise ValueError(f"{said}; rescale the weights, all alike, to numbers of about 1")
    return columns if counts.all() else tuple(column[counts > 0] for column in columns)
'''

COLUMN = '''\
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
'''

NUMBER = '''\
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
'''

# Of a module with a column for each input.
OF_COLUMNS = "\n\n".join((CHECKED, QUIET, POINT, START_POINT, COLUMNS, COLUMN, NUMBER))

ARRAY = '''\
def _array(parameters: ArrayLike) -> FloatArray:
    """The parameters as an array, every value finite, or ValueError."""
    return np.array(_point(parameters))
'''

POINT_OF_MANY = '''\
def _point(parameters: Any) -> tuple[float, ...]:
    """The parameters as plain floats, every one finite, or ValueError."""
    try:
        point = tuple(float(value) for value in parameters if np.isrealobj(value))
    except (TypeError, ValueError):
        point = ()
    if len(point) != len(PARAMETERS):
        raise ValueError(f"expected {len(PARAMETERS)} numbers, in the order of PARAMETERS")
    for name, value in zip(PARAMETERS, point, strict=True):
        if not math.isfinite(value):
            raise ValueError(f"the parameter {name} is {value}, not a finite number")
    return point
'''

START_OF_MANY = '''\
def _start_point(start: ArrayLike | Mapping[str, float] | None) -> tuple[float, ...]:
    """The start in the parameters' order, or ValueError; what is not named starts at 0."""
    if start is not None and not isinstance(start, Mapping):
        return _point(start)
    named = {} if start is None else dict(start)
    for name in named.keys() - set(PARAMETERS):
        raise ValueError(f'start: there is no parameter "{name}"; PARAMETERS has their names')
    return _point([named.get(name, 0.0) for name in PARAMETERS])
'''

INPUTS = '''\
def _inputs(X: Any) -> FloatArray:
    """The inputs as a matrix: no text, no dates, nothing complex, masked, missing or infinite."""
    listed, wanted = isinstance(X, list | tuple), len(COLUMNS) - <<beside>>
    array = np.array([*X], dtype=object) if listed else np.asarray(X)
    if array.ndim != 2 or array.shape[1] != wanted or len(array) == 0:
        raise ValueError(f"X must have {wanted} columns, and a row at least; its shape is {array.shape}")
    if isinstance(X, np.ma.MaskedArray) and np.ma.getmaskarray(X).any():
        row, column = np.argwhere(np.ma.getmaskarray(X))[0]
        raise ValueError(f"{_cell(row, column)}: the value is masked; {REMOVE}")
    if listed and {*map(type, array.flat)} <= {int, float, np.float64}:
        array = np.asarray(X)
    for row, column in np.ndindex(array.shape) if array.dtype.kind not in "fiu" else ():
        _expect_number(_cell(row, column), array[row, column])
    with np.errstate(over="ignore"):
        inputs = np.ascontiguousarray(array, dtype=np.float64)
    if not np.isfinite(inputs).all():
        row, column = np.argwhere(~np.isfinite(inputs))[0]
        _expect_number(_cell(row, column), array[row, column])
    return inputs


def _cell(row: int, column: int) -> str:
    """Where a number of the inputs stands."""
    return f"X, {COLUMNS[column]}, row index {row}"
'''

DATA = '''\
def _data(<<passed_any>>) -> tuple[<<arrays>>]:
    """The inputs, and the target, which has a value for each row of them, or ValueError."""
    inputs, target = _inputs(X), <<fitting>>np.ascontiguousarray(_column("y", y))<<fitted>>
    if len(target) != len(inputs):
        raise ValueError(f"y has {len(target)} rows, but X has {len(inputs)}; pass as many of each")
<<weighed>>    return <<data>>
'''

# Where rows have weights in a column of their own,
WEIGHTS_PASSED = """\
    counts = np.ascontiguousarray(_column("w", w))
    if len(counts) != len(inputs):
        raise ValueError(f"w has {len(counts)} rows, but X has {len(inputs)}; pass as many of each")
    inputs, target, counts = _weighed((inputs, target, counts))
"""
# or in one of the inputs.
WEIGHTS_AMONG = """\
    inputs, target, _ = _weighed((inputs, target, inputs[:, <<place>>]))
"""

# Of a module with one matrix of inputs.
OF_A_MATRIX = "\n\n".join(
    (CHECKED, ARRAY, POINT_OF_MANY, START_OF_MANY, INPUTS, DATA, COLUMN, NUMBER)
)
