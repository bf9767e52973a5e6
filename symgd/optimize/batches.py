"""Stochastic and mini-batch descent: which rows a step looks at.

Laws
----
- epoch e draws from NumPy's own ``rng = numpy.random.default_rng([seed, e])`` (PCG64), so that anybody can draw it again
- without replacement its order is ``rng.permutation(n)``, taken k rows at a time; the last batch is what is left
- with replacement it is ``rng.integers(0, n, size=(ceil(n/k), k))``, a batch a row
- without shuffling the rows come in their order, epoch after epoch, and nothing is drawn
- what an epoch draws hangs on its number alone: a walk that goes on draws what it would have drawn
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from symgd.data.arrays import IntArray


@dataclass
class Batches:
    """The rows of one batch after the other, epoch after epoch.

    Parameters
    ----------
    rows : int
        How many there are.
    size : int
        Rows of a batch, no more than there are.
    replacement : bool
        Whether each batch is drawn from all rows; otherwise an epoch looks at every row once.
    shuffle : bool
        Whether rows are put in a new order each epoch.
    seed : int

    Examples
    --------
    >>> batches = Batches(5, 2, seed=3)
    >>> [batches.at(number).tolist() for number in range(3)]
    [[4, 2], [1, 3], [0]]
    >>> np.random.default_rng([3, 0]).permutation(5).tolist()
    [4, 2, 1, 3, 0]
    """

    rows: int
    size: int
    replacement: bool = False
    shuffle: bool = True
    seed: int = 0
    _epoch: int = field(default=-1, init=False)
    _order: IntArray = field(default_factory=lambda: np.arange(0), init=False)

    @property
    def each_epoch(self) -> int:
        """How many batches are an epoch."""
        return -(-self.rows // self.size)

    def at(self, number: int) -> IntArray:
        """The rows of a batch, counted from 0 through all epochs."""
        epoch, place = divmod(number, self.each_epoch)
        if epoch != self._epoch:
            self._epoch, self._order = epoch, self._drawn(epoch)
        return self._order[place * self.size : (place + 1) * self.size]

    def _drawn(self, epoch: int) -> IntArray:
        """The rows of all batches of an epoch, one after the other."""
        if self.replacement:
            shape = (self.each_epoch, self.size)
            return np.random.default_rng([self.seed, epoch]).integers(0, self.rows, shape).ravel()
        if self.shuffle:
            return np.random.default_rng([self.seed, epoch]).permutation(self.rows)
        return np.arange(self.rows)
