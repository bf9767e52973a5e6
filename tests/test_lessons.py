"""The numbers of the five lessons, and of what their articles link to, by `Problem.descend`."""

from __future__ import annotations

import csv
import math
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from symgd import Problem, differentiate
from symgd.api.run import Run

X, Y = np.array([1.0, 2.0, 3.0]), np.array([1.2, 1.8, 3.4])
LINE = Problem("a*x + b")
START = {"a": 0.2, "b": 0.5}
WHOLE: dict[str, Any] = {"tolerance": 0}
SHARED = os.environ.get("SYMGD_SHARED_DATA", "")
needs_data = pytest.mark.skipif(not SHARED, reason="SYMGD_SHARED_DATA names no folder")


def _columns(file: str, *names: str) -> list[Any]:
    with Path(SHARED, file).open(encoding="utf-8") as text:
        rows = list(csv.DictReader(text))
    return [np.array([float(row[name]) for row in rows]) for name in names]


def _first(reached: Any) -> int:
    """The first row at which it is so."""
    return int(np.flatnonzero(reached)[0])


# ---------------------------------------------------------------------------------------------
# 000: one parameter after the other


def test_lesson_000_the_intercept_to_its_end_and_then_the_slope() -> None:
    first = LINE.descend(X, Y, hold={"a": 1.0})
    assert first.parameters["b"] == pytest.approx(2 / 15, abs=1e-8)
    then = LINE.descend(X, Y, start=first.parameters, hold=["b"])
    assert then.parameters["a"] == pytest.approx(1.01429, abs=1e-5)
    assert then.parameters["b"] == first.parameters["b"]
    assert round(then.cost, 5) == 0.06127
    assert then.exact is not None
    assert then.exact.cost == pytest.approx(then.cost)
    assert then.exact.parameters["b"] == first.parameters["b"]


def test_lesson_000_one_step_each() -> None:
    asked: dict[str, Any] = {"start": START, "learning_rate": 0.06, "max_iter": 1}
    run = LINE.descend(X, Y, alternate=("b", "a"), **asked)
    assert dict(run.parameters) == pytest.approx({"a": 0.53248, "b": 0.648}, abs=1e-12)
    together = LINE.descend(X, Y, **asked)
    assert dict(together.parameters) == pytest.approx({"a": 0.568, "b": 0.648}, abs=1e-12)


def test_lesson_000_alternating_for_ever_converges_too() -> None:
    asked: dict[str, Any] = {"start": {"a": 1.0}, "learning_rate": 0.06, "max_iter": 100, **WHOLE}
    for order, steps in ((("b", "a"), 81), ((), 87)):
        gap = LINE.descend(X, Y, alternate=order, **asked).trace.cost - 1 / 18
        assert _first(gap <= 1e-4) == steps


# ---------------------------------------------------------------------------------------------
# 001: the exercise with the learning rate, and single examples


@pytest.mark.parametrize(
    ("curvature", "stop", "rate", "steps"),
    [
        (0.625, 0.0055, 0.1, 81),
        (0.625, 0.0055, 1, 6),
        (0.625, 0.0055, 1.6, 1),
        (0.625, 0.0055, 4, None),
        (3.48, 0.0134, 0.03, 40),
        (3.48, 0.0134, 0.1, 11),
        (3.48, 0.0134, 1, None),
    ],
)
def test_lesson_001s_exercise(
    curvature: float, stop: float, rate: float, steps: int | None
) -> None:
    """Both versions' steps. The article says neither the quadratics nor the stops: both are inferred from its steps."""
    problem = Problem("w*x", "half_mse")
    run = problem.descend(
        [math.sqrt(curvature)], [0.0], start={"w": 1.0}, learning_rate=rate, max_iter=100, **WHOLE
    )
    assert run.curvature == pytest.approx((curvature,))
    near = np.abs(run.trace["w"]) < stop
    if steps is None:
        assert not near.any()
        assert run.outcome.kind == "diverged"
    else:
        assert _first(near) == steps


