"""The products of few columns, one by one: none of them is copied, and none stands in a table."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from symgd.codegen.summary.pieces import Dots, added, blocks_of, dots, shapes_of
from symgd.codegen.summary.triangle import BLOCK, Fill, FloatArray
from symgd.data.arrays import room_for

START = np.zeros(1)  # of a sum
NARROW = 4  # so few φ are multiplied one by one, which is faster than as a matrix
Column: TypeAlias = FloatArray | float  # a number is the same in every row


class _Views:
    """In the place of a table: its columns, of which none is copied."""

    def __init__(self, width: int) -> None:
        self.columns: list[Column] = [0.0] * width

    def __setitem__(self, place: Any, values: Any) -> None:
        if type(values) is not np.ndarray or not values.ndim:
            values = float(values)
        elif not values.flags.c_contiguous:
            values = np.ascontiguousarray(values)
        self.columns[place[1]] = values


class Totals(NamedTuple):
    """What adds up products by a text of its own: see `totals_of`."""

    of: Callable[[Sequence[FloatArray], FloatArray, Dots], Callable[..., list[FloatArray]]]
    data: Sequence[FloatArray]
    parts: Sequence[float | None]  # the φ that are numbers


def products_one_by_one(
    fill: Fill,
    rows: int,
    whole: FloatArray,
    middles: FloatArray | None,
    turn: FloatArray,
    totals: Totals | None = None,
) -> FloatArray:
    """The products of the columns, those of φ turned."""
    turned = not np.array_equal(turn, np.eye(len(whole)))
    if totals is not None and middles is None and not turned:
        return _by_text(totals, rows, whole.tolist())
    width = len(whole)
    room, views = np.empty((2 * width + 3, min(BLOCK, rows))), _Views(width + 1)
    weights, turns = whole.tolist(), [turn[: n + 1, n].tolist() for n in range(width)]
    far, products = None if middles is None else middles.tolist(), np.zeros((width + 1,) * 2)
    for start in range(0, rows, BLOCK):
        stop = min(start + BLOCK, rows)
        views.columns[-1] = 0.0  # its memory serves again
        counts = fill(slice(start, stop), views)
        *columns, rest = views.columns
        *kept, spare = room[: width + 2, : stop - start]
        if far is not None:
            columns = [c - m if m else c for c, m in zip(columns, far, strict=True)]
        left = np.add(_combined(columns, weights, kept[width], spare), rest, out=kept[width])
        if turned:
            columns = [_combined(columns, turns[n], kept[n], spare) for n in range(width)]
        columns.append(left)
        free = room[width + 2 :, : stop - start]
        weighed = columns if counts is None else _weighed(columns, counts, free)
        products += _products(columns, weighed, stop - start)
    return products


def _by_text(totals: Totals, rows: int, weights: Sequence[float]) -> FloatArray:
    cells = [np.asarray(weight) for weight in weights]  # taken faster than numbers are
    shapes = [*shapes_of(rows)]
    add_up = totals.of(cells, room_for(1, max(map(math.prod, shapes)))[0], dots)
    found = [add_up(*block) for block in blocks_of(totals.data, shapes)]
    sums = [float(added(np.concatenate([START, *part]))) for part in zip(*found, strict=True)]
    return _arranged([*totals.parts, None], sums, rows)


def _weighed(
    columns: Sequence[Column], counts: FloatArray, free: FloatArray
) -> Sequence[FloatArray]:
    """Each column times the rows' weights."""
    return [np.multiply(c, counts, out=into) for c, into in zip(columns, free, strict=True)]


def _combined(
    columns: Sequence[Column], weights: Sequence[float], into: FloatArray, spare: FloatArray
) -> Column:
    """The first columns times weights, added up by parts, numbers last, as direct evaluation does."""
    number, total = 0.0, None
    for column, weight in zip(columns, weights, strict=False):
        if isinstance(column, float):
            number += column * weight
        elif total is None:
            total = np.multiply(column, weight, out=into)
        else:
            total += np.multiply(column, weight, out=spare)
    if total is None:
        return number
    return np.add(total, number, out=into) if number else total


def _products(columns: Sequence[Column], weighed: Sequence[Column], rows: int) -> FloatArray:
    """The sum over so many rows of each column times each that is weighed."""
    size = len(columns)
    products = np.empty((size, size))
    for n, one in enumerate(weighed):
        for k, other in enumerate(columns[n:], n):
            products[n, k] = products[k, n] = _product(one, other, rows)
    return products


def _product(one: Column, other: Column, rows: int) -> Any:
    if isinstance(one, float):
        return one * (other * rows if isinstance(other, float) else np.add.reduce(other))
    return other * np.add.reduce(one) if isinstance(other, float) else one @ other


def _arranged(numbers: Sequence[float | None], totals: Sequence[float], rows: int) -> FloatArray:
    """The products of columns, of which some are numbers, from the arrays' sums and products."""
    given, size = iter(totals), len(numbers)
    sums = [next(given) if number is None else number * rows for number in numbers]
    products = np.empty((size, size))
    for n, one in enumerate(numbers):
        for k, other in enumerate(numbers[n:], n):
            if one is not None:
                product = one * sums[k]
            elif other is not None:
                product = other * sums[n]
            else:
                product = next(given)
            products[n, k] = products[k, n] = product
    return products
