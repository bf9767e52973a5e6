"""The NumPy module of an optimizer: the walk is the same, its steps are an update rule's."""

from __future__ import annotations

from collections.abc import Sequence

from symgd.codegen.modules import rule_skeleton, skeleton
from symgd.codegen.modules.embedding import FINDING, WALK
from symgd.codegen.modules.numpy_module import NumpyModule
from symgd.codegen.modules.ruled_run import ruled_run
from symgd.codegen.modules.step_source import StepSource, rate_help, rate_refusals, usual_rate
from symgd.codegen.modules.step_words import MANNER
from symgd.codegen.plan import plan_of
from symgd.codegen.rules import line_search, rule_words
from symgd.codegen.rules.rule_code import RuleCode
from symgd.codegen.walk import ruled
from symgd.derivation.gradient import Gradient
from symgd.problem.problem import Problem


class RuledModule(NumpyModule):
    """Writes the module of one optimizer."""

    walks = (*WALK, rule_words, line_search, ruled, *FINDING)
    more = rule_skeleton.STATES
    at_once = False

    def __init__(self, problem: Problem, gradient: Gradient, script: bool, code: RuleCode) -> None:
        super().__init__(problem, gradient, plan_of(problem).separation, script, MANNER)
        self.code = self.told = code
        self.step = StepSource(code, self.context, gradient, self.linear)
        self.method = code.title
        self.by = code.called

    @property
    def most(self) -> str:
        """How many steps are made at most, in words."""
        return "10,000"

    @property
    def rate_help(self) -> str:
        """What the command line says of the learning rate; empty where there is none."""
        return rate_help(self.code)

    def names(self, code: Sequence[str]) -> str:
        """What is known by name, the settings among it."""
        declared = self.step.declared()
        return f"{super().names([declared, *code]).rstrip()}\n\n{declared}"

    def update(self, evaluate: str) -> str:
        """The function that makes one step, and says what is remembered."""
        made = f"    evaluate = {evaluate}\n"
        if self.linear:
            made = "\n    def evaluate(point: Sequence[float]) -> CostAndGradient:\n"
            made += "        return _evaluate(point, *columns)\n\n"
        return self.step.update(rule_skeleton.UPDATE, made)

    def steps(self) -> list[str]:
        """The rule."""
        return [*self.step.beside(), self.step.step(), *filter(None, [self.step.found_rate()])]

    def descend(self) -> str:
        """The descent."""
        known = "" if self.step.known != "columns" else ", columns"
        if self.summary is None:
            prepare = skeleton.ARRAYS
        else:
            prepare = skeleton.LINEAR if self.linear else skeleton.SEPARABLE
        prepare = prepare.replace("1_000_000", "FEW").replace("asked, FEW)", f"asked, FEW{known})")
        return self.context.filled(
            skeleton.DESCEND,
            default=usual_rate(self.code),
            most=self.most,
            method=self.method,
            prepare=(
                rate_refusals(self.code) + self.context.filled(prepare, often=self.often)
            ).rstrip("\n"),
        )

    def run(self) -> str:
        """The walk."""
        course = skeleton.BY_SQUARES if self.linear else skeleton.BY_DIFFERENCES
        if self.kinked:
            course = skeleton.BY_KINKS
        asked = skeleton.SQUARES_ASKED if self.linear else ""
        return ruled_run(self.problem, self.step, course, asked)
