"""Whether a loss is a square, worked out once for a problem."""

from __future__ import annotations

from functools import lru_cache

import sympy

from symgd.codegen.summary import separation
from symgd.problem.problem import Problem


@lru_cache(maxsize=64)
def square_factor(problem: Problem) -> sympy.Expr | None:
    """The number c where one example's loss is c · (prediction − target)², c > 0; else None.

    Examples
    --------
    >>> square_factor(Problem("a*x")), square_factor(Problem("a*x", loss="mae"))
    (1, None)
    """
    return separation.square_factor(problem)
