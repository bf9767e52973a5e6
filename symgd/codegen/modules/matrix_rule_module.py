"""The module of an optimizer with one matrix of inputs: the rule's step is over one vector of all parameters.

Law
---
- it is longer than that of plain descent by the rule's text alone, however many inputs there are
"""

from __future__ import annotations

from symgd.codegen.expressions.context import Context
from symgd.codegen.modules import (
    matrix_rule_skeleton,
    matrix_skeleton,
    rule_skeleton,
    script,
    skeleton,
)
from symgd.codegen.modules.embedding import FINDING, WALK
from symgd.codegen.modules.matrix_module import MatrixModule
from symgd.codegen.modules.matrix_source import written_module
from symgd.codegen.modules.ruled_run import ruled_run
from symgd.codegen.modules.step_source import StepSource, rate_help, rate_refusals, usual_rate
from symgd.codegen.modules.step_words import MANNER, SQUARES
from symgd.codegen.plan import Plan
from symgd.codegen.rules import line_search, rule_words
from symgd.codegen.rules.rule_code import RuleCode
from symgd.codegen.walk import ruled
from symgd.derivation.gradient import Gradient


def matrix_rule_source(
    plan: Plan, gradient: Gradient, with_script: bool, code: RuleCode
) -> str | None:
    """The module over one matrix; None where the problem, or what the rule asks for, has no such form."""
    if not has_matrix_module(plan, code):
        return None
    return written_module(RuledMatrixModule(plan, gradient, code), with_script)


def has_matrix_module(plan: Plan, code: RuleCode) -> bool:
    """Whether the module of an optimizer takes its inputs as one matrix."""
    if not plan.is_matrix_module:
        return False
    return plan.separation is not None or not {*SQUARES} & code.rule.used


class MatrixStep(StepSource):
    """A rule's step over the parameters of a module with one matrix."""

    def states_written(self) -> str:
        """The names of what is told, those of a vector by the parameters' names."""
        rule, rows = self.code.rule, []
        for name in rule.told:
            if rule.kinds[name] == "vector":
                rows.append(f'*(f"{name}[{{name}}]" for name in PARAMETERS)')
            else:
                rows.append(f'"{name}"')
        return f"({', '.join(rows)}{',' * (len(rows) == 1)})"

    @property
    def count(self) -> str:
        return "len(PARAMETERS)"

    @property
    def hessian_there(self) -> str:
        """The call that answers the second derivatives."""
        return "_hessian(theta.tolist(), *columns)"

    def residuals(self) -> str:
        """None: the residuals' derivatives are those of the triangle."""
        return ""

    def second(self) -> str:
        """None: the module has its own."""
        return ""


class RuledMatrixModule(MatrixModule):
    """The parts of the module of one optimizer."""

    walks = (*WALK, rule_words, line_search, ruled, *FINDING)
    more = rule_skeleton.STATES

    def __init__(self, plan: Plan, gradient: Gradient, code: RuleCode) -> None:
        super().__init__(plan, "H" in code.rule.used and plan.separation is None)
        self.step = MatrixStep(code, Context(plan.problem, manner=MANNER), gradient, self.linear)
        self.method, self.step_said = code.title, code.said

    def declared(self) -> str:
        """The settings, and the names of what is remembered."""
        return self.step.declared()

    def told_of_steps(self) -> dict[str, str]:
        """What the help of a script says of the learning rate and of the steps."""
        return script.told_of_steps(rate_help(self.step.code), "10,000")

    def update(self) -> str:
        """The function that makes one step, and says what is remembered."""
        lines = "".join(f"    {name}: ArrayLike,\n" for name in self.passed)
        template = matrix_rule_skeleton.UPDATE.replace("<<passed_lines>>", lines)
        template = template.replace("<<data>>", f"_data({', '.join(self.passed)})")
        made = matrix_rule_skeleton.EVALUATE
        return self.step.update(template, made, self.size_of_columns)

    @property
    def size_of_columns(self) -> str:
        """How much the rows count."""
        return self.size_of_data().replace("data[", "columns[")

    def steps(self) -> list[str]:
        """The rule."""
        return [*filter(None, [self.step.step(), self.step.found_rate()])]

    def descend(self) -> str:
        """The descent."""
        prepare = matrix_rule_skeleton.LINEAR if self.linear else matrix_rule_skeleton.ARRAYS
        looks = ", lambda point: _hessian(point, *columns)" * self.bent
        known = ", columns" * (self.step.known == "columns")
        prepare = prepare.replace("<<looks>>", looks + known)
        prepare = prepare.replace("<<size>>", self.size_of_columns)
        return (
            self.filled(
                matrix_skeleton.DESCEND.replace("    data = _data", "    columns = _data"),
                method=self.method,
                default=usual_rate(self.step.code),
                most="10,000",
                prepare=(rate_refusals(self.step.code) + prepare).rstrip("\n"),
            ).rstrip("\n")
            + "\n"
        )

    def run(self) -> str:
        """The walk."""
        course, asked = skeleton.BY_DIFFERENCES, ""
        if self.linear:
            course, asked = skeleton.BY_SQUARES, skeleton.SQUARES_ASKED
        elif self.kinked:
            course = skeleton.BY_KINKS
        elif self.bent:
            course, asked = matrix_skeleton.BY_HESSIAN, matrix_skeleton.HESSIAN_ASKED
        written = ruled_run(self.problem, self.step, course, asked)
        return written.replace("Descent(tuple(point),", "Descent(np.array(point),")
