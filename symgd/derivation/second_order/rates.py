"""The letters of one step of descent, and the bound on its rate with numbers.

The Hessian's entries are exact or have 20 right digits. With floats the least eigenvalue would be noise as soon as the
largest is 10¹⁶ times as large, and the best rate, which is made of both, with it; and no number of digits does for every
unit that a column may have. So rank and signs are found first, of the matrix with its rows and columns brought to one
size, which changes neither (Sylvester's law of inertia): there an eigenvalue below 10⁻¹⁸ is zero, whose sign would be
noise, and a cost that is flat must not be said to bend down. Of fractions nothing is noise: Descartes' rule of signs,
exact where all roots are real, counts them in the characteristic polynomial. Then the eigenvalues are worked out with more and more
digits, until all that are not zero have enough. Two eigenvalues are exact fractions where the root of the quadratic
formula is one; all others are printed with ten digits and ≈, and every printed line is compared with them to eight.
"""

from __future__ import annotations

import itertools
import math
import operator
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction as Rational
from functools import partial
from typing import Any

import mpmath

from symgd import terms as nt
from symgd.derivation.checking.numeric import DIGITS
from symgd.derivation.checking.values import Values
from symgd.derivation.recorder import StepRecorder
from symgd.derivation.second_order.elimination import (
    NO_ROOM,
    NUMBERS,
    ROUND,
    WORK_OUT,
    nearly,
    rounded,
    shown,
    to_digits,
)
from symgd.derivation.second_order.equations import EquationBuilder
from symgd.derivation.second_order.hessian import Hessian
from symgd.derivation.second_order.normal import free_letter, in_parameters
from symgd.errors import DerivationError, either
from symgd.writing.exposition import Chain, Chapter, Premise
from symgd.writing.formulas.rounding import About
from symgd.writing.words import message

WITH_DATA = Premise("the data put in", "worked out with the data")
EIGENVALUES = Premise(
    "eigenvalues", "the eigenvalues of this matrix, found numerically and rounded"
)
SIGNIFICANT = 10  # significant digits of a rounded number


FLAT = 18  # digits: an eigenvalue so far below the sizes of its rows is zero
MOST_DIGITS = 20_000  # that eigenvalues are worked out with
BALANCING = 8  # times that rows and columns are brought to one size


@dataclass(frozen=True)
class Rates:
    """Curvatures and rates of given data, and how they were found."""

    curvature: tuple[mpmath.mpf, ...]
    largest: mpmath.mpf | None
    best: mpmath.mpf | None
    chapters: tuple[Chapter, ...]


@dataclass(frozen=True)
class Letters:
    """The names of one step: the rate α, λ_min and λ_max (of one parameter the second derivative itself), and the rest.

    `after` is the cost after the step, as it depends on α; `hessian` has both orders of two names; `new` is the letter
    of the gradient after the step.
    """

    alpha: nt.Symbol
    least: nt.Symbol
    most: nt.Term
    after: nt.Abbreviation
    gradient: Mapping[str, nt.Abbreviation]
    hessian: Mapping[tuple[str, str], nt.Abbreviation]
    new: str

    @property
    def moved(self) -> dict[nt.Term, nt.Term]:
        """Each parameter after the step."""
        return {
            nt.Symbol(name): nt.minus(nt.Symbol(name), nt.Product((self.alpha, slope)))
            for name, slope in self.gradient.items()
        }

    @property
    def square(self) -> nt.Term:
        """g·g."""
        return nt.sum_of(tuple(nt.squared(slope) for slope in self.gradient.values()))

    @property
    def bend(self) -> nt.Term:
        """g·Hg: each pair of names once."""
        terms: list[nt.Term] = []
        for first, second in itertools.combinations_with_replacement(self.gradient, 2):
            entry = self.hessian[first, second]
            if first == second:
                terms.append(nt.Product((entry, nt.squared(self.gradient[first]))))
            else:
                both = (self.gradient[first], self.gradient[second])
                terms.append(nt.Product((nt.number(2), entry, *both)))
        return nt.sum_of(tuple(terms))


