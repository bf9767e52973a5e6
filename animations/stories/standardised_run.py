"""A run whose steps were made in standardised inputs, retold as the same descent over standardised columns.

Laws
----
- each input is less its mean, over its spread; the model, the rate and the number of steps are the run's own
- it is the same descent: the retold run has the run's cost at every step, or nothing is retold
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from symgd.codegen.expressions.compiled import on_arrays
from symgd.data.arrays import FloatArray
from symgd.derivation.gradient import Gradient
from symgd.optimize.descend import descend
from symgd.optimize.descent_options import DescentOptions
from symgd.optimize.run import Run
from symgd.problem.problem import Problem

SAME = 1e-6  # relative to the start's cost, two costs that differ by less are one
MARK = "{label} (z)"


@dataclass(frozen=True, eq=False)
class StandardisedRun:
    """The descent over standardised columns, and the viewer's own run."""

    run: Run
    own: Run
    means: tuple[float, ...]
    spreads: tuple[float, ...]


def retold(own: Run, derive: Callable[[], Gradient]) -> StandardisedRun | None:
    """The same descent over standardised columns; None where it is not one."""
    problem, columns = own.problem, own.data
    inputs = problem.inputs
    if not inputs or len(problem.predictions) != 1 or own.trace.numbers is not None:
        return None
    means = [float(columns[name].mean()) for name in inputs]
    spreads = [float(columns[name].std()) for name in inputs]
    if not all(spreads):
        return None
    scaled = [(columns[n] - m) / s for n, m, s in zip(inputs, means, spreads, strict=True)]
    start = _same_predictions(problem, own, scaled)
    if start is None:
        return None
    by_name = dict(zip(inputs, scaled, strict=True))
    values = tuple(
        by_name.get(name, column)
        for name, column in zip(columns.names, columns.values, strict=True)
    )
    marked = {name: MARK.format(label=problem.labels[name]) for name in inputs}
    told = problem.replace(labels={**problem.labels, **marked})
    options = DescentOptions(
        start=dict(zip(problem.parameters, start.tolist(), strict=True)),
        learning_rate=own.learning_rate,
        max_iter=own.steps,
        tolerance=0,
    )
    run = descend(told, derive, [replace(columns, values=values)], {}, options)
    if not _is_same(run, own):
        return None
    return StandardisedRun(run, own, tuple(means), tuple(spreads))


def _same_predictions(
    problem: Problem, own: Run, scaled: Sequence[FloatArray]
) -> FloatArray | None:
    """Parameters by which the model predicts from standardised inputs what it did at the start; None where there are none."""
    formula = problem.predictions[0].written_out().value
    compute = on_arrays([formula], (*problem.parameters, *problem.inputs))
    count = len(problem.parameters)
    inputs = [own.data[name] for name in problem.inputs]

    def predicted(values: Sequence[float], given: Sequence[FloatArray]) -> FloatArray:
        (made,) = compute(*map(np.float64, values), *given)
        return np.asarray(made, dtype=np.float64) + np.zeros(len(own.data))

    with np.errstate(all="ignore"):
        nothing = predicted([0.0] * count, scaled)
        units = np.eye(count).tolist()
        table = np.column_stack([predicted(unit, scaled) - nothing for unit in units])
        wanted = predicted(own.trace.table[0, :count].tolist(), inputs) - nothing
    if not np.isfinite(table).all() or not np.isfinite(wanted).all():
        return None
    return np.asarray(np.linalg.lstsq(table, wanted, rcond=None)[0])


def _is_same(run: Run, own: Run) -> bool:
    """Whether two runs have the same cost at every step."""
    mine, theirs = run.trace.cost, own.trace.cost
    if len(mine) != len(theirs):
        return False
    return bool(np.allclose(mine, theirs, rtol=SAME, atol=SAME * abs(float(theirs[0]))))
