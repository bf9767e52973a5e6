"""What is said in the lesson `learning_rates`: every claim and every number comes from the lanes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from symgd.animations.comparing.lanes import LanePicture
from symgd.animations.comparing.rate_directions import RateDirections
from symgd.animations.comparing.rate_lanes import (
    MOST_FIGURES,
    PER_CENT,
    RateLane,
    RateLanes,
    as_printed,
)
from symgd.animations.formulas.numerals import numeral
from symgd.terms import Equation, Product, Symbol
from symgd.writing.words import Message, message

Caption: TypeAlias = tuple[Message, ...]

MANY = 100.0  # times more a cost bends one way than another, from which no rate is good
QUESTION = message("How large should the learning rate be?")
WHICH = message("Which lane is there first? Is the largest rate the fastest?")
WHERE = message("From which rate on is it too large?")
BY_TRIAL = message("Large, but not too large: here only a trial tells.")
SLOWER = message("The slower of both ways decides.")
TRIED = message("no limit is known beforehand")
RULE = message("it settles if")
NEARER = message("nearer if")
GAP, BESIDES = Symbol("d"), Symbol("e")  # across and along
TWO_WAYS = message("What does a step do, across and along?")
CREEPS = 0.7  # a factor above it hardly shortens a way
BELOW = 0.9  # of the limit, a rate is just below it
DISTANCE = message("{d} is the place, measured from the minimum", d=GAP)
BENT = Product((Symbol("lambda_max"), GAP))
SLOPE = message("slope {slope}", slope=BENT)
STEEPEST = message("the largest curvature")
FLATTEST = message("the smallest curvature")
NEARBY = message("curvature at the minimum")
NEAR_ALONE = message("near the minimum alone")


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
    if lanes.lost is not None:
        lost = message("From {rate} down all rates were lost at once: smaller ones were tried.")
        said.append(lost.filled(rate=numeral(lanes.lost, MOST_FIGURES)))
    if story.sliced:
        first, second = (Symbol(story.names[axis]) for axis in lanes.axes)
        chosen = message("The frames show {first} and {second}, which have the farthest to go.")
        if lanes.plane is not None:
            chosen = message(
                "The frames show {first} and {second}: between them the cost bends most and least."
            )
        said.append(chosen.filled(first=first, second=second))
    return tuple(said)


def lost_early(pictures: Sequence[LanePicture], early: int) -> bool:
    """Whether the largest rate is lost within the first steps."""
    left = pictures[-1].left
    return left is not None and left <= early


def _lost(picture: LanePicture) -> Message:
    """When the largest rate was lost, and how."""
    lane, left = picture.lane, picture.left or 0
    rises = lane.cost[min(left, len(lane.cost) - 1)] > lane.cost[0]
    if rises and picture.scales.curved:
        return message(
            "The largest rate is out of its frame at step {number}: each step landed higher.",
            number=left,
        )
    return message("The largest rate is out of its frame at step {number}.", number=left)


def first_steps(lanes: RateLanes, pictures: Sequence[LanePicture], early: int) -> Caption:
    """What stays and what changes."""
    stays = message(
        "A lane's rate stays as it is. What changes is the slope, and with it the step."
    )
    bar = message("Each bar is the length of the next step, all on one scale.")
    into = message("One after the other, each rate takes the letter's place in the same rule.")
    out = (_lost(pictures[-1]),) if lost_early(pictures, early) else ()
    if not pictures[-1].scales.curved:  # below its frame it is said when it left
        out = ()
    return into, bar, stays, *out


def clock(lanes: RateLanes, pictures: Sequence[LanePicture], early: int) -> Caption:
    """One clock for all; what is lost early has been told."""
    said = [message("One clock for all lanes, slower where one arrives.")]
    if not lanes.arrive:
        said = [message("One clock for all lanes; equal ways on it are equal factors.")]
    if pictures[-1].left is not None and not lost_early(pictures, early):
        said.append(_lost(pictures[-1]))
    if lanes.target is not None and lanes.arrive:
        near = numeral(lanes.near * PER_CENT, 2)
        said.append(
            message(
                "A lane is there when less than {near} % of its distance from the minimum is left.",
                near=near,
            )
        )
    winding = [picture.lane.rate for picture in pictures if picture.zigzags]
    if winding:
        lane = Equation(lanes.story.rate, numeral(winding[-1], MOST_FIGURES))
        said.append(message("Where {rate}, thin lines join its turns: it zigzags.", rate=lane))
    return tuple(said)


def first_of(lanes: RateLanes) -> RateLane:
    """The lane that was there first; where none arrives, the one that came lowest."""
    there = [lane for lane in lanes.lanes if lane.arrived is not None]
    return min(there, key=_steps) if there else min(lanes.lanes, key=_low)


def _low(lane: RateLane) -> float:
    return lane.lowest


def counts(lanes: RateLanes) -> Caption:
    """Which was first."""
    there = [lane for lane in lanes.lanes if lane.arrived is not None]
    if lanes.target is None:
        flat = message("No lowest place is known here: no lane can arrive.")
        return flat, message("So what counts is how low each comes in the same time.")
    if not there:
        return (
            message(
                "After all these steps no lane has arrived. The gap is how far its cost is above the least."
            ),
        )
    fastest = first_of(lanes)
    said = message("The fastest is not the largest: {rate} is there first.")
    if fastest is lanes.lanes[-1]:
        said = message("Here even the largest rate arrives, and it is the first.")
    rate = Equation(lanes.story.rate, numeral(fastest.rate, MOST_FIGURES))
    return (said.filled(rate=rate),)


def _steps(lane: RateLane) -> int:
    return lane.arrived or 0


def every_rate(lanes: RateLanes, number: int) -> Caption:
    """The same for many rates."""
    said = message("The same descent at {number} rates that arrive: how many steps each takes.")
    crawl = message("Small rates crawl.")
    if lanes.limit is not None and max(lanes.tried) > lanes.limit:
        crawl = message("Small rates crawl. But what happens on the right?")
    return said.filled(number=number), crawl


def two_ways(lanes: RateLanes, directions: RateDirections) -> Caption:
    """The start as two distances, and what the best rate's steps do to both."""
    lines = message("Two lines through the minimum: straight across the ravine, and along it.")
    start = message("The start is two distances away: {d} across, {e} along.", d=GAP, e=BESIDES)
    best = lanes.best
    rate = Equation(lanes.story.rate, numeral(best.rate, MOST_FIGURES))
    walks = message("Steps at {rate}: both distances shrink, each at its own pace.")
    if directions.across.factor(best.rate) < 0 and directions.along.factor(best.rate) > CREEPS:
        walks = message(
            "Steps at {rate}: across, each jumps over the minimum; along, it only creeps."
        )
    return lines, start, walks.filled(rate=rate)


