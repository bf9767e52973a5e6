"""A program as a reader wants it: means, few names, and powers as they are written."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial
from typing import Any

import sympy

from symgd import terms as nt
from symgd.codegen.program.program import Assignment, Program, Total
from symgd.terms.function import Function

MEAN = Function("mean", sympy.Function("mean"), compute=lambda _, mean: mean, numpy="np.mean")


def terms_in(program: Program) -> tuple[nt.Term, ...]:
    """All that a program works out."""
    return (*(part.term for part in program.assignments), *program.results)


def readable(program: Program, count: str, kept: Collection[str]) -> Program:
    """The program with means for sums over N, and no name for what is used once, but those that are `kept`."""
    found = [(part.local, part.term) for part in (*program.hoisted, *program.assignments)]
    mean = partial(_mean, count)
    rows = [(local, term.rewrite(mean).rewrite(_signs)) for local, term in found]
    results = [term.rewrite(mean).rewrite(_signs) for term in program.results]
    for local, _ in found:
        whole = (*(term for _, term in rows), *results)
        uses = sum(part == local for term in whole for part in term.parts())
        if uses == 1 and local.name not in kept:
            new: dict[nt.Term, nt.Term] = {local: dict(rows)[local]}
            rows = [(name, term.substitute(new)) for name, term in rows if name != local]
            results = [term.substitute(new) for term in results]
    return Program((), tuple(Assignment(*row) for row in rows), tuple(results))


def squares_written(program: Program, kept: Collection[Any]) -> Program:
    """The program without names for powers of names, but those `kept`: of few numbers x**2 is read more easily."""
    for part in program.assignments:
        term = part.term
        plain = isinstance(term, nt.Power) and isinstance(term.exponent, nt.Number)
        if plain and isinstance(term.children[0], nt.Symbol) and term.value not in kept:
            rest = (other for other in program.assignments if other is not part)
            new: dict[nt.Term, nt.Term] = {part.local: term}
            found = tuple(Assignment(a.local, a.term.substitute(new)) for a in rest)
            results = tuple(result.substitute(new) for result in program.results)
            return squares_written(Program((), found, results), kept)
    return program


def _mean(count: str, term: nt.Term) -> nt.Term | None:
    """A fraction of a total by N, which is called `count`, as a mean."""
    if not isinstance(term, nt.Fraction):
        return None
    above, below = [*nt.factors_of(term.numerator)], [*nt.factors_of(term.denominator)]
    totals = [place for place, factor in enumerate(above) if isinstance(factor, Total)]
    counts = [place for place, factor in enumerate(below) if factor == nt.Symbol(count)]
    if len(totals) != 1 or len(counts) != 1:
        return None
    total = above[totals[0]]
    assert isinstance(total, Total)
    above[totals[0]] = nt.Call(MEAN.name, (total.body,), MEAN)
    del below[counts[0]]
    top = nt.product_of(tuple(above))
    return nt.Fraction(top, nt.product_of(tuple(below))) if below else top


def _signs(term: nt.Term) -> nt.Term | None:
    """A product of negatives with one sign at most, and no minus of a minus."""
    match term:
        case nt.Negative(term=nt.Negative(term=inside)):
            return inside
        case nt.Negative(term=nt.Product(factors=factors)) | nt.Product(factors=factors):
            signs = sum(isinstance(factor, nt.Negative) for factor in factors)
            signs += isinstance(term, nt.Negative)
            if signs > 1:
                product = nt.product_of(tuple(map(nt.unsigned, factors)))
                return nt.Negative(product) if signs % 2 else product
        case nt.Sum(terms=terms):
            plain = tuple(_signs(part) or part for part in terms)
            return nt.Sum(plain) if plain != terms else None
    return None
