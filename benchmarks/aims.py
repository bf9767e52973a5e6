"""The aims for generated code, measured: ratios to other ways of doing the same, all in one run.

    OMP_NUM_THREADS=1 python benchmarks/aims.py [--rows 1000000] [--processor]

By hand is NumPy as the formulas are written, with logaddexp for the softplus. By hand, tuned, is what one writes who knows NumPy
well: one exponential for sigmoid and softplus, dot products for sums of products. What is not installed is named and left out. Each time is the best of
several; the data are there in each one's own kind of array (ours are columns as read_csv gives them, which were looked through
once), and what has to take them over first says so; those of one table are taken in turns, so that a noisy machine is noisy for all. With --processor, times are the
process's own, of all its threads together, and what else runs on the machine counts for less.
"""

from __future__ import annotations

import argparse
import inspect
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import aims_by_others as others
import numpy as np

from symgd import Problem
from symgd.codegen.evaluators.summary import separate, summarise
from symgd.data.columns import columns_from

STEPS, RATE, TRIES = 1000, 0.01, 25
Ways = dict[str, Callable[[], object]]
Evaluate = Callable[[Sequence[float]], Any]
OURS = "symgd"
# What is aimed at: our time over another's, at most.
ARRAYS: Mapping[str, float] = {"by hand": 0.8, "JAX": 0.5}
LINE: Mapping[str, float] = {"by hand": 1 / 250, "JAX": 1 / 75}
SMALL: Mapping[str, float] = {"by hand": 0.2}


def times_of(ways: Ways, clock: Callable[[], float]) -> dict[str, float]:
    """The least time of each, in seconds, taken in turns."""
    often, best = {}, {}
    for name, work in ways.items():
        work()
        start = clock()
        work()
        once = max(clock() - start, 1e-7)
        often[name], best[name] = max(1, int(0.01 / once)), once
    for _ in range(TRIES):
        for name, work in ways.items():
            work()  # not counted: the caches are its own then, and the threads of what ran before are at rest
            start = clock()
            for _ in range(often[name]):
                work()
            best[name] = min(best[name], (clock() - start) / often[name])
    return best


def show(title: str, times: Mapping[str, float], aims: Mapping[str, float]) -> None:
    """One table: each way's time, ours over it, and the aim."""
    print(f"\n{title}\n{'':44}{'time':>12}{'ours/that':>11}{'aim':>8}")
    for name, seconds in times.items():
        ratio = times[OURS] / seconds
        aim = next((aims[key] for key in aims if name.split(",")[0] == key), None)
        verdict = "" if aim is None else f"{aim:>8.3g}{'  met' if ratio <= aim else '  not met'}"
        print(f"{name:44}{seconds * 1e6:>10.1f}µs{ratio:>11.3g}{verdict}")


# ---------------------------------------------------------------------------------------------
# Costs that do not separate


def as_written(name: str, x: Any, y: Any) -> Callable[[Any], tuple[float, ...]]:
    """Cost and gradient of one of the models, formula by formula."""

    def logistic(point: Any) -> tuple[float, ...]:
        score = point[0] * x + point[1]
        error = 1 / (1 + np.exp(-score)) - y
        cost = np.mean(np.logaddexp(0, score) - y * score)
        return cost, np.mean(error * x), np.mean(error)

    def decay(point: Any) -> tuple[float, ...]:
        a, b, c = point
        shape = np.exp(-b * x)
        residual = a * shape + c - y
        slopes = residual * shape, -a * x * shape * residual, residual
        return np.mean(residual**2), *(2 * np.mean(slope) for slope in slopes)

    def sines(point: Any) -> tuple[float, ...]:
        a, b, c, d = point
        one, other = np.sin(b * x), np.sin(d * x)
        residual = a * one + c * other - y
        first = residual * one, residual * a * x * np.cos(b * x)
        second = residual * other, residual * c * x * np.cos(d * x)
        return np.mean(residual**2), *(2 * np.mean(slope) for slope in (*first, *second))

    return {"logistic": logistic, "decay": decay, "sines": sines}[name]


def tuned(name: str, x: Any, y: Any) -> Callable[[Any], tuple[float, ...]]:
    """Cost and gradient of one of the models."""
    count = len(x)

    def logistic(point: Any) -> tuple[float, ...]:
        score = point[0] * x + point[1]
        small = np.exp(-np.abs(score))
        error = np.where(score >= 0, 1, small) / (1 + small) - y
        cost = np.maximum(score, 0) - y * score + np.log1p(small)
        return cost.sum() / count, error @ x / count, error.sum() / count

    def decay(point: Any) -> tuple[float, ...]:
        a, b, c = point
        shape = np.exp(-b * x)
        residual = a * shape + c - y
        both = residual * shape
        slopes = 2 * both.sum(), -2 * a * (x @ both), 2 * residual.sum()
        return residual @ residual / count, *(slope / count for slope in slopes)

    def sines(point: Any) -> tuple[float, ...]:
        a, b, c, d = point
        one, other = np.sin(b * x), np.sin(d * x)
        residual = a * one + c * other - y
        along = residual * x
        first = residual @ one, a * (along @ np.cos(b * x))
        second = residual @ other, c * (along @ np.cos(d * x))
        return residual @ residual / count, *(2 * slope / count for slope in (*first, *second))

    return {"logistic": logistic, "decay": decay, "sines": sines}[name]


MODELS = (
    ("logistic", "sigmoid(a*x + b)", "bce", (1.3, -0.2)),
    ("decay", "a*exp(-b*x) + c", "mse", (2.0, 0.5, 0.1)),
    ("sines", "a*sin(b*x) + c*sin(d*x)", "mse", (1.3, 0.7, 0.4, 3.0)),
)


