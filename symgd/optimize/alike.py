"""Why data do not tell parameters apart: too few rows, a column that is constant, columns that follow from others."""

from __future__ import annotations

import numpy as np

from symgd.data.columns import Columns
from symgd.problem.problem import Problem
from symgd.writing.words import Message, message

SAME = 1e-12  # what is left of a column that others make up, as a part of it


def why_alike(problem: Problem, columns: Columns) -> Message | None:
    """What in the data leaves parameters undetermined; None where it is not the columns.

    Examples
    --------
    >>> columns = Columns(("x", "y"), (np.array([2.0, 2.0]), np.array([1.0, 3.0])))
    >>> str(why_alike(Problem("m*x + b"), columns))
    'x is constant'
    """
    if len(columns) == 1:
        return message("there is one row only")
    named = {problem.labels.get(name, name): columns[name] for name in problem.inputs}
    constant = tuple(name for name, column in named.items() if (column == column[0]).all())
    if constant:
        return message(
            "{names} is constant", "{names} are constant", names=constant, number=len(constant)
        )
    repeated = tuple(name for name in named if _follows(name, named))
    if repeated:
        return message("{names} follow from one another", names=repeated)
    return None


def _follows(name: str, named: dict[str, np.ndarray[tuple[int], np.dtype[np.float64]]]) -> bool:
    """Whether a column is a sum of multiples of the others, and of a constant."""
    column = named[name]
    others = [np.ones(len(column)), *(other for key, other in named.items() if key != name)]
    if len(others) == 1 or len(column) <= len(others):
        return False
    table = np.column_stack(others) / np.array([np.abs(other).max() or 1.0 for other in others])
    left = column - table @ np.linalg.lstsq(table, column, rcond=None)[0]
    return bool(np.linalg.norm(left) <= SAME * np.linalg.norm(column))
