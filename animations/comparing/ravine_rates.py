"""The best constant rate of a walk in a ravine: tried, and judged by the step from which on it stays near for good.

Law
---
- every walk is judged by one measure, and each is at the best rate that was found for it
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np

from symgd.animations.comparing.rate_lanes import as_printed
from symgd.animations.comparing.walks import Walk, best_of
from symgd.data.arrays import FloatArray
from symgd.errors import SymgdError
from symgd.optimize.run import Run

BETWEEN, CLOSER = 12, 2  # rates that are tried, and how often those round the best one follow
LOST = ("diverged", "undefined")
SHARES = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95)  # of the last step, that momentum may keep
FEW_SHARES, FEW_RATES = SHARES[::2], 6  # where each has to be walked to be known
FINE = 10  # times as many rates, where they are only counted


def steep_rates(bent: tuple[float, ...]) -> list[float]:
    """Constant rates among which a quadratic's best is: from 1/λ_max, at which the steepest way takes one step, to 2/(λ_max + λ_min).

    Examples
    --------
    >>> steep_rates((2.0, 2.0)), steep_rates((0.0, 4.0))[-1]
    ([0.5], 0.5)
    """
    largest, least = max(bent, default=0.0), min(bent, default=0.0)
    if largest <= 0 or least < 0:
        return []
    found = np.linspace(1 / largest, 2 / (largest + least), BETWEEN).tolist()
    return sorted({as_printed(rate, 2 / largest) for rate in found})


def heavy_rates(bent: tuple[float, ...], share: float, count: int = BETWEEN) -> list[float]:
    """The same for momentum: up to 2(1 + β)/λ_max, from which on it is thrown out.

    Examples
    --------
    >>> heavy_rates((1.0,), 0.25)[-1] < 2.5
    True
    """
    largest = max(bent, default=0.0)
    if largest <= 0:
        return []
    low, high = (1 - share**0.5) ** 2 / largest, 2 * (1 + share) / largest
    return [as_printed(rate) for rate in np.geomspace(low, high, count + 1)[:-1].tolist()]


def best_heavy(
    hessian: FloatArray, away: FloatArray, part: float, steps: int
) -> tuple[float, float]:
    """The share and the rate of momentum whose count is least on a quadratic, from so far away of its minimum; by θ ← θ − αv, v ← βv + Hθ."""
    sizes, ways = np.linalg.eigh(hessian)
    bent, gone = np.maximum(sizes, 0.0), ways.T @ away
    found = []
    for share in SHARES:
        rates = np.array(heavy_rates(tuple(bent.tolist()), share, FINE * BETWEEN))
        count, gap = counted(bent, gone, rates, share, part, steps)
        best = int(np.lexsort((gap, count))[0])
        found.append((float(count[best]), float(gap[best]), share, float(rates[best])))
    _, _, share, rate = min(found)
    return share, rate


def counted(
    bent: FloatArray, gone: FloatArray, rates: FloatArray, share: float, part: float, steps: int
) -> tuple[FloatArray, FloatArray]:
    """By rate: the last step at which more than a part of the gap is left, and what is left in the end."""
    place = np.tile(gone, (len(rates), 1))
    speed = np.zeros_like(place)
    first = float(bent @ gone**2)
    last = np.zeros(len(rates))
    gap: FloatArray = np.full(len(rates), first)
    with np.errstate(all="ignore"):
        for step in range(1, steps + 1):
            speed = share * speed + bent * place
            place = place - rates[:, None] * speed
            gap = place**2 @ bent
            last[~(gap <= part * first)] = step
    return last, np.nan_to_num(gap, nan=np.inf)


def best_walk(
    walk: Callable[[float], Run],
    rates: Iterable[float],
    least: float,
    part: float,
    closer: int = CLOSER,
) -> Walk | None:
    """The walk that is first to stay where so small a part is left, of those at some rates and at rates round the best; None where all are lost."""
    made: dict[float, Walk] = {}
    wanted = [*rates]
    for _ in range(1 + closer):
        made.update(_walked(walk, [rate for rate in wanted if rate not in made]))
        if not made:
            return None
        known, best = sorted(made), best_of(made.values(), least, part)
        place = known.index(best.run.learning_rate)
        low, high = known[max(0, place - 1)], known[min(len(known) - 1, place + 1)]
        wanted = [as_printed(rate) for rate in np.linspace(low, high, BETWEEN // 2).tolist()]
    return best_of(made.values(), least, part)


def _walked(walk: Callable[[float], Run], rates: Iterable[float]) -> dict[float, Walk]:
    """By rate, the walks that are not lost."""
    made = {}
    for rate in rates:
        try:
            run = walk(rate)
        except SymgdError:
            continue
        if run.outcome.kind not in LOST:
            made[run.learning_rate] = Walk("", run)
    return made
