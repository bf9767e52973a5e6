"""SymPy expressions as functions of arrays, in forms that do not overflow and whose derivatives do not either."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache, reduce
from typing import Any, TypeAlias

import numpy as np
import sympy

from symgd.codegen.expressions.compiled import as_real, on_arrays
from symgd.codegen.expressions.long_sums import INNER, LONG, longest_sum
from symgd.data.arrays import FloatArray

Compute: TypeAlias = Callable[..., FloatArray]  # of shape (expressions, …)

# What SciPy has and NumPy has not.
_SPECIAL = (
    *(sympy.erf, sympy.erfc, sympy.erfi, sympy.gamma, sympy.loggamma, sympy.digamma),
    *(sympy.polygamma, sympy.beta, sympy.LambertW, sympy.Ei, sympy.Si, sympy.Ci, sympy.li),
)


class Sigmoid(sympy.Function):  # type: ignore[misc]  # SymPy has no types
    """1/(1 + exp(−u))."""

    nargs = 1
    is_real = True

    def fdiff(self, argindex: int = 1) -> sympy.Expr:
        (u,) = self.args
        return Sigmoid(u) * Sigmoid(-u)


class LogSumExp(sympy.Function):  # type: ignore[misc]  # SymPy has no types
    """ln(exp(u) + exp(v) + …)."""

    is_real = True

    def fdiff(self, argindex: int = 1) -> sympy.Expr:
        return sympy.exp(self.args[argindex - 1] - self)


class TimesLog(sympy.Function):  # type: ignore[misc]  # SymPy has no types
    """c·ln(u), and 0 where c is, unless u is below 0."""

    nargs = 2
    is_real = True

    def fdiff(self, argindex: int = 1) -> sympy.Expr:
        c, u = self.args
        return Share(c, u) if argindex == 2 else sympy.log(u)


class Share(sympy.Function):  # type: ignore[misc]  # SymPy has no types
    """c/u, and 0 where c is."""

    nargs = 2
    is_real = True

    def fdiff(self, argindex: int = 1) -> sympy.Expr:
        c, u = self.args
        return -Share(c, u**2) if argindex == 2 else 1 / u


def with_nothing_lost(loss: sympy.Expr, data: Iterable[sympy.Expr]) -> sympy.Expr:
    """The same where logarithms times what the data are, y·ln(p), are 0 where this is 0, whatever p is.

    Examples
    --------
    >>> y, p = sympy.symbols("y p")
    >>> with_nothing_lost(p - y * sympy.log(p), [y])
    p - TimesLog(y, p)
    """
    known = {*data}

    def told(product: sympy.Expr) -> sympy.Expr:
        inside = [f for f in product.args if isinstance(f, sympy.log) and not _exponents(f.args[0])]
        weights = [f for f in product.args if f.free_symbols and f.free_symbols <= known]
        if len(inside) != 1 or not weights or inside[0].free_symbols <= known:
            return product
        weight = sympy.Mul(*weights)
        return product / weight / inside[0] * TimesLog(weight, inside[0].args[0])

    return loss.replace(lambda e: e.is_Mul, told)


def steady(expr: sympy.Expr) -> sympy.Expr:
    """The same with sigmoids and logarithms of sums of exponentials under their names.

    Examples
    --------
    >>> z = sympy.Symbol("z")
    >>> steady(sympy.log(1 + sympy.exp(z))), steady(1 / (1 + sympy.exp(-z)))
    (LogSumExp(0, z), Sigmoid(z))
    """
    found = expr.replace(lambda e: isinstance(e, sympy.log), _logarithm)
    return found.replace(lambda e: e.is_Pow and e.exp.is_Integer and e.exp < 0, _share)


def _exponents(expr: sympy.Expr) -> list[sympy.Expr]:
    """u of each exp(u) in a sum of nothing else, 1 being exp(0)."""
    parts = sympy.Add.make_args(expr)
    known = [part.args[0] for part in parts if isinstance(part, sympy.exp)]
    known += [sympy.Integer(0) for part in parts if part == 1]
    return known if len(parts) > 1 and len(known) == len(parts) else []


def _logarithm(expr: sympy.Expr) -> sympy.Expr:
    known = _exponents(expr.args[0])
    return LogSumExp(*sorted(known, key=sympy.default_sort_key)) if known else expr


def _share(expr: sympy.Expr) -> sympy.Expr:
    known = _exponents(expr.base)
    if len(known) != 2 or 0 not in known:
        return expr
    other = next(part for part in known if part != 0)
    return Sigmoid(-other) ** -expr.exp


def without_spikes(expr: sympy.Expr) -> sympy.Expr:
    """A derivative without what SymPy puts where there is a corner: it is 0 everywhere else."""
    spikes = (sympy.DiracDelta, sympy.Derivative, sympy.Subs)
    return expr.replace(lambda e: isinstance(e, spikes), lambda *_: sympy.Integer(0))


def slopes_of(expr: sympy.Expr, symbols: Sequence[sympy.Symbol]) -> list[sympy.Expr]:
    """The derivative by each symbol; a sum's is taken term by term, since each term of many holds few symbols.

    Examples
    --------
    >>> a, b, x = sympy.symbols("a b x")
    >>> slopes_of(a * x + sympy.exp(b), [a, b])
    [x, exp(b)]
    """
    parts: dict[sympy.Symbol, list[sympy.Expr]] = {symbol: [] for symbol in symbols}
    known: dict[sympy.Expr, list[sympy.Expr]] = {}
    for term in sympy.Add.make_args(expr):
        held = term.free_symbols & parts.keys()
        inner = longest_sum(term) if len(held) > LONG else None
        if inner is not None:
            for symbol, slope in zip(symbols, _by_chain(term, inner, symbols), strict=True):
                parts[symbol].append(slope)
            continue
        for symbol, slope in _slopes_by_shape(term, held, known):
            parts[symbol].append(slope)
    return [sympy.Add(*parts[symbol]) for symbol in symbols]


def _slopes_by_shape(
    term: sympy.Expr, held: set[sympy.Symbol], known: dict[sympy.Expr, list[sympy.Expr]]
) -> list[tuple[sympy.Symbol, sympy.Expr]]:
    """The slopes of a term; those of another of the same shape, where they are known, with its own symbols put in."""
    order = [p for p in dict.fromkeys(sympy.preorder_traversal(term)) if p in held]
    standing = [sympy.Dummy(f"p{n}", dummy_index=n, **_sort(p)) for n, p in enumerate(order)]
    shape = term.xreplace(dict(zip(order, standing, strict=True)))
    if shape not in known:
        known[shape] = [shape.diff(symbol) for symbol in standing]
    back = dict(zip(standing, order, strict=True))
    return [(s, slope.xreplace(back)) for s, slope in zip(order, known[shape], strict=True)]


def _sort(symbol: sympy.Symbol) -> dict[str, bool]:
    """What is known of a symbol: that it is real, or nothing."""
    return {"real": True} if symbol.is_real else {}


def second_slopes(
    slopes: Sequence[sympy.Expr], symbols: Sequence[sympy.Symbol]
) -> dict[tuple[int, int], sympy.Expr]:
    """The derivatives of slopes that are not 0, by their places in the upper triangle: of a penalty few are.

    Examples
    --------
    >>> a, b = sympy.symbols("a b")
    >>> second_slopes([2 * a, 3 * b**2], [a, b])
    {(0, 0): 2, (1, 1): 6*b}
    """
    places = {symbol: place for place, symbol in enumerate(symbols)}
    found = {}
    for row, slope in enumerate(slopes):
        for symbol in sorted(slope.free_symbols & places.keys(), key=places.__getitem__):
            bend = without_spikes(slope.diff(symbol))
            if places[symbol] >= row and bend != 0:
                found[row, places[symbol]] = bend
    return found


def _by_chain(
    term: sympy.Expr, inner: sympy.Expr, symbols: Sequence[sympy.Symbol]
) -> list[sympy.Expr]:
    """The slopes of f(u, θ) for a sum u of θ: those of f beside it, and the one by u times those of u."""
    u = sympy.Symbol(INNER, real=True)
    outer = term.xreplace({inner: u})
    beside = outer.free_symbols
    through = outer.diff(u).xreplace({u: inner})
    return [
        (outer.diff(symbol).xreplace({u: inner}) if symbol in beside else 0) + through * slope
        for symbol, slope in zip(symbols, slopes_of(inner, symbols), strict=True)
    ]


def derived(
    exprs: Sequence[sympy.Expr], names: Sequence[str], by: Sequence[str], order: int = 2
) -> tuple[list[sympy.Expr], list[list[sympy.Expr]], list[list[sympy.Expr]]]:
    """The expressions in real symbols, their first derivatives, and their second, of the upper triangle in rows.

    Every answer is in the symbols of `real_symbols`, in the order of `names`.
    """
    values, first, second = _derived(tuple(exprs), tuple(names), tuple(by), order)
    return [*values], [[*row] for row in first], [[*row] for row in second]


@lru_cache(maxsize=16)  # several ask for the same: what is redundant, the search, what is left open
def _derived(
    exprs: tuple[sympy.Expr, ...], names: tuple[str, ...], by: tuple[str, ...], order: int
) -> tuple[list[sympy.Expr], list[list[sympy.Expr]], list[list[sympy.Expr]]]:
    real, symbols = as_real(exprs, names)
    real = [steady(expr) for expr in real]
    chosen = [symbols[names.index(name)] for name in by]
    first = [[without_spikes(slope) for slope in slopes_of(e, chosen)] for e in real if order]
    second = []
    for row in first if order > 1 else []:
        bends = [slopes_of(slope, chosen[a:]) for a, slope in enumerate(row)]
        second.append([without_spikes(bend) for part in bends for bend in part])
    plain = dict(zip(symbols, map(sympy.Symbol, names), strict=True))

    def back(rows: list[list[sympy.Expr]]) -> list[list[sympy.Expr]]:
        return [[entry.xreplace(plain) for entry in row] for row in rows]

    return [e.xreplace(plain) for e in real], back(first), back(second)


class Joined:
    """A NumPy function of two that joins many, whatever their shapes, as SymPy writes it: `logical_or.reduce((a, b))`."""

    def __init__(self, of_two: Callable[[Any, Any], Any]) -> None:
        self.of_two = of_two

    def reduce(self, parts: Sequence[Any]) -> Any:
        """All of them joined."""
        return reduce(self.of_two, parts)


def joined() -> dict[str, Joined]:
    """What SymPy's conditions call, for arrays of different shapes."""
    return {"logical_or": Joined(np.logical_or), "logical_and": Joined(np.logical_and)}


