"""The data summary of ES modules: run in node, held against `descend`, exact numbers and the same module's direct cost."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nodes import Node
from straight import STRAIGHT, columns_and_rate, exact_mean_squares

from symgd import Problem

ROWS = 11_000  # more than one block
LINE = Problem("m*x + b")
WIDE = " + ".join(f"w{n}*x{n}" for n in range(1, 21)) + " + b"
ONE = {"learningRate": 1.0, "maxIter": 0}


@pytest.fixture(scope="module")
def node() -> Iterator[Node]:
    """One process for all tests of this file."""
    made = Node()
    yield made
    made.close()


# ---------------------------------------------------------------------------------------------
# The same walk


WALKS = [*STRAIGHT, Problem("into*x + top + at*x^2")]  # names that the module has itself


@pytest.mark.parametrize("problem", WALKS, ids=lambda p: f"{p.model} {p.weights} {p.penalty}"[:50])
def test_the_trace_is_that_of_descend(node: Node, problem: Problem) -> None:
    columns, rate = columns_and_rate(problem)
    start = dict.fromkeys(problem.parameters, 0.5)
    run = problem.descend(*columns, learning_rate=rate, start=start, max_iter=40, tolerance=0)
    options = {"learningRate": rate, "maxIter": 40, "tolerance": 0, "start": start}
    data = {n: c.tolist() for n, c in zip(problem.columns, columns, strict=True)}
    module = problem.source(target="javascript")
    assert "summarised(" in module
    trace = node.value(module, "descend", data, options)["trace"]
    costs = [row["cost"] for row in trace]
    assert costs == pytest.approx(np.asarray(run.trace.cost).tolist(), rel=1e-12)
    for name in problem.parameters:
        column = [row["parameters"][name] for row in trace]
        assert column == pytest.approx(run.trace[name].tolist(), rel=1e-12, abs=1e-14)


@pytest.mark.parametrize("optimizer", ["gradient_descent", "newton", "gauss_newton", "lbfgs"])
@pytest.mark.parametrize("weights", [None, "w", "x3"])
def test_the_trace_over_a_matrix_is_that_of_descend(
    node: Node, weights: str | None, optimizer: str
) -> None:
    problem = Problem(WIDE, penalty="ridge", weights=weights)
    rng = np.random.default_rng(4)
    X = rng.uniform(0.5, 1.5, (60, 20))
    y, w = X @ rng.normal(size=20) + rng.normal(size=60), rng.integers(0, 4, 60).astype(float)
    data = {"X": X.tolist(), "y": y.tolist()} | ({"w": w.tolist()} if weights == "w" else {})
    columns = [*X.T, y, *([w] if weights == "w" else [])]
    free = optimizer in ("newton", "gauss_newton")
    rate = {} if free else {"learning_rate": 0.01}
    run = problem.descend(*columns, **rate, optimizer=optimizer, max_iter=5, tolerance=0)
    options = {"maxIter": 5, "tolerance": 0} | ({} if free else {"learningRate": 0.01})
    module = problem.source(target="javascript", optimizer=optimizer)
    found = node.value(module, "descend", data, options)
    costs = [row["cost"] for row in found["trace"]]
    assert costs == pytest.approx(np.asarray(run.trace.cost).tolist()[: len(costs)], rel=1e-10)


@pytest.mark.parametrize(
    "optimizer", ["gradient_descent", "adam", "newton", "gauss_newton", "bfgs"]
)
@pytest.mark.parametrize("model", ["m*x + b", WIDE])
def test_no_step_looks_at_the_rows(node: Node, model: str, optimizer: str) -> None:
    """However many steps there are, the functions that see rows are called as often."""
    problem = Problem(model)
    module = problem.source(target="javascript", optimizer=optimizer)
    assert problem.explain_plan(target="javascript", optimizer=optimizer).startswith(
        "Form: data summary"
    )
    for name in ("function fill(", "function evaluate("):
        assert name in module
        place = module.index("{\n", module.index(name)) + 2
        module = f"{module[:place]}  seen += 1;\n{module[place:]}"
    module += "let seen = 0;\nexport function looked() {\n  return seen;\n}\n"
    rng = np.random.default_rng(2)
    X, y = rng.normal(size=(1500, len(problem.inputs))), rng.normal(size=1500)
    data = {"X": X.tolist()} if len(problem.inputs) > 1 else {"x": X[:, 0].tolist()}
    data["y"] = y.tolist()
    counts = []
    for steps in (1, 4):
        options: dict[str, Any] = {"maxIter": steps, "tolerance": 0}
        if "options.learningRate" in module:
            options["learningRate"] = 1e-3
        answers = node.ask(f"{module}// {steps}", ["descend", data, options], ["looked"])
        counts.append(answers[1]["value"])
        assert answers[0]["value"]["steps"] >= min(steps, 1)
    assert counts[0] == counts[1] > 0


@pytest.mark.parametrize(
    "problem",
    [
        Problem("exp(a)*x"),
        Problem("a*exp(-b*x)"),
        Problem("m*x + b", "huber"),
        Problem("m*x + b", "rmse"),
        Problem("m*x + b", penalty="lasso"),
        Problem("a*gamma(x)"),  # NumPy has no such function, and so its own summary
    ],
    ids=lambda p: f"{p.model} {p.loss.name} {p.penalty}"[:40],
)
def test_where_there_is_no_summary_there_is_no_word_of_one(problem: Problem) -> None:
    module = problem.source(target="javascript")
    assert not any(word in module for word in ("summarised", "fromSummary", "reflect", "CONSTANT"))


# ---------------------------------------------------------------------------------------------
# Its error


def _errors(
    node: Node,
    problem: Problem,
    data: dict[str, Any],
    ones: bool,
    points: Sequence[Sequence[float]],
) -> tuple[list[float], list[float]]:
    """Relative errors of J, from the summary and from all rows."""
    module = problem.source(target="javascript")
    calls = [["descend", data, {**ONE, "start": list(point)}] for point in points]
    calls += [["cost", list(point), data] for point in points]
    answers = [answer["value"] for answer in node.ask(module, *calls)]
    found = [answer["cost"] for answer in answers[: len(points)]]
    columns = [data[name] for name in problem.inputs] + [[1.0] * len(data["y"])] * ones
    exact = exact_mean_squares(columns, data["y"], points)
    assert min(found) >= 0

    def errors(values: Sequence[float]) -> list[float]:
        pairs = zip(values, exact, strict=True)
        return [float(abs(Fraction(value) / true - 1)) for value, true in pairs]

    return errors(found), errors(answers[len(points) :])


FAR = [
    # mean of x, noise, offset of y
    (0.0, 1.0, 0.0),
    (0.0, 1e-12, 0.0),
    (1e4, 1e-6, 0.0),
    (1e4, 1.0, 0.0),
    (1e6, 1e-3, 0.0),
    (1e8, 1.0, 0.0),
    (1e8, 1e-3, 0.0),
    (0.0, 1.0, 1e8),
    (0.0, 1e-3, 1e8),
    (1e8, 1.0, 1e8),
]


@pytest.mark.parametrize(("mean", "noise", "offset"), FAR)
def test_the_error_far_from_0_is_at_most_a_hundred_times_that_of_all_rows(
    node: Node, mean: float, noise: float, offset: float
) -> None:
    """Of several points near the minimum, and of one far from it."""
    rng = np.random.default_rng(1)
    x = mean + rng.normal(size=ROWS)
    y = 1.5 * x - 3 + offset + noise * rng.normal(size=ROWS)
    slopes = [1.5 + 0.1 * noise * k for k in (1, -2, 3, 0.7)]
    points = [(0.2, 0.5), *((m, -3 + offset - (m - 1.5) * mean) for m in slopes)]
    data = {"x": x.tolist(), "y": y.tolist()}
    (far, *near), (direct, *others) = _errors(node, LINE, data, True, points)
    assert far <= max(100 * direct, 1e-14)
    assert max(near) <= max(100 * max(others), 1e-14)


@pytest.mark.parametrize("slope", [0.0, 1.5])
@pytest.mark.parametrize("mean", [1e2, 1e4, 1e6, 1e8])
@pytest.mark.parametrize("rows", [4, 10, 100])
def test_a_column_far_from_0_costs_no_digits_at_0(
    node: Node, rows: int, mean: float, slope: float
) -> None:
    """There direct evaluation is exact, and near the minimum it is not."""
    rng = np.random.default_rng(rows)
    x = mean + rng.normal(size=rows)
    y = slope * (x - mean) - 3 + rng.normal(size=rows)
    m, b = np.polyfit(x - mean, y, 1).tolist()
    data = {"x": x.tolist(), "y": y.tolist()}
    for points in (
        [(0.0, 0.0)],
        [(0.2, 0.5)],
        [(m + d, b - (m + d) * mean) for d in (0.1, -0.3, 0.7, 1.1)],
    ):
        found, direct = _errors(node, LINE, data, True, points)
        assert max(found) <= 100 * max(*direct, float(np.finfo(float).eps))


@pytest.mark.parametrize("apart", [1e-3, 1e-6, 1e-9, 0.0])
@pytest.mark.parametrize("ones", [True, False])
def test_the_error_of_columns_that_are_nearly_the_same(
    node: Node, apart: float, ones: bool
) -> None:
    problem = Problem("a*u + c*v + b" if ones else "a*u + c*v", inputs=["u", "v"])
    rng = np.random.default_rng(5)
    u = 3 + rng.normal(size=3000)
    v = u + apart * rng.normal(size=3000)
    y = u + v + 1e-3 * rng.normal(size=3000)
    points = [[1.0, 1.0001, 0.0], [0.3, 1.7, 1e-4], [1e3, -998.0, 0.01], [0.0, 0.0, 0.0]]
    points = [point[: len(problem.parameters)] for point in points]
    order = ["a", "c", "b"][: len(problem.parameters)]
    assert [*problem.parameters] == order
    data = {"u": u.tolist(), "v": v.tolist(), "y": y.tolist()}
    found, direct = _errors(node, problem, data, ones, points)
    for point, one, other in zip(points, found, direct, strict=True):
        residual = point[0] * u + point[1] * v + sum(point[2:]) - y
        size = sum(map(abs, point)) * np.abs(u).max() / math.sqrt(np.mean(residual**2))
        assert one <= max(100 * other, 100 * np.finfo(float).eps * max(1.0, size))


def test_a_first_fit_that_saw_nothing_is_made_anew(node: Node) -> None:
    x = np.zeros(100_000)
    x[12_345] = 1e6  # between the rows of the first fit
    y = 3 * x + np.random.default_rng(0).normal(size=len(x)) * 1e-6
    data = {"x": x.tolist(), "y": y.tolist()}
    found, _ = _errors(node, LINE, data, True, [(3.0, 0.0), (3.0 + 1e-13, 1e-7), (0.0, 0.0)])
    assert max(found) <= 1e-9


@given(
    rows=st.lists(
        st.tuples(*[st.floats(-1e6, 1e6, allow_subnormal=False)] * 3), min_size=1, max_size=12
    ),
    point=st.tuples(*[st.floats(-1e3, 1e3)] * 2),
)
@settings(max_examples=60, deadline=None)
def test_the_cost_is_never_negative_and_right(
    node: Node, rows: list[tuple[float, float, float]], point: tuple[float, float]
) -> None:
    """With weights, which may be 0 but for one."""
    x, y, w = (list(column) for column in zip(*rows, strict=True))
    w = [math.floor(abs(value)) % 3 for value in w[:-1]] + [1]
    problem = Problem("m*x + b", "sse", weights="w")
    module, start = problem.source(target="javascript"), list(point)
    found = node.value(module, "descend", {"x": x, "y": y, "w": w}, {**ONE, "start": start})
    m, b = map(Fraction, point)
    squares = (Fraction(u) * m + b - Fraction(v) for u, v in zip(x, y, strict=True))
    exact = float(sum(weight * part**2 for weight, part in zip(w, squares, strict=True)))
    sizes = max(abs(point[0]) * max(map(abs, x)), abs(point[1]), max(map(abs, y)))
    rounding = 200 * np.finfo(float).eps * sizes * math.sqrt(2 * len(x))
    assert found["cost"] >= 0
    assert abs(math.sqrt(found["cost"]) - math.sqrt(exact)) <= rounding + 1e-150


# ---------------------------------------------------------------------------------------------
# Ends of the floats, and of the data


@pytest.mark.parametrize(
    ("x", "y"),
    [
        ([2.0], [5.0]),
        ([1.0, 2.0], [1.0, 2.0]),
        ([3.3] * 5, [1.0, 2, 3, 4, 5]),
        ([0.0, 0], [1.0, 2.0]),
        ([1e-160, 2e-160], [1.0, 2.0]),
        ([1e150, 2e150], [1e150, 3e150]),
        ([1e8, 1e8 + 1.5e-8], [1.0, 2.0]),
    ],
)
def test_little_constant_and_extreme_data(node: Node, x: list[float], y: list[float]) -> None:
    module, data = LINE.source(target="javascript"), {"x": x, "y": y}
    start = [0.25, -1.5]
    found = node.value(module, "descend", data, {**ONE, "start": start})
    expected = node.value(module, "costAndGradient", start, data)
    assert found["cost"] == pytest.approx(expected["cost"], rel=1e-13)
    assert found["gradientNorm"] == pytest.approx(math.hypot(*expected["gradient"]), rel=1e-12)


def test_a_row_without_weight_is_nowhere_too_large(node: Node) -> None:
    """At the fit to the others, m = 2.5e302, it would be."""
    module = Problem("m*x + b", "sse", weights="w").source(target="javascript")
    data = {"x": [715258.0, 8.999534629784583e-299], "y": [0.0, 22619.0], "w": [0.0, 1.0]}
    found = node.value(module, "descend", data, {**ONE, "start": [0.0, 0.0]})
    assert found["cost"] == 22619.0**2


def test_rows_that_are_too_large_or_not_defined_are_refused(node: Node) -> None:
    module = Problem("a*exp(x) + b").source(target="javascript")
    options = {"learningRate": 0.1}
    error = node.error(module, "descend", {"x": [1, 1000], "y": [1, 2]}, options)
    assert error.startswith("RangeError: the cost or its gradient is not a finite number")
    module = Problem("a*log(x)").source(target="javascript")
    error = node.error(module, "descend", {"x": [1, -1], "y": [1, 2]}, options)
    assert error.startswith("RangeError: the cost or its gradient is not a finite number")


def test_a_module_is_the_same_for_every_model_but_for_its_formulas() -> None:
    """What is not in `fill` and `summarised` is one text."""

    def helpers(problem: Problem) -> str:
        code = problem.source(target="javascript")
        return code[code.index("/** Cost and gradient at a point from the rows") :]

    assert helpers(LINE) == helpers(Problem("a*x^2 + c*x + d", penalty="ridge", weights=None)) != ""
    assert json.dumps(["m", "b"]) in LINE.source(target="javascript")
