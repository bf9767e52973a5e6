"""The products of few columns, one by one: none of them is copied, and none stands in a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from symgd.codegen.summary.triangle import BLOCK, Fill, FloatArray

NARROW = 4  # so few φ are multiplied one by one, which is faster than as a matrix


class _Views(list[FloatArray]):
    """In the place of a table of `rows`: its columns, of which none is copied."""

    def __init__(self, width: int) -> None:
        super().__init__([np.empty(0)] * width)
        self.rows = 0

    def __setitem__(self, place: Any, values: Any) -> None:
        if np.ndim(values):
            super().__setitem__(place[1], np.ascontiguousarray(values))
        elif len(self[place[1]]) != self.rows:  # a number is the same in every row
            super().__setitem__(place[1], np.full(self.rows, float(values)))


def products_one_by_one(
    fill: Fill, rows: int, whole: FloatArray, middles: FloatArray | None, turn: FloatArray
) -> FloatArray:
    """The products of the columns, those of φ turned."""
    width, turned = len(whole), not np.array_equal(turn, np.eye(len(whole)))
    room, upper = np.empty((2 * width + 3, min(BLOCK, rows))), np.triu_indices(width + 1)
    views, sums = _Views(width + 1), np.zeros(len(upper[0]))
    for start in range(0, rows, BLOCK):
        stop = min(start + BLOCK, rows)
        views.rows = stop - start
        counts = fill(slice(start, stop), views)
        *columns, rest = views
        *kept, spare = room[: width + 2, : stop - start]
        if middles is not None:
            columns = [c - m if m else c for c, m in zip(columns, middles, strict=True)]
        left = _combined(columns, whole, kept[width], spare)
        left += rest
        if turned:
            columns = [_combined(columns, turn[: n + 1, n], kept[n], spare) for n in range(width)]
        columns.append(left)
        weighted = columns
        if counts is not None:
            free = room[width + 2 :, : stop - start]
            weighted = [
                np.multiply(c, counts, out=into) for c, into in zip(columns, free, strict=True)
            ]
        sums += [one @ other for n, one in enumerate(weighted) for other in columns[n:]]
    products = np.zeros((width + 1, width + 1))
    products[upper] = products[upper[::-1]] = sums
    return products


def _combined(
    columns: Sequence[FloatArray], weights: FloatArray, into: FloatArray, spare: FloatArray
) -> FloatArray:
    """The first columns times weights, added up by parts, as direct evaluation does."""
    np.multiply(columns[0], weights[0], out=into)
    for column, weight in zip(columns[1:], weights[1:], strict=False):
        into += np.multiply(column, weight, out=spare)
    return into
