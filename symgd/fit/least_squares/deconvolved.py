"""Peaks of one width that overlap: the few heights above 0, on a fine grid of places, that add up to the data.

Laws
----
- heights that may not be below 0 and come nearest to the data are 0 at all but few places (Lawson and Hanson, Solving
  Least Squares Problems, 1974): these are where the peaks are, or beside them
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import numpy as np

from symgd.data.arrays import FloatArray
from symgd.fit.least_squares.curve import Curve
from symgd.fit.least_squares.observed import Observed, sampled
from symgd.fit.least_squares.summits import Bump

SHARES = (0.6, 0.4, 0.8, 0.25)  # of the mean distance of peaks: half widths that are tried
FINE = 5.0  # places to a half width
MOST = 600  # places, and rows
ONE = 0.6  # of a half width: heights that are nearer to each other are of one peak


def heights_at(
    term: Curve, rest: Sequence[FloatArray], rows: Observed, along: int, bump: Bump, wide: float
) -> FloatArray:
    """Places and heights of peaks of a half width, the highest first, of shape (k, 2); beside columns of any height."""
    from scipy.linalg import LinAlgError, LinAlgWarning
    from scipy.optimize import nnls

    column = rows.inputs[along]
    count = int(np.clip(FINE * np.ptp(column) / wide, 2, MOST))
    places = np.linspace(column.min(), column.max(), count)
    others = np.empty((count, len(term.others)))
    others[:, bump.place] = places
    for number, power in bump.widths:
        others[:, number] = wide**power
    _, shapes = term.basis(others.T[:, :, None], rows.inputs)
    beside = [rows.weighted(part) for part in rest]
    table = np.column_stack([rows.weighted(shapes).T, *beside, *(-part for part in beside)])
    if not np.isfinite(table).all():
        return np.zeros((0, 2))
    try:
        with (
            warnings.catch_warnings()
        ):  # columns are alike where peaks are near: a start needs few digits
            warnings.simplefilter("ignore", LinAlgWarning)
            found, _ = nnls(table, rows.weighted(rows.target), maxiter=10 * count)
    except (RuntimeError, LinAlgError):  # it went on for too long, or was left without a step
        return np.zeros((0, 2))
    return _joined(places, found[:count], ONE * wide)


def _joined(places: FloatArray, heights: FloatArray, near: float) -> FloatArray:
    """Neighbours as one, in their middle."""
    kept = np.flatnonzero(heights > 0)
    if not len(kept):
        return np.zeros((0, 2))
    groups = np.split(kept, np.flatnonzero(np.diff(places[kept]) > near) + 1)
    made = np.array([(places[g] @ heights[g] / heights[g].sum(), heights[g].sum()) for g in groups])
    ordered: FloatArray = made[np.argsort(-made[:, 1], kind="stable")]
    return ordered


def half_widths(rows: Observed, along: int, count: int) -> list[float]:
    """Half widths that so many peaks may have."""
    apart = float(np.ptp(rows.inputs[along])) / (count + 1)
    return [share * apart for share in SHARES]


def few(rows: Observed) -> Observed:
    """The rows, or some of them where they are many."""
    return sampled(rows, MOST, 0)
