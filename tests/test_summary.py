"""Separation and data summary: which costs separate, and that the summary is the cost."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

import mpmath
import numpy as np
import numpy.typing as npt
import pytest
import sympy
from grids import in_turn
from hypothesis import given, settings
from hypothesis import strategies as st

from symgd import DataError, Problem
from symgd.codegen.evaluators.evaluator import compile_array, compile_cost
from symgd.codegen.evaluators.summary import BLOCK, Summary, separate, summarise
from symgd.data.columns import Columns, columns_from

FloatArray = npt.NDArray[np.float64]

SEPARATE = [
    # model, linear
    ("m*x + b", True),
    ("a*x^2 + b*x + c", True),
    ("sin(x)*a", True),
    ("a*exp(-x) + abs(x)*c + 3", True),
    ("w_1*x_1 + w_2*x_2 + b", True),
    ("a*x + b*x", True),
    ("(a + 1)*x - b/2", True),
    ("exp(a)*x", False),
    ("exp(a + x)", False),
    ("2^(a + x)", False),
    ("a*b*x", False),
    ("(m*x + b)^2", False),
    ("(m*x + b)*(m*x - b)", False),
    ("sin(a + x) + cos(b - x)", False),
    ("1/(a*x)", False),
    ("abs(a)*x", False),
    ("a*x + b^12*x^2", False),
]
REFUSED = [
    "exp(-b*x)",
    "abs(a*x)",
    "sqrt(a*x)",
    "log(a*x)",
    "1/(a + x)",
    "x^a",
    "(a + b + c + d + x)^20",
    "sign(a)*x",
]


@pytest.mark.parametrize(("model", "linear"), SEPARATE)
def test_what_separates_adds_up_to_the_residual(model: str, linear: bool) -> None:
    problem = Problem(model)
    found = separate(problem)
    assert found is not None
    assert found.linear is linear
    total = found.rest + sum(a * b for a, b in zip(found.psi, found.phi, strict=True))
    residual = problem.prediction.value - sympy.Symbol("y")
    swap = {
        symbol: sympy.Rational(7 + i, 5 + 3 * i) for i, symbol in enumerate(residual.free_symbols)
    }
    assert sympy.N((total - residual).subs(swap), 30) == pytest.approx(0, abs=1e-20)
    learned = {sympy.Symbol(name) for name in problem.parameters}
    assert not any(psi.free_symbols - learned for psi in found.psi)
    assert not any(phi.free_symbols & learned for phi in (*found.phi, found.rest))


@pytest.mark.parametrize("model", REFUSED)
def test_what_does_not_separate_is_refused(model: str) -> None:
    assert separate(Problem(model)) is None


@pytest.mark.parametrize(
    ("loss", "scale"),
    [
        ("mse", "1/N"),
        ("sse", "1"),
        ("half_mse", "1/(2*N)"),
        ("3*(target - prediction)^2", "3/N"),
        ("prediction^2 - 2*prediction*target + target^2", "1/N"),
        ("(prediction - target)^4", None),
        ("abs(prediction - target)", None),
        ("prediction^2", None),
        ("-(prediction - target)^2", None),
    ],
)
def test_a_square_is_known_by_its_formula(loss: str, scale: str | None) -> None:
    found = separate(Problem("m*x + b", loss=loss))
    assert (found and str(found.scale)) == scale


# ---------------------------------------------------------------------------------------------
# The summary is the cost


def _summary(problem: Problem, columns: Columns) -> Summary:
    separation = separate(problem)
    assert separation is not None
    return summarise(separation, problem, columns)


def _line(x: object, y: object) -> Summary:
    return _summary(Problem("m*x + b"), columns_from(["x", "y"], [x, y], {}))


def _exact(x: FloatArray, y: FloatArray, m: float, b: float) -> float:
    """Mean squared error of a line at 50 digits."""
    with mpmath.workdps(50):
        squares = (
            (mpmath.mpf(m) * u + b - v) ** 2 for u, v in zip(x.tolist(), y.tolist(), strict=True)
        )
        return float(mpmath.fsum(squares) / len(x))


@pytest.mark.parametrize(
    ("model", "loss"), in_turn([model for model, _ in SEPARATE], ["mse", "sse", "half_mse"], of=3)
)
def test_it_agrees_with_whole_arrays(model: str, loss: str) -> None:
    problem = Problem(model, loss=loss)
    rng = np.random.default_rng(5)
    names = [*problem.inputs, problem.target]
    columns = columns_from(names, [rng.uniform(0.5, 2.0, 40) for _ in names], {})
    summary, arrays = _summary(problem, columns), compile_array(problem, problem.derive(), columns)
    for values in rng.uniform(-1.5, 1.5, (4, len(problem.parameters))).tolist():
        cost, gradient = summary.evaluate(values)
        expected, slopes = arrays(values)
        assert cost == pytest.approx(expected, rel=1e-11)
        assert gradient == pytest.approx(slopes, rel=1e-10, abs=1e-10 * max(map(abs, slopes)))
        assert summary.is_faithful(values)


@pytest.mark.parametrize(
    ("mean", "noise", "bound"),
    [
        (0.0, 1.0, 1e-14),
        (1e4, 1e-6, 1e-7),
        (1e4, 1.0, 1e-13),
        (1e6, 1e-3, 1e-8),
        (0.0, 1e-12, 1e-3),
    ],
)
def test_badly_conditioned_data_near_the_minimum(mean: float, noise: float, bound: float) -> None:
    rng = np.random.default_rng(1)
    x = mean + rng.normal(size=11_000)  # more than one block
    y = 1.5 * x - 3 + noise * rng.normal(size=11_000)
    assert len(x) > BLOCK
    summary = _line(x, y)
    for values in ((1.5, -3.0), (1.5 + 1e-9, -3.0 - 1e-9 * mean)):
        assert summary.evaluate(values)[0] == pytest.approx(_exact(x, y, *values), rel=bound)


def test_a_pilot_that_saw_nothing_is_made_anew() -> None:
    x = np.zeros(100_000)
    x[12_345] = 1e6  # between the pilot's rows
    y = 3 * x + np.random.default_rng(0).normal(size=len(x)) * 1e-6
    cost, _ = _line(x, y).evaluate([3.0, 0.0])
    assert cost == pytest.approx(_exact(x, y, 3.0, 0.0), rel=1e-6)


def _error(found: float, columns: Sequence[FloatArray], point: Sequence[float]) -> float:
    """The relative error of a mean squared error; the last column is the target."""
    rows = zip(*(column.tolist() for column in columns), strict=True)
    terms = [*map(Fraction, point), Fraction(-1)]
    squares = [
        sum(Fraction(v) * term for v, term in zip(row, terms, strict=True)) ** 2 for row in rows
    ]
    return float(abs(Fraction(found) * len(squares) / sum(squares) - 1))


def _expect_errors(
    problem: Problem, columns: Sequence[FloatArray], points: Sequence[Sequence[float]]
) -> None:
    """The largest error is at most 100 times that of direct evaluation, and no J is negative."""
    table = columns_from(problem.columns, [*columns[: len(problem.inputs)], columns[-1]], {})
    summary, cost = _summary(problem, table), compile_cost(problem, table)
    found = [summary.evaluate(point)[0] for point in points]
    assert min(found) >= 0
    errors = [_error(value, columns, point) for value, point in zip(found, points, strict=True)]
    direct = [_error(cost(point), columns, point) for point in points]
    assert max(errors) <= 100 * max(*direct, np.finfo(float).eps)


@pytest.mark.parametrize("slope", [0.0, 1.5])
@pytest.mark.parametrize("mean", [1e2, 1e4, 1e6, 1e8])
@pytest.mark.parametrize("rows", [4, 10, 100])
def test_a_column_far_from_0_costs_no_digits_at_0(rows: int, mean: float, slope: float) -> None:
    """There direct evaluation is exact, and near the minimum it is not."""
    rng = np.random.default_rng(rows)
    x = mean + rng.normal(size=rows)
    y, ones = slope * (x - mean) - 3 + rng.normal(size=rows), np.ones(rows)
    m, b = np.polyfit(x - mean, y, 1).tolist()
    line = Problem("m*x + b")
    for points in (
        [(0.0, 0.0)],
        [(0.2, 0.5)],
        [(m + d, b - (m + d) * mean) for d in (0.1, -0.3, 0.7, 1.1)],
    ):
        _expect_errors(line, [x, ones, y], points)


@pytest.mark.parametrize("apart", [1e-1, 1e-3, 1e-6, 1e-9])
@pytest.mark.parametrize("both", [0.0, 1.0])
def test_columns_that_are_nearly_alike_cost_no_digits_at_0(apart: float, both: float) -> None:
    rng = np.random.default_rng(3)
    u = 3 + rng.normal(size=10)
    v = u + apart * rng.normal(size=10)
    y = both * (u + v) + rng.normal(size=10)
    problem = Problem("a*u + c*v + b", inputs=["u", "v"])
    for point in ([0.0] * 3, [0.3] * 3, [17.0, -998.0, 0.01]):
        _expect_errors(problem, [u, v, np.ones(10), y], [point])


def test_many_blocks_of_columns_that_are_nearly_alike() -> None:
    """Near a minimum that a few rows say little of; each block's R would be rounded by all those after it."""
    rng = np.random.default_rng(6)
    u, noise = 3 + rng.normal(size=3 * BLOCK), rng.normal(size=(2, 3 * BLOCK))
    v, y, ones = u + 1e-6 * noise[0], 0.01 * noise[1], np.ones(len(u))
    a, c, b = np.linalg.lstsq(np.column_stack([u, v - u, ones]), y, rcond=None)[0].tolist()
    points = [(a - c + d, c, b - 3 * d) for d in (0.01, -0.004)]
    points += [(a - c, c, b + 0.01), (a - c, c, b)]
    problem = Problem("a*u + c*v + b", inputs=["u", "v"])
    columns = columns_from(["u", "v", "y"], [u, v, y], {})
    summary = _summary(problem, columns)
    for point in points:
        error = _error(summary.evaluate(point)[0], [u, v, ones, y], point)
        assert error <= 1e-12


