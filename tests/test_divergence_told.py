"""Where a descent that diverges is told so: the same verdict everywhere, on the same rows, later where no rate is known to be too large."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import symgd

X, Y = np.array([1.0, 2.0, 3.0]), np.array([1.2, 1.8, 3.4])
LINE = symgd.Problem("m*x + b")
START = {"m": 0.0, "b": 0.0}


def module(**options: Any) -> dict[str, Any]:
    space: dict[str, Any] = {"__name__": "generated"}
    exec(compile(LINE.source(**options), "generated", "exec"), space)
    return space


@pytest.mark.parametrize("optimizer", ["gradient_descent", "momentum"])
@pytest.mark.parametrize("rate", [0.5, 5.0])
def test_all_say_diverged_on_the_same_rows(optimizer: str, rate: float) -> None:
    run = LINE.descend(X, Y, optimizer=optimizer, learning_rate=rate, start=START)
    assert run.outcome.kind == "diverged"
    costs = {"descend": np.asarray(run.trace["cost"])}
    for target in ("numpy", "array-api"):
        made = module(target=target, optimizer=optimizer)["descend"](X, Y, learning_rate=rate)
        assert made.outcome == "diverged"
        steps = len(made.trace) - 1
        assert f"{steps} step{'s' * (steps != 1)}" in made.message
        costs[target] = np.array([float(row[2]) for row in made.trace])
    longest = max(costs.values(), key=len)
    for name, found in costs.items():
        np.testing.assert_allclose(found, longest[: len(found)], rtol=1e-9)
        known = name == "descend" or (name == "numpy" and optimizer == "gradient_descent")
        far = 1e3 if known else 1e12
        assert found[-1] > far * found[0] >= max(found[:-1])
