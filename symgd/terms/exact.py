"""Exact values of Terms that are made of numbers alone, which may not grow without bound."""

from __future__ import annotations

import fractions
import math

from symgd.terms import Fraction, Negative, Number, Power, Product, Sum, Term, each_term

MAX_BITS = 4096


@each_term
def exact_number(term: Term) -> fractions.Fraction | None:
    """The exact value of a Term made of numbers alone, else None; OverflowError past MAX_BITS."""
    if isinstance(term, Number):
        return term.number
    parts = [exact_number(child) for child in term.children]
    known = [part for part in parts if part is not None]
    if not parts or len(known) < len(parts):
        return None
    match term:
        case Negative():
            result = -known[0]
        case Sum():
            result = sum(known, fractions.Fraction(0))
        case Product():
            result = math.prod(known, start=fractions.Fraction(1))
        case Fraction():
            result = known[0] / known[1]
        case Power() if known[1].denominator == 1:
            result = _power(known[0], known[1].numerator)
        case _:
            return None
    if max(result.numerator.bit_length(), result.denominator.bit_length()) > MAX_BITS:
        raise OverflowError
    return result


def _power(base: fractions.Fraction, exponent: int) -> fractions.Fraction:
    bits = max(base.numerator.bit_length(), base.denominator.bit_length())
    if bits > 1 and bits * abs(exponent) > MAX_BITS:
        raise OverflowError
    return base**exponent
