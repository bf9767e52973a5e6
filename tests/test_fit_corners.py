"""Costs with corners along narrow valleys: the least of them, told by vertices and a search that took no part."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from scipy.optimize import minimize, minimize_scalar

from symgd import Problem
from symgd.data.arrays import FloatArray

X = np.array([0.32, 4.49, 4.97, 5.92, 6.56, 6.58, 6.9, 7.33, 7.5])
FLAT = np.array([0.231, 0.031, 0.431, 1.131, -0.069, 0.731, 0.731, 1.431, 1.131])
COUNTED = np.arange(1.0, 8)
OUTLIER = np.array([2.625, 8.064, 2.66, 2.666, 2.62, 2.567, 2.606])
NOISY = 5 * np.exp(-0.7 * COUNTED) + np.array([0.0, 0.1, -0.2, 6, 0.1, 0, -0.1])

Shape = Callable[[float], list[FloatArray]]


def least(shape: Shape, y: FloatArray, tau: float, near: tuple[float, float]) -> float:
    """The least mean of tau-errors, p − y costing 1 − tau above and tau below: at each rate the best of all lines through as many rows as there are coefficients."""

    def at(rate: float) -> float:
        table = np.column_stack(shape(rate))
        rows = np.array([*combinations(range(len(y)), table.shape[1])])
        sound = np.abs(np.linalg.det(table[rows])) > 1e-12
        if not sound.any():  # of a constant beside a constant
            return float("inf")
        made = np.linalg.solve(table[rows[sound]], y[rows[sound]][..., None])[..., 0]
        errors = made @ table.T - y
        costs: FloatArray = np.where(errors < 0, -tau * errors, (1 - tau) * errors).mean(axis=1)
        return float(costs.min())

    grid = np.linspace(*near, 400)
    best = grid[np.argmin([at(rate) for rate in grid])]
    step = (near[1] - near[0]) / 400
    found = minimize_scalar(at, bounds=(best - step, best + step), options={"xatol": 1e-12})
    return min(float(found.fun), at(float(best)))


CASES: list[tuple[str, str, Mapping[str, Any], FloatArray, FloatArray, Shape, float, Any]] = [
    (
        "a*exp(-b*x)+c",
        "quantile",
        {"tau": 0.1},
        X,
        FLAT,
        lambda b: [np.exp(-b * (X - 7)), 1 + 0 * X],
        0.1,
        (-6, 3),
    ),
    (
        "a*exp(-b*x)+c",
        "mae",
        {},
        COUNTED,
        NOISY,
        lambda b: [np.exp(-b * COUNTED), 1 + 0 * COUNTED],
        0.5,
        (-3, 3),
    ),
    (
        "a*x^b+c",
        "quantile",
        {"tau": 0.25},
        COUNTED,
        NOISY,
        lambda b: [(COUNTED / 3) ** b, 1 + 0 * COUNTED],
        0.25,
        (-9, 9),
    ),
]


@pytest.mark.parametrize(("model", "loss", "settings", "x", "y", "shape", "tau", "near"), CASES)
def test_no_lower_cost_is_found_by_vertices(
    model: str,
    loss: str,
    settings: Mapping[str, Any],
    x: FloatArray,
    y: FloatArray,
    shape: Shape,
    tau: float,
    near: tuple[float, float],
) -> None:
    """The least of mae is twice that of the quantile .5."""
    fit = Problem(model, loss=loss, settings=settings, inputs=["x"]).fit(x, y)
    want = least(shape, y, tau, near) * (2 if loss == "mae" else 1)
    assert fit.outcome.kind == "converged"
    assert fit.cost <= want * (1 + 1e-6)


def test_a_zone_without_cost_has_corners_that_hold() -> None:
    """No simplex from beside it goes lower."""
    fit = Problem("a*x^b+c", loss="max(0, abs(p-y)-0.1)").fit(COUNTED, OUTLIER)
    assert fit.outcome.kind == "converged"
    here = np.array([fit.parameters[name] for name in "abc"])

    def cost(by: FloatArray) -> float:
        a, b, c = here * (1 + by)
        return float(np.maximum(0, np.abs(a * COUNTED**b + c - OUTLIER) - 0.1).mean())

    assert fit.cost == pytest.approx(cost(np.zeros(3)), rel=1e-9)
    for start in 0.1 * np.random.default_rng(0).standard_normal((4, 3)):
        assert fit.cost <= minimize(cost, start, method="Nelder-Mead").fun * (1 + 1e-6)


def test_a_minimum_that_is_found_last_is_taken() -> None:
    """A power that rises costs .666, one that falls .642; the second is found from where the first may have a twin."""
    x = np.array([0.34, 2.26, 2.44, 2.61, 2.63, 3.73, 3.9, 4.19, 6.44, 6.62, 7.03])
    y = np.array([0.803, 0.903, -0.697, 0.303, -0.197, 0.003, 1.903, 0.003, 0.803, 1.703, 0.203])
    fit = Problem("a*x^b", loss="abs(p-y)+(p-y)^2/10").fit(x, y)
    assert fit.outcome.kind == "converged"
    assert fit.parameters["b"] < 0


@pytest.mark.parametrize("model", ["x^n/(K^n+x^n)", "1/(1+(K/x)^n)"])
def test_classes_that_a_power_parts_have_no_minimum(model: str) -> None:
    x = np.arange(1.0, 9)
    problem, start = Problem(model, loss="bce", inputs=["x"]), {"n": 1.0, "K": 2.0}
    apart, mixed = (x > 3).astype(float), np.array([0.0, 0, 1, 0, 1, 0, 1, 1])
    assert problem.fit(x, apart).outcome.kind == "no minimum"
    assert problem.descend(x, apart, start=start).outcome.kind == "no minimum"
    assert problem.fit(x, mixed).outcome.kind == "converged"
    assert problem.descend(x, mixed, start=start).outcome.kind == "converged"


@pytest.mark.parametrize("y", [np.ones(8), (np.arange(1.0, 9) > 3).astype(float)])
def test_a_probability_that_leaves_its_domain_is_not_taken_for_classes_apart(y: FloatArray) -> None:
    x = np.arange(1.0, 9)
    assert Problem("m*x", loss="bce", inputs=["x"]).fit(x, y).outcome.kind != "no minimum"
