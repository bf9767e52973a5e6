"""What is said at the end of the lesson `ravine_and_scaling`: the answer, and what the viewer can do now."""

from __future__ import annotations

from symgd.animations.comparing.ravine_cause import LESS
from symgd.animations.comparing.ravine_story import AWAY, GENTLE, ROUND, RavineStory
from symgd.animations.comparing.ravine_walks import HORIZON
from symgd.animations.comparing.ravine_words import Caption
from symgd.animations.formulas.numerals import numeral
from symgd.terms import Symbol
from symgd.writing.words import Message, message


def answer(story: RavineStory) -> Message:
    """What the heading says at the end: the cure with what it does, where it is one, and else the cause."""
    found, (before, after) = story.cause, story.ratios
    steps, cured = story.steps(story.plain), story.steps(story.scaled)
    if not story.is_changed:
        return _own(steps, story.steps(story.heavy))
    if steps is not None and cured is not None and cured <= LESS * steps:
        if story.is_best:
            return message(
                "A ravine. Centre and scale: {before} steps become {after}, each at its best rate.",
                before=steps,
                after=cured,
            )
        return message(
            "A ravine. Centre and scale: {before} steps become {after}.", before=steps, after=cured
        )
    if steps is None and cured is not None and story.is_best:
        return message(
            "A ravine. Centre and scale: over {count} steps become {after}, each at its best rate.",
            count=HORIZON,
            after=cured,
        )
    if steps is None and cured is not None:
        return message(
            "A ravine. Centre and scale: over {count} steps become {after}.",
            count=HORIZON,
            after=cured,
        )
    if found is not None and found.kind == "place" and story.far is not None:
        name, (mean, spread) = Symbol(story.far), story.spread(story.far)
        if abs(mean) < AWAY * spread:
            return message("Because the mean of {name} is not zero.", name=name)
        return message("Because {name} lies far from zero compared with its spread.", name=name)
    if found is not None and found.kind == "size":
        return message("Because the columns' sizes differ.")
    if found is not None and found.kind == "both":
        return message("Because of the columns' sizes, and of where they lie.")
    if before and after and after <= LESS * before:
        if after < GENTLE:
            return message("Because of the coordinates: standardised, there is no such ravine.")
        return message(
            "Because of a ravine: standardised, it bends {after} times as much, not {before}.",
            after=numeral(after, 3),
            before=numeral(before, 3),
        )
    return message("Because of a ravine that standardising leaves.")


def _own(before: int | None, after: int | None) -> Message:
    """The answer where standardising changes nothing."""
    if before is None or after is None or after >= before:
        return message("Because of a ravine that standardising leaves.")
    return message(
        "A ravine of the model's own. Momentum: {before} steps become {after}.",
        before=before,
        after=after,
    )


def ending(story: RavineStory, *, written: bool = False) -> Caption:
    """What the viewer can do now."""
    if not story.is_changed:
        return (
            message(
                "You can now tell a ravine that scaled columns take away from one that is the model's own."
            ),
        )
    look = message("Look at your columns' mean and spread before you look for a better rate.")
    if written:
        return (look,)
    return (
        look,
        message("Parameters found in standardised units are easily written back in your own."),
    )


def factored(story: RavineStory) -> Caption:
    """What a step leaves of both distances."""
    if story.factors is None:
        return ()
    along, across = story.factors
    left, kept = numeral(across, 3), numeral(along, 3)
    first = message(
        "A step multiplies the distance across by {across}, and that along by {along}.",
        across=left,
        along=kept,
    )
    if across < 0 < along:
        first = message(
            "A step multiplies the distance across by {across}: to and fro; along, by {along}: a crawl.",
            across=left,
            along=kept,
        )
    return first, message("One rate makes both small only where κ is near 1.")


def there(story: RavineStory, *, written: bool = False) -> Caption:
    """The walk in the new coordinates."""
    steps, before = story.steps(story.scaled), story.steps(story.plain)
    no_help = message("Standardising did not help here; what bends is not the units' fault.")
    if steps is None and before is not None:
        return (no_help,)
    if steps is None:
        return (message("Here {count} steps are not enough either.", count=HORIZON),)
    said = message(
        "From the same start: {number} step.", "From the same start: {number} steps.", number=steps
    )
    if before is not None and steps >= before:
        return said, no_help
    downhill = message(
        "Downhill now points nearer to the minimum: a rate suits all directions better."
    )
    if (story.ratios[1] or GENTLE) < ROUND:
        downhill = message(
            "Downhill now points where the minimum is: the same rate suits all directions."
        )
    if not written:
        return downhill, said
    return downhill, said, message("Written back in the column's own unit, it is the same line.")
