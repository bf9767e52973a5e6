"""Products: R of many rows by the products of their columns; generated modules have this text.

Laws
----
- with many rows, R is the Cholesky factor of the φ's products, where these are nearly at right angles, by themselves or once
  they are turned by the pilot's R: then a product loses no digits, and takes a tenth of the time of a QR factorisation. What
  is left of the residual is a sum of squares, and never a difference of what is large
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TypeAlias

import numpy as np

from symgd.codegen.summary.triangle import (
    BLOCK,
    Fill,
    FloatArray,
    by_qr,
    fill_at,
)

# From here on, generated modules have this text.

# From what fills a table, its rows, an anchor, middles and a turn to the products of its columns.
Products: TypeAlias = Callable[[Fill, int, FloatArray, FloatArray | None, FloatArray], FloatArray]
ROUND = 3.0  # columns whose lengths along their axes are so much alike are nearly at right angles
BENT = 1e3  # columns further from that are not turned
UPRIGHT = 0.05  # the least eigenvalue of columns of length 1 that are nearly at right angles


def products_of_table(
    fill: Fill, rows: int, whole: FloatArray, middles: FloatArray | None, turn: FloatArray
) -> FloatArray:
    """The products of the columns, those of φ turned."""
    width, turned = len(whole), not np.array_equal(turn, np.eye(len(whole)))
    # A column more, of zeros: BLAS is slow at the product of a narrow matrix with itself.
    table = np.zeros((min(BLOCK, rows), width + 2), order="F")
    products = np.zeros((width + 1, width + 2))
    for start in range(0, rows, BLOCK):
        below = table[: min(BLOCK, rows - start)]
        counts = fill_at(fill, slice(start, start + len(below)), below[:, :-1], whole, middles)
        if turned:
            below[:, :width] = below[:, :width] @ turn
        across = below[:, :-1].T
        products += (across if counts is None else across * counts) @ below
    return products[:, :-1]


def by_products(
    fill: Fill,
    rows: int,
    whole: FloatArray,
    middles: FloatArray | None,
    bent: FloatArray,
    products: Products = products_of_table,
) -> FloatArray:
    """R of a table by products, where it has many rows and these serve with a turn, else by QR."""
    triangle: FloatArray | None = None
    turn = _turn(bent) if rows > 2 * BLOCK else None
    if turn is not None:
        triangle = _by_products(products(fill, rows, whole, middles, turn), turn)
    return by_qr(fill, rows, whole, middles, bent) if triangle is None else triangle


def _turn(bent: FloatArray) -> FloatArray | None:
    """What turns columns with this R to right angles; 1 where they nearly are, None far from it."""
    sizes, width = np.sqrt((bent * bent).sum(axis=0)), len(bent)
    if not (np.isfinite(sizes) & (sizes > 1e-100)).all():
        return None
    bent = bent / sizes
    stretch = np.linalg.svd(bent, compute_uv=False)
    if not stretch[0] < BENT * stretch[-1]:
        return None
    if stretch[0] < ROUND * stretch[-1]:
        return np.eye(width)
    turned: FloatArray = np.linalg.inv(bent) / sizes[:, None]
    return turned


def _by_products(products: FloatArray, turn: FloatArray) -> FloatArray | None:
    """R by products of the columns, those of φ turned; None where right angles are far."""
    width = len(turn)
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
