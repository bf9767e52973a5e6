"""The text of a CSV file becomes arrays of finite numbers, or an error with its line and column.

Laws
----
- nothing is guessed: a cell is a number in Python's syntax, or an error that says what to do
- lines are those of the file, counted from 1; a row is named by the line where it starts
- the quick way and the careful way give the same numbers; the careful one knows the places
"""

from __future__ import annotations

import csv
import os
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from typing import IO

import numpy as np

from symgd.budget import uncounted
from symgd.data.arrays import FloatArray, expect_kept
from symgd.data.cells import SKIP, number_in, reads_as_number
from symgd.data.comments import DELIMITERS, Lines, headed, lines_of, reader_of, without_comments
from symgd.data.kinds import UTF8, expect_csv
from symgd.data.naming import expect_columns, listed, nearest_name, quoted
from symgd.errors import DataError, counted
from symgd.files import read_within
from symgd.writing.words import Message, message

MOST_BYTES, MOST_PIPED = 4 << 30, 1 << 30  # no more is read, of a file and of what may have no end
BLOCK = 16384  # rows converted at a time: keeps the text of few rows alive at once


def read_values(
    path: str | os.PathLike[str], wanted: tuple[str, ...], skip_bad_rows: bool, label: str = ""
) -> tuple[tuple[FloatArray, ...], tuple[str, ...], tuple[Message, ...]]:
    """The `wanted` columns of a CSV file, each of shape (n,), n > 0, the texts in `label`, and remarks on lines passed over."""
    extra = (label,) if label and label not in wanted else ()
    lines, whole = _opened(path, (*wanted, *extra))
    row_format = replace(whole, wanted=wanted, indices=whole.indices[: len(wanted)])
    remarks: tuple[Message, ...] = (_passed(lines.comments),) if lines.comments else ()
    bad: list[int] = []
    values = _quick(lines, row_format)
    if values is None:
        values, bad = _careful(lines, row_format, skip_bad_rows)
        remarks += (_skipped(bad),) if bad else ()
    if not len(values[0]):
        cause = f"the file has a header ({listed(row_format.header)}) and no rows"
        raise DataError(cause, "add rows of numbers")
    for name, index, column in zip(wanted, row_format.indices, values, strict=True):
        expect_kept(column, _whole_numbers(lines, row_format.delimiter, name, index))
    return values, _texts(lines, whole, label, bad) if label else (), remarks


def read_texts(path: str | os.PathLike[str], name: str) -> tuple[str, ...]:
    """One column of a CSV file as it is written, without the spaces around a cell."""
    return _texts(*_opened(path, (name,)), name)


def _texts(
    lines: Lines, row_format: _RowFormat, name: str, bad: Sequence[int] = ()
) -> tuple[str, ...]:
    """The cells of a column, but for those in `bad` lines."""
    left_out = frozenset(bad)
    index, rows = row_format.header.index(name), _records(lines, row_format.delimiter)
    next(row for _, row in rows if not _is_blank(row))  # the header
    return tuple(
        row[index].strip() if index < len(row) else "" for line, row in rows if line not in left_out
    )


@dataclass(frozen=True)
class _RowFormat:
    """How the rows of one file are read: `indices` are the wanted cells, counted from 0."""

    delimiter: str
    header: tuple[str, ...]
    wanted: tuple[str, ...]
    indices: tuple[int, ...]


def _opened(path: str | os.PathLike[str], wanted: tuple[str, ...]) -> tuple[Lines, _RowFormat]:
    """The lines of a file without its comments, and how they are read; or what the file is, where it is no CSV."""
    content = _content(path)
    try:
        text = _without_blank_end(_decoded(content))
        lines = headed(text, partial(_is_header, wanted=wanted))
        row_format = _row_format(lines, wanted)
    except DataError:
        expect_csv(content, os.path.basename(path) if os.fspath(path) != "-" else "")
        raise
    lines = without_comments(lines, row_format.delimiter)
    return replace(lines, text=_without_blank_end(lines.text)), row_format


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
        near = nearest_name(name, os.listdir(folder or os.curdir))
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
    raise DataError(fault, UTF8)


def _byte_at(content: bytes, offset: int) -> str:
    before = content[:offset].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    lines = before.count(b"\n")
    return f"line {lines + 1}, byte {offset + 1} of the file"


def _without_blank_end(text: str) -> str:
    """The text up to the end of its last line that is not blank."""
    end = re.compile(r"[\r\n]").search(text, len(text.rstrip()))
    return text[: end.start()] if end else text


