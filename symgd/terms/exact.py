"""What is known of a Term's value: a number exactly, where it is made of numbers alone, or whether it is above zero."""

from __future__ import annotations

import fractions
import itertools
import operator

from symgd import terms as nt

MOST_BITS = 14_000  # of a number that is to be written: Python makes no text of much longer ones
MAX_BITS = 4096  # of a numerator or denominator; numbers may not grow without bound


@nt.each_term
def exact_number(term: nt.Term) -> fractions.Fraction | None:
    """The exact value of a Term made of numbers alone, else None; OverflowError past MAX_BITS."""
    if isinstance(term, nt.Number):
        return term.number
    parts = [exact_number(child) for child in term.children]
    known = [part for part in parts if part is not None]
    if isinstance(term, nt.Product):  # its numbers are written as one, whatever stands between them
        known = [*map(_bounded, itertools.accumulate(known, operator.mul))][-1:]
        return known[0] if known and None not in parts else None
    if not parts or len(known) < len(parts):
        return None
    match term:
        case nt.Negative():
            result = -known[0]
        case nt.Sum():
            *_, result = map(_bounded, itertools.accumulate(known))
        case nt.Fraction():
            result = known[0] / known[1]
        case nt.Power() if known[1].denominator == 1:
            result = _power(known[0], known[1].numerator)
        case _:
            return None
    return _bounded(result)


def _bounded(number: fractions.Fraction) -> fractions.Fraction:
    if max(number.numerator.bit_length(), number.denominator.bit_length()) > MAX_BITS:
        raise OverflowError
    return number


def _power(base: fractions.Fraction, exponent: int) -> fractions.Fraction:
    bits = max(base.numerator.bit_length(), base.denominator.bit_length())
    if bits > 1 and bits * abs(exponent) > MAX_BITS:
        raise OverflowError
    return base**exponent


def is_positive(term: nt.Term) -> bool:
    """Whether a Term is seen to be greater than zero everywhere."""
    return _sign(term) == 1


def is_not_negative(term: nt.Term) -> bool:
    """Whether a Term is seen to be nowhere below zero."""
    return _sign(term) is not None


def always_holds(condition: nt.Term) -> bool:
    """Whether a condition is seen to be true everywhere, so that nobody needs to be told of it."""
    return (
        isinstance(condition, nt.Comparison)
        and condition.sign in (">", ">=", "!=")
        and nt.is_number(condition.right, 0)
        and is_positive(condition.left)
    )


def _sign(term: nt.Term) -> int | None:
    """1: positive everywhere; 0: nowhere negative; None: not known."""
    match term:
        case nt.Number():
            return None if term.number < 0 else int(term.number > 0)
        case nt.Constant():
            return 1
        case nt.Abbreviation():
            return _sign(term.definition)
        case nt.BigSum():
            return None if _sign(term.body) is None else 0
        case nt.Sum():
            signs = [_sign(part) for part in term.terms]
            return None if None in signs else max(sign or 0 for sign in signs)
        case nt.Product() | nt.Fraction():
            signs = [_sign(part) for part in term.children]
            return None if None in signs else min(sign or 0 for sign in signs)
        case nt.Power():
            return _of_power(term)
        case nt.Call() if term.declared.sign == "positive":
            return 1
        case nt.Call() if term.declared.sign == "not negative":
            return 1 if _sign(term.argument) == 1 else 0
    return None


def _of_power(term: nt.Power) -> int | None:
    base = _sign(term.base)
    if base == 1:
        return 1
    exponent = exact_number(term.exponent)
    if exponent is None or exponent <= 0:
        return None
    return 0 if base == 0 or (exponent.numerator % 2 == 0 and exponent.denominator == 1) else None
