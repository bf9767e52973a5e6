"""RateDirections: the ways in which a quadratic bends most and least, and what a rate does along each; nothing here needs Manim.

Laws
----
- along one of these ways every step multiplies the distance from the minimum by 1 − αλ, whatever happens along others
- a walk is near where it is near along all of them: it takes no fewer steps than along any of them alone
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from symgd.animations.comparing.rate_lanes import RateLane, RateLanes
from symgd.animations.comparing.rate_plane import hessian_at
from symgd.data.arrays import FloatArray
from symgd.writing.words import Message, message

APART = 1.05  # times more one bends than another, to be another way
FOLLOWS = 0.9  # of what a lane takes, the slower of both ways takes at least: then it decides
ACROSS, ALONG = message("across"), message("along")


@dataclass(frozen=True, eq=False)
class RateDirection:
    """A way of length 1, turned to the start, how much the cost bends there, and how far the start is from the minimum along it."""

    curvature: float
    way: FloatArray
    reach: float
    share: float  # of the whole distance from the start to the minimum

    def factor(self, rate: float) -> float:
        """By what a step multiplies the distance."""
        return 1 - rate * self.curvature

    def steps(self, rate: float, near: float) -> float | None:
        """How many steps it takes along it alone, until less than a part of the whole distance is left; None where never, or where none is needed."""
        size = abs(self.factor(rate))
        if not near < self.share or size >= 1:
            return None
        return 1.0 if size == 0 else max(1.0, math.log(near / self.share) / math.log(size))


@dataclass(frozen=True, eq=False)
class RateDirections:
    """Where the cost bends most, and where it bends least."""

    across: RateDirection
    along: RateDirection

    def larger(self, rate: float) -> int:
        """Which factor is larger in size: 0 across, 1 along."""
        return int(abs(self.along.factor(rate)) > abs(self.across.factor(rate)))

    def decides(self, lanes: RateLanes) -> bool:
        """Whether each lane that arrives takes about as many steps as the slower of both ways alone."""
        if lanes.basis != "curvature":  # the way there is not the minimum's
            return False
        there = [lane for lane in lanes.lanes if lane.arrived is not None]
        return bool(there) and all(self._follows(lane, lanes.near) for lane in there)

    def _follows(self, lane: RateLane, near: float) -> bool:
        alone = [each.steps(lane.rate, near) for each in (self.across, self.along)]
        slower = max((each for each in alone if each is not None), default=0.0)
        return slower >= FOLLOWS * (lane.arrived or 0)


def directions_of(lanes: RateLanes) -> RateDirections | None:
    """Both ways at the minimum; None where there is none, where it bends alike every way, or not upwards."""
    target = lanes.target
    if target is None or lanes.limit is None or len(target) < 2:
        return None
    hessian = hessian_at(lanes.story, target)
    if hessian is None:
        return None
    found, ways = np.linalg.eigh(hessian)
    bent = lanes.story.run.curvature or found.tolist()  # those of a quadratic have more digits
    if not bent[0] > 0 or bent[-1] < APART * bent[0]:
        return None
    away = lanes.start - target
    whole = float(np.linalg.norm(away))
    made = []
    for number in (-1, 0):
        reach = float(ways[:, number] @ away)
        way = ways[:, number] * (1.0 if reach >= 0 else -1.0)
        made.append(RateDirection(bent[number], way, abs(reach), abs(reach) / whole))
    return RateDirections(*made)


def named(number: int) -> Message:
    """What a way is called: 0 across the ravine, 1 along it."""
    return (ACROSS, ALONG)[number]
