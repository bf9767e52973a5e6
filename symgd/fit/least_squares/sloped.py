"""Many inputs in one sum inside a formula, c·sigmoid(w0·x0 + … + b): the sum's direction is that of a linear fit, and few parameters are left.

Brillinger, A Generalized Linear Model with "Gaussian" Regressor Variables (1983): least squares find the direction of the
w but for a factor, whatever the function around the sum is, if it rises on the whole.

Laws
----
- the sum along that direction is k·t + b: a formula of a column t, of k and b and of what stands outside of the sum
- this is a start and no more: it is taken only if steps from it fit better than the linear fit, which has to tell something
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import sympy

from symgd.codegen.expressions.long_sums import around, longest_sum
from symgd.data.arrays import FloatArray
from symgd.fit.costs.chained import linear_columns
from symgd.fit.costs.compiled import compiled
from symgd.fit.least_squares.candidates import Drawer, Scales
from symgd.fit.least_squares.curve import Curve
from symgd.fit.least_squares.observed import Observed
from symgd.fit.least_squares.projection import Front, Projection

ALONG, STEEP, LEVEL = "direction", "steepness of it", "level of it"  # no name has a space
DRAWS = 256
STEPS = 30  # of candidates together
KEPT = (32, 12)  # candidates after a third of them, and after two
BEST = 4
TOLD = 0.2  # of the targets' variance: what a linear fit explains, at least


@dataclass(frozen=True, eq=False)
class Sloped:
    """A curve whose parameters stand in one long sum, but for a few."""

    curve: Curve
    rows: Observed
    bounds: FloatArray
    seed: int

    @cached_property
    def _sum(self) -> sympy.Expr | None:
        return longest_sum(self.curve.formula)

    @cached_property
    def _columns(self) -> Mapping[str, sympy.Expr]:
        """What each parameter of the sum is multiplied by; none where the formula is of another kind, or linear."""
        inner, curve = self._sum, self.curve
        found = None if inner is None else linear_columns(inner, curve.names)
        if inner is None or found is None:
            return {}
        beside = around(curve.formula, inner).free_symbols & {*map(sympy.Symbol, found[0])}
        solved = {*found[0]} <= {curve.names[place] for place in curve.affine}
        return {} if beside or solved else found[0]

    def front(self) -> tuple[FloatArray, float] | None:
        """Starts, the best first, and the sum of squares that they have to come below; None where there are none."""
        if not self._columns:
            return None
        rows, names = self.rows, self.curve.names
        made = compiled([*self._columns.values()], self.curve.inputs)(*rows.inputs)
        table = np.array([np.broadcast_to(part, len(rows)) for part in made], dtype=np.float64)
        if not np.isfinite(table).all():
            return None
        direction, left = self._fitted(table)
        still = np.ptp(table, axis=1) == 0  # b, which moves the sum and does not turn it
        direction[still] = 0.0
        few = None if left == np.inf else self._along(direction @ table, bool(still.any()))
        if few is None:
            return None
        theta = np.zeros((len(next(iter(few.values()))), len(names)))
        for name, values in few.items():
            if name in names:
                theta[:, names.index(name)] = values
        places = [names.index(name) for name in self._columns]
        theta[:, places] = few[STEEP][:, None] * direction
        if still.any():
            first = int(np.argmax(still))
            theta[:, places[first]] = few[LEVEL] / table[first, 0]
        return theta, left

    def _fitted(self, table: FloatArray) -> tuple[FloatArray, float]:
        """The factors of a linear fit, and what it leaves; infinite where that is nearly all."""
        rows = self.rows
        whole = np.vstack([table, np.ones(len(rows))])
        aim = rows.weighted(rows.target)
        found = np.linalg.lstsq(rows.weighted(whole).T, aim, rcond=None)[0]
        factors: FloatArray = np.asarray(found, dtype=np.float64)
        left = float(np.square(rows.residual(factors @ whole)).sum())
        spread = float(np.square(rows.residual(np.full(len(rows), rows.target.mean()))).sum())
        return factors[:-1], left if left < (1 - TOLD) * spread else np.inf

    def _along(self, column: FloatArray, has_level: bool) -> Mapping[str, FloatArray] | None:
        """The best values of what is left along a direction; None where the formula has none."""
        inner, names = self._sum, self.curve.names
        assert inner is not None
        gone = dict.fromkeys(map(sympy.Symbol, self._columns), sympy.Integer(0))
        steep, level, along = map(sympy.Symbol, (STEEP, LEVEL, ALONG))
        moved = steep * along + (level if has_level else 0) + inner.xreplace(gone)
        outside = [name for name in names if name not in self._columns]
        known = (*outside, STEEP, *([LEVEL] if has_level else []))
        formula = self.curve.formula.xreplace({inner: moved})
        curve = Curve(formula, known, (*self.curve.inputs, ALONG))
        ends = {name: self.bounds[names.index(name)] for name in outside}
        places = (known[place] for place in curve.others)
        limits = np.array([ends.get(name, (-np.inf, np.inf)) for name in places]).reshape(-1, 2)
        rows = replace(self.rows, inputs=(*self.rows.inputs, column))
        projection = Projection(curve, rows, limits)
        drawn = Drawer(Scales(curve, rows), limits, rows, self.seed).draw(DRAWS, 0)
        front = _best(projection.solved(drawn), KEPT[0])
        if not len(front.cost):
            return None
        best = _best(projection.descended(front, STEPS, KEPT), BEST)
        return dict(zip(known, best.theta.T, strict=True))


def _best(front: Front, most: int) -> Front:
    """The best of some candidates."""
    order = np.argsort(front.cost, kind="stable")[:most]
    return front.take(order[np.isfinite(front.cost[order])])
