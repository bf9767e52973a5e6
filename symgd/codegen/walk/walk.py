"""The walk: gradient descent step by step, for `Problem.descend` and, word for word, for every generated module.

Laws
----
- row k is where k steps lead, row 0 the start; a walk looks where it stands before it makes the next step
- which step is made, and how long, is a function's: `Stride`; what cost and gradient are is another's: `Evaluate`
- a test on step, gradient or cost only says when to look; `has_arrived` says whether it is a minimum
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from symgd.codegen.walk.arrival import (
    CLOSE,
    EPSILON,
    NOTHING,
    Ahead,
    CostAndGradient,
    Evaluate,
    has_arrived,
)
from symgd.codegen.walk.strides import Stride

FloatArray = NDArray[np.float64]

# From here on, generated modules have this text.

Row: TypeAlias = tuple[float, ...]  # step, parameters, cost, gradient norm, rate
Look: TypeAlias = Callable[[list[float], float, Sequence[float]], Ahead | None]

MOST_LEFT = 0.01  # the part of the cost that a large tolerance leaves at most where it has arrived
MOST_NUMBERS = 1 << 23  # 64 MiB: a million steps by up to four parameters are kept whole


class Limits(NamedTuple):
    """When to look whether a walk has arrived, and when to give up; a negative one is not used."""

    most: int  # steps
    step: float  # the next step's length
    patient: bool  # whether to walk on where a short step is no arrival
    ceiling: float  # the cost above which all is lost
    gradient: float = -1.0  # its length
    cost: float = -1.0  # the last step's change of it


class Ending(NamedTuple):
    """How a walk ended, after how many steps, at which cost, and what lies ahead of there."""

    ended: str
    steps: int
    cost: float
    ahead: Ahead | None = None
    arrived: bool = False


class TraceRows:
    """The rows of a walk: row 0, then every step, or every 2nd, 4th, 8th of many; the last two."""

    def __init__(self, width: int, most: int = MOST_NUMBERS) -> None:
        self.width, self.stride, self.due = width, 1, 0
        self.table = array("d")
        self.most = max(3, most // width - 1 | 1)  # odd: the last row stays when every second goes

    def add(self, row: Row) -> None:
        """Keep the row that is due, and where there is no room for another, every second alone."""
        self.table.extend(row)
        if len(self.table) >= self.most * self.width:
            self.thin()
        self.due += self.stride

    def thin(self) -> None:
        """Keep every second row alone, and of those that come."""
        thinned = array("d")
        thinned.frombytes(np.ascontiguousarray(self.rows[::2]).tobytes())
        self.table, self.stride = thinned, 2 * self.stride

    def end(self, before: Row | None, last: Row | None) -> None:
        """Keep the last two rows, whether they are due or not."""
        if last is not None and self.table and self.table[-self.width] == last[0]:
            del self.table[-self.width :]
        for row in (before, last):
            if row is not None and (not self.table or row[0] > self.table[-self.width]):
                self.table.extend(row)

    @property
    def rows(self) -> FloatArray:
        """The rows as a table."""
        return np.frombuffer(self.table, dtype=np.float64).reshape(-1, self.width)


def walk(
    evaluate: Evaluate,
    stride: Stride,
    values: list[float],
    watch: Tests,
    rows: TraceRows,
    *,
    begun: tuple[int, float] | None = None,
    burst: Burst | None = None,
) -> Ending:
    """Step after step, a row for each, until a test ends it.

    A walk that goes on has `begun`: so many steps made, and the cost before the last of them.
    With a `burst`, many of the steps at which there is nothing to look at are made at once.
    """
    step, previous, hypot, inf = 0, math.inf, math.hypot, math.inf
    if begun is not None:
        step, previous = begun
    found: CostAndGradient | None = None
    before: Row | None = None
    row: Row | None = None
    try:
        while True:
            if burst is not None and (leapt := burst(step, values, previous, row, watch, rows)):
                step, values, before, row = leapt
                previous = row[-3]
                continue
            cost, gradient = evaluate(values) if found is None else found
            length = hypot(*gradient)
            if not (-inf < cost < inf and length < inf):
                lost = math.isfinite(cost)
                return Ending("no gradient" if lost else "beyond", step - 1, cost)
            rate, ahead, found = stride(step, values, cost, gradient)
            before, row = row, (step, *values, cost, length, rate)
            if step == rows.due:
                rows.add(row)
            if cost < watch.lowest:
                watch.lowest = cost
            if (
                step >= watch.pause
                or rate * length <= watch.step
                or length <= watch.gradient
                or abs(previous - cost) <= watch.cost
                or not rate * length < inf
                or cost > watch.ceiling
            ):
                ending = watch.ending(row, gradient, ahead, abs(previous - cost))
                if ending is not None:
                    return ending
            previous, values = cost, ahead
            step += 1
    except KeyboardInterrupt:
        if row is None and not rows.table:
            raise
        return Ending("interrupt", step, math.nan)
    finally:
        rows.end(before, row)


class Tests:
    """Ends a walk where it has arrived, can get no further, or is lost."""

    gradient = cost = -1.0  # as in Limits, where somebody asked for such an end

    def __init__(self, limits: Limits, look: Look, width: int) -> None:
        self.limits, self.look, self.lowest = limits, look, math.inf
        self.step, self.ceiling, self.short = limits.step, limits.ceiling, False
        self.least = max(64, 16 * width)  # steps from one look to the next
        self._plan(4.0 * self.least)

    def _plan(self, step: float) -> None:
        self.planned, self.pause = step, min(self.limits.most, step)

    def ending(
        self, row: Row, gradient: Sequence[float], ahead: list[float], change: float
    ) -> Ending | None:
        """The ending, if there is one here."""
        (number, *values, cost, length, rate), limits = row, self.limits
        step, moved = int(number), rate * length
        if not math.isfinite(moved):
            return Ending("beyond", step, math.inf)
        ended = self._test(moved, length, change)
        if not ended and cost > self.ceiling:
            return Ending("beyond", step, cost)
        still = ahead == values
        if still and self.short:
            ended = "step"
        if rate == 0 and length > 0:
            ended = "no lower"
        elif ended == "step" and limits.patient and not self.short:
            self.short, self.step = True, 0.0
        final = ended != "" and (still or not (ended == "step" and limits.patient))
        last = step >= limits.most
        if not (final or last or ended) and limits.step < 0:
            self._plan(math.inf)
            return None
        before = self.look(values, cost, gradient)
        room = 0.0 if before is None else (64 * EPSILON) ** 2 * sum(before.effects)
        if before is not None and before.kink:  # no point is lower by more
            room = before.fall
        here = cost <= self.lowest + 1e-6 * abs(self.lowest) + room
        arrived = here and has_arrived(before, values, cost, self._part(ended, last))
        if final or last or arrived:
            ended = ended or ("max_iter" if last else "scale")
            return Ending(ended, step, cost, before, arrived)
        self._plan(step + max(self.least, step // 4))
        return None

    def _test(self, moved: float, length: float, change: float) -> str:
        """The tolerance that is kept, if one is."""
        return "step" if moved <= self.step else ""

    def _part(self, ended: str, last: bool) -> float:
        """The part of the cost that may be left: none where the look alone ends the walk."""
        if not (ended or last or self.short):
            return 0.0
        asked: float = getattr(self.limits, ended, 0.0)  # the tolerance that is kept
        return max(CLOSE, min(asked, MOST_LEFT))


# From a step, the point, the cost before it, the last row, what ends the walk, and the rows, to
# where many steps at once lead: step and point, and the last two rows on the way.
Leapt: TypeAlias = tuple[int, list[float], Row | None, Row]
Burst: TypeAlias = Callable[[int, list[float], float, Row | None, Tests, TraceRows], Leapt | None]


class Throw(NamedTuple):
    """The step that threw a walk onto a plateau, and the cost before it and at the end."""

    step: int
    before: float
    after: float


def throw_in(steps: FloatArray, costs: FloatArray, lengths: FloatArray) -> Throw | None:
    """The step since which the cost is far above, and the gradient next to nothing."""
    if len(costs) < 2:
        return None
    row = int(np.argmax(np.diff(costs)))
    before, last = float(costs[row]), float(costs[-1])
    if not (last - before > 0.05 * abs(before) and lengths[-1] <= 0.01 * lengths[row]):
        return None
    return Throw(int(steps[row + 1]), before, last)


def kind_of(
    ending: Ending,
    rows: FloatArray,
    most: int,
    asked: bool,
    floored: bool = False,
    *,
    unstable: bool | None = None,
) -> str:
    """What a walk came to; `asked` for so many steps, of a cost that is `floored`: at 0 or more.

    Where the rate is known to be `unstable`, a cost that has risen at all has diverged.
    """
    costs, ended = rows[:, -3], ending.ended
    up = ended == "max_iter" and costs[-1] > costs[0] and has_moved(rows[0, 1:-3], rows[-1, 1:-3])
    if ended == "interrupt":
        return "interrupted"
    if ended in ("beyond", "no gradient"):
        return "diverged"
    if unstable is not None and unstable and up:
        return "diverged"
    nothing, end = floored and costs[-1] <= NOTHING * min(costs[0], 1.0), rows[-1, 1:-3].tolist()
    if ending.arrived or (nothing and has_arrived(ending.ahead, end, costs[-1], 1.0)):
        return "converged"
    if throw_in(rows[:, 0], costs, rows[:, -2]) is not None:
        return "stalled"
    if up:
        return "diverged"
    runs_off = ending.steps > 0 and ending.ahead is not None and ending.ahead.runs_off
    if ending.ended != "max_iter":
        return "no minimum" if runs_off else "stalled"
    if most == 0:
        return "not begun"
    return "no minimum" if runs_off and not asked else "out of steps"


def has_moved(first: FloatArray, last: FloatArray) -> bool:
    """Whether a walk did more than stir the last digits of the parameters."""
    return float(np.linalg.norm(last - first)) > 1e-9 * float(np.linalg.norm(last))
