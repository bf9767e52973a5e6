"""Rates found by trial: the best one where the curvature is known, else one at which the cost falls from the start.

Why a trial, and no formula
---------------------------
Where the cost is no quadratic, 2/λ_max holds at one point only. At the start of a logistic fit the cost may be nearly
flat, and a rate from there throws the second step far out; at the start of an exponential one it may be so steep that a
rate from there would need a million steps. So a rate is tried for 64 steps, each of which must lower the cost, and the
curvature at their end must bear it too; then a quarter of it is said, since the way goes on from there. A rise by a part
of 10⁻¹² is rounding and no rise: near the minimum the cost's last digits go up and down at any rate. It stays a guess, is
called one in every message, and is never used unasked.
"""

from __future__ import annotations

import math

import numpy as np

from symgd.codegen.evaluator import Evaluate
from symgd.errors import DescentError, parameter
from symgd.optimize.curvature import Landscape, local_curvature

TRIAL = 64  # steps of a trial of a rate
ROUNDING = 1e-12  # a cost that rises by no more than this part has not risen
TRIALS = 40  # rates that are tried, each a quarter of the one before


def automatic(evaluate: Evaluate, start: list[float], known: Landscape) -> float:
    """The best constant rate."""
    if known.curvature is not None:
        best = known.best_rate
        if best is None:  # all flat: no step is made at any rate
            return 1.0
        if 0 < best < math.inf:
            return best
        raise DescentError("the curvature is beyond the range of floats", "rescale the columns")
    guess = tried(evaluate, start, 0.1)
    remedy = "pass a number, and if the descent diverges a smaller one"
    if guess is not None:
        remedy = f"pass a number, such as {guess:.3g}: a guess, from {TRIAL} steps at the start"
    asked = parameter("learning_rate", '"auto"')
    cause = f"{asked} needs a cost that is a quadratic in its parameters, and this is none"
    raise DescentError(cause, remedy)


def tried(evaluate: Evaluate, start: list[float], most: float) -> float | None:
    """A quarter of a rate at which the cost falls from the start, at every step of a trial; at most `most`.

    Where a descent goes later the cost may bend more: this is a guess.
    """
    near = _near(evaluate, start)
    rate = min(near / 2, most) if near else most
    with np.errstate(all="ignore"):
        for _ in range(TRIALS):
            if _falls(evaluate, start, rate):
                return float(f"{rate / 4:.3g}")
            rate /= 4
    return None


def _falls(evaluate: Evaluate, values: list[float], rate: float) -> bool:
    """Whether the cost falls at every step of a trial, and is not so bent at its end that it would rise."""
    cost, gradient = evaluate(values)
    for _ in range(TRIAL):
        values = [value - rate * slope for value, slope in zip(values, gradient, strict=True)]
        before = cost
        cost, gradient = evaluate(values)
        if not (cost <= before * (1 + ROUNDING) and math.isfinite(rate * math.hypot(*gradient))):
            return False
    largest = _near(evaluate, values)
    return largest is None or rate < largest


def _near(evaluate: Evaluate, values: list[float]) -> float | None:
    """2/λ_max at one point."""
    return Landscape(curvature=local_curvature(evaluate, values)).largest_stable_rate


def bends_down(evaluate: Evaluate, values: list[float], known: Landscape) -> bool:
    """Whether the cost bends down at a point where its gradient is 0."""
    if known.curvature is not None:
        return False
    found = local_curvature(evaluate, values)
    return found is not None and found[0] < -1e-4 * max(abs(value) for value in found)
