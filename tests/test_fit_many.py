"""Fits of many rows and many parameters: the same least cost as of few, in seconds."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest
import sympy

import symgd
from symgd.budget import Budget
from symgd.fit.least_squares.curve import Curve
from symgd.fit.least_squares.hunt import Caught, Hunt
from symgd.fit.least_squares.likes import likes_of
from symgd.fit.least_squares.marquardt import Marquardt
from symgd.fit.least_squares.observed import Observed
from symgd.fit.least_squares.projection import Projection
from symgd.fit.losses.programme import Programme
from symgd.fit.task import MANY

ROWS = MANY + 10_000


def _noisy(width: int, rows: int = ROWS) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(4)
    inputs = rng.normal(size=(rows, width))
    return inputs, inputs @ np.arange(1.0, width + 1) + 3 + rng.standard_t(2, rows)


@pytest.mark.parametrize("width", [1, 4])
def test_a_sifted_programme_has_the_least_value_of_the_whole(width: int) -> None:
    inputs, target = _noisy(width, 6_000)
    table = np.column_stack([inputs, np.ones(len(inputs))])
    heights = np.random.default_rng(1).uniform(0.5, 2, len(table))
    far = np.full(width + 1, np.inf)
    whole = Programme(table, -target, heights, 0.01 * far.clip(max=1), -far, far)
    by_all, sifted = whole.least(), whole.sifted(np.zeros(len(table), dtype=bool))
    assert by_all is not None
    assert sifted is not None
    assert np.abs(by_all - sifted).max() < 1e-9


@pytest.mark.parametrize("level", [0.5, 0.9])
def test_a_quantile_of_many_rows_has_its_share_below(level: float) -> None:
    inputs, target = _noisy(1)
    problem = symgd.Problem("m*x + b", loss="quantile", settings={"tau": level})
    fit = problem.fit(x=inputs[:, 0], y=target)
    assert fit.outcome.kind == "converged"
    assert abs(np.mean(target < fit.predict(inputs[:, 0])) - level) < 4 / ROWS


@pytest.mark.parametrize("loss", ["huber", "log_cosh"])
def test_a_smooth_loss_of_many_rows_has_no_slope_at_its_minimum(loss: str) -> None:
    inputs, target = _noisy(1)
    problem = symgd.Problem("m*x + b", loss=loss)
    fit = problem.fit(x=inputs[:, 0], y=target)
    left = target - fit.predict(inputs[:, 0])
    (delta,) = problem.settings.values() or (1.0,)
    slope = np.clip(left, -delta, delta) if loss == "huber" else np.tanh(left)
    assert fit.outcome.kind == "converged"
    assert abs(slope.mean()) < 1e-12
    assert abs((slope * inputs[:, 0]).mean()) < 1e-12


def test_forty_inputs_of_a_logistic_model() -> None:
    rng = np.random.default_rng(2)
    inputs = rng.normal(size=(1000, 40))
    chosen = (rng.random(1000) < 1 / (1 + np.exp(-inputs[:, 0]))).astype(float)
    scores = " + ".join(f"w{number}*x{number}" for number in range(40))
    named = {f"x{number}": column for number, column in enumerate(inputs.T)}
    fit = symgd.Problem(f"sigmoid({scores})", loss="binary_cross_entropy").fit(**named, y=chosen)
    share = 1 / (1 + np.exp(-inputs @ np.array([fit.parameters[f"w{n}"] for n in range(40)])))
    assert fit.outcome.kind == "converged"
    assert np.abs(inputs.T @ (share - chosen)).max() < 1e-9


def _peaks(count: int, width: float) -> tuple[str, np.ndarray, np.ndarray, np.ndarray]:
    """A formula, x, y with noise of 1e-4, and where the peaks are."""
    rng = np.random.default_rng(1)
    x = np.linspace(0, count, 25 * count)
    places = np.arange(count) + 0.5 + rng.uniform(-0.15, 0.15, count)
    heights, widths = rng.uniform(0.5, 2, count), width * rng.uniform(0.8, 1.2, count)
    y = heights @ np.exp(-(((x - places[:, None]) / widths[:, None]) ** 2) / 2)
    terms = (f"a{n}*exp(-(x - m{n})^2/(2*s{n}^2))" for n in range(count))
    return " + ".join(terms) + " + c", x, y + 3 + rng.normal(0, 1e-4, len(x)), places


@pytest.mark.parametrize("width", [0.12, 0.3])
def test_many_peaks_are_found_apart_or_half_one_over_another(width: float) -> None:
    formula, x, y, places = _peaks(10, width)
    fit = symgd.Problem(formula).fit(x, y)
    found = [fit.parameters[f"m{n}"] for n in range(10)]
    assert fit.outcome.kind == "converged"
    assert np.abs(np.array(found) - places).max() < 1e-3
    assert fit.cost < 1.2e-8


def test_like_terms_are_those_that_share_no_parameter() -> None:
    x, *names = sympy.symbols("x a b c d k")
    own = sum((name * sympy.exp(-name * x) for name in names[:4]), x)
    curve = Curve(own, ("a", "b", "c", "d"), ("x",))
    found = likes_of(curve)
    assert found is not None
    assert found.places == ((0,), (1,), (2,), (3,))
    assert found.rest.formula == x
    assert likes_of(Curve(own * names[4], ("a", "b", "c", "d", "k"), ("x",))) is None


def test_a_candidate_costs_what_its_parameters_cost() -> None:
    rng = np.random.default_rng(0)
    x = np.linspace(-3, 3, 60)
    units = "+".join(f"a{n}*tanh(w{n}*x + b{n})" for n in range(8))
    names = tuple(f"{letter}{n}" for letter in "abw" for n in range(8))
    curve = Curve(sympy.sympify(units), names, ("x",))
    rows = Observed((x,), np.sin(3 * x))
    wide = np.full((16, 2), [-np.inf, np.inf])
    front = Projection(curve, rows, wide).solved(0.05 * rng.normal(size=(50, 16)))
    costs = [Marquardt(curve, rows, np.full((24, 2), wide[0])).cost(t) for t in front.theta]
    assert front.cost == pytest.approx(np.array(costs), rel=1e-3)


def test_a_group_that_is_slow_leaves_the_others_their_share(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made, begun = Hunt.caught, [0.0]

    def caught(hunt: Hunt) -> Caught:
        begun.append(time.monotonic())
        while len(begun) == 2:
            time.sleep(0.01)
        return made(hunt)

    monkeypatch.setattr(Hunt, "caught", caught)
    x = np.tile(np.linspace(0, 4, 20), 2)
    by = np.repeat(["slow", "quick"], 20)
    fits = symgd.Problem("a*exp(-b*x)").fit(x, 3 * np.exp(-x), by=by, budget=Budget(seconds=6))
    assert [*fits.failures] == ["slow"]
    assert begun[2] - begun[1] < 5
    assert fits["quick"].outcome.kind == "converged"


def test_when_the_time_is_up_a_search_answers_its_best(monkeypatch: pytest.MonkeyPatch) -> None:
    made = Hunt._round

    def round_(hunt: Hunt, known: Caught, number: int) -> Caught:
        while number:
            time.sleep(0.01)
        return replace(made(hunt, known, number), agreed=0)

    monkeypatch.setattr(Hunt, "_round", round_)
    x = np.linspace(0, 4, 30)
    y = 3 * np.exp(-x) + np.sin(4 * x) + 0.1 * np.cos(9 * x)
    fit = symgd.Problem("a*exp(-b*x) + c*sin(d*x)").fit(x, y, budget=Budget(seconds=3))
    assert fit.outcome.kind == "out of steps"
    assert fit.cost < 0.5


def test_when_the_time_is_up_before_that_it_was_searching(monkeypatch: pytest.MonkeyPatch) -> None:
    def caught(hunt: Hunt) -> Caught:
        while True:
            time.sleep(0.01)

    monkeypatch.setattr(Hunt, "caught", caught)
    problem = symgd.Problem("a*exp(-b*x)")
    with pytest.raises(symgd.SymgdError, match="while searching for the least cost"):
        problem.fit([0, 1, 2], [3, 2, 1.5], budget=Budget(seconds=1))
