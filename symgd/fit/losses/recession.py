"""Is there a direction in which a cost falls for ever? Exact for affine scores, by a linear programme.

Laws
----
- a convex loss has its least value at infinity along d where no row's loss ever rises along d and some row's falls
- for one score a row says of d that its score must not fall, must not rise, or must stay as it is
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from symgd.data.arrays import FloatArray
from symgd.fit.costs.smooth_cost import SmoothCost
from symgd.fit.definite import definite
from symgd.fit.losses.newton import Bounds
from symgd.fit.task import thinned

BoolArray: TypeAlias = npt.NDArray[np.bool_]

FAR = (600.0, 300.0)  # a score so large is as good as an infinite one
IDLE = 1e-12  # of the steepest slope: less is none
BALANCING = 12  # steps to factors that balance the rows
BALANCED = 1e-11  # of the largest factor: a smaller one may be rounding
FURTHEST = 5.0  # that a row is moved by in a step
LARGEST = 4_000_000  # numbers in a programme
FEW = 5_000  # rows of very many that are looked at first


@dataclass(frozen=True)
class Recession:
    """Where the cost falls for ever."""

    ways: dict[str, int]  # the parameters that run off, and to which infinity
    complete: bool  # whether every row's loss falls to its least
    way: FloatArray  # the direction, so long that scores become large


def recession(objective: SmoothCost, bounds: Bounds) -> Recession | None:
    """A direction in which the cost falls for ever; None where there is none, or none can be known to be."""
    if not objective.affine or objective.root:
        return None
    few = thinned(objective.task)
    if few is not objective.task and _wanted(SmoothCost(few, objective.parts)) is None:
        return None
    wanted = _wanted(objective)
    if wanted is None:
        return None
    rows, signs = wanted
    with np.errstate(all="ignore"):
        columns = np.abs(rows).max(axis=0)
    columns[columns == 0] = 1.0
    scaled = rows / columns
    lengths = np.abs(scaled).max(axis=1)
    kept = lengths > 0
    scaled, signs = scaled[kept] / lengths[kept, None], signs[kept]
    reach = _reach(objective, bounds)
    if _are_balanced(scaled, signs) or not _is_possible(scaled, signs, reach):
        return None
    way = _programme(scaled, signs, reach)
    if way is None:
        return None
    names = {
        name: 1 if part > 0 else -1
        for name, part in zip(objective.names, way, strict=True)
        if abs(part) > 1e-7
    }
    complete = bool(signs.all()) and _has_margin(scaled * signs[:, None], reach)
    step = way / columns
    return Recession(names, complete, step * FAR[0] / float(np.abs(rows @ step).max()))


def _are_balanced(rows: FloatArray, signs: FloatArray) -> bool:
    """Whether the rows, each turned to its side and by a factor above 0, add up to nothing: then one way that suits all moves none (Stiemke).

    The factors are sought by Newton's method for the least Σ exp(−s·d), whose slope at its minimum is such a sum.
    """
    if not signs.all() or len(rows) <= rows.shape[1]:
        return False
    sided, way = rows * signs[:, None], np.zeros(rows.shape[1])
    with np.errstate(all="ignore"):
        for _ in range(BALANCING):
            factors = np.exp(-sided @ way)
            bent = (sided.T * factors) @ sided
            matrix = definite(bent) if np.isfinite(bent).all() else None
            if matrix is None:
                return False
            step = matrix.solved(factors @ sided)
            left = factors * (1 - sided @ step)  # adds up to nothing, but for rounding
            if left.min() > BALANCED * left.max():
                return True
            way = way + step * min(1.0, FURTHEST / float(np.abs(sided @ step).max()))
    return False


def _is_possible(rows: FloatArray, signs: FloatArray, reach: list[tuple[float, float]]) -> bool:
    """Whether some of the rows leave a direction, where they are many: one that suits all suits these."""
    if len(rows) > FEW:
        for some in (np.flatnonzero(signs == 0), np.arange(len(rows))):
            drawn = np.random.default_rng(0).permutation(some)[:FEW]
            whole = len(drawn) and np.linalg.matrix_rank(rows[drawn]) == rows.shape[1]
            if whole and (
                not signs[drawn].any() or _programme(rows[drawn], signs[drawn], reach) is None
            ):
                return False
    return rows.size <= LARGEST


def _wanted(objective: SmoothCost) -> tuple[FloatArray, FloatArray] | None:
    """Rows that may move up alone (sign 1), down alone (sign −1) or not at all (sign 0): slopes of shape (m, p), and signs."""
    slopes = objective.slopes(np.zeros(len(objective.names)))
    used = objective.weights > 0
    if len(slopes) > 1:
        return _wanted_of_classes(objective, slopes[:, :, used], used)
    up, down = (_side(objective, sign)[used] for sign in (1, -1))
    if (up & down).any() or not (up | down).any():
        return None
    return slopes[0].T[used], up.astype(float) - down.astype(float)


def _side(objective: SmoothCost, sign: int) -> BoolArray:
    """Rows whose loss never rises, however far the score goes to one side, and falls all the way."""
    rows = len(objective.weights)
    scores = [np.full((1, rows), sign * s) for s in (*FAR, 5.0)]
    at = [objective.loss_slopes(score)[0][0] for score in scores]
    with np.errstate(all="ignore"):  # where a logarithm has no value, its slope may have one
        there = np.all([np.isfinite(objective.losses(score)) for score in scores], axis=0)
    far, middle, near = (sign * part for part in at)
    size = np.maximum(np.abs(near).max(), IDLE)
    found: BoolArray = (far <= IDLE * size) & (middle <= IDLE * size) & (near < 0)
    found &= there
    return found


def _wanted_of_classes(
    objective: SmoothCost, slopes: FloatArray, used: BoolArray
) -> tuple[FloatArray, FloatArray] | None:
    """The same for categorical cross-entropy: an example's own class may rise over the others, its classes not over each other."""
    problem = objective.task.problem
    if problem.loss.name != "categorical_cross_entropy":
        return None
    targets = np.array([objective.task.columns[name][used] for name in problem.targets])
    if np.abs(targets.sum(axis=0) - 1).max() > 1e-9:
        return None
    first = targets.argmax(axis=0)
    rows = np.arange(slopes.shape[2])
    own = slopes[first, :, rows]
    apart, signs = [], []
    for number in range(len(slopes)):
        other = first != number
        apart.append((own - slopes[number].T)[other])
        signs.append(np.where(targets[number][other] > 0, 0.0, 1.0))
    return np.concatenate(apart), np.concatenate(signs)


