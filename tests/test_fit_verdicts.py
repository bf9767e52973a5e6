"""What a fit says of its end: minima at infinity and what is left there, parameters that are not told, kinks, jumps, second minima."""

from __future__ import annotations

import importlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from symgd import Problem
from symgd.data.arrays import FloatArray
from symgd.fit.asked import task_from
from symgd.fit.costs.smooth_cost import SmoothCost
from symgd.fit.fit_options import FitOptions
from symgd.fit.losses.along import lower_along
from symgd.fit.losses.corners import corners_of
from symgd.fit.losses.general import bounds_of
from symgd.fit.losses.subgradients import subgradient

X = np.arange(1.0, 9)
FAR = np.array(
    [
        0.8005246260642357,
        1.2835401273680085,
        1.5413822406553817,
        1.6437966907976858,
        1.6464169610020458,
        1.5837828588452438,
        1.4780825716143682,
        1.3507609385587565,
    ]
)
WIDE = np.linspace(0, 10, 30)
NOISE = 0.05 * np.random.default_rng(4).standard_normal(30)

LIMITS = [
    ("V*x/(K+x)", X, 0.73 * X, "V*x/K, here 0.73*x"),
    ("L/(1+exp(-k*(x-c)))", X, 0.1 * np.exp(0.5 * X), "here 0.1*exp(0.5*x)"),
    ("a*(1-exp(-b*x))", X, 2 * X, "a*b*x, here 2*x"),
    ("a*(1-exp(-b*x))", X, 2 + 0 * X, "the formula is a, here 2"),
    ("a*exp(b*x)+c", X, 3 * X + 1, "here 3*x + 1"),
    ("a/(x+b)+c", X, 3 * X + 1, "here 3*x + 1"),
    ("V*x^n/(K^n+x^n)", X, 0.5 * X**1.5, "here 0.5*x**1.5"),
    ("a*(1+x/b)^c", X, 2 * np.exp(0.3 * X), "a*exp(c*x/b), here 2*exp(0.3*x)"),
    ("a*log(1+b*x)", WIDE, 3 * WIDE, "a*b*x, here 3*x"),
    ("a*cosh(b*x)+c", WIDE, 3 * WIDE**2 + 1, "here 3*x**2 + 1"),
]


@pytest.mark.parametrize(("model", "x", "y", "said"), LIMITS)
def test_a_least_at_infinity_is_told_with_the_formula_that_is_left(
    model: str, x: FloatArray, y: FloatArray, said: str
) -> None:
    fit = Problem(model).fit(x, y)
    assert fit.outcome.kind == "no minimum"
    assert "infinity" in fit.outcome.message
    assert said in fit.outcome.message


@pytest.mark.parametrize("loss", ["mae", "logcosh"])
def test_other_losses_have_their_least_at_infinity_too(loss: str) -> None:
    fit = Problem("V*x/(K+x)", loss=loss).fit(X, 0.73 * X)
    assert fit.outcome.kind == "no minimum"
    assert "here 0.73*x" in fit.outcome.message


PLATEAU = np.array([4.3, 4, 3.9, 4.1, 4, 4.05, 3.95, 4])
BITS = (X > 3).astype(float)
SPIKE = np.array([9.0, 0, 0, 0, 0, 0, 0, 0])
AT_INFINITY: list[tuple[str, str, FloatArray, Mapping[str, Any]]] = [
    *(
        ("a*(1-exp(-b*x))", loss, PLATEAU, {})
        for loss in ("mse", "huber", "logcosh", "mae", "rmse")
    ),
    ("a*(1-exp(-b*x))", "log(1+(p-y)^2)", PLATEAU, {}),
    ("a*(1-exp(-b*x))", "mse", PLATEAU, {"penalty": "ridge", "penalized": ["a"]}),
    ("a*(1-exp(-b*x))", "mae", PLATEAU, {"penalty": "lasso", "penalized": ["a"]}),
    ("a*exp(-b*x)", "poisson", SPIKE, {}),
    ("a*exp(-b*x)+c", "huber", SPIKE + 0.05 * np.sin(9 * X), {}),
    ("sigmoid(k*(x-c))", "bce", BITS, {}),
    ("(1+tanh(k*(x-c)))/2", "bce", BITS, {}),
    ("m*x", "log(p)", PLATEAU, {}),
    ("m*x", "-p*y", PLATEAU, {}),
]


