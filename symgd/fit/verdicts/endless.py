"""Endless: costs whose least lies at infinity, and the simpler formula that is left there.

Laws
----
- a parameter runs off by the loss itself as it does by squares: what was called a minimum on the way there is none
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from symgd.fit.costs.smooth_cost import SmoothCost
from symgd.fit.costs.squared import square_factor
from symgd.fit.found import Found
from symgd.fit.jumps import while_held
from symgd.fit.least_squares.account import SECOND, infinite
from symgd.fit.least_squares.infinity import UNFELT, runaway
from symgd.fit.least_squares.verdict import WEAK
from symgd.fit.task import Task
from symgd.fit.verdicts.by_loss import ByLoss
from symgd.fit.verdicts.changes import Changes
from symgd.fit.verdicts.limit import Limit, Search, limit_of
from symgd.fit.verdicts.redundant import redundant
from symgd.registry.registry import FrozenMap
from symgd.writing.words import Message, message


def with_limit(task: Task, found: Found, search: Search) -> Found:
    """The same; where there is no minimum, with the simpler formula that is left at infinity, its numbers by a search."""
    if found.far is None:
        return _off_by_loss(task, found, search)
    limit = limit_of(task, found.far, found.cost, search)
    if limit is None:
        return found
    return replace(found, outcome=replace(found.outcome, why=_with(found.outcome.why, limit)))


def _with(why: Message, limit: Limit) -> Message:
    return message(
        "{cause}; in the limit the formula is {formula}, here {numbers}",
        cause=why,
        formula=limit.formula,
        numbers=limit.numbers,
    )


def _off_by_loss(task: Task, found: Found, search: Search) -> Found:
    """The same; of a cost that is no sum of squares, whether a parameter runs off from there."""
    rests = found.outcome.kind == "converged"
    if found.outcome.kind not in ("converged", "stalled", "no minimum") or not _may_run(
        task, found
    ):
        return found
    held = {name: found.values[name] for name in redundant(task)}
    if held:  # nothing is told of where these go
        return while_held(task, held, lambda part: _off_by_loss(part, found, search))
    finder = ByLoss.of(task)
    end = finder.descend([found.values[name] for name in task.free], 0)
    off = runaway(finder, end, rests)
    if off is None:
        return found
    far = FrozenMap(zip(task.free, off.theta.tolist(), strict=True))
    limit = limit_of(task, far, found.cost, search) if task.penalty == 0 else None
    outcome = infinite(off, end, task.free)
    if limit is not None:
        outcome = replace(outcome, why=_with(outcome.why, limit))
    remarks = tuple(one for one in found.remarks if one != SECOND)
    return replace(found, outcome=outcome, far=far, remarks=remarks, second=None)


def _may_run(task: Task, found: Found) -> bool:
    """Whether a cost that is no sum of squares of one prediction hardly tells a parameter."""
    if len(task.predictions) > 1 or not task.free:
        return False
    if square_factor(task.problem) is not None and task.penalty == 0:
        return False
    if found.outcome.kind != "stalled" and SmoothCost(task).affine:
        return False
    values = np.array([found.values[name] for name in task.free])
    if not np.isfinite(values).all():
        return False
    if found.outcome.kind != "converged":
        return True
    table = Changes(task).at(values, [task.columns[name] for name in task.problem.inputs])
    if not len(table):
        return False
    lengths = np.linalg.norm(table, axis=0)
    felt = lengths * np.abs(values)
    size = float(np.linalg.norm(task.columns[task.problem.target]))
    sizes = np.linalg.svd(table / np.where(lengths > 0, lengths, 1.0), compute_uv=False)
    weak = len(sizes) < len(values) or sizes[-1] <= WEAK * sizes[0]
    return bool(weak or (felt <= UNFELT * size).any())
