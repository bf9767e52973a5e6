"""What a film tells of several optimizers on one cost, from one start: nothing here needs Manim.

Laws
----
- each walk is a run of the library's own, at the best of the rates and shares of memory that are tried: all are tuned
  alike, for the count that is shown, gradient descent from the best constant rate of `learning_rates` on; what is run is
  the number printed
- an optimizer that the viewer asked for runs with the viewer's own rate, settings and schedule
- counted is the step from which on a run stays near: the first step that is near by chance changes with every rate
- who is first is counted in the runs, at two tolerances, and nothing else is said of who is better
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from symgd.animations.comparing.race_memory import kept_of
from symgd.animations.comparing.race_rates import ROUNDS, best_of, neighbours, shares_of, tried
from symgd.animations.comparing.rate_lanes import MOST_FIGURES, as_printed, best_constant
from symgd.animations.comparing.walks import Walk, again, axes_of, held_at, least_of, start_of
from symgd.animations.formulas.numerals import numeral
from symgd.animations.stories.cost_map import CostMap
from symgd.animations.stories.descent_story import evaluator, tell
from symgd.animations.stories.level_start import ELSEWHERE, expect_slope
from symgd.codegen.evaluators.evaluator import Evaluate
from symgd.data.arrays import FloatArray
from symgd.derivation.gradient import Gradient
from symgd.errors import ProblemError, SymgdError
from symgd.optimize.run import Run
from symgd.optimizers.optimizer import Optimizer
from symgd.optimizers.optimizers import OPTIMIZERS
from symgd.optimizers.printed import decimal_of, equations
from symgd.terms import Equation, Fraction, Symbol, Term
from symgd.writing.formulas.names import AFTER
from symgd.writing.words import Message, message

USUAL = ("gradient_descent", "momentum", "rmsprop", "adam")
HORIZON = 200  # steps of each
UNEVEN = 12.0
MORE = 1.25  # times the last arrival are shown
NEAR, FAR = 1e-3, 1e-1  # of the start's gap, that may be left
OTHERS = ("q", "r", "w", "z", "k", "h", "l", "o")  # letters for those that the model has taken
SHORT = ("u", "w", *OTHERS)  # letters for what is divided within a fraction
STEP_NUMBER = "t"
NAMED = {
    "gradient_descent": message("Gradient descent"),
    "momentum": message("Momentum"),
}  # those whose names are words
BRIEF = {
    "gradient_descent": message("Gradient descent", context="in a table")
}  # where there is little room
HALVINGS, LOST = 40, ("diverged", "undefined")
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
        least, known = least_of(made[0])
        if not known:
            costs = (walk.cost[np.isfinite(walk.cost)] for walks in made for walk in walks)
            least = min(float(cost.min()) for cost in costs if cost.size)
        return tuple(self._tuned(walks, least) for walks in made)

    def _tuned(self, walks: list[Walk], least: float) -> Walk:
        """The best of one optimizer's walks, of those with less and more memory, and of those at the rates round it, while one is better."""
        best = best_of(walks, least, (NEAR, FAR))
        if len(walks) == 1:
            return best
        options: dict[str, Any] = {"max_iter": HORIZON, **self.options(best.run.optimizer)}
        done = {walk.run.learning_rate for walk in walks}
        for setting, shares in self._shares(best.run.optimizer).items():
            for share in shares:
                given = {**_settings(best), setting: share}
                others = self._tried(
                    best.name, {**options, "optimizer_settings": given}, sorted(done)
                )
                best = best_of([best, *others], least, (NEAR, FAR))
        if _settings(best):
            options["optimizer_settings"] = _settings(best)
            done = {best.run.learning_rate}
        for _ in range(ROUNDS):
            rates = [rate for rate in neighbours(best.run.learning_rate) if rate not in done]
            done |= {*rates}
            nearby = self._tried(best.name, options, rates)
            if (better := best_of([best, *nearby], least, (NEAR, FAR))) is best:
                break
            best = better
        return best

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
        return best_constant(tell(self.run, self.derive))

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
    def least(self) -> tuple[float, bool]:
        """The least cost, and whether it is known, or the lowest that any walk came to."""
        return least_of(self.walks)

    def arrivals(self, part: float) -> tuple[int | None, ...]:
        """From which step on each has no more than a `part` of the gap left."""
        return tuple(walk.settles(self.least[0], part) for walk in self.walks)

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
        """The parameters of the picture."""
        return axes_of(self.walks)

    @cached_property
    def ground(self) -> CostMap:
        """The lines of equal cost."""
        start: FloatArray = np.array(self.walks[0].points[0])
        known = self.run.curvature is not None
        return CostMap(self.evaluate, self.axes, held_at(self.walks), start, known)

    def rule(self, walk: Walk) -> tuple[Equation, ...]:
        """The optimizer's statements as they are declared; a letter that is a parameter's too is another."""
        return equations(walk.run.optimizer.rule, self._letters(walk))

    def settings(self, walk: Walk) -> tuple[Equation, ...]:
        """The numbers that the statements' settings have, by the same letters."""
        optimizer, letters = walk.run.optimizer, self._letters(walk)
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
        letter = self._letters(walk).get("alpha", "alpha")
        return Equation(Symbol(letter), numeral(run.learning_rate, MOST_FIGURES))

    def written(self, walk: Walk) -> tuple[Equation, ...]:
        """The statements as they are filmed: what is divided inside a fraction of the last one is a statement of its own."""
        *states, last = self.rule(walk)
        letters = map(Symbol, self.short_letters(walk))
        new: dict[Term, Term] = dict(zip(corrected(last.right), letters, strict=False))
        made = (Equation(letter, part) for part, letter in new.items())
        return *states, *made, Equation(last.left, last.right.substitute(new))

    def short_letters(self, walk: Walk) -> list[str]:
        """Letters that neither a walk's rule nor the model has."""
        taken = {*self.run.trace.parameters, *(n for line in self.rule(walk) for n in line.names)}
        return [letter for letter in SHORT if letter not in taken]

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

    def _letters(self, walk: Walk) -> Mapping[str, str]:
        """What is written for the rule's names."""
        optimizer = walk.run.optimizer
        rule = optimizer.rule
        own = {name.removesuffix(AFTER) for name in (*rule.used, *rule.made)}
        letters = dict(optimizer.letters)
        taken = {*self.run.trace.parameters, *own, *letters.values()}
        for name in sorted(own):
            if letters.get(name, name) in self.run.trace.parameters:
                letters[name] = next(other for other in OTHERS if other not in taken)
                taken.add(letters[name])
        return letters


def _settings(walk: Walk) -> dict[str, float]:
    """The numbers that a walk's settings were given."""
    return dict(walk.run.options.get("optimizer_settings") or {})


def corrected(term: Term) -> list[Term]:
    """The parts of a statement that are a state divided by what depends on the step's number."""
    return [*dict.fromkeys(part for _, part in term.walk() if _is_corrected(part))]


def _is_corrected(part: Term) -> bool:
    if not isinstance(part, Fraction) or not isinstance(part.numerator, Symbol):
        return False
    return part.numerator.name.endswith(AFTER) and STEP_NUMBER in part.denominator.names


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