def steady_functions() -> dict[str, Callable[..., Any]]:
    """What `steady` names, for arrays."""
    from scipy import special

    return {
        "Sigmoid": special.expit,
        "TimesLog": lambda c, u: np.where(u < 0, np.nan, special.xlogy(c, u)),
        "Share": lambda c, u: np.where(c == 0, 0.0, c / u),
        "LogSumExp": _log_sum_exp,
    }


def _log_sum_exp(*parts: Any) -> Any:
    """`logaddexp`, which is slow, by exp and log1p where there are two numbers that are finite."""
    if len(parts) == 2:
        one, other = parts
        found = np.maximum(one, other) + np.log1p(np.exp(-np.abs(np.subtract(one, other))))
        if np.isfinite(found).all():
            return found
    return np.logaddexp.reduce(np.broadcast_arrays(*parts))


def compiled(exprs: Sequence[sympy.Expr], names: Sequence[str]) -> Callable[..., list[Any]]:
    """The function of the names' values that answers the value of each expression, which may be one of SciPy's."""
    return _compiled(tuple(exprs), tuple(names))


@lru_cache(maxsize=32)
def _compiled(exprs: tuple[sympy.Expr, ...], names: tuple[str, ...]) -> Callable[..., list[Any]]:
    modules: list[Any] = [joined()]
    if any(expr.has(Sigmoid, LogSumExp, TimesLog, Share) for expr in exprs):
        modules.append(steady_functions())
    if any(expr.has(*_SPECIAL) for expr in exprs):
        modules.append("scipy")
    return on_arrays(exprs, names, cse=True, modules=modules)


