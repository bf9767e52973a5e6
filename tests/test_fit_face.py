"""What people see of a fit: digits that predict, accounts, pictures, and what an interruption leaves."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from grids import EVERY

from symgd import OutputError, Problem
from symgd.cli import main
from symgd.fit.fitted import Fit
from symgd.fit.least_squares.hunt import Hunt
from symgd.fit.summaries.equation import equation_of
from symgd.fit.summaries.told import decimals_of
from symgd.parsing.formula import parse
from symgd.writing.formulas.text import text


def drawn(size: float, count: int) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Errors, the same whatever test is run before."""
    return np.random.default_rng(20).normal(0, size, count)


HEIGHTS = np.arange(58.0, 73.0)
WEIGHTS = np.array([115, 117, 120, 123, 126, 129, 132, 135, 139, 142, 146, 150, 154, 159, 164.0])
X = np.linspace(0.0, 5.0, 40)
CURVE = 5 * np.exp(-X) + 1 + drawn(0.1, 40)
YEARS = np.linspace(1990.0, 2024.0, 35)

FITS: dict[str, Callable[[], Any]] = {
    "heights": lambda: Problem("a + b*x + c*x^2").fit(HEIGHTS, WEIGHTS),
    "years": lambda: Problem("a + b*x + c*x^2 + d*x^3").fit(
        YEARS, (YEARS - 2000) ** 3 / 50 + drawn(0.5, 35)
    ),
    "curve": lambda: Problem("a*exp(-b*x) + c").fit(X, CURVE),
    "large": lambda: Problem("a + b*x").fit(X, 1e12 + 1e5 * X + drawn(100, 40)),
    "small": lambda: Problem("a*exp(-b*x)").fit(X, 1e-12 * CURVE),
    "fixed": lambda: Problem("a + b*x").fit(X, 1000 / 3 + X * CURVE, fixed={"a": 1000 / 3}),
    "ridge": lambda: Problem("a + b*x", penalty="ridge").fit(X, CURVE),
    "huber": lambda: Problem("a + b*x", loss="huber").fit(X, CURVE),
    "weighted": lambda: Problem("a + b*x").fit(X, CURVE, weights=10.0 ** -np.arange(40)),
    "perfect": lambda: Problem("a + b*x").fit(X, 2 * X + 1),
}


def _predicted(fit: Fit, x: np.ndarray[Any, np.dtype[np.float64]]) -> Any:
    """What the printed equation says."""
    written = text(equation_of(fit)[0], ascii=True).partition("=")[2]
    value = parse(written, functions=fit.problem.functions).value
    return np.array([float(value.subs({"x": at}).evalf(30)) for at in x])


@pytest.mark.parametrize("name", FITS)
def test_the_printed_equation_predicts(name: str) -> None:
    fit = FITS[name]()
    x = fit.data["x"]
    noise = fit.residual_standard_error
    if np.isnan(noise):
        noise = fit.residuals.std()
    room = 0.1 * noise / np.sqrt(1 if fit.task.weights is None else fit.task.weights)
    size = 1e-9 * np.ptp(fit.fitted_values)
    assert (np.abs(_predicted(fit, x) - fit.fitted_values) <= np.maximum(1.01 * room, size)).all()


def test_an_estimate_its_error_and_its_interval_have_the_same_decimals() -> None:
    told = FITS["heights"]().summary().told()
    for row, known in zip(told.rows, (2, 4, 6), strict=True):
        ends = row.cells[4].strip("[]").split(", ")
        assert {len(n.partition(".")[2]) for n in (*row.cells[:2], *ends)} == {known}
    assert told.rows[0].cells[:2] == ("261.88", "25.20")  # R: 261.87818 (25.19677)


@pytest.mark.parametrize(
    ("value", "error", "decimals"),
    [(-17.5791, 6.7584, 3), (3.9324, 0.4155, 4), (0.0, 0.02, 4), (1e-9, 0.5, 6), (1.0, 0.0, None)],
)
def test_decimals(value: float, error: float, decimals: int | None) -> None:
    assert decimals_of(value, error) == decimals


def test_markdown_has_no_brackets_that_begin_mathematics() -> None:
    told = FITS["heights"]().summary().markdown()
    assert "[206.98, 316.78]" in told
    assert "\\[" not in told


