"""Gradient descent at a constant rate: the loop, and the Run that comes of it.

Laws
----
- θ_next = θ − α ∇J(θ), all parameters together
- row k of the trace is θ after k steps, or where they are thinned, after as many as it says; row 0 is the start
- every number in the trace is finite
- whatever ends a descent, there is an Outcome with cause and remedy, and the trace so far
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from functools import partial
from typing import Literal, TypeAlias

import numpy as np

from symgd.codegen.evaluator import Evaluate, compile_array
from symgd.codegen.program import expect_numbers
from symgd.codegen.summary import Summary, separate, summarise
from symgd.data.columns import Columns, columns_from
from symgd.derivation.gradient import Gradient
from symgd.errors import DescentError, parameter
from symgd.optimize.asked import expect_targets, finite_number
from symgd.optimize.curvature import Landscape, automatic, bends_down, landscape, tried
from symgd.optimize.outcome import Ended, Story, outcome_of
from symgd.optimize.rows import Row, TraceRows
from symgd.optimize.run import Route, Run, Trace
from symgd.optimize.start import first_cost
from symgd.problem.problem import Problem
from symgd.registry.registry import FrozenMap
from symgd.writing.together import remarks_on
from symgd.writing.words import Message, message

Progress: TypeAlias = Callable[[int, int], None]

SHOWN = 50  # a run of so few steps shows them all, as long as its numbers are finite
RISE = 1e3  # how far the cost may rise over the start's at a rate known to be unstable
HUGE = 1e12  # how far it may rise at any other
MANY = 1_000_000  # steps at most where a step costs about a microsecond, whatever the data
FEW = 10_000  # steps at most where each is a pass over the data


def descend(
    problem: Problem,
    derive: Callable[[], Gradient],
    *data: object,
    start: Mapping[str, float] | None = None,
    learning_rate: float | Literal["auto"] = "auto",
    max_iter: int | None = None,
    tolerance: float = 1e-9,
    gradient_tolerance: float | None = None,
    cost_tolerance: float | None = None,
    progress: Progress | None = None,
    **named_data: object,
) -> Run:
    """Go down the gradient of a problem's cost: `symgd.Problem.descend` says what the options mean.

    `derive` answers the problem's gradient; it is asked for where no data summary makes it unnecessary.
    """
    expect_numbers(problem)
    limits = _limits(max_iter, tolerance, gradient_tolerance, cost_tolerance)
    values, remarks = _start(problem, start)
    remarks += remarks_on(problem.parameters, problem.inputs)
    rate = _rate(learning_rate)
    columns = columns_from(problem.columns, data, named_data)
    expect_targets(problem, columns)
    separation = separate(problem)
    summary = None if separation is None else summarise(separation, problem, columns)
    descent = partial(_descent, problem, derive, columns, values, rate, remarks, progress)
    if summary is not None and summary.is_faithful(values):
        with suppress(FloatingPointError):
            run = descent(summary, limits)
            diverged = run.outcome.kind == "diverged"
            if diverged or summary.is_faithful([*run.parameters.values()]):
                return run
    return descent(None, {**limits, "max_iter": float(FEW)} if max_iter is None else limits)


def _descent(
    problem: Problem,
    derive: Callable[[], Gradient],
    columns: Columns,
    start: list[float],
    learning_rate: float | None,
    remarks: tuple[Message, ...],
    progress: Progress | None,
    summary: Summary | None,
    limits: Mapping[str, float],
) -> Run:
    """The descent with everything checked; without a summary, over whole arrays.

    FloatingPointError where functions of the parameters, written apart, leave the floats: the arrays have the say.
    """
    evaluate = summary.evaluate if summary else compile_array(problem, derive(), columns)
    known = Landscape() if summary is None else landscape(summary, start)
    first = first_cost(problem, evaluate, columns, start)
    rate = automatic(evaluate, start, known) if learning_rate is None else learning_rate
    ceiling = math.inf if limits["max_iter"] <= SHOWN else _ceiling(first, rate, known)
    rows = TraceRows(len(start) + 3)
    ended: Ended = "interrupt"
    beyond = 0.0
    try:
        with np.errstate(all="ignore"):
            ended, beyond = _steps(evaluate, start, rate, limits, ceiling, rows, progress)
    except KeyboardInterrupt:
        if not rows.table:
            raise
    left = ended == "no gradient" or (ended == "beyond" and not math.isfinite(beyond))
    if left and summary is not None and not summary.separation.linear:
        raise FloatingPointError("by the data summary the cost is no float")
    trace = _trace(problem.parameters, rows, rate)
    known = known.reached(float(trace.cost.min()))
    story = _story(evaluate, ended, beyond, trace, rate, limits, known)
    if story.saddle and not story.steps:
        raise DescentError(
            "the gradient at the start is 0, but the cost bends down from there: it is a saddle or a top",
            "give another start, such as 0.1 for each parameter",
        )
    route: Route = "arrays" if summary is None else "data summary"
    remarks = (*remarks, *_said_of(known, rows))
    return Run(problem, columns, trace, outcome_of(story), rate, known, route, remarks)


def _said_of(known: Landscape, rows: TraceRows) -> Iterator[Message]:
    """What the reader should know of the minimum and of the trace."""
    if known.exact is not None and not known.exact.unique:
        yield message("the minimum is not unique")
    if rows.stride > 1:
        yield message(
            "the trace keeps one step in {number}, and the last two: all of them would fill the memory",
            number=rows.stride,
        )


# ---------------------------------------------------------------------------------------------
# The loop


def _steps(
    evaluate: Evaluate,
    values: list[float],
    rate: float,
    limits: Mapping[str, float],
    ceiling: float,
    rows: TraceRows,
    progress: Progress | None,
) -> tuple[Ended, float]:
    """Step after step, a row for each, until a test ends it; and the last cost."""
    last, often = int(limits["max_iter"]), max(1, int(limits["max_iter"]) // 100)
    tolerance, flat, settled = limits["step"] / rate, limits["gradient"], limits["cost"]
    hypot, isfinite, previous, step = math.hypot, math.isfinite, math.inf, 0
    before: Row | None = None
    row: Row | None = None
    try:
        while True:
            cost, gradient = evaluate(values)
            length = hypot(*gradient)
            if not (isfinite(cost) and isfinite(length)):
                if isfinite(cost):
                    return "no gradient", cost
                return "beyond", cost if math.isnan(cost) else math.inf
            before, row = row, (step, *values, cost, length)
            if step == rows.due:
                rows.add(row)
            if not isfinite(rate * length):
                return "beyond", math.inf
            if length <= tolerance:
                return "step", cost
            if length <= flat:
                return "gradient", cost
            if abs(previous - cost) <= settled:
                return "cost", cost
            if cost > ceiling:
                return "beyond", cost
            if step == last:
                return "max_iter", cost
            previous = cost
            values = [value - rate * slope for value, slope in zip(values, gradient, strict=True)]
            step += 1
            if progress is not None and step % often == 0:
                progress(step, last)
    finally:
        rows.end(before, row)


def _trace(parameters: tuple[str, ...], rows: TraceRows, rate: float) -> Trace:
    steps, table = rows.rows[:, 0], rows.rows[:, 1:]
    with np.errstate(over="ignore"):
        lengths = np.minimum(rate * table[:, -1], np.finfo(np.float64).max)
    whole = np.column_stack((table, lengths))
    whole.flags.writeable = False
    return Trace(parameters, whole, None if rows.stride == 1 else steps.astype(np.int64))


# ---------------------------------------------------------------------------------------------
# Before and after


def _limits(
    max_iter: int | None, tolerance: float, gradient: float | None, cost: float | None
) -> Mapping[str, float]:
    """The limits by name; one that is not to be used is negative, so that no length is below it."""
    asked = parameter("max_iter")
    try:
        steps = MANY if max_iter is None else operator.index(max_iter)
    except TypeError as error:
        raise DescentError(f"{asked} is {max_iter!r}", "pass a whole number of steps") from error
    if steps < 0 or isinstance(max_iter, bool):
        raise DescentError(f"{asked} is {max_iter!r}", "pass a whole number of steps, 0 or more")
    limits = {"max_iter": float(steps)}
    given = {"step": tolerance, "gradient": gradient, "cost": cost}
    for name, value in given.items():
        label = parameter("tolerance" if name == "step" else f"{name}_tolerance")
        number = -1.0 if value is None else finite_number(value, label)
        if value is not None and number < 0:
            raise DescentError(f"{label} is {value!r}", "pass a number of 0 or more")
        limits[name] = -1.0 if name == "step" and number == 0 else number
    return FrozenMap(limits)


def _rate(learning_rate: object) -> float | None:
    """The learning rate; None for "auto"."""
    name = parameter("learning_rate")
    if isinstance(learning_rate, str):
        if learning_rate == "auto":
            return None
        raise DescentError(f"{name} is {learning_rate!r}", 'pass a number or "auto"')
    rate = finite_number(learning_rate, name)
    if rate <= 0:
        remedy = "pass a number above 0: the minus of the update makes it go down"
        raise DescentError(f"{name} is {learning_rate!r}", remedy)
    return rate


def _start(
    problem: Problem, start: Mapping[str, float] | None
) -> tuple[list[float], tuple[Message, ...]]:
    """The start in the parameters' order, and what to say of it."""
    if start is not None and not isinstance(start, Mapping):
        example = ", ".join(f'"{name}": 0.0' for name in problem.parameters)
        raise DescentError(f"start is {start!r}", f"pass it by name: {{{example}}}")
    given = dict(start or {})
    for name in given:
        if name not in problem.parameters:
            cause = f'{parameter("start")} names "{name}", which is not a parameter'
            raise DescentError(cause, f"expected {', '.join(problem.parameters)}")
    values = [
        finite_number(given.get(name, 0.0), f'start of "{name}"') for name in problem.parameters
    ]
    missing = tuple(f"{name} = 0" for name in problem.parameters if name not in given)
    return values, (message("no start is given for {names}", names=missing),) if missing else ()


