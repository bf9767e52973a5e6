"""The parts of a generated module that are the same for many formulas; `<<...>>` is filled in by a Context."""

from __future__ import annotations

IMPORTS = """\
from __future__ import annotations

import argparse
import csv
import math
import sys
from array import array
from collections.abc import Callable, <<iterator>>Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

PARAMETERS = <<parameters>>
COLUMNS = <<column_names>>

FloatArray = NDArray[np.float64]
CostAndGradient = tuple[float, tuple[float, ...]]
"""

RESULT = '''\
class Descent(NamedTuple):
    """What a descent came to.

    `trace` has a row for every step, row 0 being the start: the parameters, in order, and the cost;
    its shape is (steps + 1, <<trace_width>>).
    """

    parameters: tuple[float, ...]
    cost: float
    steps: int
    converged: bool
    learning_rate: float
    trace: FloatArray
'''

FUNCTIONS = '''\
def cost(parameters: Sequence[float], <<typed_columns>>) -> float:
    """The cost; parameters are in the order of PARAMETERS."""
    return cost_and_gradient(parameters, <<columns>>)[0]


def gradient(parameters: Sequence[float], <<typed_columns>>) -> tuple[float, ...]:
    """The partial derivatives of the cost, in the parameters' order."""
    return cost_and_gradient(parameters, <<columns>>)[1]


def cost_and_gradient(parameters: Sequence[float], <<typed_columns>>) -> CostAndGradient:
    """Cost and gradient together, which share most of the work.

    Raises ValueError for data or parameters that do not fit, and FloatingPointError where the
    result is not a finite number.
    """
    columns = _columns(<<columns>>)
    return _checked(lambda point: _evaluate(point, *columns), _point(parameters))


def update(parameters: Sequence[float], <<typed_columns>>, learning_rate: float) -> tuple[float, ...]:
    """The parameters after one step: each minus the learning rate times its partial derivative."""
    slopes = gradient(parameters, <<columns>>)
    moved = [
        value - learning_rate * slope
        for value, slope in zip(_point(parameters), slopes, strict=True)
    ]
    return _point(moved)
'''

DESCEND = """\
def descend(
    <<column_lines>>,
    *,
    start: Sequence[float] | Mapping[str, float] = <<start>>,
    learning_rate: float<<optional>>,
    max_iter: int<<most>>,
    tolerance: float = 1e-9,
) -> Descent:
    \"\"\"Gradient descent with a constant learning rate.

    `start` is in the order of PARAMETERS, or by name; what is not named starts at 0.
    It ends when a step is shorter than `tolerance` (0: never) or after `max_iter` steps.<<default>>
    Raises ValueError for arguments that do not fit, and FloatingPointError where it diverges.
    \"\"\"
    columns = _columns(<<columns>>)
<<prepare>>


def _run(
    evaluate: Callable[[Sequence[float]], CostAndGradient],
    start: Sequence[float] | Mapping[str, float],
    rate: float,
    max_iter: int,
    tolerance: float,
    remedy: str,
) -> Descent:
    if not (math.isfinite(rate) and rate > 0):
        raise ValueError(f"the learning rate must be a positive number, not {rate:g}")
    if max_iter < 0 or not tolerance >= 0:
        raise ValueError("max_iter and tolerance must not be negative")
    point = _start_point(start)
    value, slopes = _checked(evaluate, point)
    first, before = point, value
    table = array("d", (*point, value))
    steps, converged, trouble = 0, False, ""
    while steps < max_iter and not converged and not trouble:
        moves = [rate * slope for slope in slopes]
        point = tuple(old - move for old, move in zip(point, moves, strict=True))
        steps += 1
        try:
            value, slopes = _checked(evaluate, point)
        except FloatingPointError as error:
            trouble = str(error)
        table.extend((*point, value))
        converged = math.hypot(*moves) < tolerance
    # A way that only stirs the last digits of the parameters is rounding, not divergence.
    if value > before and math.dist(point, first) > 1e-9 * math.hypot(*point):
        trouble = trouble or f"the cost rose from {before:g} to {value:g}"
    if trouble:
        raise FloatingPointError(
            f"with learning rate {rate:g} the descent diverged in {steps} steps: "
            f"{trouble}; {remedy}"
        )
    trace = np.array(table).reshape(-1, len(point) + 1)
    return Descent(point, value, steps, converged, rate, trace)
"""

LINEAR = """\
    triangle, anchor = _summarise(*columns)
    best, largest = _rates(triangle, len(columns[0]))
    rate = best if learning_rate is None else float(learning_rate)
    evaluate = _from_summary(triangle, anchor, len(columns[0]))
    return _run(evaluate, start, rate, max_iter, tolerance, f"pass a rate below {largest:.10g}")
"""

