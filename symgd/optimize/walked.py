"""Walked: a walk that has ended, and the Run that comes of it."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from symgd.codegen.evaluators.evaluator import compile_array
from symgd.codegen.evaluators.summary import Summary
from symgd.codegen.program.jumps import kinked_parts
from symgd.codegen.program.limits import is_nowhere_0, may_come_to_0
from symgd.codegen.walk.bowl import Bowl
from symgd.codegen.walk.ruled import rises
from symgd.codegen.walk.walk import Ending, kind_of, throw_in
from symgd.data.arrays import FloatArray
from symgd.errors import DescentError, parameter
from symgd.optimize.alike import why_alike
from symgd.optimize.alone import few_steps, is_constant, nothing_left
from symgd.optimize.constant_curvature import quadratic_function
from symgd.optimize.curvature import Landscape, local_curvature, quadratic, tried
from symgd.optimize.ended import Story
from symgd.optimize.endless import falling
from symgd.optimize.ground import ground
from symgd.optimize.onward import Onward, onward_from
from symgd.optimize.rates import Asked, said_of_rate
from symgd.optimize.request import Request
from symgd.optimize.rows import LARGEST, RuledRows
from symgd.optimize.run import Run, Trace
from symgd.optimize.seen import bounces, hovers, said_of_ways, wanders
from symgd.optimize.start import first_cost
from symgd.optimize.story import GO_ON, outcome_of
from symgd.optimize.walking import Walking
from symgd.registry.registry import FrozenMap
from symgd.writing.words import Message, message


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
    walking = Walking(call, evaluate, summary, asked, under, onward, first)
    ending = walking.go()
    left = ending.ended == "no gradient" or (
        ending.ended == "beyond" and not math.isfinite(ending.cost)
    )
    if left and summary is not None and not summary.separation.linear:
        raise FloatingPointError("by the data summary the cost is no float")
    return Walked(walking, nothing_left(problem, ending, walking.rows.rows)).run()


@dataclass(frozen=True, eq=False)
class Walked:
    """A walk that has ended, and what is told of it.

    Parameters
    ----------
    walk : Walking
        What made its steps.
    ending : Ending
    """

    walk: Walking
    ending: Ending

    def run(self) -> Run:
        """The Run of a walk that has ended."""
        walk = self.walk
        call, chosen = walk.call, walk.chosen
        trace = self._trace()
        known = walk.known.reached(float(trace.cost.min()))
        story = self._story(trace)
        if story.ahead is not None and story.ahead.flat:
            story = replace(story, alike=why_alike(call.problem, call.columns))
        if not story.steps and not story.last[1] and is_constant(call.problem):
            story = replace(story, kind="converged", constant=True)
        elif story.refused is not None and not story.steps:
            raise story.refused
        elif story.saddle and not story.steps:
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
        stands = onward_from(walk.route, chosen.rate, walk.rows, walk.tests, walk.moves)
        if call.checkpoint is not None and stands is not None:
            call.checkpoint.write(stands)
        return Run(
            call.problem,
            call.columns,
            trace,
            outcome,
            story.learning_rate,
            known,
            walk.route,
            (*call.remarks, *self._said()),
            call.options,
            stands,
        )

    def _varies(self) -> bool:
        """Whether the cost is another beside the start."""
        walk = self.walk
        start = walk.call.start
        with np.errstate(all="ignore"):
            return walk.evaluate([value + 0.5 for value in start])[0] != walk.evaluate(start)[0]

    def _trace(self) -> Trace:
        walk = self.walk
        rows, parameters = walk.rows, walk.call.problem.parameters
        steps, table, rates = rows.rows[:, 0], rows.rows[:, 1:-1], rows.rows[:, -1]
        with np.errstate(over="ignore"):
            rates = np.where(table[:, -1] > 0, rates, 0.0)  # of no step, there may be none
            lengths = np.minimum(rates * table[:, -1], np.finfo(np.float64).max)
            if walk.batches is not None or walk.ways.order or walk.turned:
                ahead = np.diff(table[:, : len(parameters)], axis=0)
                one = np.diff(steps) == walk.moves
                lengths[:-1][one] = np.sqrt((ahead[one] ** 2).sum(axis=1))
            if walk.turned:
                lengths[-1] = self._next()
        more = np.empty((len(table), 0))
        state: tuple[str, ...] = ()
        if walk.rule is not None and isinstance(rows, RuledRows):
            lengths = lengths if walk.turned or walk.moves > 1 else rows.beside.rows[:, -1]
            more, state = rows.beside.rows[:, 1:-1], walk.rule.columns
        whole = np.column_stack((table, lengths, more))
        whole.flags.writeable = False
        each = rows.stride == 1 and walk.moves == 1
        return Trace(parameters, whole, None if each else steps.astype(np.int64), state)

    def _next(self) -> float:
        """How far the next step would go in the parameters, where it is made in other coordinates."""
        walk = self.walk
        _, *values, _, _, rate = walk.rows.ends[1] or walk.rows.rows[-1].tolist()
        if walk.rule is not None:
            ahead = walk.ruled.leap(self._last_step()).ahead
        else:
            slopes = walk.here(values)[1]
            ahead = [value - rate * slope for value, slope in zip(values, slopes, strict=True)]
        return min(math.dist(walk.under.moved(ahead), walk.under.moved(values)), LARGEST)

    def _last_step(self) -> int:
        """The number of the step that the walk ended before."""
        walk = self.walk
        last = walk.rows.ends[1]
        return int(last[0] if last is not None else walk.rows.rows[-1, 0] // walk.moves)

    def _said(self) -> Iterator[Message]:
        """What the reader should know of the way, the rate, the minimum and the trace."""
        walk = self.walk
        known, rows = walk.known, walk.rows
        start = dict(zip(walk.call.problem.parameters, walk.call.start, strict=True))
        yield from said_of_ways(walk.ways, walk.batches, start)
        if walk.asked.auto and len(rows.rows) > 1:
            yield self._said_of_rate()
        law, most = walk.call.method.law, walk.chosen.most * walk.moves
        if law is not None and law.counts_steps and walk.ruled.last < most:
            yield message(
                "the rates are those of a walk of T = {number} steps, as many as it began with: a new {schedule} begins with {start}",
                number=walk.ruled.last,
                schedule=parameter(law.option),
                start=GO_ON,
            )
        if known.exact is not None and not known.exact.unique:
            yield message("the minimum is not unique")
        if rows.stride > 1:
            yield message(
                "the trace keeps one step in {number}, and the last two: all of them would fill the memory",
                number=rows.stride * walk.moves,
            )
        elif walk.moves > 1:
            yield message(
                "the trace has a row for each epoch, {number} steps: the whole cost at each of them would take too long",
                number=walk.moves,
            )

    def _said_of_rate(self) -> Message:
        walk = self.walk
        if walk.rule is not None:
            return walk.rule.said(walk.chosen.rate or 0.0, walk.ruled.last)
        if walk.batches is None:
            return said_of_rate(walk.chosen, walk.known, walk.rows.rows[:-1, -1], walk.kinked)
        return message(
            "{auto} chose {rate}: what brings the cost lowest of the rates that were tried on the first batches, or one over the largest curvature of a batch where that leads, whichever is less",
            auto=parameter("learning_rate", '"auto"'),
            rate=walk.chosen.rate or 0.0,
        )

    def _bends(self, point: list[float]) -> float | None:
        """The condition number at a point; inf where it is beyond the digits of differences."""
        with np.errstate(all="ignore"):
            bends = local_curvature(self.walk.here, point)
        if not bends or bends[0] < -1e-6 * bends[-1] or bends[-1] <= 0:
            return None
        return bends[-1] / bends[0] if bends[0] > 1e-9 * bends[-1] else math.inf

    def _story(self, trace: Trace) -> Story:
        walk = self.walk
        asked, under = walk.asked, walk.under
        known = walk.known.reached(float(trace.cost.min()))
        costs, lengths = trace.cost, trace[trace.own["gradient_norm"]]
        found, last = under.found, walk.rows.ends[1]
        point = list(under.start if last is None else last[1:-3])
        rate, restless = self._last_rate(), self._is_restless(costs)
        kind = self._kind(rate, known, restless)
        begun, parameters = self._by_name(under.start), self._by_name(point)
        ways = self._ways(kind, begun, parameters)
        kind = "no minimum" if ways else kind
        if kind == "converged" and costs[-1] == 0 and is_nowhere_0(walk.call.problem):
            kind = "stalled"  # floats hold nothing so small
        thrown = throw_in(walk.rows.rows[:, 0], costs, lengths) if kind == "stalled" else None
        lost = thrown is not None or (kind == "diverged" and known.curvature is None)
        ahead = trace[trace.own["step_norm"]][-1] if last is None else last[-1] * last[-2]
        return Story(
            kind=kind,
            ending=self.ending,
            steps=trace.last,
            learning_rate=rate,
            limits=walk.limits,
            asked=asked,
            first=(float(costs[0]), float(lengths[0])),
            last=(float(costs[-1]), float(lengths[-1])),
            next_length=float(ahead),
            parameters=parameters,
            landscape=known,
            bowl=self._bowl(point),
            bends=self._bends(point) if kind == "out of steps" and found is None else None,
            guess=self._smaller_rate(rate) if lost else None,
            kinked=walk.kinked,
            kinks=kinked_parts(walk.call.problem) if walk.kinked else (),
            has_examples=walk.call.problem.has_examples,
            bounces=bounces(costs) if walk.rule is None else self._hovers(trace),
            thrown=thrown,
            most=walk.ways.measured(asked.steps_given),
            turned=walk.turned,
            alternates=bool(walk.ways.order),
            by_batches=walk.batches is not None,
            ways=ways,
            wanders=restless,
            method=None if walk.rule is None else walk.call.method,
            refused=None if walk.rule is None else walk.ruled.refused,
            lost=walk.rule is not None and walk.ruled.lost,
            file="" if walk.call.checkpoint is None else os.fspath(walk.call.checkpoint.path),
            rate_ended=self._has_no_rate(trace.last),
            undefined=None if walk.rule is None else walk.ruled.undefined,
        )

    def _by_name(self, point: list[float]) -> FrozenMap[str, float]:
        """The parameters at a point of the walk."""
        under = self.walk.under
        return FrozenMap(zip(under.names, under.moved(point), strict=True))

    def _bowl(self, point: list[float]) -> Bowl | None:
        """How the cost bends around a point, where it is a quadratic and a step goes along its whole gradient."""
        walk = self.walk
        found = walk.under.found
        if found is None or walk.batches is not None or walk.ways.order or walk.rule is not None:
            return None
        return Bowl.of(found.matrix, found.reached(point))

    def _ways(
        self, kind: str, begun: Mapping[str, float], reached: Mapping[str, float]
    ) -> tuple[str, ...]:
        """Where parameters go while the cost falls for ever; none where it is known to have a minimum."""
        walk = self.walk
        asked_for = kind == "out of steps" and walk.asked.steps_given
        if walk.under.found is not None or walk.batches is not None or asked_for:
            return ()
        free = walk.under.free(walk.evaluate)
        return falling(walk.call.problem, kind, free, begun, reached)

    def _hovers(self, trace: Trace) -> bool:
        width = len(self.walk.call.start)
        return hovers(trace.cost, trace.table[:, :width], trace[trace.own["step_norm"]])

    def _last_rate(self) -> float:
        """The rate, or where each step has its own that of the last one that was made."""
        walk = self.walk
        rows = walk.rows.rows
        if walk.rule is not None:
            return walk.ruled.rate(max(1, int(rows[-1, 0])))
        one = walk.chosen.rate
        return float(rows[max(0, len(rows) - 2), -1]) if one is None else one

    def _has_no_rate(self, steps: int) -> bool:
        """Whether the law of the rate makes it 0 after so many steps."""
        walk = self.walk
        return walk.call.method.law is not None and walk.ruled.rate(steps + 1) == 0

    def _is_restless(self, costs: FloatArray) -> bool:
        """Whether steps on some of the rows wander about a minimum."""
        batches = self.walk.batches
        if batches is None or not (batches.size < batches.rows or batches.replacement):
            return False
        if self.walk.call.method.law is not None:
            return False
        return wanders(costs)

    def _kind(self, rate: float, known: Landscape, restless: bool) -> str:
        """The word for the end."""
        walk = self.walk
        asked, told = walk.asked, walk.rows.rows
        unstable = not asked.auto and walk.batches is None and known.is_unstable(rate)
        floored = walk.under.found is None and may_come_to_0(walk.call.problem)
        floored = floored and walk.call.problem.has_examples
        kind = kind_of(
            self.ending, told, walk.limits.most, asked.steps_given, floored, unstable=unstable
        )
        up = kind == "diverged" and self.ending.ended == "max_iter"
        if self.ending.ended == "refused" and told[-1, -3] > told[0, -3]:
            return "diverged"
        wandered = up and (
            restless or (walk.rule is not None and not (unstable or rises(told[:, -3])))
        )
        return "out of steps" if wandered else kind

    def _smaller_rate(self, rate: float) -> float | None:
        """A rate that may do, where the one that was asked for was too large."""
        walk = self.walk
        if walk.asked.auto or walk.batches is not None or walk.rule is not None:
            return None
        return tried(walk.here, walk.under.start, rate / 4)
