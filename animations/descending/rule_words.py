"""What is said in the lesson `descend` where another optimizer than gradient descent makes the steps, or its rate changes."""

from __future__ import annotations

from typing import Literal, TypeAlias

from symgd.animations.formulas.numerals import listed
from symgd.animations.stories.descent_story import DescentStory, Turn
from symgd.animations.stories.form_words import BY_STEPS
from symgd.optimize.method import OWN
from symgd.terms import Symbol
from symgd.writing.words import Message, message

Caption: TypeAlias = tuple[Message, ...]
Seen: TypeAlias = Literal["numbers", "symbols", "nothing"]
"""What of an update rule is to be seen: with a step's numbers, in symbols alone, or neither."""

MOMENTA = ("momentum", "nesterov")  # their v is called a velocity


def heading(story: DescentStory) -> Message:
    """The film's question: what makes the steps, and what they are to find."""
    if story.rule is None:
        return BY_STEPS[story.form]
    optimizer = story.run.optimizer
    if optimizer.name == OWN:
        return message("How does your own rule find the least cost?")
    return message("How does {optimizer} find the least cost?", optimizer=optimizer.heading)


def gradient(story: DescentStory) -> Caption:
    """Uphill, and what the optimizer does with it."""
    uphill = (
        message("The derivative points to where the cost rises fastest.")
        if len(story.names) == 1
        else message("The partial derivatives, together, point to where the cost rises fastest.")
    )
    down = message(
        "The opposite direction is straight downhill. Whether the step goes there, the update rule says."
    )
    return uphill, down


def update(story: DescentStory, seen: Seen) -> Caption:
    """The rule, the numbers where they are shown, and only then the move."""
    first = message("This is the update rule.")
    last = message("All parameters at once. Only now the point moves.")
    if seen == "nothing":
        return message("An update rule of many lines makes the step."), last
    if seen == "symbols":
        return first, last
    return (
        first,
        _remembered(story),
        message("This step's numbers take the places of the symbols."),
        last,
    )


def _remembered(story: DescentStory) -> Message:
    """What the optimizer remembers from step to step."""
    rule = story.run.optimizer.rule
    if not rule.state:
        return message("It remembers nothing: a step depends on the gradient of its place alone.")
    if story.run.optimizer.name in MOMENTA:
        return message(
            "It remembers the velocity v, 0 at first: what is left of all gradients so far."
        )
    return message(
        "It remembers {names} from one step to the next.",
        names=listed([Symbol(name) for name in rule.state]),
    )


def second_step(story: DescentStory) -> Message:
    """The step's length against the gradient's."""
    slope = story.gradient_norm[1] < story.gradient_norm[0]
    step = story.step_norm[1] < story.step_norm[0]
    said = {
        (True, True): message("The gradient is shorter now, and the step is shorter too, though not in proportion."),
        (True, False): message("The gradient is shorter now, and yet the step is no shorter."),
        (False, True): message("The gradient is no shorter now, and yet the step is shorter."),
        (False, False): message("The gradient is no shorter now, and neither is the step."),
    }[bool(slope), bool(step)]  # fmt: skip
    if not story.run.optimizer.rule.state:
        return said
    return message("{said} What is remembered counts as well.", said=said)


def changing_rate(story: DescentStory) -> Message:
    """The learning rate is another one in each step."""
    first, then = story.rate_at(0), story.rate_at(1)
    if not story.has_schedule:
        if then < first:
            return message("Each step is given a learning rate of its own: here a smaller one.")
        if then > first:
            return message("Each step is given a learning rate of its own: here a larger one.")
        return message("Each step is given a learning rate of its own.")
    if then < first:
        return message("The learning rate is smaller now: it follows its schedule.")
    if then > first:
        return message("The learning rate is larger now: it follows its schedule.")
    return message("The learning rate follows its schedule from step to step.")


def turning(turn: Turn) -> Message:
    """A parameter that turns."""
    said = message("{name} fell until step {step} and now rises.")
    if turn.rising:
        said = message("{name} rose until step {step} and now falls.")
    return said.filled(name=Symbol(turn.name), step=turn.step)


def too_large(story: DescentStory) -> Message:
    """Why the cost goes up for good."""
    if story.rule is not None and not story.run.has_rate:
        return message("These steps do not settle from this start.")
    return message("The learning rate is too large here: try a smaller one.")
