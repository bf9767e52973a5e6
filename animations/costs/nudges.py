"""Parameters a little beside the best ones, both ways: what is least costs more there."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from symgd.animations.costs.told_rows import FollowedRows, best_values
from symgd.animations.formulas.numerals import numeral
from symgd.animations.stories.known_least import known_least
from symgd.data.arrays import FloatArray

PARAMETERS = 2  # that are nudged
PART, ALONE = 0.25, 0.1  # of the way from the start to the best, and of a value that starts there
RISE = 0.3  # a nudge costs at most so much of what the start costs more
HALVINGS = 30


def nudges(told: FollowedRows) -> list[FloatArray]:
    """The first parameters, each with more and with less of it; nothing where no least cost is known.

    Only such as cost more, which the shown numbers tell.
    """
    return [*_nudged(told)] if known_least(told.story).is_best else []


def _nudged(told: FollowedRows) -> Iterator[FloatArray]:
    best, start = best_values(told.story), np.asarray(told.story.parameters[0])
    least = told.cost(best)
    for n in range(min(PARAMETERS, len(best))):
        way = _size(told, n, best, start)
        for change in (way, -way):
            there = best.copy()
            there[n] += change
            cost = told.cost(there)
            if np.isfinite(cost) and cost > least and numeral(cost) != numeral(least):
                yield there


def _size(told: FollowedRows, n: int, best: FloatArray, start: FloatArray) -> float:
    """How far a parameter is nudged: a round number, which costs little beside the start."""
    way = PART * abs(float(start[n] - best[n])) or ALONE * (abs(float(best[n])) or 1.0)
    room = RISE * (told.cost(start) - told.cost(best))
    for _ in range(HALVINGS):
        way = float(f"{way:.0e}")
        costs = [told.cost(best + change * np.eye(len(best))[n]) for change in (way, -way)]
        if all(math.isfinite(cost) and cost - told.cost(best) <= room for cost in costs):
            break
        way /= 2
    return way
