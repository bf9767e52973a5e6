"""What is said in the lesson `descend`: every claim and every number comes from the story."""

from __future__ import annotations

import numpy as np
import sympy

from symgd.animations.descent_story import DescentStory
from symgd.animations.numerals import DIGITS, counted, listed, shown, shown_apart
from symgd.terms import Symbol
from symgd.writing.text import text

BEHIND = 0.5  # a parameter that has gone less than this part of its way is behind
PER_CENT = 100
ROUNDING = 1e-24  # a least cost so small, relatively, is none
NOT_ALONE = "Other parameters reach it as well."


def names(story: DescentStory) -> list[str]:
    """The parameters as a caption writes them."""
    return [text(Symbol(name)) for name in story.names]


def cost(story: DescentStory) -> str:
    """The cost's name."""
    return text(story.problem.cost_name)


def thing(story: DescentStory) -> str:
    """What the model is in the picture: a line, a curve, or neither."""
    problem = story.problem
    if len(problem.inputs) > 1:
        return "model"
    bent = sympy.diff(problem.prediction.value, sympy.Symbol(problem.inputs[0]), 2)
    return "line" if bent == 0 else "curve"


def data(story: DescentStory) -> tuple[str, ...]:
    """The data and the start."""
    rows = counted(len(story.run.data), "row")
    pairs = zip(names(story), story.parameters[0], strict=True)
    start = listed([f"{name} = {shown(float(value))}" for name, value in pairs])
    if len(story.problem.inputs) > 1:
        return (
            f"{rows} of data: each square is what the start predicts for one.",
            f"We start from {start}. On the line, predicted and actual are equal.",
        )
    return (f"{rows} of data, and the {thing(story)} that we start from: {start}.",)


def residuals(story: DescentStory) -> tuple[str, ...]:
    """How wrong the start is."""
    first = shown(float(story.cost[0]))
    return (
        "Dashed: the residuals, the distance from each row to its prediction.",
        f"The cost {cost(story)} makes one number of them all: {first}.",
    )


def place(story: DescentStory) -> tuple[str, ...]:
    """The same line as a point among the parameters."""
    what = thing(story)
    if len(story.names) == 1:
        return (
            f"The cost {cost(story)} for every {names(story)[0]}: our {what} is one of its points.",
        )
    said = (
        f"The same {what} is one point here: its place says {listed(names(story)[:2])}.",
        f"Along each thin line the cost {cost(story)} is the same.",
    )
    if len(story.names) == len(names(story)[:2]):
        return said
    third = names(story)[-1]
    return (*said, f"This plane is a slice: {third} is held as it is at this step.")


def gradient(story: DescentStory) -> tuple[str, ...]:
    """Uphill, and the minus."""
    said = "The derivative" if len(story.names) == 1 else "The partial derivatives, together,"
    return (
        f"{said} point{'s' if len(story.names) == 1 else ''} to where the cost rises fastest.",
        "The minus in the update turns the arrow round: down.",
    )


def update() -> tuple[str, ...]:
    """From symbols to numbers to the result, and only then the move."""
    return (
        "The update, the same rule for every parameter.",
        "This step's numbers take the places of the symbols.",
        "All parameters at once. Only now the point moves.",
    )


def first_step(story: DescentStory) -> tuple[str, ...]:
    """What the first step did."""
    before, after = (float(story.cost[step]) for step in (0, 1))
    first, then = shown_apart(before, after)
    went = "fell" if after < before else "rose"
    change = f"{went} from {first} to {then}" if first != then else f"is still {first}"
    return (
        f"The {thing(story)} follows its parameters.",
        f"The cost {change}. The table keeps the trace.",
    )


def second_step(story: DescentStory) -> str:
    """The learning rate against the step's length."""
    before, after = (float(story.gradient_norm[step]) for step in (0, 1))
    how = "shorter" if after < before else "longer"
    return f"The learning rate never changes. The gradient is {how} now, so the step is {how} too."


def more_steps(story: DescentStory, first: int) -> str:
    """Step after step."""
    return f"Step {first} and on: the same rule every time, with new numbers."


def turning(story: DescentStory) -> str:
    """A parameter that turns."""
    assert story.turn is not None
    way, other = ("rose", "falls") if story.turn.rising else ("fell", "rises")
    name = text(Symbol(story.turn.name))
    return (
        f"{name} {way} until step {story.turn.step:,} and now {other}: "
        "its partial derivative has changed sign."
    )


