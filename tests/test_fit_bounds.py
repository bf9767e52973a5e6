"""Fits at the edges of what is asked: bounds that hold, penalties of what is fixed, models that a loss does not read."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from consoles import run
from scipy.optimize import linprog

from symgd import DataError, FitError, Problem, UnknownOption
from symgd.api.fit import Fit
from symgd.data.columns import columns_from
from symgd.fit.losses.links import squashed_twice
from symgd.fit.task import Task

X = np.array([0.3, 0.8, 1.4, 1.9, 2.5, 3.1, 4.0, 4.6])
Y = np.array([1.4, 1.4, 1.5, 2.1, 1.7, 2.4, 2.2, 2.6])
BITS = np.array([0.0, 0, 1, 0, 1, 0, 1, 1])
BOTH: Mapping[str, tuple[float, float]] = {"a": (-0.1, 0.1), "b": (-0.1, 0.1)}


@pytest.mark.parametrize("model", ["a*x/(b + x)", "a*x + b"])
@pytest.mark.parametrize("loss", ["mse", "mae", "huber", "log_cosh"])
def test_bounds_may_hold_every_parameter(model: str, loss: str) -> None:
    fit = Problem(model, loss=loss).fit(X, Y, bounds=BOTH)
    assert fit.outcome.kind == "converged"
    assert {abs(value) for value in fit.parameters.values()} == {0.1}
    assert fit.outcome.cause.endswith("with a, b held by a bound")
    assert all(math.isnan(error) for error in fit.standard_errors.values())
    record = json.loads(fit.json())
    assert record["standard_errors"] == {"a": None, "b": None}
    assert "every parameter is held by a bound" in fit.text()


@pytest.mark.parametrize("low", [-0.1, -0.3, 0.7, 1 / 3])
def test_a_bound_that_holds_is_met_to_the_last_bit(low: float) -> None:
    fit = Problem("a*exp(-k*x) + c").fit(X, Y, bounds={"c": (low, low + 0.01)})
    assert fit.outcome.kind == "converged"
    assert fit.parameters["c"] in (low, low + 0.01)


@pytest.mark.parametrize("seed", range(12))
def test_absolute_errors_within_bounds_by_a_programme_of_scipys(seed: int) -> None:
    rng = np.random.default_rng(seed)
    x, z = 100 * rng.normal(size=15), rng.normal(size=15)
    y = 3 * x + z + rng.standard_cauchy(15)
    bounds = {"a": (None, -0.7), "b": (-0.1, 0.1), "c": (1.1, None)}
    fit = Problem("a + b*x + c*z", inputs=["x", "z"], loss="mae").fit(
        {"x": x, "z": z, "y": y}, bounds=bounds
    )
    table = np.hstack([np.column_stack([np.ones(15), x, z]), np.eye(15), -np.eye(15)])
    weights, limits = np.r_[np.zeros(3), np.full(30, 1 / 15)], [*bounds.values(), *[(0, None)] * 30]
    assert fit.cost == pytest.approx(linprog(weights, A_eq=table, b_eq=y, bounds=limits).fun)
    assert fit.outcome.kind == "converged"


@pytest.mark.parametrize("penalty", ["ridge", "lasso", "elastic_net"])
def test_a_penalty_may_be_on_what_is_fixed_alone(penalty: str) -> None:
    problem = Problem("a + b*x", penalty=penalty)
    fit = problem.fit(X, Y, fixed={"b": 1})
    assert fit.parameters["a"] == pytest.approx(float(np.mean(Y - X)), rel=1e-12)
    held = problem.fit(X, Y, bounds={"b": (None, -0.4)})
    assert held.parameters["a"] == pytest.approx(float(np.mean(Y + 0.4 * X)), rel=1e-9)


def test_a_sigmoid_of_a_sigmoid_is_said() -> None:
    fit = Problem("exp(b*x)/(1 + exp(b*x))", loss="logistic").fit(X, BITS)
    (said,) = [note for note in fit.notes if "sigmoid already" in note]
    assert said.endswith('or pass loss="binary_cross_entropy"')
    assert said in fit.text()


@pytest.mark.parametrize(
    ("model", "loss", "is_said"),
    [
        ("sigmoid(a + b*x)", "logistic", True),
        ("1/(1 + exp(-a - b*x))", "logistic", True),
        ("exp(a)/(exp(a) + exp(b*x))", "logistic", True),
        ("a + b*x", "logistic", False),
        ("a/(1 + exp(b*x))", "logistic", False),
        ("1/(2 + exp(b*x))", "logistic", False),
        ("sigmoid(a + b*x)", "bce", False),
        ("sigmoid(a + b*x)", "mse", False),
    ],
)
def test_what_is_a_sigmoid_of_a_sigmoid(model: str, loss: str, is_said: bool) -> None:
    columns = columns_from(["x", "y"], [X, BITS], {})
    assert bool(squashed_twice(Task(Problem(model, loss=loss), columns))) == is_said


@pytest.mark.parametrize(
    ("loss", "y", "said"),
    [
        ("bce", BITS, "between 0 and 1, as sigmoid"),
        ("poisson", np.array([0.0, 0, 0, 0, 2, 4, 15, 40]), "above 0, as exp"),
    ],
)
def test_a_line_that_leaves_what_its_loss_reads_is_told_so(loss: str, y: Any, said: str) -> None:
    outcome = Problem("a*x + b", loss=loss).fit(X - X[0], y).outcome
    assert outcome.kind == "stalled"
    assert said in outcome.remedy


def test_a_tie_has_a_profile_where_it_hangs_on_one_parameter() -> None:
    fit = Problem("a*exp(-k*x) + c").fit(X, Y, tied={"c": "exp(-k)"})
    found = fit.confidence_intervals(method="profile")
    low, high = found["k"]
    assert found["c"] == pytest.approx((math.exp(-high), math.exp(-low)), rel=1e-12)
    two = Problem("a*x + b + c*x^2").fit(X, Y, tied={"b": "10*a - c"})
    assert math.isnan(two.confidence_intervals(method="profile")["b"][0])


@pytest.mark.parametrize(("option", "meant"), [("weight", "weights?"), ("sigma", "weights, 1/sigma"), ("groups", "by?")])  # fmt: skip
def test_options_of_other_tools_are_known(option: str, meant: str) -> None:
    with pytest.raises(UnknownOption, match=f"did you mean {meant}".replace("?", r"\?")):
        Problem("a*x").fit(X, Y, **{option: Y})
    beside: dict[str, Any] = {"weight": X, "group": list("uuuuvvvv")}
    named = Problem("a*x").fit(X, Y, weights="weight", by="group", **beside)
    assert [*named] == ["u", "v"]  # a column that is named is data, whatever it is called
    with pytest.raises(DataError, match="no column"):
        Problem("a*x").fit(X, Y, z=Y)


def test_a_fit_and_fits_are_written_in_every_format() -> None:
    fit = Problem("a*x + b").fit(X, Y)
    fits = Problem("a*x + b").fit(X, Y, by=list("uuuuvvvv"))
    for made in (fit, fits):
        assert made.markdown() == made.summary().markdown()
        assert made.latex(document=True, language="fr") == made.summary().latex(
            document=True, language="fr"
        )
    assert isinstance(fits["u"], Fit)


def test_where_no_parameter_moves_there_is_no_band() -> None:
    fit = Problem("a*x + b").fit(X, Y, bounds=BOTH)
    with pytest.raises(FitError, match="every parameter is held by a bound"):
        fit.prediction_band([1.0])


def test_logits_are_predicted_with_their_probabilities(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    lines = [f"{x},{bit:g}" for x, bit in zip(X, BITS, strict=True)]
    Path("bits.csv").write_text("\n".join(["x,bit", *lines]) + "\n")
    line = ("fit", "bits.csv", "--model", "bit = a*x + b", "--loss", "logistic", "--save", "l.json")
    assert run(*line).exit_code == 0
    head, first, *_ = run("predict", "l.json", "bits.csv", "--band", "confidence").stdout.split()
    assert head.startswith("x,prediction,lower,upper,probability")
    _, *logits = map(float, first.split(","))
    assert logits[3:] == pytest.approx([1 / (1 + math.exp(-logit)) for logit in logits[:3]])


@pytest.mark.parametrize(
    ("cell", "model", "said"),
    [
        ("True", "a*x + b", 'write 1 for "true" and 0 for "false"'),
        ("no", "a*x + b", 'write 1 for "yes" and 0 for "no"'),
        ("2 mg", "a*x + b", "or write the number alone"),
        ("1", "y ~ x", 'give each a coefficient, such as "y = b0 + b1*x"'),
        ("1", "log(y) = a*x", "put its values into a column"),
    ],
)
def test_what_other_tools_read_has_its_remedy(
    cell: str, model: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("data.csv").write_text(f"x,y\n1,{cell}\n2,3\n")
    assert said in run("fit", "data.csv", "--model", model).stderr


@pytest.mark.parametrize(("loss", "start"), [("mse", {"a": 6.0, "b": 0.0}), ("huber", None)])
def test_what_a_bound_leaves_untold_does_not_run_off(
    loss: str, start: dict[str, float] | None
) -> None:
    """A rising curve cannot be had by a decay: with b at 0 the formula is a + c, which any a gives."""
    fit = Problem("a*exp(-b*x) + c", loss=loss).fit(
        X, Y, bounds={"a": (0.5, None), "b": (0, 1)}, start=start
    )
    assert fit.outcome.kind == "converged"
    assert "what is determined is a + c, with b held by a bound" in fit.outcome.cause
    assert fit.parameters["b"] == 0
    assert math.isnan(fit.standard_errors["b"])