def letters_of(hessian: Hessian, taken: Collection[str] = ()) -> Letters:
    """Names for one step of descent that neither the cost itself uses nor are taken."""
    first = hessian.first
    assert first.definition is not None
    cost = in_parameters(first.definition, first)
    used = cost.names | {getattr(first.function, "name", "J"), *taken}
    free = partial(free_letter, used)
    g, h = free("g", "d", "r"), free("H", "K", "C")
    alpha = nt.Symbol(free("alpha", "eta", "epsilon"))
    slopes = {
        name: nt.Abbreviation(f"{g}_{name}", in_parameters(first[name].last, first))
        for name in first
    }
    entries: dict[tuple[str, str], nt.Abbreviation] = {}
    for above, below in hessian:
        entry = nt.Abbreviation(f"{h}_{above}_{below}", hessian[above, below].last)
        entries[above, below] = entries[below, above] = entry
    one = len(slopes) == 1
    lam = free("lambda", "kappa")
    most: nt.Term = next(iter(entries.values())) if one else nt.Symbol(f"{lam}_max")
    new, least = free("r", "q", "s"), nt.Symbol(f"{lam}_min")
    before = Letters(alpha, least, most, nt.Abbreviation("J", cost), slopes, entries, new)
    after = nt.Abbreviation(free("phi", "psi", "F"), cost.substitute(before.moved))
    return replace(before, after=after)


def real(value: Any) -> mpmath.mpf:
    """A number for mpmath, with the digits that it works with."""
    if isinstance(value, Rational):
        return mpmath.mpf(value.numerator) / value.denominator
    if getattr(value, "imag", 0) != 0:
        raise DerivationError(
            "the cost has no real value there", "look at the data and the parameters"
        )
    return mpmath.mpf(getattr(value, "real", value))


def eigenvalues(letters: Letters, value_of: Callable[[nt.Term], Any]) -> list[mpmath.mpf]:
    """The Hessian's, in ascending order, to 30 digits; those that are zero but for rounding are zero."""
    names = list(letters.gradient)
    entries = [[value_of(letters.hessian[row, other]) for other in names] for row in names]
    below, flat = _inertia(entries)
    digits = 2 * DIGITS
    while digits <= MOST_DIGITS:
        with mpmath.workdps(digits):
            found = sorted(map(mpmath.mpf, mpmath.eigsy(_matrix(entries), eigvals_only=True)))
            kept = [*found[:below], *found[below + flat :]]
            room = max(map(abs, found)) * mpmath.mpf(10) ** (DIGITS - digits)
            if all(abs(value) > room for value in kept):
                break
        digits *= 2
    else:
        raise DerivationError(
            "the curvatures are too far apart to be worked out", "rescale the columns"
        )
    with mpmath.workdps(DIGITS):
        return [*(+v for v in kept[:below]), *[mpmath.mpf(0)] * flat, *(+v for v in kept[below:])]


def _matrix(entries: Sequence[Sequence[Any]]) -> mpmath.matrix:
    return mpmath.matrix([[real(entry) for entry in row] for row in entries])


def _inertia(entries: Sequence[Sequence[Any]]) -> tuple[int, int]:
    """How many eigenvalues are below zero, and how many are zero."""
    if all(isinstance(entry, Rational) for row in entries for entry in row):
        return _exact_inertia(entries)
    with mpmath.workdps(2 * DIGITS):
        matrix = _matrix(entries)
        count = range(len(entries))
        for _ in range(BALANCING):
            largest = [max(abs(matrix[row, other]) for other in count) for row in count]
            sizes = [mpmath.sqrt(size) if size else mpmath.mpf(1) for size in largest]
            for row in count:
                for other in count:
                    matrix[row, other] /= sizes[row] * sizes[other]
        found = mpmath.eigsy(matrix, eigvals_only=True)
        room = mpmath.mpf(10) ** -FLAT
        return sum(v < -room for v in found), sum(abs(v) <= room for v in found)


