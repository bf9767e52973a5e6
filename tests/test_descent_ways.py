"""Other ways to walk than along the whole gradient of all parameters: loops by hand, and going on."""

from __future__ import annotations

import itertools
import json
import pickle
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from grids import in_turn
from hypothesis import given, settings
from hypothesis import strategies as st

from symgd import Problem
from symgd.api.run import Run
from symgd.errors import DescentError, SymgdError
from symgd.optimize.batches import Batches

X, Y = np.array([1.0, 2.0, 3.0]), np.array([1.2, 1.8, 3.4])
LINE = Problem("a*x + b")
START = {"a": 0.2, "b": 0.5}
RNG = np.random.default_rng(20)
MANY_X = RNG.normal(3.0, 2.0, 50)
MANY_Y = 2 * MANY_X - 1 + RNG.normal(0, 0.3, 50)
EXPONENTIAL = Problem("a*exp(-b*x) + c")


def assert_same(one: Run, other: Run) -> None:
    """The same to the last bit, in numbers and words."""
    assert one.trace == other.trace
    assert np.array_equal(one.trace.table, other.trace.table)
    assert one.outcome.text() == other.outcome.text()
    assert (one.learning_rate, one.notes) == (other.learning_rate, other.notes)


# ---------------------------------------------------------------------------------------------
# By hand


