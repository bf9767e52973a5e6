"""Values of Terms at points, with the derivative by one name carried along.

Each value comes with its slope (dual numbers), so that a derivative that is still to be taken has a value too, found
without any rule of calculus: what the rules make can be compared with it. Where nothing is derived by, every slope is 0
and none is worked out.

A point has either rational numbers alone, or numbers of 30 digits alone. They are never mixed: Python adds a Fraction
to an mpmath number by way of a float, and fourteen digits would be lost without a word. Where rational numbers meet
something that is not rational, a root or a logarithm, Inexact is raised, and the whole Term is worked out again
with 30 digits. So what is printed with "=" is equal, and huge numerators never come up where they say nothing.

At random points every part must be real: the branches of roots and logarithms of other numbers are told apart by a
convention, which neither side of an equation knows of. A part without a value is remembered like a value.

Values are remembered by the very object that a Term is: a step keeps the parts that it keeps, and a line costs what is
new in it. Equal Terms are not looked for, since hashing a whole line would cost more than it saves.
"""

from __future__ import annotations

import fractions
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from symgd import terms as nt
from symgd.derivation.checking.numeric import (
    COMPARED,
    MP,
    SELECTING,
    OutOfReach,
    Undecided,
    Undefined,
    branch,
    branches,
    close,
    is_absorbing,
    is_rounded_off,
    nearly,
    real,
    slope_of,
    value_of,
)
from symgd.derivation.checking.point import Key, Point, Rows
from symgd.terms.identity_map import IdentityMap

LARGEST_EXPONENT = 32  # as a power of two
LARGEST_EXACT = 256  # exponent to which rational numbers are raised

# Where numbers are exact, and where they have 30 digits.
_ZERO_AND_ONE = {
    True: (fractions.Fraction(0), fractions.Fraction(1)),
    False: (MP.mpf(0), MP.mpf(1)),
}


class Inexact(ArithmeticError):
    """Something is not rational, where numbers are."""


class Dual(NamedTuple):
    """A value and its derivative by the seed; the derivative of an unfinished Partial is not known."""

    value: Any
    slope: Any


