"""What a film tells of several optimizers on one cost, from one start: nothing here needs Manim.

Laws
----
- each walk is a run of the library's own, at the best of the rates and shares of memory that are tried: all are tuned
  alike, for the count that is shown, gradient descent from the best constant rate of `learning_rates` on; what is run is
  the number printed
- an optimizer that the viewer asked for runs with the viewer's own rate, settings and schedule
- counted is the step from which on a run stays near, watched far beyond the race: the first step that is near by chance
  changes with every rate, and who leaves again after the race has not arrived
- the least cost is the formula's or a fit's; only where neither is known, the lowest that any walk came to
- who is first is counted in the runs, at two tolerances, and nothing else is said of who is better
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product
from typing import Any

import numpy as np

from symgd.animations.comparing.race_letters import corrected, hatted, letters_of
from symgd.animations.comparing.race_memory import kept_of
from symgd.animations.comparing.race_rates import ROUNDS, farther, neighbours, shares_of, tried
from symgd.animations.comparing.race_watch import HORIZON, LOST, RaceWatch
from symgd.animations.comparing.rate_lanes import MOST_FIGURES, as_printed, best_constant
from symgd.animations.comparing.walks import PLANE, Walk, again, start_of
from symgd.animations.formulas.numerals import numeral, settled
from symgd.animations.stories.cost_map import CostMap
from symgd.animations.stories.descent_story import DescentStory, evaluator, tell
from symgd.animations.stories.known_least import known_least
from symgd.animations.stories.level_start import ELSEWHERE, expect_slope
from symgd.codegen.evaluators.evaluator import Evaluate
from symgd.data.arrays import FloatArray
from symgd.derivation.gradient import Gradient
from symgd.errors import ProblemError, SymgdError
from symgd.optimize.run import Run
from symgd.optimizers.optimizer import Optimizer
from symgd.optimizers.optimizers import OPTIMIZERS
from symgd.optimizers.printed import decimal_of, equations
from symgd.terms import Equation, Symbol, Term
from symgd.writing.formulas.names import AFTER
from symgd.writing.words import Message, message

USUAL = ("gradient_descent", "momentum", "rmsprop", "adam")
UNEVEN = 12.0
MORE = 1.25  # times the last arrival are shown
NEAR, FAR = 1e-3, 1e-1  # of the start's gap, that may be left
NAMED = {
    "gradient_descent": message("Gradient descent"),
    "momentum": message("Momentum"),
}  # those whose names are words
BRIEF = {
    "gradient_descent": message("Gradient descent", context="in a table")
}  # where there is little room
HALVINGS = 40
ROUNDING = 1e-9  # a cost so much lower, relatively, is no lower
OWN = ("optimizer", "optimizer_settings", "schedule")


@dataclass(frozen=True, eq=False)
class RaceStory:
    """Walks by several optimizers."""

    run: Run
    derive: Callable[[], Gradient]

    @cached_property
    def evaluate(self) -> Evaluate:
        """The cost and its gradient."""
        return evaluator(self.run, self.derive)

    @cached_property
    def watch(self) -> RaceWatch:
        """Who arrives, and stays."""
        return RaceWatch(self.run, self.derive)

    @cached_property
    def told(self) -> DescentStory:
        """The viewer's own descent."""
        return tell(self.run, self.derive)

    @cached_property
    def optimizers(self) -> tuple[Optimizer, ...]:
        """Gradient descent, the viewer's own where it is another, and the usual ones, as many as have a look."""
        asked = [] if self.run.is_plain else [self.run.optimizer]
        usual = [OPTIMIZERS[name] for name in USUAL]
        found = [usual[0], *asked, *(each for each in usual[1:] if each not in asked)]
        return tuple(found[: len(USUAL)])

    def options(self, optimizer: Optimizer) -> Mapping[str, Any]:
        """What the walk by an optimizer is asked for."""
        if optimizer.name == USUAL[0]:
            return {"optimizer": optimizer, "learning_rate": self.best_constant[0]}
        if optimizer is not self.run.optimizer or self.run.is_plain:
            return {"optimizer": optimizer}
        given = {name: self.run.options[name] for name in OWN if name in self.run.options}
        return {**given, "learning_rate": self.run.options.get("learning_rate", "auto")}

    @cached_property
    def walks(self) -> tuple[Walk, ...]:
        """A walk by each, all of so many steps."""
        made = [each for optimizer in self.optimizers if (each := self._attempts(optimizer))]
        if len(made) <= 1:
            cause = "no second optimizer can go down this cost, and there is nothing to compare"
            raise ProblemError(cause, "film the lesson descend")
        found = self._known[0]
        if found is None:
            found = min(_lowest(walk) for walks in made for walk in walks)
        return tuple(self._tuned(walks, found) for walks in made)

    def _tuned(self, walks: list[Walk], least: float) -> Walk:
        """The best of one optimizer's walks, of those with less and more memory, and of those at the rates round it, while one is better."""
        best, parts = self.watch.best_of(walks, least, (NEAR, FAR)), (NEAR, FAR)
        if len(walks) == 1:
            return best
        options: dict[str, Any] = {"max_iter": HORIZON, **self.options(best.run.optimizer)}
        if self.watch.arrival(best, least, NEAR) is None:
            rates = farther(best.run.learning_rate)
            best = self.watch.best_of([best, *self._tried(best.name, options, rates)], least, parts)
            rates = [r for r in tried(best.run.learning_rate) if r != best.run.learning_rate]
            walks = [best, *self._tried(best.name, options, rates)]
            best = self.watch.best_of(walks, least, parts)
        done = {walk.run.learning_rate for walk in walks}
        others = self._with_memories(best, options, sorted(done))
        best = self.watch.best_of([best, *others], least, parts)
        if _settings(best):
            options["optimizer_settings"] = _settings(best)
            done = {best.run.learning_rate}
        for _ in range(ROUNDS):
            rates = [rate for rate in neighbours(best.run.learning_rate) if rate not in done]
            done |= {*rates}
            nearby = self._tried(best.name, options, rates)
            if (better := self.watch.best_of([best, *nearby], least, parts)) is best:
                break
            best = better
        return best

    def _with_memories(
        self, walk: Walk, options: Mapping[str, Any], rates: Sequence[float]
    ) -> list[Walk]:
        """Its optimizer with all other shares of its memories, each at all rates."""
        optimizer = walk.run.optimizer
        memories, own = self._shares(optimizer), optimizer.values
        found: list[Walk] = []
        for shares in product(*([own[name], *more] for name, more in memories.items())):
            given = dict(zip(memories, shares, strict=True))
            if any(share != own[name] for name, share in given.items()):
                found += self._tried(walk.name, {**options, "optimizer_settings": given}, rates)
        return found

    def _shares(self, optimizer: Optimizer) -> Mapping[str, list[float]]:
        """By setting: shares of memory that are tried; none of what the viewer asked for."""
        asked = optimizer is self.run.optimizer and not self.run.is_plain
        return {} if asked else shares_of(optimizer)

    @property
    def named_briefly(self) -> tuple[Walk, ...]:
        """The walks by the names that a table has room for."""
        return tuple(
            replace(walk, name=BRIEF.get(walk.run.optimizer.name, walk.name)) for walk in self.walks
        )

    def _attempts(self, optimizer: Optimizer) -> list[Walk]:
        """Walks by one optimizer: one for each rate that is tried, or the only one; none where it cannot walk."""
        name = NAMED.get(optimizer.name, optimizer.heading)
        options = {"max_iter": HORIZON, **self.options(optimizer)}
        try:
            made = [Walk(name, self._walk(options))]
        except SymgdError:
            if optimizer is self.run.optimizer:
                raise
            return []
        first = made[0].run
        if (
            self._is_asked(optimizer)
            or not first.has_rate
            or first.varies
            or not first.learning_rate > 0
        ):
            return made
        others = [rate for rate in tried(first.learning_rate) if rate != first.learning_rate]
        return [*made, *self._tried(name, options, others)]

    def _tried(
        self, name: Message | str, options: Mapping[str, Any], rates: Sequence[float]
    ) -> list[Walk]:
        """Walks by one optimizer at some rates, as far as it does not lose the way."""
        made: list[Walk] = []
        for rate in rates:
            try:
                run = again(self.run, self.derive, **{**options, "learning_rate": rate})
            except SymgdError:
                continue
            if run.outcome.kind not in LOST:
                made.append(Walk(name, run))
        return made

    @cached_property
    def best_constant(self) -> tuple[float, bool]:
        """Gradient descent's rate, one that stays the same; and whether it is known to be best."""
        return best_constant(self.told)

    def _walk(self, options: Mapping[str, Any]) -> Run:
        """A walk at the rate that is printed, halved while a rate found by trial loses the way."""
        run = again(self.run, self.derive, **options)
        rate = options.get("learning_rate", "auto")
        if rate == "auto":
            if not run.has_rate or run.varies:
                return run
            printed = as_printed(run.learning_rate)
            return again(self.run, self.derive, **{**options, "learning_rate": printed})
        for _ in range(HALVINGS):
            if options["optimizer"].name != USUAL[0] or run.outcome.kind not in LOST:
                break
            rate = as_printed(rate / 2)
            run = again(self.run, self.derive, **{**options, "learning_rate": rate})
        return run

    def is_own(self, walk: Walk) -> bool:
        """Whether it walks at the viewer's own rate."""
        return self._is_asked(walk.run.optimizer)

    def _is_asked(self, optimizer: Optimizer) -> bool:
        """Whether an optimizer, other than the plain one, was asked for at a rate."""
        given = self.run.options.get("learning_rate", "auto")
        return not self.run.is_plain and optimizer is self.run.optimizer and given != "auto"

    @cached_property
    def _known(self) -> tuple[float | None, FloatArray]:
        """The least cost that a formula or a fit knows, None where neither does; and the parameters there, or where a descent ended."""
        found = known_least(self.told)
        if not found.is_best:
            return None, found.values
        exact = self.run.exact
        cost = self.evaluate(found.values.tolist())[0] if exact is None else exact.cost
        return settled(float(cost), float(self.told.cost[0])), found.values

    @cached_property
    def least(self) -> tuple[float, bool]:
        """The least cost, and whether it is known, or the lowest that any walk came to."""
        known, lowest = self._known[0], min(map(_lowest, self.walks))
        if known is None or lowest < known - ROUNDING * abs(known):
            return lowest, False
        return known, True

    def arrivals(self, part: float) -> tuple[int | None, ...]:
        """From which step on each has no more than a `part` of the gap left, and keeps to that as long as it is watched."""
        return tuple(self.watch.arrival(walk, self.least[0], part) for walk in self.walks)

    def first(self, part: float) -> tuple[Walk, ...]:
        """Who is there first; several where they come together, none where nobody comes."""
        found = self.arrivals(part)
        best = min((steps for steps in found if steps is not None), default=None)
        return tuple(
            walk
            for walk, steps in zip(self.walks, found, strict=True)
            if best is not None and steps == best
        )

    @cached_property
    def end(self) -> float:
        """How long all are shown: until shortly after the last that arrives."""
        found = [steps for steps in self.arrivals(NEAR) if steps is not None]
        longest = max(walk.end for walk in self.walks)
        if len(found) < len(self.walks):
            return longest
        return min(longest, max(10.0, MORE * max(found)))

    @property
    def is_uneven(self) -> bool:
        """Whether an even clock has no room for the first: the last takes so many times as long."""
        found = [steps for steps in self.arrivals(NEAR) if steps is not None]
        return self.end > UNEVEN * max(1, min(found, default=HORIZON))

    @property
    def finish(self) -> float:
        """The cost of which a run that arrives has no more."""
        least = self.least[0]
        return least + NEAR * (float(self.walks[0].cost[0]) - least)

    @cached_property
    def axes(self) -> tuple[int, ...]:
        """The parameters of the picture: the two whose way changes the cost most, in the model's order; or the only one."""
        start, end = self.walks[0].points[0], self.best_end
        costs = []
        for index in range(len(start)):
            without = end.copy()
            without[index] = start[index]
            costs.append(abs(float(self.evaluate(without.tolist())[0])))
        found = np.nan_to_num(np.array(costs), nan=np.inf)
        largest = np.argsort(-found, kind="stable")[:PLANE]
        return tuple(sorted(map(int, largest)))

    @property
    def best_end(self) -> FloatArray:
        """Where the walk ended that came lowest."""
        return np.array(min(self.walks, key=lambda walk: float(walk.cost[-1])).points[-1])

    @property
    def is_slice(self) -> bool:
        """Whether the picture has not all parameters."""
        return len(self.axes) < len(self.run.trace.parameters)

    @cached_property
    def ground(self) -> CostMap:
        """The lines of equal cost round the least one; of a slice, round its lowest place, and the slice is where a walk is."""
        start: FloatArray = np.array(self.walks[0].points[0])
        known = self.run.curvature is not None
        held = self.best_end
        if not self.is_slice:
            held = self._known[1] if self.least[1] else held
            return CostMap(self.evaluate, self.axes, held, start, known)
        made = CostMap(self.evaluate, self.axes, held, start, known)
        if made.is_bowl:
            held = held.copy()
            held[list(self.axes)] = made.centre
        return CostMap(self.evaluate, self.axes, held, start, known)

    def rule(self, walk: Walk) -> tuple[Equation, ...]:
        """The optimizer's statements as they are declared; a letter that is a parameter's too is another."""
        return equations(walk.run.optimizer.rule, self.letters(walk))

    def settings(self, walk: Walk) -> tuple[Equation, ...]:
        """The numbers that the statements' settings have, by the same letters."""
        optimizer, letters = walk.run.optimizer, self.letters(walk)
        values = {**optimizer.values, **_settings(walk)}
        return tuple(
            Equation(Symbol(letters.get(name, name)), decimal_of(values[name]))
            for name in optimizer.rule.settings
        )

    def rate(self, walk: Walk) -> Equation | None:
        """The learning rate, by the letter that the statements have for it; None where there is not one."""
        run = walk.run
        if not run.has_rate or "alpha" not in run.optimizer.rule.used:
            return None
        letter = self.letters(walk).get("alpha", "alpha")
        return Equation(Symbol(letter), numeral(run.learning_rate, MOST_FIGURES))

    def written(self, walk: Walk) -> tuple[Equation, ...]:
        """The statements as they are filmed: what is divided inside a fraction of the last one is a statement of its own."""
        *states, last = self.rule(walk)
        new: dict[Term, Term] = {part: hatted(part) for part in corrected(last.right)}
        made = (Equation(letter, part) for part, letter in new.items())
        return *states, *made, Equation(last.left, last.right.substitute(new))

    def has_hats(self, walk: Walk) -> bool:
        """Whether it remembers several things, each of which is divided by what depends on the step's number."""
        hats = corrected(self.rule(walk)[-1].right)
        return len(hats) == len(walk.run.optimizer.rule.state) > 1

    def kin(self, walk: Walk) -> dict[Term, int]:
        """By a state as the film writes it: the number of an earlier walk that remembers the like, of gradients or their squares."""
        earlier = self.walks[: self.walks.index(walk)]
        rule, found = walk.run.optimizer.rule, {}
        letters = dict(zip(rule.made, (line.left for line in self.rule(walk)), strict=True))
        for state, (_, squares) in kept_of(walk.run.optimizer).items():
            for number, other in enumerate(earlier):
                theirs = [kind for _, kind in kept_of(other.run.optimizer).values()]
                if theirs == [squares]:
                    found[letters[state + AFTER]] = number
                    break
        return found

    def letters(self, walk: Walk) -> Mapping[str, str]:
        """What is written for the rule's names."""
        others = [other.run.optimizer for other in self.walks]
        return letters_of(walk.run.optimizer, others, self.run.trace.parameters)


def _lowest(walk: Walk) -> float:
    """The lowest cost that a walk came to."""
    costs = walk.cost[np.isfinite(walk.cost)]
    return float(costs.min()) if costs.size else math.inf


def _settings(walk: Walk) -> dict[str, float]:
    """The numbers that a walk's settings were given."""
    return dict(walk.run.options.get("optimizer_settings") or {})


def tell_race(run: Run, derive: Callable[[], Gradient]) -> RaceStory:
    """The story of several optimizers.

    Raises
    ------
    ProblemError
        Where the start is the minimum already.
    """
    story = RaceStory(run, derive)
    expect_slope(story.evaluate, [*start_of(run).values()])
    first = story.walks[0]
    if not first.run.steps or not (first.cost[0] > story.least[0]):
        cause = "the start is the minimum: no optimizer has a step to make"
        raise ProblemError(cause, ELSEWHERE)
    return story
