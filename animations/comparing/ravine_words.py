"""What is said in the lesson `ravine_and_scaling`: every claim and every number comes from the story."""

from __future__ import annotations

from typing import TypeAlias

from symgd.animations.comparing.ravine_cause import RavineCause
from symgd.animations.comparing.ravine_story import (
    ROUND,
    TIMES,
    RavineStory,
)
from symgd.animations.comparing.ravine_walks import HORIZON, NEARER
from symgd.animations.comparing.tilt_picture import Tilt
from symgd.animations.comparing.walks import left_out
from symgd.animations.formulas.numerals import listed, numeral, numerals_apart
from symgd.terms import Symbol, Term
from symgd.terms.matrix.operations import Nabla
from symgd.terms.matrix.terms import Matrix
from symgd.writing.words import Message, message

Caption: TypeAlias = tuple[Message, ...]
MUCH = 50.0  # times larger, a derivative leaves nothing to be seen of another
_RAISED = dict(zip(NEARER, ("⁻³", "⁻⁶", "⁻⁹"), strict=True))
CIRCLES = 1.01  # a condition number below this is that of circles, as they are seen
ASIDE = 5.0  # degrees, from which on downhill is not towards the minimum


def question(story: RavineStory) -> Message:
    """What the lesson answers."""
    return message("Why more than one step?") if story.is_quick else message("Why so many steps?")


def which_map() -> Message:
    """The heading before the map becomes round."""
    return message("What map would need only one step?")


def centred_and_scaled(story: RavineStory) -> Message:
    """The heading while it does, or does not."""
    after = story.ratios[1]
    if after is not None and after < CIRCLES:
        return message("One whose lines are circles: centre and scale.")
    if after is not None and after < ROUND:
        return message("One whose lines are nearly round: centre and scale.")
    return message("Do centring and scaling make it round?")


def astray(story: RavineStory) -> Message | None:
    """The heading over the way downhill, where it is another than that to the minimum."""
    if story.angle is None or story.angle < ASIDE:
        return None
    return message("Straight downhill is not towards the minimum.")


def aslant() -> Message:
    """The heading over the line that is tilted."""
    return message("Why does the ravine lie aslant?")


def tilted(story: RavineStory, tilt: Tilt) -> Caption:
    """What a tilt is on the map, about zero and about the mean."""
    names = story.run.trace.parameters
    slope, shift = Symbol(names[tilt.slope]), Symbol(names[tilt.shift])
    name = Symbol(story.run.problem.inputs[0])
    return (
        message(
            "Change {slope} alone: the line turns about {name} = 0 and leaves its points, up the wall.",
            slope=slope,
            name=name,
        ),
        message(
            "Turned about the mean it stays amid them, if {shift} changes too: the way along the ravine.",
            shift=shift,
        ),
        message(
            "So measure {name} from its mean. The height there is a parameter that a tilt leaves alone.",
            name=name,
        ),
    )


def did_it(found: RavineCause) -> Message:
    """Whether it was centring or scaling."""
    before, scaled, centred, both = map(_ratio, found.ratios)
    if found.kind == "place":
        return message(
            "Mostly centring: κ falls from {before} to {after}.", before=before, after=centred
        )
    if found.kind == "size":
        return message(
            "Mostly scaling: κ falls from {before} to {after}.", before=before, after=scaled
        )
    if found.kind == "each":
        return message(
            "Each alone lowers κ; both take it from {before} to {after}.", before=before, after=both
        )
    if found.kind == "both":
        return message("It takes both, scaling and centring.")
    return message("Neither takes the ravine away.")


def which_of_two() -> Message:
    """The heading over the two halves of standardising."""
    return message("Which of the two does it?")


def without(story: RavineStory) -> Message:
    """The heading of the epilogue."""
    if not story.is_changed:
        return message("What helps, where standardising does not?")
    return message("And with nothing standardised?")


def _ratio(value: float | None) -> Term:
    return numeral(value or 0.0, 3)


def gentle(story: RavineStory) -> Caption:
    """The viewer's own columns make no ravine."""
    name = Symbol(story.run.problem.inputs[0])
    return (
        message(
            "This cost is no ravine: it bends only {ratio} times as much one way as another.",
            ratio=_ratio(story.ratios[0]),
        ),
        message(
            "Now {name} is written in a unit {times} times smaller. Nothing else changes.",
            name=name,
            times=numeral(TIMES),
        ),
    )


