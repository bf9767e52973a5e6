"""A cost with the same curvature everywhere: squares of a model that is linear in its parameters, and a quadratic penalty.

So is a function of parameters alone that is a polynomial of the second degree and bends down nowhere: ½θᵀHθ + gᵀθ + c is
‖M(θ − centre)‖² and its least value, the rows of M being √(h/2)·vᵀ by the eigenvalues h and eigenvectors v of H.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
import sympy

from symgd.codegen.evaluators.evaluator import compile_cost
from symgd.codegen.evaluators.summary import summarise
from symgd.codegen.summary.separation import separate
from symgd.codegen.walk.arrival import EPSILON, Evaluate
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
    >>> round(bowl.curvature[0], 12), round(bowl.minimum().parameters["a"], 12)
    (11.0, 0.909090909091)
    """
    if not problem.has_examples:
        return quadratic_function(problem)
    separation = separate(problem)
    if separation is None or not separation.linear:
        return None
    return quadratic(summarise(separation, problem, columns))


# ---------------------------------------------------------------------------------------------
# Functions of parameters alone


def quadratic_function(problem: Problem, evaluate: Evaluate | None = None) -> Quadratic | None:
    """A function of its parameters alone as a quadratic with a minimum; None where it is none.

    Parameters
    ----------
    problem : Problem
    evaluate : callable, optional
        What it is worked out with; without it, from the coefficients.

    Examples
    --------
    >>> from symgd.problem.objective import Objective
    >>> bowl = quadratic_function(Objective("(x - 3)^2 + 4*y^2 - 5"))
    >>> bowl.curvature, bowl.minimum()
    ((2.0, 8.0), Minimum(x=3, y=0: cost -5))
    >>> quadratic_function(Objective("x^2 - y^2")) is None
    True
    """
    found = _coefficients(problem)
    if found is None:
        return None
    hessian, slopes = found
    sizes = np.sqrt(np.where(np.diag(hessian) > 0, np.diag(hessian), 1.0))
    with np.errstate(all="ignore"):
        scaled, pull = hessian / np.outer(sizes, sizes), slopes / sizes
    if not (np.isfinite(scaled).all() and np.isfinite(pull).all()):
        return None
    values, directions = np.linalg.eigh(scaled)
    tolerance = 8 * EPSILON * len(values)
    bent = values > tolerance
    if (values < -tolerance).any() or not bent.any():
        return None
    inverse = directions[:, bent] / values[bent] @ directions[:, bent].T
    centre = -inverse @ pull
    if np.linalg.norm(scaled @ centre + pull) > 1e-9 * np.linalg.norm(pull):
        return None  # it falls for ever along what is flat
    matrix = (np.sqrt(values[bent] / 2) * directions[:, bent]).T * sizes
    if evaluate is None:
        evaluate = _evaluated(compile_cost(problem, Columns((), ())), hessian, slopes)
    point = centre / sizes
    point -= inverse @ (np.array(evaluate(point.tolist())[1]) / sizes) / sizes  # less rounding
    least = evaluate(point.tolist())[0]
    offset, rank = np.zeros(len(matrix)), int(bent.sum())
    return Quadratic(problem.parameters, matrix, point, offset, rank, evaluate, least=least)


def _evaluated(
    cost: Callable[[Sequence[float]], float], hessian: FloatArray, slopes: FloatArray
) -> Evaluate:
    def evaluate(values: Sequence[float]) -> tuple[float, tuple[float, ...]]:
        return cost(values), tuple((hessian @ np.array(values) + slopes).tolist())

    return evaluate


def _coefficients(problem: Problem) -> tuple[FloatArray, FloatArray] | None:
    """Hessian, and gradient at 0, of a polynomial of the second degree; None where the function is none."""
    symbols = [*map(sympy.Symbol, problem.parameters)]
    letters = {
        sympy.Symbol(problem.letters[name]): sympy.Rational(repr(value))
        for name, value in problem.settings.items()
    }
    value = problem.cost_term.written_out().value.xreplace(letters)
    if _degree(value, {*symbols}) > 2:
        return None
    hessian, slopes = np.zeros((len(symbols), len(symbols))), np.zeros(len(symbols))
    for powers, factor in sympy.Poly(value, *symbols).terms():
        places = [place for place, power in enumerate(powers) for _ in range(power)]
        if not (factor.is_number and factor.is_real):
            return None
        if len(places) == 1:
            slopes[places[0]] += float(factor)
        elif len(places) == 2:
            one, other = places
            hessian[one, other] += float(factor)
            hessian[other, one] += float(factor)
    return hessian, slopes


def _degree(expr: sympy.Expr, symbols: set[sympy.Symbol]) -> float:
    """No less than the degree of a polynomial in the symbols; inf where it is none."""
    if not expr.free_symbols & symbols:
        return 0
    if expr.is_Symbol:
        return 1
    if expr.is_Add:
        return max(_degree(part, symbols) for part in expr.args)
    if expr.is_Mul:
        return sum(_degree(part, symbols) for part in expr.args)
    if expr.is_Pow and expr.exp.is_Integer and expr.exp > 0:
        return _degree(expr.base, symbols) * int(expr.exp)
    return math.inf
