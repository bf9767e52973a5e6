"""Listings of many inputs: over one matrix, as long for 200 as for 20, and with the numbers of the module and of `descend`."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from symgd import Notation, Problem

WIDE = 22


def summed(width: int, rest: str = " + b") -> str:
    return " + ".join(f"w{n}*x{n}" for n in range(1, width + 1)) + rest


PROBLEMS = {
    "squares": Problem(summed(WIDE)),
    "ridge": Problem(summed(WIDE), penalty="ridge"),
    "ridge on all": Problem(
        summed(WIDE), penalty="ridge", penalized=[*(f"w{n + 1}" for n in range(WIDE)), "b"]
    ),
    "lasso": Problem(summed(WIDE), penalty="lasso"),
    "root": Problem(summed(WIDE), "rmse", penalty="ridge"),
    "logistic": Problem(f"sigmoid({summed(WIDE)})", "bce", penalty="elastic_net"),
    "hinge": Problem(summed(WIDE), "hinge"),
    "counts": Problem(f"exp({summed(WIDE, '')})", "poisson"),
    "huber": Problem(summed(WIDE), "huber", weights="v"),
    "around": Problem(f"a*tanh(-({summed(WIDE)})/2 - 3*x1) + c", "huber"),
    "before": Problem("b + " + summed(WIDE, ""), "log_cosh", notation=Notation(index="j")),
    "no shift": Problem(summed(WIDE, ""), "sse", weights="w"),
    "awkward": Problem(
        " + ".join(f"w{n}*q{n}" for n in range(20)) + " + w*X",
        inputs=[*(f"q{n}" for n in range(20)), "X"],
        target="np",
    ),
}


def columns_of(problem: Problem, rows: int = 60) -> list[np.ndarray]:
    rng = np.random.default_rng(5)
    inputs = [rng.normal(size=rows) for _ in problem.inputs]
    target = rng.normal(size=rows)
    kinds = {
        "bce": (target > 0) * 1.0,
        "hinge": np.sign(target),
        "poisson": rng.poisson(2, rows) * 1.0,
    }
    beside = [rng.uniform(0.5, 2, rows) for _ in problem.columns[len(inputs) + 1 :]]
    return [*inputs, kinds.get(problem.loss.name, target), *beside]


def run(written: str) -> dict[str, Any]:
    names: dict[str, Any] = {"__name__": "listing"}
    exec(compile(written, "listing.py", "exec"), names)
    return names


def given_to(problem: Problem) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """The columns, and what a listing is passed: X, and the others."""
    columns = columns_of(problem)
    width = len(problem.inputs)
    return columns, [np.column_stack(columns[:width]), *columns[width:]]


@pytest.mark.parametrize("name", PROBLEMS)
def test_a_listing_over_a_matrix_walks_as_descend_does(name: str) -> None:
    problem = PROBLEMS[name]
    columns, passed = given_to(problem)
    written = problem.source(style="listing")
    assert "X @ " in written or "X_2 @ " in written
    trace = run(written)["descend"](*passed, learning_rate=0.01, max_iter=20)
    data = dict(zip(problem.columns, columns, strict=True))
    found = problem.descend(data, learning_rate=0.01, max_iter=20, tolerance=0).trace
    expected = np.column_stack([*(found[n] for n in problem.parameters), found.cost])
    np.testing.assert_allclose(trace, expected, rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("optimizer", ["adam", "momentum", "adagrad", "nesterov", "rprop", "lion"])
@pytest.mark.parametrize("name", ["ridge", "logistic", "before"])
def test_so_does_the_listing_of_an_optimizer(name: str, optimizer: str) -> None:
    problem = PROBLEMS[name]
    columns, passed = given_to(problem)
    written = problem.source(style="listing", optimizer=optimizer)
    trace = run(written)["descend"](*passed, learning_rate=0.01, max_iter=10)
    data = dict(zip(problem.columns, columns, strict=True))
    found = problem.descend(
        data, optimizer=optimizer, learning_rate=0.01, max_iter=10, tolerance=0
    ).trace
    expected = np.column_stack([*(found[n] for n in problem.parameters), found.cost])
    np.testing.assert_allclose(trace, expected, rtol=1e-11, atol=1e-12)


@pytest.mark.parametrize("optimizer", ["gradient_descent", "adam"])
def test_it_is_as_long_for_200_inputs_as_for_20(optimizer: str) -> None:
    few, many = (
        Problem(summed(width)).source(style="listing", optimizer=optimizer).splitlines()
        for width in (20, 200)
    )
    assert len(few) == len(many) < 65
    assert sum(one != other for one, other in zip(few, many, strict=True)) <= 4
