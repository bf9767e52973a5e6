"""RavineHalves: one half of standardising by itself, scaling or centring: its condition number, its best rate and its steps.

Nothing here needs Manim. On a quadratic all of it is counted, as momentum's are.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from symgd.animations.comparing.rate_lanes import as_printed
from symgd.animations.comparing.ravine_cause import turns_of
from symgd.animations.comparing.ravine_rates import BETWEEN, CLOSER, counted, steep_rates
from symgd.animations.comparing.ravine_story import RavineStory
from symgd.animations.comparing.ravine_walks import HORIZON
from symgd.writing.words import Message, message

SCALED, CENTRED = 1, 2  # in the order of a cause's four condition numbers
NAMES = {SCALED: message("scaled"), CENTRED: message("centred")}


@dataclass(frozen=True)
class RavineHalf:
    """A row of the table: what it is called and what it takes; `steps` is None where they are too many."""

    name: Message
    ratio: float | None
    rate: float
    steps: int | None


def halves_of(story: RavineStory) -> dict[int, RavineHalf]:
    """Both halves; none where the cause of the ravine is not known, or its minimum."""
    quadratic, exact, cause = story.quadratic, story.run.exact, story.cause
    if quadratic is None or exact is None or cause is None or not story.is_changed:
        return {}
    least = np.array([exact.parameters[name] for name in story.run.trace.parameters])
    away = story.plain.points[0] - least
    hessian = 2 * quadratic.matrix.T @ quadratic.matrix
    made = {}
    for number, name in NAMES.items():
        turn = turns_of(story.turn)[number]
        sizes, ways = np.linalg.eigh(turn.T @ hessian @ turn)
        bent = np.maximum(sizes, 0.0)
        rate, steps = _best(bent, ways.T @ np.linalg.solve(turn, away), story.near)
        made[number] = RavineHalf(name, cause.ratios[number], rate, steps)
    return made


def _best(bent: np.ndarray, gone: np.ndarray, part: float) -> tuple[float, int | None]:
    """The constant rate at which a walk is first near for good, of those tried and of those round the best."""
    known: dict[float, tuple[float, float]] = {}
    wanted = steep_rates(tuple(bent.tolist()))
    for _ in range(1 + CLOSER):
        rates = np.array([rate for rate in wanted if rate not in known])
        if len(rates):
            count, gap = counted(bent, gone, rates, 0.0, part, HORIZON)
            known |= dict(
                zip(rates.tolist(), zip(count.tolist(), gap.tolist(), strict=True), strict=True)
            )
        order = sorted(known)
        best = min(order, key=lambda rate: known[rate])
        place = order.index(best)
        low, high = order[max(0, place - 1)], order[min(len(order) - 1, place + 1)]
        wanted = [as_printed(rate) for rate in np.linspace(low, high, BETWEEN // 2).tolist()]
    last = int(known[best][0])
    return best, None if last >= HORIZON else last + 1
