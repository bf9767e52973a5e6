"""A problem's columns, from what a caller passes."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

from symgd.data.columns import Columns, columns_from, names_in
from symgd.errors import DataError, ProblemError
from symgd.problem.models import usual_inputs
from symgd.problem.problem import Problem


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
    wanted = (*problem.columns, *beside)
    if problem.inferred and len(data) == 1 and not named:
        data = [_told_apart(problem, data[0])]
    elif problem.inferred:
        _told_apart(problem, named)
        if len(data) > len(wanted):
            raise _too_many(problem, wanted, len(data))
    return columns_from(wanted, data, named)


def _too_many(problem: Problem, wanted: tuple[str, ...], given: int) -> DataError:
    """The error for more columns than are read: beside x, x1 is learned if nobody says otherwise."""
    places = usual_inputs(problem.parameters)[: given - len(wanted)]
    inputs = ",".join((*problem.inputs, *(places or ("...",))))
    cause = f"{given} columns are passed for {len(wanted)} ({', '.join(wanted)})"
    learned = f"what is not an input is learned: {', '.join(problem.parameters)}"
    remedy = f'pass one for each name, in this order, or say what is read: Problem(..., inputs="{inputs}")'
    return DataError(f"{cause}, and {learned}", remedy)


def _told_apart(problem: Problem, table: object) -> object:
    """The table, none of whose columns has a parameter's name; a file is read for its header."""
    if isinstance(table, str | os.PathLike):
        from symgd.data.csv import read_header

        table, there = read_header(table, problem.columns, problem.columns)
    else:
        there = tuple(map(str, names_in(table) or ()))
    for name in problem.parameters:
        if name in there:
            cause = f'"{name}" was taken for a parameter, and the data have a column of that name'
            inputs = ",".join((*problem.inputs, name))
            learned = ",".join(problem.parameters)
            read = f'Problem(..., inputs="{inputs}") reads it'
            raise ProblemError(cause, f'{read}, Problem(..., parameters="{learned}") learns it')
    return table
