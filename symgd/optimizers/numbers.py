"""What an update rule makes of some numbers, to find what may be true of it: nothing is proved by it.

They are those of one parameter, where J is a cosine and a line: vectors and matrices are numbers there.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

import sympy

from symgd.optimizers.optimizer import Optimizer
from symgd.optimizers.symbolic import NoExpression, SymbolicStep, admits
from symgd.problem.settings import Setting

STEPS = 8
THETA, RATE = 0.617, 0.0371
GRADIENTS = (0.731, -0.412, 1.193, 0.274, -0.953, 0.118, 0.655, -0.337)
_TRIED = (0.3141, 0.6713, 0.4421, 0.8317, 0.5519, 0.2237, 0.7621)
Trace = tuple[float, ...]


def usual(settings: Sequence[Setting]) -> dict[str, float]:
    """A number for each setting that its condition admits, each another."""
    found = {}
    for place, setting in enumerate(settings):
        tried = (_TRIED[place % len(_TRIED)], setting.default * 1.0371, setting.default)
        found[setting.name] = next((v for v in tried if admits(setting, v)), setting.default)
    return found


def _cost(x: float) -> float:
    return -math.cos(7 * x) / 7 + 0.3 * x


def _slope(x: float) -> float:
    return math.sin(7 * x) + 0.3


def _bend(x: float) -> float:
    return 7 * math.cos(7 * x)


def _product(u: float, v: float) -> float:
    """What is 0 where a factor is, and no product otherwise: of one parameter s·s/s·y would be s·y/y·y."""
    return u * v * (1 + 0.3 * abs(u * v))


def _told_apart(*arguments: Any) -> float:
    """A number for a word of which nothing is known, which is the same for the same arguments alone."""
    return 1.3 + math.sin(sum((2.1 + place) * float(a) for place, a in enumerate(arguments)))


_WORDS: dict[str, Callable[..., float]] = {
    "dot": _product,
    "outer": lambda u, v: u * v,
    "norm": abs,
    "transpose": lambda u: u,
    "diag": lambda u: u,
    "solve": lambda a, b: b / a,
    "J": _cost,
    "g": _slope,
    **dict.fromkeys(("argmin", "first", "push", "two_loop"), _told_apart),
}
_MODULES: list[Any] = [{f"word_{name}": word for name, word in _WORDS.items()}, "math"]


@cache
def _step(optimizer: Optimizer) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """The step and the state before it as functions of floats."""
    step = SymbolicStep(optimizer)
    symbols = list(step.symbols.values())
    after = [_renamed(part) for part in (step.theta, *step.after.values())]
    made = sympy.lambdify(symbols, after, modules=_MODULES)
    begun = sympy.lambdify(symbols, [*step.initial.values()], modules=_MODULES)
    return made, begun


def _renamed(part: sympy.Expr) -> sympy.Expr:
    """An expression whose words cannot be taken for names: g(θ) for g."""
    return part.replace(
        lambda e: isinstance(e, sympy.core.function.AppliedUndef),
        lambda e: sympy.Function(f"word_{e.func.__name__}")(*e.args),
    )


def trace(
    optimizer: Optimizer,
    settings: Mapping[str, float],
    gradients: Sequence[float] | None = None,
    scale: float = 1.0,
) -> Trace | None:
    """θ after each of some steps down J, or with these gradients whatever J is, times a scale; None where there is none."""
    known = {"p": 3.0, "j": 1.0, "I": 1.0, "alpha": RATE, "theta": THETA, **settings}
    found = []
    try:
        made, begun = _step(optimizer)
        names = [*SymbolicStep(optimizer).symbols]
        state: Sequence[float] = begun(*(known.get(name, 0.77) for name in names))
        for number in range(STEPS):
            theta = known["theta"]
            slope = _slope(theta) if gradients is None else scale * gradients[number]
            known |= {"g": slope, "H": scale * _bend(theta), "t": float(number + 1)}
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
    return all(
        math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-12) for a, b in zip(one, other, strict=True)
    )
