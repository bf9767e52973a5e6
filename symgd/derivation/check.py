"""Is before = after? How do we know?

Both sides are evaluated with dual numbers (a value and its derivative together, so that an unfinished Partial has a
value) at random points, Σ unrolled to a few terms, each count to another number of them, so that mixed up indices are
seen. Where both sides are rational in their symbols the numbers are exact, and the probability that different sides agree by chance is at most (degree / size of the sample set) for each
trial, by the Schwartz-Zippel lemma; else they are taken to 30 digits. Nothing here knows the rules.
"""

from __future__ import annotations

import fractions
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import mpmath
import sympy

from symgd import notation as nt
from symgd.derivation.tree import Check

# How many terms the first, second, third count of a formula has; a free index stays within the fewest.
SIZES = (3, 2, 4)
TRIALS = 3
SAMPLES = 2**20
MAX_EXACT_EXPONENT = 24
DIGITS = 30

_MP = mpmath.mp.clone() if hasattr(mpmath.mp, "clone") else mpmath.MPContext()
_MP.dps = DIGITS


class Undefined(ArithmeticError):
    """The expression has no value at this point."""


@dataclass(frozen=True)
class Dual:
    """A value and its derivative by the seed; the derivative of an unfinished Partial is not known."""

    value: Any
    slope: Any


_FUNCTIONS: Mapping[str, tuple[Callable[[Any], Any], Callable[[Any], Any]]] = {
    "exp": (_MP.exp, _MP.exp),
    "log": (_MP.log, lambda z: 1 / z),
    "sqrt": (_MP.sqrt, lambda z: 1 / (2 * _MP.sqrt(z))),
    "sin": (_MP.sin, _MP.cos),
    "cos": (_MP.cos, lambda z: -_MP.sin(z)),
    "tan": (_MP.tan, lambda z: _MP.sec(z) ** 2),
    "asin": (_MP.asin, lambda z: (1 - z * z) ** _MP.mpf(-0.5)),
    "acos": (_MP.acos, lambda z: -((1 - z * z) ** _MP.mpf(-0.5))),
    "atan": (_MP.atan, lambda z: 1 / (1 + z * z)),
    "sinh": (_MP.sinh, _MP.cosh),
    "cosh": (_MP.cosh, _MP.sinh),
    "tanh": (_MP.tanh, lambda z: _MP.sech(z) ** 2),
    "abs": (abs, _MP.sign),
    "sign": (_MP.sign, lambda z: z * 0),
}


# One number: a name, and the positions of its indices.
Key = tuple[str, tuple[int, ...]]

# What each index means: its name and its position.
Rows = tuple[tuple[str, int], ...]


class Point:
    """Random values for every name, an indexed one having one for each position of its indices."""

    def __init__(self, seed: int, trial: int, exact: bool, counts: frozenset[str]) -> None:
        self.seed = seed
        self.exact = exact
        self.sizes = {name: SIZES[n % len(SIZES)] for n, name in enumerate(sorted(counts))}
        self.trial = trial
        self.values: dict[Key, Any] = {}

    def place(self, index: str) -> int:
        """Where a free index stands at this point."""
        return random.Random(f"{self.seed}/{self.trial}/{index}").randint(1, min(SIZES))

    def __getitem__(self, key: Key) -> Any:
        if key[0] in self.sizes and not key[1]:
            return self.number(fractions.Fraction(self.sizes[key[0]]))
        if key not in self.values:
            source = random.Random(f"{self.seed}/{self.trial}/{key}")
            drawn = source.randint(1, SAMPLES)
            if self.exact:
                self.values[key] = fractions.Fraction(drawn * source.choice((-1, 1)))
            else:
                low, high = ((0.2, 0.9), (1.1, 2.5), (-0.9, 0.9), (-2.5, 2.5))[self.trial % 4]
                self.values[key] = _MP.mpf(drawn) / SAMPLES * (high - low) + low
        return self.values[key]

    def number(self, value: fractions.Fraction) -> Any:
        return value if self.exact else _MP.mpf(value.numerator) / value.denominator