@pytest.mark.parametrize(("model", "loss", "y", "more"), AT_INFINITY)
def test_no_loss_is_called_converged_on_the_way_to_infinity(
    model: str, loss: str, y: FloatArray, more: Mapping[str, Any]
) -> None:
    assert Problem(model, loss=loss, **more).fit(X, y).outcome.kind == "no minimum"


OVERLAP = np.array([0.0, 0, 1, 0, 1, 0, 1, 1])
NEAR = 9 * (1 - np.exp(-0.6 * X)) + 0.2 * np.cos(9 * X)
HERE: list[tuple[str, str, FloatArray, Mapping[str, Any]]] = [
    *(("a*(1-exp(-b*x))", loss, NEAR, {}) for loss in ("huber", "logcosh", "mae", "rmse")),
    ("a*(1-exp(-b*x))", "log(1+(p-y)^2)", NEAR, {}),
    ("a*(1-exp(-b*x))", "huber", 5e3 * (1 - np.exp(-1e-3 * X)), {}),  # nearly a line
    ("a*(1-exp(-b*x))", "mse", PLATEAU, {"penalty": "ridge", "penalized": ["a", "b"]}),
    ("a*exp(-b*x)", "poisson", np.array([9.0, 4, 2, 1, 0, 0, 0, 0]), {}),
    ("sigmoid(k*(x-c))", "bce", OVERLAP, {}),
    ("(1+tanh(k*(x-c)))/2", "bce", OVERLAP, {}),
    ("m*x", "log(p)+y/p", PLATEAU, {}),
]


@pytest.mark.parametrize(("model", "loss", "y", "more"), HERE)
def test_a_minimum_of_any_loss_is_one(
    model: str, loss: str, y: FloatArray, more: Mapping[str, Any]
) -> None:
    assert Problem(model, loss=loss, **more).fit(X, y).outcome.kind == "converged"


def test_a_probability_of_more_than_1_costs_no_less() -> None:
    fit = Problem("g/(1+exp(-k*(x-c)))", loss="bce").fit(X, BITS)
    assert fit.cost >= 0
    assert fit.predict(X).max() <= 1 + 1e-9


def test_what_rounding_makes_lower_is_no_minimum() -> None:
    age = [118, 484, 664, 1004, 1231, 1372, 1582]
    size = [30, 58, 87, 115, 120, 142, 145]
    fit = Problem("A*(1+n*exp(-k*(x-m)))^(-1/n)", loss="pseudo_huber").fit(x=age, y=size)
    assert fit.outcome.kind == "converged"
    assert abs(fit.parameters["n"]) > 1e-6


def test_the_limit_is_in_json_and_in_french(tmp_path: Path) -> None:
    fit = Problem("V*x/(K+x)").fit(X, 0.73 * X)
    saved = tmp_path / "fit.json"
    fit.save(saved)
    assert "here 0.73*x" in json.loads(saved.read_text(encoding="utf-8"))["message"]
    assert "à la limite, la formule est V*x/K, ici 0.73*x" in fit.outcome.text("fr")


