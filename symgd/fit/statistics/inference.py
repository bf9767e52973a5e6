"""Inference: how far the parameters of a fit may be off, and why some have no standard error.

Laws
----
- squares: covariance = s² (JᵀWJ)⁻¹ with s² = RSS/(n − p), of singular values of WJ and never of JᵀWJ itself
- absolute errors, as of a Laplace distribution of scale b: b² (JᵀW²J)⁻¹
- another loss that is minus a log-likelihood: H⁻¹, the inverse of the observed information
- any other loss that bends: the sandwich H⁻¹ (Σ w² g gᵀ) H⁻¹, g being each example's gradient
- a parameter on a bound is taken for fixed; where the data leave a direction open, the parameters in it have no standard
  error, and the others theirs

Weights are relative precisions, inverse variances but for a factor, as in R's lm and nls; where a distribution has no scale,
an example of weight 2 counts as two.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from symgd.data.arrays import FloatArray
from symgd.fit.statistics.inverse import Pseudoinverse, inverse_of_hessian, inverse_of_square
from symgd.fit.statistics.sample import Sample
from symgd.registry.registry import FrozenMap
from symgd.writing.words import Message, message

HELD = message("every parameter is held by a bound")


@dataclass(frozen=True, eq=False)
class Inference:
    """What is known of the free parameters' errors.

    Parameters
    ----------
    covariance : array of shape (p, p)
        Of the free parameters in the task's order; 0 for one on a bound, and where nothing is known.
    rank : int
        How many free parameters, or combinations of them, the data determine.
    unknown : mapping of str to Message
        The free parameters that have no standard error, and why.
    none : Message, optional
        Why no parameter has one.
    """

    covariance: FloatArray
    rank: int
    unknown: Mapping[str, Message] = field(default_factory=lambda: FrozenMap({}))
    none: Message | None = None


def inference(sample: Sample) -> Inference:
    """The covariance of a fit's free parameters, by the law that its loss has."""
    task, values = sample.task, sample.found.values
    held = {name: _on_bound(sample, name) for name in task.free}
    with np.errstate(all="ignore"):
        idle, part = sample.slopes.noise(values, sample.columns)
        loose = [name for name, one in zip(task.free, idle, strict=True) if one and not held[name]]
        moving = [n for n, name in enumerate(task.free) if held[name] is None and name not in loose]
        spread = HELD if all(held.values()) else _spread(sample, moving, part)
    whole = np.zeros((len(task.free), len(task.free)))
    unknown = {name: said for name, said in held.items() if said is not None}
    if isinstance(spread, Message):
        return Inference(whole, len(task.free), FrozenMap(unknown), spread)
    rank = spread.rank + len(task.free) - len(moving) - len(loose)
    if sample.found.outcome.kind != "converged":
        # Where a search ended elsewhere, slopes that fade say nothing of the parameters.
        rank = len(task.free)
    none = _refused(sample, rank)
    if none is None:
        with np.errstate(all="ignore"):
            scaled = spread.matrix * sample.dispersion(rank)
        if np.isfinite(scaled).all():
            whole[np.ix_(moving, moving)] = scaled
        else:
            none = message("the squares of such targets leave the floats")
    open_ = [task.free[n] for n, is_open in zip(moving, spread.open, strict=True) if is_open]
    opened = [name for name in task.free if name in {*open_, *loose}]
    for name in opened:
        unknown[name] = message("the data do not determine {names}", names=tuple(opened))
    return Inference(whole, rank, FrozenMap(unknown), none)


def _refused(sample: Sample, rank: int) -> Message | None:
    """Why there are no standard errors, whatever the slopes are."""
    problem, outcome = sample.task.problem, sample.found.outcome
    if outcome.kind != "converged":
        return message("the search has found no minimum")
    if problem.penalty is not None:
        return message(
            "a penalty draws the parameters towards 0, and their spread is not their error"
        )
    if sample.rows <= rank:
        return message("there are no more rows than parameters")
    return None


def _on_bound(sample: Sample, name: str) -> Message | None:
    """That a parameter stands on a bound of its own; None where it does not."""
    value = sample.found.values[name]
    for bound in sample.task.bounds.get(name, ()):
        if np.isfinite(bound) and abs(value - bound) <= 1e-9 * max(abs(value), abs(bound)):
            return message("{name} is held by its bound {bound}", name=name, bound=bound)
    return None


def _spread(sample: Sample, moving: list[int], noise: float) -> Pseudoinverse | Message:
    """The covariance but for the dispersion."""
    likelihood, weights = sample.likelihood, sample.weights
    of_squares = likelihood is not None and likelihood.power
    if not of_squares and sample.slopes.affine:  # the columns have been looked at by the search
        return _of_bends(sample, moving)
    jacobian = sample.slopes.jacobian(sample.found.values, sample.columns)
    if not np.isfinite(jacobian).all():
        return message("the model has no slope at some rows")
    if likelihood is not None and likelihood.power:
        factor = jacobian[:, :, moving] * (weights ** (1 / likelihood.power))[:, None, None]
        rows = factor.shape[0] * factor.shape[1]
        return inverse_of_square(factor.reshape(rows, len(moving)), noise)
    return _of_bends(sample, moving)


def _of_bends(sample: Sample, moving: list[int]) -> Pseudoinverse | Message:
    """From the Hessian of the losses, and where these are no likelihood, from their gradients."""
    values = sample.found.values
    first = sample.slopes.first(values) * sample.weights
    hessian = sample.slopes.hessian(values)[np.ix_(moving, moving)]
    if not (np.isfinite(hessian).all() and np.isfinite(first).all()):
        return message("the loss has no slope at some rows")
    if not hessian.any():
        return message("the loss has kinks and no curvature, and so says nothing of errors")
    bread = inverse_of_hessian(hessian)
    if bread is None:
        return message("the cost bends down here")
    if sample.likelihood is not None:
        return bread
    gradients = sample.slopes.gradients(values)[:, moving] * sample.weights[:, None]
    beside = gradients @ bread.matrix
    return Pseudoinverse(beside.T @ beside, bread.open, bread.rank)
