"""Products: R of many rows by the products of their columns; modules with a matrix of inputs have this text.

Laws
----
- with many rows, R is the Cholesky factor of the φ's products, where these are nearly at right angles, by themselves or once
  they are turned by the pilot's R: then a product loses no digits, and takes a tenth of the time of a QR factorisation. What
  is left of the residual is a sum of squares, and never a difference of what is large
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from symgd.codegen.summary.triangle import BLOCK, Fill, FloatArray, by_qr, fill_at, some_rows

# From here on, generated modules have this text.

NARROW = 4  # so few φ are multiplied one by one, which is faster than as a matrix
ROUND = 3.0  # columns whose lengths along their axes are so much alike are nearly at right angles
BENT = 1e3  # columns further from that are not turned
UPRIGHT = 0.05  # the least eigenvalue of columns of length 1 that are nearly at right angles


def by_products(fill: Fill, rows: int, whole: FloatArray, middles: FloatArray | None) -> FloatArray:
    """R of a table by products, where it has many rows and these serve with a turn, else by QR."""
    triangle: FloatArray | None = None
    if rows > 2 * BLOCK:
        few = some_rows(rows)
        pilot = np.empty((len(few), len(whole) + 1), order="F")
        fill(few, pilot)
        turn = _turn(pilot[:, :-1] if middles is None else pilot[:, :-1] - middles)
        if turn is not None:
            triangle = _by_products(fill, rows, whole, middles, turn)
    return by_qr(fill, rows, whole, middles) if triangle is None else triangle


def _turn(phi: FloatArray) -> FloatArray | None:
    """What brings some rows' columns to right angles; 1 where they nearly are, None far from it."""
    sizes, width = np.sqrt((phi * phi).sum(axis=0)), phi.shape[1]
    if not (np.isfinite(sizes) & (sizes > 1e-100)).all():
        return None
    bent = np.asarray(np.linalg.qr(phi / sizes, mode="r"))
    stretch = np.linalg.svd(bent, compute_uv=False)
    if len(stretch) < width or not stretch[0] < BENT * stretch[-1]:
        return None
    if stretch[0] < ROUND * stretch[-1]:
        return np.eye(width)
    turned: FloatArray = np.linalg.inv(bent) / sizes[:, None]
    return turned


def _by_products(
    fill: Fill, rows: int, whole: FloatArray, middles: FloatArray | None, turn: FloatArray
) -> FloatArray | None:
    """R by products of the columns, those of φ turned; None where right angles are far."""
    width = len(whole)
    made = _products_of_table if width > NARROW else _products_one_by_one
    products = made(fill, rows, whole, middles, turn)
    sizes = np.sqrt(products.diagonal())
    if not (np.isfinite(products).all() and (sizes > 1e-100).all()):
        return None
    alike = products / sizes / sizes[:, None]
    if np.linalg.eigvalsh(alike[:-1, :-1])[0] < UPRIGHT:
        return None
    upper = np.linalg.cholesky(alike[:-1, :-1]).T
    last = np.linalg.solve(upper.T, alike[:-1, -1])
    triangle = np.zeros((width + 1, width + 1))
    triangle[:-1, :-1] = upper * sizes[:-1] @ np.linalg.inv(turn)
    triangle[:-1, -1] = last * sizes[-1]
    triangle[-1, -1] = math.sqrt(max(0.0, 1.0 - float(last @ last))) * sizes[-1]
    return triangle


def _products_of_table(
    fill: Fill, rows: int, whole: FloatArray, middles: FloatArray | None, turn: FloatArray
) -> FloatArray:
    """The products of the columns, those of φ turned."""
    width, turned = len(whole), not np.array_equal(turn, np.eye(len(whole)))
    # A column more, of zeros: BLAS is slow at the product of a narrow matrix with itself.
    table = np.zeros((min(BLOCK, rows), width + 2), order="F")
    products = np.zeros((width + 1, width + 2))
    for start in range(0, rows, BLOCK):
        below = table[: min(BLOCK, rows - start)]
        fill_at(fill, slice(start, start + len(below)), below[:, :-1], whole, middles)
        if turned:
            below[:, :width] = below[:, :width] @ turn
        products += below[:, :-1].T @ below
    return products[:, :-1]


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


def _products_one_by_one(
    fill: Fill, rows: int, whole: FloatArray, middles: FloatArray | None, turn: FloatArray
) -> FloatArray:
    """The same where they are few: none stands in a table."""
    width, turned = len(whole), not np.array_equal(turn, np.eye(len(whole)))
    room, upper = np.empty((width + 2, min(BLOCK, rows))), np.triu_indices(width + 1)
    views, sums = _Views(width + 1), np.zeros(len(upper[0]))
    for start in range(0, rows, BLOCK):
        stop = min(start + BLOCK, rows)
        views.rows = stop - start
        fill(slice(start, stop), views)
        *columns, rest = views
        *kept, spare = room[:, : stop - start]
        if middles is not None:
            columns = [c - m if m else c for c, m in zip(columns, middles, strict=True)]
        left = _combined(columns, whole, kept[width], spare)
        left += rest
        if turned:
            columns = [_combined(columns, turn[: n + 1, n], kept[n], spare) for n in range(width)]
        columns.append(left)
        sums += [one @ other for n, one in enumerate(columns) for other in columns[n:]]
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
