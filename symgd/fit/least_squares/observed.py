"""Observed: the data as a search reads it, weights put in, in blocks where they are many."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from symgd.data.arrays import FloatArray, IntArray

BLOCK = 16_384  # rows that are worked on at once


@dataclass(frozen=True, eq=False)
class Observed:
    """Inputs and targets.

    Parameters
    ----------
    inputs : tuple of arrays of shape (n,)
    target : array of shape (n,)
    roots : array of shape (n,), optional
        The square roots of the weights: residuals are multiplied by them.

    Examples
    --------
    >>> rows = Observed((np.array([1.0, 2.0]),), np.array([3.0, 5.0]))
    >>> len(rows), rows.residual(np.array([3.0, 4.0])).tolist()
    (2, [0.0, -1.0])
    """

    inputs: tuple[FloatArray, ...]
    target: FloatArray
    roots: FloatArray | None = None

    def __len__(self) -> int:
        return len(self.target)

    def take(self, places: IntArray | slice) -> Observed:
        """Some of the rows."""
        roots = None if self.roots is None else self.roots[places]
        return Observed(tuple(column[places] for column in self.inputs), self.target[places], roots)

    def blocks(self) -> Iterator[Observed]:
        """The rows, so many at a time that memory stays bounded."""
        if len(self) <= BLOCK:
            yield self
            return
        for first in range(0, len(self), BLOCK):
            yield self.take(slice(first, first + BLOCK))

    def residual(self, values: FloatArray) -> FloatArray:
        """Predictions less targets, weighted; `values` of shape (..., n)."""
        return self.weighted(values - self.target)

    def weighted(self, values: FloatArray) -> FloatArray:
        """Values of shape (..., n), each times the root of its row's weight."""
        return values if self.roots is None else values * self.roots


def rows_of(
    inputs: Sequence[FloatArray], target: FloatArray, weights: FloatArray | None
) -> Observed:
    """The rows that count: those of weight 0 are left out."""
    if weights is None:
        return Observed(tuple(inputs), target)
    kept = np.flatnonzero(weights > 0)
    return Observed(tuple(inputs), target, np.sqrt(weights)).take(kept)


def sampled(rows: Observed, most: int, seed: int) -> Observed:
    """At most so many of the rows, drawn without replacement, in the order of the first input."""
    count = len(rows)
    if count <= most:
        chosen = np.arange(count)
    else:
        chosen = np.random.default_rng(seed).choice(count, most, replace=False)
    if rows.inputs:
        chosen = chosen[np.argsort(rows.inputs[0][chosen], kind="stable")]
    return rows.take(chosen)
