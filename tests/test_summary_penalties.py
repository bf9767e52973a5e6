"""Penalties of squares in the data summary: as many rows more, and the same descent as over whole arrays."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import mpmath
import numpy as np
import numpy.typing as npt
import pytest
from grids import examples, in_turn
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from rounding import rounding_room

from symgd import DataError, Problem, SymgdError
from symgd.codegen.evaluators.evaluator import compile_array, compile_cost
from symgd.codegen.evaluators.summary import Summary, separate, summarise
from symgd.codegen.plan import plan_of
from symgd.codegen.summary.penalty_squares import penalty_squares
from symgd.data.columns import Columns, columns_from
from symgd.derivation.engine import gradient_of
from symgd.optimize import descend as descend_module
from symgd.optimize.constant_curvature import quadratic_of
from symgd.problem.losses import PENALTIES, Penalty, Setting
from symgd.terms import Term
from symgd.writing.formulas.text import text

from strategies import formulas

FloatArray = npt.NDArray[np.float64]

HALF = Penalty(
    "half_ridge",
    "half a ridge",
    (("lambda/2", "weight^2"),),
    "our own",
    PENALTIES["ridge"].settings,
)
OF_SQUARES: list[dict[str, Any]] = [
    {"penalty": "ridge"},
    {"penalty": "ridge", "settings": {"lambda": 3.0}},
    {"penalty": "ridge", "settings": {"lambda": 0.0}},
    {"penalty": "elastic_net", "settings": {"rho": 0.0, "lambda": 0.7}},
    {"penalty": HALF, "settings": {"lambda": 0.2}},
]
LOSSES = ["mse", "sse", "half_mse", "3*(target - prediction)^2"]
MODELS = [
    "m*x + b",
    "2*a*x^2 - b*x + c",
    "3*(a + b)*x + b",  # a is no function of the parameters that data are multiplied by
    "a*x + b*x",
    "(m*x + b)^2/4",
    "a*b*x + c",
    "a*exp(-b)*x + c",
    "c*sin(a + x) + b",
]


def _data(seed: int = 0, rows: int = 50) -> list[FloatArray]:
    drawn = np.random.default_rng(seed)
    return [drawn.normal(0.3, 1, rows), drawn.normal(1, 1, rows)]


def _summary(problem: Problem, columns: Columns) -> Summary:
    separation = separate(problem)
    assert separation is not None
    return summarise(separation, problem, columns)


def _by_arrays(problem: Problem, data: list[FloatArray], asked: dict[str, Any], patch: Any) -> Any:
    """The descent where nothing is summarised."""
    with patch.context() as here:
        here.setattr(descend_module, "plan_of", lambda p: replace(plan_of(p), separation=None))
        return problem.descend(*data, **asked)


@pytest.mark.parametrize(("model", "loss", "asked"), in_turn(MODELS, LOSSES, OF_SQUARES, of=5))
def test_steps_by_the_summary_are_those_over_whole_arrays(
    model: str, loss: str, asked: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    problem = Problem(model, loss, **asked)
    start = {name: 0.3 - 0.2 * place for place, name in enumerate(problem.parameters)}
    steps: dict[str, Any] = {"learning_rate": 1e-3, "max_iter": 40, "tolerance": 0, "start": start}
    data = _data()
    run = problem.descend(*data, **steps)
    assert run.route == "data summary"
    direct = _by_arrays(problem, data, steps, monkeypatch)
    assert direct.route == "arrays"
    places = len(start) + 1  # parameters and cost; a gradient near 0 is a difference
    assert run.trace.table[:, :places] == pytest.approx(direct.trace.table[:, :places], rel=1e-12)
    room = 1e-12 * float(direct.trace.table[:, places:].max())
    assert run.trace.table == pytest.approx(direct.trace.table, rel=1e-12, abs=room)


@pytest.mark.parametrize("penalized", [None, ["b"], ["m", "b"]])
def test_which_parameters_are_penalised_and_the_minimum(penalized: list[str] | None) -> None:
    problem = Problem("m*x + b", penalty="ridge", penalized=penalized, settings={"lambda": 0.25})
    x, y = _data(rows=300)
    found = quadratic_of(problem, columns_from(["x", "y"], [x, y], {}))
    assert found is not None
    design = np.column_stack([x, np.ones(len(x))])
    weights = np.diag([0.25 * (name in problem.penalized) for name in problem.parameters])
    hessian = design.T @ design / len(x) + weights
    expected = np.linalg.solve(hessian, design.T @ y / len(x))
    assert [*found.minimum().parameters.values()] == pytest.approx(expected.tolist(), rel=1e-12)
    assert found.curvature == pytest.approx(np.linalg.eigvalsh(2 * hessian).tolist(), rel=1e-12)


def test_what_is_no_sum_of_squares_has_none() -> None:
    line = Problem("m*x + b")
    assert penalty_squares(line) == {}
    assert penalty_squares(line.replace(penalty="lasso")) is None
    assert penalty_squares(line.replace(penalty="elastic_net")) is None
    own = Penalty("own", "own", (("lambda", "weight^4"),), "our own", PENALTIES["ridge"].settings)
    assert penalty_squares(line.replace(penalty=own)) is None
    away = Penalty("away", "away", (("-kappa", "weight^2"),), "", (Setting("kappa", 1.0, "", ""),))
    assert penalty_squares(line.replace(penalty=away)) is None
    assert separate(line.replace(penalty="lasso")) is None


def test_a_setting_in_a_loss_is_a_number() -> None:
    problem = Problem("m*x + b", "w*(prediction - target)^2", settings={"w": 0.75})
    found = separate(problem)
    assert found is not None
    assert str(found.scale) == "3/(4*N)"
    columns = columns_from(["x", "y"], _data(), {})
    expected = compile_cost(problem, columns)([0.5, 1.5])
    assert _summary(problem, columns).evaluate([0.5, 1.5])[0] == pytest.approx(expected, rel=1e-14)


@pytest.mark.parametrize("optimizer", ["momentum", "adam", "newton", "bfgs", "gauss_newton"])
def test_optimizers_take_the_same_steps_in_a_module(
    optimizer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    problem = Problem("m*x + b", penalty="ridge")
    data = _data()
    module: dict[str, Any] = {"__name__": "optimizer"}
    exec(compile(problem.source(optimizer=optimizer), "optimizer.py", "exec"), module)
    asked = {"max_iter": 30, **({} if "newton" in optimizer else {"learning_rate": 0.1})}
    run = problem.descend(*data, optimizer=optimizer, **asked)
    found = module["descend"](*data, **asked)
    assert run.route == "data summary"
    assert found.outcome == run.outcome.kind
    assert found.trace.tolist() == run.trace.table[:, :3].tolist()
    direct = _by_arrays(problem, data, {"optimizer": optimizer, **asked}, monkeypatch)
    assert [*run.parameters.values()] == pytest.approx([*direct.parameters.values()], rel=1e-9)


@pytest.mark.parametrize("model", MODELS)
def test_modules_take_the_same_steps(model: str) -> None:
    problem = Problem(model, "half_mse", penalty="ridge")
    module: dict[str, Any] = {"__name__": "optimizer"}
    exec(compile(problem.source(), "optimizer.py", "exec"), module)
    start = {name: 0.3 - 0.2 * place for place, name in enumerate(problem.parameters)}
    run = problem.descend(*_data(), start=start, max_iter=200)
    found = module["descend"](*_data(), start=start, max_iter=200)
    assert run.route == "data summary"
    np.testing.assert_allclose(found.trace, run.trace.table[:, : len(start) + 1], rtol=1e-12)


# ---------------------------------------------------------------------------------------------
# Digits


def _exactly(problem: Problem, table: list[FloatArray], y: FloatArray, point: list[float]) -> Any:
    """The cost at 60 digits, of a model that is its parameters times columns; mse and ridge."""
    with mpmath.workdps(60):
        numbers = [mpmath.mpf(value) for value in point]
        total = mpmath.mpf(0)
        for *row, target in zip(*(column.tolist() for column in (*table, y)), strict=True):
            total += (sum(v * c for v, c in zip(numbers, row, strict=True)) - target) ** 2
        squares = [numbers[problem.parameters.index(name)] ** 2 for name in problem.penalized]
        return total / len(y) + mpmath.mpf(problem.settings["lambda"]) * sum(squares)


@pytest.mark.parametrize("strength", [1e-14, 1e-8, 1e-3, 10.0])
@pytest.mark.parametrize(("mean", "noise"), [(0.0, 1.0), (1e4, 1e-6), (1e6, 1e-3), (0.0, 1e-12)])
def test_a_cost_near_its_minimum_keeps_its_digits(
    mean: float, noise: float, strength: float
) -> None:
    drawn = np.random.default_rng(3)
    x = mean + drawn.normal(size=1500)
    y = 1.5 * x - 3 + noise * drawn.normal(size=len(x))
    problem = Problem("m*x + b", penalty="ridge", settings={"lambda": strength})
    columns = columns_from(["x", "y"], [x, y], {})
    _expect_digits(problem, columns, [x, np.ones(len(x))])


@pytest.mark.parametrize("strength", [1e-14, 1e-8, 1e-3, 10.0])
@pytest.mark.parametrize("apart", [1e-9, 1e-5, 0.1])
def test_columns_that_are_nearly_alike_keep_their_digits(apart: float, strength: float) -> None:
    drawn = np.random.default_rng(4)
    x = drawn.normal(size=1500)
    z, y = x + apart * drawn.normal(size=len(x)), x + drawn.normal(size=len(x))
    problem = Problem(
        "m*x + c*z + b", inputs=["x", "z"], penalty="ridge", settings={"lambda": strength}
    )
    columns = columns_from(["x", "z", "y"], [x, z, y], {})
    _expect_digits(problem, columns, [x, z, np.ones(len(x))])


def _expect_digits(problem: Problem, columns: Columns, table: list[FloatArray]) -> None:
    """At the minimum, no more than 100 times the error of a direct evaluation."""
    summary, found = _summary(problem, columns), quadratic_of(problem, columns)
    assert found is not None
    point = [*found.minimum().parameters.values()]
    exact = _exactly(problem, table, columns.values[-1], point)
    by_summary = abs(float((mpmath.mpf(summary.evaluate(point)[0]) - exact) / exact))
    direct = abs(float((mpmath.mpf(compile_cost(problem, columns)(point)) - exact) / exact))
    # What a rounding of each prediction does to a cost: a direct evaluation may be better by chance.
    size = np.abs(columns.values[-1]).max() * np.finfo(float).eps / float(mpmath.sqrt(exact))
    assert by_summary <= 100 * max(direct, 1e-16, size * len(table[0]) ** -0.5)
    assert summary.evaluate(point)[0] >= 0


def test_a_penalty_at_the_end_of_the_floats() -> None:
    problem = Problem("m*x + b", penalty="ridge", settings={"lambda": 1.7e308})
    summary = _summary(problem, columns_from(["x", "y"], _data(), {}))
    expected = float((_data()[1] ** 2).mean())
    assert summary.evaluate([0.0, 0.0])[0] == pytest.approx(expected, rel=1e-14)
    with pytest.raises(DataError, match="the penalty of the parameters"):
        _summary(problem, columns_from(["x", "y"], [_data()[0], 1e155 * _data()[1]], {}))


def test_columns_of_zeros_and_fewer_rows_than_parameters() -> None:
    problem = Problem("a*x + b*x^2 + c", penalty="ridge", penalized=["a", "b", "c"])
    for x in ([0.0, 0.0, 0.0], [2.0], [1.0, 1e-300]):
        y = [1.0] * len(x)
        found = quadratic_of(problem, columns_from(["x", "y"], [x, y], {}))
        assert found is not None
        assert found.rank == 3  # the penalty alone has a minimum
        assert found.minimum().unique


@settings(deadline=None, max_examples=examples(8, 25))
@given(
    shape=st.sampled_from(["({})*a*x + b", "a*x + {}", "a*exp(b)*x + {}", "c*(a*x + b)^2 + {}"]),
    term=formulas(leaves=4),
    loss=st.sampled_from(["mse", "sse", "half_mse"]),
    strength=st.sampled_from([0.0, 1e-9, 0.1, 50.0]),
    everything=st.booleans(),
    rows=st.sampled_from([1, 2, 40]),
    seed=st.integers(0, 1000),
)
def test_the_penalised_cost_of_random_models(
    shape: str,
    term: Term,
    loss: str,
    strength: float,
    everything: bool,
    rows: int,
    seed: int,
) -> None:
    try:
        model = shape.format(text(term, ascii=True))
        given_roles: dict[str, Any] = {"inputs": ["x"], "penalty": "ridge"}
        problem = Problem(model, loss, settings={"lambda": strength}, **given_roles)
        if everything:
            problem = problem.replace(penalized=problem.parameters)
        separation = separate(problem)
        assume(separation is not None)
        assert separation is not None
        drawn = np.random.default_rng(seed)
        data = [drawn.normal(0.3, 1, rows), drawn.normal(1, 1, rows)]
        point = drawn.uniform(-1, 1, len(problem.parameters)).tolist()
        columns = columns_from(["x", "y"], data, {})
        summary = summarise(separation, problem, columns)
        gradient = gradient_of(problem)
    except SymgdError:
        assume(False)
    assume(summary.is_faithful(point))

    def numbers(values: Any, table: Any) -> list[float]:
        cost, slopes = compile_array(problem, gradient, columns_from(["x", "y"], table, {}))(values)
        return [cost, *slopes]

    room = rounding_room(numbers, point, data)
    cost, slopes = summary.evaluate(point)
    assert cost >= 0
    assert [cost, *slopes] == pytest.approx(numbers(point, data), abs=room, rel=1e-6)
