"""The data summary of modules for any array library: held against `descend`, exact numbers and the same module's direct cost."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from straight import STRAIGHT, columns_and_rate, exact_mean_squares
from test_array_api import LIBRARIES

from symgd import Optimizer, Problem

ROWS = 9_000  # more than one block
LINE = Problem("m*x + b")
WIDE = " + ".join(f"w{n}*x{n}" for n in range(1, 21)) + " + b"


@lru_cache(maxsize=100)
def source_of(problem: Problem, optimizer: str = "gradient_descent") -> str:
    return problem.source(target="array-api", optimizer=optimizer)


def run(source: str) -> SimpleNamespace:
    names: dict[str, Any] = {"__name__": "optimizer"}
    exec(compile(source, "optimizer.py", "exec"), names)
    return SimpleNamespace(**names)


def loaded(problem: Problem, optimizer: str = "gradient_descent") -> SimpleNamespace:
    """A problem's module, run."""
    return run(source_of(problem, optimizer))


@pytest.fixture(params=LIBRARIES)
def xp(request: pytest.FixtureRequest) -> Any:
    """A library."""
    return LIBRARIES[request.param]()


def arrays(xp: Any, *columns: Any, dtype: str = "float64") -> list[Any]:
    return [xp.asarray(np.asarray(c).tolist(), dtype=getattr(xp, dtype)) for c in columns]


def without_factorisation(problem: Problem, optimizer: str = "gradient_descent") -> SimpleNamespace:
    """The same module in a library that has no linear algebra."""
    source = source_of(problem, optimizer)
    assert "xp.linalg.pinv(xp.linalg.qr(every)[1]" in source
    return run(source.replace("xp.linalg.qr(every)", "xp.no_extension.qr(every)"))


# ---------------------------------------------------------------------------------------------
# The same walk


WALKS = [*STRAIGHT, Problem("middles_*x + rows + point*x^2")]  # names that the module has itself


@pytest.mark.parametrize("rows_alone", [False, True])
@pytest.mark.parametrize("problem", WALKS, ids=lambda p: f"{p.model} {p.weights} {p.penalty}"[:50])
def test_the_trace_is_that_of_descend(xp: Any, problem: Problem, rows_alone: bool) -> None:
    """From few rows, and where the library cannot make them from all."""
    columns, rate = columns_and_rate(problem)
    start = dict.fromkeys(problem.parameters, 0.5)
    told = {"learning_rate": rate, "start": start, "max_iter": 40, "tolerance": 0}
    run = problem.descend(*columns, **told)
    module = without_factorisation(problem) if rows_alone else loaded(problem)
    found = module.descend(*arrays(xp, *columns), **told)
    costs = np.asarray(run.trace.cost).tolist()
    assert [row[-2] for row in found.trace] == pytest.approx(costs, rel=1e-12)
    for place, name in enumerate(problem.parameters):
        column = [row[place] for row in found.trace]
        assert column == pytest.approx(run.trace[name].tolist(), rel=1e-12, abs=1e-14)


OPTIMIZERS = ["gradient_descent", "adam", "newton", "gauss_newton", "levenberg_marquardt", "bfgs"]


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("weights", [None, "w", "x3"])
@pytest.mark.parametrize("model", ["m*x3 + b", WIDE])
def test_every_optimizer_walks_as_descend_does(
    model: str, weights: str | None, optimizer: str
) -> None:
    problem = Problem(model, penalty="ridge", weights=weights)
    rng = np.random.default_rng(4)
    X = rng.uniform(0.5, 1.5, (60, len(problem.inputs)))
    y = X @ rng.normal(size=X.shape[1]) + rng.normal(size=60)
    w = rng.integers(0, 4, 60).astype(float)
    more = [w] if weights == "w" else []
    free = optimizer in ("newton", "gauss_newton", "levenberg_marquardt")
    told = {} if free else {"learning_rate": 0.01}
    run = problem.descend(*X.T, y, *more, **told, optimizer=optimizer, max_iter=5, tolerance=0)
    passed = [X, y, *more] if len(problem.inputs) > 1 else [X[:, 0], y, *more]
    for module in (loaded(problem, optimizer), without_factorisation(problem, optimizer)):
        found = module.descend(*passed, **told, max_iter=5, tolerance=0)
        costs = np.asarray(run.trace.cost).tolist()
        assert [row[-2] for row in found.trace] == pytest.approx(
            costs[: len(found.trace)], rel=1e-10
        )
        moved = module.update([0.1] * len(problem.parameters), *passed, **told)[0] if (
            optimizer != "gradient_descent"
        ) else ()  # fmt: skip
        assert np.isfinite(np.asarray(moved)).all()


