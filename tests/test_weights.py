"""Weights: a row of weight 2 is two rows, one of weight 0 none, and one of weight 1 a row, whatever works the numbers out."""

from __future__ import annotations

import subprocess
import sys
import types
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from grids import examples, in_turn
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from nodes import Node
from rounding import rounding_room

from symgd import DataError, FitError, Notation, Problem, ProblemError, SymgdError
from symgd.cli import main
from symgd.codegen.evaluators.evaluator import OnRows, compile_batches, compile_cost, compile_rows
from symgd.codegen.plan import plan_of
from symgd.data.columns import columns_from
from symgd.derivation.engine import gradient_of
from symgd.optimize.constant_curvature import quadratic_of

X, Y, W = np.array([1.0, 2.0, 3.0, 4.0]), np.array([1.2, 1.8, 3.4, 3.9]), np.array([1.0, 2, 1, 0.5])
LINE = Problem("m*x + b", weights="w")
WIDE = " + ".join(f"a{k}*x{k}" for k in range(1, 25)) + " + b"
PROBLEMS = {
    "line": LINE,
    "ridge": LINE.replace(penalty="ridge", settings={"lambda": 0.3}),
    "lasso": LINE.replace(penalty="lasso"),
    "sum": LINE.replace(loss="sse"),
    "half": LINE.replace(loss="half_mse"),
    "root": LINE.replace(loss="rmse"),
    "absolute": LINE.replace(loss="mae"),
    "huber": LINE.replace(loss="huber"),
    "cubic": Problem("a + b*x + c*x^2 + d*x^3", weights="w"),
    "decay": Problem("a*exp(-k*x)", weights="w"),
    "separable": Problem("(a + x)^2 + a*b", weights="w"),
    "logistic": Problem("sigmoid(m*x + b)", "bce", weights="w"),
    "classes": Problem(["a*x", "b*x + c"], "cce", target=["y1", "y2"], weights="w"),
    "by an input": Problem("m*x + b*z", inputs=["x", "z"], weights="z"),
    "wide": Problem(WIDE, weights="w"),
    "wide logistic": Problem(f"sigmoid({WIDE})", "bce", weights="w", penalty="ridge"),
}


def _rows(problem: Problem, count: int, seed: int) -> tuple[list[Any], Any]:
    """Inputs and targets, and whole numbers as weights, of which one at least is above 0."""
    drawn = np.random.default_rng(seed)
    weights = drawn.integers(0, 4, count).astype(float)
    weights[drawn.integers(count)] = 2.0
    columns = {name: drawn.normal(size=count) for name in problem.columns}
    targets = drawn.integers(0, 2, count).astype(float)
    for place, name in enumerate(problem.targets):
        columns[name] = targets if not place else 1 - targets
    assert problem.weights is not None
    columns[problem.weights] = weights
    return [columns[name] for name in problem.columns], weights


def _repeated(problem: Problem, data: Sequence[Any], weights: Any) -> tuple[Problem, list[Any]]:
    """The same rows as often as their weights say, and the problem without."""
    plain, often = (
        problem.replace(weights=None),
        np.repeat(np.arange(len(weights)), weights.astype(int)),
    )
    return plain, [
        c[often] for n, c in zip(problem.columns, data, strict=True) if n in plain.columns
    ]


@cache
def _on_rows(problem: Problem) -> OnRows:
    return compile_rows(problem, gradient_of(problem))


def _loaded(source: str) -> Any:
    module = types.ModuleType("made")
    exec(compile(source, "made", "exec"), vars(module))
    return module


names = st.sampled_from([*PROBLEMS])
seeds = st.integers(0, 10_000)


# ---------------------------------------------------------------------------------------------
# The three laws


@settings(deadline=None, max_examples=examples(20, 40))
@given(names, st.sampled_from([1, 3, 30, 60, 1500]), seeds)
def test_a_weight_of_2_is_the_row_twice_and_one_of_0_no_row(
    name: str, count: int, seed: int
) -> None:
    problem = PROBLEMS[name]
    data, weights = _rows(problem, count, seed)
    plain, rows = _repeated(problem, data, weights)
    point = np.random.default_rng(seed + 1).normal(size=len(problem.parameters)).tolist()
    weighed, counted = (
        _on_rows(p)([np.ascontiguousarray(c) for c in columns])
        for p, columns in ((problem, data), (plain, rows))
    )

    def numbers(values: Sequence[float], columns: Sequence[Any]) -> list[float]:
        evaluate = _on_rows(plain)([*columns])
        cost, slopes = evaluate(values)
        return [cost, *slopes]

    kinked = plain.loss.name in ("mae", "huber") or name == "lasso"
    room = 1e-9 if kinked else rounding_room(numbers, point, rows)
    (cost, slopes), (want, wanted) = weighed(point), counted(point)
    assume(np.isfinite([want, *wanted]).all())
    np.testing.assert_allclose([cost, *slopes], [want, *wanted], rtol=1e-9, atol=room)


