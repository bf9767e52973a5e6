"""Scores: how a cost hangs on the parameters, as one example's loss of a few numbers that are simpler than predictions.

Laws
----
- loss(scores(parameters, inputs), inputs, targets) is the problem's loss of its prediction, exactly
- where a model is a function of one affine expression, sigmoid(w*x + b), that expression is the score: then the cost is
  as convex as can be, and no prediction rounds to 0 or 1; for the second reason, where a loss asks for probabilities or
  counts, the score may be any expression that holds all parameters
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from functools import lru_cache

import sympy

from symgd import terms as nt
from symgd.codegen.expressions.long_sums import INNER, LONG, around, longest_sum
from symgd.codegen.program.stable import in_numpy, named
from symgd.errors import GenerationError
from symgd.fit.costs.chained import linear_columns
from symgd.fit.costs.compiled import slopes_of, with_nothing_lost
from symgd.fit.task import Task


@dataclass(frozen=True)
class Scored:
    """One example's loss in plain Symbols of scores and data columns, and the scores in parameters and inputs."""

    names: tuple[str, ...]
    loss: sympy.Expr
    scores: tuple[sympy.Expr, ...]
    affine: bool  # whether every score is, in the free parameters


def scored(task: Task) -> Scored:
    """The scores of a task's cost."""
    problem = task.problem
    names = tuple(f"score {number}" for number in range(1, len(problem.predictions) + 1))
    outers, inner = [], []
    for name, prediction in zip(names, problem.predictions, strict=True):
        whole = prediction.written_out()
        core = _core(task, whole)
        outers.append(whole.substitute({core: nt.Symbol(name)}))
        inner.append(task.settled(core.value))
    affine = all(is_affine(score, task.free) for score in inner)
    if not (affine or problem.loss.targets):
        return of_predictions(task)
    return Scored(names, _loss(task, tuple(outers)), tuple(inner), affine)


def of_predictions(task: Task) -> Scored:
    """The predictions themselves as scores."""
    names = tuple(f"score {number}" for number in range(1, len(task.predictions) + 1))
    affine = all(is_affine(part, task.free) for part in task.predictions)
    return Scored(names, _loss(task, tuple(map(nt.Symbol, names))), task.predictions, affine)


@lru_cache(maxsize=64)
def is_affine(expr: sympy.Expr, names: tuple[str, ...]) -> bool:
    """Whether an expression is a sum of functions of the data times parameters.

    Examples
    --------
    >>> from sympy.abc import a, b, x
    >>> is_affine(a * sympy.sin(x) + 2 * (b + x), ("a", "b")), is_affine(a * b * x, ("a", "b"))
    (True, False)
    """
    if linear_columns(expr, names) is not None:
        return True
    learned = {*map(sympy.Symbol, names)}
    inner = longest_sum(expr)
    if inner not in (None, expr) and inner.free_symbols & learned:
        outer = around(expr, inner)
        if not is_affine(outer, (INNER, *names)):
            return False
    for slope in slopes_of(expr, [*learned & expr.free_symbols]):
        held = slope.free_symbols & learned
        if len(held) > LONG and not any(part.is_Add for part in sympy.Mul.make_args(slope)):
            return False  # of a product nothing cancels, and expanding it would take long
        if held and sympy.expand(slope).free_symbols & learned:
            return False
        if slope.has(sympy.Derivative, sympy.Subs):
            return False
    return True


def _core(task: Task, term: nt.Term) -> nt.Term:
    """The first part on the way in that is affine in the free parameters, where all of them stand; else the last such part."""
    moving = {*task.free, *task.tied}
    inside = term
    while not is_affine(task.settled(inside.value), task.free):
        with_names = [child for child in inside.children if child.names & moving]
        if len(with_names) != 1 or isinstance(inside, nt.Case):
            break
        inside = with_names[0]
    return inside


def _loss(task: Task, outers: tuple[nt.Term, ...]) -> sympy.Expr:
    """One example's loss, in forms that do not overflow, with numbers for settings and what is fixed."""
    problem = task.problem
    cost = replace(problem.written_cost, predictions=outers, penalty=None)
    columns: dict[nt.Term, nt.Term] = {
        nt.Indexed(name, (problem.notation.index,)): nt.Symbol(name) for name in problem.columns
    }
    loss = cost.example_loss.written_out().substitute(columns)
    with suppress(GenerationError):  # SciPy may have what NumPy has not
        loss = in_numpy(named(loss))
    data = map(sympy.Symbol, problem.columns)
    return with_nothing_lost(task.settled(task.with_settings(loss.value)), data)
