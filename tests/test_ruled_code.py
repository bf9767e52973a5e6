"""Generated code of optimizers: it walks as `descend` does, whatever the names are."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from nodes import Node

from symgd import DescentError, GenerationError, Objective, Problem
from symgd.cli import main
from symgd.codegen.code_targets import CODE_TARGETS
from symgd.codegen.listings.listing_example import ruled_example
from symgd.optimize.method import code_of
from symgd.optimizers.optimizers import OPTIMIZERS

STEPS = 20
ARGMIN = ("exact_line_search", "conjugate_gradients", "fletcher_reeves")
SQUARES = ("gauss_newton", "levenberg_marquardt")
OTHERS = [name for name in OPTIMIZERS if name not in ("gradient_descent", *ARGMIN)]
FIRST_ORDER = [
    name
    for name in OTHERS
    if not {"H", "r", "Jac"} & OPTIMIZERS[name].rule.used
    and not any(OPTIMIZERS[name].rule.calls(word) for word in ("J", "g", "push", "first"))
]
LINE = Problem("m*x + b")
DECAY = Problem("a*exp(-b*x) + c")
LOGISTIC = Problem("sigmoid(w*x + b)", "bce")
X = np.linspace(0.2, 2.0, 12)
Y = np.array([0.9, 1.4, 1.1, 1.8, 1.6, 2.2, 1.9, 2.4, 2.9, 2.6, 3.1, 3.3])
CLASSES = (Y > 2).astype(float)
OWN = "w = k*g; q' = 0.5*q + w; n' = n + 1; theta' = theta - alpha*q'/sqrt(n')"
# Names that rules have as well, one parameter, five parameters, and names of what modules have.
NAMES = [
    Problem("m*x + v"),
    Problem("theta*x + g"),
    Problem("t*x + alpha"),
    Problem("beta1*x + state"),
    Problem("step*x + epsilon"),
    Problem("w*x"),
    Problem("+".join(f"p{k}*x^{k}" for k in range(5))),
    Problem("a*m + b", inputs=["m"]),
    Problem("a*state + evaluate", inputs=["state"]),
    Problem("BETA1*x + STATES"),
    Problem("lambda*x + np"),
]


def rate_of(name: str) -> dict[str, float]:
    """A learning rate, where the optimizer has one."""
    code = code_of(name, None, None)
    assert code is not None
    return {} if code.needs == "none" else {"learning_rate": 0.05}


@cache
def run_module(written: str) -> dict[str, Any]:
    names: dict[str, Any] = {"__name__": "optimizer"}
    exec(compile(written, "optimizer.py", "exec"), names)
    return names


def expect_alike(problem: Problem, columns: list[Any], asked: dict[str, Any], **how: Any) -> None:
    """The module's trace, states and outcome are those of `descend`."""
    module = run_module(problem.source(**how))
    found = module["descend"](*columns, **asked)
    start = asked.get("start")
    named = None if start is None else dict(zip(problem.parameters, start, strict=True))
    run = problem.descend(*columns, **{**asked, "start": named}, **how)
    own = np.column_stack([*(run.trace[name] for name in problem.parameters), run.trace.cost])
    assert np.allclose(found.trace, own, rtol=1e-12, atol=1e-12)
    assert found.outcome == run.outcome.kind
    told = [run.trace[name] for name in module["STATES"]]
    assert found.states.shape == (len(own), len(told))
    if told:
        assert np.allclose(found.states, np.column_stack(told), rtol=1e-11, atol=1e-11)


@pytest.mark.parametrize("name", OTHERS)
@pytest.mark.parametrize(
    "problem", [LINE, LOGISTIC, DECAY], ids=lambda p: p.loss.name + str(len(p.parameters))
)
def test_a_module_walks_as_descend_does(problem: Problem, name: str) -> None:
    if name in SQUARES and problem is not LINE:
        with pytest.raises(GenerationError, match='a module of NumPy has no "r"'):
            problem.source(optimizer=name)
        return
    columns = [X, CLASSES if problem is LOGISTIC else Y]
    asked = {"max_iter": STEPS, "tolerance": 0.0, "start": [0.3] * len(problem.parameters)}
    if name == "newton" and problem is DECAY:
        columns[1] = 2 * np.exp(-X) + 1
        asked["start"] = [2.01, 1.0, 1.0]
    expect_alike(problem, columns, {**asked, **rate_of(name)}, optimizer=name)


