"""Nothing lost, nothing half written, no traceback: full disks, closed streams, signals, endless input, the same file twice."""

from __future__ import annotations

import contextlib
import errno
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import click
import faults
import pytest
from click.testing import CliRunner
from grids import EVERY, examples

from symgd import Problem
from symgd.cli import main
from symgd.cli.codes import EXITS
from symgd.cli.group import Command
from symgd.cli.paths import InputPath, LanguagePath, OutputPath
from symgd.codegen.walk.walk import TraceRows
from symgd.errors import CheckFailed, MissingPackage, NotWritten, OutputError
from symgd.files import expect_apart, expect_writable, read_within, workspace, write_text
from symgd.unfinished import UNFINISHED, begun, discard_unfinished, given_up

unix = pytest.mark.skipif(sys.platform == "win32", reason="signals and devices of Unix")
ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    faults.prepared(tmp_path)
    french = ROOT / "symgd" / "locale" / "fr" / "LC_MESSAGES" / "symgd.po"
    (tmp_path / "my.po").write_bytes(french.read_bytes())
    return tmp_path


def shell(line: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """What a line of bash comes to, `symgd` in it being this one."""
    whole = f'set -o pipefail; symgd() {{ "{sys.executable}" -m symgd "$@"; }}; {line}'
    return subprocess.run(
        ["bash", "-c", whole],
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, **environment},
        timeout=600,
        check=False,
    )


# ---------------------------------------------------------------------------------------------
# The same file twice


def _options() -> Iterator[tuple[str, click.Parameter]]:
    assert isinstance(main, click.Group)
    for name, verb in main.commands.items():
        assert isinstance(verb, Command), f"{name} does not look at its paths"
        for option in verb.params:
            yield name, option


READ = {"data", "language", "arguments", "saved"}
WRITTEN = {"output", "plot", "trace", "folder", "save", "table", "checkpoint"}


def test_every_option_that_names_a_file_says_what_it_does_with_it() -> None:
    """An option of a verb to come is found by its name or its type, and cannot be forgotten."""
    kinds = (InputPath, LanguagePath, OutputPath)
    for verb, option in _options():
        name, named = str(option.name), (verb, option.name)
        assert isinstance(option.type, kinds) or not isinstance(
            option.type, click.Path | click.File
        ), named
        assert isinstance(option.type, InputPath | LanguagePath) == (name in READ), named
        assert isinstance(option.type, OutputPath) == (name in WRITTEN), named


POSITIONAL: dict[str, Sequence[str]] = {
    "diff": ("x^2", "--wrt", "x"),
    "matrix": ("mse",),
    "fit": ("d.csv", "--model", "m*x + b"),
    "descend": ("d.csv", "--model", "m*x + b"),
    "predict": ("fit.json", "d.csv"),
    "grid": ("d.csv", "--model", "m*x + b", "--grid", "m=0:1:2", "--grid", "b=0:1:2"),
    "analyse": ("d.csv", "--model", "m*x + b"),
    "animate": ("descend",),
    "schema": (),
    "demo": ("--no-films",),
}
PAIRS = [
    (verb, output.opts[0], source.opts[0])
    for verb, output in _options()
    if isinstance(output.type, OutputPath) and not output.type.folder
    for other, source in _options()
    if other == verb and isinstance(source.type, InputPath | LanguagePath)
]


@pytest.mark.parametrize(("verb", "output", "source"), PAIRS)
def test_no_verb_writes_over_what_it_reads(
    verb: str, output: str, source: str, folder: Path
) -> None:
    read = folder / ("my.po" if source == "--language" else "d.csv")
    before = read.read_bytes()
    suffix = {"--plot": ".svg", "--trace": ".csv", "--table": ".csv", "--save": ".json"}.get(
        output, ".tex"
    )
    suffix = ".csv" if verb == "predict" else suffix
    suffix = ".mp4" if verb == "animate" else suffix
    second, link = folder / f"second{suffix}", folder / f"link{suffix}"
    os.link(read, second)
    link.symlink_to(second.name)
    given = [*POSITIONAL.get(verb, ("m*x + b",))]
    named = [] if source in ("data", "saved") else [source, str(read)]
    given = [str(read), "other.csv"] if source == "saved" else given
    for target in (second, link, Path(os.path.relpath(second))):
        done = CliRunner().invoke(main, [verb, *given, *named, output, str(target)])
        assert done.exit_code == 2, done.output
        assert "would write over the" in done.stderr
        assert read.read_bytes() == before
    assert len(PAIRS) > 15


