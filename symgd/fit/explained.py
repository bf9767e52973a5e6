"""Explained: how a minimum was found, at length: what was asked, what was done, how it ended, what else there is."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from symgd.fit.found import Found
from symgd.fit.task import Task
from symgd.writing.words import Message, message


def explained(task: Task, found: Found) -> Iterator[Message]:
    """What is said, a line each."""
    yield found.method
    yield from _asked(task)
    yield from found.account
    yield found.outcome.said
    second = found.second
    if second is not None:
        yield second_minimum(second)


def second_minimum(second: Found) -> Message:
    """Another minimum, and where."""
    there = tuple(f"{name} = {value:.6g}" for name, value in second.values.items())
    if second.is_twin:
        return message("there is another minimum, as good as this one, at {values}", values=there)
    return message(
        "there is another minimum nearly as good, of cost {cost} at {values}",
        cost=second.cost,
        values=there,
    )


def _asked(task: Task) -> Iterator[Message]:
    """The rows, what is sought, and what was fixed, tied, bounded or weighed."""
    yield message(
        "{number} row; sought: {names}",
        "{number} rows; sought: {names}",
        number=len(task.columns),
        names=task.free,
    )
    for name, value in task.fixed.items():
        yield message("{name} was fixed at {value}", name=name, value=value)
    for name, formula in task.tied.items():
        yield message("{name} is tied: {name} = {formula}", name=name, formula=f"{formula}")
    if task.bounds:
        yield message(
            "bounds: {bounds}", bounds=tuple(_bound(n, e) for n, e in task.bounds.items())
        )
    if task.start:
        starts = tuple(f"{name} = {value:.6g}" for name, value in task.start.items())
        yield message("the start that was given: {values}", values=starts)
    if task.weights is not None and not task.weights.all():
        left = int(np.count_nonzero(task.weights == 0))
        yield message(
            "{number} row of weight 0 is left out",
            "{number} rows of weight 0 are left out",
            number=left,
        )


def _bound(name: str, ends: tuple[float, float]) -> str:
    """Both ends as inequalities: 0 ≤ k ≤ 10."""
    low, high = (f"{end:g}" if math.isfinite(end) else "" for end in ends)
    return f"{low} ≤ {name}" * bool(low) + name * (not low) + f" ≤ {high}" * bool(high)
