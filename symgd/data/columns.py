"""Arrays, frames and CSV files become columns of finite numbers, or an error that names the place.

Laws
----
- every value in a `Columns` is a finite float64; nothing is guessed, filled in or dropped unsaid
- the columns of one `Columns` have the same number of rows, at least one
- what the caller passed is neither changed nor kept: the columns are copies of their own; the columns of a `Columns`, which
  were looked through and which nobody writes to, are neither copied nor looked through again
- wanted columns are named inputs first and target last

Why to the last bit
-------------------
A text's number is read by Python's own `float`, which gives the nearest float there is, and nothing is divided, scaled or
added before it is in its column: what `repr` wrote comes back bit for bit, and a fit of the same file is the same fit on
every machine. Readers that work out digits by themselves are faster (two million rows: 3.9 s here, 0.3 s in Polars) and
some are wrong by one unit in the last digit, which a residual of 10⁻¹² beside a y of 10⁴ shows. A value that is not
finite is refused here, with its row, since in a sum over all rows nobody finds it again.
"""

from __future__ import annotations

import html
import math
import numbers
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias
from weakref import WeakValueDictionary

import numpy as np
import numpy.typing as npt

from symgd.data.arrays import FloatArray, expect_kept, room_for
from symgd.data.cells import MISSING
from symgd.data.csv import check_wanted, read_values
from symgd.data.naming import expect_columns, listed, no_column, quoted
from symgd.data.passed import bound
from symgd.errors import DataError, at_row, for_python
from symgd.printable import printable
from symgd.registry.options import names_options
from symgd.registry.table import as_html, cut
from symgd.writing.words import Message, message, words_in

SHOWN = 12  # rows of a table in a notebook
REMOVE = "remove that row from every column"
PLAIN = (int, float, np.integer, np.floating)
# Types that Python or NumPy files under the real numbers although they are none.
NOT_REAL = (bool, np.bool_, np.timedelta64)
# The arrays that were looked through here, by their id, as long as there are any.
_KNOWN: WeakValueDictionary[int, FloatArray] = WeakValueDictionary()


class ColumnLike(Protocol):
    """What a column may be: a list, a tuple, an array of NumPy, a Series; and a table, by its columns' names."""

    def __len__(self) -> int: ...

    def __getitem__(self, index: Any, /) -> Any: ...


# What is passed by position: columns, or one table; of a CSV the path.
Data: TypeAlias = ColumnLike | os.PathLike[str]


@names_options
@dataclass(frozen=True, eq=False, repr=False)
class Columns:
    """Named columns of equal length.

    Attributes
    ----------
    names : tuple of str
        Inputs first, target last.
    values : tuple of float64 arrays, each of shape (n,)
        Finite, read-only, in the order of `names` and the unit of their source.
    remarks : tuple of Message
        Decisions that the reader should know, such as rows that were skipped.
    source : str
        Where the values came from, for titles and messages.

    Examples
    --------
    >>> columns = columns_from(["x", "y"], [[1, 2, 3]], {"y": [1.2, 1.8, 3.4]})
    >>> len(columns), columns["y"].tolist()
    (3, [1.2, 1.8, 3.4])
    """

    names: tuple[str, ...]
    values: tuple[FloatArray, ...]
    remarks: tuple[Message, ...] = ()
    source: str = "arguments"

    def __repr__(self) -> str:
        rows = "1 row" if len(self) == 1 else f"{len(self):,} rows"
        return f"Columns({printable(', '.join(self.names))}: {rows} from {self.source})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Columns) and (
            (self.names, self.remarks, self.source) == (other.names, other.remarks, other.source)
            and all(map(np.array_equal, self.values, other.values))
        )

    def __hash__(self) -> int:
        return hash((self.names, self.remarks, self.source))

    def __getitem__(self, name: str) -> FloatArray:
        """The column called `name`, of shape (n,); DataError where there is none."""
        if name not in self.names:
            raise no_column(name, self.names)
        return self.values[self.names.index(name)]

    def _repr_html_(self) -> str:
        def row(at: int) -> tuple[str, ...]:
            return (f"{at + 1:,}", *(f"{column[at]:.10g}" for column in self.values))

        notes = (f"<p>{html.escape(note)}</p>" for note in self.notes)
        table = as_html(("row", *self.names), cut(len(self), SHOWN, row))
        return "\n".join((table, *notes))

    @property
    def notes(self) -> tuple[str, ...]:
        """The remarks in the language that SYMGD_LANGUAGE names, or English."""
        return tuple(for_python(remark.written(words=words_in())) for remark in self.remarks)

    def __len__(self) -> int:
        """The number of rows."""
        return len(self.values[0]) if self.values else 0


