"""fit for every loss: no lower cost about, a slope of 0, SciPy's own answers, and data for which no minimum exists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.optimize import linprog, minimize
from scipy.special import expit, xlogy

from symgd import LOSSES, Problem
from symgd.api.fit import Fit

RNG = np.random.default_rng(7)
X1, X2 = RNG.normal(size=(2, 80))
NOISE = RNG.standard_t(3, 80)
REAL = 2 * X1 - X2 + 0.5 + 0.4 * NOISE
BITS = (RNG.random(80) < expit(1.5 * X1 - X2 + 0.3)).astype(float)
COUNTS = RNG.poisson(np.exp(0.4 + 0.7 * X1 - 0.3 * X2)).astype(float)
CLASSES = np.eye(3)[np.argmax(np.stack([X1, X2, 0.3 * NOISE]) + RNG.gumbel(size=(3, 80)), axis=0)]
PLANE = "u*x1 + v*x2 + c"
MODELS: Mapping[str, tuple[Any, Sequence[NDArray[np.float64]]]] = {
    "binary_cross_entropy": (f"sigmoid({PLANE})", [BITS]),
    "binary_cross_entropy_logits": (PLANE, [BITS]),
    "poisson": (f"exp({PLANE})", [COUNTS]),
    "hinge": (PLANE, [2 * BITS - 1]),
    "squared_hinge": (PLANE, [2 * BITS - 1]),
    "categorical_cross_entropy": (["u*x1 + c", "v*x2 + d", "w*x1"], [*CLASSES.T]),
}


def cost_of(fit: Fit, values: Mapping[str, float]) -> float:
    """The problem's cost, by NumPy alone."""
    problem = fit.problem
    plane = sum(values.get(n, 0.0) * column for n, column in (("u", X1), ("v", X2))) + values["c"]
    p = np.array([plane])
    if problem.loss.several:
        p = np.array(
            [values["u"] * X1 + values["c"], values["v"] * X2 + values["d"], values["w"] * X1]
        )
    p = {"binary_cross_entropy": expit, "poisson": np.exp}.get(problem.loss.name, np.array)(p)
    y = np.array([fit.data[name] for name in problem.targets])
    losses = LOSSES_IN_NUMPY[problem.loss.name](p, y)
    return float(np.mean(losses))


def _cce(p: NDArray[Any], y: NDArray[Any]) -> NDArray[Any]:
    found: NDArray[Any] = np.logaddexp.reduce(p, axis=0) - (p * y).sum(axis=0)
    return found


LOSSES_IN_NUMPY: Mapping[str, Any] = {
    "mse": lambda p, y: (p - y) ** 2,
    "sse": lambda p, y: (p - y) ** 2 * len(y[0]),
    "half_mse": lambda p, y: (p - y) ** 2 / 2,
    "rmse": lambda p, y: np.sqrt(np.mean((p - y) ** 2)),
    "mae": lambda p, y: abs(p - y),
    "huber": lambda p, y: np.where(
        abs(p - y) <= 1.35, (p - y) ** 2 / 2, 1.35 * (abs(p - y) - 0.675)
    ),
    "pseudo_huber": lambda p, y: np.sqrt(1 + (p - y) ** 2) - 1,
    "log_cosh": lambda p, y: np.log(np.cosh(p - y)),
    "quantile": lambda p, y: abs(p - y) / 2,
    "binary_cross_entropy": lambda p, y: -xlogy(y, p) - xlogy(1 - y, 1 - p),
    "binary_cross_entropy_logits": lambda p, y: np.logaddexp(0, p) - y * p,
    "categorical_cross_entropy": _cce,
    "poisson": lambda p, y: p - xlogy(y, p),
    "hinge": lambda p, y: np.maximum(0, 1 - p * y),
    "squared_hinge": lambda p, y: np.maximum(0, 1 - p * y) ** 2,
}


def fitted(loss: str, **options: Any) -> Fit:
    model, targets = MODELS.get(loss, (PLANE, [REAL]))
    target = "y" if len(targets) == 1 else [f"y{k}" for k in range(len(targets))]
    return Problem(model, loss, target=target, **options).fit(X1, X2, *targets)


def test_no_loss_is_left_out() -> None:
    assert LOSSES_IN_NUMPY.keys() == LOSSES.keys()


