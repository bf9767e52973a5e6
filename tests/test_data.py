"""What is read comes back bit for bit; what cannot be read is named by its place."""

from __future__ import annotations

import array
import bz2
import collections
import contextlib
import csv
import fractions
import gzip
import io
import lzma
import os
import sqlite3
import sys
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symgd import Problem
from symgd.data.columns import Columns, columns_from, read_csv
from symgd.errors import DataError

SKIP = "remove the row or pass skip_bad_rows=True to symgd.read_csv"
finite = st.floats(allow_nan=False, allow_infinity=False)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "points.csv"


def write(file: Path, content: str | bytes) -> Path:
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return file


def message_of(file: Path, content: str | bytes, columns: tuple[str, ...] = ("x", "y")) -> str:
    with pytest.raises(DataError) as caught:
        read_csv(write(file, content), columns)
    return str(caught.value)


def read_back(content: bytes, names: list[str], **how: bool) -> Columns:
    with tempfile.TemporaryDirectory() as folder:
        return read_csv(write(Path(folder, "points.csv"), content), names, **how)


def refused(*positional: object, names: str = "xy", **named: object) -> str:
    with pytest.raises(DataError) as caught:
        columns_from(list(names), positional, named)
    return str(caught.value)


# --- CSV that is right -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content",
    [
        "x,y\n1,1.2\n2,1.8\n",
        "x,y\n1,1.2\n2,1.8",
        "x,y\r\n1,1.2\r\n2,1.8\r\n",
        "x,y\r1,1.2\r2,1.8\r",
        "\ufeffx,y\n1,1.2\n2,1.8\n",
        '\ufeff"x","y"\n1,1.2\n2,1.8\n',
        "x;y\n1;1.2\n2;1.8\n",
        "x\ty\n1\t1.2\n2\t1.8\n",
        "x|y\n1|1.2\n2|1.8\n",
        "y,x\n1.2,1\n1.8,2\n",
        " x , y \n 1 ,\t1.2 \n+2.0e0, 18e-1\n",
        'x, y\n1, "1.2"\n2, "1.8"\n',
        "\n\n x,y\n1,1.2\n2,1.8\n\n  \n\t\r\n",
        "id;x;y;name\n1;1;1.2;a,b,c,d\n2;2;1.8;\n",
        ",x,y\n0,1,1.2\n1,2,1.8\n",
        'name,x,y\n"two\nlines",1,1.2\n"a ""b""",2,1.8\n',
        "a_b,x,y\n1_0,1,1.2\nnan,2,1.8\n",
        "PAR1,x,y\n0,1,1.2\n0,2,1.8\n",
    ],
)
def test_the_ways_to_write_two_rows(file: Path, content: str) -> None:
    columns = read_csv(write(file, content), ["x", "y"])
    assert columns.names == ("x", "y")
    assert columns["x"].tolist() == [1.0, 2.0]
    assert columns["y"].tolist() == [1.2, 1.8]
    assert columns.notes == ()
    assert columns.source == str(file)
    assert len(columns) == 2


def test_one_column_with_no_delimiter_at_all(file: Path) -> None:
    assert read_csv(write(file, "y\n1\n2\n"), "y")["y"].tolist() == [1.0, 2.0]


def test_the_delimiter_under_which_the_wanted_columns_stand_wins(file: Path) -> None:
    content = "speed, in km/h, as measured;dist\n3;4\n5;6\n"
    columns = read_csv(write(file, content), ["speed, in km/h, as measured", "dist"])
    assert columns["dist"].tolist() == [4.0, 6.0]


@settings(max_examples=60, deadline=None)
@given(
    rows=st.lists(st.tuples(finite, finite, finite), min_size=1, max_size=8),
    delimiter=st.sampled_from(",;\t|"),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]),
    ending=st.sampled_from(["\n", "\r\n", "\r"]),
    mark=st.booleans(),
)
def test_floats_come_back_bit_for_bit(
    rows: list[tuple[float, float, float]],
    delimiter: str,
    quoting: int,
    ending: str,
    mark: bool,
) -> None:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, quoting=quoting, lineterminator=ending)  # type: ignore[arg-type]  # a sampled constant
    # Before Python 3.12 the writer leaves a line break unquoted that is not in its own line ending.
    broken = "" if ending == "\r" else "\n"
    writer.writerows([("x", f"a name, odd; | one{broken}", "y"), *rows])
    columns = read_back(out.getvalue().encode("utf-8-sig" if mark else "utf-8"), ["y", "x"])
    assert columns["x"].tobytes() == np.array([row[0] for row in rows]).tobytes()
    assert columns["y"].tobytes() == np.array([row[2] for row in rows]).tobytes()


