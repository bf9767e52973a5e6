"""Descent by update rules: against loops by hand, cut and gone on with, and what is said of it."""

from __future__ import annotations

import csv
import json
import math
import pickle
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from grids import in_turn
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from symgd import Problem, minimize
from symgd.api.run import Run
from symgd.cli import main
from symgd.errors import DescentError, OutputError, SymgdError
from symgd.optimizers.optimizer import Optimizer
from symgd.optimizers.optimizers import OPTIMIZERS

Array = NDArray[np.float64]
Loop = Callable[[Array, Callable[[Array], Array], float, int], list[Array]]
X, Y = np.array([1.0, 2.0, 3.0]), np.array([1.2, 1.8, 3.4])
LINE = Problem("a*x + b")
FRENCH = Path(__file__).parents[1] / "symgd/locale/fr/LC_MESSAGES/symgd.po"
RNG = np.random.default_rng(3)
WIDE = np.linspace(0.0, 4.0, 30)
DECAY = Problem("a*exp(-b*x) + c")
DECAYED = 3 * np.exp(-1.2 * WIDE) + 0.5 + 0.02 * RNG.normal(size=30)
YEARS = np.arange(1960.0, 2021.0)
# Problem, data, what is asked, and the gradient by hand.
COSTS: Mapping[str, tuple[Problem, tuple[Array, Array], dict[str, Any]]] = {
    "three points": (LINE, (X, Y), {}),
    "distances": (LINE, (500 * WIDE + 10, 70 * (500 * WIDE + 10) + 300 * RNG.normal(size=30)), {}),
    "logistic": (
        Problem("a*x + b", loss="logistic"),
        (WIDE, (WIDE + RNG.normal(size=30) > 2).astype(float)),
        {},
    ),
    "decay": (DECAY, (WIDE, DECAYED), {"start": {"a": 1.0, "b": 0.5, "c": 0.0}}),
    "years": (
        Problem("a*x**2 + b*x + c"),
        (YEARS, 0.01 * (YEARS - 1950) ** 2 + np.cos(YEARS)),
        {"standardise": True},
    ),
}


def gradient_of(name: str) -> Callable[[Array], Array]:
    """The gradient of a cost, by hand."""
    x, y = COSTS[name][1]

    def line(theta: Array) -> Array:
        error = theta[0] * x + theta[1] - y
        return np.array([2 * np.mean(error * x), 2 * np.mean(error)])

    def logistic(theta: Array) -> Array:
        error = 1 / (1 + np.exp(-(theta[0] * x + theta[1]))) - y
        return np.array([np.mean(error * x), np.mean(error)])

    def decay(theta: Array) -> Array:
        falls = np.exp(-theta[1] * x)
        error = theta[0] * falls + theta[2] - y
        slopes = (falls, -theta[0] * x * falls, np.ones(len(x)))
        return np.array([2 * np.mean(error * slope) for slope in slopes])

    return {"logistic": logistic, "decay": decay}.get(name, line)


# ---------------------------------------------------------------------------------------------
# By hand


def momentum(theta: Array, slope: Callable[[Array], Array], rate: float, steps: int) -> list[Array]:
    path, v = [theta], np.zeros(len(theta))
    for _ in range(steps):
        v = 0.9 * v + slope(theta)
        theta = theta - rate * v
        path.append(theta)
    return path


def nesterov(theta: Array, slope: Callable[[Array], Array], rate: float, steps: int) -> list[Array]:
    path, v = [theta], np.zeros(len(theta))
    for _ in range(steps):
        g = slope(theta)
        v = 0.9 * v + g
        theta = theta - rate * (g + 0.9 * v)
        path.append(theta)
    return path


def adam(theta: Array, slope: Callable[[Array], Array], rate: float, steps: int) -> list[Array]:
    path, m, v = [theta], np.zeros(len(theta)), np.zeros(len(theta))
    for t in range(1, steps + 1):
        g = slope(theta)
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
        theta = theta - rate * (m / (1 - 0.9**t)) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)
        path.append(theta)
    return path


