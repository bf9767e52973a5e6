"""Equals: places that cost the same: the one of them that is taken, and others that are as good, or nearly, and told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar
from weakref import WeakKeyDictionary

import numpy as np

from symgd.data.arrays import FloatArray
from symgd.fit.costs.smooth_cost import SmoothCost
from symgd.fit.found import Found
from symgd.fit.least_squares.account import SECOND, TWIN
from symgd.fit.least_squares.alternatives import starts_beside
from symgd.fit.least_squares.hunt import Hunt
from symgd.fit.losses.newton import Arrival, Bounds, Smooth, newton
from symgd.fit.statistics.significance import room_above
from symgd.fit.task import MANY, Task
from symgd.registry.registry import FrozenMap

End = TypeVar("End")

APART = 1e-3  # parameters that differ by less than this part are the same
SAME = 1e-9  # ends whose costs differ by less than this part are one
EQUAL = 1e-7  # ends whose costs differ by less than this part are as good
TWINS = 2  # ends as good as the best that are looked at
LOOKED = 10  # steps from where another minimum may be as low
NEARLY = 1e-3  # of the cost: what is so near to the least after these is followed

_SQUARES: WeakKeyDictionary[Task, Hunt] = WeakKeyDictionary()


def smoothest(
    task: Task, objective: SmoothCost, ends: Sequence[End], place: Callable[[End], FloatArray]
) -> End:
    """Of the ends that cost as little as any, the one whose curve is the smoothest between the rows, and so on."""
    least = min(objective.cost(place(end)) for end in ends)
    room = least + SAME * abs(least) + rounding_of(objective, place(ends[0]))
    equal = [end for end in ends if objective.cost(place(end)) <= room]
    if not has_symmetries(task, objective) or len(equal) < 2:
        return equal[0] if equal else ends[0]  # costs that are no numbers are not equal
    return equal[by_squares(task).first([place(end) for end in equal])]


def with_second(task: Task, objective: SmoothCost, found: Found, others: Sequence[Found]) -> Found:
    """The same with the best of other minima that is one of its own and as good, or nearly, if there is one."""
    here = np.array([*found.values.values()])
    most = room_above(task.problem.loss.name, found.cost, len(here), len(task.columns))
    for other in sorted(others, key=lambda one: one.cost):
        there, gap = np.array([*other.values.values()]), other.cost - found.cost
        is_twin = abs(gap) <= EQUAL * abs(found.cost) + rounding_of(objective, here)
        if other.outcome.kind != "converged" or not (is_twin or 0 < gap <= most):
            continue
        if not _are_apart(task, objective, here, there):
            continue
        if not is_twin:
            return replace(found, second=other, remarks=(*found.remarks, SECOND))
        if _is_parted(objective, here, there):
            twin = replace(other, is_twin=True)
            return replace(found, second=twin, remarks=(*found.remarks, TWIN))
    return found


def rounding_of(objective: SmoothCost, values: FloatArray) -> float:
    """What a cost may be off by, where it is 0 but for rounding."""
    targets = float(np.abs(objective.columns[-1]).max(initial=0.0))
    return 1e-13 * targets if abs(objective.cost(values)) <= 1e-13 * targets else 0.0


def _are_apart(task: Task, objective: SmoothCost, one: FloatArray, other: FloatArray) -> bool:
    """Whether two places differ by more than rounding and a symmetry of the formula."""
    if has_symmetries(task, objective):
        return by_squares(task).are_apart(one, other)
    return bool((np.abs(one - other) > APART * np.maximum(np.abs(one), np.abs(other))).any())


def has_symmetries(task: Task, objective: SmoothCost) -> bool:
    """Whether symmetries of the formula are known: of one prediction."""
    return not objective.affine and len(task.predictions) == 1


def _is_parted(objective: SmoothCost, one: FloatArray, other: FloatArray) -> bool:
    """Whether the cost rises between two places."""
    costs = [objective.cost(one + part * (other - one)) for part in (0.0, 0.3, 0.5, 0.7)]
    return not max(costs[1:]) <= costs[0] + SAME * abs(costs[0]) + rounding_of(objective, one)


def twins(task: Task, ends: Sequence[Arrival]) -> list[Arrival]:
    """Those that cost as little as the first and that no symmetry of the formula turns into it."""
    if len(task.predictions) > 1 or not ends:
        return []
    hunt, kept = by_squares(task), [ends[0]]
    for end in ends[1:]:
        gap = end.point.cost - ends[0].point.cost
        if gap > EQUAL * max(abs(end.point.cost), end.size * 1e-9) or len(kept) > TWINS:
            break
        if all(hunt.are_apart(end.values, one.values) for one in kept):
            kept.append(end)
    return kept[1:]


def starts_of_twins(
    task: Task, objective: SmoothCost, values: FloatArray, cost: Smooth, bounds: Bounds
) -> list[FloatArray]:
    """Where else the cost may be as little as at its least, aliases and mirror images, by where a few steps lead."""
    if not has_symmetries(task, objective) or len(task.columns) > MANY:
        return []
    starts, least = starts_beside(by_squares(task), values), cost.cost(values)
    ends = [newton(cost, start, bounds, LOOKED) for start in starts]
    most = least + NEARLY * abs(least)
    return [end.values for end in ends if end.point.cost <= most or end.is_minimum]


def settled(task: Task, objective: SmoothCost, found: Found) -> Found:
    """The same at the one of equal points that is taken: signs, the order of terms, angles."""
    if objective.affine or len(task.predictions) > 1 or objective.penalty != 0 or task.start:
        return found
    hunt = by_squares(task)
    values = hunt.ties.settled(np.array([found.values[name] for name in task.free]), hunt.rows)
    room = 1e-9 * abs(found.cost) + rounding_of(objective, values)
    if not objective.cost(values) <= found.cost + room:
        return found
    return replace(found, values=FrozenMap(zip(task.free, values.tolist(), strict=True)))


def by_squares(task: Task) -> Hunt:
    """The search for the least squares of the same model, made once: what it knows of the formula takes long to find."""
    if task not in _SQUARES:
        _SQUARES[task] = Hunt(replace(task, problem=task.problem.replace(loss="mse", penalty=None)))
    return _SQUARES[task]
