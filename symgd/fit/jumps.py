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

from symgd.codegen.separation import square_factor
from symgd.fit.found import Found
from symgd.fit.least_squares.hunt import ENTRIES, Hunt
from symgd.fit.losses.compiled import on_rows
from symgd.fit.losses.objective import penalty_of
from symgd.fit.task import Task
from symgd.registry.registry import FrozenMap
from symgd.writing.words import Message, message

CONDITIONS = (sympy.core.relational.Relational, sympy.sign, sympy.Heaviside)
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
    for _ in range(ROUNDS if len(names) > 1 else 1):
        before = found.cost
        for name in names:
            found = _in_best_gap(task, found, name, known)
        if not found.cost < before:
            break
    gaps = tuple(_gap_told(name, *_gap(task, found, name)) for name in names)
    return replace(found, remarks=(*found.remarks, *gaps))


def _remembered(search: Callable[[Task], Found]) -> Callable[[Task], Found]:
    """A search that is made once with the same values held."""
    made: dict[Mapping[str, float], Found] = {}

    def known(task: Task) -> Found:
        if task.fixed not in made:
            made[task.fixed] = search(task)
        return made[task.fixed]

    return known


def _in_best_gap(task: Task, found: Found, name: str, search: Callable[[Task], Found]) -> Found:
    """The same with one parameter in the middle of the gap that costs the least, the others fitted anew."""
    gaps, names = [*_gaps(task, found, name)], stepped(task)
    here = int(np.searchsorted([high for _, high in gaps], found.values[name]))
    ways = _by_squares(task, found, name, gaps, here)
    best, best_at = found, None
    for side in ways or (range(here, len(gaps)), range(here - 1, -1, -1)):
        worse = 0
        for number in side:
            middle = float(np.mean(gaps[number]))
            there = while_held(task, {**{n: best.values[n] for n in names}, name: middle}, search)
            if there.cost < best.cost or (best_at is None and there.cost <= best.cost * (1 + 1e-9)):
                best, best_at, worse = there, number, 0
            else:
                worse += 1
            if worse >= WORSE and len(gaps) > FEW:
                break
    return best


def _by_squares(
    task: Task, found: Found, name: str, gaps: Sequence[tuple[float, float]], here: int
) -> tuple[list[int]] | None:
    """The gap that costs the least, where all others are solved for exactly: all gaps are looked at together; else None."""
    if square_factor(task.problem) is None or penalty_of(task) != 0 or len(task.predictions) > 1:
        return None
    hunt, names = Hunt(task), stepped(task)
    if not gaps or {hunt.curve.names[place] for place in hunt.curve.others} != {*names}:
        return None
    if any(free in task.bounds for free in task.free if free not in names):
        return None
    places = np.tile([found.values[n] for n in names], (len(gaps), 1))
    places[:, names.index(name)] = [np.mean(gap) for gap in gaps]
    rows = replace(hunt.projection, rows=hunt.rows)
    parts = np.array_split(places, -(-places.size * len(hunt.rows) // ENTRIES))
    costs = np.concatenate([rows.solved(part).cost for part in parts])
    first = here if here < len(gaps) and costs[here] <= costs.min() * (1 + 1e-9) else costs.argmin()
    return ([int(first)],)


def while_held(task: Task, held: Mapping[str, float], search: Callable[[Task], Found]) -> Found:
    """What a search finds with some parameters held."""
    start = FrozenMap({name: at for name, at in task.start.items() if name not in held})
    one = search(replace(task, fixed=FrozenMap({**task.fixed, **held}), start=start))
    values = FrozenMap({name: {**one.values, **held}[name] for name in task.free})
    return replace(one, values=values, far=one.far and FrozenMap({**one.far, **held}))


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