@pytest.mark.parametrize(
    ("problem", "wishes", "said"),
    [
        (
            Problem("a + b*x"),
            {},
            ("linear system of 2 equations", "condition number", "1 (a), x (b)"),
        ),
        (Problem("a + b*x + c*x"), {}, ("depend on each other",)),
        (Problem("a + b*x", penalty="ridge"), {}, ("penalty is a quadratic",)),
        (Problem("a + b*x"), {"fixed": {"a": 0.5}}, ("a was fixed at 0.5", "sought: b")),
        (Problem("a + b*x"), {"tied": {"a": "2*b"}}, ("a is tied: a = 2*b",)),
        (Problem("a + b*x"), {"bounds": {"b": (0, None)}}, ("bounds: 0 ≤ b",)),
        (Problem("a*exp(-b*x)"), {"start": {"a": 5, "b": 1}}, ("a = 5, b = 1", "the unit 1/x")),
        (Problem("a*exp(-b*x)"), {}, ("solved for exactly", "starts were drawn", "unit 1/x")),
        (Problem("a + b*x", loss="huber"), {}, ("the cost by step: ", "tried from 1 start")),
        (Problem("a + b*x", loss="mae"), {}, ("a corner",)),
    ],
)
def test_it_is_explained(problem: Problem, wishes: dict[str, Any], said: tuple[str, ...]) -> None:
    fit = problem.fit(X, CURVE, **wishes)
    told = fit.explain().splitlines()
    assert len(told) > 3
    assert len({*told}) == len(told)
    for words in said:
        assert any(words in line for line in told), (words, told)
    assert fit.explain(language="fr").splitlines() != told


def test_the_costs_by_step_end_at_the_cost() -> None:
    fit = Problem("a + b*x", loss="huber").fit(X, CURVE)
    costs = next(line for line in fit.explain().splitlines() if line.startswith("the cost by step"))
    steps = [float(part) for part in costs.partition(": ")[2].split(" → ")]
    assert steps == sorted(steps, reverse=True)
    assert steps[-1] == pytest.approx(fit.cost, rel=1e-7)


# ---------------------------------------------------------------------------------------------
# Pictures


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_descent_has_the_picture_of_a_fit(language: str, tmp_path: Path) -> None:
    run = Problem("a + b*x").descend(X, CURVE)
    path = tmp_path / "run.png"
    upper, lower = run.plot("fit", path, language=language).axes
    assert path.stat().st_size
    curve = upper.lines[-1]
    at = float(np.asarray(curve.get_xdata())[0])
    assert float(np.asarray(curve.get_ydata())[0]) == pytest.approx(float(run.predict([at])[0]))
    assert not str(upper.collections[0].get_label()).startswith("95")
    assert len(np.asarray(lower.collections[-1].get_offsets())) == len(X)


def test_a_descent_that_left_the_floats_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    run = Problem("a + b*x").descend(X, CURVE, max_iter=2)
    monkeypatch.setattr(type(run), "parameters", {"a": np.nan, "b": 1.0})
    with pytest.raises(OutputError, match="no curve"):
        run.plot("fit")


def test_rows_that_were_held_out_are_drawn_for_several_inputs_too() -> None:
    data = {"u": X, "v": X**2, "y": CURVE}
    picture = Problem("a*u + b*v + c", inputs=["u", "v"]).fit(data, test_size=0.25).plot()
    assert "test rows" in picture.axes[0].get_legend_handles_labels()[1]


def test_long_labels_stay_within_the_picture() -> None:
    problem = Problem(
        "a + b*x", labels={"y": "pressure on the outer wall, in kilonewton per square metre, " * 3}
    )
    picture = problem.fit(X, CURVE).plot()
    assert len(picture.axes[0].get_ylabel()) < 60


# ---------------------------------------------------------------------------------------------
# Interrupted


def _breaking(method: Any, calls: int) -> Any:
    """A method that somebody interrupts at a later call."""
    left = [calls]

    def call(*given: Any, **named: Any) -> Any:
        left[0] -= 1
        if left[0] == 0:
            raise KeyboardInterrupt
        return method(*given, **named)

    return call


@pytest.mark.parametrize(("name", "calls"), [("_round", 2), ("descended", 2)])
def test_what_was_found_before_an_interruption_is_kept(
    monkeypatch: pytest.MonkeyPatch, name: str, calls: int
) -> None:
    y = np.exp(-((X - 1) ** 2)) + 2 * np.exp(-((X - 3) ** 2) / 0.3) + drawn(0.1, 40)
    monkeypatch.setattr("symgd.fit.least_squares.hunt.AGREED", 10**9)
    monkeypatch.setattr(Hunt, name, _breaking(getattr(Hunt, name), calls))
    problem = Problem("a*exp(-((x - m)/s)^2) + b*exp(-((x - n)/t)^2)")
    fit = problem.fit(X, y)
    assert fit.outcome.kind == "interrupted"
    assert "--start" in fit.outcome.text(on_command_line=True)
    assert fit.cost < float(np.var(y))