@names_options
def read_csv(
    path: str | os.PathLike[str], columns: Sequence[str], *, skip_bad_rows: bool = False
) -> Columns:
    r"""Read the named columns of a CSV file with a header line.

    The text is UTF-8, with or without a byte order mark. Cells are separated by a comma, semicolon,
    tab or vertical bar: of these, the one under which the header holds the most wanted columns,
    then the most cells, then the first named here. Cells of other columns are never looked at.

    Parameters
    ----------
    path : str or path
        The file; ``"-"`` reads standard input.
    columns : sequence of str
        The columns wanted: inputs first, target last.
    skip_bad_rows : bool
        Pass over rows that are ragged or hold no number where one is wanted, and note their lines.

    Returns
    -------
    Columns
        In the order of `columns`.

    Raises
    ------
    DataError
        For a file that cannot be read, a header that lacks a wanted column, and the first bad row,
        by the line where the row starts (counted from 1) and the column.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> file = pathlib.Path(tempfile.mkdtemp(), "points.csv")
    >>> _ = file.write_text("x;y\n1;1.2\ntwo;1.8\n3;3.4\n")
    >>> read_csv(file, ["x", "y"])  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    symgd.errors.DataError: line 3, column "x": "two" is not a number; remove the row or pass ...
    >>> columns = read_csv(file, ["x", "y"], skip_bad_rows=True)
    >>> columns["x"].tolist(), columns.notes
    ([1.0, 3.0], ('skipped 1 bad row: line 3',))
    """
    wanted = (columns,) if isinstance(columns, str) else tuple(columns)
    return read_labelled(path, wanted, "", skip_bad_rows=skip_bad_rows)[0]


def read_labelled(
    path: str | os.PathLike[str],
    columns: tuple[str, ...],
    label: str,
    *,
    skip_bad_rows: bool = False,
) -> tuple[Columns, tuple[str, ...]]:
    """The same, with the texts of another column beside it: none where `label` is empty."""
    check_wanted(columns)
    values, texts, remarks = read_values(path, columns, skip_bad_rows, label)
    source = "standard input" if os.fspath(path) == "-" else printable(os.fspath(path))
    return _columns(columns, values, remarks, source), texts


# ---------------------------------------------------------------------------------------------
# What a caller passes in Python


