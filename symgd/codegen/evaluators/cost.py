"""A problem's cost on some data as a function of the parameters alone, the fastest that is as good."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from symgd.codegen.evaluators.evaluator import compile_cost
from symgd.codegen.evaluators.summary import separate, summarise
from symgd.data.columns import Columns
from symgd.problem.problem import Problem


def cost_on(problem: Problem, columns: Columns) -> Callable[[Sequence[float]], float]:
    """The cost of some data at any parameters: from a summary of the data where that is as good."""
    separation = separate(problem)
    if separation is not None and separation.linear:
        evaluate = summarise(separation, problem, columns).evaluate
        return lambda values: evaluate(values)[0]
    return compile_cost(problem, columns)
