"""Corners: where a cost has no one slope, told from its formula, and the cost with them rounded off.

Laws
----
- a loss with corners at κ is a smooth function of the score z and a sum of c·|z − κ|, 2c being what its slope jumps by
- |u| is the limit of √(u² + ε²) as ε goes to 0, and is below it by no more than ε
- at a least cost with corners the smooth part's gradient is −Σ μ ∇u, |μ| ≤ c: 0 is a subgradient
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import sympy

from symgd.data.arrays import FloatArray, IntArray
from symgd.fit.atoms import atoms_of
from symgd.fit.costs.compiled import on_rows
from symgd.fit.costs.scores import is_affine, of_predictions
from symgd.fit.costs.smooth_cost import Expansion, SmoothCost
from symgd.fit.task import thinned

BESIDE = 64.0  # units in the last place: so near to a corner its two sides are looked at
WIDER = 8.0  # the second of two steps beside a corner is so many times as long: bending is told from a jump
NO_JUMP = 1e-9  # of the largest jump: less is rounding


@dataclass(frozen=True, eq=False)
class Corners:
    """A cost's corners that bend it up: of rows first, then of the penalty.

    `heights` is c of each, weights put in.
    """

    objective: SmoothCost
    rows: IntArray  # which row each corner of a row belongs to
    places: FloatArray  # κ of each
    slopes: FloatArray  # ∇u of each corner of the penalty, of shape (m, p)
    offsets: FloatArray  # u of each of these where every parameter is 0
    heights: FloatArray

    def distances(self, values: FloatArray) -> FloatArray:
        """u of each corner."""
        scores = self.objective.scores(values)[0][self.rows]
        return np.concatenate([scores - self.places, self.slopes @ values + self.offsets])

    def gradients(self, values: FloatArray, which: IntArray | slice = slice(None)) -> FloatArray:
        """∇u of some corners, of shape (m, p)."""
        rows = self.objective.slopes(values)[0].T[self.rows]
        return np.concatenate([rows, self.slopes])[which]

    def beside(self, values: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Scores moved off the corners that they lie on, of shape (1, n), and the side of each corner that they are on."""
        scores = self.objective.scores(values).copy()
        on = scores[0][self.rows] == self.places
        moved = self.places[on] + BESIDE * np.spacing(np.abs(self.places[on]) + 1e-300)
        scores[0][self.rows[on]] = moved
        rows = np.sign(scores[0][self.rows] - self.places)
        return scores, np.concatenate([rows, np.sign(self.slopes @ values + self.offsets)])

    def snapped(self, values: FloatArray, on: IntArray) -> FloatArray:
        """The same with 0 for parameters whose own |θ| is one of the corners that they lie on."""
        alone = (self.slopes != 0).sum(axis=1) == 1
        kept = [n - len(self.rows) for n in on if n >= len(self.rows)]
        made = values.copy()
        for number in kept:
            if alone[number] and self.offsets[number] == 0:
                made[np.argmax(self.slopes[number] != 0)] = 0.0
        return made

    def without(self, values: FloatArray, taken: FloatArray) -> Expansion:
        """The cost's expansion with μ·u in the place of c·|u|, `taken` being μ of each corner."""
        scores, sides = self.beside(values)
        whole = self.objective.at(values, scores)
        shift = taken - self.heights * sides
        gradient = whole.gradient + shift @ self.gradients(values)
        hessian = whole.hessian + self.bends(values, shift)
        return Expansion(whole.cost, gradient, hessian)

    def bends(self, values: FloatArray, by: FloatArray) -> FloatArray:
        """Σ by·∇²u."""
        if self.objective.affine:
            return np.zeros((len(values), len(values)))
        first = np.zeros((1, len(self.objective.weights)))
        np.add.at(first[0], self.rows, by[: len(self.rows)])
        return self.objective.bent(values, first)


@dataclass(frozen=True, eq=False)
class RoundedCorners:
    """A cost whose corners are rounded off over a width of their own each."""

    corners: Corners
    widths: FloatArray

    def at(self, values: FloatArray) -> Expansion:
        """The cost, its gradient and its Hessian."""
        with np.errstate(all="ignore"):
            u, heights = self.corners.distances(values), self.corners.heights
            lengths = np.sqrt(u**2 + self.widths**2)
            made = self.corners.without(values, heights * u / lengths)
            slopes = self.corners.gradients(values)
            bend = heights * self.widths**2 / lengths**3
            more = float((heights * (lengths - np.abs(u))).sum())
            hessian = made.hessian + (slopes.T * bend) @ slopes
            return Expansion(made.cost + more, made.gradient, hessian)

    def cost(self, values: FloatArray) -> float:
        """The cost alone."""
        with np.errstate(all="ignore"):
            u = self.corners.distances(values)
            more = self.corners.heights * (np.sqrt(u**2 + self.widths**2) - np.abs(u))
            return self.corners.objective.cost(values) + float(more.sum())

    def sizes(self, values: FloatArray) -> float:
        """The size of the numbers that it is a sum of."""
        return self.corners.objective.sizes(values)


def corners_of(objective: SmoothCost) -> Corners | None:
    """The corners of a cost; None where it has none, or none that can be told."""
    if objective.root:
        return None
    few = thinned(objective.task)
    if few is not objective.task and corners_of(SmoothCost(few, objective.parts)) is None:
        return None
    found = _Finder(objective).corners()
    if found is None:
        whole = _whole(objective)
        found = None if whole is None else _Finder(whole).corners()
    return found if found is not None and len(found.heights) else None


def _whole(objective: SmoothCost) -> SmoothCost | None:
    """The same with predictions for scores, whose corners may lie at places that can be solved for."""
    task = objective.task
    if objective.parts.scores == task.predictions or len(task.predictions) > 1:
        return None
    return SmoothCost(task, of_predictions(task))


