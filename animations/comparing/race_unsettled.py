"""Who never settles in a race: a step that is divided by the gradient's size stays as long, however near it comes; nothing here needs Manim.

Law
---
- it is counted in the runs, watched far beyond the race: at their end the steps are about as long as they were in it
"""

from __future__ import annotations

import numpy as np

from symgd.animations.comparing.race_memory import kept_of
from symgd.animations.comparing.race_story import RaceStory
from symgd.animations.comparing.walks import Walk
from symgd.data.arrays import FloatArray

LAST, AGAINST = 100, 100  # steps at the end, and those of the race before which they are held
SHRUNK = 0.3  # times the latter's length, below which steps have shrunk
NEAR_RATE = 1.5  # times, by which a step in each parameter may differ from the learning rate


def unsettled(story: RaceStory) -> tuple[Walk, ...]:
    """The walks that divide, whose steps keep their length for ever."""
    return tuple(walk for walk in story.walks if _goes_on(story, walk))


def _goes_on(story: RaceStory, walk: Walk) -> bool:
    if not any(squares for _, squares in kept_of(walk.run.optimizer).values()):
        return False
    longer = story.watch.longer(walk)
    if longer is None or longer is walk or len(longer.cost) < 2 * (LAST + AGAINST):
        return False
    lengths = np.linalg.norm(np.diff(longer.points, axis=0), axis=1)
    if not np.isfinite(lengths).all():
        return False
    return bool(np.median(lengths[-LAST:]) > SHRUNK * np.median(lengths[:AGAINST]))


def stays_at_rate(walk: Walk, steps: int) -> bool:
    """Whether its last steps are about as long in each parameter as the learning rate."""
    moves: FloatArray = np.abs(np.diff(walk.points[-steps - 1 :], axis=0))
    rate = walk.run.learning_rate
    return bool(((moves > rate / NEAR_RATE) & (moves < rate * NEAR_RATE)).all())
