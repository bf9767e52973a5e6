"""Functions without data as listings, for any array library and in JavaScript: they walk as `Objective.descend` does."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from grids import examples, in_turn
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from nodes import Node
from numpy.typing import NDArray
from rounding import rounding_room

from symgd import DescentError, GenerationError, Objective, SymgdError
from symgd.cli import main
from symgd.codegen.listings.listing import value_name
from symgd.codegen.listings.listing_example import example_of, ruled_example
from symgd.optimize.method import code_of
from symgd.optimizers.optimizers import OPTIMIZERS
from symgd.optimizers.schedules import SCHEDULES
from symgd.terms import Term
from symgd.writing.formulas.text import text

from strategies import formulas, language

ROSENBROCK = Objective("(1 - x)^2 + 100*(y - x^2)^2")
STEPS = 10
FUNCTIONS = [
    ROSENBROCK,
    Objective("x^4 - 3*x^2 + x"),
    Objective("u = y - x^2; (1 - x)^2 + a*u^2 + u", settings={"a": 3}),
    Objective("h(b, a) = log(1 + exp(a - b)) + a^2 + b^2"),
    Objective("sqrt(x) + 1/x"),
    Objective("abs(x - 1) + max(y, 0)^2"),
    Objective("x^2 if x > 0 else -x"),
    Objective("3*x + y^2"),
    Objective("(x1 - 1)^2 + (x2 - 2)^2 + (x3 - x1)^4 + pi*x2"),
    Objective("sum((x[i] - i)^2, i, n)").written_out(n=4),
    # Names that code has for itself.
    Objective("g(theta, np) = theta^2 + np^2 + theta*np"),
    Objective("gradient(x, y) = x^2 + y^4"),
    Objective("lambda^2 + (cost - 1)^2 + update^2 + f^2"),
    Objective("data^2 + columns^2 + (point - 1)^2 + like^2 + xp^2 + evaluate^2"),
    Objective("t^2 + T^2 + k^2 + m*v + m^2 + v^2 + S*s + S^2 + s^2"),
]
EACH = pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.formula)
WALKED = [None, "adam", "lbfgs"]
BY_ALL = [name for name in OPTIMIZERS if name not in ("gauss_newton", "levenberg_marquardt")]
Rows = NDArray[np.float64]


@pytest.fixture(scope="module")
def node() -> Iterator[Node]:
    made = Node()
    yield made
    made.close()


def made_of(function: Objective, **how: Any) -> dict[str, Any]:
    """A module or a listing that has been run."""
    names: dict[str, Any] = {"__name__": "code"}
    exec(compile(function.source(**how), "code", "exec"), names)
    return names


def asked_of(function: Objective, name: str | None) -> tuple[dict[str, float], dict[str, Any]]:
    """Where the listing begins, and at which rate."""
    code, gradient = code_of(name or "gradient_descent", None, None), function.derive()
    example = (
        example_of(function, gradient) if code is None else ruled_example(function, gradient, code)
    )
    rate = {} if code is not None and code.needs == "none" else {"learning_rate": example.rate}
    start = dict(zip(function.parameters, example.start, strict=True))
    return start, {"max_iter": STEPS, "tolerance": 0, **rate}


def by_descend(
    function: Objective, start: dict[str, float], asked: dict[str, Any], how: dict[str, Any]
) -> Rows:
    run = function.descend(start=start, **asked, **how)
    return np.column_stack([*(run.trace[name] for name in function.parameters), run.trace.cost])


def expect_close(rows: Rows, own: Rows, room: float = 1e-12) -> None:
    """The same numbers, as far as both go."""
    count = min(len(rows), len(own))
    assert count >= 2
    assert np.allclose(rows[:count], own[:count], rtol=room, atol=room)


@pytest.mark.parametrize(("function", "name"), in_turn(FUNCTIONS, WALKED, of=2))
def test_they_walk_as_descend_does(function: Objective, name: str | None, node: Node) -> None:
    xp = pytest.importorskip("array_api_strict")
    if name == "lbfgs" and function.formula.startswith("x^2 if"):
        return  # its steps end at the kink, from which no shorter one goes down
    how = {} if name is None else {"optimizer": name}
    room = 1e-7 if name == "lbfgs" else 1e-12
    start, asked = asked_of(function, name)
    own = by_descend(function, start, asked, how)
    listed = made_of(function, style="listing", **how)["descend"]
    rows = listed(max_iter=STEPS)
    assert len(rows) == STEPS + 1
    expect_close(rows, own, room)
    assert rows[-1, -1] < rows[0, -1]
    expect_close(listed(tuple(start.values()), max_iter=3), own[:4], room)
    of_arrays = made_of(function, target="array-api", **how)["descend"]
    found = of_arrays(xp.asarray([*start.values()]), **asked)
    expect_close(np.array([row[:-1] for row in found.trace]), own, room)
    spelled = {"learning_rate": "learningRate", "max_iter": "maxIter"}
    options = {spelled.get(key, key): value for key, value in asked.items()}
    written = function.source(target="javascript", **how)
    walked = node.value(written, "descend", {**options, "start": start})["trace"]
    in_order = [[*row["parameters"].values(), row["cost"]] for row in walked]
    expect_close(np.array(in_order, dtype=float), own, room)


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_schedules(schedule: str, node: Node) -> None:
    """Each is a comment above its line, however long, and code by every target."""
    how, start = {"optimizer": "momentum", "schedule": schedule}, {"x": -1.2, "y": 1.0}
    asked = {"learning_rate": 1e-4, "max_iter": STEPS, "tolerance": 0}
    own = by_descend(ROSENBROCK, start, asked, how)
    listed = made_of(ROSENBROCK, style="listing", **how)["descend"]
    expect_close(listed((-1.2, 1.0), 1e-4, max_iter=STEPS), own)
    found = made_of(ROSENBROCK, target="array-api", **how)["descend"](
        np.array([-1.2, 1.0]), **asked
    )
    expect_close(np.array([row[:-1] for row in found.trace]), own)
    options = {"learningRate": 1e-4, "maxIter": STEPS, "tolerance": 0, "start": start}
    walked = node.value(ROSENBROCK.source(target="javascript", **how), "descend", options)["trace"]
    assert [row["cost"] for row in walked] == pytest.approx([*own[:, -1]], rel=1e-12)


@settings(deadline=None, max_examples=examples(9, 20))
@given(
    shape=st.sampled_from(["({}) + x^2", "x*({}) + y", "u = {}; u^2 + u*y"]),
    term=st.one_of(language(leaves=3), formulas(leaves=4)),
)
def test_any_function_has_the_numbers_of_the_functions(shape: str, term: Term) -> None:
    """Value and slopes at a point, in a listing and over arrays."""
    try:
        function = Objective(shape.format(text(term, ascii=True)))
        functions = function.lambdify()
        listed = made_of(function, style="listing")
        of_arrays = made_of(function, target="array-api")
    except SymgdError:
        assume(False)
        return
    point = [0.7 + 0.2 * place for place in range(len(function.parameters))]

    def numbers(values: Sequence[float], columns: Sequence[Any]) -> list[float]:
        value, slopes = functions.cost_and_gradient(values)
        return [value, *slopes]

    room, expected = rounding_room(numbers, point, ()), numbers(point, ())
    apart = "theta" not in listed["gradient"].__code__.co_varnames[:1]
    passed = [*map(np.float64, point)] if apart else [np.array(point)]
    with np.errstate(all="ignore"):
        called = listed[value_name(function)](*passed), listed["gradient"](*passed)
        found = [called[0], *np.atleast_1d(called[1])]
        assert np.allclose(found, expected, rtol=1e-10, atol=room)
        value, slopes = of_arrays["cost_and_gradient"](np.array(point))
        assert np.allclose([float(value), *map(float, slopes)], expected, rtol=1e-10, atol=room)


# ---------------------------------------------------------------------------------------------
# How they read


def test_golden(golden: Callable[[str, str], None]) -> None:
    golden("listing_rosenbrock.py", ROSENBROCK.source(style="listing"))
    golden("javascript_rosenbrock.mjs", ROSENBROCK.source(target="javascript"))


def test_listings_are_clean_and_short(tmp_path: Path) -> None:
    """Ruff is started once for all of them."""
    for number, function in enumerate(FUNCTIONS):
        for optimizer in ("gradient_descent", "lbfgs", "adam"):
            written = function.source(style="listing", optimizer=optimizer)
            (tmp_path / f"listing_{number}_{optimizer}.py").write_text(written, encoding="utf-8")
            if optimizer == "gradient_descent":
                lines = len(written.splitlines())
                assert 15 <= lines <= 42 + 2 * len(function.parameters), function.formula
    check = [sys.executable, "-m", "ruff", "check", "--isolated", "--line-length=88"]
    done = subprocess.run(
        [*check, "--select=E,F,I,UP,B,W", str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_a_listing_runs_as_it_stands(tmp_path: Path) -> None:
    path = tmp_path / "listing.py"
    path.write_text(ROSENBROCK.source(style="listing"), encoding="utf-8")
    command = [sys.executable, "-W", "error", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert len(done.stdout.splitlines()) == STEPS + 1


def test_a_listing_calls_things_as_the_formula_does() -> None:
    written = Objective("u = x - 1; h(x) = u^2 + u").source(style="listing", optimizer="armijo")
    assert "def h(theta):" in written
    assert "    u = x - 1\n" in written
    assert "    # before = h(θ)\n    before = h(theta)\n" in written
    assert "def cost(" in Objective("update(x) = x^2").source(style="listing")


@pytest.mark.parametrize("name", BY_ALL)
def test_nothing_is_said_of_data(name: str, node: Node) -> None:
    for target in ("array-api", "javascript"):
        written = ROSENBROCK.source(target=target, optimizer=name)
        split = '"""' if target == "array-api" else "*/"
        body = written.split(split, 2 if target == "array-api" else 1)[-1]
        assert not re.search(
            r"\b(?:data|prepared|columnsOf|COLUMNS|Column|BLOCK|predict|example)\b", body
        )
        assert "<<" not in written
        if target == "array-api":
            ast.parse(written)
        else:
            rate = {} if OPTIMIZERS[name].rule.calls("alpha") is False else {"learningRate": 0.01}
            known = node.ask(written, ["update", [-1.2, 1.0], rate])[0]
            assert "value" in known or "learningRate" in known["error"], known


