"""Values of functions at numbers, to any precision, and their slopes, which are taken from the values alone.

A slope is a central difference, so that no derivative that is written down somewhere is trusted. With the digits of the
values a difference would keep a third of them: it is taken with three times as many, a step of 10⁻³⁰ at 90 digits, and
30 are right. Next to 0 the step is as many parts of the argument, so that it never reaches over what is at 0. Where it
reaches over a kink, a cut or a pole the slope over a part of the way is another, and there is none.

An argument so large that the digits behind its point are rounded away has no value: its sine would be noise. With 30
digits that is from 2⁶⁴ on, and with more digits later, so more may be asked for (`LostDigits`). Functions that are
`steady` keep the digits of any argument.

No number is small in itself, 10⁻³⁰⁰ is as good as 1: two are the same where they agree in all but ten digits (`close`),
and else where their difference is what rounding has left of a cancellation. More digits tell: noise falls with them, a
difference stays, and what does neither tells nothing (`same`).

All this is worked out in a context of its own: what somebody sets in `mpmath.mp` neither helps nor hurts a check.
"""

from __future__ import annotations

import fractions
import math
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

import mpmath

from symgd import terms as nt
from symgd.terms.exact import is_positive
from symgd.terms.function import Function

DIGITS = 30
TOLERANCE = 1e-12  # of numbers that are compared but for their last digits
MORE_DIGITS = 300  # for a second look where cancellation may have eaten the first
MOST_DIGITS = 2 * MORE_DIGITS  # for the last look
BENT = 1e-8  # by which the slope over a part of the way may differ, in parts of the slope
NOISE = -200  # as a power of ten: a difference that falls so far between two looks is rounding
STAYS = 1000  # a difference that more digits change by no more than so small a part is one
BEHIND = 39  # binary digits that an argument needs behind its point
LAST = 33  # binary digits in which numbers that are the same may differ: ten decimal ones
MIDDLE = (-10, 2)  # as powers of two: between them no function comes near to what it tends to
LIMITS = (-1, 0, 1, 2)  # to which functions tend
FARTHEST = 2**14  # as a power of two, up or down: slopes further out would need too many digits

MP = mpmath.mp.clone() if hasattr(mpmath.mp, "clone") else mpmath.MPContext()
MP.dps = DIGITS


class Undefined(ArithmeticError):
    """The expression has no value, or no `slope`, at this point: its innermost `part` without one, where it is known."""

    part: nt.Term | None = None
    slope: bool = False


class OutOfReach(Undefined):
    """It may have a value, but one of its numbers is too large to be worked out."""


class LostDigits(OutOfReach):
    """With so many digits the expression has no value at this point; with more it may have one."""


class Undecided(LostDigits):
    """With so many digits a condition is decided by rounding."""


# Slopes that are known without a difference; only a matter of speed.
_SLOPES: Mapping[str, Callable[[Any], Any]] = {
    "exp": MP.exp,
    "log": lambda z: 1 / z,
    "sqrt": lambda z: 1 / (2 * MP.sqrt(z)),
    "sin": MP.cos,
    "cos": lambda z: -MP.sin(z),
    "sinh": MP.cosh,
    "cosh": MP.sinh,
}

COMPARED: Mapping[str, Callable[[Any, Any], bool]] = {
    "<": lambda a, b: bool(a < b),
    "<=": lambda a, b: bool(a <= b),
    ">": lambda a, b: bool(a > b),
    ">=": lambda a, b: bool(a >= b),
    "==": lambda a, b: bool(a == b),
    "!=": lambda a, b: bool(a != b),
}

SELECTING = ("max", "min")


def real(number: Any) -> Any:
    """`number` as a real one; Undefined where it is not."""
    imaginary = getattr(number, "imag", 0)
    if imaginary == 0:
        return number.real if isinstance(number, MP.mpc) else number
    raise Undefined


def is_real(number: Any) -> bool:
    """Whether a number has no imaginary part."""
    return bool(getattr(number, "imag", 0) == 0)


def value_of(function: Function, numbers: Sequence[Any]) -> Any:
    """The value of a function at numbers."""
    most = MP.prec - BEHIND
    if not function.steady and any(MP.mag(number) > most for number in numbers if number != 0):
        raise LostDigits
    if function.real:
        numbers = [real(number) for number in numbers]
    try:
        value = function.at(MP, *numbers)
    except OverflowError:
        raise OutOfReach from None
    except (
        ArithmeticError,
        ValueError,
        TypeError,
        NotImplementedError,
        mpmath.libmp.NoConvergence,
    ):
        raise Undefined from None
    if not MP.isfinite(value):
        raise Undefined
    return real(value) if function.real else value


