"""The walk of a module whose steps are an update rule's, whatever the module is of."""

from __future__ import annotations

from symgd import terms as nt
from symgd.codegen.modules import rule_skeleton, skeleton
from symgd.codegen.modules.step_source import StepSource
from symgd.optimizers.defined import TOTAL
from symgd.optimizers.rule import UpdateRule
from symgd.problem.problem import Problem


def may_be_undefined(rule: UpdateRule) -> bool:
    """Whether a rule divides by more than numbers, has a root or a power below 0, or calls what has no value everywhere."""
    parts = (part for statement in rule.statements for part in statement.term.parts())
    for part in parts:
        if isinstance(part, nt.Fraction | nt.Power):
            below = part.children[1].value  # or an exponent
            whole = below.is_Integer and below.is_nonnegative
            if not below.is_number or (isinstance(part, nt.Power) and not whole):
                return True
        if isinstance(part, nt.Call) and part.function not in TOTAL:
            return True
    return False


def ruled_run(problem: Problem, step: StepSource, course: str, asked: str) -> str:
    """The function of the walk; of the `course` it has how it looks ahead, and `asked` is what it is passed for that."""
    known, code = step.known, step.code
    made = step.context.filled(
        rule_skeleton.COURSE,
        known_passed=f", {known}" if known else "",
        base=step.base,
        told_rate=step.told_rate,
    )
    first = "    look = " if "    look = " in course else "    def look"
    look = course[course.index(first) :]
    if known == "squares" or "matrix, reached = squares" in course:
        look = f"    matrix, reached = squares  # M, and M·θ + r by θ: the cost is |M·θ + r|²\n\n{look}"
    if known == "columns":
        asked += ", columns: Sequence[FloatArray]"
    walk = step.context.filled(
        rule_skeleton.WALK,
        tests="RuledTests(limits, look, len(point))",
        evaluate="evaluate",
        last_rate=step.last_rate,
    )
    beyond = skeleton.beyond_floats(problem, "evaluate", "table") * (not step.linear)
    return step.context.filled(
        skeleton.RUN,
        squares=asked,
        **skeleton.look_of(problem, made + look),
        walk=walk,
        table="table",
        states=", states",
        floored="" if step.linear else skeleton.floored(problem),
        wanders=rule_skeleton.WANDERS
        + rule_skeleton.RISEN * step.may_refuse
        + beyond
        + rule_skeleton.REFUSED * step.may_refuse
        + rule_skeleton.UNDEFINED * may_be_undefined(code.rule)
        + rule_skeleton.LOST * bool(code.rule.told),
        descent_typed=rule_skeleton.DESCENT_TYPED,
        by=f'{"f" * bool(step.with_rate)}"of {code.called}{step.with_rate}"',
    )
