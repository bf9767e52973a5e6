"""Passed: what a caller gave for each name, by position, by name, or side by side in an array of two dimensions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from symgd.data.naming import expect_columns, listed, no_column, quoted
from symgd.errors import DataError


def bound(
    wanted: tuple[str, ...], positional: Sequence[object], named: Mapping[str, object]
) -> dict[str, object]:
    """Each wanted name with what was passed for it.

    Examples
    --------
    >>> import numpy as np
    >>> given = bound(("x1", "x2", "y"), [np.array([[1, 2], [3, 4]])], {"y": [5, 6]})
    >>> given["x2"].tolist(), given["y"]
    ([2, 4], [5, 6])
    """
    columns: list[object] = []
    for part in positional:
        columns += _side_by_side(part, wanted[len(columns) :])
    if len(columns) > len(wanted):
        cause = f"{len(columns)} columns are passed for {len(wanted)} ({', '.join(wanted)})"
        raise DataError(cause, "pass one for each name, in this order")
    given = dict(zip(wanted, columns, strict=False))
    for name, value in named.items():
        if name not in wanted:
            raise no_column(name, wanted)
        if name in given:
            cause = f"the column {quoted(name)} is passed by position and by name"
            raise DataError(cause, "pass it once")
        given[name] = value
    missing = [name for name in wanted if name not in given]
    if missing:
        cause = f"no data for {listed(missing)}"
        remedy = f"pass {', '.join(wanted)} in this order, or by name ({missing[0]}=...)"
        raise DataError(cause, remedy)
    return given


def _side_by_side(part: Any, wanted: tuple[str, ...]) -> list[Any]:
    """The columns of an array of shape (n, k) in its order, of such a frame by the next k names; else it is one column."""
    shape = getattr(part, "shape", ())
    if len(wanted) < 2 or not isinstance(shape, tuple) or len(shape) != 2 or shape[1] < 2:
        return [part]
    if hasattr(part, "columns"):
        names = wanted[: shape[1]]
        expect_columns(names, tuple(part.columns))
        return [part[name] for name in names]
    return [part[:, place] for place in range(shape[1])]
