"""What is said at the end of the lesson `descend`: how far it is, what going on brings, and what was found."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np

from symgd.animations.descending import penalty_words, rule_words
from symgd.animations.descending.descend_words import cost_at
from symgd.animations.formulas.numerals import (
    DIGITS,
    MOST_DIGITS,
    listed,
    numeral,
    numerals_apart,
    rounded,
    settled,
)
from symgd.animations.stories.descent_story import DescentStory
from symgd.animations.stories.director import Director
from symgd.animations.stories.hindrances import Cure
from symgd.animations.stories.known_least import searched
from symgd.data.arrays import FloatArray
from symgd.terms import Equation, Symbol, Term
from symgd.writing.words import Message, Part, message

Caption: TypeAlias = tuple[Message, ...]

ONWARD = message("And if it runs on?")
SCALED = message("What if the columns are scaled?")
SCALE_FIRST = message("Scale the columns first: then the way down is short.")

BEHIND = 0.5  # a parameter that has gone less than this part of its way is behind
PER_CENT = 100
NEARLY = 1e-4  # of the first gap: one that is smaller is nearly none
ROUNDING = 1e-24  # a least cost so small, relatively, is none


def answer(story: DescentStory) -> Caption:
    """How far it is to the minimum, as far as that is known."""
    found = searched(story)
    if found is not None:
        return _searched(story, found)
    if story.least is None:
        length = numeral(float(story.gradient_norm[story.steps]), DIGITS - 1)
        unknown = message("The least cost of this formula is not known beforehand.")
        said = message("The gradient tells: it is {length} long, and zero only at a flat place.")
        if story.run.outcome.kind == "converged":
            said = message(
                "The gradient is {length} long: a flat place, though not always the lowest."
            )
        return unknown, said.filled(length=length)
    alone = story.run.exact is None or story.run.exact.unique
    others = () if alone else (message("Other parameters reach it as well."),)
    return _distance(story, story.least), *others


def _searched(story: DescentStory, found: FloatArray) -> Caption:
    """How far it is to the least cost that a search found, and what stayed behind."""
    high, low, _ = subtracted(float(story.cost[story.steps]), story.cost_of(found.tolist()))
    told = message(
        "No formula gives the minimum; a search found {low}, at {found}. Here it is {high}.",
        low=low,
        high=high,
        found=_values(story, found),
    )
    return told, *straggler(story)


def above_searched(story: DescentStory, step: int) -> Term | None:
    """How far the cost is above the least that a search found."""
    found = searched(story)
    if found is None:
        return None
    least = story.cost_of(found.tolist())
    return numeral(settled(float(story.cost[step]) - least, float(story.cost[0])))


def _distance(story: DescentStory, least: float) -> Message:
    """How far the cost is above the least one."""
    here = float(story.cost[story.steps])
    high, known = numerals_apart(here, least)
    low: Term | Message = known
    if least <= ROUNDING * story.cost[0]:
        low = message("{zero} but for rounding", zero=numeral(0.0))
    gap = numeral(here - least)
    if known == low and gap != high:
        high, low, gap = subtracted(here, least)
    if story.arrived:
        said = message("Yes: the exact minimum is {low}, and the cost is there.")
    elif gap == high:
        said = message("Not yet: the exact minimum is {low}, far below {high}.")
    else:
        said = message("Not yet: the exact minimum is {low}, and {high} is {gap} above it.")
    return said.filled(low=low, high=high, gap=gap)


def gap(story: DescentStory, step: int) -> Message:
    """How far the cost is above the least one at a step, as it is written into the picture."""
    above_found = above_searched(story, step)
    if above_found is not None:
        return message("{gap} above the least cost that a search found.", gap=above_found)
    if story.least is None:
        length = numeral(float(story.gradient_norm[step]), DIGITS - 1)
        if story.run.outcome.kind == "converged":
            return message("A flat place: the slope is {length}.", length=length)
        return message(
            "The slope is still {length}; at the lowest place it is {zero}.",
            length=length,
            zero=numeral(0.0),
        )
    if step == story.steps and story.arrived:
        return message("Yes: no place is lower.")
    above = subtracted(float(story.cost[step]), story.least)[-1]
    if float(story.cost[step]) - story.least < NEARLY * (float(story.cost[0]) - story.least):
        return message("Nearly there: {gap} above the minimum.", gap=above)
    return message("Not yet: {gap} above the minimum.", gap=above)


def answered(story: DescentStory, director: Director) -> Message:
    """The film's question, answered with the number of its last step."""
    last = story.last
    largest = story.run.largest_stable_rate
    if director.kind == "divergence" and story.unstable and largest is not None:
        return message(
            "Not at the rate {rate}: it settles only below {largest}.",
            rate=numeral(story.run.learning_rate),
            largest=numeral(largest),
        )
    if director.kind == "divergence":
        cost = numeral(float(story.cost[last]))
        return message(
            "Not at this rate: after {number} step the cost is {cost}.",
            "Not at this rate: after {number} steps the cost is {cost}.",
            number=last,
            cost=cost,
        )
    found = above_searched(story, last)
    if found is not None:
        return message(
            "{number} step, to {gap} above the least cost that a search found.",
            "{number} steps, to {gap} above the least cost that a search found.",
            number=last,
            gap=found,
        )
    if story.least is None:
        length = numeral(float(story.gradient_norm[last]), DIGITS - 1)
        return message(
            "Downhill in {number} step, to a gradient of length {length}.",
            "Downhill in {number} steps, to a gradient of length {length}.",
            number=last,
            length=length,
        )
    above = numeral(settled(float(story.cost[last]) - story.least, float(story.cost[0])))
    return message(
        "Downhill in {number} step, to {gap} above the minimum.",
        "Downhill in {number} steps, to {gap} above the minimum.",
        number=last,
        gap=above,
    )


