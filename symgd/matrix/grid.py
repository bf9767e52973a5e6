"""Grid: a matrix of numbers, exact where its entries are."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Grid:
    """Rows of numbers. A number times a Grid multiplies each entry; a 1×1 product is its only entry."""

    rows: tuple[tuple[Any, ...], ...]

    @property
    def transposed(self) -> Grid:
        """Rows become columns."""
        return Grid(tuple(zip(*self.rows, strict=True)))

    def each(self, function: Callable[..., Any], *others: Grid) -> Grid:
        """`function` of every entry, and of those of others at the same place."""
        together = zip(self.rows, *(other.rows for other in others), strict=True)
        return Grid(tuple(tuple(map(function, *rows)) for rows in together))

    def __add__(self, other: Grid | int) -> Grid:
        # Python's own `sum` begins with the number 0.
        if not isinstance(other, Grid):
            return self if other == 0 else NotImplemented
        return self.each(operator.add, other)

    __radd__ = __add__

    def __neg__(self) -> Grid:
        return self.each(operator.neg)

    def __mul__(self, other: Any) -> Any:
        if not isinstance(other, Grid):
            return self.each(lambda entry: entry * other)
        columns = other.transposed.rows
        product = tuple(tuple(_dot(row, column) for column in columns) for row in self.rows)
        return product[0][0] if len(product) == len(columns) == 1 else Grid(product)

    __rmul__ = __mul__

    def inverse(self) -> Grid:
        """The inverse, by elimination; ZeroDivisionError where there is none."""
        size, one = range(len(self.rows)), self.rows[0][0] * 0 + 1
        work = [[*row, *(one * int(a == b) for b in size)] for a, row in enumerate(self.rows)]
        for column in size:
            pivot = max(range(column, len(work)), key=lambda row: abs(work[row][column]))
            work.insert(column, work.pop(pivot))
            head = work[column][column]
            if head == 0:
                raise ZeroDivisionError("the matrix has no inverse")
            top = work[column] = [entry / head for entry in work[column]]
            for row in {*size} - {column}:
                factor = work[row][column]
                work[row] = [a - factor * b for a, b in zip(work[row], top, strict=True)]
        return Grid(tuple(tuple(row[len(size) :]) for row in work))


def _dot(row: Iterable[Any], column: Iterable[Any]) -> Any:
    return sum(a * b for a, b in zip(row, column, strict=True))
