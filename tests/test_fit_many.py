"""Fits of many rows and many parameters: the same least cost as of few, in seconds."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest

import symgd
from symgd.budget import Budget
from symgd.fit.least_squares.hunt import Caught, Hunt
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
