"""What is said in the lesson `where_cost_lives`: every claim and every number comes from the floor and its grid search."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TypeAlias

from symgd.animations.costs.cost_floor import VALUES, CostFloor
from symgd.animations.formulas.numerals import listed, numeral, numerals_apart
from symgd.animations.stories import form_words as forms
from symgd.animations.stories.known_least import known_least
from symgd.terms import Equation, Symbol, Term
from symgd.writing.words import Message, message

Caption: TypeAlias = tuple[Message, ...]

MANY = 10  # parameters, for which a grid would be too large
LONG = 20  # letters of names that leave no room for values
RAVINE, BOWL = 10.0, 1.5  # so many times as much bends a ravine across as along, and a bowl less


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
    if floor.story.problem.has_examples:
        made.append(message("All rows together give its cost, which belongs to that point."))
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
        message("Seen from above it is flat: all points on one line cost the same."),
    )


def valley(floor: CostFloor, *, curves: bool) -> Caption:
    """The shape of the valley; with `curves` of the cost over both its axes, how its length comes of that."""
    bent = floor.story.run.landscape.condition_number
    if len(floor.names) < 2 or bent is None or floor.others:
        return ()
    times = numeral(bent, 2)
    if bent >= RAVINE:
        said = message(
            "The valley is a ravine: it bends {times} times as much across as along.", times=times
        )
    elif bent >= BOWL:
        said = message("The valley bends {times} times as much across as along.", times=times)
    else:
        return (message("The valley is a bowl, about as wide one way as the other."),)
    if not curves:
        return (said,)
    long = message(
        "So at the same cost it is {times} times as long as wide: the square root of {bent}.",
        times=numeral(math.sqrt(bent), 2),
        bent=times,
    )
    return said, long


def lowest(floor: CostFloor, along: int | None, *, curves: bool = False) -> Caption:
    """The valley, and its lowest place, beside the foot of a cut along the parameter of an index."""
    made = valley(floor, curves=curves)
    if floor.lowest is None:
        return *made, message("The least cost is not on this part of the floor, or not known.")
    tried, least = numerals_apart(floor.grid.cost, floor.cost(*floor.lowest))
    if tried == least:
        return *made, message("The cross marks the lowest point: the grid had met it.")
    cross = message("The cross marks the lowest point, where the cost is {least}.", least=least)
    if floor.others:
        cross = message(
            "The cross marks the lowest point of this slice, where the cost is {least}.",
            least=least,
        )
    foot = None if along is None else floor.foot(along)
    if foot is None:
        return *made, cross, message("The best try had {tried}.", tried=tried)
    compared = message(
        "The best try had {tried}, and the foot of the cut {foot}.",
        tried=tried,
        foot=numerals_apart(foot, floor.cost(*floor.lowest))[0],
    )
    return *made, cross, compared


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


def descent(floor: CostFloor, *, walked: bool) -> Caption:
    """What the run's descent comes to, beside the tries, and what the same run on; or why its way is not drawn."""
    story = floor.story
    first, cost = float(story.cost[0]), float(story.cost[story.steps])
    if not story.steps:
        return (message("Descent finds the way down without trying everything."),)
    if not cost < first and (floor.others or len(floor.names) == 1):
        return (message("At this rate the descent goes up: its way is not drawn."),)
    if not cost < first:
        return (message("At this rate the descent goes up: the line is the beginning of its way."),)
    if floor.others:
        held = listed([Symbol(story.names[n]) for n in floor.others])
        least = known_least(story)
        made = [message("Descent moves {held} too, so its way leaves this slice.", held=held)]
        if least.is_best and numeral(floor.low) != numeral(story.cost_of(least.values.tolist())):
            free = message(
                "With {held} free as well, the least cost is {least}.",
                held=held,
                least=numeral(story.cost_of(least.values.tolist())),
            )
            made.append(free)
        return tuple(made)
    if not walked:
        return (message("Descent goes by the slope; here its way leaves this part of the floor."),)
    said, tried = numerals_apart(cost, floor.grid.cost)
    after = message(
        "Descent goes by the slope at each place: after {number} step the cost is {cost}.",
        "Descent goes by the slope at each place: after {number} steps the cost is {cost}.",
        number=story.steps,
        cost=said,
    )
    return after, beside_tries(floor, said, tried), *onward(floor)


def beside_tries(floor: CostFloor, cost: Term, tried: Term) -> Message:
    """The descent's cost beside that of the best try."""
    number = floor.grid.evaluations
    if cost == tried:
        return message("That is as much as the best of {number} tries.", number=number)
    if float(floor.story.cost[floor.story.steps]) > floor.grid.cost:
        return message("That is still more than the best of {number} tries.", number=number)
    return message("That is less than the best of {number} tries.", number=number)


def arrival(floor: CostFloor) -> int:
    """The step from which on the run's cost is the floor's least, as it is shown; the last one where it never is."""
    story, step = floor.story, floor.story.last
    if floor.lowest is None:
        return step
    least = numeral(floor.cost(*floor.lowest))
    while step > story.steps and numeral(float(story.cost[step - 1])) == least:
        step -= 1
    return step


def arrives(floor: CostFloor) -> bool:
    """Whether it comes to the least, as that is shown."""
    cost = float(floor.story.cost[floor.story.last])
    return floor.lowest is not None and numeral(cost) == numeral(floor.cost(*floor.lowest))


def onward(floor: CostFloor) -> Caption:
    """What the same descent run on comes to."""
    story = floor.story
    cost = float(story.cost[story.last])
    least = None if floor.lowest is None else floor.cost(*floor.lowest)
    if story.last == story.steps:
        if least is None or numeral(cost) == numeral(least):
            return ()
        return (message("The cross is lower still, at {least}.", least=numeral(least)),)
    if least is None:
        said = message(
            "Run on at the same rate, the cost is {cost} after {number} step.",
            "Run on at the same rate, the cost is {cost} after {number} steps.",
            cost=numeral(cost),
            number=story.last,
        )
    elif arrives(floor):
        said = message(
            "Run on at the same rate, {number} step comes as low as the cross, by these digits.",
            "Run on at the same rate, {number} steps come as low as the cross, by these digits.",
            number=arrival(floor),
        )
    else:
        said = message(
            "Even after {number} step the cost is {cost}: this rate is slow in such a valley.",
            "Even after {number} steps the cost is {cost}: this rate is slow in such a valley.",
            cost=numerals_apart(cost, least)[0],
            number=story.last,
        )
    return (said,)


def end(floor: CostFloor, *, walked: bool) -> Caption:
    """What can be done now, and whether the dot is at the least cost."""
    can = message("You can now read a cost as a landscape: places are parameters, heights costs.")
    if walked and floor.lowest is not None and not arrives(floor):
        return message("The descent has not come to the cross yet."), can
    return (can,)


def answer(floor: CostFloor) -> Message:
    """The heading's question, answered."""
    name = floor.story.problem.cost_name
    if floor.lowest is None:
        tried = Equation(name, numeral(floor.grid.cost))
        return message(
            "Least among the tries: {cost} at {place}", cost=tried, place=values(floor, floor.best)
        )
    least = Equation(name, numeral(floor.cost(*floor.lowest)))
    if floor.others:
        return message("Least on this slice: {cost}", cost=least)
    if sum(map(len, floor.names)) > LONG:
        return message("The least cost: {cost}", cost=least)
    return message("Least at {place}: {cost}", place=values(floor, floor.lowest), cost=least)
