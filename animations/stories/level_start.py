"""A start where the cost is level: nothing is filmed from there, and every lesson about steps says so alike.

Nothing here needs Manim.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from symgd.animations.formulas.numerals import NOTHING
from symgd.codegen.evaluators.evaluator import Evaluate
from symgd.errors import ProblemError, parameter

ELSEWHERE = f"start elsewhere: {parameter('start', '...')}"


def is_level(evaluate: Evaluate, start: Sequence[float]) -> bool:
    """Whether the gradient is zero, or what rounding leaves of a zero: next to nothing beside how it changes on the way to 0."""
    slopes = np.array(evaluate([*start])[1])
    sizes = np.zeros(len(slopes))
    for index in np.flatnonzero(start):
        halved = [*start]
        halved[index] /= 2
        with np.errstate(all="ignore"):
            change = np.abs(np.array(evaluate(halved)[1]) - slopes)
        sizes = np.fmax(sizes, np.where(np.isfinite(change), change, 0.0))
    return bool((np.abs(slopes) <= NOTHING * sizes).all())


def expect_slope(evaluate: Evaluate, start: Sequence[float]) -> None:
    """Refuse a start from which no step leads.

    Raises
    ------
    ProblemError
        When the gradient there is zero but for rounding.
    """
    if is_level(evaluate, start):
        cause = "the cost is level at the start: there is no direction to step in"
        raise ProblemError(cause, ELSEWHERE)
