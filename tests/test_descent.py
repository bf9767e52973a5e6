"""Descent: the ways in which it ends, and what it refuses."""

from __future__ import annotations

import csv
import math
import re
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from grids import in_turn
from hypothesis import given, settings
from hypothesis import strategies as st

from symgd import DescentError, OutputError, Problem
from symgd.api.run import Run
from symgd.codegen.summary import separation
from symgd.codegen.walk.arrival import has_arrived
from symgd.codegen.walk.kinks import ahead_at_kinks

X, Y = [1.0, 2.0, 3.0], [1.2, 1.8, 3.4]
LINE = Problem("a*x + b")
START = {"a": 0.2, "b": 0.5}


def _lesson_004(**options: object) -> Run:
    return LINE.descend(X, Y, start=START, **options)  # type: ignore[arg-type]


# ---------------------------------------------------------------------------------------------
# The loop


@settings(deadline=None, max_examples=40)
@given(
    start=st.tuples(*[st.floats(-10, 10)] * 2),
    rate=st.floats(1e-4, 0.3),
    steps=st.integers(0, 30),
)
def test_each_row_follows_from_the_one_before(
    start: tuple[float, float], rate: float, steps: int
) -> None:
    named = dict(zip("ab", start, strict=True))
    run = LINE.descend(X, Y, start=named, learning_rate=rate, max_iter=steps, tolerance=0)
    x, y = np.array(X), np.array(Y)
    assert len(run.trace) == steps + 1
    assert np.isfinite(run.trace.table).all()
    for k in range(steps):
        a, b = run.trace["a"][k], run.trace["b"][k]
        residual = a * x + b - y
        ahead = (a - rate * 2 * (residual * x).mean(), b - rate * 2 * residual.mean())
        size = 1e-11 * (1 + abs(a) + abs(b))
        assert (run.trace["a"][k + 1], run.trace["b"][k + 1]) == pytest.approx(ahead, abs=size)


def test_both_routes_make_the_same_descent() -> None:
    rng = np.random.default_rng(4)
    x = rng.uniform(0, 2, 50)
    y = 2 * x + 1 + rng.normal(0, 0.1, 50)
    short = LINE.descend(x, y, learning_rate=0.1, max_iter=200)
    # the same line, in a form that cannot be taken apart
    arrays = Problem("log(exp(a*x + b))").descend(x, y, learning_rate=0.1, max_iter=200)
    assert (short.route, arrays.route) == ("data summary", "arrays")
    assert arrays.trace.table == pytest.approx(short.trace.table, rel=1e-8, abs=1e-9)


def test_a_cost_that_does_not_separate() -> None:
    x = np.linspace(0, 4, 40)
    y = 3 * np.exp(-0.8 * x) + 1
    problem = Problem("a*exp(-b*x) + c")
    run = problem.descend(x, y, start={"a": 1, "b": 0.3}, learning_rate=0.1, max_iter=20_000)
    assert run.route == "arrays"
    assert run.exact is None
    assert run.curvature is None
    assert run.outcome.kind == "converged"
    assert dict(run.parameters) == pytest.approx({"a": 3, "b": 0.8, "c": 1}, abs=1e-5)


def test_an_expansion_that_loses_digits_is_not_used() -> None:
    x = np.linspace(99, 101, 20)
    run = Problem("(x - a)^6").descend(
        x,
        0 * x,
        start={"a": 99.9},
        learning_rate=1e-3,
        max_iter=20,
        tolerance=0,
    )
    assert run.route == "arrays"
    assert run.cost == pytest.approx(float(np.mean((x - run.parameters["a"]) ** 12)), rel=1e-12)


# ---------------------------------------------------------------------------------------------
# How it ends


