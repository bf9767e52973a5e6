"""Profile: the values of a parameter at which the rest, fitted again, does not fit significantly worse.

τ(c) is the square root of what the cost has risen by when the parameter is held at c, in units of the law that the interval is
of: (S(c) − S)/s² of squares, 2 Σ w (ℓ(c) − ℓ) of other likelihoods. It grows nearly straight on both sides of the estimate, which
is what makes its roots easy, and an end is where it reaches the quantile of t or of the normal distribution. Each fit begins
where the nearest one inside the interval ended: one beyond it may have gone to another branch of the model.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache

import numpy as np
import sympy

from symgd.data.arrays import FloatArray
from symgd.errors import FitError, either
from symgd.fit.statistics.intervals import Interval
from symgd.fit.statistics.sample import Sample
from symgd.registry.registry import FrozenMap

DOUBLINGS = 40  # of the distance to the estimate, before an end is said to be open
FIRST = 4  # the part of a Wald interval's half that is the first step
ROUNDS = 200  # steps at most: damped ones may be short
TURNS = 33  # places at which a tie is looked at
FINEST = 1e-10  # of the cost that an end of the interval adds: less is no gain

WALD = either('method="wald"', "--intervals wald")


def profile(
    sample: Sample,
    parameters: Mapping[str, float],
    errors: Mapping[str, float],
    reach: float,
    freedom: float | None,
) -> Mapping[str, Interval]:
    """The intervals of a fit's free parameters by its profiles; nan for those that have no standard error, or are tied to several.

    Raises
    ------
    FitError
        Where the loss is no likelihood that bends.
    """
    problem = sample.task.problem
    likelihood = sample.likelihood
    if likelihood is None or likelihood.power == 1 or problem.penalty is not None:
        cause = f"there is no profile of the likelihood for the {problem.loss.title}"
        if problem.penalty is not None:
            cause = "there is no profile of the likelihood where a penalty is added"
        raise FitError(cause, f"pass {WALD}")
    unit = sample.total / freedom if freedom else 0.5
    found = dict.fromkeys(parameters, (math.nan, math.nan))
    for name in sample.task.free:
        if errors[name] > 0 and unit > 0:
            found[name] = _Profile(sample, name, errors[name], unit).interval(reach)
        elif errors[name] == 0:
            found[name] = (parameters[name], parameters[name])
    for name, formula in sample.task.tied.items():
        hangs = sample.task.settled(formula).free_symbols
        if len(hangs) == 1:
            (free,) = hangs
            found[name] = _carried(sample.task.settled(formula), free, found[str(free)])
    return FrozenMap(found)


def _carried(formula: sympy.Expr, free: sympy.Symbol, interval: Interval) -> Interval:
    """The interval of what is tied to one parameter alone: where its formula takes the other's; nan where it turns within."""
    if not all(map(math.isfinite, interval)):
        return math.nan, math.nan
    places = [sympy.Float(place) for place in np.linspace(*interval, TURNS)]
    values = [complex(formula.subs(free, place).evalf()) for place in places]
    steps = np.diff([value.real for value in values])
    if any(value.imag for value in values) or not ((steps >= 0).all() or (steps <= 0).all()):
        return math.nan, math.nan
    ends = sorted((values[0].real, values[-1].real))
    return ends[0], ends[1]


@dataclass(eq=False)
class _Profile:
    """The profile of one free parameter."""

    sample: Sample
    name: str
    error: float
    unit: float
    known: dict[float, FloatArray] = field(default_factory=dict)  # fits inside the interval

    def __post_init__(self) -> None:
        values = self.sample.found.values
        self.known[self.estimate] = np.array([values[name] for name in self.sample.task.free])

    @property
    def estimate(self) -> float:
        return self.sample.found.values[self.name]

    def interval(self, reach: float) -> Interval:
        """Where τ reaches so much on both sides; inf where it never does."""
        return self._end(-1, reach), self._end(1, reach)

    def _end(self, side: int, reach: float) -> float:
        from scipy.optimize import brentq

        bounds = self.sample.task.bounds.get(self.name, (-math.inf, math.inf))
        bound = bounds[side > 0]
        near, step = self.estimate, reach * self.error / FIRST
        above = cache(lambda value: self._risen(value, reach) - reach)
        for _ in range(DOUBLINGS):
            far = self.estimate + side * step
            if side * (far - bound) > 0:
                far = bound
            if above(far) >= 0:
                return float(brentq(above, near, far, xtol=1e-9 * self.error))
            if far == bound:
                return bound
            near, step = far, 2 * step
        return side * math.inf

    def _risen(self, value: float, reach: float) -> float:
        """τ, or far more than is asked for where the model has no value."""
        if value == self.estimate:
            return 0.0
        start = self.known[min(self.known, key=lambda there: abs(there - value))].copy()
        start[self.sample.task.free.index(self.name)] = value
        total, reached = _settled(self.sample, start, self.name, self.unit)
        risen = max(total - self.sample.total, 0.0) / self.unit
        if risen < reach**2:
            self.known[value] = reached
        return min(math.sqrt(risen), 10 * reach)


