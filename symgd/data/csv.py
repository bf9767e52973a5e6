"""The text of a CSV file becomes arrays of finite numbers, or an error with its line and column.

Laws
----
- nothing is guessed: a cell is a number in Python's syntax, or an error that says what to do
- lines are those of the file, counted from 1; a row is named by the line where it starts
- the quick way and the careful way give the same numbers; the careful one knows the places
"""

from __future__ import annotations

import csv
import difflib
import io
import math
import os
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import IO, Any

import numpy as np

from symgd.budget import uncounted
from symgd.data.arrays import FloatArray, expect_kept
from symgd.errors import DataError, counted, either
from symgd.files import read_within
from symgd.printable import printable
from symgd.writing.words import Message, message

DELIMITERS = (",", ";", "\t", "|")
SKIP = f"remove the row or pass {either('skip_bad_rows=True to symgd.read_csv', '--skip-bad-rows to symgd fit')}"
MOST_BYTES, MOST_PIPED = 4 << 30, 1 << 30  # no more is read, of a file and of what may have no end
BLOCK = 16384  # rows converted at a time: keeps the text of few rows alive at once
# What files write for a value that is not there, in lower case.
MISSING = frozenset(
    {"na", "n/a", "#n/a", "nan", "<na>", "nat", "null", "none", "nil", "-", "?", "."}
)
# The first bytes of files that people take for CSV, and what they are.
NOT_CSV = (
    (b"PK\x03\x04", "an Excel workbook or a zip archive"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook"),
    (b"\x1f\x8b", "compressed with gzip"),
    (b"PAR1", "a Parquet file"),
    (b"\xff\xfe", "text in UTF-16"),
    (b"\xfe\xff", "text in UTF-16"),
)


def read_values(
    path: str | os.PathLike[str], wanted: tuple[str, ...], skip_bad_rows: bool
) -> tuple[tuple[FloatArray, ...], tuple[Message, ...]]:
    """The `wanted` columns of a CSV file, each of shape (n,), n > 0, and a remark on rows skipped."""
    text = _without_blank_end(_decoded(_content(path)))
    row_format = _row_format(text, wanted)
    remarks: tuple[Message, ...] = ()
    values = _quick(text, row_format)
    if values is None:
        values, remarks = _careful(text, row_format, skip_bad_rows)
    if not len(values[0]):
        cause = f"the file has a header ({listed(row_format.header)}) and no rows"
        raise DataError(cause, "add rows of numbers")
    for name, index, column in zip(wanted, row_format.indices, values, strict=True):
        expect_kept(column, _whole_numbers(text, row_format.delimiter, name, index))
    return values, remarks


def read_texts(path: str | os.PathLike[str], name: str) -> tuple[str, ...]:
    """One column of a CSV file as it is written, without the spaces around a cell."""
    text = _without_blank_end(_decoded(_content(path)))
    row_format = _row_format(text, (name,))
    index, rows = row_format.indices[0], _records(text, row_format.delimiter)
    next(row for _, row in rows if not _is_blank(row))  # the header
    return tuple(row[index].strip() if index < len(row) else "" for _, row in rows)


@dataclass(frozen=True)
class _RowFormat:
    """How the rows of one file are read: `indices` are the wanted cells, counted from 0."""

    delimiter: str
    header: tuple[str, ...]
    wanted: tuple[str, ...]
    indices: tuple[int, ...]


def check_wanted(wanted: tuple[str, ...]) -> None:
    """Raise DataError where no column is wanted, or one twice."""
    if not wanted:
        raise DataError("no column is asked for", "name the columns of the inputs and the target")
    for name in wanted:
        if wanted.count(name) > 1:
            cause = f"the column {quoted(name)} is asked for twice"
            raise DataError(cause, "name each column once")


def _content(path: str | os.PathLike[str]) -> bytes:
    """The bytes of a file or of standard input."""
    if os.fspath(path) == "-":
        try:
            with uncounted():
                return _whole(sys.stdin.buffer, MOST_PIPED, "standard input")
        except (OSError, AttributeError, ValueError) as error:  # closed, or replaced by a console
            if isinstance(error, DataError):
                raise
            cause, remedy = "standard input cannot be read", "pipe a CSV in or name a file"
            raise DataError(cause, remedy) from None
    file_name = quoted(os.fspath(path), 200)
    try:
        return _whole(path, MOST_BYTES if os.path.isfile(path) else MOST_PIPED, file_name)
    except DataError:
        raise
    except FileNotFoundError:
        raise DataError(f"there is no file {file_name}", _nearest_file(path)) from None
    except (OSError, ValueError) as error:
        if os.path.isdir(path):
            raise DataError(f"{file_name} is a folder", "name a CSV file in it") from None
        if isinstance(error, PermissionError):
            cause, remedy = f"no permission to read {file_name}", "make it readable or copy it"
        else:
            cause = f"{file_name} cannot be read ({getattr(error, 'strerror', None) or error})"
            remedy = "check the path and the device"
        raise DataError(cause, remedy) from None


def _whole(source: str | os.PathLike[str] | IO[bytes], most: int, name: str) -> bytes:
    """The content, which must be no larger than `most`."""
    content = read_within(source, most)
    if content is None:
        cause = f"{name} is larger than {most >> 30} GiB, and no more is read"
        raise DataError(cause, "fit a sample of its rows")
    return content


def _nearest_file(path: str | os.PathLike[str]) -> str:
    """What to try for a file that is not there."""
    if os.path.islink(path):
        return f"the link leads to {quoted(os.readlink(path), 200)}, which is not there"
    folder, name = os.path.split(os.fspath(path))
    try:
        near = _nearest(name, os.listdir(folder or os.curdir))
    except OSError:
        return f"nor a folder {quoted(folder, 200)}: check the path"
    return f"did you mean {quoted(os.path.join(folder, near), 200)}?" if near else "check the path"


def _decoded(content: bytes) -> str:
    """The text of a file's bytes, which must be UTF-8 without NUL."""
    if (offset := content.find(b"\0")) >= 0:
        fault = f"{_byte_at(content, offset)} is NUL, so this is not text"
    else:
        try:
            return content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            # `start` counts from behind the byte order mark
            offset = error.start + len(content) - len(error.object)
            fault = f"{_byte_at(content, offset)} (0x{content[offset]:02x}) is not UTF-8"
    for start, kind in NOT_CSV:
        if content.startswith(start):
            fault = f"the file is {kind}, not CSV"
    raise DataError(fault, 'save it as "CSV UTF-8"')


def _byte_at(content: bytes, offset: int) -> str:
    before = content[:offset].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    lines = before.count(b"\n")
    return f"line {lines + 1}, byte {offset + 1} of the file"


def _without_blank_end(text: str) -> str:
    """The text up to the end of its last line that is not blank."""
    end = re.compile(r"[\r\n]").search(text, len(text.rstrip()))
    return text[: end.start()] if end else text


def _reader(text: str, delimiter: str) -> Any:
    # newline="" keeps line breaks inside quoted cells as they are, and \r alone ends a line too;
    # StringIO would hold four bytes a character
    lines = io.TextIOWrapper(io.BytesIO(text.encode()), "utf-8", newline="")
    return csv.reader(lines, delimiter=delimiter, strict=True, skipinitialspace=True)


def _records(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Each row with the line where it starts, counted from 1."""
    reader = _reader(text, delimiter)
    line = 1
    try:
        for row in reader:
            yield line, row
            line = reader.line_num + 1
    except csv.Error as error:
        raise _broken_row(line, error) from None


def _broken_row(line: int, error: csv.Error) -> DataError:
    limit = csv.field_size_limit()
    if str(error).startswith("field larger"):
        cause = f"a cell is longer than {limit} characters"
    elif str(error) == "unexpected end of data":
        cause = "a quotation mark is opened and never closed"
    else:
        cause = "a quotation mark stands inside a quoted cell"  # "',' expected after '\"'"
    return DataError(f"line {line}: {cause}", "close each quote and double a quote inside a cell")


def _is_blank(row: list[str]) -> bool:
    return not "".join(row).strip()


def _header(text: str, delimiter: str) -> tuple[int, tuple[str, ...]]:
    """The first row that is not blank, and its line."""
    for line, row in _records(text, delimiter):
        if not _is_blank(row):
            return line, tuple(cell.strip() for cell in row)
    raise DataError("the file is empty", "pass a file with a header line and rows of numbers")


def _row_format(text: str, wanted: tuple[str, ...]) -> _RowFormat:
    """Decide the delimiter from the header line, and find the wanted columns in it."""
    found: list[tuple[str, int, tuple[str, ...]]] = []
    broken: DataError | None = None
    for delimiter in DELIMITERS:
        try:
            found.append((delimiter, *_header(text, delimiter)))
        except DataError as error:  # quotes may be right under another delimiter only
            broken = broken or error
    if broken is not None and not found:
        raise broken
    best = max(found, key=lambda it: (len({*it[2]} & {*wanted}), len(it[2])))
    delimiter, line, header = best
    lacking = not {*wanted} <= {*header}
    if broken is not None and lacking and '"' in "".join(header):
        raise broken
    for mark, _, cells in (best, *found) if lacking else (best,):
        if all(map(_reads_as_number, cells)):
            raise DataError(
                f"line {line}: the file has no header: its first line is numbers ({listed(cells, 4)})",
                f"put a line of column names above it, such as {quoted(mark.join(wanted), 200)}",
            )
    expect_columns(wanted, header, f"line {line}: ")
    return _RowFormat(delimiter, header, wanted, tuple(header.index(name) for name in wanted))


def _reads_as_number(cell: str) -> bool:
    try:
        float(cell.replace(",", "."))
    except ValueError:
        return False
    return True


def _quick(text: str, row_format: _RowFormat) -> tuple[FloatArray, ...] | None:
    """The wanted columns where every row is good, else None: then the places must be found."""
    parts: list[list[FloatArray]] = [[np.empty(0)] for _ in row_format.indices]
    reader = _reader(text, row_format.delimiter)
    try:
        next(row for row in reader if not _is_blank(row))  # the header
        while rows := list(islice(reader, BLOCK)):
            if {*map(len, rows)} != {len(row_format.header)}:
                return None
            for part, index in zip(parts, row_format.indices, strict=True):
                cells = [row[index] for row in rows]
                if "_" in "".join(cells):  # float() would take 1_000
                    return None
                part.append(np.fromiter(map(float, cells), np.float64, len(cells)))
    except (ValueError, csv.Error):
        return None
    values = tuple(np.concatenate(part) for part in parts)
    return values if all(np.isfinite(value).all() for value in values) else None


def _careful(
    text: str, row_format: _RowFormat, skip: bool
) -> tuple[tuple[FloatArray, ...], tuple[Message, ...]]:
    """The wanted columns row by row; the first bad row is an error, or all are told."""
    good: list[list[float]] = []
    bad: list[int] = []
    first: DataError | None = None
    rows = _records(text, row_format.delimiter)
    next(row for _, row in rows if not _is_blank(row))  # the header
    for line, row in rows:
        try:
            good.append(_row_values(line, row, row_format))
        except DataError as error:
            if not skip:
                raise
            first = first or error
            bad.append(line)
    if first is not None and not good:
        raise DataError(f"no row is good; the first bad one is {first.cause}", "correct the file")
    table = np.array(good, dtype=np.float64).reshape(len(good), len(row_format.indices))
    return tuple(table.T.copy()), (_skipped(bad),) if bad else ()


def _whole_numbers(text: str, delimiter: str, name: str, index: int) -> Iterator[tuple[str, int]]:
    """The whole numbers of a column, each with its place."""
    for line, row in _records(text, delimiter):
        cell = row[index].strip() if index < len(row) else ""
        if re.fullmatch(r"[-+]?\d{1,400}", cell):
            yield f"line {line}, column {quoted(name)}", int(cell)


def _skipped(lines: list[int], limit: int = 10) -> Message:
    some = ", ".join(map(str, lines[:limit]))
    if len(lines) > limit:
        return message(
            "skipped {number} bad rows: lines {lines} and {more} more",
            number=len(lines),
            lines=some,
            more=len(lines) - limit,
        )
    return message(
        "skipped {number} bad row: line {lines}",
        "skipped {number} bad rows: lines {lines}",
        number=len(lines),
        lines=some,
    )


def _row_values(line: int, row: list[str], row_format: _RowFormat) -> list[float]:
    width = len(row_format.header)
    if len(row) != width and width > 1 and _is_blank(row):
        raise DataError(f"line {line}: the line is blank", SKIP)
    if len(row) != width and row:
        cause = f"line {line}: {counted(len(row), 'cell')} where the header has {width}"
        mend = "complete" if len(row) < width else "correct"
        raise DataError(cause, f"{mend} the row, {SKIP}")
    wanted = zip(row_format.wanted, row_format.indices, strict=True)
    return [_number(row[index] if row else "", line, name) for name, index in wanted]


def _number(cell: str, line: int, column: str) -> float:
    """The finite number that a cell holds, in Python's syntax without underscores."""
    text = cell.strip()
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if math.isfinite(value) and "_" not in text:
        return value
    shown, remedy = quoted(text), f"fill it in, {SKIP}"
    if not text:
        fault = "the cell is empty"
    elif text.lower() in MISSING:
        fault = f"{shown} marks a missing value"
    elif math.isnan(value) or "_" in text:
        fault, remedy = f"{shown} is not a number", _how_to_write(text)
    elif "inf" in text.lower():
        fault, remedy = f"{shown} is infinite", SKIP
    else:
        fault, remedy = f"{shown} is too large for a float (the limit is 1.8e308)", SKIP
    raise DataError(f"line {line}, column {quoted(column)}: {fault}", remedy)


def _how_to_write(text: str) -> str:
    """The remedy for a cell that a reader takes for a number and Python does not."""
    if re.fullmatch(r"[-+]?\d{1,3}(,\d{3}){2,}(\.\d*)?|[-+]?\d{1,3},\d{3}\.\d*", text):
        return "write it without thousands separators"
    if re.fullmatch(r"[-+]?[1-9]\d{0,2},\d{3}", text):  # 1,000 is a thousand to some, one to others
        return "use a decimal point and no thousands separator"
    if re.fullmatch(r"[-+]?\d*,\d+([eE][-+]?\d+)?", text):
        return "use a decimal point"
    if re.fullmatch(r"[-+]?\d{1,3}([.'\u2019\s]\d{3})+(,\d+)?", text):
        return f"write it without thousands separators{' and use a decimal point' * (',' in text)}"
    if "_" in text and _reads_as_number(text):
        return "write it without underscores"
    return SKIP


# ---------------------------------------------------------------------------------------------
# How messages show names and texts


def expect_columns(wanted: Sequence[str], there: Sequence[object], where: str = "") -> None:
    """Raise DataError where a wanted column is not there, or there more than once."""
    for name in wanted:
        if name not in there:
            raise no_column(name, there)
        if there.count(name) > 1:
            cause = f"{where}{there.count(name)} columns are called {quoted(name)}"
            raise DataError(cause, "give each its own name")


def no_column(name: str, there: Sequence[object]) -> DataError:
    """The error for a column that is not among those `there`."""
    near = _nearest(name, [str(other) for other in there])
    hint = f"; did you mean {quoted(near)}?" if near else ""
    remedy = f"the columns are {listed(there)}{hint}" if there else "pass a table with columns"
    return DataError(f"there is no column {quoted(name)}", remedy)


def _nearest(name: str, there: Sequence[str]) -> str:
    """The most similar of `there` when letter case is left out of account, or nothing."""
    by_folded = {other.casefold(): other for other in reversed(there)}
    near = difflib.get_close_matches(name.casefold()[:100], by_folded, 1)
    return by_folded[near[0]] if near else ""


def listed(names: Sequence[object], limit: int = 20) -> str:
    """Names in quotes, the first `limit` of them."""
    more = f" and {len(names) - limit} more" if len(names) > limit else ""
    return ", ".join(quoted(str(name)) for name in names[:limit]) + more


def quoted(text: str, limit: int = 40) -> str:
    """A text in quotes, shortened, with characters that do not print written as escapes."""
    cut = text if len(text) <= limit else text[: limit - 1] + "…"
    return f'"{printable(cut)}"'