@settings(max_examples=40, deadline=None)
@given(rows=st.lists(st.tuples(finite, finite), min_size=1, max_size=8), bad=st.integers(0, 8))
def test_skipping_leaves_exactly_the_good_rows(rows: list[tuple[float, float]], bad: int) -> None:
    lines = [f"{x!r},{y!r}" for x, y in rows]
    place = min(bad, len(lines))
    content = "\n".join(["x,y", *lines[:place], "one,2", *lines[place:]])
    columns = read_back(content.encode(), ["x", "y"], skip_bad_rows=True)
    assert columns["x"].tobytes() == np.array([row[0] for row in rows]).tobytes()
    assert columns.notes[0] == f"skipped 1 bad row: line {place + 2}"


def test_a_row_after_many_blocks_is_still_named_by_its_line(file: Path) -> None:
    rows = 40_000
    lines = [f"{row},{row / 7!r}" for row in range(rows)]
    columns = read_csv(write(file, "\n".join(["x,y", *lines])), ["x", "y"])
    assert columns["y"].tolist() == [row / 7 for row in range(rows)]
    content = "\n".join(["x,y", *lines, "1,oops"])
    assert message_of(file, content) == (
        f'line {rows + 2}, column "y": "oops" is not a number; {SKIP}'
    )


# --- Cells that are not numbers ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("five", f'"five" is not a number; {SKIP}'),
        (
            "12 km",
            f'"12 km" is not a number; {SKIP}; or write the number alone, and its unit into the column\'s name',
        ),
        ("TRUE", '"TRUE" is not a number; write 1 for "true" and 0 for "false"'),
        ("0x10", f'"0x10" is not a number; {SKIP}'),
        ("1+2j", f'"1+2j" is not a number; {SKIP}'),
        ("__import__('os')", f"\"__import__('os')\" is not a number; {SKIP}"),
        ("", f"the cell is empty; fill it in, {SKIP}"),
        ("  ", f"the cell is empty; fill it in, {SKIP}"),
        ("nan", f'"nan" marks a missing value; fill it in, {SKIP}'),
        ("NA", f'"NA" marks a missing value; fill it in, {SKIP}'),
        ("-nan", f'"-nan" is not a number; {SKIP}'),
        ("inf", f'"inf" is infinite; {SKIP}'),
        ("-Infinity", f'"-Infinity" is infinite; {SKIP}'),
        ("1e999", f'"1e999" is too large for a float (the limit is 1.8e308); {SKIP}'),
        ("1_000", '"1_000" is not a number; write it without underscores'),
        (
            "2024-01-31",
            '"2024-01-31" is not a number; write a date or a time as a number, such as the days since the first',
        ),
        (
            "31.1.2024",
            '"31.1.2024" is not a number; write a date or a time as a number, such as the days since the first',
        ),
        (
            "12:30",
            '"12:30" is not a number; write a date or a time as a number, such as the days since the first',
        ),
        ("3,5", '"3,5" is not a number; use a decimal point'),
        ("-0,125", '"-0,125" is not a number; use a decimal point'),
        ("1,000", '"1,000" is not a number; use a decimal point and no thousands separator'),
        ("1,000.5", '"1,000.5" is not a number; write it without thousands separators'),
        ("1,234,567", '"1,234,567" is not a number; write it without thousands separators'),
        ("1 000", '"1 000" is not a number; write it without thousands separators'),
        (
            "1.234,5",
            '"1.234,5" is not a number; write it without thousands separators '
            "and use a decimal point",
        ),
        ("\x1b[31mred", f'"\\x1b[31mred" is not a number; {SKIP}'),
        ("\u202eevil", f'"\\u202eevil" is not a number; {SKIP}'),
        ("a" * 5000, f'"{"a" * 39}…" is not a number; {SKIP}'),
    ],
)
def test_a_bad_cell_is_named_with_its_remedy(file: Path, cell: str, said: str) -> None:
    content = f'x;y\n1;1.2\n2;"{cell}"\n3;3.4\n'
    assert message_of(file, content) == f'line 3, column "y": {said}'
    columns = read_csv(file, ["x", "y"], skip_bad_rows=True)
    assert columns["x"].tolist() == [1.0, 3.0]
    assert columns.notes == ("skipped 1 bad row: line 3",)


def test_bad_cells_of_columns_that_nobody_wants_do_not_matter(file: Path) -> None:
    content = "x,name,y\n1,five,1.2\n2,,1.8\n"
    assert read_csv(write(file, content), ["x", "y"]).notes == ()