@pytest.mark.parametrize(
    ("model", "y"),
    [
        ("V*x/(K+x)", 5 * X / (3 + X)),
        ("V*x/(K+x)", 500 * X / (300 + X)),
        ("V*x/(K+x)", 5e6 * X / (3e6 + X)),
        ("a*exp(-b*x)+c*exp(-d*x)", 2 * np.exp(-0.5 * X) + 3 * np.exp(-0.6 * X)),
        ("a*exp(-b*x)", 5 * np.exp(-1e-9 * X)),
        ("c*log(exp(a*x)+exp(b*x))", 2 * np.logaddexp(0.5 * X - 2, -1.2 * X)),
        ("a*x^b", 2 + 0 * X),
    ],
)
def test_a_minimum_far_out_is_one(model: str, y: FloatArray) -> None:
    fit = Problem(model, inputs=["x"]).fit(x=X, y=y)
    assert fit.outcome.kind == "converged"
    assert "infinity" not in fit.outcome.message


@pytest.mark.parametrize(
    ("model", "y"),
    [
        ("a*exp(-(x-m)^2/(2*s^2))", 2 + 0 * X),
        ("a*tanh(b*x)", 2 + 0 * X),
        ("a*exp(-b*x)+c*exp(-d*x)", X * np.exp(-0.4 * X)),
        ("a*exp(-b*x)", np.where(X == 1, 1.0, 0.0)),
    ],
)
def test_a_perfect_fit_on_a_plateau_is_no_minimum(model: str, y: FloatArray) -> None:
    assert Problem(model).fit(X, y).outcome.kind == "no minimum"


NOT_TOLD: list[tuple[str, Mapping[str, Any], str, str]] = [
    ("a*exp(-b*x)", {"y": 0 * X}, "mse", "with a at 0 the predictions do not depend on b"),
    (
        "a*sin(w*x+p)+c",
        {"y": 0 * X + 5},
        "mse",
        "with a at 0 the predictions do not depend on w, p",
    ),
    ("a*exp(-b*x)+c*x", {"y": 2 * X}, "mae", "with a at 0 the predictions do not depend on b"),
    ("sqrt(a^2+b^2)*x", {"y": 0.07 * X}, "mse", "no data tell a, b apart"),
    ("a*log(b*x)+c", {"y": np.log(X)}, "mse", "no data tell b, c apart"),
    ("a*tanh(b*c*x)", {"y": 2 + 0 * X}, "mse", "no data tell b, c apart"),
]


@pytest.mark.parametrize(("model", "data", "loss", "said"), NOT_TOLD)
def test_what_is_not_told_is_named(
    model: str, data: Mapping[str, Any], loss: str, said: str
) -> None:
    fit = Problem(model, loss=loss, inputs=["x"]).fit(x=X, **data)
    heard = [fit.outcome.message, *map(str, fit.notes)]
    assert any(said in one for one in heard), heard


def test_what_is_held_of_too_many_parameters_does_not_hold_up_the_others() -> None:
    fit = Problem("sqrt(a^2+b^2)*x").fit(X, 0.07 * X)
    assert np.hypot(*fit.parameters.values()) == pytest.approx(0.07)


@pytest.mark.parametrize("model", ["abs(a)*x", "max(a, 0)*x", "a^2*x"])
def test_a_minimum_at_0_of_what_can_only_be_positive(model: str) -> None:
    fit = Problem(model).fit(X, -X)
    assert fit.outcome.kind == "converged"
    assert fit.cost == pytest.approx(np.mean(X**2))


def test_a_sign_is_turned_only_where_every_row_agrees() -> None:
    y = 1 + 0.7 * np.maximum(0, WIDE - 2.3) - 1.5 * np.maximum(0, WIDE - 6.1)
    fit = Problem("a+b*max(0,x-c)+d*max(0,x-e)", inputs=["x"]).fit(x=WIDE, y=y + NOISE)
    assert fit.outcome.kind == "converged"
    assert fit.parameters["d"] == pytest.approx(-1.5, abs=0.1)
    assert np.mean((fit.predict(WIDE) - y - NOISE) ** 2) == pytest.approx(fit.cost)