@pytest.mark.parametrize(
    ("x", "y"),
    [
        ([2.0], [5.0]),
        ([1.0, 2.0], [1.0, 2.0]),
        ([3.0] * 5, [1.0, 2, 3, 4, 5]),
        ([0.0, 0], [1.0, 2.0]),
    ],
)
def test_little_and_constant_data(x: list[float], y: list[float]) -> None:
    cost, gradient = _line(x, y).evaluate([0.25, -1.5])
    residual = 0.25 * np.array(x) - 1.5 - np.array(y)
    assert cost == pytest.approx(float((residual**2).mean()), rel=1e-14)
    assert gradient[0] == pytest.approx(float((2 * residual * x).mean()), rel=1e-13)
    assert gradient[1] == pytest.approx(float((2 * residual).mean()), rel=1e-13)


def test_duplicated_columns() -> None:
    problem = Problem("a*x_1 + b*x_2")
    x = np.array([1.0, 2.0, 4.0])
    summary = _summary(problem, columns_from(["x_1", "x_2", "y"], [x, x, 2 * x + 1], {}))
    assert summary.evaluate([1.0, 2.0])[0] == pytest.approx(float(((x - 1) ** 2).mean()))


def test_many_parts_go_by_a_matrix_product() -> None:
    count = 15
    model = " + ".join(f"w_{i}*x_{i}" for i in range(count))
    problem = Problem(model)
    rng = np.random.default_rng(2)
    table, target, weights = (
        rng.normal(size=(count, 60)),
        rng.normal(size=60),
        rng.normal(size=count),
    )
    columns = columns_from([*problem.inputs, "y"], [*table, target], {})
    cost, gradient = _summary(problem, columns).evaluate(weights.tolist())
    residual = weights @ table - target
    assert cost == pytest.approx(float((residual**2).mean()), rel=1e-13)
    assert gradient == pytest.approx((2 * table @ residual / 60).tolist(), rel=1e-11)


