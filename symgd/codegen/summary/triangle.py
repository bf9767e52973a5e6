"""Triangle: R of a QR factorisation of all rows, in one pass; every generated module with a data summary has this text.

Laws
----
- with the φ as columns of Φ, the rest of the residual as r, and an anchor a:  ‖Φ ψ + r‖² = ‖R · [ψ − a, 1]‖²
- a column far from 0 that varies little is taken from its middle while R is made, where a column of ones takes that over: it
  is the first, so that R stays a triangle; the subtraction is exact
- the anchor is a pilot's fit to some rows, made anew where they were not like the others
- with many rows, R is the Cholesky factor of the φ's products, where these are nearly at right angles, by themselves or once
  they are turned by the pilot's R: then a product loses no digits, and takes a tenth of the time of a QR factorisation. What
  is left of the residual is a sum of squares, and never a difference of what is large
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from symgd.codegen.walk.arrival import EPSILON

FloatArray = NDArray[np.float64]

# From here on, generated modules have this text.

IntArray: TypeAlias = NDArray[np.intp]
# Writes φ and the rest of some rows into a table, a column each.
Fill: TypeAlias = Callable[[slice | IntArray, FloatArray], None]

BLOCK = 8192  # rows of one QR factorisation: they stay in the cache
PILOT = 4096  # rows of the pilot fit
FAR = 1e3  # a column so many times further from 0 than it varies is centred
NOISE = 4  # units in the last place by which numbers may vary where they are meant to be the same
MISSED = 8.0  # a pilot that leaves so many times the least residual is made anew
ROUND = 3.0  # columns whose lengths along their axes are so much alike are nearly at right angles
BENT = 1e3  # columns further from that are not turned
UPRIGHT = 0.05  # the least eigenvalue of columns of length 1 that are nearly at right angles


class NoSummary(ValueError):
    """Why some data have no summary, and what helps; one of the `rows` is to blame."""

    def __init__(self, cause: str, remedy: str, rows: slice | IntArray | None = None) -> None:
        super().__init__(f"{cause}: {remedy}")
        self.cause, self.remedy, self.rows = cause, remedy, rows


def summarised(
    fill: Fill, rows: int, names: Sequence[str], linear: bool
) -> tuple[FloatArray, FloatArray]:
    """The triangle R and the anchor, by the names of the φ; "1" is the first where it is one."""
    few, width = some_rows(rows), len(names) + 1
    pilot = np.empty((len(few), width), order="F")
    with np.errstate(all="ignore"):
        fill(few, pilot)
        if not np.isfinite(pilot).all():
            raise _beyond(few)
        middles = _middles(pilot[:, :-1], names, rounding(rows) if linear else 0.0)
        anchor = _solved(pilot[:, :-1] - middles, -pilot[:, -1])
        if middles.any():
            anchor[0] = math.fsum([anchor[0], *(-middles * anchor).tolist()])
        turn = _turn(pilot[:, :-1] - middles) if rows > 2 * BLOCK else None
        triangle = _triangle_at(fill, rows, anchor, middles, turn)
        change = _solved(triangle[:, :-1], -triangle[:, -1])
        least = norm(triangle[:, :-1] @ change + triangle[:, -1])
        if rows >= width and norm(triangle[:, -1]) > MISSED * least:
            anchor = anchor + change
            triangle = _triangle_at(fill, rows, anchor, middles, turn)
    return triangle, anchor


def some_rows(rows: int) -> IntArray:
    """Rows for a pilot, evenly spread."""
    count = min(rows, PILOT)
    return np.arange(count) * (rows - 1) // max(1, count - 1)


def pilot_triangle(fill: Fill, rows: int, names: Sequence[str], anchor: FloatArray) -> FloatArray:
    """R of so few rows, at an anchor that is there already."""
    table = np.empty((rows, len(names) + 1), order="F")
    with np.errstate(all="ignore"):
        fill(slice(0, rows), table)
        return _triangle_at(fill, rows, anchor, _middles(table[:, :-1], names, 0.0))


def _triangle_at(
    fill: Fill,
    rows: int,
    anchor: FloatArray,
    middles: FloatArray,
    turn: FloatArray | None = None,
) -> FloatArray:
    """R of [φ, φ · anchor + rest]: by products, where these serve with a turn, else by QR."""
    width, whole = len(anchor) + 1, anchor.copy()
    if middles.any():
        whole[0] = math.fsum([anchor[0], *(middles * anchor).tolist()])
    triangle = None if turn is None else _by_products(fill, rows, whole, middles, turn)
    if triangle is None:
        triangle = np.zeros((width, width))
        buffer = np.empty((width + BLOCK, width), order="F")
        for start in range(0, rows, BLOCK):
            stop = min(start + BLOCK, rows)
            stacked = buffer[: width + stop - start]
            stacked[:width] = triangle
            _fill_at(fill, slice(start, stop), stacked[width:], whole, middles)
            triangle = np.asarray(np.linalg.qr(stacked, mode="r"))
            if not np.isfinite(triangle).all():  # a block with one such value has such an R
                raise _beyond(slice(start, stop))
    triangle[0, :-1] += triangle[0, 0] * middles
    return triangle


def _fill_at(
    fill: Fill, rows: slice, below: FloatArray, whole: FloatArray, middles: FloatArray
) -> None:
    """Write some rows of φ less their middles, and of the residual at the anchor."""
    fill(rows, below)
    if middles.any():
        below[:, :-1] -= middles
    total, part = below[:, 0] * whole[0], np.empty(len(below))
    for number in range(1, len(whole)):  # added up by parts, as direct evaluation does
        total += np.multiply(below[:, number], whole[number], out=part)
    below[:, -1] += total


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
    fill: Fill, rows: int, whole: FloatArray, middles: FloatArray, turn: FloatArray
) -> FloatArray | None:
    """R by products of the columns, those of φ turned; None where right angles are far."""
    width, turned = len(whole), not np.array_equal(turn, np.eye(len(whole)))
    # A column more, of zeros: BLAS is slow at the product of a narrow matrix with itself.
    table = np.zeros((min(BLOCK, rows), width + 2), order="F")
    products = np.zeros((width + 1, width + 2))
    for start in range(0, rows, BLOCK):
        below = table[: min(BLOCK, rows - start)]
        _fill_at(fill, slice(start, start + len(below)), below[:, :-1], whole, middles)
        if turned:
            below[:, :width] = below[:, :width] @ turn
        products += below[:, :-1].T @ below
    sizes = np.sqrt(products.diagonal())
    if not (np.isfinite(products).all() and (sizes > 1e-100).all()):
        return None
    alike = products[:, :-1] / sizes / sizes[:, None]
    if np.linalg.eigvalsh(alike[:-1, :-1])[0] < UPRIGHT:
        return None
    upper = np.linalg.cholesky(alike[:-1, :-1]).T
    last = np.linalg.solve(upper.T, alike[:-1, -1])
    triangle = np.zeros((width + 1, width + 1))
    triangle[:-1, :-1] = upper * sizes[:-1] @ np.linalg.inv(turn)
    triangle[:-1, -1] = last * sizes[-1]
    triangle[-1, -1] = math.sqrt(max(0.0, 1.0 - float(last @ last))) * sizes[-1]
    return triangle


def rounding(rows: int) -> float:
    """What rounding in a pass over so many rows adds up to, in parts of the largest number."""
    return EPSILON * max(64.0, 8 * math.sqrt(rows))


def norm(values: FloatArray) -> float:
    """The length of a vector, whose square may be no float."""
    largest = float(np.abs(values).max(initial=0.0))
    if largest == 0 or not math.isfinite(largest):
        return largest
    return largest * float(np.linalg.norm(values / largest))


def agree(by_summary: float, direct: float, target: FloatArray) -> bool:
    """Whether a cost by a summary is the cost, but for rounding."""
    if not (0 <= by_summary < math.inf and 0 <= direct < math.inf):
        return False
    apart = abs(math.sqrt(by_summary) - math.sqrt(direct))
    return apart <= 1e-6 * math.sqrt(direct) + 1e-14 * norm(target)


def _beyond(rows: slice | IntArray) -> NoSummary:
    cause = "the model is not defined, or too large, for a row of the data"
    return NoSummary(cause, "remove the row, or rescale the columns", rows)


def _solved(phi: FloatArray, values: FloatArray) -> FloatArray:
    """The c of φ · c ≈ values, columns being brought to one length; 0 where it is no float."""
    sizes = np.abs(phi).max(axis=0)
    sizes = np.where(sizes == 0, 1.0, sizes)
    found: FloatArray = np.linalg.lstsq(phi / sizes, values, rcond=None)[0] / sizes
    return found if np.isfinite(found).all() else np.zeros_like(found)


def _middles(phi: FloatArray, names: Sequence[str], room: float) -> FloatArray:
    """The middles of columns far from 0, if there are ones; 0 where a column stays as it is.

    Where x = 10⁸ + noise, a QR of [x, 1] rounds at 10⁸ and loses what the noise says; one of
    [1, x − 10⁸] does not. With `room` for rounding, a column that is lost in it is an error.
    """
    if names[0] != "1":
        return np.zeros(len(names))
    middles = phi.min(axis=0) / 2 + phi.max(axis=0) / 2
    varies, sizes = np.abs(phi - middles).max(axis=0), np.abs(phi).max(axis=0)
    far = (varies > 0) & (np.abs(middles) > FAR * varies)
    lost = far & (varies > NOISE * EPSILON * sizes) & (varies < 4 * room * sizes)
    if lost.any():
        at = int(np.argmax(lost))
        raise NoSummary(
            f"{names[at]} varies by {2 * varies[at]:.3g} about {middles[at]:.6g}, "
            "too little for a fit in floats",
            "take a number near its middle away from the column",
        )
    far[0] = False
    return np.where(far, middles, 0.0)