class _Finder:
    """Looks for the corners of one cost."""

    def __init__(self, objective: SmoothCost) -> None:
        self.objective = objective
        self.names = objective.parts.names

    def corners(self) -> Corners | None:
        """The corners; None where one lies where it cannot be solved for."""
        rows, places, heights = self._of_rows()
        if rows is None:
            return None
        slopes, offsets, more = self._of_penalty()
        heights = np.concatenate([heights, more])
        return Corners(self.objective, rows, places, slopes, offsets, heights)

    def _of_rows(self) -> tuple[IntArray | None, FloatArray, FloatArray]:
        none = (np.zeros(0, dtype=np.intp), np.zeros(0), np.zeros(0))
        if len(self.names) > 1:
            return none
        name = self.names[0]
        zeros = [*dict.fromkeys(_zeros(self.objective.parts.loss, name))]
        if not zeros:
            return none
        if any(not is_affine(zero, (name,)) for zero in zeros):
            return (None, *none[1:])
        rows, places = self._places(zeros, sympy.Symbol(name))
        heights = self._heights(rows, places)
        bent = heights > NO_JUMP * np.abs(heights).max(initial=0.0)
        return rows[bent], places[bent], heights[bent]

    def _places(self, zeros: list[sympy.Expr], score: sympy.Symbol) -> tuple[IntArray, FloatArray]:
        """Where a row's loss has its corners, each once."""
        columns = self.objective.task.problem.columns
        exprs = [-zero.subs(score, 0) / zero.diff(score) for zero in zeros]
        found = on_rows(exprs, columns)(*self.objective.columns)
        used = self.objective.weights > 0
        found[:, ~used] = np.nan
        found = np.sort(found, axis=0)  # nan last
        same = np.zeros(found.shape, dtype=bool)
        near = BESIDE * np.spacing(np.abs(found[1:]))
        same[1:] = np.abs(np.diff(found, axis=0)) <= near
        number, rows = np.nonzero(np.isfinite(found) & ~same)
        return rows.astype(np.intp), found[number, rows]

    def _heights(self, rows: IntArray, places: FloatArray) -> FloatArray:
        """Half of what each row's slope jumps by, weighted; what the loss bends on the way is taken off."""
        step = BESIDE * np.spacing(np.abs(places) + 1e-300)
        step = np.where(places == 0, 1e-12, step)
        sides = [self._slope_at(rows, places + side * step) for side in (1, -1)]
        wider = [self._slope_at(rows, places + side * WIDER * step) for side in (1, -1)]
        near, far = sides[0] - sides[1], wider[0] - wider[1]
        # What the slope changes by bending grows with the step.
        jumps = (WIDER * near - far) / (WIDER - 1)
        jumps[~np.isfinite(jumps)] = 0.0
        reach = np.abs(sides[0]) + np.abs(sides[1])
        jumps[np.abs(jumps) <= 1e-6 * reach + NO_JUMP * reach.max(initial=0.0)] = 0.0
        return self.objective.weights[rows] * jumps / 2

    def _slope_at(self, rows: IntArray, scores: FloatArray) -> FloatArray:
        """Each row's slope, there being several corners of one row."""
        slopes = np.empty(len(rows))
        whole = np.zeros((1, len(self.objective.weights)))
        left = np.arange(len(rows))
        while len(left):  # one corner of each row at a time
            once = np.bincount(rows[left]).max() == 1
            first = slice(None) if once else np.unique(rows[left], return_index=True)[1]
            now = left[first]
            whole[0, rows[now]] = scores[now]
            slopes[now] = self.objective.loss_slopes(whole)[0][0][rows[now]]
            left = np.delete(left, first)
        return slopes

    def _of_penalty(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        """∇u, u at 0 and c of each |u| in the penalty."""
        names = self.objective.names
        places = {sympy.Symbol(name): place for place, name in enumerate(names)}
        slopes, offsets, heights = [], [], []
        for part in sympy.Add.make_args(sympy.expand(self.objective.penalty)):
            inside = [a for a in atoms_of(part, sympy.Abs) if a.free_symbols]
            if len(inside) == 1 and not (part / inside[0]).free_symbols:
                u, slope = inside[0].args[0], np.zeros(len(names))
                for symbol in u.free_symbols:
                    slope[places[symbol]] = float(u.diff(symbol))
                slopes.append(slope)
                offsets.append(float(u.xreplace(dict.fromkeys(u.free_symbols, sympy.Integer(0)))))
                heights.append(float(part / inside[0]))
        return np.array(slopes).reshape(-1, len(names)), np.array(offsets), np.array(heights)


def _zeros(loss: sympy.Expr, name: str) -> Iterator[sympy.Expr]:
    """Expressions in the score that are 0 where the loss may have a corner."""
    score = sympy.Symbol(name)
    for part in sympy.preorder_traversal(loss):
        if score not in getattr(part, "free_symbols", ()):
            continue
        if isinstance(part, sympy.Abs | sympy.sign | sympy.Heaviside):
            yield from _unfolded(part.args[0])
        elif isinstance(part, sympy.Max | sympy.Min):
            yield from (e for a, b in combinations(part.args, 2) for e in _unfolded(a - b))
        elif isinstance(part, sympy.core.relational.Relational):
            yield from _unfolded(part.lhs - part.rhs)


def _unfolded(expr: sympy.Expr) -> Iterator[sympy.Expr]:
    """An expression with each |u| in it as u, and as −u."""
    inside = next(iter(atoms_of(expr, sympy.Abs)), None)
    if inside is None:
        yield sympy.expand(expr)
        return
    for sign in (1, -1):
        yield from _unfolded(expr.xreplace({inside: sign * inside.args[0]}))
