"""Waves over a power of an input, as sin(w·x^k): frequency and power are looked for together.

Laws
----
- for a given power k the prediction is a wave along x^k, and the periodogram of that column shows its frequency
- w of c·w^s·x^k is the frequency's root, c and s being what they are at k
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import sympy

from symgd.data.arrays import FloatArray
from symgd.fit.atoms import atoms_of
from symgd.fit.costs.compiled import compiled
from symgd.fit.least_squares.curve import Compute, Curve
from symgd.fit.least_squares.observed import Observed, sampled
from symgd.fit.least_squares.periods import highest, power_of

POWERS = np.linspace(0.1, 5.0, 99)  # that are tried
MOST = 400  # frequencies that are looked at for each
ROWS = 150  # on which they are looked for
STRONGEST = 12  # that are drawn from


@dataclass(frozen=True, eq=False)
class Warp:
    """A wave along a power of an input; places are those of the parameters among all."""

    frequency: int
    power: int
    along: int
    factor: Compute  # of frequency and power: what the input's power is multiplied by

    def pairs(self, rows: Observed, bounds: FloatArray) -> FloatArray:
        """The strongest values of both parameters, of shape (c, 2); bounds are the power's."""
        some = sampled(rows, ROWS, 0)
        column = some.inputs[self.along]
        if not (column >= 0).all() or not column.any():
            return np.zeros((0, 2))
        kept = POWERS[(bounds[0] <= POWERS) & (bounds[1] >= POWERS)]
        found = [self._best(some, column / column.max(), float(power)) for power in kept]
        strength = np.array([-np.inf, *(one for one, _ in found), -np.inf])
        tops = (strength[1:-1] >= strength[:-2]) & (strength[1:-1] >= strength[2:])
        places = sorted(np.flatnonzero(tops), key=lambda n: -strength[n + 1])[:STRONGEST]
        pairs = [
            (self._parameter(found[n][1] / column.max() ** kept[n], kept[n]), kept[n])
            for n in places
        ]
        made = np.array(pairs).reshape(-1, 2)
        known: FloatArray = made[np.isfinite(made).all(axis=1)]
        return known

    def _best(self, rows: Observed, column: FloatArray, power: float) -> tuple[float, float]:
        """How strong the strongest frequency along a power is, and which one."""
        warped = column**power
        most = highest(warped)
        count = int(np.clip(2 * most / np.pi, 16, MOST))
        grid = np.linspace(0.0, min(most, MOST * np.pi / 2), count + 1)[1:]
        strong = power_of(rows, warped[None], grid[:, None], [np.ones(len(rows))])
        strong = np.where(np.isfinite(strong), strong, -np.inf)
        best = int(np.argmax(strong))
        return float(strong[best]), float(grid[best])

    def _parameter(self, frequency: float, power: float) -> float:
        """The parameter that makes a frequency along a power; nan where it is none of its powers."""
        one, two, three = (abs(float(self.factor(w, power)[0])) for w in (1.0, 2.0, 3.0))
        root = np.log2(two / one)
        if root == 0 or not abs(three / one / 3.0**root - 1) <= 1e-9:
            return float("nan")
        return float((frequency / one) ** (1 / root))


def warps(curve: Curve) -> list[Warp]:
    """The waves along powers among the parameters that are not solved for.

    Examples
    --------
    >>> a, f, k, x = sympy.symbols("a f k x")
    >>> [(w.frequency, w.power) for w in warps(Curve(a * sympy.sin(f * x**k), ("a", "f", "k"), ("x",)))]
    [(1, 2)]
    """
    found: dict[int, Warp] = {}
    for wave in atoms_of(curve.formula, sympy.sin, sympy.cos):
        for term in sympy.Add.make_args(sympy.expand_power_base(wave.args[0], force=True)):
            made = _warp(curve, term)
            if made is not None:
                found.setdefault(made.power, made)
    return [*found.values()]


def _warp(curve: Curve, term: sympy.Expr) -> Warp | None:
    """Of a term w·x^k."""
    inputs: Sequence[sympy.Symbol] = [*map(sympy.Symbol, curve.inputs)]
    others = {sympy.Symbol(curve.names[place]): place for place in curve.others}
    powers = [p for p in term.atoms(sympy.Pow) if p.base in inputs and p.exp in others]
    if len(powers) != 1:
        return None
    (power,) = powers
    factor = term / power
    learned = factor.free_symbols - {power.exp}
    if len(learned) != 1 or not learned <= others.keys():
        return None
    (name,) = learned
    compute = compiled([factor], (str(name), str(power.exp)))
    return Warp(others[name], others[power.exp], inputs.index(power.base), compute)