@settings(deadline=None, max_examples=60)
@given(
    rows=st.lists(
        st.tuples(*[st.floats(-1e6, 1e6, allow_subnormal=False)] * 2), min_size=1, max_size=12
    ),
    values=st.tuples(*[st.floats(-1e3, 1e3)] * 2),
)
def test_the_cost_is_never_negative_and_right(
    rows: list[tuple[float, float]], values: tuple[float, float]
) -> None:
    x, y = np.array(rows).T
    cost, _ = _line(x, y).evaluate(values)
    exact = _exact(x, y, *values)
    size = abs(values[0]) * np.abs(x).max() + abs(values[1]) + np.abs(y).max()
    assert cost >= 0
    # the error of a residual is that of a few roundings of the sizes that went into it
    rounding = 100 * np.finfo(float).eps * size
    assert abs(math.sqrt(cost) - math.sqrt(exact)) <= rounding + 1e-150


# ---------------------------------------------------------------------------------------------
# Ends of the floats


def test_what_is_too_large_is_infinite_and_what_is_undefined_is_nan() -> None:
    columns = columns_from(["x", "y"], [[1.0, 2.0], [1.0, 2.0]], {})
    assert _summary(Problem("exp(a)*x"), columns).evaluate([1e4])[0] == math.inf
    assert math.isnan(_summary(Problem("sqrt(a)*x"), columns).evaluate([-1.0])[0])
    assert not math.isfinite(_summary(Problem("x/a"), columns).evaluate([0.0])[0])


def test_a_row_for_which_the_model_is_not_defined_is_named() -> None:
    columns = columns_from(["x", "y"], [[1.0, -2.0, 3.0], [1.0, 2.0, 3.0]], {})
    with pytest.raises(DataError, match=r"row index 1: log\(x\) is not a finite number"):
        _summary(Problem("a*log(x)"), columns)


def test_writing_out_that_loses_digits_is_found() -> None:
    x = np.linspace(9999, 10001, 50)
    summary = _summary(Problem("(x - a)^8"), columns_from(["x", "y"], [x, 0 * x], {}))
    assert summary.is_faithful([0.0])
    assert not summary.is_faithful([10_000.0])


def test_hostile_names_are_only_names() -> None:
    problem = Problem("lambda*x + __import__", parameters=["lambda", "__import__"])
    columns = columns_from(["x", "y"], [[1.0, 2.0], [1.0, 2.0]], {})
    assert _summary(problem, columns).evaluate([1.0, 1.0])[0] == pytest.approx(1.0)
