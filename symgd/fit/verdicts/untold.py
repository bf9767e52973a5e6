"""Changes of parameters that no data can tell: looked for at drawn parameters and inputs, and proved in many digits.

Why
---
Where two peaks lie near each other, or a hidden unit is full, floats see one change of the predictions where there are two.
With enough digits there is nothing between 0 and what such a formula tells.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import mpmath
import numpy as np
import sympy

from symgd.codegen.expressions.long_sums import INNER, around, longest_sum
from symgd.data.arrays import FloatArray, spread
from symgd.fit.costs.chained import linear_columns
from symgd.fit.costs.compiled import derived
from symgd.fit.least_squares.candidates import Scales
from symgd.fit.least_squares.curve import Curve
from symgd.fit.least_squares.likes import FEWEST
from symgd.fit.least_squares.observed import Observed
from symgd.fit.least_squares.ties import places_along
from symgd.fit.task import Task
from symgd.fit.verdicts.changes import Changes, null_of
from symgd.fit.verdicts.stationary import has_kinks

DRAWS = 6  # in floats
BRANCHED = 30  # where parts of the formula hold in some places alone, as those of max and min do
NEAR, WIDE = (
    0.7,
    4.0,
)  # powers of e about 1 over which numbers are drawn, in turn: far apart, peaks do not overlap
APART = 10.0  # between terms, where they are set apart
MOST = 40  # parameters beyond which digits would take long, and nothing is said
DOUBT = 1e-9  # what floats see of a change that is less may be rounding: exp(b − c(x − 2000))
PROOFS = 3  # in digits
LAST = 1e-15  # what is less than this of the largest is 0, however floats round
ROWS = 1000  # on which it is looked for what is rounding
PLACES, MORE = 60, 6  # digits, and digits for each parameter


def untold(task: Task) -> FloatArray | None:
    """The changes that leave predictions as they are, in columns, of shape (p, k); None where these have no value."""
    if _is_plain(task):
        return np.zeros((len(task.free), 0))
    rng = np.random.default_rng(task.seed)
    changes = Changes(task)
    least: FloatArray | None = None
    for number in range(BRANCHED if has_kinks(task) else DRAWS):
        if number < DRAWS or number % 2:
            values, inputs = _drawn(task, rng, (NEAR, WIDE)[number % 2], number % 3 == 2)
        else:
            values, inputs = _drawn_from_data(task, rng, NEAR, in_place=True)
        if number >= DRAWS:
            values *= rng.choice([1.0, -1.0], len(values))
        if not number:
            _set_apart(task, values, inputs)
        enough = len(changes.at(values, inputs)) >= len(task.free)
        null = changes.null(values, inputs, DOUBT) if enough else None
        if null is not None and (least is None or null.shape[1] < least.shape[1]):
            least = null
        if least is not None and not least.size:
            return least
    if len(task.free) > MOST:
        return None
    return _proved(task, least, rng)


def _is_plain(task: Task) -> bool:
    """Whether all parameters stand in one long sum, each before an input of its own, or alone: all of them are told."""
    inner = longest_sum(task.predictions[0]) if len(task.predictions) == 1 else None
    found = None if inner is None else linear_columns(inner, task.free)
    if inner is None or found is None or len(found[0]) < len(task.free):
        return False
    columns = {column.as_coeff_Mul()[1] for column in found[0].values()}
    inputs = {*map(sympy.Symbol, task.problem.inputs)}
    outer = around(task.predictions[0], inner)
    if len(columns) < len(task.free) or not columns <= {*inputs, sympy.Integer(1)}:
        return False
    if outer.free_symbols != {sympy.Symbol(INNER)}:
        return False
    return bool(derived([outer], (INNER,), (INNER,), 1)[1][0][0] != 0)


def _drawn(
    task: Task, rng: np.random.Generator, wide: float, by_data: bool = False
) -> tuple[FloatArray, list[FloatArray]]:
    """Parameters and inputs about 1, or inputs about those of the data; inputs below 0 where the data have such."""
    count = 8 * len(task.free) + 8
    columns = [task.columns[name] for name in task.problem.inputs]
    signs = [-1.0 if column.min() < 0 else 1.0 for column in columns]
    inputs = [
        np.exp(rng.uniform(-wide, wide, count)) * rng.choice([1.0, sign], count) for sign in signs
    ]
    if by_data:
        inputs = [
            each * (float(np.median(np.abs(column))) or 1.0)
            for each, column in zip(inputs, columns, strict=True)
        ]
    return np.exp(rng.uniform(-wide, wide, len(task.free))), inputs


def _set_apart(task: Task, values: FloatArray, inputs: list[FloatArray]) -> None:
    """Put many terms about x − p so far from each other that floats see each by itself."""
    if len(task.predictions) > 1:
        return
    along = places_along(task.predictions[0], task.problem.inputs)
    for number, name in enumerate(task.problem.inputs):
        terms = [place for place, each in enumerate(task.free) if along.get(each) == name]
        if len(terms) >= FEWEST:
            values[terms] = APART * np.arange(1.0, len(terms) + 1)
            inputs[number] = np.linspace(0, APART * (len(terms) + 1), len(inputs[number]))


def _drawn_from_data(
    task: Task, rng: np.random.Generator, wide: float, in_place: bool = False
) -> tuple[FloatArray, list[FloatArray]]:
    """Parameters about the scales of their units, and inputs as the data have them: what 1/(1 + exp(b − c(year − 1790))) tells, it tells near the year 1790; with `in_place` p of x − p among the rows, and units those of the columns' spreads."""
    names = task.problem.inputs
    count = len(task.free) + MORE
    inputs = [np.quantile(task.columns[name], rng.random(count)) for name in names]
    rows = Observed(
        tuple(task.columns[name] for name in names), task.columns[task.problem.targets[0]]
    )
    scales = Scales(Curve(task.predictions[0], task.free, names), rows)
    columns = scales.spreads if in_place else None
    sizes = np.array([float(scales.size(name, {}, columns)) for name in task.free])
    values = sizes * np.exp(rng.uniform(-wide, wide, len(task.free)))
    along = places_along(task.predictions[0], names) if in_place else {}
    for place, name in enumerate(task.free):
        if name in along:
            values[place] = np.quantile(task.columns[along[name]], rng.random())
    return values, inputs


