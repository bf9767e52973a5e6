"""The Outcome that is told of a descent that has ended."""

from __future__ import annotations

import math

from symgd.codegen.walk.arrival import Ahead
from symgd.codegen.walk.walk import Throw
from symgd.errors import SymgdError, either, parameter
from symgd.optimize.advice import faster, joined, scaled, smooth
from symgd.optimize.causes import at_kink, what_ended, with_flat, with_gap
from symgd.optimize.diverged import diverged, slower
from symgd.optimize.ended import Story
from symgd.optimize.outcome import Outcome
from symgd.writing.words import Message, message

GO_ON = either("start=run.parameters", "--start and these")


def outcome_of(story: Story) -> Outcome:
    """What a descent came to."""
    if story.kind == "interrupted":
        stopped = message(
            "it was stopped after {number} step, at a cost of {cost}",
            "it was stopped after {number} steps, at a cost of {cost}",
            number=story.steps,
            cost=story.last[0],
        )
        return Outcome("interrupted", stopped, _going_on(story))
    if story.constant:
        nothing = message(
            "there is nothing to descend: the cost is {cost}, whatever the parameters are",
            cost=story.first[0],
        )
        return Outcome("converged", nothing)
    if story.kind == "converged":
        return Outcome(
            "converged", with_flat(with_gap(at_kink(what_ended(story), story), story), story)
        )
    told = {
        "diverged": diverged,
        "stalled": _stalled,
        "no minimum": _no_minimum,
        "not begun": _not_begun,
        "out of steps": _out_of_steps,
    }
    return told[story.kind](story)


def _going_on(story: Story) -> Message:
    """How a descent that was stopped goes on."""
    if story.file:
        return message(
            "{file} keeps it: ask the same again to go on from there", file=Message(story.file)
        )
    method = story.method
    if method is None or not (method.optimizer.rule.state or method.law):
        return message("the trace so far is kept; go on with {start}", start=GO_ON)
    resume = either("run.resume(steps)", "--checkpoint FILE")
    if not method.optimizer.rule.state:
        return message(
            "the trace so far is kept; a descent goes on by {resume}, and with {start} the schedule of the rate begins anew",
            resume=resume,
            start=GO_ON,
        )
    return message(
        "the trace so far is kept; a descent goes on by {resume}, and with {start} what {optimizer} remembers begins anew",
        resume=resume,
        start=GO_ON,
        optimizer=Message(method.optimizer.name),
    )


# ---------------------------------------------------------------------------------------------
# Not arrived


def _stalled(story: Story) -> Outcome:
    """No step leads further, and it is no minimum."""
    if story.refused is not None:
        return _refused(story, story.refused)
    if story.thrown is not None:
        return _thrown(story, story.thrown)
    cause, ahead = what_ended(story), story.ahead
    if ahead is not None and ahead.plateau:
        return _on_plateau(story, ahead)
    if story.ending.ended == "no lower":
        cause = message(
            "after {number} step no step along the gradient lowers the cost, however short",
            "after {number} steps no step along the gradient lowers the cost, however short",
            number=story.steps,
        )
        if story.kinked and (ahead is None or not ahead.settles):
            kink = message(
                "{cause}, though the gradient is {length} long: the cost has a kink here",
                cause=cause,
                length=story.last[1],
            )
            return Outcome("stalled", kink, smooth(story))
    if story.saddle:
        saddle = message(
            "{cause}, but the cost bends down from here: this is a saddle, not a minimum",
            cause=cause,
        )
        return Outcome("stalled", saddle, message("give another start"))
    if ahead is None or not math.isfinite(ahead.fall):
        slope = message(
            "{cause}, but the gradient is still {length} long", cause=cause, length=story.last[1]
        )
        return Outcome("stalled", slope, faster(story))
    if ahead.fall == 0 and not ahead.settles:
        flat = message("{cause}, but the cost is flat here, and not known to be least", cause=cause)
        return Outcome("stalled", flat, message("give another start"))
    left = with_gap(_left(cause, story, ahead), story)
    return Outcome("stalled", left, _ways_on(story))