def columns_from(
    names: Sequence[str], positional: Sequence[object], named: Mapping[str, object]
) -> Columns:
    """The wanted columns, inputs first and target last, from what a caller passed: one by one, or as one table.

    A table holds them by name: a mapping, a pandas or polars frame, a NumPy array with named fields, a `Columns`, or
    the path of a CSV file. A column may be a list, a tuple, a NumPy array or a Series of shape (n,) or (n, 1), holding
    integers or floats; an array of shape (n, k) is k columns, in its order.

    Raises
    ------
    DataError
        For columns that are missing, unknown, given twice, of unequal length or empty, and for the
        first value that is not a finite number, by argument and row index (counted from 0).

    Examples
    --------
    >>> columns_from(["x", "y"], [{"x": [1, 2], "y": [3, 5]}], {})["y"].tolist()
    [3.0, 5.0]
    >>> columns_from(["x", "y"], [[1, 2], [3, None]], {})  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    symgd.errors.DataError: argument "y", row index 1: None marks a missing value; remove ...
    """
    wanted = tuple(names)
    check_wanted(wanted)
    table: Any = positional[0] if len(positional) == 1 and not named else None
    if isinstance(table, str | os.PathLike):
        return read_csv(table, wanted)
    there = names_in(table)
    remarks: tuple[Message, ...] = table.remarks if isinstance(table, Columns) else ()
    source = table.source if isinstance(table, Columns) else "arguments"
    if there is None:
        given, what = bound(wanted, positional, named), "argument"
    else:
        expect_columns(wanted, there)
        given, what = {name: table[name] for name in wanted}, "column"
    values: list[FloatArray] = []
    room: FloatArray | None = None
    for name in wanted:
        label = f"{what} {quoted(name)}"
        array = _array(label, given[name])
        if array.ndim == 2:
            remarks += (_flattened(what, name, array),)
        if _is_known(array):
            values.append(array)
            continue
        if room is None:  # one piece of memory for all of them
            room = room_for(len(wanted), array.size)
        values.append(_checked(label, array.reshape(-1), room[len(values)]))
    made = _columns(wanted, tuple(values), remarks, source)
    # a Columns has said what there is to say, and under the names that the reader knows
    return Columns(wanted, made.values, remarks, source) if isinstance(table, Columns) else made


def names_in(table: Any) -> tuple[object, ...] | None:
    """The names of a table's columns; None for what is not a table."""
    if isinstance(table, Columns):
        return table.names
    if isinstance(table, Mapping):
        return tuple(table)
    if isinstance(table, np.ndarray):
        fields: tuple[object, ...] | None = table.dtype.names
        return fields
    if hasattr(table, "columns") and hasattr(table, "__getitem__"):  # pandas, polars and their like
        return tuple(table.columns)
    return None


def _array(label: str, given: Any) -> npt.NDArray[Any]:
    """What was passed for one column as an array of shape (n,) or (n, 1), of any type yet."""
    kind = type(given).__name__
    if isinstance(given, str | bytes | bytearray | Mapping | Columns | set | frozenset):
        raise DataError(f"{label} is a {kind}, not a column", "pass a sequence of numbers")
    if isinstance(given, np.ma.MaskedArray) and np.ma.getmaskarray(given).any():
        row = int(np.argwhere(np.ma.getmaskarray(given))[0][0])
        raise DataError(f"{label}, {at_row(row)}: the value is masked", REMOVE)
    try:
        if isinstance(given, Sequence) and not isinstance(given, memoryview):
            array = _of_sequence(given)
        elif hasattr(given, "to_numpy"):
            array = np.asarray(given.to_numpy())
        else:
            array = np.asarray(given)
    except (TypeError, ValueError, RuntimeError) as error:  # whatever a foreign type says
        cause = f"{label}, a {kind}, is not read as an array ({error})"
        raise DataError(cause, "pass a sequence of numbers") from error
    if array.ndim == 0:
        number = isinstance(given, numbers.Number)
        cause = f"{label} is {'one number' if number else f'a {kind}'}, not a column"
        raise DataError(cause, "pass a sequence of numbers, such as a list")
    if array.ndim > 2 or (array.ndim == 2 and array.shape[1] != 1):
        cause = f"{label} has shape {array.shape}, where one column is meant"
        raise DataError(cause, "pass an array of shape (n,), such as a[:, 0] or a.ravel()")
    return array


def _of_sequence(given: Sequence[Any]) -> npt.NDArray[Any]:
    """A sequence as an array; [1, True] and [2**53 + 1] keep each value's own type, so that it is seen."""
    values = list(given)
    kinds = {*map(type, values)}
    plain = all(issubclass(k, PLAIN) and not issubclass(k, NOT_REAL) for k in kinds)
    if values and plain:
        try:
            array = np.array(values, dtype=np.float64)
            if math.ulp(abs(array).max()) <= 1:
                return array
        except OverflowError:  # an integer of hundreds of digits: found later, with its row
            pass
    return np.array(values, dtype=object)


