"""The same descent over standardised columns, where a ravine keeps the raw one from its end: nothing here needs Manim."""

from __future__ import annotations

import numpy as np

from symgd.animations.stories.descent_story import THERE, DescentStory, tell
from symgd.errors import SymgdError
from symgd.optimize.descend import descend
from symgd.optimize.descent_options import DescentOptions

RAW = 100.0  # times more a cost bends one way than another, from which no rate is good
TRIED = 100  # steps over scaled columns


def cured(story: DescentStory, condition: float | None) -> DescentStory | None:
    """Where the columns make a long ravine that a plain descent does not get through: the same over scaled ones, to its end."""
    if (condition or 0.0) < RAW or story.rule is not None or story.has_schedule or story.arrived:
        return None
    tried = over_scaled_columns(story, TRIED)
    if tried is None or tried.least is None:
        return None
    gap = tried.cost - tried.least
    near = np.flatnonzero(gap <= max(THERE * float(gap[0]), tried.rounding))
    return over_scaled_columns(story, int(near[0])) if near.size and near[0] else None


def over_scaled_columns(story: DescentStory, steps: int) -> DescentStory | None:
    """So many steps of gradient descent over standardised inputs from the same start; None where these are not told."""
    if not story.problem.inputs or story.scaled is not None:
        return None
    start = dict(zip(story.names, story.parameters[0].tolist(), strict=True))
    options = DescentOptions(
        start=start, learning_rate="auto", max_iter=steps, tolerance=0, standardise=True
    )
    try:
        run = descend(story.problem, story.derive, [story.run.data], {}, options)
        told = tell(run, story.derive)
    except SymgdError:
        return None
    return told if told.scaled is not None else None
