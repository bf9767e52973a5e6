"""The rows of a walk as they are told: in the problem's parameters, whatever the walk's coordinates are."""

from __future__ import annotations

import math
from array import array
from collections.abc import Callable

import numpy as np

from symgd.codegen.walk.arrival import Evaluate
from symgd.codegen.walk.walk import MOST_NUMBERS, Row, TraceRows
from symgd.data.arrays import FloatArray
from symgd.optimize.ground import Ground
from symgd.optimize.ruled import RuledStride

LARGEST = float(np.finfo(np.float64).max)


class KeptRows(TraceRows):
    """The rows of a walk, of which `ends` are the last two as the walk had them."""

    def __init__(self, width: int) -> None:
        super().__init__(width)
        self.ends: tuple[Row | None, Row | None] = (None, None)

    def end(self, before: Row | None, last: Row | None) -> None:
        """Keep the last two."""
        self.ends = before, last
        super().end(before, last)

    def begin(self, table: FloatArray, stride: int, moves: int) -> None:
        """Go on from rows that are there, of a walk whose steps count so many each."""
        self.table = array("d", np.ascontiguousarray(table).ravel().tobytes())
        self.stride = stride
        self.due = int(self.rows[-1, 0]) // moves + stride if len(self.table) else 0


class ToldRows(KeptRows):
    """The rows in the problem's parameters, with the gradient by those that move.

    Parameters
    ----------
    width : int
        Numbers in a told row.
    told : callable
        From the walk's row to the told one.
    """

    def __init__(self, width: int, told: Callable[[Row], Row]) -> None:
        super().__init__(width)
        self.told = told

    def add(self, row: Row) -> None:
        """Keep the row that is due."""
        super().add(self.told(row))

    def end(self, before: Row | None, last: Row | None) -> None:
        """Keep the last two."""
        super().end(before and self.told(before), last and self.told(last))
        self.ends = before, last


class RuledRows(ToldRows):
    """The rows of a walk by a rule; `beside` has what it remembers at each, and how far the step leads on from there.

    Parameters
    ----------
    width : int
        Numbers in a told row.
    told : callable
        From the walk's row to the told one.
    stride : RuledStride
    more : int
        Numbers that are told of what the rule remembers.
    """

    def __init__(
        self, width: int, told: Callable[[Row], Row], stride: RuledStride, more: int
    ) -> None:
        super().__init__(width, told)
        self.rule, self.beside = stride, KeptRows(more + 2)
        self.most = self.beside.most = max(3, MOST_NUMBERS // (width + more + 2) - 1 | 1)

    def _beside(self, row: Row) -> Row:
        leap = self.rule.leap(int(row[0]))
        return (self.told(row)[0], *leap.told, _within(leap.distance))

    def add(self, row: Row) -> None:
        """Keep the row that is due, and what is remembered there: the step has just been made."""
        made = self.told(row)
        TraceRows.add(self, made)
        _, _, told, _, distance, *_ = self.rule.leaps[-1]
        self.beside.add((made[0], *told, _within(distance)))

    def end(self, before: Row | None, last: Row | None) -> None:
        """Keep the last two."""
        super().end(before, last)
        self.beside.end(*(row and self._beside(row) for row in (before, last)))


def _within(distance: float) -> float:
    """A length; the largest float where it is beyond."""
    return distance if distance < LARGEST else LARGEST


def telling(under: Ground, evaluate: Evaluate, moves: int, turned: bool) -> Callable[[Row], Row]:
    """From a row of the walk to what is told of it; `turned`: its gradient is by other coordinates."""
    free = under.free(evaluate)

    def told(row: Row) -> Row:
        step, *values, cost, length, rate = row
        if turned:
            length = min(math.hypot(*free(under.moved(values))[1]), LARGEST)
        return (step * moves, *under.whole(values), cost, length, rate)

    return told
