"""Domain: whether the targets in some data are ones that a loss is meant for."""

from __future__ import annotations

import numpy as np

from symgd.codegen.compiled import on_arrays
from symgd.data.columns import Columns
from symgd.errors import DataError, at_row
from symgd.parsing.formula import parse_condition
from symgd.problem.problem import Problem


def expect_targets(problem: Problem, columns: Columns) -> None:
    """Refuse targets that the problem's loss is not meant for: a DataError names the row, and what the loss expects."""
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
            raise DataError(
                f"{label}, {at_row(row)}: {column[row]:g} does not fit the {loss.title}",
                f"expected {loss.domain}",
            )
