"""CostPlane: the cost over two parameters, the others held, and the part of it that shows where a walk went."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from symgd.codegen.evaluators.cost import cost_on
from symgd.data.arrays import FloatArray, IntArray, spread
from symgd.errors import OutputError
from symgd.optimize.run import Run
from symgd.registry.options import expect_known
from symgd.registry.registry import FrozenMap

POINTS = 97, 81  # of the grid
FINE = 193, 161  # where the cost of a point does not depend on how many rows there are
COARSE, MANY = (49, 41), 50_000  # where there are so many rows
DRAWN = 2000  # points of a walk
LEAVES = 10.0  # a walk is followed until it is so many times further from its start than its first step led
SHAPE = 1.3  # width by height of the part that is drawn, where both axes have one scale
ALIKE = 2.0  # ranges that differ by no more than this have axes of one scale


@dataclass(frozen=True, eq=False)
class CostPlane:
    """The cost at the points of a grid over two parameters.

    Parameters
    ----------
    names : pair of str
        The parameter across, and the one upwards.
    across, up : array
        Their values.
    costs : array of shape (len(up), len(across))
        nan where there is no finite cost.
    held : mapping of str to float
        The other parameters.
    path : array of shape (k, 2)
        Where the walk went, thinned, as far as it is drawn.
    shown : int
        The last step that is drawn.
    equal : bool
        Whether both axes have one scale.
    """

    names: tuple[str, str]
    across: FloatArray
    up: FloatArray
    costs: FloatArray
    held: Mapping[str, float]
    path: FloatArray
    shown: int
    equal: bool


def plane_of(
    run: Run, chosen: Sequence[str] | None = None, beside: Sequence[Run] = ()
) -> CostPlane:
    """The plane that shows a run best: two parameters that are chosen, or the first two that move.

    It has room for the walks of the runs that are seen `beside` it, too.
    """
    names = two_of(run, chosen)
    places = [run.problem.parameters.index(name) for name in names]
    walk = run.trace.table[:, places]
    rows = _followed(walk, run)
    exact = () if run.exact is None else (tuple(run.exact.parameters[name] for name in names),)
    others = [other.trace.table[:, places] for other in beside]
    corners = np.vstack([walk[rows], *others, *(np.array([point]) for point in exact)])
    cost = cost_on(run.problem, run.data)
    cheap = run.exact is not None or not run.problem.has_examples
    points = points_for(len(run.data), cheap)
    made = plane_between(
        corners, names, run.parameters, cost, run.problem.parameters, points=points
    )
    order = [name for name in _alternating(run) if name in names]
    path = walk[rows]
    if len(order) == 2 and len(rows) == rows[-1] + 1 and run.trace.numbers is None:
        path = stairs(path, names.index(order[0]))
    return replace(made, path=path, shown=int(run.trace.steps[rows[-1]]))


def _alternating(run: Run) -> Sequence[str]:
    """The parameters that moved one after the other, in this order; none where all moved together."""
    return tuple(run.options.get("alternate") or ())


def stairs(path: FloatArray, first: int) -> FloatArray:
    """A way of shape (k, 2) with its corners, where one of the two, `first`, moved before the other.

    Examples
    --------
    >>> stairs(np.array([[0.0, 0.0], [1.0, 2.0]]), 1).tolist()
    [[0.0, 0.0], [0.0, 2.0], [1.0, 2.0]]
    """
    corners = path[:-1].copy()
    corners[:, first] = path[1:, first]
    made = np.empty((2 * len(path) - 1, 2))
    made[::2], made[1::2] = path, corners
    return made


def points_for(rows: int, cheap: bool) -> tuple[int, int]:
    """How many points of a grid are worked out, across and up; `cheap` where a cost does not depend on how many rows there are."""
    if cheap:
        return FINE
    return COARSE if rows > MANY else POINTS


def plane_between(
    corners: FloatArray,
    names: tuple[str, str],
    held: Mapping[str, float],
    cost: Callable[[Sequence[float]], float],
    known: Sequence[str],
    *,
    points: tuple[int, int] = POINTS,
    alike: float = ALIKE,
) -> CostPlane:
    """The plane that has some points, shape (k, 2), in it; the other parameters are held at their values."""
    *sides, equal = _ranges(corners, alike)
    values = [held[name] for name in known]
    across, up = (np.linspace(*ends, count) for ends, count in zip(sides, points, strict=True))
    places = [known.index(name) for name in names]
    costs = _costs(cost, values, places, across, up)
    others = FrozenMap({name: held[name] for name in known if name not in names})
    return CostPlane(names, across, up, costs, others, corners, 0, equal)


def two_of(run: Run, chosen: Sequence[str] | None) -> tuple[str, str]:
    """Two parameters of a run: those that are chosen, or the first two that moved."""
    known = run.problem.parameters
    return pair_of(known, chosen, [name for name in known if np.ptp(run.trace[name]) > 0])


def pair_of(
    known: Sequence[str], chosen: Sequence[str] | None, first: Sequence[str] = ()
) -> tuple[str, str]:
    """Two of the parameters that are `known`: those that are chosen, then the `first`, then any.

    Examples
    --------
    >>> pair_of(["a", "b", "c"], ["b"], first=["c"])
    ('b', 'c')
    """
    given = [chosen] if isinstance(chosen, str) else [*(chosen or ())]
    expect_known(given, known, "parameter", OutputError)
    if len(known) < 2:
        cause = f"the cost has one parameter, {known[0]}, and a plane needs two"
        raise OutputError(cause, 'draw a slice: plot("slice")')
    if len(given) > 2 or len({*given}) < len(given):
        raise OutputError(f"{', '.join(given)} are not two parameters", "name two of them")
    one, other = [*dict.fromkeys((*given, *first, *known))][:2]
    return one, other


def _followed(walk: FloatArray, run: Run) -> IntArray:
    """The rows of a walk that are drawn: all, or of one that runs away those before it leaves the picture."""
    last = len(walk)
    if run.outcome.kind == "diverged" or run.trace.cost[-1] > run.trace.cost[0]:
        away = np.abs(walk - walk[0]).max(axis=1)
        first = float(away[1]) if len(away) > 1 else 0.0
        gone = np.flatnonzero(~(away <= LEAVES * first))
        last = max(2, int(gone[0])) if gone.size else last
    return spread(min(last, len(walk)), DRAWN)


def _ranges(
    corners: FloatArray, alike: float
) -> tuple[tuple[float, float], tuple[float, float], bool]:
    """What is drawn of both axes, with room around, and whether they have one scale."""
    low, high = corners.min(axis=0), corners.max(axis=0)
    size = high - low
    most = float(size.max())
    least = np.maximum(np.abs(corners).max(axis=0) * 1e-6, most * 1e-9)
    if most == 0:
        size = np.maximum(np.abs(low), 1.0)
    size = np.where(size < least, np.maximum(np.abs(low) * 0.5, most or 1.0), size)
    middle, size = (low + high) / 2, 1.36 * size
    equal = bool(max(size[0] / SHAPE / size[1], size[1] * SHAPE / size[0]) <= alike)
    if equal:
        height = max(size[1], size[0] / SHAPE)
        size = np.array([height * SHAPE, height])
    (left, bottom), (right, top) = middle - size / 2, middle + size / 2
    return (float(left), float(right)), (float(bottom), float(top)), equal


def _costs(
    cost: Callable[[Sequence[float]], float],
    values: list[float],
    places: Sequence[int],
    across: FloatArray,
    up: FloatArray,
) -> FloatArray:
    found = np.empty((len(up), len(across)))
    for row, second in enumerate(up.tolist()):
        for column, first in enumerate(across.tolist()):
            values[places[0]], values[places[1]] = first, second
            made = cost(values)
            found[row, column] = made if math.isfinite(made) else math.nan
    return found
