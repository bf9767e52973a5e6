"""What Terms come to at given numbers, in digits that are right, whatever size the numbers have.

No number of digits does for all numbers: of 1 + 10⁻³⁰⁰ − 1 thirty leave nothing. So what is not rational is worked out
twice, the second time with twice as many digits, and again until two answers agree. Where a value is zero they never
do: but then each is rounding, and falls by as many digits as there were, which no other number does.
"""

from __future__ import annotations

import contextlib
import fractions
from collections.abc import Callable
from typing import Any, TypeAlias

import mpmath

from symgd import terms as nt
from symgd.derivation.checking.evaluate import Evaluator, Inexact
from symgd.derivation.checking.numeric import COMPARED, DIGITS, MP, LostDigits, Undefined, is_real
from symgd.derivation.checking.point import Bindings, Rows
from symgd.errors import DerivationError
from symgd.terms.exact import MOST_BITS
from symgd.writing.formulas.text import text

MAGNITUDE = 10**9  # binary digits before or after the point
ROUNDED = 15  # digits of a number that is not rational, as a Fraction
MOST_DIGITS = 3840  # that a number which is not rational is worked out with: 30, and twice as many again and again
FEWER_DIGITS = 960  # at most, where a sum has more than so many terms:
MANY_ROWS = 100
MANY_DIGITS = 480  # that tell a short number from one next to it
RIGHT = 22  # digits of it that are right
SLACK = 10  # digits: noise falls by as many digits as there were before, but for these

# A question to an evaluator.
Ask: TypeAlias = Callable[[Evaluator], Any]


class Values:
    """What Terms come to at given numbers: Fractions where they are rational, else numbers of 30 digits.

    With many rows Fractions cost more than they tell: then `rational` is False, and they are not tried.

    Examples
    --------
    >>> from symgd.parsing.formula import parse
    >>> Values(Bindings({("x", ()): fractions.Fraction(1, 3)}, {})).value(parse("2*x + abs(x - 1)"))
    Fraction(4, 3)
    """

    def __init__(self, bindings: Bindings, rational: bool = True) -> None:
        self.bindings = bindings
        self.rational = rational
        self.exact = Evaluator(bindings, strict=False)
        self.by_digits: dict[int, Evaluator] = {}
        self.rounded = False

    def value(self, term: nt.Term) -> Any:
        """What `term` comes to; DerivationError where it has no real value."""
        value = self._either(term, lambda evaluator: evaluator.dual(term, None, ()).value)
        if isinstance(value, fractions.Fraction):
            return value
        if not is_real(value) or not mpmath.isfinite(value):
            raise self.no_value(term)
        value = value.real
        if value and abs(mpmath.mag(value)) > MAGNITUDE:
            raise self.too_long(term)
        return value

    def holds(self, condition: nt.Term, rows: Rows = ()) -> bool:
        """Whether a condition holds; DerivationError where its sides have no real value."""
        match condition:
            case nt.Comparison():
                apart = self._either(condition, lambda e: e.apart(condition, rows))
                return COMPARED[condition.sign](apart, 0)
            case nt.Junction():
                parts = [self.holds(part, rows) for part in condition.conditions]
                return all(parts) if condition.word == "and" else any(parts)
        return isinstance(condition, nt.Otherwise)

    def _either(self, term: nt.Term, ask: Ask) -> Any:
        """The answer in rational numbers, else in numbers of which 20 digits are right."""
        try:
            if self.rational:
                with contextlib.suppress(Inexact):
                    return ask(self.exact)
            found = self._settled(ask)
        except (Undefined, ZeroDivisionError, OverflowError, ValueError):
            raise self.no_value(term) from None
        if found is None:
            raise DerivationError(
                f"{text(term)} comes to what {self.most_digits} digits do not tell from rounding",
                "choose other numbers",
            )
        return found

    @property
    def most_digits(self) -> int:
        """How many digits are worked with at most."""
        many = max(self.bindings.sizes.values(), default=0) > MANY_ROWS
        return FEWER_DIGITS if many else MOST_DIGITS

    def _settled(self, ask: Ask) -> Any:
        """What two answers agree in, the second made with twice as many digits; 0 where all that is left is noise.

        As long as something was lost whole, agreeing tells nothing but with the most digits. None where the last two do
        not agree.
        """
        before, digits, noise, agreed = None, DIGITS, False, None
        while digits <= self.most_digits:
            now = self._tried(digits, ask)
            agreed = None
            if before is not None and now is not None:
                if now != 0 and abs(now - before) <= abs(now) * MP.mpf(10) ** -RIGHT:
                    agreed = +now
                    if not self.by_digits[digits].absorbed:
                        return agreed
                noise = abs(now) <= abs(before) * MP.mpf(10) ** (SLACK - digits // 2)
                if noise and not self.rational:
                    with contextlib.suppress(Inexact):
                        return self.bindings.rounded().number(ask(self.exact))
            before, digits = now, 2 * digits
        return self.zero if noise else agreed

    def _tried(self, digits: int, ask: Ask) -> Any:
        """The answer with so many digits; None where they are too few for one."""
        try:
            return self._with_digits(digits, ask)
        except (Undefined, ZeroDivisionError) as error:
            # Of 1 − sigmoid(100) thirty digits leave 0, which has no logarithm.
            more = isinstance(error, LostDigits) or self.by_digits[digits].absorbed
            if not more or digits * 2 > self.most_digits:
                raise
            return None

    def _with_digits(self, digits: int, ask: Ask) -> Any:
        with MP.workdps(digits):
            if digits not in self.by_digits:
                self.by_digits[digits] = Evaluator(self.bindings.rounded(), strict=False)
            return ask(self.by_digits[digits])

    @property
    def zero(self) -> Any:
        """0 among numbers that are not rational."""
        return MP.mpf(0)

    def expect_real(self, term: nt.Term) -> None:
        """Raise where `term`, or a part of it, has no real value."""
        self.value(term)
        evaluators = (self.exact, *self.by_digits.values())
        if not all(is_real(value) for evaluator in evaluators for value in evaluator.values()):
            raise self.no_value(term)

    def no_value(self, term: nt.Term) -> DerivationError:
        """The error for a Term without a real value here."""
        return DerivationError(
            f"{text(term)} has no real value at these numbers, or one too large to be written",
            "choose others, inside its domain",
        )

    def is_exactly(self, term: nt.Term, number: fractions.Fraction) -> bool:
        """Whether what `term` comes to is this number, and not one next to it, as far as many digits tell."""

        def apart(evaluator: Evaluator) -> bool:
            expected = evaluator.point.number(number)
            found = evaluator.dual(term, None, ()).value
            room = abs(expected) * MP.mpf(10) ** (2 * SLACK - MP.dps)
            return bool(abs(found - expected) <= room)

        return (
            bool(self._with_digits(MANY_DIGITS, apart)) and not self.by_digits[MANY_DIGITS].absorbed
        )

    def too_long(self, term: nt.Term) -> DerivationError:
        """The error for a Term whose value has too many digits before or after the point."""
        return DerivationError(
            f"{text(term)} comes to a number too large or too small to be written",
            "choose other numbers",
        )

    def fraction(self, term: nt.Term) -> fractions.Fraction:
        """The value as a Fraction; what is not rational is rounded to 15 digits, and `rounded` says so."""
        value = self.value(term)
        if isinstance(value, fractions.Fraction):
            return value
        if value and abs(mpmath.mag(value)) > MOST_BITS:
            raise self.too_long(term)
        self.rounded = True
        return fractions.Fraction(mpmath.nstr(value, ROUNDED))