@settings(deadline=None, max_examples=examples(8, 15))
@given(names, st.sampled_from([3, 41, 700]), seeds)
def test_a_column_of_ones_changes_nothing(name: str, count: int, seed: int) -> None:
    problem = PROBLEMS[name]
    assume(problem.weights == "w")
    data, _ = _rows(problem, count, seed)
    data[-1] = np.ones(count)
    plain = problem.replace(weights=None)
    start = dict.fromkeys(problem.parameters, 0.1)
    options: dict[str, Any] = {"start": start, "learning_rate": 1e-3, "max_iter": 5, "tolerance": 0}
    try:
        run, other = problem.descend(*data, **options), plain.descend(*data[:-1], **options)
    except SymgdError:
        assume(False)
    np.testing.assert_allclose(run.trace.table, other.trace.table, rtol=1e-10, atol=1e-10)


OPTIMIZERS_TRIED = [
    ("gradient_descent", {"learning_rate": 0.05}),
    ("momentum", {"learning_rate": 0.02}),
    ("adam", {"learning_rate": 0.05}),
    ("coordinate_descent", {"learning_rate": 0.05}),
    ("exact_line_search", {}),
    ("barzilai_borwein", {}),
    ("conjugate_gradients", {}),
    ("newton", {}),
    ("gauss_newton", {}),
    ("levenberg_marquardt", {}),
    ("lbfgs", {}),
]
WAYS: list[dict[str, Any]] = [{"standardise": True}, {"alternate": True}, {"hold": {"b": 0.2}}]


@pytest.mark.parametrize(("optimizer", "options"), OPTIMIZERS_TRIED)
@pytest.mark.parametrize("name", ["line", "curve"])
def test_every_optimizer_weighs_rows(name: str, optimizer: str, options: dict[str, Any]) -> None:
    problem = LINE if name == "line" else Problem("tanh(a*x) + k", weights="w")
    data, weights = _rows(problem, 40, 3)
    plain, rows = _repeated(problem, data, weights)
    most = 1 if optimizer == "conjugate_gradients" else 4  # which is there in two, then rounds
    start = dict.fromkeys(problem.parameters, 0.1)
    made = [
        p.descend(*columns, start=start, optimizer=optimizer, max_iter=most, tolerance=0, **options)
        for p, columns in ((problem, data), (plain, rows))
    ]
    weighed, counted = (np.array(run.trace.table) for run in made)
    np.testing.assert_allclose(weighed, counted, rtol=1e-7, atol=1e-9)


@pytest.mark.parametrize("name", ["line", "decay"])
@pytest.mark.parametrize("way", WAYS)
def test_other_ways_weigh_rows(name: str, way: dict[str, Any]) -> None:
    problem = PROBLEMS[name]
    way = {"hold": {"k": 0.2}} if "hold" in way and name == "decay" else way
    data, weights = _rows(problem, 50, 8)
    plain, rows = _repeated(problem, data, weights)
    options: dict[str, Any] = {"learning_rate": 0.05, "max_iter": 20, "tolerance": 0, **way}
    weighed, counted = problem.descend(*data, **options), plain.descend(*rows, **options)
    np.testing.assert_allclose(weighed.trace.table, counted.trace.table, rtol=1e-9, atol=1e-11)


def test_exact_coordinates_weigh_rows() -> None:
    data, weights = _rows(LINE, 50, 8)
    run = LINE.descend(*data, coordinates="exact", learning_rate=0.5, max_iter=1, tolerance=0)
    want = np.polyfit(data[0], data[1], 1, w=np.sqrt(weights))
    np.testing.assert_allclose([*run.parameters.values()], want, rtol=1e-9)


# ---------------------------------------------------------------------------------------------
# Forms: the summary, batches, modules and targets


