"""A walk with everything that was asked for checked, and the Run that comes of it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from symgd.codegen.arrival import Evaluate
from symgd.codegen.backtracking import backtracking
from symgd.codegen.bowl import Bowl, ahead_of_squares
from symgd.codegen.differences import ahead_by_differences
from symgd.codegen.evaluator import compile_array, compile_rows
from symgd.codegen.fallen import AheadOf, ceiling_of_function, within_floats
from symgd.codegen.jumps import has_kinks
from symgd.codegen.kinks import ahead_at_kinks, shrinking
from symgd.codegen.ruled import rises
from symgd.codegen.strides import HUGE, Course, ceiling
from symgd.codegen.summary import Summary
from symgd.codegen.walk import Ending, Limits, Look, kind_of, throw_in, walk
from symgd.data.arrays import FloatArray
from symgd.errors import DescentError, parameter
from symgd.optimize.alike import why_alike
from symgd.optimize.alone import (
    FunctionTests,
    RuledFunctionTests,
    ahead_in,
    few_steps,
    size_of,
)
from symgd.optimize.batches import Batches
from symgd.optimize.by_rule import ByRule
from symgd.optimize.checkpoint import Checkpoint
from symgd.optimize.constant_curvature import quadratic_function
from symgd.optimize.curvature import Landscape, local_curvature, quadratic, tried
from symgd.optimize.descent_options import Progress, Watch
from symgd.optimize.ended import Story
from symgd.optimize.endless import falling
from symgd.optimize.ground import Ground, ground
from symgd.optimize.onward import Keeper, Onward, TurnedRuledTests, TurnedTests, onward_from
from symgd.optimize.pace import Advance, BatchCosts, one_by_one, striding, together
from symgd.optimize.rates import Asked, choose, said_of_rate
from symgd.optimize.request import Request
from symgd.optimize.rows import LARGEST, KeptRows, RuledRows, ToldRows, telling
from symgd.optimize.run import Route, Run, Trace
from symgd.optimize.seen import bounces, hovers, said_of_ways, wanders
from symgd.optimize.start import first_cost
from symgd.optimize.story import outcome_of
from symgd.registry.registry import FrozenMap
from symgd.writing.words import Message, message

LARGE = 10_000  # rows from which the whole cost is worked out once an epoch, and not at each batch


def walked(call: Request, summary: Summary | None, asked: Asked, onward: Onward | None) -> Run:
    """The walk, from the start or onward; without a summary, over whole arrays.

    FloatingPointError where functions of the parameters, written apart, leave the floats: the arrays have the say.
    """
    problem, columns = call.problem, call.columns
    evaluate = summary.evaluate if summary else compile_array(problem, call.derive(), columns)
    found = None if summary is None else quadratic(summary)
    if not problem.has_examples:
        found = quadratic_function(problem, evaluate)
        asked = few_steps(asked, problem, found)
    under = ground(problem, columns, call.start, call.ways.held, call.ways.system, found)
    first = first_cost(problem, evaluate, columns, call.start)
    going = _Going(call, evaluate, summary, asked, under, onward, first)
    ending = going.go()
    left = ending.ended == "no gradient" or (
        ending.ended == "beyond" and not math.isfinite(ending.cost)
    )
    if left and summary is not None and not summary.separation.linear:
        raise FloatingPointError("by the data summary the cost is no float")
    return going.run(ending)


class _Going:
    """One walk, and what is told of it."""

    def __init__(
        self,
        call: Request,
        evaluate: Evaluate,
        summary: Summary | None,
        asked: Asked,
        under: Ground,
        onward: Onward | None,
        first: float,
    ) -> None:
        self.call, self.asked, self.under, self.onward = call, asked, under, onward
        self.evaluate, self.ways, self.kinked = evaluate, call.ways, has_kinks(call.problem)
        self.route: Route = "arrays" if summary is None else "data summary"
        self.turned = self.ways.system != "own"
        if onward is not None and len(onward.values) != len(under.start):
            cause = f"the walk to go on with has {len(onward.values)} coordinates, not {len(under.start)}"
            raise DescentError(cause, "begin anew")
        exactly = self.turned and under.found is not None
        self.here = under.found.evaluate if exactly and under.found else under.lower(evaluate)
        self.batches = self._batches()
        self.moves = self._moves(summary is not None)
        self.rule = None if call.method.is_plain else ByRule(call, under, self.here, self._rows())
        self.known: Landscape = under.known if self.rule is None else self.rule.known
        self.chosen = self._course()
        if not call.problem.has_examples and under.found is None:
            self.chosen = self.chosen._replace(stride=within_floats(self.chosen.stride))
        self.limits = self._limits(first)
        self.rows = self._kept_rows()
        self.first = first
        self.tests = self._tests()
        self.tests.moved = under.moved if self.turned else None
        if isinstance(self.tests, TurnedRuledTests):
            self.tests.rule = self.ruled

    def _tests(self) -> TurnedTests:
        under, problem = self.under, self.call.problem
        if problem.has_examples:
            kind = TurnedTests if self.rule is None else TurnedRuledTests
            return kind(self.limits, self.look(), len(under.names))
        size, begun = None, under.moved(under.start)
        if under.found is None:
            size = size_of(problem, under.whole)
        of_function = FunctionTests if self.rule is None else RuledFunctionTests
        return of_function(self.limits, self.look(), begun, self.first, size)

    # How the steps are made

    def _batches(self) -> Batches | None:
        ways, count = self.ways, len(self.call.columns)
        if ways.batch_size is None:
            return None
        size = min(ways.batch_size, count)
        return Batches(count, size, ways.replacement, ways.shuffle, ways.seed)

    def _moves(self, cheap: bool) -> int:
        """How many batches are one step of the walk, which looks at the whole cost."""
        if self.onward is not None:
            return self.onward.moves
        if self.batches is None or cheap or len(self.call.columns) <= LARGE:
            return 1
        each = self.batches.each_epoch
        return each if self.asked.limits.most % each == 0 else 1

    def _course(self) -> Course:
        """How the steps are made."""
        call, under, here, onward = self.call, self.under, self.here, self.onward
        rate, most = call.learning_rate, self.asked.limits.most // self.moves
        if rate is None and onward is not None:
            rate = onward.rate
        if self.rule is not None:
            base = self.rule.rate(most * self.moves) if rate is None else rate
            self.ruled = self.rule.stride(base, most * self.moves, self.moves, onward)
            return Course(self.ruled.stride, most, base)
        rows = self._rows()
        if rows is not None:
            return self._by_batches(rows, rate, most)
        least = shrinking(here, under.start) if self.kinked and rate is None else None
        met = () if onward is None else onward.met(here)
        chosen = Course(backtracking(here, met, least), most, None)
        if rate is not None or (onward is None and least is None):
            chosen = choose(here, under.found, under.known, under.start, rate, self.asked)
        if self.ways.order:
            order = self._order()

            def advance_at(step: int) -> Advance:
                bound = None if least is None else partial(least, step)
                return one_by_one(chosen.rate, order, bound)

            return chosen._replace(stride=striding(here, advance_at))
        return chosen

    def _rows(self) -> BatchCosts | None:
        """The costs of the batches."""
        if self.batches is None:
            return None
        problem, columns = self.call.problem, self.call.columns
        on = compile_rows(problem, self.call.derive())
        data = [columns[name] for name in problem.columns]
        return BatchCosts(self.batches, on, data, self.under.lower)

    def _by_batches(self, rows: BatchCosts, rate: float | None, most: int) -> Course:
        if rate is None:
            rate = rows.rate(self.here, self.under.start)
        advance = one_by_one(rate, self._order()) if self.ways.order else together(rate)
        return Course(rows.stride(advance, self.moves), most, rate)

    def _order(self) -> list[int]:
        return [self.under.names.index(name) for name in self.ways.order]

    def _limits(self, first: float) -> Limits:
        highest = ceiling(first, self.chosen, self.known.largest_stable_rate)
        exact = self.under.known.exact
        if not self.call.problem.has_examples and exact is not None and highest < math.inf:
            highest = ceiling_of_function(first, exact.cost)
        if self.batches is not None:
            highest = HUGE * max(abs(first), 1.0)
        return self.asked.limits._replace(most=self.chosen.most, ceiling=highest)

    def _kept_rows(self) -> KeptRows:
        under, width = self.under, len(self.call.start) + 4
        told = telling(under, self.evaluate, self.moves, self.turned)
        plain = not self.turned and not self.ways.held and self.moves == 1
        if self.rule is not None:
            more = len(self.rule.columns)
            return RuledRows(width, (lambda row: row) if plain else told, self.ruled, more)
        return KeptRows(width) if plain else ToldRows(width, told)

    def look(self) -> Look:
        """How a walk sees what lies ahead, in the parameters: exactly on a quadratic, else by differences."""
        bare, free = self.under.bare, self.under.free(self.evaluate)
        if bare is not None:
            return lambda values, cost, gradient: ahead_of_squares(
                bare.matrix, bare.reached(values), values
            )
        ahead: AheadOf = ahead_at_kinks if self.kinked else ahead_by_differences
        if not self.call.problem.has_examples:
            ahead = ahead_in(self.call.problem, self.first, self.kinked)
        if not self.turned:
            return partial(ahead, free)
        return lambda values, cost, gradient: ahead(free, values, cost, free(values)[1])

    # The walk

    def go(self) -> Ending:
        """Walk, until a test or somebody ends it; what was kept goes to its file."""
        onward, begun = self.onward, self.under.start
        if onward is not None:
            self.rows.begin(onward.rows, onward.stride, onward.moves)
            if isinstance(self.rows, RuledRows) and onward.rule is not None:
                self.rows.beside.begin(onward.rule.rows, onward.stride, onward.moves)
            self.tests.go_on(onward.watch)
            begun = list(onward.values)
        keeper = self._keeper(onward)
        with np.errstate(all="ignore"):
            return walk(
                self.here,
                self.chosen.stride if keeper is None else keeper.stride,
                begun,
                self.limits,
                self.look(),
                self.rows,
                self._tell(),
                self.tests,
                0 if onward is None else onward.step,
                math.inf if onward is None else onward.previous,
            )

    def _tell(self) -> Progress | None:
        told, moves = self.call.progress, self.moves
        if told is None or moves == 1:
            return told
        return lambda step, last: told(step * moves, last * moves)

    def _keeper(self, onward: Onward | None) -> Keeper | None:
        """Who stands beside the walk, where somebody watches it or it is kept in a file."""
        watch, file = self.call.watch, self.call.checkpoint
        if watch is None and file is None:
            return None
        keeper = Keeper(self.chosen.stride, None if onward is None else onward.last)
        if watch is not None:
            keeper.seen.append(partial(self._watched, watch))
        if file is not None:
            keeper.seen.append(partial(self._kept, keeper, file))
        return keeper

    def _watched(
        self, watch: Watch, step: int, values: list[float], cost: float, gradient: Any
    ) -> None:
        named = dict(zip(self.call.problem.parameters, self.under.whole(values), strict=True))
        if self.turned:
            gradient = self.under.free(self.evaluate)(self.under.moved(values))[1]
        watch(step * self.moves, FrozenMap(named), cost, math.hypot(*gradient))

    def _kept(
        self, keeper: Keeper, file: Checkpoint, step: int, values: Any, cost: Any, gradient: Any
    ) -> None:
        if file.is_due(step * self.moves):
            file.write(
                keeper.onward(self.route, self.chosen.rate, self.rows, self.tests, self.moves)
            )

    # What is told

    def run(self, ending: Ending) -> Run:
        """The Run of a walk that has ended."""
        call, chosen = self.call, self.chosen
        trace = self._trace()
        known = self.known.reached(float(trace.cost.min()))
        story = self._story(ending, trace)
        if story.ahead is not None and story.ahead.flat:
            story = replace(story, alike=why_alike(call.problem, call.columns))
        if story.refused is not None and not story.steps:
            raise story.refused
        if story.saddle and not story.steps:
            raise DescentError(
                "the gradient at the start is 0, but the cost bends down from there: it is a saddle or a top",
                "give another start, such as 0.1 for each parameter",
            )
        outcome = outcome_of(story)
        if outcome.kind == "stalled" and not (story.steps or story.last[1]) and self._varies():
            raise DescentError(
                "the gradient at the start is 0, but the cost is not known to be least there",
                "give another start, such as 0.1 for each parameter",
            )
        stands = onward_from(self.route, chosen.rate, self.rows, self.tests, self.moves)
        if call.checkpoint is not None and stands is not None:
            call.checkpoint.write(stands)
        return Run(
            call.problem,
            call.columns,
            trace,
            outcome,
            story.learning_rate,
            known,
            self.route,
            (*call.remarks, *self._said()),
            call.options,
            stands,
        )

    def _varies(self) -> bool:
        """Whether the cost is another beside the start."""
        start = self.call.start
        with np.errstate(all="ignore"):
            return self.evaluate([value + 0.5 for value in start])[0] != self.evaluate(start)[0]

    def _trace(self) -> Trace:
        rows, parameters = self.rows, self.call.problem.parameters
        steps, table, rates = rows.rows[:, 0], rows.rows[:, 1:-1], rows.rows[:, -1]
        with np.errstate(over="ignore"):
            lengths = np.minimum(rates * table[:, -1], np.finfo(np.float64).max)
            if self.batches is not None or self.ways.order or self.turned:
                ahead = np.diff(table[:, : len(parameters)], axis=0)
                one = np.diff(steps) == self.moves
                lengths[:-1][one] = np.sqrt((ahead[one] ** 2).sum(axis=1))
            if self.turned:
                lengths[-1] = self._next()
        more = np.empty((len(table), 0))
        state: tuple[str, ...] = ()
        if self.rule is not None and isinstance(rows, RuledRows):
            lengths = lengths if self.turned or self.moves > 1 else rows.beside.rows[:, -1]
            more, state = rows.beside.rows[:, 1:-1], self.rule.columns
        whole = np.column_stack((table, lengths, more))
        whole.flags.writeable = False
        each = rows.stride == 1 and self.moves == 1
        return Trace(parameters, whole, None if each else steps.astype(np.int64), state)

    def _next(self) -> float:
        """How far the next step would go in the parameters, where it is made in other coordinates."""
        _, *values, _, _, rate = self.rows.ends[1] or self.rows.rows[-1].tolist()
        if self.rule is not None:
            ahead = self.ruled.leap(self._last_step()).ahead
            return min(math.dist(self.under.moved(ahead), self.under.moved(values)), LARGEST)
        slopes = self.here(values)[1]
        ahead = [value - rate * slope for value, slope in zip(values, slopes, strict=True)]
        return min(math.dist(self.under.moved(ahead), self.under.moved(values)), LARGEST)

    def _last_step(self) -> int:
        """The number of the step that the walk ended before."""
        last = self.rows.ends[1]
        return int(last[0] if last is not None else self.rows.rows[-1, 0] // self.moves)

    def _said(self) -> Iterator[Message]:
        """What the reader should know of the way, the rate, the minimum and the trace."""
        known, rows = self.known, self.rows
        start = dict(zip(self.call.problem.parameters, self.call.start, strict=True))
        yield from said_of_ways(self.ways, self.batches, start)
        if self.asked.auto and len(rows.rows) > 1:
            yield self._said_of_rate()
        if known.exact is not None and not known.exact.unique:
            yield message("the minimum is not unique")
        if rows.stride > 1:
            yield message(
                "the trace keeps one step in {number}, and the last two: all of them would fill the memory",
                number=rows.stride * self.moves,
            )
        elif self.moves > 1:
            yield message(
                "the trace has a row for each epoch, {number} steps: the whole cost at each of them would take too long",
                number=self.moves,
            )

    def _said_of_rate(self) -> Message:
        if self.rule is not None:
            return self.rule.said(self.chosen.rate or 0.0, self.chosen.most * self.moves)
        if self.batches is None:
            return said_of_rate(self.chosen, self.known, self.rows.rows[:-1, -1], self.kinked)
        return message(
            "{auto} chose {rate}: of the rates that were tried on the first batches it brings the cost lowest",
            auto=parameter("learning_rate", '"auto"'),
            rate=self.chosen.rate or 0.0,
        )

    def _bends(self, point: list[float]) -> float | None:
        """The condition number at a point; inf where it is beyond the digits of differences."""
        with np.errstate(all="ignore"):
            bends = local_curvature(self.here, point)
        if not bends or bends[0] < -1e-6 * bends[-1] or bends[-1] <= 0:
            return None
        return bends[-1] / bends[0] if bends[0] > 1e-9 * bends[-1] else math.inf

    def _story(self, ending: Ending, trace: Trace) -> Story:
        asked, under = self.asked, self.under
        known = self.known.reached(float(trace.cost.min()))
        costs, lengths = trace.cost, trace[trace.own["gradient_norm"]]
        found, last = under.found, self.rows.ends[1]
        point = list(under.start if last is None else last[1:-3])
        rate, restless = self._last_rate(), self._is_restless(costs)
        kind = self._kind(ending, rate, known, restless)
        begun, parameters = (
            FrozenMap(dict(zip(under.names, under.moved(place), strict=True)))
            for place in (under.start, point)
        )
        ways: tuple[str, ...] = ()
        asked_for = kind == "out of steps" and asked.steps_given
        if found is None and self.batches is None and not asked_for:
            ways = falling(self.call.problem, kind, under.free(self.evaluate), begun, parameters)
            kind = "no minimum" if ways else kind
        bowl = None
        whole = self.batches is None and not self.ways.order and self.rule is None
        if found is not None and whole:
            bowl = Bowl.of(found.matrix, found.reached(point))
        thrown = throw_in(self.rows.rows[:, 0], costs, lengths) if kind == "stalled" else None
        guess = None
        if thrown is not None or (kind == "diverged" and known.curvature is None):
            guess = self._smaller_rate(rate)
        ahead = trace[trace.own["step_norm"]][-1] if last is None else last[-1] * last[-2]
        return Story(
            kind=kind,
            ending=ending,
            steps=trace.last,
            learning_rate=rate,
            limits=self.limits,
            asked=asked,
            first=(float(costs[0]), float(lengths[0])),
            last=(float(costs[-1]), float(lengths[-1])),
            next_length=float(ahead),
            parameters=parameters,
            landscape=known,
            bowl=bowl,
            bends=self._bends(point) if kind == "out of steps" and found is None else None,
            guess=guess,
            kinked=self.kinked,
            has_examples=self.call.problem.has_examples,
            bounces=bounces(costs) if self.rule is None else self._hovers(trace),
            thrown=thrown,
            most=self.ways.measured(asked.steps_given),
            turned=self.turned,
            alternates=bool(self.ways.order),
            by_batches=self.batches is not None,
            ways=ways,
            wanders=restless,
            method=None if self.rule is None else self.call.method,
            refused=None if self.rule is None else self.ruled.refused,
            lost=self.rule is not None and self.ruled.lost,
        )

    def _hovers(self, trace: Trace) -> bool:
        width = len(self.call.start)
        return hovers(trace.cost, trace.table[:, :width], trace[trace.own["step_norm"]])

    def _last_rate(self) -> float:
        """The rate, or where each step has its own that of the last one that was made."""
        rows = self.rows.rows
        if self.rule is not None:
            return self.ruled.rate(max(1, int(rows[-1, 0])))
        return (
            float(rows[max(0, len(rows) - 2), -1]) if self.chosen.rate is None else self.chosen.rate
        )

    def _is_restless(self, costs: FloatArray) -> bool:
        """Whether steps on some of the rows wander about a minimum."""
        batches = self.batches
        if batches is None or not (batches.size < batches.rows or batches.replacement):
            return False
        if self.call.method.law is not None:
            return False
        return wanders(costs)

    def _kind(self, ending: Ending, rate: float, known: Landscape, restless: bool) -> str:
        """The word for the end."""
        asked, told = self.asked, self.rows.rows
        unstable = not asked.auto and self.batches is None and known.is_unstable(rate)
        kind = kind_of(ending, told, unstable, self.limits.most, asked.steps_given)
        up = kind == "diverged" and ending.ended == "max_iter"
        wandered = up and (
            restless or (self.rule is not None and not (unstable or rises(told[:, -3])))
        )
        return "out of steps" if wandered else kind

    def _smaller_rate(self, rate: float) -> float | None:
        """A rate that may do, where the one that was asked for was too large."""
        if self.asked.auto or self.batches is not None or self.rule is not None:
            return None
        return tried(self.here, self.under.start, rate / 4)
