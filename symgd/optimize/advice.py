"""What brings a descent further, or to rest: rates, schedules, scales, more steps."""

from __future__ import annotations

import math
from functools import reduce

from symgd.codegen.walk.arrival import CLOSE
from symgd.errors import either, parameter
from symgd.optimize.diverged import elsewhere
from symgd.optimize.ended import Story
from symgd.optimize.foretold import least_steps
from symgd.writing.words import Message, message

STANDARDISE = either("standardise=True", "--standardise")
EXACT = either('coordinates="exact"', "--coordinates exact")
STEEP = 1e3  # a condition number from which scaling the inputs is worth a word
MANY = 1e4  # steps whose number is worth a word
MORE = 1000  # times the rate that each step keeps: what it tries is halved as often as it has to be
COUNTLESS = 1e9  # steps that nobody waits for
SCHEDULE = parameter("schedule", '"alpha/sqrt(t)"')


def faster(story: Story) -> Message:
    """What brings a descent that is on its way further."""
    known, rate = story.landscape, story.learning_rate
    if story.method is not None:
        return joined(_by_rule(story))
    best, condition, largest = known.best_rate, known.condition_number, known.largest_stable_rate
    auto = parameter("learning_rate", '"auto"')
    if story.kinked:
        first, past = _standardised(story), past_kinks(story, auto)
        return joined([*first, *past] if story.asked.auto else [*past, *first])
    if story.bounces and not story.asked.auto:
        smaller = parameter("learning_rate", f"{rate / 10:.3g}")
        return message(
            "the cost goes up and down: take a smaller rate, {rate}, or {auto}",
            rate=smaller,
            auto=auto,
        )
    more = _further(story)
    ways = [] if more is None else [more]
    steep = condition is not None and condition > STEEP
    if steep and largest is not None:
        if not largest / 4 <= rate <= largest:  # near the best rate the steep direction swings
            half = parameter("learning_rate", f"{largest / 2:.6g}")
            ways.append(message("take {rate}, half of the largest stable one", rate=half))
    elif not story.asked.auto and (best is None or not 0.5 <= rate / best <= 1.0001):
        ways.append(
            message("take {auto}", auto=auto)
            if best is None
            else message("take {auto} ({rate})", auto=auto, rate=best)
        )
    ways += scaled(story)
    return joined(ways or [elsewhere(story)])


def _by_rule(story: Story) -> list[Message]:
    """What brings an update rule further."""
    method, ahead = story.method, story.ahead
    assert method is not None
    more = _further(story)
    ways = [] if more is None else [more]
    rate, auto = story.learning_rate, parameter("learning_rate", '"auto"')
    if not method.has_rate:
        ways = ways if story.ending.ended == "max_iter" else []
        whole = story.next_length and story.next_length >= rate * story.last[1]
        if ways and method.uses_rate and whole and method.optimizer.rule.calls("first"):
            tried = parameter("learning_rate", f"{rate * MORE:.3g}")
            ways.append(message("let each step try a larger rate first, {rate}", rate=tried))
        return [*ways, *scaled(story)] or [message("give another start, or another optimizer")]
    restless = story.bounces or (ahead is not None and ahead.kink) or story.kinked
    if restless and method.law is None:
        smaller = parameter("learning_rate", f"{rate / 10:.3g}")
        said = message(
            "at a constant rate {optimizer} does not come to rest here: take a schedule, such as {schedule}",
            optimizer=Message(method.optimizer.name),
            schedule=SCHEDULE,
        )
        return [said, message("take a smaller rate, {rate}", rate=smaller), *ways]
    if story.last[0] > story.first[0] and method.law is None:
        smaller = parameter("learning_rate", f"{rate / 10:.3g}")
        above = message("the cost is above the start's: take a smaller rate, {rate}", rate=smaller)
        return [above, *ways]
    if method.settings.get("weight_decay"):
        none = either('optimizer_settings={"weight_decay": 0}', "--set weight_decay=0")
        pulled = message(
            "leave out what pulls the parameters to 0, with {option}: it ends beside the minimum",
            option=none,
        )
        return [pulled, *ways]
    best = story.landscape.best_rate
    if not story.asked.auto and method.law is None:
        if best is None:
            ways.append(message("take {auto}", auto=auto))
        elif not 0.5 <= rate / best <= 1.5:
            ways.append(message("take {auto} ({rate})", auto=auto, rate=best))
    if story.kinked:
        ways.append(smooth(story))
    return [*ways, *scaled(story)] or [elsewhere(story)]


