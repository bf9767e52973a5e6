"""ByRule: how an update rule makes a walk's steps, and at which rate."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from symgd.codegen.rules.update_entries import Numbers
from symgd.codegen.walk.arrival import Evaluate
from symgd.codegen.walk.steadiness import BELOW, SURE
from symgd.codegen.walk.strides import FEW
from symgd.codegen.walk.trial import (
    LONGER,
    TRIAL,
    cost_reached,
    rate_by_trial,
    rate_to_begin,
)
from symgd.errors import DescentError, parameter
from symgd.optimize.ground import Ground
from symgd.optimize.onward import Onward
from symgd.optimize.oracles import Oracles
from symgd.optimize.pace import LEAST_TRIED, BatchCosts
from symgd.optimize.request import Request
from symgd.optimize.ruled import RuledStride, RuleSteps, Sight
from symgd.optimize.stability import RuledLandscape, ruled_landscape
from symgd.optimizers.words import MEASURED
from symgd.writing.words import Message, message


@dataclass(frozen=True, eq=False)
class ByRule:
    """An update rule on a cost.

    Parameters
    ----------
    call : Request
    under : Ground
    evaluate : callable
        The whole cost in the walk's coordinates.
    rows : BatchCosts or None
    """

    call: Request
    under: Ground
    evaluate: Evaluate
    rows: BatchCosts | None

    @cached_property
    def steps(self) -> RuleSteps:
        """The rule for the walk's coordinates."""
        return RuleSteps(self.call.method, len(self.under.start))

    @cached_property
    def known(self) -> RuledLandscape:
        """The landscape, with the rule's own rates; batches have none that is known."""
        bare = self.under.known
        if self.rows is not None:
            return RuledLandscape(bare.exact, bare.curvature)
        return ruled_landscape(bare, self.call.method)

    @cached_property
    def oracles(self) -> Oracles:
        return Oracles(self.call, self.under, self.call.method.optimizer)

    @cached_property
    def asked(self) -> Sight:
        """The whole cost."""
        return Sight(self.evaluate, self.oracles.of(self.evaluate))

    @property
    def see(self) -> Callable[[int], Sight] | None:
        """The cost of each batch; None without any."""
        rows = self.rows
        if rows is None:
            return None

        def seen(number: int) -> Sight:
            evaluate, chosen = rows.evaluate(number), rows.batches.at(number)
            data = [column[chosen] for column in rows.columns]
            return Sight(evaluate, self.oracles.of(evaluate, data))

        return seen

    @property
    def columns(self) -> tuple[str, ...]:
        """What the trace tells of what the rule remembers."""
        return self.steps.columns(self.under.coordinates, self.call.problem.parameters)

    def stride(self, rate: float, last: int, moves: int, onward: Onward | None) -> RuledStride:
        """The steps, from the start or onward."""
        law = self.call.method.law
        begun = self.steps.begin(rate)
        if onward is not None:
            begun = self._stand(onward)
            most, last = last, onward.rule.last if onward.rule is not None else last
            if law is not None and law.counts_steps and most > last:
                law.expect_rates_beyond(rate, last, most)
        at = (lambda number: rate) if law is None else law.at(rate, last)
        return RuledStride(self.steps, at, self.asked.oracle, self.see, moves, begun, last)

    def _stand(self, onward: Onward) -> tuple[Any, Numbers]:
        rule = onward.rule
        try:
            if rule is None or len(rule.told) != len(self.columns):
                raise ValueError
            return self.steps.restored(rule.state), rule.told
        except ValueError:
            cause = "the walk to go on with does not say what its optimizer remembers"
            raise DescentError(cause, "begin anew") from None

    def rate(self, last: int) -> float:
        """The learning rate where none is given."""
        if not self.call.method.needs_base:
            rule = self.steps.rule
            begins = "alpha" in rule.used and not any(rule.calls(word) for word in MEASURED)
            return self._first() if begins else 1.0
        best = self._best(last)
        if best is not None:
            return best
        limit = self.known.limit
        most = math.inf if limit is None else BELOW * limit
        count, see, start = self._tried, self.see, self.under.start

        def reached(rate: float, times: int) -> float:
            whole = 0 < last <= LONGER * count
            steps = last if whole else times * count if last else 1
            with np.errstate(all="ignore"):
                ruled = self._at(rate, see, last if whole else 0)
                return cost_reached(self.evaluate, ruled, start, steps, whole, see is None)

        return rate_by_trial(reached, self._first(), most)

    @property
    def _tried(self) -> int:
        """The steps of a trial that is no whole walk."""
        return TRIAL if self.rows is None else max(LEAST_TRIED, TRIAL)

    def _first(self) -> float:
        """The rate at which the first step on the whole cost is of a fitting length."""
        return rate_to_begin(self.evaluate, self._at(1.0), self.under.start)

    def _at(
        self, rate: float, see: Callable[[int], Sight] | None = None, last: int = 0
    ) -> RuledStride:
        """The steps at a rate that stays the same, or of a walk of so many by its law."""
        law, begun = self.call.method.law, self.steps.begin(rate)
        at = law.at(rate, last) if law is not None and last else (lambda number: rate)
        return RuledStride(self.steps, at, self.asked.oracle, see, 1, begun)

    def _best(self, last: int) -> float | None:
        """The best constant rate, where it is known and brings a walk of so many steps to its end."""
        known = self.known
        if known.changes:
            return None
        arrives = known.best is not None and known.factor ** min(last, FEW) <= SURE
        return known.best if arrives else None

    def said(self, rate: float, last: int) -> Message:
        """How "auto" came to its rate."""
        auto, name = parameter("learning_rate", '"auto"'), Message(self.call.method.optimizer.name)
        if self._best(last) is not None:
            return message(
                "{auto} chose {rate}, the best constant rate of {optimizer} on this quadratic",
                auto=auto,
                rate=rate,
                optimizer=name,
            )
        if last <= LONGER * self._tried:
            return message(
                "{auto} chose {rate}: of the rates that were tried with {optimizer}, four times apart, and half and twice the best of these, it brings the cost lowest in {number} step",
                "{auto} chose {rate}: of the rates that were tried with {optimizer}, four times apart, and half and twice the best of these, it brings the cost lowest in {number} steps",
                auto=auto,
                rate=rate,
                optimizer=name,
                number=last,
            )
        return message(
            "{auto} chose {rate}: of the rates that were tried with {optimizer} for a few dozen steps, four times apart, and half and twice the best of these, and smaller ones for longer, it keeps the cost lowest in the last of them",
            auto=auto,
            rate=rate,
            optimizer=name,
        )
