"""Learning rates as formulas of the step's number: against libraries, and what is refused."""

from __future__ import annotations

import json

import pytest

from symgd.codegen.rate import RateFunction
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
