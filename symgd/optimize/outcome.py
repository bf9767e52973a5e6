"""How a descent ended, in words that teach: what happened, why, and what to do."""

from __future__ import annotations

import html
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Literal

from symgd.errors import either, for_command_line, for_python, parameter
from symgd.optimize.curvature import Landscape
from symgd.registry.options import names_options
from symgd.writing.words import Language, Message, message, words_in

Kind = Literal["converged", "stalled", "no minimum", "out of steps", "diverged", "interrupted"]
Ended = Literal["gradient", "step", "cost", "max_iter", "beyond", "no gradient", "interrupt"]

GO_ON = either("start=run.parameters", "--start and these")
STEEP = 1e3  # a condition number from which scaling the inputs is worth a word
ROUNDING = 1e-14  # a gap of so much of the least cost is none
FAR = 1e-3  # further from the exact minimum than this, relatively, is not there yet


KINDS: Mapping[Kind, Message] = {
    "converged": message("converged", context="outcome"),
    "stalled": message("stalled", context="outcome"),
    "no minimum": message("no minimum", context="outcome"),
    "out of steps": message("out of steps", context="outcome"),
    "diverged": message("diverged", context="outcome"),
    "interrupted": message("interrupted", context="outcome"),
}


@names_options
@dataclass(frozen=True, repr=False)
class Outcome:
    """How a descent ended.

    Parameters
    ----------
    kind : {"converged", "stalled", "no minimum", "out of steps", "diverged", "interrupted"}
        In English, for programs.
    why : Message
        Why it ended, with numbers.
    advice : Message or None
        What to do; None where nothing needs doing.

    Examples
    --------
    >>> outcome = Outcome("converged", message("after {number} step", "after {number} steps", number=2))
    >>> outcome.cause, outcome.remedy, outcome.message
    ('after 2 steps', '', 'converged: after 2 steps')
    """

    kind: Kind
    why: Message
    advice: Message | None = None

    @property
    def cause(self) -> str:
        """Why it ended."""
        return for_python(self.why.written(words=words_in()))

    @property
    def remedy(self) -> str:
        """What to do; empty where nothing needs doing."""
        return "" if self.advice is None else for_python(self.advice.written(words=words_in()))

    @property
    def message(self) -> str:
        """Kind, cause and remedy in one line, in the language that SYMGD_LANGUAGE names, or English."""
        return self.text()

    def text(self, language: Language = None, *, on_command_line: bool = False) -> str:
        """Kind, cause and remedy in one line.

        Parameters
        ----------
        language : str or path, optional
            As for `words_in`.
        on_command_line : bool
            Name options of the command line in the place of Python's arguments.
        """
        said = self.said.written(words=words_in(language))
        return for_command_line(said) if on_command_line else for_python(said)

    def html(self) -> str:
        """The same for notebooks."""
        kind = html.escape(KINDS[self.kind].written(words=words_in()))
        return f"<p>{html.escape(self.text()).replace(kind, f'<b>{kind}</b>', 1)}</p>"

    @property
    def said(self) -> Message:
        """The same, before it is said in a language."""
        kind = KINDS[self.kind]
        if self.advice is None:
            return message("{kind}: {cause}", kind=kind, cause=self.why)
        return message("{kind}: {cause}; {remedy}", kind=kind, cause=self.why, remedy=self.advice)

    def __str__(self) -> str:
        return self.message

    def __repr__(self) -> str:
        return f"Outcome({self.message})"

    _repr_html_ = html


@dataclass(frozen=True)
class Story:
    """What there is to know about a descent that has ended."""

    ended: Ended
    steps: int
    learning_rate: float
    limits: Mapping[str, float]  # the tolerances, and max_iter
    first: tuple[float, float]  # cost and gradient norm at the start
    last: tuple[float, float]  # and at the end
    rising: bool  # at the end
    beyond: float  # the cost that ended it, inf or nan among them, where `ended` is "beyond"
    parameters: Mapping[str, float]  # at the end
    landscape: Landscape
    # A rate at which the first steps go down, where the landscape does not know the largest stable one.
    guess: float | None = None
    saddle: bool = False  # whether the cost bends down somewhere at the end

    @property
    def next_length(self) -> float:
        """How long the next step would be."""
        return self.learning_rate * self.last[1]

    @property
    def unstable(self) -> bool:
        """Whether the rate is known to be above the largest stable one."""
        return self.landscape.is_unstable(self.learning_rate)

    @property
    def diverged(self) -> bool:
        """Whether the cost has gone up for good."""
        up = self.last[0] > self.first[0]
        return self.ended in ("beyond", "no gradient") or (
            self.ended == "max_iter" and up and (self.unstable or self.rising)
        )


def outcome_of(story: Story) -> Outcome:
    """What a descent came to."""
    if story.ended == "interrupt":
        stopped = message(
            "it was stopped after {number} step, at a cost of {cost}",
            "it was stopped after {number} steps, at a cost of {cost}",
            number=story.steps,
            cost=story.last[0],
        )
        go_on = message("the trace so far is kept; go on with {start}", start=GO_ON)
        return Outcome("interrupted", stopped, go_on)
    if story.diverged:
        return Outcome("diverged", _why_diverged(story), _slower(story))
    if story.ended == "max_iter":
        return _out_of_steps(story)
    return _converged(story)


# ---------------------------------------------------------------------------------------------
# Converged, or out of steps