@pytest.mark.parametrize(("rate", "cost"), [(0.06, 0.43049), (0.03, 0.20187)])
def test_lesson_001s_pass_of_single_examples_with_and_without_the_2(
    rate: float, cost: float
) -> None:
    run = LINE.descend(
        X, Y, start=START, learning_rate=rate, batch_size=1, shuffle=False, epochs=1, **WHOLE
    )
    assert run.steps == 3
    assert round(run.cost, 5) == cost


def test_single_examples_as_the_lesson_and_the_sketch_write_them() -> None:
    a, b, path = 0.2, 0.5, []
    for x, y in [*zip(X, Y, strict=True)] * 4:
        error = y - (a * x + b)
        a, b = a + error * x * 0.06, b + error * 0.06
        path.append((a, b))
    half = Problem("a*x + b", "half_mse")
    run = half.descend(
        X, Y, start=START, learning_rate=0.06, batch_size=1, shuffle=False, epochs=4, **WHOLE
    )
    assert run.trace.table[1:, :2] == pytest.approx(np.array(path), rel=1e-14)


@pytest.mark.parametrize(
    ("formula", "by", "slope"),
    [
        ("3*x^5", "x", "15x⁴"),
        ("(z^2)^2", "z", "4z³"),
        ("x^4 + y^7", "x", "4x³"),
        ("x^4 + y^7", "y", "7y⁶"),
    ],
)
def test_lesson_001s_derivatives(formula: str, by: str, slope: str) -> None:
    lines = differentiate(formula, by).text().splitlines()
    assert any(line.split("[")[0].rstrip().endswith(f" {slope}") for line in lines)


# ---------------------------------------------------------------------------------------------
# 002: calories by distance


@needs_data
def test_lesson_002s_numbers() -> None:
    data = _columns("bike_calories.csv", "distance", "calories")
    run = Problem("m*x + b").descend(*data, learning_rate=1e-4, max_iter=2000, **WHOLE)
    trace = run.trace
    assert trace.cost[[0, 1]] == pytest.approx([5565.107834483211, 1484.59], rel=4e-6)
    for step, b, m, cost, digits in (
        (100, 0.0350749706, 1.4788027175, 112.6470566429, 1e-9),
        (950, 0.0859538, 1.4778027, 112.61659, 4e-7),
        (1000, 0.08893651993741346, 1.4777440851894448, 112.61481011613473, 1e-12),
        (2000, 0.148355127549, 1.47657623056, 112.579490734, 4e-12),
    ):
        row = (trace["b"][step], trace["m"][step], trace.cost[step])
        assert row == pytest.approx((b, m, cost), rel=digits)
    assert run.exact is not None
    least = {"b": 7.9910209823, "m": 1.3224310228}
    assert dict(run.exact.parameters) == pytest.approx(least, rel=1e-10)
    assert trace["b"][1000] / run.exact.parameters["b"] == pytest.approx(0.01, abs=0.002)
    assert run.exact.cost == pytest.approx(110.2573834662, rel=1e-12)
    assert run.curvature == pytest.approx((0.0754774, 4983.8469), rel=1e-6)
    assert run.largest_stable_rate == pytest.approx(4.012964e-4, rel=1e-6)


@needs_data
def test_lesson_002s_impossible_end() -> None:
    x, y = _columns("bike_calories.csv", "distance", "calories")
    cost = Problem("m*x + b").lambdify().cost
    assert cost({"m": 0.0606, "b": 1.52484}, x, y) == pytest.approx(4917.1, abs=0.05)
    assert cost({"m": 1.52484, "b": 0.0606}, x, y) == pytest.approx(118.03, abs=0.005)


