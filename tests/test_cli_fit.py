"""`symgd fit`, `symgd predict` and `symgd descend` as users type them."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import Result
from consoles import run

from symgd import Problem

DECAY = "t,n\n0,10.1\n1,7.3\n2,5.6\n3,4.1\n4,3.2\n5,2.6\n6,2.1\n"
MODEL = ("--model", "a*exp(-k*t) + c", "--x", "t", "--y", "n")
POINTS = "minute,volume (l),note,w,station\n1,1.2,a,1,u\n2,1.8,b,1,u\n3,3.4,c,2,u\n1,4,d,1,v\n2,5.5,e,1,v\n4,6,f,0,v\n"
LINE = ("--model", "a*x + b", "--x", "minute", "--y", "volume (l)")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("decay.csv").write_text(DECAY)
    Path("points.csv").write_text(POINTS)
    return tmp_path


def fit(*more: str) -> Result:
    return run("fit", "points.csv", *LINE, *more)


def record(*more: str) -> dict[str, Any]:
    result = fit(*more, "--format", "json")
    assert result.exit_code == 0, result.output
    assert result.stderr == ""
    made: dict[str, Any] = json.loads(result.stdout)
    return made


def columns() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rows = [*csv.DictReader(io.StringIO(POINTS))]
    x, y, w = ([float(row[name]) for row in rows] for name in ("minute", "volume (l)", "w"))
    return np.array(x), np.array(y), np.array(w)


# --- The minimum -------------------------------------------------------------------------------


def test_a_line_is_solved_as_textbooks_do() -> None:
    x, y, _ = columns()
    (slope, intercept), covariance = np.polyfit(x, y, 1, cov=True)
    made = record()
    assert made["parameters"] == pytest.approx({"a": slope, "b": intercept}, rel=1e-12)
    errors = dict(zip("ab", np.sqrt(np.diag(covariance)), strict=True))
    assert made["standard_errors"] == pytest.approx(errors, rel=1e-9)
    assert made["cost"] == pytest.approx(np.mean((slope * x + intercept - y) ** 2), rel=1e-12)
    assert made["outcome"] == "converged"
    assert made["message"].startswith("converged: ")
    assert made["method"].startswith("exact")
    assert {"kind", "rows", "confidence_intervals", "notes"} <= made.keys()


def test_a_curve_needs_no_start_and_no_rate() -> None:
    result = run("fit", "decay.csv", *MODEL)
    assert result.exit_code == 0
    assert "data: decay.csv, y is n" in result.stdout
    assert "converged" in result.stdout
    made = json.loads(run("fit", "decay.csv", *MODEL, "--format", "json").stdout)
    problem = Problem("a*exp(-k*t) + c", inputs=["t"])
    t, n = np.loadtxt("decay.csv", delimiter=",", skiprows=1).T
    direct = problem.fit(t, n)
    assert made["parameters"] == pytest.approx(dict(direct.parameters), rel=1e-9)


def test_weights_count_as_rows_do() -> None:
    x, y, w = columns()
    root = np.sqrt(w)
    design = np.stack([x, np.ones(len(x))], 1)
    expected, *_ = np.linalg.lstsq(design * root[:, None], y * root, rcond=None)
    made = record("--weights", "w")
    assert [*made["parameters"].values()] == pytest.approx(expected, rel=1e-12)


def test_weights_may_be_a_column_that_is_read_as_an_input() -> None:
    made = record("--weights", "minute")
    x, y, _ = columns()
    root = np.sqrt(x)
    design = np.stack([x, np.ones(len(x))], 1)
    expected, *_ = np.linalg.lstsq(design * root[:, None], y * root, rcond=None)
    assert [*made["parameters"].values()] == pytest.approx(expected, rel=1e-12)


def test_parameters_are_fixed_bounded_and_tied() -> None:
    x, y, _ = columns()
    assert record("--fix", "b=1/2")["parameters"]["b"] == 0.5
    free = record("--fix", "b=0")["parameters"]["a"]
    assert free == pytest.approx(x @ y / (x @ x), rel=1e-12)
    assert record("--bound", "a=:0.25")["parameters"]["a"] == 0.25
    assert record("--bounds", "a=0:0.25,b=:9")["parameters"]["a"] == 0.25
    tied = record("--tie", "b=2*a")["parameters"]
    assert tied["a"] == pytest.approx((x + 2) @ y / ((x + 2) @ (x + 2)), rel=1e-12)
    assert tied["b"] == pytest.approx(2 * tied["a"], rel=1e-12)
    assert record("--start", "a=1", "--start", "b=2")["outcome"] == "converged"


def test_groups_are_fitted_by_themselves() -> None:
    result = fit("--by", "station")
    assert result.exit_code == 0
    overview, *_, table = result.stdout.rstrip().split("\n\n")
    head, *rows = overview.splitlines()
    assert head.split()[:2] == ["station", "rows"]
    assert [row.split()[0] for row in rows] == ["u", "v"]
    head, *rows = table.splitlines()
    assert all(said in head for said in ("standard error", "95 % interval", "R²"))
    assert [row.split()[:2] for row in rows] == [["u", "a"], ["u", "b"], ["v", "a"], ["v", "b"]]
    made = json.loads(fit("--by", "station", "--format", "json").stdout)
    x, y, _ = columns()
    assert made["by"] == "station"
    assert [each["label"] for each in made["fits"]] == ["u", "v"]
    for each, rows_of in zip(made["fits"], (slice(0, 3), slice(3, 6)), strict=True):
        assert each["parameters"]["a"] == pytest.approx(np.polyfit(x[rows_of], y[rows_of], 1)[0])
        assert each["standard_errors"]["a"] > 0


@pytest.mark.parametrize(("form", "cell"), [("md", "| u | a |"), ("tex", "u & {a} &"), ("html", "<td>a</td>")])  # fmt: skip
def test_groups_are_summarised_in_every_format(form: str, cell: str) -> None:
    told = fit("--by", "station", "--format", form, "--level", ".9")
    assert cell in told.stdout
    assert "90" in told.stdout
    saved = fit("--by", "station", "-o", f"groups.{form}", "--plot", "groups.png")
    assert saved.exit_code == 0
    assert cell in Path(f"groups.{form}").read_text()
    assert Path("groups.png").read_bytes().startswith(b"\x89PNG")


def test_groups_are_told_in_ascii_with_their_notes() -> None:
    Path("cities.csv").write_text(
        "x,city,y\n1,Köln,2\n2,Köln,4\n3,Köln,5\n1,Bonn,1\n", encoding="utf-8"
    )
    told = run(
        "fit", "cities.csv", "--model", "a*x + b", "--by", "city", "--ascii", "--language", "fr"
    ).stdout
    assert told.isascii()
    assert "K\\xf6ln" in told
    assert "Bonn: " in told.splitlines()[-1]


def test_labels_keep_to_their_rows_where_rows_are_skipped() -> None:
    Path("bad.csv").write_text(
        "x,g,y\n# of two stations\n1,u,2\noops,u,3\n2,u,4\n5,v,1\n7,v,\n6,v,3\n"
    )
    line = ("bad.csv", "--model", "a*x + b", "--by", "g", "--format", "json")
    assert 'line 4, column "x"' in run("fit", *line).stderr
    made = json.loads(run("fit", *line, "--skip-bad-rows").stdout)
    slopes = {each["label"]: each["parameters"]["a"] for each in made["fits"]}
    assert slopes == pytest.approx({"u": 2.0, "v": 2.0})


def test_rows_are_held_out_as_the_seed_draws_them() -> None:
    first, again, other = (record("--test-size", ".34", "--seed", seed) for seed in "112")
    assert first["test"]["rows"] == 2
    assert first == again
    assert first["parameters"] != other["parameters"]


def test_intervals_have_a_level_and_a_method() -> None:
    narrow, wide = (
        record("--level", level)["confidence_intervals"]["a"] for level in (".5", ".99")
    )
    assert wide[0] < narrow[0] < narrow[1] < wide[1]
    curve = ("fit", "decay.csv", *MODEL, "--format", "json")
    profile = json.loads(run(*curve, "--intervals", "profile").stdout)
    wald = json.loads(run(*curve).stdout)
    assert profile["interval_method"] == "profile"
    assert profile["confidence_intervals"]["k"] != wald["confidence_intervals"]["k"]


def test_how_it_was_found_is_explained() -> None:
    plain, told = fit().stdout, fit("--explain").stdout
    assert told.startswith(plain.rstrip())
    assert len(told) > len(plain)


@pytest.mark.parametrize(
    ("form", "suffix", "piece"),
    [
        ("text", ".txt", "standard error"),
        ("md", ".md", "| parameter |"),
        ("markdown", ".md", "| parameter |"),
        ("tex", ".tex", r"\begin{tabular}"),
        ("latex", ".tex", r"\begin{tabular}"),
        ("html", ".html", "<table>"),
        ("json", ".json", '"parameters"'),
    ],
)
def test_a_summary_in_each_format(form: str, suffix: str, piece: str) -> None:
    assert piece in fit("--format", form).stdout
    assert fit("-o", f"fit{suffix}").exit_code == 0
    assert piece in Path(f"fit{suffix}").read_text(encoding="utf-8")
    assert fit("--format", form, "-o", "named.out").stdout == ""
    assert piece in Path("named.out").read_text(encoding="utf-8")


def test_a_picture_of_the_fit() -> None:
    assert fit("--plot", "fit.png").exit_code == 0
    assert Path("fit.png").read_bytes().startswith(b"\x89PNG")


def test_words_are_french_and_ascii() -> None:
    assert "erreur type" in fit("--language", "fr").stdout
    shown = fit("--ascii").stdout
    assert shown.isascii()
    environment = {**os.environ, "LC_ALL": "C", "PYTHONIOENCODING": "ascii"}
    command = [sys.executable, "-m", "symgd", "fit", "points.csv", *LINE]
    done = subprocess.run(command, capture_output=True, check=False, env=environment)
    assert (done.returncode, done.stdout.decode()) == (0, shown)


def test_what_is_no_minimum_ends_with_1() -> None:
    """Perfect separation: the least cost lies at infinity."""
    Path("apart.csv").write_text("x,y\n1,0\n2,0\n3,1\n4,1\n")
    result = run(
        "fit", "apart.csv", "--model", "a*x + b", "--loss", "bce_logits", "--format", "json"
    )
    assert result.exit_code == 1
    assert json.loads(result.stdout)["outcome"] == "no minimum"


def test_data_come_through_a_pipe_with_odd_names() -> None:
    text = 'größe (cm);"a, b"\n1;2\n2;4,5\n'.replace("4,5", "4.5") + "3;6\n"
    result = run(
        "fit", "-", "--model", "a*x + b", "--x", "größe (cm)", "--y", "a, b", standard_input=text
    )
    assert result.exit_code == 0, result.output
    assert "data: standard input, x is größe (cm), y is a, b" in result.stdout


def test_many_rows_are_read_and_fitted() -> None:
    rng = np.random.default_rng(0)
    x = rng.random(200_000)
    y = 3 * x + 1 + rng.normal(0, 0.1, len(x))
    np.savetxt("many.csv", np.stack([x, y], 1), delimiter=",", header="x,y", fmt="%.6f")
    result = run("fit", "many.csv", "--model", "a*x + b", "--format", "json")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["parameters"]["a"] == pytest.approx(3, abs=0.01)


WRONG: Sequence[tuple[Sequence[str], str]] = (
    (("--weights", "q"), 'there is no column "q"'),
    (("--weights", "note"), 'column "note": "a" is not a number'),
    (("--by", "q"), 'there is no column "q"'),
    (("--fix", "q=0"), '"q", which is not a parameter'),
    (("--fix", "b"), '"b" is not a parameter and its value; write b=0'),
    (("--fix", "b=1", "--fix", "b=2"), '"b" is there twice'),
    (("--fix", "a=1,b=2"), "every parameter is fixed or tied"),
    (("--bound", "a=2:1"), "2 is above 1"),
    (("--bound", "a=1:1"), "fix it: --fix a=1"),
    (("--bound", "a=3"), '"a=3" is not a bound; write k=0:10'),
    (("--bound", "a=:"), '"a=:" is not a bound'),
    (("--bound", "a=0:1:2"), "is not a bound"),
    (("--bound", "a=x:2"), "is not a bound"),
    (("--bound", "b=0.5:", "--start", "b=0"), "outside its bounds"),
    (("--tie", "b=2*b"), "goes round in a circle"),
    (("--tie", "b=3"), "fix it: --fix b=3"),
    (("--tie", "b=__import__('os')"), "the tie of"),
    (("--tie", "b"), "write c=2*a"),
    (("--test-size", "2"), "--test-size is 2.0"),
    (("--test-size", "nan"), "--test-size"),
    (("--level", "95"), "--level is 95.0"),
    (("--seed", "-1"), "--seed"),
    (("--start", "a=fast"), "is not a start"),
    (("--by", "station", "--save", "a.json"), "--save goes with one fit"),
    (("--by", "station", "--explain"), "--explain goes with one fit"),
    (("--explain", "--format", "json"), "--explain goes with --format text"),
    (("-o", "out.docx"), 'ends in ".docx"'),
    (("--save", "out.txt"), "expected .json"),
    (("--max-iter", "5", "--by", "station"), "--by does not go with --max-iter"),
    (("--learning-rate", "1", "--format", "md"), "a walk is told as text or json"),
    (("--thin", "5"), "--thin goes with --trace"),
)


@pytest.mark.parametrize(("more", "said"), WRONG)
def test_what_is_wrong_is_said_in_words(more: Sequence[str], said: str) -> None:
    result = fit(*more)
    assert result.exit_code == 2, result.output
    assert said in result.stderr
    assert result.stdout == ""
    assert sorted(os.listdir()) == ["decay.csv", "points.csv"]


def test_weights_below_0_are_named_by_their_row() -> None:
    Path("w.csv").write_text("x,y,w\n1,2,1\n2,3,-1\n3,4,1\n")
    said = run("fit", "w.csv", "--model", "a*x + b", "--weights", "w").stderr
    assert "weights, row 2: -1 is below 0" in said


# --- The walk ----------------------------------------------------------------------------------

WALKS = (
    ("--learning-rate", "0.05"),
    ("--max-iter", "5"),
    ("--tolerance", "0.1"),
    ("--trace", "trace.csv"),
    ("--log-every", "1000"),
)


@pytest.mark.parametrize("option", WALKS)
def test_fit_with_the_walks_options_walks_as_it_did(option: Sequence[str]) -> None:
    walked = run("descend", "points.csv", *LINE, *option, "--format", "json")
    asked = fit(*option, "--format", "json")
    assert asked.exit_code == walked.exit_code
    assert asked.stderr == walked.stderr
    told = json.loads(asked.stdout)
    said = told["notes"].pop(0)
    assert said.startswith(f"with {option[0]} this walks, which is what symgd descend does")
    assert told == json.loads(walked.stdout)
    assert said in " ".join(fit(*option).stdout.split())


def test_a_walk_is_logged_on_standard_error() -> None:
    steps = ("--learning-rate", "0.05", "--max-iter", "5", "--tolerance", "0")
    result = run("descend", "points.csv", *LINE, *steps, "--log-every", "2", "--format", "json")
    lines = result.stderr.splitlines()
    assert [line.split(":")[0] for line in lines] == ["step 0", "step 2", "step 4"]
    assert "J = " in lines[0]
    assert "a = 0, b = 0" in lines[0]
    quiet = run("descend", "points.csv", *LINE, *steps, "--format", "json")
    assert quiet.stdout == result.stdout
    assert quiet.stderr == ""


def test_a_trace_is_thinned_on_request_and_that_is_said() -> None:
    steps = ("--learning-rate", "0.05", "--max-iter", "25", "--tolerance", "0")
    walk = ("descend", "points.csv", *LINE, *steps)
    run(*walk, "--trace", "whole.csv")
    result = run(*walk, "--trace", "thin.csv", "--thin", "10")
    assert "thin.csv has 4 of 26 rows: one for 10 steps, and the last" in result.stderr
    head, *rows = Path("whole.csv").read_text().splitlines()
    kept = [head, *(row for row in rows if row.split(",")[0] in ("0", "10", "20", "25"))]
    assert Path("thin.csv").read_text().splitlines() == kept


# --- Predictions -------------------------------------------------------------------------------


def kept() -> None:
    assert run("fit", "decay.csv", *MODEL, "--save", "decay.json").exit_code == 0
    Path("new.csv").write_text("id;t\nx;7\ny;8.5\n")


def test_new_rows_are_predicted_with_their_band() -> None:
    kept()
    result = run("predict", "decay.json", "new.csv")
    assert result.exit_code == 0, result.output
    rows = [*csv.DictReader(io.StringIO(result.stdout))]
    assert [row["t"] for row in rows] == ["7.0", "8.5"]
    t, n = np.loadtxt("decay.csv", delimiter=",", skiprows=1).T
    direct = Problem("a*exp(-k*t) + c", inputs=["t"]).fit(t, n)
    made = direct.predict([7, 8.5])
    band = direct.prediction_band([7, 8.5], level=0.95)
    for name, expected in (("prediction", made), ("lower", band.lower), ("upper", band.upper)):
        assert [float(row[name]) for row in rows] == pytest.approx(expected, rel=1e-6)


def test_predictions_go_to_a_file_without_a_band() -> None:
    kept()
    result = run("predict", "decay.json", "new.csv", "--band", "none", "-o", "out.csv")
    assert (result.exit_code, result.stdout) == (0, "")
    assert Path("out.csv").read_text().splitlines()[0] == "t,prediction"


def test_what_format_json_prints_predicts_as_well() -> None:
    Path("fit.json").write_text(fit("--format", "json").stdout, encoding="utf-8")
    Path("new.csv").write_text("minute\n10\n")
    rows = run("predict", "fit.json", "new.csv").stdout.splitlines()
    made = record()["parameters"]
    assert float(rows[1].split(",")[1]) == pytest.approx(10 * made["a"] + made["b"])


def test_where_there_is_no_band_it_is_said_and_predictions_stay() -> None:
    ridge = ("--penalty", "ridge", "--save", "ridge.json")
    assert fit(*ridge).exit_code == 0
    Path("new.csv").write_text("minute\n10\n")
    result = run("predict", "ridge.json", "new.csv")
    assert result.exit_code == 0
    assert "there is no band" in result.stderr
    assert result.stdout.splitlines()[0] == "minute,prediction"
    assert run("predict", "ridge.json", "new.csv", "--level", ".9").exit_code == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("decay.csv", "new.csv"), "decay.csv is no saved fit; name a file that symgd fit --save"),
        (("nowhere.json", "new.csv"), "nowhere.json cannot be read"),
        (("decay.json", "nowhere.csv"), 'there is no file "nowhere.csv"'),
        (("decay.json", "decay.json"), "decay.json is JSON, not CSV"),
        (("decay.json", "points.csv"), 'there is no column "t"'),
        (("decay.json", "new.csv", "--x", "t", "--x", "id"), "--x names 2 columns"),
        (("decay.json", "new.csv", "--level", "2"), "--level is 2.0"),
        (("decay.json", "new.csv", "-o", "new.csv"), "would write over the data file"),
        (("decay.json", "new.csv", "-o", "a.xlsx"), "expected .csv"),
        (("evil.json", "new.csv"), "evil.json is no saved fit"),
        (("list.json", "new.csv"), "list.json is no saved fit"),
    ],
)
def test_errors_of_predict(arguments: Sequence[str], said: str) -> None:
    kept()
    Path("evil.json").write_text('{"kind": "fit", "parameters": {"a": 1}}')
    Path("list.json").write_text("[" * 10_000)
    result = run("predict", *arguments)
    assert result.exit_code == 2, result.output
    assert said in result.stderr
    assert "Traceback" not in result.output


def test_nothing_in_a_saved_fit_is_evaluated() -> None:
    kept()
    evil = json.loads(Path("decay.json").read_text())
    for name in ("model", "loss", "target"):
        for text in ("__import__('os').system('touch owned')", "().__class__", "9**9**9*t"):
            Path("evil.json").write_text(json.dumps({**evil, name: text}))
            assert run("predict", "evil.json", "new.csv").exit_code == 2
    assert not Path("owned").exists()


def test_the_log_speaks_french_and_the_record_the_command_lines_options() -> None:
    steps = ("--max-iter", "2", "--tolerance", "0", "--format", "json")
    result = run("descend", "points.csv", *LINE, *steps, "--log-every", "2", "--language", "fr")
    assert [line.split("\u00a0")[0] for line in result.stderr.splitlines()] == ["pas 0", "pas 2"]
    told = json.loads(result.stdout)
    assert told["method"] == "gradient descent"
    assert told["standard_errors"] == dict.fromkeys(told["parameters"])
    assert any("--learning-rate auto" in note for note in told["notes"])
    assert "learning_rate" not in str(told["notes"]) + told["message"]