def opening(story: RavineStory, stretch: float = 1.0) -> Caption:
    """The map in which the walk begins."""
    said = [message("Lines of equal cost, and a start. Each step goes straight downhill.")]
    if stretch > 1:
        said.append(
            message(
                "The axes are stretched to show its width: with one unit on both it would be {times} times narrower.",
                times=numeral(stretch, 2),
            )
        )
    if others := left_out(story.run, story.axes):
        said.append(message("The picture is a slice: {names} moves as well.", names=listed(others)))
    return tuple(said)


def first_heading() -> Message:
    """The heading before anybody has walked."""
    return message("How many steps to the minimum?")


def ravine(story: RavineStory, *, axes: bool = True) -> Caption:
    """How much the map bends."""
    ratio = story.ratios[0]
    said = []
    if ratio is None:
        said.append(
            message("In some direction this cost does not bend up: there the valley is flat.")
        )
    elif story.is_quick:
        said.append(
            message(
                "Hardly a ravine: the cost bends {ratio} times as much across as along, the condition number κ.",
                ratio=_ratio(ratio),
            )
        )
    elif story.is_local:
        said.append(
            message(
                "Near its end this ravine bends {ratio} times as much across as along: the condition number κ.",
                ratio=_ratio(ratio),
            )
        )
    else:
        said.append(
            message(
                "In this ravine the cost bends {ratio} times as much across as along: the condition number κ.",
                ratio=_ratio(ratio),
            )
        )
    if story.is_bent and not axes:
        said.append(
            message("λ is how much the cost bends along a way: κ is the most over the least.")
        )
    elif story.factors is not None:
        said.append(message("λ is how much it bends along a half axis."))
    elif story.is_bent:
        said.append(
            message(
                "κ is the ratio of the bends λ along the half axes, and the square of their lengths' ratio."
            )
        )
    return tuple(said)


def walk(story: RavineStory) -> Caption:
    """How descent goes in it."""
    steps = story.steps(story.plain)
    how: Caption = ()
    limit, rate = story.limit, story.plain.run
    if limit is not None and rate.learning_rate < limit:
        low, high = numerals_apart(rate.learning_rate, limit)
        one = message(
            "A rate above {limit} would throw the walk out. Here it is {rate}, the best for this start.",
            limit=high,
            rate=low,
        )
        how = (one,)
    walls = message(
        "The walls alone are most of the gap: so steps are counted until {part} of it is left.",
        part=left(story),
    )
    first = how if story.near == NEARER[0] else (*how, walls)
    if steps is None:
        return *first, message(
            "After {count} steps more than {part} of the gap to the least cost is left.",
            count=HORIZON,
            part=left(story),
        )
    return *first, message(
        "It takes {number} step until less than {part} of the gap to the least cost is left for good.",
        "It takes {number} steps until less than {part} of the gap to the least cost is left for good.",
        number=steps,
        part=left(story),
    )


def left(story: RavineStory) -> str:
    """The part of the first gap that counts as near."""
    whole = round(1 / story.near)
    return f"1/{whole:,}" if story.near < NEARER[0] else f"1/{whole}"


def units(story: RavineStory) -> Caption:
    """Which way downhill is, and how far beside the minimum."""
    one, other = (story.run.problem.parameters[index] for index in story.axes[:2])
    slopes = [abs(float(story.slopes[index])) for index in story.axes[:2]]
    if slopes[0] < slopes[1]:
        one, other = other, one
    first = message("Straight downhill goes against these two derivatives.")
    if 0 < min(slopes) * MUCH < max(slopes) or not min(slopes):
        first = message("Straight downhill is nearly along {name} alone.", name=Symbol(one))
    elif min(slopes):
        first = message(
            "Straight downhill goes against both derivatives: {ratio} of {name} for each 1 of {other}.",
            ratio=numeral(max(slopes) / min(slopes), 2),
            name=Symbol(one),
            other=Symbol(other),
        )
    angle = story.angle
    if angle is None:
        return (first,)
    return first, message("The minimum lies {angle} degrees beside it.", angle=numeral(angle, 2))


def undrawn() -> Message:
    """What stands for a long zigzag."""
    return message("dotted: the middle of steps not drawn")


