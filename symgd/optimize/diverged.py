"""What is told of a descent that diverged, and which rate goes down."""

from __future__ import annotations

import math

from symgd.optimize.ended import Story
from symgd.optimize.outcome import Outcome
from symgd.writing.words import Message, message


def diverged(story: Story) -> Outcome:
    return Outcome("diverged", _why_diverged(story), slower(story))


def _led_away(story: Story) -> Message:
    """What leads away from here: the optimizer, or the rate."""
    largest, rate = story.landscape.largest_stable_rate, story.learning_rate
    if story.method is not None and not story.method.has_rate:
        return message(
            "{optimizer} leads away from here", optimizer=Message(story.method.optimizer.name)
        )
    if _is_no_rate(story):
        return message("the cost leaves the floats there")
    if story.unstable and largest is not None:
        return message(
            "the learning rate {rate} is above the largest stable one, {largest}, so each step overshoots further",
            rate=rate,
            largest=largest,
        )
    return message("the learning rate {rate} is too large here", rate=rate)


def _is_no_rate(story: Story) -> bool:
    """Whether numbers have left the floats at a rate that was found, or before a rate made a step; else a rate is too large."""
    ending = story.ending
    left = story.lost or ending.ended == "no gradient" or not math.isfinite(ending.cost)
    return left and (story.asked.auto or (story.lost and not story.steps))


def _why_diverged(story: Story) -> Message:
    """What was met, and why."""
    why = _led_away(story)
    step, beyond = story.steps + 1, story.ending.cost
    if story.lost and story.method is not None:
        return message(
            "at step {step} what {optimizer} remembers is not a number any more, or too large for a float: {why}",
            step=step,
            optimizer=Message(story.method.optimizer.name),
            why=why,
        )
    if story.ending.ended == "no gradient":
        return message(
            "at step {step} the gradient is not a number any more, or too large for a float: {why}",
            step=step,
            why=why,
        )
    if math.isnan(beyond):
        return message(
            "at step {step} the cost is not a number any more: {why}", step=step, why=why
        )
    if math.isinf(beyond):
        return message(
            "at step {step} the cost is too large for a float: {why}", step=step, why=why
        )
    rose = message(
        "in {number} step the cost rose from {first} to {last}: {why}",
        "in {number} steps the cost rose from {first} to {last}: {why}",
        number=story.steps,
        first=story.first[0],
        last=story.last[0],
        why=why,
    )
    if story.refused is None:
        return rose
    return message(
        "{cause}, and there is no further step: {reason}", cause=rose, reason=story.refused.cause
    )


def elsewhere(story: Story) -> Message:
    """What may help where no rate does."""
    if not story.has_examples:
        return message("give another start")
    return message("rescale the columns, or give another start")


def slower(story: Story) -> Message:
    largest, best = story.landscape.largest_stable_rate, story.landscape.best_rate
    if story.method is not None and not story.method.has_rate:
        return message("give another start, or another optimizer")
    if story.method is not None and story.method.law is not None:
        return message("take a smaller rate, or give another start")
    if _is_no_rate(story):
        return elsewhere(story)
    if largest is not None and story.unstable:
        half = largest / 2
        if best is None:
            return message("try {rate}, half of the largest stable one", rate=half)
        return message(
            'try {rate}, half of the largest stable one, or "auto" ({best})', rate=half, best=best
        )
    if story.guess is not None:
        return message("try {rate}: a guess, at which the first steps go down", rate=story.guess)
    return message("try a tenth of it, {rate}", rate=story.learning_rate / 10)
