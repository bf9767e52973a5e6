"""SymPy's own derivative, and its value at a point: the independent answer to compare with."""

from __future__ import annotations

import fractions
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import sympy

from symgd import terms as nt
from symgd.derivation.checking.numeric import (
    COMPARED,
    MP,
    Undefined,
    close,
    real,
    value_of,
)
from symgd.derivation.checking.point import Point
from symgd.terms.functions import BY_SYMPY
from symgd.terms.size import expect_power

_REAL_ONLY = (
    *(sympy.Abs, sympy.sign, sympy.Max, sympy.Min, sympy.Piecewise, sympy.Heaviside),
    *(sympy.re, sympy.im, sympy.arg, sympy.conjugate),
)

MANY_COLUMNS = 12  # of fewer SymPy derives as soon
Rows = Mapping[sympy.Symbol, int]


def real_derivative(value: sympy.Expr, name: sympy.Symbol) -> sympy.Expr:
    """SymPy's derivative; absolute values and the like are taken of real numbers."""
    if not value.has(*_REAL_ONLY, sympy.atan2):
        changed, columns = _with_plain_columns(value)
        if name.name in {str(column.base) for column in columns.values()}:
            return _derived(value, name)
        return _derived(changed, name).xreplace(columns)
    dummies: dict[sympy.Expr, sympy.Expr] = {
        s: _real_name(s)
        for s in value.free_symbols
        if isinstance(s, sympy.Symbol) and not isinstance(s, sympy.Idx)
    }
    # A Σ binds the indices of its columns: they cannot become names of their own.
    columns = {
        part: _real_name(part)
        for part in (() if value.has(sympy.Sum) else value.atoms(sympy.Indexed))
        if name not in part.free_symbols
    }
    back = {dummy: symbol for symbol, dummy in {**dummies, **columns}.items()}
    changed = value.xreplace(columns).xreplace(dummies)
    return _derived(changed, dummies.get(name, name)).xreplace(back)


def _derived(value: sympy.Expr, name: sympy.Expr) -> sympy.Expr:
    """`value.diff(name)`, where sums, constant factors and cases stay as they are and what they hold is derived.

    SymPy takes a constant times the whole as a product of two, and asks of the other, times 0, whether it is finite.
    """
    if name not in value.free_symbols:
        return sympy.S.Zero
    match value:
        case sympy.Add():
            return value.func(*(_derived(part, name) for part in value.args))
        case sympy.Mul():
            held = [name in part.free_symbols for part in value.args]
            if held.count(True) == 1:
                parts = zip(value.args, held, strict=True)
                return value.func(*(_derived(p, name) if holds else p for p, holds in parts))
        case sympy.Piecewise():
            return value.func(*((_derived(body, name), when) for body, when in value.args))
        case sympy.Sum():
            *inner, (index, *bounds) = value.limits
            if not any(name in bound.free_symbols for bound in bounds):
                body = value.func(value.function, *inner) if inner else value.function
                return value.func(_derived(body, name), (index, *bounds))
    return value.diff(name)


@lru_cache(maxsize=1000)
def _real_name(name: sympy.Expr) -> sympy.Dummy:
    """A real number by its name, the same one whenever it is asked for: SymPy then knows again what was derived by another."""
    return sympy.Dummy(str(name), real=True)


@lru_cache(maxsize=8)
def _with_plain_columns(value: sympy.Expr) -> tuple[sympy.Expr, Mapping[sympy.Expr, sympy.Expr]]:
    """An expression with a name for each of very many columns, and these: SymPy is slow with indices, and each partial asks anew."""
    columns = value.atoms(sympy.Indexed)
    if len(columns) < MANY_COLUMNS:
        return value, {}
    back: dict[sympy.Expr, sympy.Expr] = {sympy.Dummy(str(c)): c for c in columns}
    return value.xreplace({column: dummy for dummy, column in back.items()}), back


def unrolled_derivative(body: nt.Term, variable: nt.Variable, point: Point) -> sympy.Expr:
    """`sympy.diff` of `body` with its sums written out and its free indices put in, by one entry of a vector.

    SymPy's derivatives by an entry with a symbol for its index do not heed a Σ that binds the same symbol.
    """
    free = {sympy.Symbol(name): size for name, size in point.sizes.items()}
    for index in (*nt.indices_of(body), *nt.indices_of(variable)):
        free[sympy.Symbol(index)] = point.positions[index]
    expect_powers(body, free)
    written, by = written_out(body.value.subs(free)), variable.value.subs(free)
    entries = {entry: sympy.Dummy(str(entry)) for entry in written.atoms(sympy.Indexed) | {by}}
    derivative = real_derivative(written.xreplace(entries), entries[by])
    return derivative.xreplace({dummy: entry for entry, dummy in entries.items()})


def expect_powers(body: nt.Term, numbers: Mapping[sympy.Symbol, int]) -> None:
    """Refuse powers that are too large with numbers for counts and indices, 2^(10^9 j): SymPy multiplies them out."""
    parts = tuple(body.parts(definitions=True))
    bound = {sympy.Symbol(part.index) for part in parts if isinstance(part, nt.BigSum)}
    put = dict.fromkeys(bound, max(numbers.values(), default=1)) | dict(numbers)
    for power in (part for part in parts if isinstance(part, nt.Power)):
        if not power.exponent.names.isdisjoint(name.name for name in put):
            expect_power(power.base.value.subs(put), power.exponent.value.subs(put))


