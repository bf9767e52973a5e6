"""Where a cost is least: solved for, found by a fit, or only where a descent came to; nothing here needs Manim.

Laws
----
- what a fit found is taken only where its search came to an end, and costs no more than all that the descent came to
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, TypeAlias

import numpy as np

from symgd.animations.stories.descent_story import DescentStory
from symgd.data.arrays import FloatArray
from symgd.errors import SymgdError
from symgd.fit.fit import fit
from symgd.fit.fit_options import FitOptions
from symgd.fit.fitted import Fit

Source: TypeAlias = Literal["formula", "search", "descent"]

FARTHER = 1e-9  # a cost so much greater, relatively, is rounding


@dataclass(frozen=True, eq=False)
class KnownLeast:
    """Parameters of the least cost that is known, and where they are from."""

    values: FloatArray
    source: Source

    @property
    def is_best(self) -> bool:
        """Whether they may be called the best, being more than the end of a descent."""
        return self.source != "descent"


@lru_cache(maxsize=8)
def known_least(story: DescentStory) -> KnownLeast:
    """By the exact minimum where there is one, else by a fit, else by the descent."""
    if story.exact is not None:
        return KnownLeast(np.asarray(story.exact, dtype=np.float64), "formula")
    descended = np.array(story.parameters[int(np.nanargmin(story.cost))], dtype=np.float64)
    found = _fitted(story)
    least = float(story.cost_of(descended.tolist()))
    if found is None or not story.cost_of(found.tolist()) <= least + FARTHER * abs(least):
        return KnownLeast(descended, "descent")
    return KnownLeast(found, "search")


def searched(story: DescentStory) -> FloatArray | None:
    """Where a fit found the cost to be least, of a cost whose minimum no formula knows; None where it found none."""
    if story.exact is not None or story.diverged:
        return None
    known = known_least(story)
    return known.values if known.source == "search" else None


def _fitted(story: DescentStory) -> FloatArray | None:
    """What a fit of the run's own rows comes to; None where it comes to no minimum."""
    if not story.problem.has_examples:
        return None
    try:
        made = fit(story.problem, [story.run.data], {}, FitOptions())
    except SymgdError:
        return None
    if not isinstance(made, Fit) or made.outcome.kind != "converged":
        return None
    return np.array([made.parameters[name] for name in story.names], dtype=np.float64)
