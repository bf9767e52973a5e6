"""Values of functions, to SymPy and at a number in mpmath's `context`, where theirs are none or others."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import sympy

LONG = 8  # terms
LOWEST = -10_000  # mpmath takes one step of polygamma for each whole number from there to 0
MANY = 20  # arguments of which SymPy compares each with each, and factors them
_OPENED = (sympy.log, sympy.I, sympy.oo, -sympy.oo, sympy.zoo, sympy.nan)  # what exp works out


def largest(*numbers: sympy.Expr) -> sympy.Expr:
    """SymPy's Max, which refuses numbers that are seen not to be real."""
    try:
        return sympy.Max(*numbers, evaluate=_is_short(numbers))
    except ValueError:
        return sympy.nan


def smallest(*numbers: sympy.Expr) -> sympy.Expr:
    """SymPy's Min, likewise."""
    try:
        return sympy.Min(*numbers, evaluate=_is_short(numbers))
    except ValueError:
        return sympy.nan


def _is_short(arguments: tuple[sympy.Expr, ...]) -> bool:
    """Whether all are numbers, or so few that the largest is soon sought."""
    return len(arguments) <= MANY or not any(argument.free_symbols for argument in arguments)


def exponential(exponent: sympy.Expr) -> sympy.Expr:
    """SymPy's exp, which would try each term of a long sum for one that is a logarithm."""
    is_long = isinstance(exponent, sympy.Add) and len(exponent.args) > LONG
    evaluate = not is_long or exponent.has(*_OPENED)
    return sympy.exp(exponent, evaluate=evaluate)


def logarithm(value: sympy.Expr, base: sympy.Expr | None = None) -> sympy.Expr:
    """The natural logarithm, or that to a base."""
    return sympy.log(value) if base is None else sympy.log(value) / sympy.log(base)


def to_base(context: Any, number: Any, base: Any = None) -> Any:
    """The logarithm; to the base 0, whose own logarithm is infinite, there is none."""
    if base == 0:
        raise ZeroDivisionError
    return context.log(number) if base is None else context.log(number) / context.log(base)


def angle(context: Any, ordinate: Any, abscissa: Any) -> Any:
    """The angle of a point, which the origin does not have."""
    if ordinate == abscissa == 0:
        raise ZeroDivisionError
    return context.atan2(ordinate, abscissa)


def polygamma(context: Any, order: Any, number: Any) -> Any:
    """The derivatives of digamma, one for each whole order."""
    if order != int(order) or order < 0:
        raise ValueError
    if context.re(number) < LOWEST:
        raise NotImplementedError
    return _known(context, "psi", context.prec, int(order), number)


def remembered(name: str) -> Callable[..., Any]:
    """What mpmath calls by a name, remembered: values that are slow at many digits are asked for again and again."""

    def value(context: Any, number: Any) -> Any:
        return _known(context, name, context.prec, number)

    return value


@lru_cache(maxsize=512, typed=True)
def _known(context: Any, name: str, precision: int, *numbers: Any) -> Any:
    """The context's value at a precision, which stands among the arguments so that each has values of its own."""
    return getattr(context, name)(*numbers)


def beta(context: Any, one: Any, other: Any) -> Any:
    """Γ(u)Γ(v)/Γ(u + v), which is undefined where Γ(u) or Γ(v) is, even if the poles would cancel."""
    return context.gamma(one) * context.gamma(other) * context.rgamma(one + other)