@pytest.mark.parametrize("count", [7, 40_000])
@pytest.mark.parametrize("name", ["line", "ridge", "cubic", "wide"])
def test_a_summary_of_weighted_rows_is_the_cost(name: str, count: int) -> None:
    problem = PROBLEMS[name]
    data, weights = _rows(problem, count, 5)
    plain, rows = _repeated(problem, data, weights)
    one = quadratic_of(problem, columns_from(problem.columns, data, {}))
    other = quadratic_of(plain, columns_from(plain.columns, rows, {}))
    assert one is not None
    assert other is not None
    assert plan_of(problem).form == "data summary"
    point = [0.3] * len(problem.parameters)
    np.testing.assert_allclose(
        one.evaluate(point)[1], other.evaluate(point)[1], rtol=1e-9, atol=1e-12
    )
    direct = compile_cost(problem, columns_from(problem.columns, data, {}))(point)
    assert one.evaluate(point)[0] == pytest.approx(direct, rel=1e-12)
    assert one.curvature == pytest.approx(other.curvature, rel=1e-9)
    assert one.unit == pytest.approx(other.unit)


def test_columns_far_from_0_lose_no_digit_by_weights() -> None:
    drawn = np.random.default_rng(2)
    x, w = 1e8 + drawn.normal(size=30_000), drawn.integers(0, 4, 30_000).astype(float)
    y = 3 * (x - 1e8) + 1 + 1e-3 * drawn.normal(size=30_000)
    found = quadratic_of(LINE, columns_from(LINE.columns, [x, y, w], {}))
    assert found is not None
    slope, _ = np.polyfit(x - 1e8, y, 1, w=np.sqrt(w))
    assert found.minimum().parameters["m"] == pytest.approx(slope, rel=1e-9)


@pytest.mark.parametrize("name", [*PROBLEMS])
def test_the_mean_of_the_batches_is_the_whole(name: str) -> None:
    problem = PROBLEMS[name]
    data, _ = _rows(problem, 12, 4)
    derived = gradient_of(problem)
    point = [0.2] * len(problem.parameters)
    on = compile_batches(problem, derived, data)
    parts = [on([c[k : k + 4] for c in data])(point) for k in range(0, 12, 4)]
    whole = compile_rows(problem, derived)(data)(point)
    times = 3 if problem.loss.reduction == "sum" else 1
    if problem.loss.reduction == "root mean":  # whose square is the mean
        assert np.mean([cost**2 for cost, _ in parts]) == pytest.approx(whole[0] ** 2)
        return
    assert times * np.mean([cost for cost, _ in parts]) == pytest.approx(whole[0])
    np.testing.assert_allclose(times * np.mean([s for _, s in parts], axis=0), whole[1], atol=1e-12)


@pytest.mark.parametrize("optimizer", ["gradient_descent", "newton", "gauss_newton"])
def test_one_batch_of_all_rows_is_the_whole(optimizer: str) -> None:
    problem, rate = Problem("tanh(a*x) + k", weights="w"), {"learning_rate": 0.05}
    rate = rate if optimizer == "gradient_descent" else {}
    data, weights = _rows(problem, 40, 3)
    count = int((weights > 0).sum())
    options: dict[str, Any] = {"optimizer": optimizer, "max_iter": 3, "tolerance": 0, **rate}
    options["start"] = {"a": 0.3, "k": 0.1}
    one = problem.descend(*data, batch_size=count, shuffle=False, **options)
    np.testing.assert_allclose(
        one.trace.table, problem.descend(*data, **options).trace.table, rtol=1e-8, atol=1e-10
    )


MODULES = [
    "line",
    "ridge",
    "half",
    "root",
    "cubic",
    "decay",
    "separable",
    "logistic",
    "wide",
    "wide logistic",
]