def test_tolerances() -> None:
    by_step = _lesson_004(learning_rate=0.1, tolerance=1e-3)
    assert by_step.trace["step_norm"][-1] <= 1e-3 < by_step.trace["step_norm"][-2]
    assert "step would be" in by_step.outcome.cause
    by_gradient = _lesson_004(learning_rate=0.1, gradient_tolerance=1e-2)
    assert by_gradient.trace["gradient_norm"][-1] <= 1e-2 < by_gradient.trace["gradient_norm"][-2]
    assert "gradient is" in by_gradient.outcome.cause
    by_cost = _lesson_004(learning_rate=0.1, cost_tolerance=1e-4)
    falls = -np.diff(by_cost.trace.cost)
    assert falls[-1] <= 1e-4 < falls[-2]
    assert by_gradient.outcome.kind == "converged"
    # of a cost of 0.056, 0.0002 and 0.002 are left: more than the parts that these tolerances name
    assert {run.outcome.kind for run in (by_step, by_cost)} == {"stalled"}


def test_tolerance_0_makes_all_steps() -> None:
    assert _lesson_004(learning_rate=0.16, max_iter=3000, tolerance=0).steps == 3000


def test_a_short_step_is_not_arrival() -> None:
    run = _lesson_004(learning_rate=1e-6, tolerance=1e-4)
    assert run.outcome.kind == "stalled"
    assert "can still fall by about" in run.outcome.cause
    assert "not arrival" in run.outcome.remedy
    assert "0.176471" in run.outcome.remedy


@pytest.mark.parametrize("rate", [0.1803, 0.2, 0.5, 1e3, 1e150, 1e300])
def test_divergence_is_recognised_without_a_nan_or_a_warning(rate: float) -> None:
    run = _lesson_004(learning_rate=rate, max_iter=1_000_000)
    assert run.outcome.kind == "diverged"
    assert run.steps < 100_000
    assert np.isfinite(run.trace.table).all()
    assert "nan" not in run.outcome.message
    assert "largest stable" in run.outcome.cause


@pytest.mark.parametrize("model", ["exp(a)*x + b", "exp(a*x) + b", "a*b*x", "(a*x + b)^2"])
def test_divergence_of_other_costs(model: str) -> None:
    run = Problem(model).descend(X, Y, start={"a": 1, "b": 1}, learning_rate=5)
    assert run.outcome.kind == "diverged"
    assert np.isfinite(run.trace.table).all()
    assert "try" in run.outcome.remedy


FLAT = [  # a function of a parameter alone, far out, and its value there; its best one would be -1/15
    ("sigmoid(b)", -1000, 0, "converged"),
    ("exp(b)/(1 + exp(b))", 1000, 1, "stalled"),
    ("1/(1 + exp(b))", 1000, 0, "converged"),
    ("sech(b)", 800, 0, "converged"),
    ("coth(b)", 700, 1, "converged"),
    ("tanh(b)", 1000, 1, "stalled"),
    ("exp(-b)", 1000, 0, "converged"),
    ("erf(b) + exp(-b^2)", 50, 1, "converged"),
]


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(("part", "b", "value", "kind"), FLAT)
def test_a_function_of_a_parameter_that_is_flat_far_out(
    part: str, b: float, value: float, kind: str
) -> None:
    problem, start = Problem(f"a*x + {part}"), {"b": b}
    run = problem.descend(X, Y, start=start, learning_rate=0.1)
    slope = float(np.dot(X, np.array(Y) - value) / np.dot(X, X))
    assert run.outcome.kind == kind
    assert run.parameters == pytest.approx({"a": slope, "b": b}, rel=1e-7)
    module: dict[str, object] = {"__name__": "optimizer"}
    exec(compile(problem.source(), "optimizer.py", "exec"), module)
    found = module["descend"](X, Y, start=start, learning_rate=0.1)  # type: ignore[operator]
    assert found.parameters == pytest.approx(tuple(run.parameters.values()), rel=1e-7)
    assert found.outcome == kind


PLATEAUS: tuple[tuple[str, dict[str, float], list[float]], ...] = (
    ("a*(1 - exp(-b*x))", {"a": 40, "b": 800}, [1.0, 1.5, 1.75]),
    ("max(a*x + b, 0) + c", {"a": -1, "b": -1}, [1.0, 2.0, 3.0]),
    ("A*exp(-(x - m)^2) + c", {"A": 1, "m": 100}, [0.4, 1.0, 0.4]),
    ("min(a*x, k)", {"a": 1, "k": 50}, [1.0, 2.0, 2.0]),
    ("a if x < c else b", {"c": 1.5}, [1.0, 1.0, 2.0]),
)


