"""What is said in the lesson `lost_on_the_mountain`: every claim and every number comes from the run."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np

from symgd.animations.descending.mountain import Mountain
from symgd.animations.formulas.numerals import numeral, numerals_apart, settled
from symgd.writing.words import Message, message

Caption: TypeAlias = tuple[Message, ...]
ALIKE = 1e-6  # of the way down, by which two valleys must differ

QUESTION = message("Fog on the mountain. How does he find the way down?")
LEFT_OR_RIGHT = message("Which way is down, and how far should he step?")
HOW_FAR = message("Against the slope, and as far as the rate says.")
LOWEST = message("Is this the lowest place?")
ANSWER = message("By the slope under his feet, step after step.")
HIGHER = message("Steps that are too long lead up, even against the slope.")

TWO = message("And where there are two valleys?")
NOT_THE_LOWEST = message("Each finds a valley, not always the lowest.")
MADE_UP = message("Another mountain, a made-up function, and fog on it too.")
NEARLY = message("Two men start beside each other, at the top between them. Where do they end?")

HEIGHT = message("his height: the cost")
PLACE = message("where he stands: the position")
SLOPE = message("the slope under his feet: the gradient")
STEP = message("his next step: minus rate times gradient")
FLOOR = message("the valley floor: the least cost")
FOUND = message("the lowest that a longer descent finds")
IN_SIGHT = message("the lowest valley in sight")
FITTED = message("the lowest that a fit finds")


def start(mountain: Mountain) -> Caption:
    """What the mountain is."""
    cost = mountain.story.problem.cost_name
    said = message("His height is the cost {cost}: the mountain is made of these data.")
    if mountain.story.form == "function":
        said = message("His height is {cost}: the mountain is this function.")
    if mountain.over_parameter:
        return (said.filled(cost=cost),)
    rolled = message("To the right is how far he has walked, whatever way he turned.")
    return said.filled(cost=cost), rolled


def place(mountain: Mountain, stacks: bool) -> Caption:
    """Where he is; and of what his height is made, where that is seen."""
    height = numeral(float(mountain.story.cost[0]))
    if stacks:
        made = message("Each dashed miss is squared; their mean is his height, {height}.")
        return made.filled(height=height), message("He sees no farther than his lantern shines.")
    said = message("He sees no farther than his lantern shines. He stands at height {height}.")
    return (said.filled(height=height),)


def slope(mountain: Mountain) -> Caption:
    """What he feels."""
    value = numeral(abs(mountain.slope(0)))
    said = message("But he feels how steep the ground is under his feet: its slope is {value}.")
    return (said.filled(value=value),)


def step(mountain: Mountain, *, seen: bool = True) -> Caption:
    """The first step, and whether it is long enough to be seen."""
    if not seen:
        short = message("It is too short to be seen: the same rate goes on, step after step.")
        return *step(mountain), short
    story = mountain.story
    right = mountain.feet[1] > mountain.feet[0]
    way = (
        message("Against the slope: to the right.")
        if right
        else message("Against the slope: to the left.")
    )
    if not mountain.over_parameter:
        way = message("Straight down, against the gradient.")
    if story.rate_at(0) == 1:
        return way, message("The rate is one: his step is as long as the slope is steep.")
    rate = message("His step is {rate} times the slope.")
    return way, rate.filled(rate=numeral(story.rate_at(0)))


def again(mountain: Mountain) -> Caption:
    """The second step."""
    before, after = (float(mountain.story.step_norm[k]) for k in (0, 1))
    felt = message("He feels the ground again: it is all that he needs.")
    if after < before and not mountain.story.varies:
        return felt, message("Less steep, so a shorter step. The rate is the same.")
    if after > before and not mountain.story.varies:
        return felt, message("Steeper, so a longer step. The rate is the same.")
    return (felt,)


def onward(mountain: Mountain) -> Caption:
    """More steps."""
    said = message("And so on, to step {number}.", number=mountain.steps)
    if mountain.hardly_moves or mountain.hardly_falls:
        little = message(
            "The ground is nearly level here, so his steps are short: he hardly moves."
        )
        if mountain.hardly_falls:
            first, last = numerals_apart(
                *(float(mountain.story.cost[k]) for k in (0, mountain.steps))
            )
            little = message("His steps are tiny: from {first} he has come down to {last}.")
            little = little.filled(first=first, last=last)
        return said, little
    if mountain.crosses:
        dips = message("Each dip is the same valley: he steps across its floor, up the other side.")
        return (said,) if mountain.over_parameter else (said, dips)
    if mountain.turns:
        turned = message("Straight down is no longer where it was: feeling at each step, he turns.")
        return turned, said
    return (said,)


def asked(mountain: Mountain) -> Caption:
    """What he knows."""
    value = numeral(abs(mountain.slope(mountain.steps)))
    return (
        message("All he knows is the slope here, {value}. The fog hides the rest.", value=value),
    )


def lifted(mountain: Mountain) -> Caption:
    """Whether it was the lowest valley, as far as that is known."""
    story, here = mountain.story, float(mountain.story.cost[mountain.steps])
    if story.diverged or here > story.cost[0]:
        end = float(story.cost[mountain.last])
        if max(here, end) <= story.cost[0]:
            lost = message("No: his next step leads so far up that no picture shows it.")
            return lost, message("He follows the slope, and yet steps over the valley.")
        first, last = numerals_apart(float(story.cost[0]), max(here, end))
        said = message("No: he began at {first} and stands at {last}. His steps were too long.")
        return (said.filled(first=first, last=last),)
    if story.least is not None:
        one = message(
            "One valley only: with a model linear in its parameters, a cost of squares is a bowl."
        )
        if story.form == "function":
            one = message("This mountain has one valley only: the function is a bowl.")
        low, high = numerals_apart(story.least, here)
        said = message("Its floor is at {low}, and he stands at {high}.")
        if story.arrived:
            said = message("Its floor is at {low}, and there he is.")
        elif mountain.last > mountain.steps:
            gap = float(story.cost[mountain.last]) - story.least
            said = message("Its floor is at {low}. He stood at {high}.", low=low, high=high)
            if settled(gap, story.least or 1.0) <= 0:
                there = message("Walked on to step {number}, there he is.", number=mountain.last)
                return one, said, there
            later = message("Walked on to step {number}, he stands {gap} above it.")
            return one, said, later.filled(number=mountain.last, gap=numeral(gap))
        return one, said.filled(low=low, high=high)
    if mountain.has_one_valley:
        return message("This cost is convex: it has no second valley anywhere."), _still(mountain)
    if mountain.over_parameter:
        return _seen(mountain)
    unknown = message("Along his path there was nothing lower. Elsewhere there may be.")
    return unknown, message("The slope alone never tells whether a valley is the lowest.")


def verdict(mountain: Mountain) -> Message:
    """The second question's answer, as far as there is one."""
    if mountain.went_up:
        if mountain.story.cost[mountain.steps] <= mountain.story.cost[0]:
            return message("No: his next step is far too long.")
        return message("No: he went up.")
    if mountain.lowest is None:
        return message("Nobody knows: no floor was found.")
    if mountain.has_one_valley or mountain.over_parameter:
        down = message("Yes, or as good as.")
        return down if mountain.is_down else message("No: it was not the lowest.")
    if mountain.is_down:
        return message("The lowest of its valley; others may be lower.")
    return message("No: it was not the lowest.")