# --- Rows that do not fit ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (
            "x,y\n1,2\n3\n5,6\n",
            f"line 3: 1 cell where the header has 2; complete the row, {SKIP}",
        ),
        (
            "x,y\n1,2\n3,4,5\n5,6\n",
            f"line 3: 3 cells where the header has 2; correct the row, {SKIP}",
        ),
        ("x,y\n1,2\n\n5,6\n", f"line 3: the line is blank; {SKIP}"),
        ("x,y\n1,2\n  \n5,6\n", f"line 3: the line is blank; {SKIP}"),
        ("y\n1\n\n5\n", f'line 3, column "y": the cell is empty; fill it in, {SKIP}'),
        ("x\ty\n1\t2\n5\t", f'line 3, column "y": the cell is empty; fill it in, {SKIP}'),
        (
            'n,x,y\n"a\nb\r\nc",1,2\n"d\ne",five,6\n',
            f'line 5, column "x": "five" is not a number; {SKIP}',
        ),
        (
            'x,y\n1,2\n"3,4\n5,6\n7,8\n',
            "line 3: a quotation mark is opened and never closed; "
            "close each quote and double a quote inside a cell",
        ),
        (
            'x,y\n1,2\n"3"4,5\n7,8\n',
            "line 3: a quotation mark stands inside a quoted cell; "
            "close each quote and double a quote inside a cell",
        ),
        (
            "x,y\n1,2\n" + "3" * 140_000 + ",4\n",
            "line 3: a cell is longer than 131072 characters; "
            "close each quote and double a quote inside a cell",
        ),
    ],
)
def test_a_row_that_does_not_fit_is_named_by_its_line(file: Path, content: str, said: str) -> None:
    columns = ("y",) if content.startswith("y") else ("x", "y")
    assert message_of(file, content, columns) == said


def test_a_quote_left_open_is_never_skipped_for_it_may_swallow_good_rows(file: Path) -> None:
    write(file, 'x,y\n1,2\n"3,4\n5,6\n')
    with pytest.raises(DataError, match="never closed"):
        read_csv(file, ["x", "y"], skip_bad_rows=True)


def test_skipped_lines_are_listed_up_to_ten(file: Path) -> None:
    write(file, "x,y\n" + "1,2\nbad,1\n" * 12 + "4,7\n")
    columns = read_csv(file, ["x", "y"], skip_bad_rows=True)
    assert len(columns) == 13
    assert columns.notes == (
        "skipped 12 bad rows: lines 3, 5, 7, 9, 11, 13, 15, 17, 19, 21 and 2 more",
    )


def test_nothing_left_after_skipping_says_the_first_cause(file: Path) -> None:
    write(file, "x,y\n1,a\n2,b\n")
    with pytest.raises(DataError) as caught:
        read_csv(file, ["x", "y"], skip_bad_rows=True)
    assert str(caught.value) == (
        'no row is good; the first bad one is line 2, column "y": "a" is not a number; '
        "correct the file"
    )


# --- Headers -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "the file is empty; pass a file with a header line and rows of numbers"),
        ("\ufeff\n \n\n", "the file is empty; pass a file with a header line and rows of numbers"),
        ("x,y\n", 'the file has a header ("x", "y") and no rows; add rows of numbers'),
        ("x,y\n\n\n", 'the file has a header ("x", "y") and no rows; add rows of numbers'),
        (
            "1,1.2\n2,1.8\n",
            'line 1: the file has no header: its first line is numbers ("1", "1.2"); '
            'put a line of column names above it, such as "x,y"',
        ),
        (
            "\n1,5;1,2\n2;3\n",
            'line 2: the file has no header: its first line is numbers ("1,5", "1,2"); '
            'put a line of column names above it, such as "x;y"',
        ),
        (
            "X,why\n1,2\n",
            'there is no column "x"; the columns are "X", "why"; did you mean "X"?',
        ),
        ("x,b,c\n1,2,3\n", 'there is no column "y"; the columns are "x", "b", "c"'),
        ("x,y,x\n1,2,3\n", 'line 1: 2 columns are called "x"; give each its own name'),
        (
            'x,"y\n1,2\n',
            "line 1: a quotation mark is opened and never closed; "
            "close each quote and double a quote inside a cell",
        ),
    ],
)
def test_a_header_that_does_not_do(file: Path, content: str, said: str) -> None:
    assert message_of(file, content) == said


def test_a_duplicate_that_nobody_wants_does_not_matter(file: Path) -> None:
    assert len(read_csv(write(file, "x,n,n,y\n1,2,3,4\n2,3,4,5\n"), ["x", "y"])) == 2


def test_many_columns_are_not_all_listed(file: Path) -> None:
    header = ",".join(f"c{number}" for number in range(30))
    assert message_of(file, header + "\n").endswith('"c18", "c19" and 10 more')


def test_what_is_wanted_must_make_sense(file: Path) -> None:
    write(file, "x,y\n1,2\n")
    with pytest.raises(DataError, match="no column is asked for"):
        read_csv(file, [])
    with pytest.raises(DataError, match='"x" is asked for twice'):
        read_csv(file, ["x", "x"])


# --- Files -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"x,y\n1,2\r\n3,\xe94\n", "line 3, byte 12 of the file (0xe9) is not UTF-8"),
        (b"\xef\xbb\xbfx,y\r1,\xff\n", "line 2, byte 10 of the file (0xff) is not UTF-8"),
        (b"x,y\n1,\x002\n", "line 2, byte 7 of the file is NUL, so this is not text"),
        ("x,y\n1,2\n".encode("utf-16"), "points.csv is text in UTF-16, not CSV"),
    ],
)
def test_bytes_that_are_not_text(file: Path, content: bytes, said: str) -> None:
    assert message_of(file, content) == f'{said}; save it as "CSV UTF-8"'


