"""One column of labels, text or numbers, beside columns of numbers: what rows are grouped by."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np

from symgd.data.columns import Columns, names_in
from symgd.data.csv import read_texts
from symgd.data.naming import no_column, quoted
from symgd.errors import DataError, at_row

Label: TypeAlias = str | int | float
FILL = "fill it in, or remove that row from every column"


def labels_from(
    given: object, positional: Sequence[object], named: Mapping[str, object]
) -> tuple[Label, ...]:
    """A label for each row: a column itself, or the name of one in what a caller passed.

    Parameters
    ----------
    given : str or sequence
        The name of a column, or the labels.
    positional, named
        As for `columns_from`.

    Raises
    ------
    DataError
        Where there is no such column, and for a label that is missing, with its row.

    Examples
    --------
    >>> labels_from("station", [{"x": [1, 2], "station": ["north", "south"]}], {})
    ('north', 'south')
    """
    if not isinstance(given, str):
        return _checked("the labels", given)
    table: Any = positional[0] if len(positional) == 1 else None
    if isinstance(table, str | os.PathLike):
        return _checked(f"column {quoted(given)}", read_texts(table, given))
    there = [*(names_in(table) or ()), *named]
    if given not in there:
        raise no_column(given, there)
    return _checked(f"column {quoted(given)}", named[given] if given in named else table[given])


def chosen(columns: Columns, rows: Any) -> Columns:
    """Some rows of the columns, by number."""
    values = tuple(column[rows] for column in columns.values)
    for value in values:
        value.flags.writeable = False
    return Columns(columns.names, values, columns.remarks, columns.source)


def _checked(what: str, column: Any) -> tuple[Label, ...]:
    """The labels as Python's own values; a DataError for what is none."""
    if isinstance(column, str | bytes | Mapping) or not hasattr(column, "__len__"):
        raise DataError(f"{what} is a {type(column).__name__}", "pass a sequence of labels")
    found = []
    for row, value in enumerate(column):
        label = value.item() if isinstance(value, np.generic) else value
        # 6.0 and 6 are one key, but written otherwise; 1e300 has no 301 digits.
        if isinstance(label, float) and label.is_integer() and abs(label) < 2**53:
            label = int(label)
        if not isinstance(label, str | int | float):
            label = None if label is None or label != label else str(label)
        missing = label is None or (isinstance(label, float) and math.isnan(label))
        if missing or not str(label).strip():
            raise DataError(f"{what}, {at_row(row)}: the label is missing", FILL)
        found.append(label)
    return tuple(found)
