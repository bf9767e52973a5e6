"""Generated code that is to find its own rate: how, for an optimizer."""

from __future__ import annotations

from dataclasses import replace

from symgd.codegen.code_targets import CODE_TARGETS
from symgd.codegen.rules.rule_code import RuleCode
from symgd.errors import GenerationError, parameter
from symgd.optimize.method import Method, has_rate
from symgd.optimize.stability import is_linear
from symgd.registry.options import declared


def code_with_rate(code: RuleCode | None, rate: str | None, target: str) -> RuleCode | None:
    """What makes the steps, finding its rate as `descend` does where `rate` is "auto".

    Parameters
    ----------
    code : RuleCode or None
    rate : "auto" or None
    target : str
        A name in CODE_TARGETS.

    Examples
    --------
    >>> from symgd.optimize.method import code_of
    >>> code_with_rate(code_of("momentum", None, None), "auto", "numpy").finding
    'steady'
    """
    if rate is None:
        return code
    if rate != "auto":
        cause = f"{parameter('learning_rate')} is {rate!r}, and code is written for any rate"
        raise GenerationError(cause, 'pass the number to its descend, or here "auto"')
    if not declared(target, CODE_TARGETS, "code target", GenerationError).finds_rates:
        cause = f"code for {CODE_TARGETS[target].title} walks at the rate that it is given"
        raise GenerationError(
            cause, f"leave out {parameter('learning_rate')}, or write a NumPy module"
        )
    if code is None or code.needs != "asked":
        return code
    if not (has_rate(code.optimizer) and (code.schedule is None or code.schedule.needs_rate)):
        return replace(code, finding="first")
    linear = is_linear(Method(code.optimizer, code.settings))
    return replace(code, finding="steady" if linear else "trial")
