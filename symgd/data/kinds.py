"""What a file is that is no CSV, by its first bytes, and how its table becomes one.

It is asked for only where reading has failed: a file that has the wanted columns is a CSV, whatever it begins with.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from symgd.data.naming import quoted
from symgd.errors import DataError
from symgd.printable import printable

SHEET = 'save its sheet as "CSV UTF-8"'
UTF8 = 'save it as "CSV UTF-8"'
ARRAYS = "in Python, pass its arrays"
HEAD = 4096  # bytes of a text that tell what it is


@dataclass(frozen=True)
class Kind:
    """A format that people take for CSV.

    Parameters
    ----------
    what : str
        What the file is, after "is".
    remedy : str
        What to do; `{name}` is the file's name.
    """

    what: str
    remedy: str


# By the first bytes.
KINDS: Mapping[bytes, Kind] = {
    b"\xd0\xcf\x11\xe0": Kind("an old Excel workbook", SHEET),
    b"\x1f\x8b": Kind("compressed with gzip", "decompress it: gunzip {name}"),
    b"BZh": Kind("compressed with bzip2", "decompress it: bunzip2 {name}"),
    b"\xfd7zXZ\x00": Kind("compressed with xz", "decompress it: unxz {name}"),
    b"\x28\xb5\x2f\xfd": Kind("compressed with Zstandard", "decompress it: unzstd {name}"),
    b"7z\xbc\xaf\x27\x1c": Kind("a 7-Zip archive", "unpack it, and name the CSV in it"),
    b"Rar!\x1a\x07": Kind("a RAR archive", "unpack it, and name the CSV in it"),
    b"PAR1": Kind("a Parquet file", "in Python, pass what pandas.read_parquet reads of it, or write that with its to_csv"),
    b"ARROW1": Kind("an Arrow file", "in Python, pass what pandas.read_feather reads of it, or write that with its to_csv"),
    b"SQLite format 3\x00": Kind("an SQLite database", "write a table of it: sqlite3 -header -csv {name} 'select * from TABLE'"),
    b"\x89HDF\r\n\x1a\n": Kind("an HDF5 file", ARRAYS),
    b"\x93NUMPY": Kind("an array that NumPy has saved", ARRAYS),
    b"MATLAB 5.0": Kind("a MATLAB file", ARRAYS),
    b"%PDF-": Kind("a PDF", "copy its table into a spreadsheet, and save that as CSV"),
    b"\x89PNG": Kind("a picture", "write the numbers into a table"),
    b"\xff\xd8\xff": Kind("a picture", "write the numbers into a table"),
    b"{\\rtf": Kind("rich text", "save it as plain text"),
    b"version https://git-lfs": Kind("a pointer to a file that Git LFS keeps", "fetch the file: git lfs pull"),
    b"\xff\xfe": Kind("text in UTF-16", UTF8),
    b"\xfe\xff": Kind("text in UTF-16", UTF8),
}  # fmt: skip
# What is in a zip, by the name of a file or a folder in it.
ZIPS: Mapping[bytes, Kind] = {
    b"xl/": Kind("an Excel workbook", SHEET),
    b"opendocument.spreadsheet": Kind("an OpenDocument spreadsheet", SHEET),
    b"word/": Kind("a Word document", "copy its table into a spreadsheet, and save that as CSV"),
    b".npy": Kind("arrays that NumPy has saved", ARRAYS),
    b"": Kind("a zip archive", "unpack it, and name the CSV in it: unzip {name}"),
}


def expect_csv(content: bytes, name: str) -> None:
    """Raise DataError where the content of the file called `name` is of a known kind that is not CSV; "" is standard input."""
    kind = _kind_of(content)
    if kind is not None:
        told = kind.remedy.replace("{quoted}", quoted(name, 200) if name else "FILE")
        remedy = told.replace("{name}", printable(shlex.quote(name or "FILE")))
        cause = f"{printable(name) or 'standard input'} is {kind.what}, not CSV"
        raise DataError(cause, remedy) from None


def _kind_of(content: bytes) -> Kind | None:
    if content.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return next(kind for part, kind in ZIPS.items() if part in content)
    for start, kind in KINDS.items():
        if content.startswith(start):
            return kind
    head = content[:HEAD].decode("utf-8-sig", "replace").lstrip()
    for looks, kind in _TEXTS:
        if looks(head):
            return kind
    return None


def _is_markup(word: str) -> Callable[[str], bool]:
    return lambda head: (
        re.match(rf"(<!--.*?-->\s*)*<[!?]?({word})\b", head, re.I | re.S) is not None
    )


def _is_lines_of_json(head: str) -> bool:
    """Whether each line is an object of its own."""
    first = head.partition("\n")[0]
    try:
        return isinstance(json.loads(first), dict) and head.count("{") > 1
    except (ValueError, RecursionError):
        return False


def _is_json(head: str) -> bool:
    return re.match(r'\{\s*["}]|\[\s*[\[{"\d\-\]]', head) is not None


_TEXTS: tuple[tuple[Callable[[str], bool], Kind], ...] = (
    (_is_markup("html|doctype html|head|body|table"), Kind("HTML", "save the table in it as CSV; a page in the place of data is often an error or a login")),
    (_is_markup(r"xml|\w+"), Kind("XML", "write its numbers into a table with a header")),
    (_is_lines_of_json, Kind("JSON, an object a line", "write it as a table, such as with pandas.read_json({quoted}, lines=True).to_csv")),
    (_is_json, Kind("JSON", "write it as a table, such as with pandas.read_json({quoted}).to_csv; in Python, pass it as a mapping of columns")),
)  # fmt: skip
