"""What an update rule makes of some numbers, to find what may be true of it: nothing is proved by it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

import sympy

from symgd.optimizers.optimizer import Optimizer
from symgd.optimizers.symbolic import NoExpression, SymbolicStep
from symgd.optimizers.words import WORDS
from symgd.problem.settings import Setting
from symgd.optimizers.symbolic import admits

GRADIENTS = (0.731, -0.412, 1.193)
THETA, RATE = 0.617, 0.0371
_TRIED = (0.3141, 0.6713, 0.4421, 0.8317, 0.5519, 0.2237, 0.7621)
Trace = tuple[float, ...]


def usual(settings: Sequence[Setting]) -> dict[str, float]:
    """A number for each setting that its condition admits, each another."""
    found = {}
    for place, setting in enumerate(settings):
        tried = (_TRIED[place % len(_TRIED)], setting.default * 1.0371, setting.default)
        found[setting.name] = next((v for v in tried if admits(setting, v)), setting.default)
    return found


def _told_apart(*arguments: Any) -> float:
    """A number for a word of which nothing is known, which is the same for the same arguments alone."""
    return 1.3 + math.sin(sum((2.1 + place) * float(a) for place, a in enumerate(arguments)))


_MODULES: list[Any] = [{name: _told_apart for name in WORDS}, "math"]


@cache
def _step(optimizer: Optimizer) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """The step and the state before it as functions of floats."""
    step = SymbolicStep(optimizer)
    symbols = list(step.symbols.values())
    after = [step.theta, *step.after.values()]
    made = sympy.lambdify(symbols, after, modules=_MODULES)
    begun = sympy.lambdify(symbols, [*step.initial.values()], modules=_MODULES)
    return made, begun


def trace(optimizer: Optimizer, settings: Mapping[str, float], scale: float = 1.0) -> Trace | None:
    """θ after each of three steps; None where there is none."""
    try:
        made, begun = _step(optimizer)
        known = {"p": 3.0, "j": 1.0, "alpha": RATE, "theta": THETA, **settings}
        names = [*SymbolicStep(optimizer).symbols]
        state: Sequence[float] = begun(*(known.get(name, 0.77) for name in names))
        found = []
        for number, gradient in enumerate(GRADIENTS, start=1):
            known |= {"g": gradient * scale, "t": float(number)}
            known |= dict(zip(optimizer.rule.state, state, strict=True))
            theta, *state = made(*(known.get(name, 0.77) for name in names))
            known["theta"] = float(theta)
            found.append(float(theta))
    except (NoExpression, ArithmeticError, ValueError, TypeError, NameError, KeyError):
        return None
    return tuple(found) if all(map(math.isfinite, found)) else None


def near(one: Trace | None, other: Trace | None) -> bool:
    """Whether two traces agree, but for rounding."""
    if one is None or other is None:
        return False
    return all(math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-12) for a, b in zip(one, other, strict=True))
