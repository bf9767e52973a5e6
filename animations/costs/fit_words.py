"""What is said in the lesson `fit_a_line`: every claim and every number comes from the rows that are told of."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

import numpy as np

from symgd.animations.costs.told_rows import FollowedRows, best_values
from symgd.animations.formulas.numerals import listed, numeral, numerals_apart
from symgd.animations.stories import form_words as forms
from symgd.animations.stories.descent_story import DescentStory
from symgd.animations.stories.known_least import Source, known_least
from symgd.data.arrays import FloatArray
from symgd.terms import Equation, Symbol, Term
from symgd.terms import number as whole
from symgd.writing.words import Message, Part, message

Caption: TypeAlias = tuple[Message, ...]

# Where the last try's parameters are from, and what is known of their cost.
WHENCE: Mapping[Source, Message] = {
    "formula": message(
        "No guess: a formula gives the least cost. Slopes, in a later lesson, show why."
    ),
    "search": message("These values are no guess: a search for the least cost found them."),
    "descent": message("These values are no guess: gradient descent came to them."),
}
KNOWN: Mapping[Source, Message] = {
    "formula": message("exactly the least of all"),
    "search": message("the least that a search finds"),
    "descent": message("the least that the descent came to"),
}
ENDED: Mapping[Source, Message] = {
    "formula": message("No other choice of parameters costs less."),
    "search": message("The search ended here: no small change of the parameters costs less."),
    "descent": message("This is the least that the descent came to; there may be less."),
}


def at(story: DescentStory, values: np.ndarray, shown: Callable[[str], str] = str) -> Part:
    """Each parameter with its value."""
    pairs = zip(story.problem.parameters, np.asarray(values).tolist(), strict=True)
    return listed([Equation(Symbol(shown(name)), numeral(value)) for name, value in pairs])


def question(told: FollowedRows) -> Message:
    """The heading."""
    return forms.QUESTION[told.story.form]


def data(told: FollowedRows) -> Caption:
    """How many rows there are, and which are told of."""
    count = len(told.actual)
    there = message(
        "Here is {number} row of data.", "Here are {number} rows of data.", number=count
    )
    if not told.left_out:
        return (there,)
    few = message(
        "We follow {number} of them, and all of them count.",
        "We follow {number} of them, and all of them count.",
        number=len(told.rows),
    )
    return there, few


def first(told: FollowedRows) -> Caption:
    """The line that we start from, and the question."""
    story = told.story
    start = at(story, story.parameters[0])
    return forms.FIRST[story.form].filled(start=start), forms.HOW_WRONG[story.form]


def predicted(told: FollowedRows) -> Caption:
    """How a prediction is made of a row."""
    name = Symbol(told.problem.inputs[0])
    return (
        message("Put the {name} of a row into the formula: out comes a prediction.", name=name),
    )


def residuals(told: FollowedRows) -> Caption:
    """What is dashed."""
    forwards = told.problem.notation.residual_sign == "prediction - target"
    if not told.of_residual:
        return (message("Each dash is the way from what is predicted to what is actual."),)
    difference = (
        message("The dashes are the residuals: what is predicted, less what is actual.")
        if forwards
        else message("The dashes are the residuals: what is actual, less what is predicted.")
    )
    convention = message("Taken the other way round, only their signs would change.")
    return difference, convention, _signs(told.residuals(np.asarray(told.story.parameters[0])))


def _signs(residuals: np.ndarray) -> Message:
    """Of which signs the residuals are, and what that does to their sum."""
    above, below = bool((residuals > 0).any()), bool((residuals < 0).any())
    if above and below:
        return message("Some are positive and some negative: added up, they would cancel in part.")
    if above:
        return message("Here none is negative. Of both signs, they would cancel when added up.")
    if below:
        return message("Here none is positive. Of both signs, they would cancel when added up.")
    return message("Here all are zero. Of both signs, they would cancel when added up.")


def losses(told: FollowedRows) -> Caption:
    """What becomes of a residual."""
    if told.is_square:
        return (
            message("So each residual becomes the side of a square, in the scale of the target."),
            message(
                "An area is never negative, and a residual twice as long has four times as much."
            ),
        )
    if told.of_residual:
        return (
            message("So the loss makes a height of each residual: the curve says which."),
            message("To the left and to the right of zero, being wrong costs something."),
        )
    return (
        message("The loss makes a height of each prediction: the curve of its target says which."),
        message("The farther from its target, the more it costs."),
    )


def total(told: FollowedRows, *, laid: bool) -> Caption:
    """What all rows make together, where their squares are `laid` as one strip."""
    if laid:
        return (
            message("Lay all the squares as one strip: not a bit of their area is lost."),
            message(
                "Cut it in {count} equal parts. One of them is the mean square: the cost.",
                count=len(told.actual),
            ),
        )
    reduction = told.problem.loss.reduction
    made = {
        "mean": message("Their mean is the cost: one number for all rows."),
        "sum": message("Their sum is the cost: one number for all rows."),
        "half mean": message("Half of their mean is the cost: one number for all rows."),
        "root mean": message("The root of their mean is the cost: one number for all rows."),
    }[reduction]
    if told.problem.penalty is None:
        return (made,)
    return made, message("A penalty on large parameters is added.")


def formula(told: FollowedRows) -> Caption:
    """What in the formula is a number, and what is not."""
    problem = told.problem
    numbers = listed([*problem.data.values()])
    return (
        message("Each number is made in the same way, from its own row."),
        message(
            "The sum sign writes the same for any number of rows: here {count} is {number}.",
            count=Symbol(problem.notation.count),
            number=whole(len(told.actual)),
        ),
        message("{data} are numbers: they came with the data.", data=numbers),
        message("The cost is a function of {names} alone.", names=listed([*problem.symbols])),
    )


def worse(told: FollowedRows) -> Caption:
    """A try away from the best one: another cost, and a greater one."""
    before, after = as_seen(float(told.story.cost[0]), told.cost(told.worse))
    rises = message("It rises from {before} to {after}.", before=before, after=after)
    return forms.ANOTHER[told.story.form], rises


def another(told: FollowedRows, *, asks: bool) -> Caption:
    """Other parameters, another cost, and whence these are, unless it is asked first whether that is the least."""
    story = told.story
    whence = () if asks else (WHENCE[known_least(story).source],)
    if not told.has_worse:
        return (forms.ANOTHER[story.form], _cheaper(told), *whence)
    before, after = as_seen(told.cost(told.worse), told.cost(best_values(story)))
    return (
        message("That was the wrong way. The other way the cost falls."),
        message("It falls from {before} to {after}.", before=before, after=after),
        *whence,
    )


def least(told: FollowedRows) -> tuple[Term, Term]:
    """The start's cost, and the least."""
    return as_seen(float(told.story.cost[0]), told.cost(best_values(told.story)))


