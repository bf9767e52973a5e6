"""The listing of a problem with many inputs: they are one matrix X, and a step is X @ w and X.T @ r, however many there are.

Laws
----
- it has the lines of a problem of one weight and one column, in matrices, and so is as long for 200 inputs as for 8
- theta is in the problem's order: w is a slice of it
- where a model has no such form, it has its ordinary listing
"""

from __future__ import annotations

from itertools import pairwise

from symgd import terms as nt
from symgd.codegen.listings.in_matrices import InMatrices
from symgd.codegen.listings.listing import FORMS
from symgd.codegen.listings.matrix_second import has_second, hessian_source, residuals_source
from symgd.codegen.listings.matrix_terms import OfOne, in_code
from symgd.codegen.listings.readable import readable
from symgd.codegen.listings.ruled_listing import RuledListing
from symgd.codegen.plan import SECOND, Plan
from symgd.codegen.program.lower import lower_apart
from symgd.codegen.program.program import Program
from symgd.codegen.rules.rule_code import RuleCode
from symgd.codegen.rules.update_code import descent_lines
from symgd.derivation.engine import gradient_of
from symgd.derivation.gradient import Gradient


def matrix_listing(plan: Plan, gradient: Gradient, code: RuleCode | None = None) -> str | None:
    """The listing over one matrix of inputs; None where the problem, or what the rule asks for, has no such form."""
    found = _found(plan, code)
    if found is None:
        return None
    one, programs = found
    if code is None:
        return _PlainMatrix(one, programs, gradient).text()
    return _RuledMatrix(one, programs, gradient, code).text()


def has_matrix_listing(plan: Plan, code: RuleCode | None = None) -> bool:
    """Whether the listing takes its inputs as one matrix."""
    return _found(plan, code) is not None


def _found(plan: Plan, code: RuleCode | None) -> tuple[OfOne, tuple[Program, Program]] | None:
    """The problem of one weight, and its programs in matrices."""
    score = plan.listed
    if score is None or not score.is_plain:
        return None
    if code is not None and code.rule.used & SECOND and not has_second(score):
        return None
    one = OfOne(score)
    programs = None if one.penalised is None or not _is_run(one) else _programs(one)
    return None if programs is None else (one, programs)


def _is_run(one: OfOne) -> bool:
    """Whether the weights follow one another among the parameters."""
    order = one.score.problem.parameters
    places = [order.index(name) for name in one.score.weights]
    return all(after - before == 1 for before, after in pairwise(places))


def _programs(one: OfOne) -> tuple[Program, Program] | None:
    """The programs of the cost and of its gradient, in matrices; None where there are none."""
    problem = one.problem
    apart = lower_apart(problem, gradient_of(problem), FORMS)
    kept = {"residual", "prediction", *(name.name for name in problem.inner)}
    found = [one.in_matrices(readable(part, problem.notation.count, kept)) for part in apart]
    if found[0] is None or found[1] is None:
        return None
    penalty, slopes = one.penalty(), one.penalty_slopes()
    cost, gradient = found[0], found[1]
    if penalty is None:
        return cost, gradient
    whole = nt.added((cost.results[0], in_code(penalty)))
    pairs = zip(problem.parameters, gradient.results, strict=True)
    results = [nt.added((t, in_code(slopes[n]))) if n in slopes else t for n, t in pairs]
    return (
        Program((), cost.assignments, (whole,)),
        Program((), gradient.assignments, tuple(results)),
    )


class _PlainMatrix(InMatrices):
    """The listing of plain descent."""

    def __init__(self, one: OfOne, programs: tuple[Program, Program], gradient: Gradient) -> None:
        self.one, self.programs = one, programs
        super().__init__(one.score.problem, gradient, descent_lines, few=False)


class _RuledMatrix(InMatrices, RuledListing):
    """The listing of another optimizer."""

    def __init__(
        self, one: OfOne, programs: tuple[Program, Program], gradient: Gradient, code: RuleCode
    ) -> None:
        self.one, self.programs = one, programs
        RuledListing.__init__(self, one.score.problem, gradient, code)

    def second(self) -> str:
        """The Hessian."""
        return hessian_source(self)

    def residuals(self) -> str:
        """What the cost is the sum of squares of, and the derivatives."""
        return residuals_source(self)