class Evaluator:
    """Values of Terms at one point, each worked out once as long as the evaluator lives.

    Where it is `strict`, a part has a value only if that is real, and a condition only if no rounding decides it.
    """

    def __init__(self, point: Point, strict: bool = True) -> None:
        self.point = point
        self.strict = strict
        self.zero, self.one = _ZERO_AND_ONE[bool(point.exact)]
        # Which cases and branches this point has led to.
        self.reached: set[tuple[nt.Term, int]] = set()
        # Whether something may be lost, beside a larger number or in a function, so that no digit tells about it.
        self.absorbed = False
        self.known: IdentityMap[nt.Term, dict[tuple[Key | None, Rows], Dual | Undefined]]
        self.known = IdentityMap()
        self.kinds: dict[type, Callable[..., Dual]] = {
            nt.Number: self.number,
            nt.Constant: self.constant,
            nt.Symbol: self.symbol,
            nt.Indexed: self.indexed,
            nt.Delta: self.delta,
            nt.Abbreviation: self.abbreviation,
            nt.Negative: self.negative,
            nt.Sum: self.sum,
            nt.Product: self.product,
            nt.Fraction: self.fraction,
            nt.Power: self.power,
            nt.Call: self.call,
            nt.Cases: self.cases,
            nt.BigSum: self.big_sum,
            nt.Partial: self.partial,
        }

    def dual(self, term: nt.Term, seed: Key | None, rows: Rows) -> Dual:
        """The value, and the derivative by `seed`; `rows` says which position each index means."""
        by = seed if seed and self.may_vary(term, seed[0]) else None
        known = self.known.once(term, dict)
        found = known.get((by, rows))
        if found is None:
            found = known[by, rows] = self.worked_out(term, by, rows)
        if isinstance(found, Undefined):
            raise found.with_traceback(None)
        return found

    def may_vary(self, term: nt.Term, name: str) -> bool:
        """Whether a Term can change with a name: the slope of another one is 0, whatever is derived by."""
        return name in term.names

    def worked_out(self, term: nt.Term, seed: Key | None, rows: Rows) -> Dual | Undefined:
        """The value, or why there is none."""
        try:
            return self.kinds[type(term)](term, seed, rows)
        except Undefined as error:
            missing = error
        except OverflowError:
            missing = OutOfReach()
        except ZeroDivisionError:
            missing = Undefined()
        if missing.part is None:
            missing.part = term
            missing.slope = seed is not None and self.has_value(term, rows)
        return missing

    def has_value(self, term: nt.Term, rows: Rows) -> bool:
        """Whether a Term has a value, where nothing is derived."""
        try:
            self.dual(term, None, rows)
        except Undefined:
            return False
        return True

    def taken(self, number: Any) -> Any:
        """A number as the value or slope of a part; Undefined where it must be real and is not."""
        return real(number) if self.strict else number

    def values(self) -> Iterator[Any]:
        """All values so far."""
        duals = (dual for known in self.known.values() for dual in known.values())
        return (dual.value for dual in duals if isinstance(dual, Dual))

    def constant_dual(self, value: Any) -> Dual:
        return Dual(value, self.zero)

    def number(self, term: nt.Number, seed: Key | None, rows: Rows) -> Dual:
        return self.constant_dual(self.point.number(term.number))

    def constant(self, term: nt.Constant, seed: Key | None, rows: Rows) -> Dual:
        if self.point.exact:
            raise Inexact
        return self.constant_dual(getattr(MP, term.name) + MP.mpf(0))

    def symbol(self, term: nt.Symbol, seed: Key | None, rows: Rows) -> Dual:
        name = term.name
        if name in self.point.positions or (rows and any(name == index for index, _ in rows)):
            (position,) = self.positions((name,), rows)
            return self.constant_dual(self.point.number(fractions.Fraction(position)))
        return self.entry((name, ()), seed)

    def indexed(self, term: nt.Indexed, seed: Key | None, rows: Rows) -> Dual:
        return self.entry((term.name, self.positions(term.indices, rows)), seed)

    def entry(self, key: Key, seed: Key | None) -> Dual:
        return Dual(self.point[key], self.one if key == seed else self.zero)

    def positions(self, indices: tuple[str, ...], rows: Rows) -> tuple[int, ...]:
        """The positions that the indices mean here."""
        known = dict(rows)
        return tuple(known[i] if i in known else self.point.positions[i] for i in indices)

    def delta(self, term: nt.Delta, seed: Key | None, rows: Rows) -> Dual:
        first, second = self.positions(term.indices, rows)
        return self.constant_dual(self.one if first == second else self.zero)

    def abbreviation(self, term: nt.Abbreviation, seed: Key | None, rows: Rows) -> Dual:
        if seed is None or seed != (term.name, self.positions(term.indices, rows)):
            return self.dual(term.definition, seed, rows)
        value = self.dual(term.definition, None, rows).value
        return Dual(value, self.one)

    def negative(self, term: nt.Negative, seed: Key | None, rows: Rows) -> Dual:
        inner = self.dual(term.term, seed, rows)
        return Dual(-inner.value, -inner.slope)

    def sum(self, term: nt.Sum, seed: Key | None, rows: Rows) -> Dual:
        return self.added([self.dual(part, seed, rows) for part in term.terms], seed)

    def added(self, parts: Sequence[Dual], seed: Key | None) -> Dual:
        first, *rest = (part.value for part in parts)
        value = sum(rest, start=first)  # not from the number 0, which would be one more sum
        if not self.point.exact and not self.absorbed:
            self.absorbed = is_absorbing([first, *rest])
        if seed is None:
            return self.constant_dual(value)
        first, *rest = (part.slope for part in parts)
        return Dual(value, sum(rest, start=first))

    def product(self, term: nt.Product, seed: Key | None, rows: Rows) -> Dual:
        first, *rest = (self.dual(factor, seed, rows) for factor in term.factors)
        if seed is None:
            return self.constant_dual(math.prod((f.value for f in rest), start=first.value))
        value, slope = first.value, first.slope
        for factor in rest:
            value, slope = value * factor.value, slope * factor.value + value * factor.slope
        return Dual(value, slope)

    def fraction(self, term: nt.Fraction, seed: Key | None, rows: Rows) -> Dual:
        top, bottom = (self.dual(part, seed, rows) for part in term.children)
        if bottom.value == 0:
            raise Undefined
        value = top.value / bottom.value
        if seed is None:
            return self.constant_dual(value)
        return Dual(value, (top.slope - value * bottom.slope) / bottom.value)

    def power(self, term: nt.Power, seed: Key | None, rows: Rows) -> Dual:
        base, exponent = (self.dual(part, seed, rows) for part in term.children)
        if base.value == 0 and base.slope == 0 and real(exponent.value) > 0:
            return self.constant_dual(base.value)
        if base.value == 0 and not (exponent.value == int(exponent.value) and exponent.value >= 0):
            raise Undefined
        if self.point.exact or base.value == 0:
            n = int(exponent.value)
            if self.point.exact and (
                n != exponent.value or abs(n) > LARGEST_EXACT or exponent.slope
            ):
                raise Inexact
            slope = n * base.value ** (n - 1) * base.slope if n and seed else self.zero
            return Dual(base.value**n, slope)
        if MP.mag(exponent.value) > LARGEST_EXPONENT:
            raise OutOfReach
        value = self.taken(base.value**exponent.value)
        # 2 to the power 10⁻¹⁰⁰ is 1.
        self.absorbed |= base.value != 1 and exponent.value != 0 and close(value, 1)
        if seed is None:
            return self.constant_dual(value)
        slope = exponent.value * base.value ** (exponent.value - 1) * base.slope
        if exponent.slope != 0:
            slope += value * MP.log(base.value) * exponent.slope
        return Dual(value, self.taken(slope))

    def call(self, term: nt.Call, seed: Key | None, rows: Rows) -> Dual:
        duals = [self.dual(argument, seed, rows) for argument in term.arguments]
        numbers = [dual.value for dual in duals]
        if self.point.exact:
            return _exact_call(term, numbers, duals)
        value = self.taken(value_of(term.declared, numbers))
        self.absorbed = self.absorbed or is_rounded_off(term.declared, numbers, value)
        if branches(term):
            self.reached.add((term, branch(term, numbers, value)))
        if term.function in SELECTING:
            return Dual(value, _taken_slope(value, duals))
        slopes = (
            self.taken(slope_of(term.declared, numbers, position)) * dual.slope
            for position, dual in enumerate(duals)
            if dual.slope != 0
        )
        return Dual(value, sum(slopes, self.zero))

    def cases(self, term: nt.Cases, seed: Key | None, rows: Rows) -> Dual:
        for position, case in enumerate(term.cases):
            if self.holds(case.condition, rows):
                self.reached.add((case.condition, position))
                return self.dual(case.body, seed, rows)
        raise Undefined

    def holds(self, condition: nt.Term, rows: Rows) -> bool:
        """Whether a condition holds at the point."""
        match condition:
            case nt.Comparison():
                return COMPARED[condition.sign](self.apart(condition, rows), 0)
            case nt.Junction():
                parts = [self.holds(part, rows) for part in condition.conditions]
                return all(parts) if condition.word == "and" else any(parts)
        return isinstance(condition, nt.Otherwise)

    def apart(self, condition: nt.Comparison, rows: Rows) -> Any:
        """How far the left side of a comparison is above the right one; Undecided where rounding would decide it."""
        left, right = (real(self.dual(side, None, rows).value) for side in condition.children)
        if self.strict and not self.point.exact and left != right and nearly(left, right):
            raise Undecided
        return left - right

    def big_sum(self, term: nt.BigSum, seed: Key | None, rows: Rows) -> Dual:
        outer = tuple(pair for pair in rows if pair[0] != term.index)
        first, last = (
            int(self.dual(bound, None, rows).value) for bound in (term.lower, term.upper)
        )
        parts = [
            self.dual(term.body, seed, (*outer, (term.index, row)))
            for row in range(first, last + 1)
        ]
        return self.added(parts or [self.constant_dual(self.zero)], seed)

    def partial(self, term: nt.Partial, seed: Key | None, rows: Rows) -> Dual:
        if seed is not None:
            raise TypeError("a Partial inside a Partial cannot be evaluated")
        by = (term.variable.name, self.positions(nt.indices_of(term.variable), rows))
        inner = self.dual(term.body, by, rows)
        return Dual(inner.slope, inner.slope * 0)


