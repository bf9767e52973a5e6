"""What is said in the lesson `optimizers`: every claim and every number comes from the story."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from symgd.animations.comparing.race_memory import is_mean, kept_of, remembered
from symgd.animations.comparing.race_story import FAR, HORIZON, NEAR, RaceStory
from symgd.animations.comparing.rate_lanes import MOST_FIGURES
from symgd.animations.comparing.walks import Walk, left_out
from symgd.animations.formulas.numerals import listed, numeral
from symgd.terms import Symbol, Term
from symgd.writing.formulas.names import AFTER
from symgd.writing.words import Message, message

Caption: TypeAlias = tuple[Message, ...]
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
    ratio = run.landscape.condition_number
    if ratio is not None and ratio > LONG_RAVINE:
        first = message(
            "In this ravine the cost bends {ratio} times as much across as along it.",
            ratio=numeral(ratio, 3),
        )
    else:
        first = message("Along each thin line the cost is the same. All begin at the same point.")
    if others := left_out(run, story.axes):
        return first, message(
            "The picture is a slice: {names} moves as well.", names=listed(others)
        )
    return (first,)


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
    best = message("{rate} is the best of the rates that were tried.", rate=rate)
    if any(story.is_own(each) for each in story.walks):
        return *first, best
    return *first, best, message("The other rules are tuned alike, and their memory too.")


def banks() -> Message:
    """What the thin lines of a long zigzag are."""
    return message(
        "Thin lines join its later turns on either side: between them it goes to and fro."
    )


def memory(story: RaceStory, walk: Walk) -> Caption:
    """What a rule remembers, by the letters that are seen."""
    rule, seen = walk.run.optimizer.rule, {}
    for name, statement in zip(rule.made, story.rule(walk), strict=True):
        if isinstance(statement.left, Symbol):
            seen[name.removesuffix(AFTER)] = statement.left.name.removesuffix(AFTER)
    if not rule.state:
        return (message("It remembers nothing: a step knows the gradient here and no more."),)
    if (said := remembered(walk.run.optimizer, seen)) is not None:
        return said
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
        said = message("a mean, in place of {name}'s sum"), message("{name}: a sum")
    else:
        said = message("a sum, in place of {name}'s mean"), message("{name}: a mean")
    return tuple(each.filled(name=theirs.name) for each in said)


def settings(story: RaceStory, walk: Walk) -> Message | None:
    """The numbers of a rule's settings."""
    found = story.settings(walk)
    return message("here {values}", values=found) if found else None


def letters() -> Message:
    """What the letters of a rule are."""
    return message(
        "θ: the parameters, g: the gradient, t: the step's number; a prime says: after the step"
    )


def ask(has_finish: bool) -> Caption:
    """Before the race; with a line round the finish or without one."""
    times = str(round(1 / NEAR))
    excess = message("All start together. The excess is the cost minus the least one.")
    if has_finish:
        return excess, message(
            "Inside the dashed line, 1/{times} of the start's excess is left. Who is first to stay there?",
            times=times,
        )
    return excess, message(
        "Who is first to stay where 1/{times} of the start's excess is left?", times=times
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
    return message(
        "The arrow at its mark is what it carries on. The pale mark is gradient descent at the same step."
    )


def race(*, nears: bool) -> Caption:
    """The clock, and what counts."""
    slow = message("One clock for all, and it is slow at first: there the rules differ most.")
    counts = message("Who comes in and goes out again has not arrived.")
    return (slow, counts) if nears else (slow,)


def head(part: float) -> Message:
    """A column of arrivals."""
    return message("1/{times} from step", times=str(round(1 / part)))


def of_the_gap(part: float) -> Message:
    """A level in the curves."""
    return message("1/{times}", times=str(round(1 / part)))


def excess(cost: Term) -> Message:
    """What the curves show."""
    return message("excess = {cost}", cost=cost)


def never() -> Message:
    """A cell of what does not arrive."""
    return message("> {count}", count=HORIZON)


def counted(story: RaceStory) -> Caption:
    """Who was first."""
    first, early = story.first(NEAR), story.first(FAR)
    falls = message("The same race as curves. A straight one loses the same part at each step.")
    if story.is_uneven:
        falls = message(
            "The clock is logarithmic: the first ten steps have as much room as the next ninety."
        )
    if not first:
        return falls, message("None of them stays so near within {count} steps.", count=HORIZON)
    said = message(
        "{names} is below the line for good from step {number} on.",
        names=listed(_names(first)),
        number=_least(story, NEAR),
    )
    if early and _names(early) != _names(first):
        return (
            falls,
            said,
            message(
                "At a tenth of the excess, {names} would have been first: even the tolerance changes the order.",
                names=listed(_names(early)),
            ),
        )
    return falls, said, message("At a tenth and at a thousandth the first is the same here.")


def _least(story: RaceStory, part: float) -> int:
    return min(steps for steps in story.arrivals(part) if steps is not None)


def _names(walks: Sequence[Walk]) -> list[Message | str]:
    return [walk.name for walk in walks]


def answer(story: RaceStory) -> Message:
    """What the heading says at the end."""
    first, plain = story.first(NEAR), story.walks[0]
    if not first:
        return message("None was near after {count} steps.", count=HORIZON)
    least, slow = _least(story, NEAR), story.arrivals(NEAR)[0]
    if plain in first:
        return message("Here no memory is faster; on another cost one may be.")
    before = never() if slow is None else numeral(slow, COUNTED)
    said = message("{name} was first: {before} → {after} steps.")
    return said.filled(name=listed(_names(first)), before=before, after=numeral(least, COUNTED))


def rates(story: RaceStory) -> Message:
    """The column of learning rates."""
    if any(story.is_own(walk) for walk in story.walks):
        return message("learning rate")
    return message("best rate tried")


def ending() -> Caption:
    """What the viewer can do now."""
    return (
        message("Which rule wins depends on the cost: on another one, another may be first."),
        message(
            "You can now read a rule, and compare optimizers honestly: one start, one clock, all tuned alike."
        ),
    )