def on_rows(exprs: Sequence[sympy.Expr], names: Sequence[str]) -> Compute:
    """The function of the names' values, numbers or arrays, that answers each expression's, one for each row."""
    known = {sympy.Symbol(name): place for place, name in enumerate(names)}
    known[sympy.Integer(1)] = -1
    scaled = [expr.as_coeff_Mul() for expr in exprs]
    bare = [(n, float(by), known[e]) for n, (by, e) in enumerate(scaled) if e in known]
    others = [number for number, (_, expr) in enumerate(scaled) if expr not in known]
    made = compiled([exprs[number] for number in others], names) if others else None

    def compute(*values: Any) -> FloatArray:
        values = tuple(map(np.asarray, values))  # Python's floats refuse to be divided by 0
        shapes = {value.shape for value in values} - {()}
        shape = shapes.pop() if len(shapes) == 1 else np.broadcast_shapes(*shapes)
        whole = np.empty((len(exprs), *shape))
        with np.errstate(all="ignore"):
            for number, by, place in bare:  # of many inputs, nothing is worked out
                np.multiply(by, values[place] if place >= 0 else 1.0, out=whole[number, ...])
            for number, part in zip(others, made(*values) if made else (), strict=True):
                whole[number] = _as_float(part)
        return whole

    return compute


def _as_float(part: Any) -> Any:
    """A value without what is not real: nan stands there."""
    if not np.iscomplexobj(part):
        return part
    return np.where(np.imag(part) == 0, np.real(part), np.nan)
