"""Targets that a loss is meant for: 0 and 1, counts, what is above 0; others are refused before any work is done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import numpy as np

from symgd.codegen.expressions.compiled import on_arrays
from symgd.data.arrays import FloatArray
from symgd.errors import DataError, at_row
from symgd.parsing.formula import parse_condition
from symgd.problem.problem import Problem

LIGHT, HEAVY = 1e-150, 1e150  # beyond them weighted squares leave the floats
RESCALE = "rescale the weights, all alike, to numbers of about 1"
COUNTED = "a weight is 0 or more: 0 leaves a row out, 2 counts it twice"


def expect_targets(problem: Problem, columns: Sequence[FloatArray]) -> None:
    """Refuse targets that the loss is not meant for, and weights that are none: a DataError names the row, and what is expected.

    Parameters
    ----------
    problem : Problem
    columns : sequence of arrays of shape (n,)
        In the problem's order.
    """
    loss, weights = problem.loss, problem.weights
    if weights is not None:
        label = f'column "{problem.labels.get(weights, weights)}"'
        expect_weights(label, columns[problem.columns.index(weights)])
    if not loss.targets:
        return
    for name, column in zip(problem.columns, columns, strict=True):
        if name not in problem.targets:
            continue
        fits = np.asarray(_condition(loss.targets)(column)[0]) & np.ones(len(column), dtype=bool)
        if not fits.all():
            row = int(np.argmin(fits))
            label = problem.labels.get(name, name)
            cause = f"{label}, {at_row(row)}: {column[row]:g} does not fit the {loss.title}"
            raise DataError(cause, f"expected {loss.domain}")


@cache
def _condition(targets: str) -> Callable[..., list[Any]]:
    return on_arrays([parse_condition(targets).value], ["target"])


def expect_weights(label: str, weights: FloatArray) -> None:
    """DataError where a weight is below 0, or all are 0; `label` says whose they are.

    Examples
    --------
    >>> expect_weights('column "w"', np.array([1.0, -2.0]))
    Traceback (most recent call last):
    symgd.errors.DataError: column "w", row index 1: -2 is below 0; a weight is 0 or more: 0 leaves a row out, 2 counts it twice
    """
    if (weights < 0).any():
        row = int(np.argmax(weights < 0))
        raise DataError(f"{label}, {at_row(row)}: {weights[row]:g} is below 0", COUNTED)
    if not weights.any():
        raise DataError(f"{label}: every weight is 0", "give at least one row a weight above 0")
    if not LIGHT <= weights.max() <= HEAVY:
        raise DataError(f"{label}: the largest weight is {weights.max():g}", RESCALE)
