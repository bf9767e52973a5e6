"""Ground: what a walk has under its feet where some parameters are held, or its coordinates are not the parameters.

Laws
----
- θ = origin + T·u: the walk is in u, everything that is told is in θ
- the gradient by u is Tᵀ ∇J; a step of rate α in u is one of α T Tᵀ ∇J in θ
- standardised: each column of ∂prediction/∂θ is freed of its part along the columns of ones and has a mean square of 1
- exact: the columns of M·T, where the cost is ‖M·θ + r‖², are at right angles and of length 1, so that the Hessian is 2

Standardised coordinates are those in which inputs are centred and scaled, where the model is linear in its parameters.
Elsewhere ∂prediction/∂θ is taken at the start. Without a parameter that stands alone (an intercept) nothing can be
centred, since that would be another model.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
import sympy

from symgd.codegen.arrival import Evaluate
from symgd.codegen.compiled import on_arrays
from symgd.data.arrays import FloatArray, spread
from symgd.data.columns import Columns
from symgd.errors import DescentError, either
from symgd.optimize.curvature import Landscape, Minimum, Quadratic, landscape, rank_of
from symgd.optimize.ways import System
from symgd.problem.problem import Problem
from symgd.registry.registry import FrozenMap

Values: TypeAlias = list[float]
ROWS = 65536  # of ∂prediction/∂θ, that scales are taken from
ALIKE = 1e-9  # entries of a column that differ by no more than this part are the same


@dataclass(frozen=True, eq=False)
class Ground:
    """What a walk sees of a cost.

    Parameters
    ----------
    names : tuple of str
        The parameters that move.
    lower : callable
        From a cost of all parameters to the same cost of the walk's coordinates.
    free : callable
        From a cost of all parameters to the same cost of those that move.
    moved : callable
        From the walk's coordinates to the parameters that move.
    whole : callable
        From the walk's coordinates to all parameters.
    start : list of float
        In the walk's coordinates.
    found : Quadratic or None
        The cost in the walk's coordinates, where it is a quadratic.
    bare : Quadratic or None
        The same in the parameters that move.
    known : Landscape
        The exact minimum in all parameters, the curvature in the walk's coordinates.
    """

    names: tuple[str, ...]
    lower: Callable[[Evaluate], Evaluate]
    free: Callable[[Evaluate], Evaluate]
    moved: Callable[[Sequence[float]], Values]
    whole: Callable[[Sequence[float]], Values]
    start: Values
    found: Quadratic | None
    bare: Quadratic | None
    known: Landscape


def ground(
    problem: Problem,
    columns: Columns,
    start: Values,
    held: Sequence[str],
    system: System,
    found: Quadratic | None,
) -> Ground:
    """The ground of a descent from `start`, which has a value for each parameter."""
    if not held and system == "own":
        return Ground(
            problem.parameters,
            _same,
            _same,
            list,
            list,
            start,
            found,
            found,
            landscape(found, start),
        )
    kept = _Held(problem.parameters, tuple(start), frozenset(held))
    bare = None if found is None else kept.quadratic(found)
    first = kept.parts(start)
    exact = _filled(landscape(bare, first), kept)
    if system == "own":
        return Ground(kept.names, kept.free, kept.free, list, kept.whole, first, bare, bare, exact)
    scales = (
        _standardised(problem, columns, start, kept, bare)
        if system == "standardised"
        else _exact(bare, first)
    )
    turned = None if bare is None else scales.quadratic(bare)
    bent = replace(exact, curvature=None if turned is None else turned.curvature)

    def lower(evaluate: Evaluate) -> Evaluate:
        return scales.turned(kept.free(evaluate))

    begun = scales.coordinates(first)

    def moved(values: Sequence[float]) -> Values:
        return (
            first if [*values] == begun else scales.values(values)
        )  # the start is as it was given

    def whole(values: Sequence[float]) -> Values:
        return kept.whole(moved(values))

    return Ground(kept.names, lower, kept.free, moved, whole, begun, turned, bare, bent)


def _same(evaluate: Evaluate) -> Evaluate:
    return evaluate


# ---------------------------------------------------------------------------------------------
# Held


@dataclass(frozen=True)
class _Held:
    """Some parameters keep the start's value."""

    parameters: tuple[str, ...]
    start: tuple[float, ...]
    held: frozenset[str]

    @property
    def places(self) -> list[int]:
        """Of the parameters that move."""
        return [place for place, name in enumerate(self.parameters) if name not in self.held]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(name for name in self.parameters if name not in self.held)

    def parts(self, values: Sequence[float]) -> Values:
        return [values[place] for place in self.places]

    def whole(self, values: Sequence[float]) -> Values:
        filled = list(self.start)
        for place, value in zip(self.places, values, strict=True):
            filled[place] = value
        return filled

    def free(self, evaluate: Evaluate) -> Evaluate:
        if not self.held:
            return evaluate
        places = self.places

        def part(values: Sequence[float]) -> tuple[float, tuple[float, ...]]:
            cost, gradient = evaluate(self.whole(values))
            return cost, tuple(gradient[place] for place in places)

        return part

    def quadratic(self, found: Quadratic) -> Quadratic:
        if not self.held:
            return found
        moving = np.isin(np.arange(len(self.parameters)), self.places)
        kept = np.array(self.start)[~moving] - found.centre[~moving]
        matrix = found.matrix[:, moving]
        offset = found.offset + found.matrix[:, ~moving] @ kept
        rank = rank_of(matrix, ROWS)
        return Quadratic(
            self.names,
            matrix,
            found.centre[moving],
            offset,
            rank,
            self.free(found.evaluate),
            found.unit,
        )


