"""Method: the optimizer that makes a descent's steps, with its settings and the law of its rate."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from symgd.codegen.rules.rule_code import RateNeed, RuleCode
from symgd.errors import DescentError, SymgdError, parameter
from symgd.optimize.asked import finite_number
from symgd.optimize.descent_options import DescentOptions
from symgd.optimize.rate_law import EXAMPLE, RateLaw
from symgd.optimizers.meant import no_value
from symgd.optimizers.optimizer import Optimizer
from symgd.optimizers.optimizers import GRADIENT_DESCENT, find_optimizer
from symgd.optimizers.rule import UpdateRule
from symgd.optimizers.schedule import Schedule
from symgd.optimizers.schedules import find_schedule
from symgd.optimizers.words import KNOWN, MEASURED
from symgd.registry.options import expect_known
from symgd.registry.registry import FrozenMap
from symgd.writing.words import message

OWN = message("the given rule").text  # the name of a rule that is given as text


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
    def uses_rate(self) -> bool:
        """Whether a learning rate makes a difference, if only for the first step, or what is tried first."""
        return uses_rate(self.optimizer)

    @property
    def needs_base(self) -> bool:
        """Whether a rate is to be chosen where none is given."""
        return self.has_rate and (self.law is None or self.law.needs_base)

    @property
    def code(self) -> RuleCode | None:
        """The same for generated code; None for plain gradient descent."""
        if self.is_plain:
            return None
        needs: RateNeed = "asked" if uses_rate(self.optimizer) else "none"
        law = self.law
        own = law is not None and not law.needs_base  # a law that is no part of a rate
        measures = any(self.optimizer.rule.calls(word) for word in MEASURED)
        if needs == "asked" and (own or measures):
            needs = "one"
        schedule, settings = (None, {}) if law is None else (law.schedule, law.settings)
        return RuleCode(self.optimizer, self.settings, needs, schedule, settings)

    @property
    def identity(self) -> dict[str, Any]:
        """What a checkpoint is of; nothing where it is plain gradient descent."""
        if self.is_plain:
            return {}
        rule = {"optimizer": self.optimizer.formula, "optimizer_settings": dict(self.settings)}
        if self.law is None:
            return rule
        law = {
            self.law.option: self.law.schedule.formula,
            "schedule_settings": dict(self.law.settings),
        }
        return {**rule, **law}


def has_rate(optimizer: Optimizer) -> bool:
    """Whether an optimizer's steps are in proportion to a learning rate that somebody has to choose."""
    rule = optimizer.rule
    measures = "rate" in rule.told or any(rule.calls(word) for word in MEASURED)
    return uses_rate(optimizer) and not measures


def uses_rate(optimizer: Optimizer) -> bool:
    """Whether a learning rate makes a difference to an optimizer."""
    begins = any("alpha" in formula for formula in optimizer.initial.values())
    return begins or "alpha" in optimizer.rule.used


def method_of(options: DescentOptions) -> Method:
    """What was asked for, checked.

    Raises
    ------
    DescentError
        For an optimizer, a setting or a schedule that there is not.
    FormulaError
        For a rule that cannot be read.
    """
    given = _settings({} if options.optimizer_settings is None else options.optimizer_settings)
    expect_no_known(given)
    schedule = _schedule(options)
    of_schedule = {} if schedule is None else {**schedule.declared}
    optimizer = _optimizer(options.optimizer, given, of_schedule)
    expect_apart(optimizer.declared, of_schedule, given, "schedule")
    law = None
    if schedule is not None:
        own = FrozenMap({n: value for n, value in given.items() if n in of_schedule})
        schedule.chosen(own)
        option = "schedule" if options.schedule is not None else "learning_rate"
        law = RateLaw(schedule, option, own)
    rest = {name: value for name, value in given.items() if name not in of_schedule}
    return Method(optimizer, FrozenMap(optimizer.chosen(rest)), law)


def changing_rate(
    optimizer: str | Optimizer,
    settings: Mapping[str, float] | None,
    learning_rate: Any,
    schedule: str | Schedule | None,
) -> tuple[Optimizer, Mapping[str, float], RateLaw | None]:
    """An optimizer, its settings, and how its rate changes; DescentError where it has no rate that would."""
    options = DescentOptions(
        optimizer=optimizer,
        optimizer_settings=settings or {},
        learning_rate=learning_rate,
        schedule=schedule,
    )
    method = method_of(options)
    if not method.uses_rate and method.law is not None:
        cause = f"{method.optimizer.name} has no learning rate that would change"
        raise DescentError(cause, f"leave out {parameter(method.law.option)}")
    return method.optimizer, method.settings, method.law


