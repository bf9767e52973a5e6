"""The equation of a fit: its model with numbers in the places of its parameters, as one would write it on paper."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from fractions import Fraction

import numpy as np

from symgd import terms as nt
from symgd.data.arrays import FloatArray, IntArray, spread
from symgd.fit.costs.chained import values_on_rows
from symgd.fit.fitted import Fit
from symgd.fit.summaries.told import FEWEST, MOST, decimals_of, place
from symgd.problem.problem import Problem
from symgd.writing.formulas.rounding import shown

ROWS = 1000  # on which rounding is tried
PART = 0.1  # of the residual standard error: so much may rounding change a prediction
SMALL, LARGE, DIGITS = 1e-5, 1e9, 15  # numbers in a formula between these stand as digits
UNSEEN = 1e-9  # of the predictions' own range: so much matters never


def equation_of(fit: Fit) -> tuple[nt.Equation, ...]:
    """A fit's equation, with as many digits as keep its predictions within a tenth of the residual standard error.

    Terms cancel, as in 261.88 − 7.3483x + 0.083061x²: a parameter's standard error does not say how far it can be rounded.

    Examples
    --------
    >>> import symgd
    >>> from symgd.writing.formulas.text import text
    >>> fit = symgd.Problem("a + b*x").fit([1001, 1002, 1003, 1004], [10.2, 19.7, 30.4, 39.9])
    >>> text(equation_of(fit)[0])
    'y = −9979.9 + 9.98x'
    """
    errors = fit.standard_errors
    values = {n: 0.0 if abs(v) < UNSEEN * errors[n] else v for n, v in fit.parameters.items()}
    least = {name: _significant(value, errors[name]) for name, value in values.items()}
    least |= dict.fromkeys(fit.task.fixed, MOST)
    scores, digits = _scores(fit), least
    exact = scores(values)
    room = _room(fit, exact)
    for more in range(MOST):
        digits = {name: min(number + more, MOST) for name, number in least.items()}
        near = {name: float(f"{value:.{digits[name]}g}") for name, value in values.items()}
        with np.errstate(
            invalid="ignore"
        ):  # where predictions leave the floats there is no difference
            apart = np.abs(scores(near) - exact)
        if not (apart > room).any():
            break
    return equation(fit.problem, values, digits)


def _significant(value: float, error: float) -> int:
    """The significant digits that a table has of an estimate."""
    decimals = decimals_of(value, error)
    return FEWEST if decimals is None or not value else max(decimals - place(value) + 1, FEWEST)


def _tried(fit: Fit) -> IntArray:
    return spread(len(fit.data), ROWS)


def _scores(fit: Fit) -> Callable[[Mapping[str, float]], FloatArray]:
    """What the model says with some parameters on some of the rows, of shape (k, n)."""
    problem, rows = fit.problem, _tried(fit)
    formulas = [part.written_out().value for part in problem.predictions]
    compute = values_on_rows(formulas, (*problem.parameters, *problem.inputs))
    inputs = [fit.data[name][rows] for name in problem.inputs]

    def scores(values: Mapping[str, float]) -> FloatArray:
        with np.errstate(all="ignore"):
            made = compute(*map(np.float64, values.values()), *inputs)
        return np.array([np.broadcast_to(column, len(rows)) for column in made])

    return scores


def _room(fit: Fit, exact: FloatArray) -> FloatArray | float:
    """By how much rounding may change a prediction, row by row where there are weights."""
    reach = float(np.ptp(exact)) or float(np.abs(exact).max())
    noise = np.asarray(fit.residual_standard_error)
    if math.isnan(fit.residual_standard_error):
        noise = np.asarray(PART * reach if math.isnan(fit.r_squared) else fit.residuals.std())
    if fit.task.weights is not None:
        with np.errstate(all="ignore"):
            noise = noise / np.sqrt(fit.task.weights[_tried(fit)])
    return np.maximum(PART * noise, UNSEEN * reach)


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
        if isinstance(term, nt.Number) and not SMALL <= (abs(term.number) or 1) < LARGE:
            return shown(term.number, DIGITS).term  # 6.626·10⁻³⁴, as it was typed
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