def _zipped(*names: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name in names:
            archive.writestr(name, "x,y\n1,2\n")
    return made.getvalue()


def _saved(save: Callable[[io.BytesIO], object]) -> bytes:
    made = io.BytesIO()
    save(made)
    return made.getvalue()


def _database() -> bytes:
    with contextlib.closing(sqlite3.connect(":memory:")) as made:
        made.execute("create table points (x, y)")
        made.commit()
        return made.serialize()


@pytest.mark.parametrize(
    ("content", "what", "remedy"),
    [
        (_zipped("points.csv"), "a zip archive", "unzip points.csv"),
        (_zipped("[Content_Types].xml", "xl/workbook.xml"), "an Excel workbook", "save its sheet as"),
        (_zipped("word/document.xml"), "a Word document", "spreadsheet"),
        (b"PK\x03\x04\x14\x00", "a zip archive", "unpack it"),
        (_saved(lambda file: np.savez(file, x=[1])), "arrays that NumPy has saved", "pass its arrays"),
        (_saved(lambda file: np.save(file, [1])), "an array that NumPy has saved", "pass its arrays"),
        (gzip.compress(b"x,y\n1,2\n", mtime=0), "compressed with gzip", "gunzip points.csv"),
        (bz2.compress(b"x,y\n1,2\n"), "compressed with bzip2", "bunzip2 points.csv"),
        (lzma.compress(b"x,y\n1,2\n"), "compressed with xz", "unxz points.csv"),
        (b"PAR1\x15\x00", "a Parquet file", "pandas.read_parquet"),
        (_database(), "an SQLite database", "sqlite3 -header -csv points.csv"),
        (b"%PDF-1.4\n%\xe2\xe3\n1 0 obj", "a PDF", "copy its table"),
        (b"%PDF-1.4\n1 0 obj", "a PDF", "copy its table"),
        (b'{"x": [1, 2], "y": [3, 4]}', "JSON", 'pandas.read_json("points.csv")'),
        (b'[{"x": 1, "y": 2}, {"x": 2, "y": 3}]', "JSON", "as a mapping of columns"),
        (b'{\n  "x": [1,\n   2],\n  "y": [3, 4]\n}\n', "JSON", "to_csv"),
        (b'{"x": 1, "y": 2}\n{"x": 2, "y": 3}\n', "JSON, an object a line", "lines=True"),
        (b"<!DOCTYPE html>\n<html><body>x,y</body></html>", "HTML", "an error or a login"),
        (b"<table><tr><td>x</td></tr></table>", "HTML", "save the table"),
        (b"<?xml version='1.0'?><data/>", "XML", "with a header"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:1\n", "a pointer", "git lfs pull"),
        (b"{\\rtf1\\ansi x,y}", "rich text", "plain text"),
    ],
)  # fmt: skip
def test_other_files_are_told_as_what_they_are(
    file: Path, content: bytes, what: str, remedy: str
) -> None:
    said = message_of(file, content)
    assert said.startswith(f"points.csv is {what}")
    assert ", not CSV; " in said
    assert remedy in said


@pytest.mark.parametrize(
    "content", ["PAR1,x,y\n0,1,2\n", "{,x,y\n0,1,2\n", "%PDF-,x,y\n0,1,2\n", "<b>,x,y\n0,1,2\n"]
)
def test_a_file_that_can_be_read_is_a_csv_whatever_it_begins_with(file: Path, content: str) -> None:
    assert read_csv(write(file, content), ["x", "y"])["y"].tolist() == [2.0]


def test_what_comes_through_a_pipe_is_told_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(gzip.compress(b"x,y\n1,2\n"))))
    with pytest.raises(DataError, match="standard input is compressed with gzip"):
        read_csv("-", ["x", "y"])


