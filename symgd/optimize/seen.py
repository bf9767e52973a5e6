"""What a trace and a way show before anybody asks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from symgd.codegen.walk.arrival import FloatArray
from symgd.optimize.batches import Batches
from symgd.optimize.ways import Ways
from symgd.writing.words import Message, message

QUARTER = 4  # the last part of a trace is compared with the one before,
ENOUGH = 4  # where it has so many rows


def bounces(costs: FloatArray) -> bool:
    """Whether the cost went up at one in ten of the last hundred steps, by more than rounding."""
    last = costs[-100:]
    rises = np.diff(last) > 1e-9 * np.abs(last[:-1])
    return len(rises) > 1 and bool(rises.mean() > 0.1)


def wanders(costs: FloatArray) -> bool:
    """Whether the cost goes up and down without an end: its last quarter is no lower than the one before, but for that."""
    part = len(costs) // QUARTER
    if part < ENOUGH:
        return False
    last, before = costs[-part:], costs[-2 * part : -part]
    stirs = float(last.std())
    rises = float(last.min()) > max(float(costs[: 2 * part].max()), float(costs[0]))
    still = stirs <= 1e-9 * abs(float(last.mean()))
    return not (rises or still) and float(before.mean() - last.mean()) <= stirs


def hovers(costs: FloatArray, points: FloatArray, lengths: FloatArray) -> bool:
    """Whether the last quarter goes to and fro, and the cost is no lower there than in the one before."""
    part = len(costs) // QUARTER
    if part < ENOUGH:
        return False
    last, before = costs[-part:], costs[-2 * part : -part]
    way, made = float(np.abs(points[-1] - points[-part]).max()), float(lengths[-part:-1].sum())
    stirs = made > 1e-9 * float(np.abs(points[-1]).max())
    return stirs and way < 0.1 * made and float(last.mean()) > float(before.mean()) * (1 - 1e-6)


def said_of_ways(
    ways: Ways, batches: Batches | None, start: Mapping[str, float]
) -> Iterator[Message]:
    """How the walk goes, where it is not along the whole gradient of all parameters as they are."""
    if ways.held:
        named = tuple(f"{name} = {start[name]:g}" for name in ways.held)
        yield message("held: {names}", names=named)
    if ways.order:
        yield message("the parameters move one after the other: {names}", names=ways.order)
    if ways.system == "standardised":
        yield message(
            "the steps are made where the inputs are centred and scaled: the learning rate and the curvature hold there, all else is in your own units"
        )
    if ways.system == "exact":
        yield message(
            "the steps are made where the cost is round: the learning rate and the curvature hold there, all else is in your own units"
        )
    if batches is not None and batches.each_epoch == 1:
        yield message(
            "a step looks at {number} row, and is an epoch",
            "a step looks at {number} rows, and is an epoch",
            number=batches.size,
        )
    elif batches is not None:
        yield message(
            "a step looks at {number} row; an epoch is {steps} steps",
            "a step looks at {number} rows; an epoch is {steps} steps",
            number=batches.size,
            steps=batches.each_epoch,
        )
