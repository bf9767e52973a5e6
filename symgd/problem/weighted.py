"""Weighted: the column of data that says how much each row counts."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from symgd.data.arrays import FloatArray
from symgd.errors import DataError, ProblemError, at_row, parameter
from symgd.problem.models import Model, names_of

REMEDY = "a weight is 0 or more: 0 leaves a row out, 2 counts it twice"


def found_weights(given: str | None, model: Model, learned: Collection[str]) -> str | None:
    """The name of the weights' column as the parser spells it; it is no name of the model but a column's.

    Examples
    --------
    >>> from symgd import Problem
    >>> Problem("m*x + b", weights="w").columns
    ('x', 'y', 'w')
    """
    if given is None:
        return None
    told = parameter("weights")
    if not isinstance(given, str):
        cause = f"{told} of a problem is {type(given).__name__}, not a name"
        raise ProblemError(cause, 'name a column of the data, such as "w"')
    names = names_of(given, "weights")
    if len(names) != 1:
        raise ProblemError(f"{told} names {len(names)} columns", 'name one, such as "w"')
    [name] = names
    others = {*learned, *model.lengths, *model.bound, *(part.name for part in model.inner)}
    if name in others:
        what = "is a parameter" if name in learned else "stands for something else in the model"
        cause = f'{told} is "{name}", which {what}'
        raise ProblemError(cause, "give the column of the weights another name")
    return name


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
        raise DataError(f"{label}, {at_row(row)}: {weights[row]:g} is below 0", REMEDY)
    if not weights.any():
        raise DataError(f"{label}: every weight is 0", "give at least one row a weight above 0")
    if not np.isfinite(weights.sum()):
        raise DataError(f"{label}: the sum of the weights is too large for a float", "rescale them")
