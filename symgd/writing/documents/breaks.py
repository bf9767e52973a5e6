"""Long formulas over several rows: broken before a plus or minus, else before a factor, in a last factor at last.

Laws
----
- the rows, read one after the other, are the formula;
- a formula that fits is one row;
- what cannot be broken stays whole, and is wider than the room.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from symgd.terms import BigSum, Negative, Partial, Product, Sum, Term, product_of, sum_of

Joint = Literal["", "+", "−", "·"]


@dataclass(frozen=True)
class BrokenRow:
    """One row of a formula, and the sign that joins it to the row before; a sum that is a factor opens and closes."""

    joint: Joint
    term: Term
    opens: bool = False
    closes: bool = False


def pieces(term: Term, room: float, width: Callable[[Term], float]) -> tuple[BrokenRow, ...]:
    """The rows of a formula, each as wide as `room` at most, where `width` says how wide a Term is.

    Examples
    --------
    >>> from symgd.parsing.formula import parse
    >>> from symgd.writing.formulas.text import text
    >>> [(p.joint, text(p.term)) for p in pieces(parse("a*b + c - d*e"), 8, lambda t: len(text(t)))]
    [('', 'a b + c'), ('−', 'd e')]
    """
    return (BrokenRow("", term),) if room == math.inf else tuple(_pieces(term, room, width))


def _pieces(term: Term, room: float, width: Callable[[Term], float]) -> Iterator[BrokenRow]:
    if width(term) <= room:
        yield BrokenRow("", term)
    elif isinstance(term, Sum):
        yield from _of_sum(term, room, width)
    elif isinstance(term, Negative):
        # −(a + b) cannot be broken inside; −a·b can.
        inner = (
            [BrokenRow("", term.term)]
            if isinstance(term.term, Sum)
            else _pieces(term.term, room, width)
        )
        first, *rest = inner
        yield BrokenRow("", Negative(first.term))
        yield from rest
    else:
        yield from _of_product(term, room, width)


def _of_sum(total: Sum, room: float, width: Callable[[Term], float]) -> Iterator[BrokenRow]:
    row: list[Term] = []
    begun = False
    for term in (*total.terms, None):
        if row and (term is None or width(sum_of((*row, term))) > room):
            yield from _row(row, begun, room, width)
            row, begun = [], True
        if term is not None:
            row.append(term)


def _row(
    row: list[Term], begun: bool, room: float, width: Callable[[Term], float]
) -> Iterator[BrokenRow]:
    """Some terms of a sum as a row; one that is too long by itself is broken further."""
    first, *others = row
    joint: Joint = ""
    if begun:
        joint = "−" if isinstance(first, Negative) else "+"
        first = first.term if isinstance(first, Negative) else first
    if others:
        yield BrokenRow(joint, sum_of((first, *others)))
        return
    head, *rest = [BrokenRow("", first)] if isinstance(first, Sum) else _pieces(first, room, width)
    yield replace(head, joint=joint)
    yield from rest


def _of_product(term: Term, room: float, width: Callable[[Term], float]) -> Iterator[BrokenRow]:
    factors = _last_factors(term)
    # After a derivative still to be taken, a factor on the next row would seem to be derived as well.
    cuts = [n for n in range(1, len(factors)) if not isinstance(factors[n - 1], Partial)]
    if not cuts:
        yield BrokenRow("", term)
        return
    fitting = [n for n in cuts if width(_headed(term, factors[:n])) <= room]
    cut = max(fitting, default=cuts[0])
    head, tail = _headed(term, factors[:cut]), product_of(factors[cut:])
    closed = isinstance(head, Sum)
    yield BrokenRow("", head, opens=closed, closes=closed)
    rows = list(_pieces(tail, room, width))
    rows[0] = replace(rows[0], joint="·")
    if isinstance(tail, Sum | Negative):
        rows[0] = replace(rows[0], opens=True)
        rows[-1] = replace(rows[-1], closes=True)
    yield from rows


def _last_factors(term: Term) -> tuple[Term, ...]:
    """The factors that a formula ends in, those under a last Σ."""
    if isinstance(term, BigSum):
        return _last_factors(term.body) or (term.body,)
    if isinstance(term, Product):
        return (
            _last_factors(term.factors[-1])
            if isinstance(term.factors[-1], BigSum)
            else term.factors
        )
    return ()


def _headed(term: Term, factors: tuple[Term, ...]) -> Term:
    """The formula with these factors alone where it ends."""
    if isinstance(term, BigSum):
        return term.rebuild((_headed(term.body, factors),))
    if isinstance(term, Product) and isinstance(term.factors[-1], BigSum):
        return Product((*term.factors[:-1], _headed(term.factors[-1], factors)))
    return product_of(factors)
