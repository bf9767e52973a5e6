"""Many steps at once: the rows and the ending are those of one step after the other, to the last bit."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from grids import in_turn
from hypothesis import given, settings
from hypothesis import strategies as st

from symgd import OPTIMIZERS, Problem, SymgdError
from symgd.codegen.evaluators.summary import Summary, separate, summarise
from symgd.codegen.walk.bursts import Bursts
from symgd.codegen.walk.strides import constant
from symgd.codegen.walk.walk import Ending, Limits, TraceRows, walk
from symgd.data.columns import columns_from
from symgd.optimize import walking
from symgd.optimize.onward import TurnedTests
from symgd.optimize.progress import Teller
from symgd.optimize.ruled_bursts import RuledBursts

MODELS = ("m*x + b", "m*x", "a*x^2 + b*x + c", "(p + 1)*x - q/2 + p", "a*x + b*x", "a*x + b*sin(x)")
PROBLEMS = {model: Problem(model) for model in MODELS}


def _summary(model: str, middle: float, rows: int, seed: int) -> Summary:
    problem, drawn = PROBLEMS[model], np.random.default_rng(seed)
    data = [drawn.normal(middle, 1, rows), drawn.normal(1, 1, rows)]
    separation = separate(problem)
    assert separation is not None
    return summarise(separation, problem, columns_from(["x", "y"], data, {}))


def _walked(
    summary: Summary, rate: float, limits: Limits, most: int, stopped: int | None, at_once: bool
) -> tuple[Ending | None, Any, list[Any]]:
    """The ending, the rows, and what was told on the way; somebody may stop the walk as he is told."""
    told: list[Any] = []
    width = len(summary.problem.parameters)
    rows = TraceRows(width + 4, most)
    burst: Bursts | Teller | None = None
    if at_once:
        assert summary.advance is not None
        burst = Bursts(summary.evaluate, summary.advance, rate)

    def tell(step: int, last: int) -> None:
        told.append((step, last))
        if step == stopped:
            raise KeyboardInterrupt

    if stopped is not None:
        burst = Teller(tell, limits.most, 0, burst)
    start = [0.5] * width
    tests = TurnedTests(limits, lambda *seen: None, width)
    with np.errstate(all="ignore"):
        ending = walk(
            summary.evaluate,
            constant(rate),
            start,
            tests,
            rows,
            burst=burst,
        )
    return ending, rows, told


@settings(deadline=None, max_examples=60)
@given(
    model=st.sampled_from(MODELS),
    middle=st.sampled_from([0.0, 50.0, 1e9]),
    count=st.sampled_from([1, 3, 40]),
    seed=st.integers(0, 1000),
    rate=st.sampled_from([1e-12, 1e-4, 0.05, 0.3, 1.5, 1e200]),
    limits=st.builds(
        Limits,
        most=st.sampled_from([0, 31, 33, 500, 6000]),
        step=st.sampled_from([-1.0, 0.0, 1e-9, 1e-3]),
        gradient=st.sampled_from([-1.0, 0.0, 1e-6, 1e-2]),
        cost=st.sampled_from([-1.0, 0.0, 1e-9, 1e-4]),
        patient=st.booleans(),
        ceiling=st.sampled_from([math.inf, 1e3, 1e30]),
    ),
    most=st.sampled_from([60, 700, 1 << 23]),
    stopped=st.sampled_from([None, -1, 5, 120, 3000]),
)
def test_a_burst_walks_as_the_loop_does(
    model: str,
    middle: float,
    count: int,
    seed: int,
    rate: float,
    limits: Limits,
    most: int,
    stopped: int | None,
) -> None:
    """Whatever the data, the limits and the room for rows; and whoever stops the walk."""
    summary = _summary(model, middle, count, seed)
    one, rows, told = _walked(summary, rate, limits, most, stopped, at_once=False)
    other, at_once, told_at_once = _walked(summary, rate, limits, most, stopped, at_once=True)
    assert repr(other) == repr(one)
    assert at_once.rows.tobytes() == rows.rows.tobytes()
    assert (at_once.stride, at_once.due) == (rows.stride, rows.due)
    assert told_at_once == told


def test_bursts_are_made_at_all() -> None:
    """Of 5,000 steps of a line nearly all are made many at once."""
    summary, seen = _summary("m*x + b", 0.0, 40, 1), []

    def counted(point: Any) -> Any:
        seen.append(point)
        return summary.evaluate(point)

    assert summary.advance is not None
    burst = Bursts(counted, summary.advance, 1e-4)
    tests = TurnedTests(Limits(5000, -1.0, False, math.inf), lambda *given: None, 2)
    rows = TraceRows(6)
    walk(counted, constant(1e-4), [0.0, 0.0], tests, rows, burst=burst)
    assert len(rows.rows) == 5001
    assert len(seen) < 40


@pytest.mark.parametrize(
    "asked",
    [
        {"learning_rate": 0.01, "max_iter": 3000, "tolerance": 0},
        {"learning_rate": 0.01},
        {},
        {"learning_rate": 0.01, "max_iter": 3000, "cost_tolerance": 1e-12},
        {"learning_rate": 0.01, "max_iter": 3000, "gradient_tolerance": 1e-5},
        {"learning_rate": 2.5, "max_iter": 3000},
    ],
    ids=str,
)
def test_a_run_is_the_same_with_bursts(asked: dict[str, Any], monkeypatch: Any) -> None:
    """And goes on to the same rows as well."""
    drawn = np.random.default_rng(4)
    x, y = drawn.normal(size=(2, 30))
    problem = Problem("m*x + b")
    run = problem.descend(x, y, **asked)
    monkeypatch.setattr(walking, "WORTH", math.inf)
    one_by_one = problem.descend(x, y, **asked)
    assert run.trace.table.tobytes() == one_by_one.trace.table.tobytes()
    assert (run.steps, str(run.outcome)) == (one_by_one.steps, str(one_by_one.outcome))
    further = one_by_one.resume(900)
    monkeypatch.undo()
    assert run.resume(900).trace.table.tobytes() == further.trace.table.tobytes()


BY_RULE: tuple[dict[str, Any], ...] = (
    {"learning_rate": 0.01},
    {"learning_rate": 0.05, "tolerance": 0, "max_iter": 3000},
    {"learning_rate": 0.01, "gradient_tolerance": 1e-3, "max_iter": 3000},
    {"learning_rate": 0.01, "cost_tolerance": 1e-9, "max_iter": 3000},
    {"learning_rate": 40.0, "max_iter": 2000},
    {"schedule": "cosine", "max_iter": 1000},
)


@pytest.mark.parametrize(("optimizer", "asked"), in_turn([*OPTIMIZERS], BY_RULE, of=3))
def test_an_optimizer_walks_as_one_step_after_the_other_does(
    optimizer: str, asked: dict[str, Any], monkeypatch: Any
) -> None:
    """Rows, what it remembers at each, the ending; and further on."""
    drawn = np.random.default_rng(4)
    x, y = drawn.normal(size=(2, 30))
    problem = Problem("m*x + b")

    def walked() -> tuple[bytes, str, bytes]:
        try:
            run = problem.descend(x, y, optimizer=optimizer, **asked)
        except SymgdError as error:
            return b"", str(error), b""
        try:
            further = run.resume(700).trace.table.tobytes()
        except SymgdError:
            further = b""
        return run.trace.table.tobytes(), str(run.outcome), further

    at_once = walked()
    monkeypatch.setattr(walking, "WORTH", math.inf)
    assert at_once == walked()


def test_an_optimizer_makes_bursts_at_all(monkeypatch: Any) -> None:
    """Of 2,000 steps of Adam, most are made many at once."""
    made = []
    keep = RuledBursts.keep

    def counted(burst: RuledBursts, rows: TraceRows, steps: Any) -> None:
        made.append(len(steps))
        keep(burst, rows, steps)

    monkeypatch.setattr(RuledBursts, "keep", counted)
    x, y = np.random.default_rng(4).normal(size=(2, 30))
    Problem("m*x + b").descend(
        x, y, optimizer="adam", learning_rate=0.001, max_iter=2000, tolerance=0
    )
    assert sum(made) > 1900
