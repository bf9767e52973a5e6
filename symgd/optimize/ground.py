"""Ground: what a walk has under its feet where some parameters are held, or its coordinates are not the parameters.

Laws
----
- θ = origin + T·u: the walk is in u, everything that is told is in θ
- the gradient by u is Tᵀ ∇J; a step of rate α in u is one of α T Tᵀ ∇J in θ
- standardised: the inputs are centred and scaled, where other parameters of the same model say that, as those of a
  polynomial do; then each column of ∂prediction/∂θ is freed of its part along columns of ones, and has a mean square of 1
- exact: the columns of M·T, where the cost is ‖M·θ + r‖², are at right angles and of length 1, so that the Hessian is 2

Standardised coordinates are those in which inputs are centred and scaled, where the model is linear in its parameters.
Elsewhere ∂prediction/∂θ is taken at the start. Without a parameter that stands alone (an intercept) nothing can be
centred, since that would be another model.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from symgd.codegen.evaluators.summary import least_squares, lengths
from symgd.codegen.expressions.compiled import on_arrays
from symgd.codegen.walk.arrival import Evaluate
from symgd.data.arrays import FloatArray, spread
from symgd.data.columns import Columns
from symgd.errors import DescentError, either
from symgd.optimize.curvature import Landscape, Minimum, Quadratic, landscape, rank_of
from symgd.optimize.ways import System
from symgd.problem.problem import Problem
from symgd.registry.registry import FrozenMap

Values: TypeAlias = list[float]
BoolArray: TypeAlias = npt.NDArray[np.bool_]
ROWS = 65536  # of ∂prediction/∂θ, that scales are taken from
SAME = 1e-7  # what is left of a column that others make up, as a part of it
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
    places : list of int
        Of the parameters that move, among all.
    turn : array or None
        T, of shape (parameters that move, coordinates); None where the coordinates are the parameters.
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
    places: list[int]
    turn: FloatArray | None = None

    @property
    def coordinates(self) -> tuple[str, ...]:
        """The coordinates' names: the parameters', where there is one for each."""
        if len(self.start) == len(self.names):
            return self.names
        return tuple(f"u{number + 1}" for number in range(len(self.start)))


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
        exact = landscape(found, start)
        names = problem.parameters
        places = [*range(len(names))]
        return Ground(names, _same, _same, list, list, start, found, found, exact, places)
    kept = _Held(problem.parameters, tuple(start), frozenset(held))
    bare = None if found is None else kept.quadratic(found)
    first = kept.parts(start)
    exact = _filled(landscape(bare, first), kept)
    if system == "own":
        free, whole, places = kept.free, kept.whole, kept.places
        return Ground(kept.names, free, free, list, whole, first, bare, bare, exact, places)
    if system == "standardised":
        with np.errstate(all="ignore"):  # what is beyond the floats is refused by its curvature
            scales = _standardised(problem, columns, start, kept, bare)
    else:
        scales = _exact(problem, bare, first)
    return _turned(kept, scales, first, bare, exact)


def _turned(
    kept: _Held, scales: _Scaling, first: Values, bare: Quadratic | None, exact: Landscape
) -> Ground:
    """The ground in other coordinates."""
    turned = None if bare is None else scales.quadratic(bare)
    bent = replace(exact, curvature=None if turned is None else turned.curvature)
    begun = scales.coordinates(first)

    def lower(evaluate: Evaluate) -> Evaluate:
        return scales.turned(kept.free(evaluate))

    def moved(values: Sequence[float]) -> Values:
        """The start is as it was given, without rounding."""
        return first if [*values] == begun else scales.values(values)

    def whole(values: Sequence[float]) -> Values:
        return kept.whole(moved(values))

    return Ground(
        kept.names,
        lower,
        kept.free,
        moved,
        whole,
        begun,
        turned,
        bare,
        bent,
        kept.places,
        scales.matrix,
    )


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
            least=found.least,
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
class _Scaling:
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
            return float(reached @ reached) + found.least, tuple((slopes @ reached).tolist())

        width = self.matrix.shape[1]
        names = tuple(f"u{number + 1}" for number in range(width))
        rank = min(found.rank, width)
        zero = np.zeros(width)
        return Quadratic(names, matrix, zero, offset, rank, evaluate, found.unit, least=found.least)


def _exact(problem: Problem, found: Quadratic | None, start: Values) -> _Scaling:
    """The coordinates of the R factor, up to a turn, in which the cost is round."""
    if found is None:
        asked = either('coordinates="exact"', "--coordinates exact")
        if not problem.has_examples:
            cause = f"{asked} needs a function that is a quadratic with a minimum"
            raise DescentError(cause, "leave it out")
        raise DescentError(
            f"{asked} needs a cost that is a quadratic in its parameters: "
            "a squared loss, no penalty but one of squares, and a model that is linear in them",
            f"take {either('standardise=True', '--standardise')}",
        )
    sizes = np.abs(found.matrix).max(axis=0)
    sizes = np.where(sizes == 0, 1.0, sizes)
    _, stretch, right = np.linalg.svd(found.matrix / sizes)
    bent = right[: found.rank].T
    matrix = bent / stretch[: found.rank] / sizes[:, None]
    if found.rank == len(start):
        return _Scaling(found.centre, matrix)
    # What makes no difference stays as it is: no step has a part along it.
    idle = right[found.rank :].T / sizes[:, None]
    return _Scaling(np.array(start), matrix - idle @ np.linalg.lstsq(idle, matrix, rcond=None)[0])


def _standardised(
    problem: Problem, columns: Columns, start: Values, kept: _Held, found: Quadratic | None
) -> _Scaling:
    """The coordinates in which inputs are centred and scaled, and then what stands beside each parameter is."""
    few = spread(len(columns), ROWS)
    inputs = [columns[name][few] for name in problem.inputs]
    weights = np.ones(len(few)) if problem.weights is None else columns[problem.weights][few]
    effects = partial(_effects, problem, start, found is not None)
    table, scaled = (
        effects(data)[:, :, kept.places]
        for data in (inputs, [_centred(column, weights) for column in inputs])
    )
    roots = np.sqrt(weights)[:, None]
    flat, wanted = ((part * roots).reshape(-1, table.shape[2]) for part in (table, scaled))
    inward = _inward(flat, wanted)
    if found is not None:  # whose columns have the same inner products, over all rows
        slopes, unit = found.matrix @ inward, found.unit
    else:
        slopes, unit = flat @ inward, math.sqrt(weights.sum())
    reach = np.abs(scaled).max(axis=(0, 1))
    ones = (reach > 0) & (np.ptp(scaled, axis=1).max(axis=0) <= ALIKE * reach)
    matrix = inward @ _columns_scaled(slopes, ones, unit)
    first = np.array(kept.parts(start))
    return _Scaling(first if found is None or found.rank < len(ones) else found.centre, matrix)


def _columns_scaled(slopes: FloatArray, ones: BoolArray, unit: float) -> FloatArray:
    """The T under which each column has no part along those of ones, and a mean square of 1."""
    parts = np.zeros((len(ones), len(ones)))
    for column in np.flatnonzero(~ones & ones.any()):
        base = slopes[:, ones]
        parts[ones, column] = np.linalg.lstsq(base, slopes[:, column], rcond=None)[0]
        left = slopes[:, column] - base @ parts[ones, column]
        if np.linalg.norm(left) <= 1e-12 * np.linalg.norm(slopes[:, column]):
            parts[ones, column] = 0.0
    sizes = np.linalg.norm(slopes - slopes @ parts, axis=0) / unit
    sizes = np.where((sizes > 0) & np.isfinite(sizes), sizes, 1.0)
    made: FloatArray = (np.eye(len(ones)) - parts) / sizes
    return made


def _centred(column: FloatArray, weights: FloatArray) -> FloatArray:
    """An input less its mean, over its spread."""
    away = column - np.average(column, weights=weights)
    size = math.sqrt(np.average(away * away, weights=weights))
    made: FloatArray = away / (size or 1.0)
    return made


def _inward(table: FloatArray, scaled: FloatArray) -> FloatArray:
    """The T under which the parameters' effects are those with centred inputs; 1 where no parameters have these.

    A quadratic in years is one in centred years with other coefficients; a*exp(-b*x) is no such thing.
    """
    width = table.shape[1]
    made = np.column_stack([least_squares(table, column) for column in scaled.T])
    missed = np.linalg.norm(table @ made - scaled, axis=0) > SAME * np.linalg.norm(scaled, axis=0)
    sizes = lengths(made)
    if missed.any() or not np.isfinite(made).all():
        return np.eye(width)
    return made if np.linalg.matrix_rank(made / sizes) == width else np.eye(width)


def _effects(
    problem: Problem, start: Values, linear: bool, inputs: Sequence[FloatArray]
) -> FloatArray:
    """∂prediction/∂θ by score, example and parameter, by differences at the start; 0 where it is not finite."""
    formulas = [part.written_out().value for part in problem.predictions]
    compute = on_arrays(formulas, (*problem.parameters, *problem.inputs))
    rows, here = len(inputs[0]), [0.0] * len(start) if linear else start

    def scores(values: Sequence[float]) -> FloatArray:
        made = compute(*map(np.float64, values), *inputs)
        return np.array([np.asarray(part, dtype=np.float64) + np.zeros(rows) for part in made])

    found = []
    with np.errstate(all="ignore"):
        for number, value in enumerate(here):
            step = 1.0 if linear else float(np.finfo(float).eps) ** (1 / 3) * (abs(value) or 1.0)
            above, below = list(here), list(here)
            above[number], below[number] = value + step, value - step
            found.append((scores(above) - scores(below)) / (above[number] - below[number]))
    made = np.stack(found, axis=-1)
    return np.where(np.isfinite(made).all(axis=(0, 1)), made, 0.0)
