"""Setting: a number that is chosen beside what is learned."""

from __future__ import annotations

import math
from dataclasses import dataclass

import sympy

from symgd.errors import SymgdError
from symgd.parsing.formula import parse_condition
from symgd.registry.options import names_options


@names_options
@dataclass(frozen=True)
class Setting:
    """A number that a loss, a penalty or an optimizer has beside what is learned: a letter in derivations, a number in code.

    Parameters
    ----------
    name : str
        As in ``Problem(..., settings={name: 1.35})``; "delta" is shown as δ.
    default : float
    where : str
        The condition on it, in its own name.
    meaning : str
        What it is, in a few words.
    whole : bool
        Whether it is a whole number.

    Examples
    --------
    >>> beta = Setting("beta", 0.9, "0 <= beta < 1", "the share that is kept")
    >>> expect_fitting(beta, 1.5)
    Traceback (most recent call last):
    symgd.errors.SymgdError: the setting beta is 1.5; expected 0 <= beta < 1
    """

    name: str
    default: float
    where: str
    meaning: str
    whole: bool = False


def expect_fitting(setting: Setting, value: object, error: type[SymgdError] = SymgdError) -> None:
    """Refuse a value that is no number, or that the setting's condition does not admit."""
    number = "a whole number" if setting.whole else "a number"
    wanted = (
        f"expected {', '.join(filter(None, (setting.where, number * setting.whole))) or number}"
    )
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise error(f"the setting {setting.name} is {value!r}", wanted)
    if setting.whole and value != int(value):
        raise error(f"the setting {setting.name} is {value:g}", wanted)
    if not setting.where:
        return
    condition = parse_condition(setting.where).value
    if not condition.subs({sympy.Symbol(setting.name): sympy.Float(value)}):
        raise error(f"the setting {setting.name} is {value:g}", wanted)