def rmsprop(theta: Array, slope: Callable[[Array], Array], rate: float, steps: int) -> list[Array]:
    path, v = [theta], np.zeros(len(theta))
    for _ in range(steps):
        g = slope(theta)
        v = 0.9 * v + 0.1 * g**2
        theta = theta - rate * g / (np.sqrt(v) + 1e-8)
        path.append(theta)
    return path


def adagrad(theta: Array, slope: Callable[[Array], Array], rate: float, steps: int) -> list[Array]:
    path, s = [theta], np.zeros(len(theta))
    for _ in range(steps):
        g = slope(theta)
        s = s + g**2
        theta = theta - rate * g / (np.sqrt(s) + 1e-10)
        path.append(theta)
    return path


LOOPS: Mapping[str, tuple[Loop, dict[str, float]]] = {
    "momentum": (momentum, {"beta": 0.9}),
    "nesterov": (nesterov, {"beta": 0.9}),
    "adam": (adam, {"beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8}),
    "rmsprop": (rmsprop, {"rho": 0.9, "epsilon": 1e-8}),
    "adagrad": (adagrad, {"epsilon": 1e-10}),
}
RATES = {"three points": 0.01, "distances": 1e-8, "logistic": 0.02, "decay": 0.01}


@pytest.mark.parametrize("cost", RATES)
@pytest.mark.parametrize("name", LOOPS)
def test_the_trace_is_a_loop_by_hand(name: str, cost: str) -> None:
    loop, chosen = LOOPS[name]
    problem, data, asked = COSTS[cost]
    run = problem.descend(
        *data, optimizer=name, optimizer_settings=chosen, learning_rate=RATES[cost], max_iter=60, tolerance=0, **asked
    )  # fmt: skip
    start = np.array([run.trace[parameter][0] for parameter in problem.parameters])
    path = np.array(loop(start, gradient_of(cost), RATES[cost], 60))
    made = run.trace.table[:, : len(problem.parameters)]
    scale = np.abs(path).max(axis=0)
    assert np.abs(made - path).max(axis=0) / scale == pytest.approx(0.0, abs=1e-12)
    lengths = np.linalg.norm(np.diff(path, axis=0), axis=1)
    assert run.trace["step_norm"][:-1] == pytest.approx(lengths, rel=1e-7, abs=1e-12 * scale.max())


@pytest.mark.parametrize(("name", "cost"), in_turn([*OPTIMIZERS], [*COSTS], of=2))
def test_every_optimizer_walks_every_cost(name: str, cost: str) -> None:
    problem, data, asked = COSTS[cost]
    try:
        run = problem.descend(*data, optimizer=name, max_iter=60, **asked)
    except DescentError as refused:
        told = str(refused)
    else:
        told = ""
    said = {"logistic": "needs a cost that is a sum of squares", "decay": "curves downwards"}
    if told:
        assert said[cost] in told
        return
    assert np.isfinite(run.trace.table).all()
    assert run.optimizer == OPTIMIZERS[name]
    assert run.cost < run.trace.cost[0] or run.outcome.kind == "diverged"
    kinds = ("converged", "out of steps", "stalled", "diverged")
    assert run.outcome.kind in kinds
    assert run.outcome.remedy or run.outcome.kind == "converged"


def test_many_parameters_walk_over_arrays_as_few_do_entry_by_entry() -> None:
    names = [f"x{number}" for number in range(1, 11)]
    table = RNG.normal(size=(40, 10))
    weights = np.arange(10.0)
    model = " + ".join(f"w{number}*x{number}" for number in range(1, 11))
    data = {**dict(zip(names, table.T, strict=True)), "y": table @ weights}
    run = Problem(model).descend(
        data, optimizer="adam", learning_rate=0.1, max_iter=30, tolerance=0
    )

    def slope(theta: Array) -> Array:
        return np.asarray(2 * table.T @ (table @ theta - table @ weights) / 40)

    path = np.array(adam(np.zeros(10), slope, 0.1, 30))
    assert run.trace.table[:, :10] == pytest.approx(path, abs=1e-12)
    assert run.trace.columns[13:] == tuple(f"{s}[w{n}]" for s in "mv" for n in range(1, 11))


@pytest.mark.parametrize("size", [1, 2])
def test_the_gradient_is_the_batch_s(size: int) -> None:
    run = LINE.descend(
        X, Y, optimizer="momentum", learning_rate=0.01, batch_size=size, seed=4, epochs=3, tolerance=0
    )  # fmt: skip
    theta, v, path = np.zeros(2), np.zeros(2), [np.zeros(2)]
    for epoch in range(3):
        order = np.random.default_rng([4, epoch]).permutation(3)
        for begin in range(0, 3, size):
            x, y = X[order[begin : begin + size]], Y[order[begin : begin + size]]
            error = theta[0] * x + theta[1] - y
            v = 0.9 * v + np.array([2 * np.mean(error * x), 2 * np.mean(error)])
            theta = theta - 0.01 * v
            path.append(theta)
    assert run.trace.table[:, :2] == pytest.approx(np.array(path), abs=1e-13)


def test_a_rate_is_a_formula_of_t() -> None:
    asked: dict[str, Any] = {"max_iter": 20, "tolerance": 0}
    run = LINE.descend(X, Y, learning_rate="0.1/sqrt(t)", **asked)
    theta, slope = np.zeros(2), gradient_of("three points")
    for t in range(1, 21):
        theta = theta - 0.1 / math.sqrt(t) * slope(theta)
    assert [*run.parameters.values()] == pytest.approx(theta.tolist(), abs=1e-13)
    same = LINE.descend(X, Y, learning_rate=0.1, schedule="alpha/sqrt(t)", **asked)
    named = LINE.descend(X, Y, learning_rate=0.1, schedule="inverse_sqrt", **asked)
    assert run.trace == same.trace == named.trace
    assert run.learning_rate == pytest.approx(0.1 / math.sqrt(20))
    assert "the last at learning rate 0.0223607" in run.text()


# ---------------------------------------------------------------------------------------------
# Going on


def assert_same(one: Run, other: Run) -> None:
    """The same to the last bit, in numbers and words."""
    assert one.trace == other.trace
    assert one.trace.columns == other.trace.columns
    assert one.outcome.text() == other.outcome.text()
    assert (one.learning_rate, one.notes) == (other.learning_rate, other.notes)


WALKS: list[tuple[str, dict[str, Any]]] = [
    ("momentum", {"learning_rate": 0.02}),
    ("adam", {"learning_rate": 0.1, "batch_size": 2, "seed": 5}),
    ("adam", {"learning_rate": 0.1, "tolerance": 0, "standardise": True}),
    ("rprop", {"learning_rate": 0.1}),
    ("nadam", {"learning_rate": 0.1, "hold": {"a": 0.4}}),
    ("amsgrad", {"learning_rate": "0.3/sqrt(t)"}),
    ("lbfgs", {"tolerance": 0}),
    ("bfgs", {}),
    ("conjugate_gradients", {}),
    ("levenberg_marquardt", {}),
    ("barzilai_borwein", {"coordinates": "exact"}),
]


@pytest.mark.parametrize(
    ("name", "asked", "first", "more"),
    [(*walk, *steps) for walk, steps in in_turn(WALKS, [(0, 5), (1, 1), (7, 20), (256, 44)], of=2)],
)
def test_a_pickled_run_goes_on_as_one_long_run(
    name: str, asked: dict[str, Any], first: int, more: int
) -> None:
    long = LINE.descend(X, Y, optimizer=name, max_iter=first + more, **asked)
    short = LINE.descend(X, Y, optimizer=name, max_iter=first, **asked)
    assert_same(pickle.loads(pickle.dumps(short)).resume(more), long)


@pytest.mark.parametrize(("name", "asked"), WALKS)
def test_a_checkpoint_goes_on_in_steps(name: str, asked: dict[str, Any], tmp_path: Path) -> None:
    kept: dict[str, Any] = {"checkpoint": tmp_path / "walk.npz", "checkpoint_every": 3}
    for most in (5, 30, 31, 70):
        run = LINE.descend(X, Y, optimizer=name, max_iter=most, **kept, **asked)
    assert_same(run, LINE.descend(X, Y, optimizer=name, max_iter=70, **asked))


@pytest.mark.parametrize(
    ("loss", "penalty", "formula", "said", "unsaid"),
    [
        ("huber", "lasso", "m*x + b", "a penalty without kinks", "a loss without"),
        ("mae", "ridge", "m*x + b", "a loss without kinks", "a penalty without"),
        ("mae", "lasso", "m*x + b", "such as huber, and take a penalty without kinks", "model"),
        ("mse", None, "m*abs(x - b)", "write the model without kinks", "such as huber"),
    ],
)
def test_what_has_the_kinks_is_named(
    loss: str, penalty: str | None, formula: str, said: str, unsaid: str
) -> None:
    problem = Problem(formula, loss=loss, penalty=penalty)
    for call in (
        lambda: problem.descend(X, Y, optimizer="newton"),
        lambda: problem.source(optimizer="newton"),
    ):
        with pytest.raises(SymgdError) as refused:
            call()
        assert said in refused.value.remedy
        assert unsaid not in f"{refused.value}"


def test_an_optimizer_that_moves_one_by_one_is_not_advised_where_it_is_taken() -> None:
    with pytest.raises(DescentError) as refused:
        LINE.descend(X, Y, optimizer="coordinate_descent", alternate=True)
    assert refused.value.remedy == "leave out alternate"


@pytest.mark.parametrize("schedule", ["cosine", "linear", "alpha*max(0, 1 - (t - 1)/4)"])
def test_a_schedule_that_has_come_to_0_is_told(schedule: str) -> None:
    run = LINE.descend(X, Y, learning_rate=0.01, schedule=schedule, max_iter=10, tolerance=0)
    assert f'schedule="{schedule}" makes the rate of the next 0' in run.outcome.cause
    assert "would be 0 long" not in run.outcome.cause
    assert ("raise max_iter" in run.outcome.remedy) == (schedule in ("cosine", "linear"))


def test_modules_say_which_predictions_a_loss_reads() -> None:
    wide = Problem("+".join(f"w{n}*x{n}" for n in range(30)), loss="poisson")
    for problem, inputs in ((Problem("m*x + b", loss="poisson"), X), (wide, np.ones((4, 30)))):
        module: dict[str, Any] = {}
        exec(problem.source(), module)
        with pytest.raises(FloatingPointError, match="the Poisson loss reads predictions above 0"):
            module["descend"](inputs, [0.0, 1.0, *[0.0] * (len(inputs) - 2)])


@pytest.mark.parametrize("at", [1, 2, 40])
@pytest.mark.parametrize("schedule", [None, "cosine"])
def test_an_interrupted_walk_goes_on(at: int, schedule: str | None, tmp_path: Path) -> None:
    def stop(step: int, *told: object) -> None:
        if step == at:
            raise KeyboardInterrupt

    asked: dict[str, Any] = {
        "optimizer": "adam",
        "learning_rate": 0.05,
        "tolerance": 0,
        "max_iter": 90,
        "schedule": schedule,
    }
    stopped = LINE.descend(X, Y, watch=stop, checkpoint=tmp_path / "walk", **asked)
    assert (stopped.outcome.kind, stopped.steps) == ("interrupted", at - 1)
    assert f"{tmp_path / 'walk'} keeps it: ask the same again" in stopped.outcome.remedy
    alone = LINE.descend(X, Y, watch=stop, **asked).outcome
    assert "a descent goes on by run.resume(steps)" in alone.remedy
    assert "with --start and these what adam remembers begins anew" in alone.text(
        on_command_line=True
    )
    long = LINE.descend(X, Y, **asked)
    assert_same(stopped.resume(91 - at), long)
    assert_same(LINE.descend(X, Y, checkpoint=tmp_path / "walk", **asked), long)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"optimizer": "adam"}, 'with optimizer="momentum", not optimizer="adam"; pass'),
        (
            {"optimizer": "momentum", "optimizer_settings": {"beta": 0.5}},
            r"optimizer_settings=\{'beta': 0.9\}, not optimizer_settings=\{'beta': 0.5\}; pass",
        ),
        (
            {"optimizer": "momentum", "schedule": "cosine"},
            'with schedule="constant", not schedule="cosine"; pass',
        ),
        ({}, 'with optimizer="momentum", not optimizer="gradient_descent"; pass'),
    ],
)
def test_a_checkpoint_of_another_rule_is_refused(
    asked: dict[str, Any], said: str, tmp_path: Path
) -> None:
    file = tmp_path / "walk"
    LINE.descend(X, Y, optimizer="momentum", learning_rate=0.01, max_iter=5, checkpoint=file)
    with pytest.raises(DescentError, match=said):
        LINE.descend(X, Y, learning_rate=0.01, max_iter=9, checkpoint=file, **asked)