def _converged(story: Story) -> Outcome:
    cause = _what_ended(story)
    if story.saddle:
        saddle = message(
            "{cause}, but the cost bends down from here: this is a saddle, not a minimum",
            cause=cause,
        )
        return Outcome("converged", saddle, message("give another start"))
    cause = _with_gap(cause, story)
    if _is_far(story):
        faster = message("a short step is not arrival: {ways}", ways=_faster(story))
        return Outcome("converged", cause, faster)
    return Outcome("converged", cause)


def _what_ended(story: Story) -> Message:
    """Which test ended a descent, with its numbers."""
    if story.ended == "cost":
        return message(
            "after {number} step the last step changed the cost by no more than {tolerance}",
            "after {number} steps the last step changed the cost by no more than {tolerance}",
            number=story.steps,
            tolerance=story.limits["cost"],
        )
    if story.ended == "gradient":
        return message(
            "after {number} step the gradient is {length} long, within the tolerance {tolerance}",
            "after {number} steps the gradient is {length} long, within the tolerance {tolerance}",
            number=story.steps,
            length=story.last[1],
            tolerance=story.limits["gradient"],
        )
    return message(
        "after {number} step the next step would be {length} long, within the tolerance {tolerance}",
        "after {number} steps the next step would be {length} long, within the tolerance {tolerance}",
        number=story.steps,
        length=story.next_length,
        tolerance=story.limits["step"],
    )


def _out_of_steps(story: Story) -> Outcome:
    done = message(
        "the {number} step that {most} allows is done, the next would be {length} long",
        "all {number} steps that {most} allows are done, the next would be {length} long",
        most=parameter("max_iter"),
        number=story.steps,
        length=story.next_length,
    )
    advice = _faster(story)
    if story.unstable:
        advice = message("it is going to diverge: {advice}", advice=_slower(story))
    return Outcome("out of steps", _with_gap(done, story), advice)


def _with_gap(cause: Message, story: Story) -> Message:
    """The cause, and how far the cost is above its exact minimum, where that is known."""
    exact = story.landscape.exact
    if exact is None:
        return cause
    gap = max(story.last[0] - exact.cost, 0.0)
    rounding = ROUNDING * abs(exact.cost) + ROUNDING**2 * abs(story.first[0])
    where = (
        message("the cost is at its exact minimum {least}", least=exact.cost)
        if gap <= rounding
        else message("the cost is {gap} above its exact minimum {least}", gap=gap, least=exact.cost)
    )
    if not exact.unique:
        where = message(
            "{minimum}, which is not unique: other parameters reach it as well", minimum=where
        )
    return message("{cause}, and {where}", cause=cause, where=where)


def _is_far(story: Story) -> bool:
    exact = story.landscape.exact
    if exact is None:
        return False
    pairs = [(story.parameters[name], value) for name, value in exact.parameters.items()]
    size = max(abs(value) for _, value in pairs)
    return max(abs(here - there) for here, there in pairs) > FAR * max(size, 1e-300)


def _faster(story: Story) -> Message:
    """What brings a descent that is on its way further."""
    known, rate = story.landscape, story.learning_rate
    best, condition, largest = known.best_rate, known.condition_number, known.largest_stable_rate
    ways = [
        message("raise {most}", most=parameter("max_iter"))
        if story.ended == "max_iter"
        else message("lower the tolerance")
    ]
    steep = condition is not None and condition > STEEP
    if steep and largest is not None:
        if not 0.5 <= rate / (largest / 2) <= 1.5:  # near the best rate the steep direction swings
            ways.append(
                message(
                    "take {rate}, half of the largest stable one",
                    rate=parameter("learning_rate", f"{largest / 2:.6g}"),
                )
            )
    elif best is not None and not 0.5 <= rate / best <= 1.0001:
        ways.append(
            message("take {auto} ({rate})", auto=parameter("learning_rate", '"auto"'), rate=best)
        )
    if steep and condition is not None:
        ways.append(
            message(
                "standardise the inputs (the cost bends {times} times more in one direction than in another)",
                times=round(condition) if math.isfinite(condition) else condition,
            )
        )
    return reduce(lambda one, other: message("{one}, or {other}", one=one, other=other), ways)


# ---------------------------------------------------------------------------------------------
# Diverged


def _why_diverged(story: Story) -> Message:
    largest, rate = story.landscape.largest_stable_rate, story.learning_rate
    if story.unstable and largest is not None:
        why = message(
            "the learning rate {rate} is above the largest stable one, {largest}, so each step overshoots further",
            rate=rate,
            largest=largest,
        )
    else:
        why = message("the learning rate {rate} is too large here", rate=rate)
    step = story.steps + 1
    if story.ended == "no gradient":
        return message(
            "at step {step} the gradient is not a number any more, or too large for a float: {why}",
            step=step,
            why=why,
        )
    if math.isnan(story.beyond):
        return message(
            "at step {step} the cost is not a number any more: {why}", step=step, why=why
        )
    if math.isinf(story.beyond):
        return message(
            "at step {step} the cost is too large for a float: {why}", step=step, why=why
        )
    return message(
        "in {number} step the cost rose from {first} to {last}: {why}",
        "in {number} steps the cost rose from {first} to {last}: {why}",
        number=story.steps,
        first=story.first[0],
        last=story.last[0],
        why=why,
    )


def _slower(story: Story) -> Message:
    largest, best = story.landscape.largest_stable_rate, story.landscape.best_rate
    if largest is not None and story.unstable:
        half = largest / 2
        if best is None:
            return message("try {rate}, half of the largest stable one", rate=half)
        return message(
            'try {rate}, half of the largest stable one, or "auto" ({best})', rate=half, best=best
        )
    if story.guess is not None:
        return message("try {rate}: a guess, at which the first steps go down", rate=story.guess)
    return message("try a tenth of it, {rate}", rate=story.learning_rate / 10)
