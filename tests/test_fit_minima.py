"""Which minimum: others that are as good are told, terms are in order, and what is rounding tells nothing."""

from __future__ import annotations

import json

import numpy as np
import pytest
import sympy
from grids import in_turn

from symgd import Problem
from symgd.errors import DataError
from symgd.fit.least_squares.curve import Curve
from symgd.fit.least_squares.observed import Observed
from symgd.fit.least_squares.ties import Ties
from symgd.fit.least_squares.units import Units
from symgd.fit.noise import noise_of

WHOLE = np.arange(20.0)
EVEN = np.linspace(-3, 3, 31)
SPREAD = np.linspace(0, 10, 60)
LOSSES = ["mse", "mae", "huber"]
ERRORS = 0.05 * np.sin(37 * np.arange(60.0) ** 2)


WAVES = [("a*sin(b*x)", -2), ("a*cos(b*x)", 2), ("a*sin(2*pi*x/b)", -2)]


@pytest.mark.parametrize(("loss", "one"), in_turn(LOSSES, WAVES, of=2))
def test_a_frequency_that_even_rows_cannot_tell_is_told_with_the_other(
    loss: str, one: tuple[str, float]
) -> None:
    model, a = one
    wave = np.cos if "cos" in model else np.sin
    fit = Problem(model, loss=loss).fit(WHOLE, 2 * wave(0.7 * WHOLE) + ERRORS[:20])
    here, there = 0.7, 2 * np.pi - 0.7
    if "pi" in model:
        here, there = 2 * np.pi / here, 2 * np.pi / there
    assert fit.parameters["b"] == pytest.approx(here, rel=0.01)
    assert fit.second is not None
    assert fit.second.is_twin
    assert fit.second.values["b"] == pytest.approx(there, rel=0.01)
    assert fit.second.values["a"] == pytest.approx(a, abs=0.1)
    assert fit.second.cost == pytest.approx(fit.cost)


def test_a_bound_leaves_one_frequency_and_uneven_rows_tell_it() -> None:
    y = 2 * np.sin(0.7 * WHOLE) + ERRORS[:20]
    assert Problem("a*sin(b*x)").fit(WHOLE, y, bounds={"b": (0, np.pi)}).second is None
    x = WHOLE + 0.3 * np.sin(WHOLE**2)
    assert Problem("a*sin(b*x)").fit(x, 2 * np.sin(0.7 * x) + ERRORS[:20]).second is None


def test_another_minimum_is_told_in_all_words() -> None:
    fit = Problem("a*sin(b*x)").fit(WHOLE, 2 * np.sin(0.7 * WHOLE) + ERRORS[:20])
    assert "another minimum, as good as this one" in fit.summary().text()
    assert "Another minimum is as good" not in fit.summary().text()  # once is enough
    assert "another minimum, as good as this one" in fit.explain()
    assert "un autre minimum, aussi bon que celui-ci" in fit.explain(language="fr")
    second = json.loads(fit.summary().json())["second"]
    assert second["as_good"]
    assert second["parameters"]["b"] == pytest.approx(5.58, abs=0.01)


MIRRORED: list[tuple[str, np.ndarray, str, tuple[float, float]]] = [
    ("a*exp(-(x-c)^2)", np.exp(-((abs(EVEN) - 1.5) ** 2)), "c", (1.47, -1.47)),
    ("b*abs(x-a)", abs(abs(EVEN) - 1), "a", (0.06, -0.06)),
    ("(a^2 - 3*a)*x", EVEN + ERRORS[:31], "a", (3.30, -0.30)),
    ("u if x<c else v", np.where(abs(EVEN) < 2.05, 1.0, 0.0), "c", (2.1, -2.1)),
]


@pytest.mark.parametrize(("loss", "one"), in_turn(LOSSES, MIRRORED, of=2))
def test_mirror_images_and_other_roots_are_told(
    loss: str, one: tuple[str, np.ndarray, str, tuple[float, float]]
) -> None:
    model, y, name, pair = one
    fit = Problem(model, loss=loss).fit(EVEN, y)
    assert fit.second is not None
    assert fit.second.is_twin
    found = sorted((fit.parameters[name], fit.second.values[name]))
    assert found == pytest.approx(sorted(pair), abs=0.05)
    assert fit.second.cost == pytest.approx(fit.cost)
    assert fit.parameters[name] == pytest.approx(pair[0], abs=0.05)


