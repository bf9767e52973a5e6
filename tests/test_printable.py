"""What others wrote never acts on the terminal that shows it, wherever it comes from; and is refused in every format alike."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from grids import EVERY
from hypothesis import given
from hypothesis import strategies as st

from symgd import Problem, SymgdError
from symgd.cli import main
from symgd.printable import MOST_MARKS, is_unseen, printable
from symgd.writing.formats import FORMATS

# Escape sequences, other controls, directions, nothing at all, breaks, half a character, a private one, a flood of marks.
HOSTILE = (
    "\x1b[31m", "\x1b]0;t\x07", "\x9b2J", "\x7f", "\r", "\x08", "\u202e", "\u2066", "\u200e", "\u200f", "\u061c",
    "\u200b", "\ufeff", "\u2028", "\u2029", "\udcff", "\ue000", "\u3164", "\x02a\x1fb\x03", "o" + "\u0301" * 30,
)  # fmt: skip
ALL = "".join(HOSTILE)
DATA = "x,y\n1,2\n2,3.1\n3,5.2\n"
LINE = "m*x + b"
FLOOD = re.compile(f"[\u0300-\u036f]{{{MOST_MARKS + 1}}}")
BASE: dict[str, list[str]] = {
    "diff": ["x^2", "--wrt", "x"],
    "derive": [LINE],
    "hessian": [LINE],
    "solve": [LINE],
    "rate": [LINE],
    "matrix": ["mse"],
    "generate": [LINE],
    "schema": [],
    "check": [LINE, "lines.txt"],
    "hint": [LINE],
    "losses": [],
    "optimizers": [],
    "fit": ["d.csv", "--model", LINE],
    "descend": ["d.csv", "--model", LINE],
    "minimize": ["x^2"],
    "animate": ["descend", "--data", "no.csv"],
    "demo": ["--no-films"],
    "predict": ["no.json", "d.csv"],
    "grid": ["d.csv", "--model", LINE, "--grid", "m=0:1:2", "--grid", "b=0:1:2"],
    "analyse": ["d.csv", "--model", LINE],
}
FORMULAS = ("diff", "derive", "hessian", "solve", "rate", "matrix")
VALUES = {
    "--language": f"{ALL}.po",
    "--plot": f"{ALL}.svg",
    "--trace": f"{ALL}.csv",
    "--set": f"{ALL}=1",
}


def acting(text: str) -> list[str]:
    """The characters of an output that act on a terminal, or that nobody sees."""
    return [c for c in text if is_unseen(c) and c != "\n"] + FLOOD.findall(text)


def _valued(verb: str) -> Iterator[click.Option]:
    for option in main.commands[verb].params:
        if isinstance(option, click.Option) and not option.is_flag:
            yield option


def _run(arguments: Sequence[str]) -> Result:
    done = CliRunner().invoke(main, arguments)
    told = done.exception is None or isinstance(done.exception, SystemExit)
    assert told, (arguments, done.exception)
    assert not acting(done.stdout + done.stderr), (arguments, done.stdout + done.stderr)
    return done


@pytest.fixture
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "d.csv").write_text(DATA)
    (tmp_path / "lines.txt").write_text("dJ/dm = 2/N sum_i (yhat_i - y_i) x_i\n")
    return tmp_path


def test_every_verb_is_tried() -> None:
    assert BASE.keys() == main.commands.keys()


OPTIONS = [
    (verb, option.opts[-1])
    for verb in BASE
    for option in _valued(verb)
    if (verb, option.opts[-1])
    != ("demo", "--output")  # made in seconds; its paths are shown by the same function
]


@pytest.mark.usefixtures("_folder")
@pytest.mark.parametrize(("verb", "option"), OPTIONS, ids=map(" ".join, OPTIONS))
def test_options_are_quoted(verb: str, option: str) -> None:
    place = OPTIONS.index((verb, option))
    for number, value in enumerate((ALL, f"m={ALL}", VALUES.get(option))):
        if value is not None and (EVERY or number == 2 or number == place % 2):
            _run([verb, *BASE[verb], f"{option}={value}"])


@pytest.mark.usefixtures("_folder")
@pytest.mark.parametrize("hostile", HOSTILE, ids=ascii)
def test_arguments_names_and_lines_are_quoted(hostile: str, tmp_path: Path) -> None:
    lines = tmp_path / "hostile.txt"
    written = f"dJ/dm = {hostile} x_i\n"
    lines.write_bytes(written.encode("utf-8", "surrogatepass"))
    for arguments in (
        [hostile], [f"--{hostile}"], ["derive", LINE, f"--{hostile}"], ["derive", f"--form{hostile}"],
        ["diff", f"x + {hostile}", "--wrt", "x"], ["derive", f"m*{hostile}"], ["matrix", f"norm(X@w {hostile})^2"],
        ["losses", hostile], ["animate", hostile], ["check", LINE, hostile], ["check", LINE, str(lines)],
        ["hint", LINE, str(lines)], ["check", LINE, str(lines), "--format", "json"], ["descend", hostile, "--model", LINE],
        ["diff", "x^2", "--wrt", "x", "-o", f"{hostile}.tex"], ["derive", LINE, "a", hostile],
        ["diff", "x^2", "--wrt", "x", "--format", hostile], ["diff", "x^2", "--wrt", "x", "-o", f"a.{hostile}"],
    ):  # fmt: skip
        _run(arguments)


@pytest.mark.usefixtures("_folder")
@pytest.mark.parametrize("hostile", HOSTILE, ids=ascii)
def test_columns_and_cells_are_quoted(hostile: str, tmp_path: Path) -> None:
    # No CSV in UTF-8 has these two in a name.
    header = "x\u202e1" if hostile in ("\r", "\udcff") else f"x{hostile}1"
    file = tmp_path / f"a{hostile}.csv"
    file.write_text(DATA.replace("x", header, 1))
    fit = ["descend", str(file), "--model", LINE]
    done = _run([*fit, "--x", header, "--y", "y"])
    assert done.exit_code == 0, done.stderr
    assert printable(header) in done.stdout
    _run([*fit, "--x", hostile])
    _run([*fit, "--x", header, "--y", hostile])
    file.write_text(f"x,y\n1,2\n2,{header}\n3,4\n")
    _run(fit)
    _run([*fit, "--skip-bad-rows"])


@pytest.mark.usefixtures("_folder")
@pytest.mark.parametrize("form", ["text", "json"])
def test_columns_in_pictures_and_records_are_quoted(form: str, tmp_path: Path) -> None:
    header = "x" + "".join(HOSTILE).replace("\r", "").replace("\udcff", "") + "1"
    (tmp_path / "a.csv").write_text(DATA.replace("x", header, 1))
    done = _run(["descend", "a.csv", "--model", LINE, "--x", header, "--y", "y", "--format", form, "--plot", f"p{ALL}.svg"])  # fmt: skip
    assert done.exit_code == 0, done.stderr
    drawn = next(tmp_path.glob("p*.svg")).read_text(encoding="utf-8")
    assert not acting(drawn)


def test_labels_are_shown_with_escapes() -> None:
    labelled = Problem(LINE, labels={"x": "minutes\u202e"})
    assert labelled.labels["x"] == r"minutes\u202e"


def test_files_with_names_that_are_no_text(tmp_path: Path) -> None:
    """As a shell passes them: bytes that are not UTF-8."""
    name = bytes(tmp_path / "a") + b"\xff\x1b[31m"
    Path(tmp_path / "d.csv").write_text(DATA)
    for arguments in (
        [b"diff", b"x^2", b"--wrt", b"x", b"-o", name + b".tex"],
        [b"descend", name + b".csv", b"--model", b"m*x+b"],
        [b"descend", bytes(tmp_path / "d.csv"), b"--model", b"m*x+b", b"--plot", name + b".png"],
        [b"derive", b"m*\xff"],
        [b"check", b"m*x+b", name],
        [b"\xff"],
    ):
        if arguments[0] in (b"descend", b"check"):  # as Python hands them over, without a process
            _run([*map(os.fsdecode, arguments)])
            continue
        command = [sys.executable.encode(), b"-m", b"symgd", *arguments]
        done = subprocess.run(command, capture_output=True, check=False, timeout=600)
        said = (done.stdout + done.stderr).decode("utf-8")
        assert "Traceback" not in said, said
        assert not acting(said), said


# Nobody means these; what is left out takes any name.
NONSENSE = {
    "--known": "nosuchrule", "--language": "no.po", "--detail": "most", "--inner": "out", "--format": "doc",
    "--notation": "newton", "--max-steps": "0", "--max-seconds": "nan", "--at": "q=1", "--row": "q",
    "--digits": "99", "--wrt": "2", "--loss": "mze", "--penalty": "l3", "--penalized": "q", "--set": "delta=nan",
    "--parameters": "q", "--inputs": "q", "--target": "m", "--cost-name": "w,m", "--count": "1", "--index": "m x",
    "--residual": "m+", "--prediction": "=", "--residual-sign": "plus", "--constants": "none", "--data": "no.csv",
    "--x": "q", "--y": "q", "--output": "d.csv/a", "--shape": "X=0x0", "--part": "half", "--model": "m*(", "--plot": "a.doc",
    "--trace": "a.doc", "--learning-rate": "fast", "--start": "q=1", "--max-iter": "-1", "--tolerance": "nan",
    "--expr": "x^(", "--strength": "4", "--quality": "x", "--pace": "0", "--theme": "grey", "--aspect": "2:1", "--section": "none", "--weights": " ",
    "--fix": "q=1", "--bound": "q=0:", "--tie": "q=2*m", "--by": "q", "--test-size": "nan", "--seed": "-1", "--level": "nan",
    "--intervals": "boot", "--save": "a.doc", "--log-every": "0", "--thin": "1", "--band": "wide",
    "--batch-size": "0", "--epochs": "-1", "--alternate": "q", "--hold": "q=1", "--coordinates": "polar",
    "--code": "cobol", "--function": "x^(", "--optimizer": "adm", "--schedule": "cosin", "--steps": "0", "--against": "adm",
    "--rule": "v' = ", "--checkpoint": "d.csv/a", "--checkpoint-every": "0", "--grid": "m=0:1", "--table": "a.doc",
}  # fmt: skip


@pytest.mark.usefixtures("_folder")
@pytest.mark.parametrize(
    ("verb", "option"),
    [(verb, option.opts[-1]) for verb in BASE for option in _valued(verb)],
    ids=" ".join,
)
def test_nonsense_is_refused_in_every_format_alike(verb: str, option: str) -> None:
    forms: list[list[str]] = [[]]
    formats = any(each.name == "form" for each in _valued(verb))
    if formats and option != "--format":
        several = ("text", "json", "html") if verb in FORMULAS else ("text", "json")
        forms = [
            ["--format", name] for name in FORMATS if verb in ("diff", "derive") or name in several
        ]
    said = set()
    for form in forms:
        out = ["-o", "a.pdf"] if "pdf" in form and option != "--output" else []
        done = _run([verb, *BASE[verb], option, NONSENSE[option], *form, *out])
        assert done.exit_code == 2, (form, done.stdout)
        said.add(done.stderr)
    assert len(said) == 1, said


@given(st.text(st.characters(), max_size=30))
def test_text_is_shown_and_nothing_else(text: str) -> None:
    shown = printable(text)
    assert not [c for c in shown if is_unseen(c)]
    shown.encode()
    assert printable(shown) == shown
    assert not acting(str(SymgdError(text, text)))
    unmarked = all(unicodedata.category(c) not in ("Mn", "Me") for c in text)
    if unmarked and not any(map(is_unseen, text)):
        assert shown == text


@pytest.mark.parametrize(
    "text", ["größe", "長さ", "नियम", "ผู้", "x\u0302\u0301", "l’aire\u00a0: 3 m²", "👍🏽", "∂Σᵢ"]
)
def test_what_people_write_is_left_as_it_is(text: str) -> None:
    assert printable(text) == text
