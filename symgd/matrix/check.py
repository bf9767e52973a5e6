"""Checks of lines with matrices: random matrices of numbers, no dimension as large as another.

What `derivation.check` does for numbers is done for matrices: an unfinished differential has a value, the slopes by the
single entries of what varies, times a random direction. Matrices and Σ are evaluated at the same points, entry by
entry, so that a line with Σ can be compared with one without.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from fractions import Fraction
from functools import lru_cache, partial
from itertools import chain
from typing import Any

import sympy

from symgd import terms as nt
from symgd.derivation.checking.check import Checker
from symgd.derivation.checking.degrees import is_rational
from symgd.derivation.checking.evaluate import Dual, Evaluator
from symgd.derivation.checking.numeric import slope_of, value_of
from symgd.derivation.checking.point import SAMPLES, Key, Point, Rows
from symgd.derivation.checking.sympy_check import sympy_value
from symgd.matrix.grid import Grid
from symgd.terms import matrix as mx
from symgd.terms.unrolling import SIZES, Unrolling
from symgd.writing.steps import Check
from symgd.writing.words import message

LARGEST = 2 * max(SIZES)


# One entry of the matrices that have a sign of their own, by its row and column.
_FILLED: Mapping[type, Callable[[int, int], int]] = {
    mx.Ones: lambda row, column: 1,
    mx.Zeros: lambda row, column: 0,
    mx.Identity: lambda row, column: int(row == column),
}


class MatrixEvaluator(Evaluator):
    """Values of Terms of matrices at one point: Grids where they have more than one entry."""

    def __init__(self, point: Point, strict: bool = True) -> None:
        super().__init__(point, strict)
        self.kinds |= {
            **dict.fromkeys(_FILLED, self.filled),
            mx.Matrix: self.matrix,
            mx.MatrixSum: self.sum,
            mx.MatrixProduct: self.product,
            mx.Hadamard: self.hadamard,
            mx.Transpose: partial(self.linear, _transposed),
            mx.SquaredNorm: self.squared_norm,
            mx.Inverse: self.inverse,
            mx.Diagonal: partial(self.linear, _on_diagonal),
            mx.Elementwise: self.elementwise,
            mx.Differential: self.differential,
            mx.Nabla: self.nabla,
            mx.SideBySide: self.columns,
            mx.Vector: self.vector,
            mx.Stacked: self.stacked,
            mx.Entry: self.entry_of,
        }

    def constant_dual(self, value: Any) -> Dual:
        return Dual(value, value * 0)  # as many zeros as there are entries

    def may_vary(self, term: nt.Term, name: str) -> bool:
        """A matrix does not name its entries."""
        return True

    def size(self, dimension: mx.Dimension) -> int:
        """How large a dimension is at this point."""
        return dimension if isinstance(dimension, int) else self.point.sizes[dimension]

    def filled(self, term: mx.MatrixTerm, seed: Key | None, rows: Rows) -> Dual:
        entry = _FILLED[type(term)]
        height, width = (range(self.size(side)) for side in term.shape)
        numbers = ((self.point.number(Fraction(entry(a, b))) for b in width) for a in height)
        return self.constant_dual(_simple(Grid(tuple(map(tuple, numbers)))))

    def matrix(self, term: mx.Matrix, seed: Key | None, rows: Rows) -> Dual:
        if term.definition is not None:
            return self.dual(term.definition, seed, rows)
        name = term.entry or term.name
        height, width = (range(1, self.size(side) + 1) for side in term.shape)
        # A vector's entries have one number.
        keys = (((a, b) if len(width) > 1 else (a,) for b in width) for a in height)
        return _gathered([[self.entry((name, key), seed) for key in line] for line in keys])

    def linear(
        self, change: Callable[[Any], Any], term: mx.Transpose, seed: Key | None, rows: Rows
    ) -> Dual:
        """What is done with the slopes as it is with the values."""
        inner = self.dual(term.term, seed, rows)
        return Dual(change(inner.value), change(inner.slope))

    def hadamard(self, term: mx.Hadamard, seed: Key | None, rows: Rows) -> Dual:
        first, *rest = (self.dual(factor, seed, rows) for factor in term.factors)
        value, slope = first.value, first.slope
        for factor in rest:
            slope = _entrywise(slope, factor.value) + _entrywise(value, factor.slope)
            value = _entrywise(value, factor.value)
        return Dual(value, slope)

    def squared_norm(self, term: mx.SquaredNorm, seed: Key | None, rows: Rows) -> Dual:
        inner = self.dual(term.term, seed, rows)
        row = _transposed(inner.value)
        return Dual(row * inner.value, row * inner.slope + row * inner.slope)

    def inverse(self, term: mx.Inverse, seed: Key | None, rows: Rows) -> Dual:
        inner = self.dual(term.term, seed, rows)
        value = inner.value.inverse() if isinstance(inner.value, Grid) else 1 / inner.value
        return Dual(value, -(value * inner.slope * value))

    def elementwise(self, term: mx.Elementwise, seed: Key | None, rows: Rows) -> Dual:
        inner = self.dual(term.term, seed, rows)
        value = _each(inner.value, lambda z: self.taken(value_of(term.declared, [z])))
        slopes = _each(inner.value, lambda z: self.taken(slope_of(term.declared, [z], 0)))
        return Dual(value, _entrywise(slopes, inner.slope))

    def slopes(self, term: mx.Differential | mx.Nabla, seed: Key | None, rows: Rows) -> list[Any]:
        """How the body changes with each entry of the variable."""
        if seed is not None:
            raise TypeError("a derivative inside a derivative cannot be evaluated")
        return [self.dual(term.body, key, rows).slope for key in self.coordinates(term.variable)]

    def differential(self, term: mx.Differential, seed: Key | None, rows: Rows) -> Dual:
        moves = (self.point[f"d{name}", at] for name, at in self.coordinates(term.variable))
        pairs = zip(self.slopes(term, seed, rows), moves, strict=True)
        return self.constant_dual(sum(slope * move for slope, move in pairs))

    def nabla(self, term: mx.Nabla, seed: Key | None, rows: Rows) -> Dual:
        grid = _beside(self.slopes(term, seed, rows))
        return self.constant_dual(grid if term.order == 2 else _transposed(grid))

    def coordinates(self, variable: mx.Matrix) -> list[Key]:
        """The entries of what varies, one by one."""
        if isinstance(variable.definition, mx.Stacked):
            entries = variable.definition.entries
            return [(entry.name, ()) for entry in entries if isinstance(entry, nt.Symbol)]
        name = variable.entry or variable.name
        return [(name, (position,)) for position in range(1, self.size(variable.rows) + 1)]

    def columns(self, term: mx.SideBySide, seed: Key | None, rows: Rows) -> Dual:
        duals = [self.dual(column, seed, rows) for column in term.columns]
        values, slopes = ([dual.value for dual in duals], [dual.slope for dual in duals])
        return Dual(_beside(values), _beside(slopes))

    def vector(self, term: mx.Vector, seed: Key | None, rows: Rows) -> Dual:
        outer = tuple(pair for pair in rows if pair[0] != term.index)
        seeds = ((term.index, position) for position in range(1, self.size(term.rows) + 1))
        return _gathered([[self.dual(term.body, seed, (*outer, position))] for position in seeds])

    def stacked(self, term: mx.Stacked, seed: Key | None, rows: Rows) -> Dual:
        return _gathered([[self.dual(entry, seed, rows)] for entry in term.entries])

    def entry_of(self, term: mx.Entry, seed: Key | None, rows: Rows) -> Dual:
        inner = self.dual(term.term, seed, rows)
        free = {**self.point.positions, **dict(rows)}
        position = term.row if isinstance(term.row, int) else free.get(term.row, 1)
        return Dual(_column(inner.value)[position - 1], _column(inner.slope)[position - 1])


def _gathered(duals: list[list[Dual]]) -> Dual:
    values = tuple(tuple(dual.value for dual in row) for row in duals)
    slopes = tuple(tuple(dual.slope for dual in row) for row in duals)
    return Dual(_simple(Grid(values)), _simple(Grid(slopes)))


def _simple(grid: Grid) -> Any:
    """A 1×1 matrix is its only entry."""
    return grid.rows[0][0] if len(grid.rows) == len(grid.rows[0]) == 1 else grid


def _transposed(value: Any) -> Any:
    return value.transposed if isinstance(value, Grid) else value


def _each(value: Any, function: Any) -> Any:
    return value.each(function) if isinstance(value, Grid) else function(value)


def _entrywise(left: Any, right: Any) -> Any:
    if isinstance(left, Grid) and isinstance(right, Grid):
        return left.each(operator.mul, right)
    return left * right


def _rows(value: Any) -> tuple[tuple[Any, ...], ...]:
    return value.rows if isinstance(value, Grid) else ((value,),)


def _column(value: Any) -> tuple[Any, ...]:
    return tuple(row[0] for row in _rows(value))


def _beside(columns: list[Any]) -> Any:
    """Columns side by side."""
    return _simple(Grid(tuple(map(_column, columns))).transposed)


def _on_diagonal(vector: Any) -> Any:
    entries = _column(vector)
    size = range(len(entries))
    return _simple(Grid(tuple(tuple(entries[a] * int(a == b) for b in size) for a in size)))


class MatrixChecker(Checker):
    """Compares Terms of matrices at random points.

    Parameters
    ----------
    dimensions : iterable of str or int
        The names of dimensions, each of which gets a size of its own, and the numbers that these must not be.
    """

    evaluator = MatrixEvaluator

    def __init__(self, dimensions: Iterable[mx.Dimension] = (), seed: int = 0) -> None:
        super().__init__(seed)
        sides = frozenset(dimensions)
        names = frozenset(side for side in sides if isinstance(side, str))
        tried = (Unrolling(names, first) for first in range(1, LARGEST))
        self.unrolling = next(
            (one for one in tried if not sides & set(one.sizes.values())), Unrolling(names)
        )

    def equal(self, before: nt.Term, after: nt.Term) -> Check:
        """Whether two Terms agree at all points, in shape and in every entry."""
        exact = is_exact(before) and is_exact(after)
        if mx.shape_of(before) != mx.shape_of(after):
            left, right = (mx.shape_text(mx.shape_of(term)) for term in (before, after))
            remark = message("the shapes are {left} and {right}", left=left, right=right)
            return Check("shapes", False, 0, self.seed, remark=remark)
        self.unroll(before, after)

        def values(evaluator: Evaluator) -> tuple[Any, Any]:
            left, right = (evaluator.dual(term, None, ()).value for term in (before, after))
            return _apart(left, right)

        check = self._compare(values, exact)
        if not exact:
            return check
        bound = min(1.0, (degree(before) + degree(after)) / (2 * SAMPLES)) ** check.trials
        return replace(check, bound=bound)

    def against_sympy(
        self, result: nt.Term, body: nt.Term, variable: Any, *, order: int = 1
    ) -> Check:
        """Compare a gradient, or a Hessian, with `sympy.diff` of the cost written out entry by entry."""
        self.unroll(result, body)

        def values(evaluator: Evaluator) -> tuple[Any, Any]:
            assert isinstance(evaluator, MatrixEvaluator)
            expected = _sympy_derivative(body, variable, order, evaluator)
            return _apart(evaluator.dual(result, None, ()).value, expected)

        check = self._compare(values, is_exact(result) and is_exact(body))
        same = message("equal to sympy.diff of the entries")
        remark = same if check.passed else check.remark
        return Check("sympy", check.passed, check.trials, self.seed, remark=remark)


def _apart(left: Any, right: Any) -> tuple[Any, Any]:
    """The largest entry, with the largest difference of two entries and without: the same where no two entries differ."""
    rows = zip(_rows(left), _rows(right), strict=True)
    pairs = [pair for row in rows for pair in zip(*row, strict=True)]
    largest = max(abs(entry) for pair in pairs for entry in pair)
    return largest + max(abs(a - b) for a, b in pairs), largest


def is_exact(term: nt.Term) -> bool:
    """Whether a Term of matrices is rational in its entries."""
    parts = term.parts(definitions=True)
    return is_rational(term) and not any(isinstance(part, mx.Elementwise) for part in parts)


def degree(term: nt.Term) -> int:
    """An upper bound of the degree of numerator and denominator together, in all entries."""
    parts = [degree(part) for part in (*term.children, *term.hidden)]
    match term:
        case nt.Number() | mx.Ones() | mx.Zeros() | mx.Identity():
            return 0
        case mx.SquaredNorm():
            return 2 * parts[0]
        case mx.Inverse():
            return 2 * LARGEST * parts[0]
        case nt.BigSum():
            return LARGEST * parts[0]
        case nt.Power():
            return 24 * parts[0]
        case nt.Partial() | mx.Nabla():
            return 3 * parts[0]
        case nt.Term() if parts:
            return sum(parts)
    return 1


def _sympy_derivative(cost: nt.Term, by: mx.Matrix, order: int, evaluator: MatrixEvaluator) -> Any:
    """The gradient or Hessian that SymPy finds of the cost, at a point."""
    point, strict = evaluator.point, evaluator.strict
    found, entries = _derived(cost, by, order, tuple(point.sizes.items()))
    scalars = (s for s in found.free_symbols if not isinstance(s, sympy.Dummy))
    point.of_sympy |= {(symbol, (), strict): point[symbol.name, ()] for symbol in scalars}
    for matrix, names in entries.items():
        numbers = chain.from_iterable(_rows(evaluator.dual(matrix, None, ()).value))
        point.of_sympy |= zip(((name, (), strict) for name in names), numbers, strict=True)
    rows = ([sympy_value(entry, point, {}, strict) for entry in row] for row in found.tolist())
    return _simple(Grid(tuple(map(tuple, rows))))


@lru_cache(maxsize=16)
def _derived(
    cost: nt.Term, by: mx.Matrix, order: int, sizes: tuple[tuple[str, int], ...]
) -> tuple[sympy.Matrix, Mapping[mx.Matrix, sympy.ImmutableMatrix]]:
    """The derivative of the cost written out, and the names of the matrices' entries: the same at all points."""
    if order == 2:
        first, entries = _derived(cost, by, 1, sizes)
        return first.jacobian([*entries[by]]), entries
    at = {sympy.Symbol(name): size for name, size in sizes}
    entries, put = {}, dict[sympy.Expr, sympy.Expr]()
    for matrix in (by, *(part for part in cost.parts() if isinstance(part, mx.Matrix))):
        value = matrix.value.subs(at)
        names = [sympy.Dummy(f"w{n}", real=True) for n in range(value.rows * value.cols)]
        entries[matrix] = put[value] = sympy.ImmutableMatrix(*value.shape, names)
    explicit = cost.value.subs(at).xreplace(put)
    full = {part: part.as_explicit() for part in explicit.atoms(sympy.OneMatrix, sympy.Identity)}
    single = explicit.xreplace(full).doit()
    single = single[0, 0] if getattr(single, "is_Matrix", False) else single
    return sympy.Matrix([single]).jacobian([*entries[by]]).T, entries