@pytest.mark.parametrize(
    ("model", "loss"), [("a+b*x if x<c else d", "mse"), ("d+b*heaviside(c-x)", "mae")]
)
def test_a_place_at_which_predictions_jump_is_found_and_told_as_a_gap(
    model: str, loss: str
) -> None:
    slope = 0.5 if "x if" in model else 0.0
    y = np.where(WIDE < 5.1, 1 + slope * WIDE, 4) + NOISE
    fit = Problem(model, loss=loss, inputs=["x"]).fit(x=WIDE, y=y)
    assert fit.outcome.kind == "converged"
    assert WIDE[WIDE < 5.1].max() < fit.parameters["c"] < WIDE[WIDE > 5.1].min()
    assert any("any c between 4.82759 and 5.17241" in str(note) for note in fit.notes)


def test_two_places_at_which_predictions_jump() -> None:
    y = np.where(WIDE < 3.2, 1.0, np.where(WIDE < 7.1, 4, 2)) + NOISE
    fit = Problem("a if x<c else (b if x<d else e)", inputs=["x"]).fit(x=WIDE, y=y)
    assert fit.outcome.kind == "converged"
    assert fit.parameters["c"] == pytest.approx(3.2, abs=0.2)
    assert fit.parameters["d"] == pytest.approx(7.1, abs=0.2)


@pytest.mark.parametrize("loss", ["mae", "huber"])
def test_a_corner_that_bends_down_is_no_minimum(loss: str) -> None:
    """At a = b = 0 every slope that a formula gives is 0, and the cost falls to all sides."""
    fit = Problem("abs(a*x-b)", loss=loss).fit(WIDE, np.abs(2 * WIDE - 7) + NOISE)
    assert fit.parameters["a"] == pytest.approx(2, abs=0.1)
    assert fit.cost < 0.1


@pytest.mark.parametrize("loss", ["mae", "huber"])
def test_a_second_minimum_is_told_whatever_the_loss(loss: str) -> None:
    x = np.linspace(0, 10, 40)
    y = 3 * np.exp(-((x - 3) ** 2)) + 2.97 * np.exp(-((x - 7) ** 2))
    fit = Problem("a*exp(-(x-m)^2)", loss=loss).fit(x, y)
    assert fit.parameters["m"] == pytest.approx(3, abs=0.05)
    assert fit.found.second is not None
    assert fit.found.second.values["m"] == pytest.approx(7, abs=0.05)


def test_a_runaway_has_no_second_minimum() -> None:
    y = 0.1 * np.exp(0.5 * X) * (1 + 0.001 * np.sin(7 * X))
    fit = Problem("L/(1+exp(-k*(x-c)))", loss="huber").fit(X, y)
    assert fit.outcome.kind == "no minimum"
    assert not any("nearly as good" in str(note) for note in fit.notes)


@pytest.mark.parametrize("model", ["a*exp(-(x-m)^2/(2*s^2))", "a/(1+((x-m)/s)^2)"])
def test_a_spike_that_gets_narrower_has_no_minimum(model: str) -> None:
    fit = Problem(model).fit(X, np.where(X == 4, 1.0, 0.0))
    assert fit.outcome.kind == "no minimum"
    assert "as s goes to 0" in fit.outcome.message


@pytest.mark.parametrize(("y", "kind"), [(3 * WIDE, "no minimum"), (np.sin(WIDE), "converged")])
def test_two_angles_are_not_held_alike(y: FloatArray, kind: str) -> None:
    fit = Problem("a*sin(w*x+p)+b*sin(w*x+q)").fit(WIDE, y)
    assert fit.outcome.kind == kind
    assert fit.cost < 1e-9


def test_rows_that_are_alike_do_not_hide_the_least_absolute_errors() -> None:
    x = np.array([0.0, 1, 1, 2, 2, 4, 4, 8, 8])
    y = 5 * x / (3 + x) + 0.1 * np.array([0, 1, 1, -1, 1, 1, -1, 0, 1])
    fit = Problem("V*x/(K+x)", loss="mae").fit(x, y)
    assert fit.outcome.kind == "converged"