# --- Comments ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "passed"),
    [
        ("# by hand\n# on Monday\nx,y\n1,1.2\n# middle\n2,1.8\n#end\n", "4 comments: lines 1, 2, 5, 7"),
        ("# by hand\n\nx,y\n1,1.2\n2,1.8\n\n# end\n", "2 comments: lines 1, 7"),
        ("x,y\r\n#0,0\r\n1,1.2\r\n2,1.8\r\n", "1 comment: line 2"),
        ("x,y\r#0,0\r1,1.2\r2,1.8\r", "1 comment: line 2"),
        ("\ufeff#\nx,y\n1,1.2\n2,1.8\n", "1 comment: line 1"),
        ("x,y\n1,1.2\n  # indented\n2,1.8\n", "1 comment: line 3"),
        ("# x,y\nx,y\n1,1.2\n2,1.8\n", "1 comment: line 1"),
        ("# x,y\n1,1.2\n2,1.8\n", ""),
        ("#x\ty\n1\t1.2\n2\t1.8\n", ""),
        ("# by hand\n# x;y\n# in metres\n1;1.2\n2;1.8\n", "2 comments: lines 1, 3"),
        ("#,x,y\n1,1,1.2\n2,2,1.8\n", ""),
        ("id,x,y\n#1,1,1.2\n#2,2,1.8\n", ""),
        ('n,x,y\n"a\n# cell",1,1.2\n"# b",2,1.8\n# say "a", "b" c\n# open "quote\n', "2 comments: lines 5, 6"),
    ],
)  # fmt: skip
def test_comments_are_passed_over_and_told(file: Path, content: str, passed: str) -> None:
    columns = read_csv(write(file, content), ["x", "y"])
    assert columns["x"].tolist() == [1.0, 2.0]
    assert columns["y"].tolist() == [1.2, 1.8]
    assert columns.notes == ((f"passed over {passed}",) if passed else ())


def test_a_header_with_a_sign_before_it_still_has_its_whole_name(file: Path) -> None:
    assert len(read_csv(write(file, "# x,y\n1,2\n2,3\n"), ["# x", "y"])) == 2


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("# a\nx,y\n1,2\n# b\n3,oops\n", 'line 5, column "y": "oops" is not a number'),
        ("# a\n\n# b\n\nx,y\n1,2\n# b\n3\n", "line 8: 1 cell where the header has 2"),
        ('# a\nx,y\n1,2\n# b\n"3,4\n', "line 5: a quotation mark is opened"),
        ("# a\n1,2\n3,4\n", "line 2: the file has no header"),
        ("# only\n# comments\n", "the file is empty"),
        ("% x y\n1,2\n", "line 1 begins with %, and a comment begins with # here; begin it with #"),
        ("x,y\n1,2\n// note\n3,4\n", "line 3 begins with //"),
        ("x y\n1 2\n", "line 1: the cells are separated by spaces; separate them by commas"),
    ],
)
def test_what_is_wrong_beside_comments_has_its_line(file: Path, content: str, said: str) -> None:
    assert message_of(file, content).startswith(said)


@settings(max_examples=60, deadline=None)
@given(
    rows=st.lists(st.tuples(finite, finite), min_size=1, max_size=8),
    places=st.lists(st.integers(0, 8), max_size=4),
)
def test_comments_anywhere_change_no_number(
    rows: list[tuple[float, float]], places: list[int]
) -> None:
    lines = ["x,y", *(f"{x!r},{y!r}" for x, y in rows)]
    for place in places:
        lines.insert(min(place, len(lines)), '# "a", b')
    columns = read_back("\n".join(lines).encode(), ["x", "y"])
    assert columns["x"].tobytes() == np.array([row[0] for row in rows]).tobytes()
    where = [str(number) for number, line in enumerate(lines, 1) if line.startswith("#")]
    if where:
        assert columns.notes[0].endswith(f" {', '.join(where)}")


def test_a_file_that_is_not_there_names_its_neighbour(file: Path) -> None:
    write(file, "x,y\n1,2\n")
    with pytest.raises(DataError) as caught:
        read_csv(file.with_name("point.csv"), ["x", "y"])
    assert str(caught.value) == (
        f'there is no file "{file.with_name("point.csv")}"; did you mean "{file}"?'
    )
    with pytest.raises(DataError, match="nor a folder"):
        read_csv(file.parent / "nowhere" / "points.csv", ["x", "y"])


def test_a_link_to_nothing_is_not_meant(tmp_path: Path) -> None:
    (tmp_path / "link.csv").symlink_to("gone.csv")
    with pytest.raises(DataError, match='the link leads to "gone.csv", which is not there'):
        read_csv(tmp_path / "link.csv", ["x"])


def test_a_folder_is_not_a_file(tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        read_csv(tmp_path, ["x", "y"])
    assert str(caught.value) == f'"{tmp_path}" is a folder; name a CSV file in it'


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads all")
def test_a_file_without_permission(file: Path) -> None:
    write(file, "x,y\n1,2\n").chmod(0)
    with pytest.raises(DataError, match=r"no permission to read .*; make it readable or copy it"):
        read_csv(file, ["x", "y"])


@pytest.mark.parametrize("path", ["a\0b.csv", "a" * 5000])
def test_a_path_that_the_system_refuses(path: str) -> None:
    with pytest.raises(DataError, match="cannot be read"):
        read_csv(path, ["x", "y"])


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    content = io.TextIOWrapper(io.BytesIO(b"\xef\xbb\xbfx,y\n1,2\n2,3\n"))
    monkeypatch.setattr(sys, "stdin", content)
    columns = read_csv("-", ["x", "y"])
    assert columns["y"].tolist() == [2.0, 3.0]
    assert columns.source == "standard input"
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(DataError, match="standard input cannot be read; pipe a CSV in"):
        read_csv("-", ["x", "y"])


# --- Too little data ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("x", "y", "notes"),
    [
        ([3, 3], [1, 2], ('column "x" is constant (3.0)',)),
        ([1, 2], [4, 4], ('column "y" is constant (4.0)',)),
        ([1], [2], ("one row only",)),
        ([1, 2], [3, 4], ()),
    ],
)
def test_too_little_data_is_said(
    file: Path, x: list[float], y: list[float], notes: tuple[str, ...]
) -> None:
    columns = columns_from(["x", "y"], [x, y], {})
    assert columns.notes == notes
    rows = "".join(f"{a},{b}\n" for a, b in zip(x, y, strict=True))
    assert read_csv(write(file, "x,y\n" + rows), ["x", "y"]).notes == notes
    assert columns_from(["x", "y"], [columns], {}).notes == notes  # said once


