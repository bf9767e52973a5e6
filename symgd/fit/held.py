"""Held: a search with parameters that are too many held at a value; it would wander along them for ever."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import reduce

import numpy as np

from symgd.errors import SymgdError
from symgd.fit.costs.smooth_cost import SmoothCost
from symgd.fit.found import Found
from symgd.fit.jumps import while_held
from symgd.fit.losses.corners import corners_of
from symgd.fit.outcomes import arrived
from symgd.fit.task import Task
from symgd.fit.verdicts.changes import Changes
from symgd.fit.verdicts.redundant import redundant
from symgd.fit.verdicts.stationary import is_large, rest_of
from symgd.fit.verdicts.untold import untold
from symgd.registry.registry import FrozenMap
from symgd.writing.words import message

HELD_AT = (1.0, -1.0)  # values that are tried: of some formulas one sign alone has a value
ROOM = 1e-6  # the part by which the cost has to be lower at the second
FURTHER = (1e-2, -1e-2, 1e2, -1e2)  # where the cost falls once they are let go


def without_redundant(task: Task, search: Callable[[Task], Found]) -> Found:
    """What a search finds, parameters that are too many held at their start, at 1 or at −1."""
    names = redundant(task)
    if not names:
        return search(task)
    if len(names) == len(task.free):
        return _of_none(task)
    found: list[Found] = []
    failed: list[SymgdError] = []
    apart = _steps_apart(task, names)
    for value in (*HELD_AT, *FURTHER):
        held = {n: task.start.get(n, value * (1 + apart * k)) for k, n in enumerate(names)}
        try:
            found.append(while_held(task, held, search))
        except SymgdError as error:  # the model has no value there
            failed.append(error)
        best = reduce(_better, found) if found else None
        if all(name in task.start for name in names):
            break
        if value == HELD_AT[-1] and best is not None and not _is_stopped(task, best):
            break
    else:
        if best is not None and _is_stopped(task, best):
            with suppress(SymgdError):  # the model may have no value there, either
                best = _if_told(task, best, search(task))
    if best is None:
        raise failed[0]
    if any(task.start.get(name) == 0 for name in names):  # a*b with both at 0 leads nowhere
        others = FrozenMap({n: v for n, v in task.start.items() if v != 0 or n not in names})
        best = _better(best, without_redundant(replace(task, start=others), search))
    return best


def _of_none(task: Task) -> Found:
    """Any values, where predictions hang on none."""
    values = {name: task.start.get(name, HELD_AT[0]) for name in task.free}
    cost = SmoothCost(task).cost(np.array([*values.values()]))
    method = message("nothing was sought: on these rows the predictions depend on no parameter")
    return Found(FrozenMap(values), cost, arrived(), method)


def _steps_apart(task: Task, names: Sequence[str]) -> float:
    """By how much held parameters are apart: not at all, but where others would not be told with them alike, as of two angles."""
    if len(names) < 2 or any(name in task.start for name in names):
        return 0.0
    alike = replace(task, fixed=FrozenMap({**task.fixed, **dict.fromkeys(names, HELD_AT[0])}))
    null = untold(alike)
    return 1.0 if null is not None and null.size else 0.0


def _better(one: Found, other: Found) -> Found:
    """The one with the lower cost; the first where they cost the same."""
    return one if one.cost <= other.cost * (1 + ROOM) or np.isnan(other.cost) else other


def _if_told(task: Task, held: Found, free: Found) -> Found:
    """What was found with nothing held, where that is lower and these rows tell every parameter there after all."""
    if _better(held, free) is held:
        return held
    values = np.array([free.values[name] for name in task.free])
    null = Changes(task).null(values, [task.columns[name] for name in task.problem.inputs])
    return free if null is not None and not null.size else held


def _is_stopped(task: Task, found: Found) -> bool:
    """Whether the cost falls where what is held is let go: others could not make up for it."""
    if found.outcome.kind not in ("converged", "stalled") or is_large(task):
        return False
    objective = SmoothCost(task)
    values = np.array([found.values[name] for name in task.free])
    if corners_of(objective) is not None:
        return found.outcome.kind == "stalled"
    return rest_of(task, values, objective) is None
