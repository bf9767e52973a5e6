"""What the lesson `batch_mini_stochastic` says of where the walks end: every claim and every number comes from the story."""

from __future__ import annotations

from symgd.animations.comparing.batch_outcomes import (
    gap_of,
    is_round,
    lowest_at_first,
    lowest_at_last,
    quieter,
    shares_up,
)
from symgd.animations.comparing.batch_story import BatchStory
from symgd.animations.comparing.batch_words import Caption, lower_and_others
from symgd.animations.comparing.reading_duel import ReadingDuel
from symgd.animations.comparing.walks import Walk
from symgd.animations.formulas.numerals import numeral
from symgd.writing.words import Message, message

MUCH = 3.0  # times quieter, from which some rows are the answer


def downward() -> Message:
    """The heading before the count."""
    return message("Does every step along a single row go down?")


def went_up(story: BatchStory) -> Message:
    """The heading with the count."""
    last = story.walks[-1]
    if last.rises:
        return message(
            "No: {rises} of {steps} steps went up.", rises=last.rises, steps=last.run.steps
        )
    return message("Here, all {steps} did.", steps=last.run.steps)


def near_heading() -> Message:
    """The heading over the minimum from near."""
    return message("Near the minimum, single rows do not settle.")


def near(story: BatchStory) -> Caption:
    """Why there is a cloud, and why its middle is not the minimum where that has a cause."""
    said = (
        message("At the minimum the rows' arrows cancel, but none is zero by itself."),
        message("So each step leaves it again; most later places lie in the ellipse."),
    )
    if not story.lies_aside:
        return said
    return *said, message(
        "The small circle, their mean, lies aside: no row comes twice in an epoch."
    )


def asks_down(count: int) -> Message:
    """Before the count."""
    return message(
        "The last {count} steps along single rows: we follow the whole cost after each.",
        count=count,
    )


def counted(story: BatchStory) -> Caption:
    """How many steps went up."""
    last = story.walks[-1]
    first = (
        message("A step that suits one row can hurt the others.")
        if last.rises
        else message("No law says that they must: a step that suits one row can hurt the others.")
    )
    (few, early), (many, late) = shares_up(last)
    if story.wanders and few * late < many * early:
        return first, message(
            "On the way, {few} of the first {early} went up; near the minimum, {many} of the last {late}.",
            few=few,
            early=early,
            many=many,
            late=late,
        )
    if lower_and_others(story)[0] or not story.wanders:
        return (first,)
    return first, message("At this rate they wander on, and all rows together come nearer.")


def is_quiet(story: BatchStory) -> bool:
    """Whether steps of some rows are lowest soonest, and much nearer to the minimum than single rows come."""
    some = story.wanders and len(story.walks) > 2 and lowest_at_first(story) == 1
    return some and quieter(story) > MUCH


def answer(story: BatchStory) -> Message:
    """What the heading says at the end: how many rows a step needs, and whether single rows settle."""
    last = lowest_at_last(story)
    if not story.wanders and last:
        return message(
            "Every row? No: with as many rows read, {name} came lowest.",
            name=story.walks[last].name,
        )
    if not story.wanders:
        return message("Every row? No: one row is right on average.")
    if is_quiet(story):
        return message(
            "Every row? No: {count} rows a step get low soonest; one row does not settle.",
            count=story.sizes[1],
        )
    return message("Every row? No: one row is right on average, but does not settle.")


def ending(story: BatchStory, slow: Walk | None) -> Message:
    """What a step costs, and how much noise it leaves."""
    least = story.least
    if is_quiet(story):
        return message(
            "A step of {size} rows reads {size} of {count}. In this draw its mean gap is {times} times smaller than one row's.",
            size=story.sizes[1],
            count=story.rows,
            times=numeral(quieter(story), digits=2),
        )
    if slow is not None and least is not None:
        return message(
            "At the lower rate a step still reads 1 of {count} rows; in this draw its mean gap is {times} times smaller.",
            count=story.rows,
            times=numeral(gap_of(story.walks[-1], least.cost) / gap_of(slow, least.cost), digits=2),
        )
    return message(
        "A step along one row reads 1 of {count}: the more rows there are, the more that saves.",
        count=story.rows,
    )


def lower_rate() -> Message:
    """The heading over the walk at a lower rate."""
    return message("At a tenth of the rate, the same walk comes nearer.")


def slower(story: BatchStory, slow: Walk) -> Caption:
    """Why the rate is lowered, and what that costs."""
    first = message("What may one do? Lower the rate: each step is shorter, and the cloud smaller.")
    least = story.least
    if least is None or is_round(slow, least, story.axes):
        return (first,)
    return first, message("But it is slow as well: the cloud has not yet come to the minimum.")


def fan_heading(walk: Walk, count: int) -> Message:
    """The heading over a walk's lines."""
    return message(
        "Rate {rate}: {count} lines of the later half",
        rate=numeral(walk.run.learning_rate, digits=2),
        count=count,
    )


def fan(story: BatchStory, slow: Walk | None) -> Caption:
    """What a cloud is among the data."""
    first = message("Each place in the cloud is a line, which noise shakes.")
    if slow is None or story.least is None:
        return (first,)
    least = story.least.cost
    return first, message(
        "In this draw, the lower rate's mean gap is {times} times smaller.",
        times=numeral(gap_of(story.walks[-1], least) / gap_of(slow, least), digits=2),
    )


def asks_many(duel: ReadingDuel) -> Message:
    """The heading before each row comes many times."""
    return message("And with {copies} times as many rows?", copies=numeral(duel.copies, digits=12))


def counts() -> Message:
    """The heading before rows are counted."""
    return message("What does it save? We count the rows that are read.")


def many(duel: ReadingDuel) -> Message:
    """What is compared with as many rows as there are."""
    return message(
        "How many rows does each read until the gap stays under {level}, twice one row's later mean?",
        level=numeral(duel.level),
    )


def pushed(duel: ReadingDuel) -> Caption:
    """How there come to be so many rows, and what that changes."""
    copies = numeral(duel.copies, digits=12)
    return (
        message(
            "Say each row comes {copies} times: that cancels from each step.",
            copies=copies,
        ),
        message("But a step of all rows now reads {copies} times as many.", copies=copies),
        message("One row's walk is over before the first such step."),
    )


def answer_many(duel: ReadingDuel) -> Message:
    """The answer with so many rows."""
    return message(
        "Every row? No: {few} rows one by one do what {many} do all at once.",
        few=numeral(duel.read_by_one or 0, digits=12),
        many=numeral(duel.read_by_all(duel.copies), digits=12),
    )
