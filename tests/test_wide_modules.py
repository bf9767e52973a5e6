"""Modules of many inputs for any array library and for JavaScript: one matrix X, held against the NumPy module and `descend`."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nodes import Node

from symgd import Optimizer, Problem
from symgd.optimizers.optimizers import OPTIMIZERS

WIDE = 21
TARGETS = ("array-api", "javascript")


def summed(width: int, rest: str = " + b") -> str:
    return " + ".join(f"w{n}*x{n}" for n in range(1, width + 1)) + rest


PROBLEMS = {
    "squares": Problem(summed(WIDE)),
    "ridge": Problem(summed(WIDE), penalty="ridge"),
    "root": Problem(summed(WIDE), "rmse", penalty="ridge"),
    "logistic": Problem(f"sigmoid({summed(WIDE)})", "bce", penalty="elastic_net"),
    "counts": Problem(f"exp({summed(WIDE, '')})", "poisson"),
    "around": Problem(f"c + a*tanh(-({summed(WIDE)})/2 - 3*x1)", penalty="ridge"),
    "features": Problem(summed(WIDE).replace("x3", "log(x3^2)") + " - 2*x1", "log_cosh"),
    "chosen": Problem(f"z*({summed(WIDE)})", "huber", inputs=["z", *(f"x{n}" for n in range(1, WIDE + 1))]),
    "no shift": Problem(summed(WIDE, ""), "sse"),
    "some": Problem(f"b + {summed(WIDE, '')}", penalty="ridge", penalized=["b", "w2", "w4"]),
    "weighed": Problem(summed(WIDE), "half_mse", weights="u"),
    "weighed by an input": Problem(summed(WIDE), penalty="ridge", weights="x2"),
    "mixed": Problem(
        summed(WIDE), penalty="ridge", parameters=["w9", "b", *(f"w{n}" for n in range(1, 9))]
        + [f"w{n}" for n in range(WIDE, 9, -1)],
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def node() -> Iterator[Node]:
    """One process for all tests of this file."""
    made = Node()
    yield made
    made.close()


@lru_cache(maxsize=200)
def source_of(name: str, target: str, optimizer: str | None = None) -> str:
    """The text of a module."""
    asked = {} if optimizer is None else {"optimizer": optimizer}
    return PROBLEMS[name].source(target=target, **asked)


def run(source: str) -> ModuleType:
    made = ModuleType("generated")
    exec(compile(source, "generated", "exec"), made.__dict__)
    return made


@lru_cache(maxsize=50)
def module_of(name: str, target: str = "array-api", optimizer: str | None = None) -> ModuleType:
    return run(source_of(name, target, optimizer))


@lru_cache(maxsize=20)
def data_of(name: str, rows: int = 40) -> SimpleNamespace:
    """Columns by name, the matrix, and what the modules are passed."""
    problem, rng = PROBLEMS[name], np.random.default_rng(3)
    columns = {column: rng.normal(size=rows) for column in problem.columns}
    if name == "logistic":
        columns["y"] = (columns["y"] > 0) * 1.0
    if name == "counts":
        columns["y"] = rng.poisson(2, rows) * 1.0
    if problem.weights is not None:
        columns[problem.weights] = rng.uniform(0.3, 2, rows)
    matrix = np.column_stack([columns[column] for column in problem.inputs])
    passed = {"X": matrix, "y": columns["y"]} | ({"w": columns["u"]} if "u" in columns else {})
    listed = {key: values.tolist() for key, values in passed.items()}
    return SimpleNamespace(columns=columns, matrix=matrix, passed=passed, listed=listed)


def point_of(name: str, seed: int = 1) -> list[float]:
    count = len(PROBLEMS[name].parameters)
    return [*map(float, np.random.default_rng(seed).normal(size=count) / 5)]


@pytest.fixture(params=["numpy", "strict", "torch", "jax"])
def xp(request: pytest.FixtureRequest) -> Any:
    """A library."""
    if request.param == "torch":
        pytest.importorskip("array_api_compat")
        return pytest.importorskip("torch")
    if request.param == "jax":
        pytest.importorskip("jax").config.update("jax_enable_x64", True)
        return pytest.importorskip("jax.numpy")
    return np if request.param == "numpy" else pytest.importorskip("array_api_strict")


def numbers(array: Any) -> list[float]:
    return [float(array[k]) for k in range(array.shape[0])]


@pytest.mark.parametrize(("target", "ending"), [("array-api", "py"), ("javascript", "mjs")])
def test_golden_modules(target: str, ending: str, golden: Callable[[str, str], None]) -> None:
    name = f"{target.replace('-', '_')}_matrix.{ending}"
    golden(name, source_of("ridge", target))


@pytest.mark.parametrize(
    ("name", "optimizer"),
    [("around", None), ("features", "adam"), ("some", "gauss_newton"), ("mixed", "newton")],
)
def test_modules_are_clean(name: str, optimizer: str | None, tmp_path: Path) -> None:
    """Formatted, and without lint, as a module that somebody wrote; scripts have lines that fit."""
    path = tmp_path / "optimizer.py"
    path.write_text(source_of(name, "array-api", optimizer), encoding="utf-8")
    ruff = [sys.executable, "-m", "ruff"]
    for command in (
        ["format", "--isolated", "--line-length=100", "--diff", str(path)],
        ["check", "--isolated", "--line-length=100", "--select=E,F,I,UP,B,W", str(path)],
    ):
        done = subprocess.run([*ruff, *command], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
    if optimizer is None:
        script = source_of(name, "javascript").split(" */", 1)[1]
        assert max(map(len, script.split("\n"))) <= 100


# ---------------------------------------------------------------------------------------------
# The same numbers


@pytest.mark.parametrize("name", PROBLEMS)
def test_arrays_have_the_numbers_of_the_numpy_module(name: str, xp: Any) -> None:
    data, point, known = data_of(name), point_of(name), module_of(name, "numpy")
    cost, slopes = known.cost_and_gradient(point, *data.passed.values())
    arrays = [xp.asarray(values.tolist(), dtype=xp.float64) for values in data.passed.values()]
    module, whole = module_of(name), xp.asarray(point, dtype=xp.float64)
    found, gradient = module.cost_and_gradient(whole, *arrays)
    assert float(found) == pytest.approx(cost, rel=1e-12)
    assert numbers(gradient) == pytest.approx(slopes.tolist(), rel=1e-11, abs=1e-13)
    by_name = module.gradient(dict(zip(module.PARAMETERS, point, strict=True)), *arrays)
    assert [float(by_name[one]) for one in module.PARAMETERS] == numbers(gradient)
    in_order = module.gradient(point, *arrays)
    assert [*map(float, in_order)] == numbers(gradient)
    said = known.predict(point, data.matrix)
    assert numbers(module.predict(whole, arrays[0])) == pytest.approx(said.tolist(), rel=1e-12)
    moved = module.update(whole, *arrays, learning_rate=0.01)
    assert numbers(moved) == pytest.approx(point - 0.01 * slopes, rel=1e-11, abs=1e-13)


@pytest.mark.parametrize("name", PROBLEMS)
def test_scripts_have_the_numbers_of_the_numpy_module(name: str, node: Node) -> None:
    data, point, known = data_of(name), point_of(name), module_of(name, "numpy")
    cost, slopes = known.cost_and_gradient(point, *data.passed.values())
    by_name = dict(zip(known.PARAMETERS, point, strict=True))
    rate = {"learningRate": 0.01}
    answers = node.ask(
        source_of(name, "javascript"),
        ["costAndGradient", point, data.listed],
        ["gradient", by_name, data.listed],
        ["predict", point, {"X": data.listed["X"]}],
        ["update", point, data.listed, rate],
    )
    whole, named, said, moved = (answer["value"] for answer in answers)
    assert whole["cost"] == pytest.approx(cost, rel=1e-12)
    assert whole["gradient"] == pytest.approx(slopes.tolist(), rel=1e-11, abs=1e-13)
    assert named == dict(zip(known.PARAMETERS, whole["gradient"], strict=True))
    assert said == pytest.approx(known.predict(point, data.matrix).tolist(), rel=1e-12)
    assert moved == pytest.approx((point - 0.01 * slopes).tolist(), rel=1e-11, abs=1e-13)


# What searches a line, solves equations or divides by differences of nearly equal numbers ends in rounding.
ROUGH = re.compile("line_search|gradients|reeves|newton|borwein|bfgs|marquardt")


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_every_optimizer_walks_as_descend_does(name: str, node: Node) -> None:
    """Each over one matrix."""
    problem, data, steps = PROBLEMS["ridge"], data_of("ridge"), 5
    written = source_of("ridge", "javascript", name)
    rated = " * @param {number} options.learningRate\n" in written
    asked = {"learning_rate": 0.01} if rated else {}
    run = problem.descend(data.columns, optimizer=name, max_iter=steps, tolerance=0, **asked)
    room = 1e-7 if ROUGH.search(name) else 1e-11
    module = module_of("ridge", "array-api", name)
    found = module.descend(*data.passed.values(), max_iter=steps, tolerance=0, **asked)
    options = {"maxIter": steps, "tolerance": 0} | ({"learningRate": 0.01} if rated else {})
    other = node.value(written, "descend", data.listed, options)
    expected = [run.trace[one] for one in problem.parameters] + [run.trace.cost]
    rows = np.array(found.trace)[:, :-1]
    np.testing.assert_allclose(rows, np.column_stack(expected), rtol=room, atol=room)
    listed = [[*row["parameters"].values(), row["cost"]] for row in other["trace"]]
    np.testing.assert_allclose(listed, np.column_stack(expected), rtol=room, atol=room)
    assert "PASSED" in source_of("ridge", "array-api", name)


RULES = [
    "theta' = alpha",
    "theta' = alpha*norm(g)",
    "theta' = theta - alpha*g*j/p",
    "n' = n + 1; theta' = theta - alpha*g/n'",
    "v' = max(0.9*v, |g|); theta' = theta - alpha*clip(g, -1, 1)/(v' + 1)",
    "WEIGHTS' = 0.9*WEIGHTS + g; theta' = theta - (alpha*WEIGHTS' if g > 0 else alpha*g)",
]


@pytest.mark.parametrize("rule", RULES)
def test_rules_of_ones_own_are_over_vectors(rule: str, node: Node) -> None:
    """Numbers among them too."""
    problem, data = PROBLEMS["ridge"], data_of("ridge")
    optimizer = Optimizer("own", rule)
    asked = {"learning_rate": 0.05, "max_iter": 4, "tolerance": 0}
    walked = problem.descend(data.columns, optimizer=optimizer, **asked)
    module = run(problem.source(target="array-api", optimizer=optimizer))
    found = module.descend(*data.passed.values(), **asked)
    assert [row[-2] for row in found.trace] == pytest.approx([*walked.trace.cost], rel=1e-11)
    options = {"learningRate": 0.05, "maxIter": 4, "tolerance": 0}
    source = problem.source(target="javascript", optimizer=optimizer)
    other = node.value(source, "descend", data.listed, options)
    costs = [row["cost"] for row in other["trace"]]
    assert costs == pytest.approx([*walked.trace.cost], rel=1e-11)


SECOND = [("around", "newton"), ("root", "newton"), ("around", "gauss_newton"), ("weighed by an input", "newton"),
          ("some", "gauss_newton"), ("mixed", "newton"), ("mixed", "levenberg_marquardt"),
          ("weighed", "gauss_newton"), ("no shift", "newton")]  # fmt: skip


@pytest.mark.parametrize(("name", "optimizer"), SECOND)
def test_second_derivatives_are_those_of_the_numbers(name: str, optimizer: str, node: Node) -> None:
    """H by differences of the gradient; of residuals, Jᵀr half the gradient and rᵀr the cost."""
    data, point, module = data_of(name), point_of(name), module_of(name, "array-api", optimizer)
    passed = [*data.passed.values()]
    once = "def _summarised(" in source_of(name, "array-api", optimizer)
    worked = module._prepared(np, *passed) if hasattr(module, "_prepared") else passed
    worked = [module._summarised(np, passed)] if once else worked
    if optimizer == "newton":
        found = module._hessian(np, np.array(point), *worked)
        sides = [
            [np.array(module.gradient(point + sign * 1e-5 * unit, *passed)) for sign in (1, -1)]
            for unit in np.eye(len(point))
        ]
        slopes = np.array([(up - down) / 2e-5 for up, down in sides])
        np.testing.assert_allclose(found, slopes, atol=1e-7 * np.abs(found).max())
        whole = [found]
    else:
        whole = module._residuals(np, np.array(point), *worked)
        reached, rows = whole
        cost, gradient = module.cost_and_gradient(np.array(point), *passed)
        assert reached @ reached == pytest.approx(float(cost), rel=1e-12)
        np.testing.assert_allclose(2 * rows.T @ reached, gradient, rtol=1e-10, atol=1e-12)
    inside = "hessian" if optimizer == "newton" else "residuals"
    written = source_of(name, "javascript", optimizer)
    once = "function summarised(" in written
    rows = "summarised(dataOf(data))" if once else "dataOf(data)"
    written += f"\nexport const asked_for = (point, data) => {inside}(point, {rows});\n"
    answer = node.value(written, "asked_for", point, data.listed)
    if once and optimizer != "newton":  # few rows in the place of all, whose products are the same
        whole, answer = _products(*whole), _products(*map(np.array, answer))
    for one, other in zip(whole, [answer] if optimizer == "newton" else answer, strict=True):
        np.testing.assert_allclose(other, one, rtol=1e-9, atol=1e-11)


def _products(reached: Any, rows: Any) -> list[Any]:
    """What rules make of residuals and their derivatives."""
    return [reached @ reached, rows.T @ reached, rows.T @ rows]


@given(st.integers(0, 2**16), st.sampled_from(sorted(PROBLEMS)), st.integers(1, 4))
@settings(max_examples=15)
def test_random_points_and_rows(node: Node, seed: int, name: str, size: int) -> None:
    """Of any scale."""
    data = data_of(name)
    point = [value * size for value in point_of(name, seed)]
    arrays = [values[: size + 2] for values in data.passed.values()]
    listed = dict(zip(data.passed, (values.tolist() for values in arrays), strict=True))
    cost, slopes = module_of(name, "numpy").cost_and_gradient(point, *arrays)
    found, gradient = module_of(name).cost_and_gradient(np.array(point), *arrays)
    other = node.value(source_of(name, "javascript"), "costAndGradient", point, listed)
    room = 1e-12 * max(np.abs(slopes).max(), 1)
    for value, derived in ((float(found), gradient), (other["cost"], other["gradient"])):
        assert value == pytest.approx(cost, rel=1e-11)
        np.testing.assert_allclose(derived, slopes, rtol=1e-10, atol=room)


@pytest.mark.parametrize("z", [800.0, -800.0])
def test_scores_of_800_have_a_cost_and_a_slope(node: Node, z: float) -> None:
    problem = Problem(f"sigmoid({summed(WIDE, '')})", "bce")
    matrix, target = np.zeros((2, WIDE)), np.array([1.0, 0.0] if z < 0 else [0.0, 1.0])
    matrix[:, 0] = z, -z
    point = np.eye(WIDE)[0]
    value, slopes = run(problem.source(target="array-api")).cost_and_gradient(point, matrix, target)
    assert (float(value), float(slopes[0])) == (800.0, 800.0)
    data = {"X": matrix.tolist(), "y": target.tolist()}
    source = problem.source(target="javascript")
    found = node.value(source, "costAndGradient", point.tolist(), data)
    assert (found["cost"], found["gradient"][0]) == (800.0, 800.0)


# ---------------------------------------------------------------------------------------------
# Length, names, and what is refused


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("optimizer", ["gradient_descent", "adam"])
def test_a_module_is_as_long_for_200_inputs_but_for_their_names(
    target: str, optimizer: str
) -> None:
    few, many = (
        Problem(f"sigmoid({summed(width)})", "bce").source(target=target, optimizer=optimizer)
        for width in (20, 200)
    )
    lines = [re.sub(r'^ *("\w+",? ?)+$', "", text, flags=re.M).split("\n") for text in (few, many)]
    assert len([*filter(None, lines[0])]) == len([*filter(None, lines[1])])


AWKWARD = ["X", "y_1", "row", "weights", "point", "xp", "dot", "from", "class", "loss",
           "lambda_", "np_", "examples", "ORDER", *(f"q{n}" for n in range(20))]  # fmt: skip


def test_awkward_names_are_columns_of_the_matrix(node: Node) -> None:
    weights = [f"k{n}" for n in range(len(AWKWARD))]
    model = " + ".join(f"{w}*{x}" for w, x in zip(weights, AWKWARD, strict=True)) + " + total"
    problem = Problem(f"value*tanh({model} + point) + slope", inputs=AWKWARD, target="scale")
    rng = np.random.default_rng(5)
    matrix, target = rng.normal(size=(6, len(AWKWARD))), rng.normal(size=6)
    point = rng.normal(size=len(problem.parameters)) / 5
    cost, slopes = run(problem.source()).cost_and_gradient(point, matrix, target)
    module = run(problem.source(target="array-api"))
    assert problem.columns == module.COLUMNS
    found, gradient = module.cost_and_gradient(point, matrix, target)
    data = {"X": matrix.tolist(), "y": target.tolist()}
    source = problem.source(target="javascript")
    other = node.value(source, "costAndGradient", point.tolist(), data)
    for value, derived in ((float(found), gradient), (other["cost"], other["gradient"])):
        assert value == pytest.approx(cost, rel=1e-12)
        np.testing.assert_allclose(derived, slopes, rtol=1e-10, atol=1e-13)


GOOD = np.ones((3, WIDE))
HOLED = np.where(np.arange(3 * WIDE).reshape(3, WIDE) == WIDE + 2, np.nan, 1.0)
ONES = np.ones(3)


@pytest.mark.parametrize(
    ("X", "y", "said"),
    [
        (GOOD[:, 1:], ONES, r"X has shape \(3, 20\): pass a row for each example, of 21 numbers"),
        (GOOD[:0], ONES[:0], r"X has shape \(0, 21\)"),
        (ONES, ONES, r"X has shape \(3,\)"),
        (GOOD, ONES[:2], "y has 2 values, but X has 3 rows: pass one for each example"),
        (GOOD, GOOD, r"y has shape \(3, 21\): pass one number for each example"),
        (HOLED, ONES, "column x3 is nan at index 1: leave it out"),
        (GOOD, ONES * [1, 1, np.inf], "column y is inf at index 2: leave it out"),
        (GOOD.astype(int), ONES, "X has dtype int64: make it floats"),
        (GOOD.tolist(), ONES, "X is a list, not an array"),
    ],
)
def test_arrays_that_do_not_fit_are_refused(X: Any, y: Any, said: str) -> None:
    with pytest.raises((ValueError, TypeError), match=said):
        module_of("squares").descend(X, y, learning_rate=0.1)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (None, "data must be an object with X and y"),
        ({"y": [1]}, "data.X must be an array of rows"),
        ({"X": [], "y": [1]}, "data.X must be an array of rows: pass at least one"),
        ({"X": GOOD[:, 1:].tolist(), "y": [1, 2, 3]}, "row 0 of X has 20 numbers: pass 21"),
        ({"X": [5], "y": [1]}, "row 0 of X is no array: pass 21, in the order of INPUTS"),
        ({"X": GOOD.tolist(), "y": [1, 2]}, 'column "y" has 2 values, but X has 3 rows'),
        ({"X": GOOD.tolist()}, 'column "y" must be an array of numbers'),
        (
            {"X": [[1.0] * 20 + ["2"]], "y": [1]},
            'column "x21" is "2" at index 0: pass finite numbers alone',
        ),
        ({"X": GOOD.tolist(), "y": [1, None, 2]}, 'column "y" is null at index 1'),
    ],
)
def test_rows_that_do_not_fit_are_refused(node: Node, data: Any, said: str) -> None:
    error = node.error(source_of("squares", "javascript"), "descend", data, {"learningRate": 0.1})
    assert said in error


def test_parameters_that_do_not_fit_are_refused(node: Node) -> None:
    """Without naming two hundred."""
    module, source = module_of("squares"), source_of("squares", "javascript")
    data = {"X": GOOD.tolist(), "y": [1, 2, 3]}
    wanted = "the 22 names in PARAMETERS"
    for start in ({"q": 1.0}, [1.0] * 5):
        with pytest.raises(ValueError, match=wanted):
            module.descend(GOOD, ONES, learning_rate=0.1, start=start)
        asked = {"learningRate": 0.1, "start": start}
        assert wanted in node.error(source, "descend", data, asked)
    with pytest.raises(ValueError, match=wanted):
        module.cost(np.ones(5), GOOD, ONES)


def test_targets_and_weights_that_do_not_fit_are_refused(node: Node) -> None:
    data = {"X": GOOD.tolist(), "y": [-1.0, 0.0, 1.0]}
    source = source_of("counts", "javascript")
    said = 'column "y" is -1 at index 0, which does not fit'
    assert said in node.error(source, "descend", data, {"learningRate": 0.1})
    with pytest.raises(ValueError, match="column y is -1 at index 0, which does not fit"):
        module_of("counts").descend(GOOD, np.array([-1.0, 0.0, 1.0]), learning_rate=0.1)
    weighed = {**data, "w": [1, -1, 2]}
    source = source_of("weighed", "javascript")
    assert 'column "u" is -1 at index 1' in node.error(
        source, "descend", weighed, {"learningRate": 0.1}
    )
    with pytest.raises(ValueError, match="column u is -1.0 at index 1"):
        module_of("weighed").descend(GOOD, ONES, np.array([1.0, -1, 2]), learning_rate=0.1)


def test_what_is_remembered_is_finite(node: Node) -> None:
    """A square that overflows ends the walk."""
    matrix = GOOD * 1e200
    module = module_of("squares", "array-api", "adam")
    with np.errstate(over="ignore"):
        found = module.descend(matrix, ONES, learning_rate=0.1)
    assert found.outcome == "diverged"
    assert "what the next would remember is too large" in found.message
    data = {"X": matrix.tolist(), "y": ONES.tolist()}
    source = source_of("squares", "javascript", "adam")
    other = node.value(source, "descend", data, {"learningRate": 0.1})
    assert other["outcome"] == "diverged"
    assert "what the next would remember is too large" in other["message"]


def test_typed_rows_are_rows(node: Node) -> None:
    source = source_of("squares", "javascript")
    source += "\nexport const typed = (point, { X, y }) => cost(point, { X: X.map((row) => new Float32Array(row)), y });\n"
    data = {"X": GOOD.tolist(), "y": ONES.tolist()}
    point = point_of("squares")
    assert node.value(source, "typed", point, data) == node.value(source, "cost", point, data)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_results_have_the_dtype_of_the_matrix(dtype: str) -> None:
    xp = pytest.importorskip("array_api_strict")
    for name, optimizer in (("around", "newton"), ("no shift", "adam"), ("logistic", None)):
        module, kind = module_of(name, "array-api", optimizer), getattr(xp, dtype)
        data = data_of(name)
        arrays = [xp.asarray(values.tolist(), dtype=kind) for values in data.passed.values()]
        cost, slopes = module.cost_and_gradient(point_of(name), *arrays)
        said = module.predict(point_of(name), arrays[0])
        assert {cost.dtype, said.dtype, *(slope.dtype for slope in slopes)} == {kind}


@pytest.mark.parametrize("target", TARGETS)
def test_the_plan_says_which_modules_take_a_matrix(target: str) -> None:
    squares, root = PROBLEMS["squares"], PROBLEMS["root"]
    said = "The code takes the 21 inputs as one matrix X."
    for optimizer in ("adam", "newton", "gauss_newton"):
        assert said in squares.explain_plan(optimizer=optimizer, target=target)
    for optimizer in ("adam", "newton"):
        assert said in root.explain_plan(optimizer=optimizer, target=target)
