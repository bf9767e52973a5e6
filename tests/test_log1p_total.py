"""The sum of many log1p(v) by products of factors: as good as each by itself, whatever the values are."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from symgd import Problem
from symgd.codegen.evaluators.evaluator import IN_ORDER, compile_array
from symgd.codegen.evaluators.log1p_total import LOG_LEAST, LOG_ROWS, log1p_total
from symgd.codegen.summary.triangle import BLOCK
from symgd.data.columns import columns_from


def direct(values: np.ndarray) -> float:
    """The sum without rounding in it but each logarithm's."""
    return math.fsum(map(math.log1p, values.tolist()))


@given(
    rows=st.integers(1, 5000),
    largest=st.floats(-40, 0).map(lambda power: 10**power),
    seed=st.integers(0, 99),
)
def test_it_is_the_sum(rows: int, largest: float, seed: int) -> None:
    values = np.random.default_rng(seed).uniform(0, largest, rows)
    found = log1p_total(np.add.reduce, values)
    assert abs(found - direct(values)) <= 4e-15 * direct(values)


@pytest.mark.parametrize("mean", [0.5 * LOG_LEAST, 1.01 * LOG_LEAST, 3 * LOG_LEAST])
def test_on_both_sides_of_where_products_serve(mean: float) -> None:
    values = np.random.default_rng(1).uniform(0, 2 * mean, BLOCK)
    found = log1p_total(np.add.reduce, values)
    assert abs(found - direct(values)) <= 4e-15 * direct(values)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (np.full(4000, 1e300), 4000 * math.log(1e300)),  # whose products are no floats
        (np.full(4000, -0.5), 4000 * math.log(0.5)),
        (np.full(4000, np.inf), math.inf),
        (np.full(4000, -1.0), -math.inf),
        (np.zeros(4000), 0.0),
        (np.append(np.ones(4000), np.nan), math.nan),
    ],
)
def test_values_that_products_do_not_serve_for(values: np.ndarray, expected: float) -> None:
    with np.errstate(all="ignore"):
        found = log1p_total(np.add.reduce, values)
    assert found == pytest.approx(expected, rel=1e-12, nan_ok=True)


def test_few_rows_are_added_up_in_order_as_a_loop_does() -> None:
    assert LOG_ROWS == IN_ORDER
    values = np.random.default_rng(0).uniform(0, 1, LOG_ROWS)
    total = 0.0
    for logarithm in np.log1p(values).tolist():
        total += logarithm
    assert log1p_total(lambda terms: np.add.accumulate(terms)[-1], values) == total


@pytest.mark.parametrize("slope", [0.3, 5.0, 40.0, 600.0])
def test_a_logistic_cost_is_as_good_as_direct_evaluation(slope: float) -> None:
    """From labels that overlap to such as are far apart, where the cost is about e⁻⁶⁰⁰ and every digit counts."""
    x = np.linspace(-2, 2, 6000)
    x[np.abs(x) < 1] = 1.5
    y = (x > 0).astype(float)
    problem = Problem("sigmoid(a*x + b)", "bce")
    columns = columns_from(["x", "y"], [x, y], {})
    cost, _ = compile_array(problem, problem.derive(), columns)([slope, 0.1])
    scores = np.where(y > 0, -1.0, 1.0) * (slope * x + 0.1)
    losses = [max(z, 0.0) + math.log1p(math.exp(-abs(z))) for z in scores.tolist()]
    expected = math.fsum(losses) / len(x)
    assert expected > 0
    assert abs(cost - expected) <= 1e-13 * expected