def slope_of(function: Function, numbers: Sequence[Any], position: int) -> Any:
    """The derivative by the argument at `position`: a central difference with more than twice the digits."""
    if function.name in _SLOPES and len(numbers) == 1:
        try:
            return _SLOPES[function.name](numbers[0])
        except (ZeroDivisionError, ValueError):
            raise Undefined from None
    cut = function.name == "atan2" and numbers[0] == 0 and numbers[1] <= 0
    number = numbers[position]
    size = MP.mag(number) if number != 0 else 0
    if cut or abs(size) > FARTHEST:
        raise Undefined
    digits = MP.dps
    # Next to 0 an even function is as flat as its argument is small: its slope needs that many digits once more.
    with MP.workdps(3 * digits + 2 * math.ceil(abs(size) * math.log10(2))):
        step = MP.mpf(10) ** (-digits) * (abs(number) if size < 0 else 1)
        left, half, right = (_moved(function, numbers, position, n * step / 2) for n in (-2, 1, 2))
        slope = (right - left) / (2 * step)
        if abs(2 * (half - left) / (3 * step) - slope) > BENT * max(abs(slope), 1):
            raise Undefined
    return +slope


def _moved(function: Function, numbers: Sequence[Any], position: int, step: Any) -> Any:
    """The value where one of the numbers is moved by a step."""
    moved = [*numbers]
    moved[position] = moved[position] + step
    return value_of(function, moved)


def branches(call: nt.Call) -> frozenset[int]:
    """The branches of a function that has several: signs of its argument, or which of its arguments it takes."""
    if call.declared.has_kink:
        return frozenset((1,) if is_positive(call.argument) else (-1, 1))
    return frozenset(range(len(call.arguments)) if call.function in SELECTING else ())


def branch(call: nt.Call, numbers: Sequence[Any], value: Any) -> int:
    """Which branch a function is in at numbers."""
    if call.function in SELECTING:
        return next(n for n, number in enumerate(numbers) if number == value)
    return 1 if real(numbers[0]) > 0 else -1


def is_absorbing(numbers: Sequence[Any]) -> bool:
    """Whether one of some numbers is lost where they are added up, but for its first digits, beside the largest."""
    plain = [number for number in numbers if isinstance(number, (MP.mpf, MP.mpc))]
    sizes = [MP.mag(number) for number in plain if number != 0 and MP.isfinite(number)]
    return len(sizes) > 1 and max(sizes) - min(sizes) > MP.prec - LAST


def is_rounded_off(function: Function, numbers: Sequence[Any], value: Any) -> bool:
    """Whether what a function has of its argument may be lost: exp(10⁻¹⁰⁰) is 1, sin(10⁻¹⁰⁰) its argument."""
    least, most = MIDDLE
    if function.steady or all(n == 0 or least < MP.mag(n) <= most for n in numbers):
        return False
    return any(close(value, number) for number in (*LIMITS, *numbers))


def close(left: Any, right: Any) -> bool:
    """Whether two numbers agree in all but the last ten digits."""
    scale = max(abs(left), abs(right))
    return bool(abs(left - right) <= scale * _power_of_ten(10 - MP.dps))


def nearly(left: Any, right: Any) -> bool:
    """Whether two numbers are so near to each other that rounding next to 1 may be all that is between them."""
    return bool(abs(left - right) <= max(abs(left), abs(right), 1) * _power_of_ten(10 - MP.dps))


def same(look: Callable[[], tuple[Any, Any] | None]) -> bool | None:
    """Whether two numbers are the same as far as can be seen; None where `look` finds none, or none to go by.

    `look` works both out with as many digits as `MP` has, and raises Undecided where those tell nothing: it is asked
    again, with more, there and where the first ones differ.
    """
    before = None
    for digits in (MP.dps, MORE_DIGITS, MOST_DIGITS):
        with MP.workdps(digits):
            try:
                sides = look()
            except Undecided:
                continue
            if sides is None:
                return None
            now = abs(sides[0] - sides[1])
            # As close as ever, and no closer: what has cancelled is missing from the further digits too.
            fallen = before is not None and now <= before * _power_of_ten(NOISE)
            if close(*sides) or fallen:
                return True
            if digits >= MORE_DIGITS and before is not None and abs(now - before) * STAYS <= before:
                return False
        before = now
    return None


def agree(left: Any, right: Any, scale: Any = 0) -> bool:
    """Whether two values are the same: Fractions exactly, others but for their last digits, and those of `scale`."""
    if isinstance(left, fractions.Fraction) and isinstance(right, fractions.Fraction):
        return left == right
    one, other = map(MP.convert, (left, right))
    return bool(abs(one - other) <= TOLERANCE * max(abs(one), abs(other), abs(MP.convert(scale))))


@cache
def _power_of_ten(exponent: int) -> Any:
    return MP.mpf(10) ** exponent