def setting_names(optimizer: str | Optimizer, schedule: str | Schedule | None) -> tuple[str, ...]:
    """The names of an optimizer's and a schedule's settings.

    Examples
    --------
    >>> setting_names("momentum", "exponential")
    ('beta', 'gamma')
    """
    if _is_text(optimizer):
        names = UpdateRule.read(str(optimizer)).settings
    else:
        names = tuple(find_optimizer(optimizer).declared)
    return (*names, *(find_schedule(schedule).declared if schedule is not None else ()))


def expect_apart(
    one: Container[str], other: Container[str], given: Iterable[str], what: str
) -> None:
    """DescentError for a setting that two have."""
    for name in given:
        if name in one and name in other:
            cause = f'the optimizer and the {what} both have a setting "{name}"'
            raise DescentError(cause, "write one of them as a formula, with another name")


def _is_text(given: object) -> bool:
    return isinstance(given, str) and "=" in given


def _settings(given: object) -> dict[str, Any]:
    if not isinstance(given, Mapping):
        name = parameter("optimizer_settings")
        raise DescentError(f"{name} is {given!r}", 'pass numbers by name: {"beta1": 0.9}')
    return dict(given)


def expect_no_known(given: Iterable[str]) -> None:
    """DescentError for a setting that is what every update rule knows."""
    for name in given:
        if name in KNOWN:
            where = parameter("learning_rate") if name == "alpha" else "another name"
            cause = f'"{name}" is known to every update rule, and is no setting'
            raise DescentError(cause, f"pass {where}")


def _optimizer(given: Any, settings: Mapping[str, Any], others: Container[str]) -> Optimizer:
    """The declaration; of a text, one of its own, whose settings are those that are given."""
    if not _is_text(given):
        found = find_optimizer(given)
        assert found.rule  # FormulaError where it cannot be read
        return found
    rule = UpdateRule.read(given)
    wanted = rule.settings
    own = {name: value for name, value in settings.items() if name not in others}
    expect_known(own, wanted, "setting of the update rule", DescentError)
    for wish in (wish for wish in wanted if wish not in own):
        pass_it = f'pass optimizer_settings={{"{wish}": 0.9}}'
        raise no_value(wish, (*rule.made, *rule.state), pass_it)
    for name, value in own.items():
        finite_number(value, f"the setting {name}")
    return Optimizer(OWN, given, own)


def _schedule(options: DescentOptions) -> Schedule | None:
    """How the rate changes, where a name or a formula of t says it."""
    rate, schedule = options.learning_rate, options.schedule
    formula = rate if isinstance(rate, str) and rate != "auto" else None
    if schedule is not None:
        if formula is not None:
            one, other = parameter("learning_rate"), parameter("schedule")
            raise DescentError(f"{one} and {other} are both formulas of t", "pass one of the two")
        return find_schedule(schedule)
    return None if formula is None else _own_rate(formula)


def _own_rate(formula: str) -> Schedule:
    remedy = f'pass a number, "auto", or a formula of t such as {EXAMPLE}'
    said = f"{parameter('learning_rate')} is {formula!r}"
    schedule = Schedule("own", formula)
    try:
        unknown = schedule.unknown
    except SymgdError as error:
        raise DescentError(said, remedy) from error
    for name in unknown:
        lone = formula.strip() == name
        there = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", "0.1", formula)
        written = remedy if lone else f'write the number itself, such as "{there}"'
        raise DescentError(f'{said}, and "{name}" has no number there', written)
    if schedule.needs_rate:
        number, law = parameter("learning_rate", "0.1"), parameter("schedule", f'"{formula}"')
        cause = f"{said}, and alpha, the rate, has no number there"
        there = re.sub(r"\balpha\b", "0.1", formula)
        remedy = f'write the number itself, such as "{there}", or pass {law} and {number}'
        raise DescentError(cause, remedy)
    if not schedule.term.names:
        raise DescentError(said, remedy)
    return schedule


def code_of(
    optimizer: str | Optimizer,
    settings: Mapping[str, float] | None,
    schedule: str | Schedule | None,
) -> RuleCode | None:
    """What was asked for as generated code has it; None for plain gradient descent."""
    changed, chosen, law = changing_rate(optimizer, settings, None, schedule)
    return Method(changed, chosen, law).code
