"""The least sum of squares with no start: certified problems, the kinds that people post, symmetries, edges, properties."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pytest
from grids import examples
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from symgd import Problem
from symgd.data.arrays import FloatArray
from symgd.data.columns import columns_from
from symgd.errors import DataError
from symgd.fit.found import Found
from symgd.fit.held import without_redundant
from symgd.fit.least_squares.curve import Curve
from symgd.fit.least_squares.observed import Observed
from symgd.fit.least_squares.periods import rhythms
from symgd.fit.least_squares.ties import Ties
from symgd.fit.least_squares.units import units_of
from symgd.fit.squares import search
from symgd.fit.task import Task


def fitted(model: str, data: Mapping[str, Any], loss: str = "sse", **held: Any) -> Found:
    """What a search finds; the last column is the target y."""
    inputs = [name for name in data if name != "y"]
    problem = Problem(model, loss=loss, inputs=inputs)
    columns = columns_from([*inputs, "y"], [data[name] for name in (*inputs, "y")], {})
    return search(Task(problem, columns, **held))


def digits(found: float, certified: float) -> float:
    """How many digits agree."""
    return -math.log10(max(abs(found / certified - 1), 1e-16))


# ---------------------------------------------------------------------------------------------
# Certified: NIST Statistical Reference Datasets, nonlinear regression (public domain)

CERTIFIED = {
    "BoxBOD": (
        "b1*(1 - exp(-b2*x))",
        [1, 2, 3, 5, 7, 10],
        [109, 149, 149, 191, 213, 224],
        [2.1380940889e02, 5.4723748542e-01],
        1.1680088766e03,
    ),
    "MGH09": (
        "b1*(x^2 + x*b2)/(x^2 + x*b3 + b4)",
        [4, 2, 1, 0.5, 0.25, 0.167, 0.125, 0.1, 0.0833, 0.0714, 0.0625],
        [0.1957, 0.1947, 0.1735, 0.16, 0.0844, 0.0627, 0.0456, 0.0342, 0.0323, 0.0235, 0.0246],
        [1.9280693458e-01, 1.9128232873e-01, 1.2305650693e-01, 1.3606233068e-01],
        3.0750560385e-04,
    ),
    "MGH10": (
        "b1*exp(b2/(x + b3))",
        [*range(50, 130, 5)],
        [
            34780,
            28610,
            23650,
            19630,
            16370,
            13720,
            11540,
            9744,
            8261,
            7030,
            6005,
            5147,
            4427,
            3820,
            3307,
            2872,
        ],
        [5.6096364710e-03, 6.1813463463e03, 3.4522363462e02],
        8.7945855171e01,
    ),
    "Rat42": (
        "b1/(1 + exp(b2 - b3*x))",
        [9, 14, 21, 28, 42, 57, 63, 70, 79],
        [8.93, 10.8, 18.59, 22.33, 39.35, 56.11, 61.73, 64.62, 67.08],
        [7.2462237576e01, 2.6180768402e00, 6.7359200066e-02],
        8.0565229338e00,
    ),
    "Rat43": (
        "b1/(1 + exp(b2 - b3*x))^(1/b4)",
        [*range(1, 16)],
        [
            16.08,
            33.83,
            65.80,
            97.20,
            191.55,
            326.20,
            386.87,
            520.53,
            590.03,
            651.92,
            724.93,
            699.56,
            689.96,
            637.56,
            717.41,
        ],
        [6.9964151270e02, 5.2771253025e00, 7.5962938329e-01, 1.2792483859e00],
        8.7864049080e03,
    ),
    "DanWood": (
        "b1*x^b2",
        [1.309, 1.471, 1.490, 1.565, 1.611, 1.680],
        [2.138, 3.421, 3.597, 4.340, 4.882, 5.660],
        [7.6886226176e-01, 3.8604055871e00],
        4.3173084083e-03,
    ),
}


@pytest.mark.parametrize("name", CERTIFIED)
@pytest.mark.parametrize("seed", [0, 1])
def test_certified_problems_come_out_to_their_digits(name: str, seed: int) -> None:
    model, x, y, certified, squares = CERTIFIED[name]
    found = fitted(model, {"x": x, "y": y}, seed=seed)
    assert found.outcome.kind == "converged"
    assert digits(found.cost, squares) > 9
    for number, value in enumerate(certified, start=1):
        assert digits(found.values[f"b{number}"], value) > 9, (name, number)


# ---------------------------------------------------------------------------------------------
# Kinds that people post as failing

YEARS = np.linspace(1900, 2020, 41)
POSTED: Mapping[str, tuple[str, Sequence[float], FloatArray, float]] = {
    "decay over a large x": ("a*exp(-b*x) + c", (5, 1e-5, 2), np.linspace(0, 5e5, 60), 0.05),
    "decay in seconds": ("a*exp(-b*x) + c", (3e3, 2e-9, 10), np.linspace(1e6, 2e9, 50), 5),
    "growth by years": ("a*exp(b*x)", (3e-20, 0.025), YEARS, 2.0),
    "logistic by years": ("a/(1 + exp(b - c*x))", (300, 58.8, 0.03), YEARS, 3),
    "logistic, a factor": ("a/(1 + b*exp(-c*x))", (300, 3e25, 0.03), YEARS, 3),
    "peak and offset": (
        "a*exp(-(x - b)^2/(2*c^2)) + d",
        (4, 712.3, 3.1, 10),
        np.linspace(650, 800, 150),
        0.2,
    ),
    "sine of 50 cycles": (
        "a*sin(b*x + c) + d",
        (2, 100 * np.pi, 1, 0.5),
        np.linspace(0, 1, 500),
        0.2,
    ),
    "period": ("a*sin(2*pi*x/b + c) + d", (10, 12, -2, 11), np.arange(36.0), 0.8),
    "damped": (
        "a*exp(-b*x)*cos(c*x + d)",
        (3, 0.2, 6, 0.4),
        np.linspace(0, 12, 200),
        0.1,
    ),
    "saturation": ("a*x/(b + x)", (200, 0.06), np.linspace(0.02, 1.1, 12), 8),
    "power and offset": ("a*x^b + c", (0.5, 1.7, 100), np.linspace(1, 50, 40), 5),
    "Arrhenius": ("a*exp(-b/(8.314*x))", (1e11, 8e4), np.linspace(290, 350, 25), 1e-3),
    "Hill": ("a*x^b/(c^b + x^b)", (90, 2.3, 12), np.logspace(-1, 3, 24), 2),
    "Weibull": ("1 - exp(-(x/a)^b)", (1200, 1.8), np.linspace(50, 4000, 40), 0.02),
    "Gompertz": ("a*exp(-exp(-b*(x - c)))", (2200, 0.1, 1985), YEARS, 20),
    "two decays": (
        "a*exp(-b*x) + c*exp(-d*x)",
        (5, 0.2, 3, 2),
        np.linspace(0, 15, 80),
        0.03,
    ),
    "two peaks": (
        "a*c^2/((x - b)^2 + c^2) + d*f^2/((x - e)^2 + f^2) + g",
        (3, 30, 2, 5, 62, 4, 1),
        np.linspace(0, 100, 200),
        0.1,
    ),
    "stretched": ("a*exp(-(x/b)^c)", (7, 0.004, 0.55), np.logspace(-5, -1.5, 40), 0.05),
    "knee": ("a + b*x + c*max(0, x - d)", (1, 2, -1.5, 37), np.linspace(0, 100, 80), 1),
    "pieces": (
        "a + b*(x - c) if x < c else a + d*(x - c)",
        (50, 2, 6, 9),
        np.linspace(0, 15, 30),
        0.4,
    ),
    "chirp": (
        "a*sin(2*pi*(b*x + c*x^2/2) + d)",
        (2, 3, 1.5, 0.5),
        np.linspace(0, 5, 300),
        0.2,
    ),
}


def simulated(
    model: str, truth: Sequence[float], x: FloatArray, noise: float, seed: int
) -> tuple[FloatArray, float]:
    """Targets, and the sum of squares at the truth."""
    problem = Problem(model, inputs=["x"])
    curve = Curve(problem.prediction.written_out().value, problem.parameters, ("x",))
    named = dict(zip("abcdefg", truth, strict=False))
    exact = curve.values([named[name] for name in curve.names], (x,))
    error = noise * np.random.default_rng(seed).normal(size=len(x))
    return exact + error, float(error @ error)


@pytest.mark.parametrize("kind", POSTED)
def test_posted_kinds_are_fitted_with_no_start(kind: str) -> None:
    model, truth, x, noise = POSTED[kind]
    y, squares = simulated(model, truth, x, noise, len(kind))
    found = fitted(model, {"x": x, "y": y})
    assert found.outcome.kind == "converged"
    assert found.cost <= squares


# ---------------------------------------------------------------------------------------------
# Of equal minima, one

TURNED = ("a*sin(b*x)", "a*sin(b*x + c)", "a*exp(-(x - 2)^2/b^2)")


@pytest.mark.parametrize("model", TURNED)
@pytest.mark.parametrize("seed", range(4))
def test_signs_are_chosen_alike_whatever_the_starts(model: str, seed: int) -> None:
    x = np.linspace(0, 5, 40)
    y, _ = simulated(model, (3, 1.7, 0.4), x, 0.01, 1)
    found = fitted(model, {"x": x, "y": y}, seed=seed).values
    assert found["a"] == pytest.approx(3, rel=0.02)
    assert found["b"] == pytest.approx(1.7, rel=0.02)


@pytest.mark.parametrize("seed", range(3))
def test_exchangeable_terms_stand_in_order_and_it_is_said(seed: int) -> None:
    x = np.linspace(0, 15, 80)
    y, _ = simulated("a*exp(-b*x) + c*exp(-d*x)", (3, 2, 5, 0.2), x, 0.01, 1)
    found = fitted("a*exp(-b*x) + c*exp(-d*x)", {"x": x, "y": y}, seed=seed)
    assert found.values["b"] < found.values["d"]
    assert any("change places" in str(line) for line in found.account)


def test_an_alias_is_not_taken_for_its_frequency() -> None:
    x = np.arange(50.0)
    found = fitted("a*cos(b*x)", {"x": x, "y": np.cos(0.5 * x)})
    assert found.values["b"] == pytest.approx(0.5)


def test_of_what_a_redundant_formula_leaves_open_nothing_is_far_off() -> None:
    x = np.linspace(0, 5, 30)
    found = fitted("a*exp(b - c*x)", {"x": x, "y": 3 * np.exp(-0.7 * x)})
    assert abs(found.values["b"]) <= 1
    assert found.values["c"] == pytest.approx(0.7)


@pytest.mark.parametrize("model", ["a*exp(b - c*x) + d", "d - a*exp(b + c*x)"])
def test_of_too_few_rows_what_no_data_tell_is_held_first(model: str) -> None:
    """Three rows tell a*exp(b), c and d; with c held they told less, and the cost was not least."""
    found = fitted(model, {"x": np.array([1.0, 2, 3]), "y": np.array([2.0, 4.1, 6])})
    assert found.outcome.kind == "converged"
    assert found.cost < 1e-20
    assert abs(found.values["c"]) == pytest.approx(np.log(2.1 / 1.9))


def test_a_search_that_fails_with_nothing_held_takes_no_answer_away(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("symgd.fit.held.redundant", lambda task: ("b",))
    monkeypatch.setattr("symgd.fit.held._is_stopped", lambda task, found: True)
    asked: list[bool] = []

    def sought(task: Task) -> Found:
        asked.append("b" in task.fixed)
        if not task.fixed:
            raise DataError("no value", "use others")
        return search(task)

    columns = columns_from(["x", "y"], [np.arange(4.0), np.array([1.0, 3, 5.5, 7])], {})
    found = without_redundant(Task(Problem("a*x + b", loss="sse"), columns), sought)
    assert asked[-1] is False
    assert found.values["b"] == 1.0


# ---------------------------------------------------------------------------------------------
# Starts, bounds, weights

SINE_X = np.linspace(0, 5, 60)
SINE = {"x": SINE_X, "y": 3 * np.sin(2 * SINE_X) + 0.1 * np.cos(31 * SINE_X)}


def test_a_start_that_serves_is_kept() -> None:
    found = fitted("a*sin(b*x)", SINE, start={"a": -2.9, "b": -2.05})
    assert found.values["b"] == pytest.approx(-2, rel=0.01)
    assert "start" in str(found.method)


def test_a_start_that_leads_higher_is_left_and_it_is_said() -> None:
    found = fitted("a*sin(b*x)", SINE, start={"a": 3, "b": 7})
    assert found.values["b"] == pytest.approx(2, rel=0.01)
    assert any("start" in str(remark) for remark in found.remarks)


@pytest.mark.parametrize(
    "bounds", [{"b": (1, 10)}, {"a": (0, 2)}, {"c": (0.3, math.inf)}, {"b": (1, 10), "a": (0, 2)}]
)
def test_at_a_bound_the_rest_is_the_least(bounds: dict[str, tuple[float, float]]) -> None:
    x = np.linspace(0, 5, 30)
    data = {"x": x, "y": 3 * np.exp(-0.7 * x) + 0.02 * np.sin(40 * x)}
    found = fitted("a*exp(-b*x) + c", data, bounds=bounds)
    assert found.outcome.kind == "converged"
    held = {}
    for name, (low, high) in bounds.items():
        assert low <= found.values[name] <= high
        if found.values[name] in (low, high):
            held[name] = found.values[name]
    assert held
    again = fitted("a*exp(-b*x) + c", data, fixed=held)
    assert found.cost == pytest.approx(again.cost, rel=1e-9)


def test_a_weight_of_two_is_a_row_twice() -> None:
    x = np.linspace(0, 5, 12)
    y = 3 * np.exp(-0.7 * x) + 0.1 * np.sin(9 * x)
    weights = np.arange(12) % 3 * 1.0
    twice = np.repeat(np.arange(12), weights.astype(int))
    for loss in ("mse", "sse", "half_mse", "rmse"):
        weighed = fitted("a*exp(-b*x)", {"x": x, "y": y}, loss, weights=weights)
        repeated = fitted("a*exp(-b*x)", {"x": x[twice], "y": y[twice]}, loss)
        assert weighed.cost == pytest.approx(repeated.cost, rel=1e-10)
        assert weighed.values["b"] == pytest.approx(repeated.values["b"], rel=1e-10)


@pytest.mark.parametrize("size", [1e-300, 1e-200, 1e-30, 1e30, 1e200, 1e300, 1e306])
def test_no_scale_of_the_targets_is_too_large_or_small(size: float) -> None:
    x = np.linspace(0, 5, 30)
    found = fitted("a*exp(-b*x)", {"x": x, "y": size * (3 * np.exp(-0.7 * x))})
    assert found.outcome.kind == "converged"
    assert found.values["a"] == pytest.approx(3 * size)
    assert found.values["b"] == pytest.approx(0.7)


# ---------------------------------------------------------------------------------------------
# What is no minimum


def test_a_parameter_that_runs_off_is_named() -> None:
    x = np.linspace(0, 5, 30)
    step = fitted("1/(1 + exp(-a*(x - b)))", {"x": x, "y": (x > 2.4) * 1.0})
    assert step.outcome.kind == "no minimum"
    assert "as a goes to infinity" in step.outcome.message
    line = fitted("a*(1 - exp(-b*x))", {"x": x, "y": 2 * x})
    assert line.outcome.kind == "no minimum"


@pytest.mark.parametrize("model", ["a*b*x + c", "a*exp(b - c*x)", "a*relu(b*x + c)"])
def test_a_redundant_formula_does_not_run_off(model: str) -> None:
    x = np.linspace(0, 5, 30)
    y = np.exp(-0.5 * x) + 0.01 * np.sin(50 * x)
    assert fitted(model, {"x": x, "y": y}).outcome.kind == "converged"


def test_where_the_model_has_no_value_it_is_said() -> None:
    x = np.linspace(1, 5, 10)
    found = fitted("a*log(-x^2 - b^2)", {"x": x, "y": x})
    assert found.outcome.kind == "stalled"
    assert "no finite value" in found.outcome.message


def test_a_second_minimum_nearly_as_good_is_reported() -> None:
    x = np.linspace(0, 10, 200)
    two = np.exp(-((x - 2) ** 2) / 0.1) + 1.01 * np.exp(-((x - 8) ** 2) / 0.1)
    found = fitted("a*exp(-(x - b)^2/0.1)", {"x": x, "y": two})
    assert found.values["b"] == pytest.approx(8, abs=0.01)
    assert found.second is not None
    assert found.second.values["b"] == pytest.approx(2, abs=0.01)
    second = Problem("a*exp(-(x - b)^2/0.1)").fit(x, two).second
    assert second is not None
    assert second.values["b"] == found.second.values["b"]


# ---------------------------------------------------------------------------------------------
# Parts


def curve_of(model: str) -> Curve:
    problem = Problem(model, inputs=["x"])
    return Curve(problem.prediction.written_out().value, problem.parameters, ("x",))


@pytest.mark.parametrize(
    ("model", "name", "unit"),
    [
        ("a*exp(-b*x)", "b", {"x": -1}),
        ("a*x^n/(k^n + x^n)", "k", {"x": 1}),
        ("(a + b*x)/(1 + c*x^2)", "c", {"x": -2}),
        ("(a + b*x)/(1 + c*x^2)", "b", {"x": -1, "=": 1}),
        ("a*exp(-e/(8.314*(x + 273.15)))", "e", {"x": 1}),
        ("a*sin(2*pi*x/p + q)", "q", {}),
    ],
)
def test_units_are_inferred(model: str, name: str, unit: dict[str, int]) -> None:
    curve = curve_of(model)
    assert units_of(curve.formula, curve.names, curve.inputs).of[name].get("", {}) == unit


@pytest.mark.parametrize(
    ("model", "affine"),
    [
        ("a*exp(-b*x) + c", "ac"),
        ("a*(x + b)/(x + c)", "a"),
        ("(a + b*x)/(1 + c*x)", "ab"),
        ("exp(a*x)", ""),
    ],
)
def test_affine_parameters_are_found(model: str, affine: str) -> None:
    curve = curve_of(model)
    assert "".join(curve.names[place] for place in curve.affine) == affine


def test_symmetries_of_waves_are_found() -> None:
    curve = curve_of("c*cos(2*pi*x/p) + s*sin(2*pi*x/p) + d*cos(2*pi*x/q) + f*sin(2*pi*x/q)")
    units = units_of(curve.formula, curve.names, curve.inputs)
    ties = Ties(curve, units, np.array([[-math.inf, math.inf]] * 6))
    (swap,) = ties.swaps
    assert {frozenset(curve.names[one] for one in pair) for pair in swap} == {
        frozenset("cd"),
        frozenset("sf"),
        frozenset("pq"),
    }
    rows = Observed((np.linspace(0.1, 3, 9),), np.ones(9))
    turned = {frozenset(curve.names[one] for one in each) for each in ties.turns(rows)}
    assert turned == {frozenset("ps"), frozenset("qf")}
    assert {curve.names[rhythm.place] for rhythm in rhythms(curve)} == {"p", "q"}


# ---------------------------------------------------------------------------------------------
# Properties

PARTS = (
    "{}*exp(-{}*x)",
    "{}*x/({} + x)",
    "{}*sin({}*x)",
    "{}*tanh({}*x)",
    "{}*log(1 + {}*x)",
    "{}*x^{}",
    "{}*exp(-(x - {})^2)",
)


@st.composite
def models(draw: st.DrawFn) -> tuple[str, list[float]]:
    """Sums of one or two parts, with or without an offset, and the truth."""
    chosen = draw(st.lists(st.sampled_from(PARTS), min_size=1, max_size=2, unique=True))
    letters = iter("abcdef")
    model = " + ".join(part.format(next(letters), next(letters)) for part in chosen)
    if draw(st.booleans()):
        model += f" + {next(letters)}"
    count = ord(next(letters)) - ord("a")
    return model, [draw(st.floats(0.3, 3)) for _ in range(count)]


@given(models(), st.integers(0, 3), st.sampled_from([1e-6, 1.0, 1e6]))
@settings(
    max_examples=examples(15, 25), deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
def test_what_a_model_made_is_fitted_back(
    made: tuple[str, list[float]], seed: int, size: float
) -> None:
    model, truth = made
    x = np.linspace(0.1, 6, 60)
    y, squares = simulated(model, truth, x, 0.05, seed)
    assume(np.isfinite(y).all())
    found = fitted(model, {"x": x, "y": size * y}, seed=seed)
    assert found.cost <= size**2 * squares * (1 + 1e-9)
    assert found.outcome.kind in ("converged", "no minimum")


@pytest.mark.parametrize("seed", [0, 417])
def test_a_search_is_the_same_each_time(seed: int) -> None:
    x = np.linspace(0, 4, 20)
    data = {"x": x, "y": np.exp(-x) + 0.1 * np.sin(20 * x)}
    one, other = (fitted("a*exp(-b*x) + c", data, seed=seed) for _ in range(2))
    assert dict(one.values) == dict(other.values)
    assert one.cost == other.cost


def test_five_peaks_are_not_taken_for_parameters_too_many() -> None:
    rng = np.random.default_rng(0)
    x = np.linspace(0, 100, 500)
    places = [8.0, 25.0, 41.0, 60.0, 88.0]
    y = sum(3 * np.exp(-((x - p) ** 2) / 2) for p in places) + 0.05 * rng.normal(size=500)
    model = " + ".join(f"a{k}*exp(-(x - m{k})^2/(2*s{k}^2))" for k in range(5))
    found = Problem(model, inputs=["x"]).fit(x=x, y=y)
    assert found.outcome.kind == "converged"
    assert [found.parameters[f"m{k}"] for k in range(5)] == pytest.approx(places, abs=0.1)


def test_an_edge_beyond_which_there_is_no_value_is_named() -> None:
    found = Problem("a*t^b", inputs=["t"]).fit(t=np.arange(5.0), y=np.array([5, 3, 2, 1.5, 1]))
    assert found.outcome.kind == "stalled"
    assert "the cost falls as b goes to 0" in str(found.outcome)


def test_a_place_of_a_wave_lies_in_the_data() -> None:
    x = np.linspace(2000, 2010, 200)
    y = 4 + 3 * np.cos(2 * np.pi * (x - 2003.2) / 1.7)
    found = Problem("c + d*cos(2*pi*(x - t)/p)", inputs=["x"]).fit(x=x, y=y)
    assert found.parameters["t"] == pytest.approx(2003.2 - 1.7, abs=1e-6)
    assert found.parameters["d"] == pytest.approx(3)


@pytest.mark.parametrize(
    "model", ["a*exp(-c*x) + d", "a*exp(b - c*x) + d", "a*(1 - exp(-b*x)) + d"]
)
def test_a_curve_that_would_be_a_line_has_no_minimum(model: str) -> None:
    """Data that are the same seen from both ends are best met by no bend at all, which no finite parameters give."""
    fit = Problem(model).fit([1, 2, 3, 4, 5, 6], [0, 0, 0, 1, 1, 1])
    assert fit.outcome.kind == "no minimum"
    assert "infinity" in fit.outcome.message


def test_what_rounding_leaves_of_a_zero_is_no_column() -> None:
    """In as many digits as one likes, sin(pi*x) at a whole x is no more than rounding."""
    fit = Problem("a*sin(pi*x) + b").fit([1, 2, 3, 4, 5], [3, 4, 9, 9, 8])
    assert fit.parameters["a"] == 0
    assert fit.parameters["b"] == pytest.approx(6.6)
    assert fit.cost == pytest.approx(6.64)
