"""Task: a cost to be minimised over data, and what the caller fixes, ties, bounds or weighs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TypeAlias

import numpy as np
import sympy

from symgd.codegen.program.stable import named
from symgd.data.arrays import FloatArray
from symgd.data.columns import Columns
from symgd.data.labels import chosen
from symgd.problem.problem import Problem
from symgd.registry.registry import FrozenMap

Progress: TypeAlias = Callable[[int, int], None]

MANY = 40_000  # rows from which some of them say first where the least cost is


@dataclass(frozen=True, eq=False)
class Task:
    """What is to be minimised, over which data, and how freely.

    Parameters
    ----------
    problem : Problem
    columns : Columns
        The inputs, then the targets.
    weights : array of shape (n,), optional
        One above or equal to 0 for each example: one of weight 2 counts as two examples do.
    fixed : mapping of str to float
        Parameters that keep a value.
    tied : mapping of str to SymPy expression
        Parameters that are formulas of others, in plain Symbols.
    bounds : mapping of str to (float, float)
        The least and the greatest value of a parameter; -inf and inf where there is none.
    start : mapping of str to float
        Values that the caller believes in; they are tried first.
    seed : int
        Of the starts that are drawn.
    progress : callable, optional
        Told how many starts of how many are done.
    anchors : mapping of str to SymPy expression
        Positive factors of free parameters; a coefficient that has one stands for its product with it.
    """

    problem: Problem
    columns: Columns
    weights: FloatArray | None = None
    fixed: Mapping[str, float] = field(default_factory=lambda: FrozenMap({}))
    tied: Mapping[str, sympy.Expr] = field(default_factory=lambda: FrozenMap({}))
    bounds: Mapping[str, tuple[float, float]] = field(default_factory=lambda: FrozenMap({}))
    start: Mapping[str, float] = field(default_factory=lambda: FrozenMap({}))
    seed: int = 0
    progress: Progress | None = None
    anchors: Mapping[str, sympy.Expr] = field(default_factory=lambda: FrozenMap({}))

    @cached_property
    def free(self) -> tuple[str, ...]:
        """The parameters that are sought, in the problem's order."""
        held = {*self.fixed, *self.tied}
        return tuple(name for name in self.problem.parameters if name not in held)

    @cached_property
    def predictions(self) -> tuple[sympy.Expr, ...]:
        """The model's formulas in plain Symbols of free parameters and inputs, in forms that do not overflow: what is fixed or tied is put in."""
        return tuple(
            self.settled(named(part.written_out()).value) for part in self.problem.predictions
        )

    @cached_property
    def penalty(self) -> sympy.Expr:
        """What the penalty adds to the cost, in plain Symbols of free parameters."""
        penalty = self.problem.written_cost.penalty
        if penalty is None:
            return sympy.Integer(0)
        return self.settled(self.with_settings(penalty.value))

    def with_settings(self, expr: sympy.Expr) -> sympy.Expr:
        """An expression with numbers for the letters of the loss's and the penalty's settings."""
        letters, settings = self.problem.letters, self.problem.settings
        numbers = {
            sympy.Symbol(letters[name]): sympy.Float(value) for name, value in settings.items()
        }
        return expr.xreplace(numbers)

    def settled(self, expr: sympy.Expr) -> sympy.Expr:
        """An expression with what is fixed or tied put in."""
        held: dict[sympy.Expr, sympy.Expr] = {sympy.Symbol(n): e for n, e in self.tied.items()}
        held |= {sympy.Symbol(name): _number(value) for name, value in self.fixed.items()}
        for _ in self.tied:  # a tied parameter may hang on another
            expr = expr.xreplace(held)
        expr = expr.xreplace(held)
        if not self.anchors:
            return expr
        anchors = {sympy.Symbol(name): sympy.Symbol(name) / e for name, e in self.anchors.items()}
        return _from_middle(sympy.powsimp(expr.xreplace(anchors), deep=True, combine="exp"))


def thinned(task: Task, most: int = MANY // 2) -> Task:
    """The same over some of the rows, drawn, where they are many; a cost that is a sum keeps its size."""
    count = len(task.columns)
    if count <= MANY:
        return task
    weights = np.ones(count) if task.weights is None else task.weights
    used = np.flatnonzero(weights)
    rows = np.sort(np.random.default_rng(task.seed).permutation(used)[:most])
    kept = weights[rows] * (float(weights.sum()) / float(weights[rows].sum()))
    return replace(task, columns=chosen(task.columns, rows), weights=kept)


def _from_middle(expr: sympy.Expr) -> sympy.Expr:
    """exp(b·x − 2013·b) as exp(b·(x − 2013)), which loses no digits."""
    sums = {power: sympy.factor_terms(power.exp) for power in expr.atoms(sympy.exp)}
    return expr.xreplace({power: sympy.exp(inside) for power, inside in sums.items()})


def _number(value: float) -> sympy.Expr:
    """A value as formulas have it: x^2 where 2.0 is put in for the exponent."""
    whole = float(value).is_integer() and abs(value) < 1e6
    return sympy.Integer(int(value)) if whole else sympy.Float(value)
