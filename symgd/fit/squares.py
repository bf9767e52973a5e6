"""The least sum of squares of any formula, with no start.

The way: parameters in which the model is affine are solved for exactly; the others are drawn on the scale of their units,
many at a time; the best are led downhill together on a sample of the rows, and those that come to different minima are
finished on all rows. It is done again, with parts of the best kept, until several starts of their own come to the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from symgd.data.arrays import FloatArray
from symgd.fit.costs.squared import square_factor
from symgd.fit.found import Found
from symgd.fit.least_squares.account import (
    EVERY,
    SECOND,
    SMOOTHEST,
    SPIKE,
    START_LEFT,
    TWIN,
    Account,
    at_edge,
    at_kink,
    converged,
    exhausted,
    infinite,
    stalled,
    undefined,
)
from symgd.fit.least_squares.alternatives import as_good, is_parted
from symgd.fit.least_squares.hunt import APART, Caught, Hunt
from symgd.fit.least_squares.infinity import Runaway, is_redundant, moved_near, runaway
from symgd.fit.least_squares.marquardt import Descent
from symgd.fit.least_squares.ties import roughness
from symgd.fit.least_squares.verdict import (
    at_rest,
    edge,
    floor,
    is_told,
)
from symgd.fit.outcomes import broken_off
from symgd.fit.statistics.significance import hardly_told
from symgd.fit.task import Task
from symgd.fit.verdicts.stationary import Rest, is_large, rest_of
from symgd.optimize.outcome import Outcome
from symgd.registry.registry import FrozenMap
from symgd.writing.words import Message

EQUAL = 1e-7  # minima whose costs differ by less than this part are equal
MORE = 4  # so many times the steps of a candidate are made from the best, if it takes them
LONGER, SLOW = 6, 1e-4  # so often again, while the cost falls by more than this part each time
LAST = 10  # candidates that are looked at, and steps made, where somebody waits no longer
SHARP = 1e-12  # of the cost: what can still be gained where steps came to the end


def search(task: Task) -> Found:
    """The parameters with the least sum of squares, and how they were found.

    Examples
    --------
    >>> from symgd import Problem
    >>> from symgd.data.columns import columns_from
    >>> x = np.linspace(0, 4, 9)
    >>> columns = columns_from(["x", "y"], [x, 3 * np.exp(-0.5 * x)], {})
    >>> found = search(Task(Problem("a*exp(-b*x)"), columns))
    >>> {name: round(value, 9) for name, value in found.values.items()}
    {'a': 3.0, 'b': 0.5}
    """
    with np.errstate(all="ignore"):  # what has no value costs infinitely much
        return _searched(Hunt(task))


def _searched(hunt: Hunt) -> Found:
    task = hunt.task
    if not task.free:
        return _nothing_free(hunt)
    caught = hunt.caught()
    ends, caught = _finished(hunt, caught)
    bounded = frozenset(place for place in hunt.curve.affine if task.free[place] in task.bounds)
    if (
        bounded and not caught.interrupted and _is_outside(hunt, caught)
    ):  # a bound holds: bounds count from the first
        held = Hunt(task, bounded)
        more, caught = _finished(held, held.caught())
        ends = sorted((*ends, *more), key=lambda end: end.cost)
    choice = _Choice(hunt, caught, ends, None)
    if caught.interrupted:
        return choice.at_once()
    try:
        return replace(choice, started=hunt.from_start()).found()
    except KeyboardInterrupt:
        return choice.at_once()


def _finished(hunt: Hunt, caught: Caught) -> tuple[list[Descent], Caught]:
    """The ends of what was caught, the best first; an interruption leaves those that there are."""
    ends: list[Descent] = []
    if caught.interrupted:
        return [_best_so_far(hunt, caught)], caught
    try:
        for end in hunt.ends(caught.front):
            ends.append(end)  # what was found before an interruption counts
        if ends:
            ends += as_good(hunt, min(ends, key=lambda end: end.cost))
    except KeyboardInterrupt:
        if not len(caught.front.cost):
            raise
        ends.append(_best_so_far(hunt, caught))
        caught = replace(caught, interrupted=True)
    return sorted(ends, key=lambda end: end.cost), caught


def _best_so_far(hunt: Hunt, caught: Caught) -> Descent:
    """The best candidate on all rows, not the sample, after a few steps."""
    best = min(caught.front.theta[:LAST], key=hunt.finder.cost)
    return hunt.finder.descend(best, LAST)


def _is_outside(hunt: Hunt, caught: Caught) -> bool:
    """Whether the best candidate, its affine parameters solved for without bounds, is outside of these."""
    if not len(caught.front.cost):
        return True
    best = caught.front.theta[0]
    return bool(np.any((best < hunt.bounds[:, 0]) | (best > hunt.bounds[:, 1])))


def _nothing_free(hunt: Hunt) -> Found:
    cost = hunt.finder.cost(np.zeros(0))
    return Found(FrozenMap({}), cost_of(hunt.task, cost), Outcome("converged", EVERY), EVERY)


@dataclass(frozen=True, eq=False)
class _Choice:
    """Which of the ends is the answer, and what is said of it."""

    hunt: Hunt
    caught: Caught
    ends: Sequence[Descent]
    started: Descent | None
    followed: dict[bytes, Runaway | None] = field(default_factory=dict)

    def found(self) -> Found:
        """The answer."""
        hunt = self.hunt
        every = [*self.ends, *([self.started] if self.started is not None else [])]
        every = [end for end in every if np.isfinite(end.cost)]
        if not every:
            nowhere = FrozenMap(dict.fromkeys(hunt.curve.names, np.nan))
            method = Account(hunt, self.caught, False).method
            return Found(nowhere, np.nan, undefined(), method)
        best, by_start, remarks = self._best(every)
        spike, best = self._past_spike(best) if not by_start else (None, best)
        account = Account(hunt, self.caught, by_start)
        settled = best.theta if by_start else hunt.ties.settled(best.theta, hunt.rows)
        answer = self._as_found(best, settled, account)
        if spike is not None:
            spiked = self._as_found(spike, spike.theta, account)
            return replace(
                answer, account=account.lines(best, settled), remarks=(SPIKE,), second=spiked
            )
        second = self._twin(best, settled, account) or self._second(best, settled, account)
        lines = (*account.lines(best, settled), *remarks)
        if second is not None:
            remarks = (*remarks, TWIN if second.is_twin else SECOND)
        return replace(answer, account=lines, remarks=remarks, second=second)

    def at_once(self) -> Found:
        """The best so far, where somebody waits no longer."""
        names, best = self.hunt.curve.names, self.ends[0]
        values = FrozenMap(dict(zip(names, best.theta.tolist(), strict=True)))
        method = Account(self.hunt, self.caught, False).method
        return Found(values, self._cost(best), broken_off(), method)

    def _best(self, every: Sequence[Descent]) -> tuple[Descent, bool, tuple[Message, ...]]:
        """The end that is taken, to its last digits; whether the start led there; and what is to be said."""
        hunt = self.hunt
        least = min(end.cost for end in every)
        room = least * (1 + EQUAL) + floor(hunt.finder)
        if self.started is not None and self.started.cost <= room:
            return self._finished(self.started), True, ()
        equal = [*{id(end): end for end in every if end.cost <= room}.values()]
        best = self._nearest(equal[hunt.first([end.theta for end in equal])])
        remarks: tuple[Message, ...] = (START_LEFT,) if self.started is not None else ()
        rough = [hunt.roughness(end.theta) for end in equal] if len(equal) > 1 else [0.0]
        if max(rough) > min(rough) * (1 + APART):
            remarks = (*remarks, SMOOTHEST)
        return self._finished(best), False, remarks

    def _past_spike(self, best: Descent) -> tuple[Descent | None, Descent]:
        """A spike between rows and a minimum that is nearly as good, where the best is such a spike; else none, and the best."""
        hunt = self.hunt
        if self._off(best) is None:
            return None, best
        rough = roughness(hunt.curve, best.theta, hunt.rows)
        most = best.cost * (1 + hardly_told(len(hunt.curve.names), len(hunt.rows)))
        for end in self.ends:
            if not (best.cost < end.cost <= most and at_rest(hunt.finder, end)):
                continue
            if roughness(hunt.curve, end.theta, hunt.rows) < rough:
                end = self._finished(end)
                if is_told(end) and at_rest(hunt.finder, end) and not self._off(end):
                    return best, end
        return None, best

    def _finished(self, end: Descent) -> Descent:
        """The same to its last digits; steps go on where they came to no rest."""
        finder, whole, most = self.hunt.finder, end.steps, self.hunt.steps
        for _ in range(LONGER):
            if end.steps < most or at_rest(finder, end):
                break
            before, most = end.cost, MORE * self.hunt.steps
            end = finder.descend(end.theta, most)
            whole += end.steps
            if not end.cost < before * (1 - SLOW):
                break
        return replace(finder.polished(end), steps=whole)

    def _nearest(self, end: Descent) -> Descent:
        """The same, or where a redundant formula leaves a choice, a place on the parameters' scales."""
        hunt = self.hunt
        if hunt.is_wide or not self.redundant:  # many parameters would be moved one by one
            return end
        wanted = [
            (place, float(hunt.scales.size(hunt.curve.names[place], {})))
            for place in hunt.curve.others
        ]
        return moved_near(hunt.finder, end, wanted)

    @cached_property
    def redundant(self) -> bool:
        """Whether the formula has more parameters than any data at these rows can tell."""
        return bool(self.ends) and is_redundant(self.hunt.finder, self.ends[0])

    def _as_found(self, end: Descent, settled: FloatArray, account: Account) -> Found:
        names = self.hunt.curve.names
        values = FrozenMap(dict(zip(names, settled.tolist(), strict=True)))
        finder = self.hunt.finder
        if not np.array_equal(settled, end.theta):  # of what is said, signs and order are its own
            end = replace(finder.descend(settled, 0), steps=end.steps)
        off = self._off(end)
        if off is None:
            return Found(values, self._cost(end), self._outcome(end), account.method)
        far = FrozenMap(zip(names, off.theta.tolist(), strict=True))
        return Found(values, self._cost(end), infinite(off, end, names), account.method, far=far)

    def _cost(self, end: Descent) -> float:
        return cost_of(self.hunt.task, end.cost * self.hunt.unit * self.hunt.unit)

    def _off(self, end: Descent) -> Runaway | None:
        """Which parameter runs off from an end, looked at once."""
        key = end.theta.tobytes()
        if key not in self.followed:
            self.followed[key] = runaway(self.hunt.finder, end)
        return self.followed[key]

    def _outcome(self, end: Descent) -> Outcome:
        """What the end is."""
        hunt = self.hunt
        names = hunt.curve.names
        held = [name for name, free in zip(names, end.free, strict=True) if not free]
        rest = self._rest(end)
        if rest is not None:
            return at_kink(held) if rest == "kink" else converged(end, held)
        place = edge(hunt.finder, end)
        if place is not None:
            return at_edge(names[place], end.theta[place])
        steps = np.abs(end.near.change(0.0, end.free)) * end.near.lengths
        moving = [
            name for name, step in zip(names, steps, strict=True) if step > 0.01 * steps.max()
        ]
        return exhausted(end, moving) if end.steps >= MORE * hunt.steps else stalled(moving)

    def _rest(self, end: Descent) -> Rest | None:
        """What kind of minimum an end is: where steps did not bring the gradient to 0 at once, by the exact Hessian."""
        finder, task = self.hunt.finder, self.hunt.task
        near = at_rest(finder, end)
        is_sharp = end.near.gain(end.free) <= SHARP * end.cost or end.cost <= floor(finder)
        if near and (is_sharp or is_large(task)):
            return "smooth"
        return rest_of(task, end.theta)

    def _twin(self, best: Descent, settled: FloatArray, account: Account) -> Found | None:
        """A minimum that costs as little as the best and that no symmetry of the formula turns into it."""
        hunt, finder = self.hunt, self.hunt.finder
        if hunt.is_wide or self.redundant or not is_told(best):
            return None
        for end in self.ends:
            if end.cost > best.cost * (1 + EQUAL) + floor(finder) or not is_told(end):
                continue
            place = hunt.ties.settled(end.theta, hunt.rows)
            if not hunt.are_apart(place, settled) or not is_parted(hunt, settled, place):
                continue
            if self._rest(end) is not None and not self._off(end):
                end = finder.polished(end)
                place = hunt.ties.settled(end.theta, hunt.rows)
                return replace(self._as_found(end, place, account), is_twin=True)
        return None

    def _second(self, best: Descent, settled: FloatArray, account: Account) -> Found | None:
        """Another minimum that the data hardly tell from the best."""
        hunt = self.hunt
        if best.cost <= floor(hunt.finder) or self.redundant:
            return None
        most = best.cost * (1 + hardly_told(len(hunt.curve.names), len(hunt.rows)))
        gone = -np.inf  # ends on one way to infinity cost as much as its limit
        for end in self.ends:
            if not best.cost * (1 + EQUAL) < end.cost <= most or not at_rest(hunt.finder, end):
                continue
            place = hunt.ties.settled(end.theta, hunt.rows)
            if end.cost <= gone or not hunt.are_apart(place, settled):
                continue
            off = self._off(end)
            if off is None:
                end = hunt.finder.polished(end)
                return self._as_found(end, hunt.ties.settled(end.theta, hunt.rows), account)
            gone = end.cost * (1 + EQUAL)
        return None


def cost_of(task: Task, squares: float) -> float:
    """The problem's cost from the weighted sum of squared residuals."""
    count = float(len(task.columns) if task.weights is None else task.weights.sum())
    factor = square_factor(task.problem)
    total = float(factor if factor is not None else 1) * squares
    mean = total / count
    reduced = {"sum": total, "half mean": mean / 2, "root mean": float(np.sqrt(mean))}
    return reduced.get(task.problem.loss.reduction, mean)
