"""Convexity: whether a cost bends down nowhere, as its loss and its model declare."""

from __future__ import annotations

from collections.abc import Set
from functools import lru_cache

import sympy

from symgd.problem.problem import Problem

# Losses of convex costs, and the functions of an affine expression for which they are.
CONVEX = {
    "binary_cross_entropy_logits": frozenset[str](),
    "binary_cross_entropy": frozenset(("exp", "sigmoid")),
    "poisson": frozenset(("exp",)),
    "huber": frozenset[str](),
    "log_cosh": frozenset[str](),
}


@lru_cache(maxsize=64)
def is_convex(problem: Problem) -> bool:
    """Whether a smooth cost is known to bend down nowhere; a penalty is convex itself.

    Examples
    --------
    >>> [is_convex(Problem(m, "huber")) for m in ("m*x + b", "a*exp(-b*x)", "a*b*x")]
    [True, False, False]
    """
    functions = CONVEX.get(problem.loss.name)
    return functions is not None and is_affine_in(problem, functions)


def is_affine_in(problem: Problem, functions: Set[str]) -> bool:
    """Whether the model is affine in the parameters, but for some functions around all that has parameters.

    Examples
    --------
    >>> is_affine_in(Problem("1/(1 + exp(-m*x))"), {"exp"}), is_affine_in(Problem("exp(-(m*x)^2)"), {"exp"})
    (True, False)
    """
    if len(problem.targets) > 1:
        return False
    learned = {*map(sympy.Symbol, problem.parameters)}
    inside = problem.prediction.written_out().value
    while any(inside.diff(one).free_symbols & learned for one in learned):
        parts = [part for part in inside.args if part.free_symbols & learned]
        name = inside.func.__name__
        if len(parts) != 1 or not (name in functions or _is_sum_or_inverse(inside)):
            return False
        (inside,) = parts
    return True


def _is_sum_or_inverse(expr: sympy.Expr) -> bool:
    """Whether it is 1 + u or 1/u, of which 1/(1 + exp(−u)) is made."""
    return bool((expr.is_Add and 1 in expr.args) or (expr.is_Pow and expr.exp == -1))