@pytest.mark.parametrize(
    "optimizer", ["gradient_descent", "adam", "newton", "gauss_newton", "bfgs"]
)
@pytest.mark.parametrize("model", ["m*x + b", WIDE])
def test_no_step_looks_at_the_rows(model: str, optimizer: str) -> None:
    """However many steps there are, the functions that see rows are called as often."""
    problem = Problem(model)
    module = source_of(problem, optimizer)
    said = problem.explain_plan(target="array-api", optimizer=optimizer)
    assert said.startswith("Form: data summary")
    assert "no QR factorisation" in said
    for name in ("def _rows(", "def _evaluate("):
        place = module.index(":\n", module.index(name)) + 2
        module = f"{module[:place]}    SEEN.append(1)\n{module[place:]}"
    rng = np.random.default_rng(2)
    X, y = rng.normal(size=(1500, len(problem.inputs))), rng.normal(size=1500)
    rate = {"learning_rate": 1e-3} if "    learning_rate: float," in module else {}
    counts = []
    for steps in (1, 4):
        watched = run(f"{module}\n\nSEEN = []\n")
        passed = (X, y) if len(problem.inputs) > 1 else (X[:, 0], y)
        assert watched.descend(*passed, **rate, max_iter=steps, tolerance=0).steps >= 1
        counts.append(len(watched.SEEN))
    assert counts[0] == counts[1] > 0


@pytest.mark.parametrize(
    "problem",
    [
        Problem("exp(a)*x"),
        Problem("a*exp(-b*x)"),
        Problem("m*x + b", "huber"),
        Problem("m*x + b", "rmse"),
        Problem("m*x + b", penalty="lasso"),
    ],
    ids=lambda p: f"{p.model} {p.loss.name} {p.penalty}"[:40],
)
def test_where_there_is_no_summary_there_is_no_word_of_one(problem: Problem) -> None:
    module = source_of(problem)
    assert not any(word in module for word in ("_summarised", "_from_summary", "qr(", "CONSTANT"))
    assert problem.explain_plan(target="array-api").startswith("Form: whole arrays")


# ---------------------------------------------------------------------------------------------
# Dtypes, devices and compilers


def test_float32_stays_float32_and_is_as_exact(xp: Any) -> None:
    rng = np.random.default_rng(1)
    x = (100 + rng.normal(size=ROWS)).astype(np.float32)
    y = (1.5 * x - 3 + 0.1 * rng.normal(size=ROWS)).astype(np.float32)
    data, module = arrays(xp, x, y, dtype="float32"), loaded(LINE)
    for point in ((0.5, 2.0), (1.5, -3.0), (1.5078125, -3.75)):
        found = module.descend(*data, learning_rate=1e-6, start=point, max_iter=0)
        direct = float(module.cost(point, *data))
        [exact] = exact_mean_squares([x.tolist(), [1.0] * ROWS], y.tolist(), [point])
        assert all(value.dtype == xp.float32 for value in found.parameters)
        room = max(100 * abs(direct - float(exact)), 1e-6 * float(exact))
        assert abs(found.cost - float(exact)) <= room


