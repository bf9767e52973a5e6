"""A penalty as squares of the parameters: as many rows more of the data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import sympy

from symgd import terms as nt
from symgd.optimizers.readable import readable
from symgd.parsing.formula import parse
from symgd.problem.losses import Penalty
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
    total = _of_a_weight(problem.penalty).xreplace(numbers)
    each = sympy.expand(total).coeff(WEIGHT, 2)
    if not each.is_number or sympy.expand(total - each * WEIGHT**2) != 0:
        return None
    if each == 0:
        return {}
    return dict.fromkeys(problem.penalized, each) if each.is_positive else None


@dataclass(frozen=True)
class PenaltyRows:
    """The rows that a penalty adds to the residuals: a penalised parameter each, times the root of what its square costs.

    Parameters
    ----------
    square : float
        What each square costs.
    places : tuple of int
        Of the penalised parameters.
    count : int
        Of all parameters.
    """

    square: float
    places: tuple[int, ...]
    count: int

    @property
    def whole(self) -> bool:
        """Whether the penalty is on every parameter."""
        return len(self.places) == self.count


def penalty_rows(problem: Problem) -> PenaltyRows | None:
    """The rows; None where a penalty adds none.

    Examples
    --------
    >>> penalty_rows(Problem("m*x + b", penalty="ridge"))
    PenaltyRows(square=0.1, places=(0,), count=2)
    """
    squares, names = penalty_squares(problem), [*problem.parameters]
    if not squares:
        return None
    square = float(next(iter(squares.values())))
    return PenaltyRows(square, tuple(map(names.index, squares)), len(names))


def square_term(problem: Problem) -> nt.Term | None:
    """What a penalised parameter's square costs, in the letters of the settings; None where no Term says it."""
    if problem.penalty is None:
        return None
    each = sympy.expand(_of_a_weight(problem.penalty)).coeff(WEIGHT, 2)
    return readable(sympy.factor(each), problem.letters)


def _of_a_weight(penalty: Penalty) -> sympy.Expr:
    """What one parameter adds to the penalty."""
    return sympy.Add(*(parse(factor).value * parse(body).value for factor, body in penalty.parts))
