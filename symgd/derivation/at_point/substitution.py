"""Terms with numbers in the places of their names, and what they come to.

What is still to be derived keeps the name that it is derived by: ∂/∂a (a·1 + 0.5 − 1.2)². Its value is known all the
same, since dual numbers derive it.
"""

from __future__ import annotations

import fractions
import itertools
from typing import Any

import mpmath

from symgd.derivation.at_point.bindings import MOST_EXACT_ROWS, Bindings
from symgd.derivation.checking.degrees import is_rational
from symgd.derivation.checking.evaluate import Evaluator
from symgd.derivation.checking.numeric import MP, Undefined, is_real
from symgd.errors import DerivationError
from symgd.terms import (
    Abbreviation,
    BigSum,
    Cases,
    Delta,
    Equation,
    Fraction,
    Indexed,
    Partial,
    Product,
    Sum,
    Symbol,
    Term,
    factors_of,
    is_number,
    number,
    product_of,
    terms_of,
)
from symgd.writing.rounding import About, Dots, Rounded, shown
from symgd.writing.text import text

WRITTEN_OUT = 4
FIRST = 2
TOLERANCE = 1e-12
MAGNITUDE = 10**9  # binary digits before or after the point


class Substitution:
    """Puts the given numbers into Terms.

    Parameters
    ----------
    bindings : Bindings
    digits : int
        How many significant digits are shown.
    """

    def __init__(self, bindings: Bindings, digits: int) -> None:
        self.bindings = bindings
        self.digits = digits
        few = max(bindings.sizes.values(), default=0) <= MOST_EXACT_ROWS
        self.exact = Evaluator(bindings) if few else None
        self.numeric = Evaluator(bindings.rounded())
        self.kept: list[Term] = []
        self.rounded = False

    def value(self, term: Term) -> Any:
        """What `term` comes to: a Fraction where it is rational, else a number of 30 digits."""
        self.kept.append(term)  # evaluators know Terms again by identity
        exact = self.exact is not None and is_rational(term)
        evaluator = self.exact if self.exact is not None and exact else self.numeric
        try:
            value = evaluator.dual(term, None, ()).value
        except (Undefined, ZeroDivisionError, OverflowError, ValueError):
            raise self.no_value(term) from None
        if not is_real(value) or (not exact and not mpmath.isfinite(value)):
            raise self.no_value(term)
        value = value if exact else value.real
        if not exact and value and abs(mpmath.mag(value)) > MAGNITUDE:
            raise DerivationError(
                f"{text(term)} comes to a number too large or too small to be written",
                "choose other numbers",
            )
        return value

    def expect_real(self, term: Term) -> None:
        """Raise where `term`, or a part of it, has no real value."""
        self.value(term)
        evaluators = (self.numeric,) if self.exact is None else (self.numeric, self.exact)
        found = (dual.value for evaluator in evaluators for dual in evaluator.known.values())
        if not all(map(is_real, found)):
            raise self.no_value(term)

    def expect(self, condition: Term) -> None:
        """Raise where a step's condition does not hold; in a Σ, for any row."""
        evaluator = (
            self.exact if self.exact is not None and is_rational(condition) else self.numeric
        )
        self.kept.append(condition)
        sizes = self.bindings.positions(condition)
        for places in itertools.product(*(range(1, size + 1) for size in sizes.values())):
            rows = tuple(zip(sizes, places, strict=True))
            try:
                holds = evaluator.holds(condition, rows)
            except (Undefined, ZeroDivisionError, OverflowError, ValueError):
                holds = False
            if not holds:
                where = ", ".join(f"{index} = {place}" for index, place in rows)
                raise DerivationError(
                    f"a step needs {text(condition)}, which does not hold at these numbers{where and ' for ' + where}",
                    "choose others: there the derivative does not exist, or has another formula",
                )

    def no_value(self, term: Term) -> DerivationError:
        """The error for a Term without a real value here."""
        return DerivationError(
            f"{text(term)} has no real value at these numbers, or one too large to be written",
            "choose others, inside its domain",
        )

    def result(self, term: Term) -> Rounded:
        """What `term` comes to, as it is written."""
        return self.shown(self.value(term))

    def shown(self, value: Any) -> Rounded:
        """A number as it is written."""
        return shown(value, self.digits)

    def worked(self, term: Term) -> Term:
        """`term` with numbers put in, and what it comes to: 2·(0.2·1 + 0.5 − 1.2)·1 = −1."""
        self.rounded = False
        numbers = self.put(term)
        end = self.result(term)
        if numbers == end.term:
            return numbers
        exact = end.exact and not self.rounded
        return Equation(numbers, end.term) if exact else About(numbers, end.term)

    def put(self, term: Term, held: frozenset[str] = frozenset()) -> Term:
        """`term` with numbers in the places of all names but those `held`, which it is being derived by."""
        match term:
            case Symbol() | Indexed():
                return term if term.name in held else self.number(term)
            case Abbreviation():
                return term if held & term.names else self.number(term)
            case Delta():
                return self.number(term)
            case Sum():
                parts = [(part, self.put(part, held)) for part in term.terms]
                return Sum(tuple(t for old, new in parts for t in _terms(old, new)))
            case Cases():
                return self.put(self.case(term), held)
            case Partial():
                inner = self.put(term.body, held | {term.variable.name})
                return Partial(inner, term.variable, term.ordinary)
            case BigSum():
                return self.written_out(term, held)
        return term.rebuild(tuple(self.put(child, held) for child in term.children))

    def number(self, term: Term) -> Term:
        found = self.result(term)
        self.rounded = self.rounded or not found.exact
        return found.term

    def case(self, cases: Cases) -> Term:
        """The body of the case that holds here."""
        self.kept.append(cases)
        for case in cases.cases:
            if self.numeric.holds(case.condition, ()):
                return case.body
        raise self.no_value(cases)

    def written_out(self, total: BigSum, held: frozenset[str]) -> Term:
        """Σ as its terms: all of them where they are few, else the first ones and the last."""
        first, last = (int(self.value(bound)) for bound in (total.lower, total.upper))
        places = range(first, last + 1)
        if not places:
            return number(0)

        def term(place: int) -> Term:
            return self.put(total.body.with_index(total.index, str(place)), held)

        if len(places) == 1:
            return term(first)
        if len(places) <= WRITTEN_OUT:
            return Sum(tuple(map(term, places)))
        return Sum((*map(term, places[:FIRST]), Dots(), term(last)))