@pytest.mark.parametrize("dtype", ["float16", "longdouble"])
def test_a_dtype_without_factorisation_is_walked_over_all_rows(dtype: str) -> None:
    rng = np.random.default_rng(1)
    x = rng.normal(size=200)
    data = [column.astype(dtype) for column in (x, 2 * x - 1 + 0.1 * rng.normal(size=200))]
    found = loaded(LINE).descend(*data, learning_rate=0.1, max_iter=30)
    assert [value.dtype for value in found.parameters] == [np.dtype(dtype)] * 2
    assert [*map(float, found.parameters)] == pytest.approx([2, -1], abs=0.05)


def test_torch_without_one_for_a_dtype_walks_over_all_rows() -> None:
    torch = LIBRARIES["torch"]()
    x = torch.linspace(-1, 1, 100, dtype=torch.bfloat16)
    found = loaded(LINE).descend(x, 2 * x - 1, learning_rate=0.3, max_iter=30)
    assert [value.dtype for value in found.parameters] == [torch.bfloat16] * 2
    assert [*map(float, found.parameters)] == pytest.approx([2, -1], abs=0.1)


def test_a_library_without_the_extension_walks_over_all_rows() -> None:
    strict = LIBRARIES["strict"]()
    x, y = arrays(strict, [1.0, 2, 3, 4], [1.2, 1.8, 3.4, 4.0])
    expected = loaded(LINE).descend(x, y, learning_rate=0.02, max_iter=30).trace
    strict.set_array_api_strict_flags(enabled_extensions=())
    try:
        found = loaded(LINE).descend(x, y, learning_rate=0.02, max_iter=30).trace
    finally:
        strict.reset_array_api_strict_flags()
    np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_results_are_where_the_data_are() -> None:
    strict = LIBRARIES["strict"]()
    there = strict.Device("device1")
    for optimizer in ("gradient_descent", "newton"):
        x, y = (
            strict.asarray(column, dtype=strict.float64, device=there)
            for column in ([1.0, 2, 4], [1.2, 1.8, 3.4])
        )
        rate = {"learning_rate": 0.01} if optimizer == "gradient_descent" else {}
        found = loaded(LINE, optimizer).descend(x, y, **rate, max_iter=3)
        assert [value.device for value in found.parameters] == [there] * 2


@pytest.mark.parametrize("rule", ["theta' = theta - alpha*dot(H, g)", "adam"])
def test_a_step_by_itself_is_compiled(rule: str) -> None:
    """`update` looks at no value of what is passed, by a rule that has H too."""
    LIBRARIES["jax"]()
    import jax

    optimizer = rule if rule == "adam" else Optimizer("bent", rule)
    module = run(LINE.source(target="array-api", optimizer=optimizer))
    x, y = (jax.numpy.asarray(column) for column in ([1.0, 2, 4], [1.2, 1.8, 3.4]))

    def step(point: Any) -> Any:
        return module.update(point, x, y, 0.1)[0]

    point = jax.numpy.asarray([0.5, 0.25])
    np.testing.assert_allclose(jax.jit(step)(point), step(point), rtol=1e-12)


# ---------------------------------------------------------------------------------------------
# Its error


def _errors(
    problem: Problem, columns: Sequence[Any], y: Any, ones: bool, points: Sequence[Sequence[float]]
) -> tuple[list[float], list[float]]:
    """Relative errors of J, from the summary and from all rows."""
    module = loaded(problem)
    found = [
        module.descend(*columns, y, learning_rate=1.0, start=tuple(point), max_iter=0).cost
        for point in points
    ]
    direct = [float(module.cost(tuple(point), *columns, y)) for point in points]
    known = [[*map(float, column)] for column in columns] + [[1.0] * len(y)] * ones
    exact = exact_mean_squares(known, y.tolist(), points)
    assert min(found) >= 0

    def errors(values: Sequence[float]) -> list[float]:
        pairs = zip(values, exact, strict=True)
        return [float(abs(Fraction(value) / true - 1)) for value, true in pairs]

    return errors(found), errors(direct)


