"""What is said in the lesson `where_cost_lives`: every claim and every number comes from the floor and its grid search."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from symgd.animations.costs.cost_floor import VALUES, CostFloor
from symgd.animations.formulas.numerals import listed, numeral, numerals_apart
from symgd.animations.stories import form_words as forms
from symgd.terms import Equation, Symbol, Term
from symgd.writing.words import Message, message

Caption: TypeAlias = tuple[Message, ...]

MANY = 10  # parameters, for which a grid would be too large
LONG = 20  # letters of names that leave no room for values
RAVINE = 10.0  # a valley that bends so many times as much across as along is one


def values(
    floor: CostFloor, place: Sequence[float], shown: Callable[[str], str] = str
) -> Message | Term:
    """The floor's parameters with their values."""
    pairs = zip(floor.names, place, strict=True)
    made = listed([Equation(Symbol(shown(name)), numeral(float(value))) for name, value in pairs])
    assert isinstance(made, Message | Term)  # of one or several equations
    return made


def place(floor: CostFloor) -> Caption:
    """What a point of the floor is; and which parameters are held."""
    here = [float(floor.held[n]) for n in floor.indices]
    form = floor.story.form
    made = [forms.PLACE[form].filled(values=values(floor, here))]
    if floor.others:
        held = listed([Symbol(floor.story.names[n]) for n in floor.others])
        made.append(
            message(
                "{names} move most, so they make the floor; {held} is held.",
                names=listed([Symbol(name) for name in floor.names]),
                held=held,
            )
        )
    return *made, forms.WHERE[form]


def grid(floor: CostFloor) -> Caption:
    """Trying many."""
    count = floor.grid.evaluations
    return (
        message("The simplest way is to try: {number} points in a grid.", number=count),
        message("The greater the cost, the larger and darker the dot."),
    )


def best(floor: CostFloor) -> Caption:
    """What trying finds, and what it would take."""
    most = message(
        "With {few} values for each of {many} parameters it would take {number} tries.",
        few=VALUES,
        many=MANY,
        number=VALUES**MANY,
    )
    return message("The ring marks the best try so far, not the least cost there is."), most


def rise(floor: CostFloor) -> Caption:
    """Heights."""
    made = (
        message("Let each cost be a height: the dots rise."),
        message("All the costs between them make a curve.")
        if len(floor.names) == 1
        else message("All the costs between them make a surface."),
    )
    if not floor.is_cut:
        return made
    return *made, message("It is cut off at {cost}, and goes on above.", cost=numeral(floor.high))


def shadow() -> Caption:
    """Lines of equal cost."""
    return (
        message("Lines at equal height, let down to the floor, are a map of the cost."),
        message("All points on one such line cost the same."),
    )


def lowest(floor: CostFloor, along: int | None) -> Caption:
    """The shape of the valley, and its lowest place, beside the foot of a cut along the parameter of an index."""
    bent = floor.story.run.landscape.condition_number
    made: list[Message] = []
    if len(floor.names) > 1 and bent is not None and not floor.others:
        if bent >= RAVINE:
            made.append(
                message(
                    "The valley is a ravine: it bends {times} times as much across as along.",
                    times=numeral(bent, 2),
                )
            )
        else:
            made.append(message("The valley is a bowl, about as wide one way as the other."))
    if floor.lowest is None:
        return *made, message("The least cost is not on this part of the floor, or not known.")
    tried, least = numerals_apart(floor.grid.cost, floor.cost(*floor.lowest))
    if tried == least:
        return *made, message("The cross marks the lowest point: the grid had met it.")
    foot = None if along is None else floor.foot(along)
    if foot is None:
        found = message(
            "The cross marks the lowest point: {least}, and the best try had {tried}.",
            least=least,
            tried=tried,
        )
        return *made, found
    return (
        *made,
        message("The cross marks the lowest point, where the cost is {least}.", least=least),
        message(
            "The best try had {tried}, and the foot of the cut {foot}.",
            tried=tried,
            foot=numerals_apart(foot, floor.cost(*floor.lowest))[0],
        ),
    )


def cut(floor: CostFloor, along: int) -> Caption:
    """A slice through the start, along the floor's parameter of an index, and whether its foot is the lowest point."""
    name, story = floor.names[along], floor.story
    others = [Symbol(other) for other in story.names if other != name]
    edge = message(
        "Hold {others} and cut along {name}: the edge of the cut is a curve.",
        others=listed(others),
        name=Symbol(name),
    )
    parabola = message("Every such cut through this cost is a parabola.")
    made = [edge, *[parabola] * (story.run.curvature is not None)]
    foot = floor.foot(along)
    if foot is None:
        return tuple(made)
    here, tried = numerals_apart(foot, floor.grid.cost)
    if here == tried:
        said = message("The foot of this cut costs as much as the best try.")
    elif foot > floor.grid.cost:
        said = message("The foot of this cut costs more than the best try.")
    else:
        said = message("The foot of this cut costs less than the best try.")
    return *made, said, message("Is there a place that costs still less?")


def end(steps: int) -> Caption:
    """How else the way down is found, by a descent whose steps are drawn if there are any, and what can be done now."""
    found = message("Descent finds the way down without trying everything.")
    walked = message(
        "Descent finds the way down without trying everything: this is {number} step of it.",
        "Descent finds the way down without trying everything: these are {number} steps of it.",
        number=steps,
    )
    return (
        walked if steps > 0 else found,
        message("You can now read a cost as a landscape: places are parameters, heights costs."),
    )


def answer(floor: CostFloor) -> Message:
    """The heading's question, answered."""
    name = floor.story.problem.cost_name
    if floor.lowest is None:
        tried = Equation(name, numeral(floor.grid.cost))
        return message(
            "Least among the tries: {cost} at {place}", cost=tried, place=values(floor, floor.best)
        )
    least = Equation(name, numeral(floor.cost(*floor.lowest)))
    if sum(map(len, floor.names)) > LONG:
        return message("The least cost: {cost}", cost=least)
    return message("Least at {place}: {cost}", place=values(floor, floor.lowest), cost=least)
