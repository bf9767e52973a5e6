"""What a minimum leaves open: parameters that the formula cannot tell, whatever the data, or that these data cannot.

Laws
----
- the data tell a parameter where no change of it, with changes of others, leaves every prediction as it is
- where such changes leave predictions as they are for inputs of any kind, the formula cannot tell, whatever the data
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from symgd.codegen.separation import factors_of_parameters
from symgd.data.arrays import FloatArray, spread
from symgd.fit.found import Found
from symgd.fit.linear import determines_all, linear
from symgd.fit.losses.compiled import derived, on_rows
from symgd.fit.losses.objective import penalty_of
from symgd.fit.task import Task
from symgd.optimize.outcome import Outcome
from symgd.writing.words import Message, message

NOTHING = 1e-13  # singular values below this, of columns brought to one length, are 0
PART = 1e-6  # a parameter whose part in a change is smaller takes no part in it
ROWS = 20_000  # of more rows so many are looked at
TRIALS = 3


def identified(task: Task, found: Found) -> Found:
    """The same, with what it leaves open in its outcome."""
    if found.outcome.kind not in ("converged", "stalled") or penalty_of(task) != 0:
        return found
    open_ = still_open(task, found)
    if open_ is None:
        return found
    outcome = Outcome("converged", open_.why, open_.advice)
    return replace(found, outcome=outcome)


@dataclass(frozen=True)
class Open:
    """What is not determined, why, and what can be done."""

    names: tuple[str, ...]
    why: Message
    advice: Message


def still_open(task: Task, found: Found) -> Open | None:
    """What the data leave open at a minimum; None where they tell every parameter."""
    values = np.array([found.values[name] for name in task.free])
    changes = Changes(task)
    inputs = _inputs(task)
    null = null_of(changes.at(values, inputs))
    if null is None or not null.size:
        return None
    quadratic = linear(task)
    if quadratic is not None and determines_all(quadratic):
        return None  # floats see less than the decimals say
    names = _concerned(task.free, null)
    moved = values * (1 + 0.01 * np.sin(1 + np.arange(len(values)))) + 1e-3 * (values == 0)
    again = null_of(changes.at(moved, inputs))
    if again is None or not again.size:
        return None  # an accident of one point, or its last digits
    by_formula = _whatever_the_data(changes, task, values)
    if by_formula is not None and by_formula.shape[1] >= null.shape[1]:
        return _of_formula(task, _concerned(task.free, by_formula))
    return _of_data(task, names)


class Changes:
    """How predictions change with the free parameters, over rows of inputs."""

    def __init__(self, task: Task) -> None:
        self.inputs = task.problem.inputs
        names = (*task.free, *self.inputs)
        _, first, _ = derived(task.predictions, names, task.free, 1)
        self.width = len(task.free)
        self._compute = on_rows([entry for row in first for entry in row], names)

    def at(self, values: FloatArray, inputs: Sequence[FloatArray]) -> FloatArray:
        """Of shape (rows, p): rows where they are not finite are left out."""
        columns = [*inputs] or [np.zeros(1)]
        given = inputs if inputs else []
        found = np.array(self._compute(*values, *given))
        if found.ndim == 1:
            found = found[:, None] * np.ones(len(columns[0]))
        table = (
            found.reshape(-1, self.width, found.shape[1]).transpose(0, 2, 1).reshape(-1, self.width)
        )
        return table[np.isfinite(table).all(axis=1)]


def _inputs(task: Task) -> list[FloatArray]:
    used = np.arange(len(task.columns)) if task.weights is None else np.flatnonzero(task.weights)
    chosen = used[spread(len(used), ROWS)]
    return [task.columns[name][chosen] for name in task.problem.inputs]


def null_of(table: FloatArray) -> FloatArray | None:
    """The changes that leave all rows as they are, in columns, each parameter in units of its own; None without any rows."""
    if not len(table):
        return None
    sizes = np.abs(table).max(axis=0)
    if not np.isfinite(sizes).all():
        return None
    sizes[sizes == 0] = 1.0
    factor = np.linalg.qr(table / sizes, mode="r")  # the rows need not be turned, and may be many
    _, bends, right = np.linalg.svd(factor)
    full = np.zeros(table.shape[1])
    full[: len(bends)] = bends
    return right[full <= NOTHING * max(float(full[0]), 1e-300)].T


def _concerned(names: Sequence[str], null: FloatArray) -> tuple[str, ...]:
    return tuple(n for n, part in zip(names, null, strict=True) if np.abs(part).max() > PART)


def _whatever_the_data(changes: Changes, task: Task, values: FloatArray) -> FloatArray | None:
    """The changes that leave predictions as they are for drawn inputs, at drawn parameters near the minimum; None if none do."""
    rng = np.random.default_rng(task.seed)
    count = 8 * len(values) + 8
    ends = [(float(c.min()), float(c.max())) for c in (task.columns[n] for n in changes.inputs)]
    found = None
    for _ in range(TRIALS):
        drawn = [rng.uniform(*_wider(low, high), count) for low, high in ends]
        near = values * rng.uniform(0.7, 1.4, len(values)) + (values == 0) * rng.normal(
            0, 1, len(values)
        )
        found = null_of(changes.at(near, drawn))
        if found is None or not found.size:
            return None
    return found


def _wider(low: float, high: float) -> tuple[float, float]:
    """A range that has inputs to be told apart by, of one sign where the data have."""
    if high - low > 0.1 * max(abs(low), abs(high)):
        return low, high
    middle = (low + high) / 2 or 1.0
    return (middle * 0.5, middle * 1.5) if middle > 0 else (middle * 1.5, middle * 0.5)


# ---------------------------------------------------------------------------------------------
# In words


def _of_formula(task: Task, names: tuple[str, ...]) -> Open:
    cause = message("no data tell {names} apart: other values predict the same", names=names)
    told = _determined(task, names)
    if told:
        cause = message(
            "no data tell {names} apart: what is determined is {combination}",
            names=names,
            combination=tuple(told),
        )
    why = message("the least cost is reached, and not at one point alone: {cause}", cause=cause)
    return Open(names, why, _fix(names))


def _fix(names: tuple[str, ...]) -> Message:
    return message("fix {name}, or write the formula without it", name=names[-1])


def _determined(task: Task, names: tuple[str, ...]) -> list[str]:
    """The functions of these parameters alone by which predictions hang on them, where they can be told."""
    if len(task.predictions) > 1:
        return []
    found = factors_of_parameters(task.predictions[0], names)
    kept = [psi for psi in found if psi.free_symbols]
    return [str(psi) for psi in kept] if 0 < len(kept) < len(names) else []


def _of_data(task: Task, names: tuple[str, ...]) -> Open:
    why, advice = _fault(task, names)
    whole = message("the least cost is reached, and not at one point alone: {cause}", cause=why)
    return Open(names, whole, advice)


def _fault(task: Task, names: tuple[str, ...]) -> tuple[Message, Message]:
    """Why these data cannot tell parameters apart, and what would help."""
    more = message("pass more rows, or fix {name}", name=names[-1])
    other = message("pass rows in which they differ, or fix {name}", name=names[-1])
    constant, alike = _columns_at_fault(task)
    if _rows(task) < len(task.free):
        return _too_few(_rows(task), names), more
    if constant:
        said = message(
            "{columns} has one value in all rows, and so the data do not tell {names} apart",
            "{columns} have one value each in all rows, and so the data do not tell {names} apart",
            number=len(constant),
            columns=constant,
            names=names,
        )
        return said, other
    if alike:
        said = message(
            "the columns {columns} are collinear, and so the data do not tell {names} apart",
            columns=alike,
            names=names,
        )
        return said, other
    rows = len(np.unique(np.column_stack(_inputs(task)), axis=0)) if task.problem.inputs else 1
    if rows < len(task.free):
        return _too_few(rows, names), more
    return message("these data do not tell {names} apart", names=names), more


def _too_few(rows: int, names: tuple[str, ...]) -> Message:
    return message(
        "{number} row does not tell {names} apart",
        "{number} different rows do not tell {names} apart",
        number=rows,
        names=names,
    )


def _rows(task: Task) -> int:
    """How many rows count."""
    return len(task.columns) if task.weights is None else int(np.count_nonzero(task.weights))


def _columns_at_fault(task: Task) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Inputs that have one value in all rows, and inputs that others make up."""
    inputs = dict(zip(task.problem.inputs, _inputs(task), strict=True))
    constant = tuple(name for name, column in inputs.items() if (column == column[0]).all())
    moving = {
        name: column - column.mean() for name, column in inputs.items() if name not in constant
    }
    if len(moving) < 2:
        return constant, ()
    null = null_of(np.column_stack([*moving.values()]))
    return constant, _concerned([*moving], null) if null is not None and null.size else ()
