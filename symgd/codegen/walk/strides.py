"""Strides: how a walk makes its steps, and when they have gone astray; every generated module has this text."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeAlias

from symgd.codegen.walk.arrival import CostAndGradient

# From here on, generated modules have this text.

FEW = 10_000  # steps at most where each is a pass over the data, or where a million bring no more
SHOWN = 50  # a walk of so few steps shows them all, as long as its numbers are finite
RISE = 1e3  # how far the cost may rise over the start's at a rate known to be unstable
HUGE = 1e12  # how far it may rise at any other

Stepped: TypeAlias = tuple[float, list[float], CostAndGradient | None]
# From the step's number, the point, and cost and gradient there, to the rate, the next point, and
# cost and gradient at that where they are known already.
Stride: TypeAlias = Callable[[int, list[float], float, Sequence[float]], Stepped]


class Course(NamedTuple):
    """How the steps are made, how many at most, and their rate; None where each has its own."""

    stride: Stride
    most: int
    rate: float | None


def ceiling(
    first: float,
    chosen: Course,
    *,
    largest: float | None = None,
) -> float:
    """The cost above which all is lost.

    `largest` is the largest stable rate, where it is known.
    """
    if chosen.rate is None or chosen.most <= SHOWN:
        return math.inf
    if largest is not None:
        return RISE * first if chosen.rate > largest else math.inf
    return HUGE * max(abs(first), 1.0)


def constant(rate: float) -> Stride:
    """Steps at one rate."""

    def stride(step: int, values: list[float], cost: float, gradient: Sequence[float]) -> Stepped:
        moved = [value - rate * slope for value, slope in zip(values, gradient, strict=True)]
        return rate, moved, None

    return stride