def as_seen(value: float, other: float) -> tuple[Term, Term]:
    """Two costs as they stand beside the picture; with more digits where they would be the same."""
    seen = numeral(value), numeral(other)
    return numerals_apart(value, other) if seen[0] == seen[1] else seen


def _cheaper(told: FollowedRows) -> Message:
    before, after = least(told)
    return message("It falls from {before} to {after}.", before=before, after=after)


def _sizes(told: FollowedRows, tried: Sequence[FloatArray]) -> list[Part]:
    """Each parameter that is changed, and by how much."""
    changes = [each - best_values(told.story) for each in tried]
    sizes = {int(np.argmax(np.abs(each))): float(np.abs(each).max()) for each in changes}
    names = told.problem.parameters
    return [
        message("{name} by {size}", name=Symbol(names[n]), size=numeral(size))
        for n, size in sizes.items()
    ]


def nudged(told: FollowedRows, tried: Sequence[FloatArray]) -> Caption:
    """That the least cost rises where a parameter is changed a little."""
    return (
        message(
            "Is it the least? Nudge {nudges}, up and down.", nudges=listed(_sizes(told, tried))
        ),
        message("A little more or a little less: each time the cost rises."),
        WHENCE[known_least(told.story).source],
    )


def end(told: FollowedRows) -> Caption:
    """Whether that is the least, and what can be done now."""
    story = told.story
    return ENDED[known_least(story).source], forms.CAN[story.form]


def answer(told: FollowedRows) -> Message:
    """The heading's question, answered."""
    story, value = told.story, numeral(told.cost(best_values(told.story)))
    said = forms.ANSWER if known_least(story).is_best else forms.SO_FAR
    return said[story.form].filled(least=Equation(story.problem.cost_name, value))