def written_out(expression: sympy.Expr) -> sympy.Expr:
    """`expression` with every Σ as so many terms, an outer one first: an inner one may count to its index."""
    if not expression.has(sympy.Sum):
        return expression
    if not isinstance(expression, sympy.Sum):
        return expression.func(*map(written_out, expression.args))
    *inner, (index, first, last) = expression.limits
    body = sympy.Sum(expression.function, *inner) if inner else expression.function
    positions = range(int(first), int(last) + 1)
    return sympy.Add(*(written_out(body.subs(index, position)) for position in positions))


def sympy_value(expression: sympy.Expr, point: Point, rows: Rows, strict: bool = True) -> Any:
    """The value of a SymPy expression at a point, Σ unrolled; where it is `strict`, every part must be real.

    The point remembers it: derivatives by a hundred names have most of their parts in common.
    """
    key = expression, tuple(rows.items()), strict
    if key not in point.of_sympy:
        value = _value(expression, point, rows, strict)
        point.of_sympy[key] = real(value) if strict else value
    return point.of_sympy[key]


def _value(expression: sympy.Expr, point: Point, rows: Rows, strict: bool) -> Any:
    def value(part: sympy.Expr) -> Any:
        return sympy_value(part, point, rows, strict)

    match expression:
        case sympy.Rational():
            return point.number(fractions.Fraction(expression.p, expression.q))
        case sympy.Symbol():
            if expression in rows:
                return point.number(fractions.Fraction(rows[expression]))
            if expression.name in point.positions:
                return point.number(fractions.Fraction(point.positions[expression.name]))
            return point[expression.name, ()]
        case sympy.Indexed():
            positions = tuple(_position(index, point, rows) for index in expression.indices)
            return point[str(expression.base), positions]
        case sympy.KroneckerDelta():
            first, second = (_position(index, point, rows) for index in expression.indices)
            return point.number(fractions.Fraction(int(first == second)))
        case sympy.Add():
            return sum(value(part) for part in expression.args)
        case sympy.Mul():
            result = point.number(fractions.Fraction(1))
            for part in expression.args:
                result *= value(part)
            return result
        case sympy.Pow():
            return _power(value(expression.base), value(expression.exp))
        case sympy.Sum():
            return _sum(expression, point, rows, strict)
        case sympy.Piecewise():
            bodies = (body for body, when in expression.args if _holds(when, point, rows))
            return value(next(bodies, sympy.nan))
        case sympy.DiracDelta():
            return point.number(fractions.Fraction(0))
        case sympy.Function() | sympy.Max() | sympy.Min():
            return _call(expression, [value(part) for part in expression.args])
    if not expression.is_number or expression is sympy.nan:
        raise Undefined
    return MP.mpmathify(sympy.N(expression, MP.dps))


def _position(index: sympy.Expr, point: Point, rows: Rows) -> int:
    """The position that an index means."""
    if isinstance(index, sympy.Integer):
        return int(index)
    return rows[index] if index in rows else point.positions[index.name]


def _sum(expression: sympy.Sum, point: Point, rows: Rows, strict: bool) -> Any:
    """A sum over one index or several; the last one is the outermost."""
    *inner, (index, *bounds) = expression.limits
    first, last = (int(sympy_value(bound, point, rows)) for bound in bounds)
    body = sympy.Sum(expression.function, *inner) if inner else expression.function
    return sum(
        (sympy_value(body, point, {**rows, index: row}, strict) for row in range(first, last + 1)),
        point.number(fractions.Fraction(0)),
    )


def _holds(condition: sympy.Expr, point: Point, rows: Rows) -> bool:
    """Whether a condition of SymPy's holds at a point."""
    if condition in (sympy.true, sympy.false):
        return bool(condition)
    if isinstance(condition, sympy.And | sympy.Or):
        parts = [_holds(part, point, rows) for part in condition.args]
        return all(parts) if isinstance(condition, sympy.And) else any(parts)
    if isinstance(condition, sympy.Not):
        return not _holds(condition.args[0], point, rows)
    if isinstance(condition, sympy.ITE):
        when, then, otherwise = condition.args
        return _holds(then if _holds(when, point, rows) else otherwise, point, rows)
    if not isinstance(condition, sympy.core.relational.Relational):
        raise Undefined
    left, right = (sympy_value(side, point, rows) for side in (condition.lhs, condition.rhs))
    return COMPARED[condition.rel_op](left, right)


def _power(base: Any, exponent: Any) -> Any:
    if isinstance(exponent, fractions.Fraction) and exponent.denominator == 1:
        exponent = int(exponent)
    elif MP.mag(exponent) > 32:
        raise Undefined
    return base**exponent


def _call(expression: sympy.Expr, numbers: list[Any]) -> Any:
    function = BY_SYMPY.get(type(expression))
    if function is not None:
        if function.name != "heaviside":
            return value_of(function, numbers)
        # Its second argument is what it is at 0. In derivatives of Max it says which one is larger: none at a tie.
        if close(numbers[0], 0):
            raise Undefined
        return value_of(function, numbers[:1])
    exact = [sympy.Float(str(real(n)), MP.dps) for n in numbers]
    found = expression.func(*exact).evalf(MP.dps)
    if not found.is_number:
        raise Undefined
    return MP.mpmathify(found)
