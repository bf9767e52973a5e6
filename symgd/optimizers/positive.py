"""Which expressions are above 0 for all settings that their conditions admit: proved by coefficients, never sampled.

A setting from 0 to below 1 is u/(1 + u) with u from 0 on; then a fraction whose coefficients are all positive is
positive. What this does not prove is left open.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import sympy

from symgd.optimizers.symbolic import admits
from symgd.problem.settings import Setting


@dataclass(frozen=True)
class Domain:
    """The symbols of settings, and what is put in their place so that it runs from 0 to infinity.

    Examples
    --------
    >>> beta = sympy.Symbol("beta", nonnegative=True)
    >>> domain = Domain.of({beta: Setting("beta", 0.9, "0 <= beta < 1", "")})
    >>> domain.is_positive(1 - beta), domain.is_positive(1 - 2 * beta)
    (True, False)
    """

    places: Mapping[sympy.Symbol, sympy.Expr]

    @classmethod
    def of(cls, settings: Mapping[sympy.Symbol, Setting]) -> Domain:
        """The settings' own conditions; a symbol of another kind is what SymPy knows of it."""
        places = {}
        for symbol, setting in settings.items():
            if admits(setting, -1):
                continue
            sign = "nonnegative" if admits(setting, 0) else "positive"
            free = sympy.Symbol(f"({symbol.name})", **{sign: True})
            unit = not admits(setting, 1)
            places[symbol] = free / (1 + free) if unit else free
        return cls(places)

    def is_positive(self, part: sympy.Expr, *, or_zero: bool = False) -> bool:
        """Whether an expression is proved to be above 0, or not below it."""
        if self._is_one_less_power(part):
            return True
        above, below = sympy.fraction(sympy.together(part.xreplace(dict(self.places))))
        signs = [_sign(side, or_zero=or_zero and side is above) for side in (above, below)]
        return 0 not in signs and signs[0] == signs[1]

    def _is_one_less_power(self, part: sympy.Expr) -> bool:
        """Whether it is 1 − bᵗ, of a setting b from 0 to below 1 and a whole t above 0."""
        power = 1 - part
        unit = self.places.get(power.base) if isinstance(power, sympy.Pow) else None
        if unit is None or isinstance(unit, sympy.Symbol):
            return False
        return bool(power.exp.is_integer and power.exp.is_positive)


def _sign(part: sympy.Expr, *, or_zero: bool) -> int:
    """1 or −1 where all coefficients have that sign, and one of them cannot vanish; else 0."""
    terms = sympy.Add.make_args(sympy.expand(part))
    if or_zero and part == 0:
        return 1
    for sign in (1, -1):
        sure = or_zero or any(bool((sign * term).is_positive) for term in terms)
        if sure and all(bool((sign * term).is_nonnegative) for term in terms):
            return sign
    return 0
