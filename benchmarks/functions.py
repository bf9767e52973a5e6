"""Cost and gradient of `problem.lambdify()` beside NumPy that is written by hand and `sympy.lambdify`, in the same run.

`bound` has the data bound to it, `passed` gets the same arrays at every call, `new` gets arrays that it has not seen, whose
values it looks at. Ratios to the time by hand; under 1 is faster than by hand.

Run: OMP_NUM_THREADS=1 python benchmarks/functions.py
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import cycle
from typing import Any

import numpy as np
import sympy
from array_form import decay_by_hand, line_by_hand, seconds

from symgd import Problem


def logistic_by_hand(point: Any, x: Any, y: Any) -> tuple[float, ...]:
    a, b = point
    score = a * x + b
    p = 1 / (1 + np.exp(-score))
    return np.mean(np.logaddexp(0, score) - y * score), np.mean((p - y) * x), np.mean(p - y)


CASES: tuple[tuple[str, str, tuple[float, ...], Callable[..., tuple[float, ...]]], ...] = (
    ("a*x + b", "mse", (0.3, 0.2), line_by_hand),
    ("a*exp(-b*x) + c", "mse", (2.0, 0.5, 0.1), decay_by_hand),
    ("sigmoid(a*x + b)", "bce", (0.3, -0.5), logistic_by_hand),
)


def by_sympy(problem: Problem) -> Callable[..., tuple[Any, ...]]:
    """The mean of one row's loss, and of its slopes, by SymPy's own lambdify with shared parts."""
    model, target = problem.prediction.value, sympy.Symbol("y")
    loss = (model - target) ** 2
    if problem.loss.name != "mse":
        loss = -target * sympy.log(model) - (1 - target) * sympy.log(1 - model)
        loss = loss.replace(lambda part: part.func.__name__ == "sigmoid", logistic)
    symbols = [*map(sympy.Symbol, problem.parameters)]
    rows = [loss, *(loss.diff(symbol) for symbol in symbols)]
    made = sympy.lambdify([symbols, sympy.Symbol("x"), target], rows, "numpy", cse=True)
    return lambda *given: tuple(map(np.mean, made(*given)))


def logistic(part: sympy.Expr) -> sympy.Expr:
    return 1 / (1 + sympy.exp(-part.args[0]))


def main() -> None:
    titles = "".join(f"{title:>9}" for title in ("bound", "passed", "new", "sympy"))
    print(f"{'model':<18}{'rows':>9}{'by hand':>12}{titles}")
    generator = np.random.default_rng(7)
    for model, loss, point, by_hand in CASES:
        problem = Problem(model, loss)
        f = problem.lambdify()
        others = by_sympy(problem)
        for rows in (100, 10_000, 100_000):
            x = generator.uniform(0, 3, rows)
            y = x + generator.normal(size=rows) if loss == "mse" else (x > 1.5).astype(float)
            bound, other = f.on(x, y), cycle([(x, y), (x.copy(), y.copy())])
            expected = by_hand(point, x, y)
            for found in (bound(point), f(point, x, y)):
                assert np.allclose([found[0], *found[1]], expected)
            assert np.allclose(others(point, x, y), expected)
            hand = seconds(lambda: by_hand(point, x, y))  # noqa: B023 - called at once
            calls: tuple[Callable[[], object], ...] = (
                lambda: bound(point),  # noqa: B023
                lambda: f(point, x, y),  # noqa: B023
                lambda: f(point, *next(other)),  # noqa: B023
                lambda: others(point, x, y),  # noqa: B023
            )
            ratios = "".join(f"{seconds(call) / hand:>9.2f}" for call in calls)
            print(f"{model:<18}{rows:>9}{hand * 1e6:>9.0f} µs{ratios}")


if __name__ == "__main__":
    main()
