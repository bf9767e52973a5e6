"""Fits of many rows and many parameters: the same least cost as of few, in seconds."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import sympy
from clocks import Clock

import symgd
from symgd.budget import Budget
from symgd.fit.costs.chained import slopes_on_rows
from symgd.fit.costs.smooth_cost import weighted_square
from symgd.fit.definite import definite
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
    monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    made, begun = Hunt.caught, [0.0]

    def caught(hunt: Hunt) -> Caught:
        begun.append(clock.now)
        while len(begun) == 2:
            clock.move(0.1)
        return made(hunt)

    monkeypatch.setattr(Hunt, "caught", caught)
    x = np.tile(np.linspace(0, 4, 20), 2)
    by = np.repeat(["slow", "quick"], 20)
    fits = symgd.Problem("a*exp(-b*x)").fit(x, 3 * np.exp(-x), by=by, budget=Budget(seconds=6))
    assert [*fits.failures] == ["slow"]
    assert begun[2] - begun[1] < 5
    assert fits["quick"].outcome.kind == "converged"


def test_when_the_time_is_up_a_search_answers_its_best(
    monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    made = Hunt._round

    def round_(hunt: Hunt, known: Caught, number: int) -> Caught:
        while number:
            clock.move(0.1)
        return replace(made(hunt, known, number), agreed=0)

    monkeypatch.setattr(Hunt, "_round", round_)
    x = np.linspace(0, 4, 30)
    y = 3 * np.exp(-x) + np.sin(4 * x) + 0.1 * np.cos(9 * x)
    fit = symgd.Problem("a*exp(-b*x) + c*sin(d*x)").fit(x, y, budget=Budget(seconds=6))
    assert fit.outcome.kind == "out of steps"
    assert fit.cost < 0.5


def test_when_the_time_is_up_before_that_it_was_searching(
    monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    def caught(hunt: Hunt) -> Caught:
        while True:
            clock.move(0.1)

    monkeypatch.setattr(Hunt, "caught", caught)
    problem = symgd.Problem("a*exp(-b*x)")
    with pytest.raises(symgd.SymgdError, match="while searching for the least cost"):
        problem.fit([0, 1, 2], [3, 2, 1.5], budget=Budget(seconds=4))


def _chosen(width: int, rows: int) -> tuple[str, dict[str, np.ndarray], np.ndarray, np.ndarray]:
    """A sum of many inputs, these by name, the same as a table with a column of ones, and classes."""
    rng = np.random.default_rng(3)
    inputs = rng.normal(size=(rows, width))
    score = inputs @ rng.normal(size=width) / np.sqrt(width) + 0.3
    table = np.column_stack([inputs, np.ones(rows)])
    names = {f"x{number}": column for number, column in enumerate(inputs.T)}
    formula = " + ".join(f"w{number}*x{number}" for number in range(width)) + " + b"
    return formula, names, table, (rng.random(rows) < 1 / (1 + np.exp(-score))).astype(float)


def test_standard_errors_of_many_inputs_are_those_of_the_information() -> None:
    formula, named, table, target = _chosen(210, 1_500)
    fit = symgd.Problem(f"sigmoid({formula})", loss="binary_cross_entropy").fit(**named, y=target)
    share = 1 / (1 + np.exp(-table @ [*fit.parameters.values()]))
    assert fit.outcome.kind == "converged"
    assert np.abs(table.T @ (share - target)).max() < 1e-8
    information = (table.T * (share * (1 - share))) @ table
    errors = np.sqrt(np.diag(np.linalg.inv(information)))
    assert np.allclose([*fit.standard_errors.values()], errors, rtol=1e-8)
    assert "w209" in str(fit.summary())


@pytest.mark.parametrize("penalty", ["ridge", "lasso"])
def test_a_penalty_of_many_parameters_balances_the_slopes(penalty: str) -> None:
    formula, named, table, target = _chosen(60, 500)
    problem = symgd.Problem(
        f"sigmoid({formula})",
        loss="binary_cross_entropy",
        penalty=penalty,
        settings={"lambda": 0.02},
    )
    fit = problem.fit(**named, y=target)
    values = np.array([*fit.parameters.values()])
    slopes = table.T @ (1 / (1 + np.exp(-table @ values)) - target) / len(target)
    assert fit.outcome.kind == "converged"
    if penalty == "ridge":
        assert np.abs(slopes[:-1] + 0.04 * values[:-1]).max() < 1e-9
    else:
        moved = values[:-1] != 0
        assert 0 < moved.sum() < 60
        assert np.abs(slopes[:-1] + 0.02 * np.sign(values[:-1]))[moved].max() < 1e-7
        assert np.abs(slopes[:-1])[~moved].max() <= 0.02 + 1e-9


@pytest.mark.parametrize(
    ("link", "loss", "first"),
    [("sigmoid({})", "mse", 0.2), ("exp({})", "mse", 0.1), ("tanh({})", "mse", 0.0)],
)
def test_a_link_of_many_inputs_is_found_by_other_losses(link: str, loss: str, first: float) -> None:
    formula, named, table, _ = _chosen(24, 200)
    true = np.array([first, *np.cos(np.arange(24.0)) / 5])
    score = table @ true
    made = {"s": 1 / (1 + np.exp(-score)), "e": np.exp(score), "t": np.tanh(score)}[link[0]]
    fit = symgd.Problem(link.format(formula), loss=loss).fit(**named, y=made)
    assert fit.outcome.kind == "converged"
    assert np.allclose([*fit.parameters.values()], true, atol=1e-9)


def test_blocks_of_rows_add_up_to_the_whole_product() -> None:
    rng = np.random.default_rng(0)
    one, other = rng.normal(size=(2, 7, 3_000))
    weights = rng.normal(size=3_000)
    assert np.allclose(weighted_square(one, weights, other), (one * weights) @ other.T)
    assert np.allclose(weighted_square(one, abs(weights), one), (one * abs(weights)) @ one.T)


def test_a_definite_matrix_of_many_columns_is_solved_and_another_is_not() -> None:
    rng = np.random.default_rng(0)
    table = rng.normal(size=(200, 60))
    right = rng.normal(size=60)
    known = definite(table.T @ table)
    assert known is not None
    assert np.allclose(known.solved(right), np.linalg.solve(table.T @ table, right))
    table[:, 3] = table[:, 5]
    assert definite(table.T @ table) is None
    assert definite(-np.eye(60)) is None


def test_slopes_go_through_a_long_sum_and_beside_it() -> None:
    names = [f"w{number}" for number in range(12)]
    inner = sympy.Add(*(sympy.Symbol(name) ** 2 for name in names))
    expr = sympy.Symbol("w0") * sympy.tanh(inner)
    values = np.linspace(-0.4, 0.5, 12)
    found = slopes_on_rows([expr], names, names)(*values)[0:12]
    exact = [float(expr.diff(n).subs(dict(zip(names, values, strict=True)))) for n in names]
    assert np.allclose(np.ravel(found), exact, rtol=1e-12)


def test_one_derivation_of_very_many_is_made_by_itself() -> None:
    formula = _chosen(60, 2)[0]
    inputs = [f"x{number}" for number in range(60)]
    derived = symgd.Problem(f"sigmoid({formula})", inputs=inputs).derive("w7")
    assert derived.held[:2] == ("w0", "w1")
    assert derived.steps[-1].check.passed