class Evaluator:
    """Values of Terms at one point, each worked out once as long as the evaluator lives."""

    def __init__(self, point: Point) -> None:
        self.point = point
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
        return self.constant_dual(getattr(_MP, term.name) + _MP.mpf(0))

    def symbol(self, term: nt.Symbol, seed: Key | None, rows: Rows) -> Dual:
        if any(term.name == index for index, _ in rows):
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
        return tuple(known[i] if i in known else self.point.place(i) for i in indices)

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
        if base.value == 0 and not (exponent.value == int(exponent.value) and exponent.value >= 0):
            raise Undefined
        if self.point.exact or base.value == 0:
            n = int(exponent.value)
            slope = n * base.value ** (n - 1) * base.slope if n else base.slope * 0
            return Dual(base.value**n, slope)
        value = base.value**exponent.value
        slope = exponent.value * base.value ** (exponent.value - 1) * base.slope
        if exponent.slope != 0:
            slope += value * _MP.log(base.value) * exponent.slope
        return Dual(value, slope)

    def call(self, term: nt.Call, seed: Key | None, rows: Rows) -> Dual:
        function, derivative = _FUNCTIONS[term.function]
        inner = self.dual(term.argument, seed, rows)
        try:
            return Dual(function(inner.value), derivative(inner.value) * inner.slope)
        except (ZeroDivisionError, ValueError):
            raise Undefined from None

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
        self.counts: frozenset[str] = frozenset()
        self.kept: list[nt.Term] = []
        self.evaluators: dict[tuple[int, bool], Evaluator] = {}

    def equal(self, before: nt.Term, after: nt.Term) -> Check:
        """Whether two Terms agree at all points."""
        exact = is_rational(before) and is_rational(after)
        self._keep(before, after)

        def values(evaluator: Evaluator) -> tuple[Any, Any]:
            return evaluator.dual(before, None, ()).value, evaluator.dual(after, None, ()).value

        check = self._compare(values, exact)
        if not exact:
            return check
        bound = min(1.0, _difference_degree(before, after) / (2 * SAMPLES)) ** check.trials
        return Check(check.method, check.passed, check.trials, self.seed, bound)

    def against_sympy(self, result: nt.Term, body: nt.Term, variable: nt.Variable) -> Check:
        """Compare a result with `sympy.diff` of the body, which took no part in the derivation."""
        entry = isinstance(variable, nt.Indexed)
        expected = None if entry else _real_derivative(body.value, sympy.Symbol(variable.name))
        if result.value == expected:
            return Check("sympy", True, 0, self.seed, note="the same as sympy.diff, term for term")
        self._keep(result, body)

        def values(evaluator: Evaluator) -> tuple[Any, Any]:
            ours = evaluator.dual(result, None, ()).value
            point = evaluator.point
            known = _unrolled_derivative(body, variable, point) if expected is None else expected
            return ours, _sympy_value(known, point, {})

        check = self._compare(values, is_rational(result) and is_rational(body))
        note = (
            "equal to sympy.diff of the sums written out"
            if entry
            else "equal to sympy.diff in value, in another form"
        )
        note = note if check.passed else check.note
        return Check("sympy", check.passed, check.trials, self.seed, note=note)

    def _keep(self, *terms: nt.Term) -> None:
        """Keep the Terms alive, so that none of their identities is used again."""
        self.kept += terms
        counts = self.counts.union(*map(_counts, terms))
        if counts != self.counts:
            self.counts = counts
            self.evaluators.clear()

    def _compare(self, values: Callable[[Evaluator], tuple[Any, Any]], exact: bool) -> Check:
        method, done = "exact" if exact else "numeric", 0
        for trial in range(8 * TRIALS):
            if (trial, exact) not in self.evaluators:
                point = Point(self.seed, trial, exact, self.counts)
                self.evaluators[trial, exact] = self.evaluator(point)
            try:
                left, right = values(self.evaluators[trial, exact])
            except (Undefined, ZeroDivisionError, OverflowError):
                continue
            done += 1
            agree = left == right if exact else _close(left, right)
            if not agree or done == TRIALS:
                return Check(method, bool(agree), done, self.seed)
        note = (
            "both sides have a value at few points"
            if done
            else "no point was found at which both sides have a value"
        )
        return Check(method, done > 0, done, self.seed, note=note)


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


def _real_derivative(value: sympy.Expr, name: sympy.Symbol) -> sympy.Expr:
    """SymPy's derivative; absolute values and signs are taken of real numbers."""
    if not value.has(sympy.Abs, sympy.sign):
        return value.diff(name)
    real = {
        s: sympy.Dummy(s.name, real=True) for s in value.free_symbols if isinstance(s, sympy.Symbol)
    }
    back = {dummy: symbol for symbol, dummy in real.items()}
    return value.xreplace(real).diff(real.get(name, name)).xreplace(back)


def _close(left: Any, right: Any) -> bool:
    scale = max(abs(left), abs(right), 1)
    return bool(abs(left - right) <= scale * _MP.mpf(10) ** (-DIGITS + 10))


def is_rational(term: nt.Term) -> bool:
    """Whether a Term is a rational function of its symbols, small enough for exact arithmetic."""
    if isinstance(term, nt.Call | nt.Constant):
        return False
    if isinstance(term, nt.Power) and not _small_integer(term.exponent):
        return False
    if isinstance(term, nt.Abbreviation):
        return is_rational(term.definition)
    return all(is_rational(child) for child in term.children)


def _small_integer(exponent: nt.Term) -> bool:
    bare = exponent.term if isinstance(exponent, nt.Negative) else exponent
    if not isinstance(bare, nt.Number):
        return False
    return bare.number.denominator == 1 and abs(bare.number) <= MAX_EXACT_EXPONENT


def _counts(term: nt.Term) -> frozenset[str]:
    """The names that stand for how many terms a Σ has."""
    below = [_counts(child) for child in term.children]
    if isinstance(term, nt.Abbreviation):
        below.append(_counts(term.definition))
    found = frozenset().union(*below)
    return (
        (found | term.upper.names | term.lower.names) - {term.index}
        if isinstance(term, nt.BigSum)
        else found
    )


