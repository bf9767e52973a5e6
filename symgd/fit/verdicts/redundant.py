"""Redundant: parameters too many, as no data can tell them.

Laws
----
- what is held takes nothing from the predictions that are possible nearby: others make up for it
- a parameter in which the model is not affine is held before one in which it is
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import sympy

from symgd.data.arrays import FloatArray
from symgd.fit.anchors import anchors_of
from symgd.fit.costs.compiled import slopes_of
from symgd.fit.least_squares.affine import affine_set
from symgd.fit.task import Task
from symgd.fit.verdicts.untold import by_rounding, untold

FEW = 6  # parameters; of more, as of many peaks that overlap, floats tell less than there is


def redundant(task: Task) -> tuple[str, ...]:
    """The parameters that are held: as many as leave no change without a trace."""
    if not task.free or any(name in task.bounds for name in task.free):
        return ()
    if task.penalty != 0:  # it tells apart what predictions do not
        return ()
    null = untold(task)
    few = len(task.free) <= FEW and len(task.predictions) == 1
    if null is not None and not null.size and few and not any(anchors_of(task)):
        null = by_rounding(task)
    rows = len(task.columns) * len(task.predictions)
    spare = len(task.free) - rows
    if null is None or (not null.size and spare <= 0):
        return ()
    held: list[int] = []
    order = _order(task)
    for place in order if null.size else ():
        if len(held) < null.shape[1] and _lost(null, held, place):
            held.append(place)
    # what no data can tell goes first: with it held, rows that are too few may tell all the others
    held += [place for place in order if place not in held][: max(0, spare - len(held))]
    if len(held) == len(task.free) and null.shape[1] < len(held):
        held.pop()
    return tuple(task.free[place] for place in sorted(held))


def _rank(table: FloatArray) -> int:
    return int(np.linalg.matrix_rank(table, tol=1e-8)) if table.size else 0


def _lost(null: FloatArray, held: Sequence[int], place: int) -> bool:
    """Whether holding one more parameter leaves fewer changes."""
    return _rank(null[[*held, place]]) > len(held)


def _order(task: Task) -> list[int]:
    """The parameters in the order in which they are held: those in which the model is affine last."""
    symbols = [sympy.Symbol(name) for name in task.free]
    affine = affine_set(slopes_of(task.predictions[0], symbols), symbols)
    places = range(len(symbols) - 1, -1, -1)
    return sorted(places, key=lambda place: place in affine)
