"""Learning rates as formulas of the step's number: against libraries, and what is refused."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path
from typing import Any

import pytest

from symgd import Problem
from symgd.codegen.rules.rate import RateFunction
from symgd.errors import DescentError, FormulaError
from symgd.optimizers.schedules import SCHEDULES, find_schedule
from tests.foreign_schedules import ALPHA, PLACE, STEPS, asked, key_of, rates

RATES = json.loads(PLACE.read_text())["rates"]
RUNS = {key_of(*run): run for run in asked()}


@pytest.mark.parametrize("key", RUNS)
def test_rates_are_the_library_s(key: str) -> None:
    schedule, _, settings = RUNS[key]
    rate = RateFunction(schedule, settings)
    ours = [rate(t, ALPHA, STEPS) for t in range(1, STEPS + 1)]
    assert ours == pytest.approx(RATES[key], rel=1e-12, abs=1e-15)


@pytest.mark.parametrize("library", ["torch", "optax"])
def test_what_is_written_down_is_what_an_installed_library_does(library: str) -> None:
    pytest.importorskip(library)
    for key, run in RUNS.items():
        if run[1] == library:
            assert rates(*run) == pytest.approx(RATES[key], rel=1e-12, abs=1e-15)


def test_schedules_are_found_by_name_and_by_formula() -> None:
    assert find_schedule("Warm-Restarts") is SCHEDULES["cosine_restarts"]
    own = RateFunction(find_schedule("1/t"))  # no name, but what it says
    assert [own(t, 0.5, 10) for t in (1, 2, 4)] == [1.0, 0.5, 0.25]
    assert not find_schedule("0.1/sqrt(t)").needs_rate
    assert find_schedule("alpha").needs_rate


REFUSED = {
    "cosin": "did you mean cosine",
    "alpha*foo": '"foo" in the schedule',
    "sum(alpha, i, t)": "has a sum or an index",
    "": "the formula is empty",
    "alpha**": "ends too early",
    "alpha*10^9^9": "more than 4096 bits",
    "alpha*__import__": "has no value",
    "alpha*norm(t)": 'no function "norm"',
}


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_no_schedule_is_refused(text: str) -> None:
    with pytest.raises((DescentError, FormulaError), match=re.escape(REFUSED[text])):
        find_schedule(text)


def test_settings_of_schedules_are_checked() -> None:
    with pytest.raises(DescentError, match="0 <= low <= 1"):
        RateFunction(SCHEDULES["cosine"], {"low": 2.0})
    with pytest.raises(DescentError, match="did you mean low"):
        RateFunction(SCHEDULES["cosine"], {"lo": 0.1})


@pytest.mark.parametrize("name", SCHEDULES)
@pytest.mark.parametrize("steps", [1, 2, 3, 10, 1000])
def test_each_schedule_has_a_rate_in_each_step(name: str, steps: int) -> None:
    rate = RateFunction(SCHEDULES[name])
    rates = [rate(t, 0.5, steps) for t in range(1, steps + 1)]
    assert all(0 <= one <= 0.5 * (1 + 1e-12) for one in rates)
    assert max(rates) > 0


def test_a_rate_without_a_value_is_none() -> None:
    assert math.isnan(RateFunction(find_schedule("alpha/(t - 1)"))(1, 0.5, 10))
    assert math.isnan(RateFunction(find_schedule("alpha*10^(t^5)"))(9, 0.5, 10))


@pytest.mark.parametrize("way", ["resume", "checkpoint"])
@pytest.mark.parametrize(
    ("schedule", "kind"), [("cosine", "told"), ("linear", "refused"), ("inverse_sqrt", "silent")]
)
def test_a_walk_that_goes_on_keeps_the_steps_of_its_schedule(
    way: str, schedule: str, kind: str, tmp_path: Path
) -> None:
    """T is that of the first walk: what the formula has beyond it is said, and no rate is below 0."""
    problem, data = Problem("m*x + b"), ([1.0, 2, 3], [1.2, 1.8, 3.4])
    asked: dict[str, Any] = {"schedule": schedule, "learning_rate": 0.01, "tolerance": 0}
    if way == "checkpoint":
        asked["checkpoint"] = tmp_path / "walk.npz"
    run = problem.descend(*data, max_iter=20, **asked)

    def on() -> Any:
        if way == "resume":
            return run.resume(15)
        return problem.descend(*data, max_iter=35, **asked)

    if kind == "refused":
        with pytest.raises(DescentError, match="was made for T = 20 steps, and is -"):
            on()
        return
    made = on()
    assert made.trace.last == 35
    assert any("T = 20 steps" in note for note in made.notes) == (kind == "told")
    assert made.trace.rates.min() >= 0
