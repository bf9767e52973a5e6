"""A cost with the same curvature everywhere: squares of a model that is linear in its parameters, and a quadratic penalty.

A penalty ½θᵀQθ with eigenvalues q and eigenvectors v is as many squares more: Σ (√(q/2)·vᵀθ)², which are rows of M.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import sympy

from symgd.codegen.compiled import on_arrays
from symgd.codegen.separation import separate
from symgd.codegen.summary import summarise
from symgd.data.arrays import FloatArray
from symgd.data.columns import Columns
from symgd.optimize.curvature import Quadratic, quadratic
from symgd.problem.problem import Problem


def quadratic_of(problem: Problem, columns: Columns) -> Quadratic | None:
    """The cost on some data as a quadratic in the parameters; None where it is none.

    Examples
    --------
    >>> from symgd.data.columns import columns_from
    >>> problem = Problem("a*x", penalty="ridge", settings={"lambda": 0.5})
    >>> bowl = quadratic_of(problem, columns_from(problem.columns, [[1.0, 3.0], [1.0, 3.0]], {}))
    >>> bowl.curvature, round(bowl.minimum().parameters["a"], 12)
    ((11.0,), 0.909090909091)
    """
    bare = problem if problem.penalty is None else problem.replace(penalty=None)
    separation = separate(bare)
    if separation is None or not separation.linear:
        return None
    found = quadratic(summarise(separation, bare, columns))
    return found if found is None or problem.penalty is None else _penalised(problem, found)


def _penalised(problem: Problem, bare: Quadratic) -> Quadratic | None:
    """The quadratic with the penalty's squares as further rows; None where the penalty is no such squares."""
    penalty = problem.written_cost.penalty
    assert penalty is not None
    letters = {
        sympy.Symbol(problem.letters[name]): sympy.Float(value)
        for name, value in problem.settings.items()
    }
    value = penalty.value.xreplace(letters)
    symbols = [*map(sympy.Symbol, problem.parameters)]
    if value.free_symbols - {*symbols} or not value.is_polynomial(*symbols):
        return None
    if sympy.Poly(value, *symbols).total_degree() > 2:
        return None
    squares = _rows(np.array(sympy.hessian(value, symbols), dtype=np.float64))
    slopes = np.array([float(value.diff(s).subs(dict.fromkeys(symbols, 0))) for s in symbols])
    if squares is None or slopes.any():
        return None
    cost = on_arrays([value], problem.parameters)
    matrix = np.vstack([bare.matrix, squares])
    offset = np.append(bare.offset, squares @ bare.centre)

    def evaluate(values: Sequence[float]) -> tuple[float, tuple[float, ...]]:
        least, first = bare.evaluate(values)
        second = 2 * squares.T @ (squares @ np.array(values))
        slopes = tuple(one + other for one, other in zip(first, second.tolist(), strict=True))
        return least + float(cost(*values)[0]), slopes

    rank = int(np.linalg.matrix_rank(matrix))
    return replace(
        bare,
        matrix=matrix,
        offset=offset,
        rank=max(bare.rank, rank),
        evaluate=evaluate,
        exactly=None,
    )


def _rows(hessian: FloatArray) -> FloatArray | None:
    """Rows whose squares add up to ½θᵀHθ; None where there are none, since it bends down."""
    values, directions = np.linalg.eigh(hessian)
    if not (np.isfinite(values).all() and (values >= 0).all()):
        return None
    rows: FloatArray = (np.sqrt(values / 2) * directions).T
    return rows
