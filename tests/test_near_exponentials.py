"""Near exponentials: exp from a table and a series is exp, and costs and gradients made of it are what they are without."""

from __future__ import annotations

import math
from typing import Any

import mpmath
import numpy as np
import pytest
import scipy.optimize
from grids import examples
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from rounding import rounding_room

from symgd import Problem
from symgd.codegen.evaluators.evaluator import Compiled
from symgd.codegen.program import exp_near as near
from symgd.codegen.program.lower import lower

ROWS = near.NEAR_ROWS + 1234
ULP = 2.0**-52
# Columns of so many rows, each hard in its own way.
COLUMNS = {
    "uniform": lambda drawn: drawn.uniform(0, 3, ROWS),
    "years": lambda drawn: drawn.integers(1900, 2030, ROWS).astype(float),
    "far from 0": lambda drawn: 1e8 + drawn.normal(size=ROWS),
    "with one that is far": lambda drawn: np.append(drawn.normal(size=ROWS - 1), 1e6),
    "many sizes": lambda drawn: drawn.lognormal(0, 3, ROWS),
    "all but one alike": lambda drawn: np.append(np.full(ROWS - 1, 0.7), -2.0),
    "tiny": lambda drawn: 1e-26 * drawn.normal(size=ROWS),
    "huge": lambda drawn: 1e30 * drawn.normal(size=ROWS),
}


@pytest.fixture(autouse=True)
def _by_nodes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the machine has a quick exp, too."""
    monkeypatch.setattr(near, "is_exp_slow", lambda: True)


@pytest.mark.parametrize("name", COLUMNS)
@pytest.mark.parametrize("reach", [0.0, 1e-9, 0.3, 5.0, 60.0, 700.0, 1400.0, 1e9])
def test_exp_by_nodes_is_exp(name: str, reach: float) -> None:
    """To two units in the last place of what the rounded exponent has, and exactly 0 or inf where exp is."""
    column = COLUMNS[name](np.random.default_rng(3))
    nodes = near.nodes_of(column)
    assert nodes is not None
    centres, offsets, places, reach_of_rows = nodes
    rate, middle = -reach / np.ptp(column), float(np.median(column))
    with np.errstate(all="ignore"):
        series = near.exp_series(rate * (centres - middle), nodes)
        if series is None:
            assert abs(rate) * reach_of_rows > 0.03
            return
        found, spare = np.empty(ROWS), np.empty(ROWS)
        near.exp_near(series, offsets, places, spare, out=found)
    for row in (*np.random.default_rng(4).integers(0, ROWS, 200), column.argmax(), column.argmin()):
        with mpmath.workdps(40):
            exponent = mpmath.mpf(rate) * (mpmath.mpf(column[row]) - mpmath.mpf(middle))
            exact = mpmath.exp(exponent)
        if exact > 1.7e308:
            assert found[row] == math.inf
            continue
        rounded = 2 * abs(float(exponent)) + abs(rate) * max(abs(middle), abs(column[row]))
        assert found[row] == pytest.approx(float(exact), rel=(2 + rounded) * ULP, abs=1e-322)


def test_few_rows_and_columns_without_room_have_no_nodes() -> None:
    column = np.linspace(0, 1, near.NEAR_ROWS)
    assert near.nodes_of(column[1:]) is None
    for impossible in (
        np.ones(ROWS),
        1e-100 * column,
        1e40 * column,
        np.append(column, [-1e308, 1e308]),
    ):
        assert near.nodes_of(impossible) is None


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 1e308])
def test_a_series_that_is_no_number_is_none(value: float) -> None:
    nodes = near.nodes_of(np.linspace(-1, 1, ROWS))
    assert nodes is not None
    with np.errstate(all="ignore"):
        assert near.exp_series(value * nodes[0], nodes) is None


MODELS = {
    "a*exp(-b*x) + c": 1,
    "a*exp(-b*x) + c*exp(-d*x)": 2,
    "c/(1 + exp(-(a + b*x)))": 1,
    "a*exp(-(x - c)/exp(b)) + c": 1,
    "a*exp(-b*log(2 + x^2)) + c*exp(b*x)": 2,
    "a*exp(-b*x*z) + c": 0,
    "a/(1 + exp(-b*(x - c)))": 1,
    "a*exp(-b*(x - c)^2)": 0,
    "a*exp(-b*x - c*z)": 0,
    "a*sin(b*x) + c": 0,
}


def _problem(model: str, loss: str = "mse") -> Problem:
    return Problem(model, loss, inputs=["x", "z"] if "z" in model else ["x"])


@pytest.mark.parametrize(("model", "number"), MODELS.items())
def test_exponentials_of_an_affine_exponent_have_series(model: str, number: int) -> None:
    problem = _problem(model)
    written = Compiled(problem, lower(problem, problem.derive())).written
    assert len(written.near.calls) == number
    assert written.text.count("exp_near(") == number


def _without(problem: Problem, *data: Any) -> Any:
    """What NumPy's exp comes to."""
    plain = Compiled(problem, lower(problem, problem.derive()))
    return plain.on([np.ascontiguousarray(column) for column in data])


