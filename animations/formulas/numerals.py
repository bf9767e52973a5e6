"""Numbers as a film shows them: few digits, powers of ten where they are large or small, round ticks on scales.

Laws
----
- a number is shown with as many digits as are asked for, and never with fewer than its whole part has
- a tick is shown exactly
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from symgd.terms import Number, Power, Product, Term, number
from symgd.writing.words import Part, message

DIGITS = 4
SLOPE_DIGITS = 5
MOST_DIGITS = 12
READ_DIGITS = 8  # of a number among others, that can still be read
FURTHER = 2  # digits more, for two numbers to end at one place
WIDTH = 6  # digits of a number in a table, where that is enough for the largest
BASE = 10
LEAST, MOST = -4, 6  # between these powers of ten a number is written out
ROUND = (1, 2, 5)
FEWEST = 2  # ticks that make a scale
NOTHING = 1e-13  # beside 1, a number that is rounding alone
ALIKE = 1e-12  # values so close, relatively, are one


def rounded(value: float, digits: int = DIGITS) -> Decimal:
    """`value` to so many significant digits, and to no fewer than its whole part has."""
    if value == 0 or not math.isfinite(value):
        return Decimal(0)
    exponent = math.floor(math.log10(abs(value)))
    kept = max(digits, exponent + 1) if exponent < MOST else digits
    made = Decimal(f"{value:.{kept - 1}e}").normalize()
    return made.quantize(Decimal(1)) if 0 <= made.adjusted() < MOST and made == int(made) else made


def is_whole(value: float, digits: int) -> bool:
    """Whether a number is all there with so many digits."""
    return abs(float(rounded(value, digits)) - value) <= ALIKE * abs(value)


def numeral(value: float, digits: int = DIGITS) -> Term:
    """`value` as a Term, to so many significant digits.

    Examples
    --------
    >>> from symgd.writing.formulas.text import text
    >>> [text(numeral(value)) for value in (0.568, -6.13333333, 1.5e-7, 1e9, 0.0)]
    ['0.568', '−6.133', '1.5·10⁻⁷', '10⁹', '0']
    """
    short = rounded(value, digits)
    if not short:
        return number(0)
    exponent = short.adjusted()
    if LEAST <= exponent < MOST:
        return _exact(short)
    mantissa = short.scaleb(-exponent)
    power = Power(number(BASE), number(exponent))
    return power if mantissa == 1 else Product((_exact(mantissa), power))


def _exact(value: Decimal) -> Number:
    return Number(Fraction(value), decimal=value != int(value))


def numerals_apart(value: float, other: float) -> tuple[Term, Term]:
    """Two values with as many digits as it takes to see that they differ, and as many places after the point.

    Examples
    --------
    >>> from symgd.writing.formulas.text import text
    >>> [text(term) for term in numerals_apart(110.2574, 110.2611)]
    ['110.257', '110.261']
    >>> [text(term) for term in numerals_apart(2498.12, 2498.04)]
    ['2498.12', '2498.04']
    """
    digits = digits_apart(value, other)
    for more in range(digits, min(digits + FURTHER, MOST_DIGITS) + 1):
        if len({rounded(each, more).as_tuple().exponent for each in (value, other)}) == 1:
            return numeral(value, more), numeral(other, more)
    return numeral(value, digits), numeral(other, digits)


def digits_apart(value: float, other: float, least: int = DIGITS, most: int = MOST_DIGITS) -> int:
    """How many digits it takes to see that two values differ; `least` where `most` don't show it."""
    if value == other:
        return least
    digits = range(least, most + 1)
    return next((n for n in digits if rounded(value, n) != rounded(other, n)), least)


def settled(value: float, size: float) -> float:
    """`value`, or 0 where it is rounding alone beside numbers of this size.

    Examples
    --------
    >>> settled(-5.688e-16, 1.0), settled(-5.688e-16, 1e-15)
    (0.0, -5.688e-16)
    """
    return 0.0 if abs(value) <= NOTHING * abs(size) else value


def listed(items: Sequence[Part]) -> Part:
    """Items with commas, and an "and" before the last.

    Examples
    --------
    >>> str(listed(["a", "b", "c"]))
    'a, b and c'
    """
    *before, last = items
    if not before:
        return last
    return message("{several} and {last}", several=tuple(before), last=last)