def agree(left: Any, right: Any) -> bool:
    """Whether two values are the same: Fractions exactly, others but for their last digits."""
    if isinstance(left, fractions.Fraction) and isinstance(right, fractions.Fraction):
        return left == right
    difference, *sides = (MP.convert(number) for number in (left - right, left, right))
    return bool(abs(difference) <= TOLERANCE * max(*map(abs, sides), 1))


def _terms(before: Term, after: Term) -> tuple[Term, ...]:
    """The terms that a term of a sum has become: those of a Σ need no parentheses there."""
    return terms_of(after) if isinstance(before, BigSum) else (after,)


def one_row(term: Term, index: str, count: str, row: int) -> Term:
    """What stands in Σ for one example, where the cost is that of this example alone: without Σ, and N being 1.

    Examples
    --------
    >>> from symgd import Problem
    >>> line = Problem("m*x + b").derive("b").last
    >>> text(line), text(one_row(line, "i", "N", 2))
    ('(2/N) Σᵢ (m xᵢ + b − yᵢ)', '2(m x₂ + b − y₂)')
    """
    return _without_sum(term, index, count).with_index(index, str(row))


def _without_sum(term: Term, index: str, count: str) -> Term:
    if isinstance(term, BigSum) and term.index == index:
        return term.body
    if term == Symbol(count):
        return number(1)
    children = tuple(_without_sum(child, index, count) for child in term.children)
    if all(after is before for after, before in zip(children, term.children, strict=True)):
        return term
    if isinstance(term, Product):
        return _fewer_factors(term, children)
    if isinstance(term, Fraction) and is_number(children[1], 1):
        return children[0]
    return term.rebuild(children)


def _fewer_factors(before: Product, factors: tuple[Term, ...]) -> Term:
    """The product without the 1s that N left, and without parentheses where Σ stood."""
    kept: list[Term] = []
    for old, new in zip(before.factors, factors, strict=True):
        if new is old or not is_number(new, 1):
            kept += factors_of(new) if isinstance(old, BigSum) else [new]
    return product_of(tuple(kept))
