"""Ruled: the steps of an update rule, and what it remembers from one to the next.

Laws
----
- up to so many parameters a step is made entry by entry where the rule allows it, and else over arrays
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from symgd.codegen.rules.update_entries import (
    FEW,
    Moved,
    Numbers,
    UpdateEntries,
    flat,
    over_arrays,
)
from symgd.codegen.rules.update_rule import Oracle, UpdateFunction
from symgd.codegen.walk.arrival import Evaluate
from symgd.codegen.walk.ruled import Ruled
from symgd.codegen.walk.strides import Stepped
from symgd.data.arrays import FloatArray
from symgd.errors import SymgdError
from symgd.optimize.method import Method
from symgd.optimize.undefined import WithoutValue, undefined_by

OWN = ("step", "cost", "gradient_norm", "step_norm")  # columns of every trace


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

    def undefined(
        self,
        values: list[float],
        gradient: Sequence[float],
        t: int,
        alpha: float,
        state: Any,
        oracle: Oracle | None,
    ) -> WithoutValue | None:
        """What has no finite value in a step; None where all has, or a number is too large."""
        kept = state if self.entries is None else self.entries.arrays(state)
        point, slopes = np.array(values, dtype=np.float64), np.array(gradient, dtype=np.float64)

        def place(update: UpdateFunction) -> int | None:
            return update.undefined(point, slopes, t, alpha, kept, oracle)

        return undefined_by(self.method, place)

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


class RuledStride(Ruled):
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

    refusals = (SymgdError,)

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
        super().__init__(self._made, begun)
        self.steps, self.rate, self.oracle, self.see, self.moves = steps, rate, oracle, see, moves
        self.last = last
        self.undefined: WithoutValue | None = None  # what has no value in the last step

    def stride(
        self, step: int, values: list[float], cost: float, gradient: Sequence[float]
    ) -> Stepped:
        made = super().stride(step, values, cost, gradient)
        if self.refused is None and (self.lost or not math.isfinite(self.leaps[-1][4])):
            self._find_undefined(step, values, gradient)
        return made

    def _find_undefined(self, step: int, values: list[float], gradient: Sequence[float]) -> None:
        """Go the moves of a step again, up to the one that leads nowhere."""
        state = self.remembered(step)[0]
        for number in range(step * self.moves, (step + 1) * self.moves):
            seen = None if self.see is None else self.see(number)
            slopes = gradient if seen is None else seen.evaluate(values)[1]
            oracle = self.oracle if seen is None else seen.oracle
            asked = (values, slopes, number + 1, self.rate(number + 1), state, oracle)
            self.undefined = self.steps.undefined(*asked)
            if self.undefined is not None:
                return
            values, state, _ = self.steps.move(*asked)

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
