"""Backtracking: steps each at a rate of its own; generated modules have this text where no quadratic foretells a rate.

Laws
----
- the cost falls at every step, but for rounding
- where rates have a least one, which costs with kinks need, a step at that may bring the cost up
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TypeAlias

from symgd.codegen.walk.arrival import EPSILON, CostAndGradient, Evaluate
from symgd.codegen.walk.strides import Course, Stepped, Stride, constant

# From here on, generated modules have this text.

Step: TypeAlias = tuple[float, list[float], Sequence[float]]  # its rate, and where it began
# From a step's number, and the cost that it would lead to, to the rate below which none is tried.
Least: TypeAlias = Callable[[int, float], float]


def course(evaluate: Evaluate, rate: float | None, most: int) -> Course:
    """Steps at a given rate, else by backtracking."""
    return Course(backtracking(evaluate) if rate is None else constant(rate), most, rate)


def backtracking(
    evaluate: Evaluate,
    *,
    last: Sequence[Step] | None = None,
    least: Least | None = None,
) -> Stride:
    """Steps each at a rate of its own, halved until the cost falls enough; 0 where none does.

    A walk that goes on has the `last` step.
    At its `least` rate a step is made even where the cost rises.
    """
    met: list[Step] = []
    if last is not None:
        met = [*last]

    def stride(step: int, values: list[float], cost: float, gradient: Sequence[float]) -> Stepped:
        square = math.fsum(slope * slope for slope in gradient)
        rate = _tried_first(met[-1], values, gradient) if met else 0.0
        factor = 2.0 if met else 8.0
        if not 0 < rate < math.inf:
            rate = first_rate(evaluate, values, cost, gradient) if square else 0.0
        if least is not None:
            rate = max(rate, least(step, cost))
        while rate * math.sqrt(square) > 0:
            ahead = [value - rate * slope for value, slope in zip(values, gradient, strict=True)]
            if ahead == values:
                break
            found = evaluate(ahead)
            enough = _falls_enough(cost, gradient, rate, found)
            if least is not None and rate <= least(step, found[0]):
                enough = True
            if enough:
                met[:] = [(rate, values, gradient)]
                return rate, ahead, found
            rate /= factor
        return 0.0, list(values), None

    return stride


def _falls_enough(
    cost: float, gradient: Sequence[float], rate: float, found: CostAndGradient
) -> bool:
    """Whether the cost falls by a part of what the rate promises; in rounding, by the slope."""
    after, slopes = found
    if not (math.isfinite(after) and math.isfinite(math.hypot(*slopes))):
        return False
    # In units of a power of 2, whose squares are floats, however steep it is.
    power = max(-1000, min(math.frexp(math.hypot(*gradient))[1], 1023))
    unit = [math.ldexp(slope, -power) for slope in gradient]
    square = math.fsum(slope * slope for slope in unit)
    promised = rate * square * 2.0**power * 2.0**power
    if after <= cost - 1e-4 * promised:
        return True
    if promised > 1e3 * EPSILON * abs(cost) or after > cost + 1e2 * EPSILON * abs(cost):
        return False
    along = math.fsum(one * other for one, other in zip(unit, slopes, strict=True))
    return along >= -0.9 * square * 2.0**power


def _tried_first(met: Step, values: list[float], gradient: Sequence[float]) -> float:
    """One over the last step's curvature, at most eight times its rate; 0 if it moves nothing."""
    rate, before, slopes = met
    moves = [here - there for here, there in zip(values, before, strict=True)]
    changes = [here - there for here, there in zip(gradient, slopes, strict=True)]
    bend = math.fsum(move * change for move, change in zip(moves, changes, strict=True))
    square = math.fsum(move * move for move in moves)
    tried = min(square / bend, 8 * rate) if bend > 0 else 2 * rate
    still = all(v - tried * slope == v for v, slope in zip(values, gradient, strict=True))
    return 0.0 if still and math.hypot(*gradient) <= EPSILON * math.hypot(*slopes) else tried


def first_rate(
    evaluate: Evaluate, values: list[float], cost: float, gradient: Sequence[float]
) -> float:
    """A rate to begin with, from 1: eight times more or less until the cost falls no further."""

    def to(rate: float) -> list[float]:
        return [value - rate * slope for value, slope in zip(values, gradient, strict=True)]

    def falls(rate: float) -> float:
        after, slopes = evaluate(to(rate))
        return after if math.isfinite(math.hypot(*slopes)) else math.inf

    rate = 1.0
    while to(rate) == values and rate < 1e300:
        rate *= 8
    least = falls(rate)
    while not least < cost and rate > 0 and to(rate) != values:
        rate /= 8
        least = falls(rate)
    for factor in (8.0, 1 / 8):
        after = falls(rate * factor)
        while after < least and rate < 1e300:
            rate, least = rate * factor, after
            after = falls(rate * factor)
    return rate