SEPARABLE = """\
    remedy = "pass a smaller learning rate, or a start nearer the minimum"
    rate, few = float(learning_rate), 10_000 if max_iter is None else max_iter
    many = 1_000_000 if max_iter is None else max_iter
    # Multiplied out, a model can lose its digits on some data; then the arrays have the say.
    try:
        evaluate = _from_summary(*_summarise(*columns), len(columns[0]))
        found = _run(evaluate, start, rate, many, tolerance, remedy)
    except FloatingPointError:
        return _run(lambda point: _evaluate(point, *columns), start, rate, few, tolerance, remedy)
    direct = math.sqrt(_evaluate(found.parameters, *columns)[0])
    rounding = 1e-14 * float(np.linalg.norm(columns[-1]))
    if not abs(math.sqrt(found.cost) - direct) <= 1e-6 * direct + rounding:
        return _run(lambda point: _evaluate(point, *columns), start, rate, few, tolerance, remedy)
    return found
"""

ARRAYS = """\
    remedy = "pass a smaller learning rate, or a start nearer the minimum"
    rate = float(learning_rate)
    return _run(lambda point: _evaluate(point, *columns), start, rate, max_iter, tolerance, remedy)
"""

EVALUATE = '''\
def _evaluate(point: Sequence[float], <<typed_arrays>>) -> CostAndGradient:
    """Cost and gradient over whole arrays; not finite where they are too large or not defined."""
    <<unpack>> = (np.float64(value) for value in point)
<<count>>    with np.errstate(all="ignore"):
<<statements>>
    return float(<<cost>>), <<gradient>>


def _total(terms: FloatArray) -> float:
    # One after the other, as a loop over the examples adds: the same sum to the last bit. np.sum
    # adds in pairs, which is fast; with many terms there is no last bit to keep.
    return float(np.add.accumulate(terms)[-1] if len(terms) <= 4096 else np.sum(terms))
'''

CHECKS = '''\
def _checked(
    evaluate: Callable[[Sequence[float]], CostAndGradient], point: tuple[float, ...]
) -> CostAndGradient:
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
    loaded = tuple(np.asarray(column, dtype=np.float64) for column in columns)
    for name, column in zip(COLUMNS, loaded, strict=True):
        if column.ndim != 1 or len(column) == 0:
            raise ValueError(f"column {name} must be a row of numbers, at least one")
        if len(column) != len(loaded[0]):
            raise ValueError(
                f"column {name} has {len(column)} values, but {COLUMNS[0]} has {len(loaded[0])}"
            )
        if not np.isfinite(column).all():
            row = int(np.argmin(np.isfinite(column)))
            raise ValueError(f"column {name} is {column[row]} at index {row}; remove that row")
    return loaded
'''

SUMMARY = '''\
<<why>>


def _summarise(*columns: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The triangle R, shape (<<width>>, <<width>>), and the anchor, shape (<<parts>>,), of the data."""
    parts = [slice(first, first + 8192) for first in range(0, len(columns[0]), 8192)]

    def tables() -> Iterator[FloatArray]:
        for part in parts:
            yield _features(*(column[part] for column in columns))

    pilot = _triangle(tables())
    sizes = np.maximum(np.abs(pilot[:, :-1]).max(axis=0), np.finfo(float).tiny)
    with np.errstate(all="ignore"):
        anchor = -np.linalg.lstsq(pilot[:, :-1] / sizes, pilot[:, -1], rcond=None)[0] / sizes

    def anchored() -> Iterator[FloatArray]:
        for table in tables():
            with np.errstate(all="ignore"):
                table[:, -1] += table[:, :-1] @ anchor
            yield table

    return _triangle(anchored()), anchor


def _features(<<typed_arrays>>) -> FloatArray:
    """The functions of the data, a column each, and what has no parameters in the last."""
    table = np.empty((len(<<target>>), <<width>>))
    with np.errstate(all="ignore"):
<<features>>
    if not np.isfinite(table).all():
        raise ValueError("the model is not defined, or too large, for a row of the data")
    return table


def _triangle(tables: Iterator[FloatArray]) -> FloatArray:
    """R of the QR factorisation of all tables, one under the other."""
    triangle = np.zeros((<<width>>, <<width>>))
    for table in tables:
        with np.errstate(all="ignore"):
            triangle = np.asarray(np.linalg.qr(np.vstack([triangle, table]), mode="r"))
        if not np.isfinite(triangle).all():
            raise ValueError("the data are too large for floats: rescale the columns")
    return triangle


def _from_summary(
    triangle: FloatArray, anchor: FloatArray, <<count>>: int
) -> Callable[[Sequence[float]], CostAndGradient]:
    """Cost and gradient as a function of the parameters alone, in plain floats."""
<<constants>>

    def evaluate(point: Sequence[float]) -> CostAndGradient:
        <<unpack_inside>> = point
<<statements>>
        return <<cost>>, <<gradient>>

    return evaluate
'''