def _records(lines: Lines, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Each row with the line where it starts, counted from 1."""
    reader = reader_of(lines_of(lines.text), delimiter)
    line = 1
    try:
        for row in reader:
            yield lines.place(line), row
            line = reader.line_num + 1
    except csv.Error as error:
        raise _broken_row(lines.place(line), error) from None


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


def _is_header(line: str, wanted: tuple[str, ...]) -> bool:
    """Whether a line has all wanted columns, under some delimiter."""
    for delimiter in DELIMITERS:
        with suppress(DataError):
            cells = _header(Lines(line), delimiter)[1]
            if {*wanted} <= {*cells} and not all(map(reads_as_number, cells)):
                return True
    return False


def _header(lines: Lines, delimiter: str) -> tuple[int, tuple[str, ...]]:
    """The first row that is not blank, and its line."""
    for line, row in _records(lines, delimiter):
        if not _is_blank(row):
            return line, tuple(cell.strip() for cell in row)
    raise DataError("the file is empty", "pass a file with a header line and rows of numbers")


def _row_format(lines: Lines, wanted: tuple[str, ...]) -> _RowFormat:
    """Decide the delimiter from the header line, and find the wanted columns in it."""
    found: list[tuple[str, int, tuple[str, ...]]] = []
    broken: DataError | None = None
    for delimiter in DELIMITERS:
        try:
            found.append((delimiter, *_header(lines, delimiter)))
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
        if all(map(reads_as_number, cells)):
            raise DataError(
                f"line {line}: the file has no header: its first line is numbers ({listed(cells, 4)})",
                f"put a line of column names above it, such as {quoted(mark.join(wanted), 200)}",
            )
    if lacking:
        _expect_no_comment(line, header)
        if len(header) == 1 and {*wanted} <= {*header[0].split()}:
            cause = f"line {line}: the cells are separated by spaces"
            raise DataError(cause, "separate them by commas, semicolons or tabs")
    expect_columns(wanted, header, f"line {line}: ")
    return _RowFormat(delimiter, header, wanted, tuple(header.index(name) for name in wanted))


def _quick(lines: Lines, row_format: _RowFormat) -> tuple[FloatArray, ...] | None:
    """The wanted columns where every row is good, else None: then the places must be found."""
    parts: list[list[FloatArray]] = [[np.empty(0)] for _ in row_format.indices]
    reader = reader_of(lines_of(lines.text), row_format.delimiter)
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
    lines: Lines, row_format: _RowFormat, skip: bool
) -> tuple[tuple[FloatArray, ...], list[int]]:
    """The wanted columns row by row, and the lines of bad rows; the first of them is an error where none is skipped."""
    good: list[list[float]] = []
    bad: list[int] = []
    first: DataError | None = None
    rows = _records(lines, row_format.delimiter)
    next(row for _, row in rows if not _is_blank(row))  # the header
    for line, row in rows:
        try:
            good.append(_row_values(line, row, row_format))
        except DataError as error:
            if not skip:
                _expect_no_comment(line, row)
                raise
            first = first or error
            bad.append(line)
    if first is not None and not good:
        raise DataError(f"no row is good; the first bad one is {first.cause}", "correct the file")
    table = np.array(good, dtype=np.float64).reshape(len(good), len(row_format.indices))
    return tuple(table.T.copy()), bad


def _whole_numbers(
    lines: Lines, delimiter: str, name: str, index: int
) -> Iterator[tuple[str, int]]:
    """The whole numbers of a column, each with its place."""
    for line, row in _records(lines, delimiter):
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


def _passed(comments: tuple[int, ...], limit: int = 10) -> Message:
    some = ", ".join(map(str, comments[:limit])) + ", …" * (len(comments) > limit)
    return message(
        "passed over {number} comment: line {lines}",
        "passed over {number} comments: lines {lines}",
        number=len(comments),
        lines=some,
    )


def _expect_no_comment(line: int, row: Sequence[str]) -> None:
    """Say that a line which cannot be read is a comment, where it begins as one does elsewhere."""
    mark = re.match(r"\s*(%|//|!|--)", row[0]) if row else None
    if mark is not None:
        cause = f"line {line} begins with {mark[1]}, and a comment begins with # here"
        raise DataError(cause, "begin it with #, or remove it") from None


def _row_values(line: int, row: list[str], row_format: _RowFormat) -> list[float]:
    width = len(row_format.header)
    if len(row) != width and width > 1 and _is_blank(row):
        raise DataError(f"line {line}: the line is blank", SKIP)
    if len(row) != width and row:
        cause = f"line {line}: {counted(len(row), 'cell')} where the header has {width}"
        mend = "complete" if len(row) < width else "correct"
        raise DataError(cause, f"{mend} the row, {SKIP}")
    wanted = zip(row_format.wanted, row_format.indices, strict=True)
    return [number_in(row[index] if row else "", line, name) for name, index in wanted]
