"""Trial: a rate for an update rule, found by walking a few dozen steps at several."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np

from symgd.codegen.walk.arrival import Evaluate
from symgd.codegen.walk.strides import HUGE, RISE
from symgd.optimize.ruled import RuledStride, RuleSteps, Sight

STEPS = 40  # of each trial
FACTOR = 4.0  # from one rate to the next
PATIENCE = 2  # rates that may do no better before the others are left
LONGER = 5  # times as many steps, in which the best rate is compared with smaller ones
MOST = 60  # rates up and down


def rate_by_trial(
    steps: RuleSteps,
    asked: Sight,
    see: Callable[[int], Sight] | None,
    start: list[float],
    last: int,
    limit: float,
    count: int = STEPS,
) -> float:
    """Of rates four times apart, the one that brings the cost lowest where it stays the same; none above the limit.

    Parameters
    ----------
    steps : RuleSteps
    asked : Sight
        The whole cost.
    see : callable or None
        As in `RuledStride`.
    start : list of float
    last : int
        The most steps of the walk.
    limit : float
        Inf where none is known.
    count : int
        Steps of a trial.
    """

    def reached(rate: float, times: int = 1) -> float:
        if not 0 < rate <= limit:
            return math.inf
        most = min(times * count, last or 1)
        with np.errstate(all="ignore"):
            return _reached(steps, asked, see, start, rate, most)

    first = min(first_rate(steps, asked, start), limit / 2)
    best, least = first, reached(first)
    for factor in (FACTOR, 1 / FACTOR):
        rate, missed = first, 0
        for _ in range(MOST):
            rate *= factor
            cost = reached(rate)
            if cost < least:
                best, least, missed = rate, cost, 0
            elif math.isfinite(least) or factor > 1:
                missed += 1
            if missed >= PATIENCE:
                break
    # What comes far at first may be too much in the long run.
    slower = [best, *(best / FACTOR**power for power in range(1, 1 + PATIENCE))]
    return float(f"{min(slower, key=lambda rate: reached(rate, LONGER)):.3g}")


def _reached(
    steps: RuleSteps,
    asked: Sight,
    see: Callable[[int], Sight] | None,
    start: list[float],
    rate: float,
    count: int,
) -> float:
    """The cost after a few steps; inf where it leaves the floats, or rises far above the start's on the way."""
    stride = RuledStride(steps, lambda number: rate, asked.oracle, see, 1, steps.begin(rate))
    values = start
    cost, gradient = asked.evaluate(values)
    highest = RISE * abs(cost) or HUGE
    for step in range(count):
        _, values, _ = stride.stride(step, values, cost, gradient)
        if stride.lost or stride.refused is not None or not all(map(math.isfinite, values)):
            return math.inf
        if see is None or step == count - 1:
            cost, gradient = asked.evaluate(values)
        if not (cost <= highest and math.isfinite(math.hypot(*gradient))):
            return math.inf
    return cost


def first_rate(steps: RuleSteps, asked: Sight, start: list[float]) -> float:
    """The rate at which the first step is as long as one over the curvature along the gradient makes it."""
    gradient = asked.evaluate(start)[1]
    state, _ = steps.begin(1.0)
    ahead, _, _ = steps.move(start, gradient, 1, 1.0, state, asked.oracle)
    one, length = math.dist(ahead, start), math.hypot(*gradient)
    if not (math.isfinite(one) and one > 0):
        one = length
    wanted = _length(asked.evaluate, start, gradient, length)
    rate = wanted / one if one else 1.0
    return rate if math.isfinite(rate) and rate > 0 else 1.0


def _length(
    evaluate: Evaluate, start: list[float], gradient: Sequence[float], length: float
) -> float:
    """How far the least of the cost lies along the gradient, by the curvature there; else as far as the start's size."""
    size = math.hypot(*start) or 1.0
    if not length:
        return size
    small = float(np.finfo(float).eps) ** (1 / 3) * size
    way = [slope / length for slope in gradient]  # whose squares are floats, however steep it is
    beside = [value - small * part for value, part in zip(start, way, strict=True)]
    after = evaluate(beside)[1]
    change = sum(w * (g - a) for w, g, a in zip(way, gradient, after, strict=True)) / small
    far = length / change if change > 0 else math.inf
    return far if math.isfinite(far) else size
