"""Jumps: whether the slope of a cost by its parameters jumps anywhere, so that it has kinks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache, partial
from itertools import combinations, pairwise

import mpmath
import numpy as np
import sympy

from symgd import terms as nt
from symgd.codegen.program.score import FEW, score_of
from symgd.errors import GenerationError
from symgd.parsing.formula import parse
from symgd.problem.problem import Problem
from symgd.terms.exact import exact_number

# What mpmath raises where a formula has no value; of complex numbers, for which it lacks a function, AttributeError.
NO_VALUE = (TypeError, ValueError, ArithmeticError, AttributeError)
TRIES = 8  # random places at which an edge is looked for
STEPS = np.linspace(-8.0, 8.0, 65).tolist()


def expect_smooth(problem: Problem, name: str) -> None:
    """GenerationError where an optimizer reads second derivatives, and the cost has kinks."""
    if has_kinks(problem):
        cause, remedy = kinks_for(problem, name)
        raise GenerationError(cause, f"{remedy}, or take another optimizer")


def kinks_for(problem: Problem, name: str) -> tuple[str, str]:
    """Why an optimizer that reads second derivatives makes no step on a cost with kinks, and what has none.

    Examples
    --------
    >>> kinks_for(Problem("m*x + b", "huber", penalty="lasso"), "newton")
    ('newton needs second derivatives, and the lasso penalty has kinks', 'take a penalty without kinks, such as ridge')
    """
    had = {
        "loss": (problem.loss.title, "take a loss without kinks, such as huber"),
        "penalty": (
            problem.penalty.title if problem.penalty else "",
            "take a penalty without kinks, such as ridge",
        ),
        "model": ("model", "write the model without kinks, such as sqrt(u^2 + 0.01) for abs(u)"),
        "function": ("function", "write it without kinks, such as sqrt(u^2 + 0.01) for abs(u)"),
    }
    said = [had[part] for part in kinked_parts(problem)]
    named = " and the ".join(title for title, _ in said)
    verb = "has" if len(said) == 1 else "have"
    cause = f"{name} needs second derivatives, and the {named} {verb} kinks"
    return cause, ", and ".join(remedy for _, remedy in said)


@lru_cache(maxsize=64)
def kinked_parts(problem: Problem) -> tuple[str, ...]:
    """Which of "loss", "penalty" and "model" have kinks, of a cost that has; of one without examples, "function".

    Examples
    --------
    >>> kinked_parts(Problem("m*x + b", "mae", penalty="lasso")), kinked_parts(Problem("abs(m*x)"))
    (('loss', 'penalty'), ('model',))
    """
    if not problem.has_examples:
        return ("function",)
    penalties = problem.penalty.parts if problem.penalty else ()
    of_penalty = any(_has_kinks(parse(part).value, ("weight",)) for _, part in penalties)
    of_loss = _has_kinks(parse(problem.loss.formula).value, ("prediction",))
    of_model = any(
        _has_kinks(part.written_out().value, problem.parameters) for part in problem.predictions
    )
    found = {"loss": of_loss, "penalty": of_penalty, "model": of_model}
    return tuple(part for part, kinked in found.items() if kinked) or ("model",)


@lru_cache(maxsize=64)
def has_kinks(problem: Problem) -> bool:
    """Whether the slope jumps where the formula changes: at |u| and the like, and from one case to another.

    The square of a max(0, u) has none, nor has Huber's loss.

    Examples
    --------
    >>> [has_kinks(Problem("m*x + b", loss)) for loss in ("mse", "mae", "huber", "hinge", "squared_hinge")]
    [False, True, False, True, False]
    """
    score = score_of(problem, FEW)
    if score is None:
        return _has_kinks(problem.cost_term.written_out().value, problem.parameters)
    penalties = problem.penalty.parts if problem.penalty else ()
    bodies = (parse(formula).value for _, formula in penalties)
    return has_kinks(score.small) or any(_has_kinks(body, ("weight",)) for body in bodies)


def has_roots(problem: Problem) -> bool:
    """Whether something stands under a root, so that the cost may have a tip where that is 0.

    Examples
    --------
    >>> [has_roots(Problem(formula)) for formula in ("m*x + sqrt(b^2)", "m*x + b^2")]
    [True, False]
    """
    for part in problem.cost_term.written_out().parts():
        if isinstance(part, nt.Call) and part.function in ("sqrt", "cbrt"):
            return True
        power = exact_number(part.exponent) if isinstance(part, nt.Power) else None
        if power is not None and 0 < power < 1:
            return True
    return False


@lru_cache(maxsize=64)
def _has_kinks(cost: sympy.Expr, parameters: tuple[str, ...]) -> bool:
    if not cost.has(sympy.Abs, sympy.Max, sympy.Min, sympy.sign, sympy.Piecewise):
        return False
    one = cost.replace(sympy.Sum, lambda body, *limits: body)
    indexed = {part: sympy.Dummy() for part in one.atoms(sympy.Indexed)}
    one = one.xreplace(indexed)
    # Code is made of these, and a name may be anything.
    names = {symbol: sympy.Dummy() for symbol in sorted(one.free_symbols, key=str)}
    moving = [names[symbol] for symbol in names if symbol.name in parameters]
    one = one.xreplace(names)
    return any(_jumps(one, edge, moving, [*names.values()]) for edge in _edges(one))


def _edges(formula: sympy.Expr) -> Iterator[sympy.Expr]:
    """What is 0 where the formula changes."""
    for part in formula.atoms(sympy.Abs, sympy.sign):
        yield part.args[0]
    for part in formula.atoms(sympy.Max, sympy.Min):
        yield from (one - other for one, other in combinations(part.args, 2))
    for part in formula.atoms(sympy.core.relational.Relational):
        yield part.lhs - part.rhs


def _jumps(
    formula: sympy.Expr,
    edge: sympy.Expr,
    moving: list[sympy.Symbol],
    symbols: list[sympy.Symbol],
) -> bool:
    """Whether the slope by a parameter of the edge is another on its other side."""
    by = next((symbol for symbol in moving if symbol in edge.free_symbols), None)
    if by is None:
        return False
    others = [symbol for symbol in symbols if symbol != by]
    value, place = (sympy.lambdify([by, *others], part, "mpmath") for part in (formula, edge))
    drawn = np.random.default_rng(0)
    for _ in range(TRIES):
        rest = [mpmath.mpf(number) for number in drawn.uniform(0.3, 2.0, len(others))]
        at = _zero(partial(_called, place, rest))
        if at is not None and _bent(partial(_called, value, rest), at):
            return True
    return False


def _called(
    function: Callable[..., mpmath.mpf], rest: list[mpmath.mpf], first: mpmath.mpf
) -> mpmath.mpf:
    return function(first, *rest)


def _zero(of: Callable[[mpmath.mpf], mpmath.mpf]) -> mpmath.mpf | None:
    """Where a function changes its sign; None where it is not seen to."""
    try:
        signs = [(mpmath.mpf(u), of(mpmath.mpf(u))) for u in STEPS]
        for (low, below), (high, above) in pairwise(signs):
            if below * above <= 0 and below != above:
                for _ in range(60):
                    middle = (low + high) / 2
                    low, high = (low, middle) if of(middle) * below <= 0 else (middle, high)
                return (low + high) / 2
    except NO_VALUE:
        pass
    return None


def _bent(of: Callable[[mpmath.mpf], mpmath.mpf], at: mpmath.mpf) -> bool:
    """Whether the slopes on the two sides of a place differ, and no less the nearer they are to it."""

    def jump(step: float) -> mpmath.mpf:
        below, here, above = (of(at + side * step) for side in (-1, 0, 1))
        return abs(above - 2 * here + below) / step

    try:
        near, far = jump(1e-5), jump(1e-4)
        return bool(near > 1e-8 and near > 0.5 * far)
    except NO_VALUE:
        return False
