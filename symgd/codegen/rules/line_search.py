"""The lowest point of a line: where the slope along it turns from falling to rising.

Laws
----
- the answer is a number from 0 up: 0 where nothing falls from there, inf where it falls for ever
- where the slope is known it is taken to 0, to the last digits; else the values decide, to half of the digits
- a place beyond the lowest one is where the value is above that at 0, or no number, or where the slope rises
"""

from __future__ import annotations

import math
from collections.abc import Callable

MOST = 1100  # doublings: more than there are powers of two
Along = Callable[[float], float]


def lowest(value: Along, slope: Along | None = None) -> float:
    """The s above 0 at which `value` is least, or the first such that doubling meets.

    Examples
    --------
    >>> lowest(lambda s: (s - 3)**2, lambda s: 2*(s - 3))
    3.0
    >>> lowest(lambda s: -s), lowest(lambda s: s)
    (inf, 0.0)
    """
    seen = _seen(value)
    begun = seen(0.0)
    if not math.isfinite(begun):
        return math.inf
    return _by_values(seen, begun) if slope is None else _by_slopes(seen, _seen(slope), begun)


def _seen(function: Along) -> Along:
    """The same, remembered, and nan where it has no value."""
    known: dict[float, float] = {}

    def at(place: float) -> float:
        if place not in known:
            try:
                known[place] = float(function(place))
            except (ArithmeticError, ValueError):
                known[place] = math.nan
        return known[place]

    return at


# By slopes


def _by_slopes(value: Along, slope: Along, begun: float) -> float:
    start = slope(0.0)
    if not start < 0:  # nothing falls, or nobody knows
        return 0.0
    near, far = _enclosed(value, slope, begun)
    if near == far:
        return near
    for _ in range(MOST):  # until the slope rises at the far end, and not only the value
        if slope(far) > 0 and math.isfinite(slope(far)):
            return _root(slope, near, far)
        middle = near + (far - near) / 2
        if not near < middle < far:
            break
        near, far = (near, middle) if _is_beyond(value, slope, begun, middle) else (middle, far)
    return near


def _is_beyond(value: Along, slope: Along, begun: float, place: float) -> bool:
    return not (value(place) <= begun and slope(place) <= 0)


def _enclosed(value: Along, slope: Along, begun: float) -> tuple[float, float]:
    """A place that is before the lowest point and one that is beyond; inf twice where there is none beyond."""
    place = 1.0
    if _is_beyond(value, slope, begun, place):
        for _ in range(MOST):
            place /= 2
            if place == 0 or not _is_beyond(value, slope, begun, place):
                return place, 2 * place if place else 1.0
        return 0.0, 0.0
    for _ in range(MOST):
        if slope(place) == 0:
            return place, place
        if math.isinf(2 * place) or value(2 * place) == -math.inf:
            return math.inf, math.inf
        if _is_beyond(value, slope, begun, 2 * place):
            return place, 2 * place
        place *= 2
    return math.inf, math.inf


def _root(slope: Along, near: float, far: float) -> float:
    """Where the slope is 0, between a place where it falls and one where it rises."""
    from scipy.optimize import brentq

    def at(place: float) -> float:
        found = slope(place)
        return found if math.isfinite(found) else math.inf

    return float(brentq(at, near, far, xtol=1e-300, rtol=1e-15, disp=False))


# By values


def _by_values(value: Along, begun: float) -> float:
    """Three places of which the middle one is lowest, then parabolas."""
    from scipy.optimize import minimize_scalar

    place = 1.0
    while not value(place) < begun:
        place /= 2
        if place == 0:
            return 0.0
    best = value(place)
    while value(2 * place) < best:
        place, best = 2 * place, value(2 * place)
        if math.isinf(place) or math.isinf(best):
            return math.inf
    found = minimize_scalar(
        lambda s: v if math.isfinite(v := value(s)) else math.inf,
        bounds=(place / 2, 2 * place),
        method="bounded",
        options={"xatol": place * 1e-10},
    )
    return float(found.x) if value(float(found.x)) <= best else place
