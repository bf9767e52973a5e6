"""The equation of a fit: its model with numbers in the places of its parameters, as one would write it on paper."""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction

from symgd import terms as nt
from symgd.problem.problem import Problem
from symgd.writing.formulas.rounding import shown

FEWEST, MOST, USUAL = 3, 10, 6  # significant digits


def digits_of(value: float, error: float) -> int:
    """So many significant digits of an estimate that the last is the second of its standard error, but at least three.

    Examples
    --------
    >>> digits_of(1234.5678, 0.12), digits_of(0.0667, 0.62), digits_of(1.5, math.nan)
    (6, 3, 6)
    """
    if not (math.isfinite(error) and error > 0 and value):
        return MOST if error == 0 else USUAL
    place = math.floor(math.log10(error)) - 1
    return min(max(math.floor(math.log10(abs(value))) - place + 1, FEWEST), MOST)


def equation(
    problem: Problem, values: Mapping[str, float], digits: Mapping[str, int]
) -> tuple[nt.Equation, ...]:
    """The model of each target with numbers put in, and their signs where they belong.

    Examples
    --------
    >>> from symgd.writing.formulas.text import text
    >>> text(equation(Problem("a*x + b"), {"a": 1.1, "b": -0.5}, {"a": 3, "b": 3})[0])
    'y = 1.1x − 0.5'
    >>> text(equation(Problem("a*exp(-b*x)"), {"a": -2.0, "b": -0.5}, {"a": 3, "b": 3})[0])
    'y = −2 exp(0.5x)'
    """
    known = {nt.Symbol(name): _number(value, digits[name]) for name, value in values.items()}
    made = (part.written_out().rewrite(_Filled(known)) for part in problem.predictions)
    return tuple(
        _equation(problem, target, part, number)
        for number, (target, part) in enumerate(zip(problem.targets, made, strict=True), start=1)
    )


def _equation(problem: Problem, target: str, part: nt.Term, number: int) -> nt.Equation:
    """What a target is: the prediction itself, or the sigmoid of a logit; a score has its own name, z_1."""
    likelihood = problem.loss.likelihood
    kind = "" if likelihood is None else likelihood.response
    if kind == "softmax":
        return nt.Equation(nt.Symbol(f"{problem.loss.letter}_{number}"), part)
    right = nt.call("sigmoid", part) if kind == "logit" else part
    return nt.Equation(nt.Symbol(target), right)


def _number(value: float, digits: int) -> nt.Term:
    if not math.isfinite(value):
        return nt.Symbol("nan")
    size = shown(Fraction(abs(value)), digits).term
    return nt.Negative(size) if value < 0 else size


class _Filled:
    """Puts numbers in, and brings their minus signs to where a writer has them."""

    def __init__(self, known: Mapping[nt.Symbol, nt.Term]) -> None:
        self.known = known

    def __call__(self, term: nt.Term) -> nt.Term | None:
        if isinstance(term, nt.Symbol) and term in self.known:
            return self.known[term]
        return _signed(term)


def _signed(term: nt.Term) -> nt.Term | None:
    """A term whose parts have their signs, with one sign before it."""
    match term:
        case nt.Negative(term=nt.Negative(term=inside)):
            return inside
        case nt.Product(factors=factors):
            signs = sum(isinstance(factor, nt.Negative) for factor in factors)
            if not signs:
                return None
            bare = nt.product_of(tuple(nt.unsigned(factor) for factor in factors))
            return nt.Negative(bare) if signs % 2 else bare
        case nt.Fraction(numerator=above, denominator=below):
            if not (isinstance(above, nt.Negative) or isinstance(below, nt.Negative)):
                return None
            bare = nt.Fraction(nt.unsigned(above), nt.unsigned(below))
            both = isinstance(above, nt.Negative) and isinstance(below, nt.Negative)
            return bare if both else nt.Negative(bare)
    return None
