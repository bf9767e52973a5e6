"""WithoutValue: the statement of an update rule that has no finite value at a step, and the setting that this comes of."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from symgd.codegen.rules.update_rule import UpdateFunction
from symgd.optimize.method import Method
from symgd.optimizers.printed import equations
from symgd.optimizers.symbolic import admits
from symgd.problem.settings import Setting
from symgd.terms import Equation

BESIDE = 1e-8  # how far beside an edge a setting is tried


@dataclass(frozen=True)
class WithoutValue:
    """A statement without a finite value, where nothing that it reads is too large.

    Parameters
    ----------
    statement : Equation
    setting : str
        The setting at whose number it has none; empty where that is not known.
    instead : float
        A number of the setting at which it has one.
    """

    statement: Equation
    setting: str = ""
    instead: float = 0.0


# From a rule's function to the place of the first statement without a value at the step that is asked about.
Place = Callable[[UpdateFunction], int | None]


def undefined_by(method: Method, place: Place) -> WithoutValue | None:
    """The statement, and which setting at its edge is the cause; None where each has a value, or is too large."""
    optimizer = method.optimizer
    found = place(UpdateFunction(optimizer, method.settings))
    if found is None:
        return None
    statement = equations(optimizer.rule)[found]
    for name, other in _beside(optimizer.declared, method.settings):
        if place(UpdateFunction(optimizer, {**method.settings, name: other})) is None:
            return WithoutValue(statement, name, other)
    return WithoutValue(statement)


def _beside(
    declared: Mapping[str, Setting], settings: Mapping[str, float]
) -> Iterator[tuple[str, float]]:
    """Settings that are at the edge of what they may be, or at 0 or 1, and a number beside it: the default where that is another."""
    for name, setting in declared.items():
        value = settings[name]
        near = [n for n in (value + BESIDE, value - BESIDE) if admits(setting, n)]
        if setting.whole or not near or (len(near) == 2 and value not in (0, 1)):
            continue
        usual = setting.default != value and admits(setting, setting.default)
        yield name, setting.default if usual else near[0]
