"""Stability: which constant rates an update rule comes to rest at, where cost and rule are so simple that it is known.

Laws
----
- on a quadratic each direction of curvature λ goes its own way, with g = λ·θ there; where the rule is linear in θ, g and
  what it remembers, and has no t, a step is a matrix, and descent settles where its eigenvalues are within the unit circle
- what is found here with numbers alone is what optimizers/quadratic.py derives as formulas, for which a walk can't wait
- momentum's largest stable rate is 2(1 + β)/λ_max, Nesterov's 2(1 + β)/((1 + 2β) λ_max)
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from symgd.data.arrays import FloatArray
from symgd.optimize.curvature import Landscape
from symgd.optimize.method import Method
from symgd.optimize.ruled import RuleSteps

FACTOR = 1.1  # from one rate that is tried to the next
TRIED = 200
ROUND = 1e-12
SEEN = 16  # curvatures that are looked at, of many


@dataclass(frozen=True)
class RuledLandscape(Landscape):
    """What is known of a cost where a rule goes down it: its own largest stable rate and best one, where they are."""

    limit: float | None = None
    best: float | None = None
    factor: float = 1.0  # what is left of the way after a step at the best rate
    changes: bool = (
        False  # whether the rate changes from step to step, so that it may be larger for a while
    )

    @property
    def largest_stable_rate(self) -> float | None:
        """The rate below which the rule settles; None where that is not known."""
        return self.limit

    def is_unstable(self, rate: float) -> bool:
        """Whether a rate that stays the same is known to be above the largest stable one."""
        return not self.changes and super().is_unstable(rate)

    @property
    def best_rate(self) -> float | None:
        """The constant rate that is best in the worst case, where it is known."""
        return self.best


def ruled_landscape(known: Landscape, method: Method) -> RuledLandscape:
    """What is known of the rates of a rule on a cost.

    Examples
    --------
    >>> from symgd.optimizers.optimizers import OPTIMIZERS
    >>> momentum = Method(OPTIMIZERS["momentum"], {"beta": 0.5})
    >>> found = ruled_landscape(Landscape(curvature=(1.0, 10.0)), momentum)
    >>> round(found.limit, 9), 0.08 < found.best < 0.3
    (0.3, True)
    """
    changes = method.law is not None
    bare = RuledLandscape(known.exact, known.curvature, changes=changes)
    bends = [value for value in known.curvature or () if value != 0]
    steps = RuleSteps(method, 1)
    if not bends or bends[0] < 0 or not method.has_rate or not _is_linear(steps):
        return bare
    if len(bends) > SEEN:
        bends = [bends[n] for n in np.linspace(0, len(bends) - 1, SEEN).astype(int)]
    limit = _limit(steps, bends)
    if limit is None:
        return bare
    best, factor = _best(steps, bends, limit)
    return replace(bare, limit=limit, best=best, factor=factor)


def _is_linear(steps: RuleSteps) -> bool:
    """Whether a step is linear in the parameter, the gradient and what is remembered, the same at every t."""
    rule = steps.update.rule
    if steps.entries is None or {"t", "j", "p"} & rule.used or steps.method.optimizer.initial:
        return False
    step = _matrix(steps, 0.25, 0.5)
    for place in np.eye(len(step)) * 3 - 1.25:
        if not np.allclose(_moved(steps, 0.25, 0.5, place), step @ place, rtol=1e-9, atol=1e-12):
            return False
    return bool(np.isfinite(step).all())


def _moved(steps: RuleSteps, rate: float, bend: float, place: FloatArray) -> FloatArray:
    """A step of one parameter on λθ²/2, from where it is and what it remembers to the same."""
    theta, *state = place.tolist()
    ahead, kept, _ = steps.move([theta], [bend * theta], 1, rate, tuple(state), None)
    return np.array([*ahead, *kept])


def _matrix(steps: RuleSteps, rate: float, bend: float) -> FloatArray:
    width = 1 + len(steps.update.rule.state)
    return np.column_stack([_moved(steps, rate, bend, place) for place in np.eye(width)])


def _largest(steps: RuleSteps, rate: float, bends: Sequence[float]) -> float:
    """What is left of the slowest direction after a step, in the long run."""
    sizes = []
    for bend in bends:  # the gradient is brought to 1, so that no curvature is beyond the floats
        step = _matrix(steps, rate, bend)
        if not np.isfinite(step).all():
            return math.inf
        sizes.append(float(np.abs(np.linalg.eigvals(step)).max()))
    return max(sizes)


def _limit(steps: RuleSteps, bends: Sequence[float]) -> float | None:
    """The rate up to which every direction settles; None where there is none, or none is known."""
    rate = 1e-3 / bends[-1]
    while _largest(steps, rate, bends[-1:]) <= 1 + ROUND:
        if rate * bends[-1] > 1e4:
            return None
        rate *= FACTOR
    low, high = rate / FACTOR, rate
    if rate * bends[-1] <= 1e-3:
        return None
    for _ in range(60):
        middle = (low + high) / 2
        fits = _largest(steps, middle, bends[-1:]) <= 1 + ROUND
        low, high = (middle, high) if fits else (low, middle)
    inner = _largest(steps, 0.99 * low, bends) <= 1 + ROUND
    return float(f"{low:.12g}") if inner and math.isfinite(low) else None


def _best(steps: RuleSteps, bends: Sequence[float], limit: float) -> tuple[float, float]:
    """The rate at which the slowest direction is fastest, and what a step leaves of it."""
    rates = limit * FACTOR ** -np.arange(TRIED / 2)
    sizes = [_largest(steps, rate, bends) for rate in rates.tolist()]
    place = int(np.argmin(sizes))
    fine = np.geomspace(rates[min(place + 1, len(rates) - 1)], rates[max(place - 1, 0)], 41)
    found = [(_largest(steps, rate, bends), rate) for rate in (*fine.tolist(), *rates.tolist())]
    size = min(found)[0]
    alike = [rate for other, rate in found if other <= size + 1e-6]  # momentum has many
    return float(f"{math.sqrt(min(alike) * max(alike)):.6g}"), size