def _ways_on(story: Story) -> Message:
    """What leads on from where a descent stalled on a slope."""
    ways = faster(story)
    if story.next_length == 0 and story.method is not None and story.method.has_rate:
        return message(
            "at this rate no step moves a parameter here: go on with {start} and a larger rate, or without {optimizer}, which gives each step its own",
            start=GO_ON,
            optimizer=parameter("optimizer"),
        )
    if (
        story.next_length == 0
        and story.method is not None
        and story.method.optimizer.rule.calls("first")
    ):
        return message(
            "no step that {name} tries moves a parameter here: go on with {start}, without {optimizer}, which gives each step a rate of its own",
            name=Message(story.method.optimizer.name),
            start=GO_ON,
            optimizer=parameter("optimizer"),
        )
    if story.ending.ended != "no lower" and (story.next_length or story.method is None):
        return message("a short step is not arrival: {ways}", ways=ways)
    return ways


def _refused(story: Story, refused: SymgdError) -> Outcome:
    """The update rule itself makes no further step."""
    cause = message(
        "after {number} step there is no further one: {cause}",
        "after {number} steps there is no further one: {cause}",
        number=story.steps,
        cause=refused.cause,
    )
    return Outcome("stalled", cause, message("{remedy}", remedy=refused.remedy))


def _on_plateau(story: Story, ahead: Ahead) -> Outcome:
    """Where parameters make no difference, and elsewhere do."""
    names = [*story.parameters]
    plateau = message(
        "after {number} step the cost does not change with {names} any more, but falls further off: this is a plateau, not a minimum",
        "after {number} steps the cost does not change with {names} any more, but falls further off: this is a plateau, not a minimum",
        number=story.steps,
        names=tuple(names[number] for number in ahead.flat),
    )
    return Outcome("stalled", plateau, message("give another start"))


def _left(cause: Message, story: Story, ahead: Ahead) -> Message:
    """The cause, and by how much the cost can still fall, and where."""
    name, move = _foremost(story, ahead)
    return message(
        "{cause}, but the cost can still fall by about {fall} of {cost}, mostly where {name} changes by {move}",
        cause=cause,
        fall=ahead.fall,
        cost=story.last[0],
        name=name,
        move=move,
    )


def _foremost(story: Story, ahead: Ahead) -> tuple[str, float]:
    """The parameter that has furthest to go, beside its size, and how far."""
    named = zip(ahead.moves, story.parameters.items(), strict=True)
    parts = [
        (abs(move) / (abs(value) + abs(move) or 1.0), name, move) for move, (name, value) in named
    ]
    _, name, move = max(parts, key=lambda part: part[0])
    return name, move


def _no_minimum(story: Story) -> Outcome:
    """The cost falls for ever, as a parameter runs off."""
    if story.ways:
        falls = message("the cost falls for ever as {ways}", ways=story.ways)
        told = message(
            "after {number} step no end is in sight: {cause}",
            "after {number} steps no end is in sight: {cause}",
            number=story.steps,
            cause=falls,
        )
        return Outcome("no minimum", told, _with_a_minimum(story))
    assert story.ahead is not None
    name, _ = _foremost(story, story.ahead)
    runs = message(
        "after {number} step the cost still falls, less and less, as {name} goes beyond {value}: its least value lies at infinity",
        "after {number} steps the cost still falls, less and less, as {name} goes beyond {value}: its least value lies at infinity",
        number=story.steps,
        name=name,
        value=story.parameters[name],
    )
    return Outcome("no minimum", runs, _with_a_minimum(story))


def _with_a_minimum(story: Story) -> Message:
    """What helps where there is no minimum that way."""
    if not story.has_examples:
        return message("give another start, from which it may come to a minimum")
    return message("add a penalty, or another model")


def _thrown(story: Story, thrown: Throw) -> Outcome:
    """Overshot to where the cost is high and its gradient next to nothing."""
    cause = message(
        "step {step} threw the parameters onto a plateau: the cost rose from {before} to {after}, and the gradient there is only {length} long",
        step=thrown.step,
        before=thrown.before,
        after=thrown.after,
        length=story.last[1],
    )
    rate = story.guess or story.learning_rate / 10
    smaller = parameter("learning_rate", f"{rate:.3g}")
    return Outcome(
        "stalled", cause, message("take a smaller rate, {rate}, or another start", rate=smaller)
    )


