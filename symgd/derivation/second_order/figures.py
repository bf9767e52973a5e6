"""Terms worked out with data: exact where they are rational, each decimal taken as it is written."""

from __future__ import annotations

import fractions
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import mpmath

from symgd import terms as nt
from symgd.derivation.checking.numeric import COMPARED, MP, Undefined, value_of
from symgd.derivation.checking.numeric import DIGITS as DIGITS
from symgd.errors import DerivationError, either

# Beyond this, exact sums in fractions are no longer worth their time.
MOST_ROWS = 20_000
_EXACT: Mapping[str, Callable[..., Any]] = MappingProxyType({"abs": abs, "max": max, "min": min})
ROUNDED = 15


def exact(value: float) -> fractions.Fraction:
    """A float as the shortest decimal that is read back as it: 0.1 is 1/10.

    Examples
    --------
    >>> exact(1.2)
    Fraction(6, 5)
    """
    return fractions.Fraction(repr(float(value)))


class Figures:
    """Values for the names of a formula, and a column of them for each data column.

    Parameters
    ----------
    columns : mapping of str to sequence of Fraction
    values : mapping of str to Fraction
        The parameters; the counts too, where they are not the columns' length.
    count : str
        The name of the number of examples.
    """

    def __init__(
        self,
        columns: Mapping[str, Sequence[fractions.Fraction]],
        count: str,
        values: Mapping[str, fractions.Fraction] | None = None,
    ) -> None:
        self.columns = columns
        self.count = count
        self.rows = len(next(iter(columns.values())))
        if self.rows > MOST_ROWS:
            raise DerivationError(
                f"{self.rows} rows are too many to be worked out exactly (at most {MOST_ROWS})",
                f"pass fewer rows, or use {either('descend', 'symgd fit')}, which finds the minimum of any number of rows",
            )
        self.values = {count: fractions.Fraction(self.rows), **(values or {})}
        self.rounded = False
        self.kinds: dict[type, Callable[[Any, Mapping[str, int]], Any]] = {
            nt.Number: lambda term, rows: term.number,
            nt.Symbol: lambda term, rows: self.values[term.name],
            nt.Indexed: lambda term, rows: self.columns[term.name][rows[term.indices[0]]],
            nt.Abbreviation: lambda term, rows: self.value(term.definition, rows),
            nt.Negative: lambda term, rows: -self.value(term.term, rows),
            nt.Sum: lambda term, rows: self._added(self.value(t, rows) for t in term.terms),
            nt.Product: self._product,
            nt.Fraction: lambda term, rows: self._over(*self._children(term, rows)),
            nt.Power: lambda term, rows: self._power(*self._children(term, rows)),
            nt.BigSum: self._big_sum,
            nt.Cases: self._cases,
        }

    def value(self, term: nt.Term, rows: Mapping[str, int] | None = None) -> Any:
        """A Fraction where everything is rational, else a number of 30 digits."""
        rows = rows or {}
        kind = self.kinds.get(type(term))
        if kind is not None:
            return kind(term, rows)
        if isinstance(term, nt.Constant):
            return self._inexact(getattr(MP, term.name))
        if isinstance(term, nt.Call):
            return self._call(term, self._children(term, rows))
        raise DerivationError(
            f"{term.value} cannot be worked out with numbers here", "leave out the data"
        )

    def _call(self, term: nt.Call, numbers: list[Any]) -> Any:
        if term.function in _EXACT and all(isinstance(n, fractions.Fraction) for n in numbers):
            return _EXACT[term.function](*numbers)
        try:
            return value_of(term.declared, [self._inexact(number) for number in numbers])
        except Undefined:
            raise DerivationError(
                f"{term.function} has no value at {', '.join(mpmath.nstr(self._inexact(n), 6) for n in numbers)}",
                "look at the data and the parameters",
            ) from None

    def _cases(self, term: nt.Cases, rows: Mapping[str, int]) -> Any:
        chosen = next(case for case in term.cases if self._holds(case.condition, rows))
        return self.value(chosen.body, rows)

    def _holds(self, condition: nt.Term, rows: Mapping[str, int]) -> bool:
        match condition:
            case nt.Comparison():
                return COMPARED[condition.sign](*self._alike(*self._children(condition, rows)))
            case nt.Junction():
                parts = [self._holds(part, rows) for part in condition.conditions]
                return all(parts) if condition.word == "and" else any(parts)
        return isinstance(condition, nt.Otherwise)

    def fraction(self, term: nt.Term) -> fractions.Fraction:
        """The value as a Fraction; what is not rational is rounded to 15 digits, and `rounded` says so."""
        value = self.value(term)
        if isinstance(value, fractions.Fraction):
            return value
        self.rounded = True
        return fractions.Fraction(mpmath.nstr(value, ROUNDED))

    def _children(self, term: nt.Term, rows: Mapping[str, int]) -> list[Any]:
        return [self.value(child, rows) for child in term.children]

    def _inexact(self, value: Any) -> Any:
        if isinstance(value, fractions.Fraction):
            return MP.mpf(value.numerator) / value.denominator
        if getattr(value, "imag", 0) != 0:
            raise DerivationError(
                "the cost has no real value there", "look at the data and the parameters"
            )
        return MP.mpf(getattr(value, "real", value))

    def _alike(self, left: Any, right: Any) -> tuple[Any, Any]:
        if isinstance(left, fractions.Fraction) and isinstance(right, fractions.Fraction):
            return left, right
        return self._inexact(left), self._inexact(right)

    def _added(self, values: Iterable[Any]) -> Any:
        total: Any = fractions.Fraction(0)
        for value in values:
            left, right = self._alike(total, value)
            total = left + right
        return total

    def _product(self, term: nt.Product, rows: Mapping[str, int]) -> Any:
        result: Any = fractions.Fraction(1)
        for value in self._children(term, rows):
            left, right = self._alike(result, value)
            result = left * right
        return result

    def _over(self, top: Any, bottom: Any) -> Any:
        left, right = self._alike(top, bottom)
        if right == 0:
            raise DerivationError("the data make a denominator zero", "look at the data")
        return left / right

    def _power(self, base: Any, exponent: Any) -> Any:
        whole = isinstance(exponent, fractions.Fraction) and exponent.denominator == 1
        if whole and (base != 0 or exponent >= 0):
            return base ** int(exponent)
        left, right = self._inexact(base), self._inexact(exponent)
        return left**right

    def _big_sum(self, term: nt.BigSum, rows: Mapping[str, int]) -> Any:
        if term.upper != nt.Symbol(self.count) or not nt.is_number(term.lower, 1):
            raise DerivationError(
                f"{term.value} is not a sum over the examples", "leave out the data"
            )
        return self._added(
            self.value(term.body, {**rows, term.index: row}) for row in range(self.rows)
        )
