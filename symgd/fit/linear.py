"""Linear least squares: the minimum in one step, to the digits that floats have.

Laws
----
- cost = s·Σ w (A·θ + rest − y)² + penalty, which is a quadratic in θ: its gradient is 0 where a linear system says
- where the data are few they are taken as the decimals that they are written as, and the system is solved with many
  more digits than a float has: what comes out is right to its last digit, however alike the columns are
- of several minima the one nearest to the caller's start, or to 0, is taken, each parameter measured by its own column
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property, lru_cache

import numpy as np
import sympy

from symgd.codegen.evaluators.summary import rounding
from symgd.data.arrays import FloatArray
from symgd.errors import DataError, at_row
from symgd.fit.costs.compiled import on_rows, slopes_of
from symgd.fit.costs.scores import is_affine
from symgd.fit.costs.smooth_cost import SmoothCost
from symgd.fit.costs.squared import square_factor
from symgd.fit.digits import PLACES, Digits, is_determined, solved_in_digits
from symgd.fit.found import Found
from symgd.fit.losses.general import bounds_of
from symgd.fit.losses.newton import newton
from symgd.fit.noise import noise_of
from symgd.fit.outcomes import arrived, at_bounds, out_of_floats
from symgd.fit.task import Task
from symgd.fit.wide import solved_wide
from symgd.registry.registry import FrozenMap
from symgd.writing.words import Message, message

# Multiplications in many digits: always, and where floats would lose many.
FEW, MORE = 40_000, 600_000
CLEAR = 1e12  # columns of a smaller condition number do not depend on each other
SHOWN = 6  # columns that are named
ALIKE = 1e4  # columns that are so much alike cost floats digits


@dataclass(frozen=True, eq=False)
class LinearSquares:
    """A cost that is a quadratic in the free parameters, in plain Symbols of inputs and target."""

    task: Task
    slopes: tuple[sympy.Expr, ...]  # what each parameter is multiplied by
    rest: sympy.Expr  # the residual where every parameter is 0

    @cached_property
    def columns(self) -> tuple[sympy.Expr, ...]:
        """The same, with 0 for what on these rows is rounding and nothing else."""
        data, exprs = self.task.columns, [*self.slopes, self.rest]
        compute = on_rows(exprs, data.names)

        def made(values: Sequence[FloatArray]) -> FloatArray:
            return np.ascontiguousarray(compute(*values).reshape(len(exprs), -1)[:-1].T)

        idle, _ = noise_of(made, data.values, self.slopes)
        pairs = zip(idle, self.slopes, strict=True)
        return tuple(sympy.Integer(0) if one else slope for one, slope in pairs)

    @property
    def factor(self) -> sympy.Expr:
        """What the weighted sum of squares is multiplied by."""
        task = self.task
        rows = sympy.Integer(len(task.columns))
        below = rows if task.weights is None else _exact_sum(task.weights)
        by = {"sum": sympy.Integer(1), "half mean": 2 * below}
        factor: sympy.Expr = square_factor(task.problem)
        return factor / by.get(task.problem.loss.reduction, below)


def exact(number: float) -> sympy.Rational:
    """A float as the decimal that it is written as."""
    return sympy.Rational(repr(float(number)))


def _exact_sum(numbers: FloatArray) -> sympy.Rational:
    """The sum of decimals; of very many, that of the floats."""
    if len(numbers) > FEW:
        return exact(float(numbers.sum()))
    return sympy.Rational(sum(map(Fraction, map(repr, numbers.tolist()))))


def linear(task: Task) -> LinearSquares | None:
    """The cost as a quadratic; None where it is none."""
    problem = task.problem
    if len(task.predictions) > 1 or square_factor(problem) is None:
        return None
    if not is_affine(task.predictions[0], task.free) or not _bends_evenly(task):
        return None
    residual = task.predictions[0] - sympy.Symbol(problem.target)
    symbols = [sympy.Symbol(name) for name in task.free]
    learned = {*symbols}
    slopes = slopes_of(residual, symbols)
    columns = [sympy.expand(s) if s.free_symbols & learned else s for s in slopes]
    rest = residual.xreplace(dict.fromkeys(symbols, sympy.Integer(0)))
    if any(part.has(sympy.nan, sympy.zoo) for part in (rest, *columns)):
        rest = sympy.expand(residual).xreplace(dict.fromkeys(symbols, sympy.Integer(0)))
    return LinearSquares(task, tuple(columns), rest)


def _bends_evenly(task: Task) -> bool:
    """Whether the penalty is a quadratic, or there is none."""
    penalty = task.penalty
    if penalty == 0:
        return True
    if task.problem.loss.reduction == "root mean":
        return False
    return _quadratic(penalty, task.free) is not None  # a penalty of fixed ones is a number


@lru_cache(maxsize=16)
def _quadratic(
    penalty: sympy.Expr, names: tuple[str, ...]
) -> tuple[sympy.Matrix, sympy.Matrix] | None:
    """H and g of a penalty θᵀHθ + 2gᵀθ + …, exact, term by term, since each holds few of many parameters; None where it is no quadratic.

    Examples
    --------
    >>> from sympy.abc import a, b
    >>> bent, slope = _quadratic(a**2 + 4 * a * b + 6 * b, ("a", "b"))
    >>> bent.tolist(), slope.tolist(), _quadratic(abs(a), ("a", "b"))
    ([[1, 2], [2, 0]], [[0], [3]], None)
    """
    places = {sympy.Symbol(name): place for place, name in enumerate(names)}
    bends: dict[tuple[int, int], sympy.Expr] = {}
    slopes = [sympy.Integer(0)] * len(names)
    for term in sympy.Add.make_args(sympy.expand(_rational(penalty))):
        held = sorted(term.free_symbols & places.keys(), key=places.__getitem__)
        if not held:
            continue
        if not term.is_polynomial(*held):
            return None
        ((powers, factor),) = sympy.Poly(term, *held).terms()
        at = [
            places[symbol] for symbol, power in zip(held, powers, strict=True) for _ in range(power)
        ]
        if len(at) > 2:
            return None
        if len(at) == 1:
            slopes[at[0]] += factor / 2
        else:
            for pair in {(at[0], at[1]), (at[1], at[0])}:
                bends[pair] = bends.get(pair, 0) + factor / len({*at})
    return sympy.SparseMatrix(len(names), len(names), bends), sympy.Matrix(slopes)


def search(form: LinearSquares) -> Found:
    """The minimum of a quadratic cost."""
    task = form.task
    solved = _solved(form)
    values = _inside(form, solved.values) if task.bounds else solved.values
    if not np.isfinite(values).all():
        return _within_floats(form, values)
    found = dict(zip(task.free, values.tolist(), strict=True))
    names = task.free[:6] + ("…",) * (len(task.free) > 6)
    method = message("exact: the cost is a quadratic in {names}", names=names)
    at = [n for n, v in found.items() if v in task.bounds.get(n, ())]
    cost = SmoothCost(task).cost(values)
    account = _account(form, solved)
    return Found(FrozenMap(found), cost, arrived(at), method, account, at_bounds(at))


def _within_floats(form: LinearSquares, values: FloatArray) -> Found:
    """The least cost with coefficients that no float holds at 0, which is no minimum."""
    task = form.task
    lost = [name for name, value in zip(task.free, values, strict=True) if not np.isfinite(value)]
    rest = replace(task, fixed=FrozenMap({**task.fixed, **dict.fromkeys(lost, 0.0)}))
    smaller = linear(rest) if rest.free else None
    near = dict.fromkeys(task.free, 0.0) if smaller is None else dict(search(smaller).values)
    made = {name: near.get(name, 0.0) for name in task.free}
    of = form.columns[task.free.index(lost[0])].free_symbols
    read = [name for name in task.problem.inputs if sympy.Symbol(name) in of]
    middles = {name: float(np.median(task.columns[name])) for name in read}
    outcome = out_of_floats(lost[0], middles)
    cost = SmoothCost(task).cost(np.array([*made.values()]))
    method = message("exact: the cost is a quadratic in {names}", names=task.free[:6])
    return Found(FrozenMap(made), cost, outcome, method)


def determines_all(form: LinearSquares) -> bool:
    """Whether the data, taken as the decimals that they are written as, tell every parameter; False where they are many."""
    width = len(form.columns)
    few = len(form.task.columns) * width * (width + 1) <= MORE
    return few and is_determined(_digits(form))


def _account(form: LinearSquares, solved: Solved) -> tuple[Message, ...]:
    """Why the minimum is exact, and how it was solved for."""
    task, width = form.task, len(form.columns)
    pairs = zip(task.free[:SHOWN], form.columns, strict=False)
    columns = tuple(f"{column} ({name})" for name, column in pairs)
    made = [
        message(
            "The model is affine in what is sought, and its residuals are squared: the gradient is 0 where a linear system of {number} equation is solved, and no start is needed.",
            "The model is affine in what is sought, and its residuals are squared: the gradient is 0 where a linear system of {number} equations is solved, and no start is needed.",
            number=width,
        ),
        message("Its columns: {columns}.", columns=columns + ("…",) * (width > SHOWN)),
    ]
    if solved.is_unique:
        made.append(
            message(
                "Brought to one size, they have the condition number {condition}: so many times an error in the data may grow.",
                condition=float(f"{solved.condition:.3g}"),
            )
        )
    else:
        made.append(
            message(
                "They depend on each other: of the many minima the one nearest to the start, or to 0, is taken."
            )
        )
    if task.penalty != 0:
        made.append(message("The penalty is a quadratic as well, and is part of the system."))
    if solved.in_digits:
        made.append(
            message(
                "It is solved with {number} digits, the data taken as the decimals they are written as.",
                number=PLACES,
            )
        )
    else:
        made.append(
            message(
                "It is solved by a QR factorisation in floats, and corrected by what rounding left."
            )
        )
    return tuple(made)


def _inside(form: LinearSquares, whole: FloatArray) -> FloatArray:
    """The minimum within bounds: which of them hold is found by Newton's method, and the others are solved for."""
    task, bounds = form.task, bounds_of(form.task)
    if ((bounds.low <= whole) & (whole <= bounds.high)).all():
        return whole
    end = newton(SmoothCost(task), bounds.inside(whole), bounds)
    held = {
        name: value
        for name, value, free in zip(task.free, end.values.tolist(), end.free, strict=True)
        if not free
    }
    if not end.free.any():
        return end.values
    smaller = linear(replace(task, fixed=FrozenMap({**task.fixed, **held}), bounds=FrozenMap({})))
    if smaller is None:
        return end.values
    values = end.values.copy()
    values[end.free] = _solved(smaller).values
    inside = ((bounds.low <= values) & (values <= bounds.high)).all()
    return values if inside else end.values