@pytest.mark.parametrize(
    "model", ["a*exp(-b*x) + c*exp(-d*x)", "a*(b*x)^2 + c", "a*exp(b - c*x)", "a*x + b"]
)
def test_symmetries_and_formulas_with_too_many_parameters_have_no_twin(model: str) -> None:
    fit = Problem(model).fit(SPREAD, 3 * np.exp(-0.3 * SPREAD) + 2 * np.exp(-2 * SPREAD) + ERRORS)
    assert fit.second is None or not fit.second.is_twin


ORDERED: list[tuple[str, str, tuple[float, ...]]] = [
    ("a*(exp(-b*x) - exp(-c*x))", "abc", (3, 0.3, 2)),
    ("a*exp(-b*x) + (1-a)*exp(-c*x)", "abc", (0.6, 0.3, 2)),
    ("a*b/(a-b)*(exp(-b*x) - exp(-a*x))", "ab", (0.3, 2)),
    ("a*(x-b)*(x-c)", "abc", (0.5, 2, 7)),
]


@pytest.mark.parametrize(("loss", "one"), in_turn(LOSSES, ORDERED, of=2))
def test_terms_that_can_change_places_are_in_order(
    loss: str, one: tuple[str, str, tuple[float, ...]]
) -> None:
    model, names, values = one
    true = dict(zip(names, values, strict=True))
    problem = Problem(model, loss=loss)
    y = problem.lambdify().predict(true, SPREAD)
    fit = problem.fit(SPREAD, y)
    assert dict(fit.parameters) == pytest.approx(true, rel=1e-4)


def test_many_terms_are_in_order_whatever_their_names() -> None:
    places = np.arange(1.0, 13)
    y = sum(np.exp(-(((SPREAD * 1.3 - m) / 0.3) ** 2)) for m in places)
    model = " + ".join(f"a{n}*exp(-((x-m{n})/w{n})^2)" for n in range(12))
    fit = Problem(model).fit(SPREAD * 1.3, y)
    assert [fit.parameters[f"m{n}"] for n in range(12)] == pytest.approx(places, abs=1e-3)


# ---------------------------------------------------------------------------------------------
# Rounding


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize(
    ("model", "x", "open_"),
    [
        ("a*sin(pi*x)", WHOLE, "a"),
        ("a*sin(pi*x) + b*x", WHOLE, "a"),
        ("a*tan(pi*x) + b", WHOLE + 1950, "a"),
        ("a*exp(b*sin(pi*x))", WHOLE, "b"),
        ("a*(sin(x)^2 + cos(x)^2 - 1) + b*x", WHOLE, "a"),
        ("a*sin(2*pi*x + b)", WHOLE + 1950, "ab"),
        ("a*cos(2*pi*x) + b", WHOLE + 1950, "ab"),
    ],
)
def test_a_column_that_is_rounding_tells_nothing(
    loss: str, model: str, x: np.ndarray, open_: str
) -> None:
    fit = Problem(model, loss=loss).fit(x, 3 + np.cos(5 * WHOLE**2))
    assert fit.outcome.kind == "converged"
    assert all(name in fit.outcome.message for name in open_)
    assert all(np.isnan(fit.standard_errors[name]) for name in open_)
    assert all(abs(value) < 1e3 for value in fit.parameters.values())


def test_a_fixed_number_of_waves_tells_nothing_either() -> None:
    fit = Problem("a*sin(b*x) + c").fit(WHOLE, 3 + ERRORS[:20], fixed={"b": np.pi})
    assert fit.parameters["a"] == 0
    assert np.isnan(fit.standard_errors["a"])


@pytest.mark.parametrize("model", ["a if x <= 0 else b", "a*max(x - 18, 0) + b", "a*x^3 + b*x + c"])
def test_what_one_row_tells_is_no_rounding(model: str) -> None:
    fit = Problem(model).fit(WHOLE, 3 + np.cos(5 * WHOLE**2))
    assert np.isfinite([*fit.standard_errors.values()]).all()


