"""Curves from the libraries of other fitting programs, as people type them, from no start: as low as SciPy from the truth."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest
import sympy
from scipy.optimize import least_squares

from symgd import Problem

DOSES = np.repeat([0, 0.1, 0.3, 1, 3, 10, 30, 100.0], 3)
WAVELENGTHS = np.linspace(1549, 1552, 300)
SECONDS = np.linspace(0, 12, 400)


def predicted(problem: Problem, truth: Mapping[str, float], x: np.ndarray) -> np.ndarray:
    """What the model says at these parameters."""
    model = sympy.lambdify([*problem.inputs, *truth], problem.prediction.value, "numpy")
    return np.asarray(model(x, *truth.values()))


def from_the_truth(
    problem: Problem, truth: Mapping[str, float], x: np.ndarray, y: np.ndarray
) -> tuple[float, np.ndarray]:
    """The sum of squares that SciPy comes to, and its standard errors."""
    sizes = np.array([*truth.values()])
    end = least_squares(
        lambda part: predicted(problem, dict(zip(truth, part * sizes, strict=True)), x) - y,
        np.ones(len(sizes)),  # SciPy's differences are of steps as large as 1
        jac="3-point",
        xtol=1e-15,
        ftol=1e-15,
        gtol=1e-15,
    )
    covariance = np.linalg.inv(end.jac.T @ end.jac) * 2 * end.cost / (len(y) - len(sizes))
    return 2 * end.cost, np.sqrt(np.diag(covariance)) * np.abs(sizes)


@pytest.mark.parametrize(
    ("model", "x", "truth"),
    [
        # a place in a multiple of x - c, far from 0
        (
            "b + A*(q + 2*(x - c)/g)^2/(1 + (2*(x - c)/g)^2)",
            WAVELENGTHS,
            {"A": 3e-9, "b": 1e-9, "c": 1550.3, "g": 0.2, "q": 0.7},
        ),
        # parts that hold in some places alone tell their parameters there
        (
            "max(0, min(A, A/2 + s*(w - abs(x - c))))",
            np.linspace(0, 22, 130),
            {"A": 4.0, "s": 1.5, "w": 5.0, "c": 11.0},
        ),
        (
            "a + b*x + c*x^2 if x < -b/(2*c) else a - b^2/(4*c)",
            np.repeat(np.arange(0, 200, 20.0), 4),
            {"a": 2.0, "b": 0.12, "c": -0.0006},
        ),
        # waves that repeat themselves twice as often as their sine, and waves of waves
        (
            "A/(1 + F*sin(pi*x/d + p)^2)",
            np.linspace(0, 1.5, 300),
            {"A": 1.0, "F": 12.0, "d": 0.21, "p": 0.4},
        ),
        (
            "(1 + m*cos(v*x))*A*cos(w*x)",
            SECONDS,
            {"m": 0.5, "v": 1.0, "A": 2.0, "w": 14.0},
        ),
        ("A*sin(w*x + b*sin(v*x))", SECONDS, {"A": 1.0, "w": 10.0, "b": 2.0, "v": 1.0}),
    ],
)
def test_a_curve_of_a_library_is_found(model: str, x: np.ndarray, truth: dict[str, float]) -> None:
    problem = Problem(model, loss="sse", parameters=[*truth])
    exact = predicted(problem, truth, x)
    y = exact + 0.01 * np.ptp(exact) * np.random.default_rng(8).standard_normal(len(x))
    fit = problem.fit(x, y)
    least, _ = from_the_truth(problem, truth, x, y)
    assert fit.outcome.kind == "converged"
    assert fit.cost <= least * (1 + 1e-6)


@pytest.mark.parametrize("across", [0.7, -0.7])
def test_fringes_run_along_two_inputs(across: float) -> None:
    rng = np.random.default_rng(3)
    x1, x2 = rng.uniform(0, 20, (2, 300))
    y = 2 * np.cos(1.3 * x1 + across * x2 + 0.4) + 1 + 0.1 * rng.standard_normal(300)
    fit = Problem("a*cos(k*x1 + l*x2 + p) + c").fit(x1, x2, y)
    assert fit.cost < 0.1**2 * 1.1
    assert abs(fit.parameters["l"] / fit.parameters["k"] - across / 1.3) < 0.01


@pytest.mark.parametrize(
    ("model", "truth"),
    [
        ("a*x^b + c", {"a": 2.0, "b": 1.2, "c": 5.0}),
        ("b + V*x^n/(K^n + x^n)", {"b": 2.0, "V": 18.0, "n": 1.4, "K": 9.0}),
        ("d + (a - d)/(1 + (x/c)^b)", {"d": 20.0, "a": 2.0, "c": 9.0, "b": 1.2}),
        ("d/(1 + exp(b*(log(x) - log(k))))", {"d": 20.0, "b": 1.2, "k": 7.0}),
        ("d*(1 - exp(-(x/l)^k))", {"d": 20.0, "l": 12.0, "k": 1.3}),
    ],
)
def test_a_dose_of_zero_leaves_standard_errors(model: str, truth: dict[str, float]) -> None:
    """x^b has a slope by b at x = 0, which is 0, though ln(0) has no value."""
    problem = Problem(model, loss="sse", parameters=[*truth])
    near = np.maximum(DOSES, 1e-250)  # where SciPy's differences have values
    exact = predicted(problem, truth, near)
    y = exact + 0.02 * np.ptp(exact) * np.random.default_rng(1).standard_normal(len(DOSES))
    fit = problem.fit(DOSES, y)
    _, errors = from_the_truth(problem, truth, near, y)
    np.testing.assert_allclose([*fit.standard_errors.values()], errors, rtol=1e-4)
    band = fit.prediction_band([0.0, 1.0])
    assert np.isfinite([band.lower, band.upper]).all()


@pytest.mark.parametrize("loss", ["mae", "huber", "log_cosh"])
def test_so_does_it_by_other_losses(loss: str) -> None:
    y = 2 + 18 * DOSES**1.4 / (9**1.4 + DOSES**1.4) + np.cos(7 * np.arange(24)) / 5
    fit = Problem("b + V*x^n/(K^n + x^n)", loss=loss).fit(DOSES, y)
    assert fit.outcome.kind == "converged"
    assert all(error > 0 for error in fit.standard_errors.values())


def test_a_slope_that_has_no_limit_at_zero_is_told() -> None:
    fit = Problem("a*sqrt(x + b)", loss="sse").fit(
        [0, 1, 2, 3.0], [0, 2, 8**0.5, 12**0.5], fixed={"a": 2}
    )
    assert not any(np.isfinite(error) and error > 0 for error in fit.standard_errors.values())


@pytest.mark.parametrize("size", [1e200, 1e-200])
def test_targets_whose_squares_are_no_floats_break_nothing(size: float) -> None:
    problem, y = Problem("a*exp(b*x)"), np.array([1, 2, 4, 8.3])
    fit = problem.fit([1, 2, 3, 4], y * size)
    assert fit.outcome.kind == "converged"
    assert fit.parameters["b"] == pytest.approx(problem.fit([1, 2, 3, 4], y).parameters["b"])
    said = fit.summary().text()
    assert "converged" in said
    assert "no standard error of a, b: the squares of such targets leave the floats" in said
