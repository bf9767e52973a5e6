"""Endless: costs without a minimum, as far as one can be sure of it by what is seen from a walk's end.

Laws
----
- a cost that falls by no less each time that one goes eight times as far, as −m and −log m do, falls without end; what has a
  floor falls by less and less
- classes and counts by a link of their own have a convex cost that no parameters bring to its floor: where it falls on a ray as
  far as floats go, its least lies at infinity
- classes that a parameter parts the more, the larger it is, cost nothing at infinity alone: the logarithm of the cost falls by
  about as much for each step of it
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping

import numpy as np

from symgd.codegen.program.limits import is_linked
from symgd.codegen.walk.arrival import EPSILON, Evaluate
from symgd.codegen.walk.faded import DOWN, goes_down, has_faded
from symgd.data.arrays import FloatArray
from symgd.problem.losses import LOSSES
from symgd.problem.problem import Problem

BEFORE, BEYOND = -DOWN[0], DOWN[1]
ENOUGH = 10  # falls that are compared
SHARE = 0.99  # of the fall before: rounding may take the rest
SHRUNK = 1e-6  # of what it was: a parameter that goes to 0
LITTLE = 1e-9  # of a change: nothing
EDGE = 1e60  # numbers beyond which floats may end: a cost that is none before has left its domain

NEARBY_POWERS = -30, 30  # of 2: a rise beyond an end is looked for at so many times its size

PARTED = ("binary_cross_entropy", "binary_cross_entropy_logits")
# Of a parameter: at so many times these parts of it the cost of classes is looked at, between these costs, at so many at least.
NEARBY, FURTHEST = 0.125, 33
NOTHING, HIGHEST, FEWEST = 1e-13, 0.1, 4
NEAR_0 = 1e-100  # costs whose squares are no floats
STEADY = 1.5  # times what the logarithm of the cost fell by before: no more, and no less than its inverse


def falling(
    problem: Problem,
    kind: str,
    evaluate: Evaluate,
    first: Mapping[str, float],
    last: Mapping[str, float],
) -> tuple[str, ...]:
    """Where parameters go while a problem's cost falls for ever, where that is sure; losses that are declared have a floor."""
    convex, has_floor = is_linked(problem), problem.loss.name in LOSSES
    if kind in ("interrupted", "not begun"):
        return ()
    faded = () if kind == "out of steps" else _faded(evaluate, first, last)
    if faded:
        return faded
    if not problem.has_examples:
        near = max(map(abs, last.values())) < EDGE
        if kind == "converged" and near:
            return ways_through(evaluate, last)
        if kind == "diverged" and _sinks(evaluate, first, last):
            return ways_on(first, last)
        return ways_of_falling(evaluate, first, last, False)
    if not convex and (has_floor or kind == "converged"):
        parting = problem.loss.name in PARTED and kind != "converged"
        way = parts_classes(lambda place: evaluate(place)[0], last) if parting else None
        return () if way is None else (f"{way[0]} → {'∞' if way[1] > 0 else '−∞'}",)
    return ways_of_falling(evaluate, first, last, convex)


def parts_classes(
    cost: Callable[[list[float]], float], last: Mapping[str, float]
) -> tuple[str, int] | None:
    """The parameter, and the sign of the infinity, towards which the cost of classes falls as an exponential does; None where there is none.

    It is followed as far as the cost is a number: p rounds to 1 somewhere.

    Examples
    --------
    >>> parts_classes(lambda v: math.exp(-v[0]), {"n": 9.0})
    ('n', 1)
    >>> parts_classes(lambda v: (v[0] - 12) ** 2, {"n": 9.0})
    """
    values = np.array([*last.values()], dtype=float)
    for place, name in enumerate(last):
        if values[place] == 0:
            continue
        costs = []
        for step in range(1, FURTHEST):
            there = values.copy()
            there[place] *= step * NEARBY
            costs.append(cost(there.tolist()))
            if not math.isfinite(costs[-1]) or costs[-1] <= NOTHING:
                break
        logs = np.log([one for one in costs if NOTHING < one < HIGHEST])
        falls = -np.diff(logs)
        if len(falls) < FEWEST or costs[-1] > NOTHING or (falls <= 0).any():
            continue
        if (np.abs(np.log(falls[1:] / falls[:-1])) < math.log(STEADY)).all():
            return name, 1 if values[place] > 0 else -1
    return None