def test_modules_are_clean(tmp_path: Path) -> None:
    ruff = [sys.executable, "-m", "ruff", "check", "--isolated", "--line-length=100"]
    for select, optimizers in (
        ("--select=E,F,I,UP,B,W", ("gradient_descent",)),
        ("--select=F,I,UP,B,W", ("momentum", "newton", "bfgs", "armijo")),
    ):
        for name in optimizers:
            written = ROSENBROCK.source(target="array-api", optimizer=name)
            (tmp_path / f"{name}.py").write_text(written, encoding="utf-8")
        command = [*ruff, select, str(tmp_path)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("target", ["array-api", "javascript"])
def test_without_a_rate_no_smaller_one_is_advised(target: str) -> None:
    for function in (ROSENBROCK, FUNCTIONS[1]):
        assert "pass a smaller" in function.source(target=target)
        assert "pass a smaller" not in function.source(target=target, optimizer="newton")


# ---------------------------------------------------------------------------------------------
# What is passed


def _torch() -> ModuleType:
    pytest.importorskip("array_api_compat")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return pytest.importorskip("torch")  # type: ignore[no-any-return]  # pytest's answer


LIBRARIES: dict[str, Callable[[], Any]] = {
    "numpy": lambda: np,
    "strict": lambda: pytest.importorskip("array_api_strict"),
    "torch": _torch,
    "jax": lambda: pytest.importorskip("jax.numpy"),
}


@pytest.mark.parametrize("library", LIBRARIES)
def test_parameters_say_what_they_are_worked_with(library: str) -> None:
    xp, module = LIBRARIES[library](), made_of(ROSENBROCK, target="array-api")
    point = xp.asarray([-1.2, 1.0], dtype=xp.float32)
    slopes = module["gradient"](point)
    assert slopes.dtype == xp.float32
    assert [float(slopes[k]) for k in range(2)] == pytest.approx([-215.6, -88.0], rel=1e-5)
    mixed = {"y": 1, "x": xp.asarray(-1.2, dtype=xp.float32)}
    by_name = module["gradient"](mixed)
    assert [*by_name] == ["y", "x"]
    assert by_name["y"].dtype == xp.float32
    assert float(by_name["x"]) == pytest.approx(-215.6, rel=1e-5)
    found = module["descend"]({"y": xp.asarray(1.0)}, learning_rate=1e-3, max_iter=3)
    assert float(found.trace[0][0]) == 0.0
    assert [float(value) for value in found.parameters] == pytest.approx(
        [*ROSENBROCK.descend(start={"y": 1.0}, learning_rate=1e-3, max_iter=3).parameters.values()],
        rel=1e-5,
    )


ARRAYS = np.array([0.5, 0.5])


@pytest.mark.parametrize(
    ("call", "kind", "said"),
    [
        (lambda m: m["cost"]((0.5, 0.5)), TypeError, "no parameter is an array"),
        (lambda m: m["descend"]({}, learning_rate=0.1), TypeError, r"numpy\.full\(2, 0\.5\)"),
        (lambda m: m["cost"](np.array([1, 2])), TypeError, "dtype int64: make it floats"),
        (lambda m: m["cost"](np.ones(3)), ValueError, "there are 3 parameters"),
        (lambda m: m["cost"]({"x": ARRAYS, "y": 1}), TypeError, r"x has shape \(2,\)"),
        (lambda m: m["cost"]({"x": ARRAYS[0]}), ValueError, '"y" is missing'),
        (lambda m: m["cost"]({"x": ARRAYS[0], "y": "1"}), TypeError, "y is a str"),
        (lambda m: m["cost"]({"x": ARRAYS[0], "y": np.inf}), ValueError, "y is inf"),
        (lambda m: m["descend"](ARRAYS, learning_rate=-1), ValueError, "positive number"),
        (
            lambda m: m["descend"](np.array([np.nan, 1]), learning_rate=0.1),
            ValueError,
            "x is nan: pass a finite number",
        ),
        (
            lambda m: m["descend"](np.array([1e200, 1]), learning_rate=0.1),
            ValueError,
            "the function or its gradient is not finite at x = 1e",
        ),
    ],
)
def test_what_does_not_fit_is_refused(
    call: Callable[[dict[str, Any]], Any], kind: type[Exception], said: str
) -> None:
    with np.errstate(all="ignore"), pytest.raises(kind, match=said):
        call(made_of(ROSENBROCK, target="array-api"))


def test_javascript_says_what_does_not_fit(node: Node) -> None:
    written = ROSENBROCK.source(target="javascript")
    assert node.value(written, "cost", [-1.2, 1]) == pytest.approx(24.2)
    assert node.value(written, "gradient", {"y": 1, "x": -1.2}) == pytest.approx(
        {"x": -215.6, "y": -88}
    )
    assert node.value(written, "update", [0, 0], {"learningRate": 0.1}) == [0.2, 0]
    assert node.value(written, "descend", {"learningRate": 0.001, "maxIter": 1})["steps"] == 1
    assert "y is undefined" in node.error(written, "cost", {"x": 1})
    assert "function or its gradient is not a finite number at x = 1e+200" in node.error(
        written, "cost", [1e200, 1]
    )
    far = node.value(written, "descend", {"learningRate": 1, "start": [-1.2, 1]})
    assert far["outcome"] == "diverged"
    assert "the function rose" in far["message"] or "not a finite number" in far["message"]


def test_what_there_is_not_is_refused() -> None:
    vectors = Objective("sum(x[i]^2, i, n)")
    for how in ({"style": "listing"}, {"target": "array-api"}, {"target": "javascript"}):
        with pytest.raises(GenerationError, match="give them lengths"):
            vectors.source(**how)
        for name in ("gauss_newton", "levenberg_marquardt"):
            with pytest.raises(GenerationError, match="none; take another optimizer"):
                ROSENBROCK.source(optimizer=name, **how)
        with pytest.raises(GenerationError, match="has kinks; write it without kinks"):
            Objective("abs(x) + y^2").source(optimizer="newton", **how)
    with pytest.raises(DescentError, match="none; take another optimizer"):
        ROSENBROCK.descend(start={"y": 1.0}, optimizer="gauss_newton")
    with pytest.raises(GenerationError, match="no listing for JavaScript"):
        ROSENBROCK.source(target="javascript", style="listing")
    with pytest.raises(GenerationError, match="no script of a function"):
        ROSENBROCK.source(style="listing", script=True)


def test_the_command_line_writes_them(tmp_path: Path) -> None:
    call = ["generate", ROSENBROCK.formula, "--function"]
    listed = CliRunner().invoke(main, [*call, "--listing", "--optimizer", "adam"])
    assert listed.output == ROSENBROCK.source(style="listing", optimizer="adam")
    for name, more, target in (
        ("f.mjs", [], "javascript"),
        ("f.py", ["--target", "array-api"], "array-api"),
    ):
        done = CliRunner().invoke(main, [*call, *more, "-o", str(tmp_path / name)])
        assert done.exit_code == 0, done.output
        assert (tmp_path / name).read_text(encoding="utf-8") == ROSENBROCK.source(target=target)
    explained = CliRunner().invoke(main, [*call, "--explain"])
    assert explained.output.startswith("Form: plain floats\nThere is no data:")
    refused = CliRunner().invoke(main, [*call, "--script"])
    assert refused.exit_code == 2
    assert "leave out --script" in refused.output