@dataclass(frozen=True, eq=False)
class Solved:
    """The minimum of a quadratic, and how it was had."""

    values: FloatArray
    condition: float  # of the columns, brought to one size
    is_unique: bool
    in_digits: bool


def _solved(form: LinearSquares) -> Solved:
    """The minimum where nothing bounds it."""
    table, aim = _table(form)
    rows, width = table.shape
    sizes = np.abs(table).max(axis=0, initial=0.0)
    sizes[sizes == 0] = 1.0
    found = solved_wide(table / sizes, aim)
    if found is not None:
        return Solved(found[0] / sizes, found[1], True, False)
    factor = np.linalg.qr(table / sizes, mode="r")
    bends = np.linalg.svd(factor, compute_uv=False)
    full = rows >= width and bends[-1] > rounding(rows) * bends[0]
    work = rows * width * (width + 1)
    with np.errstate(all="ignore"):
        condition = float(bends[0] / bends[-1]) if rows >= width else np.inf
    if work <= FEW or (work <= MORE and not (full and bends[0] < ALIKE * bends[-1])):
        system = _digits(form)
        is_unique = condition < CLEAR or is_determined(system)
        return Solved(solved_in_digits(system), condition, is_unique, True)
    values = _in_floats(form, table / sizes, aim, sizes, full)
    return Solved(values, condition, full, False)


