"""What comes of the walks by batches: who was lowest when, the mean gap that is left, and a lower rate; nothing here needs Manim."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from symgd.animations.comparing.batch_story import FURTHER, BatchStory
from symgd.animations.comparing.lowest_place import LowestPlace
from symgd.animations.comparing.walks import Walk, again
from symgd.writing.words import message

TENTH = 10.0  # times lower the rate is
LONGER = 2  # times as many steps, so that it may leave where it began
FIRST_STEPS = 30  # steps at most, in which a walk is on its way
WIDE = 2.2  # standard deviations from its middle to an ellipse about a cloud
LESS = 0.5  # of the gap before, that is left at most where a lower rate tells something


def gap_of(walk: Walk, least: float) -> float:
    """How far above the least cost a walk is on the average, in the later half of its time."""
    return float((walk.cost[walk.clock >= walk.end / 2] - least).mean())


def quieter(story: BatchStory) -> float:
    """How many times smaller the mean gap of a walk along some rows is than along one."""
    least = story.least
    assert least is not None
    some, one = (gap_of(story.walks[number], least.cost) for number in (1, -1))
    return one / some if some > 0 else 1.0


def slower(story: BatchStory) -> Walk | None:
    """The walk along single rows from its end on, for longer than before, at a tenth of the rate; None where it settles anyway."""
    least, walk = story.least, story.walks[-1]
    if least is None or not story.wanders:
        return None
    names = walk.run.trace.parameters
    run = again(
        story.run,
        story.derive,
        start=dict(zip(names, walk.points[-1].tolist(), strict=True)),
        learning_rate=story.rate / TENTH,
        batch_size=1,
        replacement=story.replaces,
        max_iter=max(walk.run.steps, min(LONGER * walk.run.steps, FURTHER)),
        epochs=None,
        seed=story.seed + 1,
    )
    made = Walk(message("one, rate ÷ 10"), run, walk.each)
    return made if gap_of(made, least.cost) < LESS * gap_of(walk, least.cost) else None


def lowest_at_first(story: BatchStory) -> int:
    """The walk that is lowest when the first epoch is over."""
    return min(range(len(story.walks)), key=story.after_first)


def lowest_at_last(story: BatchStory) -> int:
    """The walk that ends lowest."""
    return min(range(len(story.walks)), key=lambda n: float(story.walks[n].cost[-1]))


def is_round(walk: Walk, least: LowestPlace, axes: Sequence[int]) -> bool:
    """Whether the ellipse round a walk's places in the later half of its time has the minimum in it."""
    late = walk.points[walk.clock >= walk.end / 2][:, list(axes)]
    away = late.mean(axis=0) - least.point[list(axes)]
    spread = np.atleast_2d(np.cov(late.T, bias=True))
    return bool(away @ np.linalg.pinv(spread) @ away <= WIDE**2)


def shares_up(walk: Walk) -> tuple[tuple[int, int], tuple[int, int]]:
    """How many of a walk's first steps made the whole cost larger, and of how many; and of the later half."""
    up = np.diff(walk.cost) > 0
    first, last = up[: max(1, min(FIRST_STEPS, len(up) // 4))], up[len(up) // 2 :]
    return (int(first.sum()), len(first)), (int(last.sum()), len(last))
