"""Long formulas over several rows: broken before a plus or minus, else before a factor, in a last factor at last.

Laws
----
- the rows, read one after the other, are the formula;
- a formula that fits is one row;
- what cannot be broken stays whole, and is wider than the room.
"""

from __future__ import annotations

import bisect
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from symgd.terms import BigSum, Negative, Partial, Path, Product, Sum, Term, product_of, sum_of

Joint = Literal["", "+", "−", "·"]
Fits: TypeAlias = Callable[[Term], bool]  # whether a Term is not too wide for a row


@dataclass(frozen=True)
class BrokenRow:
    """One row of a formula, the sign that joins it to the row before, and how many parentheses open and close round it."""

    joint: Joint
    term: Term
    opens: int = 0
    closes: int = 0

    @property
    def enclosed(self) -> BrokenRow:
        """The row in parentheses of its own."""
        return replace(self, opens=self.opens + 1, closes=self.closes + 1)


@dataclass(frozen=True)
class RowStyle:
    """How one format joins the rows of a formula."""

    begin: str  # ends a row and begins the next
    joints: Mapping[str, str]  # how each sign is written that joins a row to the one before
    opening: str = "("  # parentheses round several rows
    closing: str = ")"
    parentheses: Callable[[str], str] | None = None  # round a whole row, where these are others
    relation: Callable[[str], str] = str  # takes how a line stands to the one before it

    def rows(self, term: Term, formula: Callable[[Term], str], fits: Fits) -> list[str]:
        """A formula over as many rows as it needs, with their joints and parentheses."""
        rows = []
        for piece in pieces(term, fits):
            body, whole = formula(piece.term), 0
            while self.parentheses and whole < min(piece.opens, piece.closes):
                body, whole = self.parentheses(body), whole + 1
            body = (
                self.opening * (piece.opens - whole) + body + self.closing * (piece.closes - whole)
            )
            rows.append((self.joints[piece.joint] if piece.joint else "") + body)
        return rows


def pieces(term: Term, fits: Fits) -> Iterator[BrokenRow]:
    """The rows of a formula, each of which fits, where that can be."""
    if fits(term):
        yield BrokenRow("", term)
    elif isinstance(term, Sum):
        yield from _of_sum(term, fits)
    elif isinstance(term, Negative):
        first, *rest = _of_term(term.term, fits)
        yield BrokenRow("", Negative(first.term))
        yield from rest
    else:
        yield from _of_product(term, fits)


def _of_sum(total: Sum, fits: Fits) -> Iterator[BrokenRow]:
    row: list[Term] = []
    begun = False
    for term in (*total.terms, None):
        if row and (term is None or not fits(sum_of((*row, term)))):
            yield from _row(row, begun, fits)
            row, begun = [], True
        if term is not None:
            row.append(term)


def _row(row: list[Term], begun: bool, fits: Fits) -> Iterator[BrokenRow]:
    """Some terms of a sum as a row; one that is too long by itself is broken further."""
    first, *others = row
    joint: Joint = ""
    if begun:
        joint = "−" if isinstance(first, Negative) else "+"
        first = first.term if isinstance(first, Negative) else first
    doubled = begun and _signed(first)  # a − (−b)
    if others and not doubled:
        yield BrokenRow(joint, sum_of((first, *others)))
        return
    head, *rest = _of_term(first, fits)
    yield replace(head.enclosed if doubled else head, joint=joint)
    yield from rest
    if others:
        yield from _row(others, begun, fits)


def _signed(term: Term) -> bool:
    """Whether a formula begins with a minus sign."""
    while isinstance(term, Product):
        term = term.factors[0]
    return isinstance(term, Negative)


def _of_term(term: Term, fits: Fits) -> Iterable[BrokenRow]:
    """What stands after a sign: −a·b can be broken, −(a + b) is kept whole, in its parentheses."""
    return [BrokenRow("", term).enclosed] if isinstance(term, Sum) else pieces(term, fits)


def _of_product(term: Term, fits: Fits) -> Iterator[BrokenRow]:
    path = _end(term)
    end = term.at(path)
    factors = end.factors if isinstance(end, Product) else (end,)
    # After a derivative still to be taken, a factor on the next row would seem to be derived as well.
    cuts = [n for n in range(1, len(factors)) if not isinstance(factors[n - 1], Partial)]
    if not cuts:
        yield BrokenRow("", term)
        return

    def head(cut: int) -> Term:
        return term.replace(path, product_of(factors[:cut]))

    # With more factors it is wider: so many fit.
    fitting = bisect.bisect_left(cuts, True, key=lambda cut: not fits(head(cut)))
    cut = cuts[max(fitting - 1, 0)]
    first = head(cut)
    row = BrokenRow("", first)
    yield row.enclosed if isinstance(first, Sum) else row
    tail = product_of(factors[cut:])
    rows = list(pieces(tail, fits))
    rows[0] = replace(rows[0], joint="·")
    if isinstance(tail, Sum | Negative):
        rows[0] = replace(rows[0], opens=rows[0].opens + 1)
        rows[-1] = replace(rows[-1], closes=rows[-1].closes + 1)
    elif _signed(rows[0].term):
        rows[0] = rows[0].enclosed
    yield from rows


def _end(term: Term) -> Path:
    """Where the factors stand that a formula ends in: under its last Σ."""
    if isinstance(term, BigSum):
        return (0, *_end(term.body))
    last = len(term.children) - 1
    if isinstance(term, Product) and isinstance(term.factors[last], BigSum):
        return (last, *_end(term.factors[last]))
    return ()


# Rows as plain text, as wide as what is in front of them makes them.
TEXT_ROWS = RowStyle("\n", {joint: f"    {joint} " for joint in ("+", "−", "·")})
