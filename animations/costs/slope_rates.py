"""Rates for a slice's steps beside the run's own: a smaller one where that is too great, and one that is too great.

Laws
----
- a rate is too great where a step from the start ends no lower than it began
- each is a short part, or a short multiple, of the run's rate
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import product

from symgd.animations.costs.slope_reach import BASE, SlopeReach
from symgd.animations.formulas.numerals import rounded
from symgd.animations.pictures.slice_picture import SlicePicture

FACTORS, POWERS, DIGITS = (2, 5, 10), 6, 2  # times powers of ten; how many of them; of a rate


def is_too_great(picture: SlicePicture, rate: float) -> bool:
    """Whether a step from the start with a rate ends no lower than it began."""
    there = picture.cost(picture.start - rate * picture.slope(picture.start))
    return not there < picture.cost(picture.start)


def factors() -> Iterator[int]:
    """2, 5, 10, 20 and so on."""
    return (part * BASE**power for power, part in product(range(POWERS), FACTORS))


def smaller_rate(picture: SlicePicture, way: float) -> float | None:
    """A rate whose steps are seen and stay on the start's side, or at least go down; None where the run's isn't too great."""
    given = picture.rate
    if not is_too_great(picture, given):
        return None
    parts = [float(rounded(given / factor, DIGITS)) for factor in factors()]
    lower = [rate for rate in parts if rate and not is_too_great(picture, rate)]
    for rate in lower:
        if _crosses(picture, rate):
            continue
        picture.take_rate(rate)
        seen = SlopeReach(picture, way).steps()
        picture.take_rate(given)
        if seen:
            return rate
    return lower[0] if lower else None


def _crosses(picture: SlicePicture, rate: float) -> bool:
    """Whether the first step ends beyond the lowest point."""
    if picture.lowest is None:
        return False
    end = picture.start - rate * picture.slope(picture.start)
    return (end - picture.lowest) * (picture.start - picture.lowest) < 0


def greater_rate(picture: SlicePicture) -> float | None:
    """A rate with which the first step ends higher than it began, beyond the lowest point; None without one."""
    if picture.lowest is None:
        return None
    for factor in factors():
        rate = float(rounded(factor * picture.rate))
        end = picture.start - rate * picture.slope(picture.start)
        height = picture.cost(end)
        if not math.isfinite(height):
            return None
        if height > picture.cost(picture.start):
            return rate
    return None
