"""fit: the minimum of a cost over data, by what works."""

from __future__ import annotations

from symgd.codegen.separation import square_factor
from symgd.fit import general, linear, squares
from symgd.fit.found import Found
from symgd.fit.objective import Objective, penalty_of
from symgd.fit.task import Task


def minimum(task: Task) -> Found:
    """The least cost, by the way that suits it: exact, by least squares from many starts, or by Newton's method."""
    quadratic = linear.linear(task)
    if quadratic is not None:
        return linear.search(quadratic)
    if square_factor(task.problem) is not None and penalty_of(task) == 0:
        return squares.search(task)
    return general.search(task, Objective(task))