def _settled(sample: Sample, start: FloatArray, held: str, unit: float) -> tuple[float, FloatArray]:
    """The least cost with one parameter held, and where it is, by steps that are damped as far as they must be."""
    others = [number for number, name in enumerate(sample.task.free) if name != held]
    values, total, damping = start, _total(sample, start), 1e-4
    if not (others and math.isfinite(total)):
        return total, values
    for _ in range(ROUNDS):
        step = _step_at(sample, values, others)
        while True:
            tried = _bounded(sample, values, others, step(damping))
            reached = _total(sample, tried)
            if reached < total or damping > 1e12:
                break
            damping *= 8
        gained = total - reached
        if not gained > 0:
            return total, values
        values, total, damping = tried, reached, max(damping / 8, 1e-12)
        if gained <= FINEST * unit:
            break
    return total, values


def _named(sample: Sample, values: FloatArray) -> dict[str, float]:
    return dict(zip(sample.task.free, values.tolist(), strict=True))


def _total(sample: Sample, values: FloatArray) -> float:
    """The weighted sum of the losses; inf where there is none."""
    total = float(sample.weights @ sample.losses_at(_named(sample, values)))
    return total if math.isfinite(total) else math.inf


def _bounded(sample: Sample, values: FloatArray, others: list[int], step: FloatArray) -> FloatArray:
    moved = values.copy()
    moved[others] += step
    limits = [sample.task.bounds.get(name, (-math.inf, math.inf)) for name in sample.task.free]
    return np.asarray(np.clip(moved, *np.array(limits).T))


def _step_at(
    sample: Sample, values: FloatArray, others: list[int]
) -> Callable[[float], FloatArray]:
    """The step of a damping: by the residuals' slopes where the loss is a square, else by the curvature."""
    likelihood = sample.likelihood
    named, slopes, columns = _named(sample, values), sample.slopes, sample.columns
    if likelihood is not None and likelihood.power:
        root = np.sqrt(sample.weights)[:, None]
        targets = np.column_stack([columns[name] for name in sample.task.problem.targets])
        errors = (root * (slopes.predictions(named, columns) - targets)).ravel()
        jacobian = root[:, :, None] * slopes.jacobian(named, columns)[:, :, others]
        return _by_squares(jacobian.reshape(-1, len(others)), errors)
    gradient = (sample.weights @ slopes.gradients(named))[others]
    return _by_curvature(gradient, slopes.hessian(named)[np.ix_(others, others)])


def _by_squares(jacobian: FloatArray, errors: FloatArray) -> Callable[[float], FloatArray]:
    lengths = np.linalg.norm(jacobian, axis=0)
    lengths[~(lengths > 0)] = 1.0
    left, sizes, right = np.linalg.svd(_finite(jacobian / lengths), full_matrices=False)
    along = left.T @ _finite(errors)
    return lambda damping: -(right.T @ (along * sizes / (sizes**2 + damping))) / lengths


def _by_curvature(gradient: FloatArray, hessian: FloatArray) -> Callable[[float], FloatArray]:
    lengths = np.sqrt(np.abs(np.diag(hessian)))
    lengths[~(lengths > 0)] = 1.0
    sizes, right = np.linalg.eigh(_finite(hessian / np.outer(lengths, lengths)))
    along = right.T @ _finite(gradient / lengths)
    return lambda damping: -(right @ (along / (np.abs(sizes) + damping))) / lengths


def _finite(values: FloatArray) -> FloatArray:
    return np.nan_to_num(values, nan=0.0, posinf=0.0, neginf=0.0)