@unix
@pytest.mark.parametrize(
    "line",
    [
        'symgd derive "m*x + b" --at m=1,b=1 --data - -o same.tex < d.csv',
        'symgd derive "m*x + b" --at m=1,b=1 --data /dev/stdin -o same.tex < d.csv',
        'symgd fit d.csv --model "m*x + b" >> d.csv',
        "SYMGD_LANGUAGE=my.po symgd losses >> my.po",
        "symgd animate descend --data descend.vtt",
    ],
)
def test_nor_by_an_open_file_or_by_a_name_that_nobody_gave(line: str, folder: Path) -> None:
    os.link("d.csv", "same.tex")
    os.link("d.csv", "descend.vtt")
    before = [(folder / name).read_bytes() for name in ("d.csv", "my.po")]
    done = shell(line)
    assert done.returncode == 2
    assert "would write over the" in done.stderr
    assert [(folder / name).read_bytes() for name in ("d.csv", "my.po")] == before


def test_devices_are_nobodys_file() -> None:
    expect_apart([("--output", os.devnull), ("--trace", os.devnull)], [("data file", os.devnull)])


# ---------------------------------------------------------------------------------------------
# Places are tried before the work


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("derive", "m*x + b", "-o", "nowhere/a.tex"), "make the folder first"),
        (("derive", "m*x + b", "-o", "d.csv/a.tex"), "is a file"),
        (("generate", "m*x + b", "-o", f"{'a' * 300}.py"), "shorter name"),
        (("solve", "m*x + b", "-o", "loop.tex"), "back to itself"),
        (
            ("descend", "d.csv", "--model", "m*x + b", "--plot", "nowhere/a.png"),
            "make the folder first",
        ),
        (
            ("descend", "d.csv", "--model", "m*x + b", "--trace", "nowhere/a.csv"),
            "make the folder first",
        ),
        (("animate", "descend", "-o", "nowhere/a.mp4"), "make the folder first"),
        (("demo", "--no-films", "-o", "d.csv/demo"), "cannot be made"),
    ],
)
def test_a_place_that_cannot_be_written_to_is_said_before_the_work(
    arguments: Sequence[str], said: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def work(*_: object, **__: object) -> None:
        raise AssertionError("something is worked out")

    for name in ("derive", "descend", "source", "stationary", "animate"):
        monkeypatch.setattr(f"symgd.api.problem.Problem.{name}", work)
    (folder / "loop.tex").symlink_to("loop.tex")
    there = sorted(os.listdir(folder))
    done = CliRunner().invoke(main, list(arguments))
    assert done.exit_code == 2, done.output
    assert said in done.stderr
    assert sorted(os.listdir(folder)) == there


@unix
@pytest.mark.parametrize(
    ("line", "made"),
    [
        ('symgd derive "m*x + b" -o -x.html', ["-x.html"]),
        ("symgd diff -x^2 --wrt x --format json -o -x", ["-x"]),
        ('symgd derive "m*x + b" -o - | tail -1 | grep "^Checked"', []),
        ('symgd derive "m*x + b" -o - --format html | tail -1 | grep "^</html>"', []),
        ('symgd fit d.csv --model "m*x + b" --trace - | head -1 | grep .', []),
        ('! symgd derive "m*x + b" -o new.html/', []),
    ],
)
def test_a_name_is_taken_as_it_is_and_a_dash_is_standard_output(
    line: str, made: list[str], folder: Path
) -> None:
    before = set(os.listdir(folder))
    done = shell(f"set +o pipefail; {line}")
    assert done.returncode == 0, done.stderr
    assert {*os.listdir(folder)} - before == {*made}


@pytest.mark.parametrize("name", ["trace.csv", "optimizer.py", "descent.png", "descend.srt"])
def test_the_demo_replaces_nothing_but_its_own(name: str, folder: Path) -> None:
    place, films = folder / "shown", [] if name.endswith(".srt") else ["--no-films"]
    place.mkdir()
    (place / name).write_text("mine")
    command = ["demo", "-o", str(place), *films]
    refused = CliRunner().invoke(main, command)
    assert (refused.exit_code, refused.stdout, os.listdir(place)) == (2, "", [name])
    assert name in refused.stderr
    assert "--replace" in refused.stderr
    assert (place / name).read_text() == "mine"
    again = [[*command, "--no-films", "--replace"]]
    if not EVERY and name not in ("trace.csv", "descend.srt"):
        return
    if EVERY or name == "trace.csv":  # now all that is there is its own, whatever was there before
        again.append([*command, "--no-films"])
    for asked in again:
        done = CliRunner().invoke(main, asked)
        assert done.exit_code == 0, done.output


def test_trying_a_place_leaves_it_as_it_is(folder: Path) -> None:
    def contents() -> dict[Path, bytes]:
        return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}

    before = contents()
    expect_writable(folder / "d.csv")
    expect_writable(folder / "new.csv")
    assert contents() == before
    with pytest.raises(OutputError, match="is a folder"):
        expect_writable(folder)