def test_notes_keep_the_names_that_the_reader_knows() -> None:
    read = columns_from(["distance", "calories"], [[3, 3], [1, 2]], {})
    renamed = Columns(("x", "y"), read.values, read.remarks, read.source)
    assert columns_from(["x", "y"], [renamed], {}).notes == ('column "distance" is constant (3.0)',)


# --- What a caller passes ----------------------------------------------------------------------

THREE = [1.0, 2.0, 3.0]


@pytest.mark.parametrize(
    "given_",
    [
        [1, 2, 3],
        (1, 2.0, np.int8(3)),
        range(1, 4),
        collections.deque([1, 2, 3]),
        [fractions.Fraction(1), 2, 3.0],
        memoryview(array.array("d", THREE)),
        np.array([1, 2, 3], dtype=np.uint8),
        np.array([1, 2, 3], dtype=">i4"),
        np.array(THREE, dtype=np.float16),
        np.array(THREE, dtype=np.longdouble),
        np.array([1, 2.0, 3], dtype=object),
        np.array([3.0, 2.0, 1.0])[::-1],
        np.ma.masked_array(THREE, mask=[False] * 3),
    ],
)
def test_the_ways_to_pass_a_column(given_: object) -> None:
    columns = columns_from(["x", "y"], [given_], {"y": [4, 5, 7]})
    assert columns["x"].tolist() == THREE
    assert columns["x"].dtype == np.dtype(np.float64)
    assert columns["x"].flags.c_contiguous
    assert columns.notes == ()


@pytest.mark.parametrize("column", [np.array([[1], [2], [3]]), [[1], [2], [3]], [(1,), [2], (3,)]])
def test_a_column_vector_is_flattened_and_said(column: object) -> None:
    columns = columns_from(["x", "y"], [column, [4, 5, 7]], {})
    assert columns["x"].tolist() == THREE
    assert columns.notes == ('argument "x" of shape (3, 1) is read as 3 values',)


def test_the_callers_arrays_are_neither_changed_nor_kept() -> None:
    x, y = np.array(THREE), np.array([4.0, 5.0, 7.0])
    columns = columns_from(["x", "y"], [x], {"y": y})
    x[0] = 99.0
    assert x.flags.writeable
    assert y.flags.writeable
    assert columns["x"].tolist() == THREE
    with pytest.raises(ValueError, match="read-only"):
        columns["x"][0] = 0.0


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (float("nan"), "nan marks a missing value; remove that row from every column"),
        (None, "None marks a missing value; remove that row from every column"),
        (np.datetime64("NaT", "s"), "NaT marks a missing value; remove that row from every column"),
        (float("-inf"), "-inf is infinite; remove that row from every column"),
        pytest.param(
            10**5000,
            "an integer of 16610 bits is too large for a float (the limit is 1.8e308); "
            "remove that row from every column",
            id="10**5000",  # pytest cannot print it either
        ),
        (True, "True is of type bool, not a real number; convert the column to integers or floats"),
        (2j, "2j is of type complex, not a real number; convert the column to integers or floats"),
        (
            "2",
            '"2" is of type str, not a real number; convert the column to integers or floats',
        ),
        (
            np.timedelta64(2, "s"),
            "2 seconds is of type timedelta64, not a real number; "
            "convert the column to integers or floats",
        ),
        (
            [2, 3],
            "[2, 3] is of type list, not a real number; convert the column to integers or floats",
        ),
    ],
)
def test_a_bad_value_in_a_list_is_named_by_its_row(value: object, said: str) -> None:
    assert refused([1, 2, value], [4, 5, 6]) == f'argument "x", row index 2: {said}'
    assert refused([4, 5, 6], y=[1, 2, value]) == f'argument "y", row index 2: {said}'


