"""fit: what is asked, linear least squares to the last digit, groups, held-out rows, and what data leave open."""

from __future__ import annotations

import math
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import lsq_linear

from symgd import DataError, FitError, FormulaError, Problem, UnknownOption
from symgd.fit.groups import Fits

X, Y = [1, 2, 3], [1.2, 1.8, 3.4]
LINE = Problem("a*x + b")

# Longley (1967): employment by deflator, GNP, unemployed, armed forces, population and year, whose columns are so much
# alike that programs of its time lost every digit.
LONGLEY = np.array(
    [
        [60323, 83.0, 234289, 2356, 1590, 107608, 1947],
        [61122, 88.5, 259426, 2325, 1456, 108632, 1948],
        [60171, 88.2, 258054, 3682, 1616, 109773, 1949],
        [61187, 89.5, 284599, 3351, 1650, 110929, 1950],
        [63221, 96.2, 328975, 2099, 3099, 112075, 1951],
        [63639, 98.1, 346999, 1932, 3594, 113270, 1952],
        [64989, 99.0, 365385, 1870, 3547, 115094, 1953],
        [63761, 100.0, 363112, 3578, 3350, 116219, 1954],
        [66019, 101.2, 397469, 2904, 3048, 117388, 1955],
        [67857, 104.6, 419180, 2822, 2857, 118734, 1956],
        [68169, 108.4, 442769, 2936, 2798, 120445, 1957],
        [66513, 110.8, 444546, 4681, 2637, 121950, 1958],
        [68655, 112.6, 482704, 3813, 2552, 123366, 1959],
        [69564, 114.2, 502601, 3931, 2514, 125368, 1960],
        [69331, 115.7, 518173, 4806, 2572, 127852, 1961],
        [70551, 116.9, 554894, 4007, 2827, 130081, 1962],
    ]
)
# The certified values of the standards body's file Longley.dat.
CERTIFIED = (
    -3482258.63459582,
    15.0618722713733,
    -0.358191792925910e-01,
    -2.02022980381683,
    -1.03322686717359,
    -0.511041056535807e-01,
    1829.15146461355,
)


def test_longley_to_all_certified_digits() -> None:
    model = "b0 + " + " + ".join(f"b{k}*x{k}" for k in range(1, 7))
    fit = Problem(model).fit(*LONGLEY.T[1:], LONGLEY[:, 0])
    for number, certified in enumerate(CERTIFIED):
        assert fit.parameters[f"b{number}"] == pytest.approx(certified, rel=1e-14)
    assert fit.outcome.kind == "converged"


@pytest.mark.parametrize("scale", [1, 10])
def test_wampler_polynomials(scale: int) -> None:
    """Of the standards body's Wampler1 and Wampler2 the answers are known: 1, and powers of a tenth."""
    x = np.arange(21.0)
    aim = [float(sum(Fraction(int(v), scale) ** k for k in range(6))) for v in x]
    problem = Problem(" + ".join(f"c{k}*x^{k}" for k in range(6)), inputs=["x"])
    found = problem.fit(x, aim).parameters
    for power in range(6):
        assert found[f"c{power}"] == pytest.approx(1 / scale**power, rel=1e-13)


def test_a_polynomial_of_years_is_exact() -> None:
    """Columns that floats do not tell apart: the decimals do."""
    years = np.arange(1947, 1963)
    problem = Problem(" + ".join(f"c{k}*x^{k}" for k in range(5)), inputs=["x"])
    aim = [int(v) ** 4 - 3 * int(v) for v in years - 1950]
    found = problem.fit(years, aim)
    want = np.poly1d([1, -1950]) ** 4 - 3 * np.poly1d([1, -1950])
    for power, value in enumerate(want.coeffs[::-1]):
        assert found.parameters[f"c{power}"] == pytest.approx(value, rel=1e-14)
    assert found.outcome.kind == "converged"
    assert "alone" not in found.outcome.message


