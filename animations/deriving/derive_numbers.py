"""What derive_gradient has to show beside its formulas: data, the parameters at which the gradient is taken.

Laws
----
- a run's own data and start, or the first of its steps at which each parameter moves the model, where one is given; without it the built-in points for a model with one input, made-up
  rows for another or where it has no value on these, and for a function a start where it has a slope
- which rows these are is said; where no rows will do, there is no picture
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import cycle
from typing import Any

import numpy as np

from symgd.animations.stories.descent_story import DescentStory, evaluator
from symgd.data.arrays import FloatArray
from symgd.derivation.gradient import Gradient
from symgd.errors import SymgdError
from symgd.optimize.descend import descend
from symgd.optimize.descent_options import DescentOptions
from symgd.optimize.example import EPOCHS, LESSON, points
from symgd.optimize.prediction import predictor
from symgd.optimize.run import Run
from symgd.problem.problem import Problem
from symgd.writing.words import Message, message

ELSEWHERE = (
    (1.0, 2.0),
    (-0.5, 1.5),
    (0.7, -1.2),
)  # starts of a function that is level at the lesson's
TARGETS = (1, 2, 2, 4, 3, 5), (0, 0, 1, 0, 1, 1), (-1, -1, 1, -1, 1, 1)  # as losses want them
FAR, NUDGE = 50, 1e-4  # steps within which a place is looked for; of a parameter, to see what moves
ORDERS = 1, 3, 5, 2, 4, 6  # of the inputs' values, each another one


def story_of(
    problem: Problem, run: Run | None, derive: Callable[[], Gradient]
) -> tuple[DescentStory | None, Message | None]:
    """A run's first steps, or those on other rows, and what is to be said of these."""
    if run is not None:
        living, why = lively(run, derive)
        return _told(living, derive), why
    for said, data, starts in _tried(problem):
        found = _descended(problem, derive, data, starts)
        story = None if found is None else _told(found, derive)
        if story is not None and (problem.has_examples or any(story.gradient(0))):
            return story, said
    return None, None


def lively(run: Run, derive: Callable[[], Gradient]) -> tuple[Run, Message | None]:
    """The run from the first of its places at which every parameter moves the model, and which that is.

    At a start such as a = 0 of a·exp(k·x) nothing changes with k: all that is shown of k would be a picture of nothing.
    """
    problem, names = run.problem, run.trace.parameters
    if not problem.has_examples or run.trace.numbers is not None:
        return run, None
    still = still_at(run, run.trace.table[0, : len(names)])
    if not still:
        return run, None
    for step in range(1, min(run.steps, FAR) + 1):
        place = run.trace.table[step, : len(names)]
        if not np.isfinite(place).all() or still_at(run, place):
            continue
        found = _descended(problem, derive, [run.data], place.tolist())
        if found is not None:
            return found, message("after step {step}", step=str(step))
    return run, None


def still_at(run: Run, place: FloatArray) -> list[str]:
    """The parameters with which the model changes at none of the rows."""
    predict = predictor(run.problem)
    columns = [run.data[name] for name in run.problem.inputs]
    found = []
    for index, name in enumerate(run.trace.parameters):
        way = np.zeros_like(place)
        way[index] = NUDGE * max(1.0, abs(float(place[index])))
        apart = predict(place + way, columns) - predict(place - way, columns)
        if not np.any(apart):
            found.append(name)
    return found


def _told(run: Run, derive: Callable[[], Gradient]) -> DescentStory | None:
    """The run's first steps; None where it has no slope as a number."""
    steps = min(run.steps, EPOCHS) if run.trace.numbers is None else 0
    table = run.trace.table[: steps + 1, : len(run.trace.parameters) + 3]
    try:
        story = DescentStory(run, steps, table, evaluator(run, derive), derive)
        slopes = story.gradient(0)
    except (SymgdError, ArithmeticError):
        return None
    return story if np.isfinite(slopes).all() else None


def _tried(problem: Problem) -> Iterator[tuple[Message | None, Sequence[Any], Sequence[float]]]:
    """What is said of rows, the rows, and where the descent on them begins."""
    first = [*LESSON["start"].values()]
    if not problem.has_examples:
        yield from ((None, (), starts) for starts in (first, *ELSEWHERE))
        return
    if len(problem.inputs) == 1:
        yield message("built-in points"), points(), first
    for targets in TARGETS:
        yield message("made-up data"), (made_up(problem, targets),), first


def made_up(problem: Problem, targets: Sequence[float]) -> Mapping[str, list[float]]:
    """Rows of a problem's columns: each input takes the same values in an order of its own."""
    count, made = len(targets), dict[str, list[float]]()
    for name in problem.columns:
        made[name] = [1.0] * count  # such as weights
    for number, name in enumerate(problem.inputs):
        made[name] = [
            ((row * ORDERS[number % len(ORDERS)]) % (count + 1)) / 2 for row in range(1, count + 1)
        ]
    made[problem.target] = [*map(float, targets)]
    return made


def _descended(
    problem: Problem, derive: Callable[[], Gradient], data: Sequence[Any], starts: Sequence[float]
) -> Run | None:
    """A few steps on these rows; None where the problem has no value on them."""
    begin = dict(zip(problem.parameters, cycle(starts), strict=False))
    options = DescentOptions(start=begin, learning_rate="auto", max_iter=EPOCHS, tolerance=0)
    try:
        return descend(problem, derive, data, {}, options)
    except (SymgdError, ArithmeticError):
        return None