def each_place(lanes: RateLanes, lane: RateLane, limits: Sequence[tuple[int, float]]) -> Caption:
    """Why a rate that is good at one place is too large at another."""
    bends = message("Here the cost is no parabola: it bends more at one place than at another.")
    rate = Equation(lanes.story.rate, numeral(lane.rate, MOST_FIGURES))
    curve = message(
        "So each place has its own limit. This is it along the way of {rate}.", rate=rate
    )
    known = [limit for _, limit in limits]
    low, high = (numeral(each, 2) for each in (min(known), max(known)))
    levels = message("It goes from {high} to {low}. The rates are level lines.", high=high, low=low)
    if known.index(min(known)) < known.index(max(known)):
        levels = message(
            "It goes from {low} to {high}. The rates are level lines.", high=high, low=low
        )
    over = message("Where a rate is above it, a small error grows at the next step: it swings.")
    return bends, curve, levels, over


EACH_PLACE = message("Is one limit enough?")
CUT = message("Now across alone. Along this line the cost is a parabola.")


def limit(lanes: RateLanes, *, mapped: bool) -> Caption:
    """The rule, and where it holds; first the cut, where the map is shown."""
    if lanes.limit is None:
        none = message("No curvature gives the limit here: the rates were tried, one by one.")
        return (none,)
    half = message("At half the distance from the minimum there is half the slope.")
    slope = message(
        "The slope at distance {one} is called the curvature. Here the cost bends most.",
        one=numeral(1),
    )
    if lanes.basis == "curvature at the minimum":
        slope = message(
            "Near the minimum the slope is the curvature times {d}, measured from there.", d=GAP
        )
    same = message("So each step multiplies {d} by the same factor.", d=GAP)
    if lanes.basis == "curvature at the minimum":
        same = message(
            "There each step multiplies {d} by the same factor; farther away the cost bends otherwise.",
            d=GAP,
        )
    over = message("A negative factor means that a step jumps over the minimum.")
    twice = message(
        "A factor smaller than one in size leads nearer to the minimum; a larger one, farther."
    )
    said: Caption = (slope, same, over, twice)
    if lanes.basis == "curvature":
        said = (half, *said) if not mapped else (CUT, half, *said)
    return said


