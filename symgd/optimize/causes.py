"""Causes: why a descent ended, and what is known of the place where it did."""

from __future__ import annotations

from symgd.codegen.walk.arrival import CLOSE
from symgd.optimize.ended import Story
from symgd.writing.words import Message, message

ROUNDING = 1e-14  # a gap of so much of the least cost is none


def what_ended(story: Story) -> Message:
    """Which test ended a descent, with its numbers."""
    limits, ended = story.limits, story.ending.ended
    if ended == "cost":
        return message(
            "after {number} step the last step changed the cost by no more than {tolerance}",
            "after {number} steps the last step changed the cost by no more than {tolerance}",
            number=story.steps,
            tolerance=limits.cost,
        )
    if ended == "gradient":
        return message(
            "after {number} step the gradient is {length} long, within the tolerance {tolerance}",
            "after {number} steps the gradient is {length} long, within the tolerance {tolerance}",
            number=story.steps,
            length=story.last[1],
            tolerance=limits.gradient,
        )
    if ended == "step":
        return message(
            "after {number} step the next step would be {length} long, within the tolerance {tolerance}",
            "after {number} steps the next step would be {length} long, within the tolerance {tolerance}",
            number=story.steps,
            length=story.next_length,
            tolerance=max(limits.step, 0.0),
        )
    fall = 0.0 if story.ahead is None else story.ahead.fall
    if fall > CLOSE * abs(story.last[0]):
        return message(
            "after {number} step the cost can fall by no more than {fall}, next to nothing beside the {fallen} that it has fallen",
            "after {number} steps the cost can fall by no more than {fall}, next to nothing beside the {fallen} that it has fallen",
            number=story.steps,
            fall=fall,
            fallen=max(story.first[0] - story.last[0], 0.0),
        )
    return message(
        "after {number} step the cost can fall by no more than {fall}, next to nothing of it",
        "after {number} steps the cost can fall by no more than {fall}, next to nothing of it",
        number=story.steps,
        fall=fall,
    )


def at_kink(cause: Message, story: Story) -> Message:
    """The cause, and that the minimum is at a kink."""
    if story.ahead is None or not story.ahead.kink:
        return cause
    return message("{cause}, at a kink of the cost, around which its slopes cancel", cause=cause)


def with_gap(cause: Message, story: Story) -> Message:
    """The cause, and how far the cost is above its exact minimum, where that is known."""
    exact = story.landscape.exact
    if exact is None:
        return cause
    gap = max(story.last[0] - exact.cost, 0.0)
    rounding = ROUNDING * abs(exact.cost) + ROUNDING**2 * abs(story.first[0])
    where = (
        message("the cost is at its exact minimum {least}", least=exact.cost)
        if gap <= rounding
        else message("the cost is {gap} above its exact minimum {least}", gap=gap, least=exact.cost)
    )
    return message("{cause}, and {where}", cause=cause, where=where)


def with_flat(cause: Message, story: Story) -> Message:
    """The cause, and the parameters that the data do not tell apart."""
    names = [*story.parameters]
    flat = tuple(names[number] for number in (story.ahead.flat if story.ahead else ()))
    if not flat:
        return cause
    other = message(
        "{cause}; the minimum is not unique: other parameters reach it as well, by other values of {names}",
        cause=cause,
        names=flat,
    )
    if story.alike is None:
        return other
    return message("{cause}: {reason}", cause=other, reason=story.alike)
