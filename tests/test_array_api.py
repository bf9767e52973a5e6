"""Modules for any array library: run with each that is installed, held against `lambdify` and the libraries' own derivatives."""

from __future__ import annotations

import ast
import subprocess
import sys
import warnings
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest
from grids import examples
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from rounding import rounding_room

from symgd import GenerationError, Problem, SymgdError
from symgd.codegen.targets.array_api import KNOWN
from symgd.codegen.targets.array_api_functions import HELPERS
from symgd.terms import Term
from symgd.terms.function import Function
from symgd.terms.functions import FUNCTIONS
from symgd.writing.formulas.text import text

from strategies import formulas, language

X, Y = [1.0, 2.0, 3.0], [1.2, 1.8, 3.4]
GOLDEN = {
    "array_api_line.py": Problem("m*x + b"),
    "array_api_logistic.py": Problem("sigmoid(w*x + b)", loss="bce"),
    "array_api_decay.py": Problem("a*exp(-b*x) + c"),
}


def loaded(problem: Problem) -> SimpleNamespace:
    """A problem's module, run."""
    names: dict[str, object] = {"__name__": "optimizer"}
    exec(compile(problem.source(target="array-api"), "optimizer.py", "exec"), names)
    return SimpleNamespace(**names)


def _torch() -> ModuleType:
    pytest.importorskip("array_api_compat")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return pytest.importorskip("torch")  # type: ignore[no-any-return]  # pytest's answer


def _jax() -> ModuleType:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        jax = pytest.importorskip("jax")
        jax.config.update("jax_enable_x64", True)
        return pytest.importorskip("jax.numpy")  # type: ignore[no-any-return]  # pytest's answer


LIBRARIES: dict[str, Callable[[], Any]] = {
    "numpy": lambda: np,
    "strict": lambda: pytest.importorskip("array_api_strict"),
    "torch": _torch,
    "jax": _jax,
}


@pytest.fixture(params=LIBRARIES)
def xp(request: pytest.FixtureRequest) -> Any:
    """A library."""
    return LIBRARIES[request.param]()


@pytest.mark.parametrize("name", GOLDEN)
def test_golden_modules(name: str, golden: Callable[[str, str], None]) -> None:
    golden(name, GOLDEN[name].source(target="array-api"))


