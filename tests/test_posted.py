"""Fits that people asked for because their program found none, as they would type them here: no start, the formula as posted."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from symgd import FormulaError, Problem
from symgd.cli import main
from symgd.data.arrays import FloatArray

FILE = Path(__file__).with_name("posted.txt")
CLOSE = 2e-3  # answers are published with few digits


@dataclass(frozen=True)
class Posted:
    """A question, its data and the right answer."""

    name: str
    model: str
    answer: Mapping[str, float]
    columns: Mapping[str, FloatArray]

    @property
    def inputs(self) -> list[str]:
        return [name for name in self.columns if name != self.model.partition(" = ")[0]]


def posted() -> dict[str, Posted]:
    found = {}
    for block in FILE.read_text(encoding="utf-8").split("\n\n")[1:]:
        name, _, model, answer, *columns = block.strip().split("\n")
        pairs = (part.split("=") for part in answer.split())
        named = (line.split(": ") for line in columns)
        values = {key: np.array(row.split(), dtype=np.float64) for key, row in named}
        found[name] = Posted(name, model, {key: float(value) for key, value in pairs}, values)
    return found


CASES = posted()


@pytest.mark.parametrize("name", CASES)
def test_a_posted_fit_has_the_right_answer_from_no_start(name: str) -> None:
    case = CASES[name]
    fit = Problem(case.model, inputs=case.inputs).fit(dict(case.columns))
    assert fit.outcome.kind == "converged", fit.outcome
    assert dict(fit.parameters) == pytest.approx(dict(case.answer), rel=CLOSE)


@pytest.mark.parametrize(
    "name", ["4PL ELISA", "H-alpha double gauss", "SAS US population", "CMB Planck T"]
)
def test_it_has_on_the_command_line(name: str, tmp_path: Path) -> None:
    case, text = CASES[name], io.StringIO()
    csv.writer(text).writerows([[*case.columns], *zip(*case.columns.values(), strict=True)])
    (tmp_path / "data.csv").write_text(text.getvalue())
    inputs = [word for column in case.inputs for word in ("--x", column)]
    words = ["fit", str(tmp_path / "data.csv"), "--model", case.model, *inputs, "--format", "json"]
    target = case.model.partition(" = ")[0]
    result = CliRunner().invoke(main, [*words, "--y", target])
    assert result.exit_code == 0, result.output
    assert json.loads(result.output)["parameters"] == pytest.approx(dict(case.answer), rel=CLOSE)


# ---------------------------------------------------------------------------------------------
# The kinds behind them

X = np.linspace(0.0, 1.0, 40)
WAVE = np.sin(37 * np.arange(40.0))  # in place of noise


def fitted(model: str, truth: Mapping[str, float], x: FloatArray) -> None:
    """Data made with these parameters are fitted back, and nothing is said to be untold."""
    problem = Problem(model, parameters=list(truth))
    exact = problem.lambdify().predict(truth, x=x)
    fit = problem.fit({"x": x, "y": exact * (1 + 1e-3 * WAVE)})
    assert fit.outcome.kind == "converged", fit.outcome
    assert "no data tell" not in str(fit.outcome.message)
    assert dict(fit.parameters) == pytest.approx(dict(truth), rel=0.1)


@pytest.mark.parametrize(
    ("model", "truth", "x"),
    [
        ("a/(1 + exp(b - c*(x - 1790)))", {"a": 400, "b": 4, "c": 0.023}, 1790 + 200 * X),
        ("a/(1 + exp(b - c*(x - 1600000000)))", {"a": 3, "b": 4, "c": 8e-7}, 1.6e9 + 1e7 * X),
        ("a + b*exp(-((x - 5890)/w)^2)", {"a": 1, "b": 40, "w": 2}, 5880 + 20 * X),
        ("a*tanh(b*(x - 273.15) + c)", {"a": 2, "b": 0.03, "c": -1}, 250 + 150 * X),
        ("a*exp(-exp(b - k*(x - 2000)))", {"a": 9, "b": 1, "k": 0.3}, 1990 + 30 * X),
        ("a*exp(-x*1e6/tau) + c", {"a": 4, "tau": 1.3, "c": 1}, 5e-6 * X),
    ],
)
def test_a_number_in_the_formula_is_not_taken_for_a_parameter_too_many(
    model: str, truth: Mapping[str, float], x: FloatArray
) -> None:
    fitted(model, truth, x)


@pytest.mark.parametrize(
    ("model", "truth", "x"),
    [
        ("a/(x^5*(exp(1.4388e7/(x*T)) - 1))", {"a": 1e17, "T": 5800}, 300 + 1700 * X),
        ("S*1e-45*(10^x)^3/(exp(4.8e-11*10^x/T) - 1)", {"S": 2, "T": 1e4}, 13.5 + 1.8 * X),
        ("a*exp(-E*1.602e-19/(1.381e-23*x))", {"a": 1e10, "E": 0.5}, 250 + 150 * X),
        ("I*(exp(1.602e-19*x/(n*1.381e-23*300)) - 1)", {"I": 1e-12, "n": 1.3}, 0.3 + 0.4 * X),
        ("1e6*a/sqrt((x^2 - w^2)^2 + (g*x*1e6)^2)", {"a": 5e13, "w": 2e9, "g": 50}, 1e9 + 2e9 * X),
    ],
)
def test_physical_constants_set_the_scale(
    model: str, truth: Mapping[str, float], x: FloatArray
) -> None:
    fitted(model, truth, x)


def test_what_is_too_many_beside_such_a_number_is_told() -> None:
    x = 1990 + 30 * X
    y = 3 * np.exp(-0.01 * (x - 2000)) + 1e-3 * WAVE
    fit = Problem("a*exp(b - c*(x - 2000)) + d").fit({"x": x, "y": y})
    assert "no data tell a, b apart" in str(fit.outcome.message)


@pytest.mark.parametrize(
    ("posted", "meant"),
    [
        ("a*np.exp(-b*x) + c", "a*exp(-b*x) + c"),
        ("a*numpy.power(x, b)*math.pi", "a*x^b*pi"),
        ("scipy.special.erf(a*x)", "erf(a*x)"),
        ("np.where(x < c, a*x, b)", "a*x if x < c else b"),
        ("A*EXP(-x/B) + SQRT(x)*LN(C)", "A*exp(-x/B) + sqrt(x)*ln(C)"),
        ("IF(x < c, a, b)", "a if x < c else b"),
        ("a Exp[-b*x]".replace(" ", "*"), "a*exp(-b*x)"),
        ("a.*exp(-b.*x.^2)./c", "a*exp(-b*x^2)/c"),
        ("y ~ a*exp(-b*x)", "y = a*exp(-b*x)"),
    ],
)
def test_formulas_are_read_as_they_are_pasted(posted: str, meant: str) -> None:
    assert Problem(posted) == Problem(meant)


@pytest.mark.parametrize(
    ("posted", "said"),
    [
        ("LOG(x)*a", "log10"),
        ("a*np.sinc(x)", "sinc(pi*x)"),
        ("a*ATAN2(x, 1)", "atan2(y, x)"),
        ("a*e^{-b*x}", "LaTeX"),
        ("p[0]*x", "p_0"),
        ("lambda x, a: a*x", "only the formula"),
    ],
)
def test_what_may_be_two_things_is_refused_with_both(posted: str, said: str) -> None:
    with pytest.raises(FormulaError, match=re.escape(said)):
        Problem(posted)


@pytest.mark.parametrize("place", ["x0", "x_0", "x1"])
def test_beside_x_an_x_with_a_number_is_a_place_on_its_axis(place: str) -> None:
    problem = Problem(f"L/(1 + exp(-k*(x - {place})))")
    assert problem.inputs == ("x",)
    assert Problem(f"a*{place} + b*x2").inputs == (place, "x2")
