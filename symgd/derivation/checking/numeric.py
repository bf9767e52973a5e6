"""Values of functions at numbers, to any precision, and their slopes, which are taken from the values alone.

A slope is a central difference, so that no derivative that is written down somewhere is trusted. With the digits of the
values a difference would keep a third of them: it is taken with three times as many, a step of 10⁻³⁰ at 90 digits, and
30 are right. The step must not reach over a kink, a cut or a pole: where a slope over a part of the way is another
there is none, nor where there is a jump, and arguments next to 0 have none either. Arguments from 2⁶⁴ on have no value: the sine of such a number
has lost its digits to its size. Numbers that agree in all but ten digits are the same (`close`); where they are not, a
second look with 300 digits tells cancellation from a difference.

All this is worked out in a context of its own: what somebody sets in `mpmath.mp` neither helps nor hurts a check.
"""

from __future__ import annotations

import fractions
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
BENT = 1e-8  # by which the slope over a part of the way may differ, in parts of the slope
SMALLEST = -40  # as a power of two: where slopes are differences, no argument but 0 is nearer to 0
LARGEST = 64  # as a power of two: no argument is larger, since sums of such numbers lose all digits

MP = mpmath.mp.clone() if hasattr(mpmath.mp, "clone") else mpmath.MPContext()
MP.dps = DIGITS


class Undefined(ArithmeticError):
    """The expression has no value, or no `slope`, at this point: its innermost `part` without one, where it is known."""

    part: nt.Term | None = None
    slope: bool = False


class OutOfReach(Undefined):
    """It may have a value, but one of its numbers is too large to be worked out."""


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
    if any(MP.mag(number) > LARGEST for number in numbers if number != 0):
        raise OutOfReach
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
    # So near to 0 the step would reach over a pole that may be there.
    near = numbers[position] != 0 and MP.mag(numbers[position]) < SMALLEST
    if cut or near:
        raise Undefined
    digits = MP.dps
    with MP.workdps(3 * digits):
        step = MP.mpf(10) ** (-digits)
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


def close(left: Any, right: Any) -> bool:
    """Whether two numbers agree in all but the last ten digits."""
    scale = max(abs(left), abs(right), 1)
    return bool(abs(left - right) <= scale * _tolerance(MP.dps))


def agree(left: Any, right: Any) -> bool:
    """Whether two values are the same: Fractions exactly, others but for their last digits."""
    if isinstance(left, fractions.Fraction) and isinstance(right, fractions.Fraction):
        return left == right
    one, other = map(MP.convert, (left, right))
    return bool(abs(one - other) <= TOLERANCE * max(abs(one), abs(other), 1))


@cache
def _tolerance(digits: int) -> Any:
    return MP.mpf(10) ** (10 - digits)
