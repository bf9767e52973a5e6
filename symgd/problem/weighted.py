"""Weighted: the column of data that says how much each row counts."""

from __future__ import annotations

from collections.abc import Collection

from symgd.errors import ProblemError, parameter
from symgd.problem.models import Model, names_of


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
