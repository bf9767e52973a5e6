"""A problem's functions: what they answer, in which form, how they agree with descent, and that other libraries take them."""

from __future__ import annotations

import copy
import math
import pickle
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import symgd
from symgd import Problem
from symgd.codegen.functions.functions import Functions
from symgd.codegen.functions.partial import ArrayFunction, PartialFunction
from symgd.data.arrays import FloatArray
from symgd.errors import DataError, GenerationError, ProblemError, UnknownOption
from symgd.writing.formulas.text import text

from strategies import formulas

X, Y = np.array([1.0, 2.0, 3.0]), np.array([1.2, 1.8, 3.4])
START = {"a": 0.2, "b": 0.5}
CALLS = ("predict", "cost", "gradient", "cost_and_gradient", "update", "hessian")


def line() -> Functions:
    return Problem("a*x + b").lambdify()


# ---------------------------------------------------------------------------------------------
# Lesson 004, in five lines of one's own


def test_a_loop_of_ones_own_walks_through_the_lesson() -> None:
    f = line()
    point, costs = dict(START), [f.cost(START, X, Y)]
    for _ in range(10):
        slopes = f.gradient(point, X, Y)
        point = {name: value - 0.06 * slopes[name] for name, value in point.items()}
        costs.append(f.cost(point, X, Y))
    assert [round(cost, 6) for cost in (costs[0], costs[1], costs[5], costs[10])] == [
        2.116667,
        0.366272,
        0.136284,
        0.125337,
    ]
    assert {name: round(value, 6) for name, value in point.items()} == {
        "a": 0.793182,
        "b": 0.630777,
    }


def test_cost_gradient_and_hessian_are_the_lessons() -> None:
    f = line()
    assert f.cost((0.2, 0.5), X, Y) == pytest.approx(2.1166666666666667, rel=1e-15)
    assert f.gradient((0.2, 0.5), X, Y) == pytest.approx((-6.133333333333, -2.466666666667))
    assert f.hessian((0.2, 0.5), X, Y).tolist() == [[pytest.approx(28 / 3), 4.0], [4.0, 2.0]]
    assert f.predict((2, 1), X).tolist() == [3.0, 5.0, 7.0]


# Of every kind of cost: what separates with psi affine, with psi not affine, and not at all.
WALKS: tuple[tuple[Problem, float], ...] = (
    (Problem("a*x + b"), 0.05),
    (Problem("a*x^2 + b*x + c", "half_mse"), 0.01),
    (Problem("a*b*x"), 0.02),
    (Problem("exp(a)*x + b"), 0.005),
    (Problem("(x - a)^3 + b", "sse"), 1e-4),
    (Problem("a*exp(-b*x) + c"), 0.05),
    (Problem("a*x + b", "huber"), 0.2),
    (Problem("a*x + b", penalty="ridge", settings={"lambda": 0.1}), 0.05),
    (Problem("a*x + b", "mae"), 0.1),
    (Problem("h = tanh(a*x + b); u*h + v"), 0.1),
    (Problem("sigmoid(a*x + b)", "rmse"), 0.5),
)


@pytest.mark.parametrize(("problem", "rate"), WALKS, ids=lambda part: str(part)[:40])
def test_a_loop_on_bound_data_is_the_run_bit_for_bit(problem: Problem, rate: float) -> None:
    start = {name: 0.25 + 0.125 * place for place, name in enumerate(problem.parameters)}
    run = problem.descend(X, Y, start=start, learning_rate=rate, max_iter=25, tolerance=0)
    f, point = problem.lambdify(X, Y), tuple(start.values())
    for row in run.trace.table:
        assert point == tuple(row[: len(point)])
        cost, slopes = f.cost_and_gradient(point)
        assert (cost, math.hypot(*slopes)) == tuple(row[len(point) : len(point) + 2])
        point = tuple(value - rate * slope for value, slope in zip(point, slopes, strict=True))


@pytest.mark.parametrize(("problem", "rate"), WALKS, ids=lambda part: str(part)[:40])
def test_update_is_a_step_of_the_run(problem: Problem, rate: float) -> None:
    f = problem.lambdify()
    start = dict.fromkeys(problem.parameters, 0.3)
    run = problem.descend(X, Y, start=start, learning_rate=rate, max_iter=8, tolerance=0)
    point: dict[str, float] = start
    for _ in range(8):
        point = f.update(point, X, Y, learning_rate=rate)
    assert [*point.values()] == pytest.approx([*run.parameters.values()], rel=1e-11)