def raw(story: DescentStory) -> Message:
    """How far the descent over the columns as they are has come."""
    return message(
        "Columns as they are: {gap} above the minimum after {number} step.",
        "Columns as they are: {gap} above the minimum after {number} steps.",
        gap=numeral(float(story.cost[-1]) - (story.least or 0.0), DIGITS - 1),
        number=story.last,
    )


def over_scaled(story: DescentStory) -> Message:
    """How far it is over standardised ones."""
    return message(
        "Scaled columns: there after {number} step.",
        "Scaled columns: there after {number} steps.",
        number=story.steps,
    )


def scaled_columns(story: DescentStory) -> Caption:
    """What changes, and what it does."""
    now = message("Now each column is less its mean, over its spread: the same data, another map.")
    round_ = message("The ravine is round, so the gradient points at its floor.")
    curved = message("The ravine is rounder, so the steps go along it.")
    return now, round_ if story.form == "line" else curved


def subtracted(high: float, low: float) -> tuple[Term, Term, Term]:
    """Two values with so many digits that what is shown subtracts to their difference as it is shown."""
    gap = high - low
    pairs = (
        (first, second)
        for first in range(DIGITS, MOST_DIGITS + 1)
        for second in range(DIGITS, first + 1)
        if rounded(float(rounded(high, first) - rounded(low, second))) == rounded(gap)
    )
    first, second = next(pairs, (MOST_DIGITS, MOST_DIGITS))
    return numeral(high, first), numeral(low, second), numeral(gap)


def log_scale(story: DescentStory) -> Message:
    """Why the scale changes."""
    if story.least is None:
        return message("On a log scale the cost cannot hide: equal heights are equal factors.")
    return message("On a log scale no gap can hide: equal heights are equal factors.")


def run_on(story: DescentStory) -> Caption:
    """What further steps bring."""
    last, more = story.last, story.last - story.steps
    if story.least is None:
        length = numeral(float(story.gradient_norm[-1]))
        said = message(
            "Run on for {number} step more, to step {last}: the gradient is {length} long.",
            "Run on for {number} steps more, to step {last}: the gradient is {length} long.",
            number=more,
            last=last,
            length=length,
        )
        return said, *straggler(story)
    gap = numeral(float(story.cost[-1]) - story.least)
    said = message(
        "Run on for {number} step more, to step {last}: the gap is {gap}.",
        "Run on for {number} steps more, to step {last}: the gap is {gap}.",
        number=more,
        last=last,
        gap=gap,
    )
    return said, *straggler(story)