def _difference_degree(before: nt.Term, after: nt.Term) -> int:
    (a, b), (c, d) = _degrees(before), _degrees(after)
    return max(a + d, b + c)


def _degrees(term: nt.Term) -> tuple[int, int]:
    """Upper bounds of the degrees of numerator and denominator."""
    parts = [_degrees(child) for child in term.children]
    match term:
        case nt.Number():
            return 0, 0
        case nt.Abbreviation():
            return _degrees(term.definition)
        case nt.Sum():
            return _sum_degrees(parts)
        case nt.BigSum():
            return _sum_degrees(parts * _most_terms(term))
        case nt.Product():
            return sum(n for n, _ in parts), sum(d for _, d in parts)
        case nt.Fraction():
            (n, d), (p, q) = parts
            return n + q, d + p
        case nt.Power():
            exponent = term.exponent
            bare = exponent.term if isinstance(exponent, nt.Negative) else exponent
            times = int(abs(bare.number)) if isinstance(bare, nt.Number) else 0
            return max(parts[0]) * times, max(parts[0]) * times
        case nt.Partial():
            (n, d) = parts[0]
            return n + d, 2 * d
        case nt.Negative():
            return parts[0]
    return 1, 0


def _most_terms(term: nt.BigSum) -> int:
    """How many terms a Σ has at most, at any point."""
    if isinstance(term.upper, nt.Symbol) and isinstance(term.lower, nt.Number):
        return max(0, max(SIZES) + 1 - int(term.lower.number))
    first, last = term.lower.value, term.upper.value
    most = {symbol: max(SIZES) for symbol in last.free_symbols}
    return max(0, int(last.subs(most)) + 1 - int(first.subs(dict.fromkeys(first.free_symbols, 1))))


def _sum_degrees(parts: list[tuple[int, int]]) -> tuple[int, int]:
    below = sum(d for _, d in parts)
    return max((n + below - d for n, d in parts), default=0), below


def _sympy_value(expression: sympy.Expr, point: Point, rows: Mapping[sympy.Symbol, int]) -> Any:
    """The value of a SymPy expression at a point, Σ unrolled."""

    def value(part: sympy.Expr) -> Any:
        return _sympy_value(part, point, rows)

    match expression:
        case sympy.Rational():
            return point.number(fractions.Fraction(expression.p, expression.q))
        case sympy.Symbol():
            if expression in rows:
                return point.number(fractions.Fraction(rows[expression]))
            return point[expression.name, ()]
        case sympy.Indexed():
            places = tuple(_place(index, point, rows) for index in expression.indices)
            return point[str(expression.base), places]
        case sympy.KroneckerDelta():
            first, second = (_place(index, point, rows) for index in expression.indices)
            return point.number(fractions.Fraction(int(first == second)))
        case sympy.Add():
            return sum(value(part) for part in expression.args)
        case sympy.Mul():
            result = point.number(fractions.Fraction(1))
            for part in expression.args:
                result *= value(part)
            return result
        case sympy.Pow():
            exponent = value(expression.exp)
            return value(expression.base) ** (int(exponent) if point.exact else exponent)
        case sympy.Sum():
            return _sympy_sum(expression, point, rows)
        case sympy.Function():
            names = {cls: name for name, cls in nt.FUNCTIONS.items()}
            return _FUNCTIONS[names[type(expression)]][0](value(expression.args[0]))
    return _MP.mpf(sympy.N(expression, DIGITS))


def _place(index: sympy.Expr, point: Point, rows: Mapping[sympy.Symbol, int]) -> int:
    """The position that an index means."""
    if isinstance(index, sympy.Integer):
        return int(index)
    return rows[index] if index in rows else point.place(index.name)


def _sympy_sum(expression: sympy.Sum, point: Point, rows: Mapping[sympy.Symbol, int]) -> Any:
    """A sum over one index or several; the last one is the outermost."""
    *inner, (index, *bounds) = expression.limits
    first, last = (int(_sympy_value(bound, point, rows)) for bound in bounds)
    body = sympy.Sum(expression.function, *inner) if inner else expression.function
    return sum(
        (_sympy_value(body, point, {**rows, index: row}) for row in range(first, last + 1)),
        point.number(fractions.Fraction(0)),
    )


def _unrolled_derivative(body: nt.Term, variable: nt.Variable, point: Point) -> sympy.Expr:
    """`sympy.diff` of `body` with its sums written out and its free indices put in, by one entry of a vector.

    SymPy's derivatives by an entry with a symbol for its index do not heed a Σ that binds the same symbol.
    """
    free = {sympy.Symbol(name): size for name, size in point.sizes.items()}
    for index in (*nt.indices_of(body), *nt.indices_of(variable)):
        free[sympy.Symbol(index)] = point.place(index)
    written, by = body.value.subs(free).doit(), variable.value.subs(free)
    entries = {entry: sympy.Dummy(str(entry)) for entry in written.atoms(sympy.Indexed) | {by}}
    derivative = _real_derivative(written.xreplace(entries), entries[by])
    return derivative.xreplace({dummy: entry for entry, dummy in entries.items()})
