"""The learning rate of a descent: the one that is given, or what "auto" chooses, and what is said of it."""

from __future__ import annotations

from dataclasses import dataclass

from symgd.codegen.walk.arrival import Evaluate, FloatArray
from symgd.codegen.walk.backtracking import course
from symgd.codegen.walk.bowl import Bowl, bowl_course
from symgd.codegen.walk.strides import Course, constant
from symgd.codegen.walk.walk import Limits
from symgd.errors import DescentError, parameter
from symgd.optimize.curvature import Landscape, Quadratic
from symgd.writing.words import Message, message


@dataclass(frozen=True)
class Asked:
    """What the caller asked for.

    Parameters
    ----------
    limits : Limits
    steps_given : bool
        Whether the caller said how many steps at most.
    auto : bool
        Whether the learning rate is for us to choose.
    """

    limits: Limits
    steps_given: bool
    auto: bool


def choose(
    evaluate: Evaluate,
    found: Quadratic | None,
    known: Landscape,
    start: list[float],
    learning_rate: float | None,
    asked: Asked,
) -> Course:
    """How the steps are made; without a rate, at one that suits the cost."""
    bent = known.curvature is not None and any(known.curvature)
    if learning_rate is None and bent and known.best_rate is None:
        raise DescentError("the curvature is beyond the range of floats", "rescale the columns")
    if found is None:
        return course(evaluate, learning_rate, asked.limits.most)
    if learning_rate is not None:
        return Course(constant(learning_rate), asked.limits.most, learning_rate)
    bowl = Bowl.of(found.matrix, found.reached(start))
    return bowl_course(bowl, learning_rate, asked.limits.most, asked.steps_given)


def said_of_rate(chosen: Course, known: Landscape, rates: FloatArray, kinked: bool) -> Message:
    """What "auto" chose, and why; `rates` are those of the steps that were made."""
    auto = parameter("learning_rate", '"auto"')
    if chosen.rate is None:
        rates = rates[rates > 0]
        if not len(rates):
            return message("{auto} gives each step a rate at which the cost falls", auto=auto)
        least, most = float(rates.min()), float(rates.max())
        if kinked:
            return message(
                "{auto} gives each step a rate at which the cost falls, or at a kink one that shrinks from step to step: here from {least} to {most}",
                auto=auto,
                least=least,
                most=most,
            )
        return message(
            "{auto} gives each step a rate at which the cost falls: here from {least} to {most}",
            auto=auto,
            least=least,
            most=most,
        )
    if known.best_rate is not None and chosen.rate < 0.75 * known.best_rate:
        return message(
            "{auto} chose {rate}, one over the largest curvature: the best rate in the long run, {best}, comes less far in so few steps",
            auto=auto,
            rate=chosen.rate,
            best=known.best_rate,
        )
    return message("{auto} chose the best constant rate, {rate}", auto=auto, rate=chosen.rate)
