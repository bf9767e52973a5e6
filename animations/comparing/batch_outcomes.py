"""What comes of the walks by batches: who was lowest when, the mean gap that is left, and a lower rate; nothing here needs Manim."""

from __future__ import annotations

from symgd.animations.comparing.batch_story import FURTHER, BatchStory
from symgd.animations.comparing.walks import Walk, again
from symgd.writing.words import message

TENTH = 10.0  # times lower the rate is
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
    """The walk along single rows from its end on, as long again, at a tenth of the rate; None where it settles anyway."""
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
        max_iter=min(walk.run.steps, FURTHER),
        epochs=None,
        seed=story.seed + 1,
    )
    made = Walk(message("one row, lower rate"), run, walk.each)
    return made if gap_of(made, least.cost) < LESS * gap_of(walk, least.cost) else None


def lowest_at_first(story: BatchStory) -> int:
    """The walk that is lowest when the first epoch is over."""
    return min(range(len(story.walks)), key=story.after_first)


def lowest_at_last(story: BatchStory) -> int:
    """The walk that ends lowest."""
    return min(range(len(story.walks)), key=lambda n: float(story.walks[n].cost[-1]))