def arrays(rows: int, clock: Callable[[], float]) -> None:
    """Cost and gradient of each model."""
    generator = np.random.default_rng(7)
    for name, model, loss, point in MODELS:
        x = generator.uniform(0, 3, rows)
        y = 2 * np.exp(-0.5 * x) + generator.normal(size=rows)
        y = (y > 1).astype(float) if loss == "bce" else y
        problem = Problem(model, loss)
        ours = problem.lambdify().on(x, y)
        cost, slopes = ours(point)
        found = {"by hand": as_written(name, x, y), "by hand, tuned": tuned(name, x, y)}
        found |= others.evaluators(name, x, y)
        for other in found.values():
            assert np.allclose(np.ravel([cost, *slopes]), np.array(other(point), dtype=float))
        own: dict[str, Evaluate] = {"a function": ours}
        own["a generated module"] = in_module(problem, x, y)
        ways: Ways = {key: partial(other, point) for key, other in {**own, **found}.items()}
        times = times_of(ways, clock)
        for way in own:
            title = f"{model}, {loss}: cost and gradient, {rows:,} rows, in {way}"
            rest = {name: seconds for name, seconds in times.items() if name in found}
            show(title, {OURS: times[way], **rest}, ARRAYS)


def in_module(problem: Problem, x: Any, y: Any) -> Evaluate:
    """What the steps of a generated module evaluate, which are those of `descend` to the last bit."""
    module: dict[str, Any] = {"__name__": "optimizer"}
    exec(problem.source(), module)
    evaluator = module["_evaluator"]
    prepared = {"often": True} if "often" in inspect.signature(evaluator).parameters else {}
    made: Evaluate = evaluator(x, y, **prepared)
    return made


# ---------------------------------------------------------------------------------------------
# The line


def hand_steps(x: Any, y: Any, steps: int) -> list[tuple[float, float, float]]:
    """Steps down the mean squared error of a line, with their trace, in one array that is written again and again."""
    m = b = 0.0
    residual, count, trace = np.empty_like(x), len(x), []
    for _ in range(steps):
        np.multiply(x, m, out=residual)
        residual += b
        residual -= y
        trace.append((m, b, float(residual @ residual) / count))
        m -= RATE * 2 * float(residual @ x) / count
        b -= RATE * 2 * float(residual.sum()) / count
    return trace


def line(rows: int, clock: Callable[[], float]) -> None:
    """From the formula to so many steps."""
    generator = np.random.default_rng(0)
    x = generator.normal(size=rows)
    y = 1.5 * x - 3 + generator.normal(size=rows)

    def ours(*data: Any) -> object:
        problem = Problem("m*x + b")
        return problem.descend(*data, learning_rate=RATE, max_iter=STEPS, tolerance=0)

    few, read = 10, columns_from(["x", "y"], [x, y], {})
    ways: Ways = {OURS: partial(ours, read), "by hand": partial(hand_steps, x, y, few)}
    ways |= {f"{OURS}, arrays copied and checked first": partial(ours, x, y)}
    whole = others.lines(x, y, few, RATE)
    times = times_of({**ways, **whole, **others.line_fits(x, y)}, clock)
    for name in ("by hand", *whole):
        times[name] *= STEPS / few
    show(f"m*x + b, formula to {STEPS} steps with trace, {rows:,} rows", times, LINE)


def small(clock: Callable[[], float]) -> None:
    """Steps alone, on three rows, and an evaluation over so few."""
    x, y = np.array([1.0, 2.0, 3.0]), np.array([1.2, 1.8, 3.4])
    problem = Problem("m*x + b")

    def steps(count: int) -> Callable[[], object]:
        return lambda: problem.descend(x, y, learning_rate=RATE, max_iter=count, tolerance=0)

    many = 20_000
    times = times_of(
        {"long": steps(many), "short": steps(1), "by hand": partial(hand_steps, x, y, STEPS)}, clock
    )
    walked = (times["long"] - times["short"]) * STEPS / many
    show(
        f"m*x + b, {STEPS} steps alone, 3 rows", {OURS: walked, "by hand": times["by hand"]}, SMALL
    )
    columns, separation = columns_from(["x", "y"], [x, y], {}), separate(problem)
    assert separation is not None
    summary = summarise(separation, problem, columns)
    ways: Ways = {
        OURS: lambda: summary.evaluate([0.3, 0.2]),
        "by hand": partial(hand_steps, x, y, 1),
    }
    show("m*x + b, cost and gradient alone, 3 rows", times_of(ways, clock), SMALL)


def fits(clock: Callable[[], float]) -> None:
    """The minimum, from the same start."""
    generator = np.random.default_rng(3)
    x = generator.uniform(0, 3, 10_000)
    y = 2 * np.exp(-0.7 * x) + 0.1 + 0.1 * generator.normal(size=len(x))
    problem, start = Problem("a*exp(-b*x) + c"), {"a": 1.0, "b": 1.0, "c": 0.0}
    ways: Ways = {OURS: lambda: problem.fit(x, y, start=start), **others.decay_fits(x, y)}
    show("a*exp(-b*x) + c, the minimum from a start, 10,000 rows", times_of(ways, clock), {})


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rows", type=int, default=1_000_000, help="rows of the line")
    parser.add_argument("--processor", action="store_true", help="processor time")
    asked = parser.parse_args()
    clock = time.process_time if asked.processor else time.perf_counter
    print(f"not installed, and left out: {', '.join(others.missing()) or 'nothing'}")
    arrays(100_000, clock)
    line(asked.rows, clock)
    small(clock)
    fits(clock)


if __name__ == "__main__":
    main()