def by_rounding(task: Task) -> FloatArray:
    """The changes that on these rows leave predictions as they are but for rounding, as `untold` has them."""
    rng, changes = np.random.default_rng(task.seed), Changes(task)
    columns = [task.columns[name] for name in task.problem.inputs]
    inputs = [column[spread(len(task.columns), ROWS)] for column in columns]
    least, plain = np.zeros((len(task.free), 0)), len(task.free)
    for draw in (partial(_drawn_from_data, in_place=True), _drawn, _drawn_from_data, _drawn):
        values, _ = draw(task, rng, NEAR)
        seen, told = changes.null(values, inputs), null_of(changes.at(values, inputs), LAST)
        if seen is None or told is None:
            continue
        if not seen.size:
            return seen
        plain = min(plain, told.shape[1])
        if not least.size or seen.shape[1] < least.shape[1]:
            least = seen
    return least if plain < least.shape[1] else np.zeros((len(task.free), 0))


def _proved(task: Task, seen: FloatArray | None, rng: np.random.Generator) -> FloatArray | None:
    """What is left of such changes when there are digits enough; as floats see them where mpmath has no value."""
    names = (*task.free, *task.problem.inputs)
    _, slopes, _ = derived(task.predictions, names, task.free, 1)
    least = seen
    with mpmath.workdps(PLACES + MORE * len(task.free)):
        for number in range(PROOFS):
            draw = _drawn_from_data if number % 2 else _drawn
            values, inputs = draw(task, rng, NEAR)
            null = _null_in_digits(_table(slopes, names, values, inputs), len(task.free))
            if null is not None and (least is None or null.shape[1] < least.shape[1]):
                least = null
            if least is not None and not least.size:
                break
    return least


def _table(
    slopes: Sequence[Sequence[sympy.Expr]],
    names: Sequence[str],
    values: FloatArray,
    inputs: Sequence[FloatArray],
) -> list[list[Any]]:
    """Slopes at as many places as there are parameters and a few more, rows that are no real numbers left out."""
    own = {"Sigmoid": _sigmoid, "LogSumExp": _log_sum_exp}
    symbols = [sympy.Symbol(name) for name in names]
    made = []
    for row in slopes:
        compute = sympy.lambdify(symbols, list(row), [own, "mpmath"], cse=True, dummify=True)
        for place in range(len(values) + MORE):
            given = [mpmath.mpf(float(v)) for v in (*values, *(c[place] for c in inputs))]
            try:
                entries = [mpmath.mpmathify(entry) for entry in compute(*given)]
            except (ArithmeticError, ValueError, TypeError, NameError, AttributeError):
                continue  # no value there, or a function that mpmath has not
            if all(isinstance(e, mpmath.mpf) and mpmath.isfinite(e) for e in entries):
                made.append(entries)
    return made


def _sigmoid(u: Any) -> Any:
    return 1 / (1 + mpmath.exp(-u))


def _log_sum_exp(*parts: Any) -> Any:
    return mpmath.log(sum(mpmath.exp(part) for part in parts))


def _null_in_digits(rows: list[list[Any]], width: int) -> FloatArray | None:
    """The changes that leave all rows as they are, by elimination with the largest pivots; None of too few rows."""
    if len(rows) < width:
        return None
    tall = [max(map(abs, row)) or mpmath.mpf(1) for row in rows]
    rows = [[entry / size for entry in row] for row, size in zip(rows, tall, strict=True)]
    sizes = [max(abs(row[j]) for row in rows) or mpmath.mpf(1) for j in range(width)]
    left = [[entry / size for entry, size in zip(row, sizes, strict=True)] for row in rows]
    least = mpmath.mpf(10) ** (-mpmath.mp.dps // 2)
    solved: list[tuple[int, list[Any]]] = []
    while left:
        tops = [max(range(width), key=lambda j: abs(row[j])) for row in left]
        place = max(range(len(left)), key=lambda i: abs(left[i][tops[i]]))
        pivot, row = tops[place], left.pop(place)
        if abs(row[pivot]) <= least:
            break
        row = [entry / row[pivot] for entry in row]
        left = [_without(other, row, pivot) for other in left]
        solved = [(at, _without(other, row, pivot)) for at, other in solved] + [(pivot, row)]
    bound = {at for at, _ in solved}
    free = [j for j in range(width) if j not in bound]
    null = np.zeros((width, len(free)))
    for number, j in enumerate(free):
        null[j, number] = 1.0
        for at, row in solved:
            null[at, number] = -float(row[j])
    return null


def _without(row: list[Any], pivot_row: list[Any], pivot: int) -> list[Any]:
    by = row[pivot]
    if by == 0:
        return row
    return [a - by * b for a, b in zip(row, pivot_row, strict=True)]