@pytest.mark.parametrize(
    ("column", "said"),
    [
        (np.array([True, False]), "row index 0: True is of type bool"),
        (np.array([1j, 2j]), "row index 0: 1j is of type complex128"),
        (np.array(["1", "2"]), 'row index 0: "1" is of type str_'),
        (np.array([b"1", b"2"]), "row index 0: b'1' is of type bytes_"),
        (np.array([1, "2"], dtype=object), 'row index 1: "2" is of type str'),
        (np.array(["2020-01-01"], dtype="M8[ns]"), "row index 0: 2020-01-01T00:00:00.000000000 is"),
        (np.array([1, 2], dtype="m8[s]"), "row index 0: 1 seconds is of type timedelta64"),
        (np.array([1.0, np.nan]), "row index 1: nan marks a missing value"),
        (np.array([1.0, np.inf], dtype=np.float32), "row index 1: inf is infinite"),
        (np.ma.masked_array([1.0, 2.0], mask=[False, True]), "row index 1: the value is masked"),
    ],
)
def test_a_bad_value_in_an_array_is_named_by_its_row(column: object, said: str) -> None:
    assert refused(column, [4, 5]).startswith(f'argument "x", {said}')


@pytest.mark.skipif(
    np.finfo(np.longdouble).max == np.finfo(np.float64).max, reason="no longer float here"
)
def test_a_longer_float_that_does_not_fit() -> None:
    column = np.array(["1", "1e4000"], dtype=np.longdouble)
    assert "1e+4000 is too large for a float" in refused(column, [4, 5])


@pytest.mark.parametrize(
    ("column", "said"),
    [
        (5.0, 'argument "x" is one number, not a column'),
        ("points.csv", 'argument "x" is a str, not a column'),
        (b"12", 'argument "x" is a bytes, not a column'),
        ({1, 2}, 'argument "x" is a set, not a column'),
        ({"x": [1]}, 'argument "x" is a dict, not a column'),
        ((value for value in [1, 2]), 'argument "x" is a generator, not a column'),
        ({"x": 1}.values(), 'argument "x" is a dict_values, not a column'),
        (None, 'argument "x" is a NoneType, not a column'),
        (np.ones((2, 2, 1)), 'argument "x" has shape (2, 2, 1), where one column is meant'),
        (np.ones((2, 1, 1)), 'argument "x" has shape (2, 1, 1), where one column is meant'),
    ],
)
def test_what_is_not_a_column(column: object, said: str) -> None:
    assert refused(column, [4, 5]).startswith(f"{said}; pass ")


@pytest.mark.parametrize(
    ("positional", "named", "said"),
    [
        (([1, 2], [1, 2, 3]), {}, '"x" has 2 rows, "y" 3; pass columns of equal length'),
        (([], []), {}, '"x", "y": there are no rows; pass at least one row of numbers'),
        (([1],), {}, 'no data for "y"; pass x, y in this order, or by name (y=...)'),
        ((), {}, 'no data for "x", "y"; pass x, y in this order, or by name (x=...)'),
        (
            ([1], [2], [3]),
            {},
            "3 columns are passed for 2 (x, y); pass one for each name, in this order",
        ),
        (
            (np.ones((2, 3)), [4, 5]),
            {},
            "4 columns are passed for 2 (x, y); pass one for each name, in this order",
        ),
        (
            ([1], [2]),
            {"x": [3]},
            'the column "x" is passed by position and by name; pass it once',
        ),
        (([1],), {"Y": [3]}, 'there is no column "Y"; the columns are "x", "y"; did you mean "y"?'),
    ],
)
def test_columns_that_do_not_match_the_names(
    positional: tuple[object, ...], named: dict[str, object], said: str
) -> None:
    with pytest.raises(DataError) as caught:
        columns_from(["x", "y"], positional, named)
    assert str(caught.value) == said


@settings(max_examples=40, deadline=None)
@given(values=st.lists(st.tuples(finite, finite), min_size=1, max_size=6))
def test_every_way_of_passing_gives_the_same(values: list[tuple[float, float]]) -> None:
    x, y = ([row[place] for row in values] for place in (0, 1))
    fields = np.array(values, dtype=[("y", float), ("x", float)])
    fields["x"], fields["y"] = x, y
    first = columns_from(["x", "y"], [x, y], {})
    ways: list[tuple[list[object], dict[str, object]]] = [
        ([x], {"y": np.array(y)}),
        ([], {"y": tuple(y), "x": x}),
        ([{"y": y, "other": "ignored", "x": x}], {}),
        ([fields], {}),
        ([first], {}),
    ]
    for positional, named in ways:
        again = columns_from(["x", "y"], positional, named)
        assert [value.tobytes() for value in again.values] == [
            value.tobytes() for value in first.values
        ]
        assert again.notes == first.notes


# --- Tables ------------------------------------------------------------------------------------


def test_the_path_of_a_csv_is_a_table(file: Path) -> None:
    write(file, "x,y\n1,2\n2,4\n")
    for path in (file, str(file)):
        columns = columns_from(["y", "x"], [path], {})
        assert columns["y"].tolist() == [2.0, 4.0]
        assert columns.source == str(file)


