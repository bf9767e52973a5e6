"""What of a slice's steps has room in its picture: a start on the other side, arrows, and where a way ends.

Laws
----
- a step that is shown on the other side begins and ends on the curve, in the picture
- an arrow said to be so many times as long as its step is that long: none is cut
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from itertools import product

import numpy as np

from symgd.animations.formulas.numerals import rounded
from symgd.animations.pictures.slice_picture import SlicePicture

OTHER = (0.75, 0.6, 0.45, 0.3, 0.2, 0.1, 0.05)  # parts of the way to the least cost, beyond it
FLAT = 1e-3  # a slope so small, in parts of the start's, isn't seen
SEEN = 0.7  # an arrow shorter than this is drawn larger where there is room, and that is said
BASE, TIMES, MOST = 10, (1, 2, 5), 9  # these times powers of ten; how many of them
LEVEL, HIGH = (
    0.12,
    0.4,
)  # of a plateau: its slope in parts of the steepest, its height in parts of all that is seen
STEPS = 3  # that are made one after the other
FIRST, NEXT = (
    0.45,
    0.22,
)  # lengths in the frame, from which on a first step and those after it are seen
LESS = 0.95  # a slope of so much of another is less steep
LOOKED = 120  # places at which a plateau is looked for
ROUGHLY = 0.17  # so far from a length, in parts of it, a way may be that is a short number
WATCHED = 200  # places on a way that leaves the picture


class SlopeReach:
    """A slice, and the way in it from the start to the least cost."""

    def __init__(self, picture: SlicePicture, way: float) -> None:
        self.picture, self.way = picture, way

    def other_side(self) -> float | None:
        """Beyond the least cost, where the curve leads back to it by a step that stays in the picture."""
        picture = self.picture
        slope = picture.slope(picture.start)
        for part in OTHER:
            value = picture.start + (1 + part) * self.way
            other = picture.slope(value)
            end = value - picture.rate * other
            seen = all(picture.panel.holds(each, picture.cost(each)) for each in (value, end))
            if seen and -other * math.copysign(1.0, slope) > FLAT * abs(slope):
                return float(value)
        return None

    def plateau(self) -> float | None:
        """Where the curve is nearly level and yet far above its lowest seen point; the place next to the start, or None."""
        picture = self.picture
        inner = np.linspace(picture.x.low, picture.x.high, LOOKED + 2)[1:-1]
        values: list[float] = inner.tolist()
        seen = [(v, picture.cost(v), abs(picture.slope(v))) for v in values]
        seen = [(v, h, s) for v, h, s in seen if picture.panel.holds(v, h) and math.isfinite(s)]
        if not seen:
            return None
        low, high = min(h for _, h, _ in seen), max(h for _, h, _ in seen)
        steepest = max(s for *_, s in seen)
        found = [v for v, h, s in seen if s <= LEVEL * steepest and h - low >= HIGH * (high - low)]
        if not found or not high > low:
            return None
        return min(found, key=lambda value: abs(value - picture.start))

    def steps(self) -> list[float]:
        """Where the first steps begin, each at a less steep place than the one before; nothing where they aren't seen."""
        picture, found, value = self.picture, list[float](), self.picture.start
        while len(found) < STEPS:
            slope, end = picture.slope(value), value - picture.rate * picture.slope(value)
            least = FIRST if not found else NEXT
            seen = all(picture.panel.holds(each, picture.cost(each)) for each in (value, end))
            less = not found or abs(slope) <= LESS * abs(picture.slope(found[-1]))
            if not (seen and less and abs(end - value) * picture.unit >= least):
                break
            found.append(value)
            value = end
        return found if len(found) > 1 else []

    def room(self, visited: Sequence[float], places: Sequence[float]) -> float:
        """How many times as long as the steps the arrows may be: uphill too where one is visited, none over the valley."""
        picture = self.picture
        found = [abs(self.way / picture.first_step)] if picture.first_step else []
        both = [(value, sign) for value in visited for sign in (1.0, -1.0)]
        for value, sign in (*both, *((place, -1.0) for place in places)):
            change = sign * picture.rate * picture.slope(value)
            if change:
                end = picture.x.high if change > 0 else picture.x.low
                found.append((end - value) / change)
        return min(found, default=1.0)

    def ahead(self, values: Iterable[float]) -> float:
        """How many times as long as the longest of the steps an arrow may be, at most once, to end in the picture."""
        picture, found = self.picture, [1.0]
        for value in values:
            step = -picture.rate * picture.slope(value)
            if step:
                end = picture.x.high if step > 0 else picture.x.low
                found.append((end - value) / step)
        return min(found)


def seen_end(picture: SlicePicture, start: float, end: float) -> float:
    """Where a way along the curve ends, or leaves the picture."""
    if picture.panel.holds(end, picture.cost(end)):
        return end
    edge, seen = min(max(end, picture.x.low), picture.x.high), start
    for value in np.linspace(start, edge, WATCHED).tolist():
        if not picture.panel.holds(value, picture.cost(value)):
            break
        seen = value
    return float(seen)


def magnified(length: float, room: float = math.inf) -> int:
    """How many times as long an arrow is drawn, so that it is seen; no more times than there is room for.

    Examples
    --------
    >>> magnified(2.0), magnified(0.08), magnified(0.08, 6.0), magnified(0.08, 0.5)
    (1, 10, 5, 1)
    """
    chosen = 1
    for power, times in product(range(MOST), TIMES):
        factor = times * BASE**power
        if factor > room:
            break
        chosen = factor
        if not 0 < length * factor < SEEN:
            break
    return chosen


def shrunk(room: float) -> int:
    """Of so many parts of its length an arrow is one, so that there is room for it.

    Examples
    --------
    >>> shrunk(0.4), shrunk(0.06), shrunk(1.0)
    (5, 20, 1)
    """
    for power, times in product(range(MOST), TIMES):
        parts = int(times * BASE**power)
        if room * parts >= 1:
            break
    return parts


def short(way: float, rise: Callable[[float], float]) -> float:
    """A way of about the same length, of two digits at most, of which the rise is a short number too, and another one.

    Examples
    --------
    >>> short(0.9857, lambda run: -2 * run), short(-12.4, lambda run: run * run)
    (1.0, -12.0)
    """
    if not way or not np.isfinite(way):
        return way
    digits = 1 - math.floor(math.log10(abs(way)))
    unit = 10.0**-digits
    ends = sorted((1 + sign * ROUGHLY) * way / unit for sign in (1, -1))
    runs = [round(n * unit, max(digits, 0)) for n in range(math.ceil(ends[0]), int(ends[1]) + 1)]
    alike = {run: rounded(abs(rise(run))) == rounded(abs(run)) for run in runs}
    return min(
        runs,
        key=lambda run: (alike[run], _letters(rise(run)), _letters(run), abs(run - way)),
    )


def _letters(value: float) -> int:
    """How long a number is as it is shown."""
    return len(str(rounded(value)))