@pytest.mark.parametrize(
    "changed",
    [{"state_0": np.zeros(3)}, {"told": np.zeros(5)}, {"beside": np.zeros((2, 4))}],
    ids=str,
)
def test_a_state_that_no_walk_has_written_is_refused(
    changed: dict[str, Any], tmp_path: Path
) -> None:
    file = tmp_path / "walk.npz"
    asked: dict[str, Any] = {"optimizer": "momentum", "learning_rate": 0.01, "checkpoint": file}
    LINE.descend(X, Y, max_iter=20, **asked)
    with np.load(file) as kept:
        parts = {**kept, **changed}
    np.savez(file, **parts)
    with pytest.raises(DescentError):
        LINE.descend(X, Y, max_iter=40, **asked)


PARTS = ("g", "m", "v", "m'", "theta", "alpha*g", "beta*m", "sqrt(abs(v))", "g/(abs(g) + 1)", "m/t")


@st.composite
def rules(draw: st.DrawFn) -> str:
    """A rule with two parts of state."""
    part = st.sampled_from([p for p in PARTS if p != "m'"])
    m = f"{draw(st.sampled_from(['0.5', 'beta']))}*m + {draw(part)}/8"
    v = f"0.9*v + ({draw(st.sampled_from(PARTS))})^2/16"
    last = f"theta - alpha*({draw(st.sampled_from(PARTS))} + m')/(1 + sqrt(v'))"
    return f"m' = {m}; v' = {v}; theta' = {last}"