def straggler(story: DescentStory) -> Caption:
    """The parameter that has the largest part of its way before it, where that is most of it."""
    exact = searched(story) if story.exact is None else story.exact
    if exact is None:
        return ()
    way, done = exact - story.parameters[0], story.parameters[-1] - story.parameters[0]
    with np.errstate(all="ignore"):
        parts = np.where(way != 0, done / way, 1.0)
    least = int(np.argmin(parts))
    if not 0 <= parts[least] < BEHIND:
        return ()
    name, part = story.problem.symbols[least], numeral(float(parts[least]) * PER_CENT, 2)
    return (message("{name} has gone only {part} % of its way by then.", name=name, part=part),)


def unmoved(story: DescentStory, names: tuple[str, ...]) -> Caption:
    """What hardly moves, and what helps."""
    others = tuple(name for name in story.names if name not in names)
    said = message(
        "Moved: {others}. Hardly moved: {names}. The cost is far steeper along {others}.",
        others=listed([*map(Symbol, others)]),
        names=listed([*map(Symbol, names)]),
    )
    helps = message("Scaled columns would help, or an optimizer with a step for each parameter.")
    return said, helps


def far(story: DescentStory, cure: Cure, part: float) -> Caption:
    """How much of the way is left, and what would have brought it there in how many steps."""
    left = message(
        "After {number} step {part} % of the gap is left.",
        "After {number} steps {part} % of the gap are left.",
        number=story.last,
        part=numeral(PER_CENT * part, 2),
    )
    if cure.standardised:
        helps = message(
            "With standardised columns it takes {number} step.",
            "With standardised columns it takes {number} steps.",
            number=cure.steps,
        )
    else:
        helps = message(
            "At the rate {rate} it takes {number} step.",
            "At the rate {rate} it takes {number} steps.",
            number=cure.steps,
            rate=numeral(cure.rate, 3),
        )
    return left, helps


def too_large(story: DescentStory) -> Caption:
    """Why a descent goes up for good."""
    rate, largest = story.run.learning_rate, story.run.largest_stable_rate or 0.0
    rates = {"rate": numeral(rate), "largest": numeral(largest)}
    if not story.diverged:
        above = message("The rate {rate} is above {largest}: sooner or later the cost goes up.")
        return (above.filled(**rates),)
    risen = message(
        "From {before} to {after} in {number} step.",
        "From {before} to {after} in {number} steps.",
        before=cost_at(story, 0),
        after=cost_at(story, story.steps),
        number=story.steps,
    )
    if (story.rule is not None and not story.unstable) or story.has_schedule:
        return risen, rule_words.too_large(story)
    said = message("The learning rate {rate} is too large here: try a smaller one.")
    if story.unstable:
        said = message("The learning rate {rate} overshoots: it settles only below {largest}.")
    return risen, said.filled(**rates)


def nothing_to_do() -> Message:
    """The start is where the descent ends."""
    return message(
        "The gradient at the start is too small for a step: there is nothing to descend."
    )


def ending(story: DescentStory) -> Caption:
    """The first question's answer, and what can be done now."""
    able = message("Now you can read a descent: its way, its steps, and how far it still is.")
    if story.least is None:
        able = message("Now you can read a descent: its way, its steps, and its slope.")
    if story.exact is None or story.run.exact is None:
        found = _values(story, story.parameters[-1])
        return message("So far it has come: {found}.", found=found), able
    if story.scaled is not None and story.scaled.own.exact is not None:
        return penalty_words.in_own_units(story.scaled), able
    found = _values(story, story.exact)
    best = message("The best there is, dashed: {found}.", found=found)
    if story.rule is None:
        best = message(
            "The same rule, {number} time. The best there is: {found}.",
            "The same rule, {number} times. The best there is: {found}.",
            number=story.last,
            found=found,
        )
    return best, *penalty_words.drawn_to_zero(story), able


def _values(story: DescentStory, values: FloatArray) -> Part:
    """Parameters with their values; rounding is 0."""
    sizes = story.magnitudes[:-1].tolist()
    triples = zip(story.problem.symbols, values.tolist(), sizes, strict=True)
    return listed([Equation(name, numeral(settled(v, size))) for name, v, size in triples])
