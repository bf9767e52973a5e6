"""Gradient descent: what is asked checked, the walk made, and the Run that comes of it.

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
from dataclasses import replace
from functools import partial
from typing import Literal, TypeAlias

import numpy as np
import sympy

from symgd.codegen.arrival import Evaluate, FloatArray, ahead_by_differences, ahead_of_squares
from symgd.codegen.evaluator import compile_array
from symgd.codegen.program import expect_numbers
from symgd.codegen.strides import FEW, Bowl, Course, ceiling
from symgd.codegen.summary import Summary, separate, summarise
from symgd.codegen.targets import expect_targets
from symgd.codegen.walk import Ending, Limits, Look, TraceRows, kind_of, throw_in, walk
from symgd.data.columns import Columns, columns_from
from symgd.derivation.gradient import Gradient
from symgd.errors import DescentError, parameter
from symgd.optimize.alike import why_alike
from symgd.optimize.asked import finite_number
from symgd.optimize.curvature import Landscape, Quadratic, landscape, quadratic, tried
from symgd.optimize.log import rows_for
from symgd.optimize.rates import Asked, choose, said_of_rate
from symgd.optimize.run import Route, Run, Trace
from symgd.optimize.start import first_cost
from symgd.optimize.story import Story, outcome_of
from symgd.problem.problem import Problem
from symgd.registry.registry import FrozenMap
from symgd.writing.together import remarks_on
from symgd.writing.words import Message, message

Progress: TypeAlias = Callable[[int, int], None]

TOLERANCE = 1e-9  # without one that is given
MANY = 1_000_000  # steps at most where a step costs about a microsecond, whatever the data


def descend(
    problem: Problem,
    derive: Callable[[], Gradient],
    *data: object,
    start: Mapping[str, float] | None = None,
    learning_rate: float | Literal["auto"] = "auto",
    max_iter: int | None = None,
    tolerance: float | None = None,
    gradient_tolerance: float | None = None,
    cost_tolerance: float | None = None,
    progress: Progress | None = None,
    log_every: int | None = None,
    **named_data: object,
) -> Run:
    """Go down the gradient of a problem's cost: `symgd.Problem.descend` says what the options mean.

    `derive` answers the problem's gradient; it is asked for where no data summary makes it unnecessary.
    """
    expect_numbers(problem)
    asked = _asked(max_iter, tolerance, gradient_tolerance, cost_tolerance)
    values, remarks = _start(problem, start)
    remarks += remarks_on(problem.parameters, problem.inputs)
    rate = _rate(learning_rate)
    asked = replace(asked, auto=rate is None)
    columns = columns_from(problem.columns, data, named_data)
    expect_targets(problem, columns.values)
    separation = separate(problem)
    summary = None if separation is None else summarise(separation, problem, columns)
    rows_for(problem, log_every)  # looked at before any work
    descent = partial(
        _descent, problem, derive, columns, values, rate, remarks, progress, log_every
    )
    if summary is not None and summary.is_faithful(values):
        with suppress(FloatingPointError):
            run = descent(summary, asked)
            diverged = run.outcome.kind == "diverged"
            if diverged or summary.is_faithful([*run.parameters.values()]):
                return run
    few = asked.limits._replace(most=FEW)
    return descent(None, asked if asked.steps_given else replace(asked, limits=few))


def _descent(
    problem: Problem,
    derive: Callable[[], Gradient],
    columns: Columns,
    start: list[float],
    learning_rate: float | None,
    remarks: tuple[Message, ...],
    progress: Progress | None,
    log_every: int | None,
    summary: Summary | None,
    asked: Asked,
) -> Run:
    """The descent with everything checked; without a summary, over whole arrays.

    FloatingPointError where functions of the parameters, written apart, leave the floats: the arrays have the say.
    """
    evaluate = summary.evaluate if summary else compile_array(problem, derive(), columns)
    found = None if summary is None else quadratic(summary)
    known = landscape(found, start)
    first = first_cost(problem, evaluate, columns, start)
    chosen = choose(evaluate, found, known, start, learning_rate, asked)
    highest = ceiling(first, chosen, known.largest_stable_rate)
    limits = asked.limits._replace(most=chosen.most, ceiling=highest)
    rows = rows_for(problem, log_every)
    ending = Ending("interrupt", 0, math.nan)
    try:
        with np.errstate(all="ignore"):
            look = _look(evaluate, found)
            ending = walk(evaluate, chosen.stride, start, limits, look, rows, progress)
    except KeyboardInterrupt:
        if not rows.table:
            raise
    left = ending.ended == "no gradient" or (
        ending.ended == "beyond" and not math.isfinite(ending.cost)
    )
    if left and summary is not None and not summary.separation.linear:
        raise FloatingPointError("by the data summary the cost is no float")
    trace = _trace(problem.parameters, rows)
    known = known.reached(float(trace.cost.min()))
    story = _story(evaluate, ending, trace, rows, chosen.rate, limits, asked, known, found)
    story = replace(story, kinked=_has_kinks(problem))
    if story.ahead is not None and story.ahead.flat:
        story = replace(story, alike=why_alike(problem, columns))
    if story.saddle and not story.steps:
        raise DescentError(
            "the gradient at the start is 0, but the cost bends down from there: it is a saddle or a top",
            "give another start, such as 0.1 for each parameter",
        )
    rate = story.learning_rate
    route: Route = "arrays" if summary is None else "data summary"
    remarks = (*remarks, *_said_of(known, rows, asked.auto, chosen, trace))
    return Run(problem, columns, trace, outcome_of(story), rate, known, route, remarks)


def _look(evaluate: Evaluate, found: Quadratic | None) -> Look:
    """How a walk sees what lies ahead: exactly on a quadratic, else by differences."""
    if found is None:
        return partial(ahead_by_differences, evaluate)
    return lambda values, cost, gradient: ahead_of_squares(
        found.matrix, found.reached(values), values
    )


def _said_of(
    known: Landscape, rows: TraceRows, auto: bool, chosen: Course, trace: Trace
) -> Iterator[Message]:
    """What the reader should know of the minimum, of the rate and of the trace."""
    if auto and len(trace) > 1:
        yield said_of_rate(chosen, known, trace.rates[:-1])
    if known.exact is not None and not known.exact.unique:
        yield message("the minimum is not unique")
    if rows.stride > 1:
        yield message(
            "the trace keeps one step in {number}, and the last two: all of them would fill the memory",
            number=rows.stride,
        )


def _trace(parameters: tuple[str, ...], rows: TraceRows) -> Trace:
    steps, table, rates = rows.rows[:, 0], rows.rows[:, 1:-1], rows.rows[:, -1]
    with np.errstate(over="ignore"):
        lengths = np.minimum(rates * table[:, -1], np.finfo(np.float64).max)
    whole = np.column_stack((table, lengths))
    whole.flags.writeable = False
    return Trace(parameters, whole, None if rows.stride == 1 else steps.astype(np.int64))


# ---------------------------------------------------------------------------------------------
# Before and after


def _asked(
    max_iter: int | None, tolerance: float | None, gradient: float | None, cost: float | None
) -> Asked:
    """The limits; a tolerance that is not to be used is negative, so that no length is below it."""
    label = parameter("max_iter")
    try:
        steps = MANY if max_iter is None else operator.index(max_iter)
    except TypeError as error:
        raise DescentError(f"{label} is {max_iter!r}", "pass a whole number of steps") from error
    if steps < 0 or isinstance(max_iter, bool):
        raise DescentError(f"{label} is {max_iter!r}", "pass a whole number of steps, 0 or more")
    limits = Limits(
        most=steps,
        step=_tolerance("tolerance", TOLERANCE if tolerance is None else tolerance) or -1.0,
        gradient=_tolerance("gradient_tolerance", gradient),
        cost=_tolerance("cost_tolerance", cost),
        patient=tolerance is None,
        ceiling=math.inf,
    )
    return Asked(limits, steps_given=max_iter is not None, auto=False)


def _tolerance(name: str, value: float | None) -> float:
    """A tolerance; negative where there is none."""
    if value is None:
        return -1.0
    number = finite_number(value, parameter(name))
    if number < 0:
        raise DescentError(f"{parameter(name)} is {value!r}", "pass a number of 0 or more")
    return number


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


def _story(
    evaluate: Evaluate,
    ending: Ending,
    trace: Trace,
    rows: TraceRows,
    rate: float | None,
    limits: Limits,
    asked: Asked,
    known: Landscape,
    found: Quadratic | None,
) -> Story:
    costs, lengths = trace.cost, trace[trace.own["gradient_norm"]]
    first, last = (trace.table[row, : len(trace.parameters)].tolist() for row in (0, -1))
    if rate is None:  # of the last step that was made
        rate = float(rows.rows[max(0, len(rows.rows) - 2), -1])
    unstable = not asked.auto and known.is_unstable(rate)
    kind = kind_of(ending, rows.rows, unstable, limits.most, asked.steps_given)
    thrown = throw_in(rows.rows[:, 0], costs, lengths) if kind == "stalled" else None
    guessed = thrown is not None or (kind == "diverged" and known.curvature is None)
    return Story(
        kind=kind,
        ending=ending,
        steps=trace.last,
        learning_rate=rate,
        limits=limits,
        asked=asked,
        first=(float(costs[0]), float(lengths[0])),
        last=(float(costs[-1]), float(lengths[-1])),
        next_length=float(trace[trace.own["step_norm"]][-1]),
        parameters=FrozenMap(dict(zip(trace.parameters, last, strict=True))),
        landscape=known,
        bowl=None if found is None else Bowl.of(found.matrix, found.reached(last)),
        guess=tried(evaluate, first, rate / 4) if guessed and not asked.auto else None,
        bounces=_bounces(costs),
        thrown=thrown,
    )


def _bounces(costs: FloatArray) -> bool:
    """Whether the cost went up at one in ten of the last hundred steps, by more than rounding."""
    last = costs[-100:]
    rises = np.diff(last) > 1e-9 * np.abs(last[:-1])
    return len(rises) > 1 and bool(rises.mean() > 0.1)


def _has_kinks(problem: Problem) -> bool:
    """Whether the slope of the loss or of the model may jump."""
    parts = (problem.cost_term.written_out(), *problem.predictions)
    return any(part.value.has(sympy.Abs, sympy.Max, sympy.Min, sympy.sign) for part in parts)