def test_an_interruption_before_anything_was_found_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Hunt, "_round", _breaking(Hunt._round, 1))
    with pytest.raises(KeyboardInterrupt):
        Problem("a*exp(-b*x)").fit(X, CURVE)


def test_an_interruption_ends_the_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Hunt, "descended", _breaking(Hunt.descended, 3))
    labels = ["a", "b", "c", "d"] * 10
    fits = Problem("a*x^b + c*exp(-d*x)").fit(X + 1, CURVE, by=labels)
    assert [*fits.labels][-1] != "d"
    assert fits[fits.labels[-1]].outcome.kind == "interrupted"
    assert str(fits)


def test_groups_of_whole_floats_are_named_as_whole_numbers() -> None:
    data = {
        "x": [1, 2, 3] * 3,
        "y": [1, 2, 3.5, 4, 5, 6.5, 7, 8, 9.4],
        "g": [6.0] * 3 + [8.5] * 3 + [20240101.0] * 3,
    }
    fits = Problem("m*x + b").fit(data, by="g")
    assert [*fits] == [6, 8.5, 20240101]
    assert fits[6.0] is fits[6]
    large = Problem("m*x + b").fit({**data, "g": [1e300] * 9}, by="g")
    assert str([*large]) == "[1e+300]"
    assert [line.split()[0] for line in fits.text().splitlines()] == ["g", "6", "8.5", "20240101"]
    assert [row["g"] for row in json.loads(fits.json())] == [6, 8.5, 20240101]
    assert "6.0" not in fits.json() + fits.summary().text() + fits.html()
    legend: Any = fits.plot().axes[0].get_legend()
    assert [text.get_text() for text in legend.get_texts()] == ["6", "8.5", "20240101"]


