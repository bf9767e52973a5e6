"""Rest: whether a cost can fall from a point, by its exact gradient and Hessian; at kinks, by the slopes around it.

Laws
----
- a minimum is where the cost bends down in no direction and can fall by no more than 10⁻⁶ of itself, or each parameter's
  Newton step is at most 10⁻⁶ of its own size; in directions without curvature the gradient is 0
- at a kink the slopes nearby cancel: 0 is in their convex hull
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypeAlias

import sympy

from symgd.codegen.walk.arrival import CLOSE, has_arrived
from symgd.codegen.walk.kinks import ahead_at_kinks
from symgd.data.arrays import FloatArray
from symgd.fit.costs.smooth_cost import SmoothCost
from symgd.fit.losses.general import bounds_of
from symgd.fit.losses.newton import Arrival
from symgd.fit.task import Task

Rest: TypeAlias = Literal["smooth", "kink"]
LARGEST = 30_000_000  # second derivatives that are held at once
KINKED = (sympy.Abs, sympy.Max, sympy.Min, sympy.sign, sympy.Heaviside, sympy.Piecewise)


def rest_of(task: Task, values: FloatArray, objective: SmoothCost | None = None) -> Rest | None:
    """What kind of minimum a point is; None where it is none, or where it would take too much to know."""
    if is_large(task):
        return None
    cost = SmoothCost(task) if objective is None else objective
    point = cost.at(values)
    free = ~bounds_of(task).held(values, point.gradient)
    if Arrival(values, point, 0, cost.sizes(values), free).is_minimum:
        return "smooth"
    if not free.any() or not (has_kinks(task) and point.finite):
        return None

    def evaluate(moved: Sequence[float]) -> tuple[float, tuple[float, ...]]:
        there = values.copy()
        there[free] = moved
        made = cost.at(there)
        return made.cost, tuple(made.gradient[free].tolist())

    ahead = ahead_at_kinks(
        evaluate, values[free].tolist(), point.cost, point.gradient[free].tolist()
    )
    arrived = has_arrived(ahead, values[free].tolist(), point.cost, CLOSE)
    return "kink" if arrived else None


def is_large(task: Task) -> bool:
    """Whether the second derivatives on all rows would take too much memory."""
    count = len(task.free)
    return len(task.columns) * count * (count + 1) / 2 > LARGEST


def has_kinks(task: Task) -> bool:
    """Whether a parameter stands in a part of the model that has kinks or jumps."""
    learned = {*map(sympy.Symbol, task.free)}
    return any(
        part.free_symbols & learned
        for prediction in task.predictions
        for part in prediction.atoms(*KINKED)
    )
