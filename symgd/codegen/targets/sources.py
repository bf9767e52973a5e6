"""Sources: the code of a target without NumPy, over one matrix of inputs where there is such a form."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from symgd.codegen.plan import Written
from symgd.codegen.program.score import Score
from symgd.codegen.rules.rule_code import RuleCode
from symgd.codegen.targets import array_api as of_arrays
from symgd.codegen.targets import array_api_matrix, javascript_matrix, over_matrix
from symgd.codegen.targets import javascript as of_script
from symgd.codegen.targets.few_rows import is_summarised
from symgd.derivation.gradient import Gradient
from symgd.problem.problem import Problem

Writer: TypeAlias = Callable[..., str]


def is_over_matrix(problem: Problem, style: str, code: RuleCode | None) -> bool:
    """Whether a module takes its inputs as one matrix."""
    return over_matrix.score_in_matrices(problem) is not None


def form_of_arrays(problem: Problem, style: str, code: RuleCode | None) -> Written:
    """The form in which a module for arrays works out the cost: from few rows where the residual is linear, else from all."""
    return "data summary of arrays" if is_summarised(problem) else "whole arrays"


def form_of_script(problem: Problem, style: str, code: RuleCode | None) -> Written:
    """The form in which an ES module works out the cost: from few rows where the residual is linear, else from all."""
    return "data summary" if is_summarised(problem) else "row by row"


def _by_form(over: Callable[[Score, RuleCode | None], str], each: Writer) -> Writer:
    """What writes a module `over` one matrix, or else with an argument for `each` input."""

    def source(
        problem: Problem,
        gradient: Gradient,
        *,
        style: str = "module",
        script: bool = False,
        code: RuleCode | None = None,
    ) -> str:
        """A module as text."""
        score = over_matrix.score_in_matrices(problem)
        return each(problem, gradient, code=code) if score is None else over(score, code)

    return source


array_api = _by_form(array_api_matrix.matrix_source, of_arrays.source)
javascript = _by_form(javascript_matrix.matrix_source, of_script.source)