whole = st.integers(-40, 40)


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(whole, whole, st.integers(1, 5)), min_size=3, max_size=12))
def test_a_weighted_line_is_the_rational_one(rows: list[tuple[int, int, int]]) -> None:
    if len({x for x, _, _ in rows}) < 2:
        return
    sw = Fraction(sum(w for _, _, w in rows))
    sx, sy = (sum(Fraction(r[k] * r[2]) for r in rows) for k in (0, 1))
    sxx = sum(Fraction(x * x * w) for x, _, w in rows)
    sxy = sum(Fraction(x * y * w) for x, y, w in rows)
    slope = (sw * sxy - sx * sy) / (sw * sxx - sx * sx)
    offset = (sy - slope * sx) / sw
    x, y, w = zip(*rows, strict=True)
    found = LINE.fit(x, y, weights=w).parameters
    assert found["a"] == pytest.approx(float(slope), rel=4e-16, abs=0)
    assert found["b"] == pytest.approx(float(offset), rel=4e-16, abs=0)


@pytest.mark.parametrize("loss", ["mse", "sse", "half_mse", "rmse"])
def test_every_cost_of_squares_has_the_same_minimum(loss: str) -> None:
    fit = Problem("a*x + b", loss).fit(X, Y)
    assert fit.parameters["a"] == 1.1
    assert fit.parameters["b"] == pytest.approx(-1 / 15, rel=1e-15)
    wanted = {"mse": 1 / 18, "sse": 1 / 6, "half_mse": 1 / 36, "rmse": math.sqrt(1 / 18)}[loss]
    assert fit.cost == pytest.approx(wanted, rel=1e-13)
    assert "exact" in fit.method


def test_ridge_is_solved_for() -> None:
    rng = np.random.default_rng(3)
    table = rng.normal(size=(30, 2))
    aim = table @ [1.5, -2] + 4 + rng.normal(size=30)
    weights = rng.uniform(0, 2, 30)
    problem = Problem("u*x1 + v*x2 + c", penalty="ridge", settings={"lambda": 0.3})
    found = problem.fit(*table.T, aim, weights=weights).parameters
    whole = np.column_stack([table, np.ones(30)])
    left = whole.T @ (whole * weights[:, None]) / weights.sum() + np.diag([0.3, 0.3, 0])
    want = np.linalg.solve(left, whole.T @ (weights * aim) / weights.sum())
    assert [found[n] for n in "uvc"] == pytest.approx(want.tolist(), rel=1e-12)


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 10_000))
def test_bounds_agree_with_scipy(seed: int) -> None:
    rng = np.random.default_rng(seed)
    table, aim = rng.normal(size=(12, 3)), rng.normal(size=12)
    low = rng.uniform(-1, 0, 3)
    high = low + rng.uniform(0.1, 0.6, 3)
    problem = Problem("p*x1 + q*x2 + r*x3", "sse")
    pairs = {n: (float(a), float(b)) for n, a, b in zip("pqr", low, high, strict=True)}
    fit = problem.fit(*table.T, aim, bounds=pairs)
    want = lsq_linear(table, aim, bounds=(low, high), method="bvls", tol=1e-15)
    assert fit.cost <= 2 * want.cost * (1 + 1e-12)
    assert [fit.parameters[n] for n in "pqr"] == pytest.approx(want.x.tolist(), abs=1e-9)


def test_fixed_and_tied() -> None:
    assert LINE.fit(X, Y, fixed={"b": 0}).parameters["a"] == pytest.approx(15 / 14, rel=1e-15)
    tied = LINE.fit(X, Y, tied={"b": "2*a"}).parameters
    columns = np.array([3.0, 4.0, 5.0])
    assert tied["a"] == pytest.approx(columns @ Y / (columns @ columns), rel=1e-15)
    assert tied["b"] == 2 * tied["a"]
    bent = LINE.fit(X, Y, tied={"b": "a^2"})  # no longer linear
    assert bent.parameters["b"] == pytest.approx(bent.parameters["a"] ** 2, rel=1e-12)
    assert bent.outcome.kind == "converged"


def test_a_million_rows() -> None:
    rng = np.random.default_rng(1)
    x = 1e4 + rng.normal(size=10**6)
    found = LINE.fit(x, 2 * x - 3).parameters
    assert found["a"] == pytest.approx(2, rel=1e-12)
    assert found["b"] == pytest.approx(-3, rel=1e-8)