@pytest.mark.parametrize("name", ["adam", "momentum", "newton", "rprop"])
def test_a_module_ends_where_descend_ends(name: str) -> None:
    expect_alike(LINE, [X, Y], rate_of(name), optimizer=name)


@pytest.mark.parametrize("problem", NAMES, ids=lambda p: str(p.model))
@pytest.mark.parametrize(
    "how",
    [{"optimizer": "adam"}, {"optimizer": OWN, "optimizer_settings": {"k": 2.0}}],
    ids=["adam", "own"],
)
def test_names_meet_no_others(problem: Problem, how: dict[str, Any]) -> None:
    asked = {"learning_rate": 0.05, "max_iter": STEPS, "tolerance": 0.0}
    columns = [X, Y] if problem.inputs else [Y]
    expect_alike(problem, columns, asked, **how)
    names: dict[str, Any] = {"__name__": "listing"}
    exec(problem.source(style="listing", **how), names)
    start = [0.0] * len(problem.parameters)
    trace = names["descend"](*columns, start, learning_rate=0.05, max_iter=STEPS)
    found = run_module(problem.source(**how))["descend"](*columns, **asked)
    assert np.allclose(trace, found.trace, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize(
    "setting",
    ["np", "len", "import", "lambda", "theta_", "columns", "x", "J_", "STATES", "state"],
)
def test_hostile_settings(setting: str) -> None:
    rule = f"q' = {setting}*q + g; theta' = theta - alpha*q'"
    how = {"optimizer": rule, "optimizer_settings": {setting: 0.5}}
    asked = {"learning_rate": 0.05, "max_iter": STEPS, "tolerance": 0.0}
    expect_alike(LINE, [X, Y], asked, **how)
    names: dict[str, Any] = {"__name__": "listing"}
    exec(LINE.source(style="listing", **how), names)
    assert len(names["descend"](X, Y, learning_rate=0.05, max_iter=3)) == 4


@pytest.mark.parametrize(
    "schedule", ["cosine", "step", "warmup_linear", "alpha/sqrt(t)", "0.1/(1 + t)"]
)
def test_schedules(schedule: str) -> None:
    asked = {"learning_rate": 0.05, "max_iter": STEPS, "tolerance": 0.0}
    for optimizer in ("adam", "gradient_descent"):
        expect_alike(LINE, [X, Y], asked, optimizer=optimizer, schedule=schedule)


def test_settings_are_constants() -> None:
    written = LINE.source(optimizer="adam", optimizer_settings={"beta1": 0.95})
    assert "\nBETA1 = 0.95\nBETA2 = 0.999\nEPSILON_ = 1e-8\n" in written
    assert "    m = BETA1 * m + (1 - BETA1) * g\n" in written


def test_update_goes_on_from_its_state() -> None:
    module = run_module(LINE.source(optimizer="adam"))
    point, state = (0.0, 0.0), None
    trace = module["descend"](X, Y, learning_rate=0.1, max_iter=5, tolerance=0).trace
    for row in trace[1:]:
        point, state = module["update"](point, X, Y, 0.1, state)
        assert np.allclose(point, row[:2], rtol=1e-12)


def test_rates_are_asked_for_or_refused() -> None:
    with pytest.raises(ValueError, match="pass a learning_rate, such as 0.01: adam has none"):
        run_module(LINE.source(optimizer="adam"))["descend"](X, Y)
    with pytest.raises(ValueError, match="leave out learning_rate: newton has none"):
        run_module(LINE.source(optimizer="newton"))["descend"](X, Y, learning_rate=0.1)
    with pytest.raises(FloatingPointError, match="the cost curves downwards here"):
        run_module(DECAY.source(optimizer="newton"))["descend"](X, Y)


def test_what_there_is_not_is_refused() -> None:
    with pytest.raises(DescentError, match='no optimizer "adm"'):
        LINE.source(optimizer="adm")
    with pytest.raises(DescentError, match="beta3"):
        LINE.source(optimizer="adam", optimizer_settings={"beta3": 0.5})
    for name in ARGMIN:
        with pytest.raises(GenerationError, match='a module of NumPy has no "argmin"'):
            LINE.source(optimizer=name)
    with pytest.raises(GenerationError, match='a listing has no "two_loop"'):
        LINE.source(style="listing", optimizer="lbfgs")


LISTED = [name for name in OTHERS if name not in ("lbfgs", *SQUARES)]


@pytest.mark.parametrize("name", LISTED)
@pytest.mark.parametrize("problem", [LINE, LOGISTIC], ids=lambda p: p.loss.name)
def test_a_listing_walks_as_descend_does(problem: Problem, name: str) -> None:
    names: dict[str, Any] = {"__name__": "listing"}
    exec(problem.source(style="listing", optimizer=name), names)
    code = code_of(name, None, None)
    assert code is not None
    example = ruled_example(problem, problem.derive(), code)
    start = dict.fromkeys(problem.parameters, example.start)
    rate = {} if code.needs == "none" else {"learning_rate": example.rate}
    trace = names["descend"](*example.columns, max_iter=10)
    asked = {"max_iter": 10, "tolerance": 0, "start": start, **rate}
    run = problem.descend(*example.columns, optimizer=name, **asked)
    own = np.column_stack([*(run.trace[name] for name in problem.parameters), run.trace.cost])
    count = min(len(own), len(trace))
    assert np.allclose(trace[:count], own[:count], rtol=1e-11, atol=1e-11)
    assert trace[-1, -1] < trace[0, -1]


@pytest.mark.parametrize("name", ["adam", "newton", "radam", "bfgs"])
@pytest.mark.parametrize("style", ["module", "listing"])
def test_code_is_clean(name: str, style: str, tmp_path: Path) -> None:
    path, width = tmp_path / "code.py", {"module": 100, "listing": 79}[style]
    path.write_text(LINE.source(optimizer=name, style=style), encoding="utf-8")
    check = ["check", "--isolated", f"--line-length={width}", "--select=E,F,I,UP,B,W", str(path)]
    done = subprocess.run(
        [sys.executable, "-m", "ruff", *check], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


GOLDEN: dict[str, Callable[[], str]] = {
    "listing_adam.py": lambda: LINE.source(style="listing", optimizer="adam"),
    "javascript_adam.mjs": lambda: LINE.source(target="javascript", optimizer="adam"),
    "optimizer_adam_logistic.py": lambda: LOGISTIC.source(optimizer="adam"),
}


@pytest.mark.parametrize("name", GOLDEN)
def test_golden(name: str, golden: Callable[[str, str], None]) -> None:
    golden(name, GOLDEN[name]())


def test_generate_writes_an_optimizer(tmp_path: Path) -> None:
    path = tmp_path / "line.py"
    call = ["generate", "m*x + b", "--optimizer", "adam", "--set", "beta1=0.95", "-o", str(path)]
    assert CliRunner().invoke(main, call).exit_code == 0
    expected = LINE.source(optimizer="adam", optimizer_settings={"beta1": 0.95})
    assert path.read_text("utf-8") == expected
    done = CliRunner().invoke(main, ["generate", "m*x + b", "--listing", "--optimizer", "adam"])
    assert done.output == LINE.source(style="listing", optimizer="adam")


def test_the_script_of_an_optimizer(tmp_path: Path) -> None:
    path, data = tmp_path / "fit.py", tmp_path / "points.csv"
    path.write_text(LINE.source(optimizer="adam", script=True), encoding="utf-8")
    rows = "".join(f"{x},{y}\n" for x, y in zip(X, Y, strict=True))
    data.write_text(f"x,y\n{rows}", encoding="utf-8")
    call = [sys.executable, str(path), str(data)]
    done = subprocess.run(
        [*call, "--learning-rate", "0.05"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "converged after" in done.stdout
    done = subprocess.run(call, capture_output=True, text=True, check=False)
    assert (done.returncode, "pass a learning_rate" in done.stderr) == (1, True)


@pytest.mark.parametrize("name", ["adam", "momentum", "newton", "bfgs", "rprop"])
def test_functions_without_data(name: str) -> None:
    function = Objective("(1 - x)^2 + 10*(y - x^2)^2")
    module = run_module(function.source(optimizer=name))
    rate = rate_of(name) and {"learning_rate": 0.01}
    for most in (STEPS, 300):
        asked = {"max_iter": most, "tolerance": 0.0, **rate}
        found = module["descend"](start=[-1.2, 1.0], **asked)
        run = function.descend(start={"x": -1.2, "y": 1.0}, optimizer=name, **asked)
        own = np.column_stack([run.trace["x"], run.trace["y"], run.trace.cost])
        assert np.allclose(found.trace, own, rtol=1e-9, atol=1e-12)
        assert found.outcome == run.outcome.kind


def test_generate_writes_a_function() -> None:
    call = ["generate", "(a - x)^2 + y^2", "--function", "--optimizer", "momentum"]
    done = CliRunner().invoke(main, [*call, "--set", "a=2", "--set", "beta=0.5"])
    function = Objective("(a - x)^2 + y^2", settings={"a": 2.0})
    expected = function.source(optimizer="momentum", optimizer_settings={"beta": 0.5})
    assert done.output == expected
    assert CliRunner().invoke(main, [*call, "--set", "a=2", "--loss", "mae"]).exit_code == 2
    with pytest.raises(GenerationError, match="no listing for NumPy of a function without data"):
        function.source(style="listing")


ENTRYWISE = [
    name
    for name in FIRST_ORDER
    if not any(OPTIMIZERS[name].rule.calls(word) for word in ("dot", "norm"))
]
OPTIONS = [(name, None) for name in ENTRYWISE] + [("adam", "step"), ("momentum", "warmup_cosine")]


@pytest.fixture(scope="module")
def node() -> Iterator[Node]:
    found = Node()
    yield found
    found.close()


@pytest.mark.parametrize(("name", "schedule"), OPTIONS)
@pytest.mark.parametrize(
    "problem", [LINE, NAMES[0], NAMES[3], NAMES[4]], ids=lambda p: str(p.model)
)
def test_javascript_walks_as_descend_does(
    node: Node, problem: Problem, name: str, schedule: str | None
) -> None:
    how: dict[str, Any] = {"optimizer": name, "schedule": schedule}
    written = problem.source(target="javascript", **how)
    run = problem.descend(X, Y, learning_rate=0.02, max_iter=STEPS, tolerance=0, **how)
    options = {"learningRate": 0.02, "maxIter": STEPS, "tolerance": 0}
    found = node.value(written, "descend", {"x": X.tolist(), "y": Y.tolist()}, options)
    costs = [row["cost"] for row in found["trace"]]
    assert costs == pytest.approx(run.trace.cost.tolist(), rel=1e-12)


@pytest.mark.parametrize(("name", "schedule"), OPTIONS)
def test_array_api_walks_as_descend_does(name: str, schedule: str | None) -> None:
    xp = pytest.importorskip("array_api_strict")
    how: dict[str, Any] = {"optimizer": name, "schedule": schedule}
    for problem in (LINE, NAMES[0], NAMES[4]):
        module = run_module(problem.source(target="array-api", **how))
        asked = {"learning_rate": 0.02, "max_iter": STEPS, "tolerance": 0}
        found = module["descend"](xp.asarray(X), xp.asarray(Y), **asked)
        run = problem.descend(X, Y, **asked, **how)
        costs = [row[-2] for row in found.trace]
        assert costs == pytest.approx(run.trace.cost.tolist(), rel=1e-12)


@pytest.mark.parametrize("target", ["javascript", "array-api"])
def test_words_that_a_target_lacks_are_refused(target: str) -> None:
    for name, word in (("newton", "H"), ("barzilai_borwein", "dot"), ("armijo", "J")):
        with pytest.raises(GenerationError, match=f'has no "{word}", which the update rule calls'):
            LINE.source(target=target, optimizer=name)


@pytest.mark.parametrize("target", CODE_TARGETS)
def test_every_module_says_which_steps_it_makes(target: str) -> None:
    """Its own rule stands in its preface, and not gradient descent's."""
    plain = LINE.source(target=target)
    other = LINE.source(target=target, optimizer="momentum")
    assert "Gradient descent for" in plain
    assert "minus the learning rate times" in plain
    assert "Heavy ball (momentum) for" in other
    assert "a step: v′ = β v + g; θ′ = θ − α v′" in other
    assert "Gradient descent for" not in other