def test_a_jump_at_a_row_is_no_rounding() -> None:
    idle, _ = noise_of(lambda at: (at[0] <= 1.0).astype(float)[:, None], [np.arange(1.0, 9)])
    assert not idle.any()


@pytest.mark.parametrize("size", [1e-200, 1e200])
def test_slopes_of_any_size_are_no_rounding(size: float) -> None:
    idle, part = noise_of(lambda at: size * at[0][:, None], [WHOLE])
    assert not idle.any()
    assert part < 1e-14


@pytest.mark.parametrize("model", ["a*log(x) + b", "a*log(b*x) + c", "a/x + b"])
def test_a_row_without_a_value_is_named(model: str) -> None:
    with pytest.raises(DataError, match="row index 0: .* is not a finite number there"):
        Problem(model).fit(WHOLE, WHOLE + 1)


def test_factors_of_one_another_have_no_errors_at_any_size() -> None:
    year = np.arange(2000.0, 2006)
    fit = Problem("a*exp(b*x + c)").fit(year, [10, 13, 15, 20, 24, 31])
    assert np.isnan([fit.standard_errors["a"], fit.standard_errors["c"]]).all()
    assert np.isfinite(fit.standard_errors["b"])


# ---------------------------------------------------------------------------------------------
# Peaks


@pytest.mark.parametrize(
    ("shape", "apart"), [("exp(-u^2)", 1.5), ("exp(-u^2)", 1.0), ("1/(1+u^2)", 1.25)]
)
def test_peaks_that_overlap_by_half_are_found(shape: str, apart: float) -> None:
    count, rng = 12, np.random.default_rng(0)
    x = np.linspace(0, (count + 1) * apart, 24 * count)
    places = apart * np.arange(1, count + 1) + rng.normal(0, 0.05 * apart, count)
    wide = rng.uniform(0.85, 1.15, count) * (0.6 if "exp" in shape else 0.5)
    tall = rng.uniform(0.5, 2, count)
    u = (x[:, None] - places) / wide
    true = (np.exp(-(u**2)) if "exp" in shape else 1 / (1 + u**2)) @ tall
    y = true + 0.01 * rng.normal(size=len(x))
    model = " + ".join(f"a{n}*{shape.replace('u', f'((x-m{n})/w{n})')}" for n in range(count))
    fit = Problem(model).fit(x, y)
    assert fit.outcome.kind == "converged"
    assert fit.cost < np.mean((y - true) ** 2)


# ---------------------------------------------------------------------------------------------
# Waves over a power of an input


@pytest.mark.parametrize("power", [0.6, 1.7])
@pytest.mark.parametrize(
    ("model", "angle"),
    [("A*sin(2*pi*f*x^k)", 0.0), ("c + A*sin((x/L)^k + p)", 1.3), ("A*exp(-d*x)*cos(w*x^k)", 0.0)],
)
def test_waves_over_a_power_are_found(model: str, power: float, angle: float) -> None:
    x = np.linspace(0, 5, 150)
    phase = 2 * np.pi * 9 * (x / 5) ** power + angle
    wave = np.cos(phase) * np.exp(-x / 5) if "cos" in model else 2 * np.sin(phase)
    fit = Problem(model, inputs="x").fit(x, wave + ("c + " in model))
    assert fit.outcome.kind == "converged"
    assert fit.parameters["k"] == pytest.approx(power, abs=1e-7)
    assert fit.cost < 1e-14


def test_an_angle_of_very_many_turns_is_unwound() -> None:
    x = np.linspace(0, 6, 40)
    rows = Observed((x,), np.sin(2 * x + 0.5))
    formula = sympy.sympify("A*sin(w*x + p)")
    bounds = np.array([(-np.inf, np.inf)] * 3)
    ties = Ties(Curve(formula, ("A", "w", "p"), ("x",)), Units(), bounds)
    far, near = np.array([1.0, 2.0, 3e13]), np.array([1.0, 2.0, 3e3])
    assert abs(ties.unwound(far, rows)[2]) <= np.pi
    assert ties.unwound(near, rows) is near
