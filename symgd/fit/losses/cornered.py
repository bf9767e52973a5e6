"""The least of a cost with corners: by a linear programme where it can be, else its corners rounded off less and less."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from symgd.data.arrays import FloatArray, IntArray
from symgd.fit.found import Found
from symgd.fit.losses.along import lower_along
from symgd.fit.losses.corners import Corners, RoundedCorners
from symgd.fit.losses.equals import (
    SAME,
    settled,
    smoothest,
    starts_of_twins,
    twins,
    with_second,
)
from symgd.fit.losses.general import FINISHED, TRIED, bounds_of, different
from symgd.fit.losses.newton import EPS, Bounds, newton
from symgd.fit.losses.programme import solved
from symgd.fit.losses.recession import recession
from symgd.fit.losses.sequential import Sequential, is_straight
from symgd.fit.losses.starts import starts_of
from symgd.fit.losses.subgradients import Subgradient, subgradient
from symgd.fit.outcomes import arrived, at_bounds, broken_off, holding, runs_away, stuck, tried
from symgd.fit.task import Task
from symgd.optimize.outcome import Outcome
from symgd.registry.registry import FrozenMap
from symgd.writing.words import Message, message

WIDTHS = tuple(0.1**power for power in range(0, 10))
INSIDE = 1 - 1e-3  # a corner whose μ is so far inside ±c is one that the least cost lies on
SAME_WAY = 1e-8  # what a corner holds beside others, where it is less, is nothing
TRIED_WIDTH = 0.1
# The width after which a loss that is straight between corners is left to linear programmes.
BY_PROGRAMMES = 2
MOST_STEPS = 60  # at each width
ROUNDS = 30
SETTLED = 8  # rounds after which a step that is no shorter is rounding
SADDLES = 3  # that are left


def search(task: Task, corners: Corners) -> Found:
    """The least cost, and whether 0 is a subgradient there."""
    bounds = bounds_of(task)
    values = solved(corners, bounds)
    if values is not None:
        method = message(
            "a linear programme: the cost is linear in {names} between its corners",
            names=task.free[:6] + ("…",) * (len(task.free) > 6),
        )
        told = message(
            "Between its corners the cost is linear: it is least on a corner, where as many rows as parameters are met exactly, or all over a flat part."
        )
        return replace(_found(task, corners, bounds, values, method), account=(told,))
    starts = _promising(corners, [*starts_of(task, corners.objective, bounds)], bounds)
    ends: list[FloatArray] = []
    interrupted = False
    try:
        for start in starts:
            ends.append(descended(corners, start, bounds))
        best = _best(corners, ends)
        ends += [descended(corners, at, bounds) for at in _twins(task, corners, best, bounds)]
    except KeyboardInterrupt:
        if not ends:
            raise
        interrupted, best = True, _best(corners, ends)
    best = smoothest(task, corners.objective, [best, *ends], lambda end: end)
    best = _off_saddles(corners, best, bounds)
    method = message("Newton's method, the corners of the cost rounded off less and less")
    least = corners.objective.cost(best)
    agreed = sum(_or_infinite(corners.objective.cost(e)) <= least + SAME * abs(least) for e in ends)
    told = tried(len(ends), agreed)
    found = replace(_found(task, corners, bounds, best, method), account=(told,))
    found = settled(task, corners.objective, found)
    if interrupted:
        return replace(found, outcome=broken_off())
    if found.outcome.kind != "converged":
        return found
    others = [_found(task, corners, bounds, end, method) for end in ends if end is not best]
    made = [settled(task, corners.objective, other) for other in others]
    return with_second(task, corners.objective, found, made)


def _best(corners: Corners, ends: Sequence[FloatArray]) -> FloatArray:
    return min(ends, key=lambda end: _or_infinite(corners.objective.cost(end)))


def _twins(task: Task, corners: Corners, best: FloatArray, bounds: Bounds) -> Sequence[FloatArray]:
    """Where else the cost may be as little, by where a few steps lead on corners that are rounded off a little."""
    rounded = RoundedCorners(corners, _widths(corners, best) * TRIED_WIDTH)
    end = newton(rounded, best, bounds, TRIED).values
    return starts_of_twins(task, corners.objective, end, rounded, bounds)


def _promising(
    corners: Corners, starts: Sequence[FloatArray], bounds: Bounds
) -> Sequence[FloatArray]:
    """The best of some starts, by where a few steps lead on corners that are rounded off a little."""
    if len(starts) <= FINISHED:
        return starts
    tried = []
    for start in starts:
        rounded = RoundedCorners(corners, _widths(corners, start) * TRIED_WIDTH)
        tried.append(newton(rounded, start, bounds, TRIED))
    sound = sorted((end for end in tried if end.point.finite), key=lambda end: end.point.cost)
    kept = [*different(sound), *twins(corners.objective.task, sound)]
    return [end.values for end in kept] or starts[:1]


def _or_infinite(cost: float) -> float:
    return cost if np.isfinite(cost) else np.inf


def _found(
    task: Task, corners: Corners, bounds: Bounds, values: FloatArray, method: Message
) -> Found:
    rest = subgradient(corners, values, bounds)
    is_saddle = _below(corners, values, bounds, rest) is not None
    held = [n for n, h in zip(task.free, bounds.at(values), strict=True) if h]
    outcome = _outcome(task, corners, bounds, rest, is_saddle, held)
    remarks = at_bounds(held)
    open_ = rest is not None and rest.is_zero and not rest.held_fast
    if open_ and _is_level(corners, values, bounds):
        remarks += (message("the minimum is not unique"),)
    cost = corners.objective.cost(values)
    found = FrozenMap(zip(task.free, values.tolist(), strict=True))
    return Found(found, cost, outcome, method, (), remarks)


def _outcome(
    task: Task,
    corners: Corners,
    bounds: Bounds,
    rest: Subgradient | None,
    is_saddle: bool,
    held: Sequence[str],
) -> Outcome:
    if rest is None or not rest.is_zero or is_saddle:
        falls = recession(corners.objective, bounds)
        return stuck(task) if falls is None else runs_away(falls.ways)
    if not len(rest.on):
        return arrived(held)
    why = message("0 is a subgradient of the cost, which has a corner here")
    return Outcome("converged", holding(why, held))


def _is_level(corners: Corners, values: FloatArray, bounds: Bounds) -> bool:
    """Whether the cost stays the same along some way from here: along the corners that hold it, or where it is flat."""
    u = corners.distances(values)
    slopes = corners.gradients(values)
    lengths = np.abs(slopes).max(axis=0, initial=0.0)
    scale = 1 / np.where(lengths > 0, lengths, 1.0)
    scaled = slopes * scale
    room = 1e-9 * (np.abs(slopes) @ np.abs(values) + 1e-300)
    on = scaled[np.abs(u) <= room]
    ways = np.eye(len(values)) if not len(on) else np.linalg.svd(on)[2]
    objective = corners.objective
    here, rounded = objective.cost(values), 64 * EPS * objective.sizes(values)
    away = float(np.abs(u[np.abs(u) > room]).min(initial=np.inf))
    length = 1e-3 if not np.isfinite(away) else away / 4
    for way in ways:
        for side in (length, -length):
            there = bounds.inside(
                values + side * scale * way / max(np.abs(scaled @ way).max(), 1e-300)
            )
            moved = np.abs(there - values).max() > 0
            if moved and abs(objective.cost(there) - here) <= rounded and length > 1e-9:
                return True
    return False


# ---------------------------------------------------------------------------------------------
# Down


def descended(
    corners: Corners, start: FloatArray, bounds: Bounds, most: int = MOST_STEPS
) -> FloatArray:
    """The end of a descent from a start, its corners rounded off less and less, and solved for at last."""
    widths = _widths(corners, start)
    values = bounds.inside(start)
    best = values
    for number, part in enumerate(WIDTHS):
        rounded = RoundedCorners(corners, widths * part)
        values = newton(rounded, values, bounds, most).values
        exact = _on_corners(corners, rounded, values, bounds)
        if exact is not None:
            return exact
        if _or_infinite(corners.objective.cost(values)) <= _or_infinite(
            corners.objective.cost(best)
        ):
            best = values
        if number == BY_PROGRAMMES and is_straight(corners, best):
            return _by_programmes(corners, best, bounds)
    return best


def _off_saddles(corners: Corners, end: FloatArray, bounds: Bounds) -> FloatArray:
    """The end of the descent that goes on from where the cost bends down along corners."""
    for _ in range(SADDLES):
        below = _below(corners, end, bounds, subgradient(corners, end, bounds))
        if below is None:
            break
        end = _best(corners, [below, descended(corners, below, bounds)])
    return end


def _by_programmes(corners: Corners, start: FloatArray, bounds: Bounds) -> FloatArray:
    """The end of a descent over linear programmes, solved for on the corners that hold it."""

    def settle(near: FloatArray, on: IntArray) -> FloatArray | None:
        forces = corners.heights * np.sign(corners.distances(near))
        forces[on] = 0.0
        return _settled(corners, near, forces, on, bounds)

    return Sequential(corners, bounds, settle).descended(start)


def _below(
    corners: Corners, values: FloatArray, bounds: Bounds, rest: Subgradient | None
) -> FloatArray | None:
    """A lower point where 0 is a subgradient and the cost bends down along the corners; None elsewhere."""
    if rest is None or not rest.is_zero or rest.held_fast:
        return None
    return lower_along(corners, values, rest.on, rest.forces, bounds)


def _widths(corners: Corners, start: FloatArray) -> FloatArray:
    """Over what each corner is rounded off at first: the size of what is compared, for rows and for penalties."""
    u = np.abs(corners.distances(start))
    rows = len(corners.rows)
    usual = float(np.median(u[:rows])) if rows else 1.0
    widths = np.full(len(u), usual or float(u[:rows].max(initial=0.0)) or 1.0)
    if rows < len(u):
        made = corners.objective.at(start)
        bends = np.abs(corners.slopes @ np.diag(made.hessian))
        with np.errstate(all="ignore"):
            sizes = corners.heights[rows:] / bends
        widths[rows:] = np.where(np.isfinite(sizes) & (sizes > 0), sizes, 1.0)
    return widths


def _on_corners(
    corners: Corners, rounded: RoundedCorners, values: FloatArray, bounds: Bounds
) -> FloatArray | None:
    """The least cost on the corners that a rounded one lies near to, to the last digit; None where it is not there."""
    u = corners.distances(values)
    taken = u / np.sqrt(u**2 + rounded.widths**2)
    near = np.flatnonzero(np.abs(taken) < INSIDE)
    free = ~bounds.at(values)
    on = near[_independent(corners.gradients(values, near)[:, free], 1 - np.abs(taken[near]))]
    forces = corners.heights * np.sign(u)
    forces[near] = corners.heights[near] * taken[near]
    point = _settled(corners, values, forces, on, bounds, near)
    if point is None:
        return None
    lower = corners.objective.cost(point) <= rounded.cost(values) * (1 + 1e-12) + 1e-300
    return point if lower else None


def _settled(
    corners: Corners,
    values: FloatArray,
    forces: FloatArray,
    on: IntArray,
    bounds: Bounds,
    near: IntArray | None = None,
) -> FloatArray | None:
    """The least cost along some corners, by Newton's method; None where 0 is no subgradient there, or corners that are not `near` were passed."""
    near = on if near is None else near
    free, sides = ~bounds.at(values), np.sign(corners.distances(values))
    forces, point, before = forces.copy(), values.copy(), np.inf
    for number in range(ROUNDS):
        step, forces[on] = _corner_step(corners, point, forces, on, free)
        if not np.isfinite(step).all():
            return None
        point = bounds.inside(point + step)
        size = 4 * EPS * np.abs(point)
        length = float(np.abs(step).max(initial=0.0))
        if (np.abs(step) <= size).all() or (number >= SETTLED and length > before / 2):
            break
        before = length
    point = corners.snapped(point, on)
    rest = np.delete(np.sign(corners.distances(point)) * sides, near)
    if (rest < 0).any() or (np.abs(forces[on]) > corners.heights[on] * (1 + 1e-9)).any():
        return None
    end = subgradient(corners, point, bounds)
    return point if end is not None and end.is_zero else None


