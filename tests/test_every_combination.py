"""Every optimizer, on every kind of cost, in every way: the same numbers, or a reason why not.

Each optimizer has one kind of cost, in turn; SYMGD_EXPLORE=1 tries them all.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pytest
from nodes import Node
from numpy.typing import NDArray

from symgd import Objective, Problem, SymgdError
from symgd.optimize.method import code_of
from symgd.optimizers.optimizers import OPTIMIZERS

EVERY = os.environ.get("SYMGD_EXPLORE") == "1"
STEPS = 8
X = np.linspace(0.2, 2.0, 12)
Y = np.array([0.9, 1.4, 1.1, 1.8, 1.6, 2.2, 1.9, 2.4, 2.9, 2.6, 3.1, 3.3])
CLASSES = np.array([0, 0, 1, 0, 0, 1, 0, 1, 1, 0, 1, 1.0])
ONE_OF = np.eye(3)[[0, 0, 1, 0, 1, 2, 1, 2, 2, 1, 2, 0]].T
FALLING = 2 * np.exp(-X) + 0.1 * np.sin(9 * X)
Rows = NDArray[np.float64]


FUNCTION = Objective("(1 - x)^2 + 10*(y - x^2)^2")


class Case(NamedTuple):
    """A cost on data, and where descents begin."""

    problem: Problem
    columns: Sequence[NDArray[np.float64]]
    start: Mapping[str, float]


CASES = {
    "line": Case(Problem("m*x + b"), [X, Y], {"m": 0.3, "b": 0.3}),
    "logistic": Case(Problem("sigmoid(w*x + b)", "bce"), [X, CLASSES], {"w": 0.3, "b": 0.3}),
    "decay": Case(Problem("a*exp(-k*x)"), [X, FALLING], {"a": 1.9, "k": 0.9}),
    "ridge line": Case(Problem("m*x + b", penalty="ridge"), [X, Y], {"m": 0.3, "b": 0.3}),
    "ridge logistic": Case(
        Problem("sigmoid(w*x + b)", "bce", penalty="ridge"), [X, CLASSES], {"w": 0.3, "b": 0.3}
    ),
    "ridge decay": Case(
        Problem("a*exp(-k*x)", penalty="ridge", settings={"lambda": 0.01}),
        [X, FALLING],
        {"a": 1.9, "k": 0.9},
    ),
    "huber": Case(Problem("m*x + b", "huber"), [X, Y], {"m": 1.1, "b": 0.6}),
    "softmax": Case(
        Problem(["a*x + c", "b*x", "d - x"], "cce", target=["y1", "y2", "y3"]),
        [X, *ONE_OF],
        {"a": -3.2, "c": 0.9, "b": -2.3, "d": -1.6},
    ),
    "function": Case(FUNCTION, [], {"x": 0.9, "y": 0.8}),
    "lasso": Case(Problem("m*x + b", penalty="lasso"), [X, Y], {"m": 0.3, "b": 0.3}),
}
SQUARES = ("gauss_newton", "levenberg_marquardt")
# What searches a line, solves equations or divides by differences of nearly equal numbers ends in rounding.
ROUGH = (
    *SQUARES,
    "exact_line_search",
    "conjugate_gradients",
    "fletcher_reeves",
    "barzilai_borwein",
    "barzilai_borwein_short",
    "newton",
    "lbfgs",
    "bfgs",
)


def refused(kind: str, name: str, way: str) -> str:
    """The reason why there is no such thing; empty where there is."""
    if name in SQUARES and kind not in ("line", "decay", "ridge line", "ridge decay"):
        return "a sum of squares, and this one is none"
    if name == "newton" and kind == "lasso":
        return "second derivatives, and the lasso penalty has kinks"
    return ""


def by_descend(case: Case, name: str, asked: dict[str, Any], node: Node) -> Rows:
    """The trace in memory."""
    run = case.problem.descend(*case.columns, start=case.start, optimizer=name, **asked)
    return np.column_stack([*(run.trace[n] for n in case.problem.parameters), run.trace.cost])


def made(case: Case, name: str, **how: Any) -> dict[str, Any]:
    """A module or a listing that has been run."""
    names: dict[str, Any] = {"__name__": "code"}
    exec(compile(case.problem.source(optimizer=name, **how), "code", "exec"), names)
    return names


def by_module(case: Case, name: str, asked: dict[str, Any], node: Node) -> Rows:
    """The trace of a module."""
    found = made(case, name)["descend"](*case.columns, start=case.start, **asked)
    return np.array(found.trace)


def by_listing(case: Case, name: str, asked: dict[str, Any], node: Node) -> Rows:
    """The trace of a listing."""
    few = {key: value for key, value in asked.items() if key != "tolerance"}
    start = tuple(case.start.values())
    return np.array(made(case, name, style="listing")["descend"](*case.columns, start, **few))


def by_array_api(case: Case, name: str, asked: dict[str, Any], node: Node) -> Rows:
    """The trace of a module for any array library."""
    xp = pytest.importorskip("array_api_strict")
    module = made(case, name, target="array-api")
    start: Mapping[str, Any] = case.start
    if not case.columns:  # a function's parameters say by which library they are worked with
        start = {parameter: xp.asarray(value) for parameter, value in start.items()}
    found = module["descend"](*map(xp.asarray, case.columns), start=start, **asked)
    return np.array([[float(value) for value in row[:-1]] for row in found.trace])


def by_javascript(case: Case, name: str, asked: dict[str, Any], node: Node) -> Rows:
    """The trace of an ES module."""
    written = case.problem.source(optimizer=name, target="javascript")
    spelled = {"learning_rate": "learningRate", "max_iter": "maxIter"}
    options = {spelled.get(key, key): value for key, value in asked.items()}
    columns = zip(case.problem.columns, case.columns, strict=True)
    data = {column: values.tolist() for column, values in columns}
    passed = [data] if case.columns else []
    found = node.value(written, "descend", *passed, {**options, "start": dict(case.start)})
    rows = [[*row["parameters"].values(), row["cost"]] for row in found["trace"]]
    return np.array(rows, dtype=float)


def by_step(case: Case, name: str, asked: dict[str, Any], node: Node) -> Rows:
    """The first points of steps with numbers put in."""
    rate = {key: value for key, value in asked.items() if key == "learning_rate"}
    found = case.problem.step(*case.columns, start=case.start, optimizer=name, steps=2, **rate)
    places = [found.steps_made[0].start, *(step.end for step in found.steps_made)]
    return np.array([[float(value) for value in place.values()] for place in places])


WAYS: Mapping[str, Callable[[Case, str, dict[str, Any], Node], Rows]] = {
    "descend": by_descend,
    "module": by_module,
    "listing": by_listing,
    "array-api": by_array_api,
    "javascript": by_javascript,
    "step": by_step,
}


@pytest.fixture(scope="module")
def node() -> Iterator[Node]:
    found = Node()
    yield found
    found.close()


def asked_of(name: str) -> dict[str, Any]:
    """Steps, and a rate where the optimizer has one."""
    code = code_of(name, None, None)
    rate = {} if code is not None and code.needs == "none" else {"learning_rate": 0.02}
    return {"max_iter": STEPS, "tolerance": 0, **rate}


TURNS = [(name, kind) for n, name in enumerate(OPTIMIZERS) for kind in [[*CASES][n % len(CASES)]]]
ALL = [(name, kind) for name in OPTIMIZERS for kind in CASES]
ALONE = [
    (name, "function") for name in [*OPTIMIZERS][::2]
]  # the others: test_generated, by modules
NAMED = [("newton", "lasso"), ("gauss_newton", "ridge decay"), ("levenberg_marquardt", "logistic")]


@pytest.mark.parametrize(
    ("name", "kind"), ALL if EVERY else dict.fromkeys([*TURNS, *NAMED, *ALONE])
)
def test_every_way_has_the_same_numbers_or_a_reason(name: str, kind: str, node: Node) -> None:
    case, asked = CASES[kind], asked_of(name)
    whole = None if refused(kind, name, "descend") else by_descend(case, name, asked, node)
    for way, walked in WAYS.items():
        reason = refused(kind, name, way)
        if reason:
            with pytest.raises(SymgdError, match=reason):
                walked(case, name, asked, node)
            continue
        rows = walked(case, name, asked, node)
        assert whole is not None
        count, width = min(len(rows), len(whole)), rows.shape[1]
        assert count >= 3, way
        assert way == "step" or count == len(whole), way
        room = 1e-7 if name in ROUGH else 1e-12
        assert np.allclose(rows[:count], whole[:count, :width], rtol=room, atol=room), way