def _exact_inertia(entries: Sequence[Sequence[Rational]]) -> tuple[int, int]:
    """The same of fractions, by the characteristic polynomial, which Faddeev and LeVerrier's recursion makes."""
    count = range(len(entries))
    power = [[Rational(0)] * len(entries) for _ in count]
    coefficients = [Rational(1)]
    for size in range(1, len(entries) + 1):
        for row in count:
            power[row][row] += coefficients[-1]
        columns = [*zip(*power, strict=True)]
        power = [
            [sum(map(operator.mul, row, column), NO_ROOM) for column in columns] for row in entries
        ]
        coefficients.append(-sum((power[row][row] for row in count), NO_ROOM) / size)
    while coefficients[-1] == 0:
        coefficients.pop()
    signs = [coefficient > 0 for coefficient in coefficients if coefficient]
    positive = sum(map(operator.ne, signs, signs[1:]))
    return len(coefficients) - 1 - positive, len(entries) + 1 - len(coefficients)


def rates_of(
    hessian: Hessian, letters: Letters, given: Values, exact: bool, recorder: StepRecorder
) -> Rates:
    """The curvatures of the data, and the rates that follow."""
    needed = {name for entry in letters.hessian.values() for name in entry.definition.names}
    unknown = needed - given.bindings.parameters
    missing = [name for name in letters.gradient if name in unknown]
    if missing:
        typed = f"--at {','.join(f'{name}=0' for name in missing)}"
        raise DerivationError(
            f"the curvatures of this cost depend on {', '.join(missing)}",
            f"say where: {either(f'at={dict.fromkeys(missing, 0)}', typed)}",
        )
    cost = hessian.first.definition
    if cost is not None and all(name in given.bindings.parameters for name in letters.gradient):
        real(given.value(cost))  # where the cost has no value, its curvature means nothing
    numbers = {name: given.fraction(name) for name in dict.fromkeys(letters.hessian.values())}
    lines = (nt.Equation(name, shown(value)) for name, value in numbers.items())
    entries = tuple(Chain(None, line, (), WITH_DATA) for line in lines)
    chapters = [Chapter(message("The second derivatives with these numbers"), entries)]
    found = eigenvalues(letters, given.value)
    # An entry that was rounded to 15 digits moves every eigenvalue by as much.
    room = to_digits(_fraction(max(map(abs, found))), 1) / 10**13 if given.rounded else NO_ROOM
    known: Sequence[Any] = _rational(*numbers.values()) or found
    chapters += _listed(letters, known, numbers, room, recorder)
    most, bent = found[-1], [value for value in found if value != 0]
    best = 2 / (bent[0] + most) if most > 0 and bent[0] > 0 and exact else None
    if most > 0:
        chapters.append(_numbers(letters, known, best, recorder))
    else:
        said = message("The cost bends up in no direction here, so nothing bounds the rate.")
        chapters[-1] = replace(chapters[-1], said=(said,))
    if not given.bindings.has_rows:
        chapters = [*map(_without_data, chapters)]
    return Rates(tuple(found), 2 / most if most > 0 else None, best, tuple(chapters))


def _without_data(chapter: Chapter) -> Chapter:
    """The chapter as it is told where there are numbers, and no data."""
    chains = (
        replace(chain, premise=NUMBERS) if chain.premise is WITH_DATA else chain
        for chain in chapter.chains
    )
    return replace(chapter, chains=tuple(chains))


def as_float(value: mpmath.mpf) -> float:
    """A curvature or a rate as a float; an error where there is no such float but 0 or infinity."""
    found = float(value)
    if math.isinf(found) or (found == 0) != (value == 0):
        raise DerivationError(
            "a curvature or a rate is too large or too small for a float",
            "read the text, or rescale the columns",
        )
    return found


def _shown(value: Any) -> nt.Term:
    """A rational number as it is, another one rounded."""
    return shown(value) if isinstance(value, Rational) else rounded(_fraction(value))


def _fraction(value: Any) -> Rational:
    """A number as the fraction that it is."""
    if isinstance(value, Rational):
        return value
    number = real(value)
    mantissa, exponent = number.man_exp
    size = Rational(int(mantissa)) * Rational(2) ** int(exponent)
    return -size if number < 0 else size


