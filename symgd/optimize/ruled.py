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
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from symgd.codegen.arrival import Evaluate
from symgd.codegen.strides import Stepped
from symgd.codegen.update_entries import (
    FEW,
    Moved,
    Numbers,
    UpdateEntries,
    flat,
    over_arrays,
)
from symgd.codegen.update_rule import Oracle, UpdateFunction
from symgd.data.arrays import FloatArray
from symgd.errors import SymgdError
from symgd.optimize.method import Method

OWN = ("step", "cost", "gradient_norm", "step_norm")  # columns of every trace
AHEAD = 3  # steps that are made in thought, to see whether a rule rests
_Leap: TypeAlias = tuple[int, Any, Numbers, list[float], float, Any, Numbers]


class Leap(NamedTuple):
    """A step: what is remembered where it begins, where it leads and how far, and what is remembered there."""

    step: int
    state: Any
    told: Numbers
    ahead: list[float]
    distance: float
    state_after: Any
    told_after: Numbers


class Sight(NamedTuple):
    """A cost as a step sees it: cost and gradient, and what else the rule may ask."""

    evaluate: Evaluate
    oracle: Oracle


@dataclass(frozen=True, eq=False)
class RuleStanding:
    """What a rule remembers where a walk stands, so that it goes on.

    Parameters
    ----------
    state : tuple of array
    told : tuple of float
        One after the other, name by name.
    rows : array
        The told rows of the steps before this one.
    last : int
        The most steps, as the law of the rate knows them.
    """

    state: tuple[FloatArray, ...]
    told: Numbers
    rows: FloatArray
    last: int


class RuleSteps:
    """The steps of a rule for so many coordinates, whatever it remembers."""

    def __init__(self, method: Method, width: int) -> None:
        self.method, self.width = method, width
        self.update = UpdateFunction(method.optimizer, method.settings)
        self.rule = self.update.rule
        self.entries = UpdateEntries.of(self.update, width) if width <= FEW else None

    def begin(self, alpha: float) -> tuple[Any, Numbers]:
        """What is remembered before the first step, and what is told of that; what is no state is 0."""
        rule, width = self.rule, self.width
        state = self.update.start(width, alpha)
        known = dict(zip(rule.state, state, strict=True))
        told = flat(tuple(known.get(name, 0.0) for name in rule.told), rule.told, rule, width)
        if self.entries is not None:
            return flat(state, rule.state, rule, width), told
        return state, told

    def move(
        self,
        values: list[float],
        gradient: Sequence[float],
        t: int,
        alpha: float,
        state: Any,
        oracle: Oracle | None,
    ) -> Moved:
        """Where a step leads."""
        if self.entries is not None:
            return self.entries(values, gradient, t, alpha, state)
        made = over_arrays(self.update, values, gradient, t, alpha, state, oracle)
        told = flat(made.told, self.rule.told, self.rule, self.width)
        return made.theta.tolist(), made.state, told

    def stored(self, state: Any) -> tuple[FloatArray, ...]:
        """What is remembered as arrays, one for each name, or one for all."""
        if self.entries is not None:
            return (np.array(state, dtype=np.float64),)
        return tuple(np.array(part, dtype=np.float64) for part in state)

    def restored(self, stored: Sequence[FloatArray]) -> Any:
        """The same again; ValueError for what is no such thing."""
        if self.entries is not None:
            state, _ = self.begin(1.0)
            (one,) = stored
            if one.shape != (len(state),):
                raise ValueError("not what the rule remembers")
            return tuple(one.tolist())
        if len(stored) != len(self.rule.state):
            raise ValueError("not what the rule remembers")
        return tuple(part if part.ndim else float(part) for part in stored)

    def columns(self, names: Sequence[str], taken: Sequence[str]) -> tuple[str, ...]:
        """What is told, as columns of a trace: m[b], state m of parameter b; numbers by their own name, and no matrices."""
        found: list[str] = []
        for name in self.rule.told:
            kind = self.rule.kinds[name]
            if kind == "vector":
                found += [f"{name}[{one}]" for one in names]
            elif kind == "number":
                while name in taken or name in found or name in OWN:
                    name += "_"
                found.append(name)
        return tuple(found)


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
    begun : tuple
        What is remembered where the first step begins, and what is told of it.
    last : int
        The most steps, as the law of the rate knows them.
    """

    def __init__(
        self,
        steps: RuleSteps,
        rate: Callable[[int], float],
        oracle: Oracle,
        see: Callable[[int], Sight] | None,
        moves: int,
        begun: tuple[Any, Numbers],
        last: int = 0,
    ) -> None:
        self.steps, self.rate, self.oracle, self.see, self.moves = steps, rate, oracle, see, moves
        self.last = last
        self.begun = begun
        self.leaps: tuple[_Leap, ...] = ()  # the last few
        self.lost = False  # whether what is remembered has left the floats
        self.refused: SymgdError | None = None  # why the rule makes no step

    def stride(
        self, step: int, values: list[float], cost: float, gradient: Sequence[float]
    ) -> Stepped:
        """The step from a point, whose rate is its length over the gradient's."""
        state, told = self.here
        try:
            ahead, state_after, told_after = self._made(step, values, gradient, state)
        except SymgdError as refused:
            self.refused = refused
            ahead, state_after, told_after = values, state, told
        distance, length = math.dist(ahead, values), math.hypot(*gradient)
        leap = (step, state, told, ahead, distance, state_after, told_after)
        self.leaps = (*self.leaps[-2:], leap)
        self.lost = not math.isfinite(sum(told_after))
        if self.lost or self.refused is not None:
            return math.inf, ahead, None
        return (distance / length if length else 0.0), ahead, None

    @property
    def here(self) -> tuple[Any, Numbers]:
        """What is remembered where the last step has led, and what is told of it."""
        return self.leaps[-1][5:] if self.leaps else self.begun

    def _made(self, step: int, values: list[float], gradient: Sequence[float], state: Any) -> Moved:
        move, rate = self.steps.move, self.rate
        if self.see is None:
            return move(values, gradient, step + 1, rate(step + 1), state, self.oracle)
        told: Numbers = ()
        for number in range(step * self.moves, (step + 1) * self.moves):
            seen = self.see(number)
            slopes = seen.evaluate(values)[1]
            values, state, told = move(
                values, slopes, number + 1, rate(number + 1), state, seen.oracle
            )
        return values, state, told

    def remembered(self, step: int) -> tuple[Any, Numbers]:
        """What is remembered where one of the last steps begins, and what is told of it."""
        for leap in reversed(self.leaps):
            if leap[0] == step:
                return leap[1:3]
            if leap[0] == step - 1:
                return leap[5:]
        return self.begun

    def leap(self, step: int) -> Leap:
        """One of the last steps."""
        return Leap(*next(leap for leap in reversed(self.leaps) if leap[0] == step))

    def rests(self, step: int, values: list[float], gradient: Sequence[float]) -> bool:
        """Whether the next steps would not move a parameter either."""
        state = self.leaps[-1][5]
        with suppress(SymgdError):
            for later in range(step + 1, step + 1 + AHEAD):
                ahead, state, _ = self._made(later, values, gradient, state)
                if ahead != values:
                    return False
        return True
