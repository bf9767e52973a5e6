"""Block sums: what the rows add up to at a point, all in one block, or block by block."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol

from symgd.codegen.summary.pieces import added, blocks_of, places_of, shapes_of
from symgd.data.arrays import FloatArray, room_for


class BlockSums(Protocol):
    """The totals at a point, in the order of the program, with arrays to write into that serve again."""

    def room(self) -> Any:
        """Arrays to write into, for calls one after the other."""

    def at(self, point: Sequence[Any], room: Any) -> Iterable[Any]:
        """The totals."""


class OneBlock:
    """The totals of few rows, which a function answers.

    Parameters
    ----------
    totals : callable
        From the parameters, how much the rows count, the `parts` of the data, the first a column, and `kept` arrays to
        write into.
    """

    def __init__(
        self, totals: Callable[..., Iterable[Any]], count: float, parts: Sequence[Any], kept: int
    ) -> None:
        self.totals, self.given, self.kept = totals, (count, *parts), kept
        self.rows = len(parts[0])

    def room(self) -> FloatArray:
        return room_for(self.kept, self.rows)

    def at(self, point: Sequence[Any], room: FloatArray) -> Iterable[Any]:
        return self.totals(*point, *self.given, *room)


class InPieces:
    """The totals of many rows; its function writes those of the pieces of a block into `summed` arrays, which are its last."""

    def __init__(
        self,
        totals: Callable[..., object],
        count: float,
        parts: Sequence[Any],
        kept: int,
        summed: int,
    ) -> None:
        self.totals, self.kept, self.summed = totals, kept, summed
        self.shapes = [*shapes_of(len(parts[0]))]
        self.blocks = [(count, *block) for block in blocks_of(parts, self.shapes)]

    def room(self) -> tuple[FloatArray, list[tuple[Any, ...]]]:
        """The pieces' sums, and what each block is given."""
        arrays = room_for(self.kept, max(map(math.prod, self.shapes)))
        sums, places = places_of(self.summed, self.shapes)
        given = [
            (*block, *(part[: math.prod(shape)].reshape(shape) for part in arrays), *place)
            for block, shape, place in zip(self.blocks, self.shapes, places, strict=True)
        ]
        return sums, given

    def at(self, point: Sequence[Any], room: Any) -> Iterable[Any]:
        sums, given = room
        for block in given:
            self.totals(*point, *block)
        return added(sums)
