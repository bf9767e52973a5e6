"""Other learning rates along a slice: a smaller one where the first step goes too far, a greater one where it doesn't.

Laws
----
- a step with the smaller rate lowers the cost; one with the greater rate ends in the picture, and higher than it began
- a rate is a short number, and the one that is shown
"""

from __future__ import annotations

import copy
import math

import numpy as np

from symgd.animations.pictures.slice_picture import SlicePicture

CALM = (0.3, 0.2, 0.1, 0.05)  # of the way to the lowest point, for a first step
RISE = 0.03  # so much higher, in heights of the start, is seen
DIGITS = (1, 2, 3)  # of a rate, as few as will do
WATCHED = 200  # places beyond the lowest point


def with_rate(picture: SlicePicture, rate: float) -> SlicePicture:
    """The same picture, with steps of another rate."""
    made = copy.copy(picture)
    made.rate, made.first_step = rate, -rate * picture.slope(picture.start)
    return made


def calmer_rate(picture: SlicePicture, way: float) -> float | None:
    """A rate that is not too great, where the first step does not lower the cost; None where it does, or none is known."""
    start, slope = picture.start, picture.slope(picture.start)
    if (
        picture.lowest is None
        or not slope
        or picture.cost(start + picture.first_step) < picture.cost(start)
    ):
        return None
    rates = (float(f"{-part * way / slope:.0e}") for part in CALM)
    return next((rate for rate in rates if _lower(picture, start - rate * slope)), None)


def great_rate(picture: SlicePicture) -> float | None:
    """A rate with which the first step leads across the valley, and higher; None where the picture has no room for it."""
    start, slope, lowest = picture.start, picture.slope(picture.start), picture.lowest
    if lowest is None or not slope:
        return None
    here = picture.cost(start)
    high = here + RISE * (here - picture.cost(lowest))
    edge = picture.x.high if lowest > start else picture.x.low
    ends = np.linspace(lowest, edge, WATCHED).tolist()
    seen = [v for v in ends if picture.cost(v) > high and picture.panel.holds(v, picture.cost(v))]
    middle = len(seen) // 2
    for end in sorted(seen, key=lambda v: abs(seen.index(v) - middle)):
        for digits in DIGITS:
            rate = float(f"{(start - end) / slope:.{digits - 1}e}")
            there = start - rate * slope
            if picture.cost(there) > high and picture.panel.holds(there, picture.cost(there)):
                return rate
    return None


def _lower(picture: SlicePicture, value: float) -> bool:
    """Whether the cost is lower there than at the start."""
    cost = picture.cost(value)
    return math.isfinite(cost) and cost < picture.cost(picture.start)