# ---------------------------------------------------------------------------------------------
# What is asked


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        ({"weights": [1, 2]}, "2 values.*3 rows"),
        ({"weights": [1, -2, 3]}, "row index 1: -2 is below 0"),
        ({"weights": [0, 0, 0]}, "every weight is 0"),
        ({"fixed": {"a": 1, "b": 2}}, "every parameter is fixed"),
        ({"fixed": {"q": 1}}, 'names "q"'),
        ({"bounds": {"a": (2, 1)}}, "cross"),
        ({"bounds": {"a": (1, 1)}}, "fix it"),
        ({"bounds": {"a": 3}}, "least and the greatest"),
        ({"bounds": {"a": (math.nan, 1)}}, "finite"),
        ({"bounds": {"a": (0, 1)}, "start": {"a": 2}}, "outside its bounds"),
        ({"bounds": {"a": (0, 1)}, "fixed": {"a": 2}}, "outside its bounds"),
        ({"start": {"a": 1}, "fixed": {"a": 2}}, "which is fixed"),
        ({"tied": {"a": "2*b", "b": "a"}}, "circle"),
        ({"tied": {"a": "a + 1"}}, "circle"),
        ({"tied": {"a": "2*x"}}, 'the name "x"'),
        ({"tied": {"a": "3"}}, "is a number"),
        ({"tied": {"a": 3}}, "pass a formula"),
        ({"test_size": 2}, "share"),
        ({"test_size": 0.01}, "one part empty"),
        ({"seed": -1}, "whole number"),
        ({"by": [1, 2]}, "2 labels"),
    ],
)
def test_wishes_that_do_not_fit(wish: dict[str, Any], said: str) -> None:
    with pytest.raises(FitError, match=said) as refused:
        LINE.fit(X, Y, **wish)
    assert refused.value.remedy


def test_other_errors() -> None:
    with pytest.raises(UnknownOption, match="seed"):
        LINE.fit(X, Y, **{"sed": 1})  # type: ignore[call-overload]  # a slip of the pen
    with pytest.raises(UnknownOption):
        LINE.fit(X, Y, **{"max_iter": 4})  # type: ignore[call-overload]  # an option of descend
    with pytest.raises(FormulaError, match="the tie of"):
        LINE.fit(X, Y, tied={"a": "__import__('os')"})
    with pytest.raises(DataError, match="does not fit"):
        Problem("sigmoid(a*x + b)", "bce").fit(X, [0, 1, 2])


def test_weights_by_name_and_copies_of_rows() -> None:
    data = {"x": [1, 2, 3, 9], "y": [1.2, 1.8, 3.4, 50], "w": [1, 2, 1, 0]}
    named = LINE.fit(data, weights="w")
    copied = LINE.fit([1, 2, 2, 3], [1.2, 1.8, 1.8, 3.4])
    assert named.parameters == copied.parameters
    assert named.cost == pytest.approx(copied.cost, rel=1e-14)


# ---------------------------------------------------------------------------------------------
# Groups, and rows that are held out


def test_groups_of_a_file(tmp_path: Path) -> None:
    file = tmp_path / "stations.csv"
    file.write_text("station,x,y\nnorth,1,2\nnorth,2,4\nsouth,1,3\nsouth,2,9\n", encoding="utf-8")
    fits = LINE.fit(file, by="station")
    assert isinstance(fits, Fits)
    assert tuple(fits) == ("north", "south")
    assert fits["south"].parameters["a"] == 6
    assert "north" in fits.text()
    assert '"station": "south"' in fits.json()


def test_labels_and_columns_are_named_together() -> None:
    given = {"x": [1, 2, 1, 2], "y": [2, 4, 3, 9]}
    labels, weights = np.array(["n", "n", "s", "s"]), np.ones(4)
    fits = LINE.fit(**given, by=labels)
    assert [*fits] == ["n", "s"]
    assert fits["s"].parameters["a"] == 6
    assert (
        LINE.fit(**given, g=labels, by="g", weights=weights).json()
        == LINE.fit(**given, g=labels, w=weights, by="g", weights="w").json()
    )


