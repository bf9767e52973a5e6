"""Faded: whether a cost is as low as floats can tell only since they end there; generated modules of costs that may fade have this text.

Laws
----
- a cost that has its least comes down to it bit by bit: twice as far from where it begins, it is higher by more
- exp(−p), 1 − tanh(p) and whatever falls towards a limit at infinity stay at their least from some place on, and before it they are
  higher by next to nothing, twice as far from it as well: what ends there is not the fall, but the floats
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from symgd.codegen.walk.arrival import CLOSE, NOTHING, Evaluate

# From here on, generated modules have this text.

DOWN = 12, 30  # powers of 8 before an end, and beyond it, at which the cost is looked at


@np.errstate(all="ignore")
def falls_on(evaluate: Evaluate, first: Sequence[float], last: Sequence[float]) -> bool:
    """Whether a convex cost falls from a walk's start through its end, as far as floats go."""
    begun, end = np.array(first), np.array(last)
    places = (begun + (end - begun) * 8.0**power for power in range(-DOWN[0], DOWN[1]))
    return goes_down([evaluate(place.tolist())[0] for place in places])


def goes_down(costs: Sequence[float]) -> bool:
    """Whether costs that far apart fall up to the end of a walk, and rise nowhere beyond it."""
    falls = -np.diff(costs)
    return bool(np.isfinite(costs).all() and (falls >= 0).all() and falls[: DOWN[0]].all())


@np.errstate(all="ignore")
def has_faded(evaluate: Evaluate, first: Sequence[float], last: Sequence[float]) -> bool:
    """Whether the cost falls on to infinity, by less than floats hold; at a minimum it does not."""
    end, origin = np.array(last), np.zeros(len(last))
    begun = origin if [*first] == [*last] else np.array(first)  # if no step was made
    way, here = end - begun, evaluate(last)[0]

    def above(times: float) -> float:
        return evaluate((begun + times * way).tolist())[0] - here

    beyond = max(above(8.0**power) for power in range(10))
    if not way.any() or beyond > NOTHING or evaluate(first)[0] < here:
        return False
    outside, edge = 1e-40, 1.0
    for _ in range(60):
        middle = math.sqrt(outside * edge)
        outside, edge = (middle, edge) if above(middle) > NOTHING else (outside, middle)
    aside = CLOSE * float(np.abs(begun + edge * way).max() / np.abs(way).max())
    near, further = above(edge - aside), above(edge - 2 * aside)
    before = [above(8.0**power) for power in range(-12, 1)]
    highest = np.nanmax([*before, evaluate(origin.tolist())[0] - here])
    return bool(0 < further < 1.5 * near <= CLOSE * highest)
