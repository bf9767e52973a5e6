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
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext, suppress
from dataclasses import replace
from typing import Any

from symgd.budget import at_work, shared
from symgd.codegen.evaluators.summary import summarise
from symgd.codegen.functions.loss_targets import expect_targets
from symgd.codegen.plan import plan_of
from symgd.codegen.program.program import expect_numbers
from symgd.codegen.walk.strides import FEW
from symgd.codegen.walk.walk import Limits
from symgd.data.columns import Columns
from symgd.derivation.engine import gradient_of
from symgd.derivation.gradient import Gradient
from symgd.errors import DataError, DescentError, parameter
from symgd.files import expect_writable
from symgd.optimize.asked import expect_parameters, finite_number, whole_number
from symgd.optimize.checkpoint import Checkpoint, identity
from symgd.optimize.descent_options import DescentOptions, Hold, Watch
from symgd.optimize.method import Method, method_of
from symgd.optimize.onward import Onward
from symgd.optimize.rates import Asked
from symgd.optimize.request import Request
from symgd.optimize.run import Run
from symgd.optimize.walked import walked
from symgd.optimize.ways import Ways, ways_of
from symgd.optimizers.optimizers import GRADIENT_DESCENT
from symgd.parsing.tokens import by_spelling
from symgd.problem.problem import Problem
from symgd.problem.tables import counting_rows, problem_columns
from symgd.registry.registry import FrozenMap
from symgd.writing.together import remarks_on
from symgd.writing.words import Language, Message, message, words_in

TOLERANCE = 1e-9  # without one that is given
MANY = 1_000_000  # steps at most where a step costs about a microsecond, whatever the data
EPOCHS = 100  # at most, where batches are walked and nobody says how many,
BATCHES = 100_000  # and no more steps than these, but for one epoch


def descend(
    problem: Problem,
    derive: Callable[[], Gradient],
    data: Sequence[object],
    named_data: Mapping[str, object],
    options: DescentOptions,
    onward: Onward | None = None,
) -> Run:
    """Go down the gradient of a problem's cost: `symgd.Problem.descend` says what data and options mean.

    `derive` answers the problem's gradient; `onward` is where an earlier walk of the same call stands.
    """
    expect_numbers(problem)
    ways = ways_of(problem, options)
    columns = problem_columns(problem, data, named_data)
    expect_targets(problem, columns.values)
    columns = counting_rows(problem, columns)
    asked = _counted(_asked(options), ways, len(columns))
    values, remarks = _start(problem, options.start, options.hold)
    method = method_of(options)
    rate = _rate(options.learning_rate)
    _expect_to_fit(method, options, ways)
    if method.law is not None:
        method.law.expect_rates(1.0 if rate is None else rate, asked.limits.most)
    again = {
        "start": dict(zip(problem.parameters, values, strict=True)),
        "learning_rate": _told_rate(rate, method),
        **_tolerances(options),
        **ways.options,
    }
    file = _file(problem, columns, options, {**again, **method.identity})
    call = Request(
        problem,
        derive,
        columns,
        values,
        rate,
        replace(asked, auto=rate is None and (method.is_plain or method.needs_base)),
        ways,
        method,
        (*problem.said, *remarks, *remarks_on(problem.parameters, problem.inputs)),
        FrozenMap({**again, **_as_asked(options, method, ways)}),
        options.progress,
        _watcher(options.watch, options.log_every, problem.notation.cost),
        file,
    )
    return _routed(call, onward if file is None or onward is not None else file.read())


def resumed(run: Run, steps: int, **told: Any) -> Run:
    """The run that a run comes to with so many steps more."""
    more, onward = whole_number(steps, "steps"), run.onward
    if onward is None:
        raise DescentError("this run does not know where it stands", "descend from run.parameters")
    if more % onward.moves:
        cause = f"each row of this run is an epoch of {onward.moves} steps, and {more} are no whole epochs"
        raise DescentError(cause, f"pass a multiple of {onward.moves}")
    most = onward.step * onward.moves + more
    options = DescentOptions(**run.options, **told, max_iter=most)
    return descend(run.problem, lambda: gradient_of(run.problem), [run.data], {}, options, onward)