def test_one_group_that_fails_leaves_the_others() -> None:
    data = {"x": [1, 2, 1, 2], "y": [0, 1, 1, 1], "g": ["a", "a", "b", "b"], "w": [1, 1, 0, 0]}
    fits = LINE.fit(data, by="g", weights="w")
    assert tuple(fits) == ("a",)
    assert tuple(fits.failures) == ("b",)
    assert "all 0" in str(fits)
    with pytest.raises(FitError, match="all 0"):
        fits["b"]


def test_labels_that_are_missing() -> None:
    with pytest.raises(DataError, match="row index 1: the label is missing"):
        LINE.fit({"x": X, "y": Y, "g": ["a", None, "b"]}, by="g")
    with pytest.raises(DataError, match="no column"):
        LINE.fit({"x": X, "y": Y}, by="g")


def test_rows_are_held_out() -> None:
    x = np.arange(40.0)
    fit = LINE.fit(x, 2 * x, test_size=0.25, seed=4)
    assert fit.test is not None
    assert (len(fit.data), len(fit.test)) == (30, 10)
    assert sorted([*fit.data["x"], *fit.test["x"]]) == x.tolist()
    again = LINE.fit(x, 2 * x, test_size=0.25, seed=4)
    assert again.test is not None
    assert (again.test["x"] == fit.test["x"]).all()
    other = LINE.fit(x, 2 * x, test_size=0.25, seed=5)
    assert other.test is not None
    assert (other.test["x"] != fit.test["x"]).any()


# ---------------------------------------------------------------------------------------------
# What data leave open

SPREAD = np.linspace(0, 4, 30)


@pytest.mark.parametrize(
    ("model", "told"),
    [
        ("a*exp(b - c*x) + d", "no data tell a, b apart: what is determined is a*exp(b)"),
        ("a*b*x + c", "no data tell a, b apart: what is determined is a*b"),
        ("(a + b)*x + c", "no data tell a, b apart: what is determined is a + b"),
        ("a/(b + c*exp(-d*x))", "no data tell a, b, c apart"),
    ],
)
@pytest.mark.parametrize("loss", ["mse", "log_cosh"])
def test_a_formula_with_parameters_too_many(model: str, told: str, loss: str) -> None:
    aim = 3 * np.exp(-1.3 * SPREAD) + 0.5 + 0.01 * np.sin(9 * SPREAD)
    fit = Problem(model, loss).fit(SPREAD, aim)
    assert fit.outcome.kind == "converged"
    assert told in fit.outcome.message
    assert all(abs(value) < 1e6 for value in fit.parameters.values())


def test_data_that_do_not_tell() -> None:
    noise = np.sin(7 * SPREAD)
    plane = Problem("a*x1 + b*x2 + c")
    said = plane.fit(SPREAD, 2 * SPREAD, noise).outcome.message
    assert "the columns x1, x2 are collinear" in said
    assert "tell a, b apart" in said
    said = LINE.fit(np.full(30, 2.0), noise).outcome.message
    assert "x has one value in all rows" in said
    assert "tell a, b apart" in said
    said = LINE.fit([1], [2]).outcome.message
    assert "1 row does not tell a, b apart" in said
    said = Problem("a*exp(b*x) + c").fit([1, 2], [2, 3]).outcome.message
    assert "2 different rows" in said
    # of many the one nearest to the start, each parameter measured by its column
    near = LINE.fit([2, 2], [3, 5], start={"a": 10, "b": 0}).parameters
    assert near["a"] == pytest.approx(6)
    assert near["b"] == pytest.approx(-8)


def test_curves_that_data_tell_are_not_called_open() -> None:
    for model, aim in (
        ("a*exp(-b*x) + c", 3 * np.exp(-1.3 * SPREAD) + 0.5),
        ("a*x^2 + b*x + c", SPREAD**2 - 1),
        ("a/(1 + exp(b - c*x))", 4 / (1 + np.exp(3 - 2 * SPREAD))),
    ):
        fit = Problem(model).fit(SPREAD, aim + 0.01 * np.sin(9 * SPREAD))
        assert fit.outcome.kind == "converged"
        assert "apart" not in fit.outcome.message
