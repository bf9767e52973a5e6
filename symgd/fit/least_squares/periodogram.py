"""Periodogram: by how much a sine of each of many even frequencies lowers the sum of squares.

Laws
----
- with frequencies k·d and k = j·B + l, the turn e^(i·k·d·x) is e^(i·j·B·d·x)·e^(i·l·d·x): a sum over rows at all frequencies
  is one product of two matrices of the square root as many turns
- of waves at right angles to axes Q, squares and products are told by sums: ‖cos‖² − ‖Qᵀcos‖², with cos² = (1 + cos 2u)/2
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from symgd.data.arrays import FloatArray
from symgd.fit.least_squares.observed import Observed

Turns = npt.NDArray[np.complex128]

# Sums of squares of no more are rounding: of a wave that the columns beside it make up, and of its other half.
ONE, OTHER = 1e-12, 1e-9


class Periodogram:
    """Frequencies step, 2·step, …, count·step along a column.

    Examples
    --------
    >>> x = np.linspace(0, 10, 50)
    >>> rows = Observed((x,), np.sin(2 * x))
    >>> int(np.argmax(Periodogram(rows, x, 0.1, 60).lowered([np.ones(50)]))) + 1
    20
    """

    def __init__(self, rows: Observed, column: FloatArray, step: float, count: int) -> None:
        self.rows, self.count = rows, count
        base = math.isqrt(count) + 1
        angle = step * (column - column.mean())
        self._fine: Turns = np.exp(1j * np.arange(base)[:, None] * angle)
        self._coarse: Turns = np.exp(1j * (np.arange(count // base + 1) * base)[:, None] * angle)
        self._axes = np.zeros((len(rows), 0))  # at right angles to which waves are taken
        self._along = np.zeros((0, count), dtype=np.complex128)  # these axes' sums over the rows
        roots = rows.weighted(np.ones(len(rows)))
        self._whole = float(roots @ roots)
        self._twice = self._sums((roots * roots)[None], twice=True)[0]

    def _sums(self, columns: FloatArray, *, twice: bool = False) -> Turns:
        """Σ column·e^(iωx) over the rows for each frequency ω, or for 2ω, of shape (columns, count)."""
        coarse, fine = self._coarse, self._fine
        if twice:
            coarse, fine = coarse * coarse, fine * fine
        made = (columns[:, None, :] * coarse).reshape(-1, len(self.rows)) @ fine.T
        found: Turns = made.reshape(len(columns), -1)[:, 1 : self.count + 1]
        return found

    def lowered(self, beside: list[FloatArray]) -> FloatArray:
        """What a sine of each frequency takes from the sum of squares, with columns beside it; more of these may come from call to call."""
        weighted = self.rows.weighted
        axes, _ = np.linalg.qr(np.stack([weighted(each) for each in beside], axis=1))
        left = weighted(self.rows.target)
        left = left - axes @ (axes.T @ left)
        left = left - axes @ (axes.T @ left)
        known = self._axes.shape[1]  # QR leaves the first axes as they are
        sums = self._sums(weighted(np.stack([*axes[:, known:].T, left])))
        self._axes, self._along = axes, np.concatenate([self._along, sums[:-1]])
        return self._by_sums(sums[-1])

    def _by_sums(self, aim: Turns) -> FloatArray:
        """The same from Σ left·e^(iωx) at each frequency."""
        cos, sin = self._along.real, self._along.imag
        one = (self._whole + self._twice.real) / 2 - np.square(cos).sum(axis=0)
        other = (self._whole - self._twice.real) / 2 - np.square(sin).sum(axis=0)
        both = self._twice.imag / 2 - (cos * sin).sum(axis=0)
        size = np.where(one > ONE, one, np.inf)
        share = both / size
        more = other - share * both
        more = np.where(more > OTHER, more, np.inf)
        made: FloatArray = aim.real**2 / size + (aim.imag - share * aim.real) ** 2 / more
        return made