@pytest.mark.parametrize("name", [*MODULES, "by an input", "classes"])
def test_a_module_walks_as_descend_does(name: str) -> None:
    problem = PROBLEMS[name]
    data, _ = _rows(problem, 50, 6)
    module = _loaded(problem.source())
    count = len(problem.inputs)
    passed = [np.column_stack(data[:count]), *data[count:]] if count >= 20 else data
    start = dict.fromkeys(problem.parameters, 0.1)
    options: dict[str, Any] = {"start": start, "learning_rate": 0.02, "max_iter": 6, "tolerance": 0}
    made, run = module.descend(*passed, **options), problem.descend(*data, **options)
    width = len(problem.parameters) + 1
    np.testing.assert_allclose(made.trace, run.trace.table[:, :width], rtol=1e-12, atol=1e-13)
    below = [*passed[:-1], passed[-1] - 5] if problem.weights == "w" else passed
    if problem.weights == "w":
        with pytest.raises(ValueError, match='argument "w", row index .* is below 0; a weight is'):
            module.descend(*below)
        with pytest.raises(ValueError, match="every weight is 0"):
            module.cost([0.0] * (width - 1), *passed[:-1], 0 * passed[-1])


@pytest.mark.parametrize("optimizer", ["adam", "newton", "gauss_newton", "levenberg_marquardt"])
@pytest.mark.parametrize("style", ["module", "listing"])
def test_code_of_an_optimizer_weighs_rows(style: str, optimizer: str) -> None:
    problem, rate = Problem("tanh(a*x) + k", weights="w"), {"learning_rate": 0.05}
    rate = rate if optimizer == "adam" else {}
    data, _ = _rows(problem, 40, 3)
    data[1] = np.tanh(data[0]) + 0.1 + 0.05 * np.cos(9 * data[0])
    module = _loaded(problem.source(style=style, optimizer=optimizer))
    made = module.descend(*data, start=(0.8, 0.1), max_iter=3, **rate)
    table = np.asarray(made if style == "listing" else made.trace)[:4, :3]
    options: dict[str, Any] = {"start": {"a": 0.8, "k": 0.1}, "optimizer": optimizer, "max_iter": 3}
    run = problem.descend(*data, tolerance=0, **options, **rate)
    np.testing.assert_allclose(table, run.trace.table[:4, :3], rtol=1e-9, atol=1e-11)


@pytest.fixture(scope="module")
def node() -> Iterator[Node]:
    made = Node()
    yield made
    made.close()


TARGETS = ["line", "ridge", "sum", "half", "root", "decay", "logistic", "huber"]


@pytest.mark.parametrize("name", TARGETS)
def test_other_targets_and_listings_weigh_rows(name: str) -> None:
    problem = PROBLEMS[name]
    data, _ = _rows(problem, 30, 6)
    start, rate = (0.1,) * len(problem.parameters), 0.001
    named = dict(zip(problem.parameters, start, strict=True))
    run = problem.descend(*data, start=named, learning_rate=rate, max_iter=6, tolerance=0)
    want = np.array(run.trace.table)[:, : len(start) + 1]
    listing = _loaded(problem.source(style="listing"))
    table = listing.descend(*data, start=start, learning_rate=rate, max_iter=6)
    np.testing.assert_allclose(table, want, rtol=1e-12, atol=1e-13)
    arrays = _loaded(problem.source(target="array-api"))
    found = arrays.descend(*data, start=start, learning_rate=rate, max_iter=6, tolerance=0)
    np.testing.assert_allclose(np.array(found.trace)[:, :-1], want, rtol=1e-12, atol=1e-13)
    with pytest.raises(ValueError, match="column w is .* a weight is 0 or more"):
        arrays.descend(*data[:-1], data[-1] - 9, learning_rate=rate)
    with pytest.raises(ValueError, match="column w is 0 in every row"):
        arrays.descend(*data[:-1], 0 * data[-1], learning_rate=rate)


@pytest.mark.parametrize("name", TARGETS)
def test_javascript_weighs_rows(name: str, node: Node) -> None:
    problem = PROBLEMS[name]
    data, _ = _rows(problem, 30, 6)
    point = [0.1] * len(problem.parameters)
    named = {n: c.tolist() for n, c in zip(problem.columns, data, strict=True)}
    bad = {**named, "w": [-1.0] * 30}
    source = problem.source(target="javascript")
    found, below = node.ask(source, ["cost", point, named], ["cost", point, bad])
    cost = problem.lambdify().cost(point, *data)
    assert found["value"] == pytest.approx(cost, rel=1e-13)
    assert "a weight is 0 or more" in below["error"]


def test_a_listing_reads_as_a_textbook(golden: Callable[[str, str], None]) -> None:
    golden("listing_weights.py", LINE.source(style="listing"))


# ---------------------------------------------------------------------------------------------
# Against others


