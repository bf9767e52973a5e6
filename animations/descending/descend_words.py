"""What is said in the lesson `descend`: every claim and every number comes from the story."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np

from symgd.animations.descending import rule_words
from symgd.animations.formulas.names import brief
from symgd.animations.formulas.numerals import (
    DIGITS,
    MOST_DIGITS,
    listed,
    numeral,
    numerals_apart,
    rounded,
    settled,
)
from symgd.animations.stories import form_words as forms
from symgd.animations.stories.descent_story import DescentStory, Turn
from symgd.animations.stories.director import Director
from symgd.data.arrays import FloatArray
from symgd.terms import Equation, Symbol, Term
from symgd.writing.words import Message, Part, message

BEHIND = 0.5  # a parameter that has gone less than this part of its way is behind
GONE_NEAR = 3  # the step at which the picture goes near
HARDLY = 1e-3  # a cost that falls by less, relatively, hardly falls
PER_CENT = 100
NEAR = 5e-3  # of a difference, for what rounding may change
ROUNDING = 1e-24  # a least cost so small, relatively, is none

Caption: TypeAlias = tuple[Message, ...]


def opening(story: DescentStory) -> Caption:
    """The question that the film answers; names that are cut in the picture are said in full."""
    problem = story.problem
    labels = [problem.labels[name] for name in (*problem.inputs, problem.target)]
    cut = tuple(label for label in labels if brief(label) != label)
    if not cut:
        return (forms.HOW_TO_FIND[story.form],)
    return message("The columns in full: {names}.", names=cut), forms.HOW_TO_FIND[story.form]


def which_way(story: DescentStory) -> Message:
    """The question before the gradient."""
    name = story.problem.symbols[0]
    return message("Is {name} to grow or to shrink, for the cost to fall?", name=name)


def cost_at(story: DescentStory, step: int) -> Term:
    """The cost after so many steps, as it is shown."""
    return numeral(float(story.cost[step]))


def data(story: DescentStory) -> Caption:
    """The data and the start."""
    start = _start(story)
    first = forms.START[story.form].filled(number=len(story.run.data), start=start)
    if story.form != "model":
        return (first,)
    equal = message(
        "We start from {start}. On the line, predicted and actual are equal.", start=start
    )
    return first, equal


def function(story: DescentStory) -> Caption:
    """The function, the start, and how high it is there."""
    start = forms.START[story.form].filled(start=_start(story))
    name, first = story.problem.cost_name, cost_at(story, 0)
    return start, message("There {cost} is {value}: where is it least?", cost=name, value=first)


def _start(story: DescentStory) -> Part:
    """Where it starts: each parameter with its value."""
    pairs = zip(story.problem.symbols, story.parameters[0].tolist(), strict=True)
    return listed([Equation(name, numeral(value)) for name, value in pairs])


def residuals(story: DescentStory) -> Caption:
    """How wrong the start is."""
    name, first = story.problem.cost_name, cost_at(story, 0)
    return (
        message("Dashed: the residuals, the distance from each row to its prediction."),
        message("The cost {cost} makes one number of them all: {value}.", cost=name, value=first),
    )


def point(story: DescentStory) -> Caption:
    """The same line as a point among the parameters."""
    cost, names = story.problem.cost_name, story.problem.symbols
    if len(names) == 1:
        return (forms.ON_THE_CURVE[story.form].filled(cost=cost, name=names[0]),)
    as_point = forms.IN_THE_PLANE[story.form].filled(
        names=listed(tuple(map(Symbol, story.shown_names)))
    )
    level = message("Along each thin line the cost {cost} is the same.", cost=cost)
    if not story.sliced:
        return as_point, level
    held = message(
        "This plane is a slice of the two that move furthest, with {names} held as at this step.",
        names=listed(tuple(map(Symbol, story.held_names))),
    )
    return as_point, level, held


def gradient(story: DescentStory) -> Caption:
    """Uphill, and the minus."""
    if story.rule is not None:
        return rule_words.gradient(story)
    uphill = (
        message("The derivative points to where the cost rises fastest.")
        if len(story.names) == 1
        else message("The partial derivatives, together, point to where the cost rises fastest.")
    )
    return uphill, message("The minus in the update turns the arrow round: downhill.")


def update() -> Caption:
    """From symbols to numbers to the result, and only then the move."""
    return (
        message("The update, the same rule for every parameter."),
        message("This step's numbers take the places of the symbols."),
        message("All parameters at once. Only now the point moves."),
    )


def first_step(story: DescentStory) -> Caption:
    """What the first step did."""
    before, after = story.cost[:2].tolist()
    first, then = numerals_apart(before, after)
    if first == then:
        changed = message("The cost is still {first}. The table keeps the trace.")
    elif after < before and before - after < HARDLY * abs(before):
        changed = message(
            "The cost hardly fell: from {first} to {then}. The table keeps the trace."
        )
    elif after < before:
        changed = message("The cost fell from {first} to {then}. The table keeps the trace.")
    else:
        changed = message("The cost rose from {first} to {then}. The table keeps the trace.")
    return forms.FOLLOWS[story.form], changed.filled(first=first, then=then)


def second_step(story: DescentStory) -> Message:
    """The learning rate against the step's length."""
    if story.rule is not None:
        return rule_words.second_step(story)
    if story.has_schedule:
        return rule_words.changing_rate(story)
    if story.gradient_norm[1] < story.gradient_norm[0]:
        return message(
            "The learning rate never changes. The gradient is shorter now, so the step is shorter too."
        )
    return message(
        "The learning rate never changes. The gradient is longer now, so the step is longer too."
    )


