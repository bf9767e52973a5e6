"""Steps: parameters by which predictions jump, and nothing else: where one case of a formula ends and another begins.

Laws
----
- between two places at which some row changes its case, such a parameter changes nothing: each gap is tried by itself, the
  other parameters fitted anew
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np
import sympy

from symgd.data.arrays import FloatArray
from symgd.fit.costs.compiled import on_rows
from symgd.fit.costs.squared import square_factor
from symgd.fit.found import Found
from symgd.fit.least_squares.account import SECOND, TWIN
from symgd.fit.least_squares.hunt import ENTRIES, in_order
from symgd.fit.losses.equals import by_squares
from symgd.fit.statistics.significance import room_above
from symgd.fit.task import Task
from symgd.registry.registry import FrozenMap
from symgd.writing.words import Message, message

CONDITIONS = (sympy.core.relational.Relational, sympy.sign, sympy.Heaviside)
EQUAL = 1e-9  # gaps whose costs differ by less than this part are as good
FEW = 12  # gaps that are all tried
WORSE = 4  # gaps in a row that are no better, of more
ROUNDS = 3  # where there are several such parameters


def stepped(task: Task) -> tuple[str, ...]:
    """The parameters that stand in conditions and nowhere else."""
    whole, smooth = set(), set()
    for prediction in task.predictions:
        whole |= prediction.free_symbols
        bare = prediction.xreplace({part: sympy.Dummy() for part in prediction.atoms(*CONDITIONS)})
        smooth |= bare.free_symbols
    return tuple(name for name in task.free if sympy.Symbol(name) in whole - smooth)


def over_steps(task: Task, found: Found, search: Callable[[Task], Found]) -> Found:
    """What is found, or better: each parameter by which predictions jump in the gap that costs the least."""
    names, known = stepped(task), _remembered(search)
    beside: list[Found] = []
    for _ in range(ROUNDS if len(names) > 1 else 1):
        before = found.cost
        for name in names:
            found, beside = _in_best_gap(task, found, name, known)
        if not found.cost < before:
            break
    if found.second is None:
        found = _with_second(task, found, beside)
    gaps = tuple(_gap_told(name, *_gap(task, found, name)) for name in names)
    return replace(found, remarks=(*found.remarks, *gaps))


def _with_second(task: Task, found: Found, beside: Sequence[Found]) -> Found:
    """The same with the best of other gaps, where it costs as little, or nearly."""
    most = room_above(task.problem.loss.name, found.cost, len(task.free), len(task.columns))
    for other in sorted(beside, key=lambda one: one.cost):
        if other.outcome.kind == "converged" and other.cost - found.cost <= most:
            is_twin = other.cost <= found.cost + EQUAL * abs(found.cost)
            here, there = (np.array([*one.values.values()]) for one in (found, other))
            if is_twin and not task.start and in_order(there) < in_order(here):
                found, other = other, found
            second = replace(other, second=None, is_twin=is_twin)
            remarks = (*found.remarks, TWIN if is_twin else SECOND)
            return replace(found, second=second, remarks=remarks)
    return found


def _remembered(search: Callable[[Task], Found]) -> Callable[[Task], Found]:
    """A search that is made once with the same values held."""
    made: dict[Mapping[str, float], Found] = {}

    def known(task: Task) -> Found:
        if task.fixed not in made:
            made[task.fixed] = search(task)
        return made[task.fixed]

    return known


def _in_best_gap(
    task: Task, found: Found, name: str, search: Callable[[Task], Found]
) -> tuple[Found, list[Found]]:
    """The same with one parameter in the middle of the gap that costs the least, the others fitted anew; and minima in other gaps."""
    gaps, names = [*_gaps(task, found, name)], stepped(task)
    here = int(np.searchsorted([high for _, high in gaps], found.values[name]))
    costs = _by_squares(task, found, name, gaps)
    exact = costs is not None and square_factor(task.problem) is not None and not task.penalty
    lowest = [] if costs is None else _lowest(costs, here)
    ways = (range(here, len(gaps)), range(here - 1, -1, -1), lowest)
    best, best_at, known = found, None, dict[int, Found]()
    for side in (lowest,) if exact else ways:
        worse = 0
        for number in side:
            middle = float(np.mean(gaps[number]))
            there = while_held(task, {**{n: best.values[n] for n in names}, name: middle}, search)
            known[number] = there
            if there.cost < best.cost or (best_at is None and there.cost <= best.cost * (1 + 1e-9)):
                best, best_at, worse = there, number, 0
            else:
                worse += 1
            if worse >= WORSE and len(gaps) > FEW and not exact:
                break
    at = here if best_at is None else best_at
    return best, [known[n] for n in known if n != at and _is_lowest(known, n, at)]


def _is_lowest(known: Mapping[int, Found], number: int, best: int) -> bool:
    """Whether a gap that is not the best costs less than both that are next to it."""
    beside = [number - 1, number + 1]
    costs = [known[n].cost for n in beside if n in known]
    return best not in beside and all(known[number].cost < cost for cost in costs)


def _by_squares(
    task: Task, found: Found, name: str, gaps: Sequence[tuple[float, float]]
) -> FloatArray | None:
    """What each gap costs by least squares, where all others are solved for exactly: all gaps are looked at together; else None."""
    if len(task.predictions) > 1:
        return None
    hunt, names = by_squares(task), stepped(task)
    if not gaps or {hunt.curve.names[place] for place in hunt.curve.others} != {*names}:
        return None
    if any(free in task.bounds for free in task.free if free not in names):
        return None
    places = np.tile([found.values[n] for n in names], (len(gaps), 1))
    places[:, names.index(name)] = [np.mean(gap) for gap in gaps]
    rows = replace(hunt.projection, rows=hunt.rows)
    parts = np.array_split(places, -(-places.size * len(hunt.rows) // ENTRIES))
    return np.concatenate([rows.solved(part).cost for part in parts])


def _lowest(costs: FloatArray, here: int) -> list[int]:
    """The gap that costs the least, this one if it does; then the next that costs less than its neighbours."""
    least = costs.min() * (1 + EQUAL)
    first = int(here if here < len(costs) and costs[here] <= least else costs.argmin())
    around = np.concatenate([[np.inf], costs, [np.inf]])
    lowest = (costs < around[:-2]) & (costs < around[2:])
    others = [int(n) for n in np.argsort(costs, kind="stable") if lowest[n] and n != first]
    return [first, *others[:1]]


def while_held(task: Task, held: Mapping[str, float], search: Callable[[Task], Found]) -> Found:
    """What a search finds with some parameters held."""
    start = FrozenMap({name: at for name, at in task.start.items() if name not in held})
    one = search(replace(task, fixed=FrozenMap({**task.fixed, **held}), start=start))

    def whole(values: Mapping[str, float]) -> Mapping[str, float]:
        return FrozenMap({name: {**values, **held}[name] for name in task.free})

    second = one.second and replace(one.second, values=whole(one.second.values))
    far = one.far and FrozenMap({**one.far, **held})
    return replace(one, values=whole(one.values), far=far, second=second)


def _gaps(task: Task, found: Found, name: str) -> Iterator[tuple[float, float]]:
    """The intervals of a parameter over which no row changes its case, as far as bounds let it go."""
    edges = np.unique([*_edges(task, found, name)])
    low, high = task.bounds.get(name, (-np.inf, np.inf))
    edges = edges[(low < edges) & (edges < high)]
    if not len(edges):
        return
    wide = float(np.ptp(edges)) or 1.0
    ends = [max(low, edges[0] - wide / 10), *edges, min(high, edges[-1] + wide / 10)]
    yield from itertools.pairwise(ends)


def _edges(task: Task, found: Found, name: str) -> Iterator[float]:
    """The values of a parameter at which a row changes its case."""
    symbol = sympy.Symbol(name)
    known = {sympy.Symbol(n): sympy.Float(v) for n, v in found.values.items() if n != name}
    inputs = task.problem.inputs
    columns = [task.columns[n] for n in inputs]
    for part in {p for e in task.predictions for p in e.atoms(*CONDITIONS) if p.has(symbol)}:
        edge = part.lhs - part.rhs if part.is_Relational else part.args[0]
        slope = edge.diff(symbol)
        if slope.has(symbol) or slope == 0:
            continue
        place = (-edge.xreplace({symbol: sympy.Integer(0)}) / slope).xreplace(known)
        made = on_rows([place], inputs)(*columns)
        yield from (float(value) for value in np.ravel(made) if np.isfinite(value))


def _gap(task: Task, found: Found, name: str) -> tuple[float, float]:
    at = found.values[name]
    return next(((a, b) for a, b in _gaps(task, found, name) if a <= at <= b), (at, at))


def _gap_told(name: str, low: float, high: float) -> Message:
    return message(
        "any {name} between {low} and {high} predicts the same",
        name=name,
        low=float(f"{low:.6g}"),
        high=float(f"{high:.6g}"),
    )
