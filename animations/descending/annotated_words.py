"""What is said in the lesson `annotated_update`: every claim and every number comes from the story."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TypeAlias

import numpy as np

from symgd.animations.descending.annotated_lines import Ghost, settled_digits
from symgd.animations.formulas.numerals import listed, numeral
from symgd.animations.stories.descent_story import DescentStory, Form
from symgd.terms import Symbol
from symgd.writing.words import Message, message

Caption: TypeAlias = tuple[Message, ...]

QUESTION = message("Which part says which way, and which says how far?")
HOW_FAR = message("Minus the gradient says which way. Which part says how far?")
WHERE = message("Where does the step end, in numbers?")
GOES = message("One step: the dot goes where the numbers say.")
AGAIN = message("From each new place, the same formula again.")
UPHILL = message("Does the gradient point to the minimum?")
NEW_VALUES = message("May the second parameter use the first one's new value?")

TOGETHER = message("No: every slope is taken at the position now.")

STILL_TO_GO = message("dashed: still to go")
NOW = message("position now")
FOLLOWING = message("next position")
DOWNHILL = message("turned round: downhill")
HOW_MUCH = message("learning rate")
STEEPEST = message("gradient: uphill")

STARTS: Mapping[Form, Message] = {
    "line": message("The model that we have now is a dot on the map, and a line among the data."),
    "curve": message("The model that we have now is a dot on the map, and a curve among the data."),
    "model": message(
        "The model that we have now is a dot on the map, and its answers to the data."
    ),
}


def question(story: DescentStory) -> Caption:
    """What the letters are."""
    said = message("Five parts make one step. Each has a name, and something in the picture.")
    if len(story.names) == 1:
        return (said,)
    letters = tuple(map(Symbol, story.names))
    place = message("θ stands for all parameters at once: {names}.", names=listed(letters))
    if not story.sliced:
        return said, place
    shown, held = (
        listed(tuple(map(Symbol, names))) for names in (story.shown_names, story.held_names)
    )
    plane = message("The picture shows {shown}, which move furthest; {held} is held: a slice.")
    return said, place, plane.filled(shown=shown, held=held)


def position(story: DescentStory) -> Caption:
    """Where the run is."""
    if story.form == "function":
        return (message("Everything starts from where we stand: the dot."),)
    return (STARTS[story.form],)


def gradient(story: DescentStory, shrunk: int) -> Caption:
    """What the arrow is, and whether it has room."""
    said = message("Its numbers are slopes: how fast the cost rises along each parameter.")
    if len(story.names) == 1:
        said = message("It is a slope: how fast the cost rises as the parameter grows.")
    length = numeral(float(story.gradient_norm[0]))
    if shrunk == 1:
        return said, message("The arrow is {length} long.", length=length)
    drawn = message("It is {length} long, too long for the picture: it is drawn smaller.")
    return said, drawn.filled(length=length)


def turned(story: DescentStory, even: bool = True) -> Message:
    """Whether the gradient, turned round, points to the minimum, as far as that is known."""
    if story.exact is None:
        return message("No: it points uphill, and the minus turns it round.")
    way, down = story.exact - story.parameters[0], -np.array(story.gradient(0))
    sizes = float(np.linalg.norm(way) * np.linalg.norm(down))
    if not sizes:
        return message("No: it points uphill, and the minus turns it round.")
    angle = math.degrees(math.acos(max(-1.0, min(1.0, float(way @ down) / sizes))))
    if round(angle) < 1:
        return message("No: uphill. Here the minus turns it round, to the minimum.")
    if story.sliced or not even:  # an angle in the picture is not the one in the parameters
        return message("No: uphill. Even turned round it misses the minimum.")
    said = message("No: uphill. Even turned round it misses the minimum by {angle}°.")
    return said.filled(angle=round(angle))


def answer(story: DescentStory) -> Message:
    """Which way, and how far; and whether that was well."""
    if _rises(story):
        return message(
            "Which way: minus the gradient. How far: rate times its length, here too far."
        )
    return message("Which way: minus the gradient. How far: the rate times its length.")


def _rises(story: DescentStory) -> bool:
    """Whether the cost goes up with every step that is shown."""
    return bool((np.diff(story.cost[: max(story.singly, 1) + 1]) > 0).all())


def minus() -> Caption:
    """The answer to the question before."""
    return (message("Nowhere does the cost grow faster than along it, so back is the way down."),)


def rate(story: DescentStory) -> Caption:
    """What the learning rate does to the arrow."""
    value, length = numeral(story.rate_at(0)), numeral(float(story.step_norm[0]))
    said = message("The step is {rate} times as long as the gradient: {length}.")
    chosen = message("We choose it. The gradient is worked out.")
    if story.varies:
        chosen = message("A search finds it anew in every step. The gradient is worked out.")
    if story.has_schedule:
        chosen = message("A schedule gives it for every step. The gradient is worked out.")
    return chosen, said.filled(rate=value, length=length)


def following() -> Caption:
    """Where the step would end."""
    return (message("The next position is where the arrow ends. But where is that, in numbers?"),)


def numbers(story: DescentStory) -> Caption:
    """Numbers for symbols."""
    said = message("For each parameter alike: a number takes the place of every symbol.")
    if len(story.names) == 1:
        said = message("A number takes the place of every symbol.")
    return said, *_by_sign(story.gradient(0))


def _by_sign(slopes: Sequence[float]) -> Caption:
    """Which way a parameter goes, of slopes as there are."""
    up, down = any(slope < 0 for slope in slopes), any(slope > 0 for slope in slopes)
    if up and down:
        return (message("Minus a negative slope goes up, minus a positive one goes down."),)
    still = message("Where the slope is zero, nothing changes.")
    rest = () if all(slopes) else (still,)
    if up:
        return message("Minus a negative slope: the parameter goes up."), *rest
    return (message("Minus a positive slope: the parameter goes down."), *rest) if down else rest


def move(story: DescentStory) -> Caption:
    """The move and what came of it."""
    before, after = numeral(float(story.cost[0])), numeral(float(story.cost[1]))
    cost = story.problem.cost_name
    if story.cost[1] > story.cost[0]:
        said = message("The step is too long: {cost} goes up, from {before} to {after}.")
    else:
        said = message("Only now the dot moves: {cost} goes from {before} to {after}.")
    there = message("It has come: this is the position now, and the slopes here are others.")
    return said.filled(cost=cost, before=before, after=after), there


def asked() -> Caption:
    """One after the other, or together."""
    return (message("The first parameter has its new value already. Is it the one to use?"),)


def ghost(story: DescentStory, other: Ghost) -> Caption:
    """What one after the other comes to."""
    first, second = (Symbol(name) for name in story.names[:2])
    if not other.differs(story):
        same = message("Here it makes no difference: the slope by {second} is the same there.")
        if not other.slopes_alike(story):
            same = message(
                "Here it hardly shows: the step is so short that {second} reads the same."
            )
        rule = message("Still the rule is: all slopes first, at one place; then all moves.")
        return same.filled(second=second), rule
    digits = settled_digits(story, 1)
    value = numeral(float(other.parameters[1]), digits)
    true = numeral(float(story.parameters[1][1]), digits)
    said = message("With the new {first}, {second} would come to {value} instead of {true}.")
    costs = numeral(float(story.cost_of(other.parameters.tolist()))), numeral(float(story.cost[1]))
    named = message(
        "That is another method, and ends elsewhere: at {cost} {there}, not {here}.",
        cost=story.problem.cost_name,
        there=costs[0],
        here=costs[1],
    )
    rule = message("The gradient is one arrow, from one place: all slopes first, then all moves.")
    return said.filled(first=first, second=second, value=value, true=true), named, rule


def again(story: DescentStory, seen: bool, closer: int) -> Caption:
    """The next position becomes the position now; before the step that is `closer` the picture goes near."""
    said = message("The same formula again, from the position that is now.")
    if story.singly < 2:
        return (said,)
    near = message("The steps get short: beside the map they are seen from near.")
    if not seen and not closer:
        return said, message("Steps so short are hardly seen here: their numbers tell them.")
    new = message("The rate stays. The slopes are new in every step.")
    lengths = story.step_norm[: story.singly]
    if _rises(story):
        new = _too_large(story)
    elif not story.varies and (np.diff(lengths) < 0).all():
        new = message("The rate stays; steps get shorter because the gradient does.")
    elif story.varies:
        new = message("Rate and slopes are new in every step.")
    if not closer:
        return said, new
    return (near, said, new) if closer == 1 else (said, new, near)


def _too_large(story: DescentStory) -> Message:
    """By what it can be told that the rate is too large, and below what it had to be, where that is known."""
    cost, limit = story.problem.cost_name, story.run.landscape.largest_stable_rate
    if limit is None or story.varies or story.rate_at(0) <= limit:
        said = message("Each step is longer, and {cost} goes up with each: the rate is too large.")
        return said.filled(cost=cost)
    said = message(
        "{cost} goes up with each step: the rate is too large. It had to be below {limit}."
    )
    return said.filled(cost=cost, limit=numeral(limit))


def ending(story: DescentStory) -> Caption:
    """How far there still is, and what the viewer can do."""
    can = message("You can now name each part of an update, and work out a step by hand.")
    steps, cost = max(story.singly, 1), story.problem.cost_name
    if story.least is None or story.diverged or story.cost[steps] <= story.least + story.rounding:
        return (can,)
    here, least = numeral(float(story.cost[steps])), numeral(story.least)
    if here == least:
        return (can,)
    far = message(
        "After one step {cost} is {here}; the least is {least}.",
        "After {number} steps {cost} is {here}; the least is {least}.",
        number=steps,
        cost=cost,
        here=here,
        least=least,
    )
    return far, can