@settings(deadline=None, max_examples=25)
@given(rules(), st.integers(0, 30), st.integers(1, 30), st.booleans())
def test_a_walk_by_any_rule_that_is_cut_is_the_whole(
    rule: str, first: int, more: int, batches: bool
) -> None:
    asked: dict[str, Any] = {
        "optimizer": rule,
        "optimizer_settings": {"beta": 0.8} if "beta" in rule else {},
        "learning_rate": 0.05,
        "tolerance": 0,
        "batch_size": 2 if batches else None,
    }
    whole = LINE.descend(X, Y, max_iter=first + more, **asked)
    cut = LINE.descend(X, Y, max_iter=first, **asked)
    assert np.isfinite(whole.trace.table).all()
    if cut.steps == first:
        assert_same(cut.resume(more), whole)


def test_what_is_remembered_is_thinned_as_the_trace_is(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: dict[str, Any] = {"optimizer": "adam", "learning_rate": 0.01, "tolerance": 0}
    whole = LINE.descend(X, Y, max_iter=300, **asked).trace
    monkeypatch.setattr("symgd.optimize.rows.MOST_NUMBERS", 700)
    run = LINE.descend(X, Y, max_iter=300, **asked)
    assert 4 < len(run.trace) < 80
    assert np.array_equal(run.trace.table, whole.table[run.trace.steps])
    again = LINE.descend(X, Y, max_iter=123, **asked).resume(177)
    assert_same(again, run)


# ---------------------------------------------------------------------------------------------
# What is told


def test_plain_gradient_descent_is_what_it_was() -> None:
    plain = LINE.descend(X, Y, max_iter=40)
    for asked in ("gradient_descent", "gd", "theta' = theta - alpha*g"):
        assert LINE.descend(X, Y, max_iter=40, optimizer=asked).trace == plain.trace
    ruled = LINE.descend(X, Y, max_iter=40, learning_rate=plain.learning_rate, schedule="constant")
    assert ruled.trace.table == pytest.approx(plain.trace.table, rel=1e-14)


def test_columns_of_what_is_remembered(tmp_path: Path) -> None:
    mine = Optimizer("mine", "b' = 0.5*b + 1; v' = v + b'*g; theta' = theta - alpha*v'")
    run = LINE.descend(X, Y, optimizer=mine, learning_rate=0.001, max_iter=3, tolerance=0)
    assert run.trace.columns[5:] == ("b_", "v[a]", "v[b]")
    assert run.trace["b_"].tolist() == [0.0, 1.0, 1.5, 1.75]
    assert run.trace["v[a]"][1] == pytest.approx(gradient_of("three points")(np.zeros(2))[0])
    assert json.loads(run.trace.json())["v[b]"] == run.trace["v[b]"].tolist()
    assert "v[b]" in run.trace.html()
    run.trace.save(tmp_path / "walk.csv")
    with (tmp_path / "walk.csv").open(encoding="utf-8", newline="") as file:
        rows = [*csv.DictReader(file)]
    assert [float(row["v[a]"]) for row in rows] == run.trace["v[a]"].tolist()
    held = LINE.descend(X, Y, optimizer="adam", hold=["a"], max_iter=3)
    assert held.trace.columns[5:] == ("m[b]", "v[b]")


def test_the_limit_is_the_rule_s_own() -> None:
    stable = LINE.descend(X, Y, optimizer="momentum", max_iter=1).largest_stable_rate
    curvature = LINE.descend(X, Y, max_iter=1).curvature
    assert curvature is not None
    assert stable == pytest.approx(2 * 1.9 / curvature[-1], rel=1e-9)
    nesterov = LINE.descend(X, Y, optimizer="nesterov", max_iter=1).largest_stable_rate
    assert nesterov == pytest.approx(2 * 1.9 / (2.8 * curvature[-1]), rel=1e-9)
    assert stable is not None
    above = LINE.descend(X, Y, optimizer="momentum", learning_rate=1.05 * stable)
    assert above.outcome.kind == "diverged"
    assert f"the largest stable one, {stable:.6g}" in above.outcome.cause
    below = LINE.descend(X, Y, optimizer="momentum", learning_rate=0.9 * stable)
    assert below.outcome.kind == "converged"
    assert LINE.descend(X, Y, optimizer="adam", max_iter=1).largest_stable_rate is None


def test_a_swing_is_no_divergence() -> None:
    run = LINE.descend(X, Y, optimizer="momentum", learning_rate=0.33, max_iter=3)
    assert run.cost > run.trace.cost[0]
    assert run.outcome.kind == "out of steps"


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("v' = v + exp(800*g^2); theta' = theta - alpha*0*g", "what the given rule remembers"),
        ("theta' = theta + g", "leads away from here"),
    ],
)
def test_what_leaves_the_floats_has_diverged(rule: str, said: str) -> None:
    run = LINE.descend(X, Y, optimizer=rule, max_iter=1000)
    assert run.outcome.kind == "diverged"
    assert said in run.outcome.cause
    assert np.isfinite(run.trace.table).all()


