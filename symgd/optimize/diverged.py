"""What is told of a descent that diverged, and which rate goes down."""

from __future__ import annotations

import math

from symgd.errors import either, parameter
from symgd.optimize.ended import Story
from symgd.optimize.method import Method
from symgd.optimize.outcome import Outcome
from symgd.optimize.undefined import WithoutValue
from symgd.writing.formulas.text import text
from symgd.writing.words import Message, message

SQUARED = 1e154  # the square of a longer gradient is beyond all floats
HOPELESS = 10  # times the parameters' size: a first step that is longer goes too far
WITHOUT = parameter("optimizer")


def diverged(story: Story) -> Outcome:
    if _has_no_square(story):
        return _beyond_squares(story)
    if story.undefined is not None and story.method is not None:
        return _without_value(story, story.undefined, story.method)
    return Outcome("diverged", _why_diverged(story), slower(story))


def _has_no_square(story: Story) -> bool:
    """Whether an optimizer that squares the gradient met one whose square is no float."""
    squares = story.method is not None and (story.lost or not story.method.has_rate)
    return squares and story.last[1] > SQUARED


def _beyond_squares(story: Story) -> Outcome:
    """No rate and no setting helps where the gradient's square is needed and is no float."""
    assert story.method is not None
    cause = message(
        "at step {step} {optimizer} needs the square of the gradient, which is too large for a float: the gradient is {length} long here",
        step=story.steps + 1,
        optimizer=Message(story.method.optimizer.name),
        length=story.last[1],
    )
    if story.has_examples:
        return Outcome("diverged", cause, elsewhere(story))
    plain = message(
        "leave out {optimizer}: plain steps find a rate here; or give another start",
        optimizer=WITHOUT,
    )
    return Outcome("diverged", cause, plain)


def _without_value(story: Story, found: WithoutValue, method: Method) -> Outcome:
    """No rate helps where the rule itself has no value: a setting may, else the rule or the start."""
    cause = message(
        "at step {step} the statement {statement} of {optimizer} has no finite value: it divides by 0 there, or works out what is not defined",
        step=story.steps + 1,
        statement=Message(text(found.statement)),
        optimizer=Message(method.optimizer.name),
    )
    if not found.setting:
        remedy = message("change the rule, so that it has a value there, or give another start")
        return Outcome("diverged", cause, remedy)
    number = f"{found.instead:.10g}"
    put = either(f'optimizer_settings={{"{found.setting}": {number}}}', f"--set {found.setting}={number}")  # fmt: skip
    return Outcome("diverged", cause, message("pass {setting}, where it has a value", setting=Message(put)))  # fmt: skip


def _led_away(story: Story) -> Message:
    """What leads away from here: the optimizer, or the rate."""
    largest, rate = story.landscape.largest_stable_rate, story.learning_rate
    if story.method is not None and not story.method.has_rate:
        return message(
            "{optimizer} leads away from here", optimizer=Message(story.method.optimizer.name)
        )
    if _is_no_rate(story):
        return message("the cost leaves the floats there")
    if story.unstable and largest is not None:
        return message(
            "the learning rate {rate} is above the largest stable one, {largest}, so each step overshoots further",
            rate=rate,
            largest=largest,
        )
    return message("the learning rate {rate} is too large here", rate=rate)


def _is_no_rate(story: Story) -> bool:
    """Whether numbers have left the floats at a rate that was found, or before a rate made a step; else a rate is too large."""
    ending = story.ending
    left = story.lost or ending.ended == "no gradient" or not math.isfinite(ending.cost)
    steep = (story.landscape.curvature or (0.0,))[-1] == math.inf  # beyond the range of floats
    return left and (story.asked.auto or steep or (story.lost and not story.steps))


def _why_diverged(story: Story) -> Message:
    """What was met, and why."""
    why = _led_away(story)
    step, beyond = story.steps + 1, story.ending.cost
    if story.lost and story.method is not None:
        return message(
            "at step {step} what {optimizer} remembers is not a number any more, or too large for a float: {why}",
            step=step,
            optimizer=Message(story.method.optimizer.name),
            why=why,
        )
    if story.ending.ended == "no gradient":
        return message(
            "at step {step} the gradient is not a number any more, or too large for a float: {why}",
            step=step,
            why=why,
        )
    if math.isnan(beyond):
        return message(
            "at step {step} the cost is not a number any more: {why}", step=step, why=why
        )
    if math.isinf(beyond):
        return message(
            "at step {step} the cost is too large for a float: {why}", step=step, why=why
        )
    rose = message(
        "in {number} step the cost rose from {first} to {last}: {why}",
        "in {number} steps the cost rose from {first} to {last}: {why}",
        number=story.steps,
        first=story.first[0],
        last=story.last[0],
        why=why,
    )
    if story.refused is None:
        return rose
    return message(
        "{cause}, and there is no further step: {reason}", cause=rose, reason=story.refused.cause
    )


def elsewhere(story: Story) -> Message:
    """What may help where no rate does."""
    if not story.has_examples:
        return message("give another start")
    return message("rescale the columns, or give another start")


def slower(story: Story) -> Message:
    largest, best = story.landscape.largest_stable_rate, story.landscape.best_rate
    if story.method is not None and not story.method.has_rate:
        return _shorter(story, story.method)
    if story.method is not None and story.method.law is not None:
        return message("take a smaller rate, or give another start")
    if _is_no_rate(story):
        return elsewhere(story)
    if largest is not None and story.unstable:
        half = largest / 2
        if best is None:
            return message("try {rate}, half of the largest stable one", rate=half)
        return message(
            'try {rate}, half of the largest stable one, or "auto" ({best})', rate=half, best=best
        )
    if story.guess is not None:
        return message("try {rate}: a guess, at which the first steps go down", rate=story.guess)
    if story.method is not None:
        return _slower_by_rule(story)
    return message("try a tenth of it, {rate}", rate=story.learning_rate / 10)


def _fitting(story: Story) -> float:
    """The rate at which a step along the gradient at the end is about as long as the parameters are large."""
    size = math.hypot(*story.parameters.values()) or 1.0
    return size / story.last[1] if story.last[1] else math.inf


def _shorter(story: Story, method: Method) -> Message:
    """What may help where the optimizer finds the length of its steps itself, and goes too far."""
    fitting = _fitting(story)
    tries = method.uses_rate and method.optimizer.rule.calls("first")
    if not tries or not fitting * HOPELESS < story.learning_rate:
        return message("give another start, or another optimizer")
    rate = parameter("learning_rate", f"{fitting:.1g}")
    return message(
        "let it try a smaller rate first, {rate}, or leave out {optimizer}: plain steps find their own",
        rate=rate,
        optimizer=WITHOUT,
    )


def _slower_by_rule(story: Story) -> Message:
    """A smaller rate for an update rule, or the one that is found by trying."""
    tenth, auto = story.learning_rate / 10, parameter("learning_rate", '"auto"')
    if not story.steps and tenth > HOPELESS * _fitting(story):
        return message("take {auto}", auto=auto)
    return message("try a tenth of it, {rate}, or take {auto}", rate=tenth, auto=auto)
