"""Like terms: a formula that is a sum of many terms of one shape, evaluated for as many of them as have been placed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import sympy

from symgd.data.arrays import FloatArray
from symgd.fit.least_squares.curve import Column, Curve, Given
from symgd.fit.least_squares.ties import shape_of

FEWEST = 4  # terms: fewer are found together


@dataclass(frozen=True, eq=False)
class Likes:
    """A sum of a rest and of terms that differ in nothing but their parameters.

    Parameters
    ----------
    term : Curve
        The first of the terms.
    places : tuple of tuples of int
        For each term its parameters, by their places among all, in the order of the first's.
    rest : Curve
        What else is in the sum.
    others : tuple of int
        The places of the rest's parameters.
    """

    term: Curve
    places: tuple[tuple[int, ...], ...]
    rest: Curve
    others: tuple[int, ...]

    def chosen(self, count: int) -> list[int]:
        """The places of the rest's parameters and of those of so many terms."""
        return [*self.others, *(place for term in self.places[:count] for place in term)]


def likes_of(curve: Curve) -> Likes | None:
    """The largest set of like terms that share no parameter with anything else; None where they are few.

    Examples
    --------
    >>> from symgd.problem.problem import Problem
    >>> formula = " + ".join(f"a{n}*exp(-(x - m{n})^2)" for n in range(4)) + " + c"
    >>> names = tuple(Problem(formula).parameters)
    >>> found = likes_of(Curve(sympy.sympify(formula.replace("^", "**")), names, ("x",)))
    >>> [[names[place] for place in term] for term in found.places], found.rest.formula
    ([['a0', 'm0'], ['a1', 'm1'], ['a2', 'm2'], ['a3', 'm3']], c)
    """
    terms = sympy.Add.make_args(curve.formula)
    symbols = {*map(sympy.Symbol, curve.names)}
    shapes: dict[sympy.Expr, list[tuple[sympy.Expr, tuple[str, ...]]]] = {}
    for term in terms:
        shape, names = shape_of(term, symbols)
        if names:
            shapes.setdefault(shape, []).append((term, names))
    alike = max(shapes.values(), key=len, default=[])
    own = [name for _, names in alike for name in names]
    rest = sympy.Add(*(term for term in terms if term not in {one for one, _ in alike}))
    shared = {str(symbol) for symbol in rest.free_symbols}
    if len(alike) < FEWEST or len(set(own)) < len(own) or shared & set(own):
        return None
    number = {name: place for place, name in enumerate(curve.names)}
    left = tuple(name for name in curve.names if name in shared)
    apart = frozenset(n for n, name in enumerate(alike[0][1]) if number[name] in curve.apart)
    return Likes(
        Curve(alike[0][0], alike[0][1], curve.inputs, apart),
        tuple(tuple(number[name] for name in names) for _, names in alike),
        Curve(rest, left, curve.inputs),
        tuple(number[name] for name in left),
    )


@dataclass(frozen=True, eq=False)
class Placed(Curve):
    """The rest and some of the like terms: the rest's parameters come first, then each term's."""

    likes: Likes | None = None

    def _split(self, theta: Given) -> tuple[Given, list[Column], Likes]:
        assert self.likes is not None
        count = len(self.likes.others)
        table = np.asarray(theta[count:]).reshape(-1, len(self.likes.term.names))
        return theta[:count], [*table.T[:, :, None]], self.likes

    def values(self, theta: Given, inputs: Sequence[Column]) -> FloatArray:
        """The prediction; nan or infinite where it has no value."""
        rest, terms, likes = self._split(theta)
        known = likes.rest.values(rest, inputs) + np.zeros(len(inputs[0]))
        made: FloatArray = known + likes.term.values(terms, inputs).sum(axis=0)
        return made

    def linearised(
        self, theta: Given, inputs: Sequence[Column]
    ) -> tuple[FloatArray, list[FloatArray]]:
        """The prediction, and its slope by each parameter, which is 0 where it has none."""
        rest, terms, likes = self._split(theta)
        value, slopes = likes.rest.linearised(rest, inputs)
        values, by_term = likes.term.linearised(terms, inputs)
        own = [slope[number] for number in range(len(values)) for slope in by_term]
        return value + values.sum(axis=0), [*slopes, *own]
