"""What a step costs, and the whole way from formula to fit, against hand-written NumPy in the same run.

    python benchmarks/descent.py [--rows 1000000]

Times on a shared machine wander; the ratios are what to read. Each figure is the best of several tries. Where other
programs run beside it, OPENBLAS_NUM_THREADS=1 keeps the hand-written products from waiting for a core.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from symgd import Problem
from symgd.codegen.evaluators.evaluator import compile_array
from symgd.codegen.evaluators.summary import separate, summarise
from symgd.data.columns import columns_from

FloatArray = npt.NDArray[np.float64]
STEPS, RATE = 1000, 0.01


def best_of(tries: int, work: Callable[[], object]) -> float:
    """The least time, in seconds, that `work` takes."""
    times = []
    for _ in range(tries):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


class ByHand:
    """Mean squared error of a line as one writes it who knows NumPy well: two buffers, no temporaries."""

    def __init__(self, x: FloatArray, y: FloatArray) -> None:
        self.x, self.y, self.buffer = x, y, np.empty_like(x)

    def evaluate(self, m: float, b: float) -> tuple[float, float, float]:
        """Cost and gradient."""
        residual, count = self.buffer, len(self.x)
        np.multiply(self.x, m, out=residual)
        residual += b
        residual -= self.y
        cost = float(residual @ residual) / count
        return cost, 2 * float(residual @ self.x) / count, 2 * float(residual.sum()) / count

    def descend(self, steps: int) -> list[tuple[float, float, float]]:
        """The trace."""
        m = b = 0.0
        trace = []
        for _ in range(steps):
            cost, by_m, by_b = self.evaluate(m, b)
            trace.append((m, b, cost))
            m, b = m - RATE * by_m, b - RATE * by_b
        return trace


def measure(rows: int) -> list[tuple[str, float, float]]:
    """Lines of what, seconds, and times as long as by hand."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=rows)
    y = 1.5 * x - 3 + rng.normal(size=rows)
    problem, columns = Problem("m*x + b"), columns_from(["x", "y"], [x, y], {})
    separation = separate(problem)
    if separation is None:
        raise SystemExit("the line no longer separates")
    summary, arrays, by_hand = (
        summarise(separation, problem, columns),
        compile_array(problem, problem.derive(), columns),
        ByHand(x, y),
    )
    repeat = max(1, min(20_000, 2_000_000 // rows))
    few = range(repeat)
    hand = best_of(5, lambda: [by_hand.evaluate(1.2, 3.0) for _ in few]) / repeat
    array = best_of(5, lambda: [arrays([1.2, 3.0]) for _ in few]) / repeat
    quick = summary.evaluate
    step = best_of(5, lambda: [quick([1.2, 3.0]) for _ in range(20_000)]) / 20_000
    one_pass = best_of(5, lambda: summarise(separation, problem, columns))

    def formula_to_fit() -> object:
        fresh = Problem("m*x + b")
        return fresh.descend(x, y, learning_rate=RATE, max_iter=STEPS, tolerance=0)

    def ridge_to_fit() -> object:
        fresh = Problem("m*x + b", penalty="ridge")
        return fresh.descend(x, y, learning_rate=RATE, max_iter=STEPS, tolerance=0)

    hand_way = hand * STEPS if rows > 10_000 else best_of(3, lambda: by_hand.descend(STEPS))
    way, ridge = best_of(5, formula_to_fit), best_of(5, ridge_to_fit)
    return [
        ("one step, by hand", hand, 1.0),
        ("one step, whole arrays", array, array / hand),
        ("one step, data summary", step, step / hand),
        ("the pass that makes the summary", one_pass, one_pass / hand),
        (f"{STEPS} steps, by hand", hand_way, 1.0),
        (f"formula to {STEPS} steps, with trace", way, way / hand_way),
        ("the same with a ridge penalty", ridge, ridge / hand_way),
    ]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rows", type=int, nargs="*", default=[3, 100, 10_000, 1_000_000])
    for rows in parser.parse_args().rows:
        print(f"\nN = {rows:,}\n{'':40}{'time':>12}{'x by hand':>12}")
        for what, seconds, ratio in measure(rows):
            print(f"{what:40}{seconds * 1e6:>10.2f}µs{ratio:>12.3g}")


if __name__ == "__main__":
    main()