def more_steps(first: int, director: Director) -> Message:
    """Step after step."""
    said = message("Step {first} and on: the same rule every time, with new numbers.")
    if director.near is not None and not director.story.sliced and first == GONE_NEAR:
        said = message("Nearer now. Step {first} and on: the same rule, with new numbers.")
    return said.filled(first=first)


def turning(turn: Turn, story: DescentStory) -> Message:
    """A parameter that turns."""
    if story.rule is not None:
        return rule_words.turning(turn)
    said = message(
        "{name} fell until step {step} and now rises: its partial derivative has changed sign."
    )
    if turn.rising:
        said = message(
            "{name} rose until step {step} and now falls: its partial derivative has changed sign."
        )
    return said.filled(name=Symbol(turn.name), step=turn.step)


def sweep(story: DescentStory, director: Director) -> Caption:
    """The rest of the run in fast motion, and what stands for a path that would be a solid block."""
    first, last = story.singly + 1, story.steps
    said = message("In fast motion: steps {first} to {last}.", first=first, last=last)
    if not director.banks:
        return (said,)
    banks = message(
        "The two lines are the banks: the even steps lie on one, the odd steps on the other."
    )
    return said, banks


def question(story: DescentStory) -> Message:
    """The freeze, as it is written into the picture."""
    if story.arrived:
        return message("are we there?")
    if story.looks_flat:
        return message("looks flat: are we there?")
    return message("still moving: how far is it?")


def asked(story: DescentStory) -> Message:
    """The freeze, as it is said."""
    if story.arrived:
        return message(
            "After {number} step: is this the lowest place there is?",
            "After {number} steps: is this the lowest place there is?",
            number=story.steps,
        )
    if story.looks_flat:
        return message(
            "After {number} step the cost looks flat. Are we there?",
            "After {number} steps the cost looks flat. Are we there?",
            number=story.steps,
        )
    return message(
        "After {number} step the cost still moves. How far is it?",
        "After {number} steps the cost still moves. How far is it?",
        number=story.steps,
    )


def answer(story: DescentStory) -> Caption:
    """How far it is to the minimum, as far as that is known."""
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


def subtracted(high: float, low: float) -> tuple[Term, Term, Term]:
    """Two values and their difference, with so many digits that what is shown subtracts to what is shown."""
    for digits in range(DIGITS, MOST_DIGITS + 1):
        gap = float(rounded(high, digits) - rounded(low, digits))
        if abs(gap - (high - low)) <= NEAR * abs(high - low):
            break
    return numeral(high, digits), numeral(low, digits), numeral(gap, MOST_DIGITS)


def log_scale(story: DescentStory) -> Message:
    """Why the scale changes."""
    if story.least is None:
        return message("On a log scale the cost cannot hide: equal heights are equal factors.")
    return message(
        "On a log scale the gap to the minimum cannot hide: equal heights are equal factors."
    )


def run_on(story: DescentStory) -> Caption:
    """What further steps bring."""
    last = story.last
    further = message(
        "The same descent, run on for {number} step more.",
        "The same descent, run on for {number} steps more.",
        number=last - story.steps,
    )
    if story.least is None:
        length = numeral(float(story.gradient_norm[-1]))
        said = message(
            "After {last} steps in all the gradient is {length} long.", last=last, length=length
        )
    else:
        gap = numeral(float(story.cost[-1]) - story.least)
        said = message("After {last} steps in all the gap is {gap}.", last=last, gap=gap)
    return further, said, *straggler(story)


def straggler(story: DescentStory) -> Caption:
    """The parameter that has the largest part of its way before it, where that is most of it."""
    if story.exact is None:
        return ()
    way, done = story.exact - story.parameters[0], story.parameters[-1] - story.parameters[0]
    with np.errstate(all="ignore"):
        parts = np.where(way != 0, done / way, 1.0)
    least = int(np.argmin(parts))
    if not 0 <= parts[least] < BEHIND:
        return ()
    name, part = story.problem.symbols[least], numeral(float(parts[least]) * PER_CENT, 2)
    return (message("{name} has gone only {part} % of its way by then.", name=name, part=part),)


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
    able = message(
        "Now you can read a descent: which way it goes, how far each step, and whether it is there."
    )
    if story.exact is None or story.run.exact is None:
        found = _values(story, story.parameters[-1])
        return message("So far it has come: {found}.", found=found), able
    found = _values(story, story.exact)
    best = message("The best there is: {found}. Dashed is where each parameter has to go.")
    return best.filled(found=found), able


def _values(story: DescentStory, values: FloatArray) -> Part:
    """Parameters with their values; rounding is 0."""
    sizes = np.abs(story.parameters).max(axis=0).tolist()
    triples = zip(story.problem.symbols, values.tolist(), sizes, strict=True)
    return listed([Equation(name, numeral(settled(v, size))) for name, v, size in triples])
