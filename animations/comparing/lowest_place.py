"""Where a cost is least: the exact minimum, or where a descent by all rows has come to rest; nothing here needs Manim."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from symgd.animations.comparing.walks import again
from symgd.data.arrays import FloatArray
from symgd.derivation.gradient import Gradient
from symgd.errors import SymgdError
from symgd.optimize.run import Run

STEPS = 5000  # of a descent that looks for such a place
AT_REST = 1e-6  # of the first gradient's length, that is left there at most
LENGTH = -2  # the column of a trace in which a gradient's length is


@dataclass(frozen=True, eq=False)
class LowestPlace:
    """A least cost, and the parameters in the order of the trace."""

    cost: float
    point: FloatArray


def lowest_place(run: Run, derive: Callable[[], Gradient]) -> LowestPlace | None:
    """The exact minimum of a run's cost; else where its own descent by all rows rests; None where it does not."""
    names, exact = run.trace.parameters, run.exact
    if exact is not None:
        return LowestPlace(exact.cost, np.array([exact.parameters[name] for name in names]))
    try:
        found = again(run, derive, batch_size=None, learning_rate=run.learning_rate, max_iter=STEPS)
    except SymgdError:
        return None
    lengths = found.trace.table[:, LENGTH]
    if not np.isfinite(found.trace.table).all() or lengths[-1] > AT_REST * lengths[0]:
        return None
    return LowestPlace(float(found.cost), np.array(found.trace.table[-1, : len(names)]))
