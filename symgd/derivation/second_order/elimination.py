"""Normal equations with numbers: the sums worked out from data, and Gauss's elimination in exact fractions.

With floats a pivot that is zero comes out as 1e-17, and equations that leave many solutions get one, any one. A
Fraction is zero only where it is zero, so that a pivot is never chosen by its size, the parameters keep their order, and
each line follows from those before it exactly. Sums that are not rational (of exp xᵢ, for one) are rounded to 15 digits
once, before all this, which is said; after that the equations are as exact as others, and solve a problem next to
theirs. A fraction whose decimals do not end is written as a decimal at the end alone, with ≈, and never calculated with.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal, localcontext
from fractions import Fraction as Rational

from symgd.derivation.checking.point import Bindings
from symgd.derivation.checking.values import Values
from symgd.derivation.recorder import StepRecorder
from symgd.derivation.second_order.equations import ONE, EquationBuilder
from symgd.derivation.second_order.normal import NormalEquation
from symgd.errors import CheckFailed, DerivationError, either
from symgd.terms import (
    Abbreviation,
    Equation,
    Fraction,
    Negative,
    Number,
    Product,
    Symbol,
    Term,
    sum_of,
)
from symgd.terms.exact import MOST_BITS
from symgd.writing.exposition import Chain, Chapter, Premise
from symgd.writing.formulas.rounding import scientific
from symgd.writing.formulas.text import text
from symgd.writing.steps import Check, Law
from symgd.writing.words import message

TAKE_AWAY = Law(
    "equations combined",
    "a = b, c = d ⟹ a − f c = b − f d",
    "{f} times the equation that begins with {gone} is taken away, so that {gone} falls out",
)
PUT_IN = Law("put in", "x = a ⟹ c·x = c·a", "{gone} = {value} is known, and goes to the right side")
WORK_OUT = Law("worked out", "2·3 + 1 = 7", "the numbers are worked out")
WORK_OUT_LAST = Law("divided", "6/4 = 1.5", "the numbers are worked out")
ROUND = Law("rounded", "1/15 ≈ 0.0667", "the fraction as a decimal number, rounded", relation="≈")
GIVEN = Premise("the sums of the data", "the sums over the data are worked out")
NUMBERS = Premise("the numbers put in", "worked out with these numbers")
REDUCED = Premise("from the elimination", "the equation that is left")
MOST = 12
SIGNIFICANT = 10  # significant digits of a rounded result
NO_ROOM = Rational(0)
DIGITS = 15  # significant digits that are worked with where numbers are not rational


@dataclass(frozen=True)
class Numbers:
    """The stationary point of given data, and how it was found.

    It is `least` where every pivot is positive: then the cost bends up in every direction, and this is its least value.
    """

    values: Mapping[str, Rational]
    chapters: tuple[Chapter, ...]
    least: bool


@dataclass(frozen=True)
class _Row:
    """One equation with numbers: what multiplies each parameter, and the right side."""

    coefficients: Mapping[str, Rational]
    constant: Rational

    @property
    def equation(self) -> Equation:
        terms = (_times(value, Symbol(name)) for name, value in self.coefficients.items() if value)
        return Equation(sum_of(tuple(terms)), shown(self.constant))

    def less(self, factor: Rational, other: _Row) -> _Row:
        """The equation less `factor` times the other."""
        left = {n: value - factor * other.coefficients[n] for n, value in self.coefficients.items()}
        return _Row(left, self.constant - factor * other.constant)


@dataclass
class NumberSolver:
    """Normal equations that are solved with the given numbers for the data, and the chapters that tell it."""

    rows: Sequence[NormalEquation]
    data: Values
    recorder: StepRecorder
    chapters: list[Chapter] = field(default_factory=list)

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names of what is looked for."""
        return tuple(row.name for row in self.rows)

    @property
    def premise(self) -> Premise:
        """Why an equation with numbers holds."""
        return GIVEN if self.data.bindings.has_rows else NUMBERS

    def lines(self) -> list[_Row]:
        """The equations with their numbers."""
        found, number_of = [], self.data.fraction
        for row in self.rows:
            pairs = zip(self.parameters, map(number_of, row.coefficients), strict=True)
            found.append(_Row(dict(pairs), number_of(row.equation.right)))
        return found

    def eliminated(self) -> Numbers:
        """Work the sums out, eliminate, and put back in; an error where the data leave many solutions."""
        parameters = self.parameters
        if len(parameters) > MOST:
            raise DerivationError(
                f"{len(parameters)} equations are too many to be solved step by step (at most {MOST})",
                f"use {either('descend', 'symgd fit')}",
            )
        self._sums()
        lines = self.lines()
        starts = tuple(Chain(None, line.equation, (), self.premise) for line in lines)
        heading = message("The normal equations with these numbers")
        self.chapters.append(Chapter(heading, starts, parameters))
        pivots = self._eliminate(lines)
        values = self._back(dict(zip(parameters, lines, strict=True)))
        return self._finished(values, least=all(pivot > 0 for pivot in pivots))

    def put_in(self, forms: Mapping[str, Term]) -> Numbers:
        """Put the sums of the data into each formula, in the order in which they need one another."""
        known, values = self._sums(), {}
        for name, form in forms.items():
            start = Equation(Symbol(name), form.substitute(known))
            builder = EquationBuilder(start, Symbol(name), self.recorder, self.premise)
            if isinstance(form, Fraction) and self.data.fraction(form.denominator) == 0:
                raise _many_values(name)
            values[name] = _worked_out(builder, rounded=self.data.rounded)
            known[Symbol(name)] = shown(values[name])
            heading = message("{name} with these numbers", name=Symbol(name))
            self.chapters.append(Chapter(heading, (builder.chain,), (name,)))
        return self._finished({name: values[name] for name in self.parameters}, self._bends_up())

    def _sums(self) -> dict[Term, Term]:
        """What each sum over the data comes to, if there are any."""
        found: dict[Abbreviation | Symbol, Term] = {}
        for row in self.rows:
            for term in (*row.coefficients, row.equation.right):
                for part in term.parts():
                    if isinstance(part, Abbreviation | Symbol):
                        found.setdefault(part, shown(self.data.fraction(part)))
        # S_x before S_xx.
        ordered = sorted(found, key=lambda term: (isinstance(term, Abbreviation), len(term.name)))
        chains = tuple(Chain(None, Equation(term, found[term]), ()) for term in ordered)
        if chains:
            self.chapters.append(Chapter(message("The sums of the data"), chains))
        return {term: found[term] for term in ordered}

    def _bends_up(self) -> bool:
        """Whether the matrix of one or two equations has positive leading minors."""
        matrix = [[*line.coefficients.values()] for line in self.lines()]
        if len(matrix) == 1:
            return matrix[0][0] > 0
        (a, b), (c, d) = matrix
        return a > 0 and a * d - b * c > 0

    def _eliminate(self, lines: list[_Row]) -> list[Rational]:
        """Below each pivot, zeros; answers the pivots."""
        pivots = []
        for column, name in enumerate(self.parameters):
            chosen = next(
                (n for n in range(column, len(lines)) if lines[n].coefficients[name]), None
            )
            if chosen is None:
                raise _many_values(name)
            lines[column], lines[chosen] = lines[chosen], lines[column]
            pivot = lines[column]
            pivots.append(pivot.coefficients[name] * (1 if chosen == column else -1))
            chains = []
            for below in range(column + 1, len(lines)):
                line = lines[below]
                if line.coefficients[name]:
                    factor = line.coefficients[name] / pivot.coefficients[name]
                    lines[below] = line.less(factor, pivot)
                    builder = EquationBuilder(line.equation, Symbol(name), self.recorder)
                    away = (shown(-factor), pivot.equation)
                    bindings = {"f": shown(factor), "gone": Symbol(name)}
                    after = lines[below].equation
                    builder.becomes(TAKE_AWAY, after, ONE, away, bindings=bindings)
                    chains.append(builder.chain)
            if chains:
                heading = message("Eliminate {name}", name=Symbol(name))
                self.chapters.append(Chapter(heading, tuple(chains), (name,)))
        return pivots

    def _back(self, lines: dict[str, _Row]) -> dict[str, Rational]:
        """From the last equation to the first, each parameter in its turn."""
        values: dict[str, Rational] = {}
        for name in reversed(lines):
            line = lines[name]
            builder = EquationBuilder(line.equation, Symbol(name), self.recorder, REDUCED)
            for other in lines:
                if other in values and line.coefficients[other]:
                    known = _Row({n: Rational(n == other) for n in lines}, values[other])
                    factor = line.coefficients[other]
                    line = line.less(factor, known)
                    away = (shown(-factor), known.equation)
                    bindings = {"gone": Symbol(other), "value": shown(values[other])}
                    builder.becomes(PUT_IN, line.equation, ONE, away, bindings=bindings)
            factor = line.coefficients[name]
            values[name] = line.constant / factor
            after = Equation(Symbol(name), shown(values[name]))
            if after != builder.equation:
                builder.divide(after, shown(factor))
            _round(builder, values[name])
            heading = message("Solve for {name} with these numbers", name=Symbol(name))
            self.chapters.append(Chapter(heading, (builder.chain,), (name,)))
        return {name: values[name] for name in lines}

    def _finished(self, values: Mapping[str, Rational], least: bool) -> Numbers:
        """The values checked, and what is known of the point said."""
        self._expect_solved(values)
        said = message(
            "Put into the normal equations, these numbers make both sides equal, exactly."
        )
        if self.data.rounded:
            said = message(
                "Sums that are not rational numbers were rounded to 15 digits before all this."
            )
        bowl = message("The cost bends up in every direction, so this is its least value.")
        *others, last = self.chapters
        told = replace(last, said=(said, bowl) if least else (said,))
        return Numbers(values, (*others, told), least)

    def _expect_solved(self, values: Mapping[str, Rational]) -> None:
        """The values put into the equations as they were before the elimination."""
        for name, line in zip(self.parameters, self.lines(), strict=True):
            left, right = [c * values[n] for n, c in line.coefficients.items()], line.constant
            room = max(map(abs, (*left, right))) / 10**SIGNIFICANT if self.data.rounded else 0
            if abs(sum(left) - right) > room:
                raise CheckFailed(f"the solution does not hold in the equation of {name}")


