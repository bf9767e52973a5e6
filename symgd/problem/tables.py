"""A problem's columns, from what a caller passes."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from symgd.data.columns import Columns, columns_from, names_in
from symgd.errors import DataError, ProblemError
from symgd.parsing.formula import CONSTANT_NAMES
from symgd.problem.models import usual_inputs
from symgd.problem.problem import Problem
from symgd.writing.words import Message, message

_NAMES = re.compile(r"(?<![\w.])[eE](?!\w)|(?<![^\W\d])pi(?!\w)")  # and no power of ten: 1.5e-3


def problem_columns(
    problem: Problem, data: Sequence[object], named: Mapping[str, object], *beside: str
) -> Columns:
    """The problem's columns, and others `beside` them: as `columns_from`, but no parameter may be a column unsaid.

    Raises
    ------
    ProblemError
        Where a table has a column of a parameter's name, and nobody said that it is a parameter.

    Examples
    --------
    >>> problem = Problem("a*x + b*z")
    >>> problem_columns(problem, [{"x": [1], "z": [2], "y": [3]}], {})  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    symgd.errors.ProblemError: "z" was taken for a parameter, and the data have a column of that name; ...
    """
    if not problem.has_examples:
        return no_columns(problem, (*data, *named))
    wanted = (*problem.columns, *beside)
    is_table = len(data) == 1 and not named
    table, there = _with_names(problem, data[0] if is_table else named)
    if problem.inferred:
        _expect_apart(problem, there)
        if len(data) > len(wanted):
            raise _too_many(problem, wanted, len(data))
    columns = columns_from(wanted, [table] if is_table else data, named)
    return replace(columns, remarks=(*columns.remarks, *constants_beside(problem, there)))


def counting_rows(problem: Problem, columns: Columns) -> Columns:
    """The rows of a weight above 0: what the others would be is never asked, were they beyond what the model is defined for.

    Examples
    --------
    >>> problem = Problem("a*log(x)", weights="w")
    >>> counting_rows(problem, columns_from("xyw", [[-1, 2], [3, 4], [0, 1]], {}))["x"].tolist()
    [2.0]
    """
    if problem.weights is None or columns[problem.weights].all():
        return columns
    kept = columns[problem.weights] > 0
    values = tuple(column[kept] for column in columns.values)
    for value in values:
        value.flags.writeable = False
    left = int(len(columns) - kept.sum())
    said = message(
        "{number} row of weight 0 is left out",
        "{number} rows of weight 0 are left out",
        number=left,
    )
    return replace(columns, values=values, remarks=(*columns.remarks, said))


def no_columns(problem: Problem, given: Sequence[object]) -> Columns:
    """The columns of a function of its parameters alone: none, and none may be passed."""
    if any(not isinstance(part, Columns) or part.names for part in given):
        name, names = problem.notation.cost, ", ".join(problem.parameters)
        cause = f"{name} is a function of {names} alone, and data are passed"
        raise DataError(cause, "leave them out; a model of data is a Problem")
    return Columns((), ())


def constants_beside(problem: Problem, there: Collection[str]) -> tuple[Message, ...]:
    """A remark on each column that has the name of a constant in the formula.

    Examples
    --------
    >>> [str(remark) for remark in constants_beside(Problem("a*sin(pi*x)"), ["pi", "e", "x", "y"])]
    ['in the formula, pi is 3.14159…; the column of that name is read where it is named among the inputs']
    """
    model = problem.model if isinstance(problem.model, str) else " ".join(problem.model)
    names = {*_NAMES.findall(model.replace("π", "pi"))} - {*problem.names}
    return tuple(
        message(
            "in the formula, {name} is {value}…; the column of that name is read where it is named among the inputs",
            name=name,
            value="3.14159" if name == "pi" else "2.71828",
        )
        for name in CONSTANT_NAMES
        if name in names and name in there
    )


def _too_many(problem: Problem, wanted: tuple[str, ...], given: int) -> DataError:
    """The error for more columns than are read: beside x, x1 is learned if nobody says otherwise."""
    places = usual_inputs(problem.parameters)[: given - len(wanted)]
    inputs = ",".join((*problem.inputs, *(places or ("...",))))
    cause = f"{given} columns are passed for {len(wanted)} ({', '.join(wanted)})"
    learned = f"what is not an input is learned: {', '.join(problem.parameters)}"
    remedy = f'pass one for each name, in this order, or say what is read: Problem(..., inputs="{inputs}")'
    return DataError(f"{cause}, and {learned}", remedy)


def _with_names(problem: Problem, table: object) -> tuple[object, tuple[str, ...]]:
    """The table, and the names of its columns; a file is read for its header."""
    if isinstance(table, str | os.PathLike):
        from symgd.data.csv import read_header

        return read_header(table, problem.columns, problem.columns)
    return table, tuple(map(str, names_in(table) or ()))


def _expect_apart(problem: Problem, there: Collection[str]) -> None:
    """ProblemError where a column has a parameter's name."""
    for name in problem.parameters:
        if name in there:
            cause = f'"{name}" was taken for a parameter, and the data have a column of that name'
            inputs = ",".join((*problem.inputs, name))
            learned = ",".join(problem.parameters)
            read = f'Problem(..., inputs="{inputs}") reads it'
            raise ProblemError(cause, f'{read}, Problem(..., parameters="{learned}") learns it')
