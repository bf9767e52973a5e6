"""Listings of many inputs: over one matrix, as long for 200 as for 20, and with the numbers of the module and of `descend`."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from grids import EVERY, in_turn

from symgd import Notation, Problem
from symgd.cli import main

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
    "penalised twice": Problem(f"sigmoid({summed(WIDE)})", "bce", penalty="ridge"),
    "powers": Problem(f"exp(({summed(WIDE)})/9)", penalty="ridge"),
    "of eight": Problem(f"sigmoid({summed(8)})", "bce", penalty="ridge"),
    "of twelve": Problem(f"a*tanh({summed(12)}) + c", "huber", weights="v"),
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
        "binary_cross_entropy": (target > 0) * 1.0,
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


def test_a_listing_of_eight_inputs_is_for_a_slide_and_of_seven_has_an_argument_for_each() -> None:
    seven, eight = (Problem(summed(n)) for n in (7, 8))
    assert "def cost(theta, x1, x2, x3, x4, x5, x6, x7, y):" in seven.source(style="listing")
    written = eight.source(style="listing")
    assert "def cost(theta, X, y):" in written
    assert written.count("\n") <= 50
    assert "The code takes the 8 inputs as one matrix X." in str(
        eight.explain_plan(style="listing")
    )
    assert "one matrix X" not in str(eight.explain_plan())


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


RULED = ["adam", "momentum", "adagrad", "nesterov", "rprop", "lion"]


@pytest.mark.parametrize(
    ("name", "optimizer"), in_turn(["ridge", "logistic", "before"], RULED, of=2)
)
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


@pytest.mark.parametrize(
    ("name", "optimizer"),
    [
        *(
            (name, "newton")
            # The others take half a minute each: all second derivatives in memory, one by one.
            for name in ("ridge", "no shift", *(("counts", "before", "penalised twice") * EVERY))
        ),
        *(
            (name, optimizer)
            for name in ("squares", "ridge", "ridge on all", "no shift", "powers")
            for optimizer in ("gauss_newton", "levenberg_marquardt")
        ),
    ],
)
def test_so_does_one_that_asks_for_more_than_the_gradient(name: str, optimizer: str) -> None:
    problem = PROBLEMS[name]
    columns, passed = given_to(problem)
    written = problem.source(style="listing", optimizer=optimizer)
    assert "A = " in written
    trace = run(written)["descend"](*passed, max_iter=2)
    data = dict(zip(problem.columns, columns, strict=True))
    start = dict(zip(problem.parameters, trace[0].tolist(), strict=False))
    found = problem.descend(data, optimizer=optimizer, start=start, max_iter=2, tolerance=0).trace
    expected = np.column_stack([*(found[n] for n in problem.parameters), found.cost])
    shared = min(len(trace), len(expected))  # a walk ends where it has arrived
    np.testing.assert_allclose(trace[:shared], expected[:shared], rtol=1e-8, atol=1e-9)


@pytest.mark.parametrize("optimizer", ["gradient_descent", "adam"])
def test_it_is_as_long_for_200_inputs_as_for_20(optimizer: str) -> None:
    few, many = (
        Problem(summed(width)).source(style="listing", optimizer=optimizer).splitlines()
        for width in (20, 200)
    )
    assert len(few) == len(many) < 65
    assert sum(one != other for one, other in zip(few, many, strict=True)) <= 4


@pytest.mark.parametrize("optimizer", ["", "adam"])
def test_golden_listings(optimizer: str, golden: Callable[[str, str], None]) -> None:
    problem = Problem(summed(20), penalty="ridge")
    name = f"listing_wide{'_' * bool(optimizer)}{optimizer}.py"
    golden(name, problem.source(style="listing", optimizer=optimizer or "gradient_descent"))


def test_what_has_no_such_form_has_its_ordinary_listing() -> None:
    squares = Problem(summed(WIDE).replace("x3", "x3^2"))
    some = Problem(summed(WIDE), penalty="ridge", penalized=["w1", "w2"])
    for problem in (squares, some):
        columns, _ = given_to(problem)
        trace = run(problem.source(style="listing"))["descend"](*columns, max_iter=3)
        assert trace.shape == (4, WIDE + 2)


# ---------------------------------------------------------------------------------------------
# Modules of optimizers


def module_of(written: str) -> ModuleType:
    made = ModuleType("generated")
    exec(compile(written, "generated", "exec"), made.__dict__)
    return made


SLOW = {("huber", "newton"), ("before", "newton")}
WALKS = product(
    ("ridge", "counts", "huber", "before", "no shift"),
    ("adam", "momentum", "rprop", "lbfgs", "newton"),
)


@pytest.mark.parametrize(("name", "optimizer"), [w for w in WALKS if EVERY or w not in SLOW])
def test_the_module_of_an_optimizer_walks_over_one_matrix(name: str, optimizer: str) -> None:
    problem = PROBLEMS[name]
    if (name, optimizer) in {("huber", "newton")}:
        problem = PROBLEMS["penalised twice"]
    columns, passed = given_to(problem)
    module = module_of(problem.source(optimizer=optimizer))
    rate = {} if optimizer in {"lbfgs", "newton"} else {"learning_rate": 0.01}
    found = module.descend(*passed, max_iter=6, **rate)
    data = dict(zip(problem.columns, columns, strict=True))
    known = problem.descend(data, optimizer=optimizer, max_iter=6, **rate)
    trace = np.column_stack([*(known.trace[n] for n in problem.parameters), known.trace.cost])
    assert found.outcome == known.outcome.kind
    np.testing.assert_allclose(found.trace, trace, rtol=1e-9, atol=1e-12)
    assert found.states.shape == (len(trace), len(module.STATES))


def test_a_step_by_hand_is_the_step_of_the_walk() -> None:
    problem = PROBLEMS["huber"]
    _, passed = given_to(problem)
    module = module_of(problem.source(optimizer="adam"))
    trace, state, point = module.descend(*passed, learning_rate=0.1, max_iter=3).trace, None, None
    for row in trace:
        point = row[:-1] if point is None else point
        np.testing.assert_allclose(point, row[:-1], rtol=1e-12, atol=1e-13)
        point, state = module.update(point, *passed, 0.1, state)


def test_the_module_of_an_optimizer_grows_by_the_names_alone() -> None:
    few, many = (Problem(summed(width)) for width in (30, 200))
    names = sum(len(f'    "{name}",\n') for name in (*many.parameters, *many.columns))
    assert len(many.source(optimizer="adam")) - len(few.source(optimizer="adam")) < names


# ---------------------------------------------------------------------------------------------
# Told


@pytest.mark.parametrize(
    ("options", "matrix"),
    [
        ([], True),
        (["--optimizer", "adam"], True),
        (["--optimizer", "newton"], True),
        (["--listing"], True),
        (["--listing", "--optimizer", "adam"], True),
        (["--code", "javascript"], True),
        (["--code", "array-api", "--optimizer", "adam"], True),
        (["--code", "javascript", "--optimizer", "lbfgs"], True),
    ],
)
def test_the_plan_says_how_this_code_takes_its_inputs(options: list[str], matrix: bool) -> None:
    done = CliRunner().invoke(main, ["generate", summed(WIDE), "--explain", *options])
    assert done.exit_code == 0
    assert ("The code takes the 22 inputs as one matrix X." in done.output) == matrix
    assert ("The code has an argument for each of the 22 inputs" in done.output) != matrix
    written = CliRunner().invoke(main, ["generate", summed(WIDE), *options]).output
    assert ("x7, x8" in written or "x7,\n" in written) != matrix


def test_the_plan_knows_which_step_has_no_matrix() -> None:
    problem = PROBLEMS["around"]
    residuals = PROBLEMS["powers"]  # which are not linear
    assert "argument for each" in residuals.explain_plan(optimizer="gauss_newton")
    assert "one matrix X" in problem.explain_plan(optimizer="newton")
    assert "one matrix X" in problem.explain_plan(optimizer="adam")
    assert "argument for each" in problem.explain_plan(style="listing", optimizer="newton")