@pytest.mark.parametrize(("model", "start", "y"), PLATEAUS)
def test_a_plateau_from_whose_edge_the_cost_falls_is_no_minimum(
    model: str, start: dict[str, float], y: list[float]
) -> None:
    problem = Problem(model)
    run = problem.descend(X, y, start=start)
    assert run.outcome.kind == "stalled"
    assert "this is a plateau, not a minimum" in run.outcome.cause
    assert "another start" in run.outcome.remedy
    module: dict[str, Any] = {"__name__": "optimizer"}
    exec(compile(problem.source(), "optimizer.py", "exec"), module)
    found = module["descend"](X, y, start=start)
    assert (found.outcome, found.steps) == ("stalled", run.steps)
    assert "plateau" in found.message


@pytest.mark.parametrize(
    ("model", "start", "y"),
    [
        ("min(a*x, k)", {"a": 1.1, "k": 50}, [1.0, 2.0, 3.0]),  # nothing is saturated
        ("a if x < c else b", {"c": 2.5}, [1.0, 1.0, 2.0]),
        ("max(a*x, b)", {"a": 1, "b": -1}, [1.0, 2.0, 3.0]),
    ],
)
def test_a_minimum_that_is_not_unique_is_no_plateau(
    model: str, start: dict[str, float], y: list[float]
) -> None:
    run = Problem(model).descend(X, y, start=start)
    assert run.outcome.kind == "converged"
    assert "not unique" in run.outcome.cause


@pytest.mark.parametrize("loss", ["mae", "quantile", "hinge"])
def test_what_is_advised_at_kinks_far_from_0_serves(loss: str) -> None:
    x = np.linspace(100, 110, 30)
    y = np.where(np.sin(9 * x) + x > 105, 1.0, -1.0)
    problem = Problem("a*x + b", loss=loss)
    run = problem.descend(x, y)
    assert run.outcome.kind == "out of steps"
    assert run.outcome.remedy.startswith("standardise the inputs by standardise=True, or take fit")
    scaled = problem.descend(x, y, standardise=True)
    assert scaled.outcome.kind == "converged"
    assert scaled.cost == pytest.approx(problem.fit(x, y).cost, rel=1e-6)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("part", ["softplus(b)", "log(cosh(b))", "logsumexp(b, 0)"])
def test_a_step_to_where_a_part_alone_is_too_large(part: str) -> None:
    """exp(b) leaves the floats on the way; the logarithm of it does not."""
    y = [900.0, 900.0, 900.0]
    run = Problem(f"a*x + {part}").descend(X, y, start={"b": 650}, learning_rate=0.1)
    assert run.outcome.kind == "converged"
    assert run.parameters["b"] == pytest.approx(y[0], abs=1)
    assert run.parameters["a"] == pytest.approx(0, abs=1e-6)


def test_a_step_to_where_the_cost_is_not_defined() -> None:
    run = Problem("sqrt(a)*x").descend(X, [-y for y in Y], start={"a": 1}, learning_rate=1)
    assert run.outcome.kind == "diverged"
    assert "not a number" in run.outcome.cause
    assert run.parameters["a"] == 1


def test_above_the_largest_stable_rate_but_not_yet_up() -> None:
    run = _lesson_004(learning_rate=0.2, max_iter=0)
    assert run.outcome.kind == "not begun"
    assert "no step was asked for" in run.outcome.cause
    assert "going to diverge" in run.outcome.remedy


def test_a_saddle_is_no_minimum() -> None:
    with pytest.raises(DescentError, match="saddle"):
        Problem("a*b*x").descend(X, Y, learning_rate=0.1)


