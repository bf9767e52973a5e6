"""symgd.optimize.curvature: exact minimum, curvature and rates against numpy.linalg and SymPy."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symgd import Problem
from symgd.codegen.evaluators.summary import Summary, separate, summarise
from symgd.data.columns import columns_from
from symgd.optimize.curvature import (
    Quadratic,
    landscape,
    local_curvature,
    quadratic,
)

POINTS = {"x": [1.0, 2.0, 3.0], "y": [1.2, 1.8, 3.4]}


def _summary(
    model: str, data: Mapping[str, Sequence[float]] = POINTS, loss: str = "mse"
) -> Summary:
    problem = Problem(model, loss=loss)
    separation = separate(problem)
    assert separation is not None
    columns = columns_from([*problem.inputs, "y"], [], data)
    return summarise(separation, problem, columns)


def _quadratic(
    model: str, data: Mapping[str, Sequence[float]] = POINTS, loss: str = "mse"
) -> Quadratic:
    found = quadratic(_summary(model, data, loss))
    assert found is not None
    return found


def test_lesson_004() -> None:
    found = _quadratic("a*x + b")
    least = found.minimum()
    assert least.unique
    assert dict(least.parameters) == pytest.approx({"a": 1.1, "b": -1 / 15}, rel=1e-13)
    assert least.cost == pytest.approx(1 / 18, rel=1e-14)
    assert 2 * found.matrix.T @ found.matrix == pytest.approx(
        np.array([[28 / 3, 4], [4, 2]]), rel=1e-14
    )
    assert found.curvature == pytest.approx((0.24039313, 11.0929402), rel=1e-7)
    known = landscape(found)
    assert known.largest_stable_rate == pytest.approx(0.18029485, rel=1e-7)
    assert known.best_rate == pytest.approx(3 / 17, rel=1e-14)
    assert known.condition_number == pytest.approx(46.145, rel=1e-4)


@pytest.mark.parametrize(("loss", "times"), [("mse", 1), ("sse", 3), ("half_mse", 0.5)])
def test_the_loss_scales_the_curvature(loss: str, times: float) -> None:
    expected = [times * value for value in _quadratic("a*x + b").curvature]
    assert _quadratic("a*x + b", loss=loss).curvature == pytest.approx(expected, rel=1e-13)


def test_a_cost_that_is_no_quadratic_has_no_landscape() -> None:
    found = quadratic(_summary("a*b*x"))
    assert found is None
    known = landscape(found)
    assert known.exact is None
    assert known.curvature is None
    assert known.largest_stable_rate is None
    assert known.best_rate is None
    assert known.condition_number is None


@pytest.mark.parametrize(
    ("model", "data"),
    [
        ("m*x + b", {"x": [2.0], "y": [5.0]}),
        ("m*x + b", {"x": [3.0, 3.0, 3.0], "y": [1.0, 2.0, 6.0]}),
        ("m*x + b", {"x": [0.1] * 3000, "y": list(np.linspace(0, 1, 3000))}),
        ("a*x_1 + b*x_2", {"x_1": [1.0, 2.0], "x_2": [1.0, 2.0], "y": [1.0, 3.0]}),
        ("a*x + c*x", POINTS),
    ],
)
def test_many_minima_are_said_and_the_nearest_is_given(
    model: str, data: dict[str, list[float]]
) -> None:
    found = _quadratic(model, data)
    start = [0.5, -2.0]
    least = found.minimum(start)
    assert not least.unique
    assert found.curvature[0] == 0.0
    assert found.curvature[1] > 0
    cost, gradient = found.evaluate([*least.parameters.values()])
    size = math.sqrt(found.curvature[1])
    assert cost == least.cost
    assert max(map(abs, gradient)) <= 1e-12 * size * max(1.0, size)
    # nearest: what was changed has no part in the direction that costs nothing
    change = np.array([*least.parameters.values()]) - start
    flat = np.linalg.svd(found.matrix)[2][-1]
    assert abs(float(change @ flat)) <= 1e-10 * float(np.linalg.norm(change))


def test_a_cost_that_is_flat_everywhere() -> None:
    known = landscape(_quadratic("m*x", {"x": [0.0, 0.0], "y": [1.0, 2.0]}), [7.0])
    assert known.curvature == (0.0,)
    assert known.exact is not None
    assert dict(known.exact.parameters) == {"m": 7.0}
    assert known.largest_stable_rate is None
    assert known.best_rate is None


def test_close_columns_are_not_taken_for_equal_ones() -> None:
    x = 1e6 + np.random.default_rng(0).normal(size=2000)
    least = _quadratic("m*x + b", {"x": x.tolist(), "y": (2 * x - 7).tolist()}).minimum()
    assert least.unique
    assert least.parameters["m"] == pytest.approx(2, rel=1e-9)
    assert least.parameters["b"] == pytest.approx(-7, rel=1e-3)


@settings(deadline=None, max_examples=50)
@given(st.integers(0, 10_000), st.integers(2, 6))
def test_it_is_what_least_squares_gives(seed: int, count: int) -> None:
    rng = np.random.default_rng(seed)
    table, y = rng.normal(size=(30, count)), rng.normal(size=30)
    model = " + ".join(f"w_{i}*x_{i}" for i in range(count))
    data = {f"x_{i}": table[:, i].tolist() for i in range(count)}
    found = _quadratic(model, {**data, "y": y.tolist()})
    expected = np.linalg.lstsq(table, y, rcond=None)[0]
    least = found.minimum()
    assert [*least.parameters.values()] == pytest.approx(expected.tolist(), rel=1e-9, abs=1e-12)
    curvature = np.linalg.eigvalsh(2 * table.T @ table / 30)
    assert found.curvature == pytest.approx(curvature.tolist(), rel=1e-10)
    assert least.cost <= found.evaluate([0.0] * count)[0]


def test_local_curvature_of_a_quadratic_is_its_curvature() -> None:
    found = _quadratic("a*x + b")
    assert local_curvature(found.evaluate, [5.0, -1.0]) == pytest.approx(found.curvature, rel=1e-6)


def test_local_curvature_where_there_is_no_gradient() -> None:
    assert local_curvature(lambda _: (math.inf, (math.nan,)), [0.0]) is None


@pytest.mark.parametrize("offset", [1e4, 1e8, 1e12])
@pytest.mark.parametrize("model", ["m*x + b", "b + m*x", "m*x - 3*b"])
def test_the_exact_minimum_far_from_0_is_that_of_rational_arithmetic(
    offset: float, model: str
) -> None:
    rng = np.random.default_rng(1)
    x, y = offset + rng.uniform(0, 1, 50), rng.uniform(0, 1, 50)
    exact_x, exact_y = [Fraction(v) for v in x.tolist()], [Fraction(v) for v in y.tolist()]
    mean_x, mean_y = sum(exact_x) / 50, sum(exact_y) / 50
    spread = sum((v - mean_x) ** 2 for v in exact_x)
    m = sum((v - mean_x) * w for v, w in zip(exact_x, exact_y, strict=True)) / spread
    intercept = mean_y - m * mean_x
    found = _quadratic(model, {"x": x.tolist(), "y": y.tolist()}).minimum()
    expected = (float(m), float(intercept if "3" not in model else intercept / -3))
    assert (found.parameters["m"], found.parameters["b"]) == pytest.approx(expected, rel=1e-13)
    assert found.unique
