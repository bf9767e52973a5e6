"""A penalty as squares of the parameters: as many rows more of the data."""

from __future__ import annotations

from collections.abc import Mapping

import sympy

from symgd.parsing.formula import parse
from symgd.problem.problem import Problem

WEIGHT = sympy.Symbol("weight")


def penalty_squares(problem: Problem) -> Mapping[str, sympy.Expr] | None:
    """What the square of each penalised parameter costs; none without a penalty, None where it is no such squares.

    Examples
    --------
    >>> ridge = Problem("m*x + b", penalty="ridge", settings={"lambda": 0.25})
    >>> penalty_squares(ridge), penalty_squares(ridge.replace(penalty="lasso")) is None
    ({'m': 1/4}, True)
    """
    if problem.penalty is None:
        return {}
    numbers = {
        sympy.Symbol(name): sympy.Rational(repr(value)) for name, value in problem.settings.items()
    }
    total = sympy.Integer(0)
    for factor, body in problem.penalty.parts:
        total += (parse(factor).value * parse(body).value).xreplace(numbers)
    each = sympy.expand(total).coeff(WEIGHT, 2)
    if not each.is_number or sympy.expand(total - each * WEIGHT**2) != 0:
        return None
    if each == 0:
        return {}
    return dict.fromkeys(problem.penalized, each) if each.is_positive else None