def test_no_arrival_while_the_rule_goes_on() -> None:
    late = LINE.descend(X, Y, optimizer="m' = g; theta' = theta - alpha*m", learning_rate=0.05)
    assert late.trace["step_norm"][0] == 0
    assert late.outcome.kind == "converged"
    assert late.steps > 100
    rests = LINE.descend(X, Y, optimizer="theta' = theta - 0*g")
    assert (rests.outcome.kind, rests.steps) == ("stalled", 0)


def test_wandering_at_a_constant_rate_is_said_with_a_remedy() -> None:
    run = LINE.descend(X, Y, optimizer="sign_descent", learning_rate=0.1, max_iter=500)
    assert run.outcome.kind == "out of steps"
    assert 'take a schedule, such as schedule="alpha/sqrt(t)"' in run.outcome.remedy
    better = LINE.descend(
        X, Y, optimizer="sign_descent", learning_rate=0.1, schedule="cosine", max_iter=500
    )
    assert better.cost < run.cost


def test_methods_without_a_rate_say_none() -> None:
    for name in ("newton", "gauss_newton", "levenberg_marquardt", "exact_line_search", "lbfgs"):
        run = LINE.descend(X, Y, start={"a": 0.0, "b": 0.0}, optimizer=name)
        assert run.outcome.kind == "converged"
        assert run.notes == ()
        assert "rate" not in f"{run}{run!r}".replace("generate", "")
        assert json.loads(run.json())["learning_rate"] is None


