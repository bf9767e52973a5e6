"""What is said in the lesson `optimizers`: every claim and every number comes from the story."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TypeAlias

import numpy as np

from symgd.animations.comparing.race_memory import is_mean, kept_of, remembered
from symgd.animations.comparing.race_story import FAR, NEAR, RaceStory
from symgd.animations.comparing.race_unsettled import stays_at_rate, unsettled
from symgd.animations.comparing.race_watch import HORIZON, WATCHED
from symgd.animations.comparing.rate_lanes import MOST_FIGURES
from symgd.animations.comparing.uneven_bend import uneven
from symgd.animations.comparing.valley_parts import come_along, valley_parts
from symgd.animations.comparing.walks import Walk, left_out
from symgd.animations.formulas.numerals import listed, numeral
from symgd.terms import Symbol, Term
from symgd.writing.formulas.names import AFTER
from symgd.writing.words import Message, message

Caption: TypeAlias = tuple[Message, ...]
LATE = 5  # steps at the end of a race, that are looked at
SOON = 3  # steps, in which a walk that is carried on overshoots
COUNTED = 12  # digits of a number that is counted
LONG_RAVINE = 5.0  # a condition number above this makes a ravine


def question() -> Message:
    """What the lesson answers."""
    return message("One gradient, several rules: which arrives first?")


def ground(story: RaceStory) -> Caption:
    """The map and the start."""
    run = story.run
    if len(story.run.trace.parameters) == 1:
        first = message("One parameter, one start. The dashed line is where the cost is least.")
        if not story.least[1]:
            first = message(
                "One parameter, one start. The dashed line is the lowest place that was reached."
            )
        return (first,)
    first = message("Along each thin line the cost is the same. All begin at the same point.")
    if others := left_out(run, story.axes):
        return first, message(
            "The picture is a slice: {names} moves as well.", names=listed(others)
        )
    return (first,)


def ravine(story: RaceStory) -> Caption:
    """Why the plain rule goes to and fro in a long valley."""
    ratio = story.run.landscape.condition_number or 1.0
    return (
        message(
            "The valley is {times} times as long as wide: across, the cost bends {ratio} times as much.",
            times=numeral(math.sqrt(ratio), 3),
            ratio=numeral(ratio, 3),
        ),
        message("A rate that is small enough across is slow along."),
    )


def settles(story: RaceStory, walk: Walk) -> Caption:
    """Why a walk that divides goes to and fro for ever, and hence why a race has a line."""
    first = message(
        "Near the minimum {name} divides a small gradient by its size: its steps stay long.",
        name=walk.name,
    )
    if stays_at_rate(walk, LATE):
        first = message(
            "{name} divides a small gradient by its size: each step stays {rate} long in each parameter.",
            name=walk.name,
            rate=numeral(walk.run.learning_rate, MOST_FIGURES),
        )
    times = str(round(1 / NEAR))
    others = [other for other in unsettled(story) if other is not walk]
    if len(others) == 1:
        said = message(
            "It can never settle, nor can {other}: a race needs a line, 1/{times} of the start's excess."
        )
        return first, said.filled(other=others[0].name, times=times)
    if others:
        said = message(
            "It and {count} others can never settle: a race needs a line, 1/{times} of the start's excess."
        )
        return first, said.filled(count=str(len(others)), times=times)
    return first, message(
        "It can never settle. So a race needs a line: 1/{times} of the start's excess.", times=times
    )


def is_ravine(story: RaceStory) -> bool:
    """Whether the picture is of a long valley, all of whose parameters are seen."""
    ratio = story.run.landscape.condition_number
    return ratio is not None and ratio > LONG_RAVINE and len(story.run.trace.parameters) == 2


def cross(story: RaceStory) -> Message:
    """Beside the cross on the map."""
    if story.is_slice:
        return message("lowest of the slice")
    return message("minimum") if story.least[1] else message("the lowest that was reached")


def rule(story: RaceStory, walk: Walk) -> Caption:
    """An optimizer's rule, and its rate."""
    first = memory(story, walk)
    if not walk.run.has_rate:
        return (*first, message("It finds the length of its steps itself."))
    if story.is_own(walk):
        return *first, message("It walks at the learning rate that was asked for.")
    if not walk.run.is_plain:
        return first
    rate = numeral(walk.run.learning_rate, MOST_FIGURES)
    if any(story.is_own(each) for each in story.walks):
        return *first, message("{rate} is the best of the rates that were tried.", rate=rate)
    said = message("{rate} is the best rate tried; the others are tuned alike, their memory too.")
    return *first, said.filled(rate=rate)