def sweep(story: DescentStory) -> str:
    """The rest of the run in fast motion."""
    return f"In fast motion: steps {story.singly + 1:,} to {story.steps:,}."


def question(story: DescentStory) -> str:
    """The freeze, as it is written into the picture."""
    return "looks flat: are we there?" if story.looks_flat else "still moving: how far is it?"


def asked(story: DescentStory) -> str:
    """The freeze, as it is said."""
    if story.looks_flat:
        return f"After {counted(story.steps, 'step')} the cost looks flat. Are we there?"
    return f"After {counted(story.steps, 'step')} the cost still moves. How far is it?"


def answer(story: DescentStory) -> tuple[str, ...]:
    """How far it is to the minimum, as far as that is known."""
    here = float(story.cost[story.steps])
    if story.least is None:
        length = shown(float(story.gradient_norm[story.steps]), DIGITS - 1)
        if story.run.outcome.kind == "converged":
            return (
                "The least cost of this formula is not known beforehand.",
                f"The gradient is {length} long: a flat place, though not always the lowest.",
            )
        return (
            "The least cost of this formula is not known beforehand.",
            f"The gradient tells: it is {length} long, and zero only at a flat place.",
        )
    others = () if story.run.exact is None or story.run.exact.unique else (NOT_ALONE,)
    high, low = shown_apart(here, story.least)
    if story.least <= ROUNDING * story.cost[0]:
        low = f"{shown(0.0)} but for rounding"
    if story.arrived:
        return (f"Yes: the exact minimum is {low}, and the cost is there.", *others)
    gap = shown(here - story.least)
    if gap == high:
        return (f"Not yet: the exact minimum is {low}, far below {high}.", *others)
    return (f"Not yet: the exact minimum is {low}, and {high} is {gap} above it.", *others)


def log_scale(story: DescentStory) -> str:
    """Why the scale changes."""
    what = "the cost" if story.least is None else "the gap to the minimum"
    return f"On a log scale {what} cannot hide: equal heights are equal factors."


def run_on(story: DescentStory) -> tuple[str, ...]:
    """What further steps bring."""
    more = story.last - story.steps
    said = [f"The same descent, run on for {counted(more, 'step')} more."]
    late = straggler(story)
    if story.least is None:
        length = shown(float(story.gradient_norm[-1]))
        said.append(f"After {story.last:,} steps in all the gradient is {length} long.")
    else:
        gap = shown(float(story.cost[-1]) - story.least)
        said.append(f"After {story.last:,} steps in all the gap is {gap}.")
    if late is not None:
        name, part = late
        said.append(f"{name} has gone only {shown(part * PER_CENT, 2)} % of its way by then.")
    return tuple(said)


def straggler(story: DescentStory) -> tuple[str, float] | None:
    """The parameter that has the largest part of its way before it, where that is most of it; and the part done."""
    if story.exact is None:
        return None
    way, done = story.exact - story.parameters[0], story.parameters[-1] - story.parameters[0]
    with np.errstate(all="ignore"):
        parts = np.where(way != 0, done / way, 1.0)
    least = int(np.argmin(parts))
    if not 0 <= parts[least] < BEHIND:
        return None
    return names(story)[least], float(parts[least])


def too_large(story: DescentStory) -> tuple[str, ...]:
    """Why a descent goes up for good."""
    rate, largest = story.run.learning_rate, story.run.largest_stable_rate
    before, after = shown(float(story.cost[0])), shown(float(story.cost[story.steps]))
    first = f"From {before} to {after} in {counted(story.steps, 'step')}."
    if not story.diverged and largest is not None:
        return (
            f"The rate {shown(rate)} is above {shown(largest)}: sooner or later the cost goes up.",
        )
    if largest is not None and story.unstable:
        return (
            first,
            f"The learning rate {shown(rate)} overshoots: it settles only below {shown(largest)}.",
        )
    return (first, f"The learning rate {shown(rate)} is too large here: try a smaller one.")


def nothing_to_do(story: DescentStory) -> str:
    """The start is where the descent ends."""
    return "The gradient at the start is too small for a step: there is nothing to descend."


def ending(story: DescentStory) -> str:
    """The last picture."""
    what = (
        f"the gap to the least {cost(story)}"
        if story.least is not None
        else f"the cost {cost(story)}"
    )
    return f"The data, {', '.join(names(story))}, and {what}: the whole descent."
