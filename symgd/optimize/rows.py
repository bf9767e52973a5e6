"""The rows of a descent as it goes: all of them, or where they are too many for the memory, evenly thinned."""

from __future__ import annotations

from array import array
from typing import TypeAlias

import numpy as np

from symgd.data.arrays import FloatArray

Row: TypeAlias = tuple[float, ...]  # step, parameters, cost, gradient norm

MOST_NUMBERS = 1 << 23  # 64 MiB: a million steps by up to five parameters are kept whole


class TraceRows:
    """The rows of a descent: row 0, then every step, or every 2nd, 4th, 8th where there are many; and the last two.

    Parameters
    ----------
    width : int
        Numbers in a row.
    most : int, optional
        Numbers in all rows together, at most.

    Attributes
    ----------
    table : array
        All rows, one after another.
    stride : int
        So many steps lie between two rows.

    Examples
    --------
    >>> rows = TraceRows(1, most=3)
    >>> for step in range(8):
    ...     if step == rows.due:
    ...         rows.add((float(step),))
    >>> rows.end((6.0,), (7.0,))
    >>> rows.table.tolist(), rows.stride
    ([0.0, 4.0, 6.0, 7.0], 4)
    """

    def __init__(self, width: int, most: int = MOST_NUMBERS) -> None:
        self.width, self.stride, self.due = width, 1, 0
        self.table = array("d")
        # An odd number, so that the last row stays when every second goes.
        self.most = max(3, most // width - 1 | 1)

    def add(self, row: Row) -> None:
        """Keep the row that is due, and where there is no room for another, every second alone."""
        self.table.extend(row)
        if len(self.table) >= self.most * self.width:
            thinned = array("d")
            thinned.frombytes(np.ascontiguousarray(self.rows[::2]).tobytes())
            self.table, self.stride = thinned, 2 * self.stride
        self.due += self.stride

    def end(self, before: Row | None, last: Row | None) -> None:
        """Keep the last two rows, whether they are due or not."""
        if last is not None and self.table and self.table[-self.width] == last[0]:
            del self.table[-self.width :]
        for row in (before, last):
            if row is not None and (not self.table or row[0] > self.table[-self.width]):
                self.table.extend(row)

    @property
    def rows(self) -> FloatArray:
        """The rows as a table."""
        return np.frombuffer(self.table, dtype=np.float64).reshape(-1, self.width)
