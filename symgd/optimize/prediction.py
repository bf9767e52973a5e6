"""What a model says with certain parameters: of new rows, and of its own data; and how much of it a picture shows."""

from __future__ import annotations

import numbers
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeAlias

import numpy as np
import sympy

from symgd.codegen.expressions.compiled import on_arrays
from symgd.codegen.program.program import expect_numbers
from symgd.data.arrays import FloatArray
from symgd.data.columns import Columns, columns_from, read_csv
from symgd.errors import DataError, at_row
from symgd.problem.problem import Problem

Predict: TypeAlias = Callable[[FloatArray, Sequence[FloatArray]], FloatArray]


def predictor(problem: Problem) -> Predict:
    """What the model says: parameters of shape (p,), one array of shape (n,) for each input -> shape (n,), or (1,) where nothing is read."""
    compute = on_arrays([problem.prediction.value], (*problem.parameters, *problem.inputs))

    def predict(values: FloatArray, inputs: Sequence[FloatArray]) -> FloatArray:
        with np.errstate(all="ignore"):
            made = np.asarray(compute(*values, *inputs)[0], dtype=np.float64)
        return made + (np.zeros_like(inputs[0]) if inputs else np.zeros(1))

    return predict


def predicted(problem: Problem, parameters: Mapping[str, float], inputs: Columns) -> FloatArray:
    """What the model says of rows, of shape (n,), or (n, k) for k scores.

    Raises
    ------
    DataError
        For the first row of which it says nothing.

    Examples
    --------
    >>> problem = Problem("a*log(x)", loss="mse")
    >>> predicted(problem, {"a": 2.0}, inputs_from(problem, [[1, -1]], {}))  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    symgd.errors.DataError: row index 1 (x = -1): the model has no value there with a = 2; ...
    """
    expect_numbers(problem)
    formulas = [part.written_out().value for part in problem.predictions]
    compute = on_arrays(formulas, (*problem.parameters, *problem.inputs), cse=True)
    given = [np.float64(parameters[name]) for name in problem.parameters]
    made = np.empty((len(inputs), len(formulas)))
    with np.errstate(all="ignore"):
        columns = compute(*given, *(inputs[name] for name in problem.inputs))
    for place, column in enumerate(columns):
        made[:, place] = column if np.isrealobj(column) else np.nan
    lost = ~np.isfinite(made).all(axis=1)
    if lost.any():
        raise _no_value(problem, parameters, inputs, int(np.argmax(lost)))
    return made[:, 0] if len(formulas) == 1 else made


def _no_value(
    problem: Problem, parameters: Mapping[str, float], inputs: Columns, row: int
) -> DataError:
    def listed(values: Mapping[str, float]) -> str:
        return ", ".join(f"{name} = {value:g}" for name, value in values.items())

    there = listed({name: float(inputs[name][row]) for name in problem.inputs})
    cause = f"{at_row(row)} ({there}): the model has no value there with {listed(parameters)}"
    return DataError(cause, "leave that row out, or ask where the formula is defined")


def responses(problem: Problem, made: FloatArray) -> FloatArray:
    """What is predicted, as the targets are: of logits the probabilities, and of scores each class's.

    Examples
    --------
    >>> responses(Problem("a*x", loss="logistic"), np.array([0.0, 800.0])).tolist()
    [0.5, 1.0]
    """
    kind = _response(problem)
    with np.errstate(over="ignore"):
        if kind == "logit":
            return np.asarray(1 / (1 + np.exp(-made)))
        if kind == "softmax":
            powers = np.exp(made - made.max(axis=1, keepdims=True))
            return np.asarray(powers / powers.sum(axis=1, keepdims=True))
    return made


def _response(problem: Problem) -> str:
    """What makes targets of what is predicted, "" where they are the same."""
    likelihood = problem.loss.likelihood
    return "" if likelihood is None else likelihood.response


def residuals(problem: Problem, columns: Columns, made: FloatArray) -> FloatArray:
    """Prediction less target, or the other way round where the problem's notation has it so; of logits, the probability's."""
    targets = np.column_stack([columns[name] for name in problem.targets])
    errors = responses(problem, made) - (targets if made.ndim == 2 else targets[:, 0])
    return errors if problem.notation.residual_sign == "prediction - target" else -errors