# ---------------------------------------------------------------------------------------------
# Output is whole, or the exit code says that it is not


@unix
@pytest.mark.parametrize(
    ("line", "code"),
    [
        ('symgd derive "m*x + b" > /dev/full', 4),
        ("symgd --help > /dev/full", 4),
        ("symgd losses --help > /dev/full", 4),
        ("symgd derive > /dev/full 2> /dev/full", 2),
        ('PYTHONUNBUFFERED=1 symgd derive "m*x + b" --format html > /dev/full', 4),
        ('symgd derive "m*x + b" --format html -o /dev/full', 4),
        ('(ulimit -f 4; symgd derive "m*x + b" -o big.html)', 4),
        ('(ulimit -f 4; PYTHONUNBUFFERED=1 symgd derive "m*x + b" --format html > part.html)', 4),
        ('mkfifo gone; (read < gone; symgd derive "m*x + b") | (exec <&-; echo > gone)', 141),
        ('PYTHONUNBUFFERED=1 symgd derive "m*x + b" --format html | (sleep 1; tail -1)', 0),
        ('symgd derive "m*x + b" --format html -o /dev/stdout | tail -1', 0),
        ('symgd derive "m*x + b" <&- >&- 2>&-', 4),
        ('symgd derive "m*x + b" -o out.tex <&- >&- 2>&-', 0),
        ('symgd check "m*x + b" - <&-', 2),
        ('symgd check "m*x + b" - <&- >&- 2>&-', 2),
        ('symgd fit - --model "m*x + b" <&-', 2),
        ("symgd losses >&-", 4),
        ("symgd derive >&- 2>&-", 2),
        ("symgd check 'm*x + b' /dev/zero", 2),
        ("symgd fit /dev/zero --model 'm*x + b'", 2),
        ("symgd losses --language zero.po", 2),
    ],
)
def test_the_exit_code_says_whether_it_is_done(line: str, code: int, folder: Path) -> None:
    (folder / "zero.po").symlink_to("/dev/zero")
    done = shell(line)
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) <= 4
    if "tail -1" in line:
        assert done.stdout == "</html>\n"
    assert not faults.unfinished(folder)
    assert not (folder / "big.html").exists()


