"""Functions of parameters alone: when a walk on one has arrived, where the value itself says nothing of what is little.

Laws
----
- a function and the same function with a number added have their minimum in the same place: how little a fall is, is measured
  by what the function has fallen since the start
- it is little only where no parameter has to move by more than a small part of its size, or of its way from the start
- where large parts cancel, no fall below their rounding can be seen
- a function that is seen to be nowhere negative is least where it is 0
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeAlias

from symgd.codegen.arrival import EPSILON, Ahead, CostAndGradient, Evaluate
from symgd.codegen.differences import ahead_by_differences
from symgd.codegen.evaluator import Compiled
from symgd.codegen.jumps import has_kinks
from symgd.codegen.kinks import ahead_at_kinks
from symgd.codegen.lower import lower_size
from symgd.codegen.strides import FEW
from symgd.codegen.walk import Ending, Limits, Look
from symgd.optimize.curvature import Quadratic
from symgd.optimize.onward import RuledTests, TurnedTests
from symgd.optimize.rates import Asked
from symgd.problem.problem import Problem
from symgd.terms import Call, Power
from symgd.terms.exact import exact_number, is_not_negative

Size: TypeAlias = Callable[[Sequence[float]], float]
SeenAhead: TypeAlias = Callable[[Evaluate, Sequence[float], float, Sequence[float]], Ahead | None]
ROUNDING = (16 * EPSILON) ** 2  # the part of `effects` that `has_arrived` takes for rounding
LARGEST = 1e300
SMOOTH = 100_000  # steps
NEAR = 1e-3  # of a parameter's size, or of its way: a move


def few_steps(asked: Asked, problem: Problem, found: Quadratic | None) -> Asked:
    """So many steps at most, where nobody says how many: of a quadratic it is foretold what more would bring."""
    if found is not None or asked.steps_given:
        return asked
    most = FEW if has_kinks(problem) else SMOOTH
    return replace(asked, limits=asked.limits._replace(most=most))


def size_of(problem: Problem, whole: Callable[[Sequence[float]], list[float]]) -> Size:
    """How large the parts of a function are, added without their signs; `whole` answers all parameters from those that move."""
    sizes = Compiled(problem, lower_size(problem)).on([])
    return lambda values: sizes(whole(values))[0]


def ahead_in_function(problem: Problem, first: float, kinked: bool) -> SeenAhead:
    """How a walk that began at a value of `first` sees what lies ahead of a point."""
    sharp = kinked or _has_roots(problem)
    ahead_of = ahead_at_kinks if sharp else ahead_by_differences
    floored = is_not_negative(problem.cost_term.written_out())

    def seen(
        evaluate: Evaluate, values: Sequence[float], cost: float, gradient: Sequence[float]
    ) -> Ahead | None:
        fallen = first - cost if first > cost else abs(cost) or 1.0

        def raised(point: Sequence[float]) -> CostAndGradient:
            there, slopes = evaluate(point)
            return there + (fallen - cost), slopes

        ahead = ahead_of(raised, values, fallen, gradient)
        least = floored and cost == 0 and not any(gradient)
        if ahead is not None and least and not ahead.bends_down:
            return ahead._replace(fall=0.0, settles=True)
        return ahead

    return seen


def _has_roots(problem: Problem) -> bool:
    """Whether something stands under a root, which has a tip where that is 0."""
    for part in problem.cost_term.written_out().parts():
        if isinstance(part, Call) and part.function in ("sqrt", "cbrt"):
            return True
        power = exact_number(part.exponent) if isinstance(part, Power) else None
        if power is not None and 0 < power < 1:
            return True
    return False


class FunctionTests(TurnedTests):
    """Ends a walk where the function can fall by next to nothing of what it has fallen, or of its parts' rounding."""

    def __init__(
        self, limits: Limits, look: Look, start: Sequence[float], first: float, size: Size | None
    ) -> None:
        super().__init__(limits, self._measured(look), len(start))
        self.start, self.first, self.size, self.part = start, first, size, 0.0

    def ending(
        self,
        step: int,
        values: list[float],
        found: CostAndGradient,
        rate: float,
        ahead: list[float],
        change: float,
    ) -> Ending | None:
        """The ending, if there is one here."""
        length = math.hypot(*found[1])
        ended = self._test(rate * length, length, change)
        self.part = self._part(ended, step >= self.limits.most)
        return super().ending(step, values, found, rate, ahead, change)

    def _measured(self, look: Look) -> Look:
        """What lies ahead, with what a fall is measured by among its effects."""

        def measured(values: list[float], cost: float, gradient: Sequence[float]) -> Ahead | None:
            ahead = look(values, cost, gradient)
            if ahead is None:
                return None
            fallen = max(self.first - cost, 0.0)
            size = 0.0 if self.size is None else self.size(values)
            part = self.part if self._is_near(ahead, values) else 0.0
            room = max(part * fallen, EPSILON * size) / ROUNDING
            return ahead._replace(effects=(*ahead.effects, fallen, min(room, LARGEST)))

        return measured

    def _is_near(self, ahead: Ahead, values: Sequence[float]) -> bool:
        """Whether no parameter has far to go."""
        ways = [max(abs(v), abs(v - s)) for v, s in zip(values, self.start, strict=True)]
        whole = max(ways)
        return all(
            abs(move) <= NEAR * (way or whole) for move, way in zip(ahead.moves, ways, strict=True)
        )


class RuledFunctionTests(RuledTests, FunctionTests):
    """The same for a walk by an update rule."""