def ways_of_falling(
    evaluate: Evaluate, first: Mapping[str, float], last: Mapping[str, float], convex: bool
) -> tuple[str, ...]:
    """Where parameters go while a cost falls for ever, on the way from a start to an end; none where this is not sure.

    Examples
    --------
    >>> ways_of_falling(lambda m: (-m[0], (-1.0,)), {"m": 0}, {"m": 5.0}, convex=True)
    ('m → ∞',)
    >>> ways_of_falling(lambda m: (m[0] ** 2, (2 * m[0],)), {"m": 9.0}, {"m": 1.0}, convex=True)
    ()
    """
    begun, end = np.array([*first.values()], dtype=float), np.array([*last.values()])
    way = end - begun
    gone = (np.abs(end) < SHRUNK * np.abs(begun)) & (end != 0)
    with np.errstate(all="ignore"):
        if way.any() and _falls(evaluate, _along(begun, way), convex):
            return ways_on(first, last)
        if gone.any() and _falls(evaluate, _to_zero(end, gone), False):
            return tuple(f"{name} → 0" for name, one in zip(last, gone, strict=True) if one)
    return ()


def ways_through(evaluate: Evaluate, last: Mapping[str, float]) -> tuple[str, ...]:
    """Where parameters go from an end at which the slope is next to nothing, and beyond which the cost falls for ever; none where it rises first.

    Examples
    --------
    >>> ways_through(lambda x: (x[0] ** 3, (3 * x[0] ** 2,)), {"x": 1e-9})
    ('x → −∞',)
    >>> ways_through(lambda x: (x[0] ** 3 - 3 * x[0], (3 * x[0] ** 2 - 3,)), {"x": 1 + 1e-9})
    ()
    """
    end = np.array([*last.values()])
    with np.errstate(all="ignore"):
        cost, gradient = evaluate(end.tolist())
        slope = np.array(gradient)
        if not slope.any():
            return ()
        way = -slope / np.abs(slope).max()
        near = (np.abs(end).max() or 1.0) * 2.0 ** np.arange(*NEARBY_POWERS)
        beside = np.array([evaluate((end + way * far).tolist())[0] for far in near])
        rises = (beside > cost + 8 * EPSILON * abs(cost)).any()
        if rises or not _falls(evaluate, _along(end, way), False):
            return ()
    return ways_on(last, dict(zip(last, (end + way).tolist(), strict=True)))


def ways_on(first: Mapping[str, float], last: Mapping[str, float]) -> tuple[str, ...]:
    """Where the parameters go that move on the way from a start to an end."""
    way = np.array([*last.values()]) - np.array([*first.values()], dtype=float)
    moving = np.abs(way) > LITTLE * np.abs(way).max()
    signs = zip(last, moving, way > 0, strict=True)
    return tuple(f"{name} → {'∞' if up else '−∞'}" for name, m, up in signs if m)


def _faded(
    evaluate: Evaluate, first: Mapping[str, float], last: Mapping[str, float]
) -> tuple[str, ...]:
    """Where parameters go while a cost that floats can't tell from its limit still falls; a walk of no step is taken to come from 0."""
    if not has_faded(evaluate, [*first.values()], [*last.values()]):
        return ()
    return ways_on(first if {**first} != {**last} else dict.fromkeys(last, 0.0), last)


def _sinks(evaluate: Evaluate, first: Mapping[str, float], last: Mapping[str, float]) -> bool:
    """Whether a cost is next to 0 at the end of a walk, and no higher anywhere beyond."""
    begun, end = np.array([*first.values()], dtype=float), np.array([*last.values()])
    with np.errstate(all="ignore"):
        cost = evaluate(end.tolist())[0]
        beyond = [evaluate(place)[0] for place in _along(end, end - begun)]
    return bool((end != begun).any()) and 0 < cost < NEAR_0 and all(0 <= c <= cost for c in beyond)


def _along(begun: FloatArray, way: FloatArray) -> Iterator[list[float]]:
    """On the ray from a start through an end, eight times as far each time."""
    for power in range(BEFORE, BEYOND):
        yield (begun + way * 8.0**power).tolist()


def _to_zero(end: FloatArray, gone: FloatArray) -> Iterator[list[float]]:
    """Nearer and nearer to 0 with the parameters that have gone there."""
    for power in range(BEFORE, BEYOND):
        yield np.where(gone, end / 8.0**power, end).tolist()


def _falls(evaluate: Evaluate, places: Iterator[list[float]], convex: bool) -> bool:
    """Whether the cost falls by no less each time, as far as it is a number; a convex one, whether it never rises."""
    looked = [*places]
    costs = [evaluate(place)[0] for place in looked]
    told = next((n for n, cost in enumerate(costs) if not math.isfinite(cost)), len(costs))
    falls = -np.diff(costs[:told])
    if told <= -BEFORE:
        return False
    largest = max(abs(costs[told - 1]), *map(abs, looked[told - 1]))
    if told < len(costs) and largest < EDGE:
        return False
    far, noise = falls[-ENOUGH:], 8 * EPSILON * np.abs(costs[told - ENOUGH : told])
    if (far > 0).all() and (far[1:] >= SHARE * far[:-1] - noise[1:]).all():
        return True
    return convex and goes_down(costs)
