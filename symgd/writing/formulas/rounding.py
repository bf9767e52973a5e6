"""Numbers as they are shown: exactly where they are short, else rounded to some significant digits.

Laws
----
- a number is rounded to `digits` significant digits, but never within its whole part;
- from 10⁹ on, and below 10⁻⁵, it is written with a power of ten;
- what is not the number itself is never said to be equal to it: ≈ stands there.
"""

from __future__ import annotations

import fractions
from dataclasses import dataclass
from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal
from typing import Any

import mpmath

from symgd.terms import Equation, Negative, Number, Power, Product, Term, number

DIGITS = 6
LARGEST, SMALLEST = 9, -5  # exponents of ten between which no power of ten is written
FARTHEST = 4000  # an exponent of ten up to which a number is compared with what is written of it
_WIDE = Context(60, Emax=MAX_EMAX, Emin=MIN_EMIN)


class About(Equation):
    """left ≈ right."""


@dataclass(frozen=True)
class Listed(Term, children=("terms",)):
    """Terms one after the other: a = 0.2, b = 0.5."""

    terms: tuple[Term, ...]


@dataclass(frozen=True)
class Dots(Term):
    """… for the terms of a long sum that are not written."""


@dataclass(frozen=True)
class Rounded:
    """A number as it is written, and whether that is the number itself."""

    term: Term
    exact: bool


def shown(value: Any, digits: int = DIGITS) -> Rounded:
    """A Fraction, or an mpmath number of 30 digits, as it is written."""
    exactly = value if isinstance(value, fractions.Fraction) else None
    decimal = _decimal(value)
    if not decimal:  # without a fraction nobody knows whether it is 0 or too small to be seen
        return Rounded(number(0), exactly is not None)
    exponent = decimal.adjusted()
    plain = SMALLEST <= exponent < LARGEST
    context = Context(max(digits, exponent + 1) if plain else digits, Emax=MAX_EMAX, Emin=MIN_EMIN)
    rounded = context.plus(decimal)
    exact = (
        _is(rounded, decimal)
        if exactly is None
        else abs(exponent) < FARTHEST and exactly == rounded
    )
    if SMALLEST <= rounded.adjusted() < LARGEST:
        written = fractions.Fraction(rounded)
        return Rounded(Number(written, decimal=written.denominator != 1), exact)
    return Rounded(scientific(rounded), exact)


def _decimal(value: Any) -> Decimal:
    if isinstance(value, fractions.Fraction):
        return _WIDE.divide(Decimal(value.numerator), Decimal(value.denominator))
    return Decimal(mpmath.nstr(value, 30))


def _is(rounded: Decimal, decimal: Decimal) -> bool:
    """Whether 30 digits agree so far with a short number that this number is meant."""
    error = _WIDE.divide(_WIDE.subtract(rounded, decimal), decimal)
    return not error or error.adjusted() < -24


def scientific(decimal: Decimal) -> Term:
    """1.2·10⁷, or 10⁷; a minus sign stands before it all.

    Examples
    --------
    >>> from symgd.writing.formulas.text import text
    >>> text(scientific(Decimal("-0.000012")))
    '−1.2·10⁻⁵'
    """
    exponent = decimal.adjusted()
    mantissa = fractions.Fraction(decimal.copy_abs().scaleb(-exponent, _WIDE))
    power = Power(number(10), number(exponent))
    term = power if mantissa == 1 else Product((Number(mantissa, decimal=True), power))
    return Negative(term) if decimal < 0 else term
