"""Limit: the simpler formula that a model comes to on the way to infinity, and its numbers.

Laws
----
- far out some parts are so small that a series of two terms stands for a function of them, and some are small beside the sum
  that they stand in
- what is left hangs on fewer combinations of the parameters than there are parameters; it is fitted anew, and said only if it
  costs no more than what was reached
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import TypeAlias

import numpy as np
import sympy

from symgd.codegen.expressions.compiled import on_arrays
from symgd.data.arrays import FloatArray
from symgd.errors import SymgdError
from symgd.fit.atoms import atoms_of
from symgd.fit.costs.smooth_cost import SmoothCost
from symgd.fit.costs.squared import square_factor
from symgd.fit.found import Found
from symgd.fit.task import Task
from symgd.registry.registry import FrozenMap

SMALL = 1e-2  # arguments below this have a series
NOTHING = (3e-2, 1e-4)  # of a sum: terms below this are left out, more of them at first
SATURATED = 20.0  # tanh of more is 1
NEAR = 1e-6  # of the cost: so much more the limit may cost
DIGITS = 6  # of the numbers as they are said
ROUNDING = 1e-26  # of the targets' mean square


Search: TypeAlias = Callable[[Task], Found]


@dataclass(frozen=True)
class Limit:
    """A simpler formula in combinations of the parameters, and with numbers for them."""

    formula: str
    numbers: str


def limit_of(task: Task, far: Mapping[str, float], reached: float, search: Search) -> Limit | None:
    """The formula that is left far out; None where none is found that is simpler and costs no more; `search` finds its numbers."""
    if len(task.predictions) > 1:
        return None
    try:
        reduced = _Reduced(task, far)
        whole = reduced.in_series()
        for least in NOTHING:
            left = reduced.without_small(whole, least)
            found = (
                None if left == task.predictions[0] else _fitted(task, left, far, reached, search)
            )
            if found is not None:
                return found
        return None
    except (SymgdError, TypeError, ValueError, ArithmeticError, AttributeError, NameError):
        return None  # a function that has no longer floats, or a formula that is none of ours


def rounding(task: Task) -> float:
    """A cost that is rounding and nothing else: of errors that are nothing beside the targets."""
    target = task.columns[task.problem.target]
    if square_factor(task.problem) is None and (objective := SmoothCost(task)).is_plain:
        off = target + np.sqrt(ROUNDING) * np.abs(target).max()
        cost = float((objective.weights * objective.losses(off[None])).sum())
        return cost if np.isfinite(cost) else 0.0
    return ROUNDING * float(np.square(target).mean())


class _Reduced:
    """A formula without what is nothing far out."""

    def __init__(self, task: Task, far: Mapping[str, float]) -> None:
        self.task = task
        self.names = (*task.free, *task.problem.inputs)
        columns = [task.columns[name].astype(np.longdouble) for name in task.problem.inputs]
        self.given = [*(np.longdouble(far[name]) for name in task.free), *columns]
        self.inputs = {sympy.Symbol(name) for name in task.problem.inputs}
        self.rows = len(task.columns)

    def value(self, expr: sympy.Expr) -> FloatArray:
        """The expression on all rows, in longer floats."""
        with np.errstate(all="ignore"):
            (value,) = on_arrays([expr], self.names)(*self.given)
        made: FloatArray = np.broadcast_to(np.asarray(value, dtype=np.longdouble), self.rows)
        return made

    def in_series(self) -> sympy.Expr:
        """The prediction as a sum, functions of small arguments by their series."""
        return _expanded(self._series(self._aligned(self.task.predictions[0])))

    def _is_small(self, expr: sympy.Expr) -> bool:
        return bool(np.abs(self.value(expr)).max() < SMALL)

    def _aligned(self, expr: sympy.Expr) -> sympy.Expr:
        """Exponentials that come to be equal, each as the first of them times one that comes to be 1."""
        found = sorted((e for e in expr.atoms(sympy.exp) if e.free_symbols), key=str)
        for one, other in combinations(found, 2):
            apart = other.args[0] - one.args[0]
            if apart.free_symbols & self.inputs and self._is_small(apart):
                expr = expr.xreplace({other: one * (1 + apart + apart**2 / 2)})
        return expr

    def _series(self, expr: sympy.Expr) -> sympy.Expr:
        """The same with functions of small arguments by their series, from the inside."""
        if not expr.args or not expr.free_symbols:
            return expr
        expr = expr.func(*(self._series(part) for part in expr.args))
        if isinstance(expr, sympy.exp):
            return self._exp(expr.args[0])
        if expr.is_Pow and expr.base.is_Add:
            return self._power(expr)
        if isinstance(expr, sympy.log) and expr.args[0].is_Add:
            large, u = self._split(expr.args[0])
            return expr if large is None else sympy.log(large) + u - u**2 / 2
        if isinstance(expr, sympy.sin | sympy.tan | sympy.atan | sympy.tanh | sympy.sinh):
            return self._odd(expr)
        if isinstance(expr, sympy.cos | sympy.cosh) and self._is_small(expr.args[0]):
            sign = -1 if isinstance(expr, sympy.cos) else 1
            return 1 + sign * expr.args[0] ** 2 / 2
        return expr

    def _odd(self, expr: sympy.Expr) -> sympy.Expr:
        (u,) = expr.args
        if self._is_small(u):
            return u
        if isinstance(expr, sympy.tanh):
            at = self.value(u)
            if np.abs(at).min() > SATURATED and np.ptp(np.sign(at)) == 0:
                return sympy.Integer(int(np.sign(at[0])))
        return expr

    def _exp(self, exponent: sympy.Expr) -> sympy.Expr:
        """exp of a sum: small terms by their series, each of the others by itself."""
        terms = sympy.Add.make_args(sympy.expand(exponent))
        small = sympy.Add(*(t for t in terms if t.free_symbols & self.inputs and self._is_small(t)))
        large = sympy.Add(*terms) - small
        if small == 0 or (large == 0 and not self._is_small(small)):
            return sympy.exp(exponent)
        return sympy.exp(large) * (1 + small + small**2 / 2)

    def _power(self, power: sympy.Expr) -> sympy.Expr:
        """A power of a sum, of which some terms are small beside the others."""
        large, u = self._split(power.base)
        n = power.exp
        if large is None:
            return power
        if self._is_small(n * u):
            return large**n * (1 + n * u + n * (n - 1) / 2 * u**2)
        return large**n * self._exp(n * u)

    def _split(self, total: sympy.Expr) -> tuple[sympy.Expr | None, sympy.Expr]:
        """The large terms of a sum, and the small ones as a part of these; None where none are small."""
        terms = sympy.Add.make_args(_expanded(total))
        sizes = [np.abs(self.value(term)) for term in terms]
        small = [bool((size < SMALL * np.abs(self.value(total))).all()) for size in sizes]
        if not any(small) or all(small):
            return None, sympy.Integer(0)
        large = sympy.Add(*(t for t, s in zip(terms, small, strict=True) if not s))
        rest = sympy.Add(*(t for t, s in zip(terms, small, strict=True) if s))
        return large, sympy.expand(rest / large)

    def without_small(self, total: sympy.Expr, least: float) -> sympy.Expr:
        """A sum without terms that are nothing beside it; of one that cancels, without those that are nothing beside what is left."""
        terms = sorted(sympy.Add.make_args(total), key=str)
        size = np.abs(self.value(self.task.predictions[0])).max()
        return sympy.Add(*(t for t in terms if np.abs(self.value(t)).max() > least * size))


def _expanded(expr: sympy.Expr) -> sympy.Expr:
    """Sums multiplied out, and powers of products taken apart."""
    made = sympy.expand(sympy.powdenest(expr, force=True), force=True, log=False)
    return sympy.expand(sympy.expand_power_base(made, force=True), log=False)


# ---------------------------------------------------------------------------------------------
# Its numbers


def _fitted(
    task: Task, left: sympy.Expr, far: Mapping[str, float], reached: float, search: Search
) -> Limit | None:
    """The limit with the numbers that fit the best; None where it costs more, or is no simpler."""
    inputs = [sympy.Symbol(name) for name in task.problem.inputs]
    shapes: dict[sympy.Expr, sympy.Expr] = {}
    for term in sympy.Add.make_args(left):
        factor, shape = term.as_independent(*inputs, as_Add=False)
        shapes[shape] = shapes.get(shape, sympy.Integer(0)) + factor
    learned = {sympy.Symbol(name): name for name in task.free}
    fresh = {
        shape: sympy.Symbol(f"c_{n}") if factor.free_symbols else factor
        for n, (shape, factor) in enumerate(shapes.items())
    }
    model = sympy.Add(*(c * shape for shape, c in fresh.items()))
    model, rates = _in_rates(model, {*learned}, {*inputs})
    kept = [name for symbol, name in learned.items() if model.has(symbol)]
    unknown = [c for c in fresh.values() if c.is_Symbol]
    names = [*map(str, (*unknown, *rates)), *kept]
    if len(names) >= len(task.free):
        return None
    found = search(_simpler(task, model, names, far))
    room = NEAR * abs(reached) + rounding(task)
    if found.outcome.kind != "converged" or not found.cost <= reached + room:
        return None
    said = sympy.Add(*(sympy.powsimp(f, force=True) * shape for shape, f in shapes.items()))
    values = {sympy.Symbol(name): _number(value) for name, value in found.values.items()}
    return Limit(str(said), sympy.sstr(model.xreplace(values), full_prec=False))


def _in_rates(
    model: sympy.Expr, learned: set[sympy.Expr], inputs: set[sympy.Expr]
) -> tuple[sympy.Expr, list[sympy.Expr]]:
    """A model with a letter for each combination of parameters that stands before an input, and these letters."""
    found: dict[sympy.Expr, sympy.Expr] = {}
    for inner in atoms_of(model, sympy.exp, sympy.sin, sympy.cos, sympy.log, sympy.tanh):
        for term in sympy.Add.make_args(sympy.expand(inner.args[0])):
            factor, _ = term.as_independent(*inputs, as_Add=False)
            if len(factor.free_symbols & learned) > 1:
                found.setdefault(factor, sympy.Symbol(f"k_{len(found)}"))
    for factor, letter in found.items():
        model = model.subs(factor, letter)
    return model, [*found.values()]


def _simpler(task: Task, model: sympy.Expr, names: Sequence[str], far: Mapping[str, float]) -> Task:
    """The same data for another model, some of whose parameters are the same."""
    idle = "".join(
        f" + 0*{name}" for name in task.problem.inputs if not model.has(sympy.Symbol(name))
    )
    problem = task.problem.replace(
        model=f"{model}{idle}", parameters=names, inputs=task.problem.inputs
    )
    none: FrozenMap[str, float] = FrozenMap({})
    start = FrozenMap({name: far[name] for name in names if name in far})
    bounds = FrozenMap({name: ends for name, ends in task.bounds.items() if name in names})
    return replace(
        task,
        problem=problem,
        fixed=none,
        tied=FrozenMap({}),
        start=start,
        bounds=bounds,
        progress=None,
    )


def _number(value: float) -> sympy.Expr:
    """A number as it is said."""
    rounded = float(f"{value:.{DIGITS}g}")
    return (
        sympy.Integer(int(rounded))
        if rounded.is_integer() and abs(rounded) < 1e6
        else sympy.Float(rounded, DIGITS)
    )