def _worked_out(builder: EquationBuilder, *, rounded: bool) -> Rational:
    """Numerator and denominator first, then the whole, then rounded where it has many digits."""

    def worked_out(term: Term) -> Rational:
        return to_digits(_value(term), DIGITS) if rounded else _value(term)

    form = builder.equation.right
    value = worked_out(form)
    if isinstance(form, Fraction):
        parts = (shown(worked_out(form.numerator)), shown(worked_out(form.denominator)))
        if not any("/" in text(part) for part in parts):  # a fraction over a fraction helps nobody
            _restated(builder, Fraction(*parts), WORK_OUT)
    if not rounded:
        _restated(builder, shown(value), WORK_OUT_LAST)
    _round(builder, value)
    return value


def _value(term: Term) -> Rational:
    """What a Term of numbers comes to."""
    return Values(Bindings({}, {})).fraction(term)


def to_digits(value: Rational, digits: int) -> Rational:
    """A number rounded to so many significant digits, however large or small it is."""
    return Rational(_decimal(value, digits))


def _decimal(value: Rational, digits: int) -> Decimal:
    with localcontext(Context(digits, Emax=MAX_EMAX, Emin=MIN_EMIN)):
        return Decimal(value.numerator) / Decimal(value.denominator)


def rounded(value: Rational, digits: int = SIGNIFICANT) -> Term:
    """A number as it is read, rounded: with a power of ten where its zeros would be more than its digits."""
    decimal = _decimal(value, digits).normalize(Context(digits, Emax=MAX_EMAX, Emin=MIN_EMIN))
    behind = Rational(decimal).denominator
    short = decimal.adjusted() < DIGITS and behind < 10 ** (DIGITS + 2)
    return shown(Rational(decimal)) if short else scientific(decimal)


