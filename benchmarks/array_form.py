"""How fast generated code is, as a ratio to hand-written NumPy in the same run.

Cost and all gradient entries together. `in memory` is what `problem.descend` uses; `module` is the generated module,
which adds in the order of the examples and checks its data at every call. Ratios under 1 are faster than by hand.

Run: python benchmarks/array_form.py
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np

from symgd import Problem
from symgd.codegen.evaluators.evaluator import compile_array
from symgd.data.columns import columns_from


def line_by_hand(point: Any, x: Any, y: Any) -> tuple[float, ...]:
    m, b = point
    residual = m * x + b - y
    return np.mean(residual**2), 2 * np.mean(residual * x), 2 * np.mean(residual)


def decay_by_hand(point: Any, x: Any, y: Any) -> tuple[float, ...]:
    a, b, c = point
    exponential = np.exp(-b * x)
    residual = a * exponential + c - y
    return (
        np.mean(residual**2),
        2 * np.mean(residual * exponential),
        -2 * a * np.mean(residual * x * exponential),
        2 * np.mean(residual),
    )


CASES: tuple[tuple[str, tuple[float, ...], int, Callable[..., tuple[float, ...]]], ...] = (
    ("m*x + b", (0.3, 0.2), 10_000, line_by_hand),
    ("m*x + b", (0.3, 0.2), 1_000_000, line_by_hand),
    ("a*exp(-b*x) + c", (2.0, 0.5, 0.1), 100_000, decay_by_hand),
)


def seconds(call: Callable[[], object], rounds: int = 9) -> float:
    """The shortest of some rounds, each long enough to be timed."""
    started = time.perf_counter()
    call()
    times = max(1, int(0.02 / max(time.perf_counter() - started, 1e-9)))
    best = float("inf")
    for _ in range(rounds):
        started = time.perf_counter()
        for _ in range(times):
            call()
        best = min(best, (time.perf_counter() - started) / times)
    return best


def main() -> None:
    print(f"{'model':<18}{'rows':>9}{'by hand':>12}{'in memory':>11}{'module':>8}")
    generator = np.random.default_rng(7)
    for model, point, rows, by_hand in CASES:
        problem = Problem(model)
        x = generator.uniform(0, 3, rows)
        y = x + generator.normal(size=rows)
        evaluator = compile_array(problem, problem.derive(), columns_from(["x", "y"], [x, y], {}))
        module: dict[str, Any] = {"__name__": "generated"}
        exec(compile(problem.source(), "generated", "exec"), module)
        hand = seconds(lambda: by_hand(point, x, y))  # noqa: B023 - called at once
        memory = seconds(lambda: evaluator(point))  # noqa: B023
        alone = seconds(lambda: module["cost_and_gradient"](point, x, y))  # noqa: B023
        micro = f"{hand * 1e6:.0f} µs"
        print(f"{model:<18}{rows:>9}{micro:>12}{memory / hand:>11.2f}{alone / hand:>8.2f}")


if __name__ == "__main__":
    main()