@pytest.mark.parametrize(
    ("problem", "asked", "said"),
    [
        (LINE, {"optimizer": "adm"}, "did you mean adam"),
        (LINE, {"optimizer": 3}, "a name or an update rule"),
        (LINE, {"optimizer": "adam", "optimizer_settings": {"beta": 1}}, "beta1"),
        (LINE, {"optimizer": "adam", "optimizer_settings": {"beta1": 1.5}}, "expected"),
        (LINE, {"optimizer": "adam", "optimizer_settings": [1]}, "pass numbers by name"),
        (
            LINE,
            {"optimizer": "v' = beta*v + g; theta' = theta - v'"},
            '"beta" of the update rule has no value',
        ),
        (LINE, {"optimizer": "v' = g"}, "does not say what the parameters"),
        (LINE, {"optimizer": "adam", "alternate": True}, "coordinate_descent"),
        (LINE, {"schedule": "cosine", "alternate": True}, "or pass a number for learning_rate"),
        (LINE.replace(loss="bce"), {"optimizer": "adam"}, 'pass loss="bce_logits"'),
        (LINE.replace(loss="poisson"), {}, "stays above 0, as exp(...) does"),
        (LINE.replace(loss="poisson"), {"optimizer": "adam"}, "reads predictions above 0"),
        (LINE, {"schedule": "cosin"}, "did you mean cosine"),
        (LINE, {"schedule": "alpha/q"}, '"q"'),
        (LINE, {"learning_rate": "fast"}, "a formula of t"),
        (LINE, {"learning_rate": "fast"}, '"fast" has no number there'),
        (
            LINE,
            {"learning_rate": "alpha/t"},
            'has no number there; write the number itself, such as "0.1/t"',
        ),
        (LINE, {"learning_rate": "alpha/t"}, 'pass schedule="alpha/t" and learning_rate=0.1'),
        (
            LINE,
            {"learning_rate": "eta0/t"},
            '"eta0" has no number there; write the number itself, such as "0.1/t"',
        ),
        (LINE, {"learning_rate": "0.1"}, "pass a number"),
        (LINE, {"learning_rate": "0.1 - t/50"}, "-0.02 at step 6"),
        (LINE, {"learning_rate": "0.1/t", "schedule": "cosine"}, "both formulas of t"),
        (LINE.replace(loss="huber"), {"optimizer": "gauss_newton"}, "sum of squares"),
        (LINE.replace(loss="mae"), {"optimizer": "newton"}, "has kinks"),
    ],
)
def test_what_cannot_be_is_refused_with_a_remedy(
    problem: Problem, asked: dict[str, Any], said: str
) -> None:
    target = [0, 1, *[0] * (len(Y) - 2)] if problem.loss.targets else Y
    with pytest.raises(SymgdError) as refused:
        problem.descend(X, target, **asked)
    assert said in str(refused.value)
    assert refused.value.remedy