@pytest.mark.parametrize("loss", LOSSES)
def test_no_lower_cost_is_about(loss: str) -> None:
    fit = fitted(loss)
    least = cost_of(fit, fit.parameters)
    assert fit.outcome.kind == "converged"
    assert fit.cost == pytest.approx(least, rel=1e-12)
    rng = np.random.default_rng(0)
    for length in (1e-6, 1e-3, 0.1, 1.0):
        for _ in range(50):
            moved = {n: v + length * rng.normal() for n, v in fit.parameters.items()}
            assert cost_of(fit, moved) >= least * (1 - 1e-14)


@pytest.mark.parametrize("loss", [n for n in LOSSES if n not in ("mae", "quantile", "hinge")])
def test_the_slope_is_0_and_scipy_finds_the_same(loss: str) -> None:
    fit = fitted(loss)
    names = [*fit.parameters]
    values = np.array([*fit.parameters.values()])

    def cost(point: NDArray[np.float64]) -> float:
        return cost_of(fit, dict(zip(names, point, strict=True)))

    for place in range(len(values)):
        side = np.zeros(len(values))
        side[place] = 1e-5
        slope = (cost(values + side) - cost(values - side)) / 2e-5
        bend = (cost(values + side) - 2 * cost(values) + cost(values - side)) / 1e-10
        assert abs(slope) < 1e-6 * (abs(bend) + 1e-3)
    other = minimize(cost, values + 0.1, method="BFGS", options={"gtol": 1e-9})
    assert fit.cost <= other.fun + 1e-12
    assert values == pytest.approx(other.x, abs=1e-4)


def test_absolute_errors_by_a_programme_of_scipys() -> None:
    for tau in (0.1, 0.5, 0.8):
        fit = fitted("quantile", settings={"tau": tau})
        table = np.column_stack([X1, X2, np.ones(80)])
        whole = np.column_stack([table, np.eye(80), -np.eye(80)])
        prices = np.concatenate([np.zeros(3), np.full(80, tau / 80), np.full(80, (1 - tau) / 80)])
        limits = [(None, None)] * 3 + [(0, None)] * 160
        want = linprog(prices, A_eq=whole, b_eq=REAL, bounds=limits)
        assert fit.cost == pytest.approx(want.fun, rel=1e-12)
        left = table @ [*fit.parameters.values()] - REAL
        assert np.count_nonzero(abs(left) < 1e-13) == 3
        assert "linear programme" in fit.method


def test_a_median_is_the_median() -> None:
    fit = Problem("m*x", "mae").fit(np.ones(5), [1, 2, 10, 3, -4])
    assert fit.parameters["m"] == 2
    assert (
        Problem("m*x", "mae").fit(np.ones(4), [1, 2, 3, 10]).notes[-1]
        == "the minimum is not unique"
    )


@pytest.mark.parametrize("penalty", ["lasso", "elastic_net"])
@pytest.mark.parametrize("loss", ["mse", "binary_cross_entropy_logits", "mae", "hinge", "huber"])
def test_penalties_with_corners(loss: str, penalty: str) -> None:
    """By the conditions that define the minimum: each slope of the smooth part within ±λ where the parameter is 0."""
    strength = 0.08
    model, targets = MODELS.get(loss, (PLANE, [REAL]))
    extra = np.random.default_rng(5).normal(size=80) * 0.1
    problem = Problem(f"{model} + k*x3", loss, penalty=penalty, settings={"lambda": strength})
    fit = problem.fit(X1, X2, extra, targets[0])
    assert fit.outcome.kind == "converged", fit.outcome
    assert fit.parameters["k"] == 0.0
    share = 1.0 if penalty == "lasso" else 0.5

    def cost(values: Sequence[float] | NDArray[np.float64]) -> float:
        u, v, c, k = values
        p = (u * X1 + v * X2 + c + k * extra)[None]
        losses = LOSSES_IN_NUMPY[loss](p, targets[0][None])
        sizes = sum(map(abs, (u, v, k)))
        return float(np.mean(losses)) + float(strength) * float(
            share * sizes + (1 - share) / 2 * (u * u + v * v + k * k)
        )

    at = [fit.parameters[n] for n in "uvck"]
    rng = np.random.default_rng(1)
    assert fit.cost == pytest.approx(cost(at), rel=1e-12)
    for length in (1e-7, 1e-4, 1e-2, 1.0):
        for _ in range(50):
            assert cost(at + length * rng.normal(size=4)) >= fit.cost * (1 - 1e-14)


