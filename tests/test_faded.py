"""Faded: a cost that comes to its limit at infinity since floats end has not converged, in memory and in modules, by any optimizer."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from grids import in_turn

from symgd import Objective, Problem
from symgd.codegen.walk.arrival import Evaluate
from symgd.codegen.walk.faded import has_faded

X = np.arange(1.0, 9)
ONES, NONE = np.ones(8), np.zeros(8)
# Model, loss, targets and starts; the cost falls towards a limit, and the floats end before it.
FADING: list[tuple[str, str, Any, tuple[float, ...]]] = [
    ("m*x", "exp(-p)", ONES, (0.0, 0.5, 200.0, 800.0)),
    ("m*x", "exp(-p*y)", 2 * X, (0.0, 0.5, 200.0)),
    ("m*x", "exp(-p^2) - 1", ONES, (0.5, 50.0)),
    ("m*x", "1/(1 + exp(p))", ONES, (0.5, 20.0, 300.0)),
    ("m*x", "softplus(-p)", ONES, (0.0, 20.0, 300.0)),
    ("m*x", "1 - tanh(p)", ONES, (0.0, 5.0, 50.0)),
    ("m*x", "exp(-p)*(1 + p^2)", ONES, (0.0, 400.0)),
    ("m*x + b", "exp(-p) + exp(-2*p)", ONES, (0.5, 400.0)),
    ("exp(-m*x)", "mse", NONE, (0.5, 50.0, 800.0)),
    ("exp(-m*x) + 1", "huber", ONES, (0.5, 50.0, 800.0)),
    ("sigmoid(m*x)", "bce", ONES, (0.0, 50.0, 800.0)),
    ("sigmoid(m*x)", "mse", ONES, (0.0, 50.0)),
    ("m*x", "bce_logits", ONES, (0.0, 50.0, 800.0)),
]
# Those that have their least where floats do not end, though the cost is 0 there, or flat.
REACHED: list[tuple[str, str, Any, tuple[float, ...]]] = [
    ("m*x", "p^2", ONES, (0.0, 0.5)),
    ("m*x", "hinge", ONES, (0.0, 50.0)),
    ("m*x", "max(0, 1 - p)^4", ONES, (0.0, 5.0)),
    ("m*x", "exp(p - y) - p", -2 * X, (70.0,)),
]


def _kinds(
    model: str, loss: str, y: Any, starts: Sequence[float], **how: Any
) -> list[tuple[str, str]]:
    """How descent and module end from each start."""
    problem = Problem(model, loss=loss)
    rate = {"learning_rate": 0.1} if how.get("optimizer") in ("adam", "momentum") else {}
    module: dict[str, Any] = {"__name__": "optimizer"}
    exec(problem.source(**how), module)
    kinds = []
    for start in starts:
        given = {"start": dict.fromkeys(problem.parameters, start), "max_iter": 800, **rate}
        run = problem.descend(X, y, **given, **how)
        kinds.append((run.outcome.kind, module["descend"](X, y, **given).outcome))
    return kinds


@pytest.mark.parametrize(("model", "loss", "y", "starts"), FADING)
def test_a_cost_that_fades_has_no_minimum(
    model: str, loss: str, y: Any, starts: Sequence[float]
) -> None:
    assert _kinds(model, loss, y, starts) == [("no minimum", "no minimum")] * len(starts)


@pytest.mark.parametrize("optimizer", ["adam", "momentum", "lbfgs"])
@pytest.mark.parametrize("number", [0, 4, 5, 8])
def test_by_no_optimizer_it_is_said_to_have_converged(number: int, optimizer: str) -> None:
    for run, module in _kinds(*FADING[number], optimizer=optimizer):
        assert run == module != "converged"


@pytest.mark.parametrize(("model", "loss", "y", "starts"), REACHED)
def test_a_cost_that_reaches_its_least_has_converged(
    model: str, loss: str, y: Any, starts: Sequence[float]
) -> None:
    assert _kinds(model, loss, y, starts) == [("converged", "converged")] * len(starts)


FADING_FUNCTIONS = [
    ("exp(-x)", (0.0, 370.0, 800.0)),
    ("1/(1 + exp(x))", (40.0, 400.0)),
    ("exp(-x^2) - 1", (3.0, 50.0)),
    ("1 - tanh(x)", (5.0, 50.0)),
    ("exp(-x) + y^2", (400.0,)),
    ("x^2*exp(-x)", (400.0,)),
]


@pytest.mark.parametrize(
    ("formula", "starts", "optimizer"),
    [(*row, name) for row, name in in_turn(FADING_FUNCTIONS, [None, "adam"], of=2)],
)
def test_a_function_that_fades_has_no_minimum(
    formula: str, starts: Sequence[float], optimizer: str | None
) -> None:
    how: dict[str, Any] = {} if optimizer is None else {"optimizer": optimizer}
    rate = {} if optimizer is None else {"learning_rate": 0.1}
    problem, module = Objective(formula), {"__name__": "optimizer"}
    exec(problem.source(**how), module)
    for start in starts:
        given = {"start": dict.fromkeys(problem.parameters, start), **rate}
        run, found = problem.descend(**given, **how), module["descend"](**given)  # type: ignore[operator]
        assert (run.outcome.kind, found.outcome) == ("no minimum", "no minimum")


def test_a_cost_that_is_nowhere_0_is_not_least_at_0() -> None:
    """No float is so small all over: nothing tells where the cost falls."""
    problem, module = Problem("m*x", loss="exp(-2000 - p)"), {"__name__": "optimizer"}
    exec(problem.source(), module)
    run, found = problem.descend(X, ONES), module["descend"](X, ONES)  # type: ignore[operator]
    assert (run.outcome.kind, found.outcome) == ("stalled", "stalled")


def _alone(cost: Any) -> Evaluate:
    return lambda point: (cost(point[0]), (0.0,))


@pytest.mark.parametrize("power", [1, 2, 16])
def test_an_edge_is_told_from_the_end_of_the_floats(power: int) -> None:
    """A cost that comes down to 0 as a power does, however flat, and one that does so by rounding."""
    assert not has_faded(_alone(lambda m: max(0.0, 1 - m) ** power), [0.0], [7.0])
    assert has_faded(_alone(lambda m: math.exp(-power * m)), [0.0], [900.0])
    assert has_faded(_alone(lambda m: 3 + math.exp(-power * m)), [0.0], [900.0])
    assert not has_faded(_alone(lambda m: 3 + float(m < 1)), [0.0], [900.0])  # a step
