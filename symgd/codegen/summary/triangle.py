"""Triangle: R of a QR factorisation of all rows, in one pass; every generated module with a data summary has this text.

Laws
----
- with the φ as columns of Φ, the rest of the residual as r, and an anchor a:  ‖Φ ψ + r‖² = ‖R · [ψ − a, 1]‖²
- a column far from 0 that varies little is taken from its middle while R is made, where a column of ones takes that over: it
  is the first, so that R stays a triangle; the subtraction is exact
- the anchor is a pilot's fit to some rows, made anew where they were not like the others, or where it is so far from the
  least that the way there costs digits
- up to a thousand rows the anchor is none whose parts are far larger than the data and cancel, as they are where x is near
  10⁸ and y is not: beside them J at 0 would lose digits that direct evaluation keeps. With more rows, direct evaluation is
  the more exact near the minimum, since its roundings even out, and there the anchor is worth more
- a row of weight w is multiplied by √w, once its middles are taken away, so that no digit is lost; ‖R · [ψ − a, 1]‖² is then
  the weighted sum of the squares
- a penalty Σ (s ψ)² is a row s · ψ below R for each ψ; the anchor is the minimum of both together where the data's own is
  far from it in that way
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from symgd.codegen.walk.arrival import EPSILON

FloatArray = NDArray[np.float64]

# From here on, generated modules have this text.

IntArray: TypeAlias = NDArray[np.intp]
# Writes φ and the rest of some rows into a table, or into what takes its place, a column each;
# answers the rows' weights, where they have any.
Fill: TypeAlias = Callable[[slice | IntArray, Any], FloatArray | None]
# From R and an anchor to R with the rows of a penalty below it.
Below: TypeAlias = Callable[[FloatArray, FloatArray], FloatArray]
# From what fills such a table, its rows, an anchor and middles, and R of some rows' φ, to its R.
Factor: TypeAlias = Callable[[Fill, int, FloatArray, FloatArray | None, FloatArray], FloatArray]

BLOCK = 10000  # rows that stay in the cache; a longer dot product would start threads
PILOT = 4096  # rows of the pilot fit
FAR = 1e3  # a column so many times further from 0 than it varies is centred
NOISE = 4  # units in the last place by which numbers may vary where they are meant to be the same
SHORT = 1000  # rows up to which the anchor stays within reach
BESIDE = 1e10  # and no column is so many times further from 0 than it varies
REACH = 16  # there, how far an anchor's parts may be beyond what they add up to
LOST = 256 * EPSILON  # a column with less than this beside those before it is a sum of them
MISSED = 8.0  # a pilot that leaves so many times the least residual is made anew


class NoSummary(ValueError):
    """Why some data have no summary, and what helps; one of the `rows` is to blame."""

    def __init__(self, cause: str, remedy: str, rows: slice | IntArray | None = None) -> None:
        super().__init__(f"{cause}: {remedy}")
        self.cause, self.remedy, self.rows = cause, remedy, rows


def summarised(
    fill: Fill,
    rows: int,
    names: Sequence[str],
    linear: bool,
    factor: Factor,
    *,
    below: Below | None = None,
) -> tuple[FloatArray, FloatArray]:
    """The triangle R and the anchor, by the names of the φ; "1" is the first where it is one."""
    few, width = some_rows(rows), len(names) + 1
    pilot = np.empty((len(few), width), order="F")
    with np.errstate(all="ignore"):
        counts = fill(few, pilot)
        if not np.isfinite(pilot).all():
            raise _beyond(few)
        middles = _middles(pilot[:, :-1], names, rounding(rows) if linear else 0.0)
        pilot[:, :-1] -= middles
        near = np.abs(middles) <= BESIDE * np.abs(pilot[:, :-1]).max(axis=0)
        reach = REACH if rows <= SHORT and near.all() else math.inf
        of_few = np.asarray(np.linalg.qr(weighed(pilot, counts), mode="r"))
        anchor = _way_down(of_few, np.zeros(len(names)), reach, middles)
        if middles.any():
            anchor[0] = math.fsum([anchor[0], *(-middles * anchor).tolist()])
        bent = of_few[: width - 1, :-1]
        triangle = _triangle_at(fill, rows, anchor, middles, factor, bent)
        if below is not None:
            triangle = below(triangle, anchor)
            anchor = np.append(anchor, np.zeros(len(triangle) - 1 - len(anchor)))
        change = _way_down(triangle, anchor, reach)
        least = norm(triangle[:, :-1] @ change + triangle[:, -1])
        missed = rows >= width and norm(triangle[:, -1]) > MISSED * least
        if missed or _is_far(triangle, change, least):
            anchor = anchor + change
            triangle = _triangle_at(fill, rows, anchor[: len(names)], middles, factor, bent)
            if below is not None:
                triangle = below(triangle, anchor)
    return triangle, anchor


def _is_far(triangle: FloatArray, change: FloatArray, least: float) -> bool:
    """Whether R · change is small only since what it adds up is large."""
    return bool(norm(norm(triangle[:, :-1]) * change) > FAR * least)


def put_below(factors: FloatArray, triangle: FloatArray, anchor: FloatArray) -> FloatArray:
    """R with a row below it for each ψ, that times its factor; a ψ beyond the φ has this row alone.

    A first ψ without a penalty takes over what each column has in the first row, where its own
    column has all it has: the others' means, where it is of ones. No digit of what they vary by is
    lost beside them then.
    """
    height, width = len(triangle), len(factors) + 1
    table = np.zeros((height + width - 1, width))
    table[:height, : height - 1], table[:height, -1] = triangle[:, :-1], triangle[:, -1]
    table[height:, :-1] = np.diag(factors)
    table[height : height + len(anchor), -1] = factors[: len(anchor)] * anchor
    first = np.zeros(width - 2)
    if factors[0] == 0 and table[0, 0] != 0:
        first, table[0, 1:-1] = table[0, 1:-1] / table[0, 0], 0.0
    if not np.isfinite(table).all():
        cause = "the penalty of the parameters that fit is too large for a float"
        raise NoSummary(cause, "pass a smaller one, or rescale the columns")
    found = np.asarray(np.linalg.qr(table, mode="r"))
    found[0, 1:-1] += found[0, 0] * first
    return found


def some_rows(rows: int) -> IntArray:
    """Rows for a pilot, evenly spread."""
    count = min(rows, PILOT)
    return np.arange(count) * (rows - 1) // max(1, count - 1)


def pilot_triangle(
    fill: Fill,
    rows: int,
    names: Sequence[str],
    anchor: FloatArray,
    *,
    below: Below | None = None,
) -> FloatArray:
    """R of so few rows, at an anchor that is there already."""
    table = np.empty((rows, len(names) + 1), order="F")
    with np.errstate(all="ignore"):
        fill(slice(0, rows), table)
        middles = _middles(table[:, :-1], names, 0.0)
        triangle = _triangle_at(fill, rows, anchor[: len(names)], middles, by_qr, table)
        if below is not None:
            triangle = below(triangle, anchor)
        return triangle


def _triangle_at(
    fill: Fill, rows: int, anchor: FloatArray, middles: FloatArray, factor: Factor, bent: FloatArray
) -> FloatArray:
    """R of [φ, φ · anchor + rest]."""
    whole, far = anchor.copy(), middles if middles.any() else None
    if far is not None:
        whole[0] = math.fsum([anchor[0], *(far * anchor).tolist()])
    triangle = factor(fill, rows, whole, far, bent)
    triangle[0, :-1] += triangle[0, 0] * middles
    return triangle


def by_qr(
    fill: Fill, rows: int, whole: FloatArray, middles: FloatArray | None, bent: FloatArray
) -> FloatArray:
    """R of a table: blocks have an R each, and these, one below the other, have the R of all.

    A block below the R of all before it would round that as often as there are blocks.
    """
    width = len(whole) + 1
    table = np.empty((min(BLOCK, rows), width), order="F")
    found: list[FloatArray] = []
    for start in range(0, rows, BLOCK):
        block = slice(start, min(start + BLOCK, rows))
        part = table[: block.stop - start]
        counts = fill_at(fill, block, part, whole, middles)
        found.append(np.asarray(np.linalg.qr(weighed(part, counts), mode="r")))
        if not np.isfinite(found[-1]).all():  # a block with one such value has such an R
            raise _beyond(block)
        if len(found) * width > BLOCK:
            found = [np.asarray(np.linalg.qr(np.vstack(found), mode="r"))]
    if len(found) == 1 and len(found[0]) == width:
        return found[0]
    return np.asarray(np.linalg.qr(np.vstack([np.zeros((width, width)), *found]), mode="r"))


def fill_at(
    fill: Fill, rows: slice, below: FloatArray, whole: FloatArray, middles: FloatArray | None
) -> FloatArray | None:
    """Write some rows of φ less their middles, and of the residual at the anchor; their weights."""
    counts = fill(rows, below)
    if middles is not None:
        below[:, :-1] -= middles
    total, part = below[:, 0] * whole[0], np.empty(len(below))
    for number in range(1, len(whole)):  # added up by parts, as direct evaluation does
        total += np.multiply(below[:, number], whole[number], out=part)
    below[:, -1] += total
    return counts


def weighed(values: FloatArray, counts: FloatArray | None) -> FloatArray:
    """Rows, each times the root of its weight where it has one."""
    return values if counts is None else (values.T * np.sqrt(counts)).T


def rounding(rows: int) -> float:
    """What rounding in a pass over so many rows adds up to, in parts of the largest number."""
    return EPSILON * max(64.0, 8 * math.sqrt(rows))


def norm(values: FloatArray) -> Any:
    """The length of a vector, or of each column of a matrix, whose square may be no float."""
    largest = np.abs(values).max(axis=0, initial=0.0)
    sizes = np.where((largest > 0) & (largest < math.inf), largest, 1.0)
    return sizes * np.sqrt(((values / sizes) ** 2).sum(axis=0))


def agree(by_summary: float, direct: float, target: FloatArray) -> bool:
    """Whether a cost by a summary is the cost, but for rounding."""
    if not (0 <= by_summary < math.inf and 0 <= direct < math.inf):
        return False
    apart = abs(math.sqrt(by_summary) - math.sqrt(direct))
    return bool(apart <= 1e-6 * math.sqrt(direct) + 1e-14 * norm(target))


def _beyond(rows: slice | IntArray) -> NoSummary:
    cause = "the model is not defined, or too large, for a row of the data"
    return NoSummary(cause, "remove the row, or rescale the columns", rows)


def _way_down(
    triangle: FloatArray, anchor: FloatArray, reach: float, middles: FloatArray | None = None
) -> FloatArray:
    """The way from an anchor to the least ‖R · [way, 1]‖², in reach; 0 where it is no float.

    Where columns are nearly alike, what is least may be where large parts cancel. There a sum of
    squares at 0 would lose the digits that the parts have above it, and direct evaluation does not.
    """
    way, sizes = np.zeros(len(anchor)), norm(triangle[:, :-1]).tolist()
    if middles is not None:
        sizes = [math.hypot(size, far * sizes[0]) for size, far in zip(sizes, middles, strict=True)]
    if reach < math.inf:
        reach *= norm(triangle[:, -1] - triangle[:, :-1] @ anchor)
    for k in reversed(range(min(len(way), len(triangle)))):  # few rows have a short R
        own, size = float(triangle[k, k]), sizes[k]
        if abs(own) > LOST * size:
            left = triangle[k, -1] + triangle[k, k + 1 : -1] @ way[k + 1 :]
            there = min(max(anchor[k] - left / own, -reach / size), reach / size)
            way[k], reach = there - anchor[k], reach + abs(there) * size
    return way if np.isfinite(way).all() else np.zeros_like(way)


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