def test_the_minimum_is_that_of_others() -> None:
    optimize = pytest.importorskip("scipy.optimize")
    drawn = np.random.default_rng(7)
    x, w = np.linspace(0, 3, 60), drawn.uniform(0.1, 4, 60)
    y = 2 * np.exp(-0.7 * x) + 0.05 * drawn.normal(size=60)
    line = LINE.fit(x, y, w).parameters
    np.testing.assert_allclose([*line.values()], np.polyfit(x, y, 1, w=np.sqrt(w)), rtol=1e-10)
    decay = PROBLEMS["decay"].fit(x, y, w).parameters
    best, _ = optimize.curve_fit(
        lambda x, a, k: a * np.exp(-k * x), x, y, p0=(1, 1), sigma=1 / np.sqrt(w)
    )
    np.testing.assert_allclose([*decay.values()], best, rtol=1e-6)
    m, b = 0.3, 0.1
    steps = []
    for _ in range(5):
        left = m * x + b - y
        steps.append((m, b, np.average(left**2, weights=w)))
        m, b = (
            m - 0.1 * 2 * np.sum(w * x * left) / np.sum(w),
            b - 0.1 * 2 * np.sum(w * left) / np.sum(w),
        )
    run = LINE.descend(x, y, w, start={"m": 0.3, "b": 0.1}, learning_rate=0.1, max_iter=4)
    np.testing.assert_allclose(run.trace.table[:, :3], steps, rtol=1e-12)


@pytest.mark.parametrize("name", ["line", "ridge", "absolute", "decay", "sum"])
def test_a_fit_takes_the_weights_of_the_problem(name: str) -> None:
    problem = PROBLEMS[name]
    plain = problem.replace(weights=None)
    x, w = np.linspace(0, 3, 30), np.arange(30.0) % 4
    y = 2 * np.exp(-0.5 * x) + 0.1 * np.cos(9 * x)
    own = problem.fit(x, y, w)
    assert (
        own.json() == plain.fit(x, y, w=w, weights="w").json() == plain.fit(x, y, weights=w).json()
    )
    run = problem.descend(x, y, w, start=dict(own.parameters), max_iter=0)
    assert run.cost == pytest.approx(own.cost, rel=1e-9)
    with pytest.raises(
        FitError, match='the problem has weights already, its column "w"; say it once'
    ):
        problem.fit(x, y, w, weights=w)


# ---------------------------------------------------------------------------------------------
# The derivation, and a student's lines


def test_the_derivation_has_the_weights_in_front(golden: Callable[[str, str], None]) -> None:
    derived = LINE.derive()
    golden("weights.txt", derived.text())
    golden("weights.tex", derived.latex())
    golden("weights.md", derived.markdown())


@pytest.mark.parametrize(
    "name", ["line", "ridge", "half", "sum", "root", "absolute", "logistic", "decay"]
)
def test_every_step_is_checked(name: str) -> None:
    told = PROBLEMS[name].derive().text()
    assert "Checked by sampling" in told
    assert "sympy.diff" in told
    if name != "absolute":
        assert "Checked by sampling" in PROBLEMS[name].hessian().text()


def test_normal_equations_have_weighted_sums() -> None:
    found = LINE.stationary()
    told = found.text()
    assert "m S_wx + b S_w   = S_wy" in told
    assert "the only such point" in told
    at = dict(zip("xyw", (X, Y, W), strict=True))
    want = np.polyfit(X, Y, 1, w=np.sqrt(W))
    assert f"m ≈ {want[0]:.9f}" in found.at(at).text()


def test_a_lost_weight_is_a_wrong_line() -> None:
    right = "dJ/dm = (2/Σ w_i) Σ w_i x_i (m x_i + b - y_i)"
    assert LINE.check(right).text().startswith("Right")
    said = LINE.check(right.replace("Σ w_i x_i", "Σ x_i")).text()
    assert "write wᵢ before the loss of each example" in said
    assert not LINE.check(right.replace("Σ w_i)", "N)")).text().startswith("Right")


# ---------------------------------------------------------------------------------------------
# What is refused, and what is told


@pytest.mark.parametrize(
    ("weights", "said"),
    [
        ("m", 'weights is "m", which is a parameter'),
        ("a,c", "weights names 2 columns; name one"),
        ("2*a", '"2.a" in weights is not a name'),
        (W, "weights of a problem is ndarray, not a name"),
    ],
)
def test_a_name_that_is_no_column_is_refused(weights: Any, said: str) -> None:
    with pytest.raises(ProblemError, match=said):
        Problem("m*x + b", weights=weights)


