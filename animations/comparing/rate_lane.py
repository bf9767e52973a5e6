"""RateLane: one descent at one rate, as it is printed; nothing here needs Manim."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from symgd.animations.comparing.rate_exercises import Kind
from symgd.data.arrays import FloatArray

FIGURES, MOST_FIGURES, NEAR_LIMIT = 4, 6, 0.1  # of the way to the limit, that rounding may take
HELD = 100  # steps at last, in which a lane is judged that does not arrive
ALIKE = 1e-9


@dataclass(frozen=True, eq=False)
class RateLane:
    """One descent, at a rate."""

    kind: Kind
    rate: float
    table: FloatArray  # rows of parameters and cost
    arrived: int | None  # after so many steps
    diverged: bool = False

    @property
    def parameters(self) -> FloatArray:
        """The parameters at every step."""
        return self.table[:, :-1]

    @property
    def cost(self) -> FloatArray:
        """The cost at every step."""
        return self.table[:, -1]

    @property
    def last(self) -> int:
        """The last step that is shown: that of its arrival, where it arrives."""
        return len(self.table) - 1 if self.arrived is None else self.arrived

    @property
    def lowest(self) -> float:
        """The cost it stayed below at last; beyond all others, where it is lost: a step threw it higher than it began.

        A lane that swings is low by accident at one step; it counts by its highest of the last ones.
        """
        end = float(self.cost[-HELD:].max())
        lost = self.diverged or not np.isfinite(end) or float(self.cost.max()) > float(self.cost[0])
        return math.inf if self.arrived is None and lost else end

    @property
    def swings(self) -> bool:
        """Whether it does not arrive, and its cost still goes up and down at last."""
        if self.arrived is not None or self.diverged or len(self.cost) <= HELD:
            return False
        rises = np.diff(self.cost[-HELD:])
        return bool((rises > ALIKE * np.abs(self.cost[-HELD:-1])).any())


def as_printed(rate: float, limit: float | None = None) -> float:
    """A rate with the figures that are printed; with more, where it would come too near to the limit else.

    Examples
    --------
    >>> as_printed(3 / 17, 0.18), as_printed(0.19996, 0.2)
    (0.1765, 0.19996)
    """
    for figures in range(FIGURES, MOST_FIGURES + 1):
        made = float(f"{rate:.{figures}g}")
        if limit is None or not rate < limit or abs(made - rate) < NEAR_LIMIT * (limit - rate):
            break
    return made
