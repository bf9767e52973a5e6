"""The options of a Problem, for what takes them as keywords."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypedDict

from symgd.problem.losses import Loss, Penalty
from symgd.problem.notation import Notation
from symgd.terms.function import Function


class ProblemOptions(TypedDict, total=False):
    """The arguments of a Problem as keywords."""

    model: str | Sequence[str]
    loss: str | Loss
    parameters: Sequence[str] | None
    inputs: Sequence[str] | None
    target: str | Sequence[str]
    penalty: str | Penalty | None
    penalized: Sequence[str] | None
    settings: Mapping[str, float] | None
    notation: Notation | None
    losses: Mapping[str, Loss] | None
    penalties: Mapping[str, Penalty] | None
    labels: Mapping[str, str] | None
    weights: str | None
    functions: Mapping[str, Function] | None
