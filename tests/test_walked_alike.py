"""Walked alike: `Problem.descend` and generated modules make the same steps, to the last bit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from grids import examples, in_turn
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from symgd import Problem, SymgdError
from symgd.api.run import Run
from symgd.terms import Term
from symgd.writing.formulas.text import text

from strategies import formulas, language


def _module(problem: Problem) -> dict[str, Any]:
    module: dict[str, Any] = {"__name__": "optimizer"}
    exec(compile(problem.source(), "optimizer.py", "exec"), module)
    return module


def _walked_by_both(
    problem: Problem, data: Sequence[Any], asked: dict[str, Any]
) -> tuple[Run, Any] | None:
    """The run and what the generated module answers; None where both refuse."""
    module = _module(problem)
    try:
        run = problem.descend(*data, **asked)
    except SymgdError as error:
        if "saddle" in str(error) or "not known to be least" in str(error):
            assert module["descend"](*data, **asked).outcome == "stalled"
            return None
        with pytest.raises((ValueError, FloatingPointError)):
            module["descend"](*data, **asked)
        return None
    return run, module["descend"](*data, **asked)


def _expect_the_same(run: Run, found: Any) -> None:
    """The same steps, to the last bit."""
    assert (found.steps, found.outcome) == (run.steps, run.outcome.kind)
    assert [*found.parameters] == [*run.parameters.values()]
    assert found.trace.tolist() == run.trace.table[:, : len(found.parameters) + 1].tolist()


@settings(deadline=None, max_examples=examples(5, 15))
@given(
    shape=st.sampled_from(["({})*x + b", "a*x + {}", "{} + x/2 + a", "a*exp(b)*x + {}"]),
    term=st.one_of(language(leaves=3), formulas(leaves=4)),
    loss=st.sampled_from(["mse", "sse", "half_mse", "rmse", "mae", "huber", "quantile"]),
    penalty=st.sampled_from([None, None, "ridge", "lasso"]),
    walks=st.lists(
        st.fixed_dictionaries(
            {
                "learning_rate": st.sampled_from([None, 1e-3, 0.05, 3.0]),
                "tolerance": st.sampled_from([None, 0, 1e-6, 1e-2]),
                "max_iter": st.sampled_from([0, 1, 7, 60, 400]),
            }
        ),
        min_size=3,
        max_size=3,
    ),
    middle=st.sampled_from([0.0, 50.0, 3000.0]),
    rows=st.sampled_from([1, 2, 5, 40]),
    seed=st.integers(0, 1000),
)
def test_descent_and_generated_module_agree_step_by_step(
    shape: str,
    term: Term,
    loss: str,
    penalty: str | None,
    walks: list[dict[str, Any]],
    middle: float,
    rows: int,
    seed: int,
) -> None:
    """Random models of the language: the same steps to the last bit, over arrays and by a data summary."""
    try:
        model = shape.format(text(term, ascii=True))
        problem = Problem(model, loss, inputs=["x"], penalty=penalty)
        problem.source()
    except SymgdError:
        assume(False)
    drawn = np.random.default_rng(seed)
    start = {name: float(drawn.uniform(-1, 1)) for name in problem.parameters}
    data = [drawn.normal(middle, 1, rows), drawn.normal(1, 1, rows)]
    for asked in walks:  # deriving a model takes longer than all of its walks
        given = {name: value for name, value in asked.items() if value is not None}
        both = _walked_by_both(problem, data, {**given, "start": start})
        if both is not None:
            _expect_the_same(*both)


WALKED = [
    ("m*x + b", "mse", "data summary"),
    ("a*x^2 + b*x + c", "half_mse", "data summary"),
    ("(p + 1)*x - q/2 + p", "sse", "data summary"),
    ("a*b*x + c", "mse", "data summary"),
    ("a*(x - b)^2 + c", "mse", "data summary"),
    ("a*cos(b)*x + a*sin(b)", "half_mse", "data summary"),
    ("a*exp(b - x) + c", "sse", "data summary"),
    ("a*exp(-b*x) + c", "mse", "arrays"),
    ("m*x + b", "huber", "arrays"),
    ("m*x + b", "mae", "arrays"),
    ("a*sin(b*x) + c", "log_cosh", "arrays"),
]


@pytest.mark.parametrize(("walk", "asked"), in_turn(WALKED, [{}, {"learning_rate": 0.01}], of=2))
def test_descent_and_generated_module_end_alike(
    walk: tuple[str, str, str], asked: dict[str, float]
) -> None:
    """They make the same number of steps, to the same last bit."""
    model, loss, route = walk
    rng = np.random.default_rng(1)
    x = rng.uniform(0, 3, 60)
    y = 3 * np.exp(-0.7 * x) + rng.normal(0, 0.1, 60)
    problem = Problem(model, loss=loss)
    start = dict.fromkeys(problem.parameters, 0.5)
    both = _walked_by_both(problem, [x, y], {"start": start, "max_iter": 5_000, **asked})
    if both is None:
        assert (bool(asked), loss) == (True, "sse")  # at so large a rate
        return
    assert both[0].route == route
    _expect_the_same(*both)


MODELS = ["a*exp(-b*x) + c", "abs(a*x + b)", "a*x/(b + x)"]


@pytest.mark.parametrize(
    ("model", "loss", "rows"),
    in_turn(MODELS, ["mse", "mae", "huber", "log_cosh"], [1025, 8193, 20_000, 45_001], of=3),
)
def test_many_rows_are_walked_alike(model: str, loss: str, rows: int) -> None:
    """They are added in the same blocks, wherever the columns lie in memory."""
    table = np.random.default_rng(5).uniform(0.1, 3, (rows, 2))
    problem = Problem(model, loss=loss)
    start = dict.fromkeys(problem.parameters, 0.5)
    both = _walked_by_both(problem, [*table.T], {"start": start, "max_iter": 40})
    assert both is not None
    _expect_the_same(*both)


@pytest.mark.parametrize("model", ["m*x + b", "a*b*x + c"])
def test_columns_far_from_0_are_walked_alike(model: str) -> None:
    """Unix times: the module takes them from their middle as well, and loses no digit."""
    x = 1.7e9 + np.arange(40.0)
    y = 3 * np.arange(40.0) + np.random.default_rng(0).normal(size=40)
    problem = Problem(model)
    start = dict.fromkeys(problem.parameters, 0.5)
    both = _walked_by_both(problem, [x, y], {"start": start, "max_iter": 300})
    assert both is not None
    _expect_the_same(*both)


@pytest.mark.parametrize("count", [6, 12, 13])
def test_many_parts_are_walked_alike(count: int) -> None:
    problem = Problem(" + ".join(f"w{k}*x{k}" for k in range(count)))
    table = np.random.default_rng(3).normal(size=(count, 50))
    both = _walked_by_both(problem, [*table, table.sum(axis=0)], {"max_iter": 200})
    assert both is not None
    _expect_the_same(*both)


@pytest.mark.parametrize(
    ("loss", "start", "said", "by_module"),
    [
        ("exp(p-y)-p", 70.0, "converged", "converged"),
        ("exp(-p)", 200.0, "no minimum", "no minimum"),
        ("exp(-p*y)", 0.0, "no minimum", "no minimum"),
        ("-p*y", 1.0, "no minimum", "stalled"),
        ("exp(-p)", 0.5, "no minimum", "no minimum"),
        ("p^2", 0.5, "converged", "converged"),
    ],
)
def test_costs_without_a_minimum(loss: str, start: float, said: str, by_module: str) -> None:
    """No end is told before a step; where the words may differ, docs/trust.md says so."""
    x = np.arange(1.0, 9)
    y = -2 * x if loss == "exp(p-y)-p" else 2 * x
    problem, asked = Problem("m*x", loss=loss), {"start": {"m": start}}
    run, found = problem.descend(x, y, **asked), _module(problem)["descend"](x, y, **asked)
    assert (run.outcome.kind, found.outcome) == (said, by_module)
    assert found.steps == run.steps


@pytest.mark.parametrize(
    ("loss", "penalty"),
    in_turn(
        ["rmse", "mse", "sse", "half_mse", "mae"], [None, "ridge", "lasso", "elastic_net"], of=2
    ),
)
def test_a_module_counts_its_rows_wherever_a_part_needs_them(
    loss: str, penalty: str | None
) -> None:
    """N may stand in a part that has a name, and in no result: the slopes of a + b are one."""
    problem = Problem("(a + b)*x", loss=loss, penalty=penalty)
    data = [[1.0, 2.0, 3.0], [2.0, 3.9, 6.1]]
    asked = {"start": {"a": 0.5}, "learning_rate": 0.01, "max_iter": 3}
    both = _walked_by_both(problem, data, asked)
    assert both is not None
    _expect_the_same(*both)
    given = ([0.5, 0.25], *data)
    value, slopes = problem.lambdify().cost_and_gradient(*given)
    found, found_slopes = _module(problem)["cost_and_gradient"](*given)
    assert (found, [*found_slopes]) == (pytest.approx(value), pytest.approx([*slopes]))