def r_squared(
    problem: Problem, columns: Columns, made: FloatArray, weights: FloatArray | None = None
) -> float:
    """1 − Σ w (y − ŷ)² / Σ w (y − ȳ)²; nan where all targets are equal, and where the loss compares no numbers.

    Examples
    --------
    >>> problem = Problem("a*x + b")
    >>> columns = columns_from(["x", "y"], [[1, 2, 3], [1.0, 2.0, 4.0]], {})
    >>> r_squared(problem, columns, np.array([1.0, 2.0, 4.0]))
    1.0
    """
    if not problem.written_cost.compares_numbers:
        return float("nan")
    targets = columns[problem.target]
    weights = np.ones(len(targets)) if weights is None else weights
    size = float(np.abs(targets).max()) or 1.0  # so that no square overflows
    targets, errors = targets / size, (targets - made) / size
    spread = targets - weights @ targets / weights.sum()
    around = float(weights @ spread**2)
    last = float(np.finfo(float).eps * np.abs(targets).max())
    rounding = last * last * float(weights.sum())  # ** raises beyond floats
    return 1 - float(weights @ errors**2) / around if around > rounding else float("nan")


# ---------------------------------------------------------------------------------------------
# New rows


def inputs_from(
    problem: Problem, positional: Sequence[object], named: Mapping[str, object]
) -> Columns:
    """The inputs of new rows: columns or numbers, in the inputs' order or by name, or a table that has them among others.

    A number stands for a column of it. A CSV file has them under the problem's labels, or its own names.

    Examples
    --------
    >>> inputs_from(Problem("a*x1 + b*x2"), [[1, 2], 5], {})["x2"].tolist()
    [5.0, 5.0]
    """
    names, table = problem.inputs, positional[0] if len(positional) == 1 and not named else None
    if not names:
        return Columns((), (np.zeros(1),))
    if isinstance(table, str | os.PathLike):
        return _from_file(problem, table)
    if isinstance(table, Mapping):
        there = {name: table[name] for name in names if name in table}
        return columns_from(names, [table if len(there) < len(names) else _widened(there)], {})
    by_place = dict(enumerate(positional))
    wide = _widened({**by_place, **named})
    return columns_from(
        names, [wide[place] for place in by_place], {name: wide[name] for name in named}
    )


def _from_file(problem: Problem, path: str | os.PathLike[str]) -> Columns:
    labels = tuple(problem.labels[name] for name in problem.inputs)
    try:
        return replace(read_csv(path, labels), names=problem.inputs)
    except DataError:
        if labels == problem.inputs:
            raise
    return read_csv(path, problem.inputs)


def _widened(given: Mapping[Any, Any]) -> dict[Any, Any]:
    """Columns as they are, and numbers as columns as long as the first of these, or of one row."""
    single = {
        key
        for key, value in given.items()
        if isinstance(value, numbers.Real) or (isinstance(value, np.ndarray) and value.ndim == 0)
    }
    rows = next(
        (
            len(value)
            for key, value in given.items()
            if key not in single and hasattr(value, "__len__")
        ),
        1,
    )
    return {key: [_plain(value)] * rows if key in single else value for key, value in given.items()}


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.ndarray) else value


# ---------------------------------------------------------------------------------------------
# Pictures


def is_straight(problem: Problem) -> bool:
    """Whether the model draws a straight line over its first input; probabilities of logits are none."""
    if _response(problem):
        return False
    name = sympy.Symbol(problem.inputs[0])
    slope = problem.prediction.value.diff(name)
    return name not in sympy.expand(slope).free_symbols


def readable(data: FloatArray, shown: FloatArray, reach: float) -> tuple[float, float]:
    """Limits that hold the data, and what is shown as far as `reach` times the data's own height.

    Examples
    --------
    >>> readable(np.array([1.0, 3.0]), np.array([2.0, 99.0, np.nan]), 0.5)
    (1.0, 4.0)
    """
    low, high = float(data.min()), float(data.max())
    room = reach * ((high - low) or abs(high) or 1.0)
    there = shown[np.isfinite(shown)]
    if not there.size:
        return low, high
    lowest, highest = float(there.min()), float(there.max())
    return max(min(low, lowest), low - room), min(max(high, highest), high + room)
