"""Links: models that do not give a loss what it reads, which is a logit, a probability or a mean above 0."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import sympy

from symgd.errors import either
from symgd.fit.outcomes import within
from symgd.fit.statistics.slopes import FitSlopes
from symgd.fit.task import Task
from symgd.optimize.outcome import Outcome
from symgd.writing.words import Message, message

EDGE = 1e-6  # predictions nearer than this to the end of what a loss reads stand at it


def squashed_twice(task: Task) -> tuple[Message, ...]:
    """A remark where the loss takes the sigmoid of a model that is one already."""
    likelihood = task.problem.loss.likelihood
    if likelihood is None or likelihood.response != "logit":
        return ()
    if not _is_sigmoid(task.predictions[0]):
        return ()
    loss = either('loss="binary_cross_entropy"', "--loss binary_cross_entropy")
    return (
        message(
            "the loss takes the sigmoid of the model, which is a sigmoid already: write the model without it, or pass {loss}",
            loss=loss,
        ),
    )


def _is_sigmoid(formula: sympy.Expr) -> bool:
    """Whether a formula is 1/(1 + exp(u)), or exp(u)/(1 + exp(u))."""
    above, below = formula.as_numer_denom()
    parts = (above, sympy.expand(below - above))
    return below != 1 and all(part == 1 or isinstance(part, sympy.exp) for part in parts)


def at_edge(task: Task, values: Mapping[str, float]) -> Outcome | None:
    """The end of a search whose predictions stand at the end of what the loss reads; None where none does."""
    likelihood = task.problem.loss.likelihood
    if likelihood is None or not likelihood.link:
        return None
    predictions = FitSlopes(task).predictions(values, task.columns)
    near = predictions <= EDGE * np.abs(predictions).max()
    if likelihood.link == "logit":
        near = (predictions <= EDGE) | (predictions >= 1 - EDGE)
    if not near.any():
        return None
    why = message("predictions come to where the loss has no value, and the search no further")
    return Outcome("stalled", why, within(likelihood.link))
