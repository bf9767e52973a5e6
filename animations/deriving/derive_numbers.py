"""What derive_gradient has to show beside its formulas: data, the parameters at which the gradient is taken, numbers.

Laws
----
- a run's own data and start, where one is given; the built-in points, where the model has one input and no data
- where there is neither, or the model has no value there, there is no picture
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import cycle

import numpy as np

from symgd.animations.stories.descent_story import DescentStory, evaluator
from symgd.derivation.at_point.bindings import bindings_of
from symgd.derivation.at_point.substitution import Substitution
from symgd.derivation.gradient import Gradient
from symgd.errors import SymgdError
from symgd.optimize.descend import descend
from symgd.optimize.descent_options import DescentOptions
from symgd.optimize.example import EPOCHS, LESSON, points
from symgd.optimize.run import Run
from symgd.problem.problem import Problem
from symgd.terms import Term

FEW = 3  # rows whose numbers are all put in
DIGITS = 5


def story_of(
    problem: Problem, run: Run | None, derive: Callable[[], Gradient]
) -> tuple[DescentStory | None, bool]:
    """The run's first steps, or those on the built-in points, and whether it is these."""
    own = run if run is not None else _on_built_in_points(problem, derive)
    if own is None:
        return None, False
    steps = min(own.steps, EPOCHS) if own.trace.numbers is None else 0
    table = own.trace.table[: steps + 1, : len(own.trace.parameters) + 3]
    try:
        story = DescentStory(own, steps, table, evaluator(own, derive), derive)
        slopes = story.gradient(0)
    except (SymgdError, ArithmeticError):
        return None, False
    return (story, run is None) if np.isfinite(slopes).all() else (None, False)


def _on_built_in_points(problem: Problem, derive: Callable[[], Gradient]) -> Run | None:
    """A few steps on the three points, for a model with one input."""
    if not problem.has_examples or len(problem.inputs) != 1:
        return None
    starts = dict(zip(problem.parameters, cycle(LESSON["start"].values()), strict=False))
    options = DescentOptions(start=starts, learning_rate="auto", max_iter=EPOCHS, tolerance=0)
    try:
        return descend(problem, derive, points(), {}, options)
    except (SymgdError, ArithmeticError):
        return None


def with_numbers(term: Term, story: DescentStory) -> Term | None:
    """A formula with the numbers of every row in it, and what it comes to; None where they are too many."""
    run = story.run
    if not story.problem.has_examples or len(run.data) > FEW:
        return None
    values = dict(zip(story.names, story.parameters[0].tolist(), strict=True))
    columns = {name: run.data[name] for name in (*story.problem.inputs, story.problem.target)}
    try:
        return Substitution(bindings_of([term], values, columns), DIGITS).worked(term)
    except (SymgdError, ArithmeticError, KeyError):
        return None