def _checked(label: str, array: npt.NDArray[Any], room: FloatArray) -> FloatArray:
    """A copy of `array`, shape (n,), as finite float64, in the `room` where it has that shape."""
    if array.dtype.kind not in "fiu":
        for row, value in enumerate(array):
            _check_value(f"{label}, {at_row(row)}", value)
    with np.errstate(over="ignore", invalid="ignore"):  # a longer float may overflow: found below
        values = room if room.shape == array.shape else np.empty(array.shape)
        np.copyto(values, array, casting="unsafe")
        total = np.add.reduce(values)
    if not np.isfinite(total):  # a value is not finite, or the sum alone is too large
        for row in np.flatnonzero(~np.isfinite(values))[:1]:
            _check_value(f"{label}, {at_row(int(row))}", array[row])
    if array.dtype.kind != "f":
        whole = ((n, value) for n, value in enumerate(array) if isinstance(value, numbers.Integral))
        expect_kept(values, ((f"{label}, {at_row(row)}", int(value)) for row, value in whole))
    return values


def _is_known(array: npt.NDArray[Any]) -> bool:
    """Whether this very array is a column that was looked through, and that nobody wrote to since."""
    return _KNOWN.get(id(array)) is array and not array.flags.writeable


def _check_value(where: str, value: Any) -> None:
    """Raise where one value is not a finite real number."""
    if isinstance(value, numbers.Real) and not isinstance(value, NOT_REAL):
        try:
            number = float(value)
        except OverflowError:
            number = math.inf
        if math.isnan(number):
            raise DataError(f"{where}: nan marks a missing value", REMOVE)
        if math.isinf(number):
            spelt = isinstance(value, float | np.floating) and np.isinf(value)
            fault = "is infinite" if spelt else "is too large for a float (the limit is 1.8e308)"
            raise DataError(f"{where}: {_plain(value)} {fault}", REMOVE)
    elif str(value).lower() in MISSING:
        raise DataError(f"{where}: {_plain(value)} marks a missing value", REMOVE)
    else:
        cause = f"{where}: {_plain(value)} is of type {type(value).__name__}, not a real number"
        raise DataError(cause, "convert the column to integers or floats")


def _plain(value: Any) -> str:
    """A value as a message shows it: text in quotes, all else bare."""
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, int) and value.bit_length() > 1023:  # Python refuses to print the longest
        return f"an integer of {value.bit_length()} bits"
    return quoted(str(value))[1:-1]


def _columns(
    names: tuple[str, ...],
    values: tuple[FloatArray, ...],
    remarks: tuple[Message, ...],
    source: str,
) -> Columns:
    """Columns that fit together, with a remark on each thing that follows from too little data."""
    for name, value in zip(names, values, strict=True):
        if len(value) != len(values[0]):
            cause = f"{quoted(names[0])} has {len(values[0])} rows, {quoted(name)} {len(value)}"
            raise DataError(cause, "pass columns of equal length")
        value.flags.writeable = False
        _KNOWN[id(value)] = value
    if not len(values[0]):
        raise DataError(f"{listed(names)}: there are no rows", "pass at least one row of numbers")
    said = {str(remark): remark for remark in (*remarks, *_too_little(names, values))}
    return Columns(names, values, tuple(said.values()), source)


def _flattened(what: str, name: str, array: npt.NDArray[Any]) -> Message:
    kinds = {"argument": message("argument"), "column": message("column")}
    return message(
        "{what} {name} of shape {shape} is read as {number} values",
        what=kinds[what],
        name=quoted(name),
        shape=str(array.shape),
        number=len(array),
    )


def _too_little(names: tuple[str, ...], values: tuple[FloatArray, ...]) -> Iterator[Message]:
    """Facts about the data alone: what they mean depends on the model."""
    if len(values[0]) == 1:
        yield message("one row only")
        return
    for name, value in zip(names, values, strict=True):
        if value[-1] == value[0] and (value == value[0]).all():
            constant = repr(float(value[0]))
            yield message("column {name} is constant ({value})", name=quoted(name), value=constant)
