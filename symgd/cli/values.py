"""What is typed for an option becomes a value: a number, a formula without names, name=value."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

import click

if TYPE_CHECKING:
    from fractions import Fraction

    import sympy

Value = TypeVar("Value")

FARTHEST = 4000  # as a power of ten: larger or smaller numbers are not put in


def number_in(number: str) -> float | None:
    """A number, or what a formula without names comes to, such as 1/3 or pi/4."""
    with contextlib.suppress(ValueError):
        return float(number)
    value = _without_names(number)
    return None if value is None else float(value)


def exactly_in(number: str) -> Fraction | float | None:
    """The same, exactly where it is rational: no float is 10^-400 or 1/3."""
    from decimal import Decimal
    from fractions import Fraction

    with contextlib.suppress(ArithmeticError):
        decimal = Decimal(number)
        if not decimal.is_finite():
            return float(decimal)
        if abs(decimal.adjusted()) > FARTHEST:
            raise click.BadParameter(f'"{number}" is too large or too small to be written')
        return Fraction(decimal)
    value = _without_names(number)
    if value is not None and value.is_Rational:
        return Fraction(value.p, value.q)
    return None if value is None else float(value)


def _without_names(formula: str) -> sympy.Expr | None:
    """What a formula of numbers alone comes to, if it is real."""
    from symgd.errors import FormulaError
    from symgd.parsing.formula import parse
    from symgd.terms.size import expect_comparable

    with contextlib.suppress(FormulaError, TypeError, OverflowError):
        value = parse(formula).value
        expect_comparable(value)
        float(value)
        if value.is_real and value.is_finite:
            return value
    return None


def by_name(
    expected: str, read: Callable[[str], Value | None]
) -> Callable[..., dict[str, Value] | None]:
    """Takes "m=2,b=0.5" apart, or options that are given once for each name; `read` makes a value of each text."""

    def named(
        context: click.Context, option: click.Parameter, value: str | tuple[str, ...] | None
    ) -> dict[str, Value] | None:
        if value is None:
            return None
        found: dict[str, Value] = {}
        for part in value if isinstance(value, tuple) else filter(None, value.split(",")):
            name, sign, written = (piece.strip() for piece in part.partition("="))
            if name in found:
                raise click.BadParameter(f'"{name}" is there twice')
            made = read(written)
            if not (name and sign) or made is None:
                raise click.BadParameter(f'"{part}" is not {expected}')
            found[name] = made
        return found

    return named


def listed_by_name(
    expected: str, read: Callable[[str], Value | None]
) -> Callable[..., dict[str, Value] | None]:
    """The same for an option that may be given several times, "a=1,b=2" or "a=1" and "b=2"."""
    named = by_name(expected, read)

    def joined(
        context: click.Context, option: click.Parameter, value: tuple[str, ...]
    ) -> dict[str, Value] | None:
        return named(context, option, ",".join(value))

    return joined


def bounds_in(written: str) -> tuple[float | None, float | None] | None:
    """The least and the greatest value in "0:10"; None for an end that is left open, and for what is no bound.

    Examples
    --------
    >>> bounds_in("0:10"), bounds_in("0:"), bounds_in(":1/2"), bounds_in("3")
    ((0.0, 10.0), (0.0, None), (None, 0.5), None)
    """
    ends = [end.strip() for end in written.split(":")]
    if len(ends) != 2 or not any(ends):
        return None
    low, high = (number_in(end) if end else None for end in ends)
    if any(end and value is None for end, value in zip(ends, (low, high), strict=True)):
        return None
    return low, high
