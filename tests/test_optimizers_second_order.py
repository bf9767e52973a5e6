"""Line searches and methods of second order, against SciPy, textbooks and what theory promises."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator

import numpy as np
import pytest
import scipy.optimize
import scipy.sparse.linalg

import symgd
from symgd.codegen.rules.line_search import lowest_by_slopes, lowest_by_values
from symgd.codegen.rules.rule_words import NoStep, push, two_loop
from symgd.codegen.rules.update_rule import Oracle, UpdateFunction
from symgd.data.arrays import FloatArray
from symgd.errors import DescentError
from symgd.optimizers.optimizers import OPTIMIZERS


def walk(name: str, oracle: Oracle, start: FloatArray, alpha: float = 0.1) -> Iterator[FloatArray]:
    """The points to which an optimizer goes."""
    update = UpdateFunction(OPTIMIZERS[name])
    theta, state, t = start, update.start(len(start), alpha), 0
    while True:
        t += 1
        theta, state, _ = update(theta, oracle.gradient(theta), t, alpha, state, oracle)
        yield theta


def after(name: str, oracle: Oracle, start: FloatArray, steps: int) -> FloatArray:
    points = walk(name, oracle, start)
    return [next(points) for _ in range(steps)][-1]


def quadratic(size: int, seed: int) -> tuple[FloatArray, FloatArray, Oracle]:
    """θᵀAθ/2 − bᵀθ with its gradient and Hessian."""
    draw = np.random.default_rng(seed)
    half, b = draw.normal(size=(size, size)), draw.normal(size=size)
    a = half.T @ half + np.eye(size)
    return a, b, Oracle(lambda p: float(p @ a @ p / 2 - b @ p), lambda p: a @ p - b, lambda p: a)


ROSENBROCK = Oracle(
    lambda p: float(scipy.optimize.rosen(p)),
    scipy.optimize.rosen_der,
    scipy.optimize.rosen_hess,
    lambda p: (
        np.array([1 - p[0], 10 * (p[1] - p[0] ** 2)]),
        np.array([[-1.0, 0.0], [-20 * p[0], 10.0]]),
    ),
)
FAR = np.array([-1.2, 1.0])


@pytest.mark.parametrize("name", ["conjugate_gradients", "fletcher_reeves"])
@pytest.mark.parametrize("size", [1, 2, 3, 5, 8])
def test_conjugate_gradients_end_after_as_many_steps_as_parameters(name: str, size: int) -> None:
    a, b, oracle = quadratic(size, size)
    steps: list[FloatArray] = []
    scipy.sparse.linalg.cg(a, b, rtol=1e-12, callback=lambda p: steps.append(p.copy()))
    for ours, theirs in zip(walk(name, oracle, np.zeros(size)), steps[:size], strict=False):
        np.testing.assert_allclose(ours, theirs, rtol=1e-8, atol=1e-10)
    np.testing.assert_allclose(
        after(name, oracle, np.zeros(size), size), np.linalg.solve(a, b), rtol=1e-9
    )


def test_newton_ends_after_one_step_on_a_quadratic() -> None:
    a, b, oracle = quadratic(6, 1)
    np.testing.assert_allclose(after("newton", oracle, np.ones(6), 1), np.linalg.solve(a, b))


def test_newton_goes_through_the_known_values_of_rosenbrock_s_function() -> None:
    points = walk("newton", ROSENBROCK, FAR)
    costs = [ROSENBROCK.cost(next(points)) for _ in range(6)]
    np.testing.assert_allclose(costs[:3], [4.731884325, 1411.845179, 0.055965517], rtol=1e-7)
    assert costs[5] < 1e-18


def test_newton_refuses_what_leads_to_no_minimum() -> None:
    saddle = Oracle(
        lambda p: 0.0, lambda p: np.array([2.0, -2.0]) * p, lambda p: np.diag([2.0, -2.0])
    )
    with pytest.raises(DescentError, match="curves downwards.*lbfgs"):
        after("newton", saddle, np.ones(2), 1)
    flat = Oracle(lambda p: 0.0, lambda p: np.array([1.0, 0.0]), lambda p: np.diag([1.0, 0.0]))
    with pytest.raises(DescentError, match="no inverse"):
        after("newton", flat, np.ones(2), 1)


def test_gauss_newton_ends_after_one_step_on_a_line() -> None:
    x, y = np.arange(5.0), np.array([1.0, 3.1, 4.8, 7.2, 9.0])
    table = np.column_stack([x, np.ones(5)])
    oracle = Oracle(
        lambda p: float(np.sum((table @ p - y) ** 2)),
        lambda p: 2 * table.T @ (table @ p - y),
        residuals=lambda p: (table @ p - y, table),
    )
    expected = np.polyfit(x, y, 1)
    np.testing.assert_allclose(after("gauss_newton", oracle, np.zeros(2), 1), expected)


# Substrate and reaction rate of an enzyme, as Wikipedia's page on the Gauss–Newton algorithm works it out.
SUBSTRATE = np.array([0.038, 0.194, 0.425, 0.626, 1.253, 2.500, 3.740])
RATE = np.array([0.050, 0.127, 0.094, 0.2122, 0.2729, 0.2665, 0.3317])


def _enzyme(p: FloatArray) -> tuple[FloatArray, FloatArray]:
    most, half = p
    below = half + SUBSTRATE
    table = np.column_stack([SUBSTRATE / below, -most * SUBSTRATE / below**2])
    return most * SUBSTRATE / below - RATE, table


ENZYME = Oracle(
    lambda p: float(np.sum(_enzyme(p)[0] ** 2)),
    lambda p: 2 * _enzyme(p)[1].T @ _enzyme(p)[0],
    residuals=_enzyme,
)


def test_gauss_newton_works_the_known_example_of_an_enzyme_out() -> None:
    found = after("gauss_newton", ENZYME, np.array([0.9, 0.2]), 5)
    np.testing.assert_allclose(found, [0.362, 0.556], atol=5e-4)
    assert ENZYME.cost(np.array([0.9, 0.2])) == pytest.approx(1.445, abs=2e-3)
    assert ENZYME.cost(found) == pytest.approx(0.00784, abs=5e-6)


@pytest.mark.parametrize(
    ("oracle", "start"), [(ENZYME, [0.9, 0.2]), (ROSENBROCK, [-1.2, 1.0])], ids=["enzyme", "valley"]
)
def test_levenberg_marquardt_ends_where_minpack_ends(oracle: Oracle, start: list[float]) -> None:
    assert oracle.residuals is not None
    known = scipy.optimize.least_squares(
        lambda p: oracle.residuals(p)[0], start, method="lm", xtol=1e-15, ftol=1e-15, gtol=1e-15
    )
    found = after("levenberg_marquardt", oracle, np.array(start), 80)
    np.testing.assert_allclose(found, known.x, rtol=1e-7)


def test_levenberg_marquardt_never_rises_and_changes_its_damping() -> None:
    points = walk("levenberg_marquardt", ROSENBROCK, FAR)
    costs = [24.2, *(ROSENBROCK.cost(next(points)) for _ in range(40))]
    assert all(later <= before for before, later in itertools.pairwise(costs))


def test_an_exact_line_search_takes_the_rate_of_the_textbook() -> None:
    a, _, oracle = quadratic(3, 4)
    theta = np.array([1.0, -2.0, 0.5])
    g = oracle.gradient(theta)
    expected = theta - (g @ g) / (g @ a @ g) * g
    np.testing.assert_allclose(after("exact_line_search", oracle, theta, 1), expected, rtol=1e-12)


def test_steepest_descent_converges_as_its_worst_case_says() -> None:
    """From (κ, 1) on x²/2 + κ·y²/2 each step is ((κ − 1)/(κ + 1)) of the one before, with a sign, by Kantorovich's inequality."""
    ratio = 10.0
    oracle = Oracle(
        lambda p: float(p[0] ** 2 + ratio * p[1] ** 2) / 2, lambda p: np.array([p[0], ratio * p[1]])
    )
    share = (ratio - 1) / (ratio + 1)
    for number, theta in zip(
        range(1, 8), walk("exact_line_search", oracle, np.array([ratio, 1.0])), strict=False
    ):
        expected = share**number * np.array([ratio, (-1) ** number])
        np.testing.assert_allclose(theta, expected, rtol=1e-11)


