"""A step of a walk with memory, along and across a long valley: where its parts cancel, and where they add; nothing here needs Manim.

Law
---
- across is the direction in which the cost bends most, along the one in which it bends least
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from symgd.animations.comparing.race_story import NEAR, RaceStory
from symgd.animations.comparing.step_parts import StepParts, step_parts
from symgd.animations.comparing.walks import Walk
from symgd.animations.stories.cost_map import principal_axes
from symgd.data.arrays import FloatArray

FIRST = 2  # steps before it are shown otherwise
LEFT = 0.25  # of both parts across, that may be left of them
SEEN = 0.1  # of the longer part, that the step at least is long


@dataclass(frozen=True, eq=False)
class ValleyParts:
    """The step's number, its parts, and the directions, of length 1, in the plane that is shown."""

    step: int
    parts: StepParts
    along: FloatArray
    across: FloatArray

    def ways(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        """What is carried on, the gradient's part and their sum."""
        return self.parts.carried, self.parts.gradient, self.parts.step

    def numbers(self, way: FloatArray) -> tuple[float, float, float]:
        """The three in one direction, that in which the step goes on being positive."""
        made = [float(part @ way) for part in self.ways()]
        sign = -1.0 if made[2] < 0 else 1.0
        return sign * made[0], sign * made[1], sign * made[2]


def valley_parts(story: RaceStory, walk: Walk) -> ValleyParts | None:
    """The first step in which most is cancelled across and a part kept along, before the walk is near; None where there is none."""
    sizes, ways = principal_axes(story.ground.hessian)
    near = walk.settles(story.least[0], NEAR)
    last = min(walk.run.steps, int(story.end) if near is None else near)
    if len(story.run.trace.parameters) != 2 or sizes[0] <= 0:
        return None
    for step in range(FIRST, last):
        parts = step_parts(story, walk, step)
        if not parts.adds_up or not parts.carried.any():
            return None
        made = ValleyParts(step, parts, ways[:, 0], ways[:, 1])
        one, other, whole = made.numbers(ways[:, 1])
        first, second, along = made.numbers(ways[:, 0])
        if one * other >= 0 or first * second <= 0 or abs(whole) > LEFT * (abs(one) + abs(other)):
            continue
        if abs(whole) > abs(along):  # most of the step is across still
            continue
        lengths = [float(np.linalg.norm(way)) for way in made.ways()]
        if lengths[2] > SEEN * max(lengths[:2]):
            return made
    return None


def valley_way(story: RaceStory) -> FloatArray:
    """The direction of length 1, over the parameters of the picture, along the valley towards the least cost."""
    way = principal_axes(story.ground.hessian)[1][:, 0]
    gone = (story.ground.held - story.walks[0].points[0])[list(story.ground.axes)]
    return np.asarray(way if float(way @ gone) >= 0 else -way)


def come_along(story: RaceStory, place: FloatArray) -> float:
    """How far a place is from the start along the valley."""
    gone = (place - story.walks[0].points[0])[list(story.ground.axes)]
    return float(gone @ valley_way(story))
