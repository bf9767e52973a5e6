"""What is said in the lesson `descend` of a penalty, and of columns that are standardised."""

from __future__ import annotations

from typing import TypeAlias

from symgd.animations.formulas.numerals import listed, numeral
from symgd.animations.stories.descent_story import DescentStory
from symgd.animations.stories.penalty_part import penalty_settings
from symgd.animations.stories.standardised_run import StandardisedRun
from symgd.problem.problem import Problem
from symgd.terms import Equation, Fraction, Negative, Sum, Symbol, Term
from symgd.writing.words import Message, Part, message

Caption: TypeAlias = tuple[Message, ...]


def second_part(story: DescentStory) -> Caption:
    """What the cost has beside the errors, and how much of it; nothing without a penalty."""
    value, problem = story.penalty_at(0), story.problem
    if problem.penalty is None:
        return ()
    named = message(
        "The cost has a second part, the {penalty}: it makes large values of {names} expensive.",
        penalty=problem.penalty.title,
        names=_penalized(problem),
    )
    if value is None:
        return (named,)
    errors = numeral(float(story.cost[0]) - value)
    parts = message(
        "Of the cost at the start, {errors} are the errors and {penalty} the penalty.",
        errors=errors,
        penalty=numeral(value),
    )
    return named, parts


def in_parts(story: DescentStory, step: int) -> Message | None:
    """The penalty with its settings and its value at a step, as it is written beside the cost; None without one."""
    value, problem = story.penalty_at(step), story.problem
    if value is None or problem.penalty is None:
        return None
    return message(
        "{penalty}, {settings}: {value}",
        penalty=problem.penalty.title,
        settings=penalty_settings(problem),
        value=numeral(value),
    )


def drawn_to_zero(story: DescentStory) -> Caption:
    """What the penalty does to the minimum."""
    problem = story.problem
    if problem.penalty is None:
        return ()
    said = message("The {penalty} draws {names} towards zero; without it the errors could be less.")
    return (said.filled(penalty=problem.penalty.title, names=_penalized(problem)),)


def _penalized(problem: Problem) -> Part:
    return listed(tuple(map(Symbol, problem.penalized)))


def standardised(scaled: StandardisedRun) -> Caption:
    """In which columns the steps are made, and whose the parameters are."""
    names = tuple(map(Symbol, scaled.run.problem.parameters))
    return (
        message("The steps are made in standardised inputs: each less its mean, over its spread."),
        message(
            "So {names} are those of standardised columns, and not of your own units.",
            names=listed(names),
        ),
    )


def scaled_columns(scaled: StandardisedRun) -> tuple[Message, ...]:
    """Each input as it is standardised."""
    problem, made = scaled.run.problem, []
    for name, mean, spread in zip(problem.inputs, scaled.means, scaled.spreads, strict=True):
        shift: Term = Negative(numeral(mean)) if mean >= 0 else numeral(-mean)
        above = Sum((Symbol(name), shift)) if mean else Symbol(name)
        value = Fraction(above, numeral(spread))
        made.append(message("{name} = {value}", name=problem.labels[name], value=value))
    return tuple(made)


def in_own_units(scaled: StandardisedRun) -> Message:
    """The minimum, written back."""
    exact = scaled.own.exact
    assert exact is not None
    pairs = tuple(Equation(Symbol(n), numeral(v)) for n, v in exact.parameters.items())
    return message("Written back in your own units, the best is {found}.", found=listed(pairs))
