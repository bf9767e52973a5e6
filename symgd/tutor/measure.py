"""Measure: how much a student's lines come to when the names in them are written out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import mpmath

from symgd import terms as nt
from symgd.derivation.checking.degrees import MAX_EXACT_EXPONENT
from symgd.derivation.checking.evaluate import Evaluator
from symgd.derivation.checking.numeric import Undefined
from symgd.derivation.checking.point import Point
from symgd.errors import FormulaError
from symgd.terms.exact import MAX_BITS
from symgd.terms.unrolling import Unrolling

# Of one line, and of all of them together.
MAX_WEIGHT = 20_000
MAX_TOTAL = 200_000
# How many terms of a Σ are worked out.
_TERMS = 4
# So many binary digits weigh as much as a name.
_BITS = 32


class TooLong(FormulaError):
    """An attempt that would take too long to be marked."""


@nt.each_term
def weight(term: nt.Term) -> int:
    """How many numbers meet in the value of a Term, its names written out and its powers multiplied out.

    Examples
    --------
    >>> weight(nt.Power(nt.Symbol("x"), nt.number(3)))
    5
    """
    inside = sum(map(weight, (*term.children, *term.hidden)))
    match term:
        case nt.Number():
            size = max(term.number.numerator.bit_length(), term.number.denominator.bit_length())
            return 1 + size // _BITS
        case nt.Power(base, exponent):
            bare = nt.unsigned(exponent)
            times = bare.number if isinstance(bare, nt.Number) else 1
            times = times if times.denominator == 1 and times <= MAX_EXACT_EXPONENT else 1
            return 1 + weight(exponent) + int(times) * weight(base)
        case nt.BigSum():
            return 1 + _TERMS * inside
    return 1 + inside


def expect_reachable(term: nt.Term) -> None:
    """OverflowError for a number that SymPy would work out for hours, whatever function hides its size."""
    if term.names or not isinstance(term, nt.Call | nt.Power):
        return
    sizes = [abs(size) for size in map(_number, term.children) if size is not None]
    largest: int | None = MAX_BITS
    if isinstance(term, nt.Call):
        largest = term.declared.largest
    elif nt.is_number(term.exponent, 1) or len(sizes) < 2 or sizes[0] in (0, 1):
        return
    else:
        sizes = [sizes[1] * max(1, abs(mpmath.log(sizes[0], 2)))]
    if largest is not None and any(size > largest for size in sizes):
        raise OverflowError


def _number(term: nt.Term) -> Any:
    """About what a Term without names comes to; None where it has no value."""
    try:
        return Evaluator(Point(0, 0, False, Unrolling())).dual(term, None, ()).value
    except (Undefined, ArithmeticError, ValueError, TypeError, KeyError):
        return None


@dataclass
class Measure:
    """What the lines so far weigh."""

    total: int = 0

    def add(self, line: int, term: nt.Term) -> None:
        """One formula more; an error where this is too much to be marked."""
        self.expect_short(line, term)
        self.total += weight(term)
        if self.total > MAX_TOTAL:
            raise _too_long(f"the lines up to {line} hold more than {MAX_TOTAL} numbers and names")

    def expect_short(self, line: int, term: nt.Term) -> None:
        """Refuse a formula that is too long once its names are written out."""
        if weight(term) > MAX_WEIGHT:
            cause = f"with its names and powers written out, line {line} holds more than {MAX_WEIGHT} numbers and names"
            raise _too_long(cause)


def _too_long(cause: str) -> TooLong:
    return TooLong(
        f"this attempt is too long to be marked: {cause}",
        "write fewer names that stand for one another, or check a part of it alone",
    )
