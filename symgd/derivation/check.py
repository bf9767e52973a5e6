"""Is before = after? How do we know?

Both sides are evaluated with dual numbers (a value and its derivative together, so that an unfinished Partial has a
value) at random points, Σ unrolled to a few terms, each count to another number of them, so that mixed up indices are
seen. Where both sides are rational in their symbols the numbers are exact, and the probability that different sides
agree by chance is at most (degree / size of the sample set) for each trial, by the Schwartz-Zippel lemma; else they are taken to 30 digits. Nothing here knows the rules.
"""

from __future__ import annotations

import fractions
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import sympy

from symgd import notation as nt
from symgd.derivation.degrees import difference_degree, is_rational
from symgd.derivation.numeric import (
    COMPARED,
    MORE_DIGITS,
    MP,
    Undefined,
    branch,
    branches,
    close,
    is_real,
    real,
    slope_of,
    value_of,
)
from symgd.derivation.sympy_check import real_derivative, sympy_value, unrolled_derivative
from symgd.derivation.tree import Check
from symgd.derivation.unrolled import NOTHING, Unrolling, unrolling_of

TRIALS = 3
SAMPLES = 2**20
LARGEST_EXPONENT = 32  # as a power of two
TRIES = 24  # points at most, where some have no value
MAX_DEGREE = 2000  # of rational Terms that are checked exactly


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
        self.places: Mapping[str, int] = unrolling.places(trial)
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
        value = value_of(term.function, numbers)
        slopes = (
            slope_of(term.function, numbers, place) * dual.slope
            for place, dual in enumerate(duals)
            if dual.slope != 0
        )
        if branches(term):
            self.reached.add((term, branch(term, numbers, value)))
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
        indices = () if isinstance(term.variable, nt.Symbol) else term.variable.indices
        by = (term.variable.name, self.places(indices, rows))
        inner = self.dual(term.body, by, rows)
        return Dual(inner.slope, inner.slope * 0)


