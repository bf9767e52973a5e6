"""Ruled: the steps of an update rule, and what it remembers from one to the next.

Laws
----
- step number k of the walk, counted from 0, is the rule's step t = k + 1
- what is remembered is kept for the last few steps, so that a walk that is stopped anywhere stands where its row does
- a rule rests where neither this step nor those that would follow at the same gradient move a parameter
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from symgd.codegen.arrival import Evaluate
from symgd.codegen.strides import Stepped
from symgd.codegen.update_entries import FEW, Entries, UpdateEntries, entries_of, over_arrays
from symgd.codegen.update_rule import Oracle, UpdateFunction
from symgd.data.arrays import FloatArray
from symgd.optimize.method import Method
from symgd.writing.formulas.names import AFTER

OWN = ("step", "cost", "gradient_norm", "step_norm")  # columns of every trace
AHEAD = 3  # steps that are made in thought, to see whether a rule rests
Numbers: TypeAlias = tuple[float, ...]
Moved: TypeAlias = tuple[list[float], Any, Numbers]  # the next point, what is remembered, what is told


class Stand(NamedTuple):
    """What is remembered where a step begins."""

    step: int
    state: Any
    told: Numbers


class Leap(NamedTuple):
    """Where a step led, and how far."""

    step: int
    ahead: list[float]
    distance: float


class Asked(NamedTuple):
    """A cost as a step sees it: cost and gradient, and what else the rule may ask."""

    evaluate: Evaluate
    oracle: Oracle


@dataclass(frozen=True, eq=False)
class RuleStanding:
    """What a rule remembers where a walk stands, so that it goes on.

    Parameters
    ----------
    state, told : tuple of float
        One after the other, name by name.
    rows : array
        The told rows of the steps before this one.
    last : int
        The most steps, as the law of the rate knows them.
    """

    state: Numbers
    told: Numbers
    rows: FloatArray
    last: int


class RuleSteps:
    """The steps of a rule for so many coordinates, whatever it remembers."""

    def __init__(self, method: Method, width: int) -> None:
        self.method, self.width = method, width
        self.update = UpdateFunction(method.optimizer, method.settings)
        self.entries = UpdateEntries.of(self.update) if width <= FEW else None
        self._kinds = [self.update.rule.kinds[name] for name in self.update.rule.told]

    def begin(self, alpha: float) -> Stand:
        """Where the first step begins; what is no state is 0 there."""
        rule = self.update.rule
        parts = self.update.start(self.width, alpha)
        known = dict(zip(rule.state, parts, strict=True))
        told = tuple(known.get(name, 0.0) for name in rule.told)
        shown = [np.broadcast_to(part, self._shape(n)) for n, part in zip(rule.told, told, strict=True)]
        state = parts if self.entries is None else entries_of(parts, self.width)
        return Stand(0, state, _flat(shown))

    def move(
        self, values: list[float], gradient: Sequence[float], t: int, alpha: float, state: Any, oracle: Oracle | None
    ) -> Moved:
        """Where a step leads."""
        if self.entries is not None:
            ahead, kept, told = self.entries(values, gradient, t, alpha, state)
            return ahead, kept, self._told(told)
        made = over_arrays(self.update, values, gradient, t, alpha, state, oracle)
        shown = [
            np.broadcast_to(part, self._shape(name))
            for name, part in zip(self.update.rule.told, made.told, strict=True)
        ]
        return made.theta.tolist(), made.state, _flat(shown)

    def _told(self, told: Entries) -> Numbers:
        """Name by name, what is told of each parameter; of a number once."""
        if len(self.update.rule.told) == 1 and self._kinds[0] == "vector":
            return tuple([one[0] for one in told])
        columns = zip(*told, strict=True)
        parts = (c if k == "vector" else c[:1] for c, k in zip(columns, self._kinds, strict=True))
        return tuple(chain.from_iterable(parts))

    def _shape(self, name: str) -> tuple[int, ...]:
        kind = self.update.rule.kinds[name]
        return {"vector": (self.width,), "matrix": (self.width, self.width)}.get(kind, ())

    def flat(self, state: Any) -> Numbers:
        """What is remembered as numbers, one after the other."""
        if self.entries is not None:
            return tuple(chain.from_iterable(state))
        rule = self.update.rule
        return _flat([np.broadcast_to(p, self._shape(n)) for n, p in zip(rule.state, state, strict=True)])

    def restored(self, numbers: Numbers) -> Any:
        """The same, from the numbers; ValueError where they are too many or too few."""
        names = self.update.rule.state
        if self.entries is not None:
            each = len(names)
            if len(numbers) != each * self.width:
                raise ValueError("not what the rule remembers")
            return [tuple(numbers[n * each : (n + 1) * each]) for n in range(self.width)]
        found, place = [], 0
        for name in names:
            shape = self._shape(name)
            size = math.prod(shape)
            part = np.array(numbers[place : place + size]).reshape(shape)
            found.append(part if shape else float(part))
            place += size
        if place != len(numbers):
            raise ValueError("not what the rule remembers")
        return tuple(found)

    def columns(self, names: Sequence[str], taken: Sequence[str]) -> tuple[str, ...]:
        """What is told, as columns of a trace: m[b], state m of parameter b; numbers by their own name."""
        found: list[str] = []
        for name, kind in zip(self.update.rule.told, self._kinds, strict=True):
            if kind == "vector":
                found += [f"{name}[{one}]" for one in names]
            elif kind == "matrix":
                found += [f"{name}[{one},{other}]" for one in names for other in names]
            else:
                while name in taken or name in found or name in OWN:
                    name += "_"
                found.append(name)
        return tuple(found)


def _flat(parts: Sequence[Any]) -> Numbers:
    return tuple(chain.from_iterable(np.ravel(part).astype(float).tolist() for part in parts))


class RuledStride:
    """The steps of a walk by a rule.

    Parameters
    ----------
    steps : RuleSteps
    rate : callable
        From the step's number t to the learning rate.
    see : callable
        From the number of a move, counted from 0, to the cost that it looks at; None for the walk's own.
    moves : int
        Moves of one step of the walk.
    begun : Stand
    last : int
        The most steps, as the law of the rate knows them.
    """

    def __init__(
        self,
        steps: RuleSteps,
        rate: Callable[[int], float],
        oracle: Oracle,
        see: Callable[[int], Asked] | None,
        moves: int,
        begun: Stand,
        last: int = 0,
    ) -> None:
        self.steps, self.rate, self.oracle, self.see, self.moves = steps, rate, oracle, see, moves
        self.last = last
        self.stands: tuple[Stand, ...] = (begun,)
        self.leaps: tuple[Leap, ...] = ()
        self.lost = False  # whether what is remembered has left the floats

    def stride(self, step: int, values: list[float], cost: float, gradient: Sequence[float]) -> Stepped:
        """The step from a point, whose rate is its length over the gradient's."""
        ahead, state, told = self._made(step, values, gradient, self.stands[-1].state)
        distance = math.dist(ahead, values)
        self.stands = (*self.stands[-3:], Stand(step + 1, state, told))
        self.leaps = (*self.leaps[-2:], Leap(step, ahead, distance))
        self.lost = not math.isfinite(sum(map(abs, told)))
        length = math.hypot(*gradient)
        rate = distance / length if length else 0.0
        return (math.inf if self.lost else rate), ahead, None

    def _made(self, step: int, values: list[float], gradient: Sequence[float], state: Any) -> Moved:
        move, rate = self.steps.move, self.rate
        if self.see is None:
            return move(values, gradient, step + 1, rate(step + 1), state, self.oracle)
        told: Numbers = ()
        for number in range(step * self.moves, (step + 1) * self.moves):
            seen = self.see(number)
            slopes = seen.evaluate(values)[1]
            values, state, told = move(values, slopes, number + 1, rate(number + 1), state, seen.oracle)
        return values, state, told

    def stand(self, step: int) -> Stand:
        """What is remembered where one of the last steps begins."""
        return next(stand for stand in reversed(self.stands) if stand.step == step)

    def leap(self, step: int) -> Leap:
        """Where one of the last steps led."""
        return next(leap for leap in reversed(self.leaps) if leap.step == step)

    def rests(self, step: int, values: list[float], gradient: Sequence[float]) -> bool:
        """Whether the next steps would not move a parameter either."""
        state = self.stands[-1].state
        for later in range(step + 1, step + 1 + AHEAD):
            ahead, state, _ = self._made(later, values, gradient, state)
            if ahead != values:
                return False
        return True