def test_a_curve_by_every_loss_of_residuals() -> None:
    x = np.linspace(0, 5, 60)
    y = 3 * np.exp(-0.8 * x) + 0.5 + 0.05 * np.random.default_rng(2).standard_t(2, 60)
    for loss in ("mae", "huber", "pseudo_huber", "log_cosh", "quantile"):
        problem = Problem("a*exp(-b*x) + c", loss)
        fit = problem.fit(x, y)
        assert fit.outcome.kind == "converged", (loss, fit.outcome)
        assert [fit.parameters[n] for n in "abc"] == pytest.approx([3, 0.8, 0.5], abs=0.15)

        def cost(point: NDArray[np.float64], loss: str = loss) -> float:
            p = point[0] * np.exp(-point[1] * x) + point[2]
            return float(np.mean(LOSSES_IN_NUMPY[loss](p[None], y[None])))

        at = np.array([fit.parameters[n] for n in "abc"])
        best = minimize(cost, at, method="Nelder-Mead", options={"xatol": 1e-10, "fatol": 1e-13})
        assert cost(at) <= best.fun * (1 + 1e-12)


def test_a_loss_of_ones_own() -> None:
    fit = Problem(PLANE, "log(1 + (p - y)^2)").fit(X1, X2, REAL)
    table = np.column_stack([X1, X2, np.ones(80)])
    left = table @ [*fit.parameters.values()] - REAL
    assert abs(table.T @ (2 * left / (1 + left**2))).max() < 1e-10
    dead = Problem(PLANE, "max(0, abs(p - y) - 0.2)").fit(X1, X2, REAL)
    assert dead.outcome.kind == "converged"
    assert "linear programme" in dead.method


def test_weights_are_copies() -> None:
    weights = np.random.default_rng(3).integers(0, 3, 80)
    rows = np.repeat(np.arange(80), weights)
    for loss in ("huber", "mae", "poisson", "binary_cross_entropy_logits"):
        model, (target,) = MODELS.get(loss, (PLANE, [REAL]))
        problem = Problem(model, loss)
        weighed = problem.fit(X1, X2, target, weights=weights)
        copied = problem.fit(X1[rows], X2[rows], target[rows])
        assert weighed.cost == pytest.approx(copied.cost, rel=1e-12)
        for name, value in copied.parameters.items():
            assert weighed.parameters[name] == pytest.approx(value, rel=1e-8)


def test_bounds_of_other_losses() -> None:
    fit = Problem(PLANE, "bce_logits").fit(X1, X2, BITS, bounds={"u": (None, 0.5)})
    assert fit.parameters["u"] == 0.5
    assert fit.outcome.kind == "converged"
    assert "held by a bound" in fit.notes[-1]
    held = Problem(PLANE, "bce_logits").fit(X1, X2, BITS, fixed={"u": 0.5})
    assert fit.parameters["v"] == pytest.approx(held.parameters["v"], rel=1e-9)
    medians = Problem(PLANE, "mae").fit(X1, X2, REAL, bounds={"u": (0, 1)})
    assert medians.parameters["u"] == 1
    assert medians.outcome.kind == "converged"


# ---------------------------------------------------------------------------------------------
# No minimum


@pytest.mark.parametrize(
    ("x", "bits", "said"),
    [
        ([1, 2, 3, 4], [0, 0, 1, 1], "separated perfectly:"),
        ([1, 2, 3, 3, 4, 5], [0, 0, 0, 1, 1, 1], "separated perfectly from the others"),
        ([1, 2, 3, 4], [1, 1, 1, 1], "separated perfectly:"),
    ],
)
@pytest.mark.parametrize("model", ["sigmoid(m*x + b)", "1/(1 + exp(-m*x - b))"])
def test_separation_is_named(x: list[float], bits: list[float], said: str, model: str) -> None:
    fit = Problem(model, "bce").fit(x, bits)
    assert fit.outcome.kind == "no minimum"
    assert said in fit.outcome.message
    assert "∞" in fit.outcome.message
    assert "penalty" in fit.outcome.remedy
    cured = Problem(model, "bce", penalty="ridge", penalized=["m", "b"]).fit(x, bits)
    assert cured.outcome.kind == "converged"


