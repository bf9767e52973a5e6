"""What a minimum leaves open: parameters that the formula cannot tell, whatever the data, or that these data cannot.

Laws
----
- the data tell a parameter where no change of it, with changes of others, leaves every prediction as it is
- where such changes leave predictions as they are for inputs of any kind, the formula cannot tell, whatever the data
- of classes the differences of their scores are told, and no more
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from symgd.codegen.summary.separation import factors_of_parameters
from symgd.data.arrays import FloatArray, spread
from symgd.fit.costs.smooth_cost import SmoothCost
from symgd.fit.found import Found
from symgd.fit.least_squares.account import TWIN
from symgd.fit.linear import determines_all, linear
from symgd.fit.outcomes import holding
from symgd.fit.task import Task
from symgd.fit.verdicts.changes import Changes, null_of
from symgd.fit.verdicts.limit import rounding
from symgd.fit.verdicts.stationary import rest_of
from symgd.fit.verdicts.untold import untold
from symgd.optimize.outcome import Outcome
from symgd.problem.likelihoods import CATEGORICAL
from symgd.registry.registry import FrozenMap
from symgd.writing.words import Message, message

PART = 1e-6  # a parameter whose part in a change is smaller takes no part in it
NOUGHT = 1e-13  # of the targets: what a parameter adds, if it may as well be 0
ROWS = 20_000  # of more rows so many are looked at


def identified(task: Task, found: Found) -> Found:
    """The same, with what it leaves open in its outcome."""
    kind = found.outcome.kind
    if kind not in ("converged", "stalled", "no minimum") or task.penalty != 0:
        return found
    if kind == "no minimum":
        return _with_untold(task, found)
    open_ = still_open(task, found) or _with_bounds(task, found)
    if open_ is None or not (kind == "converged" or _is_level(task, found)):
        return found
    outcome = Outcome("converged", open_.why, open_.advice)
    found = replace(found, outcome=outcome)
    if found.second is None or not found.second.is_twin:
        return found
    return replace(found, second=None, remarks=tuple(r for r in found.remarks if r != TWIN))


def _with_bounds(task: Task, found: Found) -> Open | None:
    """What the data leave open while parameters stay at the bounds that they stand at."""
    at = {n: found.values[n] for n in task.free if found.values[n] in task.bounds.get(n, ())}
    if not at or len(at) == len(task.free) or found.outcome.kind != "converged":
        return None
    limits = {n: ends for n, ends in task.bounds.items() if n not in at}
    rest = replace(task, fixed=FrozenMap({**task.fixed, **at}), bounds=FrozenMap(limits))
    open_ = still_open(rest, found)
    return None if open_ is None else replace(open_, why=holding(open_.why, tuple(at)))


def _with_untold(task: Task, found: Found) -> Found:
    """The same, with a remark on parameters that no data tell apart."""
    null = untold(task) if len(task.free) > 1 else None
    if null is None or not null.size:
        return found
    return replace(found, remarks=(*found.remarks, _not_told(task, _concerned(task.free, null))))


def _is_level(task: Task, found: Found) -> bool:
    """Whether the gradient is 0 where a search came no further."""
    return rest_of(task, np.array([found.values[name] for name in task.free])) is not None


@dataclass(frozen=True)
class Open:
    """What is not determined, why, and what can be done."""

    names: tuple[str, ...]
    why: Message
    advice: Message


def still_open(task: Task, found: Found) -> Open | None:
    """What the data leave open at a minimum; None where they tell every parameter."""
    values = np.array([found.values[name] for name in task.free])
    changes, inputs = Changes(task), _inputs(task)
    null = changes.null(values, inputs)
    if null is None or not null.size:
        shifted = _of_scores(task, changes, values, inputs)
        return shifted or _beside_zeros(task, found, changes, inputs)
    quadratic = linear(task)
    if quadratic is not None and determines_all(quadratic):
        return None  # floats see less than the decimals say
    moved = values * (1 + 0.01 * np.sin(1 + np.arange(len(values)))) + 1e-3 * (values == 0)
    again = changes.null(moved, inputs)
    if again is None or not again.size:
        return _beside_zeros(task, found, changes, inputs)
    by_formula = untold(task)
    if by_formula is not None and by_formula.shape[1] >= null.shape[1]:
        return _of_formula(task, _concerned(task.free, by_formula))
    idle = np.abs(null).max(axis=1) >= 1 - PART
    return _of_data(task, _concerned(task.free, null), bool(idle.sum() == null.shape[1]))


def _of_scores(
    task: Task, changes: Changes, values: FloatArray, inputs: list[FloatArray]
) -> Open | None:
    """What scores of classes leave open that are all learned: a change of all by as much leaves every probability."""
    if task.problem.loss.likelihood is not CATEGORICAL:
        return None
    count, table = len(task.predictions), changes.at(values, inputs)
    if len(table) != count * (len(inputs[0]) if inputs else 1):
        return None
    scores = table.reshape(count, -1, len(task.free))
    scores -= scores.mean(axis=0)
    null = null_of(table)
    if null is None or not null.size:
        return None
    names = _concerned(task.free, null)
    cause = message(
        "probabilities hang on the differences of scores alone, and so the data do not tell {names} apart",
        names=names,
    )
    why = message("the least cost is reached, and not at one point alone: {cause}", cause=cause)
    return Open(names, why, message("write 0 for one of the scores"))


def _beside_zeros(
    task: Task, found: Found, changes: Changes, inputs: list[FloatArray]
) -> Open | None:
    """What predictions do not hang on where other parameters are 0, or so near to it that they may be."""
    for values in _with_zeros(task, found, changes, inputs):
        moved = values * (1 + 0.01 * np.sin(1 + np.arange(len(values))))
        tables = [changes.at(there, inputs) for there in (values, moved)]
        still = ~np.any([table.any(axis=0) for table in tables], axis=0) & (values != 0)
        idle = tuple(name for name, one in zip(task.free, still, strict=True) if one)
        if idle and all(map(len, tables)):
            zeros = tuple(n for n, value in zip(task.free, values, strict=True) if value == 0)
            cause = message(
                "with {zeros} at 0 the predictions do not depend on {names}",
                zeros=zeros,
                names=idle,
            )
            why = message(
                "the least cost is reached, and not at one point alone: {cause}", cause=cause
            )
            return Open(idle, why, _fix(idle))
    return None


def _with_zeros(
    task: Task, found: Found, changes: Changes, inputs: list[FloatArray]
) -> Iterator[FloatArray]:
    """The parameters, if some are 0, and with one at 0 that may be without a change of the cost that floats tell."""
    values = np.array([found.values[name] for name in task.free])
    if not values.all():
        yield values
    size = float(np.abs(task.columns.values[-len(task.predictions) :]).max(initial=0.0))
    felt = np.abs(changes.at(values, inputs)).max(axis=0, initial=0.0) * np.abs(values)
    unfelt = np.flatnonzero((felt > 0) & (felt <= NOUGHT * size))
    if not len(unfelt):
        return
    objective = SmoothCost(task)
    least = rounding(task) if len(task.predictions) == 1 else (NOUGHT * size) * (NOUGHT * size)
    most = found.cost + 1e-9 * abs(found.cost) + least
    for place in unfelt:
        without = np.where(np.arange(len(values)) == place, 0.0, values)
        if objective.cost(without) <= most:
            yield without


def _inputs(task: Task) -> list[FloatArray]:
    used = np.arange(len(task.columns)) if task.weights is None else np.flatnonzero(task.weights)
    chosen = used[spread(len(used), ROWS)]
    return [task.columns[name][chosen] for name in task.problem.inputs]


def _concerned(names: Sequence[str], null: FloatArray) -> tuple[str, ...]:
    return tuple(n for n, part in zip(names, null, strict=True) if np.abs(part).max() > PART)


# ---------------------------------------------------------------------------------------------
# In words


def _of_formula(task: Task, names: tuple[str, ...]) -> Open:
    cause = _not_told(task, names)
    why = message("the least cost is reached, and not at one point alone: {cause}", cause=cause)
    return Open(names, why, _fix(names))


def _not_told(task: Task, names: tuple[str, ...]) -> Message:
    """That no data tell some parameters apart, and what they tell."""
    told = _determined(task, names)
    if len(names) == 1:
        return message("the predictions do not depend on {names}, whatever the data", names=names)
    if not told:
        return message("no data tell {names} apart: other values predict the same", names=names)
    return message(
        "no data tell {names} apart: what is determined is {combination}",
        names=names,
        combination=tuple(told),
    )


def _fix(names: tuple[str, ...]) -> Message:
    return message("fix {name}, or write the formula without it", name=names[-1])


def _determined(task: Task, names: tuple[str, ...]) -> list[str]:
    """The functions of these parameters alone by which predictions hang on them, where they can be told."""
    if len(task.predictions) > 1:
        return []
    found = factors_of_parameters(task.predictions[0], names)
    kept = [psi for psi in found if psi.free_symbols]
    return [str(psi) for psi in kept] if 0 < len(kept) < len(names) else []


def _of_data(task: Task, names: tuple[str, ...], idle: bool) -> Open:
    why, advice = _fault(task, names)
    if idle and _rows(task) >= len(task.free):  # each by itself
        why = message(
            "near these values the predictions of these rows do not depend on {names}", names=names
        )
        advice = message("pass rows on which they do, or fix {name}", name=names[-1])
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
