"""Fits over inputs far from 0, such as years: what the same formula finds over inputs measured from their middle."""

from __future__ import annotations

import math

import numpy as np
import pytest
from grids import in_turn

from symgd import Problem

YEARS = np.arange(2011.0, 2016.0)
ASSETS = np.array([255.0, 349.0, 449.0, 554.0, 658.0])  # of an issue of SciPy's, 15437


OF_YEARS = [
    ("a*exp(b*x)", "a*exp(b*(x - 2013))", 1.0),
    ("a*2^(b*x)", "a*2^(b*(x - 2013))", 1.0),
    ("a*x^b", "a*(x/2013)^b", 0.1),
]


@pytest.mark.parametrize(
    ("far", "near", "power", "loss"),
    [
        (*model, loss)
        for model, loss in in_turn(OF_YEARS, ["mse", "mae", "huber", "log_cosh"], of=2)
    ],
)
def test_years_are_fitted_as_years_from_their_middle(
    far: str, near: str, power: float, loss: str
) -> None:
    fit = Problem(far, loss=loss).fit(YEARS, ASSETS**power)
    other = Problem(near, loss=loss).fit(YEARS, ASSETS**power)
    assert fit.outcome.kind == other.outcome.kind == "converged"
    assert fit.cost == pytest.approx(other.cost, rel=1e-9)
    assert fit.parameters["b"] == pytest.approx(other.parameters["b"], rel=1e-6)


def test_rates_of_reactions_over_few_degrees() -> None:
    """Arrhenius: what the logarithm of exact rates tells by a straight line."""
    kelvin = np.linspace(300, 320, 9)
    rates = 2e13 * np.exp(-81000 / (8.314 * kelvin))
    for asked in ({}, {"start": {"A": 1e12, "E": 70000.0}}, {"bounds": {"A": (0, None)}}):
        fit = Problem("A*exp(-E/(8.314*x))", loss="huber").fit(kelvin, rates, **asked)
        assert fit.outcome.kind == "converged"
        assert fit.parameters["E"] == pytest.approx(81000, rel=1e-6)
        assert math.log(fit.parameters["A"]) == pytest.approx(math.log(2e13), rel=1e-6)


def test_it_is_said_how_a_coefficient_was_sought() -> None:
    fit = Problem("a*exp(b*x)", loss="huber").fit(YEARS, ASSETS)
    assert "a was sought by its product with exp(2013*b)" in fit.explain()
    near = Problem("a*exp(b*(x - 2013))", loss="huber").fit(YEARS - 2000, ASSETS)
    assert "was sought by its product" not in near.explain()


def test_the_coefficient_that_no_float_holds_is_the_one_that_is_named() -> None:
    x = 100 + np.arange(0, 3, 0.05)
    y = 2 * (x / 100) ** 3 + 5 * np.exp(-(x - 100) / 0.1)
    fit = Problem("c*x^p + a*exp(-x/tau)").fit(x, y)
    assert "least where a is a number that no float holds" in str(fit.outcome)


@pytest.mark.parametrize("loss", ["mse", "huber"])
def test_a_coefficient_that_no_float_holds_is_no_minimum(loss: str) -> None:
    """Unix times: exp(-1.7e9/900) is 0, and its coefficient would be infinite."""
    seconds = 1.7e9 + np.arange(0, 3600, 60.0)
    counts = 5 * np.exp(-(seconds - 1.7e9) / 900) + 1 + 0.01 * np.sin(np.arange(60.0))
    fit = Problem("a*exp(-x/tau) + c", loss=loss).fit(seconds, counts)
    assert fit.outcome.kind == "stalled"
    assert "no float holds" in str(fit.outcome)
    assert "write x - 1700001770 for x" in str(fit.outcome)


def test_a_column_that_floats_take_for_0_has_no_infinite_coefficient() -> None:
    seconds = 1.7e9 + np.arange(0, 60, 5.0)
    counts = 5 * np.exp(-(seconds - 1.7e9) / 10) + 1
    fit = Problem("a*exp(-x/10) + c").fit(seconds, counts)
    assert fit.outcome.kind == "stalled"
    assert "no float holds; measure inputs from their middles, x - 1700000028" in str(fit.outcome)
    assert fit.parameters == {"a": 0, "c": pytest.approx(counts.mean())}
    assert fit.cost == pytest.approx(np.var(counts))
