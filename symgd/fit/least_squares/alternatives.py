"""Alternatives: where else a minimum as good may be: frequencies that even places cannot tell, and mirror images.

Laws
----
- where all x are a whole number of distances d apart, w and 2π/d − w are one frequency
- data that are the same backwards, or with another sign, have minima in pairs: a place p and its image in the middle of
  x, a parameter and its negative
- two minima that a symmetry of the formula turns into each other are one
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import numpy as np

from symgd.data.arrays import FloatArray
from symgd.fit.least_squares.hunt import SAME, Hunt, in_order
from symgd.fit.least_squares.marquardt import Descent
from symgd.fit.least_squares.verdict import floor

EVEN = 1e-6  # of a distance: places that are so near to even ones are even
# Angles beside another frequency: cos((2π/d − w)·x + p) is cos(w·x − p − 2π·x/d), the last the same at every row.
TURNS = tuple(product((-1, 1), (0.0, np.pi)))
MOST = 12  # parameters that are not solved for, beyond which nothing is looked for
NEAR = 1e-3  # of the cost on the sample: what is so near to the least is finished
FLAT = 1e-9  # of the cost: what is less is no hill between two minima


def beside(hunt: Hunt, theta: FloatArray) -> Iterator[FloatArray]:
    """Places of the least squares from which a minimum as good as one that was found may be reached."""
    if _is_looked_for(hunt):
        for drawn in _aliases(hunt, theta):
            yield from _best(hunt, drawn)
        yield from _best(hunt, _images(hunt, theta[list(hunt.curve.others)]))


def starts_beside(hunt: Hunt, theta: FloatArray) -> Iterator[FloatArray]:
    """The same for any loss: what predicts the same at all rows, then mirror images."""
    if not _is_looked_for(hunt):
        return
    others, (low, high) = list(hunt.curve.others), hunt.bounds.T
    values = hunt.curve.values(theta, hunt.sample.inputs)
    starts = []
    for drawn in _aliases(hunt, theta):
        turned = [
            drawn[0] * np.where(np.arange(len(others)) == n, -1, 1) for n in range(len(others))
        ]
        made = []
        for one in (*drawn, *turned):
            there = theta.copy()
            there[others] = one
            made.append(hunt.ties.resolved(there, theta, hunt.sample))
        wrong = [np.abs(hunt.curve.values(m, hunt.sample.inputs) - values).sum() for m in made]
        starts.append(made[int(np.nanargmin(wrong))])
    images = _images(hunt, theta[others])
    for one in (*starts, *hunt.projection.solved(images).theta):
        if np.isfinite(one).all() and ((one >= low) & (one <= high)).all():
            yield one


def _is_looked_for(hunt: Hunt) -> bool:
    return not hunt.is_wide and 0 < len(hunt.curve.others) <= MOST


def _aliases(hunt: Hunt, theta: FloatArray) -> Iterator[FloatArray]:
    """For each frequency values with its alias instead, and the angles that go with it, of shape (c, m)."""
    waves = hunt.drawer.waves
    for number, rhythm in waves.rhythms.items():
        place, column = hunt.curve.others[number], hunt.sample.inputs[rhythm.along]
        alias = _alias(column, rhythm.frequency(theta[place]))
        if alias is None:
            continue
        here = theta[list(hunt.curve.others)]
        here[number] = rhythm.parameter(np.array(alias)) * np.sign(theta[place])
        shift = (rhythm.frequency(theta[place]) + alias) * float(column.min()) / rhythm.turns
        drawn = [here]
        for angle in waves.angles:
            turned = np.tile(here, (len(TURNS), 1))
            turned[:, angle] = [half - here[angle] + side * shift for side, half in TURNS]
            drawn.extend(turned)
        yield np.array(drawn)


def _alias(column: FloatArray, frequency: float) -> float | None:
    """The other frequency that is the same at even places; None where they are not even."""
    gaps = np.diff(np.unique(column))
    if not len(gaps):
        return None
    distance = float(gaps.min())
    counts = gaps / distance
    if np.abs(counts - np.round(counts)).max() > EVEN or not np.isfinite(frequency):
        return None
    return 2 * np.pi / distance - frequency % (2 * np.pi / distance)


def _images(hunt: Hunt, values: FloatArray) -> FloatArray:
    """One parameter with another sign, and places in their images: one, and all."""
    drawn = [np.where(np.arange(len(values)) == n, -values, values) for n in range(len(values))]
    middles = {
        number: (hunt.sample.inputs[0].min() + hunt.sample.inputs[0].max()) / 2
        for number, place in enumerate(hunt.curve.others)
        if place in hunt.ties.places and len(hunt.curve.inputs) == 1
    }
    for turned in [*([number] for number in middles), [*middles]]:
        image = values.copy()
        image[turned] = [2 * middles[number] - values[number] for number in turned]
        drawn.append(image)
    return np.array(drawn)


def _best(hunt: Hunt, drawn: FloatArray) -> Iterator[FloatArray]:
    """Where steps lead from there on a sample of the rows, the best first."""
    low, high = hunt.bounds[list(hunt.curve.others)].T
    inside = drawn[((drawn >= low) & (drawn <= high)).all(axis=1)]
    if len(inside):
        front = hunt.projection.descended(hunt.projection.solved(inside), 12, (len(inside),) * 2)
        order = np.argsort(front.cost, kind="stable")
        yield from _once(front.theta[order[np.isfinite(front.cost[order])]])


def _once(places: FloatArray) -> Iterator[FloatArray]:
    """Places in their order, those that are the same once."""
    if not len(places):
        return
    _, first = np.unique([in_order(place)[1] for place in places], axis=0, return_index=True)
    yield from places[np.sort(first)]


def as_good(hunt: Hunt, best: Descent) -> Iterator[Descent]:
    """Other minima that cost as little as one, or less."""
    if not _is_looked_for(hunt):
        return
    sampled = hunt.projection.solved(best.theta[None, list(hunt.curve.others)]).cost[0]
    room = min(sampled, _on_sample(hunt, best.theta)) * (1 + NEAR) + floor(hunt.finder)
    seen = [best.theta]
    for theta in beside(hunt, best.theta):
        if _on_sample(hunt, theta) > room or not all(hunt.are_apart(theta, s) for s in seen):
            continue
        end = hunt.descended(theta)
        seen += [theta, end.theta]
        if end.cost <= best.cost * (1 + SAME) + floor(hunt.finder):
            yield end


def _on_sample(hunt: Hunt, theta: FloatArray) -> float:
    left = hunt.sample.residual(hunt.curve.values(theta, hunt.sample.inputs))
    cost = float(left @ left)
    return cost if np.isfinite(cost) else np.inf


def is_parted(hunt: Hunt, one: FloatArray, other: FloatArray) -> bool:
    """Whether the cost rises between two places."""
    costs = [hunt.finder.cost(one + part * (other - one)) for part in (0.0, 0.3, 0.5, 0.7)]
    return max(costs[1:]) > costs[0] * (1 + FLAT) + floor(hunt.finder)
