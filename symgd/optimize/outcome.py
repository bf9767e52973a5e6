"""How a descent ended, in words that teach: what happened, why, and what to do."""

from __future__ import annotations

import html
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from symgd.errors import either, for_command_line, for_python, parameter
from symgd.optimize.curvature import Landscape

Kind = Literal["converged", "out of steps", "diverged", "interrupted"]
Ended = Literal["gradient", "step", "cost", "max_iter", "beyond", "interrupt"]

AUTO = '"auto"'
STEEP = 1e3  # a condition number from which scaling the inputs is worth a word
ROUNDING = 1e-14  # a gap of so much of the least cost is none
FAR = 1e-3  # further from the exact minimum than this, relatively, is not there yet


@dataclass(frozen=True, repr=False)
class Outcome:
    """How a descent ended.

    Parameters
    ----------
    kind : {"converged", "out of steps", "diverged", "interrupted"}
    cause, remedy : str
        Why it ended, with numbers; and what to do, empty where nothing needs doing.
    """

    kind: Kind
    cause: str
    remedy: str = ""
    on_command_line: str = field(default="", init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        said = for_command_line(self.message)
        for name, words in (("cause", self.cause), ("remedy", self.remedy)):
            object.__setattr__(self, name, for_python(words))
        object.__setattr__(self, "on_command_line", said)

    @property
    def message(self) -> str:
        """Kind, cause and remedy in one line."""
        return f"{self.kind}: {self.cause}{self.remedy and '; ' + self.remedy}"

    def __str__(self) -> str:
        return self.message

    def __repr__(self) -> str:
        return f"Outcome({self.message})"

    def html(self) -> str:
        """The same for notebooks."""
        remedy = self.remedy and f"; {html.escape(self.remedy)}"
        return f"<p><b>{self.kind}</b>: {html.escape(self.cause)}{remedy}</p>"

    def _repr_html_(self) -> str:
        return self.html()


@dataclass(frozen=True)
class Story:
    """What there is to know about a descent that has ended.

    Parameters
    ----------
    ended : str
        Which test ended it.
    steps : int
    learning_rate : float
    limits : mapping of str to float
        The tolerances, and max_iter.
    first, last : tuple of (float, float)
        Cost and gradient norm at the start and at the end.
    rising : bool
        Whether the cost was rising at the end.
    beyond : float
        The cost that ended it, inf or nan among them, where `ended` is "beyond".
    parameters : mapping of str to float
        At the end.
    landscape : Landscape
    guess : float or None
        A rate at which the first steps go down, where the landscape does not know the largest stable one.
    saddle : bool
        Whether the cost bends down somewhere at the end.
    """

    ended: Ended
    steps: int
    learning_rate: float
    limits: Mapping[str, float]
    first: tuple[float, float]
    last: tuple[float, float]
    rising: bool
    beyond: float
    parameters: Mapping[str, float]
    landscape: Landscape
    guess: float | None = None
    saddle: bool = False

    @property
    def unstable(self) -> bool:
        """Whether the rate is known to be above the largest stable one."""
        largest = self.landscape.largest_stable_rate
        return largest is not None and self.learning_rate > largest * (1 + 1e-12)

    @property
    def diverged(self) -> bool:
        """Whether the cost has gone up for good."""
        up = self.last[0] > self.first[0]
        return self.ended == "beyond" or (
            self.ended == "max_iter" and up and (self.unstable or self.rising)
        )


def outcome_of(story: Story) -> Outcome:
    """What a descent came to.

    Examples
    --------
    >>> limits = {"max_iter": 10.0, "step": 1e-9, "gradient": 0.0, "cost": 0.0}
    >>> story = Story("step", 3, 0.1, limits, (4.0, 4.0), (0.5, 1e-9), False, 0.5, {"m": 2.0}, Landscape())
    >>> print(outcome_of(story))
    converged: after 3 steps the next step would be 1e-10 long, within the tolerance 1e-09
    """
    if story.ended == "interrupt":
        return Outcome(
            "interrupted",
            f"it was stopped after {_steps(story)}, at a cost of {_shown(story.last[0])}",
            f"the trace so far is kept; go on with {either('start=run.parameters', '--start and these')}",
        )
    if story.diverged:
        return Outcome("diverged", _why_diverged(story), _slower(story))
    if story.ended == "max_iter":
        return _out_of_steps(story)
    return _converged(story)


# ---------------------------------------------------------------------------------------------
# Converged, or out of steps


def _converged(story: Story) -> Outcome:
    length = story.learning_rate * story.last[1]
    causes = {
        "step": f"the next step would be {_shown(length)} long",
        "gradient": f"the gradient is {_shown(story.last[1])} long",
        "cost": f"the last step changed the cost by no more than {_shown(story.limits['cost'])}",
    }
    cause = f"after {_steps(story)} {causes[story.ended]}"
    if story.ended != "cost":
        cause += f", within the tolerance {_shown(story.limits[story.ended])}"
    if story.saddle:
        return Outcome(
            "converged",
            f"{cause}, but the cost bends down from here: this is a saddle, not a minimum",
            "give another start",
        )
    cause += _gap(story)
    if _is_far(story):
        return Outcome("converged", cause, f"a short step is not arrival: {_faster(story)}")
    return Outcome("converged", cause)


def _out_of_steps(story: Story) -> Outcome:
    length = story.learning_rate * story.last[1]
    most = parameter("max_iter")
    cause = f"all {_steps(story)} that {most} allows are done"
    if story.steps == 1:
        cause = f"the 1 step that {most} allows is done"
    cause += f", the next would be {_shown(length)} long{_gap(story)}"
    if story.unstable:
        return Outcome("out of steps", cause, f"it is going to diverge: {_slower(story)}")
    return Outcome("out of steps", cause, _faster(story))


def _gap(story: Story) -> str:
    exact = story.landscape.exact
    if exact is None:
        return ""
    gap = max(story.last[0] - exact.cost, 0.0)
    unique = "" if exact.unique else ", which is not unique: other parameters reach it as well"
    rounding = ROUNDING * abs(exact.cost) + ROUNDING**2 * abs(story.first[0])
    above = "at" if gap <= rounding else f"{_shown(gap)} above"
    return f", and the cost is {above} its exact minimum {_shown(exact.cost)}{unique}"


def _is_far(story: Story) -> bool:
    exact = story.landscape.exact
    if exact is None:
        return False
    pairs = [(story.parameters[name], value) for name, value in exact.parameters.items()]
    size = max(abs(value) for _, value in pairs)
    return max(abs(here - there) for here, there in pairs) > FAR * max(size, 1e-300)


def _faster(story: Story) -> str:
    """What brings a descent that is on its way further."""
    known, rate = story.landscape, story.learning_rate
    best, condition, largest = known.best_rate, known.condition_number, known.largest_stable_rate
    ways = [
        f"raise {parameter('max_iter')}"
        if story.ended == "max_iter"
        else f"lower {either('the tolerance', '--tolerance')}"
    ]
    if condition is not None and condition > STEEP and largest is not None:
        if not 0.5 <= rate / (largest / 2) <= 1.5:  # near the best rate the steep direction swings
            ways.append(
                f"take {parameter('learning_rate', _shown(largest / 2))}, half of the largest stable one"
            )
    elif best is not None and not 0.5 <= rate / best <= 1.0001:
        ways.append(f"take {parameter('learning_rate', AUTO)} ({_shown(best)})")
    if condition is not None and condition > STEEP:
        ways.append(
            "standardise the inputs (the cost bends "
            f"{condition:,.0f} times more in one direction than in another)"
        )
    return ", or ".join(ways)


# ---------------------------------------------------------------------------------------------
# Diverged


def _why_diverged(story: Story) -> str:
    largest = story.landscape.largest_stable_rate
    rate = f"the learning rate {_shown(story.learning_rate)}"
    if story.unstable and largest is not None:
        why = f"{rate} is above the largest stable one, {_shown(largest)}, so each step overshoots further"
    else:
        why = f"{rate} is too large here"
    if math.isnan(story.beyond):
        return f"at step {story.steps + 1} the cost is not a number any more: {why}"
    if math.isinf(story.beyond):
        return f"at step {story.steps + 1} the cost is too large for a float: {why}"
    first = _shown(story.first[0])
    return f"in {_steps(story)} the cost rose from {first} to {_shown(story.last[0])}: {why}"


def _slower(story: Story) -> str:
    largest, best = story.landscape.largest_stable_rate, story.landscape.best_rate
    if largest is not None and story.unstable:
        auto = f", or {either(AUTO, 'auto')} ({_shown(best)})" if best is not None else ""
        return f"try {_shown(largest / 2)}, half of the largest stable one{auto}"
    if story.guess is not None:
        return f"try {_shown(story.guess)}: a guess, at which the first steps go down"
    return f"try a tenth of it, {_shown(story.learning_rate / 10)}"


def _steps(story: Story) -> str:
    return f"{story.steps:,} step{'' if story.steps == 1 else 's'}"


def _shown(value: float) -> str:
    return f"{value:.6g}"