# ---------------------------------------------------------------------------------------------
# Forms of parameters and of data


class Pair(NamedTuple):
    a: float
    b: float


def test_a_gradient_has_the_form_of_the_parameters() -> None:
    f, slopes = line().on(X, Y), line().gradient((0.2, 0.5), X, Y)
    for made in ((0.2, 0.5), [0.2, 0.5], Pair(0.2, 0.5)):
        found = f.gradient(made)
        assert type(found) is type(made)
        assert tuple(found) == pytest.approx(slopes)
    assert f.gradient({"b": 0.5, "a": 0.2}) == pytest.approx({"b": slopes[1], "a": slopes[0]})
    assert list(f.gradient({"b": 0.5, "a": 0.2})) == ["b", "a"]
    array = f.gradient(np.array([0.2, 0.5]))
    assert isinstance(array, np.ndarray)
    assert array.shape == (2,)
    alone = Problem("m*x").lambdify(X, Y)
    assert alone.gradient(0.5) == alone.gradient((0.5,))[0]


def test_a_frame_and_its_row_are_taken_by_name() -> None:
    pandas = pytest.importorskip("pandas")
    f, frame = line(), pandas.DataFrame({"y": Y, "other": 0, "x": X})
    row = pandas.Series({"b": 0.5, "a": 0.2})
    assert f.cost(row, frame) == f.cost((0.2, 0.5), X, Y)
    assert f.gradient(row, frame) == f.gradient({"b": 0.5, "a": 0.2}, X, Y)


def test_data_come_by_position_by_name_in_a_table_or_as_numbers() -> None:
    f, point = line(), (0.2, 0.5)
    expected = f.cost(point, X, Y)
    assert f.cost(point, y=Y, x=X) == f.cost(point, X, y=Y) == expected
    assert f.cost(point, {"y": Y, "x": X}) == f.cost(point, [1, 2, 3], (1.2, 1.8, 3.4)) == expected
    assert f.cost(point, X.reshape(3, 1), Y[::1]) == f.cost(point, X[::-1][::-1], Y) == expected
    one = f.gradient(point, 1.0, 1.2)
    assert one == f.gradient(point, np.array(1.0), np.array(1.2))
    assert one == f.gradient(point, X[:1], Y[:1]) == f.gradient(point, x=X[0], y=Y[0])
    total = [f.gradient(point, x, y) for x, y in zip(X, Y, strict=True)]
    assert np.mean(total, axis=0) == pytest.approx(f.gradient(point, X, Y))


def test_data_that_are_passed_are_read_anew_and_those_that_are_bound_are_copies() -> None:
    x, y = X.copy(), Y.copy()
    f = Problem("a*x^2 + b").lambdify()
    bound, point = f.on(x, y), (0.2, 0.5)
    before = f.cost(point, x, y)
    x *= 2
    assert f.cost(point, x, y) == f.cost(point, 2 * X, Y) != before
    assert bound.cost(point) == pytest.approx(before)
    assert bound.cost(point, 2 * X, Y) == f.cost(point, 2 * X, Y)


def test_predictions_have_the_shape_of_the_inputs() -> None:
    f = Problem("a*x + b*z", inputs=["x", "z"]).lambdify()
    grid = np.meshgrid(X, Y)
    assert f.predict((1, 2), *grid).tolist() == (grid[0] + 2 * grid[1]).tolist()
    assert f.predict({"a": 1, "b": 2}, z=1.0, x=X).tolist() == (X + 2).tolist()
    assert float(f.predict((1, 2), 3, 4)) == 11
    assert line().on(X, Y).predict((1, 0)).tolist() == X.tolist()
    scores = Problem(["a*x", "b"], loss="cce", target=["y1", "y2"]).lambdify()
    assert scores.predict((2, 7), X).tolist() == [[2, 7], [4, 7], [6, 7]]


