"""Steadiness: at which constant rates a linear rule settles on a quadratic, and which is best; generated modules have this text where they are to find one.

Laws
----
- each direction of curvature λ goes its own way, with g = λ·θ there: a step of a rule that is linear in θ, g and what it
  remembers, and has no t, is a matrix, and descent settles where its eigenvalues are within the unit circle
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np

from symgd.codegen.walk.arrival import FloatArray

# From here on, generated modules have this text.

FINER = 1.1  # from one rate that is looked at to the next
LOOKED = 100  # rates
WITHIN = 1 + 1e-12  # of the unit circle
SURE = 1e-3  # of the way that is left after the steps of a walk at the best rate, if it is worth it
BELOW = 0.9  # of the largest stable rate, above which none is tried
SEEN = 16  # curvatures that are looked at, of many
StepMatrix: TypeAlias = Callable[[float, float], FloatArray]  # a step's, by rate and curvature


def bends_of(matrix: FloatArray, rank: int) -> list[float]:
    """The curvatures of |M·θ + r|², ascending: those of so many directions."""
    stretch = np.linalg.svd(matrix, compute_uv=False)
    found: list[float] = (2 * stretch[:rank][::-1] ** 2).tolist()
    return found


def bends_seen(bends: Sequence[float]) -> Sequence[float]:
    """Of many curvatures some, the least and the largest among them."""
    if len(bends) <= SEEN:
        return bends
    return [bends[n] for n in np.linspace(0, len(bends) - 1, SEEN).astype(int)]


def slowest(step: StepMatrix, rate: float, bends: Sequence[float]) -> float:
    """What is left of the slowest direction after a step, in the long run."""
    sizes = []
    for bend in bends:
        matrix = step(rate, bend)
        if not np.isfinite(matrix).all():
            return math.inf
        sizes.append(float(np.abs(np.linalg.eigvals(matrix)).max()))
    return max(sizes)


def rate_limit(step: StepMatrix, bends: Sequence[float]) -> float | None:
    """The rate up to which every direction settles; None where there is none, or none is known."""
    rate = 1e-3 / bends[-1]
    while slowest(step, rate, bends[-1:]) <= WITHIN:
        if rate * bends[-1] > 1e4:
            return None
        rate *= FINER
    low, high = rate / FINER, rate
    if rate * bends[-1] <= 1e-3:
        return None
    for _ in range(60):
        middle = (low + high) / 2
        fits = slowest(step, middle, bends[-1:]) <= WITHIN
        low, high = (middle, high) if fits else (low, middle)
    inner = slowest(step, 0.99 * low, bends) <= WITHIN
    return float(f"{low:.12g}") if inner and math.isfinite(low) else None


def steadiest_rate(step: StepMatrix, bends: Sequence[float], limit: float) -> tuple[float, float]:
    """The rate at which the slowest direction is fastest, and what a step leaves of it."""
    rates = limit * FINER ** -np.arange(LOOKED)
    sizes = [slowest(step, rate, bends) for rate in rates.tolist()]
    place = int(np.argmin(sizes))
    fine = np.geomspace(rates[min(place + 1, len(rates) - 1)], rates[max(place - 1, 0)], 41)
    found = [(slowest(step, rate, bends), rate) for rate in (*fine.tolist(), *rates.tolist())]
    size = min(found)[0]
    alike = [rate for other, rate in found if other <= size + 1e-6]  # momentum has many
    return float(f"{math.sqrt(min(alike) * max(alike)):.6g}"), size
