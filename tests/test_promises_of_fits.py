"""What the pages promise of fits and walks, asked as an outsider would: his own arrays, frames and starts."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest

from symgd import Problem
from symgd.errors import DataError, SymgdError

LINE = Problem("m*x + b")
X = np.array([1.0, 2, 3, 5, 8, 13])
Y = 2.5 * X - 1.25 + np.array([0.1, -0.2, 0.15, 0.05, -0.1, 0.02])
STRAIGHT = np.polyfit(X, Y, 1)
PLANE = Problem("a*x1 + b*x2 + c")
FLAT = np.linalg.lstsq(np.column_stack([X, X**2, np.ones(6)]), Y, rcond=None)[0]


def frozen(values: np.ndarray) -> np.ndarray:
    kept = values.copy()
    kept.flags.writeable = False
    return kept


# ---------------------------------------------------------------------------------------------
# Data in the forms that people have them in


@pytest.mark.parametrize(
    "data",
    [
        pytest.param((list(X), tuple(Y)), id="list and tuple"),
        pytest.param((frozen(X), frozen(Y)), id="read-only"),
        pytest.param((X[::-1], Y[::-1]), id="negative strides"),
        pytest.param((X.astype(">f8"), Y.astype("g")), id="other floats"),
        pytest.param((X[:, None], Y[:, None]), id="(n, 1)"),
        pytest.param((np.column_stack([X, Y]),), id="side by side"),
        pytest.param((np.rec.fromarrays([X, Y], names="x,y"),), id="named fields"),
    ],
)
def test_a_line_through_any_form_of_the_data(data: tuple[object, ...]) -> None:
    assert [*LINE.fit(*data).parameters.values()] == pytest.approx(STRAIGHT)
    assert LINE.lambdify().cost((0, 0), *data) == pytest.approx(np.mean(Y**2))
    walk = LINE.descend(*data, coordinates="exact")
    assert [*walk.parameters.values()] == pytest.approx(STRAIGHT)


def test_an_array_of_two_dimensions_is_its_columns_in_order() -> None:
    both = np.column_stack([X, X**2])
    for data in ((np.column_stack([both, Y]),), (both, Y), (both, Y[:, None]), (X, both[:, 1:], Y)):
        made = PLANE.fit(*data)
        assert [*made.parameters.values()] == pytest.approx(FLAT)
    assert PLANE.fit(both, y=Y).predict(both) == pytest.approx(made.predict(X, X**2))
    assert made.predict(np.array([[1.0, 2.0]])) == pytest.approx(made.predict(1, 2))
    with pytest.raises(DataError, match=r"4 columns are passed for 3 \(x1, x2, y\)"):
        PLANE.fit(np.ones((5, 4)))
    with pytest.raises(DataError, match="masked"):
        LINE.fit(np.ma.array(np.column_stack([X, Y]), mask=np.eye(6, 2)))


def test_frames_are_read_by_name() -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"x2": X**2, "x1": X, "y": Y}, index=[5, 5, 3, 2, 1, 0])
    for data in ((frame,), (frame.convert_dtypes(),), (frame[["x2", "x1"]], frame["y"])):
        assert [*PLANE.fit(*data).parameters.values()] == pytest.approx(FLAT)
    other = frame.rename(columns={"x1": "TV"})
    with pytest.raises(DataError, match='no column "x1"; the columns are "x2", "TV"'):
        PLANE.fit(other[["x2", "TV"]], frame["y"])


# ---------------------------------------------------------------------------------------------
# Starts, statistics, and words


@pytest.mark.parametrize("loss", ["mse", "huber", "log_cosh"])
@pytest.mark.parametrize("start", [-1.5, 1.5])
def test_a_start_that_serves_is_kept(loss: str, start: float) -> None:
    made = Problem("a^2*x + b", loss=loss).fit(X, Y, start={"a": start})
    assert math.copysign(1, made.parameters["a"]) == math.copysign(1, start)
    assert made.outcome.kind == "converged"


@pytest.mark.parametrize("loss", ["mse", "huber", "log_cosh"])
def test_a_start_that_does_not_serve_is_said(loss: str) -> None:
    hill = Problem("p^3 - 3*p + 0*x", loss=loss)
    made = hill.fit(X, 5 + 0.01 * Y, start={"p": -1.2})
    assert made.parameters["p"] > 2
    said = "The start that was given leads to a higher minimum"
    assert said in made.explain()
    assert said in str(made)


@pytest.mark.parametrize(
    ("problem", "x", "y"),
    [
        pytest.param(Problem("V*x/(K + x)"), X, 0.73 * X, id="runs off"),
        pytest.param(LINE, X + 1e6, 3 * X + 1 + 2e-9 * (X == 3), id="all but perfect"),
        pytest.param(LINE, X, Y, id="plain"),
    ],
)
def test_a_log_likelihood_goes_with_its_sum_of_squares(
    problem: Problem, x: np.ndarray, y: np.ndarray
) -> None:
    made = problem.fit(x, y)
    squares = made.residual_standard_error**2 * made.degrees_of_freedom
    expected = -len(x) / 2 * (math.log(2 * math.pi * squares / len(x)) + 1)
    assert made.log_likelihood == pytest.approx(expected)
    assert squares == pytest.approx(made.cost * len(x), rel=0.5)


def test_numbers_that_r_prints_for_puromycin() -> None:
    c = [0.02, 0.02, 0.06, 0.06, 0.11, 0.11, 0.22, 0.22, 0.56, 0.56, 1.1, 1.1]
    rate = [76, 47, 97, 107, 123, 139, 159, 152, 191, 201, 207, 200]
    made = Problem("V*x/(K + x)").fit(c, rate)
    assert made.parameters == pytest.approx({"V": 212.7, "K": 0.06412}, rel=2e-4)
    assert made.standard_errors == pytest.approx({"V": 6.947, "K": 0.008281}, rel=2e-4)
    assert made.residual_standard_error == pytest.approx(10.93, rel=4e-4)
    profile = made.confidence_intervals(method="profile")
    assert profile["V"] == pytest.approx((197.302, 229.290), rel=1e-4)
    assert profile["K"] == pytest.approx((0.046925, 0.086160), rel=2e-4)


# ---------------------------------------------------------------------------------------------
# Walks


def test_steps_are_foretold_to_the_minimum_and_not_to_a_short_step() -> None:
    years, prices = [1950, 1960, 1971, 1985], [1, 2, 3, 3.5]
    found = Problem("a*x + b").analyse(years, prices)
    largest = found.largest_stable_rate
    assert largest is not None
    assert found.steps_at(largest / 20) is None  # a step of 1e-9 is soon made, and nowhere near
    run = Problem("a*x + b").descend(years, prices, learning_rate=largest / 20, max_iter=200)
    assert run.outcome.kind == "out of steps"
    best = found.standardised and found.standardised.best_rate
    assert best is not None
    assert found.standardised is not None
    assert found.standardised.steps_at(best) == 1


@pytest.mark.parametrize(
    ("ask", "word"),
    [
        (lambda: LINE.fit(X, Y, start={"q": 1}), "q"),
        (lambda: LINE.fit(X, Y, bounds={"m": (3, 1)}), "cross"),
        (lambda: LINE.fit(X, Y, tied={"b": "2*b"}), "circle"),
        (lambda: LINE.fit(X, Y, weights=-np.ones(6)), "weight"),
        (lambda: LINE.fit(X, Y, weights=np.ones(4)), "weights has 4 values"),
        (lambda: LINE.fit(X, Y[:-1]), '"x" has 6 rows, "y" 5'),
        (lambda: LINE.fit(X, Y, test_size=1.5), "test_size"),
        (lambda: LINE.fit(X, Y, fixed={"m": 1, "b": 2}), "every parameter"),
        (lambda: LINE.descend(X, Y, standardise=True, coordinates="exact"), "two systems"),
    ],
)
def test_what_can_not_be_asked_is_refused_by_name(ask: Callable[[], object], word: str) -> None:
    with pytest.raises(SymgdError, match=word):
        ask()
