"""The log-likelihood of a fit, and what is made of it: AIC, BIC, deviance, McFadden's R²."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from symgd.data.arrays import FloatArray
from symgd.fit.costs.compiled import on_rows
from symgd.fit.statistics.sample import Sample
from symgd.parsing.formula import parse
from symgd.problem.likelihoods import Likelihood

NAN = float("nan")


def log_likelihood(sample: Sample) -> float:
    """The logarithm of the targets' likelihood at the minimum, its scale being the most likely one; nan where there is none."""
    likelihood = likelihood_of(sample)
    if likelihood is None:
        return NAN
    known: dict[str, FloatArray] = {
        "loss": sample.losses * _fineness(sample),
        "target": sample.columns[sample.task.problem.target],
        "weight": sample.weights,
        "scale": np.full(sample.rows, _scale(sample, likelihood)),
    }
    with np.errstate(all="ignore"):
        each = _evaluated(likelihood.density, known)
    return float(np.sum(each)) if sample.total or not likelihood.power else float("inf")


def _fineness(sample: Sample) -> float:
    """What the losses are multiplied by for their sum to be the total, which near a perfect fit is known more finely."""
    rough = float(sample.weights @ sample.losses)
    return sample.total / rough if rough else 1.0


def likelihood_of(sample: Sample) -> Likelihood | None:
    """The distribution that the cost is minus the logarithm of; None where a penalty is added, too."""
    return None if sample.task.problem.penalty is not None else sample.likelihood


def information_criteria(sample: Sample, rank: int) -> tuple[float, float]:
    """AIC and BIC; a scale that is estimated counts as a parameter, as in R."""
    likelihood = likelihood_of(sample)
    count = rank + (likelihood is not None and likelihood.power > 0)
    twice = -2 * log_likelihood(sample)
    return twice + 2 * count, twice + float(np.log(sample.rows)) * count


def deviance(sample: Sample) -> float:
    """Twice what the log-likelihood is below that of predictions that know the targets; of squares, their sum."""
    likelihood = likelihood_of(sample)
    if likelihood is None or likelihood.power == 1:
        return NAN
    if likelihood.power:
        return sample.total
    targets = [sample.columns[name] for name in sample.task.problem.targets]
    return 2 * (sample.total - float(sample.weights @ _best(likelihood, targets)))


def mcfadden(sample: Sample) -> float:
    """1 − ln L / ln L₀, L₀ being the likelihood of one prediction for all; nan where a distribution has a scale."""
    likelihood = likelihood_of(sample)
    if likelihood is None or likelihood.power:
        return NAN
    whole = float(sample.weights.sum())
    means = [
        np.atleast_1d(sample.weights @ sample.columns[name] / whole)
        for name in sample.task.problem.targets
    ]
    reached = log_likelihood(sample)
    null = reached + sample.total - whole * float(_best(likelihood, means)[0])
    return 1 - reached / null if null else NAN


def _best(likelihood: Likelihood, targets: list[FloatArray]) -> FloatArray:
    """The least losses that such targets can have."""
    with np.errstate(all="ignore"):
        each = [_evaluated(likelihood.best, {"target": target}) for target in targets]
    return np.asarray(np.sum(each, axis=0))


def _scale(sample: Sample, likelihood: Likelihood) -> float:
    return (sample.total / sample.rows) ** (1 / likelihood.power) if likelihood.power else 1.0


def _evaluated(formula: str, known: Mapping[str, FloatArray]) -> FloatArray:
    """A formula of a declaration, at numbers."""
    found: FloatArray = on_rows([parse(formula).value], [*known])(*known.values())[0]
    return found