def test_overlap_is_no_separation() -> None:
    fit = Problem("m*x + b", "bce_logits").fit([1, 2, 3, 4, 5, 40], [0, 1, 0, 1, 1, 1])
    assert fit.outcome.kind == "converged"


def test_classes_that_scores_separate() -> None:
    scores = Problem(["0*x", "a*x + b", "c*x + d"], "cce", target=["y1", "y2", "y3"])
    x = np.arange(9.0)
    apart = scores.fit(x, *(((x // 3) == k).astype(float) for k in range(3)))
    assert apart.outcome.kind == "no minimum"


def test_counts_that_are_all_0() -> None:
    fit = Problem("exp(a + b*x)", "poisson").fit([1, 2, 3], [0, 0, 0])
    assert fit.outcome.kind == "no minimum"
    assert "falls for ever as a → −∞" in fit.outcome.message
    held = Problem("exp(a + b*x)", "poisson").fit(
        [1, 2, 3], [0, 0, 0], bounds={"a": (-3, 3)}, fixed={"b": 0}
    )
    assert held.parameters["a"] == -3
    assert held.outcome.kind == "converged"


def test_large_scores_overflow_nothing() -> None:
    x = np.array([-2000.0, -1000, 1, 2, 3, 4, 1000, 2000])
    fit = Problem("sigmoid(m*x + b)", "bce").fit(x, [0, 0, 0, 1, 0, 1, 1, 1])
    assert fit.outcome.kind == "converged"
    assert np.isfinite(fit.cost)


def test_a_penalty_tells_what_few_rows_do_not() -> None:
    found = Problem("a*x + b", loss="mse", penalty="lasso").fit(x=[0.1], y=[0.1])
    assert (found.parameters["a"], found.cost) == (0, pytest.approx(0, abs=1e-12))


def test_huber_of_errors_far_beyond_its_delta() -> None:
    rng = np.random.default_rng(0)
    x = np.linspace(-3, 3, 40)
    y = 1e9 * x + 1e9 * rng.normal(size=40)
    found = Problem("a*x + b", loss="huber").fit(x=x, y=y)
    least = Problem("a*x + b", loss="mae").fit(x=x, y=y)
    assert found.outcome.kind == "converged"
    assert found.cost == pytest.approx(1.35 * least.cost, rel=1e-6)


@pytest.mark.parametrize("loss", ["huber", "log_cosh", "mae"])
@pytest.mark.parametrize(
    ("model", "unit"), [("a*x + b", 1e100), ("a*x + 10^15*b", 1.0), ("a*x + 10^25*b", 1.0)]
)
def test_units_of_any_size_make_no_difference(loss: str, model: str, unit: float) -> None:
    x = np.arange(1.0, 9.0)
    y = 2 * x + 1 + np.array([0.1, -0.3, 0.2, 4.0, -0.1, 0.3, -0.2, 0.1])
    usual = Problem("a*x + b", loss=loss).fit(x=x, y=y)
    fit = Problem(model, loss=loss).fit(x=x * unit, y=y)
    assert fit.outcome.kind == "converged"
    assert fit.cost == pytest.approx(usual.cost, rel=1e-9)
    assert fit.predict(x * unit) == pytest.approx(usual.predict(x), rel=1e-6)


def test_scores_of_classes_that_are_all_learned_are_told_as_such() -> None:
    """A change of all scores by as much leaves every probability: another point is as good."""
    x, seen = np.linspace(-2, 2, 30), np.eye(3)[np.arange(30) ** 2 % 7 % 3]
    data = {"x": x, "u": seen[:, 0], "v": seen[:, 1], "w": seen[:, 2]}
    options: dict[str, Any] = {"loss": "cce", "inputs": "x", "target": ["u", "v", "w"]}
    every = Problem(["a + b*x", "c + d*x", "e"], **options).fit(data)
    assert every.outcome.kind == "converged"
    assert "do not tell a, c, e apart; write 0 for one" in every.outcome.message
    assert np.isfinite([every.standard_errors["b"], every.standard_errors["d"]]).all()
    one_less = Problem(["a + b*x", "c + d*x", "0"], **options).fit(data)
    assert one_less.cost == pytest.approx(every.cost, rel=1e-12)
    assert "the gradient is 0" in one_less.outcome.message
    assert np.isfinite([*one_less.standard_errors.values()]).all()
