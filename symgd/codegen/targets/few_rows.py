"""Which modules for other targets make few rows of their data, and what they need to know of these."""

from __future__ import annotations

from collections.abc import Iterable

from symgd import terms as nt
from symgd.codegen.summary.separation import separate
from symgd.errors import GenerationError
from symgd.problem.problem import Problem
from symgd.terms.exact import exact_number


def is_summarised(problem: Problem) -> bool:
    """Whether a module makes few rows of its data: where the loss is the square of a residual that is linear in the parameters.

    Examples
    --------
    >>> is_summarised(Problem("m*x + b")), is_summarised(Problem("exp(a)*x"))
    (True, False)
    """
    try:
        found = separate(problem)
    except GenerationError:  # a function that NumPy has not
        return False
    return found is not None and found.linear


def constant_slope(places: Iterable[int], slopes: Iterable[nt.Term]) -> int:
    """The place of the first parameter whose slope is a number, and not 0; -1 where there is none."""
    pairs = zip(places, slopes, strict=False)
    return next((place for place, slope in pairs if exact_number(slope)), -1)
