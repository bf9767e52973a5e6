"""Values of Terms at random points, with the derivative by one name carried along."""

from __future__ import annotations

import fractions
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from symgd import terms as nt
from symgd.derivation.checking.numeric import (
    COMPARED,
    MP,
    SELECTING,
    Undefined,
    branch,
    branches,
    real,
    slope_of,
    value_of,
)
from symgd.terms.unrolling import Unrolling

SAMPLES = 2**20
LARGEST_EXPONENT = 32  # as a power of two


@dataclass(frozen=True)
class Dual:
    """A value and its derivative by the seed; the derivative of an unfinished Partial is not known."""

    value: Any
    slope: Any


_RANGES = (
    *((0.2, 0.9), (1.1, 2.5), (-0.9, 0.9), (-2.5, 2.5), (0.01, 0.1)),
    *((-0.1, 0.1), (-12, 12), (2, 5), (-300, 300), (-4000, 4000)),
)


# One number: a name, and the positions of its indices.
Key = tuple[str, tuple[int, ...]]

# What each index means: its name and its position.
Rows = tuple[tuple[str, int], ...]


class Point:
    """Random values for every name, an indexed one having one for each position of its indices."""

    def __init__(self, seed: int, trial: int, exact: bool, unrolling: Unrolling) -> None:
        self.seed = seed
        self.exact = exact
        self.sizes = unrolling.sizes
        self.places: Mapping[str, int] = unrolling.positions(trial)
        self.trial = trial
        self.values: dict[Key, Any] = {}

    def __getitem__(self, key: Key) -> Any:
        if key[0] in self.sizes and not key[1]:
            return self.number(fractions.Fraction(self.sizes[key[0]]))
        if key not in self.values:
            source = random.Random(f"{self.seed}/{self.trial}/{key}")
            drawn = source.randint(1, SAMPLES)
            if self.exact:
                self.values[key] = fractions.Fraction(drawn * source.choice((-1, 1)))
            else:
                low, high = _RANGES[self.trial % len(_RANGES)]
                self.values[key] = MP.mpf(drawn) / SAMPLES * (high - low) + low
        return self.values[key]

    def number(self, value: fractions.Fraction) -> Any:
        return value if self.exact else MP.mpf(value.numerator) / value.denominator


