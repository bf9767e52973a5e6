"""Which rows a step of stochastic or mini-batch descent looks at.

Laws
----
- the numbers are NumPy's own, of ``rng = numpy.random.default_rng(seed)`` (PCG64), so that anybody can draw them again
- without replacement: ``rng.permutation(n)`` at the start of each epoch, its rows k at a time, the last batch what is left
- with replacement: ``rng.integers(0, n, size=k)`` for each batch, and ⌈n/k⌉ batches are an epoch
- without shuffling the rows come in their order, epoch after epoch, and nothing is drawn
- the state is plain numbers: a walk that goes on from it draws what it would have drawn
"""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from symgd.data.arrays import IntArray


class Batches:
    """One batch of row numbers after the other, epoch after epoch.

    Parameters
    ----------
    rows : int
        How many there are.
    size : int
        Rows of a batch.
    replacement : bool
        Whether each batch is drawn from all rows; otherwise an epoch looks at every row once.
    shuffle : bool
        Whether rows are put in a new order each epoch.
    seed : int
        Of the generator.

    Examples
    --------
    >>> import numpy as np
    >>> batches = Batches(5, 2, seed=3)
    >>> [batches.next().tolist() for _ in range(3)]
    [[4, 2], [1, 3], [0]]
    >>> np.random.default_rng(3).permutation(5).tolist()
    [4, 2, 1, 3, 0]
    """

    def __init__(
        self,
        rows: int,
        size: int,
        *,
        replacement: bool = False,
        shuffle: bool = True,
        seed: int = 0,
    ) -> None:
        self.rows, self.size = rows, min(size, rows)
        self.replacement, self.shuffle = replacement, shuffle
        self.drawn = 0
        self._generator = np.random.Generator(np.random.PCG64(seed))
        self._before = self._generator.bit_generator.state
        self._order: IntArray = np.arange(rows)

    @property
    def each_epoch(self) -> int:
        """How many batches are an epoch."""
        return -(-self.rows // self.size)

    def next(self) -> IntArray:
        """The rows of the next batch."""
        place = self.drawn % self.each_epoch
        self.drawn += 1
        if self.replacement:
            return self._generator.integers(0, self.rows, size=self.size)
        if place == 0 and self.shuffle:
            self._before = self._generator.bit_generator.state
            self._order = self._generator.permutation(self.rows)
        return self._order[place * self.size : (place + 1) * self.size]

    @property
    def state(self) -> str:
        """Where the draws stand, as JSON: of an order that is half used, what it was made from."""
        halfway = self.drawn % self.each_epoch and not self.replacement
        generator = self._before if halfway else self._generator.bit_generator.state
        return json.dumps({"drawn": self.drawn, "generator": generator})

    def restore(self, state: str) -> None:
        """Go on from where the draws stood."""
        told: dict[str, Any] = json.loads(state)
        self._generator.bit_generator.state = told["generator"]
        self.drawn = told["drawn"]
        if self.drawn % self.each_epoch and self.shuffle and not self.replacement:
            self._before = self._generator.bit_generator.state
            self._order = self._generator.permutation(self.rows)
