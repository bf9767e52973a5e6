"""A problem's columns, from what a caller passes."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

from symgd.data.columns import Columns, columns_from, names_in
from symgd.errors import ProblemError
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
    table = data[0] if len(data) == 1 and not named else None
    if problem.inferred and table is not None:
        table = _told_apart(problem, table)
        data = [table]
    return columns_from([*problem.columns, *beside], data, named)


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