def test_barzilai_and_borwein_take_the_rates_of_their_formulas() -> None:
    _, _, oracle = quadratic(4, 2)
    for name, long in (("barzilai_borwein", True), ("barzilai_borwein_short", False)):
        points = walk(name, oracle, np.ones(4), alpha=0.01)
        before, here = np.ones(4), next(points)
        np.testing.assert_allclose(here, before - 0.01 * oracle.gradient(before))
        for _ in range(5):
            s, y = here - before, oracle.gradient(here) - oracle.gradient(before)
            rate = s @ s / (s @ y) if long else s @ y / (y @ y)
            before, here = here, next(points)
            np.testing.assert_allclose(here, before - rate * oracle.gradient(before))


def test_armijo_takes_the_first_rate_that_falls_far_enough() -> None:
    oracle = Oracle(lambda p: float(p @ p), lambda p: 2 * p)
    theta = next(walk("armijo", oracle, np.array([1.0, 1.0]), alpha=4.0))
    assert theta.tolist() == [0.0, 0.0]  # 4, 2 and 1 do not: 0.5 leads to the minimum


def test_two_loops_are_the_inverse_hessian_that_is_written_out() -> None:
    draw = np.random.default_rng(3)
    a = quadratic(5, 3)[0]
    steps = draw.normal(size=(5, 3))
    changes = a @ steps
    s, y = steps[:, -1], changes[:, -1]
    inverse = np.eye(5) * (s @ y) / (y @ y)
    for s, y in zip(steps.T, changes.T, strict=True):
        left = np.eye(5) - np.outer(s, y) / (s @ y)
        inverse = left @ inverse @ left.T + np.outer(s, s) / (s @ y)
    g = draw.normal(size=5)
    np.testing.assert_allclose(two_loop(steps, changes, g), inverse @ g, rtol=1e-10)


