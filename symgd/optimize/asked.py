"""What a caller asks for, looked at before any work is done: numbers, and targets that the loss is meant for."""

from __future__ import annotations

import math

import numpy as np

from symgd.codegen.compiled import on_arrays
from symgd.data.columns import Columns
from symgd.errors import DataError, DescentError, SymgdError, at_row
from symgd.parsing.formula import parse_condition
from symgd.problem.problem import Problem


def finite_number(value: object, label: str, error: type[SymgdError] = DescentError) -> float:
    """A finite float, or an `error` that names what it was to be."""
    try:
        if isinstance(value, bool | str | bytes):
            raise TypeError
        number = float(value)  # type: ignore[arg-type]  # whatever a caller passes
    except (TypeError, ValueError, OverflowError) as fault:
        raise error(f"{label} is {value!r}", "pass a number") from fault
    if not math.isfinite(number):
        raise error(f"{label} is {value!r}", "pass a finite number")
    return number


def expect_targets(problem: Problem, columns: Columns) -> None:
    """Refuse targets that the loss is not meant for: a DataError names the row, and what the loss expects."""
    loss = problem.loss
    if not loss.targets:
        return
    condition = on_arrays([parse_condition(loss.targets).value], ["target"])
    for name in problem.targets:
        column = columns[name]
        fits = np.asarray(condition(column)[0]) & np.ones(len(column), dtype=bool)
        if not fits.all():
            row = int(np.argmin(fits))
            label = problem.labels.get(name, name)
            cause = f"{label}, {at_row(row)}: {column[row]:g} does not fit the {loss.title}"
            raise DataError(cause, f"expected {loss.domain}")
