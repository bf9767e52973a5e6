"""Costs that are no sums of squares: Newton's method with a safeguard, from several starts where there may be several minima."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from symgd.codegen.walk.arrival import CLOSE
from symgd.data.arrays import FloatArray
from symgd.fit.costs.smooth_cost import SmoothCost
from symgd.fit.found import Found
from symgd.fit.least_squares.account import START_LEFT
from symgd.fit.losses.convexity import is_convex, is_of_many_inputs
from symgd.fit.losses.equals import (
    SAME,
    settled,
    smoothest,
    starts_of_twins,
    twins,
    with_second,
)
from symgd.fit.losses.limited_memory import nearer
from symgd.fit.losses.links import at_edge, squashed_twice
from symgd.fit.losses.newton import EPS, Arrival, Bounds, newton, runs_off
from symgd.fit.losses.recession import Recession, recession
from symgd.fit.losses.softened import softened
from symgd.fit.losses.starts import starts_of
from symgd.fit.outcomes import (
    arrived,
    at_bounds,
    broken_off,
    runs_away,
    stuck,
    tried,
    without_value,
)
from symgd.fit.task import Task, thinned
from symgd.optimize.endless import PARTED, parts_classes
from symgd.optimize.outcome import Outcome
from symgd.registry.registry import FrozenMap
from symgd.writing.words import Message, message

TRIED = 25  # steps from each start
FINISHED = 4  # different ends from which steps go on
ABOUT = 1e-2  # ends that are not at rest yet are one where they differ by less than this part
SHOWN = 12  # costs that are listed
SURE = 12.0  # scores beyond this may be on their way to infinity


def bounds_of(task: Task) -> Bounds:
    """The bounds of the free parameters."""
    ends = np.array([task.bounds.get(name, (-np.inf, np.inf)) for name in task.free])
    return Bounds(ends[:, 0], ends[:, 1])


def search(task: Task, objective: SmoothCost) -> Found:
    """The least cost, by Newton's method."""
    bounds = bounds_of(task)
    starts, costs = _promising(task, objective, bounds)
    ends: list[Arrival] = []
    interrupted = False
    try:
        for start in starts:
            ends.append(newton(objective, start, bounds))
    except KeyboardInterrupt:
        if not ends:
            raise
        interrupted = True
    good = [end for end in ends if end.point.finite]
    if not good:
        values = dict(zip(task.free, ends[0].values.tolist(), strict=True))
        return Found(FrozenMap(values), ends[0].point.cost, without_value(task), _method(0))
    good = _sound(objective, good)
    best = min(good, key=lambda end: (end.point.cost, not end.is_minimum))
    if not interrupted:
        starts = starts_of_twins(task, objective, best.values, objective, bounds)
        good += [end for at in starts if (end := newton(objective, at, bounds)).point.finite]
    best = smoothest(task, objective, [best, *good], lambda end: end.values)
    near = best.point.cost + SAME * max(abs(best.point.cost), best.size * 1e-9)
    started = len(costs), max(1, sum(cost <= near for cost in costs))
    begun = None if interrupted else _begun(task, objective, bounds, best)
    if begun is not None and (begun.point.cost <= near or _say_the_same(objective, begun, best)):
        best, begun = begun, None
    found = settled(task, objective, _found(task, objective, bounds, best, started))
    if interrupted:
        return replace(found, outcome=broken_off())
    if found.outcome.kind != "converged":
        return found
    if begun is not None:
        remarks, account = (*found.remarks, START_LEFT), (*found.account, START_LEFT)
        found = replace(found, remarks=remarks, account=account)
    others = [end for end in good if end is not best and end.is_minimum]
    made = [_found(task, objective, bounds, end, started) for end in others]
    return with_second(task, objective, found, [settled(task, objective, one) for one in made])


def _sound(objective: SmoothCost, ends: Sequence[Arrival]) -> list[Arrival]:
    """The ends without those that are the lowest by rounding alone, as where 1 + n is 1 in floats."""
    if len(ends) == 1:
        return [*ends]
    most = [end.point.cost + objective.rounding(end.values) for end in ends]
    least = min(most)
    room = least + CLOSE * abs(least)
    return [
        end for end, at in zip(ends, most, strict=True) if end.point.cost >= least or at <= room
    ]


def _begun(task: Task, objective: SmoothCost, bounds: Bounds, best: Arrival) -> Arrival | None:
    """The minimum that the caller's start leads to, what it does not name being as at the best; None where it leads to none."""
    if not task.start or objective.affine:
        return None
    values = [task.start.get(name, at) for name, at in zip(task.free, best.values, strict=True)]
    end = newton(objective, bounds.inside(np.array(values)), bounds)
    return end if end.point.finite and end.is_minimum else None


def _say_the_same(objective: SmoothCost, one: Arrival, other: Arrival) -> bool:
    """Whether two ends predict the same but for rounding, as where a fit is perfect."""
    here, there = objective.scores(one.values), objective.scores(other.values)
    return float(np.abs(here - there).max()) <= SAME * float(np.abs(there).max())