def test_columns_that_were_read_keep_their_notes_and_source(file: Path) -> None:
    write(file, "x,y\n1,2\nbad,3\n2,4\n")
    table = read_csv(file, ["x", "y"], skip_bad_rows=True)
    again = columns_from(["x", "y"], [table], {})
    assert again.notes == ("skipped 1 bad row: line 3",)
    assert again.source == str(file)


def test_a_table_says_which_column_it_lacks_or_spoils() -> None:
    assert refused({"x": [1], "Y": [2], 3: [4]}) == (
        'there is no column "y"; the columns are "x", "Y", "3"; did you mean "Y"?'
    )
    assert refused({"x": [1], "y": ["two"]}).startswith(
        'column "y", row index 0: "two" is of type str'
    )
    assert refused({}) == 'there is no column "x"; pass a table with columns'


def test_a_column_that_is_not_there() -> None:
    columns = Columns(("speed", "y"), (np.array([1.0]), np.array([2.0])))
    with pytest.raises(DataError, match=r'no column "sped".* did you mean "speed"'):
        columns["sped"]


def test_pandas() -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"x": [1, 2, 3], "y": [1.2, 1.8, 3.4]}, index=[7, 7, 7])
    for positional, named in [
        ([frame], {}),
        ([frame["x"], frame["y"]], {}),
        ([frame.set_index("x").index], {"y": frame.y.astype("float32").astype("Float64")}),
    ]:
        columns = columns_from(["x", "y"], positional, named)
        assert columns["x"].tolist() == [1, 2, 3]
        assert columns["y"].tolist() == pytest.approx([1.2, 1.8, 3.4])
    flat = columns_from(["x", "y"], [frame[["x"]]], {"y": frame.y})
    assert flat.notes == ('argument "x" of shape (3, 1) is read as 3 values',)
    assert frame.x.tolist() == [1, 2, 3]
    assert refused(frame.rename(columns={"y": "z"})).startswith('there is no column "y"')
    assert refused(pandas.concat([frame, frame], axis=1)).startswith('2 columns are called "x"')
    assert refused(pandas.DataFrame([[1, 2]])).startswith('there is no column "x"; the columns')
    holes = pandas.Series([1, None, 3], dtype="Int64")
    assert "row index 1" in refused(holes, frame.y)
    assert "row index 0" in refused(frame.y > 2, frame.y)


def test_polars() -> None:
    polars = pytest.importorskip("polars")
    frame = polars.DataFrame({"x": [1, 2, 3], "y": [1.2, 1.8, 3.4]})
    for positional in ([frame], [frame["x"], frame["y"]]):
        columns = columns_from(["x", "y"], positional, {})
        assert columns["x"].tolist() == [1, 2, 3]
        assert columns["y"].tolist() == [1.2, 1.8, 3.4]
    assert "row index 1" in refused(polars.Series([1, None, 3]), frame["y"])
    assert refused(frame.rename({"y": "z"})).startswith('there is no column "y"')


def test_columns_that_were_read_are_neither_copied_nor_looked_through_again() -> None:
    columns = columns_from(["x", "z", "y"], [[1, 2], [3, 5], [4, 4]], {})
    again = columns_from(["x", "y"], [columns], {})
    assert again["x"] is columns["x"]
    assert columns_from(["y"], [columns["y"]], {})["y"] is columns["y"]
    both = columns_from(["x", "y"], [columns["x"], [7, 8]], {})
    assert both["x"] is columns["x"]
    assert both["y"].tolist() == [7.0, 8.0]
    assert Problem("m*x + b").descend(again, max_iter=1).data["x"] is columns["x"]


def test_a_column_that_somebody_wrote_to_is_looked_through_again() -> None:
    columns = columns_from(["x"], [[1, 2]], {})
    columns["x"].flags.writeable = True
    columns["x"][0] = np.nan
    with pytest.raises(DataError, match="nan marks a missing value"):
        columns_from(["x"], [columns], {})


def test_a_read_only_array_and_a_part_of_a_column_are_copied() -> None:
    mine = np.array([1.0, np.nan])
    mine.flags.writeable = False
    with pytest.raises(DataError, match="nan marks a missing value"):
        columns_from(["x"], [mine], {})
    columns = columns_from(["x"], [[1, 2, 3]], {})
    part = columns["x"][1:]
    assert columns_from(["x"], [part], {})["x"] is not part
    made = Columns(("x",), (np.array([np.inf]),))
    with pytest.raises(DataError, match="infinite"):
        columns_from(["x"], [made], {})


@pytest.mark.parametrize("y", [[1.0, 2.0], "z"])
def test_columns_in_the_place_of_one_are_refused(y: object) -> None:
    columns = columns_from(["x", "z"], [[1, 2], [3, 5]], {})
    with pytest.raises(DataError, match=r'"x" is a Columns, not a column|"y" is a str'):
        columns_from(["x", "y"], [columns], {"y": y})