@pytest.mark.parametrize(
    ("call", "error", "said"),
    [
        (lambda f: f.cost((1, 2, 3), X, Y), ProblemError, "3 numbers are passed for the parameters a, b"),
        (lambda f: f.cost({"a": 1}, X, Y), ProblemError, 'the parameter "b" has no value'),
        (lambda f: f.cost({"a": 1, "c": 1}, X, Y), ProblemError, 'there is no parameter "c"'),
        (lambda f: f.cost("ab", X, Y), ProblemError, "the parameters are a str"),
        (lambda f: f.cost((1, "2"), X, Y), ProblemError, "the parameter number 2, a str"),
        (lambda f: f.cost((1, 2j), X, Y), ProblemError, "is no number"),
        (lambda f: f.cost(np.eye(2), X, Y), ProblemError, r"shape \(2, 2\)"),
        (lambda f: f.cost(1.0, X, Y), ProblemError, "1 numbers are passed"),
        (lambda f: f.cost((1, 2)), DataError, "no data for x, y"),
        (lambda f: f.predict((1, 2)), DataError, "no data for x"),
        (lambda f: f.cost((1, 2), X), DataError, 'no data for "y"'),
        (lambda f: f.cost((1, 2), X, Y[:2]), DataError, '"x" has 3 rows, "y" 2'),
        (lambda f: f.cost((1, 2), X, [1, None, 2]), DataError, "row index 1: None marks a missing"),
        (lambda f: f.cost((1, 2), X, Y * math.nan), DataError, "row index 0: nan marks a missing"),
        (lambda f: f.cost((1, 2), X, Y + math.inf), DataError, "row index 0: inf is infinite"),
        (lambda f: f.update((1, 2), X, Y, lr=0.1), UnknownOption, "did you mean learning_rate"),
        (lambda f: f.update((1, 2), X, Y, learning_rate="x"), symgd.DescentError, "learning_rate is"),
        *(
            (lambda f, r=rate: f.update((1, 2), X, Y, learning_rate=r), symgd.DescentError, "learning_rate is")
            for rate in (math.nan, True, "0.1", None)
        ),
        (lambda f: f.cost((1, 2), X, Y, learning_rate=1), UnknownOption, 'no option "learning_rate"'),
        (lambda f: f.on(X, Y, 3), DataError, "3 columns are passed for 2"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_said(
    call: Callable[[Functions], object], error: type[Exception], said: str
) -> None:
    with pytest.raises(error, match=said):
        call(line())


def test_targets_that_the_loss_is_not_meant_for_are_refused() -> None:
    f = Problem("sigmoid(a*x + b)", "bce").lambdify()
    for call in (f.cost, f.on, f.hessian):
        with pytest.raises(DataError, match="does not fit"):
            call(*((0.1, 0.2),) * (call != f.on), X, np.array([0.0, 1.0, -1.0]))
    with pytest.raises(GenerationError, match="sums over indices"):
        Problem("sum(w[j]*x[j], j, p)").lambdify()


# ---------------------------------------------------------------------------------------------
# Values


def differences(call: Callable[[FloatArray], Any], point: FloatArray) -> FloatArray:
    """Central differences of what `call` answers, along the last axis."""
    columns = []
    for place in range(len(point)):
        step = np.zeros_like(point)
        step[place] = 1e-6
        up, down = np.array(call(point + step)), np.array(call(point - step))
        columns.append((up - down) / 2e-6)
    return np.array(columns).T


SLOPED = [
    *(problem for problem, _ in WALKS if problem.loss.name != "mae"),
    Problem("sigmoid(a*x + b)", "bce"),
    Problem("exp(a*x + b)/(1 + exp(a*x + b))", "bce"),
    Problem("a*x + b", "logistic"),
    Problem(["a*x", "b*x + c"], loss="cce", target=["y1", "y2"]),
    Problem("exp(a*x + b)", "poisson"),
    Problem("lambda*x + np", inputs=["x"], penalty="elastic_net"),
    Problem("if_*gradient + value", inputs=["gradient"]),
]


def data_for(problem: Problem) -> list[FloatArray]:
    x = np.array([0.5, -1.0, 2.0, 1.5])
    targets = [0.0, 1, 1, 0] if "cross_entropy" in problem.loss.name else [1.2, 0.3, 0.9, 2.0]
    y = np.array(targets)
    return [x, *([y] if len(problem.targets) == 1 else [y, 1 - y])]


@pytest.mark.parametrize("problem", SLOPED, ids=lambda part: str(part)[:60])
def test_gradient_hessian_and_source_are_those_of_the_cost(problem: Problem) -> None:
    f, data = problem.lambdify(), data_for(problem)
    point = np.linspace(0.3, 0.7, len(problem.parameters))
    slopes = f.gradient(point, *data)
    assert slopes == pytest.approx(differences(lambda p: f.cost(p, *data), point), abs=1e-7)
    second = f.hessian(point, *data)
    assert second == pytest.approx(differences(lambda p: f.gradient(p, *data), point), abs=1e-6)
    assert second.tolist() == second.T.tolist()
    bound = f.on(*data)
    assert bound.hessian(point) == pytest.approx(second, rel=1e-12)
    assert bound.gradient(point) == pytest.approx(slopes, rel=1e-11, abs=1e-13)
    pasted: dict[str, Any] = {}
    exec(f.source, pasted)
    named = dict(zip(problem.parameters, point.tolist(), strict=True))
    for form in (point, named, tuple(point)):
        cost, own = pasted["cost_and_gradient"](form, *data)
        assert cost == pytest.approx(f.cost(point, *data), rel=1e-13)
        assert type(own) is type(form)
        assert pasted["gradient"](form, *data) == pytest.approx(f.gradient(form, *data), rel=1e-12)
        moved = pasted["update"](form, *data, learning_rate=0.1)
        assert moved == pytest.approx(f.update(form, *data, learning_rate=0.1), rel=1e-12)
    assert pasted["hessian"](point, *data) == pytest.approx(second, rel=1e-12)
    inputs = data[: len(problem.inputs)]
    assert pasted["predict"](named, *inputs).tolist() == f.predict(named, *inputs).tolist()


@given(formulas(leaves=6), st.sampled_from(["mse", "sse", "mae", "half_mse"]))
@settings(max_examples=15, deadline=None, suppress_health_check=[*HealthCheck])
def test_random_models_agree_with_numbers_put_in(model: Any, loss: str) -> None:
    names = sorted(model.names)
    if "x" not in names or len(names) < 2:
        return
    problem = Problem(text(model, ascii=True), loss)
    f, data = problem.lambdify(), {"x": X / 3, "y": Y / 3}
    point = dict(zip(problem.parameters, (0.5, 0.25, -0.75), strict=False))
    expected = problem.derive().at(point, data).result
    assert f.gradient(point, data) == pytest.approx(expected, rel=1e-9, abs=1e-9)
    bound = f.on(data)
    assert bound.gradient(point) == pytest.approx(expected, rel=1e-7, abs=1e-9)
    pasted: dict[str, Any] = {}
    exec(f.source, pasted)
    assert pasted["gradient"](point, **data) == pytest.approx(expected, rel=1e-9, abs=1e-9)


def test_nothing_overflows_where_the_value_is_a_float() -> None:
    for model in ("exp(a*x + b)/(1 + exp(a*x + b))", "1/(1 + exp(-(a*x + b)))", "sigmoid(a*x + b)"):
        f = Problem(model, "bce").lambdify(X, [0.0, 1.0, 1.0])
        cost, slopes = f.cost_and_gradient((800.0, 10.0))
        assert cost == pytest.approx(810 / 3)
        assert slopes == pytest.approx((1 / 3, 1 / 3))
        assert np.isfinite(f.hessian((800.0, 10.0))).all()
        assert f.predict((800.0, 10.0)).tolist() == [1, 1, 1]
        assert f.predict((-800.0, 10.0)).tolist() == [pytest.approx(0, abs=1e-300)] * 3


@pytest.mark.parametrize(
    ("model", "point"),
    [
        ("a*x^b", (1.0, 1.3)),
        ("V*x^n/(K^n + x^n)", (4.0, 1.5, 5.0)),
        ("V*(x/K)^n/(1 + (x/K)^n)", (4.0, 5.0, 1.5)),
        ("A*(1 - exp(-(x/L)^k))", (4.0, 7.0, 1.5)),
        ("exp(a + b*log(x))", (0.5, 1.3)),
        ("V*sigmoid(n*(log(x) - k))", (4.0, 1.5, 1.5)),
        ("A*sin(w*x^k) + x^b*(a*x^k + c)", (1.1, 0.5, 1.2, 0.7, 0.3, 0.2)),
    ],
)
def test_a_power_of_0_has_the_limit_of_its_slopes(model: str, point: tuple[float, ...]) -> None:
    """x^b·ln(x) goes to 0 with x: what a column with a 0 has is what one with next to nothing has."""
    loss = "log(cosh(p - y))" if model == "a*x^b" else "mse"
    problem = Problem(model, loss=loss, inputs="x")
    parameters = dict(zip(problem.parameters, point, strict=True))
    functions, y = problem.lambdify(), np.arange(6.0)
    at, beside = ([near, 1.0, 2.0, 3.0, 4.0, 5.0] for near in (0.0, 1e-100))
    # of x/K the second derivative by K has x/x in it
    here, there = (functions.gradient([*point], x=x, y=y) for x in (at, beside))
    assert here == pytest.approx(there, rel=1e-12)
    if "(x/" not in model:
        here, there = (functions.hessian([*point], x=x, y=y) for x in (at, beside))
        assert here == pytest.approx(there, rel=1e-12)
    run = problem.descend(at, y, start=parameters, learning_rate=1e-3, max_iter=3)
    assert len(run.trace) == 4


def test_a_power_that_is_0_at_0_has_no_slope_there() -> None:
    functions = Problem("x^b").lambdify()
    assert functions.gradient([0.0], x=[0.0, 1.0], y=[0.0, 1.0])[0] == -math.inf
    assert "np.where" not in Problem("a*exp(-b*x)*log(x)").lambdify().source


def test_what_is_no_float_is_inf_or_nan_and_no_warning(recwarn: pytest.WarningsRecorder) -> None:
    f = Problem("exp(a*x)").lambdify(X, Y)
    assert f.cost((1e4,)) == math.inf
    assert math.isnan(Problem("log(a*x)").lambdify(X, Y).cost(-1.0))
    assert not recwarn.list


def test_many_rows_are_added_up_in_blocks() -> None:
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=30_000), rng.normal(size=30_000)
    f = Problem("a*tanh(b*x)").lambdify()
    p = (0.5, 1.5)
    by_hand = np.mean((0.5 * np.tanh(1.5 * x) - y) ** 2)
    assert f.cost(p, x, y) == pytest.approx(by_hand, rel=1e-13)
    assert f.hessian(p, x, y)[0, 0] == pytest.approx(2 * np.mean(np.tanh(1.5 * x) ** 2), rel=1e-13)


# ---------------------------------------------------------------------------------------------
# Names, documents, copies


@pytest.mark.parametrize("name", CALLS)
def test_each_is_named_and_documented_with_its_formulas(name: str) -> None:
    f = line()
    call = getattr(f, name)
    assert call.__name__ == name
    assert call is getattr(f, name)
    assert "shape (p,)" in call.__doc__
    formula = "y = a x + b" if name == "predict" else "J = (1/N) Σᵢ (a xᵢ + b − yᵢ)²"
    assert formula in call.__doc__
    assert "∂J/∂a = (2/N) Σᵢ xᵢ" in str(f.update.__doc__)
    assert "∂J" not in str(getattr(Functions, name).__doc__)


def test_copies_and_pickles_are_made_from_the_problem() -> None:
    f = line().on(X, Y)
    expected = f.cost_and_gradient((0.2, 0.5))
    for again in (pickle.loads(pickle.dumps(f)), copy.copy(f), copy.deepcopy(f)):
        assert again.cost_and_gradient((0.2, 0.5)) == expected
        assert again.source == f.source
    assert pickle.loads(pickle.dumps(f.gradient))((0.2, 0.5)) == expected[1]


def test_other_processes_take_them() -> None:
    f = line().on(X, Y)
    with ProcessPoolExecutor(1) as pool:
        assert list(pool.map(f.cost, [(0.2, 0.5), (1.1, 0.0)])) == [
            f.cost((0.2, 0.5)),
            f.cost((1.1, 0.0)),
        ]


# ---------------------------------------------------------------------------------------------
# Other libraries


@pytest.mark.parametrize("method", ["BFGS", "L-BFGS-B", "CG", "Newton-CG", "trust-exact", "SLSQP"])
def test_scipys_minimize_takes_them(method: str) -> None:
    optimize = pytest.importorskip("scipy.optimize")
    f = Problem("a*exp(-b*x) + c").lambdify()
    x = np.linspace(0, 4, 30)
    y = f.predict((2.5, 1.3, 0.5), x)
    start = np.array([2.0, 1.0, 0.4])
    second = method in ("Newton-CG", "trust-exact")
    given_data = optimize.minimize(
        f.cost_and_gradient, start, args=(x, y), jac=True, method=method, hess=f.hessian if second else None, tol=1e-10,
    )  # fmt: skip
    g = f.on(x, y)
    bound = optimize.minimize(
        g, start, jac=True, method=method, hess=g.hessian if second else None, tol=1e-10
    )
    for found in (given_data, bound):
        assert found.x == pytest.approx([2.5, 1.3, 0.5], abs=2e-3)


def test_scipys_least_squares_and_curve_fit_take_predict() -> None:
    optimize = pytest.importorskip("scipy.optimize")
    f = line()
    found, _ = optimize.curve_fit(lambda x, *p: f.predict(p, x), X, Y, p0=[1, 1])
    assert found == pytest.approx([1.1, -1 / 15], abs=1e-6)
    one = Problem("m*x").lambdify(X, Y)
    slope = optimize.minimize_scalar(one.cost).x
    assert slope == pytest.approx(X @ Y / (X @ X), abs=1e-6)


def test_jax_arrays_go_in_and_come_out() -> None:
    jax = pytest.importorskip("jax")
    numpy = jax.numpy
    f, params = line().on(X, Y), {"a": numpy.array(0.2), "b": numpy.array(0.5)}
    for _ in range(10):
        grads = f.gradient(params)
        params = jax.tree.map(lambda p, g: p - 0.06 * g, params, grads)
    assert float(params["a"]) == pytest.approx(0.793182, abs=1e-5)
    array = numpy.array([0.2, 0.5])
    assert (array - 0.06 * f.gradient(array)).tolist() == pytest.approx([0.568, 0.648], rel=1e-6)
    assert f.cost(array, numpy.array(X), numpy.array(Y)) == pytest.approx(f.cost(array), rel=1e-6)


def test_optax_takes_them() -> None:
    optax = pytest.importorskip("optax")
    f, params = line().on(X, Y), {"a": 0.2, "b": 0.5}
    solver = optax.sgd(0.06)
    state = solver.init(params)
    for _ in range(10):
        updates, state = solver.update(f.gradient(params), state)
        params = optax.apply_updates(params, updates)
    assert float(params["a"]) == pytest.approx(0.793182, abs=1e-5)


def test_torch_takes_them() -> None:
    torch = pytest.importorskip("torch")
    f = line().on(X, Y)
    params = torch.tensor([0.2, 0.5], dtype=torch.float64)
    solver = torch.optim.SGD([params], lr=0.06)
    for _ in range(10):
        params.grad = torch.from_numpy(f.gradient(params.numpy()))
        solver.step()
    assert params.tolist() == pytest.approx([0.793182, 0.630777], abs=1e-6)


# ---------------------------------------------------------------------------------------------
# One derivative


def test_one_partial_is_a_function_of_parameters_and_data() -> None:
    problem = Problem("a*exp(-b*x) + c")
    f, point = problem.lambdify(), (1.5, 0.4, 0.1)
    slopes, second = f.gradient(point, X, Y), f.hessian(point, X, Y)
    hessian = problem.hessian()
    for row, name in enumerate(problem.parameters):
        by_name = problem.derive(name).lambdify()
        assert isinstance(by_name, PartialFunction)
        assert by_name(point, X, Y) == pytest.approx(slopes[row], rel=1e-14)
        assert by_name(dict(zip("abc", point, strict=True)), y=Y, x=X) == by_name(point, X, Y)
        assert pickle.loads(pickle.dumps(by_name))(point, X, Y) == by_name(point, X, Y)
        for column, other in enumerate(problem.parameters):
            entry = hessian[name, other].lambdify()
            assert isinstance(entry, PartialFunction)
            assert entry(point, X, Y) == pytest.approx(second[row, column], rel=1e-12, abs=1e-14)
            pasted: dict[str, Any] = {}
            exec(entry.source, pasted)
            assert pasted["derivative"](point, X, Y) == pytest.approx(entry(point, X, Y), rel=1e-13)


def test_a_partial_of_a_written_out_sigmoid_does_not_overflow() -> None:
    problem = Problem("exp(a*x + b)/(1 + exp(a*x + b))", "bce")
    point, t = (800.0, 10.0), [0.0, 1.0, 1.0]
    assert problem.derive("a").lambdify()(point, X, t) == pytest.approx(1 / 3)
    assert problem.hessian()["a", "b"].lambdify()((0.3, 0.4), X, t) == pytest.approx(
        problem.lambdify().hessian((0.3, 0.4), X, t)[0, 1]
    )


SLOPES: tuple[tuple[str, tuple[str, ...], Callable[..., Any]], ...] = (
    ("3*x^5", ("x",), lambda x: 15 * x**4),
    ("x^2*sin(x)", ("x",), lambda x: 2 * x * np.sin(x) + x**2 * np.cos(x)),
    ("a*x^n", ("x", "a", "n"), lambda x, a, n: a * n * x ** (n - 1)),
    ("lambda*x", ("lambda", "x"), lambda scale, x: scale),
    ("erf(x)", ("x",), lambda x: 2 / math.sqrt(math.pi) * np.exp(-(x**2))),
    ("|x|", ("x",), np.sign),
    ("7*x", ("x",), lambda x: 7 + 0 * x),
    ("max(x, 2*x)", ("x",), lambda x: np.where(x > 0, 2.0, 1.0)),
)


@pytest.mark.parametrize(("formula", "names", "expected"), SLOPES, ids=lambda part: str(part)[:20])
def test_a_plain_derivative_takes_arrays(
    formula: str, names: tuple[str, ...], expected: Callable[..., Any]
) -> None:
    made = symgd.differentiate(formula, "x").lambdify(*names)
    assert isinstance(made, ArrayFunction)
    values = [np.array([[0.5, 1.5], [2.0, 3.0]]), 2.0, 3.0][: len(names)]
    if names[0] != "x":
        values = [2.0, np.array([[0.5, 1.5], [2.0, 3.0]])]
    assert made(*values) == pytest.approx(expected(*values), rel=1e-14)
    assert made(*values).shape == (2, 2)
    assert made(**dict(zip(names, values, strict=True))).tolist() == made(*values).tolist()
    ones = [1] * len(names)
    assert np.ndim(made(*ones)) == 0
    assert pickle.loads(pickle.dumps(made))(*values).tolist() == made(*values).tolist()
    pasted: dict[str, Any] = {}
    exec(made.source, pasted)
    assert pasted["derivative"](*values).tolist() == made(*values).tolist()


def test_a_plain_derivative_does_not_overflow() -> None:
    made = symgd.differentiate("exp(a*x)/(1 + exp(a*x))", "x").lambdify("x", "a")
    assert made(800, 1) == 0
    assert made(0, 4) == 1


@pytest.mark.parametrize(
    ("formula", "at_0", "outside"),
    [
        ("log(x)", math.inf, math.nan),
        ("sqrt(x)", math.inf, math.nan),
        ("x^(1/3)", math.inf, math.nan),
        ("x^x", -math.inf, math.nan),
        ("1/x", -math.inf, -1.0),
        ("|x|", 0.0, -1.0),
        ("max(x, 0)", 0.0, 0.0),
    ],
)
def test_at_the_edge_of_a_domain_inf_and_outside_nan(
    formula: str, at_0: float, outside: float, recwarn: pytest.WarningsRecorder
) -> None:
    made = symgd.differentiate(formula, "x").lambdify()
    assert [float(value) for value in made([0.0, -1.0])] == pytest.approx([at_0, outside], nan_ok=True)  # fmt: skip
    assert math.isinf(float(symgd.differentiate("exp(x)", "x").lambdify()(800.0)))
    assert not recwarn.list


def test_values_of_arrays_that_were_seen_are_read_anew() -> None:
    f, x = line(), X.copy()
    f.cost((0.2, 0.5), x, Y)
    x[0] = math.nan
    assert math.isnan(f.cost((0.2, 0.5), x, Y))
    with pytest.raises(DataError, match="nan marks a missing"):
        f.cost((0.2, 0.5), x.copy(), Y)
    with pytest.raises(DataError, match="2 rows"):
        f.cost((0.2, 0.5), x[1:], Y)


@pytest.mark.parametrize(
    ("call", "error", "said"),
    [
        (lambda: symgd.differentiate("a*x", "x").lambdify(), symgd.DerivationError, "several names, a, x"),
        (lambda: symgd.differentiate("a*x", "x").lambdify("x"), symgd.DerivationError, '"a" is left out'),
        (lambda: symgd.differentiate("a*x", "x").lambdify("x", "q"), symgd.DerivationError, 'no name "q"'),
        (lambda: symgd.differentiate("x^2", "x").lambdify("x", "x"), symgd.DerivationError, "twice"),
        (lambda: symgd.differentiate("x^2", "x").lambdify("x")(1, 2), symgd.DerivationError, "2 values"),
        (lambda: Problem("a*x").derive("a").lambdify("a"), symgd.DerivationError, "a problem's cost"),
        (lambda: symgd.differentiate("sum(w[j]^2, j, p)", "w[k]").lambdify("w", "p"), GenerationError, "no code"),
    ],
)  # fmt: skip
def test_a_derivative_says_what_it_needs(
    call: Callable[[], object], error: type[Exception], said: str
) -> None:
    with pytest.raises(error, match=said):
        call()


@pytest.mark.parametrize(("model", "value"), [("b", 0.5), ("exp(b)", math.exp(0.5)), ("b^2", 0.25)])
def test_a_model_that_reads_no_data(model: str, value: float) -> None:
    functions, y = Problem(model, parameters=["b"]).lambdify(), [1.0, 2.0, 4.0]
    space: dict[str, Any] = {}
    exec(compile(functions.source, "functions.py", "exec"), space)
    for predict in (functions.predict, functions.on(y).predict, space["predict"]):
        assert float(predict(0.5)) == value
    assert space["cost_and_gradient"](0.5, y) == functions(0.5, y)


def test_remedies_of_calls_without_data_or_rate_can_be_followed() -> None:
    functions = Problem("a*x + b").lambdify()
    with pytest.raises(DataError, match=r"functions\.on\(x, y\)"):
        functions.predict((1, 0))
    with pytest.raises(symgd.DescentError, match="pass it by name: learning_rate=0.1"):
        functions.update((1, 0), [1.0], [2.0])


@pytest.mark.parametrize("part", ["log(cos(4.2))", "sqrt(cos(4.2))*b", "acos(3)", "b*log(-2)"])
def test_a_model_that_is_real_nowhere_is_refused_with_the_part(part: str) -> None:
    problem = Problem(f"a*x + {part}", inputs=["x"])
    refused = pytest.raises(symgd.SymgdError, match="has no real value, and so the model has none")
    for asked in (problem.source, problem.lambdify, lambda: problem.descend([1, 2, 3], [1, 2, 4])):
        with refused:
            asked()
    with refused:
        problem.fit([1, 2, 3], [1, 2, 4])


def test_a_logarithm_by_a_negative_base_has_no_value_at_the_start() -> None:
    problem = Problem("a*x + log(b, cos(4.2))", inputs=["x"])
    with pytest.raises(symgd.SymgdError, match="has no finite value"):
        problem.descend([1, 2, 3], [1, 2, 4], start={"b": 0.5})


@pytest.mark.parametrize(
    "model", ["(x - 2 - b)^4*sin(0)", "b*x*log(1)", "a*x*sin(0) + b", "b*x - b*x"]
)
@pytest.mark.parametrize("loss", ["sse", "mse", "mae", "rmse"])
def test_a_part_that_is_0_for_every_example_is_not_the_number_0(model: str, loss: str) -> None:
    """A slope that is 0, a number, was taken from the prediction that is 0, an array."""
    problem, x, y = Problem(model, loss, inputs=["x"]), np.array([1.0, 2, 4]), np.array([1.0, 2, 3])
    f, point = problem.lambdify(), dict.fromkeys(problem.parameters, 0.5)
    expected = problem.derive().at(point, {"x": x, "y": y}).result
    assert f.gradient(point, x, y) == pytest.approx(expected)
    assert f.hessian(point, x, y).shape == (len(point), len(point))
    module: dict[str, Any] = {"__name__": "optimizer"}
    exec(problem.source(), module)
    assert module["gradient"]([*point.values()], x, y) == pytest.approx((*expected.values(),))
