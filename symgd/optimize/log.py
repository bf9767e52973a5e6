"""A log of a walk as it goes: every so many steps, a line on standard error."""

from __future__ import annotations

import operator
import sys

from symgd.codegen.walk import Row, TraceRows
from symgd.errors import DescentError, parameter
from symgd.problem.problem import Problem


class LoggedRows(TraceRows):
    """The rows of a walk, which says where it is at every step that `every` divides.

    Examples
    --------
    >>> rows = LoggedRows(Problem("m*x"), 2)
    >>> for step in range(5):
    ...     if step == rows.due:
    ...         rows.add((float(step), 0.5, 4.0 - step, 1.0, 0.1))
    >>> rows.rows[:, 0].tolist()
    [0.0, 1.0, 2.0, 3.0, 4.0]
    """

    def __init__(self, problem: Problem, every: int) -> None:
        super().__init__(len(problem.parameters) + 4)
        self.problem, self.every, self.kept = problem, every, 0

    def add(self, row: Row) -> None:
        """Tell the row, or keep it, or both."""
        step = int(row[0])
        if step % self.every == 0:
            print(self.line(row), file=sys.stderr, flush=True)
        if step == self.kept:
            super().add(row)
            self.kept = step + self.stride - step % self.stride
        self.due = min(self.kept, step + self.every - step % self.every)

    def line(self, row: Row) -> str:
        """One place on the way: its step, its cost, the length of the gradient, and the parameters.

        Examples
        --------
        >>> LoggedRows(Problem("m*x"), 2).line((10.0, 0.5, 4.0, 1.0, 0.1))
        'step 10: J = 4, gradient 1, m = 0.5'
        """
        step, *values, cost, length, _ = row
        here = zip(self.problem.parameters, values, strict=True)
        told = ", ".join(f"{name} = {value:.10g}" for name, value in here)
        return f"step {step:.0f}: {self.problem.notation.cost} = {cost:.10g}, gradient {length:.4g}, {told}"


def rows_for(problem: Problem, log_every: int | None) -> TraceRows:
    """The rows of a walk that is logged, or is not."""
    if log_every is None:
        return TraceRows(len(problem.parameters) + 4)
    name = parameter("log_every")
    try:
        every = operator.index(log_every)
    except TypeError as error:
        raise DescentError(f"{name} is {log_every!r}", "pass a whole number of steps") from error
    if every < 1 or isinstance(log_every, bool):
        raise DescentError(f"{name} is {log_every!r}", "pass a whole number of steps, 1 or more")
    return LoggedRows(problem, every)
