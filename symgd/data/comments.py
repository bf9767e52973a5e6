"""Lines of a CSV that are comments: where a line of them is the header, and which rows are left.

Laws
----
- a comment is a line that begins with #; it is passed over, and told
- a line that has the wanted columns is the header, # or no #; of several, the one that is no comment
- where every row begins with #, none is a comment: these are names
- a # inside a quoted cell begins nothing
"""

from __future__ import annotations

import csv
import io
import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import Any

DELIMITERS = (",", ";", "\t", "|")
_COMMENT = re.compile(r"[ \t]*#")


@dataclass(frozen=True)
class Lines:
    r"""A text without the lines that are passed over, which still knows where its lines stood.

    Parameters
    ----------
    text : str
    passed : tuple of int
        The lines that are gone, as the file counts them, from 1.
    comments : tuple of int
        Those of them that are comments.

    Examples
    --------
    >>> lines = Lines("x,y\n1,2\n", passed=(1, 3))
    >>> lines.place(1), lines.place(2)
    (2, 4)
    """

    text: str
    passed: tuple[int, ...] = ()
    comments: tuple[int, ...] = ()

    @cached_property
    def _before(self) -> list[int]:
        return [place - at for at, place in enumerate(self.passed)]

    def place(self, line: int) -> int:
        """The line of the file that is this one of the text."""
        return line + bisect_right(self._before, line)


def lines_of(text: str) -> Iterator[str]:
    """The lines, each with its end; a carriage return alone ends one too."""
    # newline="" keeps line breaks inside quoted cells as they are; StringIO would hold four bytes a character
    return io.TextIOWrapper(io.BytesIO(text.encode()), "utf-8", newline="")


def reader_of(lines: Iterator[str], delimiter: str) -> Any:
    """The rows of these lines."""
    return csv.reader(lines, delimiter=delimiter, strict=True, skipinitialspace=True)


def headed(text: str, is_header: Callable[[str], bool]) -> Lines:
    """The text from its header on, where comments stand above it, or it is one of them.

    `is_header` tells whether a line has the wanted columns.
    """
    above: list[str] = []
    plain = ""
    for line in lines_of(text):
        if line.strip() and not _COMMENT.match(line):
            plain = line
            break
        above.append(line)
    if not any(map(_COMMENT.match, above)):
        return Lines(text)
    rest = text[sum(map(len, above)) :]
    header: int | None = None
    if not is_header(plain):
        bare = [_COMMENT.sub("", line, count=1) for line in above]
        for written in (above, bare):
            if header is None:
                found = [n for n, line in enumerate(written) if line.strip() and is_header(line)]
                header, rest = (found[-1], written[found[-1]] + rest) if found else (None, rest)
    passed = [number for number in range(len(above)) if number != header]
    comments = tuple(number + 1 for number in passed if above[number].strip())
    return Lines(rest, tuple(number + 1 for number in passed), comments)


def without_comments(lines: Lines, delimiter: str) -> Lines:
    """The same without the comments among its rows."""
    if not re.search(r"[\r\n][ \t]*#", lines.text):
        return lines
    rows = _Uncommented(lines.text)
    reader = reader_of(rows, delimiter)
    with suppress(csv.Error):  # told with its place by who reads the rows
        for _ in reader:
            rows.between = True
    if rows.named:
        return lines
    found = tuple(map(lines.place, rows.comments))
    passed = tuple(sorted((*lines.passed, *found)))
    return Lines("".join((*rows.kept, *rows.lines)), passed, (*lines.comments, *found))


class _Uncommented(Iterator[str]):
    """Lines as a reader takes them, without those that begin with # between two rows; the header stays."""

    def __init__(self, text: str) -> None:
        self.lines = lines_of(text)
        self.kept: list[str] = []
        self.comments: list[int] = []
        self.between, self.number, self.rows = True, 0, 0

    def __next__(self) -> str:
        for line in self.lines:
            self.number += 1
            if self.between and self.rows and _COMMENT.match(line):
                self.comments.append(self.number)
                continue
            self.rows += self.between and bool(line.strip())
            self.between = False
            self.kept.append(line)
            return line
        raise StopIteration

    @property
    def named(self) -> bool:
        """Whether there is no row but those that begin with #."""
        return self.rows <= 1  # the header
