"""The command line as users meet it: answers, files, exit codes, and errors in one line."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import stat
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
import pytest
import sympy
from click.testing import Result
from clocks import Clock
from consoles import run
from grids import EVERY

from symgd.cli import main
from symgd.errors import SymgdError


@pytest.fixture
def points(tmp_path: Path) -> Path:
    """Lesson 004's three points, under a user's own column names."""
    path = tmp_path / "points.csv"
    path.write_text("minute,volume (l),note\n1,1.2,a\n2,1.8,b\n3,3.4,c\n", encoding="utf-8")
    return path


def descend(points: Path, *more: str) -> Result:
    columns = ("--model", "a*x + b", "--x", "minute", "--y", "volume (l)")
    return run("descend", str(points), *columns, *more)


def test_diff_prints_the_steps() -> None:
    result = run("diff", "3*x^5", "--wrt", "x")
    assert result.exit_code == 0
    assert "15x⁴" in result.stdout
    assert "power rule" in result.stdout


@pytest.mark.parametrize(
    ("form", "piece"),
    [
        ("text", "∂J/∂m"),
        ("latex", r"\frac{\partial J}{\partial m}"),
        ("markdown", "$$"),
        ("html", "<math"),
        ("typst", "frac(partial J, partial m)"),
        ("json", '"wrt": "m"'),
    ],
)
def test_derive_in_each_format(form: str, piece: str, tmp_path: Path) -> None:
    result = run("derive", "m*x + b", "--format", form)
    assert result.exit_code == 0
    assert piece in result.stdout
    path = tmp_path / "derivation.out"
    assert run("derive", "m*x + b", "--format", form, "-o", str(path)).exit_code == 0
    assert piece in path.read_text(encoding="utf-8")


def test_derive_json_is_what_it_promises() -> None:
    record = json.loads(run("derive", "m*x + b", "--format", "json").stdout)
    for partial in record["partials"]:
        assert partial["wrt"] in ("m", "b")
        assert all(step["check"]["passed"] for step in partial["steps"])
        for step in partial["steps"]:
            sympy.sympify(step["after"]["sympy"])
        assert sympy.sympify(partial["result"]["sympy"]).has(sympy.Sum)


def test_a_latex_file_is_a_document(tmp_path: Path) -> None:
    path = tmp_path / "gradient.tex"
    run("derive", "m*x + b", "--format", "latex", "-o", str(path))
    assert path.read_text().startswith(r"\documentclass")


def test_derive_in_another_notation() -> None:
    names = ("--residual", "Error", "--count", "n", "--cost-name", "E", "--index", "k")
    result = run("derive", "Y = m*X + c", *names, "--residual-sign", "target - prediction")
    assert "∂E/∂m = " in result.stdout
    assert "Errorₖ = Yₖ − (m Xₖ + c)" in result.stdout
    one = run("derive", "m*x + b", "--wrt", "b", "--loss", "half_mse")
    assert "(1/N) Σᵢ (m xᵢ + b − yᵢ)" in one.stdout
    assert "∂J/∂m" not in one.stdout


WRONG = [
    (("derive", "m x + b"), "a sign is missing"),
    (("derive", "m*x + b", "--loss", "mze"), 'there is no loss "mze"'),
    (("derive", "m*x + b", "--wrt", "q"), '"q" is not a parameter'),
    (("derive", "w*t + c"), "no name in the model is read from data"),
    (("derive", "__import__('os').system('id')"), "unexpected"),
    (("derive", "9**9**9*x"), "more than 4096 bits"),
    (("diff", "x^2", "--wrt", "x+1"), "is not a name to derive by"),
    (("diff", "x^2", "--wrt", ""), "is not a name to derive by"),
    (("derive", "m*x + b", "-o", ""), "--output is an empty name"),
    (("derive", "a/0*x"), "divides by zero"),
    (("derive", "m*x + b", "--parameters", ""), "a name in --parameters is empty"),
    (("derive", "m*x + b", "--parameters", "m,m,b"), "twice in --parameters"),
    (("fit", "nowhere.csv", "--model", "m*x + b"), "nowhere.csv"),
    (("generate", "m*x + b", "-o", "/nowhere/at/all/optimizer.py"), "/nowhere/at/all"),
    (("animate", "dance"), '"dance"'),
]


@pytest.mark.parametrize(("arguments", "words"), WRONG)
def test_errors_are_said_in_words_and_end_with_2(arguments: Sequence[str], words: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert words in result.stderr
    assert "Traceback" not in result.stderr
    assert result.stdout == ""


def test_fit_gives_the_lessons_numbers(points: Path) -> None:
    options = ("--learning-rate", "0.06", "--start", "a=0.2,b=0.5", "--tolerance", "0")
    result = descend(points, *options, "--max-iter", "10", "--format", "json")
    assert result.exit_code == 0
    record = json.loads(result.stdout)
    assert record["parameters"] == pytest.approx({"a": 0.793182, "b": 0.630777}, abs=5e-7)
    assert record["cost"] == pytest.approx(0.125337, abs=5e-7)
    assert record["steps"] == 10
    assert record["outcome"] == "out of steps"
    assert record["exact"]["parameters"] == pytest.approx({"a": 1.1, "b": -1 / 15})
    assert record["exact"]["cost"] == pytest.approx(1 / 18)
    assert record["curvature"] == pytest.approx([0.24039313, 11.0929402])
    assert record["learning_rate"] == 0.06


def test_fit_without_options_converges(points: Path) -> None:
    result = descend(points, "--format", "json")
    assert result.exit_code == 0
    record = json.loads(result.stdout)
    assert record["outcome"] == "converged"
    assert record["learning_rate"] == pytest.approx(3 / 17)
    assert record["parameters"] == pytest.approx({"a": 1.1, "b": -1 / 15}, abs=1e-6)


def test_fit_says_what_the_columns_are(points: Path) -> None:
    shown = descend(points).stdout
    assert "x is minute, y is volume (l)" in shown
    assert "converged" in shown


def test_divergence_ends_with_1_and_names_the_stable_rate(points: Path) -> None:
    result = descend(points, "--learning-rate", "0.5", "--format", "json")
    assert result.exit_code == 1
    record = json.loads(result.stdout)
    assert record["outcome"] == "diverged"
    assert "0.18029" in record["message"]
    assert result.stderr == ""


def test_running_out_of_steps_that_were_not_asked_for_ends_with_1(points: Path) -> None:
    result = descend(points, "--learning-rate", "1e-9")
    assert result.exit_code == 1
    assert "out of steps" in result.stdout


def test_fit_writes_trace_and_picture(points: Path, tmp_path: Path) -> None:
    trace, picture = tmp_path / "trace.csv", tmp_path / "fit.png"
    options = ("--max-iter", "5", "--tolerance", "0", "--learning-rate", "0.06")
    result = descend(points, *options, "--trace", str(trace), "--plot", str(picture))
    assert result.exit_code == 0
    rows = trace.read_text().splitlines()
    assert rows[0] == "step,a,b,cost,gradient_norm,step_norm"
    assert len(rows) == 7
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_columns_that_the_model_names_itself(tmp_path: Path) -> None:
    path = tmp_path / "cars.csv"
    path.write_text("speed,dist\n1,3\n2,5\n3,7\n")
    model = ("--model", "slope*speed + intercept", "--x", "speed", "--y", "dist")
    record = json.loads(run("fit", str(path), *model, "--format", "json").stdout)
    assert record["parameters"] == pytest.approx({"slope": 2, "intercept": 1}, abs=1e-6)


def test_two_inputs_in_order(tmp_path: Path) -> None:
    path = tmp_path / "sales.csv"
    rows = [f"{tv},{radio},{2 * tv - radio + 1}" for tv in range(4) for radio in range(3)]
    path.write_text("\n".join(["TV,Radio,Sales", *rows]))
    model = ("--model", "a*x1 + b*x2 + c", "--x", "TV", "--x", "Radio", "--y", "Sales")
    record = json.loads(run("fit", str(path), *model, "--format", "json").stdout)
    assert record["parameters"] == pytest.approx({"a": 2, "b": -1, "c": 1}, abs=1e-6)
    short = run("fit", str(path), "--model", "a*x1 + b*x2 + c", "--x", "TV", "--y", "Sales")
    assert short.exit_code == 2
    assert "one column for each input" in short.stderr


def test_data_comes_through_standard_input(points: Path) -> None:
    columns = ("--model", "a*x + b", "--x", "minute", "--y", "volume (l)")
    result = run("fit", "-", *columns, standard_input=points.read_text())
    assert result.exit_code == 0


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("x,y\n1,2\n2,five\n3,4\n", 'line 3, column "y": "five" is not a number'),
        ("x,y\n1,2\n2,\n", 'line 3, column "y": the cell is empty'),
        ("x,y\n1,2\n2,inf\n", "line 3"),
        ("x,y\n1,2\n2,3,4\n", "line 3"),
        ("", "empty"),
        ("x,y\n", "no rows"),
    ],
)
def test_bad_files_are_named_by_line_and_column(content: str, words: str, tmp_path: Path) -> None:
    path = tmp_path / "bad.csv"
    path.write_text(content)
    result = run("fit", str(path), "--model", "m*x + b")
    assert result.exit_code == 2
    assert words in result.stderr


def test_bad_rows_can_be_skipped_and_are_named(tmp_path: Path) -> None:
    path = tmp_path / "bad.csv"
    path.write_text("x,y\n1,2\n2,five\n3,6\n4,8\n")
    result = run("fit", str(path), "--model", "m*x + b", "--skip-bad-rows")
    assert result.exit_code == 0
    assert "line 3" in result.stdout


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_no_permission_is_said(tmp_path: Path) -> None:
    tmp_path.chmod(stat.S_IRUSR | stat.S_IXUSR)
    result = run("generate", "m*x + b", "-o", str(tmp_path / "optimizer.py"))
    assert result.exit_code == 2
    assert "may write" in result.stderr


def test_generate_writes_a_module_that_runs(points: Path, tmp_path: Path) -> None:
    module = tmp_path / "optimizer.py"
    assert run("generate", "a*x + b", "--script", "-o", str(module)).exit_code == 0
    command = [sys.executable, str(module), str(points), "--x", "minute", "--y", "volume (l)"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    slope = re.search(r"^a = (\S+)$", done.stdout, re.MULTILINE)
    assert slope is not None
    assert float(slope[1]) == pytest.approx(1.1, abs=1e-6)


def _command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "symgd", *arguments]


def test_ctrl_c_keeps_the_trace(tmp_path: Path) -> None:
    """With so many rows that steps are few, and the trace soon written, however long it was waited."""
    points, trace = tmp_path / "points.csv", tmp_path / "trace.csv"
    points.write_text("x,y\n" + "".join(f"{n / 9999},{n % 7}\n" for n in range(20000)))
    asked = ("--model", "a*exp(-b*x)", "--learning-rate", "1e-9", "--tolerance", "0")
    call = _command("descend", str(points), *asked, "--max-iter", "900000000")
    started = subprocess.Popen(
        [*call, "--trace", str(trace), "--log-every", "1"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with started:
        assert started.stderr is not None
        for line in started.stderr:  # until the first step is made
            if line.startswith("step 1:"):
                break
        started.send_signal(signal.SIGINT)
        try:
            shown, said = started.communicate(timeout=600)
        finally:
            started.kill()
    assert started.returncode == 130, said
    assert "interrupted" in shown
    assert "Traceback" not in said
    assert trace.read_text().startswith("step,a,b,cost")


def test_a_closed_pipe_is_not_an_error() -> None:
    shell = f"{sys.executable} -m symgd derive 'm*x + b' --format json | head -1"
    done = subprocess.run(["bash", "-c", shell], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "{"
    assert "Traceback" not in done.stderr


def test_films_say_what_to_install_where_manim_is_missing(tmp_path: Path) -> None:
    """A Python in which manim cannot be imported, as on a machine without it."""
    (tmp_path / "manim.py").write_text("raise ImportError('no manim here')")
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    command = _command("animate", "derive_gradient", "-o", str(tmp_path / "film.mp4"))
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 2
    assert "symgd[animations]" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    everything_else = _command("derive", "m*x + b")
    done = subprocess.run(everything_else, capture_output=True, check=False, env=environment)
    assert done.returncode == 0


def test_lessons_are_listed() -> None:
    shown = run("animate", "--list").stdout
    assert "derive_gradient" in shown
    assert "descend" in shown


def test_every_help_has_an_example() -> None:
    for verb in main.commands:
        page = run(verb, "--help").stdout
        assert "\\b" not in page
        assert re.search(rf"^ *symgd {verb}", page, re.MULTILINE), (
            f"{verb}: examples run into each other"
        )


def test_the_list_of_verbs_is_not_cut_off() -> None:
    assert "..." not in run("--help").stdout.partition("Commands:")[2]


def test_demo_does_the_whole_of_it(tmp_path: Path) -> None:
    result = run("demo", "-o", str(tmp_path / "demo"), "--no-films")
    assert result.exit_code == 0
    made = {path.name for path in (tmp_path / "demo").iterdir()}
    expected = {
        "derivation.md",
        "derivation.html",
        "derivation.tex",
        "derivation.typ",
        "optimizer.py",
        "trace.csv",
        "descent.png",
    }
    assert made == expected
    assert "0.793182" in result.stdout
    assert "∂MSE/∂a" in result.stdout


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_a_terminal_without_mathematics_gets_ascii(encoding: str) -> None:
    environment = {**os.environ, "PYTHONIOENCODING": encoding}
    command = _command("derive", "m*x + b")
    done = subprocess.run(command, capture_output=True, check=False, env=environment)
    assert done.returncode == 0
    assert b"(2/N)*sum_i(x_i*(m*x_i + b - y_i))" in done.stdout
    assert done.stdout.isascii()


def test_other_terminals_get_mathematics(points: Path) -> None:
    assert "Σᵢ" in descend(points).stdout
    assert "Σᵢ" not in descend(points, "--ascii").stdout


@pytest.mark.parametrize(
    ("arguments", "shown"),
    [
        (("derive", "-a*x + b", "--wrt", "a"), "(−a xᵢ + b − yᵢ)"),
        (("diff", "-x", "--wrt", "x"), "−1"),
        (("diff", "-(x + 1)^2", "--wrt", "x"), "−2(x + 1)"),
        (("diff", "-o*x", "--wrt", "x"), "−o"),
        (("diff", "-2*x", "--wrt", "x"), "−2"),
    ],
)
def test_a_formula_may_begin_with_a_minus_sign(arguments: Sequence[str], shown: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 0, result.stderr
    assert shown in result.stdout


AT = ("derive", "m*x + b", "--at", "m=1,b=2", "--data", "points.csv")


@pytest.mark.parametrize(
    ("arguments", "options", "arguments_of_python"),
    [
        (("derive", "m*x + b", "--index", "m"), "the formula and --index;", "the notation's index"),
        (("derive", "m*x + b", "--cost-name", "m"), "and --cost-name;", "the notation's cost"),
        (("derive", "m*x + b", "--count", "1n"), '--count is "1n", which', "the notation's count"),
        (
            ("derive", "m*x + b", "--residual", "e", "--prediction", "e"),
            '--residual and --prediction are both "e"',
            "the notation's prediction",
        ),
        ((*AT, "--row", "9"), "--row is 9;", "row is 9"),
        (("diff", "x^2", "--wrt", "x", "--at", "x=2", "--row", "1"), "leave --row out", "row out"),
        (
            ("diff", "x^2", "--wrt", "x", "--at", "x=2", "--data", "points.csv"),
            "--data is given",
            "data is given",
        ),
        (
            ("diff", "sum(w[j]^2, j, p)", "--wrt", "w[k]", "--at", "w=2,k=1"),
            "give the entries names of their own",
            "an array with an entry for each index",
        ),
        (
            ("fit", "points.csv", "--model", "m*log(x - 5) + b"),
            ": row 1: log(x",
            "row index 0: log(x",
        ),
        (
            ("fit", "points.csv", "--model", "m*x + b", "--loss", "bce_logits"),
            "y, row 2: 1.8 does not fit",
            "row index 1: 1.8",
        ),
        (("solve", "m*x + b", "--data", "holes.csv"), "--skip-bad-rows to symgd fit", "skip_bad"),
        (
            ("derive", "m*x + b", "--matrix", "--penalty", "lasso"),
            "named with --penalized",
            "named with penalized",
        ),
        (("derive", "m*x", "--loss", "cce"), '"a*x, b*x" --target y1,y2', 'target=["y1", "y2"]'),
    ],
)
def test_a_message_names_options_at_the_command_line_and_arguments_in_python(
    arguments: Sequence[str],
    options: str,
    arguments_of_python: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "points.csv").write_text("x,y\n1,1\n2,1.8\n3,3.4\n")
    (tmp_path / "holes.csv").write_text("x,y\n1,1\n,1.8\n3,3.4\n")
    monkeypatch.chdir(tmp_path)
    result = run(*arguments)
    assert result.exit_code == 2
    assert options in result.stderr
    with main.make_context("symgd", [*arguments]) as context, pytest.raises(SymgdError) as error:
        click.Group.invoke(main, context)
    assert arguments_of_python in str(error.value)
    assert "--" not in str(error.value)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("derive", "m*x", "--digits", "3"), "--digits goes with --at"),
        (("derive", "m*x", "--shapes"), "--shapes goes with --matrix"),
        (
            ("derive", "m*x", "--matrix", "--digits", "3"),
            "--digits does not go with --matrix",
        ),
        (("derive", "m*x", "--matrix", "--wrt", "m"), "--wrt does not go with --matrix"),
        (("hint", "--expr", "x^2", "--wrt", "x", "--loss", "mae"), "--loss goes with FORMULA"),
        (("animate", "descend", "--x", "minute"), "--x goes with --data"),
        (("animate", "derive_gradient", "--start", "m=2"), "--start goes with a lesson"),
        (("matrix", "mse", "--shape", "Q=Nxp"), '"Q" has a shape and is not in the formula'),
    ],
)
def test_an_option_that_would_change_nothing_is_refused(
    arguments: Sequence[str], said: str
) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert said in result.stderr


def test_the_built_in_points_are_descended_as_was_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    filmed: list[Any] = []
    monkeypatch.setattr(
        "symgd.api.problem.Problem.animate", lambda problem, lesson, run, **_: filmed.append(run)
    )
    assert run("animate", "descend").exit_code == 0
    assert run("animate", "descend", "--learning-rate", "0.01").exit_code == 0
    assert [made.learning_rate for made in filmed] == [0.06, 0.01]


def test_one_of_a_thing_is_told_as_one(points: Path, clock: Clock) -> None:
    spent = run("diff", "x^2 + x", "--wrt", "x", "--max-steps", "2").stderr
    assert "after 2 steps and 0 seconds; still to be taken: 1 derivative;" in spent
    assert "reads 1 input (x) and --x names 2 columns" in run(
        "fit", str(points), "--model", "m*x + b", "--x", "a", "--x", "b"
    ).stderr  # fmt: skip


def test_curvatures_at_a_number_that_is_none_are_refused() -> None:
    assert '"m" is inf; expected a finite number' in run("rate", "exp(m*x)", "--at", "m=inf").stderr


FIT = ("descend", "points.csv", "--model", "m*x + b", "--x", "minute", "--y", "volume (l)")


@pytest.mark.parametrize(
    ("arguments", "known"),
    [
        ((*FIT, "--trace", "a.xlsx"), "expected .csv (a table)"),
        ((*FIT, "--plot", "a.docx"), "expected .png (a picture in pixels), .svg"),
        (("generate", "m*x + b", "-o", "a.js"), "expected .py (Python)"),
        (("schema", "-o", "a.txt"), "expected .json (JSON)"),
        (("derive", "m*x + b", "-o", "a.docx"), "expected .txt (text), .md"),
        (("matrix", "mse", "-o", "a.docx"), "expected .txt (text), .md"),
        (("animate", "descend", "-o", "a.docx"), "expected .mp4 (a film), .gif"),
        (("animate", "descend", "-o", "a.mp4", "--format", "gif"), "a.mp4 does not end in .gif"),
    ],
)
def test_an_unknown_suffix_is_told_before_anything_is_worked_out(
    arguments: Sequence[str],
    known: str,
    points: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def work(*_: object, **__: object) -> None:
        raise AssertionError("something is worked out")

    for name in ("derive", "descend", "source", "animate"):
        monkeypatch.setattr(f"symgd.api.problem.Problem.{name}", work)
    monkeypatch.setattr("symgd.matrix.form.matrix_form", work)
    monkeypatch.chdir(tmp_path)
    result = run(*arguments)
    assert result.exit_code == 2
    assert known in result.stderr
    assert os.listdir(tmp_path) == [points.name]


def test_nothing_is_written_over_what_is_read(points: Path, tmp_path: Path) -> None:
    before = points.read_text()
    link, drawing = tmp_path / "link.csv", tmp_path / "link.png"
    link.symlink_to(points)
    drawing.symlink_to(points)
    for options in (("--trace", str(points)), ("--plot", str(drawing)), ("--trace", str(link))):
        result = descend(points, *options)
        assert result.exit_code == 2
        assert "would write over the data file" in result.stderr
    both, trace = tmp_path / "one.svg", tmp_path / "one.csv"
    trace.symlink_to(both)
    result = descend(points, "--plot", str(both), "--trace", str(trace))
    assert "would write over what --plot writes" in result.stderr
    assert descend(points, "--trace", "").exit_code == 2
    assert points.read_text() == before


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
def test_a_full_disk_is_said() -> None:
    with open("/dev/full", "w") as full:
        command = _command("derive", "m*x + b")
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 4
    assert done.stderr.splitlines() == [
        "symgd: the output cannot be written: No space left on device"
    ]


def test_decisions_about_start_and_minimum_are_said(tmp_path: Path, points: Path) -> None:
    started = descend(points, "--start", "a=1", "--format", "json")
    notes = json.loads(started.stdout)["notes"]
    assert notes[0] == "no start is given for b = 0"
    assert notes[1].startswith("--learning-rate auto chose the best constant rate")
    path = tmp_path / "one.csv"
    path.write_text("x,y\n1,2\n")
    shown = run("descend", str(path), "--model", "m*x + b").stdout
    assert "note: one row only" in shown
    assert "not unique" in shown


def _on_a_terminal(columns: int, *arguments: str) -> str:
    """What symgd writes on a terminal of so many columns, but for the bar that it has when a machine is slow."""
    pty, termios = pytest.importorskip("pty"), pytest.importorskip("termios")
    try:
        ours, theirs = pty.openpty()
    except OSError as none:
        pytest.skip(f"this system gives no terminal: {none}")
    termios.tcsetwinsize(theirs, (24, columns))
    environment = {name: value for name, value in os.environ.items() if name != "COLUMNS"}
    pipe = subprocess.PIPE
    with subprocess.Popen(
        _command(*arguments), stdout=theirs, stderr=pipe, env=environment
    ) as started:
        os.close(theirs)
        written = b""
        with contextlib.suppress(OSError):  # a terminal that nobody writes to any more is an error
            while part := os.read(ours, 65536):
                written += part
        assert started.stderr
        written += started.stderr.read()
    os.close(ours)
    return written.decode().replace("\r\n", "\n")


@pytest.mark.parametrize(
    "arguments",
    [
        *([("losses",)] if EVERY else []),
        ("losses", "--language", "fr"),
        ("animate", "--list"),
        ("matrix", "--list"),
        ("descend", "points.csv", "--model", "m*x + b", "--max-iter", "9"),
        *([("check", "m*x + b", "lines.txt")] if EVERY else []),
        ("hint", "m*x + b", "lines.txt", "--language", "fr"),
    ],
)
def test_no_line_is_wider_than_the_terminal(
    arguments: Sequence[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "points.csv").write_text("x,y\n1,1.2\n2,1.8\n3,3.4\n")
    (tmp_path / "lines.txt").write_text("dJ/dm = (1/N)*sum(2*(m*x_i + b - y_i))\n")
    monkeypatch.chdir(tmp_path)
    narrow, piped = _on_a_terminal(60, *arguments), run(*arguments).stdout
    assert max(map(len, narrow.splitlines())) <= 60 < max(map(len, piped.splitlines()))
    assert "".join(narrow.split()) == "".join(piped.split()), "lines alone differ"


def test_a_row_without_numbers_is_one_example_in_letters() -> None:
    in_letters = run("derive", "m*x + b", "--row", "3")
    assert run("derive", "m*x + b", "--row").stdout == in_letters.stdout
    assert in_letters.exit_code == 0
    assert in_letters.stdout == run("derive", "m*x + b", "--example").stdout
    assert "∂Lᵢ/∂m = " in in_letters.stdout


def test_steps_with_numbers_take_a_schedule(tmp_path: Path) -> None:
    data = tmp_path / "points.csv"
    data.write_text("x,y\n1,1.2\n2,1.8\n3,3.4\n", encoding="utf-8")
    line = ["derive", "m*x + b", "--at", "m=0,b=0", "--data", str(data), "--ascii"]
    adam = [*line, "--optimizer", "adam", "--steps", "2", "--set", "low=0.5"]
    done = run(*adam, "--schedule", "cosine")
    assert done.exit_code == 0, done.output
    assert "= 0.001*(0.5 + (1 - 0.5)*(1 + cos(pi*(2 - 1)/2))/2)" in done.output
    assert "Here alpha = 0.001, low = 0.5, T = 2, beta1 = 0.9" in done.output
    for more, said in (
        (["--schedule", "cosine"], "--schedule goes with --optimizer"),
        (["--optimizer", "adam", "--learning-rate", "fast"], "neither a number nor a formula of t"),
        (["--optimizer", "adam", "--learning-rate", "alpha/t"], "--schedule alpha/t"),
    ):
        done = run(*line, *more)
        assert done.exit_code == 2
        assert said in done.output