def _filled(known: Landscape, kept: _Held) -> Landscape:
    """The landscape with the held parameters beside the others."""
    if known.exact is None:
        return known
    values = kept.whole([*known.exact.parameters.values()])
    named = FrozenMap(dict(zip(kept.parameters, values, strict=True)))
    return replace(known, exact=Minimum(named, known.exact.cost, known.exact.unique))


# ---------------------------------------------------------------------------------------------
# Coordinates


@dataclass(frozen=True, eq=False)
class _Scales:
    """θ = origin + T·u."""

    origin: FloatArray  # shape (p,)
    matrix: FloatArray  # T, shape (p, r)

    def values(self, point: Sequence[float]) -> Values:
        found: Values = (self.origin + self.matrix @ np.array(point)).tolist()
        return found

    def coordinates(self, values: Sequence[float]) -> Values:
        """The u of a θ."""
        away = np.array(values) - self.origin
        found: Values = np.linalg.lstsq(self.matrix, away, rcond=None)[0].tolist()
        return found

    def turned(self, evaluate: Evaluate) -> Evaluate:
        def cost_and_gradient(point: Sequence[float]) -> tuple[float, tuple[float, ...]]:
            cost, gradient = evaluate(self.values(point))
            return cost, tuple((np.array(gradient) @ self.matrix).tolist())

        return cost_and_gradient

    def quadratic(self, found: Quadratic) -> Quadratic:
        """The cost in u: worked out from small numbers where the origin is near its minimum."""
        matrix, offset = found.matrix @ self.matrix, found.reached(self.origin)
        slopes = 2 * matrix.T

        def evaluate(point: Sequence[float]) -> tuple[float, tuple[float, ...]]:
            reached = matrix @ np.array(point) + offset
            return float(reached @ reached), tuple((slopes @ reached).tolist())

        width = self.matrix.shape[1]
        names = tuple(f"u{number + 1}" for number in range(width))
        rank = min(found.rank, width)
        return Quadratic(names, matrix, np.zeros(width), offset, rank, evaluate, found.unit)


def _exact(found: Quadratic | None, start: Values) -> _Scales:
    """The coordinates of the R factor, up to a turn, in which the cost is round."""
    if found is None:
        asked = either('coordinates="exact"', "--coordinates exact")
        raise DescentError(
            f"{asked} needs a cost that is a quadratic in its parameters: "
            "a squared loss without a penalty, and a model that is linear in them",
            f"take {either('standardise=True', '--standardise')}",
        )
    sizes = np.abs(found.matrix).max(axis=0)
    sizes = np.where(sizes == 0, 1.0, sizes)
    _, stretch, right = np.linalg.svd(found.matrix / sizes, full_matrices=False)
    bent = slice(found.rank)
    matrix = right[bent].T / stretch[bent] / sizes[:, None]
    if found.rank == len(start):
        return _Scales(found.centre, matrix)
    # What makes no difference stays where it is.
    return _Scales(np.array(start), matrix)


def _standardised(
    problem: Problem, columns: Columns, start: Values, kept: _Held, found: Quadratic | None
) -> _Scales:
    """The coordinates in which inputs are centred and scaled."""
    if found is not None:  # whose columns have the same inner products, over all rows
        ones = np.array([_stands_alone(problem, name) for name in kept.names])
        slopes, unit = found.matrix, found.unit
    else:
        table = _slopes(problem, columns, start)[:, :, kept.places]
        reach = np.abs(table).max(axis=(0, 1))
        ones = (reach > 0) & (np.ptp(table, axis=1).max(axis=0) <= ALIKE * reach)
        slopes, unit = table.reshape(-1, len(ones)), math.sqrt(table.shape[1])
    parts = np.zeros((len(ones), len(ones)))
    for column in np.flatnonzero(~ones & ones.any()):
        base = slopes[:, ones]
        parts[ones, column] = np.linalg.lstsq(base, slopes[:, column], rcond=None)[0]
        left = slopes[:, column] - base @ parts[ones, column]
        if np.linalg.norm(left) <= 1e-12 * np.linalg.norm(slopes[:, column]):
            parts[ones, column] = 0.0
    sizes = np.linalg.norm(slopes - slopes @ parts, axis=0) / unit
    sizes = np.where((sizes > 0) & np.isfinite(sizes), sizes, 1.0)
    matrix = (np.eye(len(ones)) - parts) / sizes
    first = np.array(kept.parts(start))
    return _Scales(first if found is None or found.rank < len(ones) else found.centre, matrix)


def _stands_alone(problem: Problem, name: str) -> bool:
    """Whether a parameter that the model is linear in has no input beside it."""
    slope = problem.prediction.written_out().value.diff(sympy.Symbol(name))
    return not sympy.expand(slope).free_symbols


def _slopes(problem: Problem, columns: Columns, start: Values) -> FloatArray:
    """∂prediction/∂θ at the start, by differences, by score, example and parameter; 0 where it is not finite."""
    few = spread(len(columns), ROWS)
    data = [columns[name][few] for name in problem.inputs]
    formulas = [part.written_out().value for part in problem.predictions]
    compute = on_arrays(formulas, (*problem.parameters, *problem.inputs))

    def scores(values: Sequence[float]) -> FloatArray:
        made = compute(*map(np.float64, values), *data)
        return np.array([np.asarray(part, dtype=np.float64) + np.zeros(len(few)) for part in made])

    found = []
    with np.errstate(all="ignore"):
        for number, value in enumerate(start):
            step = float(np.finfo(float).eps) ** (1 / 3) * (abs(value) or 1.0)
            above, below = list(start), list(start)
            above[number], below[number] = value + step, value - step
            found.append((scores(above) - scores(below)) / (above[number] - below[number]))
    made = np.stack(found, axis=-1)
    return np.where(np.isfinite(made).all(axis=(0, 1)), made, 0.0)
