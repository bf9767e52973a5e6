"""Checks of lines with matrices: random matrices of numbers, no dimension as large as another.

What `derivation.check` does for numbers is done for matrices: an unfinished differential has a value, the slopes by the
single entries of what varies, times a random direction. Matrices and Σ are evaluated at the same points, entry by
entry, so that a line with Σ can be compared with one without.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Any

import sympy

from symgd import terms as nt
from symgd.derivation.checking.check import Checker
from symgd.derivation.checking.degrees import is_rational
from symgd.derivation.checking.evaluate import Dual, Evaluator
from symgd.derivation.checking.numeric import DIGITS, MP, slope_of, value_of
from symgd.derivation.checking.point import SAMPLES, Key, Point, Rows
from symgd.matrix.grid import Grid
from symgd.terms import matrix as mx
from symgd.terms.unrolling import SIZES, Unrolling
from symgd.writing.steps import Check
from symgd.writing.words import message

LARGEST = 2 * max(SIZES)


class MatrixEvaluator(Evaluator):
    """Values of Terms of matrices at one point: Grids where they have more than one entry."""

    def __init__(self, point: Point) -> None:
        super().__init__(point)
        self.kinds |= {
            mx.Matrix: self.matrix,
            mx.Ones: self.ones,
            mx.Zeros: self.zeros,
            mx.Identity: self.identity,
            mx.MatrixSum: self.sum,
            mx.MatrixProduct: self.product,
            mx.Hadamard: self.hadamard,
            mx.Transpose: self.transpose,
            mx.SquaredNorm: self.squared_norm,
            mx.Inverse: self.inverse,
            mx.Diagonal: self.diagonal,
            mx.Elementwise: self.elementwise,
            mx.Differential: self.differential,
            mx.Nabla: self.nabla,
            mx.SideBySide: self.columns,
            mx.Vector: self.vector,
            mx.Stacked: self.stacked,
            mx.Entry: self.entry_of,
            mx.Shaped: self.shaped,
        }

    def constant_dual(self, value: Any) -> Dual:
        return Dual(value, value * 0)  # as many zeros as there are entries

    def size(self, dimension: mx.Dimension) -> int:
        """How large a dimension is at this point."""
        return dimension if isinstance(dimension, int) else self.point.sizes[dimension]

    def filled(self, number: int, rows: mx.Dimension, columns: mx.Dimension = 1) -> Any:
        """The same number in every entry."""
        row = (self.point.number(Fraction(number)),) * self.size(columns)
        return _simple(Grid((row,) * self.size(rows)))

    def matrix(self, term: mx.Matrix, seed: Key | None, rows: Rows) -> Dual:
        if term.definition is not None:
            return self.dual(term.definition, seed, rows)
        duals = [
            [self.entry((term.entry or term.name, key), seed) for key in line]
            for line in _keys(self.size(term.rows), self.size(term.columns))
        ]
        return _gathered(duals)

    def ones(self, term: mx.Ones, seed: Key | None, rows: Rows) -> Dual:
        return self.constant_dual(self.filled(1, term.rows))

    def zeros(self, term: mx.Zeros, seed: Key | None, rows: Rows) -> Dual:
        return self.constant_dual(self.filled(0, term.rows, term.columns))

    def identity(self, term: mx.Identity, seed: Key | None, rows: Rows) -> Dual:
        return self.constant_dual(_on_diagonal(self.filled(1, term.rows)))

    def hadamard(self, term: mx.Hadamard, seed: Key | None, rows: Rows) -> Dual:
        first, *rest = (self.dual(factor, seed, rows) for factor in term.factors)
        value, slope = first.value, first.slope
        for factor in rest:
            slope = _entrywise(slope, factor.value) + _entrywise(value, factor.slope)
            value = _entrywise(value, factor.value)
        return Dual(value, slope)

    def transpose(self, term: mx.Transpose, seed: Key | None, rows: Rows) -> Dual:
        inner = self.dual(term.term, seed, rows)
        return Dual(_transposed(inner.value), _transposed(inner.slope))

    def squared_norm(self, term: mx.SquaredNorm, seed: Key | None, rows: Rows) -> Dual:
        inner = self.dual(term.term, seed, rows)
        row = _transposed(inner.value)
        return Dual(row * inner.value, row * inner.slope + row * inner.slope)

    def inverse(self, term: mx.Inverse, seed: Key | None, rows: Rows) -> Dual:
        inner = self.dual(term.term, seed, rows)
        value = inner.value.inverse() if isinstance(inner.value, Grid) else 1 / inner.value
        return Dual(value, -(value * inner.slope * value))

    def diagonal(self, term: mx.Diagonal, seed: Key | None, rows: Rows) -> Dual:
        inner = self.dual(term.term, seed, rows)
        return Dual(_on_diagonal(inner.value), _on_diagonal(inner.slope))

    def elementwise(self, term: mx.Elementwise, seed: Key | None, rows: Rows) -> Dual:
        inner = self.dual(term.term, seed, rows)
        value = _each(inner.value, lambda z: value_of(term.declared, [z]))
        slopes = _each(inner.value, lambda z: slope_of(term.declared, [z], 0))
        return Dual(value, _entrywise(slopes, inner.slope))

    def differential(self, term: mx.Differential, seed: Key | None, rows: Rows) -> Dual:
        if seed is not None:
            raise TypeError("a differential inside a derivative cannot be evaluated")
        moved = [
            self.dual(term.body, key, rows).slope * self.point[f"d{key[0]}", key[1]]
            for key in self.coordinates(term.variable)
        ]
        return self.constant_dual(sum(moved[1:], moved[0]))

    def nabla(self, term: mx.Nabla, seed: Key | None, rows: Rows) -> Dual:
        if seed is not None:
            raise TypeError("a gradient inside a derivative cannot be evaluated")
        slopes = [self.dual(term.body, key, rows).slope for key in self.coordinates(term.variable)]
        grid = Grid(tuple(map(_column, slopes)))
        return self.constant_dual(_simple(grid if term.order == 1 else grid.transposed))

    def coordinates(self, variable: mx.Matrix) -> list[Key]:
        """The entries of what varies, one by one."""
        if isinstance(variable.definition, mx.Stacked):
            entries = variable.definition.entries
            return [(entry.name, ()) for entry in entries if isinstance(entry, nt.Symbol)]
        name = variable.entry or variable.name
        return [(name, (position,)) for position in range(1, self.size(variable.rows) + 1)]

    def columns(self, term: mx.SideBySide, seed: Key | None, rows: Rows) -> Dual:
        duals = [self.dual(column, seed, rows) for column in term.columns]
        sides = [
            _simple(Grid(tuple(zip(*(_column(side) for side in pair), strict=True))))
            for pair in ([d.value for d in duals], [d.slope for d in duals])
        ]
        return Dual(*sides)

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

    def shaped(self, term: mx.Shaped, seed: Key | None, rows: Rows) -> Dual:
        return self.dual(term.term, seed, rows)


def _keys(rows: int, columns: int) -> Iterator[list[tuple[int, ...]]]:
    """The positions of a matrix's entries, row by row; a vector's have one number."""
    for row in range(1, rows + 1):
        yield [(row, column) for column in range(1, columns + 1)] if columns > 1 else [(row,)]


def _gathered(duals: list[list[Dual]]) -> Dual:
    values = tuple(tuple(dual.value for dual in row) for row in duals)
    slopes = tuple(tuple(dual.slope for dual in row) for row in duals)
    return Dual(_simple(Grid(values)), _simple(Grid(slopes)))


def _simple(grid: Grid) -> Any:
    """A 1×1 matrix is its only entry."""
    return grid.rows[0][0] if grid.shape == (1, 1) else grid


def _transposed(value: Any) -> Any:
    return value.transposed if isinstance(value, Grid) else value


def _each(value: Any, function: Any) -> Any:
    return value.each(function) if isinstance(value, Grid) else function(value)


def _entrywise(left: Any, right: Any) -> Any:
    if isinstance(left, Grid) and isinstance(right, Grid):
        return left.paired(right, lambda a, b: a * b)
    return left * right


def _column(value: Any) -> tuple[Any, ...]:
    return tuple(row[0] for row in value.rows) if isinstance(value, Grid) else (value,)


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

    Examples
    --------
    >>> X, w = mx.Matrix("X", "N", "p"), mx.Matrix("w", "p")
    >>> product = mx.matrix_product((X, w))
    >>> flipped = mx.matrix_product((mx.Transpose(w), mx.Transpose(X)))
    >>> MatrixChecker(("N", "p")).equal(mx.Transpose(product), flipped).passed
    True
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
            return _distance(left, right), 0

        check = self._compare(values, exact)
        if not exact:
            return check
        most = min(1.0, (degree(before) + degree(after)) / (2 * SAMPLES)) ** check.trials
        return Check(check.method, check.passed, check.trials, self.seed, most, check.remark)

    def against_sympy(
        self, result: nt.Term, body: nt.Term, variable: Any, *, order: int = 1
    ) -> Check:
        """Compare a gradient, or a Hessian, with `sympy.diff` of the cost written out entry by entry."""
        self.unroll(result, body)

        def values(evaluator: Evaluator) -> tuple[Any, Any]:
            assert isinstance(evaluator, MatrixEvaluator)
            expected = _sympy_derivative(body, variable, order, evaluator)
            return _distance(evaluator.dual(result, None, ()).value, expected), 0

        check = self._compare(values, is_exact(result) and is_exact(body))
        same = message("equal to sympy.diff of the entries")
        remark = same if check.passed else check.remark
        return Check("sympy", check.passed, check.trials, self.seed, remark=remark)


def _distance(left: Any, right: Any) -> Any:
    """The largest difference of two entries; of numbers that are rounded, in parts of the largest entry."""
    pairs = list(zip(_entries(left), _entries(right), strict=True))
    apart = max(abs(a - b) for a, b in pairs)
    if apart == 0 or isinstance(apart, Fraction):
        return apart
    return apart / max(1, *(abs(entry) for pair in pairs for entry in pair))


def _entries(value: Any) -> list[Any]:
    return [entry for row in value.rows for entry in row] if isinstance(value, Grid) else [value]


def is_exact(term: nt.Term) -> bool:
    """Whether a Term of matrices is rational in its entries."""
    if isinstance(term, mx.Elementwise):
        return False
    definition = term.definition if isinstance(term, mx.Matrix | nt.Abbreviation) else None
    if definition is not None and not is_exact(definition):
        return False
    parts = all(is_exact(child) for child in term.children)
    return parts and (isinstance(term, mx.MatrixTerm) or is_rational(_bare(term)))


def _bare(term: nt.Term) -> nt.Term:
    """A Term of numbers with its sub-terms that hold matrices taken for names."""
    return nt.Symbol("?") if isinstance(term, mx.MatrixTerm) else term.map(_bare)


def degree(term: nt.Term) -> int:
    """An upper bound of the degree of numerator and denominator together, in all entries."""
    parts = [degree(child) for child in term.children]
    match term:
        case nt.Number() | mx.Ones() | mx.Zeros() | mx.Identity():
            return 0
        case mx.Matrix() | nt.Abbreviation() if term.definition is not None:
            return degree(term.definition)
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
    """The gradient or Hessian that SymPy finds of the cost with numbers in the place of all but `by`."""
    names = [sympy.Symbol(f"w{position}", real=True) for position in range(evaluator.size(by.rows))]
    numbers: dict[sympy.Expr, sympy.Expr] = {}
    matrices = {part.name: part for part in cost.parts() if isinstance(part, mx.Matrix)}
    value = cost.value
    for symbol in value.atoms(sympy.MatrixSymbol):
        if symbol == by.value:
            numbers[symbol] = sympy.ImmutableMatrix(names)
        else:
            found = evaluator.dual(matrices[symbol.name], None, ()).value
            rows = found.rows if isinstance(found, Grid) else ((found,),)
            numbers[symbol] = sympy.ImmutableMatrix([[_as_sympy(e) for e in row] for row in rows])
    sizes = {sympy.Symbol(name): size for name, size in evaluator.point.sizes.items()}
    explicit = value.subs(sizes).xreplace(
        {symbol.subs(sizes): matrix for symbol, matrix in numbers.items()}
    )
    full = {part: part.as_explicit() for part in explicit.atoms(sympy.OneMatrix, sympy.Identity)}
    single = explicit.xreplace(full).doit()
    single = single[0, 0] if getattr(single, "is_Matrix", False) else single
    at = {
        name: _as_sympy(evaluator.point[key])
        for name, key in zip(names, evaluator.coordinates(by), strict=True)
    }
    others = {
        s: _as_sympy(evaluator.point[s.name, ()]) for s in single.free_symbols if s not in names
    }
    single = single.subs(others)
    slopes = [single.diff(name) for name in names]
    found = [[slope] for slope in slopes]
    if order == 2:
        found = [[slope.diff(name) for name in names] for slope in slopes]
    return _simple(Grid(tuple(tuple(_from_sympy(e.subs(at)) for e in row) for row in found)))


def _as_sympy(number: Any) -> sympy.Expr:
    if isinstance(number, Fraction):
        return sympy.Rational(number.numerator, number.denominator)
    return sympy.Float(str(number), DIGITS)


def _from_sympy(value: sympy.Expr) -> Any:
    exact = value.is_Rational
    return Fraction(value.p, value.q) if exact else MP.mpf(str(sympy.N(value, DIGITS)))