def test_the_minimum_as_start() -> None:
    run = LINE.descend(X, [2 * x + 1 for x in X], start={"a": 2, "b": 1})
    assert run.steps == 0
    assert run.outcome.kind == "converged"


def test_many_minima_are_said() -> None:
    run = Problem("m*x + b").descend([3.0, 3.0], [1.0, 2.0])
    assert run.outcome.kind == "converged"
    assert "other parameters" in run.outcome.cause


INTERRUPTED = """
import os, signal
from symgd import Problem
def progress(step, last):
    if step >= 100_000:
        os.kill(os.getpid(), signal.SIGINT)
run = Problem("a*x + b").descend( [1, 2, 3], [1.2, 1.8, 3.4], learning_rate=1e-6,
              max_iter=10_000_000, tolerance=0, progress=progress)
print(run.outcome.message)
print(run.steps, len(run.trace["a"]), len(run.trace["cost"]))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGINT to oneself")
def test_ctrl_c_keeps_the_trace() -> None:
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTED], capture_output=True, text=True, timeout=600, check=True
    )
    message, counts = done.stdout.splitlines()
    steps, *lengths = map(int, counts.split())
    assert message.startswith("interrupted: it was stopped after")
    assert 99_000 <= steps < 10_000_000
    assert lengths == [steps + 1] * 2


def test_progress_is_told() -> None:
    seen: list[tuple[int, int]] = []
    _lesson_004(learning_rate=0.01, max_iter=500, progress=lambda *at: seen.append(at), tolerance=0)
    assert seen[0] == (5, 500)
    assert seen[-1] == (500, 500)


# ---------------------------------------------------------------------------------------------
# What is refused


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"start": {"c": 1.0}}, 'start names "c".*expected one of a, b'),
        ({"start": {"a": math.nan}}, 'start of "a" is nan'),
        ({"start": {"a": "one"}}, "start of \"a\" is 'one'"),
        ({"start": [1.0, 2.0]}, "by name"),
        ({"learning_rate": 0}, "above 0"),
        ({"learning_rate": -0.1}, "above 0"),
        ({"learning_rate": math.inf}, "finite"),
        ({"learning_rate": "fast"}, '"auto"'),
        ({"learning_rate": True}, "pass a number"),
        ({"max_iter": -1}, "0 or more"),
        ({"max_iter": 1.5}, "whole number"),
        ({"tolerance": -1e-9}, "tolerance is -1e-09"),
        ({"gradient_tolerance": math.nan}, "gradient_tolerance is nan"),
        ({"start": {"a": 1e200}}, "too large for a float"),
    ],
)
def test_what_does_not_fit_is_refused(options: dict[str, object], said: str) -> None:
    with pytest.raises(DescentError, match=said):
        LINE.descend(X, Y, **options)  # type: ignore[arg-type]  # that is what is tested


# ---------------------------------------------------------------------------------------------
# Run and Trace


def test_a_missing_start_is_said() -> None:
    run = LINE.descend(X, Y, start={"a": 1.0}, max_iter=0)
    assert run.parameters["b"] == 0
    assert run.notes == ("no start is given for b = 0",)
    assert repr(run).count("\n") == 0


def test_a_trace_is_written_and_read_back(tmp_path: Path) -> None:
    trace = _lesson_004(learning_rate=0.06, max_iter=10).trace
    trace.to_csv(tmp_path / "trace.csv")
    with (tmp_path / "trace.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["step", "a", "b", "cost", "gradient_norm", "step_norm"]
    for name in rows[0]:
        assert [float(row[name]) for row in rows] == trace[name].tolist()
    with pytest.raises(OutputError, match="make the folder"):
        trace.to_csv(tmp_path / "nowhere" / "trace.csv")


def test_a_trace_as_a_frame() -> None:
    pytest.importorskip("pandas")
    trace = _lesson_004(learning_rate=0.06, max_iter=3).trace
    frame = trace.to_pandas()
    assert tuple(frame.columns) == trace.columns
    assert frame.index.name == "step"
    assert frame["cost"].tolist() == trace["cost"].tolist()


@pytest.mark.parametrize(
    ("names", "columns"),
    [
        (("cost", "b"), ["step", "cost", "b", "cost_", "gradient_norm", "step_norm"]),
        (("step", "cost_"), ["step_", "step", "cost_", "cost", "gradient_norm", "step_norm"]),
        (("cost", "cost_"), ["step", "cost", "cost_", "cost__", "gradient_norm", "step_norm"]),
    ],
)
def test_parameters_keep_their_names(
    tmp_path: Path, names: tuple[str, str], columns: Sequence[str]
) -> None:
    problem = Problem(f"{names[0]}*x + {names[1]}")
    run = problem.descend(X, Y, start=dict(zip(names, (0.2, 0.5), strict=True)), max_iter=0)
    run.trace.to_csv(tmp_path / "trace.csv")
    assert (tmp_path / "trace.csv").read_text().splitlines()[0].split(",") == columns
    assert run.trace[names[0]].tolist() == [0.2]
    assert run.cost == pytest.approx(2.116667, abs=1e-6)


def test_a_column_that_is_not_there() -> None:
    with pytest.raises(DescentError, match="there are a, b, cost"):
        _lesson_004(max_iter=0).trace["loss"]


# ---------------------------------------------------------------------------------------------
# At the ends of the floats


@pytest.mark.parametrize("rate", [1e307, 1e308, sys.float_info.max])
def test_a_step_too_long_for_a_float_is_divergence(rate: float) -> None:
    run = Problem("m*x + b").descend([1, 2, 3], [2.1, 3.9, 6.2], learning_rate=rate)
    assert run.outcome.kind == "diverged"
    assert len(run.trace) == 1
    assert np.isfinite(run.trace.table).all()
    assert "largest stable" in run.outcome.cause


@pytest.mark.parametrize("size", [1e-300, 1e-160])
def test_inputs_too_small_for_their_curvature(size: float) -> None:
    with pytest.raises(DescentError, match="rescale the columns"):
        Problem("m*x").descend([size, 2 * size], [1, 2])


@pytest.mark.parametrize(("x", "y"), [([3.0], [0.7]), ([0.1, 0.7], [0.3, 2.1]), ([1e5], [1.1])])
def test_no_cost_is_below_the_exact_minimum(x: list[float], y: list[float]) -> None:
    for model in ("m*x + b", "m*x"):
        run = Problem(model).descend(x, y, max_iter=2000, tolerance=0)
        assert run.exact is not None
        assert run.exact.cost <= run.trace.cost.min()
        assert "at its exact minimum" in run.outcome.cause
    one = Problem("m*x + b").descend([3.0], [0.7])
    assert one.notes[-1] == "the minimum is not unique"
    assert "is not unique" in one.outcome.cause


# ---------------------------------------------------------------------------------------------
# What is suggested holds

ERUPTIONS = np.linspace(1.6, 5.1, 40)
WAITING = 33.5 + 10.7 * ERUPTIONS + 4 * np.sin(7 * ERUPTIONS)


@pytest.mark.parametrize(
    "model", ["a*exp(b*x) + c", "a*exp(-b*x) + c", "a*x^b", "exp(a*x + b)", "a*sin(b*x) + c"]
)
@pytest.mark.parametrize("at", [0.0, 0.5])
def test_auto_goes_down_at_every_step(model: str, at: float) -> None:
    problem = Problem(model)
    start = dict.fromkeys(problem.parameters, at)
    run = problem.descend(ERUPTIONS, WAITING, start=start, max_iter=500)
    assert run.steps > 0
    assert run.outcome.kind not in ("diverged", "interrupted")
    assert (np.diff(run.trace.cost) <= 1e-12 * run.trace.cost[:-1]).all()
    assert (run.trace.rates[:-1] > 0).all()
    assert "each step a rate" in run.notes[-1]


@pytest.mark.parametrize(("model", "rate"), [("a*exp(b*x) + c", 0.001), ("exp(a*x + b)", 0.5)])
def test_the_remedy_of_a_divergence_goes_down(model: str, rate: float) -> None:
    lost = Problem(model).descend(ERUPTIONS, WAITING, learning_rate=rate)
    assert lost.outcome.kind == "diverged"
    suggested = float(re.findall(r"try ([\d.e-]*\d)", lost.outcome.remedy)[0])
    run = Problem(model).descend(ERUPTIONS, WAITING, learning_rate=suggested, max_iter=2000)
    assert run.cost < run.trace.cost[0]


# ---------------------------------------------------------------------------------------------
# What is a minimum, and what is not


DISTANCES = np.linspace(77.6, 760, 14)


@pytest.mark.parametrize("tolerance", [None, 1e-9])
def test_a_crawl_far_from_the_minimum_is_no_arrival(tolerance: float | None) -> None:
    y = 239 * (1 - np.exp(-5.5e-4 * DISTANCES))
    run = Problem("a*(1 - exp(-b*x))").descend(
        DISTANCES, y, start={"a": 500, "b": 1e-4}, learning_rate=2.82e-12, tolerance=tolerance
    )
    assert run.outcome.kind == "stalled"  # in the end no step changes any parameter in floats
    assert run.steps > 10 if tolerance is None else run.trace["step_norm"][-1] <= tolerance


def test_large_inputs_are_no_arrival_either() -> None:
    x = np.linspace(0, 3e6, 30)
    run = Problem("a*x^2 + b*x + c").descend(x, 1e-6 * x**2 + 3 * x + 5)
    assert run.steps > 0
    assert run.outcome.kind == "out of steps"
    assert "standardise" in run.outcome.remedy


def test_a_saddle_at_the_end_is_stalled() -> None:
    run = Problem("a*b*x").descend(X, Y, start={"a": 1e-3, "b": -1e-3}, learning_rate=0.01)
    assert run.outcome.kind == "stalled"
    assert "saddle" in run.outcome.cause


def test_a_step_onto_a_plateau_is_said() -> None:
    run = Problem("a*exp(b*x)").descend(X, Y, start={"a": 1, "b": 0}, learning_rate=0.5)
    assert run.outcome.kind == "stalled"
    assert "step 1 threw the parameters onto a plateau" in run.outcome.cause
    assert "smaller rate" in run.outcome.remedy


def test_data_that_are_separated_have_no_minimum() -> None:
    run = Problem("w*x + b", loss="logistic").descend([1, 2, 3, 4], [0, 0, 1, 1])
    assert run.outcome.kind == "no minimum"


@pytest.mark.parametrize(
    ("loss", "way"),
    [
        ("-p", "m → ∞"),
        ("p - y", "m → −∞"),
        ("(p - y)^3", "m → −∞"),
        ("log(p)", "m → 0"),
        ("-log(p)", "m → ∞"),
        ("-sqrt(p)", "m → ∞"),
        ("abs(p) - 2*p", "m → ∞"),
    ],
)
def test_a_cost_without_a_floor_has_no_minimum(loss: str, way: str) -> None:
    run = Problem("m*x", loss=loss).descend(X, Y, start={"m": 1})
    assert run.outcome.kind == "no minimum"
    assert way in run.outcome.cause


@pytest.mark.parametrize(
    ("bits", "kind"), [([0, 0, 0, 1, 1, 1], "no minimum"), ([0, 0, 1, 0, 1, 1], "converged")]
)
def test_a_walk_that_crawls_on_separated_data_says_that_it_never_ends(
    bits: list[int], kind: str
) -> None:
    run = Problem("w*x + b", loss="logistic").descend(range(6), bits)
    assert run.outcome.kind == kind


FLOORED = [
    "sqrt(1 + (p - y)^2) - 9",
    "abs(p - y) - 20",
    "log(1 + (p - y)^2) - 5",
    "p - y*log(p)",
    "log(p) + y/p",
    "-exp(-(p - y)^2)",
    "-sqrt(25 - (p - y)^2)",
    "poisson",
    "hinge",
]


@pytest.mark.parametrize(
    ("loss", "start", "rate"), in_turn(FLOORED, [0.1, 1.0, 60.0], ["auto", 1e-5], of=2)
)
def test_a_floor_is_never_called_none(loss: str, start: float, rate: Any) -> None:
    target = np.sign(np.array(Y) - 2) if loss == "hinge" else Y
    try:
        run = Problem("m*x", loss=loss).descend(X, target, start={"m": start}, learning_rate=rate)
    except DescentError:
        return  # the cost has no value or no slope at the start
    assert run.outcome.kind != "no minimum"


@pytest.mark.parametrize("scale", [1e-9, 1e-4, 1.0, 1e4, 1e9])
def test_arrival_is_the_same_in_all_units(scale: float) -> None:
    x, y = scale * np.array(X), np.array(Y) / scale
    run = Problem("m*x").descend(x, y)
    assert run.outcome.kind == "converged"
    slope = float(x @ y / (x @ x))
    assert run.parameters["m"] == pytest.approx(slope, rel=1e-3)


@pytest.mark.parametrize("options", [{"penalty": "ridge"}, {"loss": "huber"}, {"loss": "logcosh"}])
def test_auto_arrives_where_the_cost_is_no_quadratic(options: dict[str, str]) -> None:
    run = Problem("m*x + b", **options).descend(X, Y)  # type: ignore[arg-type]
    assert run.outcome.kind == "converged"


def test_auto_takes_more_inputs_than_a_summary_has_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(separation, "LIMIT", 9)
    data = np.random.default_rng(65).normal(size=(10, 200))
    problem = Problem(" + ".join(f"w{k}*x{k}" for k in range(10)))
    run = problem.descend(*data, data.T @ np.arange(10.0))
    assert run.route == "arrays"
    assert run.outcome.kind == "converged"


# ---------------------------------------------------------------------------------------------
# Kinks


NOISY_X = np.random.default_rng(0).normal(size=60)
NOISY_Y = 2 * NOISY_X - 1 + 0.3 * np.random.default_rng(1).standard_t(2, 60)


@pytest.mark.parametrize(
    ("loss", "data"),
    [
        ("mae", (X, Y)),
        ("mae", (NOISY_X, NOISY_Y)),
        ("quantile", (NOISY_X, NOISY_Y)),
        ("hinge", (NOISY_X, np.sign(NOISY_Y))),
    ],
)
def test_costs_with_kinks_are_descended_to_their_minimum(loss: str, data: Any) -> None:
    problem = Problem("m*x + b", loss)
    run = problem.descend(*data)
    assert run.outcome.kind == "converged"
    assert "at a kink of the cost" in run.outcome.cause
    assert run.cost == pytest.approx(problem.fit(*data).cost, rel=1e-8)


@pytest.mark.parametrize("rate", [0.1, "auto"])
def test_a_jam_at_a_kink_is_no_arrival(rate: float | str) -> None:
    """Far from 0 in x the walk jams long before the least cost, and never says that it has converged."""
    x, y = np.arange(58.0, 73), 3.4 * np.arange(58.0, 73) - 80
    run = Problem("m*x + b", "mae").descend(x, y, learning_rate=rate)  # type: ignore[arg-type]
    assert run.outcome.kind == "out of steps"
    if rate == "auto":
        assert "take fit, which knows of kinks" in run.outcome.remedy
        assert "standardise" in run.outcome.remedy
        scaled = Problem("m*x + b", "mae").descend(x, y, standardise=True)
        assert scaled.outcome.kind == "converged"


def test_a_slope_of_0_at_a_kink_gives_a_parameter_no_size() -> None:
    """Over years, b's slope at a jam is 0 by chance, and its own size next to nothing."""
    x = 1990.0 + np.arange(20)
    y = 2 * np.arange(20) + 1 + np.random.default_rng(0).normal(size=20)
    run = Problem("m*x + b", "mae").descend(x, y, max_iter=4000)
    assert run.outcome.kind == "out of steps"


