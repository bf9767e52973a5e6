"""Sums over so many terms as so many terms: a vector's entries become names of their own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from symgd.errors import ProblemError
from symgd.terms import (
    BigSum,
    Indexed,
    Power,
    Product,
    Sum,
    Symbol,
    Term,
    is_number,
    number,
    product_of,
    sum_of,
    terms_of,
)
from symgd.terms.exact import exact_number

MAX_LENGTH = 50


@dataclass
class WrittenOut:
    """A formula with its sums written out, and what its entries are called now.

    Parameters
    ----------
    lengths : mapping of str to int
        What each sum's last index is.
    given : str
        An index that is left out of names: it counts the examples.
    entries : dict of str to list of str
        By a vector's name, those of its entries, as they were met.

    Examples
    --------
    >>> from symgd.parsing.formula import parse
    >>> written = WrittenOut({"p": 2}, "i")
    >>> written.term(parse("sum(w[j]*x[j], j, p) + b")).value, written.entries["w"]
    (b + w_1*x_1 + w_2*x_2, ['w_1', 'w_2'])
    """

    lengths: Mapping[str, int]
    given: str
    entries: dict[str, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, length in self.lengths.items():
            if not isinstance(length, int) or isinstance(length, bool) or length < 1:
                raise ProblemError(f"the length {name} is {length!r}", "expected a whole number")
            if length > MAX_LENGTH:
                raise ProblemError(
                    f"{name} = {length} is too long to be written out", f"at most {MAX_LENGTH} is"
                )

    def term(self, term: Term, places: Mapping[str, int] | None = None) -> Term:
        """`term` written out, where the indices around it stand at `places`."""
        at = places or {}
        match term:
            case Symbol():
                known = {**self.lengths, **at}
                return number(known[term.name]) if term.name in known else term
            case Indexed():
                return self.entry(term, at)
            case BigSum():
                return self.total(term, at)
            case Power(exponent=Symbol()):
                return _power(self.term(term.base, at), self.term(term.exponent, at))
        return _joined(term, tuple(self.term(child, at) for child in term.children))

    def entry(self, term: Indexed, at: Mapping[str, int]) -> Symbol:
        """The name of an entry: w_2, and A_1_2 in a table."""
        below = [str(at[index]) for index in term.indices if index != self.given]
        name = "_".join((term.name, *below))
        others = (names for base, names in self.entries.items() if base != term.name)
        if any(name in names for names in others):
            raise ProblemError(f'two entries would be called "{name}"', "rename one of the vectors")
        known = self.entries.setdefault(term.name, [])
        if name not in known:
            known.append(name)
        return Symbol(name)

    def total(self, term: BigSum, at: Mapping[str, int]) -> Term:
        """The terms of a sum, one after the other."""
        first, last = (self.bound(bound, at) for bound in (term.lower, term.upper))
        parts = (
            self.term(term.body, {**at, term.index: place}) for place in range(first, last + 1)
        )
        return sum_of(tuple(t for part in parts for t in _terms(term.body, part)))

    def bound(self, bound: Term, at: Mapping[str, int]) -> int:
        value = exact_number(self.term(bound, at))
        if value is None:
            unknown = ", ".join(sorted(bound.names - {*self.lengths, *at}))
            raise ProblemError(f'"{unknown}" has no length', f"pass one, such as {unknown}=3")
        return int(value)


def _power(base: Term, exponent: Term) -> Term:
    """The power as people write it: x^0 is 1, and x^1 is x."""
    if is_number(exponent, 0):
        return number(1)
    return base if is_number(exponent, 1) else Power(base, exponent)


def _joined(term: Term, parts: tuple[Term, ...]) -> Term:
    """The same kind of node over what its parts became: terms of a sum among its terms, and no new factor 1."""
    if isinstance(term, Sum):
        pairs = zip(term.terms, parts, strict=True)
        return Sum(tuple(t for old, new in pairs for t in _terms(old, new)))
    if isinstance(term, Product):
        pairs = zip(term.factors, parts, strict=True)
        return product_of(tuple(new for old, new in pairs if new is old or not is_number(new, 1)))
    return term.rebuild(parts) if parts else term


def _terms(old: Term, new: Term) -> tuple[Term, ...]:
    return terms_of(new) if isinstance(old, BigSum) else (new,)