def cell(value: float, decimals: int | None, digits: int = DIGITS) -> Term | str:
    """A number of a table's column whose numbers have so many `decimals`, as `decimals_of` says; without, so many digits."""
    if decimals is None:
        return numeral(value, digits)
    return f"{value:.{decimals}f}".replace("-", "−")


def decimals_of(values: Sequence[float], width: int = WIDTH) -> int | None:
    """So many digits after the point give these values about four significant ones, and let points stand in line.

    The smallest may need more, as long as no number has more than `width`; None where they differ too much for that.
    """
    sizes = [abs(value) for value in values if value != 0]
    if not sizes:
        return 0
    largest = math.floor(math.log10(max(sizes)))
    if largest >= MOST or largest < LEAST or min(sizes) < max(sizes) / 10 ** (DIGITS + 1):
        return None
    smallest = math.floor(math.log10(min(sizes)))
    most = width - 1 - max(largest, 0)
    return max(0, min(DIGITS - 1 - smallest, max(most, DIGITS - 1 - largest)))


# ---------------------------------------------------------------------------------------------
# Scales


@dataclass(frozen=True)
class Scale:
    """Values from `low` to `high`, evenly spread or by their logarithms, with ticks that are `whole` or not."""

    low: float
    high: float
    log: bool = False
    whole: bool = False

    def part(self, value: float) -> float:
        """Where `value` lies: 0 at low, 1 at high."""
        if not self.log:
            return (value - self.low) / (self.high - self.low)
        return math.log(value / self.low) / math.log(self.high / self.low)

    def ticks(self, most: int = 5) -> tuple[float, ...]:
        """Round values on it, at most so many."""
        ticks = _decades(self, most) if self.log else _even(self.low, self.high, most)
        return tuple(tick for tick in ticks if not self.whole or tick == int(tick))


def scale_of(values: Sequence[float], room: float = 0.08, *, log: bool = False) -> Scale:
    """A scale that holds the values, with some room at both ends, in parts of what lies between them."""
    low, high = min(values), max(values)
    if log:
        reach = max(math.log(high / low), 0.5) * room
        return Scale(low * math.exp(-reach), high * math.exp(reach), log=True)
    apart = high - low if high - low > ALIKE * max(abs(high), abs(low)) else 0.0
    reach = apart * room or abs(high) * 0.5 or 0.5
    return Scale(low - reach, high + reach)


def in_one_notation(values: Sequence[float]) -> list[Term]:
    """Ticks of a logarithmic scale: all as powers of ten where one of them is, and all are.

    Examples
    --------
    >>> from symgd.writing.formulas.text import text
    >>> [text(term) for term in in_one_notation([1e-6, 0.1])]
    ['10⁻⁶', '10⁻¹']
    >>> [text(term) for term in in_one_notation([0.1, 1.0])]
    ['0.1', '1']
    """
    exponents = [round(math.log10(value)) for value in values]
    whole = all(math.isclose(v, 10.0**n) for v, n in zip(values, exponents, strict=True))
    if whole and not all(LEAST <= exponent < MOST for exponent in exponents):
        return [Power(number(BASE), number(exponent)) for exponent in exponents]
    return [numeral(value, MOST_DIGITS) for value in values]


def _even(low: float, high: float, most: int) -> tuple[float, ...]:
    ticks: tuple[float, ...] = ()
    while len(ticks) < FEWEST:
        ticks, most = _multiples(low, high, most), most + 1
    return ticks


def _multiples(low: float, high: float, most: int) -> tuple[float, ...]:
    rough = (high - low) / most
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * unit for unit in (*ROUND, BASE) if power * unit >= rough * 0.999)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    decimals = max(0, 1 - math.floor(math.log10(step)))
    return tuple(round(multiple * step, decimals) for multiple in range(first, last + 1))


def _decades(scale: Scale, most: int) -> tuple[float, ...]:
    first, last = math.ceil(math.log10(scale.low)), math.floor(math.log10(scale.high))
    if last - first < 1:
        bottom = math.floor(math.log10(scale.low))
        fine = (unit * 10.0**power for power in range(bottom, last + 2) for unit in ROUND)
        found = tuple(value for value in fine if scale.low <= value <= scale.high)[:most]
        return found if len(found) >= FEWEST else _even(scale.low, scale.high, FEWEST)
    stride = max(1, math.ceil((last - first + 1) / most))
    return tuple(10.0**power for power in range(first, last + 1, stride))
