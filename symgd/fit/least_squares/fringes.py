"""Fringes: waves that run along two inputs, as cos(k·x1 + l·x2) does, whose frequencies both inputs show together alone.

Laws
----
- n places in a plane tell about √n frequencies along each side, as many along one as its even places tell
- k and l of one sense, and of the other, are two waves
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import sympy

from symgd.data.arrays import FloatArray
from symgd.fit.atoms import atoms_of
from symgd.fit.least_squares.curve import Curve
from symgd.fit.least_squares.observed import Observed
from symgd.fit.least_squares.periods import MOST, Rhythm, highest, power_of

FINE = 2  # frequencies to a width of a peak
STRONGEST = 6  # that are drawn from


def crossed(curve: Curve, rhythms: Mapping[int, Rhythm]) -> list[tuple[int, int]]:
    """The frequencies, by their numbers, that stand in one wave along two inputs."""
    found = []
    for wave in atoms_of(curve.formula, sympy.sin, sympy.cos):
        symbols = wave.free_symbols
        held = [n for n, r in rhythms.items() if sympy.Symbol(curve.names[r.place]) in symbols]
        if len(held) == 2 and rhythms[held[0]].along != rhythms[held[1]].along:
            found.append((held[0], held[1]))
    return [*dict.fromkeys(found)]


def fringes(rows: Observed, along: tuple[int, int]) -> FloatArray:
    """The strongest pairs of frequencies along two inputs, of shape (c, 2)."""
    one, other = (rows.inputs[number] for number in along)
    sides = [_frequencies(column) for column in (one, other)]
    grid = np.array([(k, sign * m) for k in sides[0] for m in sides[1] for sign in (1, -1)])
    if not 0 < len(grid) <= 2 * MOST:
        return np.zeros((0, 2))
    power = power_of(rows, np.array([one, other]), grid, [np.ones(len(rows))])
    power = np.where(np.isfinite(power), power, -np.inf)
    made: FloatArray = grid[np.argsort(-power, kind="stable")[:STRONGEST]]
    return made


def _frequencies(column: FloatArray) -> FloatArray:
    wide = float(np.ptp(column)) or 1.0
    most = min(highest(column), np.pi * float(np.sqrt(len(column))) / wide)
    return np.linspace(0.0, most, int(np.clip(most * wide / np.pi * FINE / 2, 4, MOST)) + 1)


def put(
    drawn: FloatArray,
    pair: tuple[int, int],
    rhythms: Mapping[int, Rhythm],
    strong: FloatArray,
    rows: Observed,
    rng: np.random.Generator,
) -> None:
    """Put strong pairs, of either sense, among candidates."""
    count = len(drawn)
    chosen = strong[rng.integers(0, len(strong), count)]
    chosen = chosen * np.stack([np.ones(count), rng.choice([1.0, -1.0], count)], axis=1)
    for number, frequency in zip(pair, chosen.T, strict=True):
        rhythm = rhythms[number]
        wide = float(np.ptp(rows.inputs[rhythm.along])) or 1.0
        near = frequency + rng.normal(0, 0.5, count) / wide
        drawn[:, number] = rhythm.parameter(np.abs(near)) * np.sign(near)