def _restated(builder: EquationBuilder, after: Term, by: Law) -> None:
    """The right side worked out: exactly, or nearly where digits were dropped; nothing where it reads the same."""
    line = builder.equation
    if text(after) == text(line.right):
        return
    if _value(after) == _value(line.right):
        builder.becomes(by, Equation(line.left, after))
    else:
        nearly(builder, after, replace(by, relation="≈"))


def _round(builder: EquationBuilder, value: Rational) -> None:
    """x ≈ 0.0667 beneath x = 1/15."""
    after = rounded(value)
    if text(after) != text(builder.equation.right):
        nearly(builder, after, ROUND)


def nearly(
    builder: EquationBuilder,
    after: Term,
    by: Law,
    digits: int = SIGNIFICANT - 1,
    room: Rational = NO_ROOM,
) -> None:
    """A number in the place of the right side, with which it agrees to so many digits, or but for so much."""
    line = builder.equation
    old, new = _value(line.right), _value(after)
    close = abs(new - old) <= max(abs(old) * Rational(1, 10**digits), room)
    check = Check("arithmetic", close, 1, builder.recorder.checker.seed)
    builder.record(by, Equation(line.left, after), check)


def _many_values(name: str) -> DerivationError:
    return DerivationError(
        f"the data leave many values for {name}: the equations do not tell them apart",
        "give data in which the inputs vary more, or leave out a parameter",
    )


def shown(value: Rational) -> Term:
    """A number as it is read: with a decimal point where it ends soon, else as a fraction."""
    if max(value.numerator.bit_length(), value.denominator.bit_length()) > MOST_BITS:
        raise DerivationError(
            "a number here has too many digits to be written", "rescale the columns"
        )
    # Where decimals end, the denominator is a product of 2s and 5s: fewer than 60 of either, if it is so short.
    below = value.denominator
    short = below < 10 ** (DIGITS + 2) and 10**60 % below == 0
    term = Number(abs(value), decimal=short)
    return Negative(term) if value < 0 else term


def _times(value: Rational, parameter: Symbol) -> Term:
    if value < 0:
        return Negative(_times(-value, parameter))
    return parameter if value == 1 else Product((shown(value), parameter))
