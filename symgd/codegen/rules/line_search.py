"""The lowest point of a line: where the slope along it turns from falling to rising.

Laws
----
- the answer is a number from 0 up: 0 where nothing falls from there; NoStep where it falls for ever
- where the slope is known it is taken to 0, to the last digits; else the values decide, to half of the digits
- a place beyond the lowest one is where the value is above that at 0, or no number, or where the slope rises
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TypeAlias

from symgd.codegen.rules.rule_words import NoStep

# From here on, generated modules have this text.

DOUBLINGS = 1100  # more than there are powers of two
GOLDEN = (3 - math.sqrt(5)) / 2  # the share of a bracket at which it is cut without a parabola
Along: TypeAlias = Callable[[float], float]


def lowest_by_slopes(value: Along, slope: Along) -> float:
    """The s above 0 at which `value` is least, or the first such that doubling meets.

    `slope` is its derivative.
    """
    value, slope = seen_along(value), seen_along(slope)
    begun = value_at_0(value)
    if not slope(0.0) < 0:  # nothing falls, or nobody knows
        return 0.0

    def is_beyond(place: float) -> bool:
        return not (value(place) <= begun and slope(place) <= 0)

    near, far = enclosed(value, slope, is_beyond)
    if near == far:
        return near
    for _ in range(DOUBLINGS):  # until the slope rises at the far end, and not only the value
        if slope(far) > 0 and math.isfinite(slope(far)):
            return slope_root(slope, near, far)
        middle = near + (far - near) / 2
        if not near < middle < far:
            break
        near, far = (near, middle) if is_beyond(middle) else (middle, far)
    return near


def enclosed(value: Along, slope: Along, is_beyond: Callable[[float], bool]) -> tuple[float, float]:
    """A place before the lowest point and one beyond; the same twice where the slope is 0 there."""
    place = 1.0
    if is_beyond(place):
        for _ in range(DOUBLINGS):
            place /= 2
            if place == 0 or not is_beyond(place):
                return place, 2 * place if place else 1.0
        return 0.0, 0.0
    for _ in range(DOUBLINGS):
        if slope(place) == 0:
            return place, place
        if math.isinf(2 * place) or value(2 * place) == -math.inf:
            break
        if is_beyond(2 * place):
            return place, 2 * place
        place *= 2
    raise falls_for_ever()


def slope_root(slope: Along, near: float, far: float) -> float:
    """Where the slope is 0, between a place where it falls and one where it rises.

    Chandrupatla, A new hybrid quadratic/bisection algorithm for finding the zero of a nonlinear
    function (1997), with a secant for the first step, which for a parabola is the last.
    """
    here, here_up, other, other_up = near, slope(near), far, slope(far)
    share = here_up / (here_up - other_up)
    for _ in range(DOUBLINGS):
        place = here + share * (other - here)
        up = slope(place)
        up = up if math.isfinite(up) else math.inf
        if (up > 0) == (here_up > 0):
            left, left_up = here, here_up
        else:
            left, left_up, other, other_up = other, other_up, here, here_up
        here, here_up = place, up
        best = here if abs(here_up) < abs(other_up) else other
        room = 1e-15 * abs(best)
        width = abs(other - here)
        if here_up == 0 or width <= room:
            return best if here_up else here
        share = inverse_parabola((here, here_up), (other, other_up), (left, left_up))
        least = 0.5 * room / width
        share = min(1 - least, max(least, share))
    return best


def inverse_parabola(
    here: tuple[float, float], other: tuple[float, float], left: tuple[float, float]
) -> float:
    """The part of the way from here to the other end at which a parabola through three slopes is 0.

    It is a half where the parabola bends too far.
    """
    (a, up_a), (b, up_b), (c, up_c) = here, other, left
    across, rises = (a - b) / (c - b), (up_a - up_b) / (up_c - up_b)
    if not (rises**2 < across and (1 - rises) ** 2 < 1 - across):
        return 0.5
    part = up_a / (up_b - up_a) * up_c / (up_b - up_c)
    part += (c - a) / (b - a) * up_a / (up_c - up_a) * up_b / (up_c - up_b)
    return part if math.isfinite(part) else 0.5


def lowest_by_values(value: Along) -> float:
    """The same where no slope is known.

    Three places are found of which the middle one is lowest; then parabolas and golden sections.
    """
    value = seen_along(value)
    begun, place = value_at_0(value), 1.0
    while not value(place) < begun:
        place /= 2
        if place == 0:
            return 0.0
    while value(2 * place) < value(place):
        place *= 2
        if math.isinf(place) or math.isinf(value(place)):
            raise falls_for_ever()
    return lowest_between(value, place / 2, place, 2 * place)


def lowest_between(value: Along, near: float, best: float, far: float) -> float:
    """The lowest place between two, from one in the middle that is lower.

    Brent, Algorithms for minimization without derivatives (1973), chapter 5.
    """
    second, third, moved, before = best, best, 0.0, 0.0
    finest = 1e-10 * best
    for _ in range(DOUBLINGS):
        middle = near + (far - near) / 2
        if abs(best - middle) <= 2 * finest - (far - near) / 2:
            break
        step = parabola_step(value, best, second, third)
        if abs(step) < abs(before) / 2 and near < best + step < far:
            before = moved
            if min(best + step - near, far - best - step) < 2 * finest:
                step = math.copysign(finest, middle - best)
        else:
            before = (far if best < middle else near) - best
            step = GOLDEN * before
        moved = step if abs(step) >= finest else math.copysign(finest, step)
        place = best + moved
        if value(place) <= value(best):
            near, far = (best, far) if place >= best else (near, best)
            best, second, third = place, best, second
            continue
        near, far = (place, far) if place < best else (near, place)
        if value(place) <= value(second) or second == best:
            second, third = place, second
        elif value(place) <= value(third) or third in (best, second):
            third = place
    return best


def parabola_step(value: Along, best: float, second: float, third: float) -> float:
    """How far from the best of three places a parabola through their values is lowest, or inf."""
    left = (best - second) * (value(best) - value(third))
    right = (best - third) * (value(best) - value(second))
    below = 2 * (right - left)
    above = (best - third) * right - (best - second) * left
    found = -above / below if below else math.inf
    return found if math.isfinite(found) else math.inf


def value_at_0(value: Along) -> float:
    """What a line begins with."""
    begun = value(0.0)
    if math.isfinite(begun):
        return begun
    cause = "what argmin is asked for has no finite value where its line begins"
    raise NoStep(cause, "give another start, or another optimizer")


def falls_for_ever() -> NoStep:
    """What is said of a line without a lowest point."""
    cause = "the cost falls for ever along this line, so argmin has no lowest point to step to"
    remedy = "add what bounds the cost, such as a penalty, give another start, "
    return NoStep(cause, remedy + "or take steps of a given length, as gradient_descent does")


def seen_along(function: Along) -> Along:
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
