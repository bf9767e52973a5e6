"""Bands: how far the curve of a fit may be off, and where new observations may lie."""

from __future__ import annotations

from typing import Literal, NamedTuple, TypeAlias

import numpy as np

from symgd.data.arrays import FloatArray
from symgd.problem.likelihoods import Likelihood

BandKind: TypeAlias = Literal["confidence", "prediction"]


class Band(NamedTuple):
    """The lower and the upper ends, each of shape (n,), or (n, k) for k scores."""

    lower: FloatArray
    upper: FloatArray


def band(
    predicted: FloatArray,
    jacobian: FloatArray,
    covariance: FloatArray,
    reach: float,
    *,
    noise: float = 0.0,
    likelihood: Likelihood | None = None,
) -> Band:
    """Predictions of shape (n, k) with their error by the delta method, on the scale on which they have no bounds.

    Examples
    --------
    >>> made = band(np.array([[3.0]]), np.array([[[1.0, 2.0]]]), np.diag([0.25, 0.0]), 2.0)
    >>> made.lower.tolist(), made.upper.tolist()
    ([[2.0]], [[4.0]])
    """
    link = "" if likelihood is None else likelihood.link
    variance = np.einsum("nkp,pq,nkq->nk", jacobian, covariance, jacobian)
    reached = reach * np.sqrt(np.maximum(variance, 0.0) + noise)
    with np.errstate(all="ignore"):
        if link == "log":
            ratio = np.exp(reached / predicted)
            return Band(predicted / ratio, predicted * ratio)
        if link == "logit":
            odds, ratio = predicted / (1 - predicted), reached / (predicted * (1 - predicted))
            sides = (odds * np.exp(sign * ratio) for sign in (-1, 1))
            lower, upper = (np.where(np.isinf(o), 1.0, o / (1 + o)) for o in sides)
            certain = (predicted <= 0) | (predicted >= 1)
            return Band(np.where(certain, predicted, lower), np.where(certain, predicted, upper))
    return Band(predicted - reached, predicted + reached)