@pytest.mark.parametrize(
    ("weights", "said"),
    [
        ([1, -2, 1, 1], 'column "w", row index 1: -2 is below 0; a weight is 0 or more'),
        ([0, 0, 0, 0], 'column "w": every weight is 0; give at least one'),
        ([1, float("nan"), 1, 1], '"w", row index 1: nan marks a missing value'),
        ([1, 1, 1], '"x" has 4 rows, "w" 3'),
    ],
)
def test_weights_that_are_none_are_refused(weights: list[float], said: str) -> None:
    for call in (
        LINE.descend,
        LINE.lambdify().on,
        lambda *data: LINE.lambdify().cost((0, 0), *data),
        LINE.analyse,
    ):
        with pytest.raises(DataError, match=said):
            call(X, Y, weights)
    with pytest.raises(DataError, match='no data for "w"'):
        LINE.descend(X, Y)


def test_a_row_of_weight_0_is_never_looked_at() -> None:
    problem = Problem("a*log(x)", weights="w")
    run = problem.descend([-1.0, 2, 3], [5.0, 1, 2], [0.0, 1, 1], max_iter=3)
    assert np.isfinite(run.cost)
    assert len(run.data) == 2
    assert "note: 1 row of weight 0 is left out" in run.text()


def test_predictions_need_no_weights() -> None:
    run = LINE.descend(X, Y, W, max_iter=5)
    assert run.predict([2.0]).shape == (1,)
    assert LINE.lambdify().predict((1.0, 0.0), [2.0]).tolist() == [2.0]
    assert LINE.fit(X, Y, W).predict([2.0]).shape == (1,)


def test_weights_belong_to_the_problem() -> None:
    assert LINE.columns == ("x", "y", "w")
    assert LINE.replace(weights=None) != LINE
    assert LINE.written(index="k").weights == LINE.replace(loss="mae").weights == "w"
    vectors = Problem("sum(w[j]*x[j], j, p) + b", weights="q").written_out(p=2)
    assert vectors.columns == ("x_1", "x_2", "y", "q")
    assert Problem("m*x + b", weights="N", notation=Notation(count="n")).columns[-1] == "N"


def test_the_matrix_form_solves_the_weighted_normal_equations() -> None:
    form = LINE.matrix()
    written = form.text()
    assert "θ                         = (Xᵀ W X)⁻¹ Xᵀ W y" in written
    assert "W = diag(w)" in written
    assert "∇²J = (2/(𝟏ᵀ w)) Xᵀ W X" in written
    assert "one partial derivative at a time" in written
    assert f"{form.stationary().result}" == "(X.T*W*X)**(-1)*X.T*W*y"
    design = np.column_stack([X, np.ones(4)])
    found = np.linalg.solve(design.T @ np.diag(W) @ design, design.T @ np.diag(W) @ Y)
    run = LINE.descend(X, Y, W)
    np.testing.assert_allclose([*run.parameters.values()], found, rtol=1e-5)
    for text in (form.latex(), form.typst(), form.html(), form.markdown(), form.json()):
        assert text


def test_a_ridge_beside_weights_has_its_equations_too() -> None:
    ridge = Problem("m*x + b", weights="q", penalty="ridge", penalized=["m", "b"])
    solved = ridge.matrix().stationary()
    assert "λ" in solved.text()
    assert solved.exposition.chapters[-1].check.passed
    named = LINE.replace(notation=Notation(residual="e")).matrix()
    assert "= (2/(𝟏ᵀ w)) Xᵀ W e" in named.gradient().text()


@pytest.mark.parametrize(("model", "loss"), [("m*x + b", "mae"), ("sigmoid(m*x + b)", "bce")])
def test_the_matrix_form_says_what_it_has_no_weights_for(model: str, loss: str) -> None:
    with pytest.raises(SymgdError, match="with these the matrix form is for squared errors alone"):
        Problem(model, loss, weights="w").matrix()


