"""The least sum of squares of any formula, with no start."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import sympy

from symgd.codegen.separation import square_factor
from symgd.data.arrays import FloatArray
from symgd.fit.candidates import Drawer, Scales
from symgd.fit.curve import Curve
from symgd.fit.found import Found
from symgd.fit.marquardt import Descent, Marquardt
from symgd.fit.observed import Rows, rows_of, sampled
from symgd.fit.projection import Front, Projection, merged
from symgd.fit.task import Task
from symgd.optimize.outcome import Kind, Outcome
from symgd.registry.registry import FrozenMap
from symgd.writing.words import message

DRAWS = 1024
SAMPLE = 400  # rows on which candidates are compared
ENTRIES = 2_000_000  # numbers that are held for one column of all candidates


def search(task: Task) -> Found:
    """The parameters with the least sum of squares, and how they were found."""
    return Search(task).found()


@dataclass(frozen=True, eq=False)
class Search:
    """One search, step by step."""

    task: Task

    @cached_property
    def curve(self) -> Curve:
        return Curve(self.task.predictions[0], self.task.free, self.task.problem.inputs)

    @cached_property
    def rows(self) -> Rows:
        task = self.task
        *inputs, target = (task.columns[name] for name in task.problem.columns)
        return rows_of(inputs, target, task.weights)

    @cached_property
    def bounds(self) -> FloatArray:
        """Of shape (p, 2)."""
        given = [self.task.bounds.get(name, (-np.inf, np.inf)) for name in self.curve.names]
        return np.array(given, dtype=np.float64).reshape(-1, 2)

    @cached_property
    def finisher(self) -> Marquardt:
        return Marquardt(self.curve, self.rows, self.bounds)

    def found(self) -> Found:
        starts = self.front()
        ends = self.finished(starts)
        best = min(ends, key=lambda end: end.cost)
        best = self.finisher.polished(best)
        values = dict(zip(self.curve.names, best.theta.tolist(), strict=True))
        at_rest = best.near.gain(best.free) <= 1e-6 * best.cost
        kind: Kind = "converged" if at_rest else "stalled"
        outcome = Outcome(kind, message("the search comes no further"))
        method = message("least squares from starts of its own")
        return Found(FrozenMap(values), self.cost(best.cost), outcome, method)

    def cost(self, squares: float) -> float:
        """The problem's cost from the weighted sum of squares."""
        return cost_of(self.task, squares)

    def front(self) -> Front:
        """Candidates after some steps on a sample of the rows, the best first."""
        sample = sampled(self.rows, SAMPLE, self.task.seed)
        others = list(self.curve.others)
        projection = Projection(self.curve, sample, self.bounds[others])
        if not others:
            return projection.solved(np.zeros((1, 0)))
        drawer = Drawer(Scales(self.curve, sample), [tuple(b) for b in self.bounds[others]])
        drawn = drawer.draw(DRAWS, self.task.seed)
        solved = merged(*(projection.solved(part) for part in np.array_split(drawn, 4)))
        chosen = solved.take(promising(solved.cost))
        ended = projection.descended(chosen, 30, (32, 12))
        return ended.take(np.argsort(ended.cost, kind="stable"))

    def finished(self, starts: Front) -> list[Descent]:
        """The best starts after steps on all rows."""
        ends = []
        seen: list[float] = []
        for theta, cost in zip(starts.theta, starts.cost, strict=True):
            if not np.isfinite(cost) or any(abs(cost - one) <= 1e-6 * one for one in seen):
                continue
            seen.append(cost)
            ends.append(self.finisher.descend(theta))
            if len(ends) >= 4:
                break
        return ends


def promising(costs: FloatArray) -> FloatArray:
    """The best candidates of all, and the best of each of many parts of them."""
    order = np.argsort(costs, kind="stable")
    parts = np.array_split(np.arange(len(costs)), 32)
    among = [part[np.argmin(costs[part])] for part in parts if len(part)]
    chosen = np.unique(np.concatenate([order[:48], np.array(among, dtype=order.dtype)]))
    return chosen[np.isfinite(costs[chosen])]


def cost_of(task: Task, squares: float) -> float:
    """The problem's cost from the weighted sum of squared residuals."""
    count = float(len(task.columns) if task.weights is None else task.weights.sum())
    factor = float(square_factor(task.problem) or sympy.Integer(1))
    mean = factor * squares / count
    reduced = {"sum": factor * squares, "half mean": mean / 2, "root mean": float(np.sqrt(mean))}
    return reduced.get(task.problem.loss.reduction, mean)