def _taken_slope(value: Any, duals: Sequence[Dual]) -> Any:
    """The slope of what is largest or smallest; where two with different slopes meet there is none."""
    first, *others = (dual.slope for dual in duals if dual.value == value)
    if any(slope != first for slope in others):
        raise Undefined
    return first


def _exact_call(term: nt.Call, numbers: Sequence[Any], duals: Sequence[Dual]) -> Dual:
    """A function of rational numbers that is rational."""
    function, known = term.function, dict(term.declared.known)
    if len(numbers) == 1 and numbers[0] in known and duals[0].slope == 0:
        return Dual(fractions.Fraction(known[numbers[0]]), duals[0].slope)
    if function in _PIECEWISE and not any(dual.slope for dual in duals):
        return Dual(fractions.Fraction(_PIECEWISE[function](*numbers)), duals[0].slope)
    if function not in _EXACT:
        raise Inexact
    value = _EXACT[function](*numbers)
    if function in SELECTING:
        return Dual(value, _taken_slope(value, duals))
    (slope,) = (dual.slope for dual in duals)
    if slope == 0:
        return Dual(value, slope)
    if value == 0:
        raise Undefined
    return Dual(value, slope / (2 * value) if function == "sqrt" else slope * numbers[0] / value)


def _exact_root(number: fractions.Fraction) -> fractions.Fraction:
    """The root of a square."""
    if number < 0:
        raise Inexact
    root = fractions.Fraction(math.isqrt(number.numerator), math.isqrt(number.denominator))
    if root**2 != number:
        raise Inexact
    return root


# Rational where their arguments are; what their slopes are is left to `slope_of`.
_PIECEWISE: Mapping[str, Callable[..., Any]] = {
    "sign": lambda u: (u > 0) - (u < 0),
    "heaviside": lambda u: int(u > 0),
    "relu": lambda u: max(u, 0),
    "floor": lambda u: u // 1,
    "mod": lambda u, v: u % v,
    "clip": lambda u, least, most: min(max(u, least), most),
}
_EXACT: Mapping[str, Callable[..., Any]] = {"abs": abs, "max": max, "min": min, "sqrt": _exact_root}