def _promising(
    task: Task, objective: SmoothCost, bounds: Bounds
) -> tuple[list[FloatArray], list[float]]:
    """Where starts lead in a few steps: the best of these places, and the cost that each start came to."""
    few = thinned(task)
    if few is not task:
        some = SmoothCost(few, objective.parts)
        starts, costs = _promising(few, some, bounds)
        ends = [newton(some, start, bounds) for start in starts]
        minima = [end.values for end in ends if end.is_minimum]
        places = [place for place in minima if objective.at(place).finite]
        if places:
            return places, costs
    starts, costs = [*starts_of(task, objective, bounds)], [math.inf]
    if len(starts) > 1:
        tried = [newton(objective, start, bounds, TRIED) for start in starts]
        costs = [end.point.cost for end in tried]
        sound = sorted((end for end in tried if end.point.finite), key=lambda end: end.point.cost)
        starts = [end.values for end in (*different(sound), *twins(task, sound))] or starts[:1]
    near = [softened(objective, bounds.inside(start), bounds) for start in starts]
    pairs = zip(starts, near, strict=True)
    made = [start if soft is None else soft for start, soft in pairs]
    return [nearer(objective, start, bounds) for start in made], costs


def different(ends: Sequence[Arrival]) -> list[Arrival]:
    """The best of some ends in their order, those that came to one minimum, or are on the way to it, once."""
    kept: list[Arrival] = []
    for end in ends:
        if len(kept) < FINISHED and not any(_are_alike(one, end) for one in kept):
            kept.append(end)
    return kept


def _are_alike(one: Arrival, other: Arrival) -> bool:
    """Whether two ends cost the same, or about the same and half of their parameters have about the same sizes."""
    gap, cost = abs(one.point.cost - other.point.cost), abs(other.point.cost)
    if gap <= SAME * max(cost, other.size * 1e-9):
        return True
    sizes = np.abs(one.values), np.abs(other.values)
    close = np.abs(sizes[0] - sizes[1]) <= ABOUT * np.maximum(*sizes)
    return gap <= ABOUT * cost and bool(2 * close.sum() >= len(close) > 1)


def _found(
    task: Task, objective: SmoothCost, bounds: Bounds, end: Arrival, starts: tuple[int, int]
) -> Found:
    values = dict(zip(task.free, end.values.tolist(), strict=True))
    return Found(
        FrozenMap(values),
        objective.cost(end.values),
        outcome_of(task, objective, bounds, end),
        _method(end.steps),
        _account(task, objective, end, *starts),
        (*at_bounds(_held(task, end)), *squashed_twice(task)),
    )


def _held(task: Task, end: Arrival) -> list[str]:
    """The parameters that a bound holds."""
    return [name for name, free in zip(task.free, end.free, strict=True) if not free]


def outcome_of(task: Task, objective: SmoothCost, bounds: Bounds, end: Arrival) -> Outcome:
    """How Newton's method ended."""
    far = float(np.abs(objective.scores(end.values)).max())
    if not end.is_minimum or far > SURE:
        falls = recession(objective, bounds)
        if falls is not None and _is_lower(objective, end, falls):
            return runs_away(falls.ways, _separated(task, falls))
    if end.is_minimum or _is_perfect(objective, end):
        return arrived(_held(task, end))
    way = runs_off(objective, end, bounds)
    if way is None:
        values = dict(zip(task.free, end.values.tolist(), strict=True))
        parting = task.problem.loss.name in PARTED
        off = parts_classes(lambda v: objective.cost(np.array(v)), values) if parting else None
        if off is not None and not _is_bounded(task, off):
            return runs_away(dict([off]), message("the data are separated perfectly"))
        return at_edge(task, values) or stuck(task)
    least = 1e-6 * float(np.abs(way).max())
    ways = {n: 1 if w > 0 else -1 for n, w in zip(task.free, way, strict=True) if abs(w) > least}
    return runs_away(ways)


def _is_bounded(task: Task, off: tuple[str, int]) -> bool:
    """Whether a parameter has a bound on its way to infinity."""
    low, high = task.bounds.get(off[0], (-math.inf, math.inf))
    return math.isfinite(high if off[1] > 0 else low)


def _is_perfect(objective: SmoothCost, end: Arrival) -> bool:
    """Whether a cost of many inputs is no more than what rounding of their sum makes of it."""
    if not is_of_many_inputs(objective) or not end.point.finite:
        return False
    reach = np.abs(end.values) @ np.abs(objective.slopes(end.values))
    moved = np.abs(objective.losses(objective.scores(end.values) + 16 * EPS * reach))
    return end.size <= float((objective.weights * moved).sum())


def _is_lower(objective: SmoothCost, end: Arrival, falls: Recession) -> bool:
    """Whether the cost is as low far out as at an end: of a convex cost it is, another may have its least before."""
    if is_convex(objective):
        return True
    far = objective.cost(end.values + falls.way)
    return bool(far <= end.point.cost + SAME * abs(end.point.cost))


def _separated(task: Task, falls: Recession) -> Message | None:
    """What is said of classes that a score tells apart."""
    classes = "cross_entropy" in task.problem.loss.name
    if not classes:
        return None
    if falls.complete:
        return message("the data are separated perfectly")
    return message("some of the data are separated perfectly from the others")


def _method(steps: int) -> Message:
    return message(
        "Newton's method, {number} step: no formula gives the least cost",
        "Newton's method, {number} steps: no formula gives the least cost",
        number=steps,
    )


def _account(
    task: Task, objective: SmoothCost, end: Arrival, starts: int, agreed: int
) -> tuple[Message, ...]:
    costs = [f"{cost:.8g}" for cost in end.costs]
    kept = costs if len(costs) <= SHOWN else [*costs[: SHOWN // 2], "…", *costs[-SHOWN // 2 :]]
    by_step = message("the cost by step: {costs}", costs=" → ".join(kept))
    if objective.affine and objective.parts.scores != task.predictions:
        scores = ", ".join(str(score) for score in objective.parts.scores)
        hung = message("the cost depends on the parameters by {scores} alone", scores=scores)
        return hung, tried(starts, agreed), by_step
    return tried(starts, agreed), by_step