def _table(form: LinearSquares) -> tuple[FloatArray, FloatArray]:
    """The columns of the rows that count, and what they are to add up to; with weights, and the penalty as further rows."""
    task = form.task
    used = np.arange(len(task.columns)) if task.weights is None else np.flatnonzero(task.weights)
    values = [column[used] for column in task.columns.values]
    exprs = [*form.columns, form.rest]
    made = on_rows(exprs, task.columns.names)(*values).reshape(len(exprs), -1).T
    bad = np.argwhere(~np.isfinite(made))
    if len(bad):
        row, number = bad[0]
        raise DataError(
            f"{at_row(int(used[row]))}: {exprs[number]} is not a finite number there",
            "remove the row, or choose a model that is defined for it",
        )
    roots = np.ones(len(used)) if task.weights is None else np.sqrt(task.weights[used])
    roots = roots * float(form.factor) ** 0.5
    made = made * roots[:, None]
    return _with_penalty(form, made[:, :-1], -made[:, -1])


def _with_penalty(
    form: LinearSquares, table: FloatArray, aim: FloatArray
) -> tuple[FloatArray, FloatArray]:
    if form.task.penalty == 0:
        return table, aim
    second, first = _penalty_parts(form.task)
    bent, slope = np.zeros(second.shape), np.array([*first], dtype=float)
    for place, entry in second.todok().items():
        bent[place] = float(entry)
    bends, axes = np.linalg.eigh(bent)
    kept = bends > 0
    roots = np.sqrt(bends[kept])
    further = roots[:, None] * axes[:, kept].T
    return (
        np.concatenate([table, further]),
        np.concatenate([aim, -(axes[:, kept].T @ slope.reshape(-1)) / roots]),
    )