def _independent(slopes: FloatArray, inside: FloatArray) -> npt.NDArray[np.intp]:
    """Corners that hold a point each by itself, those with μ far inside ±c first: rows may be alike, and some hold nothing."""
    from scipy.linalg import qr

    if not slopes.size or not np.isfinite(slopes).all():
        return np.zeros(0, dtype=np.intp)
    columns = np.abs(slopes).max(axis=0)
    scaled = slopes / np.where(columns > 0, columns, 1.0)
    lengths = np.linalg.norm(scaled, axis=1)
    table = (scaled / np.where(lengths > 0, lengths, 1.0)[:, None] * inside[:, None]).T
    factor, order = qr(table, mode="r", pivoting=True)
    sizes = np.abs(np.diag(factor))
    kept: npt.NDArray[np.intp] = np.sort(order[: len(sizes)][sizes > SAME_WAY])
    return kept


def _corner_step(
    corners: Corners,
    point: FloatArray,
    forces: FloatArray,
    on: npt.NDArray[np.intp],
    free: npt.NDArray[np.bool_],
) -> tuple[FloatArray, FloatArray]:
    """Newton's step along corners, and the forces μ that keep it on them."""
    made = corners.without(point, forces)
    slopes = corners.gradients(point, on)[:, free]
    hessian = made.hessian[np.ix_(free, free)]
    gradient = (made.gradient - corners.gradients(point, on).T @ forces[on])[free]
    count, kept = len(gradient), len(on)
    lengths = np.abs(slopes).max(axis=0, initial=0.0)
    scale = 1 / np.where(lengths > 0, lengths, np.sqrt(np.abs(np.diag(hessian))) + 1e-300)
    table = np.zeros((count + kept, count + kept))
    table[:count, :count] = hessian * np.outer(scale, scale)
    size = np.abs(table[:count, :count]).max(initial=0.0) or 1.0
    table[:count, :count] /= size
    table[count:, :count] = slopes * scale
    table[:count, count:] = table[count:, :count].T
    right = np.concatenate([-gradient * scale / size, -corners.distances(point)[on]])
    if not (np.isfinite(table).all() and np.isfinite(right).all()):
        return np.full(len(point), np.nan), forces[on]
    solution = np.linalg.lstsq(table, right, rcond=1e-14)[0]
    step = np.zeros(len(point))
    step[free] = solution[:count] * scale
    return step, solution[count:] * size
