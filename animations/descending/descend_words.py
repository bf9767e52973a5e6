"""What is said in the lesson `descend`: every claim and every number comes from the story."""

from __future__ import annotations

from typing import TypeAlias

from symgd.animations.descending import penalty_words, rule_words
from symgd.animations.formulas.names import brief
from symgd.animations.formulas.numerals import (
    listed,
    numeral,
    numerals_apart,
    settled,
)
from symgd.animations.stories import form_words as forms
from symgd.animations.stories.descent_story import DescentStory, Turn
from symgd.animations.stories.director import Director
from symgd.terms import Equation, Symbol, Term
from symgd.writing.words import Message, Part, message

GONE_NEAR = 3  # the step at which the picture goes near
HARDLY = 1e-3  # a cost that falls by less, relatively, hardly falls

Caption: TypeAlias = tuple[Message, ...]

ONE_STEP = message("One step")
STEPS = message("Step after step")
WHY_UP = message("Why does the cost go up?")


def opening(story: DescentStory) -> Caption:
    """The question that the film answers; names that are cut in the picture are said in full."""
    problem = story.problem
    labels = [problem.labels[name] for name in (*problem.inputs, problem.target)]
    cut = tuple(label for label in labels if brief(label) != label)
    if not cut:
        return (forms.HOW_TO_FIND[story.form],)
    return message("The columns in full: {names}.", names=cut), forms.HOW_TO_FIND[story.form]


def asked_about(story: DescentStory) -> int:
    """Which of the parameters that are seen is asked about: the one whose slope is steepest."""
    slopes = story.gradient(0)
    return max(story.axes, key=lambda index: abs(slopes[index])) if len(slopes) > 1 else 0


def which_way(story: DescentStory) -> Message:
    """The question before the gradient, as it is said."""
    name = story.problem.symbols[asked_about(story)]
    return message("One way along {name} the cost falls, the other way it rises.", name=name)


def which_way_asked(story: DescentStory) -> Message:
    """The same, as it is written into the picture."""
    name = story.problem.symbols[asked_about(story)]
    return message("Should {name} grow or shrink for the cost to fall?", name=name)


def tried(answers: bool) -> Message:
    """What either way brings: an answer, or less where the step tried is too long for one."""
    if not answers:
        return message("Tried, so far each way: the cost does not tell. The derivative will.")
    return message("Tried, a little each way: the cost answers before any derivative.")


def which_way_answered(story: DescentStory) -> Message | None:
    """The answer that the partial derivative gives; None where it is zero."""
    index = asked_about(story)
    name, slope = story.problem.symbols[index], story.gradient(0)[index]
    size = max(map(abs, story.gradient(0)))
    if not settled(slope, size):
        return None
    said = message("{name} should shrink: the cost rises where {name} grows.")
    if slope < 0:
        said = message("{name} should grow: there the cost falls.")
    return said.filled(name=name)


def cost_at(story: DescentStory, step: int) -> Term:
    """The cost after so many steps, as it is shown."""
    return numeral(float(story.cost[step]))


def data(story: DescentStory) -> Caption:
    """The data and the start."""
    start = _start(story)
    first = forms.START[story.form].filled(number=len(story.run.data), start=start)
    if story.scaled is not None:
        return first, *penalty_words.standardised(story.scaled)
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


def squared(story: DescentStory) -> bool:
    """Whether the cost is the mean of the squared residuals, and nothing else."""
    return story.problem.loss.name == "mse" and not story.problem.penalty


def residuals(story: DescentStory) -> Caption:
    """How wrong the start is."""
    name, first = story.problem.cost_name, cost_at(story, 0)
    dashed = message("Dashed: the residuals, the distance from each row to its prediction.")
    made = message("The cost {cost} makes one number of them all: {value}.", cost=name, value=first)
    if squared(story):
        made = message(
            "The mean of their squares is the cost {cost}: {value}.", cost=name, value=first
        )
    penalty = penalty_words.second_part(story)
    if penalty:
        return dashed, *penalty
    return dashed, made


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
    return uphill, message("A minus turns the arrow round: downhill.")


def rate(story: DescentStory) -> Message:
    """What the rate is for."""
    return message("The learning rate {rate} says how much of it makes one step.", rate=story.rate)


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
        changed = message("The cost is still {first}.")
    elif after < before and before - after < HARDLY * abs(before):
        changed = message("The cost hardly fell: from {first} to {then}.")
    elif after < before:
        changed = message("The cost fell from {first} to {then}.")
    else:
        changed = message("The cost rose from {first} to {then}.")
    return forms.FOLLOWS[story.form], changed.filled(first=first, then=then)


def second_step(story: DescentStory) -> Message:
    """The learning rate against the step's length."""
    if story.rule is not None:
        return rule_words.second_step(story)
    if story.varies:
        return rule_words.changing_rate(story)
    if story.gradient_norm[1] < story.gradient_norm[0]:
        return message("The rate never changes; the gradient is shorter now, and so is the step.")
    return message("The rate never changes; the gradient is longer now, and so is the step.")


def more_steps(first: int, director: Director) -> Message:
    """Step after step."""
    said = message("Step {first} and on: the same rule every time, with new numbers.")
    if director.near is not None and not director.story.sliced and first == GONE_NEAR:
        said = message("Nearer now. Step {first} and on: the same rule, with new numbers.")
    return said.filled(first=first)


def crosses_level(story: DescentStory, turn: Turn) -> bool:
    """Whether the picture shows that the path goes over the line where the slope along the parameter is zero."""
    index = story.names.index(turn.name)
    before, after = (story.gradient(step)[index] for step in (turn.step - 1, turn.step))
    return story.rule is None and len(story.names) == 2 and before * after < 0


def turns(turn: Turn, story: DescentStory) -> Caption:
    """A parameter that turns, and where."""
    if not crosses_level(story, turn):
        return (turning(turn, story),)
    said = message(
        "{name} fell until step {step}: the path crossed the dashed line, where {cost} is level along {name}."
    )
    if turn.rising:
        said = message(
            "{name} rose until step {step}: the path crossed the dashed line, where {cost} is level along {name}."
        )
    cost = story.problem.cost_name
    return (said.filled(name=Symbol(turn.name), step=turn.step, cost=cost),)


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
        return message("Are we there?")
    if story.looks_flat:
        return message("It looks flat: are we there?")
    return message("Still moving: how far is it?")


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
