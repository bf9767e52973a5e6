"""A linear system of least squares in many more digits than a float has, the data taken as the decimals they are written as.

Why
---
A polynomial of degree ten over one decade has columns so much alike that a factorisation in floats loses ten of sixteen
digits, and rounding x**10 to a float before it loses as many. With 80 digits nothing of that is seen in the sixteen that
are kept. It costs about a microsecond a multiplication: a tenth of a second for a thousand rows and ten parameters.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import mpmath
import numpy as np
import sympy

from symgd.data.arrays import FloatArray
from symgd.data.columns import Columns

PLACES = 80
LONG = 15  # a number of more digits was worked out, and its last is rounded
NOTHING = 1e-50  # what is left of a column that others make up, where every number is exact
ROUNDED = 1e-27  # the same where numbers are rounded to floats: the square of some units in the last place


@dataclass(frozen=True, eq=False)
class Digits:
    """The normal equations before they are made: columns and rest in plain Symbols, floats in them as fractions."""

    exprs: tuple[sympy.Expr, ...]  # the columns, and the rest last
    columns: Columns
    weights: FloatArray | None
    factor: sympy.Expr
    bent: sympy.Matrix  # the penalty's part of the matrix
    slope: sympy.Matrix  # and of the right-hand side
    start: FloatArray  # of several solutions the nearest to it is taken

    @property
    def rounded(self) -> bool:
        """Whether some number in the data was rounded to a float."""
        used = {*map(str, set().union(*(expr.free_symbols for expr in self.exprs[:-1])))}
        columns = (
            c for n, c in zip(self.columns.names, self.columns.values, strict=True) if n in used
        )
        return any(
            len(re.sub(r"e.*|\D", "", repr(v)).strip("0")) > LONG
            for c in columns
            for v in c.tolist()
        )


def solved_in_digits(system: Digits) -> FloatArray:
    """The solution, of shape (p,); of several the nearest to the start, each parameter measured by its own column."""
    with mpmath.workdps(PLACES):
        matrix, right = _normal_equations(system)
        return _solution(matrix, right, ROUNDED if system.rounded else NOTHING, system.start)


def is_determined(system: Digits) -> bool:
    """Whether there is one solution alone."""
    with mpmath.workdps(PLACES):
        matrix, right = _normal_equations(system)
        return not _eliminated(matrix, right, ROUNDED if system.rounded else NOTHING)[2]


def _normal_equations(system: Digits) -> tuple[list[list[Any]], list[Any]]:
    rows = _rows(system)
    count = len(system.exprs) - 1
    factor = _number(system.factor)
    columns = [*zip(*(entries for entries, _ in rows), strict=True)]
    weights = [weight for _, weight in rows]
    weighed = [[w * e for w, e in zip(weights, column, strict=True)] for column in columns[:count]]
    matrix = [
        [factor * mpmath.fdot(zip(a, b, strict=True)) for b in columns[:count]] for a in weighed
    ]
    right = [-factor * mpmath.fdot(zip(a, columns[count], strict=True)) for a in weighed]
    for i in range(count):
        right[i] -= _number(system.slope[i])
        for j in range(count):
            matrix[i][j] += _number(system.bent[i, j])
    return matrix, right


def _rows(system: Digits) -> list[tuple[list[Any], Any]]:
    """The entries of each row that counts, and its weight."""
    compute = sympy.lambdify(
        [sympy.Symbol(name) for name in system.columns.names],
        list(system.exprs),
        modules="mpmath",
        cse=True,
        dummify=True,
    )
    weights = np.ones(len(system.columns)) if system.weights is None else system.weights
    table = zip(weights.tolist(), *(c.tolist() for c in system.columns.values), strict=True)
    made = []
    for weight, *values in table:
        if weight:
            made.append((_entries(compute, values), mpmath.mpf(repr(weight))))
    return made


def _entries(compute: Callable[..., list[Any]], values: list[float]) -> list[Any]:
    """A row's entries; 0 where an entry is what rounding leaves of it, as of sin(pi*x) at a whole x."""
    given = [mpmath.mpf(repr(value)) for value in values]
    entries = [mpmath.mpmathify(e) for e in compute(*given)]
    if not any(0 < abs(entry) < NOTHING for entry in entries):
        return entries
    with mpmath.workdps(2 * PLACES):
        finer = compute(*given)
        return [
            e if abs(f) > abs(e) / 2 else mpmath.mpf(0) for e, f in zip(entries, finer, strict=True)
        ]


def _number(value: sympy.Expr) -> Any:
    whole = sympy.Rational(value) if value.is_Rational else None
    if whole is not None:
        return mpmath.mpf(int(whole.p)) / int(whole.q)
    return mpmath.mpmathify(value.evalf(PLACES))


def _solution(
    matrix: list[list[Any]], right: list[Any], least: float, start: FloatArray
) -> FloatArray:
    """The solution of a symmetric system that bends down nowhere."""
    table, chosen, waiting, sizes = _eliminated(matrix, right, least)
    count = len(right)
    point = [table[i][count] if i in chosen else mpmath.mpf(0) for i in range(count)]
    if waiting:
        near = [s * mpmath.mpf(float(v)) for s, v in zip(sizes, start, strict=True)]
        point = _nearest(table, point, chosen, waiting, near)
    largest = max(map(abs, point))
    point = [p if abs(p) > NOTHING * largest else mpmath.mpf(0) for p in point]
    return np.array([float(p / s) for p, s in zip(point, sizes, strict=True)])


def _eliminated(
    matrix: list[list[Any]], right: list[Any], least: float
) -> tuple[list[list[Any]], list[int], list[int], list[Any]]:
    """The system with the largest pivots eliminated, columns brought to one length: which are, which are not, and the lengths."""
    count = len(right)
    sizes = [mpmath.sqrt(matrix[i][i]) or mpmath.mpf(1) for i in range(count)]
    table = [
        [matrix[i][j] / sizes[i] / sizes[j] for j in range(count)] + [right[i] / sizes[i]]
        for i in range(count)
    ]
    waiting, chosen = list(range(count)), []
    while waiting:
        pivot = max(waiting, key=lambda i: table[i][i])
        top = table[pivot][pivot]
        if top <= least:
            break
        waiting.remove(pivot)
        chosen.append(pivot)
        table[pivot] = [entry / top for entry in table[pivot]]
        for i in range(count):
            by = table[i][pivot]
            if i != pivot and by != 0:
                table[i] = [a - by * b for a, b in zip(table[i], table[pivot], strict=True)]
    return table, chosen, waiting, sizes


def _nearest(
    table: list[list[Any]],
    point: list[Any],
    chosen: list[int],
    waiting: list[int],
    start: list[Any],
) -> list[Any]:
    """Of all solutions the one nearest to the start."""
    count = len(point)
    null = mpmath.matrix(count, len(waiting))
    for k, free in enumerate(waiting):
        null[free, k] = 1
        for i in chosen:
            null[i, k] = -table[i][free]
    apart = mpmath.matrix([s - p for s, p in zip(start, point, strict=True)])
    shift = null * mpmath.lu_solve(null.T * null, null.T * apart)
    return [p + shift[i] for i, p in enumerate(point)]