def _still(mountain: Mountain) -> Message:
    value = numeral(abs(mountain.slope(mountain.story.last)))
    said = message("Walked on to step {number}, the slope is {value}.")
    return said.filled(number=mountain.last, value=value)


def _seen(mountain: Mountain) -> Caption:
    """The valleys in the picture, with one parameter."""
    floors, end = mountain.valleys, float(mountain.story.cost[mountain.last])
    fall = abs(float(mountain.story.cost[0]) - end) or 1.0
    if not floors:
        return (message("There is no valley in sight: the ground goes on falling."),)
    lowest = min(floors)
    if lowest < end - ALIKE * fall:
        no = message("No: another valley lies at {low}, and his ends at {end}.")
        why = message("He could not know. From another start he might have found it.")
        return no.filled(low=numeral(lowest), end=numeral(end)), why
    if len(floors) > 1:
        return (message("Of the {number} valleys in sight it is the lowest.", number=len(floors)),)
    return (message("There is one valley in sight, and it is his."),)


def two_valleys() -> Caption:
    """What the slope does not tell."""
    return (
        message("Each follows the slope under his own feet, and comes to rest where it is level."),
        message("The slope leads into a valley. Into which one, the start decides."),
    )


def ending(mountain: Mountain) -> Caption:
    """What the viewer can do."""
    again = message("Once more his first step: each word of the story has its symbol.")
    said = message("You can now say what each word of the story is in the formula.")
    after = message("He takes the step. There the next one begins, and so all the way down.")
    if mountain.went_up:
        after = message("He takes the step: there the next one begins.")
    if np.isfinite(mountain.slope(0)) and mountain.story.diverged:
        return again, after, said, message("And why a man with a compass can still get lost.")
    return again, after, said
