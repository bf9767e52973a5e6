"""Walking: what makes the steps of a walk with everything that was asked for, and the walk itself."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np

from symgd.codegen.evaluators.evaluator import compile_batches
from symgd.codegen.evaluators.matrix_evaluator import ScoreCost
from symgd.codegen.evaluators.summary import Summary
from symgd.codegen.program.convexity import is_convex
from symgd.codegen.program.jumps import has_kinks
from symgd.codegen.walk.arrival import Ahead, Evaluate
from symgd.codegen.walk.backtracking import backtracking
from symgd.codegen.walk.bowl import ahead_of_squares
from symgd.codegen.walk.bursts import Bursts
from symgd.codegen.walk.differences import ahead_by_differences, ahead_by_hessian, over_plateau
from symgd.codegen.walk.fallen import AheadOf, ceiling_of_function, within_floats
from symgd.codegen.walk.kinks import ahead_at_kinks, shrinking
from symgd.codegen.walk.strides import HUGE, Course, ceiling
from symgd.codegen.walk.walk import Burst, Ending, Limits, Look, walk
from symgd.errors import DescentError
from symgd.optimize.alone import (
    FunctionTests,
    RuledFunctionTests,
    ahead_in,
    size_of,
)
from symgd.optimize.batches import Batches
from symgd.optimize.by_rule import ByRule
from symgd.optimize.checkpoint import Checkpoint
from symgd.optimize.curvature import Landscape
from symgd.optimize.descent_options import Progress, Watch
from symgd.optimize.ground import Ground
from symgd.optimize.onward import Keeper, Onward, TurnedRuledTests, TurnedTests
from symgd.optimize.pace import Advance, BatchCosts, one_by_one, striding, together
from symgd.optimize.progress import Teller
from symgd.optimize.rates import Asked, choose
from symgd.optimize.request import Request
from symgd.optimize.rows import KeptRows, RuledRows, ToldRows, telling
from symgd.optimize.ruled_bursts import RuledBursts
from symgd.optimize.run import Route
from symgd.parsing.by_name import ByName

WORTH = 256  # steps from which it pays to make many at once
LARGE = 10_000  # rows from which the whole cost is worked out once an epoch, and not at each batch


class Walking:
    """One walk, from its start to its end."""

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
        self.advance = None if summary is None else summary.advance
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
        chosen = Course(backtracking(here, last=met, least=least), most, None)
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
        data = [columns[name] for name in problem.columns]
        on = compile_batches(problem, self.call.derive(), data)
        return BatchCosts(self.batches, on, data, self.under.lower)

    def _by_batches(self, rows: BatchCosts, rate: float | None, most: int) -> Course:
        if rate is None:
            rate = rows.rate(self.here, self.under.start, most * self.moves)
        advance = one_by_one(rate, self._order()) if self.ways.order else together(rate)
        return Course(rows.stride(advance, self.moves), most, rate)

    def _order(self) -> list[int]:
        return [self.under.names.index(name) for name in self.ways.order]

    def _limits(self, first: float) -> Limits:
        highest = ceiling(first, self.chosen, largest=self.known.largest_stable_rate)
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
        over = None if is_convex(self.call.problem) else over_plateau
        smooth = partial(ahead_by_differences, over=over)
        ahead: AheadOf = ahead_at_kinks if self.kinked else smooth
        if not self.call.problem.has_examples:
            ahead = ahead_in(self.call.problem, self.first, self.kinked)
        exact = self._by_hessian(free)
        if exact is not None:
            return exact
        if not self.turned:
            return partial(ahead, free)
        return lambda values, cost, gradient: ahead(free, values, cost, free(values)[1])

    def _by_hessian(self, free: Evaluate) -> Look | None:
        """The look by second derivatives, where the cost has them and the walk is in parameters."""
        evaluate, whole = self.evaluate, self.under.whole
        if self.turned or self.kinked or not isinstance(evaluate, ScoreCost) or not evaluate.bends:
            return None
        over = None if is_convex(self.call.problem) else over_plateau
        moving = [self.call.problem.parameters.index(name) for name in self.under.names]

        def look(values: list[float], cost: float, gradient: Sequence[float]) -> Ahead | None:
            hessian = evaluate.hessian(whole(values))[np.ix_(moving, moving)]
            return ahead_by_hessian(free, hessian, values, cost, gradient, over=over)

        return look

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
                self.tests,
                self.rows,
                begun=None if onward is None else (onward.step, onward.previous),
                burst=self._told(self._bursts() if keeper is None else None),
            )

    def _told(self, bursts: Bursts | None) -> Burst | None:
        """What stands before each step: many at once, or who tells of the way."""
        tell, begun = self._tell(), 0 if self.onward is None else self.onward.step
        return bursts if tell is None else Teller(tell, self.limits.most, begun, bursts)

    def _bursts(self) -> Bursts | None:
        """Many steps at once, where each is a few numbers."""
        rate, advance = self.chosen.rate, self.advance
        whole = self.here is self.evaluate and self.batches is None and not self.ways.order
        if advance is None or rate is None or not whole or self.chosen.most < WORTH:
            return None
        if self.rule is None:
            return Bursts(self.evaluate, advance, rate)
        entries = self.rule.steps.entries
        return None if entries is None else RuledBursts(self.evaluate, self.ruled, entries)

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
        watch(step * self.moves, ByName(named), cost, math.hypot(*gradient))

    def _kept(
        self, keeper: Keeper, file: Checkpoint, step: int, values: Any, cost: Any, gradient: Any
    ) -> None:
        if file.is_due(step * self.moves):
            file.write(
                keeper.onward(self.route, self.chosen.rate, self.rows, self.tests, self.moves)
            )
