"""fit: the minimum of a cost over data, by what works."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from symgd.budget import answered_early, portion
from symgd.data.arrays import IntArray
from symgd.data.labels import Label, chosen, labels_from
from symgd.errors import DerivationError, FitError, SymgdError, parameter
from symgd.fit import linear, squares
from symgd.fit.anchors import anchored
from symgd.fit.asked import task_from
from symgd.fit.costs.smooth_cost import SmoothCost, expect_values
from symgd.fit.costs.squared import square_factor
from symgd.fit.fit_options import FitOptions
from symgd.fit.fitted import Fit
from symgd.fit.found import Found
from symgd.fit.groups import Fits, rows_by
from symgd.fit.held import without_redundant
from symgd.fit.jumps import over_steps, stepped
from symgd.fit.losses import cornered, general
from symgd.fit.losses.convexity import UNDRAWN, is_of_many_inputs
from symgd.fit.losses.corners import corners_of
from symgd.fit.outcomes import broken_off, out_of_time, without_value
from symgd.fit.task import Task
from symgd.fit.verdicts.endless import with_limit
from symgd.fit.verdicts.identifiable import identified
from symgd.optimize.asked import finite_number
from symgd.problem.problem import Problem
from symgd.writing.words import message

LEAST_SHARE = 0.1  # of the time that is left: what one group of very many may take
LOOKED_AT = 0.5  # of the time that is left after a search: what its verdict may take
TINY = 1e-150  # the squares of such targets are 0 in floats


def minimum(task: Task) -> Found:
    """The least cost, by the way that suits it, and what it leaves open."""
    with (
        np.errstate(all="ignore"),  # what leaves the floats is found where it is used
        answered_early("searching for the least cost") as is_late,
    ):
        quadratic = linear.linear(task)
        if quadratic is not None:
            found = linear.search(quadratic)
        else:
            found = without_redundant(task, _searched)
            if stepped(task) and not is_late():
                found = over_steps(task, found, _searched)
        if is_late():
            return _with_size(task, identified(task, replace(found, outcome=out_of_time())))
        return _with_size(task, _judged(task, found, is_late))


def _judged(task: Task, found: Found, is_late: Callable[[], bool]) -> Found:
    """The same with what is said of its end, in a share of the time that is left; where that is up, as far as the search came."""
    told = found
    try:
        with portion(LOOKED_AT):
            told = identified(task, found)
            return with_limit(task, told, minimum)
    except DerivationError:
        return replace(told, outcome=out_of_time())
    except KeyboardInterrupt:
        return replace(told, outcome=out_of_time() if is_late() else broken_off())


def _with_size(task: Task, found: Found) -> Found:
    """The same, with a word where a float cannot hold the cost; where it is no number, nothing is reached."""
    if np.isnan(found.cost):
        return replace(found, outcome=without_value(task))
    largest = max(float(np.abs(task.columns[name]).max()) for name in task.problem.targets)
    if found.outcome.kind == "converged" and np.isinf(found.cost):
        said = message("the cost is too large for a float: divide the targets by a power of ten")
    elif found.cost == 0 and 0 < largest < TINY and square_factor(task.problem) is not None:
        said = message("the cost is too small for a float: multiply the targets by a power of ten")
    else:
        return found
    return replace(found, remarks=(*found.remarks, said))


def _searched(task: Task) -> Found:
    """The least cost, by the way that suits it, where every parameter is told from the others."""
    return anchored(task, _sought)


def _sought(task: Task) -> Found:
    """Exact, by least squares from many starts, by a linear programme, or by Newton's method."""
    quadratic = linear.linear(task)  # it may be one now that some parameters are held
    if quadratic is not None:
        return linear.search(quadratic)
    is_squared = square_factor(task.problem) is not None and task.penalty == 0
    if is_squared and len(task.free) <= UNDRAWN:
        return squares.search(task)
    objective = SmoothCost(task)
    if is_squared and not is_of_many_inputs(objective):
        return squares.search(task)
    expect_values(objective)
    corners = corners_of(objective)
    if corners is not None:
        return cornered.search(task, corners)
    return general.search(task, objective)


def fit(
    problem: Problem,
    data: Sequence[object],
    named_data: Mapping[str, object],
    options: FitOptions,
) -> Fit | Fits[Fit]:
    """The minimum of a problem's cost over data: `symgd.Problem.fit` says what data and options mean."""
    by, test_size = options.by, options.test_size
    read = {*problem.columns, *([options.weights] if isinstance(options.weights, str) else [])}
    beside = {
        n: v for n, v in named_data.items() if n in read or not isinstance(by, str) or n != by
    }
    task = task_from(problem, data, beside, options)
    if by is None:
        return fitted(task, test_size)
    labels = labels_from(by, data, named_data)
    if len(labels) != len(task.columns):
        cause = f"{parameter('by')} has {len(labels)} labels, and the data have {len(task.columns)} rows"
        raise FitError(cause, "pass one label for each row")
    made: dict[Label, Fit] = {}
    failed: dict[Label, SymgdError] = {}
    groups = rows_by(labels)
    for number, (label, rows) in enumerate(groups.items(), start=1):
        share = max(1 / (len(groups) - number + 1), LEAST_SHARE)
        try:
            with portion(share):
                made[label] = fitted(replace(part_of(task, rows), progress=None), test_size)
        except SymgdError as error:
            failed[label] = error
        if options.progress is not None:
            options.progress(number, len(groups))
        if label in made and made[label].outcome.kind == "interrupted":
            break
    done = tuple(label for label in groups if label in made or label in failed)
    return Fits(problem, by if isinstance(by, str) else "group", done, made, failed)


def fitted(task: Task, test_size: float | None) -> Fit:
    """The fit of a task, or of some of its rows where others are held out."""
    if test_size is None:
        return Fit(task, minimum(task))
    train, test = _split(len(task.columns), test_size, task.seed)
    kept = part_of(task, train)
    return Fit(kept, minimum(kept), chosen(task.columns, test))


def part_of(task: Task, rows: IntArray) -> Task:
    """The same over some of the rows."""
    weights = None if task.weights is None else task.weights[rows]
    if weights is not None and not weights.any():
        raise FitError("the weights of these rows are all 0", "give one a weight above 0")
    return replace(task, columns=chosen(task.columns, rows), weights=weights)


def _split(rows: int, size: float, seed: int) -> tuple[IntArray, IntArray]:
    """The rows that are fitted and those that are held out, in their order; drawn without replacement."""
    share = finite_number(size, parameter("test_size"), FitError)
    if not 0 < share < 1:
        cause = f"{parameter('test_size')} is {size!r}"
        raise FitError(cause, "pass the share of the rows that is held out, such as 0.25")
    count = round(share * rows)
    if not 0 < count < rows:
        raise FitError(
            f"{parameter('test_size')} is {size!r}, and of {rows} rows that leaves one part empty",
            "pass more rows or another share",
        )
    drawn = np.random.default_rng(seed).permutation(rows)
    return np.sort(drawn[count:]), np.sort(drawn[:count])
