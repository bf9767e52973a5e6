"""What is said in the lesson `batch_mini_stochastic`: every claim and every number comes from the story."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from symgd.animations.comparing.batch_outcomes import lowest_at_first, lowest_at_last
from symgd.animations.comparing.batch_story import FIRST, BatchStory
from symgd.animations.formulas.numerals import listed, numeral
from symgd.problem.problem import Problem
from symgd.terms import Symbol
from symgd.writing.words import Message, message

Caption: TypeAlias = tuple[Message, ...]


def question() -> Message:
    """What the lesson answers."""
    return message("Must a step look at every row?")


def where_mean() -> Message:
    """The heading before the arrows go head to tail."""
    return message("Where does the mean of the rows' arrows point?")


def there() -> Message:
    """The heading when they did."""
    return message("The mean of the rows' arrows is the batch's.")


def shorter(count: int) -> Message:
    """What is done to the arrows for their mean."""
    return message("each 1/{count}, head to tail", count=count)


def head_to_tail() -> Message:
    """What is done to the arrows for their sum."""
    return message("head to tail")


def who() -> Message:
    """The heading over three walks."""
    return message("With equally many rows read: who gets lower?")


def lower(story: BatchStory) -> Message:
    """Who is lowest when the first epoch is over, and who in the end."""
    first, last = lowest_at_first(story), lowest_at_last(story)
    if first == last:
        return message(
            "Lowest in this draw, after one epoch and at the end: {name}.",
            name=story.walks[first].name,
        )
    return message(
        "Lowest in this draw: {first} after one epoch, {last} at the end.",
        first=story.walks[first].name,
        last=story.walks[last].name,
    )


def lower_and_others(story: BatchStory) -> tuple[list[Message | str], list[Message | str]]:
    """The walks that are lower than that of all rows at the end, and those that are not."""
    whole = float(story.walks[0].cost[-1])
    are_lower = [float(walk.cost[-1]) < whole for walk in story.walks[1:]]
    pairs = [*zip(story.walks[1:], are_lower, strict=True)]
    return [walk.name for walk, low in pairs if low], [walk.name for walk, low in pairs if not low]


def batch(story: BatchStory) -> Caption:
    """What descent does so far."""
    return (
        message(
            "Before each step, gradient descent looks at all {count} rows of the data.",
            count=story.rows,
        ),
        message("Minus this gradient is an arrow downhill. What would one row say?"),
    )


def letters(problem: Problem) -> Message:
    """What the letters of columns are that have names of their own."""
    names = (*problem.inputs, problem.target)
    return message(
        "Here {letters} are {names}.",
        letters=listed([Symbol(name) for name in names]),
        names=listed([problem.labels[name] for name in names]),
    )


def likewise(names: Sequence[Symbol]) -> Caption:
    """That there is a derivative by these as well, for which there is no room."""
    if not names:
        return ()
    return (
        message("By {names} it is derived likewise; its numbers are shown.", names=listed(names)),
    )


def single(story: BatchStory, shown: int) -> Caption:
    """One row's own gradient."""
    first = message("The loss of one row alone has a gradient too: the same rule, without the sum.")
    if shown == story.rows:
        return first, message(
            "So each row asks for a step of its own, as though it were all the data."
        )
    count = story.rows
    return (
        first,
        message(
            "Each row has an arrow of its own: {shown} are drawn, a dot is the tip of each of the {count}.",
            shown=shown,
            count=count,
        ),
    )


def asks_mean() -> Message:
    """Before the tips meet."""
    return message("The rows do not agree: each would take the prediction to its own point.")


def mean(story: BatchStory) -> Caption:
    """The mean is the batch's."""
    count = story.rows
    shorter = message("Head to tail, each 1/{count} as long, they lead to their mean.", count=count)
    if story.is_chained_whole:
        shorter = message(
            "Head to tail they add up, and the prediction is pulled by one row after another."
        )
    last = message("So a row drawn at random is right on average.")
    if story.is_sum:
        return (
            shorter,
            message(
                "It points as the batch's arrow does, which is {count} times as long.",
                count=story.rows,
            ),
            last,
        )
    same = message("It is the batch's arrow, with the same numbers.")
    if story.is_chained_whole:
        same = message(
            "Divided by {count}, the sum is the batch's arrow, with the same numbers.", count=count
        )
    return shorter, same, last


def scaled() -> Message:
    """That the columns are standardised."""
    return message(
        "Unscaled, a ravine keeps every walk near its start: the inputs are standardised."
    )


def epoch(story: BatchStory) -> Caption:
    """The clock."""
    return (
        message(
            "Now all walk from the start, at the same learning rate {rate}.",
            rate=numeral(story.rate),
        ),
        message(
            "{count} rows read are an epoch: one step of all rows, or {count} steps of one.",
            count=story.rows,
        ),
    )


def first(story: BatchStory) -> Message:
    """How rows are drawn."""
    if story.replaces:
        return message(
            "Each step draws its rows at random: one may come twice, another not at all."
        )
    return message("Within an epoch, each row is read once.")


def together(story: BatchStory) -> Message:
    """What the floor shows that all walks share."""
    if story.epochs > FIRST:
        return message("dots: after each epoch")
    return message("step by step")


def unknown() -> Message:
    """Why no minimum is marked."""
    return message("Where the cost is least is not known here: no descent came to rest there.")


def halved(story: BatchStory) -> Message:
    """Why the rate is not the run's."""
    return message(
        "At {rate}, the rate of the run, single rows would throw the walk out of the picture.",
        rate=numeral(story.run.learning_rate),
    )


def on(story: BatchStory) -> Caption:
    """The whole clock."""
    return (
        message(
            "{epochs} epochs: all rows make {few} steps, one row at a time makes {many}.",
            epochs=story.epochs,
            few=story.walks[0].run.steps,
            many=story.walks[-1].run.steps,
        ),
        message("A line is the mean of the latest steps, a mark is the last one."),
    )


def slice_said(names: tuple[Symbol, ...]) -> Message:
    """Which parameters the picture leaves out."""
    return message(
        "The picture is a slice: {names} moves as well, and is not seen.", names=listed(names)
    )
