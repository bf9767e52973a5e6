"""Which part of the mountain is looked at: all of it, where his short steps are, or the valley below him."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np

from symgd.animations.descending.mountain import CAREFUL, Mountain
from symgd.animations.formulas.numerals import Scale, scale_of
from symgd.data.arrays import FloatArray

Sight: TypeAlias = tuple[Scale, Scale]

OVERHEAD = 0.42  # of the height, that is left for the man and his light above the start
UNDER = 0.16  # of the height, that is seen of the ground below the lowest place
HIGHER = 1.25  # times the start's height, that is seen of the sides
ROOM = 0.06
SMALL, SEEN = (
    0.25,
    0.18,
)  # of the picture's sides: steps within so little of both are short; a height that can be seen
TINY = 1e-6  # shorter ones are no walk, and have heights of too many digits
BESIDE, ABOVE, BELOW = 0.4, 0.75, 0.4  # of short steps' extent, that is seen round them
BELOW_FLOOR, ABOVE_HIM = 0.6, 1.6  # of what he stands above the floor
EDGE = 0.2  # of a valley's width, that is seen beside it


def whole_sight(mountain: Mountain) -> Sight:
    """The run's heights, its sides not much higher, and room for a man at the highest place he stands on."""
    _, heights = mountain.profile
    stood = mountain.story.cost[: mountain.last + 1]
    low = min(float(np.nanmin(heights)), float(stood.min()))
    high = float(stood.max())
    top = min(float(np.nanmax(heights)), low + HIGHER * (high - low))
    top = max(top, high + OVERHEAD * (high - low))
    return Scale(*mountain.ends), _above_nothing(
        mountain, low, scale_of([low - UNDER * (high - low), top], ROOM / 2)
    )


def _above_nothing(mountain: Mountain, low: float, heights: Scale) -> Scale:
    """The heights without those below 0, where none of data's costs in the picture is."""
    if mountain.story.form == "function" or low < 0:
        return heights
    return Scale(max(heights.low, 0.0), heights.high)


def short_steps(mountain: Mountain) -> Sight | None:
    """Where the steps after the first ones are, if these would be lost in the whole."""
    if mountain.steps <= CAREFUL + 1 or mountain.crosses or mountain.went_up:
        return None
    x, y = whole_sight(mountain)
    feet = mountain.feet[CAREFUL : mountain.steps + 1]
    left, right = float(feet.min()), float(feet.max())
    stood = mountain.story.cost[CAREFUL : mountain.steps + 1]
    low, high = float(stood.min()), float(stood.max())
    wide, tall = right - left, high - low
    if not wide or not tall:
        return None
    parts = _part(x, wide), _part(y, tall)
    if max(parts) > SMALL or min(parts) < TINY:
        return None
    return (
        Scale(left - BESIDE * wide, right + BESIDE * wide),
        Scale(low - BELOW * tall, high + ABOVE * tall),
    )


def valley(mountain: Mountain) -> Sight | None:
    """Where the lowest place and that where his run ends are seen apart; None where he is there, or the whole shows it."""
    low, here = mountain.lowest, float(mountain.story.cost[mountain.steps])
    if low is None or mountain.went_up or mountain.is_down:
        return None
    x, y = whole_sight(mountain)
    if y.low <= low and _part(y, here - low) > SEEN:
        return None
    rise = here - low
    near = Scale(low - BELOW_FLOOR * rise, here + ABOVE_HIM * rise)
    near = _above_nothing(mountain, min(low, float(np.nanmin(mountain.profile[1]))), near)
    return _across(mountain, x, near), near


def _across(mountain: Mountain, x: Scale, y: Scale) -> Scale:
    """The part of the way that is no higher than the picture; all of it with one parameter, where valleys lie apart."""
    xs, heights = mountain.profile
    inside = _inside(xs, heights, y)
    if mountain.over_parameter or not inside.size or inside[0] == inside[-1]:
        return x
    left, right = float(inside[0]), float(inside[-1])
    return Scale(max(x.low, left - EDGE * (right - left)), right)


def _inside(xs: FloatArray, heights: FloatArray, y: Scale) -> FloatArray:
    with np.errstate(invalid="ignore"):
        return np.asarray(xs[(heights <= y.high) & (heights >= y.low)])


def _part(scale: Scale, length: float) -> float:
    return length / (scale.high - scale.low)


def between(first: Scale, last: Scale, share: float) -> Scale:
    """A scale so far on the way from one to another; a value that both show at one place stays."""
    start, end = first.high - first.low, last.high - last.low
    size = start * (end / start) ** share
    way = share if start == end else (size - start) / (end - start)
    low = first.low + way * (last.low - first.low)
    return Scale(low, low + size)
