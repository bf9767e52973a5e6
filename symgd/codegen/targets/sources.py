"""Sources: the code of a target without NumPy, over one matrix of inputs where there is such a form."""

from __future__ import annotations

from symgd.codegen.rules.rule_code import RuleCode
from symgd.codegen.targets import array_api as of_arrays
from symgd.codegen.targets import array_api_matrix, javascript_matrix, over_matrix
from symgd.codegen.targets import javascript as of_script
from symgd.derivation.gradient import Gradient
from symgd.problem.problem import Problem


def is_over_matrix(problem: Problem, style: str, code: RuleCode | None) -> bool:
    """Whether a module takes its inputs as one matrix."""
    return over_matrix.score_in_matrices(problem, code) is not None


def array_api(
    problem: Problem,
    gradient: Gradient,
    *,
    style: str = "module",
    script: bool = False,
    code: RuleCode | None = None,
) -> str:
    """A module for arrays of any library, as text."""
    score = over_matrix.score_in_matrices(problem, code)
    if score is not None:
        return array_api_matrix.matrix_source(score, code)
    return of_arrays.source(problem, gradient, code=code)


def javascript(
    problem: Problem,
    gradient: Gradient,
    *,
    style: str = "module",
    script: bool = False,
    code: RuleCode | None = None,
) -> str:
    """An ES module, as text."""
    score = over_matrix.score_in_matrices(problem, code)
    if score is not None:
        return javascript_matrix.matrix_source(score, code)
    return of_script.source(problem, gradient, code=code)