def scaled(story: Story) -> list[Message]:
    """Other coordinates, where the cost bends much more in one direction than in another."""
    condition = story.landscape.condition_number or story.bends
    if condition is None or condition <= STEEP or story.turned:
        return []
    if not story.has_examples:
        return _round(story)
    if condition == math.inf:
        return _standardised(story)
    said = message(
        "standardise the inputs by {option} (the cost bends {times} times more in one direction than in another)",
        option=STANDARDISE,
        times=round(condition) if condition < 1e9 else float(f"{condition:.2g}"),
    )
    return [_alone(said, story)]


def _round(story: Story) -> list[Message]:
    """The coordinates in which a quadratic function is round."""
    if story.bowl is None:
        return []
    said = message("make the steps where the cost is round by {option}", option=EXACT)
    return [_alone(said, story)]


def _standardised(story: Story) -> list[Message]:
    """Scaled inputs, if they are not yet."""
    if story.turned or not story.has_examples:
        return []
    return [_alone(message("standardise the inputs by {option}", option=STANDARDISE), story)]


def _alone(advice: Message, story: Story) -> Message:
    """Advice that does not go together with moving one parameter after the other."""
    if not story.alternates:
        return advice
    return message("{advice}, and leave out {option}", advice=advice, option=parameter("alternate"))


def joined(ways: list[Message]) -> Message:
    return reduce(lambda one, other: message("{one}, or {other}", one=one, other=other), ways)


def _further(story: Story) -> Message | None:
    """More steps, and how many where that is known; or a smaller tolerance. None where it would take for ever."""
    if story.ending.ended == "no lower":
        return None
    if story.ending.ended != "max_iter":
        return message("lower the tolerance")
    most = parameter(story.most)
    if story.bowl is None or story.landscape.exact is None:
        return message("raise {most}", most=most)
    enough = CLOSE * abs(story.landscape.exact.cost)
    bowl, rate = story.bowl, story.learning_rate
    more = least_steps(lambda steps: bowl.left(rate, steps) <= enough)
    if more is None or more > COUNTLESS:
        return None
    if more <= MANY:
        return message("raise {most}", most=most)
    return message(
        "raise {most} (at this rate it takes about {steps} steps more)",
        most=most,
        steps=float(f"{more:.2g}"),
    )


def past_kinks(story: Story, auto: str) -> list[Message]:
    """What brings a descent past kinks: no constant rate comes to rest at one."""
    if story.asked.auto:
        return [smooth(story)]
    if story.bounces:
        rate = message(
            "steps at a constant rate go to and fro across a kink of the cost: take {auto}",
            auto=auto,
        )
        return [rate, smooth(story)]
    more = _further(story)
    return [*([] if more is None else [more]), message("take {auto}", auto=auto), smooth(story)]


def smooth(story: Story) -> Message:
    """What helps where kinks are in the way."""
    if not story.has_examples:
        return message("write it without kinks, such as sqrt(x^2 + 0.01) for abs(x)")
    fit = either("fit", "symgd fit")
    if story.kinks == ("penalty",):
        return message(
            "take {fit}, which knows of kinks, or a penalty without them, such as ridge", fit=fit
        )
    if story.kinks == ("loss",):
        return message(
            "take {fit}, which knows of kinks, or a loss without them, such as huber", fit=fit
        )
    if "model" in story.kinks:
        return message(
            "take {fit}, which knows of kinks, or write the model without them, such as sqrt(u^2 + 0.01) for abs(u)",
            fit=fit,
        )
    return message(
        "take {fit}, which knows of kinks, or a loss or penalty without them, such as huber or ridge",
        fit=fit,
    )
