"""Limits: whether a cost may come down to a limit at infinity, and whether it is nowhere 0; floats end before it gets there."""

from __future__ import annotations

from functools import lru_cache

from symgd import terms as nt
from symgd.codegen.program.convexity import is_convex
from symgd.codegen.program.score import score_of
from symgd.problem.losses import LOSSES
from symgd.problem.problem import Problem
from symgd.terms.exact import exact_number, is_not_negative, is_positive

# Functions that have no limit at infinity: what is made of these, and of powers, falls to its least or without end.
WITHOUT_A_LIMIT = frozenset(("abs", "max", "min", "sqrt", "cbrt", "log", "sin", "cos"))

# Of the convex losses those whose cost no parameters bring to its floor.
LINKED = ("binary_cross_entropy_logits", "binary_cross_entropy", "poisson")


@lru_cache(maxsize=64)
def may_fade(problem: Problem) -> bool:
    """Whether a cost may fall towards a limit at infinity, by the formula.

    Examples
    --------
    >>> [may_fade(Problem("m*x + b", loss)) for loss in ("mse", "huber", "bce_logits", "exp(-p)", "1/(1 + p^2)")]
    [False, False, True, True, True]
    >>> may_fade(Problem("a*exp(-x) + b", "mae")), may_fade(Problem("a*exp(-b*x)", "mae"))
    (False, True)
    """
    score = score_of(problem)
    problem = problem if score is None else score.small  # no penalty has a limit
    learned = {*problem.parameters}
    parts = problem.cost_term.written_out().parts()
    return any(not learned.isdisjoint(_limited(part)) for part in parts)


def _limited(part: nt.Term) -> frozenset[str]:
    """What a part has a limit in, if it goes to infinity."""
    match part:
        case nt.Fraction():
            return part.denominator.names
        case nt.Power() if (exact_number(part.exponent) or 0) <= 0:
            return part.names
        case nt.Call() if part.function not in WITHOUT_A_LIMIT:
            return part.names
    return frozenset()


def is_linked(problem: Problem) -> bool:
    """Whether classes or counts are predicted by a function for which the cost is convex, and nothing is added to it.

    Examples
    --------
    >>> [is_linked(Problem(m, "bce")) for m in ("sigmoid(m*x + b)", "1/(1 + exp(-m*x))", "exp(-(m*x)^2)")]
    [True, True, False]
    """
    linked = problem.loss.name in LINKED and problem.written_cost.penalty is None
    return linked and is_convex(problem)


def is_never_negative(problem: Problem) -> bool:
    """Whether a cost is nowhere below 0, by the formula or the loss.

    Examples
    --------
    >>> [is_never_negative(Problem("m*x", loss)) for loss in ("mse", "logistic", "hinge", "poisson", "p^2 - y")]
    [True, True, True, False, False]
    """
    if LOSSES.get(problem.loss.name) == problem.loss:
        return problem.loss.name != "poisson"
    return is_not_negative(problem.cost_term.written_out())


@lru_cache(maxsize=64)
def is_nowhere_0(problem: Problem) -> bool:
    """Whether a cost is seen to be above zero everywhere: a 0 is the end of the floats.

    Examples
    --------
    >>> [is_nowhere_0(Problem("m*x", loss)) for loss in ("exp(-p)", "1/(1 + exp(p))", "p^2")]
    [True, True, False]
    """
    score = score_of(problem)
    cost = (problem if score is None else score.small).cost_term.written_out()
    if not problem.has_examples:
        return is_positive(cost)
    return all(is_positive(part.body) for part in cost.parts() if isinstance(part, nt.BigSum))


def may_come_to_0(problem: Problem) -> bool:
    """Whether a cost is seen to be nowhere negative, and may be 0 somewhere.

    Examples
    --------
    >>> from symgd import Objective
    >>> [may_come_to_0(Objective(formula)) for formula in ("x^2", "x^2 + 1", "x^2 - 1")]
    [True, False, False]
    >>> [may_come_to_0(Problem("m*x", loss)) for loss in ("p^2 + y^2", "(p - y)^3")]
    [True, False]
    """
    if problem.has_examples:
        if problem.penalty is not None or is_nowhere_0(problem):
            return False
        score = score_of(problem)
        cost = (problem if score is None else score.small).replace(weights=None).cost_term
        sums = (part for part in cost.written_out().parts() if isinstance(part, nt.BigSum))
        return all(is_not_negative(part.body) for part in sums)
    return is_not_negative(problem.cost_term.written_out()) and not is_nowhere_0(problem)