@pytest.mark.parametrize("problem", GOLDEN.values(), ids=lambda problem: problem.model)
def test_modules_are_clean(problem: Problem, tmp_path: Path) -> None:
    """Formatted, without lint, and typed, as a module that somebody wrote; none of a library in it."""
    path = tmp_path / "optimizer.py"
    path.write_text(problem.source(target="array-api"), encoding="utf-8")
    ruff = [sys.executable, "-m", "ruff"]
    for command in (
        ["format", "--isolated", "--line-length=100", "--diff", str(path)],
        ["check", "--isolated", "--line-length=100", "--select=E,F,I,UP,B,W", str(path)],
    ):
        done = subprocess.run([*ruff, *command], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
    assert not {"numpy", "np"} & _names(ast.parse(path.read_text(encoding="utf-8")))


def _names(tree: ast.AST) -> set[str]:
    imported = {
        a.name for node in ast.walk(tree) if isinstance(node, ast.Import) for a in node.names
    }
    return imported | {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


def test_what_modules_use_by_themselves_is_reserved() -> None:
    """Every name beside data and parameters in functions that have these."""
    source = Problem("a*sigmoid(b*x) + c*erf(x) + sinc(a*x)").source(target="array-api")
    found: set[str] = set()
    for function in ast.parse(source).body:
        if isinstance(function, ast.FunctionDef) and "x" in {a.arg for a in function.args.args}:
            found |= _names(function)
    own = {name for name in found if not name.startswith("_")}
    assert own - KNOWN <= {"a", "b", "c", "x", "y", *_written(source)}


def _written(source: str) -> set[str]:
    """What the formulas' own lines name."""
    tree = ast.parse(source)
    makers = [f for f in tree.body if isinstance(f, ast.FunctionDef)]
    known = [f for f in makers if f.name in ("_evaluate", "_prepared", "predict")]
    targets = [n for f in known for n in ast.walk(f) if isinstance(n, ast.Assign)]
    return {t.id for n in targets for t in n.targets if isinstance(t, ast.Name)} | {
        a.arg for f in known for a in f.args.args
    }


# ---------------------------------------------------------------------------------------------
# The same in every library


MODELS: list[tuple[str, dict[str, Any], tuple[float, ...]]] = [
    ("m*x + b", {}, (0.3, -0.2)),
    ("a*exp(-b*x) + c", {}, (2.0, 0.5, 0.1)),
    ("sigmoid(w*x + b)", {"loss": "bce"}, (0.7, -0.2)),
    ("a*log(x)*sin(b*x) + x^b", {}, (1.5, 0.5)),
    ("a*x if x > b else 3 - b*x^2", {}, (1.5, 1.1)),
    ("max(a*x, b, 1) + min(a, x) + |x - b|", {}, (1.5, 1.1)),
    ("a*gelu(b*x) + erfc(a*x)", {}, (1.5, 0.3)),
    ("a*sinc(b*x) + atan2(a, x) + tanh(b*x)", {}, (1.5, 0.3)),
    ("log(exp(a*x) + exp(b) + exp(2))", {}, (1.5, 0.3)),
    ("a*x^pi + log(2)*b + sign(b)/3 + max(2, 3)", {}, (1.5, 0.3)),
    ("sigmoid(a)*x + sigmoid(2) + max(2, b) + gelu(2)*softplus(b) + x/sqrt(2)", {}, (1.5, 0.3)),
    ("m*x + b", {"loss": "rmse"}, (0.3, -0.2)),
    ("m*x + b", {"loss": "huber", "penalty": "ridge"}, (0.3, -0.2)),
]


@cache
def of_a_model(place: int) -> tuple[Problem, SimpleNamespace, Any]:
    """A problem, its module and its functions: the same for every library."""
    model, options, _ = MODELS[place]
    problem = Problem(model, **options)
    return problem, loaded(problem), problem.lambdify()


@pytest.mark.parametrize(("model", "options", "point"), MODELS, ids=[row[0] for row in MODELS])
def test_numbers_are_those_of_lambdify(
    xp: Any, model: str, options: dict[str, Any], point: tuple[float, ...]
) -> None:
    problem, module, functions = of_a_model(MODELS.index((model, options, point)))
    x, y = np.array([0.4, 1.3, 2.2, 0.9]), np.array([0.1, 0.8, 0.9, 0.3])
    arrays = [xp.asarray(column.tolist(), dtype=xp.float64) for column in (x, y)]
    cost, slopes = functions.cost_and_gradient(point, x, y)
    by_name = dict(zip(problem.parameters, point, strict=True))
    for passed in (point, by_name, [xp.asarray(value, dtype=xp.float64) for value in point]):
        found, found_slopes = module.cost_and_gradient(passed, *arrays)
        values = found_slopes.values() if isinstance(found_slopes, dict) else found_slopes
        assert float(found) == pytest.approx(cost, rel=1e-12)
        assert [*map(float, values)] == pytest.approx(list(slopes), rel=1e-11, abs=1e-13)
    said = module.predict(point, arrays[0])
    expected = functions.predict(point, x)
    assert [float(said[k]) for k in range(4)] == pytest.approx(expected.tolist(), rel=1e-12)
    moved = module.update(point, *arrays, learning_rate=0.01)
    expected_step = functions.update(point, x, y, learning_rate=0.01)
    assert [*map(float, moved)] == pytest.approx(list(expected_step), rel=1e-12)


@pytest.mark.parametrize("model", ["m*x + b", "a*exp(-b*x) + c"])
def test_the_trace_is_that_of_descend(xp: Any, model: str) -> None:
    problem = Problem(model)
    arrays = [xp.asarray(column, dtype=xp.float64) for column in (X, Y)]
    start = dict.fromkeys(problem.parameters, 0.5)
    run = problem.descend(X, Y, start=start, learning_rate=0.02, max_iter=30, tolerance=0)
    found = loaded(problem).descend(
        *arrays, start=start, learning_rate=0.02, max_iter=30, tolerance=0
    )
    columns = [*problem.parameters, "J", "gradient norm"]
    assert (found.steps, found.outcome, len(found.trace)) == (30, "out of steps", 31)
    costs = np.asarray(run.trace.cost)
    assert [row[-2] for row in found.trace] == pytest.approx(costs.tolist(), rel=1e-12)
    for place, name in enumerate(columns[:-2]):
        expected = run.trace[name].tolist()
        assert [row[place] for row in found.trace] == pytest.approx(expected, rel=1e-12)


def test_float32_stays_float32(xp: Any) -> None:
    module = loaded(Problem("a*sigmoid(b*x) + max(c, 1)*erf(x)"))
    arrays = [xp.asarray(column, dtype=xp.float32) for column in (X, Y)]
    cost, slopes = module.cost_and_gradient((0.5, 0.5, 2.0), *arrays)
    said = module.predict((0.5, 0.5, 2.0), arrays[0])
    found = module.descend(*arrays, learning_rate=0.01, max_iter=3)
    for array in (cost, *slopes, said, *found.parameters):
        assert array.dtype == xp.float32


def test_results_are_where_the_data_are() -> None:
    xp = LIBRARIES["strict"]()
    there = xp.Device("device1")
    module = loaded(Problem("a*sigmoid(b*x) + max(c, 1)*erf(x) + log(x) if x > a else 3"))
    arrays = [xp.asarray(column, dtype=xp.float64, device=there) for column in (X, Y)]
    cost, slopes = module.cost_and_gradient((0.5, 0.5, 2.0), *arrays)
    found = module.descend(*arrays, learning_rate=0.01, max_iter=3)
    for array in (cost, *slopes, *found.parameters, module.predict((1.0, 1.0, 1.0), arrays[0])):
        assert array.device == there


@pytest.mark.parametrize(
    ("model", "loss"),
    [
        ("sigmoid(w*x + b)", "bce"),
        ("exp(w*x + b)/(1 + exp(w*x + b))", "mse"),
        ("log(1 + exp(w*x + b))", "mse"),
        ("tanh(w*x + b)", "mse"),
        ("log(cosh(w*x + b))", "mse"),
        ("log(exp(w*x) + exp(b))", "mse"),
        ("w*x + b", "(log(cosh(prediction - target)))"),
    ],
)
def test_nothing_overflows(xp: Any, model: str, loss: str) -> None:
    problem = Problem(model, loss=loss)
    data = ([1.0, 1.0], [0.0, 1.0])
    arrays = [xp.asarray(column, dtype=xp.float64) for column in data]
    functions, module = problem.lambdify(), loaded(problem)
    for z in (800.0, -800.0):
        cost, slopes = functions.cost_and_gradient((z, 0.5), *data)
        found, found_slopes = module.cost_and_gradient((z, 0.5), *arrays)
        assert np.isfinite([cost, *slopes]).all()
        assert float(found) == pytest.approx(cost, rel=1e-12)
        assert [*map(float, found_slopes)] == pytest.approx(list(slopes), rel=1e-12, abs=1e-300)


# ---------------------------------------------------------------------------------------------
# A library's own derivative of the cost, and its compiler

DIFFERENTIATED = [row for row in MODELS if "sign(" not in row[0]]


@pytest.mark.parametrize(("model", "options", "point"), DIFFERENTIATED)
def test_torch_derives_the_same(
    model: str, options: dict[str, Any], point: tuple[float, ...]
) -> None:
    torch = LIBRARIES["torch"]()
    module = loaded(Problem(model, **options))
    x, y = (torch.tensor(c, dtype=torch.float64) for c in ([0.4, 1.3, 2.2], [0.1, 0.8, 0.9]))
    values = [torch.tensor(value, dtype=torch.float64, requires_grad=True) for value in point]
    slopes = torch.autograd.grad(module.cost(values, x, y), values)
    ours = module.gradient(point, x, y)
    assert [*map(float, slopes)] == pytest.approx([*map(float, ours)], rel=1e-10, abs=1e-12)


@pytest.mark.parametrize(("model", "options", "point"), DIFFERENTIATED)
def test_jax_derives_and_compiles_the_same(
    model: str, options: dict[str, Any], point: tuple[float, ...]
) -> None:
    LIBRARIES["jax"]()
    import jax

    module = loaded(Problem(model, **options))
    x, y = (jax.numpy.asarray(column) for column in ([0.4, 1.3, 2.2], [0.1, 0.8, 0.9]))
    ours = [*map(float, module.gradient(point, x, y))]
    for call in (jax.grad(module.cost), jax.jit(module.gradient)):
        assert [*map(float, call(point, x, y))] == pytest.approx(ours, rel=1e-10, abs=1e-12)


@pytest.mark.parametrize("z", [800.0, -800.0])
def test_their_derivatives_do_not_overflow(z: float) -> None:
    torch = LIBRARIES["torch"]()
    module = loaded(Problem("sigmoid(w*x + b)"))
    x, y = (torch.tensor(column, dtype=torch.float64) for column in ([1.0, 1.0], [0.0, 1.0]))
    values = [torch.tensor(value, dtype=torch.float64, requires_grad=True) for value in (z, 0.5)]
    slopes = torch.autograd.grad(module.cost(values, x, y), values)
    assert [*map(float, slopes)] == pytest.approx([0.0, 0.0], abs=1e-300)


# ---------------------------------------------------------------------------------------------
# Random models, names, and what is refused


@given(st.one_of(language(leaves=3), formulas(leaves=4)), st.integers(0, 2**16))
@settings(max_examples=examples(9, 20))
def test_random_models(term: Term, seed: int) -> None:
    """With the strictest library, which takes nothing that the standard does not say."""
    xp = LIBRARIES["strict"]()
    try:
        problem = Problem(f"a*x + ({text(term, ascii=True)})", inputs=["x"])
        functions, module = problem.lambdify(), loaded(problem)
    except SymgdError:
        assume(False)
    generator = np.random.default_rng(seed)
    x, y = generator.uniform(0.5, 1.5, (2, 3))
    point = tuple(generator.uniform(0.5, 1.5, len(problem.parameters)).tolist())

    def numbers(values: Sequence[float], columns: Sequence[Any]) -> list[float]:
        cost, slopes = functions.cost_and_gradient(tuple(values), *columns)
        return [cost, *slopes]

    room, expected = rounding_room(numbers, point, (x, y)), numbers(point, (x, y))
    with np.errstate(all="ignore"):
        arrays = (xp.asarray(column.tolist(), dtype=xp.float64) for column in (x, y))
        found, found_slopes = module.cost_and_gradient(point, *arrays)
    got = [float(found), *map(float, found_slopes)]
    assert got == pytest.approx(expected, rel=1e-10, abs=room)


AWKWARD = [
    "xp", "like", "math", "data", "value", "cost", "point", "PARAMETERS", "Array", "learning_rate",
    "_number", "lambda_", "self", "x_", "True_", "n", "N_1", "slope_a", "predict", "trace", "last",
    "prediction", "target",
]  # fmt: skip


@pytest.mark.parametrize("pair", [*zip(AWKWARD, [*AWKWARD[1:], "x"], strict=True)], ids=" ".join)
def test_names_of_any_kind(pair: tuple[str, str]) -> None:
    """Each as a parameter, and as a column."""
    name, column = pair
    problem = Problem(f"{name}*{column} + b", parameters=[name, "b"], inputs=[column])
    found = loaded(problem).descend(
        np.array(X), np.array(Y), learning_rate=0.06, max_iter=10, start={name: 0.2, "b": 0.5}
    )
    assert found.parameters == pytest.approx((0.793182, 0.630777), abs=1e-6)


def test_what_the_standard_has_not_is_refused() -> None:
    with pytest.raises(GenerationError, match="the Python array API standard has no gamma"):
        Problem("a*gamma(x)").source(target="array-api")


@pytest.mark.parametrize(
    ("call", "kind", "said"),
    [
        (lambda m: m.cost((1, 2), X, Y), TypeError, "x is a list, not an array"),
        (
            lambda m: m.cost((1, 2), np.array([1, 2]), np.array(Y)),
            TypeError,
            "dtype int64: make it",
        ),
        (
            lambda m: m.cost((1, 2), np.array(X), np.array([1.0])),
            ValueError,
            "y has 1 values, but x",
        ),
        (lambda m: m.cost((1, 2), np.array([X]), np.array([Y])), ValueError, r"shape \(1, 3\)"),
        (lambda m: m.cost((1, 2, 3), np.array(X), np.array(Y)), ValueError, "3 parameters"),
        (lambda m: m.cost({"m": 1}, np.array(X), np.array(Y)), ValueError, '"b" is missing'),
        (lambda m: m.cost({"q": 1}, np.array(X), np.array(Y)), ValueError, 'no parameter "q"'),
        (lambda m: m.cost((1, "2"), np.array(X), np.array(Y)), TypeError, "b is a str"),
        (lambda m: m.cost((1, np.nan), np.array(X), np.array(Y)), ValueError, "b is nan"),
        (
            lambda m: m.descend(np.array([1, np.nan, 2]), np.array(Y), learning_rate=0.1),
            ValueError,
            "x is nan at index 1",
        ),
        (
            lambda m: m.descend(np.array(X), np.array(Y), learning_rate=-1),
            ValueError,
            "learning_rate must be a positive number",
        ),
        (
            lambda m: m.descend(np.array(X), np.array(Y), learning_rate=1, max_iter=1.5),
            ValueError,
            "max_iter must be a whole number",
        ),
    ],
)
def test_what_does_not_fit_is_refused(call: Any, kind: type[Exception], said: str) -> None:
    with pytest.raises(kind, match=said):
        call(loaded(Problem("m*x + b")))


def test_endings_are_said() -> None:
    module, data = loaded(Problem("m*x + b")), (np.array(X), np.array(Y))
    short = module.descend(*data, learning_rate=0.17, tolerance=1e-6)
    assert (short.outcome, short.steps < 10_000) == ("short step", True)
    assert "no longer than the tolerance 1e-06; the gradient's length is" in short.message
    lost = module.descend(*data, learning_rate=0.5)
    assert (lost.outcome, len(lost.trace)) == ("diverged", lost.steps + 1)
    with np.errstate(all="ignore"):
        beyond = loaded(Problem("exp(m*x) + b")).descend(*data, learning_rate=1e3, max_iter=50)
    assert (beyond.outcome, np.isfinite(beyond.cost)) == ("diverged", True)
    assert module.descend(*data, learning_rate=0.19, max_iter=20).outcome == "diverged"


@pytest.mark.parametrize("name", ["erf", "erfc", "sinc", "softplus", "sigmoid"])
def test_functions_of_our_own_are_accurate(name: str) -> None:
    import mpmath

    function: Function = FUNCTIONS[name]
    module = loaded(Problem(f"a*{name}(x)"))
    assert f"_{name}" in HELPERS
    x = np.concatenate([np.linspace(-25, 25, 801), [0.0, 1e-8, -1e-8, 1e-300, 0.999999, 1.0]])
    said = module.predict((1.0,), x)
    for value, found in zip(x.tolist(), said.tolist(), strict=True):
        with mpmath.workdps(40):
            expected = float(function.at(mpmath.mp, mpmath.mpf(value)))
        room = 1e-13 if name != "erfc" else 2e-13  # where x² is rounded
        near = 1e-15 if name == "sinc" else 0.0  # next to a zero of the sine
        assert found == pytest.approx(expected, rel=room, abs=near), value