def _not_begun(story: Story) -> Outcome:
    """No step was asked for."""
    cause = message(
        "no step was asked for: at the start the cost is {cost} and its gradient {length} long",
        cost=story.last[0],
        length=story.last[1],
    )
    if story.unstable:
        advice = message("it is going to diverge: {advice}", advice=slower(story))
        return Outcome("not begun", cause, advice)
    return Outcome("not begun", cause)


def _wandering(story: Story) -> Outcome:
    """Steps on some rows each, which at a constant rate do not come to rest."""
    cause = message(
        "after {number} step the cost goes up and down: at a constant rate, steps that look at some of the rows do not come to rest, they wander about the minimum",
        "after {number} steps the cost goes up and down: at a constant rate, steps that look at some of the rows do not come to rest, they wander about the minimum",
        number=story.steps,
    )
    rate = parameter("learning_rate", f"{story.learning_rate / 10:.3g}")
    if story.method is not None and not story.method.has_rate:
        more = message(
            "take more rows for a step, or leave out {size}", size=parameter("batch_size")
        )
        return Outcome("out of steps", with_gap(cause, story), joined([more, *scaled(story)]))
    nearer = message(
        "go on from here with {rate}, take more rows for a step, or leave out {size}",
        rate=rate,
        size=parameter("batch_size"),
    )
    return Outcome("out of steps", with_gap(cause, story), joined([nearer, *scaled(story)]))


def _out_of_rate(story: Story) -> Outcome:
    """The schedule has brought the rate to 0."""
    law = story.method.law if story.method is not None else None
    assert law is not None
    schedule, most = parameter(law.option, f'"{law.said}"'), parameter(story.most)
    done = message(
        "the {number} step that {most} allows is done, and {schedule} makes the rate of the next 0",
        "all {number} steps that {most} allows are done, and {schedule} makes the rate of the next 0",
        number=story.steps,
        most=most,
        schedule=schedule,
    )
    if not story.asked.steps_given and story.most == "max_iter":
        done = message(
            "the {number} step is done that is made where no {most} is given, and {schedule} makes the rate of the next 0",
            "all {number} steps are done that are made where no {most} is given, and {schedule} makes the rate of the next 0",
            number=story.steps,
            most=most,
            schedule=schedule,
        )
    anew = message("go on with {start}, which begins it anew", start=GO_ON)
    if not law.counts_steps:
        advice = message("take another {schedule}", schedule=parameter(law.option))
        return Outcome("out of steps", with_gap(done, story), joined([advice, anew]))
    longer = message("raise {most}, over which it is spread", most=most)
    return Outcome("out of steps", with_gap(done, story), joined([longer, anew]))


def _out_of_steps(story: Story) -> Outcome:
    if story.wanders:
        return _wandering(story)
    allowed = story.asked.limits.most
    done = message(
        "the {number} step that {most} allows is done, the next would be {length} long",
        "all {number} steps that {most} allows are done, the next would be {length} long",
        most=parameter(story.most),
        number=story.steps,
        length=story.next_length,
    )
    if not story.asked.steps_given and story.most == "max_iter":
        done = message(
            "the {number} step is done that is made where no {most} is given, the next would be {length} long",
            "all {number} steps are done that are made where no {most} is given, the next would be {length} long",
            most=parameter(story.most),
            number=story.steps,
            length=story.next_length,
        )
    if story.rate_ended and story.steps == allowed:
        return _out_of_rate(story)
    if story.steps > allowed:
        done = message(
            "{number} step had been made already, and {most} allows {allowed}",
            "{number} steps had been made already, and {most} allows {allowed}",
            most=parameter(story.most),
            number=story.steps,
            allowed=allowed,
        )
    if story.steps < allowed:
        done = message(
            "after {number} step even {most} would bring it hardly further",
            "after {number} steps even {most} would bring it hardly further",
            number=story.steps,
            most=allowed,
        )
    advice = faster(story)
    if story.by_batches:
        longer = message("raise {most}", most=parameter(story.most))
        advice = joined([longer, *scaled(story)])
    if story.unstable:
        advice = message("it is going to diverge: {advice}", advice=slower(story))
    return Outcome("out of steps", with_gap(done, story), advice)
