"""The NumPy target: a module that can be read, and that needs NumPy alone; or a listing for a slide."""

from __future__ import annotations

from symgd.codegen.listings.listing import listing
from symgd.codegen.listings.matrix_listing import has_matrix_listing, matrix_listing
from symgd.codegen.listings.ruled_listing import ruled_listing
from symgd.codegen.modules.matrix_rule_module import has_matrix_module, matrix_rule_source
from symgd.codegen.modules.matrix_source import matrix_source
from symgd.codegen.modules.numpy_module import NumpyModule
from symgd.codegen.modules.rule_module import RuledModule
from symgd.codegen.plan import Written, plan_of
from symgd.codegen.rules.rule_code import RuleCode
from symgd.derivation.gradient import Gradient
from symgd.problem.problem import Problem

MODULE, LISTING = "module", "listing"


def is_over_matrix(problem: Problem, style: str, code: RuleCode | None) -> bool:
    """Whether a module or a listing takes its inputs as one matrix."""
    plan = plan_of(problem)
    if style == LISTING:
        return has_matrix_listing(plan, code)
    return plan.is_matrix_module if code is None else has_matrix_module(plan, code)


def form_of(problem: Problem, style: str, code: RuleCode | None) -> Written:
    """The form in which a module or a listing works out the cost; a listing has no other than whole arrays."""
    if style == LISTING:
        return "whole arrays"
    plan = plan_of(problem)
    if plan.form == "matrix form" and not is_over_matrix(problem, style, code):
        return "blocked NumPy"
    return plan.form


def source(
    problem: Problem,
    gradient: Gradient,
    *,
    style: str = MODULE,
    script: bool = False,
    code: RuleCode | None = None,
) -> str:
    """Code that minimises the problem's cost, as text.

    A module needs NumPy alone. It has `cost`, `gradient`, `cost_and_gradient`, `update` and `descend`, and fits a CSV
    file when it is run as a script; `gradient` is the one that was derived from the problem's cost.
    """
    if style == LISTING:
        in_matrices = matrix_listing(plan_of(problem), gradient, code)
        if in_matrices is not None:
            return in_matrices
        return (
            listing(problem, gradient) if code is None else ruled_listing(problem, gradient, code)
        )
    if code is None:
        plan = plan_of(problem)
        if plan.is_matrix_module:
            return matrix_source(plan, script)
        return NumpyModule(problem, gradient, plan.separation, script).text()
    in_matrices = matrix_rule_source(plan_of(problem), gradient, script, code)
    if in_matrices is not None:
        return in_matrices
    return RuledModule(problem, gradient, script, code).text()