def _penalty_parts(task: Task) -> tuple[sympy.Matrix, sympy.Matrix]:
    """H and g of the penalty θᵀHθ + 2gᵀθ + …, exact."""
    parts = _quadratic(task.penalty, task.free)
    assert parts is not None  # it is a linear problem
    return parts


def _rational(expr: sympy.Expr) -> sympy.Expr:
    """An expression with each float as the decimal that it is written as."""
    return expr.xreplace({number: exact(number) for number in expr.atoms(sympy.Float)})


def _digits(form: LinearSquares) -> Digits:
    """The system as it is solved in many digits."""
    task = form.task
    bent, slope = _penalty_parts(task)
    start = np.array([task.start.get(name, 0.0) for name in task.free])
    exprs = tuple(map(_rational, (*form.columns, form.rest)))
    return Digits(exprs, task.columns, task.weights, form.factor, bent, slope, start)


def _in_floats(
    form: LinearSquares, scaled: FloatArray, aim: FloatArray, sizes: FloatArray, full: bool
) -> FloatArray:
    """The minimum by a factorisation, and by corrections of what rounding left."""
    task = form.task
    start = np.array([task.start.get(name, 0.0) for name in task.free])
    values = start * sizes if not full else np.zeros(len(sizes))
    wide, target = scaled.astype(np.longdouble), aim.astype(np.longdouble)
    for _ in range(4):
        rest = (target - wide @ values).astype(np.float64)
        whole: FloatArray = np.asarray(np.linalg.qr(np.column_stack([scaled, rest]), mode="r"))
        left, bends, right = np.linalg.svd(whole[:, :-1], full_matrices=False)
        kept = bends > (0.0 if full else rounding(len(scaled)) * bends[0])
        values = values + right[kept].T @ (left[:, kept].T @ whole[:, -1] / bends[kept])
    return np.asarray(values / sizes, dtype=np.float64)