def _rational(*found: Rational) -> tuple[Rational, ...] | None:
    """The eigenvalues of a matrix of one row, or of two where the root of the quadratic formula ends, in ascending order."""
    if len(found) != 3:
        return found if len(found) == 1 else None
    a, b, c = found
    square = (a - c) ** 2 + 4 * b**2
    root = Rational(math.isqrt(square.numerator), math.isqrt(square.denominator))
    return ((a + c - root) / 2, (a + c + root) / 2) if root**2 == square else None


def _listed(
    letters: Letters,
    found: Sequence[Any],
    numbers: Mapping[nt.Abbreviation, Rational],
    room: Rational,
    recorder: StepRecorder,
) -> list[Chapter]:
    """The eigenvalues: by the quadratic formula where there are two, none for one, else as they are found."""
    if len(found) == 1:
        return []
    chains = []
    if len(found) == 2:
        known: dict[nt.Term, nt.Term] = {name: shown(value) for name, value in numbers.items()}
        for value, (name, root) in zip(reversed(found), roots(letters), strict=True):
            start = nt.Equation(name, root.substitute(known))
            chains.append(_worked_out(start, value, recorder, room))
    else:
        base = letters.least.name.removesuffix("_min")
        for rank, value in enumerate(found, 1):
            name = nt.Symbol(f"{base}_{rank}")
            chains.append(Chain(None, nt.Equation(name, _shown(value)), (), EIGENVALUES))
    return [Chapter(message("The curvatures with these numbers"), tuple(chains))]


def _numbers(
    letters: Letters, known: Sequence[Any], best: mpmath.mpf | None, recorder: StepRecorder
) -> Chapter:
    """2/λ_max and 2/(λ_min + λ_max)."""
    largest, two = known[-1], nt.number(2)
    with mpmath.workdps(DIGITS):
        bound = _put_in(nt.Fraction(two, letters.most), nt.Fraction(two, _shown(largest)), largest)
        chains = [_worked_out(bound, 2 / largest, recorder)]
        if best is not None and len(known) > 1:
            least = next(value for value in known if value != 0)
            below = nt.Sum((_shown(least), _shown(largest)))
            both = nt.Fraction(two, nt.Sum((letters.least, letters.most)))
            start = _put_in(both, nt.Fraction(two, below), least, largest)
            chains.append(_worked_out(start, 2 / (least + largest), recorder))
    return Chapter(message("The rates with these numbers"), tuple(chains))


def _put_in(left: nt.Term, right: nt.Term, *values: Any) -> nt.Equation:
    """What holds with numbers in the place of names: with ≈ where they were rounded."""
    exact = all(isinstance(value, Rational) and _shown(value) == shown(value) for value in values)
    return nt.Equation(left, right) if exact else About(left, right)


def _worked_out(
    start: nt.Equation, value: Any, recorder: StepRecorder, room: Rational = NO_ROOM
) -> Chain:
    """The right side as one number: exact where it is rational, then rounded where it has many digits."""
    name = start.left if isinstance(start.left, nt.Symbol) else nt.Symbol("lambda_max")
    builder = EquationBuilder(start, name, recorder, WITH_DATA)
    short = rounded(_fraction(value))
    if isinstance(value, Rational):
        nearly(builder, shown(value), WORK_OUT, 20)
    if not isinstance(value, Rational) or short != shown(value):
        nearly(builder, short, ROUND, SIGNIFICANT - 2, room)
    return builder.chain


def roots(letters: Letters) -> tuple[tuple[nt.Term, nt.Term], tuple[nt.Term, nt.Term]]:
    """λ_max and λ_min of a matrix of two rows."""
    a, b, c = dict.fromkeys(letters.hessian.values())
    apart = nt.squared(nt.minus(a, c))
    root = nt.call("sqrt", nt.Sum((apart, nt.Product((nt.number(4), nt.squared(b))))))
    most = nt.Fraction(nt.Sum((a, c, root)), nt.number(2))
    least = nt.Fraction(nt.Sum((a, c, nt.Negative(root))), nt.number(2))
    return (letters.most, most), (letters.least, least)
