"""Which of the rates that were tried become lanes: the best of them, those about it, and the run's own; nothing here needs Manim."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from symgd.animations.comparing.rate_exercises import Kind
from symgd.animations.comparing.rate_lane import ALIKE, RateLane, as_printed

CRAWL, GOOD, BEYOND = 1 / 16, 5 / 8, 5 / 4  # of the best rate, and of the largest that settles
BETWEEN = 5  # rates on each side of the best, up to its neighbours
MOST_CRAWL = 64  # times slower than the best, a rate of one's own is no lane
OUTSIDE = 4.0  # times the limit, beyond which a rate of one's own would make the counts small


def equals(tried: Mapping[float, RateLane]) -> list[float]:
    """The rates that arrived first; where none did, those that came lowest; none, where all are lost."""
    there = {rate: lane.arrived for rate, lane in tried.items() if lane.arrived is not None}
    if there:
        least = min(there.values())
        return [rate for rate, steps in there.items() if steps == least]
    low = min(lane.lowest for lane in tried.values())
    return [
        rate for rate, lane in tried.items() if lane.lowest <= low + ALIKE * abs(low) < math.inf
    ]


def best_of(tried: Mapping[float, RateLane], reference: float) -> float:
    """Of the best rates the one nearest to the reference."""
    equal = equals(tried)
    return min(equal, key=lambda rate: abs(math.log(rate / reference)), default=reference)


def between(best: float, rates: Sequence[float]) -> list[float]:
    """Rates between one and its neighbours."""
    place = rates.index(best) if best in rates else 0
    sides = [*rates[max(0, place - 1) : place], *rates[place + 1 : place + 2]]
    return [
        best + (side - best) * part / (BETWEEN + 1)
        for side in sides
        for part in range(1, BETWEEN + 1)
    ]


def rates_about(
    best: float, limit: float | None, tried: Mapping[float, RateLane]
) -> dict[Kind, float]:
    """The four rates, in the lanes' order; where none arrives, too large is one that is lost."""
    found = any(lane.arrived is not None for lane in tried.values())
    lost = [
        rate
        for rate, lane in tried.items()
        if rate > best and (lane.arrived is None if found else math.isinf(lane.lowest))
    ]
    large = 2 * BEYOND * best if not lost else max(min(lost), BEYOND * best)
    if limit is not None:
        large = max(large if not lost else 0.0, BEYOND * limit)
    crawling, good, large = map(as_printed, (CRAWL * best, GOOD * best, large))
    return {"crawling": crawling, "good": good, "best": best, "too large": large}


def place_of(own: RateLane, rates: Mapping[Kind, float], limit: float | None) -> dict[Kind, float]:
    """Which lane a rate of one's own is; none between the best and the limit, or far outside."""
    best = rates["best"]
    beyond = own.arrived is None and own.rate > best * (1 + ALIKE)
    if beyond and (own.rate > limit if limit is not None else math.isinf(own.lowest)):
        return {"too large": own.rate} if own.rate < OUTSIDE * (limit or best) else {}
    if own.rate >= best or own.rate < best / MOST_CRAWL:
        return {}
    slower: tuple[Kind, Kind] = ("crawling", "good")
    nearest = min(slower, key=lambda kind: abs(math.log(rates[kind] / own.rate)))
    return {nearest: own.rate}