def banks() -> Message:
    """What the thin lines of a long zigzag are."""
    return message("Thin lines join its later turns, to and fro.")


def memory(story: RaceStory, walk: Walk) -> Caption:
    """What a rule remembers, by the letters that are seen."""
    rule, seen = walk.run.optimizer.rule, {}
    for name, statement in zip(rule.made, story.rule(walk), strict=True):
        if isinstance(statement.left, Symbol):
            seen[name.removesuffix(AFTER)] = statement.left.name.removesuffix(AFTER)
    if not rule.state:
        return (message("It remembers nothing: a step knows the gradient here and no more."),)
    if (said := remembered(walk.run.optimizer, seen)) is not None:
        *states, use = said
        if overshoots(walk):
            use = message("So a step carries on where past ones led. At first that is too far.")
        if not story.has_hats(walk):
            return *states, use
        return (
            states[0],
            message(
                "Both means start at 0, so at first they are too small; the hats make up for it."
            ),
            use,
        )
    names = tuple(Symbol(seen[name]) for name in rule.state)
    return (message("It remembers {names} from one step to the next.", names=listed(names)),)


def step(number: int, whose: Sequence[str], others: Sequence[str]) -> Message:
    """Above a step in numbers: which one, and of which parameters, where others have no room."""
    if not others:
        return message("step {number}", number=number)
    rest = Symbol(others[0]) if len(others) == 1 else message("the others")
    said = message("step {number} for {names}; {others} alike")
    return said.filled(number=number, names=listed([*map(Symbol, whose)]), others=rest)


def kin(story: RaceStory, walk: Walk, state: Term, other: int) -> Caption:
    """Beside a state: the earlier optimizer that remembers the like, in words of several lengths."""
    rule, theirs = walk.run.optimizer.rule, story.walks[other]
    letters = dict(zip((line.left for line in story.rule(walk)), rule.made, strict=True))
    mean = is_mean(walk.run.optimizer, letters[state].removesuffix(AFTER))
    kept = next(iter(kept_of(theirs.run.optimizer)))
    if mean == is_mean(theirs.run.optimizer, kept):
        return (message("as in {name}", name=theirs.name),)
    if mean:
        said = message("a mean, in place of {name}'s sum"), message("a mean, not a sum")
    else:
        said = message("a sum, in place of {name}'s mean"), message("a sum, not a mean")
    return tuple(each.filled(name=theirs.name) for each in said)


def cancels() -> Caption:
    """Beside a step along and across a valley."""
    return (
        message(
            "One step from near. Across the valley its two parts cancel; along it they add up."
        ),
    )


def overshoots(walk: Walk) -> bool:
    """Whether a walk that carries sums of gradients on is higher than its start soon after it."""
    kept = kept_of(walk.run.optimizer).values()
    if not kept or any(squares for _, squares in kept) or len(walk.cost) <= SOON:
        return False
    return bool(np.nanmax(walk.cost[1 : SOON + 1]) > walk.cost[0])


def settings(story: RaceStory, walk: Walk) -> Message | None:
    """The numbers of a rule's settings."""
    found = story.settings(walk)
    return message("here {values}", values=found) if found else None


def letters() -> Message:
    """What the letters of a rule are."""
    return message(
        "θ: the parameters, g: the gradient, t: the step's number; a prime says: after the step"
    )


def ask() -> Caption:
    """Before the race."""
    return (
        message(
            "Each has a lane: to the right, less of the start's excess over the least is left."
        ),
        message("Who is first to stay beyond the line?"),
    )


def finish() -> Message:
    """Beside the line round the finish."""
    return message("finish")


def clock(step: int) -> Message:
    """In the corner of the race."""
    return message("step {number}", number=step)


def beside(story: RaceStory, walk: Walk) -> Message:
    """What goes along with the second walk."""
    carries = any(not squares for _, squares in kept_of(walk.run.optimizer).values())
    if not carries or len(story.run.trace.parameters) == 1:
        return message("The pale mark is gradient descent at the same step.")
    return message("The arrow is what it carries on; the pale mark is gradient descent.")


def race(story: RaceStory) -> Caption:
    """The clock; and who is in first, if anybody is."""
    slow = message("One clock for all. A tick stands where a step ended.")
    if not (first := story.first(NEAR)):
        return (slow,)
    said = message(
        "{names}: at step {number} beyond the line, and there to stay, as far as step {count}."
    )
    named = said.filled(names=listed(_names(first)), number=_least(story, NEAR), count=WATCHED)
    return slow, named


def left_of_the_excess() -> Message:
    """Along the lanes."""
    return message("part of the start's excess that is left")