def _reach(objective: SmoothCost, bounds: Bounds) -> list[tuple[float, float]]:
    """How far each parameter may go: not beyond a bound, and not at all where it is penalised."""
    punished = {str(symbol) for symbol in objective.penalty.free_symbols}
    return [
        (0.0, 0.0)
        if name in punished
        else (-1.0 if np.isinf(low) else 0.0, 1.0 if np.isinf(high) else 0.0)
        for name, low, high in zip(objective.names, bounds.low, bounds.high, strict=True)
    ]


def _programme(
    rows: FloatArray, signs: FloatArray, reach: list[tuple[float, float]]
) -> FloatArray | None:
    """A direction that moves the rows as they may move, of few parameters; None where none of them moves."""
    from scipy.optimize import linprog

    moving = signs != 0
    sided, still = rows[moving] * signs[moving, None], rows[~moving]
    both = np.column_stack(
        [sided, -sided]
    )  # what goes up, and what goes down: their sum is bounded
    made = linprog(
        -both.sum(axis=0),
        A_ub=np.vstack([-both, np.ones(both.shape[1])]),
        b_ub=np.append(np.zeros(len(sided)), 1.0),
        A_eq=np.column_stack([still, -still]) if len(still) else None,
        b_eq=np.zeros(len(still)) if len(still) else None,
        bounds=[(0.0, high) for _, high in reach] + [(0.0, -low) for low, _ in reach],
        method="highs",
    )
    if made.x is None or -made.fun <= 1e-7:
        return None
    way: FloatArray = made.x[: rows.shape[1]] - made.x[rows.shape[1] :]
    return way if (sided @ way).min() >= -1e-8 else None


def _has_margin(sided: FloatArray, reach: list[tuple[float, float]]) -> bool:
    """Whether some direction moves every row."""
    from scipy.optimize import linprog

    table = np.column_stack([-sided, np.ones(len(sided))])
    aim = np.append(np.zeros(sided.shape[1]), -1.0)
    limits = [*reach, (None, 1.0)]
    made = linprog(aim, A_ub=table, b_ub=np.zeros(len(sided)), bounds=limits, method="highs")
    return made.x is not None and bool(-made.fun > 1e-9)
