"""Trial: a rate for an update rule, found by walking a few dozen steps at several; generated modules have this text where they are to find one.

Laws
----
- a short walk is its own trial: a rate is judged by the cost at its end
- of a longer one, the first steps are tried, at rates that stay the same from step to step, and judged by the highest cost of
  the last of these, since what lands low by chance does not stay there
- rates are four times apart, from one whose first step is of a fitting length; then half and twice the best of them are tried
"""

from __future__ import annotations

import math
from collections.abc import Callable

from symgd.codegen.walk.arrival import EPSILON, Evaluate
from symgd.codegen.walk.ruled import Ruled
from symgd.codegen.walk.strides import HUGE, RISE

# From here on, generated modules have this text.

TRIAL = 40  # steps of each trial
APART = 4.0  # from one rate to the next
PATIENCE = 2  # rates that may do no better before the others are left
LONGER = 5  # times as many steps, in which the best rate is compared with smaller ones
MOST_RATES = 60  # up and down
FALLEN = 0.1  # of what the slope promises, where the first step is of a fitting length
LATE = 4  # one part in so many of a trial is its last steps


def rate_by_trial(
    reached: Callable[[float, int], float], first: float, limit: float = math.inf
) -> float:
    """Of rates from the first one up and down, the one that brings the cost lowest.

    `reached` is a trial's `cost_reached`, so many times as long. Rates have three digits.
    """

    def cost_at(rate: float, times: int = 1) -> float:
        return reached(rate, times) if 0 < rate <= limit else math.inf

    best = first = float(f"{min(first, limit / 2):.3g}")
    least = cost_at(best)
    for factor in (APART, 1 / APART):
        rate, missed = first, 0
        for _ in range(MOST_RATES):
            rate = float(f"{rate * factor:.3g}")
            cost = cost_at(rate)
            if cost < least:
                best, least, missed = rate, cost, 0
            elif math.isfinite(least) or factor > 1:
                missed += 1
            if missed >= PATIENCE:
                break
    nearest = min((float(f"{best * factor:.3g}") for factor in (1, 0.5, 2)), key=cost_at)
    # What comes far at first may be too much in the long run.
    slower = [float(f"{best / APART**power:.3g}") for power in range(1 + PATIENCE)]
    return min(dict.fromkeys((nearest, *slower)), key=lambda rate: cost_at(rate, LONGER))


def cost_reached(
    evaluate: Evaluate, ruled: Ruled, start: list[float], count: int, whole: bool, each: bool = True
) -> float:
    """The highest cost of the last of so many steps; inf where it leaves the floats, or rises far.

    Of a whole walk it is the cost at its end. It is looked at after each step, or at a few of the last.
    """
    values, (cost, gradient) = start, evaluate(start)
    highest, worst = RISE * abs(cost) or HUGE, -math.inf
    late = count - (1 if whole else max(1, count // LATE))
    apart = max(1, count // (3 * LATE))
    for step in range(count):
        values = ruled.stride(step, values, cost, gradient)[1]
        if ruled.lost or ruled.refused is not None or not all(map(math.isfinite, values)):
            return math.inf
        if each or (step >= late and not (count - 1 - step) % apart):
            cost, gradient = evaluate(values)
            worst = max(worst, cost) if step >= late else worst
        if not (cost <= highest and math.isfinite(math.hypot(*gradient))):
            return math.inf
    return worst


def rate_to_begin(evaluate: Evaluate, ruled: Ruled, start: list[float]) -> float:
    """The rate at which the first step is as long as the curvature along the gradient says.

    It is shorter where the cost hardly falls as the slope promises; `ruled` steps at a rate of 1.
    """
    cost, gradient = evaluate(start)
    ahead = ruled.stride(0, start, cost, gradient)[1]
    one, length, size = math.dist(ahead, start), math.hypot(*gradient), math.hypot(*start) or 1.0
    wanted = size
    if length:
        small = EPSILON ** (1 / 3) * size
        way = [slope / length for slope in gradient]  # whose squares are floats
        after = evaluate([v - small * w for v, w in zip(start, way, strict=True)])[1]
        change = sum(w * (g - a) for w, g, a in zip(way, gradient, after, strict=True)) / small
        far = length / change if change > 0 else math.inf
        wanted = far if math.isfinite(far) else size
        for shrunk in range(MOST_RATES):  # further off the cost may bend otherwise
            tried = wanted / APART**shrunk
            there = evaluate([v - tried * w for v, w in zip(start, way, strict=True)])[0]
            if cost - there >= FALLEN * length * tried:
                wanted = tried
                break
    one = one if math.isfinite(one) and one > 0 else length
    rate = wanted / one if one else 1.0
    return rate if math.isfinite(rate) and rate > 0 else 1.0