FAR = [
    # mean of x, noise, offset of y
    (0.0, 1.0, 0.0),
    (0.0, 1e-12, 0.0),
    (10.0, 1e-6, 0.0),
    (100.0, 1e-6, 0.0),
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
    mean: float, noise: float, offset: float
) -> None:
    """Of several points near the minimum, and of one far from it."""
    rng = np.random.default_rng(1)
    x = mean + rng.normal(size=ROWS)
    y = 1.5 * x - 3 + offset + noise * rng.normal(size=ROWS)
    slopes = [1.5 + 0.1 * noise * k for k in (1, -2, 3, 0.7)]
    points = [(0.2, 0.5), *((m, -3 + offset - (m - 1.5) * mean) for m in slopes)]
    (far, *near), (direct, *others) = _errors(LINE, [x], y, True, points)
    assert far <= max(100 * direct, 1e-14)
    assert max(near) <= max(100 * max(others), 1e-14)


@pytest.mark.parametrize("apart", [1e-3, 1e-6, 1e-9, 0.0])
@pytest.mark.parametrize("ones", [True, False])
def test_the_error_of_columns_that_are_nearly_the_same(apart: float, ones: bool) -> None:
    problem = Problem("a*u + c*v + b" if ones else "a*u + c*v", inputs=["u", "v"])
    rng = np.random.default_rng(5)
    u = 3 + rng.normal(size=3000)
    v = u + apart * rng.normal(size=3000)
    y = u + v + 1e-3 * rng.normal(size=3000)
    points = [[1.0, 1.0001, 0.0], [0.3, 1.7, 1e-4], [1e3, -998.0, 0.01], [0.0, 0.0, 0.0]]
    points = [point[: len(problem.parameters)] for point in points]
    assert [*problem.parameters] == ["a", "c", "b"][: len(problem.parameters)]
    found, direct = _errors(problem, [u, v], y, ones, points)
    for point, one, other in zip(points, found, direct, strict=True):
        residual = point[0] * u + point[1] * v + sum(point[2:]) - y
        size = sum(map(abs, point)) * np.abs(u).max() / np.sqrt(np.mean(residual**2))
        assert one <= max(100 * other, 100 * np.finfo(float).eps * max(1.0, size))


def test_a_first_fit_that_saw_nothing_is_made_anew() -> None:
    x = np.zeros(100_000)
    x[12_345] = 1e6  # between the rows of the first fit
    y = 3 * x + np.random.default_rng(0).normal(size=len(x)) * 1e-6
    found, _ = _errors(LINE, [x], y, True, [(3.0, 0.0), (3.0 + 1e-13, 1e-7), (0.0, 0.0)])
    assert max(found) <= 1e-9


@given(
    rows=st.lists(
        st.tuples(*[st.floats(-1e6, 1e6, allow_subnormal=False)] * 3), min_size=1, max_size=12
    ),
    point=st.tuples(*[st.floats(-1e3, 1e3)] * 2),
)
@settings(max_examples=60, deadline=None)
def test_the_cost_is_never_negative_and_right(
    rows: list[tuple[float, float, float]], point: tuple[float, float]
) -> None:
    """With weights, which may be 0 but for one."""
    x, y, w = (list(column) for column in zip(*rows, strict=True))
    w = [int(abs(value)) % 3 for value in w[:-1]] + [1]
    module = loaded(Problem("m*x + b", "sse", weights="w"))
    data = [np.array(column, dtype=float) for column in (x, y, w)]
    found = module.descend(*data, learning_rate=1.0, start=point, max_iter=0)
    m, b = map(Fraction, point)
    squares = (Fraction(u) * m + b - Fraction(v) for u, v in zip(x, y, strict=True))
    exact = float(sum(weight * part**2 for weight, part in zip(w, squares, strict=True)))
    sizes = max(abs(point[0]) * max(map(abs, x)), abs(point[1]), max(map(abs, y)))
    rounding = 200 * np.finfo(float).eps * sizes * np.sqrt(2 * len(x))
    assert found.cost >= 0
    assert abs(np.sqrt(found.cost) - np.sqrt(exact)) <= rounding + 1e-150


