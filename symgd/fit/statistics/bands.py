"""Bands: how far the curve of a fit may be off, and where new observations may lie."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias, get_args

import numpy as np

from symgd.data.arrays import FloatArray
from symgd.data.columns import Columns
from symgd.errors import FitError, either
from symgd.fit.statistics.intervals import expect_level, quantile
from symgd.fit.statistics.slopes import FitSlopes
from symgd.problem.likelihoods import Likelihood
from symgd.registry.options import declared

BandKind: TypeAlias = Literal["confidence", "prediction"]
KINDS = {name: name for name in get_args(BandKind)}

CURVE = either('kind="confidence"', "--band confidence")


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


@dataclass(frozen=True, eq=False)
class Spread:
    """How far a fit's free parameters, and new observations, lie from what was found.

    Parameters
    ----------
    covariance : array of shape (p, p)
        Of the free parameters.
    freedom : float, optional
        The degrees of freedom of t; without them, the normal distribution's quantiles are taken.
    noise : float
        The residual standard error; nan where the loss has none.
    """

    covariance: FloatArray
    freedom: float | None
    noise: float


def band_at(
    slopes: FitSlopes,
    values: Mapping[str, float],
    inputs: Columns,
    spread: Spread,
    level: float,
    kind: BandKind,
) -> Band:
    """The band of a fit at new rows; `values` are its free parameters."""
    problem = slopes.task.problem
    reach = quantile(expect_level(level), spread.freedom)
    new = declared(kind, KINDS, "kind of band", FitError) == "prediction"
    if new and np.isnan(spread.noise):
        cause = f"there is no band for new observations of the {problem.loss.title}"
        raise FitError(
            cause,
            f"pass {CURVE} for the band of the curve",
        )
    made = band(
        slopes.predictions(values, inputs),
        slopes.jacobian(values, inputs),
        spread.covariance,
        reach,
        noise=spread.noise**2 if new else 0.0,
        likelihood=problem.loss.likelihood,
    )
    return made if len(problem.targets) > 1 else Band(made.lower[:, 0], made.upper[:, 0])
