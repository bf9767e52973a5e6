"""What a caller asks of a fit, checked and made a Task; every error names the thing, its cause and a remedy."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
import sympy

from symgd.codegen.functions.loss_targets import HEAVY, LIGHT, RESCALE, expect_targets
from symgd.codegen.program.program import expect_numbers
from symgd.data.arrays import FloatArray
from symgd.data.columns import Columns, columns_from
from symgd.errors import FitError, FormulaError, at_row, either, parameter
from symgd.fit.fit_options import Bound, FitOptions
from symgd.fit.task import Task
from symgd.optimize.asked import expect_parameters, finite_number, whole_number
from symgd.parsing.formula import CONSTANT_NAMES, parse
from symgd.parsing.tokens import by_spelling
from symgd.problem.problem import Problem
from symgd.problem.tables import problem_columns
from symgd.registry.options import instead_of
from symgd.registry.registry import FrozenMap


def task_from(
    problem: Problem,
    data: Sequence[object],
    named: Mapping[str, object],
    options: FitOptions,
) -> Task:
    """A Task of what was asked: `symgd.Problem.fit` says what the options mean."""
    expect_numbers(problem)
    weights = _weights(problem, options.weights)
    problem = problem if problem.weights is None else problem.replace(weights=None)
    columns, weighed = _columns(problem, data, named, weights)
    expect_targets(problem, columns.values)
    held = _numbers(problem, "fixed", options.fixed)
    formulas = _tied(problem, options.tied, held)
    if len(held) + len(formulas) == len(problem.parameters):
        cause = f"every parameter is fixed or tied ({', '.join(problem.parameters)})"
        raise FitError(cause, "leave one free, or there is nothing to be found")
    limits = _bounds(problem, options.bounds, held, formulas)
    begun = _numbers(problem, "start", options.start)
    _expect_apart("start", begun, {**held, **formulas})
    for name, value in begun.items():
        _expect_inside(name, value, limits, "starts")
    return Task(
        problem,
        columns,
        weighed,
        FrozenMap(held),
        FrozenMap(formulas),
        FrozenMap(limits),
        FrozenMap(begun),
        whole_number(options.seed, "seed", error=FitError),
        options.progress,
    )


# ---------------------------------------------------------------------------------------------
# Columns and weights


def _weights(problem: Problem, given: object) -> object:
    """The weights of the call, or the column that the problem names; a fit has the one or the other."""
    if problem.weights is None or given is None:
        return problem.weights if given is None else given
    told = parameter("weights")
    cause = f'the problem has weights already, its column "{problem.weights}"'
    raise FitError(f"{told} is given, and {cause}", "say it once: problem.replace(weights=None)")


def _columns(
    problem: Problem, data: Sequence[object], named: Mapping[str, object], weights: object
) -> tuple[Columns, FloatArray | None]:
    """The problem's columns, and the weights: an array of their own, or a column's name."""
    if weights is None:
        return problem_columns(problem, data, named), None
    if not isinstance(weights, str):
        columns = problem_columns(problem, data, named)
        given = columns_from(["weights"], [], {"weights": weights})["weights"]
        return columns, _checked_weights("weights", given, len(columns))
    if weights in problem.columns:
        columns = problem_columns(problem, data, named)
    else:
        columns = problem_columns(problem, data, named, weights)
    weighed = _checked_weights(f'column "{weights}"', columns[weights], len(columns))
    count = len(problem.columns)
    remarks = tuple(r for r in columns.remarks if r.parts.get("name") != f'"{weights}"')
    kept = Columns(problem.columns, columns.values[:count], remarks, columns.source)
    return kept, weighed


def _checked_weights(label: str, weights: FloatArray, rows: int) -> FloatArray:
    if len(weights) != rows:
        cause = f"{label} has {len(weights)} values, and the data have {rows} rows"
        raise FitError(cause, "pass one weight for each row")
    if (weights < 0).any():
        row = int(np.argmax(weights < 0))
        cause = f"{label}, {at_row(row)}: {weights[row]:g} is below 0"
        raise FitError(cause, "a weight is 0 or more: 0 leaves a row out, 2 counts it twice")
    if not weights.any():
        raise FitError(f"{label}: every weight is 0", "give at least one row a weight above 0")
    if not LIGHT <= weights.max() <= HEAVY:
        raise FitError(f"{label}: the largest weight is {weights.max():g}", RESCALE)
    return weights


# ---------------------------------------------------------------------------------------------
# Parameters: fixed, tied, bounded, started


def _mapping(value: object, name: str, example: str) -> Mapping[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise FitError(f"{parameter(name)} is {value!r}", f"pass it by name: {example}")
    return by_spelling(value)


def _expect_apart(option: str, names: Collection[str], held: Mapping[str, object]) -> None:
    """A parameter that is fixed or tied has no start, no bounds and no other tie."""
    for name in names:
        if name in held:
            what = "tied" if isinstance(held[name], sympy.Expr) else "fixed"
            cause = f'{parameter(option)} names "{name}", which is {what}'
            raise FitError(cause, f"leave it out of one of {option} and {what}")


def _numbers(problem: Problem, option: str, given: Mapping[str, float] | None) -> dict[str, float]:
    first = problem.parameters[0]
    values = _mapping(given, option, f'{{"{first}": 1.0}}')
    expect_parameters(option, values, problem.parameters, FitError)
    word = {"fixed": "fixed value", "start": "start"}[option]
    made = {n: finite_number(v, f'{word} of "{n}"', FitError) for n, v in values.items()}
    return {name: made[name] for name in problem.parameters if name in made}


def _bounds(
    problem: Problem,
    given: Mapping[str, Bound] | None,
    held: Mapping[str, float],
    formulas: Mapping[str, sympy.Expr],
) -> dict[str, tuple[float, float]]:
    first = problem.parameters[0]
    values = _mapping(given, "bounds", f'{{"{first}": (0, None)}}')
    expect_parameters("bounds", values, problem.parameters, FitError)
    _expect_apart("bounds", values, formulas)
    limits = {name: _bound(name, pair) for name, pair in values.items()}
    for name, value in held.items():
        _expect_inside(name, value, limits, "is fixed")
    open_ends = (-math.inf, math.inf)
    return {n: pair for n, pair in limits.items() if n not in held and pair != open_ends}


def _bound(name: str, pair: object) -> tuple[float, float]:
    """The least and the greatest value of a parameter."""
    label = f'{parameter("bounds")} of "{name}"'
    remedy = "pass the least and the greatest value, (0, None) for one that is not below 0"
    if not isinstance(pair, Sequence | np.ndarray) or isinstance(pair, str) or len(pair) != 2:
        raise FitError(f"{label} is {pair!r}", remedy)
    ends = []
    for end, none in zip(pair, (-math.inf, math.inf), strict=True):
        is_open = end is None or (isinstance(end, float) and end == none)
        ends.append(none if is_open else finite_number(end, label, FitError))
    low, high = ends
    if low > high:
        raise FitError(f"{label} cross: {low:g} is above {high:g}", "put the least value first")
    if low == high:
        raise FitError(f"{label} leave one value, {low:g}", f"fix it: {_fixing(name, f'{low:g}')}")
    return low, high


def _fixing(name: str, value: str) -> str:
    """How a parameter is fixed."""
    return either(f'fixed={{"{name}": {value}}}', f"--fix {name}={value}")


def _expect_inside(
    name: str, value: float, limits: Mapping[str, tuple[float, float]], does: str
) -> None:
    low, high = limits.get(name, (-math.inf, math.inf))
    if not low <= value <= high:
        cause = f'"{name}" {does} at {value:g}, outside its bounds ({low:g}, {high:g})'
        raise FitError(cause, "widen the bounds or choose another value")


def _tied(
    problem: Problem, given: Mapping[str, str] | None, held: Mapping[str, float]
) -> dict[str, sympy.Expr]:
    """The ties as formulas of parameters, in plain Symbols; none hangs on itself."""
    first, last = problem.parameters[0], problem.parameters[-1]
    texts = _mapping(given, "tied", f'{{"{last}": "2*{first}"}}')
    expect_parameters("tied", texts, problem.parameters, FitError)
    _expect_apart("tied", texts, held)
    made = {name: _tie(problem, name, text) for name, text in texts.items()}
    waiting = dict(made)
    while waiting:
        ready = [n for n, e in waiting.items() if not {*map(str, e.free_symbols)} & {*waiting}]
        if not ready:
            circle = ", ".join(f'"{name}"' for name in waiting)
            cause = f"{parameter('tied')} goes round in a circle: {circle}"
            raise FitError(cause, "tie a parameter to others that do not depend on it")
        for name in ready:
            del waiting[name]
    return {name: made[name] for name in problem.parameters if name in made}


def _tie(problem: Problem, name: str, text: object) -> sympy.Expr:
    others = [other for other in problem.parameters if other != name]
    example = f'"2*{others[0]}"' if others else "a formula of other parameters"
    label = f'the tie of "{name}"'
    if not isinstance(text, str):
        fix = f", or fix it: {either('fixed', '--fix')}"
        raise FitError(
            f"{label} is {text!r}", f"pass a formula of parameters, such as {example}{fix}"
        )
    constants = [c for c in CONSTANT_NAMES if c not in problem.parameters]
    try:
        value = parse(text, constants=constants, functions=problem.functions).value
    except FormulaError as error:
        raise FormulaError(
            f"{label}: {error.cause}", error.remedy, text=text, position=error.position
        ) from None
    for other in sorted(map(str, value.free_symbols)):
        if other not in problem.parameters:
            cause = f'{label} has the name "{other}", which is not a parameter'
            raise FitError(cause, instead_of(other, others))
    if not value.free_symbols:
        cause = f"{label} is a number, {text}"
        raise FitError(cause, f"fix it: {_fixing(name, text)}")
    if value.has(sympy.nan, sympy.zoo, sympy.oo, -sympy.oo):
        raise FitError(f"{label}, {text}, has no value", "write another formula")
    return value
