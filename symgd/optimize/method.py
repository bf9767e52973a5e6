"""Method: the optimizer that makes a descent's steps, with its settings and the law of its rate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from symgd.errors import DescentError, either, parameter
from symgd.optimize.descent_options import DescentOptions
from symgd.optimize.rate_law import RateLaw
from symgd.optimizers.optimizer import Optimizer
from symgd.optimizers.optimizers import GRADIENT_DESCENT, OPTIMIZERS
from symgd.optimizers.rule import UpdateRule
from symgd.registry.options import declared, expect_known
from symgd.registry.registry import FrozenMap

OWN = "own rule"  # the name of a rule that is given as text
# Words by which a rule finds the length of its steps itself, or takes the cost's own curvature.
MEASURED = ("H", "Jac", "r", "argmin", "first")


@dataclass(frozen=True)
class Method:
    """What makes the steps.

    Parameters
    ----------
    optimizer : Optimizer
    settings : mapping of str to float
        All of them.
    law : RateLaw, optional
        The rate of each step, where it is not the same for all.
    """

    optimizer: Optimizer
    settings: Mapping[str, float]
    law: RateLaw | None = None

    @property
    def is_plain(self) -> bool:
        """Whether it is plain gradient descent at one rate, or at those that "auto" gives."""
        return self.optimizer.rule == GRADIENT_DESCENT.rule and self.law is None

    @property
    def has_rate(self) -> bool:
        """Whether its steps are in proportion to a learning rate that somebody has to choose."""
        return has_rate(self.optimizer)

    @property
    def needs_base(self) -> bool:
        """Whether a rate is to be chosen where none is given."""
        return self.has_rate and (self.law is None or self.law.needs_base)

    @property
    def identity(self) -> dict[str, Any]:
        """What a checkpoint is of; nothing where it is plain gradient descent."""
        if self.is_plain:
            return {}
        rule = {"optimizer": self.optimizer.formula, "optimizer_settings": dict(self.settings)}
        law = {} if self.law is None else {self.law.option: self.law.formula}
        return {**rule, **law}


def has_rate(optimizer: Optimizer) -> bool:
    """Whether an optimizer's steps are in proportion to a learning rate that somebody has to choose."""
    rule = optimizer.rule
    measures = "rate" in rule.told or any(rule.calls(word) for word in MEASURED)
    begins = any("alpha" in formula for formula in optimizer.initial.values())
    return ("alpha" in rule.used or begins) and not measures


def method_of(options: DescentOptions) -> Method:
    """What was asked for, checked.

    Raises
    ------
    DescentError
        For an optimizer, a setting or a schedule that there is not.
    FormulaError
        For a rule that cannot be read.
    """
    given = _settings(options.optimizer_settings)
    optimizer = _optimizer(options.optimizer, given)
    settings = FrozenMap(optimizer.chosen(given))
    return Method(optimizer, settings, _law(options))


def _settings(given: object) -> dict[str, Any]:
    if not isinstance(given, Mapping):
        name = parameter("optimizer_settings")
        raise DescentError(f"{name} is {given!r}", 'pass numbers by name: {"beta1": 0.9}')
    return dict(given)


def _optimizer(given: object, settings: Mapping[str, Any]) -> Optimizer:
    """The declaration; of a text, one of its own, whose settings are those that are given."""
    name = parameter("optimizer")
    if isinstance(given, Optimizer):
        assert given.rule  # FormulaError where it cannot be read
        return given
    if not isinstance(given, str):
        cause = f"{name} is {given!r}"
        raise DescentError(cause, 'pass a name such as "adam", an Optimizer, or a formula')
    if "=" in given:
        wanted = UpdateRule.read(given).settings
        expect_known(settings, wanted, "setting of the update rule", DescentError)
        for wish in (wish for wish in wanted if wish not in settings):
            cause = f'the setting "{wish}" of the update rule has no value'
            how = either(f'optimizer_settings={{"{wish}": 0.9}}', f"--set {wish}=0.9")
            raise DescentError(cause, f"pass {how}")
        return Optimizer(OWN, given, settings)
    known = {alias: one for one in OPTIMIZERS.values() for alias in one.aliases}
    formula = ', or a formula such as "theta\' = theta - alpha*g"'
    return declared(given, {**OPTIMIZERS, **known}, "optimizer", DescentError, formula)


def _law(options: DescentOptions) -> RateLaw | None:
    """The law of the rate, where a formula of t says it."""
    rate, schedule = options.learning_rate, options.schedule
    formula = rate if isinstance(rate, str) and rate != "auto" else None
    if schedule is None:
        return None if formula is None else _read(formula, "learning_rate")
    if formula is not None:
        one, other = parameter("learning_rate"), parameter("schedule")
        raise DescentError(f"{one} and {other} are both formulas of t", "pass one of the two")
    if not isinstance(schedule, str):
        cause = f"{parameter('schedule')} is {schedule!r}"
        raise DescentError(cause, 'pass a name such as "cosine", or a formula such as "alpha/t"')
    return _read(schedule, "schedule")


def _read(formula: str, option: str) -> RateLaw:
    law = RateLaw(formula, option)
    if law.term.names or option == "schedule":
        return law
    remedy = 'pass a number, "auto", or a formula of t such as "0.1/sqrt(t)"'
    raise DescentError(f"{parameter(option)} is {formula!r}", remedy)