def _ceiling(first: float, rate: float, known: Landscape) -> float:
    """The cost above which a descent is lost: no need to wait for the end of the floats."""
    largest = known.largest_stable_rate
    if largest is None:
        return HUGE * max(abs(first), 1.0)
    return RISE * first if rate > largest else math.inf


def _story(
    evaluate: Evaluate,
    ended: Ended,
    beyond: float,
    trace: Trace,
    rate: float,
    limits: Mapping[str, float],
    known: Landscape,
) -> Story:
    costs, lengths = trace.cost, trace[trace.own["gradient_norm"]]
    first, last = (trace.table[row, : len(trace.parameters)].tolist() for row in (0, -1))
    up = ended in ("beyond", "no gradient") or (ended == "max_iter" and bool(costs[-1] > costs[0]))
    may_diverge = known.curvature is None and up
    return Story(
        ended=ended,
        steps=trace.last,
        learning_rate=rate,
        limits=limits,
        first=(float(costs[0]), float(lengths[0])),
        last=(float(costs[-1]), float(lengths[-1])),
        rising=len(costs) > 1 and bool(costs[-1] > costs[-2]),
        beyond=beyond,
        parameters=FrozenMap(dict(zip(trace.parameters, last, strict=True))),
        landscape=known,
        guess=tried(evaluate, first, rate / 4) if may_diverge else None,
        saddle=ended in ("step", "gradient") and bends_down(evaluate, last, known),
    )