@needs_data
def test_lesson_002s_public_program() -> None:
    """Its slope's gradient is mean(e)·Σx: it ends where the mean error is 0 and m = b·Σx, not at the least cost."""
    x, y = _columns("bike_calories.csv", "distance", "calories")
    printed = {"b": 0.000303453508353, "m": 1.48565804796}
    functions = Problem("m*x + b").lambdify()
    assert functions.cost(printed, x, y) == pytest.approx(112.762950378, rel=1e-9)
    assert printed["m"] / printed["b"] == pytest.approx(x.sum(), rel=1e-10)
    m = b = 0.0
    for _ in range(100):
        slope = functions.gradient({"m": m, "b": b}, x, y)["b"]
        m, b = m - 1e-6 * slope * x.sum(), b - 1e-6 * slope
    assert {"b": b, "m": m} == pytest.approx(printed, rel=1e-5)
    assert abs(functions.gradient(printed, x, y)["m"]) > 1


def test_lesson_002_on_data_of_its_kind() -> None:
    """Far from 0 in x the slope settles at once and the intercept hardly moves."""
    rng = np.random.default_rng(2)
    x = rng.normal(49, 10, 100)
    y = 1.3 * x + 8 + rng.normal(0, 10, 100)
    run = Problem("m*x + b").descend(x, y, learning_rate=1e-4, max_iter=1000)
    assert run.exact is not None
    assert run.outcome.kind == "out of steps"
    assert abs(run.parameters["b"]) < 0.02 * abs(run.exact.parameters["b"])
    assert "standardise" in run.outcome.remedy


# ---------------------------------------------------------------------------------------------
# 003: the log


@needs_data
@pytest.mark.parametrize(("loss", "rate"), [("mse", 5e-5), ("half_mse", 1e-4)])
def test_lesson_003s_log(loss: str, rate: float) -> None:
    data = _columns("advertising.csv", "Radio", "Sales")
    trace = Problem("m*x + b", loss).descend(*data, learning_rate=rate, max_iter=31).trace
    costs = trace.cost * (1 if loss == "mse" else 2)
    logged = [(1, 0.03, 0.0014, 197.25), (11, 0.28, 0.0116, 74.65), (21, 0.39, 0.0177, 49.48)]
    for row, m, b, cost in [*logged, (31, 0.44, 0.0219, 44.31)]:
        assert trace["m"][row] == pytest.approx(m, abs=0.01)
        assert trace["b"][row] == pytest.approx(b, abs=6e-5)
        assert costs[row] == pytest.approx(cost, abs=0.01)


# ---------------------------------------------------------------------------------------------
# 004: three points


def _lesson_004(**options: object) -> Run:
    return LINE.descend(X, Y, start=START, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("epoch", "a", "b", "mse"),
    [
        (0, 0.2, 0.5, 2.116667),
        (1, 0.568, 0.648, 0.366272),
        (2, 0.6944, 0.68992, 0.168212),
        (3, 0.739955, 0.696474, 0.143830),
        (4, 0.758427, 0.691308, 0.138936),
        (5, 0.767794, 0.682328, 0.136284),
        (10, 0.793182, 0.630777, 0.125337),
    ],
)
def test_lesson_004s_table(epoch: int, a: float, b: float, mse: float) -> None:
    trace = _lesson_004(learning_rate=0.06, max_iter=10).trace
    row = (trace["a"][epoch], trace["b"][epoch], trace["cost"][epoch])
    assert row == pytest.approx((a, b, mse), abs=6e-7)


def test_lesson_004s_first_gradient_and_what_is_known() -> None:
    slopes = LINE.lambdify().gradient(START, X, Y)
    assert slopes == pytest.approx({"a": -6.133333, "b": -2.466667}, abs=5e-7)
    run = _lesson_004(learning_rate=0.06, max_iter=1, **WHOLE)
    assert run.trace["gradient_norm"][0] == pytest.approx(math.hypot(*slopes.values()))
    assert run.trace["step_norm"][0] == pytest.approx(0.06 * math.hypot(*slopes.values()))
    assert run.exact is not None
    assert dict(run.exact.parameters) == pytest.approx({"a": 1.1, "b": -1 / 15})
    assert run.exact.cost == pytest.approx(1 / 18)
    assert run.curvature == pytest.approx((0.24039313, 11.0929402), rel=1e-7)
    assert run.largest_stable_rate == pytest.approx(0.18029485, rel=1e-7)
    assert LINE.analyse(X, Y).best_rate == pytest.approx(3 / 17)
    assert run.route == "data summary"


