"""When a walk on a function without data has arrived; generated modules of such functions have this text.

Laws
----
- a function and the same function with a number added have their minimum in the same place: how little a fall is, is measured
  by what the function has fallen since the start
- it is little only where no parameter has to move by more than a small part of its size, or of its way from the start
- where large parts cancel, no fall below their rounding can be seen
- a function that is nowhere negative (`floored`) is least where it is 0, or so little that floats have no slopes of it
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from symgd.codegen.walk.arrival import EPSILON, NOTHING, Ahead, CostAndGradient, Evaluate
from symgd.codegen.walk.strides import RISE, Stepped, Stride
from symgd.codegen.walk.walk import Ending, Limits, Look, Row, Tests

# From here on, generated modules have this text.

ROUNDING = (16 * EPSILON) ** 2  # the part of `effects` that `has_arrived` takes for rounding
LARGEST = 1e300
SMOOTH = 100_000  # steps at most of a smooth function, where nobody says how many
NEAR = 1e-3  # of a parameter's size, or of its way: a move

Size: TypeAlias = Callable[[Sequence[float]], float]
AheadOf: TypeAlias = Callable[[Evaluate, Sequence[float], float, Sequence[float]], Ahead | None]


def ceiling_of_function(first: float, least: float) -> float:
    """The value above which all is lost, at a rate that is known to be too large."""
    return least + RISE * max(first - least, EPSILON * abs(first))


def within_floats(stride: Stride) -> Stride:
    """The same steps; none where the gradient's square is beyond all floats."""

    def made(step: int, values: list[float], cost: float, gradient: Sequence[float]) -> Stepped:
        try:
            return stride(step, values, cost, gradient)
        except OverflowError:
            return 0.0, list(values), None

    return made


def ahead_in_function(ahead_of: AheadOf, first: float, floored: bool) -> AheadOf:
    """How a walk that began at a value of `first` sees what lies ahead of a point."""

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
        if floored and abs(cost) < NOTHING and not (ahead is not None and ahead.flat):
            return Ahead(abs(cost), (0.0,) * len(values), (0.0,) * len(values))
        return ahead

    return seen


class FallenTests(Tests):
    """Ends a walk where the function can fall by next to nothing of what it has fallen, or of its parts' rounding.

    `size` answers how large the parts are, added without their signs.
    """

    def __init__(
        self, limits: Limits, look: Look, start: Sequence[float], first: float, size: Size | None
    ) -> None:
        super().__init__(limits, self._measured(look), len(start))
        self.start, self.first, self.size, self.part = start, first, size, 0.0

    def ending(
        self, row: Row, gradient: Sequence[float], ahead: list[float], change: float
    ) -> Ending | None:
        """The ending, if there is one here."""
        step, length, rate = row[0], row[-2], row[-1]
        ended = self._test(rate * length, length, change)
        self.part = self._part(ended, step >= self.limits.most)
        return super().ending(row, gradient, ahead, change)

    def _measured(self, look: Look) -> Look:
        """What lies ahead, with what a fall is measured by among its effects."""

        def measured(values: list[float], cost: float, gradient: Sequence[float]) -> Ahead | None:
            ahead = look(values, cost, gradient)
            if ahead is None:
                return None
            fallen = max(self.first - cost, 0.0)
            size = 0.0 if self.size is None else self.size(values)
            near = self._is_near(ahead, values)
            room = max(self.part * fallen if near else 0.0, EPSILON * size) / ROUNDING
            seen = fallen if near or ahead.runs_off else 0.0
            return ahead._replace(effects=(*ahead.effects, seen, min(room, LARGEST)))

        return measured

    def _is_near(self, ahead: Ahead, values: Sequence[float]) -> bool:
        """Whether no parameter has far to go."""
        ways = [max(abs(v), abs(v - s)) for v, s in zip(values, self.start, strict=True)]
        whole = max(ways)
        pairs = zip(ahead.moves, ways, strict=True)
        return all(abs(move) <= NEAR * (way or whole) for move, way in pairs)