class Evaluator:
    """Values of Terms at one point, each worked out once as long as the evaluator lives."""

    def __init__(self, point: Point) -> None:
        self.point = point
        # Which cases and branches this point has led to.
        self.reached: set[tuple[nt.Term, int]] = set()
        self.known: dict[tuple[int, Key | None, Rows], Dual] = {}
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
        """The value, and the derivative by `seed`; `rows` says which position each index means.

        Terms are known again by identity: whoever asks keeps them alive.
        """
        key = (id(term), seed, rows)
        if key not in self.known:
            self.known[key] = self.kinds[type(term)](term, seed, rows)
        return self.known[key]

    def constant_dual(self, value: Any) -> Dual:
        return Dual(value, value * 0)

    def number(self, term: nt.Number, seed: Key | None, rows: Rows) -> Dual:
        return self.constant_dual(self.point.number(term.number))

    def constant(self, term: nt.Constant, seed: Key | None, rows: Rows) -> Dual:
        return self.constant_dual(getattr(MP, term.name) + MP.mpf(0))

    def symbol(self, term: nt.Symbol, seed: Key | None, rows: Rows) -> Dual:
        if term.name in self.point.places or any(term.name == index for index, _ in rows):
            (place,) = self.places((term.name,), rows)
            return self.constant_dual(self.point.number(fractions.Fraction(place)))
        return self.entry((term.name, ()), seed)

    def indexed(self, term: nt.Indexed, seed: Key | None, rows: Rows) -> Dual:
        return self.entry((term.name, self.places(term.indices, rows)), seed)

    def entry(self, key: Key, seed: Key | None) -> Dual:
        return Dual(self.point[key], self.point.number(fractions.Fraction(int(key == seed))))

    def places(self, indices: tuple[str, ...], rows: Rows) -> tuple[int, ...]:
        """The positions that the indices mean here."""
        known = dict(rows)
        return tuple(known[i] if i in known else self.point.places[i] for i in indices)

    def delta(self, term: nt.Delta, seed: Key | None, rows: Rows) -> Dual:
        first, second = self.places(term.indices, rows)
        return self.constant_dual(self.point.number(fractions.Fraction(int(first == second))))

    def abbreviation(self, term: nt.Abbreviation, seed: Key | None, rows: Rows) -> Dual:
        if seed is None or seed != (term.name, self.places(term.indices, rows)):
            return self.dual(term.definition, seed, rows)
        value = self.dual(term.definition, None, rows).value
        return Dual(value, self.point.number(fractions.Fraction(1)))

    def negative(self, term: nt.Negative, seed: Key | None, rows: Rows) -> Dual:
        inner = self.dual(term.term, seed, rows)
        return Dual(-inner.value, -inner.slope)

    def sum(self, term: nt.Sum, seed: Key | None, rows: Rows) -> Dual:
        parts = [self.dual(part, seed, rows) for part in term.terms]
        return Dual(sum(part.value for part in parts), sum(part.slope for part in parts))

    def product(self, term: nt.Product, seed: Key | None, rows: Rows) -> Dual:
        first, *rest = (self.dual(factor, seed, rows) for factor in term.factors)
        value, slope = first.value, first.slope
        for factor in rest:
            value, slope = value * factor.value, slope * factor.value + value * factor.slope
        return Dual(value, slope)

    def fraction(self, term: nt.Fraction, seed: Key | None, rows: Rows) -> Dual:
        top, bottom = (self.dual(part, seed, rows) for part in term.children)
        if bottom.value == 0:
            raise Undefined
        value = top.value / bottom.value
        return Dual(value, (top.slope - value * bottom.slope) / bottom.value)

    def power(self, term: nt.Power, seed: Key | None, rows: Rows) -> Dual:
        base, exponent = (self.dual(part, seed, rows) for part in term.children)
        if base.value == 0 and base.slope == 0 and real(exponent.value) > 0:
            return self.constant_dual(base.value)
        if base.value == 0 and not (exponent.value == int(exponent.value) and exponent.value >= 0):
            raise Undefined
        if self.point.exact or base.value == 0:
            n = int(exponent.value)
            slope = n * base.value ** (n - 1) * base.slope if n else base.slope * 0
            return Dual(base.value**n, slope)
        if MP.mag(exponent.value) > LARGEST_EXPONENT:
            raise Undefined
        value = base.value**exponent.value
        slope = exponent.value * base.value ** (exponent.value - 1) * base.slope
        if exponent.slope != 0:
            slope += value * MP.log(base.value) * exponent.slope
        return Dual(value, slope)

    def call(self, term: nt.Call, seed: Key | None, rows: Rows) -> Dual:
        duals = [self.dual(argument, seed, rows) for argument in term.arguments]
        numbers = [dual.value for dual in duals]
        value = value_of(term.declared, numbers)
        if branches(term):
            self.reached.add((term, branch(term, numbers, value)))
        if term.function in SELECTING:
            return Dual(value, _taken_slope(value, duals))
        slopes = (
            slope_of(term.declared, numbers, place) * dual.slope
            for place, dual in enumerate(duals)
            if dual.slope != 0
        )
        return Dual(value, sum(slopes, value * 0))

    def cases(self, term: nt.Cases, seed: Key | None, rows: Rows) -> Dual:
        for place, case in enumerate(term.cases):
            if self.holds(case.condition, rows):
                self.reached.add((case.condition, place))
                return self.dual(case.body, seed, rows)
        raise Undefined

    def holds(self, condition: nt.Term, rows: Rows) -> bool:
        """Whether a condition holds at the point."""
        match condition:
            case nt.Comparison():
                sides = (real(self.dual(side, None, rows).value) for side in condition.children)
                return COMPARED[condition.sign](*sides)
            case nt.Junction():
                parts = [self.holds(part, rows) for part in condition.conditions]
                return all(parts) if condition.word == "and" else any(parts)
        return isinstance(condition, nt.Otherwise)

    def big_sum(self, term: nt.BigSum, seed: Key | None, rows: Rows) -> Dual:
        outer = tuple(pair for pair in rows if pair[0] != term.index)
        first, last = (
            int(self.dual(bound, None, rows).value) for bound in (term.lower, term.upper)
        )
        parts = [
            self.dual(term.body, seed, (*outer, (term.index, row)))
            for row in range(first, last + 1)
        ]
        zero = self.point.number(fractions.Fraction(0))
        return Dual(
            sum((part.value for part in parts), zero), sum((part.slope for part in parts), zero)
        )

    def partial(self, term: nt.Partial, seed: Key | None, rows: Rows) -> Dual:
        if seed is not None:
            raise TypeError("a Partial inside a Partial cannot be evaluated")
        by = (term.variable.name, self.places(nt.indices_of(term.variable), rows))
        inner = self.dual(term.body, by, rows)
        return Dual(inner.slope, inner.slope * 0)


def _taken_slope(value: Any, duals: Sequence[Dual]) -> Any:
    """The slope of what is largest or smallest; where two with different slopes meet there is none."""
    first, *others = (dual.slope for dual in duals if dual.value == value)
    if any(slope != first for slope in others):
        raise Undefined
    return first


@nt.each_term
def _in_full(term: nt.Term) -> nt.Term:
    """`term` with what its abbreviations stand for."""
    if isinstance(term, nt.Abbreviation):
        return _in_full(term.definition)
    children = tuple(_in_full(child) for child in term.children)
    return term.rebuild(children) if children else term


@nt.each_term
def _text(term: nt.Term) -> str:
    return repr(_in_full(term))


class Again(Exception):
    """One more part is out of reach: evaluate from the start."""


class Abstracting(Evaluator):
    """Takes the parts whose values are out of reach, exp(exp(exp(exp(9)))), for any numbers with any slopes.

    What holds for all values of a part holds for the one that it has: this finds fault with more, not with less.
    """

    def __init__(self, point: Point, parts: set[nt.Term]) -> None:
        super().__init__(point)
        self.parts = parts

    def dual(self, term: nt.Term, seed: Key | None, rows: Rows) -> Dual:
        if isinstance(term, nt.Abbreviation) or _in_full(term) not in self.parts:
            return super().dual(term, seed, rows)
        name = f"{self.point.seed}/{self.point.trial}/{_text(term)}/{rows}"
        value, slope = (random.Random(key).randint(1, SAMPLES) for key in (name, f"{name}/{seed}"))
        varies = seed is not None and seed[0] in term.names
        return Dual(1 + MP.mpf(value) / SAMPLES, MP.mpf(slope if varies else 0) / SAMPLES)

    def call(self, term: nt.Call, seed: Key | None, rows: Rows) -> Dual:
        try:
            return super().call(term, seed, rows)
        except (Undefined, OverflowError):
            inner = {_in_full(part) for part in term.arguments}
            new = {part for part in inner - self.parts if part.children}
            if not new:
                raise
            self.parts |= new
            raise Again from None
