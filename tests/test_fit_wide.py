"""Fits of many inputs: what is proved without a search, and what a search of many dimensions would miss."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import scipy.optimize
import sympy

import symgd
from symgd.fit.least_squares.curve import Curve
from symgd.fit.losses.interior import Angular
from symgd.fit.losses.programme import Programme
from symgd.fit.losses.recession import _are_balanced


def _programme(width: int, rows: int, seed: int) -> Programme:
    rng = np.random.default_rng(seed)
    table = np.column_stack([rng.normal(size=(rows, width)), np.ones(rows)])
    offsets = table @ rng.normal(size=width + 1) + rng.standard_t(2, rows)
    heights = rng.uniform(0.5, 2, rows)
    slope = table.T @ (heights * rng.uniform(-0.6, 0.6, rows))
    far = np.full(width + 1, np.inf)
    return Programme(table, offsets, heights, slope, -far, far)


def _sum(of: Programme) -> Angular:
    return Angular(of.table, of.offsets, of.heights, of.slope)


@pytest.mark.parametrize(("width", "rows"), [(1, 30), (5, 200), (40, 300), (60, 80)])
def test_an_interior_point_comes_to_the_corner_of_the_programme(width: int, rows: int) -> None:
    for seed in range(3):
        programme = _programme(width, rows, seed)
        corner, least = _sum(programme).corner(), programme.least()
        assert corner is not None
        assert least is not None
        np.testing.assert_allclose(corner, least, rtol=1e-9, atol=1e-11)


def test_no_corner_is_said_where_there_are_several_or_none() -> None:
    programme = _programme(3, 40, 0)
    even = Angular(np.ones((4, 1)), -np.array([1.0, 2.0, 3.0, 4.0]), np.ones(4), np.zeros(1))
    assert even.corner() is None  # every number between 2 and 3
    table = np.column_stack([programme.table, programme.table[:, 0]])
    twice = replace(programme, table=table, slope=np.append(programme.slope, programme.slope[0]))
    assert _sum(twice).corner() is None
    steep = replace(programme, slope=programme.slope + 1e3)
    assert _sum(steep).corner() is None  # it falls for ever
    assert _sum(_programme(5, 6, 0)).corner() is None  # as many rows as parameters


def _linear(width: int) -> str:
    return " + ".join(f"w{n}*x{n}" for n in range(width)) + " + b"


def _rows(width: int, rows: int) -> tuple[dict[str, np.ndarray], np.ndarray]:
    rng = np.random.default_rng(5)
    inputs = rng.normal(size=(rows, width))
    score = inputs @ rng.normal(size=width) / np.sqrt(width) + 0.3
    return {f"x{n}": inputs[:, n] for n in range(width)}, score


@pytest.mark.parametrize("loss", ["mae", "quantile", "hinge"])
def test_many_inputs_need_no_solver_of_programmes(
    loss: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    data, score = _rows(40, 500)
    target = score + np.random.default_rng(6).standard_t(3, 500)
    data["y"] = np.sign(target) if loss == "hinge" else target
    problem = symgd.Problem(_linear(40), loss=loss)
    monkeypatch.setattr("symgd.fit.losses.programme.MUCH", np.inf)
    by_solver = problem.fit(data)
    monkeypatch.undo()

    def refused(*_: object, **__: object) -> None:
        raise AssertionError("the solver was asked")

    monkeypatch.setattr(scipy.optimize, "linprog", refused)
    fit = problem.fit(data)
    assert fit.outcome.kind == by_solver.outcome.kind == "converged"
    assert fit.notes == by_solver.notes
    for name, value in by_solver.parameters.items():
        assert fit.parameters[name] == pytest.approx(value, rel=1e-9, abs=1e-11)


def test_classes_that_a_hinge_parts_are_parted_without_the_solver(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    data, score = _rows(40, 400)
    data["y"] = np.sign(score)

    def refused(*_: object, **__: object) -> None:
        raise AssertionError("the solver was asked")

    monkeypatch.setattr(scipy.optimize, "linprog", refused)
    fit = symgd.Problem(_linear(40), loss="hinge").fit(data)
    assert fit.outcome.kind == "converged"
    assert fit.cost == 0
    assert "not unique" in " ".join(map(str, fit.notes))


@pytest.mark.parametrize("seed", range(6))
def test_rounded_targets_of_groups_leave_corners_that_hold(seed: int) -> None:
    rng = np.random.default_rng(seed)
    table = (rng.random((100, 20)) < 0.1).astype(float)
    y = np.round(table @ rng.normal(size=20) * 2 + rng.exponential(size=100) * 2)
    data = {**{f"x{n}": column for n, column in enumerate(table.T)}, "y": y}
    formula = " + ".join(f"w{n}*x{n}" for n in range(20))
    fit = symgd.Problem(formula, loss="mae").fit(data)
    dual = scipy.optimize.linprog(-y, A_eq=table.T, b_eq=np.zeros(20), bounds=[(-1, 1)] * 100)
    assert fit.outcome.kind == "converged"
    assert fit.cost == pytest.approx(-dual.fun / 100, rel=1e-12)


def test_ridge_of_many_inputs_solves_the_normal_equations() -> None:
    data, score = _rows(120, 400)
    data["y"] = score + np.random.default_rng(7).normal(size=400)
    fit = symgd.Problem(_linear(120), penalty="ridge", settings={"lambda": 0.5}).fit(data)
    table = np.column_stack([*(data[f"x{n}"] for n in range(120)), np.ones(400)])
    bent = table.T @ table / 400 + 0.5 * np.diag([1.0] * 120 + [0.0])
    values = np.linalg.solve(bent, table.T @ data["y"] / 400)
    np.testing.assert_allclose([*fit.parameters.values()], values, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("formula", ["c*sigmoid({})", "c*tanh({}) + a", "c*exp({})"])
def test_many_inputs_in_one_sum_start_along_one_direction(formula: str) -> None:
    data, score = _rows(25, 400)
    around = {"c*sigmoid({})": 3 / (1 + np.exp(-score)), "c*exp({})": 2 * np.exp(score)}
    truth = around.get(formula, 3 * np.tanh(score) + 1)
    noise = 0.1 * np.random.default_rng(8).normal(size=400)
    data["y"] = truth + noise
    fit = symgd.Problem(formula.format(_linear(25))).fit(data)
    assert fit.outcome.kind == "converged"
    assert fit.cost < np.mean(noise**2)
    assert "the direction of a linear fit" in str(fit.method)


def test_a_sum_that_no_linear_fit_shows_is_searched_as_before() -> None:
    data, score = _rows(25, 400)
    data["y"] = 3 * np.exp(-((score - score.mean()) ** 2))
    fit = symgd.Problem(f"c*exp(-({_linear(25)})^2)").fit(data)
    assert "starts for" in str(fit.method)


def test_the_basis_of_a_function_of_a_long_sum_is_its_slope() -> None:
    width, rng = 12, np.random.default_rng(9)
    names = [f"w{n}" for n in range(width)]
    inputs = [f"x{n}" for n in range(width)]
    long = sympy.Add(
        *(sympy.Symbol(w) * sympy.Symbol(x) for w, x in zip(names, inputs, strict=True))
    )
    a, c = sympy.symbols("a c")
    curve = Curve(c * sympy.tanh(long) + a + sympy.Symbol("x0"), ("a", "c", *names), tuple(inputs))
    weights, columns = rng.normal(size=width), [*rng.normal(size=(width, 7))]
    rest, by_a, by_c = curve.basis([*weights], columns)
    np.testing.assert_allclose(rest, columns[0])
    np.testing.assert_allclose(by_a, 1.0)
    np.testing.assert_allclose(by_c, np.tanh(weights @ np.array(columns)))


def test_rows_are_balanced_only_where_no_way_suits_all() -> None:
    rng = np.random.default_rng(10)
    rows = rng.normal(size=(400, 60))
    mixed, apart = rng.choice([-1.0, 1.0], 400), np.sign(rows @ np.ones(60))
    assert _are_balanced(rows, mixed)
    assert not _are_balanced(rows, apart)
    partly = rows.copy()
    partly[:, 0] = np.where(np.arange(400) < 20, mixed, 0.0)  # one input tells twenty rows
    assert not _are_balanced(partly, mixed)
    assert not _are_balanced(rows, np.where(np.arange(400) == 3, 0.0, mixed))
