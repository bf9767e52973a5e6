"""How a rule answers a gradient that is c times as large: with the same step, or with one that is c times as large.

State that a rule remembers has a degree of its own, a mean gradient 1 and a mean square 2. Where each statement carries
on its degree whatever the state, and what the state begins with has it too, the law holds for every step, by induction.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping

import sympy

from symgd.optimizers.numbers import GRADIENTS, THETA, Trace, trace, usual
from symgd.optimizers.optimizer import Optimizer
from symgd.optimizers.symbolic import (
    GRADIENT,
    THETA_BEFORE,
    NoExpression,
    SymbolicStep,
    replaced,
    same,
)

FACTOR = sympy.Symbol("(c)", positive=True)  # no name that a rule can have
DEGREES = (0, 1, 2)
_TRIED = 2.5


def degree_of(optimizer: Optimizer, values: Mapping[str, int]) -> int | None:
    """0 where a scaled gradient changes no step, 1 where the steps scale with it, None where neither is proved.

    Examples
    --------
    >>> degree_of(Optimizer("sign", "theta' = theta - alpha*sign(g)"), {})
    0
    """
    seen = _seen(optimizer, values)
    try:
        return seen if seen is not None and _is_proved(optimizer, values, seen) else None
    except NoExpression:
        return None


def _seen(optimizer: Optimizer, values: Mapping[str, int]) -> int | None:
    """The degree that some steps with numbers speak for; they prove nothing."""
    chosen = {**usual(tuple(optimizer.declared.values())), **values}
    if optimizer.rule.calls("J") or optimizer.rule.calls("r") or optimizer.rule.calls("Jac"):
        return None
    plain, scaled = (_moves(trace(optimizer, chosen, GRADIENTS, c)) for c in (1.0, _TRIED))
    for degree in (0, 1):
        if plain and len(plain) == len(scaled) == len(GRADIENTS):
            pairs = zip(plain, scaled, strict=True)
            if all(math.isclose(a * _TRIED**degree, b, rel_tol=1e-9) for a, b in pairs):
                return degree
    return None


def _moves(found: Trace | None) -> list[float]:
    return [b - a for a, b in itertools.pairwise((THETA, *(found or ())))]


def _is_proved(optimizer: Optimizer, values: Mapping[str, int], degree: int) -> bool:
    """Whether the state has degrees that every statement carries on, with a step of this one."""
    step = SymbolicStep(optimizer, {name: sympy.Integer(v) for name, v in values.items()})
    moved = step.theta - THETA_BEFORE
    for degrees in itertools.product(DEGREES, repeat=len(step.live)):
        powers = dict(zip(step.live, degrees, strict=True))
        parts = {name: (step.after[name], power) for name, power in powers.items()}
        begun = all(_carries(step, {}, step.initial[n], power) for n, power in powers.items())
        if begun and all(
            _carries(step, powers, part, power)
            for part, power in (*parts.values(), (moved, degree))
        ):
            return True
    return False


def _carries(step: SymbolicStep, powers: Mapping[str, int], part: sympy.Expr, degree: int) -> bool:
    """Whether an expression is multiplied by c to its degree where state is, and the gradient by c."""
    scaled: dict[sympy.Expr, sympy.Expr] = {GRADIENT: FACTOR * GRADIENT}
    if "H" in step.symbols:
        scaled[step.symbols["H"]] = FACTOR * step.symbols["H"]
    for name, power in powers.items():
        symbol = step.symbols[name]
        scaled[symbol] = FACTOR**power * symbol
    after = pulled(replaced(part, scaled))
    power, rest = _split(after)
    if rest == 0:
        return True
    return power == degree and not rest.has(FACTOR) and same(rest, pulled(part))


def pulled(part: sympy.Expr) -> sympy.Expr:
    """An expression with c, which is above 0, taken out of its parts as far as it can be.

    Examples
    --------
    >>> x, y = sympy.symbols("x y", real=True)
    >>> pulled(sympy.Max(FACTOR * x, FACTOR * y))
    (c)*Max(x, y)
    """
    if not part.has(FACTOR) or not part.args:
        return part
    arguments = [pulled(argument) for argument in part.args]
    if isinstance(part, sympy.Add):
        arguments = list(sympy.Add.make_args(sympy.Add(*map(sympy.expand_mul, arguments))))
    pairs = [_split(a) if isinstance(a, sympy.Expr) else (sympy.S.Zero, a) for a in arguments]
    powers = {power for power, rest in pairs if rest != 0}
    if isinstance(part, sympy.Add | sympy.Max | sympy.Min | sympy.Abs) and len(powers) == 1:
        return FACTOR ** powers.pop() * part.func(*(rest for _, rest in pairs))
    if isinstance(part, sympy.sign | sympy.core.relational.Relational) and len(powers) <= 1:
        return part.func(*(rest for _, rest in pairs))
    if isinstance(part, sympy.core.function.AppliedUndef):
        return _of_word(part, pairs)
    if isinstance(part, sympy.Piecewise):
        return _of_cases(part.func(*arguments))
    return part.func(*arguments)


def _of_word(word: sympy.Expr, pairs: list[tuple[sympy.Expr, sympy.Expr]]) -> sympy.Expr:
    """A word that is linear in each of its vectors and matrices; of A⁻¹b in b alone."""
    name = word.func.__name__
    powers, rest = zip(*pairs, strict=True)
    signs = {"solve": (-1, 1), "norm": (1,), "transpose": (1,), "diag": (1,)}
    signs |= dict.fromkeys(("dot", "outer"), (1, 1))
    if name not in signs:
        return word
    power = sum(sign * own for sign, own in zip(signs[name], powers, strict=True))
    return FACTOR**power * word.func(*rest)


def _of_cases(cases: sympy.Expr) -> sympy.Expr:
    """Cases whose bodies are all multiplied by the same power of c."""
    if not isinstance(cases, sympy.Piecewise):
        return cases
    pairs = [(_split(body), condition) for body, condition in cases.args]
    powers = {power for (power, rest), _ in pairs if rest != 0}
    if len(powers) != 1:
        return cases
    rows = [(rest, condition) for (_, rest), condition in pairs]
    return FACTOR ** powers.pop() * sympy.Piecewise(*rows)


def _split(part: sympy.Expr) -> tuple[sympy.Expr, sympy.Expr]:
    """The power of c that a product has, and the rest."""
    power = part.as_powers_dict().get(FACTOR, sympy.S.Zero)
    return power, part / FACTOR**power
