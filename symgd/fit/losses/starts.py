"""Starts: where Newton's method begins, one where there is one minimum at most, else several."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from symgd.data.arrays import FloatArray
from symgd.fit.costs.smooth_cost import SmoothCost
from symgd.fit.losses.convexity import is_convex, is_of_many_inputs
from symgd.fit.losses.equals import by_squares
from symgd.fit.losses.newton import Bounds
from symgd.fit.task import Task

STARTS = 6  # that are taken from the search for the least squares


def starts_of(task: Task, objective: SmoothCost, bounds: Bounds) -> Iterator[FloatArray]:
    """One start where there is one minimum at most, else several."""
    starts = [*(convex_starts if is_convex(objective) else other_starts)(task, objective, bounds)]
    if len(starts) > 1 and not objective.affine:
        starts = _with_slopes(objective, starts)
    for number, start in enumerate(starts, start=1):
        yield start
        if task.progress is not None:
            task.progress(number, len(starts))


def _with_slopes(objective: SmoothCost, starts: list[FloatArray]) -> list[FloatArray]:
    """Those at which the model has slopes at the most rows; from others nothing leads on, but none may cost less."""
    lacks = np.array([objective.without_slopes(start) for start in starts])
    costs = np.nan_to_num([objective.cost(start) for start in starts], nan=np.inf)
    kept = lacks == lacks.min()
    return [
        start
        for start, keep in zip(starts, kept | (costs < costs[kept].min()), strict=True)
        if keep
    ]


def convex_starts(task: Task, objective: SmoothCost, bounds: Bounds) -> Iterator[FloatArray]:
    """One start, at which the cost is a number if any is found."""
    for start in _simple(task, objective):
        if objective.at(bounds.inside(start)).finite:
            yield start
            return
    yield np.zeros(len(task.free))


def other_starts(task: Task, objective: SmoothCost, bounds: Bounds) -> Iterator[FloatArray]:
    """The caller's, those of the search for the least squares, 0, and draws about them."""
    yield from _simple(task, objective)
    if is_of_many_inputs(objective):
        return
    rng = np.random.default_rng(task.seed)
    if len(task.predictions) == 1:
        hunt = by_squares(task)
        front = hunt.caught().front
        ends = [end.theta for end in sorted(hunt.ends(front), key=lambda end: end.cost)]
        yield from ends
        yield from front.theta[:STARTS]
        near = ends[0] if ends else np.ones(len(task.free))
        for _ in range(STARTS):
            yield near * rng.normal(1, 0.5, len(near))
    else:
        for _ in range(2 * STARTS):
            yield rng.normal(0, 1, len(task.free))


def _simple(task: Task, objective: SmoothCost) -> Iterator[FloatArray]:
    """The caller's start, 0, 1, and one at which the scores of all rows are where the loss has a value."""
    begun = np.array([task.start.get(name, 0.0) for name in task.free])
    yield begun
    if objective.affine:
        for aim in (0.5, float(task.columns.values[-1].mean()), 1.0):
            slopes = objective.slopes(begun)[0].T
            yield np.linalg.lstsq(slopes, aim - objective.scores(begun * 0)[0], rcond=None)[0]
        targets = task.columns.values[-1]
        yield np.linalg.lstsq(slopes, targets - objective.scores(begun * 0)[0], rcond=None)[0]
    yield np.array([task.start.get(name, 1.0) for name in task.free])