@settings(deadline=None, max_examples=examples(12, 60))
@given(
    st.sampled_from([*MODELS]),
    st.sampled_from(["mse", "huber", "mae"]),
    st.sampled_from([*COLUMNS]),
    st.integers(0, 1000),
)
def test_cost_and_gradient_are_what_they_are_without(
    model: str, loss: str, name: str, seed: int
) -> None:
    problem, drawn = _problem(model, loss), np.random.default_rng(seed)
    columns = [COLUMNS[name](drawn) for _ in problem.inputs]
    reach = max(float(np.abs(column).max()) for column in columns)
    data = [*columns, drawn.normal(size=ROWS)]
    point = (drawn.uniform(-2, 2, len(problem.parameters)) / max(1.0, reach)).tolist()
    plain = _without(problem, *data)
    expected = plain(point)
    assume(all(map(math.isfinite, expected)))
    room = rounding_room(lambda values, rows: _without(problem, *rows)(values), point, data)
    cost, slopes = problem.lambdify().on(*data)(point)
    assert [cost, *slopes] == pytest.approx(expected, rel=1e-12, abs=room)


def test_what_overflows_is_infinite_as_without() -> None:
    problem = Problem("a*exp(-b*x) + c")
    data = [np.linspace(-1, 1, ROWS), np.zeros(ROWS)]
    evaluate = problem.lambdify().on(*data)
    for point in ((1.0, 800.0, 0.0), (1.0, -800.0, 0.0), (1.0, 1e300, 0.0), (math.nan, 1.0, 0.0)):
        cost, slopes = evaluate(point)
        np.testing.assert_array_equal([cost, *slopes], _without(problem, *data)(point))


def test_a_machine_with_a_quick_exp_has_no_nodes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(near, "is_exp_slow", lambda: False)
    assert near.nodes_of(np.linspace(0, 1, ROWS)) is None


def test_another_library_finds_what_the_data_were_made_of() -> None:
    """From costs and gradients by nodes."""
    x = np.random.default_rng(5).uniform(0, 3, ROWS)
    bound = Problem("a*exp(-b*x) + c").lambdify().on(x, 2 * np.exp(-0.5 * x) + 0.1)
    found = scipy.optimize.minimize(bound, [1.0, 1.0, 0.0], jac=True, tol=1e-14)
    assert found.x.tolist() == pytest.approx([2.0, 0.5, 0.1], rel=1e-6)


@pytest.mark.parametrize(
    "model", ["a*exp(-b*x) + c", "c/(1 + exp(-(a + b*x)))", "a*exp(-b*log(2 + x^2)) + c*exp(b*x)"]
)
@pytest.mark.parametrize("optimizer", [None, "adam", "lbfgs"])
def test_a_module_makes_the_steps_of_descend(model: str, optimizer: str | None) -> None:
    """To the last bit, by nodes as without."""
    problem, drawn = _problem(model), np.random.default_rng(7)
    how: dict[str, Any] = {} if optimizer is None else {"optimizer": optimizer}
    module: dict[str, Any] = {"__name__": "optimizer"}
    exec(problem.source(**how), module)
    module["is_exp_slow"] = lambda: True
    x, start = drawn.uniform(0, 3, ROWS), {"a": 0.4, "b": 0.7, "c": 1.0}
    y = 2 * np.exp(-0.5 * x) + 0.1 * drawn.normal(size=ROWS)
    asked = {"start": start, "max_iter": 12, "tolerance": 0.0, "learning_rate": 0.01}
    asked = {
        name: value
        for name, value in asked.items()
        if name != "learning_rate" or optimizer != "lbfgs"
    }
    run, found = problem.descend(x=x, y=y, **how, **asked), module["descend"](x, y, **asked)
    names = [*problem.parameters]
    own = np.column_stack([*(run.trace[name] for name in names), run.trace.cost])
    np.testing.assert_array_equal(found.trace, own)
    plain = module["cost_and_gradient"](own[-1, :-1], x, y)[0]
    assert plain == pytest.approx(own[-1, -1], rel=1e-13)


@pytest.mark.parametrize("model", MODELS)
def test_modules_have_what_their_exponentials_need_alone(model: str) -> None:
    written = _problem(model).source()
    for name in ("nodes_of", "exp_series", "exp_near", "is_exp_slow", "often"):
        assert (f"{name}(" in written or f"{name}=" in written) == (MODELS[model] > 0)


@pytest.mark.parametrize(
    ("model", "how"),
    [
        ("a*exp(-b*x) + c", {"weights": "w"}),
        ("a*exp(-b*x) + c*exp(-(x - c)/d)", {"weights": "w", "loss": "huber"}),
        ("a*exp(-b*x)", {"penalty": "ridge"}),
        ("a*exp(-b*x)", {"loss": "rmse"}),
    ],
)
def test_weights_penalties_and_losses_leave_a_module_and_descend_alike(
    model: str, how: dict[str, str]
) -> None:
    problem, drawn = Problem(model, **how), np.random.default_rng(8)  # type: ignore[arg-type]
    module: dict[str, Any] = {"__name__": "optimizer"}
    exec(problem.source(), module)
    module["is_exp_slow"] = lambda: True
    x, weights = drawn.uniform(0, 3, ROWS), drawn.integers(0, 4, ROWS).astype(float)
    data = {"x": x, "y": 2 * np.exp(-0.5 * x), "w": weights}
    read = {name: data[name] for name in problem.columns}
    asked = {"learning_rate": 0.01, "max_iter": 8, "tolerance": 0.0}
    start = {name: 0.5 + 0.1 * n for n, name in enumerate(problem.parameters)}
    run = problem.descend(**read, start=start, **asked)
    found = module["descend"](*read.values(), start=start, **asked)
    own = np.column_stack([*(run.trace[name] for name in problem.parameters), run.trace.cost])
    np.testing.assert_array_equal(found.trace, own)
