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
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from typing import IO

import numpy as np

from symgd.budget import uncounted
from symgd.data.arrays import FloatArray, expect_kept
from symgd.data.cells import SKIP, number_in
from symgd.data.comments import Lines, headed, lines_of, reader_of, without_comments
from symgd.data.kinds import UTF8, expect_csv
from symgd.data.naming import listed, nearest_name, quoted
from symgd.data.rows import (
    RowFormat,
    expect_names,
    expect_no_comment,
    is_blank,
    is_header,
    likeliest,
    records,
    row_format_of,
)
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


@dataclass(frozen=True)
class Sheet:
    """A file's bytes, read once for its header and then for its columns: standard input comes only once."""

    path: str
    content: bytes

    def __fspath__(self) -> str:
        return self.path


def read_header(
    path: str | os.PathLike[str], likely: tuple[str, ...], example: tuple[str, ...] = ()
) -> tuple[Sheet, tuple[str, ...]]:
    """A file, and the names in its header, under the delimiter where most of the `likely` ones are among them.

    None of them need be there. A first line of numbers is no header: an error tells to write one, such as `example`.
    """
    sheet = Sheet(os.fspath(path), _content(path))
    try:
        text = _without_blank_end(_decoded(sheet.content))
        lines = headed(text, partial(is_header, wanted=likely, enough=1))
        found, _ = likeliest(lines, likely)
        expect_names(found[:1], example)
        if not {*likely} & {*found[0].names}:
            expect_csv(sheet.content, _file_name(path))
    except DataError:
        expect_csv(sheet.content, _file_name(path))
        raise
    return sheet, found[0].names


def read_texts(path: str | os.PathLike[str], name: str) -> tuple[str, ...]:
    """One column of a CSV file as it is written, without the spaces around a cell."""
    return _texts(*_opened(path, (name,)), name)


def _texts(
    lines: Lines, row_format: RowFormat, name: str, bad: Sequence[int] = ()
) -> tuple[str, ...]:
    """The cells of a column, but for those in `bad` lines."""
    left_out = frozenset(bad)
    index, rows = row_format.header.index(name), records(lines, row_format.delimiter)
    next(row for _, row in rows if not is_blank(row))  # the header
    return tuple(
        row[index].strip() if index < len(row) else "" for line, row in rows if line not in left_out
    )


def _opened(path: str | os.PathLike[str], wanted: tuple[str, ...]) -> tuple[Lines, RowFormat]:
    """The lines of a file without its comments, and how they are read; or what the file is, where it is no CSV."""
    content = _content(path)
    try:
        text = _without_blank_end(_decoded(content))
        lines = headed(text, partial(is_header, wanted=wanted))
        row_format = row_format_of(lines, wanted)
    except DataError:
        expect_csv(content, _file_name(path))
        raise
    lines = without_comments(lines, row_format.delimiter)
    return replace(lines, text=_without_blank_end(lines.text)), row_format


def _file_name(path: str | os.PathLike[str]) -> str:
    return "" if os.fspath(path) == "-" else os.path.basename(path)


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
    if isinstance(path, Sheet):
        return path.content
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


def _quick(lines: Lines, row_format: RowFormat) -> tuple[FloatArray, ...] | None:
    """The wanted columns where every row is good, else None: then the places must be found."""
    parts: list[list[FloatArray]] = [[np.empty(0)] for _ in row_format.indices]
    reader = reader_of(lines_of(lines.text), row_format.delimiter)
    try:
        next(row for row in reader if not is_blank(row))  # the header
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
    lines: Lines, row_format: RowFormat, skip: bool
) -> tuple[tuple[FloatArray, ...], list[int]]:
    """The wanted columns row by row, and the lines of bad rows; the first of them is an error where none is skipped."""
    good: list[list[float]] = []
    bad: list[int] = []
    first: DataError | None = None
    rows = records(lines, row_format.delimiter)
    next(row for _, row in rows if not is_blank(row))  # the header
    for line, row in rows:
        try:
            good.append(_row_values(line, row, row_format))
        except DataError as error:
            if not skip:
                expect_no_comment(line, row)
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
    for line, row in records(lines, delimiter):
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


def _row_values(line: int, row: list[str], row_format: RowFormat) -> list[float]:
    width = len(row_format.header)
    if len(row) != width and width > 1 and is_blank(row):
        raise DataError(f"line {line}: the line is blank", SKIP)
    if len(row) != width and row:
        cause = f"line {line}: {counted(len(row), 'cell')} where the header has {width}"
        mend = "complete" if len(row) < width else "correct"
        raise DataError(cause, f"{mend} the row, {SKIP}")
    wanted = zip(row_format.wanted, row_format.indices, strict=True)
    return [number_in(row[index] if row else "", line, name) for name, index in wanted]