def test_a_penalty_far_from_the_fit_of_the_data_keeps_its_digits() -> None:
    """The data alone ask for 1e8, the penalty for 0: the cost is of both."""
    problem = Problem("m*x + b", penalty="ridge", settings={"lambda": 1.0})
    rng = np.random.default_rng(2)
    x = 1e-8 * rng.normal(size=2000)
    data = [x, 1e8 * x + 0.1 * rng.normal(size=2000)]
    module = loaded(problem)
    for point in ((0.0, 0.0), (1e-3, 0.5), (10.0, -2.0)):
        found = module.descend(*data, learning_rate=1.0, start=point, max_iter=0)
        assert found.cost == pytest.approx(float(module.cost(point, *data)), rel=1e-13)


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
def test_little_constant_and_extreme_data(xp: Any, x: list[float], y: list[float]) -> None:
    module, data, start = loaded(LINE), arrays(xp, x, y), (0.25, -1.5)
    found = module.descend(*data, learning_rate=1.0, start=start, max_iter=0)
    cost, slopes = module.cost_and_gradient(start, *data)
    assert found.cost == pytest.approx(float(cost), rel=1e-13)
    assert found.trace[0][-1] == pytest.approx(np.hypot(*map(float, slopes)), rel=1e-12)


def test_a_row_without_weight_is_nowhere_too_large(xp: Any) -> None:
    """At the fit to the others, m = 2.5e302, it would be."""
    data = arrays(xp, [715258.0, 8.999534629784583e-299], [0.0, 22619.0], [0.0, 1.0])
    module = loaded(Problem("m*x + b", "sse", weights="w"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # NumPy says so
        found = module.descend(*data, learning_rate=1.0, max_iter=0)
    assert found.cost == 22619.0**2


def test_rows_that_count_are_between_those_of_the_first_fit() -> None:
    """All that this sees have no weight, and nothing is divided by that."""
    x, w = np.zeros(100_000), np.zeros(100_000)
    places = [12_345, 50_001, 77_777]
    x[places], w[places] = [1e8, 1e8 + 1, 1e8 + 3], 1.0
    y = 2 * x + 1
    module = loaded(Problem("m*x + b", weights="w"))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = module.descend(x, y, w, learning_rate=1.0, start=(2.0, 2.0), max_iter=0)
    assert found.cost == pytest.approx(1.0, rel=1e-7)


def test_rows_that_are_too_large_or_not_defined_are_refused(xp: Any) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        for model, x in (("a*exp(x) + b", [1.0, 1000.0]), ("a*log(x)", [1.0, -1.0])):
            module, data = loaded(Problem(model)), arrays(xp, x, [1.0, 2.0])
            with pytest.raises(ValueError, match="the cost or its gradient is not finite at a ="):
                module.descend(*data, learning_rate=0.1)
        x, y = arrays(xp, [1.0, float("nan")], [1.0, 2.0])
        with pytest.raises(ValueError, match="column x is nan at index 1: leave it out"):
            loaded(LINE).descend(x, y, learning_rate=0.1)


def test_a_module_is_the_same_for_every_model_but_for_its_formulas() -> None:
    """What is not in `_rows` and `_scaled` is one text."""

    def helpers(problem: Problem) -> list[str]:
        code = source_of(problem)
        whole = code[code.index("BLOCK = ") : code.index("def _identity(")].split("\n\n\n")
        return [part for part in whole if not part.startswith("def _scaled(")]

    one, other = helpers(LINE), helpers(Problem("a*x^2 + c*x + d", penalty="ridge"))
    assert len(one) > 5
    assert [part.replace("CONSTANT = 2", "CONSTANT = 1") for part in other] == one