def why(lanes: RateLanes, directions: RateDirections) -> Message:
    """The question that the first factor alone leaves open."""
    _, good, best, _ = lanes.lanes
    if not lanes.arrive:
        return message("Then why is no lane there?")
    across = directions.across
    rate = numeral(best.rate, MOST_FIGURES)
    if abs(across.factor(good.rate)) < abs(across.factor(best.rate)):
        return message(
            "Why is {rate} faster than {other}, though its factor is larger in size?",
            rate=rate,
            other=numeral(good.rate, MOST_FIGURES),
        )
    return message("Why is {rate} the fastest?", rate=rate)


def both(lanes: RateLanes, directions: RateDirections) -> Caption:
    """Two factors, of which the larger one decides."""
    first = message("Along the ravine the cost bends least: there is a second factor.")
    larger = message("The larger one in size is marked: that way is the slower one.")
    if not lanes.arrive:
        nearly = message("Along the ravine hardly anything is left out at each step: all crawl.")
        return first, larger, nearly
    crawls = lanes.lanes[0]
    small = message("A small rate hardly shortens the way along: it crawls.")
    if not (directions.larger(crawls.rate) and directions.decides(lanes)):
        return first, larger
    even = 2 / (directions.across.curvature + directions.along.curvature)
    meet = message(
        "Both ways are equally slow at {rate}: near it the count is least.",
        rate=numeral(as_printed(even, lanes.limit), MOST_FIGURES),
    )
    return first, larger, small, meet


def lowest(lanes: RateLanes) -> Message:
    """The answer where no lane arrives."""
    low = first_of(lanes)
    rate = Equation(lanes.story.rate, numeral(low.rate, MOST_FIGURES))
    return message("None was there in time: {rate} came lowest.", rate=rate)


def no_rate(limit: float) -> Message:
    """The same where the limit is known, and far too small for the way along."""
    said = message("Below {limit}: yet no rate suits both ways.")
    return said.filled(limit=numeral(limit))


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


def own(lanes: RateLanes) -> Message:
    """What became of the run's own rate."""
    rate, best = lanes.own or 0.0, lanes.best
    arrived = lanes.tried.get(rate)
    if arrived is None:
        if lanes.limit is not None and rate > lanes.limit:
            return message(
                "This run's own rate, {rate}, is above the limit: it never settles.",
                rate=numeral(rate, MOST_FIGURES),
            )
        said = message("This run's own rate, {rate}, is not there in time.")
        return said.filled(rate=numeral(rate, MOST_FIGURES))
    if arrived == best.arrived:
        said = message("This run's own rate, {rate}, is among the fastest.")
        return said.filled(rate=numeral(rate, MOST_FIGURES))
    return message(
        "This run's own rate, {rate}, takes {number} step; the fastest takes {fewest}.",
        "This run's own rate, {rate}, takes {number} steps; the fastest takes {fewest}.",
        rate=numeral(rate, MOST_FIGURES),
        number=arrived,
        fewest=best.arrived or 0,
    )


def ending(lanes: RateLanes, scaled: RateLanes | None, *, ringed: bool) -> Caption:
    """What the viewer can do; before that, what the run's own rate does, where it is marked."""
    told = _ending(lanes, scaled)
    return (own(lanes), *told[-1:]) if ringed else told  # which says who took the fewest steps


def _ending(lanes: RateLanes, scaled: RateLanes | None) -> Caption:
    if scaled is not None:
        return (message("You can now tell where no rate is good: there the columns come first."),)
    best = lanes.lanes[2]
    if not lanes.arrive:
        now = message("You can now compare rates by how low they come in the same number of steps.")
        if lanes.times is None or lanes.times < MANY:
            return (now,)
        bends = message(
            "At the lowest place the cost bends {times} times more one way than another."
        )
        none = message("No single rate suits both.")
        return bends.filled(times=numeral(lanes.times, 2)), none, now
    if lanes.limit is None:
        return (message("You can now tell a rate that crawls from one that is too large."),)
    said = message("You can now find the largest rate from the curvature.")
    if best.arrived is None:
        return (said,)
    fewest = message(
        "Of all rates tried, {rate} took the fewest steps, just below the limit.",
        rate=numeral(best.rate, MOST_FIGURES),
    )
    if lanes.limit is None or best.rate < BELOW * lanes.limit:
        fewest = message(
            "Of all rates tried, {rate} took the fewest steps.",
            rate=numeral(best.rate, MOST_FIGURES),
        )
    return fewest, said
