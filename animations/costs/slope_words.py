"""What is said in the lesson `slope_tells_direction`: every claim and every number comes from the picture of the slice."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np

from symgd.animations.formulas.numerals import listed, numeral
from symgd.animations.pictures.slice_picture import SlicePicture
from symgd.terms import Symbol
from symgd.writing.words import Message, message

Caption: TypeAlias = tuple[Message, ...]
NEAR = 0.05  # ends of steps so near to the lowest point, in parts of the way between their starts, are there


def slice_seen(picture: SlicePicture, *, line: bool = False) -> Caption:
    """The curve, and what is held."""
    name, cost = Symbol(picture.name), picture.story.problem.cost_name
    others = [Symbol(other) for other in picture.story.names if other != picture.name]
    if not others:
        alone = message("The height is {cost} for every {name}.", cost=cost, name=name)
        return alone, message("The dot is where we start.")
    held = message(
        "Only {name} changes here. {others} keeps its value: it is treated as a constant.",
        "Only {name} changes here. {others} keep their values: they are treated as constants.",
        number=len(others),
        name=name,
        others=listed(others),
    )
    if line:
        moves = message(
            "Each dot on the curve is another model: as the dot slides, the predictions change."
        )
        return held, moves
    return held, message("So {cost} becomes a curve, and the dot on it is the start.", cost=cost)


def derivative(*, numbers: bool) -> Caption:
    """The formula of the slope, and that it comes to the same."""
    formula = message("The slope has a formula too. How it is derived is a lesson of its own.")
    if not numbers:
        return (formula,)
    same = message("With the numbers of the data it comes to the slope of the tangent.")
    return formula, same


def secant() -> Caption:
    """A straight line through two points."""
    return (
        message("A straight line through two points of the curve is called a secant."),
        message("Its slope is the rise divided by the run."),
    )


def tangent() -> Caption:
    """Where the second point goes."""
    return (
        message("Now the second point slides towards the first, and the slope settles."),
        message(
            "In the end the line only touches: it is the tangent, and its slope the derivative."
        ),
    )


def asked(picture: SlicePicture) -> Caption:
    """The question."""
    return (
        message(
            "To make the cost smaller, should {name} go left or right?", name=Symbol(picture.name)
        ),
    )


def minus(picture: SlicePicture, *, far: bool = False) -> Caption:
    """The slope points uphill, the minus turns it round."""
    negative = picture.slope(picture.start) < 0
    uphill = (
        message("The slope is negative, so the cost grows to the left.")
        if negative
        else message("The slope is positive, so the cost grows to the right.")
    )
    turned = (
        message("The minus turns the arrow: downhill is to the right.")
        if negative
        else message("The minus turns the arrow: downhill is to the left.")
    )
    if far:
        seen = message(
            "The step leads out of the picture: the curve is drawn on as far as it goes."
        )
        return uphill, turned, seen, _arrival(picture)
    return uphill, turned, _arrival(picture)


def _arrival(picture: SlicePicture) -> Message:
    """What comes of the first step."""
    before, after = (
        picture.cost(picture.start),
        picture.cost(picture.start + picture.first_step),
    )
    if after < before:
        return message("The dot moves after the arithmetic, and it is lower now.")
    return message("The direction was right, but the rate is too great: the dot is higher now.")


def too_great() -> Caption:
    """A step over the valley."""
    same = message("The start and its slope are the same, only the rate is greater now.")
    over = message("The arrow reaches over the valley: where will the dot land?")
    higher = message("The dot is higher than before: a rate can be too great.")
    return same, over, higher


def other_side(picture: SlicePicture) -> Caption:
    """The same rule, on the other side of the least cost."""
    negative = picture.slope(picture.start) < 0
    turned = (
        message("Here the slope is positive, and the same minus sends the dot to the left.")
        if negative
        else message("Here the slope is negative, and the same minus sends the dot to the right.")
    )
    return (
        message("On the other side of the lowest point nothing else is needed."),
        turned,
    )


def less_steep(
    picture: SlicePicture, places: list[float], *, stepped: bool = True, eased: bool = False
) -> Caption:
    """Three readouts: two shrink; and whether the places are those of steps one after the other."""
    ends = [value - picture.rate * picture.slope(value) for value in places]
    apart = message("Three numbers, three things: the learning rate is not the length of the step.")
    if eased:
        rate = numeral(picture.rate)
        apart = message("That rate was too great. We start again with {rate}.", rate=rate)
    if picture.lowest is not None and np.ptp([*ends, picture.lowest]) < NEAR * np.ptp(places):
        lands = message(
            "With this rate every step ends at the lowest point: a smaller one stops before it."
        )
        return apart, lands
    smaller = message(
        "Where the curve is less steep, the step is smaller. The rate stays as it is."
    )
    if stepped:
        return apart, smaller
    return apart, message("The rings are places that we chose, not where steps ended."), smaller


def plateau(picture: SlicePicture) -> Caption:
    """A small slope that is no sign of the end."""
    cost = picture.story.problem.cost_name
    return (
        message("A small slope alone doesn't tell that we are near the lowest point."),
        message(
            "This is a plateau: steps are small here, because the slope is, and {cost} stays high.",
            cost=cost,
        ),
    )


def ending(picture: SlicePicture) -> Caption:
    """Where the slope is zero, or what there is instead; and what the viewer can do now."""
    can = message(
        "You can read a slope now: its sign says which way, its size and the rate how far."
    )
    if picture.lowest is None:
        name = Symbol(picture.name)
        return message("As far as we look, the curve falls on along {name}.", name=name), can
    if not picture.is_level:
        kink = message(
            "At the lowest point the curve has a kink: there the slope changes its sign."
        )
        return kink, can
    level = message(
        "At the lowest point the tangent is level: the slope is zero, and so is the step."
    )
    return level, can