def test_residuals_are_squares_of_the_cost() -> None:
    penalised = LINE.replace(penalty="ridge", settings={"lambda": 0.5})
    for problem in (LINE, LINE.replace(loss="sse"), LINE.replace(loss="half_mse"), penalised):
        run = problem.descend(X, Y, optimizer="gauss_newton", max_iter=50)
        assert run.outcome.kind == "converged"
        assert run.steps <= 2
    run = DECAY.descend(WIDE, DECAYED, start={"a": 1, "b": 0.5}, optimizer="levenberg_marquardt")
    assert run.outcome.kind == "converged"
    batch = LINE.descend(X, Y, optimizer="gauss_newton", batch_size=3, epochs=3)
    assert batch.parameters["a"] == pytest.approx(1.1)


def test_newton_in_other_coordinates_and_with_a_parameter_held() -> None:
    problem, data, _ = COSTS["logistic"]
    plain = problem.descend(*data, optimizer="newton")
    scaled = problem.descend(*data, optimizer="newton", standardise=True)
    assert plain.outcome.kind == scaled.outcome.kind == "converged"
    assert scaled.steps == plain.steps < 12
    held = problem.descend(*data, optimizer="newton", hold={"a": 1.0})
    walked = problem.descend(*data, hold={"a": 1.0})
    assert held.parameters["b"] == pytest.approx(walked.parameters["b"], rel=1e-4)