def head(part: float) -> Message:
    """A column of arrivals."""
    return message("1/{times} from step", times=str(round(1 / part)))


def of_the_gap(part: float) -> Message | str:
    """A level in the curves, and a mark along the lanes."""
    if part >= 1:
        return str(round(part))
    return message("1/{times}", times=str(round(1 / part)))


def excess(cost: Term) -> Message:
    """What the curves show."""
    return message("excess = {cost}", cost=cost)


def never() -> Message:
    """A cell of what does not arrive."""
    return message("> {count}", count=HORIZON)


def arrival(story: RaceStory, number: int, part: float) -> Message | Term:
    """A cell of when a walk arrives; or that it leaves again after the race."""
    steps, walk = story.arrivals(part)[number], story.walks[number]
    if steps is not None:
        return numeral(steps, COUNTED)
    in_race = walk.settles(story.least[0], part) is not None
    return message("leaves again") if in_race else never()


def counted(story: RaceStory) -> Caption:
    """Who was first, where another tolerance has another first, or nobody came."""
    first, early = story.first(NEAR), story.first(FAR)
    falls = message("The same race as curves. A straight one loses the same part at each step.")
    if story.is_uneven:
        falls = message(
            "The clock is logarithmic: the first ten steps have as much room as the next ninety."
        )
    if not first:
        none = message("None of them stays so near within {count} steps.", count=HORIZON)
        if (ratio := uneven(story)) is None:
            return falls, none
        why = message(
            "Round the least cost it bends {ratio} times as much one way as another: what is short enough there is too short here."
        )
        return falls, none, why.filled(ratio=numeral(ratio, 2))
    return (
        falls,
        message(
            "At a tenth of the excess, {names} would have been first: the tolerance matters.",
            names=listed(_names(early)),
        ),
    )


def differs(story: RaceStory) -> bool:
    """Whether another tolerance has another first; or only at that one anybody arrives."""
    first, early = story.first(NEAR), story.first(FAR)
    return bool(early) and _names(early) != _names(first)


def _least(story: RaceStory, part: float) -> int:
    return min(steps for steps in story.arrivals(part) if steps is not None)


def _names(walks: Sequence[Walk]) -> list[Message | str]:
    return [walk.name for walk in walks]


def answer(story: RaceStory) -> Message:
    """What the heading says at the end."""
    first, plain = story.first(NEAR), story.walks[0]
    if not first and (early := story.first(FAR)):
        said = message("None came to 1/{times}; {names} to 1/{less}, at step {number}.")
        return said.filled(
            times=str(round(1 / NEAR)),
            less=str(round(1 / FAR)),
            names=listed(_names(early)),
            number=_least(story, FAR),
        )
    if not first:
        return message("None was near after {count} steps.", count=HORIZON)
    least, slow = _least(story, NEAR), story.arrivals(NEAR)[0]
    if plain in first:
        if len(first) > 1:
            said = message("{names} were first together, at step {number}.")
            return said.filled(names=listed(_names(first)), number=least)
        return message("Here no memory is faster; on another cost one may be.")
    before = never() if slow is None else numeral(slow, COUNTED)
    said = message("{name} was first: step {after}. Gradient descent: {before}.")
    return said.filled(name=listed(_names(first)), before=before, after=numeral(least, COUNTED))


def reason(story: RaceStory) -> Caption:
    """Why this cost suits the one that was first: how far it has come along the valley, and what its parts do."""
    first = story.first(NEAR)
    if len(first) != 1 or not is_ravine(story) or first[0] is story.walks[0]:
        return ()
    step = _least(story, NEAR)
    places = [walk.points[min(step, walk.run.steps)] for walk in (first[0], story.walks[0])]
    far, less = (come_along(story, place) for place in places)
    said: Caption = ()
    if less < far:
        said = (
            message(
                "After {count} steps {name} has come {far} along the valley, gradient descent {less}.",
                name=first[0].name,
                count=step,
                far=numeral(far, 3),
                less=numeral(less, 3),
            ),
        )
    if valley_parts(story, first[0]) is None:
        return said
    return *said, message("Across, its parts cancelled; along, they added up.")


def rates(story: RaceStory) -> Message:
    """The column of learning rates."""
    if any(story.is_own(walk) for walk in story.walks):
        return message("learning rate")
    return message("best rate tried")


def ending(story: RaceStory) -> Caption:
    """Why the first was first, where that was seen; and what the viewer can do now."""
    return (
        *reason(story),
        message("On another cost another may be first: compare from one start, all tuned alike."),
    )
