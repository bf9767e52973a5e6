"""Where a cost is least: the exact minimum, or where a descent by all rows has come to rest, if none came lower; nothing here needs Manim."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from symgd.animations.comparing.walks import again
from symgd.data.arrays import FloatArray
from symgd.derivation.gradient import Gradient
from symgd.errors import SymgdError
from symgd.optimize.run import Run

STEPS = 5000  # of a descent that looks for such a place
AT_REST = 1e-6  # of the first gradient's length, that is left there at most
LOWER = 1e-6  # of the first cost, by which no descent was lower
LENGTH = -2  # the column of a trace in which a gradient's length is


@dataclass(frozen=True, eq=False)
class LowestPlace:
    """A least cost, and the parameters in the order of the trace."""

    cost: float
    point: FloatArray


def lowest_place(run: Run, derive: Callable[[], Gradient]) -> LowestPlace | None:
    """The exact minimum of a run's cost; else the lowest place where a descent by all rows rests; None where one was lower without rest, as beside a plateau."""
    names, exact = run.trace.parameters, run.exact
    if exact is not None:
        return LowestPlace(exact.cost, np.array([exact.parameters[name] for name in names]))
    ways: list[dict[str, Any]] = [{"learning_rate": run.learning_rate}]
    ways += [{"standardise": True}] if run.problem.inputs else []
    costs, found = [run.trace.cost], []
    for way in ways:
        try:
            made = again(run, derive, batch_size=None, max_iter=STEPS, **way)
        except SymgdError:
            continue
        costs.append(made.trace.cost)
        found += [place] if (place := _rest(made)) is not None else []
    lowest = min(found, key=lambda place: place.cost, default=None)
    if lowest is None:
        return None
    seen = float(np.nanmin(np.concatenate(costs)))
    first = float(run.trace.cost[0])
    return lowest if lowest.cost - seen <= LOWER * max(first - seen, abs(first)) else None


def _rest(made: Run) -> LowestPlace | None:
    """Where a descent rests, if it does."""
    table = made.trace.table
    lengths = table[:, LENGTH]
    if not np.isfinite(table).all() or lengths[-1] > AT_REST * lengths[0]:
        return None
    return LowestPlace(float(made.cost), np.array(table[-1, : len(made.trace.parameters)]))
