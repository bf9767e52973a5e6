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
from grids import EVERY, in_turn
from nodes import Node

from symgd import DescentError, GenerationError, Objective, Problem
from symgd.cli import main
from symgd.codegen.code_targets import CODE_TARGETS
from symgd.codegen.evaluators.residuals import compiled_residuals
from symgd.codegen.listings.listing_example import ruled_example
from symgd.codegen.rules.rule_words import NoStep, newton_step
from symgd.optimize.method import code_of
from symgd.optimizers.optimizers import OPTIMIZERS

STEPS = 20
ARGMIN = ("exact_line_search", "conjugate_gradients", "fletcher_reeves")
SQUARES = ("gauss_newton", "levenberg_marquardt")
OTHERS = [name for name in OPTIMIZERS if name != "gradient_descent"]
FIRST_ORDER = [
    name
    for name in OTHERS
    if not {"H", "r", "Jac"} & OPTIMIZERS[name].rule.used
    and not any(OPTIMIZERS[name].rule.calls(word) for word in ("J", "g", "push", "first", "argmin"))
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


# The line or one of two others by each optimizer, in turn, of which listings have the next; SYMGD_EXPLORE=1 tries
# them all. Every optimizer on other costs, in all of these ways, is in test_every_combination.
COSTS = (LINE, LOGISTIC, DECAY)
WALKS, LISTED = (
    [
        (problem, name)
        for n, name in enumerate(OTHERS)
        for place, problem in enumerate(COSTS)
        if EVERY or (n + first) % 3 == place
    ]
    for first in (0, 1)
)


@pytest.mark.parametrize(("problem", "name"), WALKS)
def test_a_module_walks_as_descend_does(problem: Problem, name: str) -> None:
    if name in SQUARES and problem is LOGISTIC:
        with pytest.raises(GenerationError, match=f"{name} needs a cost that is a sum of squares"):
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
    asked = {"max_iter": 4_000} if name == "rprop" else {}  # which goes to and fro to the end
    expect_alike(LINE, [X, Y], {**rate_of(name), **asked}, optimizer=name)


RULES = [{"optimizer": "adam"}, {"optimizer": OWN, "optimizer_settings": {"k": 2.0}}]


@pytest.mark.parametrize(("problem", "how"), in_turn(NAMES, RULES, of=2))
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
    found = LINE.descend(X, Y, optimizer="adam", learning_rate="auto", max_iter=50)
    with pytest.raises(ValueError, match="so do modules generated with learning_rate auto"):
        run_module(LINE.source(optimizer="adam"))["descend"](X, Y)
    asked = {"learning_rate": found.learning_rate, "max_iter": 50}
    again = run_module(LINE.source(optimizer="adam"))["descend"](X, Y, **asked)
    assert again.cost == pytest.approx(found.cost, rel=1e-12)
    with pytest.raises(ValueError, match="leave out learning_rate: newton has none"):
        run_module(LINE.source(optimizer="newton"))["descend"](X, Y, learning_rate=0.1)
    with pytest.raises(FloatingPointError, match="the cost curves downwards here"):
        run_module(DECAY.source(optimizer="newton"))["descend"](X, Y)


def test_what_there_is_not_is_refused() -> None:
    with pytest.raises(DescentError, match='no optimizer "adm"'):
        LINE.source(optimizer="adm")
    with pytest.raises(DescentError, match="beta3"):
        LINE.source(optimizer="adam", optimizer_settings={"beta3": 0.5})
    with pytest.raises(
        GenerationError, match="second derivatives, and the mean absolute error has kinks"
    ):
        LINE.replace(loss="mae").source(style="listing", optimizer="newton")
    with pytest.raises(GenerationError, match="a sum of squares, and this one is none"):
        LOGISTIC.source(style="listing", optimizer="gauss_newton")
    with pytest.raises(GenerationError, match="a sum of squares, and this one is none"):
        Problem("m*x + b", penalty="lasso", settings={"lambda": 0.1}).source(
            optimizer="levenberg_marquardt"
        )
    with pytest.raises(GenerationError, match="a sum of squares, and this one is none"):
        Objective("x^2 + y^2").source(optimizer="gauss_newton")


SQUARED = [
    Problem("a*exp(-b*x)", "(prediction - target)^2/3"),  # a share with all its digits
    Problem("a*exp(-b*x) + c"),
    Problem("a*x^2/(b + x) + c", "half_mse"),
    Problem("sigmoid(w*x + b)", "sse"),
    Problem("r*sin(Jac*x) + difference"),
    Problem("abs(a)*x + slope_1"),
    Problem("c^2", parameters=["c"]),
]


SHORT = [("adam", 10, None), ("lion", 40, None), ("nadam", 10, None), ("adam", 30, "cosine")]


@pytest.mark.parametrize(("optimizer", "steps", "schedule"), SHORT)
def test_a_short_walk_is_its_own_trial(optimizer: str, steps: int, schedule: str | None) -> None:
    """No rate twice or four times as large or as small ends lower, and a module chooses the same."""
    how = {"optimizer": optimizer, "schedule": schedule}
    data = [1, 2, 3, 4], [1.2, 1.8, 3.4, 4.1]
    run = LINE.descend(*data, max_iter=steps, **how)
    assert (
        f"half and twice the best of these, it brings the cost lowest in {steps} steps"
        in run.notes[-1]
    )
    for times in (1 / 4, 1 / 2, 2, 4):
        rate = float(f"{run.learning_rate * times:.3g}") if schedule is None else None
        if rate is not None:
            other = LINE.descend(*data, max_iter=steps, learning_rate=rate, **how)
            assert other.cost > run.cost
    module = run_module(LINE.source(learning_rate="auto", **how))
    found = module["descend"](*data, max_iter=steps)
    assert found.cost == pytest.approx(run.cost, rel=1e-9)


@pytest.mark.parametrize(("problem", "name"), in_turn(SQUARED, SQUARES, of=2))
def test_squares_of_any_model_have_their_residuals(problem: Problem, name: str) -> None:
    """Module and `descend` work out r and its Jacobian by the same text, and so the same numbers."""
    columns = [X, Y] if problem.inputs else [Y]
    asked = {"max_iter": STEPS, "tolerance": 0.0, "start": [0.7] * len(problem.parameters)}
    found = run_module(problem.source(optimizer=name))["descend"](*columns, **asked)
    start = dict.fromkeys(problem.parameters, 0.7)
    run = problem.descend(*columns, **{**asked, "start": start}, optimizer=name)
    own = np.column_stack([*(run.trace[n] for n in problem.parameters), run.trace.cost])
    assert found.trace.tolist() == own.tolist()


@pytest.mark.parametrize("problem", SQUARED, ids=lambda p: str(p.model))
def test_residuals_are_those_of_the_cost(problem: Problem) -> None:
    """J = r·r, and half the gradient is Jacᵀ·r."""
    columns = [X, Y] if problem.inputs else [Y]
    point = np.linspace(0.4, 0.9, len(problem.parameters))
    r, jacobian = compiled_residuals(problem)(point.tolist(), columns)
    functions = problem.lambdify()
    assert r @ r == pytest.approx(functions.cost(point, *columns), rel=1e-13)
    gradient = functions.gradient(point, *columns)
    assert 2 * jacobian.T @ r == pytest.approx(np.array(gradient), rel=1e-12)


FALLING = "exp(-x) - y"  # for ever, along every line on which y grows


@pytest.mark.parametrize("name", ARGMIN)
def test_a_line_on_which_the_cost_falls_for_ever_is_said(name: str) -> None:
    function, said = Objective(FALLING), "falls for ever along this line.*add what bounds the cost"
    with pytest.raises(DescentError, match=said):
        function.descend(start={"x": 0.3, "y": 0.3}, optimizer=name)
    with pytest.raises(FloatingPointError, match=said):
        run_module(function.source(optimizer=name))["descend"](start=[0.3, 0.3])


def test_a_first_that_never_holds_is_said() -> None:
    rule = "rate' = first(alpha*2^k, k, J(theta) < 0); theta' = theta - rate'*g"
    said = r"no k from 0 to 199 fits the condition of first\(\.\.\.\); write a condition"
    with pytest.raises(DescentError, match=said):
        LINE.descend(X, Y, optimizer=rule, learning_rate=0.1)
    with pytest.raises(FloatingPointError, match=said):
        run_module(LINE.source(optimizer=rule))["descend"](X, Y, learning_rate=0.1)


def test_a_step_that_is_refused_on_the_way_is_said() -> None:
    """Where steps have been made before, the module answers how far it came and why no further."""
    rule = "rate' = first(0.01*2^k, k, t < 4); theta' = theta - rate'*g"
    run = LINE.descend(X, Y, optimizer=rule)
    found = run_module(LINE.source(optimizer=rule))["descend"](X, Y)
    assert (found.outcome, found.steps) == (run.outcome.kind, run.steps) == ("stalled", 3)
    assert "stalled after 3 steps, there is no further one: no k from 0 to 199" in found.message


# The residuals of a penalised cost have its rows: of all parameters, of one, and of names that the text has itself.
RIDGES = [
    Problem("a*exp(-b*x)", "sse", penalty="ridge", settings={"lambda": 0.03}),
    Problem("a*exp(-b*x) + c", penalty="ridge", penalized=["b"], settings={"lambda": 0.01}),
    Problem("below*exp(-reached*x) + scale", "half_mse", penalty="ridge"),
    Problem("m*x + b", penalty="ridge"),
    Problem("m*x", penalty="elastic_net", settings={"rho": 0.0}),
]


@pytest.mark.parametrize(("problem", "name"), in_turn(RIDGES, SQUARES, of=2))
def test_residuals_of_a_penalised_cost(problem: Problem, name: str, node: Node) -> None:
    columns = {"x": X, "y": 2 * np.exp(-X) + 0.1}
    start = dict.fromkeys(problem.parameters, 0.5)
    expect_alike(problem, [*columns.values()], {"max_iter": 6, "tolerance": 0.0}, optimizer=name)
    asked = {"max_iter": 6, "tolerance": 0.0, "start": [0.5] * len(start)}
    run = problem.descend(*columns.values(), **{**asked, "start": start}, optimizer=name)
    own = np.column_stack([*(run.trace[name] for name in problem.parameters), run.trace.cost])
    listing: dict[str, Any] = {"__name__": "listing"}
    exec(problem.source(style="listing", optimizer=name), listing)
    trace = listing["descend"](*columns.values(), asked["start"], max_iter=6)
    assert np.allclose(trace[: len(own)], own, rtol=1e-8, atol=1e-8)
    module = run_module(problem.source(target="array-api", optimizer=name))
    found = module["descend"](*columns.values(), **asked)
    assert np.allclose([row[:-1] for row in found.trace[: len(own)]], own, rtol=1e-8, atol=1e-8)
    data, options = {k: v.tolist() for k, v in columns.items()}, {**asked, "maxIter": 6}
    options.pop("max_iter")
    written = problem.source(target="javascript", optimizer=name)
    rows = node.value(written, "descend", data, options)["trace"][: len(own)]
    assert np.allclose([float(row["cost"]) for row in rows], own[:, -1], rtol=1e-8, atol=1e-8)
    step = problem.step(*columns.values(), optimizer=name, start=start).result
    assert list(step.values()) == pytest.approx(own[1, :-1].tolist(), rel=1e-9)


@pytest.mark.parametrize(
    "rule",
    [
        "rate' = argmin(J(theta - s^2*g), s); theta' = theta - rate'^2*g",
        "rate' = argmin(norm(g(theta - s*g)), s); theta' = theta - rate'*g",
    ],
)
@pytest.mark.parametrize("problem", [LINE, DECAY], ids=lambda p: str(p.model))
def test_a_listing_finds_the_least_of_any_formula(problem: Problem, rule: str) -> None:
    """By values alone a lowest point is known to half of the digits."""
    listing: dict[str, Any] = {"__name__": "listing"}
    exec(problem.source(style="listing", optimizer=rule), listing)
    start = [0.3] * len(problem.parameters)
    trace = listing["descend"](X, Y, start, max_iter=8)
    asked = {"max_iter": 8, "tolerance": 0, "start": dict.fromkeys(problem.parameters, 0.3)}
    run = problem.descend(X, Y, optimizer=rule, **asked)
    own = np.column_stack([*(run.trace[name] for name in problem.parameters), run.trace.cost])
    assert np.allclose(trace[: len(own)], own, rtol=1e-5, atol=1e-5)
    assert trace[-1, -1] < trace[0, -1]
    with pytest.raises(ValueError, match="falls for ever"):
        listing["least"](lambda s: -s)
    assert listing["least"](lambda s: s) == 0


BOWL = Objective("x^2 + 3*(y - 1)^2 + x*y")
# By what steps leave on a quadratic, by trial, by the first step's length, and what needs none.
FINDERS = [
    (LINE, "momentum", None),
    (LINE, "nesterov", "cosine"),
    (LINE.replace(penalty="ridge"), "momentum", None),
    (LINE, "adam", None),
    (LOGISTIC, "adam", "cosine"),
    (LOGISTIC, "nesterov_ahead", None),
    (DECAY, "rmsprop", None),
    (LINE, "barzilai_borwein", None),
    (LINE, "lbfgs", None),
    (BOWL, "momentum", None),
    (BOWL, "adam", None),
    (LINE.replace(loss="mae"), "sign_descent", None),
]


@pytest.mark.parametrize(
    ("problem", "name", "schedule", "most"),
    [(*finder, most) for finder, most in in_turn(FINDERS, [30, None], of=2)],
)
def test_a_module_finds_the_rate_that_descend_finds(
    problem: Problem, name: str, schedule: str | None, most: int | None
) -> None:
    columns = {0: [], 2: [X, CLASSES if problem is LOGISTIC else Y]}[len(problem.columns)]
    start = dict.fromkeys(problem.parameters, 0.3)
    how = {"optimizer": name, "schedule": schedule}
    module = run_module(problem.source(**how, learning_rate="auto"))
    found = module["descend"](*columns, start=start, max_iter=most)
    run = problem.descend(*columns, start=start, max_iter=most, **how)
    assert found.trace[:, -1].tolist() == run.trace.cost.tolist()
    assert (found.steps, found.outcome) == (run.steps, run.outcome.kind)
    given = {"learning_rate": 0.01, "max_iter": 5}
    plain = run_module(problem.source(**how))["descend"](*columns, start=start, **given)
    assert module["descend"](*columns, start=start, **given).trace.tolist() == plain.trace.tolist()


def test_a_rate_is_found_where_that_was_asked_for() -> None:
    short, found = (LINE.source(optimizer="adam", **how) for how in ({}, {"learning_rate": "auto"}))
    assert "_found_rate" not in short
    assert found.count("\n") - short.count("\n") < 100
    assert LINE.source(learning_rate="auto") == LINE.source()
    with pytest.raises(GenerationError, match="JavaScript walks at the rate that it is given"):
        LINE.source(optimizer="adam", learning_rate="auto", target="javascript")
    with pytest.raises(GenerationError, match="is 0.1, and code is written for any rate"):
        LINE.source(optimizer="adam", learning_rate=0.1)  # type: ignore[arg-type]
    call = ["generate", "m*x + b", "--optimizer", "adam", "--learning-rate", "auto"]
    assert CliRunner().invoke(main, call).output == found


@pytest.mark.parametrize("setting", ["trial", "sure", "below", "seen", "limit", "ruled"])
def test_settings_meet_no_names_of_a_search(setting: str) -> None:
    rule = f"q' = {setting}*q + g; theta' = theta - alpha*q'"
    how = {"optimizer": rule, "optimizer_settings": {setting: 0.5}}
    found = run_module(LINE.source(**how, learning_rate="auto"))["descend"](X, Y)
    assert found.trace[:, -1].tolist() == LINE.descend(X, Y, **how).trace.cost.tolist()


# Where their last steps are decided by rounding, the listing's are others.
ROUGH = {"levenberg_marquardt": 1e-7, "conjugate_gradients": 1e-7, "lbfgs": 1e-10}


@pytest.mark.parametrize(("problem", "name"), LISTED)
def test_a_listing_walks_as_descend_does(problem: Problem, name: str) -> None:
    if (name in SQUARES and problem is LOGISTIC) or (name == "newton" and problem is DECAY):
        return  # no sum of squares; and from where examples start, it curves downwards
    names: dict[str, Any] = {"__name__": "listing"}
    exec(problem.source(style="listing", optimizer=name), names)
    code = code_of(name, None, None)
    assert code is not None
    example = ruled_example(problem, problem.derive(), code)
    columns = example.columns
    if name in ARGMIN and problem is LOGISTIC:
        columns = X, CLASSES  # classes that no line parts, so that there is a minimum
    start = dict(zip(problem.parameters, example.start, strict=True))
    rate = {} if code.needs == "none" else {"learning_rate": example.rate}
    trace = names["descend"](*columns, max_iter=10)
    asked = {"max_iter": 10, "tolerance": 0, "start": start, **rate}
    run = problem.descend(*columns, optimizer=name, **asked)
    own = np.column_stack([*(run.trace[name] for name in problem.parameters), run.trace.cost])
    count = min(len(own), len(trace))
    room = ROUGH.get(name, 1e-11)
    assert np.allclose(trace[:count], own[:count], rtol=room, atol=room)
    assert trace[-1, -1] < trace[0, -1]


def test_a_listing_of_newton_s_method_does_not_walk_to_a_maximum() -> None:
    wave = Objective("sin(x)")
    names: dict[str, Any] = {"__name__": "listing"}
    exec(wave.source(style="listing", optimizer="newton"), names)
    assert names["descend"](start=(-1.2,))[-1, 0] == pytest.approx(-np.pi / 2)
    with pytest.raises(np.linalg.LinAlgError):
        names["descend"](start=(1.0,))
    with pytest.raises(DescentError, match="curves downwards"):
        wave.descend(start={"x": 1.0}, optimizer="newton")


CLEAN = ["adam", "newton", "radam", "bfgs", "lbfgs", "conjugate_gradients", *SQUARES]


@pytest.mark.parametrize(("style", "width"), [("module", 100), ("listing", 88)])
def test_code_is_clean(style: str, width: int, tmp_path: Path) -> None:
    for name in (name for name, way in in_turn(CLEAN, ["module", "listing"], of=2) if way == style):
        path = tmp_path / f"{CLEAN.index(name)}.py"
        path.write_text(DECAY.source(optimizer=name, style=style), encoding="utf-8")
    check = ["check", "--isolated", f"--line-length={width}", "--select=E,F,I,UP,B,W"]
    check.append(str(tmp_path))
    done = subprocess.run(
        [sys.executable, "-m", "ruff", *check], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


GOLDEN: dict[str, Callable[[], str]] = {
    "listing_adam.py": lambda: LINE.source(style="listing", optimizer="adam"),
    "listing_exact_line_search.py": lambda: LINE.source(
        style="listing", optimizer="exact_line_search"
    ),
    "listing_levenberg_marquardt.py": lambda: DECAY.source(
        style="listing", optimizer="levenberg_marquardt"
    ),
    "listing_lbfgs.py": lambda: LINE.source(style="listing", optimizer="lbfgs"),
    "optimizer_conjugate_gradients.py": lambda: LINE.source(optimizer="conjugate_gradients"),
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


@pytest.mark.parametrize("name", ["adam", "momentum", "newton", "bfgs", "lbfgs", "rprop", *ARGMIN])
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
    with pytest.raises(GenerationError, match="no script of a function without data"):
        function.source(script=True)


OPTIONS = [(name, None) for name in OTHERS] + [("adam", "step"), ("momentum", "warmup_cosine")]
OPTIONS += [("armijo", "cosine")]
# What rounding makes of the last digits, where a step divides by differences of nearly equal numbers.
ELSEWHERE = {"barzilai_borwein": 1e-9, "gauss_newton": 1e-8, "lbfgs": 1e-10, "newton": 1e-10}


def course_of(problem: Problem, name: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Data, and what else a descent is asked, on which an optimizer goes its way."""
    target = CLASSES if problem is LOGISTIC else Y
    start = [0.3] * len(problem.parameters)
    if name == "newton" and problem is DECAY:
        target, start = 2 * np.exp(-X) + 1, [2.01, 1.0, 1.0]
    columns = dict(zip(problem.columns, [X, target], strict=True))
    rate = rate_of(name) and {"learning_rate": 0.02}
    return columns, {"max_iter": STEPS, "tolerance": 0, "start": start, **rate}


def expect_costs(
    costs: list[float], problem: Problem, columns: Any, asked: Any, name: str, **how: Any
) -> None:
    """Costs as `descend` has them, as far as both walk."""
    start = dict(zip(problem.parameters, asked["start"], strict=True))
    run = problem.descend(*columns.values(), **{**asked, "start": start}, optimizer=name, **how)
    count = len(run.trace.cost)
    assert len(costs) >= count
    room = ELSEWHERE.get(name, 1e-12)
    assert costs[:count] == pytest.approx(run.trace.cost.tolist(), rel=room, abs=room * costs[0])


@pytest.fixture(scope="module")
def node() -> Iterator[Node]:
    found = Node()
    yield found
    found.close()


ELSEWHERES = [LINE, LOGISTIC, DECAY, NAMES[0], NAMES[3], NAMES[4]]


def _turns(first: int) -> list[tuple[str, str | None, Problem]]:
    """One problem of six for each optimizer, in turn from the `first` on; SYMGD_EXPLORE=1 tries them all."""
    count = len(ELSEWHERES)
    return [
        (name, schedule, problem)
        for n, (name, schedule) in enumerate(OPTIONS)
        for place, problem in enumerate(ELSEWHERES)
        if EVERY or (n + n // count + first) % count == place
    ]


@pytest.mark.parametrize(("name", "schedule", "problem"), _turns(0))
def test_javascript_walks_as_descend_does(
    node: Node, name: str, schedule: str | None, problem: Problem
) -> None:
    if name in SQUARES and problem is LOGISTIC:
        with pytest.raises(GenerationError, match="a sum of squares, and this one is none"):
            problem.source(target="javascript", optimizer=name)
        return
    columns, asked = course_of(problem, name)
    written = problem.source(target="javascript", optimizer=name, schedule=schedule)
    names = {"learning_rate": "learningRate", "max_iter": "maxIter"}
    options = {names.get(key, key): value for key, value in asked.items()}
    data = {key: column.tolist() for key, column in columns.items()}
    found = node.value(written, "descend", data, options)
    costs = [float(row["cost"]) for row in found["trace"]]
    expect_costs(costs, problem, columns, asked, name, schedule=schedule)


@pytest.mark.parametrize(("name", "schedule", "problem"), _turns(3))
def test_array_api_walks_as_descend_does(name: str, schedule: str | None, problem: Problem) -> None:
    xp = pytest.importorskip("array_api_strict")
    if name in SQUARES and problem is LOGISTIC:
        with pytest.raises(GenerationError, match="a sum of squares, and this one is none"):
            problem.source(target="array-api", optimizer=name)
        return
    columns, asked = course_of(problem, name)
    module = run_module(problem.source(target="array-api", optimizer=name, schedule=schedule))
    found = module["descend"](*map(xp.asarray, columns.values()), **asked)
    costs = [row[-2] for row in found.trace]
    expect_costs(costs, problem, columns, asked, name, schedule=schedule)


WHOLE = {
    "a norm": "n' = norm(g); theta' = theta - alpha*g/max(n', 1)",
    "cases of vectors": "q' = (g if dot(g, q) > 0 else 0.5*g); theta' = theta - alpha*q'",
    "each its own": "theta' = theta - alpha*(g if g*dot(g, g) > 1 else g/2)*j/p",
    "a line": "rate' = argmin(J(theta - s^2*g), s); theta' = theta - alpha*rate'^2*g",
    "a matrix": "A' = 0.9*A + outer(g, g); theta' = theta - alpha*solve(I + A', g)",
    "squares": "theta' = theta - alpha*dot(transpose(Jac), r)",
    "matrices": "B = dot(H, I) + 2*I - diag(H)/2; theta' = theta - alpha*solve(B, dot(B, g))",
    "no inverse": "theta' = theta - alpha*solve(diag(outer(j - 1, j - 1)), g)",
    "two in one": "theta' = theta - alpha*(g(theta - alpha*g) + dot(g, g)*g)/norm(dot(H, H))",
}


@pytest.mark.parametrize("rule", WHOLE.values(), ids=WHOLE)
def test_rules_of_one_s_own_over_vectors_and_matrices(node: Node, rule: str) -> None:
    """The same numbers in memory, in a module, in JavaScript and by the array API standard."""
    xp = pytest.importorskip("array_api_strict")
    asked = {"learning_rate": 0.02, "max_iter": 8, "tolerance": 0}
    run = DECAY.descend(X, Y, **asked, optimizer=rule)
    own = run.trace.cost.tolist()
    options = {"learningRate": 0.02, "maxIter": 8, "tolerance": 0}
    data = {"x": X.tolist(), "y": Y.tolist()}
    found = node.value(DECAY.source(target="javascript", optimizer=rule), "descend", data, options)
    room = 1e-7 if "s^2" in rule else 1e-11  # by values the lowest point has half of the digits
    assert [row["cost"] for row in found["trace"]] == pytest.approx(own, rel=room)
    for target, library in (("array-api", xp), ("numpy", np)):
        module = run_module(DECAY.source(target=target, optimizer=rule))
        trace = module["descend"](library.asarray(X), library.asarray(Y), **asked).trace
        costs = [row[-2 if target == "array-api" else -1] for row in trace]
        assert costs == pytest.approx(own, rel=room)


def test_steps_that_are_refused_are_said_elsewhere(node: Node) -> None:
    xp = pytest.importorskip("array_api_strict")
    arrays, data = (xp.asarray(X), xp.asarray(Y)), {"x": X.tolist(), "y": Y.tolist()}
    written = {t: DECAY.source(target=t, optimizer="newton") for t in ("javascript", "array-api")}
    said = "the cost curves downwards here"
    assert said in node.error(written["javascript"], "descend", data, {})
    with pytest.raises(Exception, match=said):
        run_module(written["array-api"])["descend"](*arrays)
    rule = "rate' = first(0.01*2^k, k, t < 4); theta' = theta - rate'*g"
    found = node.value(LINE.source(target="javascript", optimizer=rule), "descend", data, {})
    other = run_module(LINE.source(target="array-api", optimizer=rule))["descend"](*arrays)
    assert (found["outcome"], found["steps"]) == (other.outcome, other.steps) == ("no step", 3)
    assert "no k from 0 to 199 fits" in found["message"]
    assert "no k from 0 to 199 fits" in other.message


def test_a_library_without_linear_algebra_says_so() -> None:
    xp = pytest.importorskip("array_api_strict")
    module = run_module(LINE.source(target="array-api", optimizer="newton"))
    with (
        xp.ArrayAPIStrictFlags(enabled_extensions=()),
        pytest.raises(TypeError, match="has no linear algebra, which this optimizer needs: pass"),
    ):
        module["descend"](xp.asarray(X), xp.asarray(Y))


def test_where_a_rule_has_no_rate_none_is_asked_for(node: Node) -> None:
    data = {"x": X.tolist(), "y": Y.tolist()}
    written = LINE.source(target="javascript", optimizer="newton")
    assert node.value(written, "descend", data, {})["outcome"] == "short step"
    said = node.error(written, "descend", data, {"learningRate": 0.1})
    assert 'there is no option "learningRate"' in said
    armijo = LINE.source(target="javascript", optimizer="armijo")
    assert node.value(armijo, "descend", data, {"maxIter": 3})["steps"] == 3
    point = node.value(written, "update", [0.0, 0.0], data)["parameters"]
    assert point == pytest.approx(np.polyfit(X, Y, 1).tolist(), rel=1e-12)


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


@pytest.mark.parametrize("offset", [1e4, 1e6, 1e7])
def test_newton_is_not_told_that_years_are_flat(offset: float, node: Node) -> None:
    """Where a column is far from 0 its parameter and the constant bend unlike; there is an inverse all the same."""
    x = offset + np.arange(8.0)
    y = 3.0 * np.arange(8.0) + np.sin(x)
    asked: dict[str, Any] = {"max_iter": 6, "tolerance": 0}
    run = LINE.descend(x, y, optimizer="newton", **asked)
    least = float(np.mean((y - np.polyval(np.polyfit(np.arange(8.0), y, 1), np.arange(8.0))) ** 2))
    assert run.cost == pytest.approx(least, rel=1e-6)
    written = {t: LINE.source(target=t, optimizer="newton") for t in CODE_TARGETS}
    for target in ("numpy", "array-api"):
        found = run_module(written[target])["descend"](x, y, **asked)
        assert found.cost == pytest.approx(least, rel=1e-6)
    options, data = {"maxIter": 6, "tolerance": 0}, {"x": x.tolist(), "y": y.tolist()}
    there = node.value(written["javascript"], "descend", data, options)
    assert there["cost"] == pytest.approx(least, rel=1e-6)


@pytest.mark.parametrize(
    ("hessian", "said"),
    [
        ([[0.0, 1.0], [1.0, 0.0]], "curves downwards here, by -1:"),
        ([[-1e-9, 0.0], [0.0, 1e9]], "curves downwards here, by -1e-09:"),
        ([[2e8, 2e4], [2e4, -2.0]], "curves downwards here, by -4:"),
        ([[1.0, 2.0], [2.0, 4.0]], "no inverse"),
        ([[0.0, 0.0], [0.0, 1.0]], "no inverse"),
        ([[2e-20, 2e-10], [2e-10, 2.0]], "no inverse"),
    ],
)
def test_newton_says_how_a_cost_bends_whatever_the_units(
    hessian: list[list[float]], said: str, node: Node
) -> None:
    with pytest.raises(NoStep, match=said):
        newton_step(np.array(hessian), np.ones(2))
    module = run_module(LINE.source(target="array-api", optimizer="newton"))
    with pytest.raises(module["NoStep"], match=said):
        module["_newton_step"](np, np.array(hessian), np.ones(2))
    source = LINE.source(target="javascript", optimizer="newton").replace(
        "function newtonStep", "export function newtonStep"
    )
    assert said.replace("e-09", "e-9") in node.error(source, "newtonStep", hessian, [1.0, 1.0])


@pytest.mark.parametrize("optimizer", ["rprop", "momentum", "lion", "lbfgs"])
@pytest.mark.parametrize("rows", [1, 3, 40])
def test_a_step_that_leads_nowhere_ends_no_walk(optimizer: str, rows: int, node: Node) -> None:
    """After a change of all signs, rprop waits for one step, wherever its code runs."""
    x = np.array([2.0]) if rows == 1 else np.arange(1.0, rows + 1) / rows
    y = 2 * x + 1
    asked: dict[str, Any] = {"max_iter": 60, "tolerance": 1e-9, "learning_rate": 0.05}
    own = LINE.descend(x, y, optimizer=optimizer, **asked).trace.cost.tolist()
    options = {"maxIter": 60, "tolerance": 1e-9, "learningRate": 0.05}
    data = {"x": x.tolist(), "y": y.tolist()}
    source = LINE.source(target="javascript", optimizer=optimizer)
    made = [row["cost"] for row in node.value(source, "descend", data, options)["trace"]]
    module = run_module(LINE.source(target="array-api", optimizer=optimizer))
    found = [row[-2] for row in module["descend"](x, y, **asked).trace]
    for costs in (made, found):
        assert costs == pytest.approx(own, rel=1e-9, abs=1e-20)


@pytest.mark.parametrize("count", [2, 22])
def test_so_it_is_over_a_matrix(count: int, node: Node) -> None:
    model = "+".join(f"w{k}*x{k}" for k in range(count))
    problem = Problem(model)
    table = np.random.default_rng(3).normal(size=(50, count)) + 0.5
    y = table @ np.linspace(-1, 2, count)
    asked: dict[str, Any] = {"max_iter": 60, "tolerance": 1e-9, "learning_rate": 0.05}
    own = problem.descend(table, y, optimizer="rprop", **asked).trace.cost.tolist()
    module = run_module(problem.source(target="array-api", optimizer="rprop"))
    given = [table] if count > 20 else [*table.T]
    found = [row[-2] for row in module["descend"](*given, y, **asked).trace]
    assert found == pytest.approx(own, rel=1e-9)
    names = (
        {"X": table.tolist()}
        if count > 20
        else {f"x{k}": c.tolist() for k, c in enumerate(table.T)}
    )
    options = {"maxIter": 60, "tolerance": 1e-9, "learningRate": 0.05}
    source = problem.source(target="javascript", optimizer="rprop")
    made = node.value(source, "descend", {**names, "y": y.tolist()}, options)["trace"]
    assert [row["cost"] for row in made] == pytest.approx(own, rel=1e-9)