def test_a_loss_that_falls_far_out_may_have_its_least_before() -> None:
    fit = Problem("1/(a*x+b)", loss="logcosh").fit(WIDE, 1 / (5 * WIDE + 4) + 0.02 * NOISE)
    assert fit.outcome.kind == "converged"
    assert fit.parameters["a"] == pytest.approx(5, rel=0.1)


def test_the_time_that_is_up_within_a_verdict_leaves_the_answer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As BestSoFar has it, which is raised shortly before the time is up."""
    fitting = importlib.import_module("symgd.fit.fit")

    def stopped(*_: object) -> None:
        raise fitting.DerivationError("the time was up", "pass a larger budget")

    monkeypatch.setattr(fitting, "with_limit", stopped)
    fit = Problem("a*(1-exp(-b*x))", loss="huber").fit(X, PLATEAU)
    assert fit.outcome.kind == "out of steps"
    assert fit.parameters["a"] == pytest.approx(4, abs=0.1)


def test_what_runs_off_is_told_in_latex_that_has_the_signs() -> None:
    said = Problem("a + b*x", loss="logistic").fit([1, 2, 3, 4.0], [0, 0, 1, 1]).summary().latex()
    assert r"$\to$ $\infty$" in said
    assert not {*"∞→"} & {*said}


def test_costs_nearer_in_tell_a_least_at_infinity_where_those_far_out_are_rounding() -> None:
    fit = Problem("a*exp(-b*x)+c*exp(-d*x)").fit(X, FAR)
    assert fit.outcome.kind == "no minimum"
    limit = Problem("(a+b*x)*exp(-k*x)").fit(X, FAR)
    assert limit.outcome.kind == "converged"
    assert fit.cost == pytest.approx(limit.cost, rel=1e-4)


@pytest.mark.parametrize("loss", ["mse", "huber"])
def test_a_least_far_out_that_is_below_the_limit_is_one(loss: str) -> None:
    y = np.log(X) + 1e-3 * np.sin(9 * X)
    fit = Problem("a*x^b+c", loss=loss).fit(X, y)
    assert fit.outcome.kind == "converged"
    assert fit.cost < (1 - 1e-3) * Problem("a*log(x)+c", loss=loss).fit(X, y).cost


@pytest.mark.parametrize("loss", ["mse", "mae", "huber"])
def test_a_product_from_0_and_0_is_left(loss: str) -> None:
    """At a = b = 0 the slope is 0 and the cost falls to both sides."""
    y = 2 + 0.5 * X + 0.1 * np.sin(7 * X)
    fit = Problem("m+a*b*x", loss=loss).fit(X, y, start={"m": 3, "a": 0, "b": 0})
    assert fit.outcome.kind == "converged"
    assert fit.cost < 0.1


def test_a_saddle_along_corners_is_no_minimum() -> None:
    """At b = 0 and m the median 0 is a subgradient, and the cost bends down by b."""
    y = 2 + 0.5 * X[:7] + 0.1 * np.sin(7 * X[:7])
    problem = Problem("m+b^2*x", loss="mae")
    least = problem.fit(X[:7], y)
    task = task_from(problem, (X[:7], y), {}, FitOptions())
    corners, bounds = corners_of(SmoothCost(task)), bounds_of(task)
    assert corners is not None
    for values, is_saddle in (([np.median(y), 0.0], True), ([*least.parameters.values()], False)):
        at = np.array(values)
        rest = subgradient(corners, at, bounds)
        assert rest is not None
        assert rest.is_zero
        lower = lower_along(corners, at, rest.on, rest.forces, bounds)
        assert (lower is not None) == is_saddle


def test_what_is_reached_along_a_kink_is_a_minimum_that_is_not_unique() -> None:
    """A kink between the first two rows meets the first with any slope that is steep enough."""
    x = np.linspace(1, 8, 12)
    fit = Problem("a*x+b+d*max(x-c,0)").fit(x, 0.5 * x - 0.9 + 1e-3 * np.sin(7 * x))
    assert fit.outcome.kind == "converged"
    assert "do not tell" in fit.outcome.message