@pytest.mark.parametrize(
    ("rate", "near_cost", "near_parameters"),
    [(0.06, 236, 626), (0.16, 88, 232), (3 / 17, 115, 214), ("auto", 115, 214)],
)
def test_lesson_004s_steps_to_within_1e_4_of_the_minimum(
    rate: float, near_cost: int, near_parameters: int
) -> None:
    run = _lesson_004(learning_rate=rate)
    assert _first(run.trace.cost - 1 / 18 < 1e-4) == near_cost
    away = np.hypot(run.trace["a"] - 1.1, run.trace["b"] + 1 / 15)
    assert _first(away < 1e-4) == near_parameters
    assert run.outcome.kind == "converged"
    assert run.parameters["a"] == pytest.approx(1.1, abs=1e-6)


def test_lesson_004_diverges_and_shows_the_rows_asked_for() -> None:
    run = _lesson_004(learning_rate=0.2, max_iter=10)
    assert run.steps == 10
    assert run.cost == pytest.approx(102.7, abs=0.05)
    assert run.outcome.kind == "diverged"
    assert "0.180295" in run.outcome.cause
    assert "0.0901474" in run.outcome.remedy
    assert "0.176471" in run.outcome.remedy


def test_lesson_004_standardised_takes_one_step() -> None:
    by_hand = LINE.descend((X - 2) / np.std(X), Y, learning_rate=0.5)
    assert by_hand.steps == 1
    assert by_hand.cost == pytest.approx(1 / 18)
    run = _lesson_004(learning_rate=0.5, standardise=True)
    assert run.steps == 1
    assert dict(run.parameters) == pytest.approx({"a": 1.1, "b": -1 / 15}, abs=1e-12)
    assert run.trace.table[0, :2].tolist() == [0.2, 0.5]
    assert run.trace["gradient_norm"][0] == pytest.approx(np.hypot(6.133333, 2.466667), abs=1e-5)
    assert run.trace["step_norm"][0] == pytest.approx(np.hypot(0.9, 0.5 + 1 / 15), rel=1e-12)


def test_lesson_004s_developed_square() -> None:
    """The article's product, multiplied out, is the cost everywhere: a quadratic agrees with another at six points."""
    cost = LINE.lambdify().cost
    for a, b in [(0, 0), (1, 0), (0, 1), (1, 1), (-1, 2), (2, -3)]:
        developed = (14 * a**2 + 12 * a * b + 3 * b**2 - 30 * a - 12.8 * b + 16.24) / 3
        assert cost({"a": a, "b": b}, X, Y) == pytest.approx(developed, rel=1e-13)


# ---------------------------------------------------------------------------------------------
# StatQuest's three points


def test_statquest() -> None:
    problem = Problem("m*x + b", "sse")
    data = ([0.5, 2.3, 2.9], [1.4, 1.9, 3.2])
    run = problem.descend(*data, hold={"m": 0.64}, learning_rate=0.1, max_iter=6, **WHOLE)
    assert run.trace.cost[0] == pytest.approx(3.15592, abs=1e-9)
    assert run.trace["gradient_norm"][0] == pytest.approx(5.704, abs=1e-9)
    path = [0, 0.5704, 0.79856, 0.889824, 0.926330, 0.940932, 0.946773]
    assert run.trace["b"] == pytest.approx(path, abs=6e-7)
    assert set(run.trace["m"]) == {0.64}
    stopped = problem.descend(*data, hold={"m": 0.64}, learning_rate=0.1, tolerance=1e-3)
    assert (stopped.steps, stopped.outcome.kind) == (7, "converged")
    alone = Problem("0.64*x + b", "sse").descend(*data, learning_rate=0.1, tolerance=1e-3)
    assert alone.trace["b"].tolist() == pytest.approx(stopped.trace["b"].tolist(), rel=1e-14)
    slopes = problem.lambdify().gradient({"m": 1, "b": 0}, *data)
    assert slopes == pytest.approx({"m": -0.8, "b": -1.6})