@unix
def test_a_reader_that_is_slow_and_does_not_block_gets_all(folder: Path) -> None:
    """The writing end of a pipe that takes nothing more says so, and is written to again when it does."""
    fcntl = pytest.importorskip("fcntl")
    reading, writing = os.pipe()
    if hasattr(fcntl, "F_SETPIPE_SZ"):
        fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, 4096)
    os.set_blocking(writing, False)
    with subprocess.Popen(
        faults.command("derive", "m*x + b", "--detail", "full", "--format", "html"), stdout=writing
    ) as process:
        os.close(writing)
        time.sleep(1)
        written = b""
        while part := os.read(reading, 65536):
            written += part
    os.close(reading)
    assert process.returncode == 0
    assert written.endswith(b"</html>\n")
    assert len(written) > 20_000, "more than the pipe holds"


def test_exit_codes_are_one_table() -> None:
    told = CliRunner().invoke(main, ["--help"]).stdout
    document = (ROOT / "docs" / "exit_codes.md").read_text(encoding="utf-8")
    for code, meaning in EXITS.items():
        assert f"{code:<5}{meaning}" in told
        assert f"| {code} | {meaning} |" in document


@pytest.mark.parametrize(
    ("fault", "code", "said"),
    [
        (RuntimeError("what\nis this"), 4, "please report"),
        (RecursionError("too deep"), 4, "please report"),
        (CheckFailed("a step is untrue"), 4, "please report"),
        (MemoryError(), 4, "no memory left"),
        (MissingPackage("no typst", "install it"), 2, "install it"),
        (KeyboardInterrupt(), 130, "interrupted"),
        (BrokenPipeError(), 141, ""),
    ],
)
def test_a_fault_of_ours_is_no_verdict(
    fault: BaseException, code: int, said: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise fault

    monkeypatch.setattr("symgd.api.exercise.Exercise.check", broken)
    (folder / "lines.txt").write_text("dJ/dm = 1")
    done = CliRunner().invoke(main, ["check", "m*x + b", "lines.txt"])
    assert done.exit_code == code
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == bool(said)
    monkeypatch.setenv("SYMGD_TRACEBACK", "1")
    loud = CliRunner().invoke(main, ["check", "m*x + b", "lines.txt"])
    assert ("Traceback" in loud.stderr) == (code in (2, 4))


# ---------------------------------------------------------------------------------------------
# Encodings


@unix
@pytest.mark.parametrize(
    ("encoding", "arguments"),
    [
        ("cp1252", ("derive", "alpha*x + b", "--format", "json")),
        ("ascii", ("generate", "α*x + b")),
        ("ascii", ("fit", "d.csv", "--model", "m*x", "--format", "json", "--language", "fr")),
    ],
)
def test_what_a_machine_reads_is_utf_8_everywhere(
    encoding: str, arguments: Sequence[str], folder: Path
) -> None:
    usual = CliRunner().invoke(main, list(arguments)).stdout_bytes
    environment = {**os.environ, "PYTHONIOENCODING": encoding}
    done = subprocess.run(
        faults.command(*arguments), capture_output=True, env=environment, check=False
    )
    assert (done.returncode, done.stdout) == (0, usual)
    assert not usual.isascii()


@unix
def test_words_that_a_terminal_has_not_are_escaped_and_never_a_question_mark(folder: Path) -> None:
    (folder / "größe.csv").write_text(faults.POINTS)
    for verb, said in (
        ("descend", r"3 rows from gr\xf6\xdfe.csv"),
        ("fit", r"data: gr\xf6\xdfe.csv"),
    ):
        shown = shell(f"symgd {verb} größe.csv --model 'm*x + b'", PYTHONIOENCODING="cp1251").stdout
        assert said in shown
        assert "?" not in shown
    name = os.fsdecode(b"half\xff.csv")
    (folder / name).write_text(faults.POINTS)
    done = subprocess.run(
        faults.command("fit", name, "--model", "m*x + b"), capture_output=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")
    with pytest.raises(OutputError, match="cannot be written in UTF-8"):
        write_text(folder / "a.txt", name)


# ---------------------------------------------------------------------------------------------
# Signals, and what is left behind


@pytest.mark.parametrize("name", faults.WRITES)
def test_a_command_that_nobody_stops_writes_what_is_called_whole(name: str, folder: Path) -> None:
    """So that a kill after the last write is no fault, whichever of a file's ends changes one day."""
    done = CliRunner().invoke(main, list(faults.COMMANDS[name]))
    assert done.exit_code == 0, done.output
    new = {target for target in faults.ENDS if (folder / target).read_text() != faults.OLD}
    assert new == faults.WRITES[name]
    assert not faults.torn(folder)


@unix
def test_killed_at_any_moment_files_are_old_or_new(folder: Path, chance: random.Random) -> None:
    seed = int(os.environ.get("SYMGD_FAULT_SEED", chance.randrange(10**6)))
    tries = int(os.environ.get("SYMGD_FAULT_TRIES", examples(2, 3)))
    found = faults.hunt(folder, tries, seed)
    assert not found, f"SYMGD_FAULT_SEED={seed} finds it again:\n" + "\n".join(found)


@unix
@pytest.mark.parametrize(("name", "code"), [("SIGTERM", 143), ("SIGHUP", 129), ("SIGINT", 130)])
def test_a_signal_has_its_exit_code(name: str, code: int, folder: Path) -> None:
    """The signal comes while a module is imported, where C would make an error of an exception."""
    (folder / "matplotlib.py").write_text(
        "print('now', flush=True)\nimport time\nwhile True:\n    time.sleep(0.01)\n"
    )
    arguments = faults.command(*faults.COMMANDS["descend"])
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    with subprocess.Popen(
        arguments,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
        preexec_fn=faults.heeding,
    ) as process:
        assert process.stdout is not None
        while process.stdout.readline() not in ("now\n", ""):
            pass
        process.send_signal(signal.Signals[name])
        _, said = process.communicate(timeout=600)
    assert process.returncode == code
    assert len(said.splitlines()) == 1
    assert "installed" not in said
    assert not faults.unfinished(folder)


@unix
def test_an_ignored_signal_stays_ignored(folder: Path) -> None:
    done = shell("trap '' HUP; symgd derive 'm*x + b' -o o.html & sleep .5; kill -HUP $!; wait $!")
    assert done.returncode == 0


@unix
def test_what_a_killed_process_left_goes_and_what_a_live_one_writes_stays(tmp_path: Path) -> None:
    script = (
        "import sys, time; from pathlib import Path; from symgd.unfinished import begun;"
        "begun(Path(sys.argv[1]), '.csv'); begun(Path(sys.argv[1]), '', Path.mkdir).joinpath('part').touch();"
        "print('ready', flush=True); time.sleep(600)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path)], stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        write_text(tmp_path / "a.txt", "while it lives")
        assert len(faults.unfinished(tmp_path)) == 2
        process.kill()
    (tmp_path / ".symgd-unfinished-mine.csv").write_text("no name of ours")
    (tmp_path / f".symgd-unfinished-{'0' * 16}.csv").symlink_to("a.txt")
    write_text(tmp_path / "a.txt", "after it was killed")
    assert sorted(os.listdir(tmp_path)) == [
        f".symgd-unfinished-{'0' * 16}.csv",
        ".symgd-unfinished-mine.csv",
        "a.txt",
    ]


def test_what_is_begun_is_discarded(tmp_path: Path) -> None:
    file, room = begun(tmp_path, ".csv"), begun(tmp_path, "", Path.mkdir)
    assert UNFINISHED.fullmatch(file.name)
    (room / "part.mp4").write_text("half")
    discard_unfinished()
    assert not os.listdir(tmp_path)
    given_up(file)
    with contextlib.suppress(RuntimeError), workspace() as parts:
        raise RuntimeError
    assert not parts.exists()


def test_a_disk_that_is_full_of_parts_is_said_of_their_folder() -> None:
    with pytest.raises(NotWritten, match="the disk is full"), workspace() as parts:
        raise OSError(errno.ENOSPC, "No space left on device", str(parts / "part.mp4"))
    with pytest.raises(FileNotFoundError), workspace() as parts:
        (parts / "nothing").read_text()
    assert not parts.exists()


def test_long_names_and_odd_suffixes_are_written(tmp_path: Path) -> None:
    for name in ("名" * 80 + ".csv", "a." + "b" * 200, ".hidden", "no_suffix"):
        write_text(tmp_path / name, name)
        assert (tmp_path / name).read_text(encoding="utf-8") == name


def test_ctrl_c_in_an_import_is_no_missing_package() -> None:
    try:
        try:
            raise KeyboardInterrupt
        except KeyboardInterrupt:
            raise ImportError("numpy.core.multiarray failed to import")  # noqa: B904 - as C code does it
    except ImportError as error:
        with pytest.raises(KeyboardInterrupt):
            MissingPackage.of(error, "matplotlib", "it is not installed", "install it")
    broken = MissingPackage.of(
        ImportError("a symbol is missing", name="x"),
        "matplotlib",
        "it is not installed",
        "install it: pip",
    )
    assert str(broken) == "matplotlib cannot be loaded (a symbol is missing); install it again: pip"


# ---------------------------------------------------------------------------------------------
# Bounds


@unix
def test_reading_is_bounded(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x" * 100)
    assert read_within(tmp_path / "a", 100) == b"x" * 100
    assert read_within(tmp_path / "a", 99) is None
    content = read_within("/dev/zero", 1 << 30)
    assert content is not None
    assert len(content) <= 1 << 20


@pytest.mark.parametrize("steps", [*range(12), 100, 1000, 1023, 1024, 4097])
def test_a_trace_is_thinned_evenly(steps: int) -> None:
    rows = TraceRows(2, most=64)
    row = before = None
    for step in range(steps + 1):
        before, row = row, (float(step), step / 2)
        if step == rows.due:
            rows.add(row)
    rows.end(before, row)
    kept = rows.rows[:, 0].astype(int).tolist()
    assert kept[0] == 0
    assert kept[-2:] == [*range(steps + 1)][-2:]
    assert {*kept} == {*range(0, steps + 1, rows.stride), max(steps - 1, 0), steps}
    assert len(kept) <= 34
    assert rows.rows[:, 1].tolist() == [number / 2 for number in kept]


def test_a_thinned_run_says_so_and_goes_everywhere(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    problem, data = Problem("m*x + b"), {"x": [1, 2, 3], "y": [1, 2, 4]}
    asked = {"max_iter": 1003, "tolerance": 0, "learning_rate": 0.1}
    whole = problem.descend(data, **asked)
    monkeypatch.setattr(TraceRows.__init__, "__defaults__", (400,))
    thin = problem.descend(data, **asked)
    assert (thin.steps, thin.parameters, thin.outcome) == (1003, whole.parameters, whole.outcome)
    assert len(thin.trace) <= 82
    steps = thin.trace.steps.tolist()
    assert steps[-2:] == [1002, 1003]
    assert (thin.trace.table == whole.trace.table[steps]).all()
    assert any("one step in 16" in note for note in thin.notes)
    assert not any("one step in" in note for note in whole.notes)
    thin.trace.to_csv("thin.csv")
    assert [
        int(line.split(",")[0]) for line in Path("thin.csv").read_text().splitlines()[1:]
    ] == steps
    assert thin.trace.to_pandas().index.tolist() == thin.trace["step"].tolist() == steps
    assert "1,003" in thin.trace.html()
    thin.plot("thin.svg")
    thin.trace.plot("trace.svg")
    pytest.importorskip("manim", reason="films need Manim")
    with pytest.raises(ValueError, match="a shorter one"):
        problem.animate("descend", thin, output="film.mp4")