RATES = '''\
def _rates(triangle: FloatArray, <<count>>: int) -> tuple[float, float]:
    """The best constant learning rate and the largest stable one, from the cost's curvature."""
    with np.errstate(all="ignore"):
        stretch = np.linalg.svd(<<stretched>>, compute_uv=False)
        curvature = <<curvature>>
        if stretch[0] == 0:
            raise ValueError("the cost does not change with the parameters: nothing is to be fitted")
        curvature = curvature[curvature > 1e-15 * curvature[0]]
        rates = 2 / (curvature[:1] + curvature[-1:]), 2 / curvature[:1]
    if len(curvature) == 0 or not (np.isfinite(rates).all() and np.min(rates) > 0):
        raise ValueError("the curvature is beyond the range of floats: rescale the columns")
    return float(rates[0][0]), float(rates[1][0])
'''

SCRIPT = '''\
def _read(path: str, names: Sequence[str]) -> list[list[float]]:
    """The named columns of a CSV file with a header line, or ValueError with line and column."""
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            header = file.readline()
            delimiter = max(",;\\t", key=header.count)
            file.seek(0)
            lines = csv.reader(file, delimiter=delimiter, strict=True)
            titles = [title.strip() for title in next(lines, [])]
            if not titles:
                raise ValueError(f"{path} is empty; its first line must name the columns")
            places = [_place(name, titles) for name in names]
            columns: list[list[float]] = [[] for _ in names]
            for cells in filter(None, lines):
                where = f"line {lines.line_num}"
                if len(cells) != len(titles):
                    raise ValueError(f"{where} has {len(cells)} cells, the header {len(titles)}")
                for column, place in zip(columns, places, strict=True):
                    column.append(_number(cells[place], f'{where}, column "{titles[place]}"'))
    except UnicodeDecodeError:
        raise ValueError(f"{path} is not UTF-8 text") from None
    except csv.Error as error:
        raise ValueError(f"{path} is not a CSV file: {error}") from None
    if not columns[0]:
        raise ValueError(f"{path} has no row under its header")
    return columns


def _place(name: str, titles: list[str]) -> int:
    if titles.count(name) != 1:
        found = "is there more than once" if name in titles else "is missing"
        raise ValueError(f'line 1: the column "{name}" {found}; the columns are {", ".join(titles)}')
    return titles.index(name)


def _number(cell: str, where: str) -> float:
    try:
        value = math.nan if "_" in cell else float(cell)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise ValueError(f"{where}: {cell!r} is not a finite number")
    return value


def _start(text: str) -> list[float]:
    """The start from a text such as "<<start_text>>"; what is not named starts at 0."""
    values = dict.fromkeys(PARAMETERS, 0.0)
    for part in filter(None, text.split(",")):
        name, _, value = (piece.strip() for piece in part.partition("="))
        if name not in values:
            wanted = ", ".join(PARAMETERS)
            raise ValueError(f'--start: there is no parameter "{name}"; expected {wanted}')
        values[name] = _number(value, f"--start, {name}")
    return list(values.values())


def main(arguments: Sequence[str] | None = None) -> int:
    """Fit the model to a CSV file; answers 0, or 1 after a line that says what is wrong."""
    parser = argparse.ArgumentParser(description=<<description>>, allow_abbrev=False)
    parser.add_argument("data", help="a CSV file with a header line")
    flags = <<flags>>
    for name, flag in zip(COLUMNS, flags, strict=True):
        parser.add_argument(
            flag, dest=flag, default=name, metavar="COLUMN", help=f"the column for {name}"
        )
    parser.add_argument(
        "--start", default="", metavar="VALUES", help="such as <<start_text>>; 0 where not given"
    )
    parser.add_argument(<<rate_option>>)
    parser.add_argument("--max-iter", type=int, default=None, help="steps at most (<<script_most>>)")
    parser.add_argument(
        "--tolerance", type=float, default=1e-9, help="ends when a step is shorter (1e-9); 0: never"
    )
    options = parser.parse_args(arguments)
    try:
        columns = _read(options.data, [getattr(options, flag) for flag in flags])
        found = descend(
            *columns,
            start=_start(options.start),
            learning_rate=options.learning_rate,
            **({} if options.max_iter is None else {"max_iter": options.max_iter}),
            tolerance=options.tolerance,
        )
    except OSError as error:
        print(f"{parser.prog}: {error.filename}: {error.strerror}", file=sys.stderr)
        return 1
    except (ValueError, ArithmeticError) as error:
        print(f"{parser.prog}: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(f"{parser.prog}: interrupted", file=sys.stderr)
        return 130
    for name, value in zip(PARAMETERS, found.parameters, strict=True):
        print(f"{name} = {value!r}")
    print(f"cost = {found.cost!r}")
    ending = "converged" if found.converged else "out of steps, not converged,"
    print(f"{ending} after {found.steps} steps with learning rate {found.learning_rate:g}")
    return 0 if found.converged or options.max_iter is not None else 1


if __name__ == "__main__":
    sys.exit(main())
'''
