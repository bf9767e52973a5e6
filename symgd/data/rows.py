"""Which row of a CSV's text is its header, what stands between its cells, and the rows below.

Laws
----
- the delimiter is the one under which the header holds the most wanted columns, then the most cells
- a first row of numbers is no header
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

from symgd.data.cells import reads_as_number
from symgd.data.comments import DELIMITERS, Lines, lines_of, reader_of
from symgd.data.naming import expect_columns, listed, quoted
from symgd.errors import DataError


@dataclass(frozen=True)
class RowFormat:
    """How the rows of one file are read: `indices` are the wanted cells, counted from 0."""

    delimiter: str
    header: tuple[str, ...]
    wanted: tuple[str, ...]
    indices: tuple[int, ...]


def records(lines: Lines, delimiter: str) -> Iterator[tuple[int, list[str]]]:
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


def is_blank(row: list[str]) -> bool:
    return not "".join(row).strip()


def is_header(line: str, wanted: tuple[str, ...], enough: int | None = None) -> bool:
    """Whether a line has so many of the wanted columns, or all, under some delimiter."""
    for delimiter in DELIMITERS:
        with suppress(DataError):
            cells = _header(Lines(line), delimiter)[1]
            there = len({*wanted} & {*cells})
            if there >= (enough or len({*wanted})) and not all(map(reads_as_number, cells)):
                return True
    return False


def _header(lines: Lines, delimiter: str) -> tuple[int, tuple[str, ...]]:
    """The first row that is not blank, and its line."""
    for line, row in records(lines, delimiter):
        if not is_blank(row):
            return line, tuple(cell.strip() for cell in row)
    raise DataError("the file is empty", "pass a file with a header line and rows of numbers")


@dataclass(frozen=True)
class _Heading:
    """The first row as a delimiter makes it, and its line."""

    delimiter: str
    line: int
    names: tuple[str, ...]


def likeliest(lines: Lines, wanted: tuple[str, ...]) -> tuple[list[_Heading], DataError | None]:
    """The header under each delimiter, likeliest first, and what is broken under another."""
    found: list[_Heading] = []
    broken: DataError | None = None
    for delimiter in DELIMITERS:
        try:
            found.append(_Heading(delimiter, *_header(lines, delimiter)))
        except DataError as error:  # quotes may be right under another delimiter only
            broken = broken or error
    if broken is not None and not found:
        raise broken
    found.sort(key=lambda it: (-len({*it.names} & {*wanted}), -len(it.names)))
    return found, broken


def expect_names(found: Sequence[_Heading], wanted: tuple[str, ...]) -> None:
    """Raise DataError where a header is a row of numbers."""
    for heading in found:
        if all(map(reads_as_number, heading.names)):
            numbers = listed(heading.names, 4)
            example = f", such as {quoted(heading.delimiter.join(wanted), 200)}" if wanted else ""
            raise DataError(
                f"line {heading.line}: the file has no header: its first line is numbers ({numbers})",
                f"put a line of column names above it{example}",
            )


def row_format_of(lines: Lines, wanted: tuple[str, ...]) -> RowFormat:
    """Decide the delimiter from the header line, and find the wanted columns in it."""
    found, broken = likeliest(lines, wanted)
    delimiter, line, header = found[0].delimiter, found[0].line, found[0].names
    lacking = not {*wanted} <= {*header}
    if broken is not None and lacking and any(name.count('"') % 2 for name in header):
        raise broken
    expect_names(found if lacking else found[:1], wanted)
    if lacking:
        expect_no_comment(line, header)
        if len(header) == 1 and {*wanted} <= {*header[0].split()}:
            cause = f"line {line}: the cells are separated by spaces"
            raise DataError(cause, "separate them by commas, semicolons or tabs")
    expect_columns(wanted, header, f"line {line}: ")
    return RowFormat(delimiter, header, wanted, tuple(header.index(name) for name in wanted))


def expect_no_comment(line: int, row: Sequence[str]) -> None:
    """Say that a line which cannot be read is a comment, where it begins as one does elsewhere."""
    mark = re.match(r"\s*(%|//|!|--)", row[0]) if row else None
    if mark is not None:
        cause = f"line {line} begins with {mark[1]}, and a comment begins with # here"
        raise DataError(cause, "begin it with #, or remove it") from None