def _routed(call: Request, onward: Onward | None) -> Run:
    """The walk by the data summary, where there is one that is faithful; else over whole arrays."""
    asked = call.asked
    few = asked.limits._replace(most=FEW)
    if not (call.method.is_plain or asked.steps_given or call.ways.batch_size):
        asked = replace(asked, limits=few)
    with shared(), at_work("taking the cost apart"):
        separation = plan_of(call.problem).separation
    summary = None
    if separation is not None and (onward is None or onward.route == "data summary"):
        with nullcontext() if separation.linear else suppress(DataError):
            summary = summarise(separation, call.problem, call.columns)
    if summary is not None and summary.is_faithful(call.start):
        with suppress(FloatingPointError):
            run = walked(call, summary, asked, onward)
            if summary.separation.linear:
                return run
            ended = run.outcome.kind != "diverged"
            if ended and summary.is_faithful([*run.parameters.values()]):
                return run
        onward = None
    if call.problem.has_examples and not (asked.steps_given or call.ways.batch_size):
        asked = replace(asked, limits=few)
    return walked(call, None, asked, onward)


def _counted(asked: Asked, ways: Ways, rows: int) -> Asked:
    """How many steps at most: epochs are so many steps each."""
    each = 1 if ways.batch_size is None else -(-rows // min(ways.batch_size, rows))
    if ways.epochs is not None:
        if asked.steps_given:
            one, other = parameter("max_iter"), parameter("epochs")
            raise DescentError(f"{one} and {other} both say how long", "pass one of the two")
        most = ways.epochs * each
    elif ways.batch_size is not None and not asked.steps_given:
        most = each * max(1, min(EPOCHS, BATCHES // each))
    else:
        return asked
    given = asked.steps_given or ways.epochs is not None
    return replace(asked, limits=asked.limits._replace(most=most), steps_given=given)


def _file(
    problem: Problem, columns: Columns, options: DescentOptions, again: Mapping[str, object]
) -> Checkpoint | None:
    """The file that the walk is kept in; `again` is what the same descent is called with."""
    path, every = options.checkpoint, options.checkpoint_every
    every = None if every is None else whole_number(every, "checkpoint_every", 1)
    if path is None:
        if every is not None:
            cause = f"{parameter('checkpoint_every')} is about a file, and there is none"
            raise DescentError(cause, f"name one: {parameter('checkpoint', 'walk.npz')}")
        return None
    expect_writable(path)
    return Checkpoint(path, every, identity(problem, columns, again))


def _watcher(watch: Watch | None, every: int | None, cost_name: str) -> Watch | None:
    """Who is told of every step, or of one in so many; without anybody, a line on standard error."""
    if every is None:
        return watch
    count, told = whole_number(every, "log_every", 1), watch or logged(cost_name)

    def sometimes(step: int, values: Mapping[str, float], cost: float, length: float) -> None:
        if step % count == 0:
            told(step, values, cost, length)

    return sometimes


def logged(cost_name: str, language: Language = None) -> Watch:
    """Who writes a line on standard error for each step that is told of."""
    words = words_in(language)

    def tell(step: int, values: Mapping[str, float], cost: float, length: float) -> None:
        named = {**values, cost_name: cost}.items()
        said = message(
            "step {step}: {values}, gradient {length}",
            step=step,
            values=tuple(f"{name} = {value:.6g}" for name, value in named),
            length=f"{length:.3g}",
        )
        print(said.written(words=words), file=sys.stderr, flush=True)

    return tell


# ---------------------------------------------------------------------------------------------
# Before and after


def _asked(options: DescentOptions) -> Asked:
    """The limits; a tolerance that is not to be used is negative, so that no length is below it."""
    max_iter, tolerance = options.max_iter, options.tolerance
    limits = Limits(
        most=MANY if max_iter is None else whole_number(max_iter, "max_iter"),
        step=_tolerance("tolerance", TOLERANCE if tolerance is None else tolerance) or -1.0,
        gradient=_tolerance("gradient_tolerance", options.gradient_tolerance),
        cost=_tolerance("cost_tolerance", options.cost_tolerance),
        patient=tolerance is None,
        ceiling=math.inf,
    )
    return Asked(limits, steps_given=max_iter is not None, auto=False)


def _as_asked(options: DescentOptions, method: Method, ways: Ways) -> dict[str, object]:
    """What the same descent is called with, in the words in which it was asked for."""
    start, hold = options.start, options.hold
    said: dict[str, object] = {
        "start": None if start is None else dict(start),
        "hold": by_spelling(hold) if isinstance(hold, Mapping) else ways.held,
    }
    if not method.is_plain:
        said["optimizer"], said["schedule"] = method.optimizer, options.schedule
        said["optimizer_settings"] = dict(options.optimizer_settings or {})
    return said


def _tolerances(options: DescentOptions) -> dict[str, object]:
    """The tolerances as the same descent is called with."""
    names = ("tolerance", "gradient_tolerance", "cost_tolerance")
    return {name: getattr(options, name) for name in names}


def _tolerance(name: str, value: float | None) -> float:
    """A tolerance; negative where there is none."""
    if value is None:
        return -1.0
    number = finite_number(value, parameter(name))
    if number < 0:
        raise DescentError(f"{parameter(name)} is {value!r}", "pass a number of 0 or more")
    return number


def _expect_to_fit(method: Method, options: DescentOptions, ways: Ways) -> None:
    """DescentError for options that an optimizer has no use for."""
    if not method.uses_rate and options.learning_rate != "auto":
        cause = f"{method.optimizer.name} has no learning rate"
        raise DescentError(cause, f"leave out {parameter('learning_rate')}")
    if not method.uses_rate and options.schedule is not None:
        cause = f"{method.optimizer.name} has no learning rate that would change"
        raise DescentError(cause, f"leave out {parameter('schedule')}")
    if ways.order and not method.is_plain:
        _refuse_order(method)


def _refuse_order(method: Method) -> None:
    """The DescentError for moving one parameter after the other by a rule, or at a rate that changes."""
    one, name = parameter("alternate"), method.optimizer.name
    cause = f"{one} moves one parameter after the other, and "
    remedy = f"leave out {one}"
    if method.law is not None and method.optimizer.rule == GRADIENT_DESCENT.rule:
        cause += "at a constant rate"
        remedy += f", or pass a number for {parameter('learning_rate')}"
    elif "j" in method.optimizer.rule.used:
        cause += f"{name} says itself which of them a step moves"
    else:
        cause += f"the steps of {name} move all together"
        remedy += f", or take {parameter('optimizer', 'coordinate_descent')}"
    raise DescentError(cause, remedy)


def _told_rate(rate: float | None, method: Method) -> object:
    """The learning rate as the same descent is called with."""
    if method.law is not None and not method.law.needs_base:
        return method.law.schedule.formula if method.law.option == "learning_rate" else "auto"
    return "auto" if rate is None else rate


def _rate(learning_rate: object) -> float | None:
    """The learning rate; None for "auto", and where it is a formula of t."""
    name = parameter("learning_rate")
    if isinstance(learning_rate, str):
        return None
    rate = finite_number(learning_rate, name)
    if rate <= 0:
        remedy = "pass a number above 0: the minus of the update makes it go down"
        raise DescentError(f"{name} is {learning_rate!r}", remedy)
    return rate


def _start(
    problem: Problem, start: Mapping[str, float] | None, hold: Hold
) -> tuple[list[float], tuple[Message, ...]]:
    """The start in the parameters' order, and what to say of it."""
    if start is not None and not isinstance(start, Mapping):
        example = ", ".join(f'"{name}": 0.0' for name in problem.parameters)
        raise DescentError(f"start is {start!r}", f"pass it by name: {{{example}}}")
    given = by_spelling(start or {})
    expect_parameters("start", given, problem.parameters)
    for name, value in by_spelling(hold).items() if isinstance(hold, Mapping) else ():
        if value is None:
            continue
        kept = finite_number(value, f'hold of "{name}"')
        if given.setdefault(name, kept) != kept:
            cause = (
                f'{parameter("hold")} keeps "{name}" at {value!r}, and it starts at {given[name]!r}'
            )
            raise DescentError(cause, "say it once")
    values = [
        finite_number(given.get(name, 0.0), f'start of "{name}"') for name in problem.parameters
    ]
    missing = tuple(f"{name} = 0" for name in problem.parameters if name not in given)
    return values, (message("no start is given for {names}", names=missing),) if missing else ()