@pytest.mark.parametrize("asked", [{"alternate": True}, {}])
def test_what_serves_at_a_kink_at_a_constant_rate(asked: dict[str, Any]) -> None:
    problem = Problem("m*x + b", "mae")
    run = problem.descend(NOISY_X, NOISY_Y, learning_rate=0.05, max_iter=300, **asked)
    assert run.outcome.kind == "out of steps"
    advice = str(run.outcome.remedy)
    assert "to and fro across a kink" in advice
    assert 'take learning_rate="auto"' in advice
    assert ("leave out alternate" in advice) == bool(asked)


STIFF = np.random.default_rng(3).normal(size=(3, 50))


@pytest.mark.parametrize(
    ("problem", "data", "ways"),
    [
        (Problem("m*x + b", "mae"), (NOISY_X + 50, NOISY_Y), {}),
        (Problem("m*x + b", "mae"), (NOISY_X + 3, NOISY_Y), {"alternate": True}),
        (Problem("m*x + b", "hinge"), ([1.0, 2, 3, 4], [-1.0, -1, 1, 1]), {"alternate": True}),
        (
            Problem("a*x_1 + b*x_2 + c", penalty="lasso", settings={"lambda": 0.5}),
            (STIFF[0], STIFF[0] + 0.01 * STIFF[1], 2 * STIFF[0] + STIFF[2]),
            {"standardise": True},
        ),
    ],
    ids=["far from 0", "alternating", "separated", "stiff"],
)
def test_converged_at_a_kink_is_the_least_cost(
    problem: Problem, data: Any, ways: dict[str, Any]
) -> None:
    """Slopes that seem to cancel, but for one much smaller than the others, are no minimum."""
    run, least = problem.descend(*data, **ways), problem.fit(*data).cost
    if not ways:  # it jams, and says so
        assert run.outcome.kind == "out of steps"
        assert run.cost > 2 * least
    else:
        assert run.outcome.kind == "converged"
        assert run.cost == pytest.approx(least, rel=1e-6, abs=1e-12)


