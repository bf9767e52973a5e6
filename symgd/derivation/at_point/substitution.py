"""Terms with numbers in the places of their names, and what they come to.

What is still to be derived keeps the name that it is derived by: ∂/∂a (a·1 + 0.5 − 1.2)². Its value is known all the
same, since dual numbers derive it.
"""

from __future__ import annotations

import fractions
import itertools
from dataclasses import dataclass, replace
from typing import Any

from symgd import terms as nt
from symgd.derivation.checking.point import Bindings
from symgd.derivation.checking.values import Values
from symgd.errors import DerivationError
from symgd.terms.exact import exact_number
from symgd.terms.unrolling import terms_of_part
from symgd.writing.formulas.rounding import About, Dots, Rounded, shown
from symgd.writing.formulas.text import text

MOST_EXACT_ROWS = 500
WRITTEN_OUT = 4
FIRST = 2


class Substitution(Values):
    """Puts the given numbers into Terms, and shows so many significant digits."""

    def __init__(self, bindings: Bindings, digits: int) -> None:
        few = max(bindings.sizes.values(), default=0) <= MOST_EXACT_ROWS
        super().__init__(bindings, rational=few)
        self.digits = digits

    def expect(self, condition: nt.Term) -> None:
        """Raise where a step's condition does not hold; in a Σ, for any row."""
        sizes = self.bindings.lengths(condition)
        for positions in itertools.product(*(range(1, size + 1) for size in sizes.values())):
            rows = tuple(zip(sizes, positions, strict=True))
            try:
                holds = self.holds(condition, rows)
            except DerivationError:
                holds = False
            if not holds:
                where = ", ".join(f"{index} = {position}" for index, position in rows)
                raise DerivationError(
                    f"a step needs {text(condition)}, which does not hold at these numbers{where and ' for ' + where}",
                    "choose others: there the derivative does not exist, or has another formula",
                )

    def result(self, term: nt.Term) -> Rounded:
        """What `term` comes to, as it is written."""
        value = self.value(term)
        found = self.shown(value)
        if found.exact and not isinstance(value, fractions.Fraction):
            return replace(found, exact=self._is_exactly(term, found.term))
        return found

    def _is_exactly(self, term: nt.Term, written: nt.Term) -> bool:
        try:
            number = exact_number(written)
        except OverflowError:  # too long to be compared with
            return False
        return number is not None and self.is_exactly(term, number)

    def shown(self, value: Any) -> Rounded:
        """A number as it is written."""
        return shown(value, self.digits)

    def worked(self, term: nt.Term) -> nt.Term:
        """`term` with numbers put in, and what it comes to: 2·(0.2·1 + 0.5 − 1.2)·1 = −1."""
        self.rounded = False
        numbers = self.put(term)
        end = self.result(term)
        if numbers == end.term:
            return numbers
        exact = end.exact and not self.rounded
        return nt.Equation(numbers, end.term) if exact else About(numbers, end.term)

    def put(self, term: nt.Term, held: frozenset[str] = frozenset()) -> nt.Term:
        """`term` with numbers in the places of all names but those `held`, which it is being derived by."""
        match term:
            case nt.Symbol() | nt.Indexed():
                return term if term.name in held else self.number(term)
            case nt.Abbreviation():
                return term if held & term.names else self.number(term)
            case nt.Delta():
                return self.number(term)
            case nt.Sum():
                parts = [(part, self.put(part, held)) for part in term.terms]
                return nt.Sum(tuple(t for old, new in parts for t in terms_of_part(old, new)))
            case nt.Cases():
                return self.put(self.case(term), held)
            case nt.Partial():
                inner = self.put(term.body, held | {term.variable.name})
                return nt.Partial(inner, term.variable, term.ordinary)
            case nt.BigSum():
                return self.written_out(term, held)
        return term.rebuild(tuple(self.put(child, held) for child in term.children))

    def number(self, term: nt.Term) -> nt.Term:
        found = self.result(term)
        self.rounded = self.rounded or not found.exact
        return found.term

    def case(self, cases: nt.Cases) -> nt.Term:
        """The body of the case that holds here."""
        for case in cases.cases:
            if self.holds(case.condition):
                return case.body
        raise self.no_value(cases)

    def written_out(self, total: nt.BigSum, held: frozenset[str]) -> nt.Term:
        """Σ as its terms: all of them where they are few, else the first ones and the last."""
        first, last = (int(self.value(bound)) for bound in (total.lower, total.upper))
        positions = range(first, last + 1)

        def term(position: int) -> nt.Term:
            return self.put(total.body.with_index(total.index, str(position)), held)

        if len(positions) <= WRITTEN_OUT:
            return nt.sum_of(tuple(map(term, positions)))
        return nt.Sum((*map(term, positions[:FIRST]), Dots(), term(last)))


@dataclass(frozen=True)
class DataRow:
    """One row of the data, alone: the index that counts the rows, the count's name, and which row.

    Examples
    --------
    >>> from symgd import Problem
    >>> line = Problem("m*x + b").derive("b").last
    >>> text(line), text(DataRow("i", "N", 2).of(line))
    ('(2/N) Σᵢ (m xᵢ + b − yᵢ)', '2(m x₂ + b − y₂)')
    """

    index: str
    count: str
    number: int

    def of(self, term: nt.Term) -> nt.Term:
        """What stands in Σ for this row, where the cost is that of this row alone: without Σ, and N being 1."""
        return _without_sum(term, self.index, self.count).with_index(self.index, str(self.number))


def _without_sum(term: nt.Term, index: str, count: str) -> nt.Term:
    if isinstance(term, nt.BigSum) and term.index == index:
        return term.body
    if term == nt.Symbol(count):
        return nt.number(1)
    after = term.map(lambda child: _without_sum(child, index, count))
    if after is not term and isinstance(term, nt.Product):
        return _fewer_factors(term, after.children)
    if isinstance(after, nt.Fraction) and after is not term and nt.is_number(after.denominator, 1):
        return after.numerator
    return after


def _fewer_factors(before: nt.Product, factors: tuple[nt.Term, ...]) -> nt.Term:
    """The product without the 1s that N left, and without parentheses where Σ stood."""
    kept: list[nt.Term] = []
    for old, new in zip(before.factors, factors, strict=True):
        if new is old or not nt.is_number(new, 1):
            kept += nt.factors_of(new) if isinstance(old, nt.BigSum) else [new]
    return nt.product_of(tuple(kept))