def outside() -> Message:
    """What is shown of a walk that leaves the picture."""
    return message("lines until it leaves; then dots: steps inside")


def ask() -> Message:
    """Before the picture becomes round."""
    return message("One step would have to go along the dashed arrow, and downhill does not.")


def standardise(story: RavineStory) -> Caption:
    """What is done to the columns, and what becomes of the map."""
    before, after = story.ratios
    if story.in_two_moves and story.cause is not None:
        _, _, centred, both = story.cause.ratios
        round_ = message("The map is stretched, to circles: κ is {after}.", after=_ratio(both))
        if both is None or both >= CIRCLES:
            round_ = message("The map is stretched: κ is {after}.", after=_ratio(both))
        return (
            message("Centre the column: subtract its mean, so that it lies round zero."),
            message(
                "The map is sheared: κ goes from {before} to {after}.",
                before=_ratio(before),
                after=_ratio(centred),
            ),
            message("Scale it: divide by its spread, so that its size is 1."),
            round_,
        )
    if story.is_local:
        first = message(
            "Standardise: what each parameter does to the predictions is centred and scaled."
        )
    elif not any(each.is_centred for each in story.columns):
        first = message("Standardise: each column is divided by its size.")
    elif all(each.is_input for each in story.columns):
        first = message("Standardise: subtract from each input its mean, and divide by its spread.")
    else:
        first = message(
            "Standardise what stands beside the parameters, powers as well: subtract the mean, divide by the spread."
        )
    if after is not None and after < ROUND:
        return first, message("The same cost, in other units: its lines are nearly round.")
    return first, message(
        "The same cost, in other units: it bends {ratio} times as much one way as another.",
        ratio=_ratio(after),
    )


def momentum(story: RavineStory) -> Caption:
    """The epilogue."""
    steps, before = story.steps(story.heavy), story.steps(story.plain)
    first: Caption = (
        message(
            "Back in the ravine. Momentum keeps a share β of the last step: to and fro cancel, the same way adds up."
        ),
    )
    if not story.is_changed:
        first = (
            message(
                "Here no parameter only multiplies a column: scaling the columns would change the model, not the map."
            ),
            message(
                "Momentum keeps a share β of the last step: to and fro cancel, the same way adds up."
            ),
        )
    if steps is None:
        return *first, message("Here it is not there after {count} steps.", count=HORIZON)
    if before is not None and steps >= before:
        return *first, message("Here it is no faster: {steps} steps.", steps=steps)
    return *first, message(
        "With the best β and rate that were tried, it stays near after {number} step.",
        "With the best β and rate that were tried, it stays near after {number} steps.",
        number=steps,
    )


def cause(story: RavineStory, found: RavineCause) -> Caption:
    """Whether it was the columns' places or their sizes."""
    _, scaled, centred, _ = found.ratios
    first = message(
        "Scaled alone, the condition number is {scaled}; centred alone, it is {centred}.",
        scaled=_ratio(scaled),
        centred=_ratio(centred),
    )
    if story.in_two_moves:
        first = message(
            "Centred alone, κ was {centred}. Scaled alone, with the mean left in, it is {scaled}.",
            scaled=_ratio(scaled),
            centred=_ratio(centred),
        )
    if found.kind == "place" and story.far is not None:
        mean, spread = story.spread(story.far)
        return first, message(
            "{name} has the mean {mean} and the spread {spread}: here centring does most of the work.",
            name=Symbol(story.far),
            mean=numeral(mean, 3),
            spread=numeral(spread, 3),
        )
    if found.kind == "size":
        return first, message("The columns' sizes differ: here scaling does most of the work.")
    if found.kind == "each":
        return first, message("Each alone leaves a ravine: do both.")
    if found.kind == "both":
        return first, message("Here it takes both: neither alone even halves it.")
    return first, message("Neither takes this ravine away, alone or together.")


def head_steps(story: RavineStory) -> Message:
    """The column of steps."""
    part = left(story) if story.near == NEARER[0] else f"10{_RAISED[story.near]}"
    return message("steps to {part}", part=part)


def slopes(story: RavineStory) -> Term:
    """∇J, with the cost as it is called."""
    run = story.run
    return Nabla(run.problem.cost_name, Matrix("theta", len(run.trace.parameters)))