def test_runs_are_compared() -> None:
    pytest.importorskip("matplotlib")
    runs = [LINE.descend(X, Y, optimizer=name) for name in ("gradient_descent", "adam", "newton")]
    picture = runs[0].compare(*runs[1:])
    legend = picture.axes[-1].get_legend()
    assert [text.get_text().split(",")[0] for text in legend.get_texts()] == [*runs_named(runs)]
    assert "adam" in runs[1].plot()._suptitle.get_text()
    with pytest.raises(OutputError, match="different data"):
        runs[0].compare(LINE.descend(X, Y + 1))


def runs_named(runs: list[Run]) -> list[str]:
    return [run.optimizer.name for run in runs]


def test_on_the_command_line(tmp_path: Path) -> None:
    data = tmp_path / "points.csv"
    data.write_text("x,y\n1,1.2\n2,1.8\n3,3.4\n")

    def told(*more: str) -> Any:
        return CliRunner().invoke(main, ["descend", str(data), "--model", "a*x + b", *more])

    made = told(
        "--optimizer", "adam", "--set", "beta1=0.8", "--schedule", "cosine", "--max-iter", "50"
    )
    assert "of adam (beta1 = 0.8, beta2 = 0.999, epsilon = 1e-08), the last" in made.output
    both = told(
        "--loss",
        "huber",
        "--optimizer",
        "v' = delta*v + g; theta' = theta - alpha*v'",
        "--set",
        "delta=0.5",
    )
    assert both.exit_code != 0
    assert "a setting of the loss and of the optimizer" in both.output
    apart = told(
        "--loss", "huber", "--optimizer", "momentum", "--set", "delta=0.5", "--set", "beta=0.7"
    )
    assert "of momentum (beta = 0.7)" in apart.output
    assert "δ = 0.5" in apart.output
    wrong = told("--optimizer", "momentum", "--set", "bta=0.5")
    assert "did you mean beta" in f"{wrong.output}{wrong.exception}"


def test_the_default_number_of_steps_is_said_as_one() -> None:
    x = np.linspace(0, 100, 20)
    run = Problem("m*x + b").descend(x, 3 * x + np.sin(x), schedule="cosine")
    assert run.trace.last == 10_000
    assert "10,000 steps are done that are made where no max_iter is given" in run.outcome.cause
    assert "raise max_iter" in run.outcome.remedy


def test_a_search_that_keeps_a_small_rate_is_told_of_a_larger_one() -> None:
    slow = minimize("1e-8*x^2", start={"x": 3.0}, optimizer="armijo", max_iter=50)
    assert "a larger rate first, learning_rate=1e+03" in slow.outcome.remedy
    fast = minimize(
        "1e-8*x^2", start={"x": 3.0}, optimizer="armijo", max_iter=50, learning_rate=1e3
    )
    assert fast.cost < slow.cost


ELIDED = re.compile(r"\b([djlnmst]e|la|que|jusque) \{(optimizer|name|other|here|there)\}", re.I)
NAMED = ("against", "page", "rate", "worked_step")  # whose {name} is an optimizer's


def test_no_french_word_before_an_optimizer_would_be_elided() -> None:
    """de adam is d'adam: such a word stands nowhere before a name that may begin with a vowel."""
    polib = pytest.importorskip("polib")
    places = {f"symgd/optimizers/{name}.py" for name in NAMED}
    texts = [
        text
        for entry in polib.pofile(str(FRENCH))
        if "{optimizer}" in entry.msgid or places & {place for place, _ in entry.occurrences}
        for text in (entry.msgstr, *entry.msgstr_plural.values())
    ]
    assert len(texts) > 20
    assert [text for text in texts if ELIDED.search(text)] == []


@pytest.mark.parametrize("optimizer", ["adam", "v' = b*v + g; theta' = theta - alpha*v'"])
def test_a_french_report_of_an_optimizer_is_french(optimizer: str) -> None:
    settings = {"b": 0.9} if "=" in optimizer else {}
    run = LINE.descend(X, Y, optimizer=optimizer, optimizer_settings=settings, max_iter=5)
    told = run.text(language="fr")
    assert ("la règle donnée" in told) == bool(settings)
    assert "the given" not in told
    assert "de adam" not in told