def test_a_large_tolerance_is_no_arrival_far_above_the_least_cost() -> None:
    assert LINE.descend(X, Y, tolerance=1e9).outcome.kind == "stalled"


def test_nobody_is_told_to_lower_a_tolerance_where_no_step_goes_lower() -> None:
    x = 1.7e9 + 86400 * np.arange(20.0)
    run = Problem("a*exp(-b*x)").descend(x, np.arange(20.0) + 0.1 * np.sin(x))
    assert run.outcome.kind == "stalled"
    assert "tolerance" not in str(run.outcome.remedy)


def test_slopes_that_cancel_at_a_top_or_a_saddle_are_no_minimum() -> None:
    for model in ("-abs(a)", "abs(a) - abs(b)"):

        def evaluate(point: Sequence[float], model: str = model) -> tuple[float, tuple[float, ...]]:
            sides = [math.copysign(1.0, value) for value in point]
            if model == "-abs(a)":
                return 3 - abs(point[0]), (-sides[0],)
            return 3 + abs(point[0]) - abs(point[1]), (sides[0], -sides[1])

        point = [1e-9, -1e-9][: 1 if model == "-abs(a)" else 2]
        ahead = ahead_at_kinks(evaluate, point, *evaluate(point))
        assert not has_arrived(ahead, point, evaluate(point)[0], 1e-6)


@pytest.mark.parametrize(
    ("model", "data", "said"),
    [
        ("m*x + b", ([2.0], [3.0]), "other values of m, b: there is one row only"),
        ("m*x + b", ([2.0, 2.0, 2.0], [3.0, 4.0, 5.0]), "other values of m, b: x is constant"),
        (
            "u*x_1 + v*x_2 + b",
            ([1, 2, 3, 5], [3, 5, 7, 11], [1, 3, 2, 4]),
            "x_1, x_2 follow from one another",
        ),
    ],
)
def test_what_the_data_leave_open_is_named_in_the_outcome(
    model: str, data: tuple[list[float], ...], said: str
) -> None:
    run = Problem(model).descend(*data)
    assert run.outcome.kind == "converged"
    assert said in run.outcome.cause
