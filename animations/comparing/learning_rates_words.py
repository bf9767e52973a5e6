"""What is said in the lesson `learning_rates`: every claim and every number comes from the lanes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from symgd.animations.comparing.lanes import LanePicture
from symgd.animations.comparing.race_words import banks
from symgd.animations.comparing.rate_lanes import MOST_FIGURES, RateLane, RateLanes
from symgd.animations.formulas.numerals import numeral
from symgd.terms import Equation, Product, Symbol
from symgd.writing.words import Message, message

Caption: TypeAlias = tuple[Message, ...]
PER_CENT = 100

QUESTION = message("How large should the learning rate be?")
WHICH = message("Which lane is there first? Is the largest rate the fastest?")
WHERE = message("From which rate on is it too large?")
BY_TRIAL = message("Large, but not too large: here only a trial tells.")
TRIED = message("no limit is known beforehand")
RULE = message("it settles if")
NEARER = message("nearer if")
GAP = Symbol("d")
DISTANCE = message("{d} is the distance to the floor", d=GAP)
SLOPE = message("slope {slope}", slope=Product((Symbol("lambda_max"), GAP)))
STEEPEST = message("the largest curvature")
NEARBY = message("the largest curvature at the minimum")


def start(lanes: RateLanes) -> Caption:
    """Four times the same."""
    story = lanes.story
    said = [message("Four times the same start on the same cost. Only the rate differs.")]
    if story.rule is not None:
        name = story.run.optimizer.name
        said.append(
            message("These are steps of gradient descent itself, not of {name}.", name=name)
        )
    if lanes.exercise is not None:
        said.append(message("The rates are those of a well-known exercise."))
        said.append(message("Its curvature is not published: it is inferred from the counts."))
    if story.sliced:
        first, second = (Symbol(story.names[axis]) for axis in lanes.axes)
        chosen = message("The frames show {first} and {second}, which have the farthest to go.")
        said.append(chosen.filled(first=first, second=second))
    return tuple(said)


def first_steps(lanes: RateLanes) -> Caption:
    """What stays and what changes."""
    stays = message(
        "A lane's rate stays as it is. What changes is the slope, and with it the step."
    )
    bar = message("Each bar is the length of the next step, all on one scale.")
    into = message("One after the other, each rate takes the letter's place in the same rule.")
    return into, bar, stays


def clock(lanes: RateLanes, pictures: Sequence[LanePicture]) -> Caption:
    """One clock for all."""
    said = [message("One clock for all lanes: faster and faster, but slower where one arrives.")]
    if any(picture.zigzags for picture in pictures):
        said.append(banks())
    lost = pictures[-1]
    if lost.left is not None:
        rises = lost.lane.cost[min(lost.left, len(lost.lane.cost) - 1)] > lost.lane.cost[0]
        out = message("The largest rate is out of its frame at step {number}.", number=lost.left)
        high = message("Each step landed higher on the other side.")
        said += [out, high] if rises and lost.scales.curved else [out]
    return tuple(said)


def counts(lanes: RateLanes, pictures: Sequence[LanePicture]) -> Caption:
    """How many steps each took."""
    there = [lane for lane in lanes.lanes if lane.arrived is not None]
    if lanes.target is None:
        flat = message("This cost falls for ever: no lane arrives anywhere.")
        return flat, message("So what counts is how low each comes in the same time.")
    near = numeral(lanes.near * PER_CENT, 2)
    rule = message(
        "A lane has arrived when less than {near} % of its distance from the minimum is left.",
        near=near,
    )
    if not there:
        return rule, message("After all these steps no lane has arrived.")
    fastest = min(there, key=_steps)
    said = message("The fastest is not the largest: {rate} is there first.")
    if fastest is lanes.lanes[-1]:
        said = message("Here even the largest rate arrives, and it is the first.")
    return rule, said.filled(rate=Equation(lanes.story.rate, numeral(fastest.rate, MOST_FIGURES)))


def _steps(lane: RateLane) -> int:
    return lane.arrived or 0


def every_rate(lanes: RateLanes, number: int) -> Caption:
    """The same for many rates."""
    said = message("The same descent at {number} rates that arrive: how many steps each takes.")
    crawl = message("Small rates crawl.")
    if lanes.limit is not None and max(lanes.tried) > lanes.limit:
        crawl = message("Small rates crawl. But what happens on the right?")
    return said.filled(number=number), crawl


def limit(lanes: RateLanes) -> Caption:
    """The rule, and where it holds."""
    if lanes.limit is None:
        none = message("No curvature gives the limit here: the rates were tried, one by one.")
        return (none,)
    slope = message(
        "Where it bends most, the slope is the curvature times the distance to the floor."
    )
    if lanes.basis == "curvature at the minimum":
        slope = message(
            "Near the minimum the slope is the curvature times the distance to the floor."
        )
    same = message("Each step multiplies the distance by the same factor.")
    over = message("Above {half} the factor is negative: a step jumps over the floor.")
    twice = message("Below {limit} it lands nearer than it began; above, farther.")
    half, whole = numeral(lanes.limit / 2), numeral(lanes.limit)
    return slope, same, over.filled(half=half), twice.filled(limit=whole)


def lowest(lanes: RateLanes) -> Message:
    """The answer where no lane arrives."""
    low = min(lanes.lanes, key=lambda lane: float(lane.cost[-1]))
    rate = Equation(lanes.story.rate, numeral(low.rate, MOST_FIGURES))
    return message("None was there in time: {rate} came lowest.", rate=rate)


def answer(limit: float) -> Message:
    """The first question's answer, with its number."""
    said = message("Large, but below {limit}, the limit that the curvature sets.")
    return said.filled(limit=numeral(limit))


SCALED = message("What if the columns are scaled?")


def scaled_columns(lanes: RateLanes) -> Caption:
    """Why no rate was good, and what changes."""
    times = lanes.story.run.landscape.condition_number
    why = message("No single rate suits a cost that bends far more one way than another.")
    if times is not None:
        why = message(
            "The cost bends {times} times more one way than another: no single rate suits both.",
            times=numeral(times, 2),
        )
    now = message("Now each column is less its mean, over its spread: the same data, another map.")
    return why, now


def scaled_answer(scaled: RateLanes) -> Message:
    """The answer, where the columns decide."""
    best = min((lane for lane in scaled.lanes if lane.arrived is not None), key=_steps)
    return message(
        "Scale the columns first: then {rate} is there after {number} step.",
        "Scale the columns first: then {rate} is there after {number} steps.",
        rate=Equation(scaled.story.rate, numeral(best.rate, MOST_FIGURES)),
        number=best.arrived or 0,
    )


def ending(lanes: RateLanes, scaled: RateLanes | None) -> Caption:
    """What the viewer can do."""
    if scaled is not None:
        return (message("You can now tell where no rate is good: there the columns come first."),)
    best = lanes.lanes[2]
    if all(lane.arrived is None for lane in lanes.lanes):
        return (
            message("You can now compare rates by how low they come in the same number of steps."),
        )
    if lanes.limit is None:
        return (message("You can now tell a rate that crawls from one that is too large."),)
    said = message("You can now find a rate from the curvature: {rate} is best in the long run.")
    if lanes.basis != "curvature":  # found by trial, so no claim on rates that were not tried
        said = message(
            "You can now find a limit from the curvature: of all rates tried, {rate} took the fewest steps."
        )
    if best.arrived is None:
        said = message("You can now find the largest rate from the curvature.")
    return (said.filled(rate=numeral(best.rate, MOST_FIGURES)),)
