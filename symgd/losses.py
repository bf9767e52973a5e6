"""LOSSES: one declaration a loss."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal


@dataclass(frozen=True)
class Loss:
    """How far predictions are from targets.

    Parameters
    ----------
    name : str
        As in ``Problem(model, loss=name)``.
    title : str
        The full name.
    formula : str
        One example's loss in `prediction` and `target`.
    reduction : {"mean", "sum", "half mean"}
        The cost is this of the losses: 1/N Σ, Σ, or 1/(2N) Σ.
    domain : str
        Which targets and predictions it is meant for.
    source : str
        Where the convention is from.
    """

    name: str
    title: str
    formula: str
    reduction: Literal["mean", "sum", "half mean"]
    domain: str
    source: str


_SQUARE = "(prediction - target)^2"
_REAL = "real targets and predictions"

LOSSES: Mapping[str, Loss] = MappingProxyType(
    {
        loss.name: loss
        for loss in (
            Loss(
                "mse",
                "mean squared error",
                _SQUARE,
                "mean",
                _REAL,
                "Bishop, Pattern Recognition and Machine Learning (2006), section 1.1, divided by N",
            ),
            Loss(
                "sse",
                "sum of squared errors",
                _SQUARE,
                "sum",
                _REAL,
                "Legendre, Nouvelles méthodes pour la détermination des orbites des comètes (1805)",
            ),
            Loss(
                "half_mse",
                "half mean squared error",
                _SQUARE,
                "half mean",
                _REAL,
                "Ng, CS229 lecture notes, with the mean in the place of the sum",
            ),
        )
    }
)