class Checker:
    """Compares Terms at the same random points, and remembers the values of sub-terms that it has seen.

    Parameters
    ----------
    seed : int
        Gives the same points again.
    """

    # Further kinds of Terms come with an evaluator that knows them.
    evaluator: type[Evaluator] = Evaluator

    def __init__(self, seed: int = 0) -> None:
        self.seed = seed
        self.unrolling = Unrolling()
        self.kept: list[nt.Term] = []
        self.evaluators: dict[tuple[int, bool], Evaluator] = {}

    def equal(self, before: nt.Term, after: nt.Term) -> Check:
        """Whether two Terms agree at all points."""
        exact = is_rational(before) and is_rational(after)
        exact = exact and difference_degree(before, after) <= MAX_DEGREE
        self.keep(before, after)

        def values(evaluator: Evaluator) -> tuple[Any, Any]:
            return evaluator.dual(before, None, ()).value, evaluator.dual(after, None, ()).value

        check = self._compare(values, exact, _wanted(before) | _wanted(after))
        if not exact:
            return check
        bound = min(1.0, difference_degree(before, after) / (2 * SAMPLES)) ** check.trials
        return Check(check.method, check.passed, check.trials, self.seed, bound)

    def against_sympy(self, result: nt.Term, body: nt.Term, variable: nt.Variable) -> Check:
        """Compare a result with `sympy.diff` of the body, which took no part in the derivation."""
        entry = isinstance(variable, nt.Indexed)
        expected = None if entry else real_derivative(body.value, sympy.Symbol(variable.name))
        if result.value == expected:
            return Check("sympy", True, 0, self.seed, note="the same as sympy.diff, term for term")
        if expected is not None and expected.has(sympy.zoo, sympy.nan):
            return self.by_slopes(result, body, variable, "sympy.diff has no value here")
        self.keep(result, body, nt.Partial(body, variable))

        def values(evaluator: Evaluator) -> tuple[Any, Any]:
            point = evaluator.point
            evaluator.dual(body, None, ())  # what is derived has a value here
            ours = evaluator.dual(result, None, ()).value
            known = unrolled_derivative(body, variable, point) if expected is None else expected
            return ours, sympy_value(known, point, {})

        exact = is_rational(result) and is_rational(body)
        exact = exact and difference_degree(result, body) <= MAX_DEGREE
        check = self._compare(values, exact, _wanted(result))
        note = (
            "equal to sympy.diff in value, with the sums written out"
            if entry
            else "equal to sympy.diff in value, in another form"
        )
        note = note if check.passed else check.note
        return Check("sympy", check.passed, check.trials, self.seed, note=note)

    def by_slopes(
        self, result: nt.Term, body: nt.Term, variable: nt.Variable, reason: str
    ) -> Check:
        """Compare a result with the slopes of the body at random points, where SymPy gives no answer."""
        check = self.equal(nt.Partial(body, variable), result)
        note = f"equal to the slopes at random points; {reason}"
        return replace(check, note=note if check.passed else check.note)

    def keep(self, *terms: nt.Term) -> None:
        """Keep the Terms alive, so that none of their identities is used again, and know what their sums go over."""
        self.kept += terms
        unrolling = self.unrolling
        for term in terms:
            new = unrolling_of(term)
            unrolling = unrolling if new is NOTHING else unrolling.joined(new)
        if unrolling != self.unrolling:
            self.unrolling = unrolling
            self.evaluators.clear()

    def _compare(
        self,
        values: Callable[[Evaluator], tuple[Any, Any]],
        exact: bool,
        wanted: frozenset[tuple[nt.Term, int]] = frozenset(),
    ) -> Check:
        """Compare at real points; where there are none, at any."""
        check = self._compare_at(values, exact, wanted, real_only=True)
        if check.trials or exact:
            return check
        return self._compare_at(values, exact, wanted, real_only=False)

    def _compare_at(
        self,
        values: Callable[[Evaluator], tuple[Any, Any]],
        exact: bool,
        wanted: frozenset[tuple[nt.Term, int]],
        real_only: bool,
    ) -> Check:
        method, done, missing = "exact" if exact else "numeric", 0, set(wanted)
        for trial in range(TRIES):
            evaluator = self._evaluator(trial, exact)
            try:
                left, right = values(evaluator)
            except (Undefined, ZeroDivisionError, OverflowError):
                continue
            if real_only and not (is_real(left) and is_real(right)):
                continue
            done += 1
            missing -= evaluator.reached
            agree = left == right if exact else close(left, right)
            if not agree and (exact or not self._agree_in_more_digits(values, trial)):
                return Check(method, False, done, self.seed)
            if done >= TRIALS and not missing:
                return Check(method, True, done, self.seed)
        return Check(method, done > 0, done, self.seed, note=_shortfall(done, bool(missing)))

    def _evaluator(self, trial: int, exact: bool) -> Evaluator:
        if (trial, exact) not in self.evaluators:
            point = Point(self.seed, trial, exact, self.unrolling)
            self.evaluators[trial, exact] = self.evaluator(point)
        return self.evaluators[trial, exact]

    def _agree_in_more_digits(
        self, values: Callable[[Evaluator], tuple[Any, Any]], trial: int
    ) -> bool:
        """Whether a difference goes away with more digits: then it was cancellation."""
        with MP.workdps(MORE_DIGITS):
            try:
                left, right = values(self.evaluator(Point(self.seed, trial, False, self.unrolling)))
            except (Undefined, ZeroDivisionError, OverflowError):
                return False
            return close(left, right)


def _shortfall(done: int, missing: bool) -> str:
    """What a check did not come to."""
    if not done:
        return "no point was found at which both sides have a value"
    if done < TRIALS:
        return "both sides have a value at few points"
    return "not every case was reached by a point" if missing else ""


@nt.each_term
def _wanted(term: nt.Term) -> frozenset[tuple[nt.Term, int]]:
    """The cases and branches that points should lead to."""
    found: set[tuple[nt.Term, int]] = set().union(*map(_wanted, term.children))
    match term:
        case nt.Cases():
            found |= {(case.condition, place) for place, case in enumerate(term.cases)}
        case nt.Call():
            found |= {(term, number) for number in branches(term)}
        case nt.Abbreviation():
            found |= _wanted(term.definition)
    return frozenset(found)


def check_equal(before: nt.Term, after: nt.Term, seed: int = 0) -> Check:
    """Compare two Terms at random points.

    Examples
    --------
    >>> from symgd.parsing import parse
    >>> check_equal(parse("(a + b)^2"), parse("a^2 + 2*a*b + b^2")).passed
    True
    >>> check_equal(parse("(a + b)^2"), parse("a^2 + b^2")).passed
    False
    """
    return Checker(seed).equal(before, after)