INTERRUPTED = """
import os, signal, sys
from symgd.__main__ import run
from symgd.fit.least_squares.hunt import Hunt
made, at = Hunt._round, int(sys.argv.pop())
def interrupted(hunt, known, number):
    if number == at:
        os.kill(os.getpid(), signal.SIGINT)
    return made(hunt, known, number)
Hunt._round = interrupted
run()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
@pytest.mark.parametrize("at", ["0", "1"], ids=["before anything was found", "later"])
def test_ctrl_c_has_its_exit_code(tmp_path: Path, at: str) -> None:
    path = tmp_path / "points.csv"
    np.savetxt(path, np.c_[X, CURVE], delimiter=",", header="x,y", comments="")
    model = "+".join(f"a{n}*exp(-((x-c{n})/w{n})^2)" for n in range(3))
    call = [sys.executable, "-c", INTERRUPTED, "fit", str(path), "--model", model, at]
    ended = subprocess.run(call, capture_output=True, text=True, timeout=600)
    assert ended.returncode == 130
    assert "interrupted" in ended.stdout + ended.stderr
    assert "Traceback" not in ended.stderr
    assert bool(ended.stdout) == (at == "1")


@pytest.mark.parametrize("form", ["text", "json", "tex", *(["md", "html"] if EVERY else [])])
def test_remedies_name_options_at_the_command_line(
    form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "apart.csv").write_text("x,y\n1,0\n2,0\n3,0\n4,1\n5,1\n6,1\n")
    wishes = ["--model", "a + b*x", "--x", "x", "--y", "y", "--loss", "logistic", "--format", form]
    explain = ["--explain"] if form == "text" else []
    ended = CliRunner().invoke(main, ["fit", "apart.csv", *wishes, *explain])
    assert ended.exit_code == 1
    told = ended.stdout.replace("{-}", "-").replace("\\-", "-")
    assert "-penalty ridge" in told
    assert "penalty=" not in told


def test_a_loss_that_has_no_value_below_0_falls_nowhere_there() -> None:
    x, y = np.arange(4.0, 26.0), np.arange(4.0, 26.0) * 3.4 - 10 + drawn(1, 22)
    fit = Problem("a + b*x", loss="poisson").fit(x, y)
    assert fit.outcome.kind == "converged"
    assert fit.parameters["b"] == pytest.approx(3.4, rel=0.1)


def test_a_fit_is_kept_under_a_name_without_suffix(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    np.savetxt(tmp_path / "p.csv", np.c_[X, CURVE], delimiter=",", header="x,y", comments="")
    wishes = ["p.csv", "--model", "a + b*x", "--x", "x", "--y", "y", "--save", "kept"]
    assert CliRunner().invoke(main, ["fit", *wishes]).exit_code == 0
    said = CliRunner().invoke(main, ["predict", "kept", "p.csv"])
    assert said.stdout.startswith("x,prediction,lower,upper")


# ---------------------------------------------------------------------------------------------
# What R prints


CONC = [0.02, 0.02, 0.06, 0.06, 0.11, 0.11, 0.22, 0.22, 0.56, 0.56, 1.1, 1.1]
RATE = [76, 47, 97, 107, 123, 139, 159, 152, 191, 201, 207, 200]
WT = """2.62 2.875 2.32 3.215 3.44 3.46 3.57 3.19 3.15 3.44 3.44 4.07 3.73 3.78 5.25 5.424 5.345 2.2 1.615 1.835 2.465 3.52
3.435 3.84 3.845 1.935 2.14 1.513 3.17 2.77 3.57 2.78"""
AM = "1 1 1 0 0 0 0 0 0 0 0 0 0 0 0 0 0 1 1 1 0 0 0 0 0 1 1 1 1 1 1 1"


def test_treated_cells_as_nls_has_them() -> None:
    """Puromycin, treated: nls(rate ~ Vm*conc/(K + conc)), and confint by profile."""
    fit = Problem("V*x/(K + x)").fit(CONC, RATE)
    assert [round(v, 4) for v in fit.parameters.values()] == [212.6837, 0.0641]
    assert [f"{e:.4g}" for e in fit.standard_errors.values()] == ["6.947", "0.008281"]
    assert round(fit.residual_standard_error, 2) == 10.93
    ends = fit.confidence_intervals(method="profile")
    assert [round(end, 2) for end in ends["V"]] == [197.30, 229.29]
    assert [round(end, 4) for end in ends["K"]] == [0.0469, 0.0862]


def test_gearboxes_as_glm_has_them() -> None:
    """mtcars: glm(am ~ wt, binomial)."""
    fit = Problem("a + b*x", loss="logistic").fit(
        [*map(float, WT.split())], [*map(float, AM.split())]
    )
    assert [round(v, 3) for v in fit.parameters.values()] == [12.040, -4.024]
    assert [round(e, 3) for e in fit.standard_errors.values()] == [4.510, 1.437]
    assert (round(fit.deviance, 3), round(fit.aic, 3)) == (19.176, 23.176)


def test_bands_hold_what_they_promise() -> None:
    rng, problem = np.random.default_rng(3), Problem("a + b*x")
    x, new = np.linspace(0, 5, 12), np.array([-1.0, 2.5, 6.0])
    held = np.zeros((2, 3))
    for _ in range(150):
        fit = problem.fit(x, 1 + 2 * x + rng.normal(0, 0.3, 12))
        curve, drawn = 1 + 2 * new, 1 + 2 * new + rng.normal(0, 0.3, 3)
        inner, outer = fit.prediction_band(new, kind="confidence"), fit.prediction_band(new)
        held[0] += (inner.lower <= curve) & (curve <= inner.upper)
        held[1] += (outer.lower <= drawn) & (drawn <= outer.upper)
    assert (np.abs(held / 150 - 0.95) < 3.5 * np.sqrt(0.95 * 0.05 / 150)).all()


def test_a_file_keeps_its_name_in_ascii(tmp_path: Path) -> None:
    path = tmp_path / "größe.csv"
    path.write_text("x,y\n1,2\n2,3\n3,5.2\n")
    told = Problem("m*x + b").fit(str(path)).summary().text(ascii=True, language="fr")
    assert told.isascii()
    assert r"gr\xf6\xdfe.csv" in told
    assert "donnees" in told


def test_a_table_that_is_wider_than_its_place_is_told_in_parts() -> None:
    fit = Problem("a*x + b").fit([1, 2, 3, 4], [1.2, 1.8, 3.4, 3.9])
    whole, narrow = fit.summary().text(), fit.summary().text(width=44)
    tables = [line for line in narrow.splitlines() if line.startswith(("parameter", "a ", "b "))]
    assert len(tables) == 6
    assert max(map(len, tables)) <= 44
    assert {*whole.split()} == {*narrow.split()}


def test_the_summary_of_groups_says_what_was_read(tmp_path: Path) -> None:
    file = tmp_path / "groups.csv"
    file.write_text("x,y,g\n1,2,a\n2,4,a\n3,7,a\n1,3,b\n2,5,b\n3,6,b\n")
    summary = Problem("a*x + b").fit(file, by="g").summary()
    assert f"data: {file}" in summary.text(width=1000)
    assert "- data: " in summary.markdown()
