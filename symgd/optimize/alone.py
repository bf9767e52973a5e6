"""Functions of parameters alone: what a walk on one sees, and how far it goes; `symgd.codegen.walk.fallen` says when it arrives."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

import sympy

from symgd.codegen.evaluators.evaluator import Compiled
from symgd.codegen.program.jumps import has_kinks, has_roots
from symgd.codegen.program.limits import may_come_to_0
from symgd.codegen.program.lower import lower_size
from symgd.codegen.walk.arrival import NOTHING, Ahead
from symgd.codegen.walk.differences import ahead_by_differences, over_plateau
from symgd.codegen.walk.fallen import SMOOTH, AheadOf, FallenTests, Size, ahead_in_function
from symgd.codegen.walk.kinks import ahead_at_kinks
from symgd.codegen.walk.strides import FEW
from symgd.codegen.walk.walk import Ending
from symgd.data.arrays import FloatArray
from symgd.optimize.curvature import Quadratic
from symgd.optimize.onward import TurnedRuledTests, TurnedTests
from symgd.optimize.rates import Asked
from symgd.problem.problem import Problem


class FunctionTests(FallenTests, TurnedTests):
    """The same where the walk's own coordinates are others."""


class RuledFunctionTests(TurnedRuledTests, FunctionTests):
    """The same for a walk by an update rule."""


def few_steps(asked: Asked, problem: Problem, found: Quadratic | None) -> Asked:
    """So many steps at most, where nobody says how many: of a quadratic it is foretold what more would bring."""
    if found is not None or asked.steps_given:
        return asked
    most = FEW if has_kinks(problem) else SMOOTH
    return replace(asked, limits=asked.limits._replace(most=most))


def is_constant(problem: Problem) -> bool:
    """Whether a function of its parameters alone is the same whatever they are; False where SymPy does not find it out.

    Examples
    --------
    >>> from symgd import Objective
    >>> [is_constant(Objective(text)) for text in ("3 + 0*x", "sin(x)^2 + cos(x)^2", "x^2 - x")]
    [True, True, False]
    """
    if problem.has_examples:
        return False
    value = problem.cost_term.written_out().value
    slopes = (value.diff(sympy.Symbol(name)) for name in problem.parameters)
    return all(slope == 0 or sympy.simplify(slope) == 0 for slope in slopes)


def nothing_left(problem: Problem, ending: Ending, rows: FloatArray) -> Ending:
    """The ending; an arrival where what left the floats was a function that is nowhere negative, and has come down to nothing."""
    cost = float(rows[-1, -3])
    lost = ending.ended in ("beyond", "no gradient") and not problem.has_examples
    if not (lost and 0 <= cost < NOTHING and may_come_to_0(problem)):
        return ending
    none = (0.0,) * len(problem.parameters)
    return Ending("scale", ending.steps, cost, Ahead(cost, none, none), arrived=True)


def size_of(problem: Problem, whole: Callable[[Sequence[float]], list[float]]) -> Size:
    """How large the parts of a function are, added without their signs; `whole` answers all parameters from those that move."""
    sizes = Compiled(problem, lower_size(problem)).on([])
    return lambda values: sizes(whole(values))[0]


def ahead_in(problem: Problem, first: float, kinked: bool) -> AheadOf:
    """How a walk that began at a value of `first` sees what lies ahead of a point."""
    sharp = kinked or has_roots(problem)
    floored = may_come_to_0(problem)
    smooth = partial(ahead_by_differences, over=over_plateau)
    return ahead_in_function(ahead_at_kinks if sharp else smooth, first, floored)