def by_hand(
    size: int, epochs: int, rate: float, *, seed: int, replacement: bool
) -> list[list[float]]:
    """Mini-batch descent of a line as its documentation says how to draw it."""
    a, b, path, count = 0.0, 0.0, [[0.0, 0.0]], len(MANY_X)
    for epoch in range(epochs):
        rng = np.random.default_rng([seed, epoch])
        if replacement:
            order = rng.integers(0, count, (-(-count // size), size)).ravel()
        else:
            order = rng.permutation(count)
        for begin in range(0, count, size):
            rows = order[begin : begin + size]
            x, y = MANY_X[rows], MANY_Y[rows]
            error = a * x + b - y
            a, b = (
                a - rate * float(2 / len(rows) * np.dot(error, x)),
                b - rate * float(2 / len(rows) * np.add.reduce(error)),
            )
            path.append([a, b])
    return path


@pytest.mark.parametrize("replacement", [False, True])
@pytest.mark.parametrize("size", [1, 7, 10, 50])
def test_batches_as_a_loop_by_hand_makes_them(size: int, replacement: bool) -> None:
    run = LINE.descend(
        MANY_X, MANY_Y, learning_rate=0.01, batch_size=size, replacement=replacement, seed=4, epochs=3, tolerance=0
    )  # fmt: skip
    path = np.array(by_hand(size, 3, 0.01, seed=4, replacement=replacement))
    assert run.trace.table[:, :2] == pytest.approx(path, rel=1e-13)
    whole = [np.mean((a * MANY_X + b - MANY_Y) ** 2) for a, b in path]
    assert run.trace.cost == pytest.approx(whole, rel=1e-10)


def test_an_epoch_has_every_row_once_and_another_seed_another_order() -> None:
    batches, other = Batches(10, 3, seed=1), Batches(10, 3, seed=2)
    orders = [np.concatenate([b.at(number) for number in range(4)]) for b in (batches, other)]
    assert [sorted(order.tolist()) for order in orders] == [[*range(10)]] * 2
    assert orders[0].tolist() != orders[1].tolist()
    again = np.concatenate([batches.at(number) for number in range(4, 8)])
    assert again.tolist() != orders[0].tolist()


@settings(deadline=None, max_examples=8)
@given(st.integers(2, 12), st.integers(0, 2**32))
def test_a_batch_of_all_rows_is_the_whole_descent(count: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=count), rng.normal(size=count)
    problem = Problem("a*exp(b*x)")
    asked: dict[str, Any] = {"start": {"a": 1.0}, "learning_rate": 0.01, "max_iter": 30}  # fmt: skip
    whole = problem.descend(x, y, tolerance=0, **asked)
    batch = problem.descend(x, y, tolerance=0, batch_size=count, shuffle=False, **asked)
    assert batch.trace.table[:, :4].tolist() == pytest.approx(whole.trace.table[:, :4], rel=1e-9)


@settings(deadline=None, max_examples=20)
@given(st.floats(-3, 3), st.sampled_from("ab"), st.integers(0, 2**32))
def test_holding_is_the_descent_of_the_others_alone(value: float, held: str, seed: int) -> None:
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=9), rng.normal(size=9)
    run = LINE.descend(x, y, hold={held: value}, learning_rate=0.05, max_iter=60, tolerance=0)
    free = "b" if held == "a" else "a"
    alone = Problem(f"a*x + {value!r}" if held == "b" else f"({value!r})*x + b", parameters=[free])
    expected = alone.descend(x, y, learning_rate=0.05, max_iter=60, tolerance=0)
    assert run.trace[free] == pytest.approx(expected.trace[free], rel=1e-9, abs=1e-12)
    assert run.trace.cost == pytest.approx(expected.trace.cost, rel=1e-9)


@settings(deadline=None, max_examples=20)
@given(st.floats(-1e4, 1e4), st.floats(1e-3, 1e3), st.integers(0, 2**32))
def test_scaled_coordinates_end_at_the_same_minimum(middle: float, width: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    x = middle + width * rng.normal(size=12)
    y = rng.normal(size=12)
    for asked in ({"standardise": True}, {"coordinates": "exact"}):
        run = LINE.descend(x, y, **asked)
        assert run.outcome.kind == "converged"
        assert run.steps <= 2
        assert run.exact is not None
        for name, value in run.exact.parameters.items():
            assert run.parameters[name] == pytest.approx(value, rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("asked", [{"standardise": True}, {"coordinates": "exact"}])
@pytest.mark.parametrize("model", ["a*x + b", "a*x**2 + b*x + c"])
def test_years_arrive_in_a_step_or_few_by_default(model: str, asked: dict[str, Any]) -> None:
    years = np.arange(1960.0, 2021.0)
    run = Problem(model).descend(years, 0.01 * (years - 1950) ** 2 + np.cos(years), **asked)
    assert run.outcome.kind == "converged"
    assert run.steps <= 2
    assert run.exact is not None
    assert run.cost == pytest.approx(run.exact.cost, rel=1e-9)


def test_a_rank_that_lacks_one_keeps_what_makes_no_difference() -> None:
    run = LINE.descend(np.full(5, 2.0), np.arange(5.0), start={"a": 3.0}, coordinates="exact")
    assert run.outcome.kind == "converged"
    assert (run.parameters["a"], run.parameters["b"]) == pytest.approx((1.4, -0.8))


def test_interactions_are_centred_with_their_inputs() -> None:
    rng = np.random.default_rng(20)
    one, other = rng.normal(500, 3, 40), rng.normal(-80, 2, 40)
    problem = Problem("a*x1*x2 + b*x1 + c*x2 + d", inputs=["x1", "x2"])
    run = problem.descend(one, other, one * other + rng.normal(0, 1, 40), standardise=True)
    assert run.outcome.kind == "converged"
    assert run.steps < 100


def test_a_logistic_model_in_years_arrives_where_inputs_are_centred() -> None:
    years = np.arange(1980.0, 2020.0)
    passed = (np.sin(years) + (years - 2000) / 8 > 0).astype(float)
    problem = Problem("1/(1 + exp(-(a*x + b)))", "binary_cross_entropy")
    run = problem.descend(years, passed, standardise=True)
    assert run.outcome.kind == "converged"
    assert run.steps < 200


# ---------------------------------------------------------------------------------------------
# Wandering, and other endings


def test_single_examples_wander_and_it_is_said() -> None:
    run = LINE.descend(MANY_X, MANY_Y, learning_rate=0.02, batch_size=1)
    assert run.outcome.kind == "out of steps"
    assert "wander about the minimum" in run.outcome.cause
    assert "learning_rate=0.002" in run.outcome.remedy
    assert run.steps == 100 * 50


def test_a_perfect_fit_is_arrived_at_by_single_examples() -> None:
    run = LINE.descend(X, 2 * X + 1, learning_rate=0.05, batch_size=1, epochs=5000)
    assert run.outcome.kind == "converged"
    assert run.parameters["a"] == pytest.approx(2)


def test_started_at_the_minimum_batches_do_not_diverge() -> None:
    least = LINE.descend(MANY_X, MANY_Y, coordinates="exact").parameters
    run = LINE.descend(
        MANY_X, MANY_Y, start=least, learning_rate=0.02, batch_size=1, epochs=20, tolerance=0
    )
    assert run.outcome.kind == "out of steps"
    far = LINE.descend(MANY_X, MANY_Y, learning_rate=0.5, batch_size=1)
    assert far.outcome.kind == "diverged"


def test_auto_goes_with_every_way() -> None:
    for asked in ({"batch_size": 1}, {"batch_size": 8}, {"alternate": True}, {"standardise": True}):
        for problem, start in ((LINE, {}), (EXPONENTIAL, {"a": 1.0, "b": 0.5})):
            x, y = MANY_X, MANY_Y if problem is LINE else 2 * np.exp(-0.3 * MANY_X) + 1
            run = problem.descend(x, y, start=start, max_iter=1000, **asked)
            assert run.cost < run.trace.cost[0] / 10, (asked, problem)
            assert run.outcome.kind in ("converged", "out of steps")


REFUSED = [
    ({"hold": ["z"]}, 'hold names "z", which is not a parameter'),
    ({"hold": ["a", "b"]}, "hold keeps every parameter"),
    ({"hold": {"a": 1.0}, "start": {"a": 2.0}}, 'hold keeps "a" at 1.0'),
    ({"alternate": ["a"]}, "name b as well"),
    ({"alternate": ["a", "b", "a"]}, 'names "a" twice'),
    ({"batch_size": 0}, "batch_size is 0"),
    ({"batch_size": 1.5}, "batch_size is 1.5"),
    ({"replacement": True}, "replacement is about batches"),
    ({"shuffle": False}, "shuffle=False is about batches"),
    ({"batch_size": 1, "replacement": True, "shuffle": False}, "have none"),
    ({"epochs": 3, "max_iter": 3}, "both say how long"),
    ({"seed": -1, "batch_size": 1}, "seed is -1"),
    ({"coordinates": "polar"}, "coordinates is 'polar'"),
    ({"coordinates": "exact", "standardise": True}, "two systems"),
    ({"alternate": True, "standardise": True}, "coordinates mix them"),
    ({"checkpoint_every": 5}, "there is none"),
    ({"log_every": 0}, "log_every is 0"),
]


@pytest.mark.parametrize(("asked", "said"), REFUSED)
def test_what_does_not_go_together_is_refused(asked: dict[str, Any], said: str) -> None:
    with pytest.raises(DescentError) as refused:
        LINE.descend(X, Y, **asked)
    assert said in str(refused.value)
    assert refused.value.remedy


def test_auto_stays_where_the_cost_falls_as_it_bends_more() -> None:
    y = np.random.default_rng(20).poisson(np.exp(0.3 * MANY_X)).astype(float)
    run = Problem("exp(a*x + b)", "poisson").descend(
        MANY_X, y, batch_size=8, replacement=True, max_iter=3000
    )
    assert run.cost == pytest.approx(run.trace.cost.min(), abs=0.05)


def test_exact_coordinates_need_a_quadratic() -> None:
    with pytest.raises(DescentError, match="needs a cost that is a quadratic"):
        EXPONENTIAL.descend(X, Y, coordinates="exact")


# ---------------------------------------------------------------------------------------------
# Going on


WALKS = [
    (LINE, {"learning_rate": 0.06}),
    (LINE, {"learning_rate": 0.06, "tolerance": 0}),
    (LINE, {"learning_rate": 0.01, "batch_size": 1}),
    (LINE, {"learning_rate": 0.01, "batch_size": 2, "seed": 5}),
    (LINE, {"learning_rate": 0.01, "batch_size": 2, "replacement": True}),
    (LINE, {"learning_rate": 0.06, "alternate": True}),
    (LINE, {"learning_rate": 0.01, "hold": {"a": 0.4}}),
    (LINE, {"learning_rate": 0.01, "standardise": True}),
    (LINE, {"learning_rate": 0.01, "coordinates": "exact"}),
    (EXPONENTIAL, {"start": {"a": 1.0}}),
    (EXPONENTIAL, {"start": {"a": 1.0}, "standardise": True}),
    (EXPONENTIAL, {"start": {"a": 1.0}, "alternate": True}),
    (EXPONENTIAL, {"start": {"a": 1.0}, "cost_tolerance": 1e-9}),
    (EXPONENTIAL, {"start": {"a": 1.0}, "batch_size": 2}),
]


@pytest.mark.parametrize(
    ("problem", "asked", "first", "more"),
    [
        (*walk, *steps)
        for walk, steps in in_turn(WALKS, [(0, 5), (1, 1), (7, 20), (256, 9), (300, 1700)], of=2)
    ],
)
def test_a_pickled_run_goes_on_as_one_long_run(
    problem: Problem, asked: dict[str, Any], first: int, more: int
) -> None:
    long = problem.descend(X, Y, max_iter=first + more, **asked)
    short = problem.descend(X, Y, max_iter=first, **asked)
    assert_same(pickle.loads(pickle.dumps(short)).resume(more), long)


def test_a_checkpoint_goes_on_in_steps(tmp_path: Path) -> None:
    asked: dict[str, Any] = {"learning_rate": 0.03, "batch_size": 2, "checkpoint": tmp_path / "walk.npz", "checkpoint_every": 3}  # fmt: skip
    for most in (5, 30, 31, 400):
        run = LINE.descend(X, Y, max_iter=most, **asked)
    assert_same(run, LINE.descend(X, Y, learning_rate=0.03, batch_size=2, max_iter=400))


@pytest.mark.parametrize(
    ("problem", "x", "asked", "said"),
    [
        (LINE, X, {"learning_rate": 0.04}, "learning_rate=0.03, not learning_rate=0.04"),
        (
            LINE,
            X,
            {"learning_rate": 0.03, "seed": 1, "batch_size": 2},
            "batch_size=None, not batch_size=2",
        ),
        (LINE, X + 1, {"learning_rate": 0.03}, "is of other data"),
        (Problem("a*x"), X, {"learning_rate": 0.03}, "is of another problem"),
        (LINE.replace(loss="mae"), X, {"learning_rate": 0.03}, "is of another problem"),
    ],
)
def test_a_checkpoint_of_something_else_is_refused(
    problem: Problem, x: Any, asked: dict[str, Any], said: str, tmp_path: Path
) -> None:
    file = tmp_path / "walk"
    LINE.descend(X, Y, learning_rate=0.03, max_iter=5, checkpoint=file)
    before = file.read_bytes()
    with pytest.raises(DescentError, match=said):
        problem.descend(x, Y, max_iter=9, checkpoint=file, **asked)
    assert file.read_bytes() == before


@pytest.mark.parametrize("cut", [0, 1, 40, 200, 600, -1])
def test_a_file_that_is_no_checkpoint_is_named(cut: int, tmp_path: Path) -> None:
    file = tmp_path / "walk.npz"
    LINE.descend(X, Y, max_iter=5, checkpoint=file)
    file.write_bytes(file.read_bytes()[:cut])
    with pytest.raises(DescentError, match="walk.npz is no checkpoint of a descent"):
        LINE.descend(X, Y, checkpoint=file)


@pytest.mark.parametrize(
    "changed",
    [
        {"step": -5},
        {"step": 1e300},
        {"stride": 0},
        {"moves": 0},
        {"route": "another"},
        {"rate": -1.0},
        {"values": [1.0]},
        {"values": [np.nan, 1.0]},
        {"rows": np.zeros((0, 6))},
        {"rows": np.zeros((5, 3))},
        {"last": [1.0, 2.0]},
    ],
    ids=str,
)
def test_a_checkpoint_that_no_walk_has_written_is_refused(
    changed: dict[str, Any], tmp_path: Path
) -> None:
    file = tmp_path / "walk.npz"
    LINE.descend(MANY_X, MANY_Y, checkpoint=file, max_iter=20, tolerance=0)
    with np.load(file) as kept:
        parts = dict(kept)
    head = json.loads(parts["head"].tobytes())
    for name, value in changed.items():
        if name in parts:
            parts[name] = np.array(value)
        else:
            head[name] = value
    parts["head"] = np.frombuffer(json.dumps(head).encode(), dtype=np.uint8)
    np.savez(file, **parts)
    with pytest.raises(DescentError):
        LINE.descend(MANY_X, MANY_Y, checkpoint=file, max_iter=40, tolerance=0)


def test_fewer_steps_than_were_made_end_at_once(tmp_path: Path) -> None:
    asked: dict[str, Any] = {
        "checkpoint": tmp_path / "walk.npz",
        "tolerance": 0,
        "learning_rate": 0.01,
    }
    LINE.descend(MANY_X, MANY_Y, max_iter=50, **asked)
    fewer = LINE.descend(MANY_X, MANY_Y, max_iter=20, **asked)
    assert fewer.steps == 50
    assert "50 steps had been made already, and max_iter allows 20" in fewer.outcome.cause


def test_a_batch_of_all_rows_does_not_wander() -> None:
    run = LINE.descend(X, Y, batch_size=50)
    assert "wander" not in run.outcome.cause


def test_pickles_in_a_checkpoint_are_never_opened(tmp_path: Path) -> None:
    file = tmp_path / "walk.npz"
    np.savez(file, head=np.array([print], dtype=object), values=X, last=X, rows=X)
    with pytest.raises(DescentError, match="no checkpoint"):
        LINE.descend(X, Y, checkpoint=file)


KILLED = """
    import sys, numpy as np
    from symgd import Problem
    x = np.linspace(0, 3, 40)
    y = 2*np.exp(-0.7*x) + 0.1*np.sin(9*x)
    def slow(step, values, cost, length):
        if step == int(sys.argv[2]):
            print("there", flush=True)
            while True: pass
    run = Problem("a*exp(-b*x)").descend(
        x, y, start={"a": 1.0}, learning_rate=0.01, batch_size=4, epochs=40, tolerance=0,
        checkpoint=sys.argv[1], checkpoint_every=7, watch=slow)
    sys.stdout.buffer.write(run.trace.table.tobytes())
"""


def test_killed_it_goes_on_to_the_last_bit(tmp_path: Path) -> None:
    script = tmp_path / "walk.py"
    script.write_text(textwrap.dedent(KILLED))

    def call(file: str, at: int) -> subprocess.Popen[bytes]:
        command = [sys.executable, str(script), str(tmp_path / file), str(at)]
        return subprocess.Popen(command, stdout=subprocess.PIPE)

    for at in (100, 250):
        with call("killed.npz", at) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == b"there\n"
            process.send_signal(signal.SIGKILL)
            process.wait()
    with np.load(tmp_path / "killed.npz") as file:
        assert json.loads(file["head"].tobytes())["step"] == 245
    tables = [call(name, -1).communicate()[0] for name in ("killed.npz", "whole.npz")]
    assert tables[0] == tables[1]
    assert len(tables[0]) == 401 * 5 * 8


def test_an_interrupted_walk_goes_on(tmp_path: Path) -> None:
    def stop(step: int, *told: object) -> None:
        if step == 40:
            raise KeyboardInterrupt

    asked: dict[str, Any] = {"learning_rate": 0.06, "tolerance": 0, "max_iter": 90}
    stopped = LINE.descend(X, Y, watch=stop, checkpoint=tmp_path / "walk", **asked)
    assert (stopped.outcome.kind, stopped.steps) == ("interrupted", 39)
    long = LINE.descend(X, Y, **asked)
    assert_same(stopped.resume(51), long)
    assert_same(LINE.descend(X, Y, checkpoint=tmp_path / "walk", **asked), long)


def test_a_checkpoint_is_soon_written_where_nobody_says_when(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, seen = tmp_path / "walk", []
    clock = SimpleNamespace(monotonic=itertools.count(0.0, 4.0).__next__)
    monkeypatch.setattr("symgd.optimize.checkpoint.time", clock)
    LINE.descend(
        X, Y, learning_rate=0.06, max_iter=20, tolerance=0, checkpoint=file,
        watch=lambda step, *told: seen.append((step, file.exists())),
    )  # fmt: skip
    assert not seen[0][1]
    assert seen[-1][1]


# ---------------------------------------------------------------------------------------------
# What is told


def test_watch_and_log(capsys: pytest.CaptureFixture[str]) -> None:
    seen: list[tuple[int, dict[str, float], float, float]] = []
    run = LINE.descend(
        X, Y, start=START, learning_rate=0.06, max_iter=10, tolerance=0, log_every=5,
        watch=lambda step, values, cost, length: seen.append((step, dict(values), cost, length)),
    )  # fmt: skip
    assert [told[0] for told in seen] == [0, 5, 10]
    rows = [(float(v["a"]), float(v["b"]), c, g) for _, v, c, g in seen]
    assert rows == [tuple(row[:4]) for row in run.trace.table[[0, 5, 10]].tolist()]
    LINE.descend(X, Y, start=START, learning_rate=0.06, max_iter=10, tolerance=0, log_every=5)
    assert capsys.readouterr().err.splitlines() == [
        "step 0: a = 0.2, b = 0.5, J = 2.11667, gradient 6.61",
        "step 5: a = 0.767794, b = 0.682328, J = 0.136284, gradient 0.199",
        "step 10: a = 0.793182, b = 0.630777, J = 0.125337, gradient 0.183",
    ]


def test_rows_of_epochs_where_the_data_are_long() -> None:
    rng = np.random.default_rng(1)
    x = rng.normal(size=12_000)
    y = 2 * np.exp(-0.7 * x) + rng.normal(size=12_000)
    run = Problem("a*exp(-b*x)").descend(
        x, y, start={"a": 1.0}, learning_rate=0.001, batch_size=400, epochs=3, tolerance=0
    )
    assert run.trace.steps.tolist() == [0, 30, 60, 90]
    assert run.steps == 90
    assert any("a row for each epoch, 30 steps" in note for note in run.notes)
    with pytest.raises(DescentError, match="no whole epochs"):
        run.resume(5)
    assert run.resume(30).trace.steps.tolist() == [0, 30, 60, 90, 120]


def test_the_trace_is_thinned_on_request(tmp_path: Path) -> None:
    run = LINE.descend(X, Y, learning_rate=0.06, max_iter=11, tolerance=0)
    run.trace.to_csv(tmp_path / "few.csv", every=4)
    run.trace.save(tmp_path / "few.json", every=4)
    steps = [int(line.split(",")[0]) for line in (tmp_path / "few.csv").read_text().split()[1:]]
    assert steps == json.loads((tmp_path / "few.json").read_text())["step"] == [0, 4, 8, 11]
    assert len(run.trace) == 12


SWITCHES: dict[str, Callable[[Any], object]] = {
    "standardise": lambda value: LINE.descend(X, Y, max_iter=2, standardise=value),
    "shuffle": lambda value: LINE.descend(X, Y, max_iter=2, batch_size=2, shuffle=value),
    "replacement": lambda value: LINE.descend(X, Y, max_iter=2, batch_size=2, replacement=value),
    "alternate": lambda value: LINE.descend(X, Y, max_iter=2, alternate=value),
    "script": lambda value: LINE.source(script=value),
    "ascii": lambda value: LINE.derive().text(ascii=value),
    "shapes": lambda value: LINE.derive().text(shapes=value),
    "document": lambda value: LINE.fit(X, Y).latex(document=value),
}


@pytest.mark.parametrize("name", SWITCHES)
def test_what_is_yes_or_no_takes_bools_alone(name: str) -> None:
    for value in ("no", "False", "", 1, 0, None, [1]):
        with pytest.raises(SymgdError, match=name) as refused:
            SWITCHES[name](value)
        assert refused.value.remedy
    for yes in (True, np.True_, False, np.False_):
        SWITCHES[name](yes)


@pytest.mark.parametrize("option", ["progress", "watch"])
def test_what_is_called_is_a_function(option: str) -> None:
    for call in (LINE.descend, LINE.descend(X, Y, max_iter=2).resume, LINE.fit):
        if call == LINE.fit and option == "watch":
            continue
        data = (X, Y) if call in (LINE.descend, LINE.fit) else (1,)
        with pytest.raises(SymgdError, match=f"{option} is 3; pass a function"):
            call(*data, **{option: 3})
