"""What is said of the end of a search, the same for every way of searching."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from symgd.errors import either
from symgd.fit.task import Task
from symgd.optimize.outcome import Outcome
from symgd.writing.words import Message, message

PENALISE = either('penalty="ridge"', "--penalty ridge")


def arrived(holds: Sequence[str] = ()) -> Outcome:
    """A minimum; `holds` are the parameters at a bound, by which the gradient need not be 0."""
    why = message("the gradient is 0, and the cost bends down in no direction")
    return Outcome("converged", holding(why, holds))


def holding(why: Message, names: Sequence[str]) -> Message:
    """What is said of a minimum, with the parameters that a bound holds."""
    if not names:
        return why
    return message("{cause}, with {names} held by a bound", cause=why, names=tuple(names))


def stuck(task: Task) -> Outcome:
    """No further, and no minimum."""
    name = task.free[0]
    return Outcome(
        "stalled",
        message("the search comes no further, and the gradient is not 0 there"),
        message(
            "give a start near the minimum, {start}, or bounds",
            start=either(f'start={{"{name}": 1.0}}', f"--start {name}=1"),
        ),
    )


def broken_off() -> Outcome:
    """A search that was interrupted."""
    return Outcome(
        "interrupted",
        message("the search was stopped, and this is the best that it had found"),
        message(
            "go on from these values with {start}",
            start=either("start=fit.parameters", "--start"),
        ),
    )


def out_of_time() -> Outcome:
    """A search whose time was up."""
    return Outcome(
        "out of steps",
        message("the time was up before the search ended, and this is the best that it had found"),
        message(
            "pass {budget}, or go on from these values with {start}",
            budget=either("a larger budget", "more with --max-seconds"),
            start=either("start=fit.parameters", "--start"),
        ),
    )


def beyond_floats(name: str, column: str, middle: float) -> Outcome:
    """The least cost lies where a coefficient is too large or too small for a float."""
    return Outcome(
        "stalled",
        message("the cost is least where {name} is a number that no float holds", name=name),
        message(
            "write {column} - {middle} for {column} in the formula, which measures it from there",
            column=column,
            middle=f"{middle:.10g}",
        ),
    )


def out_of_floats(name: str, middles: Mapping[str, float]) -> Outcome:
    """The same, where a column of these inputs is 0 in floats, or nearly."""
    inputs = tuple(f"{column} - {middle:.10g}" for column, middle in middles.items())
    return Outcome(
        "stalled",
        message("the cost is least where {name} is a number that no float holds", name=name),
        message("measure inputs from their middles, {inputs}, or in other units", inputs=inputs),
    )


def within(link: str) -> Message:
    """A model that gives a loss the predictions that it reads."""
    if link == "logit":
        return message("write a model that stays between 0 and 1, as sigmoid(…) does")
    return message("write a model that stays above 0, as exp(…) does")


def without_value(task: Task) -> Outcome:
    """No start at which the cost is a number."""
    name, likelihood = task.free[0], task.problem.loss.likelihood
    why = message("the cost is not a number at any start that was tried")
    if likelihood is not None and likelihood.link:
        return Outcome("stalled", why, within(likelihood.link))
    return Outcome(
        "stalled",
        why,
        message(
            "give a start at which it is one, {start}",
            start=either(f'start={{"{name}": 1.0}}', f"--start {name}=1"),
        ),
    )


def runs_away(ways: Mapping[str, int], why: Message | None = None) -> Outcome:
    """The least cost lies at infinity; each way is a parameter, and the sign of the infinity that it goes to."""
    return falling(tuple(f"{n} → {'∞' if sign > 0 else '−∞'}" for n, sign in ways.items()), why)


def falling(ways: tuple[str, ...], why: Message | None = None) -> Outcome:
    """The cost falls for ever on ways that are told already."""
    cause = message("the cost falls for ever as {ways}", ways=ways)
    if why is not None:
        cause = message("{why}: {cause}", why=why, cause=cause)
    remedy = message(
        "add a penalty, such as {penalty}, or bounds, and there is a minimum", penalty=PENALISE
    )
    return Outcome("no minimum", cause, remedy)


def at_bounds(names: Iterable[str]) -> tuple[Message, ...]:
    """A remark on parameters that stand at a bound, against which the cost presses them."""
    held = tuple(names)
    if not held:
        return ()
    return (message("held by a bound, beyond which the cost is lower: {names}", names=held),)


def tried(starts: int, agreed: int) -> Message:
    """From how many starts a search was made, and how many came to the answer."""
    told = message("tried from {number} start", "tried from {number} starts", number=starts)
    if starts == 1:
        return told
    return message("{tried}, of which {agreed} came to this cost", tried=told, agreed=agreed)