def test_of_columns_the_last_are_kept() -> None:
    matrix = np.zeros((2, 0))
    for number in range(4):
        matrix = push(matrix, np.full(2, float(number)), 3)
    assert matrix.tolist() == [[1, 2, 3], [1, 2, 3]]


@pytest.mark.parametrize("name", ["lbfgs", "bfgs"])
def test_methods_that_remember_steps_end_where_scipy_s_end(name: str) -> None:
    known = scipy.optimize.minimize(
        scipy.optimize.rosen, FAR, jac=scipy.optimize.rosen_der, method="BFGS", tol=1e-10
    )
    found = after(name, ROSENBROCK, FAR, 60)
    np.testing.assert_allclose(found, known.x, rtol=1e-6)


TEXTBOOK = {
    "(1 - x)^2 + 100*(y - x^2)^2": [(-1.2, 1), (0, 0), (2, 2)],
    "(1.5 - x + x*y)^2 + (2.25 - x + x*y^2)^2 + (2.625 - x + x*y^3)^2": [(1, 1), (0, 0)],
    "(x^2 + y - 11)^2 + (x + y^2 - 7)^2": [(0, 0), (1, 1), (-4, 4)],
    "x^2 + 10000*y^2": [(1, 1), (100, 1)],
}


@pytest.mark.parametrize("name", ["lbfgs", "bfgs"])
def test_textbook_functions_take_a_few_dozen_steps(name: str) -> None:
    for formula, starts in TEXTBOOK.items():
        for x, y in starts:
            run = symgd.minimize(formula, start={"x": x, "y": y}, optimizer=name, max_iter=60)
            assert run.outcome.kind == "converged", (formula, x, y, run)


# Lines


@pytest.mark.parametrize("scale", [1e-12, 1e-3, 1.0, 1e4, 1e12])
def test_the_lowest_point_of_a_parabola_is_exact(scale: float) -> None:
    found = lowest_by_slopes(lambda s: (s / scale - 3) ** 2, lambda s: 2 * (s / scale - 3) / scale)
    assert found == pytest.approx(3 * scale, rel=1e-14)
    assert lowest_by_values(lambda s: (s / scale - 3) ** 2) == pytest.approx(3 * scale, rel=1e-6)


LINES = {
    "falls for ever": (lambda s: -s, lambda s: -1.0, "falls for ever"),
    "rises": (lambda s: s, lambda s: 1.0, 0.0),
    "level": (lambda s: 1.0, lambda s: 0.0, 0.0),
    "no number": (lambda s: math.nan, lambda s: math.nan, "no finite value"),
    "falls to -inf": (lambda s: -(np.float64(s) ** 3), lambda s: -3 * s**2 - 1, "falls for ever"),
    "ends at 2": (lambda s: math.sqrt(2 - s) - s, lambda s: -0.5 / math.sqrt(2 - s) - 1, 2.0),
    "a wall": (lambda s: -s if s < 3 else math.inf, lambda s: -1.0 if s < 3 else math.nan, 3.0),
    "a corner": (lambda s: abs(s - 3), lambda s: math.copysign(1, s - 3), 3.0),
    "a barrier": (lambda s: s - math.log(s + 0.1), lambda s: 1 - 1 / (s + 0.1), 0.9),
    "quartic": (lambda s: (s - 2) ** 4, lambda s: 4 * (s - 2) ** 3, 2.0),
    "tiny": (
        lambda s: math.expm1(50 * s) - 60 * s,
        lambda s: 50 * math.exp(50 * s) - 60,
        math.log(1.2) / 50,
    ),
}


@pytest.mark.parametrize("kind", LINES)
def test_a_line_has_a_lowest_point_or_it_is_said(kind: str) -> None:
    value, slope, expected = LINES[kind]
    with np.errstate(all="ignore"):
        if isinstance(expected, str):
            for search in (lambda: lowest_by_slopes(value, slope), lambda: lowest_by_values(value)):
                with pytest.raises(NoStep, match=expected):
                    search()
            return
        found, by_values = lowest_by_slopes(value, slope), lowest_by_values(value)
    assert found == pytest.approx(expected, rel=1e-5, abs=1e-12)
    assert by_values == pytest.approx(expected, rel=1e-4, abs=1e-12)