def test_a_checkpoint_is_of_its_weights(tmp_path: Any) -> None:
    file = tmp_path / "walk.npz"
    LINE.descend(X, Y, W, max_iter=3, learning_rate=0.01, checkpoint=file, checkpoint_every=1)
    with pytest.raises(SymgdError, match="is of other data"):
        LINE.descend(X, Y, 2 * W, max_iter=3, learning_rate=0.01, checkpoint=file)
    with pytest.raises(SymgdError, match="is of another problem"):
        LINE.replace(weights=None).descend(X, Y, max_iter=3, learning_rate=0.01, checkpoint=file)


# ---------------------------------------------------------------------------------------------
# The command line


@pytest.fixture
def table(tmp_path: Any) -> str:
    path = tmp_path / "d.csv"
    rows = zip(X, Y, W, strict=True)
    path.write_text("x,y,my weight,w\n" + "".join(f"{x},{y},{w},{w}\n" for x, y, w in rows))
    return str(path)


def _run(*arguments: str) -> Any:
    return CliRunner().invoke(main, [*arguments])


@pytest.mark.parametrize("column", ["w", "my weight"])
def test_descend_reads_weights(table: str, column: str) -> None:
    options = ["--model", "m*x + b", "--x", "x", "--y", "y", "--weights", column]
    made = _run("descend", table, *options, "--max-iter", "4", "--format", "json")
    assert made.exit_code == 0, made.output
    run = LINE.descend(X, Y, W, max_iter=4)
    assert f"{run.cost!r}" in made.output
    told = _run("analyse", table, *options)
    assert told.exit_code == 0
    assert told.output == LINE.analyse(X, Y, W).text()


def test_every_command_of_a_problem_has_weights(table: str) -> None:
    assert (
        "(1/sum_i(w_i))*sum_i(w_i*" in _run("derive", "m*x + b", "--weights", "w", "--ascii").output
    )
    assert "np.sum(w)" in _run("generate", "m*x + b", "--weights", "w", "--listing").output
    right = "dJ/db = (2/Σ w_i) Σ w_i (m x_i + b - y_i)"
    for lines, code in ((right, 0), (right.replace("Σ w_i (", "Σ ("), 1)):
        asked = ["check", "m*x + b", "-", "--wrt", "b", "--weights", "w"]
        made = CliRunner().invoke(main, asked, input=lines)
        assert made.exit_code == code, made.output
    put_in = _run("derive", "m*x + b", "--weights", "w", "--at", "m=1,b=0", "--data", table)
    assert put_in.exit_code == 0
    assert "1 + 2 + 1 + 0.5" in put_in.output
    missing = _run("descend", table, "--model", "m*x + b", "--weights", "q")
    assert missing.exit_code == 2
    assert 'no column "q"' in missing.output


def test_a_script_reads_the_column_that_weighs_rows(table: str, tmp_path: Any) -> None:
    told = []
    for name in ("w", "my weight"):
        script = tmp_path / "fit.py"
        options = ("--script", "--weights", name, "-o", str(script))
        assert _run("generate", "m*x + b", *options).exit_code == 0
        command = [sys.executable, str(script), table]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        told.append(done.stdout)
    assert told[0] == told[1]


OF_WEIGHTS = [
    ("rate", ("--data",)),
    ("derive", ()),
    ("derive", ("--at", "m=1,b=0", "--data")),
    ("derive", ("--at", "m=1,b=0", "--optimizer", "adam", "--data")),
    ("solve", ("--data",)),
    ("hessian", ()),
    ("generate", ("--listing",)),
    ("generate", ("--explain",)),
]


@pytest.mark.parametrize(
    ("verb", "more", "column"),
    [
        (*verb, column)
        for verb, column in in_turn(OF_WEIGHTS, ["my weight", "m", "2nd, w", "α-share"], of=2)
    ],
)
def test_any_columns_name_weighs_rows(
    verb: str, more: tuple[str, ...], column: str, tmp_path: Any
) -> None:
    """What a letter of its own gives, that the column called otherwise does."""
    told = []
    for name in ("w", column):
        path = tmp_path / "d.csv"
        rows = "".join(f"{x},{y},{w}\n" for x, y, w in zip(X, Y, W, strict=True))
        path.write_text(f'x,y,"{name}"\n{rows}', encoding="utf-8")
        given = (*more, str(path)) if more[-1:] == ("--data",) else more
        inputs = ("--inputs", "x")
        told.append(_run(verb, "m*x + b", "--weights", name, *inputs, *given))
    assert [made.exit_code for made in told] == [0, 0], told[1].output
    assert told[0].stdout == told[1].stdout
