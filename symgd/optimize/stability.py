"""Stability: which constant rates an update rule comes to rest at, where cost and rule are so simple that it is known.

Laws
----
- on a quadratic each direction of curvature λ goes its own way, with g = λ·θ there; where the rule is linear in θ, g and
  what it remembers, and has no t, a step is a matrix, and descent settles where its eigenvalues are within the unit circle
- what is found here with numbers alone is what optimizers/quadratic.py derives as formulas, for which a walk can't wait
- momentum's largest stable rate is 2(1 + β)/λ_max, Nesterov's 2(1 + β)/((1 + 2β) λ_max)
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache, partial

import numpy as np

from symgd.codegen.walk.steadiness import bends_seen, rate_limit, steadiest_rate
from symgd.data.arrays import FloatArray
from symgd.optimize.curvature import Landscape
from symgd.optimize.method import Method
from symgd.optimize.ruled import RuleSteps
from symgd.optimizers.optimizer import Optimizer

KEPT = 256  # rules on costs whose rates are kept


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
    bends = tuple(value for value in known.curvature or () if value != 0)
    if not bends or bends[0] < 0 or not method.has_rate:
        return bare
    found = _rates(method.optimizer, tuple(sorted(method.settings.items())), bends)
    if found is None:
        return bare
    limit, best, factor = found
    return replace(bare, limit=limit, best=best, factor=factor)


@lru_cache(maxsize=KEPT)
def _rates(
    optimizer: Optimizer, settings: tuple[tuple[str, float], ...], bends: tuple[float, ...]
) -> tuple[float, float, float] | None:
    """A rule's largest stable rate, its best and what that leaves of the way; many descents of one cost ask for the same."""
    method = Method(optimizer, dict(settings))
    steps = RuleSteps(method, 1)
    if not is_linear(method, steps):
        return None
    some, step = bends_seen(bends), partial(_matrix, steps)
    limit = rate_limit(step, some)
    return None if limit is None else (limit, *steadiest_rate(step, some, limit))


def is_linear(method: Method, steps: RuleSteps | None = None) -> bool:
    """Whether a step of one parameter is linear in it, the gradient and what is remembered, the same at every t."""
    steps = steps or RuleSteps(method, 1)
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
